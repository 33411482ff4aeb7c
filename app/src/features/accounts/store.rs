//! The accounts table.

use super::device::KnownDevice;
use super::{
    ALLOW_PUBLISHING, BAD_DISPLAY_NAME, BAD_USERNAME, CHANGE_PASSWORD, CHANGE_ROLE, CREATE_ACCOUNT, DISABLE_ACCOUNT,
    ENABLE_ACCOUNT, END_SESSIONS, FORBID_PUBLISHING, INVITE, LAST_ADMINISTRATOR, RESET_PASSWORD, USERNAME_TAKEN,
    WRONG_CURRENT_PASSWORD,
};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Action, Actor, Entry};
use crate::web::permissions::{ROLE_FORBIDS, Role};
use crate::web::store::sessions::end_all_sessions;
use serde_json::{Value, json};
use sqlx::{PgConnection, PgPool};

pub mod carried;
pub mod links;
pub mod mail;
pub mod second_factor;
#[cfg(test)]
mod tests;

/// An account in the administrators' list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAccount {
    pub id: i64,
    pub username: String,
    pub display_name: String,
    pub role: Role,
    /// Whether an editor may publish.
    pub may_publish: bool,
    pub is_disabled: bool,
    /// Whether the invitation was not accepted yet.
    pub is_invited: bool,
    pub has_second_factor: bool,
    /// How many sessions are open.
    pub sessions: i64,
}

/// Appends an entry about an account, at the end of a transaction.
async fn record(
    db: &mut PgConnection,
    actor: Actor<'_>,
    action: Action,
    account: i64,
    detail: Value,
) -> Result<(), AppError> {
    actor.record(db, Entry::new(actor, action, ("account", Some(account)), detail)).await?;
    Ok(())
}

/// Inserts an account and returns its number. Without a password nobody can sign in with it yet.
#[tracing::instrument(skip_all)]
pub async fn insert_account(
    pool: &PgPool,
    actor: Actor<'_>,
    username: &str,
    display_name: &str,
    role: Role,
    password_hash: Option<&str>,
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, actor).await?;
    let id = sqlx::query_scalar!(
        "insert into accounts (username, display_name, role, password_hash) values ($1, $2, $3, $4) returning id",
        username,
        display_name,
        role as _,
        password_hash
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| match constraint(&error) {
        Some("account_username_taken") => AppError::invalid(USERNAME_TAKEN),
        Some("account_username") => AppError::invalid(BAD_USERNAME),
        Some("account_display_name") => AppError::invalid(BAD_DISPLAY_NAME),
        _ => error.into(),
    })?;
    let action = if password_hash.is_some() { CREATE_ACCOUNT } else { INVITE };
    record(&mut tx, actor, action, id, json!({ "role": role.value() })).await?;
    tx.commit().await?;
    Ok(id)
}

/// Lists all accounts by name, disabled ones last.
#[tracing::instrument(skip(pool))]
pub async fn list_accounts(pool: &PgPool) -> Result<Vec<ListedAccount>, AppError> {
    let accounts = sqlx::query_as!(
        ListedAccount,
        r#"select id, username, display_name, role as "role: Role", may_publish,
                  disabled_at is not null as "is_disabled!", password_hash is null as "is_invited!",
                  exists (
                      select from second_factors f where f.account_id = accounts.id and f.confirmed_at is not null
                  ) as "has_second_factor!",
                  (
                      select count(*) from sessions s
                      where s.account_id = accounts.id and s.expires_at > now() and s.data ? 'account'
                  ) as "sessions!"
           from accounts order by disabled_at is not null, username"#
    );
    Ok(accounts.fetch_all(pool).await?)
}

/// Lists the displayed names of those who may sign in.
#[tracing::instrument(skip(pool))]
pub async fn list_display_names(pool: &PgPool) -> Result<Vec<String>, AppError> {
    let names = sqlx::query_scalar!("select display_name from accounts where disabled_at is null");
    Ok(names.fetch_all(pool).await?)
}

/// Finds the number of the account with this name.
#[tracing::instrument(skip_all)]
pub async fn find_account(pool: &PgPool, username: &str) -> Result<Option<i64>, AppError> {
    Ok(sqlx::query_scalar!("select id from accounts where username = $1", username).fetch_optional(pool).await?)
}

