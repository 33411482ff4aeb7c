//! What is sent again: stored once, and nobody else's.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::base::url::encode;
use axum::http::{StatusCode, header};
use common::{TestSite, start_site};
use sqlx::PgPool;

async fn stored(t: &TestSite) -> i64 {
    sqlx::query_scalar("select count(*) from comments").fetch_one(&t.site.pool).await.unwrap()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_form_sent_again_without_its_cookie_is_stored_once_and_takes_nothing_over(pool: PgPool) {
    let t = start_site(pool).await;
    // the day's keys, which the running program loads by a job
    server::visits::merge_visits(&t.site, time::OffsetDateTime::now_utc()).await;
    let form = t.comment_form("Cùng một ý kiến gửi hai lần.");
    let first = t.submit("/api/send-comment", &form, "").await;
    assert!(first.cookies().contains("khach="), "its writer gets a cookie");
    let again = t.submit("/api/send-comment", &form, "").await;
    assert_eq!((again.status, stored(&t).await), (StatusCode::SEE_OTHER, 1));
    assert!(!again.cookies().contains("khach="), "the browser keeps the first cookie");
    let page = t.get(again.header(header::LOCATION), "").await;
    assert!(page.status == StatusCode::OK && page.body.contains("đã được gửi và đang chờ duyệt"), "{}", page.body);
    assert!(!page.body.contains("/y-kien-cua-toi/"), "it has no link of the first writer");
    let own = t.get(&t.path(), &first.cookies()).await;
    assert!(own.body.contains("Cùng một ý kiến gửi hai lần.") && own.body.contains("/y-kien-cua-toi/"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn five_presses_with_one_token_are_one_comment(pool: PgPool) {
    let t = start_site(pool).await;
    let form = format!("{}&token=abc", t.comment_form("Một ý kiến, năm lần bấm."));
    let mut answers = Vec::new();
    for answer in [(); 5].map(|()| t.send("/api/send-comment", &form, "")) {
        answers.push(answer.await);
    }
    assert!(answers.iter().all(|answer| answer.status == StatusCode::OK));
    assert_eq!(answers.iter().filter(|answer| answer.cookies().contains("khach=")).count(), 1);
    assert_eq!(stored(&t).await, 1);
    // the same words with the next token are meant
    let next = format!("{}&token=xyz", t.comment_form("Một ý kiến, năm lần bấm."));
    assert_eq!(t.send("/api/send-comment", &next, &answers[0].cookies()).await.status, StatusCode::OK);
    assert_eq!(stored(&t).await, 2);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_very_long_text_comes_back_with_its_refusal(pool: PgPool) {
    let t = start_site(pool).await;
    let text = "Ệ".repeat(30_000);
    for form in
        [t.comment_form(&text), format!("token=x&version=1&name=An&body={}&return_to={}", encode(&text), t.path())]
    {
        let action = if form.starts_with("token") { "/api/correct-comment" } else { "/api/send-comment" };
        let page = t.submit(action, &form, "").await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(page.body.contains(&text) && page.body.contains("Gửi lại"), "what was typed is in the page");
    }
    let script = t.send("/api/send-comment", &t.comment_form(&text), "").await;
    assert_eq!(script.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(stored(&t).await, 0);
}
