//! Whole first visits beside the same files from nginx, and pages for known visitors beside the copy that others get.

use super::client::{Client, Response};
use super::reading::{CONNECTIONS, requests};
use super::{Bench, Line, alternate, line, ratio};
use app::routes;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const BROWSER: &str = "Accept-Encoding: gzip, deflate, br\r\n";
/// Pictures of a page that a visit sees.
const PICTURES: usize = 2;

pub fn lines(bench: &Bench) -> Vec<Line> {
    let mut lines = Vec::new();
    for (name, path) in [("the front page", routes::HOME.path), ("an article", bench.article.as_str())] {
        lines.extend(first_visits(bench, name, path));
    }
    lines.extend(known_visitors(bench));
    lines
}

/// What a browser asks for when it opens a page for the first time.
fn list_files(bench: &Bench, page: &str) -> Vec<String> {
    let html = String::from_utf8(Client::new(bench.address).get(page, "").body).unwrap();
    let assets = html.split(r#"rel="stylesheet" href=""#).nth(1).unwrap().split("/main.css").next().unwrap();
    let files = ["main.css", "loader.js", "loa.js", "loa.wasm"].map(|name| format!("{assets}/{name}"));
    let pictures = html.split(" src=\"").skip(1).filter_map(|part| part.split('"').next());
    let pictures = pictures.filter(|path| routes::IMAGE.matches(path).is_some()).take(PICTURES);
    [page.to_owned()].into_iter().chain(files).chain(pictures.map(str::to_owned)).collect()
}

fn first_visits(bench: &Bench, name: &str, page: &str) -> Vec<Line> {
    let files = list_files(bench, page);
    let mut client = Client::new(bench.address);
    let answers: Vec<Response> = files.iter().map(|path| client.get(path, BROWSER)).collect();
    let bytes: usize = answers.iter().map(|answer| answer.body.len()).sum();
    let Some(nginx) = Nginx::start(&bench.data, &answers) else {
        return vec![line(format!("a whole first visit of {name} beside nginx"), "nginx is not here", "0.7")];
    };
    let copies: Vec<String> = (0..files.len()).map(|n| format!("/{n}")).collect();
    let lengths: Vec<usize> = answers.iter().map(|answer| answer.body.len()).collect();
    let (own, theirs, quotient) = alternate(
        bench.measure.runs,
        || visits(bench, bench.address, &files, &lengths),
        || visits(bench, nginx.address, &copies, &lengths),
    );
    vec![
        line(
            format!("whole first visits of {name}: {} files, {} KB", files.len(), bytes / 1000),
            format!("{own:.0}/s; nginx {theirs:.0}/s"),
            "-",
        ),
        ratio(format!("a whole first visit of {name} beside nginx"), quotient, 0.7, "0.7"),
    ]
}

/// Counts whole visits a second, each file over a connection that is kept open.
fn visits(bench: &Bench, address: SocketAddr, files: &[String], lengths: &[usize]) -> f64 {
    let start = Instant::now();
    let done: usize = std::thread::scope(|scope| {
        let worker = || {
            let mut client = Client::new(address);
            let mut done = 0;
            while start.elapsed() < bench.measure.run {
                for (path, length) in files.iter().zip(lengths) {
                    let answer = client.get(path, BROWSER);
                    assert!(answer.status() == 200 && answer.body.len() == *length, "{path}: {}", answer.head);
                }
                done += 1;
            }
            done
        };
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    });
    done as f64 / start.elapsed().as_secs_f64()
}

/// Compares what known visitors get with the copy that everybody gets.
fn known_visitors(bench: &Bench) -> Vec<Line> {
    let form = format!("article_id={}&stars=4", bench.article_id());
    let voter = Client::new(bench.address).post(routes::RATE.path, &form, "").cookie();
    // a visitor by their vote elsewhere
    let elsewhere: i64 = bench
        .runtime
        .block_on(
            sqlx::query_scalar(
                "select min(id) from articles where id <> $1 and kind = 'article' and state = 'published'",
            )
            .bind(bench.article_id())
            .fetch_one(&bench.pool),
        )
        .unwrap();
    let other =
        Client::new(bench.address).post(routes::RATE.path, &format!("article_id={elsewhere}&stars=4"), "").cookie();
    let compare = |label: &str, path: &str, cookie: &str, target: f64, text: &'static str| {
        let headers = format!("{BROWSER}Cookie: {cookie}\r\n");
        let is_ok = |response: &Response| response.status() == 200;
        let (known, copy, quotient) = alternate(
            bench.measure.runs,
            || requests(bench, path, &headers, is_ok),
            || requests(bench, path, BROWSER, is_ok),
        );
        let label = format!("{label}: {known:.0}/s beside the copy, {copy:.0}/s");
        ratio(label, quotient, target, text)
    };
    vec![
        compare("the front page for a known visitor", routes::HOME.path, &other, 0.5, "0.5"),
        compare("an article without a vote of theirs", &bench.article, &other, 0.3, "0.3"),
        compare("an article with a vote of theirs", &bench.article, &voter, 0.1, "0.1"),
    ]
}

/// An nginx that serves answers from files, with the same headers.
struct Nginx {
    child: Child,
    address: SocketAddr,
}

impl Nginx {
    /// Starts it; `None` where it is not installed.
    fn start(data: &Path, answers: &[Response]) -> Option<Self> {
        let folder = data.join("nginx");
        std::fs::create_dir_all(folder.join("files")).unwrap();
        let mut locations = String::new();
        for (n, answer) in answers.iter().enumerate() {
            std::fs::write(folder.join("files").join(n.to_string()), &answer.body).unwrap();
            let headers = answer.head.lines().skip(1).filter_map(|line| line.split_once(": "));
            let added = headers
                .filter(|(name, _)| !["date", "content-length", "content-type", "etag"].contains(name))
                .map(|(name, value)| format!("add_header {name} \"{}\";\n", value.replace('"', "\\\"")));
            let kind = answer.header("content-type");
            let added: String = added.collect();
            locations.push_str(&format!("location = /{n} {{ default_type \"{kind}\";\n{added} }}\n"));
        }
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let configuration = format!(
            "worker_processes auto; daemon off; pid nginx.pid; error_log stderr crit;
             events {{ worker_connections 1024; }}
             http {{ access_log off; sendfile on; tcp_nopush on; tcp_nodelay on; keepalive_requests 100000000;
                     open_file_cache max=100; types {{ }}
                     server {{ listen {address} reuseport; root files; {locations} }} }}"
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, configuration).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-p").arg(&folder).arg("-c").arg(&file).stdout(Stdio::null());
        let child = command.spawn().ok()?;
        let nginx = Self { child, address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(start.elapsed().as_secs() < 10, "nginx does not start");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Some(nginx)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
