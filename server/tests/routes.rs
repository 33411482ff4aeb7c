//! The list of routes matches the registered server functions and pages.

mod common;

use app::routes::{self, Kind};
use axum::http::{StatusCode, header};
use common::start_site;
use leptos::server_fn::axum::server_fn_paths;
use sqlx::PgPool;
use std::collections::HashSet;

fn paths_of(kind: Kind) -> impl Iterator<Item = &'static str> {
    routes::ALL.iter().filter(move |route| route.kind == kind).map(|route| route.path)
}

#[test]
fn every_server_function_is_a_route_and_every_endpoint_a_server_function() {
    // server functions register themselves when the program is linked
    let registered: HashSet<&str> = server_fn_paths().map(|(path, _)| path).collect();
    let listed: HashSet<&str> = paths_of(Kind::Endpoint).collect();
    let unlisted: Vec<_> = registered.difference(&listed).collect();
    let unregistered: Vec<_> = listed.difference(&registered).collect();
    assert!(unlisted.is_empty(), "not in routes::ALL: {unlisted:?}");
    assert!(unregistered.is_empty(), "not a server function: {unregistered:?}");
    assert_eq!(server_fn_paths().count(), listed.len(), "two server functions have one path");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_page_and_room_answers_with_html(pool: PgPool) {
    let t = start_site(pool).await;
    let staff = t.member("minh", app::web::permissions::Role::Administrator).await;
    for path in paths_of(Kind::Page).chain(paths_of(Kind::Room)) {
        let has_suffix = path.len() > 1 && path.ends_with('/');
        let path = if has_suffix { format!("{path}khong-co") } else { path.to_owned() };
        let expected = if has_suffix { StatusCode::NOT_FOUND } else { StatusCode::OK };
        let response = t.get(&path, &staff).await;
        assert_eq!(response.status, expected, "{path}");
        assert!(response.header(header::CONTENT_TYPE).starts_with("text/html"), "{path}");
    }
    assert_eq!(t.get(&t.path(), "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_room_shows_nothing_to_a_visitor(pool: PgPool) {
    let t = start_site(pool).await;
    for path in paths_of(Kind::Room) {
        let response = t.get(path, "").await;
        assert!(response.header(header::CONTENT_TYPE).starts_with("text/html"), "{path}");
        assert!(!response.is_desk() && response.body.contains(routes::SIGN_IN.path), "{path}: {}", response.body);
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_path_without_a_route_is_not_found(pool: PgPool) {
    let t = start_site(pool).await;
    for path in ["/khong-co", "/api/khong-co", "/tin-tuc"] {
        let response = t.get(path, "").await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{path}");
        assert!(response.header(header::CONTENT_TYPE).starts_with("text/html"), "{path}");
    }
    let staff = t.staff("lan").await;
    assert_eq!(t.get("/quan-tri/khong-co", &staff).await.status, StatusCode::NOT_FOUND);
}
