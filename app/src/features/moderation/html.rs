//! What the queue's notices say, the reasons for refusing, and the form that filters.

use super::outcome::{Act, BULK_UNDO, CardOutcome, CardUndo, UndoOutcome, undo_id};
use super::queue_query::{QueueQuery, Tab};
use super::store::hits::{read_days, window};
use super::store::queue::QueueRow;
use super::{Found, NO_REASON, QueueCard, count_in_tab, describe_outcome};
use crate::base::clock;
use crate::base::error::ChangeNote;
use crate::base::format::format_number;
use crate::features::comments::{CommentCounts, Decision};
use crate::features::rules::Reason;
use crate::routes;
use crate::web::forms::{RETURN_TO, Refusal};
use leptos::prelude::*;

/// What was just done to a comment beside deciding about it.
pub fn describe_outcome_of(act: Act, row: &QueueRow) -> CardOutcome {
    let answer = row.answer_id.zip(row.answer_version);
    let (sentence, undo) = match (act, answer) {
        // what was approved with the answer has the time of the answer
        (Act::Answer, Some(answer)) if row.previous_state.is_some() && row.decided_at == row.answered_at => {
            let sentence = match row.is_inquiry() {
                true => "Đã gửi trả lời. Người gửi đọc ở đường dẫn riêng.",
                false => "Đã duyệt ý kiến và đăng trả lời.",
            };
            (sentence, CardUndo::Decisions(vec![answer, (row.id, row.version)]))
        }
        (Act::Answer, Some(answer)) if row.is_inquiry() => {
            ("Đã gửi trả lời. Người gửi đọc ở đường dẫn riêng.", CardUndo::Decisions(vec![answer]))
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
        (Act::CoverAndApprove, _) => {
            ("Đã che thông tin cá nhân và duyệt ý kiến.", CardUndo::Decisions(vec![(row.id, row.version)]))
        }
        (Act::MarkQuestion, _) => ("Đã lưu hạn và người trả lời.", CardUndo::Nothing),
        (Act::UnmarkQuestion, _) => ("Đã ghi là ý kiến này không cần trả lời.", CardUndo::Nothing),
        (Act::WriteNote, _) => ("Đã lưu ghi chú.", CardUndo::Nothing),
        (Act::CorrectAnswer, _) if row.is_inquiry() => {
            ("Đã sửa câu trả lời. Người gửi thấy lúc sửa; cán bộ còn xem được câu trước.", CardUndo::Nothing)
        }
        (Act::CorrectAnswer, _) => {
            ("Đã sửa câu trả lời. Bạn đọc thấy lúc sửa; cán bộ còn xem được câu trước.", CardUndo::Nothing)
        }
        (Act::DeleteNote, _) => ("Đã xóa ghi chú.", CardUndo::Nothing),
        (Act::Cover, _) if row.covered().is_empty() => ("Không còn đoạn nào bị che.", CardUndo::Nothing),
        (Act::Cover, _) => ("Bạn đọc thấy ••• thay cho đoạn đã che.", CardUndo::Nothing),
    };
    CardOutcome { sentence: sentence.to_owned(), undo }
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
            format!("Chưa thấy ý kiến nào khớp trong {} ý kiến đã xem", format_number(window(query.tab)))
        }
        Found::Exactly(count) => format!("{} ý kiến khớp", format_number(count)),
        Found::AtLeast(count) => format!("Ít nhất {} ý kiến khớp", format_number(count)),
        Found::MoreThan(count) => format!("Hơn {} ý kiến khớp", format_number(count)),
    };
    let (from, until) = read_days(query).unwrap_or_default();
    let moderator = choices.moderators.iter().find(|(id, _)| id.to_string() == query.moderator);
    let moderator = moderator.filter(|_| query.tab.has_people());
    let reason = Reason::KINDS.into_iter().find(|(kind, _)| *kind == query.reason);
    let narrowed: Vec<String> = [
        choices.article.as_ref().map(|title| format!("bài “{title}”")),
        reason.map(|(_, label)| format!("lý do “{label}”")),
        from.map(|day| format!("từ {}", clock::format_day(day))),
        until.map(|day| format!("đến {}", clock::format_day(day))),
        moderator.map(|(_, name)| match query.tab {
            tab if tab.is_by_due_day() => format!("người trả lời {name}"),
            _ => format!("người duyệt {name}"),
        }),
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
    let person = if tab.is_by_due_day() { "Người trả lời" } else { "Người duyệt" };
    let moderator = match tab.has_people() {
        true => select(person, "nguoi", &choices.moderators, &query.moderator).into_any(),
        false => keep("nguoi", &query.moderator).into_any(),
    };
    let [from, until] = match tab {
        tab if tab.is_by_due_day() => ["Hạn từ ngày", "Hạn đến ngày"],
        _ => ["Từ ngày", "Đến ngày"],
    };
    let reset = query.is_filtered().then(|| {
        let everything = QueueQuery::of_tab(tab).path();
        view! { <p class="quiet found">{describe_filter(query, choices, found)}<a href=everything>"Bỏ lọc"</a></p> }
    });
    let reversed = is_reversed.then(|| {
        view! {
            <p class="field-error" role="alert">
                "“Từ ngày” ở sau “Đến ngày”, nên chưa lọc theo ngày. Vui lòng đổi lại hai ngày."
            </p>
        }
    });
    let is_searched = is_open || !query.text.is_empty();
    view! {
        <details class="queue-search" open=is_searched>
        <summary aria-label="Tìm và lọc"><span aria-hidden="true" class="search-icon"></span></summary>
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
                    {match query.narrows_article() {
                        true => article_field(query, choices),
                        false => keep("bai", &query.article).into_any(),
                    }}
                    <label class="field">
                        "Lý do cần xem"
                        <select name="ly_do"><option value="">"Tất cả"</option>{kinds.collect_view()}</select>
                    </label>
                    <label class="field">{from}<input type="date" name="tu" value=query.from.clone()/></label>
                    <label class="field">{until}<input type="date" name="den" value=query.until.clone()/></label>
                    {moderator}
                </div>
                <button class="button secondary">"Lọc"</button>
            </details>
            {reversed}
            {article_choice(query, choices)}
        </form>
        </details>
        {reset}
    }
    .to_html()
}

