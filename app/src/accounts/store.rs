//! The accounts table.

use super::{Role, Staff};
pub use crate::audit::By;
use crate::audit::{Entry, store as audit};
use crate::error::{AppError, Rule, constraint};
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

pub mod links;
pub mod mail;
pub mod second_factor;

impl By<'_> {
    /// A line about something that was done to `account`, at the end of its transaction.
    async fn note(self, db: &mut PgConnection, action: &str, account: i64, detail: Value) -> Result<(), AppError> {
        audit::append(db, self.key, vec![Entry::new(self.account, action, ("account", Some(account)), detail)]).await?;
        Ok(())
    }
}

/// An account in the administrator's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub id: i64,
    /// The name to sign in with.
    pub username: String,
    /// The name that others see.
    pub display_name: String,
    /// What they may do.
    pub role: String,
    /// Whether they may not sign in.
    pub disabled: bool,
    /// Whether they have not taken up their invitation yet.
    pub invited: bool,
    /// Whether they have a second factor.
    pub second_factor: bool,
    /// How many sessions are open.
    pub sessions: i64,
}

/// Makes an account; without a password nobody can sign in with it yet.
pub async fn insert(
    pool: &PgPool,
    by: By<'_>,
    username: &str,
    display_name: &str,
    role: Role,
    password_hash: Option<&str>,
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, by).await?;
    let id = sqlx::query_scalar!(
        "insert into accounts (username, display_name, role, password_hash) values ($1, $2, $3, $4) returning id",
        username,
        display_name,
        role.value(),
        password_hash
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| match constraint(&error) {
        Some("account_username_taken") => AppError::rule(Rule::UsernameTaken),
        Some("account_username") => AppError::rule(Rule::Username),
        Some("account_display_name") => AppError::rule(Rule::DisplayName),
        _ => error.into(),
    })?;
    let action = if password_hash.is_some() { "create-account" } else { "invite" };
    by.note(&mut tx, action, id, json!({ "role": role.value() })).await?;
    tx.commit().await?;
    Ok(id)
}

/// All accounts: those in use first, by name.
pub async fn list(pool: &PgPool) -> Result<Vec<Listed>, AppError> {
    let listed = sqlx::query_as!(
        Listed,
        r#"select id, username, display_name, role, disabled_at is not null as "disabled!", password_hash is null as "invited!",
                  exists (select from second_factors f where f.account_id = accounts.id and f.confirmed_at is not null) as "second_factor!",
                  (select count(*) from sessions s where s.account_id = accounts.id and s.expires_at > now() and s.data ? 'account') as "sessions!"
           from accounts order by disabled_at is not null, username"#
    );
    Ok(listed.fetch_all(pool).await?)
}

/// The number of the account of this name.
pub async fn id_of(pool: &PgPool, username: &str) -> Result<Option<i64>, AppError> {
    Ok(sqlx::query_scalar!("select id from accounts where username = $1", username).fetch_optional(pool).await?)
}

/// Everybody's number and displayed name, by name.
pub async fn names(pool: &PgPool) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!("select id, display_name from accounts order by display_name, id").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.display_name)).collect())
}

/// The account and hash for a name that may sign in.
pub async fn for_sign_in(pool: &PgPool, username: &str) -> Result<Option<(i64, String)>, AppError> {
    let row = sqlx::query!(
        r#"select id, password_hash as "password_hash!" from accounts
           where username = $1 and disabled_at is null and password_hash is not null"#,
        username
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.id, row.password_hash)))
}

/// The name and hash of an account that may sign in.
pub async fn secrets(pool: &PgPool, id: i64) -> Result<Option<(String, String)>, AppError> {
    let row = sqlx::query!(
        r#"select username, password_hash as "password_hash!" from accounts
           where id = $1 and disabled_at is null and password_hash is not null"#,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.username, row.password_hash)))
}

/// The member of staff with this account, if they may be signed in.
pub async fn active(pool: &PgPool, id: i64) -> Result<Option<Staff>, AppError> {
    let row = sqlx::query!(
        r#"select id, username, display_name, role,
                  exists (select from second_factors f where f.account_id = accounts.id and f.confirmed_at is not null) as "second_factor!"
           from accounts where id = $1 and disabled_at is null"#,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.and_then(|row| {
        let role = Role::parse(&row.role)?;
        Some(Staff {
            id: row.id,
            username: row.username,
            name: row.display_name,
            role,
            second_factor: row.second_factor,
        })
    }))
}

