//! The queue by keyboard: `j` and `k` move, `a` approves, `r` opens the reasons for rejecting and a digit takes one,
//! `x` selects, `shift` extends the selection, `u` undoes, `/` searches, `?` shows the list. Letters are known by their
//! place on the keyboard: with a Vietnamese input method on, a second `a` arrives as `â`, and with Caps Lock as `A`.

use super::dom::{find_within, list_all};
use crate::web::effects::on_window;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDialogElement, HtmlElement, HtmlInputElement, KeyboardEvent};

/// The key under which the browser stores that somebody turned the shortcuts off.
const OFF: &str = "loa-tat-phim";

/// Reads whether the shortcuts are turned on.
fn read_choice() -> bool {
    let stored = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(OFF).ok().flatten());
    stored.is_none()
}

/// Stores whether the shortcuts are turned on.
fn store_choice(on: bool) {
    if let Ok(Some(storage)) = window().local_storage() {
        // without storage, the choice applies to this page only
        let _ = if on { storage.remove_item(OFF) } else { storage.set_item(OFF, "1") };
    }
}

fn find<T: JsCast>(selector: &str) -> Option<T> {
    document().query_selector(selector).ok().flatten()?.dyn_into().ok()
}

fn find_dialog() -> Option<HtmlDialogElement> {
    find("dialog.shortcuts")
}

/// Offers the list of keys with its switch.
fn follow_list() {
    let field = find::<HtmlInputElement>("dialog.shortcuts input");
    if let Some(field) = &field {
        field.set_checked(read_choice());
    }
    if let Some(button) = find::<Element>(".show-shortcuts") {
        let _ = button.remove_attribute("hidden");
    }
    let click = on_window("click", |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        if target.is_some_and(|target| target.matches(".show-shortcuts").unwrap_or(false)) {
            open_list();
        }
    });
    let change = on_window("change", |event| {
        let field = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        if let Some(field) = field.filter(|field| field.matches("dialog.shortcuts input").unwrap_or(false)) {
            store_choice(field.checked());
        }
    });
    on_cleanup(move || [click, change].into_iter().for_each(|handle| handle.remove()));
}

fn open_list() {
    let Some(dialog) = find_dialog() else { return };
    if dialog.open() {
        dialog.close();
    } else {
        // one that stands in the page can be shown
        let _ = dialog.show_modal();
    }
}

