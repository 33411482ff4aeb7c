//! Comments as HTML. Text is encoded here, once.

use super::store::CommentTotals;
use super::{Comment, Decision, PER_PAGE, anchor};
use crate::base::clock;
use crate::base::url::with_parameter;
use crate::routes;
use crate::web::forms::RETURN_TO;
use leptos::prelude::*;

/// A page of an article's comments. For staff each has a button that removes it.
pub fn thread(comments: &[Comment], path: &str, page: i64, totals: CommentTotals, for_staff: bool) -> String {
    let href = |page: i64| {
        let path = if page > 1 { with_parameter(path, "trang-y-kien", &page.to_string()) } else { path.to_owned() };
        format!("{path}#y-kien")
    };
    let empty = comments
        .is_empty()
        .then(|| view! { <p class="empty">"Chưa có ý kiến nào. Mời ông/bà gửi ý kiến đầu tiên."</p> });
    let items: Vec<_> = comments.iter().map(|comment| item(comment, path, for_staff, true)).collect();
    view! {
        <noscript><p class="quiet">"Tải lại trang để xem ý kiến mới"</p></noscript>
        {empty}
        {(comments.len() > 1).then(|| view! { <p class="quiet">"Ý kiến mới nhất ở trên cùng"</p> })}
        <ol class="thread">{items}</ol>
        {more_links(page, totals.threads, &href)}
    }
    .to_html()
}

/// Links to newer and to older comments.
fn more_links(page: i64, threads: i64, href: &dyn Fn(i64) -> String) -> Option<impl IntoView + use<>> {
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
                <p class="comment-body">{comment.body.clone()}</p>
                {actions(comment, path, for_staff, is_top)}
            </article>
            {replies}
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
