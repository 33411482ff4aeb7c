//! A card with its state on an open page.

use super::QueueCard;
use super::outcome::CardMessage;
use leptos::prelude::*;

/// A decision made on a card of this page: the version that it led to, and the second at which it can no longer be
/// undone on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecentDecision {
    pub version: i32,
    pub until: i32,
}

/// The cards of the page.
pub type Cards = RwSignal<Vec<ShownCard>>;

/// A card with its state on this page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShownCard {
    pub id: i64,
    pub card: RwSignal<QueueCard>,
    /// The decision that was made about it here.
    pub recent: RwSignal<RecentDecision>,
    /// What else was done to it here, or why nothing was.
    pub message: RwSignal<Option<CardMessage>>,
}

impl ShownCard {
    pub fn new(card: QueueCard) -> Self {
        Self {
            id: card.id,
            card: RwSignal::new(card),
            recent: RwSignal::new(RecentDecision::default()),
            message: RwSignal::new(None),
        }
    }
}
