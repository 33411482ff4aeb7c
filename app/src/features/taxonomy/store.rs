//! The tables of categories and tags.

use super::{
    BAD_CATEGORY_NAME, BAD_MERGE, BAD_PARENT, BAD_TAG_NAME, CHANGE_CATEGORY, CREATE_CATEGORY, Category, HAS_CHILDREN,
    MERGE_CATEGORY, MERGE_TAG, NAME_TAKEN, RENAME_TAG, SLUG_TAKEN, TAG_TAKEN, Tag,
};
use crate::base::error::{AppError, constraint};
use crate::base::text::{fold, slugify};
use crate::features::audit::{Actor, Entry};
use serde_json::json;
use sqlx::{PgConnection, PgPool};

pub mod carried;
#[cfg(test)]
mod tests;

/// Tags on a page of the list.
pub const TAGS_PER_PAGE: i64 = 50;

/// Lists all categories that are not merged, in their order: each parent before those under it.
#[tracing::instrument(skip(pool))]
pub async fn list_categories(pool: &PgPool) -> Result<Vec<Category>, AppError> {
    let categories = sqlx::query_as!(
        Category,
        "select c.id, c.slug, c.name, c.parent_id as parent, c.is_hidden
         from categories c left join categories p on p.id = c.parent_id
         where c.merged_into is null
         order by coalesce(p.position, c.position), coalesce(p.id, c.id), c.parent_id nulls first, c.position, c.id"
    );
    Ok(categories.fetch_all(pool).await?)
}

/// Counts the articles in each category, drafts and further categories included.
#[tracing::instrument(skip(pool))]
pub async fn count_articles(pool: &PgPool) -> Result<Vec<(i64, i64)>, AppError> {
    let rows = sqlx::query!(
        r#"select category_id as "category!", sum(n)::bigint as "count!"
           from (select category_id, count(*) as n from articles group by category_id
                 union all select category_id, count(*) from article_categories group by category_id) counted
           where category_id is not null group by category_id"#
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.category, row.count)).collect())
}

/// Finds a category by its name, or creates it behind the others. A name that a category had once finds it too.
#[tracing::instrument(skip(db))]
pub async fn ensure_category(db: &mut PgConnection, name: &str) -> Result<i64, sqlx::Error> {
    let slug = slugify(name);
    let known = sqlx::query_scalar!("select category_id from category_addresses where slug = $1", slug);
    if let Some(known) = known.fetch_optional(&mut *db).await? {
        return Ok(known);
    }
    sqlx::query_scalar!(
        r#"insert into categories (slug, name, position)
           values ($1, $2, (select coalesce(max(position), 0) + 1 from categories))
           on conflict (slug) do update set name = categories.name returning id as "id!""#,
        slug,
        name
    )
    .fetch_one(db)
    .await
}

/// Finds the category that has an address or had it once. Its own address is in the result.
#[tracing::instrument(skip(pool))]
pub async fn find_category(pool: &PgPool, slug: &str) -> Result<Option<Category>, AppError> {
    let category = sqlx::query_as!(
        Category,
        "select c.id, c.slug, c.name, c.parent_id as parent, c.is_hidden
         from category_addresses a join categories c on c.id = a.category_id where a.slug = $1",
        slug
    );
    Ok(category.fetch_optional(pool).await?)
}

/// Finds the categories that took the place of merged ones: of each the number that is named, and the one to use.
#[tracing::instrument(skip(pool))]
pub async fn list_merged(pool: &PgPool, named: &[i64]) -> Result<Vec<(i64, i64)>, AppError> {
    let rows = sqlx::query!(
        r#"select id, merged_into as "into!" from categories where id = any($1) and merged_into is not null"#,
        named
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.into)).collect())
}

/// Locks all categories against changes of their tree until the transaction ends.
async fn lock_categories(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query!("lock table categories in share row exclusive mode").execute(db).await?;
    Ok(())
}

/// Refuses a parent that stands under another category, and any parent for a category that has others under it.
async fn check_parent(db: &mut PgConnection, id: Option<i64>, parent: Option<i64>) -> Result<(), AppError> {
    let Some(parent) = parent else { return Ok(()) };
    let fits = sqlx::query_scalar!(
        r#"select exists (select from categories where id = $1 and parent_id is null and merged_into is null
                          and id is distinct from $2)
                  and not exists (select from categories where parent_id = $2) as "fits!""#,
        parent,
        id
    );
    if fits.fetch_one(db).await? { Ok(()) } else { Err(AppError::invalid(BAD_PARENT)) }
}

