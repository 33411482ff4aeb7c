//! The cluster: created, started or taken over, and stopped.

use crate::{Binaries, Error, Owner};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const READY_SECONDS: u64 = 60;
/// The largest log, in bytes; the one before it is as large.
const MAX_LOG: u64 = 8 * 1024 * 1024;
const USER: &str = "loa";
const DATABASE: &str = "loa_phuong";
/// The kernel's limit of a socket's path is 107 bytes; PostgreSQL adds its own file name.
const LONGEST_SOCKET_FOLDER: usize = 85;

/// A running cluster, which is stopped when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    database: Database,
    pid: Option<Pid>,
    owner: Owner,
    binaries: Binaries,
    layout: Layout,
    _lock: File,
}

/// The location of a cluster's database.
#[derive(Debug, Clone)]
pub struct Database {
    /// The folder of its Unix socket.
    pub socket: PathBuf,
    /// The folder of its programs (`psql`, `pg_dump`).
    pub programs: PathBuf,
}

impl Database {
    /// The connection URL for sqlx, psql and pg_dump.
    pub fn url(&self) -> String {
        format!("postgres://{USER}@localhost/{DATABASE}?host={}", self.socket.display())
    }
}

/// The paths in a data folder.
#[derive(Debug)]
struct Layout {
    files: PathBuf,
    socket: PathBuf,
    log: PathBuf,
    downloads: PathBuf,
}

impl Layout {
    fn new(data: &Path) -> Self {
        let mut socket = data.join("socket");
        if socket.as_os_str().len() > LONGEST_SOCKET_FOLDER {
            use std::hash::{DefaultHasher, Hash, Hasher};
            let mut hasher = DefaultHasher::new();
            data.hash(&mut hasher);
            socket = std::env::temp_dir().join(format!("loa-phuong-{:016x}", hasher.finish()));
        }
        Self {
            files: data.join("postgres"),
            socket,
            log: data.join("postgres.log"),
            downloads: data.join("postgresql"),
        }
    }
}

impl Cluster {
    /// Starts the cluster in `data`, creating it where there is none and taking over one whose program was killed.
    /// Blocks for up to a minute.
    pub fn start(data: &Path) -> Result<Self, Error> {
        let data = &absolute(data)?;
        let owner = Owner::choose();
        let lock = lock(data)?;
        let layout = Layout::new(data);
        let binaries = Binaries::find(find_version(&layout.files), &layout.downloads)?;
        let database = Database { socket: layout.socket.clone(), programs: binaries.folder.clone() };
        let mut cluster = Self { database, pid: find_postmaster(&layout.files), owner, binaries, layout, _lock: lock };
        if cluster.pid.is_some() {
            tracing::info!("taking over the database that is still running");
            wait_until_ready(&cluster.binaries, &cluster.layout, || false)?;
            return Ok(cluster);
        }
        if !cluster.layout.files.join("PG_VERSION").exists() {
            create(&cluster.binaries, owner, &cluster.layout)?;
        }
        cluster.pid = Some(launch(&cluster.binaries, owner, &cluster.layout)?);
        create_database(&cluster.binaries, &cluster.layout)?;
        Ok(cluster)
    }

    /// Starts the server again if it has crashed. Blocks until it is ready.
    pub fn restart_if_crashed(&mut self) -> Result<(), Error> {
        if self.pid.is_none_or(is_alive) {
            return Ok(());
        }
        tracing::warn!("the database ended: starting it again");
        self.pid = Some(launch(&self.binaries, self.owner, &self.layout)?);
        Ok(())
    }

    /// Keeps the log small, whatever is written to it; call it every second.
    pub fn rotate_log(&self) {
        if let Err(error) = rotate_log(&self.layout.log, MAX_LOG) {
            tracing::warn!(%error, "the database's log could not be rotated");
        }
    }

    /// Finds the running cluster that another program has started in `data`.
    pub fn find_running(data: &Path) -> Result<Option<Database>, Error> {
        let layout = Layout::new(&absolute(data)?);
        if find_postmaster(&layout.files).is_none() {
            return Ok(None);
        }
        let binaries = Binaries::find(find_version(&layout.files), &layout.downloads)?;
        Ok(Some(Database { socket: layout.socket, programs: binaries.folder }))
    }

