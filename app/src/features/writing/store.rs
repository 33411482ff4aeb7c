//! What is written: the newest text of every article, its revisions, and the steps from one stage to the next.

use super::{CREATE, Content, NOT_NOW, SAVE, Stage, Step, Transition};
use crate::base::error::AppError;
use crate::features::articles::ArticleKind;
use crate::features::articles::sanitise;
use crate::features::audit::{Actor, Entry};
use crate::features::comments::store as comments;
use crate::features::media::body::list_files;
use crate::features::media::store::uses::insert_uses;
use crate::features::ratings::{Totals, store as ratings};
use crate::features::taxonomy::store::lock_out_category_merges;
use crate::web::permissions::ROLE_FORBIDS;
use crate::web::staff::Staff;
use serde_json::json;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use steps::StepRequest;
use time::OffsetDateTime;

pub mod carried;
pub mod list;
pub mod previews;
mod public_text;
pub mod revisions;
pub mod sanitising;
mod steps;
#[cfg(test)]
mod tests;

/// An article as it is written: its newest text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub id: i64,
    pub kind: ArticleKind,
    pub stage: Stage,
    /// The number of the newest text.
    pub revision: i32,
    /// The number of the text that the public sees, or saw last.
    pub published_revision: Option<i32>,
    pub content: Content,
    pub saved_at: OffsetDateTime,
    /// The displayed name of who saved it; `None` for the command line.
    pub saved_by: Option<String>,
    pub published_at: Option<OffsetDateTime>,
    pub ends_at: Option<OffsetDateTime>,
    /// Why it came back to its writer.
    pub review_note: String,
    /// Whether the draft beside the published text waits to be published.
    pub is_update_sent: bool,
    /// What readers see in its place.
    pub withdrawal_message: String,
    /// The article that takes its place.
    pub moved_to: Option<i64>,
    pub is_discarded: bool,
    /// The readable part of the address under which the public finds it.
    pub slug: String,
}

impl Work {
    /// Whether there is a newer text than the public sees.
    pub fn has_unpublished_text(&self) -> bool {
        self.published_revision.is_some_and(|published| published < self.revision)
    }

    /// Whether somebody who may publish is to read it.
    pub fn is_in_review(&self) -> bool {
        self.stage == Stage::InReview || self.is_update_sent
    }
}

/// What is done with an article, in one transaction.
#[derive(Debug, Clone, Default)]
pub struct ArticleChange<'a> {
    /// The revision that was seen.
    pub seen: i32,
    /// The text to save.
    pub content: Option<&'a Content>,
    /// Whether the text is what was typed into the form, which then is kept nowhere else.
    pub is_typed: bool,
    /// The step to take, with the text that is saved.
    pub step: Option<Step>,
    /// A note for the writer, or a sentence for readers: what was corrected, or why it was withdrawn.
    pub message: &'a str,
    /// The article that takes its place.
    pub moved_to: Option<i64>,
}

/// Who saved an article last, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestSave {
    pub revision: i32,
    pub account: Option<i64>,
    pub by: Option<String>,
    pub at: OffsetDateTime,
}

