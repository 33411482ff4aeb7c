//! Health checks for monitoring.

use app::web::site::{MIGRATIONS, Site};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::path::PathBuf;
use std::time::Duration;

/// A database that needs longer is not ready.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

/// `/khoe`: the process is running.
pub async fn check_process() -> Response {
    text_response(StatusCode::OK, "ok")
}

/// The space that must be left on the disk of the private database.
#[derive(Debug, Clone)]
pub struct DiskReserve {
    pub folder: PathBuf,
    /// In bytes.
    pub least: u64,
}

impl DiskReserve {
    /// Whether so much is left. A disk that cannot be asked is taken for one that has space.
    pub fn is_left(&self) -> bool {
        rustix::fs::statvfs(&self.folder).map_or(true, |disk| disk.f_bavail.saturating_mul(disk.f_frsize) >= self.least)
    }
}

/// `/khoe/san-sang`: the database answers, its migrations have run, and its disk is not full.
pub async fn check_readiness(State((site, reserve)): State<(Site, Option<DiskReserve>)>) -> Response {
    if reserve.is_some_and(|reserve| !reserve.is_left()) {
        return text_response(StatusCode::SERVICE_UNAVAILABLE, "disk");
    }
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    let applied = sqlx::query_scalar!("select max(version) from _sqlx_migrations where success");
    match tokio::time::timeout(DATABASE_TIMEOUT, applied.fetch_one(&site.pool)).await {
        Ok(Ok(applied)) if applied >= newest => text_response(StatusCode::OK, "ready"),
        Ok(Ok(_)) => text_response(StatusCode::SERVICE_UNAVAILABLE, "migrations"),
        Ok(Err(_)) | Err(_) => text_response(StatusCode::SERVICE_UNAVAILABLE, "database"),
    }
}

fn text_response(status: StatusCode, text: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], text).into_response()
}
