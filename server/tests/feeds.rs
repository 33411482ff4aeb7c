//! Feeds, sitemaps and the file for robots over HTTP, read by parsers other than the writers where there are some.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use atom_syndication::Feed;
use axum::http::{StatusCode, header};
use common::{TestSite, start_site};
use rss::Channel;
use sqlx::PgPool;

async fn run(t: &TestSite, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&t.site.pool).await.unwrap();
    t.site.hub.announce(app::live::hub::Change::Site);
}

/// Articles with everything that breaks careless XML.
async fn prepare(t: &TestSite) {
    run(
        t,
        "insert into files (hash, name, content_type, size)
             values ('abcdef0123456789', 'Bản tin \"sáng\" & chiều.mp3', 'audio/mpeg', 12345);
         insert into categories (slug, name) values ('y-te', 'Y tế & <sức khỏe>');
         with a as (
             insert into articles (state, slug, title, category_id, lead, body, sanitiser_version, author, published_at,
                                   published_revision)
             select 'published', 'bai-' || n, 'Tin <b>' || n || '</b> & \"ngoặc\" ]]>', c.id,
                    'Mở đầu <i>' || n || '</i>', '<p><a href=\"/tep/abcdef0123456789/a\">nghe</a></p>', 1, 'An & Bình',
                    now() - make_interval(hours => n), 1
             from generate_series(1, 40) n, categories c where c.slug = 'y-te' returning id),
           r as (insert into rating_totals (article_id) select id from a)
         insert into comment_totals (article_id) select id from a",
    )
    .await;
}

