//! The desk's rooms for accounts: one's own, and everybody's for administrators. Plain forms: nothing of them is in the
//! browser's download.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use leptos::prelude::*;

/// Invites somebody: makes an account without a password, and a link for its person.
#[server(prefix = "/api", endpoint = "invite", output = server_fn::codec::Postcard)]
pub async fn invite(
    #[server(default)] display_name: String,
    #[server(default)] username: String,
    #[server(default)] role: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    use super::{Role, store};
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    let role = Role::parse(&role).ok_or(AppError::NotFound)?;
    ssr::prove(&site, &staff, current).await?;
    let (username, name) = (crate::text::line(&username).to_lowercase(), crate::text::line(&display_name));
    let by = ssr::by(&site, &staff);
    let account = store::insert(&site.pool, by, &username, &name, role, None).await?;
    ssr::link(&site, by, account, store::links::Kind::Invitation).await
}

/// Makes a link for somebody: a new invitation, a new password, or signing in without a second factor that was lost.
#[server(prefix = "/api", endpoint = "make-link", output = server_fn::codec::Postcard)]
pub async fn make_link(
    #[server(default)] account: String,
    #[server(default)] kind: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    let kind = super::store::links::Kind::parse(&kind).ok_or(AppError::NotFound)?;
    let account = ssr::id(&account)?;
    ssr::prove(&site, &staff, current).await?;
    ssr::link(&site, ssr::by(&site, &staff), account, kind).await
}

/// Gives somebody another role.
#[server(prefix = "/api", endpoint = "change-role", output = server_fn::codec::Postcard)]
pub async fn change_role(
    #[server(default)] account: String,
    #[server(default)] role: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    let role = super::Role::parse(&role).ok_or(AppError::NotFound)?;
    ssr::prove(&site, &staff, current).await?;
    super::store::change_role(&site.pool, ssr::by(&site, &staff), ssr::id(&account)?, role).await?;
    ssr::done(&site, "vai-tro")
}

/// Lets somebody sign in no more, or again.
#[server(prefix = "/api", endpoint = "disable-account", output = server_fn::codec::Postcard)]
pub async fn disable_account(
    #[server(default)] account: String,
    #[server(default)] disabled: String,
) -> Result<(), AppError> {
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    let disabled = disabled == "1";
    super::store::set_disabled(&site.pool, ssr::by(&site, &staff), ssr::id(&account)?, disabled).await?;
    ssr::done(&site, if disabled { "khoa" } else { "mo" })
}

/// Ends all of somebody's sessions.
#[server(prefix = "/api", endpoint = "end-sessions", output = server_fn::codec::Postcard)]
pub async fn end_sessions(#[server(default)] account: String) -> Result<(), AppError> {
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    super::store::end_sessions(&site.pool, ssr::by(&site, &staff), ssr::id(&account)?).await?;
    ssr::done(&site, "phien")
}

/// Asks a second factor of everybody, or of those alone who want one.
#[server(prefix = "/api", endpoint = "require-second-factor", output = server_fn::codec::Postcard)]
pub async fn require_second_factor(#[server(default)] required: String) -> Result<(), AppError> {
    let staff = crate::session::administrator().await?;
    let site = crate::site::site()?;
    let value = if required == "1" { "1" } else { "0" };
    let key = "accounts.second_factor_required";
    crate::settings::store::set(&site.pool, &site.audit, Some(staff.id), key, value).await?;
    site.reload_settings().await?;
    ssr::done(&site, if required == "1" { "bat-buoc" } else { "khong-bat-buoc" })
}

/// Puts a new password in the place of one's own, and ends one's other sessions.
#[server(prefix = "/api", endpoint = "change-password", output = server_fn::codec::Postcard)]
pub async fn change_password(
    #[server(default)] current: String,
    #[server(default)] password: String,
    #[server(default)] again: String,
) -> Result<(), AppError> {
    use crate::error::Rule;
    let member = crate::session::member().await?;
    let site = crate::site::site()?;
    if password != again {
        return Err(AppError::rule(Rule::PasswordAgain));
    }
    let proved = ssr::prove(&site, &member, current).await?;
    let known = super::password::known(&site, &member.username, &member.name);
    let hash = super::password::accept(password, known).await?;
    super::store::set_password(&site.pool, ssr::by(&site, &member), member.id, &hash, Some(&proved)).await?;
    crate::session::open(member.id, false).await?;
    site.hub.staff_changed();
    ssr::own("mat-khau")
}

/// Ends one of one's own sessions.
#[server(prefix = "/api", endpoint = "end-session", output = server_fn::codec::Postcard)]
pub async fn end_session(#[server(default)] session: String) -> Result<(), AppError> {
    let member = crate::session::member().await?;
    let site = crate::site::site()?;
    if super::sessions::end(&site.pool, member.id, ssr::id(&session)?).await? {
        let subject = ("account", Some(member.id));
        let entry =
            crate::audit::Entry::new(Some(member.id), "end-sessions", subject, serde_json::json!({ "count": 1 }));
        crate::audit::store::note(&site.pool, &site.audit, entry).await?;
    }
    site.hub.staff_changed();
    ssr::own("phien")
}

