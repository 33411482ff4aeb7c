//! The form of an article, as HTML.

use super::checklist::Check;
use super::document_fields::document_fields;
use super::extra_fields::{extra_fields, fewer_fields};
use super::form_fields::Values;
use super::markdown::{to_html, to_markdown};
use super::store::Work;
use super::store::revisions::{ListedRevision, WorkingCopy};
use super::tidy::tidy;
use super::{
    ArticleForm, EMPTY_BODY, HTML, KEEP_STATE, MAX_AUTHOR, MAX_LEAD, MAX_LINE, MAX_TITLE, Stage, Step, work_path,
};
use crate::base::clock;
use crate::base::error::{AppError, ChangeNote, Problem};
use crate::features::articles::ArticleKind;
use crate::features::media::html::{CARD_SIZES, cropped_picture};
use crate::features::media::{Picture, picture_path};
use crate::features::taxonomy::Category;
use crate::routes;
use crate::web::forms::view::textarea_html;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::staff::Staff;
use leptos::prelude::*;
use time::OffsetDateTime;

/// What the page of an article shows.
pub(super) struct EditPage {
    pub(super) work: Work,
    /// The body as Markdown.
    pub(super) markdown: String,
    /// The body of the text that the form was begun from.
    pub(super) base_body: String,
    pub(super) categories: Vec<Category>,
    /// The present names of the saved text's tags.
    pub(super) tags: Vec<String>,
    /// The names of tags that are used often.
    pub(super) frequent_tags: Vec<String>,
    /// The numbers and titles of the saved text's related articles.
    pub(super) related: Vec<(i64, String)>,
    /// The same of the documents that it replaces.
    pub(super) replaces: Vec<(i64, String)>,
    /// Bodies and people that are named on documents.
    pub(super) names: (Vec<String>, Vec<String>),
    /// What is to be looked at before the saved text is published.
    pub(super) checks: Vec<Check>,
    /// Readers who reported a fault in it and wait for an answer.
    pub(super) faults: i64,
    /// When the link for a preview ends, and the link where it was made just now.
    pub(super) preview: (Option<OffsetDateTime>, Option<String>),
    pub(super) pictures: Vec<(i64, Picture)>,
    pub(super) revisions: Vec<ListedRevision>,
    pub(super) staff: Staff,
    pub(super) refusal: Option<Refusal>,
    /// What was typed and refused because somebody else had saved another text.
    pub(super) conflicting: Option<Conflicting>,
    /// What this person was writing and has not saved.
    pub(super) copy: Option<WorkingCopy>,
    /// The displayed names of those who are writing at it too.
    pub(super) others: Vec<String>,
    /// What the last form did.
    pub(super) notice: Option<Notice>,
    /// What an upload without script became: how many files were stored, and why others were not.
    pub(super) upload: (u32, Vec<Problem>),
}

/// A text that was typed while somebody else saved another one. Their bodies are as bodies are stored.
pub(super) struct Conflicting {
    pub(super) typed: ArticleForm,
    /// The text that it was begun from.
    pub(super) base: Option<ArticleForm>,
}

/// What the last form did.
pub(super) struct Notice {
    pub(super) sentence: &'static str,
    /// Whether what was typed into the article's form was saved.
    pub(super) is_typed: bool,
}

impl Notice {
    pub(super) fn view(&self) -> impl IntoView + use<> {
        view! { <p class="notice" role="status" data-saved=self.is_typed.then_some("")>{self.sentence}</p> }
    }
}

/// The fields that say which article, as it is saved.
pub(super) fn common_fields(work: &Work) -> impl IntoView + use<> {
    seen_fields(work.id, work.revision.to_string())
}

/// The fields that say which article, and the revision that was seen.
fn seen_fields(id: i64, revision: String) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name="revision" value=revision/>
        <input type="hidden" name=RETURN_TO value=work_path(id)/>
    }
}

/// The refusal of the article's form, and not of another form of the page.
pub(super) fn find_form_refusal(refusal: Option<&Refusal>) -> Option<&Refusal> {
    refusal.filter(|refusal| [routes::SAVE_ARTICLE.path, routes::MERGE_TEXTS.path].contains(&refusal.action.as_str()))
}

/// Whether a conflict is about the text that is the newest now.
fn is_about(note: &ChangeNote, work: &Work) -> bool {
    note.actor == work.saved_by && note.at == clock::format_short(work.saved_at)
}

/// The form of the saved text.
pub(super) fn saved_form(page: &EditPage) -> ArticleForm {
    let saved = ArticleForm::new(&page.work.content, page.markdown.clone(), page.work.revision);
    saved.with_names(&page.tags, &page.related, &page.replaces)
}

