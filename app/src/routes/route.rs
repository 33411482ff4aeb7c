//! What an address is made of.

/// An address: a page, a room of the desk, an endpoint of a form, or a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The path. One that ends with `/` is followed by a last part that varies; the front page is the exception.
    /// It is also the label in metrics and log, which must not grow with what visitors type.
    pub path: &'static str,
    /// What the path ends with behind the part that varies.
    pub suffix: &'static str,
    /// What answers it.
    pub kind: Kind,
    /// Whether a rendering may be kept and shown to every visitor without a cookie.
    pub cacheable: bool,
    /// Whether opening it counts as a visit.
    pub counted: bool,
    /// The query parameters that select what a cacheable page shows, in the order in which they are kept.
    pub parameters: &'static [Parameter],
    /// The largest body that it accepts, in bytes.
    pub max_body: usize,
    /// Form fields that a refused form never repeats: passwords and codes.
    pub secret_fields: &'static [&'static str],
    /// Form fields that are never stored: tokens, which the page that the form comes back to has in its address.
    pub token_fields: &'static [&'static str],
}

/// What answers a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A public page.
    Page,
    /// A room of the desk.
    Room,
    /// A server function.
    Endpoint,
    /// A handler of the program: a file, the stream, a health check.
    Handler,
}

/// A query parameter of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// A page number; the first page needs none.
    Page(&'static str),
    /// The number of a comment or an article.
    Id(&'static str),
}

impl Parameter {
    /// Its name in the address.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page(name) | Self::Id(name) => name,
        }
    }
}

/// The largest form, in bytes: a comment of 3,000 characters needs a third of it.
const MAX_FORM: usize = 64 * 1024;
/// The largest list of terms, in bytes: ten thousand terms of a few syllables, as browsers encode them. An article of
/// twenty thousand words is smaller.
pub(super) const MAX_LIST: usize = 2 * 1024 * 1024;

pub(super) const fn route(path: &'static str, kind: Kind) -> Route {
    let (cacheable, counted) = (false, false);
    Route {
        path,
        suffix: "",
        kind,
        cacheable,
        counted,
        parameters: &[],
        max_body: MAX_FORM,
        secret_fields: &[],
        token_fields: &[],
    }
}

pub(super) const fn page(path: &'static str) -> Route {
    route(path, Kind::Page)
}

/// A page that shows nobody in particular.
pub(super) const fn shared_page(path: &'static str, parameters: &'static [Parameter]) -> Route {
    Route { cacheable: true, counted: true, parameters, ..page(path) }
}

pub(super) const fn room(path: &'static str) -> Route {
    route(path, Kind::Room)
}

pub(super) const fn endpoint(path: &'static str) -> Route {
    route(path, Kind::Endpoint)
}

pub(super) const fn secret_endpoint(path: &'static str, secret_fields: &'static [&'static str]) -> Route {
    Route { secret_fields, ..endpoint(path) }
}

pub(super) const fn link_endpoint(path: &'static str, secret_fields: &'static [&'static str]) -> Route {
    Route { token_fields: &["token"], ..secret_endpoint(path, secret_fields) }
}

pub(super) const fn handler(path: &'static str) -> Route {
    route(path, Kind::Handler)
}

/// A text for machines, of which copies are kept like of pages. Reading it is no visit.
pub(super) const fn document(path: &'static str, suffix: &'static str) -> Route {
    Route { cacheable: true, suffix, ..handler(path) }
}

impl Route {
    /// The address with its last part.
    pub fn with(&self, last: impl std::fmt::Display) -> String {
        format!("{}{last}", self.path)
    }

    /// The last part of `path` if this route answers it: empty where nothing varies.
    pub fn matches<'a>(&self, path: &'a str) -> Option<&'a str> {
        let rest = path.strip_prefix(self.path)?.strip_suffix(self.suffix)?;
        let takes_rest = self.path.len() > 1 && self.path.ends_with(['/', '-']);
        match (takes_rest, rest.is_empty()) {
            (true, false) => Some(rest),
            (false, true) => Some(""),
            _ => None,
        }
    }
}
