//! Staff accounts: signing in, second factors, links that work once, one's own account and everybody's.

#[cfg(feature = "ssr")]
mod device;
#[cfg(feature = "ssr")]
mod flash;
#[cfg(feature = "ssr")]
mod limits;
#[cfg(feature = "ssr")]
pub mod link_page;
#[cfg(feature = "ssr")]
pub mod own_room;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
mod password_queue;
#[cfg(feature = "ssr")]
pub mod second_factor;
#[cfg(feature = "ssr")]
pub mod shared;
pub mod sign_in;
#[cfg(feature = "ssr")]
pub mod staff_room;
#[cfg(feature = "ssr")]
pub mod store;

use crate::base::error::Problem;
#[cfg(feature = "ssr")]
use crate::features::audit::Action;
#[cfg(feature = "ssr")]
use crate::web::settings::Setting;

/// Name and password do not belong together. It never says which of the two is wrong.
pub const WRONG_CREDENTIALS: Problem = Problem::new("username", "credentials", "Tên đăng nhập hoặc mật khẩu chưa đúng");
pub const WRONG_CODE: Problem = Problem::new(
    "code",
    "code",
    "Mã chưa đúng hoặc đã dùng. Nhập mã mới trong ứng dụng, hoặc một mã dự phòng chưa dùng",
);
pub const BAD_PASSWORD: Problem = Problem::new("password", "password", "Nhập mật khẩu mới từ 12 đến 200 ký tự");
/// The password is among those that are guessed first.
pub const COMMON_PASSWORD: Problem = Problem::new(
    "password",
    "password-common",
    "Mật khẩu này dễ đoán. Dùng một câu ngắn của riêng ông/bà, không có tên hay năm sinh",
);
pub const PASSWORDS_DIFFER: Problem = Problem::new("again", "password-again", "Nhập lại đúng mật khẩu mới");
pub const WRONG_CURRENT_PASSWORD: Problem = Problem::new("current", "current-password", "Mật khẩu hiện tại chưa đúng");
pub const BAD_USERNAME: Problem = Problem::new(
    "username",
    "username",
    "Tên đăng nhập có từ 2 đến 40 ký tự: chữ thường không dấu, chữ số, dấu chấm hoặc gạch",
);
pub const USERNAME_TAKEN: Problem = Problem::new("username", "username-taken", "Tên đăng nhập này đã có người dùng");
pub const BAD_DISPLAY_NAME: Problem =
    Problem::new("display_name", "display-name", "Nhập tên hiển thị từ 2 đến 60 ký tự");
/// The change would leave nobody who can administrate.
pub const LAST_ADMINISTRATOR: Problem =
    Problem::new("role", "last-administrator", "Phải luôn có ít nhất một quản trị viên");
pub const BAD_EMAIL: Problem =
    Problem::new("email", "email", "Nhập địa chỉ email đúng dạng, ví dụ ten@vidu.vn, hoặc để trống");
pub const EMAIL_MISSING: Problem =
    Problem::new("email", "email-missing", "Nhập địa chỉ email để nhận tin, ví dụ ten@vidu.vn");

