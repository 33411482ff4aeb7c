//! Runs the real program with its private database.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod importing;
mod publishing;
mod tls;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_loa-phuong");

struct Program {
    child: Option<Child>,
    address: String,
}

fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("LOA_DATA_DIR", data).env("LOA_LOG", "error,tower_http=off").env_remove("DATABASE_URL");
    command
}

/// Starts the site on a free port and waits until it prints its address.
fn start(data: &Path) -> Program {
    start_with(data, &[])
}

fn start_with(data: &Path, settings: &[(&str, String)]) -> Program {
    let site = data.join("site");
    std::fs::create_dir_all(site.join("pkg-test")).unwrap();
    std::fs::write(site.join(".package"), "pkg-test").unwrap();
    let mut child = command(data, &["serve"])
        .env("LOA_ADDRESS", "127.0.0.1:0")
        .env("LOA_SITE_ROOT", &site)
        .envs(settings.iter().map(|(name, value)| (name, value)))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit("//").next().unwrap().to_owned();
    assert!(address.starts_with("127.0.0.1:"), "printed: {line}");
    Program { child: Some(child), address }
}

fn data() -> tempfile::TempDir {
    let data = tempfile::Builder::new().prefix("loa-program-").tempdir().unwrap();
    // readable by the database's user, which is not root
    std::fs::set_permissions(data.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    data
}

/// Stops the program after a failed test too.
impl Drop for Program {
    fn drop(&mut self) {
        if self.child.is_some() {
            self.signal("-TERM");
        }
    }
}

impl Program {
    /// Another listener of the program.
    fn at(port: u16) -> Self {
        Self { child: None, address: format!("127.0.0.1:{port}") }
    }

    fn request(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "{request}").unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    fn get(&self, path: &str, cookie: &str) -> String {
        self.request(&format!(
            "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: text/html\r\nCookie: {cookie}\r\n\r\n"
        ))
    }

    fn post(&self, path: &str, form: &str, cookie: &str) -> String {
        self.request(&format!(
            "POST {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: application/json\r\n\
             Sec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))
    }

    fn signal(&mut self, name: &str) {
        let mut child = self.child.take().unwrap();
        assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
        child.wait().unwrap();
    }
}

fn run(mut command: Command, input: &str) -> Output {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

const PHONE: &str =
    "Mozilla/5.0 (Linux; Android 10; SM-A107F) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36";

/// Reads the stored visits.
fn count_visits(data: &Path) -> String {
    let psql = [
        "database",
        "--",
        "sh",
        "-c",
        "psql -q -t -A -c 'select coalesce(sum(visits), 0) from traffic_totals where page = 0' \"$DATABASE_URL\"",
    ];
    String::from_utf8_lossy(&run(command(data, &psql), "").stdout).trim().to_owned()
}

const ARTICLE: &str = "with c as (insert into categories (slug, name) values ('tin', 'Tin') returning id),
  a as (insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author, published_at)
    select 'published', 'a', 'Bài thử', id, 'Mở đầu', '<p>a</p>', 1, 'An', now() from c returning id),
  r as (insert into rating_totals (article_id) select id from a)
  insert into comment_totals (article_id) select id from a";

fn execute(data: &Path, sql: &str) {
    let psql = ["database", "--", "sh", "-c", "psql -q -v ON_ERROR_STOP=1 \"$DATABASE_URL\""];
    assert!(run(command(data, &psql), sql).status.success());
}

fn insert_article(data: &Path) {
    execute(data, ARTICLE);
}

/// Waits until the program has received the notification of every change so far: they arrive in order, so the last one
/// is a change that the page shows.
fn wait_for_notifications(site: &Program, data: &Path) {
    execute(data, "update articles set title = 'Bài thử đã đổi'");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while !site.get("/tin-tuc/a-1", "").contains("Bài thử đã đổi") {
        assert!(std::time::Instant::now() < deadline, "a change does not arrive");
    }
}

#[test]
fn a_killed_program_has_stored_everything_that_it_confirmed() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    insert_article(data);
    let page = site.get("/tin-tuc/a-1", "");
    let consent = page.split("id=\"consent\" name=\"consent\" value=\"").nth(1).unwrap()[..12].to_owned();
    let mut cookie = String::new();
    for stars in [1, 5] {
        let response = site.post("/api/rate", &format!("article_id=1&stars={stars}"), &cookie);
        assert!(response.starts_with("HTTP/1.1 200"), "{response}");
        if let Some(set) = response.split("set-cookie: ").nth(1) {
            cookie = set.split(';').next().unwrap().to_owned();
        }
    }
    let response = site.post(
        "/api/send-comment",
        &format!("article_id=1&name=An+Nhi%C3%AAn&body=Xin+%C4%91%E1%BB%ABng+qu%C3%AAn+t%C3%B4i&consent={consent}"),
        &cookie,
    );
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    // visits are stored within five seconds
    site.request(&format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: {PHONE}\r\n\r\n"));
    let visits = || count_visits(data);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(10);
    while visits() != "1" {
        assert!(std::time::Instant::now() < deadline, "the visit was never stored");
        std::thread::yield_now();
    }
    site.signal("-KILL");

    let mut restarted = start(data);
    assert_eq!(visits(), "1");
    let page = restarted.get("/tin-tuc/a-1", &cookie);
    for text in ["Ông/bà đã đánh giá 5 sao.", "5 trong 1 đánh giá", "Xin đừng quên tôi"] {
        assert!(page.contains(text), "{page}");
    }

    let second = run(command(data, &["serve"]), "");
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another program is using the data folder"));

    restarted.signal("-TERM");
    assert!(!data.join("postgres/postmaster.pid").exists(), "the database stops with the program");
}

#[test]
fn a_crashed_database_is_started_again() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    assert_eq!(&site.get("/", "")[9..12], "200");
    // the stream of an open page must survive the restart
    let mut page = TcpStream::connect(&site.address).unwrap();
    write!(page, "GET /truc-tiep?chu-de=so-lieu HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut page = BufReader::new(page);
    let mut wait_for = move |wanted: &str| {
        let mut line = String::new();
        while !line.contains(wanted) {
            line.clear();
            assert_ne!(page.read_line(&mut line).unwrap(), 0, "the stream ended");
        }
    };
    wait_for("so-lieu 0 0 0 0");
    let pid_file = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let postmaster = pid_file.lines().next().unwrap().to_owned();
    assert!(Command::new("kill").args(["-QUIT", &postmaster]).status().unwrap().success());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let mut seen = Vec::new();
    while seen.last().is_none_or(|status| status != "200") || !seen.contains(&"503".to_owned()) {
        assert!(std::time::Instant::now() < deadline, "the site did not heal: {seen:?}");
        // a page that nobody has read yet needs the database
        seen.push(site.get("/thong-ke", "khach=x")[9..12].to_owned());
        seen.dedup();
        assert_eq!(&site.get("/", "khach=x")[9..12], "200", "a known visitor gets at least the shared page");
        let home =
            site.request(&format!("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nUser-Agent: {PHONE}\r\n\r\n"));
        assert_eq!(&home[9..12], "200", "the cached page is always available");
    }
    // visits during the outage are counted, and the open page receives the new figures
    wait_for("so-lieu 1 1 1 1");
    assert_eq!(seen.iter().filter(|status| *status != "200" && *status != "503").count(), 0, "{seen:?}");
    site.signal("-TERM");
    assert!(!data.join("postgres/postmaster.pid").exists());
}

#[test]
fn subcommands_change_accounts_and_settings_of_a_running_site() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    let create = ["account", "create", "lan", "--display-name", "Chị Lan"];
    let short = run(command(data, &create), "ngắn\n");
    assert!(!short.status.success() && String::from_utf8_lossy(&short.stderr).contains("12"));
    assert!(run(command(data, &create), "một mật khẩu dài\n").status.success());
    let listed = run(command(data, &["account", "list"]), "");
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "lan\tChị Lan\tmoderator\tenabled\n");
    let response = site.post("/api/sign-in", "username=lan&password=m%E1%BB%99t+m%E1%BA%ADt+kh%E1%BA%A9u+d%C3%A0i", "");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    let cookie = response.split("set-cookie: ").find(|cookie| cookie.starts_with("phien=")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    assert!(site.get("/quan-tri", cookie).contains("desk-header"), "the session is open");
    assert!(run(command(data, &["account", "disable", "lan"]), "").status.success());
    assert!(site.get("/quan-tri", cookie).contains("Mật khẩu"), "disabling ends the session");

    assert!(!run(command(data, &["setting", "set", "retention.vote_days", "never"]), "").status.success());
    assert!(run(command(data, &["setting", "set", "site.name", "Phường Tân Ninh"]), "").status.success());
    let read = run(command(data, &["setting", "get", "site.name"]), "");
    assert_eq!(String::from_utf8_lossy(&read.stdout), "Phường Tân Ninh\n");
    // the running site applies the setting when the notification arrives
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    while !site.get("/quyen-rieng-tu", "").contains("Phường Tân Ninh") {
        assert!(std::time::Instant::now() < deadline, "the running site never applied the new name");
        std::thread::yield_now();
    }
    site.signal("-TERM");
}

#[test]
fn verifying_the_audit_record_names_a_broken_entry() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    assert!(
        run(command(data, &["account", "create", "lan", "--display-name", "Chị Lan"]), "mười hai ký tự\n")
            .status
            .success()
    );
    assert!(run(command(data, &["account", "disable", "lan"]), "").status.success());
    let complete = run(command(data, &["audit", "verify"]), "");
    let output = String::from_utf8(complete.stdout).unwrap();
    assert!(complete.status.success() && output.starts_with("The record is complete: 2 entries."), "{output}");
    let head = output.trim().rsplit(' ').next().unwrap().to_owned();
    assert!(run(command(data, &["audit", "verify", "--head", &head]), "").status.success());
    let tamper = |statement: &str| {
        let statement = format!("set session_replication_role = replica; {statement}");
        let psql = ["database", "--", "sh", "-c", "psql -q -X -c \"$0\" \"$DATABASE_URL\"", &statement];
        assert!(run(command(data, &psql), "").status.success());
    };
    tamper("delete from audit where number = 2");
    assert!(
        run(command(data, &["audit", "verify"]), "").status.success(),
        "without a head a shorter record looks complete"
    );
    let cut = run(command(data, &["audit", "verify", "--head", &head]), "");
    assert!(!cut.status.success());
    assert!(String::from_utf8(cut.stderr).unwrap().contains("entry 2 is missing"));
    tamper("update audit set action = 'enable-account' where number = 1");
    let changed = run(command(data, &["audit", "verify"]), "");
    assert!(!changed.status.success());
    assert!(String::from_utf8(changed.stderr).unwrap().contains("entry 1 was changed"));
    // another key is refused, because entries of two keys would prove nothing
    let mut other = command(data, &["audit", "verify"]);
    other.env("LOA_AUDIT_KEY", "0f".repeat(32));
    assert!(
        String::from_utf8(run(other, "").stderr)
            .unwrap()
            .contains("not the one with which this database's record was begun")
    );
    site.signal("-TERM");
}

/// A client that sends nothing, or never ends its headers, is disconnected.
#[test]
fn a_slow_client_is_disconnected() {
    let data = data();
    let mut site = start(data.path());
    let start_time = std::time::Instant::now();
    let senders = ["", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "].map(|sent| {
        let mut stream = TcpStream::connect(&site.address).unwrap();
        stream.set_read_timeout(Some(std::time::Duration::from_secs(30))).unwrap();
        std::thread::spawn(move || {
            write!(stream, "{sent}").unwrap();
            let mut response = String::new();
            // the connection is closed or reset
            let _ = stream.read_to_string(&mut response);
            response
        })
    });
    for sender in senders {
        let response = sender.join().unwrap();
        assert!(!response.starts_with("HTTP/1.1 200"), "{response}");
    }
    assert!(start_time.elapsed() < std::time::Duration::from_secs(20), "{:?}", start_time.elapsed());
    let many: String = (0..200).map(|n| format!("X-{n}: a\r\n")).collect();
    assert!(site.request(&format!("GET / HTTP/1.1\r\nHost: a\r\n{many}\r\n")).starts_with("HTTP/1.1 431"));
    assert!(site.get("/", "").starts_with("HTTP/1.1 200"));
    site.signal("-TERM");
}

