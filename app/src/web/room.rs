//! A room of the desk: its address, label and permission, and how its content is rendered. Each feature declares its
//! room; the desk lists the rooms and knows no room's inside.

#[cfg(feature = "ssr")]
use super::forms::Refusal;
#[cfg(feature = "ssr")]
use super::page::PageRequest;
#[cfg(feature = "ssr")]
use super::permissions::Permission;
#[cfg(feature = "ssr")]
use super::site::Site;
use super::staff::Staff;
use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::routes::Route;
use leptos::prelude::{AnyView, Callback, RwSignal};
use serde::{Deserialize, Serialize};
use std::pin::Pin;

/// A room.
#[cfg(feature = "ssr")]
pub struct Room {
    pub route: &'static Route,
    /// Its name in the navigation.
    pub label: &'static str,
    pub group: Group,
    /// Who may enter: anybody who is signed in, where it is `None`.
    pub permission: Option<Permission>,
    /// Renders its content.
    pub read: ReadRoom,
    /// Counts what waits there, for the navigation and the overview.
    pub count_waiting: Option<CountWaiting>,
}

/// A heading of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Group {
    /// What the site says.
    Content,
    /// What readers send.
    Readers,
    /// How the site does.
    Insight,
    /// What administrators look after.
    Administration,
    /// One's own account; it stands under one's name instead.
    Own,
}

impl Group {
    /// The groups of the navigation, in order.
    pub const ALL: [Self; 4] = [Self::Content, Self::Readers, Self::Insight, Self::Administration];

    /// The heading.
    pub fn label(self) -> &'static str {
        match self {
            Self::Content => "Nội dung",
            Self::Readers => "Bạn đọc",
            Self::Insight => "Theo dõi",
            Self::Administration => "Quản trị",
            Self::Own => "Tài khoản",
        }
    }
}

/// Makes the live view of a room whose content is more than HTML.
pub type RoomView = fn(RoomContext, RoomContent) -> AnyView;

/// The context of a room's live view.
#[derive(Clone)]
pub struct RoomContext {
    pub staff: Staff,
    /// The room's address with its query.
    pub path: String,
    /// Whether live updates are paused.
    pub paused: RwSignal<bool>,
    /// Reads the room again and replaces the whole page.
    pub reload: Callback<()>,
    /// Reads the content of the room at an address, with the items of these numbers; `None` once nobody is signed in.
    pub read_content: ReadContent,
}

pub type ReadContent = fn(String, Vec<i64>) -> Pin<Box<dyn Future<Output = Result<Option<RoomContent>, AppError>>>>;

/// A room's content.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RoomContent {
    /// HTML made by the server.
    pub html: String,
    /// What the room's live view needs, in an encoding of its own.
    pub data: Vec<u8>,
}

/// What a room's content is rendered from.
#[cfg(feature = "ssr")]
pub struct RoomRequest {
    pub site: Site,
    pub staff: Staff,
    pub address: PageRequest,
    /// The form that was refused on this page, with what was typed.
    pub refusal: Option<Refusal>,
    /// Numbers of the items that the open page shows already.
    pub shown: Vec<i64>,
}

#[cfg(feature = "ssr")]
pub type ReadRoom = fn(RoomRequest) -> Pin<Box<dyn Future<Output = Result<RoomContent, AppError>> + Send>>;
#[cfg(feature = "ssr")]
pub type CountWaiting = fn(sqlx::PgPool) -> Pin<Box<dyn Future<Output = Result<i64, AppError>> + Send>>;
