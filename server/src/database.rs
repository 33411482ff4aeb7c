//! The database: the one that is named, or a private one in the data folder.

use crate::config::Common;
use app::site::MIGRATIONS;
use loa_postgres::Cluster;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection, PgPool};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A connection that was used within this time is believed to live.
const TRUSTED: Duration = Duration::from_secs(1);

/// Why there is no database.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The private cluster.
    #[error(transparent)]
    Cluster(#[from] loa_postgres::Error),
    /// The connection.
    #[error("the database cannot be reached: {0}")]
    Connect(#[from] sqlx::Error),
    /// The migrations.
    #[error("the database cannot be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Its version.
    #[error("PostgreSQL 15 or newer is needed; this one is {0}")]
    Version(String),
}

/// A database to use, and the cluster behind it where this program runs it.
pub struct Database {
    /// Its address.
    pub url: String,
    /// The folder of `psql` and `pg_dump`, where known.
    pub programs: Option<PathBuf>,
    cluster: Mutex<Option<Cluster>>,
}

/// How the program keeps its connections. One that lay idle, or is from before the database was last away, is tried before
/// it is used; to try each would cost every question a second one.
pub fn pool_options(connections: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(3))
        .test_before_acquire(false)
        .before_acquire(|connection, used| {
            Box::pin(async move {
                if used.idle_for > TRUSTED || app::away::is_from_before(used.age) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
}

impl Database {
    /// The database for `serve`: the private cluster is this program's own. Blocks; call it outside of the async runtime.
    pub fn own(common: &Common) -> Result<Self, Error> {
        if let Some(url) = &common.database_url {
            return Ok(Self { url: url.clone(), programs: None, cluster: Mutex::default() });
        }
        let cluster = Cluster::start(&common.data_dir())?;
        let database = cluster.database().clone();
        Ok(Self { url: database.url(), programs: Some(database.programs), cluster: Mutex::new(Some(cluster)) })
    }

    /// The database for a short command: that of the running site, or one that is started for the moment.
    pub fn borrow(common: &Common) -> Result<Self, Error> {
        match (&common.database_url, Self::own(common)) {
            (None, Err(Error::Cluster(loa_postgres::Error::InUse(folder)))) => {
                let database = Cluster::running(&folder)?.ok_or(loa_postgres::Error::InUse(folder))?;
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

    /// Starts the private cluster again if it has ended by itself. Blocks; what fails is tried again by the next call.
    pub fn revive(&self) {
        if let Some(cluster) = &mut *self.cluster.lock().unwrap_or_else(PoisonError::into_inner)
            && let Err(error) = cluster.revive()
        {
            tracing::error!(%error, "the database could not be started again");
        }
    }

    /// Connects and brings the database up to date. Programs that start together wait for one another.
    pub async fn connect(&self, connections: u32) -> Result<PgPool, Error> {
        let pool = pool_options(connections).connect(&self.url).await?;
        let version: i32 =
            sqlx::query_scalar("select current_setting('server_version_num')::int").fetch_one(&pool).await?;
        if version < 150_000 {
            return Err(Error::Version(format!("{}", version / 10_000)));
        }
        MIGRATIONS.run(&pool).await?;
        Ok(pool)
    }
}
