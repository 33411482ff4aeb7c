//! The form that a comment or a reply is written in.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::{Consent, LONGEST, Sent};
use crate::error::AppError;
use crate::forms::view::{FieldError, Summary, broken};
use crate::forms::{RETURN_TO, Refusal};
use crate::ratings::thousands;
use leptos::html;
use leptos::prelude::*;

/// Sends a comment; it is held until a moderator approves it.
#[server(prefix = "/api", endpoint = "comment", output = server_fn::codec::Json)]
#[expect(clippy::too_many_arguments, reason = "a form's fields are its server function's arguments")]
pub async fn comment(
    #[server(default)] article_id: String,
    #[server(default)] parent_id: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] body: String,
    #[server(default)] consent: String,
    #[server(default)] return_to: String,
) -> Result<Sent, AppError> {
    use crate::error::Rule;
    use crate::{articles::parse_id, session, site::site};
    let site = site()?;
    let article = parse_id(&article_id).ok_or(AppError::NotFound)?;
    let parent = match parent_id.as_str() {
        "" => None,
        id => Some(parse_id(id).ok_or(AppError::rule(Rule::Parent))?),
    };
    let writer = session::visitor_or_new()?;
    let agreed = super::consent(&site.settings().info);
    let draft = super::parse(&name, &email, &body);
    let draft = match (draft, consent == agreed.version) {
        (Ok(draft), true) => draft,
        (Ok(_), false) => return Err(AppError::rule(Rule::Consent)),
        (Err(mut rules), given) => {
            rules.extend((!given).then_some(Rule::Consent));
            return Err(AppError::Invalid(rules));
        }
    };
    site.limits.comment(&site, writer.0, session::address())?;
    let sent = super::store::insert(&site.pool, article, parent, writer, &draft, &agreed).await?;
    crate::forms::post::go_to(&return_to, &super::anchor(sent.id));
    Ok(sent)
}

