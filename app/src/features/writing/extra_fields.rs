//! The fields of an article that most articles leave as they are.

use super::form_fields::Values;
use super::{MAX_LINE, MAX_RELATED};
use crate::features::taxonomy::Category;
use leptos::prelude::*;

/// The fields, folded together unless one of them has a problem.
pub(super) fn extra_fields(
    categories: &[Category],
    frequent_tags: &[String],
    values: &Values<'_>,
) -> impl IntoView + use<> {
    let fields = ["slug", "source", "description", "ends_at", "tags", "related"];
    let is_open = fields.iter().any(|field| values.has_problem(field));
    let frequent = (!frequent_tags.is_empty()).then(|| {
        view! { <p class="quiet">{format!("Thẻ hay dùng: {}", frequent_tags.join(", "))}</p> }
    });
    view! {
        <details class="more" open=is_open>
            <summary>"Thêm: thẻ, chuyên mục khác, bài liên quan, nguồn, giờ hết hạn, tắt ý kiến"</summary>
            <div class="stack">
                {values.line("tags", "Thẻ (cách nhau bằng dấu phẩy)", "text", 700)}
                {frequent}
                {further_field(categories, values)}
                {values.line("ends_at", "Hết hạn đăng lúc (để trống: không hết hạn)", "datetime-local", 0)}
                {values.line("source", "Nguồn", "text", MAX_LINE)}
                {values.area("related", "Bài liên quan (mỗi dòng dán một địa chỉ)", 2, Some(MAX_RELATED * 400))}
                {values.line("slug", "Địa chỉ (để trống: lấy từ tiêu đề)", "text", 120)}
                {values.line("description", "Câu giới thiệu cho công cụ tìm kiếm", "text", MAX_LINE)}
                {check(values, "closed_to_comments", "Không nhận ý kiến")}
                {check(values, "closed_to_ratings", "Không nhận đánh giá")}
            </div>
        </details>
    }
}

/// The same of a page and of a document, which stand in no category.
pub(super) fn fewer_fields(values: &Values<'_>) -> impl IntoView + use<> {
    let is_open = ["slug", "description", "ends_at"].iter().any(|field| values.has_problem(field));
    view! {
        <details class="more" open=is_open>
            <summary>"Thêm: địa chỉ, giờ hết hạn, câu giới thiệu"</summary>
            <div class="stack">
                {values.line("slug", "Địa chỉ (để trống: lấy từ tiêu đề)", "text", 120)}
                {values.line("ends_at", "Hết hạn đăng lúc (để trống: không hết hạn)", "datetime-local", 0)}
                {values.line("description", "Câu giới thiệu cho công cụ tìm kiếm", "text", MAX_LINE)}
            </div>
        </details>
    }
}

fn check(values: &Values<'_>, field: &'static str, label: &'static str) -> impl IntoView + use<> {
    let checked = values.value(field) == "1";
    view! { <label class="check"><input type="checkbox" name=field value="1" checked=checked/>{label}</label> }
}

/// The categories in which the article stands besides its own.
fn further_field(categories: &[Category], values: &Values<'_>) -> Option<impl IntoView + use<>> {
    let chosen = values.further();
    let offered = categories
        .iter()
        .filter(|category| !category.is_hidden || chosen.iter().any(|chosen| *chosen == category.id.to_string()));
    let choices = offered.map(|category| {
        let id = category.id.to_string();
        let checked = chosen.contains(&id);
        let name = category.name.clone();
        view! {
            <label class="check"><input type="checkbox" name="further[]" value=id checked=checked/>{name}</label>
        }
    });
    let choices = choices.collect_view();
    (categories.len() > 1).then(|| {
        view! {
            <fieldset class="field">
                <legend>"Cũng hiện ở chuyên mục"</legend>
                <div class="check-columns">{choices}</div>
            </fieldset>
        }
    })
}
