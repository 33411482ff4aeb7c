//! The details of a comment as HTML: its article, its conversation, its writer, and what was done to it.

use super::BLOCK_DAYS;
use super::actions::{CHOSEN, DETAILS, WRITER, answer_form, unsent_text};
use super::annotations_html::{self, Subject};
use super::card_html::{Decided, contact_html, describe_decided, public_path};
use super::endpoints::server::write_moment;
use super::queue_query::Tab;
use super::store::details::{BY_WRITER, RelatedComment, list_by_writer, list_conversation};
use super::store::queue::{QueueRow, find_queue_rows};
use crate::base::clock;
use crate::base::error::{AppError, ChangeNote};
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::base::url::with_parameter;
use crate::features::accounts::store::list_active_names;
use crate::features::audit::Actions;
use crate::features::audit::store::{ListedEntry, list_entries_about};
use crate::features::comments::store::answers::list_earlier_wordings;
use crate::features::comments::store::blocks::{BlockState, find_block};
use crate::features::comments::{CommentState, Decision, quote};
use crate::features::notes::store::list_notes;
use crate::features::questions::store::find_question;
use crate::features::questions::{DAYS, WorkingDays};
use crate::routes;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::site::Site;
use leptos::prelude::*;
use time::OffsetDateTime;

/// The query parameter with the comment of a writer before which a page of theirs begins.
pub const WRITTEN_BEFORE: &str = "truoc";

/// The page on which details are shown.
pub struct DetailsPage<'a> {
    /// The address of the queue.
    pub path: &'a str,
    /// A form that was refused.
    pub refusal: Option<&'a Refusal>,
    /// Where the list of what the writer wrote begins; with the newest where no comment is named.
    pub written_before: Option<i64>,
    /// The text of the comment with what can be done about it, where no card of the page has it.
    pub own: String,
}

/// Reads the details of a comment.
pub async fn read_details(site: &Site, comment: i64, shown: DetailsPage<'_>) -> Result<Option<String>, AppError> {
    let pool = &site.pool;
    let DetailsPage { path: page, refusal, written_before, own } = shown;
    let Some(row) = find_queue_rows(pool, &[comment]).await?.pop() else { return Ok(None) };
    let conversation = list_conversation(pool, comment).await?;
    let written = match row.official {
        true => Vec::new(),
        false => list_by_writer(pool, comment, written_before).await?,
    };
    let block = match row.is_writer_blocked {
        true => find_block(pool, Some(comment), None).await?.filter(|block| block.is_active),
        false => None,
    };
    let entries = list_entries_about(pool, "comment", &[comment]).await?;
    let actions = site.state::<Actions>();
    let back = path_back(page, comment, written_before);
    let refusal = refusal.filter(|refusal| parse_id(&refusal.typed("comment_id")) == Some(comment));
    let subject = Subject { comment, state: row.state, is_inquiry: row.is_inquiry(), back: &back, refusal };
    let answering = if row.official {
        let wordings = list_earlier_wordings(pool, comment).await?;
        annotations_html::answer(&subject, (row.version, &row.body), &wordings).into_any()
    } else {
        let settings = site.settings();
        let today = clock::local_day(OffsetDateTime::now_utc());
        let due_on = WorkingDays::new(&settings).add(today, settings.number(&DAYS));
        let asked = find_question(pool, comment).await?;
        let staff = list_active_names(pool).await?;
        annotations_html::question(&subject, asked.as_ref(), &staff, due_on).into_any()
    };
    let notes = annotations_html::notes(&subject, &list_notes(pool, comment).await?, !row.official);
    let annotations = view! { {answering} {notes} }.into_any();
    let own = (!own.is_empty()).then(|| view! { <div class="details-own" inner_html=own></div> });
    let annotations = view! { {own} {annotations} }.into_any();
    Ok(Some(html(&row, &conversation, (&written, block), annotations, history(&entries, &actions), (page, &subject))))
}

/// The address of these details on a page of the queue, with the same part of what their writer wrote.
pub fn path_back(page: &str, comment: i64, written_before: Option<i64>) -> String {
    let path = with_parameter(page, CHOSEN, &comment.to_string());
    match written_before {
        Some(before) => with_parameter(&path, WRITTEN_BEFORE, &before.to_string()),
        None => path,
    }
}

/// What was done to a comment.
fn history(entries: &[ListedEntry], actions: &Actions) -> impl IntoView + use<> {
    let items = entries.iter().map(|entry| view! { <li>{describe_entry(entry, actions)}</li> }).collect_view();
    (!entries.is_empty()).then(|| view! { <h3>"Đã làm gì"</h3> <ol class="history quiet">{items}</ol> })
}

