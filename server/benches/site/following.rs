//! Open pages that follow an article, and the memory of the release program.

use super::client::{Client, decode_state, follow};
use super::{Line, RAISED_LIMITS, line, percentile};
use app::features::articles::ArticleUpdate;
use app::features::ratings::VoteAnswer;
use app::routes;
use app::web::wire;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_loa-phuong");
/// Open pages whose updates are timed.
const TIMED: usize = 1000;
/// All open pages.
const TOTAL: usize = 5000;
const VOTES_A_SECOND: u32 = 100;
const READS_A_SECOND: u32 = 500;
const LOAD_TIME: Duration = Duration::from_secs(10);

/// The release program with a temporary data folder.
pub struct Program {
    child: Running,
    pub address: SocketAddr,
    pub article: String,
    consent: String,
    folder: tempfile::TempDir,
}

/// A process that is stopped when it is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

impl Program {
    pub fn start(root: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("loa-bench-").tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let command = |arguments: &[&str]| command(folder.path(), arguments);
        // the first start creates the demo's pictures, which would distort the memory that is measured
        drop(serve(command(&["serve", "--demo"]), root));
        let (child, address) = serve(command(&["serve"]), root);
        for (key, value) in RAISED_LIMITS {
            assert!(command(&["setting", "set", key, value]).stdout(Stdio::null()).status().unwrap().success());
        }
        let home = String::from_utf8(Client::new(address).get("/", "").body).unwrap();
        let article = home.split("href=\"").find(|href| href.starts_with("/tin-tuc/phuong-hiep-ninh")).unwrap();
        let article = article.split('"').next().unwrap().to_owned();
        let page = String::from_utf8(Client::new(address).get(&article, "").body).unwrap();
        let consent = page.split("name=\"consent\" value=\"").nth(1).unwrap()[..12].to_owned();
        Self { child, address, article, consent, folder }
    }

