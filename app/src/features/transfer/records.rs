//! The records of the exchange format, in their order in the files. Their comments are the descriptions of the schema.

mod media;

pub use media::*;

use super::Scope;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use time::{Date, OffsetDateTime};

time::serde::format_description!(day, Date, "[year]-[month]-[day]");

/// What the folder is, and what the site has once. It is written last: a folder without it is not complete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// The version of the format.
    pub format: u32,
    pub scope: Scope,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub written_at: OffsetDateTime,
    /// How many records each file has.
    pub counts: BTreeMap<String, u64>,
    /// Values of settings that were changed, by their keys.
    pub settings: BTreeMap<String, String>,
    pub appearance: Appearance,
    pub front_page: FrontPage,
    /// How comments are taken.
    pub comment_policy: Policy,
    /// Where comments or ratings are closed everywhere.
    pub closure: Option<Closure>,
    /// Visits of all days, without those that were carried over from another site.
    pub visits: i64,
    /// The parts of another site whose addresses lead on.
    pub old_modules: Vec<OldModule>,
    /// Terms that the site adds to its rules.
    pub terms: Vec<Term>,
    /// The lists of terms that came with the program and are among them, or were removed.
    pub term_lists: Vec<i32>,
    /// Answers that are used again and again.
    pub saved_answers: Vec<SavedAnswer>,
}

/// The colour and the pictures of every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Appearance {
    /// `#a3151b`.
    pub accent: String,
    pub footer: String,
    /// The number of a picture.
    pub emblem: Option<i64>,
    /// The number of a picture.
    pub banner: Option<i64>,
}

/// How the front page is arranged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FrontPage {
    /// The article that leads.
    pub pinned: Option<i64>,
    /// The category of the strip of notices.
    pub notices: Option<i64>,
    /// The categories of the blocks, in their order.
    pub blocks: Vec<i64>,
}

/// How comments are taken. What is not given at an article is as everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `held` or `known_writers`.
    pub mode: Option<String>,
    /// Days after its publication until an article takes no more; 0 is never.
    pub open_days: Option<i32>,
}

/// That comments or ratings are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    pub comments: bool,
    pub ratings: bool,
    /// What readers see in their place.
    pub message: String,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub closed_at: OffsetDateTime,
}

/// A part of another site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OldModule {
    pub language: String,
    pub name: String,
    /// `news`, `pages`, `search`, `contact`, `statistics` or `other`.
    pub kind: String,
    /// Whether its addresses did not name it.
    pub is_unnamed: bool,
}

/// A term that holds a comment until somebody has looked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Term {
    pub term: String,
    /// `abuse`, `threat`, `sex_for_sale`, `gambling`, `loans`, `forbidden` or `advertising`.
    pub kind: Option<String>,
}

/// An answer that is used again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedAnswer {
    pub title: String,
    pub body: String,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub id: i64,
    /// The readable part of its address.
    pub slug: String,
    pub name: String,
    /// The category that it stands under.
    pub parent: Option<i64>,
    pub position: i32,
    pub is_hidden: bool,
    /// Earlier addresses, which lead here.
    pub former_slugs: Vec<String>,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    pub id: i64,
    pub slug: String,
    pub name: String,
    /// Earlier addresses, which lead here.
    pub former_slugs: Vec<String>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextKind {
    Article,
    Page,
    Document,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextState {
    Draft,
    InReview,
    Scheduled,
    Published,
    Withdrawn,
}

/// An article, a page or a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    pub id: i64,
    pub kind: TextKind,
    pub state: TextState,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub published_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub ends_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub created_at: OffsetDateTime,
    /// When it was last changed after it was published.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub modified_at: Option<OffsetDateTime>,
    /// What readers see in its place where it is withdrawn.
    pub withdrawal_message: String,
    /// The text that took its place.
    pub moved_to: Option<i64>,
    pub views: i64,
    pub ratings: i64,
    /// The stars of all ratings together.
    pub points: i64,
    /// Earlier addresses of a page, which lead here.
    pub former_slugs: Vec<String>,
    /// What readers are told of later changes.
    pub corrections: Vec<Correction>,
    pub comment_policy: Option<Policy>,
    pub closure: Option<Closure>,
    pub content: Content,
    /// Changes that were saved and not published.
    pub pending: Option<Content>,
}

/// What readers are told of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub at: OffsetDateTime,
    pub message: String,
}

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    pub title: String,
    /// The readable part of its address.
    pub slug: String,
    pub category: Option<i64>,
    /// The categories that it stands in besides.
    pub further_categories: Vec<i64>,
    /// The names of its tags.
    pub tags: Vec<String>,
    pub lead: String,
    /// The number of the picture at its head.
    pub picture: Option<i64>,
    pub caption: String,
    /// HTML. A picture names its number in `data-picture`, and a file of this folder in `src`.
    pub body: String,
    pub author: String,
    /// Where the text was taken from.
    pub source: String,
    /// The sentence for search engines.
    pub description: String,
    /// When a draft is to be published.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub publish_at: Option<OffsetDateTime>,
    /// When a draft is to end.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub ends_at: Option<OffsetDateTime>,
    /// The texts to read besides.
    pub related: Vec<i64>,
    pub closed_to_comments: bool,
    pub closed_to_ratings: bool,
    pub document: Option<Document>,
}