/// Begins to turn on one's second factor: makes the secret that an app is to learn.
#[server(prefix = "/api", endpoint = "begin-second-factor", output = server_fn::codec::Postcard)]
pub async fn begin_second_factor(#[server(default)] current: String) -> Result<(), AppError> {
    let member = crate::session::member().await?;
    let site = crate::site::site()?;
    ssr::prove(&site, &member, current).await?;
    super::store::second_factor::begin(&site.pool, member.id, &super::second_factor::secret()).await?;
    crate::forms::post::go_to(ssr::OWN, "xac-thuc");
    Ok(())
}

/// Turns on one's second factor with a code of the app that learned the secret; gives the recovery codes.
#[server(prefix = "/api", endpoint = "confirm-second-factor", output = server_fn::codec::Postcard)]
pub async fn confirm_second_factor(#[server(default)] code: String) -> Result<(), AppError> {
    use super::second_factor;
    use super::store::second_factor as store;
    use crate::error::Rule;
    let member = crate::session::member().await?;
    let site = crate::site::site()?;
    let store::State::Begun(secret) = store::state(&site.pool, member.id).await? else {
        return Err(AppError::rule(Rule::Code));
    };
    site.limits.code(&site, member.id, crate::session::address())?;
    let step = second_factor::step(&secret, &code, time::OffsetDateTime::now_utc());
    let step = step.ok_or(AppError::rule(Rule::Code))?;
    let codes = second_factor::recovery_codes();
    let hashes: Vec<_> = codes.iter().filter_map(|code| second_factor::recovery_hash(code)).collect();
    store::confirm(
        &site.pool,
        ssr::by(&site, &member),
        member.id,
        (&secret, step),
        &hashes,
        crate::session::session()?.id(),
    )
    .await?;
    site.hub.staff_changed();
    ssr::codes(&codes)
}

/// Puts new recovery codes in the place of one's own.
#[server(prefix = "/api", endpoint = "renew-recovery-codes", output = server_fn::codec::Postcard)]
pub async fn renew_recovery_codes(#[server(default)] current: String) -> Result<(), AppError> {
    use super::second_factor;
    let member = crate::session::member().await?;
    let site = crate::site::site()?;
    ssr::prove(&site, &member, current).await?;
    let codes = second_factor::recovery_codes();
    let hashes: Vec<_> = codes.iter().filter_map(|code| second_factor::recovery_hash(code)).collect();
    super::store::second_factor::renew_codes(&site.pool, ssr::by(&site, &member), member.id, &hashes).await?;
    ssr::codes(&codes)
}

/// Turns off one's second factor.
#[server(prefix = "/api", endpoint = "remove-second-factor", output = server_fn::codec::Postcard)]
pub async fn remove_second_factor(#[server(default)] current: String) -> Result<(), AppError> {
    let member = crate::session::member().await?;
    let site = crate::site::site()?;
    ssr::prove(&site, &member, current).await?;
    super::store::second_factor::remove(&site.pool, ssr::by(&site, &member), member.id).await?;
    site.hub.staff_changed();
    ssr::own("tat-xac-thuc")
}

/// Asks for one mail a day about what waits, or for none.
#[server(prefix = "/api", endpoint = "daily-mail", output = server_fn::codec::Postcard)]
pub async fn daily_mail(#[server(default)] email: String, #[server(default)] daily: String) -> Result<(), AppError> {
    use crate::error::Rule;
    let member = crate::session::member().await?;
    let site = crate::site::site()?;
    let (email, daily) = (crate::text::line(&email), daily == "1");
    match (email.is_empty(), daily) {
        (true, true) => return Err(AppError::rule(Rule::EmailToTell)),
        (false, _) if !crate::text::is_email(&email) => return Err(AppError::rule(Rule::Email)),
        _ => {}
    }
    let today = time::OffsetDateTime::now_utc().to_offset(crate::clock::ZONE).date();
    let email = (!email.is_empty()).then_some(email.as_str());
    super::store::mail::set(&site.pool, ssr::by(&site, &member), member.id, email, daily, today).await?;
    ssr::own("thu")
}

/// What the page after a form shows once.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Once {
    /// A link to pass on: what it is for, whose it is, and its token.
    Link(super::store::links::Kind, i64, String),
    /// Recovery codes.
    Codes(Vec<String>),
    /// What was done.
    Done(&'static str),
}

