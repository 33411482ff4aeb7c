//! The room where the menu is arranged. Plain forms.

use super::store::{self, list_items};
use super::{BAD_LABEL, BAD_TARGET, MAX_LABEL, MAX_TARGET, MenuItem, Placed, is_good_target, may_stand_under, place};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::clean_line;
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{field_problem, invalid_field, linked_summary_html, plain_field};
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_MENU,
    label: "Thực đơn",
    group: Group::Administration,
    permission: Some(Permission::ManageSettings),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// The parameter with the number of an item to change.
const ITEM: &str = "muc";
const TARGET: (&str, &str) = ("target", "Dẫn đến (dán địa chỉ; để trống nếu chỉ là tiêu đề nhóm)");
/// What the last form did, by the flash that it left.
const DONE: [(&str, &str); 3] =
    [("menu-created", "Đã thêm mục."), ("menu-changed", "Đã sửa mục."), ("menu-deleted", "Đã xóa mục.")];

/// Adds an item.
#[server(prefix = "/api", endpoint = "create-menu-item", output = server_fn::codec::Postcard)]
pub async fn create_menu_item(
    #[server(default)] label: String,
    #[server(default)] target: String,
    #[server(default)] parent: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageSettings).await?;
    let site = current_site()?;
    let (label, target) = check(&site, &label, &target)?;
    store::create_item(&site.pool, Actor::new(&site, &staff), (&label, &target), parse_id(&parent)).await?;
    answer(&site, 0)
}

/// Changes an item.
#[server(prefix = "/api", endpoint = "change-menu-item", output = server_fn::codec::Postcard)]
pub async fn change_menu_item(
    #[server(default)] id: String,
    #[server(default)] label: String,
    #[server(default)] target: String,
    #[server(default)] parent: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageSettings).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let (label, target) = check(&site, &label, &target)?;
    store::change_item(&site.pool, Actor::new(&site, &staff), id, (&label, &target), parse_id(&parent)).await?;
    answer(&site, 1)
}

/// Moves an item one place up or down.
#[server(prefix = "/api", endpoint = "move-menu-item", output = server_fn::codec::Postcard)]
pub async fn move_menu_item(
    #[server(default)] id: String,
    #[server(default)] direction: String,
) -> Result<(), AppError> {
    require(Permission::ManageSettings).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    store::move_item(&site.pool, id, direction == "up").await?;
    site.hub.announce(Change::Site);
    redirect_to(routes::DESK_MENU.path, &anchor(id));
    Ok(())
}

/// Deletes an item with what stands under it.
#[server(prefix = "/api", endpoint = "delete-menu-item", output = server_fn::codec::Postcard)]
pub async fn delete_menu_item(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageSettings).await?;
    let site = current_site()?;
    store::delete_item(&site.pool, Actor::new(&site, &staff), parse_id(&id).ok_or(AppError::NotFound)?).await?;
    answer(&site, 2)
}

/// What was typed as it is stored: an address of this site by its path alone.
fn check(site: &Site, label: &str, target: &str) -> Result<(String, String), AppError> {
    let (label, target) = (clean_line(label), target.trim());
    let own = target.strip_prefix(&*site.public_url).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let target = match own {
        Some("") => routes::HOME.path,
        Some(path) => path,
        None => target,
    };
    let mut problems = Vec::new();
    if label.is_empty() || label.chars().count() > MAX_LABEL {
        problems.push(BAD_LABEL);
    }
    if !is_good_target(target) {
        problems.push(BAD_TARGET);
    }
    if problems.is_empty() { Ok((label, target.to_owned())) } else { Err(AppError::Invalid(problems)) }
}

fn answer(site: &Site, done: usize) -> Result<(), AppError> {
    site.hub.announce(Change::Site);
    set_flash(DONE[done].0.to_owned())?;
    redirect_to(routes::DESK_MENU.path, "ban-duyet");
    Ok(())
}

fn item_path(id: i64) -> String {
    format!("{}?{ITEM}={id}", routes::DESK_MENU.path)
}

fn anchor(id: i64) -> String {
    format!("muc-{id}")
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let items = list_items(&request.site.pool).await?;
    let refusal = request.refusal.as_ref();
    let html = match request.address.parameter(ITEM).map(parse_id) {
        Some(id) => {
            let item = items.iter().find(|item| Some(item.id) == id).ok_or(AppError::NotFound)?;
            item_page(&items, item, refusal.filter(|refusal| refusal.action == routes::CHANGE_MENU_ITEM.path))
        }
        None => {
            let flash = take_flash()?.unwrap_or_default();
            let done = DONE.iter().find(|(name, _)| *name == flash).map(|(_, sentence)| *sentence);
            list_page(&items, done, refusal.filter(|refusal| refusal.action == routes::CREATE_MENU_ITEM.path))
        }
    };
    Ok(RoomContent { html, data: Vec::new() })
}

