//! The front page: what is published, newest first.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::{Card, Listing, parse_page};
use crate::answer;
use crate::error::AppError;
use crate::pictures::{CARD_SIZES, PictureView};
use crate::ratings::thousands;
use crate::shell::{ErrorView, PageHead, use_info};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A page of the list of articles.
#[server(prefix = "/api", endpoint = "articles", input = server_fn::codec::GetUrl, output = server_fn::codec::Json)]
pub async fn read_articles(page: i64) -> Result<Listing, AppError> {
    let (cards, more) = super::store::newest(&crate::site::site()?.pool, page.clamp(1, 100_000)).await?;
    Ok(Listing { cards, page, more })
}

/// The list of articles.
#[component]
pub fn HomePage() -> impl IntoView {
    let query = use_query_map();
    let page = Memo::new(move |_| parse_page(query.with(|query| query.get("trang")).as_deref()));
    let listing = Resource::new(
        move || page.get(),
        |page| crate::forms::send::read(read_articles(page), move || format!("/api/articles?page={page}")),
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match listing.await {
                    Ok(listing) => view! { <List listing/> }.into_any(),
                    Err(error) => view! { <ErrorView error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn List(listing: Listing) -> impl IntoView {
    let info = use_info();
    Effect::new(|_| crate::scroll::arrive());
    let Listing { cards, page, more } = listing;
    let empty = cards.is_empty();
    if empty && page > 1 {
        answer::fail(&AppError::NotFound);
    }
    let title = if page > 1 { format!("Tin mới, trang {page} - {}", info.name) } else { info.name.clone() };
    let path = page_path(page);
    view! {
        <PageHead title description=format!("{}. {}", info.name, info.tagline) path=Some(path)/>
        <div class="page home">
            <h1>"Tin mới"</h1>
            <Show when=move || empty>
                <p class="empty">{if page > 1 { "Trang này không có tin nào." } else { "Chưa có tin nào được đăng." }}</p>
            </Show>
            <ol class="cards">
                {cards.into_iter().enumerate().map(|(index, card)| view! { <li><CardView card first=index == 0/></li> }).collect_view()}
            </ol>
            <Pages page more href=page_path/>
        </div>
    }
}

fn page_path(page: i64) -> String {
    if page > 1 { format!("/?trang={page}") } else { "/".to_owned() }
}

/// Links to the page before and the page after.
#[component]
pub fn Pages(
    /// This page's number.
    page: i64,
    /// Whether there is a next page.
    more: bool,
    /// The address of a page.
    href: impl Fn(i64) -> String + 'static,
) -> impl IntoView {
    (page > 1 || more).then(|| {
        view! {
            <nav class="pages" aria-label="Trang">
                {(page > 1).then(|| view! { <a class="button secondary" rel="prev" href=href(page - 1)>"Trang trước"</a> })}
                <span class="quiet">{format!("Trang {page}")}</span>
                {more.then(|| view! { <a class="button secondary" rel="next" href=href(page + 1)>"Trang sau"</a> })}
            </nav>
        }
    })
}

#[component]
fn CardView(card: Card, first: bool) -> impl IntoView {
    view! {
        <article class="news">
            <div class="news-words">
                <p class="category">{card.category.clone()}</p>
                <h2><a href=card.path()>{card.title.clone()}</a></h2>
                <p class="quiet meta">
                    <time datetime=card.iso.clone()>{card.date.clone()}</time>
                    {(card.comments > 0).then(|| view! { <span>{format!("{} ý kiến", thousands(i64::from(card.comments)))}</span> })}
                </p>
                <p class="news-lead">{card.lead.clone()}</p>
            </div>
            {card.picture.map(|picture| view! { <div class="news-picture"><PictureView picture sizes=CARD_SIZES first/></div> })}
        </article>
    }
}
