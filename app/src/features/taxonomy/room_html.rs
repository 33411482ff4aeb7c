//! The room of categories and tags, as HTML.

use super::{CATEGORY, Category, MAX_TAG, TAG, Tag};
use crate::base::format::format_number;
use crate::base::url::encode;
use crate::routes::{self, Route};
use crate::web::forms::view::{field_problem, invalid_field, plain_field};
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::page::page_links;
use leptos::prelude::*;

/// What the last form did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notice {
    Created,
    Changed,
    Merged,
    Renamed,
    TagsMerged,
}

impl Notice {
    const ALL: [Self; 5] = [Self::Created, Self::Changed, Self::Merged, Self::Renamed, Self::TagsMerged];

    pub(super) fn value(self) -> &'static str {
        match self {
            Self::Created => "category-created",
            Self::Changed => "category-changed",
            Self::Merged => "category-merged",
            Self::Renamed => "tag-renamed",
            Self::TagsMerged => "tag-merged",
        }
    }

    pub(super) fn parse(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.value() == value)
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::Created => "Đã thêm chuyên mục.",
            Self::Changed => "Đã lưu chuyên mục.",
            Self::Merged => "Đã gộp chuyên mục. Bài viết đã chuyển theo, địa chỉ cũ dẫn sang chuyên mục mới.",
            Self::Renamed => "Đã đổi tên thẻ. Địa chỉ cũ vẫn dẫn tới đây.",
            Self::TagsMerged => "Đã gộp thẻ. Bài viết đã chuyển theo, địa chỉ cũ dẫn sang thẻ mới.",
        }
    }
}

/// The list of categories and tags.
pub(super) struct ListPage {
    pub(super) categories: Vec<Category>,
    /// How many articles each category has.
    pub(super) counts: Vec<(i64, i64)>,
    pub(super) tags: Vec<(Tag, i64)>,
    /// What was searched among the tags.
    pub(super) text: String,
    pub(super) page: i64,
    pub(super) has_more: bool,
    pub(super) notice: Option<Notice>,
    pub(super) refusal: Option<Refusal>,
}

/// One category.
pub(super) struct CategoryPage {
    pub(super) category: Category,
    pub(super) categories: Vec<Category>,
    pub(super) refusal: Option<Refusal>,
}

/// One tag.
pub(super) struct TagPage {
    pub(super) tag: Tag,
    pub(super) refusal: Option<Refusal>,
}

fn category_address(id: i64) -> String {
    format!("{}?{CATEGORY}={id}", routes::DESK_CATEGORIES.path)
}

fn tag_address(slug: &str) -> String {
    format!("{}?{TAG}={slug}", routes::DESK_CATEGORIES.path)
}

/// The id of a category's row in the list.
pub(super) fn row_anchor(id: i64) -> String {
    format!("muc-{id}")
}

/// The refusal of one of the room's forms.
fn refusal_of<'a>(refusal: Option<&'a Refusal>, route: &Route) -> Option<&'a Refusal> {
    refusal.filter(|refusal| refusal.action == route.path)
}

