//! Open pages that follow an article, and the memory of the program as it is delivered.

use super::client::{Client, decode_state, follow};
use super::{Line, RAISED, line, percentile};
use app::features::articles::ArticleUpdate;
use app::features::ratings::VoteAnswer;
use app::routes;
use app::web::wire;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;

const PROGRAM: &str = env!("CARGO_BIN_EXE_loa-phuong");
/// Open pages whose news is timed.
const TIMED: usize = 1000;
/// Open pages in all.
const ALL: usize = 5000;
const VOTES_A_SECOND: u32 = 100;
const READS_A_SECOND: u32 = 500;
const LOADED: Duration = Duration::from_secs(10);

/// The program, with a folder of its own.
struct Program {
    child: Running,
    address: SocketAddr,
    article: String,
    consent: String,
    _folder: tempfile::TempDir,
}

/// A process that is told to stop, and waited for, when it is no longer needed.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ = self.0.wait();
    }
}

impl Program {
    fn start(root: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("loa-bench-").tempdir().unwrap();
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let command = |arguments: &[&str]| {
            let mut command = Command::new(PROGRAM);
            command
                .args(arguments)
                .env("LOA_DATA_DIR", folder.path())
                .env("LOA_LOG", "error")
                .env_remove("DATABASE_URL");
            command
        };
        // the demo's pictures are made at the first start: what is measured is a program that found them
        drop(serve(command(&["serve", "--demo"]), root));
        let (child, address) = serve(command(&["serve"]), root);
        for (key, value) in RAISED {
            assert!(command(&["setting", "set", key, value]).stdout(Stdio::null()).status().unwrap().success());
        }
        let home = String::from_utf8(Client::new(address).get("/", "").body).unwrap();
        let article = home.split("href=\"").find(|href| href.starts_with("/tin-tuc/phuong-hiep-ninh")).unwrap();
        let article = article.split('"').next().unwrap().to_owned();
        let page = String::from_utf8(Client::new(address).get(&article, "").body).unwrap();
        let consent = page.split("name=\"consent\" value=\"").nth(1).unwrap()[..12].to_owned();
        Self { child, address, article, consent, _folder: folder }
    }

    /// Memory that the program holds, without its database's, in bytes.
    fn memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.0.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0
    }

    fn id(&self) -> &str {
        self.article.rsplit('-').next().unwrap()
    }
}

/// Starts the program and waits until it says where it is.
fn serve(mut command: Command, root: &Path) -> (Running, SocketAddr) {
    let mut child = command
        .env("LOA_ADDRESS", "127.0.0.1:0")
        .env("LOA_SITE_ROOT", root)
        .env("LOA_STREAMS_PER_ADDRESS", "10000")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
    (Running(child), said.trim().rsplit("//").next().unwrap().parse().unwrap())
}

/// When each open page had which revision.
type Seen = Arc<Mutex<Vec<Vec<(i64, Instant)>>>>;

