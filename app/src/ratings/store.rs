//! Votes and the sums that go with them.

use super::{Score, Totals, Voted};
use crate::error::AppError;
use crate::session::Visitor;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use time::OffsetDateTime;

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

/// A visitor's vote on an article, and whether it waits to be checked.
pub async fn vote_of(pool: &PgPool, article: i64, visitor: Visitor) -> Result<Option<(u8, bool)>, AppError> {
    let vote =
        sqlx::query!("select stars, held from votes where article_id = $1 and visitor = $2", article, &visitor.0[..])
            .fetch_optional(pool)
            .await?;
    Ok(vote.and_then(|vote| Some((u8::try_from(vote.stars).ok()?, vote.held))))
}

/// Whether a visitor has never voted.
pub async fn is_new(pool: &PgPool, visitor: Visitor) -> Result<bool, AppError> {
    let voted =
        sqlx::query_scalar!(r#"select exists (select from votes where visitor = $1) as "voted!""#, &visitor.0[..]);
    Ok(!voted.fetch_one(pool).await?)
}

/// Stores or changes a visitor's vote; the sums move in the same transaction. A first vote on an article that is
/// `suspicious`, or whose visitor has others that wait to be checked, waits too and moves nothing.
pub async fn rate(
    pool: &PgPool,
    article: i64,
    visitor: Visitor,
    stars: u8,
    suspicious: bool,
) -> Result<Voted, AppError> {
    let mut tx = lock(pool, article).await?;
    let row = sqlx::query!(
        r#"with before as (select stars, held from votes where article_id = $1 and visitor = $2),
           vote as (
               insert into votes (article_id, visitor, stars, held)
               select $1, $2, $3, $4 or exists (select from votes where visitor = $2 and held)
               where not exists (select from closures where ratings and (article_id is null or article_id = $1))
               on conflict (article_id, visitor) do update set stars = excluded.stars, updated_at = now()
               returning stars, held
           )
           update rating_totals
           set revision = revision + 1,
               points = points + coalesce((select stars from vote where not held), 0) - coalesce((select stars from before where not held), 0),
               ratings = ratings + (select count(*) from vote where not held) - (select count(*) from before where not held)
           where article_id = $1
           returning carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision,
                     (select held from vote) as held"#,
        article,
        &visitor.0[..],
        i16::from(stars),
        suspicious
    )
    .fetch_one(&mut *tx)
    .await?;
    // no vote was stored: ratings are closed here
    let held = row.held.ok_or(AppError::Closed)?;
    tx.commit().await?;
    let score = Score { totals: Totals { points: row.points, ratings: row.ratings }, revision: row.revision };
    Ok(Voted { score, mine: Some(stars), held })
}

/// Takes a visitor's vote back; the sums move in the same transaction. Without a vote nothing happens.
pub async fn withdraw(pool: &PgPool, article: i64, visitor: Visitor) -> Result<Voted, AppError> {
    let mut tx = lock(pool, article).await?;
    let row = sqlx::query_as!(
        Row,
        r#"with vote as (delete from votes where article_id = $1 and visitor = $2 returning stars, held)
           update rating_totals
           set revision = revision + 1, points = points - coalesce((select stars from vote where not held), 0),
               ratings = ratings - (select count(*) from vote where not held)
           where article_id = $1
           returning carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision"#,
        article,
        &visitor.0[..]
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Voted { score: row.into(), mine: None, held: false })
}

/// An article with votes that wait to be checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldVotes {
    /// The article.
    pub article: i64,
    /// Its title.
    pub title: String,
    /// The words of its address.
    pub slug: String,
    /// How many wait, and their stars.
    pub held: Totals,
    /// What counts now.
    pub counted: Totals,
    /// When the last of them was given: a decision is about those that one saw.
    pub until: OffsetDateTime,
}

