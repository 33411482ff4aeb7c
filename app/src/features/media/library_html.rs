//! The library as HTML: what was uploaded, and the page of one picture.

use super::files::Focus;
use super::html::{CARD_SIZES, LEAD_SIZES, cropped_picture, picture, upload_form, upload_notice};
use super::store::library::{Filter, ListedFile, ListedPicture};
use super::store::uses::Use;
use super::{MAX_ALT, Picture, file_path, picture_path};
use crate::base::clock;
use crate::base::error::{AppError, Problem};
use crate::base::format::format_number;
use crate::base::url::encode;
use crate::routes;
use crate::web::forms::view::textarea_html;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::page::page_links;
use leptos::prelude::*;

/// The parameter that shows files instead of pictures.
pub(super) const FILES: &str = "tep";
/// The id of the part that shows what was uploaded.
const LIST: &str = "thu-vien";

/// What an upload without script became.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) stored: u32,
    pub(super) problems: Vec<Problem>,
}

/// What the list shows.
pub(super) enum Listed {
    Pictures(Vec<(ListedPicture, Option<Picture>)>),
    Files(Vec<ListedFile>),
}

pub(super) struct LibraryPage {
    pub(super) listed: Listed,
    pub(super) filter: Filter,
    /// The month as it stands in the address.
    pub(super) month: String,
    pub(super) page: i64,
    pub(super) has_more: bool,
    pub(super) outcome: Outcome,
    pub(super) notice: Option<&'static str>,
}

fn list_path(shown: &LibraryPage, files: bool, page: i64) -> String {
    let mut path = format!("{}?", routes::DESK_LIBRARY.path);
    for (name, value) in [("q", &shown.filter.text), ("thang", &shown.month)] {
        if !value.is_empty() {
            path.push_str(&format!("{name}={}&", encode(value)));
        }
    }
    if files {
        path.push_str(&format!("{FILES}=1&"));
    }
    if page > 1 {
        path.push_str(&format!("trang={page}&"));
    }
    path.trim_end_matches(['&', '?']).to_owned()
}

pub(super) fn library_page(shown: &LibraryPage) -> String {
    let is_files = matches!(shown.listed, Listed::Files(_));
    let tab = |files: bool, label: &'static str| {
        let current = (files == is_files).then_some("page");
        view! { <a href=list_path(shown, files, 1) aria-current=current>{label}</a> }
    };
    let (count, items) = match &shown.listed {
        Listed::Pictures(pictures) => (pictures.len(), pictures.iter().map(picture_item).collect_view().into_any()),
        Listed::Files(files) => (files.len(), files.iter().map(file_item).collect_view().into_any()),
    };
    let is_filtered = !shown.filter.text.is_empty() || shown.filter.period.is_some();
    let empty = (count == 0).then_some(match (is_filtered, is_files) {
        (true, _) => "Không có tệp nào khớp với điều kiện tìm.",
        (false, true) => "Chưa có tệp nào.",
        (false, false) => "Chưa có ảnh nào. Chọn ảnh ở trên rồi bấm “Tải lên”.",
    });
    let return_to = list_path(shown, is_files, 1);
    view! {
        <div class="room-content">
            {shown.notice.map(|notice| view! { <p class="notice" role="status">{notice}</p> })}
            {upload_notice(shown.outcome.stored, &shown.outcome.problems)}
            {upload_form(return_to, "Tải ảnh và tệp lên", LIST, None)}
            <nav class="tabs" aria-label="Loại">{tab(false, "Ảnh")}{tab(true, "Tệp")}</nav>
            <details class="more" open=is_filtered>
                <summary>"Tìm ảnh và tệp"</summary>
                <form class="stack search" method="get" action=routes::DESK_LIBRARY.path>
                    {is_files.then(|| view! { <input type="hidden" name=FILES value="1"/> })}
                    <div class="field">
                        <label for="q">"Tên hoặc lời mô tả"</label>
                        <input type="search" id="q" name="q" value=shown.filter.text.clone() maxlength="100"/>
                    </div>
                    <div class="field">
                        <label for="thang">"Tháng tải lên"</label>
                        <input type="month" id="thang" name="thang" value=shown.month.clone()/>
                    </div>
                    <div class="actions">
                        <button class="button secondary">"Tìm"</button>
                        {is_filtered.then(|| view! { <a href=routes::DESK_LIBRARY.path>"Xem tất cả"</a> })}
                    </div>
                </form>
            </details>
            <div id=LIST>
                {empty.map(|message| view! { <p class="empty">{message}</p> })}
                <ul class=if is_files { "library-files" } else { "library" }>{items}</ul>
                {page_links(shown.page, shown.has_more, &|page| list_path(shown, is_files, page))}
            </div>
        </div>
    }
    .to_html()
}

