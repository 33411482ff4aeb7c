//! A writer's own room: what became of a comment, to correct it, to take it back, to erase what one wrote. Plain forms.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use crate::page::Page;
use leptos::prelude::*;

/// Stands in the place of a token once everything is erased.
#[cfg(feature = "ssr")]
const ERASED: &str = "da-xoa";

/// The page behind a writer's link.
#[server(prefix = "/api", endpoint = "own", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_own(token: String, #[server(default)] refused: String) -> Result<Page, AppError> {
    let site = crate::site::site()?;
    if token == ERASED {
        return Ok(super::markup::erased(&site));
    }
    let refusal = crate::forms::refused(&refused).await?;
    match super::store::own::find(&site.pool, &crate::keys::token_hash(&token)).await? {
        Some(own) => Ok(super::markup::own(&site, &own, &token, refusal)),
        None => crate::articles::page::read_missing().await,
    }
}

/// Puts a correction in place of a comment; what was published waits again.
#[server(prefix = "/api", endpoint = "correct-comment", output = server_fn::codec::Postcard)]
pub async fn correct_comment(
    #[server(default)] token: String,
    #[server(default)] version: String,
    #[server(default)] name: String,
    #[server(default)] body: String,
) -> Result<(), AppError> {
    let site = crate::site::site()?;
    let version = version.parse().map_err(|_| AppError::NotFound)?;
    let draft = super::parse(&name, "", &body).map_err(AppError::Invalid)?;
    let link = crate::keys::token_hash(&token);
    limit(&site, &link)?;
    let reasons = site.words().reasons(&draft.name, &draft.body);
    let article = super::store::own::correct(&site.pool, &link, version, &draft, &reasons).await?;
    site.hub.decided(&[article]);
    crate::forms::post::go_to(&super::own_path(&token), "");
    Ok(())
}

/// Takes a comment back.
#[server(prefix = "/api", endpoint = "withdraw-comment", output = server_fn::codec::Postcard)]
pub async fn withdraw_comment(#[server(default)] token: String) -> Result<(), AppError> {
    let site = crate::site::site()?;
    let link = crate::keys::token_hash(&token);
    limit(&site, &link)?;
    let article = super::store::own::withdraw(&site.pool, &link).await?;
    site.hub.decided(&[article]);
    crate::forms::post::go_to(&super::own_path(&token), "");
    Ok(())
}

/// Erases all that the writer wrote.
#[server(prefix = "/api", endpoint = "erase-writer", output = server_fn::codec::Postcard)]
pub async fn erase_writer(#[server(default)] token: String, #[server(default)] sure: String) -> Result<(), AppError> {
    if sure != "1" {
        return Err(AppError::rule(crate::error::Rule::Sure));
    }
    let site = crate::site::site()?;
    let link = crate::keys::token_hash(&token);
    limit(&site, &link)?;
    let articles = super::store::own::erase_writer(&site.pool, &link).await?;
    site.hub.decided(&articles);
    crate::forms::post::go_to(&super::own_path(ERASED), "");
    Ok(())
}

/// As many as comments.
#[cfg(feature = "ssr")]
fn limit(site: &crate::site::Site, link: &[u8; 32]) -> Result<(), AppError> {
    site.limits.comment(site, crate::session::Visitor(*link), crate::session::address())
}
