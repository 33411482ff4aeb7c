//! Lists of articles: the newest, those of a category or a tag, links.

use crate::base::error::AppError;
use crate::features::articles::{Card, CategoryLink, Link, PER_PAGE, article_path};
use crate::features::media::Picture;
use crate::features::media::store::find_pictures;
use crate::features::taxonomy::category_path;
use sqlx::PgPool;
use time::{Date, OffsetDateTime};

pub(super) struct CardRow {
    pub(super) id: i64,
    pub(super) slug: String,
    pub(super) title: String,
    pub(super) category: String,
    pub(super) category_slug: String,
    pub(super) is_category_hidden: bool,
    pub(super) lead: String,
    pub(super) published_at: OffsetDateTime,
    pub(super) picture_id: Option<i64>,
    pub(super) shown: i32,
}

impl CardRow {
    pub(super) fn into_card(self, pictures: &[(i64, Picture)]) -> Card {
        let picture = pictures.iter().find(|(id, _)| Some(*id) == self.picture_id);
        Card {
            id: self.id,
            slug: self.slug,
            title: self.title,
            category: CategoryLink {
                name: self.category,
                path: (!self.is_category_hidden).then(|| category_path(&self.category_slug)),
            },
            lead: self.lead,
            published_at: self.published_at,
            comments: self.shown,
            picture: picture.map(|(_, picture)| picture.clone()),
        }
    }
}

/// Which of the newest articles to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub offset: i64,
    pub limit: i64,
    /// An article that stands elsewhere on the page.
    pub except: Option<i64>,
}

/// Lists the newest public articles but for `except`, one more than a front page shows. Its limit is written out: with
/// one that it does not know, Postgres plans the query anew each time, which takes longer than the query.
#[tracing::instrument(skip(pool))]
pub async fn list_first(pool: &PgPool, except: Option<i64>) -> Result<Vec<Card>, AppError> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from public_articles a join comment_totals on article_id = a.id
           where a.id is distinct from $1
           order by a.published_at desc, a.id desc limit 10"#,
        except
    );
    let rows = rows.fetch_all(pool).await?;
    let count = rows.len() as i64;
    Ok(to_cards(pool, rows, count).await?.0)
}

/// Lists public articles, newest first, and whether there are more.
#[tracing::instrument(skip(pool))]
pub async fn list_newest(pool: &PgPool, range: Range) -> Result<(Vec<Card>, bool), AppError> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from public_articles a join comment_totals on article_id = a.id
           where a.id is distinct from $3
           order by a.published_at desc, a.id desc offset $1 limit $2"#,
        range.offset,
        range.limit + 1,
        range.except
    );
    to_cards(pool, rows.fetch_all(pool).await?, range.limit).await
}

/// Finds an article of a list by its number.
#[tracing::instrument(skip(pool))]
pub async fn find_card(pool: &PgPool, id: i64) -> Result<Option<Card>, AppError> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from public_articles a join comment_totals on article_id = a.id where a.id = $1"#,
        id
    );
    Ok(to_cards(pool, rows.fetch_all(pool).await?, 1).await?.0.pop())
}

/// Lists the four newest public articles of each of these categories and of those under it, in the order of the
/// categories. Those that are shown already are left out. The limit is written out as that of [`list_first`].
#[tracing::instrument(skip(pool, shown))]
pub async fn list_blocks(pool: &PgPool, categories: &[i64], shown: &[i64]) -> Result<Vec<(i64, Vec<Card>)>, AppError> {
    let rows = sqlx::query!(
        r#"select block.id as "block!", a.id as "id!"
           from unnest($1::bigint[]) with ordinality block (id, place)
           cross join lateral (
               select newest.id, newest.published_at from categories c
               cross join lateral (select id, published_at from public_articles
                                   where category_id = c.id and id <> all($2)
                                   order by published_at desc, id desc limit 4) newest
               where c.id = block.id or c.parent_id = block.id
               order by newest.published_at desc, newest.id desc limit 4
           ) a
           order by block.place, a.published_at desc, a.id desc"#,
        categories,
        shown
    );
    let rows = rows.fetch_all(pool).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let cards = list_cards(pool, &ids).await?;
    let mut blocks: Vec<(i64, Vec<Card>)> = Vec::new();
    for row in rows {
        let Some(card) = cards.iter().find(|card| card.id == row.id).cloned() else { continue };
        match blocks.last_mut() {
            Some((block, cards)) if *block == row.block => cards.push(card),
            _ => blocks.push((row.block, vec![card])),
        }
    }
    Ok(blocks)
}

