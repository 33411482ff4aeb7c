//! Reading: sizes of downloads, cached pages and rendered pages.

use super::client::{Client, Response};
use super::{Bench, Line, alternate, line, median, ratio};
use app::live::hub::Change;
use app::routes;
use std::path::Path;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Instant;

pub const CONNECTIONS: usize = 8;

pub fn weights(package: &Path, bench: &Bench) -> Vec<Line> {
    let size = |matches: fn(&str) -> bool| -> u64 {
        let files = std::fs::read_dir(package).unwrap().map(|entry| entry.unwrap());
        files
            .filter(|file| matches(&file.file_name().to_string_lossy()))
            .map(|file| file.metadata().unwrap().len())
            .sum()
    };
    let html = Client::new(bench.address).get(&bench.article, "Accept-Encoding: br\r\n").body.len() as u64;
    let weight = |label: &str, bytes: u64, target| line(label, format!("{:.1} KB", bytes as f64 / 1000.0), target);
    vec![
        weight("first visit: wasm, brotli", size(|name| name == "loa.wasm.br"), "190 KB"),
        weight(
            "first visit: script, brotli",
            size(|name| matches!(name, "loa.js.br" | "loader.js.br" | "__wasm_split.js.br")),
            "12 KB",
        ),
        weight("first visit: style, brotli", size(|name| name == "main.css.br"), "12 KB"),
        weight("first visit: HTML of the main article, brotli", html, "9 KB"),
        weight("the face of titles", size(|name| name.ends_with(".woff2")), "45 KB"),
        weight(
            "staff's part, fetched at the desk alone, brotli",
            size(|name| name.starts_with("split") && name.ends_with(".wasm.br")),
            "-",
        ),
    ]
}

/// Compares cached pages with the same response from memory.
pub fn cached_pages(bench: &Bench) -> Vec<Line> {
    let browser = "Accept-Encoding: gzip, deflate, br\r\n";
    let first = Client::new(bench.address).get(&bench.article, browser);
    let (length, tag) = (first.body.len(), first.header("etag").to_owned());
    let is_complete = move |response: &Response| response.status() == 200 && response.body.len() == length;
    let (cached, memory, quotient) = alternate(
        bench.measure.runs,
        || requests(bench, &bench.article, browser, is_complete),
        || requests(bench, "/bench/same-bytes", browser, is_complete),
    );
    let with_tag = format!("{browser}If-None-Match: {tag}\r\n");
    let unchanged = requests(bench, &bench.article, &with_tag, |response| response.status() == 304);
    let old_address = create_old_address(bench);
    let (led_on, _, of_new) = alternate(
        bench.measure.runs,
        || requests(bench, &old_address, browser, |response| response.status() == 301),
        || requests(bench, &bench.article, browser, is_complete),
    );
    vec![
        line("cached article", format!("{cached:.0} requests/s ({length} bytes)"), "-"),
        line("the same bytes with the same headers from memory", format!("{memory:.0} requests/s"), "-"),
        ratio("the first beside the second", quotient, 0.9, "0.9"),
        line("cached article, 304", format!("{unchanged:.0} requests/s"), "-"),
        line("an address of an old site, led on", format!("{led_on:.0} requests/s"), "-"),
        ratio("the same beside the cached article", of_new, 1.0, "1.0"),
        line("fifty at once on a cold page", format!("rendered {} time(s)", count_concurrent_renderings(bench)), "1"),
    ]
}

/// Has an address of an old site lead to the article.
fn create_old_address(bench: &Bench) -> String {
    bench.sql(&format!(
        "insert into old_modules (language, name, kind) values ('vi', 'news', 'news') on conflict do nothing;
         insert into origins (kind, module, key, alias, target, digest)
         values ('article', 'news', '1', 'ten-cu', {}, '') on conflict do nothing",
        bench.article_id()
    ));
    bench.site.hub.announce(Change::Site);
    "/vi/news/tin-tuc/ten-cu-1.html".to_owned()
}

fn count_concurrent_renderings(bench: &Bench) -> u64 {
    let mut clients: Vec<Client> = (0..50).map(|_| Client::new(bench.address)).collect();
    bench.site.hub.announce(Change::Article(bench.article_id()));
    let before = bench.counts.renderings.load(SeqCst);
    std::thread::scope(|scope| {
        for client in &mut clients {
            scope.spawn(|| assert_eq!(client.get(&bench.article, "").status(), 200));
        }
    });
    bench.counts.renderings.load(SeqCst) - before
}