/// Creates a draft and returns its number.
#[tracing::instrument(skip_all)]
pub async fn create_article(
    pool: &PgPool,
    actor: Actor<'_>,
    kind: ArticleKind,
    content: &Content,
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    lock_out_category_merges(&mut tx).await?;
    let id = sqlx::query_scalar!(
        "insert into articles (state, slug, title, lead, body, sanitiser_version, author, folded_title, created_by,
                               kind)
         values ('draft', $1, '', '', '', $2, '', fold_text($3), $4, $5) returning id",
        content.address(),
        sanitise::VERSION,
        content.title,
        actor.account,
        kind as _
    )
    .fetch_one(&mut *tx)
    .await?;
    insert_revision(&mut tx, actor, id, 1, content).await?;
    public_text::write(&mut tx, id, content).await?;
    ratings::create_totals(&mut tx, id, Totals::default()).await?;
    comments::create_totals(&mut tx, id).await?;
    actor.record(&mut tx, Entry::new(actor, CREATE, ("article", Some(id)), json!({}))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Finds an article with its newest text.
#[tracing::instrument(skip(pool))]
pub async fn find_work(pool: &PgPool, id: i64) -> Result<Option<Work>, AppError> {
    let row = sqlx::query!(
        r#"select w.id as "id!", w.kind as "kind!: ArticleKind", w.stage as "stage!: Stage", w.revision as "revision!",
                  w.published_revision,
                  r.content as "content!: Json<Content>", r.created_at as "saved_at!",
                  a.display_name as "saved_by?", w.published_at, w.ends_at, w.review_note as "review_note!",
                  w.is_update_sent as "is_update_sent!", w.withdrawal_message as "withdrawal_message!", w.moved_to,
                  w.deleted_at is not null as "is_discarded!", w.slug as "slug!"
           from written_articles w
           join article_revisions r on r.article_id = w.id and r.revision = w.revision
           left join accounts a on a.id = r.account_id
           where w.id = $1"#,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Work {
        id: row.id,
        kind: row.kind,
        stage: row.stage,
        revision: row.revision,
        published_revision: row.published_revision,
        content: row.content.0,
        saved_at: row.saved_at,
        saved_by: row.saved_by,
        published_at: row.published_at,
        ends_at: row.ends_at,
        review_note: row.review_note,
        is_update_sent: row.is_update_sent,
        withdrawal_message: row.withdrawal_message,
        moved_to: row.moved_to,
        is_discarded: row.is_discarded,
        slug: row.slug,
    }))
}

/// What a change needs to know of the article, locked until its transaction ends.
struct LockedArticle {
    kind: ArticleKind,
    stage: Stage,
    revision: i32,
    published_revision: Option<i32>,
    published_at: Option<OffsetDateTime>,
    is_update_sent: bool,
    is_discarded: bool,
    now: OffsetDateTime,
}

