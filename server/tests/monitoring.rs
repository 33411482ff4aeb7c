//! Health checks, request ids, limits of streams, and incompatible databases.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::accounts::store::set_disabled;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::start_site;
use futures::StreamExt;
use server::config::CommonOptions;
use server::database::{Database, Error};
use sqlx::{ConnectOptions, PgPool};
use tower::ServiceExt;

#[sqlx::test(migrations = "../app/migrations")]
async fn health_checks_distinguish_a_running_program_from_a_ready_one(pool: PgPool) {
    let t = start_site(pool).await;
    assert_eq!(t.get("/khoe", "").await.body, "ok");
    let ready = t.get("/khoe/san-sang", "").await;
    assert_eq!(
        (ready.status, ready.body.as_str(), ready.header(header::CACHE_CONTROL)),
        (StatusCode::OK, "ready", "no-store")
    );
    sqlx::query("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)")
        .execute(&t.site.pool)
        .await
        .unwrap();
    let behind = t.get("/khoe/san-sang", "").await;
    assert_eq!((behind.status, behind.body.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "migrations"));
    t.site.pool.close().await;
    assert_eq!(t.get("/khoe", "").await.status, StatusCode::OK);
    assert_eq!(t.get("/khoe/san-sang", "").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn only_error_pages_show_the_request_id(pool: PgPool) {
    let t = start_site(pool).await;
    assert!(!t.get(&t.path(), "phien=x").await.body.contains("Mã yêu cầu"));
    t.site.pool.close().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let page = t.get(&t.path(), "phien=x").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
        let id = page.body.split("Mã yêu cầu: ").nth(1).unwrap()[..8].to_owned();
        assert!(id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
    let foreign =
        Request::get(t.path()).header(header::COOKIE, "phien=x").header("x-request-id", "<script>alert(1)</script>");
    let page = t.request(foreign.header(header::ACCEPT, "text/html").body(Body::empty()).unwrap()).await;
    assert!(page.body.contains("Mã yêu cầu") && !page.body.contains("alert(1)"), "an id from outside is replaced");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_desks_stream_ends_with_the_session(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    for how in ["signing out", "disabling"] {
        let name = how.split(' ').next().unwrap();
        let cookies = t.staff(name).await;
        let open_stream = |cookies: &str| {
            let request = Request::get("/truc-tiep?chu-de=ban-duyet").header(header::COOKIE, cookies);
            t.router.clone().oneshot(request.body(Body::empty()).unwrap())
        };
        let mut desk = open_stream(&cookies).await.unwrap().into_body().into_data_stream();
        let mut received = String::new();
        while !received.contains("ban-duyet ") {
            received.push_str(&String::from_utf8_lossy(&desk.next().await.unwrap().unwrap()));
        }
        if how == "disabling" {
            set_disabled(&t.site.pool, t.actor(), t.account(name).await, true).await.unwrap();
        } else {
            t.submit("/api/sign-out", "", &cookies).await;
        }
        // the stream ends long before the next pulse
        let ended = async { while desk.next().await.is_some() {} };
        tokio::time::timeout(std::time::Duration::from_secs(5), ended).await.expect("the stream ends");
        let mut after = open_stream(&cookies).await.unwrap().into_body().into_data_stream();
        assert!(!String::from_utf8_lossy(&after.next().await.unwrap().unwrap()).contains("ban-duyet"));
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_stream_beyond_the_limit_gets_a_busy_event_and_a_retry_time(pool: PgPool) {
    let t = start_site(pool).await;
    let open_stream = || {
        let request = Request::get(format!("/truc-tiep?chu-de=bai-{}", t.article)).body(Body::empty()).unwrap();
        t.router.clone().oneshot(request)
    };
    let mut open = Vec::new();
    for _ in 0..3 {
        let mut stream = open_stream().await.unwrap().into_body().into_data_stream();
        let first = stream.next().await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&first).contains("retry: 2000"));
        open.push(stream);
    }
    let busy = open_stream().await.unwrap();
    assert_eq!(busy.status(), StatusCode::OK, "browsers do not reconnect after an error");
    let body = axum::body::to_bytes(busy.into_body(), 1000).await.unwrap();
    assert!(
        String::from_utf8_lossy(&body).contains("data: busy")
            && String::from_utf8_lossy(&body).contains("retry: 30000")
    );
    drop(open.pop());
    let mut stream = open_stream().await.unwrap().into_body().into_data_stream();
    assert!(String::from_utf8_lossy(&stream.next().await.unwrap().unwrap()).contains("retry: 2000"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_database_of_an_earlier_release_is_refused_with_an_explanation(pool: PgPool) {
    let options = CommonOptions {
        database_url: Some(pool.connect_options().to_url_lossy().to_string()),
        files_dir: None,
        files_bucket: None,
        data_dir: None,
        audit_key: None,
        log: String::new(),
        log_format: String::new(),
    };
    let database = Database::open_for_command(&options).unwrap();
    assert!(database.connect(1, server::database::JOB_LIMIT).await.is_ok());
    for change in [
        // an unknown migration
        "update _sqlx_migrations set version = 9999 where version = (select max(version) from _sqlx_migrations)",
        // one with another text
        "update _sqlx_migrations set version = (select max(version) + 1 from _sqlx_migrations where version < 9999),
                                     checksum = 'x' where version = 9999",
    ] {
        sqlx::query(change).execute(&pool).await.unwrap();
        let error = database.connect(1, server::database::JOB_LIMIT).await.expect_err("is refused");
        assert!(matches!(error, Error::Incompatible), "{error}");
        let sentence = error.to_string();
        assert!(sentence.contains("earlier, incompatible release") && sentence.contains("new, empty database"));
    }
}

async fn fail() -> &'static str {
    panic!("a fault of the program")
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_panic_is_a_page_with_its_id_and_every_header(pool: PgPool) {
    let t = start_site(pool).await;
    let routes = axum::Router::new().route("/hong", axum::routing::get(fail).post(fail));
    let router = server::router::surround(routes, &t.site, server::documents::RENDER_LIMIT);
    let t = common::TestSite { router, ..t };
    let page = t.get("/hong", "").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.body.contains("Hệ thống gặp lỗi") && page.body.contains("Mã yêu cầu: "), "{}", page.body);
    assert!(!page.body.contains("a fault of the program"));
    assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("default-src 'none'"));
    let answer = t.send("/hong", "", "").await;
    assert_eq!((answer.status, answer.header(header::CACHE_CONTROL)), (StatusCode::INTERNAL_SERVER_ERROR, "no-store"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn statements_of_the_program_have_limits_of_time_and_are_not_compiled(
    _: sqlx::postgres::PgPoolOptions,
    connection: sqlx::postgres::PgConnectOptions,
) {
    use server::database::{REQUEST_LIMIT, pool_options};
    let pool = pool_options(1, REQUEST_LIMIT).connect_with(connection).await.unwrap();
    for (setting, value) in [("jit", "off"), ("statement_timeout", "5s"), ("idle_in_transaction_session_timeout", "5s")]
    {
        let found = sqlx::query_scalar::<_, String>("select current_setting($1)").bind(setting);
        assert_eq!(found.fetch_one(&pool).await.unwrap(), value, "{setting}");
    }
}
