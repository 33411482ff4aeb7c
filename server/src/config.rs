//! The configuration: flags and environment variables, checked before anything starts.

use app::features::audit::Head;
use app::features::media::storage::Storage;
use app::web::permissions::Role;
use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use std::net::SocketAddr;
use std::path::PathBuf;
use url::Url;

/// A ward's news site: articles, comments, live rating.
#[derive(Debug, Parser)]
#[command(name = "loa-phuong", version, about)]
pub struct Cli {
    #[command(flatten)]
    pub common: CommonOptions,
    #[command(subcommand)]
    pub command: Command,
}

/// What is common to all subcommands.
#[derive(Debug, Clone, Args)]
pub struct CommonOptions {
    /// The PostgreSQL database; without it the program runs a private one in the data folder
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// The folder of the private database; by default /var/lib/loa-phuong for root, and data elsewhere
    #[arg(long, env = "LOA_DATA_DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// The folder of pictures and files, which all processes share; `files` in the data folder by default
    #[arg(long, global = true, env = "LOA_FILES_DIR")]
    pub files_dir: Option<PathBuf>,
    /// A bucket of an S3-compatible service for pictures and files, in place of the folder: s3://bucket or
    /// s3://bucket/folder. The service is told by AWS_ENDPOINT, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
    #[arg(long, global = true, env = "LOA_FILES_BUCKET")]
    pub files_bucket: Option<String>,
    /// The key of the audit record, 64 hexadecimal digits; by default it is in audit.key in the data folder.
    /// Programs that share a database share it
    #[arg(long, env = "LOA_AUDIT_KEY", global = true, hide_env_values = true)]
    pub audit_key: Option<String>,
    /// What is logged, in the syntax of tracing's filters
    #[arg(long, env = "LOA_LOG", default_value = "info", global = true)]
    pub log: String,
    /// The format of the log: text for people, json for programs
    #[arg(long, env = "LOA_LOG_FORMAT", default_value = "text", value_parser = ["text", "json"], global = true)]
    pub log_format: String,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the site
    Serve(Box<ServeOptions>),
    /// Loads the demo content into a site without articles
    Demo,
    /// Creates data for the browser tests in a site for tests
    #[command(hide = true)]
    TestData,
    /// Staff accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Settings of the site: names, contacts, retention, limits
    #[command(subcommand)]
    Setting(SettingCommand),
    /// The audit record: what staff did
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Carries another site over: its articles, pictures, comments, numbers and addresses
    #[command(subcommand)]
    Import(ImportCommand),
    /// Writes what readers can see as files that anybody can read: texts, comments, pictures
    Export(ExportOptions),
    /// Runs a command with DATABASE_URL set to the site's database, psql or pg_dump for example
    Database {
        /// The command and its arguments
        #[arg(trailing_var_arg = true, required = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
}

/// The options of `serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeOptions {
    /// The address to listen on
    #[arg(long, env = "LOA_ADDRESS", default_value = "127.0.0.1:3000")]
    pub address: SocketAddr,
    /// Where people reach the site; links, allowed origin and Secure cookies follow it. By default the address itself
    #[arg(long, env = "LOA_PUBLIC_URL", value_parser = parse_public_url)]
    pub public_url: Option<String>,
    /// Names under which an old site was reached, with commas between them: what comes by them is led to the public URL
    #[arg(long, env = "LOA_OLD_HOSTS", value_delimiter = ',', value_parser = parse_host)]
    pub old_hosts: Vec<String>,
    /// Proxies whose forwarded addresses count, as networks: 127.0.0.1/32,10.0.0.0/8
    #[arg(long, env = "LOA_TRUSTED_PROXIES", value_delimiter = ',', value_parser = parse_network)]
    pub trusted_proxies: Vec<IpNet>,
    /// The folder of the browser's files
    #[arg(long, env = "LOA_SITE_ROOT", default_value = "frontend/dist")]
    pub site_root: PathBuf,
    /// Connections to the database
    #[arg(long, env = "LOA_DATABASE_CONNECTIONS", default_value_t = 10)]
    #[arg(value_parser = clap::value_parser!(u32).range(2..=500))]
    pub database_connections: u32,
    /// The space, in megabytes, that must be left on the disk of the private database; below it the site is not ready
    #[arg(long, env = "LOA_DISK_RESERVE_MEGABYTES", default_value_t = 200)]
    #[arg(value_parser = clap::value_parser!(u64).range(0..=1_000_000_000))]
    pub disk_reserve_megabytes: u64,
    /// Memory for cached pages, in megabytes; pictures may take as much again
    #[arg(long, env = "LOA_CACHE_MEGABYTES", default_value_t = 32)]
    #[arg(value_parser = clap::value_parser!(u64).range(1..=4096))]
    pub cache_megabytes: u64,
    /// The most connections at once; each stream holds one
    #[arg(long, env = "LOA_CONNECTIONS", default_value_t = 12_000)]
    pub connections: usize,
    /// The most open pages that receive live changes at once
    #[arg(long, env = "LOA_STREAMS", default_value_t = 10_000)]
    pub streams: usize,
    /// The same from one address; many phones can share one
    #[arg(long, env = "LOA_STREAMS_PER_ADDRESS", default_value_t = 500)]
    pub streams_per_address: usize,
    /// A certificate's file (PEM, the whole chain); with it the program serves TLS and HTTP/2 itself
    #[arg(long, env = "LOA_TLS_CERTIFICATE", requires = "tls_key")]
    pub tls_certificate: Option<PathBuf>,
    /// The certificate's key (PEM)
    #[arg(long, env = "LOA_TLS_KEY", requires = "tls_certificate")]
    pub tls_key: Option<PathBuf>,
    /// The address of the Prometheus metrics, which is not for the public; none by default
    #[arg(long, env = "LOA_METRICS_ADDRESS")]
    pub metrics_address: Option<SocketAddr>,
    /// The mail server: smtps://name:password@mail.example.vn, or smtp:// with ?tls=required; without it the site sends
    /// no mail
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
    /// Creates an account; the password is asked for, or read from standard input
    Create {
        /// The name to sign in with
        username: String,
        /// The name that others see
        #[arg(long)]
        display_name: String,
        /// administrator, editor or moderator
        #[arg(long, default_value = "moderator", value_parser = parse_role)]
        role: Role,
    },
    /// Lists the accounts
    List,
    /// Ends an account's sessions and forbids it to sign in
    Disable {
        /// The name to sign in with
        username: String,
    },
    /// Lets a disabled account sign in again
    Enable {
        /// The name to sign in with
        username: String,
    },
    /// Removes a second factor that was lost, so that the password alone is enough to sign in
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

/// Sites that are carried over.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// A site of NukeViet 4, from a dump of its database and its folder of uploads. What was carried over before
    /// and has not changed stays as it is, so that it can be run again and again
    Nukeviet(NukeVietOptions),
    /// A folder that `export` wrote, into a site without articles
    Folder(FolderOptions),
}