    /// Runs statements in the program's database.
    pub fn sql(&self, statements: &str) {
        let psql = ["database", "--", "sh", "-c", "psql -q -X -v ON_ERROR_STOP=1 \"$DATABASE_URL\" >&2"];
        let mut child = command(self.folder.path(), &psql).stdin(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(statements.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// The memory of the program without its database, in bytes.
    pub fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.0.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0
    }

    pub fn id(&self) -> &str {
        self.article.rsplit('-').next().unwrap()
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("LOA_DATA_DIR", folder).env("LOA_LOG", "error").env_remove("DATABASE_URL");
    command
}

/// Starts the program and waits until it prints its address.
fn serve(mut command: Command, root: &Path) -> (Running, SocketAddr) {
    let mut child = command
        .env("LOA_ADDRESS", "127.0.0.1:0")
        .env("LOA_SITE_ROOT", root)
        .env("LOA_STREAMS_PER_ADDRESS", "10000")
        .env("LOA_TRUSTED_PROXIES", "127.0.0.0/8")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (Running(child), line.trim().rsplit("//").next().unwrap().parse().unwrap())
}

/// Starts the program on the database of the site in this process.
pub fn serve_beside(bench: &super::Bench) -> (impl Drop + use<>, SocketAddr) {
    let mut command = Command::new(PROGRAM);
    command.arg("serve").env("LOA_DATA_DIR", &bench.data).env("LOA_LOG", "error").env("DATABASE_URL", &bench.url);
    command.env("LOA_AUDIT_KEY", hex::encode(super::AUDIT_KEY));
    serve(command, &bench.root)
}

/// The revisions that each open page received, with their times.
type Received = Arc<Mutex<Vec<Vec<(i64, Instant)>>>>;

pub fn lines(root: &Path) -> Vec<Line> {
    let program = Program::start(root);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // by then the allocator has returned the memory of the start
    std::thread::sleep(Duration::from_secs(15));
    let idle = program.memory();
    let megabytes = |bytes: f64| format!("{:.1} MB", bytes / 1e6);
    let mut lines = vec![line("the program's memory, idle, without Postgres", megabytes(idle), "40 MB")];

    let received: Received = Arc::new(Mutex::new(vec![Vec::new(); TIMED]));
    let (stop, stopped) = watch::channel(false);
    runtime.block_on(open(&program, 0..TIMED, Some(&received), &stopped));
    let stored = runtime.block_on(load(&program, LOAD_TIME));
    // the last page has received everything by then
    std::thread::sleep(Duration::from_secs(1));
    let mut latencies = latencies(&stored, &received.lock().unwrap());
    lines.push(line(
        format!(
            "from a vote's answer to the last of {TIMED} open pages, while {VOTES_A_SECOND} votes and {READS_A_SECOND} \
             page views a second go on"
        ),
        format!(
            "p50 {:.0} ms, p99 {:.0} ms ({} votes)",
            percentile(&mut latencies, 0.5),
            percentile(&mut latencies, 0.99),
            latencies.len()
        ),
        "p99 250 ms",
    ));

    let before = program.memory();
    let start = Instant::now();
    runtime.block_on(open(&program, TIMED..TOTAL, None, &stopped));
    let opened = start.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_secs(1));
    let each = (program.memory() - before) / (TOTAL - TIMED) as f64;
    lines.push(line(
        format!("{TOTAL} open pages: memory for each, and the time to open the last {}", TOTAL - TIMED),
        format!("{:.1} KB, {opened:.1} s", each / 1000.0),
        "12 KB",
    ));
    stop.send_replace(true);

    // a form that answers a comment is a page of its own
    program.sql(&insert_comments(program.id(), 2500));
    let mut client = Client::new(program.address);
    for comment in 1..2500 {
        client.get(&format!("{}?tra-loi={comment}", program.article), "");
    }
    lines.push(line("the program's memory with the cache full (32 MB)", megabytes(program.memory()), "-"));

    let soak = std::env::var("LOA_BENCH_SOAK").ok().and_then(|seconds| seconds.parse().ok()).unwrap_or(300);
    let half = Duration::from_secs(soak / 2);
    runtime.block_on(load(&program, half));
    let middle = program.memory();
    runtime.block_on(load(&program, half));
    let end = program.memory();
    lines.push(line(
        format!("a soak of {soak} s: memory at the end beside the middle"),
        format!("{:.2} ({} to {})", end / middle, megabytes(middle), megabytes(end)),
        "within 0.10",
    ));
    lines
}

/// Inserts so many published comments of an article.
pub fn insert_comments(article: &str, count: u32) -> String {
    format!(
        "insert into consent_texts (version, text) values ('bench', 'bench') on conflict do nothing;
         insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, created_at)
         select {article}, sha256(convert_to(n::text, 'UTF8')), 'Nguyễn Văn Đức', 'Ý kiến có đánh số ' || n,
                sha256(convert_to(n::text, 'UTF8')), 'bench', 'published', now() - interval '30 seconds' * n
         from generate_series(1, {count}) n;
         analyze comments;"
    )
}

/// Returns for each vote the time from its response until the last page received it, in milliseconds.
fn latencies(stored: &[(i64, Instant)], received: &[Vec<(i64, Instant)>]) -> Vec<f64> {
    stored
        .iter()
        .map(|(revision, stored_at)| {
            let arrivals = received.iter().map(|page| {
                page.iter()
                    .find(|(received, _)| received >= revision)
                    .map(|(_, at)| *at)
                    .expect("every page receives every vote")
            });
            arrivals.max().unwrap().saturating_duration_since(*stored_at).as_secs_f64() * 1000.0
        })
        .collect()
}

/// Opens pages concurrently and returns when each has received its first state.
async fn open(
    program: &Program,
    pages: std::ops::Range<usize>,
    received: Option<&Received>,
    stopped: &watch::Receiver<bool>,
) {
    let permits = Arc::new(tokio::sync::Semaphore::new(64));
    let mut first_states = Vec::new();
    for page in pages {
        let permit = Arc::clone(&permits).acquire_owned().await.unwrap();
        let (opened, first_state) = tokio::sync::oneshot::channel();
        first_states.push(first_state);
        let (address, id) = (program.address, program.id().to_owned());
        let (received, mut stopped) = (received.cloned(), stopped.clone());
        tokio::spawn(async move {
            let mut lines = follow(address, &format!("bai-{id},so-lieu"), "").await;
            let topic = format!("bai-{id}");
            let (mut opened, mut permit) = (Some(opened), Some(permit));
            loop {
                let line = tokio::select! {
                    line = lines.next_line() => line,
                    _ = stopped.changed() => return,
                };
                let Ok(Some(line)) = line else { return };
                let Some(revision) = decode_state::<ArticleUpdate>(&line, &topic).map(|update| update.score.revision)
                else {
                    continue;
                };
                if let Some(opened) = opened.take() {
                    let _ = opened.send(());
                    drop(permit.take());
                }
                if let Some(received) = &received {
                    received.lock().unwrap()[page].push((revision, Instant::now()));
                }
            }
        });
    }
    for first_state in first_states {
        first_state.await.expect("the stream began");
    }
}

/// Sends votes and page views at a steady pace. Returns each vote's revision and the time of its response.
async fn load(program: &Program, duration: Duration) -> Vec<(i64, Instant)> {
    let (address, article, id) = (program.address, program.article.clone(), program.id().to_owned());
    let consent = program.consent.clone();
    let votes = tokio::task::spawn_blocking(move || {
        let mut client = Client::new(address);
        client.get(&article, "");
        let cookies: Vec<String> =
            (0..50).map(|_| client.post(routes::RATE.path, &format!("article_id={id}&stars=4"), "").cookie()).collect();
        let mut stored = Vec::new();
        pace(duration, VOTES_A_SECOND, |n| {
            let form = format!("article_id={id}&stars={}", n % 5 + 1);
            let response = client.post(routes::RATE.path, &form, &cookies[n % cookies.len()]);
            let at = Instant::now();
            let vote: VoteAnswer = wire::from_bytes(&response.body).unwrap();
            stored.push((vote.score.revision, at));
            if n % 100 == 0 {
                let form = format!(
                    "article_id={id}&name=An+Nhi%C3%AAn&body=%C3%9D+ki%E1%BA%BFn+s%E1%BB%91+{n}&consent={consent}"
                );
                client.post(routes::SEND_COMMENT.path, &form, &cookies[n % cookies.len()]);
            }
        });
        stored
    });
    let article = program.article.clone();
    let reads = tokio::task::spawn_blocking(move || {
        let mut client = Client::new(address);
        pace(duration, READS_A_SECOND, |n| {
            // one reader in ten has a cookie, so that the page is rendered
            let headers = if n % 10 == 0 { "Cookie: phien=x\r\n" } else { "Accept-Encoding: br\r\n" };
            let path = if n % 5 == 0 { "/" } else { &article };
            assert_eq!(client.get(path, headers).status(), 200);
        });
    });
    reads.await.unwrap();
    votes.await.unwrap()
}

/// Calls a function at a steady rate.
pub fn pace(duration: Duration, a_second: u32, mut each: impl FnMut(usize)) {
    let start = Instant::now();
    let mut n = 0;
    while start.elapsed() < duration {
        each(n);
        n += 1;
        let due = Duration::from_secs_f64(n as f64 / f64::from(a_second));
        std::thread::sleep(due.saturating_sub(start.elapsed()));
    }
}
