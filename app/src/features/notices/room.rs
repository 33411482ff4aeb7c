//! The room of urgent notices. Plain forms.

use super::store::{self, ListedNotice};
use super::{BAD_END, BAD_LINK, BAD_MESSAGE, BAD_TIME, MAX_LINK, MAX_MESSAGE};
use crate::base::clock::{format_field, format_short, parse_field};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::clean_line;
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::plain_field;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

pub const ROOM: Room = Room {
    route: &routes::DESK_NOTICES,
    label: "Thông báo khẩn",
    group: Group::Content,
    permission: Some(Permission::ManageFrontPage),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

const CREATED: &str = "notice-created";
const ENDED: &str = "notice-ended";

/// Puts a notice on every page.
#[server(prefix = "/api", endpoint = "create-notice", output = server_fn::codec::Postcard)]
pub async fn create_notice(
    #[server(default)] message: String,
    #[server(default)] link: String,
    #[server(default)] begins_at: String,
    #[server(default)] ends_at: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageFrontPage).await?;
    let site = current_site()?;
    let (message, link, now) = (clean_line(&message), link.trim().to_owned(), OffsetDateTime::now_utc());
    let begins_at = parse_field(&begins_at).map_err(|_| AppError::invalid(BAD_TIME))?;
    let ends_at = parse_field(&ends_at).ok().flatten();
    let mut problems = Vec::new();
    if message.is_empty() || message.chars().count() > MAX_MESSAGE {
        problems.push(BAD_MESSAGE);
    }
    if link.chars().count() > MAX_LINK {
        problems.push(BAD_LINK);
    }
    let is_right = |end: &OffsetDateTime| {
        *end > now && begins_at.is_none_or(|begin| *end > begin) && *end < now + Duration::days(366)
    };
    let ends_at = ends_at.filter(is_right);
    if ends_at.is_none() {
        problems.push(BAD_END);
    }
    let Some(ends_at) = ends_at.filter(|_| problems.is_empty()) else { return Err(AppError::Invalid(problems)) };
    store::create_notice(&site.pool, Actor::new(&site, &staff), (&message, &link), begins_at, ends_at).await?;
    answer(&site, CREATED)
}

/// Takes a notice from every page.
#[server(prefix = "/api", endpoint = "end-notice", output = server_fn::codec::Postcard)]
pub async fn end_notice(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageFrontPage).await?;
    let site = current_site()?;
    store::end_notice(&site.pool, Actor::new(&site, &staff), parse_id(&id).ok_or(AppError::NotFound)?).await?;
    answer(&site, ENDED)
}

fn answer(site: &Site, done: &str) -> Result<(), AppError> {
    site.hub.announce(Change::Site);
    set_flash(done.to_owned())?;
    redirect_to(routes::DESK_NOTICES.path, "ban-duyet");
    Ok(())
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let notices = store::list_notices(&request.site.pool).await?;
    let done = match take_flash()?.as_deref() {
        Some(CREATED) => Some("Đã đăng thông báo khẩn lên mọi trang."),
        Some(ENDED) => Some("Đã kết thúc thông báo khẩn."),
        _ => None,
    };
    let refusal = request.refusal.as_ref().filter(|refusal| refusal.action == routes::CREATE_NOTICE.path);
    let listed: Vec<_> = notices.iter().map(row).collect();
    let html = view! {
        <div class="room-content">
            {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
            <p class="quiet">"Thông báo khẩn đứng đầu mọi trang, hiện ngay trên các trang đang mở."</p>
            {form(refusal)}
            <h2>"Đã đăng"</h2>
            {listed.is_empty().then(|| view! { <p class="empty">"Chưa có thông báo khẩn nào."</p> })}
            <ul class="rows">{listed}</ul>
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

fn form(refusal: Option<&Refusal>) -> impl IntoView + use<> {
    // most are over on the same evening
    let end = OffsetDateTime::now_utc() + Duration::hours(12);
    view! {
        <form class="stack" method="post" action=routes::CREATE_NOTICE.path>
            <input type="hidden" name=RETURN_TO value=routes::DESK_NOTICES.path/>
            {plain_field(refusal, ("message", "Câu thông báo"), "text", "", Some(MAX_MESSAGE))}
            {plain_field(refusal, ("link", "Địa chỉ xem chi tiết (không bắt buộc)"), "text", "", Some(MAX_LINK))}
            {plain_field(refusal, ("begins_at", "Bắt đầu (để trống: ngay)"), "datetime-local", "", None)}
            {plain_field(refusal, ("ends_at", "Kết thúc"), "datetime-local", &format_field(Some(end)), None)}
            <button class="button">"Đăng thông báo khẩn"</button>
        </form>
    }
}

fn row(listed: &ListedNotice) -> impl IntoView + use<> {
    let ListedNotice { notice, begins_at, ends_at, is_over } = listed;
    let times = format!("{} đến {}", format_short(*begins_at), format_short(*ends_at));
    let end = (!is_over).then(|| {
        view! {
            <form method="post" action=routes::END_NOTICE.path>
                <input type="hidden" name=RETURN_TO value=routes::DESK_NOTICES.path/>
                <input type="hidden" name="id" value=notice.id/>
                <button class="button secondary">"Kết thúc"</button>
            </form>
        }
    });
    view! {
        <li class="row">
            <p>{notice.message.clone()}</p>
            {(!notice.link.is_empty()).then(|| view! { <p class="quiet">{notice.link.clone()}</p> })}
            <p class="quiet">{times}{is_over.then_some(" · đã kết thúc")}</p>
            {end}
        </li>
    }
}
