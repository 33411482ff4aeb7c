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
pub mod looking;
#[cfg(feature = "ssr")]
mod markup;
#[cfg(feature = "hydrate")]
mod shortcuts;
#[cfg(feature = "ssr")]
pub mod store;
pub mod words;

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

/// Which comments the desk shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tab {
    /// Those that wait, oldest first.
    Held,
    /// Those that readers see and reported, the first reported first.
    Reported,
    /// Those that readers see, the latest decision first.
    Published,
    /// Those that were not published.
    Rejected,
    /// Those that were taken back.
    Removed,
    /// Those of writers who are blocked; they wait too.
    Blocked,
    /// Not comments: votes that wait to be checked, by article.
    Votes,
    /// Not comments: what is closed, and closing.
    Closures,
    /// Not comments: how the desk does, in numbers.
    Figures,
    /// Not comments: the list of words, for administrators.
    Words,
    /// Not comments: the record of what staff did, for administrators.
    Record,
    /// Not comments: everybody's accounts, for administrators.
    Staff,
    /// Not comments: one's own account.
    Account,
}

impl Tab {
    /// The tabs, in their order.
    pub const ALL: [Self; 13] = [
        Self::Held,
        Self::Reported,
        Self::Published,
        Self::Rejected,
        Self::Removed,
        Self::Blocked,
        Self::Votes,
        Self::Closures,
        Self::Figures,
        Self::Words,
        Self::Record,
        Self::Staff,
        Self::Account,
    ];

    /// Reads an address; whatever it does not know is the queue.
    pub fn parse(text: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|tab| Some(tab.value()) == text).unwrap_or(Self::Held)
    }

    /// Its word in an address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Held => "cho-duyet",
            Self::Reported => "bi-bao",
            Self::Published => "da-dang",
            Self::Rejected => "tu-choi",
            Self::Removed => "da-go",
            Self::Blocked => "bi-chan",
            Self::Votes => "danh-gia",
            Self::Closures => "dong-mo",
            Self::Figures => "so-lieu",
            Self::Words => "tu-ngu",
            Self::Record => "nhat-ky",
            Self::Staff => "can-bo",
            Self::Account => "tai-khoan",
        }
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Held => "Chờ duyệt",
            Self::Reported => "Bị báo",
            Self::Published => "Đã đăng",
            Self::Rejected => "Từ chối",
            Self::Removed => "Đã gỡ",
            Self::Blocked => "Bị chặn",
            Self::Votes => "Đánh giá",
            Self::Closures => "Đóng, mở",
            Self::Figures => "Số liệu",
            Self::Words => "Từ ngữ",
            Self::Record => "Nhật ký",
            Self::Staff => "Cán bộ",
            Self::Account => "Tài khoản",
        }
    }

    /// The state of its comments; votes and words have none.
    pub fn state(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Published | Self::Reported => "published",
            Self::Rejected => "rejected",
            Self::Removed => "removed",
            Self::Blocked => "blocked",
            _ => "",
        }
    }

    /// Whether it has comments.
    pub fn has_comments(self) -> bool {
        !self.state().is_empty()
    }

    /// Whether it is for administrators alone.
    pub fn is_for_administrators(self) -> bool {
        matches!(self, Self::Words | Self::Record | Self::Staff)
    }

    /// Whether its comments wait for a decision.
    pub fn waits(self) -> bool {
        matches!(self, Self::Held | Self::Blocked)
    }

    /// What stands where it has no comments.
    pub fn empty(self) -> &'static str {
        match self {
            Self::Held => "Không còn ý kiến nào chờ duyệt.",
            Self::Reported => "Không có ý kiến nào bị bạn đọc báo.",
            Self::Published => "Chưa có ý kiến nào được đăng.",
            Self::Rejected => "Chưa có ý kiến nào bị từ chối.",
            Self::Removed => "Chưa có ý kiến nào bị gỡ.",
            Self::Blocked => "Không có ý kiến nào của người bị chặn.",
            _ => "",
        }
    }
}

/// Which page of the desk: a tab, narrowed by what stands in the address. Words as somebody typed them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The tab's word.
    pub tab: String,
    /// Words to find.
    pub text: String,
    /// The article's number.
    pub article: String,
    /// The day, as browsers write it: `2023-07-12`.
    pub day: String,
    /// The account that decided.
    pub moderator: String,
    /// The kind of reason for which it needs a look.
    pub reason: String,
    /// Where the page begins.
    pub after: String,
}

impl Place {
    /// The names in the address, and what they hold.
    pub fn parameters(&self) -> [(&'static str, &str); 7] {
        [
            ("muc", &self.tab),
            ("tim", &self.text),
            ("bai", &self.article),
            ("ngay", &self.day),
            ("nguoi", &self.moderator),
            ("ly_do", &self.reason),
            ("sau", &self.after),
        ]
    }

    /// Reads an address.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| parameter(name).unwrap_or_default();
        Self {
            tab: Tab::parse(parameter("muc").as_deref()).value().to_owned(),
            text: read("tim"),
            article: read("bai"),
            day: read("ngay"),
            moderator: read("nguoi"),
            reason: read("ly_do"),
            after: read("sau"),
        }
    }

    /// The tab.
    pub fn tab(&self) -> Tab {
        Tab::parse(Some(&self.tab))
    }

    /// Whether anything narrows the tab.
    pub fn is_narrowed(&self) -> bool {
        [&self.text, &self.article, &self.day, &self.moderator, &self.reason].into_iter().any(|typed| !typed.is_empty())
    }

    /// The query of its address, without those that are empty.
    pub fn query(&self) -> String {
        let queue = |name: &str, value: &str| name == "muc" && value == Tab::Held.value();
        let given = self.parameters().into_iter().filter(|(name, value)| !(value.is_empty() || queue(name, value)));
        given.map(|(name, value)| format!("{name}={}", crate::page::encode(value))).collect::<Vec<_>>().join("&")
    }

    /// Its path.
    pub fn path(&self) -> String {
        match self.query() {
            query if query.is_empty() => "/quan-tri".to_owned(),
            query => format!("/quan-tri?{query}"),
        }
    }

    /// The same, beginning after `after`.
    #[must_use]
    pub fn beginning(&self, after: String) -> Self {
        Self { after, ..self.clone() }
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
    fn a_place_survives_its_address() {
        let query = "muc=da-dang&tim=%C4%91%C3%A8n&bai=7&ngay=2026-01-31&nguoi=2&ly_do=link&sau=1-2";
        let value = |name: &str| {
            let pairs = [
                ("muc", "da-dang"),
                ("tim", "đèn"),
                ("bai", "7"),
                ("ngay", "2026-01-31"),
                ("nguoi", "2"),
                ("ly_do", "link"),
                ("sau", "1-2"),
            ];
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let place = Place::read(value);
        assert_eq!((place.query().as_str(), place.tab(), place.is_narrowed()), (query, Tab::Published, true));
        let queue = Place::read(|_| None);
        assert_eq!((queue.path().as_str(), queue.tab(), queue.is_narrowed()), ("/quan-tri", Tab::Held, false));
    }

    #[test]
    fn words_of_forms_and_addresses_are_read_back() {
        assert!(Decision::ALL.into_iter().all(|decision| Decision::parse(decision.value()) == Some(decision)));
        assert!(Tab::ALL.into_iter().all(|tab| Tab::parse(Some(tab.value())) == tab));
        assert_eq!((Decision::parse("x"), Tab::parse(Some("x")), Tab::parse(None)), (None, Tab::Held, Tab::Held));
    }
}
