//! What the desk's queries read of a large database, with plans that are made for any value.

use super::figures::{find_oldest_waiting, list_days, list_moderators, list_reasons};
use super::queue::{find_articles_by_title, find_latest_place, list_queue, list_versions};
use crate::features::audit::store::{EntryFilter, list_entries, list_entries_about};
use crate::features::comments::store::reports::list_reports;
use crate::features::comments::store::retention::delete_expired_comments;
use crate::features::comments::store::{count_by_state, count_waiting};
use crate::features::moderation::Found;
use crate::features::moderation::queue_query::{QueueQuery, Tab};
use crate::features::moderation::store::list_exported;
use crate::features::ratings::store::review::{count_suspicious_articles, list_suspicious_votes};
use crate::testing::{count_reads, expiry, insert_article, insert_staff};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use time::OffsetDateTime;

const COMMENTS: i64 = 100_000;
/// The most rows that are read by indexes for a page: those that a walk looks at, what the index of texts has, and what
/// the page shows of each.
const MOST_READ: i64 = 16_000;

/// Fills the database: comments about nothing much, of which every thousandth says something that no other says.
async fn fill(pool: &PgPool) -> (i64, i64) {
    let (article, lan) = (insert_article(pool, "dai").await, insert_staff(pool, "lan").await);
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!(
        "set session_replication_role = replica;
         insert into articles (state, slug, title, folded_title, category_id, lead, body, sanitiser_version, author,
                               published_at)
         select 'published', 'bai-' || n, 'Bài số ' || n, 'bai so ' || n, (select min(id) from categories), 'Tóm tắt',
                '<p>Bài</p>', 3,
                'An', now() - interval '1 hour' * n
         from generate_series(1, 2000) n;
         insert into rating_totals (article_id) select id from articles on conflict do nothing;
         insert into comment_totals (article_id) select id from articles on conflict do nothing;
         insert into consent_texts (version, text) values ('v', 'Tôi đồng ý');
         with ids as (select array_agg(id order by id) as ids from articles)
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, version, decided_at,
                               decided_by, reasons, note, reported_at)
         select ids[1 + (n::bigint * n % cardinality(ids))::integer], sha256(int8send(n % 3000)), 'Nguyễn Văn Đức',
                'Đường hẻm số ' || n || case when n % 1000 = 7 then ' có sét hòn' else '' end, sha256(int8send(n)), 'v',
                state, 2, case when state <> 'pending' then now() - interval '1 minute' * n end,
                case when state <> 'pending' then {lan} end,
                case when n % 800 = 3 then '[{{\"kind\": \"link\"}}]'::jsonb else '[]' end,
                case when state = 'rejected' then 'Quảng cáo' end,
                case when state = 'published' and n % 500 = 1 then now() end
         from ids, generate_series(1, {COMMENTS}) n,
              lateral (select (case when n > {COMMENTS} - 12000 then 'pending' when n % 10 = 0 then 'rejected'
                                    else 'published' end)::comment_state as state) s;
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, version,
                               decided_at, decided_by)
         select 0, sha256(int8send(n % 3000)), 'Nguyễn Văn Đức', 'Lời nhắn số ' || n, sha256(int8send(n)), 'v',
                state, 2, case when state <> 'pending' then now() - interval '1 minute' * n end,
                case when state <> 'pending' then {lan} end
         from generate_series(1, 20000) n,
              lateral (select (case when n > 17000 then 'pending' when n % 10 = 0 then 'rejected'
                                    else 'published' end)::comment_state as state) s;
         insert into questions (comment_id, article_id, asked_at, can_be_answered, due_on, assigned_to, answered_at)
         select id, article_id, created_at,
                case when article_id = 0 then state = 'pending' else state = 'published' end,
                current_date + (id % 400)::integer - 200,
                case when id % 3 = 0 then {lan} end, case when id % 20 <> 1 then now() end
         from comments where state <> 'rejected';
         insert into comment_state_deltas (state, is_inquiry, delta)
         select state, article_id = 0, count(*) from comments group by 1, 2;
         insert into audit (number, at, account_id, action, subject, subject_id, detail, previous, hash)
         select row_number() over (order by id), now() - interval '1 minute' * (200000 - id), {lan},
                case when state = 'rejected' then 'reject' else 'approve' end, 'comment', id, '{{}}', sha256('a'),
                sha256('b')
         from comments where decided_at is not null;
         insert into votes (article_id, visitor, stars, state)
         select {article}, sha256(int8send(n)), 5,
                (case when n % 1000 = 0 then 'suspicious' else 'counted' end)::vote_state
         from generate_series(1, 50000) n;
         set session_replication_role = origin;",
        lan = lan.id
    )))
    .execute(pool)
    .await
    .expect("fills");
    sqlx::query("vacuum analyze").execute(pool).await.expect("counts what is there");
    (article, lan.id)
}

