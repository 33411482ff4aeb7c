//! Signing in and out.

#[cfg(feature = "ssr")]
use super::device::{known_devices, remember_device};
#[cfg(feature = "ssr")]
use super::password_queue::wait_for_slot;
#[cfg(feature = "ssr")]
use super::store::Credentials;
#[cfg(feature = "ssr")]
use super::{SIGN_IN, SIGN_IN_FAILED, SIGN_OUT, WRONG_CODE, WRONG_CREDENTIALS, limits, password as passwords, store};
use crate::base::error::AppError;
#[cfg(feature = "ssr")]
use crate::features::audit::{Action, Actor, Entry, store::append_entry};
use crate::routes;
#[cfg(feature = "ssr")]
use crate::web::forms::view::{field_problem, invalid_field, linked_summary_html};
#[cfg(feature = "ssr")]
use crate::web::forms::{RETURN_TO, Refusal};
#[cfg(feature = "ssr")]
use crate::web::session;
#[cfg(feature = "ssr")]
use crate::web::site::{Site, current_site};
#[cfg(feature = "ssr")]
use crate::web::store::sessions::hash_id;
#[cfg(feature = "ssr")]
use crate::web::visitor::current_address;
use leptos::prelude::*;
#[cfg(feature = "ssr")]
use serde_json::{Value, json};

/// Signs a member of staff in. The answer never tells whether the name or the password was wrong.
#[server(prefix = "/api", endpoint = "sign-in", output = server_fn::codec::Postcard)]
pub async fn sign_in(
    #[server(default)] username: String,
    #[server(default)] password: String,
    #[server(default)] return_to: String,
    #[server(default)] interrupted_form: String,
) -> Result<(), AppError> {
    let site = current_site()?;
    let username = crate::base::text::clean_line(&username).to_lowercase();
    limits::take_sign_in(&site, &username, current_address())?;
    let devices = known_devices(&site);
    let priority = if devices.is_empty() { passwords::Priority::Other } else { passwords::Priority::Known };
    // a request that waits for its turn holds no connection to the database
    let slot = wait_for_slot(priority).await?;
    let found = store::find_credentials(&site.pool, &username).await?;
    let is_known = |found: &Credentials| devices.iter().any(|known| found.knows(known));
    if !found.as_ref().is_some_and(is_known) {
        limits::take_name(&site, &username)?;
    }
    let is_right = passwords::verify_in_slot(slot, password, found.as_ref().map(|found| found.hash.clone())).await?;
    let Some(found) = found.as_ref().filter(|_| is_right) else {
        // a name that nobody has is not recorded: it may be a password in the wrong field
        if let Some(found) = found {
            record_sign_in(&site, found.account, SIGN_IN_FAILED, json!({})).await?;
        }
        return Err(AppError::invalid(WRONG_CREDENTIALS));
    };
    // checking a password takes a while: one that was replaced meanwhile opens nothing
    if store::find_credentials(&site.pool, &username).await?.as_ref() != Some(found) {
        return Err(AppError::invalid(WRONG_CREDENTIALS));
    }
    enter(&site, found.account).await?;
    return_to_page(&site, found.account, &return_to, &interrupted_form).await
}

/// Takes the code of a second factor, or a recovery code, after the password.
#[server(prefix = "/api", endpoint = "sign-in-code", output = server_fn::codec::Postcard)]
pub async fn sign_in_code(
    #[server(default)] code: String,
    #[server(default)] return_to: String,
    #[server(default)] interrupted_form: String,
) -> Result<(), AppError> {
    use super::second_factor::{find_step, hash_recovery_code, open_secret};
    use super::store::second_factor::{find_secret, use_recovery_code, use_step};
    let site = current_site()?;
    let account = session::pending_account().await?.ok_or(AppError::SignIn)?;
    let epoch = store::find_device_epoch(&site.pool, account).await?;
    let is_known = known_devices(&site).iter().any(|known| known.account == account && known.epoch == epoch);
    limits::take_code(&site, account, current_address(), is_known)?;
    let sealed = find_secret(&site.pool, account).await?.ok_or(AppError::SignIn)?;
    let secret = open_secret(&site.audit_key, account, sealed)?;
    let by = match find_step(&secret, &code, time::OffsetDateTime::now_utc()) {
        Some(step) => use_step(&site.pool, account, step).await?.then_some("code"),
        None => match hash_recovery_code(&code) {
            Some(hash) => use_recovery_code(&site.pool, account, &hash).await?.then_some("recovery-code"),
            None => None,
        },
    };
    let Some(by) = by else {
        record_sign_in(&site, account, SIGN_IN_FAILED, json!({ "by": "code" })).await?;
        return Err(AppError::invalid(WRONG_CODE));
    };
    record_sign_in(&site, account, SIGN_IN, json!({ "by": by })).await?;
    session::open(account, false).await?;
    remember_device(account, epoch)?;
    return_to_page(&site, account, &return_to, &interrupted_form).await
}

/// Opens a session after the password was verified. If the account has a second factor, its code must follow.
#[cfg(feature = "ssr")]
pub async fn enter(site: &Site, account: i64) -> Result<(), AppError> {
    let code_pending = store::second_factor::find_secret(&site.pool, account).await?.is_some();
    if !code_pending {
        // an entry without a session is an attempt that broke off; a session without an entry would be nobody's
        record_sign_in(site, account, SIGN_IN, json!({})).await?;
    }
    session::open(account, code_pending).await?;
    if !code_pending {
        remember_device(account, store::find_device_epoch(&site.pool, account).await?)?;
    }
    Ok(())
}

