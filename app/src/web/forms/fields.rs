//! The fields of a form in the browser's document.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlTextAreaElement};

/// Lists the elements below another that match a selector.
pub fn list_elements(root: &Element, selector: &str) -> Vec<Element> {
    let found = root.query_selector_all(selector).ok();
    let list = found.map(|found| (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect());
    list.unwrap_or_default()
}

/// Whether a field was changed since the page came.
pub fn is_field_changed(field: &Element) -> bool {
    match (field.dyn_ref::<HtmlTextAreaElement>(), field.dyn_ref::<HtmlInputElement>()) {
        (Some(area), _) => area.default_value().is_ok_and(|value| value != area.value()),
        (_, Some(input)) => input.value() != input.default_value() || input.checked() != input.default_checked(),
        _ => false,
    }
}
