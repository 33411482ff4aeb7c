//! What writers do with their own comments, found by their links.

use super::deciding::decided;
use super::{recount, refused};
use crate::comments::{Draft, Own};
use crate::error::AppError;
use crate::keys::token_hash;
use crate::rules::Reason;
use crate::{forms, ratings};
use sqlx::{PgConnection, PgPool};

/// The comment that a writer's link leads to.
pub async fn find(pool: &PgPool, link: &[u8; 32]) -> Result<Option<Own>, AppError> {
    let own = sqlx::query_as!(
        Own,
        r#"select c.id, c.version, c.state, c.withdrawn_at is not null as "withdrawn!", c.note, c.name, c.body, c.created_at,
                  c.article_id, a.title, a.slug
           from comments c join articles a on a.id = c.article_id where c.link_hash = $1"#,
        &link[..]
    );
    Ok(own.fetch_optional(pool).await?)
}

/// Puts a writer's correction in place of the version that they saw. What was published waits again. Gives the article.
pub async fn correct(
    pool: &PgPool,
    link: &[u8; 32],
    seen: i32,
    draft: &Draft,
    reasons: &[Reason],
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let (comment, article) = own_for_update(&mut tx, link).await?;
    let done = sqlx::query!(
        "update comments c
         set name = $3, body = $4, body_hash = $5, reasons = $6, covered = '[]', version = version + 1, before = null, note = null,
             decided_at = null, decided_by = null, corrected_at = now(),
             state = case when exists (select from blocked_visitors b where b.visitor = c.visitor) then 'blocked' else 'held' end,
             revision = case when state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t where t.article_id = c.article_id and c.id = $1 and c.version = $2 and c.state in ('held', 'blocked', 'published')",
        comment,
        seen,
        draft.name,
        draft.body,
        &token_hash(&draft.body.to_lowercase())[..],
        serde_json::to_value(reasons).map_err(|_| AppError::Internal)?
    )
    .execute(&mut *tx)
    .await
    .map_err(refused)?;
    if done.rows_affected() == 0 {
        let first = decided(&mut tx, &[comment], 0).await?.pop().ok_or(AppError::NotFound)?;
        return Err(AppError::Conflict(first.1));
    }
    recount(&mut tx, &[article]).await?;
    tx.commit().await?;
    Ok(article)
}

/// Takes a writer's comment back, for good. Gives the article.
pub async fn withdraw(pool: &PgPool, link: &[u8; 32]) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let (comment, article) = own_for_update(&mut tx, link).await?;
    take_back(&mut tx, &[comment]).await?;
    recount(&mut tx, &[article]).await?;
    tx.commit().await?;
    Ok(article)
}

/// Takes back all that the writer behind a link wrote, and erases their names and words. Their votes go on counting and
/// name nobody. Gives the articles.
pub async fn erase_writer(pool: &PgPool, link: &[u8; 32]) -> Result<Vec<i64>, AppError> {
    let mut tx = pool.begin().await?;
    let visitor = sqlx::query_scalar!("select visitor from comments where link_hash = $1", &link[..])
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AppError::NotFound)?;
    let articles = sqlx::query_scalar!(
        "select article_id from comment_totals where article_id in (select article_id from comments where visitor = $1)
         order by article_id for update",
        visitor
    )
    .fetch_all(&mut *tx)
    .await?;
    let all = sqlx::query_scalar!("select id from comments where visitor = $1", visitor).fetch_all(&mut *tx).await?;
    take_back(&mut tx, &all).await?;
    // the rows stay for those who answered them, without anything of their writer
    sqlx::query!(
        "update comments
         set name = 'Đã xóa', body = 'Người viết đã xóa ý kiến này.', email = null, tell = false, body_hash = sha256(salt), reasons = '[]', covered = '[]',
             salt = decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), link_salt = null, link_hash = null,
             visitor = sha256(convert_to(gen_random_uuid()::text, 'UTF8'))
         where id = any($1)",
        &all
    )
    .execute(&mut *tx)
    .await?;
    recount(&mut tx, &articles).await?;
    sqlx::query!("delete from blocked_visitors where visitor = $1", visitor).execute(&mut *tx).await?;
    super::reports::forget_visitor(&mut tx, &visitor).await?;
    ratings::store::forget_visitor(&mut tx, &visitor).await?;
    forms::store::forget_visitor(&mut tx, &visitor).await?;
    tx.commit().await?;
    Ok(articles)
}

/// The comment and the article behind a link, the article's count locked.
async fn own_for_update(db: &mut PgConnection, link: &[u8; 32]) -> Result<(i64, i64), AppError> {
    let own = sqlx::query!("select id, article_id from comments where link_hash = $1", &link[..])
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    sqlx::query!("select revision from comment_totals where article_id = $1 for update", own.article_id)
        .fetch_one(db)
        .await?;
    Ok((own.id, own.article_id))
}

/// Writers take comments back; nobody can undo it. Their articles' counts are locked.
async fn take_back(db: &mut PgConnection, comments: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "update comments c
         set state = 'removed', withdrawn_at = now(), before = null, note = null, decided_at = now(), decided_by = null,
             version = version + 1,
             revision = case when state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t where t.article_id = c.article_id and c.id = any($1) and c.withdrawn_at is null",
        comments
    )
    .execute(db)
    .await?;
    Ok(())
}
