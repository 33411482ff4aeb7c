//! One to five stars, one vote a visitor.

pub mod form;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod suspicion;

use crate::error::{AppError, Rule};
use serde::{Deserialize, Serialize};

/// The sums of an article's ratings: what was carried over plus the votes that count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All stars added up.
    pub points: i64,
    /// How many ratings.
    pub ratings: i64,
}

impl Totals {
    /// The average in tenths of a star, half up; `None` without ratings. 122 points of 26 ratings are 47.
    pub fn tenths(self) -> Option<i64> {
        (self.ratings > 0).then(|| (20 * self.points + self.ratings) / (2 * self.ratings))
    }

    /// The average as it is printed: `4.7`.
    pub fn average(self) -> Option<String> {
        self.tenths().map(|tenths| format!("{}.{}", tenths / 10, tenths % 10))
    }

    /// The sums after a visitor's vote changes from `before` to `after`; `None` is no vote.
    pub fn moved(self, before: Option<u8>, after: Option<u8>) -> Self {
        let (points, one) =
            (|vote: Option<u8>| vote.map_or(0, i64::from), |vote: Option<u8>| i64::from(vote.is_some()));
        Self { points: self.points + points(after) - points(before), ratings: self.ratings + one(after) - one(before) }
    }
}

/// Sums as they were at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The sums.
    pub totals: Totals,
    /// Grows with each change: of two scores the one with more is the newer.
    pub revision: i64,
}

/// The answer to a vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voted {
    /// The sums now.
    pub score: Score,
    /// The visitor's vote now.
    pub mine: Option<u8>,
    /// Whether it waits to be checked, and does not count yet.
    pub held: bool,
}

/// Reads a form's stars.
pub fn parse_stars(typed: &str) -> Result<u8, AppError> {
    match typed.trim() {
        "1" => Ok(1),
        "2" => Ok(2),
        "3" => Ok(3),
        "4" => Ok(4),
        "5" => Ok(5),
        _ => Err(AppError::rule(Rule::Stars)),
    }
}

/// A number as the site prints it, thousands with a comma: `194,104`.
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut printed = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        printed.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            printed.push(',');
        }
        printed.push(digit);
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn averages_are_rounded_half_up() {
        for (points, ratings, average) in [
            (122, 26, "4.7"),
            (9, 2, "4.5"),
            (1, 1, "1.0"),
            (17, 4, "4.3"),
            (87, 20, "4.4"),
            (5, 5, "1.0"),
            (13, 3, "4.3"),
        ] {
            assert_eq!(Totals { points, ratings }.average().as_deref(), Some(average), "{points}/{ratings}");
        }
        assert_eq!(Totals::default().average(), None);
    }

    #[test]
    fn a_vote_moves_the_sums_and_back() {
        let start = Totals { points: 122, ratings: 26 };
        let voted = start.moved(None, Some(5));
        assert_eq!(voted, Totals { points: 127, ratings: 27 });
        assert_eq!(voted.moved(Some(5), Some(1)), Totals { points: 123, ratings: 27 });
        assert_eq!(voted.moved(Some(5), None), start);
    }

    #[test]
    fn only_one_to_five_is_a_score() {
        assert_eq!(parse_stars(" 5 "), Ok(5));
        for bad in ["", "0", "6", "-1", "5; drop", "5.0", "05", "five", "1e0"] {
            assert_eq!(parse_stars(bad), Err(AppError::rule(Rule::Stars)), "{bad}");
        }
    }

    #[test]
    fn thousands_have_commas() {
        for (number, printed) in
            [(0, "0"), (403, "403"), (1048, "1,048"), (194_104, "194,104"), (-1_000_000, "-1,000,000")]
        {
            assert_eq!(thousands(number), printed);
        }
    }
}
