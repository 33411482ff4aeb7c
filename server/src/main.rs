//! `loa-phuong`: the program with its subcommands.

use clap::Parser;
use server::config::{Cli, Command, CommonOptions};
use server::database::{Database, JOB_LIMIT};
use server::{audit_key, commands, demo, import, serve, test_data, transfer};
use sqlx::PgPool;
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Faster than the system's allocator for many short requests on many threads, and it returns unused memory.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Database connections of a short command.
const COMMAND_CONNECTIONS: u32 = 2;
/// Those of an import: its lock, its batch, the next one, and one for each picture that is made.
const IMPORT_CONNECTIONS: u32 = 8;

fn main() -> ExitCode {
    let cli = Cli::parse();
    raise_file_limit();
    // what the database remarks on its own, such as a table that exists already, is for whoever asks for details
    // a command reads and writes everything, and takes as long as that takes
    let is_slow_told = matches!(cli.command, Command::Serve(_));
    let quiet =
        if is_slow_told { "sqlx::postgres::notice=warn" } else { "sqlx::postgres::notice=warn,sqlx::query=error" };
    let directives = format!("{quiet},{}", cli.common.log);
    let filter = EnvFilter::try_new(directives).unwrap_or_else(|_| EnvFilter::new("info"));
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

/// Raises the limit of open files to what the system allows this user: every open page holds one.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // a failure only means fewer connections, and their number is limited anyway
    let _ = setrlimit(Resource::Nofile, limit);
}

fn run(Cli { common, command }: Cli) -> Result<ExitCode, Box<dyn Error>> {
    if matches!(command, Command::TestData) {
        test_data::check_permission()?;
    }
    let database = Arc::new(match &command {
        Command::Serve(_) => Database::open_to_serve(&common)?,
        _ => Database::open_for_command(&common)?,
    });
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(run_command(&database, &common, command));
    // the private cluster is stopped before the program ends, whatever happened
    database.stop();
    outcome
}

async fn run_command(
    database: &Arc<Database>,
    common: &CommonOptions,
    command: Command,
) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Serve(options) => serve::serve(database, common, &options).await?,
        Command::Database { command } => return commands::run_beside_database(database, &command),
        command => {
            let connections =
                if matches!(command, Command::Import(_)) { IMPORT_CONNECTIONS } else { COMMAND_CONNECTIONS };
            let pool = database.connect(connections, JOB_LIMIT).await?;
            run_short_command(&pool, common, command).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_short_command(pool: &PgPool, common: &CommonOptions, command: Command) -> Result<(), Box<dyn Error>> {
    let data_dir = common.data_dir();
    let key = audit_key::load_matching_key(pool, common.audit_key.as_deref(), &data_dir).await?;
    match command {
        Command::Account(command) => commands::run_account_command(pool, &key, command).await,
        Command::Setting(command) => commands::run_setting_command(pool, &key, command).await,
        Command::Audit(command) => commands::run_audit_command(pool, &key, command).await,
        Command::Demo => {
            demo::load_demo(pool, &key, &common.storage()?, &data_dir).await?;
            println!("How to sign in as the demo's staff is in {}", demo::sign_in_file(&data_dir).display());
            Ok(())
        }
        Command::Import(command) => {
            Ok(import::run_import_command(pool, &key, common, command).await.map_err(|error| error.to_string())?)
        }
        Command::Export(options) => {
            Ok(transfer::run_export_command(pool, common, &options).await.map_err(|error| error.to_string())?)
        }
        Command::TestData => test_data::run_test_data_command(pool, &key).await,
        // these two were handled before
        Command::Serve(_) | Command::Database { .. } => Ok(()),
    }
}
