//! The page behind a link that works once: an invitation, a new password, or signing in without a lost second factor.

use super::password::{accept_password, known_words};
use super::shared::{new_password_fields, password_field, prove_password};
use super::sign_in::enter;
use super::store::links::{self, Link};
use super::{LinkKind, PASSWORDS_DIFFER};
use crate::base::error::AppError;
use crate::base::keys::hash_token;
use crate::features::audit::Actor;
use crate::routes;
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::summary_html;
use crate::web::forms::{RETURN_TO, Refusal, find_refusal};
use crate::web::page::{Page, PageRequest};
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

/// Reads the page behind a link.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let link = links::find_link(&site.pool, &hash_token(&request.last)).await?;
    let refusal = find_refusal(&request.refusal_token()).await?;
    Ok(match link {
        Some(link) => link_page(site, &link, &request.last, refusal),
        None => useless_page(site),
    })
}

/// Accepts a link and opens a session for its person.
#[server(prefix = "/api", endpoint = "accept-link", output = server_fn::codec::Postcard)]
pub async fn accept_link(
    #[server(default)] token: String,
    #[server(default)] password: String,
    #[server(default)] again: String,
) -> Result<(), AppError> {
    let site = current_site()?;
    let token_hash = hash_token(&token);
    let link = links::find_link(&site.pool, &token_hash).await?.ok_or(AppError::NotFound)?;
    let password_hash = if link.kind == LinkKind::SecondFactor {
        // the link alone is not enough
        prove_password(&site, link.account, password, "link").await?;
        None
    } else {
        if password != again {
            return Err(AppError::invalid(PASSWORDS_DIFFER));
        }
        Some(accept_password(password, known_words(&site, &link.username, &link.name)).await?)
    };
    let actor = Actor { account: Some(link.account), key: &site.audit_key };
    links::accept_link(&site.pool, actor, &token_hash, &link, password_hash.as_deref()).await?;
    site.hub.announce_staff();
    enter(&site, link.account).await?;
    redirect_to(routes::DESK.path, "");
    Ok(())
}

fn page(site: &Site, title: &'static str, main: impl IntoView) -> Page {
    let html = view! { <div class="narrow sections"><h1>{title}</h1>{main}</div> };
    Page::unlisted(format!("{title} - {}", site.settings().info.name), html.to_html())
}

fn useless_page(site: &Site) -> Page {
    let main = view! {
        <p>
            "Liên kết này đã được dùng, đã quá 48 giờ hoặc đã được thay bằng liên kết mới. "
            "Vui lòng liên hệ quản trị viên để nhận liên kết khác."
        </p>
        <p><a class="button" href=routes::DESK.path rel="external">"Đến trang đăng nhập"</a></p>
    };
    page(site, "Liên kết không còn dùng được", main).with_error(Some(AppError::NotFound))
}

fn link_page(site: &Site, link: &Link, token: &str, refusal: Option<Refusal>) -> Page {
    let (title, intro, button) = match link.kind {
        LinkKind::Invitation => ("Nhận lời mời", "Chọn mật khẩu để bắt đầu làm việc.", "Nhận lời mời"),
        LinkKind::Password => {
            ("Đặt lại mật khẩu", "Chọn mật khẩu mới. Mọi phiên đăng nhập khác sẽ kết thúc.", "Đặt mật khẩu")
        }
        LinkKind::SecondFactor => (
            "Bỏ xác thực hai lớp",
            "Nhập mật khẩu của ông/bà. Sau đó ông/bà đăng nhập được mà không cần mã, và có thể bật lại trong mục Tài khoản.",
            "Bỏ xác thực hai lớp",
        ),
    };
    let fields = if link.kind == LinkKind::SecondFactor {
        password_field("password", "password", "Mật khẩu", "current-password").into_any()
    } else {
        new_password_fields().into_any()
    };
    let main = view! {
        {summary_html(refusal.as_ref())}
        <p>{format!("Chào {}. {intro}", link.name)}</p>
        <form class="card" method="post" action=routes::ACCEPT_LINK.path>
            <input type="hidden" name="token" value=token.to_owned()/>
            <input type="hidden" name=RETURN_TO value=routes::ACCOUNT_LINK.with(token)/>
            <div class="field">
                <label for="username">"Tên đăng nhập"</label>
                <input type="text" id="username" autocomplete="username" readonly value=link.username.clone()/>
            </div>
            {fields}
            <button class="button wide">{button}</button>
        </form>
    };
    page(site, title, main).with_error(refusal.map(|refusal| refusal.error))
}
