//! Writing, compared with pgbench that runs the same statements on the same database.

use super::client::Client;
use super::{Bench, Line, alternate, line, ratio};
use app::features::comments::consent;
use app::routes;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Instant;

const CONNECTIONS: usize = 8;
/// Visitors on each connection.
const VISITORS: usize = 20;

/// The statements of `app::features::ratings::store::upsert_vote`.
const VOTE: &str = "begin;
select 1 from rating_totals t
where article_id = :article::bigint and exists (select from public_articles a where a.id = t.article_id)
for update of t;
with old as (
  select stars, state from votes where article_id = :article::bigint and visitor = sha256(:visitor::text::bytea)
),
new as (
  insert into votes (article_id, visitor, stars, state)
  select :article::bigint, sha256(:visitor::text::bytea), :stars::smallint,
         case when exists (select from votes where visitor = sha256(:visitor::text::bytea) and state = 'suspicious')
              then 'suspicious' else 'counted'::vote_state end
  where not exists (select from closures where ratings and (article_id is null or article_id = :article::bigint))
  on conflict (article_id, visitor) do update set stars = excluded.stars, updated_at = now()
  returning stars, state
)
update rating_totals
set revision = revision + 1,
    points = points + coalesce((select stars from new where state = 'counted'), 0)
                    - coalesce((select stars from old where state = 'counted'), 0),
    ratings = ratings + (select count(*) from new where state = 'counted')
                      - (select count(*) from old where state = 'counted')
where article_id = :article::bigint
returning carried_points + points, carried_ratings + ratings, revision, (select state from new);
commit;
";
/// The statements of `app::features::comments::store::insert_comment`.
const COMMENT: &str = r"\set n random(1, 1000000000)
begin;
select pg_advisory_xact_lock(hashtextextended(encode(sha256(:n::text::bytea), 'hex'), :article::bigint));
select id from comments
where article_id = :article::bigint and body_hash = sha256(:n::text::bytea)
  and created_at > now() - make_interval(mins => 10)
  and (visitor = sha256(:n::text::bytea) or lower(name) = lower('Nguyễn Văn Đức'))
order by id desc limit 1;
select exists (select from public_articles where id = :article::bigint), true,
  exists (select from closures where comments and (article_id is null or article_id = :article::bigint)),
  (select count(*) from comments where article_id = :article::bigint and body_hash = sha256(:n::text::bytea)),
  (select count(*) from comments
   where visitor = sha256(:n::text::bytea) and created_at > now() - make_interval(mins => 5));
insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
insert into comments (article_id, visitor, name, body, body_hash, consent_version, reasons, link_salt, link_hash, state)
values (:article::bigint, sha256(:n::text::bytea), 'Nguyễn Văn Đức', 'Ý kiến có đánh số ' || :n::text,
        sha256(:n::text::bytea), 'bench', '[]', random_salt(), random_hash(),
        case when exists (select from blocked_visitors where visitor = sha256(:n::text::bytea))
             then 'blocked'::comment_state else 'pending' end)
returning id;
commit;
";

pub fn lines(bench: &Bench) -> Vec<Line> {
    bench.sql(
        "insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
         with a as (
              insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author,
                                    published_at)
              select 'published', 'do-' || n, 'Bài đo ' || n, (select min(id) from categories), 'Mở đầu',
                     '<p>Nội dung</p>', 1, 'An', timestamptz '2018-01-01' + interval '1 minute' * n
              from generate_series(1, 100) n returning id),
            r as (insert into rating_totals (article_id) select id from a)
         insert into comment_totals (article_id) select id from a;
         analyze;",
    );
    let article_ids: Vec<i64> = bench
        .runtime
        .block_on(
            sqlx::query_scalar("select id from articles where slug like 'do-%' order by id").fetch_all(&bench.pool),
        )
        .unwrap();
    let (first, last) = (article_ids[0], article_ids[article_ids.len() - 1]);
    // votes of visitors who have not opened a page are suspicious
    Client::new(bench.address).get(&bench.article, "");
    let cookies: Vec<Vec<String>> = (0..CONNECTIONS).map(|_| create_visitors(bench)).collect();
    let random_article = format!(
        "\\set article random({first}, {last})\n\\set visitor random(1, 160)\n\\set stars random(1, 5)\n{VOTE}"
    );
    let one_article = random_article.replace(&format!("random({first}, {last})"), &first.to_string());
    let comment = format!("\\set article {first}\n{COMMENT}");
    let mut lines = Vec::new();
    for (label, script, articles) in [
        ("votes stored at one article", &one_article, &article_ids[..1]),
        ("votes stored over 100 articles", &random_article, &article_ids[..]),
    ] {
        let vote = |n: usize, cookie: &str, client: &mut Client| {
            let form = format!("article_id={}&stars={}", articles[n % articles.len()], n % 5 + 1);
            assert_eq!(client.post(routes::RATE.path, &form, cookie).status(), 200);
        };
        lines.extend(compare(bench, label, script, || posts(bench, &cookies, vote)));
    }
    let consent_version = consent(&bench.site.settings()).version;
    let number = AtomicU64::new(0);
    let send = |_: usize, _: &str, client: &mut Client| {
        let n = number.fetch_add(1, SeqCst);
        let form = format!(
            "article_id={first}&name=An+Nhi%C3%AAn&body=%C3%9D+ki%E1%BA%BFn+s%E1%BB%91+{n}+trong+ng%C3%A0y\
             &consent={consent_version}"
        );
        // without a cookie each comment has another writer, because a writer may send only a few a minute
        assert_eq!(client.post(routes::SEND_COMMENT.path, &form, "").status(), 200);
    };
    lines.extend(compare(bench, "comments stored", &comment, || posts(bench, &cookies, send)));
    lines
}

fn compare(bench: &Bench, label: &str, script: &str, site: impl FnMut() -> f64) -> Vec<Line> {
    let (site, pgbench, quotient) = alternate(bench.measure.runs, site, || pgbench(bench, script));
    vec![
        line(label, format!("{site:.0}/s; pgbench with the same statements {pgbench:.0}/s"), "-"),
        ratio(format!("{label}: the first beside the second"), quotient, 0.5, "0.5"),
    ]
}

/// Creates visitors by a first vote and returns their cookies.
fn create_visitors(bench: &Bench) -> Vec<String> {
    let mut client = Client::new(bench.address);
    let form = format!("article_id={}&stars=5", bench.article_id());
    (0..VISITORS).map(|_| client.post(routes::RATE.path, &form, "").cookie()).collect()
}

/// Returns the number of posts a second.
fn posts(bench: &Bench, cookies: &[Vec<String>], send: impl Fn(usize, &str, &mut Client) + Sync) -> f64 {
    let start = Instant::now();
    let send = &send;
    let done: usize = std::thread::scope(|scope| {
        let workers: Vec<_> = cookies
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

/// Returns the number of transactions a second.
fn pgbench(bench: &Bench, script: &str) -> f64 {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), script).unwrap();
    let seconds = bench.measure.run.as_secs_f64().ceil().to_string();
    let output = Command::new(bench.programs.join("pgbench"))
        .args(["-n", "-M", "prepared", "-c", &CONNECTIONS.to_string(), "-j", "2", "-T", &seconds, "-f"])
        .arg(file.path())
        .arg(&bench.url)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let tps = printed.split("tps = ").nth(1).unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    tps.split_whitespace().next().unwrap().parse().unwrap()
}
