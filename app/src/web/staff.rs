//! A member of staff, as pages and endpoints know them.

use super::permissions::{Permission, Role};
use serde::{Deserialize, Serialize};

/// A member of staff who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    /// The account's number.
    pub id: i64,
    /// The name to sign in with: `lan`.
    pub username: String,
    /// The name that others see: `Chị Lan`.
    pub name: String,
    pub role: Role,
    /// Whether an editor publishes what they and others write.
    pub may_publish: bool,
    /// Whether signing in asks for a code.
    pub has_second_factor: bool,
}

impl Staff {
    /// Whether this person may do it: by role, or by the mark that lets an editor publish.
    pub fn may(&self, permission: Permission) -> bool {
        let is_publisher = self.may_publish && self.role == Role::Editor && permission == Permission::PublishArticles;
        self.role.may(permission) || is_publisher
    }
}
