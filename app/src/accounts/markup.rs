//! The rooms for accounts as HTML. Only the server makes it; text is encoded here, once.

use super::desk::Once;
use super::sessions::Open;
use super::store::links::{Kind, Link};
use super::store::{Listed, second_factor::State};
use super::{Role, Staff, link, second_factor};
use crate::clock;
use crate::error::AppError;
use crate::forms::{RETURN_TO, Refusal, SUMMARY};
use crate::page::{Head, Page};
use crate::ratings::thousands;
use crate::site::Site;
use leptos::prelude::*;

const OWN: &str = "/quan-tri?muc=tai-khoan";
const ALL: &str = "/quan-tri?muc=can-bo";

/// What was just done, or is shown once.
fn once(site: &Site, once: Option<&Once>, members: &[Listed]) -> AnyView {
    match once {
        None => ().into_any(),
        Some(Once::Done(words)) => view! { <p class="notice" role="status">{*words}</p> }.into_any(),
        Some(Once::Link(kind, account, token)) => {
            let name = members.iter().find(|member| member.id == *account).map(|member| member.display_name.clone());
            let name = name.unwrap_or_default();
            let words = match kind {
                Kind::Invitation => format!("Liên kết mời {name}"),
                Kind::Password => format!("Liên kết đặt lại mật khẩu cho {name}"),
                Kind::SecondFactor => format!("Liên kết bỏ xác thực hai lớp cho {name}"),
            };
            let href = format!("{}{}", site.public_url, link::path(token));
            view! {
                <div class="notice once" role="status">
                    <label class="field">{words}<input type="text" readonly value=href/></label>
                    <p class="quiet">"Chép và gửi riêng cho người này. Liên kết dùng được một lần trong 48 giờ và chỉ hiện ở đây một lần."</p>
                </div>
            }
            .into_any()
        }
        Some(Once::Codes(codes)) => {
            let codes = codes.iter().map(|code| view! { <li><code>{code.clone()}</code></li> }).collect_view();
            view! {
                <div class="notice once" role="status">
                    <p><strong>"Mã dự phòng của bạn"</strong></p>
                    <ol class="codes">{codes}</ol>
                    <p class="quiet">"Chép ra giấy và cất kỹ. Mỗi mã dùng một lần khi không có điện thoại. Các mã chỉ hiện ở đây một lần."</p>
                </div>
            }
            .into_any()
        }
    }
}

/// A password's field.
fn password(id: &'static str, name: &'static str, label: &'static str, autocomplete: &'static str) -> impl IntoView {
    view! { <div class="field"><label for=id>{label}</label><input type="password" id=id name=name autocomplete=autocomplete required/></div> }
}

