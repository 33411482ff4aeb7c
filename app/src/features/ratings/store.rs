//! Votes, and the totals that change with them.

pub mod review;

use super::{Score, Totals, VoteAnswer, VoteState};
use crate::base::error::AppError;
use crate::features::closures::CLOSED;
use crate::web::visitor::Visitor;
use sqlx::{PgConnection, PgPool, Postgres, Transaction};
use time::OffsetDateTime;

/// Creates the totals of a new article, with the ratings that another site had counted.
#[tracing::instrument(skip(db))]
pub async fn create_totals(db: &mut PgConnection, article: i64, carried: Totals) -> Result<(), sqlx::Error> {
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

struct ScoreRow {
    points: i64,
    ratings: i64,
    revision: i64,
}

impl From<ScoreRow> for Score {
    fn from(ScoreRow { points, ratings, revision }: ScoreRow) -> Self {
        Self { totals: Totals { points, ratings }, revision }
    }
}

/// Finds the score of an article.
#[tracing::instrument(skip(pool))]
pub async fn find_score(pool: &PgPool, article: i64) -> Result<Score, AppError> {
    let row = sqlx::query_as!(
        ScoreRow,
        r#"select carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision
           from rating_totals where article_id = $1"#,
        article
    )
    .fetch_optional(pool)
    .await?;
    row.map(Score::from).ok_or(AppError::NotFound)
}

/// Finds a visitor's vote on an article.
#[tracing::instrument(skip(pool, visitor))]
pub async fn find_vote(pool: &PgPool, article: i64, visitor: Visitor) -> Result<Option<(u8, VoteState)>, AppError> {
    let vote = sqlx::query!(
        r#"select stars, state as "state: VoteState" from votes where article_id = $1 and visitor = $2"#,
        article,
        &visitor.0[..]
    )
    .fetch_optional(pool)
    .await?;
    Ok(vote.and_then(|vote| Some((u8::try_from(vote.stars).ok()?, vote.state))))
}

/// Stores or changes a visitor's vote; the totals change in the same transaction. A first vote in the state
/// `Suspicious`, or of a visitor with other suspicious votes, is suspicious and changes no totals.
#[tracing::instrument(skip(pool, visitor))]
pub async fn upsert_vote(
    pool: &PgPool,
    article: i64,
    visitor: Visitor,
    stars: u8,
    state: VoteState,
) -> Result<VoteAnswer, AppError> {
    let mut tx = lock_totals(pool, article).await?;
    let row = sqlx::query!(
        r#"with old as (select stars, state from votes where article_id = $1 and visitor = $2),
           new as (
               insert into votes (article_id, visitor, stars, state)
               select $1, $2, $3,
                      case when exists (select from votes where visitor = $2 and state = 'suspicious')
                           then 'suspicious' else $4::vote_state end
               where not is_closed_to_ratings($1)
               on conflict (article_id, visitor) do update set stars = excluded.stars, updated_at = now()
               returning stars, state
           )
           update rating_totals
           set revision = revision + 1,
               points = points + coalesce((select stars from new where state = 'counted'), 0)
                               - coalesce((select stars from old where state = 'counted'), 0),
               ratings = ratings + (select count(*) from new where state = 'counted')
                                 - (select count(*) from old where state = 'counted')
           where article_id = $1
           returning carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision,
                     (select state from new) as "state: VoteState""#,
        article,
        &visitor.0[..],
        i16::from(stars),
        state as _
    )
    .fetch_one(&mut *tx)
    .await?;
    // no vote was stored: ratings are closed here
    let state = row.state.ok_or(AppError::Forbidden(CLOSED))?;
    tx.commit().await?;
    let score = Score { totals: Totals { points: row.points, ratings: row.ratings }, revision: row.revision };
    Ok(VoteAnswer { score, own: Some(stars), is_suspicious: state == VoteState::Suspicious })
}

/// Deletes a visitor's vote; the totals change in the same transaction. Without a vote nothing happens.
#[tracing::instrument(skip(pool, visitor))]
pub async fn delete_vote(pool: &PgPool, article: i64, visitor: Visitor) -> Result<VoteAnswer, AppError> {
    let mut tx = lock_totals(pool, article).await?;
    let row = sqlx::query_as!(
        ScoreRow,
        r#"with old as (delete from votes where article_id = $1 and visitor = $2 returning stars, state)
           update rating_totals
           set revision = revision + 1,
               points = points - coalesce((select stars from old where state = 'counted'), 0),
               ratings = ratings - (select count(*) from old where state = 'counted')
           where article_id = $1
           returning carried_points + points as "points!", carried_ratings + ratings as "ratings!", revision"#,
        article,
        &visitor.0[..]
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(VoteAnswer { score: row.into(), own: None, is_suspicious: false })
}

/// Anonymises votes older than `before`; they go on counting. Suspicious ones that nobody admitted by then are deleted.
#[tracing::instrument(skip(pool))]
pub async fn anonymise_old_votes(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    sqlx::query!("delete from votes where state = 'suspicious' and updated_at < $1", before).execute(pool).await?;
    let done =
        sqlx::query!("update votes set visitor = random_hash(), updated_at = 'infinity' where updated_at < $1", before)
            .execute(pool)
            .await?;
    Ok(done.rows_affected())
}

/// Anonymises all votes of a visitor. Suspicious ones keep their age, by which they are reviewed or deleted.
#[tracing::instrument(skip_all)]
pub async fn anonymise_votes_of(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!(
        "update votes
         set visitor = random_hash(), updated_at = case when state = 'counted' then 'infinity' else updated_at end
         where visitor = $1",
        visitor
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Locks the totals of a public article: one vote at a time, so that what a vote was before is read under the lock and
/// the totals cannot drift.
async fn lock_totals(pool: &PgPool, article: i64) -> Result<Transaction<'static, Postgres>, AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query_scalar!(
        r#"select 1 as "one!" from rating_totals t
           where article_id = $1 and exists (select from public_articles a where a.id = t.article_id)
           for update of t"#,
        article
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(AppError::NotFound)?;
    Ok(tx)
}

#[cfg(test)]
mod tests {
    use super::VoteState::{Counted, Suspicious};
    use super::review::{count_suspicious_articles, list_suspicious_votes, move_votes, review_votes};
    use super::*;
    use crate::base::error::constraint;
    use crate::testing::{actor_of, insert_article, insert_rated_article, insert_staff, list_actions};

    fn visitor(number: u8) -> Visitor {
        Visitor([number; 32])
    }

    async fn totals(pool: &PgPool, id: i64) -> Totals {
        find_score(pool, id).await.expect("reads").totals
    }

    async fn count_votes(pool: &PgPool, id: i64) -> (i64, i64) {
        let row = sqlx::query!(
            r#"select coalesce(sum(stars), 0)::bigint as "points!", count(*) as "ratings!"
               from votes where article_id = $1 and state = 'counted'"#,
            id
        )
        .fetch_one(pool)
        .await
        .expect("counts");
        (row.points, row.ratings)
    }

    #[sqlx::test]
    async fn a_vote_is_given_changed_and_withdrawn(pool: PgPool) {
        let id = insert_rated_article(&pool, "a", Totals { points: 122, ratings: 26 }).await;
        let me = visitor(1);
        assert_eq!(find_vote(&pool, id, me).await, Ok(None));
        assert_eq!(
            upsert_vote(&pool, id, me, 5, Counted).await.expect("votes").score.totals,
            Totals { points: 127, ratings: 27 }
        );
        assert_eq!(
            upsert_vote(&pool, id, me, 2, Counted).await.expect("changes").score.totals,
            Totals { points: 124, ratings: 27 }
        );
        assert_eq!(find_vote(&pool, id, me).await, Ok(Some((2, Counted))));
        assert_eq!(
            delete_vote(&pool, id, me).await.expect("withdraws").score.totals,
            Totals { points: 122, ratings: 26 }
        );
    }

    #[sqlx::test]
    async fn repeated_votes_and_withdrawals_count_once(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        for _ in 0..3 {
            assert_eq!(
                upsert_vote(&pool, id, visitor(1), 4, Counted).await.expect("votes").score.totals,
                Totals { points: 4, ratings: 1 }
            );
        }
        for _ in 0..3 {
            assert_eq!(delete_vote(&pool, id, visitor(1)).await.expect("withdraws").score.totals, Totals::default());
        }
    }

    #[sqlx::test]
    async fn an_article_that_is_not_there_is_not_rated(pool: PgPool) {
        assert_eq!(upsert_vote(&pool, 1, visitor(1), 4, Counted).await, Err(AppError::NotFound));
        assert_eq!(delete_vote(&pool, 1, visitor(1)).await, Err(AppError::NotFound));
        assert_eq!(find_score(&pool, 1).await, Err(AppError::NotFound));
        let draft = insert_article(&pool, "a").await;
        sqlx::query!("update articles set state = 'withdrawn', withdrawal_message = 'Đã gỡ' where id = $1", draft)
            .execute(&pool)
            .await
            .expect("withdraws");
        assert_eq!(upsert_vote(&pool, draft, visitor(1), 4, Counted).await, Err(AppError::NotFound));
    }

    #[sqlx::test]
    async fn the_database_refuses_impossible_votes(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
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
            assert_eq!(constraint(&error), Some("vote_stars"));
        }
        let error =
            sqlx::query!("insert into votes (article_id, visitor, stars) values ($1, $2, 3)", id, &[1_u8; 31][..])
                .execute(&pool)
                .await
                .expect_err("refused");
        assert_eq!(constraint(&error), Some("vote_visitor"));
        let error =
            sqlx::query!("update rating_totals set points = 3, ratings = 4").execute(&pool).await.expect_err("refused");
        assert_eq!(constraint(&error), Some("rating_totals_possible"));
    }

    #[sqlx::test]
    async fn two_hundred_at_once_leave_exact_sums(pool: PgPool) {
        let carried = Totals { points: 122, ratings: 26 };
        let id = insert_rated_article(&pool, "a", carried).await;
        let tasks = (0..200_u8).map(|n| {
            let pool = pool.clone();
            tokio::spawn(async move {
                // forty visitors, so that first votes, changes and withdrawals of one visitor meet
                let me = visitor(n % 40);
                match n % 5 {
                    4 if n % 3 == 0 => {
                        let mut tx = pool.begin().await?;
                        move_votes(&mut tx, id, OffsetDateTime::now_utc(), n % 2 == 0).await?;
                        Ok(tx.commit().await?)
                    }
                    4 => delete_vote(&pool, id, me).await.map(|_| ()),
                    stars => upsert_vote(&pool, id, me, stars + 1, if n % 7 == 0 { Suspicious } else { Counted })
                        .await
                        .map(|_| ()),
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.expect("runs").expect("is stored");
        }
        let (points, ratings) = count_votes(&pool, id).await;
        assert_eq!(
            totals(&pool, id).await,
            Totals { points: carried.points + points, ratings: carried.ratings + ratings }
        );
    }

    #[sqlx::test]
    async fn a_suspicious_vote_counts_when_it_is_admitted(pool: PgPool) {
        let id = insert_rated_article(&pool, "a", Totals { points: 122, ratings: 26 }).await;
        let other = insert_article(&pool, "b").await;
        let before = Totals { points: 122, ratings: 26 };
        let voted = upsert_vote(&pool, id, visitor(1), 1, Suspicious).await.expect("is stored");
        assert_eq!((voted.score.totals, voted.own, voted.is_suspicious), (before, Some(1), true));
        // what its visitor does next waits too: changing it, and voting elsewhere
        assert!(upsert_vote(&pool, id, visitor(1), 2, Counted).await.expect("changes").is_suspicious);
        assert!(upsert_vote(&pool, other, visitor(1), 1, Counted).await.expect("is stored").is_suspicious);
        assert!(!upsert_vote(&pool, id, visitor(2), 5, Counted).await.expect("votes").is_suspicious);
        assert!(
            !upsert_vote(&pool, id, visitor(2), 4, Suspicious).await.expect("changes").is_suspicious,
            "what counts goes on counting"
        );
        upsert_vote(&pool, id, visitor(3), 1, Suspicious).await.expect("is stored");
        let list = list_suspicious_votes(&pool).await.expect("lists");
        let here = list.iter().find(|votes| votes.article == id).expect("is listed");
        assert_eq!(here.suspicious, Totals { points: 3, ratings: 2 });
        assert_eq!(here.counted, Totals { points: 126, ratings: 27 });
        upsert_vote(&pool, id, visitor(4), 1, Suspicious).await.expect("is stored after the list was read");
        let decide = async |admit| {
            let mut tx = pool.begin().await.expect("begins");
            let count = move_votes(&mut tx, id, here.until, admit).await.expect("decides");
            tx.commit().await.expect("commits");
            count
        };
        assert_eq!((decide(true).await, decide(true).await), (2, 0));
        assert_eq!(totals(&pool, id).await, Totals { points: 129, ratings: 29 });
        assert_eq!(
            delete_vote(&pool, id, visitor(4)).await.expect("withdraws").score.totals.ratings,
            29,
            "it never counted"
        );
        assert_eq!(delete_vote(&pool, id, visitor(1)).await.expect("withdraws").score.totals.ratings, 28);
        let until = list_suspicious_votes(&pool).await.expect("lists")[0].until;
        let mut tx = pool.begin().await.expect("begins");
        assert_eq!(move_votes(&mut tx, other, until, false).await, Ok(1));
        tx.commit().await.expect("commits");
        assert_eq!(
            (totals(&pool, other).await, find_vote(&pool, other, visitor(1)).await),
            (Totals::default(), Ok(None))
        );
    }

    #[sqlx::test]
    async fn a_forgotten_vote_goes_on_counting(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        upsert_vote(&pool, id, visitor(1), 5, Counted).await.expect("votes");
        upsert_vote(&pool, id, visitor(2), 1, Suspicious).await.expect("is stored");
        let day = time::Duration::days(1);
        assert_eq!(anonymise_old_votes(&pool, OffsetDateTime::now_utc() - day).await, Ok(0), "none is that old");
        assert_eq!(find_vote(&pool, id, visitor(2)).await, Ok(Some((1, Suspicious))));
        let tomorrow = OffsetDateTime::now_utc() + day;
        assert_eq!(anonymise_old_votes(&pool, tomorrow).await, Ok(1));
        assert_eq!(count_suspicious_articles(&pool).await, Ok(0), "what nobody admitted is gone");
        assert_eq!(anonymise_old_votes(&pool, tomorrow).await, Ok(0), "once is enough");
        assert_eq!(find_vote(&pool, id, visitor(1)).await, Ok(None));
        assert_eq!(totals(&pool, id).await, Totals { points: 5, ratings: 1 });
        assert_eq!(count_votes(&pool, id).await, (5, 1));
    }

    #[sqlx::test]
    async fn suspicious_votes_are_reviewed_once_with_an_audit_entry(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        upsert_vote(&pool, id, visitor(1), 5, Suspicious).await.expect("is stored");
        assert_eq!(count_suspicious_articles(&pool).await, Ok(1));
        let until = list_suspicious_votes(&pool).await.expect("lists")[0].until;
        assert_eq!(review_votes(&pool, actor_of(&lan), id, until, true).await, Ok(Ok(())));
        let late = review_votes(&pool, actor_of(&hoa), id, until, false).await;
        assert!(
            matches!(&late, Ok(Err(first)) if first.actor.as_deref() == Some("Chị lan") && first.admitted),
            "{late:?}"
        );
        assert_eq!(review_votes(&pool, actor_of(&hoa), id + 1, until, false).await, Err(AppError::NotFound));
        assert_eq!(totals(&pool, id).await, Totals { points: 5, ratings: 1 });
        assert_eq!(list_actions(&pool).await, ["admit-votes"]);
        assert_eq!(count_suspicious_articles(&pool).await, Ok(0));
    }

    #[sqlx::test]
    async fn an_erased_visitors_votes_go_on_counting(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        upsert_vote(&pool, id, visitor(1), 5, Counted).await.expect("votes");
        upsert_vote(&pool, id, visitor(2), 4, Counted).await.expect("votes");
        upsert_vote(&pool, id, visitor(3), 1, Suspicious).await.expect("is stored");
        let mut db = pool.acquire().await.expect("connects");
        anonymise_votes_of(&mut db, &visitor(1).0).await.expect("anonymises");
        anonymise_votes_of(&mut db, &visitor(1).0).await.expect("has nothing left to anonymise");
        assert_eq!((find_vote(&pool, id, visitor(1)).await, totals(&pool, id).await.ratings), (Ok(None), 2));
        assert_eq!(find_vote(&pool, id, visitor(2)).await, Ok(Some((4, Counted))));
        // a suspicious one is still reviewed
        anonymise_votes_of(&mut db, &visitor(3).0).await.expect("anonymises");
        let until = list_suspicious_votes(&pool).await.expect("lists")[0].until;
        let lan = insert_staff(&pool, "lan").await;
        assert_eq!(review_votes(&pool, actor_of(&lan), id, until, true).await, Ok(Ok(())));
        assert_eq!(totals(&pool, id).await, Totals { points: 10, ratings: 3 });
    }

    #[sqlx::test]
    async fn an_articles_totals_are_created_once(pool: PgPool) {
        use crate::base::error::constraint;
        let id = crate::testing::insert_article(&pool, "x").await;
        let mut db = pool.acquire().await.expect("connects");
        let repeated = create_totals(&mut db, id, Totals::default()).await.expect_err("is refused");
        assert_eq!(constraint(&repeated), Some("rating_totals_pkey"));
        let unknown = create_totals(&mut db, id + 1, Totals::default()).await.expect_err("is refused");
        assert_eq!(constraint(&unknown), Some("rating_totals_article_id_fkey"));
    }
}