#[sqlx::test(migrations = "../app/migrations")]
async fn rss_is_read_by_a_parser_and_follows_the_rules(pool: PgPool) {
    let t = start_site(pool).await;
    prepare(&t).await;
    for path in ["/rss.xml", "/chuyen-muc/y-te/rss.xml"] {
        let answer = t.get(path, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/rss+xml; charset=utf-8");
        assert!(answer.body.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>"), "{}", answer.body);
        let channel = Channel::read_from(answer.body.as_bytes()).unwrap();
        assert_eq!(channel.items().len(), 30, "the newest");
        assert!(channel.link().starts_with("http") && !channel.description().is_empty());
        assert_eq!(channel.language(), Some("vi"));
        let itself = &channel.atom_ext().unwrap().links()[0];
        assert!(itself.href().ends_with(path) && itself.rel() == "self");
        let item = channel.items().iter().find(|item| item.link().unwrap().contains("/tin-tuc/bai-1-")).unwrap();
        assert_eq!(item.title(), Some("Tin <b>1</b> & \"ngoặc\" ]]>"));
        assert_eq!(item.description(), Some("Mở đầu &lt;i&gt;1&lt;/i&gt;"), "text as HTML");
        assert_eq!(item.dublin_core_ext().unwrap().creators(), ["An & Bình"]);
        let enclosure = item.enclosure().unwrap();
        assert_eq!((enclosure.length(), enclosure.mime_type()), ("12345", "audio/mpeg"));
        assert!(enclosure.url().contains("/tep/abcdef0123456789/B%E1%BA%A3n"), "{}", enclosure.url());
        let mut names: Vec<&str> = channel.items().iter().map(|item| item.guid().unwrap().value()).collect();
        assert!(!item.guid().unwrap().is_permalink());
        names.dedup();
        assert_eq!(names.len(), 30, "each has a name of its own");
        let category = t.get("/chuyen-muc/y-te", "").await.body;
        assert!(category.contains("href=\"/chuyen-muc/y-te/rss.xml\""), "its page leads to it");
        for item in channel.items() {
            let date = item.pub_date().unwrap();
            assert!(
                time::OffsetDateTime::parse(date, &time::format_description::well_known::Rfc2822).is_ok(),
                "{date}"
            );
        }
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn atom_is_read_by_a_parser_and_follows_the_rules(pool: PgPool) {
    let t = start_site(pool).await;
    prepare(&t).await;
    for path in ["/atom.xml", "/chuyen-muc/y-te/atom.xml"] {
        let answer = t.get(path, "").await;
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/atom+xml; charset=utf-8");
        let feed = Feed::read_from(answer.body.as_bytes()).unwrap();
        assert!(feed.id().ends_with(path) && feed.lang() == Some("vi"));
        assert!(feed.links().iter().any(|link| link.rel() == "self" && link.href().ends_with(path)));
        let newest = feed.entries().iter().map(atom_syndication::Entry::updated).max().unwrap();
        assert_eq!(feed.updated(), newest);
        for entry in feed.entries() {
            assert!(!entry.authors().is_empty() && entry.published().is_some() && entry.summary().is_some());
            assert!(entry.links().iter().any(|link| link.rel() == "alternate"));
        }
        let sound =
            feed.entries().iter().flat_map(|entry| entry.links()).find(|link| link.rel() == "enclosure").unwrap();
        assert_eq!((sound.mime_type(), sound.length()), (Some("audio/mpeg"), Some("12345")));
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn feeds_are_kept_like_pages_dropped_with_a_change_and_counted_never(pool: PgPool) {
    let t = start_site(pool).await;
    prepare(&t).await;
    let first = t.get("/rss.xml", "").await;
    let tag = first.header(header::ETAG).to_owned();
    assert!(!tag.is_empty() && first.header(header::CACHE_CONTROL).starts_with("public"));
    let again = axum::http::Request::get("/rss.xml").header(header::IF_NONE_MATCH, &tag);
    let again = t.request(again.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(again.status, StatusCode::NOT_MODIFIED, "a reader that asks every second gets nothing new");
    let views = "select coalesce(sum(visits), 0)::bigint from traffic_totals";
    assert_eq!(sqlx::query_scalar::<_, i64>(views).fetch_one(&t.site.pool).await.unwrap(), 0);
    run(&t, "update articles set state = 'withdrawn', withdrawal_message = 'Gỡ' where slug = 'bai-1'").await;
    let changed = t.get("/rss.xml", "").await;
    assert!(!changed.body.contains("bai-1-") && changed.header(header::ETAG) != tag);
    for path in ["/chuyen-muc/khong-co/rss.xml", "/chuyen-muc/x/atom.xml", "/sitemap/9", "/sitemap/x"] {
        assert_eq!(t.get(path, "").await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(t.get("/sitemap/9223372036854775807", "").await.status, StatusCode::NOT_FOUND);
}

/// The addresses in a sitemap, and that it consists of nothing but known elements.
fn read_sitemap(text: &str) -> Vec<String> {
    let known = [
        "urlset",
        "url",
        "loc",
        "lastmod",
        "sitemapindex",
        "sitemap",
        "news:news",
        "news:publication",
        "news:name",
        "news:language",
        "news:publication_date",
        "news:title",
    ];
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut addresses, mut is_address) = (Vec::new(), false);
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(element) => {
                let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
                assert!(known.contains(&name.as_str()), "{name}");
                is_address = name == "loc";
            }
            quick_xml::events::Event::Text(words) if is_address => addresses.push(words.decode().unwrap().into_owned()),
            quick_xml::events::Event::End(_) => is_address = false,
            quick_xml::events::Event::Eof => return addresses,
            _ => {}
        }
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn the_sitemap_leads_to_every_page_and_robots_to_the_sitemap(pool: PgPool) {
    let t = start_site(pool).await;
    prepare(&t).await;
    let robots = t.get("/robots.txt", "").await;
    assert!(robots.header(header::CONTENT_TYPE).starts_with("text/plain"));
    let line = robots.body.lines().find(|line| line.starts_with("Sitemap: ")).unwrap();
    for private in ["/api/", "/quan-tri", "/tim-kiem?", "/van-ban?", "/y-kien-cua-toi/", "/truc-tiep"] {
        assert!(robots.body.contains(&format!("Disallow: {private}\n")), "{private}: {}", robots.body);
    }
    assert!(!robots.body.contains("Disallow: /tin-tuc/"), "{}", robots.body);
    let path = |address: &str| address.split_once("://").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}"));
    let index = t.get(&path(line.trim_start_matches("Sitemap: ")).unwrap(), "").await;
    assert!(index.body.contains("http://www.sitemaps.org/schemas/sitemap/0.9"));
    let mut articles = 0;
    for part in read_sitemap(&index.body) {
        let part = t.get(&path(&part).unwrap(), "").await;
        assert_eq!(part.status, StatusCode::OK);
        let addresses = read_sitemap(&part.body);
        assert!((1..=5000).contains(&addresses.len()));
        for address in addresses {
            let path = path(&address).unwrap_or("/".to_owned());
            articles += usize::from(path.starts_with("/tin-tuc/"));
            let page = t.get(&path, "").await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert!(page.body.contains(&format!("rel=\"canonical\" href=\"{address}\"")), "{path}");
        }
    }
    assert!(articles >= 41, "{articles}");
    let news = t.get("/sitemap-tin-moi.xml", "").await.body;
    assert_eq!(news.matches("<news:news>").count(), 41, "of the last two days");
    assert!(news.contains("<news:title>Tin &lt;b&gt;1&lt;/b&gt; &amp; "), "{news}");
}
