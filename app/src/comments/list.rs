//! An article's comments: read by page, live, each with its replies and the form that answers it.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::form::CommentForm;
use super::{Comment, Thread, anchor};
use crate::articles::{parse_id, parse_page};
use crate::error::AppError;
use crate::forms::{Refusal, with_parameter};
use crate::live::view::LiveLine;
use crate::live::{ArticleState, News};
use crate::moderation::Decision;
use crate::moderation::desk::DecisionForm;
use crate::ratings::thousands;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// A page of an article's comments: page `page`, or where `find` is given the page that this comment is on.
#[server(prefix = "/api", endpoint = "comments", input = server_fn::codec::GetUrl, output = server_fn::codec::Json)]
pub async fn read_comments(article: i64, page: i64, #[server(default)] find: Option<i64>) -> Result<Thread, AppError> {
    use super::{PER_PAGE, store};
    let site = crate::site::site()?;
    let visitor = crate::session::visitor()?;
    let staff = crate::session::staff_or_none().await?.is_some();
    // read before the comments: what is approved in between is announced as new, and never missed
    let (shown, threads, revision) = store::totals(&site.pool, article).await?;
    let pages = ((threads + PER_PAGE - 1) / PER_PAGE).max(1);
    let found = match find {
        Some(comment) => store::page_of(&site.pool, article, comment).await?,
        None => None,
    };
    let page = found.unwrap_or(page).clamp(1, pages);
    let comments = store::page(&site.pool, article, page, visitor).await?;
    let consent = super::consent(&site.settings().info);
    Ok(Thread { article, comments, page, pages, shown, revision, staff, consent })
}

/// What the parts of the section share.
#[derive(Clone)]
struct Section {
    path: StoredValue<String>,
    /// Comments that were taken back while the page is open.
    gone: Memo<Vec<i64>>,
    refusal: StoredValue<Option<Refusal>>,
    reply_to: RwSignal<Option<i64>>,
    reload: Callback<()>,
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
    /// What the page came back with, if a form was refused without script.
    refusal: Option<Refusal>,
) -> impl IntoView {
    let query = use_query_map();
    let parameter = move |name: &'static str| query.with(|query| query.get(name));
    let page = Memo::new(move |_| parse_page(parameter("trang-y-kien").as_deref()));
    let asked = Memo::new(move |_| parameter("y-kien").as_deref().and_then(parse_id));
    let refused_reply = refusal.as_ref().and_then(|refusal| parse_id(&refusal.typed("parent_id")));
    let reply_to = RwSignal::new(refused_reply.or(query.with_untracked(|query| query.get("tra-loi")).as_deref().and_then(parse_id)));
    let find = RwSignal::new(None::<i64>);
    let again = RwSignal::new(0u32);
    let thread = Resource::new(
        // an answer without script opens on the page of the comment that it answers
        move || (page.get(), find.get().or(asked.get()).or(reply_to.get_untracked()), again.get()),
        move |(page, find, _)| {
            crate::forms::send::read(read_comments(article, page, find), move || {
                let find = find.map(|find| format!("&find={find}")).unwrap_or_default();
                format!("/api/comments?article={article}&page={page}{find}")
            })
        },
    );
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        // an address that names a comment by its anchor alone: no server ever saw it
        let hash = window().location().hash().unwrap_or_default();
        if let Some(id) = hash.strip_prefix("#y-kien-").and_then(parse_id)
            && document().get_element_by_id(&anchor(id)).is_none()
        {
            find.set(Some(id));
        }
    });
    let revision = RwSignal::new(i64::MAX);
    let news = Memo::new(move |_| live.get().map(|state| state.since(revision.get())));
    let gone = Memo::new(move |_| news.get().map(|news| news.gone).unwrap_or_default());
    let reload = Callback::new(move |()| {
        find.set(None);
        again.update(|again| *again += 1);
    });
    let section = Section {
        path: StoredValue::new(path.clone()),
        gone,
        refusal: StoredValue::new(refusal.clone()),
        reply_to,
        reload,
    };
    provide_context(section);
    let shown = RwSignal::new(0);
    let top_form = refusal.filter(|refusal| refusal.action == "/api/comment" && refused_reply.is_none());
    view! {
        <section class="comments" id="y-kien" aria-labelledby="y-kien-title">
            <h2 id="y-kien-title">
                "Ý kiến bạn đọc"
                <span class="count">{move || {
                    let count = live.get().map_or(shown.get(), |state| state.shown);
                    (count > 0).then(|| format!(" ({})", thousands(i64::from(count))))
                }}</span>
            </h2>
            <LiveLine paused/>
            <NewButton news shown_page=page reload/>
            <Transition>
                {move || {
                    let path = path.clone();
                    let top_form = top_form.clone();
                    Suspend::new(async move {
                        match thread.await {
                            Ok(thread) => {
                                revision.set(thread.revision);
                                shown.set(thread.shown);
                                view! {
                                    <List thread=thread.clone()/>
                                    <CommentForm
                                        article
                                        return_to=path
                                        consent=thread.consent
                                        parent=None
                                        refusal=top_form
                                        sent=reload
                                    />
                                }
                                .into_any()
                            }
                            Err(error) => view! {
                                <p class="notice">{error.words()} " " <button type="button" class="link-button" on:click=move |_| reload.run(())>"Thử lại"</button></p>
                            }
                            .into_any(),
                        }
                    })
                }}
            </Transition>
        </section>
    }
}

