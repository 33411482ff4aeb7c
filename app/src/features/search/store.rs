//! What matches a search, by the index that the database keeps.

use super::{MAX_RANKED, PER_PAGE};
use crate::base::error::AppError;
use crate::features::articles::ArticleKind;
use sqlx::PgPool;
use time::OffsetDateTime;

/// What Postgres looks for.
#[derive(Debug, Clone, Copy)]
pub struct Search<'a> {
    /// In the form of a `tsquery`, without diacritics.
    pub all: &'a str,
    /// The same as typed: what has it comes first.
    pub exact: Option<&'a str>,
    /// The categories to look in; all, where there are none.
    pub categories: &'a [i64],
    pub since: Option<OffsetDateTime>,
    pub page: i64,
}

/// An article, a page or a document that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundArticle {
    pub id: i64,
    pub kind: ArticleKind,
    pub slug: String,
    pub title: String,
    pub lead: String,
    /// Sanitised HTML.
    pub body: String,
    /// Pages and documents have none.
    pub category: Option<String>,
    pub published_at: OffsetDateTime,
}

/// A comment that matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundComment {
    pub id: i64,
    pub name: String,
    pub body: String,
    pub article: i64,
    pub kind: ArticleKind,
    pub slug: String,
    pub title: String,
    pub created_at: OffsetDateTime,
}

/// A page of results, with the number of all. More than [`MAX_RANKED`] are counted as one more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    pub count: i64,
    pub results: Vec<T>,
}

/// Finds articles, pages and documents that the public sees, the best first: what has the diacritics as typed, title
/// over body, words that stand together, new over old.
#[tracing::instrument(skip_all)]
pub async fn find_articles(pool: &PgPool, search: Search<'_>) -> Result<Found<FoundArticle>, AppError> {
    let rows = sqlx::query!(
        r#"with hits as materialized (
               select e.article_id, e.published_at from search_entries e
               where e.words @@ $1::text::tsquery
                     and e.published_at <= now() and (e.ends_at is null or e.ends_at > now())
                     and ($3::timestamptz is null or e.published_at >= $3)
                     and (cardinality($4::bigint[]) = 0
                          or exists (select from articles a where a.id = e.article_id and a.category_id = any($4))
                          or exists (select from article_categories f
                                     where f.article_id = e.article_id and f.category_id = any($4)))
               order by e.published_at desc limit $5::bigint + 1
           ),
           ranked as (
               select article_id, e.published_at, coalesce(words @@ $2::text::tsquery, false) as is_exact,
                      ts_rank_cd('{0.05, 0.2, 0.4, 1}', words, $1::text::tsquery, 1)
                          * (1 + 1 / (1 + extract(epoch from now() - e.published_at) / (180 * 86400))) as score
               from (select * from hits order by published_at desc limit $5::bigint) newest
               join search_entries e using (article_id)
           )
           select a.id as "id!", a.kind as "kind!: ArticleKind", a.slug as "slug!", a.title as "title!",
                  a.lead as "lead!", a.body as "body!", c.name as "category?", a.published_at as "published_at!",
                  (select count(*) from hits) as "count!"
           from (select * from ranked order by is_exact desc, score desc, article_id desc offset $6 limit $7) shown
           join public_texts a on a.id = shown.article_id left join categories c on c.id = a.category_id
           order by shown.is_exact desc, shown.score desc, shown.article_id desc"#,
        search.all,
        search.exact,
        search.since,
        search.categories,
        MAX_RANKED,
        (search.page - 1) * PER_PAGE,
        PER_PAGE
    );
    let rows = rows.fetch_all(pool).await?;
    let count = match rows.first() {
        Some(row) => row.count,
        // beyond the last page there are results nevertheless
        None if search.page > 1 => Box::pin(find_articles(pool, Search { page: 1, ..search })).await?.count,
        None => 0,
    };
    let results = rows.into_iter().map(|row| FoundArticle {
        id: row.id,
        kind: row.kind,
        slug: row.slug,
        title: row.title,
        lead: row.lead,
        body: row.body,
        category: row.category,
        published_at: row.published_at,
    });
    Ok(Found { count, results: results.collect() })
}

