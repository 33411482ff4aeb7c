//! How the desk does: what waits, how long decisions take, who makes them, and why comments are not published.

use crate::base::error::AppError;
use sqlx::PgPool;
use time::{Date, OffsetDateTime};

/// A day's decisions.
#[derive(Debug, Clone, PartialEq)]
pub struct DayFigures {
    /// The day, in Vietnam.
    pub day: Date,
    /// Comments that were decided about.
    pub decided: i64,
    /// The median time until the decision, in minutes.
    pub median: f64,
    /// The longest, in minutes.
    pub slowest: f64,
}

/// A moderator's decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeratorFigures {
    /// Their displayed name.
    pub name: String,
    pub approved: i64,
    pub rejected: i64,
    pub removed: i64,
    /// Decisions that they undid.
    pub undone: i64,
}

/// Finds when the comment that has been waiting longest was written.
#[tracing::instrument(skip(pool))]
pub async fn find_oldest_waiting(pool: &PgPool) -> Result<Option<OffsetDateTime>, AppError> {
    let oldest = sqlx::query_scalar!("select created_at from comments where state = 'pending' order by id limit 1");
    Ok(oldest.fetch_optional(pool).await?)
}

/// Lists the days since `from` on which something was decided, the latest first.
#[tracing::instrument(skip(pool))]
pub async fn list_days(pool: &PgPool, from: OffsetDateTime) -> Result<Vec<DayFigures>, AppError> {
    let days = sqlx::query_as!(
        DayFigures,
        r#"select (decided_at at time zone 'Asia/Ho_Chi_Minh')::date as "day!", count(*) as "decided!",
                  percentile_cont(0.5) within group (
                      order by extract(epoch from decided_at - created_at)::float8 / 60
                  ) as "median!",
                  max(extract(epoch from decided_at - created_at)::float8 / 60) as "slowest!"
           from comments
           where decided_by is not null and decided_at >= $1 and state in ('published', 'rejected') and not official
           group by 1 order by 1 desc"#,
        from
    );
    Ok(days.fetch_all(pool).await?)
}

/// Lists the decisions of each moderator since `from`.
#[tracing::instrument(skip(pool))]
pub async fn list_moderators(pool: &PgPool, from: OffsetDateTime) -> Result<Vec<ModeratorFigures>, AppError> {
    let moderators = sqlx::query_as!(
        ModeratorFigures,
        r#"select display_name as name, count(*) filter (where action = 'approve') as "approved!",
                  count(*) filter (where action = 'reject') as "rejected!",
                  count(*) filter (where action = 'remove') as "removed!",
                  count(*) filter (where action = 'undo') as "undone!"
           from audit join accounts on accounts.id = account_id
           where subject = 'comment' and at >= $1 and action in ('approve', 'reject', 'remove', 'undo')
           group by accounts.id order by count(*) desc"#,
        from
    );
    Ok(moderators.fetch_all(pool).await?)
}

/// Lists the reasons given since `from`, the most frequent first, with their numbers.
#[tracing::instrument(skip(pool))]
pub async fn list_reasons(pool: &PgPool, from: OffsetDateTime) -> Result<Vec<(String, i64)>, AppError> {
    let rows = sqlx::query!(
        r#"select note as "note!", count(*) as "count!" from comments
           where note is not null and decided_at >= $1 group by note order by count(*) desc, note limit 20"#,
        from
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.note, row.count)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::Decision;
    use crate::features::comments::store::decide::decide_comment;
    use crate::testing::{actor_of, decide_as, insert_article, insert_staff, send_comment};

    #[sqlx::test]
    async fn decisions_are_counted_by_day_person_and_reason(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let from = OffsetDateTime::now_utc() - time::Duration::days(30);
        assert_eq!((find_oldest_waiting(&pool).await, list_days(&pool, from).await), (Ok(None), Ok(vec![])));
        let mut sent = Vec::new();
        for n in 0..4 {
            sent.push(send_comment(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
        }
        for (comment, minutes) in sent.iter().zip([10, 20, 60, 5]) {
            sqlx::query!(
                "update comments set created_at = now() - make_interval(mins => $2) where id = $1",
                comment,
                minutes
            )
            .execute(&pool)
            .await
            .expect("ages");
        }
        for comment in [sent[0], sent[1]] {
            decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        }
        let rejected = decide_comment(&pool, actor_of(&hoa), (sent[2], 1), Decision::Reject, Some("Quảng cáo")).await;
        rejected.expect("decides").expect("is first");
        let days = list_days(&pool, from).await.expect("reads");
        assert_eq!((days.len(), days[0].decided, days[0].median.round(), days[0].slowest.round()), (1, 3, 20.0, 60.0));
        let people = list_moderators(&pool, from).await.expect("reads");
        assert_eq!((people[0].name.as_str(), people[0].approved, people[1].rejected), ("Chị lan", 2, 1));
        assert_eq!(list_reasons(&pool, from).await, Ok(vec![("Quảng cáo".to_owned(), 1)]));
        assert!(find_oldest_waiting(&pool).await.expect("reads").is_some());
    }
}
