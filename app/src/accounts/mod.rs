//! Staff: who may sign in, and as what.

pub mod desk;
pub mod idle;
pub mod link;
#[cfg(feature = "ssr")]
pub mod markup;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
pub mod second_factor;
#[cfg(feature = "ssr")]
pub mod sessions;
pub mod sign_in;
#[cfg(feature = "ssr")]
pub mod store;

use serde::{Deserialize, Serialize};

/// A member of staff who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The account.
    pub id: i64,
    /// The name to sign in with: `lan`.
    pub username: String,
    /// The name that others see: `Chị Lan`.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether a code is asked for when they sign in.
    pub second_factor: bool,
}

/// What a member of staff may do. Every role may moderate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Everything.
    Administrator,
    /// Articles and comments.
    Editor,
    /// Comments.
    Moderator,
}

impl Role {
    /// Its word in the database and on the command line.
    pub fn value(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Editor => "editor",
            Self::Moderator => "moderator",
        }
    }

    /// All of them.
    pub const ALL: [Self; 3] = [Self::Moderator, Self::Editor, Self::Administrator];

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "Quản trị",
            Self::Editor => "Biên tập",
            Self::Moderator => "Duyệt ý kiến",
        }
    }

    /// Reads its word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.value() == text)
    }
}
