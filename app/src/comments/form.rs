//! The form that a comment or a reply is written in.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]
#![expect(clippy::too_many_arguments, reason = "a form's fields come one by one")]

use super::{Consent, LONGEST, Sent};
use crate::error::AppError;
use crate::forms::view::{FieldState, Summary, area};
use crate::forms::{RETURN_TO, Refusal};
use crate::ratings::thousands;
use leptos::html;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// Sends a comment; it is held until a moderator approves it.
#[server(prefix = "/api", endpoint = "comment", output = server_fn::codec::Postcard)]
pub async fn comment(
    #[server(default)] article_id: String,
    #[server(default)] parent_id: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] body: String,
    #[server(default)] consent: String,
    #[server(default)] tell: String,
    #[server(default)] website: String,
    #[server(default)] seconds: String,
    #[server(default)] return_to: String,
) -> Result<Sent, AppError> {
    use crate::error::Rule;
    use crate::rules::Reason;
    use crate::{articles::parse_id, session, site::site};
    /// Nobody writes a comment in fewer seconds.
    const FASTEST: u32 = 3;
    let site = site()?;
    let article = parse_id(&article_id).ok_or(AppError::NotFound)?;
    let parent = match parent_id.as_str() {
        "" => None,
        id => Some(parse_id(id).ok_or(AppError::rule(Rule::Parent))?),
    };
    let writer = session::visitor_or_new()?;
    let agreed = super::consent(&site.settings().info);
    let draft = super::parse(&name, &email, &body);
    let tell = tell == "1" && site.mail.is_some();
    let draft = match draft {
        Ok(draft) if tell && draft.email.is_none() => Err(vec![Rule::EmailToTell]),
        draft => draft,
    };
    let draft = match (draft, consent == agreed.version) {
        (Ok(draft), true) => draft,
        (Ok(_), false) => return Err(AppError::rule(Rule::Consent)),
        (Err(mut rules), given) => {
            rules.extend((!given).then_some(Rule::Consent));
            return Err(AppError::Invalid(rules));
        }
    };
    site.limits.comment(&site, writer.visitor, session::address())?;
    let mut reasons = site.words().reasons(&draft.name, &draft.body);
    reasons.extend((!website.is_empty()).then_some(Reason::Trap));
    reasons.extend(seconds.parse().is_ok_and(|seconds: u32| seconds < FASTEST).then_some(Reason::Fast));
    let link_salt: [u8; 16] = rand::random();
    let link_hash = crate::keys::token_hash(&writer.secret.link(&site.keys, &link_salt));
    let from = super::Writer { visitor: writer.visitor, known: writer.known, tell, link_salt, link_hash };
    let stored = super::store::insert(&site.pool, article, parent, from, &draft, &agreed, reasons).await?;
    let link = stored.link_salt.map(|salt| super::own_path(&writer.secret.link(&site.keys, &salt)));
    let sent = Sent { id: stored.id, link: link.unwrap_or_default() };
    let page = parent.map_or_else(
        || return_to.clone(),
        |parent| crate::forms::with_parameter(&return_to, "y-kien", &parent.to_string()),
    );
    crate::forms::post::go_to(&page, &super::anchor(sent.id));
    Ok(sent)
}

/// The comment that is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    /// The comment.
    pub id: i64,
    /// Who wrote it.
    pub name: String,
}