fn map_category(error: sqlx::Error) -> AppError {
    match constraint(&error) {
        Some("category_name" | "category_slug") => AppError::invalid(BAD_CATEGORY_NAME),
        Some("category_slug_taken" | "category_addresses_pkey") => AppError::invalid(SLUG_TAKEN),
        _ => error.into(),
    }
}

/// Creates a category behind the others, and returns its number.
#[tracing::instrument(skip(pool, actor))]
pub async fn create_category(
    pool: &PgPool,
    actor: Actor<'_>,
    name: &str,
    parent: Option<i64>,
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    lock_categories(&mut tx).await?;
    check_parent(&mut tx, None, parent).await?;
    let id = sqlx::query_scalar!(
        "insert into categories (slug, name, parent_id, position)
         values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from categories)) returning id",
        slugify(name),
        name,
        parent
    )
    .fetch_one(&mut *tx)
    .await
    .map_err(|error| match map_category(error) {
        // that form has no address of its own
        error if error == AppError::invalid(SLUG_TAKEN) => AppError::invalid(NAME_TAKEN),
        error => error,
    })?;
    actor.record(&mut tx, Entry::new(actor, CREATE_CATEGORY, ("category", Some(id)), json!({}))).await?;
    tx.commit().await?;
    Ok(id)
}

/// What a category becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryChange<'a> {
    pub name: &'a str,
    /// Made from the name where it is empty.
    pub slug: &'a str,
    pub parent: Option<i64>,
    pub is_hidden: bool,
}

/// Changes a category. Its old address leads on.
#[tracing::instrument(skip(pool, actor))]
pub async fn change_category(
    pool: &PgPool,
    actor: Actor<'_>,
    id: i64,
    change: &CategoryChange<'_>,
) -> Result<(), AppError> {
    let slug = slugify(if change.slug.is_empty() { change.name } else { change.slug });
    let mut tx = pool.begin().await?;
    lock_categories(&mut tx).await?;
    check_parent(&mut tx, Some(id), change.parent).await?;
    let changed = sqlx::query!(
        "update categories set name = $2, slug = $3, parent_id = $4, is_hidden = $5
         where id = $1 and merged_into is null",
        id,
        change.name,
        slug,
        change.parent,
        change.is_hidden
    )
    .execute(&mut *tx)
    .await
    .map_err(map_category)?;
    if changed.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    actor.record(&mut tx, Entry::new(actor, CHANGE_CATEGORY, ("category", Some(id)), json!({}))).await?;
    Ok(tx.commit().await?)
}

/// Moves a category one place up or down among those beside it. At the end of them it stays where it is.
#[tracing::instrument(skip(pool))]
pub async fn move_category(pool: &PgPool, id: i64, up: bool) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    lock_categories(&mut tx).await?;
    let siblings = sqlx::query_scalar!(
        "select s.id from categories c
         join categories s on s.parent_id is not distinct from c.parent_id and s.merged_into is null
         where c.id = $1 and c.merged_into is null order by s.position, s.id",
        id
    );
    let mut order = siblings.fetch_all(&mut *tx).await?;
    let at = order.iter().position(|sibling| *sibling == id).ok_or(AppError::NotFound)?;
    let other = if up { at.checked_sub(1) } else { Some(at + 1).filter(|next| *next < order.len()) };
    if let Some(other) = other {
        order.swap(at, other);
        sqlx::query!(
            "update categories set position = place.position::integer
             from unnest($1::bigint[]) with ordinality place (id, position) where categories.id = place.id",
            &order
        )
        .execute(&mut *tx)
        .await?;
    }
    Ok(tx.commit().await?)
}

