//! The revisions of an article, and what somebody is writing and has not saved.

use crate::base::error::AppError;
use crate::features::writing::{ArticleForm, Content};
use sqlx::PgPool;
use sqlx::types::Json;
use time::OffsetDateTime;

/// A revision in the list of an article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRevision {
    pub revision: i32,
    pub saved_at: OffsetDateTime,
    pub saved_by: Option<String>,
    pub published_at: Option<OffsetDateTime>,
}

/// Lists the revisions of an article, the newest first, at most `count`.
#[tracing::instrument(skip(pool))]
pub async fn list_revisions(pool: &PgPool, article: i64, count: i64) -> Result<Vec<ListedRevision>, AppError> {
    let revisions = sqlx::query_as!(
        ListedRevision,
        r#"select r.revision, r.created_at as saved_at, a.display_name as "saved_by?", r.published_at
           from article_revisions r left join accounts a on a.id = r.account_id
           where r.article_id = $1 order by r.revision desc limit $2"#,
        article,
        count
    );
    Ok(revisions.fetch_all(pool).await?)
}

/// Finds the text of a revision.
#[tracing::instrument(skip(pool))]
pub async fn find_revision(pool: &PgPool, article: i64, revision: i32) -> Result<Option<Content>, AppError> {
    let content = sqlx::query_scalar!(
        r#"select content as "content: Json<Content>" from article_revisions where article_id = $1 and revision = $2"#,
        article,
        revision
    );
    Ok(content.fetch_optional(pool).await?.map(|content| content.0))
}

/// Deletes revisions that are not needed any longer at `now`: of those that the public never saw, the last of each
/// five minutes stays for a day, and the last of each day for a year. The newest of an article stays in any case.
/// Returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn thin_revisions(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    let deleted = sqlx::query!(
        "delete from article_revisions r
         using (select article_id, revision, created_at,
                       lead(created_at) over (
                           partition by article_id,
                               case when created_at > $1::timestamptz - interval '1 day'
                                    then date_bin('5 minutes', created_at, 'epoch')
                                    else date_bin('1 day', created_at, timestamptz '2000-01-01 00:00+07') end
                           order by revision) is not null as has_later
                from article_revisions where published_at is null) old, articles a
         where r.article_id = old.article_id and r.revision = old.revision and a.id = r.article_id
               and r.revision <> a.revision
               and not exists (select from article_copies c
                               where c.article_id = r.article_id
                                     and r.revision::text in (c.revision::text, c.form->>'base'))
               and (old.has_later or old.created_at < $1::timestamptz - interval '1 year')",
        now
    );
    Ok(deleted.execute(pool).await?.rows_affected())
}

/// What somebody is writing, and the revision that it was begun from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingCopy {
    pub revision: i32,
    pub form: ArticleForm,
    pub updated_at: OffsetDateTime,
}

/// Stores what somebody is writing, instead of what they wrote before, and returns when. An article that was thrown
/// away takes none; `None` where they saved a later text themselves, so that a form that comes late undoes nothing.
#[tracing::instrument(skip(pool, form))]
pub async fn upsert_copy(
    pool: &PgPool,
    article: i64,
    account: i64,
    revision: i32,
    form: &ArticleForm,
) -> Result<Option<OffsetDateTime>, AppError> {
    let exists = sqlx::query_scalar!(
        r#"select exists (select from articles where id = $1 and deleted_at is null) as "exists!""#,
        article
    );
    if !exists.fetch_one(pool).await? {
        return Err(AppError::NotFound);
    }
    let at = sqlx::query_scalar!(
        "insert into article_copies (article_id, account_id, revision, form)
         select a.id, $2, $3, $4 from articles a
         where a.id = $1 and a.deleted_at is null
               and not exists (select from article_revisions r
                               where r.article_id = a.id and r.revision > $3 and r.account_id = $2)
         on conflict (article_id, account_id) do update
         set revision = excluded.revision, form = excluded.form, updated_at = now()
         returning updated_at",
        article,
        account,
        revision,
        Json(form) as _
    );
    Ok(at.fetch_optional(pool).await?)
}

/// Finds what this account is writing at an article.
#[tracing::instrument(skip(pool))]
pub async fn find_copy(pool: &PgPool, article: i64, account: i64) -> Result<Option<WorkingCopy>, AppError> {
    let row = sqlx::query!(
        r#"select revision, form as "form: Json<ArticleForm>", updated_at
           from article_copies where article_id = $1 and account_id = $2"#,
        article,
        account
    );
    let row = row.fetch_optional(pool).await?;
    Ok(row.map(|row| WorkingCopy { revision: row.revision, form: row.form.0, updated_at: row.updated_at }))
}

/// Deletes what this account is writing at an article.
#[tracing::instrument(skip(pool))]
pub async fn delete_copy(pool: &PgPool, article: i64, account: i64) -> Result<(), AppError> {
    sqlx::query!("delete from article_copies where article_id = $1 and account_id = $2", article, account)
        .execute(pool)
        .await?;
    Ok(())
}

/// Lists who else is writing at an article: displayed name, and when they wrote last, since `since`.
#[tracing::instrument(skip(pool))]
pub async fn list_other_writers(
    pool: &PgPool,
    article: i64,
    account: i64,
    since: OffsetDateTime,
) -> Result<Vec<(String, OffsetDateTime)>, AppError> {
    let rows = sqlx::query!(
        "select a.display_name, c.updated_at from article_copies c join accounts a on a.id = c.account_id
         where c.article_id = $1 and c.account_id <> $2 and c.updated_at > $3 order by c.updated_at desc",
        article,
        account,
        since
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.display_name, row.updated_at)).collect())
}
