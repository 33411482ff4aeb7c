//! What moderators add to a comment: by when it is answered and by whom, and notes for one another.

#![expect(clippy::too_many_arguments, reason = "a form's fields come one by one")]

use super::outcome::CardOutcome;
use crate::base::error::AppError;
use leptos::prelude::*;

/// Says by when and by whom a comment is answered, or, with `wanted` set to `0`, that it needs no answer. `revision`
/// names what was seen; it is 0 where the comment was no question.
#[server(prefix = "/api", endpoint = "mark-question", output = server_fn::codec::Postcard)]
pub async fn mark_question(
    #[server(default)] comment_id: String,
    #[server(default)] revision: String,
    #[server(default)] wanted: String,
    #[server(default)] due_on: String,
    #[server(default)] assigned_to: String,
    #[server(default)] passed_to: String,
    #[server(default)] passed_note: String,
    #[server(default)] return_to: String,
) -> Result<CardOutcome, AppError> {
    use super::endpoints::server;
    use super::outcome::Act;
    use crate::base::clock::parse_day;
    use crate::base::id::parse_id;
    use crate::base::text::clean_line;
    use crate::features::questions::{ASSIGNEE_GONE, BAD_DUE_DAY, store};
    let (staff, site, _) = server::moderator().await?;
    let seen = server::parse_seen(&comment_id, &revision)?;
    let filled = |text: &str| Some(clean_line(text)).filter(|text| !text.is_empty());
    let assigned_to = match assigned_to.as_str() {
        "" => None,
        account => Some(parse_id(account).ok_or(AppError::invalid(ASSIGNEE_GONE))?),
    };
    let mark = store::Mark {
        is_wanted: wanted != "0",
        due_on: parse_day(&due_on).ok_or(AppError::invalid(BAD_DUE_DAY))?,
        assigned_to,
        passed_to: filled(&passed_to),
        passed_note: filled(&passed_note),
    };
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let article = store::mark_question(&site.pool, actor, seen, &mark).await?;
    let article = article.map_err(crate::features::questions::LastChange::into_conflict)?;
    // readers may see how many questions were answered
    site.hub.announce_comments(&[article]);
    let act = if mark.is_wanted { Act::MarkQuestion } else { Act::UnmarkQuestion };
    crate::web::forms::post::redirect_to(&act.lead_back(&return_to, seen.0), "ban-duyet");
    server::describe_act(&site, act, seen.0).await
}

/// Writes a note about a comment, or about its writer where `about` says so.
#[server(prefix = "/api", endpoint = "write-note", output = server_fn::codec::Postcard)]
pub async fn write_note(
    #[server(default)] comment_id: String,
    #[server(default)] about: String,
    #[server(default)] note_text: String,
    #[server(default)] return_to: String,
) -> Result<CardOutcome, AppError> {
    use super::endpoints::server;
    use super::outcome::Act;
    use crate::base::id::parse_id;
    use crate::base::text::clean_lines;
    use crate::features::notes::{NO_NOTE, NoteSubject, store};
    let (staff, site, _) = server::moderator().await?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let subject = NoteSubject::parse(&about).ok_or(AppError::NotFound)?;
    let body = clean_lines(&note_text);
    if body.is_empty() {
        return Err(AppError::invalid(NO_NOTE));
    }
    let actor = crate::features::audit::Actor::new(&site, &staff);
    store::write_note(&site.pool, actor, comment, subject, &body).await?;
    site.hub.announce(crate::live::hub::Change::Desk);
    crate::web::forms::post::redirect_to(&Act::WriteNote.lead_back(&return_to, comment), "ban-duyet");
    server::describe_act(&site, Act::WriteNote, comment).await
}

/// Deletes a note that is shown with a comment.
#[server(prefix = "/api", endpoint = "delete-note", output = server_fn::codec::Postcard)]
pub async fn delete_note(
    #[server(default)] comment_id: String,
    #[server(default)] note: String,
    #[server(default)] return_to: String,
) -> Result<CardOutcome, AppError> {
    use super::endpoints::server;
    use super::outcome::Act;
    use crate::base::id::parse_id;
    use crate::features::notes::store;
    let (staff, site, _) = server::moderator().await?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let note = parse_id(&note).ok_or(AppError::NotFound)?;
    let actor = crate::features::audit::Actor::new(&site, &staff);
    store::delete_note(&site.pool, actor, comment, note).await?;
    site.hub.announce(crate::live::hub::Change::Desk);
    crate::web::forms::post::redirect_to(&Act::DeleteNote.lead_back(&return_to, comment), "ban-duyet");
    server::describe_act(&site, Act::DeleteNote, comment).await
}
