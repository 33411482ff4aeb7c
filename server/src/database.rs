//! The database: the one that is configured, or a private one in the data folder.

use crate::config::CommonOptions;
use app::base::outage;
use app::web::site::MIGRATIONS;
use loa_postgres::Cluster;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgConnection, PgPool};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// A connection that was used within this time is not tested.
const UNTESTED_TIME: Duration = Duration::from_secs(1);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
/// The longest statement of a request.
pub const REQUEST_LIMIT: Duration = Duration::from_secs(5);
/// The longest statement of a job, a command or a migration.
pub const JOB_LIMIT: Duration = Duration::from_secs(30 * 60);
/// A connection that does not become free within this time after its request was given up is closed, and Postgres then
/// cancels the statement.
const FREE_TIMEOUT: Duration = Duration::from_millis(200);
/// Connections that are released within this time after a request was given up may be its own.
const GIVEN_UP_TIME: Duration = Duration::from_secs(1);
/// How often the database is asked whether it answers, and how long it may take.
const ANSWER_INTERVAL: Duration = Duration::from_millis(500);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(1);
/// A single silence may be a busy moment; after so many in a row the database hangs.
const MAX_SILENCES: u32 = 2;
/// As Postgres writes it: 15.0.
const MIN_VERSION: i32 = 150_000;

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Cluster(#[from] loa_postgres::Error),
    #[error("the database cannot be reached: {0}")]
    Connect(#[from] sqlx::Error),
    /// Its migrations are others than those of this program.
    #[error(
        "this database belongs to an earlier, incompatible release of Loa Phường: nothing was changed in it, and this \
         release needs a new, empty database"
    )]
    Incompatible,
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(MigrateError),
    #[error("PostgreSQL 15 or newer is needed; this one is {0}")]
    OldPostgres(i32),
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::VersionMismatch(_) | MigrateError::VersionMissing(_) => Self::Incompatible,
            error => Self::Migrate(error),
        }
    }
}

/// A database, and the private cluster behind it where this program runs one.
pub struct Database {
    pub url: String,
    /// The folder of `psql` and `pg_dump`, where known.
    pub programs: Option<PathBuf>,
    cluster: Mutex<Option<Cluster>>,
}

static LAST_GIVEN_UP: RwLock<Option<Instant>> = RwLock::new(None);

