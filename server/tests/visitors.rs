//! Pages for known visitors: the shared copy where it shows nothing of theirs, and with their own parts put in where it
//! does. Nothing of one visitor is ever in another's page.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::comments::Draft;
use app::features::comments::store::carried::carry_over_comment;
use app::live::hub::Change;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use common::{TestResponse, TestSite, start_site};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

/// Makes the program render a page for its sender alone; it is no session.
const NO_SESSION: &str = "phien=x";

async fn vote(t: &TestSite, stars: u8, cookies: &str) -> String {
    let voted = t.send("/api/rate", &format!("article_id={}&stars={stars}", t.article), cookies).await;
    assert_eq!(voted.status, StatusCode::OK);
    if cookies.is_empty() { voted.cookies() } else { cookies.to_owned() }
}

fn renderings(t: &TestSite) -> u64 {
    t.counts.renderings.load(SeqCst)
}

/// Waits until the notifications of all changes so far were received: that of another one comes after them.
async fn receive_changes(t: &TestSite) {
    let numbers = t.site.hub.numbers();
    sqlx::query("select pg_notify('views', '1')").execute(&t.site.pool).await.unwrap();
    while t.site.hub.numbers() == numbers {
        tokio::task::yield_now().await;
    }
}

/// Creates an article like that of the site, without ratings and comments.
async fn insert_other(t: &TestSite) -> (i64, String) {
    let id: i64 = sqlx::query_scalar(
        "with a as (insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author,
                                          published_at)
                    select state, 'bai-khac', 'Bài khác', category_id, lead, body, sanitiser_version, author,
                           published_at from articles where id = $1 returning id),
              r as (insert into rating_totals (article_id) select id from a),
              c as (insert into comment_totals (article_id) select id from a)
         select id from a",
    )
    .bind(t.article)
    .fetch_one(&t.site.pool)
    .await
    .unwrap();
    t.site.hub.announce(Change::Site);
    (id, format!("/tin-tuc/bai-khac-{id}"))
}

