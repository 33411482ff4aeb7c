//! Cards of the queue. Text is encoded here, once.

use super::QueueCard;
use super::actions::{CHOSEN, WRITER};
use super::card::title_id;
use super::store::queue::QueueRow;
use crate::base::clock;
use crate::base::error::ChangeNote;
use crate::base::format::format_number;
use crate::base::url::{telephone_link, with_parameter};
use crate::features::articles::article_path;
use crate::features::comments::store::reports::ReportSummary;
use crate::features::comments::{CommentState, anchor, describe_decision, quote};
use crate::features::rules::{Reason, html as rules};
use leptos::prelude::*;
use std::ops::Range;
use time::OffsetDateTime;

/// Builds the card of a comment on a page of the queue, with what readers reported.
pub fn card(row: QueueRow, reports: &[ReportSummary], page: &str, now: OffsetDateTime) -> QueueCard {
    let (reasons, covered) = (row.reasons(), row.covered());
    let reports = reports.iter().filter(|report| row.is_reported() && report.comment == row.id);
    QueueCard {
        change: describe_change(&row),
        head: head(&row, page, now),
        text: text(&row, &reasons, &covered, reports.map(describe_report).collect()) + &due(&row, now),
        personal: if row.is_inquiry() { Vec::new() } else { find_personal(&row.body, &reasons, &covered) },
        covered: covered.len(),
        is_reported: row.is_reported(),
        has_answer: row.answer_id.is_some(),
        is_unanswered: row.is_unanswered && !row.is_inquiry(),
        is_inquiry: row.is_inquiry(),
        can_undo: row.previous_state.is_some(),
        id: row.id,
        version: row.version,
        state: row.state,
        name: row.name,
        note: row.note,
        is_official: row.official,
    }
}

/// The address of a comment's article, at the comment where readers see it.
pub fn public_path(row: &QueueRow) -> String {
    let mut path = article_path(&row.slug, row.article_id);
    if row.state == CommentState::Published {
        path.push_str(&format!("?y-kien={0}#{1}", row.id, anchor(row.id)));
    }
    path
}

/// What its article is called, or where it comes from.
pub fn title_of(row: &QueueRow) -> String {
    if row.is_inquiry() { "Liên hệ".to_owned() } else { row.title.clone() }
}

/// Where the writer of an inquiry is reached, and whether it is about their own data.
pub fn contact_html(row: &QueueRow) -> AnyView {
    let own_data = row.is_about_own_data.then(|| {
        view! { <p class="flags">"Yêu cầu về dữ liệu cá nhân của người gửi"</p> }
    });
    let phone = row.phone.clone().filter(|_| row.is_inquiry()).map(|phone| {
        let href = telephone_link(&phone);
        view! { <p>"Điện thoại: "<a href=href>{phone}</a></p> }
    });
    let email = row.email.clone().filter(|_| row.is_inquiry()).map(|email| {
        view! { <p>"Email: "<a href=format!("mailto:{email}")>{email.clone()}</a></p> }
    });
    view! { {own_data} {phone} {email} }.into_any()
}

/// The article, how long the comment has been waiting, and its writer.
fn head(row: &QueueRow, page: &str, now: OffsetDateTime) -> String {
    let waiting = row.state.is_waiting().then(|| clock::format_waiting(row.created_at, now));
    let waiting = waiting.unwrap_or_else(|| clock::format_short(row.created_at));
    let earlier = describe_earlier(row.earlier, row.earlier_published, row.earlier_refused);
    let earlier = match row.earlier {
        _ if row.official => view! { <span class="quiet">"trả lời chính thức"</span> }.into_any(),
        0 => view! { <span class="quiet">{earlier}</span> }.into_any(),
        _ => {
            let path = with_parameter(page, CHOSEN, &row.id.to_string()) + "#" + WRITER;
            view! { <a class="quiet show-details" rel="external" href=path>{earlier}</a> }.into_any()
        }
    };
    let title = match row.is_inquiry() {
        true => title_of(row).into_any(),
        false => view! { <a href=public_path(row)>{row.title.clone()}</a> }.into_any(),
    };
    view! {
        <p class="queue-article" id=title_id(row.id)>{title}</p>
        <p class="queue-writer">
            <strong>{row.name.clone()}</strong>
            " "
            {earlier}
            " "
            <time class="quiet" datetime=clock::format_iso(row.created_at)>{waiting}</time>
        </p>
    }
    .to_html()
}

