//! Which page of the queue an address shows: a tab, and a filter.

#[cfg(feature = "ssr")]
use crate::base::url::encode;
use crate::features::comments::CommentState;
#[cfg(feature = "ssr")]
use crate::routes;
use serde::{Deserialize, Serialize};

/// Which comments the queue shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Tab {
    /// Those that wait, oldest first.
    #[default]
    Pending,
    /// Published questions that wait for an answer, what is due first on top.
    Unanswered,
    /// Inquiries that wait for an answer, in the same order.
    Inquiries,
    /// Published ones that were reported, in the order of their first reports.
    Reported,
    /// Published ones, the latest decision first.
    Published,
    Rejected,
    Removed,
    /// Those of blocked writers; they wait too.
    Blocked,
    /// Inquiries that were answered, or need no answer; the latest decision first.
    DoneInquiries,
    RefusedInquiries,
    WithdrawnInquiries,
    BlockedInquiries,
}

impl Tab {
    /// The tabs in their order, those of inquiries last.
    pub const ALL: [Self; 12] = [
        Self::Pending,
        Self::Unanswered,
        Self::Inquiries,
        Self::Reported,
        Self::Published,
        Self::Rejected,
        Self::Removed,
        Self::Blocked,
        Self::DoneInquiries,
        Self::RefusedInquiries,
        Self::WithdrawnInquiries,
        Self::BlockedInquiries,
    ];
    /// The tabs that the one of inquiries has inside.
    pub const OF_INQUIRIES: [Self; 5] = [
        Self::Inquiries,
        Self::DoneInquiries,
        Self::RefusedInquiries,
        Self::WithdrawnInquiries,
        Self::BlockedInquiries,
    ];

    /// Reads the value in an address; whatever it does not know is the queue.
    pub fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|tab| tab.value() == text).unwrap_or_default()
    }

    /// Its value in an address.
    pub fn value(self) -> &'static str {
        match self {
            Self::Pending => "cho-duyet",
            Self::Unanswered => "chua-tra-loi",
            Self::Inquiries => "lien-he",
            Self::DoneInquiries => "lien-he-da-xong",
            Self::RefusedInquiries => "lien-he-tu-choi",
            Self::WithdrawnInquiries => "lien-he-da-rut",
            Self::BlockedInquiries => "lien-he-bi-chan",
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
            Self::Unanswered => "Chưa trả lời",
            Self::Inquiries => "Liên hệ",
            Self::DoneInquiries => "Đã xử lý",
            Self::WithdrawnInquiries => "Đã rút",
            Self::Reported => "Bị báo vi phạm",
            Self::Published => "Đã đăng",
            Self::Rejected | Self::RefusedInquiries => "Từ chối",
            Self::Removed => "Đã gỡ",
            Self::Blocked | Self::BlockedInquiries => "Bị chặn",
        }
    }

    /// The state of its comments.
    pub fn state(self) -> CommentState {
        match self {
            Self::Pending | Self::Inquiries => CommentState::Pending,
            Self::Published | Self::Reported | Self::Unanswered | Self::DoneInquiries => CommentState::Published,
            Self::Rejected | Self::RefusedInquiries => CommentState::Rejected,
            Self::Removed | Self::WithdrawnInquiries => CommentState::Removed,
            Self::Blocked | Self::BlockedInquiries => CommentState::Blocked,
        }
    }

    /// The tab in which comments or inquiries of this state stand.
    #[cfg(feature = "ssr")]
    pub fn of_state(state: CommentState, is_inquiry: bool) -> Self {
        let is_for = |tab: &Self| tab.is_of_inquiries() == is_inquiry;
        let here = |tab: &Self| tab.state() == state && !matches!(tab, Self::Reported | Self::Unanswered);
        Self::ALL.into_iter().filter(is_for).find(here).unwrap_or_default()
    }

    /// Whether it lists nothing but inquiries.
    pub fn is_of_inquiries(self) -> bool {
        Self::OF_INQUIRIES.contains(&self)
    }

    /// What one of those in it is called.
    #[cfg(feature = "ssr")]
    pub fn unit(self) -> &'static str {
        if self.is_of_inquiries() { "lời nhắn" } else { "ý kiến" }
    }

    /// Whether what is due first stands on top.
    #[cfg(feature = "ssr")]
    pub fn is_by_due_day(self) -> bool {
        matches!(self, Self::Unanswered | Self::Inquiries)
    }

    /// Whether what was flagged can come first.
    #[cfg(feature = "ssr")]
    pub fn can_be_sorted(self) -> bool {
        matches!(self, Self::Pending | Self::Blocked)
    }

    /// Whether there is somebody to filter it by: who decided, or who is to answer.
    #[cfg(feature = "ssr")]
    pub fn has_people(self) -> bool {
        !matches!(self, Self::Pending | Self::Blocked | Self::BlockedInquiries)
    }

    /// Whether its comments wait for a decision.
    pub fn is_waiting(self) -> bool {
        self.state().is_waiting()
    }

    /// The sentence where it has no comments.
    pub fn empty_message(self) -> &'static str {
        match self {
            Self::Pending => "Không còn ý kiến nào chờ duyệt.",
            Self::Unanswered => "Không còn câu hỏi nào chờ trả lời.",
            Self::Inquiries => "Không còn lời nhắn nào chờ trả lời.",
            Self::DoneInquiries => "Chưa có lời nhắn nào được xử lý.",
            Self::RefusedInquiries => "Chưa có lời nhắn nào bị từ chối.",
            Self::WithdrawnInquiries => "Chưa có lời nhắn nào được người gửi rút.",
            Self::BlockedInquiries => "Không có lời nhắn nào của người bị chặn.",
            Self::Reported => "Không có ý kiến nào bị báo vi phạm.",
            Self::Published => "Chưa có ý kiến nào được đăng.",
            Self::Rejected => "Chưa có ý kiến nào bị từ chối.",
            Self::Removed => "Chưa có ý kiến nào bị gỡ.",
            Self::Blocked => "Không có ý kiến nào của người bị chặn.",
        }
    }
}

