//! The list of what is written, as HTML.

use super::form_html::Notice;
use super::store::list::{Counts, Filter, ListedArticle};
use super::{DISCARDED_DAYS, Stage, Step, list_path, work_path};
use crate::base::clock;
use crate::base::format::format_number;
use crate::base::url::encode;
use crate::features::articles::ArticleKind;
use crate::features::taxonomy::Category;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::page::page_links;
use leptos::prelude::*;

/// The name in addresses of what was thrown away.
pub(super) const DISCARDED: &str = "da-bo";

/// What the list shows.
pub(super) struct ListPage {
    pub(super) counts: Counts,
    pub(super) categories: Vec<Category>,
    pub(super) authors: Vec<(i64, String)>,
    /// The month as it stands in the address.
    pub(super) month: String,
    pub(super) filter: Filter,
    pub(super) articles: Vec<ListedArticle>,
    pub(super) page: i64,
    pub(super) has_more: bool,
    /// What the last form did.
    pub(super) notice: Option<Notice>,
}

/// The list with its tabs, its search and its pages.
pub(super) fn list_page(shown: &ListPage) -> String {
    let back = list_path(shown.filter.kind);
    let items = shown.articles.iter().map(|article| item(article, back)).collect_view();
    let is_filtered = is_filtered(&shown.filter);
    let kind = shown.filter.kind;
    let (thing, begin) = match kind {
        ArticleKind::Article => ("bài viết", "Viết bài"),
        ArticleKind::Page => ("trang", "Viết trang"),
        ArticleKind::Document => ("văn bản", "Thêm văn bản"),
    };
    let empty = shown.articles.is_empty().then(|| {
        if is_filtered {
            format!("Không có {thing} nào khớp với điều kiện tìm.")
        } else if shown.filter.discarded {
            "Không có bản nháp nào đã bỏ.".to_owned()
        } else if shown.filter.stage.is_some() {
            format!("Không có {thing} nào ở mục này.")
        } else {
            format!("Chưa có {thing} nào. Bấm “{begin}” để bắt đầu.")
        }
    });
    let path = |page: i64| address(shown, tab_value(&shown.filter), page);
    let discarded = shown.filter.discarded.then(|| {
        let days = format_number(DISCARDED_DAYS);
        view! { <p class="quiet">{format!("Bản nháp đã bỏ được giữ {days} ngày, sau đó bị xóa hẳn.")}</p> }
    });
    view! {
        <div class="room-content">
            {shown.notice.as_ref().map(Notice::view)}
            <form method="post" action=routes::CREATE_ARTICLE.path>
                <input type="hidden" name=RETURN_TO value=list_path(kind)/>
                <input type="hidden" name="kind" value=kind.value()/>
                <button class="button">{begin}</button>
            </form>
            {tabs(shown)}
            {search(shown, is_filtered)}
            {discarded}
            {empty.map(|message| view! { <p class="empty">{message}</p> })}
            <ul class="rows written">{items}</ul>
            {page_links(shown.page, shown.has_more, &path)}
        </div>
    }
    .to_html()
}

fn is_filtered(filter: &Filter) -> bool {
    !filter.text.is_empty() || filter.category.is_some() || filter.author.is_some() || filter.period.is_some()
}

fn tab_value(filter: &Filter) -> &'static str {
    if filter.discarded { DISCARDED } else { filter.stage.map_or("", Stage::value) }
}

/// The address of a tab and page with the same search.
fn address(shown: &ListPage, tab: &str, page: i64) -> String {
    let number = |id: Option<i64>| id.map(|id| id.to_string()).unwrap_or_default();
    let parameters = [
        ("trang-thai", tab.to_owned()),
        ("q", encode(&shown.filter.text).to_string()),
        ("chuyen-muc", number(shown.filter.category)),
        ("nguoi-viet", number(shown.filter.author)),
        ("thang", shown.filter.period.map(|_| encode(&shown.month).to_string()).unwrap_or_default()),
        ("trang", if page > 1 { page.to_string() } else { String::new() }),
    ];
    let given = parameters.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = given.map(|(name, value)| format!("{name}={value}")).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", list_path(shown.filter.kind), query.join("&"))
}

fn tabs(shown: &ListPage) -> impl IntoView + use<> {
    let current = tab_value(&shown.filter);
    let tab = |value: &'static str, label: &'static str, count: i64| {
        let href = address(shown, value, 1);
        view! {
            <a href=href aria-current=(value == current).then_some("page")>
                {label}
                " "
                <span class="badge" hidden={count == 0}>{format_number(count)}</span>
            </a>
        }
    };
    let stages = Stage::ALL.map(|stage| tab(stage.value(), stage.label(), shown.counts.of(stage)));
    view! {
        <nav class="tabs" aria-label="Trạng thái">
            {tab("", "Tất cả", shown.counts.all)}
            {stages.collect_view()}
            {tab(DISCARDED, "Đã bỏ", shown.counts.discarded)}
        </nav>
    }
}

