//! What differs from one body to the next, kept as rows: names, contacts, retention, limits.

#[cfg(feature = "ssr")]
pub mod store;

use serde::{Deserialize, Serialize};

/// What every page shows about the site and the body behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteInfo {
    /// The site's name, in the header and in titles.
    pub name: String,
    /// The line under the name.
    pub tagline: String,
    /// The body that runs the site and answers for personal data.
    pub body: String,
    /// Its postal address.
    pub address: String,
    /// Its telephone number.
    pub phone: String,
    /// Its e-mail address.
    pub email: String,
    /// Who answers for what is published.
    pub editor: String,
    /// Months that a published comment is kept.
    pub comment_months: u32,
    /// Days that a rejected or removed comment is kept.
    pub refused_days: u32,
}

/// One setting: its key, what it is for, its value on a new site, and whether the value is a number.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// The key of its row.
    pub key: &'static str,
    /// What it is for, for the administrator.
    pub help: &'static str,
    /// Its value until somebody sets another.
    pub default: &'static str,
    /// The smallest and the largest number allowed; `None` for words.
    pub range: Option<(u32, u32)>,
}

#[cfg(feature = "ssr")]
const fn words(key: &'static str, help: &'static str, default: &'static str) -> Kind {
    Kind { key, help, default, range: None }
}

#[cfg(feature = "ssr")]
const fn number(key: &'static str, help: &'static str, default: &'static str, low: u32, high: u32) -> Kind {
    Kind { key, help, default, range: Some((low, high)) }
}

/// Every setting there is.
#[cfg(feature = "ssr")]
pub const KINDS: &[Kind] = &[
    words("site.name", "the site's name", "Phường Hiệp Ninh"),
    words("site.tagline", "the line under the name", "Trang thông tin của phường"),
    words("site.body", "the body that runs the site", "Ủy ban nhân dân phường Hiệp Ninh"),
    words("site.address", "its postal address", "Phường Hiệp Ninh, tỉnh Tây Ninh"),
    words("site.phone", "its telephone number", ""),
    words("site.email", "its e-mail address", ""),
    words("site.editor", "who answers for what is published", "Chủ tịch Ủy ban nhân dân phường"),
    number("retention.comment_months", "months a published comment is kept", "24", 1, 240),
    number("retention.refused_days", "days a rejected or removed comment is kept", "90", 1, 3650),
    number("retention.vote_days", "days after which a vote no longer names its visitor", "400", 1, 3650),
    words(
        REJECTION_REASONS,
        "reasons that moderators choose from, with a bar between each two",
        "Có lời lẽ xúc phạm | Có thông tin cá nhân | Quảng cáo | Không liên quan đến bài viết | Trùng với ý kiến đã gửi | Thông tin chưa kiểm chứng được",
    ),
    number("sessions.idle_minutes", "minutes after which staff who do nothing are signed out", "30", 5, 1440),
    number("mail.daily_hour", "the hour after which staff who ask for it get their mail of the day", "7", 0, 23),
    number("accounts.second_factor_required", "1 where all staff must have a second factor", "0", 0, 1),
    number("statistics.carried_visits", "visits that an old site had counted", "0", 0, u32::MAX),
    number("limits.comments_per_visitor", "comments a minute by one visitor", "5", 1, 1000),
    number("limits.comments_per_address", "comments a minute from one address", "40", 1, 100_000),
    number("limits.votes_per_visitor", "votes a minute by one visitor", "30", 1, 10_000),
    number("limits.votes_per_address", "votes a minute from one address", "600", 30, 10_000_000),
    number(
        "limits.new_voters_per_address",
        "first votes a minute from one address that count unchecked",
        "30",
        30,
        1_000_000,
    ),
    number(
        "limits.reads_per_address",
        "pages a minute that are made for one address; copies are free",
        "6000",
        60,
        100_000_000,
    ),
];

