//! Small tools that know no feature and no request.

#[cfg(feature = "ssr")]
pub mod clock;
pub mod error;
pub mod format;
pub mod html;
#[cfg(feature = "ssr")]
pub mod html_tree;
pub mod id;
#[cfg(feature = "ssr")]
pub mod keys;
#[cfg(feature = "ssr")]
pub mod mail;
#[cfg(feature = "ssr")]
pub mod outage;
#[cfg(feature = "ssr")]
pub mod text;
pub mod url;
