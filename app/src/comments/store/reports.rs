//! What readers report.

use crate::comments::report::Why;
use crate::error::AppError;
use crate::session::Visitor;
use sqlx::{PgConnection, PgExecutor, PgPool};
use time::OffsetDateTime;

/// A comment that can be reported, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reportable {
    /// Its article.
    pub article_id: i64,
    /// The article's title.
    pub title: String,
    /// The article's word in its address.
    pub slug: String,
    /// Who wrote it.
    pub name: String,
    /// Its words, as readers see them.
    pub body: String,
    /// Whether whoever asks has reported it already.
    pub reported: bool,
}

/// A comment that readers see and can report; the body's own answers are none such.
pub async fn find(
    db: impl PgExecutor<'_>,
    comment: i64,
    visitor: Option<Visitor>,
) -> Result<Option<Reportable>, AppError> {
    let row = sqlx::query!(
        r#"select c.article_id, a.title, a.slug, c.name, c.body, c.covered,
                  exists (select from reports r where r.comment_id = c.id and r.visitor = $2) as "reported!"
           from comments c join articles a on a.id = c.article_id left join comments p on p.id = c.parent_id
           where c.id = $1 and c.state = 'published' and (p.id is null or p.state = 'published') and not c.official"#,
        comment,
        visitor.as_ref().map(|visitor| &visitor.0[..])
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Reportable {
        article_id: row.article_id,
        title: row.title,
        slug: row.slug,
        name: row.name,
        body: crate::comments::cover(&row.body, &crate::comments::places(row.covered)),
        reported: row.reported,
    }))
}

/// Stores a report, once a visitor: the same again changes nothing.
pub async fn report(
    pool: &PgPool,
    comment: i64,
    visitor: Visitor,
    why: Why,
    words: Option<&str>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let new = sqlx::query!(
        "insert into reports (comment_id, visitor, reason, words)
         select c.id, $2, $3, $4 from comments c left join comments p on p.id = c.parent_id
         where c.id = $1 and c.state = 'published' and (p.id is null or p.state = 'published') and not c.official
         on conflict do nothing",
        comment,
        &visitor.0[..],
        why.value(),
        words
    )
    .execute(&mut *tx)
    .await?;
    if new.rows_affected() == 1 {
        sqlx::query!("update comments set reported_at = coalesce(reported_at, now()) where id = $1", comment)
            .execute(&mut *tx)
            .await?;
    } else if find(&mut *tx, comment, Some(visitor)).await?.is_none_or(|comment| !comment.reported) {
        return Err(AppError::NotFound);
    }
    tx.commit().await?;
    Ok(())
}

/// What readers said about these comments: how many gave each reason, then their own words, the latest first.
pub async fn told(pool: &PgPool, comments: &[i64]) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"select comment_id, reason, count(*) as "count!",
                  (array_agg(words order by created_at desc) filter (where words is not null))[1:3] as "words?: Vec<String>"
           from reports where comment_id = any($1) group by comment_id, reason order by comment_id, count(*) desc, reason"#,
        comments
    )
    .fetch_all(pool)
    .await?;
    let told = rows.into_iter().map(|row| {
        let why = Why::parse(&row.reason).map_or("Lý do khác", Why::label);
        let words = row.words.unwrap_or_default();
        let words = words.iter().map(|words| format!(" “{words}”")).collect::<String>();
        (
            row.comment_id,
            format!("{} bạn đọc báo vi phạm: {why}{}{words}", row.count, if words.is_empty() { "" } else { "." }),
        )
    });
    Ok(told.collect())
}

/// Takes the visitor off reports that are older than `before`. Gives how many.
pub async fn forget_visitors(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    let forgotten = sqlx::query!(
        "update reports set visitor = sha256(convert_to(gen_random_uuid()::text, 'UTF8')), forgotten = true where created_at < $1 and not forgotten",
        before
    );
    Ok(forgotten.execute(pool).await?.rows_affected())
}

/// Takes a visitor's name and words off what they reported.
pub async fn forget_visitor(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!(
        "update reports set visitor = sha256(convert_to(gen_random_uuid()::text, 'UTF8')), words = null, forgotten = true where visitor = $1",
        visitor
    )
    .execute(db)
    .await?;
    Ok(())
}