pub(super) fn form(page: &EditPage) -> impl IntoView + use<> {
    let work = &page.work;
    let refusal = find_form_refusal(page.refusal.as_ref());
    let saved = saved_form(page);
    let form = page.copy.as_ref().map_or(&saved, |copy| &copy.form);
    let values = Values { form, refusal };
    // blocks that Markdown cannot say are those of the text that it was written from
    let base = values.value("base");
    // the text that was seen: where somebody saved another one since, both are shown before one goes over the other
    let seen = match (refusal, &page.copy) {
        // a text that was saved after the question was asked is asked about again
        (Some(Refusal { error: AppError::Conflict(note), .. }), _) if is_about(note, work) => work.revision.to_string(),
        (None, None) => work.revision.to_string(),
        (Some(refusal), _) => refusal.typed("revision"),
        (None, Some(copy)) => copy.revision.to_string(),
    };
    let asks_to_empty = refusal
        .is_some_and(|refusal| matches!(&refusal.error, AppError::Invalid(problems) if problems.contains(&EMPTY_BODY)));
    let confirm_empty = asks_to_empty.then(|| {
        view! {
            <label class="check">
                <input type="checkbox" name="confirm_empty" value="1"/>"Tôi muốn bỏ hết nội dung bài viết"
            </label>
        }
    });
    let is_correction = work.published_revision.is_some()
        && work.stage != Stage::Scheduled
        && page.staff.may(Permission::PublishArticles);
    let correction = is_correction.then(|| {
        view! {
            {values.line("correction", "Báo cho bạn đọc đã sửa gì (không bắt buộc)", "text", MAX_LINE)}
            <p class="quiet">"Hiện dưới tiêu đề khi bấm “Đăng bản sửa”, ví dụ: sửa thời gian cúp nước."</p>
        }
    });
    let is_news = work.kind == ArticleKind::Article;
    let publish_label = if work.stage == Stage::Published { "Đăng bản sửa" } else { "Đăng ngay" };
    view! {
        <form
            class="stack article-form"
            autocomplete="off"
            method="post"
            action=routes::SAVE_ARTICLE.path
            data-copied=page.copy.as_ref().map(|copy| copy.updated_at.unix_timestamp_nanos() / 1_000_000)
        >
            {seen_fields(work.id, seen)}
            <input type="hidden" name="base" value=base/>
            {match work.kind {
                ArticleKind::Document => values.line("title", "Trích yếu", "text", MAX_TITLE),
                _ => values.line("title", "Tiêu đề", "text", MAX_TITLE),
            }}
            {is_news.then(|| view! {
                {category_field(&values, &page.categories)}
                {values.area("lead", "Đoạn mở đầu", 3, Some(MAX_LEAD))}
                {picture_field(&values, &page.pictures)}
                <p class="quiet">"Chưa có ảnh? Tải lên ở cuối trang."</p>
                {values.line("caption", "Chú thích ảnh", "text", MAX_LINE)}
            })}
            {(work.kind == ArticleKind::Document).then(|| document_fields(&page.names, &values))}
            {body_field(&values, &page.base_body)}
            {confirm_empty}
            {is_news.then(|| values.line("author", "Tác giả", "text", MAX_AUTHOR))}
            {is_news.then_some(correction)}
            {values.line("publish_at", "Giờ đăng (để trống: khi bấm đăng)", "datetime-local", 0)}
            {match work.kind {
                ArticleKind::Article => extra_fields(&page.categories, &page.frequent_tags, &values).into_any(),
                _ => fewer_fields(&values).into_any(),
            }}
            <div class="actions sticky-actions">
                <button class="button">"Lưu"</button>
                {save_and(page, Step::Send, "Gửi duyệt")}
                {save_and(page, Step::Publish, publish_label)}
                {save_and(page, Step::Schedule, "Hẹn giờ đăng")}
                <p class="quiet keep-state" id=KEEP_STATE role="status"></p>
            </div>
        </form>
    }
}

