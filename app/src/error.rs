//! The one error type. It is closed and carries no words of a library: what people read is made here,
//! what an operator needs goes to the log under the request's id.

use serde::{Deserialize, Serialize};
use server_fn::codec::PostcardEncoding;
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

/// Why something that was asked for did not happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AppError {
    /// Only for staff, and nobody is signed in.
    #[error("sign in")]
    SignIn,
    /// Signed in or not: this is not allowed.
    #[error("forbidden")]
    Forbidden,
    /// Signed in, but in a role that may not do this, or may do it no longer.
    #[error("not allowed")]
    NotAllowed,
    /// Everybody must have a second factor, and whoever asks has none yet.
    #[error("second factor needed")]
    SecondFactor,
    /// Comments or ratings are closed here.
    #[error("closed")]
    Closed,
    /// There is no such thing, or it is not for this visitor to see.
    #[error("not found")]
    NotFound,
    /// The form breaks these rules.
    #[error("invalid: {0:?}")]
    Invalid(Vec<Rule>),
    /// Somebody else decided first.
    #[error("conflict")]
    Conflict(Decided),
    /// So many at once are meant? Asked before anything is done.
    #[error("confirm {count}")]
    Confirm {
        /// How many.
        count: u32,
    },
    /// More than any form of the site needs.
    #[error("too large")]
    TooLarge,
    /// Too many, too fast.
    #[error("slow down for {seconds} s")]
    SlowDown {
        /// How long to wait before the next try.
        seconds: u32,
    },
    /// The database is away; trying again later helps.
    #[error("unavailable")]
    Unavailable,
    /// The browser could not reach the server. Never sent by the server.
    #[error("unreachable")]
    Unreachable,
    /// A fault of ours. The cause is in the log under the request's id.
    #[error("internal")]
    Internal,
}

/// Who decided about a comment, what, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The moderator's displayed name; `None` where the moderator's account is gone.
    pub by: Option<String>,
    /// What the comment is now, in words: `đã duyệt`.
    pub what: String,
    /// The time in the site's zone: `09:42 ngày 12/07/2023`.
    pub at: String,
}

/// A rule that a form can break. Each knows its field and the words that say what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Rule {
    /// A rating is one to five stars.
    Stars,
    /// A name has 2 to 60 characters.
    Name,
    /// An e-mail address, where one is given, looks like one.
    Email,
    /// Whoever wants to be told by mail says where.
    EmailToTell,
    /// A comment has at least 10 characters.
    BodyShort,
    /// A comment has at most 3,000 characters.
    BodyLong,
    /// Consent is given by hand.
    Consent,
    /// The comment that is answered is no longer there.
    Parent,
    /// The name and password given do not belong to an account that may sign in.
    Credentials,
    /// Nothing was chosen.
    Chosen,
    /// A reason has at most 500 characters.
    Note,
    /// Words for the list have 2 to 60 characters, and the list 10,000 of them.
    Words,
    /// What cannot be taken back is meant.
    Sure,
    /// A new password has 12 to 200 characters.
    Password,
    /// A new password is not one that is guessed first.
    PasswordCommon,
    /// A new password is typed twice, the same.
    PasswordAgain,
    /// Whoever changes what protects an account knows its password.
    CurrentPassword,
    /// The code belongs to the account, and was not used before.
    Code,
    /// A name to sign in with has 2 to 40 small letters, digits, dots, hyphens or underscores.
    Username,
    /// A name to sign in with is one account's.
    UsernameTaken,
    /// A displayed name has 2 to 60 characters.
    DisplayName,
    /// There is always somebody who can administrate.
    LastAdministrator,
    /// What is reported is reported for a reason of the list.
    Report,
    /// What is to be covered stands in the comment.
    Cover,
    /// Reasons to choose from come one a line, at most 2,000 characters, without bars.
    Reasons,
    /// Comments, ratings or both are closed.
    Closure,
    /// What is closed says so in 1 to 300 characters.
    Sentence,
    /// The form came in a shape that no page of the site sends.
    Malformed,
}

