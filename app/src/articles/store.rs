//! The articles table.

use super::{Article, Card, Link, PER_PAGE, path};
use crate::clock;
use crate::error::AppError;
use crate::pictures::{Picture, store as pictures};
use crate::ratings::{self, Score, Totals};
use crate::session::Visitor;
use crate::{comments, text};
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// An article to be stored.
#[derive(Debug)]
pub struct NewArticle<'a> {
    /// The words of its address; made from the title where empty.
    pub slug: &'a str,
    /// Its title.
    pub title: &'a str,
    /// What it is about.
    pub category: &'a str,
    /// Its first paragraph.
    pub lead: &'a str,
    /// Its text as HTML, not yet cleaned.
    pub body: &'a str,
    /// Who wrote it.
    pub author: &'a str,
    /// Its picture.
    pub picture: Option<i64>,
    /// The line under the picture.
    pub caption: &'a str,
    /// When it is, or was, published.
    pub published_at: OffsetDateTime,
    /// Views carried over from an old site.
    pub carried_views: i64,
    /// Ratings carried over from an old site.
    pub carried: Totals,
}

/// Stores an article, cleaned, with room for its ratings and comments.
pub async fn insert(db: &mut PgConnection, new: &NewArticle<'_>) -> Result<i64, sqlx::Error> {
    let title = text::line(new.title);
    let slug = if new.slug.is_empty() { text::slug(&title) } else { new.slug.to_owned() };
    let id = sqlx::query_scalar!(
        "insert into articles (slug, title, category, lead, body, author, picture_id, picture_caption, carried_views, published_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        slug,
        title,
        text::line(new.category),
        text::line(new.lead),
        sanitise(new.body),
        text::line(new.author),
        new.picture,
        text::line(new.caption),
        new.carried_views,
        new.published_at
    )
    .fetch_one(&mut *db)
    .await?;
    ratings::store::open(&mut *db, id, new.carried).await?;
    comments::store::open(&mut *db, id).await?;
    Ok(id)
}

/// Keeps the few elements that an article's text is made of; everything else goes, its words stay.
fn sanitise(html: &str) -> String {
    let tags = ["p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br"];
    ammonia::Builder::new()
        .tags(tags.into())
        .generic_attributes([].into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(["https", "http", "mailto", "tel"].into())
        .link_rel(Some("noopener"))
        .clean(html.trim())
        .to_string()
}

/// A page of published articles, newest first; one more than fits tells that there is a next page.
pub async fn newest(pool: &PgPool, page: i64) -> Result<(Vec<Card>, bool), AppError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select a.id, a.slug, a.title, a.category, a.lead, a.published_at as "published_at!", a.picture_id, shown
           from articles a join comment_totals on article_id = a.id
           where published_at <= now()
           order by published_at desc, a.id desc
           offset $1 limit $2"#,
        (page - 1) * PER_PAGE,
        PER_PAGE + 1
    )
    .fetch_all(pool)
    .await?;
    let more = rows.len() as i64 > PER_PAGE;
    let ids: Vec<i64> = rows.iter().filter_map(|row| row.picture_id).collect();
    let pictures = pictures::find(pool, &ids).await?;
    let cards = rows.into_iter().take(PER_PAGE as usize).map(|row| picture_card(row, &pictures)).collect();
    Ok((cards, more))
}

struct Row {
    id: i64,
    slug: String,
    title: String,
    category: String,
    lead: String,
    published_at: OffsetDateTime,
    picture_id: Option<i64>,
    shown: i32,
}

fn picture_card(row: Row, pictures: &[(i64, Picture)]) -> Card {
    let picture = pictures.iter().find(|(id, _)| Some(*id) == row.picture_id).map(|(_, picture)| picture.clone());
    Card {
        id: row.id,
        slug: row.slug,
        title: row.title,
        category: row.category,
        lead: row.lead,
        date: clock::long(row.published_at),
        iso: clock::iso(row.published_at),
        comments: row.shown,
        picture,
    }
}

/// The slug of a published article: enough to know whether an address is its own.
pub async fn slug_of(pool: &PgPool, id: i64) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar!("select slug from articles where id = $1 and published_at <= now()", id)
        .fetch_optional(pool)
        .await?)
}

/// How often an article was read: what was carried over plus what was counted.
pub async fn views(pool: &PgPool, id: i64) -> Result<i64, AppError> {
    let views = sqlx::query_scalar!(
        r#"select carried_views + coalesce(visits, 0) as "views!" from articles left join traffic_totals on page = id where id = $1"#,
        id
    );
    views.fetch_optional(pool).await?.ok_or(AppError::NotFound)
}

/// The newest published articles and the one that is `asked` for: number and title.
pub async fn titles(pool: &PgPool, asked: Option<i64>) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"(select id as "id!", title as "title!" from articles where published_at <= now() order by published_at desc, id desc limit 100)
           union (select id, title from articles where id = $1) order by 1 desc"#,
        asked
    );
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| (row.id, row.title)).collect())
}

