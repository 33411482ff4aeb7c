//! Votes and the sums that go with them.

use super::{Score, Totals, Voted};
use crate::error::AppError;
use crate::session::Visitor;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

/// Makes room for an article's ratings, with what an old site carried over.
pub async fn open(db: &mut PgConnection, article: i64, carried: Totals) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into rating_totals (article_id, carried_points, carried_ratings) values ($1, $2, $3)",
        article,
        carried.points,
        carried.ratings
    )
    .execute(db)
    .await?;
    Ok(())
}

struct Row {
    points: i64,
    ratings: i64,
    revision: i64,
}

impl From<Row> for Score {
    fn from(Row { points, ratings, revision }: Row) -> Self {
        Self { totals: Totals { points, ratings }, revision }
    }
}

/// An article's sums.
pub async fn score(pool: &PgPool, article: i64) -> Result<Score, AppError> {
    let row = sqlx::query_as!(
        Row,
        r#"select carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision
           from rating_totals where article_id = $1"#,
        article
    )
    .fetch_optional(pool)
    .await?;
    row.map(Score::from).ok_or(AppError::NotFound)
}

/// A visitor's vote on an article.
pub async fn vote_of(pool: &PgPool, article: i64, visitor: Visitor) -> Result<Option<u8>, AppError> {
    let stars =
        sqlx::query_scalar!("select stars from votes where article_id = $1 and visitor = $2", article, &visitor.0[..])
            .fetch_optional(pool)
            .await?;
    Ok(stars.and_then(|stars| u8::try_from(stars).ok()))
}

/// Stores or changes a visitor's vote; the sums move in the same transaction.
pub async fn rate(pool: &PgPool, article: i64, visitor: Visitor, stars: u8) -> Result<Voted, AppError> {
    let mut tx = lock(pool, article).await?;
    let row = sqlx::query_as!(
        Row,
        r#"with before as (select stars from votes where article_id = $1 and visitor = $2),
           vote as (
               insert into votes (article_id, visitor, stars) values ($1, $2, $3)
               on conflict (article_id, visitor) do update set stars = excluded.stars, updated_at = now()
           )
           update rating_totals
           set revision = revision + 1, points = points + $3::smallint - coalesce((select stars from before), 0),
               ratings = ratings + (not exists (select from before))::int
           where article_id = $1
           returning carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision"#,
        article,
        &visitor.0[..],
        i16::from(stars)
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Voted { score: row.into(), mine: Some(stars) })
}

/// Takes a visitor's vote back; the sums move in the same transaction. Without a vote nothing happens.
pub async fn withdraw(pool: &PgPool, article: i64, visitor: Visitor) -> Result<Voted, AppError> {
    let mut tx = lock(pool, article).await?;
    let row = sqlx::query_as!(
        Row,
        r#"with vote as (delete from votes where article_id = $1 and visitor = $2 returning stars)
           update rating_totals
           set revision = revision + 1, points = points - coalesce((select stars from vote), 0),
               ratings = ratings - (select count(*) from vote)
           where article_id = $1
           returning carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision"#,
        article,
        &visitor.0[..]
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Voted { score: row.into(), mine: None })
}

