//! How the forms about comments act in place. They are plain forms, on cards and among details; one listener takes all
//! of them.

use super::dom::{find_comment, find_within, list_within, set_text};
use super::outcome::{CardMessage, CardOutcome, CardUndo, undo_id};
use super::press::{settle, when_released};
use super::shown_card::{OpenQueue, ShownCard};
use super::{BulkAnswer, DecidedCard};
use crate::base::error::AppError;
use crate::features::comments::{UNDO_SECONDS, anchor};
use crate::routes;
use crate::web::forms::send;
use crate::web::page_script::focus_later;
use crate::web::wire;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// Sends a form about a comment in place.
pub fn submit(event: &SubmitEvent, form: HtmlFormElement, queue: OpenQueue) {
    let Some(shown) = find_comment(&form).and_then(|comment| queue.find_card(comment)) else { return };
    let Some((_, button)) = send::take_submit(event) else { return };
    if form.get_attribute("aria-busy").as_deref() == Some("true") {
        return;
    }
    // the card shows the newest text, which is what its buttons are about; details and undoing name the one they know
    let is_of_card = form.closest(".card-actions").is_ok_and(|actions| actions.is_some());
    if let Some(version) = find_input(&form, "version").filter(|_| is_of_card) {
        version.set_value(&shown.card.with_untracked(|card| card.version).to_string());
    }
    set_busy(&form, true);
    show_problem(&form, "");
    leptos::task::spawn_local(async move {
        let answer = send::send_for_bytes(&form, button.as_ref()).await;
        set_busy(&form, false);
        let answer = answer.and_then(|bytes| read_answer(&form, &bytes).ok_or(AppError::Unreachable));
        match answer {
            // nothing moves under a finger that is about to press the next card
            Ok(answer) => when_released(move || take_answer(answer, &form, shown, queue)),
            // the page on which one signs in keeps the form, and brings it back afterwards
            Err(AppError::SignIn) => send::submit_plainly(&form, button.as_ref()),
            Err(error @ AppError::Conflict(_)) => {
                // said on the card, which outlives this form, and shown as it is now
                shown.message.try_set(Some(CardMessage::refused(&error)));
                // the page may have been left meanwhile
                queue.shared.refresh.try_run(());
                queue.shared.read_details.try_run(shown.id);
            }
            Err(error) => show_problem(&form, &error.full_message()),
        }
    });
}

/// What the server answered to a form about a comment.
enum Answer {
    Decided(DecidedCard),
    /// Several comments were decided about: what an act brought was undone.
    Undone,
    Acted(CardOutcome),
}

fn read_answer(form: &HtmlFormElement, bytes: &[u8]) -> Option<Answer> {
    let action = form.get_attribute("action")?;
    Some(if action == routes::DECIDE.path {
        Answer::Decided(wire::from_bytes(bytes)?)
    } else if action == routes::DECIDE_MANY.path {
        wire::from_bytes::<BulkAnswer>(bytes)?;
        Answer::Undone
    } else {
        Answer::Acted(wire::from_bytes(bytes)?)
    })
}

/// Shows on the card what was done. The page may be gone when the answer arrives.
fn take_answer(answer: Answer, form: &HtmlFormElement, shown: ShownCard, queue: OpenQueue) {
    let ShownCard { id, message, is_typing, .. } = shown;
    let Some(now) = queue.shared.seconds.try_get_untracked() else { return };
    let until = now + UNDO_SECONDS;
    // among the details stand forms about other comments
    let is_about_another = find_subject(form).is_some_and(|subject| subject != id.to_string());
    empty(form);
    let is_undone = form.id() == undo_id(id);
    match answer {
        Answer::Decided(decided) if decided.id == id => {
            let until = if decided.can_undo { until } else { now };
            unchoose(id);
            close_forms(id);
            is_typing.try_set(has_typed_text(id));
            keep_focus(id);
            shown.apply(decided, until);
            if is_undone {
                message.try_set(None);
            }
            settle(queue.shared.is_settling);
        }
        Answer::Acted(mut outcome) => {
            if is_about_another {
                outcome.sentence = format!("Ở ý kiến khác: {}", outcome.sentence);
            }
            close_forms(id);
            is_typing.try_set(has_typed_text(id));
            message.try_set((!is_undone).then(|| CardMessage::done(outcome, until)));
            focus_later(&format!("#{}", anchor(id)));
            queue.shared.refresh.run(());
        }
        // what was done about another comment, or undone: the card stays as it is
        _ => {
            message.try_set(None);
            queue.shared.refresh.run(());
        }
    }
    queue.shared.read_details.run(id);
    let has_undo = message.try_with_untracked(|message| message.as_ref().is_some_and(|m| m.undo != CardUndo::Nothing));
    let form = if has_undo == Some(true) { undo_id(id) } else { String::new() };
    queue.shared.undo_form.try_set(form);
}

fn find_input(form: &HtmlFormElement, name: &str) -> Option<HtmlInputElement> {
    find_within(form, &format!("input[name={name}]"))?.dyn_into().ok()
}

/// The number of the comment that a form is about.
fn find_subject(form: &HtmlFormElement) -> Option<String> {
    find_input(form, "comment_id").map(|field| field.value())
}

fn set_busy(form: &HtmlFormElement, is_busy: bool) {
    // an attribute with a fixed name is always accepted
    let _ = form.set_attribute("aria-busy", &is_busy.to_string());
    for button in list_within(form, "button") {
        let _ = button.set_attribute("aria-disabled", &is_busy.to_string());
    }
}

fn show_problem(form: &HtmlFormElement, text: &str) {
    if let Some(line) = find_within(form, ".field-error") {
        set_text(&line, text);
    }
}

