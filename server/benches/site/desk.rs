//! The desk with far more comments than a ward receives.

use super::client::{Client, decode_state, follow};
use super::{Bench, Line, line, percentile};
use app::features::accounts::password::hash_password;
use app::features::accounts::store::insert_account;
use app::features::articles::ArticleUpdate;
use app::features::audit::Actor;
use app::features::moderation::QueueUpdate;
use app::features::rules::{SHIPPED_TERMS, TermList, parse_list};
use app::live::Topic;
use app::routes;
use app::web::permissions::Role;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::{Barrier, Semaphore};

const PASSWORD: &str = "mật khẩu để đo";
const PENDING: i64 = 20_000;
const COMMENTS: i64 = 1_000_000;
const INQUIRIES: i64 = 20_000;
const TERMS: usize = 10_000;

pub fn lines(bench: &Bench) -> Vec<Line> {
    let mut lines = vec![rules()];
    lines.extend(queue(bench));
    lines.extend([single_decisions(bench), decisions(bench), largest_decision(bench), approvals(bench)]);
    lines
}

pub fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// Checks a comment of 3,000 characters against 10,000 terms, which are pairs of the shipped terms.
fn rules() -> Line {
    let (shipped, _) = parse_list(SHIPPED_TERMS);
    let pairs = shipped.iter().flat_map(|one| shipped.iter().map(move |two| format!("{one} {two}")));
    let terms: Vec<String> = pairs.filter(|term| term.chars().count() <= 60).take(TERMS).collect();
    assert_eq!(terms.len(), TERMS);
    let terms = TermList::new(terms);
    let sentence = "Đường hẻm 12 hỏng đèn đã lâu, mong phường xem xét; số của tôi 0912 345 678, các cụ lớn tuổi \
                    đi lại rất khó khăn. ";
    let body: String = sentence.repeat(40).chars().take(3000).collect();
    let mut times: Vec<f64> = (0..1000)
        .map(|_| {
            let start = Instant::now();
            assert!(!terms.find_reasons("Nguyễn Văn Đức", &body).is_empty());
            milliseconds(start)
        })
        .collect();
    line(
        "rules: a comment of 3,000 characters beside 10,000 terms",
        format!("p50 {:.2} ms, p99 {:.2} ms", percentile(&mut times, 0.5), percentile(&mut times, 0.99)),
        "p99 2 ms",
    )
}

