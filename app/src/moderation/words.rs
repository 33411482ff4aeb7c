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

/// Puts another list of reasons, one a line, in the place of those that moderators choose from.
#[server(prefix = "/api", endpoint = "set-reasons", output = server_fn::codec::Postcard)]
pub async fn set_reasons(#[server(default)] reasons: String) -> Result<(), AppError> {
    use crate::error::Rule;
    use crate::settings::{self, REJECTION_REASONS};
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    let reasons = crate::text::lines(&reasons);
    let reasons: Vec<&str> = reasons.lines().filter(|reason| !reason.is_empty()).collect();
    let list = reasons.join(" | ");
    let each = |reason: &&str| reason.chars().count() <= super::LONGEST_NOTE && !reason.contains('|');
    if !reasons.iter().all(each) || settings::check(REJECTION_REASONS, &list).is_err() {
        return Err(AppError::rule(Rule::Reasons));
    }
    settings::store::set(&site.pool, &site.audit, Some(staff.id), REJECTION_REASONS, &list).await?;
    site.reload_settings().await?;
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
