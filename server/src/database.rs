//! The database: the one that is configured, or a private one in the data folder.

use crate::config::CommonOptions;
use app::base::outage;
use app::web::site::MIGRATIONS;
use loa_postgres::Cluster;
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgPool};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A connection that was used within this time is not tested.
const UNTESTED_TIME: Duration = Duration::from_secs(1);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);
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

/// Options of the connection pool. A connection is tested before it is used if it was idle, or was opened before the
/// last outage; to test every one would double the number of queries.
pub fn pool_options(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, metadata| {
            Box::pin(async move {
                if metadata.idle_for > UNTESTED_TIME || outage::is_older_than_last(metadata.age) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
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

    /// Starts the private cluster again if it has ended by itself. Blocks. After a failure the next call tries again.
    pub fn restart_if_ended(&self) {
        if let Some(cluster) = &mut *self.cluster.lock().unwrap_or_else(PoisonError::into_inner)
            && let Err(error) = cluster.restart_if_crashed()
        {
            tracing::error!(%error, "the database could not be started again");
        }
    }

    /// Connects, and runs the migrations. Programs that start together wait for one another.
    pub async fn connect(&self, connections: u32) -> Result<PgPool, Error> {
        let pool = pool_options(connections).connect(&self.url).await?;
        let version = sqlx::query_scalar!(r#"select current_setting('server_version_num')::integer as "version!""#)
            .fetch_one(&pool)
            .await?;
        if version < MIN_VERSION {
            return Err(Error::OldPostgres(version / 10_000));
        }
        MIGRATIONS.run(&pool).await?;
        Ok(pool)
    }
}