/// A choice of one of these categories, or of none.
fn choice(
    refusal: Option<&Refusal>,
    (field, label, none): (&'static str, &'static str, &'static str),
    categories: &[&Category],
    chosen: Option<i64>,
) -> impl IntoView + use<> {
    let chosen = chosen.map(|id| id.to_string()).unwrap_or_default();
    let chosen = refusal.map_or(chosen, |refusal| refusal.typed(field));
    let options = categories.iter().map(|category| {
        let id = category.id.to_string();
        let selected = id == chosen;
        view! { <option value=id selected=selected>{category.name.clone()}</option> }
    });
    let options = options.collect_view();
    view! {
        <div class="field">
            <label for=field>{label}</label>
            {field_problem(refusal, field)}
            <select id=field name=field aria-invalid=invalid_field(refusal, field)>
                <option value="">{none}</option>
                {options}
            </select>
        </div>
    }
}

/// The field that says whereto a form comes back, and which item it is about.
fn item_fields(id: i64, return_to: String) -> impl IntoView {
    view! {
        <input type="hidden" name="id" value=id/>
        <input type="hidden" name=RETURN_TO value=return_to/>
    }
}

/// The form that merges an item into another of its kind, with the question before it. `into` is the field that names
/// the other one.
fn merge_part(
    refusal: Option<&Refusal>,
    (route, kind): (&Route, &'static str),
    item: impl IntoView,
    into: impl IntoView,
) -> impl IntoView {
    let is_checked = refusal.is_some_and(|refusal| refusal.typed("confirm") == "1");
    view! {
        <details class="more" open=refusal.is_some()>
            <summary>{format!("Gộp vào {kind} khác")}</summary>
            <form class="stack" method="post" action=route.path>
                {item}
                {into}
                <p class="quiet">{format!("Mọi bài viết chuyển theo. Địa chỉ cũ dẫn sang {kind} mới.")}</p>
                {field_problem(refusal, "confirm")}
                <label class="check">
                    <input type="checkbox" id="confirm" name="confirm" value="1" checked=is_checked/>
                    "Tôi hiểu: sau khi gộp thì không tách lại được"
                </label>
                <button class="button secondary">"Gộp"</button>
            </form>
        </details>
    }
}

/// Categories and tags.
pub(super) fn list_page(shown: &ListPage) -> String {
    let rows = shown.categories.iter().map(|category| category_row(shown, category)).collect_view();
    let empty = shown.categories.is_empty().then(|| view! { <p class="empty">"Chưa có chuyên mục nào."</p> });
    let created = refusal_of(shown.refusal.as_ref(), &routes::CREATE_CATEGORY);
    let tops: Vec<&Category> = shown.categories.iter().filter(|category| category.parent.is_none()).collect();
    view! {
        <div class="room-content">
            {shown.notice.map(|notice| view! { <p class="notice" role="status">{notice.sentence()}</p> })}
            <h2>"Chuyên mục"</h2>
            {empty}
            <ul class="rows categories">{rows}</ul>
            <form class="stack" method="post" action=routes::CREATE_CATEGORY.path>
                <input type="hidden" name=RETURN_TO value=routes::DESK_CATEGORIES.path/>
                {plain_field(created, ("name", "Thêm chuyên mục"), "text", "", Some(100))}
                {choice(created, ("parent", "Nằm dưới", "Không, đứng riêng"), &tops, None)}
                <button class="button">"Thêm"</button>
            </form>
            {tag_list(shown)}
        </div>
    }
    .to_html()
}

fn category_row(shown: &ListPage, category: &Category) -> impl IntoView + use<> {
    let id = category.id;
    let count = shown.counts.iter().find(|(known, _)| *known == id).map_or(0, |(_, count)| *count);
    let hidden = category.is_hidden.then_some(" · đang ẩn");
    let class = if category.parent.is_some() { "row below" } else { "row" };
    let step = |direction: &'static str, sign: &'static str, label: String| {
        view! {
            <form method="post" action=routes::MOVE_CATEGORY.path>
                {item_fields(id, routes::DESK_CATEGORIES.path.to_owned())}
                <button class="button secondary" name="direction" value=direction aria-label=label>{sign}</button>
            </form>
        }
    };
    view! {
        <li class=class id=row_anchor(id) tabindex="-1">
            <div>
                <p><a href=category_address(id)><strong>{category.name.clone()}</strong></a></p>
                <p class="quiet">{format!("{} bài", format_number(count))}{hidden}</p>
            </div>
            <div class="actions">
                {step("up", "↑", format!("Lên: {}", category.name))}
                {step("down", "↓", format!("Xuống: {}", category.name))}
            </div>
        </li>
    }
}

fn tag_list(shown: &ListPage) -> impl IntoView + use<> {
    let rows = shown.tags.iter().map(|(tag, count)| {
        let link = tag_address(&tag.slug);
        let name = tag.name.clone();
        view! { <li><a href=link>{name}</a><span class="quiet">{format!("{} bài", format_number(*count))}</span></li> }
    });
    let empty = shown.tags.is_empty().then_some(if shown.text.is_empty() {
        "Chưa có thẻ nào. Thẻ được tạo khi ghi vào một bài viết."
    } else {
        "Không có thẻ nào khớp."
    });
    let text = encode(&shown.text).to_string();
    let path = move |page: i64| {
        let page = if page > 1 { format!("&trang={page}") } else { String::new() };
        format!("{}?q={text}{page}", routes::DESK_CATEGORIES.path)
    };
    view! {
        <h2 id="the">"Thẻ"</h2>
        <form class="search-line" method="get" action=format!("{}#the", routes::DESK_CATEGORIES.path) role="search">
            <input
                type="search"
                name="q"
                maxlength="100"
                value=shown.text.clone()
                aria-label="Tìm thẻ"
                placeholder="Tìm thẻ"
            />
            <button class="button secondary">"Tìm"</button>
        </form>
        {empty.map(|message| view! { <p class="empty">{message}</p> })}
        <ul class="links">{rows.collect_view()}</ul>
        {page_links(shown.page, shown.has_more, &path)}
    }
}

/// One category: its fields, and merging it into another.
pub(super) fn category_page(page: &CategoryPage) -> String {
    let CategoryPage { category, categories, refusal } = page;
    let (id, back) = (category.id, category_address(category.id));
    let changed = refusal_of(refusal.as_ref(), &routes::CHANGE_CATEGORY);
    let merged = refusal_of(refusal.as_ref(), &routes::MERGE_CATEGORY);
    let parents: Vec<&Category> = categories.iter().filter(|other| other.parent.is_none() && other.id != id).collect();
    let others: Vec<&Category> = categories.iter().filter(|other| other.id != id).collect();
    let into = choice(merged, ("into", "Gộp vào", "Chọn chuyên mục"), &others, None);
    let is_hidden = changed.map_or(category.is_hidden, |refusal| refusal.typed("hidden") == "1");
    view! {
        <div class="room-content">
            <p><a href=routes::DESK_CATEGORIES.path>"Mọi chuyên mục và thẻ"</a></p>
            <h2>{category.name.clone()}</h2>
            <p><a href=category.path() rel="external">"Xem trên trang"</a></p>
            <form class="stack" method="post" action=routes::CHANGE_CATEGORY.path>
                {item_fields(id, back.clone())}
                {plain_field(changed, ("name", "Tên"), "text", &category.name, Some(100))}
                {plain_field(changed, ("slug", "Địa chỉ (để trống: lấy từ tên)"), "text", &category.slug, Some(120))}
                {choice(changed, ("parent", "Nằm dưới", "Không, đứng riêng"), &parents, category.parent)}
                <label class="check">
                    <input type="checkbox" name="hidden" value="1" checked=is_hidden/>
                    "Ẩn: không chọn được cho bài mới, không hiện trong danh mục. Bài cũ vẫn đọc được"
                </label>
                <button class="button">"Lưu"</button>
            </form>
            {merge_part(merged, (&routes::MERGE_CATEGORY, "chuyên mục"), item_fields(id, back), into)}
        </div>
    }
    .to_html()
}

/// One tag: its name, and merging it into another.
pub(super) fn tag_page(page: &TagPage) -> String {
    let TagPage { tag, refusal } = page;
    let (id, back) = (tag.id, tag_address(&tag.slug));
    let renamed = refusal_of(refusal.as_ref(), &routes::RENAME_TAG);
    let merged = refusal_of(refusal.as_ref(), &routes::MERGE_TAG);
    let into = plain_field(merged, ("into", "Tên thẻ để gộp vào"), "text", "", Some(MAX_TAG));
    view! {
        <div class="room-content">
            <p><a href=routes::DESK_CATEGORIES.path>"Mọi chuyên mục và thẻ"</a></p>
            <h2>{tag.name.clone()}</h2>
            <p><a href=tag.path() rel="external">"Xem trên trang"</a></p>
            <form class="stack" method="post" action=routes::RENAME_TAG.path>
                {item_fields(id, back.clone())}
                {plain_field(renamed, ("name", "Tên"), "text", &tag.name, Some(MAX_TAG))}
                <button class="button">"Lưu"</button>
            </form>
            {merge_part(merged, (&routes::MERGE_TAG, "thẻ"), item_fields(id, back), into)}
        </div>
    }
    .to_html()
}
