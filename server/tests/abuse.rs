//! Votes of bots become suspicious; those of readers behind the same address count.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::ratings::store::find_score;
use app::features::ratings::{Totals, VoteAnswer};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{TestResponse, TestSite, start_site};
use sqlx::PgPool;
use time::OffsetDateTime;

async fn open(t: &TestSite, agent: &str) -> TestResponse {
    t.request(Request::get(t.path()).header(header::USER_AGENT, agent).body(Body::empty()).unwrap()).await
}

async fn vote(t: &TestSite, agent: &str, cookie: &str, stars: u8) -> (TestResponse, VoteAnswer) {
    let request = Request::post("/api/rate")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::COOKIE, cookie)
        .header(header::USER_AGENT, agent)
        .header("sec-fetch-site", "same-origin");
    let form = format!("article_id={}&stars={stars}", t.article);
    let response = t.request_bytes(request.body(Body::from(form)).unwrap()).await;
    let vote = app::web::wire::from_bytes(&response.1).unwrap();
    (response.0, vote)
}

#[sqlx::test(migrations = "../app/migrations")]
async fn votes_of_thirty_readers_behind_one_address_count_and_those_of_a_bot_become_suspicious(pool: PgPool) {
    let t = start_site(pool).await;
    // creates the key of the day, without which no visits are counted
    server::visits::merge_visits(&t.site, OffsetDateTime::now_utc()).await;
    let (mut reader_votes, mut bot_votes, mut suspicious_cookie) = (0, 0, String::new());
    for n in 0..30 {
        let phone = format!("A phone of the kind {n}");
        open(&t, &phone).await;
        reader_votes += usize::from(!vote(&t, &phone, "", 5).await.1.is_suspicious);
        let (response, given) = vote(&t, "a script/1.0", "", 1).await;
        bot_votes += usize::from(!given.is_suspicious);
        if given.is_suspicious {
            suspicious_cookie = response.cookies();
        }
    }
    assert_eq!((reader_votes, bot_votes), (30, 10), "those of every reader, and the first ten of the bot");
    let counted = find_score(&t.site.pool, t.article).await.unwrap().totals;
    assert_eq!(counted, Totals { points: 122 + 30 * 5 + 10, ratings: 26 + 40 });
    // only the voter sees that the vote is being checked
    let page = t.get(&t.path(), &suspicious_cookie).await;
    assert!(page.body.contains("Ông/bà đã đánh giá 1 sao, đang kiểm tra."));
    assert!(page.body.contains("282 trong 66 đánh giá"));
    // the cookie of a suspicious vote does not make the next vote count
    let (_, again) = vote(&t, "a script/1.0", &suspicious_cookie, 5).await;
    assert!(again.is_suspicious);

    let lan = t.staff("lan").await;
    let desk = t.get("/quan-tri/danh-gia", &lan).await;
    assert!(
        desk.body.contains("20 đánh giá chờ kiểm tra") && desk.body.contains("Điểm hiện tại: 4,3 (66 phiếu)"),
        "{}",
        desk.body
    );
    assert!(desk.body.contains("Nếu tính thêm: 3,6 (86 phiếu)"), "{}", desk.body);
    let until = desk.body.split("name=\"until\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let form = format!("article_id={}&until={until}&decision=discard&return_to=%2Fquan-tri%2Fdanh-gia", t.article);
    assert_eq!(t.send("/api/review-votes", &form, &suspicious_cookie).await.status, StatusCode::UNAUTHORIZED);
    let done = t.submit("/api/review-votes", &form, &lan).await;
    assert_eq!((done.status, done.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/quan-tri/danh-gia#ban-duyet"));
    assert!(t.get("/quan-tri/danh-gia", &lan).await.body.contains("Không có đánh giá nào cần kiểm tra."));
    assert_eq!(t.send("/api/review-votes", &form, &lan).await.status, StatusCode::CONFLICT);
    assert_eq!(find_score(&t.site.pool, t.article).await.unwrap().totals, counted);
    for bad in ["until=x", "until=-1", "until=9223372036854775807", "decision=maybe", "article_id=0"] {
        let form = format!("{form}&{bad}");
        let response = t.send("/api/review-votes", &form, &lan).await;
        assert!(response.status.is_client_error(), "{bad}: {}", response.status);
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_line_that_changes_its_agent_adds_no_more_votes_than_one_that_does_not(pool: PgPool) {
    let t = start_site(pool).await;
    server::visits::merge_visits(&t.site, OffsetDateTime::now_utc()).await;
    let mut counted = 0;
    let begin = std::time::Instant::now();
    for n in 0..100 {
        // half of them open a page first, as somebody new each time
        let agent = format!("agent {n}");
        if n % 2 == 0 {
            open(&t, &agent).await;
        }
        counted += usize::from(!vote(&t, &agent, "", 1).await.1.is_suspicious);
    }
    // a minute's votes of visitors who opened a page, and of bare posts; on a slow machine some of the next minute's
    let seconds = begin.elapsed().as_secs() as usize + 1;
    let most = 30 + 10 + seconds / 2 + seconds / 6;
    assert!((40..=most).contains(&counted), "{counted} of at most {most} in {seconds} s");
    let totals = find_score(&t.site.pool, t.article).await.unwrap().totals;
    assert_eq!((totals.points, totals.ratings), (122 + counted as i64, 26 + counted as i64));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_withdrawn_vote_that_is_given_again_is_a_first_vote_again(pool: PgPool) {
    let t = start_site(pool).await;
    server::visits::merge_visits(&t.site, OffsetDateTime::now_utc()).await;
    let mut last = String::new();
    for _ in 0..11 {
        last = vote(&t, "a script/1.0", "", 1).await.0.cookies();
    }
    let form = format!("article_id={}", t.article);
    assert_eq!(t.send("/api/withdraw-vote", &form, &last).await.status, StatusCode::OK);
    assert!(vote(&t, "a script/1.0", &last, 1).await.1.is_suspicious, "the line's allowance is still used up");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_visitor_with_many_cookies_does_not_stuff_another_article(pool: PgPool) {
    let t = start_site(pool).await;
    server::visits::merge_visits(&t.site, OffsetDateTime::now_utc()).await;
    open(&t, "A phone").await;
    let mut cookies = Vec::new();
    for _ in 0..30 {
        cookies.push(vote(&t, "A phone", "", 5).await.0.cookies());
    }
    let other = insert_second_article(&t).await;
    let t = TestSite { article: other, ..t };
    let mut counted = 0;
    for cookie in &cookies {
        counted += usize::from(!vote(&t, "A phone", cookie, 5).await.1.is_suspicious);
    }
    assert_eq!(counted, 0, "the minute's first votes are given, wherever");
}

async fn insert_second_article(t: &TestSite) -> i64 {
    let copied = "with a as (
            insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author, published_at)
            select state, 'bai-hai', title, category_id, lead, body, sanitiser_version, author, published_at
            from articles limit 1 returning id
        ),
        r as (insert into rating_totals (article_id) select id from a),
        c as (insert into comment_totals (article_id) select id from a)
        select id from a";
    sqlx::query_scalar(copied).fetch_one(&t.site.pool).await.unwrap()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_thirty_first_new_reader_of_a_minute_is_checked_and_an_old_one_is_not(pool: PgPool) {
    let t = start_site(pool).await;
    server::visits::merge_visits(&t.site, OffsetDateTime::now_utc()).await;
    open(&t, "A phone").await;
    let (first, _) = vote(&t, "A phone", "", 4).await;
    let mut suspicious = Vec::new();
    for _ in 1..33 {
        suspicious.push(vote(&t, "A phone", "", 4).await.1.is_suspicious);
    }
    assert_eq!(suspicious.iter().position(|suspicious| *suspicious), Some(29), "thirty count: {suspicious:?}");
    assert!(!vote(&t, "A phone", &first.cookies(), 5).await.1.is_suspicious);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_visitor_who_votes_too_often_must_wait(pool: PgPool) {
    let t = start_site(pool).await;
    let form = format!("article_id={}&stars=3", t.article);
    let cookies = t.send("/api/rate", &form, "").await.cookies();
    let mut last = StatusCode::OK;
    for _ in 0..30 {
        last = t.send("/api/rate", &form, &cookies).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn rendered_pages_are_limited_by_address_and_cached_ones_are_not(pool: PgPool) {
    let t = start_site(pool).await;
    t.listen().await;
    t.set("limits.reads_per_address", "60").await;
    assert_eq!(t.get(&t.path(), "").await.status, StatusCode::OK);
    let mut seen = Vec::new();
    for n in 0..70 {
        seen.push(t.get(&format!("/tin-tuc/khong-co-{}", 1000 + n), "").await);
    }
    assert_eq!(seen[0].status, StatusCode::NOT_FOUND);
    let last = seen.last().unwrap();
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!last.header(header::RETRY_AFTER).is_empty() && last.headers.contains_key(header::CONTENT_SECURITY_POLICY));
    assert_eq!(t.get(&t.path(), "").await.status, StatusCode::OK, "a cached page is free");
}
