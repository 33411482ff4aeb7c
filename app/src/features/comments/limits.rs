//! How many comments one visitor and one address may send.

use super::{COMMENT_MONTHS, REFUSED_DAYS};
use crate::base::error::AppError;
use crate::web::limits::per_minute;
use crate::web::settings::Setting;
use crate::web::site::Site;
use std::net::IpAddr;

const COMMENTS_PER_VISITOR: Setting = Setting::number(
    "limits.comments_per_visitor",
    "Số ý kiến mỗi phút của một người đọc",
    "comments a minute by one visitor",
    "5",
    (1, 1000),
);
const COMMENTS_PER_ADDRESS: Setting = Setting::number(
    "limits.comments_per_address",
    "Số ý kiến mỗi phút từ một địa chỉ IP",
    "comments a minute from one address",
    "40",
    (1, 100_000),
);
pub const SETTINGS: &[Setting] = &[COMMENT_MONTHS, REFUSED_DAYS, COMMENTS_PER_VISITOR, COMMENTS_PER_ADDRESS];

/// Takes one comment, report or change of a comment by the visitor or private link with this hash.
pub fn take_comment(site: &Site, writer: &[u8; 32], address: IpAddr) -> Result<(), AppError> {
    let settings = site.settings();
    site.limits.take("comments", per_minute(settings.number(&COMMENTS_PER_VISITOR)), &[writer])?;
    site.limits.take_by_line("comments", settings.number(&COMMENTS_PER_ADDRESS), address)
}
