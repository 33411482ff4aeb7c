//! What an open page of the queue does by itself.

use super::actions::CHOSEN;
use super::dom::{find_comment, list_all};
use super::outcome::{ACTED, BULK_UNDO};
use super::press::{self, when_released};
use super::queue_query::Tab;
use super::shared::ShownDetails;
use super::shown_card::{Cards, OpenQueue, ShownCard};
use super::{
    DECIDED, DECIDED_MANY, MAX_SHOWN, QueueCard, QueuePage, bulk_bar, details_view, live_numbers, presence, sending,
    shortcuts,
};
use crate::base::url::without_parameter;
use crate::features::comments::{CommentCounts, anchor};
use crate::web::effects::{effect, on_window};
use crate::web::forms::TOKEN;
use crate::web::room::RoomContext;
use crate::web::wire;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;

/// Follows the stream, the clock and the keys, and reports the card that has the focus.
pub fn start(update: Signal<Option<CommentCounts>>, queue: OpenQueue, refresh: Callback<bool>, paused: RwSignal<bool>) {
    effect(move || {
        // what the page shows was read a moment before the stream began, so its first state is followed by reading too.
        // While updates are paused nothing comes and nothing moves, but a button that is overtaken is none any longer.
        if update.get().is_some() {
            refresh.run(!paused.get());
        }
    });
    let shared = queue.shared;
    live_numbers::follow(update, paused, queue);
    effect(move || {
        presence::track_focus();
        press::follow();
        follow_presses(queue);
        bulk_bar::follow(queue);
        details_view::follow_focus(queue);
        shortcuts::follow(shared.undo_form);
        let tick = move || shared.seconds.update(|seconds| *seconds += 1);
        if let Ok(clock) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || clock.clear());
        }
    });
}

/// Takes the forms and links of cards and details, and notices what is typed there.
fn follow_presses(queue: OpenQueue) {
    let submit = window_event_listener(leptos::ev::submit, move |event| {
        let form = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| form.method() == "post") else { return };
        match form.id().as_str() {
            bulk_bar::FORM | BULK_UNDO => bulk_bar::submit(&event, form, queue),
            _ => sending::submit(&event, form, queue),
        }
    });
    let click = on_window("click", move |event| {
        // pressing elsewhere closes the reasons
        let sheet = find_target(&event, ".refusal");
        for open in list_all(".refusal[open]") {
            if sheet.as_ref() != Some(&open) {
                let _ = open.remove_attribute("open");
            }
        }
        let link = find_target(&event, ".show-details");
        if link.is_some_and(|link| details_view::open(&link, queue)) {
            event.prevent_default();
        }
    });
    let mark = on_window("pointerdown", |event| {
        if let Some(summary) = find_target(&event, "summary.cover") {
            sending::take_marked_text(&summary);
        }
    });
    let input = on_window("input", move |event| {
        let card = find_target(&event, ".queue-card").and_then(|card| find_comment(&card));
        if let Some(shown) = card.and_then(|comment| queue.find_card(comment)) {
            shown.is_typing.set(sending::has_typed_text(shown.id));
        }
    });
    on_cleanup(move || {
        submit.remove();
        [click, mark, input].into_iter().for_each(|handle| handle.remove());
    });
}

/// The element around an event's target that matches.
fn find_target(event: &web_sys::Event, selector: &str) -> Option<web_sys::Element> {
    let element = event.target()?.dyn_into::<web_sys::Element>().ok()?;
    element.closest(selector).ok().flatten()
}

/// The cards, and whether they have just moved up.
type List = (Cards, RwSignal<bool>);
/// The details that are shown, and what reads them again.
type Details = (RwSignal<ShownDetails>, Callback<i64>);

/// Reads the page again; with `true` what is new comes as well.
pub fn refresher(context: &RoomContext, list: List, details: Details) -> Callback<bool> {
    // what the address says once, of a form that was sent without script, is not read again
    let path = [TOKEN, DECIDED, DECIDED_MANY, ACTED, CHOSEN]
        .iter()
        .fold(context.path.clone(), |path, name| without_parameter(&path, name));
    let context = StoredValue::new(RoomContext { path, ..context.clone() });
    Callback::new(move |adds: bool| {
        if let Some(context) = context.try_get_value() {
            leptos::task::spawn_local(refresh(context, list, details, adds));
        }
    })
}

/// Removes old decided cards from a page that is open for days, but for the one that has the focus.
fn drop_decided(cards: &mut Vec<ShownCard>, tab: Tab) {
    const MAX_CARDS: usize = 300;
    let focused = document().active_element().and_then(|element| element.closest(".queue-card").ok().flatten());
    let focused = focused.map(|card| card.id());
    let mut excess = cards.len().saturating_sub(MAX_CARDS);
    cards.retain(|shown| {
        // what waits here for somebody stays, however old it is
        let waits = tab.is_waiting() || tab == Tab::Unanswered || tab == Tab::Reported;
        let is_decided = shown.card.with_untracked(|card| !waits || !card.is_in_tab(tab));
        let is_dropped = excess > 0 && is_decided && focused.as_deref() != Some(&anchor(shown.id));
        excess -= usize::from(is_dropped);
        !is_dropped
    });
}

/// Reads the page again and changes only what is different: cards stay in their places, new ones come at the end where
/// `adds` says so.
async fn refresh(context: RoomContext, (cards, is_settling): List, (details, read_details): Details, adds: bool) {
    let shown =
        cards.try_with_untracked(|cards| cards.iter().rev().take(MAX_SHOWN).map(|shown| shown.id).collect::<Vec<_>>());
    let Some(shown) = shown else { return };
    // the stream's next state tries again
    let Ok(content) = (context.read_content)(context.path.clone(), shown).await else { return };
    let Some(content) = content else {
        // signed out meanwhile: the page asks to sign in
        context.reload.try_run(());
        return;
    };
    let Some(page) = wire::from_bytes::<QueuePage>(&content.data) else { return };
    when_released(move || {
        let count_left = |tab: Tab| {
            let has_left = |shown: &&ShownCard| shown.card.with_untracked(|card| !card.is_in_tab(tab));
            cards.try_with_untracked(|cards| cards.iter().filter(has_left).count())
        };
        let tab = page.tab;
        let before = count_left(tab);
        take_page(cards, page, adds);
        // what somebody else decided about folds, and the cards below it move up
        if count_left(tab) > before {
            press::settle(is_settling);
        }
        details_view::reread(details, read_details);
    });
}

fn take_page(cards: Cards, page: QueuePage, adds: bool) {
    let tab = page.tab;
    let new: Vec<ShownCard> = page.cards.into_iter().filter_map(|card| update_card(cards, card)).collect();
    if adds && !new.is_empty() {
        cards.try_update(|cards| {
            cards.extend(new);
            drop_decided(cards, tab);
        });
    }
}

/// Updates the card that is shown already, or returns a new one.
fn update_card(cards: Cards, card: QueueCard) -> Option<ShownCard> {
    let known = cards.try_with_untracked(|cards| cards.iter().copied().find(|shown| shown.id == card.id)).flatten();
    match known {
        Some(known) => {
            // what was read before a decision of this page may arrive after its answer
            let is_newer = |known: &QueueCard| *known != card && known.version <= card.version;
            if known.card.try_with_untracked(is_newer).unwrap_or(false) {
                known.card.set(card);
            }
            None
        }
        None => Some(ShownCard::new(card)),
    }
}