    /// The location of the database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Stops the cluster, which rolls back open transactions. Blocks until it has ended.
    pub fn stop(&mut self) {
        let Some(pid) = self.pid.take() else { return };
        // SIGINT is PostgreSQL's fast shutdown
        if kill_process(pid, Signal::INT).is_err() {
            return;
        }
        let start = Instant::now();
        while is_alive(pid) && start.elapsed() < Duration::from_secs(READY_SECONDS) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

fn absolute(data: &Path) -> Result<PathBuf, Error> {
    let folder = |error| Error::Folder(data.to_path_buf(), error);
    std::fs::create_dir_all(data).map_err(folder)?;
    data.canonicalize().map_err(folder)
}

/// Locks the data folder for one program. The lock ends with the process.
fn lock(data: &Path) -> Result<File, Error> {
    let path = data.join("program.lock");
    let folder = |error| Error::Folder(path.clone(), error);
    let file = File::options().create(true).truncate(false).write(true).open(&path).map_err(folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::InUse(data.to_path_buf())),
        Err(std::fs::TryLockError::Error(error)) => Err(folder(error)),
    }
}

/// The major version that created these files.
fn find_version(files: &Path) -> Option<u32> {
    std::fs::read_to_string(files.join("PG_VERSION")).ok()?.trim().parse().ok()
}

/// Finds the running postmaster of these files. After a restart of the machine the stored number may belong to another
/// process, so the command is compared too.
fn find_postmaster(files: &Path) -> Option<Pid> {
    let pid_file = std::fs::read_to_string(files.join("postmaster.pid")).ok()?;
    let pid = Pid::from_raw(pid_file.lines().next()?.trim().parse().ok()?)?;
    let command = std::fs::read(format!("/proc/{}/cmdline", pid.as_raw_nonzero())).ok()?;
    let command = String::from_utf8_lossy(&command);
    (is_alive(pid) && command.contains("postgres") && command.contains(&*files.to_string_lossy())).then_some(pid)
}

fn is_alive(pid: Pid) -> bool {
    // an ended child process stays a zombie until it is waited for
    let _ = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::NOHANG);
    match test_kill_process(pid) {
        Ok(()) => true,
        Err(error) => error == rustix::io::Errno::PERM,
    }
}

fn create(binaries: &Binaries, owner: Owner, layout: &Layout) -> Result<(), Error> {
    tracing::info!(version = binaries.major, "creating the database cluster");
    // initdb refuses the unfinished folder of an interrupted first start
    if layout.files.exists() {
        std::fs::remove_dir_all(&layout.files).map_err(|error| Error::Folder(layout.files.clone(), error))?;
    }
    owner.prepare_folder(&layout.files).map_err(|error| Error::Folder(layout.files.clone(), error))?;
    let mut initdb = owner.command(&binaries.program("initdb"));
    initdb.arg("--pgdata").arg(&layout.files).args([
        "--username",
        USER,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C.UTF-8",
        "--data-checksums",
        "--no-instructions",
    ]);
    run("initdb", &mut initdb)
}

fn launch(binaries: &Binaries, owner: Owner, layout: &Layout) -> Result<Pid, Error> {
    owner.prepare_folder(&layout.socket).map_err(|error| Error::Folder(layout.socket.clone(), error))?;
    let log = open_log(&layout.log).map_err(|error| Error::Folder(layout.log.clone(), error))?;
    let failed = |error: std::io::Error| Error::Program { program: "postgres", output: error.to_string() };
    let mut postgres = owner.command(&binaries.program("postgres"));
    postgres
        .arg("-D")
        .arg(&layout.files)
        .arg("-k")
        .arg(&layout.socket)
        .args(["-c", "listen_addresses=", "-c", "unix_socket_permissions=0700", "-c", "max_connections=200"])
        .args(["-c", "shared_buffers=64MB", "-c", "log_timezone=UTC", "-c", "timezone=UTC"])
        // neither statements nor details: they contain what people wrote
        .args(["-c", "log_error_verbosity=terse", "-c", "log_min_error_statement=panic"])
        .stdin(Stdio::null())
        .stdout(log.try_clone().map_err(failed)?)
        .stderr(log);
    let mut child = postgres.spawn().map_err(failed)?;
    let pid = Pid::from_child(&child);
    wait_until_ready(binaries, layout, || matches!(child.try_wait(), Ok(Some(_))))?;
    Ok(pid)
}

