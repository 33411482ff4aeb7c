//! What a step needs, and what it changes.

use super::previews::end_preview;
use super::{ArticleChange, LockedArticle, public_text};
use crate::base::clock::local_day;
use crate::base::error::{AppError, constraint};
use crate::features::articles::ArticleKind;
use crate::features::documents::store as documents;
use crate::features::media::store::uses::list_undescribed;
use crate::features::writing::{
    BAD_END, BAD_TARGET, Content, FUTURE_TIME, LONG_CORRECTION, MAX_LINE, MAX_NOTE, NO_ALTERNATIVE, NO_MESSAGE,
    NO_NOTE, Need, PAST_TIME, SLUG_TAKEN, Stage, Step, Transition,
};
use sqlx::PgConnection;

/// A step that is to be taken, with the text that is the newest then.
pub(super) struct StepRequest<'a> {
    pub(super) id: i64,
    pub(super) article: &'a LockedArticle,
    pub(super) step: Step,
    pub(super) content: &'a Content,
    pub(super) change: &'a ArticleChange<'a>,
}

/// Checks what a transition requires.
pub(super) async fn check_needs(
    db: &mut PgConnection,
    transition: &Transition,
    &StepRequest { id, article, content, change, .. }: &StepRequest<'_>,
) -> Result<(), AppError> {
    let mut problems = Vec::new();
    if matches!(transition.need, Need::Complete | Need::CompleteAndTime) {
        problems.extend(content.find_missing(article.kind));
        if !list_undescribed(&mut *db, &content.pictures()).await?.is_empty() {
            problems.push(NO_ALTERNATIVE);
        }
        if content.ends_at.is_some_and(|end| end <= article.now) {
            problems.push(BAD_END);
        }
    }
    if transition.step == Step::Publish && content.publish_at.is_some_and(|at| at > article.now) {
        problems.push(FUTURE_TIME);
    }
    let length = change.message.chars().count();
    match transition.need {
        Need::Complete if length > MAX_LINE => problems.push(LONG_CORRECTION),
        Need::CompleteAndTime if content.publish_at.is_none_or(|at| at <= article.now) => problems.push(PAST_TIME),
        Need::Note if length == 0 || length > MAX_NOTE => problems.push(NO_NOTE),
        Need::Message => match change.moved_to {
            _ if length > MAX_LINE => problems.push(NO_MESSAGE),
            Some(target) if target == id || !is_public(&mut *db, target).await? => problems.push(BAD_TARGET),
            None if length == 0 => problems.push(NO_MESSAGE),
            _ => {}
        },
        _ => {}
    }
    if problems.is_empty() { Ok(()) } else { Err(AppError::Invalid(problems)) }
}