/// Lists the public ones of these articles.
async fn list_cards(pool: &PgPool, ids: &[i64]) -> Result<Vec<Card>, AppError> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from public_articles a join comment_totals on article_id = a.id where a.id = any($1)"#,
        ids
    );
    let rows = rows.fetch_all(pool).await?;
    let count = rows.len() as i64;
    Ok(to_cards(pool, rows, count).await?.0)
}

/// Lists the numbers of the newest public articles, the newest first: as many as the front page shows.
#[tracing::instrument(skip(pool))]
pub async fn list_newest_ids(pool: &PgPool) -> Result<Vec<i64>, AppError> {
    let ids =
        sqlx::query_scalar!(r#"select id as "id!" from public_articles order by published_at desc, id desc limit 20"#);
    Ok(ids.fetch_all(pool).await?)
}

/// Lists a page of the public articles of these categories, newest first, and whether there is a next page. Those that
/// have one of them as a further category are among them.
#[tracing::instrument(skip(pool))]
pub async fn list_in_categories(pool: &PgPool, categories: &[i64], page: i64) -> Result<(Vec<Card>, bool), AppError> {
    // of each category no more rows are read than could stand on this page
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from (select newest.id from unnest($1::bigint[]) category (id)
                 cross join lateral (select id from public_articles where category_id = category.id
                                     order by published_at desc, id desc limit $2::bigint + $3::bigint) newest
                 union
                 select further.article_id from unnest($1::bigint[]) category (id)
                 cross join lateral (select f.article_id from article_categories f
                                     join public_articles p on p.id = f.article_id
                                     where f.category_id = category.id
                                     order by f.published_at desc nulls last, f.article_id desc
                                     limit $2::bigint + $3::bigint) further) listed
           join public_articles a on a.id = listed.id join comment_totals on article_id = a.id
           order by a.published_at desc, a.id desc offset $2 limit $3"#,
        categories,
        (page - 1) * PER_PAGE,
        PER_PAGE + 1
    );
    to_cards(pool, rows.fetch_all(pool).await?, PER_PAGE).await
}

/// Lists a page of the public articles that were published in a span of time, newest first, and whether there is a next
/// page.
#[tracing::instrument(skip(pool))]
pub async fn list_in_span(
    pool: &PgPool,
    (from, until): (OffsetDateTime, OffsetDateTime),
    page: i64,
) -> Result<(Vec<Card>, bool), AppError> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from public_articles a join comment_totals on article_id = a.id
           where a.published_at >= $1 and a.published_at < $2
           order by a.published_at desc, a.id desc offset $3 limit $4"#,
        from,
        until,
        (page - 1) * PER_PAGE,
        PER_PAGE + 1
    );
    to_cards(pool, rows.fetch_all(pool).await?, PER_PAGE).await
}

/// Lists the months in Vietnam in which public articles were published, the latest first, each by its first day. Of
/// each month one article is looked at, however many there are.
#[tracing::instrument(skip(pool))]
pub async fn list_months(pool: &PgPool) -> Result<Vec<Date>, AppError> {
    let months = sqlx::query_scalar!(
        r#"with recursive months as (
               select date_trunc('month', max(published_at) at time zone 'Asia/Ho_Chi_Minh') as month
               from public_articles
               union all
               select date_trunc('month', (select max(published_at) from public_articles
                                           where published_at < month at time zone 'Asia/Ho_Chi_Minh')
                                          at time zone 'Asia/Ho_Chi_Minh')
               from months where month is not null
           )
           select month::date as "month!" from months where month is not null limit 600"#
    );
    Ok(months.fetch_all(pool).await?)
}

