//! The list of words that hold a comment; administrators edit it with plain forms.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use leptos::prelude::*;

/// Adds words to the list, one a line.
#[server(prefix = "/api", endpoint = "add-words", output = server_fn::codec::Postcard)]
pub async fn add_words(#[server(default)] words: String) -> Result<(), AppError> {
    use crate::{error::Rule, rules};
    let staff = crate::session::administrator().await?;
    let (terms, broken) = rules::parse_list(&words);
    if terms.is_empty() || broken > 0 {
        return Err(AppError::rule(Rule::Words));
    }
    let site = crate::site::site()?;
    rules::store::add(&site.pool, &site.audit, Some(staff.id), &terms).await?;
    site.reload_words().await?;
    crate::forms::post::go_to("/quan-tri?muc=tu-ngu", "ban-duyet");
    Ok(())
}

/// Takes a word off the list.
#[server(prefix = "/api", endpoint = "remove-word", output = server_fn::codec::Postcard)]
pub async fn remove_word(#[server(default)] word: String) -> Result<(), AppError> {
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    crate::rules::store::remove(&site.pool, &site.audit, Some(staff.id), &word).await?;
    site.reload_words().await?;
    crate::forms::post::go_to("/quan-tri?muc=tu-ngu", "ban-duyet");
    Ok(())
}