/// The articles with votes that wait, those with the newest first.
pub async fn held(pool: &PgPool) -> Result<Vec<HeldVotes>, AppError> {
    let rows = sqlx::query!(
        r#"select a.id, a.title, a.slug, sum(stars)::bigint as "points!", count(*) as "ratings!", max(v.updated_at) as "until!",
                  carried_points + t.points as "counted_points!", carried_ratings + t.ratings as "counted_ratings!"
           from votes v join articles a on a.id = v.article_id join rating_totals t on t.article_id = a.id
           where held group by a.id, t.article_id order by max(v.updated_at) desc limit 200"#
    )
    .fetch_all(pool)
    .await?;
    let held = rows.into_iter().map(|row| HeldVotes {
        article: row.id,
        title: row.title,
        slug: row.slug,
        held: Totals { points: row.points, ratings: row.ratings },
        counted: Totals { points: row.counted_points, ratings: row.counted_ratings },
        until: row.until,
    });
    Ok(held.collect())
}

/// Lets an article's held votes up to `until` in, or throws them out; the sums move in the transaction that the decision
/// hands over. Gives how many there were.
pub async fn review(db: &mut PgConnection, article: i64, until: OffsetDateTime, admit: bool) -> Result<i64, AppError> {
    sqlx::query!("select revision from rating_totals where article_id = $1 for update", article)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    let sums = if admit {
        sqlx::query_as!(
            Sums,
            r#"with let_in as (update votes set held = false where article_id = $1 and held and updated_at <= $2 returning stars)
               select coalesce(sum(stars), 0)::bigint as "points!", count(*) as "ratings!" from let_in"#,
            article,
            until
        )
        .fetch_one(&mut *db)
        .await?
    } else {
        sqlx::query_as!(
            Sums,
            r#"with gone as (delete from votes where article_id = $1 and held and updated_at <= $2 returning stars)
               select 0::bigint as "points!", count(*) as "ratings!" from gone"#,
            article,
            until
        )
        .fetch_one(&mut *db)
        .await?
    };
    if admit && sums.ratings > 0 {
        sqlx::query!(
            "update rating_totals set revision = revision + 1, points = points + $2, ratings = ratings + $3 where article_id = $1",
            article,
            sums.points,
            sums.ratings
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(sums.ratings)
}

struct Sums {
    points: i64,
    ratings: i64,
}

/// Makes votes older than `before` name nobody; they go on counting. Those that nobody let in by then are gone.
pub async fn forget_visitors(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    sqlx::query!("delete from votes where held and updated_at < $1", before).execute(pool).await?;
    let done = sqlx::query!(
        "update votes set visitor = sha256(convert_to(gen_random_uuid()::text, 'UTF8')), updated_at = 'infinity'
         where updated_at < $1",
        before
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

/// Makes all votes of a visitor name nobody, in the transaction that erases what else there is of them.
pub async fn forget_visitor(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!(
        "update votes set visitor = sha256(convert_to(gen_random_uuid()::text, 'UTF8')), updated_at = 'infinity' where visitor = $1",
        visitor
    )
    .execute(db)
    .await?;
    Ok(())
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
        let row = sqlx::query!(r#"select coalesce(sum(stars), 0)::bigint as "points!", count(*) as "ratings!" from votes where article_id = $1 and not held"#, id)
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
        assert_eq!(
            rate(&pool, id, me, 5, false).await.expect("votes").score.totals,
            Totals { points: 127, ratings: 27 }
        );
        assert_eq!(
            rate(&pool, id, me, 2, false).await.expect("changes").score.totals,
            Totals { points: 124, ratings: 27 }
        );
        assert_eq!(vote_of(&pool, id, me).await, Ok(Some((2, false))));
        assert_eq!(withdraw(&pool, id, me).await.expect("withdraws").score.totals, Totals { points: 122, ratings: 26 });
    }

    #[sqlx::test]
    async fn repeated_votes_and_withdrawals_count_once(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        for _ in 0..3 {
            assert_eq!(
                rate(&pool, id, visitor(1), 4, false).await.expect("votes").score.totals,
                Totals { points: 4, ratings: 1 }
            );
        }
        for _ in 0..3 {
            assert_eq!(withdraw(&pool, id, visitor(1)).await.expect("withdraws").score.totals, Totals::default());
        }
    }

    #[sqlx::test]
    async fn an_article_that_is_not_there_is_not_rated(pool: PgPool) {
        assert_eq!(rate(&pool, 1, visitor(1), 4, false).await, Err(AppError::NotFound));
        assert_eq!(withdraw(&pool, 1, visitor(1)).await, Err(AppError::NotFound));
        assert_eq!(score(&pool, 1).await, Err(AppError::NotFound));
        let draft = article(&pool, "a", Totals::default()).await;
        sqlx::query!("update articles set published_at = null where id = $1", draft)
            .execute(&pool)
            .await
            .expect("unpublishes");
        assert_eq!(rate(&pool, draft, visitor(1), 4, false).await, Err(AppError::NotFound));
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
                    4 if n % 3 == 0 => {
                        let mut tx = pool.begin().await?;
                        review(&mut tx, id, OffsetDateTime::now_utc(), n % 2 == 0).await?;
                        Ok(tx.commit().await?)
                    }
                    4 => withdraw(&pool, id, me).await.map(|_| ()),
                    stars => rate(&pool, id, me, stars + 1, n % 7 == 0).await.map(|_| ()),
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
    async fn a_held_vote_counts_when_it_is_let_in(pool: PgPool) {
        let id = article(&pool, "a", Totals { points: 122, ratings: 26 }).await;
        let other = article(&pool, "b", Totals::default()).await;
        let before = Totals { points: 122, ratings: 26 };
        let voted = rate(&pool, id, visitor(1), 1, true).await.expect("is stored");
        assert_eq!((voted.score.totals, voted.mine, voted.held), (before, Some(1), true));
        // what its visitor does next waits too: changing it, and voting elsewhere
        assert!(rate(&pool, id, visitor(1), 2, false).await.expect("changes").held);
        assert!(rate(&pool, other, visitor(1), 1, false).await.expect("is stored").held);
        assert!(!rate(&pool, id, visitor(2), 5, false).await.expect("votes").held);
        assert!(!rate(&pool, id, visitor(2), 4, true).await.expect("changes").held, "what counts goes on counting");
        rate(&pool, id, visitor(3), 1, true).await.expect("is stored");
        let list = held(&pool).await.expect("lists");
        let here = list.iter().find(|held| held.article == id).expect("is listed");
        assert_eq!(here.held, Totals { points: 3, ratings: 2 });
        assert_eq!(here.counted, Totals { points: 126, ratings: 27 });
        rate(&pool, id, visitor(4), 1, true).await.expect("is stored after the list was read");
        let decide = async |admit| {
            let mut tx = pool.begin().await.expect("begins");
            let count = review(&mut tx, id, here.until, admit).await.expect("decides");
            tx.commit().await.expect("commits");
            count
        };
        assert_eq!((decide(true).await, decide(true).await), (2, 0));
        assert_eq!(sums(&pool, id).await, Totals { points: 129, ratings: 29 });
        assert_eq!(
            withdraw(&pool, id, visitor(4)).await.expect("withdraws").score.totals.ratings,
            29,
            "it never counted"
        );
        assert_eq!(withdraw(&pool, id, visitor(1)).await.expect("withdraws").score.totals.ratings, 28);
        let until = held(&pool).await.expect("lists")[0].until;
        let mut tx = pool.begin().await.expect("begins");
        assert_eq!(review(&mut tx, other, until, false).await, Ok(1));
        tx.commit().await.expect("commits");
        assert_eq!((sums(&pool, other).await, vote_of(&pool, other, visitor(1)).await), (Totals::default(), Ok(None)));
        assert_eq!(is_new(&pool, visitor(1)).await, Ok(true));
    }

    #[sqlx::test]
    async fn a_forgotten_vote_goes_on_counting(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        rate(&pool, id, visitor(1), 5, false).await.expect("votes");
        let tomorrow = time::OffsetDateTime::now_utc() + time::Duration::days(1);
        assert_eq!(forget_visitors(&pool, tomorrow).await, Ok(1));
        assert_eq!(forget_visitors(&pool, tomorrow).await, Ok(0), "once is enough");
        assert_eq!(vote_of(&pool, id, visitor(1)).await, Ok(None));
        assert_eq!(sums(&pool, id).await, Totals { points: 5, ratings: 1 });
        assert_eq!(counted(&pool, id).await, (5, 1));
    }
}
