//! The room of series. Plain forms.

use super::store::{self, find_series_by_id, list_series, list_titles};
use super::{BAD_ARTICLES, BAD_DESCRIPTION, BAD_NAME, CHANGE_SERIES, MAX_ARTICLES, MAX_DESCRIPTION, MAX_NAME, Series};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::base::text::clean_line;
use crate::features::articles::parse_address;
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{field_problem, invalid_field, linked_summary_html, plain_field, textarea_html};
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_SERIES,
    label: "Chủ đề",
    group: Group::Content,
    permission: Some(Permission::ManageCategories),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// The parameter with the number of a series to change.
const SERIES: &str = "chu-de";
const CHANGED: (&str, &str) = ("series-changed", "Đã lưu chủ đề.");
const DELETED: (&str, &str) = ("series-deleted", "Đã xóa chủ đề. Các bài viết vẫn còn.");

/// Creates a series and leads to it.
#[server(prefix = "/api", endpoint = "create-series", output = server_fn::codec::Postcard)]
pub async fn create_series(#[server(default)] name: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let name = clean_line(&name);
    if name.chars().count() > MAX_NAME {
        return Err(AppError::invalid(BAD_NAME));
    }
    let id = store::create_series(&site.pool, Actor::new(&site, &staff), &name).await?;
    redirect_to(&series_path(id), "");
    Ok(())
}

/// Changes name, introduction and articles of a series.
#[server(prefix = "/api", endpoint = "change-series", output = server_fn::codec::Postcard)]
pub async fn change_series(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] articles: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let seen = revision.parse().map_err(|_| AppError::NotFound)?;
    let (name, description) = (clean_line(&name), clean_line(&description));
    let mut problems = Vec::new();
    if name.is_empty() || name.chars().count() > MAX_NAME {
        problems.push(BAD_NAME);
    }
    if description.chars().count() > MAX_DESCRIPTION {
        problems.push(BAD_DESCRIPTION);
    }
    let articles = parse_articles(&articles);
    if articles.is_none() {
        problems.push(BAD_ARTICLES);
    }
    let Some(articles) = articles.filter(|_| problems.is_empty()) else { return Err(AppError::Invalid(problems)) };
    let actor = Actor::new(&site, &staff);
    let changed = store::change_series(&site.pool, actor, (id, seen), (&name, &description), &articles).await?;
    if let Err(at) = changed {
        return Err(CHANGE_SERIES.conflict(at));
    }
    answer(&site, CHANGED.0)
}

/// Deletes a series. Its articles stay.
#[server(prefix = "/api", endpoint = "delete-series", output = server_fn::codec::Postcard)]
pub async fn delete_series(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    store::delete_series(&site.pool, Actor::new(&site, &staff), parse_id(&id).ok_or(AppError::NotFound)?).await?;
    answer(&site, DELETED.0)
}

/// Reads addresses or numbers of articles, one a line; what follows a space is a title. `None` where one is none, named
/// twice, or where there are too many.
fn parse_articles(typed: &str) -> Option<Vec<i64>> {
    let mut articles = Vec::new();
    for line in typed.lines().filter_map(|line| line.split_whitespace().next()) {
        let id = parse_address(line)?;
        if articles.contains(&id) || articles.len() == MAX_ARTICLES {
            return None;
        }
        articles.push(id);
    }
    Some(articles)
}

fn answer(site: &Site, done: &str) -> Result<(), AppError> {
    site.hub.announce(Change::Site);
    set_flash(done.to_owned())?;
    redirect_to(routes::DESK_SERIES.path, "ban-duyet");
    Ok(())
}

fn series_path(id: i64) -> String {
    format!("{}?{SERIES}={id}", routes::DESK_SERIES.path)
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let pool = &request.site.pool;
    let refusal = request.refusal.as_ref();
    let html = match request.address.parameter(SERIES).map(parse_id) {
        Some(id) => {
            let id = id.ok_or(AppError::NotFound)?;
            let series = find_series_by_id(pool, id).await?.ok_or(AppError::NotFound)?;
            let titles = list_titles(pool, id).await?;
            edit_page(&series, &titles, refusal.filter(|refusal| refusal.action == routes::CHANGE_SERIES.path))
        }
        None => {
            let flash = take_flash()?.unwrap_or_default();
            let done = [CHANGED, DELETED].into_iter().find(|(name, _)| *name == flash).map(|(_, sentence)| sentence);
            let refusal = refusal.filter(|refusal| refusal.action == routes::CREATE_SERIES.path);
            list_page(&list_series(pool).await?, done, refusal)
        }
    };
    Ok(RoomContent { html, data: Vec::new() })
}

