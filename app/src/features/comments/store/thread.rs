//! What is shown under an article: its comments by page, each with its first replies, and one conversation by page.

use crate::base::error::AppError;
use crate::features::comments::cover::{apply_cover, parse_ranges};
use crate::features::comments::{
    Comment, CommentState, MAX_COUNTED_REPLIES, PER_PAGE, REPLIES_PER_PAGE, REPLIES_SHOWN, ReplyTo, ThreadPlace, quote,
};
use crate::web::visitor::Visitor;
use sqlx::PgPool;
use time::OffsetDateTime;

struct CommentRow {
    id: i64,
    parent_id: Option<i64>,
    name: String,
    body: String,
    created_at: OffsetDateTime,
    state: CommentState,
    version: i32,
    link_salt: Option<Vec<u8>>,
    official: bool,
    corrected_at: Option<OffsetDateTime>,
    covered: serde_json::Value,
    /// Published replies to it, counted a little further than they are told.
    replies: i64,
}

impl From<CommentRow> for Comment {
    fn from(row: CommentRow) -> Self {
        let is_pending = row.state != CommentState::Published;
        Self {
            id: row.id,
            name: row.name,
            body: apply_cover(&row.body, &parse_ranges(row.covered)),
            created_at: row.created_at,
            is_pending,
            is_blocked: row.state == CommentState::Blocked,
            block_note: None,
            version: row.version,
            link_salt: row.link_salt.filter(|_| is_pending),
            link: None,
            official: row.official,
            corrected_at: row.corrected_at.filter(|_| row.official),
            replies: Vec::new(),
            reply_count: row.replies,
            earlier_replies: 0,
        }
    }
}

/// Joins rows, each reply after the comment that it answers.
fn join_replies(rows: Vec<CommentRow>) -> Vec<Comment> {
    let mut comments: Vec<Comment> = Vec::new();
    for row in rows {
        match row.parent_id {
            None => comments.push(row.into()),
            Some(parent) => {
                if let Some(parent) = comments.iter_mut().find(|comment| comment.id == parent) {
                    parent.replies.push(row.into());
                }
            }
        }
    }
    comments
}

/// Lists a page of an article's comments as this visitor sees them: their own that wait, and the published ones. Of the
/// replies to each come the first few, official answers before others, and the visitor's own that wait.
#[tracing::instrument(skip(pool, visitor))]
pub async fn list_comments(
    pool: &PgPool,
    article: i64,
    page: i64,
    visitor: Option<Visitor>,
) -> Result<Vec<Comment>, AppError> {
    let visitor = visitor.as_ref().map(|visitor| &visitor.0[..]);
    let rows = sqlx::query_as!(
        CommentRow,
        r#"with tops as (
               (select * from comments
                where article_id = $1 and visitor = $2 and state in ('pending', 'blocked') and parent_id is null
                order by id desc limit 20)
               union all
               (select * from comments where article_id = $1 and state = 'published' and parent_id is null
                order by thread_place(id) desc offset $3 limit $4)
           )
           select id as "id!", parent_id, name as "name!", body as "body!", created_at as "created_at!",
                  state as "state!: CommentState", version as "version!", link_salt, official as "official!",
                  corrected_at, covered as "covered!", replies as "replies!"
           from (
               select tops.*, row_number() over (order by state = 'published', thread_place(id) desc) as place,
                      (select count(*) from (
                           select from comments r where r.parent_id = tops.id and r.state = 'published' limit $5
                       ) counted) as replies
               from tops
               union all
               select first.*, null, 0 from tops cross join lateral (
                   select * from comments r where r.parent_id = tops.id and r.state = 'published'
                   order by official desc, thread_place(id) limit $6
               ) first
               union all
               (select *, null, 0 from comments
                where article_id = $1 and visitor = $2 and state in ('pending', 'blocked')
                  and parent_id in (select id from tops)
                order by id desc limit 100)
           ) shown
           order by place nulls last, state = 'published' desc, official desc, thread_place(id)"#,
        article,
        visitor,
        (page - 1) * PER_PAGE,
        PER_PAGE,
        MAX_COUNTED_REPLIES + 1,
        REPLIES_SHOWN
    )
    .fetch_all(pool)
    .await?;
    Ok(join_replies(rows))
}

