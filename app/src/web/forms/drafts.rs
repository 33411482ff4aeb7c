//! Keeps what readers type until it is stored. A form with [`DRAFT`] is copied to `sessionStorage` under that name
//! with every key, and filled in again when its page is shown: after a link and back, after another page of comments,
//! after a reload. What staff type is kept for their account instead, see [`crate::web::drafts`].

use super::{DRAFT, IN_PLACE};
use crate::web::effects::on_window;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlFormElement, HtmlInputElement, HtmlTextAreaElement, Storage, UrlSearchParams};

const PREFIX: &str = "loa-soan:";
/// The attribute of a form that shows what was refused, which is newer than any draft.
pub const REFUSED: &str = "data-refused";
/// The attribute of a form with something that its draft keeps beside the fields, and the field that keeps it.
pub const NOTE: &str = "data-note";
/// The field with the name that the browser gives what is being written.
const TOKEN: &str = "token";

fn session_storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Keeps every form with a draft from now on.
pub fn start() {
    for event in ["input", "change"] {
        on_window(event, |event| {
            let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let form = field.and_then(|field| field.closest(&format!("form[{DRAFT}]")).ok().flatten());
            if let Some(form) = form.and_then(|form| form.dyn_into().ok()) {
                save(&form);
            }
        });
    }
}

/// Keeps what stands in a form now.
pub fn save(form: &HtmlFormElement) {
    let (Some(storage), Some(name)) = (session_storage(), form.get_attribute(DRAFT)) else { return };
    let Ok(fields) = FormData::new_with_form(form).and_then(|fields| {
        // hidden fields are the page's own, and some are secret
        for field in list_elements(form, "input[type=hidden][name]") {
            let name = field.get_attribute("name").unwrap_or_default();
            if name != TOKEN || form.has_attribute(IN_PLACE) {
                fields.delete(&name);
            }
        }
        if let Some(note) = form.get_attribute(NOTE) {
            fields.append_with_str(NOTE, &note)?;
        }
        UrlSearchParams::new_with_str_sequence_sequence(&fields)
    }) else {
        return;
    };
    // a full storage keeps the previous draft
    let _ = storage.set_item(&format!("{PREFIX}{name}"), &String::from(fields.to_string()));
}

/// Restores the forms of a plain HTML page. A form with a view of its own restores itself.
pub fn restore_plain_forms() {
    let Some(root) = document().document_element() else { return };
    for form in list_elements(&root, &format!("form[{DRAFT}][{IN_PLACE}]")) {
        restore(form.unchecked_ref());
    }
}

/// Fills a form with its draft, and keeps what was typed while the program was being loaded.
pub fn restore(form: &HtmlFormElement) {
    let draft = form.get_attribute(DRAFT).and_then(|name| find(&name));
    if let Some(draft) = draft.filter(|_| !form.has_attribute(REFUSED)) {
        fill(form, &draft);
    }
    if is_changed(form) {
        save(form);
    }
}

/// Fills the fields that hold what the page came with; one that was changed is left as it is.
fn fill(form: &HtmlFormElement, draft: &UrlSearchParams) {
    if let (Some(token), false) = (draft.get(TOKEN), form.has_attribute(IN_PLACE)) {
        for field in list_elements(form, &format!("input[name={TOKEN}]")) {
            field.unchecked_ref::<HtmlInputElement>().set_value(&token);
        }
    }
    for field in list_elements(form, "input[name]:not([type=hidden]), textarea[name]") {
        if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
            if let Some(value) =
                draft.get(&area.name()).filter(|_| area.default_value().is_ok_and(|value| value == area.value()))
            {
                area.set_value(&value);
            }
        } else if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
            let values = draft.get(&input.name());
            if matches!(input.type_().as_str(), "checkbox" | "radio") {
                if !is_chosen_anew(form, &input.name()) && values.as_ref() == Some(&input.value()) {
                    input.set_checked(true);
                }
            } else if let Some(value) = values.filter(|_| input.value() == input.default_value()) {
                input.set_value(&value);
            }
        }
    }
}

/// Whether somebody has changed a choice since the page came.
fn is_chosen_anew(form: &HtmlFormElement, name: &str) -> bool {
    list_elements(form, &format!("[name='{name}']")).iter().any(is_field_changed)
}

fn is_changed(form: &HtmlFormElement) -> bool {
    list_elements(form, "input[name]:not([type=hidden]), textarea[name]").iter().any(is_field_changed)
}

/// Whether a field was changed since the page came.
pub fn is_field_changed(field: &Element) -> bool {
    match (field.dyn_ref::<HtmlTextAreaElement>(), field.dyn_ref::<HtmlInputElement>()) {
        (Some(area), _) => area.default_value().is_ok_and(|value| value != area.value()),
        (_, Some(input)) => input.value() != input.default_value() || input.checked() != input.default_checked(),
        _ => false,
    }
}

/// Lists the elements below another that match a selector.
pub fn list_elements(root: &Element, selector: &str) -> Vec<Element> {
    let found = root.query_selector_all(selector).ok();
    let list = found.map(|found| (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect());
    list.unwrap_or_default()
}

/// Finds a field of a draft.
pub fn find_field(name: &str, field: &str) -> Option<String> {
    find(name)?.get(field).filter(|value| !value.is_empty())
}

fn find(name: &str) -> Option<UrlSearchParams> {
    let draft = session_storage()?.get_item(&format!("{PREFIX}{name}")).ok().flatten()?;
    UrlSearchParams::new_with_str(&draft).ok()
}

/// Deletes the drafts of all forms.
pub fn delete_all() {
    let Some(storage) = session_storage() else { return };
    let keys = (0..storage.length().unwrap_or_default()).filter_map(|at| storage.key(at).ok().flatten());
    for key in keys.filter(|key| key.starts_with(PREFIX)).collect::<Vec<_>>() {
        // a browser that stores nothing has nothing to delete
        let _ = storage.remove_item(&key);
    }
}

/// What is kept of a form, as it is stored.
pub fn find_text(form: &HtmlFormElement) -> Option<String> {
    let name = form.get_attribute(DRAFT)?;
    session_storage()?.get_item(&format!("{PREFIX}{name}")).ok().flatten()
}

/// Deletes the draft of a form that was stored.
pub fn delete_of(form: &HtmlFormElement) {
    if let Some(name) = form.get_attribute(DRAFT) {
        delete(&name);
    }
}

/// Deletes a draft: it is stored.
fn delete(name: &str) {
    if let Some(storage) = session_storage() {
        // a browser that stores nothing has nothing to delete
        let _ = storage.remove_item(&format!("{PREFIX}{name}"));
    }
}