fn list_page(listed: &[(Series, i64)], done: Option<&'static str>, refusal: Option<&Refusal>) -> String {
    let rows: Vec<_> = listed
        .iter()
        .map(|(series, count)| {
            view! {
                <li class="row">
                    <div>
                        <p><a href=series_path(series.id)><strong>{series.name.clone()}</strong></a></p>
                        <p class="quiet">{format!("{} bài", format_number(*count))}</p>
                    </div>
                </li>
            }
        })
        .collect();
    view! {
        <div class="room-content">
            {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
            <p class="quiet">"Chủ đề là loạt bài đọc theo thứ tự, có trang riêng."</p>
            <form class="stack" method="post" action=routes::CREATE_SERIES.path>
                <input type="hidden" name=RETURN_TO value=routes::DESK_SERIES.path/>
                {plain_field(refusal, ("name", "Tạo chủ đề tên"), "text", "", Some(MAX_NAME))}
                <button class="button">"Tạo chủ đề"</button>
            </form>
            {rows.is_empty().then(|| view! { <p class="empty">"Chưa có chủ đề nào."</p> })}
            <ul class="rows">{rows}</ul>
        </div>
    }
    .to_html()
}

fn edit_page(series: &Series, titles: &[(i64, String)], refusal: Option<&Refusal>) -> String {
    let id = series.id;
    let lines = titles.iter().map(|(id, title)| format!("{id} {title}")).collect::<Vec<_>>().join("\n");
    let lines = refusal.map_or(lines, |refusal| refusal.typed("articles"));
    let invalid = invalid_field(refusal, "articles");
    let shown =
        (!titles.is_empty()).then(|| view! { <p><a href=series.path() rel="external">"Xem chủ đề trên trang"</a></p> });
    view! {
        <div class="room-content">
            <p><a href=routes::DESK_SERIES.path>"Tất cả chủ đề"</a></p>
            {linked_summary_html(refusal)}
            {shown}
            <form class="stack" method="post" action=routes::CHANGE_SERIES.path>
                <input type="hidden" name=RETURN_TO value=series_path(id)/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="revision" value=series.revision/>
                {plain_field(refusal, ("name", "Tên chủ đề"), "text", &series.name, Some(MAX_NAME))}
                {plain_field(
                    refusal,
                    ("description", "Lời giới thiệu (không bắt buộc)"),
                    "text",
                    &series.description,
                    Some(MAX_DESCRIPTION),
                )}
                <div class="field">
                    <label for="articles">"Các bài, theo thứ tự đọc (mỗi dòng dán một địa chỉ)"</label>
                    {field_problem(refusal, "articles")}
                    <textarea
                        id="articles"
                        name="articles"
                        rows="8"
                        aria-invalid=invalid
                        aria-describedby=invalid.map(|_| "articles-loi")
                        inner_html=textarea_html(&lines)
                    ></textarea>
                </div>
                <button class="button">"Lưu"</button>
            </form>
            <details class="more">
                <summary>"Xóa chủ đề"</summary>
                <p class="quiet">"Các bài viết vẫn còn; trang của chủ đề thì không."</p>
                <form method="post" action=routes::DELETE_SERIES.path>
                    <input type="hidden" name=RETURN_TO value=series_path(id)/>
                    <input type="hidden" name="id" value=id/>
                    <button class="button secondary">"Xóa"</button>
                </form>
            </details>
        </div>
    }
    .to_html()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_named_one_a_line_and_once() {
        let read = parse_articles("17 Lịch cúp nước\n\n https://p.vn/tin-tuc/a-5?x=1 \r\n/tin-tuc/b-6/");
        assert_eq!(read, Some(vec![17, 5, 6]));
        assert_eq!(parse_articles(""), Some(vec![]));
        for bad in ["abc", "5\n5", "/tin-tuc/"] {
            assert_eq!(parse_articles(bad), None, "{bad}");
        }
        let many: String = (1..=201).map(|n| format!("{n}\n")).collect();
        assert_eq!(parse_articles(&many), None);
    }
}
