//! The page of a series.

use super::store::find_series;
use crate::base::error::AppError;
use crate::base::id::parse_page;
use crate::features::articles::PER_PAGE;
use crate::features::articles::html::{cards_html, moved_text_page};
use crate::features::articles::store::lists::list_in_series;
use crate::routes;
use crate::web::page::{Head, Page, PageRequest, page_links};
use crate::web::site::Site;
use leptos::prelude::*;

/// Reads a page of the series.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let series = find_series(&site.pool, &request.last).await?.ok_or(AppError::NotFound)?;
    if series.slug != request.last {
        return Ok(moved_text_page(&request.with_parameters_of(&routes::SERIES, &series.path())));
    }
    let page = parse_page(request.parameter("trang"));
    let (cards, has_more) = list_in_series(&site.pool, series.id, page).await?;
    if cards.is_empty() {
        return Err(AppError::NotFound);
    }
    let address = series.path();
    let path = |page: i64| if page > 1 { format!("{address}?trang={page}") } else { address.clone() };
    let first = (page - 1) * PER_PAGE + 1;
    let order = format!("Đọc theo thứ tự, bài {first} đến bài {}.", first - 1 + cards.len() as i64);
    let html = view! {
        <div class="home">
            <p class="category"><a href=routes::DIRECTORY.path>"Chủ đề"</a></p>
            <h1>{series.name.clone()}</h1>
            {(!series.description.is_empty()).then(|| view! { <p class="lead">{series.description.clone()}</p> })}
            <p class="quiet">{order}</p>
            {cards_html(&cards)}
            {page_links(page, has_more, &path)}
        </div>
    };
    let info = &site.settings().info;
    let numbered = if page > 1 { format!("{}, trang {page}", series.name) } else { series.name.clone() };
    let description = match series.description.as_str() {
        "" => format!("{}. Loạt bài của {}.", series.name, info.name),
        description => description.to_owned(),
    };
    Ok(Page {
        head: Head {
            title: format!("{numbered} - {}", info.name),
            description,
            canonical: Some(format!("{}{}", site.public_url, path(page))),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    })
}