/// Records that a request was given up, because its client left or its time was over.
pub fn record_given_up_request() {
    *LAST_GIVEN_UP.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

fn was_request_given_up() -> bool {
    let last = *LAST_GIVEN_UP.read().unwrap_or_else(PoisonError::into_inner);
    last.is_some_and(|last| last.elapsed() < GIVEN_UP_TIME)
}

/// Options of a connection pool whose statements take at most `limit`. A connection is tested before it is used if it
/// was idle, or was opened before the last outage; to test every one would double the number of queries.
pub fn pool_options(connections: u32, limit: Duration) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .after_connect(move |connection, _| Box::pin(set_up(connection, limit)))
        .before_acquire(|connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for > UNTESTED_TIME || outage::is_older_than_last(metadata.age) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_release(|connection, _| {
            Box::pin(async move {
                if !was_request_given_up() {
                    return Ok(true);
                }
                match tokio::time::timeout(FREE_TIMEOUT, connection.ping()).await {
                    Ok(answered) => answered.map(|()| true),
                    Err(_) => Err(sqlx::Error::Io(std::io::Error::other("closed to cancel a statement"))),
                }
            })
        })
}

/// Sets the limits of time of a connection. Its statements are not compiled: they are short, and compiling one takes
/// longer than running it, as often as it runs. Those that may only walk along an index look expensive to Postgres, and
/// would all be compiled.
async fn set_up(connection: &mut PgConnection, limit: Duration) -> Result<(), sqlx::Error> {
    let milliseconds = limit.as_millis();
    let limits = format!(
        "set statement_timeout = {milliseconds}; set idle_in_transaction_session_timeout = {milliseconds};
         set jit = off;"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(limits)).execute(&mut *connection).await?;
    // Postgres cancels what runs for a connection that was closed; not every system can tell it
    let checked = sqlx::raw_sql("set client_connection_check_interval = '500ms'").execute(connection).await;
    checked.map(drop).or_else(|error| error.as_database_error().is_some().then_some(()).ok_or(error))
}

/// Asks the database at `url` again and again whether it answers, on a connection of its own. One that hangs keeps its
/// connections open and refuses none, so only the time tells.
pub async fn watch_answers(url: String) {
    let mut silences = 0;
    loop {
        match tokio::time::timeout(ANSWER_TIMEOUT, PgConnection::connect(&url)).await {
            Ok(Ok(mut connection)) => {
                silences = 0;
                outage::set_answers(true);
                loop {
                    match tokio::time::timeout(ANSWER_TIMEOUT, connection.ping()).await {
                        Ok(Ok(())) => tokio::time::sleep(ANSWER_INTERVAL).await,
                        // a connection that broke says nothing about the others
                        Ok(Err(_)) => break,
                        Err(_) => {
                            silences = 1;
                            break;
                        }
                    }
                }
            }
            // a database that refuses, or is gone, answers at once, and requests notice by themselves
            Ok(Err(_)) => silences = 0,
            Err(_) => silences += 1,
        }
        if silences >= MAX_SILENCES {
            outage::set_answers(false);
        }
        if silences != 1 {
            tokio::time::sleep(ANSWER_INTERVAL).await;
        }
    }
}

impl Database {
    /// Opens the database for `serve`, which owns the private cluster. Blocks: call it outside of the async runtime.
    pub fn open_to_serve(options: &CommonOptions) -> Result<Self, Error> {
        if let Some(url) = &options.database_url {
            return Ok(Self { url: url.clone(), programs: None, cluster: Mutex::default() });
        }
        let cluster = Cluster::start(&options.data_dir())?;
        let database = cluster.database().clone();
        Ok(Self { url: database.url(), programs: Some(database.programs), cluster: Mutex::new(Some(cluster)) })
    }

    /// Opens the database for a short command: that of the running site, or one that is started for the moment.
    pub fn open_for_command(options: &CommonOptions) -> Result<Self, Error> {
        match (&options.database_url, Self::open_to_serve(options)) {
            (None, Err(Error::Cluster(loa_postgres::Error::InUse(folder)))) => {
                let database = Cluster::find_running(&folder)?.ok_or(loa_postgres::Error::InUse(folder))?;
                Ok(Self { url: database.url(), programs: Some(database.programs), cluster: Mutex::default() })
            }
            (_, result) => result,
        }
    }

    /// Stops the private cluster, if there is one.
    pub fn stop(&self) {
        if let Some(cluster) = &mut *self.cluster.lock().unwrap_or_else(PoisonError::into_inner) {
            cluster.stop();
        }
    }

    /// Whether this program runs the database itself.
    pub fn is_private(&self) -> bool {
        self.cluster.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Looks after the private cluster: starts it again if it has ended by itself, and keeps its log small. Blocks.
    /// After a failure the next call tries again.
    pub fn look_after(&self) {
        let mut cluster = self.cluster.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(cluster) = &mut *cluster else { return };
        if let Err(error) = cluster.restart_if_crashed() {
            tracing::error!(%error, "the database could not be started again");
        }
        cluster.rotate_log();
    }

    /// Connects, and runs the migrations. Programs that start together wait for one another. A statement of the
    /// returned pool takes at most `limit`.
    pub async fn connect(&self, connections: u32, limit: Duration) -> Result<PgPool, Error> {
        let mut connection = PgConnection::connect(&self.url).await?;
        let version = sqlx::query_scalar!(r#"select current_setting('server_version_num')::integer as "version!""#)
            .fetch_one(&mut connection)
            .await?;
        if version < MIN_VERSION {
            return Err(Error::OldPostgres(version / 10_000));
        }
        // Postgres says of everything that exists already that it is skipped
        sqlx::raw_sql("set client_min_messages = warning").execute(&mut connection).await?;
        MIGRATIONS.run(&mut connection).await?;
        // a failure to say goodbye changes nothing
        let _ = connection.close().await;
        Ok(self.open_pool(connections, limit).await?)
    }

    /// Opens another pool to the migrated database.
    pub async fn open_pool(&self, connections: u32, limit: Duration) -> Result<PgPool, sqlx::Error> {
        pool_options(connections, limit).connect(&self.url).await
    }
}
