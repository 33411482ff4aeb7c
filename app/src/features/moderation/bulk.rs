//! Decisions about several comments at once.

#![expect(clippy::too_many_arguments, reason = "a form's fields come one by one")]

use super::BulkAnswer;
use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::base::format::format_number;
#[cfg(feature = "ssr")]
use crate::features::comments::Decision;
use leptos::prelude::*;

/// Decides about the chosen comments (`number:version` each), about all that the page showed, or about all of a waiting
/// tab that the filter of an address leaves, up to the comment `last`. More than a few are confirmed by their number.
/// With a `moment`, what one decided then is undone, as far as nobody changed it since.
#[server(prefix = "/api", endpoint = "decide-many", output = server_fn::codec::Postcard)]
pub async fn decide_many(
    #[server(default)] chosen: Vec<String>,
    #[server(default)] all: String,
    #[server(default)] last: String,
    #[server(default)] filter: String,
    #[server(default)] page: String,
    #[server(default)] shown: String,
    #[server(default)] decision: String,
    #[server(default)] refusal: String,
    #[server(default)] reason: String,
    #[server(default)] note: String,
    #[server(default)] confirmed: String,
    #[server(default)] moment: String,
    #[server(default)] return_to: String,
) -> Result<BulkAnswer, AppError> {
    use super::endpoints::server::{self as endpoints, parse_seen};
    use super::{MAX_AT_ONCE, MAX_UNCONFIRMED, NOTHING_CHOSEN, queue_query::QueueQuery, store};
    use crate::features::comments::store::decide::decide_comments;
    use crate::routes;
    let (staff, site, _) = endpoints::moderator().await?;
    // a reason that is pressed says why, and not what is decided
    let decision = Decision::parse(if decision.is_empty() { &refusal } else { &decision }).ok_or(AppError::NotFound)?;
    let note = endpoints::parse_reason(&site, (&reason, &note), decision)?;
    let query = QueueQuery::parse(&filter);
    // a form of an older program says in other words which comments it means: nothing is decided about others
    let is_known = filter.split('?').next() == Some(routes::DESK_COMMENTS.path);
    let undone = moment.parse::<i64>().ok().filter(|_| decision == Decision::Undo);
    let seen: Vec<(i64, i32)> = if let Some(moment) = undone {
        store::list_decided_at(&site.pool, staff.id, moment).await?
    } else if all == "1" && is_known && query.tab.is_waiting() {
        let last = crate::base::id::parse_id(&last).ok_or(AppError::NotFound)?;
        store::queue::list_versions(&site.pool, &query, last).await?
    } else {
        let shown = if page == "1" { shown.as_str() } else { "" };
        let chosen = chosen.iter().map(String::as_str).chain(shown.split_whitespace());
        let parse = |chosen: &str| chosen.split_once(':').and_then(|(id, version)| parse_seen(id, version).ok());
        let seen: std::collections::BTreeMap<i64, i32> = chosen.filter_map(parse).take(MAX_AT_ONCE).collect();
        seen.into_iter().collect()
    };
    if seen.is_empty() {
        return Err(AppError::invalid(NOTHING_CHOSEN));
    }
    if undone.is_none() && seen.len() > MAX_UNCONFIRMED && confirmed != seen.len().to_string() {
        let count = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        return Err(AppError::Unconfirmed { count, question: question(decision, count, query.tab.unit()).into() });
    }
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let outcome = decide_comments(&site.pool, actor, &seen, decision, note.as_deref()).await?;
    site.hub.announce_comments(&outcome.articles());
    let moment = (outcome.moment.unix_timestamp_nanos() / 1000).to_string();
    let counts = format!("{}-{}-{moment}", outcome.decided.len(), outcome.overtaken.len());
    let back = crate::base::url::with_parameter(&return_to, super::DECIDED_MANY, &counts);
    crate::web::forms::post::redirect_to(&back, "ban-duyet");
    let change = endpoints::describe_change(outcome.decided.first(), &staff, outcome.at);
    let decided = outcome
        .decided
        .iter()
        .map(|comment| (comment.id, comment.version, comment.state, comment.previous_state.is_some()));
    Ok(BulkAnswer { decided: decided.collect(), change, overtaken: outcome.overtaken.len(), moment })
}

/// The question before a decision about many comments: `Duyệt 12 ý kiến?`
#[cfg(feature = "ssr")]
fn question(decision: Decision, count: u32, unit: &str) -> String {
    format!("{} {} {unit}?", decision.label(), format_number(i64::from(count)))
}
