//! The calendar of the ward: dated entries, a list for each month, and files that phones subscribe to.

mod file;
pub mod html;
pub mod page;
pub mod room;
pub mod store;

use crate::base::clock::{format_hour, format_month, format_short, local_day};
use crate::base::error::Problem;
use crate::features::audit::Action;
use crate::routes;
use time::{Date, OffsetDateTime};

pub use file::{write_month, write_subscription};

pub const CREATE_EVENT: Action = Action::new("create-event", "thêm lịch");
pub const CHANGE_EVENT: Action = Action::new("change-event", "sửa lịch");
pub const CANCEL_EVENT: Action = Action::new("cancel-event", "báo hủy lịch");
pub const RESTORE_EVENT: Action = Action::new("restore-event", "bỏ báo hủy lịch");
pub const DELETE_EVENT: Action = Action::new("delete-event", "xóa lịch");
pub const ACTIONS: &[Action] = &[CREATE_EVENT, CHANGE_EVENT, CANCEL_EVENT, RESTORE_EVENT, DELETE_EVENT];

pub const MAX_TITLE: usize = 200;
pub const MAX_PLACE: usize = 200;
pub const MAX_NOTE: usize = 1000;
/// The most entries that are made at once: a year of weeks.
pub const MAX_REPEATED: usize = 53;

pub const BAD_TITLE: Problem = Problem::new("title", "title", "Vui lòng nhập việc gì (tối đa 200 ký tự)");
pub const BAD_PLACE: Problem = Problem::new("place", "place", "Địa điểm tối đa 200 ký tự");
pub const BAD_NOTE: Problem = Problem::new("note", "note", "Ghi chú tối đa 1000 ký tự");
pub const BAD_BEGIN: Problem =
    Problem::new("begins_at", "begins-at", "Giờ bắt đầu chưa đúng. Chọn ngày giờ từ năm 2000, trong vòng hai năm tới");
pub const BAD_END: Problem =
    Problem::new("ends_at", "ends-at", "Giờ kết thúc phải sau giờ bắt đầu, trong vòng 31 ngày, hoặc để trống");
pub const BAD_REPEAT: Problem = Problem::new(
    "weekly_until",
    "weekly-until",
    "Ngày lặp lại cuối cùng phải sau ngày bắt đầu và trong vòng một năm, hoặc để trống",
);

/// What an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "event_kind", rename_all = "snake_case")]
pub enum EventKind {
    /// The office receives citizens.
    Reception,
    Meeting,
    WaterCut,
    PowerCut,
    Other,
}

impl EventKind {
    pub const ALL: [Self; 5] = [Self::Reception, Self::Meeting, Self::WaterCut, Self::PowerCut, Self::Other];

    pub fn label(self) -> &'static str {
        match self {
            Self::Reception => "Tiếp công dân",
            Self::Meeting => "Họp dân, hội nghị",
            Self::WaterCut => "Cúp nước",
            Self::PowerCut => "Cúp điện",
            Self::Other => "Việc khác",
        }
    }

    /// Its name in forms.
    pub fn value(self) -> &'static str {
        match self {
            Self::Reception => "reception",
            Self::Meeting => "meeting",
            Self::WaterCut => "water-cut",
            Self::PowerCut => "power-cut",
            Self::Other => "other",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.value() == text)
    }
}

/// An entry of the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: i64,
    pub kind: EventKind,
    pub title: String,
    pub place: String,
    pub note: String,
    pub begins_at: OffsetDateTime,
    pub ends_at: Option<OffsetDateTime>,
    pub is_cancelled: bool,
    pub revision: i32,
    pub updated_at: OffsetDateTime,
}

/// What an entry says, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent<'a> {
    pub kind: EventKind,
    pub title: &'a str,
    pub place: &'a str,
    pub note: &'a str,
    pub begins_at: OffsetDateTime,
    pub ends_at: Option<OffsetDateTime>,
}

impl Event {
    /// The time of day, or of two days where it ends on another one.
    pub fn time(&self) -> String {
        let begin = format_hour(self.begins_at);
        match self.ends_at {
            None => begin,
            Some(end) if local_day(end) == local_day(self.begins_at) => format!("{begin} – {}", format_hour(end)),
            Some(end) => format!("{begin} – {}", format_short(end)),
        }
    }
}

/// The address of a month's list.
pub fn month_path(month: Date) -> String {
    routes::CALENDAR_MONTH.with(format_month(month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn times_name_a_second_day_only_where_there_is_one() {
        let event = Event {
            id: 1,
            kind: EventKind::WaterCut,
            title: String::new(),
            place: String::new(),
            note: String::new(),
            begins_at: datetime!(2026-07-01 22:00 +7),
            ends_at: Some(datetime!(2026-07-01 23:30 +7)),
            is_cancelled: false,
            revision: 0,
            updated_at: datetime!(2026-07-01 0:00 UTC),
        };
        assert_eq!(event.time(), "22:00 – 23:30");
        let later = Event { ends_at: Some(datetime!(2026-07-02 4:00 +7)), ..event.clone() };
        assert_eq!(later.time(), "22:00 – 04:00 ngày 02/07/2026");
        assert_eq!(Event { ends_at: None, ..event }.time(), "22:00");
    }
}
