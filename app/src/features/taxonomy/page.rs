//! The pages of a category and of a tag: their articles, newest first.

use super::{Category, Tag, store};
use crate::base::error::AppError;
use crate::base::id::parse_page;
use crate::features::articles::Card;
use crate::features::articles::html::{cards_html, moved_text_page};
use crate::features::articles::store::lists::{list_in_categories, list_with_tag};
use crate::routes::{self, Route};
use crate::web::page::{Head, Page, PageRequest, page_links};
use crate::web::site::Site;
use leptos::prelude::*;

/// Reads a page of a category: its own articles and those of the categories under it.
pub async fn read_category(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let category = store::find_category(&site.pool, &request.last).await?.ok_or(AppError::NotFound)?;
    if category.slug != request.last {
        return Ok(moved_text_page(&request.with_parameters_of(&routes::CATEGORY, &category.path())));
    }
    let all = store::list_categories(&site.pool).await?;
    let below: Vec<&Category> = all.iter().filter(|other| other.parent == Some(category.id)).collect();
    let ids: Vec<i64> = std::iter::once(category.id).chain(below.iter().map(|other| other.id)).collect();
    let page = parse_page(request.parameter("trang"));
    let (cards, has_more) = list_in_categories(&site.pool, &ids, page).await?;
    let parent = all.iter().find(|other| Some(other.id) == category.parent && !other.is_hidden);
    let around = view! {
        {parent.map(|parent| view! { <p class="category"><a href=parent.path()>{parent.name.clone()}</a></p> })}
        <h1>{category.name.clone()}</h1>
        {sub_categories(&below)}
    };
    let listed = ListedPage { route: &routes::CATEGORY, slug: &category.slug, name: &category.name, page, has_more };
    Ok(listed.render(site, &cards, around))
}

/// Reads a page of a tag.
pub async fn read_tag(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let tag: Tag = store::find_tag(&site.pool, &request.last).await?.ok_or(AppError::NotFound)?;
    if tag.slug != request.last {
        return Ok(moved_text_page(&request.with_parameters_of(&routes::TAG, &tag.path())));
    }
    let page = parse_page(request.parameter("trang"));
    let (cards, has_more) = list_with_tag(&site.pool, tag.id, page).await?;
    let around = view! {
        <p class="category">"Thẻ"</p>
        <h1>{tag.name.clone()}</h1>
    };
    // the tags of drafts are nobody's business yet
    if cards.is_empty() {
        return Err(AppError::NotFound);
    }
    let listed = ListedPage { route: &routes::TAG, slug: &tag.slug, name: &tag.name, page, has_more };
    Ok(listed.render(site, &cards, around))
}

fn sub_categories(below: &[&Category]) -> Option<impl IntoView + use<>> {
    let links: Vec<_> = below
        .iter()
        .filter(|category| !category.is_hidden)
        .map(|category| view! { <li><a href=category.path()>{category.name.clone()}</a></li> })
        .collect();
    (!links.is_empty()).then(|| {
        view! { <nav aria-label="Chuyên mục con"><ul class="chips">{links}</ul></nav> }
    })
}

/// A page of a list that has a name and an address of its own.
struct ListedPage<'a> {
    route: &'static Route,
    slug: &'a str,
    name: &'a str,
    page: i64,
    has_more: bool,
}

impl ListedPage<'_> {
    fn path(&self, page: i64) -> String {
        let path = self.route.with(self.slug);
        if page > 1 { format!("{path}?trang={page}") } else { path }
    }

    /// The link to the feed of a category; tags have none.
    fn feed_link(&self) -> String {
        let Some(suffix) = (*self.route == routes::CATEGORY).then_some(routes::CATEGORY_RSS.suffix) else {
            return String::new();
        };
        let href = format!("{}{suffix}", self.path(1));
        let title = format!("RSS: {}", self.name);
        view! { <link rel="alternate" r#type="application/rss+xml" title=title href=href/> }.to_html()
    }

    fn render(&self, site: &Site, cards: &[Card], heading: impl IntoView) -> Page {
        let (page, name) = (self.page, self.name);
        let info = &site.settings().info;
        let empty = cards.is_empty().then_some(if page > 1 {
            "Trang này không có tin nào."
        } else {
            "Chưa có tin nào ở mục này."
        });
        let html = view! {
            <div class="home">
                {heading}
                {empty.map(|message| view! { <p class="empty">{message}</p> })}
                {cards_html(cards)}
                {page_links(page, self.has_more, &|page| self.path(page))}
            </div>
        };
        let numbered = if page > 1 { format!("{name}, trang {page}") } else { name.to_owned() };
        Page {
            head: Head {
                title: format!("{numbered} - {}", info.name),
                description: format!("{name}. Tin của {}.", info.name),
                canonical: Some(format!("{}{}", site.public_url, self.path(page))),
                extra: self.feed_link(),
            },
            html: html.to_html(),
            error: (cards.is_empty() && page > 1).then_some(AppError::NotFound),
            redirect: None,
        }
    }
}
