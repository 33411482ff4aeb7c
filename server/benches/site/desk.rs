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
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Barrier;

const PASSWORD: &str = "mật khẩu để đo";
const PENDING: i64 = 20_000;
const DECIDED: i64 = 200_000;
const TERMS: usize = 10_000;

pub fn lines(bench: &Bench) -> Vec<Line> {
    vec![rules(), queue(bench), decisions(bench), approvals(bench)]
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

/// Opens the first page of the queue with many pending and decided comments.
fn queue(bench: &Bench) -> Line {
    let id = bench.article_id();
    bench.sql(&format!(
        "insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, decided_at)
         select {id}, sha256(convert_to((n % 5000)::text, 'UTF8')), 'Nguyễn Văn Đức', 'Ý kiến có đánh số ' || n,
                sha256(convert_to(n::text, 'UTF8')), 'bench',
                (case when n <= {PENDING} then 'pending' when n % 10 = 0 then 'rejected' else 'published' end)
                    ::comment_state,
                case when n > {PENDING} then now() - interval '1 second' * n end
         from generate_series(1, {PENDING} + {DECIDED}) n;
         analyze comments;"
    ));
    let cookie = sign_in(bench);
    let mut client = Client::new(bench.address);
    let headers = format!("Cookie: {cookie}\r\nAccept: text/html\r\n");
    let mut times: Vec<f64> = (0..200)
        .map(|n| {
            let path = if n % 2 == 0 { "/quan-tri/y-kien" } else { "/quan-tri/y-kien?muc=da-dang" };
            let start = Instant::now();
            let response = client.get(path, &headers);
            let time = milliseconds(start);
            assert!(response.status() == 200 && String::from_utf8_lossy(&response.body).contains("20,0"));
            time
        })
        .collect();
    line(
        "the desk's page with 20,000 comments that wait and 200,000 that were decided",
        format!("p50 {:.0} ms, p99 {:.0} ms", percentile(&mut times, 0.5), percentile(&mut times, 0.99)),
        "p99 50 ms",
    )
}

/// Decides about a hundred comments in one transaction, and undoes it.
fn decisions(bench: &Bench) -> Line {
    let cookie = sign_in(bench);
    let mut client = Client::new(bench.address);
    let ids: Vec<i64> = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select id from comments where state = 'pending' order by id limit 100")
                .fetch_all(&bench.pool),
        )
        .unwrap();
    let mut times = Vec::new();
    for version in (1..10).step_by(2) {
        for (decision, version) in [("approve", version), ("undo", version + 1)] {
            let mut form = format!("decision={decision}&confirmed=100");
            ids.iter().for_each(|id| form.push_str(&format!("&chosen%5B%5D={id}%3A{version}")));
            let start = Instant::now();
            assert_eq!(client.post(routes::DECIDE_MANY.path, &form, &cookie).status(), 200);
            times.push(milliseconds(start));
        }
    }
    line("100 comments decided at once", format!("median {:.0} ms", percentile(&mut times, 0.5)), "500 ms")
}

/// Approves comments one after another and measures the time until the last open page of the article and the last open
/// desk have received each, with many pending and decided comments.
fn approvals(bench: &Bench) -> Line {
    const PAGES: usize = 1000;
    const DESKS: usize = 20;
    const APPROVED: usize = 40;
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
    for n in 0..PAGES + DESKS {
        let (address, cookie, received, ready) =
            (bench.address, cookie.clone(), Arc::clone(&received), Arc::clone(&ready));
        bench.runtime.spawn(async move {
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
