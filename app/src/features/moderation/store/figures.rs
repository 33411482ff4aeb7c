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
    /// The time within which half of them were decided, in minutes.
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
    /// Reported comments that they kept.
    pub kept: i64,
    /// Answers that they gave.
    pub answered: i64,
    /// Decisions that they undid.
    pub undone: i64,
}

/// Finds when the comment that has been waiting longest was written.
#[tracing::instrument(skip(pool))]
pub async fn find_oldest_waiting(pool: &PgPool) -> Result<Option<OffsetDateTime>, AppError> {
    let oldest = sqlx::query_scalar!(
        "select created_at from comments where state = 'pending' and article_id <> 0 order by id limit 1"
    );
    Ok(oldest.fetch_optional(pool).await?)
}

/// Lists the days of this time in which something was decided, the latest first. How long a decision took is known in
/// steps of a minute up to two hours, of five up to a day, of an hour up to thirty days.
#[tracing::instrument(skip(pool))]
pub async fn list_days(pool: &PgPool, from: Date, until: Date) -> Result<Vec<DayFigures>, AppError> {
    let days = sqlx::query_as!(
        DayFigures,
        r#"with counted as (
               select day, minutes, sum(decisions) as decisions
               from (select * from decision_days where day between $1 and $2
                     union all select * from decision_deltas where day between $1 and $2) both_tables
               group by day, minutes having sum(decisions) > 0
           ), ranked as (
               select day, minutes, decisions, sum(decisions) over (partition by day) as all_decisions,
                      sum(decisions) over (partition by day order by minutes) as up_to_here
               from counted
           )
           select day as "day!", sum(decisions)::bigint as "decided!",
                  min(minutes) filter (where 2 * up_to_here >= all_decisions)::float8 as "median!",
                  max(minutes)::float8 as "slowest!"
           from ranked group by day order by day desc"#,
        from,
        until
    );
    Ok(days.fetch_all(pool).await?)
}

/// Lists what each member of staff did on these days.
#[tracing::instrument(skip(pool))]
pub async fn list_moderators(pool: &PgPool, from: Date, until: Date) -> Result<Vec<ModeratorFigures>, AppError> {
    let moderators = sqlx::query_as!(
        ModeratorFigures,
        r#"select display_name as name,
                  coalesce(sum(comments) filter (where action = 'approve'), 0)::bigint as "approved!",
                  coalesce(sum(comments) filter (where action = 'reject'), 0)::bigint as "rejected!",
                  coalesce(sum(comments) filter (where action = 'remove'), 0)::bigint as "removed!",
                  coalesce(sum(comments) filter (where action = 'keep'), 0)::bigint as "kept!",
                  coalesce(sum(comments) filter (where action = 'answer'), 0)::bigint as "answered!",
                  coalesce(sum(comments) filter (where action = 'undo'), 0)::bigint as "undone!"
           from staff_days join accounts on accounts.id = account_id
           where day between $1 and $2 and action in ('approve', 'reject', 'remove', 'keep', 'answer', 'undo')
           group by accounts.id order by sum(comments) desc, accounts.id"#,
        from,
        until
    );
    Ok(moderators.fetch_all(pool).await?)
}

/// Lists the reasons given on these days, the most frequent first, with their numbers.
#[tracing::instrument(skip(pool))]
pub async fn list_reasons(pool: &PgPool, from: Date, until: Date) -> Result<Vec<(String, i64)>, AppError> {
    let rows = sqlx::query!(
        r#"select note as "note!", sum(comments)::bigint as "count!"
           from (select * from reason_days where day between $1 and $2
                 union all select * from reason_deltas where day between $1 and $2) both_tables
           group by note having sum(comments) > 0 order by sum(comments) desc, note limit 20"#,
        from,
        until
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.note, row.count)).collect())
}

