//! Comments, and the totals that change with them.

pub mod answers;
pub mod blocks;
pub mod carried;
pub mod changes;
pub mod cover;
pub mod decide;
pub mod inquiries;
pub mod notifications;
pub mod own;
#[cfg(test)]
mod repeat_tests;
pub mod reports;
pub mod retention;
#[cfg(test)]
mod tests;
pub mod thread;

use super::{
    BAD_EMAIL, BAD_NAME, BODY_SHORT, CommentChange, CommentCounts, Consent, Draft, MAX_CHANGES, PARENT_GONE, PER_PAGE,
    Screening, Writer,
};
use crate::base::error::{AppError, constraint};
use crate::base::keys::hash_token;
use crate::features::closures::CLOSED;
use crate::features::comments::store::inquiries::InquiryFields;
use crate::features::questions::store::insert_question;
use crate::features::rules::Reason;
use crate::web::visitor::Visitor;
use sqlx::{PgConnection, PgPool};

/// The same text at one article within this time is one comment.
const REPEAT_MINUTES: i32 = 10;
/// So many comments by one visitor within so many minutes are flagged.
const BURST: i64 = 3;
const BURST_MINUTES: i32 = 5;

/// Creates the totals of a new article.
#[tracing::instrument(skip(db))]
pub async fn create_totals(db: &mut PgConnection, article: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into comment_totals (article_id) values ($1)", article).execute(db).await?;
    Ok(())
}

/// A comment that is stored, now or before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredComment {
    pub id: i64,
    /// Whether it was stored before, and this is a repeat.
    pub is_repeat: bool,
    /// What its writer's private link is derived from; `None` where the comment belongs to another visitor.
    pub link_salt: Option<Vec<u8>>,
    /// Whether readers see it.
    pub is_published: bool,
}

/// Where a comment is to be placed, and what was sent before it.
struct Placement {
    has_article: bool,
    has_parent: bool,
    is_closed: bool,
    same_text: i64,
    recent: i64,
}

/// A comment as it is stored.
struct NewComment<'a> {
    article: i64,
    parent: Option<i64>,
    writer: Writer,
    draft: &'a Draft,
    consent: &'a Consent,
    screening: Screening,
    /// What an inquiry has besides.
    fields: InquiryFields,
}

/// Stores a comment, unless it is a repeat: see [`find_repeated`]. It waits for a decision, or is published at once
/// where its writer is trusted and nothing was found in it.
#[tracing::instrument(skip_all, fields(article, parent))]
pub async fn insert_comment(
    pool: &PgPool,
    article: i64,
    parent: Option<i64>,
    writer: Writer,
    draft: &Draft,
    consent: &Consent,
    mut screening: Screening,
) -> Result<StoredComment, AppError> {
    let hash = hash_body(&draft.body);
    let mut tx = pool.begin().await?;
    let fields = InquiryFields::default();
    if let Some(stored) = lock_and_find_repeated(&mut tx, (article, parent), writer, draft, &fields).await? {
        tx.commit().await?;
        return Ok(stored);
    }
    let is_trusted = lock_trust(&mut tx, article, writer.visitor).await?;
    let placement = find_placement(&mut tx, article, parent, writer.visitor, &hash).await?;
    match (placement.has_article, placement.has_parent) {
        (false, _) => return Err(AppError::NotFound),
        (true, false) => return Err(AppError::invalid(PARENT_GONE)),
        (true, true) if placement.is_closed => return Err(AppError::Forbidden(CLOSED)),
        (true, true) => {}
    }
    placement.add_reasons(&mut screening);
    let is_published = is_trusted && screening.reasons.is_empty();
    let new = NewComment { article, parent, writer, draft, consent, screening, fields };
    let id = store_new(&mut tx, &new, is_published).await?;
    tx.commit().await?;
    Ok(StoredComment { id, is_repeat: false, link_salt: Some(writer.link_salt.to_vec()), is_published })
}

