//! The comments room of the desk: the queue, decisions, and how the desk does in numbers.

mod actions;
pub mod annotations;
#[cfg(feature = "ssr")]
mod annotations_html;
#[cfg(feature = "ssr")]
mod answer_figures;
#[cfg(feature = "ssr")]
pub mod blocked_room;
pub mod bulk;
#[cfg(feature = "hydrate")]
mod bulk_bar;
#[cfg(feature = "ssr")]
mod bulk_html;
mod card;
#[cfg(feature = "ssr")]
mod card_html;
#[cfg(feature = "ssr")]
pub mod daily_mail;
#[cfg(feature = "ssr")]
mod details;
#[cfg(feature = "hydrate")]
mod details_view;
#[cfg(feature = "hydrate")]
mod dom;
pub mod endpoints;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod figure_tables;
#[cfg(feature = "ssr")]
pub mod figures_room;
#[cfg(feature = "ssr")]
mod html;
#[cfg(feature = "ssr")]
pub mod late_mail;
#[cfg(feature = "hydrate")]
mod live_numbers;
#[cfg(feature = "hydrate")]
mod live_queue;
pub mod outcome;
pub mod presence;
#[cfg(feature = "hydrate")]
mod press;
pub mod queue_query;
pub mod queue_view;
#[cfg(feature = "ssr")]
pub mod room;
pub mod saved_answer;
#[cfg(feature = "ssr")]
pub mod saved_room;
#[cfg(feature = "hydrate")]
mod sending;
mod shared;
#[cfg(feature = "hydrate")]
mod shortcuts;
mod shown_card;
#[cfg(feature = "ssr")]
pub mod store;

use crate::base::error::{ChangeNote, Problem};
use crate::base::format::format_number;
#[cfg(feature = "ssr")]
use crate::features::audit::Action;
#[cfg(feature = "ssr")]
use crate::features::comments::MAX_NOTE;
use crate::features::comments::{CommentCounts, CommentState, Decision};
#[cfg(feature = "ssr")]
use crate::web::settings::{Setting, SettingKind};
use queue_query::Tab;
use serde::{Deserialize, Serialize};

/// Comments on a page of the queue.
pub const PER_PAGE: i64 = 50;
/// The most comments that are decided about at once without confirming their number.
pub const MAX_UNCONFIRMED: usize = 10;
/// The most comments that are decided about at once.
pub const MAX_AT_ONCE: usize = 5000;
/// Cards of an open page that are read again when something changes.
pub const MAX_SHOWN: usize = 500;

/// The query parameter with the comment that was just decided about without script.
pub const DECIDED: &str = "xong";
/// The query parameter with how many comments were just decided about without script.
pub const DECIDED_MANY: &str = "nhieu";

/// The query parameter that asks for the details of a comment alone.
pub const DETAILS_ALONE: &str = "rieng";

/// A decision about several comments names none.
pub const NOTHING_CHOSEN: Problem = Problem::new("chosen", "chosen", "Chọn ít nhất một ý kiến");

/// A reason for refusing came with a decision that publishes: one of the two is a mistake.
pub const NOTE_WITHOUT_REFUSAL: Problem =
    Problem::new("note", "note-without-refusal", "Ông/bà đã ghi lý do từ chối. Bấm từ chối, hoặc xóa lý do rồi duyệt");

/// For how many days a writer can be blocked; otherwise until somebody ends it.
#[cfg(feature = "ssr")]
pub const BLOCK_DAYS: [i64; 3] = [7, 30, 90];

/// A reason that was pressed is no longer on the list.
pub const REASON_GONE: Problem =
    Problem::new("reason", "reason-gone", "Lý do này vừa bị xóa khỏi danh sách. Vui lòng chọn lý do khác");