/// Merges a category into another: its articles move along, and its addresses lead on.
#[tracing::instrument(skip(pool, actor))]
pub async fn merge_categories(pool: &PgPool, actor: Actor<'_>, from: i64, into: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    begin_merge(&mut tx).await?;
    sqlx::query!("lock table categories in exclusive mode").execute(&mut *tx).await?;
    let has_children =
        sqlx::query_scalar!(r#"select exists (select from categories where parent_id = $1) as "has!""#, from);
    if has_children.fetch_one(&mut *tx).await? {
        return Err(AppError::invalid(HAS_CHILDREN));
    }
    let is_target = sqlx::query_scalar!(
        r#"select exists (select from categories where id = $1 and merged_into is null) as "is!""#,
        into
    );
    if from == into || !is_target.fetch_one(&mut *tx).await? {
        return Err(AppError::invalid(BAD_MERGE));
    }
    // its address goes to the other one; this row gets one that nobody types
    let merged = sqlx::query!(
        "update categories
         set merged_into = $2, slug = 'gop-' || id || '-' || encode(random_salt(), 'hex'), parent_id = null
         where id = $1 and merged_into is null",
        from,
        into
    );
    if merged.execute(&mut *tx).await?.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    sqlx::query!("update categories set merged_into = $2 where merged_into = $1", from, into).execute(&mut *tx).await?;
    sqlx::query!("update category_addresses set category_id = $2 where category_id = $1", from, into)
        .execute(&mut *tx)
        .await?;
    sqlx::query!("update articles set category_id = $2 where category_id = $1", from, into).execute(&mut *tx).await?;
    sqlx::query!(
        "insert into article_categories (article_id, category_id, published_at)
         select article_id, $2, published_at from article_categories where category_id = $1 on conflict do nothing",
        from,
        into
    )
    .execute(&mut *tx)
    .await?;
    // what it is in already is no further category
    sqlx::query!(
        "delete from article_categories f using articles a
         where a.id = f.article_id and (f.category_id = $1 or f.category_id = $2 and a.category_id = $2)",
        from,
        into
    )
    .execute(&mut *tx)
    .await?;
    let detail = json!({ "into": into });
    actor.record(&mut tx, Entry::new(actor, MERGE_CATEGORY, ("category", Some(from)), detail)).await?;
    Ok(tx.commit().await?)
}

/// Gives a merge the time that a hundred thousand articles need: other statements of a request have seconds.
async fn begin_merge(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query!("set local statement_timeout = '2min'").execute(db).await?;
    Ok(())
}

/// Keeps categories from being merged until the transaction ends. Whoever stores an article takes this lock before that
/// of the article, as a merge does.
#[tracing::instrument(skip_all)]
pub async fn lock_out_category_merges(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query!("lock table categories in row share mode").execute(db).await?;
    Ok(())
}

/// Finds the category to store for the one that somebody chose: itself, or the one that took its place. `None` where
/// there is none.
#[tracing::instrument(skip(db))]
pub async fn resolve_category(db: &mut PgConnection, chosen: i64) -> Result<Option<i64>, AppError> {
    let category =
        sqlx::query_scalar!(r#"select coalesce(merged_into, id) as "id!" from categories where id = $1"#, chosen);
    Ok(category.fetch_optional(db).await?)
}

/// Finds tags by their names, or creates them, and returns their numbers in the same order. A name that a tag had once
/// finds it too. No tag is merged until the transaction ends.
#[tracing::instrument(skip_all)]
pub async fn ensure_tags(db: &mut PgConnection, names: &[String]) -> Result<Vec<i64>, AppError> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!("lock table tags in row share mode").execute(&mut *db).await?;
    let slugs: Vec<String> = names.iter().map(|name| slugify(name)).collect();
    // sorted, so that two transactions that create the same tags wait for each other in one order
    sqlx::query!(
        "insert into tags (slug, name)
         select slug, name from unnest($1::text[], $2::text[]) typed (slug, name)
         where not exists (select from tag_addresses a where a.slug = typed.slug)
         order by slug on conflict (slug) do nothing",
        &slugs,
        names
    )
    .execute(&mut *db)
    .await?;
    let ids = sqlx::query_scalar!(
        r#"select a.tag_id as "id!" from unnest($1::text[]) with ordinality typed (slug, place)
           join tag_addresses a on a.slug = typed.slug group by a.tag_id order by min(place)"#,
        &slugs
    );
    Ok(ids.fetch_all(db).await?)
}

/// Finds the present names of tags: those that were renamed or merged have others than were typed.
#[tracing::instrument(skip_all)]
pub async fn resolve_tag_names(pool: &PgPool, names: &[String]) -> Result<Vec<String>, AppError> {
    let slugs: Vec<String> = names.iter().map(|name| slugify(name)).collect();
    let present = sqlx::query_scalar!(
        r#"select name as "name!" from (
               select coalesce(t.name, typed.name) as name, min(place) as place
               from unnest($1::text[], $2::text[]) with ordinality typed (slug, name, place)
               left join tag_addresses a on a.slug = typed.slug left join tags t on t.id = a.tag_id
               group by 1) named order by place"#,
        &slugs,
        names
    );
    Ok(present.fetch_all(pool).await?)
}

/// Finds the tag that has an address or had it once. Its own address is in the result.
#[tracing::instrument(skip(pool))]
pub async fn find_tag(pool: &PgPool, slug: &str) -> Result<Option<Tag>, AppError> {
    let tag = sqlx::query_as!(
        Tag,
        "select t.id, t.slug, t.name from tag_addresses a join tags t on t.id = a.tag_id where a.slug = $1",
        slug
    );
    Ok(tag.fetch_optional(pool).await?)
}

