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
    // a wrong password does not lose the text
    let wrong = form(&[
        ("username", "lan"),
        ("password", "sai rồi"),
        ("return_to", "/quan-tri/y-kien"),
        ("interrupted_form", interrupted_form),
    ]);
    let refused = t.submit("/api/sign-in", &wrong, "").await;
    let page = t.get(refused.header(header::LOCATION).split('#').next().unwrap(), "").await;
    assert!(page.body.contains(interrupted_form), "{}", page.body);
    let right = form(&[
        ("username", "lan"),
        ("password", PASSWORD),
        ("return_to", "/quan-tri/y-kien"),
        ("interrupted_form", interrupted_form),
    ]);
    let back = t.submit("/api/sign-in", &right, "").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let desk = t.get(back.header(header::LOCATION).split('#').next().unwrap(), &back.cookies()).await;
    assert!(desk.body.contains("Ông/bà đã đăng nhập lại."), "{}", desk.body);
    assert!(desk.body.contains("value=\"Lý do viết dở\""), "the reason is restored");
    let state: String = sqlx::query_scalar("select state::text from comments").fetch_one(&t.site.pool).await.unwrap();
    assert_eq!(state, "pending", "nothing was decided");
}

/// A decision that a session sends after its end: the address that it leads to, and the cookies that come with it.
async fn send_late(t: &TestSite, lan: &str, note: &str) -> (String, String) {
    let form = |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let decision = form(&[
        ("comment_id", "1"),
        ("version", "1"),
        ("decision", "reject"),
        ("note", note),
        ("return_to", "/quan-tri/y-kien"),
    ]);
    let refused = t.submit("/api/decide", &decision, lan).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    (refused.header(header::LOCATION).split('#').next().unwrap().to_owned(), refused.cookies())
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_form_of_the_desk_is_shown_to_the_session_that_made_it_and_to_nobody_else(pool: PgPool) {
    let t = start_site(pool).await;
    let (lan, hoa) = (t.staff("lan").await, t.staff("hoa").await);
    // hers, refused while her session is open: nothing was typed that could be decided
    let (page, _) = send_late(&t, &lan, "Lý do của Lan").await;
    assert!(t.get(&page, &lan).await.body.contains("class=\"summary\""));
    let others = t.get(&page, &hoa).await;
    assert!(others.is_desk() && !others.body.contains("Lý do của Lan") && !others.body.contains("class=\"summary\""));
    assert!(!t.get(&page, "").await.body.contains("Lý do của Lan"));

    // a stranger's form: it comes back to them at once, and as a link it shows nothing at the desk
    let form =
        "article_id=1&parent_id=1&body=L%E1%BB%9Di+c%E1%BB%A7a+k%E1%BA%BB+l%E1%BA%A1&return_to=%2Fquan-tri%2Fy-kien";
    let refused = t.submit("/api/answer-comment", form, "").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.body.contains("Lời của kẻ lạ") && refused.body.contains("Gửi lại"), "{}", refused.body);
    // a reason is shown as well, not only sent along
    let form = "comment_id=1&version=1&decision=reject&note=L%C3%BD+do+d%E1%BB%9F&return_to=%2Fquan-tri%2Fy-kien";
    let refused = t.submit("/api/decide", form, "").await;
    assert!(refused.body.contains(">Lý do dở</textarea>"), "{}", refused.body);
    let kept: i64 = sqlx::query_scalar("select count(*) from form_refusals where refusal::text like '%kẻ lạ%'")
        .fetch_one(&t.site.pool)
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_stranger_cannot_have_staff_sign_in_to_words_that_they_did_not_write(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let account = t.account("lan").await;
    let form = |pairs: &[(&str, &str)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let made_up = format!(
        r#"{{"account":{account},"refusal":{{"action":"/api/answer-comment","error":"SignIn",
            "fields":[["body","Lời của kẻ lạ"]]}}}}"#
    );
    // what was sealed for something else is none either
    let other = app::base::keys::encode_token(&t.site.keys.cookie.seal(&[b"other"], made_up.as_bytes()));
    for interrupted in [&made_up, &other] {
        let sign_in = |username, password| {
            let to = "/quan-tri/y-kien";
            let fields = [("username", username), ("password", password), ("return_to", to)];
            form(&[&fields[..], &[("interrupted_form", interrupted.as_str())]].concat())
        };
        let refused = t.submit("/api/sign-in", &sign_in("x", "x"), "").await;
        let link = refused.header(header::LOCATION).split('#').next().unwrap().to_owned();
        // a member of staff follows the link, and signs in with what stands in the page
        assert_eq!(t.get(&link, "").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let back = t.submit("/api/sign-in", &sign_in("lan", PASSWORD), &lan).await;
        let desk = t.get(back.header(header::LOCATION).split('#').next().unwrap(), &back.cookies()).await;
        assert!(desk.is_desk() && !desk.body.contains("Lời của kẻ lạ"), "{}", desk.body);
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_form_of_an_ended_session_is_given_back_to_the_same_account_in_the_same_browser(pool: PgPool) {
    let t = start_site(pool).await;
    let (lan, hoa) = (t.staff("lan").await, t.staff("hoa").await);
    // an administrator ends it elsewhere
    let id = app::features::accounts::store::find_account(&t.site.pool, "lan").await.unwrap().unwrap();
    let mut db = t.site.pool.acquire().await.unwrap();
    app::web::store::sessions::end_all_sessions(&mut db, id).await.unwrap();
    drop(db);
    let (page, cookies) = send_late(&t, &lan, "Viết dở").await;
    assert!(cookies.contains("phien-cu="), "{cookies}");
    // the browser lost the session's cookie with that answer, and holds the other
    let sign_in_page = t.get(&page, &cookies).await;
    let kept = sign_in_page
        .body
        .split("name=\"interrupted_form\" value=\"")
        .nth(1)
        .expect("it is kept")
        .split('"')
        .next()
        .unwrap();
    assert!(!t.get(&page, "").await.body.contains("name=\"interrupted_form\""), "another browser");
    let sign_in = async |username: &str| {
        let pairs = [
            ("username", username),
            ("password", PASSWORD),
            ("return_to", "/quan-tri/y-kien"),
            ("interrupted_form", kept),
        ];
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let back = t.submit("/api/sign-in", &form, &cookies).await;
        let page = back.header(header::LOCATION).split('#').next().unwrap().to_owned();
        t.get(&page, &back.cookies()).await
    };
    let hers = sign_in("hoa").await;
    assert!(hers.is_desk() && !hers.body.contains("Ông/bà đã đăng nhập lại."), "another account");
    // nor by the address itself, in the browser that still holds the ended session
    let ended = cookies.split("; ").find(|cookie| cookie.starts_with("phien-cu=")).unwrap();
    let another = format!("{hoa}; {ended}");
    let direct = t.get(&page, &another).await;
    assert!(direct.is_desk() && !direct.body.contains("Viết dở"), "another account in the same browser");
    assert!(sign_in("lan").await.body.contains("Ông/bà đã đăng nhập lại."));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn after_its_longest_time_a_session_ends_and_that_is_announced(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let age = async |minutes: i32| {
        let age = sqlx::query("update sessions set created_at = now() - make_interval(mins => $1)");
        age.bind(minutes).execute(&t.site.pool).await.unwrap();
    };
    let announced = async || {
        let page = t.get("/quan-tri", &lan).await;
        assert!(page.is_desk());
        let notice = page.body.split("session-age").next().unwrap().rsplit('<').next().unwrap().to_owned();
        let notice = notice + page.body.split("session-age").nth(1).unwrap().split('>').next().unwrap();
        !notice.contains("hidden")
    };
    assert!(!announced().await);
    age(12 * 60 - 4).await;
    assert!(announced().await, "four minutes before");
    assert_eq!(t.send("/api/keep-alive", "", &lan).await.status, StatusCode::OK);
    assert!(minutes_left(&t).await <= 4.0, "nothing extends it beyond");
    age(12 * 60 + 1).await;
    t.get("/quan-tri", &lan).await;
    assert_eq!(t.send("/api/keep-alive", "", &lan).await.status, StatusCode::UNAUTHORIZED);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_decision_about_all_is_about_what_its_form_names_and_about_nothing_else(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    for n in 0..3 {
        assert_eq!(t.send("/api/send-comment", &t.comment_form(&format!("Ý kiến số {n}.")), "").await.status, 200);
    }
    let decide = async |fields: &[(&str, &str)]| {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        t.send("/api/decide-many", &form, &lan).await.status.as_u16()
    };
    let waiting = async || {
        let count = sqlx::query_scalar::<_, i64>("select count(*) from comments where state = 'pending'");
        count.fetch_one(&t.site.pool).await.unwrap()
    };
    let all = [("all", "1"), ("last", "9999"), ("decision", "reject")];
    let refused: [&[(&str, &str)]; 7] = [
        // as a form of an older program says it, or one of another page
        &[("tab", "cho-duyet"), ("text", "quảng cáo")],
        &[("filter", "")],
        &[("filter", "/quan-tri/danh-gia?tim=x")],
        &[("filter", "//quan-tri/y-kien")],
        &[("filter", "/quan-tri/y-kien?tim=không ai viết thế")],
        &[("filter", "/quan-tri/y-kien?muc=da-dang")],
        &[("page", "1"), ("shown", "x 1 :1 1: -1:1 99999999999999999999:1")],
    ];
    for fields in refused {
        let status = decide(&[&all[..], fields].concat()).await;
        assert_eq!((status, waiting().await), (422, 3), "{fields:?}");
    }
    // the same comment twice is one, and without the box nothing that the page showed is meant
    let shown = [("shown", "1:1 1:1"), ("decision", "reject")];
    assert_eq!((decide(&shown).await, waiting().await), (422, 3));
    assert_eq!((decide(&[&shown[..], &[("page", "1")]].concat()).await, waiting().await), (200, 2));
    let some = [("filter", "/quan-tri/y-kien?tim=y+kien+so+1")];
    assert_eq!((decide(&[&all[..], &some].concat()).await, waiting().await), (200, 1));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_queue_makes_something_of_any_address(pool: PgPool) {
    let t = start_site(pool).await;
    let lan = t.staff("lan").await;
    let long = "%C4%91".repeat(3000);
    for query in [
        "sau=.",
        "sau=..1-1",
        "sau=9999999999999999-1",
        "sau=253402300800000000-1",
        "sau=1-1.2-2.x",
        "bai=999999",
        "bai=x&ten=%00",
        "tu=0000-00-00&den=9999-12-31",
        "tu=2999-12-31",
        "den=2000-01-01",
        "ten=%25%25",
        "tim=%5C",
        "nguoi=999",
        "ly_do=%22%7D",
        "muc=khong-co",
    ]
    .map(str::to_owned)
    .into_iter()
    .chain([format!("tim={long}"), format!("ten={long}")])
    {
        for tab in ["cho-duyet", "bi-bao", "da-dang"] {
            let answer = t.get(&format!("/quan-tri/y-kien?{query}&muc={tab}"), &lan).await;
            assert!(answer.status == StatusCode::OK && answer.is_desk(), "{query} in {tab}: {}", answer.status);
        }
    }
}