/// The form for a comment, which turns into the form for a reply.
#[component]
pub fn CommentForm(
    /// The article.
    article: i64,
    /// Whether comments are closed: what is being typed stays, and is not sent.
    closed: Signal<bool>,
    /// The page the form is on.
    return_to: String,
    /// What a writer agrees to.
    consent: Consent,
    /// Whether writers can be told by mail.
    mails: bool,
    /// The comment that is answered.
    reply_to: RwSignal<Option<ReplyTo>>,
    /// What the page came back with, if the form was refused without script.
    refusal: Option<Refusal>,
    /// Called with the number of the comment that was stored, or of the one that it answers.
    sent: Callback<i64>,
) -> impl IntoView {
    let form = Form {
        error: RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone())),
        sending: RwSignal::new(false),
        done: RwSignal::new(false),
        link: RwSignal::new(String::new()),
        length: RwSignal::new(0),
        reply_to,
        sent,
    };
    let Form { error, sending, done, link, length, .. } = form;
    let typed = |field: &str| refusal.as_ref().map(|refusal| refusal.typed(field)).unwrap_or_default();
    let agreed = refusal.as_ref().is_some_and(|refusal| refusal.typed("consent") == consent.version);
    length.set(typed("body").chars().count());
    let body = NodeRef::<html::Textarea>::new();
    let title = NodeRef::<html::H2>::new();
    Effect::new(move |before: Option<Option<ReplyTo>>| {
        let now = reply_to.get();
        // what was typed before the page came alive counts too
        if let (None, Some(body)) = (&before, body.get()) {
            length.set(body.value().chars().count());
        }
        if let (Some(before), Some(title)) = (before, title.get())
            && now.is_some()
            && before != now
        {
            title.scroll_into_view();
            let _ = title.focus();
        }
        now
    });
    let is_reply = Signal::derive(move || reply_to.with(Option::is_some));
    // a plain link would leave what was typed behind
    let came_back = refusal.is_some();
    let no_way_back = Signal::derive(move || came_back || !is_reply.get());
    // what somebody has typed stays before their eyes, to be copied, or sent once it is open again
    let closed_away = Signal::derive(move || closed.get() && !came_back && length.get() == 0);
    let heading = Signal::derive(move || match reply_to.get() {
        Some(ReplyTo { name, .. }) => format!("Trả lời {name}"),
        None => "Gửi ý kiến của bạn".to_owned(),
    });
    let button = Signal::derive(move || match (sending.get(), is_reply.get()) {
        (true, _) => "Đang gửi…",
        (false, true) => "Gửi trả lời",
        (false, false) => "Gửi ý kiến",
    });
    let counter = Signal::derive(move || match length.get() {
        0 => "Từ 10 đến 3,000 ký tự".to_owned(),
        n if n > LONGEST => format!("Thừa {} ký tự", thousands((n - LONGEST) as i64)),
        n => format!("Còn {} ký tự", thousands((LONGEST - n) as i64)),
    });
    let over = Signal::derive(move || length.get() > LONGEST);
    let parent = Signal::derive(move || {
        reply_to.with(|reply| reply.as_ref().map(|reply| reply.id.to_string()).unwrap_or_default())
    });
    let said = Signal::derive(move || {
        if done.get() { "Ý kiến của bạn đã được gửi và đang chờ duyệt" } else { "" }
    });
    let [name_state, email_state, body_state, consent_state] =
        ["name", "email", "body", "consent"].map(|field| FieldState::of(error, field));
    let seconds = NodeRef::<html::Input>::new();
    #[cfg(feature = "hydrate")]
    let begun = StoredValue::new(0.0);
    let begin = move |_| {
        #[cfg(feature = "hydrate")]
        begun.update_value(|begun| {
            if *begun == 0.0 {
                *begun = js_sys::Date::now();
            }
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        if let Some(field) = seconds.get_untracked().filter(|_| begun.get_value() > 0.0) {
            let taken = (js_sys::Date::now() - begun.get_value()) as u32 / 1000;
            field.set_value(&taken.to_string());
        }
        #[cfg(feature = "hydrate")]
        form.send(event);
        #[cfg(not(feature = "hydrate"))]
        let _ = event;
    };
    let cancel_href = format!("{return_to}#gui-y-kien");
    let cancel = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        reply_to.set(None);
    };
    view! {
        <form class="card comment-form" id="gui-y-kien" action="/api/comment" method="post" novalidate hidden=closed_away on:submit=submit on:focusin=begin>
            <h2 tabindex="-1" node_ref=title>{heading}</h2>
            <a class="link-button cancel" href=cancel_href rel="external" hidden=no_way_back on:click=cancel>"Thôi trả lời, viết ý kiến mới"</a>
            <Summary error prefix="" arrived=refusal.is_some()/>
            <input type="hidden" name="article_id" value=article/>
            <input type="hidden" name="parent_id" value=parent.get_untracked() prop:value=parent/>
            <input type="hidden" name=RETURN_TO value=return_to/>
            <input type="hidden" name="seconds" node_ref=seconds/>
            <div class="trap" aria-hidden="true"><label>"Để trống ô này"<input type="text" name="website" tabindex="-1" autocomplete="off"/></label></div>
            <div class="field">
                <label for="name">"Họ và tên"</label>
                <p class="field-error" id="name-loi">{name_state.words}</p>
                <input type="text" id="name" name="name" autocomplete="name" value=typed("name") aria-describedby="name-loi" aria-invalid=name_state.invalid/>
            </div>
            <div class="field">
                <label for="email">"Email (không bắt buộc)"</label>
                <p class="field-error" id="email-loi">{email_state.words}</p>
                <input type="email" id="email" name="email" autocomplete="email" value=typed("email") aria-describedby="email-loi" aria-invalid=email_state.invalid/>
                {mails.then(|| view! { <label class="check"><input type="checkbox" name="tell" value="1" checked=typed("tell") == "1"/>"Báo cho tôi một lần qua email khi ý kiến được duyệt hoặc không được đăng"</label> })}
            </div>
            <div class="field">
                <label for="body">"Nội dung"</label>
                <p class="field-error" id="body-loi">{body_state.words}</p>
                <textarea id="body" name="body" rows="5" node_ref=body aria-describedby="body-loi count" aria-invalid=body_state.invalid on:input=move |event| length.set(event_target_value(&event).chars().count()) inner_html=area(&typed("body"))></textarea>
                <p class="quiet counter" id="count" class:over=over>{counter}</p>
                <LengthSpoken length/>
            </div>
            <div class="field">
                <p class="field-error" id="consent-loi">{consent_state.words}</p>
                <label class="check">
                    <input type="checkbox" id="consent" name="consent" value=consent.version checked=agreed aria-describedby="consent-loi" aria-invalid=consent_state.invalid/>
                    <span>{consent.text}" "<a href="/quyen-rieng-tu">"Quyền riêng tư"</a></span>
                </label>
            </div>
            <button class="button wide" disabled=sending>{button}</button>
            <p class="sent" role="status">{said}</p>
            <p hidden=move || link.with(String::is_empty)><a href=link rel="external nofollow">"Theo dõi, sửa hoặc rút ý kiến này"</a></p>
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
                    spoken.try_set(if now > LONGEST {
                        format!("Thừa {} ký tự", now - LONGEST)
                    } else {
                        format!("Còn {} ký tự", LONGEST - now)
                    });
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

/// What the form is doing.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "forms are sent by the browser alone"))]
struct Form {
    error: RwSignal<Option<AppError>>,
    sending: RwSignal<bool>,
    done: RwSignal<bool>,
    link: RwSignal<String>,
    length: RwSignal<usize>,
    reply_to: RwSignal<Option<ReplyTo>>,
    sent: Callback<i64>,
}

#[cfg(feature = "hydrate")]
impl Form {
    fn send(self, event: leptos::ev::SubmitEvent) {
        use wasm_bindgen::JsCast;
        event.prevent_default();
        let Some(element) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else {
            return;
        };
        if self.sending.get_untracked() {
            return;
        }
        let parent = self.reply_to.get_untracked().map(|reply| reply.id);
        self.sending.set(true);
        self.done.set(false);
        self.error.set(None);
        leptos::task::spawn_local(async move {
            let answer = crate::forms::send::send::<Sent>(&element, None).await;
            if self.sending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(sent) => {
                    // name and address stay: who writes twice need not type them twice
                    let body = document()
                        .get_element_by_id("body")
                        .and_then(|body| body.dyn_into::<web_sys::HtmlTextAreaElement>().ok());
                    if let Some(body) = body {
                        body.set_value("");
                    }
                    self.length.set(0);
                    self.reply_to.set(None);
                    self.done.set(true);
                    self.link.set(sent.link);
                    self.sent.run(parent.unwrap_or(sent.id));
                }
                Err(error) => self.error.set(Some(error)),
            }
        });
    }
}
