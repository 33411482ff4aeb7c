//! What readers ask: which comments want an answer of the office, by when, and from whom.

mod due;
mod html;
pub mod store;

pub use due::{WorkingDays, find_due_day, find_due_day_of_inquiry};
pub use html::show_count;

use crate::base::clock::format_short;
use crate::base::error::{AppError, ChangeNote, Problem};
use crate::features::audit::Action;
use crate::web::settings::{Setting, SettingKind};
use time::OffsetDateTime;

pub const MARK: Action = Action::new("mark-question", "ghi hạn và người trả lời");
pub const UNMARK: Action = Action::new("unmark-question", "ghi là không cần trả lời");
pub const ACTIONS: &[Action] = &[MARK, UNMARK];

/// What a comment contains that asks something.
pub const SIGNS: Setting = Setting {
    kind: SettingKind::List { max_chars: 2000, max_entry_chars: 60 },
    ..Setting::text(
        "questions.signs",
        "Dấu hiệu một ý kiến cần trả lời",
        "what a comment contains that asks something, separated by bars",
        "? | bao giờ | khi nào | ở đâu | xin hỏi | cho hỏi",
    )
};
/// In how many working days a question is answered.
pub const DAYS: Setting = Setting::number(
    "questions.days",
    "Trả lời câu hỏi trong bao nhiêu ngày làm việc",
    "working days in which a question is answered",
    "5",
    (1, 60),
);
/// The days from Monday to Friday on which the office is closed.
pub const HOLIDAYS: Setting = Setting {
    kind: SettingKind::Days { max_chars: 3000 },
    ..Setting::text(
        "questions.holidays",
        "Ngày nghỉ lễ",
        "days on which the office is closed beside Saturdays and Sundays, as 02/09/2026, separated by bars",
        "",
    )
};
/// Whether readers see how many questions were answered this year.
pub const IS_SHOWN: Setting = Setting::switch(
    "questions.shown",
    "Cho bạn đọc thấy số câu hỏi đã trả lời trong năm",
    "1 where readers see how many questions were answered this year",
    "0",
);
/// The word for the body in that sentence.
pub const BODY_WORD: Setting = Setting {
    kind: SettingKind::Text { max_chars: 60 },
    ..Setting::text(
        "questions.body_word",
        "Tên gọi cơ quan trong câu “… đã trả lời 18/27 câu hỏi”",
        "the word for the body in the sentence about answered questions",
        "Phường",
    )
};
pub const SETTINGS: &[Setting] = &[SIGNS, DAYS, HOLIDAYS, IS_SHOWN, BODY_WORD];

/// What somebody did to a question who was first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// Their displayed name.
    pub actor: Option<String>,
    /// Whether it wants an answer since.
    pub is_wanted: bool,
    pub at: OffsetDateTime,
}

impl LastChange {
    /// The refusal of a change that comes after this one.
    pub fn into_conflict(self) -> AppError {
        let action = if self.is_wanted { MARK } else { UNMARK };
        // without an account it was the rule, about what the writer corrected
        let (actor, change) = match self.actor {
            Some(actor) => (actor, format!("đã {}", action.label)),
            None => ("Người viết".to_owned(), "đã sửa ý kiến này".to_owned()),
        };
        AppError::Conflict(ChangeNote {
            actor: Some(actor),
            change,
            at: format_short(self.at),
            effect: Some("Phần ông/bà vừa lưu không có tác dụng.".to_owned()),
        })
    }
}

/// The longest name of somebody outside of the office, in characters.
pub const MAX_PASSED_TO: usize = 200;
/// The longest reason for passing a question on, in characters.
pub const MAX_PASSED_NOTE: usize = 500;

pub const BAD_DUE_DAY: Problem =
    Problem::new("due_on", "due-on", "Hạn trả lời phải là một ngày từ hôm ý kiến được gửi đến hết năm sau");
pub const ASSIGNEE_GONE: Problem = Problem::new(
    "assigned_to",
    "assigned-to",
    "Tài khoản được giao đã bị khóa hoặc không còn quyền trả lời. Vui lòng chọn người khác",
);
pub const PASSED_TO_LONG: Problem =
    Problem::new("passed_to", "passed-to", "Tên bộ phận quá dài. Vui lòng viết trong 200 ký tự");
pub const PASSED_NOTE_LONG: Problem =
    Problem::new("passed_note", "passed-note", "Lý do chuyển quá dài. Vui lòng viết trong 500 ký tự");
pub const PASSED_NOTE_MISSING: Problem =
    Problem::new("passed_note", "passed-note-missing", "Vui lòng ghi vì sao chuyển bộ phận khác");
pub const PASSED_TO_NOBODY: Problem =
    Problem::new("passed_to", "passed-to-nobody", "Vui lòng ghi đã chuyển cho bộ phận nào");
pub const INQUIRY_UNMARKED: Problem =
    Problem::new("", "inquiry-unmarked", "Lời nhắn không cần trả lời thì bấm Đã xử lý hoặc Từ chối trên thẻ của nó");
/// The comment was taken down or withdrawn, or is the office's own.
pub const NOT_ANSWERABLE: Problem =
    Problem::new("", "not-answerable", "Ý kiến này không còn trên trang, nên không còn chờ trả lời");
