//! The library's room at the desk, and what its forms do.

use super::files::Focus;
use super::html::parse_outcome;
use super::library_html::{
    FILES, FOCUSES, LibraryPage, Listed, Outcome, PicturePage, focus_value, library_page, picture_page,
};
use super::store::find_pictures;
use super::store::library::{self, Filter};
use super::store::uses::list_uses;
use super::upload::{move_focus, require_right_to_change};
use super::{BAD_FOCUS, LONG_ALT, MAX_ALT, PICTURE, picture_path};
use crate::base::clock::parse_month;
use crate::base::error::AppError;
use crate::base::id::{parse_id, parse_page};
use crate::base::text::clean_line;
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::page::PageRequest;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::current_site;
use leptos::prelude::*;

const PER_PAGE: i64 = 24;
const MAX_LISTED_USES: i64 = 50;
const SAVED: &str = "save-picture";
const DELETED: &str = "delete-file";

pub const ROOM: Room = Room {
    route: &routes::DESK_LIBRARY,
    label: "Thư viện",
    group: Group::Content,
    permission: Some(Permission::ManageMedia),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// Describes a picture, and chooses the point that its crops keep.
#[server(prefix = "/api", endpoint = "describe-picture", output = server_fn::codec::Postcard)]
pub async fn describe_picture(
    #[server(default)] id: String,
    #[server(default)] alt: String,
    #[server(default)] focus: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageMedia).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let alt = clean_line(&alt);
    if alt.chars().count() > MAX_ALT {
        return Err(AppError::invalid(LONG_ALT));
    }
    let focus = parse_focus(&focus)?;
    require_right_to_change(&site, &staff, id).await?;
    let actor = Actor::new(&site, &staff);
    if !library::update_alt(&site.pool, actor, id, &alt).await? {
        return Err(AppError::NotFound);
    }
    if let Some(focus) = focus {
        move_focus(&site, actor, id, focus).await?;
    }
    site.hub.announce(Change::Site);
    set_flash(SAVED.to_owned())?;
    redirect_to(&picture_path(id), "ban-duyet");
    Ok(())
}

/// Reads the choice of a focus; without one it stays as it is.
fn parse_focus(value: &str) -> Result<Option<Focus>, AppError> {
    if value.is_empty() {
        return Ok(None);
    }
    let known = FOCUSES.iter().find(|(_, focus)| focus_value(*focus) == value);
    known.map(|(_, focus)| Some(*focus)).ok_or(AppError::invalid(BAD_FOCUS))
}

/// Deletes a picture that nothing shows.
#[server(prefix = "/api", endpoint = "delete-picture", output = server_fn::codec::Postcard)]
pub async fn delete_picture(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageMedia).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    library::delete_picture(&site.pool, Actor::new(&site, &staff), id).await?;
    set_flash(DELETED.to_owned())?;
    redirect_to(routes::DESK_LIBRARY.path, "ban-duyet");
    Ok(())
}

/// Deletes a file that nothing links to.
#[server(prefix = "/api", endpoint = "delete-file", output = server_fn::codec::Postcard)]
pub async fn delete_file(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageMedia).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    library::delete_file(&site.pool, Actor::new(&site, &staff), id).await?;
    set_flash(DELETED.to_owned())?;
    redirect_to(&format!("{}?{FILES}=1", routes::DESK_LIBRARY.path), "ban-duyet");
    Ok(())
}

fn take_notice() -> Result<Option<&'static str>, AppError> {
    Ok(match take_flash()?.as_deref() {
        Some(SAVED) => Some("Đã lưu."),
        Some(DELETED) => Some("Đã xóa."),
        _ => None,
    })
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let html = match request.address.parameter(PICTURE).map(parse_id) {
        None => read_list(&request).await?,
        Some(None) => return Err(AppError::NotFound),
        Some(Some(id)) => read_picture(request, id).await?,
    };
    Ok(RoomContent { html, data: Vec::new() })
}

fn outcome_of(address: &PageRequest) -> Outcome {
    let (stored, problems) = parse_outcome(address);
    Outcome { stored, problems }
}

async fn read_list(request: &RoomRequest) -> Result<String, AppError> {
    let (pool, address) = (&request.site.pool, &request.address);
    let month = address.text("thang");
    let text = clean_line(&address.text("q")).chars().take(100).collect();
    let filter = Filter { text, period: parse_month(&month) };
    let page = parse_page(address.parameter("trang"));
    let (listed, has_more) = if address.parameter(FILES).is_some() {
        let (files, has_more) = library::list_files(pool, &filter, page, PER_PAGE).await?;
        (Listed::Files(files), has_more)
    } else {
        let (pictures, has_more) = library::list_pictures(pool, &filter, page, PER_PAGE).await?;
        let ids: Vec<i64> = pictures.iter().map(|picture| picture.id).collect();
        let mut shown = find_pictures(pool, &ids).await?;
        let pictures = pictures.into_iter().map(|listed| {
            let at = shown.iter().position(|(id, _)| *id == listed.id);
            let picture = at.map(|at| shown.swap_remove(at).1);
            (listed, picture)
        });
        (Listed::Pictures(pictures.collect()), has_more)
    };
    let (outcome, notice) = (outcome_of(address), take_notice()?);
    Ok(library_page(&LibraryPage { listed, filter, month, page, has_more, outcome, notice }))
}

async fn read_picture(request: RoomRequest, id: i64) -> Result<String, AppError> {
    let pool = &request.site.pool;
    let listed = library::find_listed(pool, id).await?.ok_or(AppError::NotFound)?;
    let shown = find_pictures(pool, &[id]).await?;
    Ok(picture_page(&PicturePage {
        listed,
        picture: shown.into_iter().next().map(|(_, picture)| picture),
        uses: list_uses(pool, id, MAX_LISTED_USES).await?,
        outcome: outcome_of(&request.address),
        notice: take_notice()?,
        refusal: request.refusal,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_focus_is_one_of_nine_points() {
        assert_eq!(parse_focus("15-85"), Ok(Some(Focus { x: 15, y: 85 })));
        assert_eq!(parse_focus(""), Ok(None));
        assert_eq!(parse_focus("0-0"), Err(AppError::invalid(BAD_FOCUS)));
    }
}
