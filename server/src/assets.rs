//! Files of the browser's program, under their hash.

use app::routes;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::path::Path as FilePath;
use tower::ServiceExt;

/// For what is named by the hash of its bytes and therefore never changes.
pub const CACHE_FOREVER: &str = "public, max-age=31536000, immutable";
/// For what may change, and is not looked for often.
pub const CACHE_ONE_HOUR: &str = "public, max-age=3600";
/// The longest name of a file.
const MAX_NAME: usize = 120;

/// Finds the name of the folder with the browser's files, as the last build recorded it: `pkg-` and the hash of all of
/// them.
pub fn find_package(site_root: &FilePath) -> std::io::Result<String> {
    let name = std::fs::read_to_string(site_root.join(".package"))?.trim().to_owned();
    if name.starts_with("pkg-") && site_root.join(&name).is_dir() {
        return Ok(name);
    }
    Err(std::io::Error::other(format!(
        "{} does not name a folder with the browser's files",
        site_root.join(".package").display()
    )))
}

/// Whether a path can be that of a file: short, plain, nothing hidden. Every other path is a page's.
pub fn is_file_path(path: &str) -> bool {
    let name = path.strip_prefix('/').unwrap_or(path);
    let is_plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/'));
    let is_hidden = name.split('/').any(|part| part.is_empty() || part.starts_with('.'));
    let is_in_known_folder = !name.contains('/') || routes::ASSETS.matches(path).is_some();
    is_plain && !is_hidden && is_in_known_folder && name.len() < MAX_NAME && name.contains('.')
}

/// Serves a file, and tells browsers how long they may keep it: forever under its hash, and an hour otherwise. Every
/// other path goes to `pages`.
pub async fn serve_file(State(pages): State<Router>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if !is_file_path(path) {
        return pages.oneshot(request).await.into_response();
    }
    let is_hashed = routes::ASSETS.matches(path).is_some();
    let mut response = next.run(request).await;
    if response.status().is_success() && !is_html(&response) {
        let value = if is_hashed { CACHE_FOREVER } else { CACHE_ONE_HOUR };
        response.headers_mut().entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(value));
        response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    }
    response
}

/// Whether a response is an HTML page.
pub fn is_html(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_files() {
        for file in [
            "/favicon.ico",
            "/manifest.webmanifest",
            "/pkg-1a2b3c/loa.wasm",
            "/pkg-1a2b3c/loa.js",
            "/pkg-1a2b3c/__wasm_split.js",
        ] {
            assert!(is_file_path(file), "{file}");
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
            assert!(!is_file_path(page), "{page}");
        }
    }
}
