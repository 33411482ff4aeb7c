//! What stands around the articles: pages, documents and opinions on drafts, the calendar, the menu, series.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::articles::ArticleKind;
use app::features::writing::Step;
use app::routes;
use app::web::permissions::Role;
use axum::http::{StatusCode, header};
use common::{TestSite, start_site};
use sqlx::PgPool;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A moment from now as a field for times takes it, in Vietnam.
fn field(from_now: Duration) -> String {
    let at = (OffsetDateTime::now_utc() + from_now).to_offset(app::base::clock::ZONE);
    at.format(format_description!("[year]-[month]-[day]T[hour]:[minute]")).unwrap()
}

async fn number(t: &TestSite, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&t.site.pool).await.unwrap()
}

/// Writes a text of a kind at the desk and publishes it. Returns its number and the answer.
async fn publish(t: &TestSite, cookies: &str, kind: ArticleKind, fields: &[(&str, &str)]) -> (i64, StatusCode, String) {
    let begun = t.submit(routes::CREATE_ARTICLE.path, &form(&[("kind", kind.value())]), cookies).await;
    assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
    let id = number(t, "select max(id) from articles").await;
    let answer = save(t, cookies, id, "1", fields).await;
    (id, answer.0, answer.1)
}

async fn save(t: &TestSite, cookies: &str, id: i64, revision: &str, fields: &[(&str, &str)]) -> (StatusCode, String) {
    let id = id.to_string();
    let own = [
        ("id", id.as_str()),
        ("revision", revision),
        ("base", revision),
        ("then", Step::Publish.value()),
        ("format", "html"),
    ];
    let answer = t.send(routes::SAVE_ARTICLE.path, &form(&[&own[..], fields].concat()), cookies).await;
    (answer.status, answer.body)
}