fn list_page(items: &[MenuItem], done: Option<&'static str>, refusal: Option<&Refusal>) -> String {
    let rows: Vec<_> = place(items).into_iter().map(|placed| row(items, placed)).collect();
    let empty = rows.is_empty().then(|| {
        view! { <p class="empty">"Chưa có mục nào: nút “Mục” chưa hiện ở đầu trang."</p> }
    });
    view! {
        <div class="room-content">
            {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
            {linked_summary_html(refusal)}
            <p class="quiet">"Thực đơn mở bằng nút “Mục” ở đầu mọi trang, và đứng đầu trang Mục lục."</p>
            {empty}
            <ul class="rows categories">{rows}</ul>
            <h2>"Thêm mục"</h2>
            <form class="stack" method="post" action=routes::CREATE_MENU_ITEM.path>
                <input type="hidden" name=RETURN_TO value=routes::DESK_MENU.path/>
                {fields(items, None, refusal)}
                <button class="button">"Thêm"</button>
            </form>
        </div>
    }
    .to_html()
}

fn row(items: &[MenuItem], (level, item): Placed<'_>) -> impl IntoView + use<> {
    let id = item.id;
    let beside: Vec<i64> = items.iter().filter(|other| other.parent == item.parent).map(|other| other.id).collect();
    let step = |is_offered: bool, direction: &'static str, sign: &'static str, word: &'static str| {
        let label = format!("{word}: {}", item.label);
        is_offered.then(|| {
            view! {
                <form method="post" action=routes::MOVE_MENU_ITEM.path>
                    <input type="hidden" name="id" value=id/>
                    <input type="hidden" name=RETURN_TO value=routes::DESK_MENU.path/>
                    <button class="button secondary" name="direction" value=direction aria-label=label>{sign}</button>
                </form>
            }
        })
    };
    let class = ["row", "row below", "row below deeper"][level.min(2)];
    view! {
        <li class=class id=anchor(id) tabindex="-1">
            <div>
                <p><a href=item_path(id)><strong>{item.label.clone()}</strong></a></p>
                <p class="quiet">{item.target.clone()}</p>
            </div>
            <div class="actions">
                {step(beside.first() != Some(&id), "up", "↑", "Lên")}
                {step(beside.last() != Some(&id), "down", "↓", "Xuống")}
            </div>
        </li>
    }
}

fn fields(items: &[MenuItem], item: Option<&MenuItem>, refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let parent = item.and_then(|item| item.parent).map(|id| id.to_string()).unwrap_or_default();
    let chosen = refusal.map_or(parent, |refusal| refusal.typed("parent"));
    let options: Vec<_> = place(items)
        .into_iter()
        .filter(|(_, other)| may_stand_under(items, item.map(|item| item.id), other.id))
        .map(|(level, other)| {
            let id = other.id.to_string();
            let selected = id == chosen;
            view! { <option value=id selected=selected>{format!("{}{}", "– ".repeat(level), other.label)}</option> }
        })
        .collect();
    let (label, target) = item.map(|item| (item.label.clone(), item.target.clone())).unwrap_or_default();
    view! {
        {plain_field(refusal, ("label", "Tên mục"), "text", &label, Some(MAX_LABEL))}
        {plain_field(refusal, TARGET, "text", &target, Some(MAX_TARGET))}
        <div class="field">
            <label for="parent">"Nằm dưới"</label>
            {field_problem(refusal, "parent")}
            <select id="parent" name="parent" aria-invalid=invalid_field(refusal, "parent")>
                <option value="">"Không, đứng riêng"</option>
                {options}
            </select>
        </div>
    }
}

fn item_page(items: &[MenuItem], item: &MenuItem, refusal: Option<&Refusal>) -> String {
    let id = item.id;
    let has_more = items.iter().any(|other| other.parent == Some(id));
    let warning = has_more.then(|| view! { <p class="quiet">"Các mục nằm dưới cũng bị xóa theo."</p> });
    view! {
        <div class="room-content">
            <p><a href=routes::DESK_MENU.path>"Toàn bộ thực đơn"</a></p>
            {linked_summary_html(refusal)}
            <form class="stack" method="post" action=routes::CHANGE_MENU_ITEM.path>
                <input type="hidden" name=RETURN_TO value=item_path(id)/>
                <input type="hidden" name="id" value=id/>
                {fields(items, Some(item), refusal)}
                <button class="button">"Lưu"</button>
            </form>
            <details class="more">
                <summary>"Xóa mục này"</summary>
                {warning}
                <form method="post" action=routes::DELETE_MENU_ITEM.path>
                    <input type="hidden" name=RETURN_TO value=item_path(id)/>
                    <input type="hidden" name="id" value=id/>
                    <button class="button secondary">"Xóa"</button>
                </form>
            </details>
        </div>
    }
    .to_html()
}
