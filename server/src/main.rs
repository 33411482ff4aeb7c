//! `loa-phuong`: one program, one command.

use clap::Parser;
use server::config::{Cli, Command};
use server::database::Database;
use server::{audit_key, commands, demo, serve};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Many short requests over many threads: it gives back what it took, and is quicker.
#[global_allocator]
static MEMORY: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Connections of a short command.
const FEW: u32 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    allow_many_files();
    let filter = EnvFilter::try_new(&cli.common.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if cli.common.log_format == "json" {
        log.json().init()
    } else {
        log.init()
    }
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("loa-phuong: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Every open page is an open file: as many as the system lets this user have.
fn allow_many_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // without it there are fewer places, which are counted anyway
    let _ = setrlimit(Resource::Nofile, limit);
}

fn run(Cli { common, command }: Cli) -> Result<ExitCode, Box<dyn Error>> {
    let database = Arc::new(match &command {
        Command::Serve(_) => Database::own(&common)?,
        _ => Database::borrow(&common)?,
    });
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve(config) => serve::serve(&database, &common, &config).await?,
            Command::Demo => {
                let pool = database.connect(FEW).await?;
                let key = audit_key::claim(&pool, common.audit_key.as_deref(), &common.data_dir()).await?;
                demo::load(&pool, &key, &common.data_dir()).await?;
                println!("The demo staff's sign-in is in {}", demo::sign_in_file(&common.data_dir()).display());
            }
            Command::Account(command) => {
                let pool = database.connect(FEW).await?;
                let key = audit_key::claim(&pool, common.audit_key.as_deref(), &common.data_dir()).await?;
                commands::account(&pool, &key, command).await?;
            }
            Command::Setting(command) => {
                let pool = database.connect(FEW).await?;
                let key = audit_key::claim(&pool, common.audit_key.as_deref(), &common.data_dir()).await?;
                commands::setting(&pool, &key, command).await?;
            }
            Command::Audit(command) => {
                let pool = database.connect(FEW).await?;
                let key = audit_key::claim(&pool, common.audit_key.as_deref(), &common.data_dir()).await?;
                commands::audit(&pool, &key, command).await?;
            }
            Command::Database { command } => return commands::beside(&database, &command),
        }
        Ok(ExitCode::SUCCESS)
    });
    // whatever happened, the cluster is stopped before the program ends
    database.stop();
    outcome
}