/// Fills the database with a million comments at 20,000 articles, questions among them, inquiries, and what was done to
/// them.
fn fill(bench: &Bench) {
    bench.sql(&format!(
        "set session_replication_role = replica;
         insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
         insert into articles (state, slug, title, folded_title, category_id, lead, body, sanitiser_version, author,
                               published_at)
         select 'published', 'ban-' || n, 'Bài số ' || n || ' về nước sạch', 'bai so ' || n || ' ve nuoc sach',
                (select min(id) from categories), 'Tóm tắt', '<p>Bài</p>', 3, 'An', now() - interval '1 hour' * n
         from generate_series(1, 20000) n;
         insert into rating_totals (article_id) select id from articles on conflict do nothing;
         insert into comment_totals (article_id) select id from articles on conflict do nothing;
         with ids as (select array_agg(id order by id) as ids from articles where slug like 'ban-%'),
              words as (select string_to_array('nước đường điện đèn rác cây chợ trường thuốc hẻm mưa ngập cống bụi ồn '
                                               || 'xe phố tổ họp bệnh giá nhà đất sông cầu', ' ') as words)
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, version, created_at,
                               decided_at, decided_by, reasons, note)
         select ids[1 + (n::bigint * n % 20000)::integer], sha256(int8send(n % 30000)), 'Nguyễn Văn Đức',
                words[1 + n % 25] || ' ' || words[1 + n / 25 % 25] || ' ' || words[1 + n / 625 % 25] || ' số ' || n
                    || case when n % 40000 = 7 then ' sét hòn' when n % 2500 in (1, 2, 5, 10) then ' sét' else '' end,
                sha256(int8send(n)), 'bench', state, case when state = 'pending' then 1 else 2 end,
                now() - interval '40 seconds' * n,
                case when state <> 'pending' then now() - interval '40 seconds' * (n - n % 600) end,
                case when state <> 'pending' then (select min(id) from accounts) end,
                case when n % 50 in (0, 2) then '[{{\"kind\": \"link\"}}]'::jsonb
                     when n % 3000 = 4 then '[{{\"kind\": \"term\"}}]' else '[]' end,
                case when state = 'rejected' then 'Quảng cáo' end
         from ids, words, generate_series(1, {COMMENTS}) n,
              lateral (select (case when n > {COMMENTS} - {PENDING} then 'pending' when n % 10 = 0 then 'rejected'
                                    when n % 100 = 1 then 'removed' when n % 100 = 2 then 'blocked'
                                    else 'published' end)::comment_state as state) s;
         insert into reports (comment_id, visitor, reason, created_at)
         select id, sha256(int8send(id + reporter)), 'insult', now() - interval '1 second' * (id % 1000000)
         from comments, generate_series(1, 2) reporter
         where consent_version = 'bench' and state = 'published'
               and (id % 100 = 5 or body like '% sét');
         update comments set reported_at = now() - interval '1 second' * (id % 1000000), reported_version = 3,
                             reports_since = 2, version = 3
         where consent_version = 'bench' and state = 'published'
               and (id % 100 = 5 or body like '% sét');
         insert into blocked_visitors (visitor, blocked_at, blocked_by, note)
         select sha256(int8send(n)), now() - interval '1 minute' * n, (select min(id) from accounts), 'Xin lịch sự.'
         from generate_series(2, 30002, 100) n;
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, version, created_at,
                               decided_at, decided_by)
         select 0, sha256(int8send(n % 3000)), 'Nguyễn Văn Đức', 'Lời nhắn số ' || n, sha256(int8send(n)), 'bench',
                state, case when state = 'pending' then 1 else 2 end, now() - interval '40 seconds' * n,
                case when state <> 'pending' then now() - interval '30 seconds' * n end,
                case when state <> 'pending' then (select min(id) from accounts) end
         from generate_series(1, {INQUIRIES}) n,
              lateral (select (case when n % 10 = 3 then 'pending' when n % 10 = 0 then 'rejected'
                                    when n % 10 = 1 then 'removed' when n % 10 = 2 then 'blocked'
                                    else 'published' end)::comment_state as state) s;
         insert into questions (comment_id, article_id, asked_at, can_be_answered, due_on, answered_at, assigned_to)
         select id, article_id, created_at,
                case when article_id = 0 then state = 'pending' else state = 'published' end,
                current_date + (id % 60)::integer - 30,
                case when id % 400 <> 8 and state = 'published' then now() end,
                case when id % 1600 = 8 then (select min(id) from accounts) end
         from comments where consent_version = 'bench' and (id % 8 = 0 or article_id = 0);
         insert into question_years (year, article_id, asked, answered)
         select year_of(asked_at), article_id, count(*), count(answered_at) from questions
         where is_wanted and can_be_answered and article_id <> 0 group by 1, 2
         on conflict do nothing;
         insert into comment_state_deltas (state, is_inquiry, delta)
         select state, article_id = 0, count(*) from comments where consent_version = 'bench' group by 1, 2;
         insert into decision_days
         select local_day(decided_at), count_waited_minutes(created_at, decided_at), count(*) from comments
         where decided_at is not null and consent_version = 'bench' group by 1, 2
         on conflict (day, minutes) do nothing;
         insert into audit (number, at, account_id, action, subject, subject_id, detail, previous, hash)
         select row_number() over (order by decided_at, id) + (select max(number) from audit), decided_at, decided_by,
                case when state = 'rejected' then 'reject' else 'approve' end, 'comment', id, '{{}}', sha256('a'),
                sha256('b')
         from comments where decided_at is not null and consent_version = 'bench';
         set session_replication_role = origin;"
    ));
    bench.sql("vacuum analyze");
}

/// Whether a page of the queue shows a comment.
fn has_card(page: &[u8]) -> bool {
    page.windows(10).any(|part| part == b"queue-card")
}

