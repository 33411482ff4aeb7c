//! Articles that another site had: stored whole, with the state that they had there, and changed when they changed
//! there.

use super::{insert_revision, public_text};
use crate::base::error::AppError;
use crate::features::articles::{ArticleKind, ArticleState, sanitise};
use crate::features::audit::Actor;
use crate::features::comments::store as comments;
use crate::features::ratings::{Totals, store as ratings};
use crate::features::taxonomy::store::lock_out_category_merges;
use crate::features::writing::Content;
use sqlx::PgConnection;
use time::OffsetDateTime;

/// An article as another site had it.
#[derive(Debug, Clone)]
pub struct CarriedArticle<'a> {
    pub kind: ArticleKind,
    pub state: ArticleState,
    /// Its text, cleaned. Limits of length do not bind it.
    pub content: &'a Content,
    pub published_at: Option<OffsetDateTime>,
    pub ends_at: Option<OffsetDateTime>,
    pub created_at: OffsetDateTime,
    /// When its text last changed after it was published.
    pub modified_at: Option<OffsetDateTime>,
    /// What readers see in its place where it is withdrawn.
    pub withdrawal_message: &'a str,
    /// The text that took its place where it is withdrawn.
    pub moved_to: Option<i64>,
}

/// Numbers that another site had counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CarriedNumbers {
    pub views: i64,
    pub ratings: Totals,
}

/// Stores an article of another site in a transaction that [`begin_batch`] began, and returns its number.
#[tracing::instrument(skip_all)]
pub async fn carry_over_article(
    db: &mut PgConnection,
    actor: Actor<'_>,
    article: &CarriedArticle<'_>,
) -> Result<i64, AppError> {
    let id = insert(&mut *db, None, article).await?;
    write(db, actor, id, 1, article).await?;
    Ok(id)
}

/// Stores an article under the number that it had, with the text that was saved and not published.
#[tracing::instrument(skip_all, fields(id))]
pub async fn restore_article(
    db: &mut PgConnection,
    actor: Actor<'_>,
    id: i64,
    article: &CarriedArticle<'_>,
    pending: Option<&Content>,
) -> Result<(), AppError> {
    insert(&mut *db, Some(id), article).await?;
    write(&mut *db, actor, id, 1, article).await?;
    match pending {
        Some(pending) => insert_revision(db, actor, id, 2, pending).await,
        None => Ok(()),
    }
}

/// Inserts the row of an article with what counts its ratings and comments.
async fn insert(db: &mut PgConnection, id: Option<i64>, article: &CarriedArticle<'_>) -> Result<i64, AppError> {
    let id = sqlx::query_scalar!(
        "insert into articles (id, state, slug, title, lead, body, sanitiser_version, author, folded_title, kind,
                               created_at)
         overriding system value
         values (coalesce($6, nextval(pg_get_serial_sequence('articles', 'id'))), 'draft', $1, '', '', '', $2, '',
                 fold_text($3), $4, $5)
         returning id",
        article.content.address(),
        sanitise::VERSION,
        article.content.title,
        article.kind as _,
        article.created_at,
        id
    )
    .fetch_one(&mut *db)
    .await?;
    ratings::create_totals(&mut *db, id, Totals::default()).await?;
    comments::create_totals(&mut *db, id).await?;
    Ok(id)
}

/// Gives an article that was carried over the text and the state that it has on the other site by now, in a
/// transaction that [`begin_batch`] began.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such article.
#[tracing::instrument(skip_all)]
pub async fn carry_over_change(
    db: &mut PgConnection,
    actor: Actor<'_>,
    id: i64,
    article: &CarriedArticle<'_>,
) -> Result<(), AppError> {
    let revision = sqlx::query_scalar!("select revision from articles where id = $1 for no key update", id);
    let revision = revision.fetch_optional(&mut *db).await?.ok_or(AppError::NotFound)?;
    write(db, actor, id, revision + 1, article).await
}

