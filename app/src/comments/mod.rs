//! Readers' comments: held until a moderator approves, live for everybody from then on.

pub mod form;
pub mod list;
#[cfg(feature = "ssr")]
mod markup;
pub mod own;
pub mod report;
#[cfg(feature = "ssr")]
pub mod retention;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod telling;

#[cfg(feature = "ssr")]
use crate::error::Rule;
use serde::{Deserialize, Serialize};

/// How many comments with their replies a page shows.
pub const PER_PAGE: i64 = 20;
/// The longest comment, in characters.
pub const LONGEST: usize = 3000;

/// A comment as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its number.
    pub id: i64,
    /// Who wrote it.
    pub name: String,
    /// Its words; line breaks count.
    pub body: String,
    /// When it was written, as people read it.
    pub date: String,
    /// The same for machines.
    pub iso: String,
    /// Whether it waits for approval; then only its writer sees it.
    pub held: bool,
    /// The version that a decision about it names.
    pub version: i32,
    /// What its writer's link is made from, while it waits.
    pub link_salt: Option<Vec<u8>>,
    /// Its writer's own address, for that writer.
    pub link: Option<String>,
    /// Whether the body itself answers.
    pub official: bool,
    /// Its replies, oldest first.
    pub replies: Vec<Comment>,
}

/// A page of an article's comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The comments, newest first, before them the visitor's own that wait: as HTML made by the server.
    pub html: String,
    /// How many comments the article shows, replies included.
    pub shown: i32,
    /// The article's revision that this page shows.
    pub revision: i64,
    /// The page's number, from 1.
    pub page: i64,
    /// What a writer agrees to.
    pub consent: Consent,
    /// Whether writers can be told by mail.
    pub mails: bool,
}

/// What a writer agrees to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Names the words; goes with the form and is stored with the comment.
    pub version: String,
    /// The words.
    pub text: String,
}

/// The answer to a comment that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// Its number.
    pub id: i64,
    /// Its writer's own address, where they see what became of it.
    pub link: String,
}

/// The address under which a writer finds their comment again.
#[cfg(feature = "ssr")]
pub fn own_path(token: &str) -> String {
    format!("/y-kien-cua-toi/{token}")
}

/// Whoever sends a comment, and the link that is made for it.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    /// As the database knows them.
    pub visitor: crate::session::Visitor,
    /// Since when.
    pub known: crate::session::Known,
    /// Whether they want to be told, once, what became of it.
    pub tell: bool,
    /// What the link is made from, with their secret.
    pub link_salt: [u8; 16],
    /// The link's hash.
    pub link_hash: [u8; 32],
}

/// A comment as its writer finds it again.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone)]
pub struct Own {
    /// Its number.
    pub id: i64,
    /// The version that a correction names.
    pub version: i32,
    /// `held`, `blocked`, `published`, `rejected` or `removed`.
    pub state: String,
    /// Whether its writer took it back.
    pub withdrawn: bool,
    /// Why it was not published.
    pub note: Option<String>,
    /// The name.
    pub name: String,
    /// The words.
    pub body: String,
    /// When it was written.
    pub created_at: time::OffsetDateTime,
    /// Its article.
    pub article_id: i64,
    /// The article's title.
    pub title: String,
    /// The article's word in its address.
    pub slug: String,
}

#[cfg(feature = "ssr")]
impl Own {
    /// Whether its writer may correct it: what was refused or taken back stays as it is.
    pub fn can_be_corrected(&self) -> bool {
        matches!(self.state.as_str(), "held" | "blocked" | "published")
    }
}

/// The comment an address asks for: `#y-kien-12`.
pub fn anchor(id: i64) -> String {
    format!("y-kien-{id}")
}

/// A comment whose form passed.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Who writes.
    pub name: String,
    /// Where they can be reached, if they say so.
    pub email: Option<String>,
    /// What they write.
    pub body: String,
}

/// What readers see in the place of what is covered.
#[cfg(feature = "ssr")]
const COVER: &str = "•••";

/// Places in words that are covered, in characters, as the database keeps them: in order, apart from one another.
#[cfg(feature = "ssr")]
pub fn places(kept: serde_json::Value) -> Vec<std::ops::Range<usize>> {
    serde_json::from_value(kept).unwrap_or_default()
}

/// Words as readers see them.
#[cfg(feature = "ssr")]
pub fn cover(body: &str, places: &[std::ops::Range<usize>]) -> String {
    let mut shown = String::with_capacity(body.len());
    for (at, c) in body.chars().enumerate() {
        match places.iter().find(|place| place.contains(&at)) {
            None => shown.push(c),
            Some(place) if place.start == at => shown.push_str(COVER),
            Some(_) => {}
        }
    }
    shown
}