fn find_card_element(comment: i64) -> Option<Element> {
    document().get_element_by_id(&anchor(comment))
}

/// What is decided about is no longer chosen.
pub fn unchoose(comment: i64) {
    let field = find_card_element(comment).and_then(|card| find_within(&card, ".card-select input"));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.set_checked(false);
    }
}

/// Fields that come filled in are typed into as well; their forms are read again.
const TYPED_FIELDS: &str = "textarea:not([data-filled]), input[name=note], input[name=sentence]";

/// Whether something stands in a card's fields that was not sent.
pub fn has_typed_text(comment: i64) -> bool {
    let Some(card) = find_card_element(comment) else { return false };
    list_within(&card, TYPED_FIELDS).iter().any(|field| !read_field(field).is_empty())
}

/// What stands in a field.
pub fn read_field(field: &Element) -> String {
    let area = field.dyn_ref::<HtmlTextAreaElement>().map(HtmlTextAreaElement::value);
    let input = || field.dyn_ref::<HtmlInputElement>().map(HtmlInputElement::value);
    let choice = || field.dyn_ref::<HtmlSelectElement>().map(HtmlSelectElement::value);
    area.or_else(input).or_else(choice).unwrap_or_default()
}

/// Puts a text into a field, or chooses its entry.
pub fn write_field(field: &Element, text: &str) {
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(text);
    } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
        select.set_value(text);
    } else if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        input.set_value(text);
    }
}

/// Empties what was sent, and deletes its draft. What stands in the card's other forms stays.
fn empty(form: &HtmlFormElement) {
    form.reset();
    let subject = find_subject(form);
    for field in list_within(form, TYPED_FIELDS) {
        write_field(&field, "");
        if let Some((subject, name)) = subject.as_ref().zip(field.get_attribute("name")) {
            crate::web::drafts::delete_field(subject, &name);
        }
    }
}

/// What is typed in the forms of a card, by the name of its field.
pub type TypedText = Vec<(String, String)>;

/// Replaces the forms of a card. What is typed in them stays: what has no form now stands below, to be copied, and
/// comes back with one.
pub fn replace_forms(actions: &Element, html: &str, kept: &mut TypedText) {
    let name = |field: &Element| field.get_attribute("name").unwrap_or_default();
    let fields = format!("{TYPED_FIELDS}, input[name=text]");
    for field in list_within(actions, &fields) {
        // the field for covering comes filled in
        let is_typed = field.dyn_ref::<HtmlInputElement>().is_none_or(|input| input.value() != input.default_value());
        kept.retain(|(known, _)| *known != name(&field));
        if is_typed {
            kept.push((name(&field), read_field(&field)));
        }
    }
    let typed = list_within(actions, TYPED_FIELDS);
    let focused = document().active_element().filter(|active| actions.contains(Some(active)));
    let was_inside = focused.is_some();
    let focused = focused.map(|field| name(&field));
    actions.set_inner_html(html);
    for field in list_within(actions, &fields) {
        let name = name(&field);
        let Some((_, text)) = kept.iter().find(|(known, text)| *known == name && !text.is_empty()) else { continue };
        write_field(&field, text);
        if focused.as_ref() == Some(&name) {
            open_around(&field);
            if let Some(field) = field.dyn_ref::<HtmlElement>() {
                let _ = field.focus();
            }
        } else if field.closest(".refusal").is_ok_and(|sheet| sheet.is_none()) {
            open_around(&field);
        }
    }
    let new = list_within(actions, TYPED_FIELDS);
    for field in typed {
        let is_gone = !read_field(&field).is_empty() && new.iter().all(|new| name(new) != name(&field));
        if is_gone && let Ok(Some(label)) = field.closest("label") {
            let _ = actions.append_child(&label);
        }
    }
    let is_inside = document().active_element().is_some_and(|active| actions.contains(Some(&active)));
    if was_inside
        && !is_inside
        && let Ok(Some(card)) = actions.closest(".queue-card")
    {
        focus_in_place(&card);
    }
}

/// Opens what a field is folded away in.
pub fn open_around(field: &Element) {
    let mut details = field.closest("details").ok().flatten();
    while let Some(open) = details {
        let _ = open.set_attribute("open", "");
        details = open.parent_element().and_then(|parent| parent.closest("details").ok().flatten());
    }
}

/// Closes the forms of a card.
fn close_forms(comment: i64) {
    let Some(card) = find_card_element(comment) else { return };
    for details in list_within(&card, ".card-actions details[open]") {
        let _ = details.remove_attribute("open");
    }
}

/// Moves the focus to the card where it would be lost with the button that was pressed.
fn keep_focus(comment: i64) {
    let (Some(card), Some(active)) = (find_card_element(comment), document().active_element()) else { return };
    if card.contains(Some(&active)) {
        focus_in_place(&card);
    }
}

/// Moves the focus without scrolling.
pub fn focus_in_place(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let options = web_sys::FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = element.focus_with_options(&options);
    }
}

/// Puts what is marked in the text of a card into the field in which it is covered.
pub fn take_marked_text(summary: &Element) {
    let Some((comment, selection)) = find_comment(summary).zip(window().get_selection().ok().flatten()) else {
        return;
    };
    let text = String::from(selection.to_string());
    let is_inside = || {
        let body = find_card_element(comment)?.query_selector(".comment-body").ok()??;
        selection.anchor_node().map(|node| body.contains(Some(&node)))
    };
    if !text.trim().is_empty()
        && is_inside() == Some(true)
        && let Some(card) = find_card_element(comment)
    {
        for field in list_within(&card, ".card-actions input[name=text]") {
            if let Some(field) = field.dyn_ref::<HtmlInputElement>() {
                field.set_value(text.trim());
            }
        }
    }
}
