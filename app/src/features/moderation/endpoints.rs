//! What moderators send about one comment.

use super::DecidedCard;
use super::outcome::CardOutcome;
use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::base::error::ChangeNote;
use leptos::prelude::*;

/// Decides about a comment as the version that the moderator saw.
#[server(prefix = "/api", endpoint = "decide", output = server_fn::codec::Postcard)]
pub async fn decide(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] decision: String,
    #[server(default)] reason: String,
    #[server(default)] note: String,
    #[server(default)] return_to: String,
) -> Result<DecidedCard, AppError> {
    use crate::features::comments::Decision;
    use crate::features::comments::store::decide::decide_comment;
    let (staff, site, actor_id) = server::moderator().await?;
    let seen = server::parse_seen(&comment_id, &version)?;
    let decision = Decision::parse(&decision).ok_or(AppError::NotFound)?;
    let note = server::parse_reason(&site, (&reason, &note), decision)?;
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let (decided, at) = decide_comment(&site.pool, actor, seen, decision, note.as_deref())
        .await?
        .map_err(|change| change.to_conflict(actor_id, decision.label_for(change.is_inquiry)))?;
    site.hub.announce_comments(&[decided.article]);
    let is_desk = return_to.starts_with(crate::routes::DESK.path);
    let back =
        if is_desk { crate::base::url::with_parameter(&return_to, super::DECIDED, &comment_id) } else { return_to };
    crate::web::forms::post::redirect_to(&back, "ban-duyet");
    Ok(server::decided_card(&decided, &staff, at))
}

/// Answers a comment in the name of the body, published at once; a comment that waits is published with it.
#[server(prefix = "/api", endpoint = "answer-comment", output = server_fn::codec::Postcard)]
pub async fn answer_comment(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] body: String,
    #[server(default)] return_to: String,
) -> Result<CardOutcome, AppError> {
    use super::outcome::Act;
    use crate::features::comments::store::decide;
    let (staff, site, actor_id) = server::moderator().await?;
    let seen = server::parse_seen(&comment_id, &version)?;
    let name: String = site.settings().info.body.chars().take(60).collect();
    let draft = crate::features::comments::parse_draft(&name, "", &body).map_err(AppError::Invalid)?;
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let article =
        decide::answer_comment(&site.pool, actor, seen, &draft.name, &draft.body).await?.map_err(|change| {
            change.to_conflict(actor_id, if change.is_inquiry { "Gửi trả lời" } else { "Đăng trả lời" })
        })?;
    site.hub.announce_comments(&[article]);
    crate::web::forms::post::redirect_to(&Act::Answer.lead_back(&return_to, seen.0), "ban-duyet");
    server::describe_act(&site, Act::Answer, seen.0).await
}

/// Replaces the text of an official answer, seen as this version.
#[server(prefix = "/api", endpoint = "correct-answer", output = server_fn::codec::Postcard)]
pub async fn correct_answer(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] corrected: String,
    #[server(default)] return_to: String,
) -> Result<CardOutcome, AppError> {
    use super::outcome::Act;
    use crate::features::comments::store::answers;
    let (staff, site, actor_id) = server::moderator().await?;
    let seen = server::parse_seen(&comment_id, &version)?;
    let name: String = site.settings().info.body.chars().take(60).collect();
    let draft = crate::features::comments::parse_draft(&name, "", &corrected).map_err(AppError::Invalid)?;
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let article = answers::correct_answer(&site.pool, actor, seen, &draft.body)
        .await?
        .map_err(|change| change.to_conflict(actor_id, "Lưu câu trả lời"))?;
    site.hub.announce_comments(&[article]);
    crate::web::forms::post::redirect_to(&Act::CorrectAnswer.lead_back(&return_to, seen.0), "ban-duyet");
    server::describe_act(&site, Act::CorrectAnswer, seen.0).await
}

