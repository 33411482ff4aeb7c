//! Working days, and what asks something.

use super::{DAYS, HOLIDAYS, SIGNS};
use crate::base::clock;
use crate::base::text::fold;
use crate::web::settings::Settings;
use time::{Date, Duration, OffsetDateTime, Weekday};

/// The days on which the office works: Monday to Friday, but for holidays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingDays {
    /// In their order.
    holidays: Vec<Date>,
}

impl WorkingDays {
    pub fn new(settings: &Settings) -> Self {
        let mut holidays: Vec<Date> =
            settings.list(&HOLIDAYS).iter().filter_map(|day| clock::parse_written_day(day)).collect();
        holidays.sort_unstable();
        // one day may be written in two ways
        holidays.dedup();
        Self { holidays }
    }

    fn contains(&self, day: Date) -> bool {
        !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && self.holidays.binary_search(&day).is_err()
    }

    /// The working day that comes so many after a day.
    pub fn add(&self, day: Date, days: u32) -> Date {
        let mut due = day;
        let mut left = days;
        while left > 0 {
            due = due.saturating_add(Duration::days(1));
            left -= u32::from(self.contains(due) || due == Date::MAX);
        }
        due
    }

    /// How many working days come after a day, up to another one.
    pub fn count(&self, after: Date, until: Date) -> i64 {
        let days = (until - after).whole_days().max(0);
        let from = i64::from(after.weekday().number_days_from_monday());
        // whole weeks, and then day by day
        let rest = (1..=days % 7).filter(|day| (from + day) % 7 < 5).count() as i64;
        let off = self.holidays.iter().filter(|day| after < **day && **day <= until);
        let off = off.filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)).count() as i64;
        days / 7 * 5 + rest - off
    }
}

/// By which day a text that was sent now is answered; `None` where it asks nothing.
pub fn find_due_day(settings: &Settings, text: &str, now: OffsetDateTime) -> Option<Date> {
    asks(text, &settings.list(&SIGNS))
        .then(|| WorkingDays::new(settings).add(clock::local_day(now), settings.number(&DAYS)))
}

/// In how many working days somebody is answered who asks about what is stored of them.
const OWN_DATA_DAYS: u32 = 2;

/// By which day an inquiry that was sent now is answered.
pub fn find_due_day_of_inquiry(settings: &Settings, is_about_own_data: bool, now: OffsetDateTime) -> Date {
    let days = if is_about_own_data { OWN_DATA_DAYS } else { settings.number(&DAYS) };
    WorkingDays::new(settings).add(clock::local_day(now), days)
}

/// Whether a text contains one of the signs: their words one after another, also where somebody types them without
/// diacritics, or a mark outside of an address.
fn asks(text: &str, signs: &[String]) -> bool {
    let words = list_words(text);
    signs.iter().any(|sign| {
        let wanted = list_words(sign);
        if wanted.is_empty() {
            let sign = sign.trim();
            let is_address = |part: &str| part.contains("://") || part.starts_with("www.");
            return !sign.is_empty() && text.split_whitespace().any(|part| part.contains(sign) && !is_address(part));
        }
        words.windows(wanted.len()).any(|here| here.iter().zip(&wanted).all(|(word, wanted)| is_same(word, wanted)))
    })
}

fn list_words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

/// Whether a word is the wanted one, or what is left of it without diacritics.
fn is_same(word: &str, wanted: &str) -> bool {
    word == wanted || word == fold(wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    fn working_days(holidays: &[&str]) -> WorkingDays {
        let rows = [("questions.holidays".to_owned(), holidays.join(" | "))];
        WorkingDays::new(&Settings::new(rows))
    }

    #[test]
    fn working_days_pass_over_weekends_and_holidays() {
        let plain = working_days(&[]);
        let friday = date!(2026 - 08 - 28);
        assert_eq!(plain.add(friday, 1), date!(2026 - 08 - 31));
        assert_eq!(plain.add(friday, 5), date!(2026 - 09 - 04));
        let closed = working_days(&["02/09/2026", "2/9/2026", "1/9/2026", "05/09/2026"]);
        assert_eq!(closed.add(friday, 1), date!(2026 - 08 - 31));
        assert_eq!(closed.add(friday, 5), date!(2026 - 09 - 08));
        assert_eq!(closed.count(friday, date!(2026 - 09 - 08)), 5, "a holiday on a Saturday takes nothing away");
    }

    #[test]
    fn who_asks_about_their_own_data_is_answered_in_two_working_days() {
        let rows = [("questions.holidays".to_owned(), "31/08/2026".to_owned())];
        // a Friday morning in Vietnam, whose Thursday is not over in London
        let friday = time::macros::datetime!(2026-08-27 20:00 UTC);
        for (settings, own_data, others) in [
            (Settings::new([]), date!(2026 - 09 - 01), date!(2026 - 09 - 04)),
            (Settings::new(rows), date!(2026 - 09 - 02), date!(2026 - 09 - 07)),
        ] {
            assert_eq!(find_due_day_of_inquiry(&settings, true, friday), own_data);
            assert_eq!(find_due_day_of_inquiry(&settings, false, friday), others);
            assert_eq!(find_due_day(&settings, "Bao giờ có nước?", friday), Some(others));
        }
    }

    #[test]
    fn a_sign_of_the_office_marks_a_question() {
        let rows = [("questions.signs".to_owned(), "cho hỏi | khi nào".to_owned())];
        let now = time::macros::datetime!(2026-08-27 20:00 UTC);
        for (text, is_question) in [("Cho hỏi lịch tiêm", true), ("Lịch tiêm thế nào?", false)] {
            assert_eq!(find_due_day(&Settings::new(rows.clone()), text, now).is_some(), is_question, "{text}");
        }
    }

    #[test]
    fn what_is_counted_is_what_was_added() {
        let days = working_days(&["02/09/2026", "01/01/2027"]);
        let mut from = date!(2026 - 08 - 20);
        for _ in 0..200 {
            for added in [1, 2, 3, 5, 8, 30] {
                assert_eq!(days.count(from, days.add(from, added)), i64::from(added), "{added} from {from}");
            }
            from += Duration::DAY;
        }
        assert_eq!(days.count(date!(2026 - 09 - 02), date!(2026 - 09 - 02)), 0);
        assert_eq!(days.count(date!(2026 - 09 - 05), date!(2026 - 09 - 02)), 0, "backwards");
        assert_eq!(days.add(Date::MAX, 3), Date::MAX);
    }

    #[test]
    fn a_question_is_known_by_whole_words_in_any_spelling() {
        let signs: Vec<String> = ["?", "bao giờ", "ở đâu", "xin hỏi"].map(str::to_owned).to_vec();
        for question in [
            "Có nước chưa?",
            "Có nước chưa?Xin cảm ơn.",
            "BAO GIỜ có nước",
            "bao gio co nuoc ạ",
            "tiêm ở đâu ạ",
            "Xin hỏi: lịch?",
        ] {
            assert!(asks(question, &signs), "{question}");
        }
        for plain in ["Cảm ơn phường.", "xem https://a.vn/b?c=d nhé", "Bao giờn", "Loa bảo giờ giấc"] {
            assert!(!asks(plain, &signs), "{plain}");
        }
        assert!(!asks("Có nước chưa?", &[]) && !asks("x", &[String::new()]));
    }
}