/// Lists the number and displayed name of every account, by name.
#[tracing::instrument(skip(pool))]
pub async fn list_names(pool: &PgPool) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!("select id, display_name from accounts order by display_name, id").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.display_name)).collect())
}

/// Lists number and displayed name of those who may sign in, by name.
#[tracing::instrument(skip(pool))]
pub async fn list_active_names(pool: &PgPool) -> Result<Vec<(i64, String)>, AppError> {
    let rows =
        sqlx::query!("select id, display_name from accounts where disabled_at is null order by display_name, id");
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.display_name)).collect())
}

/// What an account signs in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    pub account: i64,
    pub hash: String,
    /// See [`find_device_epoch`].
    pub epoch: i32,
}

impl Credentials {
    /// Whether this account signed in on a device since its epoch began.
    pub fn knows(&self, device: &KnownDevice) -> bool {
        (device.account, device.epoch) == (self.account, self.epoch)
    }
}

/// Finds what an account that may sign in signs in with.
#[tracing::instrument(skip_all)]
pub async fn find_credentials(pool: &PgPool, username: &str) -> Result<Option<Credentials>, AppError> {
    let found = sqlx::query_as!(
        Credentials,
        r#"select id as account, password_hash as "hash!", device_epoch as epoch from accounts
           where username = $1 and disabled_at is null and password_hash is not null"#,
        username
    );
    Ok(found.fetch_optional(pool).await?)
}

/// Finds the epoch of an account's devices: a device that signed in during an earlier epoch is no longer known.
#[tracing::instrument(skip(pool))]
pub async fn find_device_epoch(pool: &PgPool, account: i64) -> Result<i32, AppError> {
    let epoch = sqlx::query_scalar!("select device_epoch from accounts where id = $1", account);
    epoch.fetch_optional(pool).await?.ok_or(AppError::NotFound)
}

/// Finds the password hash of an account that may sign in.
#[tracing::instrument(skip(pool))]
pub async fn find_password_hash(pool: &PgPool, id: i64) -> Result<Option<String>, AppError> {
    let hash = sqlx::query_scalar!(
        r#"select password_hash as "password_hash!" from accounts
           where id = $1 and disabled_at is null and password_hash is not null"#,
        id
    );
    Ok(hash.fetch_optional(pool).await?)
}

