//! The tables of articles, categories and revisions.

use super::sanitise::{self, sanitise};
use super::{Article, ArticleKind, ArticleState, Gone};
use crate::base::error::AppError;
use crate::base::text::{clean_line, slugify};
use crate::features::closures::store::ClosedRow;
use crate::features::comments::store::{self as comments, CommentTotals};
use crate::features::media::body::{list_files, list_pictures};
use crate::features::media::store::uses::insert_uses;
use crate::features::media::{Picture, PictureFile};
use crate::features::ratings::store as ratings;
use crate::features::ratings::{Score, Totals, VoteState};
use crate::features::taxonomy::store::ensure_category;
use crate::routes;
use crate::web::visitor::Visitor;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

pub mod lists;

use lists::{CardRow, list_around};

/// An article to be stored.
#[derive(Debug)]
pub struct NewArticle<'a> {
    pub state: ArticleState,
    /// The readable part of its address; made from the title where empty.
    pub slug: &'a str,
    pub title: &'a str,
    /// The name of its category, which is created where there is none of that name.
    pub category: &'a str,
    pub lead: &'a str,
    /// HTML, not sanitised yet.
    pub body: &'a str,
    pub author: &'a str,
    pub picture: Option<i64>,
    /// The line under the picture.
    pub caption: &'a str,
    /// When it was published, or is to be.
    pub published_at: Option<OffsetDateTime>,
    /// When it stops being shown.
    pub ends_at: Option<OffsetDateTime>,
    /// Views that another site had counted.
    pub carried_views: i64,
    /// Ratings that another site had counted.
    pub carried: Totals,
}

/// Stores an article, sanitised, with its first revision and the totals of its ratings and comments.
#[tracing::instrument(skip_all)]
pub async fn insert_article(db: &mut PgConnection, new: &NewArticle<'_>) -> Result<i64, sqlx::Error> {
    let title = clean_line(new.title);
    let slug = if new.slug.is_empty() { slugify(&title) } else { new.slug.to_owned() };
    let category = ensure_category(&mut *db, &clean_line(new.category)).await?;
    let id = sqlx::query_scalar!(
        "insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author, picture_id,
                               picture_caption, carried_views, published_at, ends_at, folded_title,
                               published_revision)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, fold_text($3),
                 case when $1 in ('scheduled'::article_state, 'published', 'withdrawn') then 1 end) returning id",
        new.state as _,
        slug,
        title,
        category,
        clean_line(new.lead),
        sanitise(new.body),
        sanitise::VERSION,
        clean_line(new.author),
        new.picture,
        clean_line(new.caption),
        new.carried_views,
        new.published_at,
        new.ends_at
    )
    .fetch_one(&mut *db)
    .await?;
    sqlx::query!(
        "insert into article_revisions (article_id, revision, content, sanitiser_version, published_at)
         select id, revision,
                jsonb_build_object('title', title, 'slug', slug, 'category', category_id, 'lead', lead,
                                   'picture', picture_id, 'caption', picture_caption, 'body', body, 'author', author,
                                   'ends_at', ends_at),
                sanitiser_version, case when published_revision is not null then published_at end
         from articles where id = $1",
        id
    )
    .execute(&mut *db)
    .await?;
    let body = sanitise(new.body);
    let pictures: Vec<i64> = new.picture.into_iter().chain(list_pictures(&body)).collect();
    insert_uses(&mut *db, (id, 1), &pictures, &list_files(&body)).await?;
    ratings::create_totals(&mut *db, id, new.carried).await?;
    comments::create_totals(&mut *db, id).await?;
    Ok(id)
}

