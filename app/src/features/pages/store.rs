//! Pages that the public sees.

use super::{PublicText, ShortPage};
use crate::base::error::AppError;
use sqlx::PgPool;

/// Finds the page that has an address or had it once. Its own address is in the result.
#[tracing::instrument(skip(pool))]
pub async fn find_page(pool: &PgPool, slug: &str) -> Result<Option<PublicText>, AppError> {
    let row = sqlx::query!(
        r#"select t.slug as "slug!", t.title as "title!", t.body as "body!", t.description as "description!",
                  t.modified_at as "modified_at!"
           from page_addresses a join public_texts t on t.id = a.article_id where a.slug = $1"#,
        slug
    );
    Ok(row.fetch_optional(pool).await?.map(|row| PublicText {
        short: ShortPage { slug: row.slug, title: row.title },
        body: row.body,
        description: row.description,
        modified_at: row.modified_at,
    }))
}

/// Finds the number of the page that has an address or had it once, whether the public sees it or not.
#[tracing::instrument(skip(pool))]
pub async fn find_page_id(pool: &PgPool, slug: &str) -> Result<Option<i64>, AppError> {
    let id = sqlx::query_scalar!("select article_id from page_addresses where slug = $1", slug);
    Ok(id.fetch_optional(pool).await?)
}

/// Lists the pages that the public sees, by title, at most 200.
#[tracing::instrument(skip(pool))]
pub async fn list_pages(pool: &PgPool) -> Result<Vec<ShortPage>, AppError> {
    let pages = sqlx::query_as!(
        ShortPage,
        r#"select slug as "slug!", title as "title!" from public_texts where kind = 'page'
           order by title, id limit 200"#
    );
    Ok(pages.fetch_all(pool).await?)
}
