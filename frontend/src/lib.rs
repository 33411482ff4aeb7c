//! The browser's entry point, which hydrates the page that the server rendered.

#![recursion_limit = "512"]

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by `loader.js` when the wasm is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_lazy(app::shell::App);
}

/// Room for the splitter. It sorts the program's constants by who uses them, which takes a little more space than the
/// linker's order because of alignment; where there is none it leaves those of the desk in everybody's download (8 KB).
/// Nothing uses these bytes, so they are in no file.
#[used]
static ROOM_FOR_SPLITTING: [u8; 4096] = [1; 4096];
