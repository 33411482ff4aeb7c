//! The desk of staff: the list of rooms, and how the one at an address is read. It knows no room's inside.

mod route;
mod view;

pub use route::DeskRoute;

use crate::base::error::AppError;
use crate::base::url::encode;
#[cfg(feature = "ssr")]
use crate::features::accounts::sign_in::SignInForm;
#[cfg(feature = "ssr")]
use crate::features::{
    accounts, appearance, audit, calendar, closures, faults, front, media, menu, moderation, notices, ratings, rules,
    series, settings, taxonomy, writing,
};
use crate::routes;
use crate::web::forms::Refusal;
use crate::web::forms::send::read;
use crate::web::room::{Group, RoomContent};
use crate::web::staff::Staff;
use crate::web::wire::Embed;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use std::pin::Pin;
#[cfg(feature = "ssr")]
use {
    crate::base::id::parse_id,
    crate::web::forms::refusal::EndedForm,
    crate::web::forms::{find_desk_refusal, find_refusal},
    crate::web::page::PageRequest,
    crate::web::permissions::ROLE_FORBIDS,
    crate::web::room::{Room, RoomRequest},
    crate::web::session::{find_signed_in_staff, longest_time_of_current_session, may_work, pending_account},
    crate::web::settings::IDLE_MINUTES,
    crate::web::site::{Site, current_site},
    sqlx::PgPool,
};

/// What an address of the desk shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeskPage {
    /// Nobody is signed in.
    SignIn {
        /// The form, as HTML.
        html: String,
        /// The form that was refused.
        refusal: Option<Refusal>,
        /// Whether another form was refused because the session had ended; signing in carries it along.
        is_interrupted: bool,
    },
    /// A room.
    Room(Box<RoomPage>),
}

/// A room with the frame around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomPage {
    pub staff: Staff,
    /// The rooms that this person may enter, in the order of the navigation.
    pub rooms: Vec<RoomLink>,
    /// The path of the room that is shown.
    pub path: String,
    /// Its name.
    pub label: String,
    pub content: RoomContent,
    /// Why the room is not shown: the role forbids it.
    pub error: Option<AppError>,
    /// The form that was refused on this page.
    pub refusal: Option<Refusal>,
    /// Whether the account must get a second factor before anything else.
    pub is_restricted: bool,
    /// Seconds without activity after which the session ends.
    pub idle_seconds: i64,
    /// Seconds after which it ends whatever happens.
    pub longest_seconds: i64,
}

/// A room in the navigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomLink {
    /// Its index among all rooms, by which [`DeskUpdate`] counts.
    pub index: u32,
    pub path: String,
    pub label: String,
    pub group: Group,
    /// What waits there.
    pub waiting: i64,
}

/// What every open page of the desk learns: how much waits in each room, in the order of the list of rooms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskUpdate {
    pub waiting: Vec<i64>,
}

impl Embed for Result<DeskPage, AppError> {
    fn without_html(&self) -> Self {
        let mut page = self.clone()?;
        match &mut page {
            DeskPage::Room(room) => room.content.html.clear(),
            DeskPage::SignIn { html, .. } => html.clear(),
        }
        Ok(page)
    }
}

/// Reads the room at an address, with its query. `shown` are the numbers of items that the open page shows already,
/// separated by commas.
#[server(
    prefix = "/api",
    endpoint = "room",
    input = server_fn::codec::GetUrl,
    output = server_fn::codec::Postcard
)]
pub async fn read_room(path: String, #[server(default)] shown: String) -> Result<DeskPage, AppError> {
    find_room(&path, &shown).await
}

fn read_desk(path: String, shown: &[i64]) -> impl Future<Output = Result<DeskPage, AppError>> + Send + use<> {
    let shown = shown.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let address = format!("{}?path={}&shown={}", routes::READ_ROOM.path, encode(&path), encode(&shown));
    read(read_room(path, shown), move || address)
}

/// Reads a room's content for its own view; `None` once nobody is signed in.
fn read_content(path: String, shown: Vec<i64>) -> Pin<Box<dyn Future<Output = Result<Option<RoomContent>, AppError>>>> {
    Box::pin(async move {
        match read_desk(path, &shown).await? {
            DeskPage::Room(room) => Ok(Some(room.content)),
            DeskPage::SignIn { .. } => Ok(None),
        }
    })
}

/// The first room: what waits in the others. Its view shows the numbers of the navigation.
#[cfg(feature = "ssr")]
const OVERVIEW: Room = Room {
    route: &routes::DESK,
    label: "Bàn duyệt",
    group: Group::Own,
    permission: None,
    read: |_| Box::pin(async { Ok(RoomContent::default()) }),
    count_waiting: None,
};

/// Every room, in the order of the navigation.
#[cfg(feature = "ssr")]
pub const ROOMS: &[Room] = &[
    OVERVIEW,
    writing::room::ROOM,
    writing::room::PAGES_ROOM,
    writing::room::DOCUMENTS_ROOM,
    calendar::room::ROOM,
    series::room::ROOM,
    media::room::ROOM,
    taxonomy::room::ROOM,
    front::room::ROOM,
    notices::room::ROOM,
    faults::room::ROOM,
    moderation::room::ROOM,
    moderation::blocked_room::ROOM,
    moderation::saved_room::ROOM,
    ratings::room::ROOM,
    closures::room::ROOM,
    moderation::figures_room::ROOM,
    rules::room::ROOM,
    accounts::staff_room::ROOM,
    menu::room::ROOM,
    appearance::room::ROOM,
    settings::room::ROOM,
    audit::room::ROOM,
    accounts::own_room::ROOM,
];

/// Counts what waits in each room.
#[cfg(feature = "ssr")]
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
#[cfg(feature = "ssr")]
async fn find_room(path: &str, shown: &str) -> Result<DeskPage, AppError> {
    let whole_path = path;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let address = PageRequest::new("", query);
    let token = address.refusal_token();
    let ended = find_desk_refusal(&token).await?;
    let Some(staff) = find_signed_in_staff().await? else {
        return sign_in_page(whole_path, &token, ended).await;
    };
    // office computers are shared: a form is shown to the account that sent it, and to no other
    let refusal = ended.filter(|(_, account)| *account == Some(staff.id)).map(|(refusal, _)| refusal);
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
        longest_seconds: longest_time_of_current_session(&site).await?,
    })))
}

/// The form that asks staff to sign in, with the form that an account was refused because its session had ended.
#[cfg(feature = "ssr")]
async fn sign_in_page(path: &str, token: &str, ended: Option<(Refusal, Option<i64>)>) -> Result<DeskPage, AppError> {
    let ended = ended.filter(|(refusal, _)| refusal.error == AppError::SignIn);
    let ended = ended.and_then(|(refusal, account)| Some(EndedForm { account: account?, refusal }));
    let site = current_site()?;
    let interrupted_form = ended.map(|ended| ended.seal(&site.keys.cookie)).unwrap_or_default();
    // a refused sign-in belongs to no account
    let own = [routes::SIGN_IN.path, routes::SIGN_IN_CODE.path];
    let refusal = find_refusal(token).await?.filter(|refusal| own.contains(&refusal.action.as_str()));
    let code_pending = pending_account().await?.is_some();
    let is_interrupted = !interrupted_form.is_empty();
    let form = SignInForm { refusal: refusal.as_ref(), interrupted_form, code_pending, path: path.to_owned() };
    Ok(DeskPage::SignIn { html: form.html(), refusal, is_interrupted })
}

#[cfg(feature = "ssr")]
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

#[cfg(all(test, feature = "ssr"))]
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
