//! A site of NukeViet is carried over. What is expected is worked out from how that system stores and shows its texts.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod bad_dumps;
#[path = "../common/mod.rs"]
mod common;
mod texts;
mod whole;

use app::base::keys::Key;
use app::routes;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use clap::Parser;
use common::{TestSite, start_site_at};
use image::{ImageFormat, RgbImage};
use server::config::{Cli, Command};
use server::import::run_import_command;
use sqlx::PgPool;
use std::path::Path;

const DUMP: &str = include_str!("nukeviet.sql");

/// A folder with a dump and the uploads that its articles name.
struct OldSite {
    folder: tempfile::TempDir,
}

impl OldSite {
    fn new() -> Self {
        let old = Self { folder: tempfile::tempdir().unwrap() };
        old.write_dump(DUMP);
        let uploads = old.path().join("uploads/news/2023_07");
        std::fs::create_dir_all(&uploads).unwrap();
        for (name, shade) in [("hop.jpg", 90), ("quang-canh.jpg", 160)] {
            let picture = RgbImage::from_fn(640, 360, |x, y| image::Rgb([shade, (x / 3) as u8, (y / 2) as u8]));
            picture.save_with_format(uploads.join(name), ImageFormat::Jpeg).unwrap();
        }
        std::fs::write(uploads.join("ke-hoach.pdf"), b"%PDF-1.4 test").unwrap();
        std::fs::write(uploads.join("khong-ai-dung.jpg"), b"x").unwrap();
        std::fs::write(uploads.join("index.html"), b"").unwrap();
        old
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write_dump(&self, dump: &str) {
        std::fs::write(self.path().join("site.sql"), dump).unwrap();
    }

    /// Runs the command, and returns the report.
    async fn import(&self, pool: &PgPool, more: &[&str]) -> Result<String, String> {
        let text = |name: &str| self.path().join(name).to_string_lossy().into_owned();
        let (dump, uploads, data) = (text("site.sql"), text("uploads"), text("data"));
        let mut arguments = vec!["loa-phuong", "--data-dir", &data, "import", "nukeviet", "--dump", &dump];
        if !more.contains(&"--without-uploads") {
            arguments.extend(["--uploads", &uploads]);
        }
        arguments.extend(more.iter().filter(|argument| **argument != "--without-uploads"));
        let cli = Cli::try_parse_from(arguments).unwrap();
        let Command::Import(command) = cli.command else { panic!("is an import") };
        let done = run_import_command(pool, &Key::new(1, [9; 32]), &cli.common, command).await;
        done.map_err(|error| error.to_string())?;
        assert!(std::fs::read_to_string(self.path().join("data/import-report.html")).unwrap().contains("</html>"));
        Ok(std::fs::read_to_string(self.path().join("data/import-report.txt")).unwrap())
    }
}

async fn text(pool: &PgPool, sql: &'static str) -> String {
    sqlx::query_scalar::<_, Option<String>>(sql).fetch_one(pool).await.unwrap().unwrap_or_default()
}

async fn number(pool: &PgPool, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(pool).await.unwrap()
}

/// Everything that an import could have changed, to compare before and after.
async fn everything(pool: &PgPool) -> String {
    text(
        pool,
        "select (select string_agg(to_jsonb(a)::text, '' order by id) from articles a)
             || (select string_agg(to_jsonb(r)::text, '' order by article_id, revision) from article_revisions r)
             || (select coalesce(string_agg(to_jsonb(c)::text, '' order by id), '') from comments c)
             || (select string_agg(to_jsonb(c)::text, '' order by id) from categories c)
             || (select string_agg(to_jsonb(t)::text, '' order by article_id) from comment_totals t)
             || (select string_agg(to_jsonb(t)::text, '' order by article_id) from rating_totals t)
             || (select coalesce(string_agg(to_jsonb(m)::text, '' order by id), '') from menu_items m)
             || (select coalesce(string_agg(to_jsonb(s)::text, '' order by series_id, article_id), '')
                 from series_articles s)
             || (select coalesce(string_agg(key || value, '' order by key), '') from settings)
             || (select to_jsonb(f)::text from front_page f)
             || (select count(*)::text from accounts) || (select count(*)::text from pictures)",
    )
    .await
}

async fn start(pool: PgPool) -> TestSite {
    start_site_at(pool, "http://site.test", 1).await
}

/// Where an address leads by a permanent redirect, or its status.
async fn follow(t: &TestSite, address: &str) -> String {
    let response = t.get(address, "").await;
    match response.status {
        StatusCode::MOVED_PERMANENTLY => response.header(header::LOCATION).to_owned(),
        status => status.as_u16().to_string(),
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_whole_site_comes_along_as_readers_saw_it(pool: PgPool) {
    let old = OldSite::new();
    let report = old.import(&pool, &[]).await.expect("is carried over");
    // titles are decoded once; leads have their breaks as spaces and are plain otherwise
    let first = "select title || '|' || lead || '|' || author || '|' || description
                 from articles where slug = 'phuong-hop-hem-12'";
    assert_eq!(
        text(&pool, first).await,
        "Phường họp: hẻm 12 \"ngập\"|Sáng 12/7, tại phòng họp. Q&A: 1 < 2 [mới] 👍|Quỳnh & Yên|Câu cho máy tìm kiếm"
    );
    let body = text(&pool, "select body from articles where slug = 'phuong-hop-hem-12'").await;
    let (start, rest) = body.split_once("<figure>").expect("has the picture");
    assert_eq!(start.trim(), "<p>Sáng nay, <strong>phường</strong> họp &amp; bàn về hẻm 12.</p>");
    assert!(rest.contains("<p>Hết [1]</p>") && rest.contains("href=\"/tin-tuc/bai-hai-2.html\""), "{rest}");
    assert_eq!(rest.matches("/ke-hoach%2Epdf\" rel").count(), 2, "in the text, and among the files: {rest}");
    let numbers = "select concat_ws('/', carried_views, carried_points, carried_ratings,
                                    extract(epoch from published_at)::bigint,
                                    closed_to_comments, closed_to_ratings)
                   from articles a join rating_totals r on r.article_id = a.id where slug = 'phuong-hop-hem-12'";
    assert_eq!(text(&pool, numbers).await, "183/122/26/1600000000/f/f");
    // states, by the clock
    let stages = "select string_agg(a.title || '=' || w.stage, ';' order by o.module, o.key::integer)
                  from origins o join articles a on a.id = o.target join written_articles w on w.id = a.id
                  where o.kind = 'article'";
    assert_eq!(
        text(&pool, stages).await,
        "Phường họp: hẻm 12 \"ngập\"=published;Bài hai=published;Bài hẹn giờ=scheduled;Bài hết hạn=ended;\
         Bản nháp=draft;Chờ duyệt=in_review;Ngừng đăng=withdrawn;Chuyên mục bị khóa=withdrawn;\
         Không mở đầu, không giờ=published;Hết hạn theo giờ=ended;Bài dẫn đi nơi khác=published;\
         Chuyên mục đã mất=published;Chỉ cán bộ được đọc=draft;Hội xuân=published"
    );
    // what readers and the law need is made where it was missing
    let made = "select lead || '|' || author || '|' || closed_to_comments from articles where slug = 'khong-mo-dau'";
    assert_eq!(
        text(&pool, made).await,
        "Câu đầu tiên của bài không có mở đầu. Câu thứ hai.|Phường Bình Minh & bà con|true"
    );
    // two levels, in their order; what was hidden is hidden
    let tree = "select string_agg(concat_ws('/', c.slug, p.slug, c.is_hidden), ' ' order by c.position)
                from categories c left join categories p on p.id = c.parent_id";
    assert_eq!(
        text(&pool, tree).await,
        "tin-tuc/f luu-tru/t noi-bo/t khong-o-trang-chu/f thong-bao/tin-tuc/f khan/tin-tuc/f \
         chua-phan-loai/t tin-tuc-2/f"
    );
    let further = "select string_agg(c.slug, ',') from article_categories f join categories c on c.id = f.category_id";
    assert_eq!(text(&pool, further).await, "thong-bao");
    assert_eq!(text(&pool, "select string_agg(name, ',') from tags").await, "Dân vận");
    // topics, and what editors put together by hand in their order; a group of all that is new is the front page
    let series =
        "select string_agg(concat_ws('|', s.name, s.description, a.carried_views), ';' order by s.id, g.position)
                  from series s join series_articles g on g.series_id = s.id join articles a on a.id = g.article_id";
    assert_eq!(
        text(&pool, series).await,
        "Chỉnh trang hẻm||183;Chỉnh trang hẻm||50;Tin tiêu điểm|Bài nên đọc|50;Tin tiêu điểm|Bài nên đọc|183"
    );
    let front = "select string_agg(c.slug, ',') from front_page f join categories c on c.id = any (f.blocks)";
    assert_eq!(text(&pool, front).await, "tin-tuc", "one of the two that stand under none");
    assert_eq!(
        text(&pool, "select string_agg(title || '=' || state, ';' order by id) from articles where kind = 'page'")
            .await,
        "Giới thiệu phường=published;Trang chưa đăng=draft"
    );
    let menu = "select string_agg(concat_ws('>', p.label, m.label, m.target), ' ; ' order by m.id)
                from menu_items m left join menu_items p on p.id = m.parent_id";
    assert_eq!(
        text(&pool, menu).await,
        "Giới thiệu>/trang/gioi-thieu-phuong ; Tin & bài>/chuyen-muc/tin-tuc ; \
         Dịch vụ công>https://dichvucong.gov.vn/ ; Tin & bài>Thông báo>/chuyen-muc/thong-bao"
    );
    let settings = "select string_agg(key || '=' || value, ';' order by key) from settings";
    assert_eq!(
        text(&pool, settings).await,
        "site.address=12 đường Bình Minh;site.email=ubnd@phuong.example.vn;\
         site.name=Phường Bình Minh & bà con;site.phone=(0276) 3.822.001;statistics.carried_visits=194104"
    );
    let staff = "select string_agg(concat_ws('/', username, display_name, role, password_hash is null,
                                             disabled_at is not null), ';' order by id) from accounts";
    assert_eq!(text(&pool, staff).await, "quan.tri/Quan Tri/administrator/t/t;bientap/Võ Thị Hạnh/editor/t/t");
    for part in [
        "Bài viết | 14 | 14",
        "Ý kiến đang hiện | 7 | 5 | 2",
        "Ý kiến chờ duyệt | 1 | 2",
        "Ảnh trong bài | 3 | 2",
        "news/mat.jpg (Bài hai)",
        "https://anh.example.com/a.png (Bài hai)",
        "#7: Ý kiến của bài không còn.",
        "Chuyên mục đã mất (#12)",
        "Bài hai (#2)",
        "news/2023_07/khong-ai-dung.jpg",
        "Thành viên (/index.php",
        "nv4_vi_weblinks_rows",
        "<u> | 1 |",
        "/tin-tuc/phuong-hop-hem-12-1.html | 200 | /tin-tuc/phuong-hop-hem-12-",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert!(!report.contains("nv4_vi_news_1") && !report.contains("index.html"), "{report}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn comments_keep_their_words_order_and_threads(pool: PgPool) {
    let old = OldSite::new();
    old.import(&pool, &[]).await.expect("is carried over");
    let comments = "select string_agg(concat_ws('|', o.key, p.key, c.name, c.body, c.state), E'\\n' order by c.id)
                    from comments c join origins o on o.kind = 'comment' and o.target = c.id
                    left join origins p on p.kind = 'comment' and p.target = c.parent_id";
    assert_eq!(
        text(&pool, comments).await,
        "4|A|ok|published\n\
         1|Trần \"Tèo\" Văn|Đường hẻm 12 ngập quá!\nMong phường xem giúp.|published\n\
         8|Bác Sáu|Đã sửa trong trình soạn thảo.|published\n\
         2|1|Nguyễn Tư|Đồng ý & ủng hộ.|published\n\
         3|1|Cô Ba|trả lời Nguyễn Tư: <b> không phải thẻ / 1 < 2|published\n\
         5|Người chờ|Chưa ai duyệt câu này cả.|pending\n\
         6|Mồ côi|Trả lời một ý kiến đã bị xóa.|pending"
    );
    let private = "select string_agg(email, ',') from comments";
    assert_eq!(text(&pool, private).await, "cho@mail.example.vn", "an address of mail only where the comment waits");
    let all = everything(&pool).await;
    assert!(!all.contains("203.0.113") && !all.contains("2001:db8"), "no address of anybody comes along");
    assert!(!all.contains("secret-of-the-old-site"));
    let consent = "select string_agg(distinct t.version || '=' || t.text, ';') from consent_texts t";
    assert_eq!(text(&pool, consent).await, "carried-over=carried over");
    // what is sent here comes before what waited there
    let t = start(pool.clone()).await;
    let form = t.comment_form("Một ý kiến mới gửi ở trang này.").replace("article_id=1", &{
        let id = number(&pool, "select id from articles where slug = 'phuong-hop-hem-12'").await;
        format!("article_id={id}")
    });
    let sent = t.send(routes::SEND_COMMENT.path, &form, "").await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    let waiting = "select string_agg(name, ',' order by id) from comments where state = 'pending'";
    assert_eq!(text(&pool, waiting).await, "Trần Thị Bích,Người chờ,Mồ côi");
    let desk = t.get("/quan-tri/y-kien", &t.staff("lan").await).await;
    assert!(desk.body.contains("từ trang cũ"), "{}", desk.body);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_old_address_leads_on(pool: PgPool) {
    let old = OldSite::new();
    old.import(&pool, &[]).await.expect("is carried over");
    let one = number(&pool, "select id from articles where slug = 'phuong-hop-hem-12'").await;
    let festival = number(&pool, "select id from articles where slug = 'hoi-xuan'").await;
    let article = format!("/tin-tuc/phuong-hop-hem-12-{one}");
    let t = start(pool.clone()).await;
    for address in [
        "/vi/news/tin-tuc/phuong-hop-hem-12-1.html",
        "/news/tin-tuc/phuong-hop-hem-12-1.html",
        "/tin-tuc/phuong-hop-hem-12-1.html",
        "/tin-tuc/mot-ten-cu-1.html",
        "/vi/tin-tuc/phuong-hop-hem-12-1.html/",
        "/index.php/vi/news/Tin-tuc/Phuong-hop-hem-12-1",
        "/VI/News/TIN-TUC/PHUONG-HOP-1.HTML",
        "/vi/news/tin-tuc/ph%C6%B0%E1%BB%9Dng-h%E1%BB%8Dp-1.html?fbclid=x",
        "/index.php?language=vi&nv=news&op=tin-tuc/phuong-hop-hem-12-1.html",
        "/?language=vi&nv=news&op=tin-tuc%2Fphuong-hop-hem-12-1",
        "/vi/news/print/tin-tuc/phuong-hop-hem-12-1.html",
        "/vi/news/savefile/tin-tuc/phuong-hop-hem-12-1.html",
    ] {
        assert_eq!(follow(&t, address).await, article, "{address}");
    }
    let picture = text(
        &pool,
        "select '/anh/' || f.hash || '.jpg' from origins o join picture_files f on f.picture_id = o.target
                               where o.key = 'news/2023_07/hop.jpg' and f.format = 'jpg' and not f.is_crop",
    )
    .await;
    let file = text(&pool, "select '/tep/' || hash || '/ke-hoach%2Epdf' from files").await;
    for (address, leads_to) in [
        ("/vi/su-kien/tin-tuc/hoi-xuan-1.html", format!("/tin-tuc/hoi-xuan-{festival}").as_str()),
        ("/vi/news/Thong-bao/", "/chuyen-muc/thong-bao"),
        ("/thong-bao/page-2/", "/chuyen-muc/thong-bao?trang=2"),
        ("/vi/su-kien/tin-tuc/", "/chuyen-muc/tin-tuc-2"),
        ("/vi/news/tag/D%C3%A2n-v%E1%BA%ADn/", "/the/dan-van"),
        ("/vi/news/topic/Chinh-trang-hem/", "/chu-de/chinh-trang-hem"),
        ("/vi/news/groups/Tin-tieu-diem/", "/chu-de/tin-tieu-diem"),
        ("/vi/news/groups/Tin-moi-nhat/", "/"),
        ("/vi/news/author/ban-bien-tap/", "/tim-kiem?q=Ban%20Bi%C3%AAn%20t%E1%BA%ADp"),
        ("/vi/news/rss/", "/rss.xml"),
        ("/vi/news/rss/tin-tuc/", "/chuyen-muc/tin-tuc/rss.xml"),
        ("/vi/about/gioi-thieu-phuong.html", "/trang/gioi-thieu-phuong"),
        ("/vi/about/", "/trang/gioi-thieu-phuong"),
        ("/vi/contact/", "/lien-he"),
        ("/index.php?language=vi&nv=statistics", "/thong-ke"),
        ("/vi/seek/?q=h%E1%BA%BBm", "/tim-kiem?q=h%E1%BA%BBm"),
        ("/vi/", "/"),
        ("/index.php", "/"),
        ("/uploads/news/2023_07/hop.jpg", &picture),
        ("/assets/news/2023_07/hop.jpg", &picture),
        ("/uploads/news/2023_07/ke-hoach.pdf", &file),
        ("/vi/users/login/", "404"),
        ("/vi/news/khong-co/", "404"),
        ("/tin-tuc/khong-co-999.html", "404"),
        // a number of the old site that is one of this site, too
        (&format!("/tin-tuc/khong-co-{}.html", number(&pool, "select max(id) from articles").await), "404"),
        ("/uploads/news/mat.jpg", "404"),
        // what is not public answers as its new address does, and says no title
        ("/vi/news/tin-tuc/ban-nhap-5.html", "404"),
        ("/vi/news/tin-tuc/bai-hen-gio-3.html", "404"),
        ("/vi/news/tin-tuc/bai-het-han-4.html", "410"),
        ("/vi/news/tin-tuc/ngung-dang-7.html", "410"),
        ("/vi/about/chua-dang.html", "404"),
        ("/vi/news/noi-bo/chi-can-bo-13.html", "404"),
    ] {
        assert_eq!(follow(&t, address).await, leads_to, "{address}");
    }
    let draft = t.get("/vi/news/tin-tuc/ban-nhap-5.html", "").await;
    assert!(!draft.body.contains("Bản nháp"), "{}", draft.body);
    // the article itself, and posts, are no old addresses
    assert_eq!(t.get(&article, "").await.status, StatusCode::OK);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn an_old_name_of_the_site_leads_to_the_new_one(pool: PgPool) {
    let old = OldSite::new();
    old.import(&pool, &[]).await.expect("is carried over");
    let one = number(&pool, "select id from articles where slug = 'phuong-hop-hem-12'").await;
    let t = start(pool).await;
    let ask = async |host: &str, address: &str| {
        let request = Request::get(address).header(header::HOST, host).header(header::ACCEPT, "text/html");
        let response = t.request(request.body(Body::empty()).unwrap()).await;
        (response.status.as_u16(), response.header(header::LOCATION).to_owned())
    };
    let article = format!("/tin-tuc/phuong-hop-hem-12-{one}");
    for (host, address, status, leads_to) in [
        ("cu.example.vn", "/vi/news/tin-tuc/a-1.html", 301, format!("http://site.test{article}")),
        ("CU.example.vn:443", "/vi/news/tin-tuc/a-1.html", 301, format!("http://site.test{article}")),
        ("cu.example.vn", "/vi/news/tin-tuc/ban-nhap-5.html", 301, "http://site.test/tin-tuc/bai-5".to_owned()),
        ("cu.example.vn", "/lien-he?a=b", 301, "http://site.test/lien-he?a=b".to_owned()),
        ("cu.example.vn", "/", 301, "http://site.test/".to_owned()),
        ("cu.example.vn", "/vi/news/a-99.html", 301, "http://site.test/vi/news/a-99.html".to_owned()),
        // another name is led nowhere but within itself
        ("evil.example.com", "/vi/news/tin-tuc/a-1.html", 301, article.clone()),
        ("evil.example.com", "/lien-he", 200, String::new()),
        ("cu.example.vn.evil.com", "/lien-he", 200, String::new()),
    ] {
        let (found, location) = ask(host, address).await;
        let location = if address.contains("ban-nhap") { location.replace(char::is_numeric, "5") } else { location };
        assert_eq!((found, location), (status, leads_to), "{host} {address}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_same_again_changes_nothing_and_changes_come_along(pool: PgPool) {
    let old = OldSite::new();
    old.import(&pool, &[]).await.expect("is carried over");
    let before = everything(&pool).await;
    let report = old.import(&pool, &[]).await.expect("is carried over again");
    assert!(report.contains("Thêm 0, cập nhật 0,"), "{report}");
    assert_eq!(everything(&pool).await, before);
    sqlx::raw_sql("delete from series; delete from origins where kind = 'topic'").execute(&pool).await.unwrap();
    old.import(&pool, &[]).await.expect("goes on with the topics");
    let in_topics = "select count(*) from series_articles";
    assert_eq!(number(&pool, in_topics).await, 4);
    // what staff took out of a topic stays out; what a run that was killed had not put into it yet comes
    let take_out = "delete from series_articles where position = 2";
    sqlx::raw_sql(take_out).execute(&pool).await.unwrap();
    old.import(&pool, &[]).await.expect("leaves the topic");
    assert_eq!(number(&pool, in_topics).await, 2);
    let forget = "update origins set stamp = '' where kind = 'topic'";
    sqlx::raw_sql(forget).execute(&pool).await.unwrap();
    old.import(&pool, &[]).await.expect("goes on with the topic");
    assert_eq!(number(&pool, in_topics).await, 4);
    // what staff arranged in front stays, and an empty arrangement, too
    sqlx::raw_sql("update front_page set blocks = '{}'").execute(&pool).await.unwrap();
    old.import(&pool, &[]).await.expect("leaves the front page");
    assert_eq!(number(&pool, "select cardinality(blocks)::bigint from front_page").await, 0);
    // a reader votes here, an editor changes one article here, somebody decides about one comment here
    sqlx::query(
        "update articles set withdrawal_message = 'Đã gỡ.', state = 'withdrawn',
                             moved_to = (select id from articles where slug = 'phuong-hop-hem-12')
         where slug = 'bai-hai' and carried_views = 50",
    )
    .execute(&pool)
    .await
    .unwrap();
    sqlx::query("update comments set state = 'rejected', version = version + 1, decided_at = now() where body = 'ok'")
        .execute(&pool)
        .await
        .unwrap();
    // an address that leads on once more is followed to its end, what does not open stands first, and nothing counts
    let counted = "select concat_ws('/', (select count(*) from visits), (select count(*) from sessions),
                                    (select string_agg(to_jsonb(t)::text, '') from traffic_totals t))";
    let before = text(&pool, counted).await;
    let report = old.import(&pool, &[]).await.expect("is carried over again");
    let tried = report.split("ĐỊA CHỈ CŨ ĐƯỢC ĐỌC NHIỀU NHẤT").nth(1).expect("is told");
    assert!(tried.contains("/Thong-bao/bai-hai-2.html | 200 | /tin-tuc/phuong-hop-hem-12-"), "{tried}");
    assert!(tried.find("| 410 |").expect("has ended") < tried.find("| 200 |").expect("opens"), "{tried}");
    assert_eq!(text(&pool, counted).await, before);
    // the old site goes on as well
    let changed = DUMP
        .replace("'Bài hai','bai-hai'", "'Bài hai, sửa','bai-hai'")
        .replace("'Hội xuân','hoi-xuan'", "'Hội xuân 2026','hoi-xuan'")
        .replace("183,4,122,26)", "200,4,127,27)")
        .replace(
            "'Chưa ai duyệt câu này cả.','',1600004000,0,'Người chờ','cho@mail.example.vn','203.0.113.8',0",
            "'Chưa ai duyệt câu này cả.','',1600004000,0,'Người chờ','cho@mail.example.vn','203.0.113.8',1",
        )
        .replace("(4,'news',8,1,0,'ok'", "(4,'news',8,1,0,'ok, sửa'")
        .replace(
            "(9,'about'",
            "(10,'news',8,2,0,'Một ý kiến mới ở trang cũ.','',1600009000,0,'Chị Năm','','',1,0,0),\n(9,'about'",
        );
    old.write_dump(&changed);
    let report = old.import(&pool, &[]).await.expect("is carried over again");
    assert!(report.contains("Thêm 1, cập nhật 2,"), "{report}");
    let numbers = "select concat_ws('/', carried_views, carried_points, carried_ratings)
                   from articles a join rating_totals r on r.article_id = a.id where slug = 'phuong-hop-hem-12'";
    assert_eq!(text(&pool, numbers).await, "200/127/27", "set, and not added");
    assert_eq!(text(&pool, "select title || revision from articles where slug = 'hoi-xuan'").await, "Hội xuân 20262");
    assert_eq!(text(&pool, "select title from articles where carried_views = 50").await, "Bài hai", "changed here");
    let comments = "select string_agg(body || '=' || state, ';' order by body)
                    from comments where body in ('ok', 'Chưa ai duyệt câu này cả.', 'Một ý kiến mới ở trang cũ.')";
    assert_eq!(
        text(&pool, comments).await,
        "Chưa ai duyệt câu này cả.=published;Một ý kiến mới ở trang cũ.=published;ok=rejected"
    );
    for part in ["Bài hai, sửa", "#4: ok, sửa"] {
        assert!(report.contains(part), "{part}: {report}");
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn another_site_never_overwrites_the_first(pool: PgPool) {
    let old = OldSite::new();
    old.import(&pool, &[]).await.expect("is carried over");
    let before = everything(&pool).await;
    old.write_dump(&DUMP.replace("phuong.example.vn", "khac.example.vn").replace("'Bài hai'", "'Bài của nơi khác'"));
    let refused = old.import(&pool, &[]).await.expect_err("is refused");
    assert!(refused.contains("another site was carried over before (nv4/vi/phuong.example.vn)"), "{refused}");
    assert_eq!(everything(&pool).await, before);
    old.import(&pool, &["--same-site"]).await.expect("is the same under another name");
    let title = "select title from articles where carried_views = 50";
    assert_eq!(text(&pool, title).await, "Bài của nơi khác");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn pictures_that_come_later_are_put_into_their_articles(pool: PgPool) {
    let old = OldSite::new();
    let report = old.import(&pool, &["--without-uploads"]).await.expect("is carried over");
    assert!(report.contains("news/2023_07/quang-canh.jpg (Phường họp"), "{report}");
    let body = "select body from articles where slug = 'phuong-hop-hem-12'";
    assert!(text(&pool, body).await.contains("href=\"/uploads/news/2023_07/quang-canh.jpg\""));
    old.import(&pool, &[]).await.expect("is carried over");
    assert!(text(&pool, body).await.contains("data-picture"), "{}", text(&pool, body).await);
    let uses = number(
        &pool,
        "select count(*) from article_pictures p join articles a
                              on a.id = p.article_id and a.revision = p.revision",
    )
    .await;
    assert_eq!(uses, 2, "the one in front, and the one in the text");
    let alts = "select string_agg(alt, ';' order by alt) from pictures";
    assert_eq!(text(&pool, alts).await, "Cuộc họp (12/7);Quang cảnh");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_trial_writes_the_report_alone(pool: PgPool) {
    let old = OldSite::new();
    let report = old.import(&pool, &["--dry-run"]).await.expect("is tried");
    assert!(report.contains("CHƯA GHI GÌ"), "{report}");
    assert!(report.contains("Bài viết | 14 | 14"), "{report}");
    for table in
        ["articles", "comments", "pictures", "files", "accounts", "origins", "old_modules", "settings", "audit"]
    {
        let count = sqlx::query_scalar::<_, i64>(sqlx::AssertSqlSafe(format!("select count(*) from {table}")));
        assert_eq!(count.fetch_one(&pool).await.unwrap(), 0, "{table}");
    }
    assert!(!old.path().join("data/files/sizes").exists());
}
