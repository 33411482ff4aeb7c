//! The section under an article: its comments by page, live, and the form that adds one.

use super::form::CommentForm;
use super::{ReplyTo, Thread, find_missing_changes};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::articles::ArticleUpdate;
use crate::live::view::LiveLine;
use crate::web::effects::handler;
use crate::web::forms::Refusal;
use leptos::prelude::*;

/// Reads comments of an article: those at the place of the comment `find`, a page of the conversation below the comment
/// `conversation`, or page `page` of all.
#[server(
    prefix = "/api",
    endpoint = "comments",
    input = server_fn::codec::GetUrl,
    output = server_fn::codec::Postcard
)]
pub async fn read_comments(
    article: i64,
    #[server(default)] page: i64,
    #[server(default)] find: Option<i64>,
    #[server(default)] conversation: Option<i64>,
) -> Result<Thread, AppError> {
    use super::discussion::{Viewer, WantedPlace, find_place, read_thread};
    use super::store;
    use crate::features::articles::store::find_public_path;
    let site = crate::web::site::current_site()?;
    let path = find_public_path(&site.pool, article).await?.ok_or(AppError::NotFound)?;
    // read before the comments: what is approved in between is announced as new, and never missed
    let totals = store::read_totals(&site.pool, article).await?;
    let place = find_place(&site.pool, article, WantedPlace { comment: find, conversation, page }).await?;
    read_thread(&site, (article, &path), (place, totals), &Viewer::current().await?).await
}

/// The comments that are to be shown.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "comments are fetched by the browser alone"))]
struct Wanted {
    page: i64,
    find: Option<i64>,
    conversation: Option<i64>,
}

impl Wanted {
    const FIRST: Self = Self { page: 1, find: None, conversation: None };

    /// Those that are shown now.
    fn as_shown(thread: RwSignal<Thread>) -> Self {
        thread.with_untracked(|thread| Self { page: thread.page, find: None, conversation: thread.conversation })
    }
}