/// Finds whether what this visitor writes at an article is published at once: staff approved the last comment of theirs
/// about which they decided, and that is enough there. It stays so until the transaction ends: who refuses or blocks
/// them waits, and so does what they send beside this.
async fn lock_trust(db: &mut PgConnection, article: i64, visitor: Visitor) -> Result<bool, AppError> {
    let can_be = sqlx::query_scalar!(
        r#"select exists (select from trusted_writers where visitor = $2)
                  and exists (select from comment_policies everywhere
                              left join comment_policies here on here.article_id = $1
                              where everywhere.article_id is null
                                    and coalesce(here.mode, everywhere.mode) = 'known_writers') as "can_be!""#,
        article,
        &visitor.0[..]
    );
    if !can_be.fetch_one(&mut *db).await? {
        return Ok(false);
    }
    // the article first, as every decision does
    sqlx::query!("select article_id from comment_totals where article_id = $1 for update", article)
        .fetch_optional(&mut *db)
        .await?;
    let trusted = sqlx::query!("select visitor from trusted_writers where visitor = $1 for update", &visitor.0[..]);
    Ok(trusted.fetch_optional(db).await?.is_some())
}

impl Placement {
    /// Adds the reasons that are found in what was sent before.
    fn add_reasons(&self, Screening { reasons, .. }: &mut Screening) {
        reasons.extend((self.same_text > 0).then_some(Reason::Repeated { count: self.same_text }));
        reasons.extend((self.recent + 1 >= BURST).then_some(Reason::Burst { count: self.recent + 1 }));
    }
}

/// Locks what has the same text at the same article, so that two posts of one form cannot pass each other, and finds
/// the comment that this one repeats.
async fn lock_and_find_repeated(
    db: &mut PgConnection,
    place: (i64, Option<i64>),
    writer: Writer,
    draft: &Draft,
    fields: &InquiryFields,
) -> Result<Option<StoredComment>, AppError> {
    let hash = hash_body(&draft.body);
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended(encode($1, 'hex'), $2))", &hash[..], place.0)
        .execute(&mut *db)
        .await?;
    find_repeated(db, place, writer, draft, fields).await
}

/// Stores a comment and, where it asks something, the question. What is published at once has the article's next
/// revision.
async fn store_new(db: &mut PgConnection, new: &NewComment<'_>, is_published: bool) -> Result<i64, AppError> {
    let NewComment { article, parent, writer, draft, consent, screening, fields } = new;
    store_consent(&mut *db, &consent.version, &consent.text).await?;
    let revision = match is_published {
        true => Some(raise_revision(&mut *db, *article).await?),
        false => None,
    };
    let id = sqlx::query_scalar!(
        "insert into comments (article_id, parent_id, visitor, name, email, body, body_hash, consent_version, reasons,
                               link_salt, link_hash, notify, token_hash, sender, phone, is_about_own_data, state,
                               revision, previous_state, published_at, decided_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                 case when $17::bigint is not null then 'published'::comment_state
                      when exists (select from active_blocks where visitor = $3) then 'blocked' else 'pending' end,
                 $17, case when $17 is not null then 'pending'::comment_state end,
                 case when $17 is not null then now() end, case when $17 is not null then now() end)
         returning id",
        *article,
        *parent,
        &writer.visitor.0[..],
        draft.name,
        draft.email,
        draft.body,
        &hash_body(&draft.body)[..],
        consent.version,
        serde_json::to_value(&screening.reasons).map_err(|_| AppError::Internal)?,
        &writer.link_salt[..],
        &writer.link_hash[..],
        writer.notify,
        writer.token_hash.as_ref().map(|hash| &hash[..]),
        writer.sender.as_ref().map(|hash| &hash[..]),
        fields.phone,
        fields.is_about_own_data,
        revision
    )
    .fetch_one(&mut *db)
    .await
    .map_err(map_constraint)?;
    if let Some(due_on) = screening.due_on {
        insert_question(db, id, due_on).await?;
    }
    Ok(id)
}

pub(crate) fn hash_body(body: &str) -> [u8; 32] {
    hash_token(&body.to_lowercase())
}

async fn find_placement(
    db: &mut PgConnection,
    article: i64,
    parent: Option<i64>,
    visitor: Visitor,
    hash: &[u8; 32],
) -> Result<Placement, AppError> {
    let placement = sqlx::query_as!(
        Placement,
        r#"select exists (select from public_texts where id = $1) as "has_article!",
                  ($2::bigint is null or exists (
                      select from comments
                      where id = $2 and article_id = $1 and parent_id is null and state = 'published'
                  )) as "has_parent!",
                  is_closed_to_comments($1) as "is_closed!",
                  (select count(*) from comments where article_id = $1 and body_hash = $3) as "same_text!",
                  (select count(*) from comments
                   where visitor = $4 and created_at > now() - make_interval(mins => $5)) as "recent!""#,
        article,
        parent,
        &hash[..],
        &visitor.0[..],
        BURST_MINUTES
    );
    Ok(placement.fetch_one(db).await?)
}

