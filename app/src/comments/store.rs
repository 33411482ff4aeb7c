//! Comments, and the count that goes with them.

use super::{Comment, Consent, Draft, PER_PAGE, Writer};
use crate::clock;
use crate::error::{AppError, Rule, constraint};
use crate::keys::token_hash;
use crate::live::{ArticleState, Change, DeskState};
use crate::rules::Reason;
use crate::session::{Known, Visitor};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// The same words at one article within this time are one comment.
const REPEAT_MINUTES: i32 = 10;
/// So many by one visitor within so many minutes are told to moderators.
const BURST: i64 = 3;
const BURST_MINUTES: i32 = 5;

/// Makes room for an article's comments.
pub async fn open(db: &mut PgConnection, article: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into comment_totals (article_id) values ($1)", article).execute(db).await?;
    Ok(())
}

/// Stores a comment, held. The same words by the same visitor or under the same name are the comment that is already there.
pub async fn insert(
    pool: &PgPool,
    article: i64,
    parent: Option<i64>,
    writer: Writer,
    draft: &Draft,
    consent: &Consent,
    mut reasons: Vec<Reason>,
) -> Result<Stored, AppError> {
    let visitor = writer.visitor;
    let hash = token_hash(&draft.body.to_lowercase());
    let mut tx = pool.begin().await?;
    // one at a time for the same words at the same article: two posts of one form cannot pass each other
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), $2))", &hash[..], article)
        .execute(&mut *tx)
        .await?;
    if let Some(stored) = repeated(&mut tx, article, writer, &draft.name, &hash).await? {
        tx.commit().await?;
        return Ok(stored);
    }
    let place = sqlx::query!(
        r#"select exists (select from articles where id = $1 and published_at <= now()) as "article!",
                  ($2::bigint is null or exists (
                      select from comments where id = $2 and article_id = $1 and parent_id is null and state = 'published'
                  )) as "parent!",
                  exists (select from closures where comments and (article_id is null or article_id = $1)) as "closed!",
                  (select count(*) from comments where article_id = $1 and body_hash = $3) as "same!",
                  (select count(*) from comments where visitor = $4 and created_at > now() - make_interval(mins => $5)) as "lately!""#,
        article,
        parent,
        &hash[..],
        &visitor.0[..],
        BURST_MINUTES
    )
    .fetch_one(&mut *tx)
    .await?;
    match (place.article, place.parent) {
        (false, _) => return Err(AppError::NotFound),
        (true, false) => return Err(AppError::rule(Rule::Parent)),
        (true, true) if place.closed => return Err(AppError::Closed),
        (true, true) => {}
    }
    reasons.extend((place.same > 0).then_some(Reason::Repeated { count: place.same }));
    reasons.extend((place.lately + 1 >= BURST).then_some(Reason::Burst { count: place.lately + 1 }));
    sqlx::query!(
        "insert into consent_texts (version, text) values ($1, $2) on conflict do nothing",
        consent.version,
        consent.text
    )
    .execute(&mut *tx)
    .await?;
    let id = sqlx::query_scalar!(
        "insert into comments (article_id, parent_id, visitor, name, email, body, body_hash, consent_version, reasons, link_salt, link_hash, tell, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
                 case when exists (select from blocked_visitors where visitor = $3) then 'blocked' else 'held' end)
         returning id",
        article,
        parent,
        &visitor.0[..],
        draft.name,
        draft.email,
        draft.body,
        &hash[..],
        consent.version,
        serde_json::to_value(&reasons).map_err(|_| AppError::Internal)?,
        &writer.link_salt[..],
        &writer.link_hash[..],
        writer.tell
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(refused)?;
    tx.commit().await?;
    Ok(Stored { id, link_salt: Some(writer.link_salt.to_vec()) })
}

/// A comment that is stored, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub id: i64,
    /// What its writer's link is made from.
    pub link_salt: Option<Vec<u8>>,
}

/// Stores a comment that another site had published, or that comes with the demo.
pub async fn carry_over(
    db: &mut PgConnection,
    article: i64,
    parent: Option<i64>,
    draft: &Draft,
    written: OffsetDateTime,
) -> Result<i64, sqlx::Error> {
    let consent = "carried-over";
    sqlx::query!("insert into consent_texts (version, text) values ($1, 'Carried over from another site.') on conflict do nothing", consent)
        .execute(&mut *db)
        .await?;
    let revision = sqlx::query_scalar!(
        "update comment_totals set revision = revision + 1, shown = shown + 1 where article_id = $1 returning revision",
        article
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query_scalar!(
        "insert into comments (article_id, parent_id, visitor, name, email, body, body_hash, state, version, revision,
                               consent_version, created_at, published_at, decided_at)
         values ($1, $2, sha256(convert_to(gen_random_uuid()::text, 'UTF8')), $3, $4, $5, $6, 'published', 2, $7, $8, $9, $9, $9)
         returning id",
        article,
        parent,
        draft.name,
        draft.email,
        draft.body,
        &token_hash(&draft.body.to_lowercase())[..],
        revision,
        consent,
        written
    )
    .fetch_one(db)
    .await
}