/// Blocks the writer of a comment for so many days, or until somebody ends it (`days` empty), with a sentence that they
/// read; `blocked` is `1`, `again` for the block as it was, or `0` to end the one that was `seen` to begin then, or,
/// without that, one's own.
#[server(prefix = "/api", endpoint = "block-writer", output = server_fn::codec::Postcard)]
pub async fn block_writer(
    #[server(default)] comment_id: String,
    #[server(default)] blocked: String,
    #[server(default)] days: String,
    #[server(default)] sentence: String,
    #[server(default)] seen: String,
    #[server(default)] return_to: String,
) -> Result<CardOutcome, AppError> {
    use super::outcome::Act;
    use crate::features::comments::store::blocks::{self, Blocking};
    let (staff, site, _) = server::moderator().await?;
    let comment = crate::base::id::parse_id(&comment_id).ok_or(AppError::NotFound)?;
    // a name of its own: what was typed as the reason of a refusal must not come back here
    let note = crate::base::text::clean_line(&sentence);
    let blocking = match blocked.as_str() {
        "1" => {
            let days = server::parse_block_days(&days)?;
            let until = days.map(|days| time::OffsetDateTime::now_utc() + time::Duration::days(days));
            Blocking::Begin { until, note: Some(note.as_str()).filter(|note| !note.is_empty()) }
        }
        "again" => Blocking::Resume,
        _ => Blocking::End { seen: server::parse_moment(&seen) },
    };
    let act = if matches!(blocking, Blocking::End { .. }) { Act::Unblock } else { Act::Block };
    let actor = crate::features::audit::Actor::new(&site, &staff);
    if !blocks::block_writer(&site.pool, actor, comment, blocking).await? {
        let state = blocks::find_block(&site.pool, Some(comment), None).await?;
        return Err(server::describe_overtaken_block(state, act));
    }
    site.hub.announce(crate::live::hub::Change::Desk);
    crate::web::forms::post::redirect_to(&act.lead_back(&return_to, comment), "ban-duyet");
    server::describe_act(&site, act, comment).await
}

/// Covers a text in a comment wherever it occurs; with `all` set to `show` everything is shown again, where as many
/// parts are `covered` as were seen. With `approve` everything that looks personal is covered, and the comment that
/// waits is approved.
#[server(prefix = "/api", endpoint = "cover-text", output = server_fn::codec::Postcard)]
pub async fn cover_text(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] text: String,
    #[server(default)] all: String,
    #[server(default)] approve: String,
    #[server(default)] covered: String,
    #[server(default)] return_to: String,
) -> Result<CardOutcome, AppError> {
    use super::outcome::Act;
    use crate::features::comments::TEXT_NOT_FOUND;
    use crate::features::comments::store::cover::{self, Covering};
    let (staff, site, actor_id) = server::moderator().await?;
    let seen = server::parse_seen(&comment_id, &version)?;
    let text = crate::base::text::clean_line(&text);
    let (act, label, covering) = match (approve.as_str(), all.as_str(), text.as_str()) {
        ("1", ..) => (Act::CoverAndApprove, "Che và duyệt", Covering::PersonalAndApprove),
        (_, "show", _) => {
            (Act::Cover, "Bỏ che tất cả", Covering::Nothing { seen: covered.parse().unwrap_or_default() })
        }
        (_, _, "") => return Err(AppError::invalid(TEXT_NOT_FOUND)),
        (_, _, text) => (Act::Cover, "Che đoạn này", Covering::Text(text)),
    };
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let article = cover::cover_text(&site.pool, actor, seen, covering)
        .await?
        .map_err(|change| change.to_conflict(actor_id, label))?;
    site.hub.announce_comments(&[article]);
    crate::web::forms::post::redirect_to(&act.lead_back(&return_to, seen.0), "ban-duyet");
    server::describe_act(&site, act, seen.0).await
}

#[cfg(feature = "ssr")]
pub mod server {
    //! What the endpoints of moderators share.

    use super::super::html::describe_outcome_of;
    use super::super::outcome::Act;
    use super::super::store::queue::find_queue_rows;
    use super::super::{BLOCK_DAYS, NO_REASON, NOTE_WITHOUT_REFUSAL, REASON_GONE, REJECTION_REASONS};
    use super::{AppError, CardOutcome, ChangeNote, DecidedCard};
    use crate::base::clock;
    use crate::base::id::parse_id;
    use crate::features::comments::Decision;
    use crate::features::comments::describe_decision;
    use crate::features::comments::store::blocks::BlockState;
    use crate::features::comments::store::decide::DecidedComment;
    use crate::web::permissions::Permission;
    use crate::web::session::require;
    use crate::web::site::{Site, current_site};
    use crate::web::staff::Staff;
    use time::OffsetDateTime;

