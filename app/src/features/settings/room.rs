//! The room of the settings: each with a form of its own.

use super::{BAD_VALUE, store};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::text::clean_lines;
use crate::features::accounts::shared::prove_password;
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::textarea_html;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::settings::{CONTACT, Setting, SettingKind, Settings};
use crate::web::site::current_site;
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_SETTINGS,
    label: "Cài đặt",
    group: Group::Administration,
    permission: Some(Permission::ManageSettings),
    read: |request| Box::pin(read(request)),
    count_waiting: Some(|pool| Box::pin(async move { store::count_empty(&pool, &CONTACT).await })),
};

/// Changes a setting. The entries of a list come one a line.
#[server(prefix = "/api", endpoint = "change-setting", output = server_fn::codec::Postcard)]
pub async fn change_setting(
    #[server(default)] key: String,
    #[server(default)] value: String,
    #[server(default)] current: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageSettings).await?;
    let site = current_site()?;
    let setting = *site.declared_settings().iter().find(|setting| setting.key == key).ok_or(AppError::NotFound)?;
    let value = parse_value(&setting, &value).ok_or(AppError::invalid(BAD_VALUE))?;
    if setting.asks_password {
        prove_password(&site, staff.id, current, "current-password").await?;
    }
    store::change_setting(&site.pool, Actor::new(&site, &staff), &setting, &value).await?;
    site.reload_settings().await?;
    site.hub.announce(Change::Site);
    // who may work may depend on it
    site.hub.announce_staff();
    redirect_to(routes::DESK_SETTINGS.path, &anchor(&setting));
    Ok(())
}

/// The value to store, if the setting takes it.
fn parse_value(setting: &Setting, typed: &str) -> Option<String> {
    let value = match setting.kind {
        SettingKind::List { .. } | SettingKind::Days { .. } => {
            let lines = clean_lines(typed);
            if lines.contains('|') {
                return None;
            }
            lines.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ")
        }
        _ => clean_lines(typed),
    };
    setting.check(&value).is_ok().then_some(value)
}

/// The id of a setting's form.
fn anchor(setting: &Setting) -> String {
    setting.key.replace(['.', '_'], "-")
}

