//! `loa-phuong`: one program, one command.

use clap::Parser;
use server::config::{Cli, Command};
use server::database::Database;
use server::{commands, demo, serve};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Connections of a short command.
const FEW: u32 = 2;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_new(&cli.common.log).unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("loa-phuong: {error}");
            ExitCode::FAILURE
        }
    }
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
                demo::load(&pool, &common.data_dir()).await?;
                println!("The demo staff's sign-in is in {}", demo::sign_in_file(&common.data_dir()).display());
            }
            Command::Account(command) => commands::account(&database.connect(FEW).await?, command).await?,
            Command::Setting(command) => commands::setting(&database.connect(FEW).await?, command).await?,
            Command::Database { command } => return commands::beside(&database, &command),
        }
        Ok(ExitCode::SUCCESS)
    });
    // whatever happened, the cluster is stopped before the program ends
    database.stop();
    outcome
}
