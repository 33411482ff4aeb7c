//! A private PostgreSQL cluster in a folder. It finds or downloads the programs, creates and starts the cluster, takes
//! over the cluster of a killed program, and stops it.
//!
//! The cluster listens only on a Unix socket in a folder that its owner alone can enter, so it needs no password.
//! PostgreSQL refuses to run as root, so a program that runs as root starts it as an unprivileged user (see [`Owner`]).

mod binaries;
mod cluster;
mod owner;

pub use binaries::Binaries;
pub use cluster::{Cluster, Database};
pub use owner::Owner;

use std::path::PathBuf;

/// Reasons for which no cluster is running. Each message explains what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another program uses the data folder.
    #[error("another program is using the data folder {0}: stop it first, or choose another folder")]
    InUse(PathBuf),
    /// The cluster's files were created by a major version that is not installed.
    #[error(
        "the data in {folder} was created by PostgreSQL {wanted}, and only version {found} was found: install version {wanted}"
    )]
    Version {
        /// The cluster's folder.
        folder: PathBuf,
        /// The major version that created it.
        wanted: u32,
        /// The major version that was found.
        found: u32,
    },
    /// No programs are installed, and none could be downloaded.
    #[error(
        "no PostgreSQL 15 or newer was found, and it could not be downloaded ({0}): install the package postgresql, or set DATABASE_URL"
    )]
    Download(String),
    /// A PostgreSQL program failed.
    #[error("{program} failed: {output}")]
    Program {
        /// The program's name.
        program: &'static str,
        /// What it printed.
        output: String,
    },
    /// The server did not answer in time.
    #[error("PostgreSQL did not become ready within {0} seconds; its log is in {1}")]
    NotReady(u64, PathBuf),
    /// The data folder cannot be used.
    #[error("{0}: {1}")]
    Folder(PathBuf, std::io::Error),
}
