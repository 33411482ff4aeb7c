//! The queue by keyboard: `j` and `k` move, `a` approves, `r` rejects, `x` selects, `shift` extends the selection, `u`
//! undoes, `/` searches, `?` shows the list. Letters are known by their place on the keyboard: with a Vietnamese input
//! method on, a second `a` arrives as `â`, and with Caps Lock as `A`.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// The key under which the browser stores that somebody turned the shortcuts off.
const OFF: &str = "loa-tat-phim";

/// Reads whether the shortcuts are turned on.
pub fn read_choice() -> bool {
    let stored = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(OFF).ok().flatten());
    stored.is_none()
}

/// Stores whether the shortcuts are turned on.
pub fn store_choice(on: bool) {
    if let Ok(Some(storage)) = window().local_storage() {
        // without storage, the choice applies to this page only
        let _ = if on { storage.remove_item(OFF) } else { storage.set_item(OFF, "1") };
    }
}

/// Handles keys until the view is gone. `undo_form` is the id of the form that undoes the last decision.
pub fn follow(enabled: RwSignal<bool>, help: RwSignal<bool>, undo_form: RwSignal<String>) {
    let anchor = StoredValue::new(None::<usize>);
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if !enabled.get_untracked() || event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
            return;
        }
        let key = find_key(&event);
        // the window with the list takes the keys for itself
        if help.get_untracked() && key != "?" {
            return;
        }
        // a key that is held down repeats only moves, not decisions
        if event.repeat() && !matches!(key.as_str(), "j" | "k") {
            return;
        }
        let cards = list_cards();
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
            "r" => current.is_some_and(|index| {
                press(&cards[index], "button[value=reject], button[value=remove]") && step(&cards, current, true)
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
            "/" => document().get_element_by_id("tim").is_some_and(|field| focus(&field)),
            "?" => {
                help.update(|shown| *shown = !*shown);
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

fn list_cards() -> Vec<Element> {
    let Ok(list) = document().query_selector_all(".queue-card") else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
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
    let field = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok());
    if let Some(field) = field.filter(|field| field.checked() != wanted) {
        field.click();
    }
}
