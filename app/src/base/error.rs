//! The one error type. It names no feature and carries no text of a library: a feature supplies the sentences that
//! people read, and the cause goes to the log under the request's id.

use super::format::format_number;
use serde::{Deserialize, Serialize};
use server_fn::codec::PostcardEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};
use std::borrow::Cow;

/// A sentence or a name that is usually part of the program, and owned where it came from the server.
pub type Text = Cow<'static, str>;

/// Why a request was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Only for staff, and nobody is signed in.
    #[error("sign in")]
    SignIn,
    /// The sender has no permission for the request.
    #[error("forbidden: {}", .0.code)]
    Forbidden(Problem),
    /// There is nothing here, or nothing that this visitor may see.
    #[error("not found")]
    NotFound,
    /// There was something here, and it was taken back or its time is over.
    #[error("gone")]
    Gone,
    /// The form has these problems.
    #[error("invalid: {}", codes(.0))]
    Invalid(Vec<Problem>),
    /// Somebody else changed it first.
    #[error("conflict")]
    Conflict(ChangeNote),
    /// The action affects so many items that their number must be confirmed.
    #[error("unconfirmed: {count}")]
    Unconfirmed {
        /// How many items it would affect.
        count: u32,
        /// The question to ask.
        question: Text,
    },
    /// The body is larger than any form of the site.
    #[error("too large")]
    TooLarge,
    /// A limit is exhausted.
    #[error("slow down for {seconds} s")]
    SlowDown {
        /// Seconds until the next attempt can succeed.
        seconds: u32,
    },
    /// The database is unreachable; a later attempt may succeed.
    #[error("unavailable")]
    Unavailable,
    /// The browser could not reach the server. The server never sends it.
    #[error("unreachable")]
    Unreachable,
    /// A fault of the program.
    #[error("internal")]
    Internal,
}

/// A rule that a request breaks: which field, a code for programs, and a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The name of the form field; empty where no single field is wrong.
    pub field: Text,
    /// A stable name of the rule.
    pub code: Text,
    /// What to do, in Vietnamese, without a full stop.
    pub message: Text,
}

impl Problem {
    /// Defines a problem; features keep theirs as constants.
    pub const fn new(field: &'static str, code: &'static str, message: &'static str) -> Self {
        Self { field: Cow::Borrowed(field), code: Cow::Borrowed(code), message: Cow::Borrowed(message) }
    }
}

/// The form has a shape that no page of the site sends.
pub const MALFORMED: Problem =
    Problem::new("body", "malformed", "Biểu mẫu gửi lên không đọc được. Tải lại trang rồi gửi lại");

/// What changed, who changed it, and when, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeNote {
    /// The displayed name of the person who made the change; `None` where the account is gone.
    pub actor: Option<String>,
    /// A verb phrase: `đã duyệt`.
    pub change: String,
    /// The time in the site's zone: `09:42 ngày 12/07/2023`.
    pub at: String,
    /// What became of what somebody did after it, as a sentence.
    pub effect: Option<String>,
}

impl ChangeNote {
    /// Formats the note: `Chị Lan đã duyệt lúc 09:42 ngày 12/07/2023.` Where somebody came second, it says so:
    /// `Chị Lan đã duyệt trước, lúc 09:42 ngày 12/07/2023. Lần bấm Từ chối không có tác dụng.`
    pub fn sentence(&self) -> String {
        let actor = self.actor.as_deref().unwrap_or("Một người khác");
        match &self.effect {
            Some(effect) => format!("{actor} {} trước, lúc {}. {effect}", self.change, self.at),
            None => format!("{actor} {} lúc {}.", self.change, self.at),
        }
    }
}

fn codes(problems: &[Problem]) -> String {
    problems.iter().map(|problem| &*problem.code).collect::<Vec<_>>().join(", ")
}

impl AppError {
    /// An invalid form with a single problem.
    pub fn invalid(problem: Problem) -> Self {
        Self::Invalid(vec![problem])
    }

    /// The HTTP status of an answer with this error.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::Forbidden(_) => 403,
            Self::NotFound => 404,
            Self::Gone => 410,
            Self::Conflict(_) => 409,
            Self::TooLarge => 413,
            Self::Unconfirmed { .. } => 428,
            Self::Invalid(_) => 422,
            Self::SlowDown { .. } => 429,
            Self::Unavailable | Self::Unreachable => 503,
            Self::Internal => 500,
        }
    }

    /// The sentence that people read: what happened and what they can do.
    pub fn message(&self) -> String {
        match self {
            Self::SignIn => "Ông/bà cần đăng nhập để tiếp tục.".to_owned(),
            Self::Forbidden(problem) => format!("{}.", problem.message),
            Self::NotFound | Self::Gone => "Nội dung này không còn trên trang.".to_owned(),
            Self::Invalid(_) => "Vui lòng kiểm tra lại các mục sau:".to_owned(),
            Self::Conflict(change) => change.sentence(),
            Self::Unconfirmed { question, .. } => question.clone().into_owned(),
            Self::TooLarge => "Nội dung gửi lên quá dài. Vui lòng rút gọn rồi gửi lại.".to_owned(),
            Self::SlowDown { seconds } => {
                let seconds = format_number(i64::from(*seconds));
                format!("Ông/bà thao tác quá nhanh. Vui lòng thử lại sau {seconds} giây.")
            }
            Self::Unavailable => "Hệ thống đang bận. Vui lòng thử lại sau ít phút.".to_owned(),
            Self::Unreachable => "Không kết nối được. Những gì ông/bà viết vẫn còn đây, vui lòng thử lại.".to_owned(),
            Self::Internal => "Hệ thống gặp lỗi. Vui lòng thử lại sau.".to_owned(),
        }
    }

    /// The sentence where something could not be read, and nothing was typed that could be lost.
    pub fn reading_message(&self) -> String {
        match self {
            Self::Unreachable => "Không kết nối được. Vui lòng kiểm tra mạng rồi thử lại.".to_owned(),
            error => error.message(),
        }
    }

    /// The sentence with every problem, where the page does not list them beside their fields.
    pub fn full_message(&self) -> String {
        match self {
            Self::Invalid(problems) => problems.iter().map(|problem| &*problem.message).collect::<Vec<_>>().join(". "),
            error => error.message(),
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = PostcardEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::invalid(MALFORMED),
            _ => Self::Internal,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
        let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default();
        // the time limit of a statement
        if code == "57014" {
            tracing::warn!("a query took too long and was cancelled");
            return Self::Unavailable;
        }
        // class 57: the server is starting or stopping; class 53: it has no connections or no space left
        let is_outage = code.starts_with("57") || code.starts_with("53");
        if is_outage || matches!(error, Io(_) | PoolClosed | PoolTimedOut | Tls(_) | WorkerCrashed) {
            crate::base::outage::record(&error);
            return Self::Unavailable;
        }
        tracing::error!(%error, "a query failed");
        Self::Internal
    }
}

/// The name of the constraint that refused a statement.
#[cfg(feature = "ssr")]
pub fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|error| error.constraint())
}
