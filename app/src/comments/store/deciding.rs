//! What moderators do with comments, in transactions that moderation hands over.

use super::{recount, refused};
use crate::clock;
use crate::error::{AppError, Decided};
use crate::keys::token_hash;
use crate::moderation::Decision;
use sqlx::PgConnection;

/// A comment that was decided.
#[derive(Debug)]
pub struct Changed {
    /// Its number.
    pub id: i64,
    /// Its article.
    pub article: i64,
    /// Its version now.
    pub version: i32,
    /// Its state now.
    pub state: String,
    /// Its state before, to which undoing leads back.
    pub before: Option<String>,
    /// Whether readers see a difference.
    pub visible: bool,
    /// A digest of its words, salted with what is erased with them.
    pub digest: Vec<u8>,
}

/// Decides about comments, each as the version that was seen, in the transaction that a decision hands over. Gives those
/// that were decided: about the others somebody else was first.
pub async fn decide(
    db: &mut PgConnection,
    seen: &[(i64, i32)],
    decision: Decision,
    note: Option<&str>,
    by: i64,
) -> Result<Vec<Changed>, AppError> {
    let (ids, versions): (Vec<i64>, Vec<i32>) = seen.iter().copied().unzip();
    // one decision at a time for each article, the articles always in one order: revisions come in the order in which
    // they are committed
    sqlx::query!(
        "select article_id from comment_totals where article_id in (select article_id from comments where id = any($1))
         order by article_id for update",
        &ids
    )
    .fetch_all(&mut *db)
    .await?;
    let from: Vec<String> = decision.from().iter().map(|&state| state.to_owned()).collect();
    let changed = sqlx::query_as!(
        Changed,
        r#"with wanted as (
               select c.id, c.version as seen, c.article_id, c.state as was, coalesce($3, case
                          when c.before not in ('held', 'blocked') then c.before
                          when exists (select from blocked_visitors b where b.visitor = c.visitor) then 'blocked'
                          else 'held'
                      end) as becomes
               from unnest($1::bigint[], $2::integer[]) as seen (id, version)
               join comments c on c.id = seen.id and c.version = seen.version
               where case when $3::text is null then c.before is not null
                          else c.state = any($4) and (not $7 or c.reported_at is not null) end
           ), placed as (
               select w.*, visible, count(*) filter (where visible) over (partition by article_id order by id) as place
               from wanted w cross join lateral (select was <> becomes and 'published' in (was, becomes) as visible) v
           )
           update comments c
           set state = becomes, version = version + 1, before = case when $3::text is null then null else was end,
               note = $5, decided_at = now(), decided_by = $6,
               published_at = case when becomes = 'published' then coalesce(published_at, now()) else published_at end,
               -- whoever keeps a reported comment has looked; undoing that brings it back
               reported_before = case when $7 then reported_at else reported_before end,
               reported_at = case when $7 then null
                                  when $3::text is null and was = 'published' and becomes = 'published' then coalesce(reported_at, reported_before)
                                  else reported_at end,
               revision = case when visible then t.revision + place else c.revision end
           from placed p join comment_totals t on t.article_id = p.article_id
           where c.id = p.id and c.version = p.seen
           returning c.id, c.article_id as article, c.version, c.state, c.before, p.visible as "visible!",
                     sha256(c.salt || convert_to(c.name || chr(10) || c.body, 'UTF8')) as "digest!""#,
        &ids,
        &versions,
        decision.to(),
        &from,
        note,
        by,
        decision == Decision::Keep
    )
    .fetch_all(&mut *db)
    .await?;
    // readers hear of what they see alone
    let seen_by_readers = changed.iter().filter(|comment| comment.visible).map(|comment| comment.article);
    recount(db, &seen_by_readers.collect::<Vec<_>>()).await?;
    Ok(changed)
}

