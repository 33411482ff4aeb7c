//! An open desk: what its page does by itself while somebody looks at it.

use super::Place;
use super::card::Shared;
use super::desk::{Cards, Held, SHOWN, read};
use crate::live::DeskState;
use crate::moderation::shortcuts;
use crate::ratings::thousands;
use leptos::prelude::*;
use std::time::Duration;

/// Follows the stream, the clock and the keys.
pub fn come_alive(
    place: &Place,
    cards: Cards,
    live: Memo<Option<DeskState>>,
    counts: Signal<DeskState>,
    shared: Shared,
    (keys, help): (RwSignal<bool>, RwSignal<bool>),
    reload: Callback<()>,
) {
    let place = StoredValue::new(place.clone());
    Effect::new(move |_| {
        // what the page shows was read a moment before the stream began: its first state is followed by reading too
        if live.get().is_some() {
            leptos::task::spawn_local(refresh(place.get_value(), cards, reload));
        }
    });
    Effect::new(move |_| {
        let waiting = counts.get().held;
        let title =
            if waiting > 0 { format!("({}) Bàn duyệt", thousands(waiting)) } else { "Bàn duyệt".to_owned() };
        document().set_title(&title);
    });
    Effect::new(move |_| {
        keys.set(shortcuts::on());
        shortcuts::follow(keys, help, shared.last);
        let tick = move || shared.seconds.update(|seconds| *seconds += 1);
        if let Ok(clock) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || clock.clear());
        }
    });
}

/// A desk that is open for days forgets what was decided long ago, but for what one is at.
fn forget_decided(cards: &mut Vec<Held>) {
    const MOST: usize = 300;
    let at = document().active_element().and_then(|at| at.closest(".queue-card").ok().flatten()).map(|card| card.id());
    let mut more = cards.len().saturating_sub(MOST);
    cards.retain(|held| {
        let decided = held.card.with_untracked(|card| !card.waits());
        let goes = more > 0 && decided && at.as_deref() != Some(&crate::comments::anchor(held.id));
        more -= usize::from(goes);
        !goes
    });
}

/// Reads the page again and changes only what is different: cards stay in their places, new ones come at the end.
async fn refresh(place: Place, cards: Cards, reload: Callback<()>) {
    let Some(shown) =
        cards.try_with_untracked(|cards| cards.iter().rev().take(SHOWN).map(|held| held.id).collect::<Vec<_>>())
    else {
        return;
    };
    // the stream's next state tries again
    let Ok(desk) = read(place, &shown, Default::default()).await else { return };
    if desk.staff.is_none() {
        // signed out meanwhile: the page asks to sign in
        reload.run(());
        return;
    }
    let mut new = Vec::new();
    for card in desk.cards {
        let known = cards.try_with_untracked(|cards| cards.iter().copied().find(|held| held.id == card.id)).flatten();
        match known {
            Some(known) if known.card.try_with_untracked(|known| *known != card).unwrap_or(false) => {
                known.card.set(card);
            }
            Some(_) => {}
            None => new.push(Held::new(card)),
        }
    }
    if !new.is_empty() {
        cards.try_update(|cards| {
            cards.extend(new);
            forget_decided(cards);
        });
    }
}
