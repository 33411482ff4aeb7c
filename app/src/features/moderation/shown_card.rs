//! A card with its state on an open page.

use super::QueueCard;
use super::card::RecentDecision;
use leptos::prelude::*;

/// The cards of the page.
pub type Cards = RwSignal<Vec<ShownCard>>;

/// A card with its state on this page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShownCard {
    pub id: i64,
    pub card: RwSignal<QueueCard>,
    /// The decision that was made about it here.
    pub recent: RwSignal<RecentDecision>,
}

impl ShownCard {
    pub fn new(card: QueueCard) -> Self {
        Self { id: card.id, card: RwSignal::new(card), recent: RwSignal::new(RecentDecision::default()) }
    }
}
