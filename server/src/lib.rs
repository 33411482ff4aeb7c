//! The program: configuration, database, router, jobs and subcommands. It knows no feature's rules.

#![recursion_limit = "512"]

pub mod address;
pub mod assets;
pub mod audit_key;
pub mod cache;
pub mod commands;
pub mod config;
pub mod connections;
pub mod count;
pub mod database;
pub mod demo;
pub mod export;
pub mod front;
pub mod guard;
pub mod headers;
pub mod health;
pub mod jobs;
pub mod metrics;
pub mod observe;
pub mod pages;
pub mod router;
pub mod serve;
pub mod stream;