/// So many days ago, in seconds of the epoch.
fn days_ago(days: u64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    i64::try_from(now - days * 86_400).unwrap()
}

/// A day as addresses have it.
fn day_of(seconds: i64) -> String {
    let day = app::base::clock::local_day(time::OffsetDateTime::from_unix_timestamp(seconds).unwrap());
    day.to_string()
}

/// Opens every tab, filter and search of the desk, its figures and its record, in turns; then again with plans that are
/// made for any value.
fn queue(bench: &Bench) -> Vec<Line> {
    const ROUNDS: usize = 40;
    let cookie = sign_in_as(bench, Role::Administrator);
    fill(bench);
    let article: i64 = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select max(article_id) from comments where state = 'published'").fetch_one(&bench.pool),
        )
        .unwrap();
    let later: i64 = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select id from comments where state = 'pending' order by id offset 10000 limit 1")
                .fetch_one(&bench.pool),
        )
        .unwrap();
    let queue = "/quan-tri/y-kien";
    let pages = [
        ("the queue", queue.to_owned()),
        ("published comments", format!("{queue}?muc=da-dang")),
        ("removed comments", format!("{queue}?muc=da-go")),
        ("a word among what was removed", format!("{queue}?muc=da-go&tim=s%C3%A9t")),
        ("questions that wait for an answer", format!("{queue}?muc=chua-tra-loi")),
        ("a word among questions", format!("{queue}?muc=chua-tra-loi&tim=s%C3%A9t")),
        ("inquiries", format!("{queue}?muc=lien-he")),
        ("inquiries that are done", format!("{queue}?muc=lien-he-da-xong")),
        ("a word among inquiries", format!("{queue}?muc=lien-he&tim=s%C3%A9t")),
        ("reported comments", format!("{queue}?muc=bi-bao")),
        ("a word among reported comments", format!("{queue}?muc=bi-bao&tim=s%C3%A9t")),
        ("rejected comments", format!("{queue}?muc=tu-choi")),
        ("a word among rejected comments", format!("{queue}?muc=tu-choi&tim=s%C3%A9t")),
        ("a word among inquiries that are done", format!("{queue}?muc=lien-he-da-xong&tim=s%C3%A9t")),
        ("rejected comments of one moderator", format!("{queue}?muc=tu-choi&nguoi=1")),
        ("comments of blocked writers", format!("{queue}?muc=bi-chan")),
        ("a word among blocked comments", format!("{queue}?muc=bi-chan&tim=s%C3%A9t")),
        ("the blocked with reasons first", format!("{queue}?muc=bi-chan&xep=dang-ngo")),
        ("the suspicious first", format!("{queue}?xep=dang-ngo")),
        ("a later page of the queue", format!("{queue}?sau=1-{later}")),
        ("a later page of what is published", format!("{queue}?muc=da-dang&sau={}-1", days_ago(200) * 1_000_000)),
        ("questions of one moderator", format!("{queue}?muc=chua-tra-loi&nguoi=1")),
        ("inquiries that were refused", format!("{queue}?muc=lien-he-tu-choi")),
        ("inquiries that were withdrawn", format!("{queue}?muc=lien-he-da-rut")),
        ("inquiries of blocked writers", format!("{queue}?muc=lien-he-bi-chan")),
        ("the details of a comment", format!("{queue}?chon={later}")),
        ("blocked writers", routes::DESK_BLOCKED.path.to_owned()),
        ("saved answers", routes::DESK_SAVED_ANSWERS.path.to_owned()),
        ("comments of one article", format!("{queue}?muc=da-dang&bai={article}")),
        ("articles with a word in the title", format!("{queue}?ten=n%C6%B0%E1%BB%9Bc")),
        (
            "published comments of a week",
            format!("{queue}?muc=da-dang&tu={}&den={}", day_of(days_ago(200)), day_of(days_ago(193))),
        ),
        ("what has a rare reason", format!("{queue}?muc=da-dang&ly_do=term")),
        ("a common word", format!("{queue}?muc=da-dang&tim=n%C6%B0%E1%BB%9Bc")),
        ("a rare word", format!("{queue}?muc=da-dang&tim=s%C3%A9t+h%C3%B2n")),
        ("a word that nobody wrote", format!("{queue}?muc=da-dang&tim=kangaroo")),
        ("a word of two letters", format!("{queue}?muc=da-dang&tim=xe")),
        ("a word among those that wait", format!("{queue}?tim=s%C3%A9t")),
        ("figures", routes::DESK_FIGURES.path.to_owned()),
        ("the record", routes::DESK_AUDIT.path.to_owned()),
        ("the record of one moderator's refusals", format!("{}?viec=reject&nguoi=1", routes::DESK_AUDIT.path)),
    ];
    let headers = format!("Cookie: {cookie}\r\nAccept: text/html\r\n");
    let mut lines = Vec::new();
    for (mode, label) in [("auto", ""), ("force_generic_plan", ", with generic plans")] {
        bench.sql(&format!("alter system set plan_cache_mode = {mode}"));
        bench.sql("select pg_reload_conf()");
        let mut client = Client::new(bench.address);
        let mut times: Vec<Vec<f64>> = vec![Vec::new(); pages.len()];
        for _ in 0..ROUNDS {
            for ((name, path), times) in pages.iter().zip(&mut times) {
                let start = Instant::now();
                let response = client.get(path, &headers);
                assert_eq!(response.status(), 200, "{name}");
                // what finds nothing measures nothing, but for what looks through all it may look through
                let may_be_empty = !path.starts_with(queue)
                    || ["nobody", "inquiries", "articles", "among questions"].iter().any(|none| name.contains(none));
                assert!(may_be_empty || has_card(&response.body), "{name} shows no comment");
                times.push(milliseconds(start));
            }
        }
        let mut all: Vec<f64> = times.iter().flatten().copied().collect();
        let mut worst =
            pages.iter().zip(&mut times).map(|((name, _), times)| (percentile(times, 0.99), *name)).collect::<Vec<_>>();
        worst.sort_by(|one, other| other.0.total_cmp(&one.0));
        let (slowest, name) = worst[0];
        lines.push(line(
            format!("tabs, filters, searches, figures of the desk at a million comments{label}"),
            format!(
                "p50 {:.0} ms, p99 {:.0} ms; slowest: {name}, p99 {slowest:.0} ms",
                percentile(&mut all, 0.5),
                percentile(&mut all, 0.99)
            ),
            "p99 50 ms",
        ));
    }
    bench.sql("alter system reset plan_cache_mode");
    bench.sql("select pg_reload_conf()");
    lines
}

