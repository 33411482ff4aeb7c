//! `Báo lỗi bài viết`: the page where readers report a fault. Plain forms.

use super::html::quoted;
use super::store::{self, FaultLink, FaultyArticle};
use super::{FAULT_DAYS, FaultDraft, MAX_MESSAGE, cut_quotation, parse_fault};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::base::keys::hash_token;
use crate::features::articles::article_path;
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{invalid_field, linked_summary_html, textarea_html};
use crate::web::forms::{RETURN_TO, Refusal, find_refusal};
use crate::web::limits::per_minute;
use crate::web::page::{Page, PageRequest};
use crate::web::site::{Site, current_site};
use crate::web::visitor::{current_address, ensure_visitor};
use leptos::prelude::*;

/// The parameter with the words that the reader marked.
pub const QUOTATION: &str = "doan";
/// Reports a minute by one visitor.
const PER_VISITOR: u32 = 3;
/// Reports a minute from one line.
const PER_LINE: u32 = 20;

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let id = parse_id(&request.last).ok_or(AppError::NotFound)?;
    let article = store::find_reportable_article(&site.pool, id).await?.ok_or(AppError::NotFound)?;
    let refusal = find_refusal(&request.refusal_token()).await?;
    let quotation = match &refusal {
        Some(refusal) => refusal.typed("quotation"),
        None => request.text(QUOTATION),
    };
    Ok(page(site, id, &article, &cut_quotation(&quotation), refusal))
}

/// Reports a fault in an article, and leads to the page that says what becomes of it.
#[server(prefix = "/api", endpoint = "send-fault", output = server_fn::codec::Postcard)]
pub async fn send_fault(
    #[server(default)] article_id: String,
    #[server(default)] quotation: String,
    #[server(default)] message: String,
) -> Result<(), AppError> {
    let site = current_site()?;
    let article = parse_id(&article_id).ok_or(AppError::NotFound)?;
    let draft: FaultDraft = parse_fault(&quotation, &message)?;
    store::find_reportable_article(&site.pool, article).await?.ok_or(AppError::NotFound)?;
    let known = ensure_visitor()?;
    site.limits.take("faults", per_minute(PER_VISITOR), &[&known.visitor.0])?;
    site.limits.take_by_line("faults", PER_LINE, current_address())?;
    let salt: [u8; 16] = rand::random();
    let link = FaultLink { salt, hash: hash_token(&known.secret.derive_link(&site.keys, &salt)) };
    let salt = store::insert_fault(&site.pool, article, known.visitor, &draft, &link).await?;
    site.hub.announce(Change::Desk);
    redirect_to(&routes::OWN_FAULT.with(known.secret.derive_link(&site.keys, &salt)), "ket-qua");
    Ok(())
}

fn page(site: &Site, id: i64, article: &FaultyArticle, quotation: &str, refusal: Option<Refusal>) -> Page {
    let back = article_path(&article.slug, id);
    let typed = refusal.as_ref().map(|refusal| refusal.typed("message")).unwrap_or_default();
    let days = format_number(i64::from(site.settings().number(&FAULT_DAYS)));
    let draft = format!("bao-loi-{id}");
    let invalid = invalid_field(refusal.as_ref(), "message");
    let html = view! {
        <div class="narrow sections">
            <h1>"Báo lỗi bài viết"</h1>
            <p><a href=back>{article.title.clone()}</a></p>
            {linked_summary_html(refusal.as_ref())}
            <form
                class="card"
                method="post"
                action=routes::SEND_FAULT.path
                data-in-place=""
                data-draft=draft
                data-refused=refusal.as_ref().map(|_| "")
            >
                <input type="hidden" name="article_id" value=id/>
                <input type="hidden" name="quotation" value=quotation.to_owned()/>
                <input type="hidden" name=RETURN_TO value=routes::REPORT_FAULT.with(id)/>
                {quoted(quotation)}
                <div class="field">
                    <label for="message">"Bài viết sai ở đâu?"</label>
                    <textarea
                        id="message"
                        name="message"
                        rows="4"
                        maxlength=MAX_MESSAGE
                        aria-invalid=invalid
                        inner_html=textarea_html(&typed)
                    ></textarea>
                </div>
                <p class="quiet">
                    "Chỉ cán bộ đọc được lời báo này. Xin đừng ghi thông tin cá nhân. Lời báo được giữ đến "
                    {days}" ngày sau khi xử lý; ông/bà xem kết quả và xóa được ở địa chỉ riêng nhận sau khi gửi."
                </p>
                <button class="button wide">"Gửi báo lỗi"</button>
            </form>
        </div>
    };
    let error = refusal.as_ref().map_or("", |_| "Lỗi: ");
    let title = format!("{error}Báo lỗi bài viết - {}", site.settings().info.name);
    Page::unlisted(title, html.to_html()).with_error(refusal.map(|refusal| refusal.error))
}