/// What was written, in answer to what, and what is to be seen about it.
fn text(row: &QueueRow, reasons: &[Reason], covered: &[Range<usize>], reports: Vec<String>) -> String {
    let parent = row.parent.as_deref().map(|parent| {
        view! {
            <blockquote class="quiet parent">
                <span class="visually-hidden">"Trả lời ý kiến: "</span>
                {quote(parent)}
            </blockquote>
        }
    });
    let labels = rules::labels(reasons, &row.body);
    let flags =
        (!labels.is_empty()).then(|| view! { <p class="flags">{format!("Cần xem: {}", labels.join(" · "))}</p> });
    let reports = (!reports.is_empty()).then(|| {
        let reports = reports.into_iter().map(|report| view! { <li>{report}</li> });
        view! { <ul class="flags">{reports.collect_view()}</ul> }
    });
    let answer = describe_answer(row).map(|answer| view! { <p class="answer quiet">{answer}</p> });
    let contact = row.is_inquiry().then(|| view! { <div class="contact">{contact_html(row)}</div> });
    view! {
        {parent}
        <p class="comment-body" inner_html=rules::highlight(&row.body, reasons, covered)></p>
        {contact}
        {flags}
        {reports}
        {answer}
    }
    .to_html()
}

/// `Hạn trả lời 30/11/2026 · Chị Lan · đã chuyển Điện lực · có ghi chú`
fn due(row: &QueueRow, now: OffsetDateTime) -> String {
    let today = clock::local_day(now);
    // an inquiry that is done wants no answer any more
    let is_wanted = row.state.is_waiting() || row.state == CommentState::Published && !row.is_inquiry();
    let due_on = row.due_on.filter(|_| is_wanted);
    let is_overdue = due_on.is_some_and(|day| day < today);
    let day = due_on.map(|day| match (day - today).whole_days() {
        0 => "Hạn trả lời hôm nay".to_owned(),
        1.. => format!("Hạn trả lời {}", clock::format_day(day)),
        late => format!("Quá hạn trả lời {} ngày", format_number(-late)),
    });
    let passed = row.passed_to.as_ref().map(|to| format!("đã chuyển {to}"));
    let (assignee, passed) = if day.is_some() { (row.assignee.clone(), passed) } else { (None, None) };
    let parts: Vec<String> =
        [day, assignee, passed, row.has_notes.then(|| "có ghi chú".to_owned())].into_iter().flatten().collect();
    if parts.is_empty() {
        return String::new();
    }
    view! { <p class="due" class:overdue=is_overdue>{parts.join(" · ")}</p> }.to_html()
}

/// `Chị Lan đã trả lời lúc 09:42 ngày 12/07/2023: “Từ 11 giờ hôm nay.”`
fn describe_answer(row: &QueueRow) -> Option<String> {
    let (at, body) = (row.answered_at?, row.answer_body.as_deref()?);
    let by = row.answered_by.as_deref().unwrap_or("Một người khác");
    Some(format!("{by} đã trả lời lúc {}: “{}”", clock::format_short(at), quote(body)))
}

fn describe_change(row: &QueueRow) -> Option<ChangeNote> {
    let writer = || Some("Người viết".to_owned());
    let (actor, change, at) = match (row.decided_at, row.corrected_at) {
        (Some(at), _) => {
            let decided = Decided {
                state: row.state,
                previous_state: row.previous_state,
                actor: row.actor.as_deref(),
                is_withdrawn: row.is_withdrawn,
                is_inquiry: row.is_inquiry() && !row.official,
            };
            let (actor, change) = describe_decided(&decided);
            (actor, change, at)
        }
        (None, Some(at)) if row.is_inquiry() => (writer(), "đã sửa lời nhắn này", at),
        (None, Some(at)) => (writer(), "đã sửa ý kiến này", at),
        (None, None) => return None,
    };
    Some(ChangeNote { actor, change: change.to_owned(), at: clock::format_short(at), effect: None })
}