fn count_uses(uses: i64) -> String {
    if uses == 0 { "Chưa dùng".to_owned() } else { format!("Dùng trong {} bài", format_number(uses)) }
}

fn picture_item((listed, shown): &(ListedPicture, Option<Picture>)) -> impl IntoView + use<> {
    // the link's text describes the picture
    let shown =
        shown.as_ref().map(|shown| cropped_picture(&Picture { alt: String::new(), ..shown.clone() }, CARD_SIZES));
    let description = if listed.alt.is_empty() { "Chưa có lời mô tả".to_owned() } else { listed.alt.clone() };
    view! {
        <li class="card library-picture">
            <a href=picture_path(listed.id)>
                {shown}
                <span class=if listed.alt.is_empty() { "missing" } else { "description" }>{description}</span>
            </a>
            <p class="quiet">{format!("Ảnh {} · {}", listed.id, count_uses(listed.uses))}</p>
        </li>
    }
}

/// A size as people read it: `1,2 MB`.
fn format_size(bytes: i64) -> String {
    if bytes < 1_000_000 {
        format!("{} KB", format_number((bytes / 1000).max(1)))
    } else {
        format!("{} MB", crate::base::format::format_tenths(bytes / 100_000))
    }
}

fn file_item(file: &ListedFile) -> impl IntoView + use<> {
    let path = file_path(&file.hash, &file.name);
    let delete = (file.uses == 0).then(|| {
        view! {
            <form method="post" action=routes::DELETE_FILE.path>
                <input type="hidden" name="id" value=file.id/>
                <input type="hidden" name=RETURN_TO value=format!("{}?{FILES}=1", routes::DESK_LIBRARY.path)/>
                <button class="button secondary">"Xóa"</button>
            </form>
        }
    });
    let by = file.by.clone().map(|name| format!(" · {name}"));
    let time = clock::format_short(file.created_at);
    let facts = format!("{} · {time} · {}", format_size(file.size), count_uses(file.uses));
    view! {
        <li class="card library-file">
            <p><a href=path.clone() rel="external">{file.name.clone()}</a></p>
            <p class="quiet">
                {facts}
                {by}
            </p>
            <p class="quiet">"Để đưa vào bài, tạo liên kết đến: "<code>{path}</code></p>
            {delete}
        </li>
    }
}

/// What the page of one picture shows.
pub(super) struct PicturePage {
    pub(super) listed: ListedPicture,
    pub(super) picture: Option<Picture>,
    pub(super) uses: Vec<Use>,
    pub(super) outcome: Outcome,
    pub(super) notice: Option<&'static str>,
    pub(super) refusal: Option<Refusal>,
}

/// The points that can be chosen for the focus: their names, in percent from the left and from the top.
pub(super) const FOCUSES: [(&str, Focus); 9] = [
    ("Trên, trái", Focus { x: 15, y: 15 }),
    ("Trên, giữa", Focus { x: 50, y: 15 }),
    ("Trên, phải", Focus { x: 85, y: 15 }),
    ("Giữa, trái", Focus { x: 15, y: 50 }),
    ("Chính giữa", Focus { x: 50, y: 50 }),
    ("Giữa, phải", Focus { x: 85, y: 50 }),
    ("Dưới, trái", Focus { x: 15, y: 85 }),
    ("Dưới, giữa", Focus { x: 50, y: 85 }),
    ("Dưới, phải", Focus { x: 85, y: 85 }),
];

pub(super) fn picture_page(page: &PicturePage) -> String {
    let listed = &page.listed;
    let shown = page.picture.as_ref().map(|shown| {
        view! { <figure class="library-preview">{picture(shown, LEAD_SIZES, true)}</figure> }
    });
    let crop = page.picture.as_ref().filter(|shown| !shown.crops.is_empty()).map(|shown| {
        let shown = Picture { alt: String::new(), ..shown.clone() };
        view! { <div class="news-picture crop-preview">{cropped_picture(&shown, CARD_SIZES)}</div> }
    });
    let facts = format!(
        "Ảnh {} · {} · {} × {} điểm ảnh · {}",
        listed.id,
        if listed.name.is_empty() { "không tên" } else { &listed.name },
        format_number(i64::from(listed.width)),
        format_number(i64::from(listed.height)),
        clock::format_short(listed.created_at)
    );
    let original = listed.has_original.then(|| {
        view! { <p><a href=routes::ORIGINAL.with(listed.id) rel="external">"Tải ảnh gốc"</a></p> }
    });
    view! {
        <div class="room-content">
            <p><a href=routes::DESK_LIBRARY.path>"Tất cả ảnh và tệp"</a></p>
            {page.notice.map(|notice| view! { <p class="notice" role="status">{notice}</p> })}
            {upload_notice(page.outcome.stored, &page.outcome.problems)}
            <div id=LIST>{shown}<p class="quiet">{facts}</p></div>
            {original}
            {describe_form(page, crop)}
            {use_list(&page.uses)}
            <details class="more">
                <summary>"Thay ảnh này bằng ảnh khác"</summary>
                <p class="quiet">"Ảnh mới hiện ở mọi bài đang dùng ảnh này."</p>
                {upload_form(picture_path(listed.id), "Chọn ảnh mới", LIST, Some(listed.id))}
            </details>
            {(listed.uses == 0).then(|| view! {
                <form method="post" action=routes::DELETE_PICTURE.path>
                    <input type="hidden" name="id" value=listed.id/>
                    <input type="hidden" name=RETURN_TO value=picture_path(listed.id)/>
                    <button class="button secondary">"Xóa ảnh"</button>
                </form>
            })}
        </div>
    }
    .to_html()
}

