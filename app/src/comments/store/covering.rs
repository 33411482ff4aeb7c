//! Covering personal data: the words stay, and readers do not see them.

use super::deciding::lock_article;
use super::recount;
use crate::comments::{covering, places};
use crate::error::{AppError, Rule};
use sqlx::PgConnection;

/// Covers every place where `words` stand in a comment that is still the version that was seen, in the transaction that
/// moderation hands over; without words all is shown again. Gives the article, how many places are covered now, and a digest
/// of the comment's words.
pub async fn cover(
    db: &mut PgConnection,
    (comment, version): (i64, i32),
    words: Option<&str>,
    by: i64,
) -> Result<(i64, i64, Vec<u8>), AppError> {
    let article = lock_article(db, comment).await?;
    let row = sqlx::query!(
        r#"select body, covered, sha256(salt || convert_to(name || chr(10) || body, 'UTF8')) as "digest!"
           from comments where id = $1 and version = $2 for update"#,
        comment,
        version
    );
    let Some(row) = row.fetch_optional(&mut *db).await? else {
        let first = super::deciding::decided(db, &[comment], by).await?.pop().ok_or(AppError::NotFound)?;
        return Err(AppError::Conflict(first.1));
    };
    let covered = match words {
        Some(words) => covering(&row.body, &places(row.covered), words).ok_or(AppError::rule(Rule::Cover))?,
        None => Vec::new(),
    };
    sqlx::query!(
        "update comments c set covered = $2, revision = case when c.state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t where t.article_id = c.article_id and c.id = $1",
        comment,
        serde_json::to_value(&covered).map_err(|_| AppError::Internal)?
    )
    .execute(&mut *db)
    .await?;
    recount(db, &[article]).await?;
    Ok((article, covered.len() as i64, row.digest))
}