/// The body: a text area in Markdown, in whose place the editor comes where there is script. What the editor wrote is
/// shown as Markdown too, together with the HTML that it stands for.
fn body_field(values: &Values<'_>, saved: &str) -> impl IntoView + use<> {
    let form = ArticleForm {
        body: values.value("body"),
        format: values.value("format"),
        base_body: values.value("base_body"),
        ..ArticleForm::default()
    };
    let is_overloaded = form.is_overloaded();
    let ArticleForm { body: typed, format, base_body, .. } = form.with_plain_lines();
    let is_html = format == HTML && !is_overloaded;
    let base = if is_html { tidy(&typed) } else { base_body };
    let html = match (is_html, base.is_empty()) {
        // shown as it was typed, to be made shorter
        _ if is_overloaded => String::new(),
        (true, _) => base.clone(),
        (false, true) => to_html(&typed, saved),
        (false, false) => to_html(&typed, &tidy(&base)),
    };
    let markdown = if is_html { to_markdown(&base) } else { typed };
    let field = view! {
        {values.area_with("body", "Nội dung", &markdown, 18)}
        {(!base.is_empty()).then(|| {
            let base = textarea_html(&base);
            view! { <textarea name="base_body" hidden inner_html=base></textarea> }
        })}
        <input type="hidden" name="format" value="markdown"/>
        <template inner_html=html></template>
        {markdown_help()}
    };
    leptos::html::custom("loa-editor")
        .attr("data-previews", routes::PREVIEW.path)
        .attr("data-describes", routes::DESCRIBE_PICTURE.path)
        .child(field)
}

/// A button that saves and takes a step, where this person may take it now.
fn save_and(page: &EditPage, step: Step, label: &'static str) -> Option<impl IntoView + use<>> {
    let transition = step.find_transition(page.work.stage)?;
    let is_offered = page.staff.may(transition.permission)
        // who may publish needs to send nothing
        && !(step == Step::Send && (page.staff.may(Step::Publish.find_transition(page.work.stage)?.permission)));
    is_offered.then(|| view! { <button class="button secondary" name="then" value=step.value()>{label}</button> })
}

fn category_field(values: &Values<'_>, categories: &[Category]) -> impl IntoView + use<> {
    let chosen = values.value("category");
    let offered = categories.iter().filter(|category| !category.is_hidden || category.id.to_string() == chosen);
    let options = offered.map(|category| {
        let id = category.id.to_string();
        let selected = id == chosen;
        let below = if category.parent.is_some() { "– " } else { "" };
        view! { <option value=id selected=selected>{format!("{below}{}", category.name)}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for="category">"Chuyên mục"</label>
            {values.problem("category")}
            <select id="category" name="category"><option value="">"Chọn chuyên mục"</option>{options}</select>
        </div>
    }
}

fn picture_field(values: &Values<'_>, pictures: &[(i64, Picture)]) -> impl IntoView + use<> {
    let chosen = values.value("picture");
    let is_none = chosen.is_empty();
    let choices = pictures.iter().map(|(number, shown)| {
        let id = number.to_string();
        let checked = id == chosen;
        let is_described = !shown.alt.is_empty();
        let described = shown.alt.clone();
        let alt = if is_described { shown.alt.clone() } else { "Ảnh chưa có lời mô tả".to_owned() };
        let shown = Picture { alt, ..shown.clone() };
        let path = picture_path(*number);
        let label = format!("Ảnh {id}");
        view! {
            <div class="choice-with-link">
                <label class="choice">
                    <input type="radio" name="picture" value=id checked=checked data-alt=described/>
                    {cropped_picture(&shown, CARD_SIZES)}
                    <span>{label}</span>
                </label>
                {(!is_described).then(|| view! { <a href=path target="_blank">"Mô tả ảnh"</a> })}
            </div>
        }
    });
    let choices = choices.collect_view();
    view! {
        <fieldset class="field" id="picture">
            <legend>"Ảnh đầu bài"</legend>
            {values.problem("picture")}
            <div class="picture-choices">
                <label class="choice">
                    <input type="radio" name="picture" value="" checked=is_none/><span>"Không có ảnh"</span>
                </label>
                {choices}
            </div>
        </fieldset>
    }
}

fn markdown_help() -> impl IntoView {
    view! {
        <details class="more">
            <summary>"Cách viết chữ đậm, mục, danh sách và liên kết"</summary>
            <ul class="quiet">
                <li>"Cách một dòng trống để sang đoạn mới."</li>
                <li><code>"**chữ đậm**"</code>" và "<code>"*chữ nghiêng*"</code></li>
                <li><code>"## Tên mục"</code>" ở đầu dòng; mục nhỏ hơn dùng "<code>"###"</code></li>
                <li><code>"- "</code>" ở đầu mỗi dòng của danh sách; danh sách có số dùng "<code>"1. "</code></li>
                <li><code>"> "</code>" ở đầu dòng là lời trích."</li>
                <li><code>"[chữ hiện ra](https://dia-chi.vn)"</code>" là liên kết."</li>
                <li>"Một dòng "<code>"[ảnh 12: chú thích]"</code>" đặt ảnh số 12 vào chỗ đó."</li>
                <li>
                    "Dòng như "<code>"[khối 3: bảng]"</code>" giữ chỗ cho phần không viết được thế này. Xin để nguyên."
                </li>
            </ul>
        </details>
    }
}
