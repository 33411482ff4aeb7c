//! Addresses with something behind them, as texts and chat apps make them.

mod common;

use axum::http::{StatusCode, header};
use common::start_site;
use sqlx::PgPool;

#[sqlx::test(migrations = "../app/migrations")]
async fn what_stands_behind_an_articles_number_is_ignored(pool: PgPool) {
    let t = start_site(pool).await;
    let path = t.path();
    for (behind, query) in [
        (".", ""),
        (")", ""),
        ("%20", ""),
        ("&fbclid=IwAR0-x", ""),
        ("abc", ""),
        (".?y-kien=5&fbclid=x", "?y-kien=5"),
        ("/?trang-y-kien=2", "?trang-y-kien=2"),
        (")/", ""),
    ] {
        for cookies in ["", "phien=x"] {
            let moved = t.get(&format!("{path}{behind}"), cookies).await;
            let to = moved.header(header::LOCATION).to_owned();
            assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT, "{behind}");
            assert_eq!(to, format!("{path}{query}"), "{behind}");
            assert_eq!(t.get(&to, cookies).await.status, StatusCode::OK);
        }
    }
    let other_slug =
        t.get(&format!("/tin-tuc/ten-cu-{}?y-kien=5&utm_source=zalo&tra-loi=1", t.article), "phien=x").await;
    assert_eq!(other_slug.header(header::LOCATION), format!("{path}?y-kien=5&tra-loi=1"), "its parameters stay");
    for missing in ["/tin-tuc/bai-thu-0", "/tin-tuc/bai-thu-01.", "/tin-tuc/bai-thu-9223372036854775808.", "/tin-tuc/."]
    {
        assert_eq!(t.get(missing, "").await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_slash_at_the_end_leads_to_the_same_page(pool: PgPool) {
    let t = start_site(pool).await;
    let article = t.path();
    for (path, to) in [
        (format!("{article}/"), article.clone()),
        (format!("{article}//"), article.clone()),
        ("/thong-ke/".to_owned(), "/thong-ke".to_owned()),
        ("/quyen-rieng-tu/?a=1".to_owned(), "/quyen-rieng-tu?a=1".to_owned()),
        ("/quan-tri/y-kien/?muc=1".to_owned(), "/quan-tri/y-kien?muc=1".to_owned()),
    ] {
        let moved = t.get(&path, "").await;
        assert_eq!((moved.status, moved.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, to.as_str()));
    }
    let renderings = || t.counts.renderings.load(std::sync::atomic::Ordering::Relaxed);
    let before = renderings();
    t.get(&format!("{article}/"), "").await;
    assert_eq!(renderings(), before, "it is answered before the cache");
    for missing in ["/khong-co/", "//evil.example/", "/api/rate/", "/tin-tuc/", "//"] {
        let page = t.get(missing, "").await;
        assert_eq!(page.header(header::LOCATION), "", "{missing}");
    }
    assert_eq!(t.get("/", "").await.status, StatusCode::OK);
}
