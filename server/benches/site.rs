//! `make bench`: what the site weighs and how fast it is, on a database of its own. Prints the README's table.
//! To add a figure, write a function that gives a [`Line`] and name it in [`main`].

#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement that cannot be set up stops")]

use app::site::Site;
use axum::routing::get;
use loa_postgres::Cluster;
use server::{assets, demo, router};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

const RUNS: usize = 5;
const RUN: Duration = Duration::from_secs(2);
const CONNECTIONS: usize = 8;
const STREAMS: usize = 100;
const VOTES: usize = 50;

struct Line {
    what: &'static str,
    figure: String,
    target: &'static str,
}

struct Bench {
    address: SocketAddr,
    article: String,
    html: Vec<u8>,
}

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("frontend/dist");
    let folder = tempfile::Builder::new().prefix("loa-bench-").tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let cluster = Cluster::start(folder.path()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(start(&cluster, folder.path(), &root));
    let package = root.join(assets::package(&root).unwrap());
    let lines = [weights(&package, &bench), speed(&bench), streams(&bench)].into_iter().flatten();
    println!("\n| what | figure | target |\n|---|---|---|");
    for Line { what, figure, target } in lines {
        println!("| {what} | {figure} | {target} |");
    }
}

/// The site in this process, with one route more: the article's bytes from memory.
async fn start(cluster: &Cluster, data: &Path, root: &Path) -> Bench {
    let pool =
        sqlx::postgres::PgPoolOptions::new().max_connections(10).connect(&cluster.database().url()).await.unwrap();
    app::site::MIGRATIONS.run(&pool).await.unwrap();
    demo::load(&pool, data).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let package = assets::package(root).unwrap();
    let site = Site::new(pool.clone(), &format!("http://{address}"), &format!("/{package}")).await.unwrap();
    server::jobs::start(&site);
    let options = router::Options {
        leptos: router::leptos_options(root, &package, address),
        trusted: [].into(),
        cache_bytes: 32 << 20,
        streams: 10_000,
        streams_per_address: 10_000,
    };
    let (app, _) = router::router(site, options);
    let same: std::sync::Arc<std::sync::OnceLock<Vec<u8>>> = std::sync::Arc::default();
    let bytes = std::sync::Arc::clone(&same);
    let app = app.route(
        "/bench/same-bytes",
        get(move || async move { axum::response::Html(bytes.get().cloned().unwrap_or_default()) }),
    );
    tokio::spawn(async move { axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await });
    let slug: String = sqlx::query_scalar("select slug || '-' || id from articles where carried_views > 0")
        .fetch_one(&pool)
        .await
        .unwrap();
    let article = format!("/tin-tuc/{slug}");
    let path = article.clone();
    let html = tokio::task::spawn_blocking(move || Client::new(address).get(&path, "")).await.unwrap();
    same.set(html.clone()).unwrap();
    Bench { address, article, html }
}

fn weights(package: &Path, bench: &Bench) -> Vec<Line> {
    let size = |wanted: fn(&str) -> bool| -> u64 {
        let files = std::fs::read_dir(package).unwrap().map(|entry| entry.unwrap());
        files
            .filter(|file| wanted(&file.file_name().to_string_lossy()))
            .map(|file| file.metadata().unwrap().len())
            .sum()
    };
    let html = Client::new(bench.address).get(&bench.article, "br").len() as u64;
    let line = |what, bytes: u64, target| Line { what, figure: format!("{:.1} KB", bytes as f64 / 1000.0), target };
    vec![
        line("first visit: wasm, brotli", size(|name| name == "loa.wasm.br"), "200 KB"),
        line("first visit: script, brotli", size(|name| name.ends_with(".js.br")), "12 KB"),
        line("first visit: style, brotli", size(|name| name == "main.css.br"), "10 KB"),
        line("first visit: HTML of the main article, brotli", html, "12 KB"),
        line(
            "staff's part, fetched at the desk alone, brotli",
            size(|name| name.starts_with("split") && name.ends_with(".wasm.br")),
            "-",
        ),
    ]
}

