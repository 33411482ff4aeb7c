//! Paths and queries of the site's own addresses.

/// Encodes a value for a query.
#[cfg(not(feature = "hydrate"))]
pub fn encode(value: &str) -> String {
    use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
    /// Everything but letters, digits and the hyphen: safe in any part of an address.
    const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-');
    utf8_percent_encode(value, ENCODED).to_string()
}

/// Encodes a value for a query, with the browser's own function.
#[cfg(feature = "hydrate")]
pub fn encode(value: &str) -> String {
    js_sys::encode_uri_component(value).into()
}

/// Appends a query parameter whose value needs no encoding.
pub fn with_parameter(path: &str, name: &str, value: &str) -> String {
    let separator = if path.contains('?') { '&' } else { '?' };
    format!("{path}{separator}{name}={value}")
}

/// Removes every query parameter of this name.
pub fn without_parameter(path: &str, name: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let others: Vec<&str> =
        query.split('&').filter(|pair| pair.split('=').next() != Some(name) && !pair.is_empty()).collect();
    if others.is_empty() { path.to_owned() } else { format!("{path}?{}", others.join("&")) }
}

/// The longest address to which a form returns, in bytes: a search of the queue with all of its filters, each letter of
/// which is encoded as up to nine.
const MAX_RETURN: usize = 4000;

/// Returns the path if it stays on this site, and the front page otherwise, because a forged form must not redirect
/// people to another site.
pub fn local_path(path: &str) -> &str {
    let is_local = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\n', '\r', '\t', '#'])
        && path.is_ascii()
        && path.len() <= MAX_RETURN
        && !path.bytes().any(|b| b.is_ascii_control() || b == b' ');
    if is_local { path } else { "/" }
}

/// The link that calls a telephone number; `None` where the text has no digits.
#[cfg(feature = "ssr")]
pub fn telephone_link(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    digits.contains(|c: char| c.is_ascii_digit()).then(|| format!("tel:{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_returns_only_to_this_site() {
        for good in ["/", "/tin-tuc/a-1", "/tin-tuc/a-1?trang-y-kien=2"] {
            assert_eq!(local_path(good), good);
        }
        let search = format!("/quan-tri/y-kien?tim={}", "%E1%BB%99".repeat(200));
        assert_eq!(local_path(&search), search);
        assert_eq!(local_path(&format!("/{}", "a".repeat(4000))), "/");
        for bad in [
            "",
            "x",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\r\nSet-Cookie: x",
            "/a b",
            "/é",
            "/a#b",
            "/\u{0}",
        ] {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
    }

    #[test]
    fn parameters_are_added_and_removed() {
        assert_eq!(without_parameter("/a?loi=x", "loi"), "/a");
        assert_eq!(without_parameter("/a?b=1&loi=x&c=2", "loi"), "/a?b=1&c=2");
        assert_eq!(with_parameter("/a", "loi", "x"), "/a?loi=x");
        assert_eq!(with_parameter("/a?b=1", "loi", "x"), "/a?b=1&loi=x");
    }

    #[test]
    fn a_value_cannot_end_its_parameter() {
        assert_eq!(encode("đèn & 1-2?"), "%C4%91%C3%A8n%20%26%201-2%3F");
    }
}