/// One's own account.
pub fn own(
    site: &Site,
    member: &Staff,
    state: &State,
    open: &[Open],
    (email, daily): (Option<String>, bool),
    (shown, refusal): (Option<&Once>, Option<&Refusal>),
) -> String {
    let refused = refusal.filter(|refusal| refusal.action == "/api/daily-mail");
    let email = refused.map(|refusal| refusal.typed("email")).or(email).unwrap_or_default();
    let daily = refused.map_or(daily, |refusal| refusal.typed("daily") == "1");
    let mail = site.mail.is_some().then(|| view! {
        <h2>"Thư hằng ngày"</h2>
        <form class="stack" method="post" action="/api/daily-mail">
            <input type="hidden" name=RETURN_TO value=OWN/>
            <div class="field"><label for="email">"Email của bạn"</label><input type="email" id="email" name="email" autocomplete="email" value=email/></div>
            <div class="field"><label class="check"><input type="checkbox" name="daily" value="1" checked=daily/>{format!("Gửi mỗi ngày một thư, sau {} giờ, nếu có ý kiến đang chờ", site.settings().daily_mail_hour)}</label></div>
            <button class="button secondary">"Lưu"</button>
        </form>
    });
    let must = (!crate::session::may_work(site, member)).then(|| {
        view! { <p class="notice" role="status"><strong>"Cơ quan yêu cầu mọi người bật xác thực hai lớp. Bật ở dưới đây để tiếp tục làm việc."</strong></p> }
    });
    let current = |id: &'static str| password(id, "current", "Mật khẩu hiện tại", "current-password");
    let second = match state {
        State::Off => view! {
            <p>"Khi đăng nhập, ngoài mật khẩu còn cần một mã trên điện thoại của bạn. Người lấy được mật khẩu vẫn không vào được."</p>
            <form class="stack" method="post" action="/api/begin-second-factor">
                <input type="hidden" name=RETURN_TO value=OWN/>
                {current("hien-tai-bat")}
                <button class="button">"Bật xác thực hai lớp"</button>
            </form>
        }
        .into_any(),
        State::Begun(secret) => {
            let address = second_factor::address(secret, &site.settings().info.name, &member.username);
            let picture = second_factor::picture(&address).map(|(side, path)| {
                format!(r#"<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="Mã QR để quét bằng ứng dụng xác thực"><path d="{path}"/></svg>"#)
            });
            view! {
                <ol class="steps">
                    <li>"Cài một ứng dụng xác thực trên điện thoại, ví dụ Google Authenticator hoặc Microsoft Authenticator."</li>
                    <li>
                        "Quét mã này, hoặc "<a href=address rel="external">"mở trong ứng dụng trên máy này"</a>"."
                        <div inner_html=picture></div>
                        <p class="quiet">"Không quét được thì nhập khóa: "<code>{second_factor::typed(secret)}</code></p>
                    </li>
                    <li>"Nhập mã 6 chữ số mà ứng dụng đang hiện."</li>
                </ol>
                <form class="stack" method="post" action="/api/confirm-second-factor">
                    <input type="hidden" name=RETURN_TO value=OWN/>
                    <div class="field"><label for="code">"Mã 6 chữ số"</label><input type="text" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required/></div>
                    <button class="button">"Xác nhận và bật"</button>
                </form>
            }
            .into_any()
        }
        State::On { codes } => view! {
            <p><strong>"Đang bật."</strong>{format!(" Còn {codes} mã dự phòng.")}</p>
            <details class="more">
                <summary>"Tạo mã dự phòng mới"</summary>
                <form class="stack" method="post" action="/api/renew-recovery-codes">
                    <input type="hidden" name=RETURN_TO value=OWN/>
                    {current("hien-tai-ma")}
                    <button class="button secondary">"Tạo 10 mã mới"</button>
                </form>
            </details>
            <details class="more">
                <summary>"Tắt xác thực hai lớp"</summary>
                <form class="stack" method="post" action="/api/remove-second-factor">
                    <input type="hidden" name=RETURN_TO value=OWN/>
                    {current("hien-tai-tat")}
                    <button class="button secondary">"Tắt xác thực hai lớp"</button>
                </form>
            </details>
        }
        .into_any(),
    };
    let sessions = open.iter().map(|one| {
        let began = format!("Đăng nhập {}, dùng gần nhất {}", clock::short(one.created_at), clock::short(one.seen_at));
        let end = (!one.own).then(|| {
            let label = format!("Kết thúc phiên trên {}", one.device);
            view! {
                <form method="post" action="/api/end-session">
                    <input type="hidden" name="session" value=one.number/>
                    <input type="hidden" name=RETURN_TO value=OWN/>
                    <button class="button secondary" aria-label=label>"Kết thúc"</button>
                </form>
            }
        });
        let device = if one.device.is_empty() { "Thiết bị khác".to_owned() } else { one.device.clone() };
        view! {
            <li class="row">
                <div><p><strong>{device}</strong>{one.own.then_some(" (phiên này)")}</p><p class="quiet">{began}</p></div>
                {end}
            </li>
        }
    });
    view! {
        <div class="words-page">
            <h2>{member.name.clone()}</h2>
            <p class="quiet">{format!("Tên đăng nhập: {} · Vai trò: {}", member.username, member.role.label())}</p>
            {once(site, shown, &[])}
            {must}
            <h2 id="xac-thuc">"Xác thực hai lớp"</h2>
            {second}
            <h2>"Đổi mật khẩu"</h2>
            <form class="stack" method="post" action="/api/change-password">
                <input type="hidden" name=RETURN_TO value=OWN/>
                <input type="hidden" name="username" autocomplete="username" value=member.username.clone()/>
                {current("current")}
                {password("password", "password", "Mật khẩu mới", "new-password")}
                {password("again", "again", "Nhập lại mật khẩu mới", "new-password")}
                <p class="quiet">"Ít nhất 12 ký tự. Một câu ngắn, dễ nhớ với bạn và khó đoán với người khác là tốt nhất."</p>
                <button class="button">"Đổi mật khẩu"</button>
            </form>
            {mail}
            <h2>"Các phiên đăng nhập"</h2>
            <ul class="rows">{sessions.collect_view()}</ul>
        </div>
    }
    .to_html()
}

/// Everybody's accounts, for administrators.
pub fn all(site: &Site, asks: i64, members: &[Listed], shown: Option<&Once>, refusal: Option<&Refusal>) -> String {
    let refused = refusal.filter(|refusal| refusal.action == "/api/invite");
    let typed = |field: &str| refused.map(|refusal| refusal.typed(field)).unwrap_or_default();
    let roles = |chosen: &str| {
        Role::ALL
            .map(|role| {
                let selected = role.value() == chosen;
                view! { <option value=role.value() selected=selected>{role.label()}</option> }
            })
            .collect_view()
    };
    let rows = members.iter().map(|member| {
        let id = member.id;
        let state = match member {
            Listed { disabled: true, .. } => "Đã khóa".to_owned(),
            Listed { invited: true, .. } => "Đã mời, chưa nhận".to_owned(),
            Listed { sessions: 0, .. } => "Không đăng nhập".to_owned(),
            Listed { sessions, .. } => format!("Đang có {} phiên đăng nhập", thousands(*sessions)),
        };
        let second = if member.second_factor { " · Hai lớp" } else { "" };
        let role = Role::parse(&member.role).map(Role::label).unwrap_or_default();
        let make = |kind: Kind, words: &'static str| {
            view! { <button class="button secondary" formaction="/api/make-link" name="kind" value=kind.value()>{words}</button> }
        };
        let disable = if member.disabled { ("0", "Mở lại tài khoản") } else { ("1", "Khóa tài khoản") };
        view! {
            <li class="card member">
                <p><strong>{member.display_name.clone()}</strong>{(id == asks).then_some(" (bạn)")}" "<span class="quiet">{member.username.clone()}</span></p>
                <p class="quiet">{format!("{role} · {state}{second}")}</p>
                <details class="more">
                    <summary aria-label=format!("Thay đổi tài khoản {}", member.display_name)>"Thay đổi"</summary>
                    <form class="stack" method="post" action="/api/change-role">
                        <input type="hidden" name="account" value=id/>
                        <input type="hidden" name=RETURN_TO value=ALL/>
                        {(!member.disabled).then(|| view! {
                            <label class="field">"Vai trò"<select name="role">{roles(&member.role)}</select></label>
                            <label class="field">"Mật khẩu của bạn"<input type="password" name="current" autocomplete="current-password"/></label>
                        })}
                        <div class="actions">
                            {(!member.disabled).then(|| view! { <button class="button secondary">"Đổi vai trò"</button> })}
                            {(!member.disabled && member.invited).then(|| make(Kind::Invitation, "Tạo liên kết mời mới"))}
                            {(!member.disabled && !member.invited).then(|| make(Kind::Password, "Tạo liên kết đặt lại mật khẩu"))}
                            {(!member.disabled && member.second_factor).then(|| make(Kind::SecondFactor, "Tạo liên kết bỏ xác thực hai lớp"))}
                            {(member.sessions > 0).then(|| view! { <button class="button secondary" formaction="/api/end-sessions">"Kết thúc mọi phiên"</button> })}
                            <button class="button secondary" formaction="/api/disable-account" name="disabled" value=disable.0>{disable.1}</button>
                        </div>
                    </form>
                </details>
            </li>
        }
    });
    let required = site.settings().second_factor_required;
    let (state, value, label) = if required {
        ("Mọi người đều phải bật xác thực hai lớp.", "0", "Bỏ bắt buộc")
    } else {
        ("Mỗi người tự chọn có bật xác thực hai lớp hay không.", "1", "Bắt buộc với mọi người")
    };
    view! {
        <div class="words-page">
            {once(site, shown, members)}
            <h2>"Mời người mới"</h2>
            <form class="stack" method="post" action="/api/invite">
                <input type="hidden" name=RETURN_TO value=ALL/>
                <div class="field"><label for="display_name">"Tên hiển thị"</label><input type="text" id="display_name" name="display_name" autocomplete="off" placeholder="Chị Hoa" value=typed("display_name") required/></div>
                <div class="field"><label for="username">"Tên đăng nhập"</label><input type="text" id="username" name="username" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="hoa.nguyen" value=typed("username") required/></div>
                <div class="field"><label for="role">"Vai trò"</label><select id="role" name="role">{roles(&typed("role"))}</select></div>
                {password("hien-tai-moi", "current", "Mật khẩu của bạn", "current-password")}
                <button class="button">"Tạo liên kết mời"</button>
            </form>
            <h2>{format!("Tài khoản ({})", members.len())}</h2>
            <ul class="queue">{rows.collect_view()}</ul>
            <h2>"Xác thực hai lớp"</h2>
            <p>{state}</p>
            <form method="post" action="/api/require-second-factor">
                <input type="hidden" name=RETURN_TO value=ALL/>
                <button class="button secondary" name="required" value=value>{label}</button>
            </form>
        </div>
    }
    .to_html()
}

