//! `Liên hệ`: where the office is reached, and the form that writes to it. Plain forms.

#![expect(clippy::too_many_arguments, reason = "a form's fields come one by one")]

use super::{INQUIRY_MONTHS, MAX_PHONE, consent, parse_phone};
use crate::base::error::{AppError, Problem};
use crate::base::format::format_number;
use crate::base::keys::hash_token;
use crate::base::url::telephone_link;
use crate::features::comments::reasons::{Behaviour, drop_reasons_of_public_texts, find_reasons};
use crate::features::comments::store::inquiries::{InquiryFields, insert_inquiry};
use crate::features::comments::{
    CONSENT_MISSING, Consent, EMAIL_MISSING, MAX_BODY, MAX_NAME, REPEATED, Screening, Writer, limits, parse_draft,
};
use crate::features::questions::find_due_day_of_inquiry;
use crate::features::statistics::traffic::Traffic;
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{invalid_field, linked_summary_html, textarea_html};
use crate::web::forms::{RETURN_TO, Refusal, find_refusal};
use crate::web::page::{Head, Page, PageRequest};
use crate::web::settings::SiteInfo;
use crate::web::site::{Site, current_site};
use crate::web::visitor::{current_address, find_or_make_visitor};
use leptos::prelude::*;
use time::OffsetDateTime;

/// Reads the page; `is_about_own_data` says whether its form is for requests about what is stored of its writer.
pub async fn read(site: &Site, request: &PageRequest, is_about_own_data: bool) -> Result<Page, AppError> {
    let refusal = find_refusal(&request.refusal_token()).await?;
    let settings = site.settings();
    let info = &settings.info;
    let path = if is_about_own_data { routes::REQUEST_OWN_DATA.path } else { routes::CONTACT.path };
    let form = Form {
        consent: consent(&settings),
        offers_mail: site.mailer.is_some(),
        months: format_number(i64::from(settings.number(&INQUIRY_MONTHS))),
        is_about_own_data,
        path,
        refusal: refusal.as_ref(),
    };
    let html = view! {
        <div class="narrow sections">
            <h1>"Liên hệ"</h1>
            {contact(info)}
            {form.view(&info.body)}
        </div>
    };
    let error = refusal.as_ref().map_or("", |_| "Lỗi: ");
    let page = Page {
        head: Head {
            title: format!("{error}Liên hệ - {}", info.name),
            description: format!("Địa chỉ, điện thoại, giờ làm việc và cách gửi câu hỏi đến {}.", info.body),
            canonical: Some(format!("{}{}", site.public_url, routes::CONTACT.path)),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    };
    Ok(page.with_error(refusal.map(|refusal| refusal.error)))
}

/// Sends an inquiry to the office, and leads to its writer's private page.
#[server(prefix = "/api", endpoint = "send-inquiry", output = server_fn::codec::Postcard)]
pub async fn send_inquiry(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] phone: String,
    #[server(default)] body: String,
    #[server(default)] own_data: String,
    #[server(default)] consent: String,
    #[server(default)] notify: String,
    #[server(default)] website: String,
) -> Result<(), AppError> {
    let site = current_site()?;
    let (settings, known) = (site.settings(), find_or_make_visitor()?);
    let agreement = super::consent(&settings);
    let notify = notify == "1" && site.mailer.is_some();
    let mut problems: Vec<Problem> = Vec::new();
    let draft = parse_draft(&name, &email, &body).map_err(|found| problems.extend(found)).ok();
    let phone = parse_phone(&phone).map_err(|problem| problems.push(problem)).ok();
    let lacks_address = notify && draft.as_ref().is_some_and(|draft| draft.email.is_none());
    problems.extend(lacks_address.then_some(EMAIL_MISSING));
    problems.extend((consent != agreement.version).then_some(CONSENT_MISSING));
    let (Some(draft), Some(phone), true) = (draft, phone, problems.is_empty()) else {
        return Err(AppError::Invalid(problems));
    };
    limits::take_comment(&site, &known.visitor.0, current_address())?;
    let behaviour = Behaviour { filled_trap: !website.is_empty(), seconds: None };
    let mut reasons = find_reasons(&site, &draft, (&name, &body), behaviour).await?;
    drop_reasons_of_public_texts(&mut reasons);
    let fields = InquiryFields { phone, is_about_own_data: own_data == "1" };
    let due_on = find_due_day_of_inquiry(&settings, fields.is_about_own_data, OffsetDateTime::now_utc());
    let link_salt: [u8; 16] = rand::random();
    let writer = Writer {
        visitor: known.visitor,
        sender: site.state::<Traffic>().current_visitor(),
        token_hash: None,
        notify,
        link_salt,
        link_hash: hash_token(&known.secret.derive_link(&site.keys, &link_salt)),
    };
    let screening = Screening { reasons, due_on: Some(due_on) };
    let stored = insert_inquiry(&site.pool, writer, &draft, &fields, &agreement, screening).await?;
    // a repeat leaves the browser the cookie that it got with the first answer
    if !stored.is_repeat {
        known.set_cookie()?;
    }
    site.hub.announce(Change::Desk);
    let token = stored.link_salt.map(|salt| known.secret.derive_link(&site.keys, &salt));
    redirect_to(&routes::OWN_COMMENT.with(token.as_deref().unwrap_or(REPEATED)), "ket-qua");
    Ok(())
}

