//! Comments as HTML. Only the server makes it; text is encoded here, once.

use super::{Comment, anchor};
use crate::articles;
use crate::forms::{RETURN_TO, with_parameter};
use crate::moderation::Decision;
use leptos::prelude::*;

/// A page of an article's comments. `staff` may take them back.
pub fn thread(comments: &[Comment], path: &str, page: i64, pages: i64, staff: bool) -> String {
    let href = |page: i64| {
        let path = if page > 1 { with_parameter(path, "trang-y-kien", &page.to_string()) } else { path.to_owned() };
        format!("{path}#y-kien")
    };
    let empty = comments
        .is_empty()
        .then(|| view! { <p class="empty">"Chưa có ý kiến nào. Bạn có thể gửi ý kiến đầu tiên."</p> });
    let entries: Vec<_> = comments.iter().map(|comment| entry(comment, path, staff, true)).collect();
    let nav = (pages > 1).then(|| articles::pages(page, page < pages, &href));
    view! {
        {empty}
        <ol class="thread">{entries}</ol>
        {nav}
    }
    .to_html()
}

fn entry(comment: &Comment, path: &str, staff: bool, top: bool) -> AnyView {
    let id = comment.id;
    let permalink = format!("{}#{}", with_parameter(path, "y-kien", &id.to_string()), anchor(id));
    let initial =
        comment.name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let held = comment.held.then(|| {
        view! { <p class="held-note">"Ý kiến của bạn đã được gửi và đang chờ duyệt"<span class="quiet">" · chỉ bạn thấy"</span></p> }
    });
    let answer = (top && !comment.held).then(|| {
        let href = format!("{}#gui-y-kien", with_parameter(path, "tra-loi", &id.to_string()));
        let label = format!("Trả lời {}", comment.name);
        view! { <a class="link-button" href=href rel="external nofollow" data-reply=id data-name=comment.name.clone() aria-label=label>"Trả lời"</a> }
    });
    let remove = (staff && !comment.held).then(|| {
        view! {
            <form method="post" action="/api/decide">
                <input type="hidden" name="comment_id" value=id/>
                <input type="hidden" name="version" value=comment.version/>
                <input type="hidden" name=RETURN_TO value=path.to_owned()/>
                <button class="link-button" name="decision" value=Decision::Remove.value()>{Decision::Remove.label()}</button>
            </form>
        }
    });
    let replies: Vec<_> = comment.replies.iter().map(|reply| entry(reply, path, staff, false)).collect();
    let replies = (!replies.is_empty()).then(|| view! { <ol class="replies">{replies}</ol> });
    view! {
        <li class=if comment.held { "comment held" } else { "comment" } id=anchor(id)>
            <article>
                <header>
                    <span class="avatar" aria-hidden="true">{initial}</span>
                    <strong>{comment.name.clone()}</strong>
                    <a class="quiet" href=permalink rel="external"><time datetime=comment.iso.clone()>{comment.date.clone()}</time></a>
                </header>
                {held}
                <p class="comment-body">{comment.body.clone()}</p>
                <div class="comment-actions">{answer}{remove}</div>
            </article>
            {replies}
        </li>
    }
    .into_any()
}
