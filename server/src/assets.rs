//! Files of the browser's program, under their hash.

use axum::http::header;
use axum::response::Response;
use std::path::Path as FilePath;

/// For what is named by the hash of its bytes and therefore never changes.
pub const CACHE_FOREVER: &str = "public, max-age=31536000, immutable";
/// For what may change, and is not looked for often.
pub const CACHE_ONE_HOUR: &str = "public, max-age=3600";
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

/// Whether a response is an HTML page.
pub fn is_html(response: &Response) -> bool {
    response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