/// Lists a page of tags by name with the number of their articles, and whether there is a next page. Diacritics of
/// `text` do not matter.
#[tracing::instrument(skip(pool))]
pub async fn list_tags(pool: &PgPool, text: &str, page: i64) -> Result<(Vec<(Tag, i64)>, bool), AppError> {
    let text = fold(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    let rows = sqlx::query!(
        r#"select id, slug, name, (select count(*) from article_tags where tag_id = tags.id) as "count!"
           from tags where $1 = '' or fold_text(name) like '%' || $1 || '%'
           order by name, id offset $2 limit $3"#,
        text,
        (page - 1) * TAGS_PER_PAGE,
        TAGS_PER_PAGE + 1
    )
    .fetch_all(pool)
    .await?;
    let has_more = rows.len() as i64 > TAGS_PER_PAGE;
    let tags = rows.into_iter().map(|row| (Tag { id: row.id, slug: row.slug, name: row.name }, row.count));
    Ok((tags.take(TAGS_PER_PAGE as usize).collect(), has_more))
}

/// Lists the names of the tags that the newest articles have most often, at most `count`.
#[tracing::instrument(skip(pool))]
pub async fn list_frequent_tags(pool: &PgPool, count: i64) -> Result<Vec<String>, AppError> {
    let names = sqlx::query_scalar!(
        "select t.name
         from (select tag_id, article_id from article_tags order by article_id desc limit 1000) latest
         join tags t on t.id = latest.tag_id group by t.id order by count(*) desc, t.name limit $1",
        count
    );
    Ok(names.fetch_all(pool).await?)
}

/// Lists the tags that the newest public articles have most often, at most `count`.
#[tracing::instrument(skip(pool))]
pub async fn list_public_tags(pool: &PgPool, count: i64) -> Result<Vec<Tag>, AppError> {
    let tags = sqlx::query_as!(
        Tag,
        "select t.id, t.slug, t.name
         from (select id from public_articles order by published_at desc, id desc limit 300) latest
         join article_tags g on g.article_id = latest.id join tags t on t.id = g.tag_id
         group by t.id order by count(*) desc, t.name limit $1",
        count
    );
    Ok(tags.fetch_all(pool).await?)
}

/// Renames a tag. Its old address leads on.
#[tracing::instrument(skip(pool, actor))]
pub async fn rename_tag(pool: &PgPool, actor: Actor<'_>, id: i64, name: &str) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let renamed = sqlx::query!("update tags set name = $2, slug = $3 where id = $1", id, name, slugify(name))
        .execute(&mut *tx)
        .await
        .map_err(|error| match constraint(&error) {
            Some("tag_name" | "tag_slug") => AppError::invalid(BAD_TAG_NAME),
            Some("tag_slug_taken" | "tag_addresses_pkey") => AppError::invalid(TAG_TAKEN),
            _ => error.into(),
        })?;
    if renamed.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    actor.record(&mut tx, Entry::new(actor, RENAME_TAG, ("tag", Some(id)), json!({}))).await?;
    Ok(tx.commit().await?)
}

/// Merges a tag into another: its articles move along, and its addresses lead on.
#[tracing::instrument(skip(pool, actor))]
pub async fn merge_tags(pool: &PgPool, actor: Actor<'_>, from: i64, into: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    begin_merge(&mut tx).await?;
    // nobody gives an article one of them meanwhile
    sqlx::query!("lock table tags in exclusive mode").execute(&mut *tx).await?;
    let known = sqlx::query_scalar!("select id from tags where id = $1 or id = $2", from, into);
    let known = known.fetch_all(&mut *tx).await?;
    if !known.contains(&from) {
        return Err(AppError::NotFound);
    }
    if from == into || !known.contains(&into) {
        return Err(AppError::invalid(BAD_MERGE));
    }
    sqlx::query!("update tag_addresses set tag_id = $2 where tag_id = $1", from, into).execute(&mut *tx).await?;
    sqlx::query!(
        "insert into article_tags (article_id, tag_id, position, published_at)
         select article_id, $2, position, published_at from article_tags where tag_id = $1 on conflict do nothing",
        from,
        into
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("delete from tags where id = $1", from).execute(&mut *tx).await?;
    let detail = json!({ "into": into });
    actor.record(&mut tx, Entry::new(actor, MERGE_TAG, ("tag", Some(from)), detail)).await?;
    Ok(tx.commit().await?)
}