/// Finds the address of what the public sees, whatever its kind.
#[tracing::instrument(skip(pool))]
pub async fn find_public_path(pool: &PgPool, id: i64) -> Result<Option<String>, AppError> {
    let row =
        sqlx::query!(r#"select kind as "kind!: ArticleKind", slug as "slug!" from public_texts where id = $1"#, id);
    Ok(row.fetch_optional(pool).await?.map(|row| row.kind.path(&row.slug, id)))
}

/// Finds why an article that the public once saw is gone; `None` for one that it sees, or never saw.
#[tracing::instrument(skip(pool))]
pub async fn find_gone(pool: &PgPool, id: i64) -> Result<Option<Gone>, AppError> {
    let row = sqlx::query!(
        r#"select a.state = 'withdrawn' as "is_withdrawn!", a.withdrawal_message, t.id as "target?", t.slug as "slug?",
                  t.kind as "kind?: ArticleKind"
           from articles a left join public_texts t on t.id = a.moved_to
           where a.id = $1 and a.published_revision is not null
                 and (a.state = 'withdrawn' or (a.state in ('scheduled', 'published') and a.ends_at <= now()))"#,
        id
    );
    Ok(row.fetch_optional(pool).await?.map(|row| match (row.is_withdrawn, row.target.zip(row.slug)) {
        (true, Some((target, slug))) => Gone::Moved(row.kind.unwrap_or_default().path(&slug, target)),
        (true, None) => Gone::Withdrawn(row.withdrawal_message),
        (false, _) => Gone::Ended,
    }))
}

/// Counts the views of an article: those carried over and those counted here.
#[tracing::instrument(skip(pool))]
pub async fn count_views(pool: &PgPool, id: i64) -> Result<i64, AppError> {
    let views = sqlx::query_scalar!(
        r#"select carried_views + coalesce(visits, 0) as "views!"
           from articles left join traffic_totals on page = id where id = $1"#,
        id
    );
    views.fetch_optional(pool).await?.ok_or(AppError::NotFound)
}

/// What an article's page shows of one visitor, with the score that contains their vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnContent {
    pub stars: Option<u8>,
    /// Whether the vote is suspicious and does not count yet.
    pub is_suspicious: bool,
    pub score: Score,
    /// Whether comments of theirs wait, which they alone see.
    pub has_waiting_comments: bool,
}

/// Finds what the page of an article shows of a visitor; `None` where there is no such article.
#[tracing::instrument(skip(pool, visitor))]
pub async fn find_own_content(pool: &PgPool, article: i64, visitor: Visitor) -> Result<Option<OwnContent>, AppError> {
    let row = sqlx::query!(
        r#"select v.stars as "stars?", v.state as "state?: VoteState",
                  r.carried_points + r.points as "points!", r.carried_ratings + r.ratings as "ratings!", r.revision,
                  exists (select from comments c
                          where c.visitor = $2 and c.article_id = $1 and c.state in ('pending', 'blocked'))
                      as "has_waiting_comments!"
           from rating_totals r left join votes v on v.article_id = r.article_id and v.visitor = $2
           where r.article_id = $1"#,
        article,
        &visitor.0[..]
    );
    Ok(row.fetch_optional(pool).await?.map(|row| OwnContent {
        stars: row.stars.and_then(|stars| u8::try_from(stars).ok()),
        is_suspicious: row.state == Some(VoteState::Suspicious),
        score: Score { totals: Totals { points: row.points, ratings: row.ratings }, revision: row.revision },
        has_waiting_comments: row.has_waiting_comments,
    }))
}