/// Finds published comments of what the public sees: first those with the diacritics as typed, then the newest. One
/// with covered text is left out, because its words are in the index.
#[tracing::instrument(skip_all)]
pub async fn find_comments(pool: &PgPool, search: Search<'_>) -> Result<Found<FoundComment>, AppError> {
    let rows = sqlx::query!(
        r#"with hits as materialized (
               select c.id from comments c
               where c.state = 'published' and c.words @@ $1::text::tsquery and c.covered = '[]'
                     and ($3::timestamptz is null or c.created_at >= $3)
                     and exists (select from public_texts a
                                 where a.id = c.article_id
                                       and (cardinality($4::bigint[]) = 0 or a.category_id = any($4)))
               order by c.id desc limit $5::bigint + 1
           )
           select c.id as "id!", c.name as "name!", c.body as "body!", c.created_at as "created_at!",
                  a.id as "article!", a.kind as "kind!: ArticleKind", a.slug as "slug!", a.title as "title!",
                  (select count(*) from hits) as "count!"
           from (select id from hits order by id desc limit $5::bigint) newest
           join comments c on c.id = newest.id join public_texts a on a.id = c.article_id
           order by coalesce(c.words @@ $2::text::tsquery, false) desc, c.id desc offset $6 limit $7"#,
        search.all,
        search.exact,
        search.since,
        search.categories,
        MAX_RANKED,
        (search.page - 1) * PER_PAGE,
        PER_PAGE
    );
    let rows = rows.fetch_all(pool).await?;
    let count = rows.first().map_or(0, |row| row.count);
    let results = rows.into_iter().map(|row| FoundComment {
        id: row.id,
        name: row.name,
        body: row.body,
        article: row.article,
        kind: row.kind,
        slug: row.slug,
        title: row.title,
        created_at: row.created_at,
    });
    Ok(Found { count, results: results.collect() })
}

/// Lists those of the words that articles have.
#[tracing::instrument(skip_all)]
pub async fn list_known_words(pool: &PgPool, words: &[String]) -> Result<Vec<String>, AppError> {
    let known = sqlx::query_scalar!("select word from search_vocabulary where word = any($1)", words);
    Ok(known.fetch_all(pool).await?)
}

/// Lists the words of articles that are most like this one.
#[tracing::instrument(skip_all)]
pub async fn list_similar_words(pool: &PgPool, word: &str) -> Result<Vec<String>, AppError> {
    let similar = sqlx::query_scalar!("select word from search_vocabulary order by word <-> $1 limit 40", word);
    Ok(similar.fetch_all(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::insert_article;

    #[sqlx::test]
    async fn words_are_known_once_an_article_has_them(pool: PgPool) {
        insert_article(&pool, "bai").await;
        let words = ["tieu", "de", "khong"].map(str::to_owned);
        let mut known = list_known_words(&pool, &words).await.expect("lists");
        known.sort_unstable();
        assert_eq!(known, ["de", "tieu"]);
        let similar = list_similar_words(&pool, "tieeu").await.expect("lists");
        assert_eq!(similar.first().map(String::as_str), Some("tieu"));
    }

    #[sqlx::test]
    async fn the_entries_are_what_the_public_sees(pool: PgPool) {
        let id = insert_article(&pool, "bai").await;
        let search = Search { all: "'tieu'", exact: None, categories: &[], since: None, page: 1 };
        let found = find_articles(&pool, search).await.expect("finds");
        assert_eq!((found.count, found.results[0].id), (1, id));
        let beyond = find_articles(&pool, Search { page: 9, ..search }).await.expect("finds");
        assert_eq!((beyond.count, beyond.results.len()), (1, 0));
        assert_eq!(find_comments(&pool, search).await.expect("finds").count, 0);
        for change in [
            "update articles set published_at = now() - interval '2 days', ends_at = now() - interval '1 day'",
            "update articles set ends_at = null, published_at = now() + interval '1 day'",
            "update articles set state = 'draft', published_at = null",
        ] {
            sqlx::query(change).execute(&pool).await.expect("changes");
            assert_eq!(find_articles(&pool, search).await.expect("finds").count, 0, "{change}");
        }
    }
}