#[sqlx::test]
async fn nothing_on_the_desk_reads_everything(options: PgPoolOptions, connection: PgConnectOptions) {
    // one connection, whose counts are complete when they are read
    let connection = connection.options([("plan_cache_mode", "force_generic_plan")]);
    let pool = options.max_connections(1).connect_with(connection).await.expect("connects");
    let (article, lan) = fill(&pool).await;
    let text = |text: &str| QueueQuery { text: text.to_owned(), ..QueueQuery::default() };
    let filters = [
        QueueQuery::default(),
        text("đường hẻm"),
        text("sét hòn"),
        text("không ai viết thế"),
        text("99"),
        // the index of texts knows neither
        text("!!"),
        text("水电站"),
        QueueQuery { article: article.to_string(), ..QueueQuery::default() },
        QueueQuery { moderator: lan.to_string(), ..text("sét hòn") },
        QueueQuery { moderator: (lan + 1).to_string(), ..QueueQuery::default() },
        QueueQuery { reason: "link".to_owned(), ..QueueQuery::default() },
        QueueQuery { reason: "term".to_owned(), article: article.to_string(), ..QueueQuery::default() },
        QueueQuery { is_sorted: true, ..QueueQuery::default() },
        QueueQuery { is_sorted: true, ..text("đường hẻm") },
        QueueQuery { from: "2020-01-01".to_owned(), until: "2020-01-31".to_owned(), ..QueueQuery::default() },
    ];
    let mut worst = 0;
    for tab in Tab::ALL {
        for filter in &filters {
            let query = QueueQuery { tab, ..filter.clone() };
            // of a question its comment is read as well
            let most = if tab.is_by_due_day() { 2 * MOST_READ } else { MOST_READ };
            let mut before = count_reads(&pool).await;
            let mut check = async |what: &str, walks: i64| {
                let after = count_reads(&pool).await;
                let read = after.1 - before.1;
                assert_eq!(after.0, before.0, "{query:?}: {what} reads whole tables");
                assert!(read <= walks * most, "{query:?}: {what} reads {read} rows");
                worst = worst.max(read);
                before = after;
            };
            let page = list_queue(&pool, &query).await.expect("lists");
            check("the first page", 1).await;
            if let Some(next) = page.next {
                list_queue(&pool, &query.page_after(&next)).await.expect("lists");
                // that of the page, and another that counts
                check("the next page", 2).await;
            }
            if tab.is_waiting() {
                list_versions(&pool, &query, i64::MAX).await.expect("lists");
                check("what is decided at once", 1).await;
            }
        }
    }
    assert!(worst > 10_000, "the counts are those of what is read: {worst}");
    let now = OffsetDateTime::now_utc();
    let month = crate::base::clock::local_day(now) - time::Duration::days(30);
    let before = count_reads(&pool).await;
    count_by_state(&pool).await.expect("counts");
    count_waiting(&pool).await.expect("counts");
    find_latest_place(&pool).await.expect("finds");
    let past = now - time::Duration::days(4000);
    assert_eq!(delete_expired_comments(&pool, expiry(past, past)).await, Ok(Vec::new()));
    find_articles_by_title(&pool, "bài số 7").await.expect("finds");
    find_oldest_waiting(&pool).await.expect("finds");
    list_days(&pool, month, time::macros::date!(2999 - 01 - 01)).await.expect("lists");
    list_moderators(&pool, month, time::macros::date!(2999 - 01 - 01)).await.expect("lists");
    list_reasons(&pool, month, time::macros::date!(2999 - 01 - 01)).await.expect("lists");
    list_reports(&pool, &[1, 2, 3]).await.expect("lists");
    list_exported(&pool, 5000).await.expect("lists");
    count_suspicious_articles(&pool).await.expect("counts");
    list_suspicious_votes(&pool).await.expect("lists");
    list_entries_about(&pool, "comment", &[1, 2, 3]).await.expect("lists");
    let reject = || Some("reject".to_owned());
    for filter in [
        EntryFilter::default(),
        EntryFilter { before: Some(50), ..EntryFilter::default() },
        EntryFilter { action: reject(), ..EntryFilter::default() },
        EntryFilter { account: Some(lan), ..EntryFilter::default() },
        EntryFilter { account: Some(lan + 1), action: reject(), ..EntryFilter::default() },
        EntryFilter { to: Some(now - time::Duration::days(100)), ..EntryFilter::default() },
    ] {
        list_entries(&pool, &filter).await.expect("lists");
    }
    let after = count_reads(&pool).await;
    assert_eq!(after.0, before.0, "something reads whole tables");
    // the versions of what waits are added up, for open pages to know that something changed
    assert!(after.1 - before.1 <= 15_000 + MOST_READ, "{} rows are read", after.1 - before.1);
}

