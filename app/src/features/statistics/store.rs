//! The tables of visits and their counts.

use super::traffic::{DayHash, DayKey, Span};
use super::{Figures, IDLE, NOW};
use crate::base::clock;
use crate::base::error::AppError;
use sqlx::PgPool;
use time::{Date, Duration, OffsetDateTime};

/// How long the visits of a day are kept after midnight, so that every process can merge what it has gathered.
const GRACE_PERIOD: Duration = Duration::minutes(2);

/// Loads the keys of the day of `now` and of the next, so that midnight needs no database, and creates missing ones.
/// Processes that load at the same time agree.
#[tracing::instrument(skip(pool))]
pub async fn load_keys(pool: &PgPool, now: OffsetDateTime) -> Result<Vec<DayKey>, AppError> {
    let today = clock::local_day(now);
    let days: Vec<Date> = std::iter::once(today).chain(today.next_day()).collect();
    let fresh: Vec<Vec<u8>> = days.iter().map(|_| rand::random::<[u8; 32]>().to_vec()).collect();
    sqlx::query!(
        "insert into visit_keys (day, key) select * from unnest($1::date[], $2::bytea[]) on conflict do nothing",
        &days,
        &fresh
    )
    .execute(pool)
    .await?;
    let rows = sqlx::query!("select day, key from visit_keys where day = any($1)", &days).fetch_all(pool).await?;
    Ok(rows.into_iter().filter_map(|row| Some(DayKey { day: row.day, bytes: row.key.try_into().ok()? })).collect())
}

/// Reads the figures at `now`; `carried` are the visits of another site.
#[tracing::instrument(skip(pool))]
pub async fn read_figures(pool: &PgPool, carried: i64, now: OffsetDateTime) -> Result<Figures, AppError> {
    let today = clock::local_day(now);
    let row = sqlx::query!(
        r#"select (select count(distinct visitor) from visits where page = 0 and ended > $1) as "now!",
                  (select coalesce(sum(visits), 0)::bigint from traffic_days where page = 0 and day = $2) as "today!",
                  (select coalesce(sum(visits), 0)::bigint from traffic_days
                   where page = 0 and day between date_trunc('month', $2::date::timestamp)::date and $2) as "month!",
                  (select coalesce(sum(visits), 0)::bigint from traffic_totals where page = 0) as "ever!""#,
        now - NOW,
        today
    )
    .fetch_one(pool)
    .await?;
    Ok(Figures { now: row.now, today: row.today, month: row.month, ever: carried + row.ever })
}

/// Whether this visitor opened a page since `since`, as far as visits are merged.
#[tracing::instrument(skip(pool, visitor))]
pub async fn has_visited(pool: &PgPool, visitor: DayHash, since: OffsetDateTime) -> Result<bool, AppError> {
    let here = sqlx::query_scalar!(
        r#"select exists (select from visits where page = 0 and visitor = $1 and ended >= $2) as "here!""#,
        &visitor[..],
        since
    );
    Ok(here.fetch_one(pool).await?)
}

/// Deletes the keys and hashes of days that are over at `now`.
#[tracing::instrument(skip(pool))]
pub async fn delete_past_days(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    let today = clock::local_day(now - GRACE_PERIOD);
    let mut tx = pool.begin().await?;
    sqlx::query!("delete from visit_keys where day < $1", today).execute(&mut *tx).await?;
    let gone = sqlx::query!("delete from visits where day < $1", today).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(gone.rows_affected())
}

/// What happened in a day or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The day, or the first of the month.
    pub from: Date,
    /// Visits that began.
    pub visits: i64,
    /// Ratings that count.
    pub ratings: i64,
    /// Comments that were written and are published.
    pub comments: i64,
}

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The last 30 days.
    Day,
    /// The last 12 months.
    Month,
}