/// The rule behind a constraint that refused a comment.
fn refused(error: sqlx::Error) -> AppError {
    match constraint(&error) {
        Some("comment_name") => AppError::rule(Rule::Name),
        Some("comment_email") => AppError::rule(Rule::Email),
        Some("comment_body") => AppError::rule(Rule::BodyShort),
        Some("comment_parent") => AppError::rule(Rule::Parent),
        Some("comments_article_id_fkey") => AppError::NotFound,
        _ => error.into(),
    }
}

/// The comment that a form posted twice would make again. A first post whose answer got lost also lost its cookie:
/// the one who posts the same again under the same name then becomes the owner of what still waits.
async fn repeated(
    db: &mut PgConnection,
    article: i64,
    writer: Writer,
    name: &str,
    hash: &[u8],
) -> Result<Option<Stored>, AppError> {
    let mut stored = sqlx::query_as!(
        Stored,
        "select id, case when visitor = $4 then link_salt end as link_salt from comments
         where article_id = $1 and body_hash = $2 and created_at > now() - make_interval(mins => $3)
           and (visitor = $4 or lower(name) = lower($5))
         order by id desc limit 1",
        article,
        hash,
        REPEAT_MINUTES,
        &writer.visitor.0[..],
        name
    )
    .fetch_optional(&mut *db)
    .await?;
    if let (Some(stored), Known::Now) = (&mut stored, writer.known) {
        let taken = sqlx::query!(
            "update comments set visitor = $2, link_salt = $3, link_hash = $4 where id = $1 and state in ('held', 'blocked')",
            stored.id,
            &writer.visitor.0[..],
            &writer.link_salt[..],
            &writer.link_hash[..]
        )
        .execute(db)
        .await?;
        stored.link_salt = (taken.rows_affected() == 1).then(|| writer.link_salt.to_vec());
    }
    Ok(stored)
}

struct Row {
    id: i64,
    parent_id: Option<i64>,
    name: String,
    body: String,
    created_at: OffsetDateTime,
    state: String,
    version: i32,
    link_salt: Option<Vec<u8>>,
    official: bool,
    covered: serde_json::Value,
}

impl From<Row> for Comment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            body: super::cover(&row.body, &super::places(row.covered)),
            date: clock::short(row.created_at),
            iso: clock::iso(row.created_at),
            held: row.state != "published",
            version: row.version,
            link_salt: row.link_salt.filter(|_| row.state != "published"),
            link: None,
            official: row.official,
            replies: Vec::new(),
        }
    }
}

/// A page of an article's comments as this visitor sees them: before the published ones their own that wait.
pub async fn page(pool: &PgPool, article: i64, page: i64, visitor: Option<Visitor>) -> Result<Vec<Comment>, AppError> {
    let visitor = visitor.as_ref().map(|visitor| &visitor.0[..]);
    let mut comments: Vec<Comment> = sqlx::query_as!(
        Row,
        r#"select id as "id!", parent_id, name as "name!", body as "body!", created_at as "created_at!", state as "state!", version as "version!", link_salt, official as "official!", covered as "covered!"
           from (
               (select * from comments where article_id = $1 and visitor = $2 and state in ('held', 'blocked') and parent_id is null order by id desc limit 20)
               union all
               (select * from comments where article_id = $1 and state = 'published' and parent_id is null
                order by id desc offset $3 limit $4)
           ) as shown"#,
        article,
        visitor,
        (page - 1) * PER_PAGE,
        PER_PAGE
    )
    .fetch_all(pool)
    .await?
    .into_iter()
    .map(Comment::from)
    .collect();
    let ids: Vec<i64> = comments.iter().map(|comment| comment.id).collect();
    let replies = sqlx::query_as!(
        Row,
        "select id, parent_id, name, body, created_at, state, version, link_salt, official, covered from comments
         where parent_id = any($1) and (state = 'published' or (state in ('held', 'blocked') and visitor = $2)) order by id",
        &ids,
        visitor
    )
    .fetch_all(pool)
    .await?;
    for reply in replies {
        if let Some(parent) = comments.iter_mut().find(|comment| Some(comment.id) == reply.parent_id) {
            parent.replies.push(reply.into());
        }
    }
    Ok(comments)
}

/// An article's comments in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommentTotals {
    /// How many it shows.
    pub shown: i32,
    /// How many of them are no replies.
    pub threads: i64,
    /// Its revision.
    pub revision: i64,
}

/// An article's comments in numbers.
pub async fn totals(pool: &PgPool, article: i64) -> Result<CommentTotals, AppError> {
    sqlx::query_as!(
        CommentTotals,
        r#"select shown, revision,
                  (select count(*) from comments where article_id = $1 and state = 'published' and parent_id is null) as "threads!"
           from comment_totals where article_id = $1"#,
        article
    )
    .fetch_optional(pool)
    .await?
    .ok_or(AppError::NotFound)
}

