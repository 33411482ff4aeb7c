//! The list of rooms, and how one of them is read.

use super::{DeskPage, RoomLink, RoomPage};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::features::{accounts, audit, closures, moderation, ratings, rules, settings};
use crate::routes;
use crate::web::forms::{Refusal, find_refusal};
use crate::web::page::PageRequest;
use crate::web::permissions::ROLE_FORBIDS;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::{find_signed_in_staff, may_work, pending_account};
use crate::web::settings::IDLE_MINUTES;
use crate::web::site::{Site, current_site};
use crate::web::staff::Staff;
use sqlx::PgPool;

/// The first room: what waits in the others. Its view shows the numbers of the navigation.
const OVERVIEW: Room = Room {
    route: &routes::DESK,
    label: "Bàn duyệt",
    group: Group::Own,
    permission: None,
    read: |_| Box::pin(async { Ok(RoomContent::default()) }),
    count_waiting: None,
};

/// Every room, in the order of the navigation.
pub const ROOMS: &[Room] = &[
    OVERVIEW,
    moderation::room::ROOM,
    ratings::room::ROOM,
    closures::room::ROOM,
    moderation::figures_room::ROOM,
    rules::room::ROOM,
    accounts::staff_room::ROOM,
    settings::room::ROOM,
    audit::room::ROOM,
    accounts::own_room::ROOM,
];

/// Counts what waits in each room.
pub async fn count_waiting(pool: &PgPool) -> Result<Vec<i64>, AppError> {
    let mut waiting = Vec::with_capacity(ROOMS.len());
    for room in ROOMS {
        waiting.push(match room.count_waiting {
            Some(count) => count(pool.clone()).await?,
            None => 0,
        });
    }
    Ok(waiting)
}

/// Reads the room at an address.
pub(super) async fn read(path: &str, shown: &str) -> Result<DeskPage, AppError> {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let address = PageRequest::new("", query);
    let refusal = find_refusal(&address.refusal_token()).await?;
    let Some(staff) = find_signed_in_staff().await? else {
        return sign_in_page(refusal).await;
    };
    let site = current_site()?;
    let is_restricted = !may_work(&site, &staff);
    let path = if is_restricted { routes::DESK_ACCOUNT.path } else { path };
    let room = ROOMS.iter().find(|room| room.route.path == path).ok_or(AppError::NotFound)?;
    let may_enter = room.permission.is_none_or(|permission| staff.may(permission));
    // counted before the room is read: what comes in between is announced, and never missed
    let rooms = if is_restricted { Vec::new() } else { list_links(&site, &staff).await? };
    let content = if may_enter {
        let shown = shown.split(',').filter_map(parse_id).collect();
        let request =
            RoomRequest { site: site.clone(), staff: staff.clone(), address, refusal: refusal.clone(), shown };
        (room.read)(request).await?
    } else {
        RoomContent::default()
    };
    Ok(DeskPage::Room(Box::new(RoomPage {
        staff,
        rooms,
        path: path.to_owned(),
        label: room.label.to_owned(),
        content,
        error: (!may_enter).then_some(AppError::Forbidden(ROLE_FORBIDS)),
        refusal,
        is_restricted,
        idle_seconds: i64::from(site.settings().number(&IDLE_MINUTES)) * 60,
    })))
}

/// The form that asks staff to sign in, with the form that was refused because the session had ended.
async fn sign_in_page(refusal: Option<Refusal>) -> Result<DeskPage, AppError> {
    let ended = refusal.as_ref().filter(|refusal| refusal.error == AppError::SignIn);
    let interrupted_form = ended.and_then(|refusal| serde_json::to_string(refusal).ok()).unwrap_or_default();
    let code_pending = pending_account().await?.is_some();
    Ok(DeskPage::SignIn { refusal, interrupted_form, code_pending })
}

async fn list_links(site: &Site, staff: &Staff) -> Result<Vec<RoomLink>, AppError> {
    let waiting = count_waiting(&site.pool).await?;
    let links = ROOMS.iter().zip(waiting).enumerate();
    let allowed = links.filter(|(_, (room, _))| room.permission.is_none_or(|permission| staff.may(permission)));
    let links = allowed.map(|(index, (room, waiting))| RoomLink {
        index: u32::try_from(index).unwrap_or(u32::MAX),
        path: room.route.path.to_owned(),
        label: room.label.to_owned(),
        group: room.group,
        waiting,
    });
    Ok(links.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::routes::Kind;

    #[test]
    fn every_room_has_an_address_and_every_such_address_a_room() {
        let addresses: Vec<&str> =
            routes::ALL.iter().filter(|route| route.kind == Kind::Room).map(|route| route.path).collect();
        let mut rooms: Vec<&str> = ROOMS.iter().map(|room| room.route.path).collect();
        assert_eq!(rooms.len(), addresses.len());
        rooms.sort_unstable();
        rooms.dedup();
        assert!(addresses.iter().all(|address| rooms.binary_search(address).is_ok()), "{addresses:?} {rooms:?}");
    }
}