/// Lists a page of the public articles with a tag, newest first, and whether there is a next page.
#[tracing::instrument(skip(pool))]
pub async fn list_with_tag(pool: &PgPool, tag: i64, page: i64) -> Result<(Vec<Card>, bool), AppError> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from article_tags g join public_articles a on a.id = g.article_id
           join comment_totals c on c.article_id = a.id
           where g.tag_id = $1 order by g.published_at desc nulls last, g.article_id desc offset $2 limit $3"#,
        tag,
        (page - 1) * PER_PAGE,
        PER_PAGE + 1
    );
    to_cards(pool, rows.fetch_all(pool).await?, PER_PAGE).await
}

/// Lists a page of the public articles of a series in its order, and whether there is a next page.
#[tracing::instrument(skip(pool))]
pub async fn list_in_series(pool: &PgPool, series: i64, page: i64) -> Result<(Vec<Card>, bool), AppError> {
    let rows = sqlx::query_as!(
        CardRow,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!",
                  a.lead as "lead!", a.published_at as "published_at!", a.picture_id, shown
           from series_articles s join public_articles a on a.id = s.article_id
           join comment_totals c on c.article_id = a.id
           where s.series_id = $1 order by s.position offset $2 limit $3"#,
        series,
        (page - 1) * PER_PAGE,
        PER_PAGE + 1
    );
    to_cards(pool, rows.fetch_all(pool).await?, PER_PAGE).await
}

/// Adds the pictures. One row more than there is room for says that there are more.
async fn to_cards(pool: &PgPool, rows: Vec<CardRow>, limit: i64) -> Result<(Vec<Card>, bool), AppError> {
    let has_more = rows.len() as i64 > limit;
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.picture_id).collect();
    let pictures = find_pictures(pool, &ids).await?;
    let limit = usize::try_from(limit).unwrap_or(0);
    let cards = rows.into_iter().take(limit).map(|row| row.into_card(&pictures)).collect();
    Ok((cards, has_more))
}

/// Lists those of these articles that the public sees, of whatever kind.
#[tracing::instrument(skip(pool))]
pub async fn list_public(pool: &PgPool, ids: &[i64]) -> Result<Vec<i64>, AppError> {
    let public = sqlx::query_scalar!(r#"select id as "id!" from public_texts where id = any($1)"#, ids);
    Ok(public.fetch_all(pool).await?)
}

/// Lists number and title of the newest public articles, and of the article `wanted` if the public ever saw it.
#[tracing::instrument(skip(pool))]
pub async fn list_titles(pool: &PgPool, wanted: Option<i64>) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"(select id as "id!", title as "title!" from public_articles order by published_at desc, id desc limit 100)
           union (select id, title from articles where id = $1 and published_revision is not null) order by 1 desc"#,
        wanted
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Links to other articles from an article's page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Around {
    /// The newest of the site.
    pub newest: Vec<Link>,
    /// Those that its writer named, then those that share its tags, its category and the words of its title.
    pub related: Vec<Link>,
    /// The one that was published before it.
    pub previous: Option<Link>,
    /// The one that was published after it.
    pub next: Option<Link>,
}

/// Related articles that are shown, as many as the query ranks.
const MAX_RELATED: usize = 5;

