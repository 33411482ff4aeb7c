//! Which page of the queue an address shows: a tab, and a filter.

use crate::base::url::encode;
use crate::features::comments::CommentState;
use crate::routes;
use serde::{Deserialize, Serialize};

/// Which comments the queue shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tab {
    /// Those that wait, oldest first.
    #[default]
    Pending,
    /// Published ones that were reported, in the order of their first reports.
    Reported,
    /// Published ones, the latest decision first.
    Published,
    Rejected,
    Removed,
    /// Those of blocked writers; they wait too.
    Blocked,
}

impl Tab {
    /// The tabs in their order.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Reported, Self::Published, Self::Rejected, Self::Removed, Self::Blocked];

    /// Reads the value in an address; whatever it does not know is the queue.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.value() == text).unwrap_or_default()
    }

    /// Its value in an address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Pending => "cho-duyet",
            Self::Reported => "bi-bao",
            Self::Published => "da-dang",
            Self::Rejected => "tu-choi",
            Self::Removed => "da-go",
            Self::Blocked => "bi-chan",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Self::Pending => "Chờ duyệt",
            Self::Reported => "Bị báo vi phạm",
            Self::Published => "Đã đăng",
            Self::Rejected => "Từ chối",
            Self::Removed => "Đã gỡ",
            Self::Blocked => "Bị chặn",
        }
    }

    /// The state of its comments.
    pub fn state(self) -> CommentState {
        match self {
            Self::Pending => CommentState::Pending,
            Self::Published | Self::Reported => CommentState::Published,
            Self::Rejected => CommentState::Rejected,
            Self::Removed => CommentState::Removed,
            Self::Blocked => CommentState::Blocked,
        }
    }

    /// Whether its comments wait for a decision.
    pub fn is_waiting(self) -> bool {
        self.state().is_waiting()
    }

    /// The sentence where it has no comments.
    pub fn empty_message(self) -> &'static str {
        match self {
            Self::Pending => "Không còn ý kiến nào chờ duyệt.",
            Self::Reported => "Không có ý kiến nào bị báo vi phạm.",
            Self::Published => "Chưa có ý kiến nào được đăng.",
            Self::Rejected => "Chưa có ý kiến nào bị từ chối.",
            Self::Removed => "Chưa có ý kiến nào bị gỡ.",
            Self::Blocked => "Không có ý kiến nào của người bị chặn.",
        }
    }
}

/// A page of the queue: a tab, and the filter in the address as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct QueueQuery {
    pub tab: Tab,
    /// A part of the name or text.
    pub text: String,
    /// The number of an article.
    pub article: String,
    /// The day, as browsers write it: `2023-07-12`.
    pub day: String,
    /// The account that decided.
    pub moderator: String,
    /// The kind of reason for which a comment needs a look.
    pub reason: String,
    /// Where the page begins.
    pub after: String,
}

impl QueueQuery {
    /// The first page of a tab, unfiltered.
    pub fn of_tab(tab: Tab) -> Self {
        Self { tab, ..Self::default() }
    }

    /// Reads the parameters of an address.
    pub fn read(parameter: impl Fn(&str) -> String) -> Self {
        Self {
            tab: Tab::parse(&parameter("muc")),
            text: parameter("tim"),
            article: parameter("bai"),
            day: parameter("ngay"),
            moderator: parameter("nguoi"),
            reason: parameter("ly_do"),
            after: parameter("sau"),
        }
    }

    /// The parameters of its address.
    fn parameters(&self) -> [(&'static str, &str); 7] {
        [
            ("muc", self.tab.value()),
            ("tim", &self.text),
            ("bai", &self.article),
            ("ngay", &self.day),
            ("nguoi", &self.moderator),
            ("ly_do", &self.reason),
            ("sau", &self.after),
        ]
    }

    /// The tab and the filter as fields of a form.
    pub fn fields(&self) -> [(&'static str, &str); 6] {
        [
            ("tab", self.tab.value()),
            ("text", &self.text),
            ("article", &self.article),
            ("day", &self.day),
            ("moderator", &self.moderator),
            ("reason", &self.reason),
        ]
    }

    /// Whether anything narrows the tab.
    pub fn is_filtered(&self) -> bool {
        [&self.text, &self.article, &self.day, &self.moderator, &self.reason].into_iter().any(|typed| !typed.is_empty())
    }

    /// Its address, without empty parameters.
    pub fn path(&self) -> String {
        let is_default = |name: &str, value: &str| name == "muc" && value == Tab::default().value();
        let parameters = self.parameters().into_iter();
        let parameters = parameters.filter(|(name, value)| !value.is_empty() && !is_default(name, value));
        let query: Vec<String> = parameters.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let path = routes::DESK_COMMENTS.path;
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// The page that begins after `after`.
    #[must_use]
    pub fn page_after(&self, after: String) -> Self {
        Self { after, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_its_address() {
        let pairs = [
            ("muc", "da-dang"),
            ("tim", "đèn"),
            ("bai", "7"),
            ("ngay", "2026-01-31"),
            ("nguoi", "2"),
            ("ly_do", "link"),
            ("sau", "1-2"),
        ];
        let value =
            |name: &str| pairs.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value).to_owned();
        let query = QueueQuery::read(value);
        let path = "/quan-tri/y-kien?muc=da-dang&tim=%C4%91%C3%A8n&bai=7&ngay=2026-01-31&nguoi=2&ly%5Fdo=link&sau=1-2";
        assert_eq!(query.path().replace("ly_do", "ly%5Fdo"), path);
        assert_eq!((query.tab, query.is_filtered()), (Tab::Published, true));
        let queue = QueueQuery::read(|_| String::new());
        assert_eq!((queue.path().as_str(), queue.tab), ("/quan-tri/y-kien", Tab::Pending));
        assert!(!queue.is_filtered());
    }

    #[test]
    fn tabs_are_read_back() {
        assert!(Tab::ALL.into_iter().all(|tab| Tab::parse(tab.value()) == tab));
        assert_eq!(Tab::parse("x"), Tab::Pending);
    }
}
