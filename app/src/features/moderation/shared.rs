//! What all cards of a page share.

use super::Presence;
use leptos::prelude::*;

/// What was typed about a comment into a form that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    pub comment: i64,
    /// The name of the field.
    pub field: &'static str,
    pub text: String,
}

/// What all cards of a page share.
#[derive(Clone, Copy)]
pub struct Shared {
    /// The page's address, to which forms without script return.
    pub path: StoredValue<String>,
    /// What was typed about a comment into a form that was refused.
    pub typed: StoredValue<Option<Typed>>,
    /// Seconds since the page was hydrated; the time for undoing is counted by them.
    pub seconds: RwSignal<i32>,
    /// The comments that are selected.
    pub selected: RwSignal<Vec<i64>>,
    /// The id of the form that undoes the last decision.
    pub undo_form: RwSignal<String>,
    /// Who else is looking at which comment.
    pub presence: Signal<Vec<Presence>>,
    /// Reads the cards of the page again, and adds none.
    pub refresh: Callback<()>,
}

impl Shared {
    /// What was typed into a field about a comment.
    pub fn typed(&self, comment: i64, field: &str) -> Option<String> {
        self.typed.with_value(|typed| {
            let typed = typed.as_ref().filter(|typed| typed.comment == comment && typed.field == field);
            typed.map(|typed| typed.text.clone())
        })
    }
}
