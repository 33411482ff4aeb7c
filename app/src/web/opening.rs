//! Opening the page of a link without leaving the one that is read before the next is there.

/// A thin bar while the next page is on its way, and a note where it could not be opened. They stand in every page, and
/// are shown by the browser's program.
#[cfg(feature = "ssr")]
pub fn opening_status() -> impl leptos::IntoView {
    use leptos::prelude::*;
    view! {
        <div class="progress" id="dang-mo" hidden></div>
        <div class="opening-failed" id="khong-mo" role="alert" hidden>
            <p></p>
            <button type="button" class="button secondary">"Thử lại"</button>
        </div>
    }
}

#[cfg(feature = "hydrate")]
pub use browser::{follow_links, set_pending};

/// Says that a page is on its way. The server has none that is.
#[cfg(not(feature = "hydrate"))]
pub fn set_pending(_is_pending: bool) {}

#[cfg(feature = "hydrate")]
mod browser {
    use crate::base::error::AppError;
    use crate::web::effects::{after, effect, on_window};
    use leptos::prelude::*;
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    use std::time::Duration;
    use wasm_bindgen::JsCast;
    use web_sys::Element;

    /// Says that a page is on its way, or that it is no longer.
    pub fn set_pending(is_pending: bool) {
        set_hidden("dang-mo", !is_pending);
        if let Some(main) = document().get_element_by_id("noi-dung") {
            let _ = main.set_attribute("aria-busy", if is_pending { "true" } else { "false" });
        }
    }

    /// Shows why the next page is not there; an empty note hides it.
    fn show_note(note: &str) {
        if let Ok(Some(line)) = document().query_selector("#khong-mo p") {
            line.set_text_content(Some(note));
        }
        set_hidden("khong-mo", note.is_empty());
    }

    fn set_hidden(id: &str, is_hidden: bool) {
        if let Some(element) = document().get_element_by_id(id) {
            let _ = element.toggle_attribute_with_force("hidden", is_hidden);
        }
    }

    fn has_failed() -> bool {
        document().get_element_by_id("khong-mo").is_some_and(|note| !note.has_attribute("hidden"))
    }

    /// Reads the page of each further address and hands it on. Where the network or the server is missing, it tries
    /// again when the network returns, when somebody asks for it, and ever later by itself.
    pub fn follow_links<T, F>(
        address: impl Fn() -> (String, String) + 'static,
        fetch: fn((String, String)) -> F,
        show: impl Fn(Result<T, AppError>) + Clone + 'static,
    ) where
        T: 'static,
        F: Future<Output = Result<T, AppError>> + 'static,
    {
        let state = Rc::new(State::default());
        let retries = RwSignal::new(0usize);
        let opened = Rc::clone(&state);
        let mut before = None;
        effect(move || {
            let now = (address(), retries.get());
            let Some((last, _)) = before.replace(now.clone()) else {
                opened.shown.replace(now.0);
                return;
            };
            opened.number.set(opened.number.get() + 1);
            if last != now.0 {
                opened.failures.set(0);
            }
            // going back to the page that is shown ends the attempt; the desk replaces this page
            if *opened.shown.borrow() == now.0 || now.0.0.starts_with(crate::routes::DESK.path) {
                end_attempt();
            } else {
                leptos::task::spawn_local(open(now.0, fetch, show.clone(), Rc::clone(&opened), retries));
            }
        });
        let listeners = [
            on_window("online", move |_| retry(retries)),
            on_window("click", move |event| {
                if find_target(&event, "#khong-mo button").is_some() {
                    retry(retries);
                }
            }),
            // the router would show the top of the page that is left
            on_window("pointerdown", keep_scroll),
            on_window("focusin", keep_scroll),
        ];
        // the browser has one thread
        let state = send_wrapper::SendWrapper::new(state);
        on_cleanup(move || {
            state.number.set(state.number.get() + 1);
            end_attempt();
            listeners.into_iter().for_each(|listener| listener.remove());
        });
    }

    /// What is being opened.
    #[derive(Default)]
    struct State {
        /// The address of the page that is shown.
        shown: RefCell<(String, String)>,
        /// Counts the attempts: a later one overtakes those before.
        number: Cell<u32>,
        /// Attempts for this address that failed.
        failures: Cell<u32>,
    }

    fn end_attempt() {
        set_pending(false);
        show_note("");
    }

    fn find_target(event: &web_sys::Event, selector: &str) -> Option<Element> {
        event.target()?.dyn_into::<Element>().ok()?.closest(selector).ok()?
    }

    fn keep_scroll(event: web_sys::Event) {
        if let Some(link) = find_target(&event, "a[href]") {
            let _ = link.set_attribute("data-noscroll", "");
        }
    }

    fn retry(retries: RwSignal<usize>) {
        if has_failed() {
            retries.try_update(|retries| *retries += 1);
        }
    }

    async fn open<T, F: Future<Output = Result<T, AppError>>>(
        address: (String, String),
        fetch: fn((String, String)) -> F,
        show: impl Fn(Result<T, AppError>),
        state: Rc<State>,
        retries: RwSignal<usize>,
    ) {
        let own = state.number.get();
        set_pending(true);
        let read = fetch(address.clone()).await;
        if state.number.get() != own {
            return;
        }
        set_pending(false);
        let reason = match read {
            Err(AppError::Unreachable) => "Trang sẽ tự mở khi có mạng trở lại.",
            Err(AppError::Unavailable) => "Hệ thống đang bận, trang sẽ tự mở sau ít phút.",
            read => {
                show_note("");
                state.failures.set(0);
                state.shown.replace(address);
                show(read);
                return;
            }
        };
        let what = match find_link_text(&address).as_str() {
            "" => "trang vừa chọn".to_owned(),
            link => format!("“{link}”"),
        };
        show_note(&format!("Không mở được {what}. {reason}"));
        let failures = state.failures.get() + 1;
        state.failures.set(failures);
        let again = move || {
            if state.number.get() == own {
                retry(retries);
            }
        };
        after(pause(failures), again);
    }

    /// Two seconds, and twice as long after each failure, up to a minute, a little more or less than others'.
    fn pause(failures: u32) -> Duration {
        let seconds = 2_f64.powi(failures.min(6) as i32).min(60.0);
        Duration::from_millis((seconds * 1000.0 * (0.75 + js_sys::Math::random() / 2.0)) as u64)
    }

    /// The text of the link that leads to an address; empty where there is none.
    fn find_link_text((path, query): &(String, String)) -> String {
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let find = |state: &str| document().query_selector(&format!("a[href='{path}{query}']{state}")).ok().flatten();
        // of several links the one that was pressed
        let link = find(":focus").or_else(|| find(""));
        link.and_then(|link| link.text_content()).unwrap_or_default().trim().to_owned()
    }
}
