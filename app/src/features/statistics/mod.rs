//! Visits, counted without knowing anybody: no cookie, no script, no stored address.
//!
//! A visitor is a keyed hash of address and agent that lives for one Vietnamese day. A visit begins after 30 idle
//! minutes. Visits are gathered in memory ([`traffic`]) and merged into the database every few seconds ([`store`]).

#[cfg(feature = "ssr")]
pub mod bots;
#[cfg(feature = "ssr")]
pub mod html;
#[cfg(feature = "ssr")]
pub mod page;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod traffic;

#[cfg(feature = "ssr")]
use crate::features::articles::parse_slug_id;
#[cfg(feature = "ssr")]
use crate::routes;
#[cfg(feature = "ssr")]
use crate::web::settings::Setting;
#[cfg(feature = "ssr")]
use time::Duration;

/// A visitor who was idle for longer begins a new visit.
#[cfg(feature = "ssr")]
pub const IDLE: Duration = Duration::minutes(30);
/// A visitor who was seen within this time is on the site now.
#[cfg(feature = "ssr")]
pub const NOW: Duration = Duration::minutes(5);
/// Pages a minute that one visitor can add to the counts.
#[cfg(feature = "ssr")]
pub const MAX_PAGES_PER_MINUTE: u32 = 60;
/// Visitors who begin a visit on one line within an hour and are counted. A program that changes its user agent with
/// every request is a new visitor each time.
#[cfg(feature = "ssr")]
pub const MAX_VISITORS_PER_LINE: u32 = 50;

/// Visits that another site had counted.
#[cfg(feature = "ssr")]
pub const CARRIED_VISITS: Setting = Setting::number(
    "statistics.carried_visits",
    "Lượt truy cập của trang cũ",
    "visits that another site had counted",
    "0",
    (0, u32::MAX),
);
#[cfg(feature = "ssr")]
pub const SETTINGS: &[Setting] = &[CARRIED_VISITS];

/// The four figures of `Thống kê truy cập`.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// People on the site in the last five minutes.
    pub now: i64,
    /// Visits since midnight.
    pub today: i64,
    /// Visits since the first of the month.
    pub month: i64,
    /// Visits ever, with those carried over.
    pub ever: i64,
}

#[cfg(feature = "ssr")]
impl Figures {
    /// The figures with their labels, in the order of the page.
    pub fn labelled(self) -> [(&'static str, i64); 4] {
        [
            ("Đang truy cập", self.now),
            ("Hôm nay", self.today),
            ("Tháng hiện tại", self.month),
            ("Tổng lượt truy cập", self.ever),
        ]
    }
}

/// The page that a request opens, if it counts: the number of an article, or `None` for any other page.
#[cfg(feature = "ssr")]
pub fn find_opened_page(path: &str, query: &str) -> Option<Option<i64>> {
    let (index, last) = routes::find(path)?;
    let route = &routes::ALL[index];
    if *route == routes::READ_PAGE {
        // a page that is read by following a link counts as the page itself
        let mut parameters = form_urlencoded::parse(query.as_bytes());
        let (_, path) = parameters.find(|(name, _)| name == "path")?;
        return if path == routes::READ_PAGE.path { None } else { find_opened_page(&path, "") };
    }
    match (route.counted, *route == routes::ARTICLE || *route == routes::DOCUMENT) {
        (false, _) => None,
        (true, true) => parse_slug_id(last).map(|(_, id)| Some(id)),
        (true, false) => Some(None),
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn pages_count_and_their_articles_are_known() {
        for (path, query, page) in [
            ("/", "", Some(None)),
            ("/", "fbclid=x", Some(None)),
            ("/thong-ke", "", Some(None)),
            ("/tin-tuc/bai-thu-7", "", Some(Some(7))),
            ("/api/page", "query=x&path=%2Ftin-tuc%2Fbai-thu-7", Some(Some(7))),
            ("/api/page", "path=%2F&query=trang%3D2", Some(None)),
            ("/api/page", "path=%2Fapi%2Fpage", None),
            ("/api/comments", "article=7", None),
            ("/api/page", "", None),
            ("/tin-tuc/chu", "", None),
            ("/quan-tri", "", None),
            ("/truc-tiep", "", None),
            ("/khong-co", "", None),
        ] {
            assert_eq!(find_opened_page(path, query), page, "{path}?{query}");
        }
    }
}
