//! The page of one article.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::{Article, Found, Link};
use crate::answer;
use crate::comments::list::Comments;
use crate::error::AppError;
use crate::forms::view::use_refusal;
use crate::live::view::use_topic;
use crate::live::{ArticleState, Topic};
use crate::pictures::{LEAD_SIZES, PictureView};
use crate::ratings::form::RatingForm;
use crate::ratings::thousands;
use crate::shell::{ErrorView, PageHead, use_info};
use leptos::prelude::*;
use leptos_meta::{Link as HeadLink, Meta, Script};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};

/// What an address leads to.
#[server(prefix = "/api", endpoint = "article", input = server_fn::codec::GetUrl, output = server_fn::codec::Json)]
pub async fn read_article(address: String) -> Result<Found, AppError> {
    use super::{parse_slug_id, path, store};
    let site = crate::site::site()?;
    let visitor = crate::session::visitor()?;
    let Some((slug, id)) = parse_slug_id(&address) else {
        return Ok(Found::Missing(store::others(&site.pool, 0, 5).await?));
    };
    match store::find(&site.pool, id, visitor, &site.public_url).await? {
        Some(article) if article.card.slug == slug => Ok(Found::Here(Box::new(article))),
        Some(article) => Ok(Found::Moved(path(&article.card.slug, id))),
        None => Ok(Found::Missing(store::others(&site.pool, 0, 5).await?)),
    }
}

