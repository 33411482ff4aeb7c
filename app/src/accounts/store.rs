//! The accounts table.

use super::{Role, Staff};
use crate::error::{AppError, constraint};
use sqlx::PgPool;

/// An account in the administrator's list.
#[derive(Debug)]
pub struct Listed {
    /// The name to sign in with.
    pub username: String,
    /// The name that others see.
    pub display_name: String,
    /// What they may do.
    pub role: String,
    /// Whether they may not sign in.
    pub disabled: bool,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The name is in use.
    #[error("there is an account of that name already")]
    Taken,
    /// The name has another shape.
    #[error(
        "a name has 2 to 40 small letters, digits, dots, hyphens or underscores, and begins with a letter or a digit"
    )]
    Username,
    /// The displayed name is too short or too long.
    #[error("a displayed name has 2 to 60 characters")]
    DisplayName,
    /// The database's own fault.
    #[error(transparent)]
    Database(sqlx::Error),
}

/// Makes an account.
pub async fn insert(
    pool: &PgPool,
    username: &str,
    display_name: &str,
    role: Role,
    password_hash: &str,
) -> Result<i64, CreateError> {
    sqlx::query_scalar!(
        "insert into accounts (username, display_name, role, password_hash) values ($1, $2, $3, $4) returning id",
        username,
        display_name,
        role.value(),
        password_hash
    )
    .fetch_one(pool)
    .await
    .map_err(|error| match constraint(&error) {
        Some("account_username_taken") => CreateError::Taken,
        Some("account_username") => CreateError::Username,
        Some("account_display_name") => CreateError::DisplayName,
        _ => CreateError::Database(error),
    })
}

/// All accounts, by name.
pub async fn list(pool: &PgPool) -> Result<Vec<Listed>, sqlx::Error> {
    sqlx::query_as!(
        Listed,
        r#"select username, display_name, role, disabled_at is not null as "disabled!" from accounts order by username"#
    )
    .fetch_all(pool)
    .await
}

/// The number of the account of this name.
pub async fn id_of(pool: &PgPool, username: &str) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!("select id from accounts where username = $1", username).fetch_optional(pool).await
}

/// Everybody's number and displayed name, by name.
pub async fn names(pool: &PgPool) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!("select id, display_name from accounts order by display_name, id").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.display_name)).collect())
}

/// The account and hash for a name that may sign in.
pub async fn for_sign_in(pool: &PgPool, username: &str) -> Result<Option<(i64, String)>, AppError> {
    let row =
        sqlx::query!("select id, password_hash from accounts where username = $1 and disabled_at is null", username)
            .fetch_optional(pool)
            .await?;
    Ok(row.map(|row| (row.id, row.password_hash)))
}

/// The member of staff with this account, if they may be signed in.
pub async fn active(pool: &PgPool, id: i64) -> Result<Option<Staff>, AppError> {
    let row = sqlx::query!("select id, display_name, role from accounts where id = $1 and disabled_at is null", id)
        .fetch_optional(pool)
        .await?;
    Ok(row.and_then(|row| Some(Staff { id: row.id, name: row.display_name, role: Role::parse(&row.role)? })))
}

/// Disables or enables an account; disabling ends its sessions. `false` where there is no such account.
pub async fn set_disabled(pool: &PgPool, username: &str, disabled: bool) -> Result<bool, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let id = sqlx::query_scalar!(
        "update accounts set disabled_at = case when $2 then now() end where username = $1 returning id",
        username,
        disabled
    )
    .fetch_optional(&mut *tx)
    .await?;
    super::sessions::end_all(&mut tx, id).await?;
    tx.commit().await?;
    Ok(id.is_some())
}

/// Stores a new password and ends the account's sessions. `false` where there is no such account.
pub async fn set_password(pool: &PgPool, username: &str, password_hash: &str) -> Result<bool, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let id = sqlx::query_scalar!(
        "update accounts set password_hash = $2 where username = $1 returning id",
        username,
        password_hash
    )
    .fetch_optional(&mut *tx)
    .await?;
    super::sessions::end_all(&mut tx, id).await?;
    tx.commit().await?;
    Ok(id.is_some())
}

#[cfg(test)]
#[expect(missing_docs, reason = "helpers of other stores' tests")]
pub mod tests {
    use super::*;

    pub async fn staff(pool: &PgPool, username: &str) -> Staff {
        let id = insert(pool, username, &format!("Chị {username}"), Role::Moderator, "$no$hash")
            .await
            .expect("makes an account");
        active(pool, id).await.expect("reads").expect("is there")
    }

    #[sqlx::test]
    async fn an_account_is_made_once(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        assert_eq!((lan.name.as_str(), lan.role), ("Chị lan", Role::Moderator));
        assert!(matches!(insert(&pool, "lan", "Chị Lan", Role::Editor, "x").await, Err(CreateError::Taken)));
        for bad in ["", "l", "Lan", "lan lan", ".lan", "lan;drop"] {
            assert!(
                matches!(insert(&pool, bad, "Chị Lan", Role::Editor, "x").await, Err(CreateError::Username)),
                "{bad}"
            );
        }
        assert!(matches!(insert(&pool, "hoa", "H", Role::Editor, "x").await, Err(CreateError::DisplayName)));
        assert_eq!(list(&pool).await.expect("lists").len(), 1);
    }

    #[sqlx::test]
    async fn a_disabled_account_is_out_until_it_is_enabled(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        assert!(set_disabled(&pool, "lan", true).await.expect("disables"));
        assert_eq!(active(&pool, lan.id).await, Ok(None));
        assert_eq!(for_sign_in(&pool, "lan").await, Ok(None));
        assert!(set_disabled(&pool, "lan", false).await.expect("enables"));
        assert_eq!(active(&pool, lan.id).await, Ok(Some(lan)));
        assert!(!set_disabled(&pool, "nobody", true).await.expect("asks"));
    }

    #[sqlx::test]
    async fn a_new_password_replaces_the_old(pool: PgPool) {
        staff(&pool, "lan").await;
        assert!(set_password(&pool, "lan", "$new").await.expect("stores"));
        assert_eq!(for_sign_in(&pool, "lan").await.expect("reads").map(|(_, hash)| hash).as_deref(), Some("$new"));
        assert!(!set_password(&pool, "nobody", "$new").await.expect("asks"));
    }
}
