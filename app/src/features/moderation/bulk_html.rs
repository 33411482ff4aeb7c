//! The choice of several comments, and the bar with the decisions about them, as HTML. With script `bulk_bar` keeps the
//! numbers and the question in it current.

use super::actions::button_class;
use super::queue_query::{QueueQuery, Tab};
use super::{Found, MAX_AT_ONCE};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::comments::Decision;
use crate::routes;
use crate::web::forms::view::EnterDoesNothing;
use crate::web::forms::{RETURN_TO, Refusal, SUMMARY};
use leptos::prelude::*;

/// The decisions about several comments of a tab.
fn decisions_of(tab: Tab) -> &'static [Decision] {
    match tab {
        Tab::Pending | Tab::Blocked => &[Decision::Approve, Decision::Reject],
        Tab::Reported => &[Decision::Keep, Decision::Remove],
        Tab::Unanswered | Tab::Published => &[Decision::Remove],
        // each is read and answered by itself; waves of advertising are refused together
        Tab::Inquiries | Tab::BlockedInquiries => &[Decision::Reject],
        _ => &[],
    }
}

/// The boxes that choose every comment of this page, and every comment that the filter leaves (`all`, where those are
/// more than the page shows); and the link that sorts.
pub fn choices(query: &QueueQuery, shown: usize, all: Option<Found>, refusal: Option<&Refusal>) -> String {
    if decisions_of(query.tab).is_empty() {
        return String::new();
    }
    let sort = query.tab.can_be_sorted().then(|| {
        let label = if query.is_sorted { "Cũ trước" } else { "Đáng ngờ trước" };
        view! { <a class="link-button sort" href=query.sorted(!query.is_sorted).path()>{label}</a> }
    });
    let is_chosen = |name: &str| refusal.is_some_and(|refusal| refusal.typed(name) == "1");
    let unit = query.tab.unit();
    let all = all.map(|all| {
        let most = MAX_AT_ONCE as i64;
        let count = all.count().min(most);
        let label = match all {
            Found::Exactly(all) if all <= most => format!("Tất cả {} {unit}, ở mọi trang", format_number(all)),
            _ => format!("{} {unit} đầu, ở mọi trang", format_number(count)),
        };
        view! {
            <label class="check all-box">
                <input type="checkbox" form="nhieu" name="all" value="1" data-count=count checked=is_chosen("all")/>
                {label}
            </label>
        }
    });
    let label = format!("Chọn cả trang ({})", format_number(shown as i64));
    view! {
        <div class="choices">
            <label class="check page-box" hidden=shown == 0>
                <input type="checkbox" form="nhieu" name="page" value="1" checked=is_chosen("page")/>
                <span>{label}</span>
            </label>
            {all}
            {sort}
        </div>
    }
    .to_html()
}

/// What the bar is made of.
pub struct Bar<'a> {
    pub query: &'a QueueQuery,
    /// The comments that the page shows, each as `number:version`.
    pub shown: String,
    /// The last comment of the tab.
    pub last: i64,
    /// The buttons for the reasons of a refusal.
    pub reasons: &'a str,
    /// This form, if it was refused without script.
    pub refusal: Option<&'a Refusal>,
}