async fn is_public(db: &mut PgConnection, id: i64) -> Result<bool, AppError> {
    let public = sqlx::query_scalar!(r#"select exists (select from public_texts where id = $1) as "is!""#, id);
    Ok(public.fetch_one(db).await?)
}

/// Takes a step whose needs are met.
pub(super) async fn take_step(db: &mut PgConnection, request: &StepRequest<'_>) -> Result<(), AppError> {
    let &StepRequest { id, step, change, .. } = request;
    match step {
        Step::Send => {
            sqlx::query!(
                "update articles
                 set state = case when state = 'draft' then 'in_review' else state end, review_note = '',
                     is_update_sent = state <> 'draft'
                 where id = $1",
                id
            )
            .execute(db)
            .await?;
        }
        Step::Recall | Step::Return => {
            sqlx::query!(
                "update articles
                 set state = case when state = 'in_review' then 'draft' else state end, is_update_sent = false,
                     review_note = $2
                 where id = $1",
                id,
                if step == Step::Return { change.message } else { "" }
            )
            .execute(db)
            .await?;
        }
        Step::Publish | Step::Schedule => publish(db, request).await?,
        Step::Unschedule => {
            forget_publication(&mut *db, id).await?;
            documents::delete_details(&mut *db, id).await?;
            // an address that the public never saw is free again
            sqlx::query!(
                "delete from page_addresses
                 where article_id = $1
                       and not exists (select from article_revisions
                                       where article_id = $1 and published_at is not null)",
                id
            )
            .execute(&mut *db)
            .await?;
            sqlx::query!(
                "update articles set state = 'draft', published_revision = null, published_at = null, ends_at = null,
                     is_update_sent = false
                 where id = $1",
                id
            )
            .execute(db)
            .await?;
        }
        Step::End => {
            end_preview(&mut *db, id).await?;
            sqlx::query!("update articles set ends_at = now() where id = $1", id).execute(db).await?;
        }
        Step::Withdraw => {
            end_preview(&mut *db, id).await?;
            documents::delete_details(&mut *db, id).await?;
            sqlx::query!(
                "update articles
                 set state = 'withdrawn', withdrawal_message = $2, moved_to = $3, is_update_sent = false where id = $1",
                id,
                change.message,
                change.moved_to
            )
            .execute(&mut *db)
            .await?;
            // what led here leads on at once, without a chain
            sqlx::query!("update articles set moved_to = $2 where moved_to = $1 and id <> $2", id, change.moved_to)
                .execute(db)
                .await?;
        }
        Step::Discard | Step::BringBack => {
            end_preview(&mut *db, id).await?;
            sqlx::query!(
                "update articles set deleted_at = case when $2 then now() end where id = $1",
                id,
                step == Step::Discard
            )
            .execute(db)
            .await?;
        }
    }
    Ok(())
}

/// Takes the mark of having been public from the text that was scheduled.
async fn forget_publication(db: &mut PgConnection, id: i64) -> Result<(), AppError> {
    sqlx::query!(
        "update article_revisions set published_at = null from articles a
         where a.id = $1 and article_id = a.id and article_revisions.revision = a.published_revision",
        id
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Shows the newest text to the public, now or at its time.
async fn publish(
    db: &mut PgConnection,
    &StepRequest { id, article, step, content, change }: &StepRequest<'_>,
) -> Result<(), AppError> {
    let known = article.published_at.filter(|at| *at <= article.now && article.stage != Stage::Scheduled);
    let published_at = match step {
        Step::Schedule => content.publish_at.unwrap_or(article.now),
        _ => content.publish_at.filter(|at| *at <= article.now).or(known).unwrap_or(article.now),
    };
    if content.ends_at.is_some_and(|end| end <= published_at) {
        return Err(AppError::invalid(BAD_END));
    }
    // what the public has seen was changed; what it sees for the first time was not
    let is_update = known.is_some() && article.published_revision != Some(article.revision);
    if article.stage == Stage::Scheduled {
        // the public never saw the text that was scheduled before
        forget_publication(&mut *db, id).await?;
    }
    public_text::write(&mut *db, id, content).await?;
    if article.kind == ArticleKind::Document {
        documents::write_details(&mut *db, id, &content.document, local_day(published_at)).await?;
    }
    if step == Step::Publish {
        end_preview(&mut *db, id).await?;
    }
    sqlx::query!(
        "update articles
         set state = case when $2 then 'scheduled' else 'published' end::article_state, published_at = $3, ends_at = $4,
             published_revision = revision, modified_at = case when $5 then now() else modified_at end,
             is_update_sent = false, review_note = '', withdrawal_message = '', moved_to = null
         where id = $1",
        id,
        step == Step::Schedule,
        published_at,
        content.ends_at,
        is_update
    )
    .execute(&mut *db)
    .await
    .map_err(|error| match constraint(&error) {
        Some("page_slug_taken") => AppError::invalid(SLUG_TAKEN),
        _ => error.into(),
    })?;
    sqlx::query!(
        "update article_revisions set published_at = coalesce(published_at, now()) where article_id = $1 and revision = $2",
        id,
        article.revision
    )
    .execute(&mut *db)
    .await?;
    if !change.message.is_empty() && step == Step::Publish && is_update {
        sqlx::query!("insert into article_corrections (article_id, message) values ($1, $2)", id, change.message)
            .execute(db)
            .await?;
    }
    Ok(())
}
