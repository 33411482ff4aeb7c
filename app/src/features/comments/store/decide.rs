//! Decisions about comments. Each names the version that was seen, and is entered in the audit record in the same
//! transaction.

use super::changes::find_latest_changes;
use super::{hash_body, map_constraint, raise_revisions, store_consent};
use crate::base::error::AppError;
use crate::features::audit::store::append_entries;
use crate::features::audit::{Actor, Entry};
use crate::features::comments::{ANSWER, CommentState, Decision, INQUIRIES, LatestChange};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use std::collections::HashSet;
use time::OffsetDateTime;

/// A comment that was decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecidedComment {
    pub id: i64,
    pub article: i64,
    /// Its version now.
    pub version: i32,
    pub state: CommentState,
    /// The state to which undoing leads back.
    pub previous_state: Option<CommentState>,
    pub decided_at: OffsetDateTime,
    /// Whether readers see a difference.
    pub is_visible: bool,
    /// A digest of its text.
    pub digest: Vec<u8>,
}

impl DecidedComment {
    /// Whether it was written to the office, at no article.
    pub fn is_inquiry(&self) -> bool {
        self.article == INQUIRIES
    }

    /// The entry of this decision in the record.
    pub(super) fn entry(self, actor: Actor<'_>, decision: Decision) -> Entry {
        let detail = json!({ "article": self.article, "version": self.version, "state": self.state });
        Entry::new(actor, decision.action(), ("comment", Some(self.id)), detail).with_digest(self.digest)
    }
}

/// What became of a decision about several comments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub decided: Vec<DecidedComment>,
    /// Comments that somebody else changed first; they stay as they are.
    pub overtaken: Vec<LatestChange>,
    pub at: OffsetDateTime,
    /// When the comments say that they were decided about.
    pub moment: OffsetDateTime,
}

impl Outcome {
    /// The articles whose comments changed, each once.
    pub fn articles(&self) -> Vec<i64> {
        let mut articles: Vec<i64> = self.decided.iter().map(|comment| comment.article).collect();
        articles.sort_unstable();
        articles.dedup();
        articles
    }
}

/// Decides about comments, each as the version that was seen, all in one transaction.
#[tracing::instrument(skip(pool, actor, seen, note))]
pub async fn decide_comments(
    pool: &PgPool,
    actor: Actor<'_>,
    seen: &[(i64, i32)],
    decision: Decision,
    note: Option<&str>,
) -> Result<Outcome, AppError> {
    let mut tx = pool.begin().await?;
    let decided = apply_decision(&mut tx, seen, decision, note, actor.account).await?;
    let decided_ids: HashSet<i64> = decided.iter().map(|comment| comment.id).collect();
    let rest: Vec<i64> = seen.iter().map(|(id, _)| *id).filter(|id| !decided_ids.contains(id)).collect();
    let overtaken = find_latest_changes(&mut tx, &rest).await?;
    if decided.is_empty() {
        let now = OffsetDateTime::now_utc();
        return Ok(Outcome { decided, overtaken, at: now, moment: now });
    }
    let entries = decided.iter().map(|comment| {
        let detail = json!({
            "article": comment.article, "version": comment.version, "state": comment.state, "together": decided.len(),
        });
        let entry = Entry::new(actor, decision.action(), ("comment", Some(comment.id)), detail);
        entry.with_digest(comment.digest.clone())
    });
    let at = append_entries(&mut tx, actor.key, entries.collect()).await?;
    let moment = decided[0].decided_at;
    tx.commit().await?;
    Ok(Outcome { decided, overtaken, at, moment })
}

/// Decides about one comment. Where somebody else was first, the inner result says so.
#[tracing::instrument(skip(pool, actor, note))]
pub async fn decide_comment(
    pool: &PgPool,
    actor: Actor<'_>,
    seen: (i64, i32),
    decision: Decision,
    note: Option<&str>,
) -> Result<Result<(DecidedComment, OffsetDateTime), LatestChange>, AppError> {
    let mut outcome = decide_comments(pool, actor, &[seen], decision, note).await?;
    match (outcome.decided.pop(), outcome.overtaken.pop()) {
        (Some(decided), _) => Ok(Ok((decided, outcome.at))),
        (None, Some(change)) => Ok(Err(change)),
        (None, None) => Err(AppError::NotFound),
    }
}