/// Finds a public article as this visitor sees it, with its pictures, what is closed there and the numbers of its
/// comments. What stands around it is found by a second query.
#[tracing::instrument(skip(pool, visitor))]
pub async fn find_article(pool: &PgPool, id: i64, visitor: Option<Visitor>) -> Result<Option<Article>, AppError> {
    let row = sqlx::query!(
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", a.category as "category!",
                  a.category_slug as "category_slug!", a.is_category_hidden as "is_category_hidden!", a.lead as "lead!",
                  a.published_at as "published_at!", a.modified_at as "modified_at!", a.picture_id, c.shown,
                  a.body as "body!", a.author as "author!", a.source as "source!", a.description as "description!",
                  a.picture_caption as "picture_caption!",
                  array(select m.message from article_corrections m where m.article_id = a.id
                        order by m.corrected_at) as "messages!",
                  array(select m.corrected_at from article_corrections m where m.article_id = a.id
                        order by m.corrected_at) as "corrected_at!",
                  array(select g.name from article_tags t join tags g on g.id = t.tag_id where t.article_id = a.id
                        order by t.position) as "tag_names!",
                  array(select g.slug from article_tags t join tags g on g.id = t.tag_id where t.article_id = a.id
                        order by t.position) as "tag_slugs!",
                  array(select s.name from series_articles g join series s on s.id = g.series_id
                        where g.article_id = a.id order by s.id) as "series_names!",
                  array(select s.slug from series_articles g join series s on s.id = g.series_id
                        where g.article_id = a.id order by s.id) as "series_slugs!",
                  carried_views + coalesce(t.visits, 0) as "views!",
                  r.carried_points + r.points as "points!", r.carried_ratings + r.ratings as "ratings!", r.revision,
                  v.stars as "stars?", v.state as "vote_state?: VoteState",
                  c.revision as comment_revision, c.threads::bigint as "threads!",
                  k.comments as closed_comments, k.ratings as closed_ratings,
                  k.takes_no_comments as "takes_no_comments!", k.is_over as "is_over!", k.is_too_old as "is_too_old!",
                  k.takes_no_ratings as "takes_no_ratings!",
                  (select jsonb_agg(to_jsonb(file) order by file.id, file.width)
                   from (select p.id, p.alt, p.tone, f.width, f.height, f.hash, f.format, f.is_crop
                         from (select u.picture_id from articles t
                               join article_pictures u on u.article_id = t.id and u.revision = t.published_revision
                               where t.id = a.id
                               union select a.picture_id) used
                         join pictures p on p.id = used.picture_id
                         join picture_files f on f.picture_id = p.id) file) as "files: Json<Vec<PictureFile>>"
           from public_articles a
           cross join lateral closed_at(a.id) k
           join comment_totals c on c.article_id = a.id
           join rating_totals r on r.article_id = a.id
           left join traffic_totals t on t.page = a.id
           left join votes v on v.article_id = a.id and v.visitor = $2
           where a.id = $1"#,
        id,
        visitor.as_ref().map(|visitor| &visitor.0[..])
    )
    .fetch_optional(pool)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let pictures = Picture::collect(row.files.map(|files| files.0).unwrap_or_default());
    let around = list_around(pool, id).await?;
    let tags = row.tag_names.into_iter().zip(row.tag_slugs.iter().map(|slug| routes::TAG.with(slug)));
    let closed = ClosedRow {
        comments: row.closed_comments,
        ratings: row.closed_ratings,
        takes_no_comments: row.takes_no_comments,
        is_over: row.is_over,
        is_too_old: row.is_too_old,
        takes_no_ratings: row.takes_no_ratings,
    };
    let card = CardRow {
        id: row.id,
        slug: row.slug,
        title: row.title,
        category: row.category,
        category_slug: row.category_slug,
        is_category_hidden: row.is_category_hidden,
        lead: row.lead,
        published_at: row.published_at,
        picture_id: row.picture_id,
        shown: row.shown,
    };
    Ok(Some(Article {
        card: card.into_card(&pictures),
        modified_at: row.modified_at,
        body: row.body,
        pictures,
        author: row.author,
        source: row.source,
        description: row.description,
        corrections: row.corrected_at.into_iter().zip(row.messages).collect(),
        caption: row.picture_caption,
        views: row.views,
        score: Score { totals: Totals { points: row.points, ratings: row.ratings }, revision: row.revision },
        own_vote: row.stars.and_then(|stars| u8::try_from(stars).ok()),
        is_suspicious: row.vote_state == Some(VoteState::Suspicious),
        tags: tags.collect(),
        series: row
            .series_names
            .into_iter()
            .zip(row.series_slugs.iter().map(|slug| routes::SERIES.with(slug)))
            .collect(),
        around,
        comments: CommentTotals { shown: row.shown, threads: row.threads, revision: row.comment_revision },
        closed: closed.into(),
    }))
}

