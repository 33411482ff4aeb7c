//! Reports of published comments.

use crate::base::error::AppError;
use crate::features::comments::ReportReason;
use crate::features::comments::cover::{apply_cover, parse_ranges};
use crate::web::visitor::Visitor;
use sqlx::{PgConnection, PgExecutor, PgPool};
use time::OffsetDateTime;

/// A comment that can be reported, as its page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportableComment {
    pub article_id: i64,
    pub slug: String,
    pub name: String,
    /// The text as readers see it.
    pub body: String,
    /// Whether this visitor has reported it already.
    pub is_reported: bool,
}

/// Finds a comment that readers see and can report; the body's own answers cannot be reported.
#[tracing::instrument(skip(db, visitor))]
pub async fn find_reportable_comment(
    db: impl PgExecutor<'_>,
    comment: i64,
    visitor: Option<Visitor>,
) -> Result<Option<ReportableComment>, AppError> {
    let row = sqlx::query!(
        r#"select c.article_id, a.slug, c.name, c.body, c.covered,
                  exists (select from reports r where r.comment_id = c.id and r.visitor = $2) as "is_reported!"
           from comments c join articles a on a.id = c.article_id left join comments p on p.id = c.parent_id
           where c.id = $1 and c.state = 'published' and (p.id is null or p.state = 'published') and not c.official"#,
        comment,
        visitor.as_ref().map(|visitor| &visitor.0[..])
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| ReportableComment {
        article_id: row.article_id,
        slug: row.slug,
        name: row.name,
        body: apply_cover(&row.body, &parse_ranges(row.covered)),
        is_reported: row.is_reported,
    }))
}

/// Stores a report, once a visitor: the same again changes nothing.
#[tracing::instrument(skip(pool, visitor, details))]
pub async fn insert_report(
    pool: &PgPool,
    comment: i64,
    visitor: Visitor,
    reason: ReportReason,
    details: Option<&str>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let inserted = sqlx::query!(
        "insert into reports (comment_id, visitor, reason, details)
         select c.id, $2, $3, $4 from comments c left join comments p on p.id = c.parent_id
         where c.id = $1 and c.state = 'published' and (p.id is null or p.state = 'published') and not c.official
         on conflict do nothing",
        comment,
        &visitor.0[..],
        reason as _,
        details
    )
    .execute(&mut *tx)
    .await?;
    if inserted.rows_affected() == 1 {
        sqlx::query!("update comments set reported_at = coalesce(reported_at, now()) where id = $1", comment)
            .execute(&mut *tx)
            .await?;
    } else {
        let existing = find_reportable_comment(&mut *tx, comment, Some(visitor)).await?;
        existing.filter(|comment| comment.is_reported).ok_or(AppError::NotFound)?;
    }
    Ok(tx.commit().await?)
}

/// The reports of one comment for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportSummary {
    pub comment: i64,
    pub reason: ReportReason,
    pub count: i64,
    /// What readers added, the latest first, at most three.
    pub details: Vec<String>,
}

/// Lists what readers reported about these comments, the most frequent reason first.
#[tracing::instrument(skip_all)]
pub async fn list_reports(pool: &PgPool, comments: &[i64]) -> Result<Vec<ReportSummary>, AppError> {
    let rows = sqlx::query!(
        r#"select comment_id, reason as "reason: ReportReason", count(*) as "count!",
                  (array_agg(details order by created_at desc) filter (where details is not null))[1:3]
                      as "details?: Vec<String>"
           from reports where comment_id = any($1) group by comment_id, reason
           order by comment_id, count(*) desc, reason"#,
        comments
    )
    .fetch_all(pool)
    .await?;
    let summaries = rows.into_iter().map(|row| ReportSummary {
        comment: row.comment_id,
        reason: row.reason,
        count: row.count,
        details: row.details.unwrap_or_default(),
    });
    Ok(summaries.collect())
}

/// Anonymises reports older than `before` and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn anonymise_old_reports(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    let anonymised = sqlx::query!(
        "update reports set visitor = random_hash(), anonymised = true where created_at < $1 and not anonymised",
        before
    );
    Ok(anonymised.execute(pool).await?.rows_affected())
}

/// Anonymises a visitor's reports and erases what they added.
#[tracing::instrument(skip_all)]
pub async fn anonymise_reports_of(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!(
        "update reports set visitor = random_hash(), details = null, anonymised = true where visitor = $1",
        visitor
    )
    .execute(db)
    .await?;
    Ok(())
}
