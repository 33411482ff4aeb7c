//! Comments as HTML. Text is encoded here, once.

use super::store::CommentTotals;
use super::{Comment, Decision, MAX_COUNTED_REPLIES, PER_PAGE, REPLIES_PER_PAGE, ThreadPlace, anchor};
use crate::base::clock;
use crate::base::format::format_number;
use crate::base::url::with_parameter;
use crate::routes;
use crate::web::forms::RETURN_TO;
use leptos::prelude::*;

/// A page of an article's comments, or of one conversation. For staff each has a button that removes it.
pub fn thread(comments: &[Comment], path: &str, place: ThreadPlace, totals: CommentTotals, for_staff: bool) -> String {
    let empty = comments
        .is_empty()
        .then(|| view! { <p class="empty">"Chưa có ý kiến nào. Mời ông/bà gửi ý kiến đầu tiên."</p> });
    let items: Vec<_> = comments.iter().map(|comment| item(comment, path, for_staff, true)).collect();
    let order = match place.conversation {
        Some(_) => Some("Đang xem một ý kiến cùng các trả lời"),
        None => (comments.len() > 1).then_some("Ý kiến mới nhất ở trên cùng"),
    };
    let pages = match place.conversation {
        Some(comment) => conversation_links(comment, place.page, path).into_any(),
        None => more_links(place.page, totals.threads, path).into_any(),
    };
    view! {
        <noscript><p class="quiet">"Tải lại trang để xem ý kiến mới"</p></noscript>
        {empty}
        {order.map(|order| view! { <p class="quiet">{order}</p> })}
        <ol class="thread">{items}</ol>
        {pages}
    }
    .to_html()
}

/// The address of a page of comments, or of a conversation.
fn place_path(path: &str, place: ThreadPlace) -> String {
    let mut path = path.to_owned();
    if let Some(comment) = place.conversation {
        path = with_parameter(&path, "chuoi", &comment.to_string());
    }
    if place.page > 1 {
        path = with_parameter(&path, "trang-y-kien", &place.page.to_string());
    }
    format!("{path}#{}", place.conversation.map_or_else(|| "y-kien".to_owned(), anchor))
}

/// Links to newer and to older comments.
fn more_links(page: i64, threads: i64, path: &str) -> Option<impl IntoView + use<>> {
    let href = |page: i64| place_path(path, ThreadPlace { conversation: None, page });
    let older = (threads - page * PER_PAGE).min(PER_PAGE);
    let newer = (page > 1).then(|| {
        view! { <a class="button secondary" rel="prev" href=href(page - 1)>"Ý kiến mới hơn"</a> }
    });
    let older = (older > 0).then(|| {
        view! { <a class="button secondary" rel="next" href=href(page + 1)>{format!("Xem thêm {older} ý kiến")}</a> }
    });
    (newer.is_some() || older.is_some()).then(|| {
        view! {
            <nav class="pages" aria-label="Trang ý kiến">
                {newer}
                <span class="quiet">{format!("Trang {page}")}</span>
                {older}
            </nav>
        }
    })
}

/// Links from a conversation to its earlier replies and to all comments.
fn conversation_links(comment: i64, page: i64, path: &str) -> impl IntoView + use<> {
    let earlier = (page > 1).then(|| {
        let href = place_path(path, ThreadPlace { conversation: Some(comment), page: page - 1 });
        view! { <a class="button secondary" rel="prev" href=href>"Các trả lời trước"</a> }
    });
    let all = place_path(path, ThreadPlace { conversation: None, page: 1 });
    view! {
        <nav class="pages" aria-label="Trang ý kiến">
            {earlier}
            <a class="button secondary" href=all>"Xem mọi ý kiến"</a>
        </nav>
    }
}

/// The link to the replies that follow those below a comment. The page's script opens them in place.
fn later_replies(comment: &Comment, path: &str) -> Option<impl IntoView + use<>> {
    let listed = comment.count_listed_replies();
    let left = comment.reply_count - listed;
    let count = match comment.reply_count {
        // they were not counted any further
        count if count == MAX_COUNTED_REPLIES + 1 => format!("hơn {}", format_number(left - 1)),
        _ => format_number(left),
    };
    let place = ThreadPlace { conversation: Some(comment.id), page: listed / REPLIES_PER_PAGE + 1 };
    (comment.reply_count > listed).then(|| {
        view! {
            <a class="link-button" rel="external nofollow" data-replies="" href=place_path(path, place)>
                {format!("Xem thêm trả lời (còn {count})")}
                <span class="visually-hidden">{format!(" cho {}", comment.name)}</span>
            </a>
        }
    })
}

