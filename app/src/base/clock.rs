//! Times are stored in UTC and shown in Asia/Ho_Chi_Minh, which has been +07:00 without summer time since 1975.

use time::{Date, Month, OffsetDateTime, UtcOffset, macros::offset};

/// Asia/Ho_Chi_Minh.
pub const ZONE: UtcOffset = offset!(+7);

/// The calendar day of a moment in Vietnam.
pub fn local_day(at: OffsetDateTime) -> Date {
    at.to_offset(ZONE).date()
}

/// The moment at which a day begins in Vietnam.
pub fn start_of_day(day: Date) -> OffsetDateTime {
    day.midnight().assume_offset(ZONE)
}

/// Reads a day as browsers write it: `2023-07-12`. Days of other millennia are none: what is computed from them may be
/// no day at all.
pub fn parse_day(text: &str) -> Option<Date> {
    let day = Date::parse(text, time::macros::format_description!("[year]-[month]-[day]")).ok();
    day.filter(|day| (2000..3000).contains(&day.year()))
}

/// The date line of an article: `Thứ tư - 12/07/2023 11:46`.
pub fn format_long(at: OffsetDateTime) -> String {
    let at = at.to_offset(ZONE);
    format!("{} - {} {}", format_weekday(at.date()), format_day(at.date()), hour(at))
}

/// `Thứ tư`.
pub fn format_weekday(day: Date) -> &'static str {
    match day.weekday() {
        time::Weekday::Monday => "Thứ hai",
        time::Weekday::Tuesday => "Thứ ba",
        time::Weekday::Wednesday => "Thứ tư",
        time::Weekday::Thursday => "Thứ năm",
        time::Weekday::Friday => "Thứ sáu",
        time::Weekday::Saturday => "Thứ bảy",
        time::Weekday::Sunday => "Chủ nhật",
    }
}

/// A month as it stands in addresses: `2023/07`.
pub fn format_month(month: Date) -> String {
    format!("{:04}/{:02}", month.year(), u8::from(month.month()))
}

/// Reads the first day of a month in an address.
pub fn parse_month_path(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('/')?;
    if year.len() != 4 || month.len() != 2 {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    let first = Date::from_calendar_date(year.parse().ok()?, month, 1).ok()?;
    (2000..3000).contains(&first.year()).then_some(first)
}

/// The first day of a day's month.
pub fn first_of_month(day: Date) -> Date {
    day.replace_day(1).unwrap_or(day)
}

/// The first day of the month after a day's.
pub fn next_month(day: Date) -> Date {
    // every month ends within 31 days of its first
    first_of_month(first_of_month(day).saturating_add(time::Duration::days(31)))
}

/// The first day of the month before a day's.
pub fn previous_month(day: Date) -> Date {
    first_of_month(first_of_month(day).saturating_sub(time::Duration::days(1)))
}

/// A short time for comments and decisions: `11:46 ngày 12/07/2023`.
pub fn format_short(at: OffsetDateTime) -> String {
    let at = at.to_offset(ZONE);
    format!("{} ngày {}", hour(at), format_day(at.date()))
}

/// For machines: `2023-07-12T11:46:00+07:00`.
pub fn format_iso(at: OffsetDateTime) -> String {
    at.to_offset(ZONE)
        .replace_nanosecond(0)
        .ok()
        .and_then(|at| at.format(&time::format_description::well_known::Rfc3339).ok())
        .unwrap_or_default()
}

/// A text that is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadTime;

/// Reads a time as browsers write it in a field, in Vietnam: `2023-07-12T11:46`. An empty field is no time.
pub fn parse_field(typed: &str) -> Result<Option<OffsetDateTime>, BadTime> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let format = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]");
    let short = typed.get(..16).ok_or(BadTime)?;
    let at = time::PrimitiveDateTime::parse(short, format).map_err(|_| BadTime)?;
    Ok(Some(at.assume_offset(ZONE)))
}

/// Writes a time for such a field.
pub fn format_field(at: Option<OffsetDateTime>) -> String {
    let Some(at) = at.map(|at| at.to_offset(ZONE)) else { return String::new() };
    format!("{:04}-{:02}-{:02}T{:02}:{:02}", at.year(), u8::from(at.month()), at.day(), at.hour(), at.minute())
}

/// For feeds: `Wed, 12 Jul 2023 11:46:00 +0700`.
pub fn format_rfc2822(at: OffsetDateTime) -> String {
    at.to_offset(ZONE).format(&time::format_description::well_known::Rfc2822).unwrap_or_default()
}

/// How long something has waited at `now`: `chờ 2 giờ 10 phút`.
pub fn format_waiting(since: OffsetDateTime, now: OffsetDateTime) -> String {
    let minutes = (now - since).whole_minutes().max(0);
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, 0) => "vừa gửi".to_owned(),
        (0, 0, m) => format!("chờ {m} phút"),
        (0, h, m) => format!("chờ {h} giờ {m} phút"),
        (d, h, _) => format!("chờ {d} ngày {h} giờ"),
    }
}

