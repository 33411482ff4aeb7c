//! Dumps that are damaged, incomplete or larger than anybody expects.

use super::{DUMP, OldSite, number, text};
use sqlx::PgPool;
use std::fmt::Write as _;
use std::io::Write as _;

#[sqlx::test(migrations = "../app/migrations")]
async fn what_is_no_whole_dump_is_told_and_nothing_is_taken(pool: PgPool) {
    let old = OldSite::new();
    let half = &DUMP[..DUMP.find("(8,4,'4'").unwrap() + 40];
    let without_rows =
        DUMP.replace("nv4_vi_news_rows", "nv4_vi_news_old").replace("nv4_vi_su_kien_rows", "nv4_vi_su_kien_old");
    for (dump, told) in [
        (half.to_owned(), "cut off in the table nv4_vi_news_rows"),
        (String::new(), "no dump of a MySQL database"),
        (without_rows, "no articles of NukeViet"),
        (DUMP.replace("nv4_vi_news_detail", "nv4_vi_news_gone"), "lacks these tables: nv4_vi_news_detail"),
        (DUMP.replace("(1,1),(2,3);", "(1,1,1),(2,3);"), "3 values for 2 columns"),
    ] {
        old.write_dump(&dump);
        let refused = old.import(&pool, &[]).await.expect_err("is refused");
        assert!(refused.contains(told), "{told}: {refused}");
    }
    old.write_dump(DUMP);
    let refused = old.import(&pool, &["--without-uploads", "--uploads", "/khong/co"]).await.expect_err("is refused");
    assert!(refused.contains("there is no folder /khong/co: give the folder uploads"), "{refused}");
    let refused = old.import(&pool, &["--language", "en"]).await.expect_err("is refused");
    assert!(refused.contains("no site in the language en; it has: vi"), "{refused}");
    assert_eq!(number(&pool, "select count(*) from articles").await, 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_is_missing_or_broken_is_carried_over_without_it(pool: PgPool) {
    let old = OldSite::new();
    // “Ngập”, whose UTF-8 was taken for latin1 and encoded once more
    let twice = "Ngáº\u{ad}p";
    let dump = DUMP
        .replace("nv4_", "ub_hn_")
        .replace("_vi_", "_vn_")
        .replace("('sys','global','site_lang','vi')", "('sys','global','site_lang','vn')")
        .replace("'Bài hai','bai-hai'", &format!("'{twice}','bai-hai'"))
        .replace("`ub_hn_vn_news_tags_id`", "`ub_hn_vn_news_tags_gone`")
        .replace("(9,3,'3',0,1,'',0,1600000000,0,1,9,0,0,", "(9,3,'3',0,1,'',0,0,0,1,9,2147483647,0,")
        .replace("/uploads/news/mat.jpg", "/uploads/../../../etc/passwd");
    let mut bytes = pack(&dump);
    std::fs::write(old.path().join("site.sql"), &bytes).unwrap();
    let report = old.import(&pool, &[]).await.expect("is carried over");
    assert_eq!(text(&pool, "select string_agg(title, ',') from articles where carried_views = 50").await, "Ngập");
    assert!(report.contains("UTF-8 × 2: 1") && report.contains("../../../etc/passwd"), "{report}");
    let later = "select extract(year from published_at)::text from articles where slug = 'khong-mo-dau'";
    assert_eq!(text(&pool, later).await, "2038");
    // what was missing from the first on is no reason to refuse the next
    assert!(report.contains("ub_hn_vn_news_tags_id"), "{report}");
    let again = old.import(&pool, &[]).await.expect("is carried over again");
    assert!(again.contains("Thêm 0, cập nhật 0,"), "{again}");
    // a packed dump that is cut off is known as well
    bytes.truncate(bytes.len() / 2);
    std::fs::write(old.path().join("site.sql"), &bytes).unwrap();
    let refused = old.import(&pool, &[]).await.expect_err("is refused");
    assert!(refused.contains("cut off"), "{refused}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_dump_in_latin1_and_one_of_two_sites_are_read(pool: PgPool) {
    let old = OldSite::new();
    // the other site of the same database stands under another prefix
    let both = DUMP.replace("-- Dump completed", "") + &DUMP.replace("nv4_", "hai_").replace("'Bài hai'", "'Café'");
    let at = both.find("'Café'").unwrap();
    let mut bytes = both.as_bytes()[..at].to_vec();
    bytes.extend(b"'Caf\xe9'");
    bytes.extend(&both.as_bytes()[at + "'Café'".len()..]);
    std::fs::write(old.path().join("site.sql"), bytes).unwrap();
    let refused = old.import(&pool, &[]).await.expect_err("is refused");
    assert!(refused.contains("hai, nv4. Say which with --prefix"), "{refused}");
    let report = old.import(&pool, &["--prefix", "hai"]).await.expect("is carried over");
    assert!(report.contains("latin1: 1"), "{report}");
    assert_eq!(text(&pool, "select title from articles where carried_views = 50").await, "Café");
}

fn pack(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_text_of_five_megabytes_comes_beside_a_table_of_a_million_rows(pool: PgPool) {
    let old = OldSite::new();
    // a paragraph a line, each with words that no other has
    let mut long = String::new();
    for line in 0.. {
        let _ = write!(long, "<p>Dòng {line}: hẻm số {}, nước ngập đến đầu gối.</p>", line * 7);
        if long.len() > 5 << 20 {
            break;
        }
    }
    let mut dump = DUMP.replace("<p>Bài hai có ảnh ở nơi khác:", &format!("{long}<p>Bài hai có ảnh ở nơi khác:"));
    let end = dump.rfind("-- Dump completed").expect("ends");
    let mut rows = "CREATE TABLE `nv4_vi_shops_rows` (\n  `id` int(11) NOT NULL,\n  `text` text NOT NULL\n);\n\
                    INSERT INTO `nv4_vi_shops_rows` VALUES\n"
        .to_owned();
    for row in 1..=1_000_000 {
        let _ = write!(rows, "({row},'hàng; \\'số\\' ({row})'){}", if row == 1_000_000 { ";\n" } else { "," });
    }
    dump.insert_str(end, &rows);
    old.write_dump(&dump);
    let report = old.import(&pool, &[]).await.expect("is carried over");
    assert!(report.contains("nv4_vi_shops_rows"), "{report}");
    assert!(!report.contains("Bài hai:"), "{report}");
    let length = "select octet_length(body)::bigint from articles where carried_views = 50";
    assert!(number(&pool, length).await > 5 << 20, "the text is whole");
    let found = "select count(*) from search_entries e join articles a on a.id = e.article_id
                 where carried_views = 50 and e.words @@ '''ngập'''::tsquery";
    assert_eq!(number(&pool, found).await, 1, "and is found");
}
