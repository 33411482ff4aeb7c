//! Files: the browser's code by its hash, icons, and pictures from the database.

use app::error::AppError;
use app::pictures::store;
use app::site::Site;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::path::Path as FilePath;

/// Whatever is named by the hash of its bytes never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The name of the folder with the browser's files: `pkg-` and the hash of all of them.
pub fn package(site_root: &FilePath) -> std::io::Result<String> {
    let names =
        std::fs::read_dir(site_root)?.filter_map(Result::ok).filter_map(|entry| entry.file_name().into_string().ok());
    let mut packages: Vec<String> = names.filter(|name| name.starts_with("pkg-")).collect();
    packages.sort();
    match packages.as_slice() {
        [one] => Ok(one.clone()),
        found => Err(std::io::Error::other(format!(
            "{} folders named pkg-… in {}, and one is needed: run make build",
            found.len(),
            site_root.display()
        ))),
    }
}

/// How long browsers may keep a file: for good under its hash, an hour otherwise.
pub async fn keep(request: Request, next: Next) -> Response {
    let hashed = request.uri().path().starts_with("/pkg-");
    let mut response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if response.status().is_success() && !is_page {
        let value = if hashed { FOR_GOOD } else { "public, max-age=3600" };
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(value));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    response
}

/// A picture's file: `/anh/1a2b3c.webp`.
pub async fn picture(State(site): State<Site>, Path(name): Path<String>) -> Response {
    let Some((hash, format)) = name.split_once('.') else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match format {
        "webp" => "image/webp",
        "jpg" => "image/jpeg",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    match store::file(&site.pool, hash, format).await {
        Ok(Some(bytes)) => ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_GOOD)], bytes).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(AppError::Unavailable) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
