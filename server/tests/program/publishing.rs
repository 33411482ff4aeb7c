//! The program is killed in the middle of a publishing.

use super::{command, data, insert_article, run, start};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};

/// Runs a statement and returns what it prints.
fn query(data: &Path, sql: &str) -> String {
    let psql = ["database", "--", "sh", "-c", "psql -q -t -A -v ON_ERROR_STOP=1 \"$DATABASE_URL\""];
    let output = run(command(data, &psql), sql);
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn an_article_whose_publishing_is_cut_off_is_still_whole_and_not_public() {
    let data = data();
    let data = data.path();
    let mut site = start(data);
    insert_article(data);
    let create = ["account", "create", "lan", "--display-name", "Chị Lan", "--role", "administrator"];
    assert!(run(command(data, &create), "một mật khẩu dài\n").status.success());
    let response = site.post("/api/sign-in", "username=lan&password=m%E1%BB%99t+m%E1%BA%ADt+kh%E1%BA%A9u+d%C3%A0i", "");
    let cookie = response.split("set-cookie: ").find(|cookie| cookie.starts_with("phien=")).unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert!(site.post("/api/create-article", "", &cookie).starts_with("HTTP/1.1 200"));
    let text = "id=2&revision=1&base=1&title=Cup+nuoc&category=1&lead=Mai&body=Tru+nuoc&author=Lan";
    assert!(site.post("/api/save-article", text, &cookie).starts_with("HTTP/1.1 200"));
    // holds up the publishing in its middle: the article's row is written by then, its tags are not
    let lock = ["database", "--", "sh", "-c", "psql -q -t -A \"$DATABASE_URL\""];
    let mut holder = command(data, &lock).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut statements = holder.stdin.take().unwrap();
    statements.write_all(b"begin; lock table article_tags in exclusive mode; select 'held';\n").unwrap();
    let mut line = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line.trim(), "held");
    std::thread::scope(|scope| {
        let publish = scope.spawn(|| {
            let mut stream = TcpStream::connect(&site.address).unwrap();
            let form = format!("{}&then=publish-article", text.replace("=1&base=1", "=2&base=2"));
            write!(
                stream,
                "POST /api/save-article HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\n\
                 Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
                form.len()
            )
            .unwrap();
            let mut answer = String::new();
            // a killed program may reset the connection
            let _ = stream.read_to_string(&mut answer);
            answer
        });
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        let waiting =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%article_tags%'";
        while query(data, waiting) == "0" {
            assert!(std::time::Instant::now() < deadline, "the publishing never came to the lock");
        }
        let child = site.child.as_ref().unwrap().id();
        assert!(Command::new("kill").args(["-KILL", &child.to_string()]).status().unwrap().success());
        assert_eq!(publish.join().unwrap(), "", "nothing is answered before it is stored");
    });
    site.child.take().unwrap().wait().unwrap();
    drop(statements);
    holder.wait().unwrap();

    let restarted = start(data);
    let stored = query(
        data,
        "select state, published_revision is null, body, (select count(*) from audit where action = 'publish-article')
         from articles where id = 2",
    );
    assert!(stored.starts_with("draft|t|") && stored.ends_with("|0"), "{stored}");
    assert!(!restarted.get("/", "").contains("Cup nuoc"));
    assert!(restarted.get("/quan-tri/bai-viet?bai=2", &cookie).contains("Tru nuoc"), "what was saved is there");
    let revision = query(data, "select revision from articles where id = 2");
    let form = text.replace("=1&base=1", &format!("={revision}&base={revision}"));
    let answer = restarted.post("/api/save-article", &format!("{form}&then=publish-article"), &cookie);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(restarted.get("/", "").contains("Cup nuoc"), "and can be published again");
}
