//! Articles as HTML. Only the server makes it; text is encoded here, once.

use super::store::lists::Around;
use super::{Article, ArticleKind, ArticlePage, ArticleParts, Card, CategoryLink, Gone, Link, NEWS_BUTTON};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::url::encode;
use crate::features::comments::{ReplyTo, Thread};
use crate::features::media::Picture;
use crate::features::media::body::show_media;
use crate::features::media::html::{CARD_SIZES, FIRST_SIZES, LEAD_SIZES, cropped_picture, picture, srcset};
use crate::routes;
use crate::web::forms::Refusal;
use crate::web::page::{Head, Page, PageRequest};
use crate::web::site::Site;
use leptos::prelude::*;

/// The line that says on an open page how much was published since, and what the page shows.
pub fn news_button(cards: &[Card]) -> impl IntoView + use<> {
    let shown = cards.iter().map(|card| card.id.to_string()).collect::<Vec<_>>().join(" ");
    view! {
        <p class="new-items" id=NEWS_BUTTON role="status" data-shown=shown hidden>
            <a class="button" href=routes::HOME.path rel="external"></a>
        </p>
    }
}

/// Articles in a list, the first with its whole picture.
pub fn cards_html(cards: &[Card]) -> impl IntoView + use<> {
    let items = cards.iter().enumerate().map(|(index, card)| view! { <li>{list_item(card, index == 0)}</li> });
    view! { <ol class="cards leading">{items.collect_view()}</ol> }
}

/// Articles in a part of a page that has a heading of its own.
pub fn block_cards(cards: &[Card]) -> impl IntoView + use<> {
    let items = cards.iter().map(|card| {
        let picture = card.picture.as_ref().map(|shown| cropped_picture(shown, CARD_SIZES));
        view! {
            <li>
                <article class="news">
                    <div class="news-text">
                        <h3><a href=card.path()>{card.title.clone()}</a></h3>
                        <p class="quiet meta">{date(card)}</p>
                    </div>
                    {picture.map(|picture| view! { <div class="news-picture">{picture}</div> })}
                </article>
            </li>
        }
    });
    view! { <ol class="cards">{items.collect_view()}</ol> }
}

/// A page under an address that is no longer its own.
pub fn moved_text_page(path: &str) -> Page {
    let html = view! { <p><a href=path.to_owned()>"Trang này đã chuyển sang địa chỉ mới"</a></p> };
    Page { redirect: Some(path.to_owned()), ..Page::unlisted(String::new(), html.to_html()) }
}

/// The way from the front page to an article.
fn breadcrumb(category: &CategoryLink) -> impl IntoView + use<> {
    let name = category.name.clone();
    let link = category.path.clone().map(|path| view! { <li><a href=path>{name}</a></li> });
    view! {
        <nav class="breadcrumb" aria-label="Đường dẫn">
            <ol><li><a href=routes::HOME.path>"Trang chủ"</a></li>{link}</ol>
        </nav>
    }
}

/// What shared links of the front page show: its name, and the picture of its first article.
pub fn home_head(site: &Site, cards: &[Card]) -> String {
    let info = &site.settings().info;
    let picture = cards.iter().find_map(|card| card.picture.as_ref());
    view! {
        {property("og:type", "website")}
        {property("og:title", &info.name)}
        {property("og:description", &info.tagline)}
        {property("og:url", &format!("{}{}", site.public_url, routes::HOME.path))}
        {property("og:locale", "vi_VN")}
        {picture.map(|picture| picture_properties(site, picture))}
        {structured(&site_data(site))}
    }
    .to_html()
}

/// Data in schema.org's terms for the head of a page. Markup in a text stays text.
fn structured(data: &serde_json::Value) -> impl IntoView + use<> {
    let data = data.to_string().replace('<', "\\u003c");
    view! { <script type="application/ld+json" inner_html=data></script> }
}

/// The site and who runs it, with the way to search it.
fn site_data(site: &Site) -> serde_json::Value {
    let info = &site.settings().info;
    let url = |path: &str| format!("{}{path}", site.public_url);
    let mut office = serde_json::json!({
        "@type": "GovernmentOrganization",
        "@id": url("/#co-quan"),
        "name": info.body,
        "url": url(routes::HOME.path),
    });
    for (term, text) in [("address", &info.address), ("telephone", &info.phone), ("email", &info.email)] {
        if !text.is_empty() {
            office[term] = text.as_str().into();
        }
    }
    serde_json::json!({
        "@context": "https://schema.org",
        "@graph": [
            office,
            {
                "@type": "WebSite",
                "name": info.name,
                "url": url(routes::HOME.path),
                "inLanguage": "vi",
                "publisher": { "@id": url("/#co-quan") },
                "potentialAction": {
                    "@type": "SearchAction",
                    "target": { "@type": "EntryPoint", "urlTemplate": format!("{}?q={{q}}", url(routes::SEARCH.path)) },
                    "query-input": "required name=q",
                },
            },
        ],
    })
}

