//! Runs a command with a new, temporary database, for tests and for checking queries.

use clap::Parser;
use std::process::ExitCode;
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

/// Runs a command with DATABASE_URL set to a new private PostgreSQL, which is removed afterwards.
#[derive(Parser)]
struct Options {
    /// The command and its arguments
    #[arg(trailing_var_arg = true, required = true)]
    command: Vec<String>,
}

fn main() -> ExitCode {
    let Options { command } = Options::parse();
    match run(&command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &[String]) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let folder = tempfile::Builder::new().prefix("loa-postgres-").tempdir()?;
    // readable by the cluster's user, which is not root
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let cluster = loa_postgres::Cluster::start(folder.path())?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(cluster.database().programs.clone()).chain(std::env::split_paths(&path));
    let mut task = Command::new(&command[0]);
    task.args(&command[1..]).env("DATABASE_URL", cluster.database().url()).env("PATH", std::env::join_paths(path)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let code = runtime.block_on(wait(task))?;
    drop(cluster);
    Ok(ExitCode::from(u8::try_from(code).unwrap_or(1)))
}

/// Waits for the command. After a signal it still waits, because the cluster must outlive the command.
async fn wait(mut task: Command) -> std::io::Result<i32> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut child = task.spawn()?;
    loop {
        tokio::select! {
            status = child.wait() => return Ok(status?.code().unwrap_or(1)),
            _ = interrupt.recv() => {}
            _ = terminate.recv() => child.start_kill()?,
        }
    }
}
