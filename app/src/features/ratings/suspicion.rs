//! Judges whether a vote looks like a bot's. Suspicious votes are stored and wait for staff, and their voters see that.

use super::{VoteState, limits, store};
use crate::base::error::AppError;
use crate::features::statistics::store as statistics;
use crate::features::statistics::{IDLE, traffic::Traffic};
use crate::web::site::Site;
use crate::web::visitor::{Visitor, VisitorOrigin, current_address};
use axum::http::header;
use leptos::prelude::use_context;
use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use time::OffsetDateTime;

/// So many voters are remembered; the others are looked up.
const MAX_REMEMBERED: usize = 100_000;

/// Visitors who are known to have voted before, so that most votes need no query.
#[derive(Debug, Default)]
pub struct KnownVoters(Mutex<HashSet<[u8; 32]>>);

impl KnownVoters {
    fn contains(&self, visitor: Visitor) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&visitor.0)
    }

    fn insert(&self, visitor: Visitor) {
        let mut voters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if voters.len() >= MAX_REMEMBERED {
            voters.clear();
        }
        voters.insert(visitor.0);
    }
}

/// Judges the vote of the current request. It is suspicious beyond ten a minute from an address and agent that opened
/// no page in the last half hour, or where it is the first of its visitor, beyond those that an address may bring a
/// minute. A program uses up its own allowance, so that readers behind the same address keep theirs.
pub async fn judge_vote(site: &Site, (visitor, origin): (Visitor, VisitorOrigin)) -> Result<VoteState, AppError> {
    let address = current_address();
    limits::take_vote(site, visitor, address)?;
    let counts = if opened_no_page(site, address).await? {
        limits::take_bare_post(site, address, &agent())
    } else {
        let voters = site.state::<KnownVoters>();
        let is_new =
            origin == VisitorOrigin::New || !voters.contains(visitor) && !store::has_voted(&site.pool, visitor).await?;
        voters.insert(visitor);
        !is_new || limits::take_new_voter(site, address)
    };
    Ok(if counts { VoteState::Counted } else { VoteState::Suspicious })
}

async fn opened_no_page(site: &Site, address: IpAddr) -> Result<bool, AppError> {
    let now = OffsetDateTime::now_utc();
    let traffic = site.state::<Traffic>();
    let Some(reader) = traffic.visitor(address, &agent(), now) else { return Ok(false) };
    // another process may have answered
    Ok(!traffic.has_visited(reader, now - IDLE) && !statistics::has_visited(&site.pool, reader, now - IDLE).await?)
}

fn agent() -> Vec<u8> {
    let parts = use_context::<http::request::Parts>();
    parts.and_then(|parts| Some(parts.headers.get(header::USER_AGENT)?.as_bytes().to_vec())).unwrap_or_default()
}
