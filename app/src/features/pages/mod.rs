//! Pages that are no news: about the office, who works there, its procedures. They are written like articles.

pub mod page;
pub mod store;

use crate::features::articles::ArticleKind;
use time::OffsetDateTime;

/// A page's name with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortPage {
    pub slug: String,
    pub title: String,
}

impl ShortPage {
    pub fn path(&self) -> String {
        // a page's address has no number
        ArticleKind::Page.path(&self.slug, 0)
    }
}

/// A page as the public reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicText {
    pub short: ShortPage,
    /// Sanitised HTML.
    pub body: String,
    pub description: String,
    pub modified_at: OffsetDateTime,
}