#[sqlx::test]
async fn what_is_common_is_counted_up_to_five_thousand(pool: PgPool) {
    let (_, lan) = fill(&pool).await;
    let found = async |tab: Tab, text: &str| {
        let query = QueueQuery { text: text.to_owned(), ..QueueQuery::of_tab(tab) };
        let page = list_queue(&pool, &query).await.expect("lists");
        (page.rows.len(), page.found, page.next.is_some())
    };
    assert_eq!(found(Tab::Published, "đường hẻm").await, (50, Some(Found::MoreThan(5000)), true));
    // rarer than what one looks at one by one: by the index, and exactly
    assert_eq!(found(Tab::Published, "sét hòn").await, (50, Some(Found::Exactly(88)), true));
    assert_eq!(found(Tab::Published, "sét hòn khô").await, (0, Some(Found::Exactly(0)), false));
    assert_eq!(found(Tab::Published, "ẻm").await, (0, Some(Found::Exactly(0)), false), "a short text begins words");
    // what no index knows is looked for in the order of the tab, and one can go on
    assert_eq!(found(Tab::Published, "!!").await, (0, Some(Found::AtLeast(0)), true));
    // a page is filled by what was looked at, and there may be more
    let (rows, count, _) = found(Tab::Published, "số 77").await;
    assert!(rows == 50 && matches!(count, Some(Found::AtLeast(50..))), "{rows} {count:?}");
    // all pages together show each once
    let mut query = QueueQuery { text: "sét hòn".to_owned(), ..QueueQuery::of_tab(Tab::Published) };
    let mut seen = Vec::new();
    loop {
        let page = list_queue(&pool, &query).await.expect("lists");
        seen.extend(page.rows.iter().map(|row| row.id));
        let Some(next) = page.next else { break };
        query = query.page_after(&next);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 88);
    // what was flagged comes first, however far behind it waits
    let sorted = QueueQuery { is_sorted: true, ..QueueQuery::default() };
    let page = list_queue(&pool, &sorted).await.expect("lists");
    let flagged =
        sqlx::query_scalar::<_, i64>("select id from comments where state = 'pending' and reasons <> '[]' order by id");
    let flagged = flagged.fetch_all(&pool).await.expect("reads");
    assert_eq!(flagged.len(), 15);
    assert_eq!(page.rows.iter().take(15).map(|row| row.id).collect::<Vec<_>>(), flagged);
    let nobody = QueueQuery { moderator: (lan + 1).to_string(), ..QueueQuery::of_tab(Tab::Published) };
    assert_eq!(list_queue(&pool, &nobody).await.expect("lists").found, Some(Found::Exactly(0)));
}
