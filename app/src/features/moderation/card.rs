//! A comment in the queue, with the forms that decide about it.

use super::more_forms::MoreForms;
use super::outcome::{CardMessage, UndoOutcome, undo_id};
use super::sending::{Sending, UndoForm};
use super::shared::Shared;
use super::shown_card::{RecentDecision, ShownCard};
use super::{DecidedCard, Presence, QueueCard};
use crate::base::error::ChangeNote;
use crate::features::comments::{Decision, UNDO_SECONDS, anchor};
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::view::EnterDoesNothing;
use leptos::prelude::*;

/// A comment in the queue.
#[component]
pub fn Card(shown: ShownCard, shared: Shared) -> impl IntoView {
    let ShownCard { card, recent, message, .. } = shown;
    let first = card.get_untracked();
    let id = first.id;
    let title = format!("the-{id}");
    let on_decided = Callback::new(move |decided: DecidedCard| apply(shown, shared, decided));
    // what somebody else decided since is not undone here
    let can_undo = Memo::new(move |_| {
        let recent = recent.get();
        recent.until > shared.seconds.get() && card.with(|card| card.version == recent.version)
    });
    let decisions = Memo::new(move |_| if can_undo.get() { Vec::new() } else { card.with(possible_decisions) });
    let is_decided = move || card.with(|card| !card.state.is_waiting() && !card.is_reported);
    let version = Memo::new(move |_| card.with(|card| card.version));
    let others = Memo::new(move |_| {
        if can_undo.get() { String::new() } else { shared.presence.with(|presence| describe_presence(presence, id)) }
    });
    let reports = move || card.with(|card| card.reports.clone());
    let waiting = move || card.with(|card| card.waiting.clone()).map(|waiting| format!(" · {waiting}"));
    let parent = first.parent.map(|parent| {
        view! {
            <blockquote class="quiet parent">
                <span class="visually-hidden">"Trả lời ý kiến: "</span>
                {parent}
            </blockquote>
        }
    });
    view! {
        <li class="card queue-card" class:decided=is_decided id=anchor(id) tabindex="-1" aria-labelledby=title.clone()>
            <div class="queue-head">
                <SelectBox id name=first.name.clone() version shared/>
                <div>
                    <p class="queue-article" id=title.clone()>
                        <a href=move || card.with(|card| card.path.clone())>{first.article}</a>
                    </p>
                    <p class="quiet queue-lead">{first.lead}</p>
                </div>
            </div>
            <p class="queue-writer">
                <strong>{first.name}</strong>
                " "
                <span class="quiet">{move || card.with(|card| card.earlier.clone())}</span>
                " "
                <span class="quiet"><time datetime=first.iso>{first.date}</time>{waiting}</span>
            </p>
            {parent}
            <p class="flags" hidden=move || card.with(|card| card.reasons.is_empty())>
                "Cần xem: "{move || card.with(|card| card.reasons.join(" · "))}
            </p>
            <ul class="flags" hidden=move || card.with(|card| card.reports.is_empty())>
                {move || reports().into_iter().map(|report| view! { <li>{report}</li> }).collect_view()}
            </ul>
            <p class="comment-body" inner_html=move || card.with(|card| card.html.clone())></p>
            <p class="answer quiet" hidden=move || card.with(|card| card.answer.is_none())>
                {move || card.with(|card| card.answer.clone())}
            </p>
            <p class="presence" hidden=move || others.with(String::is_empty)>{others}</p>
            <p class="decision" role="status">
                {move || card.with(|card| card.change.as_ref().map(ChangeNote::sentence))}
                {move || card.with(|card| card.note.clone()).map(|note| format!(" Lý do: {note}"))}
            </p>
            <Message comment=id message shared/>
            // a form is rebuilt only when another one replaces it, so that typed text survives updates
            {move || can_undo.get().then(|| {
                let left = move || (recent.get().until - shared.seconds.get()).max(0);
                let label = Signal::derive(move || format!("Hoàn tác ({})", left()));
                view! { <UndoForm id=format!("hoan-tac-{id}") shown version label shared on_decided/> }
            })}
            {move || {
                let decisions = decisions.get();
                (!decisions.is_empty())
                    .then(|| view! { <DecisionForm shown version decisions shared on_decided/> })
            }}
            <MoreForms shown version can_undo shared on_decided/>
        </li>
    }
}

/// The decisions that apply to a comment in its state.
fn possible_decisions(card: &QueueCard) -> Vec<Decision> {
    let applies = |decision: &Decision| *decision != Decision::Undo && card.can_be(*decision);
    Decision::ALL.into_iter().filter(applies).collect()
}

fn describe_presence(presence: &[Presence], comment: i64) -> String {
    let names: Vec<&str> = presence.iter().filter(|one| one.comment == comment).map(|one| one.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("{} đang xem ý kiến này", names.join(", ")) }
}

