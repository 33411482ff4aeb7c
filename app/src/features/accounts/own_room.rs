//! The room of one's own account: second factor, password, daily mail, sessions. Plain forms.

use super::device::remember_device;
use super::flash::{Flash, Notice};
use super::limits::take_code;
use super::password::{accept_password, known_words};
use super::second_factor::{
    draw_qr_code, find_step, format_secret, generate_recovery_codes, generate_secret, hash_recovery_code, open_secret,
    otpauth_url, seal_secret,
};
use super::shared::{new_password_fields, password_field, prove_password};
use super::store::second_factor::{self as factors, SecondFactorState};
use super::store::{self, mail};
use super::{BAD_EMAIL, DAILY_HOUR, EMAIL_MISSING, END_SESSIONS, LATE_HOURS, PASSWORDS_DIFFER, WRONG_CODE};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::{clean_line, is_email};
use crate::features::audit::store::append_entry;
use crate::features::audit::{Actor, Entry};
use crate::routes;
use crate::web::forms::post::redirect_to;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::{current_session, may_work, open, signed_in_staff};
use crate::web::site::{Site, current_site};
use crate::web::staff::Staff;
use crate::web::store::sessions::{self, OpenSession};
use crate::web::visitor::current_address;
use leptos::prelude::*;
use serde_json::json;
use time::OffsetDateTime;

