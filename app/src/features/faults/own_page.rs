//! The page behind the private link of a report: what became of it, and a form that deletes it.

use super::html::quoted;
use super::store::{self, Fault};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::keys::hash_token;
use crate::features::articles::article_path;
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::textarea_html;
use crate::web::page::{Page, PageRequest};
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

/// Replaces the token in the address when the report is deleted.
const DELETED: &str = "da-xoa";

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    if request.last == DELETED {
        return Ok(page(site, view! { <p class="status-line" role="status">"Đã xóa lời báo lỗi."</p> }));
    }
    let fault = store::find_own_fault(&site.pool, &hash_token(&request.last)).await?.ok_or(AppError::NotFound)?;
    Ok(page(site, content(&fault, &request.last)))
}

/// Deletes the report of a private link.
#[server(prefix = "/api", endpoint = "delete-fault", output = server_fn::codec::Postcard)]
pub async fn delete_fault(#[server(default)] token: String) -> Result<(), AppError> {
    let site = current_site()?;
    store::delete_own_fault(&site.pool, &hash_token(&token)).await?;
    site.hub.announce(Change::Desk);
    redirect_to(&routes::OWN_FAULT.with(DELETED), "");
    Ok(())
}

fn page(site: &Site, content: impl IntoView) -> Page {
    let html = view! {
        <div class="narrow sections">
            <h1>"Báo lỗi bài viết"</h1>
            {content}
            <p><a href=routes::HOME.path>"Về trang chủ"</a></p>
        </div>
    };
    Page::unlisted(format!("Báo lỗi bài viết - {}", site.settings().info.name), html.to_html())
}

fn content(fault: &Fault, token: &str) -> impl IntoView + use<> {
    let lines = |text: &str| textarea_html(text).replace('\n', "<br>");
    let decided = fault.decided_at.map(|at| format!(" ({})", clock::format_short(at)));
    let is_answered = fault.decided_at.is_some() && !fault.answer.is_empty();
    let answer = is_answered.then(|| {
        view! { <p><strong>"Trả lời: "</strong><span inner_html=lines(&fault.answer)></span></p> }
    });
    view! {
        <p class="status-line" role="status" id="ket-qua" tabindex="-1">{fault.state.label()}{decided}"."</p>
        {answer}
        <p><a href=article_path(&fault.slug, fault.article)>{fault.title.clone()}</a></p>
        {quoted(&fault.quotation)}
        <p inner_html=lines(&fault.message)></p>
        <p class="quiet">
            {format!("Gửi lúc {}. ", clock::format_short(fault.created_at))}
            "Lưu địa chỉ của trang này để xem kết quả. Ai có địa chỉ này đều xem được, xin đừng chia sẻ."
        </p>
        <form method="post" action=routes::DELETE_FAULT.path>
            <input type="hidden" name="token" value=token.to_owned()/>
            <input type="hidden" name=RETURN_TO value=routes::OWN_FAULT.with(token)/>
            <button class="button secondary">"Xóa lời báo này"</button>
        </form>
    }
}
