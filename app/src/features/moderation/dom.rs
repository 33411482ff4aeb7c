//! Elements of the page.

use super::actions::DETAILS;
use crate::base::id::parse_id;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The first element within another one that matches.
pub fn find_within(element: &Element, selector: &str) -> Option<Element> {
    element.query_selector(selector).ok().flatten()
}

/// The elements of the page that match.
pub fn list_all(selector: &str) -> Vec<Element> {
    document().document_element().map(|page| list_within(&page, selector)).unwrap_or_default()
}

/// The elements within another one that match.
pub fn list_within(element: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = element.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.item(at)?.dyn_into().ok()).collect()
}

/// Shows a text, where it is another one: what is set again would be read out again.
pub fn set_text(element: &Element, text: &str) {
    if element.text_content().as_deref() != Some(text) {
        element.set_text_content(Some(text));
    }
}

/// The comment whose card or details an element belongs to.
pub fn find_comment(element: &Element) -> Option<i64> {
    if let Ok(Some(card)) = element.closest(".queue-card") {
        return parse_id(card.id().strip_prefix("y-kien-")?);
    }
    parse_id(&element.closest(&format!("#{DETAILS}")).ok()??.get_attribute("data-comment")?)
}
