//! What pages and room show of a report.

use leptos::prelude::*;

/// The words that a reader marked.
pub(super) fn quoted(quotation: &str) -> Option<impl IntoView + use<>> {
    (!quotation.is_empty()).then(|| {
        let quotation = quotation.to_owned();
        view! { <p class="quiet">"Đoạn đã chọn:"</p><blockquote class="card"><p>{quotation}</p></blockquote> }
    })
}
