//! The desk with more comments than a ward will ever have.

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

fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}

/// A comment of 3,000 characters beside a list of 10,000 terms: pairs of the terms that come with the program.
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

/// The first page of the queue, while many comments wait and more were decided.
fn queue(bench: &Bench) -> Line {
    let id = bench.id();
    bench.sql(&format!(
        "insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, decided_at)
         select {id}, sha256(convert_to((n % 5000)::text, 'UTF8')), 'Nguyễn Văn Đức', 'Ý kiến có đánh số ' || n,
                sha256(convert_to(n::text, 'UTF8')), 'bench',
                (case when n <= {PENDING} then 'pending' when n % 10 = 0 then 'rejected' else 'published' end)
                    ::comment_state,
                case when n > {PENDING} then now() - interval '1 second' * n end
         from generate_series(1, {PENDING} + {DECIDED}) n;
         update comment_totals
         set shown = (select count(*) from comments where article_id = {id} and state = 'published')
         where article_id = {id};
         analyze comments;"
    ));
    let cookie = sign_in(bench);
    let mut client = Client::new(bench.address);
    let headers = format!("Cookie: {cookie}\r\nAccept: text/html\r\n");
    let mut times: Vec<f64> = (0..200)
        .map(|n| {
            let path = if n % 2 == 0 { "/quan-tri/y-kien" } else { "/quan-tri/y-kien?muc=da-dang" };
            let start = Instant::now();
            let answer = client.get(path, &headers);
            let time = milliseconds(start);
            assert!(answer.status() == 200 && String::from_utf8_lossy(&answer.body).contains("20,0"));
            time
        })
        .collect();
    line(
        "the desk's page with 20,000 comments that wait and 200,000 that were decided",
        format!("p50 {:.0} ms, p99 {:.0} ms", percentile(&mut times, 0.5), percentile(&mut times, 0.99)),
        "p99 50 ms",
    )
}

/// A hundred comments decided in one transaction, and undone.
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

/// Comments approved one after another, until the last open page of their article and the last open desk have received
/// it, while many comments wait and more were decided.
fn approvals(bench: &Bench) -> Line {
    const PAGES: usize = 1000;
    const DESKS: usize = 20;
    const APPROVED: usize = 40;
    // another article than the one that holds all those comments
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
    // when each page received which comments, and each desk how many wait
    let (known, wait) =
        (Arc::new(Mutex::new(vec![Vec::new(); PAGES + DESKS])), Arc::new(Barrier::new(PAGES + DESKS + 1)));
    for n in 0..PAGES + DESKS {
        let (address, cookie, known, wait) = (bench.address, cookie.clone(), Arc::clone(&known), Arc::clone(&wait));
        bench.runtime.spawn(async move {
            let desk = n >= PAGES;
            let topic = if desk { Topic::Comments } else { Topic::Article(article) }.to_string();
            let mut lines = follow(address, &topic, if desk { &cookie } else { "" }).await;
            let mut first = true;
            while let Ok(Some(line)) = lines.next_line().await {
                let news: Option<Vec<i64>> = if desk {
                    decode_state::<QueueUpdate>(&line, &topic).map(|update| vec![update.counts.pending])
                } else {
                    decode_state::<ArticleUpdate>(&line, &topic).map(|update| {
                        update.changes.iter().filter(|change| change.shown).map(|change| change.id).collect()
                    })
                };
                let Some(news) = news else { continue };
                known.lock().unwrap()[n].push((Instant::now(), news));
                if std::mem::take(&mut first) {
                    wait.wait().await;
                }
            }
        });
    }
    bench.runtime.block_on(wait.wait());
    let pending = known.lock().unwrap()[PAGES][0].1[0];
    let mut client = Client::new(bench.address);
    let mut sent = Vec::new();
    for id in &ids {
        sent.push(Instant::now());
        let answer = client.post(routes::DECIDE.path, &format!("comment_id={id}&version=1&decision=approve"), &cookie);
        assert_eq!(answer.status(), 200);
        std::thread::sleep(Duration::from_millis(250));
    }
    // the last of them has everything once nothing new comes
    std::thread::sleep(Duration::from_secs(2));
    let known = known.lock().unwrap();
    let mut times: Vec<f64> = ids
        .iter()
        .zip(&sent)
        .enumerate()
        .map(|(done, (id, sent))| {
            let knows =
                |n: usize, news: &[i64]| if n < PAGES { news.contains(id) } else { news[0] < pending - done as i64 };
            let first = known.iter().enumerate().map(|(n, all)| {
                all.iter().find(|(_, news)| knows(n, news)).map(|(at, _)| *at).expect("every page receives it")
            });
            (first.max().unwrap() - *sent).as_secs_f64() * 1000.0
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
    static NUMBER: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let name = format!("do-{}", NUMBER.fetch_add(1, std::sync::atomic::Ordering::SeqCst));
    bench.runtime.block_on(async {
        let hash = hash_password(PASSWORD.to_owned()).await.unwrap();
        let actor = Actor::command_line(&bench.site.audit_key);
        insert_account(&bench.pool, actor, &name, "Người đo", Role::Moderator, Some(&hash)).await.unwrap();
    });
    let form: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("username", &*name), ("password", PASSWORD)])
        .finish();
    let answer = Client::new(bench.address).post(routes::SIGN_IN.path, &form, "");
    assert_eq!(answer.status(), 200);
    answer.cookie().to_owned()
}
