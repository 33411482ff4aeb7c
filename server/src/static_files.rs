//! Files of the browser's program, from memory: as they are and compressed, with their headers made once.

use crate::assets::{CACHE_FOREVER, CACHE_ONE_HOUR};
use crate::negotiation::{ENCODINGS, choose_encoding, has_current_copy, make_etag, parse_range};
use crate::security_headers::complete_headers;
use app::routes;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::Response;
use std::collections::HashMap;
use std::io::{Error, Result};
use std::path::Path;

/// The most memory for these files, in bytes. A build takes a twentieth of it.
const MAX_BYTES: usize = 64 << 20;
/// Folders in folders that are read.
const MAX_DEPTH: usize = 3;
/// The endings of files in each of [`ENCODINGS`].
const ENDINGS: [&str; 3] = ["", ".gz", ".br"];

/// The files, by their paths in addresses.
#[derive(Debug, Default)]
pub struct StaticFiles {
    files: HashMap<Box<str>, [Option<EncodedFile>; 3]>,
}

#[derive(Debug)]
struct EncodedFile {
    headers: HeaderMap,
    etag: HeaderValue,
    bytes: Bytes,
}

impl StaticFiles {
    /// Reads every file of a folder. Hidden files are left out.
    ///
    /// # Errors
    /// A folder that cannot be read, or that is far larger than a build is.
    pub fn load(root: &Path, is_https: bool) -> Result<Self> {
        let mut found = HashMap::new();
        let mut left = MAX_BYTES;
        read_folder(root, "/", MAX_DEPTH, &mut left, &mut found)?;
        let mut files = HashMap::new();
        let is_compressed = |path: &str| path.ends_with(".gz") || path.ends_with(".br");
        // what the program writes itself is not replaced by a file of an older build
        let is_page = |path: &str| routes::find(path).is_some_and(|(index, _)| routes::ALL[index] != routes::ASSETS);
        for path in found.keys().filter(|path| !is_compressed(path) && !is_page(path)) {
            let encoded = [0, 1, 2].map(|encoding| {
                let bytes = found.get(&format!("{path}{}", ENDINGS[encoding]))?.clone();
                Some(EncodedFile::new(path, bytes, encoding, is_https))
            });
            files.insert(path.as_str().into(), encoded);
        }
        Ok(Self { files })
    }

    /// Answers a request for one of the files; `None` for every other.
    pub fn answer(&self, request: &Request) -> Option<Response> {
        let encoded = self.files.get(request.uri().path())?;
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return None;
        }
        let headers = request.headers();
        let plain = encoded[0].as_ref()?;
        // parts are those of the file as it is
        let is_part = *request.method() == Method::GET
            && headers.contains_key(header::RANGE)
            && headers.get(header::IF_RANGE).is_none_or(|known| known == plain.etag);
        let file = match is_part {
            true => plain,
            false => (0..=choose_encoding(headers)).rev().find_map(|index| encoded[index].as_ref())?,
        };
        if has_current_copy(headers, &file.etag) {
            return Some(file.respond(StatusCode::NOT_MODIFIED, Bytes::new(), None));
        }
        if !is_part {
            return Some(file.respond(StatusCode::OK, file.bytes.clone(), None));
        }
        let range = headers.get(header::RANGE).and_then(|range| range.to_str().ok()).unwrap_or_default();
        Some(match parse_range(range, file.bytes.len() as u64) {
            Ok(None) => file.respond(StatusCode::OK, file.bytes.clone(), None),
            Ok(Some(range)) => {
                let shown = format!("bytes {}-{}/{}", range.start, range.end - 1, file.bytes.len());
                let slice = usize::try_from(range.start).ok().zip(usize::try_from(range.end).ok());
                let bytes = slice.map_or_else(Bytes::new, |(start, end)| file.bytes.slice(start..end));
                file.respond(StatusCode::PARTIAL_CONTENT, bytes, Some(shown))
            }
            Err(()) => {
                let whole = format!("bytes */{}", file.bytes.len());
                let mut response = file.respond(StatusCode::RANGE_NOT_SATISFIABLE, Bytes::new(), Some(whole));
                response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
                response.headers_mut().remove(header::ETAG);
                response
            }
        })
    }
}

impl EncodedFile {
    fn new(path: &str, bytes: Bytes, encoding: usize, is_https: bool) -> Self {
        let kind = mime_guess::from_path(path).first_or_octet_stream();
        let kind = match kind.type_() == mime_guess::mime::TEXT {
            true => format!("{kind}; charset=utf-8"),
            false => kind.to_string(),
        };
        let etag = make_etag(&bytes, encoding);
        let caching = if routes::ASSETS.matches(path).is_some() { CACHE_FOREVER } else { CACHE_ONE_HOUR };
        let mut headers = HeaderMap::new();
        if let Ok(kind) = HeaderValue::try_from(kind) {
            headers.insert(header::CONTENT_TYPE, kind);
        }
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(header::ETAG, etag.clone());
        if encoding > 0 {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(ENCODINGS[encoding]));
        }
        complete_headers(&mut headers, is_https);
        Self { headers, etag, bytes }
    }

    fn respond(&self, status: StatusCode, bytes: Bytes, range: Option<String>) -> Response {
        let mut headers = self.headers.clone();
        if status != StatusCode::NOT_MODIFIED {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
        }
        if let Some(range) = range.and_then(|range| HeaderValue::try_from(range).ok()) {
            headers.insert(header::CONTENT_RANGE, range);
        }
        let mut response = Response::new(Body::from(bytes));
        *response.headers_mut() = headers;
        *response.status_mut() = status;
        response
    }
}

