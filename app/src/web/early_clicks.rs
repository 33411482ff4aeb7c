//! Links that are pressed while the code of a lazy page is still being loaded. The router listens already and could not
//! show the next page, so until then the browser follows links by itself.

use leptos::prelude::document;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

thread_local! {
    static IS_LOADING: Cell<bool> = const { Cell::new(false) };
}

/// Keeps clicks from the router until [`stop`].
pub fn start() {
    IS_LOADING.set(true);
    let keep = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        if IS_LOADING.get() {
            event.stop_propagation();
        }
    });
    let keep = keep.into_js_value();
    // a browser that refuses the listener merely has the router as usual
    let _ = document().add_event_listener_with_callback_and_bool("click", keep.unchecked_ref(), true);
}

/// Leaves clicks to the router: the page is complete.
pub fn stop() {
    IS_LOADING.set(false);
}