/// The text with an address that no other page has: that of a page is its slug alone, and modules of the other site may
/// have had one of the same name each.
async fn with_free_address(db: &mut PgConnection, id: i64, article: &CarriedArticle<'_>) -> Result<Content, AppError> {
    let mut content = article.content.clone();
    if article.kind != ArticleKind::Page {
        return Ok(content);
    }
    let wanted = content.address();
    for number in 1.. {
        content.slug = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
        let is_taken = sqlx::query_scalar!(
            r#"select exists (select from page_addresses where slug = $1 and article_id is distinct from $2) as "is!""#,
            content.slug,
            id
        );
        if !is_taken.fetch_one(&mut *db).await? {
            break;
        }
    }
    Ok(content)
}

/// Writes a text as a revision and where the public reads it, and then the state, so that the words of an article are
/// indexed once.
async fn write(
    db: &mut PgConnection,
    actor: Actor<'_>,
    id: i64,
    revision: i32,
    article: &CarriedArticle<'_>,
) -> Result<(), AppError> {
    let article = &CarriedArticle { content: &with_free_address(&mut *db, id, article).await?, ..article.clone() };
    insert_revision(&mut *db, actor, id, revision, article.content).await?;
    public_text::write(&mut *db, id, article.content).await?;
    let was_public =
        matches!(article.state, ArticleState::Scheduled | ArticleState::Published | ArticleState::Withdrawn);
    sqlx::query!(
        "update articles
         set state = $2, published_at = $3, ends_at = $4, modified_at = $5, withdrawal_message = $6,
             published_revision = case when $7 then $8::integer end, moved_to = $10, updated_at = $9
         where id = $1",
        id,
        article.state as _,
        article.published_at,
        article.ends_at,
        article.modified_at,
        article.withdrawal_message,
        was_public,
        revision,
        article.modified_at.or(article.published_at).unwrap_or(article.created_at),
        article.moved_to
    )
    .execute(&mut *db)
    .await?;
    if was_public {
        sqlx::query!(
            "update article_revisions set published_at = coalesce($3, now()) where article_id = $1 and revision = $2",
            id,
            revision,
            article.published_at
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// Sets the numbers that another site had counted. Those that were counted here are added to them, so that setting them
/// again counts nothing twice, and the same numbers change nothing.
#[tracing::instrument(skip(db))]
pub async fn set_carried_numbers(db: &mut PgConnection, id: i64, numbers: CarriedNumbers) -> Result<(), AppError> {
    sqlx::query!(
        "with article as (
             update articles set carried_views = $2 where id = $1 and carried_views <> $2
         )
         update rating_totals set carried_points = $3, carried_ratings = $4, revision = revision + 1
         where article_id = $1 and (carried_points, carried_ratings) <> ($3, $4)",
        id,
        numbers.views,
        numbers.ratings.points,
        numbers.ratings.ratings
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Begins to store many articles in this transaction: no category is merged until it ends, and the words of what is
/// stored are learned when [`learn_words`] is called at its end. Two such transactions would wait for each other's
/// words in a circle.
pub async fn begin_batch(db: &mut PgConnection) -> Result<(), AppError> {
    lock_out_category_merges(&mut *db).await?;
    sqlx::query!("select set_config('loa.learns_words_later', 'on', true) as is").fetch_one(db).await?;
    Ok(())
}

/// Learns the words of articles, for the spelling of searches.
#[tracing::instrument(skip_all)]
pub async fn learn_words(db: &mut PgConnection, ids: &[i64]) -> Result<(), AppError> {
    sqlx::query!("select learn_words($1) as is", ids).execute(db).await?;
    Ok(())
}

/// Finds how articles stand, and keeps them so until the transaction ends: what changes when staff change anything of
/// them, and by nothing else. Articles that are there no longer are left out.
#[tracing::instrument(skip_all)]
pub async fn find_stamps(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<(i64, String)>, AppError> {
    // a job renames what was scheduled once its time has come
    let rows = sqlx::query!(
        r#"select id, concat_ws('/', revision, case when state = 'scheduled' then 'published' else state end,
                                extract(epoch from published_at), extract(epoch from ends_at), moved_to,
                                md5(withdrawal_message), deleted_at is not null, is_update_sent) as "stamp!"
           from articles where id = any($1) order by id for no key update"#,
        ids
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.stamp)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::articles::store::{find_article, find_gone};
    use crate::features::taxonomy::store::ensure_category;
    use crate::testing::actor;
    use sqlx::PgPool;
    use time::Duration;

    async fn content(db: &mut PgConnection) -> Content {
        Content {
            title: "Lịch cúp nước".to_owned(),
            category: Some(ensure_category(db, "Thông báo").await.expect("creates")),
            tags: vec!["nước sạch".to_owned()],
            lead: "a".repeat(3000),
            body: "<p>Ngày 25/7.</p>".to_owned(),
            author: "An".to_owned(),
            ..Content::default()
        }
    }

    fn article(content: &Content, state: ArticleState) -> CarriedArticle<'_> {
        let at = OffsetDateTime::UNIX_EPOCH + Duration::days(19_000);
        CarriedArticle {
            kind: ArticleKind::Article,
            state,
            content,
            published_at: Some(at),
            ends_at: None,
            created_at: at - Duration::hours(1),
            modified_at: None,
            withdrawal_message: if state == ArticleState::Withdrawn { "Đã gỡ." } else { "" },
            moved_to: None,
        }
    }

    #[sqlx::test]
    async fn an_article_of_another_site_is_stored_once_and_follows_it(pool: PgPool) {
        let mut db = pool.begin().await.expect("begins");
        let text = content(&mut db).await;
        let id = carry_over_article(&mut db, actor(), &article(&text, ArticleState::Published)).await.expect("stores");
        let first = find_stamps(&mut db, &[id, id + 1]).await.expect("reads");
        for _ in 0..2 {
            let numbers = CarriedNumbers { views: 183, ratings: Totals { points: 122, ratings: 26 } };
            set_carried_numbers(&mut db, id, numbers).await.expect("sets");
        }
        db.commit().await.expect("commits");
        let mut db = pool.begin().await.expect("begins");
        set_carried_numbers(&mut db, 99, CarriedNumbers::default()).await.expect("has nobody to set them for");
        let found = find_article(&pool, id, None).await.expect("reads").expect("is public");
        assert_eq!((found.views, found.score.totals), (183, Totals { points: 122, ratings: 26 }));
        assert_eq!((found.card.lead.len(), found.tags.len(), found.author.as_str()), (3000, 1, "An"));
        assert_eq!(found.card.published_at.unix_timestamp(), 19_000 * 86_400);
        assert_eq!(find_stamps(&mut db, &[id]).await, Ok(first.clone()), "numbers are no change");
        db.commit().await.expect("commits");
        let mut db = pool.begin().await.expect("begins");
        let changed = Content { title: "Lịch cúp nước mới".to_owned(), ..text };
        let withdrawn = article(&changed, ArticleState::Withdrawn);
        carry_over_change(&mut db, actor(), id, &withdrawn).await.expect("changes");
        let stamps = find_stamps(&mut db, &[id]).await.expect("reads");
        db.commit().await.expect("commits");
        assert!(find_gone(&pool, id).await.expect("reads").is_some());
        assert!(stamps != first && stamps[0].1.starts_with("2/withdrawn/"), "{stamps:?}");
    }

    #[sqlx::test]
    async fn an_article_comes_back_under_its_number_with_what_was_not_published(pool: PgPool) {
        let mut db = pool.begin().await.expect("begins");
        let text = content(&mut db).await;
        let pending = Content { title: "Lịch cúp nước đổi".to_owned(), ..text.clone() };
        let published = article(&text, ArticleState::Published);
        restore_article(&mut db, actor(), 41, &published, Some(&pending)).await.expect("stores");
        let moved = CarriedArticle { moved_to: Some(41), ..article(&text, ArticleState::Withdrawn) };
        restore_article(&mut db, actor(), 7, &moved, None).await.expect("stores");
        db.commit().await.expect("commits");
        let mut db = pool.begin().await.expect("begins");
        let again = restore_article(&mut db, actor(), 41, &published, None).await;
        assert!(again.is_err(), "the number is taken");
        let found = find_article(&pool, 41, None).await.expect("reads").expect("is public");
        assert_eq!(found.card.title, "Lịch cúp nước");
        let saved: Vec<(i64, i32, Option<i32>, Option<i64>)> =
            sqlx::query_as("select id, revision, published_revision, moved_to from articles order by id")
                .fetch_all(&pool)
                .await
                .expect("reads");
        assert_eq!(saved, [(7, 1, Some(1), Some(41)), (41, 2, Some(1), None)]);
    }

    #[sqlx::test]
    async fn two_pages_of_one_name_have_an_address_each(pool: PgPool) {
        let mut db = pool.begin().await.expect("begins");
        let text = content(&mut db).await;
        let page = CarriedArticle { kind: ArticleKind::Page, ..article(&text, ArticleState::Published) };
        let one = carry_over_article(&mut db, actor(), &page).await.expect("stores");
        let two = carry_over_article(&mut db, actor(), &page).await.expect("stores");
        carry_over_change(&mut db, actor(), two, &page).await.expect("changes");
        let slugs: Vec<(i64, String)> =
            sqlx::query_as("select id, slug from articles order by id").fetch_all(&mut *db).await.expect("reads");
        assert_eq!(slugs, [(one, "lich-cup-nuoc".to_owned()), (two, "lich-cup-nuoc-2".to_owned())]);
    }

    #[sqlx::test]
    async fn the_words_of_many_articles_are_learned_at_once(pool: PgPool) {
        let count = async || -> i64 {
            sqlx::query_scalar("select count(*) from search_vocabulary where word in ('lich', 'nuoc', 'sach')")
                .fetch_one(&pool)
                .await
                .expect("counts")
        };
        let mut db = pool.begin().await.expect("begins");
        let text = content(&mut db).await;
        begin_batch(&mut db).await.expect("begins");
        let id = carry_over_article(&mut db, actor(), &article(&text, ArticleState::Published)).await.expect("stores");
        db.commit().await.expect("commits");
        assert_eq!(count().await, 0);
        learn_words(&mut pool.acquire().await.expect("connects"), &[id]).await.expect("learns");
        assert_eq!(count().await, 3);
        let mut db = pool.begin().await.expect("begins");
        let other = Content { title: "Lịch sách".to_owned(), ..text };
        carry_over_change(&mut db, actor(), id, &article(&other, ArticleState::Published)).await.expect("changes");
        db.commit().await.expect("commits");
        assert_eq!(count().await, 3, "one by one they are learned as they come");
    }

    #[sqlx::test]
    async fn what_cannot_be_an_article_is_refused(pool: PgPool) {
        let mut db = pool.begin().await.expect("begins");
        let text = content(&mut db).await;
        for refused in [
            CarriedArticle { published_at: None, ..article(&text, ArticleState::Published) },
            CarriedArticle { ends_at: Some(OffsetDateTime::UNIX_EPOCH), ..article(&text, ArticleState::Published) },
            article(&Content { title: String::new(), ..text.clone() }, ArticleState::Published),
        ] {
            let mut tx = sqlx::Connection::begin(&mut *db).await.expect("begins");
            assert!(carry_over_article(&mut tx, actor(), &refused).await.is_err(), "{refused:?}");
        }
        let draft = article(&text, ArticleState::Draft);
        assert_eq!(carry_over_change(&mut db, actor(), 99, &draft).await, Err(AppError::NotFound));
        let id = carry_over_article(&mut db, actor(), &draft).await.expect("stores");
        let wrong = CarriedNumbers { views: 1, ratings: Totals { points: 99, ratings: 2 } };
        assert!(carry_over_change(&mut db, actor(), id, &draft).await.is_ok());
        let refused = set_carried_numbers(&mut db, id, wrong).await;
        assert!(refused.is_err(), "more points than any vote gives");
    }
}
