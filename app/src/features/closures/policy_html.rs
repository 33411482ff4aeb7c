//! How comments are taken, in the room where they are closed: for the site, and at single articles.

use super::CommentMode;
use super::store::policies::{ArticlePolicy, Policy};
use crate::base::format::format_number;
use crate::routes;
use crate::web::forms::{RETURN_TO, Refusal};
use leptos::prelude::*;

/// The scope of the form for the whole site.
const SITE: &str = "site";
/// The id of the form for one article.
const OWN: &str = "cach-rieng";

/// What the forms show.
pub struct PolicyForms<'a> {
    /// The site's policy.
    pub everywhere: Policy,
    /// The articles that have one of their own.
    pub own: &'a [ArticlePolicy],
    /// The articles to choose from.
    pub articles: &'a [(i64, String)],
    /// The article that a link to this room names.
    pub linked: &'a str,
    /// Its policy.
    pub of_linked: Policy,
    /// One of these forms, if it was refused.
    pub refusal: Option<&'a Refusal>,
}

impl PolicyForms<'_> {
    pub fn view(&self) -> impl IntoView + use<> {
        let own = (!self.own.is_empty()).then(|| {
            let rows = self.own.iter().map(row).collect_view();
            view! { <h3>"Bài có cách riêng"</h3> <ul class="rows">{rows}</ul> }
        });
        let site = self.refusal.filter(|refusal| refusal.typed("scope") == SITE);
        let article = self.refusal.filter(|refusal| refusal.typed("scope") != SITE);
        let chosen = article.map_or_else(|| self.linked.to_owned(), |refusal| refusal.typed("article"));
        let options = self.articles.iter().map(|(id, title)| {
            let id = id.to_string();
            let selected = id == chosen;
            view! { <option value=id selected=selected>{title.clone()}</option> }
        });
        let select = view! {
            <label class="field">
                "Bài viết"
                <select name="article" required>
                    <option value="">"Chọn bài viết"</option>
                    {options.collect_view()}
                </select>
            </label>
        };
        let is_open = !chosen.is_empty() || article.is_some();
        view! {
            <h2 id="cach-nhan">"Cách nhận ý kiến"</h2>
            {form(None, (self.everywhere, site))}
            {own}
            <details class="more" open=is_open id=OWN>
                <summary>"Cách riêng cho một bài"</summary>
                {form(Some(select.into_any()), (self.of_linked, article))}
            </details>
        }
    }
}

fn describe(policy: Policy) -> String {
    let mode = policy.mode.map(|mode| match mode {
        CommentMode::Held => "duyệt trước khi đăng".to_owned(),
        CommentMode::KnownWriters => "đăng ngay với người từng được duyệt".to_owned(),
    });
    let days = policy.open_days.map(|days| match days {
        0 => "không ngừng nhận".to_owned(),
        days => format!("ngừng nhận sau {} ngày", format_number(i64::from(days))),
    });
    [mode, days].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn row(own: &ArticlePolicy) -> impl IntoView + use<> {
    let label = format!("Nhận ý kiến như toàn trang: {}", own.title);
    let change = format!("{}?bai={}#{OWN}", routes::DESK_CLOSURES.path, own.article);
    let change_label = format!("Sửa cách nhận ý kiến: {}", own.title);
    view! {
        <li class="row">
            <div>
                <p><strong>{own.title.clone()}</strong></p>
                <p class="quiet">{describe(own.policy)}</p>
            </div>
            <a class="button secondary" href=change aria-label=change_label>"Sửa"</a>
            <form method="post" action=routes::SET_COMMENT_POLICY.path>
                <input type="hidden" name="scope" value="article"/>
                <input type="hidden" name="article" value=own.article/>
                <input type="hidden" name=RETURN_TO value=routes::DESK_CLOSURES.path/>
                <button class="button secondary" aria-label=label>"Như toàn trang"</button>
            </form>
        </li>
    }
}

/// The form of the site's policy, or with `article`, the field that chooses one, of an article's.
fn form(article: Option<AnyView>, (policy, refusal): (Policy, Option<&Refusal>)) -> impl IntoView + use<> {
    let is_of_article = article.is_some();
    let stored_days = policy.open_days.map(|days| days.to_string()).unwrap_or_default();
    let days = refusal.map_or(stored_days, |refusal| refusal.typed("open_days"));
    let stored_mode = policy.mode.map(CommentMode::value).unwrap_or_default().to_owned();
    let mode = refusal.map_or(stored_mode, |refusal| refusal.typed("mode"));
    let as_everywhere = ("", "Như toàn trang", "");
    let modes = [
        (CommentMode::Held.value(), "Duyệt trước khi đăng", "Mỗi ý kiến chờ một cán bộ duyệt rồi bạn đọc mới thấy."),
        (
            CommentMode::KnownWriters.value(),
            "Đăng ngay với người từng được duyệt",
            "Nếu lần quyết định gần nhất của cán bộ về một người viết là duyệt, ý kiến sau của họ hiện ngay, chưa ai \
             đọc trước. Ý kiến mà bộ lọc thấy có gì cần xem, và ý kiến của người mới hay bị chặn, vẫn chờ duyệt. \
             Người viết được nhận ra qua cookie của trình duyệt.",
        ),
    ];
    let choices = is_of_article.then_some(as_everywhere).into_iter().chain(modes);
    let choices = choices.map(|(value, label, meaning)| {
        let checked = value == mode;
        let meaning = (!meaning.is_empty()).then(|| view! { <br/> <span class="quiet">{meaning}</span> });
        view! {
            <label class="check">
                <input type="radio" name="mode" value=value checked=checked/>
                <span>{label}{meaning}</span>
            </label>
        }
    });
    let days_hint = if is_of_article {
        "Để trống là như toàn trang; 0 là không ngừng."
    } else {
        "0 là không ngừng. Ý kiến đã đăng vẫn hiện; bạn đọc thấy câu “Bài viết đã hết thời gian nhận ý kiến.”"
    };
    let problem =
        refusal.map(|refusal| view! { <p class="field-error" role="alert">{refusal.error.full_message()}</p> });
    let required = !is_of_article;
    let scope = if is_of_article { "article" } else { SITE };
    view! {
        <form class="stack policy" method="post" action=routes::SET_COMMENT_POLICY.path>
            <input type="hidden" name=RETURN_TO value=routes::DESK_CLOSURES.path/>
            <input type="hidden" name="scope" value=scope/>
            {article}
            <fieldset class="field"><legend>"Ý kiến mới"</legend>{choices.collect_view()}</fieldset>
            <label class="field">
                "Ngừng nhận ý kiến sau bao nhiêu ngày kể từ khi đăng bài"
                <input type="number" name="open_days" min="0" max="999" value=days required=required/>
            </label>
            <p class="quiet">{days_hint}</p>
            {problem}
            <button class="button">"Lưu cách nhận ý kiến"</button>
        </form>
    }
}
