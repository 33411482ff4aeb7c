//! Deciding about comments.

pub mod bulk;
pub mod card;
#[cfg(feature = "ssr")]
pub mod daily;
pub mod desk;
#[cfg(feature = "hydrate")]
pub mod drafts;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "hydrate")]
mod following;
pub mod looking;
#[cfg(feature = "ssr")]
mod markup;
pub mod place;
#[cfg(feature = "hydrate")]
mod shortcuts;
#[cfg(feature = "ssr")]
pub mod store;
pub mod words;

pub use place::{Place, Tab};

use crate::error::Decided;
use serde::{Deserialize, Serialize};

/// How many comments a page of the desk holds.
pub const PER_PAGE: i64 = 50;
/// More than so many at once are confirmed by their number.
pub const UNCONFIRMED: usize = 10;
/// The most that are decided at once.
pub const AT_ONCE: usize = 1000;
/// The longest reason, in characters.
pub const LONGEST_NOTE: usize = 500;
/// A decision can be undone where it was made for so many seconds; later from the comment's history.
pub const UNDO_SECONDS: i32 = 30;

/// What a moderator can decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// A comment that waits is published.
    Approve,
    /// A comment that waits is not published.
    Reject,
    /// A published comment that was reported stays: somebody has looked.
    Keep,
    /// A published comment is taken back.
    Remove,
    /// The last decision is taken back: the comment is what it was before.
    Undo,
}

impl Decision {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Approve, Self::Reject, Self::Keep, Self::Remove, Self::Undo];

    /// Reads a form's button.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.value() == text)
    }

    /// The value of a form's button.
    pub fn value(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::Undo => "undo",
        }
    }

    /// The words on its button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Approve => "Duyệt",
            Self::Reject => "Từ chối",
            Self::Keep => "Giữ lại",
            Self::Remove => "Gỡ",
            Self::Undo => "Hoàn tác",
        }
    }

    /// The states a comment must be in; undoing needs a decision, not a state.
    pub fn from(self) -> &'static [&'static str] {
        match self {
            Self::Approve | Self::Reject => &["held", "blocked"],
            Self::Keep | Self::Remove => &["published"],
            Self::Undo => &[],
        }
    }

    /// The state it leads to; undoing leads back to whatever was.
    pub fn to(self) -> Option<&'static str> {
        match self {
            Self::Approve | Self::Keep => Some("published"),
            Self::Reject => Some("rejected"),
            Self::Remove => Some("removed"),
            Self::Undo => None,
        }
    }

    /// Whether its reason is told to the writer.
    pub fn may_say_why(self) -> bool {
        matches!(self, Self::Reject | Self::Remove)
    }

    /// What was done to a comment that is in this state since its last decision, and was in the state `before`, in words.
    pub fn past(state: &str, before: Option<&str>) -> &'static str {
        match state {
            "published" if before == Some("published") => "đã giữ lại",
            "published" => "đã duyệt",
            "rejected" => "đã từ chối",
            "removed" => "đã gỡ",
            "blocked" => "đã chặn người viết",
            _ => "đã hoàn tác",
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
    /// Its state: `held`, `blocked`, `published`, `rejected` or `removed`.
    pub state: String,
    /// Its article.
    pub article_id: i64,
    /// The title of its article.
    pub article: String,
    /// The first lines of its article.
    pub lead: String,
    /// The address of its article, at the comment where it is shown.
    pub path: String,
    /// Who wrote it.
    pub name: String,
    /// What the same visitor wrote before, and what became of it.
    pub earlier: String,
    /// Its words, as HTML made by the server; what it was held for is marked.
    pub html: String,
    /// Why it needs a look.
    pub reasons: Vec<String>,
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
    /// Why, where the moderator said so.
    pub note: Option<String>,
    /// Whether its last decision can be undone.
    pub undoable: bool,
    /// Whether readers reported it, and nobody looked since.
    pub reported: bool,
    /// What readers said when they reported it: sentences.
    pub reports: Vec<String>,
    /// Parts of its words that look like personal data, or that are covered; the first is offered to be covered.
    pub personal: Vec<String>,
    /// Whether parts of its words are covered.
    pub covered: bool,
    /// Whether its writer is blocked.
    pub writer_blocked: bool,
    /// What was done to it, the first first: sentences.
    pub history: Vec<String>,
}

