//! Searching over HTTP: what comes first, what is refused, and how often one may ask.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use axum::http::StatusCode;
use common::{TestSite, start_site};
use sqlx::PgPool;

fn path(pairs: &[(&str, &str)]) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/tim-kiem?{query}")
}

/// The titles of the results, without the marks of what matched.
fn titles(page: &str) -> Vec<String> {
    let results = page.split("<ol class=\"results\">").nth(1).unwrap_or_default();
    let titles = results.split("<h2>").skip(1).map(|part| part.split("</h2>").next().unwrap());
    let tag = |title: &str| {
        let parts = title.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
        parts.collect::<String>()
    };
    titles.map(tag).collect()
}

/// Inserts articles with these titles and leads, each a day older than the one before.
async fn insert(t: &TestSite, articles: &[(&str, &str)]) {
    for (index, (title, lead)) in articles.iter().enumerate() {
        let article = sqlx::query(
            "with a as (
                 insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author,
                                       published_at, published_revision)
                 select 'published', 'bai-' || $3, $1, min(id), $2, '<p>' || $2 || '</p>', 1, 'An',
                        now() - make_interval(days => $3), 1
                 from categories returning id),
               r as (insert into rating_totals (article_id) select id from a)
             insert into comment_totals (article_id) select id from a",
        );
        article.bind(title).bind(lead).bind(index as i32).execute(&t.site.pool).await.unwrap();
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn people_find_what_they_look_for(pool: PgPool) {
    let t = start_site(pool).await;
    let articles: Vec<(&str, &str)> =
        include_str!("data/articles.tsv").lines().map(|line| line.split_once('\t').unwrap()).collect();
    insert(&t, &articles).await;
    let searches: Vec<(&str, &str)> =
        include_str!("data/searches.tsv").lines().map(|line| line.split_once('\t').unwrap()).collect();
    assert_eq!(searches.len(), 60);
    let mut wrong = Vec::new();
    for (typed, title) in &searches {
        let page = t.get(&path(&[("q", typed)]), "").await;
        assert_eq!(page.status, StatusCode::OK, "{typed}");
        let found = titles(&page.body);
        if !found.first().is_some_and(|first| first.starts_with(title)) {
            wrong.push(format!("{typed}: {:?}", found.first()));
        }
    }
    println!("searches: {} of {} right; not: {wrong:?}", searches.len() - wrong.len(), searches.len());
    assert!(wrong.len() <= 3, "{wrong:?}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn what_is_typed_with_diacritics_comes_first_then_the_title_then_the_new(pool: PgPool) {
    let t = start_site(pool).await;
    insert(
        &t,
        &[("Họp về đường", "Mở đầu"), ("Hợp tác xã", "Mở đầu"), ("Tin khác", "Cuộc hợp ở xã"), ("Hộp thư", "Cái hộp")],
    )
    .await;
    let search = async |typed: &str| titles(&t.get(&path(&[("q", typed)]), "").await.body);
    assert_eq!(search("hợp").await[..2], ["Hợp tác xã", "Tin khác"]);
    assert_eq!(search("hộp").await[0], "Hộp thư");
    assert_eq!(search("hop").await.len(), 4, "without diacritics all of them");
    assert_eq!(search("duong").await, ["Họp về đường"], "đ is d");
    assert_eq!(search("\"hợp ở xã\"").await, ["Tin khác"], "a phrase stands together");
    let page = t.get(&path(&[("q", "hop tac")]), "").await.body;
    assert!(page.contains("<mark>Hợp</mark> <mark>tác</mark> xã"), "what matched is marked: {page}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn bad_searches_get_a_sentence_and_nothing_breaks(pool: PgPool) {
    let t = start_site(pool).await;
    insert(&t, &[("Họp tổ dân phố", "Bà con bàn chuyện rác")]).await;
    for (typed, said) in [
        ("a".repeat(10_000).as_str(), "tối đa 200 ký tự"),
        ("%", "ít nhất một chữ cái"),
        ("_", "ít nhất một chữ cái"),
        ("\u{301}", "ít nhất một chữ cái"),
        ("\u{301}\u{309}\u{323}", "ít nhất một chữ cái"),
        ("😀", "ít nhất một chữ cái"),
        ("\"", "ít nhất một chữ cái"),
        ("\"họp tổ", "Họp"),
        ("họp' & !tổ:*", "Họp"),
        ("hop <script>alert(1)</script>", "Họp"),
        ("\0họp", "Họp"),
        ("zzzzzzzz", "Không tìm thấy kết quả nào"),
        ("", "Gõ có dấu hoặc không dấu đều được"),
    ] {
        let page = t.get(&path(&[("q", typed)]), "").await;
        assert_eq!(page.status, StatusCode::OK, "{typed}");
        assert!(page.body.contains(said), "{typed}: {}", page.body);
        assert!(!page.body.contains("<script>alert"), "{typed}");
    }
    for number in ["1000000000000000000", "-1", "0", "x", "99999999999999999999999"] {
        let page = t.get(&path(&[("q", "họp"), ("trang", number)]), "").await;
        assert_eq!(page.status, StatusCode::OK, "{number}");
    }
    for filter in [("chuyen-muc", "' or 1=1"), ("thoi-gian", "x"), ("trong", "x")] {
        assert_eq!(t.get(&path(&[("q", "họp"), filter]), "").await.status, StatusCode::OK);
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_wrong_spelling_is_corrected_and_said(pool: PgPool) {
    let t = start_site(pool).await;
    insert(&t, &[("Tiêm chủng mở rộng", "Sáng thứ bảy"), ("Lịch cúp nước", "Khu phố ba")]).await;
    let page = t.get(&path(&[("q", "tiêm chugn")]), "").await.body;
    assert!(page.contains("Không có kết quả cho “tiêm chugn”. Kết quả cho"), "{page}");
    assert!(page.contains("href=\"/tim-kiem?q=ti%C3%AAm%20chung\""), "{page}");
    assert_eq!(titles(&page), ["Tiêm chủng mở rộng"]);
    let page = t.get(&path(&[("q", "lịch tiêm")]), "").await.body;
    assert!(page.contains("Không có bài nào chứa tất cả các từ"), "{page}");
    assert_eq!(titles(&page).len(), 2);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn tags_and_files_are_found_and_what_is_not_public_is_not(pool: PgPool) {
    let t = start_site(pool).await;
    insert(&t, &[("Bài một", "Mở đầu"), ("Bài hai", "Mở đầu")]).await;
    let run = async |sql: &'static str| sqlx::raw_sql(sql).execute(&t.site.pool).await.unwrap();
    run("insert into files (hash, name, content_type, size)
             values ('abcdef0123456789', 'Biểu mẫu kê khai.pdf', 'application/pdf', 1);
         update articles set body = '<p><a href=\"/tep/abcdef0123456789/a.pdf\">tải về</a></p>' where title = 'Bài một';
         insert into tags (slug, name) values ('thuy-loi', 'Thủy lợi');
         insert into article_tags (article_id, tag_id, position)
         select a.id, t.id, 1 from articles a, tags t where a.title = 'Bài hai'")
    .await;
    let search = async |typed: &str| titles(&t.get(&path(&[("q", typed)]), "").await.body);
    assert_eq!(search("kê khai").await, ["Bài một"]);
    assert_eq!(search("thuy loi").await, ["Bài hai"]);
    run("update tags set name = 'Kênh mương'").await;
    assert_eq!((search("thuy loi").await.len(), search("kenh muong").await), (0, vec!["Bài hai".to_owned()]));
    run("delete from article_tags").await;
    assert_eq!(search("kenh muong").await.len(), 0);
    run("update articles set ends_at = now() where title = 'Bài một'").await;
    assert_eq!(search("kê khai").await.len(), 0, "it has ended");
    run("update articles set ends_at = null, published_at = now() + interval '1 hour' where title = 'Bài một'").await;
    assert_eq!(search("kê khai").await.len(), 0, "it is not begun");
    run("update articles set published_at = now() where title = 'Bài một'").await;
    assert_eq!(search("kê khai").await.len(), 1);
    run("update articles set state = 'withdrawn', withdrawal_message = 'Gỡ' where title = 'Bài một'").await;
    assert_eq!(search("kê khai").await.len(), 0, "it is withdrawn");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn filters_pages_and_comments(pool: PgPool) {
    let t = start_site(pool).await;
    let many: Vec<(String, &str)> = (0..45).map(|n| (format!("Bản tin số {n}"), "Phát thanh")).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(title, lead)| (title.as_str(), *lead)).collect();
    insert(&t, &many).await;
    let search = async |pairs: &[(&str, &str)]| t.get(&path(pairs), "").await.body;
    let first = search(&[("q", "phát thanh")]).await;
    assert!(first.contains("Có 45 kết quả") && titles(&first).len() == 20, "{first}");
    assert_eq!(titles(&search(&[("q", "phát thanh"), ("trang", "3")]).await).len(), 5);
    assert!(search(&[("q", "phát thanh"), ("trang", "4")]).await.contains("Trang này không có kết quả nào"));
    assert!(search(&[("q", "phát thanh"), ("thoi-gian", "tuan")]).await.contains("Có 7 kết quả"));
    // the pages of what is found in another way than asked for lead on as well
    for typed in ["phát thah", "phát thanh qqqqqqqq", "phát tha"] {
        assert_eq!(titles(&search(&[("q", typed), ("trang", "2")]).await).len(), 20, "{typed}");
        assert_eq!(titles(&search(&[("q", typed), ("trang", "3")]).await).len(), 5, "{typed}");
    }
    sqlx::raw_sql(
        "insert into categories (slug, name) values ('y-te', 'Y tế');
                   update articles set category_id = (select id from categories where slug = 'y-te')
                   where title like '%số 3'",
    )
    .execute(&t.site.pool)
    .await
    .unwrap();
    assert_eq!(titles(&search(&[("q", "phát thanh"), ("chuyen-muc", "y-te")]).await), ["Bản tin số 3"]);

    let sent = t.send("/api/send-comment", &t.comment_form("Loa phường nghe rất rõ"), "").await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    assert!(search(&[("q", "loa nghe"), ("trong", "y-kien")]).await.contains("Không tìm thấy"), "it is pending");
    sqlx::query("update comments set state = 'published'").execute(&t.site.pool).await.unwrap();
    let found = search(&[("q", "loa nghe"), ("trong", "y-kien")]).await;
    assert!(found.contains("<mark>Loa</mark> phường <mark>nghe</mark>") && found.contains("y-kien="), "{found}");
    let covered = "update comments set covered = '[[0, 3]]'";
    sqlx::query(covered).execute(&t.site.pool).await.unwrap();
    let found = search(&[("q", "loa nghe"), ("trong", "y-kien")]).await;
    assert!(!found.contains("phường <mark>nghe"), "what is covered is not found: {found}");
}

#[sqlx::test(migrations = "../app/migrations")]
async fn of_more_than_a_thousand_the_newest_are_ranked(pool: PgPool) {
    let t = start_site(pool).await;
    sqlx::raw_sql(
        "with a as (insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author,
                                          published_at, published_revision)
                    select 'published', 'tin', 'Bản tin ' || n, (select min(id) from categories), 'Mở đầu', '', 1, 'An',
                           now() - make_interval(mins => n), 1
                    from generate_series(1, 1005) n returning id),
              r as (insert into rating_totals (article_id) select id from a)
         insert into comment_totals (article_id) select id from a",
    )
    .execute(&t.site.pool)
    .await
    .unwrap();
    let page = t.get(&path(&[("q", "bản tin")]), "").await.body;
    assert!(page.contains("Có hơn 1.000 kết quả") || page.contains("Có hơn 1,000 kết quả"), "{page}");
    assert_eq!(titles(&page)[0], "Bản tin 1");
    assert_eq!(titles(&t.get(&path(&[("q", "bản tin"), ("trang", "50")]), "").await.body).len(), 20);
    assert_eq!(titles(&t.get(&path(&[("q", "bản tin"), ("trang", "51")]), "").await.body).len(), 0);
}

#[sqlx::test(migrations = "../app/migrations")]
async fn a_line_that_asks_too_often_waits_and_readers_do_not(pool: PgPool) {
    let t = start_site(pool).await;
    let mut refused = 0;
    for n in 0..200 {
        let answer = t.get(&path(&[("q", &format!("tin {n}"))]), "").await;
        refused += usize::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!((70..=90).contains(&refused), "{refused}");
    assert_eq!(t.get("/", "").await.status, StatusCode::OK);
    assert_eq!(t.get("/tim-kiem", "").await.status, StatusCode::OK, "the form itself");
}