/// The settings in force.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What pages show.
    pub info: SiteInfo,
    /// Days after which a vote no longer names its visitor.
    pub vote_days: u32,
    /// Reasons that moderators choose from.
    pub rejection_reasons: Vec<String>,
    /// Minutes after which staff who do nothing are signed out.
    pub idle_minutes: u32,
    /// The hour after which staff get their mail of the day.
    pub daily_mail_hour: u32,
    /// Whether all staff must have a second factor.
    pub second_factor_required: bool,
    /// Visits that an old site had counted.
    pub carried_visits: u32,
    /// Comments a minute by one visitor.
    pub comments_per_visitor: u32,
    /// Comments a minute from one address.
    pub comments_per_address: u32,
    /// Votes a minute by one visitor: moving over the stars is a few.
    pub votes_per_visitor: u32,
    /// Votes a minute from one address; a carrier's stands for many readers.
    pub votes_per_address: u32,
    /// Visitors who never voted, a minute from one address, that count without being looked at.
    pub new_voters_per_address: u32,
    /// Pages and answers a minute that are made for one address.
    pub reads_per_address: u32,
}

#[cfg(feature = "ssr")]
impl Settings {
    /// The settings that these rows make; a row that is missing has its default.
    pub fn from_rows(rows: &[(String, String)]) -> Self {
        let words = |key: &str| {
            let row = rows.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
            row.or_else(|| KINDS.iter().find(|kind| kind.key == key).map(|kind| kind.default))
                .unwrap_or_default()
                .to_owned()
        };
        let number = |key: &str| words(key).parse().unwrap_or(1);
        Self {
            info: SiteInfo {
                name: words("site.name"),
                tagline: words("site.tagline"),
                body: words("site.body"),
                address: words("site.address"),
                phone: words("site.phone"),
                email: words("site.email"),
                editor: words("site.editor"),
                comment_months: number("retention.comment_months"),
                refused_days: number("retention.refused_days"),
            },
            vote_days: number("retention.vote_days"),
            rejection_reasons: words(REJECTION_REASONS)
                .split('|')
                .map(|reason| reason.trim().to_owned())
                .filter(|reason| !reason.is_empty())
                .collect(),
            idle_minutes: number("sessions.idle_minutes"),
            daily_mail_hour: number("mail.daily_hour"),
            second_factor_required: number("accounts.second_factor_required") == 1,
            carried_visits: number("statistics.carried_visits"),
            comments_per_visitor: number("limits.comments_per_visitor"),
            comments_per_address: number("limits.comments_per_address"),
            votes_per_visitor: number("limits.votes_per_visitor"),
            votes_per_address: number("limits.votes_per_address"),
            new_voters_per_address: number("limits.new_voters_per_address"),
            reads_per_address: number("limits.reads_per_address"),
        }
    }
}

/// What moderators choose from.
#[cfg(feature = "ssr")]
pub const REJECTION_REASONS: &str = "moderation.rejection_reasons";

/// Checks a value before it is stored; the message is for the administrator's terminal.
#[cfg(feature = "ssr")]
pub fn check(key: &str, value: &str) -> Result<(), String> {
    let Some(kind) = KINDS.iter().find(|kind| kind.key == key) else {
        return Err(format!("there is no setting {key}"));
    };
    match kind.range {
        Some((low, high)) if !value.parse().is_ok_and(|n| (low..=high).contains(&n)) => {
            Err(format!("{key} is a number from {low} to {high}"))
        }
        None if value.chars().count() > longest(key) || value.contains('\n') => {
            Err(format!("{key} is one line of at most {} characters", longest(key)))
        }
        _ => Ok(()),
    }
}

/// The longest value of a setting in words, in characters: a list is longer than a name.
#[cfg(feature = "ssr")]
fn longest(key: &str) -> usize {
    if key == REJECTION_REASONS { 2000 } else { 300 }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_default_passes_its_own_check() {
        for kind in KINDS {
            assert_eq!(check(kind.key, kind.default), Ok(()));
        }
        assert_eq!(Settings::from_rows(&[]).comments_per_visitor, 5);
    }

    #[test]
    fn a_row_beats_the_default_and_bad_values_are_refused() {
        let rows = [("site.name".to_owned(), "Phường Tân Ninh".to_owned())];
        assert_eq!(Settings::from_rows(&rows).info.name, "Phường Tân Ninh");
        for (key, value) in [
            ("limits.comments_per_visitor", "0"),
            ("limits.comments_per_visitor", "many"),
            ("nothing", "x"),
            ("site.name", "a\nb"),
        ] {
            assert!(check(key, value).is_err(), "{key} {value}");
        }
    }
}
