//! A comment in the queue.

use super::Presence;
use super::actions::Actions;
use super::outcome::{BULK_UNDO, CardMessage, UndoOutcome, undo_id};
use super::shared::{Shared, Typed};
use super::shown_card::ShownCard;
use crate::base::error::ChangeNote;
use crate::features::comments::anchor;
use leptos::html::Div;
use leptos::prelude::*;

/// The id of the line that names a card for screen readers.
pub fn title_id(comment: i64) -> String {
    format!("the-{comment}")
}

/// A comment in the queue. What was decided about here folds to one line.
#[component]
pub fn Card(shown: ShownCard, shared: Shared) -> impl IntoView {
    let ShownCard { id, card, is_opened, is_typing, .. } = shown;
    let name = card.with_untracked(|card| card.name.clone());
    let has_left = Memo::new(move |_| shown.has_left(shared.tab));
    let is_folded = Memo::new(move |_| has_left.get() && !is_opened.get() && !is_typing.get());
    let class = Memo::new(move |_| match (has_left.get(), is_folded.get()) {
        (true, true) => "card queue-card left folded",
        (true, false) => "card queue-card left",
        (false, _) => "card queue-card",
    });
    let head = Memo::new(move |_| card.with(|card| card.head.clone()));
    let text = Memo::new(move |_| card.with(|card| card.text.clone()));
    let others = Memo::new(move |_| shared.presence.with(|presence| describe_presence(presence, id)));
    let details = Memo::new(move |_| {
        shared.details.with(|details| (details.is_on_card && details.comment == id).then(|| details.html.clone()))
    });
    let is_chosen = shared.chosen.with_value(|selected| selected.contains(&id));
    view! {
        <li class=class id=anchor(id) tabindex="-1" aria-labelledby=title_id(id)>
            <div class="queue-head">
                <label class="card-select">
                    <input
                        type="checkbox"
                        form="nhieu"
                        name="chosen[]"
                        value=move || format!("{id}:{}", card.with(|card| card.version))
                        aria-label=format!("Chọn ý kiến của {name}")
                        checked=is_chosen
                        // what left the tab is chosen no longer, as what it has become
                        disabled=has_left
                    />
                </label>
                <div inner_html=head></div>
            </div>
            <div class="queue-text" inner_html=text></div>
            <p class="presence" hidden=move || others.with(String::is_empty)>{others}</p>
            <Outcome shown name has_left shared/>
            <ActionForms shown shared/>
            <div
                class="card-details"
                hidden=move || details.with(Option::is_none)
                inner_html=move || details.get().unwrap_or_default()
            ></div>
        </li>
    }
}

fn describe_presence(presence: &[Presence], comment: i64) -> String {
    let mut names = String::new();
    for one in presence.iter().filter(|one| one.comment == comment) {
        names = if names.is_empty() { one.name.clone() } else { names + ", " + &one.name };
    }
    if names.is_empty() { names } else { names + " đang xem ý kiến này" }
}

/// The forms of a card. Others replace them only when something else can be done, and what is typed stays.
#[component]
fn ActionForms(shown: ShownCard, shared: Shared) -> impl IntoView {
    let ShownCard { id, card, .. } = shown;
    let actions = Memo::new(move |_| card.with(Actions::of));
    let write = move |actions: &Actions, typed: Option<Typed>| {
        let version = card.with_untracked(|card| card.version);
        shared.path.with_value(|path| {
            shared.reasons.with_value(|reasons| actions.html((id, version), path, reasons, typed.as_ref()))
        })
    };
    let node = NodeRef::<Div>::new();
    #[cfg(feature = "hydrate")]
    {
        let (mut written, mut kept) = (actions.get_untracked(), Vec::new());
        crate::web::effects::effect(move || {
            let (Some(node), newest) = (node.get(), actions.get()) else { return };
            if newest != written {
                super::sending::replace_forms(&node, &write(&newest, None), &mut kept);
                written = newest;
            }
        });
    }
    let first = write(&actions.get_untracked(), shared.typed.get_value());
    view! { <div class="card-actions" node_ref=node inner_html=first></div> }
}

/// What was done to the comment, with the button that undoes what was done here; on a folded card the only line.
#[component]
fn Outcome(shown: ShownCard, name: String, has_left: Memo<bool>, shared: Shared) -> impl IntoView {
    let ShownCard { id, card, message, is_opened, .. } = shown;
    let version = Memo::new(move |_| card.with(|card| card.version));
    // what was done here stands until it can no longer be undone; from then on the last change does
    let recent = Memo::new(move |_| {
        let recent = shared.find_recent(message);
        recent.filter(|recent| recent.is_current(id, version.get()))
    });
    let sentence = move || match recent.get() {
        Some(message) => message.text,
        None => card.with(|card| {
            let change = card.change.as_ref().map(ChangeNote::sentence).unwrap_or_default();
            let note = card.note.as_ref().map(|note| format!(" Lý do: {note}")).unwrap_or_default();
            change + &note
        }),
    };
    let problem = move || message.with(|message| message.as_ref().filter(|m| m.is_error).map(|m| m.text.clone()));
    view! {
        <div class="card-outcome">
            <p class="decision overtaken" role="alert">{problem}</p>
            <p class="decision"><span role="status">{sentence}</span><span class="line-name">{name}</span></p>
            <Undo id=undo_id(id) recent shared/>
            <button
                type="button"
                class="unfold link-button"
                hidden=move || !has_left.get()
                aria-expanded=move || is_opened.get().to_string()
                on:click=move |_| is_opened.update(|is_opened| *is_opened = !*is_opened)
            >
                {move || if is_opened.get() { "Thu gọn" } else { "Xem" }}
            </button>
        </div>
    }
}

/// What became of a decision about several comments, with the button that undoes it.
#[component]
pub fn BulkOutcome(shared: Shared) -> impl IntoView {
    let recent = Memo::new(move |_| shared.find_recent(shared.bulk_message));
    let sentence = move || recent.get().map(|message| message.text);
    view! {
        <div class="bulk-outcome">
            <p role="status">{sentence}</p>
            <Undo id=BULK_UNDO.to_owned() recent shared/>
        </div>
    }
}

/// The button that undoes what was just done, with the seconds that are left.
#[component]
fn Undo(id: String, recent: Memo<Option<CardMessage>>, shared: Shared) -> impl IntoView {
    let until = Memo::new(move |_| recent.with(|recent| recent.as_ref().map_or(0, |recent| recent.until)));
    let label = Signal::derive(move || format!("Hoàn tác {}", (until.get() - shared.seconds.get()).max(0)));
    let undo = Memo::new(move |_| recent.get().map(|recent| recent.undo));
    move || {
        let (id, path) = (id.clone(), shared.path.get_value());
        undo.get().map(|undo| view! { <UndoOutcome id undo path label/> })
    }
}
