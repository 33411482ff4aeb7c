//! Pictures and the articles of editors: how long a photograph takes, what it takes of memory, and what readers notice.

use super::client::Client;
use super::desk::{milliseconds, sign_in_as};
use super::following::serve_beside;
use super::{Bench, Line, line, percentile};
use app::features::media::files::{Focus, make_files};
use app::routes;
use app::web::permissions::Role;
use image::{ImageFormat, RgbImage};
use std::io::{Cursor, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Instant;

const UPLOADS: usize = 20;
const SAVES: usize = 200;
const WORDS: usize = 20_000;
const PUBLICATIONS: usize = 100;

pub fn lines(bench: &Bench) -> Vec<Line> {
    let photograph = photograph(4000, 3000);
    vec![photographs(&photograph), uploads(bench, &photograph), saves(bench), publications(bench)]
}

/// Publishes articles and waits until the front pages of two processes show them.
fn publications(bench: &Bench) -> Line {
    let (_other, address) = serve_beside(bench);
    let cookie = sign_in_as(bench, Role::Administrator);
    let mut client = Client::new(bench.address);
    let mut pages = [Client::new(bench.address), Client::new(address)];
    let mut times: Vec<f64> = (1..=PUBLICATIONS)
        .map(|n| {
            assert_eq!(client.post(routes::CREATE_ARTICLE.path, "", &cookie).status(), 200);
            let newest = sqlx::query_scalar::<_, i64>("select max(id) from articles").fetch_one(&bench.pool);
            let id = bench.runtime.block_on(newest).unwrap().to_string();
            let title = format!("Bản tin thứ {n} của buổi đo");
            let fields = [
                ("id", &*id),
                ("revision", "1"),
                ("base", "1"),
                ("title", &*title),
                ("category", "1"),
                ("lead", "Mở đầu."),
                ("body", "Nội dung."),
                ("author", "Lan"),
                ("then", "publish-article"),
            ];
            let form: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let start = Instant::now();
            assert_eq!(client.post(routes::SAVE_ARTICLE.path, &form, &cookie).status(), 200);
            for page in &mut pages {
                while !String::from_utf8_lossy(&page.get("/", "").body).contains(&title) {}
            }
            milliseconds(start)
        })
        .collect();
    line(
        "from the press that publishes to the front pages of two processes",
        format!("median {:.0} ms, p99 {:.0} ms", percentile(&mut times, 0.5), percentile(&mut times, 0.99)),
        "p99 1 s",
    )
}

/// A JPEG with as much detail as a photograph of a street has: a smooth ground, edges, and noise.
fn photograph(width: u32, height: u32) -> Vec<u8> {
    let mut seed = 1u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = (seed >> 29) as u8;
        let edge = if (x / 90 + y / 70) % 5 == 0 { 60 } else { 0 };
        image::Rgb([(x * 190 / width) as u8 + noise + edge, (y * 180 / height) as u8 + noise, 90 + noise + edge])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// The memory of this process: now, or the most since it was last asked to forget, in megabytes.
fn memory(field: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(field)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}

/// Makes every file of a photograph of 12 megapixels on one core.
fn photographs(photograph: &[u8]) -> Line {
    let (mut times, mut most) = (Vec::new(), 0f64);
    for _ in 0..5 {
        std::fs::write("/proc/self/clear_refs", "5").unwrap();
        let before = memory("VmRSS");
        let start = Instant::now();
        make_files(photograph.to_vec(), Focus::default()).unwrap();
        times.push(milliseconds(start));
        most = most.max(memory("VmHWM") - before);
    }
    line(
        "a photograph of 12 megapixels in all sizes, on one core",
        format!("median {:.0} ms, {most:.0} MB", percentile(&mut times, 0.5)),
        "2 s, 150 MB",
    )
}

/// Reads the main article while editors upload photographs, and while nobody does.
fn uploads(bench: &Bench, photograph: &[u8]) -> Line {
    let cookie = sign_in_as(bench, Role::Editor);
    let read = |until: &AtomicBool| {
        let mut client = Client::new(bench.address);
        let mut times = Vec::new();
        while times.len() < 2000 || !until.load(SeqCst) {
            let start = Instant::now();
            assert_eq!(client.get(&bench.article, "").status(), 200);
            times.push(milliseconds(start));
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        percentile(&mut times, 0.99)
    };
    let quiet = read(&AtomicBool::new(true));
    let is_done = AtomicBool::new(false);
    let start = Instant::now();
    let busy = std::thread::scope(|scope| {
        let reader = scope.spawn(|| read(&is_done));
        let senders: Vec<_> =
            (0..UPLOADS).map(|_| scope.spawn(|| assert_eq!(upload(bench, &cookie, photograph), 200))).collect();
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        is_done.store(true, SeqCst);
        reader.join().unwrap()
    });
    line(
        "readers of a cached page while 20 photographs are uploaded at once",
        format!("p99 {busy:.1} ms, quiet {quiet:.1} ms; uploaded in {:.1} s", milliseconds(start) / 1000.0),
        "p99 less than doubled",
    )
}

fn upload(bench: &Bench, cookie: &str, photograph: &[u8]) -> u16 {
    let head = "--do\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n";
    let tail = "\r\n--do--\r\n";
    let mut stream = TcpStream::connect(bench.address).unwrap();
    let length = head.len() + photograph.len() + tail.len();
    write!(
        stream,
        "POST {} HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\nAccept: application/json\r\n\
         Connection: close\r\nContent-Type: multipart/form-data; boundary=do\r\nContent-Length: {length}\r\n\r\n{head}",
        routes::UPLOAD.path
    )
    .unwrap();
    stream.write_all(photograph).unwrap();
    stream.write_all(tail.as_bytes()).unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    if answer.contains("\"picture\":null") { 0 } else { answer[9..12].parse().unwrap() }
}

/// Saves an article of 20,000 words, each time with another word.
fn saves(bench: &Bench) -> Line {
    let cookie = sign_in_as(bench, Role::Editor);
    let mut client = Client::new(bench.address);
    assert_eq!(client.post(routes::CREATE_ARTICLE.path, "", &cookie).status(), 200);
    let id = bench.runtime.block_on(async {
        let id = sqlx::query_scalar::<_, i64>("select max(id) from articles").fetch_one(&bench.pool).await;
        id.unwrap().to_string()
    });
    let words = "<p>Bà con khu phố ba lưu ý lịch cúp nước.</p>".repeat(WORDS / 9);
    let mut times: Vec<f64> = (1..=SAVES)
        .map(|n| {
            let (revision, body) = (n.to_string(), format!("{words}<p>Bản {n}</p>"));
            let fields =
                [("id", &*id), ("revision", &*revision), ("format", "html"), ("title", "Dài"), ("body", &*body)];
            let form: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let start = Instant::now();
            assert_eq!(client.post(routes::SAVE_ARTICLE.path, &form, &cookie).status(), 200);
            milliseconds(start)
        })
        .collect();
    line(
        "an article of 20,000 words saved",
        format!("median {:.0} ms, p99 {:.0} ms", percentile(&mut times, 0.5), percentile(&mut times, 0.99)),
        "p99 50 ms",
    )
}
