//! Articles: what is published, where it is found, how it is read.

#[cfg(feature = "ssr")]
pub mod html;
pub mod page;
#[cfg(feature = "ssr")]
pub mod sanitise;
#[cfg(feature = "ssr")]
pub mod store;

use crate::base::id::parse_id;
use crate::features::closures::Closed;
use crate::features::comments::{CommentChange, ReplyTo, Thread};
#[cfg(feature = "ssr")]
use crate::features::media::Picture;
use crate::features::ratings::Score;
use crate::routes;
use crate::web::forms::Refusal;
use crate::web::page::Page;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use time::OffsetDateTime;

/// Articles on a page of the list.
#[cfg(feature = "ssr")]
pub const PER_PAGE: i64 = 20;

/// The id of the line on the front page that says how much is new.
#[cfg(feature = "ssr")]
pub const NEWS_BUTTON: &str = "tin-moi-hon";

/// Where an article stands between its first draft and its end. The public sees published articles, and scheduled ones
/// once their time has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "article_state", rename_all = "snake_case"))]
pub enum ArticleState {
    Draft,
    InReview,
    Scheduled,
    Published,
    Withdrawn,
}

/// What an article is: news, a page that is none, or a document. All are written and published in one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "article_kind", rename_all = "snake_case"))]
pub enum ArticleKind {
    #[default]
    Article,
    /// About the office, its procedures and contacts: `/trang/{slug}`.
    Page,
    /// A plan, a decision, a draft that is open for opinions: `/van-ban/{slug}-{id}`.
    Document,
}

impl ArticleKind {
    pub const ALL: [Self; 3] = [Self::Article, Self::Page, Self::Document];

    /// Its name in forms.
    pub fn value(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Page => "page",
            Self::Document => "document",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.value() == text)
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Article => "Bài viết",
            Self::Page => "Trang",
            Self::Document => "Văn bản",
        }
    }

    /// The address of one in public.
    pub fn path(self, slug: &str, id: i64) -> String {
        match self {
            Self::Article => article_path(slug, id),
            Self::Page => routes::PAGE.with(slug),
            Self::Document => routes::DOCUMENT.with(format_args!("{slug}-{id}")),
        }
    }
}

/// An article in a list.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub id: i64,
    /// The readable part of its address.
    pub slug: String,
    pub title: String,
    pub category: CategoryLink,
    /// Its first paragraph.
    pub lead: String,
    pub published_at: OffsetDateTime,
    /// How many comments it shows.
    pub comments: i32,
    pub picture: Option<Picture>,
}

/// The category of an article.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryLink {
    /// `Tin hoạt động`.
    pub name: String,
    /// The address of its page; `None` where it is not offered to readers.
    pub path: Option<String>,
}

/// An article with what stands around it.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub card: Card,
    /// When its text last changed.
    pub modified_at: OffsetDateTime,
    /// HTML, sanitised when it was stored.
    pub body: String,
    /// The pictures of the body and the one in front of it, by their numbers.
    pub pictures: Vec<(i64, Picture)>,
    pub author: String,
    /// Where the text was taken from; empty where it is the body's own.
    pub source: String,
    /// The sentence for search engines; the lead, where it is empty.
    pub description: String,
    /// What was corrected after it was published, and when, the first first.
    pub corrections: Vec<(OffsetDateTime, String)>,
    /// The line under the picture.
    pub caption: String,
    /// Views: those of another site and those counted here.
    pub views: i64,
    pub score: Score,
    /// The visitor's own vote.
    pub own_vote: Option<u8>,
    /// Whether their vote is suspicious and does not count yet.
    pub is_suspicious: bool,
    /// Name and path of its tags.
    pub tags: Vec<(String, String)>,
    /// Name and path of the series that it belongs to.
    pub series: Vec<(String, String)>,
    /// Other articles.
    pub around: store::lists::Around,
    /// The numbers of its comments.
    pub comments: crate::features::comments::store::CommentTotals,
    pub closed: Closed,
}

/// Why an article that the public once saw is gone.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// Its time is over.
    Ended,
    /// It was taken back, with this sentence.
    Withdrawn(String),
    /// Another one takes its place, at this path.
    Moved(String),
}

/// A title with its address.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub title: String,
    pub path: String,
    pub published_at: OffsetDateTime,
}

/// What open pages learn about an article. It is the whole live state, not an event, so a page with the
/// newest update has missed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleUpdate {
    pub score: Score,
    /// How many comments the article shows.
    pub comments: i32,
    pub views: i64,
    pub closed: Closed,
    /// The latest changes of comments, newest first, at most [`crate::features::comments::MAX_CHANGES`].
    pub changes: Vec<CommentChange>,
}

