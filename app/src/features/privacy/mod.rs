//! What the site stores about people.

#[cfg(feature = "ssr")]
pub mod page;