/// Reads a published comment with a page of its replies, official answers before others, and the visitor's own replies
/// that wait.
#[tracing::instrument(skip(pool, visitor))]
pub async fn find_conversation(
    pool: &PgPool,
    article: i64,
    (comment, page): (i64, i64),
    visitor: Option<Visitor>,
) -> Result<Option<Comment>, AppError> {
    let visitor = visitor.as_ref().map(|visitor| &visitor.0[..]);
    let rows = sqlx::query_as!(
        CommentRow,
        r#"with top as (
               select * from comments where id = $3 and article_id = $1 and state = 'published' and parent_id is null
           )
           select id as "id!", parent_id, name as "name!", body as "body!", created_at as "created_at!",
                  state as "state!: CommentState", version as "version!", link_salt, official as "official!",
                  corrected_at, covered as "covered!", replies as "replies!"
           from (
               select top.*, (select count(*) from comments r
                              where r.parent_id = top.id and r.state = 'published') as replies
               from top
               union all
               (select r.*, 0 from comments r where r.parent_id = (select id from top) and r.state = 'published'
                order by r.official desc, thread_place(r.id) offset $4 limit $5)
               union all
               (select r.*, 0 from comments r
                where r.article_id = $1 and r.visitor = $2 and r.state in ('pending', 'blocked') and r.parent_id = $3
                order by r.id desc limit 100)
           ) shown
           order by parent_id nulls first, state = 'published' desc, official desc, thread_place(id)"#,
        article,
        visitor,
        comment,
        (page - 1) * REPLIES_PER_PAGE,
        REPLIES_PER_PAGE
    )
    .fetch_all(pool)
    .await?;
    let mut conversation = join_replies(rows).pop();
    if let Some(conversation) = &mut conversation {
        conversation.earlier_replies = (page - 1) * REPLIES_PER_PAGE;
    }
    Ok(conversation)
}

/// Finds a comment that can be answered: one that readers see and that is no reply.
#[tracing::instrument(skip(pool))]
pub async fn find_answerable(pool: &PgPool, article: i64, comment: i64) -> Result<Option<ReplyTo>, AppError> {
    let found = sqlx::query!(
        "select name, body, covered from comments
         where id = $1 and article_id = $2 and parent_id is null and state = 'published'",
        comment,
        article
    )
    .fetch_optional(pool)
    .await?;
    Ok(found.map(|found| ReplyTo {
        id: comment,
        name: found.name,
        quote: quote(&apply_cover(&found.body, &parse_ranges(found.covered))),
    }))
}

/// Finds where a comment is shown, if readers see it: on a page of its article, or, beyond the first replies to another
/// one, on a page of that conversation.
#[tracing::instrument(skip(pool))]
pub async fn find_place(pool: &PgPool, article: i64, comment: i64) -> Result<Option<ThreadPlace>, AppError> {
    let found = sqlx::query!(
        r#"select c.parent_id,
                  (select count(*) from comments b
                   where b.article_id = $1 and b.state = 'published' and b.parent_id is null
                     and thread_place(b.id) > thread_place(top.id)
                  ) as "newer!",
                  (select count(*) from comments b
                   where b.parent_id = c.parent_id and b.state = 'published'
                     and (b.official > c.official
                          or b.official = c.official and thread_place(b.id) < thread_place(c.id))
                  ) as "earlier!"
           from comments c join comments top on top.id = coalesce(c.parent_id, c.id)
           where c.id = $2 and c.article_id = $1 and c.state = 'published' and top.state = 'published'"#,
        article,
        comment
    )
    .fetch_optional(pool)
    .await?;
    Ok(found.map(|found| match found.parent_id {
        Some(_) if found.earlier >= REPLIES_SHOWN => {
            ThreadPlace { conversation: found.parent_id, page: found.earlier / REPLIES_PER_PAGE + 1 }
        }
        _ => ThreadPlace { conversation: None, page: found.newer / PER_PAGE + 1 },
    }))
}