/// Lists the articles to read after one, with five of the newest. Of the articles of a tag and of the category only the
/// newest are looked at. Its limits are written out: with limits that it does not know, Postgres plans the query anew
/// each time, which takes longer than the query.
#[tracing::instrument(skip(pool))]
pub async fn list_around(pool: &PgPool, article: i64) -> Result<Around, AppError> {
    let rows = sqlx::query!(
        r#"with own as (
               select a.id, a.category_id, a.published_at,
                      (select string_agg(quote_literal(lexeme), ' | ')::tsquery
                       from search_entries e, unnest(ts_filter(e.text_words, '{a}'))
                       where e.article_id = a.id and lexeme ~ '^[a-z0-9]{2,}$') as title
               from public_articles a where a.id = $1
           ),
           candidates as (
               select id, sum(shared) as shared from (
                   select tagged.article_id as id, 1 as shared from article_tags t
                   cross join lateral (select o.article_id from article_tags o where o.tag_id = t.tag_id
                                       order by o.published_at desc nulls last, o.article_id desc limit 30) tagged
                   where t.article_id = $1
                   union all
                   select near.id, 0 from own cross join lateral (
                       select p.id from public_articles p where p.category_id = own.category_id
                       order by p.published_at desc, p.id desc limit 30) near
               ) found
               where id <> $1 and id not in (select related_id from article_relations where article_id = $1)
               group by id
           )
           select kind as "kind!", id as "id!", slug as "slug!", title as "title!", published_at as "published_at!"
           from (
               (select 0 as kind, a.id, a.slug, a.title, a.published_at, 0::float8 as rank
                from public_articles a where a.id <> $1 order by a.published_at desc, a.id desc limit 5)
               union all
               (select 4, a.id, a.slug, a.title, a.published_at, r.position
                from article_relations r join public_articles a on a.id = r.related_id where r.article_id = $1)
               union all
               (select 1, a.id, a.slug, a.title, a.published_at,
                       -c.shared::float8 - coalesce(ts_rank(e.words, own.title), 0)
                from candidates c join public_articles a on a.id = c.id join search_entries e on e.article_id = a.id
                cross join own order by 6, a.published_at desc limit 5)
               union all
               (select 2, before.id, before.slug, before.title, before.published_at, 0
                from own cross join lateral (
                    select a.id, a.slug, a.title, a.published_at from public_articles a
                    where a.published_at <= own.published_at and (a.published_at, a.id) < (own.published_at, own.id)
                    order by a.published_at desc, a.id desc limit 1) before)
               union all
               (select 3, after.id, after.slug, after.title, after.published_at, 0
                from own cross join lateral (
                    select a.id, a.slug, a.title, a.published_at from public_articles a
                    where a.published_at >= own.published_at and (a.published_at, a.id) > (own.published_at, own.id)
                    order by a.published_at, a.id limit 1) after)
           ) links
           order by kind, rank, published_at desc, id desc"#,
        article
    );
    let (mut around, mut named) = (Around::default(), Vec::new());
    for row in rows.fetch_all(pool).await? {
        let link = Link { path: article_path(&row.slug, row.id), title: row.title, published_at: row.published_at };
        match row.kind {
            0 => around.newest.push(link),
            1 => around.related.push(link),
            2 => around.previous = Some(link),
            3 => around.next = Some(link),
            _ => named.push(link),
        }
    }
    // what its writer named is shown whole, and filled up to the usual number
    let room = MAX_RELATED.saturating_sub(named.len());
    named.extend(std::mem::take(&mut around.related).into_iter().take(room));
    around.related = named;
    Ok(around)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::{parse_field, start_of_day};
    use crate::testing::insert_article;
    use time::macros::date;

    async fn publish_at(pool: &PgPool, id: i64, local: &str) {
        let at = parse_field(local).expect("reads").expect("is a time");
        let moved = sqlx::query("update articles set published_at = $2 where id = $1").bind(id).bind(at);
        moved.execute(pool).await.expect("moves");
    }

    /// Publishes articles on the days from 10 July 2023 on.
    async fn publish_daily(pool: &PgPool, count: u8) -> Vec<i64> {
        let mut ids = Vec::new();
        for n in 0..count {
            let id = insert_article(pool, &format!("bai-{n}")).await;
            publish_at(pool, id, &format!("2023-07-1{n}T08:00")).await;
            ids.push(id);
        }
        ids
    }

    #[sqlx::test]
    async fn months_are_those_of_vietnam(pool: PgPool) {
        assert!(list_months(&pool).await.expect("lists").is_empty());
        for (slug, at) in [("a", "2023-07-31T23:59"), ("b", "2023-08-01T00:00"), ("c", "2023-07-02T10:00")] {
            let id = insert_article(&pool, slug).await;
            publish_at(&pool, id, at).await;
        }
        let months = list_months(&pool).await.expect("lists");
        assert_eq!(months, [date!(2023 - 08 - 01), date!(2023 - 07 - 01)]);
        let july = (start_of_day(months[1]), start_of_day(months[0]));
        let (cards, has_more) = list_in_span(&pool, july, 1).await.expect("lists");
        assert_eq!((cards.len(), cards[0].slug.as_str(), has_more), (2, "a", false));
    }

    #[sqlx::test]
    async fn blocks_have_the_newest_of_their_category_and_of_those_under_it(pool: PgPool) {
        let ids = publish_daily(&pool, 6).await;
        sqlx::raw_sql(
            "insert into categories (slug, name, parent_id) select 'con', 'Con', min(id) from categories;
             update articles set category_id = (select id from categories where slug = 'con') where slug = 'bai-1'",
        )
        .execute(&pool)
        .await
        .expect("sorts");
        let category = sqlx::query_scalar::<_, i64>("select min(id) from categories").fetch_one(&pool).await;
        let category = category.expect("is there");
        let blocks = list_blocks(&pool, &[99, category], &[ids[5]]).await.expect("lists");
        assert_eq!(blocks.len(), 1, "what has no article has no block");
        let listed: Vec<i64> = blocks[0].1.iter().map(|card| card.id).collect();
        assert_eq!(
            (blocks[0].0, listed),
            (category, vec![ids[4], ids[3], ids[2], ids[1]]),
            "without the one that is shown"
        );
        assert_eq!(find_card(&pool, ids[0]).await.expect("finds").map(|card| card.id), Some(ids[0]));
        assert_eq!(find_card(&pool, 99).await, Ok(None));
        let first = list_first(&pool, Some(ids[5])).await.expect("lists");
        assert_eq!(
            first.iter().map(|card| card.id).collect::<Vec<_>>(),
            ids[..5].iter().rev().copied().collect::<Vec<_>>()
        );
        assert_eq!(list_public(&pool, &[ids[0], 99]).await, Ok(vec![ids[0]]));
    }

    #[sqlx::test]
    async fn related_are_those_that_were_named_then_those_with_the_same_tags(pool: PgPool) {
        let ids = publish_daily(&pool, 5).await;
        let related = "insert into tags (slug, name) values ('y-te', 'Y tế');
             insert into article_tags (article_id, tag_id, position, published_at)
             select a.id, t.id, 1, a.published_at from articles a, tags t where a.slug in ('bai-2', 'bai-0');
             insert into article_relations select a.id, b.id, 1 from articles a, articles b
             where a.slug = 'bai-2' and b.slug = 'bai-1'";
        sqlx::raw_sql(related).execute(&pool).await.expect("relates");
        let around = list_around(&pool, ids[2]).await.expect("lists");
        let ends = |links: &[Link]| links.iter().map(|link| link.path.clone()).collect::<Vec<_>>();
        let path = |n: usize| article_path(&format!("bai-{n}"), ids[n]);
        assert_eq!(ends(&around.related), [path(1), path(0), path(4), path(3)], "named, tagged, the newest");
        assert_eq!(ends(&around.newest), [path(4), path(3), path(1), path(0)]);
        let near = (around.previous.map(|link| link.path), around.next.map(|link| link.path));
        assert_eq!(near, (Some(path(1)), Some(path(3))));
    }
}
