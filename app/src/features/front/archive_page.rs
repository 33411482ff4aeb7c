//! The articles of a month.

use super::{archive_label, archive_path};
use crate::base::clock::{next_month, parse_month_path, start_of_day};
use crate::base::error::AppError;
use crate::base::id::parse_page;
use crate::features::articles::html::cards_html;
use crate::features::articles::store::lists::{list_in_span, list_months};
use crate::routes;
use crate::web::page::{Head, Page, PageRequest, page_links};
use crate::web::site::Site;
use leptos::prelude::*;
use time::Date;

/// Reads a page of a month.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let month = parse_month_path(&request.last).ok_or(AppError::NotFound)?;
    let page = parse_page(request.parameter("trang"));
    let span = (start_of_day(month), start_of_day(next_month(month)));
    let (cards, has_more) = list_in_span(&site.pool, span, page).await?;
    if cards.is_empty() {
        return Err(AppError::NotFound);
    }
    let months = list_months(&site.pool).await?;
    let neighbour = |found: Option<&Date>, rel: &'static str| {
        found.map(
            |month| view! { <a class="button secondary" rel=rel href=archive_path(*month)>{archive_label(*month)}</a> },
        )
    };
    let earlier = neighbour(months.iter().find(|other| **other < month), "prev");
    let later = neighbour(months.iter().rev().find(|other| **other > month), "next");
    let (name, address) = (archive_label(month), archive_path(month));
    let page_path = |page: i64| if page > 1 { format!("{address}?trang={page}") } else { address.clone() };
    let html = view! {
        <div class="home">
            <p class="category"><a href=routes::DIRECTORY.path>"Mục lục"</a></p>
            <h1>{format!("Tin {}", name.to_lowercase())}</h1>
            {cards_html(&cards)}
            {page_links(page, has_more, &page_path)}
            <nav class="pages" aria-label="Tháng khác">{earlier}{later}</nav>
        </div>
    };
    let info = &site.settings().info;
    let numbered = if page > 1 { format!("{name}, trang {page}") } else { name };
    Ok(Page {
        head: Head {
            title: format!("Tin {} - {}", numbered.to_lowercase(), info.name),
            description: format!("Tin {} của {}.", numbered.to_lowercase(), info.name),
            canonical: Some(format!("{}{}", site.public_url, page_path(page))),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    })
}
