//! The section under an article: its comments by page, live, and the form that adds one.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::Thread;
use super::form::{CommentForm, ReplyTo};
use crate::error::AppError;
use crate::forms::Refusal;
use crate::live::ArticleState;
use crate::live::view::LiveLine;
use crate::ratings::thousands;
use leptos::prelude::*;

/// A page of an article's comments: page `page`, or where `find` is given the page that this comment is on.
#[server(prefix = "/api", endpoint = "comments", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_comments(
    article: i64,
    #[server(default)] page: i64,
    #[server(default)] find: Option<i64>,
) -> Result<Thread, AppError> {
    use super::{PER_PAGE, markup, store};
    let site = crate::site::site()?;
    let visitor = crate::session::visitor()?;
    let staff = crate::session::staff_or_none().await?.is_some();
    let slug = crate::articles::store::slug_of(&site.pool, article).await?.ok_or(AppError::NotFound)?;
    // read before the comments: what is approved in between is announced as new, and never missed
    let totals = store::totals(&site.pool, article).await?;
    let pages = ((totals.threads + PER_PAGE - 1) / PER_PAGE).max(1);
    let found = match find {
        Some(comment) => store::page_of(&site.pool, article, comment).await?,
        None => None,
    };
    let page = found.unwrap_or(page).clamp(1, pages);
    let mut comments = store::page(&site.pool, article, page, visitor).await?;
    if let Some(secret) = crate::session::secret()? {
        let all = comments.iter_mut().flat_map(|comment| {
            let (replies, link_salt, link) = (&mut comment.replies, &comment.link_salt, &mut comment.link);
            std::iter::once((link_salt, link))
                .chain(replies.iter_mut().map(|reply| (&reply.link_salt, &mut reply.link)))
        });
        for (salt, link) in all {
            *link = salt.as_ref().map(|salt| super::own_path(&secret.link(&site.keys, salt)));
        }
    }
    let html = markup::thread(&comments, &crate::articles::path(&slug, article), page, pages, staff);
    let consent = super::consent(&site.settings().info);
    Ok(Thread { html, shown: totals.shown, revision: totals.revision, page, consent, mails: site.mail.is_some() })
}

/// The section under an article.
#[component]
pub fn Comments(
    /// The article.
    article: i64,
    /// The article's address.
    path: String,
    /// The newest state from the stream.
    live: Signal<Option<ArticleState>>,
    /// Whether the reader has paused the stream.
    paused: RwSignal<bool>,
    /// What readers read while comments are closed.
    closed: Signal<Option<String>>,
    /// The comments as the page came.
    thread: Thread,
    /// The comment to answer.
    reply_to: Option<ReplyTo>,
    /// What the page came back with, if the form was refused without script.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let (consent, mails) = (thread.consent.clone(), thread.mails);
    let first = StoredValue::new(thread.html.clone());
    let thread = RwSignal::new(thread);
    let reply_to = RwSignal::new(reply_to);
    let count = Signal::derive(move || {
        let shown = live
            .with(|live| live.as_ref().map(|state| state.shown))
            .unwrap_or_else(|| thread.with(|thread| thread.shown));
        if shown > 0 { format!(" ({})", thousands(i64::from(shown))) } else { String::new() }
    });
    let news = Signal::derive(move || {
        let revision = thread.with(|thread| thread.revision);
        live.with(|live| live.as_ref().map(|state| state.since(revision)))
    });
    let news_words = Signal::derive(move || match news.get() {
        Some(news) if news.far_behind => "Có nhiều ý kiến mới".to_owned(),
        Some(news) => match news.added.iter().filter(|change| is_new(change.id)).count() {
            0 => String::new(),
            count => format!("{count} ý kiến mới"),
        },
        None => String::new(),
    });
    let failed = RwSignal::new(false);
    let html = NodeRef::<leptos::html::Div>::new();
    let load = Callback::new(move |(page, find): (i64, Option<i64>)| {
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(browser::load(article, page, find, thread, failed));
        #[cfg(not(feature = "hydrate"))]
        let _ = (article, page, find, failed);
    });
    #[cfg(feature = "hydrate")]
    browser::follow(article, html, thread, news, load);
    let click = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        browser::open_reply(&event, reply_to);
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, reply_to);
    };
    view! {
        <section class="comments" id="y-kien" aria-labelledby="y-kien-title" data-closed=move || closed.with(Option::is_some).then_some("")>
            <h2 id="y-kien-title">"Ý kiến bạn đọc"<span class="count">{count}</span></h2>
            <LiveLine paused/>
            <div class="new-comments" role="status">
                <button type="button" class="button new" hidden=Signal::derive(move || news_words.with(String::is_empty)) on:click=move |_| load.run((1, None))>
                    {news_words}
                </button>
            </div>
            <p class="notice" role="alert" hidden=Signal::derive(move || !failed.get())>
                "Không tải được ý kiến. "
                <button type="button" class="link-button" on:click=move |_| load.run((thread.with_untracked(|thread| thread.page), None))>"Thử lại"</button>
            </p>
            <div node_ref=html on:click=click inner_html=first.get_value()></div>
            <p class="card closed" role="status" hidden=move || closed.with(Option::is_none)>{closed}</p>
            <CommentForm
                article
                closed=Signal::derive(move || closed.with(Option::is_some))
                return_to=path
                consent
                mails
                reply_to
                refusal
                sent=Callback::new(move |id| load.run((1, Some(id))))
            />
        </section>
    }
}