/// Saves a text, takes a step, or both, in one transaction with the entries in the record. Returns the newest revision,
/// or who saved last where that is not the one that was seen. A text that is saved again is no new revision.
///
/// # Errors
/// [`NOT_NOW`] where the step cannot be taken from where the article stands; the problems of what is missing.
#[tracing::instrument(skip_all, fields(id, step = ?change.step))]
pub async fn change_article(
    pool: &PgPool,
    actor: Actor<'_>,
    staff: &Staff,
    id: i64,
    change: &ArticleChange<'_>,
) -> Result<Result<i32, LatestSave>, AppError> {
    let mut tx = pool.begin().await?;
    lock_out_category_merges(&mut tx).await?;
    let mut article = lock_article(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let transition = match change.step {
        Some(step) => Some(find_transition(&article, staff, step)?),
        None if article.is_discarded => return Err(AppError::invalid(NOT_NOW)),
        None => None,
    };
    let newest = find_content(&mut tx, id, article.revision).await?;
    if article.revision != change.seen {
        let latest = find_latest_save(&mut tx, id, article.revision).await?;
        // the same form, sent twice
        if latest.account != actor.account || change.content != Some(&newest) {
            return Ok(Err(latest));
        }
    }
    let content = change.content.unwrap_or(&newest);
    if *content != newest {
        let problems = content.find_problems();
        if !problems.is_empty() {
            return Err(AppError::Invalid(problems));
        }
        article.revision += 1;
        insert_revision(&mut tx, actor, id, article.revision, content).await?;
        if article.published_revision.is_none() {
            public_text::write(&mut tx, id, content).await?;
        }
        let detail = json!({ "revision": article.revision });
        actor.record(&mut tx, Entry::new(actor, SAVE, ("article", Some(id)), detail)).await?;
    }
    if let (Some(step), Some(transition)) = (change.step, transition) {
        let request = StepRequest { id, article: &article, step, content, change };
        steps::check_needs(&mut tx, transition, &request).await?;
        steps::take_step(&mut tx, &request).await?;
        let detail = json!({ "revision": article.revision });
        actor.record(&mut tx, Entry::new(actor, step.action(), ("article", Some(id)), detail)).await?;
    }
    if change.is_typed {
        sqlx::query!("delete from article_copies where article_id = $1 and account_id = $2", id, staff.id)
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(Ok(article.revision))
}

async fn lock_article(db: &mut PgConnection, id: i64) -> Result<Option<LockedArticle>, AppError> {
    sqlx::query!("select id from articles where id = $1 for no key update", id).fetch_optional(&mut *db).await?;
    // a statement of its own, so that it sees what was committed while this one waited
    let article = sqlx::query_as!(
        LockedArticle,
        r#"select kind as "kind!: ArticleKind", stage as "stage!: Stage", revision as "revision!", published_revision,
                  published_at,
                  is_update_sent as "is_update_sent!", deleted_at is not null as "is_discarded!", now() as "now!"
           from written_articles where id = $1"#,
        id
    );
    Ok(article.fetch_optional(db).await?)
}

fn find_transition(article: &LockedArticle, staff: &Staff, step: Step) -> Result<&'static Transition, AppError> {
    let transition = step.find_transition(article.stage).ok_or(AppError::invalid(NOT_NOW))?;
    if !staff.may(transition.permission) {
        return Err(AppError::Forbidden(ROLE_FORBIDS));
    }
    let was_published = article.published_revision.is_some();
    let is_possible = match step {
        Step::BringBack => article.is_discarded,
        _ if article.is_discarded => false,
        Step::Discard => !was_published,
        // a draft beside a published text
        Step::Recall | Step::Return => article.stage == Stage::InReview || article.is_update_sent,
        _ => true,
    };
    if is_possible { Ok(transition) } else { Err(AppError::invalid(NOT_NOW)) }
}

async fn find_content(db: &mut PgConnection, id: i64, revision: i32) -> Result<Content, AppError> {
    let content = sqlx::query_scalar!(
        r#"select content as "content: Json<Content>" from article_revisions where article_id = $1 and revision = $2"#,
        id,
        revision
    );
    Ok(content.fetch_one(db).await?.0)
}

async fn find_latest_save(db: &mut PgConnection, id: i64, revision: i32) -> Result<LatestSave, AppError> {
    let latest = sqlx::query_as!(
        LatestSave,
        r#"select r.revision, r.account_id as account, a.display_name as "by?", r.created_at as at
           from article_revisions r left join accounts a on a.id = r.account_id
           where r.article_id = $1 and r.revision = $2"#,
        id,
        revision
    );
    Ok(latest.fetch_one(db).await?)
}

async fn insert_revision(
    db: &mut PgConnection,
    actor: Actor<'_>,
    id: i64,
    revision: i32,
    content: &Content,
) -> Result<(), AppError> {
    sqlx::query!(
        "insert into article_revisions (article_id, revision, content, sanitiser_version, account_id)
         values ($1, $2, $3, $4, $5)",
        id,
        revision,
        Json(content) as _,
        sanitise::VERSION,
        actor.account
    )
    .execute(&mut *db)
    .await?;
    insert_uses(&mut *db, (id, revision), &content.pictures(), &list_files(&content.body)).await?;
    sqlx::query!(
        "update articles set revision = $2, folded_title = fold_text($3), updated_at = now() where id = $1",
        id,
        revision,
        content.title
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Finds the seconds until the next article begins or ends, by the database's clock.
#[tracing::instrument(skip(pool))]
pub async fn find_seconds_to_next_change(pool: &PgPool) -> Result<Option<f64>, AppError> {
    let seconds = sqlx::query_scalar!(
        "select extract(epoch from min(at) - now())::float8
         from (select min(published_at) as at from articles
               where state in ('scheduled', 'published') and published_at > now()
               union all
               select min(ends_at) from articles where state in ('scheduled', 'published') and ends_at > now()
               union all
               select min(opinions_until) from documents where opinions_until > now()) next"
    );
    Ok(seconds.fetch_one(pool).await?)
}

/// Deletes drafts that were thrown away before `discarded`, and those without a word that nobody touched since `empty`.
/// Returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn delete_old_drafts(
    pool: &PgPool,
    discarded: OffsetDateTime,
    empty: OffsetDateTime,
) -> Result<u64, AppError> {
    let deleted = sqlx::query!(
        "delete from articles
         where state = 'draft' and published_revision is null
               and (deleted_at < $1
                    or (revision = 1 and title = '' and lead = '' and body = '' and updated_at < $2
                        and not exists (select from article_copies where article_id = articles.id)))",
        discarded,
        empty
    );
    Ok(deleted.execute(pool).await?.rows_affected())
}
