//! Sessions of staff: extension and expiry.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{PASSWORD, TestSite, start_site};
use sqlx::PgPool;

async fn minutes_left(t: &TestSite) -> f64 {
    sqlx::query_scalar(
        "select (extract(epoch from expires_at - now()) / 60)::float8 from sessions where account_id is not null",
    )
    .fetch_one(&t.site.pool)
    .await
    .unwrap()
}

async fn set_minutes_left(t: &TestSite, minutes: i32) {
    sqlx::query("update sessions set expires_at = now() + make_interval(mins => $1)")
        .bind(minutes)
        .execute(&t.site.pool)
        .await
        .unwrap();
}

#[sqlx::test(migrations = "../app/migrations")]
async fn activity_extends_a_session_and_background_requests_do_not(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    assert!((29.0..=30.0).contains(&minutes_left(&t).await), "signing in starts a session");
    set_minutes_left(&t, 10).await;
    let poll = Request::get("/api/room?path=%2Fquan-tri%2Fy-kien")
        .header(header::ACCEPT, "application/json")
        .header(header::COOKIE, &lan);
    assert_eq!(t.request(poll.body(Body::empty()).unwrap()).await.status, StatusCode::OK);
    assert!(minutes_left(&t).await <= 10.0, "a background request does not extend the session");
    assert!(t.get("/quan-tri", &lan).await.is_desk());
    assert!(minutes_left(&t).await > 29.0, "opening a page extends the session");
    set_minutes_left(&t, 10).await;
    assert_eq!(t.send("/api/keep-alive", "", &lan).await.status, StatusCode::OK);
    assert!(minutes_left(&t).await > 29.0);
    // an expired session cannot be extended
    set_minutes_left(&t, 0).await;
    assert_eq!(t.send("/api/keep-alive", "", &lan).await.status, StatusCode::UNAUTHORIZED);
    assert!(t.get("/quan-tri", &lan).await.body.contains("Mật khẩu"));
    assert_eq!(t.send("/api/keep-alive", "", "").await.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_form_sent_after_the_session_ended_keeps_its_text_through_signing_in(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    assert_eq!(t.send("/api/send-comment", &t.comment_form("Ý kiến đang chờ."), "").await.status, StatusCode::OK);
    let id: i64 = sqlx::query_scalar("select id from comments").fetch_one(&t.site.pool).await.unwrap();
    set_minutes_left(&t, 0).await;
    let form = |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let id = id.to_string();
    let decision = form(&[
        ("comment_id", &id),
        ("version", "1"),
        ("decision", "reject"),
        ("note", "Lý do viết dở"),
        ("return_to", "/quan-tri/y-kien"),
    ]);
    let refused = t.submit("/api/decide", &decision, &lan).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    let page = t.get(refused.header(header::LOCATION).split('#').next().unwrap(), &lan).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let interrupted_form = page
        .body
        .split("name=\"interrupted_form\" value=\"")
        .nth(1)
        .expect("contains the form")
        .split('"')
        .next()
        .unwrap();
    let interrupted_form =
        interrupted_form.replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    // a wrong password does not lose the text
    let wrong = form(&[
        ("username", "lan"),
        ("password", "sai rồi"),
        ("return_to", "/quan-tri/y-kien"),
        ("interrupted_form", &interrupted_form),
    ]);
    let refused = t.submit("/api/sign-in", &wrong, "").await;
    let page = t.get(refused.header(header::LOCATION).split('#').next().unwrap(), "").await;
    assert!(page.body.contains("Lý do viết dở"), "{}", page.body);
    let right = form(&[
        ("username", "lan"),
        ("password", PASSWORD),
        ("return_to", "/quan-tri/y-kien"),
        ("interrupted_form", &interrupted_form),
    ]);
    let back = t.submit("/api/sign-in", &right, "").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let desk = t.get(back.header(header::LOCATION).split('#').next().unwrap(), &back.cookies()).await;
    assert!(desk.body.contains("Bạn đã đăng nhập lại."), "{}", desk.body);
    assert!(desk.body.contains("value=\"Lý do viết dở\""), "the reason is restored");
    let state: String = sqlx::query_scalar("select state::text from comments").fetch_one(&t.site.pool).await.unwrap();
    assert_eq!(state, "pending", "nothing was decided");
}
