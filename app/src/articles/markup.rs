//! The words of articles as HTML. Only the server makes it; text is encoded here, once.

use super::page::ArticleParts;
use super::{Article, Card, Link, path};
use crate::closures::Closed;
use crate::comments::Thread;
use crate::comments::form::ReplyTo;
use crate::error::AppError;
use crate::forms::Refusal;
use crate::page::{Head, Page};
use crate::pictures::{self, CARD_SIZES, FIRST_SIZES, LEAD_SIZES};
use crate::ratings::{Totals, thousands};
use crate::site::Site;
use leptos::prelude::*;

/// The list of articles.
pub fn home(site: &Site, cards: &[Card], page: i64, more: bool) -> Page {
    let info = &site.settings().info;
    let path = |page: i64| if page > 1 { format!("/?trang={page}") } else { "/".to_owned() };
    let empty = cards.is_empty().then_some(if page > 1 {
        "Trang này không có tin nào."
    } else {
        "Chưa có tin nào được đăng."
    });
    let html = view! {
        <div class="home">
            <h1>"Tin mới"</h1>
            {empty.map(|words| view! { <p class="empty">{words}</p> })}
            <ol class="cards">{cards.iter().enumerate().map(|(index, card)| view! { <li>{news(card, index == 0)}</li> }).collect_view()}</ol>
            {pages(page, more, &path)}
        </div>
    };
    let title = if page > 1 { format!("Tin mới, trang {page} - {}", info.name) } else { info.name.clone() };
    Page {
        html: html.to_html(),
        head: Head {
            title,
            description: format!("{}. {}", info.name, info.tagline),
            canonical: Some(format!("{}{}", site.public_url, path(page))),
        },
        article: None,
        error: (cards.is_empty() && page > 1).then_some(AppError::NotFound),
        moved: None,
    }
}

fn news(card: &Card, first: bool) -> impl IntoView + use<> {
    let comments = (card.comments > 0).then(|| format!("{} ý kiến", thousands(i64::from(card.comments))));
    let picture = card
        .picture
        .as_ref()
        .map(|picture| pictures::markup(picture, if first { FIRST_SIZES } else { CARD_SIZES }, first));
    view! {
        <article class="news">
            <div class="news-words">
                <p class="category">{card.category.clone()}</p>
                <h2><a href=card.path()>{card.title.clone()}</a></h2>
                <p class="quiet meta">
                    <time datetime=card.iso.clone()>{card.date.clone()}</time>
                    {comments.map(|words| view! { <span>{words}</span> })}
                </p>
                <p class="news-lead">{card.lead.clone()}</p>
            </div>
            {picture.map(|picture| view! { <div class="news-picture">{picture}</div> })}
        </article>
    }
}

/// Links to the page before and the page after.
pub fn pages(page: i64, more: bool, href: &dyn Fn(i64) -> String) -> impl IntoView + use<> {
    let previous = (page > 1).then(|| href(page - 1));
    let next = more.then(|| href(page + 1));
    (page > 1 || more).then(|| {
        view! {
            <nav class="pages" aria-label="Trang">
                {previous.map(|href| view! { <a class="button secondary" rel="prev" href=href>"Trang trước"</a> })}
                <span class="quiet">{format!("Trang {page}")}</span>
                {next.map(|href| view! { <a class="button secondary" rel="next" href=href>"Trang sau"</a> })}
            </nav>
        }
    })
}

/// An article under its own address.
pub fn article(
    site: &Site,
    article: Article,
    closed: Closed,
    thread: Thread,
    reply_to: Option<ReplyTo>,
    refusal: Option<Refusal>,
) -> Page {
    let info = &site.settings().info;
    let Article { card, body, author, caption, views, rating, mine, mine_held, others } = article;
    let url = format!("{}{}", site.public_url, card.path());
    let title = format!("{} - {}", card.title, info.name);
    let title = if refusal.is_some() { format!("Lỗi: {title}") } else { title };
    let extra_head = extra_head(site, &card, &author, &url, rating.totals);
    let picture = card.picture.as_ref().map(|picture| pictures::markup(picture, LEAD_SIZES, true));
    let html = view! {
        <p class="category">{card.category.clone()}</p>
        <h1>{card.title.clone()}</h1>
        <p class="quiet meta">
            <time datetime=card.iso.clone()>{card.date.clone()}</time>
            <span><span id="so-xem">{thousands(views)}</span>" lượt xem"</span>
            <a href="#y-kien" rel="external"><span id="so-y-kien">{thousands(i64::from(card.comments))}</span>" ý kiến"</a>
        </p>
        <p class="lead">{card.lead.clone()}</p>
        {picture.map(|picture| view! { <figure>{picture}<figcaption>{caption}</figcaption></figure> })}
        <div class="prose" inner_html=body></div>
        <p class="author">"Tác giả bài viết: "{author}</p>
    };
    let aside = view! {
        <h2>"Tin mới"</h2>
        {links(&others)}
    };
    Page {
        html: html.to_html(),
        head: Head { title, description: card.lead.clone(), canonical: Some(url) },
        error: refusal.as_ref().map(|refusal| refusal.error.clone()),
        moved: None,
        article: Some(Box::new(ArticleParts {
            id: card.id,
            path: card.path(),
            aside: aside.to_html(),
            extra_head,
            score: rating,
            mine,
            mine_held,
            closed,
            thread,
            reply_to,
            refusal,
        })),
    }
}