async fn read(RoomRequest { site, refusal, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let settings = site.settings();
    let refusal = refusal.filter(|refusal| refusal.action == routes::CHANGE_SETTING.path);
    let forms = site.declared_settings().iter().map(|setting| form(setting, &settings, refusal.as_ref()));
    let html = view! { <div class="room-content settings">{missing_contact(&settings)}{forms.collect_view()}</div> };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

/// The warning that citizens do not read how to reach the office, with links to what is missing.
fn missing_contact(settings: &Settings) -> Option<AnyView> {
    let missing = CONTACT.iter().filter(|setting| settings.text(setting).is_empty());
    let links: Vec<_> =
        missing.map(|setting| view! { <li><a href=format!("#{}", anchor(setting))>{setting.label}</a></li> }).collect();
    (!links.is_empty()).then(|| {
        view! {
            <div class="missing-contact" role="status">
                <p>
                    "Trang "<a href=routes::CONTACT.path>"Liên hệ"</a>
                    " chưa cho người dân biết những điều sau. Vui lòng ghi bên dưới:"
                </p>
                <ul>{links}</ul>
            </div>
        }
        .into_any()
    })
}

fn form(setting: &Setting, settings: &Settings, refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let refusal = refusal.filter(|refusal| refusal.typed("key") == setting.key);
    let value = match setting.kind {
        SettingKind::List { .. } | SettingKind::Days { .. } => settings.list(setting).join("\n"),
        _ => settings.text(setting).to_owned(),
    };
    let value = refusal.map_or(value, |refusal| refusal.typed("value"));
    let id = anchor(setting);
    let field_id = format!("{id}-gia-tri");
    let hint = match setting.kind {
        SettingKind::Text { max_chars } => format!("Tối đa {} ký tự.", format_number(max_chars as i64)),
        SettingKind::List { max_chars, max_entry_chars } => format!(
            "Mỗi dòng một mục, tối đa {} ký tự; cả danh sách tối đa {} ký tự.",
            format_number(max_entry_chars as i64),
            format_number(max_chars as i64)
        ),
        SettingKind::Days { .. } => "Mỗi dòng một ngày, như 02/09/2026.".to_owned(),
        SettingKind::Number { min, max } => {
            format!("Từ {} đến {}.", format_number(i64::from(min)), format_number(i64::from(max)))
        }
        SettingKind::Switch | SettingKind::Choice { .. } => String::new(),
    };
    let field = match setting.kind {
        SettingKind::List { .. } | SettingKind::Days { .. } => {
            let html = textarea_html(&value);
            view! { <textarea id=field_id.clone() name="value" rows="6" inner_html=html></textarea> }.into_any()
        }
        SettingKind::Number { min, max } => view! {
            <input type="number" id=field_id.clone() name="value" min=min max=max value=value required/>
        }
        .into_any(),
        SettingKind::Switch => select(&field_id, &value, &[("0", "Không"), ("1", "Có")]).into_any(),
        SettingKind::Choice { options } => select(&field_id, &value, options).into_any(),
        SettingKind::Text { .. } => {
            view! { <input type="text" id=field_id.clone() name="value" value=value/> }.into_any()
        }
    };
    let password_id = format!("{id}-mat-khau");
    let password = setting.asks_password.then(|| {
        view! {
            <label for=password_id.clone()>"Mật khẩu của ông/bà"</label>
            <input type="password" id=password_id name="current" autocomplete="current-password" required/>
        }
    });
    let problem = refusal.map(|refusal| view! { <p class="field-error">{refusal.error.full_message()}</p> });
    view! {
        <form class="stack setting" id=id method="post" action=routes::CHANGE_SETTING.path>
            <input type="hidden" name="key" value=setting.key/>
            <input type="hidden" name=RETURN_TO value=routes::DESK_SETTINGS.path/>
            <div class="field">
                <label for=field_id>{setting.label}</label>
                {problem}
                {field}
                {password}
                {(!hint.is_empty()).then(|| view! { <p class="quiet">{hint}</p> })}
            </div>
            <button class="button secondary" aria-label=format!("Lưu: {}", setting.label)>"Lưu"</button>
        </form>
    }
}

fn select(id: &str, value: &str, options: &[(&'static str, &'static str)]) -> impl IntoView + use<> {
    let option = |(name, label): &(&'static str, &'static str)| {
        view! { <option value=*name selected=*name == value>{*label}</option> }
    };
    view! { <select id=id.to_owned() name="value">{options.iter().map(option).collect_view()}</select> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::settings::IDLE_MINUTES;

    #[test]
    fn values_are_cleaned_and_checked() {
        let list = Setting {
            kind: SettingKind::List { max_chars: 20, max_entry_chars: 20 },
            ..Setting::text("x", "", "", "")
        };
        assert_eq!(parse_value(&list, "một\r\n\r\n hai \n").as_deref(), Some("một | hai"));
        assert_eq!(parse_value(&list, "một | hai"), None, "a bar would make two entries of one");
        assert_eq!(parse_value(&list, &"x\n".repeat(20)), None);
        assert_eq!(parse_value(&IDLE_MINUTES, " 45 ").as_deref(), Some("45"));
        let days = Setting { kind: SettingKind::Days { max_chars: 40 }, ..Setting::text("x", "", "", "") };
        assert_eq!(parse_value(&days, "2/9/2026\r\n01/01/2027\n").as_deref(), Some("2/9/2026 | 01/01/2027"));
        assert_eq!(parse_value(&days, "").as_deref(), Some(""));
        for bad in ["mai", "31/02/2026", "2/9/2026 3/9/2026", &"2/9/2026\n".repeat(9)] {
            assert_eq!(parse_value(&days, bad), None, "{bad}");
        }
        for bad in ["", "4", "x", "45\n46"] {
            assert_eq!(parse_value(&IDLE_MINUTES, bad), None, "{bad}");
        }
    }
}
