//! What a client accepts, has already, and asks for a part of.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use sha2::{Digest, Sha256};

/// The encodings of an answer, the largest first; the first is none.
pub const ENCODINGS: [&str; 3] = ["", "gzip", "br"];

/// Makes the tag of an answer in an encoding, by its index.
pub fn make_etag(bytes: &[u8], encoding: usize) -> HeaderValue {
    let hash = hex::encode(&Sha256::digest(bytes)[..12]);
    let suffix = if encoding == 0 { String::new() } else { format!("-{}", ENCODINGS[encoding]) };
    HeaderValue::try_from(format!("\"{hash}{suffix}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Chooses the smallest encoding that the browser accepts, by its index; the first is none.
pub fn choose_encoding(request_headers: &HeaderMap) -> usize {
    let accepted = request_headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_accepted = |wanted: &str| {
        accepted.split(',').any(|entry| {
            let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let is_refused = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
            name.trim().eq_ignore_ascii_case(wanted) && !is_refused
        })
    };
    (1..ENCODINGS.len()).rev().find(|index| is_accepted(ENCODINGS[*index])).unwrap_or(0)
}

/// Whether the browser has what this tag names. A proxy may have weakened the tag on its way.
pub fn has_current_copy(request_headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = request_headers.get_all(HeaderName::from_static("if-none-match"));
    let Ok(etag) = etag.to_str() else { return false };
    known
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim() == "*" || value.trim().trim_start_matches("W/") == etag)
}

/// Reads a range of bytes. Several ranges, and units that are no bytes, mean the whole file.
pub fn parse_range(range: &str, size: u64) -> Result<Option<std::ops::Range<u64>>, ()> {
    let Some(range) = range.strip_prefix("bytes=").filter(|range| !range.contains(',')) else { return Ok(None) };
    let Some((first, last)) = range.trim().split_once('-') else { return Ok(None) };
    let number = |text: &str| text.trim().parse::<u64>();
    let (start, end) = match (number(first), number(last)) {
        (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.is_empty() => (first, size),
        (Err(_), Ok(last)) if first.is_empty() => (size.saturating_sub(last), size),
        _ => return Ok(None),
    };
    if start < end { Ok(Some(start..end)) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_accepted_encoding_is_chosen() {
        for (accepts, wanted) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, br;q=0", "gzip"),
            ("GZIP", "gzip"),
            ("identity", ""),
            ("", ""),
            ("brotli", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepts.parse().expect("is a header"));
            assert_eq!(ENCODINGS[choose_encoding(&headers)], wanted, "{accepts}");
        }
    }

    #[test]
    fn what_the_browser_has_is_known_by_its_tag() {
        let has = |tag: &str| {
            let headers = [(header::IF_NONE_MATCH, tag.parse().expect("is a header"))].into_iter().collect();
            has_current_copy(&headers, &HeaderValue::from_static("\"a-br\""))
        };
        let many = format!("{}\"a-br\"", "\"b\", ".repeat(10_000));
        for known in ["\"a-br\"", "\"x\", W/\"a-br\"", "*", &many] {
            assert!(has(known), "{known}");
        }
        for other in ["", "\"a\"", "\"a-gzip\"", "a-br", &"\"b\", ".repeat(10_000)] {
            assert!(!has(other), "{other}");
        }
    }

    #[test]
    fn a_range_is_inside_of_the_file() {
        for (range, expected) in [
            ("bytes=0-3", Ok(Some(0..4))),
            ("bytes=8-", Ok(Some(8..10))),
            ("bytes=-4", Ok(Some(6..10))),
            ("bytes=-40", Ok(Some(0..10))),
            ("bytes=2-400", Ok(Some(2..10))),
            ("bytes=10-", Err(())),
            ("bytes=-0", Err(())),
            ("bytes=5-2", Ok(None)),
            ("bytes=0-1,3-4", Ok(None)),
            ("bytes=a-b", Ok(None)),
            ("lines=1-2", Ok(None)),
            ("bytes=18446744073709551615-", Err(())),
        ] {
            assert_eq!(parse_range(range, 10), expected, "{range}");
        }
    }
}