/// The page behind a link that works once.
pub fn link(site: &Site, link: Option<&Link>, token: &str, refusal: Option<Refusal>) -> Page {
    let info = &site.settings().info;
    let words = refusal.as_ref().map(|refusal| refusal.error.words_in_full());
    let words = words.map(|words| view! { <div class="summary" role="alert" tabindex="-1" id=SUMMARY><p class="summary-title">{words}</p></div> });
    let (title, main) = match link {
        None => (
            "Liên kết không còn dùng được",
            view! {
                <p>"Liên kết này đã được dùng, đã quá 48 giờ hoặc đã được thay bằng liên kết mới. Vui lòng liên hệ quản trị viên để nhận liên kết khác."</p>
                <p><a class="button" href="/quan-tri">"Đến trang đăng nhập"</a></p>
            }
            .into_any(),
        ),
        Some(link) => {
            let (title, intro, button) = match link.kind {
                Kind::Invitation => ("Nhận lời mời", "Chọn mật khẩu để bắt đầu làm việc.", "Nhận lời mời"),
                Kind::Password => ("Đặt lại mật khẩu", "Chọn mật khẩu mới. Mọi phiên đăng nhập khác sẽ kết thúc.", "Đặt mật khẩu"),
                Kind::SecondFactor => ("Bỏ xác thực hai lớp", "Nhập mật khẩu của bạn. Sau đó bạn đăng nhập được mà không cần mã, và có thể bật lại trong mục Tài khoản.", "Bỏ xác thực hai lớp"),
            };
            let fields = if link.kind == Kind::SecondFactor {
                password("password", "password", "Mật khẩu", "current-password").into_any()
            } else {
                view! {
                    {password("password", "password", "Mật khẩu mới", "new-password")}
                    {password("again", "again", "Nhập lại mật khẩu mới", "new-password")}
                    <p class="quiet">"Ít nhất 12 ký tự. Một câu ngắn, dễ nhớ với bạn và khó đoán với người khác là tốt nhất."</p>
                }
                .into_any()
            };
            let form = view! {
                {words}
                <p>{format!("Chào {}. {intro}", link.name)}</p>
                <form class="card" method="post" action="/api/take-link">
                    <input type="hidden" name="token" value=token.to_owned()/>
                    <input type="hidden" name=RETURN_TO value=self::link::path(token)/>
                    <div class="field"><label for="username">"Tên đăng nhập"</label><input type="text" id="username" autocomplete="username" readonly value=link.username.clone()/></div>
                    {fields}
                    <button class="button wide">{button}</button>
                </form>
            };
            (title, form.into_any())
        }
    };
    let html = view! { <div class="narrow own"><h1>{title}</h1>{main}</div> };
    Page {
        html: html.to_html(),
        head: Head { title: format!("{title} - {}", info.name), description: title.to_owned(), canonical: None },
        article: None,
        error: if link.is_none() { Some(AppError::NotFound) } else { refusal.map(|refusal| refusal.error) },
        moved: None,
    }
}