/// Makes votes older than `before` name nobody; they go on counting.
pub async fn forget_visitors(pool: &PgPool, before: time::OffsetDateTime) -> Result<u64, AppError> {
    let done = sqlx::query!(
        "update votes set visitor = sha256(convert_to(gen_random_uuid()::text, 'UTF8')), updated_at = 'infinity'
         where updated_at < $1",
        before
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

/// One vote at a time for each article: what a vote was before is read under this lock, so the sums cannot drift.
async fn lock(pool: &PgPool, article: i64) -> Result<Transaction<'static, Postgres>, AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query_scalar!(
        r#"select 1 as "one!" from rating_totals join articles on id = article_id
           where article_id = $1 and published_at <= now() for update of rating_totals"#,
        article
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(tx)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::articles::store::tests::article;

    fn visitor(number: u8) -> Visitor {
        Visitor([number; 32])
    }

    async fn sums(pool: &PgPool, id: i64) -> Totals {
        score(pool, id).await.expect("reads").totals
    }

    async fn counted(pool: &PgPool, id: i64) -> (i64, i64) {
        let row = sqlx::query!(r#"select coalesce(sum(stars), 0)::bigint as "points!", count(*) as "ratings!" from votes where article_id = $1"#, id)
            .fetch_one(pool)
            .await
            .expect("counts");
        (row.points, row.ratings)
    }

    #[sqlx::test]
    async fn a_vote_is_given_changed_and_withdrawn(pool: PgPool) {
        let id = article(&pool, "a", Totals { points: 122, ratings: 26 }).await;
        let me = visitor(1);
        assert_eq!(vote_of(&pool, id, me).await, Ok(None));
        assert_eq!(rate(&pool, id, me, 5).await.expect("votes").score.totals, Totals { points: 127, ratings: 27 });
        assert_eq!(rate(&pool, id, me, 2).await.expect("changes").score.totals, Totals { points: 124, ratings: 27 });
        assert_eq!(vote_of(&pool, id, me).await, Ok(Some(2)));
        assert_eq!(withdraw(&pool, id, me).await.expect("withdraws").score.totals, Totals { points: 122, ratings: 26 });
    }

    #[sqlx::test]
    async fn repeated_votes_and_withdrawals_count_once(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        for _ in 0..3 {
            assert_eq!(
                rate(&pool, id, visitor(1), 4).await.expect("votes").score.totals,
                Totals { points: 4, ratings: 1 }
            );
        }
        for _ in 0..3 {
            assert_eq!(withdraw(&pool, id, visitor(1)).await.expect("withdraws").score.totals, Totals::default());
        }
    }

    #[sqlx::test]
    async fn an_article_that_is_not_there_is_not_rated(pool: PgPool) {
        assert_eq!(rate(&pool, 1, visitor(1), 4).await, Err(AppError::NotFound));
        assert_eq!(withdraw(&pool, 1, visitor(1)).await, Err(AppError::NotFound));
        assert_eq!(score(&pool, 1).await, Err(AppError::NotFound));
        let draft = article(&pool, "a", Totals::default()).await;
        sqlx::query!("update articles set published_at = null where id = $1", draft)
            .execute(&pool)
            .await
            .expect("unpublishes");
        assert_eq!(rate(&pool, draft, visitor(1), 4).await, Err(AppError::NotFound));
    }

    #[sqlx::test]
    async fn the_database_refuses_impossible_votes(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        for stars in [0_i16, 6, -1] {
            let error = sqlx::query!(
                "insert into votes (article_id, visitor, stars) values ($1, $2, $3)",
                id,
                &[1_u8; 32][..],
                stars
            )
            .execute(&pool)
            .await
            .expect_err("refused");
            assert_eq!(crate::error::constraint(&error), Some("vote_stars"));
        }
        let error =
            sqlx::query!("insert into votes (article_id, visitor, stars) values ($1, $2, 3)", id, &[1_u8; 31][..])
                .execute(&pool)
                .await
                .expect_err("refused");
        assert_eq!(crate::error::constraint(&error), Some("vote_visitor"));
        let error =
            sqlx::query!("update rating_totals set points = 3, ratings = 4").execute(&pool).await.expect_err("refused");
        assert_eq!(crate::error::constraint(&error), Some("rating_totals_possible"));
    }

    #[sqlx::test]
    async fn two_hundred_at_once_leave_exact_sums(pool: PgPool) {
        let carried = Totals { points: 122, ratings: 26 };
        let id = article(&pool, "a", carried).await;
        let tasks = (0..200_u8).map(|n| {
            let pool = pool.clone();
            tokio::spawn(async move {
                // forty visitors, so that first votes, changes and withdrawals of one visitor meet
                let me = visitor(n % 40);
                match n % 5 {
                    4 => withdraw(&pool, id, me).await.map(|_| ()),
                    stars => rate(&pool, id, me, stars + 1).await.map(|_| ()),
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("runs").expect("is stored");
        }
        let (points, ratings) = counted(&pool, id).await;
        assert_eq!(
            sums(&pool, id).await,
            Totals { points: carried.points + points, ratings: carried.ratings + ratings }
        );
    }

    #[sqlx::test]
    async fn a_forgotten_vote_goes_on_counting(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        rate(&pool, id, visitor(1), 5).await.expect("votes");
        let tomorrow = time::OffsetDateTime::now_utc() + time::Duration::days(1);
        assert_eq!(forget_visitors(&pool, tomorrow).await, Ok(1));
        assert_eq!(forget_visitors(&pool, tomorrow).await, Ok(0), "once is enough");
        assert_eq!(vote_of(&pool, id, visitor(1)).await, Ok(None));
        assert_eq!(sums(&pool, id).await, Totals { points: 5, ratings: 1 });
        assert_eq!(counted(&pool, id).await, (5, 1));
    }
}