fn speed(bench: &Bench) -> Vec<Line> {
    let (mut anew, mut same) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        anew.push(requests(bench, &bench.article));
        same.push(requests(bench, "/bench/same-bytes"));
    }
    let mut ratios: Vec<f64> = anew.iter().zip(&same).map(|(anew, same)| anew / same).collect();
    let figure = |list: &mut Vec<f64>| format!("{:.0} requests/s", median(list));
    let size = bench.html.len();
    vec![
        Line { what: "the article rendered anew, with its queries", figure: figure(&mut anew), target: "-" },
        Line {
            what: "the same bytes from memory by the same program",
            figure: format!("{} ({size} bytes)", figure(&mut same)),
            target: "-",
        },
        Line { what: "the first beside the second", figure: format!("{:.3}", median(&mut ratios)), target: "-" },
    ]
}

/// Requests a second over several connections that are kept open.
fn requests(bench: &Bench, path: &str) -> f64 {
    let start = Instant::now();
    let done: usize = std::thread::scope(|scope| {
        let worker = || {
            let mut client = Client::new(bench.address);
            let mut done = 0;
            while start.elapsed() < RUN {
                assert_eq!(client.get(path, "").len(), bench.html.len());
                done += 1;
            }
            done
        };
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    done as f64 / start.elapsed().as_secs_f64()
}

/// From a vote's answer to the last of the open pages.
fn streams(bench: &Bench) -> Vec<Line> {
    let id = bench.article.rsplit('-').next().unwrap();
    let (sender, heard) = std::sync::mpsc::channel::<(u64, Instant)>();
    for _ in 0..STREAMS {
        let mut stream = TcpStream::connect(bench.address).unwrap();
        write!(stream, "GET /truc-tiep?chu-de=bai-{id} HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let sender = sender.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let revision = line
                    .split("\"revision\":")
                    .nth(1)
                    .and_then(|rest| rest.split(['}', ',']).next())
                    .and_then(|number| number.parse().ok());
                if let Some(revision) = revision
                    && sender.send((revision, Instant::now())).is_err()
                {
                    return;
                }
            }
        });
    }
    for _ in 0..STREAMS {
        heard.recv_timeout(Duration::from_secs(10)).unwrap();
    }
    let mut client = Client::new(bench.address);
    let mut cookie = String::new();
    let mut last = Vec::new();
    for vote in 0..VOTES {
        let (answer, set) = client.post("/api/rate", &format!("article_id={id}&stars={}", vote % 5 + 1), &cookie);
        let answered = Instant::now();
        cookie = set.unwrap_or(cookie);
        let revision: u64 = answer.split("\"revision\":").nth(1).unwrap().split('}').next().unwrap().parse().unwrap();
        let mut waiting = STREAMS;
        let mut slowest = Duration::ZERO;
        while waiting > 0 {
            let (seen, at) = heard.recv_timeout(Duration::from_secs(10)).unwrap();
            if seen >= revision {
                waiting -= 1;
                slowest = slowest.max(at.saturating_duration_since(answered));
            }
        }
        last.push(slowest.as_secs_f64() * 1000.0);
    }
    last.sort_by(f64::total_cmp);
    let at = |share: f64| last[((last.len() - 1) as f64 * share).round() as usize];
    vec![Line {
        what: "from a vote's answer to the last of 100 open pages",
        figure: format!("p50 {:.0} ms, p99 {:.0} ms", at(0.5), at(0.99)),
        target: "p99 250 ms",
    }]
}

fn median(list: &mut [f64]) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

/// One connection, kept open.
struct Client(BufReader<TcpStream>);

impl Client {
    fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    fn get(&mut self, path: &str, encoding: &str) -> Vec<u8> {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nAccept-Encoding: {encoding}\r\n\r\n"
        ))
        .0
    }

    fn post(&mut self, path: &str, form: &str, cookie: &str) -> (String, Option<String>) {
        let (body, set) = self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nAccept: application/json\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ));
        (String::from_utf8(body).unwrap(), set)
    }

    fn send(&mut self, request: &str) -> (Vec<u8>, Option<String>) {
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let (mut length, mut chunked, mut set) = (0, false, None);
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap();
            }
            chunked |= lower.starts_with("transfer-encoding: chunked");
            if lower.starts_with("set-cookie: ") {
                set = line["set-cookie: ".len()..].split(';').next().map(str::to_owned);
            }
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        while chunked {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let mut chunk = vec![0; usize::from_str_radix(line.trim(), 16).unwrap() + 2];
            self.0.read_exact(&mut chunk).unwrap();
            chunked = chunk.len() > 2;
            body.extend_from_slice(&chunk[..chunk.len() - 2]);
        }
        (body, set)
    }
}