pub(crate) async fn store_consent(db: &mut PgConnection, version: &str, text: &str) -> Result<(), sqlx::Error> {
    sqlx::query!("insert into consent_texts (version, text) values ($1, $2) on conflict do nothing", version, text)
        .execute(db)
        .await?;
    Ok(())
}

/// The problem behind a constraint that refused a comment.
fn map_constraint(error: sqlx::Error) -> AppError {
    match constraint(&error) {
        Some("comment_name") => AppError::invalid(BAD_NAME),
        Some("comment_email") => AppError::invalid(BAD_EMAIL),
        Some("comment_body") => AppError::invalid(BODY_SHORT),
        Some("comment_parent") => AppError::invalid(PARENT_GONE),
        Some("comments_article_id_fkey") => AppError::NotFound,
        _ => error.into(),
    }
}

/// Finds the comment that a repeated post would store again: the same name, text and parent. A post with a token
/// repeats what came with that token and waits or is published. One without repeats what waits since the last minutes,
/// or was published at once, and came from the same visitor, or from the same line and browser. An inquiry with another
/// address, telephone or wish is another one. What is found stays its first sender's.
async fn find_repeated(
    db: &mut PgConnection,
    (article, parent): (i64, Option<i64>),
    writer: Writer,
    draft: &Draft,
    fields: &InquiryFields,
) -> Result<Option<StoredComment>, AppError> {
    let hash = hash_body(&draft.body);
    let stored = sqlx::query_as!(
        StoredComment,
        r#"select id, true as "is_repeat!", case when visitor = $4 then link_salt end as link_salt,
                state = 'published' and article_id <> 0 as "is_published!"
         from comments
         where article_id = $1 and body_hash = $2 and parent_id is not distinct from $3 and name = $5
           and case when $6::bytea is not null then token_hash = $6 and state in ('pending', 'blocked', 'published')
                    else (state in ('pending', 'blocked') or state = 'published' and published_at = created_at)
                         and created_at > now() - make_interval(mins => $7)
                         and (visitor = $4 or sender = $8)
               end
           and (article_id <> 0 or phone is not distinct from $9 and is_about_own_data = $10
                                   and email is not distinct from $11 and notify = $12)
         order by id desc limit 1"#,
        article,
        &hash[..],
        parent,
        &writer.visitor.0[..],
        draft.name,
        writer.token_hash.as_ref().map(|hash| &hash[..]),
        REPEAT_MINUTES,
        writer.sender.as_ref().map(|hash| &hash[..]),
        fields.phone,
        fields.is_about_own_data,
        draft.email,
        writer.notify
    );
    Ok(stored.fetch_optional(db).await?)
}

/// Locks an article's totals and moves its revision on by one.
async fn raise_revision(db: &mut PgConnection, article: i64) -> Result<i64, sqlx::Error> {
    let raised = sqlx::query_scalar!(
        "update comment_totals set revision = revision + 1 where article_id = $1 returning revision",
        article
    );
    raised.fetch_one(db).await
}

/// The numbers of an article's comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommentTotals {
    /// How many readers see.
    pub shown: i32,
    /// How many of them are no replies.
    pub threads: i64,
    pub revision: i64,
}

impl CommentTotals {
    /// How many pages the comments fill; there is always one.
    pub fn pages(self) -> i64 {
        ((self.threads + PER_PAGE - 1) / PER_PAGE).max(1)
    }
}

/// Reads the numbers of an article's comments.
#[tracing::instrument(skip(pool))]
pub async fn read_totals(pool: &PgPool, article: i64) -> Result<CommentTotals, AppError> {
    sqlx::query_as!(
        CommentTotals,
        r#"select shown, revision, threads::bigint as "threads!" from comment_totals where article_id = $1"#,
        article
    )
    .fetch_optional(pool)
    .await?
    .ok_or(AppError::NotFound)
}

/// Counts the pages of an article's comments; there is always one.
#[tracing::instrument(skip(pool))]
pub async fn count_pages(pool: &PgPool, article: i64) -> Result<i64, AppError> {
    Ok(read_totals(pool, article).await?.pages())
}

