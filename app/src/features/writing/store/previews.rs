//! Links under which somebody without an account sees the newest text of an article. Only a hash of each is stored.

use crate::base::error::AppError;
use crate::features::audit::{Actor, Entry};
use crate::features::writing::{Content, END_PREVIEW, NOT_NOW, PREVIEW};
use serde_json::json;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

/// How long a link works.
const LIFETIME: Duration = Duration::days(7);

/// What a link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    pub article: i64,
    pub content: Content,
    pub saved_at: OffsetDateTime,
}

/// Stores a link to an article in place of the one that it had, and returns when it ends.
///
/// # Errors
/// [`NOT_NOW`] where the public sees the newest text already, or the article was thrown away.
#[tracing::instrument(skip(pool, actor, token_hash))]
pub async fn replace_preview_link(
    pool: &PgPool,
    actor: Actor<'_>,
    article: i64,
    token_hash: &[u8; 32],
) -> Result<OffsetDateTime, AppError> {
    let mut tx = pool.begin().await?;
    // no step is taken meanwhile
    sqlx::query!("select id from articles where id = $1 for no key update", article).fetch_optional(&mut *tx).await?;
    let ends = sqlx::query_scalar!(
        "insert into preview_links (article_id, token_hash, expires_at)
         select id, $2, now() + make_interval(days => $3) from written_articles
         where id = $1 and deleted_at is null and stage not in ('ended', 'withdrawn')
               and not (stage = 'published' and published_revision = revision)
         on conflict (article_id) do update
         set token_hash = excluded.token_hash, created_at = now(), expires_at = excluded.expires_at
         returning expires_at",
        article,
        &token_hash[..],
        i32::try_from(LIFETIME.whole_days()).unwrap_or(i32::MAX)
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::invalid(NOT_NOW))?;
    actor.record(&mut tx, Entry::new(actor, PREVIEW, ("article", Some(article)), json!({}))).await?;
    tx.commit().await?;
    Ok(ends)
}

