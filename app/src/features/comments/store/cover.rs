//! Covering personal data in a comment.

use super::decide::{find_latest_changes, lock_article};
use super::recount;
use crate::base::error::AppError;
use crate::features::audit::{Actor, Entry};
use crate::features::comments::cover::{add_ranges, parse_ranges};
use crate::features::comments::{COVER, LatestChange, TEXT_NOT_FOUND, UNCOVER};
use serde_json::json;
use sqlx::PgPool;

/// Covers every occurrence of `text` in a comment, seen as this version; without a text everything is shown again.
/// Returns the article. Where somebody else was first, the inner result says so.
#[tracing::instrument(skip(pool, actor, text))]
pub async fn cover_text(
    pool: &PgPool,
    actor: Actor<'_>,
    (comment, version): (i64, i32),
    text: Option<&str>,
) -> Result<Result<i64, LatestChange>, AppError> {
    let mut tx = pool.begin().await?;
    let article = lock_article(&mut tx, comment).await?;
    let row = sqlx::query!(
        r#"select body, covered, sha256(salt || convert_to(name || chr(10) || body, 'UTF8')) as "digest!"
           from comments where id = $1 and version = $2 for update"#,
        comment,
        version
    );
    let Some(row) = row.fetch_optional(&mut *tx).await? else {
        return Ok(Err(find_latest_changes(&mut tx, &[comment]).await?.pop().ok_or(AppError::NotFound)?));
    };
    let ranges = match text {
        Some(text) => {
            add_ranges(&row.body, &parse_ranges(row.covered), text).ok_or(AppError::invalid(TEXT_NOT_FOUND))?
        }
        None => Vec::new(),
    };
    sqlx::query!(
        "update comments c
         set covered = $2, revision = case when c.state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t where t.article_id = c.article_id and c.id = $1",
        comment,
        serde_json::to_value(&ranges).map_err(|_| AppError::Internal)?
    )
    .execute(&mut *tx)
    .await?;
    recount(&mut tx, &[article]).await?;
    let action = if text.is_some() { COVER } else { UNCOVER };
    let detail = json!({ "article": article, "version": version, "ranges": ranges.len() });
    let entry = Entry::new(actor, action, ("comment", Some(comment)), detail).with_digest(row.digest);
    actor.record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Ok(article))
}
