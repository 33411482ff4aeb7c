//! A page under its address.

use super::PublicText;
use super::store::{find_page, find_page_id};
use crate::base::clock;
use crate::base::error::AppError;
use crate::features::articles::ArticleKind;
use crate::features::articles::html::{gone_page, moved_text_page};
use crate::features::articles::store::find_gone;
use crate::features::media::body::{list_pictures, show_media};
use crate::features::media::store::find_pictures;
use crate::routes;
use crate::web::page::{Head, Page, PageRequest};
use crate::web::site::Site;
use leptos::prelude::*;

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let pool = &site.pool;
    let Some(PublicText { short, body, description, modified_at }) = find_page(pool, &request.last).await? else {
        let id = find_page_id(pool, &request.last).await?.ok_or(AppError::NotFound)?;
        let gone = find_gone(pool, id).await?.ok_or(AppError::NotFound)?;
        return Ok(gone_page(site, ArticleKind::Page, gone));
    };
    if short.slug != request.last {
        return Ok(moved_text_page(&short.path()));
    }
    let info = &site.settings().info;
    let pictures = find_pictures(pool, &list_pictures(&body)).await?;
    let html = view! {
        <article class="article narrow">
            <nav class="breadcrumb" aria-label="Đường dẫn">
                <ol><li><a href=routes::HOME.path>"Trang chủ"</a></li></ol>
            </nav>
            <h1>{short.title.clone()}</h1>
            <div class="prose" inner_html=show_media(&body, &pictures, &site.keys.cookie)></div>
            <p class="quiet">
                "Cập nhật "
                <time datetime=clock::format_iso(modified_at)>{clock::format_short(modified_at)}</time>
            </p>
        </article>
    };
    Ok(Page {
        head: Head {
            title: format!("{} - {}", short.title, info.name),
            description: if description.is_empty() { format!("{}. {}", short.title, info.name) } else { description },
            canonical: Some(format!("{}{}", site.public_url, short.path())),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    })
}
