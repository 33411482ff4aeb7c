//! The cache: pages are rendered once, never outdated, and contain nothing of any visitor.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::live::hub::Change;
use axum::body::Body;
use axum::http::{HeaderName, Method, Request, StatusCode, header};
use common::{TestResponse, TestSite, start_site};
use sqlx::PgPool;
use std::sync::atomic::Ordering::SeqCst;

/// A request of a visitor without a cookie.
fn anonymous_request(path: &str) -> axum::http::request::Builder {
    Request::get(path).header(header::ACCEPT, "text/html")
}

async fn read(t: &TestSite, path: &str) -> TestResponse {
    t.request(anonymous_request(path).body(Body::empty()).unwrap()).await
}

fn renderings(t: &TestSite) -> u64 {
    t.counts.renderings.load(SeqCst)
}

#[sqlx::test(migrations = "../app/migrations")]
async fn fifty_concurrent_requests_render_a_page_once(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let path = t.path();
    let responses = futures::future::join_all((0..50).map(|_| read(&t, &path))).await;
    assert!(responses.iter().all(|response| response.status == StatusCode::OK && response.body == responses[0].body));
    assert_eq!(renderings(&t), 1);
    for tracked in ["?fbclid=1", "?utm_source=zalo&zarsrc=2", "?trang-y-kien=1"] {
        assert_eq!(read(&t, &format!("{path}{tracked}")).await.body, responses[0].body);
    }
    assert_eq!(renderings(&t), 1, "parameters of chat apps do not fill the cache");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_cached_page_has_a_tag_and_a_lifetime(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let get = async |encoding: &str, tag: &str| {
        let request =
            anonymous_request(&t.path()).header(header::ACCEPT_ENCODING, encoding).header(header::IF_NONE_MATCH, tag);
        t.request(request.body(Body::empty()).unwrap()).await
    };
    let first = get("br", "").await;
    assert_eq!(first.header(header::CONTENT_ENCODING), "br");
    assert_eq!(first.header(header::VARY), "Accept-Encoding, Cookie");
    let lifetime = first.header(header::CACHE_CONTROL);
    assert!(
        lifetime.contains("s-maxage=10")
            && lifetime.contains("stale-while-revalidate")
            && lifetime.contains("max-age=0"),
        "{lifetime}"
    );
    let tag = first.header(header::ETAG).to_owned();
    assert!(tag.starts_with('"'), "a strong tag: {tag}");
    let again = get("br", &tag).await;
    assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(again.header(header::ETAG), tag);
    assert_eq!(get("gzip", &tag).await.status, StatusCode::OK, "another encoding has another tag");
    let head = Request::head(t.path()).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let head = t.request(head).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert!(head.header(header::CONTENT_LENGTH).parse::<u64>().unwrap() > 1000);
    t.site.hub.announce(Change::Article(t.article));
    sqlx::query("update articles set title = 'Tên khác'").execute(&t.site.pool).await.unwrap();
    t.site.hub.announce(Change::Site);
    assert_eq!(get("br", &tag).await.status, StatusCode::OK, "a changed page has another tag");
}

/// Tries to find the text of one visitor in the page that all others get.
#[sqlx::test(migrations = "../app/migrations")]
async fn cached_pages_contain_nothing_of_one_visitor(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let lan = t.staff("lan").await;
    let voted = t.send("/api/rate", &format!("article_id={}&stars=5", t.article), "").await;
    let visitor = voted.cookies();
    t.send("/api/send-comment", &t.comment_form("Lời riêng chưa ai được xem."), &visitor).await;
    let refused = t.submit("/api/send-comment", &t.comment_form("ngắn"), &visitor).await;
    let token = refused.header(header::LOCATION).split("loi=").nth(1).unwrap().split('#').next().unwrap().to_owned();
    let path = t.path();
    let private_texts =
        ["Ông/bà đã đánh giá 5 sao.", "Lời riêng chưa ai được xem.", "Lỗi: ", ">ngắn<", "Gỡ</button>", token.as_str()];
    let cookies = format!("{visitor}; {lan}");
    let private = t.get(&path, &cookies).await;
    assert!(
        private.body.contains(private_texts[0]) && private.body.contains(private_texts[1]),
        "the visitor sees them"
    );
    assert_eq!(private.header(header::CACHE_CONTROL), "private, no-store");
    assert!(private.headers.get(header::ETAG).is_none());

    // each request might store the private page under a key that other visitors share
    let attempts: Vec<(String, Vec<(HeaderName, String)>)> = vec![
        (path.clone(), vec![(header::COOKIE, cookies.clone())]),
        (path.clone(), vec![(header::COOKIE, "a=b".into()), (header::COOKIE, cookies.clone())]),
        (path.clone(), vec![(header::COOKIE, format!("a=b;{cookies}"))]),
        (path.clone(), vec![(header::COOKIE, cookies.replace("khach=", "__Host-khach="))]),
        (path.clone(), vec![(header::COOKIE, cookies.clone()), (header::IF_NONE_MATCH, "*".into())]),
        (path.clone(), vec![(header::COOKIE, cookies.clone()), (header::RANGE, "bytes=0-10".into())]),
        (path.clone(), vec![(header::COOKIE, cookies.clone()), (header::CACHE_CONTROL, "no-cache".into())]),
        (path.clone(), vec![(header::AUTHORIZATION, format!("Bearer {visitor}"))]),
        (format!("{path}?loi={token}"), vec![]),
        (format!("{path}?lo%69={token}"), vec![]),
        (format!("{path}?a&loi={token}&loi="), vec![]),
        (format!("{path}?loi=&loi={token}"), vec![(header::COOKIE, cookies.clone())]),
        (format!("{path}?cookie={visitor}"), vec![(header::COOKIE, cookies.clone())]),
        (format!("{path}?trang-y-kien=1"), vec![(header::COOKIE, cookies.clone())]),
        (format!("{path}/"), vec![(header::COOKIE, cookies.clone())]),
        (path.replace("bai", "%62ai"), vec![(header::COOKIE, cookies.clone())]),
        (format!("/x/..{path}"), vec![(header::COOKIE, cookies.clone())]),
        ("/quan-tri".to_owned(), vec![(header::COOKIE, cookies.clone())]),
    ];
    for (attempted_path, headers) in &attempts {
        for method in [Method::GET, Method::HEAD] {
            let mut request = Request::builder().method(method).uri(attempted_path).header(header::ACCEPT, "text/html");
            for (name, value) in headers {
                request = request.header(name, value);
            }
            let theirs = t.request(request.body(Body::empty()).unwrap()).await;
            let has_private_text = private_texts.iter().any(|text| theirs.body.contains(text));
            assert!(
                !has_private_text || !theirs.header(header::CACHE_CONTROL).contains("public"),
                "{attempted_path} {headers:?}"
            );
        }
        for shared in [path.as_str(), attempted_path.split('?').next().unwrap(), "/", "/thong-ke"] {
            let response = read(&t, shared).await;
            for text in private_texts {
                assert!(!response.body.contains(text), "{text} on {shared} after {attempted_path} {headers:?}");
            }
            assert!(response.headers.get(header::SET_COOKIE).is_none());
        }
    }
    assert!(read(&t, &path).await.body.contains("Ông/bà chưa đánh giá."));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_outdated_rendering_is_not_cached(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    // the rendering has read the old title and now waits for the comments
    let mut tx = t.site.pool.begin().await.unwrap();
    sqlx::query("lock table comments in access exclusive mode").execute(&mut *tx).await.unwrap();
    let (router, path) = (t.router.clone(), t.path());
    let slow = tokio::spawn(async move {
        let response =
            tower::ServiceExt::oneshot(router, anonymous_request(&path).body(Body::empty()).unwrap()).await.unwrap();
        axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap()
    });
    let waiting = "select exists (select from pg_locks where not granted)";
    while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&t.site.pool).await.unwrap() {}
    sqlx::query("update articles set title = 'Tên mới hơn'").execute(&t.site.pool).await.unwrap();
    t.site.hub.announce(Change::Site);
    tx.commit().await.unwrap();
    slow.await.unwrap();
    assert!(read(&t, &t.path()).await.body.contains("Tên mới hơn"));
    assert!(read(&t, &t.path()).await.body.contains("Tên mới hơn"));
    assert_eq!(renderings(&t), 2);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_write_is_visible_at_once_in_the_same_process_and_soon_in_another(pool: PgPool) {
    let t = start_site(pool).await;
    let other = common::start_site_at(t.site.pool.clone(), "http://site.test", t.article).await;
    t.listen().await;
    other.listen().await;
    for stars in 1..=5 {
        let points = format!("{} trong 27 đánh giá", 122 + stars);
        assert!(!read(&other, &t.path()).await.body.contains(&points));
        let visitor = t.send("/api/rate", &format!("article_id={}&stars={stars}", t.article), "").await.cookies();
        assert!(read(&t, &t.path()).await.body.contains(&points), "at once in the same process");
        while !read(&other, &t.path()).await.body.contains(&points) {
            tokio::task::yield_now().await;
        }
        t.send("/api/withdraw-vote", &format!("article_id={}", t.article), &visitor).await;
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_lost_listening_connection_invalidates_every_page(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let before = read(&t, &t.path()).await;
    read(&t, &t.path()).await;
    assert_eq!(renderings(&t), 1);
    // without triggers, no notification is sent
    let mut tx = t.site.pool.begin().await.unwrap();
    sqlx::query("alter table articles disable trigger all").execute(&mut *tx).await.unwrap();
    sqlx::query("update articles set title = 'Đổi lúc không ai nghe'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(read(&t, &t.path()).await.body, before.body);
    sqlx::query(
        "select pg_terminate_backend(pid) from pg_stat_activity
         where query like 'LISTEN%' and datname = current_database()",
    )
    .execute(&t.site.pool)
    .await
    .unwrap();
    while !read(&t, &t.path()).await.body.contains("Đổi lúc không ai nghe") {
        tokio::task::yield_now().await;
    }
    while !t.site.hub.is_listening() {
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn cached_pages_are_served_during_an_outage_unless_they_are_outdated(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let before = read(&t, &t.path()).await;
    read(&t, "/").await;
    t.site.pool.close().await;
    while t.site.hub.is_listening() {
        tokio::task::yield_now().await;
    }
    let response = read(&t, &t.path()).await;
    assert_eq!((response.status, response.body), (StatusCode::OK, before.body));
    assert_eq!(response.headers[header::CACHE_CONTROL], "no-cache");
    assert_eq!(read(&t, "/").await.status, StatusCode::OK);
    assert_eq!(read(&t, "/quyen-rieng-tu").await.status, StatusCode::OK, "needs no database");
    assert_eq!(read(&t, "/thong-ke").await.status, StatusCode::SERVICE_UNAVAILABLE, "it was never in the cache");
    let vote = t.send("/api/rate", &format!("article_id={}&stars=5", t.article), "").await;
    assert_eq!(vote.status, StatusCode::SERVICE_UNAVAILABLE);
    t.site.hub.announce(Change::Article(t.article));
    assert_eq!(
        read(&t, &t.path()).await.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "a removed comment does not come back"
    );
}

#[sqlx::test(migrations = "../app/migrations")]
async fn errors_and_redirects_are_not_cached(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    for (path, status) in [
        ("/tin-tuc/khong-co-999999".to_owned(), StatusCode::NOT_FOUND),
        (format!("/tin-tuc/ten-cu-{}", t.article), StatusCode::PERMANENT_REDIRECT),
        ("/?trang=77".to_owned(), StatusCode::NOT_FOUND),
    ] {
        for _ in 0..2 {
            let before = renderings(&t);
            let response = read(&t, &path).await;
            assert_eq!((response.status, renderings(&t)), (status, before + 1), "{path}");
            assert!(response.headers.get(header::ETAG).is_none());
            assert!(!response.header(header::CACHE_CONTROL).contains("public"), "{path}");
        }
    }
}
