//! The live view of the comments queue.

use super::actions::DETAILS;
use super::card::{BulkOutcome, Card};
use super::shared::{Shared, ShownDetails};
#[cfg(feature = "hydrate")]
use super::shown_card::OpenQueue;
use super::shown_card::{Cards, ShownCard};
use super::{QueuePage, QueueUpdate};
use crate::live::Topic;
use crate::live::view::use_topic;
use crate::web::room::{RoomContent, RoomContext};
use crate::web::sync_view::SyncView;
use crate::web::wire;
use leptos::prelude::*;

/// Shows the comments queue.
pub fn show_queue(context: RoomContext, content: RoomContent) -> AnyView {
    match wire::from_bytes::<QueuePage>(&content.data) {
        Some(page) => SyncView(view! { <Queue html=content.html page context/> }).into_any(),
        // the details of one comment alone, or a page of another build, which reloads itself
        None => SyncView(view! { <div inner_html=content.html></div> }).into_any(),
    }
}

#[component]
fn Queue(
    /// The notices and the form that filters.
    html: String,
    page: QueuePage,
    context: RoomContext,
) -> impl IntoView {
    let QueuePage { tab, path, cards, empty_message, parts, details, typed, chosen } = page;
    #[cfg(feature = "hydrate")]
    let paused = context.paused;
    let update = use_topic::<QueueUpdate>(Signal::stored(Some(Topic::Comments)));
    // that somebody looks at another card is no reason to read the page again
    let live = Memo::new(move |_| update.with(|update| update.as_ref().map(|update| update.counts)));
    let own = context.staff.id;
    let cards: Vec<ShownCard> = cards.into_iter().map(ShownCard::new).collect();
    // a form that came back is in sight, whatever became of its comment
    if let Some(typed) = typed.as_ref().filter(|typed| !typed.text.is_empty())
        && let Some(shown) = cards.iter().find(|shown| shown.id == typed.comment)
    {
        shown.is_typing.set(true);
    }
    let cards: Cards = RwSignal::new(cards);
    let is_settling = RwSignal::new(false);
    let details = details.map(|(comment, html)| ShownDetails { comment, is_on_card: false, html });
    let details = RwSignal::new(details.unwrap_or_default());
    #[cfg(feature = "hydrate")]
    let read_details = super::details_view::reader(&context, details);
    #[cfg(not(feature = "hydrate"))]
    let read_details = Callback::new(|_: i64| ());
    #[cfg(feature = "hydrate")]
    let refresh = super::live_queue::refresher(&context, (cards, is_settling), (details, read_details));
    #[cfg(not(feature = "hydrate"))]
    let refresh = Callback::new(|_: bool| ());
    let shared = Shared {
        tab,
        reasons: StoredValue::new(parts.reasons),
        details,
        read_details,
        is_settling,
        typed: StoredValue::new(typed),
        path: StoredValue::new(path),
        seconds: RwSignal::new(0),
        chosen: StoredValue::new(chosen),
        bulk_message: RwSignal::new(None),
        undo_form: RwSignal::new(String::new()),
        presence: Signal::derive(move || {
            let all = update.with(|update| update.as_ref().map(|update| update.presence.clone()));
            all.unwrap_or_default().into_iter().filter(|one| one.account != own).collect()
        }),
        refresh: Callback::new(move |()| refresh.run(false)),
    };
    #[cfg(feature = "hydrate")]
    super::live_queue::start(live.into(), OpenQueue { cards, shared }, refresh, paused);
    #[cfg(not(feature = "hydrate"))]
    let _ = live;
    let has_cards = Signal::derive(move || !cards.with(Vec::is_empty));
    view! {
        <div class="queue-tools">
            <div inner_html=parts.tabs></div>
            <div inner_html=html></div>
        </div>
        <div class="queue-panes">
            <div class="queue-list">
                <div inner_html=parts.choices></div>
                <p class="empty" hidden=has_cards>{empty_message}</p>
                <ol class="queue" class:settling=shared.is_settling>
                    <For each=move || cards.get() key=|shown| shown.id let(shown)>
                        <Card shown shared/>
                    </For>
                </ol>
                <div class="bulk-dock">
                    <BulkOutcome shared/>
                    <div inner_html=parts.bar></div>
                </div>
                <div inner_html=parts.pages></div>
                <div inner_html=parts.keys></div>
            </div>
            <Details details/>
        </div>
    }
}

/// The details of a comment beside the list; without script above it on a phone.
#[component]
fn Details(details: RwSignal<ShownDetails>) -> impl IntoView {
    let html = move || details.with(|details| if details.is_on_card { String::new() } else { details.html.clone() });
    view! {
        <aside
            class="details-pane"
            id=DETAILS
            tabindex="-1"
            aria-label="Chi tiết ý kiến"
            data-comment=move || details.with(|details| details.comment)
            hidden=move || details.with(|details| details.comment == 0 || details.is_on_card)
            inner_html=html
        ></aside>
    }
}
