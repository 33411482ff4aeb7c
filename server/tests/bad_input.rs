//! Bad input gets a clear message in Vietnamese and the right status. Typed text is kept, and nothing is stored.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::comments::SentComment;
use app::web::permissions::Role;
use app::web::wire;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{TestResponse, TestSite, start_site};
use sqlx::PgPool;

/// Decodes the response to a sent comment.
fn decode_sent_comment(response: &TestResponse) -> SentComment {
    wire::from_bytes(response.body.as_bytes()).expect("says what was sent")
}

async fn votes(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from votes").fetch_one(pool).await.unwrap()
}

async fn comments(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from comments").fetch_one(pool).await.unwrap()
}

fn assert_no_library_text(body: &str) {
    for text in ["error running", "deserializ", "missing field", "sqlx", "panicked", "length limit", "Could not find"] {
        assert!(!body.contains(text), "{text} in {body}");
    }
}

/// Posts with and without script, and returns the page that the plain form is redirected to.
async fn assert_refused(t: &TestSite, path: &str, form: &str, status: StatusCode, text: &str) -> String {
    let script = t.send(path, form, "").await;
    assert_eq!(script.status, status, "{}", script.body);
    assert!(script.header(header::CONTENT_TYPE).starts_with("application/x-postcard"));
    assert_no_library_text(&script.body);
    let plain = t.submit(path, form, "").await;
    assert_eq!(plain.status, StatusCode::SEE_OTHER);
    let back = plain.header(header::LOCATION).to_owned();
    assert!(back.ends_with("#loi"), "{back}");
    let page = t.get(back.split('#').next().unwrap(), &plain.cookies()).await;
    assert_eq!(page.status, status, "{back}");
    assert!(page.header(header::CACHE_CONTROL).contains("no-store"));
    assert!(page.body.contains(text), "{text} on {back}");
    assert!(page.body.contains("<title>Lỗi: "));
    assert_no_library_text(&page.body);
    page.body
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_form_of_ten_megabytes_is_refused(pool: PgPool) {
    let t = start_site(pool).await;
    let form = format!("article_id={}&body={}", t.article, "x".repeat(10 << 20));
    let script = t.send("/api/send-comment", &form, "").await;
    assert_eq!(script.status, StatusCode::PAYLOAD_TOO_LARGE);
    let plain = t.submit("/api/send-comment", &form, "").await;
    assert_eq!(plain.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(plain.body.contains("Nội dung gửi lên quá dài"));
    assert_no_library_text(&plain.body);
    assert_eq!(comments(&t.site.pool).await, 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_score_is_one_to_five(pool: PgPool) {
    let t = start_site(pool).await;
    for stars in ["stars=0", "stars=6", "stars=5%3B+drop", "stars=", "", "stars=%00", "stars=1&stars=2"] {
        let form = format!("article_id={}&return_to={}&{stars}", t.article, t.path());
        let script = t.send("/api/rate", &form, "").await;
        assert_eq!(script.status, StatusCode::UNPROCESSABLE_ENTITY, "{stars}: {}", script.body);
        assert_no_library_text(&script.body);
    }
    let form = format!("article_id={}&return_to={}&stars=6", t.article, t.path());
    assert_refused(&t, "/api/rate", &form, StatusCode::UNPROCESSABLE_ENTITY, "Chọn từ 1 đến 5 sao").await;
    assert_eq!(votes(&t.site.pool).await, 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_comment_has_a_length_within_limits(pool: PgPool) {
    let t = start_site(pool).await;
    for (body, text) in
        [(" ".repeat(40), "Nội dung cần ít nhất 10 ký tự"), ("ệ".repeat(3001), "Nội dung dài tối đa 3.000 ký tự")]
    {
        let page =
            assert_refused(&t, "/api/send-comment", &t.comment_form(&body), StatusCode::UNPROCESSABLE_ENTITY, text)
                .await;
        assert!(page.contains(&body), "what was typed is kept");
        assert!(page.contains("Trần Thị Bích"));
    }
    let page = assert_refused(
        &t,
        "/api/send-comment",
        "return_to=%2Ftin-tuc%2Fbai-thu-1&article_id=1",
        StatusCode::UNPROCESSABLE_ENTITY,
        "Vui lòng đánh dấu đồng ý",
    )
    .await;
    assert!(page.contains("Vui lòng nhập họ và tên"));
    assert_eq!(comments(&t.site.pool).await, 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn hidden_characters_are_removed_and_markup_stays_text(pool: PgPool) {
    let t = start_site(pool).await;
    let response = t
        .send("/api/send-comment", &t.comment_form("Chào\0 bà con\u{202e} <script>alert(1)</script>\r\nhết"), "")
        .await;
    assert_eq!(response.status, StatusCode::OK, "{}", response.body);
    let stored: String = sqlx::query_scalar("select body from comments").fetch_one(&t.site.pool).await.unwrap();
    assert_eq!(stored, "Chào bà con <script>alert(1)</script>\nhết");
    let page = t.get(&t.path(), &response.cookies()).await;
    assert!(page.body.contains("&lt;script&gt;alert(1)"));
    assert!(!page.body.contains("<script>alert(1)"), "neither as a text nor in the page's data");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_name_of_direction_marks_alone_is_empty(pool: PgPool) {
    let t = start_site(pool).await;
    let form = |name: &str| {
        let pairs = [
            ("article_id", t.article.to_string()),
            ("name", name.to_owned()),
            ("body", "Ý kiến có tên lạ lùng.".to_owned()),
            ("consent", t.consent()),
            ("return_to", t.path()),
        ];
        form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
    };
    assert_refused(
        &t,
        "/api/send-comment",
        &form("\u{202e}\u{202b}\u{200f}\u{2067}"),
        StatusCode::UNPROCESSABLE_ENTITY,
        "Vui lòng nhập họ và tên",
    )
    .await;
    assert_eq!(t.send("/api/send-comment", &form("\u{202e}Nguyễn Văn Đức\u{2069}"), "").await.status, StatusCode::OK);
    let name: String = sqlx::query_scalar("select name from comments").fetch_one(&t.site.pool).await.unwrap();
    assert_eq!(name, "Nguyễn Văn Đức");
    let boss = t.member("minh", Role::Administrator).await;
    let invite = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([
            ("display_name", "\u{202e}\u{200f}"),
            ("username", "rtl"),
            ("role", "editor"),
            ("current", common::PASSWORD),
        ])
        .finish();
    assert_eq!(t.send("/api/invite", &invite, &boss).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let made: i64 = sqlx::query_scalar("select count(*) from accounts").fetch_one(&t.site.pool).await.unwrap();
    assert_eq!(made, 1);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_list_of_terms_is_accepted_whole_or_not_at_all(pool: PgPool) {
    let t = start_site(pool).await;
    let boss = t.member("minh", Role::Administrator).await;
    let before = t.terms().terms().count();
    let form = |terms: &str| {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("terms", terms), ("return_to", "/quan-tri/tu-ngu")])
            .finish()
    };
    let huge = form(&"một từ dài\n".repeat(1 << 20));
    assert!(huge.len() > 10 << 20);
    for response in [t.send("/api/add-terms", &huge, &boss).await, t.submit("/api/add-terms", &huge, &boss).await] {
        assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_no_library_text(&response.body);
    }
    let many = |count: usize| (0..count).map(|n| format!("cụm từ số {n}")).collect::<Vec<_>>().join("\n");
    for bad in ["a", "được\nx", ".*", "(((", "\\", "", &"dài ".repeat(40), &many(10_001)] {
        assert_eq!(
            t.send("/api/add-terms", &form(bad), &boss).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{bad:.20}"
        );
    }
    assert_eq!(t.terms().terms().count(), before);
    // special characters of patterns match only themselves
    assert_eq!(t.send("/api/add-terms", &form("c[a-z]+t\n(x+x+)+y\nlừa.*đảo"), &boss).await.status, StatusCode::OK);
    let body = format!("xin chào {} và con cat", "x".repeat(2000));
    assert!(t.terms().find(&body).is_empty());
    assert_eq!(t.send("/api/add-terms", &form(&many(10_000 - before - 3)), &boss).await.status, StatusCode::OK);
    assert_eq!(t.terms().terms().count(), 10_000);
    assert!(!t.terms().find("có cụm từ số 77 đây").is_empty());
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_id_is_a_positive_number_of_64_bits(pool: PgPool) {
    let t = start_site(pool).await;
    for id in ["x", "0", "-1", "9223372036854775808", "1%20or%201", "999999"] {
        let response = t.send("/api/rate", &format!("article_id={id}&stars=5"), "").await;
        assert_eq!(response.status, StatusCode::NOT_FOUND, "{id}: {}", response.body);
        // what follows the last hyphen is the number, so a minus does not make it negative
        let mut page = t.get(&format!("/tin-tuc/bai-thu-{}", id.trim_start_matches('-').replace('1', "7")), "").await;
        if page.status == StatusCode::PERMANENT_REDIRECT {
            page = t.get(page.header(header::LOCATION), "").await;
        }
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{id}");
        assert!(page.body.contains("Không tìm thấy trang này"));
        let response = t.get(&format!("/api/comments?article={id}"), "").await;
        assert!(response.status.is_client_error(), "{id} {}", response.status);
        assert_no_library_text(&response.body);
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_forged_or_outdated_cookie_is_ignored(pool: PgPool) {
    let t = start_site(pool).await;
    let form = format!("article_id={}&stars=5", t.article);
    let first = t.send("/api/rate", &form, "").await;
    let cookie = first.cookies();
    assert!(t.get(&t.path(), &cookie).await.body.contains("Ông/bà đã đánh giá 5 sao."));
    let forged = [
        cookie.replace('A', "B") + "x",
        "khach=".to_owned(),
        "khach=%00".to_owned(),
        format!("khach={}", "A".repeat(70)),
        format!("khach={}", "x".repeat(9000)),
    ];
    for forged in forged {
        let page = t.get(&t.path(), &forged).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Ông/bà chưa đánh giá."), "{forged}");
    }
    // after the keys have changed, old cookies are ignored and the next vote sets a new one
    sqlx::query(
        "insert into secret_keys (purpose, version, key) values ('cookie', 2, decode(repeat('ab', 32), 'hex'))",
    )
    .execute(&t.site.pool)
    .await
    .unwrap();
    let t = common::start_site_at(t.site.pool.clone(), "http://site.test", t.article).await;
    assert!(t.get(&t.path(), &cookie).await.body.contains("Ông/bà chưa đánh giá."));
    assert!(t.send("/api/rate", &form, &cookie).await.cookies().starts_with("khach="));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_same_form_posted_twice_creates_one_comment(pool: PgPool) {
    let t = start_site(pool).await;
    let form = t.comment_form("Cùng một ý kiến gửi hai lần.");
    let first = t.send("/api/send-comment", &form, "").await;
    let again = t.send("/api/send-comment", &form, &first.cookies()).await;
    assert_eq!(again.body, first.body);
    assert_eq!(comments(&t.site.pool).await, 1);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn more_than_five_comments_a_minute_are_refused(pool: PgPool) {
    let t = start_site(pool).await;
    let mut cookies = String::new();
    for n in 0..5 {
        let response =
            t.send("/api/send-comment", &t.comment_form(&format!("Ý kiến thứ {n} trong một phút.")), &cookies).await;
        assert_eq!(response.status, StatusCode::OK);
        cookies = if cookies.is_empty() { response.cookies() } else { cookies };
    }
    let sixth = t.comment_form("Ý kiến thứ sáu trong một phút.");
    let script = t.send("/api/send-comment", &sixth, &cookies).await;
    assert_eq!(script.status, StatusCode::TOO_MANY_REQUESTS);
    assert!((1..=60).contains(&script.header(header::RETRY_AFTER).parse::<u32>().unwrap()));
    let plain = t.submit("/api/send-comment", &sixth, &cookies).await;
    let page = t.get(plain.header(header::LOCATION).split('#').next().unwrap(), &cookies).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(!page.header(header::RETRY_AFTER).is_empty());
    assert!(page.body.contains("Ông/bà thao tác quá nhanh") && page.body.contains("Ý kiến thứ sáu trong một phút."));
    assert_eq!(comments(&t.site.pool).await, 5);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn more_than_forty_comments_a_minute_from_one_address_are_refused(pool: PgPool) {
    let t = start_site(pool).await;
    for n in 0..40 {
        assert_eq!(
            t.send("/api/send-comment", &t.comment_form(&format!("Ý kiến thứ {n} từ một địa chỉ.")), "").await.status,
            StatusCode::OK
        );
    }
    assert_eq!(
        t.send("/api/send-comment", &t.comment_form("Ý kiến thứ bốn mươi mốt."), "").await.status,
        StatusCode::TOO_MANY_REQUESTS
    );
    t.set("limits.comments_per_address", "100").await;
    assert_eq!(t.send("/api/send-comment", &t.comment_form("Số này là một cài đặt."), "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn typed_text_is_returned_while_the_database_is_unreachable(pool: PgPool) {
    let t = start_site(pool).await;
    let form = t.comment_form("Lời này không được mất đi.");
    let (options, settings) = (t.site.pool.connect_options(), t.site.settings());
    t.site.pool.close().await;
    let page = t.get(&t.path(), "").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header(header::RETRY_AFTER), "10");
    assert!(page.body.contains("Hệ thống đang bận") && page.body.contains(&settings.info.name));
    assert_no_library_text(&page.body);
    let script = t.send("/api/send-comment", &form, "").await;
    assert_eq!(script.status, StatusCode::SERVICE_UNAVAILABLE);
    let plain = t.submit("/api/send-comment", &form, "").await;
    assert_eq!(plain.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(plain.body.contains("Lời này không được mất đi.") && plain.body.contains("Gửi lại"));
    let pool = PgPool::connect_with((*options).clone()).await.unwrap();
    assert_eq!(comments(&pool).await, 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_write_from_another_site_is_refused(pool: PgPool) {
    let t = start_site(pool).await;
    let form = format!("article_id={}&stars=5", t.article);
    for (name, value, passes) in [
        ("origin", "http://site.test", true),
        ("origin", "https://evil.example", false),
        ("origin", "null", false),
        ("sec-fetch-site", "cross-site", false),
        ("sec-fetch-site", "same-site", false),
        ("referer", "http://site.test/tin-tuc/bai-thu-1", true),
        ("referer", "https://evil.example/", false),
        ("x-nothing", "at all", false),
    ] {
        let request = Request::post("/api/rate")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value);
        let response =
            t.request(request.header(header::ACCEPT, "text/html").body(Body::from(form.clone())).unwrap()).await;
        assert_eq!(
            response.status,
            if passes { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN },
            "{name}: {value}"
        );
        assert!(passes || response.body.contains("Yêu cầu này không được chấp nhận"));
    }
    for path in ["/", "/api/nothing", "/tin-tuc/bai-thu-1"] {
        let response = t.request(Request::post(path).body(Body::empty()).unwrap()).await;
        assert_eq!(response.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_form_redirects_only_within_the_site(pool: PgPool) {
    let t = start_site(pool).await;
    for to in
        ["//evil.example", "https://evil.example", "/\\evil.example", "%2F%2Fevil.example", "/a%0d%0aSet-Cookie:x=1"]
    {
        let response = t.submit("/api/rate", &format!("article_id={}&stars=5&return_to={to}", t.article), "").await;
        assert_eq!(response.header(header::LOCATION), "/#danh-gia", "{to}");
        let response = t.submit("/api/rate", &format!("article_id={}&stars=9&return_to={to}", t.article), "").await;
        assert!(response.header(header::LOCATION).starts_with("/?loi="), "{to}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn malformed_forms_are_refused_without_library_text(pool: PgPool) {
    let t = start_site(pool).await;
    for form in ["%", "a=%ff%fe", "article_id[]=1", "article_id[x]=1&stars=5", "=&=&="] {
        let response = t.send("/api/rate", form, "").await;
        assert!(response.status.is_client_error(), "{form}: {}", response.status);
        assert_no_library_text(&response.body);
        assert_no_library_text(&t.submit("/api/send-comment", form, "").await.body);
    }
    let json = Request::post("/api/rate")
        .header("sec-fetch-site", "same-origin")
        .header(header::CONTENT_TYPE, "application/json");
    let response = t.request(json.body(Body::from("{\"article_id\":\"1\"}")).unwrap()).await;
    assert!(response.status.is_client_error());
    assert_no_library_text(&response.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_nul_in_a_refused_form_loses_no_text(pool: PgPool) {
    let t = start_site(pool).await;
    let form =
        format!("article_id={}&name=&body=Tr%C6%B0%E1%BB%9Bc%00+sau&zu%00viel=x&return_to={}", t.article, t.path());
    let page =
        assert_refused(&t, "/api/send-comment", &form, StatusCode::UNPROCESSABLE_ENTITY, "Vui lòng nhập họ và tên")
            .await;
    assert!(page.contains("Trước sau"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_nul_and_an_impossible_day_in_an_address_are_no_error(pool: PgPool) {
    let t = start_site(pool).await;
    let boss = t.member("minh", app::web::permissions::Role::Administrator).await;
    for query in ["ly_do=%00", "q=%00a", "bai=%00", "ngay=9999-12-31", "ngay=-9999-01-01", "ngay=0001-01-01%00"] {
        for room in ["/quan-tri/y-kien", "/quan-tri/nhat-ky", "/quan-tri/tu-ngu", "/quan-tri/so-lieu"] {
            let page = t.get(&format!("{room}?{query}"), &boss).await;
            assert!(page.status == StatusCode::OK && page.is_desk(), "{room}?{query}: {}", page.status);
            let encoded = form_urlencoded::byte_serialize(format!("{room}?{query}").as_bytes()).collect::<String>();
            let read = t.get(&format!("/api/room?path={encoded}"), &boss).await;
            assert_eq!(read.status, StatusCode::OK, "{encoded}");
        }
    }
    for path in ["/?trang=%00", "/tin-tuc/bai-thu-1?y-kien=%00&tra-loi=1%00", "/%00", "/tin-tuc/%00-1"] {
        assert!(!t.get(path, "").await.status.is_server_error(), "{path}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn refusals_are_stored_up_to_a_limit_and_no_text_is_lost_beyond_it(pool: PgPool) {
    let t = start_site(pool).await;
    let form = format!("article_id={}&body=L%E1%BB%9Di+c%E1%BB%A7a+t%C3%B4i&return_to={}", t.article, t.path());
    for _ in 0..60 {
        assert_eq!(t.submit("/api/send-comment", &form, "").await.status, StatusCode::SEE_OTHER);
    }
    let beyond = t.submit("/api/send-comment", &form, "").await;
    assert_eq!(beyond.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(beyond.body.contains("Lời của tôi") && beyond.body.contains("Gửi lại"));
    let stored: i64 = sqlx::query_scalar("select count(*) from form_refusals").fetch_one(&t.site.pool).await.unwrap();
    assert_eq!(stored, 60);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn malformed_addresses_are_not_found(pool: PgPool) {
    let t = start_site(pool).await;
    let long = format!("/{}", "a".repeat(300));
    let longer = format!("/{}.ico", "a".repeat(7000));
    for path in [
        long.as_str(),
        &longer,
        "/.stamp",
        "/.package",
        "/pkg-test/../.stamp",
        "/%00",
        "/a%ff",
        "/tin-tuc/%ff-7",
        "//evil.example/a",
    ] {
        let page = t.get(path, "").await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path:.40}");
        assert!(page.body.contains("Không tìm thấy trang này"), "{path:.40}");
    }
    for path in ["/anh/a%00.webp", "/anh/%ff.webp", "/anh/x.webp", "/anh/abc.svg", "/anh/a/b.webp"] {
        let response = t.get(path, "").await;
        assert_eq!((response.status, response.body.as_str()), (StatusCode::NOT_FOUND, ""), "{path}");
    }
}

/// Typed text cannot end the text area that repeats it.
#[sqlx::test(migrations = "../app/migrations")]
async fn text_in_a_text_area_stays_text(pool: PgPool) {
    let t = start_site(pool).await;
    let attack = "</textarea><b id=\"x\">&lt;i&gt; & <form action=//evil>";
    let clean = "&lt;/textarea&gt;&lt;b id=&quot;x&quot;&gt;&amp;lt;i&amp;gt; &amp; &lt;form action=//evil&gt;";
    let holds = |page: &str| assert!(page.contains(clean) && !page.contains("</textarea><b"), "{page}");
    // a refused form
    let refused = t.submit("/api/send-comment", &t.comment_form(attack).replace("name=", "other="), "").await;
    let back = refused.header(header::LOCATION).split('#').next().unwrap().to_owned();
    holds(&t.get(&back, &refused.cookies()).await.body);
    // the page of a comment's writer
    let sent = t.send("/api/send-comment", &t.comment_form(attack), "").await;
    let sent = decode_sent_comment(&sent);
    holds(&t.get(&sent.link, "").await.body);
    // the desk: a refused official reply, and a sentence that is checked against the terms
    let lan = t.staff("lan").await;
    sqlx::query("update accounts set role = 'administrator'").execute(&t.site.pool).await.unwrap();
    let encoded: String = form_urlencoded::byte_serialize(attack.as_bytes()).collect();
    holds(&t.get(&format!("/quan-tri/tu-ngu?thu={encoded}"), &lan).await.body);
    let form = format!("comment_id={}&version=99&body={encoded}&return_to=%2Fquan-tri%2Fy-kien", sent.id);
    let refused = t.submit("/api/answer-comment", &form, &lan).await;
    let back = refused.header(header::LOCATION).split('#').next().unwrap().to_owned();
    holds(&t.get(&back, &lan).await.body);
}

/// The token is in the address of the page to which a refused form redirects, so no table needs to contain it.
#[sqlx::test(migrations = "../app/migrations")]
async fn a_writers_link_is_stored_nowhere_in_plain_text(pool: PgPool) {
    let t = start_site(pool).await;
    let sent = t.send("/api/send-comment", &t.comment_form("Ý kiến có địa chỉ riêng."), "").await;
    let sent = decode_sent_comment(&sent);
    let token = sent.link.rsplit('/').next().unwrap().to_owned();
    let form = format!("token={token}&version=1&name=An+Nhi%C3%AAn&body=ng%E1%BA%AFn&return_to={}", sent.link);
    let refused = t.submit("/api/correct-comment", &form, "").await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    let rows: Vec<String> = sqlx::query_scalar(
        "select row_to_json(f)::text from form_refusals f union all select row_to_json(c)::text from comments c",
    )
    .fetch_all(&t.site.pool)
    .await
    .unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| !row.contains(&token)), "{rows:?}");
    let back = refused.header(header::LOCATION).split('#').next().unwrap().to_owned();
    assert!(t.get(&back, "").await.body.contains(&format!("value=\"{token}\"")), "and the form goes on working");
}
