//! The tables of the desk's figures, for the room and as a file.

use super::answer_figures;
use super::export::{BYTE_ORDER_MARK, line};
use super::store::figures::{DayFigures, ModeratorFigures, list_days, list_moderators, list_reasons};
use crate::base::clock;
use crate::base::error::{AppError, Problem};
use crate::base::format::format_number;
use crate::features::questions::WorkingDays;
use crate::features::questions::store::list_answer_days;
use crate::web::site::Site;
use time::{Date, Duration};

/// The first day comes after the last.
pub const REVERSED_DAYS: Problem =
    Problem::new("tu", "reversed-days", "“Từ ngày” ở sau “Đến ngày”. Vui lòng đổi lại hai ngày");

/// A table whose first column names its rows.
pub struct Table {
    pub title: &'static str,
    pub head: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// The days that figures are about, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    pub from: Date,
    pub until: Date,
}

impl Days {
    /// Reads two days as browsers write them; without either the last thirty days. `None` where the first is after the
    /// last.
    pub fn parse(from: &str, until: &str, today: Date) -> Option<Self> {
        let until = clock::parse_day(until).unwrap_or(today);
        let from = clock::parse_day(from).unwrap_or_else(|| until.saturating_sub(Duration::days(30)));
        (from <= until).then_some(Self { from, until })
    }
}

/// Reads the tables of some days.
pub async fn read_tables(site: &Site, days: Days) -> Result<Vec<Table>, AppError> {
    let pool = &site.pool;
    let end = clock::start_of_day(days.until.saturating_add(Duration::DAY));
    let answers = list_answer_days(pool, clock::start_of_day(days.from), end).await?;
    let (months, categories) = answer_figures::rows(&answers, &WorkingDays::new(&site.settings()));
    let columns = |first| [&[first][..], &answer_figures::COLUMNS].concat();
    let waited = list_days(pool, days.from, days.until).await?;
    let moderators = list_moderators(pool, days.from, days.until).await?;
    let reasons = list_reasons(pool, days.from, days.until).await?;
    let reasons = reasons.into_iter().map(|(reason, count)| vec![reason, format_number(count)]).collect();
    Ok(vec![
        Table { title: "Trả lời câu hỏi theo tháng", head: columns("Tháng"), rows: months },
        Table { title: "Trả lời câu hỏi theo chuyên mục", head: columns("Chuyên mục"), rows: categories },
        Table {
            title: "Thời gian chờ theo ngày",
            head: vec!["Ngày", "Đã quyết định", "Một nửa trong vòng", "Lâu nhất"],
            rows: waited.iter().map(day_row).collect(),
        },
        Table {
            title: "Theo người duyệt",
            head: vec!["Người duyệt", "Duyệt", "Từ chối", "Gỡ", "Giữ lại", "Trả lời", "Hoàn tác"],
            rows: moderators.iter().map(moderator_row).collect(),
        },
        Table { title: "Lý do không đăng", head: vec!["Lý do", "Số ý kiến"], rows: reasons },
    ])
}

/// The tables one below the other, as a file for office programs.
pub fn to_csv(tables: &[Table]) -> Vec<u8> {
    let mut file = BYTE_ORDER_MARK.as_bytes().to_vec();
    for table in tables {
        file.extend(line([table.title]));
        file.extend(line(table.head.iter().copied()));
        for row in &table.rows {
            let cells: Vec<String> = row.iter().map(|cell| to_plain_number(cell)).collect();
            file.extend(line(cells.iter().map(String::as_str)));
        }
        file.extend(line([""]));
    }
    file
}

/// A number without the signs that group its digits: office programs of other countries take those for decimals.
fn to_plain_number(cell: &str) -> String {
    let is_number = cell.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    if is_number { cell.chars().filter(char::is_ascii_digit).collect() } else { cell.to_owned() }
}

fn day_row(day: &DayFigures) -> Vec<String> {
    vec![
        clock::format_day(day.day),
        format_number(day.decided),
        clock::format_duration(day.median),
        clock::format_duration(day.slowest),
    ]
}

fn moderator_row(moderator: &ModeratorFigures) -> Vec<String> {
    let ModeratorFigures { name, approved, rejected, removed, kept, answered, undone } = moderator;
    let counts = [approved, rejected, removed, kept, answered, undone].map(|count| format_number(*count));
    [vec![name.clone()], counts.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn days_are_a_range_and_the_last_thirty_where_none_are_given() {
        let parse = |from, until| Days::parse(from, until, date!(2026 - 11 - 27)).map(|days| (days.from, days.until));
        assert_eq!(parse("", ""), Some((date!(2026 - 10 - 28), date!(2026 - 11 - 27))));
        assert_eq!(parse("2026-01-01", "2026-03-31"), Some((date!(2026 - 01 - 01), date!(2026 - 03 - 31))));
        assert_eq!(parse("2026-01-01", "x"), Some((date!(2026 - 01 - 01), date!(2026 - 11 - 27))));
        assert_eq!(parse("2026-11-28", "2026-11-26"), None);
        assert_eq!(parse("", "2026-03-31"), Some((date!(2026 - 03 - 01), date!(2026 - 03 - 31))));
    }

    #[test]
    fn a_file_has_all_tables_and_no_formulas() {
        let table = |title, cell: &str| Table { title, head: vec!["a", "b"], rows: vec![vec![cell.to_owned(); 2]] };
        let file = String::from_utf8(to_csv(&[table("Một", "=1+1"), table("Hai", "x,y"), table("Ba", "1.234")]))
            .expect("is text");
        let wanted = [
            "\u{feff}Một\r\na,b\r\n'=1+1,'=1+1\r\n\"\"\r\n",
            "Hai\r\na,b\r\n\"x,y\",\"x,y\"\r\n\"\"\r\n",
            "Ba\r\na,b\r\n1234,1234\r\n\"\"\r\n",
        ];
        assert_eq!(file, wanted.concat());
    }
}