/// Handles keys until the view is gone. `undo_form` is the id of the form that undoes the last decision.
pub fn follow(undo_form: RwSignal<String>) {
    follow_list();
    let anchor = StoredValue::new(None::<usize>);
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.key() == "Escape" && close_reasons() {
            event.prevent_default();
            return;
        }
        let is_enabled = find::<HtmlInputElement>("dialog.shortcuts input").is_some_and(|field| field.checked());
        if !is_enabled || event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        let key = find_key(&event);
        // the window with the list takes the keys for itself
        if key != "?" && find_dialog().is_some_and(|dialog| dialog.open()) {
            return;
        }
        // a key that is held down repeats only moves, not decisions
        if event.repeat() && !matches!(key.as_str(), "j" | "k") {
            return;
        }
        let cards = list_all(".queue-card");
        let current = find_current(&cards);
        let is_handled = match key.as_str() {
            "j" | "k" => {
                step(&cards, current, key == "j");
                if event.shift_key() {
                    for index in [current, find_current(&cards)].into_iter().flatten() {
                        select(&cards[index], true);
                    }
                }
                true
            }
            "a" => current.is_some_and(|index| {
                press(&cards[index], "button[value=approve], button[value=keep]") && step(&cards, current, true)
            }),
            "r" => current.is_some_and(|index| open_reasons(&cards[index])),
            digit if digit.len() == 1 && ("1"..="9").contains(&digit) => current.is_some_and(|index| {
                let reason = digit.parse().ok().and_then(|number| find_reason(&cards[index], number));
                reason.is_some_and(|reason| {
                    reason.click();
                    step(&cards, current, true)
                })
            }),
            "x" => current.is_some_and(|index| {
                match anchor.get_value().filter(|from| event.shift_key() && *from < cards.len()) {
                    Some(from) => cards[from.min(index)..=from.max(index)].iter().for_each(|card| select(card, true)),
                    None => drop(press(&cards[index], "input[type=checkbox]")),
                }
                anchor.set_value(Some(index));
                true
            }),
            "u" => {
                let form = document().get_element_by_id(&undo_form.get_untracked());
                form.is_some_and(|form| press(&form, "button"))
            }
            "/" => document().get_element_by_id("tim").is_some_and(|field| {
                if let Some(details) = field.closest("details").ok().flatten() {
                    let _ = details.set_attribute("open", "");
                }
                focus(&field)
            }),
            "?" => {
                open_list();
                true
            }
            _ => false,
        };
        if is_handled {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// The key that was pressed: a letter by its place, any other sign by what it writes. An input method that sends no
/// place sends the letter with its diacritics.
fn find_key(event: &KeyboardEvent) -> String {
    let (code, key) = (event.code(), event.key());
    match code.strip_prefix("Key") {
        Some(letter) => letter.to_ascii_lowercase(),
        None if code.is_empty() && key.chars().count() == 1 => {
            let letters: String = js_sys::JsString::from(key.as_str()).normalize("NFD").into();
            letters.chars().take(1).collect::<String>().to_ascii_lowercase()
        }
        None => key,
    }
}

fn is_typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]").unwrap_or(false)
    })
}

/// The card that has the focus.
fn find_current(cards: &[Element]) -> Option<usize> {
    let active = document().active_element()?;
    cards.iter().position(|card| card.contains(Some(&active)))
}

fn step(cards: &[Element], current: Option<usize>, forward: bool) -> bool {
    let to = match (current, forward) {
        (None, _) => Some(0),
        (Some(at), true) => Some(at + 1),
        (Some(at), false) => at.checked_sub(1),
    };
    to.and_then(|to| cards.get(to)).is_some_and(focus)
}

fn focus(element: &Element) -> bool {
    element.dyn_ref::<HtmlElement>().is_some_and(|element| element.focus().is_ok())
}

const REASONS: &str = "details.refusal";

/// Opens the reasons for refusing a comment, and moves to the first.
fn open_reasons(card: &Element) -> bool {
    let Some(sheet) = card.query_selector(REASONS).ok().flatten() else { return false };
    let _ = sheet.set_attribute("open", "");
    find_reason(card, 1).is_some_and(|reason| focus(&reason))
}

/// The reason with this number, counted from 1, where the reasons are open.
fn find_reason(card: &Element, number: u32) -> Option<HtmlElement> {
    let reasons = card.query_selector_all(&format!("{REASONS}[open] .chips button:not([value='-'])")).ok()?;
    reasons.item(number.checked_sub(1)?)?.dyn_into().ok()
}

/// Closes the reasons, and moves back to what opened them.
fn close_reasons() -> bool {
    let open = list_all(&format!("{REASONS}[open]"));
    for sheet in &open {
        let _ = sheet.remove_attribute("open");
        if let Some(summary) = find_within(sheet, "summary") {
            focus(&summary);
        }
    }
    !open.is_empty()
}

fn press(within: &Element, selector: &str) -> bool {
    let button =
        within.query_selector(selector).ok().flatten().and_then(|button| button.dyn_into::<HtmlElement>().ok());
    if let Some(button) = &button {
        button.click();
    }
    button.is_some()
}

fn select(card: &Element, wanted: bool) {
    let field = card.query_selector("input[type=checkbox]").ok().flatten();
    let field = field.and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    if let Some(field) = field.filter(|field| field.checked() != wanted) {
        field.click();
    }
}