/// Keeps a filter that narrows other tabs than this one.
fn keep(name: &'static str, value: &str) -> impl IntoView + use<> {
    let value = value.to_owned();
    (!value.is_empty()).then(|| view! { <input type="hidden" name=name value=value/> })
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

/// The tabs with how many comments each has.
pub fn tabs(query: &QueueQuery, counts: &CommentCounts) -> String {
    let link = |tab: Tab, label: &'static str, is_current: bool| {
        let count = count_in_tab(counts, tab);
        let current = is_current.then_some(if tab == query.tab { "page" } else { "true" });
        view! {
            <a href=query.in_tab(tab).path() data-tab=tab.value() aria-current=current>
                {label}
                " "
                <span class="badge" hidden=count == 0>{format_number(count)}</span>
            </a>
        }
    };
    // the tab of inquiries stands for those inside it
    let main = Tab::ALL.into_iter().filter(|tab| *tab == Tab::Inquiries || !tab.is_of_inquiries());
    let main = main.map(|tab| {
        let is_current = tab == query.tab || tab == Tab::Inquiries && query.tab.is_of_inquiries();
        link(tab, tab.label(), is_current)
    });
    let inside = query.tab.is_of_inquiries().then(|| {
        let tabs = Tab::OF_INQUIRIES.map(|tab| {
            let label = if tab == Tab::Inquiries { "Chờ trả lời" } else { tab.label() };
            link(tab, label, tab == query.tab)
        });
        view! { <nav class="tabs inner-tabs" aria-label="Lời nhắn">{tabs.collect_view()}</nav> }
    });
    view! { <nav class="tabs" aria-label="Mục">{main.collect_view()}</nav> {inside} }.to_html()
}

/// The links to the page before and the next. On the first page of a waiting tab the latter counts what waits beyond
/// it; `live_numbers` keeps that current.
pub fn pages(query: &QueueQuery, next: Option<&str>, counts: &CommentCounts, cards: &[QueueCard]) -> String {
    // where the order is another one than that of their numbers, the last card does not say where the next page begins
    let is_counted = query.tab.is_waiting()
        && !query.tab.is_by_due_day()
        && !query.is_filtered()
        && !query.is_sorted
        && query.after.is_empty();
    let before = query.page_before().map(|page| {
        view! { <a class="button secondary" rel="prev" href=page.path()>"Trang trước"</a> }
    });
    let more = count_in_tab(counts, query.tab) - cards.iter().filter(|card| card.state.is_waiting()).count() as i64;
    let label = match is_counted {
        true => format!("Trang sau ({} ý kiến)", format_number(more)),
        false => "Trang sau".to_owned(),
    };
    let next = (next.is_some() || is_counted).then(|| {
        let href = next.map(|next| query.page_after(next).path());
        let is_hidden = next.is_none();
        let counted = is_counted.then_some("");
        let rel = href.is_some().then_some("next");
        view! { <a class="button secondary" rel=rel href=href data-counted=counted hidden=is_hidden>{label}</a> }
    });
    if before.is_none() && next.is_none() {
        return String::new();
    }
    view! { <nav class="pages" aria-label="Trang">{before}{next}</nav> }.to_html()
}

/// The list of keys, and the switch that turns them off. `shortcuts` opens it.
pub fn keys() -> String {
    let list = [
        ("J, K", "xuống, lên"),
        ("A", "duyệt"),
        ("R, 1…9", "từ chối hoặc gỡ, vì lý do số mấy"),
        ("X", "chọn"),
        ("Shift", "chọn cả đoạn"),
        ("U", "hoàn tác"),
        ("/", "tìm"),
        ("?", "mở bảng này"),
    ];
    let list = list.map(|(key, label)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{label}</dd></div> });
    view! {
        <button type="button" class="link-button show-shortcuts" hidden>"Phím tắt"</button>
        <dialog class="shortcuts" aria-labelledby="phim-tat">
            <h2 id="phim-tat">"Phím tắt"</h2>
            <dl>{list.collect_view()}</dl>
            <label class="check"><input type="checkbox" checked/>"Dùng phím tắt"</label>
            <form method="dialog"><button class="button">"Đóng"</button></form>
        </dialog>
    }
    .to_html()
}

