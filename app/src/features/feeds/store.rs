//! What feeds and sitemaps list.

use super::ENTRIES;
use crate::base::error::AppError;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Addresses in one part of the sitemap: the articles whose numbers lie in one span of so many.
pub const PART: i64 = 5000;
/// The most articles in the sitemap of news.
const MAX_NEWS: i64 = 1000;

/// A sound that an article links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sound {
    pub hash: String,
    pub name: String,
    pub content_type: String,
    /// In bytes.
    pub size: i64,
}

/// An article in a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub lead: String,
    pub author: String,
    pub category: String,
    pub published_at: OffsetDateTime,
    pub modified_at: OffsetDateTime,
    pub sound: Option<Sound>,
}

/// An article in a sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub published_at: OffsetDateTime,
    pub modified_at: OffsetDateTime,
}

/// Lists the newest public articles for a feed: of these categories, or of all.
#[tracing::instrument(skip(pool))]
pub async fn list_entries(pool: &PgPool, categories: Option<&[i64]>) -> Result<Vec<Entry>, AppError> {
    let rows = sqlx::query!(
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.lead as "lead!", a.author as "author!",
                  a.category as "category!", a.published_at as "published_at!", a.modified_at as "modified_at!",
                  f.hash as "hash?", f.name as "name?", f.content_type as "content_type?", f.size as "size?"
           from (
               (select id from public_articles where $1::bigint[] is null order by published_at desc, id desc limit $2)
               union
               (select newest.id from unnest($1::bigint[]) category (id)
                cross join lateral (select id, published_at from public_articles where category_id = category.id
                                    order by published_at desc, id desc limit $2) newest
                order by newest.published_at desc, newest.id desc limit $2)
           ) listed
           join public_articles a on a.id = listed.id
           left join lateral (
               select f.hash, f.name, f.content_type, f.size from files f
               where f.content_type like 'audio/%' and f.hash in (
                   select link.parts[1] from regexp_matches(a.body, '/tep/([0-9a-f]{8,64})', 'g') link (parts))
               order by f.id limit 1
           ) f on true
           order by a.published_at desc, a.id desc"#,
        categories,
        ENTRIES
    );
    let entries = rows.fetch_all(pool).await?.into_iter().map(|row| {
        let sound = match (row.hash, row.name, row.content_type, row.size) {
            (Some(hash), Some(name), Some(content_type), Some(size)) => Some(Sound { hash, name, content_type, size }),
            _ => None,
        };
        Entry {
            id: row.id,
            slug: row.slug,
            title: row.title,
            lead: row.lead,
            author: row.author,
            category: row.category,
            published_at: row.published_at,
            modified_at: row.modified_at,
            sound,
        }
    });
    Ok(entries.collect())
}

/// Lists the numbers of those parts of the sitemap that have articles. Of each part one article is looked at.
#[tracing::instrument(skip(pool))]
pub async fn list_parts(pool: &PgPool) -> Result<Vec<i64>, AppError> {
    let parts = sqlx::query_scalar!(
        r#"with recursive parts as (
               select (min(id) - 1) / $1::bigint + 1 as part from public_articles
               union all
               select ((select min(id) from public_articles where id > part * $1::bigint) - 1) / $1::bigint + 1
               from parts where part is not null
           )
           select part as "part!" from parts where part is not null limit 50000"#,
        PART
    );
    Ok(parts.fetch_all(pool).await?)
}

/// Lists the public articles of a part of the sitemap.
#[tracing::instrument(skip(pool))]
pub async fn list_part(pool: &PgPool, part: i64) -> Result<Vec<Address>, AppError> {
    let addresses = sqlx::query_as!(
        Address,
        r#"select id as "id!", slug as "slug!", title as "title!", published_at as "published_at!",
                  modified_at as "modified_at!"
           from public_articles
           where id > ($1::bigint - 1) * $2::bigint and id <= $1::bigint * $2::bigint order by id"#,
        part,
        PART
    );
    Ok(addresses.fetch_all(pool).await?)
}

/// Lists the articles of the last two days, the newest first.
#[tracing::instrument(skip(pool))]
pub async fn list_news(pool: &PgPool) -> Result<Vec<Address>, AppError> {
    let addresses = sqlx::query_as!(
        Address,
        r#"select id as "id!", slug as "slug!", title as "title!", published_at as "published_at!",
                  modified_at as "modified_at!"
           from public_articles where published_at > now() - interval '2 days'
           order by published_at desc, id desc limit $1"#,
        MAX_NEWS
    );
    Ok(addresses.fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::insert_article;

    #[sqlx::test]
    async fn feeds_list_public_articles_with_their_sound(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let later = insert_article(&pool, "b").await;
        sqlx::raw_sql(
            "insert into files (hash, name, content_type, size) values
                 ('abcdef01', 'Bản tin.mp3', 'audio/mpeg', 9), ('abcdef02', 'Lịch.pdf', 'application/pdf', 9);
             update articles set body = '<p><a href=\"/tep/abcdef02/b\">b</a> <a href=\"/tep/abcdef01/a\">a</a></p>',
                    published_at = now() - interval '1 hour'
             where slug = 'a';
             update articles set published_at = now() - interval '1 minute' where slug = 'b'",
        )
        .execute(&pool)
        .await
        .expect("prepares");
        let entries = list_entries(&pool, None).await.expect("lists");
        assert_eq!(entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [later, id]);
        assert_eq!(entries[1].sound.as_ref().map(|sound| sound.name.as_str()), Some("Bản tin.mp3"));
        let category = sqlx::query_scalar::<_, i64>("select min(id) from categories").fetch_one(&pool).await;
        assert_eq!(list_entries(&pool, Some(&[category.expect("is there")])).await.expect("lists").len(), 2);
        assert!(list_entries(&pool, Some(&[99])).await.expect("lists").is_empty());
        sqlx::query("update articles set ends_at = now()").execute(&pool).await.expect("ends");
        assert!(list_entries(&pool, None).await.expect("lists").is_empty());
    }

    #[sqlx::test]
    async fn the_sitemap_is_split_by_numbers(pool: PgPool) {
        assert!(list_parts(&pool).await.expect("lists").is_empty());
        insert_article(&pool, "a").await;
        sqlx::query("alter table articles alter column id restart with 10001").execute(&pool).await.expect("jumps");
        insert_article(&pool, "b").await;
        assert_eq!(list_parts(&pool).await, Ok(vec![1, 3]));
        assert_eq!(list_part(&pool, 3).await.expect("lists")[0].slug, "b");
        assert!(list_part(&pool, 2).await.expect("lists").is_empty());
        assert_eq!(list_news(&pool).await.expect("lists").len(), 2);
        let older = "update articles set published_at = now() - interval '3 days' where slug = 'a'";
        sqlx::query(older).execute(&pool).await.expect("moves");
        assert_eq!(list_news(&pool).await.expect("lists").len(), 1);
    }
}