/// The options of `import folder`.
#[derive(Debug, Clone, Args)]
pub struct FolderOptions {
    /// The folder
    pub folder: PathBuf,
}

/// The options of `export`.
#[derive(Debug, Clone, Args)]
pub struct ExportOptions {
    /// The folder to write, which is new or empty
    #[arg(long)]
    pub to: PathBuf,
    /// Writes drafts, waiting comments and inquiries with names and addresses, and settings too
    #[arg(long)]
    pub all: bool,
}

/// The options of `import nukeviet`.
#[derive(Debug, Clone, Args)]
pub struct NukeVietOptions {
    /// The file that mysqldump or mariadb-dump wrote: .sql or .sql.gz
    #[arg(long)]
    pub dump: PathBuf,
    /// The old site's folder uploads; without it pictures and files stay links
    #[arg(long)]
    pub uploads: Option<PathBuf>,
    /// Writes the report alone
    #[arg(long)]
    pub dry_run: bool,
    /// The language to carry over, where the site has several: vi. By default the site's own
    #[arg(long)]
    pub language: Option<String>,
    /// The prefix of the tables, where the dump has several sites: nv4
    #[arg(long)]
    pub prefix: Option<String>,
    /// Says that a site under another name is the one that was carried over before
    #[arg(long)]
    pub same_site: bool,
    /// The folder of the report; by default the data folder
    #[arg(long)]
    pub report: Option<PathBuf>,
}