/// The value of `xep` for what was flagged first.
#[cfg(feature = "ssr")]
const SUSPICIOUS_FIRST: &str = "dang-ngo";

/// A page of the queue: a tab, and the filter in the address as somebody typed it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg(feature = "ssr")]
pub struct QueueQuery {
    pub tab: Tab,
    /// A part of the name or text.
    pub text: String,
    /// The number of an article.
    pub article: String,
    /// The words that were typed to find an article by its title.
    pub title: String,
    /// The first and the last day, as browsers write them: `2023-07-12`.
    pub from: String,
    pub until: String,
    /// The account that decided; of questions the one that answers them.
    pub moderator: String,
    /// The kind of reason for which a comment needs a look.
    pub reason: String,
    /// Whether what was flagged comes first.
    pub is_sorted: bool,
    /// Where this page and the pages before it begin, with dots between.
    pub after: String,
}

#[cfg(feature = "ssr")]
impl QueueQuery {
    /// The first page of a tab, unfiltered.
    pub fn of_tab(tab: Tab) -> Self {
        Self { tab, ..Self::default() }
    }

    /// Reads the parameters of an address.
    pub fn read(parameter: impl Fn(&str) -> String) -> Self {
        let tab = Tab::parse(&parameter("muc"));
        Self {
            tab,
            text: parameter("tim"),
            article: parameter("bai"),
            title: parameter("ten"),
            from: parameter("tu"),
            until: parameter("den"),
            moderator: parameter("nguoi"),
            reason: parameter("ly_do"),
            is_sorted: parameter("xep") == SUSPICIOUS_FIRST,
            after: parameter("sau"),
        }
    }

