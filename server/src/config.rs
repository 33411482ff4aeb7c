//! The configuration: one structure, flags and environment variables, checked before anything starts.

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// A ward's news site: articles, comments, live rating.
#[derive(Debug, Parser)]
#[command(name = "loa-phuong", version, about)]
pub struct Cli {
    /// What is common to all subcommands
    #[command(flatten)]
    pub common: Common,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The PostgreSQL database; without it the program runs a private one in the data folder
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// The folder of the private database; by default /var/lib/loa-phuong for root, and data elsewhere
    #[arg(long, env = "LOA_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// The key of the record of what staff did, 64 hexadecimal digits; by default it is in audit.key in the data folder.
    /// Programs that share a database share it
    #[arg(long, env = "LOA_AUDIT_KEY", global = true, hide_env_values = true)]
    pub audit_key: Option<String>,
    /// What is logged, as tracing's filter reads it
    #[arg(long, env = "LOA_LOG", default_value = "info", global = true)]
    pub log: String,
    /// How it is written: text for people, json for programs
    #[arg(long, env = "LOA_LOG_FORMAT", default_value = "text", value_parser = ["text", "json"], global = true)]
    pub log_format: String,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the site
    Serve(Serve),
    /// Loads the demo content into a site without articles
    Demo,
    /// Staff accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Settings: names, contacts, retention, limits
    #[command(subcommand)]
    Setting(SettingCommand),
    /// The record of what staff did
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Runs a command with DATABASE_URL set to the site's database, psql or pg_dump for example
    Database {
        /// The command and its arguments
        #[arg(trailing_var_arg = true, required = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

/// What `serve` needs.
#[derive(Debug, Clone, Args)]
pub struct Serve {
    /// The address to listen on
    #[arg(long, env = "LOA_ADDRESS", default_value = "127.0.0.1:3000")]
    pub address: SocketAddr,
    /// Where people reach the site; addresses, allowed origin and Secure cookies follow it. By default the address itself
    #[arg(long, env = "LOA_PUBLIC_URL", value_parser = public_url)]
    pub public_url: Option<String>,
    /// Proxies whose forwarded addresses are believed, as networks: 127.0.0.1/32,10.0.0.0/8
    #[arg(long, env = "LOA_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    pub trusted_proxies: Vec<IpNet>,
    /// The folder of the browser's files
    #[arg(long, env = "LOA_SITE_ROOT", default_value = "frontend/dist")]
    pub site_root: PathBuf,
    /// Connections to the database
    #[arg(long, env = "LOA_DATABASE_CONNECTIONS", default_value_t = 10, value_parser = clap::value_parser!(u32).range(2..=500))]
    pub database_connections: u32,
    /// Memory for copies of pages, in megabytes
    #[arg(long, env = "LOA_CACHE_MEGABYTES", default_value_t = 32, value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub cache_megabytes: u64,
    /// Connections at once; streams hold one each
    #[arg(long, env = "LOA_CONNECTIONS", default_value_t = 12_000)]
    pub connections: usize,
    /// Open pages that follow what changes, at once
    #[arg(long, env = "LOA_STREAMS", default_value_t = 10_000)]
    pub streams: usize,
    /// The same from one address; many phones can share one
    #[arg(long, env = "LOA_STREAMS_PER_ADDRESS", default_value_t = 500)]
    pub streams_per_address: usize,
    /// A certificate's file (PEM, the whole chain); with it the program speaks TLS itself, HTTP/2 too
    #[arg(long, env = "LOA_TLS_CERTIFICATE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, env = "LOA_TLS_KEY", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// The address of the Prometheus metrics, for the administrator alone; none by default
    #[arg(long, env = "LOA_METRICS_ADDRESS")]
    pub metrics_address: Option<SocketAddr>,
    /// The mail server: smtps://name:password@mail.example.vn, or smtp:// with ?tls=required; without it no mail is offered
    #[arg(long, env = "LOA_SMTP_URL", requires = "mail_from", hide_env_values = true)]
    pub smtp_url: Option<String>,
    /// The sender of the site's mail: Phường Hiệp Ninh <tin@example.vn>
    #[arg(long, env = "LOA_MAIL_FROM")]
    pub mail_from: Option<String>,
    /// Loads the demo content first, where there are no articles
    #[arg(long)]
    pub demo: bool,
}

/// Staff accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Makes an account; the password is asked for, or read from standard input
    Create {
        /// The name to sign in with
        username: String,
        /// The name that others see
        #[arg(long)]
        display_name: String,
        /// administrator, editor or moderator
        #[arg(long, default_value = "moderator")]
        role: String,
    },
    /// Lists the accounts
    List,
    /// Ends an account's sessions and lets it sign in no more
    Disable {
        /// The name to sign in with
        username: String,
    },
    /// Lets a disabled account sign in again
    Enable {
        /// The name to sign in with
        username: String,
    },
    /// Lets an account whose second factor was lost sign in with the password alone
    RemoveSecondFactor {
        /// The name to sign in with
        username: String,
    },
    /// Sets a new password, asked for or read from standard input, and ends the account's sessions
    NewPassword {
        /// The name to sign in with
        username: String,
    },
}

/// The record of what staff did.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Follows the record from its first line, prints its head, and fails with the first line that is not as it was written
    Verify {
        /// A head that was printed earlier: shows whether lines at the end went missing since
        #[arg(long)]
        head: Option<app::audit::Head>,
    },
}

/// Settings.
#[derive(Debug, Subcommand)]
pub enum SettingCommand {
    /// Prints one setting, or all
    Get {
        /// Its key
        key: Option<String>,
    },
    /// Changes a setting; running programs follow at once
    Set {
        /// Its key
        key: String,
        /// Its value
        value: String,
    },
}

impl Common {
    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| match loa_postgres::Owner::choose() {
            loa_postgres::Owner::Myself => PathBuf::from("data"),
            loa_postgres::Owner::User { .. } => PathBuf::from("/var/lib/loa-phuong"),
        })
    }
}

impl Serve {
    /// Where people reach the site, without a slash at the end.
    pub fn public_url(&self) -> String {
        let scheme = if self.tls_certificate.is_some() { "https" } else { "http" };
        self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{}", self.address))
    }
}

fn public_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("not an address ({error}); write https://phuong.example.vn"))?;
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || !plain {
        return Err("write scheme and host alone: https://phuong.example.vn".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("{text} is no network; write 10.0.0.0/8 or 127.0.0.1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_structure_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_public_address_is_scheme_and_host() {
        assert_eq!(public_url("https://phuong.example.vn/").as_deref(), Ok("https://phuong.example.vn"));
        assert_eq!(public_url("http://127.0.0.1:3000").as_deref(), Ok("http://127.0.0.1:3000"));
        for bad in ["", "phuong.vn", "ftp://a.vn", "https://a.vn/b", "https://a.vn?x", "https://me@a.vn"] {
            assert!(public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn proxies_are_networks_or_single_addresses() {
        assert!(network("10.0.0.0/8").is_ok() && network("::1").is_ok());
        assert!(network("10.0.0").is_err() && network("all").is_err());
    }
}
