//! What moderators decide about comments, and how the last decision is described.

use super::CommentState;
#[cfg(feature = "ssr")]
use crate::base::clock;
#[cfg(feature = "ssr")]
use crate::base::error::{AppError, ChangeNote};
#[cfg(feature = "ssr")]
use crate::features::audit::Action;
use serde::{Deserialize, Serialize};
#[cfg(feature = "ssr")]
use time::OffsetDateTime;

/// What a moderator decides about a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// Publish a comment that waits.
    Approve,
    /// Do not publish a comment that waits.
    Reject,
    /// Leave a published comment that was reported.
    Keep,
    /// Take a published comment down.
    Remove,
    /// Return to the state before the last decision.
    Undo,
}

impl Decision {
    pub const ALL: [Self; 5] = [Self::Approve, Self::Reject, Self::Keep, Self::Remove, Self::Undo];

    /// The value of its button.
    pub fn value(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Keep => "keep",
            Self::Remove => "remove",
            Self::Undo => "undo",
        }
    }

    /// Reads the value of a button.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.value() == text)
    }

    /// The label of its button.
    pub fn label(self) -> &'static str {
        match self {
            Self::Approve => "Duyệt",
            Self::Reject => "Từ chối",
            Self::Keep => "Giữ lại",
            Self::Remove => "Gỡ",
            Self::Undo => "Hoàn tác",
        }
    }

    /// The label of its button where it is about an inquiry, which nothing publishes.
    pub fn label_for(self, is_inquiry: bool) -> &'static str {
        if is_inquiry && self == Self::Approve { "Đã xử lý" } else { self.label() }
    }

    /// The states that it applies to; undoing applies to any state that a decision led to.
    pub fn sources(self) -> &'static [CommentState] {
        match self {
            Self::Approve | Self::Reject => &[CommentState::Pending, CommentState::Blocked],
            Self::Keep | Self::Remove => &[CommentState::Published],
            Self::Undo => &[],
        }
    }

    /// The state that it leads to; undoing leads to the previous one.
    pub fn target(self) -> Option<CommentState> {
        match self {
            Self::Approve | Self::Keep => Some(CommentState::Published),
            Self::Reject => Some(CommentState::Rejected),
            Self::Remove => Some(CommentState::Removed),
            Self::Undo => None,
        }
    }

    /// The action that the audit record names.
    #[cfg(feature = "ssr")]
    pub const fn action(self) -> Action {
        match self {
            Self::Approve => Action::new("approve", "duyệt"),
            Self::Reject => Action::new("reject", "từ chối"),
            Self::Keep => Action::new("keep", "giữ lại"),
            Self::Remove => Action::new("remove", "gỡ"),
            Self::Undo => Action::new("undo", "hoàn tác"),
        }
    }

    /// Whether a note of the moderator is shown to the writer.
    pub fn takes_note(self) -> bool {
        matches!(self, Self::Reject | Self::Remove)
    }
}

/// The verb phrase of the last decision about a comment in `state` that was in `previous` before.
#[cfg(feature = "ssr")]
pub fn describe_decision(state: CommentState, previous: Option<CommentState>, is_inquiry: bool) -> &'static str {
    match state {
        CommentState::Published if is_inquiry => "đã ghi là đã xử lý",
        CommentState::Published if previous == Some(CommentState::Published) => "đã giữ lại",
        CommentState::Published => "đã duyệt",
        CommentState::Rejected => "đã từ chối",
        CommentState::Removed => "đã gỡ",
        CommentState::Blocked => "đã chặn người viết",
        CommentState::Pending => "đã đưa trở lại danh sách chờ",
    }
}

/// What changed a comment last.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// A decision, or that its writer withdrew it; with its state and the one before.
    State(CommentState, Option<CommentState>),
    /// Its writer corrected it, and nobody has decided about that yet.
    Correction,
    /// The body answered it.
    Answer,
    /// A reader reported it.
    Report,
}

/// The last change of a comment.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestChange {
    pub comment: i64,
    pub kind: ChangeKind,
    /// The account that decided or answered.
    pub account: Option<i64>,
    /// Its displayed name.
    pub actor: Option<String>,
    /// Whether the writer withdrew or corrected it.
    pub is_by_writer: bool,
    /// Whether it is an inquiry.
    pub is_inquiry: bool,
    pub at: OffsetDateTime,
}

#[cfg(feature = "ssr")]
impl LatestChange {
    /// Formats the change for `reader`, who is addressed as `Ông/bà` where it was their own.
    pub fn to_note(&self, reader: Option<i64>) -> ChangeNote {
        let actor = match (&self.actor, self.account, self.is_by_writer) {
            _ if self.kind == ChangeKind::Report => Some("Bạn đọc".to_owned()),
            (_, Some(account), _) if Some(account) == reader => Some("Ông/bà".to_owned()),
            (Some(name), ..) => Some(name.clone()),
            (None, _, true) => Some("Người viết".to_owned()),
            // nobody decided: its writer is trusted
            (None, None, false)
                if self.kind == ChangeKind::State(CommentState::Published, Some(CommentState::Pending)) =>
            {
                Some("Trang".to_owned())
            }
            // a block ended by its time
            (None, None, false) if matches!(self.kind, ChangeKind::State(CommentState::Pending, _)) => {
                Some("Trang".to_owned())
            }
            (None, _, false) => None,
        };
        let change = match self.kind {
            ChangeKind::State(CommentState::Removed, _) if self.is_by_writer && self.account.is_none() => {
                if self.is_inquiry { "đã rút lời nhắn này" } else { "đã rút ý kiến này" }
            }
            ChangeKind::State(state, previous) => describe_decision(state, previous, self.is_inquiry),
            ChangeKind::Correction if self.is_inquiry => "đã sửa lời nhắn này",
            ChangeKind::Correction => "đã sửa ý kiến này",
            ChangeKind::Answer => "đã trả lời",
            ChangeKind::Report => "đã báo vi phạm",
        };
        ChangeNote { actor, change: change.to_owned(), at: clock::format_short(self.at), effect: None }
    }

    /// Refuses what `reader` did because somebody else was first; `label` is that of the button.
    pub fn to_conflict(&self, reader: Option<i64>, label: &str) -> AppError {
        let effect = format!("Lần bấm {label} không có tác dụng.");
        AppError::Conflict(ChangeNote { effect: Some(effect), ..self.to_note(reader) })
    }
}