#[cfg(feature = "ssr")]
pub const SIGN_IN: Action = Action::new("sign-in", "đăng nhập");
#[cfg(feature = "ssr")]
pub const SIGN_IN_FAILED: Action = Action::new("sign-in-failed", "đăng nhập không thành công");
#[cfg(feature = "ssr")]
pub const SIGN_OUT: Action = Action::new("sign-out", "đăng xuất");
#[cfg(feature = "ssr")]
pub const CREATE_ACCOUNT: Action = Action::new("create-account", "tạo tài khoản");
#[cfg(feature = "ssr")]
pub const DISABLE_ACCOUNT: Action = Action::new("disable-account", "khóa tài khoản");
#[cfg(feature = "ssr")]
pub const ENABLE_ACCOUNT: Action = Action::new("enable-account", "mở lại tài khoản");
#[cfg(feature = "ssr")]
pub const RESET_PASSWORD: Action = Action::new("reset-password", "đặt lại mật khẩu");
#[cfg(feature = "ssr")]
pub const INVITE: Action = Action::new("invite", "mời");
#[cfg(feature = "ssr")]
pub const ACCEPT_INVITATION: Action = Action::new("accept-invitation", "nhận lời mời");
#[cfg(feature = "ssr")]
pub const CREATE_LINK: Action = Action::new("make-link", "tạo liên kết dùng một lần");
#[cfg(feature = "ssr")]
pub const ALLOW_PUBLISHING: Action = Action::new("allow-publishing", "cho phép xuất bản bài viết");
#[cfg(feature = "ssr")]
pub const FORBID_PUBLISHING: Action = Action::new("forbid-publishing", "bỏ quyền xuất bản bài viết");
#[cfg(feature = "ssr")]
pub const CHANGE_ROLE: Action = Action::new("change-role", "đổi vai trò");
#[cfg(feature = "ssr")]
pub const END_SESSIONS: Action = Action::new("end-sessions", "kết thúc phiên đăng nhập");
#[cfg(feature = "ssr")]
pub const CHANGE_PASSWORD: Action = Action::new("change-password", "đổi mật khẩu");
#[cfg(feature = "ssr")]
pub const SECOND_FACTOR_ON: Action = Action::new("second-factor-on", "bật xác thực hai lớp");
#[cfg(feature = "ssr")]
pub const SECOND_FACTOR_OFF: Action = Action::new("second-factor-off", "tắt xác thực hai lớp");
#[cfg(feature = "ssr")]
pub const CHANGE_DAILY_MAIL: Action = Action::new("set-mail", "đổi thư hằng ngày");
#[cfg(feature = "ssr")]
pub const RENEW_CODES: Action = Action::new("recovery-codes", "tạo mã dự phòng mới");
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[
    SIGN_IN,
    SIGN_IN_FAILED,
    SIGN_OUT,
    CREATE_ACCOUNT,
    DISABLE_ACCOUNT,
    ENABLE_ACCOUNT,
    RESET_PASSWORD,
    INVITE,
    ACCEPT_INVITATION,
    CREATE_LINK,
    CHANGE_ROLE,
    ALLOW_PUBLISHING,
    FORBID_PUBLISHING,
    END_SESSIONS,
    CHANGE_PASSWORD,
    SECOND_FACTOR_ON,
    SECOND_FACTOR_OFF,
    CHANGE_DAILY_MAIL,
    RENEW_CODES,
];

/// The hour after which the daily mail is sent, in the site's zone.
#[cfg(feature = "ssr")]
pub const DAILY_HOUR: Setting = Setting::number(
    "mail.daily_hour",
    "Gửi thư hằng ngày cho cán bộ sau mấy giờ",
    "the hour after which staff who ask for it get their mail of the day",
    "7",
    (0, 23),
);
/// How long a comment waits, or is reported, until whoever asks for it gets a mail.
#[cfg(feature = "ssr")]
pub const LATE_HOURS: Setting = Setting::number(
    "mail.late_hours",
    "Nhắc cán bộ khi ý kiến chờ quá mấy giờ",
    "hours that a comment waits, or is reported, until staff who ask for it get a mail",
    "24",
    (1, 720),
);
#[cfg(feature = "ssr")]
pub const SETTINGS: &[Setting] = &[DAILY_HOUR, LATE_HOURS];

/// What a link that works once is for.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "account_link_kind", rename_all = "snake_case")]
pub enum LinkKind {
    /// Somebody new chooses a password.
    Invitation,
    /// Somebody who forgot theirs chooses a new one.
    Password,
    /// Somebody who lost their phone and their recovery codes signs in without them again.
    SecondFactor,
}

#[cfg(feature = "ssr")]
impl LinkKind {
    const ALL: [Self; 3] = [Self::Invitation, Self::Password, Self::SecondFactor];

    /// Its name in forms and in the record.
    pub fn value(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Password => "password",
            Self::SecondFactor => "second-factor",
        }
    }

    /// Reads what [`LinkKind::value`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.value() == text)
    }
}
