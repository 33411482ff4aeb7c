//! The bar for decisions about several comments, in the browser: how many are chosen, the question before a decision
//! about many, and sending it.

use super::dom::{find_within, list_within, set_text};
use super::outcome::{BULK_UNDO, CardMessage, CardUndo};
use super::press::{settle, when_released};
use super::sending::unchoose;
use super::shown_card::OpenQueue;
use super::{BulkAnswer, DecidedCard, describe_outcome};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::comments::{Decision, UNDO_SECONDS};
use crate::routes;
use crate::web::effects::{effect, next_frame, on_window};
use crate::web::forms::send;
use crate::web::page_script::focus_later;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlFormElement, HtmlInputElement};

/// The id of the bar.
pub const FORM: &str = "nhieu";
const BOXES: &str = ".queue-card:not(.left) .card-select input";

/// Keeps the bar current until the view is gone.
pub fn follow(queue: OpenQueue) {
    let Some(form) = find_form() else { return };
    let _ = form.set_attribute("data-live", "");
    // what is chosen is sent with the version that its card shows, and not as the page came
    if let Some(page) = find_page_box() {
        let _ = page.remove_attribute("name");
    }
    effect(move || {
        queue.cards.with(|cards| cards.iter().for_each(|shown| shown.card.track()));
        // once the cards stand in the page
        next_frame(show_choice);
    });
    let change = on_window("change", |event| {
        let Some(field) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        if field.matches(".page-box input").unwrap_or(false) {
            choose_all(field.checked());
        } else if !field.matches(".card-select input, .all-box input").unwrap_or(false) {
            return;
        }
        // a question that came without script has no other buttons behind it
        if has_buttons() {
            ask(None);
            show_choice();
        }
    });
    let click = on_window("click", |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if has_buttons() && target.is_some_and(|target| target.matches(".bulk .cancel").unwrap_or(false)) {
            event.prevent_default();
            ask(None);
            show_choice();
            focus_later("#nhieu .decide");
        }
    });
    on_cleanup(move || [change, click].into_iter().for_each(|handle| handle.remove()));
}

fn find_form() -> Option<HtmlFormElement> {
    document().get_element_by_id(FORM)?.dyn_into().ok()
}

/// What one of those that the tab lists is called.
fn read_unit(form: &HtmlFormElement) -> String {
    form.get_attribute("data-unit").unwrap_or_default()
}

fn has_buttons() -> bool {
    find_form().is_some_and(|form| find_within(&form, ".decide").is_some())
}

fn find_page_box() -> Option<HtmlInputElement> {
    let body = document().body()?;
    find_within(&body, ".page-box input")?.dyn_into().ok()
}

fn find_all_box() -> Option<HtmlInputElement> {
    let body = document().body()?;
    find_within(&body, ".all-box input")?.dyn_into().ok()
}

/// The boxes of the cards that can still be chosen.
fn list_boxes() -> Vec<HtmlInputElement> {
    let body = document().body();
    let boxes = body.map(|body| list_within(&body, BOXES)).unwrap_or_default();
    boxes.into_iter().filter_map(|field| field.dyn_into().ok()).collect()
}

fn choose_all(is_chosen: bool) {
    list_boxes().iter().for_each(|field| field.set_checked(is_chosen));
}

/// Shows how many comments are chosen.
pub fn show_choice() {
    let Some(form) = find_form() else { return };
    let boxes = list_boxes();
    let chosen = boxes.iter().filter(|field| field.checked()).count();
    if let Some(page) = find_page_box() {
        page.set_checked(chosen > 0 && chosen == boxes.len());
        if let Some(label) = page.closest("label").ok().flatten() {
            let _ = label.toggle_attribute_with_force("hidden", boxes.is_empty());
            if let Some(text) = find_within(&label, "span") {
                set_text(&text, &format!("Chọn cả trang ({})", format_number(boxes.len() as i64)));
            }
        }
    }
    let all = find_all_box().filter(HtmlInputElement::checked);
    let all = all.and_then(|field| field.get_attribute("data-count")?.parse::<i64>().ok());
    let count = all.unwrap_or(chosen as i64);
    let is_asked = form.has_attribute("data-asked");
    let _ = form.toggle_attribute_with_force("data-chosen", count > 0 || is_asked);
    if !is_asked && let Some(message) = find_within(&form, ".bulk-message") {
        set_text(&message, "");
    }
    let unit = read_unit(&form);
    for button in list_within(&form, ".decide") {
        let label = button.get_attribute("data-label").unwrap_or_default();
        set_text(&button, &format!("{label} {} {unit}", format_number(count)));
    }
}

/// A decision that is to be confirmed.
struct Question {
    decision: String,
    label: &'static str,
    count: u32,
    text: String,
    reason: Option<String>,
}