/// Records that somebody signed in or out, or failed to.
#[cfg(feature = "ssr")]
pub async fn record_sign_in(site: &Site, account: i64, action: Action, detail: Value) -> Result<(), AppError> {
    let actor = Actor { account: Some(account), key: &site.audit_key };
    let entry = Entry::new(actor, action, ("account", Some(account)), detail);
    append_entry(&site.pool, &site.audit_key, entry).await
}

/// Leads back to the page. A form that the same account was refused because its session had ended is stored again, for
/// the new session.
#[cfg(feature = "ssr")]
async fn return_to_page(site: &Site, account: i64, return_to: &str, interrupted_form: &str) -> Result<(), AppError> {
    use crate::web::forms::post::{redirect_to, redirect_to_refusal};
    use crate::web::forms::refusal::{EndedForm, RefusalOwner};
    use crate::web::store::refusals::insert_refusal;
    let ended = EndedForm::open(&site.keys.cookie, interrupted_form);
    match ended.filter(|ended| ended.account == account) {
        Some(ended) => {
            let refusal = Refusal { error: AppError::SignIn, ..ended.refusal };
            let session = session::current_session()?.id().map(|id| hash_id(&id));
            let owner = RefusalOwner { session, account: Some(account), ..RefusalOwner::default() };
            let token = insert_refusal(&site.pool, &owner, &refusal).await?;
            redirect_to_refusal(return_to, &token);
        }
        None => redirect_to(return_to, ""),
    }
    Ok(())
}

/// Ends the current session, in the browser and in the database.
#[server(prefix = "/api", endpoint = "sign-out", output = server_fn::codec::Postcard)]
pub async fn sign_out() -> Result<(), AppError> {
    if let Some(staff) = session::find_signed_in_staff().await? {
        record_sign_in(&current_site()?, staff.id, SIGN_OUT, json!({})).await?;
    }
    session::close().await?;
    crate::web::forms::post::redirect_to(routes::DESK.path, "");
    Ok(())
}

/// The form that asks staff to sign in: a plain one, as signing out is, so that nothing of a session before stays.
#[cfg(feature = "ssr")]
pub struct SignInForm<'a> {
    /// The form itself, if signing in was refused.
    pub refusal: Option<&'a Refusal>,
    /// A form that was refused because the session had ended, sealed; empty where there is none.
    pub interrupted_form: String,
    /// Whether the password was given and the code is pending.
    pub code_pending: bool,
    /// The page to return to.
    pub path: String,
}

#[cfg(feature = "ssr")]
impl SignInForm<'_> {
    pub fn html(self) -> String {
        let Self { refusal, interrupted_form, code_pending, path } = self;
        let typed = |field: &str| refusal.map(|refusal| refusal.typed(field)).unwrap_or_default();
        let interrupted_form =
            Some(typed("interrupted_form")).filter(|typed| !typed.is_empty()).unwrap_or(interrupted_form);
        let interrupted_field = (!interrupted_form.is_empty())
            .then(|| view! { <input type="hidden" name="interrupted_form" value=interrupted_form/> });
        let path = Some(typed(RETURN_TO)).filter(|typed| !typed.is_empty()).unwrap_or(path);
        let (action, intro) = if code_pending {
            (routes::SIGN_IN_CODE.path, "Nhập mã 6 chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.")
        } else {
            (routes::SIGN_IN.path, "Dành cho cán bộ của phường.")
        };
        let fields = if code_pending {
            field(refusal, ("code", "Mã xác thực"), "text", "one-time-code").into_any()
        } else {
            view! {
                {field(refusal, ("username", "Tên đăng nhập"), "text", "username")}
                {field(None, ("password", "Mật khẩu"), "password", "current-password")}
            }
            .into_any()
        };
        let other_account = code_pending.then(|| {
            view! {
                <form method="post" action=routes::SIGN_OUT.path>
                    <button class="link-button">"Đăng nhập bằng tài khoản khác"</button>
                </form>
            }
        });
        view! {
            <h1>"Đăng nhập"</h1>
            <p class="quiet">{intro}</p>
            <form class="card" action=action method="post" novalidate>
                {linked_summary_html(refusal)}
                <input type="hidden" name=RETURN_TO value=path/>
                {interrupted_field}
                {fields}
                <button class="button wide">"Đăng nhập"</button>
            </form>
            {other_account}
        }
        .to_html()
    }
}

/// A field of signing in. What was typed into it comes back where it is no secret.
#[cfg(feature = "ssr")]
fn field(
    refusal: Option<&Refusal>,
    (name, label): (&'static str, &'static str),
    kind: &'static str,
    autocomplete: &'static str,
) -> impl IntoView + use<> {
    let invalid = invalid_field(refusal, name);
    view! {
        <div class="field">
            <label for=name>{label}</label>
            {field_problem(refusal, name)}
            <input
                type=kind
                id=name
                name=name
                value=refusal.map(|refusal| refusal.typed(name))
                autocomplete=autocomplete
                autocapitalize="none"
                spellcheck="false"
                aria-invalid=invalid
                aria-describedby=invalid.map(|_| format!("{name}-loi"))
            />
        </div>
    }
}

/// The button that signs out. A plain form on purpose: signing out loads a new page, and nothing of the desk stays.
#[component]
pub fn SignOutForm() -> impl IntoView {
    view! {
        <form
            method="post"
            action=routes::SIGN_OUT.path
            class="sign-out"
            on:submit=move |_| crate::web::idle::forget_session()
        >
            <button class="link-button">"Đăng xuất"</button>
        </form>
    }
}
