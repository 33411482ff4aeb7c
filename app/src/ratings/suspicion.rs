//! Which votes look like a program's. They are stored and wait for staff, and their voters are told so.

use super::store;
use crate::error::AppError;
use crate::session::{self, Known, Visitor};
use crate::site::Site;
use crate::statistics::{IDLE, store as statistics};
use axum::http::header;
use leptos::prelude::use_context;
use std::net::IpAddr;
use time::OffsetDateTime;

/// Whether this request's vote waits to be checked: one beyond ten a minute from an address and agent that opened no page
/// in the last half hour, or else one of a visitor who never voted, beyond those that an address may bring a minute. A
/// program uses up its own allowance, so that readers behind the same address keep theirs. Whoever sends many more is
/// told to wait.
pub async fn of(site: &Site, (visitor, known): (Visitor, Known)) -> Result<bool, AppError> {
    let address = session::address();
    site.limits.vote(site, visitor, address)?;
    if is_bare(site, address).await? {
        return Ok(site.limits.bare_post(site, address, &agent()).is_err());
    }
    let is_new = known == Known::Now || !site.limits.has_voted(visitor) && store::is_new(&site.pool, visitor).await?;
    site.limits.voted(visitor);
    Ok(is_new && site.limits.new_voter(site, address).is_err())
}

/// Whether whoever asks has opened no page of late.
async fn is_bare(site: &Site, address: IpAddr) -> Result<bool, AppError> {
    let now = OffsetDateTime::now_utc();
    let Some(reader) = site.traffic.visitor(address, &agent(), now) else { return Ok(false) };
    // another process may have answered
    Ok(!site.traffic.was_here(reader, now - IDLE) && !statistics::was_here(&site.pool, reader, now - IDLE).await?)
}

fn agent() -> Vec<u8> {
    let parts = use_context::<http::request::Parts>();
    parts.and_then(|parts| Some(parts.headers.get(header::USER_AGENT)?.as_bytes().to_vec())).unwrap_or_default()
}
