//! Blocked writers: what they send waits in a tab of its own.

use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::features::comments::{BLOCK, BLOCK_NOTE_LONG, CommentState, UNBLOCK};
use crate::web::visitor::Visitor;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// What becomes of a writer's block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blocking<'a> {
    /// They are blocked until then, or for good, and read this sentence.
    Begin { until: Option<OffsetDateTime>, note: Option<&'a str> },
    /// The block that was ended by hand goes on as it was.
    Resume,
    /// They are blocked no longer: the block that began at this moment is ended, or, without one, the actor's own.
    End { seen: Option<OffsetDateTime> },
}

/// Blocks the writer of a comment, or unblocks them: what waits of theirs moves between the queue and its own tab. What
/// somebody else did first stays as it is, nothing is recorded, and the answer is `false`.
#[tracing::instrument(skip(pool, actor, blocking))]
pub async fn block_writer(
    pool: &PgPool,
    actor: Actor<'_>,
    comment: i64,
    blocking: Blocking<'_>,
) -> Result<bool, AppError> {
    let mut tx = pool.begin().await?;
    let visitor = sqlx::query_scalar!("select visitor from comments where id = $1", comment);
    let visitor = visitor.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    let changed = apply_blocking(&mut tx, actor, (&visitor, Some(comment)), blocking).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Ends the block with this number, or takes it up again, as [`block_writer`] does.
#[tracing::instrument(skip(pool, actor, blocking))]
pub async fn change_block(
    pool: &PgPool,
    actor: Actor<'_>,
    block: i64,
    blocking: Blocking<'_>,
) -> Result<bool, AppError> {
    let mut tx = pool.begin().await?;
    let found = sqlx::query!(
        "select visitor, coalesce(comment_id, (select max(id) from comments c where c.visitor = b.visitor)) as comment
         from blocked_visitors b where id = $1",
        block
    );
    let found = found.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    let changed = apply_blocking(&mut tx, actor, (&found.visitor, found.comment), blocking).await?;
    tx.commit().await?;
    Ok(changed)
}

/// Changes the block of a visitor, of whom a comment is named, and records it. Returns whether it did.
async fn apply_blocking(
    db: &mut PgConnection,
    actor: Actor<'_>,
    (visitor, comment): (&[u8], Option<i64>),
    blocking: Blocking<'_>,
) -> Result<bool, AppError> {
    lock_articles_of_writer(db, visitor).await?;
    let changed = match blocking {
        Blocking::Begin { until, note } => {
            let block = sqlx::query!(
                "insert into blocked_visitors (visitor, blocked_by, comment_id, until, note) values ($1, $2, $3, $4, $5)
                 on conflict (visitor) do update
                 set blocked_at = now(), blocked_by = $2, comment_id = $3, until = $4, note = $5, ended_at = null,
                     ended_by = null
                 where blocked_visitors.blocked_by is not distinct from $2
                       or not exists (select from active_blocks b where b.visitor = $1)",
                visitor,
                actor.account,
                comment,
                until,
                note
            );
            block.execute(&mut *db).await.map_err(|error| match constraint(&error) {
                Some("block_note") => AppError::invalid(BLOCK_NOTE_LONG),
                _ => error.into(),
            })?
        }
        Blocking::Resume => {
            let resume = sqlx::query!(
                "update blocked_visitors set ended_at = null, ended_by = null
                 where visitor = $1 and ended_at is not null and coalesce(until, 'infinity') > now()",
                visitor
            );
            resume.execute(&mut *db).await?
        }
        Blocking::End { seen } => {
            let end = sqlx::query!(
                "update blocked_visitors set ended_at = now(), ended_by = $2
                 where visitor = $1 and ended_at is null and coalesce(until, 'infinity') > now()
                       and case when $3::timestamptz is null then blocked_by is not distinct from $2
                                else blocked_at = $3 end",
                visitor,
                actor.account,
                seen
            );
            end.execute(&mut *db).await?
        }
    };
    if changed.rows_affected() == 0 {
        return Ok(false);
    }
    let is_blocked = !matches!(blocking, Blocking::End { .. });
    let moved = move_waiting(db, visitor, is_blocked, actor.account).await?;
    let action = if is_blocked { BLOCK } else { UNBLOCK };
    actor.record(db, Entry::new(actor, action, ("comment", comment), json!({ "moved": moved }))).await?;
    Ok(true)
}

/// How a block stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockState {
    pub is_active: bool,
    /// The displayed name of the member of staff who began it, or ended it.
    pub by: Option<String>,
    /// When it began, or ended.
    pub at: OffsetDateTime,
    /// The name on the latest comment of the writer, as long as one is kept.
    pub name: Option<String>,
}