/// Whether a comment that readers see is not on this page yet. A writer's own that waits is there otherwise.
fn is_new(id: i64) -> bool {
    #[cfg(feature = "hydrate")]
    let there =
        document().get_element_by_id(&super::anchor(id)).is_some_and(|comment| !comment.class_list().contains("held"));
    #[cfg(not(feature = "hydrate"))]
    let there = id < 0;
    !there
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{ReplyTo, Thread, is_new, read_comments};
    use crate::articles::parse_id;
    use crate::comments::anchor;
    use crate::live::{Change, News};
    use leptos::html::Div;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;

    /// After a try that failed.
    const AGAIN: std::time::Duration = std::time::Duration::from_secs(3);

    /// Fetches a page of comments in place of the one that is shown.
    pub async fn load(article: i64, page: i64, find: Option<i64>, thread: RwSignal<Thread>, failed: RwSignal<bool>) {
        let address = move || {
            let find = find.map(|find| format!("&find={find}")).unwrap_or_default();
            format!("/api/comments?article={article}&page={page}{find}")
        };
        let read = crate::forms::send::read(read_comments(article, page, find), address).await;
        failed.try_set(read.is_err());
        if let Ok(fresh) = read {
            thread.try_set(fresh);
        }
    }

    /// Puts the words of comments as they are now in the place of those that are shown; nothing else moves.
    async fn reword(article: i64, page: i64, changed: Vec<Change>) {
        for change in changed {
            let id = change.id;
            if is_new(id) {
                continue;
            }
            let address = move || format!("/api/comments?article={article}&page={page}&find={id}");
            let Ok(fresh) = crate::forms::send::read(read_comments(article, page, Some(id)), address).await else {
                // what is covered must not stay: it is tried until the page is gone
                let again = move || leptos::task::spawn_local(reword(article, page, vec![change]));
                set_timeout(again, AGAIN);
                continue;
            };
            let Ok(apart) = document().create_element("div") else { continue };
            apart.set_inner_html(&fresh.html);
            let words =
                |root: &web_sys::Element| root.query_selector(&format!("#{} .comment-body", anchor(id))).ok().flatten();
            if let (Some(now), Some(shown)) = (words(&apart), document().body().and_then(|body| words(&body))) {
                shown.set_text_content(now.text_content().as_deref());
            }
        }
    }

    /// Shows what was fetched, and hides at once what was taken back.
    pub fn follow(
        article: i64,
        html: NodeRef<Div>,
        thread: RwSignal<Thread>,
        news: Signal<Option<News>>,
        load: Callback<(i64, Option<i64>)>,
    ) {
        Effect::new(move |shown: Option<String>| {
            let fresh = thread.with(|thread| thread.html.clone());
            if let (Some(shown), Some(html)) = (shown, html.get())
                && shown != fresh
            {
                html.set_inner_html(&fresh);
            }
            fresh
        });
        Effect::new(move |_| {
            for id in news.get().map(|news| news.gone).unwrap_or_default() {
                if let Some(comment) = document().get_element_by_id(&anchor(id)) {
                    comment.remove();
                }
            }
        });
        Effect::new(move |known: Option<Vec<Change>>| {
            // what is shown already was changed: parts of it are covered, or shown again
            let added = news.get().map(|news| news.added).unwrap_or_default();
            let mut known = known.unwrap_or_default();
            let changed: Vec<Change> =
                added.into_iter().filter(|change| !known.contains(change) && !is_new(change.id)).collect();
            if !changed.is_empty() {
                known.extend(&changed);
                leptos::task::spawn_local(reword(article, thread.with_untracked(|thread| thread.page), changed));
            }
            known
        });
        Effect::new(move |_| {
            // an address that names a comment by its anchor alone: no server ever saw it
            let hash = window().location().hash().unwrap_or_default();
            if let Some(id) = hash.strip_prefix("#y-kien-").and_then(parse_id)
                && document().get_element_by_id(&anchor(id)).is_none()
            {
                load.run((1, Some(id)));
            }
        });
    }

    /// A press on `Trả lời`: the form below turns to the comment, without a new page.
    pub fn open_reply(event: &web_sys::MouseEvent, reply_to: RwSignal<Option<ReplyTo>>) {
        let link = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(link) = link.and_then(|target| target.closest("[data-reply]").ok().flatten()) else { return };
        if let Some(id) = link.get_attribute("data-reply").as_deref().and_then(parse_id) {
            event.prevent_default();
            reply_to.set(Some(ReplyTo { id, name: link.get_attribute("data-name").unwrap_or_default() }));
        }
    }
}
