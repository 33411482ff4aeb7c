//! What every page and request has: the site, the visitor, staff and their permissions, limits, forms, responses, and
//! what crosses between server and browser. No feature is named here.

#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod document_head;
#[cfg(feature = "hydrate")]
pub mod drafts;
#[cfg(feature = "hydrate")]
pub mod early_clicks;
#[cfg(feature = "ssr")]
pub mod flash;
pub mod forms;
pub mod idle;
#[cfg(feature = "ssr")]
pub mod limits;
pub mod page;
pub mod permissions;
#[cfg(feature = "ssr")]
pub mod request;
pub mod response;
pub mod room;
pub mod scroll;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod settings;
#[cfg(feature = "ssr")]
pub mod site;
pub mod staff;
#[cfg(feature = "ssr")]
pub mod store;
pub mod sync_view;
#[cfg(feature = "ssr")]
pub mod visitor;
pub mod wire;