#[cfg(feature = "ssr")]
pub const BAD_SAVED_TITLE: Problem = Problem::new("title", "saved-title", "Vui lòng ghi tên câu mẫu, tối đa 120 ký tự");
#[cfg(feature = "ssr")]
pub const SAVED_TITLE_TAKEN: Problem = Problem::new("title", "saved-title-taken", "Đã có câu mẫu với tên này");
#[cfg(feature = "ssr")]
pub const BAD_SAVED_TEXT: Problem =
    Problem::new("answer_text", "saved-text", "Câu trả lời cần ít nhất 10 ký tự và không dài quá một ý kiến");
#[cfg(feature = "ssr")]
pub const TOO_MANY_SAVED: Problem =
    Problem::new("title", "saved-too-many", "Đã có quá nhiều câu mẫu. Vui lòng xóa câu không dùng nữa trước khi thêm");

/// The reason that is pressed for giving none; what else was typed does not count then.
#[cfg(feature = "ssr")]
pub const NO_REASON: &str = "-";

/// The reasons that moderators choose from.
#[cfg(feature = "ssr")]
pub const REJECTION_REASONS: Setting = Setting {
    kind: SettingKind::List { max_chars: 2000, max_entry_chars: MAX_NOTE },
    ..Setting::text(
        "moderation.rejection_reasons",
        "Lý do không đăng",
        "reasons that moderators choose from, separated by bars",
        "Có lời lẽ xúc phạm | Có thông tin cá nhân | Quảng cáo | Không liên quan đến bài viết | \
         Trùng với ý kiến đã gửi | Thông tin chưa kiểm chứng được",
    )
};
#[cfg(feature = "ssr")]
pub const SETTINGS: &[Setting] = &[REJECTION_REASONS];

#[cfg(feature = "ssr")]
pub const EXPORT: Action = Action::new("export", "tải mọi ý kiến");

#[cfg(feature = "ssr")]
pub const SAVE_ANSWER: Action = Action::new("save-answer", "lưu câu trả lời mẫu");
#[cfg(feature = "ssr")]
pub const DELETE_SAVED: Action = Action::new("delete-saved-answer", "xóa câu trả lời mẫu");

#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[EXPORT, SAVE_ANSWER, DELETE_SAVED];

/// A comment as moderators see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueCard {
    pub id: i64,
    /// The version that a decision names.
    pub version: i32,
    pub state: CommentState,
    /// Who wrote it.
    pub name: String,
    /// Who wrote it at which article, and for how long it has been waiting, as HTML.
    pub head: String,
    /// Its text with what it was flagged for, what readers reported, and the body's answer, as HTML.
    pub text: String,
    /// The last change of its state.
    pub change: Option<ChangeNote>,
    /// The reason, if the moderator gave one.
    pub note: Option<String>,
    /// Whether its last decision can be undone.
    pub can_undo: bool,
    /// Whether readers reported it, and nobody has looked since.
    pub is_reported: bool,
    /// Parts of its text that look personal and are not covered.
    pub personal: Vec<String>,
    /// How many parts of its text are covered.
    pub covered: usize,
    /// Whether the body wrote it.
    pub is_official: bool,
    /// Whether the body answered it.
    pub has_answer: bool,
    /// Whether it is among the questions that wait for an answer.
    pub is_unanswered: bool,
    /// Whether it was written to the office, at no article.
    pub is_inquiry: bool,
}

impl QueueCard {
    /// Whether it still belongs to a tab, and is not decided about.
    pub fn is_in_tab(&self, tab: Tab) -> bool {
        self.state == tab.state()
            && tab.is_of_inquiries() == self.is_inquiry
            && (tab != Tab::Reported || self.is_reported)
            && (tab != Tab::Unanswered || self.is_unanswered)
    }

    /// Whether a decision applies to it as it stands.
    pub fn can_be(&self, decision: Decision) -> bool {
        match decision {
            Decision::Undo => self.can_undo,
            Decision::Keep => self.is_reported,
            // nobody sees it, so there is nothing to take down
            Decision::Remove if self.is_inquiry => false,
            _ => decision.sources().contains(&self.state),
        }
    }

    /// Whether the body can answer it as it stands.
    pub fn can_be_answered(&self) -> bool {
        !self.is_official && (self.state.is_waiting() || self.state == CommentState::Published)
    }

