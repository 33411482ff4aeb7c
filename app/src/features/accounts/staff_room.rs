//! The room of all accounts, for administrators. Plain forms.

use super::flash::{Flash, Notice};
use super::shared::{password_field, prove_password};
use super::store::{self, ListedAccount, links};
use super::{BAD_DISPLAY_NAME, LinkKind};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::base::keys::{hash_token, random_token};
use crate::base::text::{clean_line, has_letter};
use crate::features::audit::Actor;
use crate::routes;
use crate::web::forms::view::EnterDoesNothing;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::{Permission, Role};
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::settings::SECOND_FACTOR_REQUIRED;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_STAFF,
    label: "Cán bộ",
    group: Group::Administration,
    permission: Some(Permission::ManageAccounts),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// Invites somebody: creates an account without a password, and a link for its person.
#[server(prefix = "/api", endpoint = "invite", output = server_fn::codec::Postcard)]
pub async fn invite(
    #[server(default)] display_name: String,
    #[server(default)] username: String,
    #[server(default)] role: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageAccounts).await?;
    let site = current_site()?;
    let role = Role::parse(&role).ok_or(AppError::NotFound)?;
    prove_password(&site, staff.id, current, "current-password").await?;
    let (username, name) = (clean_line(&username).to_lowercase(), clean_line(&display_name));
    if !has_letter(&name) {
        return Err(AppError::invalid(BAD_DISPLAY_NAME));
    }
    let actor = Actor::new(&site, &staff);
    let account = store::insert_account(&site.pool, actor, &username, &name, role, None).await?;
    show_new_link(&site, actor, account, LinkKind::Invitation).await
}

/// Creates a link for somebody: a new invitation, a new password, or signing in without a second factor that was lost.
#[server(prefix = "/api", endpoint = "create-link", output = server_fn::codec::Postcard)]
pub async fn create_link(
    #[server(default)] account: String,
    #[server(default)] kind: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageAccounts).await?;
    let site = current_site()?;
    let kind = LinkKind::parse(&kind).ok_or(AppError::NotFound)?;
    let account = parse_id(&account).ok_or(AppError::NotFound)?;
    prove_password(&site, staff.id, current, "current-password").await?;
    show_new_link(&site, Actor::new(&site, &staff), account, kind).await
}

async fn show_new_link(site: &Site, actor: Actor<'_>, account: i64, kind: LinkKind) -> Result<(), AppError> {
    let token = random_token();
    links::create_link(&site.pool, actor, account, kind, &hash_token(&token)).await?;
    Flash::Link { kind, account, token }.show_in(&routes::DESK_STAFF)
}

/// Gives somebody another role.
#[server(prefix = "/api", endpoint = "change-role", output = server_fn::codec::Postcard)]
pub async fn change_role(
    #[server(default)] account: String,
    #[server(default)] role: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageAccounts).await?;
    let site = current_site()?;
    let role = Role::parse(&role).ok_or(AppError::NotFound)?;
    prove_password(&site, staff.id, current, "current-password").await?;
    let account = parse_id(&account).ok_or(AppError::NotFound)?;
    store::change_role(&site.pool, Actor::new(&site, &staff), account, role).await?;
    finish(&site, Notice::RoleChanged)
}

/// Gives an editor the mark with which one publishes, or takes it away.
#[server(prefix = "/api", endpoint = "set-publisher", output = server_fn::codec::Postcard)]
pub async fn set_publisher(
    #[server(default)] account: String,
    #[server(default)] allowed: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageAccounts).await?;
    let site = current_site()?;
    let allowed = allowed == "1";
    let account = parse_id(&account).ok_or(AppError::NotFound)?;
    prove_password(&site, staff.id, current, "current-password").await?;
    store::set_may_publish(&site.pool, Actor::new(&site, &staff), account, allowed).await?;
    finish(&site, if allowed { Notice::PublishingAllowed } else { Notice::PublishingForbidden })
}

