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
    use crate::web::effects::{effect, on_window};
    use leptos::prelude::*;
    use std::cell::Cell;
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
        let number = Rc::new(Cell::new(0));
        let retries = RwSignal::new(0usize);
        let mut before = None;
        effect(move || {
            let now = (address(), retries.get());
            let is_other = before.replace(now.clone()).is_some_and(|before| before != now);
            // the desk replaces this page, so nothing is read for it
            if is_other && !now.0.0.starts_with(crate::routes::DESK.path) {
                number.set(number.get() + 1);
                leptos::task::spawn_local(open(now.0, fetch, show.clone(), Rc::clone(&number), retries));
            }
        });
        let listeners = [
            on_window("online", move |_| retry(retries)),
            on_window("click", move |event| {
                let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if target.is_some_and(|target| target.matches("#khong-mo button").unwrap_or(false)) {
                    retry(retries);
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(|listener| listener.remove()));
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
        number: Rc<Cell<u32>>,
        retries: RwSignal<usize>,
    ) {
        let own = number.get();
        set_pending(true);
        let read = fetch(address.clone()).await;
        // a later link overtakes this one
        if number.get() != own {
            return;
        }
        set_pending(false);
        if !matches!(read, Err(AppError::Unreachable | AppError::Unavailable)) {
            show_note("");
            show(read);
            return;
        }
        let what = match find_link_text(&address).as_str() {
            "" => "trang vừa chọn".to_owned(),
            link => format!("“{link}”"),
        };
        show_note(&format!("Không mở được {what}. Trang sẽ tự mở khi có mạng trở lại."));
        let again = move || {
            if number.get() == own {
                retry(retries);
            }
        };
        set_timeout(again, pause(retries.try_get_untracked().unwrap_or_default()));
    }

    /// Two seconds, and twice as long after each failure, up to a minute, a little more or less than others'.
    fn pause(failures: usize) -> Duration {
        let seconds = 2_f64.powi(failures.min(6) as i32 + 1).min(60.0);
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
