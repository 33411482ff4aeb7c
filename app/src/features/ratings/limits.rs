//! How many votes one visitor and one address may give.

use super::VOTE_DAYS;
use crate::base::error::AppError;
use crate::web::limits::per_minute;
use crate::web::settings::Setting;
use crate::web::site::Site;
use crate::web::visitor::Visitor;
use std::net::IpAddr;

/// Posts a minute that count unchecked from an address and agent that opened no page.
const BARE_POSTS: u32 = 10;

const VOTES_PER_VISITOR: Setting = Setting::number(
    "limits.votes_per_visitor",
    "Số đánh giá mỗi phút của một người đọc",
    "votes a minute by one visitor",
    "30",
    (1, 10_000),
);
const VOTES_PER_ADDRESS: Setting = Setting::number(
    "limits.votes_per_address",
    "Số đánh giá mỗi phút từ một địa chỉ IP",
    "votes a minute from one address",
    "600",
    (30, 10_000_000),
);
const NEW_VOTERS_PER_ADDRESS: Setting = Setting::number(
    "limits.new_voters_per_address",
    "Số người đánh giá lần đầu mỗi phút từ một địa chỉ IP",
    "first votes a minute from one address that count unchecked",
    "30",
    (30, 1_000_000),
);
pub const SETTINGS: &[Setting] = &[VOTE_DAYS, VOTES_PER_VISITOR, VOTES_PER_ADDRESS, NEW_VOTERS_PER_ADDRESS];

/// Takes one vote, change or withdrawal of a visitor from an address.
pub fn take_vote(site: &Site, visitor: Visitor, address: IpAddr) -> Result<(), AppError> {
    let settings = site.settings();
    site.limits.take("votes", per_minute(settings.number(&VOTES_PER_VISITOR)), &[&visitor.0])?;
    site.limits.take_by_address("votes", settings.number(&VOTES_PER_ADDRESS), address)
}

/// Whether another visitor from this address may vote for the first time without being checked.
pub fn take_new_voter(site: &Site, address: IpAddr) -> bool {
    let count = site.settings().number(&NEW_VOTERS_PER_ADDRESS);
    site.limits.take_by_address("new-voters", count, address).is_ok()
}

/// Whether another post from an address and agent that opened no page counts without being checked.
pub fn take_bare_post(site: &Site, address: IpAddr, agent: &[u8]) -> bool {
    site.limits.take("bare-posts", per_minute(BARE_POSTS), &[address.to_string().as_bytes(), agent]).is_ok()
}
