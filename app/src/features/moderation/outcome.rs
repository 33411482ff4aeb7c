//! What was done to a comment beside deciding about it, what its card says of it, and how it is undone.

use crate::base::error::AppError;
use crate::features::comments::Decision;
use crate::routes;
use crate::web::forms::RETURN_TO;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The query parameter with what was just done to a comment without script.
pub const ACTED: &str = "viec";

/// What was done to a comment.
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
    /// Says that somebody else was first.
    pub fn overtaken(error: &AppError) -> Self {
        Self { text: error.full_message(), is_error: true, undo: CardUndo::Nothing, until: 0 }
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
}

#[cfg(feature = "ssr")]
impl Act {
    const ALL: [Self; 4] = [Self::Answer, Self::Block, Self::Unblock, Self::Cover];

    /// Its value in an address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Answer => "tra-loi",
            Self::Block => "chan",
            Self::Unblock => "bo-chan",
            Self::Cover => "che",
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
    format!("hoan-tac-viec-{comment}")
}

/// The button that undoes it, in the form that works without script.
#[component]
pub fn UndoOutcome(
    id: String,
    undo: CardUndo,
    /// The page's address, to which the form without script returns.
    path: String,
    #[prop(into)] label: Signal<String>,
    on_submit: Callback<leptos::ev::SubmitEvent>,
) -> impl IntoView {
    let (action, fields, button) = match undo {
        CardUndo::Nothing => return None,
        CardUndo::Decisions(seen) => {
            let count = seen.len();
            let fields = seen.into_iter().map(|(id, version)| {
                view! { <input type="hidden" name="chosen[]" value=format!("{id}:{version}")/> }
            });
            let fields = view! { {fields.collect_view()} <input type="hidden" name="confirmed" value=count/> };
            (routes::DECIDE_MANY.path, fields.into_any(), ("decision", Decision::Undo.value()))
        }
        CardUndo::Block { comment, block } => {
            let fields = view! { <input type="hidden" name="comment_id" value=comment/> };
            (routes::BLOCK_WRITER.path, fields.into_any(), ("blocked", if block { "1" } else { "0" }))
        }
    };
    let (name, value) = button;
    Some(view! {
        <form class="undo" id=id method="post" action=action on:submit=move |event| on_submit.run(event)>
            <input type="hidden" name=RETURN_TO value=path/>
            {fields}
            <button class="button secondary" name=name value=value>{label}</button>
        </form>
    })
}
