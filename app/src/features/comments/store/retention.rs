//! Deleting comments at their age.

use super::REPEAT_MINUTES;
use crate::base::error::AppError;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// Until when comments are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Published ones kept since before this moment are deleted.
    pub published: OffsetDateTime,
    /// Rejected and removed ones decided about before it, inquiries included.
    pub refused: OffsetDateTime,
    /// Inquiries that were done before it.
    pub inquiries: OffsetDateTime,
}

/// Deletes comments that have reached their age, with their replies. Those that wait stay for a person. Returns the
/// article of each.
#[tracing::instrument(skip(pool))]
pub async fn delete_expired_comments(pool: &PgPool, expiry: Expiry) -> Result<Vec<i64>, AppError> {
    let Expiry { published, refused, inquiries } = expiry;
    let mut tx = pool.begin().await?;
    // each branch has its index; lock the articles first, like every other change
    let expired = sqlx::query!(
        r#"with expired as (
               select id, article_id from comments where state = 'published' and kept_from < $1 and article_id <> 0
               union all
               select id, article_id from comments
               where state in ('rejected', 'removed') and decided_at < $2 and article_id <> 0
               union all
               select id, article_id from comments
               where article_id = 0 and state in ('rejected', 'removed') and decided_at < $2
               union all
               -- the answers go with them
               select c.id, c.article_id from comments c
               where c.article_id = 0 and c.state = 'published' and c.decided_at < $3 and c.parent_id is null
                     and not exists (select from comments o where o.answers = c.id and o.published_at >= $3)
           )
           select id as "id!", article_id as "article!" from expired"#,
        published,
        refused,
        inquiries
    )
    .fetch_all(&mut *tx)
    .await?;
    let (expired, articles): (Vec<i64>, Vec<i64>) = expired.into_iter().map(|row| (row.id, row.article)).unzip();
    sqlx::query!(
        "select article_id from comment_totals where article_id = any($1) order by article_id for update",
        &articles
    )
    .fetch_all(&mut *tx)
    .await?;
    // what was decided about meanwhile is looked at another night
    let articles = sqlx::query_scalar!(
        "delete from comments
         where id = any($1)
               and (state = 'published' and kept_from < $2 and article_id <> 0
                    or state in ('rejected', 'removed') and decided_at < $3
                    or state = 'published' and decided_at < $4 and article_id = 0)
         returning article_id",
        &expired,
        published,
        refused,
        inquiries
    )
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query!("update comment_totals set revision = revision + 1 where article_id = any($1)", &articles)
        .execute(&mut *tx)
        .await?;
    recount(&mut tx, &articles).await?;
    tx.commit().await?;
    Ok(articles)
}

/// Counts these articles' comments anew: deleting takes replies along, and moves no totals by itself.
async fn recount(db: &mut PgConnection, articles: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "update comment_totals t set (shown, threads) = (
             select count(*), count(*) filter (where c.parent_id is null)
             from comments c left join comments p on p.id = c.parent_id
             where c.article_id = t.article_id and c.state = 'published' and (p.id is null or p.state = 'published')
         )
         where article_id = any($1) and article_id <> 0",
        articles
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets from which line and browser comments came, once repeats of them are no longer looked for.
#[tracing::instrument(skip(pool))]
pub async fn forget_senders(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    let before = now - time::Duration::minutes(i64::from(REPEAT_MINUTES));
    let forgotten =
        sqlx::query!("update comments set sender = null where sender is not null and created_at < $1", before);
    Ok(forgotten.execute(pool).await?.rows_affected())
}
