//! What is closed, and the form that closes, as HTML.

use super::store::Closure;
use crate::clock;
use crate::forms::{RETURN_TO, Refusal};
use leptos::prelude::*;

const HERE: &str = "/quan-tri?muc=dong-mo";

/// The desk's room for closing and opening. `asked` is an article that a link names.
pub fn room(list: &[Closure], articles: &[(i64, String)], asked: &str, refusal: Option<&Refusal>) -> String {
    let refused = refusal.filter(|refusal| refusal.action == "/api/close");
    let typed = |field: &str| refused.map(|refusal| refusal.typed(field)).unwrap_or_default();
    let chosen = if refused.is_some() { typed("article") } else { asked.to_owned() };
    let ticked = |field: &str| refused.is_none_or(|refusal| refusal.typed(field) == "1");
    let options = articles.iter().map(|(id, title)| {
        let id = id.to_string();
        let selected = id == chosen;
        view! { <option value=id selected=selected>{title.clone()}</option> }
    });
    let rows = list.iter().map(|closure| {
        let what = match (closure.comments, closure.ratings) {
            (true, true) => "ý kiến và đánh giá",
            (true, false) => "ý kiến",
            (false, _) => "đánh giá",
        };
        let place = closure.title.clone().unwrap_or_else(|| "Toàn trang".to_owned());
        let label = format!("Mở lại: {place}");
        view! {
            <li class="row">
                <div>
                    <p><strong>{place}</strong></p>
                    <p class="quiet">{format!("Đóng {what} từ {}: “{}”", clock::short(closure.closed_at), closure.words)}</p>
                </div>
                <form method="post" action="/api/open">
                    <input type="hidden" name="article" value=closure.article.map(|id| id.to_string()).unwrap_or_default()/>
                    <input type="hidden" name=RETURN_TO value=HERE/>
                    <button class="button secondary" aria-label=label>"Mở lại"</button>
                </form>
            </li>
        }
    });
    view! {
        <div class="words-page">
            <h2>"Đang đóng"</h2>
            {if list.is_empty() {
                view! { <p class="empty">"Mọi bài viết đều nhận ý kiến và đánh giá."</p> }.into_any()
            } else {
                view! { <ul class="rows">{rows.collect_view()}</ul> }.into_any()
            }}
            <h2>"Đóng ý kiến hoặc đánh giá"</h2>
            <form class="stack" method="post" action="/api/close">
                <input type="hidden" name=RETURN_TO value=HERE/>
                <label class="field">"Ở đâu"<select name="article"><option value="">"Toàn trang"</option>{options.collect_view()}</select></label>
                <fieldset class="field">
                    <legend>"Đóng gì"</legend>
                    <label class="check"><input type="checkbox" name="comments" value="1" checked=ticked("comments")/>"Ý kiến mới"</label>
                    <label class="check"><input type="checkbox" name="ratings" value="1" checked=refused.is_some() && ticked("ratings")/>"Đánh giá mới"</label>
                </fieldset>
                <label class="field">"Câu bạn đọc sẽ thấy"<input type="text" name="words" maxlength="300" value=typed("words") placeholder="Bài viết này đã ngừng nhận ý kiến." required/></label>
                <p class="quiet">"Những gì đã đăng vẫn hiện. Trang đang mở của bạn đọc đổi ngay."</p>
                <button class="button">"Đóng"</button>
            </form>
        </div>
    }
    .to_html()
}
