//! What the queue and its rooms read.

pub mod details;
pub mod figures;
pub mod hits;
pub mod late;
#[cfg(test)]
mod page_tests;
#[cfg(test)]
mod plan_tests;
pub mod presence;
pub mod queue;
pub mod saved;
#[cfg(test)]
mod tests;

use crate::base::error::AppError;
use crate::features::comments::CommentState;
use sqlx::PgPool;
use time::OffsetDateTime;

/// A comment in the export.
#[derive(Debug)]
pub struct ExportedComment {
    pub id: i64,
    /// The title of its article; an inquiry has none.
    pub title: Option<String>,
    pub name: String,
    /// Its text as it was written.
    pub body: String,
    /// The ranges that readers do not see.
    pub covered: serde_json::Value,
    pub state: CommentState,
    pub created_at: OffsetDateTime,
    pub decided_at: Option<OffsetDateTime>,
    /// The displayed name of the member of staff who decided.
    pub actor: Option<String>,
    pub note: Option<String>,
}

/// Counts all comments.
#[tracing::instrument(skip(pool))]
pub async fn count_comments(pool: &PgPool) -> Result<i64, AppError> {
    Ok(sqlx::query_scalar!(r#"select count(*) as "count!" from comments"#).fetch_one(pool).await?)
}

/// Lists the comments after this number, the oldest first, some hundreds at a time: a download may be slow, and no
/// statement waits for it.
#[tracing::instrument(skip(pool))]
pub async fn list_exported(pool: &PgPool, after: i64) -> Result<Vec<ExportedComment>, AppError> {
    let comments = sqlx::query_as!(
        ExportedComment,
        r#"select c.id, a.title as "title?", c.name, c.body, c.covered, c.state as "state: CommentState", c.created_at,
                  c.decided_at, display_name as "actor?", c.note
           from comments c left join articles a on a.id = c.article_id
           left join accounts on accounts.id = c.decided_by
           where c.id > $1 order by c.id limit 500"#,
        after
    );
    Ok(comments.fetch_all(pool).await?)
}

/// Lists the reasons that a member of staff gave for their latest refusals, the last one first.
#[tracing::instrument(skip(pool))]
pub async fn list_recent_reasons(pool: &PgPool, account: i64) -> Result<Vec<String>, AppError> {
    let reasons = sqlx::query_scalar!(
        r#"select note as "note!"
           from (
               (select note, decided_at from comments where decided_by = $1 and state = 'rejected' and article_id <> 0
                order by decided_at desc, id desc limit 50)
               union all
               (select note, decided_at from comments where decided_by = $1 and state = 'removed' and article_id <> 0
                order by decided_at desc, id desc limit 50)
           ) latest where note is not null group by note order by max(decided_at) desc"#,
        account
    );
    Ok(reasons.fetch_all(pool).await?)
}

/// Lists number and version of the comments that a member of staff decided about in this moment, in microseconds since
/// 1970, and that nobody changed since.
#[tracing::instrument(skip(pool))]
pub async fn list_decided_at(pool: &PgPool, account: i64, moment: i64) -> Result<Vec<(i64, i32)>, AppError> {
    let moment =
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(moment) * 1000).map_err(|_| AppError::NotFound)?;
    let rows = sqlx::query!(
        r#"select id as "id!", version as "version!"
           from (
               select id, version from comments
               where decided_by = $1 and decided_at = $2 and state in ('published', 'rejected', 'removed')
                     and article_id <> 0 and previous_state is not null
               union all
               select id, version from comments
               where decided_by = $1 and decided_at = $2 and article_id = 0 and previous_state is not null
           ) decided order by id limit 5000"#,
        account,
        moment
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.version)).collect())
}