/// Where the office is and when it is open. What is not set is left out.
fn contact(info: &SiteInfo) -> impl IntoView + use<> {
    let row = |label: &'static str, value: AnyView| view! { <div><dt>{label}</dt><dd>{value}</dd></div> };
    let text = |label, value: &str| (!value.is_empty()).then(|| row(label, value.to_owned().into_any()));
    let phone = telephone_link(&info.phone).map(|href| {
        let link = view! { <a href=href>{info.phone.clone()}</a> };
        row("Điện thoại", link.into_any())
    });
    let email = (!info.email.is_empty()).then(|| {
        let link = view! { <a href=format!("mailto:{}", info.email)>{info.email.clone()}</a> };
        row("Email", link.into_any())
    });
    view! {
        <section class="contact-lines" aria-label="Địa chỉ liên hệ">
            <p><strong>{info.body.clone()}</strong></p>
            <dl>{text("Địa chỉ", &info.address)} {phone} {text("Giờ làm việc", &info.hours)} {email}</dl>
        </section>
    }
}

/// The form of an inquiry.
struct Form<'a> {
    consent: Consent,
    /// Whether writers can be notified by mail.
    offers_mail: bool,
    /// For how many months an inquiry is kept.
    months: String,
    is_about_own_data: bool,
    path: &'static str,
    /// This form, if it was refused.
    refusal: Option<&'a Refusal>,
}

impl Form<'_> {
    fn typed(&self, field: &str) -> String {
        self.refusal.map(|refusal| refusal.typed(field)).unwrap_or_default()
    }

    fn line(&self, field: &'static str, label: &'static str, (kind, max_chars): (&'static str, usize)) -> AnyView {
        let invalid = invalid_field(self.refusal, field);
        view! {
            <div class="field">
                <label for=field>{label}</label>
                <input
                    type=kind
                    id=field
                    name=field
                    autocomplete=if field == "phone" { "tel" } else { field }
                    maxlength=max_chars
                    value=self.typed(field)
                    aria-invalid=invalid
                />
            </div>
        }
        .into_any()
    }

    fn view(&self, office: &str) -> impl IntoView + use<> {
        let notify = self.offers_mail.then(|| {
            let checked = self.typed("notify") == "1";
            view! {
                <label class="check">
                    <input type="checkbox" name="notify" value="1" checked=checked/>
                    "Báo cho tôi một lần qua email khi lời nhắn được trả lời hoặc không được tiếp nhận"
                </label>
            }
        });
        let own_data = if self.refusal.is_some() { self.typed("own_data") == "1" } else { self.is_about_own_data };
        let has_agreed = self.typed("consent") == self.consent.version;
        let Consent { version, text } = self.consent.clone();
        let body = textarea_html(&self.typed("body"));
        let limit = format!("Từ 10 đến {} ký tự", format_number(MAX_BODY as i64));
        let hint = format!(
            "Lời nhắn không được đăng. Sau khi gửi, ông/bà nhận một địa chỉ riêng để xem trả lời, sửa hoặc rút. \
             Lời nhắn được giữ {} tháng sau khi xử lý.",
            self.months
        );
        view! {
            {linked_summary_html(self.refusal)}
            <form
                class="card contact-form"
                id="gui-loi-nhan"
                method="post"
                action=routes::SEND_INQUIRY.path
                data-in-place=""
                data-draft="lien-he"
                data-refused=self.refusal.map(|_| "")
            >
                <h2>{format!("Gửi lời nhắn đến {office}")}</h2>
                <p class="quiet">{hint}</p>
                <input type="hidden" name=RETURN_TO value=self.path/>
                <div class="trap" aria-hidden="true">
                    <label>"Để trống ô này"<input type="text" name="website" tabindex="-1" autocomplete="off"/></label>
                </div>
                {self.line("name", "Họ và tên", ("text", MAX_NAME))}
                {self.line("email", "Email (không bắt buộc)", ("email", 254))}
                {notify}
                {self.line("phone", "Điện thoại (không bắt buộc)", ("tel", MAX_PHONE))}
                <div class="field">
                    <label for="body">"Nội dung"</label>
                    <textarea
                        id="body"
                        name="body"
                        rows="6"
                        aria-describedby="body-gioi-han"
                        aria-invalid=invalid_field(self.refusal, "body")
                        inner_html=body
                    ></textarea>
                    <p class="quiet counter" id="body-gioi-han">{limit}</p>
                </div>
                <label class="check">
                    <input type="checkbox" name="own_data" value="1" checked=own_data/>
                    <span>
                        "Tôi yêu cầu xem, sửa hoặc xóa dữ liệu cá nhân của tôi (được trả lời trong 2 ngày làm việc)"
                    </span>
                </label>
                <label class="check">
                    <input
                        type="checkbox"
                        id="consent"
                        name="consent"
                        value=version
                        checked=has_agreed
                        aria-invalid=invalid_field(self.refusal, "consent")
                    />
                    <span>{text}</span>
                </label>
                <p class="quiet"><a href=routes::PRIVACY.path>"Quyền riêng tư"</a></p>
                <button class="button wide">"Gửi lời nhắn"</button>
            </form>
        }
    }
}
