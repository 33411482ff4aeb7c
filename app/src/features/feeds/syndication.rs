//! Feeds in RSS 2.0 and Atom, of all articles and of a category.

use super::Document;
use super::store::{Entry, Sound, list_entries};
use crate::base::clock::{format_iso, format_rfc2822};
use crate::base::error::AppError;
use crate::base::url::encode;
use crate::features::articles::article_path;
use crate::features::taxonomy::Category;
use crate::routes;
use crate::web::site::Site;
use atom_syndication as atom;

/// A category with the numbers of those whose articles it shows.
pub type Shown = (Category, Vec<i64>);

/// How long readers of feeds may wait before they ask again, in minutes.
const MINUTES: &str = "15";

/// What both kinds of feed say.
struct Feed {
    title: String,
    /// The page that shows the same.
    page: String,
    /// The feed's own address.
    address: String,
    description: String,
    entries: Vec<Entry>,
}

impl Feed {
    async fn read(site: &Site, shown: Option<&Shown>, of_all: &str, suffix: &str) -> Result<Self, AppError> {
        let info = &site.settings().info;
        let entries = list_entries(&site.pool, shown.map(|(_, ids)| &ids[..])).await?;
        let url = |path: &str| format!("{}{path}", site.public_url);
        Ok(match shown {
            None => Self {
                title: info.name.clone(),
                page: url(routes::HOME.path),
                address: url(of_all),
                description: format!("{}. {}", info.name, info.tagline),
                entries,
            },
            Some((category, _)) => Self {
                title: format!("{} - {}", category.name, info.name),
                page: url(&category.path()),
                address: url(&format!("{}{suffix}", category.path())),
                description: format!("{}. Tin của {}.", category.name, info.name),
                entries,
            },
        })
    }
}

fn link(site: &Site, entry: &Entry) -> String {
    format!("{}{}", site.public_url, article_path(&entry.slug, entry.id))
}

/// A name that stays whatever the article's address becomes.
fn name(site: &Site, entry: &Entry) -> String {
    format!("{}{}", site.public_url, routes::ARTICLE.with(entry.id))
}

fn sound_url(site: &Site, sound: &Sound) -> String {
    format!("{}{}", site.public_url, routes::FILE.with(format_args!("{}/{}", sound.hash, encode(&sound.name))))
}

/// Text that XML can hold: without control characters, which it forbids.
fn clean(text: &str) -> String {
    text.chars().filter(|&c| !c.is_control() || c == '\n').collect()
}

/// Writes a feed in RSS 2.0.
pub async fn write_rss(site: &Site, shown: Option<&Shown>) -> Result<Document, AppError> {
    let feed = Feed::read(site, shown, routes::RSS.path, routes::CATEGORY_RSS.suffix).await?;
    let items = feed.entries.iter().map(|entry| {
        let mut item = rss::Item::default();
        item.set_title(clean(&entry.title));
        item.set_link(link(site, entry));
        item.set_guid(rss::Guid { value: name(site, entry), permalink: false });
        item.set_pub_date(format_rfc2822(entry.published_at));
        // as HTML, which readers of feeds take it for
        item.set_description(html(&entry.lead));
        item.set_categories(vec![rss::Category { name: clean(&entry.category), domain: None }]);
        let creator = rss::extension::dublincore::DublinCoreExtension {
            creators: vec![clean(&entry.author)],
            ..Default::default()
        };
        item.set_dublin_core_ext(creator);
        if let Some(sound) = &entry.sound {
            item.set_enclosure(rss::Enclosure {
                url: sound_url(site, sound),
                length: sound.size.to_string(),
                mime_type: sound.content_type.clone(),
            });
        }
        item
    });
    let itself = rss::extension::atom::Link {
        href: feed.address.clone(),
        rel: "self".to_owned(),
        mime_type: Some("application/rss+xml".to_owned()),
        ..Default::default()
    };
    let mut channel = rss::Channel::default();
    channel.set_title(clean(&feed.title));
    channel.set_link(feed.page);
    channel.set_description(clean(&feed.description));
    channel.set_language("vi".to_owned());
    channel.set_ttl(MINUTES.to_owned());
    channel.set_atom_ext(rss::extension::atom::AtomExtension { links: vec![itself] });
    channel.set_items(items.collect::<Vec<_>>());
    let text = channel.to_string();
    Ok(Document { content_type: "application/rss+xml; charset=utf-8", text: declared(text) })
}

/// Writes a feed in Atom.
pub async fn write_atom(site: &Site, shown: Option<&Shown>) -> Result<Document, AppError> {
    let feed = Feed::read(site, shown, routes::ATOM.path, routes::CATEGORY_ATOM.suffix).await?;
    let time = |at| format_iso(at).parse::<atom::FixedDateTime>().map_err(|_| AppError::Internal);
    let mut entries = Vec::with_capacity(feed.entries.len());
    for entry in &feed.entries {
        let mut links = vec![atom::Link { href: link(site, entry), rel: "alternate".to_owned(), ..Default::default() }];
        links.extend(entry.sound.as_ref().map(|sound| atom::Link {
            href: sound_url(site, sound),
            rel: "enclosure".to_owned(),
            mime_type: Some(sound.content_type.clone()),
            length: Some(sound.size.to_string()),
            title: Some(clean(&sound.name)),
            ..Default::default()
        }));
        entries.push(atom::Entry {
            title: atom::Text::plain(clean(&entry.title)),
            id: name(site, entry),
            updated: time(entry.modified_at)?,
            published: Some(time(entry.published_at)?),
            authors: vec![atom::Person { name: clean(&entry.author), ..Default::default() }],
            categories: vec![atom::Category { term: clean(&entry.category), ..Default::default() }],
            links,
            summary: Some(atom::Text::plain(clean(&entry.lead))),
            ..Default::default()
        });
    }
    // a feed without articles is as old as the site could be, so that it stays the same
    let newest = feed.entries.iter().map(|entry| entry.modified_at).max();
    let atom = atom::Feed {
        title: atom::Text::plain(clean(&feed.title)),
        id: feed.address.clone(),
        updated: time(newest.unwrap_or(time::OffsetDateTime::UNIX_EPOCH))?,
        links: vec![
            atom::Link { href: feed.page, rel: "alternate".to_owned(), ..Default::default() },
            atom::Link {
                href: feed.address,
                rel: "self".to_owned(),
                mime_type: Some("application/atom+xml".to_owned()),
                ..Default::default()
            },
        ],
        subtitle: Some(atom::Text::plain(clean(&feed.description))),
        lang: Some("vi".to_owned()),
        entries,
        ..Default::default()
    };
    Ok(Document { content_type: "application/atom+xml; charset=utf-8", text: declared(atom.to_string()) })
}

/// A text as HTML.
fn html(text: &str) -> String {
    clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// XML with its declaration.
fn declared(text: String) -> String {
    if text.starts_with("<?xml") { text } else { format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}") }
}
