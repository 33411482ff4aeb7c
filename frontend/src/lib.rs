//! The browser's entry: takes over the page that the server rendered.

#![recursion_limit = "512"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page's script once the wasm is there.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_lazy(app::shell::App);
}