/// The box that selects a comment for a decision about several.
#[component]
fn SelectBox(id: i64, name: String, version: Memo<i32>, shared: Shared) -> impl IntoView {
    let toggle = move |_| {
        shared.selected.update(|selected| match selected.iter().position(|known| *known == id) {
            Some(index) => drop(selected.remove(index)),
            None => selected.push(id),
        });
    };
    let is_selected = move || shared.selected.with(|selected| selected.contains(&id));
    view! {
        <label class="card-select">
            <input
                type="checkbox"
                form="nhieu"
                name="chosen[]"
                value=move || format!("{id}:{}", version.get())
                aria-label=format!("Chọn ý kiến của {name}")
                checked=shared.selected.with_untracked(|selected| selected.contains(&id))
                prop:checked=is_selected
                on:change=toggle
            />
        </label>
    }
}

/// Applies a decision to the card, where it can be undone for a while. The page may be gone when the answer arrives.
fn apply(shown: ShownCard, shared: Shared, decided: DecidedCard) {
    let DecidedCard { id, version, can_undo, .. } = decided;
    let ShownCard { card, recent, message, .. } = shown;
    card.try_update(|card| card.apply(decided));
    message.try_set(None);
    #[cfg(feature = "hydrate")]
    crate::web::drafts::delete_draft(&id.to_string());
    shared.selected.try_update(|selected| selected.retain(|known| *known != id));
    let now = shared.seconds.try_get_untracked().unwrap_or_default();
    recent.try_set(if can_undo { RecentDecision { version, until: now + UNDO_SECONDS } } else { Default::default() });
    shared.undo_form.try_set(if can_undo { format!("hoan-tac-{id}") } else { String::new() });
}

/// The buttons that decide about a comment, with a note where one is wanted.
#[component]
fn DecisionForm(
    shown: ShownCard,
    version: Memo<i32>,
    decisions: Vec<Decision>,
    shared: Shared,
    on_decided: Callback<DecidedCard>,
) -> impl IntoView {
    let comment = shown.id;
    let sending = Sending::answered(shown.message, shared, on_decided);
    let Sending { error, is_sending, .. } = sending;
    let label = if decisions.contains(&Decision::Remove) { "Lý do gỡ" } else { "Lý do nếu từ chối" };
    let buttons = decisions.into_iter().map(|decision| view! { <DecisionButton decision is_sending/> });
    view! {
        <form
            class="decisions"
            method="post"
            action=routes::DECIDE.path
            on:submit=move |event| sending.submit(event)
            aria-busy=move || is_sending.get().to_string()
        >
            <EnterDoesNothing/>
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            {buttons.collect_view()}
            <label class="reason-field">
                <span class="visually-hidden">{label}</span>
                <input
                    type="text"
                    name="note"
                    list="ly-do"
                    maxlength="500"
                    value=shared.typed(comment, "note")
                    placeholder=format!("{label} (không bắt buộc)")
                    autocomplete="off"
                />
            </label>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.full_message())}</p>
        </form>
    }
}

#[component]
fn DecisionButton(decision: Decision, is_sending: RwSignal<bool>) -> impl IntoView {
    let key = match decision {
        Decision::Approve | Decision::Keep => Some("A"),
        Decision::Reject => Some("R"),
        _ => None,
    };
    view! {
        <button
            class=button_class(decision)
            name="decision"
            value=decision.value()
            aria-disabled=move || is_sending.get().to_string()
        >
            {decision.label()}
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </button>
    }
}

/// The style of a decision's button.
pub fn button_class(decision: Decision) -> &'static str {
    if matches!(decision, Decision::Approve | Decision::Keep) { "button approve" } else { "button secondary" }
}

/// What a card says of what was done to its comment here, and the button that undoes it.
#[component]
fn Message(comment: i64, message: RwSignal<Option<CardMessage>>, shared: Shared) -> impl IntoView {
    let text = move |is_error: bool| {
        message.with(|message| message.as_ref().filter(|message| message.is_error == is_error).map(|m| m.text.clone()))
    };
    let undo = Memo::new(move |_| {
        let can_undo = |message: &&CardMessage| message.until > shared.seconds.get();
        message.with(|message| message.as_ref().filter(can_undo).map(|message| message.undo.clone()))
    });
    let label = Signal::derive(move || {
        let until = message.with(|message| message.as_ref().map_or(0, |message| message.until));
        format!("Hoàn tác ({})", (until - shared.seconds.get()).max(0))
    });
    view! {
        <p class="decision" role="status">{move || text(false)}</p>
        <p class="decision overtaken" role="alert">{move || text(true)}</p>
        {move || undo.get().map(|undo| {
            // a decision about several comments, or the other way about the writer: what follows is read again
            let on_done = Callback::new(move |()| {
                message.try_set(None);
                shared.refresh.run(());
            });
            let sending = Sending::new(message, shared, Callback::new(move |_| on_done.run(())));
            let on_submit = Callback::new(move |event| sending.submit(event));
            view! {
                <UndoOutcome id=undo_id(comment) undo path=shared.path.get_value() label on_submit/>
                <p class="field-error" role="alert">{move || sending.error.get().map(|error| error.full_message())}</p>
            }
        })}
    }
}
