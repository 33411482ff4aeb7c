//! The room of the terms: a box to try a sentence, a form that adds, and the list.

use super::reload::reload_terms;
use super::{ActiveTerms, BAD_TERMS, Reason, Term, TermKind, TermList, html, parse_list, store};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::text::fold;
use crate::features::audit::Actor;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::textarea_html;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::current_site;
use leptos::prelude::*;

/// Terms shown at once.
const SHOWN: usize = 100;

pub const ROOM: Room = Room {
    route: &routes::DESK_TERMS,
    label: "Từ ngữ",
    group: Group::Administration,
    permission: Some(Permission::ManageTerms),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// Adds terms to the list, one a line, of a kind or of none.
#[server(prefix = "/api", endpoint = "add-terms", output = server_fn::codec::Postcard)]
pub async fn add_terms(#[server(default)] terms: String, #[server(default)] kind: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageTerms).await?;
    let (terms, invalid) = parse_list(&terms);
    if terms.is_empty() || invalid > 0 {
        return Err(AppError::invalid(BAD_TERMS));
    }
    let site = current_site()?;
    store::add_terms(&site.pool, Actor::new(&site, &staff), &terms, TermKind::parse(&kind)).await?;
    reload_terms(&site).await?;
    redirect_to(routes::DESK_TERMS.path, "ban-duyet");
    Ok(())
}

/// Removes a term from the list.
#[server(prefix = "/api", endpoint = "remove-term", output = server_fn::codec::Postcard)]
pub async fn remove_term(#[server(default)] term: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageTerms).await?;
    let site = current_site()?;
    store::remove_term(&site.pool, Actor::new(&site, &staff), &term).await?;
    reload_terms(&site).await?;
    redirect_to(routes::DESK_TERMS.path, "ban-duyet");
    Ok(())
}

async fn read(RoomRequest { site, address, refusal, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let typed = |field| refusal.as_ref().map(|refusal| refusal.typed(field)).unwrap_or_default();
    let list = site.state::<ActiveTerms>().get();
    let (terms, kind) = (typed("terms"), TermKind::parse(&typed("kind")));
    let html = room_html(&list, &address.text("tim"), &address.text("thu"), (&terms, kind));
    Ok(RoomContent { html, data: Vec::new() })
}

/// `search` narrows the list, `tried` is a sentence to try, `typed` came back with a refused form.
fn room_html(list: &TermList, search: &str, tried: &str, (typed, chosen): (&str, Option<TermKind>)) -> String {
    let total = format_number(list.terms().count() as i64);
    let kinds = TermKind::ALL.map(|kind| {
        view! { <option value=kind.value() selected=chosen == Some(kind)>{capitalise(kind.label())}</option> }
    });
    view! {
        <div class="room-content">
            <h2>"Thử một câu"</h2>
            <form action=routes::DESK_TERMS.path method="get" class="stack">
                <label class="field">
                    "Câu cần thử"
                    <textarea name="thu" rows="3" maxlength="1000" inner_html=textarea_html(tried)></textarea>
                </label>
                <button class="button secondary">"Thử"</button>
            </form>
            {(!tried.is_empty()).then(|| trial(list, tried))}
            <h2>"Thêm từ"</h2>
            <form action=routes::ADD_TERMS.path method="post" class="stack">
                <input type="hidden" name=RETURN_TO value=routes::DESK_TERMS.path/>
                <label class="field">
                    "Mỗi dòng một từ hoặc cụm từ, viết đúng chính tả"
                    <textarea name="terms" id="terms" rows="4" inner_html=textarea_html(typed)></textarea>
                </label>
                <label class="field">
                    "Loại nội dung"
                    <select name="kind">
                        <option value="">"Loại khác"</option>
                        {kinds.collect_view()}
                    </select>
                </label>
                <p class="quiet">
                    "Cách viết không dấu, viết tắt kiểu teencode, chèn dấu chấm hoặc chữ số cũng được nhận ra. "
                    "Từ trong danh sách chỉ giữ ý kiến lại để xem, không xóa. "
                    "Thêm lại một từ đã có với loại mới sẽ đổi loại của từ đó."
                </p>
                <button class="button">"Thêm"</button>
            </form>
            <h2>{format!("Danh sách ({total} từ)")}</h2>
            <form action=routes::DESK_TERMS.path method="get" class="search-line" role="search">
                <input
                    type="search"
                    name="tim"
                    value=search.to_owned()
                    aria-label="Tìm trong danh sách"
                    placeholder="Tìm trong danh sách"
                />
                <button class="button secondary">"Tìm"</button>
            </form>
            {found_terms(list, search)}
        </div>
    }
    .to_html()
}

/// A label as the beginning of a line.
fn capitalise(label: &str) -> String {
    let mut chars = label.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn found_terms(list: &TermList, search: &str) -> impl IntoView + use<> {
    let folded = fold(search);
    let found: Vec<&Term> = list.terms().filter(|term| fold(&term.text).contains(&folded)).collect();
    let count = match found.len() {
        count if count > SHOWN => format!("{} từ khớp, {SHOWN} từ đầu:", format_number(count as i64)),
        count => format!("{count} từ khớp:"),
    };
    let terms = found.into_iter().take(SHOWN).map(|term| {
        view! {
            <li>
                <span>
                    {term.text.clone()}
                    {term.kind.map(|kind| view! { <small class="quiet">{format!(" ({})", kind.label())}</small> })}
                </span>
                <form method="post" action=routes::REMOVE_TERM.path>
                    <input type="hidden" name="term" value=term.text.clone()/>
                    <input type="hidden" name=RETURN_TO value=routes::DESK_TERMS.path/>
                    <button class="link-button" aria-label=format!("Bỏ {}", term.text)>"Bỏ"</button>
                </form>
            </li>
        }
    });
    view! {
        <p class="quiet">{count}</p>
        <ul class="term-list">{terms.collect_view()}</ul>
    }
}

/// What the rules find in a sentence.
fn trial(list: &TermList, tried: &str) -> impl IntoView + use<> {
    let reasons = list.find_reasons("", tried);
    let matches = list.find(tried).into_iter().map(|found| {
        let kind = if found.exact { "đúng như trong danh sách" } else { "viết khác đi" };
        let spelling: String = tried.chars().skip(found.at.start).take(found.at.len()).collect();
        view! { <li>{format!("“{spelling}” khớp với “{}”, {kind}", found.term)}</li> }
    });
    let matches = matches.collect_view();
    let others: Vec<Reason> = reasons.iter().filter(|reason| !matches!(reason, Reason::Term { .. })).cloned().collect();
    let others = html::labels(&others, tried).into_iter().map(|label| view! { <li>{label}</li> });
    view! {
        <div class="card check-result" role="status">
            <p class="comment-body" inner_html=html::highlight(tried, &reasons, &[])></p>
            <ul>{matches}{others.collect_view()}</ul>
            {reasons.is_empty().then(|| view! { <p>"Không có gì khớp."</p> })}
        </div>
    }
}
