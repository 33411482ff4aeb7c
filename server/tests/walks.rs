//! Walks of visitors and staff as requests: status, headers and body.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::jobs::delete_expired_data;
use axum::http::{StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{PASSWORD, start_site};
use sha2::{Digest, Sha256};
use sqlx::PgPool;

async fn find_pending(pool: &PgPool) -> (i64, i32) {
    sqlx::query_as("select id, version from comments where state = 'pending' order by id limit 1")
        .fetch_one(pool)
        .await
        .unwrap()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_response_has_security_headers(pool: PgPool) {
    let t = start_site(pool).await;
    for path in ["/", &t.path(), "/quan-tri", "/khong-co", "/api/page?path=%2F", "/anh/khong.webp"] {
        let response = t.get(path, "").await;
        let policy = response.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.contains("default-src 'none'") && policy.contains("base-uri 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{path}");
        assert_eq!(response.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(response.header(header::REFERRER_POLICY), "same-origin", "{path}");
        assert!(response.headers.get(header::SET_COOKIE).is_none(), "{path}: reading sets no cookie");
    }
    let page = t.get("/", "").await;
    assert!(!page.body.contains(" style=") && !page.body.contains("<style"));
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    assert!(!policy.contains("nonce") && !page.body.contains("nonce="), "a page for everybody contains no nonce");
    let mut scripts = 0;
    for script in page.body.split("<script").skip(1).filter(|script| !script.contains("ld+json")) {
        let (attributes, rest) = script.split_once('>').unwrap();
        if attributes.contains(" src=") {
            continue;
        }
        let text = rest.split("</script>").next().unwrap();
        assert!(policy.contains(&format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))), "{script:.80}");
        scripts += 1;
    }
    assert!(scripts > 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn on_https_cookies_are_secure_and_bound_to_the_host(pool: PgPool) {
    let t = start_site(pool).await;
    let t = common::start_site_at(t.site.pool.clone(), "https://site.test", t.article).await;
    let response = t.send("/api/rate", &format!("article_id={}&stars=5", t.article), "").await;
    let cookie = response.header(header::SET_COOKIE);
    assert!(
        cookie.starts_with("__Host-khach=")
            && cookie.contains("; Secure")
            && cookie.contains("; HttpOnly")
            && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    assert!(cookie.contains("Path=/;") && !cookie.contains("Domain"), "{cookie}");
    let staff = t.staff("lan").await;
    assert!(
        staff.contains("__Host-phien=") && staff.split("; ").all(|cookie| cookie.starts_with("__Host-")),
        "{staff}"
    );
    assert!(response.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    assert!(t.get("/", "").await.body.contains("https://site.test/"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_comment_is_visible_to_its_writer_alone_until_it_is_approved(pool: PgPool) {
    let t = start_site(pool).await;
    let sent = t.submit("/api/send-comment", &t.comment_form("Ý kiến đang chờ duyệt đây."), "").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    let writer = sent.cookies();
    let (id, version) = find_pending(&t.site.pool).await;
    assert_eq!(sent.header(header::LOCATION), format!("{}#y-kien-{id}", t.path()));
    for path in [
        t.path(),
        format!("/api/comments?article={}", t.article),
        format!("/api/page?path=%2Ftin-tuc%2Fbai-thu-{}", t.article),
    ] {
        assert!(t.get(&path, &writer).await.body.contains("đang chờ duyệt đây."), "{path}");
        assert!(!t.get(&path, "").await.body.contains("đang chờ duyệt đây."), "{path}");
    }
    let lan = t.staff("lan").await;
    let desk = t.get("/quan-tri/y-kien", &lan).await;
    assert!(desk.body.contains("đang chờ duyệt đây.") && desk.header(header::CACHE_CONTROL).contains("no-store"));
    let form = |decision: &str, version: i32| {
        format!("comment_id={id}&version={version}&decision={decision}&return_to=/quan-tri/y-kien")
    };
    assert_eq!(t.send("/api/decide", &form("approve", version), &writer).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        t.submit("/api/decide", &form("approve", version), &lan).await.header(header::LOCATION),
        format!("/quan-tri/y-kien?xong={id}#ban-duyet")
    );
    assert!(t.get(&t.path(), "").await.body.contains("đang chờ duyệt đây."));
    // a second decision is a conflict that names the first one
    let hoa = t.staff("hoa").await;
    for (decision, cookies) in [("approve", &lan), ("reject", &hoa)] {
        let late = t.send("/api/decide", &form(decision, version), cookies).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let who = if decision == "approve" { "Ông/bà" } else { "Chị lan" };
        assert!(late.body.contains(who) && late.body.contains("đã duyệt"), "{}", late.body);
    }
    assert_eq!(t.send("/api/decide", &form("remove", version + 1), &hoa).await.status, StatusCode::OK);
    assert!(!t.get(&t.path(), "").await.body.contains("đang chờ duyệt đây."));
    let lines: Vec<String> =
        sqlx::query_scalar("select action from audit where subject = 'comment' and subject_id = $1 order by number")
            .bind(id)
            .fetch_all(&t.site.pool)
            .await
            .unwrap();
    assert_eq!(lines, ["approve", "remove"]);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn failed_sign_ins_are_limited_and_do_not_reveal_accounts(pool: PgPool) {
    let t = start_site(pool).await;
    t.staff("lan").await;
    let mut bodies = Vec::new();
    for (name, password) in [("lan", "sai"), ("khong-co", "sai"), ("LAN", ""), ("", "")] {
        let response = t.send("/api/sign-in", &format!("username={name}&password={password}"), "").await;
        assert_eq!(response.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(response.cookies().is_empty());
        bodies.push(response.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:?}");
    let mut last = StatusCode::OK;
    for _ in 0..4 {
        last = t.send("/api/sign-in", "username=lan&password=sai", "").await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    // the page repeats everything that was typed except the password
    let plain = t.submit("/api/sign-in", "username=minh&password=bi-mat-cua-toi&return_to=/quan-tri", "").await;
    let page = t.get(plain.header(header::LOCATION).split('#').next().unwrap(), "").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("value=\"minh\"") && !page.body.contains("bi-mat-cua-toi"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_session_is_renewed_by_signing_in_and_ended_by_signing_out(pool: PgPool) {
    let t = start_site(pool).await;
    let before = t.staff("lan").await;
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("username", "lan"), ("password", PASSWORD)])
        .finish();
    let after = t.send("/api/sign-in", &form, &before).await.cookies();
    assert_ne!(before, after);
    assert!(t.get("/quan-tri", &before).await.body.contains("Mật khẩu"));
    assert!(t.get("/quan-tri", &after).await.is_desk());
    let out = t.submit("/api/sign-out", "", &after).await;
    assert_eq!(out.header(header::LOCATION), "/quan-tri");
    assert!(t.get("/quan-tri", &after).await.body.contains("Mật khẩu"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_changed_setting_is_on_the_next_page(pool: PgPool) {
    let t = start_site(pool).await;
    t.set("site.name", "Phường Tân Ninh <b>").await;
    let page = t.get("/quyen-rieng-tu", "").await;
    assert!(page.body.contains("Phường Tân Ninh &lt;b&gt;") && !page.body.contains("Tân Ninh <b>"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn expired_data_is_deleted(pool: PgPool) {
    let t = start_site(pool).await;
    let cookies = t.send("/api/send-comment", &t.comment_form("Ý kiến rồi sẽ đến tuổi."), "").await.cookies();
    t.send("/api/rate", &format!("article_id={}&stars=5", t.article), &cookies).await;
    t.submit("/api/rate", &format!("article_id={}&stars=9", t.article), &cookies).await;
    let lan = t.staff("lan").await;
    let (id, version) = find_pending(&t.site.pool).await;
    t.send("/api/decide", &format!("comment_id={id}&version={version}&decision=approve"), &lan).await;
    let count = |table: &'static str| {
        let pool = t.site.pool.clone();
        async move {
            sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
                .fetch_one(&pool)
                .await
                .unwrap()
        }
    };
    let now = time::OffsetDateTime::now_utc();
    let delete_after = |days: i64| delete_expired_data(&t.site, now + time::Duration::days(days));
    delete_after(0).await.unwrap();
    assert_eq!((count("comments").await, count("sessions").await, count("form_refusals").await), (1, 1, 1));
    delete_after(1).await.unwrap();
    assert_eq!((count("comments").await, count("sessions").await, count("form_refusals").await), (1, 0, 0));
    delete_after(401).await.unwrap();
    assert!(
        t.get(&t.path(), &cookies).await.body.contains("Ông/bà chưa đánh giá."),
        "the vote no longer names its visitor"
    );
    assert!(t.get(&t.path(), "").await.body.contains("127 trong 27"), "the vote still counts");
    delete_after(729).await.unwrap();
    assert_eq!(count("comments").await, 1);
    delete_after(731).await.unwrap();
    assert_eq!(count("comments").await, 0);
    assert!(t.get(&t.path(), "").await.body.contains("Chưa có ý kiến nào"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_name_of_an_office_and_stacked_marks_are_told_to_moderators(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let plain = t.comment_form("Đề nghị phường xem lại lịch thu gom rác.");
    let official = plain.replace(
        "name=Tr%E1%BA%A7n+Th%E1%BB%8B+B%C3%ADch",
        "name=%E1%BB%A6y+ban+nh%C3%A2n+d%C3%A2n+ph%C6%B0%E1%BB%9Dng",
    );
    assert_ne!(official, plain);
    assert_eq!(t.send("/api/send-comment", &official, "").await.status, StatusCode::OK);
    let stacked = format!("Rác{} nhiều ngày chưa được thu gom.", "\u{301}".repeat(12));
    assert_eq!(t.send("/api/send-comment", &t.comment_form(&stacked), "").await.status, StatusCode::OK);
    let desk = t.get("/quan-tri/y-kien", &lan).await;
    assert!(desk.body.contains("ký tên cơ quan hoặc cán bộ"), "{}", desk.body);
    assert!(desk.body.contains("chữ có quá nhiều dấu"), "{}", desk.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn messages_to_the_office_have_an_age_of_their_own_and_what_the_office_keeps_has_none(pool: PgPool) {
    let t = start_site(pool).await;
    t.staff("lan").await;
    t.set("retention.inquiry_months", "7").await;
    // one that was answered, with a note about it; and an answer that the office gives again
    sqlx::raw_sql(
        "insert into consent_texts (version, text) values ('v', 'Tôi đồng ý') on conflict do nothing;
         with sent as (
             insert into comments (article_id, visitor, name, body, body_hash, consent_version, state, version,
                                   decided_at)
             values (0, sha256('x'), 'Cô Ba', 'Xin hỏi giờ làm việc.', sha256('y'), 'v', 'published', 2, now())
             returning id)
         insert into notes (comment_id, body, written_by) select sent.id, 'Đã gọi lại.', a.id from sent, accounts a;
         insert into saved_answers (title, body) values ('Giờ làm việc', 'Từ 7 giờ 30 đến 17 giờ.')",
    )
    .execute(&t.site.pool)
    .await
    .unwrap();
    for (days, left) in [(210, "1/1/1"), (216, "0/0/1"), (4000, "0/0/1")] {
        delete_expired_data(&t.site, time::OffsetDateTime::now_utc() + time::Duration::days(days)).await.unwrap();
        let counts = "select concat_ws('/', (select count(*) from comments), (select count(*) from notes),
                                            (select count(*) from saved_answers))";
        let counts: String = sqlx::query_scalar(counts).fetch_one(&t.site.pool).await.unwrap();
        assert_eq!(counts, left, "after {days} days");
    }
}