pub fn lines(root: &Path) -> Vec<Line> {
    let program = Program::start(root);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    // what the demo's pictures needed is given back
    std::thread::sleep(Duration::from_secs(15));
    let idle = program.memory();
    let megabytes = |bytes: f64| format!("{:.1} MB", bytes / 1e6);
    let mut lines = vec![line("the program's memory, idle, without Postgres", megabytes(idle), "40 MB")];

    let seen: Seen = Arc::new(Mutex::new(vec![Vec::new(); TIMED]));
    let (stop, stopped) = watch::channel(false);
    runtime.block_on(open(&program, 0..TIMED, Some(&seen), &stopped));
    let answered = runtime.block_on(load(&program, LOADED));
    // the last of them has everything once nothing new comes
    std::thread::sleep(Duration::from_secs(1));
    let mut latest = latest(&answered, &seen.lock().unwrap());
    lines.push(line(
        format!(
            "from a vote's answer to the last of {TIMED} open pages, while {VOTES_A_SECOND} votes and {READS_A_SECOND} \
             page views a second go on"
        ),
        format!(
            "p50 {:.0} ms, p99 {:.0} ms ({} votes)",
            percentile(&mut latest, 0.5),
            percentile(&mut latest, 0.99),
            latest.len()
        ),
        "p99 250 ms",
    ));

    let before = program.memory();
    let start = Instant::now();
    runtime.block_on(open(&program, TIMED..ALL, None, &stopped));
    let opened = start.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_secs(1));
    let each = (program.memory() - before) / (ALL - TIMED) as f64;
    lines.push(line(
        format!("{ALL} open pages: memory for each, and the time to open the last {}", ALL - TIMED),
        format!("{:.1} KB, {opened:.1} s", each / 1000.0),
        "12 KB",
    ));
    stop.send_replace(true);

    // every page of comments is cached separately
    let mut client = Client::new(program.address);
    for page in 2..2500 {
        client.get(&format!("{}?trang-y-kien={page}", program.article), "");
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

/// For each vote the time from its answer until the last page had it, in milliseconds.
fn latest(answered: &[(i64, Instant)], seen: &[Vec<(i64, Instant)>]) -> Vec<f64> {
    answered
        .iter()
        .map(|(revision, answered)| {
            let arrived = seen.iter().map(|page| {
                page.iter()
                    .find(|(known, _)| known >= revision)
                    .map(|(_, at)| *at)
                    .expect("every page receives every vote")
            });
            arrived.max().unwrap().saturating_duration_since(*answered).as_secs_f64() * 1000.0
        })
        .collect()
}

/// Opens pages, several at once. Returns when each has received its first state.
async fn open(program: &Program, pages: std::ops::Range<usize>, seen: Option<&Seen>, stopped: &watch::Receiver<bool>) {
    let places = Arc::new(tokio::sync::Semaphore::new(64));
    let mut first = Vec::new();
    for page in pages {
        let place = Arc::clone(&places).acquire_owned().await.unwrap();
        let (heard, wait) = tokio::sync::oneshot::channel();
        first.push(wait);
        let (address, id) = (program.address, program.id().to_owned());
        let (seen, mut stopped) = (seen.cloned(), stopped.clone());
        tokio::spawn(async move {
            let mut lines = follow(address, &format!("bai-{id},so-lieu"), "").await;
            let topic = format!("bai-{id}");
            let (mut heard, mut place) = (Some(heard), Some(place));
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
                if let Some(heard) = heard.take() {
                    let _ = heard.send(());
                    drop(place.take());
                }
                if let Some(seen) = &seen {
                    seen.lock().unwrap()[page].push((revision, Instant::now()));
                }
            }
        });
    }
    for wait in first {
        wait.await.expect("the stream began");
    }
}

/// Sends votes and page views at a steady pace. Returns each vote's revision and when it was answered.
async fn load(program: &Program, how_long: Duration) -> Vec<(i64, Instant)> {
    let (address, article, id) = (program.address, program.article.clone(), program.id().to_owned());
    let consent = program.consent.clone();
    let votes = tokio::task::spawn_blocking(move || {
        let mut client = Client::new(address);
        client.get(&article, "");
        let cookies: Vec<String> = (0..50)
            .map(|_| client.post(routes::RATE.path, &format!("article_id={id}&stars=4"), "").cookie().to_owned())
            .collect();
        let mut answered = Vec::new();
        pace(how_long, VOTES_A_SECOND, |n| {
            let form = format!("article_id={id}&stars={}", n % 5 + 1);
            let answer = client.post(routes::RATE.path, &form, &cookies[n % cookies.len()]);
            let at = Instant::now();
            let vote: VoteAnswer = wire::from_bytes(&answer.body).unwrap();
            answered.push((vote.score.revision, at));
            // and now and then somebody writes
            if n % 100 == 0 {
                let form = format!(
                    "article_id={id}&name=An+Nhi%C3%AAn&body=%C3%9D+ki%E1%BA%BFn+s%E1%BB%91+{n}&consent={consent}"
                );
                client.post(routes::SEND_COMMENT.path, &form, &cookies[n % cookies.len()]);
            }
        });
        answered
    });
    let article = program.article.clone();
    let reads = tokio::task::spawn_blocking(move || {
        let mut client = Client::new(address);
        pace(how_long, READS_A_SECOND, |n| {
            // one in ten has a cookie, and gets a page of their own
            let who = if n % 10 == 0 { "Cookie: khach=x\r\n" } else { "Accept-Encoding: br\r\n" };
            let path = if n % 5 == 0 { "/" } else { &article };
            assert_eq!(client.get(path, who).status(), 200);
        });
    });
    reads.await.unwrap();
    votes.await.unwrap()
}

/// Does something so many times a second.
fn pace(how_long: Duration, a_second: u32, mut each: impl FnMut(usize)) {
    let start = Instant::now();
    let mut n = 0;
    while start.elapsed() < how_long {
        each(n);
        n += 1;
        let due = Duration::from_secs_f64(n as f64 / f64::from(a_second));
        std::thread::sleep(due.saturating_sub(start.elapsed()));
    }
}
