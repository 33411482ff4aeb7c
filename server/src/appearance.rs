//! The style sheet of the site's own look, and the manifest.

use crate::assets::{CACHE_FOREVER, CACHE_ONE_HOUR};
use app::features::appearance::{read_style, write_manifest};
use app::frame::Frame;
use app::web::site::Site;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// Answers with a style sheet, whose name has the hash of its bytes.
pub async fn serve_style(State(site): State<Site>, Path(name): Path<String>) -> Response {
    match read_style(&site, &name).await {
        Ok(css) => ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, CACHE_FOREVER)], css)
            .into_response(),
        Err(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}

/// Answers with the manifest.
pub async fn serve_manifest(State(site): State<Site>) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, CACHE_ONE_HOUR)];
    (headers, write_manifest(&site, &Frame::load(&site).await.look)).into_response()
}
