//! Drafts: unsent text of staff, stored in the browser for their account until it is sent.

use crate::web::effects::next_frame;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement, Storage};

/// What the key of every draft begins with. Signing out deletes them all.
pub const PREFIX: &str = "loa-nhap:";
/// An article is kept whole, by its own page. What comes filled in is not stored: nothing would tell whether it is
/// newer than what the office has.
const FIELDS: &str = ".desk input[name=note]:not([type=hidden]), .desk input[name=sentence], \
    .desk form:not(.article-form, .article-step) textarea[name]:not([data-filled])";

pub fn local_storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The key of a field: the account, the comment or the form, and the field's name.
fn key(account: i64, field: &Element) -> Option<String> {
    let form = field.closest("form").ok().flatten()?;
    let comment = form.query_selector("input[name=comment_id]").ok().flatten();
    let subject = match comment.and_then(|comment| comment.dyn_into::<HtmlInputElement>().ok()) {
        Some(comment) => comment.value(),
        None => form.get_attribute("action")?,
    };
    Some(format!("{PREFIX}{account}:{subject}:{}", field.get_attribute("name")?))
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

/// Restores the drafts of an account and stores text that is typed until the view is gone.
pub fn track(account: i64) {
    let Some(storage) = local_storage() else { return };
    // right after signing in the fields are not in the page yet
    next_frame(move || restore(account));
    let handle = crate::web::effects::on_window("input", move |event| {
        let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let field = field.filter(|field| field.matches(FIELDS).unwrap_or(false));
        if let Some(key) = field.as_ref().and_then(|field| key(account, field)) {
            let text = field.as_ref().map(value).unwrap_or_default();
            // a full storage rejects the new text and keeps the previous draft
            let _ = if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, &text) };
        }
    });
    on_cleanup(move || handle.remove());
}

fn restore(account: i64) {
    let (Some(storage), Ok(fields)) = (local_storage(), document().query_selector_all(FIELDS)) else { return };
    let fields = (0..fields.length()).filter_map(|at| fields.item(at)?.dyn_into::<Element>().ok());
    for field in fields.filter(|field| value(field).is_empty()) {
        if let Some(text) = key(account, &field).and_then(|key| storage.get_item(&key).ok().flatten()) {
            set_value(&field, &text);
            // what is found again should be seen; a sheet over the page would be in the way
            if field.closest(".refusal").is_ok_and(|sheet| sheet.is_none())
                && let Some(details) = field.closest("details").ok().flatten()
            {
                let _ = details.set_attribute("open", "");
            }
        }
    }
}

/// Restores what was typed into fields that have just come into the page.
pub fn restore_soon(account: i64) {
    next_frame(move || restore(account));
}

/// Deletes the draft about a comment or of a form.
pub fn delete_draft(subject: &str) {
    delete_keys(|key| key.split(':').nth(2) == Some(subject));
}

/// Deletes the draft of one field about a comment.
pub fn delete_field(subject: &str, name: &str) {
    let end = format!(":{subject}:{name}");
    delete_keys(|key| key.ends_with(&end));
}

/// Deletes all drafts.
pub fn delete_all_drafts() {
    delete_keys(|_| true);
}

fn delete_keys(matches: impl Fn(&str) -> bool) {
    let Some(storage) = local_storage() else { return };
    let keys = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok().flatten());
    let keys: Vec<String> = keys.filter(|key| key.starts_with(PREFIX) && matches(key)).collect();
    for key in keys {
        // another tab may have deleted it
        let _ = storage.remove_item(&key);
    }
}
