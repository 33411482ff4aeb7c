//! What machines read: feeds in RSS and Atom, sitemaps, and the file for robots.

pub mod sitemap;
pub mod store;
pub mod syndication;

use crate::base::error::AppError;
use crate::features::calendar::{write_month, write_subscription};
use crate::features::taxonomy::Category;
use crate::features::taxonomy::store::list_categories;
use crate::routes::{self, Kind};
use crate::web::site::Site;

/// Articles in a feed.
pub const ENTRIES: i64 = 30;

/// A text for machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub content_type: &'static str,
    pub text: String,
}

/// Writes the document at a path.
///
/// # Errors
/// [`AppError::NotFound`] where there is none: an unknown category, or a part of the sitemap without articles.
pub async fn write_document(site: &Site, path: &str) -> Result<Document, AppError> {
    let (index, last) = routes::find(path).ok_or(AppError::NotFound)?;
    match routes::ALL[index] {
        routes::RSS => syndication::write_rss(site, None).await,
        routes::ATOM => syndication::write_atom(site, None).await,
        routes::CATEGORY_RSS => syndication::write_rss(site, Some(&find_category(site, last).await?)).await,
        routes::CATEGORY_ATOM => syndication::write_atom(site, Some(&find_category(site, last).await?)).await,
        routes::SITEMAP => sitemap::write_index(site).await,
        routes::SITEMAP_PAGES => sitemap::write_pages(site).await,
        routes::SITEMAP_NEWS => sitemap::write_news(site).await,
        routes::SITEMAP_PART => sitemap::write_part(site, last).await,
        routes::CALENDAR_FILE => Ok(calendar_file(write_subscription(site).await?)),
        routes::CALENDAR_MONTH_FILE => Ok(calendar_file(write_month(site, last).await?)),
        routes::ROBOTS => Ok(write_robots(site)),
        _ => Err(AppError::NotFound),
    }
}

fn calendar_file(text: String) -> Document {
    Document { content_type: "text/calendar; charset=utf-8", text }
}

/// A category with those under it. Its old addresses have no feed: a reader of feeds follows the page's link.
async fn find_category(site: &Site, slug: &str) -> Result<(Category, Vec<i64>), AppError> {
    let all = list_categories(&site.pool).await?;
    let category = all.iter().find(|category| category.slug == slug).ok_or(AppError::NotFound)?.clone();
    let is_in = |other: &&Category| other.id == category.id || other.parent == Some(category.id);
    let ids = all.iter().filter(is_in).map(|other| other.id).collect();
    Ok((category, ids))
}

/// Tells robots what is not for them, and where the sitemap is.
fn write_robots(site: &Site) -> Document {
    let private = routes::ALL.iter().filter(|route| !route.cacheable && route.kind == Kind::Page);
    let private = private.chain([&routes::DESK]).map(|route| match *route {
        // the pages themselves are for everybody, and so is each document; what was searched for is not
        routes::DOCUMENTS | routes::SEARCH => format!("Disallow: {}?\n", route.path),
        route => format!("Disallow: {}\n", route.path),
    });
    let text = format!(
        "User-agent: *\nDisallow: /api/\nDisallow: {}\n{}\nSitemap: {}{}\n",
        routes::STREAM.path,
        private.collect::<String>(),
        site.public_url,
        routes::SITEMAP.path
    );
    Document { content_type: "text/plain; charset=utf-8", text }
}