/// Gives an account another role, in force with its next request.
pub async fn change_role(pool: &PgPool, by: By<'_>, account: i64, role: Role) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, by).await?;
    let was = sqlx::query_scalar!("select role from accounts where id = $1 for no key update", account)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AppError::NotFound)?;
    if was == role.value() {
        return Ok(());
    }
    sqlx::query!("update accounts set role = $2 where id = $1", account, role.value()).execute(&mut *tx).await?;
    keep_an_administrator(&mut tx, &was).await?;
    by.note(&mut tx, "change-role", account, json!({ "from": was, "to": role.value() })).await?;
    tx.commit().await?;
    Ok(())
}

/// Disables or enables an account; disabling ends its sessions, and its link leads nowhere.
pub async fn set_disabled(pool: &PgPool, by: By<'_>, account: i64, disabled: bool) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, by).await?;
    let role = sqlx::query_scalar!(
        "update accounts set disabled_at = case when $2 then now() end where id = $1 and (disabled_at is not null) <> $2
         returning role",
        account,
        disabled
    );
    let Some(role) = role.fetch_optional(&mut *tx).await? else { return Ok(()) };
    if disabled {
        keep_an_administrator(&mut tx, &role).await?;
        super::sessions::end_all(&mut tx, account).await?;
        sqlx::query!("delete from account_links where account_id = $1", account).execute(&mut *tx).await?;
    }
    let action = if disabled { "disable-account" } else { "enable-account" };
    by.note(&mut tx, action, account, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all of somebody's sessions.
pub async fn end_sessions(pool: &PgPool, by: By<'_>, account: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, by).await?;
    let ended = super::sessions::end_all(&mut tx, account).await?;
    by.note(&mut tx, "end-sessions", account, json!({ "count": ended })).await?;
    tx.commit().await?;
    Ok(())
}

/// Stores a new password, `instead_of` one that was proved and must still be the account's, and ends its sessions.
pub async fn set_password(
    pool: &PgPool,
    by: By<'_>,
    account: i64,
    password_hash: &str,
    instead_of: Option<&str>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let now = sqlx::query_scalar!("select password_hash from accounts where id = $1 for no key update", account);
    let now = now.fetch_optional(&mut *tx).await?.flatten();
    if instead_of.is_some() && now.as_deref() != instead_of {
        return Err(AppError::rule(Rule::CurrentPassword));
    }
    put_password(&mut tx, account, password_hash).await?;
    let action = if by.account == Some(account) { "change-password" } else { "reset-password" };
    by.note(&mut tx, action, account, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// The same within a transaction, without its line. A link that was under way is of no use any longer.
async fn put_password(db: &mut PgConnection, account: i64, password_hash: &str) -> Result<(), AppError> {
    let done = sqlx::query!("update accounts set password_hash = $2 where id = $1", account, password_hash)
        .execute(&mut *db)
        .await?;
    if done.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    sqlx::query!("delete from account_links where account_id = $1", account).execute(&mut *db).await?;
    // a second factor that somebody else may have begun with begins anew
    sqlx::query!("delete from second_factors where account_id = $1 and confirmed_at is null", account)
        .execute(&mut *db)
        .await?;
    super::sessions::end_all(db, account).await?;
    Ok(())
}

/// Until this transaction ends nobody else changes who administrates; whoever asks must still be one of them. The lock is a
/// weak one: a line in the record names an account, and must not wait for it while others wait for the record.
async fn lock_administrators(db: &mut PgConnection, by: By<'_>) -> Result<(), AppError> {
    let all = sqlx::query_scalar!(
        "select id from accounts where role = 'administrator' and disabled_at is null order by id for no key update"
    )
    .fetch_all(db)
    .await?;
    if by.account.is_none_or(|account| all.contains(&account)) { Ok(()) } else { Err(AppError::NotAllowed) }
}

/// Refuses what would leave nobody who can administrate, when somebody of the role `was` leaves; links under way end with
/// an administrator.
async fn keep_an_administrator(db: &mut PgConnection, was: &str) -> Result<(), AppError> {
    if was != Role::Administrator.value() {
        return Ok(());
    }
    let left = sqlx::query_scalar!(
        r#"select exists (
               select from accounts where role = 'administrator' and disabled_at is null and password_hash is not null
           ) as "left!""#
    )
    .fetch_one(&mut *db)
    .await?;
    if !left {
        return Err(AppError::rule(Rule::LastAdministrator));
    }
    // nobody comes in by a link that somebody made who may make none any longer
    sqlx::query!("delete from account_links").execute(db).await?;
    Ok(())
}

#[cfg(test)]
#[expect(missing_docs, reason = "helpers of other stores' tests")]
pub mod tests;