/// The section under an article.
#[component]
pub fn Comments(
    article: i64,
    /// The article's address.
    path: String,
    /// The newest state from the stream.
    live: Signal<Option<ArticleUpdate>>,
    /// Whether the reader has paused updates.
    paused: RwSignal<bool>,
    /// The sentence that readers see while comments are closed.
    closed: Signal<Option<String>>,
    /// The comments as the page was rendered.
    thread: Thread,
    /// The comment to answer.
    reply_to: Option<ReplyTo>,
    /// The form, if it was refused without script.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let (consent, offers_mail) = (thread.consent.clone(), thread.offers_mail);
    let first = StoredValue::new(thread.html.clone());
    let thread = RwSignal::new(thread);
    let reply_to = RwSignal::new(reply_to);
    let count = Signal::derive(move || {
        let shown = live
            .with(|live| live.as_ref().map(|state| state.comments))
            .unwrap_or_else(|| thread.with(|thread| thread.shown));
        if shown > 0 { format!(" ({})", format_number(i64::from(shown))) } else { String::new() }
    });
    let missing = Signal::derive(move || {
        let revision = thread.with(|thread| thread.revision);
        live.with(|live| live.as_ref().map(|state| find_missing_changes(&state.changes, revision)))
    });
    let news = Signal::derive(move || match missing.get() {
        Some(missing) if missing.is_far_behind => "Có nhiều ý kiến mới".to_owned(),
        Some(missing) => match missing.shown.iter().filter(|change| is_new(change.id)).count() {
            0 => String::new(),
            count => format!("{count} ý kiến mới"),
        },
        None => String::new(),
    });
    let has_failed = RwSignal::new(false);
    let html = NodeRef::<leptos::html::Div>::new();
    let home = NodeRef::<leptos::html::Div>::new();
    let load = Callback::new(move |place: Wanted| {
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(browser::load(article, place, thread, has_failed));
        #[cfg(not(feature = "hydrate"))]
        let _ = (article, place, has_failed);
    });
    #[cfg(feature = "hydrate")]
    browser::follow(article, (html, home), (thread, reply_to), missing, load);
    #[cfg(feature = "hydrate")]
    browser::place_form(article, home, reply_to);
    let on_click = move |event: leptos::ev::MouseEvent| {
        #[cfg(feature = "hydrate")]
        browser::open_reply(&event, reply_to);
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, reply_to);
    };
    let is_closed = Signal::derive(move || closed.with(Option::is_some));
    let is_open = Signal::derive(move || closed.with(Option::is_none));
    let closed_mark = Signal::derive(move || is_closed.get().then_some(""));
    // a reply that was begun elsewhere goes on as a comment
    let write = handler(move |_| reply_to.set(None));
    let show_news = move |_| {
        load.run(Wanted::FIRST);
        #[cfg(feature = "hydrate")]
        crate::web::page_script::focus_later("#y-kien-title");
    };
    let has_no_news = Signal::derive(move || news.with(String::is_empty));
    let retry = move |_| {
        load.run(Wanted::as_shown(thread));
        // the button hides itself
        #[cfg(feature = "hydrate")]
        crate::web::page_script::focus_later("#y-kien-title");
    };
    view! {
        <section
            class="comments"
            id="y-kien"
            aria-labelledby="y-kien-title"
            data-closed=closed_mark
        >
            <header class="comments-header">
                <h2 id="y-kien-title" tabindex="-1">"Ý kiến bạn đọc"<span class="count">{count}</span></h2>
                <a class="link-button write" href="#gui-y-kien-title" rel="external" hidden=is_closed on:click=write>
                    "Viết ý kiến"
                </a>
            </header>
            <div class="new-comments" role="status">
                <button type="button" class="button new" hidden=has_no_news on:click=handler(show_news)>
                    {news}
                </button>
            </div>
            <p class="notice" role="alert" hidden=Signal::derive(move || !has_failed.get())>
                "Không tải được ý kiến. "
                <button type="button" class="link-button" on:click=handler(retry)>"Thử lại"</button>
            </p>
            <div class="thread-page" node_ref=html on:click=handler(on_click) inner_html=first.get_value()></div>
            <LiveLine paused/>
            <p class="card closed" role="status" hidden=is_open>{closed}</p>
            <div node_ref=home>
                <CommentForm
                    article
                    closed=is_closed
                    return_to=path
                    consent
                    offers_mail
                    reply_to
                    refusal
                    on_sent=Callback::new(move |(id, parent)| {
                        #[cfg(feature = "hydrate")]
                        browser::show_sent(article, id, parent, (thread, has_failed));
                        #[cfg(not(feature = "hydrate"))]
                        let _ = (id, parent);
                    })
                />
            </div>
        </section>
    }
}