/// Reads the live part of an article's comments: how many it shows, and the latest changes, newest first.
#[tracing::instrument(skip(pool))]
pub async fn list_changes(pool: &PgPool, article: i64) -> Result<(i32, Vec<CommentChange>), AppError> {
    let CommentTotals { shown, .. } = read_totals(pool, article).await?;
    let changes = sqlx::query_as!(
        CommentChange,
        r#"select c.id, c.revision as "revision!",
                  (c.state = 'published' and (p.id is null or p.state = 'published')) as "shown!"
           from comments c left join comments p on p.id = c.parent_id
           where c.article_id = $1 and c.revision is not null
           order by c.revision desc limit $2"#,
        article,
        MAX_CHANGES as i64
    )
    .fetch_all(pool)
    .await?;
    Ok((shown, changes))
}

/// Counts the comments that staff have to look at: those that wait, and published ones that were reported.
#[tracing::instrument(skip(pool))]
pub async fn count_waiting(pool: &PgPool) -> Result<i64, AppError> {
    let waiting = sqlx::query_scalar!(
        r#"select coalesce(sum(delta), 0)::bigint
                  + (select count(*) from comments where state = 'published' and reported_at is not null) as "waiting!"
           from comment_state_deltas where state = 'pending'"#
    );
    Ok(waiting.fetch_one(pool).await?)
}

/// Counts the comments in each state.
#[tracing::instrument(skip(pool))]
pub async fn count_by_state(pool: &PgPool) -> Result<CommentCounts, AppError> {
    let counts = sqlx::query_as!(
        CommentCounts,
        r#"select coalesce(sum(delta) filter (where state = 'pending' and not is_inquiry), 0)::bigint as "pending!",
                  coalesce(sum(delta) filter (where state = 'blocked' and not is_inquiry), 0)::bigint as "blocked!",
                  coalesce(sum(delta) filter (where state = 'blocked' and is_inquiry), 0)::bigint
                      as "blocked_inquiries!",
                  coalesce(sum(delta) filter (where state = 'published' and not is_inquiry), 0)::bigint as "published!",
                  coalesce(sum(delta) filter (where state = 'rejected' and not is_inquiry), 0)::bigint as "rejected!",
                  coalesce(sum(delta) filter (where state = 'removed' and not is_inquiry), 0)::bigint as "removed!",
                  coalesce(sum(delta) filter (where state = 'pending' and is_inquiry), 0)::bigint as "inquiries!",
                  coalesce(sum(delta) filter (where state = 'published' and is_inquiry), 0)::bigint
                      as "done_inquiries!",
                  coalesce(sum(delta) filter (where state = 'rejected' and is_inquiry), 0)::bigint
                      as "refused_inquiries!",
                  coalesce(sum(delta) filter (where state = 'removed' and is_inquiry), 0)::bigint
                      as "withdrawn_inquiries!",
                  (select count(*) from comments where state = 'published' and reported_at is not null) as "reported!",
                  (select count(*) from questions where is_open and article_id <> 0) as "unanswered!",
                  (select coalesce(max(id), 0) from comments) + (select coalesce(max(number), 0) from audit)
                      + (select coalesce(sum(version), 0) from comments where state = 'pending' and article_id <> 0)
                      + (select coalesce(sum(version), 0) from comments where state = 'pending' and article_id = 0)
                      + (select coalesce(sum(version), 0) from comments where state = 'blocked' and article_id <> 0)
                      + (select coalesce(sum(version), 0) from comments where state = 'blocked' and article_id = 0)
                      + (select count(*) from comments c join reports r on r.comment_id = c.id
                         where c.state = 'published' and c.reported_at is not null) as "mark!"
           from comment_state_deltas"#
    );
    Ok(counts.fetch_one(pool).await?)
}

/// Adds up the changes of the counts, so that few rows are left.
#[tracing::instrument(skip(pool))]
pub async fn fold_counts(pool: &PgPool) -> Result<(), AppError> {
    sqlx::query!(
        "with folded as (delete from comment_state_deltas returning state, is_inquiry, delta)
         insert into comment_state_deltas (state, is_inquiry, delta)
         select state, is_inquiry, sum(delta) from folded group by state, is_inquiry"
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Moves these articles' revisions on to the newest of their comments'. How many comments they show follows by itself.
async fn raise_revisions(db: &mut PgConnection, articles: &[i64]) -> Result<(), AppError> {
    sqlx::query!(
        "update comment_totals t set
             revision = greatest(t.revision, coalesce(
                 (select max(c.revision) from comments c where c.article_id = t.article_id), 0
             ))
         where article_id = any($1)",
        articles
    )
    .execute(db)
    .await?;
    Ok(())
}
