//! A public page: HTML that the server rendered, and what it says about itself.
//!
//! Only the server renders it. The browser takes the HTML over as it is and fetches that of the next page when a link
//! is followed, so the code of everything that merely shows something stays out of the download.

use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::base::url::{encode, with_parameter};
use serde::{Deserialize, Serialize};

/// What a page says about itself in the document's head.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Head {
    /// The whole title.
    pub title: String,
    /// The page in a sentence.
    #[serde(skip)]
    pub description: String,
    /// The page's canonical address. A page without one is hidden from search engines.
    #[serde(skip)]
    pub canonical: Option<String>,
    /// More of the head, as HTML.
    #[serde(skip)]
    pub extra: String,
}

/// A public page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    pub head: Head,
    /// The content, as HTML made by the server.
    pub html: String,
    /// Why it is not the page that was asked for: there is none, or a form was refused.
    pub error: Option<AppError>,
    /// The address to go to instead, for good.
    pub redirect: Option<String>,
}

impl Page {
    /// A page that search engines ignore.
    pub fn unlisted(title: String, html: String) -> Self {
        Self { head: Head { title, ..Head::default() }, html, error: None, redirect: None }
    }

    /// The same page with the error that it reports.
    #[must_use]
    pub fn with_error(self, error: Option<AppError>) -> Self {
        Self { error, ..self }
    }
}

/// What a page's address says: the part of its path that varies, and its query.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Default)]
pub struct PageRequest {
    /// The part of the path that varies; see [`crate::routes`].
    pub last: String,
    query: Vec<(String, String)>,
}

#[cfg(feature = "ssr")]
impl PageRequest {
    /// Reads the query of an address. NUL, which Postgres takes nowhere and nobody types, is left out.
    pub fn new(last: &str, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let query = pairs.map(|(name, value)| (name.into_owned(), value.replace('\0', ""))).collect();
        Self { last: last.to_owned(), query }
    }

    /// The first parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first parameter of this name, or an empty text.
    pub fn text(&self, name: &str) -> String {
        self.parameter(name).unwrap_or_default().to_owned()
    }

    /// A path with those of the parameters that the route knows.
    pub fn with_parameters_of(&self, route: &crate::routes::Route, path: &str) -> String {
        let is_known = |name: &str| route.parameters.iter().any(|parameter| parameter.name() == name);
        let known = self.query.iter().filter(|(name, _)| is_known(name));
        known.fold(path.to_owned(), |path, (name, value)| with_parameter(&path, name, &encode(value)))
    }

    /// The token of a refused form.
    pub fn refusal_token(&self) -> String {
        self.text(super::forms::TOKEN)
    }
}

/// Links to the previous and the next page of a list.
#[cfg(feature = "ssr")]
pub fn page_links(page: i64, has_more: bool, href: &dyn Fn(i64) -> String) -> impl leptos::IntoView + use<> {
    use leptos::prelude::*;
    let previous = (page > 1).then(|| {
        view! { <a class="button secondary" rel="prev" href=href(page - 1)>"Trang trước"</a> }
    });
    let next = has_more.then(|| {
        view! { <a class="button secondary" rel="next" href=href(page + 1)>"Trang sau"</a> }
    });
    (page > 1 || has_more).then(|| {
        view! {
            <nav class="pages" aria-label="Trang">
                {previous}
                <span class="quiet">{format!("Trang {page}")}</span>
                {next}
            </nav>
        }
    })
}
