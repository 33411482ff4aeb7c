//! Forms that work with script and without, and lose nothing.
//!
//! A form posts to its server function's address. The browser's script sends it with [`send`] and gets the answer or an
//! [`AppError`]. Without script [`post`] turns the same answer into a 303: back to the place on the page, or,
//! refused, to the page with a token under which what was typed is kept for half an hour.

#[cfg(feature = "ssr")]
pub mod post;
pub mod send;
#[cfg(feature = "ssr")]
pub mod store;
pub mod view;

use crate::error::AppError;
use serde::{Deserialize, Serialize};

/// A form that was refused, with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The address that the form posts to.
    pub action: String,
    /// Why it was refused.
    pub error: AppError,
    /// Its fields as they came, but for passwords and codes.
    pub fields: Vec<(String, String)>,
}

impl Refusal {
    /// Everything that was typed into fields of one name.
    pub fn all(&self, field: &str) -> Vec<String> {
        self.fields.iter().filter(|(name, _)| name == field).map(|(_, value)| value.clone()).collect()
    }

    /// What was typed into a field; empty where nothing was.
    pub fn typed(&self, field: &str) -> String {
        self.fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The comment that the form answers.
    pub fn reply_to(&self) -> Option<i64> {
        crate::articles::parse_id(&self.typed("parent_id"))
    }
}

/// The name of the query parameter that carries a refusal's token.
pub const TOKEN: &str = "loi";
/// The name of the hidden field that says which page a form is on.
pub const RETURN_TO: &str = "return_to";
/// The id of the summary that a refused form comes back to.
pub const SUMMARY: &str = "loi";

/// The refusal that the page with this token came back with.
#[cfg(feature = "ssr")]
pub async fn refused(token: &str) -> Result<Option<Refusal>, AppError> {
    if token.is_empty() {
        return Ok(None);
    }
    store::show(&crate::site::site()?.pool, crate::session::visitor()?, token).await
}

/// A path on this site to go back to; anything that could lead elsewhere is the front page.
pub fn local_path(path: &str) -> &str {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains(['\\', '\n', '\r', '\t', '#'])
        && path.is_ascii()
        && path.len() <= 1000
        && !path.bytes().any(|b| b.is_ascii_control() || b == b' ');
    if plain { path } else { "/" }
}

/// The path without a refusal's token.
pub fn without_token(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let kept: Vec<&str> =
        query.split('&').filter(|pair| pair.split('=').next() != Some(TOKEN) && !pair.is_empty()).collect();
    if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) }
}

/// The path with one more query parameter.
pub fn with_parameter(path: &str, name: &str, value: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{name}={value}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_returns_only_to_this_site() {
        for good in ["/", "/tin-tuc/a-1", "/tin-tuc/a-1?trang-y-kien=2"] {
            assert_eq!(local_path(good), good);
        }
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
    fn an_old_token_does_not_stay_in_the_address() {
        assert_eq!(without_token("/a?loi=x"), "/a");
        assert_eq!(without_token("/a?b=1&loi=x&c=2"), "/a?b=1&c=2");
        assert_eq!(with_parameter("/a", "loi", "x"), "/a?loi=x");
        assert_eq!(with_parameter("/a?b=1", "loi", "x"), "/a?b=1&loi=x");
    }
}
