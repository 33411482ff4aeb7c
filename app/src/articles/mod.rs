//! Articles: what is published, where it is found, how it is read.

#[cfg(feature = "ssr")]
mod markup;
#[cfg(feature = "ssr")]
pub use markup::pages;
pub mod page;
#[cfg(feature = "ssr")]
pub mod store;

use crate::pictures::Picture;
use crate::ratings::Score;

/// How many articles a page lists.
pub const PER_PAGE: i64 = 20;

/// An article in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its number.
    pub id: i64,
    /// The words of its address.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it is about: `Tin hoạt động`.
    pub category: String,
    /// Its first paragraph.
    pub lead: String,
    /// When it was published, as people read it.
    pub date: String,
    /// When it was published, for machines.
    pub iso: String,
    /// How many comments it shows.
    pub comments: i32,
    /// Its picture.
    pub picture: Option<Picture>,
}

/// A whole article with what stands around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// What lists show of it, too.
    pub card: Card,
    /// Its text: HTML, cleaned when it was stored.
    pub body: String,
    /// Who wrote it.
    pub author: String,
    /// The line under the picture.
    pub caption: String,
    /// Views: those carried over from an old site, and those counted here.
    pub views: i64,
    /// Its ratings.
    pub rating: Score,
    /// This visitor's own vote.
    pub mine: Option<u8>,
    /// Whether it waits to be checked.
    pub mine_held: bool,
    /// Other new articles: title and address.
    pub others: Vec<Link>,
}

/// A title with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it is called.
    pub title: String,
    /// Where it is.
    pub path: String,
    /// When it was published, as people read it.
    pub date: String,
}

impl Card {
    /// The article's address.
    pub fn path(&self) -> String {
        path(&self.slug, self.id)
    }
}

/// The address of an article.
pub fn path(slug: &str, id: i64) -> String {
    format!("/tin-tuc/{slug}-{id}")
}

/// Reads an address's last part: the words, and the number after the last hyphen.
pub fn parse_slug_id(part: &str) -> Option<(&str, i64)> {
    let (slug, id) = part.rsplit_once('-').unwrap_or(("", part));
    Some((slug, parse_id(id)?))
}

/// A positive 64-bit number in plain digits, without sign, spaces or leading zero.
pub fn parse_id(text: &str) -> Option<i64> {
    let plain = !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

/// A page's number from an address; anything that is no number from 1 up is the first page.
pub fn parse_page(text: Option<&str>) -> i64 {
    text.and_then(parse_id).filter(|&page| page <= 100_000).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_what_follows_the_last_hyphen() {
        assert_eq!(parse_slug_id("hoi-nghi-2023-17"), Some(("hoi-nghi-2023", 17)));
        assert_eq!(parse_slug_id("-5"), Some(("", 5)));
        assert_eq!(parse_slug_id("5"), Some(("", 5)));
        assert_eq!(parse_slug_id("a-9223372036854775807"), Some(("a", i64::MAX)));
        for bad in ["", "a", "a-", "a-0", "a-05", "a-+5", "a-5x", "a-9223372036854775808", "a-١", "a--"] {
            assert_eq!(parse_slug_id(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_that_is_no_number_is_the_first() {
        for (typed, page) in
            [(None, 1), (Some("2"), 2), (Some("0"), 1), (Some("-3"), 1), (Some("x"), 1), (Some("99999999999"), 1)]
        {
            assert_eq!(parse_page(typed), page);
        }
    }
}
