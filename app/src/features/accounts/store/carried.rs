//! Staff of another site.

use crate::base::error::{AppError, constraint};
use crate::features::accounts::{BAD_DISPLAY_NAME, BAD_USERNAME, CREATE_ACCOUNT, USERNAME_TAKEN};
use crate::features::audit::{Actor, Entry};
use crate::web::permissions::Role;
use serde_json::json;
use sqlx::PgConnection;

/// Creates an account that nobody can use until an administrator enables it and sends an invitation: it is disabled and
/// has no password.
///
/// # Errors
/// [`USERNAME_TAKEN`], [`BAD_USERNAME`] or [`BAD_DISPLAY_NAME`].
#[tracing::instrument(skip(db, actor))]
pub async fn carry_over_account(
    db: &mut PgConnection,
    actor: Actor<'_>,
    (username, display_name): (&str, &str),
    role: Role,
) -> Result<i64, AppError> {
    let id = sqlx::query_scalar!(
        "insert into accounts (username, display_name, role, disabled_at) values ($1, $2, $3, now()) returning id",
        username,
        display_name,
        role as _
    )
    .fetch_one(&mut *db)
    .await
    .map_err(|error| match constraint(&error) {
        Some("account_username_taken") => AppError::invalid(USERNAME_TAKEN),
        Some("account_username") => AppError::invalid(BAD_USERNAME),
        Some("account_display_name") => AppError::invalid(BAD_DISPLAY_NAME),
        _ => error.into(),
    })?;
    let detail = json!({ "role": role.value() });
    actor.record(db, Entry::new(actor, CREATE_ACCOUNT, ("account", Some(id)), detail)).await?;
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::super::list_accounts;
    use super::*;
    use crate::testing::{actor, list_actions};
    use sqlx::PgPool;

    #[sqlx::test]
    async fn staff_of_another_site_cannot_sign_in_yet(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let new = ("quantri", "Phạm Hà");
        let id = carry_over_account(&mut db, actor(), new, Role::Administrator).await.expect("creates");
        let accounts = list_accounts(&pool).await.expect("lists");
        assert_eq!((accounts.len(), accounts[0].id), (1, id));
        assert!(accounts[0].is_disabled && accounts[0].is_invited && accounts[0].role == Role::Administrator);
        let again = carry_over_account(&mut db, actor(), new, Role::Editor).await;
        assert_eq!(again, Err(AppError::invalid(USERNAME_TAKEN)));
        let refused = carry_over_account(&mut db, actor(), ("A B", "Phạm Hà"), Role::Editor).await;
        assert_eq!(refused, Err(AppError::invalid(BAD_USERNAME)));
        let refused = carry_over_account(&mut db, actor(), ("ab", ""), Role::Editor).await;
        assert_eq!(refused, Err(AppError::invalid(BAD_DISPLAY_NAME)));
        assert_eq!(list_actions(&pool).await, ["create-account"]);
    }
}
