//! Files: the browser's code by its hash, icons, and pictures from the database.

use app::pictures::store;
use app::site::Site;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::path::Path as FilePath;
use tower::ServiceExt;

/// Whatever is named by the hash of its bytes never changes.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";

/// The name of the folder with the browser's files: `pkg-` and the hash of all of them, as the last build noted it.
pub fn package(site_root: &FilePath) -> std::io::Result<String> {
    let name = std::fs::read_to_string(site_root.join(".package"))?.trim().to_owned();
    if name.starts_with("pkg-") && site_root.join(&name).is_dir() {
        return Ok(name);
    }
    Err(std::io::Error::other(format!(
        "{} names no folder of the browser's files",
        site_root.join(".package").display()
    )))
}

/// Whether a path can be one of the site's files: short, plain, nothing hidden. Everything else is a page's address.
pub fn is_file(path: &str) -> bool {
    let name = path.strip_prefix('/').unwrap_or(path);
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'));
    let hidden = name.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    plain && !hidden && name.len() < 120 && name.contains('.') && (!name.contains('/') || name.starts_with("pkg-"))
}

/// A file with how long browsers may keep it: for good under its hash, an hour otherwise. What is no file is `missing`'s.
pub async fn serve(State(missing): State<Router>, request: Request, next: Next) -> Response {
    if !is_file(request.uri().path()) {
        return missing.oneshot(request).await.into_response();
    }
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
pub async fn picture(State(site): State<Site>, uri: Uri) -> Response {
    let missing = || StatusCode::NOT_FOUND.into_response();
    let Some((hash, format)) = uri.path().strip_prefix("/anh/").and_then(|name| name.split_once('.')) else {
        return missing();
    };
    let kind = match format {
        "webp" => "image/webp",
        "jpg" => "image/jpeg",
        _ => return missing(),
    };
    if hash.len() > 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return missing();
    }
    match store::file(&site.pool, hash, format).await {
        Ok(Some(bytes)) => ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, FOR_GOOD)], bytes).into_response(),
        Ok(None) => missing(),
        Err(error) => StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_files() {
        for file in ["/favicon.ico", "/manifest.webmanifest", "/pkg-1a2b3c/loa.wasm", "/pkg-1a2b3c/__wasm_split.js"] {
            assert!(is_file(file), "{file}");
        }
        let long = format!("/{}.ico", "a".repeat(300));
        for page in [
            "/",
            "/khong-co",
            "/.stamp",
            "/pkg-1/.x",
            "/pkg-1/../.stamp",
            "/tin-tuc/a.b-1",
            "//a.b",
            "/a%00.ico",
            "/é.ico",
            long.as_str(),
        ] {
            assert!(!is_file(page), "{page}");
        }
    }
}
