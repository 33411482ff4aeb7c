//! What changed: the types that the hub sends and open pages read.

#[cfg(feature = "ssr")]
pub mod generations;
#[cfg(feature = "ssr")]
pub mod hub;
#[cfg(feature = "hydrate")]
mod leader;
#[cfg(feature = "hydrate")]
pub mod stream;
pub mod view;

use crate::closures::Closed;
use crate::ratings::Score;
use serde::{Deserialize, Serialize};

/// Something that open pages can follow. Its text form stands in a stream's address and before each message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The sums and comments of one article.
    Article(i64),
    /// The four figures of `Thống kê truy cập`.
    Figures,
    /// The moderators' queue; for staff alone.
    Desk,
}

impl Topic {
    /// Reads the text form.
    pub fn parse(text: &str) -> Option<Self> {
        match text.strip_prefix("bai-") {
            Some(id) => crate::articles::parse_id(id).map(Self::Article),
            None if text == "so-lieu" => Some(Self::Figures),
            None => (text == "ban-duyet").then_some(Self::Desk),
        }
    }
}

impl std::fmt::Display for Topic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Article(id) => write!(f, "bai-{id}"),
            Self::Figures => f.write_str("so-lieu"),
            Self::Desk => f.write_str("ban-duyet"),
        }
    }
}

/// The state of an article's live parts. A state, not an event: whoever has the newest one has missed nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleState {
    /// Points and ratings.
    pub rating: Score,
    /// How many comments the article shows.
    pub shown: i32,
    /// How often it was read.
    pub views: i64,
    /// What is closed there.
    pub closed: Closed,
    /// Grows with every change of what is shown.
    pub revision: i64,
    /// The latest changes, newest first, at most [`ArticleState::CHANGES`].
    pub changes: Vec<Change>,
}

impl ArticleState {
    /// How many changes a state tells; who is further behind reads the comments anew.
    pub const CHANGES: usize = 50;

    /// What a page rendered at `revision` lacks.
    pub fn since(&self, revision: i64) -> News {
        let newer = || self.changes.iter().filter(|change| change.revision > revision);
        let oldest = self.changes.last().map_or(0, |change| change.revision);
        News {
            added: newer().filter(|change| change.shown).copied().collect(),
            gone: newer().filter(|change| !change.shown).map(|change| change.id).collect(),
            far_behind: self.changes.len() >= Self::CHANGES && oldest > revision + 1,
        }
    }
}

/// One comment that appeared or disappeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The comment.
    pub id: i64,
    /// The article's revision with this change.
    pub revision: i64,
    /// Whether the comment is shown now.
    pub shown: bool,
}

/// What a page lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// Comments that it does not show yet, or not as they are now.
    pub added: Vec<Change>,
    /// Comments that it must not show any longer.
    pub gone: Vec<i64>,
    /// The page is too old to know what it lacks.
    pub far_behind: bool,
}

/// What open desks follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeskNews {
    /// Its numbers.
    pub counts: DeskState,
    /// Who is at which comment.
    pub looking: Vec<Looking>,
}

/// Somebody is at a comment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Looking {
    /// The comment.
    pub comment: i64,
    /// Whose account.
    pub account: i64,
    /// Their displayed name.
    pub name: String,
}

/// The state of the moderators' desk: how many comments there are in each of its tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct DeskState {
    /// Those that wait.
    pub held: i64,
    /// Those of blocked writers.
    pub blocked: i64,
    /// Those that readers see and reported.
    pub reported: i64,
    /// Those that readers see.
    pub published: i64,
    /// Those that were not published.
    pub rejected: i64,
    /// Those that were taken back.
    pub removed: i64,
    /// Differs whenever a comment came in or was decided.
    pub mark: i64,
}

impl DeskState {
    /// How many comments a tab has.
    pub fn of(&self, tab: crate::moderation::Tab) -> i64 {
        use crate::moderation::Tab;
        match tab {
            Tab::Held => self.held,
            Tab::Blocked => self.blocked,
            Tab::Reported => self.reported,
            Tab::Published => self.published,
            Tab::Rejected => self.rejected,
            Tab::Removed => self.removed,
            _ => 0,
        }
    }
}

/// How a page stands to the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not yet connected, or script is not running.
    Starting,
    /// Changes arrive by themselves.
    Live,
    /// The connection is lost and is being made again.
    Lost,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(changes: &[(i64, i64, bool)]) -> ArticleState {
        let changes: Vec<_> = changes.iter().map(|&(id, revision, shown)| Change { id, revision, shown }).collect();
        let revision = changes.first().map_or(0, |change| change.revision);
        ArticleState { rating: Score::default(), shown: 0, views: 0, closed: Closed::default(), revision, changes }
    }

    #[test]
    fn topics_survive_their_text_form() {
        for topic in [Topic::Article(12), Topic::Figures, Topic::Desk] {
            assert_eq!(Topic::parse(&topic.to_string()), Some(topic));
        }
        for bad in ["", "bai-", "bai-0", "bai--1", "bai-9223372036854775808", "ban", "bai-1x"] {
            assert_eq!(Topic::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_learns_only_what_came_after_it() {
        let news = state(&[(7, 5, false), (9, 4, true), (8, 3, true)]).since(3);
        let added: Vec<i64> = news.added.iter().map(|change| change.id).collect();
        assert_eq!((added, news.gone, news.far_behind), (vec![9], vec![7], false));
        assert!(state(&[(7, 5, true)]).since(5).added.is_empty());
    }

    #[test]
    fn a_page_too_old_for_the_list_knows_it() {
        let many: Vec<_> = (51..=100).rev().map(|revision| (revision, revision, true)).collect();
        assert!(state(&many).since(10).far_behind);
        assert!(!state(&many).since(50).far_behind);
    }
}