/// Who wrote a comment that can be answered: one that is shown and is no reply.
pub async fn writer(pool: &PgPool, article: i64, comment: i64) -> Result<Option<String>, AppError> {
    let name = sqlx::query_scalar!(
        "select name from comments where id = $1 and article_id = $2 and parent_id is null and state = 'published'",
        comment,
        article
    );
    Ok(name.fetch_optional(pool).await?)
}

/// The page of its article that a comment is on, if it is shown.
pub async fn page_of(pool: &PgPool, article: i64, comment: i64) -> Result<Option<i64>, AppError> {
    let before = sqlx::query_scalar!(
        r#"select (select count(*) from comments b where b.article_id = $1 and b.state = 'published' and b.parent_id is null and b.id > top.id) as "before!"
           from comments c join comments top on top.id = coalesce(c.parent_id, c.id)
           where c.id = $2 and c.article_id = $1 and c.state = 'published' and top.state = 'published'"#,
        article,
        comment
    )
    .fetch_optional(pool)
    .await?;
    Ok(before.map(|before| before / PER_PAGE + 1))
}

/// The live part of an article's comments.
pub async fn changes(pool: &PgPool, article: i64) -> Result<(i32, i64, Vec<Change>), AppError> {
    let CommentTotals { shown, revision, .. } = totals(pool, article).await?;
    let changes = sqlx::query_as!(
        Change,
        r#"select c.id, c.revision as "revision!", (c.state = 'published' and (p.id is null or p.state = 'published')) as "shown!"
           from comments c left join comments p on p.id = c.parent_id
           where c.article_id = $1 and c.revision is not null
           order by c.revision desc limit $2"#,
        article,
        ArticleState::CHANGES as i64
    )
    .fetch_all(pool)
    .await?;
    Ok((shown, revision, changes))
}

/// The live part of the moderators' desk.
pub async fn desk_state(pool: &PgPool) -> Result<DeskState, AppError> {
    let state = sqlx::query_as!(
        DeskState,
        r#"select coalesce(sum(delta) filter (where state = 'held'), 0)::bigint as "held!",
                  coalesce(sum(delta) filter (where state = 'blocked'), 0)::bigint as "blocked!",
                  coalesce(sum(delta) filter (where state = 'published'), 0)::bigint as "published!",
                  coalesce(sum(delta) filter (where state = 'rejected'), 0)::bigint as "rejected!",
                  coalesce(sum(delta) filter (where state = 'removed'), 0)::bigint as "removed!",
                  (select count(*) from comments where state = 'published' and reported_at is not null) as "reported!",
                  (select coalesce(max(id), 0) from comments) + (select coalesce(max(number), 0) from audit)
                      + (select coalesce(sum(version), 0) from comments where state in ('held', 'blocked'))
                      + (select count(*) from comments c join reports r on r.comment_id = c.id
                         where c.state = 'published' and c.reported_at is not null) as "mark!"
           from comment_counts"#
    )
    .fetch_one(pool)
    .await?;
    Ok(state)
}

/// Adds up what changed the counts, so that few rows are left.
pub async fn fold_counts(pool: &PgPool) -> Result<(), AppError> {
    sqlx::query!(
        "with folded as (delete from comment_counts returning state, delta)
         insert into comment_counts select state, sum(delta) from folded group by state"
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Counts these articles' comments anew; an article's revision is the newest of theirs.
async fn recount(db: &mut PgConnection, articles: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "update comment_totals t set
             revision = greatest(t.revision, coalesce((select max(c.revision) from comments c where c.article_id = t.article_id), 0)),
             shown = (
                 select count(*) from comments c left join comments p on p.id = c.parent_id
                 where c.article_id = t.article_id and c.state = 'published' and (p.id is null or p.state = 'published')
             )
         where article_id = any($1)",
        articles
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Erases comments that have reached their age, and their replies with them: published ones kept since before
/// `published`, others that were decided before `refused`. Held ones wait for a person. Gives the article of each.
pub async fn erase(pool: &PgPool, published: OffsetDateTime, refused: OffsetDateTime) -> Result<Vec<i64>, AppError> {
    let mut tx = pool.begin().await?;
    // the articles first, as everybody else
    sqlx::query!(
        "select article_id from comment_totals where article_id in (
             select article_id from comments
             where (state = 'published' and kept_from < $1) or (state in ('rejected', 'removed') and decided_at < $2)
         ) order by article_id for update",
        published,
        refused
    )
    .fetch_all(&mut *tx)
    .await?;
    let articles = sqlx::query_scalar!(
        "delete from comments
         where (state = 'published' and kept_from < $1) or (state in ('rejected', 'removed') and decided_at < $2)
         returning article_id",
        published,
        refused
    )
    .fetch_all(&mut *tx)
    .await?;
    sqlx::query!(
        "update comment_totals t set revision = revision + 1, shown = (
             select count(*) from comments c left join comments p on p.id = c.parent_id
             where c.article_id = t.article_id and c.state = 'published' and (p.id is null or p.state = 'published')
         ) where article_id = any($1)",
        &articles
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(articles)
}

pub mod covering;
pub mod deciding;
pub mod own;
pub mod reports;
pub mod telling;
#[cfg(test)]
pub mod tests;
