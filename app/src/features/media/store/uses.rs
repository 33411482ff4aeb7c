//! Which revision shows which pictures and files.

use crate::base::error::AppError;
use sqlx::{PgConnection, PgPool};

/// Records what a revision shows. Pictures and files that are there no longer are left out.
#[tracing::instrument(skip_all)]
pub async fn insert_uses(
    db: &mut PgConnection,
    (article, revision): (i64, i32),
    pictures: &[i64],
    files: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into article_pictures (article_id, revision, picture_id)
         select $1, $2, id from pictures where id = any($3) for key share",
        article,
        revision,
        pictures
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into article_files (article_id, revision, file_id)
         select $1, $2, id from files where hash = any($3) for key share",
        article,
        revision,
        files
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Finds which of these pictures have no description, or are there no longer.
#[tracing::instrument(skip(db))]
pub async fn list_undescribed(db: &mut PgConnection, pictures: &[i64]) -> Result<Vec<i64>, AppError> {
    let undescribed = sqlx::query_scalar!(
        r#"select wanted as "wanted!" from unnest($1::bigint[]) wanted
           where not exists (select from pictures where id = wanted and alt <> '')"#,
        pictures
    );
    Ok(undescribed.fetch_all(db).await?)
}

/// Whether something that the public sees now shows a picture.
#[tracing::instrument(skip(pool))]
pub async fn is_shown(pool: &PgPool, picture: i64) -> Result<bool, AppError> {
    let shown = sqlx::query_scalar!(
        r#"select exists (select from article_pictures u
                          join shown_revisions s on s.article_id = u.article_id and s.revision = u.revision
                          where u.picture_id = $1 and s.is_public) as "is!""#,
        picture
    );
    Ok(shown.fetch_one(pool).await?)
}

/// An article that shows a picture or a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub article: i64,
    /// The title of its newest text.
    pub title: String,
    /// Whether its newest text or the published one shows it, and not an older revision alone.
    pub is_current: bool,
}

/// Lists the articles that show a picture, at most `count`.
#[tracing::instrument(skip(pool))]
pub async fn list_uses(pool: &PgPool, picture: i64, count: i64) -> Result<Vec<Use>, AppError> {
    let uses = sqlx::query_as!(
        Use,
        r#"select a.id as article, r.content->>'title' as "title!",
                  bool_or(u.revision in (a.revision, coalesce(a.published_revision, 0))) as "is_current!"
           from article_pictures u
           join articles a on a.id = u.article_id
           join article_revisions r on r.article_id = a.id and r.revision = a.revision
           where u.picture_id = $1 group by a.id, r.content->>'title' order by a.id desc limit $2"#,
        picture,
        count
    );
    Ok(uses.fetch_all(pool).await?)
}