pub const ROOM: Room = Room {
    route: &routes::DESK_ACCOUNT,
    label: "Tài khoản",
    group: Group::Own,
    permission: None,
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// The id of the heading above the second factor.
const SECOND_FACTOR: &str = "xac-thuc";

/// Replaces one's own password and ends one's other sessions.
#[server(prefix = "/api", endpoint = "change-password", output = server_fn::codec::Postcard)]
pub async fn change_password(
    #[server(default)] current: String,
    #[server(default)] password: String,
    #[server(default)] again: String,
) -> Result<(), AppError> {
    let staff = signed_in_staff().await?;
    let site = current_site()?;
    if password != again {
        return Err(AppError::invalid(PASSWORDS_DIFFER));
    }
    let proved = prove_password(&site, staff.id, current, "current-password").await?;
    let hash = accept_password(password, known_words(&site, &staff.username, &staff.name)).await?;
    store::set_password(&site.pool, Actor::new(&site, &staff), staff.id, &hash, Some(&proved)).await?;
    open(staff.id, false).await?;
    remember_device(staff.id, store::find_device_epoch(&site.pool, staff.id).await?)?;
    site.hub.announce_staff();
    show(Notice::PasswordChanged)
}

/// Ends one of one's own sessions.
#[server(prefix = "/api", endpoint = "end-session", output = server_fn::codec::Postcard)]
pub async fn end_session(#[server(default)] session: String) -> Result<(), AppError> {
    let staff = signed_in_staff().await?;
    let site = current_site()?;
    let session = parse_id(&session).ok_or(AppError::NotFound)?;
    if sessions::end_session(&site.pool, staff.id, session).await? {
        let subject = ("account", Some(staff.id));
        let entry = Entry::new(Actor::new(&site, &staff), END_SESSIONS, subject, json!({ "count": 1 }));
        append_entry(&site.pool, &site.audit_key, entry).await?;
    }
    site.hub.announce_staff();
    show(Notice::SessionsEnded)
}

/// Begins to turn on one's second factor: generates the secret that an app is to learn.
#[server(prefix = "/api", endpoint = "begin-second-factor", output = server_fn::codec::Postcard)]
pub async fn begin_second_factor(#[server(default)] current: String) -> Result<(), AppError> {
    let staff = signed_in_staff().await?;
    let site = current_site()?;
    prove_password(&site, staff.id, current, "current-password").await?;
    let sealed = seal_secret(&site.audit_key, staff.id, &generate_secret());
    factors::begin(&site.pool, staff.id, &sealed).await?;
    redirect_to(routes::DESK_ACCOUNT.path, SECOND_FACTOR);
    Ok(())
}

/// Turns on one's second factor with a code of the app that learned the secret, and shows recovery codes.
#[server(prefix = "/api", endpoint = "confirm-second-factor", output = server_fn::codec::Postcard)]
pub async fn confirm_second_factor(#[server(default)] code: String) -> Result<(), AppError> {
    let staff = signed_in_staff().await?;
    let site = current_site()?;
    let SecondFactorState::Begun(sealed) = factors::find_state(&site.pool, staff.id).await? else {
        return Err(AppError::invalid(WRONG_CODE));
    };
    take_code(&site, staff.id, current_address(), true)?;
    let secret = open_secret(&site.audit_key, staff.id, sealed.clone())?;
    let step = find_step(&secret, &code, OffsetDateTime::now_utc()).ok_or(AppError::invalid(WRONG_CODE))?;
    let (codes, hashes) = new_recovery_codes();
    let (actor, session) = (Actor::new(&site, &staff), current_session()?.id());
    factors::confirm(&site.pool, actor, staff.id, (&sealed, step), &hashes, session).await?;
    site.hub.announce_staff();
    Flash::Codes(codes).show_in(&routes::DESK_ACCOUNT)
}

/// Replaces one's own recovery codes.
#[server(prefix = "/api", endpoint = "renew-recovery-codes", output = server_fn::codec::Postcard)]
pub async fn renew_recovery_codes(#[server(default)] current: String) -> Result<(), AppError> {
    let staff = signed_in_staff().await?;
    let site = current_site()?;
    prove_password(&site, staff.id, current, "current-password").await?;
    let (codes, hashes) = new_recovery_codes();
    factors::renew_codes(&site.pool, Actor::new(&site, &staff), staff.id, &hashes).await?;
    Flash::Codes(codes).show_in(&routes::DESK_ACCOUNT)
}

/// Turns off one's second factor.
#[server(prefix = "/api", endpoint = "remove-second-factor", output = server_fn::codec::Postcard)]
pub async fn remove_second_factor(#[server(default)] current: String) -> Result<(), AppError> {
    let staff = signed_in_staff().await?;
    let site = current_site()?;
    prove_password(&site, staff.id, current, "current-password").await?;
    factors::remove(&site.pool, Actor::new(&site, &staff), staff.id).await?;
    site.hub.announce_staff();
    show(Notice::SecondFactorRemoved)
}

/// Asks for a mail each day on which something waits, for one when something waits too long, or for none.
#[server(prefix = "/api", endpoint = "change-daily-mail", output = server_fn::codec::Postcard)]
pub async fn change_daily_mail(
    #[server(default)] email: String,
    #[server(default)] daily: String,
    #[server(default)] late: String,
) -> Result<(), AppError> {
    let staff = signed_in_staff().await?;
    let site = current_site()?;
    let (email, daily, late) = (clean_line(&email), daily == "1", late == "1");
    match (email.is_empty(), daily || late) {
        (true, true) => return Err(AppError::invalid(EMAIL_MISSING)),
        (false, _) if !is_email(&email) => return Err(AppError::invalid(BAD_EMAIL)),
        _ => {}
    }
    let today = clock::local_day(OffsetDateTime::now_utc());
    let choice = mail::MailChoice { email: (!email.is_empty()).then_some(email), daily, late };
    mail::set_mail_choice(&site.pool, Actor::new(&site, &staff), staff.id, &choice, today).await?;
    show(Notice::DailyMailChanged)
}

fn new_recovery_codes() -> (Vec<String>, Vec<[u8; 32]>) {
    let codes = generate_recovery_codes();
    let hashes = codes.iter().filter_map(|code| hash_recovery_code(code)).collect();
    (codes, hashes)
}

fn show(notice: Notice) -> Result<(), AppError> {
    Flash::Notice(notice).show_in(&routes::DESK_ACCOUNT)
}

async fn read(RoomRequest { site, staff, refusal, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let flash = Flash::take()?.map(|flash| flash.view(&site, &[]));
    let state = factors::find_state(&site.pool, staff.id).await?;
    let open = sessions::list_sessions(&site.pool, staff.id, current_session()?.id()).await?;
    let choice = mail::find_mail_choice(&site.pool, staff.id).await?;
    let identity = format!("Tên đăng nhập: {} · Vai trò: {}", staff.username, staff.role.label());
    let second_factor_needed = (!may_work(&site, &staff)).then(|| {
        view! {
            <p class="notice" role="status">
                <strong>
                    "Cơ quan yêu cầu mọi người bật xác thực hai lớp. Bật ở dưới đây để tiếp tục làm việc."
                </strong>
            </p>
        }
    });
    let html = view! {
        <div class="room-content">
            <h2>{staff.name.clone()}</h2>
            <p class="quiet">{identity}</p>
            {flash}
            {second_factor_needed}
            <h2 id=SECOND_FACTOR>"Xác thực hai lớp"</h2>
            {second_factor_section(&site, &staff, &state)}
            <h2>"Đổi mật khẩu"</h2>
            {password_form(&staff)}
            {site.mailer.is_some().then(|| daily_mail_section(&site, choice, refusal.as_ref()))}
            <h2>"Các phiên đăng nhập"</h2>
            <ul class="rows">{open.iter().map(session_row).collect_view()}</ul>
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

fn second_factor_section(site: &Site, staff: &Staff, state: &SecondFactorState) -> AnyView {
    match state {
        SecondFactorState::Off => view! {
            <p>
                "Khi đăng nhập, ngoài mật khẩu còn cần một mã trên điện thoại của ông/bà. "
                "Người lấy được mật khẩu vẫn không vào được."
            </p>
            <form class="stack" method="post" action=routes::BEGIN_SECOND_FACTOR.path>
                {return_field()}
                {current_field("hien-tai-bat")}
                <button class="button">"Bật xác thực hai lớp"</button>
            </form>
        }
        .into_any(),
        SecondFactorState::Begun(sealed) => match open_secret(&site.audit_key, staff.id, sealed.clone()) {
            Ok(secret) => confirm_form(site, staff, &secret).into_any(),
            Err(error) => view! { <p class="notice" role="alert">{error.message()}</p> }.into_any(),
        },
        SecondFactorState::On { codes } => change_second_factor_forms(*codes).into_any(),
    }
}

fn return_field() -> impl IntoView {
    view! { <input type="hidden" name=RETURN_TO value=routes::DESK_ACCOUNT.path/> }
}

fn current_field(id: &'static str) -> impl IntoView {
    password_field(id, "current", "Mật khẩu hiện tại", "current-password")
}

fn confirm_form(site: &Site, staff: &Staff, secret: &[u8]) -> impl IntoView + use<> {
    let address = otpauth_url(secret, &site.settings().info.name, &staff.username);
    let qr_code = draw_qr_code(&address).map(|(side, path)| {
        format!(
            r#"<svg class="qr" viewBox="0 0 {side} {side}" role="img"
 aria-label="Mã QR để quét bằng ứng dụng xác thực"><path d="{path}"/></svg>"#
        )
    });
    view! {
        <ol class="steps">
            <li>
                "Cài một ứng dụng xác thực trên điện thoại, "
                "ví dụ Google Authenticator hoặc Microsoft Authenticator."
            </li>
            <li>
                "Quét mã này, hoặc "
                <a href=address rel="external">"mở trong ứng dụng trên máy này"</a>
                "."
                <div inner_html=qr_code></div>
                <p class="quiet">"Không quét được thì nhập khóa: "<code>{format_secret(secret)}</code></p>
            </li>
            <li>"Nhập mã 6 chữ số mà ứng dụng đang hiện."</li>
        </ol>
        <form class="stack" method="post" action=routes::CONFIRM_SECOND_FACTOR.path>
            {return_field()}
            <div class="field">
                <label for="code">"Mã 6 chữ số"</label>
                <input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required/>
            </div>
            <button class="button">"Xác nhận và bật"</button>
        </form>
    }
}

fn change_second_factor_forms(codes: i64) -> impl IntoView {
    view! {
        <p><strong>"Đang bật."</strong>{format!(" Còn {codes} mã dự phòng.")}</p>
        <details class="more">
            <summary>"Tạo mã dự phòng mới"</summary>
            <form class="stack" method="post" action=routes::RENEW_RECOVERY_CODES.path>
                {return_field()}
                {current_field("hien-tai-ma")}
                <button class="button secondary">"Tạo 10 mã mới"</button>
            </form>
        </details>
        <details class="more">
            <summary>"Tắt xác thực hai lớp"</summary>
            <form class="stack" method="post" action=routes::REMOVE_SECOND_FACTOR.path>
                {return_field()}
                {current_field("hien-tai-tat")}
                <button class="button secondary">"Tắt xác thực hai lớp"</button>
            </form>
        </details>
    }
}

fn password_form(staff: &Staff) -> impl IntoView + use<> {
    view! {
        <form class="stack" method="post" action=routes::CHANGE_PASSWORD.path>
            {return_field()}
            <input type="hidden" name="username" autocomplete="username" value=staff.username.clone()/>
            {current_field("current")}
            {new_password_fields()}
            <button class="button">"Đổi mật khẩu"</button>
        </form>
    }
}

fn daily_mail_section(site: &Site, choice: mail::MailChoice, refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let refusal = refusal.filter(|refusal| refusal.action == routes::CHANGE_DAILY_MAIL.path);
    let email = refusal.map(|refusal| refusal.typed("email")).or(choice.email).unwrap_or_default();
    let daily = refusal.map_or(choice.daily, |refusal| refusal.typed("daily") == "1");
    let late = refusal.map_or(choice.late, |refusal| refusal.typed("late") == "1");
    let (hour, late_hours) = (site.settings().number(&DAILY_HOUR), site.settings().number(&LATE_HOURS));
    view! {
        <h2>"Thư nhắc việc"</h2>
        <form class="stack" method="post" action=routes::CHANGE_DAILY_MAIL.path>
            {return_field()}
            <div class="field">
                <label for="email">"Email của ông/bà"</label>
                <input type="email" id="email" name="email" autocomplete="email" value=email/>
            </div>
            <div class="field">
                <label class="check">
                    <input type="checkbox" name="daily" value="1" checked=daily/>
                    {format!("Gửi mỗi ngày một thư, sau {hour} giờ, nếu có ý kiến đang chờ")}
                </label>
                <label class="check">
                    <input type="checkbox" name="late" value="1" checked=late/>
                    {format!("Gửi thư khi có ý kiến chờ hoặc bị báo vi phạm quá {late_hours} giờ")}
                </label>
            </div>
            <button class="button secondary">"Lưu"</button>
        </form>
    }
}

fn session_row(session: &OpenSession) -> impl IntoView + use<> {
    let (created, seen) = (clock::format_short(session.created_at), clock::format_short(session.seen_at));
    let end = (!session.is_current).then(|| {
        let label = format!("Kết thúc phiên trên {}", session.device);
        view! {
            <form method="post" action=routes::END_SESSION.path>
                <input type="hidden" name="session" value=session.number/>
                {return_field()}
                <button class="button secondary" aria-label=label>"Kết thúc"</button>
            </form>
        }
    });
    let device = match session.device.as_str() {
        "" => "Thiết bị khác".to_owned(),
        device => device.to_owned(),
    };
    view! {
        <li class="row">
            <div>
                <p><strong>{device}</strong>{session.is_current.then_some(" (phiên này)")}</p>
                <p class="quiet">{format!("Đăng nhập {created}, dùng gần nhất {seen}")}</p>
            </div>
            {end}
        </li>
    }
}
