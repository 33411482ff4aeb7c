//! What the headers of a request say, and whether somebody still waits for its answer.

use crate::base::error::AppError;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use leptos::prelude::use_context;
use tokio_util::sync::CancellationToken;

/// Whether a request is a page load by a person rather than a script's.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

/// Tells what is read for a request that nobody waits for its answer any more.
#[derive(Debug, Clone, Default)]
pub struct ClientLeft(CancellationToken);

impl ClientLeft {
    /// Ends what is still being read for the request.
    pub fn announce(&self) {
        self.0.cancel();
    }
}

/// Runs `work` until the client of the current request leaves: a resource is read in a task of its own, which would go
/// on and hold a connection to the database.
pub fn while_client_waits<T>(
    work: impl Future<Output = Result<T, AppError>>,
) -> impl Future<Output = Result<T, AppError>> {
    let left = use_context::<Parts>().and_then(|parts| parts.extensions.get::<ClientLeft>().cloned());
    async move {
        match left {
            None => work.await,
            Some(ClientLeft(left)) => left.run_until_cancelled(work).await.unwrap_or(Err(AppError::Unavailable)),
        }
    }
}
