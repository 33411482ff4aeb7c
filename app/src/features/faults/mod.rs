//! `Báo lỗi bài viết`: readers report a fault in an article, editors say what became of it.

mod html;
pub mod own_page;
pub mod page;
pub mod room;
pub mod store;

use crate::base::error::{AppError, Problem};
use crate::base::text::{clean_line, clean_lines};
use crate::features::audit::Action;
use crate::web::settings::Setting;

pub const DECIDE_FAULT: Action = Action::new("decide-fault", "xử lý báo lỗi bài viết");
pub const ACTIONS: &[Action] = &[DECIDE_FAULT];

/// The longest report, in characters.
pub const MAX_MESSAGE: usize = 1000;
/// The longest quotation; a longer one is cut.
pub const MAX_QUOTATION: usize = 500;

pub const NO_MESSAGE: Problem = Problem::new("message", "message", "Vui lòng ghi bài viết sai ở đâu");
pub const LONG_MESSAGE: Problem =
    Problem::new("message", "message-length", "Phần mô tả quá dài. Vui lòng rút gọn còn khoảng mười câu");
pub const LONG_ANSWER: Problem = Problem::new("answer", "answer-length", "Câu trả lời quá dài. Vui lòng rút gọn");

/// Days that a report is kept after it was decided.
pub const FAULT_DAYS: Setting = Setting::number(
    "retention.fault_days",
    "Số ngày giữ báo lỗi bài viết đã xử lý",
    "days a report of a fault in an article is kept after it was decided",
    "90",
    (1, 3650),
);
pub const SETTINGS: &[Setting] = &[FAULT_DAYS];

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "fault_state", rename_all = "snake_case")]
pub enum FaultState {
    /// Nobody has decided yet.
    Open,
    /// The article was corrected.
    Mended,
    /// It is no fault.
    Declined,
}

impl FaultState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Mended, Self::Declined];

    /// Its name in forms.
    pub fn value(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Mended => "mended",
            Self::Declined => "declined",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.value() == text)
    }

    /// What the reader and the desk are told.
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "Đã nhận lời báo của ông/bà, cán bộ sẽ xem và trả lời ở trang này",
            Self::Mended => "Đã sửa bài viết",
            Self::Declined => "Cán bộ đã xem: bài viết không có lỗi này",
        }
    }
}

/// A report as its reader typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultDraft {
    /// The words that were marked; empty where none were.
    pub quotation: String,
    pub message: String,
}

/// Reads a report.
pub fn parse_fault(quotation: &str, message: &str) -> Result<FaultDraft, AppError> {
    let message = clean_lines(message);
    match message.chars().count() {
        0 => return Err(AppError::invalid(NO_MESSAGE)),
        count if count > MAX_MESSAGE => return Err(AppError::invalid(LONG_MESSAGE)),
        _ => {}
    }
    Ok(FaultDraft { quotation: cut_quotation(quotation), message })
}

/// A quotation of at most [`MAX_QUOTATION`] characters.
pub fn cut_quotation(typed: &str) -> String {
    let line = clean_line(typed);
    if line.chars().count() <= MAX_QUOTATION {
        return line;
    }
    let cut: String = line.chars().take(MAX_QUOTATION - 1).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_needs_words_and_a_long_quotation_is_cut() {
        assert_eq!(parse_fault("", " \n "), Err(AppError::invalid(NO_MESSAGE)));
        assert_eq!(parse_fault("", &"a".repeat(1001)), Err(AppError::invalid(LONG_MESSAGE)));
        let draft = parse_fault(&"chữ ".repeat(400), " Sai ngày.\n\n\nPhải là 25/7. ").expect("is a report");
        assert!(draft.quotation.chars().count() <= MAX_QUOTATION && draft.quotation.ends_with('…'));
        assert_eq!(draft.message, "Sai ngày.\n\nPhải là 25/7.");
        assert_eq!(cut_quotation("  ngày\n 24/7 "), "ngày 24/7");
    }

    #[test]
    fn states_are_read_back() {
        assert!(FaultState::ALL.into_iter().all(|state| FaultState::parse(state.value()) == Some(state)));
        assert_eq!(FaultState::parse("x"), None);
    }
}
