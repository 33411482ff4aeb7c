//! Comments, and the count that goes with them.

use super::{Comment, Consent, Draft, Own, PER_PAGE, Writer};
use crate::clock;
use crate::error::{AppError, Decided, Rule, constraint};
use crate::keys::token_hash;
use crate::live::{ArticleState, Change, DeskState};
use crate::moderation::Decision;
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
        "insert into comments (article_id, parent_id, visitor, name, email, body, body_hash, consent_version, reasons, link_salt, link_hash, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
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
        &writer.link_hash[..]
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
}

impl From<Row> for Comment {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            name: row.name,
            body: row.body,
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
        r#"select id as "id!", parent_id, name as "name!", body as "body!", created_at as "created_at!", state as "state!", version as "version!", link_salt, official as "official!"
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
        "select id, parent_id, name, body, created_at, state, version, link_salt, official from comments
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
                  (select coalesce(max(id), 0) from comments) + (select coalesce(max(number), 0) from audit) as "mark!"
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
    /// Whether this can be undone.
    pub undoable: bool,
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
               select c.id, c.version as seen, c.article_id, c.state as was, coalesce($3, c.before) as becomes
               from unnest($1::bigint[], $2::integer[]) as seen (id, version)
               join comments c on c.id = seen.id and c.version = seen.version
               where case when $3::text is null then c.before is not null else c.state = any($4) end
           ), placed as (
               select w.*, 'published' in (was, becomes) as visible,
                      count(*) filter (where 'published' in (was, becomes)) over (partition by article_id order by id) as place
               from wanted w
           )
           update comments c
           set state = becomes, version = version + 1, before = case when $3::text is null then null else was end,
               note = $5, decided_at = now(), decided_by = $6,
               published_at = case when becomes = 'published' then coalesce(published_at, now()) else published_at end,
               revision = case when visible then t.revision + place else c.revision end
           from placed p join comment_totals t on t.article_id = p.article_id
           where c.id = p.id and c.version = p.seen
           returning c.id, c.article_id as article, c.version, c.state, c.before is not null as "undoable!",
                     sha256(c.salt || convert_to(c.name || chr(10) || c.body, 'UTF8')) as "digest!""#,
        &ids,
        &versions,
        decision.to(),
        &from,
        note,
        by
    )
    .fetch_all(&mut *db)
    .await?;
    let changed_ids: Vec<i64> = changed.iter().map(|comment| comment.id).collect();
    sqlx::query!(
        "update comment_totals t set
             revision = greatest(t.revision, coalesce((select max(c.revision) from comments c where c.id = any($1) and c.article_id = t.article_id), 0)),
             shown = (
                 select count(*) from comments c left join comments p on p.id = c.parent_id
                 where c.article_id = t.article_id and c.state = 'published' and (p.id is null or p.state = 'published')
             )
         where article_id in (
             select article_id from comments where id = any($1) and ('published' in (state, before) or $2)
         )",
        &changed_ids,
        decision == Decision::Undo
    )
    .execute(db)
    .await?;
    Ok(changed)
}

/// Who decided about these comments, what, and when, as `reader` is told.
pub async fn decided(db: &mut PgConnection, ids: &[i64], reader: i64) -> Result<Vec<(i64, Decided)>, AppError> {
    let rows = sqlx::query!(
        r#"select comments.id, state, coalesce(decided_at, comments.created_at) as "at!", decided_by,
                  coalesce(display_name, case when withdrawn_at is not null then 'Người viết' end) as "by?"
           from comments left join accounts on accounts.id = decided_by where comments.id = any($1) order by comments.id"#,
        ids
    )
    .fetch_all(db)
    .await?;
    let told = rows.into_iter().map(|row| {
        let by = if row.decided_by == Some(reader) { Some("Bạn".to_owned()) } else { row.by };
        (row.id, Decided { by, what: Decision::past(&row.state).to_owned(), at: clock::short(row.at) })
    });
    Ok(told.collect())
}

/// Publishes the body's own answer to a comment that is shown, in the transaction that moderation hands over; an answer
/// to a reply stands beside it. Gives its number, its article and a digest of its words.
pub async fn answer(
    db: &mut PgConnection,
    comment: i64,
    name: &str,
    body: &str,
    by: i64,
) -> Result<(i64, i64, Vec<u8>), AppError> {
    const CONSENT: &str = "official";
    let article = sqlx::query_scalar!("select article_id from comments where id = $1", comment)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    sqlx::query!("select revision from comment_totals where article_id = $1 for update", article)
        .fetch_one(&mut *db)
        .await?;
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
           where c.id = $1 and c.state = 'published' and top.state = 'published'
           returning id, sha256(salt || convert_to(name || chr(10) || body, 'UTF8')) as "digest!""#,
        comment,
        name,
        body,
        &token_hash(&body.to_lowercase())[..],
        CONSENT,
        by
    )
    .fetch_optional(&mut *db)
    .await
    .map_err(refused)?
    // what it answers was taken back meanwhile
    .ok_or(AppError::rule(Rule::Parent))?;
    recount(db, article).await?;
    Ok((answered.id, article, answered.digest))
}

/// The comment that a writer's link leads to.
pub async fn own(pool: &PgPool, link: &[u8; 32]) -> Result<Option<Own>, AppError> {
    let own = sqlx::query_as!(
        Own,
        r#"select c.id, c.version, c.state, c.withdrawn_at is not null as "withdrawn!", c.note, c.name, c.body, c.created_at,
                  c.article_id, a.title, a.slug
           from comments c join articles a on a.id = c.article_id where c.link_hash = $1"#,
        &link[..]
    );
    Ok(own.fetch_optional(pool).await?)
}

