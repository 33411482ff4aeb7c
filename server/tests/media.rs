//! Uploading pictures and files, and who sees them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::accounts::store::set_may_publish;
use app::features::media::maintenance::{delete_orphans, move_files};
use app::features::media::storage::{Folder, Storage};
use app::features::media::store::library::update_alt;
use app::features::writing::Step;
use app::routes;
use app::web::permissions::Role;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{TestResponse, TestSite, start_site};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

const BOUNDARY: &str = "----mot-duong-ranh";

/// A part of a form: the name of its field, the name of its file, and its bytes.
type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

fn multipart(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = file.map(|file| format!("; filename=\"{file}\"")).unwrap_or_default();
        body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").bytes());
    body
}

async fn upload(site: &TestSite, cookies: &str, parts: &[Part<'_>], accept: &str) -> TestResponse {
    let request = Request::post(routes::UPLOAD.path)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header(header::COOKIE, cookies)
        .header(header::ACCEPT, accept)
        .header("sec-fetch-site", "same-origin")
        .body(Body::from(multipart(parts)))
        .unwrap();
    site.request(request).await
}

/// Uploads one file as the site's script does, and returns what became of it.
async fn send(site: &TestSite, cookies: &str, name: &str, bytes: &[u8]) -> serde_json::Value {
    let answer = upload(site, cookies, &[("file", Some(name), bytes)], "application/json").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    serde_json::from_str::<serde_json::Value>(&answer.body).unwrap()[0].clone()
}

/// A picture of 600 by 400 pixels whose colour depends on `shade`.
fn png(shade: u8) -> Vec<u8> {
    use std::io::Write;
    let (width, height) = (600u32, 400u32);
    let mut pixels = Vec::new();
    for _ in 0..height {
        pixels.push(0);
        pixels.extend((0..width).flat_map(|x| [shade, (x / 4) as u8, 90]));
    }
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&pixels).unwrap();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut chunk = |kind: &[u8; 4], data: &[u8]| {
        bytes.extend((data.len() as u32).to_be_bytes());
        let content = [&kind[..], data].concat();
        bytes.extend(&content);
        let mut crc = flate2::Crc::new();
        crc.update(&content);
        bytes.extend(crc.sum().to_be_bytes());
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    chunk(b"IHDR", &header);
    chunk(b"IDAT", &encoder.finish().unwrap());
    chunk(b"IEND", &[]);
    bytes
}

/// The addresses of a picture's smallest WebP file and of its JPEG.
async fn addresses(site: &TestSite, id: i64) -> [String; 2] {
    let found = app::features::media::store::find_pictures(&site.site.pool, &[id]).await.unwrap().remove(0).1;
    [found.sizes[0].webp_path(), found.jpg_path().unwrap()]
}

/// Makes the site's article show this body.
async fn publish(site: &TestSite, body: &str) {
    use app::features::audit::Actor;
    use app::features::writing::Content;
    use app::features::writing::store::{ArticleChange, change_article, find_work};
    let staff = app::web::staff::Staff { role: Role::Administrator, ..an_editor(site).await };
    let work = find_work(&site.site.pool, site.article).await.unwrap().unwrap();
    let content = Content { body: body.to_owned(), ..work.content.clone() }.cleaned();
    let change =
        ArticleChange { seen: work.revision, content: Some(&content), step: Some(Step::Publish), ..Default::default() };
    let actor = Actor::new(&site.site, &staff);
    change_article(&site.site.pool, actor, &staff, site.article, &change).await.unwrap().unwrap();
    site.site.hub.announce(app::live::hub::Change::Site);
}

async fn an_editor(site: &TestSite) -> app::web::staff::Staff {
    let account = site.account("mai").await;
    app::web::store::sessions::find_active_staff(&site.site.pool, account).await.unwrap().unwrap()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_picture_is_for_staff_until_something_public_shows_it_and_gone_once_that_is_taken_back(pool: PgPool) {
    let site = start_site(pool).await;
    site.listen().await;
    let mai = site.member("mai", Role::Editor).await;
    let stored = send(&site, &mai, "họp tổ.png", &png(1)).await;
    let id = stored["picture"].as_i64().unwrap();
    update_alt(&site.site.pool, site.actor(), id, "Tổ dân cư họp").await.unwrap();
    for path in addresses(&site, id).await {
        assert_eq!(site.get(&path, "").await.status, StatusCode::NOT_FOUND);
        let shown = site.get(&path, &mai).await;
        assert_eq!((shown.status, shown.header(header::CACHE_CONTROL)), (StatusCode::OK, "private, no-store"));
        publish(&site, &format!("<figure><img data-picture=\"{id}\"></figure>")).await;
        let shown = site.get(&path, "").await;
        assert_eq!(
            (shown.status, shown.header(header::CACHE_CONTROL)),
            (StatusCode::OK, "public, max-age=86400, s-maxage=60")
        );
        let again = Request::get(&path).header(header::IF_NONE_MATCH, shown.header(header::ETAG));
        assert_eq!(site.request(again.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);
        let article = site.get(&site.path(), "").await;
        assert!(article.body.contains(&path.replace(".jpg", "")), "the article shows it");
        publish(&site, "<p>Không ảnh</p>").await;
        assert_eq!(site.get(&path, "").await.status, StatusCode::NOT_FOUND, "another text took its place");
    }
    publish(&site, &format!("<figure><img data-picture=\"{id}\"></figure>")).await;
    sqlx::query("update articles set state = 'withdrawn', withdrawal_message = 'Sai'")
        .execute(&site.site.pool)
        .await
        .unwrap();
    site.site.hub.announce(app::live::hub::Change::Site);
    let [path, _] = addresses(&site, id).await;
    assert_eq!(site.get(&path, "").await.status, StatusCode::GONE);
    assert_eq!(site.get(&path, &mai).await.status, StatusCode::OK);
    let original = site.get(&routes::ORIGINAL.with(id), &mai).await;
    assert_eq!(original.status, StatusCode::OK);
    assert!(original.header(header::CONTENT_DISPOSITION).contains("h%E1%BB%8Dp%20t%E1%BB%95"));
    assert_eq!(site.get(&routes::ORIGINAL.with(id), "").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(site.get(&routes::ORIGINAL.with(999), &mai).await.status, StatusCode::NOT_FOUND);
    for path in ["/anh/", "/anh/abc.webp", "/anh/0123456789abcdef.exe", "/anh/../x.webp", "/anh/0123456789abcdef.webp"]
    {
        assert_eq!(site.get(path, &mai).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_file_is_downloaded_whole_and_in_parts_and_runs_nothing(pool: PgPool) {
    let site = start_site(pool).await;
    let mai = site.member("mai", Role::Editor).await;
    let stored = send(&site, &mai, "Thông báo.pdf", b"%PDF-1.7 0123456789").await;
    assert!(stored["file"].is_number(), "{stored}");
    let hash = app::base::keys::content_hash(b"%PDF-1.7 0123456789");
    let path = app::features::media::file_path(&hash, "Thông báo.pdf");
    assert_eq!(site.get(&path, "").await.status, StatusCode::NOT_FOUND);
    publish(&site, &format!("<p><a href=\"{path}\">Tải về</a></p>")).await;
    let whole = site.get(&path, "").await;
    assert_eq!((whole.status, whole.body.as_str()), (StatusCode::OK, "%PDF-1.7 0123456789"));
    assert_eq!(whole.header(header::CONTENT_TYPE), "application/pdf");
    assert!(whole.header(header::CONTENT_DISPOSITION).starts_with("attachment; filename*=UTF-8''Th%C3%B4ng"));
    assert!(whole.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    for (range, status, body) in [
        ("bytes=0-3", StatusCode::PARTIAL_CONTENT, "%PDF"),
        ("bytes=-3", StatusCode::PARTIAL_CONTENT, "789"),
        ("bytes=99-", StatusCode::RANGE_NOT_SATISFIABLE, ""),
        ("bytes=0-1,3-4", StatusCode::OK, "%PDF-1.7 0123456789"),
    ] {
        let request = Request::get(&path).header(header::RANGE, range).body(Body::empty()).unwrap();
        let part = site.request(request).await;
        assert_eq!((part.status, part.body.as_str()), (status, body), "{range}");
    }
    let library = site.get(&format!("{}?tep=1", routes::DESK_LIBRARY.path), &mai).await;
    assert!(library.body.contains("Thông báo.pdf") && library.body.contains("Dùng trong 1 bài"), "{}", library.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_is_no_good_file_is_refused_with_what_to_do(pool: PgPool) {
    let site = start_site(pool).await;
    let mai = site.member("mai", Role::Editor).await;
    let large = [&b"%PDF-1.7"[..], &vec![b' '; 21 << 20]].concat();
    let half = png(1);
    let mut bomb = png(1);
    bomb[16..24].copy_from_slice(&[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]);
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    for (name, bytes, message) in [
        ("a.svg", &b"<svg onload='alert(1)'></svg>"[..], "SVG"),
        ("a.jpg", b"%PDF-1.7", "Đuôi tên tệp không khớp"),
        ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        ("a.png", &half[..half.len() / 2], "Ảnh bị hỏng"),
        ("a.png", &bomb, "50 triệu"),
        ("a.docx", b"no docx", "Không nhận loại tệp này"),
        ("a.exe", b"MZ", "Không nhận loại tệp này"),
        ("a.pdf", b"", "rỗng"),
        ("lon.pdf", &large, "20 MB"),
    ] {
        let answer = send(&site, &mai, name, bytes).await;
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(error.contains(message) && answer["picture"].is_null() && answer["file"].is_null(), "{name}: {answer}");
    }
    let nothing = upload(&site, &mai, &[("file", Some(""), b"")], "application/json").await;
    assert!(nothing.body.contains("Vui lòng chọn"), "{}", nothing.body);
    let rows = sqlx::query_scalar::<_, i64>("select (select count(*) from pictures) + (select count(*) from files)");
    assert_eq!(rows.fetch_one(&site.site.pool).await.unwrap(), 0);
    let storage = site.site.state::<Storage>();
    for folder in Folder::ALL {
        assert_eq!(storage.list_older(folder, OffsetDateTime::now_utc() + Duration::hours(1)).await, Ok(vec![]));
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn without_script_a_form_of_several_files_comes_back_and_says_what_became_of_them(pool: PgPool) {
    let site = start_site(pool).await;
    let mai = site.member("mai", Role::Editor).await;
    let name = format!("../../{}\u{202e}gpj.png", "dài ".repeat(80));
    let parts: [Part<'_>; 4] = [
        ("return_to", None, b"/quan-tri/thu-vien"),
        ("file", Some(&name), &png(1)),
        ("file", Some("a.svg"), b"<svg/>"),
        ("file", Some("b.png"), &png(2)),
    ];
    let answer = upload(&site, &mai, &parts, "text/html").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let location = answer.header(header::LOCATION).to_owned();
    assert_eq!(location, "/quan-tri/thu-vien?da-tai=2&chua-tai=svg#ban-duyet");
    let page = site.get(location.split('#').next().unwrap(), &mai).await;
    for text in ["Đã tải lên 2 tệp.", "Không nhận tệp SVG", "Chưa có lời mô tả"] {
        assert!(page.body.contains(text), "{text}");
    }
    let names = sqlx::query_scalar::<_, String>("select name from pictures order by id");
    let names = names.fetch_all(&site.site.pool).await.unwrap();
    assert!(names[0].starts_with("dài dài") && names[0].ends_with(".png") && names[0].chars().count() == 120);
    let elsewhere = upload(&site, &mai, &[("return_to", None, b"https://evil.example/")], "text/html").await;
    assert!(elsewhere.header(header::LOCATION).starts_with("/?"), "{}", elsewhere.header(header::LOCATION));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn only_who_may_uploads_and_nobody_without_end(pool: PgPool) {
    let site = start_site(pool).await;
    let lan = site.staff("lan").await;
    let mai = site.member("mai", Role::Editor).await;
    let parts: [Part<'_>; 1] = [("file", Some("a.png"), &png(1))];
    for accept in ["application/json", "text/html"] {
        assert_eq!(upload(&site, "", &parts, accept).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(upload(&site, &lan, &parts, accept).await.status, StatusCode::FORBIDDEN);
    }
    let foreign =
        Request::post(routes::UPLOAD.path).header("sec-fetch-site", "cross-site").header(header::COOKIE, &mai);
    assert_eq!(site.request(foreign.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
    let no_form =
        Request::post(routes::UPLOAD.path).header("sec-fetch-site", "same-origin").header(header::COOKIE, &mai);
    assert_eq!(site.request(no_form.body(Body::from("a=b")).unwrap()).await.status, StatusCode::NOT_FOUND);
    // two hundred at once: the first are stored, the others are asked to wait
    let svg = ("file", Some("a.svg"), &b"<svg/>"[..]);
    let many = vec![svg; 200];
    let answer = upload(&site, &mai, &many, "application/json").await;
    let outcomes: Vec<serde_json::Value> = serde_json::from_str(&answer.body).unwrap();
    let waiting = outcomes.iter().filter(|outcome| outcome["retry"].is_number()).count();
    assert!((130..=140).contains(&waiting) && outcomes.len() == 200, "{waiting}");
    // the space of an account
    let quan = site.member("quan", Role::Editor).await;
    site.set("media.account_megabytes", "10").await;
    send(&site, &quan, "a.png", &png(1)).await;
    sqlx::query("update pictures set size = 10 * 1024 * 1024").execute(&site.site.pool).await.unwrap();
    let full = send(&site, &quan, "b.png", &png(2)).await;
    assert!(full["error"].as_str().unwrap().contains("hết dung lượng"), "{full}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_picture_is_described_cropped_elsewhere_replaced_and_deleted(pool: PgPool) {
    let site = start_site(pool).await;
    let mai = site.member("mai", Role::Editor).await;
    let id = send(&site, &mai, "a.png", &png(1)).await["picture"].as_i64().unwrap();
    let page = format!("{}?anh={id}", routes::DESK_LIBRARY.path);
    let find = async || app::features::media::store::find_pictures(&site.site.pool, &[id]).await.unwrap().remove(0).1;
    let before = find().await;
    let form = format!("id={id}&alt=Bà+con+họp&focus=85-50&return_to={page}");
    let saved = site.submit(routes::DESCRIBE_PICTURE.path, &form, &mai).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.body);
    let after = find().await;
    assert_eq!((after.alt.as_str(), &after.sizes), ("Bà con họp", &before.sizes));
    assert_ne!(after.crops, before.crops);
    for (fields, status) in [
        (format!("id={id}&alt={}", "a".repeat(301)), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("id={id}&alt=a&focus=1-1"), StatusCode::UNPROCESSABLE_ENTITY),
        ("id=999&alt=a".to_owned(), StatusCode::NOT_FOUND),
        ("id=x&alt=a".to_owned(), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(site.send(routes::DESCRIBE_PICTURE.path, &fields, &mai).await.status, status, "{fields}");
    }
    // what the public sees is changed by those who may publish
    publish(&site, &format!("<figure><img data-picture=\"{id}\"></figure>")).await;
    let hoa = site.member("hoa", Role::Editor).await;
    let refused = site.send(routes::DESCRIBE_PICTURE.path, &format!("id={id}&alt=x"), &hoa).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let number = id.to_string();
    let parts: [Part<'_>; 2] = [("replaces", None, number.as_bytes()), ("file", Some("b.png"), &png(9))];
    assert!(upload(&site, &hoa, &parts, "application/json").await.body.contains("đang hiện trên trang"));
    publish(&site, "<p>Không ảnh</p>").await;
    let parts: [Part<'_>; 2] = [("replaces", None, number.as_bytes()), ("file", Some("b.png"), &png(200))];
    let replaced = upload(&site, &mai, &parts, "application/json").await;
    assert!(replaced.body.contains(&format!("\"picture\":{id}")), "{}", replaced.body);
    assert_ne!(find().await.sizes, after.sizes);
    let parts: [Part<'_>; 2] = [("replaces", None, number.as_bytes()), ("file", Some("b.pdf"), b"%PDF-1.7")];
    assert!(upload(&site, &mai, &parts, "application/json").await.body.contains("Chỉ có thể thay"));
    let shown = site.get(&page, &mai).await;
    assert!(shown.body.contains("chỉ trong bản cũ") && shown.body.contains("Tải ảnh gốc"), "{}", shown.body);
    // a draft that shows it keeps it
    publish(&site, &format!("<figure><img data-picture=\"{id}\"></figure>")).await;
    let refused = site.send(routes::DELETE_PICTURE.path, &format!("id={id}"), &mai).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    sqlx::query("delete from article_pictures").execute(&site.site.pool).await.unwrap();
    for _ in 0..2 {
        assert_eq!(site.send(routes::DELETE_PICTURE.path, &format!("id={id}"), &mai).await.status, StatusCode::OK);
    }
    assert_eq!(site.get(&page, &mai).await.status, StatusCode::NOT_FOUND);
    // an hour later nothing of it is left
    let storage = site.site.state::<Storage>();
    let later = OffsetDateTime::now_utc() + Duration::hours(2);
    assert!(delete_orphans(&site.site, OffsetDateTime::now_utc()).await.unwrap() == 0, "an upload may be under way");
    assert!(delete_orphans(&site.site, later).await.unwrap() > 0);
    for folder in Folder::ALL {
        assert_eq!(storage.list_older(folder, later).await, Ok(vec![]));
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn pictures_of_older_releases_are_served_from_the_database_until_they_are_moved(pool: PgPool) {
    let site = start_site(pool).await;
    let mai = site.member("mai", Role::Editor).await;
    let id = send(&site, &mai, "a.png", &png(1)).await["picture"].as_i64().unwrap();
    let [path, _] = addresses(&site, id).await;
    let name = path.rsplit('/').next().unwrap().to_owned();
    let storage = site.site.state::<Storage>();
    let bytes = storage.load(Folder::Sizes, &name, None).await.unwrap().unwrap();
    let hash = name.split('.').next().unwrap();
    sqlx::query("update picture_files set bytes = $2 where hash = $1")
        .bind(hash)
        .bind(&bytes[..])
        .execute(&site.site.pool)
        .await
        .unwrap();
    storage.delete(Folder::Sizes, &name).await.unwrap();
    assert_eq!(site.get(&path, &mai).await.status, StatusCode::OK);
    assert_eq!(move_files(&site.site).await, Ok(1));
    assert_eq!(move_files(&site.site).await, Ok(0));
    assert_eq!(storage.load(Folder::Sizes, &name, None).await, Ok(Some(bytes)));
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_article_is_published_only_with_described_pictures(pool: PgPool) {
    let site = start_site(pool).await;
    let mai = site.member("mai", Role::Editor).await;
    set_may_publish(&site.site.pool, site.actor(), site.account("mai").await, true).await.unwrap();
    let id = send(&site, &mai, "a.png", &png(1)).await["picture"].as_i64().unwrap();
    let save = async |body: &str| {
        let work = app::features::writing::store::find_work(&site.site.pool, site.article).await.unwrap().unwrap();
        let category = work.content.category.unwrap();
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([
                ("id", site.article.to_string()),
                ("revision", work.revision.to_string()),
                ("base", work.revision.to_string()),
                ("title", "Bài có ảnh".to_owned()),
                ("category", category.to_string()),
                ("lead", "Mở đầu".to_owned()),
                ("author", "Mai".to_owned()),
                ("body", body.to_owned()),
                ("then", Step::Publish.value().to_owned()),
            ])
            .finish();
        let quan = site.account("mai").await;
        sqlx::query!("update accounts set may_publish = true where id = $1", quan)
            .execute(&site.site.pool)
            .await
            .unwrap();
        site.send(routes::SAVE_ARTICLE.path, &form, &mai).await
    };
    let text = format!("Chữ\n\n[ảnh {id}: Tổ dân cư họp]");
    let refused = save(&text).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert_eq!(save("[ảnh 999]").await.status, StatusCode::UNPROCESSABLE_ENTITY, "there is no such picture");
    site.send(routes::DESCRIBE_PICTURE.path, &format!("id={id}&alt=Bà con họp"), &mai).await;
    assert_eq!(save(&text).await.status, StatusCode::OK);
    let article = site.get(&routes::ARTICLE.with(format_args!("bai-thu-{}", site.article)), "").await;
    let page = site.get(article.header(header::LOCATION), "").await;
    let shown = if article.status == StatusCode::OK { article } else { page };
    assert!(shown.body.contains("alt=\"Bà con họp\"") && shown.body.contains("Tổ dân cư họp"), "{}", shown.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_is_read_often_is_answered_without_a_query(pool: PgPool) {
    let site = start_site(pool).await;
    site.listen().await;
    let editor = site.member("mai", Role::Editor).await;
    let id = send(&site, &editor, "a.png", &png(50)).await["picture"].as_i64().unwrap();
    update_alt(&site.site.pool, site.actor(), id, "Tổ dân cư họp").await.unwrap();
    publish(&site, &format!("<figure><img data-picture=\"{id}\"></figure>")).await;
    let [webp, _] = addresses(&site, id).await;
    let missing = routes::IMAGE.with("0123456789abcdef.webp");
    // until the notifications of all that were received
    let numbers = site.site.hub.numbers();
    sqlx::query("select pg_notify('views', '1')").execute(&site.site.pool).await.unwrap();
    while site.site.hub.numbers() == numbers {
        tokio::task::yield_now().await;
    }
    let first = site.get(&webp, "").await;
    assert_eq!((first.status, site.get(&missing, "").await.status), (StatusCode::OK, StatusCode::NOT_FOUND));
    // a query would fail from here on
    sqlx::raw_sql("alter table picture_files rename to elsewhere").execute(&site.site.pool).await.unwrap();
    let again = site.get(&webp, "").await;
    assert_eq!((again.status, again.body.len()), (StatusCode::OK, first.body.len()));
    for name in [header::CACHE_CONTROL, header::CONTENT_TYPE, header::ETAG, header::X_CONTENT_TYPE_OPTIONS] {
        assert_eq!(again.header(name.clone()), first.header(name.clone()), "{name}");
    }
    let known = Request::get(&webp).header(header::IF_NONE_MATCH, again.header(header::ETAG)).body(Body::empty());
    assert_eq!(site.request(known.unwrap()).await.status, StatusCode::NOT_MODIFIED);
    for _ in 0..3 {
        assert_eq!(site.get(&missing, "").await.status, StatusCode::NOT_FOUND, "without a query each time");
    }
    assert_eq!(
        site.get(&routes::IMAGE.with("fedcba9876543210.webp"), "").await.status,
        StatusCode::INTERNAL_SERVER_ERROR
    );
}