/// Applies a decision to the comments that still have the version that was seen, and returns those.
pub(super) async fn apply_decision(
    db: &mut PgConnection,
    seen: &[(i64, i32)],
    decision: Decision,
    note: Option<&str>,
    account: Option<i64>,
) -> Result<Vec<DecidedComment>, AppError> {
    let (ids, versions): (Vec<i64>, Vec<i32>) = seen.iter().copied().unzip();
    lock_articles_of(&mut *db, &ids).await?;
    let decided = sqlx::query_as!(
        DecidedComment,
        r#"with wanted as (
               select c.id, c.version as seen, c.article_id, c.state as was, coalesce($3, case
                          when c.previous_state not in ('pending', 'blocked') then c.previous_state
                          when exists (select from active_blocks b where b.visitor = c.visitor) then 'blocked'
                          else 'pending'
                      end) as becomes
               from unnest($1::bigint[], $2::integer[]) as seen (id, version)
               join comments c on c.id = seen.id and c.version >= seen.version
                    -- taking down what was reported since is right all the same
                    and c.version - case when $8 and c.reported_version = c.version then c.reports_since else 0 end
                        <= seen.version
               -- nobody sees an inquiry, so there is nothing to take down
               where not ($8 and c.article_id = 0)
                     and case when $3::comment_state is null then c.previous_state is not null
                          else c.state = any($4) and (not $7 or c.reported_at is not null) end
           ), numbered as (
               select w.*, visible,
                      count(*) filter (where visible) over (partition by article_id order by id) as offset_
               from wanted w cross join lateral (select was <> becomes and 'published' in (was, becomes) as visible) v
           )
           update comments c
           set state = becomes, version = version + 1,
               previous_state = case when $3::comment_state is null then null else was end,
               note = $5, decided_at = now(), decided_by = $6,
               published_at = case when becomes = 'published' then coalesce(published_at, now()) else published_at end,
               -- keeping a reported comment settles its reports; undoing that brings them back
               previous_reported_at = case when $7 then reported_at else previous_reported_at end,
               reported_at = case when $7 then null
                                  when $3::comment_state is null and was = 'published' and becomes = 'published'
                                  then coalesce(reported_at, previous_reported_at)
                                  else reported_at end,
               revision = case when visible then t.revision + offset_ else c.revision end
           from numbered n join comment_totals t on t.article_id = n.article_id
           where c.id = n.id and c.version = n.seen
           returning c.id, c.article_id as article, c.version, c.state as "state: CommentState",
                     c.previous_state as "previous_state: CommentState", c.decided_at as "decided_at!",
                     n.visible as "is_visible!",
                     sha256(c.salt || convert_to(c.name || chr(10) || c.body, 'UTF8')) as "digest!""#,
        &ids,
        &versions,
        decision.target() as Option<CommentState>,
        decision.sources() as &[CommentState],
        note,
        account,
        decision == Decision::Keep,
        decision == Decision::Remove
    )
    .fetch_all(&mut *db)
    .await?;
    let changed: Vec<i64> =
        decided.iter().filter(|comment| comment.is_visible).map(|comment| comment.article).collect();
    raise_revisions(db, &changed).await?;
    Ok(decided)
}

