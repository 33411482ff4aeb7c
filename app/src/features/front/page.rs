//! The front page, and the older pages of its list.

use super::store::find_arrangement;
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_page;
use crate::features::articles::html::{block_cards, cards_html, home_head, news_button};
use crate::features::articles::store::lists::{
    Range, find_card, list_blocks, list_first, list_in_categories, list_newest,
};
use crate::features::articles::{Card, PER_PAGE, article_path};
use crate::features::calendar::html::{coming_events, list_coming};
use crate::features::questions::show_count;
use crate::features::statistics::store::{MostRead, list_most_read};
use crate::features::taxonomy::Category;
use crate::features::taxonomy::store::list_categories;
use crate::routes;
use crate::web::page::{Head, Page, PageRequest, page_links};
use crate::web::site::Site;
use leptos::prelude::*;
use time::OffsetDateTime;

/// Articles above the blocks.
const FIRST: i64 = 9;
/// Notices in the strip.
const MAX_NOTICES: usize = 3;
/// Articles that were read most.
const MAX_POPULAR: usize = 5;

/// Reads the front page, or an older page of its list.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let (pool, page) = (&site.pool, parse_page(request.parameter("trang")));
    let arrangement = find_arrangement(pool).await?;
    let pinned = match arrangement.pinned {
        Some(id) => find_card(pool, id).await?,
        None => None,
    };
    let except = pinned.as_ref().map(|card| card.id);
    let first = FIRST - i64::from(pinned.is_some());
    if page > 1 {
        let range = Range { offset: first + (page - 2) * PER_PAGE, limit: PER_PAGE, except };
        let (cards, has_more) = list_newest(pool, range).await?;
        return Ok(older_page(site, &cards, page, has_more));
    }
    let newest = list_first(pool, except).await?;
    let has_more = newest.len() as i64 > first;
    let shown = usize::try_from(FIRST).unwrap_or(0);
    let cards: Vec<Card> = pinned.into_iter().chain(newest).take(shown).collect();
    let shown: Vec<i64> = cards.iter().map(|card| card.id).collect();
    let categories = list_categories(pool).await?;
    let notices = match arrangement.notices {
        Some(category) => list_in_categories(pool, &[category], 1).await?.0,
        None => Vec::new(),
    };
    let is_block = |category: &&Category| !category.is_hidden && category.parent.is_none();
    let chosen = match arrangement.blocks.is_empty() {
        true => categories.iter().filter(is_block).map(|category| category.id).collect(),
        false => arrangement.blocks,
    };
    let blocks = list_blocks(pool, &chosen, &shown).await?;
    let blocks: Vec<(&Category, Vec<Card>)> = blocks
        .into_iter()
        .filter_map(|(id, cards)| Some((categories.iter().find(|category| category.id == id)?, cards)))
        .collect();
    let coming = list_coming(site).await?;
    let popular = list_most_read(pool, 7, clock::local_day(OffsetDateTime::now_utc())).await?;
    let answered = show_count(site, None).await?;
    let strips = view! {
        {answered.map(|answered| view! { <p class="quiet answered">{answered}</p> })}
        <div class="front-strips">{coming_events(&coming)}{most_read(&popular)}</div>
    };
    Ok(first_page(site, &cards, &notices, &blocks, strips.into_any(), has_more))
}

fn path(page: i64) -> String {
    let home = routes::HOME.path;
    if page > 1 { format!("{home}?trang={page}") } else { home.to_owned() }
}

fn first_page(
    site: &Site,
    cards: &[Card],
    notices: &[Card],
    blocks: &[(&Category, Vec<Card>)],
    strips: AnyView,
    has_more: bool,
) -> Page {
    let info = &site.settings().info;
    let html = view! {
        <div class="home front">
            {news_button(cards)}
            <h1 class="visually-hidden">"Tin mới"</h1>
            {strip(notices)}
            {cards.is_empty().then(|| view! { <p class="empty">"Chưa có tin nào được đăng."</p> })}
            {cards_html(cards)}
            {page_links(1, has_more, &path)}
            {strips}
            {blocks.iter().map(block).collect_view()}
        </div>
    };
    Page {
        head: Head {
            title: info.name.clone(),
            description: format!("{}. {}", info.name, info.tagline),
            canonical: Some(format!("{}{}", site.public_url, path(1))),
            extra: home_head(site, cards),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    }
}

fn older_page(site: &Site, cards: &[Card], page: i64, has_more: bool) -> Page {
    let info = &site.settings().info;
    let html = view! {
        <div class="home">
            <h1>"Tin mới"</h1>
            {cards.is_empty().then(|| view! { <p class="empty">"Trang này không có tin nào."</p> })}
            {cards_html(cards)}
            {page_links(page, has_more, &path)}
        </div>
    };
    Page {
        head: Head {
            title: format!("Tin mới, trang {page} - {}", info.name),
            description: format!("Tin mới của {}, trang {page}.", info.name),
            canonical: Some(format!("{}{}", site.public_url, path(page))),
            extra: home_head(site, cards),
        },
        html: html.to_html(),
        error: cards.is_empty().then_some(AppError::NotFound),
        redirect: None,
    }
}

/// The newest notices in a row.
fn strip(notices: &[Card]) -> Option<impl IntoView + use<>> {
    let items = notices.iter().take(MAX_NOTICES).map(|card| {
        let date = clock::format_day(clock::local_day(card.published_at));
        view! { <li><a href=card.path()>{card.title.clone()}</a><span class="quiet">{date}</span></li> }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="strip" aria-labelledby="thong-bao-moi">
                <h2 id="thong-bao-moi">"Thông báo"</h2>
                <ul>{items}</ul>
            </section>
        }
    })
}

/// What was read most this week.
fn most_read(popular: &[MostRead]) -> Option<impl IntoView + use<>> {
    let items = popular.iter().take(MAX_POPULAR).map(|article| {
        let path = article_path(&article.slug, article.id);
        view! { <li><a href=path>{article.title.clone()}</a></li> }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="strip popular" aria-labelledby="doc-nhieu">
                <h2 id="doc-nhieu">"Đọc nhiều trong tuần"</h2>
                <ol>{items}</ol>
            </section>
        }
    })
}

fn block((category, cards): &(&Category, Vec<Card>)) -> impl IntoView + use<> {
    let id = format!("muc-{}", category.id);
    let label = id.clone();
    view! {
        <section class="block" aria-labelledby=label>
            <h2 id=id><a href=category.path()>{category.name.clone()}</a></h2>
            {block_cards(cards)}
        </section>
    }
}