impl Rule {
    /// The name of the field that broke the rule; a summary links to it.
    pub fn field(self) -> &'static str {
        match self {
            Self::Stars => "stars",
            Self::Name => "name",
            Self::Email | Self::EmailToTell => "email",
            Self::BodyShort | Self::BodyLong | Self::Parent | Self::Malformed => "body",
            Self::Consent => "consent",
            Self::Credentials => "username",
            Self::Chosen => "chosen",
            Self::Note => "note",
            Self::Sure => "sure",
            Self::Password | Self::PasswordCommon => "password",
            Self::PasswordAgain => "again",
            Self::CurrentPassword => "current",
            Self::Code => "code",
            Self::Username | Self::UsernameTaken => "username",
            Self::DisplayName => "display_name",
            Self::LastAdministrator => "role",
            Self::Report => "reason",
            Self::Cover | Self::Sentence => "words",
            Self::Closure => "comments",
            Self::Reasons => "reasons",
            Self::Words => "words",
        }
    }

    /// What to do, for the summary and for the field.
    pub fn words(self) -> &'static str {
        match self {
            Self::Stars => "Chọn từ 1 đến 5 sao",
            Self::Name => "Nhập họ và tên từ 2 đến 60 ký tự",
            Self::Email => "Nhập địa chỉ email đúng dạng, ví dụ ten@vidu.vn, hoặc để trống",
            Self::EmailToTell => "Nhập địa chỉ email để nhận tin, ví dụ ten@vidu.vn",
            Self::BodyShort => "Nhập nội dung ít nhất 10 ký tự",
            Self::BodyLong => "Rút gọn nội dung còn tối đa 3,000 ký tự",
            Self::Consent => "Đánh dấu vào ô đồng ý để gửi ý kiến",
            Self::Parent => "Ý kiến bạn trả lời không còn trên trang. Bạn có thể gửi thành ý kiến mới",
            Self::Credentials => "Tên đăng nhập hoặc mật khẩu chưa đúng",
            Self::Chosen => "Chọn ít nhất một ý kiến",
            Self::Sure => "Đánh dấu vào ô xác nhận trước khi xóa",
            Self::Password => "Nhập mật khẩu mới từ 12 đến 200 ký tự",
            Self::PasswordCommon => "Mật khẩu này dễ đoán. Dùng một câu ngắn của riêng bạn, không có tên hay năm sinh",
            Self::PasswordAgain => "Nhập lại đúng mật khẩu mới",
            Self::CurrentPassword => "Mật khẩu hiện tại chưa đúng",
            Self::Code => "Mã chưa đúng hoặc đã dùng. Nhập mã mới trong ứng dụng, hoặc một mã dự phòng chưa dùng",
            Self::Username => "Tên đăng nhập có từ 2 đến 40 ký tự: chữ thường không dấu, chữ số, dấu chấm hoặc gạch",
            Self::UsernameTaken => "Tên đăng nhập này đã có người dùng",
            Self::DisplayName => "Nhập tên hiển thị từ 2 đến 60 ký tự",
            Self::LastAdministrator => "Phải luôn có ít nhất một quản trị viên",
            Self::Report => "Chọn một lý do báo vi phạm",
            Self::Reasons => "Mỗi dòng một lý do, cả danh sách tối đa 2,000 ký tự, không dùng dấu gạch đứng",
            Self::Closure => "Chọn ý kiến, đánh giá hoặc cả hai",
            Self::Sentence => "Nhập câu bạn đọc sẽ thấy, tối đa 300 ký tự",
            Self::Cover => "Nhập đúng đoạn cần che như trong ý kiến",
            Self::Words => "Mỗi dòng một từ, từ 2 đến 60 ký tự; danh sách có tối đa 10,000 từ",
            Self::Note => "Rút gọn lý do còn tối đa 500 ký tự",
            Self::Malformed => "Biểu mẫu gửi lên không đọc được. Tải lại trang rồi gửi lại",
        }
    }
}

impl AppError {
    /// One broken rule.
    pub fn rule(rule: Rule) -> Self {
        Self::Invalid(vec![rule])
    }

