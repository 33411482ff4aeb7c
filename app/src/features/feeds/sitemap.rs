//! Sitemaps: an index, a part for pages that are no articles, parts of articles, and the news of two days.

use super::Document;
use super::store::{Address, list_news, list_part, list_parts};
use crate::base::clock::format_iso;
use crate::base::error::AppError;
use crate::features::articles::store::lists::list_months;
use crate::features::articles::{ArticleKind, article_path};
use crate::features::documents::store::list_addresses;
use crate::features::front::archive_path;
use crate::features::pages::ShortPage;
use crate::features::pages::store::list_pages;
use crate::features::series::Series;
use crate::features::series::store::list_public_series;
use crate::features::taxonomy::store::{list_categories, list_public_tags};
use crate::routes;
use crate::web::site::Site;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

const SITEMAP: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const NEWS: &str = "http://www.google.com/schemas/sitemap-news/0.9";
/// Tags in the part of pages.
const MAX_TAGS: i64 = 1000;

/// Writes XML into memory, where nothing can fail but the program itself.
struct Xml(Writer<Vec<u8>>);

impl Xml {
    fn begin(root: &str, namespaces: &[(&str, &str)]) -> Self {
        let mut xml = Self(Writer::new(Vec::new()));
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml.write(Event::Start(BytesStart::new(root).with_attributes(namespaces.iter().copied())));
        xml
    }

    fn write(&mut self, event: Event<'_>) {
        // writing to memory does not fail
        let _ = self.0.write_event(event);
    }

    fn open(&mut self, name: &str) {
        self.write(Event::Start(BytesStart::new(name)));
    }

    fn close(&mut self, name: &str) {
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn line(&mut self, name: &str, text: &str) {
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        self.open(name);
        self.write(Event::Text(BytesText::new(&text)));
        self.close(name);
    }

    fn finish(mut self, root: &str) -> Document {
        self.close(root);
        let text = String::from_utf8(self.0.into_inner()).unwrap_or_default();
        Document { content_type: "application/xml; charset=utf-8", text }
    }
}

/// Writes the list of the parts.
pub async fn write_index(site: &Site) -> Result<Document, AppError> {
    let parts = list_parts(&site.pool).await?;
    let mut xml = Xml::begin("sitemapindex", &[("xmlns", SITEMAP)]);
    let paths = [routes::SITEMAP_PAGES.path.to_owned(), routes::SITEMAP_NEWS.path.to_owned()].into_iter();
    for path in paths.chain(parts.iter().map(|part| routes::SITEMAP_PART.with(part))) {
        xml.open("sitemap");
        xml.line("loc", &format!("{}{path}", site.public_url));
        xml.close("sitemap");
    }
    Ok(xml.finish("sitemapindex"))
}

/// Writes the addresses of pages that are no articles.
pub async fn write_pages(site: &Site) -> Result<Document, AppError> {
    let categories = list_categories(&site.pool).await?;
    let tags = list_public_tags(&site.pool, MAX_TAGS).await?;
    let months = list_months(&site.pool).await?;
    let pages = list_pages(&site.pool).await?;
    let documents = list_addresses(&site.pool).await?;
    let fixed = [
        routes::HOME,
        routes::DIRECTORY,
        routes::DOCUMENTS,
        routes::CALENDAR,
        routes::STATISTICS,
        routes::CONTACT,
        routes::PRIVACY,
        routes::ACCESSIBILITY,
    ];
    let fixed = fixed.map(|route| route.path.to_owned());
    let categories = categories.iter().filter(|category| !category.is_hidden).map(|category| category.path());
    let paths = fixed.into_iter().chain(categories).chain(tags.iter().map(|tag| tag.path()));
    let paths = paths.chain(months.into_iter().map(archive_path)).chain(pages.iter().map(ShortPage::path));
    let series = list_public_series(&site.pool).await?;
    let paths = paths.chain(series.iter().map(Series::path));
    let paths = paths.chain(documents.iter().map(|(id, slug)| ArticleKind::Document.path(slug, *id)));
    let mut xml = Xml::begin("urlset", &[("xmlns", SITEMAP)]);
    for path in paths {
        xml.open("url");
        xml.line("loc", &format!("{}{path}", site.public_url));
        xml.close("url");
    }
    Ok(xml.finish("urlset"))
}

fn url(site: &Site, address: &Address) -> String {
    format!("{}{}", site.public_url, article_path(&address.slug, address.id))
}

/// Writes a part of the articles: its number is the part of the path that varies.
pub async fn write_part(site: &Site, last: &str) -> Result<Document, AppError> {
    let part = crate::base::id::parse_id(last).filter(|part| *part < i64::MAX / 10_000).ok_or(AppError::NotFound)?;
    let addresses = list_part(&site.pool, part).await?;
    if addresses.is_empty() {
        return Err(AppError::NotFound);
    }
    let mut xml = Xml::begin("urlset", &[("xmlns", SITEMAP)]);
    for address in &addresses {
        xml.open("url");
        xml.line("loc", &url(site, address));
        xml.line("lastmod", &format_iso(address.modified_at));
        xml.close("url");
    }
    Ok(xml.finish("urlset"))
}

/// Writes the articles of the last two days, and the front page, so that the list is never empty.
pub async fn write_news(site: &Site) -> Result<Document, AppError> {
    let addresses = list_news(&site.pool).await?;
    let mut xml = Xml::begin("urlset", &[("xmlns", SITEMAP), ("xmlns:news", NEWS)]);
    xml.open("url");
    xml.line("loc", &format!("{}{}", site.public_url, routes::HOME.path));
    xml.close("url");
    for address in &addresses {
        xml.open("url");
        xml.line("loc", &url(site, address));
        xml.open("news:news");
        xml.open("news:publication");
        xml.line("news:name", &site.settings().info.name);
        xml.line("news:language", "vi");
        xml.close("news:publication");
        xml.line("news:publication_date", &format_iso(address.published_at));
        xml.line("news:title", &address.title);
        xml.close("news:news");
        xml.close("url");
    }
    Ok(xml.finish("urlset"))
}