/// Disables or enables an account.
#[server(prefix = "/api", endpoint = "disable-account", output = server_fn::codec::Postcard)]
pub async fn disable_account(
    #[server(default)] account: String,
    #[server(default)] disabled: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageAccounts).await?;
    let site = current_site()?;
    let disabled = disabled == "1";
    let account = parse_id(&account).ok_or(AppError::NotFound)?;
    prove_password(&site, staff.id, current, "current-password").await?;
    store::set_disabled(&site.pool, Actor::new(&site, &staff), account, disabled).await?;
    finish(&site, if disabled { Notice::AccountDisabled } else { Notice::AccountEnabled })
}

/// Ends all of somebody's sessions.
#[server(prefix = "/api", endpoint = "end-sessions", output = server_fn::codec::Postcard)]
pub async fn end_sessions(
    #[server(default)] account: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageAccounts).await?;
    let site = current_site()?;
    let account = parse_id(&account).ok_or(AppError::NotFound)?;
    prove_password(&site, staff.id, current, "current-password").await?;
    store::end_sessions_of(&site.pool, Actor::new(&site, &staff), account).await?;
    finish(&site, Notice::SessionsEnded)
}

fn finish(site: &Site, notice: Notice) -> Result<(), AppError> {
    site.hub.announce_staff();
    Flash::Notice(notice).show_in(&routes::DESK_STAFF)
}