/// The reasons for refusing as buttons, the first nine with their keys.
pub fn reason_buttons(reasons: &[String]) -> String {
    let buttons = reasons.iter().enumerate().map(|(at, reason)| {
        let key = (at < 9).then(|| view! { <kbd aria-hidden="true">{at + 1}</kbd> });
        view! { <button class="chip" name="reason" value=reason.clone()>{reason.clone()}{key}</button> }
    });
    view! { {buttons.collect_view()} <button class="chip" name="reason" value=NO_REASON>"Không nêu lý do"</button> }
        .to_html()
}

/// What it is called at the beginning of a sentence.
fn name_of(is_inquiry: bool) -> &'static str {
    if is_inquiry { "Lời nhắn" } else { "Ý kiến" }
}

/// What was just decided without script, with the form that undoes it.
pub fn decided_notice(card: &QueueCard, path: &str) -> String {
    let sentence = card.change.as_ref().map(ChangeNote::sentence).unwrap_or_default();
    let path = path.to_owned();
    let undo = card.can_undo.then(|| {
        view! {
            <form method="post" action=routes::DECIDE.path>
                <input type="hidden" name="comment_id" value=card.id/>
                <input type="hidden" name="version" value=card.version/>
                <input type="hidden" name=RETURN_TO value=path/>
                <button class="link-button" name="decision" value=Decision::Undo.value()>
                    {Decision::Undo.label()}
                </button>
            </form>
        }
    });
    view! {
        <div class="notice just-decided" role="status">
            <p>{format!("{} của {}: {sentence}", name_of(card.is_inquiry), card.name)}</p>
            {undo}
        </div>
    }
    .to_html()
}

/// What was just done to this writer's comment without script, with the form that undoes it.
pub fn acted_notice(outcome: CardOutcome, row: &QueueRow, path: &str) -> String {
    let CardOutcome { sentence, undo } = outcome;
    let label = Signal::stored(Decision::Undo.label().to_owned());
    view! {
        <div class="notice just-decided" role="status">
            <p>{format!("{} của {}: {sentence}", name_of(row.is_inquiry()), row.name)}</p>
            <UndoOutcome id=undo_id(row.id) undo path=path.to_owned() label/>
        </div>
    }
    .to_html()
}

/// The decision that an ended session kept from being made, ready to be made.
pub fn interrupted_notice(card: &QueueCard, refusal: &Refusal, path: &str) -> Option<String> {
    let what = name_of(card.is_inquiry).to_lowercase();
    let (action, button) = if refusal.action == routes::DECIDE.path {
        let decision = Decision::parse(&refusal.typed("decision")).filter(|decision| card.can_be(*decision))?;
        let label = format!("{} {what} của {}", decision.label_for(card.is_inquiry), card.name);
        let button = view! { <button class="button" name="decision" value=decision.value()>{label}</button> };
        (routes::DECIDE.path, button.into_any())
    } else if refusal.action == routes::COVER_TEXT.path && refusal.typed("approve") == "1" {
        if card.personal.is_empty() || !card.can_be(Decision::Approve) {
            return None;
        }
        let label = format!("Che thông tin cá nhân và duyệt {what} của {}", card.name);
        (routes::COVER_TEXT.path, view! { <button class="button" name="approve" value="1">{label}</button> }.into_any())
    } else {
        return None;
    };
    let (reason, note, path) = (refusal.typed("reason"), refusal.typed("note"), path.to_owned());
    let notice = view! {
        <div class="notice just-decided">
            <p>"Quyết định chưa được thực hiện vì phiên đăng nhập đã kết thúc."</p>
            <form method="post" action=action>
                <input type="hidden" name="comment_id" value=card.id/>
                <input type="hidden" name="version" value=card.version/>
                <input type="hidden" name="reason" value=reason/>
                <input type="hidden" name="note" value=note/>
                <input type="hidden" name=RETURN_TO value=path/>
                {button}
            </form>
        </div>
    };
    Some(notice.to_html())
}

/// How many comments were just decided about without script, and how many somebody else had changed first; with the
/// form that undoes it, where it was a decision of that moment that can be undone.
pub fn bulk_notice(tab: Tab, (decided, overtaken): (usize, usize), moment: Option<i64>, path: &str) -> String {
    let sentence = describe_outcome("đã quyết định", tab.unit(), decided, overtaken);
    let label = Signal::stored(Decision::Undo.label().to_owned());
    let undo = moment.map(|moment| {
        let undo = CardUndo::Together { moment: moment.to_string() };
        view! { <UndoOutcome id=BULK_UNDO.to_owned() undo path=path.to_owned() label/> }
    });
    view! { <div class="notice just-decided" role="status"><p>{sentence}</p>{undo}</div> }.to_html()
}