/// Finds how the block of the writer of a comment stands, or of one with this number.
#[tracing::instrument(skip(pool))]
pub async fn find_block(
    pool: &PgPool,
    comment: Option<i64>,
    block: Option<i64>,
) -> Result<Option<BlockState>, AppError> {
    let state = sqlx::query_as!(
        BlockState,
        r#"select a.visitor is not null as "is_active!", s.display_name as "by?",
                  case when a.visitor is not null then b.blocked_at else coalesce(b.ended_at, b.until, b.blocked_at) end
                      as "at!",
                  (select name from comments c where c.visitor = b.visitor order by id desc limit 1) as name
           from blocked_visitors b
           left join active_blocks a on a.visitor = b.visitor
           left join accounts s on s.id = case when a.visitor is not null then b.blocked_by else b.ended_by end
           where b.visitor = (select visitor from comments where id = $1) or b.id = $2"#,
        comment,
        block
    );
    Ok(state.fetch_optional(pool).await?)
}

/// Ends the blocks whose time has passed, and forgets those that were ended by hand before `forgotten`. Returns how
/// many ended.
#[tracing::instrument(skip(pool, actor))]
pub async fn end_expired_blocks(pool: &PgPool, actor: Actor<'_>, forgotten: OffsetDateTime) -> Result<usize, AppError> {
    let expired = sqlx::query!(
        "select visitor, (select max(id) from comments c where c.visitor = b.visitor) as comment
         from blocked_visitors b where ended_at is null and until <= now() limit 100"
    )
    .fetch_all(pool)
    .await?;
    for block in &expired {
        let mut tx = pool.begin().await?;
        lock_articles_of_writer(&mut tx, &block.visitor).await?;
        let ended = sqlx::query!(
            "delete from blocked_visitors where visitor = $1 and ended_at is null and until <= now()",
            block.visitor
        );
        // another process may have been first
        if ended.execute(&mut *tx).await?.rows_affected() == 1 {
            let moved = move_waiting(&mut tx, &block.visitor, false, actor.account).await?;
            let entry = Entry::new(actor, UNBLOCK, ("comment", block.comment), json!({ "moved": moved }));
            actor.record(&mut tx, entry).await?;
            tx.commit().await?;
        }
    }
    sqlx::query!("delete from blocked_visitors where ended_at < $1", forgotten).execute(pool).await?;
    Ok(expired.len())
}

/// Finds the sentence that a blocked visitor reads.
#[tracing::instrument(skip_all)]
pub async fn find_block_note(pool: &PgPool, visitor: Visitor) -> Result<Option<String>, AppError> {
    let note = sqlx::query_scalar!("select note from active_blocks where visitor = $1", &visitor.0[..]);
    Ok(note.fetch_optional(pool).await?.flatten())
}

