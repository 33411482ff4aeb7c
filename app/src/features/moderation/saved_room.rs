//! The room of saved answers: the list, with or without a comment that one of them is for, and their forms.

use super::actions::CHOSEN;
use super::card_html::title_of;
use super::queue_query::{QueueQuery, Tab};
use super::saved_answer::{BLANKS, FOR_COMMENT, FROM_PAGE, LIST, SAVED, fill_blanks};
use super::store::queue::{QueueRow, find_queue_rows};
use super::store::saved::{SavedAnswer, list_saved_answers};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::fold;
use crate::base::url::with_parameter;
use crate::features::comments::anchor;
use crate::routes;
use crate::web::forms::view::textarea_html;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use leptos::prelude::*;
use time::OffsetDateTime;

pub const ROOM: Room = Room {
    route: &routes::DESK_SAVED_ANSWERS,
    label: "Câu trả lời mẫu",
    group: Group::Readers,
    permission: Some(Permission::ModerateComments),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

async fn read(RoomRequest { site, address, refusal, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let all = list_saved_answers(&site.pool).await?;
    let comment = match address.parameter(FOR_COMMENT).and_then(parse_id) {
        Some(comment) => find_queue_rows(&site.pool, &[comment]).await?.pop(),
        None => None,
    };
    let wanted = address.text("tim");
    let folded = fold(&wanted);
    let matches = |saved: &&SavedAnswer| fold(&format!("{} {}", saved.title, saved.body)).contains(&folded);
    let found: Vec<&SavedAnswer> = all.iter().filter(matches).collect();
    let refusal = refusal.filter(|refusal| refusal.action == routes::SAVE_ANSWER.path);
    // what was typed about one that somebody deleted meanwhile can be saved as a new one
    let is_kept = |refusal: &&Refusal| all.iter().any(|saved| parse_id(&refusal.typed("id")) == Some(saved.id));
    let new = refusal.as_ref().filter(|refusal| !is_kept(refusal));
    let page = find_page(&address.text(FROM_PAGE), comment.as_ref());
    let list = list(&found, &wanted, comment.as_ref(), &page, refusal.as_ref());
    let is_empty = all.is_empty();
    let blanks = BLANKS.join(", ");
    let html = view! {
        <div class="room-content">
            <p class="quiet">{format!("{blanks} được thay bằng tên người viết, tên bài và ngày hôm nay.")}</p>
            {is_empty.then(|| view! { <p class="empty">"Chưa có câu trả lời mẫu nào."</p> })}
            {list}
            {comment.is_none().then(|| view! { <h2>"Câu mẫu mới"</h2> {form(None, new)} })}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

/// The page of the queue from which somebody came, or the tab in which the comment stands.
fn find_page(from: &str, comment: Option<&QueueRow>) -> String {
    let tab = comment.map(|row| Tab::of_state(row.state, row.is_inquiry())).unwrap_or_default();
    match from.split('?').next() == Some(routes::DESK_COMMENTS.path) {
        true => QueueQuery::parse(from).path(),
        false => QueueQuery::of_tab(tab).path(),
    }
}

/// The saved answers that match. For a comment they are filled in, each with a link that puts it into the comment's
/// answer; the desk's script shows this list in the form of the answer.
fn list(
    found: &[&SavedAnswer],
    wanted: &str,
    comment: Option<&QueueRow>,
    // the page of the queue to which a choice leads
    page: &str,
    refusal: Option<&Refusal>,
) -> impl IntoView + use<> {
    let today = clock::format_day(clock::local_day(OffsetDateTime::now_utc()));
    let items = found.iter().map(|saved| match comment {
        Some(row) => {
            let text = fill_blanks(&saved.body, &row.name, &title_of(row), &today);
            let id = row.id;
            let path = with_parameter(&with_parameter(page, CHOSEN, &id.to_string()), SAVED, &saved.id.to_string());
            let href = format!("{path}#{}", anchor(id));
            view! {
                <li>
                    <a class="use-answer" rel="external" href=href data-answer=text.clone()>{saved.title.clone()}</a>
                    <p class="quiet saved-text">{text}</p>
                </li>
            }
            .into_any()
        }
        None => {
            let own = refusal.filter(|refusal| parse_id(&refusal.typed("id")) == Some(saved.id));
            let is_open = own.is_some();
            view! {
                <li>
                    <h2>{saved.title.clone()}</h2>
                    <p class="saved-text">{saved.body.clone()}</p>
                    <details class="more" open=is_open><summary>"Sửa"</summary>{form(Some(saved), own)}</details>
                    <details class="more">
                        <summary>"Xóa"</summary>
                        <form method="post" action=routes::DELETE_SAVED_ANSWER.path>
                            <input type="hidden" name="id" value=saved.id/>
                            <input type="hidden" name=RETURN_TO value=routes::DESK_SAVED_ANSWERS.path/>
                            <button class="button secondary">"Xóa hẳn câu mẫu này"</button>
                        </form>
                    </details>
                </li>
            }
            .into_any()
        }
    });
    let items = items.collect_view();
    let nothing = if found.is_empty() && !wanted.is_empty() { "Không có câu mẫu nào khớp." } else { "" };
    let comment = comment.map(|row| {
        view! {
            <input type="hidden" name=FOR_COMMENT value=row.id/>
            <input type="hidden" name=FROM_PAGE value=page.to_owned()/>
        }
    });
    view! {
        <section id=LIST class="saved-answers" aria-label="Câu trả lời mẫu">
            <form class="search-line" role="search" method="get" action=routes::DESK_SAVED_ANSWERS.path>
                {comment}
                <label class="visually-hidden" for="tim-cau-mau">"Tìm câu mẫu"</label>
                <input
                    type="search"
                    id="tim-cau-mau"
                    name="tim"
                    value=wanted.to_owned()
                    placeholder="Tìm câu mẫu"
                    maxlength="100"
                    autocomplete="off"
                    data-filters=""
                />
                <button class="button secondary">"Tìm"</button>
            </form>
            <ol>{items}</ol>
            <p class="quiet" role="status">{nothing}</p>
        </section>
    }
}

/// The form of a new answer, or of one that is kept.
fn form(saved: Option<&SavedAnswer>, refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let typed = |field: &str, stored: Option<&String>| {
        refusal.map_or_else(|| stored.cloned().unwrap_or_default(), |refusal| refusal.typed(field))
    };
    let title = typed("title", saved.map(|saved| &saved.title));
    let text = textarea_html(&typed("answer_text", saved.map(|saved| &saved.body)));
    let seen = saved.map(|saved| {
        view! {
            <input type="hidden" name="id" value=saved.id/>
            <input type="hidden" name="revision" value=saved.revision/>
        }
    });
    let problem = refusal.map(|refusal| view! { <p class="field-error">{refusal.error.full_message()}</p> });
    view! {
        <form class="stack" method="post" action=routes::SAVE_ANSWER.path>
            {seen}
            <input type="hidden" name=RETURN_TO value=routes::DESK_SAVED_ANSWERS.path/>
            {problem}
            <label class="field">
                "Tên câu mẫu"<input type="text" name="title" value=title maxlength="120" autocomplete="off"/>
            </label>
            <label class="field">
                "Câu trả lời"
                <textarea name="answer_text" rows="4" maxlength="3000" data-filled="" inner_html=text></textarea>
            </label>
            <button class="button secondary">"Lưu câu mẫu"</button>
        </form>
    }
}
