//! Carrying another site over: reading what it was, storing it once, and leading its old addresses on.

pub mod addresses;
pub mod body;
pub mod dump;
pub mod encoding;
pub mod nukeviet;
pub mod redirects;
pub mod report;
pub mod spool;
pub mod store;
pub mod text;

use crate::features::audit::Action;

pub const IMPORT: Action = Action::new("import", "chuyển dữ liệu từ trang cũ sang");
pub const ACTIONS: &[Action] = &[IMPORT];

/// What something of another site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(type_name = "origin_kind", rename_all = "snake_case")]
pub enum OriginKind {
    Category,
    Tag,
    Topic,
    Author,
    Article,
    Page,
    Picture,
    File,
    Comment,
    Account,
    Menu,
    Setting,
}

/// What something of another site was, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// Its number there, or the path of a file.
    pub key: String,
    /// The readable part of its old address, in small letters.
    pub alias: String,
    /// Its number here; `None` for what has none.
    pub target: Option<i64>,
    /// A digest of what it was there.
    pub digest: Vec<u8>,
    /// How it stood here when it was written.
    pub stamp: String,
}