    /// Applies a decision.
    pub fn apply(&mut self, decided: DecidedCard) {
        self.version = decided.version;
        self.state = decided.state;
        self.can_undo = decided.can_undo;
        self.is_reported = false;
        self.change = Some(decided.change);
        self.note = None;
    }
}

/// A comment after a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedCard {
    pub id: i64,
    /// Its version now.
    pub version: i32,
    pub state: CommentState,
    pub can_undo: bool,
    pub change: ChangeNote,
}

/// The answer to a decision about several comments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkAnswer {
    /// Number, version, state of each that was decided about, and whether that can be undone.
    pub decided: Vec<(i64, i32, CommentState, bool)>,
    /// What was done to them.
    pub change: ChangeNote,
    /// How many comments somebody else had changed first.
    pub overtaken: usize,
    /// The moment of the decision, by which it is undone: microseconds since 1970.
    pub moment: String,
}

/// How many comments a filter leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg(feature = "ssr")]
pub enum Found {
    /// Exactly so many.
    Exactly(i64),
    /// So many among those that were looked at; there may be more.
    AtLeast(i64),
    /// More are not counted.
    MoreThan(i64),
}

#[cfg(feature = "ssr")]
impl Found {
    /// The number that is certain.
    pub fn count(self) -> i64 {
        match self {
            Self::Exactly(count) | Self::AtLeast(count) | Self::MoreThan(count) => count,
        }
    }
}

/// What the queue's live view needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuePage {
    pub tab: Tab,
    /// Its address, to which forms without script return.
    pub path: String,
    pub cards: Vec<QueueCard>,
    /// The sentence where there are none.
    pub empty_message: String,
    pub parts: QueueParts,
    /// The comment whose details are shown, and those as HTML.
    pub details: Option<(i64, String)>,
    /// What was typed about a comment into a form that was refused.
    pub typed: Option<shared::Typed>,
    /// The comments that were chosen in a form that was refused.
    pub chosen: Vec<i64>,
}

/// What stands around the cards, as HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueParts {
    pub tabs: String,
    /// The buttons for the reasons of a refusal.
    pub reasons: String,
    /// The boxes that choose several comments, and the bar with the decisions about them.
    pub choices: String,
    pub bar: String,
    /// The links to the pages before and after this one.
    pub pages: String,
    /// The list of keys.
    pub keys: String,
}

/// What open pages of the queue learn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueUpdate {
    pub counts: CommentCounts,
    pub presence: Vec<Presence>,
}

/// The presence of a member of staff at a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    pub comment: i64,
    pub account: i64,
    /// Their displayed name.
    pub name: String,
}

/// How many comments a tab has.
pub fn count_in_tab(counts: &CommentCounts, tab: Tab) -> i64 {
    match tab {
        Tab::Pending => counts.pending,
        Tab::Unanswered => counts.unanswered,
        Tab::Reported => counts.reported,
        Tab::Published => counts.published,
        Tab::Rejected => counts.rejected,
        Tab::Removed => counts.removed,
        Tab::Blocked => counts.blocked,
        Tab::Inquiries => counts.inquiries,
        Tab::DoneInquiries => counts.done_inquiries,
        Tab::RefusedInquiries => counts.refused_inquiries,
        Tab::WithdrawnInquiries => counts.withdrawn_inquiries,
        Tab::BlockedInquiries => counts.blocked_inquiries,
    }
}

/// Describes what became of a decision about several comments, each of which is called a `unit`; `change` is a verb
/// phrase.
pub fn describe_outcome(change: &str, unit: &str, decided: usize, overtaken: usize) -> String {
    let count = |count: usize| format_number(count as i64);
    let mut sentence =
        if decided > 0 { format!("Ông/bà {change} {} {unit}.", count(decided)) } else { String::new() };
    if overtaken > 0 {
        sentence += &format!(" {} {unit} đã có người quyết định trước, nên giữ nguyên.", count(overtaken));
    }
    sentence
}