/// Counts the replies that readers see to a comment that they see and that is no reply itself.
#[tracing::instrument(skip(pool))]
pub async fn count_replies(pool: &PgPool, article: i64, comment: i64) -> Result<Option<i64>, AppError> {
    let count = sqlx::query_scalar!(
        r#"select (select count(*) from comments r where r.parent_id = c.id and r.state = 'published') as "count!"
           from comments c
           where c.id = $2 and c.article_id = $1 and c.state = 'published' and c.parent_id is null"#,
        article,
        comment
    );
    Ok(count.fetch_optional(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::Draft;
    use crate::features::comments::store::carried::carry_over_comment;
    use crate::features::comments::store::decide::answer_comment;
    use crate::testing::{actor_of, count_reads, insert_article, insert_staff, send_comment};
    use sqlx::postgres::{PgConnectOptions, PgPoolOptions};

    fn draft(body: &str) -> Draft {
        Draft { name: "Trần Thị Bích".to_owned(), email: None, body: body.to_owned() }
    }

    #[sqlx::test]
    async fn replies_come_in_bounded_numbers_and_none_is_lost(pool: PgPool) {
        let (id, other) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let lan = insert_staff(&pool, "lan").await;
        let mut db = pool.acquire().await.expect("connects");
        let now = OffsetDateTime::now_utc();
        let top =
            carry_over_comment(&mut db, id, None, &draft("Khi nào có nước lại?"), now).await.expect("carries over");
        let mut replies = Vec::new();
        for n in 0..120 {
            let draft = draft(&format!("Trả lời có đánh số {n}."));
            replies.push(carry_over_comment(&mut db, id, Some(top), &draft, now).await.expect("carries over"));
        }
        drop(db);
        answer_comment(&pool, actor_of(&lan), (top, 2), "Phường", "Từ 11 giờ hôm nay.")
            .await
            .expect("answers")
            .expect("is first");
        let own = send_comment(&pool, id, Some(top), 7, "Tôi cũng hỏi như vậy.").await.expect("is stored");
        // the official answer first, then the oldest, then what waits of one's own
        let shown = list_comments(&pool, id, 1, Some(Visitor([7; 32]))).await.expect("reads").remove(0);
        let ids = |comment: &Comment| comment.replies.iter().map(|reply| reply.id).collect::<Vec<i64>>();
        assert!(shown.replies[0].official);
        assert_eq!(ids(&shown)[1..], [&replies[..4], &[own]].concat());
        assert_eq!((shown.reply_count, shown.count_listed_replies()), (121, 5));
        let mut listed = Vec::new();
        for (page, last) in [(1, 50), (2, 100), (3, 121)] {
            let conversation = find_conversation(&pool, id, (top, page), None).await.expect("reads").expect("is there");
            assert_eq!((conversation.reply_count, conversation.count_listed_replies()), (121, last));
            listed.extend(ids(&conversation));
        }
        assert_eq!(listed[1..], replies, "every reply stands on one page, in order");
        let beyond = find_conversation(&pool, id, (top, 4), None).await.expect("reads").expect("is there");
        assert!(beyond.replies.is_empty());
        let whose =
            find_conversation(&pool, id, (top, 3), Some(Visitor([7; 32]))).await.expect("reads").expect("is there");
        assert_eq!(ids(&whose).last(), Some(&own));
        for (reply, conversation, page) in [
            (replies[3], None, 1),
            (replies[4], Some(top), 1),
            (replies[48], Some(top), 1),
            (replies[49], Some(top), 2),
        ] {
            assert_eq!(find_place(&pool, id, reply).await, Ok(Some(ThreadPlace { conversation, page })), "{reply}");
        }
        assert_eq!(find_place(&pool, id, own).await, Ok(None), "readers do not see it");
        assert_eq!(
            (count_replies(&pool, id, top).await, count_replies(&pool, id, own).await),
            (Ok(Some(121)), Ok(None))
        );
        // a conversation belongs to its article, and a reply has none
        assert_eq!(count_replies(&pool, other, top).await, Ok(None));
        assert_eq!(find_conversation(&pool, other, (top, 1), None).await, Ok(None));
        assert_eq!(find_conversation(&pool, id, (replies[0], 1), None).await, Ok(None));
    }

    #[sqlx::test]
    async fn a_page_reads_no_more_replies_than_it_counts(options: PgPoolOptions, connection: PgConnectOptions) {
        let connection = connection.options([("plan_cache_mode", "force_generic_plan")]);
        let pool = options.max_connections(1).connect_with(connection).await.expect("connects");
        let id = insert_article(&pool, "a").await;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
            "set session_replication_role = replica;
             insert into consent_texts (version, text) values ('v', 'Tôi đồng ý');
             insert into comments (article_id, parent_id, visitor, name, body, body_hash, consent_version, state,
                                   version)
             select {id}, case when n > 20 then 20 when n > 0 then null end, sha256(int8send(n % 50)), 'An',
                    'Ý kiến số ' || n, sha256(int8send(n)), 'v', 'published', 2
             from generate_series(1, 10020) n;
             set session_replication_role = origin;"
        )))
        .execute(&pool)
        .await
        .expect("fills");
        sqlx::query("vacuum analyze").execute(&pool).await.expect("counts what is there");
        let mut before = count_reads(&pool).await;
        let mut check = async |what: &str, most: i64| {
            let after = count_reads(&pool).await;
            assert_eq!(after.0, before.0, "{what} reads the whole table");
            assert!(after.1 - before.1 <= most, "{what} reads {} rows", after.1 - before.1);
            before = after;
        };
        for visitor in [None, Some(Visitor([7; 32]))] {
            let shown = list_comments(&pool, id, 1, visitor).await.expect("reads");
            assert_eq!((shown.len(), shown[0].replies.len(), shown[0].reply_count), (20, 5, MAX_COUNTED_REPLIES + 1));
            check("a page of comments", MAX_COUNTED_REPLIES + 200).await;
        }
        let conversation = find_conversation(&pool, id, (20, 2), None).await.expect("reads").expect("is there");
        assert_eq!((conversation.replies.len(), conversation.reply_count), (50, 10_000));
        check("a conversation", 10_000 + 300).await;
        find_place(&pool, id, 10_000).await.expect("finds");
        check("a place", 10_000 + 100).await;
    }
}
