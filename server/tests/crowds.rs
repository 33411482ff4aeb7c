//! Crowds, and a database that is slow or silent: what is bounded, refused, and answered in time.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::base::error::AppError;
use app::features::comments::Decision;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{TestSite, start_site};
use futures::StreamExt;
use sqlx::PgPool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};
use tower::ServiceExt;

/// Publishes a comment under the article and returns its number.
async fn publish_comment(t: &TestSite, lan: &str, text: &str) -> i64 {
    let form = t.comment_form(text);
    assert_eq!(t.send("/api/send-comment", &form, "").await.status, StatusCode::OK);
    let id: i64 = sqlx::query_scalar("select max(id) from comments").fetch_one(&t.site.pool).await.unwrap();
    let form = format!("comment_id={id}&version=1&decision={}", Decision::Approve.value());
    assert_eq!(t.send("/api/decide", &form, lan).await.status, StatusCode::OK);
    id
}

#[sqlx::test(migrations = "../app/migrations")]
async fn numbers_that_no_comment_has_are_not_rendered(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let id = publish_comment(&t, &lan, "Một ý kiến để tìm.").await;
    // what was told before is not told again
    t.listen().await;
    let rendered = || t.counts.renderings.load(Relaxed);
    t.get(&t.path(), "").await;
    let before = rendered();
    for n in 0..50 {
        for query in
            [format!("y-kien={}", 1000 + n), format!("tra-loi={}", 1000 + n), format!("trang-y-kien={}", 2 + n)]
        {
            let page = t.get(&format!("{}?{query}", t.path()), "").await;
            assert!(page.status == StatusCode::OK && page.body.contains("Một ý kiến để tìm."), "{query}");
        }
    }
    assert_eq!(rendered(), before, "all of them are the article's first page");
    assert!(t.get(&format!("{}?y-kien={id}", t.path()), "").await.body.contains("Một ý kiến để tìm."));
    assert_eq!(rendered(), before, "a comment that is on it, too");
    let reply = t.get(&format!("{}?tra-loi={id}&y-kien=77", t.path()), "").await;
    assert!(reply.body.contains("Trả lời"));
    assert_eq!(rendered(), before + 1, "a form that answers a comment is a page of its own");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_topic_that_is_not_public_costs_nothing(pool: PgPool) {
    let t = start_site(pool).await;
    let hidden: i64 = sqlx::query_scalar(
        "insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author)
         select 'draft', 'nhap', title, category_id, lead, body, sanitiser_version, author from articles returning id",
    )
    .fetch_one(&t.site.pool)
    .await
    .unwrap();
    let many: Vec<String> = (2000..2031).map(|id| format!("bai-{id}")).collect();
    let topics = format!("bai-{},bai-{hidden},{}", t.article, many.join(","));
    let request = Request::get(format!("/truc-tiep?chu-de={topics}")).body(Body::empty()).unwrap();
    let mut stream = t.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
    let mut received = String::new();
    while !received.contains("bai-") {
        received.push_str(&String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()));
    }
    use app::live::Topic::Article;
    assert!(t.site.hub.is_followed(Article(t.article)));
    assert!(!t.site.hub.is_followed(Article(hidden)) && !t.site.hub.is_followed(Article(2000)));
    drop(stream);
    while t.site.hub.is_followed(Article(t.article)) {
        tokio::task::yield_now().await;
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_line_that_opens_streams_again_and_again_is_told_to_come_back_later(pool: PgPool) {
    let t = start_site(pool).await;
    t.set("limits.streams_per_line", "60").await;
    let mut busy = 0;
    for _ in 0..70 {
        let request = Request::get("/truc-tiep?chu-de=so-lieu").body(Body::empty()).unwrap();
        let mut stream = t.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream();
        let first = stream.next().await.unwrap().unwrap();
        busy += usize::from(String::from_utf8_lossy(&first).contains("data: busy"));
    }
    assert_eq!(busy, 10);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_history_is_read_once_a_minute(pool: PgPool) {
    let t = start_site(pool).await;
    let ratings = async || {
        // a visitor with a cookie gets a page of their own
        let page = t.get("/thong-ke", "khach=x").await;
        assert_eq!(page.status, StatusCode::OK);
        page.body.split("Đánh giá từng ngày: tổng ").nth(1).unwrap().split(',').next().unwrap().to_owned()
    };
    assert_eq!(ratings().await, "0");
    let form = format!("article_id={}&stars=5", t.article);
    assert_eq!(t.send("/api/rate", &form, "").await.status, StatusCode::OK);
    sqlx::query("update activity_deltas set ratings = ratings + 100").execute(&t.site.pool).await.unwrap();
    assert_eq!(ratings().await, "0", "as it was read");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_statement_has_a_time_limit_and_a_late_one_is_cancelled(pool: PgPool) {
    let options = server::database::pool_options(2, Duration::from_millis(200));
    let limited = options.connect_with((*pool.connect_options()).clone()).await.unwrap();
    let start = Instant::now();
    let late = sqlx::query("select pg_sleep(60)").execute(&limited).await.unwrap_err();
    assert!(start.elapsed() < Duration::from_secs(30));
    assert_eq!(AppError::from(late), AppError::Unavailable);
    assert!(sqlx::query("select 1").execute(&limited).await.is_ok(), "the connection goes on");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_runs_for_a_request_that_was_given_up_is_cancelled(pool: PgPool) {
    let options = server::database::pool_options(2, Duration::from_secs(60));
    let limited = options.connect_with((*pool.connect_options()).clone()).await.unwrap();
    let running = async || -> i64 {
        let count = "select count(*) from pg_stat_activity where query = 'select pg_sleep(59)' and state = 'active'";
        sqlx::query_scalar(count).fetch_one(&pool).await.unwrap()
    };
    let sleeping = tokio::spawn({
        let limited = limited.clone();
        async move { sqlx::query("select pg_sleep(59)").execute(&limited).await }
    });
    while running().await == 0 {
        tokio::task::yield_now().await;
    }
    server::database::record_given_up_request();
    sleeping.abort();
    let start = Instant::now();
    while running().await > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "it still runs");
        tokio::task::yield_now().await;
    }
    assert!(sqlx::query("select 1").execute(&limited).await.is_ok());
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_a_page_reads_ends_when_its_reader_leaves(pool: PgPool) {
    let options = server::database::pool_options(10, Duration::from_secs(60));
    let t = start_site(options.connect_with((*pool.connect_options()).clone()).await.unwrap()).await;
    let staff = t.staff("lan").await;
    let mut hold = pool.begin().await.unwrap();
    sqlx::query("lock table articles, comments in access exclusive mode").execute(&mut *hold).await.unwrap();
    let waiting = async || -> i64 {
        let count =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        sqlx::query_scalar(count).fetch_one(&pool).await.unwrap()
    };
    for (path, cookies) in [("/tin-tuc/bai-5000", "khach=x"), ("/quan-tri/y-kien", &*staff)] {
        let request = Request::get(path).header(header::ACCEPT, "text/html").header(header::COOKIE, cookies);
        let page = tokio::spawn(t.router.clone().oneshot(request.body(Body::empty()).unwrap()));
        while waiting().await == 0 {
            tokio::task::yield_now().await;
        }
        page.abort();
        // its statement may take a minute, and the lock is held
        let start = Instant::now();
        while waiting().await > 0 {
            assert!(start.elapsed() < Duration::from_secs(20), "{path} is still read");
            tokio::task::yield_now().await;
        }
    }
    hold.rollback().await.unwrap();
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_crowd_at_one_kind_of_page_leaves_the_others_their_turn(pool: PgPool) {
    let options = server::database::pool_options(10, Duration::from_secs(60));
    let t = start_site(options.connect_with((*pool.connect_options()).clone()).await.unwrap()).await;
    // pages hang: somebody holds what they read
    let mut hold = pool.begin().await.unwrap();
    sqlx::query("lock table articles in access exclusive mode").execute(&mut *hold).await.unwrap();
    let hanging: Vec<_> = (0..40)
        .map(|n| {
            let router = t.router.clone();
            let request = Request::get(format!("/tin-tuc/bai-{}", 5000 + n)).header(header::COOKIE, "khach=x");
            tokio::spawn(router.oneshot(request.body(Body::empty()).unwrap()))
        })
        .collect();
    let waiting = async || -> i64 {
        let count =
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
        sqlx::query_scalar(count).fetch_one(&pool).await.unwrap()
    };
    while waiting().await < 6 {
        tokio::task::yield_now().await;
    }
    let sent = t.send("/api/keep-alive", "", "").await;
    assert_eq!(sent.status, StatusCode::UNAUTHORIZED, "a write gets its answer");
    assert_eq!(waiting().await, 6, "and no more pages than their share wait for the database");
    hold.rollback().await.unwrap();
    for page in hanging {
        let status = page.await.unwrap().unwrap().status();
        assert!([StatusCode::NOT_FOUND, StatusCode::SERVICE_UNAVAILABLE].contains(&status), "{status}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_page_that_never_ends_is_an_error_with_its_number(pool: PgPool) {
    let site = start_site(pool.clone()).await;
    let t = common::build_site_with_limit(site.site, site.article, Duration::from_millis(300));
    let mut hold = pool.begin().await.unwrap();
    sqlx::query("lock table articles in access exclusive mode").execute(&mut *hold).await.unwrap();
    // somebody's own page, the shared one, and what the browser's program reads
    let own = t.get(&t.path(), "khach=x").await;
    let shared = t.get(&t.path(), "").await;
    for page in [own, shared] {
        assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
        let id =
            page.body.split("Mã yêu cầu: ").nth(1).expect("shows its number").split('<').next().unwrap().to_owned();
        assert_eq!(id.len(), 8, "{}", page.body);
    }
    let read = t.get(&format!("/api/page?path=%2Ftin-tuc%2Fbai-thu-{}", t.article), "").await;
    assert_eq!(read.status, StatusCode::INTERNAL_SERVER_ERROR);
    hold.rollback().await.unwrap();
    assert_eq!(t.get(&t.path(), "khach=x").await.status, StatusCode::OK);
}