/// A duration in minutes: `2 giờ 10 phút`.
pub fn format_duration(minutes: f64) -> String {
    let minutes = minutes.max(0.0).round() as i64;
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, m) => format!("{m} phút"),
        (0, h, m) => format!("{h} giờ {m} phút"),
        (d, h, _) => format!("{d} ngày {h} giờ"),
    }
}

/// Reads a day as people write it: `2/9/2026` or `02/09/2026`.
pub fn parse_written_day(text: &str) -> Option<Date> {
    let mut parts = text.split('/');
    let mut next = || parts.next().filter(|part| part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()));
    let (day, month, year) = (next()?, next()?, next()?);
    parts.next().is_none().then(|| parse_day(&format!("{year:0>4}-{month:0>2}-{day:0>2}"))).flatten()
}

/// `12/07/2023`
pub fn format_day(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), u8::from(day.month()), day.year())
}

/// The hour in the site's zone: `09:42`.
pub fn format_hour(at: OffsetDateTime) -> String {
    hour(at.to_offset(ZONE))
}

fn hour(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

/// Reads a month as browsers write it, `2023-07`: its beginning and its end in the site's zone.
pub fn parse_month(text: &str) -> Option<(OffsetDateTime, OffsetDateTime)> {
    let first = parse_day(&format!("{text}-01"))?;
    let (year, next) = match first.month() {
        Month::December => (first.year() + 1, Month::January),
        month => (first.year(), month.next()),
    };
    let end = Date::from_calendar_date(year, next, 1).ok()?;
    Some((start_of_day(first), start_of_day(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_and_follow_each_other() {
        use time::macros::date;
        let july = parse_month_path("2023/07").expect("is a month");
        assert_eq!(format_month(july), "2023/07");
        assert_eq!(next_month(date!(2026 - 12 - 31)), date!(2027 - 01 - 01));
        assert_eq!(next_month(date!(2026 - 01 - 31)), date!(2026 - 02 - 01));
        assert_eq!(previous_month(date!(2026 - 03 - 31)), date!(2026 - 02 - 01));
        for other in ["", "2023", "2023/7", "2023/13", "2023/00", "0023/07", "99999/01", "2023/07/01", "-123/01"] {
            assert_eq!(parse_month_path(other), None, "{other}");
        }
    }
    use time::macros::datetime;

    #[test]
    fn times_are_shown_at_plus_seven() {
        let at = datetime!(2023-07-12 04:46 UTC);
        assert_eq!(format_long(at), "Thứ tư - 12/07/2023 11:46");
        assert_eq!(format_short(at), "11:46 ngày 12/07/2023");
        assert_eq!(format_iso(at), "2023-07-12T11:46:00+07:00");
    }

    #[test]
    fn only_days_of_this_millennium_are_read() {
        assert_eq!(parse_day("2023-07-12"), Some(time::macros::date!(2023 - 07 - 12)));
        for bad in ["9999-12-31", "-9999-01-01", "1999-12-31", "3000-01-01", "2023-02-29", "+12023-01-01", "x", ""] {
            assert_eq!(parse_day(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_day_turns_at_vietnamese_midnight() {
        assert_eq!(format_long(datetime!(2023-07-15 17:00 UTC)), "Chủ nhật - 16/07/2023 00:00");
        assert_eq!(format_long(datetime!(2023-07-15 16:59 UTC)), "Thứ bảy - 15/07/2023 23:59");
        assert_eq!(local_day(datetime!(2023-07-15 17:00 UTC)), time::macros::date!(2023 - 07 - 16));
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = parse_day("2026-09-02");
        for written in ["02/09/2026", "2/9/2026"] {
            assert_eq!(parse_written_day(written), day, "{written}");
        }
        for bad in ["", "2/9", "2/9/26", "31/02/2026", "2/9/2026/1", "a/9/2026", "2-9-2026", "-2/9/2026"] {
            assert_eq!(parse_written_day(bad), None, "{bad}");
        }
        assert_eq!(day.map(format_day).as_deref(), Some("02/09/2026"));
    }

    #[test]
    fn waiting_is_told_in_the_two_largest_units() {
        let now = datetime!(2023-07-12 12:00 UTC);
        assert_eq!(format_waiting(now, now), "vừa gửi");
        assert_eq!(format_waiting(datetime!(2023-07-12 11:25 UTC), now), "chờ 35 phút");
        assert_eq!(format_waiting(datetime!(2023-07-12 09:50 UTC), now), "chờ 2 giờ 10 phút");
        assert_eq!(format_waiting(datetime!(2023-07-10 09:50 UTC), now), "chờ 2 ngày 2 giờ");
    }

    #[test]
    fn a_month_is_from_its_first_day_to_the_next() {
        let (from, to) = parse_month("2023-12").expect("is a month");
        assert_eq!(
            (format_iso(from).as_str(), format_iso(to).as_str()),
            ("2023-12-01T00:00:00+07:00", "2024-01-01T00:00:00+07:00")
        );
        for bad in ["", "2023", "2023-13", "1900-01", "x"] {
            assert_eq!(parse_month(bad), None, "{bad}");
        }
    }
}
