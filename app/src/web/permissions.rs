//! Who may do what: one table of roles and actions.

use crate::base::error::Problem;
use serde::{Deserialize, Serialize};

/// The role of a staff account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "staff_role", rename_all = "snake_case"))]
pub enum Role {
    /// Decides about comments and votes.
    Moderator,
    /// Writes and publishes as well.
    Editor,
    /// Everything, accounts and settings included.
    Administrator,
}

/// Something that staff do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Decide about comments, answer them, block writers.
    ModerateComments,
    /// Decide about suspicious votes.
    ReviewVotes,
    /// Close and reopen comments and ratings.
    CloseDiscussions,
    /// See how the desk does, in numbers.
    ReadFigures,
    /// Write articles and send them for review.
    WriteArticles,
    /// Publish, schedule, correct, end and withdraw articles. An editor needs the account's mark for it besides.
    PublishArticles,
    /// Upload and replace pictures and files.
    ManageMedia,
    /// Create, rename and merge categories and tags.
    ManageCategories,
    /// Arrange the front page and put urgent notices on every page.
    ManageFrontPage,
    /// Enter dates in the calendar.
    ManageCalendar,
    /// Edit the list of terms that flag a comment.
    ManageTerms,
    /// Invite staff, change roles, end sessions.
    ManageAccounts,
    /// Change the site's settings.
    ManageSettings,
    /// Read the record of what staff did.
    ReadAudit,
    /// Download all comments.
    ExportComments,
}

/// Signed in, but in a role without this permission.
pub const ROLE_FORBIDS: Problem = Problem::new(
    "",
    "role",
    "Tài khoản của ông/bà không có quyền làm việc này. Vui lòng liên hệ quản trị viên nếu cần",
);
/// Everybody must have a second factor, and this account has none yet.
pub const SECOND_FACTOR_NEEDED: Problem =
    Problem::new("", "second-factor", "Bật xác thực hai lớp trong mục Tài khoản trước khi tiếp tục");
/// The request came from another site.
pub const FOREIGN_REQUEST: Problem =
    Problem::new("", "foreign", "Yêu cầu này không được chấp nhận. Mở lại trang rồi thử lại");

impl Permission {
    pub const ALL: [Self; 15] = [
        Self::ModerateComments,
        Self::ReviewVotes,
        Self::CloseDiscussions,
        Self::ReadFigures,
        Self::WriteArticles,
        Self::PublishArticles,
        Self::ManageMedia,
        Self::ManageCategories,
        Self::ManageFrontPage,
        Self::ManageCalendar,
        Self::ManageTerms,
        Self::ManageAccounts,
        Self::ManageSettings,
        Self::ReadAudit,
        Self::ExportComments,
    ];

    /// The least role that has this permission; every later role has it too.
    const fn least_role(self) -> Role {
        match self {
            Self::ModerateComments | Self::ReviewVotes | Self::CloseDiscussions | Self::ReadFigures => Role::Moderator,
            Self::WriteArticles
            | Self::ManageMedia
            | Self::ManageCategories
            | Self::ManageFrontPage
            | Self::ManageCalendar => Role::Editor,
            Self::PublishArticles
            | Self::ManageTerms
            | Self::ManageAccounts
            | Self::ManageSettings
            | Self::ReadAudit
            | Self::ExportComments => Role::Administrator,
        }
    }
}

impl Role {
    /// All roles, the one with the fewest permissions first.
    pub const ALL: [Self; 3] = [Self::Moderator, Self::Editor, Self::Administrator];

    /// Whether this role may do it.
    pub fn may(self, permission: Permission) -> bool {
        self as u8 >= permission.least_role() as u8
    }

    /// The role's name in forms and on the command line.
    pub fn value(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Editor => "editor",
            Self::Moderator => "moderator",
        }
    }

    /// The role's name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Administrator => "Quản trị",
            Self::Editor => "Biên tập",
            Self::Moderator => "Duyệt ý kiến",
        }
    }

    /// Reads what [`Role::value`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.value() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_roles_and_actions() {
        use Permission as P;
        let editors = [P::WriteArticles, P::ManageMedia, P::ManageCategories, P::ManageFrontPage, P::ManageCalendar];
        let administrators =
            [P::PublishArticles, P::ManageTerms, P::ManageAccounts, P::ManageSettings, P::ReadAudit, P::ExportComments];
        for permission in Permission::ALL {
            let may = Role::ALL.map(|role| role.may(permission));
            let expected = match permission {
                _ if administrators.contains(&permission) => [false, false, true],
                _ if editors.contains(&permission) => [false, true, true],
                _ => [true, true, true],
            };
            assert_eq!(may, expected, "{permission:?}");
        }
    }

    #[test]
    fn roles_are_read_back() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.value()) == Some(role)));
        assert_eq!(Role::parse("boss"), None);
    }
}
