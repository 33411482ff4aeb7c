//! Loa Phường. The layers, each of which uses only those above it: `base` and `routes`; `web` and `live`; `features`;
//! and what puts features together. See ARCHITECTURE.md.

#![recursion_limit = "256"]

pub mod base;
pub mod routes;

pub mod live;
pub mod web;

pub mod features;

#[cfg(feature = "ssr")]
pub mod copies;
pub mod desk;
#[cfg(feature = "ssr")]
pub mod frame;
#[cfg(feature = "ssr")]
pub mod jobs;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod registry;
pub mod shell;
#[cfg(all(test, feature = "ssr"))]
mod testing;
#[cfg(feature = "ssr")]
pub mod topics;