/// Decides about comments one after another.
fn single_decisions(bench: &Bench) -> Line {
    let cookie = sign_in(bench);
    let mut client = Client::new(bench.address);
    let ids: Vec<i64> = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select id from comments where state = 'pending' order by id desc limit 200")
                .fetch_all(&bench.pool),
        )
        .unwrap();
    let mut times: Vec<f64> = ids
        .iter()
        .map(|id| {
            let form = format!("comment_id={id}&version=1&decision=approve");
            let start = Instant::now();
            assert_eq!(client.post(routes::DECIDE.path, &form, &cookie).status(), 200);
            milliseconds(start)
        })
        .collect();
    line(
        "a decision at a million comments",
        format!("p50 {:.1} ms, p99 {:.1} ms", percentile(&mut times, 0.5), percentile(&mut times, 0.99)),
        "p99 20 ms",
    )
}

/// Decides about a thousand comments in one transaction, and undoes it.
fn decisions(bench: &Bench) -> Line {
    let cookie = sign_in(bench);
    let mut client = Client::new(bench.address);
    let ids: Vec<i64> = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select id from comments where state = 'pending' order by id limit 1000")
                .fetch_all(&bench.pool),
        )
        .unwrap();
    let mut times = Vec::new();
    for version in (1..10).step_by(2) {
        for (decision, version) in [("approve", version), ("undo", version + 1)] {
            let mut form = format!("decision={decision}&confirmed=1000");
            ids.iter().for_each(|id| form.push_str(&format!("&chosen%5B%5D={id}%3A{version}")));
            let start = Instant::now();
            assert_eq!(client.post(routes::DECIDE_MANY.path, &form, &cookie).status(), 200);
            times.push(milliseconds(start));
        }
    }
    line("1,000 comments decided at once", format!("median {:.0} ms", percentile(&mut times, 0.5)), "500 ms")
}