#[cfg(test)]
mod tests {
    use super::lists::{Range, list_newest, list_newest_ids, list_public, list_titles};
    use super::*;
    use crate::base::error::constraint;
    use crate::features::articles::{PER_PAGE, article_path};
    use crate::testing::{insert_article, insert_rated_article, new_article};
    use time::Duration;

    async fn set(pool: &PgPool, id: i64, state: ArticleState, begins: Duration, ends: Option<Duration>) {
        let now = OffsetDateTime::now_utc();
        sqlx::query!(
            "update articles set state = $2, published_at = $3, ends_at = $4, withdrawal_message = 'Đã gỡ' where id = $1",
            id,
            state as _,
            now + begins,
            ends.map(|ends| now + ends)
        )
        .execute(pool)
        .await
        .expect("changes");
    }

    #[sqlx::test]
    async fn the_newest_come_first_twenty_a_page(pool: PgPool) {
        for n in 0..21 {
            let id = insert_article(&pool, &format!("bai-{n}")).await;
            set(&pool, id, ArticleState::Published, Duration::days(-n), None).await;
        }
        let (first, more) =
            list_newest(&pool, Range { offset: 0, limit: PER_PAGE, except: None }).await.expect("lists");
        assert_eq!((first.len(), more, first[0].slug.as_str(), first[19].slug.as_str()), (20, true, "bai-0", "bai-19"));
        let ids: Vec<i64> = first.iter().map(|card| card.id).collect();
        assert_eq!(list_newest_ids(&pool).await, Ok(ids));
        let (second, more) =
            list_newest(&pool, Range { offset: PER_PAGE, limit: PER_PAGE, except: None }).await.expect("lists");
        assert_eq!((second.len(), more, second[0].slug.as_str()), (1, false, "bai-20"));
        assert!(
            list_newest(&pool, Range { offset: 2 * PER_PAGE, limit: PER_PAGE, except: None })
                .await
                .expect("lists")
                .0
                .is_empty()
        );
        let around = list_around(&pool, first[0].id).await.expect("lists");
        assert_eq!((around.newest.len(), around.newest[0].title.as_str()), (5, "Tiêu đề"));
        assert_eq!((around.related.len(), around.next), (5, None), "of the same category");
        assert_eq!(around.previous.map(|link| link.path), Some(first[1].path()));
    }

    #[sqlx::test]
    async fn the_public_sees_what_has_begun_and_not_ended(pool: PgPool) {
        use ArticleState::{Draft, InReview, Published, Scheduled, Withdrawn};
        let id = insert_article(&pool, "a").await;
        let (past, future) = (Duration::hours(-1), Duration::hours(1));
        for (state, begins, ends, is_public) in [
            (Published, past, None, true),
            (Published, past, Some(future), true),
            (Published, Duration::hours(-2), Some(past), false),
            (Published, future, None, false),
            // a job has not renamed it yet
            (Scheduled, past, None, true),
            (Scheduled, future, None, false),
            (Draft, past, None, false),
            (InReview, past, None, false),
            (Withdrawn, past, None, false),
        ] {
            set(&pool, id, state, begins, ends).await;
            let found = find_article(&pool, id, None).await.expect("reads").is_some();
            let listed = !list_newest(&pool, Range { offset: 0, limit: PER_PAGE, except: None })
                .await
                .expect("lists")
                .0
                .is_empty();
            let addressed = find_public_path(&pool, id).await.expect("reads").is_some();
            let titled = !list_titles(&pool, None).await.expect("lists").is_empty();
            assert_eq!([found, listed, addressed, titled], [is_public; 4], "{state:?} {begins} {ends:?}");
        }
        assert_eq!(list_titles(&pool, Some(id)).await.expect("lists").len(), 1, "the one that is wanted is listed");
    }

