//! Categories, tags, related articles, previews and reported faults over HTTP, by forms alone.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::base::keys::hash_token;
use app::web::permissions::Role;
use axum::http::{StatusCode, header};
use common::{TestResponse, TestSite, start_site};
use sqlx::PgPool;

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn location(answer: &TestResponse) -> String {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    answer.header(header::LOCATION).split('#').next().unwrap().to_owned()
}

/// Submits a form at the desk and opens the page that it leads to.
async fn submit(t: &TestSite, path: &str, pairs: &[(&str, &str)], cookies: &str) -> TestResponse {
    let answer = t.submit(path, &form(pairs), cookies).await;
    let flash = answer.cookies();
    t.get(&location(&answer), &format!("{cookies}; {flash}")).await
}

async fn create(t: &TestSite, cookies: &str) -> String {
    let answer = t.submit("/api/create-article", "", cookies).await;
    location(&answer).split("bai=").nth(1).unwrap().to_owned()
}

async fn number(t: &TestSite, query: &'static str) -> String {
    let number: i64 = sqlx::query_scalar(query).fetch_one(&t.site.pool).await.unwrap();
    number.to_string()
}

/// Saves and publishes an article with these fields besides what every article needs.
async fn publish(t: &TestSite, id: &str, revision: &str, more: &[(&str, &str)], cookies: &str) -> TestResponse {
    let category = number(t, "select min(id) from categories").await;
    let page = format!("/quan-tri/bai-viet?bai={id}");
    let mut pairs = vec![
        ("id", id),
        ("revision", revision),
        ("base", revision),
        ("return_to", &page),
        ("title", "Lịch tiêm"),
        ("category", &category),
        ("lead", "Thứ bảy."),
        ("body", "Mời bà con."),
        ("author", "Hòa"),
        ("then", "publish-article"),
    ];
    for (name, value) in more {
        pairs.retain(|(known, _)| known != name || name.ends_with("[]"));
        pairs.push((name, value));
    }
    submit(t, "/api/save-article", &pairs, cookies).await
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_article_has_categories_tags_and_related_articles(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    let room = "/quan-tri/chuyen-muc";
    for name in ["Y tế", "Giáo dục"] {
        let page = submit(&t, "/api/create-category", &[("name", name), ("return_to", room)], &chief).await;
        assert!(page.body.contains("Đã thêm chuyên mục") && page.body.contains(name), "{}", page.body);
    }
    let other = number(&t, "select id from categories where slug = 'giao-duc'").await;
    let related = format!("/tin-tuc/bai-thu-{}", t.article);
    let id = create(&t, &chief).await;
    let fields = [("tags", "tiêm chủng, #Trẻ em"), ("further[]", other.as_str()), ("related", related.as_str())];
    let page = publish(&t, &id, "1", &fields, &chief).await;
    assert!(page.body.contains("Đã đăng") && page.body.contains("tiêm chủng, Trẻ em"), "{}", page.body);
    let article = t.get(&format!("/tin-tuc/lich-tiem-{id}"), "").await;
    for part in ["/the/tiem-chung", "/the/tre-em", "Bài liên quan", &related, "/chuyen-muc/"] {
        assert!(article.body.contains(part), "{part}: {}", article.body);
    }
    for list in ["/chuyen-muc/giao-duc", "/the/tiem-chung"] {
        let list = t.get(list, "").await;
        assert_eq!(list.status, StatusCode::OK);
        assert!(list.body.contains("Lịch tiêm"), "{}", list.body);
    }
    assert!(!t.get("/chuyen-muc/y-te", "").await.body.contains("Lịch tiêm"));
    assert_eq!(t.get("/chuyen-muc/giao-duc?trang=2", "").await.status, StatusCode::NOT_FOUND);
    // a rename, a merge and the tag's rename lead on, with the page that was asked for
    let change = [("id", other.as_str()), ("name", "Học đường"), ("slug", ""), ("return_to", room)];
    submit(&t, "/api/change-category", &change, &chief).await;
    let moved = t.get("/chuyen-muc/giao-duc?trang=2&x=1", "").await;
    assert_eq!(
        (moved.status, moved.header(header::LOCATION)),
        (StatusCode::PERMANENT_REDIRECT, "/chuyen-muc/hoc-duong?trang=2")
    );
    let into = number(&t, "select id from categories where slug = 'y-te'").await;
    let merge = [("id", other.as_str()), ("into", into.as_str()), ("return_to", room)];
    let refused = t.submit("/api/merge-category", &form(&merge), &chief).await;
    assert!(t.get(&location(&refused), &chief).await.body.contains("sau khi gộp thì không tách lại được"));
    let confirmed = [&merge[..], &[("confirm", "1")]].concat();
    submit(&t, "/api/merge-category", &confirmed, &chief).await;
    let moved = t.get("/chuyen-muc/hoc-duong", "").await;
    assert_eq!(moved.header(header::LOCATION), "/chuyen-muc/y-te");
    assert!(t.get("/chuyen-muc/y-te", "").await.body.contains("Lịch tiêm"), "its articles moved along");
    let tag = number(&t, "select id from tags where slug = 'tiem-chung'").await;
    let rename = [("id", tag.as_str()), ("name", "Tiêm phòng"), ("return_to", room)];
    submit(&t, "/api/rename-tag", &rename, &chief).await;
    assert_eq!(t.get("/the/tiem-chung", "").await.header(header::LOCATION), "/the/tiem-phong");
    let page = t.get(&format!("/quan-tri/bai-viet?bai={id}"), &chief).await;
    assert!(page.body.contains("Tiêm phòng, Trẻ em"), "the form has the present names: {}", page.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_is_typed_wrongly_comes_back_with_what_to_do(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    let id = create(&t, &chief).await;
    let eleven = (0..11).map(|n| format!("thẻ {n}")).collect::<Vec<_>>().join(",");
    let own = format!("/tin-tuc/x-{id}");
    for (field, value, said) in [
        ("tags", eleven.as_str(), "Mỗi bài tối đa 10 thẻ"),
        ("related", "/tin-tuc/khong-co-999", "Mỗi dòng là địa chỉ"),
        ("related", own.as_str(), "không kể chính bài đang viết"),
        ("related", "https://x.vn/abc", "Mỗi dòng là địa chỉ"),
    ] {
        let page = publish(&t, &id, "1", &[(field, value)], &chief).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert!(page.body.contains(said) && page.body.contains("Lịch tiêm"), "{field}: {}", page.body);
    }
    for (path, pairs, said) in [
        ("/api/create-category", vec![("name", " ")], "Tên chuyên mục cần có chữ"),
        ("/api/create-category", vec![("name", "<b>!</b>"), ("parent", "99")], "chỉ có hai cấp"),
        ("/api/create-category", vec![("name", "Tin")], "Đã có chuyên mục tên này"),
    ] {
        let pairs = [&pairs[..], &[("return_to", "/quan-tri/chuyen-muc")]].concat();
        let page = submit(&t, path, &pairs, &chief).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    for path in ["/quan-tri/chuyen-muc?muc=99", "/quan-tri/chuyen-muc?muc=x", "/quan-tri/chuyen-muc?the=x"] {
        assert_eq!(t.get(path, &chief).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_article_that_takes_no_comments_and_ratings_says_so(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    let id = create(&t, &chief).await;
    publish(&t, &id, "1", &[("closed_to_comments", "1"), ("closed_to_ratings", "1")], &chief).await;
    let article = t.get(&format!("/tin-tuc/lich-tiem-{id}"), "").await;
    for sentence in ["Bài viết này không nhận ý kiến.", "Bài viết này không nhận đánh giá."] {
        assert!(article.body.contains(sentence), "{}", article.body);
    }
    let vote = t.send("/api/rate", &format!("article_id={id}&stars=5"), "").await;
    assert_eq!(vote.status, StatusCode::FORBIDDEN, "{}", vote.body);
    let open = publish(&t, &id, "2", &[], &chief).await;
    assert!(open.body.contains("Đã đăng"), "{}", open.body);
    assert_eq!(t.send("/api/rate", &format!("article_id={id}&stars=5"), "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_preview_link_shows_the_draft_until_it_is_published_or_taken_back(pool: PgPool) {
    let t = start_site(pool).await;
    let (hoa, chief) = (t.member("hoa", Role::Editor).await, t.member("minh", Role::Administrator).await);
    let id = create(&t, &hoa).await;
    let page = publish(&t, &id, "1", &[("then", "")], &hoa).await;
    assert!(page.body.contains("Đã lưu"), "{}", page.body);
    let desk = format!("/quan-tri/bai-viet?bai={id}");
    let fields = [("id", id.as_str()), ("return_to", desk.as_str())];
    let link_in = |page: &TestResponse| {
        let rest = page.body.split("/xem-truoc/").nth(1).unwrap_or_default();
        format!("/xem-truoc/{}", rest.split('"').next().unwrap_or_default())
    };
    let page = submit(&t, "/api/create-preview", &fields, &hoa).await;
    let link = link_in(&page);
    assert_eq!(link.len(), "/xem-truoc/".len() + 22, "128 bits: {link}");
    assert!(!t.get(&desk, &hoa).await.body.contains(&link), "it is shown once");
    let preview = t.get(&link, "").await;
    assert_eq!(preview.status, StatusCode::OK);
    assert!(preview.body.contains("Mời bà con.") && preview.body.contains("noindex"), "{}", preview.body);
    assert_eq!(preview.header(header::CACHE_CONTROL), "private, no-store");
    assert!(!preview.body.contains("/api/rate") && !preview.body.contains("/api/send-comment"), "it has no forms");
    let stored: Vec<u8> =
        sqlx::query_scalar("select token_hash from preview_links").fetch_one(&t.site.pool).await.unwrap();
    assert_eq!(stored, hash_token(link.trim_start_matches("/xem-truoc/")), "the token itself is nowhere");
    // what is saved later is shown, and another link ends this one
    publish(&t, &id, "2", &[("then", ""), ("lead", "Chủ nhật.")], &hoa).await;
    assert!(t.get(&link, "").await.body.contains("Chủ nhật."));
    let second = link_in(&submit(&t, "/api/create-preview", &fields, &hoa).await);
    assert_eq!(t.get(&link, "").await.status, StatusCode::NOT_FOUND);
    let ended = submit(&t, "/api/end-preview", &fields, &hoa).await;
    assert!(ended.body.contains("Đã thu hồi liên kết"), "{}", ended.body);
    assert_eq!(t.get(&second, "").await.status, StatusCode::NOT_FOUND);
    // publishing ends it, and there is nothing to preview any longer
    let third = link_in(&submit(&t, "/api/create-preview", &fields, &hoa).await);
    publish(&t, &id, "3", &[("lead", "Chủ nhật.")], &chief).await;
    assert_eq!(t.get(&third, "").await.status, StatusCode::NOT_FOUND);
    let refused = submit(&t, "/api/create-preview", &fields, &hoa).await;
    assert!(refused.body.contains("Bài viết đã chuyển sang trạng thái khác"), "{}", refused.body);
    sqlx::query("insert into preview_links (article_id, token_hash, expires_at) values ($1::bigint, $2, now())")
        .bind(id.parse::<i64>().unwrap())
        .bind(&hash_token("x")[..])
        .execute(&t.site.pool)
        .await
        .unwrap();
    assert_eq!(t.get("/xem-truoc/x", "").await.status, StatusCode::NOT_FOUND, "its time is over");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_checklist_finds_what_to_look_at(pool: PgPool) {
    let t = start_site(pool).await;
    let hoa = t.member("hoa", Role::Editor).await;
    let id = create(&t, &hoa).await;
    let body = "Gọi 0909123456 hoặc xem [bài cũ](/tin-tuc/bai-999), [trang này](/quyen-rieng-tu) \
                và [bài kia](/tin-tuc/bai-thu-1).";
    let page = publish(&t, &id, "1", &[("then", ""), ("title", &"Lịch ".repeat(30)), ("body", body)], &hoa).await;
    for said in ["xem lại", "ký tự dễ đọc hơn", "Liên kết không dùng được: /tin-tuc/bai-999<", "0909123456"]
    {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let page = publish(&t, &id, "2", &[("then", ""), ("body", "Xem [mục này](/quyen-rieng-tu).")], &hoa).await;
    assert!(page.body.contains("Trước khi đăng: đã ổn"), "{}", page.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_reader_reports_a_fault_and_sees_what_became_of_it(pool: PgPool) {
    let t = start_site(pool).await;
    let hoa = t.member("hoa", Role::Editor).await;
    let article = t.article.to_string();
    let page = t.get(&format!("/bao-loi/{article}?doan=ng%C3%A0y+%3Cb%3E24%2F7%00"), "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("ngày &lt;b&gt;24/7"), "the marked words are quoted: {}", page.body);
    assert!(t.get(&t.path(), "").await.body.contains(&format!("/bao-loi/{article}")), "the article leads here");
    let back = format!("/bao-loi/{article}");
    let fields = [("article_id", article.as_str()), ("quotation", "ngày 24/7"), ("return_to", &back)];
    let empty = t.submit("/api/send-fault", &form(&fields), "").await;
    let page = t.get(&location(&empty), &empty.cookies()).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Vui lòng ghi bài viết sai ở đâu") && page.body.contains("ngày 24/7"), "{}", page.body);
    let fields = [&fields[..], &[("message", "Phải là <i>25/7</i>.")]].concat();
    let sent = t.submit("/api/send-fault", &form(&fields), "").await;
    let (link, visitor) = (location(&sent), sent.cookies());
    assert!(link.starts_with("/bao-loi-cua-toi/"), "{link}");
    assert!(t.get(&link, "").await.body.contains("Đã nhận lời báo của ông/bà"));
    let again = t.submit("/api/send-fault", &form(&fields), &visitor).await;
    assert_eq!(location(&again), link, "a second press is the same report");
    for _ in 0..2 {
        let other = [&fields[..3], &[("message", "Khác nữa.")]].concat();
        t.submit("/api/send-fault", &form(&other), &visitor).await;
    }
    let late = t.submit("/api/send-fault", &form(&fields), &visitor).await;
    assert_eq!(t.get(&location(&late), &visitor).await.status, StatusCode::TOO_MANY_REQUESTS, "it is metered");
    let room = t.get("/quan-tri/bao-loi", &hoa).await;
    assert!(room.body.contains("Phải là &lt;i&gt;25/7&lt;/i&gt;.") && room.body.contains("Khác nữa."), "{}", room.body);
    let fault = number(&t, "select min(id) from article_faults").await;
    let decide = |decision: &'static str, answer: &'static str| {
        [
            ("id", fault.clone()),
            ("seen", "open".to_owned()),
            ("decision", decision.to_owned()),
            ("answer", answer.to_owned()),
            ("return_to", "/quan-tri/bao-loi".to_owned()),
        ]
    };
    async fn send(t: &TestSite, pairs: &[(&str, String)], cookies: &str) -> TestResponse {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        submit(t, "/api/decide-fault", &pairs, cookies).await
    }
    send(&t, &decide("mended", "Cảm ơn ông/bà.\nĐã sửa."), &hoa).await;
    let told = t.get(&link, "").await;
    assert!(told.body.contains("Đã sửa bài viết") && told.body.contains("Cảm ơn ông/bà.<br>Đã sửa."), "{}", told.body);
    let late = send(&t, &decide("declined", ""), &hoa).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    let token = link.trim_start_matches("/bao-loi-cua-toi/");
    let deleted = submit(&t, "/api/delete-fault", &[("token", token), ("return_to", &link)], "").await;
    assert!(deleted.body.contains("Đã xóa lời báo lỗi"), "{}", deleted.body);
    assert_eq!(t.get(&link, "").await.status, StatusCode::NOT_FOUND);
    for path in ["/bao-loi/999", "/bao-loi/x", "/bao-loi-cua-toi/x"] {
        assert_eq!(t.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