/// Locks the totals of all articles at which a visitor wrote, always in one order.
async fn lock_articles_of_writer(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!(
        "select article_id from comment_totals
         where article_id in (select article_id from comments where visitor = $1) order by article_id for update",
        visitor
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Moves what waits of a visitor's between the queue and the tab of blocked writers. Returns how much that is.
async fn move_waiting(
    db: &mut PgConnection,
    visitor: &[u8],
    is_blocked: bool,
    account: Option<i64>,
) -> Result<u64, AppError> {
    let (from, to) = if is_blocked {
        (CommentState::Pending, CommentState::Blocked)
    } else {
        (CommentState::Blocked, CommentState::Pending)
    };
    let moved = sqlx::query!(
        "update comments set state = $3, version = version + 1, decided_at = now(), decided_by = $4
         where visitor = $1 and state = $2",
        visitor,
        from as _,
        to as _,
        account
    );
    Ok(moved.execute(db).await?.rows_affected())
}

/// A blocked writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockedWriter {
    /// The number of the block.
    pub block: i64,
    /// Their latest comment and the name that stands on it, as long as one is kept.
    pub comment: Option<i64>,
    pub name: Option<String>,
    pub blocked_at: OffsetDateTime,
    /// The displayed name of the member of staff who blocked them.
    pub by: Option<String>,
    /// Until then; for good, where it is `None`.
    pub until: Option<OffsetDateTime>,
    /// The sentence that they read.
    pub note: Option<String>,
    /// How much of theirs waits, counted up to 1,000.
    pub waiting: i64,
}

/// The most blocked writers that are listed at once.
pub const MAX_BLOCKED_LISTED: usize = 101;

/// Lists blocked writers, the latest first, after those who were blocked at `before`; at most [`MAX_BLOCKED_LISTED`].
#[tracing::instrument(skip(pool))]
pub async fn list_blocked(pool: &PgPool, before: Option<OffsetDateTime>) -> Result<Vec<BlockedWriter>, AppError> {
    let blocked = sqlx::query_as!(
        BlockedWriter,
        r#"select b.id as "block!", c.id as "comment?", c.name as "name?", b.blocked_at as "blocked_at!",
                  accounts.display_name as "by?", b.until, b.note,
                  (select count(*) from (
                       select from comments w where w.visitor = b.visitor and w.state = 'blocked' limit 1000
                   ) counted) as "waiting!"
           from active_blocks b
           left join lateral (
               select id, name from comments where visitor = b.visitor order by id desc limit 1
           ) c on true
           left join accounts on accounts.id = b.blocked_by
           where b.blocked_at < coalesce($1, 'infinity'::timestamptz) order by b.blocked_at desc limit 101"#,
        before
    );
    Ok(blocked.fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::store::count_by_state;
    use crate::testing::{actor, actor_of, insert_article, insert_staff, list_actions, send_comment};
    use time::Duration;

    const FOR_GOOD: Blocking<'static> = Blocking::Begin { until: None, note: None };
    const END: Blocking<'static> = Blocking::End { seen: None };

    async fn counts(pool: &PgPool) -> (i64, i64) {
        let counts = count_by_state(pool).await.expect("counts");
        (counts.pending, counts.blocked)
    }

    #[sqlx::test]
    async fn a_writer_blocked_again_stays_blocked_and_others_are_not(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        send_comment(&pool, id, None, 2, "Ý kiến thứ hai đây.").await.expect("is stored");
        let end = Blocking::End { seen: None };
        for (blocking, after) in [(FOR_GOOD, (1, 1)), (FOR_GOOD, (1, 1)), (end, (2, 0)), (end, (2, 0))] {
            block_writer(&pool, actor_of(&lan), one, blocking).await.expect("is so");
            assert_eq!(counts(&pool).await, after);
        }
        let version = sqlx::query_scalar::<_, i32>("select version from comments order by id limit 1");
        assert_eq!(version.fetch_one(&pool).await.expect("reads"), 3, "what did not move has its version");
    }

    #[sqlx::test]
    async fn a_block_that_was_ended_by_hand_goes_on_as_it_was(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let block = async |blocking: Blocking<'_>| block_writer(&pool, actor_of(&lan), one, blocking).await;
        assert_eq!(block(Blocking::Resume).await, Ok(false), "there is none");
        let until = OffsetDateTime::now_utc().replace_microsecond(0).expect("is valid") + Duration::days(7);
        block(Blocking::Begin { until: Some(until), note: Some("Xin giữ lời lẽ lịch sự.") }).await.expect("blocks");
        block(END).await.expect("ends");
        assert!(list_blocked(&pool, None).await.expect("lists").is_empty());
        block(Blocking::Resume).await.expect("goes on");
        let blocked = list_blocked(&pool, None).await.expect("lists").remove(0);
        assert_eq!((blocked.until, blocked.note.as_deref()), (Some(until), Some("Xin giữ lời lẽ lịch sự.")));
        assert_eq!((blocked.comment, blocked.waiting, blocked.by.as_deref()), (Some(one), 1, Some("Chị lan")));
        let note = find_block_note(&pool, Visitor([1; 32])).await.expect("reads");
        assert_eq!(note.as_deref(), Some("Xin giữ lời lẽ lịch sự."));
        assert!(list_blocked(&pool, Some(blocked.blocked_at)).await.expect("lists").is_empty());
        let long = "x".repeat(301);
        let refused = block(Blocking::Begin { until: None, note: Some(&long) }).await;
        assert_eq!(refused, Err(AppError::invalid(BLOCK_NOTE_LONG)));
    }

    #[sqlx::test]
    async fn a_block_is_listed_and_ended_by_its_number_when_no_comment_is_left(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        block_writer(&pool, actor_of(&lan), one, FOR_GOOD).await.expect("blocks");
        let BlockedWriter { block, blocked_at, .. } = list_blocked(&pool, None).await.expect("lists").remove(0);
        let end = Blocking::End { seen: Some(blocked_at) };
        assert_eq!(change_block(&pool, actor_of(&lan), block, end).await, Ok(true));
        assert_eq!(counts(&pool).await, (1, 0), "what waits comes back to the queue");
        let state = async || find_block(&pool, None, Some(block)).await.expect("finds").expect("is there");
        assert_eq!((state().await.is_active, state().await.name.as_deref()), (false, Some("Trần Thị Bích")));
        assert_eq!(change_block(&pool, actor_of(&lan), block, Blocking::Resume).await, Ok(true));
        assert_eq!(change_block(&pool, actor_of(&lan), block, Blocking::Resume).await, Ok(false), "is so already");
        assert_eq!(counts(&pool).await, (0, 1));
        assert_eq!(list_actions(&pool).await, ["block", "unblock", "block"], "what changes nothing is not recorded");
        sqlx::query("delete from comments where id = $1").bind(one).execute(&pool).await.expect("deletes");
        let left = list_blocked(&pool, None).await.expect("lists").remove(0);
        assert_eq!((left.block, left.comment, left.name, left.waiting), (block, None, None, 0));
        assert_eq!(change_block(&pool, actor_of(&lan), block, end).await, Ok(true));
        assert_eq!(list_blocked(&pool, None).await, Ok(Vec::new()));
        assert_eq!((state().await.is_active, state().await.name), (false, None));
        let none = change_block(&pool, actor_of(&lan), block + 1, end).await;
        assert_eq!((none, find_block(&pool, None, Some(block + 1)).await), (Err(AppError::NotFound), Ok(None)));
        // one whose time has passed does not go on
        let age = sqlx::query("update blocked_visitors set until = now() - interval '1 minute'");
        age.execute(&pool).await.expect("ages");
        assert_eq!(change_block(&pool, actor_of(&lan), block, Blocking::Resume).await, Ok(false));
    }

    #[sqlx::test]
    async fn of_two_people_who_block_a_writer_the_first_ones_terms_stand(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        assert_eq!(find_block(&pool, Some(one), None).await, Ok(None));
        let week = Some(OffsetDateTime::now_utc() + Duration::days(7));
        let lans = Blocking::Begin { until: week, note: Some("Xin giữ lời lẽ lịch sự.") };
        assert_eq!(block_writer(&pool, actor_of(&lan), one, lans).await, Ok(true));
        assert_eq!(block_writer(&pool, actor_of(&minh), one, FOR_GOOD).await, Ok(false), "it is another's");
        let blocked = list_blocked(&pool, None).await.expect("lists").remove(0);
        assert_eq!((blocked.note.as_deref(), blocked.until.is_some()), (Some("Xin giữ lời lẽ lịch sự."), true));
        let state = async || find_block(&pool, Some(one), None).await.expect("finds").expect("is there");
        let begun = state().await;
        assert_eq!((begun.is_active, begun.by.as_deref(), begun.at), (true, Some("Chị lan"), blocked.blocked_at));
        assert_eq!(list_actions(&pool).await, ["block"]);
        // what was not seen is not ended
        let minhs = async |blocking| block_writer(&pool, actor_of(&minh), one, blocking).await;
        assert_eq!(minhs(END).await, Ok(false), "undoing is about one's own");
        let other = Blocking::End { seen: Some(blocked.blocked_at - Duration::days(1)) };
        assert_eq!(minhs(other).await, Ok(false), "another block than this one");
        let seen = Blocking::End { seen: Some(blocked.blocked_at) };
        assert_eq!((minhs(seen).await, minhs(seen).await), (Ok(true), Ok(false)));
        assert_eq!((state().await.is_active, state().await.by.as_deref()), (false, Some("Chị minh")));
        assert_eq!(minhs(FOR_GOOD).await, Ok(true), "nobody's is left");
        assert_eq!(minhs(Blocking::Resume).await, Ok(false), "it was not ended");
        assert_eq!(list_actions(&pool).await, ["block", "unblock", "block"]);
    }

    #[sqlx::test]
    async fn a_block_ends_by_itself_and_is_recorded_once(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let now = OffsetDateTime::now_utc();
        let week = Blocking::Begin { until: Some(now + Duration::days(7)), note: None };
        block_writer(&pool, actor_of(&lan), one, week).await.expect("blocks");
        let end = async || end_expired_blocks(&pool, actor(), now - Duration::days(30)).await.expect("ends");
        assert_eq!((end().await, counts(&pool).await), (0, (0, 1)));
        let age = sqlx::query("update blocked_visitors set until = now() - interval '1 minute'");
        age.execute(&pool).await.expect("ages");
        // from that moment on what is sent waits with all others, whenever the block is ended
        send_comment(&pool, id, None, 1, "Ý kiến sau khi hết hạn.").await.expect("is stored");
        assert_eq!(counts(&pool).await, (1, 1));
        assert_eq!((end().await, end().await, counts(&pool).await), (1, 0, (2, 0)));
        assert_eq!(list_actions(&pool).await, ["block", "unblock"]);
        // what was ended by hand is forgotten after a while
        block_writer(&pool, actor_of(&lan), one, week).await.expect("blocks");
        block_writer(&pool, actor_of(&lan), one, END).await.expect("ends");
        end_expired_blocks(&pool, actor(), OffsetDateTime::now_utc() + Duration::seconds(1)).await.expect("forgets");
        let left = sqlx::query_scalar::<_, i64>("select count(*) from blocked_visitors").fetch_one(&pool).await;
        assert_eq!(left.expect("counts"), 0);
    }

    #[sqlx::test]
    async fn of_two_processes_that_end_a_block_one_does(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let now = OffsetDateTime::now_utc();
        for writer in 1..5 {
            let one = send_comment(&pool, id, None, writer, "Ý kiến của người bị chặn.").await.expect("is stored");
            let week = Blocking::Begin { until: Some(now + Duration::days(7)), note: None };
            block_writer(&pool, actor_of(&lan), one, week).await.expect("blocks");
        }
        let age = sqlx::query("update blocked_visitors set until = now() - interval '1 minute'");
        age.execute(&pool).await.expect("ages");
        let forgotten = now - Duration::days(30);
        let (one, other) =
            tokio::join!(end_expired_blocks(&pool, actor(), forgotten), end_expired_blocks(&pool, actor(), forgotten));
        assert!(one.is_ok() && other.is_ok());
        assert_eq!(counts(&pool).await, (4, 0));
        assert_eq!(list_actions(&pool).await, [["block"; 4], ["unblock"; 4]].concat());
    }
}
