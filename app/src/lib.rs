//! What Loa Phường is. One folder a feature; a file's name says where it runs (see ARCHITECTURE.md).

#![recursion_limit = "256"]

pub mod accounts;
pub mod answer;
pub mod articles;
pub mod closures;
pub mod comments;
pub mod error;
pub mod forms;
pub mod live;
pub mod moderation;
pub mod page;
pub mod pictures;
#[cfg(feature = "ssr")]
mod privacy;
pub mod ratings;
#[cfg(feature = "ssr")]
pub mod rules;
pub mod scroll;
pub mod settings;
pub mod settled;
pub mod shell;
pub mod statistics;
pub mod wire;

#[cfg(feature = "ssr")]
pub mod audit;
#[cfg(feature = "ssr")]
pub mod away;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod keys;
#[cfg(feature = "ssr")]
pub mod limits;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod site;
#[cfg(feature = "ssr")]
pub mod text;
