//! The room of the faults that readers reported. Plain forms.

use super::html::quoted;
use super::store::{self, Fault};
use super::{FaultState, LONG_ANSWER};
use crate::base::clock;
use crate::base::error::{AppError, ChangeNote};
use crate::base::id::{parse_id, parse_page};
use crate::base::text::clean_lines;
use crate::base::url::local_path;
use crate::features::articles::article_path;
use crate::features::audit::Actor;
use crate::features::writing::work_path;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::textarea_html;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::page::page_links;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::current_site;
use leptos::prelude::*;

/// The longest answer to a reader.
const MAX_ANSWER: usize = 1000;
/// The parameter and its value that select what was decided.
const TAB: &str = "muc";
const DECIDED: &str = "da-xu-ly";
/// Stands before the decision in the flash.
const DONE: &str = "fault-";

pub const ROOM: Room = Room {
    route: &routes::DESK_FAULTS,
    label: "Bạn đọc báo lỗi",
    group: Group::Content,
    permission: Some(Permission::WriteArticles),
    read: |request| Box::pin(read(request)),
    count_waiting: Some(|pool| Box::pin(async move { store::count_open_faults(&pool, None).await })),
};

/// Says what became of a report, with an answer that its reader sees, or opens it again.
#[server(prefix = "/api", endpoint = "decide-fault", output = server_fn::codec::Postcard)]
pub async fn decide_fault(
    #[server(default)] id: String,
    #[server(default)] seen: String,
    #[server(default)] decision: String,
    #[server(default)] answer: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    let staff = require(Permission::WriteArticles).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let state = |text: &str| FaultState::parse(text).ok_or(AppError::NotFound);
    let (seen, decision, answer) = (state(&seen)?, state(&decision)?, clean_lines(&answer));
    if answer.chars().count() > MAX_ANSWER {
        return Err(AppError::invalid(LONG_ANSWER));
    }
    let decided = store::decide_fault(&site.pool, Actor::new(&site, &staff), id, seen, (decision, &answer)).await?;
    if let Err(earlier) = decided {
        let change = format!("đã ghi: {}", earlier.state.label());
        return Err(AppError::Conflict(ChangeNote {
            actor: earlier.by,
            change,
            at: clock::format_short(earlier.at),
            effect: None,
        }));
    }
    site.hub.announce(Change::Desk);
    set_flash(format!("{DONE}{}", decision.value()))?;
    redirect_to(if return_to.is_empty() { routes::DESK_FAULTS.path } else { local_path(&return_to) }, "ban-duyet");
    Ok(())
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let is_open = request.address.parameter(TAB) != Some(DECIDED);
    let page = parse_page(request.address.parameter("trang"));
    let (faults, has_more) = store::list_faults(&request.site.pool, is_open, page).await?;
    let base = routes::DESK_FAULTS.path;
    let path = |page: i64| {
        if is_open { format!("{base}?trang={page}") } else { format!("{base}?{TAB}={DECIDED}&trang={page}") }
    };
    let refusal = request.refusal.as_ref().filter(|refusal| refusal.action == routes::DECIDE_FAULT.path);
    let back = path(page);
    let rows = faults.iter().map(|fault| row(fault, refusal, &back)).collect_view();
    let (notice, lost) = (done_notice()?, unsent_answer(&faults, refusal));
    let empty = faults.is_empty().then_some(if is_open {
        "Không có lời báo lỗi nào đang chờ."
    } else {
        "Chưa có lời báo lỗi nào được xử lý."
    });
    let decided = format!("{base}?{TAB}={DECIDED}");
    let html = view! {
        <div class="room-content">
            {notice}
            {lost}
            <nav class="tabs" aria-label="Trạng thái">
                <a href=base aria-current=is_open.then_some("page")>"Đang chờ"</a>
                <a href=decided.clone() aria-current=(!is_open).then_some("page")>"Đã xử lý"</a>
            </nav>
            {empty.map(|message| view! { <p class="empty">{message}</p> })}
            <ul class="rows faults">{rows}</ul>
            {page_links(page, has_more, &path)}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

/// What the last form did.
fn done_notice() -> Result<Option<impl IntoView + use<>>, AppError> {
    let done = take_flash()?.and_then(|value| FaultState::parse(value.strip_prefix(DONE)?));
    Ok(done.map(|state| {
        let sentence = match state {
            FaultState::Open => "Đã mở lại lời báo lỗi.",
            FaultState::Mended => "Đã ghi: đã sửa bài. Bạn đọc thấy kết quả ở trang riêng của mình.",
            FaultState::Declined => "Đã ghi: không phải lỗi. Bạn đọc thấy kết quả ở trang riêng của mình.",
        };
        view! { <p class="notice" role="status">{sentence}</p> }
    }))
}

/// What was typed as an answer to a report that is not here any longer, because somebody decided first.
fn unsent_answer(faults: &[Fault], refusal: Option<&Refusal>) -> Option<impl IntoView + use<>> {
    let refusal = refusal?;
    let id = refusal.typed("id");
    let is_here = faults.iter().any(|fault| fault.id.to_string() == id && fault.state == FaultState::Open);
    let answer = refusal.typed("answer");
    (!is_here && !answer.is_empty()).then(|| {
        let html = textarea_html(&answer).replace('\n', "<br>");
        view! { <div class="notice"><p>"Câu trả lời ông/bà vừa viết, chưa gửi:"</p><p inner_html=html></p></div> }
    })
}

fn row(fault: &Fault, refusal: Option<&Refusal>, back: &str) -> impl IntoView + use<> {
    let lines = |text: &str| textarea_html(text).replace('\n', "<br>");
    let decided = fault.decided_at.map(|at| {
        let by = fault.decided_by.clone().unwrap_or_else(|| "Hệ thống".to_owned());
        let answer = (!fault.answer.is_empty()).then(|| {
            view! { <p class="quiet">"Đã trả lời: "<span inner_html=lines(&fault.answer)></span></p> }
        });
        let line = format!("{}: {by}, {}", fault.state.label(), clock::format_short(at));
        view! { <p class="quiet">{line}</p>{answer} }
    });
    view! {
        <li class="row fault">
            <div>
                <p>
                    <a href=work_path(fault.article)><strong>{fault.title.clone()}</strong></a>
                    " "
                    <a class="quiet" href=article_path(&fault.slug, fault.article) rel="external">"Xem trên trang"</a>
                </p>
                {quoted(&fault.quotation)}
                <p inner_html=lines(&fault.message)></p>
                <p class="quiet">{format!("Bạn đọc gửi lúc {}", clock::format_short(fault.created_at))}</p>
                {decided}
                {form(fault, refusal, back)}
            </div>
        </li>
    }
}

fn form(fault: &Fault, refusal: Option<&Refusal>, back: &str) -> impl IntoView + use<> {
    let id = fault.id;
    let refusal =
        refusal.filter(|refusal| refusal.action == routes::DECIDE_FAULT.path && refusal.typed("id") == id.to_string());
    let answer = refusal.map_or_else(|| fault.answer.clone(), |refusal| refusal.typed("answer"));
    let button = |state: FaultState, class: &'static str, label: &'static str| {
        view! { <button class=class name="decision" value=state.value()>{label}</button> }
    };
    let (buttons, field) = if fault.state == FaultState::Open {
        let name = format!("answer-{id}");
        let field = view! {
            <div class="field">
                <label for=name.clone()>"Trả lời bạn đọc (không bắt buộc)"</label>
                <textarea
                    id=name
                    name="answer"
                    rows="2"
                    maxlength=MAX_ANSWER
                    inner_html=textarea_html(&answer)
                ></textarea>
            </div>
        };
        let buttons = view! {
            {button(FaultState::Mended, "button", "Đã sửa bài")}
            {button(FaultState::Declined, "button secondary", "Không phải lỗi")}
        };
        (buttons.into_any(), Some(field))
    } else {
        (button(FaultState::Open, "button secondary", "Mở lại").into_any(), None)
    };
    view! {
        <form class="stack" method="post" action=routes::DECIDE_FAULT.path>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="seen" value=fault.state.value()/>
            <input type="hidden" name=RETURN_TO value=back.to_owned()/>
            {field}
            <div class="actions">{buttons}</div>
        </form>
    }
}