    /// The parameters of its address.
    fn parameters(&self) -> [(&'static str, &str); 10] {
        [
            ("muc", self.tab.value()),
            ("tim", &self.text),
            ("bai", &self.article),
            ("ten", &self.title),
            ("tu", &self.from),
            ("den", &self.until),
            ("nguoi", &self.moderator),
            ("ly_do", &self.reason),
            ("xep", if self.is_sorted { SUSPICIOUS_FIRST } else { "" }),
            ("sau", &self.after),
        ]
    }

    /// Reads an address of the queue.
    pub fn parse(path: &str) -> Self {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let request = crate::web::page::PageRequest::new("", query);
        Self::read(|name| request.text(name))
    }

    /// Whether anything narrows the tab. What an address has besides waits for a tab that it narrows.
    pub fn is_filtered(&self) -> bool {
        !self.article.is_empty() && self.narrows_article()
            || !self.moderator.is_empty() && self.tab.has_people()
            || [&self.text, &self.from, &self.until, &self.reason].into_iter().any(|typed| !typed.is_empty())
    }

    /// Whether an article narrows the tab: inquiries belong to none.
    pub fn narrows_article(&self) -> bool {
        !self.tab.is_of_inquiries()
    }

    /// The same filter in another tab.
    #[must_use]
    pub fn in_tab(&self, tab: Tab) -> Self {
        // who decided is somebody else than who is to answer
        let is_kept = tab.is_by_due_day() == self.tab.is_by_due_day();
        let moderator = if is_kept { self.moderator.clone() } else { String::new() };
        let is_sorted = self.is_sorted && tab.can_be_sorted();
        Self { tab, moderator, is_sorted, after: String::new(), ..self.clone() }
    }

    /// The same page from its beginning, with what was flagged first, or in the order in which it came.
    #[must_use]
    pub fn sorted(&self, is_sorted: bool) -> Self {
        Self { is_sorted, after: String::new(), ..self.clone() }
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

    /// Where the page begins.
    pub fn cursor(&self) -> &str {
        self.after.rsplit_once('.').map_or(&self.after, |(_, cursor)| cursor)
    }

    /// The page that begins after `next`. It knows where the latest pages before it begin.
    #[must_use]
    pub fn page_after(&self, next: &str) -> Self {
        const MAX_PAGES: usize = 20;
        let mut cursors: Vec<&str> = self.after.split('.').filter(|cursor| !cursor.is_empty()).collect();
        cursors.push(next);
        let excess = cursors.len().saturating_sub(MAX_PAGES);
        Self { after: cursors.split_off(excess).join("."), ..self.clone() }
    }

    /// The page before this one; the first, where that is not known.
    pub fn page_before(&self) -> Option<Self> {
        let before = self.after.rsplit_once('.').map_or("", |(before, _)| before);
        (!self.after.is_empty()).then(|| Self { after: before.to_owned(), ..self.clone() })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_its_address() {
        let pairs = [
            ("muc", "da-dang"),
            ("tim", "đèn"),
            ("bai", "7"),
            ("ten", "nước"),
            ("tu", "2026-01-31"),
            ("den", "2026-02-01"),
            ("nguoi", "2"),
            ("ly_do", "link"),
            ("sau", "1-2"),
        ];
        let value =
            |name: &str| pairs.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value).to_owned();
        let query = QueueQuery::read(value);
        let path = "/quan-tri/y-kien?muc=da-dang&tim=%C4%91%C3%A8n&bai=7&ten=n%C6%B0%E1%BB%9Bc&tu=2026-01-31\
                    &den=2026-02-01&nguoi=2&ly%5Fdo=link&sau=1-2";
        assert_eq!(query.path().replace("ly_do", "ly%5Fdo"), path);
        assert_eq!((query.tab, query.is_filtered()), (Tab::Published, true));
        let queue = QueueQuery::read(|_| String::new());
        assert_eq!((queue.path().as_str(), queue.tab), ("/quan-tri/y-kien", Tab::Pending));
        assert!(!queue.is_filtered());
    }

    #[test]
    fn pages_lead_on_and_back() {
        let first = QueueQuery { text: "đèn".to_owned(), ..QueueQuery::of_tab(Tab::Published) };
        let second = first.page_after("5-1");
        let third = second.page_after("4-2");
        assert_eq!((second.cursor(), third.cursor(), third.after.as_str()), ("5-1", "4-2", "5-1.4-2"));
        assert_eq!((third.page_before(), second.page_before()), (Some(second.clone()), Some(first.clone())));
        assert_eq!(first.page_before(), None);
        let far = (0..90).fold(first, |page, n| page.page_after(&n.to_string()));
        assert_eq!((far.after.split('.').count(), far.cursor()), (20, "89"));
    }

    #[test]
    fn another_tab_keeps_the_filter() {
        let query = QueueQuery {
            text: "đèn".to_owned(),
            moderator: "2".to_owned(),
            after: "5-1".to_owned(),
            ..QueueQuery::of_tab(Tab::Published)
        };
        assert_eq!(query.in_tab(Tab::Removed).path(), "/quan-tri/y-kien?muc=da-go&tim=%C4%91%C3%A8n&nguoi=2");
        let query = QueueQuery { article: "7".to_owned(), ..query };
        let pending = query.in_tab(Tab::Pending);
        assert_eq!(pending.path(), "/quan-tri/y-kien?tim=%C4%91%C3%A8n&bai=7&nguoi=2");
        assert_eq!(pending.in_tab(Tab::Published), QueueQuery { after: String::new(), ..query.clone() });
        // nobody has decided there, and inquiries belong to no article
        assert!(!QueueQuery { text: String::new(), article: String::new(), ..pending }.is_filtered());
        let done = QueueQuery { moderator: String::new(), text: String::new(), ..query.in_tab(Tab::DoneInquiries) };
        assert!(!done.is_filtered());
        assert_eq!(done.in_tab(Tab::Removed).article, "7");
        assert_eq!(query.in_tab(Tab::Unanswered).moderator, "", "who answers is somebody else than who decided");
    }

    #[test]
    fn tabs_are_read_back() {
        assert!(Tab::ALL.into_iter().all(|tab| Tab::parse(tab.value()) == tab));
        assert_eq!(Tab::parse("x"), Tab::Pending);
    }
}