/// Measures rendered pages with few and many comments and articles.
pub fn rendered_pages(bench: &Bench) -> Vec<Line> {
    // whoever brings a session's cookie gets no copy
    let cookie = "Cookie: phien=x\r\n";
    let is_ok = |response: &Response| response.status() == 200;
    let rate = |path: &str| {
        let mut rates: Vec<f64> = (0..bench.measure.runs).map(|_| requests(bench, path, cookie, is_ok)).collect();
        median(&mut rates)
    };
    let article = |comments: i64| {
        let slug = format!("bai-{comments}-y-kien");
        bench.sql(&format!(
            "insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
             with a as (
                  insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author,
                                        published_at)
                  select 'published', '{slug}', 'Bài đo', min(id), 'Mở đầu', '<p>Nội dung</p>', 1, 'An',
                         now() - interval '1 year'
                  from categories returning id),
                r as (insert into rating_totals (article_id) select id from a),
                c as (insert into comment_totals (article_id) select id from a)
             select 1;
             insert into comments (article_id, visitor, name, body, body_hash, state, version, consent_version,
                                   published_at, decided_at)
                select id, sha256(n::text::bytea), 'Nguyễn Văn Đức', 'Ý kiến có đánh số ' || n,
                       sha256(n::text::bytea), 'published', 2, 'bench', now(), now()
                from articles, generate_series(1, {comments}) n where slug = '{slug}';
             analyze;"
        ));
        let id: i64 = bench
            .runtime
            .block_on(sqlx::query_scalar("select id from articles where slug = $1").bind(&slug).fetch_one(&bench.pool))
            .unwrap();
        routes::ARTICLE.with(format_args!("{slug}-{id}"))
    };
    let (few, many) = (article(10), article(1000));
    let slug: String = bench
        .runtime
        .block_on(sqlx::query_scalar("select slug from categories order by id limit 1").fetch_one(&bench.pool))
        .unwrap();
    let category = routes::CATEGORY.with(slug);
    let (front, listed) = (rate(routes::HOME.path), rate(&category));
    let main = rate(&bench.article);
    let with_few_comments = rate(&few);
    let (_, _, quotient) = alternate(
        bench.measure.runs,
        || requests(bench, &many, cookie, is_ok),
        || requests(bench, &few, cookie, is_ok),
    );
    bench.sql(
        "with a as (
              insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author,
                                    published_at)
              select 'published', 'bai-' || n, 'Bài số ' || n, (select min(id) from categories), 'Mở đầu',
                     '<p>Nội dung</p>', 1, 'An', timestamptz '2019-01-01' + interval '1 minute' * n
              from generate_series(1, 20000) n returning id),
            r as (insert into rating_totals (article_id) select id from a)
         insert into comment_totals (article_id) select id from a;
         analyze;",
    );
    let among_many = rate(&bench.article);
    let (front_of_many, listed_among_many) = (rate(routes::HOME.path), rate(&category));
    vec![
        line("the main article rendered, with its queries", format!("{main:.0} requests/s"), "-"),
        line("an article with 10 comments rendered", format!("{with_few_comments:.0} requests/s"), "-"),
        line("with 1,000 comments (a page shows 20) beside 10", format!("{quotient:.2}"), "-"),
        line("the front page rendered; the page of a category", format!("{front:.0} and {listed:.0} requests/s"), "-"),
        line("an article among 20,000 beside 20", format!("{:.2}", among_many / main), "0.9"),
        line("the front page of 20,000 beside 20", format!("{:.2}", front_of_many / front), "0.9"),
        line("the page of a category with 20,000 beside 20", format!("{:.2}", listed_among_many / listed), "0.9"),
    ]
}

/// Requests a second over several connections that are kept open.
pub fn requests(bench: &Bench, path: &str, headers: &str, is_expected: impl Fn(&Response) -> bool + Sync) -> f64 {
    let start = Instant::now();
    let done: usize = std::thread::scope(|scope| {
        let worker = || {
            let mut client = Client::new(bench.address);
            let mut done = 0;
            while start.elapsed() < bench.measure.run {
                let response = client.get(path, headers);
                assert!(is_expected(&response), "{}", response.head);
                done += 1;
            }
            done
        };
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    done as f64 / start.elapsed().as_secs_f64()
}