/// A form for a comment, or for a reply where there is a parent.
#[component]
pub fn CommentForm(
    /// The article.
    article: i64,
    /// The page the form is on.
    return_to: String,
    /// What a writer agrees to.
    consent: Consent,
    /// The comment that is answered.
    parent: Option<i64>,
    /// What the page came back with, if this form was refused without script.
    refusal: Option<Refusal>,
    /// Called when a comment was stored.
    sent: Callback<()>,
) -> impl IntoView {
    let error = RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone()));
    let sending = RwSignal::new(false);
    let done = RwSignal::new(false);
    let prefix = parent.map_or_else(String::new, |id| format!("tra-loi-{id}-"));
    let typed = |field: &str| refusal.as_ref().map(|refusal| refusal.typed(field)).unwrap_or_default();
    let agreed = refusal.as_ref().is_some_and(|refusal| refusal.typed("consent") == consent.version);
    let length = RwSignal::new(typed("body").chars().count());
    let body = NodeRef::<html::Textarea>::new();
    Effect::new(move |_| {
        // what was typed before the page came alive counts too
        if let Some(body) = body.get() {
            length.set(body.value().chars().count());
            if parent.is_some() && error.with_untracked(Option::is_none) {
                let _ = body.focus();
            }
        }
    });
    let id = {
        let prefix = prefix.clone();
        move |field: &str| format!("{prefix}{field}")
    };
    let error_id = {
        let id = id.clone();
        move |field: &str| format!("{}-loi", id(field))
    };
    let described = {
        let error_id = error_id.clone();
        move |field: &'static str, also: Option<String>| {
            let error_id = error_id(field);
            move || {
                let error = broken(error.into(), field).map(|_| error_id.clone());
                let ids: Vec<String> = error.into_iter().chain(also.clone()).collect();
                (!ids.is_empty()).then(|| ids.join(" "))
            }
        }
    };
    let invalid = move |field: &'static str| move || broken(error.into(), field).map(|_| "true");
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        send(event, Sending { error, sending, done, length, sent });
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, sent);
    };
    let (title, button) = if parent.is_some() { ("Trả lời ý kiến này", "Gửi trả lời") } else { ("Gửi ý kiến của bạn", "Gửi ý kiến") };
    let form_id = parent.map_or_else(|| "gui-y-kien".to_owned(), |id| format!("gui-tra-loi-{id}"));
    view! {
        <form class="card comment-form" id=form_id action="/api/comment" method="post" novalidate on:submit=submit aria-busy=move || sending.get().to_string()>
            {if parent.is_some() { view! { <h3>{title}</h3> }.into_any() } else { view! { <h2>{title}</h2> }.into_any() }}
            <Summary error prefix=prefix.clone() arrived=refusal.is_some()/>
            <input type="hidden" name="article_id" value=article/>
            {parent.map(|parent| view! { <input type="hidden" name="parent_id" value=parent/> })}
            <input type="hidden" name=RETURN_TO value=return_to/>
            <div class="field">
                <label for=id("name")>"Họ và tên"</label>
                <FieldError error field="name" id=error_id("name")/>
                <input type="text" id=id("name") name="name" autocomplete="name" value=typed("name") aria-describedby=described("name", None) aria-invalid=invalid("name")/>
            </div>
            <div class="field">
                <label for=id("email")>"Email (không bắt buộc)"</label>
                <FieldError error field="email" id=error_id("email")/>
                <input type="email" id=id("email") name="email" autocomplete="email" value=typed("email") aria-describedby=described("email", None) aria-invalid=invalid("email")/>
            </div>
            <div class="field">
                <label for=id("body")>"Nội dung"</label>
                <FieldError error field="body" id=error_id("body")/>
                <textarea
                    id=id("body")
                    name="body"
                    rows="5"
                    node_ref=body
                    aria-describedby=described("body", Some(id("count")))
                    aria-invalid=invalid("body")
                    on:input=move |event| length.set(event_target_value(&event).chars().count())
                >{typed("body")}</textarea>
                <p class="quiet counter" id=id("count") class:over=move || { length.get() > LONGEST }>
                    {move || match length.get() {
                        0 => "Từ 10 đến 3,000 ký tự".to_owned(),
                        n if n > LONGEST => format!("Thừa {} ký tự", thousands((n - LONGEST) as i64)),
                        n => format!("Còn {} ký tự", thousands((LONGEST - n) as i64)),
                    }}
                </p>
                <LengthSpoken length/>
            </div>
            <div class="field">
                <FieldError error field="consent" id=error_id("consent")/>
                <label class="check">
                    <input
                        type="checkbox"
                        id=id("consent")
                        name="consent"
                        value=consent.version.clone()
                        checked=agreed
                        aria-describedby=described("consent", None)
                        aria-invalid=invalid("consent")
                    />
                    <span>{consent.text.clone()} " " <a href="/quyen-rieng-tu">"Quyền riêng tư"</a></span>
                </label>
            </div>
            <button class="button wide" disabled=move || sending.get()>{move || if sending.get() { "Đang gửi…" } else { button }}</button>
            <p class="sent" role="status">{move || done.get().then_some("Ý kiến của bạn đã được gửi và đang chờ duyệt")}</p>
        </form>
    }
}

/// The count, spoken once typing has stopped.
#[component]
fn LengthSpoken(length: RwSignal<usize>) -> impl IntoView {
    let spoken = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        Effect::new(move |before: Option<usize>| {
            let now = length.get();
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            if before.is_some_and(|before| before != now) {
                let speak = move || {
                    spoken.try_set(if now > LONGEST { format!("Thừa {} ký tự", now - LONGEST) } else { format!("Còn {} ký tự", LONGEST - now) });
                };
                timer.set_value(set_timeout_with_handle(speak, std::time::Duration::from_millis(1200)).ok());
            }
            now
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = length;
    view! { <p class="visually-hidden" role="status">{move || spoken.get()}</p> }
}

#[cfg(feature = "hydrate")]
#[derive(Clone, Copy)]
struct Sending {
    error: RwSignal<Option<AppError>>,
    sending: RwSignal<bool>,
    done: RwSignal<bool>,
    length: RwSignal<usize>,
    sent: Callback<()>,
}

#[cfg(feature = "hydrate")]
fn send(event: leptos::ev::SubmitEvent, form: Sending) {
    use leptos::wasm_bindgen::JsCast;
    event.prevent_default();
    let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else { return };
    if form.sending.get_untracked() {
        return;
    }
    form.sending.set(true);
    form.done.set(false);
    form.error.set(None);
    leptos::task::spawn_local(async move {
        let answer = crate::forms::send::send::<Sent>(&element, None).await;
        if form.sending.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(_) => {
                if let Some(body) = element.elements().named_item("body").and_then(|body| body.dyn_into::<web_sys::HtmlTextAreaElement>().ok()) {
                    body.set_value("");
                }
                form.length.set(0);
                form.done.set(true);
                form.sent.run(());
            }
            Err(error) => form.error.set(Some(error)),
        }
    });
}
