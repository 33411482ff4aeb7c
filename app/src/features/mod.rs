//! The features, one folder each. A feature uses another one through its `mod.rs` and its store; views of several
//! features meet only on pages that are put together.

#[cfg(feature = "ssr")]
pub mod accessibility;
pub mod accounts;
pub mod articles;
#[cfg(feature = "ssr")]
pub mod audit;
pub mod closures;
pub mod comments;
#[cfg(feature = "ssr")]
pub mod faults;
#[cfg(feature = "ssr")]
pub mod feeds;
#[cfg(feature = "ssr")]
pub mod front;
pub mod media;
pub mod moderation;
#[cfg(feature = "ssr")]
pub mod notices;
pub mod privacy;
pub mod ratings;
pub mod rules;
#[cfg(feature = "ssr")]
pub mod search;
pub mod settings;
pub mod statistics;
pub mod taxonomy;
pub mod writing;