/// What is covered once every place where `words` stand is covered too; `None` where they stand nowhere.
#[cfg(feature = "ssr")]
pub fn covering(body: &str, places: &[std::ops::Range<usize>], words: &str) -> Option<Vec<std::ops::Range<usize>>> {
    let length = words.chars().count();
    let found = body.match_indices(words).filter(|_| length > 0).map(|(at, _)| {
        let start = body[..at].chars().count();
        start..start + length
    });
    let found: Vec<_> = found.collect();
    if found.is_empty() {
        return None;
    }
    let mut all = [places, &found].concat();
    all.sort_by_key(|place| (place.start, place.end));
    let mut apart: Vec<std::ops::Range<usize>> = Vec::new();
    for place in all {
        match apart.last_mut() {
            Some(last) if place.start <= last.end => last.end = last.end.max(place.end),
            _ => apart.push(place),
        }
    }
    Some(apart)
}

/// Reads a form; all its broken rules at once.
#[cfg(feature = "ssr")]
pub fn parse(name: &str, email: &str, body: &str) -> Result<Draft, Vec<Rule>> {
    use crate::text;
    let (name, email, body) = (text::line(name), text::line(email), text::lines(body));
    let (name_length, body_length) = (name.chars().count(), body.chars().count());
    let broken = [
        (!(2..=60).contains(&name_length), Rule::Name),
        (!email.is_empty() && !text::is_email(&email), Rule::Email),
        (body_length < 10, Rule::BodyShort),
        (body_length > LONGEST, Rule::BodyLong),
    ];
    let rules: Vec<Rule> = broken.into_iter().filter_map(|(broken, rule)| broken.then_some(rule)).collect();
    if rules.is_empty() { Ok(Draft { name, email: (!email.is_empty()).then_some(email), body }) } else { Err(rules) }
}

/// What a writer agrees to on this site, today.
#[cfg(feature = "ssr")]
pub fn consent(info: &crate::settings::SiteInfo) -> Consent {
    let text = format!(
        "Tôi đồng ý để {} lưu họ tên, email (nếu có) và nội dung này để duyệt, đăng và trả lời ý kiến. \
         Email không được đăng. Ý kiến đã đăng được giữ {} tháng, ý kiến không đăng được giữ {} ngày.",
        info.body, info.comment_months, info.refused_days
    );
    let version = crate::keys::token_hash(&text)[..6].iter().map(|byte| format!("{byte:02x}")).collect();
    Consent { version, text }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn what_is_covered_is_not_shown_wherever_it_stands() {
        let body = "Số tôi 0909 123 456, nhắc lại: 0909 123 456 nhé";
        let places = covering(body, &[], "0909 123 456").expect("stands there");
        assert_eq!(places, [7..19, 31..43]);
        assert_eq!(cover(body, &places), "Số tôi •••, nhắc lại: ••• nhé");
        let more = covering(body, &places, "456 nhé").expect("stands there");
        assert_eq!(cover(body, &more), "Số tôi •••, nhắc lại: •••", "places that meet become one");
        assert_eq!(covering(body, &[], "0911"), None);
        assert_eq!(covering(body, &[], ""), None);
        assert_eq!(cover("á", &[]), "á");
    }

    #[test]
    fn lengths_count_after_cleaning() {
        let body = "x".repeat(10);
        for (name, ok) in [
            ("", false),
            ("a", false),
            (" \u{200b}a ", false),
            ("Ân", true),
            (&"n".repeat(60), true),
            (&"n".repeat(61), false),
            ("Nguyễn Văn Đức", true),
        ] {
            assert_eq!(parse(name, "", &body).is_ok(), ok, "{name:?}");
        }
        for (body, rule) in [
            (" ".repeat(50), Some(Rule::BodyShort)),
            ("123456789".to_owned(), Some(Rule::BodyShort)),
            ("ệ".repeat(3000), None),
            ("ệ".repeat(3001), Some(Rule::BodyLong)),
        ] {
            assert_eq!(parse("An", "", &body).err(), rule.map(|rule| vec![rule]));
        }
    }

    #[test]
    fn every_broken_rule_is_told_at_once() {
        assert_eq!(parse("", "x", ""), Err(vec![Rule::Name, Rule::Email, Rule::BodyShort]));
    }

    #[test]
    fn markup_stays_the_text_that_it_is() {
        let draft = parse("<b>An</b>", "", "<script>alert(1)</script>").expect("is text");
        assert_eq!((draft.name.as_str(), draft.body.as_str()), ("<b>An</b>", "<script>alert(1)</script>"));
    }

    #[test]
    fn other_words_are_another_consent() {
        let mut info = crate::settings::Settings::from_rows(&[]).info;
        let before = consent(&info);
        info.comment_months = 12;
        assert_ne!(consent(&info).version, before.version);
    }
}
