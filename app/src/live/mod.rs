//! The live part: topics that open pages follow, the hub that announces their states, and the browser's one stream.

#[cfg(feature = "ssr")]
pub mod generations;
#[cfg(feature = "ssr")]
pub mod hub;
#[cfg(feature = "hydrate")]
mod leader;
#[cfg(feature = "hydrate")]
pub mod stream;
pub mod view;

/// The most topics of one stream, which carries those of all tabs of a browser.
pub const MAX_TOPICS: usize = 32;

/// Something that open pages can follow. Its text form stands in the stream's address and before each message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The ratings and comments of one article.
    Article(i64),
    /// The numbers of the newest articles, the newest first.
    News,
    /// The urgent notices of every page.
    Notices,
    /// The four figures of `Thống kê truy cập`.
    Figures,
    /// What waits in each room of the desk; for staff.
    Desk,
    /// The comments that staff decide about; for staff.
    Comments,
}

impl Topic {
    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("bai-") {
            Some(id) => crate::base::id::parse_id(id).map(Self::Article),
            None => [Self::News, Self::Notices, Self::Figures, Self::Desk, Self::Comments]
                .into_iter()
                .find(|topic| topic.to_string() == text),
        }
    }

    /// The article that it is about.
    pub fn article(self) -> Option<i64> {
        match self {
            Self::Article(id) => Some(id),
            Self::News | Self::Notices | Self::Figures | Self::Desk | Self::Comments => None,
        }
    }

    /// Whether only staff may follow it.
    pub fn is_for_staff(self) -> bool {
        matches!(self, Self::Desk | Self::Comments)
    }
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Article(id) => write!(f, "bai-{id}"),
            Self::News => f.write_str("tin-moi"),
            Self::Notices => f.write_str("thong-bao"),
            Self::Figures => f.write_str("so-lieu"),
            Self::Desk => f.write_str("ban-duyet"),
            Self::Comments => f.write_str("y-kien"),
        }
    }
}

/// The state of the connection to the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not connected yet, or script is not running.
    Starting,
    /// Changes arrive by themselves.
    Live,
    /// The connection is lost and is being made again.
    Lost,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_survive_their_text_form() {
        for topic in [Topic::Article(12), Topic::News, Topic::Notices, Topic::Figures, Topic::Desk, Topic::Comments] {
            assert_eq!(Topic::parse(&topic.to_string()), Some(topic));
        }
        for bad in ["", "bai-", "bai-0", "bai--1", "bai-9223372036854775808", "ban", "bai-1x"] {
            assert_eq!(Topic::parse(bad), None, "{bad}");
        }
    }
}
