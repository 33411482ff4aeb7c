//! What the headers of a request say.

use axum::http::{HeaderMap, header};

/// Whether a request is a page load by a person rather than a script's.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}
