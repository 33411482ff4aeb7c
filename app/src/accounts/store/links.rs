//! Links that work once. Only a hash of each is kept.

use super::{By, lock_administrators, put_password};
use crate::error::AppError;
use serde_json::json;
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

/// How long a link works.
pub const WORKS: Duration = Duration::hours(48);

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Somebody new chooses a password.
    Invitation,
    /// Somebody who forgot theirs chooses a new one.
    Password,
    /// Somebody who lost their phone and their recovery codes signs in without them again.
    SecondFactor,
}

impl Kind {
    /// Its word in the database.
    pub fn value(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
        }
    }

    /// Reads its word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Invitation, Self::Password, Self::SecondFactor].into_iter().find(|kind| kind.value() == text)
    }
}

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whose it is.
    pub account: i64,
    /// What it is for.
    pub kind: Kind,
    /// The name to sign in with.
    pub username: String,
    /// The name that others see.
    pub name: String,
}

/// Keeps a link for an account, in the place of the one it had. Who has taken up an invitation needs no other.
pub async fn make(pool: &PgPool, by: By<'_>, account: i64, kind: Kind, hash: &[u8; 32]) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, by).await?;
    let fits = sqlx::query_scalar!(
        r#"select (password_hash is null) = ($2 = 'invitation') and disabled_at is null as "fits!" from accounts where id = $1"#,
        account,
        kind.value()
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    if !fits {
        return Err(AppError::NotFound);
    }
    sqlx::query!(
        "insert into account_links (token_hash, account_id, kind, expires_at) values ($1, $2, $3, now() + make_interval(hours => $4))
         on conflict (account_id) do update
         set token_hash = excluded.token_hash, kind = excluded.kind, created_at = now(), expires_at = excluded.expires_at",
        &hash[..],
        account,
        kind.value(),
        i32::try_from(WORKS.whole_hours()).unwrap_or(i32::MAX)
    )
    .execute(&mut *tx)
    .await?;
    by.note(&mut tx, "make-link", account, json!({ "kind": kind.value() })).await?;
    tx.commit().await?;
    Ok(())
}

/// What a link leads to, while it works.
pub async fn find(pool: &PgPool, hash: &[u8; 32]) -> Result<Option<Link>, AppError> {
    let row = sqlx::query!(
        "select account_id, kind, username, display_name from account_links l join accounts a on a.id = l.account_id
         where token_hash = $1 and expires_at > now() and disabled_at is null",
        &hash[..]
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.and_then(|row| {
        let kind = Kind::parse(&row.kind)?;
        Some(Link { account: row.account_id, kind, username: row.username, name: row.display_name })
    }))
}

/// Takes a link up: a new password is stored, or the second factor taken off, and the account's sessions end. Nobody is
/// left waiting for a link that somebody else took up: it works once.
pub async fn take(
    pool: &PgPool,
    by: By<'_>,
    hash: &[u8; 32],
    link: &Link,
    password: Option<&str>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    // the account before its link, as everybody else
    sqlx::query!("select id from accounts where id = $1 for no key update", link.account)
        .fetch_optional(&mut *tx)
        .await?;
    let taken = sqlx::query!(
        "delete from account_links where token_hash = $1 and account_id = $2 and kind = $3 and expires_at > now()",
        &hash[..],
        link.account,
        link.kind.value()
    )
    .execute(&mut *tx)
    .await?;
    if taken.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    match (link.kind, password) {
        (Kind::Invitation | Kind::Password, Some(password)) => put_password(&mut tx, link.account, password).await?,
        (Kind::SecondFactor, None) => {
            sqlx::query!("delete from second_factors where account_id = $1", link.account).execute(&mut *tx).await?;
            crate::accounts::sessions::end_all(&mut tx, link.account).await?;
        }
        _ => return Err(AppError::Internal),
    }
    let action = match link.kind {
        Kind::Invitation => "accept-invitation",
        Kind::Password => "reset-password",
        Kind::SecondFactor => "second-factor-off",
    };
    by.note(&mut tx, action, link.account, json!({ "by": "link" })).await?;
    tx.commit().await?;
    Ok(())
}

/// Erases links that no longer worked at `now`.
pub async fn erase(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    Ok(sqlx::query!("delete from account_links where expires_at < $1", now).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::super::tests::{of_role, staff};
    use super::super::{for_sign_in, insert, set_disabled};
    use super::*;
    use crate::accounts::Role;
    use crate::moderation::store::tests::key;

    #[sqlx::test]
    async fn an_invitation_works_once_and_the_newest_alone(pool: PgPool) {
        let key = key();
        let by = By { account: None, key: &key };
        let id = insert(&pool, by, "hoa", "Chị Hoa", Role::Editor, None).await.expect("invites");
        make(&pool, by, id, Kind::Invitation, &[1; 32]).await.expect("makes");
        make(&pool, by, id, Kind::Invitation, &[2; 32]).await.expect("makes another");
        assert_eq!(find(&pool, &[1; 32]).await, Ok(None));
        let link = find(&pool, &[2; 32]).await.expect("reads").expect("works");
        assert_eq!((link.kind, link.username.as_str()), (Kind::Invitation, "hoa"));
        let (a, b) = tokio::join!(
            take(&pool, by, &[2; 32], &link, Some("$one")),
            take(&pool, by, &[2; 32], &link, Some("$two"))
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|won| **won).count(), 1, "{a:?} {b:?}");
        let stored = for_sign_in(&pool, "hoa").await.expect("reads").expect("may sign in").1;
        assert_eq!(stored, if a.is_ok() { "$one" } else { "$two" });
        assert_eq!(make(&pool, by, id, Kind::Invitation, &[3; 32]).await, Err(AppError::NotFound), "it was taken up");
        make(&pool, by, id, Kind::Password, &[3; 32]).await.expect("what is forgotten is reset");
    }

    #[sqlx::test]
    async fn a_link_ends_after_two_days_or_with_its_account(pool: PgPool) {
        let (lan, minh) = (staff(&pool, "lan").await, of_role(&pool, "minh", Role::Administrator).await);
        let key = key();
        let by = By { account: Some(minh.id), key: &key };
        make(&pool, by, lan.id, Kind::Password, &[1; 32]).await.expect("makes");
        let left = sqlx::query_scalar!("select expires_at from account_links").fetch_one(&pool).await.expect("reads");
        let left = left - OffsetDateTime::now_utc();
        assert!(left <= WORKS && left > WORKS - Duration::minutes(1), "{left}");
        let link = find(&pool, &[1; 32]).await.expect("reads").expect("works");
        sqlx::query!("update account_links set expires_at = now()").execute(&pool).await.expect("passes");
        assert_eq!(find(&pool, &[1; 32]).await, Ok(None));
        assert_eq!(take(&pool, by, &[1; 32], &link, Some("$late")).await, Err(AppError::NotFound));
        assert_eq!(erase(&pool, OffsetDateTime::now_utc()).await, Ok(1));
        make(&pool, by, lan.id, Kind::SecondFactor, &[2; 32]).await.expect("makes");
        set_disabled(&pool, by, lan.id, true).await.expect("disables");
        assert_eq!(find(&pool, &[2; 32]).await, Ok(None));
        assert_eq!(make(&pool, by, lan.id, Kind::Password, &[3; 32]).await, Err(AppError::NotFound));
    }

    #[sqlx::test]
    async fn only_administrators_make_links(pool: PgPool) {
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let key = key();
        let by = By { account: Some(lan.id), key: &key };
        assert_eq!(make(&pool, by, hoa.id, Kind::Password, &[1; 32]).await, Err(AppError::NotAllowed));
    }
}