fn document<'a>(number: &'a str, title: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", title),
        ("number", number),
        ("document_kind", "Kế hoạch"),
        ("issuer", "UBND phường"),
        ("signer", "Trần <b>An</b>"),
        ("issued_on", "2026-03-02"),
        ("body", "<p>Điều 1. Bà con dọn lăng quăng.</p>"),
    ]
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_document_is_entered_found_and_read(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    let fields = document("15/KH-UBND", "Phòng chống sốt xuất huyết");
    let (id, status, body) = publish(&t, &chief, ArticleKind::Document, &fields).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let path = format!("/van-ban/phong-chong-sot-xuat-huyet-{id}");
    let page = t.get(&path, "").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in ["15/KH-UBND", "Trần &lt;b&gt;An&lt;/b&gt;", "02/03/2026", "Còn hiệu lực", "lăng quăng", "<h1>"]
    {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert!(!page.body.contains("id=\"danh-gia\"") && !page.body.contains("id=\"gui-y-kien\""), "no stars, no form");
    for found in ["?q=sot%20xuat", "?q=15%2Fkh", "?loai=K%E1%BA%BF%20ho%E1%BA%A1ch", "?nam=2026&hieu-luc=hieu-luc", ""]
    {
        let list = t.get(&format!("/van-ban{found}"), "").await;
        assert!(list.status == StatusCode::OK && list.body.contains(&path), "{found}: {}", list.body);
    }
    for missed in ["?q=khong-co", "?nam=2025", "?nam=abc&loai=X", "?hieu-luc=gop-y", "?q=%25", "?q=%27"] {
        let list = t.get(&format!("/van-ban{missed}"), "").await;
        assert_eq!(list.status, StatusCode::OK, "{missed}");
        assert!(missed == "?q=%25" || missed == "?q=%27" || !list.body.contains(&path), "{missed}");
    }
    assert_eq!(t.get("/van-ban?trang=1000000000000000000", "").await.status, StatusCode::OK, "no number of a page");
    for bad in ["/van-ban?trang=99", "/van-ban/x-999999", "/van-ban/x"] {
        assert_eq!(t.get(bad, "").await.status, StatusCode::NOT_FOUND, "{bad}");
    }
    // under an address that is not its own, and under an article's
    for other in [format!("/van-ban/khac-{id}?y-kien=3&utm=x"), format!("/tin-tuc/bai-{id}?y-kien=3")] {
        let moved = t.get(&other, "").await;
        assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT, "{other}");
        assert_eq!(moved.header(header::LOCATION), path, "{other}: nobody sees a comment of this number");
    }
    // nowhere else
    for page in ["/", "/rss.xml", "/sitemap/1", "/luu-tru/2026/03"] {
        assert!(!t.get(page, "").await.body.contains("sot-xuat-huyet"), "{page}");
    }
    assert!(t.get("/sitemap-trang.xml", "").await.body.contains(&path));
    assert!(t.get("/tim-kiem?q=sot+xuat+huyet", "").await.body.contains(&path));
    let (other, status, body) = publish(&t, &chief, ArticleKind::Document, &document("15 / kh-ubnd", "Trùng")).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert_eq!(t.get(&format!("/van-ban/trung-{other}"), "").await.status, StatusCode::NOT_FOUND);
    let wrong = [
        ("title", "Sai ngày"),
        ("issued_on", "31/02/2026"),
        ("in_force_from", "2026-05-02"),
        ("in_force_until", "2026-05-01"),
        ("opinions_until", "mai"),
        ("replaces", "javascript:1"),
    ];
    let (status, body) = save(&t, &chief, other, "1", &wrong).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    for code in ["issued-on", "opinions-until", "replaces"] {
        assert!(body.contains(code), "{code} in {body}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn opinions_on_a_draft_come_like_comments_until_its_time_is_over(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    let until = field(Duration::hours(2));
    let draft = [&document("", "Dự thảo quy chế")[..], &[("opinions_until", &until)]].concat();
    let (id, status, body) = publish(&t, &chief, ArticleKind::Document, &draft).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let path = format!("/van-ban/du-thao-quy-che-{id}");
    let page = t.get(&path, "").await.body;
    assert!(page.contains("Kính mời ông/bà góp ý") && page.contains("id=\"gui-y-kien\""), "{page}");
    assert!(t.get("/van-ban", "").await.body.contains("Đang lấy ý kiến"));
    let opinion = t
        .comment_form("Nên mở cửa buổi tối.")
        .replace(&format!("article_id={}", t.article), &format!("article_id={id}"));
    let sent = t.submit(routes::SEND_COMMENT.path, &opinion, "").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
    assert!(!t.get(&path, "").await.body.contains("buổi tối"), "it is held");
    let queue = t.get("/quan-tri/y-kien", &chief).await.body;
    assert!(queue.contains("buổi tối") && queue.contains("Dự thảo quy chế"), "it is in the queue");
    let comment = number(&t, "select max(id) from comments").await.to_string();
    let decide = form(&[("comment_id", &comment), ("version", "1"), ("decision", "approve")]);
    assert!(t.send(routes::DECIDE.path, &decide, &chief).await.status.is_success());
    let page = t.get(&path, "").await.body;
    assert!(page.contains("buổi tối") && page.contains("Đã đăng 1 ý kiến, chưa có trả lời."), "{page}");
    assert_eq!(t.send(routes::RATE.path, &format!("article_id={id}&stars=5"), "").await.status, StatusCode::NOT_FOUND);
    let over = "update documents set opinions_until = now() - interval '1 minute'";
    sqlx::query(over).execute(&t.site.pool).await.unwrap();
    let late = t.send(routes::SEND_COMMENT.path, &opinion.replace("%E1%BB%9F", "o"), "").await;
    assert!(late.status.is_client_error(), "{}", late.status);
    assert_eq!(number(&t, "select count(*) from comments").await, 1);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_page_is_read_renamed_and_withdrawn(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    let fields = [("title", "Liên hệ"), ("body", "<p>Điện thoại</p><script>alert(1)</script>")];
    let (id, status, body) = publish(&t, &chief, ArticleKind::Page, &fields).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let page = t.get("/trang/lien-he", "").await;
    assert!(
        page.status == StatusCode::OK && page.body.contains("<p>Điện thoại</p>") && !page.body.contains("alert(1)")
    );
    assert!(t.get("/muc-luc", "").await.body.contains("/trang/lien-he"));
    let (_, status, body) = publish(&t, &chief, ArticleKind::Page, &fields).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "its address is taken: {body}");
    let (status, body) = save(&t, &chief, id, "2", &[("title", "Liên hệ với phường"), ("body", "<p>Mới</p>")]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let moved = t.get("/trang/lien-he", "").await;
    assert_eq!(moved.header(header::LOCATION), "/trang/lien-he-voi-phuong");
    let step = form(&[
        ("id", &id.to_string()),
        ("revision", "3"),
        ("step", Step::Withdraw.value()),
        ("message", "Trang đã cũ"),
    ]);
    assert!(t.send(routes::MOVE_ARTICLE.path, &step, &chief).await.status.is_success());
    let gone = t.get("/trang/lien-he", "").await;
    assert!(gone.status == StatusCode::GONE && gone.body.contains("Trang đã cũ"), "{}", gone.status);
    for bad in ["/trang/khong-co", "/trang/", "/trang/a/b"] {
        assert_eq!(t.get(bad, "").await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn dates_are_entered_listed_by_month_and_handed_to_phones(pool: PgPool) {
    let t = start_site(pool).await;
    let editor = t.member("hoa", Role::Editor).await;
    let (begins, ends) = (field(Duration::hours(1)), field(Duration::hours(3)));
    // counted from its beginning: an hour from now may be another day already
    let until = &field(Duration::hours(1) + Duration::days(14))[..10];
    let good = [
        ("kind", "reception"),
        ("title", "Tiếp công dân <b>"),
        ("place", "Trụ sở"),
        ("note", "Dòng một\nDòng hai"),
        ("begins_at", begins.as_str()),
        ("ends_at", ends.as_str()),
    ];
    for (name, value, code) in [
        ("title", "", "title"),
        ("begins_at", "hôm qua", "begins-at"),
        ("begins_at", "0023-01-01T08:00", "begins-at"),
        ("ends_at", begins.as_str(), "ends-at"),
        ("ends_at", "9999-01-01T08:00", "ends-at"),
        ("weekly_until", "2099-01-01", "weekly-until"),
    ] {
        let changed: Vec<_> = good.iter().filter(|(field, _)| *field != name).copied().chain([(name, value)]).collect();
        let refused = t.send(routes::CREATE_EVENT.path, &form(&changed), &editor).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
        assert!(refused.body.contains(code), "{code} in {}", refused.body);
    }
    assert_eq!(number(&t, "select count(*) from events").await, 0);
    let weekly = [&good[..], &[("weekly_until", until)]].concat();
    for _ in 0..2 {
        assert_eq!(t.submit(routes::CREATE_EVENT.path, &form(&weekly), &editor).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(number(&t, "select count(*) from events").await, 3, "three weeks, each once");
    let month = format!("/lich/{}", begins[..7].replace('-', "/"));
    for path in ["/lich", month.as_str()] {
        let page = t.get(path, "").await;
        assert!(
            page.status == StatusCode::OK && page.body.contains("Tiếp công dân &lt;b&gt;"),
            "{path}: {}",
            page.body
        );
        assert!(page.body.contains("Dòng một<br>Dòng hai"));
    }
    let file = t.get("/lich.ics", "").await;
    assert_eq!(file.header(header::CONTENT_TYPE), "text/calendar; charset=utf-8");
    assert_eq!(file.body.matches("BEGIN:VEVENT").count(), 3);
    assert!(!file.header(header::ETAG).is_empty(), "a phone that asks every hour gets nothing new");
    assert!(t.get(&format!("{month}/lich.ics"), "").await.body.contains("BEGIN:VEVENT"));
    for bad in ["/lich/2026/13", "/lich/2026/1", "/lich/0000/01", "/lich/2001/01", "/lich/x", "/lich/2001/01/lich.ics"]
    {
        assert_eq!(t.get(bad, "").await.status, StatusCode::NOT_FOUND, "{bad}");
    }
    assert!(t.get("/", "").await.body.contains("Lịch sắp tới"), "the front page names what is near");
    let id = number(&t, "select min(id) from events").await.to_string();
    assert!(t.send(routes::CANCEL_EVENT.path, &form(&[("id", &id)]), &editor).await.status.is_success());
    assert!(t.get("/lich", "").await.body.contains("Đã hủy"));
    assert!(t.get("/lich.ics", "").await.body.contains("STATUS:CANCELLED"));
    assert!(t.send(routes::DELETE_EVENT.path, &form(&[("id", &id)]), &editor).await.status.is_success());
    assert_eq!(number(&t, "select count(*) from events").await, 2);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_menu_is_arranged_by_administrators_and_stands_on_every_page(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    for target in ["javascript:alert(1)", "//evil.vn", "/khong-co", "/quan-tri", "data:text/html,x", "tel:ab"] {
        let refused = t.send(routes::CREATE_MENU_ITEM.path, &form(&[("label", "a"), ("target", target)]), &chief).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{target}");
    }
    assert!(!t.get("/", "").await.body.contains("aria-label=\"Thực đơn\""), "there is none yet");
    let add = async |label: &str, target: &str, parent: &str| {
        let fields = form(&[("label", label), ("target", target), ("parent", parent)]);
        t.send(routes::CREATE_MENU_ITEM.path, &fields, &chief).await.status
    };
    assert_eq!(add("Giới thiệu <b>", "", "").await, StatusCode::OK);
    let parent = number(&t, "select max(id) from menu_items").await.to_string();
    assert_eq!(add("Văn bản", "http://site.test/van-ban?hieu-luc=gop-y", &parent).await, StatusCode::OK);
    assert_eq!(add("Gọi", "tel:0276000000", "").await, StatusCode::OK);
    for path in ["/", &t.path(), "/tim-kiem", "/khong-co"] {
        let page = t.get(path, "").await.body;
        let menu = page.split("aria-label=\"Thực đơn\"").nth(1).expect("has the menu");
        assert!(menu.contains("Giới thiệu &lt;b&gt;") && menu.contains("href=\"/van-ban?hieu-luc=gop-y\""), "{menu}");
        assert!(menu.contains("href=\"tel:0276000000\""));
    }
    let own = form(&[("id", &parent), ("label", "Vòng"), ("target", ""), ("parent", &parent)]);
    let refused = t.send(routes::CHANGE_MENU_ITEM.path, &own, &chief).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "under itself");
    assert!(t.send(routes::DELETE_MENU_ITEM.path, &form(&[("id", &parent)]), &chief).await.status.is_success());
    assert_eq!(number(&t, "select count(*) from menu_items").await, 1, "with what stood under it");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_series_is_read_in_its_order_and_named_at_its_articles(pool: PgPool) {
    let t = start_site(pool).await;
    let editor = t.member("hoa", Role::Editor).await;
    let created = t.submit(routes::CREATE_SERIES.path, &form(&[("name", "Cùng chăm khu phố")]), &editor).await;
    assert_eq!(created.status, StatusCode::SEE_OTHER);
    assert_eq!(t.get("/chu-de/cung-cham-khu-pho", "").await.status, StatusCode::NOT_FOUND, "nothing to read yet");
    let id = number(&t, "select max(id) from series").await.to_string();
    let change = |name: &'static str, articles: String| {
        form(&[("id", &id), ("revision", "0"), ("name", name), ("description", ""), ("articles", &articles)])
    };
    for bad in ["abc".to_owned(), "999999".to_owned(), format!("{0}\n{0}", t.article)] {
        let refused = t.send(routes::CHANGE_SERIES.path, &change("Cùng chăm khu phố", bad.clone()), &editor).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let pasted = format!("http://site.test{}?x=1 Bài thử", t.path());
    assert!(t.send(routes::CHANGE_SERIES.path, &change("Khu phố xanh", pasted), &editor).await.status.is_success());
    // who opened it before that change is told, and keeps what they typed
    let to = form(&[("return_to", &format!("/quan-tri/chu-de?chu-de={id}"))]);
    let late = format!("{}&{to}", change("Tên khác", String::new()));
    let late = t.submit(routes::CHANGE_SERIES.path, &late, &editor).await;
    let kept = t.get(late.header(header::LOCATION), &editor).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    assert!(kept.body.contains("value=\"Tên khác\"") && kept.body.contains("name=\"revision\" value=\"1\""));
    let moved = t.get("/chu-de/cung-cham-khu-pho?trang=2&utm=x", "").await;
    assert_eq!(moved.header(header::LOCATION), "/chu-de/khu-pho-xanh?trang=2");
    assert!(t.get("/chu-de/khu-pho-xanh", "").await.body.contains(&t.path()));
    assert_eq!(t.get("/chu-de/khu-pho-xanh?trang=9", "").await.status, StatusCode::NOT_FOUND);
    assert!(t.get(&t.path(), "").await.body.contains("href=\"/chu-de/khu-pho-xanh\""), "its articles lead to it");
    assert!(t.get("/muc-luc", "").await.body.contains("Khu phố xanh"));
    assert!(t.send(routes::DELETE_SERIES.path, &form(&[("id", &id)]), &editor).await.status.is_success());
    assert_eq!(t.get("/chu-de/khu-pho-xanh", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(t.get(&t.path(), "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn administrators_set_name_accent_and_footer_which_every_page_has(pool: PgPool) {
    let t = start_site(pool).await;
    let chief = t.member("minh", Role::Administrator).await;
    let plain = t.get("/", "").await.body;
    assert!(!plain.contains("/giao-dien/"), "nothing is fetched that changes nothing");
    let open_form = async || {
        let page = t.get("/quan-tri/giao-dien", &chief).await.body;
        page.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let seen = open_form().await;
    let good = [
        ("seen", seen.as_str()),
        ("name", "Phường Tân Ninh <i>"),
        ("tagline", ""),
        ("accent", "#FFD400"),
        ("footer", "Giấy phép số 1"),
    ];
    for (name, value, code) in [
        ("name", "", "name"),
        ("accent", "red;}body{display:none", "accent"),
        ("emblem", "99", "emblem"),
        ("banner", "x", "banner"),
    ] {
        let changed: Vec<_> = good.iter().filter(|(field, _)| *field != name).copied().chain([(name, value)]).collect();
        let refused = t.send(routes::SAVE_APPEARANCE.path, &form(&changed), &chief).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains(code), "{name}={value}");
    }
    let tried = t.get(&format!("/quan-tri/giao-dien?xem=1&{}", form(&good)), &chief).await.body;
    assert!(tried.contains("Đang xem thử") && tried.contains("/giao-dien/ffd400-0-"), "{tried}");
    assert!(!t.get("/", "").await.body.contains("/giao-dien/"), "trying saves nothing");
    assert_eq!(t.submit(routes::SAVE_APPEARANCE.path, &form(&good), &chief).await.status, StatusCode::SEE_OTHER);
    let other: Vec<_> =
        good.iter().copied().filter(|(field, _)| *field != "footer").chain([("footer", "Khác")]).collect();
    let late = t.send(routes::SAVE_APPEARANCE.path, &form(&other), &chief).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "it was saved after this form was opened");
    let seen = open_form().await;
    t.set("site.tagline", "Dòng của mục Cài đặt").await;
    let stale: Vec<_> = good.iter().copied().filter(|(field, _)| *field != "seen").chain([("seen", &*seen)]).collect();
    let late = t.send(routes::SAVE_APPEARANCE.path, &form(&stale), &chief).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "another room changed the line below the name");
    let page = t.get("/", "").await.body;
    assert!(page.contains("Phường Tân Ninh &lt;i&gt;") && page.contains("Giấy phép số 1"), "{page}");
    let path = page.split("href=\"/giao-dien/").nth(1).unwrap().split('"').next().unwrap();
    let style = t.get(&format!("/giao-dien/{path}"), "").await;
    assert_eq!(style.header(header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert!(style.header(header::CACHE_CONTROL).contains("immutable"));
    assert!(
        style.body.starts_with("@layer tokens{:root{--red:#") && !style.body.contains("solid:#ffd400"),
        "{}",
        style.body
    );
    for bad in ["ffd400-0-000000000000.css", "ffd400-9-1.css", "x", "red-0-1.css", "ffd400.css"] {
        assert_eq!(t.get(&format!("/giao-dien/{bad}"), "").await.status, StatusCode::NOT_FOUND, "{bad}");
    }
    let manifest = t.get("/manifest.webmanifest", "").await;
    let manifest: serde_json::Value = serde_json::from_str(&manifest.body).unwrap();
    assert_eq!((&manifest["name"], &manifest["theme_color"]), (&"Phường Tân Ninh <i>".into(), &"#ffd400".into()));
    assert_eq!(manifest["icons"][0]["type"], "image/svg+xml", "the site's own emblem");
}