fn read_folder(
    folder: &Path,
    path: &str,
    depth: usize,
    left: &mut usize,
    found: &mut HashMap<String, Bytes>,
) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| !name.starts_with('.')) else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() && depth > 1 {
            read_folder(&entry.path(), &format!("{path}{name}/"), depth - 1, left, found)?;
        } else if kind.is_file() {
            let bytes = std::fs::read(entry.path())?;
            *left = left
                .checked_sub(bytes.len())
                .ok_or_else(|| Error::other(format!("{} is larger than the browser's files are", folder.display())))?;
            found.insert(format!("{path}{name}"), bytes.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> (tempfile::TempDir, StaticFiles) {
        let folder = tempfile::tempdir().expect("makes a folder");
        let package = folder.path().join("pkg-1a");
        std::fs::create_dir(&package).expect("makes a folder");
        for (name, text) in [
            ("favicon.ico", "0123456789"),
            ("manifest.webmanifest", "{}"),
            (".package", "pkg-1a"),
            ("pkg-1a/main.css", "a{color:red}"),
            ("pkg-1a/main.css.br", "br"),
            ("pkg-1a/main.css.gz", "gz"),
        ] {
            std::fs::write(folder.path().join(name), text).expect("writes");
        }
        let files = StaticFiles::load(folder.path(), false).expect("loads");
        (folder, files)
    }

    fn ask(files: &StaticFiles, path: &str, headers: &[(&str, &str)]) -> Option<Response> {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        files.answer(&request.body(Body::empty()).expect("is a request"))
    }

    #[test]
    fn a_file_comes_in_the_encoding_that_is_accepted() {
        let (_folder, files) = files();
        for (accepted, encoding, length) in [("br, gzip", "br", "2"), ("gzip", "gzip", "2"), ("", "", "12")] {
            let response = ask(&files, "/pkg-1a/main.css", &[("accept-encoding", accepted)]).expect("is a file");
            let header = |name: &str| response.headers().get(name).map_or("", |value| value.to_str().expect("is text"));
            assert_eq!((header("content-encoding"), header("content-length")), (encoding, length));
            assert_eq!(header("cache-control"), CACHE_FOREVER);
            assert_eq!(
                (header("content-type"), header("x-content-type-options")),
                ("text/css; charset=utf-8", "nosniff")
            );
            let etag = header("etag").to_owned();
            let headers = [("accept-encoding", accepted), ("if-none-match", &etag)];
            let again = ask(&files, "/pkg-1a/main.css", &headers).expect("is a file");
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
        }
        let plain = ask(&files, "/favicon.ico", &[("accept-encoding", "br")]).expect("is a file");
        assert_eq!(plain.headers()[header::CACHE_CONTROL], CACHE_ONE_HOUR);
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING), "there is no compressed one");
    }

    #[test]
    fn a_part_is_of_the_file_as_it_is() {
        let (_folder, files) = files();
        let hundred = format!("bytes={}", vec!["0-1"; 100].join(","));
        for (range, status, shown) in [
            ("bytes=2-4", StatusCode::PARTIAL_CONTENT, Some("bytes 2-4/10")),
            ("bytes=8-99", StatusCode::PARTIAL_CONTENT, Some("bytes 8-9/10")),
            ("bytes=-3", StatusCode::PARTIAL_CONTENT, Some("bytes 7-9/10")),
            ("bytes=10-", StatusCode::RANGE_NOT_SATISFIABLE, Some("bytes */10")),
            (&hundred, StatusCode::OK, None),
            ("lines=1", StatusCode::OK, None),
        ] {
            let headers = [("range", range), ("accept-encoding", "br")];
            let response = ask(&files, "/favicon.ico", &headers).expect("is a file");
            let content_range =
                response.headers().get(header::CONTENT_RANGE).map(|range| range.to_str().expect("is text"));
            assert_eq!((response.status(), content_range), (status, shown), "{range}");
        }
        let beyond = ask(&files, "/favicon.ico", &[("range", "bytes=10-")]).expect("is a file");
        assert_eq!(beyond.headers()[header::CACHE_CONTROL], "no-store");
        let head = Request::head("/favicon.ico").header(header::RANGE, "bytes=2-4").body(Body::empty());
        assert_eq!(files.answer(&head.expect("is a request")).expect("is a file").status(), StatusCode::OK);
        let other = [("range", "bytes=2-4"), ("if-range", "\"other\"")];
        assert_eq!(ask(&files, "/favicon.ico", &other).expect("is a file").status(), StatusCode::OK);
    }

    #[test]
    fn every_other_path_is_no_file() {
        let (_folder, files) = files();
        for path in [
            "/",
            "/.package",
            "/manifest.webmanifest",
            "/pkg-1a",
            "/pkg-1a/",
            "/pkg-1a/main.css.br",
            "/pkg-1a/../favicon.ico",
            "//favicon.ico",
        ] {
            assert!(ask(&files, path, &[]).is_none(), "{path}");
        }
        let post = Request::post("/favicon.ico").body(Body::empty()).expect("is a request");
        assert!(files.answer(&post).is_none());
        assert!(StaticFiles::load(Path::new("/khong-co"), false).is_err());
    }
}