    /// The HTTP status of an answer with this error.
    pub fn status(&self) -> u16 {
        match self {
            Self::SignIn => 401,
            Self::Forbidden | Self::NotAllowed | Self::SecondFactor | Self::Closed => 403,
            Self::NotFound => 404,
            Self::Conflict(_) => 409,
            Self::TooLarge => 413,
            Self::Confirm { .. } => 428,
            Self::Invalid(_) => 422,
            Self::SlowDown { .. } => 429,
            Self::Unavailable | Self::Unreachable => 503,
            Self::Internal => 500,
        }
    }

    /// What people read: what happened and what they can do.
    pub fn words(&self) -> String {
        match self {
            Self::SignIn => "Bạn cần đăng nhập để tiếp tục.".to_owned(),
            Self::Forbidden => "Yêu cầu này không được chấp nhận. Mở lại trang rồi thử lại.".to_owned(),
            Self::NotAllowed => {
                "Tài khoản của bạn không có quyền làm việc này. Vui lòng liên hệ quản trị viên nếu cần.".to_owned()
            }
            Self::SecondFactor => "Bật xác thực hai lớp trong mục Tài khoản trước khi tiếp tục.".to_owned(),
            Self::Closed => "Mục này đã đóng nên không nhận thêm. Những gì bạn viết vẫn còn đây.".to_owned(),
            Self::NotFound => "Nội dung này không còn trên trang.".to_owned(),
            Self::Invalid(_) => "Có chỗ cần sửa trước khi gửi.".to_owned(),
            Self::Conflict(decided) => decided.words(),
            Self::Confirm { count } => {
                format!("Bạn sắp quyết định {count} ý kiến cùng lúc. Bấm lần nữa để xác nhận.")
            }
            Self::TooLarge => "Nội dung gửi lên quá dài. Quay lại trang trước và rút gọn rồi gửi lại.".to_owned(),
            Self::SlowDown { seconds } => format!("Bạn gửi hơi nhanh. Vui lòng thử lại sau {seconds} giây."),
            Self::Unavailable => "Hệ thống đang bận. Vui lòng thử lại sau ít phút.".to_owned(),
            Self::Unreachable => "Không kết nối được. Những gì bạn viết vẫn còn đây, vui lòng thử lại.".to_owned(),
            Self::Internal => "Có lỗi ở phía chúng tôi. Vui lòng thử lại sau.".to_owned(),
        }
    }
}

impl AppError {
    /// The same with every broken rule, where nothing else lists them.
    pub fn words_in_full(&self) -> String {
        match self {
            Self::Invalid(rules) => rules.iter().map(|rule| rule.words()).collect::<Vec<_>>().join(". "),
            error => error.words(),
        }
    }
}

impl Decided {
    /// A sentence: `Chị Lan đã duyệt lúc 09:42 ngày 12/07/2023.`
    pub fn words(&self) -> String {
        let by = self.by.as_deref().unwrap_or("Một người khác");
        format!("{by} {} lúc {}.", self.what, self.at)
    }
}

impl FromServerFnError for AppError {
    type Encoder = PostcardEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Self::Unreachable,
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) => Self::rule(Rule::Malformed),
            _ => Self::Internal,
        }
    }
}

#[cfg(feature = "ssr")]
impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error::{Io, PoolClosed, PoolTimedOut, Tls, WorkerCrashed};
        // a server that is shutting down or starting up: class 57, and 53 for want of connections
        let away = error
            .as_database_error()
            .and_then(|e| e.code())
            .is_some_and(|c| c.starts_with("57") || c.starts_with("53"));
        if away || matches!(error, Io(_) | PoolClosed | PoolTimedOut | Tls(_) | WorkerCrashed) {
            crate::away::note();
            tracing::warn!(%error, "the database is away");
            return Self::Unavailable;
        }
        tracing::error!(%error, "a query failed");
        Self::Internal
    }
}

/// The name of the constraint that refused a statement, where one did.
#[cfg(feature = "ssr")]
pub(crate) fn constraint(error: &sqlx::Error) -> Option<&str> {
    error.as_database_error().and_then(|error| error.constraint())
}
