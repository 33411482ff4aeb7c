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

/// What the schemas of sitemaps and of news in them allow under each element, in this order, and whether it must be
/// there.
const SCHEMA: [(&str, &[(&str, bool)]); 6] = [
    ("sitemapindex", &[("sitemap", true)]),
    ("sitemap", &[("loc", true), ("lastmod", false)]),
    ("urlset", &[("url", true)]),
    ("url", &[("loc", true), ("lastmod", false), ("news:news", false)]),
    ("news:news", &[("news:publication", true), ("news:publication_date", true), ("news:title", true)]),
    ("news:publication", &[("news:name", true), ("news:language", true)]),
];

/// Checks that the children of an element are those that its schema allows, in its order.
fn assert_children(parent: &str, children: &[String]) {
    let (_, allowed) = SCHEMA.iter().find(|(name, _)| *name == parent).unwrap();
    if let [(item, _)] = allowed {
        assert!((1..=50_000).contains(&children.len()) && children.iter().all(|child| child == item), "{parent}");
        return;
    }
    let is_expected = |name: &str, is_required: bool| is_required || children.iter().any(|child| child == name);
    let expected = allowed.iter().filter(|(name, is_required)| is_expected(name, *is_required)).map(|(name, _)| *name);
    assert_eq!(children, expected.collect::<Vec<_>>(), "{parent}");
}

/// Checks the text of an element.
fn assert_text(name: &str, text: &str) {
    use time::OffsetDateTime;
    use time::format_description::well_known::Rfc3339;
    let is_right = match name {
        "loc" => text.starts_with("http://site.test") && (12..2048).contains(&text.len()) && !text.contains(' '),
        "lastmod" | "news:publication_date" => OffsetDateTime::parse(text, &Rfc3339).is_ok(),
        "news:language" => text == "vi",
        _ => !text.is_empty(),
    };
    assert!(is_right, "{name}: {text}");
}

/// The addresses in a sitemap, which is valid by its schema.
fn read_sitemap(text: &str) -> Vec<String> {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_str(text);
    // open elements, each with the names of its children and its text
    let mut open: Vec<(String, Vec<String>, String)> = Vec::new();
    let mut addresses = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(element) => {
                let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
                match open.last_mut() {
                    Some((_, siblings, _)) => siblings.push(name.clone()),
                    None => assert!(matches!(name.as_str(), "urlset" | "sitemapindex"), "{name}"),
                }
                open.push((name, Vec::new(), String::new()));
            }
            Event::Text(words) => {
                if let Some((_, _, text)) = open.last_mut() {
                    text.push_str(&words.decode().unwrap());
                }
            }
            Event::GeneralRef(_) => open.last_mut().unwrap().2.push('&'),
            Event::End(_) => {
                let (name, children, text) = open.pop().unwrap();
                match SCHEMA.iter().any(|(parent, _)| *parent == name) {
                    true => assert_children(&name, &children),
                    false => assert_text(&name, &text),
                }
                if name == "loc" {
                    addresses.push(text);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty() && !addresses.is_empty());
    addresses
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
    read_sitemap(&news);
    assert_eq!(news.matches("<news:news>").count(), 41, "of the last two days");
    assert!(news.contains("<news:title>Tin &lt;b&gt;1&lt;/b&gt; &amp; "), "{news}");
}
