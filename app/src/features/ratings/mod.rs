//! Rating: one to five stars, one vote a visitor.

pub mod form;
#[cfg(feature = "ssr")]
mod limits;
#[cfg(feature = "ssr")]
pub mod room;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod suspicion;

use crate::base::error::{AppError, Problem};
use crate::base::format::format_tenths;
#[cfg(feature = "ssr")]
use crate::features::audit::Action;
#[cfg(feature = "ssr")]
use crate::web::settings::Setting;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub use limits::SETTINGS;

/// A rating is one to five stars.
pub const BAD_STARS: Problem = Problem::new("stars", "stars", "Chọn từ 1 đến 5 sao");

#[cfg(feature = "ssr")]
pub const ADMIT_VOTES: Action = Action::new("admit-votes", "tính các đánh giá bị giữ");
#[cfg(feature = "ssr")]
pub const DISCARD_VOTES: Action = Action::new("discard-votes", "bỏ các đánh giá bị giữ");
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[ADMIT_VOTES, DISCARD_VOTES];

/// Days after which a vote no longer names its visitor.
#[cfg(feature = "ssr")]
pub const VOTE_DAYS: Setting = Setting::number(
    "retention.vote_days",
    "Số ngày trước khi đánh giá không còn gắn với người đọc",
    "days after which a vote no longer names its visitor",
    "400",
    (1, 3650),
);

/// Whether a vote counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "vote_state", rename_all = "snake_case"))]
pub enum VoteState {
    Counted,
    /// It looks like a program's, and counts once a person has let it in.
    Suspicious,
}

/// The totals of an article's ratings: those carried over plus the votes that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The sum of all stars.
    pub points: i64,
    pub ratings: i64,
}

impl Totals {
    /// The average in tenths of a star, half up; `None` without ratings. 122 points of 26 ratings are 47.
    pub fn tenths(self) -> Option<i64> {
        (self.ratings > 0).then(|| (20 * self.points + self.ratings) / (2 * self.ratings))
    }

    /// The average as it is printed: `4,7`.
    pub fn average(self) -> Option<String> {
        self.tenths().map(format_tenths)
    }

    /// The totals after a visitor's vote changes from `old` to `new`; `None` is no vote.
    pub fn with_vote(self, old: Option<u8>, new: Option<u8>) -> Self {
        let (points, one) =
            (|vote: Option<u8>| vote.map_or(0, i64::from), |vote: Option<u8>| i64::from(vote.is_some()));
        Self { points: self.points + points(new) - points(old), ratings: self.ratings + one(new) - one(old) }
    }
}

/// Totals at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub totals: Totals,
    /// Grows with each change: of two scores, the one with the higher revision is the newer.
    pub revision: i64,
}

/// The answer to a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoteAnswer {
    pub score: Score,
    /// The visitor's own vote.
    pub own: Option<u8>,
    /// Whether their vote is suspicious and does not count yet.
    pub is_suspicious: bool,
}

/// Reads a form's stars.
pub fn parse_stars(typed: &str) -> Result<u8, AppError> {
    match typed.trim() {
        "1" => Ok(1),
        "2" => Ok(2),
        "3" => Ok(3),
        "4" => Ok(4),
        "5" => Ok(5),
        _ => Err(AppError::invalid(BAD_STARS)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_rounded_half_up() {
        for (points, ratings, average) in [
            (122, 26, "4,7"),
            (9, 2, "4,5"),
            (1, 1, "1,0"),
            (17, 4, "4,3"),
            (87, 20, "4,4"),
            (5, 5, "1,0"),
            (13, 3, "4,3"),
        ] {
            assert_eq!(Totals { points, ratings }.average().as_deref(), Some(average), "{points}/{ratings}");
        }
        assert_eq!(Totals::default().average(), None);
    }

    #[test]
    fn a_vote_changes_the_totals_and_back() {
        let start = Totals { points: 122, ratings: 26 };
        let voted = start.with_vote(None, Some(5));
        assert_eq!(voted, Totals { points: 127, ratings: 27 });
        assert_eq!(voted.with_vote(Some(5), Some(1)), Totals { points: 123, ratings: 27 });
        assert_eq!(voted.with_vote(Some(5), None), start);
    }

    #[test]
    fn only_one_to_five_is_a_score() {
        assert_eq!(parse_stars(" 5 "), Ok(5));
        for bad in ["", "0", "6", "-1", "5; drop", "5.0", "05", "five", "1e0"] {
            assert_eq!(parse_stars(bad), Err(AppError::invalid(BAD_STARS)), "{bad}");
        }
    }
}
