//! How the desk does: what waits, how long decisions take, who makes them, and why comments are not published.

use crate::error::AppError;
use sqlx::PgPool;
use time::{Date, OffsetDateTime};

/// A day's decisions.
#[derive(Debug, Clone, PartialEq)]
pub struct Day {
    /// The day, in Vietnam.
    pub day: Date,
    /// Comments that were decided.
    pub decided: i64,
    /// Half of them waited no longer than so many minutes.
    pub median: f64,
    /// None waited longer.
    pub slowest: f64,
}

/// What somebody decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByModerator {
    /// Their displayed name.
    pub name: String,
    /// Comments that they published.
    pub approved: i64,
    /// Comments that they did not publish.
    pub rejected: i64,
    /// Comments that they took back.
    pub removed: i64,
    /// Decisions that they took back.
    pub undone: i64,
}

/// The last thirty days in numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// When the comment that waits longest was written.
    pub oldest: Option<OffsetDateTime>,
    /// By day.
    pub days: Vec<Day>,
    /// By moderator.
    pub moderators: Vec<ByModerator>,
    /// By reason.
    pub reasons: Vec<(String, i64)>,
}

/// The thirty days before `now`.
pub async fn all(pool: &PgPool, now: OffsetDateTime) -> Result<Figures, AppError> {
    let from = now - time::Duration::days(30);
    Ok(Figures {
        oldest: oldest(pool).await?,
        days: by_day(pool, from).await?,
        moderators: by_moderator(pool, from).await?,
        reasons: reasons(pool, from).await?,
    })
}

/// When the comment that waits longest was written.
pub async fn oldest(pool: &PgPool) -> Result<Option<OffsetDateTime>, AppError> {
    let oldest = sqlx::query_scalar!("select created_at from comments where state = 'held' order by id limit 1");
    Ok(oldest.fetch_optional(pool).await?)
}

/// The days since `from` on which something was decided, the latest first.
pub async fn by_day(pool: &PgPool, from: OffsetDateTime) -> Result<Vec<Day>, AppError> {
    let days = sqlx::query_as!(
        Day,
        r#"select (decided_at at time zone 'Asia/Ho_Chi_Minh')::date as "day!", count(*) as "decided!",
                  percentile_cont(0.5) within group (order by extract(epoch from decided_at - created_at)::float8 / 60) as "median!",
                  max(extract(epoch from decided_at - created_at)::float8 / 60) as "slowest!"
           from comments where decided_by is not null and decided_at >= $1 and state in ('published', 'rejected') and not official
           group by 1 order by 1 desc"#,
        from
    );
    Ok(days.fetch_all(pool).await?)
}

/// What each moderator decided since `from`.
pub async fn by_moderator(pool: &PgPool, from: OffsetDateTime) -> Result<Vec<ByModerator>, AppError> {
    let moderators = sqlx::query_as!(
        ByModerator,
        r#"select display_name as name, count(*) filter (where action = 'approve') as "approved!",
                  count(*) filter (where action = 'reject') as "rejected!", count(*) filter (where action = 'remove') as "removed!",
                  count(*) filter (where action = 'undo') as "undone!"
           from audit join accounts on accounts.id = account_id
           where subject = 'comment' and at >= $1 and action in ('approve', 'reject', 'remove', 'undo')
           group by accounts.id order by count(*) desc"#,
        from
    );
    Ok(moderators.fetch_all(pool).await?)
}

/// Reasons that were given since `from`, the most frequent first.
pub async fn reasons(pool: &PgPool, from: OffsetDateTime) -> Result<Vec<(String, i64)>, AppError> {
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
    use crate::accounts::store::tests::staff;
    use crate::articles::store::tests::article;
    use crate::comments::store::tests::send;
    use crate::moderation::Decision;
    use crate::moderation::store::tests::{decide_as, key};
    use crate::moderation::store::{Moderator, decide_one};
    use crate::ratings::Totals;

    #[sqlx::test]
    async fn the_desk_is_told_in_numbers(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let from = OffsetDateTime::now_utc() - time::Duration::days(30);
        assert_eq!((oldest(&pool).await, by_day(&pool, from).await), (Ok(None), Ok(vec![])));
        let mut sent = Vec::new();
        for n in 0..4 {
            sent.push(send(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
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
        decide_as(&pool, &lan, sent[0], 1, Decision::Approve).await.expect("approves");
        decide_as(&pool, &lan, sent[1], 1, Decision::Approve).await.expect("approves");
        let key = key();
        let by = Moderator { staff: &hoa, key: &key };
        decide_one(&pool, by, (sent[2], 1), Decision::Reject, Some("Quảng cáo")).await.expect("rejects");
        let days = by_day(&pool, from).await.expect("reads");
        assert_eq!((days.len(), days[0].decided, days[0].median.round(), days[0].slowest.round()), (1, 3, 20.0, 60.0));
        let people = by_moderator(&pool, from).await.expect("reads");
        assert_eq!((people[0].name.as_str(), people[0].approved, people[1].rejected), ("Chị lan", 2, 1));
        assert_eq!(reasons(&pool, from).await, Ok(vec![("Quảng cáo".to_owned(), 1)]));
        assert!(oldest(&pool).await.expect("reads").is_some());
    }
}