/// Whether a comment in this state waits for a decision.
pub fn waits(state: &str) -> bool {
    matches!(state, "held" | "blocked")
}

impl DeskCard {
    /// Whether it waits for a decision.
    pub fn waits(&self) -> bool {
        waits(&self.state)
    }

    /// Puts a decision on it.
    pub fn settle(&mut self, done: Done) {
        self.version = done.version;
        self.state = done.state;
        self.undoable = done.undoable;
        self.reported = false;
        self.decided = Some(done.decided);
        self.note = None;
        self.waited = None;
    }
}

/// Reads a reason; an empty one is none.
#[cfg(feature = "ssr")]
pub fn parse_note(typed: &str) -> Result<Option<String>, crate::error::AppError> {
    let note = crate::text::line(typed);
    if note.chars().count() > LONGEST_NOTE {
        return Err(crate::error::AppError::rule(crate::error::Rule::Note));
    }
    Ok((!note.is_empty()).then_some(note))
}

/// A page of the desk.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Desk {
    /// Who is signed in; without anybody the page asks to sign in.
    pub staff: Option<crate::accounts::Staff>,
    /// The comments.
    pub cards: Vec<DeskCard>,
    /// The tabs' numbers.
    pub counts: crate::live::DeskState,
    /// How many comments of the tab are left by what narrows it; 0 where nothing does.
    pub found: i64,
    /// The last of them: all of a filter are those up to here.
    pub last: i64,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many articles have votes that wait to be checked.
    pub suspicious: i64,
    /// What is made of words alone: the search, the votes, what was just decided. HTML made by the server.
    pub html: String,
    /// Whether whoever is signed in must secure their account before they work.
    pub restricted: bool,
    /// Whether a password was given, and a code is asked for.
    pub code: bool,
    /// The seconds after which a session in which nobody does anything ends.
    pub idle_seconds: i64,
    /// A form that came after the session had ended: it goes through signing in.
    pub kept: String,
    /// The reasons that can be chosen from.
    pub reasons: Vec<String>,
    /// The form that was refused, with what was typed.
    pub refusal: Option<crate::forms::Refusal>,
}

/// A comment after a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// The comment.
    pub id: i64,
    /// Its version now.
    pub version: i32,
    /// Its state now.
    pub state: String,
    /// Whether this can be undone.
    pub undoable: bool,
    /// Who decided, what, and when.
    pub decided: Decided,
}

/// The answer to a decision about several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct AllDone {
    /// Those that were decided.
    pub done: Vec<Done>,
    /// Those about which somebody else was first.
    pub overtaken: Vec<(i64, Decided)>,
}

/// What became of a decision about several, in words.
pub fn outcome(what: &str, done: usize, overtaken: usize) -> String {
    let count = |count: usize| crate::ratings::thousands(count as i64);
    let mut words = if done > 0 { format!("Bạn {what} {} ý kiến.", count(done)) } else { String::new() };
    if overtaken > 0 {
        words += &format!(" {} ý kiến đã có người quyết định trước, nên giữ nguyên.", count(overtaken));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_forms_and_addresses_are_read_back() {
        assert!(Decision::ALL.into_iter().all(|decision| Decision::parse(decision.value()) == Some(decision)));
        assert!(Tab::ALL.into_iter().all(|tab| Tab::parse(Some(tab.value())) == tab));
        assert_eq!((Decision::parse("x"), Tab::parse(Some("x")), Tab::parse(None)), (None, Tab::Held, Tab::Held));
    }
}
