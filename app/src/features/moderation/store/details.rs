//! What stands around a comment: its conversation, and what else its writer wrote.

use crate::base::error::AppError;
use crate::features::comments::CommentState;
use sqlx::PgPool;
use time::OffsetDateTime;

/// A comment beside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedComment {
    pub id: i64,
    pub name: String,
    pub body: String,
    pub state: CommentState,
    pub created_at: OffsetDateTime,
    /// Whether the body wrote it.
    pub official: bool,
    /// The title of its article.
    pub title: String,
}

/// Lists the conversation that a comment stands in, the oldest first: what it answers, and of the other replies the
/// twenty before it and the twenty after it.
#[tracing::instrument(skip(pool))]
pub async fn list_conversation(pool: &PgPool, comment: i64) -> Result<Vec<RelatedComment>, AppError> {
    let related = sqlx::query_as!(
        RelatedComment,
        r#"with top as (select coalesce(parent_id, id) as id from comments where id = $1), near as (
               select id from top
               union all
               (select c.id from top, comments c where c.parent_id = top.id and c.id < $1 order by c.id desc limit 20)
               union all
               (select c.id from top, comments c where c.parent_id = top.id and c.id > $1 order by c.id limit 20)
           )
           select c.id, c.name, c.body, c.state as "state: CommentState", c.created_at, c.official, a.title
           from near join comments c on c.id = near.id join articles a on a.id = c.article_id
           where c.id <> $1 order by c.id"#,
        comment
    );
    Ok(related.fetch_all(pool).await?)
}

/// Lists the latest twenty other comments of the visitor who wrote a comment, the newest first.
#[tracing::instrument(skip(pool))]
pub async fn list_by_writer(pool: &PgPool, comment: i64) -> Result<Vec<RelatedComment>, AppError> {
    let related = sqlx::query_as!(
        RelatedComment,
        r#"select c.id, c.name, c.body, c.state as "state: CommentState", c.created_at, c.official, a.title
           from comments c join articles a on a.id = c.article_id
           where c.visitor = (select visitor from comments where id = $1) and c.id <> $1
           order by c.id desc limit 20"#,
        comment
    );
    Ok(related.fetch_all(pool).await?)
}