/// `N ý kiến mới`: what came in waits for a press, so that nothing jumps while one reads.
#[component]
fn NewButton(news: Memo<Option<News>>, shown_page: Memo<i64>, reload: Callback<()>) -> impl IntoView {
    let navigate = leptos_router::hooks::use_navigate();
    let navigate = StoredValue::new(navigate);
    let words = move || {
        let news = news.get()?;
        match news.added.len() {
            _ if news.far_behind => Some("Có nhiều ý kiến mới".to_owned()),
            0 => None,
            count => Some(format!("{count} ý kiến mới")),
        }
    };
    let press = move |_| {
        if shown_page.get_untracked() > 1 {
            let path = leptos_router::hooks::use_location().pathname.get_untracked();
            navigate.with_value(|navigate| navigate(&format!("{path}#y-kien"), leptos_router::NavigateOptions::default()));
        }
        reload.run(());
    };
    view! {
        <div class="new-comments" role="status">
            {move || words().map(|words| view! { <button type="button" class="button new" on:click=press.clone()>{words}</button> })}
        </div>
    }
}

#[component]
fn List(thread: Thread) -> impl IntoView {
    let section: Section = expect_context();
    let empty = thread.comments.is_empty();
    let Thread { article, page, pages, staff, consent, comments, .. } = thread;
    let consent = StoredValue::new(consent);
    let href = move |page: i64| {
        let path = section.path.get_value();
        let path = if page > 1 { with_parameter(&path, "trang-y-kien", &page.to_string()) } else { path };
        format!("{path}#y-kien")
    };
    view! {
        <Show when=move || empty>
            <p class="empty">"Chưa có ý kiến nào. Bạn có thể gửi ý kiến đầu tiên."</p>
        </Show>
        <ol class="thread">
            {comments
                .into_iter()
                .map(|comment| view! { <Entry comment article staff consent top=true/> })
                .collect_view()}
        </ol>
        <crate::articles::home::Pages page more={page < pages} href/>
    }
}

#[component]
fn Entry(comment: Comment, article: i64, staff: bool, consent: StoredValue<super::Consent>, top: bool) -> AnyView {
    let section: Section = expect_context();
    let Comment { id, name, body, date, iso, held, version, replies } = comment;
    let Section { path, gone, refusal, reply_to, reload } = section;
    let removed = RwSignal::new(false);
    let hidden = move || removed.get() || gone.with(|gone| gone.contains(&id));
    let permalink = format!("{}#{}", with_parameter(&path.get_value(), "y-kien", &id.to_string()), anchor(id));
    let reply_link = format!("{}#tra-loi-{id}", with_parameter(&path.get_value(), "tra-loi", &id.to_string()));
    let initial = name.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let answers = move || (reply_to.get() == Some(id)).then(|| {
        let refused = refusal.get_value().filter(|refusal| {
            refusal.action == "/api/comment" && parse_id(&refusal.typed("parent_id")) == Some(id)
        });
        let sent = Callback::new(move |()| {
            reply_to.set(None);
            reload.run(());
        });
        view! { <CommentForm article return_to=path.get_value() consent=consent.get_value() parent=Some(id) refusal=refused sent/> }
    });
    let open = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        reply_to.update(|open| *open = if *open == Some(id) { None } else { Some(id) });
    };
    view! {
        <li class="comment" class:held=held id=anchor(id) class:absent-now=hidden>
            <article>
                <header>
                    <span class="avatar" aria-hidden="true">{initial}</span>
                    <strong>{name}</strong>
                    <a class="quiet" href=permalink rel="external"><time datetime=iso>{date}</time></a>
                </header>
                {held.then(|| view! {
                    <p class="held-note" role="status">"Ý kiến của bạn đã được gửi và đang chờ duyệt" <span class="quiet">" · chỉ bạn thấy"</span></p>
                })}
                <p class="comment-body">{body}</p>
                <div class="comment-actions">
                    {(top && !held).then(|| view! {
                        <a class="link-button" href=reply_link rel="external nofollow" id=format!("tra-loi-{id}") on:click=open>"Trả lời"</a>
                    })}
                    {(staff && !held).then(|| view! {
                        <DecisionForm
                            comment=id
                            version
                            decisions=vec![Decision::Remove]
                            return_to=path.get_value()
                            done=Callback::new(move |_| removed.set(true))
                        />
                    })}
                </div>
            </article>
            {answers}
            {(!replies.is_empty()).then(|| view! {
                <ol class="replies">
                    {replies.into_iter().map(|reply| view! { <Entry comment=reply article staff consent top=false/> }).collect_view()}
                </ol>
            })}
        </li>
    }
    .into_any()
}
