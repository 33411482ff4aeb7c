//! Which page of the desk: a tab, and what narrows it.

use serde::{Deserialize, Serialize};

/// Which comments the desk shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tab {
    /// Those that wait, oldest first.
    Held,
    /// Those that readers see and reported, the first reported first.
    Reported,
    /// Those that readers see, the latest decision first.
    Published,
    /// Those that were not published.
    Rejected,
    /// Those that were taken back.
    Removed,
    /// Those of writers who are blocked; they wait too.
    Blocked,
    /// Not comments: votes that wait to be checked, by article.
    Votes,
    /// Not comments: what is closed, and closing.
    Closures,
    /// Not comments: how the desk does, in numbers.
    Figures,
    /// Not comments: the list of words, for administrators.
    Words,
    /// Not comments: the record of what staff did, for administrators.
    Record,
    /// Not comments: everybody's accounts, for administrators.
    Staff,
    /// Not comments: one's own account.
    Account,
}

impl Tab {
    /// The tabs, in their order.
    pub const ALL: [Self; 13] = [
        Self::Held,
        Self::Reported,
        Self::Published,
        Self::Rejected,
        Self::Removed,
        Self::Blocked,
        Self::Votes,
        Self::Closures,
        Self::Figures,
        Self::Words,
        Self::Record,
        Self::Staff,
        Self::Account,
    ];

    /// Reads an address; whatever it does not know is the queue.
    pub fn parse(text: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|tab| Some(tab.value()) == text).unwrap_or(Self::Held)
    }

    /// Its word in an address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Held => "cho-duyet",
            Self::Reported => "bi-bao",
            Self::Published => "da-dang",
            Self::Rejected => "tu-choi",
            Self::Removed => "da-go",
            Self::Blocked => "bi-chan",
            Self::Votes => "danh-gia",
            Self::Closures => "dong-mo",
            Self::Figures => "so-lieu",
            Self::Words => "tu-ngu",
            Self::Record => "nhat-ky",
            Self::Staff => "can-bo",
            Self::Account => "tai-khoan",
        }
    }

    /// Its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::Held => "Chờ duyệt",
            Self::Reported => "Bị báo vi phạm",
            Self::Published => "Đã đăng",
            Self::Rejected => "Từ chối",
            Self::Removed => "Đã gỡ",
            Self::Blocked => "Bị chặn",
            Self::Votes => "Đánh giá",
            Self::Closures => "Đóng, mở",
            Self::Figures => "Số liệu",
            Self::Words => "Từ ngữ",
            Self::Record => "Nhật ký",
            Self::Staff => "Cán bộ",
            Self::Account => "Tài khoản",
        }
    }

    /// The state of its comments; votes and words have none.
    pub fn state(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Published | Self::Reported => "published",
            Self::Rejected => "rejected",
            Self::Removed => "removed",
            Self::Blocked => "blocked",
            _ => "",
        }
    }

    /// Whether it has comments.
    pub fn has_comments(self) -> bool {
        !self.state().is_empty()
    }

    /// Whether it is for administrators alone.
    pub fn is_for_administrators(self) -> bool {
        matches!(self, Self::Words | Self::Record | Self::Staff)
    }

    /// Whether its comments wait for a decision.
    pub fn waits(self) -> bool {
        matches!(self, Self::Held | Self::Blocked)
    }

    /// What stands where it has no comments.
    pub fn empty(self) -> &'static str {
        match self {
            Self::Held => "Không còn ý kiến nào chờ duyệt.",
            Self::Reported => "Không có ý kiến nào bị báo vi phạm.",
            Self::Published => "Chưa có ý kiến nào được đăng.",
            Self::Rejected => "Chưa có ý kiến nào bị từ chối.",
            Self::Removed => "Chưa có ý kiến nào bị gỡ.",
            Self::Blocked => "Không có ý kiến nào của người bị chặn.",
            _ => "",
        }
    }
}

/// Which page of the desk: a tab, narrowed by what stands in the address. Words as somebody typed them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The tab's word.
    pub tab: String,
    /// Words to find.
    pub text: String,
    /// The article's number.
    pub article: String,
    /// The day, as browsers write it: `2023-07-12`.
    pub day: String,
    /// The account that decided.
    pub moderator: String,
    /// The kind of reason for which it needs a look.
    pub reason: String,
    /// Where the page begins.
    pub after: String,
}

impl Place {
    /// The names in the address, and what they hold.
    pub fn parameters(&self) -> [(&'static str, &str); 7] {
        [
            ("muc", &self.tab),
            ("tim", &self.text),
            ("bai", &self.article),
            ("ngay", &self.day),
            ("nguoi", &self.moderator),
            ("ly_do", &self.reason),
            ("sau", &self.after),
        ]
    }

    /// Reads an address.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let read = |name: &str| parameter(name).unwrap_or_default();
        Self {
            tab: Tab::parse(parameter("muc").as_deref()).value().to_owned(),
            text: read("tim"),
            article: read("bai"),
            day: read("ngay"),
            moderator: read("nguoi"),
            reason: read("ly_do"),
            after: read("sau"),
        }
    }

    /// The tab.
    pub fn tab(&self) -> Tab {
        Tab::parse(Some(&self.tab))
    }

    /// Whether anything narrows the tab.
    pub fn is_narrowed(&self) -> bool {
        [&self.text, &self.article, &self.day, &self.moderator, &self.reason].into_iter().any(|typed| !typed.is_empty())
    }

    /// The query of its address, without those that are empty.
    pub fn query(&self) -> String {
        let queue = |name: &str, value: &str| name == "muc" && value == Tab::Held.value();
        let given = self.parameters().into_iter().filter(|(name, value)| !(value.is_empty() || queue(name, value)));
        given.map(|(name, value)| format!("{name}={}", crate::page::encode(value))).collect::<Vec<_>>().join("&")
    }

    /// Its path.
    pub fn path(&self) -> String {
        match self.query() {
            query if query.is_empty() => "/quan-tri".to_owned(),
            query => format!("/quan-tri?{query}"),
        }
    }

    /// The same, beginning after `after`.
    #[must_use]
    pub fn beginning(&self, after: String) -> Self {
        Self { after, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_address() {
        let query = "muc=da-dang&tim=%C4%91%C3%A8n&bai=7&ngay=2026-01-31&nguoi=2&ly_do=link&sau=1-2";
        let value = |name: &str| {
            let pairs = [
                ("muc", "da-dang"),
                ("tim", "đèn"),
                ("bai", "7"),
                ("ngay", "2026-01-31"),
                ("nguoi", "2"),
                ("ly_do", "link"),
                ("sau", "1-2"),
            ];
            pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let place = Place::read(value);
        assert_eq!((place.query().as_str(), place.tab(), place.is_narrowed()), (query, Tab::Published, true));
        let queue = Place::read(|_| None);
        assert_eq!((queue.path().as_str(), queue.tab(), queue.is_narrowed()), ("/quan-tri", Tab::Held, false));
    }
}
