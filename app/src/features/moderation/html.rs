//! What the queue's cards and notices say, and the form that filters.

use super::outcome::{Act, CardOutcome, CardUndo, UndoOutcome, undo_id};
use super::queue_query::QueueQuery;
use super::store::hits::{WINDOW, read_days};
use super::store::queue::QueueRow;
use super::{Found, QueueCard, describe_outcome};
use crate::base::clock;
use crate::base::error::ChangeNote;
use crate::base::format::format_number;
use crate::features::articles::article_path;
use crate::features::audit::Actions;
use crate::features::audit::store::ListedEntry;
use crate::features::comments::store::reports::ReportSummary;
use crate::features::comments::{CommentState, Decision, anchor, describe_decision, quote};
use crate::features::rules::{Reason, html as rules};
use crate::routes;
use crate::web::forms::RETURN_TO;
use leptos::prelude::*;
use std::ops::Range;
use time::OffsetDateTime;

/// Builds the card of a comment with its history and reports.
pub fn card(
    row: QueueRow,
    entries: &[ListedEntry],
    reports: &[ReportSummary],
    actions: &Actions,
    now: OffsetDateTime,
) -> QueueCard {
    let (reasons, covered) = (row.reasons(), row.covered());
    let mut path = article_path(&row.slug, row.article_id);
    if row.state == CommentState::Published {
        path.push_str(&format!("?y-kien={0}#{1}", row.id, anchor(row.id)));
    }
    let is_reported = row.is_reported();
    let reports = reports.iter().filter(|report| is_reported && report.comment == row.id).map(describe_report);
    let history = entries.iter().filter(|entry| entry.subject_id == Some(row.id));
    let answer = describe_answer(&row);
    QueueCard {
        path,
        change: describe_change(&row),
        waiting: row.state.is_waiting().then(|| clock::format_waiting(row.created_at, now)),
        date: clock::format_short(row.created_at),
        iso: clock::format_iso(row.created_at),
        earlier: describe_earlier(row.earlier, row.earlier_published, row.earlier_refused),
        html: rules::highlight(&row.body, &reasons, &covered),
        personal: find_personal(&row.body, &reasons, &covered),
        is_covered: !covered.is_empty(),
        is_reported,
        reports: reports.collect(),
        reasons: rules::labels(&reasons),
        lead: shorten(&row.lead),
        history: history.map(|entry| describe_entry(entry, actions)).collect(),
        id: row.id,
        version: row.version,
        state: row.state,
        article_id: row.article_id,
        article: row.title,
        name: row.name,
        parent: row.parent,
        note: row.note,
        can_undo: row.previous_state.is_some(),
        is_writer_blocked: row.is_writer_blocked,
        is_official: row.official,
        answer,
    }
}

/// `Chị Lan đã trả lời lúc 09:42 ngày 12/07/2023: “Từ 11 giờ hôm nay.”`
fn describe_answer(row: &QueueRow) -> Option<String> {
    let (at, body) = (row.answered_at?, row.answer_body.as_deref()?);
    let by = row.answered_by.as_deref().unwrap_or("Một người khác");
    Some(format!("{by} đã trả lời lúc {}: “{}”", clock::format_short(at), quote(body)))
}