/// The way from the front page to an article.
fn breadcrumb_data(site: &Site, article: &Article, url: &str) -> serde_json::Value {
    let category = &article.card.category;
    let steps = [
        Some(("Trang chủ".to_owned(), format!("{}{}", site.public_url, routes::HOME.path))),
        category.path.as_ref().map(|path| (category.name.clone(), format!("{}{path}", site.public_url))),
        Some((article.card.title.clone(), url.to_owned())),
    ];
    let items = steps.into_iter().flatten().enumerate().map(|(index, (name, item))| {
        serde_json::json!({ "@type": "ListItem", "position": index + 1, "name": name, "item": item })
    });
    serde_json::json!({
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": items.collect::<Vec<_>>(),
    })
}

fn property(name: &'static str, content: &str) -> impl IntoView + use<> {
    leptos::html::meta().attr("property", name).attr("content", content.to_owned())
}

/// The picture of a shared link with its size, so that a link's preview needs no second look.
fn picture_properties(site: &Site, picture: &Picture) -> impl IntoView + use<> {
    let alt = picture.alt.clone();
    picture.shared_file().map(|size| {
        let path = size.jpg_path();
        view! {
            {property("og:image", &format!("{}{path}", site.public_url))}
            {property("og:image:width", &size.width.to_string())}
            {property("og:image:height", &size.height.to_string())}
            {property("og:image:alt", &alt)}
        }
    })
}

