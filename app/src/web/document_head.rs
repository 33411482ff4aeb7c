//! The part of the document's head that the page decides, which is known only after the document was begun.

use super::page::Head;
use leptos::prelude::*;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Marks the place in the document where its head goes.
pub const HEAD_MARK: &str = "<!--head-->";

/// Writes the empty comments of a rendering as HTML has them; browsers merely forgive how leptos writes them.
pub fn complete_comments(html: &str) -> String {
    html.replace("<!>", "<!---->")
}

/// The head of a document that is being rendered. Stands in the request's extensions.
#[derive(Debug, Clone, Default)]
pub struct DocumentHead(Arc<Mutex<Parts>>);

/// What the head consists of.
#[derive(Debug, Default)]
struct Parts {
    shared: &'static str,
    /// The address of a style sheet after the site's own.
    style: Option<String>,
    /// A script that runs before anything is painted.
    early: &'static str,
    page: String,
    nonce: String,
}

impl DocumentHead {
    /// The head of the document that is being rendered.
    pub fn current() -> Option<Self> {
        use_context::<http::request::Parts>()?.extensions.get::<Self>().cloned()
    }

    /// Sets what all documents share, the address of a style sheet after the site's own, a script that runs before
    /// anything is painted, and the nonce of this rendering, by which the document's own scripts are told from others.
    pub fn begin(&self, shared: &'static str, style: Option<String>, early: &'static str, nonce: String) {
        let mut parts = self.lock();
        parts.shared = shared;
        parts.style = style;
        parts.early = early;
        parts.nonce = nonce;
    }

    /// Takes the whole head as HTML, and the nonce.
    pub fn take(&self) -> (String, String) {
        let Parts { shared, style, early, page, nonce } = std::mem::take(&mut *self.lock());
        let style = style.map(|href| format!("<link rel=\"stylesheet\" href=\"{href}\">\n")).unwrap_or_default();
        let early = match (nonce.as_str(), early) {
            ("", _) | (_, "") => String::new(),
            (nonce, early) => format!("<script nonce=\"{nonce}\">{early}</script>"),
        };
        (format!("{shared}{style}{early}{page}"), nonce)
    }

    fn lock(&self) -> MutexGuard<'_, Parts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sets what the document's head says about the page.
pub fn set_head(head: &Head) {
    let Some(document) = DocumentHead::current() else { return };
    let description =
        (!head.description.is_empty()).then(|| view! { <meta name="description" content=head.description.clone()/> });
    let robots = head.canonical.is_none().then(|| view! { <meta name="robots" content="noindex"/> });
    let canonical = head.canonical.clone().map(|href| view! { <link rel="canonical" href=href/> });
    let html = view! {
        <title>{head.title.clone()}</title>
        {description}
        {canonical}
        {robots}
    };
    document.lock().page = html.to_html() + &head.extra;
}
