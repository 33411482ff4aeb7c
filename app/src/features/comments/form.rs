//! The form for a comment or a reply.

#![expect(clippy::too_many_arguments, reason = "a form's fields come one by one")]

use super::form_state::Form;
use super::{Consent, MAX_BODY, ReplyTo, SentComment};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::routes;
use crate::web::effects::{effect, handler};
use crate::web::forms::view::{FieldState, Summary, textarea_html};
use crate::web::forms::{RETURN_TO, Refusal};
use leptos::html;
use leptos::prelude::*;

/// Sends a comment; it waits until a moderator approves it.
#[server(prefix = "/api", endpoint = "send-comment", output = server_fn::codec::Postcard)]
pub async fn send_comment(
    #[server(default)] article_id: String,
    #[server(default)] parent_id: String,
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] body: String,
    #[server(default)] consent: String,
    #[server(default)] notify: String,
    #[server(default)] website: String,
    #[server(default)] seconds: String,
    #[server(default)] token: String,
    #[server(default)] return_to: String,
) -> Result<SentComment, AppError> {
    use super::{PARENT_GONE, Screening, Writer, limits, reasons, repeated_path, store};
    use crate::base::id::parse_id;
    use crate::base::keys::hash_token;
    use crate::features::statistics::traffic::Traffic;
    use crate::web::visitor::{current_address, find_or_make_visitor};
    let site = crate::web::site::current_site()?;
    let article = parse_id(&article_id).ok_or(AppError::NotFound)?;
    let known = find_or_make_visitor()?;
    let agreement = super::consent(&site.settings());
    let attempt = async {
        let parent = match parent_id.as_str() {
            "" => None,
            id => Some(parse_id(id).ok_or(AppError::invalid(PARENT_GONE))?),
        };
        let notify = notify == "1" && site.mailer.is_some();
        let draft = check(super::parse_draft(&name, &email, &body), notify, consent == agreement.version)?;
        limits::take_comment(&site, &known.visitor.0, current_address())?;
        let behaviour = reasons::Behaviour { filled_trap: !website.is_empty(), seconds: seconds.parse().ok() };
        let reasons = reasons::find_reasons(&site, &draft, (&name, &body), behaviour).await?;
        let now = time::OffsetDateTime::now_utc();
        let due_on = crate::features::questions::find_due_day(&site.settings(), &draft.body, now);
        let screening = Screening { reasons, due_on };
        let link_salt: [u8; 16] = rand::random();
        let writer = Writer {
            visitor: known.visitor,
            sender: site.state::<Traffic>().current_visitor(),
            token_hash: (!token.is_empty()).then(|| hash_token(&token)),
            notify,
            link_salt,
            link_hash: hash_token(&known.secret.derive_link(&site.keys, &link_salt)),
        };
        let stored = store::insert_comment(&site.pool, article, parent, writer, &draft, &agreement, screening).await?;
        Ok((parent, stored))
    };
    let stored: Result<(Option<i64>, store::StoredComment), AppError> = attempt.await;
    // a repeat leaves the browser the cookie that it got with the first answer
    if !matches!(&stored, Ok((_, stored)) if stored.is_repeat) {
        known.set_cookie()?;
    }
    let (parent, stored) = stored?;
    let link = stored.link_salt.map(|salt| routes::OWN_COMMENT.with(known.secret.derive_link(&site.keys, &salt)));
    if stored.is_published {
        site.hub.announce_comments(&[article]);
    }
    let sent = SentComment { id: stored.id, link: link.unwrap_or_default(), is_published: stored.is_published };
    if sent.link.is_empty() {
        crate::web::forms::post::redirect_to(&repeated_path(article, sent.is_published), "");
    } else {
        let page = parent.map_or_else(
            || return_to.clone(),
            |parent| crate::base::url::with_parameter(&return_to, "y-kien", &parent.to_string()),
        );
        crate::web::forms::post::redirect_to(&page, &super::anchor(sent.id));
    }
    Ok(sent)
}

