//! Feeds, sitemaps and the file for robots.

use app::features::feeds::{Document, write_document};
use app::web::site::Site;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Answers with the document at the path of the request.
pub async fn serve_document(State(site): State<Site>, request: Request) -> Response {
    match write_document(&site, request.uri().path()).await {
        Ok(Document { content_type, text }) => ([(header::CONTENT_TYPE, content_type)], text).into_response(),
        Err(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], error.reading_message()).into_response()
        }
    }
}
