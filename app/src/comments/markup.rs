//! Comments as HTML. Only the server makes it; text is encoded here, once.

use super::report::Why;
use super::store::reports::Reportable;
use super::{Comment, Own, anchor};
use crate::articles;
use crate::clock;
use crate::forms::Refusal;
use crate::forms::view::area;
use crate::forms::{RETURN_TO, SUMMARY, with_parameter};
use crate::moderation::Decision;
use crate::page::{Head, Page};
use crate::site::Site;
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
        view! { <p class="held-note">"Ý kiến của bạn đã được gửi và đang chờ duyệt"<span class="quiet">" · chỉ bạn thấy"</span>{comment.link.clone().map(|href| view! { " " <a href=href rel="external nofollow">"Theo dõi, sửa hoặc rút"</a> })}</p> }
    });
    let answer = (top && !comment.held).then(|| {
        let href = format!("{}#gui-y-kien", with_parameter(path, "tra-loi", &id.to_string()));
        let label = format!("Trả lời {}", comment.name);
        view! { <a class="link-button" href=href rel="external nofollow" data-reply=id data-name=comment.name.clone() aria-label=label>"Trả lời"</a> }
    });
    let report = (!comment.held && !comment.official).then(|| {
        let label = format!("Báo vi phạm ý kiến của {}", comment.name);
        view! { <a class="link-button report" href=super::report::path(id) rel="nofollow" aria-label=label>"Báo vi phạm"</a> }
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
        <li class=match (comment.held, comment.official) { (true, _) => "comment held", (_, true) => "comment from-office", _ => "comment" } id=anchor(id)>
            <article>
                <header>
                    <span class="avatar" aria-hidden="true">{initial}</span>
                    <strong>{comment.name.clone()}</strong>
                    {comment.official.then(|| view! { <span class="official">"Trả lời chính thức"</span> })}
                    <a class="quiet" href=permalink rel="external"><time datetime=comment.iso.clone()>{comment.date.clone()}</time></a>
                </header>
                {held}
                <p class="comment-body">{comment.body.clone()}</p>
                <div class="comment-actions">{answer}{report}{remove}</div>
            </article>
            {replies}
        </li>
    }
    .into_any()
}

/// Where a comment is reported, or the word that it was.
pub fn report(site: &Site, id: i64, comment: &Reportable, refusal: Option<Refusal>) -> Page {
    let info = &site.settings().info;
    let article = articles::path(&comment.slug, comment.article_id);
    let back = format!("{}#{}", with_parameter(&article, "y-kien", &id.to_string()), anchor(id));
    let words = refusal.as_ref().map(|refusal| refusal.error.words_in_full());
    let words = words.map(|words| view! { <div class="summary" role="alert" tabindex="-1" id=SUMMARY><p class="summary-title">{words}</p></div> });
    let typed = |field: &str| refusal.as_ref().map(|refusal| refusal.typed(field)).unwrap_or_default();
    let chosen = typed("reason");
    let reasons = Why::ALL.map(|why| {
        let checked = chosen == why.value();
        let id = (why == Why::ALL[0]).then_some("reason");
        view! { <label class="check"><input type="radio" name="reason" id=id value=why.value() checked=checked/>{why.label()}</label> }
    });
    let form = if comment.reported {
        view! {
            <p class="own-state" role="status">"Cảm ơn bạn đã báo. Cán bộ sẽ xem lại ý kiến này."</p>
            <p><a class="button" href=back>"Về bài viết"</a></p>
        }
        .into_any()
    } else {
        view! {
            {words}
            <form class="card" method="post" action="/api/report-comment">
                <input type="hidden" name="comment_id" value=id/>
                <input type="hidden" name=RETURN_TO value=super::report::path(id)/>
                <fieldset class="field reasons"><legend>"Vì sao bạn báo ý kiến này?"</legend>{reasons.collect_view()}</fieldset>
                <div class="field">
                    <label for="words">"Nói thêm (không bắt buộc)"</label>
                    <textarea id="words" name="words" rows="3" maxlength="500" inner_html=area(&typed("words"))></textarea>
                </div>
                <p class="quiet">"Ý kiến vẫn ở trên trang cho đến khi cán bộ xem lại. Người viết không biết ai đã báo."</p>
                <button class="button wide">"Gửi báo vi phạm"</button>
            </form>
            <p><a href=back>"Quay lại bài viết"</a></p>
        }
        .into_any()
    };
    let html = view! {
        <div class="narrow own">
            <h1>"Báo vi phạm"</h1>
            <blockquote class="card">
                <p><strong>{comment.name.clone()}</strong></p>
                <p class="comment-body">{comment.body.clone()}</p>
            </blockquote>
            {form}
        </div>
    };
    Page {
        html: html.to_html(),
        head: Head {
            title: format!("Báo vi phạm - {}", info.name),
            description: "Báo vi phạm".to_owned(),
            canonical: None,
        },
        article: None,
        error: refusal.map(|refusal| refusal.error),
        moved: None,
    }
}

