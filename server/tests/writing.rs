//! Articles over HTTP: written by forms alone, and what readers see of each stage.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::accounts::store::set_may_publish;
use app::web::permissions::Role;
use axum::http::{StatusCode, header};
use common::{TestResponse, TestSite, start_site};
use sqlx::PgPool;

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// An editor who may publish, and one who may not.
async fn editors(t: &TestSite) -> (String, String) {
    let cookies = (t.member("mai", Role::Editor).await, t.member("hoa", Role::Editor).await);
    set_may_publish(&t.site.pool, t.actor(), t.account("mai").await, true).await.unwrap();
    cookies
}

/// Creates a draft and returns its number.
async fn create(t: &TestSite, cookies: &str) -> String {
    let answer = t.submit("/api/create-article", "", cookies).await;
    let to = answer.header(header::LOCATION);
    to.split("bai=").nth(1).unwrap().split('#').next().unwrap().to_owned()
}

/// The form of an article as it is saved, with some fields changed.
async fn fields(t: &TestSite, id: &str, changed: &[(&str, &str)]) -> String {
    let revision: i32 = sqlx::query_scalar("select revision from articles where id = $1::bigint")
        .bind(id.parse::<i64>().unwrap())
        .fetch_one(&t.site.pool)
        .await
        .unwrap();
    let category: i64 = sqlx::query_scalar("select id from categories").fetch_one(&t.site.pool).await.unwrap();
    let (revision, category) = (revision.to_string(), category.to_string());
    let page = format!("/quan-tri/bai-viet?bai={id}");
    let mut fields = vec![
        ("id", id),
        ("revision", &revision),
        ("base", &revision),
        ("return_to", &page),
        ("title", "Lịch cúp nước"),
        ("category", &category),
        ("lead", "Ngày 25/7."),
        ("body", "Bà con **trữ nước**."),
        ("author", "Chị Hoa"),
    ];
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    form(&fields)
}

async fn save(t: &TestSite, id: &str, changed: &[(&str, &str)], cookies: &str) -> TestResponse {
    t.submit("/api/save-article", &fields(t, id, changed).await, cookies).await
}

