//! The page behind a preview link: the newest text of an article as readers will see it, for whoever has the link.

use super::edit_html::document_lines;
use super::store::previews::{self, Preview};
use super::{PREVIEW_ENDED, PREVIEW_MADE, PREVIEW_PART, work_path};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::keys::{hash_token, random_token};
use crate::features::audit::Actor;
use crate::features::media::body::show_media;
use crate::features::media::html::{LEAD_SIZES, add_preview_token, picture};
use crate::features::media::store::find_pictures;
use crate::features::taxonomy::store::list_categories;
use crate::live::hub::Change;
use crate::web::flash::set_flash;
use crate::web::forms::post::redirect_to;
use crate::web::page::{Page, PageRequest};
use crate::web::permissions::Permission;
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

/// Makes a link to the newest text of an article in place of the one that it had.
#[server(prefix = "/api", endpoint = "create-preview", output = server_fn::codec::Postcard)]
pub async fn create_preview(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let token = random_token();
    let actor = Actor::new(&site, &staff);
    previews::replace_preview_link(&site.pool, actor, id, &hash_token(&token)).await?;
    site.hub.announce(Change::Desk);
    set_flash(format!("{PREVIEW_MADE}{token}"))?;
    redirect_to(&work_path(id), PREVIEW_PART);
    Ok(())
}

/// Ends the link to an article.
#[server(prefix = "/api", endpoint = "end-preview", output = server_fn::codec::Postcard)]
pub async fn end_preview(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    previews::delete_preview_link(&site.pool, Actor::new(&site, &staff), id).await?;
    site.hub.announce(Change::Desk);
    set_flash(PREVIEW_ENDED.to_owned())?;
    redirect_to(&work_path(id), PREVIEW_PART);
    Ok(())
}

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let preview = previews::find_preview(&site.pool, &hash_token(&request.last)).await?.ok_or(AppError::NotFound)?;
    let pictures = find_pictures(&site.pool, &preview.content.pictures()).await?;
    let categories = list_categories(&site.pool).await?;
    let category = categories.into_iter().find(|category| Some(category.id) == preview.content.category);
    let Preview { content, saved_at, .. } = preview;
    let figure = pictures.iter().find(|(id, _)| Some(*id) == content.picture).map(|(_, lead)| {
        view! { <figure>{picture(lead, LEAD_SIZES, true)}<figcaption>{content.caption.clone()}</figcaption></figure> }
    });
    let body = show_media(&content.body, &pictures, &site.keys.cookie);
    let lines = document_lines(&content);
    let title = if content.title.is_empty() { "(Chưa có tiêu đề)".to_owned() } else { content.title };
    let html = view! {
        <div class="article-page">
            <p class="notice">{format!("Bản xem trước, lưu lúc {}. Chưa đăng.", clock::format_short(saved_at))}</p>
            <article class="article">
                {category.map(|category| view! { <p class="category">{category.name}</p> })}
                <h1>{title.clone()}</h1>
                {(!content.lead.is_empty()).then(|| view! { <p class="lead">{content.lead.clone()}</p> })}
                {lines}
                {figure}
                <div class="prose" inner_html=body></div>
                {(!content.author.is_empty())
                    .then(|| view! { <p class="author">"Tác giả bài viết: "{content.author.clone()}</p> })}
                {(!content.source.is_empty()).then(|| view! { <p class="author">"Nguồn: "{content.source}</p> })}
            </article>
        </div>
    };
    let html = add_preview_token(&html.to_html(), &request.last);
    Ok(Page::unlisted(format!("Xem trước: {title} - {}", site.settings().info.name), html))
}
