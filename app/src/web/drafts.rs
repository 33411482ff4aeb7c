//! Drafts: what staff were typing at the desk, stored in this browser for their account until it is sent.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement, Storage};

const PREFIX: &str = "loa-nhap:";
const FIELDS: &str = ".desk input[name=note], .desk textarea[name]";

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The key of a field: the account, the comment or the form, and the field's name.
fn key(account: i64, field: &Element) -> Option<String> {
    let form = field.closest("form").ok().flatten()?;
    let comment = form.query_selector("input[name=comment_id]").ok().flatten();
    let of = match comment.and_then(|comment| comment.dyn_into::<HtmlInputElement>().ok()) {
        Some(comment) => comment.value(),
        None => form.get_attribute("action")?,
    };
    Some(format!("{PREFIX}{account}:{of}:{}", field.get_attribute("name")?))
}

fn value(field: &Element) -> String {
    match (field.dyn_ref::<HtmlInputElement>(), field.dyn_ref::<HtmlTextAreaElement>()) {
        (Some(input), _) => input.value(),
        (_, Some(area)) => area.value(),
        _ => String::new(),
    }
}

fn set_value(field: &Element, text: &str) {
    match (field.dyn_ref::<HtmlInputElement>(), field.dyn_ref::<HtmlTextAreaElement>()) {
        (Some(input), _) => input.set_value(text),
        (_, Some(area)) => area.set_value(text),
        _ => {}
    }
}

/// The key of a form that was sent without script, until the next page says how it went.
const SENT: &str = "loa-gui";

/// Records that the form about a comment is being sent. Its draft is deleted once the next page says that it arrived.
pub fn record_sending(of: &str) {
    if let Some(kept) = storage() {
        // otherwise the draft merely stays
        let _ = kept.set_item(SENT, of);
    }
}

/// Restores the drafts of an account and stores what is typed from now on, until the view is gone.
pub fn track(account: i64) {
    let Some(kept) = storage() else { return };
    if let Ok(Some(of)) = kept.get_item(SENT) {
        if window().location().hash().is_ok_and(|hash| hash == "#ban-duyet") {
            delete_draft(&of);
        }
        let _ = kept.remove_item(SENT);
    }
    // right after signing in the fields are not in the page yet
    request_animation_frame(move || restore(account));
    let handle = window_event_listener_untyped("input", move |event| {
        let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let field = field.filter(|field| field.matches(FIELDS).unwrap_or(false));
        if let Some(key) = field.as_ref().and_then(|field| key(account, field)) {
            let text = field.as_ref().map(value).unwrap_or_default();
            // a full storage keeps what it has
            let _ = if text.is_empty() { kept.remove_item(&key) } else { kept.set_item(&key, &text) };
        }
    });
    on_cleanup(move || handle.remove());
}

fn restore(account: i64) {
    let (Some(kept), Ok(fields)) = (storage(), document().query_selector_all(FIELDS)) else { return };
    let fields = (0..fields.length()).filter_map(|at| fields.item(at)?.dyn_into::<Element>().ok());
    for field in fields.filter(|field| value(field).is_empty()) {
        if let Some(text) = key(account, &field).and_then(|key| kept.get_item(&key).ok().flatten()) {
            set_value(&field, &text);
        }
    }
}

/// Deletes the draft about a comment or of a form.
pub fn delete_draft(of: &str) {
    delete_keys(|key| key.split(':').nth(2) == Some(of));
}

/// Deletes all drafts.
pub fn delete_all_drafts() {
    delete_keys(|_| true);
}

fn delete_keys(which: impl Fn(&str) -> bool) {
    let Some(kept) = storage() else { return };
    let keys = (0..kept.length().unwrap_or_default()).filter_map(|at| kept.key(at).ok().flatten());
    let keys: Vec<String> = keys.filter(|key| key.starts_with(PREFIX) && which(key)).collect();
    for key in keys {
        // another tab may have deleted it
        let _ = kept.remove_item(&key);
    }
}
