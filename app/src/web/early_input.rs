//! What people do before the program is there. Links that are pressed while the code of a lazy page is still being
//! loaded: the router listens already and could not show the next page, so until then the browser follows links by
//! itself. And stars that are pressed before the page is hydrated: `loader.js` marks them.

use leptos::prelude::{Owner, document};
use std::cell::Cell;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// The attribute of a star that was pressed before the page was hydrated.
pub const PRESSED: &str = "data-pressed";

/// Whether the page that the server rendered is being taken over, so that what people did on it meanwhile is there.
pub fn is_hydrating() -> bool {
    Owner::current_shared_context().is_some_and(|context| context.during_hydration())
}

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