#[test]
fn metrics_have_a_separate_address_and_contain_no_personal_data() {
    let data = data();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let site = start_with(data.path(), &[("LOA_METRICS_ADDRESS", format!("127.0.0.1:{port}"))]);
    assert!(site.get("/khoe", "").starts_with("HTTP/1.1 200"));
    assert!(site.get("/khoe/san-sang", "").contains("ready"));
    site.get("/nguyen-van-duc?ten=bich", "");
    for _ in 0..2 {
        site.get("/", "");
    }
    assert!(site.get("/metrics", "").starts_with("HTTP/1.1 404"), "not at the public address");
    let metrics = Program::at(port).get("/metrics", "");
    for line in [
        "loa_requests_total{route=\"/\",method=\"GET\",status=\"200\"} 2",
        "loa_requests_total{route=\"other\",method=\"GET\",status=\"404\"}",
        "loa_cache_hits_total 1",
        "loa_cache_renderings_total 1",
        "loa_render_seconds_bucket{route=\"/\"",
        "loa_streams 0",
        "loa_database_connections{state=\"all\"}",
        "loa_comments_pending 0",
    ] {
        assert!(metrics.contains(line), "{line} in {metrics}");
    }
    assert!(!metrics.contains("nguyen") && !metrics.contains("bich") && !metrics.contains("127.0.0.1"));
}