/// Whether a comment that readers see is not on this page yet. A writer's own that waits is there otherwise.
fn is_new(id: i64) -> bool {
    #[cfg(feature = "hydrate")]
    let is_there = document()
        .get_element_by_id(&super::anchor(id))
        .is_some_and(|comment| !comment.class_list().contains("pending"));
    #[cfg(not(feature = "hydrate"))]
    let is_there = id < 0;
    !is_there
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::super::{CommentChange, MissingChanges, anchor};
    use super::{ReplyTo, Thread, Wanted, is_new, read_comments};
    use crate::base::error::AppError;
    use crate::base::id::parse_id;
    use crate::live::stream::{follow_shared, share};
    use crate::routes;
    use crate::web::effects::{after, effect};
    use crate::web::forms::NOTE;
    use crate::web::page_script::{find_draft_field, save_draft};
    use leptos::html::Div;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, HtmlElement};

    /// The pause after an attempt that failed.
    const RETRY: std::time::Duration = std::time::Duration::from_secs(3);

    /// Fetches comments.
    async fn read(article: i64, Wanted { page, find, conversation }: Wanted) -> Result<Thread, AppError> {
        let address = move || {
            let number = |name: &str, id: Option<i64>| id.map(|id| format!("&{name}={id}")).unwrap_or_default();
            let (find, conversation) = (number("find", find), number("conversation", conversation));
            format!("{}?article={article}&page={page}{find}{conversation}", routes::READ_COMMENTS.path)
        };
        crate::web::forms::send::read(read_comments(article, page, find, conversation), address).await
    }

    /// Fetches comments in place of those that are shown.
    pub async fn load(article: i64, wanted: Wanted, thread: RwSignal<Thread>, has_failed: RwSignal<bool>) {
        let read = read(article, wanted).await;
        has_failed.try_set(read.is_err());
        if let Ok(fresh) = read {
            thread.try_set(fresh);
        }
    }

    /// Shows the comment that was just sent. A reply takes the focus where it stands.
    pub fn show_sent(
        article: i64,
        id: i64,
        parent: Option<i64>,
        (thread, has_failed): (RwSignal<Thread>, RwSignal<bool>),
    ) {
        share(&name(article), "");
        leptos::task::spawn_local(async move {
            load(article, Wanted { find: Some(parent.unwrap_or(id)), ..Wanted::FIRST }, thread, has_failed).await;
            if parent.is_some() {
                crate::web::page_script::focus_later(&format!("#{}", anchor(id)));
            }
        });
    }

    /// The name under which tabs share that a comment was sent.
    fn name(article: i64) -> String {
        format!("y-kien-{article}")
    }

    /// Replaces the texts of comments that changed; nothing else moves.
    async fn replace_texts(article: i64, changed: Vec<CommentChange>) {
        for change in changed {
            let id = change.id;
            if is_new(id) {
                continue;
            }
            let Ok(fresh) = read(article, Wanted { find: Some(id), ..Wanted::FIRST }).await else {
                // a covered text must not stay: this is tried until the page is gone
                let again = move || leptos::task::spawn_local(replace_texts(article, vec![change]));
                after(RETRY, again);
                continue;
            };
            let Ok(apart) = document().create_element("div") else { continue };
            apart.set_inner_html(&fresh.html);
            let text = |root: &Element| root.query_selector(&format!("#{} .comment-body", anchor(id))).ok().flatten();
            if let (Some(now), Some(shown)) = (text(&apart), document().body().and_then(|body| text(&body))) {
                shown.set_inner_html(&now.inner_html());
            }
        }
    }

    /// Shows what was fetched, and hides at once what was removed.
    pub fn follow(
        article: i64,
        (html, home): (NodeRef<Div>, NodeRef<Div>),
        (thread, reply_to): (RwSignal<Thread>, RwSignal<Option<ReplyTo>>),
        missing: Signal<Option<MissingChanges>>,
        load: Callback<Wanted>,
    ) {
        let mut shown = None::<String>;
        effect(move || {
            let fresh = thread.with(|thread| thread.html.clone());
            if let (Some(shown), Some(html)) = (shown.replace(fresh.clone()), html.get())
                && shown != fresh
            {
                // the form may stand among the comments
                move_form(home, None);
                html.set_inner_html(&fresh);
                move_form(home, reply_to.get_untracked().map(|reply| reply.id));
            }
        });
        effect(move || {
            for id in missing.get().map(|missing| missing.hidden).unwrap_or_default() {
                if let Some(comment) = document().get_element_by_id(&anchor(id)) {
                    move_form(home, None);
                    if document().active_element().is_some_and(|element| comment.contains(Some(&element))) {
                        crate::web::page_script::focus_later("#y-kien-title");
                    }
                    comment.remove();
                    move_form(home, reply_to.get_untracked().map(|reply| reply.id));
                }
            }
        });
        let mut known = Vec::<CommentChange>::new();
        effect(move || {
            // what is shown already was changed: parts of it are covered, or shown again
            let shown = missing.get().map(|missing| missing.shown).unwrap_or_default();
            let changed: Vec<CommentChange> =
                shown.into_iter().filter(|change| !known.contains(change) && !is_new(change.id)).collect();
            if !changed.is_empty() {
                known.extend(&changed);
                leptos::task::spawn_local(replace_texts(article, changed));
            }
        });
        effect(move || {
            // an address that names a comment by its anchor alone: no server ever saw it
            let hash = window().location().hash().unwrap_or_default();
            if let Some(id) = hash.strip_prefix("#y-kien-").and_then(parse_id)
                && document().get_element_by_id(&anchor(id)).is_none()
            {
                load.run(Wanted { find: Some(id), ..Wanted::FIRST });
            }
        });
        // the same visitor sent a comment in another tab
        let tabs = follow_shared(name(article), move |_| load.run(Wanted::as_shown(thread)));
        on_cleanup(move || tabs.end());
    }

    /// Keeps the form below the comment that it answers, and the answered comment with the draft.
    pub fn place_form(article: i64, home: NodeRef<Div>, reply_to: RwSignal<Option<ReplyTo>>) {
        let mut kept = find_draft_field(&article.to_string(), NOTE).and_then(|note| read_note(&note));
        effect(move || {
            if let Some(reply) = kept.take().filter(|_| reply_to.with_untracked(Option::is_none)) {
                reply_to.set(Some(reply));
            }
        });
        let mut is_first = true;
        effect(move || {
            let reply = reply_to.get();
            move_form(home, reply.as_ref().map(|reply| reply.id));
            let form = document().get_element_by_id("gui-y-kien");
            let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) else { return };
            let _ = match &reply {
                Some(reply) => form.set_attribute(NOTE, &write_note(reply)),
                None => form.remove_attribute(NOTE),
            };
            if !std::mem::take(&mut is_first) {
                save_draft(&form);
            }
        });
    }

    /// A comment that is answered, as a draft keeps it: it may be on another page of comments by then.
    fn write_note(reply: &ReplyTo) -> String {
        format!("{}\n{}\n{}", reply.id, reply.name, reply.quote)
    }

    fn read_note(note: &str) -> Option<ReplyTo> {
        let (id, rest) = note.split_once('\n')?;
        let (name, quote) = rest.split_once('\n')?;
        Some(ReplyTo { id: parse_id(id)?, name: name.to_owned(), quote: quote.to_owned() })
    }

    /// Moves the form below a comment, or back to its own place. What has the focus in it keeps it.
    fn move_form(home: NodeRef<Div>, comment: Option<i64>) {
        let Some((form, home)) = document().get_element_by_id("gui-y-kien").zip(home.get_untracked()) else { return };
        let below =
            comment.and_then(|id| document().query_selector(&format!("#{} > article", anchor(id))).ok().flatten());
        let focused = document().active_element().filter(|element| form.contains(Some(element)));
        let is_moved = match below {
            Some(article) => {
                article.next_element_sibling().as_ref() != Some(&form) && {
                    article.insert_adjacent_element("afterend", &form).is_ok()
                }
            }
            None => form.parent_element().as_ref() != Some(&home) && home.append_child(&form).is_ok(),
        };
        if let Some(focused) = focused.filter(|_| is_moved).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = focused.focus_with_options(&options);
        }
    }

    /// Turns the form to the comment whose `Trả lời` was pressed, without a new page.
    pub fn open_reply(event: &web_sys::MouseEvent, reply_to: RwSignal<Option<ReplyTo>>) {
        let link = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(link) = link.and_then(|target| target.closest("[data-reply]").ok().flatten()) else { return };
        if let Some(reply) = find_reply(&link) {
            event.prevent_default();
            reply_to.set(Some(reply));
        }
    }

    /// The comment that a link answers.
    fn find_reply(link: &Element) -> Option<ReplyTo> {
        let id = parse_id(&link.get_attribute("data-reply")?)?;
        let body = document().query_selector(&format!("#{} > article .comment-body", anchor(id))).ok().flatten()?;
        let name = link.get_attribute("data-name").unwrap_or_default();
        Some(ReplyTo { id, name, quote: body.text_content().unwrap_or_default() })
    }
}
