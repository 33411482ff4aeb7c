//! The calendar as a file in iCalendar (RFC 5545), for phones and other calendars.

use super::store::list_events;
use super::{Event, month_path};
use crate::base::clock::{first_of_month, local_day, next_month, parse_month_path, start_of_day};
use crate::base::error::AppError;
use crate::web::site::Site;
use icalendar::{Calendar, Component, EventLike, EventStatus};
use time::macros::format_description;
use time::{Duration, OffsetDateTime, UtcOffset};

/// What a subscription holds: entries of so many days before today and after it.
const PAST: Duration = Duration::days(60);
const FUTURE: Duration = Duration::days(400);
const MAX_ENTRIES: i64 = 500;
/// How long a calendar may wait before it asks again, in hours.
const HOURS: i64 = 6;

/// Writes the file that phones subscribe to.
pub async fn write_subscription(site: &Site) -> Result<String, AppError> {
    // whole days, so that the file stays the same until something changes
    let today = start_of_day(local_day(OffsetDateTime::now_utc()));
    let events = list_events(&site.pool, (today - PAST, today + FUTURE), MAX_ENTRIES).await?;
    Ok(write(site, &events))
}

/// Writes the file of a month: `2026/07`.
pub async fn write_month(site: &Site, last: &str) -> Result<String, AppError> {
    let month = parse_month_path(last).ok_or(AppError::NotFound)?;
    let span = (start_of_day(month), start_of_day(next_month(month)));
    let events = list_events(&site.pool, span, MAX_ENTRIES).await?;
    if events.is_empty() {
        return Err(AppError::NotFound);
    }
    Ok(write(site, &events))
}

fn write(site: &Site, events: &[Event]) -> String {
    let name = format!("Lịch - {}", site.settings().info.name);
    let mut calendar = Calendar::new();
    calendar.name(&name).timezone("Asia/Ho_Chi_Minh").ttl(&chrono::Duration::hours(HOURS));
    for event in events {
        calendar.push(entry(&site.public_url, event));
    }
    calendar.done().to_string()
}

fn entry(site: &str, event: &Event) -> icalendar::Event {
    let host = site.split_once("://").map_or(site, |(_, host)| host);
    let mut entry = icalendar::Event::new();
    entry
        .uid(&format!("lich-{}@{host}", event.id))
        .sequence(event.revision.unsigned_abs())
        .summary(&event.title)
        .add_property("DTSTAMP", format_utc(event.updated_at))
        .add_property("DTSTART", format_utc(event.begins_at))
        .add_property("CATEGORIES", event.kind.label().replace(',', "\\,"))
        .url(&format!("{site}{}#lich-{}", month_path(first_of_month(local_day(event.begins_at))), event.id));
    if let Some(end) = event.ends_at {
        entry.add_property("DTEND", format_utc(end));
    }
    if !event.place.is_empty() {
        entry.location(&event.place);
    }
    if !event.note.is_empty() {
        entry.description(&event.note);
    }
    if event.is_cancelled {
        entry.status(EventStatus::Cancelled);
    }
    entry.done()
}

/// `20260701T010000Z`.
fn format_utc(at: OffsetDateTime) -> String {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    at.to_offset(UtcOffset::UTC).format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::calendar::EventKind;
    use time::macros::datetime;

    #[test]
    fn entries_follow_the_standard() {
        let event = Event {
            id: 12,
            kind: EventKind::WaterCut,
            title: "Cúp nước; khu phố 3, hẻm 12\r\nEND:VCALENDAR".to_owned(),
            place: "Hẻm 12".to_owned(),
            note: "Trữ nước.\nGọi 0276 3822 000".repeat(9),
            begins_at: datetime!(2026-07-01 8:00 +7),
            ends_at: Some(datetime!(2026-07-01 16:00 +7)),
            is_cancelled: true,
            revision: 3,
            updated_at: datetime!(2026-06-30 9:00 +7),
        };
        let text = Calendar::new().push(entry("https://p.vn", &event)).done().to_string();
        for line in ["UID:lich-12@p.vn", "DTSTART:20260701T010000Z", "DTEND:20260701T090000Z", "SEQUENCE:3"] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line} in {text}");
        }
        assert!(text.contains("STATUS:CANCELLED") && text.contains("DTSTAMP:20260630T020000Z"), "{text}");
        assert!(text.contains("Cúp nước\\; khu phố 3\\, hẻm 12"), "signs with a meaning are escaped: {text}");
        assert_eq!(text.matches("\nEND:VCALENDAR").count(), 1, "a title ends nothing: {text}");
        assert!(text.lines().all(|line| line.len() <= 76), "lines are folded: {text}");
        assert_eq!(text.matches("DTSTAMP").count(), 1);
    }
}