/// An article under an address that is not, or no longer, its own.
pub fn moved(article: &Article) -> Page {
    let path = path(&article.card.slug, article.card.id);
    Page {
        html: view! { <p><a href=path.clone()>"Bài viết đã chuyển sang địa chỉ mới"</a></p> }.to_html(),
        head: Head { title: article.card.title.clone(), description: String::new(), canonical: None },
        article: None,
        error: None,
        moved: Some(path),
    }
}

/// What stands where nothing is: words, and the newest articles.
pub fn missing(site: &Site, newest: &[Link]) -> Page {
    let html = view! {
        <div class="narrow">
            <h1>"Không tìm thấy trang này"</h1>
            <p>"Địa chỉ có thể đã gõ nhầm, hoặc bài viết không còn được đăng."</p>
            {(!newest.is_empty()).then(|| view! { <h2>"Tin mới nhất"</h2>{links(newest)} })}
            <p><a class="button" href="/">"Về trang đầu"</a></p>
        </div>
    };
    Page {
        html: html.to_html(),
        head: Head {
            title: format!("Không tìm thấy trang - {}", site.settings().info.name),
            description: "Không tìm thấy trang".to_owned(),
            canonical: None,
        },
        article: None,
        error: Some(AppError::NotFound),
        moved: None,
    }
}

fn links(links: &[Link]) -> impl IntoView + use<> {
    let link = |link: &Link| {
        view! { <li><a href=link.path.clone()>{link.title.clone()}</a><span class="quiet">{link.date.clone()}</span></li> }
    };
    view! { <ul class="links">{links.iter().map(link).collect_view()}</ul> }
}

/// The picture's early start, and what search engines and shared links read.
fn extra_head(site: &Site, card: &Card, author: &str, url: &str, totals: Totals) -> String {
    let info = &site.settings().info;
    let picture = card.picture.as_ref();
    let image = picture.and_then(|picture| picture.largest_jpg()).map(|path| format!("{}{path}", site.public_url));
    let preload = picture.map(|picture| {
        view! { <link rel="preload" r#as="image" r#type="image/webp" imagesrcset=picture.webp_srcset() imagesizes=LEAD_SIZES fetchpriority="high"/> }
    });
    let property = |name: &'static str, content: &str| {
        leptos::html::meta().attr("property", name).attr("content", content.to_owned())
    };
    let data = structured_data(card, author, url, image.as_deref(), totals, &info.body);
    view! {
        {preload}
        {property("og:type", "article")}
        {property("og:title", &card.title)}
        {property("og:description", &card.lead)}
        {property("og:url", url)}
        {property("og:site_name", &info.name)}
        {property("og:locale", "vi_VN")}
        {property("article:published_time", &card.iso)}
        {image.map(|image| property("og:image", &image))}
        <meta name="author" content=author.to_owned()/>
        <script type="application/ld+json" inner_html=data></script>
    }
    .to_html()
}

/// The article as schema.org names its parts. Markup in a title stays a text.
fn structured_data(
    card: &Card,
    author: &str,
    url: &str,
    image: Option<&str>,
    totals: Totals,
    publisher: &str,
) -> String {
    let mut data = serde_json::json!({
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": card.title,
        "description": card.lead,
        "datePublished": card.iso,
        "author": { "@type": "Person", "name": author },
        "publisher": { "@type": "GovernmentOrganization", "name": publisher },
        "mainEntityOfPage": url,
        "image": image.as_slice(),
    });
    if let Some(tenths) = totals.tenths() {
        data["aggregateRating"] = serde_json::json!({
            "@type": "AggregateRating",
            "ratingValue": tenths as f64 / 10.0,
            "ratingCount": totals.ratings,
            "bestRating": 5,
            "worstRating": 1,
        });
    }
    data.to_string().replace('<', "\\u003c")
}
