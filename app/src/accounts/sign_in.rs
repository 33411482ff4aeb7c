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
    use crate::audit::Entry;
    use crate::error::Rule;
    use crate::session;
    let site = crate::site::site()?;
    let username = crate::text::line(&username).to_lowercase();
    site.limits.sign_in(&site, &username, session::address())?;
    let account = store::for_sign_in(&site.pool, &username).await?;
    let (id, hash) = account.unzip();
    let right = passwords::verify(password, hash).await?;
    let note = async |action: &str| {
        let entry = Entry::new(id, action, ("account", id), serde_json::json!({}));
        crate::audit::store::note(&site.pool, &site.audit, entry).await
    };
    let Some(known) = id.filter(|_| right) else {
        // a name that nobody has is not noted: it may be a password in the wrong field
        if id.is_some() {
            note("sign-in-failed").await?;
        }
        return Err(AppError::rule(Rule::Credentials));
    };
    // a line without a session is a try that broke off; a session without a line would be nobody's
    note("sign-in").await?;
    let session = session::session()?;
    session.cycle_id().await.map_err(session::session_error)?;
    session.insert(session::ACCOUNT, known).await.map_err(session::session_error)?;
    session.save().await.map_err(session::session_error)?;
    match serde_json::from_str::<Refusal>(&kept) {
        // a form that came after the session had ended: what was typed into it goes on being kept
        Ok(held) if kept.len() < crate::forms::post::LARGEST => {
            let held = Refusal { error: AppError::SignIn, ..held };
            let token = crate::forms::store::keep(&site.pool, session::visitor()?, &held).await?;
            crate::forms::post::go_to_refused(&return_to, &token);
        }
        _ => crate::forms::post::go_to(&return_to, ""),
    }
    Ok(())
}

/// Ends this session, here and in the database.
#[server(prefix = "/api", endpoint = "sign-out", output = server_fn::codec::Postcard)]
pub async fn sign_out() -> Result<(), AppError> {
    let staff = crate::session::staff_or_none().await?;
    crate::session::session()?.flush().await.map_err(crate::session::session_error)?;
    if let Some(staff) = staff {
        let site = crate::site::site()?;
        let subject = ("account", Some(staff.id));
        let entry = crate::audit::Entry::new(Some(staff.id), "sign-out", subject, serde_json::json!({}));
        crate::audit::store::note(&site.pool, &site.audit, entry).await?;
    }
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
    /// The page to come back to.
    path: String,
    /// Called when somebody signed in.
    signed_in: Callback<()>,
) -> impl IntoView {
    let error = RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone()));
    let sending = RwSignal::new(false);
    let kept = refusal.as_ref().map(|refusal| refusal.typed("kept")).filter(|typed| !typed.is_empty()).unwrap_or(kept);
    let typed = refusal.as_ref().map(|refusal| refusal.typed("username")).unwrap_or_default();
    let state = FieldState::of(error, "username");
    let button = Signal::derive(move || if sending.get() { "Đang đăng nhập…" } else { "Đăng nhập" });
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        send(event, error, sending, signed_in);
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, signed_in);
    };
    view! {
        <div class="page narrow">
            <h1>"Đăng nhập"</h1>
            <p class="quiet">"Dành cho cán bộ duyệt ý kiến."</p>
            <form class="card" action="/api/sign-in" method="post" novalidate on:submit=submit>
                <Summary error prefix="" arrived=refusal.is_some()/>
                <input type="hidden" name=RETURN_TO value=path/>
                {(!kept.is_empty()).then(|| view! { <input type="hidden" name="kept" value=kept/> })}
                <div class="field">
                    <label for="username">"Tên đăng nhập"</label>
                    <p class="field-error" id="username-loi">{state.words}</p>
                    <input type="text" id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false" value=typed aria-invalid=state.invalid aria-describedby="username-loi"/>
                </div>
                <div class="field">
                    <label for="password">"Mật khẩu"</label>
                    <input type="password" id="password" name="password" autocomplete="current-password"/>
                </div>
                <button class="button wide" disabled=sending>{button}</button>
            </form>
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
