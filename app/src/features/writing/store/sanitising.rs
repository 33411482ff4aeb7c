//! Sanitises stored texts anew when the rules have changed.

use crate::base::error::AppError;
use crate::features::articles::sanitise::{VERSION, sanitise};
use sqlx::PgPool;

/// Texts that are sanitised between two looks at the database.
const BATCH: i64 = 50;

/// Sanitises public texts that older rules let through. One that is changed meanwhile was sanitised by its writer's
/// program. Returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn sanitise_articles(pool: &PgPool) -> Result<u64, AppError> {
    let mut done = 0;
    loop {
        let rows = sqlx::query!(
            "select id, body from articles where sanitiser_version < $1 order by sanitiser_version, id limit $2",
            VERSION,
            BATCH
        );
        let rows = rows.fetch_all(pool).await?;
        if rows.is_empty() {
            return Ok(done);
        }
        for row in rows {
            let clean = sanitise_in_background(row.body.clone()).await?;
            let updated = sqlx::query!(
                "update articles set body = $3, sanitiser_version = $4
                 where id = $1 and body = $2 and sanitiser_version < $4",
                row.id,
                row.body,
                clean,
                VERSION
            );
            done += updated.execute(pool).await?.rows_affected();
        }
    }
}

/// Sanitises saved texts that older rules let through. Returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn sanitise_revisions(pool: &PgPool) -> Result<u64, AppError> {
    let mut done = 0;
    loop {
        let rows = sqlx::query!(
            r#"select article_id, revision, coalesce(content->>'body', '') as "body!" from article_revisions
               where sanitiser_version < $1 order by sanitiser_version, article_id, revision limit $2"#,
            VERSION,
            BATCH
        );
        let rows = rows.fetch_all(pool).await?;
        if rows.is_empty() {
            return Ok(done);
        }
        for row in rows {
            let clean = sanitise_in_background(row.body).await?;
            let updated = sqlx::query!(
                "update article_revisions
                 set content = jsonb_set(content, '{body}', to_jsonb($3::text)), sanitiser_version = $4
                 where article_id = $1 and revision = $2 and sanitiser_version < $4",
                row.article_id,
                row.revision,
                clean,
                VERSION
            );
            done += updated.execute(pool).await?.rows_affected();
        }
    }
}

/// A long text takes milliseconds, in which no request is to wait.
async fn sanitise_in_background(body: String) -> Result<String, AppError> {
    tokio::task::spawn_blocking(move || sanitise(&body)).await.map_err(|_| AppError::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::insert_article;

    async fn age(pool: &PgPool, version: i16) -> i64 {
        let id = insert_article(pool, &format!("bai-{version}")).await;
        let dirty = "<p onclick=\"x\">Bà con</p><script>x</script>";
        let old = sqlx::query("update articles set body = $2, sanitiser_version = $3 where id = $1");
        old.bind(id).bind(dirty).bind(version).execute(pool).await.expect("stores");
        let old = sqlx::query(
            "update article_revisions set content = jsonb_set(content, '{body}', to_jsonb($2::text)),
             sanitiser_version = $3 where article_id = $1",
        );
        old.bind(id).bind(dirty).bind(version).execute(pool).await.expect("stores");
        id
    }

    async fn read(pool: &PgPool, id: i64) -> (String, String, i16) {
        let text = sqlx::query_as(
            "select a.body, r.content->>'body', r.sanitiser_version from articles a
             join article_revisions r on r.article_id = a.id and r.revision = a.revision where a.id = $1",
        );
        text.bind(id).fetch_one(pool).await.expect("reads")
    }

    #[sqlx::test]
    async fn raised_rules_clean_what_is_stored_once(pool: PgPool) {
        let id = age(&pool, VERSION - 1).await;
        assert_eq!(sanitise_articles(&pool).await.expect("cleans"), 1);
        assert_eq!(sanitise_revisions(&pool).await.expect("cleans"), 1);
        let clean = "<p>Bà con</p>".to_owned();
        assert_eq!(read(&pool, id).await, (clean.clone(), clean, VERSION));
        assert_eq!(sanitise_articles(&pool).await.expect("finds none"), 0, "repeated");
        assert_eq!(sanitise_revisions(&pool).await.expect("finds none"), 0, "repeated");
    }

    #[sqlx::test]
    async fn texts_of_newer_rules_are_left_alone(pool: PgPool) {
        let id = age(&pool, VERSION + 1).await;
        assert_eq!(sanitise_articles(&pool).await.expect("finds none"), 0);
        assert_eq!(sanitise_revisions(&pool).await.expect("finds none"), 0);
        assert!(read(&pool, id).await.0.contains("script"), "a program that knows less does not judge it");
    }
}