/// Adds what the fields' own checks do not know: a mail needs an address, and a comment needs consent.
#[cfg(feature = "ssr")]
fn check(
    draft: Result<super::Draft, Vec<crate::base::error::Problem>>,
    notify: bool,
    has_consent: bool,
) -> Result<super::Draft, AppError> {
    let mut problems = draft.as_ref().err().cloned().unwrap_or_default();
    problems.extend(draft.as_ref().ok().filter(|draft| notify && draft.email.is_none()).map(|_| super::EMAIL_MISSING));
    problems.extend((!has_consent).then_some(super::CONSENT_MISSING));
    match draft {
        Ok(draft) if problems.is_empty() => Ok(draft),
        _ => Err(AppError::Invalid(problems)),
    }
}

/// The form for a comment, which turns into the form for a reply.
#[component]
pub fn CommentForm(
    article: i64,
    /// Whether comments are closed: what is being typed stays, and is not sent.
    closed: Signal<bool>,
    /// The address of the page.
    return_to: String,
    consent: Consent,
    /// Whether writers can be notified by mail.
    offers_mail: bool,
    /// The comment that is answered.
    reply_to: RwSignal<Option<ReplyTo>>,
    /// This form, if it was refused without script.
    refusal: Option<Refusal>,
    /// Called with the number of the comment that was stored, and of the one that it answers.
    on_sent: Callback<(i64, Option<i64>)>,
) -> impl IntoView {
    let typed = |field: &str| refusal.as_ref().map(|refusal| refusal.typed(field)).unwrap_or_default();
    let was_refused = refusal.is_some();
    let form = Form {
        error: RwSignal::new(refusal.as_ref().map(|refusal| refusal.error.clone())),
        is_sending: RwSignal::new(false),
        confirmation: RwSignal::new(""),
        link: RwSignal::new(String::new()),
        length: RwSignal::new(typed("body").chars().count()),
        reply_to,
        is_prefilled: RwSignal::new(false),
        token: NodeRef::new(),
        body: NodeRef::new(),
        on_sent,
    };
    let Form { error, is_sending, confirmation, link, length, token, body, .. } = form;
    form.start();
    let is_reply = Signal::derive(move || reply_to.with(Option::is_some));
    // what somebody has typed stays before their eyes, to be copied, or sent once it is open again
    let is_hidden = Signal::derive(move || closed.get() && !was_refused && length.get() == 0);
    let button = Signal::derive(move || match (is_sending.get(), is_reply.get()) {
        (true, _) => "Đang gửi…",
        (false, true) => "Gửi trả lời",
        (false, false) => "Gửi ý kiến",
    });
    let parent = Signal::derive(move || {
        reply_to.with(|reply| reply.as_ref().map(|reply| reply.id.to_string()).unwrap_or_default())
    });
    let busy = Signal::derive(move || is_sending.get().to_string());
    let has_no_link = Signal::derive(move || link.with(String::is_empty));
    let timer = FillTimer::new();
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        if !form.is_prefilled.get_untracked() {
            timer.stop();
        }
        form.submit(event);
    };
    let cancel_path = format!("{return_to}#gui-y-kien");
    let offers_mail = offers_mail.then(|| typed("notify") == "1");
    let has_agreed = typed("consent") == consent.version;
    view! {
        <form
            class="card comment-form"
            id="gui-y-kien"
            action=routes::SEND_COMMENT.path
            method="post"
            novalidate
            hidden=is_hidden
            aria-labelledby="gui-y-kien-title"
            data-draft=article
            data-refused=was_refused.then_some("")
            on:submit=handler(on_submit)
            on:focusin=move |_| timer.start()
        >
            <Heading reply_to cancel_path was_refused/>
            <Summary error prefix="" from_server=was_refused/>
            <input type="hidden" name="article_id" value=article/>
            <input type="hidden" name="parent_id" value=parent.get_untracked() prop:value=parent/>
            <input type="hidden" name=RETURN_TO value=return_to/>
            <input type="hidden" name="seconds" node_ref=timer.field/>
            <input type="hidden" name="token" value=typed("token") node_ref=token/>
            <div class="trap" aria-hidden="true" inner_html=TRAP></div>
            <WriterFields error name=typed("name") email=typed("email") offers_mail/>
            <BodyField
                error
                typed=typed("body")
                length
                body
                on_typed=Callback::new(move |()| form.make_token())
            />
            <ConsentField error consent has_agreed/>
            <button class="button wide" aria-disabled=busy>{button}</button>
            <p class="sent" role="status" tabindex="-1">{confirmation}</p>
            <p hidden=has_no_link>
                <a href=link rel="external nofollow">"Xem, sửa hoặc rút ý kiến"</a>
            </p>
        </form>
    }
}

