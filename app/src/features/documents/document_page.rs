//! One document, with the opinions on it where it is a draft.

use super::html::force_label;
use super::store::{Document, Filter, find_document, list_documents};
use super::{DocumentDetails, Force, ShortDocument, detail_lines};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::articles::html::{gone_page, moved_text_page, sharing};
use crate::features::articles::store::find_gone;
use crate::features::articles::{ArticleKind, ArticlePage, ArticleParts, parse_slug_id};
use crate::features::closures::store::find_closed;
use crate::features::comments::discussion::{Discussion, read_discussion};
use crate::features::comments::store::read_totals;
use crate::features::media::body::{list_pictures, show_media};
use crate::features::media::store::find_pictures;
use crate::features::ratings::{Score, Totals};
use crate::routes;
use crate::web::page::{Head, Page, PageRequest};
use crate::web::site::Site;
use leptos::prelude::*;
use time::{Date, OffsetDateTime};

/// Documents that are named beside one.
const BESIDE: usize = 5;

/// Reads a document.
pub async fn read(site: &Site, request: &PageRequest) -> Result<ArticlePage, AppError> {
    let pool = &site.pool;
    let (slug, id) = parse_slug_id(&request.last).ok_or(AppError::NotFound)?;
    let today = clock::local_day(OffsetDateTime::now_utc());
    let Some(document) = find_document(pool, id, today).await? else {
        let gone = find_gone(pool, id).await?.ok_or(AppError::NotFound)?;
        return Ok(ArticlePage { page: gone_page(site, ArticleKind::Document, gone), parts: None });
    };
    let path = document.listed.document.path();
    if document.listed.document.slug != slug {
        return Ok(ArticlePage {
            page: moved_text_page(&request.with_parameters_of(&routes::DOCUMENT, &path)),
            parts: None,
        });
    }
    let Discussion { thread, reply_to, refusal } =
        read_discussion(site, request, (id, &path), read_totals(pool, id).await?).await?;
    let (newest, _) = list_documents(pool, &Filter::default(), today, 1).await?;
    let newest: Vec<_> = newest
        .into_iter()
        .filter(|other| other.document.id != id)
        .take(BESIDE)
        .map(|other| {
            let day = other.issued_on.map(clock::format_day);
            let document = &other.document;
            view! { <li><a href=document.path()>{document.title.clone()}</a><span class="quiet">{day}</span></li> }
        })
        .collect();
    let aside = view! { <h2 id="tin-moi">"Văn bản mới"</h2><ul class="links">{newest}</ul> };
    let pictures = find_pictures(pool, &list_pictures(&document.body)).await?;
    let body = show_media(&document.body, &pictures, &site.keys.cookie);
    let title = &document.listed.document.title;
    let info = &site.settings().info;
    let full_title = format!("{title} - {}", info.name);
    let description = match document.description.as_str() {
        "" => format!("{}. {}. {title}", document.listed.document.name(), document.listed.issuer),
        description => description.to_owned(),
    };
    let page = Page {
        head: Head {
            title: if refusal.is_some() { format!("Lỗi: {full_title}") } else { full_title },
            description,
            canonical: Some(format!("{}{path}", site.public_url)),
            extra: String::new(),
        },
        html: html(site, &document, &body, today),
        error: refusal.as_ref().map(|refusal| refusal.error.clone()),
        redirect: None,
    };
    let parts = ArticleParts {
        id,
        path,
        aside: aside.to_html(),
        score: Score { totals: Totals::default(), revision: 0 },
        own_vote: None,
        is_suspicious: false,
        is_rated: false,
        // what was said on a draft stays when it is none any more
        is_discussed: document.listed.opinions_until.is_some() || document.opinions.0 > 0,
        closed: find_closed(pool, id).await?,
        thread,
        reply_to,
        refusal,
    };
    Ok(ArticlePage { page, parts: Some(Box::new(parts)) })
}

fn html(site: &Site, document: &Document, body: &str, today: Date) -> String {
    let listed = &document.listed;
    let short = &listed.document;
    let url = format!("{}{}", site.public_url, short.path());
    let force = listed.force(today);
    let details = DocumentDetails {
        number: short.number.clone(),
        kind: short.kind.clone(),
        issuer: listed.issuer.clone(),
        signer: listed.signer.clone(),
        issued_on: listed.issued_on,
        in_force_from: listed.in_force_from,
        in_force_until: listed.in_force_until,
        ..DocumentDetails::default()
    };
    let lines: Vec<_> = detail_lines(&details)
        .into_iter()
        .map(|(label, value)| view! { <div><dt>{label}</dt><dd>{value}</dd></div> })
        .collect();
    let replaces = (!document.replaces.is_empty()).then(|| {
        let links: Vec<_> = document.replaces.iter().map(replaced).collect();
        view! { <div><dt>"Thay thế"</dt><dd><ul class="plain-links">{links}</ul></dd></div> }
    });
    let html = view! {
        <nav class="breadcrumb" aria-label="Đường dẫn">
            <ol>
                <li><a href=routes::HOME.path>"Trang chủ"</a></li>
                <li><a href=routes::DOCUMENTS.path>"Văn bản"</a></li>
            </ol>
        </nav>
        <h1>{short.title.clone()}</h1>
        <p>{force_label(&force)}</p>
        <dl class="details">{lines}{replaces}</dl>
        {opinions(&force, document.opinions)}
        <div class="prose" inner_html=body.to_owned()></div>
        {sharing(&url)}
    };
    html.to_html()
}

fn replaced(short: &ShortDocument) -> impl IntoView + use<> {
    view! { <li><a href=short.path()>{short.name()}</a></li> }
}

/// How far the opinions on a draft are: until when they are taken, how many there are, and how many were answered.
fn opinions(force: &Force, (count, answered): (i64, i64)) -> Option<impl IntoView + use<>> {
    let Force::Draft(until) = force else { return None };
    let is_open = *until > OffsetDateTime::now_utc();
    let sentence = if is_open {
        format!("Kính mời ông/bà góp ý cho dự thảo đến {}.", clock::format_short(*until))
    } else {
        format!("Dự thảo đã hết hạn góp ý lúc {}.", clock::format_short(*until))
    };
    let summary = match (count, answered) {
        (0, _) => "Chưa có ý kiến nào được đăng.".to_owned(),
        (count, 0) => format!("Đã đăng {} ý kiến, chưa có trả lời.", format_number(count)),
        (count, answered) => {
            format!("Đã đăng {} ý kiến, {} ý kiến đã được trả lời.", format_number(count), format_number(answered))
        }
    };
    let link =
        view! { <a href="#y-kien" rel="external">{if is_open { "Gửi và xem ý kiến" } else { "Xem ý kiến" }}</a> };
    Some(view! { <p class="notice">{sentence}" "{summary}" "{link}</p> })
}