/// What was just done to a comment beside deciding about it.
pub fn describe_outcome_of(act: Act, row: &QueueRow) -> CardOutcome {
    let answer = row.answer_id.zip(row.answer_version);
    let (sentence, undo) = match (act, answer) {
        // what was approved with the answer has the time of the answer
        (Act::Answer, Some(answer)) if row.previous_state.is_some() && row.decided_at == row.answered_at => {
            ("Đã duyệt ý kiến và đăng trả lời.", CardUndo::Decisions(vec![answer, (row.id, row.version)]))
        }
        (Act::Answer, Some(answer)) => ("Đã đăng trả lời.", CardUndo::Decisions(vec![answer])),
        (Act::Answer, None) => ("Câu trả lời đã được gỡ.", CardUndo::Nothing),
        (Act::Block, _) => (
            "Đã chặn người viết. Các ý kiến đang chờ và sắp gửi của người này vào mục Bị chặn.",
            CardUndo::Block { comment: row.id, block: false },
        ),
        (Act::Unblock, _) => (
            "Đã bỏ chặn người viết. Các ý kiến đang chờ của người này trở lại mục Chờ duyệt.",
            CardUndo::Block { comment: row.id, block: true },
        ),
        (Act::Cover, _) if row.covered().is_empty() => ("Không còn đoạn nào bị che.", CardUndo::Nothing),
        (Act::Cover, _) => ("Bạn đọc thấy ••• thay cho đoạn đã che.", CardUndo::Nothing),
    };
    CardOutcome { sentence: sentence.to_owned(), undo }
}

fn describe_change(row: &QueueRow) -> Option<ChangeNote> {
    let writer = || Some("Người viết".to_owned());
    let (actor, change, at) = match (row.decided_at, row.corrected_at) {
        (Some(at), _) => {
            let actor = row.actor.clone().or_else(|| if row.is_withdrawn { writer() } else { None });
            (actor, describe_decision(row.state, row.previous_state), at)
        }
        (None, Some(at)) => (writer(), "đã sửa ý kiến này", at),
        (None, None) => return None,
    };
    Some(ChangeNote { actor, change: change.to_owned(), at: clock::format_short(at), effect: None })
}

fn describe_entry(entry: &ListedEntry, actions: &Actions) -> String {
    let actor = entry.actor.as_deref().unwrap_or("Quản trị");
    format!("{actor} đã {} lúc {}", actions.label(&entry.action), clock::format_short(entry.at))
}

/// `2 bạn đọc báo vi phạm: Xúc phạm người khác. “nói xấu tổ trưởng”`
fn describe_report(report: &ReportSummary) -> String {
    let details: String = report.details.iter().map(|details| format!(" “{details}”")).collect();
    let stop = if details.is_empty() { "" } else { "." };
    format!("{} bạn đọc báo vi phạm: {}{stop}{details}", format_number(report.count), report.reason.label())
}

