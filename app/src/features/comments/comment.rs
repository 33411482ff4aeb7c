//! A comment as it stands on its article's page and as its writer finds it again.

use super::{CommentState, INQUIRIES};
use time::OffsetDateTime;

/// Replies that stand below a comment among the others.
pub const REPLIES_SHOWN: i64 = 5;
/// Replies on a page of one conversation.
pub const REPLIES_PER_PAGE: i64 = 50;
/// Replies are counted up to here where several conversations are shown.
pub const MAX_COUNTED_REPLIES: i64 = 1000;
/// A comment as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: i64,
    pub name: String,
    /// The text, with what is covered replaced; line breaks count.
    pub body: String,
    pub created_at: OffsetDateTime,
    /// Whether it waits for a decision; then only its writer sees it.
    pub is_pending: bool,
    /// Whether its writer is blocked; it waits then.
    pub is_blocked: bool,
    /// What the office lets its writer know about that.
    pub block_note: Option<String>,
    /// The version that a decision names.
    pub version: i32,
    /// What its writer's private link is derived from, while it waits.
    pub link_salt: Option<Vec<u8>>,
    /// Its writer's private address, for that writer.
    pub link: Option<String>,
    /// Whether the body that runs the site wrote it.
    pub official: bool,
    /// When the body corrected its answer.
    pub corrected_at: Option<OffsetDateTime>,
    /// Official answers first, then the oldest first; the visitor's own that wait come last.
    pub replies: Vec<Comment>,
    /// How many replies readers see, those that are not listed here included.
    pub reply_count: i64,
    /// How many of them stand on earlier pages of the conversation.
    pub earlier_replies: i64,
}

impl Comment {
    /// How many replies are listed here or on earlier pages.
    pub fn count_listed_replies(&self) -> i64 {
        self.earlier_replies + self.replies.iter().filter(|reply| !reply.is_pending).count() as i64
    }
}

/// A comment as its writer finds it again.
#[derive(Debug, Clone)]
pub struct OwnComment {
    pub id: i64,
    /// The version that a correction names.
    pub version: i32,
    pub state: CommentState,
    /// Whether its writer withdrew it.
    pub is_withdrawn: bool,
    /// Why it was not published.
    pub note: Option<String>,
    /// What the office lets the writer know while they are blocked and this waits.
    pub block_note: Option<String>,
    pub name: String,
    pub body: String,
    pub created_at: OffsetDateTime,
    pub article_id: i64,
    /// Title and part of the address of its article; an inquiry has none.
    pub title: Option<String>,
    pub slug: Option<String>,
    /// Whether it is an inquiry about what is stored of its writer.
    pub is_about_own_data: bool,
}

impl OwnComment {
    /// Whether it was written to the office, at no article.
    pub fn is_inquiry(&self) -> bool {
        self.article_id == INQUIRIES
    }
}

/// Where comments are shown: a page of an article's comments, or of one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ThreadPlace {
    /// The comment whose replies are shown.
    pub conversation: Option<i64>,
    /// Counted from 1.
    pub page: i64,
}
