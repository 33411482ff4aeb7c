//! Searching articles and comments, with Postgres' own means: an index of words that the database keeps by triggers,
//! and the spelling of words that are known. What is searched for is neither logged nor kept.

pub mod html;
pub mod page;
pub mod query;
pub mod store;
pub mod text;

use crate::base::id::parse_page;
use crate::features::taxonomy::Category;
use crate::web::page::PageRequest;
use crate::web::settings::Setting;

/// Results on a page.
pub const PER_PAGE: i64 = 20;
/// Of more results, the newest so many are ranked.
pub const MAX_RANKED: i64 = 1000;
/// Searches a minute of one line. Whoever types sends one every few letters.
pub const SEARCHES_PER_ADDRESS: Setting = Setting::number(
    "limits.searches_per_address",
    "Số lần tìm mỗi phút cho một địa chỉ IP",
    "searches a minute for one address; whoever types sends one every few letters",
    "120",
    (10, 100_000_000),
);
pub const SETTINGS: &[Setting] = &[SEARCHES_PER_ADDRESS];

/// Where to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Articles,
    Comments,
}

/// How old results may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Age {
    /// Its name in the address.
    pub name: &'static str,
    pub label: &'static str,
    /// In days; any age where there is none.
    pub days: Option<u32>,
}

/// The ages that one can choose.
pub const AGES: [Age; 4] = [
    Age { name: "", label: "Mọi thời gian", days: None },
    Age { name: "tuan", label: "7 ngày qua", days: Some(7) },
    Age { name: "thang", label: "30 ngày qua", days: Some(30) },
    Age { name: "nam", label: "Một năm qua", days: Some(365) },
];

/// What somebody chose on the form.
pub struct Choice {
    pub typed: String,
    pub subject: Subject,
    /// A category's slug.
    pub category: String,
    /// A name of [`AGES`].
    pub age: String,
    pub page: i64,
}

impl Choice {
    /// Reads it from the page's address.
    pub fn of(request: &PageRequest) -> Self {
        let subject = if request.parameter("trong") == Some("y-kien") { Subject::Comments } else { Subject::Articles };
        Self {
            typed: request.text("q"),
            subject,
            category: request.text("chuyen-muc"),
            age: request.text("thoi-gian"),
            page: parse_page(request.parameter("trang")),
        }
    }

    /// The numbers of the chosen category and of those under it.
    pub fn categories(&self, all: &[Category]) -> Vec<i64> {
        let chosen = all.iter().find(|category| category.slug == self.category);
        let is_in = |category: &&Category| {
            chosen.is_some_and(|chosen| category.id == chosen.id || category.parent == Some(chosen.id))
        };
        all.iter().filter(is_in).map(|category| category.id).collect()
    }
}
