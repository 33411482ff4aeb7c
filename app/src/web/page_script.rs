//! What the page's own script (`frontend/loader.js` and `frontend/page/`) does for the program. It is there before the
//! program is, works on plain HTML as well, and travels in fewer bytes than the same in wasm.

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlFormElement;

#[wasm_bindgen]
extern "C" {
    /// Keeps what stands in a form that has [`crate::web::forms::DRAFT`].
    #[wasm_bindgen(js_namespace = loa, js_name = saveDraft)]
    pub fn save_draft(form: &HtmlFormElement);
    /// Fills a form with its draft, and keeps what was typed while the program was being loaded.
    #[wasm_bindgen(js_namespace = loa, js_name = restoreDraft)]
    pub fn restore_draft(form: &HtmlFormElement);
    /// Restores the forms of a plain HTML page. A form with a view of its own restores itself.
    #[wasm_bindgen(js_namespace = loa, js_name = restorePlainForms)]
    pub fn restore_plain_forms();
    /// What is kept of a form, as it is stored.
    #[wasm_bindgen(js_namespace = loa, js_name = findDraft)]
    pub fn find_draft(form: &HtmlFormElement) -> Option<String>;
    /// A field of the draft of this name.
    #[wasm_bindgen(js_namespace = loa, js_name = findDraftField)]
    pub fn find_draft_field(name: &str, field: &str) -> Option<String>;
    /// Deletes the draft of a form that was stored.
    #[wasm_bindgen(js_namespace = loa, js_name = deleteDraft)]
    pub fn delete_draft(form: &HtmlFormElement);
    /// Deletes the drafts of all forms.
    #[wasm_bindgen(js_namespace = loa, js_name = deleteDrafts)]
    pub fn delete_drafts();

    /// Whether something on the page has the focus.
    #[wasm_bindgen(js_namespace = loa, js_name = hasFocus)]
    pub fn has_focus() -> bool;
    /// Moves the focus to an element once it is laid out.
    #[wasm_bindgen(js_namespace = loa, js_name = focusLater)]
    pub fn focus_later(selector: &str);
    /// Scrolls to where the reader was on this page, or to what its address points at.
    #[wasm_bindgen(js_namespace = loa, js_name = restoreScroll)]
    pub fn restore_scroll();

    /// Shows a new state of a topic in the plain HTML of the page.
    #[wasm_bindgen(js_namespace = loa, js_name = showTopic)]
    pub fn show_topic(topic: &str, state: &str);
    /// Shows the known states of topics on a page that was opened.
    #[wasm_bindgen(js_namespace = loa, js_name = showTopics)]
    pub fn show_topics();
}
