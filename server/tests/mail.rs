//! Mail, as a mail server receives it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::base::clock::ZONE;
use app::base::mail::Mailer;
use app::features::comments::notify::notify_writers;
use app::features::moderation::daily_mail::send_daily_mails;
use app::features::moderation::late_mail::send_late_mails;
use app::web::site::Site;
use axum::http::StatusCode;
use common::{TestSite, start_site};
use sqlx::PgPool;
use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail server that records the mails that it receives, and refuses recipients on demand.
struct Server {
    url: String,
    received: Arc<Mutex<Vec<String>>>,
    refuses: Arc<Mutex<Option<&'static str>>>,
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (received, refuses) = (Arc::default(), Arc::default());
        let server = Self { url, received: Arc::clone(&received), refuses: Arc::clone(&refuses) };
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve_client(stream, Arc::clone(&received), Arc::clone(&refuses)));
            }
        });
        server
    }

    /// The mails so far, decoded.
    fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

async fn serve_client(stream: TcpStream, received: Arc<Mutex<Vec<String>>>, refuses: Arc<Mutex<Option<&'static str>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await.unwrap();
    let mut mail = None::<String>;
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(text) = &mut mail {
            if line == "." {
                received.lock().unwrap().push(decode_mail(text));
                mail = None;
                write.write_all(b"250 received\r\n").await.unwrap();
            } else {
                text.push_str(&line);
                text.push('\n');
            }
            continue;
        }
        let command = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        let response = match command.as_str() {
            "EHLO" => "250 test",
            "RCPT" => refuses.lock().unwrap().unwrap_or("250 fine"),
            "DATA" => {
                mail = Some(String::new());
                "354 go on"
            }
            "QUIT" => "221 bye",
            _ => "250 fine",
        };
        write.write_all(format!("{response}\r\n").as_bytes()).await.unwrap();
    }
}

/// Decodes the body of a mail.
fn decode_mail(mail: &str) -> String {
    use base64::Engine as _;
    let (head, body) = mail.split_once("\n\n").unwrap();
    let bytes = if head.contains("base64") {
        base64::engine::general_purpose::STANDARD.decode(body.replace('\n', "")).unwrap()
    } else {
        let body = body.replace("=\n", "");
        let mut bytes = Vec::new();
        let mut rest = body.bytes();
        while let Some(byte) = rest.next() {
            bytes.push(match byte {
                b'=' => {
                    let hex = [rest.next().unwrap(), rest.next().unwrap()];
                    u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap()
                }
                byte => byte,
            });
        }
        bytes
    };
    format!("{head}\n\n{}", String::from_utf8(bytes).unwrap())
}

async fn start_site_with_mail(pool: PgPool) -> (TestSite, Server) {
    let server = Server::start().await;
    let mut t = start_site(pool).await;
    let mailer = Mailer::new(&server.url, "Phường Hiệp Ninh <tin@example.vn>").unwrap();
    t = t.with(|site: &mut Site| site.mailer = Some(mailer));
    (t, server)
}