/// Checks that the policy of a page allows its inline scripts, each by its hash.
fn assert_scripts_are_allowed(page: &TestResponse) {
    let policy = page.header(header::CONTENT_SECURITY_POLICY);
    let mut scripts = 0;
    for script in page.body.split("<script>").skip(1) {
        let text = script.split("</script>").next().unwrap();
        let hash = STANDARD.encode(Sha256::digest(text));
        assert!(policy.contains(&format!("'sha256-{hash}'")), "{text} in {policy}");
        scripts += 1;
    }
    assert!(scripts > 1 && policy.matches("sha256-").count() == scripts, "{policy}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_visitor_of_whom_a_page_shows_nothing_gets_the_shared_copy(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let visitor = vote(&t, 4, "").await;
    let (_, other) = insert_other(&t).await;
    receive_changes(&t).await;
    for path in ["/", "/thong-ke", "/quyen-rieng-tu", other.as_str()] {
        let shared = t.get(path, "").await;
        let before = renderings(&t);
        let copy = t.get(path, &visitor).await;
        assert_eq!((copy.status, renderings(&t)), (StatusCode::OK, before), "{path}");
        assert!(copy.body == shared.body, "{path}");
        assert_eq!(copy.header(header::CACHE_CONTROL), "private, no-cache");
        let tag = copy.header(header::ETAG).to_owned();
        assert_eq!(tag, shared.header(header::ETAG));
        let again = Request::get(path).header(header::COOKIE, &visitor).header(header::IF_NONE_MATCH, &tag);
        let again = t.request(again.body(Body::empty()).unwrap()).await;
        assert_eq!(again.status, StatusCode::NOT_MODIFIED);
        assert_eq!(again.header(header::CACHE_CONTROL), "private, no-cache");
    }
    // the tag of the shared copy counts no more once the page shows something
    let tag = t.get(&t.path(), "").await.header(header::ETAG).to_owned();
    let own = Request::get(t.path()).header(header::COOKIE, &visitor).header(header::IF_NONE_MATCH, &tag);
    let own = t.request(own.body(Body::empty()).unwrap()).await;
    assert_eq!(own.status, StatusCode::OK);
    assert!(own.body.contains("Ông/bà đã đánh giá 4 sao."));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn half_a_cookie_or_anothers_is_nobodys(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let visitor = vote(&t, 4, "").await;
    let shared = t.get(&t.path(), "").await;
    let forged = visitor.replace("khach=", "khach=A");
    for cookie in ["khach=", "khach=x", &visitor[..visitor.len() / 2], &forged] {
        let copy = t.get(&t.path(), cookie).await;
        assert!(copy.body == shared.body && copy.header(header::CACHE_CONTROL) == "private, no-cache", "{cookie}");
    }
    let before = renderings(&t);
    let page = t.get(&t.path(), NO_SESSION).await;
    assert_eq!(page.header(header::CACHE_CONTROL), "private, no-store", "a session's cookie gets no copy");
    assert!(page.headers.get(header::ETAG).is_none() && renderings(&t) == before);
}

/// Stores a published comment.
async fn carry_over(t: &TestSite, parent: Option<i64>, n: i64) -> i64 {
    let draft = Draft { name: "Lê Thảo".to_owned(), email: None, body: format!("Ý kiến có đánh số {n}.") };
    let mut db = t.site.pool.acquire().await.unwrap();
    carry_over_comment(&mut db, t.article, parent, &draft, time::OffsetDateTime::now_utc()).await.unwrap()
}

/// The page with the visitor's own parts is, byte by byte, what a rendering for them alone would be.
#[sqlx::test(migrations = "../app/migrations")]
async fn own_parts_are_put_in_as_a_rendering_would_show_them(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let stranger = vote(&t, 2, "").await;
    let check = async |what: &str, visitor: &str, path: &str| {
        receive_changes(&t).await;
        t.get(path, "").await;
        let before = renderings(&t);
        let copy = t.get(path, visitor).await;
        assert_eq!((copy.status, renderings(&t)), (StatusCode::OK, before), "{what}");
        assert_eq!(copy.header(header::CACHE_CONTROL), "private, no-store", "{what}");
        assert!(copy.headers.get(header::ETAG).is_none());
        let rendered = t.get(path, &format!("{visitor}; {NO_SESSION}")).await;
        let same = copy.body.chars().zip(rendered.body.chars()).take_while(|(one, other)| one == other).count();
        let difference: String = copy.body.chars().skip(same.saturating_sub(40)).take(200).collect();
        assert!(copy.body == rendered.body, "{what} differs at {difference}");
        let policy = header::CONTENT_SECURITY_POLICY;
        assert_eq!(copy.header(policy.clone()), rendered.header(policy), "{what}");
        assert_scripts_are_allowed(&copy);
        copy.body
    };
    let path = t.path();
    let visitor = vote(&t, 1, "").await;
    for stars in 1..=5 {
        vote(&t, stars, &visitor).await;
        let page = check("a vote", &visitor, &path).await;
        assert!(page.contains(&format!("Ông/bà đã đánh giá {stars} sao.")));
    }
    t.send("/api/send-comment", &t.comment_form("Lời riêng chưa ai được xem."), &visitor).await;
    let page = check("a vote and a comment", &visitor, &path).await;
    assert!(page.contains("Lời riêng chưa ai được xem.") && page.contains("Xem, sửa hoặc rút ý kiến"));
    check("a page of comments", &visitor, &format!("{path}?trang-y-kien=2")).await;
    let top = carry_over(&t, None, 0).await;
    for n in 1..=60 {
        carry_over(&t, Some(top), n).await;
    }
    let reply = format!("{}&parent_id={top}", t.comment_form("Câu trả lời riêng của tôi."));
    t.send("/api/send-comment", &reply, &visitor).await;
    let page = check("a reply below the first replies", &visitor, &path).await;
    assert!(page.contains("Câu trả lời riêng của tôi.") && page.contains("Xem thêm trả lời (còn 55)"));
    for number in [1, 2] {
        let address = format!("{path}?trang-y-kien={number}&chuoi={top}");
        let page = check("a conversation", &visitor, &address).await;
        assert!(page.contains("Câu trả lời riêng của tôi."), "page {number}");
    }
    t.send("/api/withdraw-vote", &format!("article_id={}", t.article), &visitor).await;
    let page = check("a comment", &visitor, &path).await;
    assert!(page.contains("Ông/bà chưa đánh giá.") && page.contains("Lời riêng chưa ai được xem."));
    sqlx::query("update votes set state = 'suspicious'").execute(&t.site.pool).await.unwrap();
    let page = check("a suspicious vote", &stranger, &path).await;
    assert!(page.contains("Ông/bà đã đánh giá 2 sao, đang kiểm tra.") && !page.contains("Lời riêng"));
    assert!(!t.get(&path, "").await.body.contains("Lời riêng"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_vote_is_never_shown_beside_totals_that_lack_it(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let visitor = vote(&t, 5, "").await;
    t.get(&t.path(), "").await;
    // another process stores a vote, and this one has not heard of it yet
    sqlx::raw_sql(
        "begin; alter table rating_totals disable trigger all; update votes set stars = 1;
         update rating_totals set points = points - 4, revision = revision + 1;
         alter table rating_totals enable trigger all; commit;",
    )
    .execute(&t.site.pool)
    .await
    .unwrap();
    let page = t.get(&t.path(), &visitor).await.body;
    assert!(page.contains("Ông/bà đã đánh giá 1 sao.") && page.contains("123 trong 27 đánh giá"), "{page}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_change_drops_the_copies_that_show_it_and_no_others(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let (_, other_path) = insert_other(&t).await;
    let lan = t.staff("lan").await;
    let sent = t.send("/api/send-comment", &t.comment_form("Bài viết rất hay, cảm ơn phường."), "").await;
    assert_eq!(sent.status, StatusCode::OK);
    let comment: i64 = sqlx::query_scalar("select max(id) from comments").fetch_one(&t.site.pool).await.unwrap();
    receive_changes(&t).await;
    let paths = [t.path(), other_path, "/".to_owned(), "/thong-ke".to_owned()];
    let count_anew = async || {
        let mut anew = Vec::new();
        for path in &paths {
            let before = renderings(&t);
            assert_eq!(t.get(path, "").await.status, StatusCode::OK);
            anew.push(renderings(&t) - before);
        }
        anew
    };
    count_anew().await;
    assert_eq!(count_anew().await, [0, 0, 0, 0]);
    let form = format!("comment_id={comment}&version=1&decision=approve");
    let decided = t.send("/api/decide", &form, &lan).await;
    assert_eq!(decided.status, StatusCode::OK, "{}", decided.body);
    receive_changes(&t).await;
    let anew = count_anew().await;
    assert_eq!((anew[0], anew[1], anew[2]), (1, 0, 1), "the article and lists that show its number of comments");
    // it stands through an outage as well
    t.site.pool.close().await;
    while t.site.hub.is_listening() {
        tokio::task::yield_now().await;
    }
    assert_eq!(t.get(&paths[1], "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn views_and_figures_are_put_into_the_copy_every_ten_seconds(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    let first = t.get(&t.path(), "").await;
    assert!(first.body.contains(r#"id="so-xem">183<"#) && first.body.contains(r#""userInteractionCount":183}"#));
    sqlx::query("insert into traffic_totals (page, visits) values ($1, 1000), (0, 1000)")
        .bind(t.article)
        .execute(&t.site.pool)
        .await
        .unwrap();
    t.site.hub.announce(Change::Views(t.article));
    let known = t.get(&t.path(), "").await;
    assert!(known.body == first.body, "they are ten seconds old at most");
    let visitor = vote(&t, 5, "").await;
    assert!(t.get(&t.path(), &visitor).await.body.contains("1.183"), "a vote renders the page");
    t.get(&t.path(), "").await;
    sqlx::query("update traffic_totals set visits = 2000").execute(&t.site.pool).await.unwrap();
    t.site.hub.announce(Change::Views(t.article));
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(11)).await;
    tokio::time::resume();
    let before = renderings(&t);
    // who asks first waits for nothing; who asks next gets the new numbers
    let fresh = loop {
        let copy = t.get(&t.path(), "").await;
        if copy.body.contains(r#"id="so-xem">2.183<"#) {
            break copy;
        }
        tokio::task::yield_now().await;
    };
    assert!(fresh.body.contains(r#""userInteractionCount":2183}"#));
    let own = t.get(&t.path(), &visitor).await;
    assert!(own.body.contains(r#"id="so-xem">2.183<"#) && own.body.contains("Ông/bà đã đánh giá 5 sao."));
    assert_eq!(renderings(&t), before, "nothing was rendered for it");
    assert_ne!(fresh.header(header::ETAG), known.header(header::ETAG));
    assert_scripts_are_allowed(&own);
}
