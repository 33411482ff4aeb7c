//! The room of categories and tags. Plain forms.

use super::room_html::{self, CategoryPage, ListPage, Notice, TagPage};
use super::store::{self, CategoryChange};
use super::{BAD_MERGE, CATEGORY, NO_SUCH_TAG, TAG, UNCONFIRMED_MERGE};
use crate::base::error::AppError;
use crate::base::id::{parse_id, parse_page};
use crate::base::text::{clean_line, slugify};
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_CATEGORIES,
    label: "Chuyên mục, thẻ",
    group: Group::Content,
    permission: Some(Permission::ManageCategories),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// Creates a category, under another one where `parent` names it.
#[server(prefix = "/api", endpoint = "create-category", output = server_fn::codec::Postcard)]
pub async fn create_category(
    #[server(default)] name: String,
    #[server(default)] parent: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let parent = parse_choice(&parent)?;
    store::create_category(&site.pool, Actor::new(&site, &staff), &clean_line(&name), parent).await?;
    answer(&site, Notice::Created, routes::DESK_CATEGORIES.path)
}

/// Changes name, address and place of a category, and whether it is hidden.
#[server(prefix = "/api", endpoint = "change-category", output = server_fn::codec::Postcard)]
pub async fn change_category(
    #[server(default)] id: String,
    #[server(default)] name: String,
    #[server(default)] slug: String,
    #[server(default)] parent: String,
    #[server(default)] hidden: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let (name, slug) = (clean_line(&name), slugify(&slug));
    let change = CategoryChange { name: &name, slug: &slug, parent: parse_choice(&parent)?, is_hidden: hidden == "1" };
    store::change_category(&site.pool, Actor::new(&site, &staff), id, &change).await?;
    answer(&site, Notice::Changed, routes::DESK_CATEGORIES.path)
}

/// Moves a category one place up or down.
#[server(prefix = "/api", endpoint = "move-category", output = server_fn::codec::Postcard)]
pub async fn move_category(
    #[server(default)] id: String,
    #[server(default)] direction: String,
) -> Result<(), AppError> {
    require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    store::move_category(&site.pool, id, direction == "up").await?;
    site.hub.announce(Change::Site);
    redirect_to(routes::DESK_CATEGORIES.path, &room_html::row_anchor(id));
    Ok(())
}

/// Merges a category into another.
#[server(prefix = "/api", endpoint = "merge-category", output = server_fn::codec::Postcard)]
pub async fn merge_category(
    #[server(default)] id: String,
    #[server(default)] into: String,
    #[server(default)] confirm: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let into = parse_id(&into).ok_or(AppError::invalid(BAD_MERGE))?;
    if confirm != "1" {
        return Err(AppError::invalid(UNCONFIRMED_MERGE));
    }
    store::merge_categories(&site.pool, Actor::new(&site, &staff), id, into).await?;
    answer(&site, Notice::Merged, routes::DESK_CATEGORIES.path)
}

/// Renames a tag.
#[server(prefix = "/api", endpoint = "rename-tag", output = server_fn::codec::Postcard)]
pub async fn rename_tag(#[server(default)] id: String, #[server(default)] name: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    store::rename_tag(&site.pool, Actor::new(&site, &staff), id, &clean_line(&name)).await?;
    answer(&site, Notice::Renamed, routes::DESK_CATEGORIES.path)
}

/// Merges a tag into the one of this name.
#[server(prefix = "/api", endpoint = "merge-tag", output = server_fn::codec::Postcard)]
pub async fn merge_tag(
    #[server(default)] id: String,
    #[server(default)] into: String,
    #[server(default)] confirm: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageCategories).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let into = store::find_tag(&site.pool, &slugify(&into)).await?.ok_or(AppError::invalid(NO_SUCH_TAG))?;
    if confirm != "1" {
        return Err(AppError::invalid(UNCONFIRMED_MERGE));
    }
    store::merge_tags(&site.pool, Actor::new(&site, &staff), id, into.id).await?;
    answer(&site, Notice::TagsMerged, routes::DESK_CATEGORIES.path)
}

/// Reads the choice of a category, where none is a choice too.
fn parse_choice(typed: &str) -> Result<Option<i64>, AppError> {
    match typed {
        "" => Ok(None),
        id => parse_id(id).map(Some).ok_or(AppError::NotFound),
    }
}

fn answer(site: &Site, notice: Notice, path: &str) -> Result<(), AppError> {
    site.hub.announce(Change::Site);
    set_flash(notice.value().to_owned())?;
    redirect_to(path, "ban-duyet");
    Ok(())
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let (pool, address) = (&request.site.pool, &request.address);
    let categories = store::list_categories(pool).await?;
    let refusal = request.refusal;
    let html = if let Some(id) = address.parameter(CATEGORY) {
        let id = parse_id(id).ok_or(AppError::NotFound)?;
        let category = categories.iter().find(|category| category.id == id).ok_or(AppError::NotFound)?.clone();
        room_html::category_page(&CategoryPage { category, categories, refusal })
    } else if let Some(slug) = address.parameter(TAG) {
        let tag = store::find_tag(pool, slug).await?.ok_or(AppError::NotFound)?;
        room_html::tag_page(&TagPage { tag, refusal })
    } else {
        let text: String = clean_line(&address.text("q")).chars().take(100).collect();
        let page = parse_page(address.parameter("trang"));
        let (tags, has_more) = store::list_tags(pool, &text, page).await?;
        let counts = store::count_articles(pool).await?;
        let notice = take_flash()?.and_then(|value| Notice::parse(&value));
        room_html::list_page(&ListPage { categories, counts, tags, text, page, has_more, notice, refusal })
    };
    Ok(RoomContent { html, data: Vec::new() })
}
