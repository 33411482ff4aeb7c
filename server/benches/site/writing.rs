//! What is written, beside pgbench with the same statements on the same database.

use super::client::Client;
use super::{Bench, Line, in_turns, line, ratio};
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Instant;

const CONNECTIONS: usize = 8;
/// Visitors on each connection.
const VISITORS: usize = 20;

const VOTE: &str = "begin;
select 1 from rating_totals join articles on id = article_id where article_id = :article and published_at <= now() for update of rating_totals;
with before as (select stars, held from votes where article_id = :article and visitor = sha256(:visitor::text::bytea)),
  vote as (insert into votes (article_id, visitor, stars, held)
    values (:article, sha256(:visitor::text::bytea), :stars, false or exists (select from votes where visitor = sha256(:visitor::text::bytea) and held))
    on conflict (article_id, visitor) do update set stars = excluded.stars, updated_at = now() returning stars, held)
update rating_totals set revision = revision + 1,
  points = points + coalesce((select stars from vote where not held), 0) - coalesce((select stars from before where not held), 0),
  ratings = ratings + (select count(*) from vote where not held) - (select count(*) from before where not held)
  where article_id = :article returning carried_points + points, carried_ratings + ratings, revision, (select held from vote);
commit;
";
const COMMENT: &str = r"\set n random(1, 1000000000)
begin;
select pg_advisory_xact_lock(hashtextextended(encode(sha256(:n::text::bytea), 'hex'), :article));
select id from comments where article_id = :article and body_hash = sha256(:n::text::bytea) and created_at > now() - make_interval(mins => 10)
  and (visitor = sha256(:n::text::bytea) or lower(name) = lower('Nguyễn Văn Đức')) order by id desc limit 1;
select exists (select from articles where id = :article and published_at <= now()), true,
  (select count(*) from comments where article_id = :article and body_hash = sha256(:n::text::bytea)),
  (select count(*) from comments where visitor = sha256(:n::text::bytea) and created_at > now() - make_interval(mins => 5));
insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
insert into comments (article_id, visitor, name, body, body_hash, consent_version, reasons, link_salt, link_hash, state)
  values (:article, sha256(:n::text::bytea), 'Nguyễn Văn Đức', 'Ý kiến có đánh số ' || :n, sha256(:n::text::bytea), 'bench', '[]',
    decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), sha256(gen_random_uuid()::text::bytea),
    case when exists (select from blocked_visitors where visitor = sha256(:n::text::bytea)) then 'blocked' else 'held' end) returning id;
commit;
";

pub fn lines(bench: &Bench) -> Vec<Line> {
    bench.sql(
        "insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
         with a as (insert into articles (slug, title, category, lead, body, author, published_at)
              select 'do-' || n, 'Bài đo ' || n, 'Tin', 'Mở đầu', '<p>Nội dung</p>', 'An', timestamptz '2018-01-01' + interval '1 minute' * n
              from generate_series(1, 100) n returning id),
            r as (insert into rating_totals (article_id) select id from a)
         insert into comment_totals (article_id) select id from a;
         analyze;",
    );
    let hundred: Vec<i64> = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select id from articles where slug like 'do-%' order by id").fetch_all(&bench.pool),
        )
        .unwrap();
    let (first, last) = (hundred[0], hundred[hundred.len() - 1]);
    // who votes has opened the page
    Client::new(bench.address).get(&bench.article, "");
    let people: Vec<Vec<String>> = (0..CONNECTIONS).map(|_| people(bench)).collect();
    let any = format!(
        "\\set article random({first}, {last})\n\\set visitor random(1, 160)\n\\set stars random(1, 5)\n{VOTE}"
    );
    let one = any.replace(&format!("random({first}, {last})"), &first.to_string());
    let comment = format!("\\set article {first}\n{COMMENT}");
    let mut lines = Vec::new();
    for (what, script, articles) in
        [("votes stored at one article", &one, &hundred[..1]), ("votes stored over 100 articles", &any, &hundred[..])]
    {
        let vote = |n: usize, cookie: &str, client: &mut Client| {
            let form = format!("article_id={}&stars={}", articles[n % articles.len()], n % 5 + 1);
            assert_eq!(client.post("/api/rate", &form, cookie).status(), 200);
        };
        lines.extend(beside(bench, what, script, || posts(bench, &people, vote)));
    }
    let consent = app::comments::consent(&bench.site.settings().info).version;
    let number = AtomicU64::new(0);
    let send = |_: usize, _: &str, client: &mut Client| {
        let n = number.fetch_add(1, SeqCst);
        let form = format!(
            "article_id={first}&name=An+Nhi%C3%AAn&body=%C3%9D+ki%E1%BA%BFn+s%E1%BB%91+{n}+trong+ng%C3%A0y&consent={consent}"
        );
        // a writer each, as each has an allowance
        assert_eq!(client.post("/api/comment", &form, "").status(), 200);
    };
    lines.extend(beside(bench, "comments stored", &comment, || posts(bench, &people, send)));
    lines
}

fn beside(bench: &Bench, what: &str, script: &str, ours: impl FnMut() -> f64) -> Vec<Line> {
    let (ours, pgbench, both) = in_turns(bench.measure.runs, ours, || pgbench(bench, script));
    vec![
        line(what, format!("{ours:.0}/s; pgbench with the same statements {pgbench:.0}/s"), "-"),
        ratio(format!("{what}: the first beside the second"), both, 0.5, "0.5"),
    ]
}

/// Visitors' cookies, by a first vote each.
fn people(bench: &Bench) -> Vec<String> {
    let mut client = Client::new(bench.address);
    let form = format!("article_id={}&stars=5", bench.id());
    (0..VISITORS).map(|_| client.post("/api/rate", &form, "").cookie().to_owned()).collect()
}

/// Posts a second.
fn posts(bench: &Bench, people: &[Vec<String>], send: impl Fn(usize, &str, &mut Client) + Sync) -> f64 {
    let start = Instant::now();
    let send = &send;
    let done: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = people
            .iter()
            .enumerate()
            .map(|(worker, cookies)| {
                scope.spawn(move || {
                    let mut client = Client::new(bench.address);
                    let mut done = 0;
                    while start.elapsed() < bench.measure.run {
                        send(worker * 7 + done, &cookies[done % cookies.len()], &mut client);
                        done += 1;
                    }
                    done
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    done as f64 / start.elapsed().as_secs_f64()
}

/// Transactions a second.
fn pgbench(bench: &Bench, script: &str) -> f64 {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let seconds = bench.measure.run.as_secs_f64().ceil().to_string();
    let done = Command::new(bench.programs.join("pgbench"))
        .args(["-n", "-M", "prepared", "-c", &CONNECTIONS.to_string(), "-j", "2", "-T", &seconds, "-f"])
        .arg(file.path())
        .arg(&bench.url)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&done.stdout);
    let tps = printed.split("tps = ").nth(1).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&done.stderr)));
    tps.split_whitespace().next().unwrap().parse().unwrap()
}