/// Decides about as many comments as can be at once, and undoes it, while somebody else decides about other comments of
/// the same articles.
fn largest_decision(bench: &Bench) -> Line {
    let cookie = sign_in(bench);
    let others: Vec<i64> = bench
        .runtime
        .block_on(
            sqlx::query_scalar(
                "with first as (select id, article_id from comments where state = 'pending' and article_id <> 0
                                order by id limit 5000)
                 select id from comments where state = 'pending' and id > (select max(id) from first)
                        and article_id in (select article_id from first)
                 order by id desc limit 1000",
            )
            .fetch_all(&bench.pool),
        )
        .unwrap();
    let is_over = AtomicBool::new(false);
    let (mut times, mut waits) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let other = scope.spawn(|| {
            let mut client = Client::new(bench.address);
            let mut waits = Vec::new();
            for id in others.iter().take_while(|_| !is_over.load(Ordering::SeqCst)) {
                let start = Instant::now();
                let form = format!("comment_id={id}&version=1&decision=approve");
                assert_eq!(client.post(routes::DECIDE.path, &form, &cookie).status(), 200);
                waits.push(milliseconds(start));
                // a load of so many presses, and not as many as there can be
                std::thread::sleep(Duration::from_millis(10));
            }
            waits
        });
        let mut client = Client::new(bench.address);
        for _ in 0..3 {
            let all = "decision=approve&confirmed=5000&all=1&last=999999999&filter=%2Fquan-tri%2Fy-kien";
            for is_undo in [false, true] {
                let form = match is_undo {
                    true => format!("decision=undo&moment={}", find_last_moment(bench)),
                    false => all.to_owned(),
                };
                let start = Instant::now();
                assert_eq!(client.post(routes::DECIDE_MANY.path, &form, &cookie).status(), 200);
                times.push(milliseconds(start));
            }
        }
        is_over.store(true, Ordering::SeqCst);
        waits = other.join().unwrap();
    });
    let slowest = |times: &[f64]| times.iter().copied().fold(0.0, f64::max);
    line(
        "5,000 comments decided at once and undone, while somebody else decides",
        format!(
            "median {:.0} ms, at most {:.0} ms; the other waits at most {:.0} ms",
            percentile(&mut times, 0.5),
            slowest(&times),
            slowest(&waits)
        ),
        "3,000 ms; 1,000 ms",
    )
}

/// The moment of the largest decision, by which it is undone.
fn find_last_moment(bench: &Bench) -> i64 {
    let moment = sqlx::query_scalar(
        "select (extract(epoch from decided_at) * 1000000)::bigint from comments
         where decided_at > now() - interval '1 minute'
         group by decided_at having count(*) > 1000 order by decided_at desc limit 1",
    );
    bench.runtime.block_on(moment.fetch_one(&bench.pool)).unwrap()
}

