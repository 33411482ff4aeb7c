//! The program: configuration, database, router, jobs and subcommands. It knows no feature's rules.

#![recursion_limit = "512"]

pub mod appearance;
pub mod assets;
pub mod audit_key;
pub mod cache;
pub mod client_address;
pub mod commands;
pub mod config;
pub mod connections;
pub mod database;
pub mod demo;
pub mod documents;
pub mod downloads;
pub mod feeds;
pub mod front_layer;
pub mod health;
pub mod import;
pub mod jobs;
mod load;
pub mod media;
pub mod metrics;
mod negotiation;
pub mod old_addresses;
pub mod qr_code;
pub mod request_guard;
pub mod request_metrics;
pub mod router;
pub mod security_headers;
pub mod serve;
pub mod static_files;
pub mod stream;
pub mod test_data;
pub mod transfer;
pub mod uploads;
pub mod video;
pub mod visits;
