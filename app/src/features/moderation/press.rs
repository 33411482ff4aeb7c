//! What waits while a finger is on the page: cards never move under it.

use crate::web::effects::{after, on_window};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use wasm_bindgen::JsCast;

thread_local! {
    static IS_PRESSED: Cell<bool> = const { Cell::new(false) };
    static WAITING: RefCell<Vec<Box<dyn FnOnce()>>> = const { RefCell::new(Vec::new()) };
}

/// Follows fingers and mouse until the view is gone.
pub fn follow() {
    let pressed = on_window("pointerdown", |_| IS_PRESSED.set(true));
    // a press that turns into scrolling ends for the page
    let ends = ["pointerup", "pointercancel"].map(|event| {
        on_window(event, |_| {
            IS_PRESSED.set(false);
            // the click that belongs to it comes first
            after(Duration::from_millis(50), run_waiting);
        })
    });
    // a mouse may be released outside of the window
    let moved = on_window("pointermove", |event| {
        if IS_PRESSED.get() && event.dyn_ref::<web_sys::MouseEvent>().is_some_and(|event| event.buttons() == 0) {
            IS_PRESSED.set(false);
            run_waiting();
        }
    });
    on_cleanup(move || {
        pressed.remove();
        moved.remove();
        ends.into_iter().for_each(|end| end.remove());
        IS_PRESSED.set(false);
        WAITING.take();
    });
}

fn run_waiting() {
    if !IS_PRESSED.get() {
        WAITING.take().into_iter().for_each(|run| run());
    }
}

/// Runs `run` as soon as nothing is pressed.
pub fn when_released(run: impl FnOnce() + 'static) {
    WAITING.with_borrow_mut(|waiting| waiting.push(Box::new(run)));
    run_waiting();
}

/// For so long after cards moved up, a press that was meant for another card reaches none.
const SETTLING: Duration = Duration::from_millis(300);

/// Keeps presses from reaching cards that have just moved under the finger.
pub fn settle(is_settling: RwSignal<bool>) {
    is_settling.try_set(true);
    after(SETTLING, move || {
        is_settling.try_set(false);
    });
}