/// Follows a 303 with the cookies of the sender.
async fn follow(t: &TestSite, answer: &TestResponse, cookies: &str) -> TestResponse {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    let to = answer.header(header::LOCATION).split('#').next().unwrap().to_owned();
    t.get(&to, cookies).await
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_article_goes_from_a_draft_to_readers_and_away_by_forms_alone(pool: PgPool) {
    let t = start_site(pool).await;
    let (mai, hoa) = editors(&t).await;
    let id = create(&t, &hoa).await;
    let address = format!("/tin-tuc/lich-cup-nuoc-{id}");
    let page = follow(&t, &save(&t, &id, &[("then", "send-article")], &hoa).await, &hoa).await;
    assert!(page.body.contains("Chờ duyệt") && !page.body.contains("publish-article"), "she may not publish");
    assert_eq!(t.get(&address, "").await.status, StatusCode::NOT_FOUND, "readers see no draft");
    assert_eq!(save(&t, &id, &[("then", "publish-article")], &hoa).await.status, StatusCode::SEE_OTHER);
    assert_eq!(t.get(&address, "").await.status, StatusCode::NOT_FOUND, "it was refused");
    let step = |name: &str, more: &[(&str, &str)]| {
        let mut pairs = vec![("id", id.as_str()), ("revision", "2"), ("step", name)];
        pairs.extend(more);
        form(&pairs)
    };
    let returned = t.submit("/api/move-article", &step("return-article", &[("note", "Xem\nlại giờ")]), &mai).await;
    let page = follow(&t, &returned, &hoa).await;
    assert!(page.body.contains("Xem<br>lại giờ") && page.body.contains("Bản nháp"), "{}", page.body);
    let published = save(&t, &id, &[("then", "publish-article")], &mai).await;
    assert_eq!(follow(&t, &published, &mai).await.status, StatusCode::OK);
    let article = t.get(&address, "").await;
    assert_eq!(article.status, StatusCode::OK);
    assert!(article.body.contains("Bà con <strong>trữ nước</strong>."), "{}", article.body);
    assert!(t.get("/", "").await.body.contains("Lịch cúp nước"), "it is on the front page at once");
    // the old address leads on after the slug has changed
    save(&t, &id, &[("slug", "cup-nuoc-thang-7"), ("then", "publish-article"), ("correction", "sửa giờ")], &mai).await;
    let moved = t.get(&address, "").await;
    assert_eq!(
        (moved.status, moved.header(header::LOCATION)),
        (StatusCode::PERMANENT_REDIRECT, format!("/tin-tuc/cup-nuoc-thang-7-{id}").as_str())
    );
    let address = format!("/tin-tuc/cup-nuoc-thang-7-{id}");
    let article = t.get(&address, "").await;
    assert!(article.body.contains("Cập nhật lúc ") && article.body.contains("sửa giờ"), "{}", article.body);
    let withdraw = form(&[
        ("id", id.as_str()),
        ("revision", "3"),
        ("step", "withdraw-article"),
        ("message", "Bài viết <b>có sai sót</b>."),
    ]);
    follow(&t, &t.submit("/api/move-article", &withdraw, &mai).await, &mai).await;
    let gone = t.get(&address, "").await;
    assert_eq!(gone.status, StatusCode::GONE);
    assert!(gone.body.contains("Bài viết &lt;b>có sai sót&lt;/b>.") || gone.body.contains("&lt;b&gt;có sai sót"));
    assert!(!gone.body.contains("Lịch cúp nước") && !gone.body.contains("Ngày 25/7."), "the sentence alone");
    assert!(!t.get("/", "").await.body.contains("Lịch cúp nước"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_withdrawn_article_takes_and_shows_nothing(pool: PgPool) {
    let t = start_site(pool).await;
    let mai = editors(&t).await.0;
    assert_eq!(t.send("/api/send-comment", &t.comment_form("Cảm ơn phường."), "").await.status, StatusCode::OK);
    sqlx::query("update comments set state = 'published'").execute(&t.site.pool).await.unwrap();
    let id = t.article.to_string();
    let withdraw = form(&[("id", &id), ("revision", "1"), ("step", "withdraw-article"), ("message", "Bài đã gỡ.")]);
    assert_eq!(t.submit("/api/move-article", &withdraw, &mai).await.status, StatusCode::SEE_OTHER);
    assert_eq!(t.get(&t.path(), "").await.status, StatusCode::GONE);
    for (path, form) in [
        ("/api/send-comment", t.comment_form("Tôi hỏi thêm một câu.")),
        ("/api/rate", form(&[("article_id", &id), ("stars", "5")])),
    ] {
        assert_eq!(t.send(path, &form, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let comments = t.get(&format!("/api/comments?article={id}&page=1"), "").await;
    assert_eq!(comments.status, StatusCode::NOT_FOUND, "its comments go too");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_refused_article_comes_back_with_everything_that_was_typed(pool: PgPool) {
    let t = start_site(pool).await;
    let mai = editors(&t).await.0;
    let id = create(&t, &mai).await;
    let long = "dài ".repeat(125);
    for (field, value, sentence) in [
        ("title", long.as_str(), "Tiêu đề tối đa 300 ký tự"),
        ("publish_at", "1900-01-01T00:00", "Giờ đăng chưa đúng"),
        ("publish_at", "3000-01-01T00:00", "Giờ đăng chưa đúng"),
        ("publish_at", "hôm qua", "Giờ đăng chưa đúng"),
        ("ends_at", "2001-01-01T00:00", "Giờ hết hạn phải sau giờ đăng"),
        ("author", "", "Vui lòng nhập tên tác giả"),
        ("category", "", "Vui lòng chọn chuyên mục"),
        ("picture", "999", "Ảnh"),
    ] {
        let answer = save(&t, &id, &[(field, value), ("then", "publish-article")], &mai).await;
        let page = follow(&t, &answer, &mai).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}: {}", page.body);
        assert!(page.body.contains(sentence) && page.body.contains("Bà con **trữ nước**."), "{field}: {}", page.body);
    }
    save(&t, &id, &[], &mai).await;
    let emptied = follow(&t, &save(&t, &id, &[("body", " ")], &mai).await, &mai).await;
    assert!(emptied.body.contains("Tôi muốn bỏ hết nội dung"), "a full text is not emptied without a question");
    save(&t, &id, &[("body", ""), ("confirm_empty", "1")], &mai).await;
    let page = t.get(&format!("/quan-tri/bai-viet?bai={id}"), &mai).await;
    assert!(!page.body.contains("trữ nước"));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn who_saves_over_another_text_sees_both(pool: PgPool) {
    let t = start_site(pool).await;
    let (mai, hoa) = editors(&t).await;
    let id = create(&t, &hoa).await;
    let late = fields(&t, &id, &[("lead", "Bản của Mai.")]).await;
    save(&t, &id, &[("lead", "Bản của Hoa.")], &hoa).await;
    let page = follow(&t, &t.submit("/api/save-article", &late, &mai).await, &mai).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    for text in ["Có hai bản khác nhau", "<mark>Mai.</mark>", "<mark>Hoa.</mark>", "đã lưu bài viết"] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let stored: String = sqlx::query_scalar("select content->>'lead' from article_revisions order by revision desc")
        .fetch_one(&t.site.pool)
        .await
        .unwrap();
    assert_eq!(stored, "Bản của Hoa.");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn two_texts_become_one_by_a_choice_at_each_place(pool: PgPool) {
    let t = start_site(pool).await;
    let (mai, hoa) = editors(&t).await;
    let id = create(&t, &hoa).await;
    save(&t, &id, &[("body", "Một.\n\nHai.\n\nBa.")], &hoa).await;
    let own = [("lead", "Bản của Mai."), ("body", "Một.\n\nHai của Mai.\n\nBa.\n\nBốn của Mai.")];
    let late = fields(&t, &id, &own).await;
    save(&t, &id, &[("lead", "Bản của Hoa."), ("body", "Một của Hoa.\n\nHai của Hoa.\n\nBa.")], &hoa).await;
    let page = follow(&t, &t.submit("/api/save-article", &late, &mai).await, &mai).await;
    // the lead was changed by both, the first paragraphs too; what only one of them wrote is no question
    let mut names: Vec<&str> =
        page.body.split("name=\"choices[").skip(1).filter_map(|rest| rest.split(']').next()).collect();
    names.dedup();
    assert_eq!(names.len(), 2, "{}", page.body);
    let (lead, place) = (names.first().copied().unwrap(), names.last().copied().unwrap());
    let merge = late.replacen("revision=2", "revision=3", 1);
    let refused = t.submit("/api/merge-texts", &format!("{merge}&choices%5B{lead}%5D=first"), &mai).await;
    let page = t.get(refused.header(header::LOCATION).split('#').next().unwrap(), &mai).await;
    assert!(page.body.contains("còn chỗ chưa chọn") && page.body.contains("Bốn của Mai."), "{}", page.body);
    assert!(!page.body.contains(&format!("<textarea name=\"choices[{lead}]")), "earlier choices are not sent again");
    let merge = format!("{merge}&choices%5B{lead}%5D=first&choices%5B{place}%5D=both");
    let merged = t.submit("/api/merge-texts", &merge, &mai).await;
    let page = t.get(merged.header(header::LOCATION).split('#').next().unwrap(), &mai).await;
    for text in ["Đây là bản ông/bà viết dở", "Bản của Hoa.", "Hai của Hoa.\n\nMột.\n\nHai của Mai.\n\nBa."]
    {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    assert!(page.body.contains("Bốn của Mai."), "{}", page.body);
    let revisions: i32 = sqlx::query_scalar("select revision from articles where id = $1::bigint")
        .bind(id.parse::<i64>().unwrap())
        .fetch_one(&t.site.pool)
        .await
        .unwrap();
    assert_eq!(revisions, 3, "nothing is saved before it was looked at");
    // two revisions, word by word
    let compared = t.get(&format!("/quan-tri/bai-viet?bai={id}&ban=3&so-voi=2"), &hoa).await;
    for text in ["Từ bản 2 đến bản 3", "Hoa.</ins>", "<del>"] {
        assert!(compared.body.contains(text), "{text}: {}", compared.body);
    }
    for bad in ["&ban=9", "&ban=3&so-voi=9", "&ban=3&so-voi=x"] {
        let answer = t.get(&format!("/quan-tri/bai-viet?bai={id}{bad}"), &hoa).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{bad}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_nobody_may_see_or_do_is_refused(pool: PgPool) {
    let t = start_site(pool).await;
    let hoa = editors(&t).await.1;
    let lan = t.staff("lan").await;
    for path in ["/quan-tri/bai-viet", "/quan-tri/bai-viet?bai=1"] {
        assert_eq!(t.get(path, &lan).await.status, StatusCode::FORBIDDEN, "{path}");
        assert!(t.get(path, "").await.body.contains("Mật khẩu"));
    }
    for path in ["/quan-tri/bai-viet?bai=x", "/quan-tri/bai-viet?bai=999", "/quan-tri/bai-viet?bai=1&ban=99"] {
        assert_eq!(t.get(path, &hoa).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for fields in ["id=1&revision=x", "id=1&revision=1&then=fly", "id=999&revision=1", "id=&revision="] {
        assert_eq!(t.send("/api/save-article", fields, &hoa).await.status, StatusCode::NOT_FOUND, "{fields}");
    }
    let dirty = "<img src=x onerror=alert(1)><script>alert(1)</script>[a](javascript:alert(1))";
    let id = create(&t, &hoa).await;
    save(&t, &id, &[("body", dirty), ("title", dirty), ("lead", dirty), ("source", dirty)], &hoa).await;
    for page in [format!("/quan-tri/bai-viet?bai={id}&ban=2"), "/quan-tri/bai-viet".to_owned()] {
        let shown = t.get(&page, &hoa).await.body;
        assert!(!shown.contains("<img src=x") && !shown.contains("<script>alert"), "{page}: {shown}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_the_editor_writes_is_stored_tidied_and_comes_back_without_script_untouched(pool: PgPool) {
    let t = start_site(pool).await;
    let (mai, _) = editors(&t).await;
    let id = create(&t, &mai).await;
    let html = "<p>Chữ <strong>đậm</strong></p><ul><li><p>một</p></li></ul><table><tbody><tr><td><p>ô</p></td></tr>\
                </tbody></table><p></p><script>x</script>";
    let stored =
        "<p>Chữ <strong>đậm</strong></p><ul><li>một</li></ul><table><tbody><tr><td>ô</td></tr></tbody></table>";
    let body_of = async |revision: i32| {
        sqlx::query_scalar::<_, String>(
            "select content->>'body' from article_revisions where revision = $1 and article_id = $2::bigint",
        )
        .bind(revision)
        .bind(id.parse::<i64>().unwrap())
        .fetch_one(&t.site.pool)
        .await
        .unwrap()
    };
    let fields = |revision: &str, body: &str, more: &[(&str, &str)]| {
        form(
            &[
                &[
                    ("id", id.as_str()),
                    ("revision", revision),
                    ("base", revision),
                    ("title", "Có bảng"),
                    ("body", body),
                ],
                more,
            ]
            .concat(),
        )
    };
    // kept while it is written: without script it is Markdown, with the table as it is
    let kept = t.send("/api/keep-copy", &fields("1", html, &[("format", "html")]), &mai).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    let page = t.get(&format!("/quan-tri/bai-viet?bai={id}"), &mai).await;
    assert!(page.body.contains("- một") && page.body.contains("[khối 3: bảng]"), "{}", page.body);
    let hidden =
        page.body.split("<textarea name=\"base_body\" hidden>").nth(1).unwrap().split("</textarea>").next().unwrap();
    let hidden = hidden.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    assert_eq!(hidden, stored);
    let markdown = "Chữ **đậm**\n\n- một\n\n[khối 3: bảng]";
    let saved = t.submit("/api/save-article", &fields("1", markdown, &[("base_body", &hidden)]), &mai).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(body_of(2).await, stored);
    // the editor itself, and an empty text in its place
    let saved =
        t.submit("/api/save-article", &fields("2", &format!("{html}<p>Thêm</p>"), &[("format", "html")]), &mai).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER);
    assert_eq!(body_of(3).await, format!("{stored}<p>Thêm</p>"));
    let emptied = t.send("/api/save-article", &fields("3", "<p></p>", &[("format", "html")]), &mai).await;
    assert_eq!(emptied.status, StatusCode::UNPROCESSABLE_ENTITY);
    // as browsers post it, and unchanged: the same text
    let crlf = t.get(&format!("/quan-tri/bai-viet?bai={id}"), &mai).await;
    assert_eq!(crlf.status, StatusCode::OK);
    let unchanged = "Chữ **đậm**\r\n\r\n- một\r\n\r\n[khối 3: bảng]\r\n\r\nThêm";
    assert_eq!(t.submit("/api/save-article", &fields("3", unchanged, &[]), &mai).await.status, StatusCode::SEE_OTHER);
    let revisions: i64 =
        sqlx::query_scalar("select max(revision)::bigint from article_revisions where article_id = $1::bigint")
            .bind(id.parse::<i64>().unwrap())
            .fetch_one(&t.site.pool)
            .await
            .unwrap();
    assert_eq!(revisions, 3, "no other revision");
    let deep: String = (0..100).map(|n| format!("<b a={n}>")).collect();
    for path in ["/api/save-article", "/api/keep-copy"] {
        let refused = t.send(path, &fields("3", &deep, &[("format", "html")]), &mai).await;
        assert!(refused.status.is_client_error(), "{path}: {}", refused.status);
    }
    let long = format!("<p>{}</p>", "a".repeat(900_000));
    let long = t.send("/api/save-article", &fields("3", &long, &[("format", "html")]), &mai).await;
    assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
}