/// Approves comments one after another and measures the time until the last open page of the article and the last open
/// desk have received each, with many pending and decided comments.
fn approvals(bench: &Bench) -> Line {
    const PAGES: usize = 1000;
    const DESKS: usize = 20;
    const APPROVED: usize = 40;
    const MAX_OPENING: usize = 100;
    // an article without the many comments
    let article: i64 =
        bench.runtime.block_on(sqlx::query_scalar("select max(id) from articles").fetch_one(&bench.pool)).unwrap();
    bench.sql(&format!(
        "insert into comments (article_id, visitor, name, body, body_hash, consent_version)
         select {article}, sha256(convert_to('cho' || n, 'UTF8')), 'Nguyễn Văn Đức', 'Ý kiến sẽ được duyệt ' || n,
                sha256(convert_to('cho' || n, 'UTF8')), 'bench'
         from generate_series(1, {APPROVED}) n"
    ));
    let ids: Vec<i64> = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select id from comments where article_id = $1 and state = 'pending' order by id")
                .bind(article)
                .fetch_all(&bench.pool),
        )
        .unwrap();
    let cookie = sign_in(bench);
    // for each page the comments that it received, and for each desk the number of pending comments, with their times
    let (received, ready) =
        (Arc::new(Mutex::new(vec![Vec::new(); PAGES + DESKS])), Arc::new(Barrier::new(PAGES + DESKS + 1)));
    // a thousand that open in the same moment are told to come back, which browsers do and this client does not
    let opening = Arc::new(Semaphore::new(MAX_OPENING));
    for n in 0..PAGES + DESKS {
        let (address, cookie, received, ready) =
            (bench.address, cookie.clone(), Arc::clone(&received), Arc::clone(&ready));
        let opening = Arc::clone(&opening);
        bench.runtime.spawn(async move {
            let mut permit = Some(opening.acquire_owned().await.unwrap());
            let is_desk = n >= PAGES;
            let topic = if is_desk { Topic::Comments } else { Topic::Article(article) }.to_string();
            let mut lines = follow(address, &topic, if is_desk { &cookie } else { "" }).await;
            let mut first = true;
            while let Ok(Some(line)) = lines.next_line().await {
                let content: Option<Vec<i64>> = if is_desk {
                    decode_state::<QueueUpdate>(&line, &topic).map(|update| vec![update.counts.pending])
                } else {
                    decode_state::<ArticleUpdate>(&line, &topic).map(|update| {
                        update.changes.iter().filter(|change| change.shown).map(|change| change.id).collect()
                    })
                };
                let Some(content) = content else { continue };
                received.lock().unwrap()[n].push((Instant::now(), content));
                if std::mem::take(&mut first) {
                    drop(permit.take());
                    ready.wait().await;
                }
            }
        });
    }
    bench.runtime.block_on(ready.wait());
    let pending = received.lock().unwrap()[PAGES][0].1[0];
    let mut client = Client::new(bench.address);
    let mut sent = Vec::new();
    for id in &ids {
        sent.push(Instant::now());
        let response =
            client.post(routes::DECIDE.path, &format!("comment_id={id}&version=1&decision=approve"), &cookie);
        assert_eq!(response.status(), 200);
        std::thread::sleep(Duration::from_millis(250));
    }
    // the last page has received everything by then
    std::thread::sleep(Duration::from_secs(2));
    let received = received.lock().unwrap();
    let mut times: Vec<f64> = ids
        .iter()
        .zip(&sent)
        .enumerate()
        .map(|(done, (id, sent))| {
            let includes = |n: usize, content: &[i64]| {
                if n < PAGES { content.contains(id) } else { content[0] < pending - done as i64 }
            };
            let arrivals = received.iter().enumerate().map(|(n, updates)| {
                let update = updates.iter().find(|(_, content)| includes(n, content));
                update.map(|(at, _)| *at).expect("every page receives it")
            });
            (arrivals.max().unwrap() - *sent).as_secs_f64() * 1000.0
        })
        .collect();
    line(
        format!("from approving to the last of {PAGES} open pages of the article and {DESKS} open desks"),
        format!("p50 {:.0} ms, p99 {:.0} ms", percentile(&mut times, 0.5), percentile(&mut times, 0.99)),
        "p99 500 ms",
    )
}

/// Creates a moderator, signs in and returns the cookie.
fn sign_in(bench: &Bench) -> String {
    sign_in_as(bench, Role::Moderator)
}

/// Creates an account with this role, signs in and returns the cookie.
pub fn sign_in_as(bench: &Bench, role: Role) -> String {
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let name = format!("do-{}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
    bench.runtime.block_on(async {
        let hash = hash_password(PASSWORD.to_owned()).await.unwrap();
        let actor = Actor::command_line(&bench.site.audit_key);
        insert_account(&bench.pool, actor, &name, "Người đo", role, Some(&hash)).await.unwrap();
    });
    let form: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("username", &*name), ("password", PASSWORD)])
        .finish();
    let response = Client::new(bench.address).post(routes::SIGN_IN.path, &form, "");
    assert_eq!(response.status(), 200);
    response.cookie()
}
