//! Texts as their writers typed them, articles in every state, and files that were replaced there.
//!
//! That system keeps titles, names and comments with 21 signs as entities, once, and breaks of lines as `<br />`; tags
//! that were typed are gone before. So what people read is what is stored with its entities decoded once.

use super::{DUMP, OldSite, number, start, text};
use image::{ImageFormat, RgbImage};
use sqlx::PgPool;
use std::fmt::Write;

/// A dump with one category, and the rows that are added to it.
fn write_dump(rows: &str) -> String {
    let modules = "INSERT INTO nv4_config (lang, module, config_name, config_value) VALUES ('sys','global','site_lang',\
                   'vi');\n\
                   INSERT INTO nv4_vi_modules (title, module_file, module_data, module_upload, weight, act) VALUES \
                   ('news','news','news','news',1,1);\n\
                   INSERT INTO nv4_vi_news_cat (catid, parentid, title, alias, viewcat, groups_view, status) VALUES \
                   (1,0,'Tin tức','tin-tuc','','6',1);\n";
    format!("{modules}{rows}")
}

/// A text as it stands between the quotes of a dump.
fn quote(text: &str) -> String {
    let mut quoted = String::new();
    for c in text.chars() {
        match c {
            '\0' => quoted.push_str("\\0"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\'' | '"' | '\\' => quoted.extend(['\\', c]),
            c => quoted.push(c),
        }
    }
    quoted
}

/// What is stored there, and what its readers see.
const TEXTS: [(&str, &str); 42] = [
    ("Hay &amp; bổ ích &quot;lắm&quot;&#33;", "Hay & bổ ích \"lắm\"!"),
    ("Cảm ơn chị &#039;Hoa&#039; đã trả lời", "Cảm ơn chị 'Hoa' đã trả lời"),
    ("A &amp; B, và &amp;amp; gõ sẵn", "A & B, và &amp; gõ sẵn"),
    ("Q&A: cả & lẫn < đều còn nguyên", "Q&A: cả & lẫn < đều còn nguyên"),
    (
        "Xem https&#x3A;&#x002F;&#x002F;vi-du.example&#x002F;?a&#x3D;1&amp;b&#x3D;2&#x23;muc-3 nhé",
        "Xem https://vi-du.example/?a=1&b=2#muc-3 nhé",
    ),
    ("Vui quá 👍🏽 👨\u{200d}👩\u{200d}👧\u{200d}👦 🇻🇳", "Vui quá 👍🏽 👨\u{200d}👩\u{200d}👧\u{200d}👦 🇻🇳"),
    // letters and their marks apart, and mixed with whole ones
    ("Ti\u{ea}\u{301}ng Vi\u{ea}\u{323}t: ph\u{1b0}\u{1a1}\u{300}ng", "Tiếng Việt: phường"),
    ("a\u{301} ê\u{301} ế", "á ế ế"),
    (
        "Giá 100&#x25; &#91;giảm&#93; &#x7B;hot&#x7D; &#40;thật&#41; &#42;sao&#42; &#x5E;mũ&#x5E; &#x60;ngược&#x60; \
         &#x7E;ngã&#x7E; &#x005C;chéo&#x005C; &#x002F;xuôi&#x002F;",
        "Giá 100% [giảm] {hot} (thật) *sao* ^mũ^ `ngược` ~ngã~ \\chéo\\ /xuôi/",
    ),
    ("SELECT &#42; FROM nguoi_dung; DROP TABLE bai; --", "SELECT * FROM nguoi_dung; DROP TABLE bai; --"),
    ("&#039; OR &#039;1&#039;&#x3D;&#039;1", "' OR '1'='1"),
    ("&quot;; --", "\"; --"),
    // raw, as an old version or another tool may have stored it
    ("Dấu ' và \" và \\ để nguyên", "Dấu ' và \" và \\ để nguyên"),
    ("Thư&#x3A; co.ba+viec@mail.example, máy 0909 000 222", "Thư: co.ba+viec@mail.example, máy 0909 000 222"),
    ("  khoảng trắng hai đầu  ", "khoảng trắng hai đầu"),
    ("Tab\tgiữa\tcâu", "Tab giữa câu"),
    ("Không\u{200b}rộng và\u{a0}\u{a0}cứng", "Khôngrộng và cứng"),
    ("Ngược&#x3A; \u{202e}abc\u{202c} hết", "Ngược: abc hết"),
    ("مرحبا và tiếng Việt", "مرحبا và tiếng Việt"),
    ("中文评论 日本語 한국어", "中文评论 日本語 한국어"),
    ("VIẾT HOA TOÀN BỘ&#33;&#33;&#33;", "VIẾT HOA TOÀN BỘ!!!"),
    ("ok", "ok"),
    (".", "."),
    ("&lt;br &#x002F;&gt; là chữ", "<br /> là chữ"),
    ("&lt;script&gt;alert&#40;1&#41;&lt;&#x002F;script&gt;", "<script>alert(1)</script>"),
    ("Thẻ  và  đã bị bỏ", "Thẻ và đã bị bỏ"),
    ("Mã màu #ff0000, thẻ #BinhMinh &#x23;1", "Mã màu #ff0000, thẻ #BinhMinh #1"),
    ("a&#x3D;b&#42;c&#x002F;&#40;d-e&#41;&#x25;2 &#x3A; mấy?", "a=b*c/(d-e)%2 : mấy?"),
    ("∑ ≤ ≥ √ π ½ € ²", "∑ ≤ ≥ √ π ½ € ²"),
    ("“Ngoặc” ‘đơn’ – ngang — dài …", "“Ngoặc” ‘đơn’ – ngang — dài …"),
    ("&ldquo;Ngoặc&rdquo; &hellip; &nbsp;&eacute;", "“Ngoặc” … é"),
    ("javascript&#x3A;alert&#40;1&#41;", "javascript:alert(1)"),
    (
        "&#91;url&#x3D;https&#x3A;&#x002F;&#x002F;x.example&#93;bb&#91;&#x002F;url&#93;",
        "[url=https://x.example]bb[/url]",
    ),
    ("&#x7B;&#x7B;7&#42;7&#x7D;&#x7D; $&#x7B;7&#42;7&#x7D; &lt;%&#x3D; 7 %&gt;", "{{7*7}} ${7*7} <%= 7 %>"),
    ("\u{feff}Dấu thứ tự byte ở đầu", "Dấu thứ tự byte ở đầu"),
    ("Số không\0ở giữa", "Số khôngở giữa"),
    ("&#0; &#xD800; &#99999999; &khongco;", "\u{fffd} \u{fffd} \u{fffd} &khongco;"),
    ("Hết câu &am", "Hết câu &am"),
    ("C:\\thu\\muc và 100_% và ${x}", "C:\\thu\\muc và 100_% và ${x}"),
    ("ﬁ ﬂ ㎏ Ａ", "ﬁ ﬂ ㎏ Ａ"),
    ("Nguyễn Thị Mỹ Lệ &#40;KP4&#41;", "Nguyễn Thị Mỹ Lệ (KP4)"),
    ("Ðường Điện Biên Phủ", "Đường Điện Biên Phủ"),
];

#[sqlx::test(migrations = "../app/migrations")]
async fn every_text_is_what_its_writer_typed(pool: PgPool) {
    let mut rows = String::new();
    for (n, (stored, _)) in TEXTS.iter().enumerate() {
        let (id, stored) = (n + 1, quote(stored));
        let _ = writeln!(
            rows,
            "INSERT INTO nv4_vi_news_rows (id, catid, listcatid, author, addtime, publtime, status, title, alias, \
             hometext, allowed_comm) VALUES ({id},1,'1','{stored}',1500000000,1500000000,1,'{stored}','bai-{id}',\
             'Mở đầu.','6');\n\
             INSERT INTO nv4_vi_news_detail (id, bodyhtml) VALUES ({id},'<p>Nội dung.</p>');\n\
             INSERT INTO nv4_vi_comment (cid, module, id, pid, content, post_time, userid, post_name, status) VALUES \
             ({id},'news',{id},0,'{stored}<br />Hai<br><br/><br />{stored}',1500000000,0,'{stored}',1);"
        );
    }
    let old = OldSite::new();
    old.write_dump(&write_dump(&rows));
    old.import(&pool, &["--without-uploads"]).await.expect("is carried over");
    let found = sqlx::query_as::<_, (i64, String, String, String, String)>(
        "select o.key::bigint, a.title, a.author, c.body, c.name
         from origins o join articles a on a.id = o.target join comments c on c.article_id = a.id
         where o.kind = 'article' order by 1",
    );
    let found = found.fetch_all(&pool).await.unwrap();
    assert_eq!(found.len(), TEXTS.len());
    for ((stored, shown), (_, title, author, body, name)) in TEXTS.iter().zip(&found) {
        assert_eq!((title.as_str(), author.as_str(), name.as_str()), (*shown, *shown, *shown), "{stored}");
        assert_eq!(body, &format!("{shown}\nHai\n\n{shown}"), "{stored}");
    }
    let times = "select string_agg(distinct extract(epoch from at)::bigint::text, ',')
                 from (select created_at as at from comments union all select published_at from articles
                       union all select created_at from articles) times";
    assert_eq!(text(&pool, times).await, "1500000000");
    // a page shows them as text
    let t = start(pool.clone()).await;
    let slug =
        text(&pool, "select '/tin-tuc/' || slug || '-' || id from articles where title = '<script>alert(1)</script>'")
            .await;
    let page = t.get(&slug, "").await.body;
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !page.contains("<script>alert"), "{page}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_state_of_an_article_has_its_counterpart(pool: PgPool) {
    let states = [
        (0, "withdrawn"),
        (1, "published"),
        (2, "scheduled"),
        (3, "ended"),
        (4, "draft"),
        (5, "in_review"),
        (6, "draft"),
        (7, "in_review"),
        (8, "in_review"),
        (9, "in_review"),
        (10, "in_review"),
        (20, "withdrawn"),
        (21, "withdrawn"),
        (22, "withdrawn"),
        (24, "withdrawn"),
        (31, "withdrawn"),
    ];
    let mut rows = String::from(
        "INSERT INTO nv4_vi_comment (cid, module, id, pid, content, post_time, userid, post_name, status) VALUES \
         (1,'news',2,0,'Ý kiến.',1500000000,0,'An',1);\n",
    );
    for (status, _) in states {
        let time = if status == 2 { 4_102_444_800_u64 } else { 1_500_000_000 };
        let _ = writeln!(
            rows,
            "INSERT INTO nv4_vi_news_rows (id, catid, listcatid, author, addtime, publtime, status, title, alias, \
             hometext, allowed_comm) VALUES ({},1,'1','An',1500000000,{time},{status},'Bài','bai','Mở đầu.','6');\n\
             INSERT INTO nv4_vi_news_detail (id, bodyhtml) VALUES ({},'<p>Nội dung.</p>');",
            status + 1,
            status + 1
        );
    }
    let old = OldSite::new();
    old.write_dump(&write_dump(&rows));
    old.import(&pool, &["--without-uploads"]).await.expect("is carried over");
    let found = sqlx::query_as::<_, (i32, String)>(
        "select o.key::integer - 1, w.stage::text from origins o join written_articles w on w.id = o.target
         where o.kind = 'article' order by 1",
    );
    let found = found.fetch_all(&pool).await.unwrap();
    let found: Vec<(i32, &str)> = found.iter().map(|(status, stage)| (*status, stage.as_str())).collect();
    assert_eq!(found, states);
}

/// Puts another picture at the path of one that articles show.
fn write_picture(old: &OldSite, name: &str, width: u32, shade: u8) {
    let picture = RgbImage::from_fn(width, 360, |x, y| image::Rgb([shade, (x / 3) as u8, (y / 2) as u8]));
    picture.save_with_format(old.path().join("uploads/news/2023_07").join(name), ImageFormat::Jpeg).unwrap();
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_picture_or_file_that_was_replaced_there_is_replaced_here(pool: PgPool) {
    let old = OldSite::new();
    old.import(&pool, &[]).await.expect("is carried over");
    let widths = "select string_agg(width::text, ',' order by name)
                  from article_pictures u join articles a on a.id = u.article_id and a.revision = u.revision
                  join pictures p on p.id = u.picture_id";
    assert_eq!(text(&pool, widths).await, "640,640");
    let alt = "update pictures set alt = 'Lời mô tả của phường', focus_x = 20 where alt = 'Quang cảnh'";
    sqlx::query(alt).execute(&pool).await.unwrap();
    write_picture(&old, "quang-canh.jpg", 800, 60);
    std::fs::write(old.path().join("uploads/news/2023_07/ke-hoach.pdf"), b"%PDF-1.4 da sua").unwrap();
    // the same bytes again, copied anew
    write_picture(&old, "hop.jpg", 640, 90);
    old.import(&pool, &["--dry-run"]).await.expect("is tried");
    assert_eq!(text(&pool, widths).await, "640,640", "a trial replaces nothing");
    assert_eq!(number(&pool, "select count(*) from pictures").await, 2);
    old.import(&pool, &[]).await.expect("is carried over");
    assert_eq!(text(&pool, widths).await, "640,800");
    let described = "select string_agg(alt || focus_x, ';' order by id) from pictures where width = 800";
    assert_eq!(text(&pool, described).await, "Lời mô tả của phường20", "what staff wrote and chose stays");
    assert_eq!(number(&pool, "select count(*) from pictures").await, 2, "under its number, also where it was edited");
    let file = "select count(*) from files f join article_files u on u.file_id = f.id
                join articles a on a.id = u.article_id and a.revision = u.revision where f.size = 15";
    assert!(number(&pool, file).await > 0);
    // one that was deleted here stays so
    sqlx::raw_sql(
        "delete from article_files using files f where f.id = file_id and f.size = 15;
         delete from files where size = 15",
    )
    .execute(&pool)
    .await
    .unwrap();
    let report = old.import(&pool, &[]).await.expect("is carried over");
    assert!(report.contains("ĐÃ XÓA Ở TRANG MỚI NÊN KHÔNG CHUYỂN LẠI (1)\n  news/2023_07/ke-hoach.pdf"), "{report}");
    assert_eq!(number(&pool, "select count(*) from files where size = 15").await, 0);
    let before = number(&pool, "select sum(revision)::bigint from articles").await;
    old.import(&pool, &[]).await.expect("is carried over");
    assert_eq!(number(&pool, "select sum(revision)::bigint from articles").await, before, "nothing is made twice");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_picture_that_was_replaced_here_too_stays_and_is_told(pool: PgPool) {
    let old = OldSite::new();
    old.import(&pool, &[]).await.expect("is carried over");
    let replaced = "update pictures set original_hash = 'khac', width = 999 where alt = 'Quang cảnh'";
    sqlx::query(replaced).execute(&pool).await.unwrap();
    write_picture(&old, "quang-canh.jpg", 800, 60);
    let report = old.import(&pool, &[]).await.expect("is carried over");
    let told = report.split("ĐÃ SỬA Ở TRANG MỚI NÊN GIỮ NGUYÊN").nth(1).unwrap_or_default();
    assert!(told.contains("news/2023_07/quang-canh.jpg"), "{report}");
    let widths = "select string_agg(width::text, ',' order by name) from pictures";
    assert_eq!(text(&pool, widths).await, "640,999");
    assert_eq!(DUMP.matches("quang-canh.jpg").count(), 1);
}