/// Adds the changes of the days' figures to the days; call it every now and then.
#[tracing::instrument(skip(pool))]
pub async fn fold_figures(pool: &PgPool) -> Result<(), AppError> {
    sqlx::query!(
        "with folded as (delete from decision_deltas returning day, minutes, decisions)
         insert into decision_days
         select day, minutes, sum(decisions) from folded group by day, minutes order by day, minutes
         on conflict (day, minutes) do update set decisions = decision_days.decisions + excluded.decisions"
    )
    .execute(pool)
    .await?;
    sqlx::query!(
        "with folded as (delete from reason_deltas returning day, note, comments)
         insert into reason_days select day, note, sum(comments) from folded group by day, note order by day, note
         on conflict (day, note) do update set comments = reason_days.comments + excluded.comments"
    )
    .execute(pool)
    .await?;
    // the words of a reason go with the last comment that it was given to
    sqlx::query!("delete from reason_days where comments <= 0").execute(pool).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::local_day;
    use crate::features::comments::store::decide::{answer_comment, decide_comment, decide_comments};
    use crate::features::comments::store::reports::insert_report;
    use crate::features::comments::{Decision, ReportReason};
    use crate::testing::{actor_of, decide_as, insert_article, insert_staff, send_comment};
    use crate::web::visitor::Visitor;
    use time::macros::date;

    const FIRST: Date = date!(2000 - 01 - 01);
    const LATEST: Date = date!(2999 - 01 - 01);

    #[sqlx::test]
    async fn answers_and_kept_reports_count_for_who_did_them_on_their_day(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let answered = answer_comment(&pool, actor_of(&lan), (comment, 1), "Phường", "Từ 11 giờ hôm nay.").await;
        answered.expect("answers").expect("is first");
        insert_report(&pool, comment, (Visitor([9; 32]), None), ReportReason::Insult, None).await.expect("reports");
        let version = sqlx::query_scalar("select version from comments where id = $1").bind(comment);
        let version: i32 = version.fetch_one(&pool).await.expect("reads");
        decide_as(&pool, &hoa, comment, version, Decision::Keep).await.expect("decides").expect("is first");
        let today = local_day(OffsetDateTime::now_utc());
        let people = async |from, until| {
            let people = list_moderators(&pool, from, until).await.expect("reads");
            people.into_iter().map(|one| (one.name, one.approved, one.answered, one.kept)).collect::<Vec<_>>()
        };
        let both = [("Chị lan".to_owned(), 1, 1, 0), ("Chị hoa".to_owned(), 0, 0, 1)];
        assert_eq!(people(today, today).await, both);
        let day = time::Duration::DAY;
        assert!(people(FIRST, today - day).await.is_empty() && people(today + day, LATEST).await.is_empty());
        assert!(list_days(&pool, FIRST, today - day).await.expect("reads").is_empty());
        assert!(list_reasons(&pool, today + day, LATEST).await.expect("reads").is_empty());
    }

    #[sqlx::test]
    async fn decisions_are_counted_by_day_person_and_reason(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let from = local_day(OffsetDateTime::now_utc()) - time::Duration::days(30);
        assert_eq!((find_oldest_waiting(&pool).await, list_days(&pool, from, LATEST).await), (Ok(None), Ok(vec![])));
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
        let check = async || {
            let days = list_days(&pool, from, LATEST).await.expect("reads");
            assert_eq!((days.len(), days[0].decided, days[0].median, days[0].slowest), (1, 3, 20.0, 60.0));
            let people = list_moderators(&pool, from, LATEST).await.expect("reads");
            assert_eq!((people[0].name.as_str(), people[0].approved, people[1].rejected), ("Chị lan", 2, 1));
            assert_eq!(list_reasons(&pool, from, LATEST).await, Ok(vec![("Quảng cáo".to_owned(), 1)]));
        };
        check().await;
        fold_figures(&pool).await.expect("folds");
        check().await;
        fold_figures(&pool).await.expect("nothing is left");
        check().await;
        assert!(find_oldest_waiting(&pool).await.expect("reads").is_some());
        // a decision that is undone was none, and a reason goes with its comment
        decide_as(&pool, &lan, sent[0], 2, Decision::Undo).await.expect("decides").expect("is first");
        assert_eq!(list_days(&pool, from, LATEST).await.expect("reads")[0].decided, 2);
        sqlx::query!("delete from comments where id = $1", sent[2]).execute(&pool).await.expect("deletes");
        assert_eq!(
            list_days(&pool, from, LATEST).await.expect("reads")[0].decided,
            2,
            "what was decided stays decided"
        );
        assert_eq!(list_reasons(&pool, from, LATEST).await, Ok(vec![]));
        fold_figures(&pool).await.expect("folds");
        let kept = sqlx::query_scalar!("select count(*) from reason_days").fetch_one(&pool).await.expect("reads");
        assert_eq!((kept, list_days(&pool, from, LATEST).await.expect("reads")[0].decided), (Some(0), 2));
    }

    /// The decisions that the comments themselves tell of, with the minutes of each in the steps of the figures.
    async fn count_decisions(pool: &PgPool) -> Vec<(Date, i32, i64)> {
        sqlx::query_as(
            "select local_day(decided_at), count_waited_minutes(created_at, decided_at), count(*) from comments
             where decided_by is not null and state in ('published', 'rejected') and not official
             group by 1, 2 order by 1, 2",
        )
        .fetch_all(pool)
        .await
        .expect("counts")
    }

    #[sqlx::test]
    async fn the_sums_are_what_the_comments_say_whoever_adds_up_meanwhile(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        for n in 0..6 {
            send_comment(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored");
        }
        sqlx::query("update comments set created_at = now() - make_interval(mins => (id * 47)::integer)")
            .execute(&pool)
            .await
            .expect("ages");
        for round in 0..40u8 {
            let work = [&lan, &hoa].map(|staff| {
                let (pool, staff) = (pool.clone(), staff.clone());
                tokio::spawn(async move {
                    let seen: Vec<(i64, i32)> =
                        sqlx::query_as("select id, version from comments where random() < 0.5 order by id")
                            .fetch_all(&pool)
                            .await
                            .expect("reads");
                    let decision = Decision::ALL[rand::random::<u8>() as usize % Decision::ALL.len()];
                    let note = decision.takes_note().then_some("Quảng cáo");
                    decide_comments(&pool, actor_of(&staff), &seen, decision, note).await.expect("decides");
                })
            });
            let adding = tokio::spawn({
                let pool = pool.clone();
                async move { fold_figures(&pool).await }
            });
            for work in work {
                work.await.expect("runs");
            }
            adding.await.expect("runs").expect("folds");
            let told = count_decisions(&pool).await;
            let days = list_days(&pool, FIRST, LATEST).await.expect("reads");
            let sums: i64 = days.iter().map(|day| day.decided).sum();
            assert_eq!(sums, told.iter().map(|(_, _, count)| count).sum::<i64>(), "round {round}");
            let reasons = sqlx::query_scalar::<_, i64>("select count(*) from comments where note is not null");
            let reasons = reasons.fetch_one(&pool).await.expect("counts");
            let counted: i64 = list_reasons(&pool, FIRST, LATEST).await.expect("reads").iter().map(|(_, n)| n).sum();
            assert_eq!(counted, reasons, "round {round}");
        }
        fold_figures(&pool).await.expect("folds");
        let kept: Vec<(Date, i32, i64)> = sqlx::query_as(
            "select day, minutes, decisions from decision_days where decisions <> 0 order by day, minutes",
        )
        .fetch_all(&pool)
        .await
        .expect("reads");
        assert_eq!(kept, count_decisions(&pool).await);
        let actions: i64 =
            sqlx::query_scalar("select sum(comments)::bigint from staff_days").fetch_one(&pool).await.expect("reads");
        let entries = sqlx::query_scalar::<_, i64>("select count(*) from audit where subject = 'comment'");
        assert_eq!(actions, entries.fetch_one(&pool).await.expect("counts"));
    }
}