/// Puts a writer's correction in place of the version that they saw. What was published waits again. Gives the article.
pub async fn correct(
    pool: &PgPool,
    link: &[u8; 32],
    seen: i32,
    draft: &Draft,
    reasons: &[Reason],
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let (comment, article) = own_for_update(&mut tx, link).await?;
    let done = sqlx::query!(
        "update comments c
         set name = $3, body = $4, body_hash = $5, reasons = $6, version = version + 1, before = null, note = null,
             decided_at = null, decided_by = null,
             state = case when state = 'published' then 'held' else state end,
             revision = case when state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t where t.article_id = c.article_id and c.id = $1 and c.version = $2 and c.state in ('held', 'blocked', 'published')",
        comment,
        seen,
        draft.name,
        draft.body,
        &token_hash(&draft.body.to_lowercase())[..],
        serde_json::to_value(reasons).map_err(|_| AppError::Internal)?
    )
    .execute(&mut *tx)
    .await
    .map_err(refused)?;
    if done.rows_affected() == 0 {
        let first = decided(&mut tx, &[comment], 0).await?.pop().ok_or(AppError::NotFound)?;
        return Err(AppError::Conflict(first.1));
    }
    recount(&mut tx, article).await?;
    tx.commit().await?;
    Ok(article)
}

/// Takes a writer's comment back, for good. Gives the article.
pub async fn withdraw(pool: &PgPool, link: &[u8; 32]) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let (comment, article) = own_for_update(&mut tx, link).await?;
    take_back(&mut tx, &[comment]).await?;
    recount(&mut tx, article).await?;
    tx.commit().await?;
    Ok(article)
}

/// Takes back all that the writer behind a link wrote, and erases their names and words. Gives the articles.
pub async fn erase_writer(pool: &PgPool, link: &[u8; 32]) -> Result<Vec<i64>, AppError> {
    let mut tx = pool.begin().await?;
    let visitor = sqlx::query_scalar!("select visitor from comments where link_hash = $1", &link[..])
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(AppError::NotFound)?;
    let articles = sqlx::query_scalar!(
        "select article_id from comment_totals where article_id in (select article_id from comments where visitor = $1)
         order by article_id for update",
        visitor
    )
    .fetch_all(&mut *tx)
    .await?;
    let all = sqlx::query_scalar!("select id from comments where visitor = $1", visitor).fetch_all(&mut *tx).await?;
    take_back(&mut tx, &all).await?;
    // the rows stay for those who answered them, without anything of their writer
    sqlx::query!(
        "update comments
         set name = 'Đã xóa', body = 'Người viết đã xóa ý kiến này.', email = null, body_hash = sha256(salt), reasons = '[]',
             salt = decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), link_salt = null, link_hash = null,
             visitor = sha256(convert_to(gen_random_uuid()::text, 'UTF8'))
         where id = any($1)",
        &all
    )
    .execute(&mut *tx)
    .await?;
    for &article in &articles {
        recount(&mut tx, article).await?;
    }
    tx.commit().await?;
    Ok(articles)
}

/// The comment and the article behind a link, the article's count locked.
async fn own_for_update(db: &mut PgConnection, link: &[u8; 32]) -> Result<(i64, i64), AppError> {
    let own = sqlx::query!("select id, article_id from comments where link_hash = $1", &link[..])
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    sqlx::query!("select revision from comment_totals where article_id = $1 for update", own.article_id)
        .fetch_one(db)
        .await?;
    Ok((own.id, own.article_id))
}

/// Writers take comments back; nobody can undo it. Their articles' counts are locked.
async fn take_back(db: &mut PgConnection, comments: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "update comments c
         set state = 'removed', withdrawn_at = now(), before = null, note = null, decided_at = now(), decided_by = null,
             version = version + 1,
             revision = case when state = 'published' then t.revision + 1 else c.revision end
         from comment_totals t where t.article_id = c.article_id and c.id = any($1) and c.withdrawn_at is null",
        comments
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Counts an article's comments anew; its revision is the newest of theirs.
async fn recount(db: &mut PgConnection, article: i64) -> Result<(), AppError> {
    sqlx::query!(
        "update comment_totals t set
             revision = greatest(t.revision, coalesce((select max(c.revision) from comments c where c.article_id = t.article_id), 0)),
             shown = (
                 select count(*) from comments c left join comments p on p.id = c.parent_id
                 where c.article_id = t.article_id and c.state = 'published' and (p.id is null or p.state = 'published')
             )
         where article_id = $1",
        article
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets a comment's writer through no longer, or again: what waits of theirs moves between the queue and its own tab.
/// Gives how many moved.
pub async fn block(db: &mut PgConnection, comment: i64, blocked: bool) -> Result<i64, AppError> {
    let visitor = sqlx::query_scalar!("select visitor from comments where id = $1", comment)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    if blocked {
        sqlx::query!("insert into blocked_visitors (visitor) values ($1) on conflict do nothing", visitor)
            .execute(&mut *db)
            .await?;
    } else {
        sqlx::query!("delete from blocked_visitors where visitor = $1", visitor).execute(&mut *db).await?;
    }
    let (from, to) = if blocked { ("held", "blocked") } else { ("blocked", "held") };
    let moved = sqlx::query!(
        "update comments set state = $3, version = version + 1 where visitor = $1 and state = $2",
        visitor,
        from,
        to
    )
    .execute(db)
    .await?;
    Ok(moved.rows_affected() as i64)
}

/// Erases comments that have reached their age, and their replies with them: published ones kept since before
/// `published`, others that were decided before `refused`. Held ones wait for a person. Gives the article of each.
pub async fn erase(pool: &PgPool, published: OffsetDateTime, refused: OffsetDateTime) -> Result<Vec<i64>, AppError> {
    let mut tx = pool.begin().await?;
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

#[cfg(test)]
pub mod tests;
