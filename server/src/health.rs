//! Health checks for monitoring.

use app::web::site::{MIGRATIONS, Site};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// A database that needs longer is not ready.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(2);

/// `/khoe`: the process is running.
pub async fn check_process() -> Response {
    text_response(StatusCode::OK, "ok")
}

/// `/khoe/san-sang`: the database answers, and its migrations have run.
pub async fn check_database(State(site): State<Site>) -> Response {
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
