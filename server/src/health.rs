//! Whether the program lives, and whether it can do its work: for whoever watches it.

use app::site::{MIGRATIONS, Site};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// A database that needs longer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// `/khoe`: the process lives.
pub async fn lives() -> Response {
    answer(StatusCode::OK, "ok")
}

/// `/khoe/san-sang`: the database answers and is up to date.
pub async fn ready(State(site): State<Site>) -> Response {
    let newest = MIGRATIONS.iter().map(|migration| migration.version).max();
    let applied = sqlx::query_scalar::<_, Option<i64>>("select max(version) from _sqlx_migrations where success");
    match tokio::time::timeout(PATIENCE, applied.fetch_one(&site.pool)).await {
        Ok(Ok(applied)) if applied >= newest => answer(StatusCode::OK, "ready"),
        Ok(Ok(_)) => answer(StatusCode::SERVICE_UNAVAILABLE, "migrations"),
        Ok(Err(_)) | Err(_) => answer(StatusCode::SERVICE_UNAVAILABLE, "database"),
    }
}

fn answer(status: StatusCode, words: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], words).into_response()
}
