//! Presence of staff at comments.

use crate::base::error::AppError;
use crate::features::moderation::Presence;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Seconds after which presence ends unless it is set again.
const LIFETIME_SECONDS: i32 = 120;

/// Sets or clears the comment at which a member of staff is present.
#[tracing::instrument(skip(pool))]
pub async fn set_presence(pool: &PgPool, account: i64, comment: Option<i64>) -> Result<(), AppError> {
    match comment {
        Some(comment) => {
            sqlx::query!(
                "insert into presence (account_id, comment_id, expires_at)
                 select $1, id, now() + make_interval(secs => $3) from comments where id = $2
                 on conflict (account_id) do update
                 set comment_id = excluded.comment_id, expires_at = excluded.expires_at",
                account,
                comment,
                f64::from(LIFETIME_SECONDS)
            )
            .execute(pool)
            .await?;
        }
        None => {
            sqlx::query!("delete from presence where account_id = $1", account).execute(pool).await?;
        }
    }
    Ok(())
}

/// Lists the current presence.
#[tracing::instrument(skip(pool))]
pub async fn list_presence(pool: &PgPool) -> Result<Vec<Presence>, AppError> {
    let presence = sqlx::query_as!(
        Presence,
        "select comment_id as comment, account_id as account, display_name as name
         from presence join accounts on accounts.id = account_id
         where expires_at > now() order by comment_id, account_id"
    );
    Ok(presence.fetch_all(pool).await?)
}

/// Deletes presence that ended before `now` and returns how much there was.
#[tracing::instrument(skip(pool))]
pub async fn delete_expired_presence(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    Ok(sqlx::query!("delete from presence where expires_at < $1", now).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{insert_article, insert_staff, send_comment};

    #[sqlx::test]
    async fn everybody_is_at_one_comment_for_a_while(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let two = send_comment(&pool, id, None, 2, "Ý kiến thứ hai đây.").await.expect("is stored");
        for (who, comment) in [(&lan, one), (&lan, two), (&hoa, two), (&hoa, 999)] {
            set_presence(&pool, who.id, Some(comment)).await.expect("sets");
        }
        let names = async || {
            let all = list_presence(&pool).await.expect("reads");
            all.into_iter().map(|one| (one.comment, one.name)).collect::<Vec<_>>()
        };
        assert_eq!(names().await, [(two, "Chị lan".to_owned()), (two, "Chị hoa".to_owned())]);
        set_presence(&pool, hoa.id, None).await.expect("leaves");
        assert_eq!(names().await.len(), 1);
        assert_eq!(delete_expired_presence(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        let later = OffsetDateTime::now_utc() + time::Duration::seconds(121);
        assert_eq!(delete_expired_presence(&pool, later).await, Ok(1));
    }

    #[sqlx::test]
    async fn presence_set_again_lasts_longer_and_ends_with_whoever_leaves(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        for who in [&lan, &hoa] {
            set_presence(&pool, who.id, Some(one)).await.expect("sets");
        }
        let ages = "update presence set expires_at = now() - interval '1 second'";
        sqlx::query(ages).execute(&pool).await.expect("passes");
        assert_eq!(list_presence(&pool).await, Ok(vec![]));
        set_presence(&pool, lan.id, Some(one)).await.expect("sets again");
        let now = OffsetDateTime::now_utc();
        assert_eq!(delete_expired_presence(&pool, now).await, Ok(1));
        assert_eq!(delete_expired_presence(&pool, now).await, Ok(0));
        assert_eq!(list_presence(&pool).await.expect("reads").len(), 1, "whoever came back is there");
        assert_eq!(set_presence(&pool, 999, Some(one)).await, Err(AppError::Internal), "nobody has this account");
        for _ in 0..2 {
            set_presence(&pool, lan.id, None).await.expect("leaves");
        }
        assert_eq!(list_presence(&pool).await, Ok(vec![]));
    }
}