/// The heading, which takes the focus when it names another comment, and the way back from a reply.
#[component]
fn Heading(reply_to: RwSignal<Option<ReplyTo>>, cancel_path: String, was_refused: bool) -> impl IntoView {
    let title = NodeRef::<html::H2>::new();
    let mut before = None::<Option<ReplyTo>>;
    effect(move || {
        let now = reply_to.get();
        if let (Some(before), Some(title)) = (before.replace(now.clone()), title.get())
            && now.is_some()
            && before != now
        {
            // the form has been moved below the comment when this runs
            crate::web::effects::next_frame(move || {
                let _ = title.focus();
            });
        }
    });
    let heading = Signal::derive(move || match reply_to.get() {
        Some(ReplyTo { name, .. }) => format!("Trả lời {name}"),
        None => "Gửi ý kiến của ông/bà".to_owned(),
    });
    let quote = Signal::derive(move || {
        reply_to.with(|reply| reply.as_ref().map(|reply| reply.quote.clone()).unwrap_or_default())
    });
    let has_no_quote = Signal::derive(move || reply_to.with(Option::is_none));
    // where the form came back, a plain link would leave what was typed behind
    let has_no_cancel = Signal::derive(move || was_refused || reply_to.with(Option::is_none));
    let cancel = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        #[cfg(feature = "hydrate")]
        super::form_state::focus_reply_link(reply_to.get_untracked());
        reply_to.set(None);
    };
    view! {
        <h2 id="gui-y-kien-title" tabindex="-1" node_ref=title>{heading}</h2>
        <blockquote class="quote" hidden=has_no_quote>{quote}</blockquote>
        <a class="link-button cancel" href=cancel_path rel="external" hidden=has_no_cancel on:click=handler(cancel)>
            "Hủy trả lời"
        </a>
    }
}

#[component]
fn WriterFields(
    error: RwSignal<Option<AppError>>,
    name: String,
    email: String,
    /// Whether the writer asked for a mail; `None` where the site sends none.
    offers_mail: Option<bool>,
) -> impl IntoView {
    let [name_state, email_state] = ["name", "email"].map(|field| FieldState::new(error, field));
    view! {
        <div class="field">
            <label for="name">"Họ và tên"</label>
            <p class="field-error" id="name-loi">{name_state.message}</p>
            <input
                type="text"
                id="name"
                name="name"
                autocomplete="name"
                value=name
                aria-describedby="name-loi"
                aria-invalid=name_state.invalid
            />
        </div>
        <div class="field">
            <label for="email">"Email (không bắt buộc)"</label>
            <p class="field-error" id="email-loi">{email_state.message}</p>
            <input
                type="email"
                id="email"
                name="email"
                autocomplete="email"
                value=email
                aria-describedby="email-loi"
                aria-invalid=email_state.invalid
            />
            {offers_mail.map(notify_field)}
        </div>
    }
}

#[component]
fn BodyField(
    error: RwSignal<Option<AppError>>,
    typed: String,
    length: RwSignal<usize>,
    body: NodeRef<html::Textarea>,
    on_typed: Callback<()>,
) -> impl IntoView {
    let state = FieldState::new(error, "body");
    let counter = Signal::derive(move || match length.get() {
        0 => format!("Từ 10 đến {} ký tự", format_number(MAX_BODY as i64)),
        n if n > MAX_BODY => format!("Vượt quá {} ký tự", format_number((n - MAX_BODY) as i64)),
        n => format!("Còn {} ký tự", format_number((MAX_BODY - n) as i64)),
    });
    let is_too_long = Signal::derive(move || length.get() > MAX_BODY);
    view! {
        <div class="field">
            <label for="body">"Nội dung"</label>
            <p class="field-error" id="body-loi">{state.message}</p>
            <textarea
                id="body"
                name="body"
                rows="5"
                node_ref=body
                aria-describedby="body-loi count"
                aria-invalid=state.invalid
                on:input=move |event| {
                    length.set(event_target_value(&event).chars().count());
                    on_typed.run(());
                }
                inner_html=textarea_html(&typed)
            ></textarea>
            <p class="quiet counter" id="count" class:over=is_too_long>{counter}</p>
            <SpokenLength length/>
        </div>
    }
}

