//! How fast questions are answered, in working days: by month and by category.

use crate::base::clock;
use crate::base::format::format_number;
use crate::features::questions::WorkingDays;
use crate::features::questions::store::AnswerDays;
use time::Date;

/// Within how many working days answers are counted.
const WITHIN: [i64; 3] = [1, 3, 5];

/// The columns beside what a row is about.
pub const COLUMNS: [&str; 5] = ["Câu hỏi", "Đã trả lời", "Trong 1 ngày", "Trong 3 ngày", "Trong 5 ngày"];

/// The rows by month, the latest first, and those by category.
pub fn rows(days: &[AnswerDays], working: &WorkingDays) -> (Vec<Vec<String>>, Vec<Vec<String>>) {
    let (mut months, mut categories) = (Vec::new(), Vec::new());
    for day in days {
        let month = clock::first_of_month(day.asked);
        add(&mut months, month, day, working);
        let category = day.category.clone().unwrap_or_else(|| "Không có chuyên mục".to_owned());
        add(&mut categories, category, day, working);
    }
    months.sort_by_key(|(month, _)| std::cmp::Reverse(*month));
    categories.sort_by_key(|(_, sums)| std::cmp::Reverse(sums.asked));
    let months = months.into_iter().map(|(month, sums)| sums.row(describe_month(month)));
    let categories = categories.into_iter().map(|(name, sums)| sums.row(name));
    (months.collect(), categories.collect())
}

/// `Tháng 9/2026`
fn describe_month(month: Date) -> String {
    format!("Tháng {}/{}", u8::from(month.month()), month.year())
}

#[derive(Debug, Default)]
struct Sums {
    asked: i64,
    answered: i64,
    within: [i64; 3],
}

impl Sums {
    fn row(&self, name: String) -> Vec<String> {
        let counts = [self.asked, self.answered, self.within[0], self.within[1], self.within[2]];
        [name].into_iter().chain(counts.map(format_number)).collect()
    }
}

fn add<Key: PartialEq>(all: &mut Vec<(Key, Sums)>, key: Key, day: &AnswerDays, working: &WorkingDays) {
    let at = all.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        all.push((key, Sums::default()));
        all.len() - 1
    });
    let sums = &mut all[at].1;
    sums.asked += day.count;
    let Some(answered) = day.answered else { return };
    sums.answered += day.count;
    let took = working.count(day.asked, answered);
    for (within, limit) in sums.within.iter_mut().zip(WITHIN) {
        *within += if took <= limit { day.count } else { 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::settings::Settings;
    use time::macros::date;

    #[test]
    fn answers_are_counted_by_working_days() {
        let working = WorkingDays::new(&Settings::new([("questions.holidays".to_owned(), "02/09/2026".to_owned())]));
        let day = |asked, answered, category: &str, count| AnswerDays {
            asked,
            answered,
            category: Some(category.to_owned()),
            count,
        };
        let days = [
            // over a weekend, and over a weekend with a holiday behind it
            day(date!(2026 - 08 - 28), Some(date!(2026 - 08 - 31)), "Y tế", 2),
            day(date!(2026 - 08 - 28), Some(date!(2026 - 09 - 03)), "Đường", 1),
            day(date!(2026 - 09 - 07), Some(date!(2026 - 09 - 14)), "Y tế", 3),
            day(date!(2026 - 09 - 07), Some(date!(2026 - 09 - 15)), "Y tế", 1),
            day(date!(2026 - 09 - 08), None, "Y tế", 1),
        ];
        let (months, categories) = rows(&days, &working);
        assert_eq!(
            months.iter().map(|row| row.join(" | ")).collect::<Vec<_>>(),
            ["Tháng 9/2026 | 5 | 4 | 0 | 0 | 3", "Tháng 8/2026 | 3 | 3 | 2 | 3 | 3"]
        );
        assert_eq!(
            categories.iter().map(|row| row.join(" | ")).collect::<Vec<_>>(),
            ["Y tế | 7 | 6 | 2 | 2 | 5", "Đường | 1 | 1 | 0 | 1 | 1"]
        );
        assert_eq!(rows(&[], &working), (Vec::new(), Vec::new()));
    }
}