/// What is written on a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Number and symbol: `15/KH-UBND`.
    pub number: String,
    pub kind: String,
    pub issuer: String,
    pub signer: String,
    #[serde(with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub issued_on: Option<Date>,
    #[serde(with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub in_force_from: Option<Date>,
    #[serde(with = "day::option")]
    #[schemars(with = "Option<String>")]
    pub in_force_until: Option<Date>,
    /// The documents that it replaces.
    pub replaces: Vec<i64>,
    /// A draft is open for opinions until then.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub opinions_until: Option<OffsetDateTime>,
}

/// Articles that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Series {
    pub id: i64,
    pub slug: String,
    pub name: String,
    pub description: String,
    /// In their order.
    pub articles: Vec<i64>,
    /// Earlier addresses, which lead here.
    pub former_slugs: Vec<String>,
}

/// An entry of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    pub id: i64,
    /// `reception`, `meeting`, `water_cut`, `power_cut` or `other`.
    pub kind: String,
    pub title: String,
    pub place: String,
    pub note: String,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub begins_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub ends_at: Option<OffsetDateTime>,
    pub is_cancelled: bool,
    /// How often it was changed, which calendars ask for.
    pub revision: i32,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub updated_at: OffsetDateTime,
}

/// An urgent notice that stands on every page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    pub id: i64,
    pub message: String,
    pub link: String,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub begins_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub ends_at: OffsetDateTime,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    pub id: i64,
    /// The entry that it stands under.
    pub parent: Option<i64>,
    pub position: i32,
    pub label: String,
    /// Where it leads; empty for one that only opens.
    pub target: String,
}

/// What writers of comments consented to, word for word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub version: String,
    pub text: String,
}

/// A comment, or an inquiry, which belongs to the article 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comment {
    pub id: i64,
    pub article: i64,
    /// The comment that it stands under.
    pub parent: Option<i64>,
    pub name: String,
    /// Only while it waits.
    pub email: Option<String>,
    /// Only while it waits.
    pub phone: Option<String>,
    /// What readers see of it; the whole text where everything is written.
    pub body: String,
    /// Ranges of characters of the body that readers do not see.
    pub covered: Vec<Range>,
    /// Whether it waits for a decision.
    pub is_waiting: bool,
    /// Whether the office wrote it.
    pub is_official: bool,
    /// The comment that it answers.
    pub answers: Option<i64>,
    /// Why it waits, as the site's rules found it.
    pub reasons: Vec<serde_json::Value>,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub corrected_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub published_at: Option<OffsetDateTime>,
    /// When it was decided; written only where everything is.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub decided_at: Option<OffsetDateTime>,
    /// When the time began for which it is kept; written only where everything is.
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub kept_from: Option<OffsetDateTime>,
    /// What its writer consented to; written only where everything is.
    pub consent: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub consented_at: Option<OffsetDateTime>,
    /// Whether an inquiry is about data that the office keeps of its writer.
    pub is_about_own_data: bool,
    pub question: Option<Question>,
}

/// A range of characters, its end not included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Range {
    pub start: usize,
    pub end: usize,
}

/// That a comment asks something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub asked_at: OffsetDateTime,
    /// Whether an answer is wanted.
    pub is_wanted: bool,
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub due_on: Date,
    #[serde(with = "time::serde::rfc3339::option")]
    #[schemars(with = "Option<String>")]
    pub answered_at: Option<OffsetDateTime>,
    /// Whom it was passed on to; written only where everything is.
    pub passed_to: Option<String>,
    pub passed_note: Option<String>,
}

/// An address of another site that leads on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OldAddress {
    /// `category`, `tag`, `topic`, `author`, `article`, `page`, `picture`, `file`, and what has no address.
    pub kind: String,
    pub module: String,
    /// Its number there, or the path of a file.
    pub key: String,
    /// The readable part of its old address.
    pub alias: String,
    /// Its number here.
    pub target: Option<i64>,
    /// A digest of what it was there, in hexadecimal digits.
    pub digest: String,
    /// How it stood here when it was written.
    pub stamp: String,
}

/// Numbers of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Day {
    /// The number of a text; 0 for the whole site.
    pub page: i64,
    #[serde(with = "day")]
    #[schemars(with = "String")]
    pub day: Date,
    pub visits: i64,
    /// Ratings of the whole site.
    pub ratings: i64,
}