/// A field that only programs fill in. As text it is a tenth of its size as a view.
const TRAP: &str =
    r#"<label>Để trống ô này<input type="text" name="website" tabindex="-1" autocomplete="off"></label>"#;

/// What the consent means. It opens in place, because a link would lead away from what is being written.
fn privacy_html() -> String {
    format!(
        "<details class=more><summary>Quyền riêng tư</summary><p class=quiet>Ông/bà có thể xem, sửa, rút ý kiến hoặc \
         xóa dữ liệu bằng đường dẫn riêng nhận được sau khi gửi. Địa chỉ IP không được lưu. \
         <a href={}>Xem đầy đủ</a></p></details>",
        routes::PRIVACY.path
    )
}

#[component]
fn ConsentField(error: RwSignal<Option<AppError>>, consent: Consent, has_agreed: bool) -> impl IntoView {
    let state = FieldState::new(error, "consent");
    view! {
        <div class="field">
            <p class="field-error" id="consent-loi">{state.message}</p>
            <label class="check">
                <input
                    type="checkbox"
                    id="consent"
                    name="consent"
                    value=consent.version
                    checked=has_agreed
                    aria-describedby="consent-loi"
                    aria-invalid=state.invalid
                />
                <span>{consent.text}</span>
            </label>
            <div inner_html=privacy_html()></div>
        </div>
    }
}

/// Measures how long somebody fills in the form; a program does it at once.
#[derive(Clone, Copy)]
struct FillTimer {
    /// The field with the seconds.
    field: NodeRef<html::Input>,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only the browser measures"))]
    started: StoredValue<f64>,
}

impl FillTimer {
    fn new() -> Self {
        Self { field: NodeRef::new(), started: StoredValue::new(0.0) }
    }

    /// Starts with the first field that gets the focus.
    fn start(self) {
        #[cfg(feature = "hydrate")]
        self.started.update_value(|started| {
            if *started == 0.0 {
                *started = js_sys::Date::now();
            }
        });
    }

    /// Writes the seconds into their field.
    fn stop(self) {
        #[cfg(feature = "hydrate")]
        if let Some(field) = self.field.get_untracked().filter(|_| self.started.get_value() > 0.0) {
            let seconds = (js_sys::Date::now() - self.started.get_value()) as u32 / 1000;
            field.set_value(&seconds.to_string());
        }
    }
}

fn notify_field(checked: bool) -> impl IntoView {
    view! {
        <label class="check">
            <input type="checkbox" name="notify" value="1" checked=checked/>
            "Báo cho tôi một lần qua email khi ý kiến được duyệt hoặc không được đăng"
        </label>
    }
}

/// The count, spoken once typing has stopped.
#[component]
fn SpokenLength(length: RwSignal<usize>) -> impl IntoView {
    let spoken = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        let mut before = None::<usize>;
        effect(move || {
            let now = length.get();
            if let Some(timer) = timer.get_value() {
                timer.clear();
            }
            if before.replace(now).is_some_and(|before| before != now) {
                let speak = move || {
                    spoken.try_set(if now > MAX_BODY {
                        format!("Vượt quá {} ký tự", format_number((now - MAX_BODY) as i64))
                    } else {
                        format!("Còn {} ký tự", format_number((MAX_BODY - now) as i64))
                    });
                };
                timer.set_value(crate::web::effects::after(std::time::Duration::from_millis(1200), speak));
            }
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = length;
    view! { <p class="visually-hidden" role="status">{spoken}</p> }
}