    #[sqlx::test]
    async fn an_article_has_its_totals_and_the_visitors_vote(pool: PgPool) {
        let id = insert_rated_article(&pool, "a", Totals { points: 122, ratings: 26 }).await;
        let me = Visitor([1; 32]);
        ratings::upsert_vote(&pool, id, me, 4, VoteState::Counted).await.expect("votes");
        let found = find_article(&pool, id, Some(me)).await.expect("reads").expect("is there");
        assert_eq!(
            (found.score.totals, found.own_vote, found.views, found.is_suspicious),
            (Totals { points: 126, ratings: 27 }, Some(4), 183, false)
        );
        assert_eq!(find_article(&pool, id, None).await.expect("reads").expect("is there").own_vote, None);
        let own = find_own_content(&pool, id, me).await.expect("finds").expect("is there");
        assert_eq!((own.stars, own.score, own.has_waiting_comments), (Some(4), found.score, false));
        let stranger = find_own_content(&pool, id, Visitor([2; 32])).await.expect("finds").expect("is there");
        assert_eq!(stranger, OwnContent { stars: None, ..own });
        assert_eq!(find_own_content(&pool, id + 1, me).await, Ok(None));
        assert_eq!(count_views(&pool, id).await, Ok(183));
        assert_eq!(count_views(&pool, id + 1).await, Err(AppError::NotFound));
    }

    #[sqlx::test]
    async fn an_article_is_stored_with_its_first_revision_and_its_category(pool: PgPool) {
        let (one, two) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let revisions = sqlx::query!("select article_id, revision from article_revisions order by article_id")
            .fetch_all(&pool)
            .await
            .expect("reads");
        let revisions: Vec<_> = revisions.iter().map(|row| (row.article_id, row.revision)).collect();
        assert_eq!(revisions, [(one, 1), (two, 1)]);
        let again = insert_article(&pool, "b").await;
        assert_ne!(again, two, "the same address is another article");
        assert_eq!(find_public_path(&pool, again).await, Ok(Some(article_path("b", again))));
        let mut db = pool.acquire().await.expect("connects");
        let refused = super::insert_article(&mut db, &super::NewArticle { title: "", ..new_article("c") }).await;
        assert_eq!(constraint(&refused.expect_err("is refused")), Some("article_title"));
    }

    #[sqlx::test]
    async fn the_database_refuses_impossible_articles(pool: PgPool) {
        insert_article(&pool, "a").await;
        for slug in ["", "A", "a b", "-a", "a--b", "đ"] {
            let error = sqlx::query!("update articles set slug = $1", slug).execute(&pool).await.expect_err("refused");
            assert_eq!(constraint(&error), Some("article_slug"), "{slug}");
        }
        let undated = sqlx::query!("update articles set published_at = null").execute(&pool).await;
        assert_eq!(constraint(&undated.expect_err("refused")), Some("article_published"));
        let backwards =
            sqlx::query!("update articles set ends_at = published_at - interval '1 day'").execute(&pool).await;
        assert_eq!(constraint(&backwards.expect_err("refused")), Some("article_ends"));
    }

    #[sqlx::test]
    async fn of_many_numbers_those_of_public_articles_are_listed(pool: PgPool) {
        let (draft, one, two) =
            (insert_article(&pool, "nhap").await, insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        set(&pool, draft, ArticleState::Draft, Duration::ZERO, None).await;
        let mut public = list_public(&pool, &[draft, one, two, 999]).await.expect("lists");
        public.sort_unstable();
        assert_eq!(public, [one, two]);
        assert_eq!(list_public(&pool, &[]).await, Ok(vec![]));
    }
}
