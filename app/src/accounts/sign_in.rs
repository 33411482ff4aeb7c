//! Signing in and out.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use crate::forms::view::{FieldState, Summary};
use crate::forms::{RETURN_TO, Refusal};
use leptos::prelude::*;

/// Signs a member of staff in. The answer never tells which half was wrong.
#[server(prefix = "/api", endpoint = "sign-in", output = server_fn::codec::Postcard)]
pub async fn sign_in(
    #[server(default)] username: String,
    #[server(default)] password: String,
    #[server(default)] return_to: String,
    #[server(default)] kept: String,
) -> Result<(), AppError> {
    use super::{password as passwords, store};
    use crate::error::Rule;
    let site = crate::site::site()?;
    let username = crate::text::line(&username).to_lowercase();
    site.limits.sign_in(&site, &username, crate::session::address())?;
    let account = store::for_sign_in(&site.pool, &username).await?;
    let (id, hash) = account.unzip();
    let right = passwords::verify(password, hash.clone()).await?;
    let Some(known) = id.filter(|_| right) else {
        // a name that nobody has is not noted: it may be a password in the wrong field
        if let Some(id) = id {
            note(&site, id, "sign-in-failed", serde_json::json!({})).await?;
        }
        return Err(AppError::rule(Rule::Credentials));
    };
    // a password takes a while to check: one that was replaced meanwhile opens nothing
    if store::for_sign_in(&site.pool, &username).await?.map(|(_, now)| now) != hash {
        return Err(AppError::rule(Rule::Credentials));
    }
    enter(&site, known).await?;
    go_on(&site, &return_to, &kept).await
}

/// Gives the code of a second factor, or a recovery code, after the password.
#[server(prefix = "/api", endpoint = "sign-in-code", output = server_fn::codec::Postcard)]
pub async fn sign_in_code(
    #[server(default)] code: String,
    #[server(default)] return_to: String,
    #[server(default)] kept: String,
) -> Result<(), AppError> {
    use super::{second_factor, store::second_factor as store};
    use crate::error::Rule;
    let site = crate::site::site()?;
    let account = crate::session::pending().await?.ok_or(AppError::SignIn)?;
    site.limits.code(&site, account, crate::session::address())?;
    let secret = store::secret(&site.pool, account).await?.ok_or(AppError::SignIn)?;
    let by = match second_factor::step(&secret, &code, time::OffsetDateTime::now_utc()) {
        Some(step) => store::take_step(&site.pool, account, step).await?.then_some("code"),
        None => match second_factor::recovery_hash(&code) {
            Some(hash) => store::take_code(&site.pool, account, &hash).await?.then_some("recovery-code"),
            None => None,
        },
    };
    let Some(by) = by else {
        note(&site, account, "sign-in-failed", serde_json::json!({ "by": "code" })).await?;
        return Err(AppError::rule(Rule::Code));
    };
    note(&site, account, "sign-in", serde_json::json!({ "by": by })).await?;
    crate::session::open(account, false).await?;
    go_on(&site, &return_to, &kept).await
}

/// Lets in whoever gave an account's password, as far as it alone leads.
#[cfg(feature = "ssr")]
pub async fn enter(site: &crate::site::Site, account: i64) -> Result<(), AppError> {
    let code_awaited = super::store::second_factor::secret(&site.pool, account).await?.is_some();
    if !code_awaited {
        // a line without a session is a try that broke off; a session without a line would be nobody's
        note(site, account, "sign-in", serde_json::json!({})).await?;
    }
    crate::session::open(account, code_awaited).await
}

/// A line about signing in.
#[cfg(feature = "ssr")]
pub async fn note(
    site: &crate::site::Site,
    account: i64,
    action: &str,
    detail: serde_json::Value,
) -> Result<(), AppError> {
    let entry = crate::audit::Entry::new(Some(account), action, ("account", Some(account)), detail);
    crate::audit::store::note(&site.pool, &site.audit, entry).await
}

/// Back to where one was. A form that came after the session had ended goes on being kept.
#[cfg(feature = "ssr")]
async fn go_on(site: &crate::site::Site, return_to: &str, kept: &str) -> Result<(), AppError> {
    match serde_json::from_str::<Refusal>(kept) {
        Ok(held) if kept.len() < crate::forms::post::LARGEST => {
            let held = Refusal { error: AppError::SignIn, ..held };
            let token = crate::forms::store::keep(&site.pool, crate::session::visitor()?, &held).await?;
            crate::forms::post::go_to_refused(return_to, &token);
        }
        _ => crate::forms::post::go_to(return_to, ""),
    }
    Ok(())
}

