//! Judges whether a vote looks like a bot's. Suspicious votes are stored and wait for staff, and their voters see that.

use super::{VoteState, limits, store};
use crate::base::error::AppError;
use crate::features::statistics::store as statistics;
use crate::features::statistics::{IDLE, traffic::Traffic};
use crate::web::site::Site;
use crate::web::visitor::{Visitor, VisitorOrigin, current_address, current_agent};
use std::net::IpAddr;
use time::OffsetDateTime;

/// Judges the vote of the current request. The first vote of a visitor at an article is suspicious beyond those that
/// its line may give a minute: so many by visitors who opened a page in the last half hour, and fewer by posts that
/// followed no page. Each kind has an allowance of its own, keyed by line and network alone. A changed vote adds none
/// to the average, and counts as the first did.
pub async fn judge_vote(
    site: &Site,
    article: i64,
    (visitor, origin): (Visitor, VisitorOrigin),
) -> Result<VoteState, AppError> {
    let address = current_address();
    limits::take_vote(site, visitor, address)?;
    let counts =
        if origin == VisitorOrigin::Returning && store::find_vote(&site.pool, article, visitor).await?.is_some() {
            true
        } else if opened_no_page(site, address).await? {
            limits::take_bare_post(site, address)
        } else {
            limits::take_first_vote(site, address)
        };
    Ok(if counts { VoteState::Counted } else { VoteState::Suspicious })
}

async fn opened_no_page(site: &Site, address: IpAddr) -> Result<bool, AppError> {
    let now = OffsetDateTime::now_utc();
    let traffic = site.state::<Traffic>();
    let Some(reader) = traffic.visitor(address, &current_agent(), now) else { return Ok(false) };
    // another process may have answered
    Ok(!traffic.has_visited(reader, now - IDLE) && !statistics::has_visited(&site.pool, reader, now - IDLE).await?)
}
