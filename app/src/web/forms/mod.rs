//! Forms that work with script and without, and lose nothing.
//!
//! A form posts to its server function's address. The browser's script sends it with [`send`] and gets the answer or an
//! [`AppError`]. Without script, [`post`] turns the same answer into a 303: to the next page, or, refused, back to the
//! form with a token under which what was typed is kept for half an hour.

#[cfg(feature = "hydrate")]
pub mod fields;
#[cfg(feature = "hydrate")]
pub mod in_place;
#[cfg(feature = "ssr")]
pub mod post;
pub mod refusal;
pub mod send;
pub mod view;

#[cfg(feature = "ssr")]
use crate::base::error::AppError;
pub use refusal::Refusal;

/// The query parameter with a refused form's token.
pub const TOKEN: &str = "loi";
/// The hidden field with the address of the page that a form is on.
pub const RETURN_TO: &str = "return_to";
/// The header that tells the browser's program which page follows a form.
pub const NEXT_PAGE_HEADER: &str = "x-next-page";
/// The id of the summary that a refused form comes back to.
pub const SUMMARY: &str = "loi";

/// The attribute of a form whose text is kept while it is being written: the name that it is kept under.
pub const DRAFT: &str = "data-draft";
/// The attribute of a form on a page of plain HTML that the browser's program sends without leaving the page.
pub const IN_PLACE: &str = "data-in-place";

/// The attribute of a form that erases everything its sender wrote: the drafts in the browser go with it.
pub const ERASES: &str = "data-erases";
/// The attribute of a form with something that its draft keeps beside the fields, and the field that keeps it.
pub const NOTE: &str = "data-note";

/// Finds the refused form that the page with this token came back with.
#[cfg(feature = "ssr")]
pub async fn find_refusal(token: &str) -> Result<Option<Refusal>, AppError> {
    if token.is_empty() {
        return Ok(None);
    }
    let (site, visitor) = (super::site::current_site()?, super::visitor::current_visitor()?);
    let sessions = super::session::current_session_hashes()?;
    super::store::refusals::show_refusal(&site.pool, visitor, &sessions, token).await
}

/// Finds the refused form that a page of the desk came back with, and the account that sent it. Only what the browser's
/// own session sent is found, also where that session has ended meanwhile: a link cannot put words into a form of the
/// desk.
#[cfg(feature = "ssr")]
pub async fn find_desk_refusal(token: &str) -> Result<Option<(Refusal, Option<i64>)>, AppError> {
    let sessions = super::session::current_session_hashes()?;
    if token.is_empty() || sessions.is_empty() {
        return Ok(None);
    }
    super::store::refusals::find_desk_refusal(&super::site::current_site()?.pool, &sessions, token).await
}
