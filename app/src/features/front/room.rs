//! The room where the front page is arranged. A plain form.

use super::store::{find_arrangement, save_arrangement};
use super::{Arrangement, BAD_PINNED, MAX_BLOCKS};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::features::articles::store::lists::find_card;
use crate::features::articles::{article_path, parse_address};
use crate::features::audit::Actor;
use crate::features::taxonomy::Category;
use crate::features::taxonomy::store::list_categories;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::plain_field;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::current_site;
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_FRONT,
    label: "Trang chủ",
    group: Group::Content,
    permission: Some(Permission::ManageFrontPage),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

const SAVED: &str = "front-saved";
const PINNED: (&str, &str) = ("pinned", "Bài đứng đầu (dán địa chỉ; để trống: bài mới nhất)");
/// Blocks that can be chosen at once.
const OFFERED_BLOCKS: usize = 6;

/// Arranges the front page.
#[server(prefix = "/api", endpoint = "save-front", output = server_fn::codec::Postcard)]
pub async fn save_front(
    #[server(default)] pinned: String,
    #[server(default)] notices: String,
    #[server(default)] blocks: Vec<String>,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageFrontPage).await?;
    let site = current_site()?;
    let mut chosen: Vec<i64> = Vec::new();
    for block in blocks.iter().filter(|block| !block.is_empty()).take(MAX_BLOCKS) {
        let id = parse_id(block).ok_or(AppError::NotFound)?;
        // chosen twice it stands where it was chosen first
        if !chosen.contains(&id) {
            chosen.push(id);
        }
    }
    let notices = match notices.as_str() {
        "" => None,
        id => Some(parse_id(id).ok_or(AppError::NotFound)?),
    };
    let new = Arrangement { pinned: parse_article(&pinned)?, notices, blocks: chosen };
    save_arrangement(&site.pool, Actor::new(&site, &staff), &new).await?;
    site.hub.announce(Change::Site);
    set_flash(SAVED.to_owned())?;
    redirect_to(routes::DESK_FRONT.path, "ban-duyet");
    Ok(())
}

/// Reads the address or the number of an article; nothing, where nothing was typed.
fn parse_article(typed: &str) -> Result<Option<i64>, AppError> {
    if typed.trim().is_empty() {
        return Ok(None);
    }
    parse_address(typed).map(Some).ok_or(AppError::invalid(BAD_PINNED))
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let pool = &request.site.pool;
    let arrangement = find_arrangement(pool).await?;
    let categories = list_categories(pool).await?;
    let pinned = match arrangement.pinned {
        Some(id) => find_card(pool, id).await?,
        None => None,
    };
    let is_saved = take_flash()?.as_deref() == Some(SAVED);
    let refusal = request.refusal.as_ref().filter(|refusal| refusal.action == routes::SAVE_FRONT.path);
    let path = pinned.as_ref().map(|card| article_path(&card.slug, card.id)).unwrap_or_default();
    let html = view! {
        <div class="room-content">
            {is_saved.then(|| view! { <p class="notice" role="status">"Đã lưu trang chủ."</p> })}
            <form class="stack" method="post" action=routes::SAVE_FRONT.path>
                <input type="hidden" name=RETURN_TO value=routes::DESK_FRONT.path/>
                {plain_field(refusal, PINNED, "text", &path, Some(400))}
                {pinned.map(|card| view! { <p class="quiet">{format!("Đang ghim: {}", card.title)}</p> })}
                {notice_choice(refusal, arrangement.notices, &categories)}
                <fieldset class="stack">
                    <legend>"Các khối chuyên mục, theo thứ tự"</legend>
                    <p class="quiet">
                        "Không chọn khối nào: mỗi chuyên mục chính có một khối, theo thứ tự ở mục Chuyên mục, thẻ."
                    </p>
                    {blocks(refusal, &arrangement, &categories)}
                </fieldset>
                <button class="button">"Lưu trang chủ"</button>
            </form>
            <p><a href=routes::HOME.path rel="external">"Xem trang chủ"</a></p>
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

fn blocks(refusal: Option<&Refusal>, arrangement: &Arrangement, categories: &[Category]) -> impl IntoView + use<> {
    let typed = refusal.map(|refusal| refusal.all("blocks[]"));
    let count = OFFERED_BLOCKS.max(arrangement.blocks.len() + 1).min(MAX_BLOCKS);
    let fields = (0..count).map(|index| {
        let chosen = match &typed {
            Some(typed) => typed.get(index).and_then(|id| parse_id(id)),
            None => arrangement.blocks.get(index).copied(),
        };
        let id = format!("khoi-{index}");
        view! {
            <div class="field">
                <label for=id.clone()>{format!("Khối {}", index + 1)}</label>
                <select id=id name="blocks[]">{options("(trống)", chosen, categories)}</select>
            </div>
        }
    });
    fields.collect_view()
}

fn notice_choice(refusal: Option<&Refusal>, chosen: Option<i64>, categories: &[Category]) -> impl IntoView + use<> {
    let chosen = refusal.map_or(chosen, |refusal| parse_id(&refusal.typed("notices")));
    view! {
        <div class="field">
            <label for="notices">"Dải thông báo lấy từ chuyên mục"</label>
            <select id="notices" name="notices">{options("Không có dải thông báo", chosen, categories)}</select>
        </div>
    }
}

fn options(none: &'static str, chosen: Option<i64>, categories: &[Category]) -> impl IntoView + use<> {
    let offered = categories.iter().filter(|category| !category.is_hidden || Some(category.id) == chosen);
    let options: Vec<_> = offered
        .map(|category| {
            view! { <option value=category.id selected=Some(category.id) == chosen>{category.name.clone()}</option> }
        })
        .collect();
    view! { <option value="">{none}</option>{options} }
}
