//! The desk of staff: signing in, the list of rooms, and one room at a time. It knows no room's inside.

#[cfg(feature = "ssr")]
mod rooms;
mod view;

#[cfg(feature = "ssr")]
pub use rooms::{ROOMS, count_waiting};

use crate::base::error::AppError;
use crate::base::url::encode;
use crate::routes;
use crate::web::forms::Refusal;
use crate::web::forms::send::read;
use crate::web::response;
use crate::web::room::{Group, RoomContent};
use crate::web::staff::Staff;
use crate::web::sync_view::SyncView;
use crate::web::wire::{Embed, Embedded};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use leptos_router::{LazyRoute, lazy_route};
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// What an address of the desk shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeskPage {
    /// Nobody is signed in.
    SignIn {
        /// The form that was refused.
        refusal: Option<Refusal>,
        /// A form that was refused because the session had ended, as JSON; signing in carries it along.
        interrupted_form: String,
        /// Whether the password was given and the code is pending.
        code_pending: bool,
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
        if let DeskPage::Room(room) = &mut page {
            room.content.html.clear();
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
    rooms::read(&path, &shown).await
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

/// The desk is not in a reader's download: its code is loaded when one of its addresses is opened.
pub struct DeskRoute;

#[lazy_route]
impl LazyRoute for DeskRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| crate::web::early_clicks::stop());
        let location = use_location();
        let path = Memo::new(move |_| match location.search.get() {
            query if query.is_empty() => location.pathname.get(),
            query => format!("{}?{query}", location.pathname.get()),
        });
        let version = RwSignal::new(0u32);
        let desk = Resource::<Result<DeskPage, AppError>, Embedded>::new_with_options(
            move || (path.get(), version.get()),
            |(path, _)| read_desk(path, &[]),
            false,
        );
        let reload = Callback::new(move |()| version.update(|version| *version += 1));
        view! {
            <Transition>
                {move || Suspend::new(async move {
                    match desk.await {
                        Ok(page) => {
                            arrive(&page);
                            let path = path.get_untracked();
                            SyncView(view! { <view::Desk page path reload/> }).into_any()
                        }
                        Err(error) => {
                            response::set_error(&error);
                            SyncView(view! { <view::Failed error/> }).into_any()
                        }
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

/// Sets status, headers and title. The page is for one person: nobody keeps it, and search engines ignore it.
fn arrive(page: &DeskPage) {
    let (label, refusal, error) = match page {
        DeskPage::SignIn { refusal, .. } => ("Đăng nhập", refusal.as_ref(), None),
        DeskPage::Room(room) => (room.label.as_str(), room.refusal.as_ref(), room.error.as_ref()),
    };
    response::set_private();
    if let Some(error) = error.or(refusal.map(|refusal| &refusal.error)) {
        response::set_error(error);
    }
    let title = if refusal.is_some() { format!("Lỗi: {label}") } else { label.to_owned() };
    #[cfg(feature = "ssr")]
    crate::web::document_head::set_head(&crate::web::page::Head { title, ..Default::default() });
    #[cfg(not(feature = "ssr"))]
    document().set_title(&title);
}