/// Lists the periods up to `today`, the oldest first.
#[tracing::instrument(skip(pool))]
pub async fn list_periods(pool: &PgPool, today: Date, step: Step) -> Result<Vec<Period>, AppError> {
    let (days, months) = if step == Step::Day { (1, 0) } else { (0, 1) };
    let rows = sqlx::query_as!(
        Period,
        r#"with periods as (
               select day, day + make_interval(days => $2, months => $3) as next
               from (select case when $3 > 0 then date_trunc('month', $1::date::timestamp) - interval '11 months'
                                 else $1::date::timestamp - interval '29 days' end as first) as f,
                    generate_series(first, $1::date::timestamp, make_interval(days => $2, months => $3)) as day
           ),
           activity as (
               select day, sum(ratings) as ratings, sum(comments) as comments
               from (
                   select * from activity_days where day >= (select min(day) from periods)
                   union all
                   select * from activity_deltas
               ) as parts
               group by day
           )
           select p.day::date as "from!",
                  (select coalesce(sum(visits), 0)::bigint from traffic_days t
                   where t.page = 0 and t.day >= p.day and t.day < next) as "visits!",
                  coalesce(sum(a.ratings), 0)::bigint as "ratings!", coalesce(sum(a.comments), 0)::bigint as "comments!"
           from periods p left join activity a on a.day >= p.day and a.day < next
           group by p.day, next order by p.day"#,
        today,
        days,
        months
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Adds the changes of the days' numbers to the days; call it every now and then.
#[tracing::instrument(skip(pool))]
pub async fn fold_activity(pool: &PgPool) -> Result<(), AppError> {
    sqlx::query!(
        "with folded as (delete from activity_deltas returning day, ratings, comments)
         insert into activity_days select day, sum(ratings), sum(comments) from folded group by day order by day
         on conflict (day) do update set ratings = activity_days.ratings + excluded.ratings,
                                         comments = activity_days.comments + excluded.comments"
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// An article that was read often.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MostRead {
    pub id: i64,
    pub slug: String,
    pub title: String,
    /// Views in the days that were asked for.
    pub views: i64,
}

/// Lists the ten articles that were read most in so many days up to `today`.
#[tracing::instrument(skip(pool))]
pub async fn list_most_read(pool: &PgPool, days: i32, today: Date) -> Result<Vec<MostRead>, AppError> {
    let articles = sqlx::query_as!(
        MostRead,
        r#"select a.id as "id!", a.slug as "slug!", a.title as "title!", views as "views!"
           from (select page, sum(visits)::bigint as views from traffic_days
                 where day > $1::date - $2::int and day <= $1 and page > 0
                 group by page order by sum(visits) desc, page desc limit 200) most
           join public_articles a on a.id = most.page order by views desc, a.id desc limit 10"#,
        today,
        days
    );
    Ok(articles.fetch_all(pool).await?)
}

/// Merges gathered visits into the stored ones. Visits within 30 minutes of each other become one, in whatever order
/// and from however many processes they come.
#[tracing::instrument(skip_all)]
pub async fn merge_visits(pool: &PgPool, spans: &[Span]) -> Result<(), AppError> {
    let days: Vec<Date> = spans.iter().map(|span| span.day).collect();
    let pages: Vec<i64> = spans.iter().map(|span| span.page).collect();
    let visitors: Vec<Vec<u8>> = spans.iter().map(|span| span.visitor.to_vec()).collect();
    let began: Vec<OffsetDateTime> = spans.iter().map(|span| span.began).collect();
    let ended: Vec<OffsetDateTime> = spans.iter().map(|span| span.ended).collect();
    let mut tx = pool.begin().await?;
    // one merge at a time: another must not add visits that this one would have joined
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended('visits', 0))").execute(&mut *tx).await?;
    sqlx::query!(
        r#"with seen as (
               select s.* from unnest($1::date[], $2::bigint[], $3::bytea[], $4::timestamptz[], $5::timestamptz[])
                   as s (day, page, visitor, began, ended)
               -- a day without a key is over
               join visit_keys using (day)
           ),
           touched as (
               delete from visits v using seen s
               where v.day = s.day and v.page = s.page and v.visitor = s.visitor
                 and v.began <= s.ended + make_interval(mins => $6) and v.ended >= s.began - make_interval(mins => $6)
               returning v.day, v.page, v.visitor, v.began, v.ended
           ),
           pieces as (
               select day, page, visitor, began, ended from seen
               union all
               select day, page, visitor, began, ended from touched
           ),
           marked as (
               select *, coalesce(began > max(ended) over (
                   partition by day, page, visitor order by began, ended
                       rows between unbounded preceding and 1 preceding
               ) + make_interval(mins => $6), true) as begins
               from pieces
           ),
           numbered as (
               select *, count(*) filter (where begins) over (
                   partition by day, page, visitor order by began, ended
                       rows between unbounded preceding and current row
               ) as number
               from marked
           ),
           merged as (
               insert into visits (day, page, visitor, began, ended)
               select day, page, visitor, min(began), max(ended) from numbered group by day, page, visitor, number
               returning day, page, began
           ),
           moves as (
               select day, page, date_trunc('hour', began, 'UTC') as hour, count from (
                   select day, page, began, 1 as count from merged union all select day, page, began, -1 from touched
               ) as both_ways
           ),
           hours as (
               insert into traffic_hours (hour, visits)
               select hour, sum(count) from moves where page = 0 group by hour having sum(count) <> 0
               on conflict (hour) do update set visits = traffic_hours.visits + excluded.visits
           ),
           days as (
               insert into traffic_days (page, day, visits)
               select page, day, sum(count) from moves group by page, day having sum(count) <> 0
               on conflict (page, day) do update set visits = traffic_days.visits + excluded.visits
           )
           insert into traffic_totals (page, visits)
           select page, sum(count) from moves group by page having sum(count) <> 0
           on conflict (page) do update set visits = traffic_totals.visits + excluded.visits"#,
        &days,
        &pages,
        &visitors,
        &began,
        &ended,
        IDLE.whole_minutes() as i32
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::statistics::traffic::Traffic;
    use std::collections::BTreeMap;
    use std::net::IpAddr;
    use time::macros::datetime;

    /// A morning in Vietnam.
    const START: OffsetDateTime = datetime!(2023-07-12 01:00 UTC);

    async fn process(pool: &PgPool, now: OffsetDateTime) -> Traffic {
        let traffic = Traffic::default();
        traffic.set_keys(&load_keys(pool, now).await.expect("makes keys"));
        traffic
    }

    fn person(n: u8) -> IpAddr {
        IpAddr::from([203, 0, 113, n])
    }

    #[sqlx::test]
    async fn processes_agree_on_the_keys_of_a_day(pool: PgPool) {
        let (a, b) = tokio::join!(load_keys(&pool, START), load_keys(&pool, START));
        let (mut a, mut b) = (a.expect("makes"), b.expect("makes"));
        a.sort_by_key(|key| key.day);
        b.sort_by_key(|key| key.day);
        assert_eq!(a, b);
        assert_eq!(a.len(), 2);
        assert_ne!(a[0].bytes, a[1].bytes);
        let mut tomorrow = load_keys(&pool, START + Duration::days(1)).await.expect("makes");
        tomorrow.sort_by_key(|key| key.day);
        assert_eq!((tomorrow.len(), &tomorrow[0]), (2, &a[1]), "the key of tomorrow is there");
    }

    #[sqlx::test]
    async fn the_figures_follow_the_clock(pool: PgPool) {
        let traffic = process(&pool, START).await;
        let read = async |now| read_figures(&pool, 194_104, now).await.expect("reads");
        assert_eq!(read(START).await, Figures { now: 0, today: 0, month: 0, ever: 194_104 });
        for n in 0..3 {
            traffic.record_opening(person(n), b"phone", None, START + Duration::minutes(2 * i64::from(n)));
        }
        merge_visits(&pool, &traffic.take_spans()).await.expect("merges");
        assert_eq!(read(START + Duration::minutes(4)).await, Figures { now: 3, today: 3, month: 3, ever: 194_107 });
        assert_eq!(read(START + Duration::minutes(6)).await.now, 2, "who was last seen five minutes ago has left");
        let midnight = datetime!(2023-07-12 17:00 UTC);
        assert_eq!(read(midnight - Duration::SECOND).await.today, 3);
        assert_eq!(read(midnight).await, Figures { now: 0, today: 0, month: 3, ever: 194_107 });
        assert_eq!(read(datetime!(2023-07-31 17:00 UTC)).await.month, 0, "August");
    }

    #[sqlx::test]
    async fn a_day_is_forgotten_with_its_key_and_its_counts_stay(pool: PgPool) {
        let traffic = process(&pool, START).await;
        traffic.record_opening(person(1), b"phone", Some(7), START);
        let late = traffic.take_spans();
        merge_visits(&pool, &late).await.expect("merges");
        let midnight = datetime!(2023-07-12 17:00 UTC);
        assert_eq!(
            delete_past_days(&pool, midnight + Duration::minutes(1)).await,
            Ok(0),
            "other processes still merge"
        );
        assert_eq!(delete_past_days(&pool, midnight + Duration::minutes(2)).await, Ok(2));
        assert_eq!(delete_past_days(&pool, midnight + Duration::minutes(2)).await, Ok(0));
        let old = sqlx::query_scalar!("select day from visit_keys order by day limit 1").fetch_one(&pool).await;
        assert_eq!(old.expect("reads"), time::macros::date!(2023 - 07 - 13));
        // what comes after the key has gone is not counted a second time
        merge_visits(&pool, &late).await.expect("merges");
        assert_eq!(read_figures(&pool, 0, midnight).await.expect("reads").ever, 1);
    }

    #[sqlx::test]
    async fn a_visit_merged_again_counts_once_and_an_impossible_one_takes_the_others_with_it(pool: PgPool) {
        let traffic = process(&pool, START).await;
        let ever = async || read_figures(&pool, 0, START).await.expect("reads").ever;
        traffic.record_opening(person(1), b"phone", None, START);
        let spans = traffic.take_spans();
        for _ in 0..2 {
            merge_visits(&pool, &spans).await.expect("merges");
            assert_eq!(ever().await, 1);
        }
        merge_visits(&pool, &[]).await.expect("has nothing to merge");
        let other = Span { visitor: [1; 16], ..spans[0] };
        let backwards = Span { visitor: [2; 16], ended: spans[0].began - Duration::SECOND, ..spans[0] };
        assert_eq!(merge_visits(&pool, &[other, backwards]).await, Err(AppError::Internal));
        assert_eq!(ever().await, 1);
        merge_visits(&pool, &[other]).await.expect("merges");
        assert_eq!(ever().await, 2);
    }

    #[sqlx::test]
    async fn who_was_here_is_known_for_as_long_as_one_asks(pool: PgPool) {
        let traffic = process(&pool, START).await;
        let visitor = traffic.visitor(person(1), b"phone", START).expect("there is a key");
        traffic.record_opening(person(1), b"phone", None, START);
        assert!(traffic.has_visited(visitor, START - IDLE) && !traffic.has_visited(visitor, START + Duration::SECOND));
        merge_visits(&pool, &traffic.take_spans()).await.expect("merges");
        assert_eq!(has_visited(&pool, visitor, START - IDLE).await, Ok(true));
        assert_eq!(has_visited(&pool, visitor, START + Duration::SECOND).await, Ok(false));
        assert_eq!(has_visited(&pool, [0; 16], START - IDLE).await, Ok(false));
    }

    /// Pseudo-random numbers, the same in every run.
    fn dice(seed: &mut u64) -> u64 {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *seed >> 33
    }

    /// Two processes see a log of 2,000 openings, merge at different times and out of order; what is counted is what
    /// the log says.
    #[sqlx::test]
    async fn two_processes_count_what_a_replayed_log_says(pool: PgPool) {
        let processes = [process(&pool, START).await, process(&pool, START).await];
        let mut seed = 7;
        let mut log: Vec<(u8, i64, OffsetDateTime)> = Vec::new();
        for _ in 0..2000 {
            let at = START + Duration::seconds((dice(&mut seed) % (12 * 3600)) as i64);
            log.push(((dice(&mut seed) % 40) as u8, (dice(&mut seed) % 3 + 1) as i64, at));
        }
        log.sort_by_key(|(.., at)| *at);
        let mut late: Vec<Vec<Span>> = Vec::new();
        for (who, article, at) in &log {
            processes[(dice(&mut seed) % 2) as usize].record_opening(person(*who), b"phone", Some(*article), *at);
            if dice(&mut seed).is_multiple_of(50) {
                let spans = processes[(dice(&mut seed) % 2) as usize].take_spans();
                // one merge in four is delayed by an outage
                if dice(&mut seed).is_multiple_of(4) {
                    late.push(spans);
                } else {
                    merge_visits(&pool, &spans).await.expect("merges");
                }
            }
        }
        late.extend(processes.iter().map(Traffic::take_spans));
        while let Some(spans) = late.pop() {
            merge_visits(&pool, &spans).await.expect("merges");
        }

        let mut seen: BTreeMap<(i64, u8), OffsetDateTime> = BTreeMap::new();
        let (mut by_page, mut by_hour) = (BTreeMap::<i64, i64>::new(), BTreeMap::<i64, i64>::new());
        for (who, article, at) in &log {
            for page in [0, *article] {
                let last = seen.insert((page, *who), *at);
                if last.is_none_or(|last| *at > last + IDLE) {
                    *by_page.entry(page).or_default() += 1;
                    if page == 0 {
                        *by_hour.entry(at.unix_timestamp() / 3600).or_default() += 1;
                    }
                }
            }
        }
        let rows = sqlx::query!("select page, visits from traffic_totals").fetch_all(&pool).await.expect("reads");
        assert_eq!(rows.into_iter().map(|row| (row.page, row.visits)).collect::<BTreeMap<_, _>>(), by_page);
        let rows = sqlx::query!("select hour, visits from traffic_hours where visits > 0")
            .fetch_all(&pool)
            .await
            .expect("reads");
        let hours = rows.into_iter().map(|row| (row.hour.unix_timestamp() / 3600, row.visits));
        assert_eq!(hours.collect::<BTreeMap<_, _>>(), by_hour);
        let days = sqlx::query!("select page, visits from traffic_days").fetch_all(&pool).await.expect("reads");
        assert_eq!(days.into_iter().map(|row| (row.page, row.visits)).collect::<BTreeMap<_, _>>(), by_page);
    }

    #[sqlx::test]
    async fn the_history_tells_days_months_and_what_was_read_most(pool: PgPool) {
        use crate::features::ratings::VoteState::Counted;
        use crate::features::ratings::store::upsert_vote;
        use crate::testing::insert_article;
        use crate::web::visitor::Visitor;
        let now = OffsetDateTime::now_utc();
        let (one, two) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let traffic = process(&pool, now).await;
        for n in 0..3 {
            traffic.record_opening(person(n), b"phone", Some(two), now);
        }
        traffic.record_opening(person(0), b"phone", Some(one), now);
        merge_visits(&pool, &traffic.take_spans()).await.expect("merges");
        upsert_vote(&pool, one, Visitor([1; 32]), 5, Counted).await.expect("votes");
        let today = clock::local_day(now);
        let days = list_periods(&pool, today, Step::Day).await.expect("reads");
        assert_eq!((days.len(), days[29]), (30, Period { from: today, visits: 3, ratings: 1, comments: 0 }));
        assert_eq!(days[28].visits + days[28].ratings, 0);
        let months = list_periods(&pool, today, Step::Month).await.expect("reads");
        assert_eq!((months.len(), months[11].visits, months[11].from.day()), (12, 3, 1));
        let most = list_most_read(&pool, 30, today).await.expect("reads");
        assert_eq!(
            most.iter().map(|most| (most.id, most.slug.as_str(), most.views)).collect::<Vec<_>>(),
            [(two, "b", 3), (one, "a", 1)]
        );
        assert_eq!(crate::features::articles::store::count_views(&pool, two).await, Ok(186));
    }

    #[sqlx::test]
    async fn the_sums_by_day_follow_every_change_of_votes_and_comments(pool: PgPool) {
        use crate::features::comments::Decision;
        use crate::features::ratings::VoteState::{Counted, Suspicious};
        use crate::features::ratings::store::{delete_vote, review, upsert_vote};
        use crate::testing::{actor_of, decide_as, insert_article, insert_staff, send_comment};
        use crate::web::visitor::Visitor;
        let article = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let today = clock::local_day(OffsetDateTime::now_utc());
        let read = async || {
            let days = list_periods(&pool, today, Step::Day).await.expect("reads");
            let months = list_periods(&pool, today, Step::Month).await.expect("reads");
            let sum = |periods: &[Period]| {
                (periods.iter().map(|p| p.ratings).sum::<i64>(), periods.iter().map(|p| p.comments).sum::<i64>())
            };
            assert_eq!(sum(&days), sum(&months[10..]), "months add up to days");
            (days[29].ratings, days[29].comments, sum(&days))
        };
        for n in 1..=4 {
            upsert_vote(&pool, article, Visitor([n; 32]), 5, Counted).await.expect("votes");
        }
        upsert_vote(&pool, article, Visitor([1; 32]), 2, Counted).await.expect("changes");
        upsert_vote(&pool, article, Visitor([9; 32]), 1, Suspicious).await.expect("is stored");
        assert_eq!(read().await, (4, 0, (4, 0)));
        fold_activity(&pool).await.expect("folds");
        fold_activity(&pool).await.expect("nothing is left");
        assert_eq!(read().await, (4, 0, (4, 0)));
        delete_vote(&pool, article, Visitor([1; 32])).await.expect("withdraws");
        delete_vote(&pool, article, Visitor([1; 32])).await.expect("is gone already");
        let until = review::list_suspicious_votes(&pool).await.expect("lists")[0].until;
        review::review_votes(&pool, actor_of(&lan), article, until, true).await.expect("admits").expect("is first");
        assert_eq!(read().await, (4, 0, (4, 0)));
        // somebody moves a vote to another day by hand
        sqlx::query("update votes set created_at = created_at - interval '3 days' where visitor = $1")
            .bind(&[2u8; 32][..])
            .execute(&pool)
            .await
            .expect("moves");
        assert_eq!(read().await, (3, 0, (4, 0)));
        let comment = send_comment(&pool, article, None, 1, "Một ý kiến đủ dài").await.expect("sends");
        assert_eq!(read().await, (3, 0, (4, 0)), "pending comments are not counted");
        decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        fold_activity(&pool).await.expect("folds");
        assert_eq!(read().await, (3, 1, (4, 1)));
        sqlx::query("delete from articles").execute(&pool).await.expect("deletes");
        assert_eq!(read().await, (0, 0, (0, 0)));
    }
}