/// Moves every decision half a minute into the past.
async fn pass_undo_time(t: &TestSite) {
    sqlx::query("update comments set decided_at = decided_at - interval '31 seconds', notify_after = null")
        .execute(&t.site.pool)
        .await
        .unwrap();
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_writer_is_notified_once_with_the_reason(pool: PgPool) {
    let (t, server) = start_site_with_mail(pool).await;
    let form = |email: &str| format!("{}&notify=1&email={email}", t.comment_form("Ý kiến xin được báo tin."));
    assert_eq!(
        t.send("/api/send-comment", &form(""), "").await.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "an address is needed"
    );
    assert_eq!(t.send("/api/send-comment", &form("bich%40vidu.vn"), "").await.status, StatusCode::OK);
    let lan = t.staff("lan").await;
    let reject =
        "comment_id=1&version=1&decision=reject&note=Tr%C3%B9ng%20v%E1%BB%9Bi%20%C3%BD%20ki%E1%BA%BFn%20kh%C3%A1c";
    assert_eq!(t.send("/api/decide", reject, &lan).await.status, StatusCode::OK);
    notify_writers(&t.site).await.unwrap();
    assert!(server.received().is_empty(), "it can still be undone");
    pass_undo_time(&t).await;
    // a temporary refusal is retried
    *server.refuses.lock().unwrap() = Some("450 busy");
    notify_writers(&t.site).await.unwrap();
    assert!(server.received().is_empty());
    *server.refuses.lock().unwrap() = None;
    pass_undo_time(&t).await;
    for _ in 0..2 {
        notify_writers(&t.site).await.unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:?}");
    for part in [
        "bich@vidu.vn",
        "Auto-Submitted: auto-generated",
        "Kính gửi ông/bà,",
        "không được đăng",
        "Lý do: Trùng với ý kiến khác",
        "http://site.test/tin-tuc/bai-thu-1",
    ] {
        assert!(received[0].contains(part), "{part}: {}", received[0]);
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_address_that_is_permanently_refused_is_not_tried_again(pool: PgPool) {
    let (t, server) = start_site_with_mail(pool).await;
    let form = format!("{}&notify=1&email=bich%40vidu.vn", t.comment_form("Ý kiến xin được báo tin."));
    assert_eq!(t.send("/api/send-comment", &form, "").await.status, StatusCode::OK);
    let lan = t.staff("lan").await;
    assert_eq!(t.send("/api/decide", "comment_id=1&version=1&decision=approve", &lan).await.status, StatusCode::OK);
    pass_undo_time(&t).await;
    *server.refuses.lock().unwrap() = Some("550 5.1.1 <bich@vidu.vn>: nobody here");
    notify_writers(&t.site).await.unwrap();
    *server.refuses.lock().unwrap() = None;
    pass_undo_time(&t).await;
    notify_writers(&t.site).await.unwrap();
    assert!(server.received().is_empty());
}

#[sqlx::test(migrations = "../app/migrations")]
async fn mail_is_not_offered_without_a_mail_server(pool: PgPool) {
    let t = start_site(pool).await;
    assert!(!t.get(&t.path(), "").await.body.contains("name=\"notify\""));
    let lan = t.staff("lan").await;
    assert!(!t.get("/quan-tri/tai-khoan", &lan).await.body.contains("Thư nhắc việc"));
    let form = format!("{}&notify=1", t.comment_form("Ý kiến xin được báo tin."));
    assert_eq!(t.send("/api/send-comment", &form, "").await.status, StatusCode::OK);
    let notify: bool = sqlx::query_scalar("select notify from comments").fetch_one(&t.site.pool).await.unwrap();
    assert!(!notify);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn subscribed_staff_get_one_mail_a_day_about_pending_comments(pool: PgPool) {
    let (t, server) = start_site_with_mail(pool).await;
    assert!(t.get(&t.path(), "").await.body.contains("name=\"notify\""));
    let lan = t.staff("lan").await;
    assert_eq!(t.send("/api/change-daily-mail", "email=&daily=1", &lan).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(t.send("/api/change-daily-mail", "email=lan%40vidu.vn&daily=1", &lan).await.status, StatusCode::OK);
    let page = t.get("/quan-tri/tai-khoan", &lan).await.body;
    assert!(page.contains("Thư nhắc việc") && page.contains("value=\"lan@vidu.vn\""));
    assert_eq!(t.send("/api/send-comment", &t.comment_form("Ý kiến đang chờ duyệt."), "").await.status, StatusCode::OK);
    // eight in the morning in Ho Chi Minh City
    let morning =
        (OffsetDateTime::now_utc().to_offset(ZONE) + Duration::days(1)).replace_time(time::macros::time!(8:00));
    for now in [morning - Duration::hours(2), morning, morning + Duration::hours(3)] {
        send_daily_mails(&t.site, now).await.unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:?}");
    assert!(
        received[0].contains("Hiện có 1 ý kiến chờ duyệt.") && received[0].contains("http://site.test/quan-tri"),
        "{}",
        received[0]
    );
    t.send("/api/decide", "comment_id=1&version=1&decision=approve", &lan).await;
    send_daily_mails(&t.site, morning + Duration::days(1)).await.unwrap();
    assert_eq!(server.received().len(), 1, "no comment is pending");
    // what comes later that day is told later that day, once
    t.send("/api/send-comment", &t.comment_form("Ý kiến đến lúc chín giờ."), "").await;
    for hours in [1, 2, 3] {
        send_daily_mails(&t.site, morning + Duration::days(1) + Duration::hours(hours)).await.unwrap();
    }
    assert_eq!(server.received().len(), 2);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn whoever_asks_for_it_is_told_once_of_what_waits_too_long_with_a_link_that_opens_it(pool: PgPool) {
    let (t, server) = start_site_with_mail(pool).await;
    let lan = t.staff("lan").await;
    assert_eq!(t.send("/api/change-daily-mail", "email=&late=1", &lan).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(t.send("/api/change-daily-mail", "email=lan%40vidu.vn&late=1", &lan).await.status, StatusCode::OK);
    t.send("/api/send-comment", &t.comment_form("Ý kiến đang chờ duyệt."), "").await;
    let now = OffsetDateTime::now_utc();
    for hours in [1, 23] {
        send_late_mails(&t.site, now + Duration::hours(hours)).await.unwrap();
    }
    assert!(server.received().is_empty(), "it does not wait too long yet");
    *server.refuses.lock().unwrap() = Some("451 4.3.0 try again");
    send_late_mails(&t.site, now + Duration::hours(25)).await.unwrap();
    *server.refuses.lock().unwrap() = None;
    for hours in [25, 26, 90] {
        send_late_mails(&t.site, now + Duration::hours(hours)).await.unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), 1, "{received:?}");
    let link = "http://site.test/quan-tri/y-kien?chon=1#chi-tiet";
    assert!(received[0].contains("24 giờ") && received[0].contains(link), "{}", received[0]);
    let page = t.get("/quan-tri/y-kien?chon=1", &lan).await.body;
    assert!(page.contains("id=\"y-kien-1\"") && page.contains("Ý kiến của "));
    // so of what was reported, and of a message to the office; each link opens its own
    sqlx::raw_sql(
        "update comments set state = 'published', version = 2, decided_at = now(), reported_at = now() where id = 1;
         insert into comments (id, article_id, visitor, name, body, body_hash, consent_version)
         overriding system value
         select 2, 0, sha256('x'), 'Cô Ba', 'Xin hỏi giờ làm việc.', sha256('y'), consent_version from comments",
    )
    .execute(&t.site.pool)
    .await
    .unwrap();
    send_late_mails(&t.site, OffsetDateTime::now_utc() + Duration::hours(25)).await.unwrap();
    let received = server.received();
    assert_eq!(received.len(), 2, "{received:?}");
    for (link, text) in [
        ("/quan-tri/y-kien?muc=bi-bao&chon=1", "Ý kiến đang chờ duyệt."),
        ("/quan-tri/y-kien?muc=lien-he&chon=2", "Xin hỏi giờ làm việc."),
    ] {
        assert!(received[1].contains(&format!("http://site.test{link}#chi-tiet")), "{link}: {}", received[1]);
        assert!(t.get(link, &lan).await.body.contains(text), "{link}");
    }
}