/// Opens the log to append to it; nobody but its owner reads it.
fn open_log(path: &Path) -> std::io::Result<File> {
    let log = File::options().create(true).append(true).mode(0o600).open(path)?;
    // it may be there from before, with another mode
    log.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    Ok(log)
}

/// Moves a log that has grown beyond `max` bytes to a second file, which it replaces. The server goes on appending to
/// the first.
fn rotate_log(path: &Path, max: u64) -> std::io::Result<()> {
    let log = File::options().read(true).write(true).open(path)?;
    if log.metadata()?.len() <= max {
        return Ok(());
    }
    let previous = path.with_extension("log.1");
    let mut copy = File::options().create(true).write(true).truncate(true).mode(0o600).open(previous)?;
    std::io::copy(&mut (&log).take(max), &mut copy)?;
    log.set_len(0)
}

fn wait_until_ready(binaries: &Binaries, layout: &Layout, mut ended: impl FnMut() -> bool) -> Result<(), Error> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(READY_SECONDS) {
        let mut check = Command::new(binaries.program("pg_isready"));
        check.arg("-q").arg("-h").arg(&layout.socket).args(["-U", USER, "-d", "postgres"]);
        if check.status().is_ok_and(|status| status.success()) {
            return Ok(());
        }
        if ended() {
            let log = std::fs::read_to_string(&layout.log).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(5).collect();
            return Err(Error::Program {
                program: "postgres",
                output: tail.into_iter().rev().collect::<Vec<_>>().join("\n"),
            });
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(Error::NotReady(READY_SECONDS, layout.log.clone()))
}

fn create_database(binaries: &Binaries, layout: &Layout) -> Result<(), Error> {
    let psql = |database: &str, sql: &str| {
        let mut psql = Command::new(binaries.program("psql"));
        psql.arg("-h").arg(&layout.socket).args([
            "-U",
            USER,
            "-d",
            database,
            "-X",
            "-q",
            "-t",
            "-A",
            "-v",
            "ON_ERROR_STOP=1",
            "-c",
            sql,
        ]);
        psql
    };
    let exists = psql("postgres", &format!("select 1 from pg_database where datname = '{DATABASE}'"));
    if output("psql", exists)?.trim() == "1" {
        return Ok(());
    }
    run("psql", &mut psql("postgres", &format!("create database {DATABASE}")))
}

fn run(program: &'static str, command: &mut Command) -> Result<(), Error> {
    let output = command.output().map_err(|error| Error::Program { program, output: error.to_string() })?;
    if output.status.success() {
        return Ok(());
    }
    Err(Error::Program { program, output: String::from_utf8_lossy(&output.stderr).trim().to_owned() })
}

fn output(program: &'static str, mut command: Command) -> Result<String, Error> {
    let output = command.output().map_err(|error| Error::Program { program, output: error.to_string() })?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn the_log_is_its_owners_and_stays_small() {
        let folder = std::env::temp_dir().join(format!("loa-log-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("postgres.log");
        std::fs::write(&path, "before\n").expect("writes");
        let mut log = open_log(&path).expect("opens");
        assert_eq!(std::fs::metadata(&path).expect("is there").permissions().mode() & 0o777, 0o600);
        rotate_log(&path, 100).expect("leaves it");
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), "before\n");
        log.write_all(&[b'x'; 200]).expect("writes");
        rotate_log(&path, 100).expect("rotates");
        log.write_all(b"after\n").expect("writes");
        assert_eq!(std::fs::read_to_string(&path).expect("reads"), "after\n");
        let previous = path.with_extension("log.1");
        assert_eq!(std::fs::read(&previous).expect("reads").len(), 100);
        assert_eq!(std::fs::metadata(&previous).expect("is there").permissions().mode() & 0o777, 0o600);
        std::fs::remove_dir_all(&folder).expect("cleans up");
    }
}
