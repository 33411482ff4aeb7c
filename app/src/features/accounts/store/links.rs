//! Links that work once. Only a hash of each token is stored.

use super::{lock_administrators, record, replace_password};
use crate::base::error::AppError;
use crate::features::accounts::{ACCEPT_INVITATION, CREATE_LINK, LinkKind, RESET_PASSWORD, SECOND_FACTOR_OFF};
use crate::features::audit::Actor;
use crate::web::store::sessions::end_all_sessions;
use serde_json::json;
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

/// How long a link works.
const LIFETIME: Duration = Duration::hours(48);

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub account: i64,
    pub kind: LinkKind,
    pub username: String,
    /// The displayed name.
    pub name: String,
}

/// Stores a link for an account and deletes the one it had. An account that accepted an invitation gets no other.
#[tracing::instrument(skip(pool, actor, token_hash))]
pub async fn create_link(
    pool: &PgPool,
    actor: Actor<'_>,
    account: i64,
    kind: LinkKind,
    token_hash: &[u8; 32],
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_administrators(&mut tx, actor).await?;
    let is_fitting = sqlx::query_scalar!(
        r#"select (password_hash is null) = $2 and disabled_at is null as "is_fitting!" from accounts where id = $1"#,
        account,
        kind == LinkKind::Invitation
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    if !is_fitting {
        return Err(AppError::NotFound);
    }
    sqlx::query!(
        "insert into account_links (token_hash, account_id, kind, expires_at)
         values ($1, $2, $3, now() + make_interval(hours => $4))
         on conflict (account_id) do update
         set token_hash = excluded.token_hash, kind = excluded.kind, created_at = now(),
             expires_at = excluded.expires_at",
        &token_hash[..],
        account,
        kind as _,
        i32::try_from(LIFETIME.whole_hours()).unwrap_or(i32::MAX)
    )
    .execute(&mut *tx)
    .await?;
    record(&mut tx, actor, CREATE_LINK, account, json!({ "kind": kind.value() })).await?;
    Ok(tx.commit().await?)
}

/// Finds what a link leads to, while it works.
#[tracing::instrument(skip_all)]
pub async fn find_link(pool: &PgPool, token_hash: &[u8; 32]) -> Result<Option<Link>, AppError> {
    let link = sqlx::query_as!(
        Link,
        r#"select account_id as account, kind as "kind: LinkKind", username, display_name as name
           from account_links l join accounts a on a.id = l.account_id
           where token_hash = $1 and expires_at > now() and disabled_at is null"#,
        &token_hash[..]
    );
    Ok(link.fetch_optional(pool).await?)
}

/// Accepts a link: stores the new password or removes the second factor, and ends the account's sessions. A link
/// works once; a second use finds no link.
#[tracing::instrument(skip_all)]
pub async fn accept_link(
    pool: &PgPool,
    actor: Actor<'_>,
    token_hash: &[u8; 32],
    link: &Link,
    password_hash: Option<&str>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    // the account is locked before its link, as everywhere
    sqlx::query!("select id from accounts where id = $1 for no key update", link.account)
        .fetch_optional(&mut *tx)
        .await?;
    let deleted = sqlx::query!(
        "delete from account_links where token_hash = $1 and account_id = $2 and kind = $3 and expires_at > now()",
        &token_hash[..],
        link.account,
        link.kind as _
    )
    .execute(&mut *tx)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    match (link.kind, password_hash) {
        (LinkKind::Invitation | LinkKind::Password, Some(hash)) => {
            replace_password(&mut tx, link.account, hash).await?;
        }
        (LinkKind::SecondFactor, None) => {
            sqlx::query!("delete from second_factors where account_id = $1", link.account).execute(&mut *tx).await?;
            end_all_sessions(&mut tx, link.account).await?;
        }
        _ => return Err(AppError::Internal),
    }
    let action = match link.kind {
        LinkKind::Invitation => ACCEPT_INVITATION,
        LinkKind::Password => RESET_PASSWORD,
        LinkKind::SecondFactor => SECOND_FACTOR_OFF,
    };
    record(&mut tx, actor, action, link.account, json!({ "by": "link" })).await?;
    Ok(tx.commit().await?)
}

/// Deletes links that no longer worked at `now` and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn delete_expired_links(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    Ok(sqlx::query!("delete from account_links where expires_at < $1", now).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::accounts::store::second_factor::{self, SecondFactorState};
    use crate::features::accounts::store::{find_credentials, insert_account, set_disabled};
    use crate::testing::{actor, actor_of, insert_staff, insert_staff_with_role, list_actions};
    use crate::web::permissions::{ROLE_FORBIDS, Role};

    #[sqlx::test]
    async fn an_invitation_works_once_and_only_the_newest(pool: PgPool) {
        let by = actor();
        let id = insert_account(&pool, by, "hoa", "Chị Hoa", Role::Editor, None).await.expect("invites");
        create_link(&pool, by, id, LinkKind::Invitation, &[1; 32]).await.expect("creates");
        create_link(&pool, by, id, LinkKind::Invitation, &[2; 32]).await.expect("creates another");
        assert_eq!(find_link(&pool, &[1; 32]).await, Ok(None));
        let link = find_link(&pool, &[2; 32]).await.expect("reads").expect("works");
        assert_eq!((link.kind, link.username.as_str()), (LinkKind::Invitation, "hoa"));
        let (a, b) = tokio::join!(
            accept_link(&pool, by, &[2; 32], &link, Some("$one")),
            accept_link(&pool, by, &[2; 32], &link, Some("$two"))
        );
        assert_eq!([a.is_ok(), b.is_ok()].iter().filter(|won| **won).count(), 1, "{a:?} {b:?}");
        let stored = find_credentials(&pool, "hoa").await.expect("reads").expect("may sign in").hash;
        assert_eq!(stored, if a.is_ok() { "$one" } else { "$two" });
        assert_eq!(
            create_link(&pool, by, id, LinkKind::Invitation, &[3; 32]).await,
            Err(AppError::NotFound),
            "it was accepted"
        );
        create_link(&pool, by, id, LinkKind::Password, &[3; 32]).await.expect("what is forgotten is reset");
    }

    #[sqlx::test]
    async fn a_link_ends_after_two_days_or_with_its_account(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let minh = insert_staff_with_role(&pool, "minh", Role::Administrator).await;
        let by = actor_of(&minh);
        create_link(&pool, by, lan.id, LinkKind::Password, &[1; 32]).await.expect("creates");
        let until = sqlx::query_scalar!("select expires_at from account_links").fetch_one(&pool).await.expect("reads");
        let left = until - OffsetDateTime::now_utc();
        assert!(left <= LIFETIME && left > LIFETIME - Duration::minutes(1), "{left}");
        let link = find_link(&pool, &[1; 32]).await.expect("reads").expect("works");
        sqlx::query!("update account_links set expires_at = now()").execute(&pool).await.expect("passes");
        assert_eq!(find_link(&pool, &[1; 32]).await, Ok(None));
        assert_eq!(accept_link(&pool, by, &[1; 32], &link, Some("$late")).await, Err(AppError::NotFound));
        assert_eq!(delete_expired_links(&pool, OffsetDateTime::now_utc()).await, Ok(1));
        create_link(&pool, by, lan.id, LinkKind::SecondFactor, &[2; 32]).await.expect("creates");
        set_disabled(&pool, by, lan.id, true).await.expect("disables");
        assert_eq!(find_link(&pool, &[2; 32]).await, Ok(None));
        assert_eq!(create_link(&pool, by, lan.id, LinkKind::Password, &[3; 32]).await, Err(AppError::NotFound));
    }

    #[sqlx::test]
    async fn only_administrators_create_links(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        assert_eq!(
            create_link(&pool, actor_of(&lan), hoa.id, LinkKind::Password, &[1; 32]).await,
            Err(AppError::Forbidden(ROLE_FORBIDS))
        );
    }

    #[sqlx::test]
    async fn expired_links_are_deleted_once_and_those_that_work_stay(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        create_link(&pool, actor(), lan.id, LinkKind::Password, &[1; 32]).await.expect("creates");
        create_link(&pool, actor(), hoa.id, LinkKind::Password, &[2; 32]).await.expect("creates");
        let now = OffsetDateTime::now_utc();
        assert_eq!(delete_expired_links(&pool, now + LIFETIME - Duration::MINUTE).await, Ok(0), "both still work");
        let passes = sqlx::query("update account_links set expires_at = $2 where account_id = $1");
        passes.bind(lan.id).bind(now - Duration::SECOND).execute(&pool).await.expect("passes");
        assert_eq!(delete_expired_links(&pool, now).await, Ok(1));
        assert_eq!(delete_expired_links(&pool, now).await, Ok(0));
        assert!(find_link(&pool, &[2; 32]).await.expect("reads").is_some());
    }

    #[sqlx::test]
    async fn a_link_does_what_it_is_for_once_and_nothing_else(pool: PgPool) {
        let (lan, by) = (insert_staff(&pool, "lan").await, actor());
        second_factor::begin(&pool, lan.id, &[1; 20]).await.expect("begins");
        for _ in 0..2 {
            create_link(&pool, by, lan.id, LinkKind::SecondFactor, &[1; 32]).await.expect("creates");
        }
        create_link(&pool, by, lan.id + 1, LinkKind::Password, &[2; 32]).await.expect_err("nobody has this account");
        let link = find_link(&pool, &[1; 32]).await.expect("reads").expect("works");
        let misused = accept_link(&pool, by, &[1; 32], &link, Some("$new")).await;
        assert_eq!(misused, Err(AppError::Internal), "it sets no password");
        accept_link(&pool, by, &[1; 32], &link, None).await.expect("still works");
        assert_eq!(second_factor::find_state(&pool, lan.id).await, Ok(SecondFactorState::Off));
        assert_eq!(accept_link(&pool, by, &[1; 32], &link, None).await, Err(AppError::NotFound));
        assert_eq!(list_actions(&pool).await, ["make-link", "make-link", "second-factor-off"]);
    }
}