/// What an article's page has besides its HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleParts {
    pub id: i64,
    pub path: String,
    /// What stands beside the article, as HTML.
    pub aside: String,
    pub score: Score,
    /// The visitor's vote.
    pub own_vote: Option<u8>,
    /// Whether their vote is suspicious and does not count yet.
    pub is_suspicious: bool,
    /// Whether it has stars. Documents have none.
    pub is_rated: bool,
    /// Whether it has comments. Of documents only drafts have.
    pub is_discussed: bool,
    pub closed: Closed,
    pub thread: Thread,
    /// The comment to answer.
    pub reply_to: Option<ReplyTo>,
    /// The form that was refused, with what was typed.
    pub refusal: Option<Refusal>,
}

/// A page of an article's address; without parts where the address leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticlePage {
    pub page: Page,
    pub parts: Option<Box<ArticleParts>>,
}

#[cfg(feature = "ssr")]
impl Card {
    /// The article's address.
    pub fn path(&self) -> String {
        article_path(&self.slug, self.id)
    }
}

/// The address of an article.
pub fn article_path(slug: &str, id: i64) -> String {
    routes::ARTICLE.with(format_args!("{slug}-{id}"))
}

/// A short address of an article, which leads on to its own.
pub fn short_path(id: i64) -> String {
    article_path("bai", id)
}

/// Reads the last part of an article's address: the slug, and the number after the last hyphen.
pub fn parse_slug_id(part: &str) -> Option<(&str, i64)> {
    let (slug, id) = part.rsplit_once('-').unwrap_or(("", part));
    Some((slug, parse_id(id)?))
}

/// The number in the address of an article or a document as somebody pasted it, or the number alone.
pub fn parse_address(typed: &str) -> Option<i64> {
    let path = typed.trim().split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let Some((_, last)) = path.rsplit_once('/') else { return parse_slug_id(path).map(|(_, id)| id) };
    let is_named = |route: &routes::Route| path.ends_with(&route.with(last));
    [routes::ARTICLE, routes::DOCUMENT].iter().any(is_named).then(|| parse_slug_id(last).map(|(_, id)| id))?
}

/// The part of an article's address up to its number, where something stands behind it: what a text around the address
/// or a chat app appended. `None` where nothing does, and where there is no number.
pub fn trim_after_number(part: &str) -> Option<&str> {
    let head = part.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next()?;
    let start = head.trim_end_matches('-').rfind('-').map_or(0, |at| at + 1);
    let digits = head[start..].bytes().take_while(u8::is_ascii_digit).count();
    let trimmed = &head[..start + digits];
    (trimmed.len() < part.len() && parse_slug_id(trimmed).is_some()).then_some(trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_number_is_found() {
        for behind in [".", ")", "%20", "%20%C4%91", "&fbclid=IwAR0-x1", "-", "abc", "..", ",", "/x-9", "%22%3E"] {
            let part = format!("hoi-nghi-2023-17{behind}");
            assert_eq!(trim_after_number(&part), Some("hoi-nghi-2023-17"), "{part}");
        }
        assert_eq!(trim_after_number("5."), Some("5"));
        for bad in ["hoi-nghi-2023-17", "hoi-nghi", "hoi-nghi-017.", "a-9223372036854775808.", "", "-", ".", "a-0)"] {
            assert_eq!(trim_after_number(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_article_is_named_by_its_address_or_its_number() {
        for typed in ["17", "a-17", "/tin-tuc/lich-cup-nuoc-17", "https://p.vn/tin-tuc/lich-cup-nuoc-17?x=1#y", " 17 "]
        {
            assert_eq!(parse_address(typed), Some(17), "{typed}");
        }
        for bad in ["abc", "/tin-tuc/", "a-0", "", "/trang/ke-hoach-2026", "/lich/2026/11", "https://p.vn/x-5"] {
            assert_eq!(parse_address(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_number_follows_the_last_hyphen() {
        assert_eq!(parse_slug_id("hoi-nghi-2023-17"), Some(("hoi-nghi-2023", 17)));
        assert_eq!(parse_slug_id("-5"), Some(("", 5)));
        assert_eq!(parse_slug_id("5"), Some(("", 5)));
        assert_eq!(parse_slug_id("a-9223372036854775807"), Some(("a", i64::MAX)));
        for bad in ["", "a", "a-", "a-0", "a-05", "a-+5", "a-5x", "a-9223372036854775808", "a-١", "a--"] {
            assert_eq!(parse_slug_id(bad), None, "{bad}");
        }
    }
}