fn search(shown: &ListPage, is_open: bool) -> impl IntoView + use<> {
    let options = |listed: &[(i64, String)], chosen: Option<i64>| {
        listed
            .iter()
            .map(|(id, name)| view! { <option value=*id selected={chosen == Some(*id)}>{name.clone()}</option> })
            .collect_view()
    };
    let categories: Vec<(i64, String)> =
        shown.categories.iter().map(|category| (category.id, category.name.clone())).collect();
    let path = list_path(shown.filter.kind);
    let is_news = shown.filter.kind == ArticleKind::Article;
    let reset = is_open.then(|| view! { <a href=path>"Bỏ điều kiện tìm"</a> });
    let category = is_news.then(|| {
        view! {
            <label class="field">
                "Chuyên mục"
                <select name="chuyen-muc">
                    <option value="">"Mọi chuyên mục"</option>
                    {options(&categories, shown.filter.category)}
                </select>
            </label>
        }
    });
    view! {
        <details class="more" open=is_open>
            <summary>{if is_news { "Tìm bài viết" } else { "Tìm" }}</summary>
            <form class="stack search-articles" method="get" action=path>
                <input type="hidden" name="trang-thai" value=tab_value(&shown.filter)/>
                <label class="field">
                    "Tiêu đề"<input type="search" name="q" maxlength="100" value=shown.filter.text.clone()/>
                </label>
                {category}
                <label class="field">
                    "Người viết"
                    <select name="nguoi-viet">
                        <option value="">"Mọi người"</option>
                        {options(&shown.authors, shown.filter.author)}
                    </select>
                </label>
                <label class="field">"Tháng"<input type="month" name="thang" value=shown.month.clone()/></label>
                <div class="actions"><button class="button secondary">"Tìm"</button>{reset}</div>
            </form>
        </details>
    }
}

fn item(article: &ListedArticle, back: &'static str) -> impl IntoView + use<> {
    let path = work_path(article.id);
    let title = if article.title.is_empty() { "(Chưa có tiêu đề)".to_owned() } else { article.title.clone() };
    let by = article.saved_by.clone().unwrap_or_else(|| "Hệ thống".to_owned());
    let saved = format!("{by} lưu lúc {}", clock::format_short(article.saved_at));
    let time = match article.stage {
        Stage::Scheduled => article.published_at.map(|at| format!("đăng lúc {}", clock::format_short(at))),
        Stage::Published => article.published_at.map(|at| format!("đăng từ {}", clock::format_short(at))),
        Stage::Ended => article.ends_at.map(|at| format!("hết hạn lúc {}", clock::format_short(at))),
        _ => None,
    };
    let marks = [
        article.category.clone(),
        time,
        Some(saved),
        (!article.writers.is_empty()).then(|| format!("{} đang viết", article.writers.join(", "))),
        article.is_returned.then(|| "được trả lại để sửa".to_owned()),
        article.is_update_sent.then(|| "bản sửa chờ duyệt".to_owned()),
        (article.has_unpublished_text && !article.is_update_sent).then(|| "có bản sửa chưa đăng".to_owned()),
    ];
    let line = marks.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let is_discarded = article.deleted_at.is_some();
    let id = article.id;
    view! {
        <li class="row">
            <div>
                <p>
                    <span class=format!("stage {}", article.stage.value())>{article.stage.label()}</span>
                    " "
                    {if is_discarded {
                        view! { <strong>{title.clone()}</strong> }.into_any()
                    } else {
                        view! { <a href=path><strong>{title.clone()}</strong></a> }.into_any()
                    }}
                </p>
                <p class="quiet">{line}</p>
            </div>
            {is_discarded.then(|| bring_back(id, article.revision, &title, back))}
        </li>
    }
}

fn bring_back(id: i64, revision: i32, title: &str, back: &'static str) -> impl IntoView + use<> {
    let label = format!("Khôi phục: {title}");
    view! {
        <form method="post" action=routes::MOVE_ARTICLE.path>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="revision" value=revision/>
            <input type="hidden" name="step" value=Step::BringBack.value()/>
            <input type="hidden" name=RETURN_TO value=back/>
            <button class="button secondary" aria-label=label>"Khôi phục"</button>
        </form>
    }
}