    /// The moderator who asks, the site, and the moderator's account.
    pub async fn moderator() -> Result<(Staff, Site, Option<i64>), AppError> {
        let staff = require(Permission::ModerateComments).await?;
        let account = Some(staff.id);
        Ok((staff, current_site()?, account))
    }

    /// Parses the reason that came with a decision: one that was pressed, or one that was typed.
    pub fn parse_reason(
        site: &Site,
        (reason, note): (&str, &str),
        decision: Decision,
    ) -> Result<Option<String>, AppError> {
        if reason == NO_REASON {
            return Ok(None);
        }
        if !reason.is_empty() && !site.settings().list(&REJECTION_REASONS).iter().any(|known| known == reason) {
            return Err(AppError::invalid(REASON_GONE));
        }
        let note = if reason.is_empty() { note } else { reason };
        let note = crate::features::comments::parse_note(note, "note").map_err(AppError::invalid)?;
        if note.is_some() && !decision.takes_note() {
            return Err(AppError::invalid(NOTE_WITHOUT_REFUSAL));
        }
        Ok(note)
    }

    /// Reads the number of a comment and the version that was seen.
    pub fn parse_seen(comment: &str, version: &str) -> Result<(i64, i32), AppError> {
        let id = parse_id(comment).ok_or(AppError::NotFound)?;
        Ok((id, version.parse().map_err(|_| AppError::NotFound)?))
    }

    /// Parses for how many days a writer is blocked; `None` is until somebody ends it.
    pub fn parse_block_days(days: &str) -> Result<Option<i64>, AppError> {
        match days.parse::<i64>() {
            Ok(days) if BLOCK_DAYS.contains(&days) => Ok(Some(days)),
            _ if days.is_empty() => Ok(None),
            _ => Err(AppError::NotFound),
        }
    }

    /// Parses a moment, in microseconds.
    pub fn parse_moment(text: &str) -> Option<OffsetDateTime> {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(text.parse::<i64>().ok()?) * 1000).ok()
    }

    /// A moment as [`parse_moment`] reads it.
    pub fn write_moment(moment: OffsetDateTime) -> String {
        (moment.unix_timestamp_nanos() / 1000).to_string()
    }

    /// Says that somebody else had blocked or unblocked a writer first.
    pub fn describe_overtaken_block(state: Option<BlockState>, act: Act) -> AppError {
        let (is_active, by, at) = match state {
            Some(state) => (state.is_active, state.by, state.at),
            // its time had passed
            None => (false, None, OffsetDateTime::now_utc()),
        };
        let change =
            if is_active { "đã chặn người viết này" } else { "đã bỏ chặn người viết này" };
        let label = if act == Act::Unblock { "Bỏ chặn" } else { "Chặn người viết" };
        AppError::Conflict(ChangeNote {
            actor: by.or_else(|| (!is_active).then(|| "Trang".to_owned())),
            change: change.to_owned(),
            at: clock::format_short(at),
            effect: Some(format!("Lần bấm {label} không có tác dụng.")),
        })
    }

    /// Says what was just done to a comment, and how it is undone.
    pub async fn describe_act(site: &Site, act: Act, comment: i64) -> Result<CardOutcome, AppError> {
        let rows = find_queue_rows(&site.pool, &[comment]).await?;
        Ok(describe_outcome_of(act, rows.first().ok_or(AppError::NotFound)?))
    }

    /// What was done to a comment that was decided about.
    pub fn describe_change(decided: Option<&DecidedComment>, staff: &Staff, at: OffsetDateTime) -> ChangeNote {
        let change = decided
            .map_or("", |decided| describe_decision(decided.state, decided.previous_state, decided.is_inquiry()));
        ChangeNote {
            actor: Some(staff.name.clone()),
            change: change.to_owned(),
            at: clock::format_short(at),
            effect: None,
        }
    }

    /// What the card shows after a decision.
    pub fn decided_card(decided: &DecidedComment, staff: &Staff, at: OffsetDateTime) -> DecidedCard {
        DecidedCard {
            id: decided.id,
            version: decided.version,
            state: decided.state,
            can_undo: decided.previous_state.is_some(),
            change: describe_change(Some(decided), staff, at),
        }
    }
}
