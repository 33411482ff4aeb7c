//! What writers do with their own comments, which they find by a private link.

use super::changes::find_change_for_writer;
use super::reports::anonymise_reports_of;
use super::{hash_body, map_constraint, raise_revisions};
use crate::base::error::AppError;
use crate::features::comments::{CommentState, Draft, LatestChange, OwnComment, Screening};
use crate::features::faults::store::delete_faults_of;
use crate::features::questions::store::{drop_question, insert_question};
use crate::features::ratings::store::anonymise_votes_of;
use crate::web::store::refusals::delete_refusals_of;
use sqlx::{PgConnection, PgPool};

/// Finds the comment of a private link.
#[tracing::instrument(skip_all)]
pub async fn find_own_comment(pool: &PgPool, link: &[u8; 32]) -> Result<Option<OwnComment>, AppError> {
    let comment = sqlx::query_as!(
        OwnComment,
        r#"select c.id, c.version, c.state as "state: CommentState", c.withdrawn_at is not null as "is_withdrawn!",
                  c.note, b.note as "block_note?", c.name, c.body, c.created_at, c.article_id, a.title as "title?",
                  a.slug as "slug?", c.is_about_own_data
           from comments c left join articles a on a.id = c.article_id
           left join active_blocks b on b.visitor = c.visitor
           where c.link_hash = $1"#,
        &link[..]
    );
    Ok(comment.fetch_optional(pool).await?)
}

/// Replaces the version of a comment that its writer saw. What was published waits again. Returns the article; where
/// somebody else was first, the inner result says so.
#[tracing::instrument(skip_all, fields(seen))]
pub async fn correct_comment(
    pool: &PgPool,
    link: &[u8; 32],
    seen: i32,
    draft: &Draft,
    Screening { reasons, due_on }: &Screening,
) -> Result<Result<i64, LatestChange>, AppError> {
    let mut tx = pool.begin().await?;
    let (comment, article) = lock_own_comment(&mut tx, link).await?;
    let done = sqlx::query!(
        "update comments c
         set name = $3, body = $4, body_hash = $5, reasons = $6, covered = '[]', version = version + 1,
             previous_state = null, note = null, decided_at = null, decided_by = null, corrected_at = now(),
             state = case when exists (select from active_blocks b where b.visitor = c.visitor)
                          then 'blocked'::comment_state else 'pending' end,
             revision = case when state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t
         where t.article_id = c.article_id and c.id = $1 and $2 <= c.version
           and c.version - case when c.reported_version = c.version then c.reports_since else 0 end <= $2
           and c.state in ('pending', 'blocked', 'published')",
        comment,
        seen,
        draft.name,
        draft.body,
        &hash_body(&draft.body)[..],
        serde_json::to_value(reasons).map_err(|_| AppError::Internal)?
    )
    .execute(&mut *tx)
    .await
    .map_err(map_constraint)?;
    if done.rows_affected() == 0 {
        return Ok(Err(find_change_for_writer(&mut tx, comment).await?));
    }
    match due_on {
        Some(due_on) => insert_question(&mut tx, comment, *due_on).await?,
        None => drop_question(&mut tx, comment).await?,
    }
    raise_revisions(&mut tx, &[article]).await?;
    tx.commit().await?;
    Ok(Ok(article))
}

/// Withdraws a comment for good. Returns the article.
#[tracing::instrument(skip_all)]
pub async fn withdraw_comment(pool: &PgPool, link: &[u8; 32]) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let (comment, article) = lock_own_comment(&mut tx, link).await?;
    withdraw_all(&mut tx, &[comment]).await?;
    raise_revisions(&mut tx, &[article]).await?;
    tx.commit().await?;
    Ok(article)
}

/// Withdraws everything that the writer behind a link wrote, and erases name, address and text. Their votes go on
/// counting and name nobody. Returns the articles.
#[tracing::instrument(skip_all)]
pub async fn erase_writer(pool: &PgPool, link: &[u8; 32]) -> Result<Vec<i64>, AppError> {
    let mut tx = pool.begin().await?;
    let visitor = sqlx::query_scalar!("select visitor from comments where link_hash = $1", &link[..])
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AppError::NotFound)?;
    let articles = sqlx::query_scalar!(
        "select article_id from comment_totals
         where article_id in (select article_id from comments where visitor = $1) order by article_id for update",
        visitor
    )
    .fetch_all(&mut *tx)
    .await?;
    let comments =
        sqlx::query_scalar!("select id from comments where visitor = $1", visitor).fetch_all(&mut *tx).await?;
    let links = sqlx::query_scalar!(
        r#"select link_hash as "hash!" from comments where visitor = $1 and link_hash is not null"#,
        visitor
    )
    .fetch_all(&mut *tx)
    .await?;
    withdraw_all(&mut tx, &comments).await?;
    erase_text(&mut tx, &comments).await?;
    // what the office answered to them alone is about them
    sqlx::query!("delete from comments where article_id = 0 and official and answers = any($1)", &comments)
        .execute(&mut *tx)
        .await?;
    raise_revisions(&mut tx, &articles).await?;
    sqlx::query!("delete from blocked_visitors where visitor = $1", visitor).execute(&mut *tx).await?;
    anonymise_reports_of(&mut tx, &visitor).await?;
    delete_faults_of(&mut tx, &visitor).await?;
    anonymise_votes_of(&mut tx, &visitor).await?;
    delete_refusals_of(&mut tx, &visitor, &links).await?;
    tx.commit().await?;
    Ok(articles)
}

/// Erases everything of their writer from comments; the rows stay for those who answered them.
async fn erase_text(db: &mut PgConnection, comments: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "update comments
         set name = 'Đã xóa', email = null,
             body = case when article_id = 0 then 'Người gửi đã xóa lời nhắn này.'
                         else 'Người viết đã xóa ý kiến này.' end,
             phone = null, notify = false,
             body_hash = sha256(salt), reasons = '[]', covered = '[]', salt = random_salt(), link_salt = null,
             link_hash = null, visitor = random_hash(), sender = null, token_hash = null
         where id = any($1)",
        comments
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Finds the comment and the article of a link, with the article's totals locked.
async fn lock_own_comment(db: &mut PgConnection, link: &[u8; 32]) -> Result<(i64, i64), AppError> {
    let own = sqlx::query!("select id, article_id from comments where link_hash = $1", &link[..])
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    sqlx::query!("select revision from comment_totals where article_id = $1 for update", own.article_id)
        .fetch_one(db)
        .await?;
    Ok((own.id, own.article_id))
}

/// Withdraws comments; nobody can undo it. Their articles' totals are locked.
async fn withdraw_all(db: &mut PgConnection, comments: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "update comments c
         set state = 'removed', withdrawn_at = now(), previous_state = null, note = null, decided_at = now(),
             decided_by = null, version = version + 1,
             revision = case when state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t
         where t.article_id = c.article_id and c.id = any($1) and c.withdrawn_at is null",
        comments
    )
    .execute(db)
    .await?;
    Ok(())
}