/// A published article as this visitor sees it.
pub async fn find(pool: &PgPool, id: i64, visitor: Option<Visitor>) -> Result<Option<Article>, AppError> {
    let row = sqlx::query!(
        r#"select a.id, a.slug, a.title, a.category, a.lead, a.published_at as "published_at!", a.picture_id, c.shown,
                  a.body, a.author, a.picture_caption,
                  carried_views + coalesce(t.visits, 0) as "views!",
                  carried_points + points as "points!", carried_ratings + ratings as "ratings!", r.revision, v.stars as "stars?", v.held as "held?"
           from articles a
           join comment_totals c on c.article_id = a.id
           join rating_totals r on r.article_id = a.id
           left join traffic_totals t on t.page = a.id
           left join votes v on v.article_id = a.id and v.visitor = $2
           where a.id = $1 and published_at <= now()"#,
        id,
        visitor.as_ref().map(|visitor| &visitor.0[..])
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let pictures = pictures::find(pool, row.picture_id.as_slice()).await?;
    let others = others(pool, id, 5).await?;
    let card = Row {
        id: row.id,
        slug: row.slug,
        title: row.title,
        category: row.category,
        lead: row.lead,
        published_at: row.published_at,
        picture_id: row.picture_id,
        shown: row.shown,
    };
    let card = picture_card(card, &pictures);
    Ok(Some(Article {
        card,
        body: row.body,
        author: row.author,
        caption: row.picture_caption,
        views: row.views,
        rating: Score { totals: Totals { points: row.points, ratings: row.ratings }, revision: row.revision },
        mine: row.stars.and_then(|stars| u8::try_from(stars).ok()),
        mine_held: row.held.unwrap_or_default(),
        others,
    }))
}

/// The newest published articles but one.
pub async fn others(pool: &PgPool, but: i64, count: i64) -> Result<Vec<Link>, AppError> {
    let rows = sqlx::query!(
        r#"select id, slug, title, published_at as "published_at!" from articles
           where published_at <= now() and id <> $1
           order by published_at desc, id desc limit $2"#,
        but,
        count
    )
    .fetch_all(pool)
    .await?;
    let link = |row: &(i64, String)| path(&row.1, row.0);
    Ok(rows
        .into_iter()
        .map(|row| Link { path: link(&(row.id, row.slug)), title: row.title, date: clock::short(row.published_at) })
        .collect())
}

#[cfg(test)]
#[expect(missing_docs, reason = "helpers of other stores' tests")]
pub mod tests {
    use super::*;

    pub async fn article(pool: &PgPool, slug: &str, carried: Totals) -> i64 {
        let mut db = pool.acquire().await.expect("connects");
        let new = NewArticle {
            slug,
            title: "Tiêu đề",
            category: "Tin",
            lead: "Mở đầu",
            body: "<p>Nội dung</p>",
            author: "Quỳnh Yên",
            picture: None,
            caption: "",
            published_at: OffsetDateTime::now_utc() - time::Duration::hours(1),
            carried_views: 183,
            carried,
        };
        insert(&mut db, &new).await.expect("stores an article")
    }

    #[sqlx::test]
    async fn the_newest_come_first_twenty_a_page(pool: PgPool) {
        for n in 0..21 {
            let id = article(&pool, &format!("bai-{n}"), Totals::default()).await;
            sqlx::query!("update articles set published_at = now() - make_interval(days => $2) where id = $1", id, n)
                .execute(&pool)
                .await
                .expect("dates it");
        }
        let (first, more) = newest(&pool, 1).await.expect("lists");
        assert_eq!((first.len(), more, first[0].slug.as_str(), first[19].slug.as_str()), (20, true, "bai-0", "bai-19"));
        let (second, more) = newest(&pool, 2).await.expect("lists");
        assert_eq!((second.len(), more, second[0].slug.as_str()), (1, false, "bai-20"));
        assert!(newest(&pool, 3).await.expect("lists").0.is_empty());
    }

    #[sqlx::test]
    async fn what_is_not_published_is_not_found(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        sqlx::query!("update articles set published_at = now() + interval '1 hour'")
            .execute(&pool)
            .await
            .expect("postpones");
        assert_eq!(find(&pool, id, None).await, Ok(None));
        assert_eq!(slug_of(&pool, id).await, Ok(None));
        assert!(newest(&pool, 1).await.expect("lists").0.is_empty());
    }

    #[sqlx::test]
    async fn an_article_carries_its_sums_and_this_visitors_vote(pool: PgPool) {
        let id = article(&pool, "a", Totals { points: 122, ratings: 26 }).await;
        let me = Visitor([1; 32]);
        ratings::store::rate(&pool, id, me, 4, false).await.expect("votes");
        let found = find(&pool, id, Some(me)).await.expect("reads").expect("is there");
        assert_eq!((found.rating.totals, found.mine, found.views), (Totals { points: 126, ratings: 27 }, Some(4), 183));
        let other = find(&pool, id, None).await.expect("reads").expect("is there");
        assert_eq!(other.mine, None);
    }

    #[sqlx::test]
    async fn the_database_refuses_a_slug_that_is_no_address(pool: PgPool) {
        article(&pool, "a", Totals::default()).await;
        for slug in ["", "A", "a b", "-a", "a--b", "đ"] {
            let error = sqlx::query!("update articles set slug = $1", slug).execute(&pool).await.expect_err("refused");
            assert_eq!(crate::error::constraint(&error), Some("article_slug"), "{slug}");
        }
    }

    #[test]
    fn an_articles_text_keeps_structure_and_loses_script() {
        let dirty = "<p onclick=x style='a'>Chào <b>bà con</b><script>alert(1)</script> <a href='javascript:x'>a</a> <a href='https://b.vn'>b</a></p><img src=x onerror=y>";
        let clean = sanitise(dirty);
        assert_eq!(
            clean,
            "<p>Chào bà con <a rel=\"noopener\">a</a> <a href=\"https://b.vn\" rel=\"noopener\">b</a></p>"
        );
    }
}
