//! Deciding about comments.

pub mod desk;
#[cfg(feature = "ssr")]
mod markup;
#[cfg(feature = "ssr")]
pub mod store;

use crate::error::Decided;
use serde::{Deserialize, Serialize};

/// How many comments a page of the desk holds.
pub const PER_PAGE: i64 = 50;

/// What a moderator can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// A held comment is published.
    Approve,
    /// A held comment is not published.
    Reject,
    /// A published comment is taken back.
    Remove,
}

impl Decision {
    /// Reads a form's button.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "approve" => Some(Self::Approve),
            "reject" => Some(Self::Reject),
            "remove" => Some(Self::Remove),
            _ => None,
        }
    }

    /// The value of a form's button.
    pub fn value(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Remove => "remove",
        }
    }

    /// The words on its button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Approve => "Duyệt",
            Self::Reject => "Từ chối",
            Self::Remove => "Gỡ",
        }
    }

    /// The state a comment must be in.
    pub fn from(self) -> &'static str {
        match self {
            Self::Approve | Self::Reject => "held",
            Self::Remove => "published",
        }
    }

    /// The state it leads to.
    pub fn to(self) -> &'static str {
        match self {
            Self::Approve => "published",
            Self::Reject => "rejected",
            Self::Remove => "removed",
        }
    }

    /// Whether readers see a difference.
    pub fn changes_what_is_shown(self) -> bool {
        self != Self::Reject
    }

    /// What was done to a comment that is in this state, in words.
    pub fn past(state: &str) -> &'static str {
        match state {
            "published" => "đã duyệt",
            "rejected" => "đã từ chối",
            "removed" => "đã gỡ",
            _ => "đã gửi",
        }
    }
}

/// Which comments the desk shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tab {
    /// Those that wait, oldest first.
    Held,
    /// Those that readers see, the latest decision first.
    Published,
    /// Not comments: votes that wait to be checked, by article.
    Votes,
}

impl Tab {
    /// Reads an address; whatever it does not know is the queue.
    pub fn parse(text: Option<&str>) -> Self {
        match text {
            Some("da-dang") => Self::Published,
            Some("danh-gia") => Self::Votes,
            _ => Self::Held,
        }
    }

    /// Its word in an address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Held => "cho-duyet",
            Self::Published => "da-dang",
            Self::Votes => "danh-gia",
        }
    }
}

/// A comment on the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskCard {
    /// Its number.
    pub id: i64,
    /// The version that a decision names.
    pub version: i32,
    /// Its state: `held`, `published`, `rejected` or `removed`.
    pub state: String,
    /// The title of its article.
    pub article: String,
    /// The address of its article, at the comment where it is shown.
    pub path: String,
    /// Who wrote it.
    pub name: String,
    /// Its words.
    pub body: String,
    /// The words it answers, if it is a reply.
    pub parent: Option<String>,
    /// When it was written, as people read it.
    pub date: String,
    /// The same for machines.
    pub iso: String,
    /// How long it has waited, while it waits.
    pub waited: Option<String>,
    /// Who decided about it, what, and when.
    pub decided: Option<Decided>,
}

/// A page of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// Who is signed in; without anybody the page asks to sign in.
    pub staff: Option<crate::accounts::Staff>,
    /// The comments.
    pub cards: Vec<DeskCard>,
    /// How many wait in all.
    pub held: i64,
    /// Where the next page begins.
    pub next: Option<i64>,
    /// How many articles have votes that wait to be checked.
    pub suspicious: i64,
    /// Those articles, as HTML made by the server.
    pub votes: String,
    /// The form that was refused, with what was typed.
    pub refusal: Option<crate::forms::Refusal>,
}

/// The answer to a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The comment's version now.
    pub version: i32,
    /// Its state now.
    pub state: String,
    /// Who decided, what, and when.
    pub decided: Decided,
}
