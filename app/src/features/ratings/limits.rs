//! How many votes one visitor and one address may give.

use super::VOTE_DAYS;
use crate::base::error::AppError;
use crate::web::limits::per_minute;
use crate::web::settings::Setting;
use crate::web::site::Site;
use crate::web::visitor::Visitor;
use std::net::IpAddr;

/// First votes a minute from one line by visitors who opened no page that count unchecked.
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
    site.limits.take_by_line("votes", settings.number(&VOTES_PER_ADDRESS), address)
}

/// Whether another visitor on this line who opened a page may vote for the first time without being checked.
pub fn take_first_vote(site: &Site, address: IpAddr) -> bool {
    let count = site.settings().number(&NEW_VOTERS_PER_ADDRESS);
    site.limits.take_by_line("first-votes", count, address).is_ok()
}

/// The same for a visitor who opened no page. It is an allowance of its own, so that a program leaves readers on the
/// same line theirs.
pub fn take_bare_post(site: &Site, address: IpAddr) -> bool {
    site.limits.take_by_line("bare-posts", BARE_POSTS, address).is_ok()
}