/// Ends the link to an article. Where there is none, nothing changes.
#[tracing::instrument(skip(pool, actor))]
pub async fn delete_preview_link(pool: &PgPool, actor: Actor<'_>, article: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    if end_preview(&mut tx, article).await? {
        actor.record(&mut tx, Entry::new(actor, END_PREVIEW, ("article", Some(article)), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

/// Deletes the link to an article, and returns whether there was one.
pub(super) async fn end_preview(db: &mut PgConnection, article: i64) -> Result<bool, AppError> {
    let ended = sqlx::query!("delete from preview_links where article_id = $1", article).execute(db).await?;
    Ok(ended.rows_affected() > 0)
}

/// Finds when the link to an article ends, where it has one.
#[tracing::instrument(skip(pool))]
pub async fn find_preview_end(pool: &PgPool, article: i64) -> Result<Option<OffsetDateTime>, AppError> {
    let ends = sqlx::query_scalar!(
        "select expires_at from preview_links where article_id = $1 and expires_at > now()",
        article
    );
    Ok(ends.fetch_optional(pool).await?)
}

/// Finds what a link shows, while it works: until it expires, and until the public sees the text.
#[tracing::instrument(skip_all)]
pub async fn find_preview(pool: &PgPool, token_hash: &[u8; 32]) -> Result<Option<Preview>, AppError> {
    let row = sqlx::query!(
        r#"select p.article_id as "id!", r.content as "content: Json<Content>", r.created_at
           from previewed_texts p join article_revisions r on r.article_id = p.article_id and r.revision = p.revision
           where p.token_hash = $1"#,
        &token_hash[..]
    );
    let row = row.fetch_optional(pool).await?;
    Ok(row.map(|row| Preview { article: row.id, content: row.content.0, saved_at: row.created_at }))
}

/// Whether a link shows a size of the picture, or the file, with this hash.
#[tracing::instrument(skip_all)]
pub async fn is_in_preview(pool: &PgPool, token_hash: &[u8; 32], hash: &str) -> Result<bool, AppError> {
    let shown = sqlx::query_scalar!(
        r#"select exists (
               select from previewed_texts p
               where p.token_hash = $1
                     and (exists (select from article_pictures u join picture_files f on f.picture_id = u.picture_id
                                  where u.article_id = p.article_id and u.revision = p.revision and f.hash = $2)
                          or exists (select from article_files u join files f on f.id = u.file_id
                                     where u.article_id = p.article_id and u.revision = p.revision and f.hash = $2))
           ) as "is!""#,
        &token_hash[..],
        hash
    );
    Ok(shown.fetch_one(pool).await?)
}

/// Deletes links that have ended and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn delete_expired_previews(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    let deleted = sqlx::query!("delete from preview_links where expires_at <= $1", now).execute(pool).await?;
    Ok(deleted.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::keys::hash_token;
    use crate::features::articles::ArticleKind;
    use crate::features::writing::Step;
    use crate::features::writing::store::list::list_newest_titles;
    use crate::features::writing::store::{ArticleChange, change_article, create_article};
    use crate::testing::{actor_of, insert_article, insert_staff_with_role, list_actions};
    use crate::web::permissions::Role;

    fn link(number: u8) -> [u8; 32] {
        hash_token(&number.to_string())
    }

    #[sqlx::test]
    async fn an_article_has_one_link_which_ends(pool: PgPool) {
        let chief = insert_staff_with_role(&pool, "mai", Role::Administrator).await;
        let mai = actor_of(&chief);
        let content = Content { title: "Lịch tiêm".to_owned(), ..Content::default() };
        let id = create_article(&pool, mai, ArticleKind::Article, &content).await.expect("creates");
        for number in [1, 2] {
            let ends = replace_preview_link(&pool, mai, id, &link(number)).await.expect("makes a link");
            assert!(ends > OffsetDateTime::now_utc() + Duration::days(6));
        }
        assert_eq!(find_preview(&pool, &link(1)).await, Ok(None), "the second took its place");
        let found = find_preview(&pool, &link(2)).await.expect("reads").expect("is there");
        assert_eq!((found.article, found.content.title.as_str()), (id, "Lịch tiêm"));
        assert!(find_preview_end(&pool, id).await.expect("reads").is_some());
        assert_eq!(is_in_preview(&pool, &link(2), "abcdef01").await, Ok(false), "it shows no picture");
        assert_eq!(delete_expired_previews(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        delete_preview_link(&pool, mai, id).await.expect("ends it");
        delete_preview_link(&pool, mai, id).await.expect("is ended");
        delete_preview_link(&pool, mai, id + 1).await.expect("there was none");
        assert_eq!(find_preview(&pool, &link(2)).await, Ok(None));
        let discard = ArticleChange { seen: 1, step: Some(Step::Discard), ..ArticleChange::default() };
        replace_preview_link(&pool, mai, id, &link(3)).await.expect("makes a link");
        let later = OffsetDateTime::now_utc() + Duration::days(8);
        assert_eq!(delete_expired_previews(&pool, later).await, Ok(1));
        assert_eq!(delete_expired_previews(&pool, later).await, Ok(0));
        replace_preview_link(&pool, mai, id, &link(3)).await.expect("makes a link");
        change_article(&pool, mai, &chief, id, &discard).await.expect("changes").expect("is seen");
        assert_eq!(find_preview(&pool, &link(3)).await, Ok(None), "what was thrown away is shown to nobody");
        assert_eq!(replace_preview_link(&pool, mai, id, &link(4)).await, Err(AppError::invalid(NOT_NOW)));
        let previews = ["preview-article", "preview-article", "end-preview", "preview-article", "preview-article"];
        let done: Vec<String> = list_actions(&pool).await.into_iter().filter(|name| name.contains("preview")).collect();
        assert_eq!(done, previews);
    }

    #[sqlx::test]
    async fn what_the_public_sees_has_no_link(pool: PgPool) {
        let chief = insert_staff_with_role(&pool, "mai", Role::Administrator).await;
        let id = insert_article(&pool, "a").await;
        let refused = replace_preview_link(&pool, actor_of(&chief), id, &link(1)).await;
        assert_eq!(refused, Err(AppError::invalid(NOT_NOW)));
        assert_eq!(find_preview_end(&pool, id).await, Ok(None));
        let titles = list_newest_titles(&pool, ArticleKind::Article, &[id, 999]).await.expect("lists");
        assert_eq!(titles, [(id, "Tiêu đề".to_owned())], "one that is not there is left out");
    }
}
