//! Suspicious votes, and what staff decide about them.

use crate::base::error::AppError;
use crate::features::audit::{Actor, Entry};
use crate::features::ratings::{ADMIT_VOTES, DISCARD_VOTES, Totals};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// An article with suspicious votes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspiciousVotes {
    pub article: i64,
    pub title: String,
    pub slug: String,
    pub suspicious: Totals,
    pub counted: Totals,
    /// When the last of them was given: a decision is about those that were seen.
    pub until: OffsetDateTime,
}

/// Lists the articles with suspicious votes, those with the newest first.
#[tracing::instrument(skip(pool))]
pub async fn list_suspicious_votes(pool: &PgPool) -> Result<Vec<SuspiciousVotes>, AppError> {
    let rows = sqlx::query!(
        r#"select a.id, a.title, a.slug, sum(stars)::bigint as "points!", count(*) as "ratings!",
                  max(v.updated_at) as "until!", carried_points + t.points as "counted_points!",
                  carried_ratings + t.ratings as "counted_ratings!"
           from votes v join articles a on a.id = v.article_id join rating_totals t on t.article_id = a.id
           where v.state = 'suspicious' group by a.id, t.article_id order by max(v.updated_at) desc limit 200"#
    )
    .fetch_all(pool)
    .await?;
    let votes = rows.into_iter().map(|row| SuspiciousVotes {
        article: row.id,
        title: row.title,
        slug: row.slug,
        suspicious: Totals { points: row.points, ratings: row.ratings },
        counted: Totals { points: row.counted_points, ratings: row.counted_ratings },
        until: row.until,
    });
    Ok(votes.collect())
}

/// Counts the articles with suspicious votes.
#[tracing::instrument(skip(pool))]
pub async fn count_suspicious_articles(pool: &PgPool) -> Result<i64, AppError> {
    let count =
        sqlx::query_scalar!(r#"select count(distinct article_id) as "count!" from votes where state = 'suspicious'"#);
    Ok(count.fetch_one(pool).await?)
}

/// Who decided about an article's suspicious votes last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastReview {
    pub actor: Option<String>,
    pub admitted: bool,
    pub at: OffsetDateTime,
}

/// Admits or discards the suspicious votes of an article up to `until`, with an audit entry. Where there are none left,
/// the inner result says who was first.
#[tracing::instrument(skip(pool, actor))]
pub async fn review_votes(
    pool: &PgPool,
    actor: Actor<'_>,
    article: i64,
    until: OffsetDateTime,
    admit: bool,
) -> Result<Result<(), LastReview>, AppError> {
    let mut tx = pool.begin().await?;
    let count = move_votes(&mut tx, article, until, admit).await?;
    if count == 0 {
        return Ok(Err(find_last_review(&mut tx, article).await?.ok_or(AppError::NotFound)?));
    }
    let action = if admit { ADMIT_VOTES } else { DISCARD_VOTES };
    let entry = Entry::new(actor, action, ("article", Some(article)), json!({ "votes": count }));
    actor.record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(Ok(()))
}

async fn find_last_review(db: &mut PgConnection, article: i64) -> Result<Option<LastReview>, AppError> {
    let review = sqlx::query_as!(
        LastReview,
        r#"select at, action = $2 as "admitted!", display_name as "actor?"
           from audit left join accounts on accounts.id = account_id
           where action in ($2, $3) and subject = 'article' and subject_id = $1 order by number desc limit 1"#,
        article,
        ADMIT_VOTES.name,
        DISCARD_VOTES.name
    );
    Ok(review.fetch_optional(db).await?)
}

/// Counts or deletes suspicious votes; the totals change in the caller's transaction. Returns how many there were.
pub(super) async fn move_votes(
    db: &mut PgConnection,
    article: i64,
    until: OffsetDateTime,
    admit: bool,
) -> Result<i64, AppError> {
    sqlx::query!("select revision from rating_totals where article_id = $1 for update", article)
        .fetch_optional(&mut *db)
        .await?
        .ok_or(AppError::NotFound)?;
    if !admit {
        let deleted = sqlx::query!(
            "delete from votes where article_id = $1 and state = 'suspicious' and updated_at <= $2",
            article,
            until
        );
        return Ok(deleted.execute(db).await?.rows_affected() as i64);
    }
    let sums = sqlx::query!(
        r#"with admitted as (
               update votes set state = 'counted'
               where article_id = $1 and state = 'suspicious' and updated_at <= $2 returning stars
           )
           select coalesce(sum(stars), 0)::bigint as "points!", count(*) as "ratings!" from admitted"#,
        article,
        until
    )
    .fetch_one(&mut *db)
    .await?;
    if sums.ratings > 0 {
        sqlx::query!(
            "update rating_totals set revision = revision + 1, points = points + $2, ratings = ratings + $3
             where article_id = $1",
            article,
            sums.points,
            sums.ratings
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(sums.ratings)
}
