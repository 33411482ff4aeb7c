//! Where one was on a page, for going back: the words arrive after the address changed, so the browser alone cannot find the place.

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;
    use wasm_bindgen::JsCast;

    thread_local! {
        static SEEN: RefCell<BTreeMap<String, f64>> = RefCell::default();
        static WANTED: Cell<Option<f64>> = const { Cell::new(None) };
        static LOADED: Cell<bool> = const { Cell::new(true) };
    }

    fn address() -> String {
        window().location().href().unwrap_or_default()
    }

    /// Remembers places from now on.
    pub fn start() {
        window_event_listener_untyped("scroll", |_| {
            if let Ok(y) = window().scroll_y() {
                SEEN.with(|seen| seen.borrow_mut().insert(address(), y));
            }
        });
        window_event_listener_untyped("popstate", |_| {
            let y = SEEN.with(|seen| seen.borrow().get(&address()).copied());
            WANTED.with(|wanted| wanted.set(y));
        });
    }

    /// The words are there: goes to where one was, or to what the address points at. On every page but the one that
    /// was loaded the focus goes to the words too, as loading would have moved it.
    pub fn arrive() {
        if !LOADED.with(|loaded| loaded.replace(false)) {
            focus_words();
        }
        let wanted = WANTED.with(Cell::take);
        request_animation_frame(move || match wanted {
            Some(y) => window().scroll_to_with_x_and_y(0.0, y),
            None => {
                let hash = window().location().hash().unwrap_or_default();
                if let Some(target) = hash.strip_prefix('#').and_then(|id| document().get_element_by_id(id)) {
                    target.scroll_into_view();
                }
            }
        });
    }

    fn focus_words() {
        if let Some(main) =
            document().get_element_by_id("noi-dung").and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok())
        {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = main.focus_with_options(&options);
        }
    }
}

#[cfg(feature = "hydrate")]
pub use browser::{arrive, start};

/// The words are there.
#[cfg(not(feature = "hydrate"))]
pub fn arrive() {}
