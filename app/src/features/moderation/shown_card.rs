//! A card with its state on an open page.

#[cfg(feature = "hydrate")]
use super::DecidedCard;
use super::QueueCard;
use super::outcome::CardMessage;
use super::queue_query::Tab;
#[cfg(feature = "hydrate")]
use super::shared::Shared;
use leptos::prelude::*;

/// The cards of the page.
pub type Cards = RwSignal<Vec<ShownCard>>;

/// A card with its state on this page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShownCard {
    pub id: i64,
    pub card: RwSignal<QueueCard>,
    /// What was done to it here, or why nothing was.
    pub message: RwSignal<Option<CardMessage>>,
    /// Whether somebody opened it again after it was decided about.
    pub is_opened: RwSignal<bool>,
    /// Whether something is being typed on it. It is not folded then.
    pub is_typing: RwSignal<bool>,
}

impl ShownCard {
    pub fn new(card: QueueCard) -> Self {
        Self {
            id: card.id,
            card: RwSignal::new(card),
            message: RwSignal::new(None),
            is_opened: RwSignal::new(false),
            is_typing: RwSignal::new(false),
        }
    }

    /// Whether it no longer belongs to the tab: it was decided about since the page came.
    pub fn has_left(self, tab: Tab) -> bool {
        self.card.with(|card| !card.is_in_tab(tab))
    }

    /// Applies a decision that was made here. It can be undone until this second of the page.
    #[cfg(feature = "hydrate")]
    pub fn apply(self, decided: DecidedCard, until: i32) {
        let message = CardMessage::decided(&decided, until);
        self.card.try_update(|card| card.apply(decided));
        self.is_opened.try_set(false);
        self.message.try_set(Some(message));
    }
}

/// The queue on an open page: its cards, and what they share.
#[derive(Clone, Copy)]
#[cfg(feature = "hydrate")]
pub struct OpenQueue {
    pub cards: Cards,
    pub shared: Shared,
}

#[cfg(feature = "hydrate")]
impl OpenQueue {
    /// The card of a comment.
    pub fn find_card(self, comment: i64) -> Option<ShownCard> {
        let find = |cards: &Vec<ShownCard>| cards.iter().copied().find(|card| card.id == comment);
        self.cards.try_with_untracked(find).flatten()
    }
}
