//! The room where comments and ratings are closed and reopened. Plain forms.

use super::policy_html::PolicyForms;
use super::store::policies::{Policy, find_policy, list_policies, read_site_policy, set_policy};
use super::store::{self, Closure};
use super::{BAD_DAYS, CommentMode, NO_ARTICLE};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::clean_line;
use crate::features::articles::store::lists::list_titles;
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::post::redirect_to;
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;

pub const ROOM: Room = Room {
    route: &routes::DESK_CLOSURES,
    label: "Đóng, mở",
    group: Group::Readers,
    permission: Some(Permission::CloseDiscussions),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// Closes comments, ratings or both at an article, or, without one, everywhere.
#[server(prefix = "/api", endpoint = "close", output = server_fn::codec::Postcard)]
pub async fn close(
    #[server(default)] article: String,
    #[server(default)] comments: String,
    #[server(default)] ratings: String,
    #[server(default)] message: String,
) -> Result<(), AppError> {
    let staff = require(Permission::CloseDiscussions).await?;
    let site = current_site()?;
    let article = parse_article(&article)?;
    let what = (comments == "1", ratings == "1");
    store::close(&site.pool, Actor::new(&site, &staff), article, what, &clean_line(&message)).await?;
    answer(&site);
    Ok(())
}

/// Sets how comments are taken at an article, or with `site` for the `scope` everywhere; what is empty is as
/// everywhere.
#[server(prefix = "/api", endpoint = "set-comment-policy", output = server_fn::codec::Postcard)]
pub async fn set_comment_policy(
    #[server(default)] scope: String,
    #[server(default)] article: String,
    #[server(default)] mode: String,
    #[server(default)] open_days: String,
) -> Result<(), AppError> {
    let staff = require(Permission::CloseDiscussions).await?;
    let site = current_site()?;
    let article = match (scope.as_str(), parse_article(&article)?) {
        ("site", _) => None,
        (_, None) => return Err(AppError::invalid(NO_ARTICLE)),
        (_, article) => article,
    };
    let mode = match mode.as_str() {
        "" => None,
        mode => Some(CommentMode::parse(mode).ok_or(AppError::NotFound)?),
    };
    let open_days = match open_days.trim() {
        "" => None,
        days => Some(days.parse().map_err(|_| AppError::invalid(BAD_DAYS))?),
    };
    set_policy(&site.pool, Actor::new(&site, &staff), article, Policy { mode, open_days }).await?;
    answer(&site);
    Ok(())
}

/// Reopens what is closed at an article, or, without one, everywhere.
#[server(prefix = "/api", endpoint = "reopen", output = server_fn::codec::Postcard)]
pub async fn reopen(#[server(default)] article: String) -> Result<(), AppError> {
    let staff = require(Permission::CloseDiscussions).await?;
    let site = current_site()?;
    store::reopen(&site.pool, Actor::new(&site, &staff), parse_article(&article)?).await?;
    answer(&site);
    Ok(())
}

fn parse_article(typed: &str) -> Result<Option<i64>, AppError> {
    match typed {
        "" => Ok(None),
        id => parse_id(id).map(Some).ok_or(AppError::NotFound),
    }
}

fn answer(site: &Site) {
    site.hub.announce(Change::Closures);
    redirect_to(routes::DESK_CLOSURES.path, "ban-duyet");
}

async fn read(RoomRequest { site, address, refusal, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let linked = address.text("bai");
    let articles = list_titles(&site.pool, parse_id(&linked)).await?;
    let closures = store::list_closures(&site.pool).await?;
    let policies = PolicyForms {
        everywhere: read_site_policy(&site.pool).await?,
        own: &list_policies(&site.pool).await?,
        articles: &articles,
        linked: &linked,
        of_linked: match parse_id(&linked) {
            Some(article) => find_policy(&site.pool, article).await?,
            None => Policy::default(),
        },
        refusal: refusal.as_ref().filter(|refusal| refusal.action == routes::SET_COMMENT_POLICY.path),
    };
    let html = html(&closures, &articles, &linked, refusal.as_ref(), policies.view().into_any());
    Ok(RoomContent { html, data: Vec::new() })
}

/// `linked` is the article that a link to this room names.
fn html(
    closures: &[Closure],
    articles: &[(i64, String)],
    linked: &str,
    refusal: Option<&Refusal>,
    policies: AnyView,
) -> String {
    let closures = match closures {
        [] => view! { <p class="empty">"Mọi bài viết đều nhận ý kiến và đánh giá."</p> }.into_any(),
        closures => view! { <ul class="rows">{closures.iter().map(row).collect_view()}</ul> }.into_any(),
    };
    view! {
        <div class="room-content">
            <h2>"Đang đóng"</h2>
            {closures}
            <h2>"Đóng ý kiến hoặc đánh giá"</h2>
            {form(articles, linked, refusal)}
            {policies}
        </div>
    }
    .to_html()
}

fn row(closure: &Closure) -> impl IntoView + use<> {
    let what = match (closure.comments, closure.ratings) {
        (true, true) => "ý kiến và đánh giá",
        (true, false) => "ý kiến",
        (false, _) => "đánh giá",
    };
    let title = closure.title.clone().unwrap_or_else(|| "Toàn trang".to_owned());
    let label = format!("Mở lại: {title}");
    let since = clock::format_short(closure.closed_at);
    let article = closure.article.map(|id| id.to_string()).unwrap_or_default();
    view! {
        <li class="row">
            <div>
                <p><strong>{title}</strong></p>
                <p class="quiet">{format!("Đóng {what} từ {since}: “{}”", closure.message)}</p>
            </div>
            <form method="post" action=routes::REOPEN.path>
                <input type="hidden" name="article" value=article/>
                <input type="hidden" name=RETURN_TO value=routes::DESK_CLOSURES.path/>
                <button class="button secondary" aria-label=label>"Mở lại"</button>
            </form>
        </li>
    }
}

fn form(articles: &[(i64, String)], linked: &str, refusal: Option<&Refusal>) -> impl IntoView + use<> {
    let refusal = refusal.filter(|refusal| refusal.action == routes::CLOSE.path);
    let typed = |field: &str| refusal.map(|refusal| refusal.typed(field)).unwrap_or_default();
    let chosen = if refusal.is_some() { typed("article") } else { linked.to_owned() };
    let closes_comments = refusal.is_none() || typed("comments") == "1";
    let closes_ratings = typed("ratings") == "1";
    let options = articles.iter().map(|(id, title)| {
        let id = id.to_string();
        let selected = id == chosen;
        view! { <option value=id selected=selected>{title.clone()}</option> }
    });
    view! {
        <form class="stack" method="post" action=routes::CLOSE.path>
            <input type="hidden" name=RETURN_TO value=routes::DESK_CLOSURES.path/>
            <label class="field">
                "Ở đâu"
                <select name="article"><option value="">"Toàn trang"</option>{options.collect_view()}</select>
            </label>
            <fieldset class="field">
                <legend>"Đóng gì"</legend>
                <label class="check">
                    <input type="checkbox" name="comments" value="1" checked=closes_comments/>"Ý kiến mới"
                </label>
                <label class="check">
                    <input type="checkbox" name="ratings" value="1" checked=closes_ratings/>"Đánh giá mới"
                </label>
            </fieldset>
            <label class="field">
                "Câu bạn đọc sẽ thấy"
                <input
                    type="text"
                    name="message"
                    maxlength="300"
                    value=typed("message")
                    placeholder="Bài viết này đã ngừng nhận ý kiến."
                    required
                />
            </label>
            <p class="quiet">"Những gì đã đăng vẫn hiện. Trang đang mở của bạn đọc đổi ngay."</p>
            <button class="button">"Đóng"</button>
        </form>
    }
}