/// Ends this session, here and in the database.
#[server(prefix = "/api", endpoint = "sign-out", output = server_fn::codec::Postcard)]
pub async fn sign_out() -> Result<(), AppError> {
    if let Some(member) = crate::session::member_or_none().await? {
        note(&crate::site::site()?, member.id, "sign-out", serde_json::json!({})).await?;
    }
    crate::session::session()?.flush().await.map_err(crate::session::session_error)?;
    crate::forms::post::go_to("/quan-tri", "");
    Ok(())
}

/// The form that asks staff to sign in.
#[component]
pub fn SignIn(
    /// What the page came back with, if signing in was refused without script.
    refusal: Option<Refusal>,
    /// A form that came after the session had ended.
    kept: String,
    /// Whether the password was given, and a code is asked for.
    code: bool,
    /// The page to come back to.
    path: String,
    /// Called when somebody signed in.
    signed_in: Callback<()>,
) -> impl IntoView {
    let error = RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone()));
    let sending = RwSignal::new(false);
    let kept = refusal.as_ref().map(|refusal| refusal.typed("kept")).filter(|typed| !typed.is_empty()).unwrap_or(kept);
    let typed = refusal.as_ref().map(|refusal| refusal.typed("username")).unwrap_or_default();
    let state = FieldState::of(error, if code { "code" } else { "username" });
    let button = Signal::derive(move || if sending.get() { "Đang đăng nhập…" } else { "Đăng nhập" });
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        send(event, error, sending, signed_in);
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, signed_in);
    };
    let (action, intro) = if code {
        ("/api/sign-in-code", "Nhập mã 6 chữ số trong ứng dụng xác thực, hoặc một mã dự phòng.")
    } else {
        ("/api/sign-in", "Dành cho cán bộ duyệt ý kiến.")
    };
    let fields = if code {
        view! {
            <div class="field">
                <label for="code">"Mã xác thực"</label>
                <p class="field-error" id="code-loi">{state.words}</p>
                <input type="text" id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" aria-invalid=state.invalid aria-describedby="code-loi"/>
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="field">
                <label for="username">"Tên đăng nhập"</label>
                <p class="field-error" id="username-loi">{state.words}</p>
                <input type="text" id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" value=typed aria-invalid=state.invalid aria-describedby="username-loi"/>
            </div>
            <div class="field">
                <label for="password">"Mật khẩu"</label>
                <input type="password" id="password" name="password" autocomplete="current-password"/>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="page narrow">
            <h1>"Đăng nhập"</h1>
            <p class="quiet">{intro}</p>
            <form class="card" action=action method="post" novalidate on:submit=submit>
                <Summary error prefix="" arrived=refusal.is_some()/>
                <input type="hidden" name=RETURN_TO value=path/>
                {(!kept.is_empty()).then(|| view! { <input type="hidden" name="kept" value=kept/> })}
                {fields}
                <button class="button wide" disabled=sending>{button}</button>
            </form>
            {code.then(|| view! {
                <form method="post" action="/api/sign-out"><button class="link-button">"Đăng nhập bằng tài khoản khác"</button></form>
            })}
        </div>
    }
}

#[cfg(feature = "hydrate")]
fn send(
    event: leptos::ev::SubmitEvent,
    error: RwSignal<Option<AppError>>,
    sending: RwSignal<bool>,
    signed_in: Callback<()>,
) {
    use leptos::wasm_bindgen::JsCast;
    event.prevent_default();
    let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else {
        return;
    };
    sending.set(true);
    error.set(None);
    leptos::task::spawn_local(async move {
        let answer = crate::forms::send::send::<()>(&form, None).await;
        if sending.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(()) => {
                super::idle::signed_in();
                signed_in.run(());
            }
            Err(refused) => error.set(Some(refused)),
        }
    });
}

/// The button that signs out. A plain form on purpose: leaving is a page load, and nothing of the desk stays behind.
#[component]
pub fn SignOut() -> impl IntoView {
    view! {
        <form method="post" action="/api/sign-out" class="sign-out" on:submit=move |_| super::idle::signed_out()>
            <button class="link-button">"Đăng xuất"</button>
        </form>
    }
}
