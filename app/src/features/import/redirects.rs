//! Where the addresses of the old site lead.

use super::OriginKind;
use super::addresses::{Named, OldAddress, parse_look_alike};
use super::store::{OldFile, find_article_by_alias, find_by_alias, find_by_key, find_first_page, find_old_file};
use crate::base::error::AppError;
use crate::base::url::encode;
use crate::features::articles::short_path;
use crate::features::articles::store::find_public_path;
use crate::features::media::file_path;
use crate::routes;
use sqlx::PgPool;

/// Where an address leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// Browsers are sent there.
    To(String),
    /// There is nothing: it was an article's, and no article of this site may answer for its number.
    Nowhere,
    /// It answers as this address does: what has it is not public, and its title stays unknown.
    As(String),
}

/// Finds where an address of the old site leads; `None` where nothing here is what it was.
pub async fn find_lead(pool: &PgPool, address: &OldAddress) -> Result<Option<Lead>, AppError> {
    let to = match address {
        OldAddress::Home => Some(routes::HOME.path.to_owned()),
        OldAddress::Article(module, number) => {
            let found = find_by_key(pool, OriginKind::Article, module, &number.to_string()).await?;
            let Some(id) = found else { return Ok(Some(Lead::Nowhere)) };
            match find_public_path(pool, id).await? {
                Some(path) => Some(path),
                None => return Ok(Some(Lead::As(short_path(id)))),
            }
        }
        OldAddress::Named(module, what, alias, page) => find_named(pool, module, *what, alias, *page).await?,
        // one that took every new article was what the front page shows
        OldAddress::Group(module, alias, page) => {
            let found = find_named(pool, module, Named::Topic, alias, *page).await?;
            found.or_else(|| Some(routes::HOME.path.to_owned()))
        }
        OldAddress::Pages(module) => find_first_page(pool, module).await?.map(|slug| routes::PAGE.with(slug)),
        OldAddress::Feed(None) => Some(routes::RSS.path.to_owned()),
        OldAddress::Feed(Some((module, alias))) => {
            let category = find_by_alias(pool, OriginKind::Category, module, alias).await?;
            let route = routes::CATEGORY_RSS;
            Some(
                category
                    .map_or_else(|| routes::RSS.path.to_owned(), |c| format!("{}{}", route.with(c.slug), route.suffix)),
            )
        }
        OldAddress::Search(words) if words.is_empty() => Some(routes::SEARCH.path.to_owned()),
        OldAddress::Search(words) => Some(format!("{}?q={}", routes::SEARCH.path, encode(words))),
        OldAddress::Contact => Some(routes::CONTACT.path.to_owned()),
        OldAddress::Statistics => Some(routes::STATISTICS.path.to_owned()),
        OldAddress::File(path) => find_old_file(pool, path).await?.map(|file| match file {
            OldFile::Picture(hash) => routes::IMAGE.with(format_args!("{hash}.jpg")),
            OldFile::File(hash, name) => file_path(&hash, &name),
        }),
    };
    Ok(to.map(Lead::To))
}

/// Finds where an address leads that has the form of an article's of this site, and may be one of the old site: there
/// it had this readable part and this number. Where what it was is not public, it leads nowhere. An article that has
/// the same number here as there answers for itself.
pub async fn find_look_alike(pool: &PgPool, last: &str) -> Result<Option<Lead>, AppError> {
    let Some((alias, number)) = parse_look_alike(last) else { return Ok(None) };
    let found = find_article_by_alias(pool, &alias, &number.to_string()).await?;
    let Some(id) = found.filter(|id| *id != number) else { return Ok(None) };
    Ok(Some(find_public_path(pool, id).await?.map_or(Lead::Nowhere, Lead::To)))
}

async fn find_named(
    pool: &PgPool,
    module: &str,
    what: Named,
    alias: &str,
    page: i64,
) -> Result<Option<String>, AppError> {
    let (kind, route) = match what {
        Named::Category => (OriginKind::Category, routes::CATEGORY),
        Named::Tag => (OriginKind::Tag, routes::TAG),
        Named::Topic => (OriginKind::Topic, routes::SERIES),
        Named::Page => (OriginKind::Page, routes::PAGE),
        Named::Author => (OriginKind::Author, routes::SEARCH),
    };
    let Some(found) = find_by_alias(pool, kind, module, alias).await? else { return Ok(None) };
    Ok(match what {
        // there is no page of an author, but their articles are found by the name
        Named::Author => Some(format!("{}?q={}", route.path, encode(&found.name))),
        _ if found.slug.is_empty() => None,
        _ if page > 1 && what != Named::Page => Some(format!("{}?trang={page}", route.with(found.slug))),
        _ => Some(route.with(found.slug)),
    })
}