/// An article, or what stands at an address that has none.
#[component]
pub fn ArticlePage() -> impl IntoView {
    let params = use_params_map();
    let address = Memo::new(move |_| params.with(|params| params.get("address")).unwrap_or_default());
    let found = Resource::new(
        move || address.get(),
        |address| {
            let query = address.clone();
            crate::forms::send::read(read_article(address), move || format!("/api/article?address={}", encode(&query)))
        },
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match found.await {
                    Ok(Found::Here(article)) => view! { <Whole article=*article/> }.into_any(),
                    Ok(Found::Moved(path)) => view! { <Moved path/> }.into_any(),
                    Ok(Found::Missing(newest)) => view! { <Missing newest/> }.into_any(),
                    Err(error) => view! { <ErrorView error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

/// A path's part for a query: what a browser leaves in a path may mean something in a query.
fn encode(part: &str) -> String {
    part.bytes()
        .map(|b| if b.is_ascii_alphanumeric() || b == b'-' { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

#[component]
fn Whole(article: Article) -> impl IntoView {
    let info = use_info();
    let refusal = use_refusal();
    let Article { card, body, author, caption, views, rating, mine, others, url, origin } = article;
    let id = card.id;
    let path = card.path();
    let paused = RwSignal::new(false);
    let topic = Signal::derive(move || (!paused.get()).then_some(Topic::Article(id)));
    let live = use_topic::<ArticleState>(topic);
    let rated = Signal::derive(move || live.get().map(|state| state.rating));
    let shown = move || live.get().map_or(card.comments, |state| state.shown);
    Effect::new(|_| crate::scroll::arrive());
    let data = structured_data(&card, &author, &url, &origin, rating.totals, &info.body);
    let image = card.picture.as_ref().and_then(|picture| picture.largest_jpg()).map(|path| format!("{origin}{path}"));
    let preload = card.picture.as_ref().map(|picture| {
        view! { <HeadLink rel="preload" as_="image" type_="image/webp" imagesrcset=picture.webp_srcset() imagesizes=LEAD_SIZES/> }
    });
    let return_to = path.clone();
    view! {
        <PageHead title=format!("{} - {}", card.title, info.name) description=card.lead.clone() path=Some(path.clone())/>
        {preload}
        <Meta property="og:type" content="article"/>
        <Meta property="og:title" content=card.title.clone()/>
        <Meta property="og:description" content=card.lead.clone()/>
        <Meta property="og:url" content=url/>
        <Meta property="og:site_name" content=info.name.clone()/>
        <Meta property="og:locale" content="vi_VN"/>
        <Meta property="article:published_time" content=card.iso.clone()/>
        <Meta name="author" content=author.clone()/>
        {image.map(|image| view! { <Meta property="og:image" content=image/> })}
        <Script type_="application/ld+json">{data}</Script>
        <div class="page with-side">
            <div class="main-column">
                <article class="article">
                    <p class="category">{card.category.clone()}</p>
                    <h1>{card.title.clone()}</h1>
                    <p class="quiet meta">
                        <time datetime=card.iso.clone()>{card.date.clone()}</time>
                        <span>{format!("{} lượt xem", thousands(views))}</span>
                        <a href="#y-kien" rel="external">{move || format!("{} ý kiến", thousands(i64::from(shown())))}</a>
                    </p>
                    <p class="lead">{card.lead.clone()}</p>
                    {card
                        .picture
                        .clone()
                        .map(|picture| {
                            view! {
                                <figure>
                                    <PictureView picture sizes=LEAD_SIZES first=true/>
                                    <figcaption>{caption}</figcaption>
                                </figure>
                            }
                        })}
                    <div class="prose" inner_html=body></div>
                    <p class="author">"Tác giả bài viết: " {author}</p>
                </article>
                <Suspense>
                    {move || {
                        let return_to = return_to.clone();
                        Suspend::new(async move {
                            let refusal = refusal.await;
                            if let Some(refusal) = &refusal {
                                answer::fail(&refusal.error);
                            }
                            let of = |action: &str| refusal.clone().filter(|refusal| refusal.action == action);
                            view! {
                                {refusal.is_some().then(|| view! { <ErrorTitle/> })}
                                <RatingForm
                                    article=id
                                    return_to=return_to.clone()
                                    score=rating
                                    mine
                                    live=rated
                                    refusal=of("/api/rate").or_else(|| of("/api/withdraw"))
                                />
                                <Comments article=id path=return_to live=live.into() paused refusal=refusal.clone()/>
                            }
                        })
                    }}
                </Suspense>
            </div>
            <aside class="side" aria-label="Tin mới">
                <h2>"Tin mới"</h2>
                <Links links=others/>
            </aside>
        </div>
    }
}

/// What search engines and shared links read; markup in a title stays a text.
fn structured_data(card: &super::Card, author: &str, url: &str, origin: &str, totals: crate::ratings::Totals, body: &str) -> String {
    let text = |text: &str| serde_json::Value::from(text).to_string().replace('<', "\\u003c");
    let image = card.picture.as_ref().and_then(|picture| picture.largest_jpg());
    let image = image.map(|path| format!(r#","image":[{}]"#, text(&format!("{origin}{path}")))).unwrap_or_default();
    let rating = totals.average().map(|average| {
        format!(r#","aggregateRating":{{"@type":"AggregateRating","ratingValue":{average},"ratingCount":{},"bestRating":5,"worstRating":1}}"#, totals.ratings)
    });
    format!(
        r#"{{"@context":"https://schema.org","@type":"NewsArticle","headline":{},"description":{},"datePublished":{},"author":{{"@type":"Person","name":{}}},"publisher":{{"@type":"GovernmentOrganization","name":{}}},"mainEntityOfPage":{}{image}{}}}"#,
        text(&card.title),
        text(&card.lead),
        text(&card.iso),
        text(author),
        text(body),
        text(url),
        rating.unwrap_or_default()
    )
}

/// The page's title says that something went wrong, before anything else.
#[component]
fn ErrorTitle() -> impl IntoView {
    view! { <leptos_meta::Title formatter=|title: String| format!("Lỗi: {title}")/> }
}

#[component]
fn Moved(path: String) -> impl IntoView {
    answer::moved(&path);
    let navigate = use_navigate();
    let to = path.clone();
    Effect::new(move |_| navigate(&to, NavigateOptions { replace: true, ..NavigateOptions::default() }));
    view! { <div class="page"><p><a href=path>"Bài viết đã chuyển sang địa chỉ mới"</a></p></div> }
}

/// What stands where nothing is: words, and the newest articles.
#[component]
pub fn Missing(
    /// The newest articles.
    newest: Vec<Link>,
) -> impl IntoView {
    answer::fail(&AppError::NotFound);
    let info = use_info();
    let any = !newest.is_empty();
    view! {
        <PageHead title=format!("Không tìm thấy trang - {}", info.name) description="Không tìm thấy trang".to_owned() path=None/>
        <div class="page narrow">
            <h1>"Không tìm thấy trang này"</h1>
            <p>"Địa chỉ có thể đã gõ nhầm, hoặc bài viết không còn được đăng."</p>
            <Show when=move || any><h2>"Tin mới nhất"</h2></Show>
            <Links links=newest/>
            <p><a class="button" href="/">"Về trang đầu"</a></p>
        </div>
    }
}

/// The newest articles, for an address that leads nowhere.
#[server(prefix = "/api", endpoint = "newest", input = server_fn::codec::GetUrl, output = server_fn::codec::Json)]
pub async fn read_newest() -> Result<Vec<Link>, AppError> {
    super::store::others(&crate::site::site()?.pool, 0, 5).await
}

/// Any address that is none of the site's.
#[component]
pub fn MissingPage() -> impl IntoView {
    let newest = Resource::new(|| (), |()| crate::forms::send::read(read_newest(), || "/api/newest".to_owned()));
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match newest.await {
                    Ok(newest) => view! { <Missing newest/> }.into_any(),
                    Err(error) => view! { <ErrorView error/> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Links(links: Vec<Link>) -> impl IntoView {
    view! {
        <ul class="links">
            {links
                .into_iter()
                .map(|link| view! { <li><a href=link.path>{link.title}</a><span class="quiet">{link.date}</span></li> })
                .collect_view()}
        </ul>
    }
}
