//! The desk by keyboard: `j` `k` move, `a` approve, `r` reject, `x` select, `shift` extends, `u` undo, `/` search, `?` shows all.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Where it is kept that somebody wants no keys.
const OFF: &str = "loa-tat-phim";

/// Whether keys are turned on.
pub fn on() -> bool {
    let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(OFF).ok().flatten());
    kept.is_none()
}

/// Turns keys on or off, for good.
pub fn turn(on: bool) {
    if let Ok(Some(storage)) = window().local_storage() {
        // a browser that keeps nothing asks again next time
        let _ = if on { storage.remove_item(OFF) } else { storage.set_item(OFF, "1") };
    }
}

/// Follows the keys until the view is gone. `last` is the form that undoes the last decision.
pub fn follow(enabled: RwSignal<bool>, help: RwSignal<bool>, last: RwSignal<String>) {
    let anchor = StoredValue::new(None::<usize>);
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if !enabled.get_untracked() || event.ctrl_key() || event.meta_key() || event.alt_key() || typing(&event) {
            return;
        }
        // a key that is held down moves on, and decides nothing
        if event.repeat() && !matches!(event.key().as_str(), "j" | "J" | "k" | "K") {
            return;
        }
        let cards = cards();
        let current = current(&cards);
        let used = match event.key().as_str() {
            "j" | "J" | "k" | "K" => {
                let forward = event.key().eq_ignore_ascii_case("j");
                step(&cards, current, forward);
                if event.shift_key() {
                    for place in [current, self::current(&cards)].into_iter().flatten() {
                        select(&cards[place], true);
                    }
                }
                true
            }
            "a" => current.is_some_and(|place| {
                press(&cards[place], "button[value=approve], button[value=keep]") && step(&cards, current, true)
            }),
            "r" => current.is_some_and(|place| {
                press(&cards[place], "button[value=reject], button[value=remove]") && step(&cards, current, true)
            }),
            "x" | "X" => current.is_some_and(|place| {
                match anchor.get_value().filter(|from| event.shift_key() && *from < cards.len()) {
                    Some(from) => cards[from.min(place)..=from.max(place)].iter().for_each(|card| select(card, true)),
                    None => drop(press(&cards[place], "input[type=checkbox]")),
                }
                anchor.set_value(Some(place));
                true
            }),
            "u" => {
                let form = document().get_element_by_id(&last.get_untracked());
                form.is_some_and(|form| press(&form, "button"))
            }
            "/" => document().get_element_by_id("tim").is_some_and(|field| focus(&field)),
            "?" => {
                help.update(|shown| *shown = !*shown);
                true
            }
            "Escape" if help.get_untracked() => {
                help.set(false);
                true
            }
            _ => false,
        };
        if used {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

fn typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|target| {
        target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]").unwrap_or(false)
    })
}

fn cards() -> Vec<Element> {
    let Ok(list) = document().query_selector_all(".queue-card") else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

/// The card that has the focus.
fn current(cards: &[Element]) -> Option<usize> {
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
