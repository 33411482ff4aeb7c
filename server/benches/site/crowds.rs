//! What readers and writers notice while somebody with many addresses asks for what costs most.

use super::client::{Client, PHONE};
use super::following::{Program, insert_comments, pace};
use super::{Line, line, percentile};
use app::routes;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

const VOTES: u32 = 2_000_000;
const COMMENTS: u32 = 1_000_000;
const REQUESTS_A_SECOND: u32 = 1000;
const READS_A_SECOND: u32 = 200;
const WRITES_A_SECOND: u32 = 20;
const LOAD_TIME: Duration = Duration::from_secs(10);
/// A client that gets no answer within this time gives up.
const PATIENCE: Duration = Duration::from_secs(10);
/// Requests of the crowd at once.
const MAX_OPEN: usize = 500;

/// A request that the crowd sends; its number makes it differ from the others.
type Request = fn(&Program, u32) -> String;

pub fn lines(root: &Path) -> Vec<Line> {
    let program = Arc::new(Program::start(root));
    let id = program.id();
    program.sql(&insert_comments(id, COMMENTS));
    program.sql(&format!(
        "insert into votes (article_id, visitor, stars, created_at)
         select {id}, sha256(convert_to('v' || n, 'UTF8')), 1 + n % 5, now() - interval '15 seconds' * n
         from generate_series(1, {VOTES}) n;
         analyze votes;"
    ));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let crowds: [(&str, Request); 5] = [
        // the machine sends and answers them, which the others are compared with
        ("health checks", |_, n| get(routes::HEALTH.path, n)),
        ("openings of streams", |program, n| get(&format!("/truc-tiep?chu-de=bai-{},bai-{n}", program.id()), n)),
        ("sign-ins", |_, n| post(routes::SIGN_IN.path, &format!("username=x{n}&password=mot+mat+khau+{n}"), n)),
        ("openings of /thong-ke with a cookie", |_, n| {
            get("/thong-ke", n).replacen("\r\n", "\r\nCookie: phien=x\r\n", 1)
        }),
        ("random comment numbers", |program, n| get(&format!("{}?y-kien={n}", program.article), n)),
    ];
    let before = measure_readers(&program, 0);
    let mut lines = vec![line(
        format!("with {VOTES} votes and {COMMENTS} comments: a cached page, quiet"),
        format!("p50 {:.1} ms, p99 {:.1} ms", before.p50, before.p99),
        "-",
    )];
    let mut baseline = None;
    for (label, request) in crowds {
        let stop = Arc::new(AtomicUsize::new(0));
        let crowd = runtime.spawn(send_crowd(Arc::clone(&program), request, Arc::clone(&stop)));
        // until the crowd has reached its pace
        std::thread::sleep(Duration::from_secs(1));
        let during = measure_readers(&program, 1);
        let memory = program.memory();
        let baseline = *baseline.get_or_insert(during.p99);
        stop.store(1, Relaxed);
        let mut answered = runtime.block_on(crowd).unwrap();
        let own = percentile(&mut answered, 0.99);
        lines.push(line(
            format!("while {REQUESTS_A_SECOND} {label} a second go on"),
            format!(
                "a cached page p50 {:.1} ms, p99 {:.1} ms ({:.2} of health checks); {} of {} writes refused; {:.0} MB; \
                 the crowd's own p99 {own:.0} ms ({} answered)",
                during.p50,
                during.p99,
                during.p99 / baseline,
                during.refused,
                during.writes,
                memory / 1e6,
                answered.len()
            ),
            "p99 below 2 of health checks, 0 refused, 200 MB",
        ));
        // until what the crowd left behind is done
        std::thread::sleep(Duration::from_secs(3));
    }
    lines
}

/// What readers and writers noticed.
struct Noticed {
    p50: f64,
    p99: f64,
    writes: usize,
    refused: usize,
}

/// Reads a cached page and gives votes at a steady pace, each vote from an address of its own.
fn measure_readers(program: &Arc<Program>, round: u8) -> Noticed {
    let writer = Arc::clone(program);
    let writes = std::thread::spawn(move || {
        let mut client = Client::new(writer.address);
        let (mut sent, mut refused) = (0, 0);
        // at another article: a vote ends the copies of its own
        let other = if writer.id() == "1" { 2 } else { 1 };
        pace(LOAD_TIME, WRITES_A_SECOND, |n| {
            let form = format!("article_id={other}&stars={}", n % 5 + 1);
            let request = post(routes::RATE.path, &form, u32::from(round) << 24 | n as u32);
            sent += 1;
            refused += usize::from(client.send(&request).status() != 200);
        });
        (sent, refused)
    });
    let mut client = Client::new(program.address);
    let mut times = Vec::new();
    pace(LOAD_TIME, READS_A_SECOND, |_| {
        let start = Instant::now();
        // the front page: votes do not end its copies
        assert_eq!(client.get("/quyen-rieng-tu", "Accept-Encoding: br\r\n").status(), 200);
        times.push(start.elapsed().as_secs_f64() * 1000.0);
    });
    let (writes, refused) = writes.join().unwrap();
    Noticed { p50: percentile(&mut times, 0.5), p99: percentile(&mut times, 0.99), writes, refused }
}

/// Sends requests at a steady pace until it is stopped, and returns how long the answered ones took, in milliseconds.
async fn send_crowd(program: Arc<Program>, request: Request, stop: Arc<AtomicUsize>) -> Vec<f64> {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    let open = Arc::new(Semaphore::new(MAX_OPEN));
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / REQUESTS_A_SECOND);
    let mut sent = Vec::new();
    while stop.load(Relaxed) == 0 {
        ticks.tick().await;
        let permit = Arc::clone(&open).acquire_owned().await.unwrap();
        // numbers that look like chance, and never repeat
        let n = NUMBER.fetch_add(1, Relaxed).wrapping_mul(2_654_435_761) >> 1;
        let (address, request) = (program.address, request(&program, n));
        sent.push(tokio::spawn(async move {
            let _permit = permit;
            let start = Instant::now();
            let answer = async {
                let mut stream = TcpStream::connect(address).await.ok()?;
                stream.write_all(request.as_bytes()).await.ok()?;
                let mut first = [0; 512];
                (stream.read(&mut first).await.ok()? > 0).then_some(())
            };
            let answered = tokio::time::timeout(PATIENCE, answer).await.ok().flatten();
            answered.map(|()| start.elapsed().as_secs_f64() * 1000.0)
        }));
    }
    let mut times = Vec::new();
    for request in sent {
        times.extend(request.await.unwrap());
    }
    times
}

/// The headers of somebody with an address of their own.
fn headers(n: u32) -> String {
    let [a, b, c, d] = n.to_be_bytes();
    format!("Host: a\r\nUser-Agent: {PHONE}\r\nX-Forwarded-For: {}.{b}.{c}.{d}\r\n", a % 100 + 1)
}

fn get(path: &str, n: u32) -> String {
    format!("GET {path} HTTP/1.1\r\n{}Accept: text/html\r\n\r\n", headers(n))
}

fn post(path: &str, form: &str, n: u32) -> String {
    format!(
        "POST {path} HTTP/1.1\r\n{}Sec-Fetch-Site: same-origin\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        headers(n),
        form.len()
    )
}