/// What was decided about a comment, and by whom.
pub struct Decided<'a> {
    pub state: CommentState,
    pub previous_state: Option<CommentState>,
    /// The displayed name of the member of staff.
    pub actor: Option<&'a str>,
    /// Whether its writer withdrew it.
    pub is_withdrawn: bool,
    pub is_inquiry: bool,
}

/// Names who decided, and says what.
pub fn describe_decided(decided: &Decided<'_>) -> (Option<String>, &'static str) {
    let Decided { state, previous_state, actor, is_withdrawn, is_inquiry } = *decided;
    let site = || Some("Trang".to_owned());
    match (actor, state, previous_state) {
        (Some(name), ..) => (Some(name.to_owned()), describe_decision(state, previous_state, is_inquiry)),
        (None, CommentState::Removed, _) if is_withdrawn => {
            let change = if is_inquiry { "đã rút lời nhắn này" } else { "đã rút ý kiến này" };
            (Some("Người viết".to_owned()), change)
        }
        // nobody decided: its writer is trusted
        (None, CommentState::Published, Some(CommentState::Pending)) => {
            (site(), "đã đăng ngay vì người viết từng được duyệt,")
        }
        // a block ended by its time
        (None, CommentState::Pending, _) => (site(), describe_decision(state, previous_state, is_inquiry)),
        (None, ..) => (None, describe_decision(state, previous_state, is_inquiry)),
    }
}

/// `2 bạn đọc báo vi phạm: Xúc phạm người khác. “nói xấu tổ trưởng”`
fn describe_report(report: &ReportSummary) -> String {
    let details: String = report.details.iter().map(|details| format!(" “{details}”")).collect();
    let stop = if details.is_empty() { "" } else { "." };
    format!("{} bạn đọc báo vi phạm: {}{stop}{details}", format_number(report.count), report.reason.label())
}

/// Finds the parts of a text that look personal and are not covered yet, each once.
pub fn find_personal(body: &str, reasons: &[Reason], covered: &[Range<usize>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let is_open = |at: &Range<usize>| covered.iter().all(|known| at.end <= known.start || known.end <= at.start);
    let ranges = reasons.iter().filter(|reason| matches!(reason, Reason::Personal { .. })).filter_map(Reason::range);
    for at in ranges.filter(is_open) {
        let part: String = body.chars().skip(at.start).take(at.len()).collect();
        if !found.contains(&part) {
            found.push(part);
        }
    }
    found
}

/// `4 ý kiến trước: 3 đã đăng, 1 không đăng`
fn describe_earlier(all: i64, published: i64, refused: i64) -> String {
    if all == 0 {
        return "lần đầu viết".to_owned();
    }
    let parts = [(published, "đã đăng"), (refused, "không đăng"), (all - published - refused, "chờ duyệt")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, label)| format!("{} {label}", format_number(count))).collect();
    format!("{} ý kiến trước: {}", format_number(all), parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_personal_is_offered_once_and_until_it_is_covered() {
        let body = "gọi 0909123456, nhắc lại 0909123456 hoặc 0911222333";
        let reasons = [
            Reason::Personal { at: 4..14 },
            Reason::Personal { at: 25..35 },
            Reason::Personal { at: 41..51 },
            Reason::Link { at: 0..3 },
        ];
        assert_eq!(find_personal(body, &reasons, &[]), ["0909123456", "0911222333"]);
        assert_eq!(find_personal(body, &reasons, &[4..14, 25..35]), ["0911222333"]);
    }

    #[test]
    fn earlier_comments_are_counted_by_outcome() {
        assert_eq!(describe_earlier(0, 0, 0), "lần đầu viết");
        assert_eq!(describe_earlier(4, 3, 1), "4 ý kiến trước: 3 đã đăng, 1 không đăng");
        assert_eq!(describe_earlier(2, 0, 0), "2 ý kiến trước: 2 chờ duyệt");
    }
}
