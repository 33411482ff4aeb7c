//! Sends the forms of plain HTML pages without leaving them, so that an error shows at once, beside what was typed and
//! without further entries in the history. A form with [`IN_PLACE`] is one of them.

use super::fields::list_elements;
use super::view::problem_links;
use super::{DRAFT, ERASES, IN_PLACE, SUMMARY, send};
use crate::base::error::AppError;
use crate::web::effects::on_window;
use crate::web::page_script;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlFormElement};

const SENDING: &str = "aria-busy";

/// Sends such forms from now on.
pub fn start() {
    on_window("submit", |event| {
        let form = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok());
        let Some(form) = form.filter(|form| form.has_attribute(IN_PLACE)) else { return };
        event.prevent_default();
        if form.has_attribute(SENDING) {
            return;
        }
        let _ = form.set_attribute(SENDING, "true");
        let drafts = list_drafts();
        leptos::task::spawn_local(async move {
            let sent = send::send_in_place(&form).await;
            let _ = form.remove_attribute(SENDING);
            match sent {
                Ok(next) => {
                    if form.has_attribute(ERASES) {
                        page_script::delete_drafts();
                    }
                    // what a page's forms are about was changed or withdrawn, and with it what had been written; what
                    // was typed meanwhile stays
                    for (form, text) in drafts {
                        if page_script::find_draft(&form) == text {
                            page_script::delete_draft(&form);
                        }
                    }
                    go_on(&next);
                }
                Err(error) => show_error(&form, &error),
            }
        });
    });
}

/// Lists the forms of the page that have a draft, each with what is kept of it now.
fn list_drafts() -> Vec<(HtmlFormElement, Option<String>)> {
    let Some(root) = document().document_element() else { return Vec::new() };
    let forms = list_elements(&root, &format!("form[{DRAFT}]"));
    let forms = forms.into_iter().filter_map(|form| form.dyn_into().ok());
    let drafts = forms.map(|form| {
        let text = page_script::find_draft(&form);
        (form, text)
    });
    drafts.collect()
}

/// Replaces this page by the next, which may be the same anew.
fn go_on(next: &str) {
    let location = window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    // both fail only where the browser is closing the page
    let _ = location.replace(next);
    // to the browser it is a place on the same page
    if next.split('#').next() == Some(here.as_str()) {
        let _ = location.reload();
    }
}

/// Shows why a form was refused, above its fields, and moves the focus there.
fn show_error(form: &HtmlFormElement, error: &AppError) {
    // one summary at a time, also instead of one that the page came with
    if let Ok(Some(before)) = document().query_selector(&format!("#{SUMMARY}")) {
        before.remove();
    }
    let Ok(summary) = document().create_element("div") else { return };
    for (name, value) in [("id", SUMMARY), ("class", "summary"), ("role", "alert"), ("tabindex", "-1")] {
        let _ = summary.set_attribute(name, value);
    }
    let list = problem_links(Some(error), "");
    summary.set_inner_html(&format!("<p class=\"summary-title\"></p><ul>{list}</ul>"));
    // it may name a person
    if let Some(title) = summary.first_element_child() {
        title.set_text_content(Some(&error.message()));
    }
    let _ = form.insert_before(&summary, form.first_child().as_ref());
    mark_fields(form, error);
    if let Ok(summary) = summary.dyn_into::<HtmlElement>() {
        let _ = summary.focus();
    }
}

fn mark_fields(form: &HtmlFormElement, error: &AppError) {
    for field in list_elements(form, "[aria-invalid]") {
        let _ = field.remove_attribute("aria-invalid");
    }
    let AppError::Invalid(problems) = error else { return };
    for problem in problems {
        for field in list_elements(form, &format!("[name='{}']:not([type=radio])", problem.field)) {
            let _ = field.set_attribute("aria-invalid", "true");
        }
    }
}
