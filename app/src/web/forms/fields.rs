//! The fields of a form in the browser's document.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

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
        _ => field.dyn_ref::<HtmlSelectElement>().is_some_and(|select| select.value() != find_default(select)),
    }
}

/// The value that a choice came with.
fn find_default(select: &HtmlSelectElement) -> String {
    let find = |selector| select.query_selector(selector).ok().flatten();
    let option = find("option[selected]").or_else(|| find("option"));
    let value = |option: Element| option.get_attribute("value").or_else(|| option.text_content());
    option.and_then(value).unwrap_or_default().trim().to_owned()
}