#[cfg(feature = "ssr")]
impl Once {
    /// What can have been done, in an address's words and in people's.
    const DONE: [(&str, &str); 9] = [
        ("vai-tro", "Đã đổi vai trò."),
        ("khoa", "Đã khóa tài khoản và kết thúc mọi phiên của người này."),
        ("mo", "Đã mở lại tài khoản."),
        ("phien", "Đã kết thúc phiên đăng nhập."),
        ("bat-buoc", "Từ nay mọi người phải bật xác thực hai lớp."),
        ("khong-bat-buoc", "Xác thực hai lớp không còn bắt buộc."),
        ("mat-khau", "Đã đổi mật khẩu. Các phiên đăng nhập khác đã kết thúc."),
        ("thu", "Đã lưu cách nhận thư."),
        ("tat-xac-thuc", "Đã tắt xác thực hai lớp."),
    ];

    /// Reads what came with a page's request. It came through a browser: only what has our own shape is shown.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('.').collect();
        match parts.as_slice() {
            ["lien-ket", kind, account, token] if is_token(token) => {
                let kind = super::store::links::Kind::parse(kind)?;
                Some(Self::Link(kind, crate::articles::parse_id(account)?, (*token).to_owned()))
            }
            ["ma", codes @ ..] => {
                let ours = |code: &&str| super::second_factor::recovery_hash(code).is_some() && code.len() == 14;
                codes.iter().all(ours).then(|| Self::Codes(codes.iter().map(|&code| code.to_owned()).collect()))
            }
            ["xong", what] => Self::DONE.iter().find(|(known, _)| known == what).map(|(_, words)| Self::Done(words)),
            _ => None,
        }
    }
}

#[cfg(feature = "ssr")]
fn is_token(text: &str) -> bool {
    text.len() == 22 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

#[cfg(feature = "ssr")]
mod ssr {
    use crate::accounts::store::{By, links, secrets};
    use crate::accounts::{Staff, password};
    use crate::error::{AppError, Rule};
    use crate::forms::post::go_to;
    use crate::keys::{token, token_hash};
    use crate::session::show_once;
    use crate::site::Site;

    /// The room for one's own account.
    pub const OWN: &str = "/quan-tri?muc=tai-khoan";
    const ALL: &str = "/quan-tri?muc=can-bo";

    pub fn by<'a>(site: &'a Site, staff: &Staff) -> By<'a> {
        By { account: Some(staff.id), key: &site.audit }
    }

    pub fn id(typed: &str) -> Result<i64, AppError> {
        crate::articles::parse_id(typed).ok_or(AppError::NotFound)
    }

    /// Whoever changes what protects an account knows its password; a phone left on a table does not.
    /// Gives its hash.
    pub async fn prove(site: &Site, member: &Staff, current: String) -> Result<String, AppError> {
        site.limits.code(site, member.id, crate::session::address())?;
        let hash = secrets(&site.pool, member.id).await?.map(|(_, hash)| hash);
        if password::verify(current, hash.clone()).await?
            && let Some(hash) = hash
        {
            return Ok(hash);
        }
        let failed = serde_json::json!({ "by": "current-password" });
        crate::accounts::sign_in::note(site, member.id, "sign-in-failed", failed).await?;
        Err(AppError::rule(Rule::CurrentPassword))
    }

    pub async fn link(site: &Site, by: By<'_>, account: i64, kind: links::Kind) -> Result<(), AppError> {
        let token = token();
        links::make(&site.pool, by, account, kind, &token_hash(&token)).await?;
        show_once(&format!("lien-ket.{}.{account}.{token}", kind.value()))?;
        go_to(ALL, "ban-duyet");
        Ok(())
    }

    pub fn codes(codes: &[String]) -> Result<(), AppError> {
        show_once(&format!("ma.{}", codes.join(".")))?;
        go_to(OWN, "ban-duyet");
        Ok(())
    }

    /// Something was done to somebody's account.
    pub fn done(site: &Site, what: &str) -> Result<(), AppError> {
        site.hub.staff_changed();
        show_once(&format!("xong.{what}"))?;
        go_to(ALL, "ban-duyet");
        Ok(())
    }

    /// Something was done to one's own account.
    pub fn own(what: &str) -> Result<(), AppError> {
        show_once(&format!("xong.{what}"))?;
        go_to(OWN, "ban-duyet");
        Ok(())
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::super::store::links::Kind;
    use super::*;

    #[test]
    fn only_what_has_our_own_shape_is_shown() {
        let token = "A".repeat(22);
        assert_eq!(
            Once::parse(&format!("lien-ket.invitation.7.{token}")),
            Some(Once::Link(Kind::Invitation, 7, token.clone()))
        );
        assert_eq!(Once::parse("ma.abcd-efgh-2345"), Some(Once::Codes(vec!["abcd-efgh-2345".to_owned()])));
        assert!(matches!(Once::parse("xong.mo"), Some(Once::Done(_))));
        for foreign in [
            String::new(),
            "xong.Gọi 0909".to_owned(),
            format!("lien-ket.invitation.7.{token}/../x"),
            format!("lien-ket.other.7.{token}"),
            "ma.goi-ngay-0909123456".to_owned(),
        ] {
            assert_eq!(Once::parse(&foreign), None, "{foreign}");
        }
    }
}