/// Who decided about these comments, what, and when, as `reader` is told.
pub async fn decided(db: &mut PgConnection, ids: &[i64], reader: i64) -> Result<Vec<(i64, Decided)>, AppError> {
    let rows = sqlx::query!(
        r#"select comments.id, state, before, coalesce(decided_at, corrected_at, comments.created_at) as "at!", decided_by,
                  decided_at is null and corrected_at is not null as "corrected!",
                  coalesce(display_name, case when withdrawn_at is not null or corrected_at is not null then 'Người viết' end) as "by?"
           from comments left join accounts on accounts.id = decided_by where comments.id = any($1) order by comments.id"#,
        ids
    )
    .fetch_all(db)
    .await?;
    let told = rows.into_iter().map(|row| {
        let by = if row.decided_by == Some(reader) { Some("Bạn".to_owned()) } else { row.by };
        let what =
            if row.corrected { "đã sửa ý kiến này" } else { Decision::past(&row.state, row.before.as_deref()) };
        (row.id, Decided { by, what: what.to_owned(), at: clock::short(row.at) })
    });
    Ok(told.collect())
}

/// Locks the count of a comment's article; gives the article.
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

/// Publishes the body's own answer to a comment that is shown, in the transaction that moderation hands over; an answer
/// to a reply stands beside it. Gives its number, its article and a digest of its words.
pub async fn answer(
    db: &mut PgConnection,
    (comment, version): (i64, i32),
    name: &str,
    body: &str,
    by: i64,
) -> Result<(i64, i64, Vec<u8>), AppError> {
    const CONSENT: &str = "official";
    let article = lock_article(db, comment).await?;
    sqlx::query!(
        "insert into consent_texts (version, text) values ($1, 'Written by the body itself.') on conflict do nothing",
        CONSENT
    )
    .execute(&mut *db)
    .await?;
    let answered = sqlx::query!(
        r#"insert into comments (article_id, parent_id, visitor, name, body, body_hash, state, version, revision, consent_version,
                                 published_at, decided_at, decided_by, official)
           select top.article_id, top.id, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), $2, $3, $4, 'published', 2,
                  t.revision + 1, $5, now(), now(), $6, true
           from comments c join comments top on top.id = coalesce(c.parent_id, c.id) join comment_totals t on t.article_id = c.article_id
           where c.id = $1 and c.version = $7 and c.state = 'published' and top.state = 'published'
             and not exists (
                 select from comments same where same.parent_id = top.id and same.official and same.body_hash = $4 and same.state = 'published'
             )
           returning id, sha256(salt || convert_to(name || chr(10) || body, 'UTF8')) as "digest!""#,
        comment,
        name,
        body,
        &token_hash(&body.to_lowercase())[..],
        CONSENT,
        by,
        version
    )
    .fetch_optional(&mut *db)
    .await
    .map_err(refused)?;
    let Some(answered) = answered else {
        // somebody else decided or corrected first, or has given the same answer
        let first = decided(db, &[comment], by).await?.pop().ok_or(AppError::NotFound)?;
        return Err(AppError::Conflict(first.1));
    };
    recount(db, &[article]).await?;
    Ok((answered.id, article, answered.digest))
}

/// Lets a comment's writer through no longer, or again: what waits of theirs moves between the queue and its own tab.
/// Gives how many moved.
pub async fn block(db: &mut PgConnection, comment: i64, blocked: bool, by: i64) -> Result<i64, AppError> {
    let visitor = sqlx::query_scalar!("select visitor from comments where id = $1", comment)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    sqlx::query!(
        "select article_id from comment_totals where article_id in (select article_id from comments where visitor = $1)
         order by article_id for update",
        visitor
    )
    .fetch_all(&mut *db)
    .await?;
    if blocked {
        sqlx::query!("insert into blocked_visitors (visitor) values ($1) on conflict do nothing", visitor)
            .execute(&mut *db)
            .await?;
    } else {
        sqlx::query!("delete from blocked_visitors where visitor = $1", visitor).execute(&mut *db).await?;
    }
    let (from, to) = if blocked { ("held", "blocked") } else { ("blocked", "held") };
    let moved = sqlx::query!(
        "update comments set state = $3, version = version + 1, decided_at = now(), decided_by = $4 where visitor = $1 and state = $2",
        visitor,
        from,
        to,
        by
    )
    .execute(db)
    .await?;
    Ok(moved.rows_affected() as i64)
}