async fn read(RoomRequest { site, staff, refusal, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let flash = Flash::take()?;
    let accounts = store::list_accounts(&site.pool).await?;
    let flash = flash.map(|flash| flash.view(&site, &accounts));
    let html = view! {
        <div class="room-content">
            {flash}
            <h2>"Mời người mới"</h2>
            {invite_form(refusal.as_ref())}
            <h2>{format!("Tài khoản ({})", accounts.len())}</h2>
            <ul class="queue">{accounts.iter().map(|account| card(account, staff.id)).collect_view()}</ul>
            {second_factor_section(&site)}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

fn invite_form(refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let refusal = refusal.filter(|refusal| refusal.action == routes::INVITE.path);
    let typed = |field: &str| refusal.map(|refusal| refusal.typed(field)).unwrap_or_default();
    view! {
        <form class="stack" method="post" action=routes::INVITE.path>
            <input type="hidden" name=RETURN_TO value=routes::DESK_STAFF.path/>
            <div class="field">
                <label for="display_name">"Tên hiển thị"</label>
                <input
                    type="text"
                    id="display_name"
                    name="display_name"
                    autocomplete="off"
                    placeholder="Chị Hoa"
                    value=typed("display_name")
                    required
                />
            </div>
            <div class="field">
                <label for="username">"Tên đăng nhập"</label>
                <input
                    type="text"
                    id="username"
                    name="username"
                    autocomplete="off"
                    autocapitalize="none"
                    spellcheck="false"
                    placeholder="hoa.nguyen"
                    value=typed("username")
                    required
                />
            </div>
            <div class="field">
                <label for="role">"Vai trò"</label>
                <select id="role" name="role">{role_options(&typed("role"))}</select>
            </div>
            {password_field("hien-tai-moi", "current", "Mật khẩu của ông/bà", "current-password")}
            <button class="button">"Tạo liên kết mời"</button>
        </form>
    }
}

fn role_options(chosen: &str) -> impl IntoView + use<> {
    Role::ALL
        .map(|role| {
            let selected = role.value() == chosen;
            view! { <option value=role.value() selected=selected>{role.label()}</option> }
        })
        .collect_view()
}

/// The card of an account; `reader` is the account that looks at it.
fn card(account: &ListedAccount, reader: i64) -> impl IntoView + use<> {
    let state = match account {
        ListedAccount { is_disabled: true, .. } => "Đã khóa".to_owned(),
        ListedAccount { is_invited: true, .. } => "Đã mời, chưa nhận".to_owned(),
        ListedAccount { sessions: 0, .. } => "Không đăng nhập".to_owned(),
        ListedAccount { sessions, .. } => format!("Đang có {} phiên đăng nhập", format_number(*sessions)),
    };
    let second_factor = if account.has_second_factor { " · Hai lớp" } else { "" };
    let publishes = if account.role == Role::Editor && account.may_publish { " · Được xuất bản" } else { "" };
    let description = format!("{}{publishes} · {state}{second_factor}", account.role.label());
    view! {
        <li class="card member">
            <p>
                <strong>{account.display_name.clone()}</strong>
                {(account.id == reader).then_some(" (ông/bà)")}
                " "
                <span class="quiet">{account.username.clone()}</span>
            </p>
            <p class="quiet">{description}</p>
            <details class="more">
                <summary aria-label=format!("Thay đổi tài khoản {}", account.display_name)>"Thay đổi"</summary>
                {change_form(account)}
            </details>
        </li>
    }
}

fn change_form(account: &ListedAccount) -> impl IntoView + use<> {
    let ListedAccount { is_disabled, is_invited, has_second_factor, sessions, .. } = *account;
    let role = (!is_disabled).then(|| {
        view! {
            <label class="field">"Vai trò"<select name="role">{role_options(account.role.value())}</select></label>
        }
    });
    let change_role = (!is_disabled).then(|| view! { <button class="button secondary">"Đổi vai trò"</button> });
    let link = |is_offered: bool, kind: LinkKind, label: &'static str| {
        (!is_disabled && is_offered).then(|| {
            view! {
                <button
                    class="button secondary"
                    formaction=routes::CREATE_LINK.path
                    name="kind"
                    value=kind.value()
                >
                    {label}
                </button>
            }
        })
    };
    let (allowed, label) =
        if account.may_publish { ("0", "Bỏ quyền xuất bản") } else { ("1", "Cho phép xuất bản") };
    let set_publisher = (!is_disabled && account.role == Role::Editor).then(|| {
        view! {
            <button
                class="button secondary"
                formaction=routes::SET_PUBLISHER.path
                name="allowed"
                value=allowed
            >
                {label}
            </button>
        }
    });
    let end_sessions = (sessions > 0).then(|| {
        view! {
            <button class="button secondary" formaction=routes::END_SESSIONS.path>"Kết thúc mọi phiên"</button>
        }
    });
    let (disabled, label) = if is_disabled { ("0", "Mở lại tài khoản") } else { ("1", "Khóa tài khoản") };
    view! {
        <form class="stack" method="post" action=routes::CHANGE_ROLE.path>
            <input type="hidden" name="account" value=account.id/>
            <input type="hidden" name=RETURN_TO value=routes::DESK_STAFF.path/>
            <EnterDoesNothing/>
            {role}
            <label class="field">
                "Mật khẩu của ông/bà"<input type="password" name="current" autocomplete="current-password"/>
            </label>
            <div class="actions">
                {change_role}
                {set_publisher}
                {link(is_invited, LinkKind::Invitation, "Tạo liên kết mời mới")}
                {link(!is_invited, LinkKind::Password, "Tạo liên kết đặt lại mật khẩu")}
                {link(has_second_factor, LinkKind::SecondFactor, "Tạo liên kết bỏ xác thực hai lớp")}
                {end_sessions}
                <button
                    class="button secondary"
                    formaction=routes::DISABLE_ACCOUNT.path
                    name="disabled"
                    value=disabled
                >
                    {label}
                </button>
            </div>
        </form>
    }
}

fn second_factor_section(site: &Site) -> impl IntoView + use<> {
    let sentence = if site.settings().is_on(&SECOND_FACTOR_REQUIRED) {
        "Mọi người đều phải bật xác thực hai lớp."
    } else {
        "Mỗi người tự chọn có bật xác thực hai lớp hay không."
    };
    view! {
        <h2>"Xác thực hai lớp"</h2>
        <p>{sentence}" "<a href=routes::DESK_SETTINGS.path>"Đổi trong mục Cài đặt"</a></p>
    }
}
