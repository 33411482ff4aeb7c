//! What stands around a comment: its conversation, and what else its writer wrote.

use crate::base::error::AppError;
use crate::features::comments::CommentState;
use sqlx::PgPool;
use time::OffsetDateTime;

/// A comment beside another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelatedComment {
    pub id: i64,
    pub version: i32,
    pub name: String,
    pub body: String,
    pub state: CommentState,
    pub created_at: OffsetDateTime,
    /// Whether the body wrote it.
    pub official: bool,
    /// The title of its article; an inquiry has none.
    pub title: Option<String>,
    /// How many readers reported it.
    pub reports: i64,
    /// The body's latest answer to it.
    pub answer: Option<String>,
    pub previous_state: Option<CommentState>,
    /// Whether its writer withdrew it.
    pub is_withdrawn: bool,
    /// When somebody last decided about it, who, and the reason of a refusal.
    pub decided_at: Option<OffsetDateTime>,
    pub decided_by: Option<String>,
    pub note: Option<String>,
}

/// How many comments of a writer stand on a page.
pub const BY_WRITER: i64 = 20;

/// Lists the conversation that a comment stands in, the oldest first: what it answers, and of the other replies the
/// twenty before it and the twenty after it.
#[tracing::instrument(skip(pool))]
pub async fn list_conversation(pool: &PgPool, comment: i64) -> Result<Vec<RelatedComment>, AppError> {
    let related = sqlx::query_as!(
        RelatedComment,
        r#"with top as (select coalesce(parent_id, id) as id from comments where id = $1), near as (
               select id from top
               union all
               (select c.id from top, comments c
                where c.parent_id = top.id and thread_place(c.id) < thread_place($1)
                order by thread_place(c.id) desc limit 20)
               union all
               (select c.id from top, comments c
                where c.parent_id = top.id and thread_place(c.id) > thread_place($1)
                order by thread_place(c.id) limit 20)
           )
           select c.id, c.version, c.name, c.body, c.state as "state: CommentState", c.created_at, c.official,
                  a.title as "title?", (select count(*) from reports r where r.comment_id = c.id) as "reports!",
                  (select o.body from comments o where o.answers = c.id and o.state = 'published'
                   order by o.id desc limit 1) as answer,
                  c.previous_state as "previous_state: CommentState", c.withdrawn_at is not null as "is_withdrawn!",
                  c.decided_at, m.display_name as "decided_by?", c.note
           from near join comments c on c.id = near.id left join articles a on a.id = c.article_id
           left join accounts m on m.id = c.decided_by
           where c.id <> $1 order by thread_place(c.id)"#,
        comment
    );
    Ok(related.fetch_all(pool).await?)
}

/// Lists the other comments of the visitor who wrote a comment, the newest first: as many as a page has and one more,
/// those before this one where one is named.
#[tracing::instrument(skip(pool))]
pub async fn list_by_writer(pool: &PgPool, comment: i64, before: Option<i64>) -> Result<Vec<RelatedComment>, AppError> {
    let related = sqlx::query_as!(
        RelatedComment,
        r#"select c.id, c.version, c.name, c.body, c.state as "state: CommentState", c.created_at, c.official,
                  a.title as "title?", (select count(*) from reports r where r.comment_id = c.id) as "reports!",
                  (select o.body from comments o where o.answers = c.id and o.state = 'published'
                   order by o.id desc limit 1) as answer,
                  c.previous_state as "previous_state: CommentState", c.withdrawn_at is not null as "is_withdrawn!",
                  c.decided_at, m.display_name as "decided_by?", c.note
           from comments c left join articles a on a.id = c.article_id left join accounts m on m.id = c.decided_by
           where c.visitor = (select visitor from comments where id = $1) and c.id <> $1 and c.id < $2
           order by c.id desc limit $3"#,
        comment,
        before.unwrap_or(i64::MAX),
        BY_WRITER + 1
    );
    Ok(related.fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::store::decide::answer_comment;
    use crate::features::comments::store::reports::insert_report;
    use crate::features::comments::{Decision, ReportReason};
    use crate::testing::{actor_of, decide_as, insert_article, insert_staff, send_comment};
    use crate::web::visitor::Visitor;

    #[sqlx::test]
    async fn what_stands_around_a_comment_is_bounded_and_in_order(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let top = send_comment(&pool, id, None, 1, "Ý kiến ở trên cùng.").await.expect("is stored");
        decide_as(&pool, &lan, top, 1, Decision::Approve).await.expect("decides").expect("is first");
        let mut replies = Vec::new();
        for n in 0..50_u8 {
            let body = format!("Trả lời số {n} ở dưới.");
            replies.push(send_comment(&pool, id, Some(top), 9, &body).await.expect("is stored"));
        }
        let around = async |comment: i64| {
            let related = list_conversation(&pool, comment).await.expect("reads");
            related.into_iter().map(|related| related.id).collect::<Vec<_>>()
        };
        assert_eq!(around(top).await, replies[..20], "the first replies to it");
        let wanted = [&[top][..], &replies[5..25], &replies[26..46]].concat();
        assert_eq!(around(replies[25]).await, wanted, "what it answers, and the replies next to it");
        // all that the writer wrote, page by page
        let (mut written, mut before) = (Vec::new(), None);
        loop {
            let mut page = list_by_writer(&pool, replies[49], before).await.expect("reads");
            let has_more = page.len() as i64 > BY_WRITER;
            page.truncate(BY_WRITER as usize);
            written.extend(page.iter().map(|related| related.id));
            before = written.last().copied();
            if !has_more {
                break;
            }
        }
        let newest: Vec<i64> = replies[..49].iter().rev().copied().collect();
        assert_eq!(written, newest);
        let by_another = list_by_writer(&pool, top, None).await.expect("reads");
        assert!(around(replies[49] + 1).await.is_empty() && by_another.is_empty());
        let latest = list_by_writer(&pool, replies[0], None).await.expect("reads")[0].clone();
        assert_eq!((latest.id, latest.reports, latest.answer), (replies[49], 0, None));
        insert_report(&pool, top, (Visitor([7; 32]), None), ReportReason::Insult, None).await.expect("reports");
        let answered = answer_comment(&pool, actor_of(&lan), (top, 3), "Phường", "Cảm ơn ông/bà.").await;
        answered.expect("answers").expect("is first");
        let told = list_conversation(&pool, replies[0]).await.expect("reads")[0].clone();
        assert_eq!((told.id, told.reports, told.answer.as_deref()), (top, 1, Some("Cảm ơn ông/bà.")));
        assert_eq!(told.decided_by.as_deref(), Some(lan.name.as_str()));
        assert!(told.decided_at.is_some() && told.note.is_none());
    }
}