fn item(comment: &Comment, path: &str, for_staff: bool, is_top: bool) -> AnyView {
    let id = comment.id;
    let permalink = format!("{}#{}", with_parameter(path, "y-kien", &id.to_string()), anchor(id));
    let first = comment.name.chars().find(|c| c.is_alphanumeric());
    let initial = first.map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let class = match (comment.is_pending, comment.official) {
        (true, _) => "comment pending",
        (_, true) => "comment from-office",
        _ => "comment",
    };
    let corrected = comment.corrected_at.map(|at| {
        let time = view! { <time datetime=clock::format_iso(at)>{clock::format_short(at)}</time> };
        view! { " " <span class="quiet corrected">"đã sửa lúc " {time}</span> }
    });
    let badge = comment.official.then(|| view! { <span class="official">"Trả lời chính thức"</span> });
    let name = match is_top {
        true => view! { <h3 class="writer">{comment.name.clone()}</h3> }.into_any(),
        false => view! { <h4 class="writer">{comment.name.clone()}</h4> }.into_any(),
    };
    let date = view! {
        <time datetime=clock::format_iso(comment.created_at)>{clock::format_short(comment.created_at)}</time>
    };
    let replies: Vec<_> = comment.replies.iter().map(|reply| item(reply, path, for_staff, false)).collect();
    let replies = (!replies.is_empty()).then(|| view! { <ol class="replies">{replies}</ol> });
    view! {
        <li class=class id=anchor(id)>
            <article>
                <header>
                    <span class="avatar" aria-hidden="true">{initial}</span>
                    {name}
                    {badge}
                    <a class="quiet" href=permalink rel="external">{date}</a>
                </header>
                {comment.is_pending.then(|| pending_note(comment))}
                // an open page replaces what stands in here
                <p class="comment-body">{comment.body.clone()}{corrected}</p>
                {actions(comment, path, for_staff, is_top)}
            </article>
            {replies}
            {later_replies(comment, path)}
        </li>
    }
    .into_any()
}

fn pending_note(comment: &Comment) -> impl IntoView + use<> {
    let link = comment.link.clone().map(|href| {
        view! { " " <a href=href rel="external nofollow">"Xem, sửa hoặc rút ý kiến"</a> }
    });
    view! {
        <p class="pending-note">
            "Đang chờ duyệt. Hiện chỉ ông/bà nhìn thấy ý kiến này." {link}
        </p>
        {comment.block_note.clone().map(|note| view! { <p class="pending-note">{note}</p> })}
    }
}

fn actions(comment: &Comment, path: &str, for_staff: bool, is_top: bool) -> impl IntoView + use<> {
    let id = comment.id;
    let answer = (is_top && !comment.is_pending).then(|| {
        let href = format!("{}#gui-y-kien", with_parameter(path, "tra-loi", &id.to_string()));
        let label = format!("Trả lời {}", comment.name);
        let name = comment.name.clone();
        view! {
            <a class="link-button" href=href rel="external nofollow" data-reply=id data-name=name aria-label=label>
                "Trả lời"
            </a>
        }
    });
    let report = (!comment.is_pending && !comment.official).then(|| {
        let label = format!("Báo vi phạm ý kiến của {}", comment.name);
        let href = routes::REPORT.with(id);
        view! { <a class="link-button report" href=href rel="nofollow" aria-label=label>"Báo vi phạm"</a> }
    });
    let remove = (for_staff && !comment.is_pending).then(|| {
        view! {
            <form method="post" action=routes::DECIDE.path>
                <input type="hidden" name="comment_id" value=id/>
                <input type="hidden" name="version" value=comment.version/>
                <input type="hidden" name=RETURN_TO value=path.to_owned()/>
                <button class="link-button" name="decision" value=Decision::Remove.value()>
                    {Decision::Remove.label()}
                </button>
            </form>
        }
    });
    view! { <div class="comment-actions">{answer}{report}{remove}</div> }
}
