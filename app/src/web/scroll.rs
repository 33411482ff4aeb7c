//! Restores the scroll position when a reader goes back: the content arrives after the address changed, so the browser
//! alone cannot.

#[cfg(feature = "hydrate")]
mod browser {
    use crate::web::effects::{next_frame, on_window};
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

    /// Records scroll positions from now on.
    pub fn start_tracking() {
        on_window("scroll", |_| {
            if let Ok(y) = window().scroll_y() {
                SEEN.with(|seen| seen.borrow_mut().insert(address(), y));
            }
        });
        on_window("popstate", |_| {
            let y = SEEN.with(|seen| seen.borrow().get(&address()).copied());
            WANTED.with(|wanted| wanted.set(y));
        });
    }

    /// Scrolls to the recorded position, or to what the address points at. On every page but the first the focus moves
    /// to the content as well, as loading a page would have moved it.
    pub fn restore() {
        let is_first = LOADED.with(|loaded| loaded.replace(false));
        if !is_first {
            focus_content();
        } else if has_focus() {
            // somebody was faster than the program: they are where they want to be
            return;
        }
        let wanted = WANTED.with(Cell::take);
        next_frame(move || match wanted {
            Some(y) => window().scroll_to_with_x_and_y(0.0, y),
            None => {
                let hash = window().location().hash().unwrap_or_default();
                if let Some(target) = hash.strip_prefix('#').and_then(|id| document().get_element_by_id(id)) {
                    target.scroll_into_view();
                    // the line that says what was done, or the list of errors
                    if let Some(target) = target.dyn_ref::<web_sys::HtmlElement>()
                        && target.has_attribute("tabindex")
                    {
                        let _ = target.focus();
                    }
                } else if !is_first {
                    window().scroll_to_with_x_and_y(0.0, 0.0);
                }
            }
        });
    }

    /// Whether something on the page has the focus.
    pub fn has_focus() -> bool {
        document().active_element().is_some_and(|element| element.tag_name() != "BODY")
    }

    /// Moves the focus to an element once it is laid out.
    pub fn focus_later(selector: &str) {
        let selector = selector.to_owned();
        next_frame(move || {
            let element = document().query_selector(&selector).ok().flatten();
            if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
                if element.tab_index() < 0 {
                    let _ = element.set_attribute("tabindex", "-1");
                }
                let _ = element.focus();
            }
        });
    }

    fn focus_content() {
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
pub use browser::{focus_later, has_focus, restore, start_tracking};

/// The server has no scroll position.
#[cfg(not(feature = "hydrate"))]
pub fn restore() {}
