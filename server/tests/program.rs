//! The real program with its private database: started, killed, started again, stopped.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_loa-phuong");

struct Running {
    child: Child,
    address: String,
}

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("LOA_DATA_DIR", data).env("LOA_LOG", "error,tower_http=off").env_remove("DATABASE_URL");
    command
}

/// Starts the site on a free port and waits for the line that says where it is.
fn start(data: &Path) -> Running {
    let site = data.join("site");
    std::fs::create_dir_all(site.join("pkg-test")).unwrap();
    std::fs::write(site.join(".package"), "pkg-test").unwrap();
    let mut child = command(data, &["serve"])
        .env("LOA_ADDRESS", "127.0.0.1:0")
        .env("LOA_SITE_ROOT", &site)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit("//").next().unwrap().to_owned();
    assert!(address.starts_with("127.0.0.1:"), "the program said: {line}");
    Running { child, address }
}

fn data() -> tempfile::TempDir {
    let data = tempfile::Builder::new().prefix("loa-program-").tempdir().unwrap();
    // the database's own user passes through
    std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    data
}

/// A test that fails leaves nothing behind.
impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.signal("-TERM");
        }
    }
}

impl Running {
    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "{request}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str, cookie: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n"
        ))
    }

    fn post(&self, path: &str, form: &str, cookie: &str) -> String {
        self.ask(&format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: application/json\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))
    }

    fn signal(&mut self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
        self.child.wait().unwrap();
    }
}

fn run(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

const ARTICLE: &str = "with a as (insert into articles (slug, title, category, lead, body, author, published_at)
    values ('a', 'Bài thử', 'Tin', 'Mở đầu', '<p>a</p>', 'An', now()) returning id),
  r as (insert into rating_totals (article_id) select id from a) insert into comment_totals (article_id) select id from a";

#[test]
fn killed_and_started_again_it_has_everything_that_it_answered_with_success() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    let made =
        run(command(data, &["database", "--", "sh", "-c", "psql -q -v ON_ERROR_STOP=1 \"$DATABASE_URL\""]), ARTICLE);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let page = site.get("/tin-tuc/a-1", "");
    let consent = page.split("id=\"consent\" name=\"consent\" value=\"").nth(1).unwrap()[..12].to_owned();
    let mut cookie = String::new();
    for stars in [1, 5] {
        let answer = site.post("/api/rate", &format!("article_id=1&stars={stars}"), &cookie);
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        if let Some(set) = answer.split("set-cookie: ").nth(1) {
            cookie = set.split(';').next().unwrap().to_owned();
        }
    }
    let answer = site.post(
        "/api/comment",
        &format!("article_id=1&name=An+Nhi%C3%AAn&body=Xin+%C4%91%E1%BB%ABng+qu%C3%AAn+t%C3%B4i&consent={consent}"),
        &cookie,
    );
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    site.signal("-KILL");

    let mut again = start(data);
    let page = again.get("/tin-tuc/a-1", &cookie);
    assert!(
        page.contains("Bạn đã cho 5 sao.") && page.contains("5 trong 1 đánh giá") && page.contains("Xin đừng quên tôi"),
        "{page}"
    );

    let second = run(command(data, &["serve"]), "");
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another program is using the data folder"));

    again.signal("-TERM");
    assert!(!data.join("postgres/postmaster.pid").exists(), "the database stops with the program");
}

#[test]
fn a_database_that_ends_by_itself_is_started_again_without_a_restart() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    assert_eq!(&site.get("/", "")[9..12], "200");
    let noted = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let postmaster = noted.lines().next().unwrap().to_owned();
    assert!(Command::new("kill").args(["-QUIT", &postmaster]).status().unwrap().success());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut seen = Vec::new();
    while seen.last().is_none_or(|status| status != "200") || !seen.contains(&"503".to_owned()) {
        assert!(std::time::Instant::now() < deadline, "the site did not heal: {seen:?}");
        // somebody whom we know gets a page of their own, which needs the database
        seen.push(site.get("/", "khach=x")[9..12].to_owned());
        seen.dedup();
        assert_eq!(&site.get("/", "")[9..12], "200", "a copy for all is there all the time");
    }
    assert_eq!(seen.iter().filter(|status| *status != "200" && *status != "503").count(), 0, "{seen:?}");
    site.signal("-TERM");
    assert!(!data.join("postgres/postmaster.pid").exists());
}

#[test]
fn accounts_and_settings_beside_the_running_site() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    let create = ["account", "create", "lan", "--display-name", "Chị Lan"];
    let short = run(command(data, &create), "ngắn\n");
    assert!(!short.status.success() && String::from_utf8_lossy(&short.stderr).contains("12"));
    assert!(run(command(data, &create), "một mật khẩu dài\n").status.success());
    let listed = run(command(data, &["account", "list"]), "");
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "lan\tChị Lan\tmoderator\tenabled\n");
    let answer = site.post("/api/sign-in", "username=lan&password=m%E1%BB%99t+m%E1%BA%ADt+kh%E1%BA%A9u+d%C3%A0i", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(run(command(data, &["account", "disable", "lan"]), "").status.success());
    let cookie = answer.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap();
    assert!(site.get("/quan-tri", cookie).contains("Mật khẩu"), "disabling ends the session");

    assert!(!run(command(data, &["setting", "set", "retention.vote_days", "never"]), "").status.success());
    assert!(run(command(data, &["setting", "set", "site.name", "Phường Tân Ninh"]), "").status.success());
    let read = run(command(data, &["setting", "get", "site.name"]), "");
    assert_eq!(String::from_utf8_lossy(&read.stdout), "Phường Tân Ninh\n");
    // the running site follows by itself, as soon as the notification arrives
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while !site.get("/quyen-rieng-tu", "").contains("Phường Tân Ninh") {
        assert!(std::time::Instant::now() < deadline, "the running site never heard of the new name");
        std::thread::yield_now();
    }
    site.signal("-TERM");
}

#[test]
fn a_wrong_configuration_is_said_before_anything_starts() {
    for (name, value, words) in [
        ("LOA_PUBLIC_URL", "phuong.vn", "https://phuong.example.vn"),
        ("LOA_ADDRESS", "here", "LOA_ADDRESS"),
        ("LOA_TRUSTED_PROXIES", "all", "no network"),
    ] {
        let output = Command::new(PROGRAM).arg("serve").env(name, value).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && (said.contains(words) || said.contains("--address")), "{said}");
    }
}
