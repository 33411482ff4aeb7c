//! The page of an article in the browser: what is typed is kept at once in the browser, and on the server as soon as
//! the typing pauses. Saving, sending and publishing are the form's own buttons, with script and without.

use crate::web::room::{RoomContent, RoomContext};
use crate::web::sync_view::SyncView;
use leptos::prelude::*;

/// Shows the room of articles.
pub fn show_article(context: RoomContext, content: RoomContent) -> AnyView {
    #[cfg(feature = "hydrate")]
    {
        let (account, page) = (context.staff.id, StoredValue::new(Owner::current()));
        leptos::task::spawn_local(async move { keeping::keep_typed_text(account, page).await });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = context;
    SyncView(view! { <div inner_html=content.html></div> }).into_any()
}

#[cfg(feature = "hydrate")]
mod keeping {
    use crate::base::error::AppError;
    use crate::features::writing::KEEP_STATE;
    use crate::routes;
    use crate::web::drafts::{PREFIX, local_storage};
    use crate::web::effects::{after, next_frame, on_window};
    use crate::web::forms::fields::{is_field_changed, list_elements};
    use crate::web::forms::send::post;
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, FormData, HtmlFormElement, UrlSearchParams};

    /// What is typed is sent after a pause of this length.
    const PAUSE: Duration = Duration::from_secs(2);
    /// After a failure it is tried again in so long.
    const RETRY: Duration = Duration::from_secs(10);

    const FORM: &str = "form.article-form";

    /// What the page knows of what is being typed.
    #[derive(Clone, Copy)]
    struct Keeper {
        account: i64,
        /// Grows with every change of the form.
        typed: StoredValue<u32>,
        /// Whether a copy is on its way. There is one at a time.
        is_sending: StoredValue<bool>,
        /// Whether the form itself is being sent, and with it everything that was typed.
        is_submitted: StoredValue<bool>,
    }

    /// Keeps what is typed into the article of this page, until the page is left. Its code is loaded with the first
    /// article that is opened: other rooms go without it.
    #[lazy]
    pub(super) fn keep_typed_text(account: i64, page: StoredValue<Option<Owner>>) {
        // the page may have been left meanwhile
        if let Some(owner) = page.try_get_value().flatten() {
            owner.with(|| start(account));
        }
    }

    fn start(account: i64) {
        let keeper = Keeper {
            account,
            typed: StoredValue::new(0),
            is_sending: StoredValue::new(false),
            is_submitted: StoredValue::new(false),
        };
        // the page is put in with the next frame
        crate::web::effects::effect(move || next_frame(move || keeper.begin()));
        for event in ["input", "change"] {
            let handle = on_window(event, move |event| {
                let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if let Some(form) = field.and_then(|field| field.closest(FORM).ok().flatten()) {
                    keeper.keep(form.unchecked_ref());
                }
            });
            on_cleanup(move || handle.remove());
        }
        let submit = on_window("submit", move |event| {
            let form = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if form.is_some_and(|form| form.matches(FORM).unwrap_or(false)) {
                keeper.is_submitted.set_value(true);
            }
        });
        on_cleanup(move || submit.remove());
    }

    fn find_form() -> Option<HtmlFormElement> {
        document().query_selector(FORM).ok().flatten()?.dyn_into().ok()
    }

    fn find_field(form: &HtmlFormElement, name: &str) -> String {
        let field = form.query_selector(&format!("[name={name}]")).ok().flatten();
        field.and_then(|field| field.get_attribute("value")).unwrap_or_default()
    }

    /// The fields of a form as a browser posts them.
    fn fields(form: &HtmlFormElement) -> Option<String> {
        let fields = FormData::new_with_form(form).ok()?;
        let fields = UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()?;
        Some(String::from(fields.to_string()))
    }

    fn show_state(text: &str) {
        if let Some(line) = document().get_element_by_id(KEEP_STATE)
            && line.text_content().as_deref() != Some(text)
        {
            line.set_text_content(Some(text));
        }
    }

    impl Keeper {
        /// The key of the browser's copy: the account, the article, and the text that it was begun from.
        fn key(self, form: &HtmlFormElement) -> String {
            let (id, revision) = (find_field(form, "id"), find_field(form, "revision"));
            format!("{PREFIX}{}:bai-{id}:{revision}", self.account)
        }

        /// Copies the form to the browser's storage, and to the server once the typing pauses.
        fn keep(self, form: &HtmlFormElement) {
            if let (Some(storage), Some(fields)) = (local_storage(), fields(form)) {
                // a full storage keeps the previous copy; the server gets this one
                let _ = storage.set_item(&self.key(form), &format!("{}\n{fields}", js_sys::Date::now()));
            }
            // whoever goes on typing has not left the page
            self.is_submitted.set_value(false);
            self.typed.update_value(|typed| *typed += 1);
            show_state("Đang lưu…");
            self.send_after(PAUSE);
        }

        /// Sends what is typed, unless something is typed meanwhile.
        fn send_after(self, pause: Duration) {
            let seen = self.typed.try_get_value();
            after(pause, move || {
                if self.typed.try_get_value() == seen {
                    self.send();
                }
            });
        }

        fn send(self) {
            let Some(form) = find_form() else { return };
            if self.is_sending.try_get_value() != Some(false) || self.is_submitted.try_get_value() != Some(false) {
                return;
            }
            let (Some(fields), key, seen) = (fields(&form), self.key(&form), self.typed.try_get_value()) else {
                return;
            };
            self.is_sending.set_value(true);
            leptos::task::spawn_local(async move {
                let kept: Result<Option<String>, AppError> = post(routes::KEEP_COPY.path, &fields, None).await;
                // the page may have been left meanwhile
                let Some(()) = self.is_sending.try_update_value(|sending| *sending = false) else { return };
                let is_newest = self.typed.try_get_value() == seen;
                match kept {
                    Ok(Some(at)) if is_newest => {
                        if let Some(storage) = local_storage() {
                            // the server has it
                            let _ = storage.remove_item(&key);
                        }
                        show_state(&format!("Đã giữ bản viết dở lúc {at}. Bấm Lưu khi xong."));
                    }
                    Ok(Some(_)) => self.send_after(PAUSE),
                    Ok(None) => {
                        show_state("Ông/bà đã lưu bài này ở nơi khác. Bản viết dở được giữ trên máy này.");
                    }
                    Err(AppError::SignIn) => {
                        show_state("Phiên đăng nhập đã kết thúc. Bản viết dở được giữ trên máy này.");
                    }
                    Err(AppError::NotFound) => show_state("Bài viết này không còn. Bản viết dở được giữ trên máy này."),
                    Err(AppError::Forbidden(_)) => show_state("Ông/bà không còn quyền sửa bài này."),
                    Err(AppError::TooLarge) => show_state("Bài viết quá dài, chưa giữ được trên máy chủ."),
                    Err(_) => {
                        show_state("Mất kết nối, bản viết dở được giữ trên máy này.");
                        self.send_after(RETRY);
                    }
                }
            });
        }

        /// Brings back what the browser kept, and keeps what was typed before this program came.
        fn begin(self) {
            let Some(form) = find_form() else { return };
            let is_typed = list_elements(&form, "[name]:not([type=hidden])").iter().any(is_field_changed);
            self.restore(&form);
            // the first pages of a slow line are typed into before this program is there
            if is_typed {
                self.keep(&form);
            }
        }

        /// Fills the form with what the browser kept and the server did not get.
        fn restore(self, form: &HtmlFormElement) {
            let Some(storage) = local_storage() else { return };
            let key = self.key(form);
            let start = format!("{PREFIX}{}:bai-{}:", self.account, find_field(form, "id"));
            let keys = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok().flatten());
            let keys: Vec<String> = keys.filter(|known| known.starts_with(&start)).collect();
            if document().query_selector("[data-saved]").is_ok_and(|notice| notice.is_some()) {
                for key in keys {
                    // another tab may have deleted it
                    let _ = storage.remove_item(&key);
                }
                return;
            }
            let copied: f64 = form.get_attribute("data-copied").and_then(|at| at.parse().ok()).unwrap_or_default();
            let kept = find_kept(&key);
            match kept {
                Some((at, kept)) if fields(form).as_ref() == Some(&kept) => {
                    if copied >= at {
                        // the server has it
                        let _ = storage.remove_item(&key);
                    } else {
                        self.send_after(Duration::ZERO);
                    }
                }
                Some((at, _)) if copied > at => show_state("Trên máy này còn một bản viết dở cũ hơn."),
                Some((_, kept)) => self.fill(form, &kept),
                // begun from an older text: it becomes the copy that the server has, if there is none
                None if copied == 0.0 => {
                    if let Some(older) = keys.into_iter().next() {
                        self.send_older(older);
                    }
                }
                None => {}
            }
        }

        /// Fills those fields that nobody has changed since the page came.
        fn fill(self, form: &HtmlFormElement, kept: &str) {
            let Ok(kept) = UrlSearchParams::new_with_str(kept) else { return };
            let is_written = list_elements(form, "textarea[name=body]").iter().any(is_field_changed);
            for field in list_elements(form, "[name]:not([type=hidden])") {
                if !is_field_changed(&field) {
                    let value = kept.get(&field.get_attribute("name").unwrap_or_default()).unwrap_or_default();
                    set_field(&field, &value);
                }
            }
            if !is_written {
                // the body and its format belong together, and the editor shows both
                for field in list_elements(form, "[name=format]") {
                    set_field(&field, &kept.get("format").unwrap_or_default());
                }
                if let Ok(event) = web_sys::Event::new("loa-restored") {
                    // nobody may be listening
                    let _ = form.dispatch_event(&event);
                }
            }
            show_state("Đã khôi phục những gì ông/bà viết dở trên máy này.");
            self.typed.update_value(|typed| *typed += 1);
            self.send_after(PAUSE);
        }

        fn send_older(self, key: String) {
            let Some((_, kept)) = find_kept(&key) else { return };
            leptos::task::spawn_local(async move {
                let sent: Result<Option<String>, AppError> = post(routes::KEEP_COPY.path, &kept, None).await;
                if let (Ok(Some(_)), Some(storage)) = (sent, local_storage()) {
                    // the server has it
                    let _ = storage.remove_item(&key);
                    show_state("Có bản viết dở trước đó trên máy này. Tải lại trang để xem.");
                }
            });
        }
    }

    /// What the browser kept under a key, and when, in milliseconds since 1970.
    fn find_kept(key: &str) -> Option<(f64, String)> {
        let kept = local_storage()?.get_item(key).ok().flatten()?;
        let (at, fields) = kept.split_once('\n')?;
        Some((at.parse().ok()?, fields.to_owned()))
    }

    fn set_field(field: &Element, value: &str) {
        if let Some(area) = field.dyn_ref::<web_sys::HtmlTextAreaElement>() {
            area.set_value(value);
        } else if let Some(input) = field.dyn_ref::<web_sys::HtmlInputElement>() {
            match input.type_().as_str() {
                "radio" | "checkbox" => input.set_checked(input.value() == value),
                _ => input.set_value(value),
            }
        } else if let Some(select) = field.dyn_ref::<web_sys::HtmlSelectElement>() {
            select.set_value(value);
        }
    }
}
