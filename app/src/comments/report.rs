//! `Báo vi phạm`: readers tell staff of a published comment. A page and a plain form of its own.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use crate::page::Page;
use leptos::prelude::*;

/// The longest words beside a reason, in characters.
#[cfg(feature = "ssr")]
const LONGEST: usize = 500;

/// Why a comment is reported.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It insults somebody.
    Insult,
    /// It tells what is private.
    Personal,
    /// It advertises.
    Advertising,
    /// It is not true.
    Untrue,
    /// Something else.
    Other,
}

#[cfg(feature = "ssr")]
impl Why {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Insult, Self::Personal, Self::Advertising, Self::Untrue, Self::Other];

    /// Its word in a form and in the database.
    pub fn value(self) -> &'static str {
        match self {
            Self::Insult => "insult",
            Self::Personal => "personal",
            Self::Advertising => "advertising",
            Self::Untrue => "untrue",
            Self::Other => "other",
        }
    }

    /// Reads its word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.value() == text)
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Insult => "Xúc phạm người khác",
            Self::Personal => "Lộ thông tin cá nhân",
            Self::Advertising => "Quảng cáo",
            Self::Untrue => "Sai sự thật",
            Self::Other => "Lý do khác",
        }
    }
}

/// Where a comment is reported.
#[cfg(feature = "ssr")]
pub fn path(comment: i64) -> String {
    format!("/bao-vi-pham/{comment}")
}

/// The page on which a comment is reported.
#[server(prefix = "/api", endpoint = "report", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_report(comment: String, #[server(default)] refused: String) -> Result<Page, AppError> {
    let site = crate::site::site()?;
    let refusal = crate::forms::refused(&refused).await?;
    let found = match crate::articles::parse_id(&comment) {
        Some(id) => {
            super::store::reports::find(&site.pool, id, crate::session::visitor()?).await?.map(|found| (id, found))
        }
        None => None,
    };
    match found {
        Some((id, comment)) => Ok(super::markup::report(&site, id, &comment, refusal)),
        None => crate::articles::page::read_missing().await,
    }
}

/// Reports a comment. It stays where it is until somebody has looked.
#[server(prefix = "/api", endpoint = "report-comment", output = server_fn::codec::Postcard)]
pub async fn report_comment(
    #[server(default)] comment_id: String,
    #[server(default)] reason: String,
    #[server(default)] words: String,
) -> Result<(), AppError> {
    use crate::error::Rule;
    let site = crate::site::site()?;
    let comment = crate::articles::parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let why = Why::parse(&reason).ok_or(AppError::rule(Rule::Report))?;
    let words = crate::text::line(&words);
    if words.chars().count() > LONGEST {
        return Err(AppError::rule(Rule::Note));
    }
    let reader = crate::session::visitor_or_new()?;
    site.limits.comment(&site, reader.visitor, crate::session::address())?;
    let words = (!words.is_empty()).then_some(words.as_str());
    super::store::reports::report(&site.pool, comment, reader.visitor, why, words).await?;
    site.hub.changed(crate::live::hub::Change::Desk);
    crate::forms::post::go_to(&path(comment), "");
    Ok(())
}