/// What a writer reads who erased everything.
pub fn erased(site: &Site) -> Page {
    let info = &site.settings().info;
    let html = view! {
        <div class="narrow own">
            <h1>"Đã xóa"</h1>
            <p class="own-state" role="status">"Mọi ý kiến, họ tên, email và nội dung bạn gửi từ trình duyệt này đã được xóa."</p>
            <p><a class="button" href="/">"Về trang đầu"</a></p>
        </div>
    };
    Page {
        html: html.to_html(),
        head: Head {
            title: format!("Đã xóa - {}", info.name), description: "Đã xóa".to_owned(), canonical: None
        },
        article: None,
        error: None,
        moved: None,
    }
}

/// What became of a comment, for its writer, who can correct it, take it back, and erase what they wrote.
pub fn own(site: &Site, own: &Own, token: &str, refusal: Option<Refusal>) -> Page {
    let info = &site.settings().info;
    let article = articles::path(&own.slug, own.article_id);
    let state = match own.state.as_str() {
        "published" => "Ý kiến của bạn đã được đăng.",
        "rejected" => "Ý kiến của bạn không được đăng.",
        "removed" if own.withdrawn => "Bạn đã rút ý kiến này.",
        "removed" => "Ý kiến của bạn đã được gỡ khỏi trang.",
        _ => "Ý kiến của bạn đang chờ duyệt.",
    };
    let note = own.note.clone().map(|note| view! { <p>{format!("Lý do: {note}")}</p> });
    let shown = (own.state == "published").then(|| {
        let href = format!("{article}?y-kien={0}#{1}", own.id, anchor(own.id));
        view! { <p><a href=href>"Xem trên trang"</a></p> }
    });
    let typed = |field: &str, kept: &str| {
        refusal
            .as_ref()
            .map(|refusal| refusal.typed(field))
            .filter(|typed| !typed.is_empty())
            .unwrap_or(kept.to_owned())
    };
    let words = refusal.as_ref().map(|refusal| refusal.error.words_in_full());
    let words = words.map(|words| view! { <div class="summary" role="alert" tabindex="-1" id="loi"><p class="summary-title">{words}</p></div> });
    let correct = own.can_be_corrected().then(|| {
        let hint = (own.state == "published").then_some("Ý kiến đã sửa phải chờ duyệt lại.");
        view! {
            <form class="card" method="post" action="/api/correct-comment">
                <h2>"Sửa ý kiến"</h2>
                <input type="hidden" name="token" value=token.to_owned()/>
                <input type="hidden" name="version" value=own.version/>
                <input type="hidden" name=RETURN_TO value=super::own_path(token)/>
                <div class="field"><label for="name">"Họ và tên"</label><input type="text" id="name" name="name" autocomplete="name" value=typed("name", &own.name)/></div>
                <div class="field"><label for="body">"Nội dung"</label><textarea id="body" name="body" rows="6" inner_html=area(&typed("body", &own.body))></textarea></div>
                {hint.map(|hint| view! { <p class="quiet">{hint}</p> })}
                <button class="button">"Gửi bản đã sửa"</button>
            </form>
        }
    });
    let withdraw = (!own.withdrawn).then(|| {
        view! {
            <details class="more">
                <summary>"Rút ý kiến"</summary>
                <form method="post" action="/api/withdraw-comment">
                    <input type="hidden" name="token" value=token.to_owned()/>
                    <input type="hidden" name=RETURN_TO value=super::own_path(token)/>
                    <p class="quiet">"Ý kiến biến mất khỏi trang và không đăng lại được."</p>
                    <button class="button secondary">"Rút ý kiến này"</button>
                </form>
            </details>
        }
    });
    let html = view! {
        <div class="narrow own">
            <h1>"Ý kiến của bạn"</h1>
            {words}
            <p class="own-state" role="status">{state}</p>
            {note}
            {shown}
            <article class="card">
                <p class="quiet">"Bài viết: "<a href=article>{own.title.clone()}</a></p>
                <p><strong>{own.name.clone()}</strong>" "<span class="quiet"><time datetime=clock::iso(own.created_at)>{clock::short(own.created_at)}</time></span></p>
                <p class="comment-body">{own.body.clone()}</p>
            </article>
            {correct}
            {withdraw}
            <details class="more">
                <summary>"Xóa dữ liệu của tôi"</summary>
                <form method="post" action="/api/erase-writer">
                    <input type="hidden" name="token" value=token.to_owned()/>
                    <input type="hidden" name=RETURN_TO value=super::own_path(token)/>
                    <p class="quiet">"Rút mọi ý kiến gửi từ trình duyệt này, xóa họ tên, email và nội dung. Các đánh giá đã cho không còn gắn với bạn."</p>
                    <label class="check"><input type="checkbox" name="sure" value="1"/>"Tôi hiểu rằng không lấy lại được"</label>
                    <button class="button secondary">"Xóa mọi dữ liệu của tôi"</button>
                </form>
            </details>
            <p class="quiet">"Giữ riêng địa chỉ của trang này: ai có nó đều sửa và rút được ý kiến."</p>
        </div>
    };
    Page {
        html: html.to_html(),
        head: Head {
            title: format!("Ý kiến của bạn - {}", info.name),
            description: "Ý kiến của bạn".to_owned(),
            canonical: None,
        },
        article: None,
        error: refusal.map(|refusal| refusal.error),
        moved: None,
    }
}
