//! What all cards of a page share.

use super::Presence;
use super::outcome::CardMessage;
use super::queue_query::Tab;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What was typed about a comment into a form that was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Typed {
    pub comment: i64,
    /// The name of the field.
    pub field: String,
    pub text: String,
}

/// The details of a comment as they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShownDetails {
    /// The comment; 0 where none is chosen.
    pub comment: i64,
    /// They stand on the comment's card, and not beside the list.
    pub is_on_card: bool,
    /// As HTML; that they are being read, until they are there.
    pub html: String,
}

/// What all cards of a page share.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "nothing is done in place but by the browser"))]
pub struct Shared {
    pub tab: Tab,
    /// The page's address, to which forms without script return.
    pub path: StoredValue<String>,
    /// The buttons for the reasons of a refusal, as HTML.
    pub reasons: StoredValue<String>,
    /// What was typed about a comment into a form that was refused.
    pub typed: StoredValue<Option<Typed>>,
    /// Seconds since the page was hydrated; the time for undoing is counted by them.
    pub seconds: RwSignal<i32>,
    /// The comments that were chosen in a form that was refused.
    pub chosen: StoredValue<Vec<i64>>,
    /// What was decided about several comments here.
    pub bulk_message: RwSignal<Option<CardMessage>>,
    /// The id of the form that undoes what was done last.
    pub undo_form: RwSignal<String>,
    /// Who else is looking at which comment.
    pub presence: Signal<Vec<Presence>>,
    pub details: RwSignal<ShownDetails>,
    /// Reads the details of a comment again, where they are shown.
    pub read_details: Callback<i64>,
    /// Whether cards have just moved up: a press that was meant for another one reaches none.
    pub is_settling: RwSignal<bool>,
    /// Reads the cards of the page again, and adds none.
    pub refresh: Callback<()>,
}

impl Shared {
    /// What was done here and can still be undone.
    pub fn find_recent(&self, message: RwSignal<Option<CardMessage>>) -> Option<CardMessage> {
        let now = self.seconds.get();
        message.with(|message| message.clone().filter(|message| !message.is_error && message.until > now))
    }
}