/// Locks the totals of these comments' articles, always in one order: revisions come in the order of commits.
async fn lock_articles_of(db: &mut PgConnection, comments: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "select article_id from comment_totals
         where article_id in (select article_id from comments where id = any($1)) order by article_id for update",
        comments
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

/// Locks the totals of a comment's article and returns the article.
pub(super) async fn lock_article(db: &mut PgConnection, comment: i64) -> Result<i64, AppError> {
    let article = sqlx::query_scalar!("select article_id from comments where id = $1", comment)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    sqlx::query!("select revision from comment_totals where article_id = $1 for update", article)
        .fetch_one(&mut *db)
        .await?;
    Ok(article)
}

/// Publishes the body's own answer to a comment, seen as this version, which it moves on. A comment that waits is
/// published with it; an answer to a reply stands beside the reply. Returns the article. Where somebody else was first,
/// the inner result says so.
#[tracing::instrument(skip(pool, actor, name, body))]
pub async fn answer_comment(
    pool: &PgPool,
    actor: Actor<'_>,
    seen: (i64, i32),
    name: &str,
    body: &str,
) -> Result<Result<i64, LatestChange>, AppError> {
    const CONSENT: &str = "official";
    let (comment, version) = seen;
    let mut tx = pool.begin().await?;
    let approved = apply_decision(&mut tx, &[seen], Decision::Approve, None, actor.account).await?;
    let mut entries: Vec<Entry> = approved.into_iter().map(|comment| comment.entry(actor, Decision::Approve)).collect();
    let article = lock_article(&mut tx, comment).await?;
    if entries.is_empty() {
        // of two who answer the same version one is first
        let seen = sqlx::query!(
            "update comments set version = version + 1 where id = $1 and version = $2 and state = 'published'",
            comment,
            version
        );
        if seen.execute(&mut *tx).await?.rows_affected() == 0 {
            return Ok(Err(find_latest_changes(&mut tx, &[comment]).await?.pop().ok_or(AppError::NotFound)?));
        }
    }
    store_consent(&mut tx, CONSENT, "Written by the body itself.").await?;
    let answer = sqlx::query!(
        r#"insert into comments (article_id, parent_id, answers, visitor, name, body, body_hash, state, version,
                                 revision, consent_version, published_at, decided_at, decided_by, previous_state,
                                 official)
           select top.article_id, top.id, c.id, random_hash(), $2, $3, $4, 'published', 2, t.revision + 1, $5, now(),
                  now(), $6, 'removed', true
           from comments c join comments top on top.id = coalesce(c.parent_id, c.id)
           join comment_totals t on t.article_id = c.article_id
           where c.id = $1 and c.state = 'published' and top.state = 'published'
             and not exists (
                 select from comments same
                 where same.answers = c.id and same.body_hash = $4 and same.state = 'published'
             )
           returning id, sha256(salt || convert_to(name || chr(10) || body, 'UTF8')) as "digest!""#,
        comment,
        name,
        body,
        &hash_body(body)[..],
        CONSENT,
        actor.account
    )
    .fetch_optional(&mut *tx)
    .await
    .map_err(map_constraint)?;
    let Some(answer) = answer else {
        return Ok(Err(find_latest_changes(&mut tx, &[comment]).await?.pop().ok_or(AppError::NotFound)?));
    };
    raise_revisions(&mut tx, &[article]).await?;
    let detail = json!({ "to": comment, "article": article });
    entries.push(Entry::new(actor, ANSWER, ("comment", Some(answer.id)), detail).with_digest(answer.digest));
    append_entries(&mut tx, actor.key, entries).await?;
    tx.commit().await?;
    Ok(Ok(article))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::store::count_by_state;
    use crate::features::comments::{BODY_SHORT, ChangeKind};
    use crate::testing::{actor_of, insert_article, insert_staff, list_actions, send_comment};

    const NAME: &str = "Ủy ban nhân dân phường";

    #[sqlx::test]
    async fn decisions_that_were_made_are_not_made_again(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let one = send_comment(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let two = send_comment(&pool, id, None, 2, "Ý kiến thứ hai đây.").await.expect("is stored");
        let approve = async |seen: &[(i64, i32)]| {
            let outcome = decide_comments(&pool, actor_of(&lan), seen, Decision::Approve, None).await;
            outcome.map(|outcome| (outcome.decided.len(), outcome.overtaken.len()))
        };
        assert_eq!(approve(&[(one, 1), (two, 1)]).await, Ok((2, 0)));
        assert_eq!(approve(&[(one, 1), (two, 1)]).await, Ok((0, 2)));
        assert_eq!(approve(&[(999, 1)]).await, Ok((0, 0)), "it is not there");
        assert_eq!(approve(&[]).await, Ok((0, 0)));
        let third = send_comment(&pool, id, None, 3, "Ý kiến thứ ba ở đây.").await.expect("is stored");
        let note = "x".repeat(501);
        let refused = decide_comments(&pool, actor_of(&lan), &[(third, 1)], Decision::Reject, Some(&note)).await;
        assert_eq!(refused, Err(AppError::Internal), "the database takes 500 letters");
        assert_eq!(count_by_state(&pool).await.expect("counts").pending, 1);
        assert_eq!(list_actions(&pool).await, ["approve"; 2]);
    }

    #[sqlx::test]
    async fn an_answer_that_is_refused_publishes_nothing(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let short = answer_comment(&pool, actor_of(&lan), (comment, 1), NAME, "Sắp có").await;
        assert_eq!(short, Err(AppError::invalid(BODY_SHORT)));
        let nowhere = answer_comment(&pool, actor_of(&lan), (999, 1), NAME, "Từ 11 giờ hôm nay.").await;
        assert_eq!(nowhere, Err(AppError::NotFound));
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!((counts.pending, counts.published), (1, 0));
        assert!(list_actions(&pool).await.is_empty());
    }

    #[sqlx::test]
    async fn twenty_posts_of_one_answer_at_once_are_one(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let posts = (0..20).map(|_| {
            let (pool, lan) = (pool.clone(), lan.clone());
            tokio::spawn(async move {
                answer_comment(&pool, actor_of(&lan), (comment, 1), NAME, "Từ 11 giờ hôm nay.").await
            })
        });
        let mut given = 0;
        for post in posts.collect::<Vec<_>>() {
            given += usize::from(post.await.expect("runs").expect("answers").is_ok());
        }
        assert_eq!((given, count_by_state(&pool).await.expect("counts").published), (1, 2));
        assert_eq!(list_actions(&pool).await, ["approve", "answer"]);
    }

    #[sqlx::test]
    async fn of_two_answers_to_one_version_one_is_given(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        decide_comment(&pool, actor_of(&lan), (comment, 1), Decision::Approve, None)
            .await
            .expect("decides")
            .expect("ok");
        let answer = async |by: &crate::web::staff::Staff, version: i32, body: &str| {
            answer_comment(&pool, actor_of(by), (comment, version), NAME, body).await.expect("answers")
        };
        // at the same time, in other words
        let (one, other) = tokio::join!(
            answer(&lan, 2, "Từ 11 giờ hôm nay có nước."),
            answer(&minh, 2, "Khoảng trưa nay có nước lại.")
        );
        let refused = match (one, other) {
            (Ok(_), Err(change)) | (Err(change), Ok(_)) => change,
            both => panic!("one is given: {both:?}"),
        };
        assert_eq!(refused.kind, ChangeKind::Answer);
        assert!([Some(lan.id), Some(minh.id)].contains(&refused.account));
        assert_eq!(count_by_state(&pool).await.expect("counts").published, 2);
        // whoever saw the answer may add another one, and a decision about what was answered since is none
        let removed = decide_comment(&pool, actor_of(&minh), (comment, 2), Decision::Remove, None).await;
        assert_eq!(removed.expect("decides").expect_err("is overtaken").kind, ChangeKind::Answer);
        assert!(answer(&minh, 3, "Nước yếu đến 13 giờ.").await.is_ok());
        // what was withdrawn is not answered
        let other = send_comment(&pool, id, None, 2, "Bao giờ sửa đường ạ?").await.expect("is stored");
        decide_comment(&pool, actor_of(&lan), (other, 1), Decision::Reject, None).await.expect("decides").expect("ok");
        let late = answer_comment(&pool, actor_of(&minh), (other, 1), NAME, "Trong tháng này.").await.expect("answers");
        let change = late.expect_err("it was refused");
        let AppError::Conflict(note) = change.to_conflict(Some(minh.id), "Đăng trả lời") else {
            panic!("a conflict")
        };
        assert!(note.sentence().starts_with("Chị lan đã từ chối trước, lúc "), "{}", note.sentence());
        assert!(note.sentence().ends_with(". Lần bấm Đăng trả lời không có tác dụng."));
    }

    #[sqlx::test]
    async fn an_answer_is_undone_with_the_approval_that_it_brought(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        answer_comment(&pool, actor_of(&lan), (comment, 1), NAME, "Từ 11 giờ hôm nay.")
            .await
            .expect("answers")
            .expect("ok");
        let answer = sqlx::query_scalar::<_, i64>("select id from comments where official and answers = $1");
        let answer = answer.bind(comment).fetch_one(&pool).await.expect("is there");
        let undone = decide_comments(&pool, actor_of(&lan), &[(answer, 2), (comment, 2)], Decision::Undo, None).await;
        let states: Vec<_> =
            undone.expect("decides").decided.iter().map(|comment| (comment.id, comment.state)).collect();
        assert!(
            states.contains(&(answer, CommentState::Removed)) && states.contains(&(comment, CommentState::Pending))
        );
        let counts = count_by_state(&pool).await.expect("counts");
        assert_eq!((counts.pending, counts.published, counts.removed), (1, 0, 1));
    }

    /// Two people decide about many at once, half of them the same.
    #[sqlx::test]
    async fn of_two_decisions_about_many_each_comment_takes_one(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
        let mut seen = Vec::new();
        for n in 0..150_u8 {
            let body = format!("Ý kiến có đánh số {n}.");
            seen.push((send_comment(&pool, id, None, n, &body).await.expect("is stored"), 1));
        }
        let (one, other) = tokio::join!(
            decide_comments(&pool, actor_of(&lan), &seen[..100], Decision::Approve, None),
            decide_comments(&pool, actor_of(&minh), &seen[50..], Decision::Reject, Some("Quảng cáo"))
        );
        let (one, other) = (one.expect("decides"), other.expect("decides"));
        assert_eq!(one.decided.len() + other.decided.len(), 150);
        assert_eq!(one.overtaken.len() + other.overtaken.len(), 50, "whoever was second is told of each");
        let counts = count_by_state(&pool).await.expect("counts");
        let decided = [one.decided.len() as i64, other.decided.len() as i64];
        assert_eq!((counts.pending, [counts.published, counts.rejected]), (0, decided));
        assert_eq!(list_actions(&pool).await.len(), 150, "each is recorded once");
    }

    #[sqlx::test]
    async fn of_five_thousand_half_is_decided_by_somebody_else_meanwhile_and_the_rest_is_undone_whole(pool: PgPool) {
        const ALL: i64 = 5000;
        let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
        let articles = [insert_article(&pool, "a").await, insert_article(&pool, "b").await];
        send_comment(&pool, articles[0], None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
        let fill = sqlx::query_scalar::<_, i64>(
            "with consent as (select consent_version from comments limit 1), stored as (
                 insert into comments (article_id, visitor, name, body, body_hash, consent_version)
                 select $1[1 + n % 2], sha256(int8send(n)), 'Nguyễn Văn Đức', 'Ý kiến số ' || n, sha256(int8send(n)),
                        consent_version
                 from consent, generate_series(1, $2) n returning id)
             select id from stored order by id",
        );
        let ids = fill.bind(&articles[..]).bind(ALL as i32).fetch_all(&pool).await.expect("fills");
        let seen: Vec<(i64, i32)> = ids.iter().map(|id| (*id, 1)).collect();
        let (one, other) = tokio::join!(
            decide_comments(&pool, actor_of(&lan), &seen, Decision::Approve, None),
            decide_comments(&pool, actor_of(&minh), &seen[..2500], Decision::Reject, Some("Quảng cáo"))
        );
        let (one, other) = (one.expect("decides"), other.expect("decides"));
        assert_eq!(one.decided.len() + other.decided.len(), ALL as usize, "each is decided once");
        assert_eq!(one.overtaken.len() + other.overtaken.len(), 2500, "whoever was second is told of each");
        assert_eq!(list_actions(&pool).await.len(), ALL as usize, "each is recorded once");
        let undone: Vec<(i64, i32)> = one.decided.iter().map(|comment| (comment.id, comment.version)).collect();
        let back = decide_comments(&pool, actor_of(&lan), &undone, Decision::Undo, None).await.expect("undoes");
        assert_eq!((back.decided.len(), back.overtaken.len()), (undone.len(), 0));
        let counts = count_by_state(&pool).await.expect("counts");
        let rejected = other.decided.len() as i64;
        assert_eq!((counts.pending, counts.published, counts.rejected), (ALL + 1 - rejected, 0, rejected));
    }

    #[sqlx::test]
    async fn of_two_refusals_with_different_reasons_the_first_one_stands(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
        let one = send_comment(&pool, id, None, 1, "Mua đất nền giá rẻ nhé.").await.expect("is stored");
        let refuse = async |by: &crate::web::staff::Staff, note: &str| {
            let refused = decide_comment(&pool, actor_of(by), (one, 1), Decision::Reject, Some(note)).await;
            refused.expect("decides")
        };
        assert!(refuse(&lan, "Quảng cáo").await.is_ok());
        let late = refuse(&minh, "Không liên quan đến bài viết").await.expect_err("is second");
        assert_eq!(
            (late.kind, late.account),
            (ChangeKind::State(CommentState::Rejected, Some(CommentState::Pending)), Some(lan.id))
        );
        let note = sqlx::query_scalar::<_, String>("select note from comments").fetch_one(&pool).await;
        assert_eq!(note.expect("reads"), "Quảng cáo");
    }
}
