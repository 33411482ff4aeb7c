//! `Báo vi phạm`: the page where readers report a published comment. Plain forms.

use super::store::reports::{ReportableComment, find_reportable_comment, insert_report};
use super::{REASON_MISSING, ReportReason, anchor, limits, parse_note};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::url::with_parameter;
use crate::features::articles::article_path;
use crate::features::statistics::traffic::Traffic;
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{invalid_field, linked_summary_html, textarea_html};
use crate::web::forms::{RETURN_TO, Refusal, find_refusal};
use crate::web::page::{Page, PageRequest};
use crate::web::site::{Site, current_site};
use crate::web::visitor::{current_address, current_visitor, ensure_visitor};
use leptos::prelude::*;

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let id = parse_id(&request.last).ok_or(AppError::NotFound)?;
    let refusal = find_refusal(&request.refusal_token()).await?;
    let comment = find_reportable_comment(&site.pool, id, current_visitor()?).await?.ok_or(AppError::NotFound)?;
    Ok(page(site, id, &comment, refusal))
}

/// Reports a comment. It stays where it is until a person has looked.
#[server(prefix = "/api", endpoint = "report-comment", output = server_fn::codec::Postcard)]
pub async fn report_comment(
    #[server(default)] comment_id: String,
    #[server(default)] reason: String,
    #[server(default)] details: String,
) -> Result<(), AppError> {
    let site = current_site()?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let reason = ReportReason::parse(&reason).ok_or(AppError::invalid(REASON_MISSING))?;
    let details = parse_note(&details, "details").map_err(AppError::invalid)?;
    let reader = ensure_visitor()?.visitor;
    limits::take_comment(&site, &reader.0, current_address())?;
    let sender = site.state::<Traffic>().current_visitor();
    insert_report(&site.pool, comment, (reader, sender), reason, details.as_deref()).await?;
    site.hub.announce(Change::Desk);
    redirect_to(&routes::REPORT.with(comment), "ket-qua");
    Ok(())
}

fn page(site: &Site, id: i64, comment: &ReportableComment, refusal: Option<Refusal>) -> Page {
    let article = article_path(&comment.slug, comment.article_id);
    let back = format!("{}#{}", with_parameter(&article, "y-kien", &id.to_string()), anchor(id));
    let content = if comment.is_reported {
        view! {
            <p class="status-line" role="status" id="ket-qua" tabindex="-1">
                "Cảm ơn ông/bà đã phản ánh. Cán bộ sẽ xem xét ý kiến này."
            </p>
            <p><a class="button" href=back>"Về bài viết"</a></p>
        }
        .into_any()
    } else {
        view! {
            {linked_summary_html(refusal.as_ref())}
            {form(id, refusal.as_ref())}
            <p><a href=back>"Về bài viết"</a></p>
        }
        .into_any()
    };
    let html = view! {
        <div class="narrow sections">
            <h1>"Báo vi phạm"</h1>
            <blockquote class="card">
                <p><strong>{comment.name.clone()}</strong></p>
                <p class="comment-body">{comment.body.clone()}</p>
            </blockquote>
            {content}
        </div>
    };
    let error = refusal.as_ref().map_or("", |_| "Lỗi: ");
    let title = format!("{error}Báo vi phạm - {}", site.settings().info.name);
    Page::unlisted(title, html.to_html()).with_error(refusal.map(|refusal| refusal.error))
}

fn form(id: i64, refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let typed = |field: &str| refusal.map(|refusal| refusal.typed(field)).unwrap_or_default();
    let chosen = typed("reason");
    let details = textarea_html(&typed("details"));
    let reasons = ReportReason::ALL.map(|reason| {
        let checked = chosen == reason.value();
        // the summary links to the first
        let id = (reason == ReportReason::ALL[0]).then_some("reason");
        view! {
            <label class="check">
                <input type="radio" name="reason" id=id value=reason.value() checked=checked/>{reason.label()}
            </label>
        }
    });
    view! {
        <form
            class="card"
            method="post"
            action=routes::REPORT_COMMENT.path
            data-in-place=""
            data-draft=format!("bao-{id}")
            data-refused=refusal.map(|_| "")
        >
            <input type="hidden" name="comment_id" value=id/>
            <input type="hidden" name=RETURN_TO value=routes::REPORT.with(id)/>
            <fieldset class="field reasons">
                <legend>"Lý do báo vi phạm"</legend>
                {reasons.collect_view()}
            </fieldset>
            <div class="field">
                <label for="details">"Ghi rõ thêm (không bắt buộc)"</label>
                <textarea
                    id="details"
                    name="details"
                    rows="3"
                    maxlength="500"
                    aria-invalid=invalid_field(refusal, "details")
                    inner_html=details
                ></textarea>
            </div>
            <p class="quiet">
                "Ý kiến vẫn hiển thị cho đến khi cán bộ xem xét. Người viết không biết ai đã báo."
            </p>
            <button class="button wide">"Gửi báo vi phạm"</button>
        </form>
    }
}