fn describe_form<V: IntoView + 'static>(page: &PicturePage, crop: Option<V>) -> impl IntoView + use<V> {
    let refusal = page.refusal.as_ref().filter(|refusal| refusal.action == routes::DESCRIBE_PICTURE.path);
    let alt = refusal.map_or_else(|| page.listed.alt.clone(), |refusal| refusal.typed("alt"));
    let problem = refusal.and_then(|refusal| match &refusal.error {
        AppError::Invalid(problems) => problems.first().map(|problem| problem.message.to_string()),
        _ => None,
    });
    let invalid = problem.is_some().then_some("true");
    let describedby = problem.is_some().then_some("alt-loi");
    let chosen = refusal.map_or_else(|| focus_value(page.listed.focus()), |refusal| refusal.typed("focus"));
    let points = FOCUSES.map(|(label, focus)| {
        let value = focus_value(focus);
        let checked = value == chosen;
        view! {
            <label title=label>
                <input type="radio" name="focus" value=value checked=checked/>
                <span class="visually-hidden">{label}</span>
            </label>
        }
    });
    let focus = page.listed.has_original.then(|| {
        view! {
            <fieldset class="field">
                <legend>"Phần ảnh luôn thấy trong danh sách tin"</legend>
                <div class="focus-choice">
                    <div class="focus-points">{points.into_iter().collect_view()}</div>
                    {crop}
                </div>
            </fieldset>
        }
    });
    view! {
        <form class="stack" method="post" action=routes::DESCRIBE_PICTURE.path>
            <input type="hidden" name="id" value=page.listed.id/>
            <input type="hidden" name=RETURN_TO value=picture_path(page.listed.id)/>
            <div class="field">
                <label for="alt">"Ảnh này cho thấy gì?"</label>
                <p class="quiet" id="alt-goi-y">
                    "Một câu ngắn, đọc cho người không nhìn thấy ảnh. "
                    "Ví dụ: Bà con xếp hàng tiêm chủng tại trạm y tế."
                </p>
                {problem.map(|message| view! { <p class="field-error" id="alt-loi">{message}</p> })}
                <textarea
                    id="alt"
                    name="alt"
                    rows="3"
                    maxlength=MAX_ALT
                    aria-invalid=invalid
                    aria-describedby=describedby.unwrap_or("alt-goi-y")
                    inner_html=textarea_html(&alt)
                ></textarea>
            </div>
            {focus}
            <button class="button">"Lưu"</button>
        </form>
    }
}

pub(super) fn focus_value(focus: Focus) -> String {
    format!("{}-{}", focus.x, focus.y)
}

fn use_list(uses: &[Use]) -> impl IntoView + use<> {
    let items = uses.iter().map(|shown| {
        let title = if shown.title.is_empty() { "Bài chưa có tiêu đề".to_owned() } else { shown.title.clone() };
        let path = format!("{}?bai={}", routes::DESK_ARTICLES.path, shown.article);
        let older = (!shown.is_current).then_some(" (chỉ trong bản cũ)");
        view! { <li><a href=path>{title}</a>{older}</li> }
    });
    let items = items.collect_view();
    if uses.is_empty() {
        view! { <p class="quiet">"Chưa bài viết nào dùng ảnh này."</p> }.into_any()
    } else {
        view! { <section aria-label="Bài viết dùng ảnh này"><h2>"Đang dùng trong"</h2><ul>{items}</ul></section> }
            .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_by_people() {
        for (bytes, text) in
            [(0, "1 KB"), (999, "1 KB"), (45_600, "45 KB"), (1_250_000, "1,2 MB"), (20_971_520, "20,9 MB")]
        {
            assert_eq!(format_size(bytes), text);
        }
    }
}