/// Finds the parts of a text that look personal and are not covered yet, each once.
fn find_personal(body: &str, reasons: &[Reason], covered: &[Range<usize>]) -> Vec<String> {
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

/// The first lines of an article.
fn shorten(lead: &str) -> String {
    const MAX_CHARS: usize = 160;
    if lead.chars().count() <= MAX_CHARS {
        return lead.to_owned();
    }
    let cut: String = lead.chars().take(MAX_CHARS).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole}…")
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

/// What the filter offers to choose from.
pub struct Choices {
    /// The title of the article that narrows the tab.
    pub article: Option<String>,
    /// The articles whose titles match what was typed.
    pub articles: Vec<(i64, String)>,
    /// The members of staff.
    pub moderators: Vec<(i64, String)>,
}

/// What a filter leaves, and what it narrows: `Hơn 1.000 ý kiến khớp: bài “Lịch cúp nước”, từ 01/11/2026.`
fn describe_filter(query: &QueueQuery, choices: &Choices, found: Found) -> String {
    let found = match found {
        Found::AtLeast(0) => {
            format!("Chưa thấy ý kiến nào khớp trong {} ý kiến đã xem", format_number(WINDOW))
        }
        Found::Exactly(count) => format!("{} ý kiến khớp", format_number(count)),
        Found::AtLeast(count) => format!("Ít nhất {} ý kiến khớp", format_number(count)),
        Found::MoreThan(count) => format!("Hơn {} ý kiến khớp", format_number(count)),
    };
    let (from, until) = read_days(query).unwrap_or_default();
    let moderator = choices.moderators.iter().find(|(id, _)| id.to_string() == query.moderator);
    let reason = Reason::KINDS.into_iter().find(|(kind, _)| *kind == query.reason);
    let narrowed: Vec<String> = [
        choices.article.as_ref().map(|title| format!("bài “{title}”")),
        reason.map(|(_, label)| format!("lý do “{label}”")),
        from.map(|day| format!("từ {}", clock::format_day(day))),
        until.map(|day| format!("đến {}", clock::format_day(day))),
        moderator.map(|(_, name)| format!("người duyệt {name}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    let colon = if narrowed.is_empty() { "" } else { ": " };
    format!("{found}{colon}{}. ", narrowed.join(", "))
}

/// The form that filters a tab. Its values stand in the address, so that it works without script.
pub fn search_form(query: &QueueQuery, choices: &Choices, found: Found) -> String {
    let tab = query.tab;
    // what narrows the tab is said below; the fields stand open only where something in them is to be put right
    let is_reversed = read_days(query).is_none();
    let is_open = is_reversed || !query.title.is_empty();
    let kinds = Reason::KINDS.map(|(kind, label)| {
        let selected = query.reason == kind;
        view! { <option value=kind selected=selected>{label}</option> }
    });
    let moderator = (!tab.is_waiting()).then(|| select("Người duyệt", "nguoi", &choices.moderators, &query.moderator));
    let reset = query.is_filtered().then(|| {
        let everything = QueueQuery::of_tab(tab).path();
        view! { <p class="quiet">{describe_filter(query, choices, found)}<a href=everything>"Bỏ lọc"</a></p> }
    });
    let reversed = is_reversed.then(|| {
        view! {
            <p class="field-error" role="alert">
                "“Từ ngày” ở sau “Đến ngày”, nên chưa lọc theo ngày. Vui lòng đổi lại hai ngày."
            </p>
        }
    });
    view! {
        <form class="desk-search" role="search" action=routes::DESK_COMMENTS.path method="get">
            <input type="hidden" name="muc" value=tab.value()/>
            <div class="search-line">
                <label class="visually-hidden" for="tim">"Tìm trong mục này"</label>
                <input
                    type="search"
                    id="tim"
                    name="tim"
                    value=query.text.clone()
                    placeholder="Tìm tên hoặc nội dung"
                    maxlength="200"
                    autocomplete="off"
                    enterkeyhint="search"
                />
                <button class="button secondary">"Tìm"</button>
            </div>
            <details class="more" open=is_open>
                <summary>"Lọc thêm"</summary>
                <div class="fields">
                    {article_field(query, choices)}
                    <label class="field">
                        "Lý do cần xem"
                        <select name="ly_do"><option value="">"Tất cả"</option>{kinds.collect_view()}</select>
                    </label>
                    <label class="field">"Từ ngày"<input type="date" name="tu" value=query.from.clone()/></label>
                    <label class="field">"Đến ngày"<input type="date" name="den" value=query.until.clone()/></label>
                    {moderator}
                </div>
                <button class="button secondary">"Lọc"</button>
            </details>
            {reversed}
            {article_choice(query, choices)}
            {reset}
        </form>
    }
    .to_html()
}

/// The article that narrows the tab, with the way back; or the field in which one is looked for by its title.
fn article_field(query: &QueueQuery, choices: &Choices) -> AnyView {
    match &choices.article {
        Some(title) => {
            let all = QueueQuery { article: String::new(), after: String::new(), ..query.clone() }.path();
            view! {
                <p class="field">
                    <strong>"Bài viết"</strong>
                    <input type="hidden" name="bai" value=query.article.clone()/>
                    <span>{title.clone()} " · " <a href=all>"Mọi bài viết"</a></span>
                </p>
            }
            .into_any()
        }
        None => view! {
            <label class="field">
                "Tiêu đề bài viết"
                <input type="search" name="ten" value=query.title.clone() maxlength="200" autocomplete="off"/>
            </label>
        }
        .into_any(),
    }
}

/// The articles whose titles match, each as a link that narrows the tab to it.
fn article_choice(query: &QueueQuery, choices: &Choices) -> Option<AnyView> {
    if choices.article.is_some() || query.title.is_empty() {
        return None;
    }
    if choices.articles.is_empty() {
        let sentence = format!("Không có bài viết nào có “{}” trong tiêu đề.", query.title);
        return Some(view! { <p class="quiet" role="status">{sentence}</p> }.into_any());
    }
    let links = choices.articles.iter().map(|(id, title)| {
        let narrowed =
            QueueQuery { article: id.to_string(), title: String::new(), after: String::new(), ..query.clone() };
        view! { <li><a href=narrowed.path()>{title.clone()}</a></li> }
    });
    Some(
        view! { <p class="quiet">"Chọn bài viết:"</p> <ul class="article-choice">{links.collect_view()}</ul> }
            .into_any(),
    )
}

fn select(label: &'static str, name: &'static str, list: &[(i64, String)], chosen: &str) -> impl IntoView + use<> {
    let options = list.iter().map(|(id, label)| {
        let id = id.to_string();
        let selected = id == chosen;
        view! { <option value=id selected=selected>{label.clone()}</option> }
    });
    view! {
        <label class="field">
            {label}
            <select name=name><option value="">"Tất cả"</option>{options.collect_view()}</select>
        </label>
    }
}

/// What was just decided without script, with the form that undoes it.
pub fn decided_notice(card: &QueueCard, query: &QueueQuery) -> String {
    let sentence = card.change.as_ref().map(ChangeNote::sentence).unwrap_or_default();
    let undo = card.can_undo.then(|| {
        view! {
            <form method="post" action=routes::DECIDE.path>
                <input type="hidden" name="comment_id" value=card.id/>
                <input type="hidden" name="version" value=card.version/>
                <input type="hidden" name=RETURN_TO value=query.path()/>
                <button class="link-button" name="decision" value=Decision::Undo.value()>
                    {Decision::Undo.label()}
                </button>
            </form>
        }
    });
    view! {
        <div class="notice just-decided" role="status">
            <p>{format!("Ý kiến của {}: {sentence}", card.name)}</p>
            {undo}
        </div>
    }
    .to_html()
}

/// What was just done to this writer's comment without script, with the form that undoes it.
pub fn acted_notice(outcome: CardOutcome, (comment, writer): (i64, &str), query: &QueueQuery) -> String {
    let CardOutcome { sentence, undo } = outcome;
    let (label, on_submit) = (Signal::stored(Decision::Undo.label().to_owned()), Callback::new(|_| ()));
    view! {
        <div class="notice just-decided" role="status">
            <p>{format!("Ý kiến của {writer}: {sentence}")}</p>
            <UndoOutcome id=undo_id(comment) undo path=query.path() label on_submit/>
        </div>
    }
    .to_html()
}

/// The decision that an ended session kept from being made, ready to be made.
pub fn interrupted_notice(card: &QueueCard, decision: Decision, note: String, query: &QueueQuery) -> String {
    let label = format!("{} ý kiến của {}", decision.label(), card.name);
    view! {
        <div class="notice just-decided">
            <p>"Quyết định chưa được thực hiện vì phiên đăng nhập đã kết thúc."</p>
            <form method="post" action=routes::DECIDE.path>
                <input type="hidden" name="comment_id" value=card.id/>
                <input type="hidden" name="version" value=card.version/>
                <input type="hidden" name="note" value=note/>
                <input type="hidden" name=RETURN_TO value=query.path()/>
                <button class="button" name="decision" value=decision.value()>{label}</button>
            </form>
        </div>
    }
    .to_html()
}

/// How many comments were just decided about without script, and how many somebody else had changed first.
pub fn bulk_notice(decided: usize, overtaken: usize) -> String {
    let sentence = describe_outcome("đã quyết định", decided, overtaken);
    view! { <div class="notice just-decided" role="status"><p>{sentence}</p></div> }.to_html()
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
