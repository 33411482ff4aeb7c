//! Where the public reads an article: its columns, and the tables of what it has several of.

use crate::base::error::{AppError, constraint};
use crate::features::articles::sanitise;
use crate::features::taxonomy::store::{ensure_tags, resolve_category};
use crate::features::writing::{BAD_PICTURE, Content, SLUG_TAKEN};
use sqlx::PgConnection;

/// Copies a text to where the public reads it.
pub(super) async fn write(db: &mut PgConnection, id: i64, content: &Content) -> Result<(), AppError> {
    let category = match content.category {
        Some(chosen) => Some(resolve_category(&mut *db, chosen).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    sqlx::query!(
        "update articles
         set slug = $2, title = $3, category_id = $4, lead = $5, body = $6, sanitiser_version = $7, author = $8,
             picture_id = $9, picture_caption = $10, source = $11, description = $12, closed_to_comments = $13,
             closed_to_ratings = $14
         where id = $1",
        id,
        content.address(),
        content.title,
        category,
        content.lead,
        content.body,
        sanitise::VERSION,
        content.author,
        content.picture,
        content.caption,
        content.source,
        content.description,
        content.closed_to_comments,
        content.closed_to_ratings
    )
    .execute(&mut *db)
    .await
    .map_err(|error| match constraint(&error) {
        Some("articles_picture_id_fkey") => AppError::invalid(BAD_PICTURE),
        Some("page_slug_taken") => AppError::invalid(SLUG_TAKEN),
        _ => error.into(),
    })?;
    write_lists(db, id, category, content).await
}

/// Replaces further categories, tags and related articles. Those that are there no longer are left out.
async fn write_lists(db: &mut PgConnection, id: i64, category: Option<i64>, content: &Content) -> Result<(), AppError> {
    sqlx::query!(
        "with other as (
             select distinct coalesce(merged_into, id) as id from categories
             where id = any($2) and coalesce(merged_into, id) is distinct from $3
         ), gone as (
             delete from article_categories where article_id = $1 and category_id not in (select id from other)
         )
         insert into article_categories (article_id, category_id, published_at)
         select $1, other.id, a.published_at from other, articles a where a.id = $1 on conflict do nothing",
        id,
        &content.further,
        category
    )
    .execute(&mut *db)
    .await?;
    let tags = ensure_tags(&mut *db, &content.tags).await?;
    sqlx::query!("delete from article_tags where article_id = $1", id).execute(&mut *db).await?;
    sqlx::query!(
        "insert into article_tags (article_id, tag_id, position, published_at)
         select $1, tag, place, a.published_at
         from unnest($2::bigint[]) with ordinality tagged (tag, place), articles a where a.id = $1",
        id,
        &tags
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!("delete from article_relations where article_id = $1", id).execute(&mut *db).await?;
    sqlx::query!(
        "insert into article_relations (article_id, related_id, position)
         select $1, a.id, min(place) from unnest($2::bigint[]) with ordinality named (id, place)
         join articles a on a.id = named.id where a.id <> $1 group by a.id",
        id,
        &content.related
    )
    .execute(db)
    .await?;
    Ok(())
}
