//! The fields of what is written on a document.

use super::form_fields::Values;
use crate::features::documents::{KINDS, MAX_KIND, MAX_NAME, MAX_NUMBER, MAX_REPLACED};
use leptos::prelude::*;

/// The fields, with the bodies and the people that were named before to choose from.
pub(super) fn document_fields(
    (issuers, signers): &(Vec<String>, Vec<String>),
    values: &Values<'_>,
) -> impl IntoView + use<> {
    let kinds: Vec<String> = KINDS.iter().map(|kind| (*kind).to_owned()).collect();
    let is_draft = values.has_problem("opinions_until") || !values.value("opinions_until").is_empty();
    view! {
        <div class="field-pair">
            {values.line("number", "Số, ký hiệu (ví dụ: 15/KH-UBND)", "text", MAX_NUMBER)}
            {values.line_with_choices("document_kind", "Loại văn bản", MAX_KIND, &kinds)}
            {values.line_with_choices("issuer", "Cơ quan ban hành", MAX_NAME, issuers)}
            {values.line_with_choices("signer", "Người ký", MAX_NAME, signers)}
            {values.line("issued_on", "Ngày ban hành", "date", 0)}
            {values.line("in_force_from", "Có hiệu lực từ ngày", "date", 0)}
            {values.line("in_force_until", "Hết hiệu lực sau ngày (để trống: không hết)", "date", 0)}
        </div>
        {values.area("replaces", "Thay thế văn bản (mỗi dòng dán một địa chỉ)", 2, Some(MAX_REPLACED * 400))}
        <details class="more" open=is_draft>
            <summary>"Lấy ý kiến góp ý cho dự thảo"</summary>
            <div class="stack">
                {values.line("opinions_until", "Nhận góp ý đến (để trống: không lấy ý kiến)", "datetime-local", 0)}
                <p class="quiet">
                    "Bạn đọc gửi ý kiến dưới dự thảo. Ý kiến chờ duyệt và được trả lời ở mục Ý kiến, như mọi ý kiến khác."
                </p>
            </div>
        </details>
        <p class="quiet">"Tệp văn bản: bấm “Tệp” trong khung nội dung để chèn, hoặc tải lên ở cuối trang."</p>
    }
}