/// Shows the question before a decision, or takes it back.
fn ask(question: Option<Question>) {
    let Some(form) = find_form() else { return };
    let is_asked = question.is_some();
    let _ = form.toggle_attribute_with_force("data-asked", is_asked);
    for selector in [".confirm", ".cancel"] {
        if let Some(element) = find_within(&form, selector) {
            let _ = element.toggle_attribute_with_force("hidden", !is_asked);
            let _ = element.toggle_attribute_with_force("disabled", !is_asked);
        }
    }
    if let Some(sheet) = find_within(&form, "details.refusal") {
        let _ = sheet.remove_attribute("open");
    }
    let reason = question.as_ref().and_then(|question| question.reason.clone());
    let confirmed = question.as_ref().map(|question| question.count.to_string()).unwrap_or_default();
    for (name, value, is_sent) in
        [("confirmed", confirmed, true), ("reason", reason.clone().unwrap_or_default(), reason.is_some())]
    {
        if let Some(field) = find_within(&form, &format!("input[name={name}]")) {
            let _ = field.set_attribute("value", &value);
            let _ = field.toggle_attribute_with_force("disabled", !is_sent);
        }
    }
    if let Some(question) = question {
        if let Some(button) = find_within(&form, ".confirm") {
            let _ = button.set_attribute("value", &question.decision);
            let count = format_number(i64::from(question.count));
            set_text(&button, &format!("{} {count}", question.label));
        }
        if let Some(message) = find_within(&form, ".bulk-message") {
            set_text(&message, &question.text);
        }
        focus_later("#nhieu .confirm");
    }
}

/// Sends the bar, or the form that undoes what it did.
pub fn submit(event: &SubmitEvent, form: HtmlFormElement, queue: OpenQueue) {
    let Some((_, button)) = send::take_submit(event) else { return };
    if form.get_attribute("aria-busy").as_deref() == Some("true") {
        return;
    }
    let _ = form.set_attribute("aria-busy", "true");
    let pressed = |name: &str| button.as_ref().and_then(|button: &HtmlElement| button.get_attribute(name));
    let reason = pressed("value").filter(|_| pressed("name").as_deref() == Some("reason"));
    let decision = match &reason {
        Some(_) => find_within(&form, "input[name=refusal]").and_then(|field| field.get_attribute("value")),
        None => pressed("value"),
    };
    let label = decision.as_deref().and_then(Decision::parse).map(Decision::label).unwrap_or_default();
    // a reason that was typed belongs to a refusal that names no other
    let takes_note = decision.as_deref().and_then(Decision::parse).is_some_and(Decision::takes_note);
    if let Some(note) = find_within(&form, "input[name=note]") {
        let _ = note.toggle_attribute_with_force("disabled", !takes_note || reason.is_some());
    }
    let shown = find_within(&form, ".confirm:not([hidden]), .decide");
    let said = shown.as_ref().and_then(|button| button.text_content());
    if let Some(button) = &shown {
        set_text(button, &format!("Đang {}…", label.to_lowercase()));
    }
    leptos::task::spawn_local(async move {
        let answer = send::send::<BulkAnswer>(&form, button.as_ref()).await;
        let _ = form.set_attribute("aria-busy", "false");
        if let Some(note) = find_within(&form, "input[name=note]") {
            let _ = note.remove_attribute("disabled");
        }
        if let (Some(button), Some(said)) = (shown, said) {
            set_text(&button, &said);
        }
        let problem = match answer {
            Ok(answer) => {
                let is_bar = form.id() == FORM;
                when_released(move || take_answer(answer, is_bar, queue));
                String::new()
            }
            Err(AppError::Unconfirmed { count, question }) => {
                let decision = decision.unwrap_or_default();
                ask(Some(Question { decision, label, count, text: question.to_string(), reason }));
                String::new()
            }
            // the page on which one signs in keeps what was chosen, and brings it back afterwards
            Err(AppError::SignIn) => return send::submit_plainly(&form, button.as_ref()),
            Err(error) => error.full_message(),
        };
        if let Some(line) = find_within(&form, ".field-error") {
            set_text(&line, &problem);
        }
        show_choice();
    });
}

/// Shows what was decided. Undoing leaves alone what was chosen and typed for the next decision.
fn take_answer(answer: BulkAnswer, is_bar: bool, queue: OpenQueue) {
    let shared = queue.shared;
    let Some(now) = shared.seconds.try_get_untracked() else { return };
    if is_bar {
        ask(None);
        if let Some(all) = find_all_box() {
            all.set_checked(false);
        }
        forget_note();
        focus_later(&format!("#{BULK_UNDO} button"));
    }
    let BulkAnswer { decided, change, overtaken, moment } = answer;
    let can_undo = decided.iter().any(|(.., can_undo)| *can_undo);
    let unit = find_form().map(|form| read_unit(&form)).unwrap_or_default();
    let text = describe_outcome(&change.change, &unit, decided.len(), overtaken);
    let undo = if can_undo { CardUndo::Together { moment } } else { CardUndo::Nothing };
    shared.undo_form.set(if can_undo { BULK_UNDO.to_owned() } else { String::new() });
    shared.bulk_message.set(Some(CardMessage { text, is_error: false, undo, until: now + UNDO_SECONDS }));
    for (id, version, state, can_undo) in decided {
        unchoose(id);
        if let Some(shown) = queue.find_card(id) {
            // what was decided together is undone together
            shown.apply(DecidedCard { id, version, state, can_undo, change: change.clone() }, now);
        }
    }
    settle(shared.is_settling);
    shared.refresh.run(());
}

/// Empties the field of the reason, and deletes its draft: it was for these comments, and would be told to the writers
/// of others.
fn forget_note() {
    let field = find_form().and_then(|form| find_within(&form, "input[name=note]"));
    if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok()) {
        field.set_value("");
    }
    crate::web::drafts::delete_draft(routes::DECIDE_MANY.path);
}
