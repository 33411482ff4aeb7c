//! Staff: who may sign in, and as what.

pub mod idle;
#[cfg(feature = "ssr")]
pub mod password;
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
    /// The name that others see: `Chị Lan`.
    pub name: String,
    /// What they may do.
    pub role: Role,
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

    /// Reads its word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Administrator, Self::Editor, Self::Moderator].into_iter().find(|role| role.value() == text)
    }
}
