//! The page behind a link that works once: an invitation, a new password, or signing in without a lost second factor.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use crate::page::Page;
use leptos::prelude::*;

/// The path of a link's page.
pub fn path(token: &str) -> String {
    format!("/tai-khoan/{token}")
}

/// The page behind a link.
#[server(prefix = "/api", endpoint = "link", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_link(token: String, #[server(default)] refused: String) -> Result<Page, AppError> {
    let site = crate::site::site()?;
    let link = super::store::links::find(&site.pool, &crate::keys::token_hash(&token)).await?;
    let refusal = crate::forms::refused(&refused).await?;
    Ok(super::markup::link(&site, link.as_ref(), &token, refusal))
}

/// Takes a link up, and opens a session for its person.
#[server(prefix = "/api", endpoint = "take-link", output = server_fn::codec::Postcard)]
pub async fn take_link(
    #[server(default)] token: String,
    #[server(default)] password: String,
    #[server(default)] again: String,
) -> Result<(), AppError> {
    use super::store::{self, By, links};
    use super::{password as passwords, sign_in};
    use crate::error::Rule;
    let site = crate::site::site()?;
    let hash = crate::keys::token_hash(&token);
    let link = links::find(&site.pool, &hash).await?.ok_or(AppError::NotFound)?;
    let by = By { account: Some(link.account), key: &site.audit };
    if link.kind == links::Kind::SecondFactor {
        // whoever has the link alone has not the password
        site.limits.code(&site, link.account, crate::session::address())?;
        let stored = store::secrets(&site.pool, link.account).await?.map(|(_, hash)| hash);
        if !passwords::verify(password, stored).await? {
            let failed = serde_json::json!({ "by": "link" });
            sign_in::note(&site, link.account, "sign-in-failed", failed).await?;
            return Err(AppError::rule(Rule::CurrentPassword));
        }
        links::take(&site.pool, by, &hash, &link, None).await?;
    } else {
        if password != again {
            return Err(AppError::rule(Rule::PasswordAgain));
        }
        let stored = passwords::accept(password, passwords::known(&site, &link.username, &link.name)).await?;
        links::take(&site.pool, by, &hash, &link, Some(&stored)).await?;
    }
    site.hub.staff_changed();
    sign_in::enter(&site, link.account).await?;
    crate::forms::post::go_to("/quan-tri", "");
    Ok(())
}
