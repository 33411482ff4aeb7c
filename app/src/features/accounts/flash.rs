//! What a room for accounts shows once, after a form: a link to pass on, recovery codes, or what was done.

use super::LinkKind;
use super::second_factor::hash_recovery_code;
use super::store::ListedAccount;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::routes::{self, Route};
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::site::Site;
use leptos::prelude::*;

/// What is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flash {
    /// A link to pass on.
    Link { kind: LinkKind, account: i64, token: String },
    /// New recovery codes.
    Codes(Vec<String>),
    /// What was done.
    Notice(Notice),
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    RoleChanged,
    PublishingAllowed,
    PublishingForbidden,
    AccountDisabled,
    AccountEnabled,
    SessionsEnded,
    PasswordChanged,
    DailyMailChanged,
    SecondFactorRemoved,
}

impl Notice {
    const ALL: [Self; 9] = [
        Self::RoleChanged,
        Self::PublishingAllowed,
        Self::PublishingForbidden,
        Self::AccountDisabled,
        Self::AccountEnabled,
        Self::SessionsEnded,
        Self::PasswordChanged,
        Self::DailyMailChanged,
        Self::SecondFactorRemoved,
    ];

    fn value(self) -> &'static str {
        match self {
            Self::RoleChanged => "role-changed",
            Self::PublishingAllowed => "publishing-allowed",
            Self::PublishingForbidden => "publishing-forbidden",
            Self::AccountDisabled => "account-disabled",
            Self::AccountEnabled => "account-enabled",
            Self::SessionsEnded => "sessions-ended",
            Self::PasswordChanged => "password-changed",
            Self::DailyMailChanged => "daily-mail-changed",
            Self::SecondFactorRemoved => "second-factor-removed",
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::RoleChanged => "Đã đổi vai trò.",
            Self::PublishingAllowed => "Người này nay được xuất bản bài viết.",
            Self::PublishingForbidden => "Người này nay chỉ được viết và gửi duyệt.",
            Self::AccountDisabled => "Đã khóa tài khoản và kết thúc mọi phiên của người này.",
            Self::AccountEnabled => "Đã mở lại tài khoản.",
            Self::SessionsEnded => "Đã kết thúc phiên đăng nhập.",
            Self::PasswordChanged => "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc.",
            Self::DailyMailChanged => "Đã lưu cách nhận thư.",
            Self::SecondFactorRemoved => "Đã tắt xác thực hai lớp.",
        }
    }
}

impl Flash {
    /// Writes it for the cookie.
    fn value(&self) -> String {
        match self {
            Self::Link { kind, account, token } => format!("link.{}.{account}.{token}", kind.value()),
            Self::Codes(codes) => format!("codes.{}", codes.join(".")),
            Self::Notice(notice) => format!("notice.{}", notice.value()),
        }
    }

    /// Reads what [`Flash::value`] wrote. It came through a browser: only what has that shape is shown.
    fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            ["link", kind, account, token] if is_token(token) => {
                let (kind, account) = (LinkKind::parse(kind)?, parse_id(account)?);
                Some(Self::Link { kind, account, token: (*token).to_owned() })
            }
            ["codes", codes @ ..] => {
                let are_codes = codes.iter().all(|code| code.len() == 14 && hash_recovery_code(code).is_some());
                are_codes.then(|| Self::Codes(codes.iter().map(|&code| code.to_owned()).collect()))
            }
            ["notice", value] => Notice::ALL.into_iter().find(|notice| notice.value() == *value).map(Self::Notice),
            _ => None,
        }
    }

    /// Shows it in a room, to which the form leads.
    pub fn show_in(&self, room: &Route) -> Result<(), AppError> {
        set_flash(self.value())?;
        redirect_to(room.path, "ban-duyet");
        Ok(())
    }

    /// Takes what the last form left for this page.
    pub fn take() -> Result<Option<Self>, AppError> {
        Ok(take_flash()?.and_then(|value| Self::parse(&value)))
    }

    /// Its HTML. `accounts` are those whose names the room shows.
    pub fn view(&self, site: &Site, accounts: &[ListedAccount]) -> AnyView {
        match self {
            Self::Notice(notice) => {
                let sentence = notice.sentence();
                view! { <p class="notice" role="status">{sentence}</p> }.into_any()
            }
            Self::Link { kind, account, token } => {
                let name = accounts.iter().find(|listed| listed.id == *account);
                link_view(site, *kind, name.map_or("", |listed| listed.display_name.as_str()), token).into_any()
            }
            Self::Codes(codes) => codes_view(codes).into_any(),
        }
    }
}

fn is_token(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn link_view(site: &Site, kind: LinkKind, name: &str, token: &str) -> impl IntoView + use<> {
    let label = match kind {
        LinkKind::Invitation => format!("Liên kết mời {name}"),
        LinkKind::Password => format!("Liên kết đặt lại mật khẩu cho {name}"),
        LinkKind::SecondFactor => format!("Liên kết bỏ xác thực hai lớp cho {name}"),
    };
    let href = format!("{}{}", site.public_url, routes::ACCOUNT_LINK.with(token));
    view! {
        <div class="notice shown-once" role="status">
            <label class="field">{label}<input type="text" readonly value=href/></label>
            <p class="quiet">
                "Chép và gửi riêng cho người này. "
                "Liên kết dùng được một lần trong 48 giờ và chỉ hiện ở đây một lần."
            </p>
        </div>
    }
}

fn codes_view(codes: &[String]) -> impl IntoView + use<> {
    let codes = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
    view! {
        <div class="notice shown-once" role="status">
            <p><strong>"Mã dự phòng của ông/bà"</strong></p>
            <ol class="codes">{codes}</ol>
            <p class="quiet">
                "Chép ra giấy và cất kỹ. Mỗi mã dùng một lần khi không có điện thoại. "
                "Các mã chỉ hiện ở đây một lần."
            </p>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_once_is_read_back() {
        let link = Flash::Link { kind: LinkKind::SecondFactor, account: 7, token: "A".repeat(22) };
        let codes = Flash::Codes(vec!["abcd-efgh-2345".to_owned(), "bcde-fghi-3456".to_owned()]);
        for flash in Notice::ALL.map(Flash::Notice).into_iter().chain([link, codes]) {
            assert_eq!(Flash::parse(&flash.value()), Some(flash));
        }
    }

    #[test]
    fn only_what_has_our_own_shape_is_shown() {
        let token = "A".repeat(22);
        assert_eq!(
            Flash::parse(&format!("link.invitation.7.{token}")),
            Some(Flash::Link { kind: LinkKind::Invitation, account: 7, token: token.clone() })
        );
        assert_eq!(Flash::parse("codes.abcd-efgh-2345"), Some(Flash::Codes(vec!["abcd-efgh-2345".to_owned()])));
        for foreign in [
            String::new(),
            "notice.Gọi 0909".to_owned(),
            format!("link.invitation.7.{token}/../x"),
            format!("link.other.7.{token}"),
            "codes.goi-ngay-0909123456".to_owned(),
        ] {
            assert_eq!(Flash::parse(&foreign), None, "{foreign}");
        }
    }
}
