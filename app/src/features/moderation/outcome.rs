//! What was done to a comment, what its card says of it, and how it is undone.

use super::DecidedCard;
use crate::base::error::AppError;
use crate::features::comments::Decision;
use crate::routes;
use crate::web::forms::RETURN_TO;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The query parameter with what was just done to a comment without script.
pub const ACTED: &str = "viec";

/// What was done to a comment beside deciding about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardOutcome {
    pub sentence: String,
    pub undo: CardUndo,
}

/// How it is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CardUndo {
    /// The card itself offers the way back.
    Nothing,
    /// The decisions about these comments are undone, each as this version.
    Decisions(Vec<(i64, i32)>),
    /// What one decided about several comments in this moment is undone.
    Together { moment: String },
    /// The writer of this comment is unblocked, or blocked again.
    Block { comment: i64, block: bool },
}

/// What a card says of what was done here, or of why nothing was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardMessage {
    pub text: String,
    pub is_error: bool,
    pub undo: CardUndo,
    /// The second of the page at which it can no longer be undone here.
    pub until: i32,
}

impl CardMessage {
    /// Says what was decided: `Đã duyệt`.
    pub fn decided(decided: &DecidedCard, until: i32) -> Self {
        let undo = match decided.can_undo {
            true => CardUndo::Decisions(vec![(decided.id, decided.version)]),
            false => CardUndo::Nothing,
        };
        let change = &decided.change.change;
        let text = change.strip_prefix("đã").map_or_else(|| change.clone(), |rest| format!("Đã{rest}"));
        Self { text, is_error: false, undo, until }
    }

    /// Says what else was done.
    pub fn done(outcome: CardOutcome, until: i32) -> Self {
        Self { text: outcome.sentence, is_error: false, undo: outcome.undo, until }
    }

    /// Says why nothing was done.
    pub fn refused(error: &AppError) -> Self {
        Self { text: error.full_message(), is_error: true, undo: CardUndo::Nothing, until: 0 }
    }

    /// Whether a card of this version is still as it was left: what somebody else did since is not undone here.
    pub fn is_current(&self, comment: i64, version: i32) -> bool {
        let CardUndo::Decisions(seen) = &self.undo else { return true };
        seen.iter().all(|(id, known)| *id != comment || version <= *known)
    }
}

/// What staff do to a comment beside deciding about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg(feature = "ssr")]
pub enum Act {
    Answer,
    Block,
    Unblock,
    Cover,
    /// Covering and approving in one.
    CoverAndApprove,
    MarkQuestion,
    UnmarkQuestion,
    WriteNote,
    DeleteNote,
    CorrectAnswer,
}

#[cfg(feature = "ssr")]
impl Act {
    const ALL: [Self; 10] = [
        Self::Answer,
        Self::Block,
        Self::Unblock,
        Self::Cover,
        Self::CoverAndApprove,
        Self::MarkQuestion,
        Self::UnmarkQuestion,
        Self::WriteNote,
        Self::DeleteNote,
        Self::CorrectAnswer,
    ];

    /// Its value in an address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Answer => "tra-loi",
            Self::Block => "chan",
            Self::Unblock => "bo-chan",
            Self::Cover => "che",
            Self::CoverAndApprove => "che-va-duyet",
            Self::MarkQuestion => "can-tra-loi",
            Self::UnmarkQuestion => "khong-can-tra-loi",
            Self::WriteNote => "ghi-chu",
            Self::DeleteNote => "xoa-ghi-chu",
            Self::CorrectAnswer => "sua-tra-loi",
        }
    }

    /// Reads a value of an address.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.value() == text)
    }

    /// The address that says on the page before what was done.
    pub fn lead_back(self, return_to: &str, comment: i64) -> String {
        let path = crate::base::url::with_parameter(return_to, super::DECIDED, &comment.to_string());
        crate::base::url::with_parameter(&path, ACTED, self.value())
    }
}

/// The id of the form that undoes what was done to a comment; a key presses it.
pub fn undo_id(comment: i64) -> String {
    format!("hoan-tac-{comment}")
}

/// The id of the form that undoes a decision about several comments.
pub const BULK_UNDO: &str = "hoan-tac-nhieu";

/// The button that undoes it, in the form that works without script.
#[component]
pub fn UndoOutcome(
    id: String,
    undo: CardUndo,
    /// The page's address, to which the form without script returns.
    path: String,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    let hidden = |name: &'static str, value: String| view! { <input type="hidden" name=name value=value/> };
    let (action, fields, button) = match undo {
        CardUndo::Nothing => return None,
        CardUndo::Decisions(seen) => match seen[..] {
            [(id, version)] => {
                let fields = vec![hidden("comment_id", id.to_string()), hidden("version", version.to_string())];
                (routes::DECIDE.path, fields, ("decision", Decision::Undo.value()))
            }
            _ => {
                let mut fields = vec![hidden("confirmed", seen.len().to_string())];
                fields.extend(seen.iter().map(|(id, version)| hidden("chosen[]", format!("{id}:{version}"))));
                (routes::DECIDE_MANY.path, fields, ("decision", Decision::Undo.value()))
            }
        },
        CardUndo::Together { moment } => {
            (routes::DECIDE_MANY.path, vec![hidden("moment", moment)], ("decision", Decision::Undo.value()))
        }
        CardUndo::Block { comment, block } => {
            let fields = vec![hidden("comment_id", comment.to_string())];
            (routes::BLOCK_WRITER.path, fields, ("blocked", if block { "again" } else { "0" }))
        }
    };
    let (name, value) = button;
    Some(view! {
        <form class="undo" id=id method="post" action=action>
            <input type="hidden" name=RETURN_TO value=path/>
            {fields}
            <button class="button secondary" name=name value=value>{label}</button>
            <p class="field-error" role="alert"></p>
        </form>
    })
}