/// The bar with the decisions about several comments. A decision that is to be confirmed stands in it alone.
pub fn bar(Bar { query, shown, last, reasons, refusal }: Bar<'_>) -> String {
    let decisions = decisions_of(query.tab);
    if decisions.is_empty() {
        return String::new();
    }
    let typed = |name: &str| refusal.map(|refusal| refusal.typed(name)).unwrap_or_default();
    let asked = refusal.and_then(|refusal| match &refusal.error {
        AppError::Unconfirmed { count, question } => {
            Some((read_decision(refusal)?, Some(*count), question.to_string()))
        }
        // it stands ready, with its reason
        AppError::SignIn => {
            let interrupted = "Quyết định chưa được thực hiện vì phiên đăng nhập đã kết thúc.";
            Some((read_decision(refusal)?, None, interrupted.to_owned()))
        }
        _ => None,
    });
    let (confirmed, message) = match &asked {
        Some((_, count, question)) => (count.map(|count| count.to_string()).unwrap_or_default(), question.clone()),
        None => (String::new(), format!("Đánh dấu các {} bên trên, rồi:", query.tab.unit())),
    };
    let is_asked = asked.is_some();
    let (value, label) = asked.as_ref().map_or((String::new(), String::new()), |(decision, count, _)| {
        let what = count.map_or_else(|| "mục đã chọn".to_owned(), |count| format_number(i64::from(count)));
        (decision.value().to_owned(), format!("{} {what}", decision.label()))
    });
    let refusing = decisions.iter().copied().find(|decision| decision.takes_note());
    let buttons = decisions.iter().filter(|decision| !decision.takes_note() && !is_asked).map(|decision| {
        view! {
            <button
                class=format!("{} decide", button_class(*decision))
                name="decision"
                value=decision.value()
                data-label=decision.label()
            >
                {format!("{} mục đã chọn", decision.label())}
            </button>
        }
    });
    let sheet = refusing.filter(|_| !is_asked).map(|decision| refusal_sheet(decision, reasons, typed("note")));
    let path = query.path();
    view! {
        <form
            class="bulk"
            id="nhieu"
            method="post"
            action=routes::DECIDE_MANY.path
            aria-label="Quyết định nhiều ý kiến"
            data-asked=is_asked.then_some("")
            data-unit=query.tab.unit()
        >
            <EnterDoesNothing/>
            <input type="hidden" name=RETURN_TO value=path.clone()/>
            <input type="hidden" name="last" value=last/>
            <input type="hidden" name="filter" value=path.clone()/>
            <input type="hidden" name="shown" value=shown/>
            <input type="hidden" name="confirmed" value=confirmed/>
            <input type="hidden" name="refusal" value=refusing.map(Decision::value)/>
            <input type="hidden" name="reason" value=typed("reason") disabled=!is_asked/>
            {is_asked.then(|| view! { <input type="hidden" name="note" value=typed("note")/> })}
            <p class="bulk-message" role="status" id=is_asked.then_some(SUMMARY)>{message}</p>
            <div class="bulk-buttons">
                {buttons.collect_view()}
                {sheet}
                <button class="button confirm" name="decision" value=value hidden=!is_asked disabled=!is_asked>
                    {label}
                </button>
                <a class="link-button cancel" href=path.clone() hidden=!is_asked>"Hủy"</a>
            </div>
            <p class="field-error" role="alert"></p>
        </form>
    }
    .to_html()
}

/// The decision that a form was sent with.
fn read_decision(refusal: &Refusal) -> Option<Decision> {
    Decision::parse(&refusal.typed("decision")).or_else(|| Decision::parse(&refusal.typed("refusal")))
}

/// The reasons for refusing all of them, one press each.
fn refusal_sheet(decision: Decision, reasons: &str, note: String) -> impl IntoView + use<> {
    let is_open = !note.is_empty();
    view! {
        // it stays closed when the form comes back: it would lie over the sentence that says why
        <details class="refusal">
            <summary class=format!("{} decide", button_class(decision)) data-label=decision.label()>
                {format!("{} mục đã chọn", decision.label())}
            </summary>
            <div class="sheet">
                <p class="sheet-title">{format!("{} vì lý do gì?", decision.label())}</p>
                <div class="chips" inner_html=reasons.to_owned()></div>
                <details class="other-reason" open=is_open>
                    <summary class="chip">"Khác…"</summary>
                    <label class="field">
                        "Lý do khác"
                        <input type="text" name="note" maxlength="500" value=note autocomplete="off"/>
                    </label>
                    <button class="button" name="decision" value=decision.value()>{decision.label()}</button>
                </details>
            </div>
        </details>
    }
}