fn html(
    row: &QueueRow,
    conversation: &[RelatedComment],
    (written, block): (&[RelatedComment], Option<BlockState>),
    annotations: AnyView,
    history: impl IntoView,
    (page, subject): (&str, &Subject<'_>),
) -> String {
    let back = subject.back;
    let heading = match row.is_inquiry() {
        true if row.official => view! { <h2>"Trả lời một lời nhắn"</h2> }.into_any(),
        true => view! { <h2>{format!("Lời nhắn của {}", row.name)}</h2> {contact_html(row)} }.into_any(),
        false => {
            let closing = format!("{}?bai={}", routes::DESK_CLOSURES.path, row.article_id);
            view! {
                <h2>{format!("Ý kiến của {}", row.name)}</h2>
                <p class="details-article"><a href=public_path(row)>{row.title.clone()}</a></p>
                <p class="quiet">{shorten(&row.lead)}</p>
                <p><a class="link-button" href=closing>"Đóng ý kiến của bài này"</a></p>
            }
            .into_any()
        }
    };
    let conversation = (!conversation.is_empty()).then(|| {
        let items = conversation.iter().map(|related| related_item(related, page, Some(back)));
        view! { <h3>"Cuộc trao đổi"</h3> <ol class="related">{items.collect_view()}</ol> }
    });
    let undo = row.previous_state.is_some().then(|| {
        view! {
            // by its id it is sent as the version that these details show
            <form id=format!("hoan-tac-gan-nhat-{}", row.id) method="post" action=routes::DECIDE.path>
                <input type="hidden" name="comment_id" value=row.id/>
                <input type="hidden" name="version" value=row.version/>
                <input type="hidden" name=RETURN_TO value=back.to_owned()/>
                <button class="link-button" name="decision" value=Decision::Undo.value()>
                    "Hoàn tác quyết định gần nhất"
                </button>
                <p class="field-error" role="alert"></p>
            </form>
        }
    });
    view! {
        <div inner_html=unsent_text("")></div>
        {heading}
        {annotations}
        {conversation}
        {(!row.official).then(|| writer(row, (written, block), page, subject))}
        {history}
        {undo}
    }
    .to_html()
}

/// What else the writer wrote, and the form that blocks or unblocks them.
fn writer(
    row: &QueueRow,
    (written, block): (&[RelatedComment], Option<BlockState>),
    page: &str,
    subject: &Subject<'_>,
) -> impl IntoView + use<> {
    let others = if written.is_empty() {
        view! { <p class="quiet">"Chưa có ý kiến nào khác."</p> }.into_any()
    } else {
        let on_page = &written[..written.len().min(BY_WRITER as usize)];
        let items = on_page.iter().map(|related| related_item(related, page, None));
        let next = on_page.last().filter(|_| on_page.len() < written.len()).map(|last| {
            let path = format!("{}#{WRITER}", path_back(page, row.id, Some(last.id)));
            view! { <p><a href=path>"Xem ý kiến cũ hơn của người này"</a></p> }
        });
        view! { <ol class="related">{items.collect_view()}</ol> {next} }.into_any()
    };
    let typed = |field| subject.typed(routes::BLOCK_WRITER.path, field);
    let is_refused = typed("sentence").is_some();
    let unsent = row.is_writer_blocked.then(|| subject.unsent(routes::BLOCK_WRITER.path, &["sentence"])).flatten();
    let fields = (!row.is_writer_blocked).then(|| {
        let chosen = typed("days");
        let is_chosen = |days: &str| chosen.as_deref() == Some(days);
        let days = BLOCK_DAYS.map(|days| {
            view! { <option value=days selected=is_chosen(&days.to_string())>{format!("{days} ngày")}</option> }
        });
        let until_ended = view! { <option value="" selected=is_chosen("")>"Đến khi bỏ chặn"</option> };
        view! {
            <label class="field">
                "Trong bao lâu"
                <select name="days">{days.collect_view()}{until_ended}</select>
            </label>
            <label class="field">
                "Câu nhắn cho người viết (không bắt buộc)"
                <input type="text" name="sentence" maxlength="300" autocomplete="off" value=typed("sentence")/>
            </label>
        }
    });
    let (label, hint, value) = if row.is_writer_blocked {
        ("Bỏ chặn người viết", "Các ý kiến đang chờ của người này trở lại mục Chờ duyệt.", "0")
    } else {
        (
            "Chặn người viết",
            "Ý kiến của người này sẽ vào mục Bị chặn, không mất. Người viết đọc câu nhắn nơi ý kiến của mình đang chờ.",
            "1",
        )
    };
    let (comment, back) = (row.id, subject.back.to_owned());
    let form = view! {
        <form class="stack" method="post" action=routes::BLOCK_WRITER.path>
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="blocked" value=value/>
            {block.as_ref().map(|block| view! { <input type="hidden" name="seen" value=write_moment(block.at)/> })}
            <input type="hidden" name=RETURN_TO value=back/>
            {fields}
            <button class="button secondary">{label}</button>
            <p class="quiet hint">{hint}</p>
            <p class="field-error" role="alert"></p>
        </form>
    };
    let since = block.as_ref().map(|block| {
        let by = block.by.as_deref().unwrap_or("Một người khác");
        view! { <p>{format!("{by} đã chặn người viết lúc {}.", clock::format_short(block.at))}</p> }
    });
    let form = match row.is_writer_blocked {
        true => form.into_any(),
        false => view! {
            <details class="more" open=is_refused><summary>"Chặn người viết này"</summary>{form}</details>
        }
        .into_any(),
    };
    view! {
        <h3 id=WRITER tabindex="-1">"Người viết"</h3>
        <p><strong>{row.name.clone()}</strong></p>
        {others}
        {since}
        {unsent}
        {form}
    }
}

/// A comment beside another one, with what became of it. In the conversation it can be answered, which leads back to
/// this address; among what a writer wrote its article is named.
fn related_item(related: &RelatedComment, page: &str, answered_at: Option<&str>) -> impl IntoView + use<> {
    let path = format!("{}#{DETAILS}", with_parameter(page, CHOSEN, &related.id.to_string()));
    let tab = Tab::of_state(related.state, related.title.is_none()).label().to_lowercase();
    let state = match (related.official, related.state) {
        (false, _) => tab,
        (true, CommentState::Published) => "trả lời chính thức".to_owned(),
        (true, _) => format!("trả lời chính thức, {tab}"),
    };
    let reports = match related.reports {
        0 => String::new(),
        reports => format!(" · {} bạn đọc báo vi phạm", format_number(reports)),
    };
    let answered = if related.answer.is_some() { " · đã trả lời" } else { "" };
    // in a conversation it stands beside it
    let text_of_answer = related.answer.as_ref().filter(|_| answered_at.is_none());
    let text_of_answer =
        text_of_answer.map(|text| view! { <p class="quiet">{format!("Trả lời: {}", quote(text))}</p> });
    let title = related.title.clone().unwrap_or_else(|| "Liên hệ".to_owned());
    let title = answered_at.is_none().then(|| view! { <p class="quiet">{title}</p> });
    let answer = answered_at.map(|back| answer_form(related, back)).filter(|form| !form.is_empty());
    let answer = answer.map(|form| view! { <div class="related-actions" inner_html=form></div> });
    let short = quote(&related.body);
    let whole = (short.ends_with('…') && !related.body.ends_with('…')).then(|| {
        let body = related.body.clone();
        view! { <details class="more"><summary>"Đọc hết"</summary><p class="note-text">{body}</p></details> }
    });
    let decision = describe_decision(related).map(|sentence| view! { <p class="quiet">{sentence}</p> });
    view! {
        <li>
            <p class="related-head">
                <strong>{related.name.clone()}</strong>
                " "
                <a class="quiet" href=path>
                    {format!("{} · {state}{answered}{reports}", clock::format_short(related.created_at))}
                </a>
            </p>
            <p class="related-text">{short}</p>
            {whole}
            {title}
            {decision}
            {text_of_answer}
            {answer}
        </li>
    }
}

/// `Chị Lan đã từ chối lúc 10:15 ngày 12/07/2023. Lý do: Quảng cáo.`
fn describe_decision(related: &RelatedComment) -> Option<String> {
    let at = related.decided_at.filter(|_| !related.official)?;
    let decided = Decided {
        state: related.state,
        previous_state: related.previous_state,
        actor: related.decided_by.as_deref(),
        is_withdrawn: related.is_withdrawn,
        is_inquiry: related.title.is_none(),
    };
    let (actor, change) = describe_decided(&decided);
    let note = ChangeNote { actor, change: change.to_owned(), at: clock::format_short(at), effect: None };
    let reason = related.note.as_ref().map(|note| format!(" Lý do: {note}.")).unwrap_or_default();
    Some(note.sentence() + &reason)
}

fn describe_entry(entry: &ListedEntry, actions: &Actions) -> String {
    let actor = entry.actor.as_deref().unwrap_or("Quản trị");
    format!("{actor} đã {} lúc {}", actions.label(&entry.action), clock::format_short(entry.at))
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