/// Sends a signal to every process of the private database.
fn signal_database(data: &Path, name: &str) {
    let pid_file = std::fs::read_to_string(data.join("postgres/postmaster.pid")).unwrap();
    let postmaster = pid_file.lines().next().unwrap();
    let listed = Command::new("ps").args(["-o", "pid=", "--ppid", postmaster]).output().unwrap().stdout;
    let children = String::from_utf8_lossy(&listed);
    let processes = std::iter::once(postmaster).chain(children.split_whitespace());
    assert!(Command::new("kill").arg(name).args(processes).status().unwrap().success());
}

#[test]
fn a_database_that_hangs_is_like_one_that_is_gone() {
    let data = data();
    let mut site = start(data.path());
    insert_article(data.path());
    let voted = site.post("/api/rate", "article_id=1&stars=5", "");
    let cookie = voted.split("set-cookie: ").nth(1).unwrap().split(';').next().unwrap().to_owned();
    // a page that may be outdated is not shown, so the last copy is made after the last change is known
    wait_for_notifications(&site, data.path());
    assert!(site.get("/tin-tuc/a-1", "").contains("Bài thử"), "somebody reads it");
    signal_database(data.path(), "-STOP");
    let start = std::time::Instant::now();
    let page = site.get("/tin-tuc/a-1", &cookie);
    let form = "article_id=1&name=An&body=Kh%C3%B4ng+ai+tr%E1%BA%A3+l%E1%BB%9Di&return_to=%2Ftin-tuc%2Fa-1";
    let refused = site.request(&format!(
        "POST /api/send-comment HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: text/html\r\n\
         Sec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    ));
    let ready = site.get("/khoe/san-sang", "");
    let took = start.elapsed();
    signal_database(data.path(), "-CONT");
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Bài thử"), "{page}");
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("Không ai trả lời"), "{refused}");
    assert!(ready.starts_with("HTTP/1.1 503") && took.as_secs() < 30, "{took:?} {ready}");
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    while !site.get("/tin-tuc/a-1", &cookie).contains("Ông/bà đã đánh giá 5 sao.") {
        assert!(std::time::Instant::now() < deadline, "the site did not recover");
    }
    site.signal("-TERM");
}

#[test]
fn a_disk_without_the_reserve_is_not_ready() {
    let data = data();
    let mut site = start_with(data.path(), &[("LOA_DISK_RESERVE_MEGABYTES", "1000000000".to_owned())]);
    let ready = site.get("/khoe/san-sang", "");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.ends_with("disk"), "{ready}");
    assert!(site.get("/khoe", "").starts_with("HTTP/1.1 200") && site.get("/", "").starts_with("HTTP/1.1 200"));
    site.signal("-TERM");
}

#[test]
fn an_invalid_configuration_is_reported_at_the_start() {
    for (name, value, message) in [
        ("LOA_PUBLIC_URL", "phuong.vn", "https://phuong.example.vn"),
        ("LOA_ADDRESS", "here", "LOA_ADDRESS"),
        ("LOA_TRUSTED_PROXIES", "all", "not a network"),
    ] {
        let output = Command::new(PROGRAM).arg("serve").env(name, value).output().unwrap();
        let output_text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !output.status.success() && (output_text.contains(message) || output_text.contains("--address")),
            "{output_text}"
        );
    }
}

#[test]
fn test_data_is_created_only_with_permission() {
    let data = data();
    let mut refused = command(data.path(), &["test-data"]);
    refused.env_remove("LOA_TEST_DATA");
    let output = run(refused, "{\"do\":\"empty-queue\"}");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && message.contains("only in a site for tests"), "{message}");
    assert!(std::fs::read_dir(data.path()).unwrap().next().is_none(), "no database was created");
}