/// The audit record.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Verifies the record and prints its head; fails at the first entry that was changed or is missing
    Verify {
        /// A head that was printed earlier; with it entries that are missing at the end are found as well
        #[arg(long)]
        head: Option<Head>,
    },
}

/// Settings of the site.
#[derive(Debug, Subcommand)]
pub enum SettingCommand {
    /// Prints one setting, or all
    Get {
        /// Its key
        key: Option<String>,
    },
    /// Changes a setting; running programs apply it at once
    Set {
        /// Its key
        key: String,
        /// Its value
        value: String,
    },
}

impl CommonOptions {
    /// The store of pictures and files: the bucket, where there is one, or the folder.
    pub fn storage(&self) -> Result<Storage, String> {
        match &self.files_bucket {
            Some(bucket) => Storage::in_bucket(bucket).map_err(|error| format!("{error}: see LOA_FILES_BUCKET")),
            None => Storage::in_folder(&self.files_dir()).map_err(|error| format!("{error}: see LOA_FILES_DIR")),
        }
    }

    /// The folder of pictures and files, and of what is being uploaded.
    pub fn files_dir(&self) -> PathBuf {
        self.files_dir.clone().unwrap_or_else(|| self.data_dir().join("files"))
    }

    /// The data folder.
    pub fn data_dir(&self) -> PathBuf {
        self.data_dir.clone().unwrap_or_else(|| match loa_postgres::Owner::choose() {
            loa_postgres::Owner::Current => PathBuf::from("data"),
            loa_postgres::Owner::User { .. } => PathBuf::from("/var/lib/loa-phuong"),
        })
    }
}

impl ServeOptions {
    /// Where people reach the site, without a slash at the end.
    pub fn public_url(&self) -> String {
        let scheme = if self.tls_certificate.is_some() { "https" } else { "http" };
        self.public_url.clone().unwrap_or_else(|| format!("{scheme}://{}", self.address))
    }
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("not a URL ({error}); write https://phuong.example.vn"))?;
    let is_plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || !is_plain {
        return Err("write only scheme and host: https://phuong.example.vn".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn parse_host(text: &str) -> Result<String, String> {
    let host = text.trim().to_lowercase();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if host.is_empty() || !host.chars().all(is_plain) {
        return Err(format!("{text} is no name of a host; write www.phuong.example.vn, without https:// and port"));
    }
    Ok(host)
}

fn parse_network(text: &str) -> Result<IpNet, String> {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .map_err(|_| format!("{text} is not a network; write 10.0.0.0/8 or 127.0.0.1"))
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "a role is moderator, editor or administrator".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_public_url_is_scheme_and_host() {
        assert_eq!(parse_public_url("https://phuong.example.vn/").as_deref(), Ok("https://phuong.example.vn"));
        assert_eq!(parse_public_url("http://127.0.0.1:3000").as_deref(), Ok("http://127.0.0.1:3000"));
        for bad in ["", "phuong.vn", "ftp://a.vn", "https://a.vn/b", "https://a.vn?x", "https://me@a.vn"] {
            assert!(parse_public_url(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_old_host_is_a_name_alone() {
        assert_eq!(parse_host(" WWW.Phuong.vn ").as_deref(), Ok("www.phuong.vn"));
        for bad in ["", "https://a.vn", "a.vn:80", "a.vn/b", "phường.vn", "*"] {
            assert!(parse_host(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_share_of_memory_is_neither_nothing_nor_without_end() {
        for (megabytes, is_accepted) in [("1", true), ("4096", true), ("0", false), ("4097", false), ("-1", false)] {
            let parsed = Cli::try_parse_from(["loa-phuong", "serve", "--cache-megabytes", megabytes]);
            assert_eq!(parsed.is_ok(), is_accepted, "{megabytes}");
        }
    }

    #[test]
    fn proxies_are_networks_or_single_addresses() {
        assert!(parse_network("10.0.0.0/8").is_ok() && parse_network("::1").is_ok());
        assert!(parse_network("10.0.0").is_err() && parse_network("all").is_err());
    }
}