/// Gives an account another role, without the mark of a publisher, in force with its next request.
#[tracing::instrument(skip(pool, actor))]
pub async fn change_role(pool: &PgPool, actor: Actor<'_>, account: i64, role: Role) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, actor).await?;
    let previous =
        sqlx::query_scalar!(r#"select role as "role: Role" from accounts where id = $1 for no key update"#, account)
            .fetch_optional(&mut *tx)
            .await?
            .ok_or(AppError::NotFound)?;
    if previous == role {
        return Ok(());
    }
    sqlx::query!("update accounts set role = $2, may_publish = false where id = $1", account, role as _)
        .execute(&mut *tx)
        .await?;
    keep_an_administrator(&mut tx, previous).await?;
    let detail = json!({ "from": previous.value(), "to": role.value() });
    record(&mut tx, actor, CHANGE_ROLE, account, detail).await?;
    Ok(tx.commit().await?)
}

/// Gives an account the mark with which an editor publishes, or takes it away, in force with its next request.
#[tracing::instrument(skip(pool, actor))]
pub async fn set_may_publish(pool: &PgPool, actor: Actor<'_>, account: i64, may_publish: bool) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, actor).await?;
    let changed = sqlx::query!(
        "update accounts set may_publish = $2 where id = $1 and may_publish <> $2 and disabled_at is null",
        account,
        may_publish
    )
    .execute(&mut *tx)
    .await?;
    if changed.rows_affected() == 1 {
        let action = if may_publish { ALLOW_PUBLISHING } else { FORBID_PUBLISHING };
        record(&mut tx, actor, action, account, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

/// Disables or enables an account. Disabling ends its sessions and deletes its link.
#[tracing::instrument(skip(pool, actor))]
pub async fn set_disabled(pool: &PgPool, actor: Actor<'_>, account: i64, disabled: bool) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, actor).await?;
    let role = sqlx::query_scalar!(
        r#"update accounts set disabled_at = case when $2 then now() end
           where id = $1 and (disabled_at is not null) <> $2
           returning role as "role: Role""#,
        account,
        disabled
    );
    let Some(role) = role.fetch_optional(&mut *tx).await? else { return Ok(()) };
    if disabled {
        keep_an_administrator(&mut tx, role).await?;
        end_all_sessions(&mut tx, account).await?;
        sqlx::query!("delete from account_links where account_id = $1", account).execute(&mut *tx).await?;
    }
    let action = if disabled { DISABLE_ACCOUNT } else { ENABLE_ACCOUNT };
    record(&mut tx, actor, action, account, json!({})).await?;
    Ok(tx.commit().await?)
}

/// Ends all sessions of an account, and begins a new epoch: its devices are no longer known.
#[tracing::instrument(skip(pool, actor))]
pub async fn end_sessions_of(pool: &PgPool, actor: Actor<'_>, account: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, actor).await?;
    sqlx::query!("update accounts set device_epoch = device_epoch + 1 where id = $1", account)
        .execute(&mut *tx)
        .await?;
    let ended = end_all_sessions(&mut tx, account).await?;
    record(&mut tx, actor, END_SESSIONS, account, json!({ "count": ended })).await?;
    Ok(tx.commit().await?)
}

/// Stores a new password and ends the account's sessions. `replaced` is the hash of the password that was proved; it
/// must still be the account's.
#[tracing::instrument(skip(pool, actor, password_hash, replaced))]
pub async fn set_password(
    pool: &PgPool,
    actor: Actor<'_>,
    account: i64,
    password_hash: &str,
    replaced: Option<&str>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let current = sqlx::query_scalar!("select password_hash from accounts where id = $1 for no key update", account);
    let current = current.fetch_optional(&mut *tx).await?.flatten();
    if replaced.is_some() && current.as_deref() != replaced {
        return Err(AppError::invalid(WRONG_CURRENT_PASSWORD));
    }
    replace_password(&mut tx, account, password_hash).await?;
    let action = if actor.account == Some(account) { CHANGE_PASSWORD } else { RESET_PASSWORD };
    record(&mut tx, actor, action, account, json!({})).await?;
    Ok(tx.commit().await?)
}

/// The same within a transaction, without an entry. A link that was created before becomes useless.
async fn replace_password(db: &mut PgConnection, account: i64, password_hash: &str) -> Result<(), AppError> {
    let updated = sqlx::query!(
        "update accounts set password_hash = $2, device_epoch = device_epoch + 1 where id = $1",
        account,
        password_hash
    )
    .execute(&mut *db)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    sqlx::query!("delete from account_links where account_id = $1", account).execute(&mut *db).await?;
    // somebody else may have begun to set up this second factor
    sqlx::query!("delete from second_factors where account_id = $1 and confirmed_at is null", account)
        .execute(&mut *db)
        .await?;
    end_all_sessions(db, account).await?;
    Ok(())
}

/// Until this transaction ends nobody else changes who administrates; the actor must still be one of them. The lock is
/// a weak one: an entry in the record names an account, and must not wait for it while others wait for the record.
async fn lock_administrators(db: &mut PgConnection, actor: Actor<'_>) -> Result<(), AppError> {
    let all = sqlx::query_scalar!(
        "select id from accounts where role = 'administrator' and disabled_at is null order by id for no key update"
    )
    .fetch_all(db)
    .await?;
    let is_allowed = actor.account.is_none_or(|account| all.contains(&account));
    if is_allowed { Ok(()) } else { Err(AppError::Forbidden(ROLE_FORBIDS)) }
}

/// Refuses what would leave nobody who can administrate, when somebody of the role `previous` leaves. All links end
/// with an administrator.
async fn keep_an_administrator(db: &mut PgConnection, previous: Role) -> Result<(), AppError> {
    if previous != Role::Administrator {
        return Ok(());
    }
    let is_left = sqlx::query_scalar!(
        r#"select exists (
               select from accounts where role = 'administrator' and disabled_at is null and password_hash is not null
           ) as "is_left!""#
    )
    .fetch_one(&mut *db)
    .await?;
    if !is_left {
        return Err(AppError::invalid(LAST_ADMINISTRATOR));
    }
    // nobody comes in by a link whose creator may no longer create any
    sqlx::query!("delete from account_links").execute(db).await?;
    Ok(())
}