/// The category of an article in a list. It lies over the link of the whole card.
fn category_label(category: &CategoryLink) -> impl IntoView + use<> {
    let name = category.name.clone();
    let name = match category.path.clone() {
        Some(path) => view! { <a href=path>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    view! { <p class="category">{name}</p> }
}

fn list_item(card: &Card, first: bool) -> impl IntoView + use<> {
    let comments = (card.comments > 0).then(|| format!("{} ý kiến", format_number(i64::from(card.comments))));
    let picture = card.picture.as_ref().map(|shown| {
        if first { picture(shown, FIRST_SIZES, true).into_any() } else { cropped_picture(shown, CARD_SIZES).into_any() }
    });
    view! {
        <article class="news">
            <div class="news-text">
                {category_label(&card.category)}
                <h2><a href=card.path()>{card.title.clone()}</a></h2>
                <p class="quiet meta">
                    {date(card)}
                    {comments.map(|count| view! { <span>{count}</span> })}
                </p>
                <p class="news-lead">{card.lead.clone()}</p>
            </div>
            {picture.map(|picture| view! { <div class="news-picture">{picture}</div> })}
        </article>
    }
}

fn date(card: &Card) -> impl IntoView + use<> {
    view! { <time datetime=clock::format_iso(card.published_at)>{clock::format_long(card.published_at)}</time> }
}

/// An article under its own address.
pub fn article_page(
    site: &Site,
    article: Article,
    answered: Option<String>,
    (thread, reply_to, refusal): (Thread, Option<ReplyTo>, Option<Refusal>),
) -> ArticlePage {
    let info = &site.settings().info;
    let url = format!("{}{}", site.public_url, article.card.path());
    let extra = extra_head(site, &article, &url);
    let description = if article.description.is_empty() { &article.card.lead } else { &article.description };
    let description = description.clone();
    let Article {
        card,
        body,
        pictures,
        author,
        source,
        corrections,
        caption,
        views,
        score,
        own_vote,
        is_suspicious,
        tags,
        series,
        around,
        closed,
        ..
    } = article;
    let title = format!("{} - {}", card.title, info.name);
    let title = if refusal.is_some() { format!("Lỗi: {title}") } else { title };
    let figure = card.picture.as_ref().map(|lead| {
        view! { <figure>{picture(lead, LEAD_SIZES, true)}<figcaption>{caption}</figcaption></figure> }
    });
    let html = view! {
        {breadcrumb(&card.category)}
        <h1>{card.title.clone()}</h1>
        <p class="quiet meta">
            {date(&card)}
            <span><span id="so-xem">{format_number(views)}</span>" lượt xem"</span>
            <a href="#y-kien" rel="external">
                <span id="so-y-kien">{format_number(i64::from(card.comments))}</span>
                " ý kiến"
            </a>
        </p>
        {corrections.into_iter().map(correction).collect_view()}
        {figure}
        <p class="lead">{card.lead.clone()}</p>
        <div class="prose" inner_html=show_media(&body, &pictures, &site.keys.cookie)></div>
        <p class="author">"Tác giả bài viết: "{author}</p>
        {(!source.is_empty()).then(|| view! { <p class="author">"Nguồn: "{source}</p> })}
        {series_links(&series)}
        {tag_list(&tags)}
        {answered.map(|answered| {
            view! { <p class="quiet answered"><a href="#y-kien" rel="external">{answered}</a></p> }
        })}
        <p class="quiet report-fault">
            <a href=routes::REPORT_FAULT.with(card.id) data-quotes="">"Báo lỗi bài viết"</a>
        </p>
        {related(&around)}
        {sharing(&url)}
        <div class="print-only print-foot">
            <img src=routes::QR_CODE.with(card.id) alt="" width="120" height="120" loading="lazy"/>
            <p>{url.clone()}</p>
        </div>
    };
    let aside = view! { <h2 id="tin-moi">"Tin mới"</h2>{link_list(&around.newest)} };
    let head = Head { title, description, canonical: Some(url), extra };
    let error = refusal.as_ref().map(|refusal| refusal.error.clone());
    let parts = ArticleParts {
        id: card.id,
        path: card.path(),
        aside: aside.to_html(),
        score,
        own_vote,
        is_suspicious,
        is_rated: true,
        is_discussed: true,
        closed,
        thread,
        reply_to,
        refusal,
    };
    ArticlePage { page: Page { head, html: html.to_html(), error, redirect: None }, parts: Some(Box::new(parts)) }
}

/// What to read next: related articles, and those before and after.
fn related(around: &Around) -> impl IntoView + use<> {
    let related = (!around.related.is_empty())
        .then(|| view! { <h2 id="lien-quan">"Bài liên quan"</h2>{link_list(&around.related)} });
    let neighbour = |link: &Option<Link>, rel: &'static str, label: &'static str| {
        link.as_ref().map(|link| {
            view! { <a rel=rel href=link.path.clone()><span class="quiet">{label}</span>{link.title.clone()}</a> }
        })
    };
    let previous = neighbour(&around.previous, "prev", "Bài trước");
    let next = neighbour(&around.next, "next", "Bài sau");
    let nearby = (previous.is_some() || next.is_some())
        .then(|| view! { <nav class="neighbours" aria-label="Bài trước, bài sau">{previous}{next}</nav> });
    view! { {related}{nearby} }
}

/// Ways to pass an article on. What needs script is offered by it.
pub fn sharing(url: &str) -> impl IntoView + use<> {
    let facebook = format!("https://www.facebook.com/sharer/sharer.php?u={}", encode(url));
    view! {
        <p class="share">
            <button type="button" class="button secondary" data-share="sheet" hidden>"Chia sẻ"</button>
            <a class="button secondary" href=facebook rel="noopener external">"Facebook"</a>
            <button type="button" class="button secondary" data-share="copy" hidden>"Chép địa chỉ"</button>
            <span aria-live="polite" class="quiet"></span>
        </p>
    }
}

/// The series that the article belongs to, in whose order it can be read.
fn series_links(series: &[(String, String)]) -> impl IntoView + use<> {
    series
        .iter()
        .map(|(name, path)| view! { <p class="author">"Thuộc chủ đề: "<a href=path.clone()>{name.clone()}</a></p> })
        .collect_view()
}

fn tag_list(tags: &[(String, String)]) -> Option<impl IntoView + use<>> {
    let items = tags.iter().map(|(name, path)| view! { <li><a href=path.clone()>{name.clone()}</a></li> });
    (!tags.is_empty()).then(|| view! { <nav aria-label="Thẻ"><ul class="chips">{items.collect_view()}</ul></nav> })
}

/// What readers are told of a correction.
fn correction((at, message): (time::OffsetDateTime, String)) -> impl IntoView {
    view! {
        <p class="correction">
            "Cập nhật lúc "<time datetime=clock::format_iso(at)>{clock::format_short(at)}</time>": "{message}
        </p>
    }
}

/// The page of an article, or of another kind, that is gone: why, and nothing of what it said.
pub fn gone_page(site: &Site, kind: ArticleKind, gone: Gone) -> Page {
    let noun = kind.label();
    let message = match gone {
        Gone::Moved(path) => {
            let html = view! { <p><a href=path.clone()>{format!("{noun} đã chuyển sang địa chỉ mới")}</a></p> };
            return Page { redirect: Some(path), ..Page::unlisted(String::new(), html.to_html()) };
        }
        Gone::Ended => format!("{noun} đã hết hạn đăng"),
        Gone::Withdrawn(message) if message.is_empty() => format!("{noun} không còn được đăng"),
        Gone::Withdrawn(message) => message,
    };
    let title = format!("{noun} không còn được đăng - {}", site.settings().info.name);
    let html = view! {
        <div class="narrow sections">
            <h1>{message}</h1>
            <p><a class="button" href=routes::HOME.path>"Về trang chủ"</a></p>
        </div>
    };
    Page::unlisted(title, html.to_html()).with_error(Some(AppError::Gone))
}

/// An article under an address that is not, or no longer, its own. The parameters that it knows stay.
pub fn moved_page(card: &Card, request: &PageRequest) -> Page {
    let path = request.with_parameters_of(&routes::ARTICLE, &card.path());
    let html = view! { <p><a href=path.clone()>"Bài viết đã chuyển sang địa chỉ mới"</a></p> };
    Page { redirect: Some(path), ..Page::unlisted(card.title.clone(), html.to_html()) }
}

/// The page of an address that leads nowhere: a sentence, and the newest articles.
pub fn missing_page(site: &Site, newest: &[Link]) -> Page {
    let newest = (!newest.is_empty()).then(|| view! { <h2>"Tin mới nhất"</h2>{link_list(newest)} });
    let html = view! {
        <div class="narrow sections">
            <h1>"Không tìm thấy trang này"</h1>
            <p>"Địa chỉ có thể đã gõ nhầm, hoặc bài viết không còn được đăng."</p>
            {newest}
            <p><a class="button" href=routes::HOME.path>"Về trang chủ"</a></p>
        </div>
    };
    let title = format!("Không tìm thấy trang - {}", site.settings().info.name);
    Page::unlisted(title, html.to_html()).with_error(Some(AppError::NotFound))
}

fn link_list(links: &[Link]) -> impl IntoView + use<> {
    let item = |link: &Link| {
        let date = clock::format_short(link.published_at);
        view! { <li><a href=link.path.clone()>{link.title.clone()}</a><span class="quiet">{date}</span></li> }
    };
    view! { <ul class="links">{links.iter().map(item).collect_view()}</ul> }
}

/// The early fetch of the picture, and what search engines and shared links read.
fn extra_head(site: &Site, article: &Article, url: &str) -> String {
    let info = &site.settings().info;
    let card = &article.card;
    let picture = card.picture.as_ref();
    let preload = picture.map(|picture| {
        view! {
            <link
                rel="preload"
                r#as="image"
                r#type="image/webp"
                imagesrcset=srcset(&picture.sizes)
                imagesizes=LEAD_SIZES
                fetchpriority="high"
            />
        }
    });
    let data = structured_data(site, article, url);
    view! {
        {preload}
        {property("og:type", "article")}
        {property("og:title", &card.title)}
        {property("og:description", &card.lead)}
        {property("og:url", url)}
        {property("og:site_name", &info.name)}
        {property("og:locale", "vi_VN")}
        {property("article:published_time", &clock::format_iso(card.published_at))}
        {property("article:modified_time", &clock::format_iso(article.modified_at))}
        {picture.map(|picture| picture_properties(site, picture))}
        <meta name="author" content=article.author.clone()/>
        {structured(&data)}
        {structured(&breadcrumb_data(site, article, url))}
    }
    .to_html()
}

/// The article in schema.org's terms. Ratings are a count of interactions: search engines refuse an average on news.
fn structured_data(site: &Site, article: &Article, url: &str) -> serde_json::Value {
    let card = &article.card;
    let counter = |action: &str, count: i64| {
        serde_json::json!({
            "@type": "InteractionCounter",
            "interactionType": { "@type": action },
            "userInteractionCount": count,
        })
    };
    let image =
        card.picture.as_ref().and_then(|picture| picture.jpg.as_ref().zip(picture.jpg_path())).map(|(size, path)| {
            serde_json::json!({
                "@type": "ImageObject",
                "url": format!("{}{path}", site.public_url),
                "width": format!("{} px", size.width),
                "height": format!("{} px", size.height),
            })
        });
    serde_json::json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": card.title,
        "description": card.lead,
        "datePublished": clock::format_iso(card.published_at),
        "dateModified": clock::format_iso(article.modified_at),
        "author": { "@type": "Person", "name": article.author },
        "publisher": { "@type": "GovernmentOrganization", "name": site.settings().info.body },
        "mainEntityOfPage": url,
        "image": image.as_slice(),
        "commentCount": card.comments,
        "interactionStatistic": [
            counter("CommentAction", i64::from(card.comments)),
            counter("ReviewAction", article.score.totals.ratings),
            counter("ViewAction", article.views),
        ],
    })
}
