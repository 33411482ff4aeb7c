//! The pages of articles: the list, one article, and the page of an address that leads nowhere.

#[cfg(feature = "ssr")]
use super::{ArticleKind, ArticlePage, html, parse_slug_id, store};
use super::{ArticleParts, ArticleUpdate};
#[cfg(feature = "ssr")]
use crate::base::error::AppError;
use crate::features::comments::list::Comments;
use crate::features::ratings::form::RatingForm;
use crate::live::Topic;
use crate::live::view::use_topic;
use crate::routes;
use crate::web::forms::view::Summary;
#[cfg(feature = "ssr")]
use crate::web::page::{Page, PageRequest};
#[cfg(feature = "ssr")]
use crate::web::site::Site;
use leptos::prelude::*;

/// Reads an article.
#[cfg(feature = "ssr")]
pub async fn read_article(site: &Site, request: &PageRequest) -> Result<ArticlePage, AppError> {
    use crate::features::comments::discussion::{Discussion, read_discussion};
    let visitor = crate::web::visitor::current_visitor()?;
    let (slug, id) = parse_slug_id(&request.last).ok_or(AppError::NotFound)?;
    let Some(article) = store::find_article(&site.pool, id, visitor).await? else {
        // comments and reports name a document by its number alone
        if let Some(path) = store::find_public_path(&site.pool, id).await? {
            let path = request.with_parameters_of(&routes::ARTICLE, &path);
            return Ok(ArticlePage { page: html::moved_text_page(&path), parts: None });
        }
        let gone = store::find_gone(&site.pool, id).await?.ok_or(AppError::NotFound)?;
        return Ok(ArticlePage { page: html::gone_page(site, ArticleKind::Article, gone), parts: None });
    };
    if article.card.slug != slug {
        return Ok(ArticlePage { page: html::moved_page(&article.card, request), parts: None });
    }
    let path = article.card.path();
    let Discussion { thread, reply_to, refusal } =
        read_discussion(site, request, (id, &path), article.comments).await?;
    let answered = crate::features::questions::show_count(site, Some(id)).await?;
    Ok(html::article_page(site, article, answered, (thread, reply_to, refusal)))
}

/// Finds the query that leads to the same page of an article: a comment's number leads to the page of comments that it
/// is on, and a number that readers see nowhere is left out.
#[cfg(feature = "ssr")]
pub async fn find_canonical_query(site: &Site, request: &PageRequest) -> Result<String, AppError> {
    let (_, id) = parse_slug_id(&request.last).ok_or(AppError::NotFound)?;
    crate::features::comments::discussion::find_canonical_query(&site.pool, id, request).await
}

/// Reads the page of an address that leads nowhere.
#[cfg(feature = "ssr")]
pub async fn read_missing(site: &Site) -> Result<Page, AppError> {
    let around = store::lists::list_around(&site.pool, 0).await?;
    Ok(html::missing_page(site, &around.newest))
}

/// An article with its stars and comments.
#[component]
pub fn ArticleView(
    /// The article's HTML.
    html: String,
    parts: ArticleParts,
) -> impl IntoView {
    let ArticleParts { id, path, aside, score, own_vote, is_suspicious, closed, thread, reply_to, refusal, .. } = parts;
    let (is_rated, is_discussed) = (parts.is_rated, parts.is_discussed);
    let paused = RwSignal::new(false);
    let topic = Signal::derive(move || (!paused.get()).then_some(Topic::Article(id)));
    let live: Signal<Option<ArticleUpdate>> = use_topic(topic).into();
    let closed = Memo::new(move |_| {
        live.with(|live| live.as_ref().map_or_else(|| closed.clone(), |update| update.closed.clone()))
    });
    #[cfg(feature = "hydrate")]
    crate::web::effects::effect(move || {
        // the counts in the date line are part of the HTML
        let Some(update) = live.get() else { return };
        for (id, count) in [("so-y-kien", i64::from(update.comments)), ("so-xem", update.views)] {
            if let Some(element) = document().get_element_by_id(id) {
                element.set_text_content(Some(&crate::base::format::format_number(count)));
            }
        }
    });
    let refused = |actions: &[routes::Route]| {
        refusal.clone().filter(|refusal| actions.iter().any(|route| route.path == refusal.action))
    };
    let rating_refusal = refused(&[routes::RATE, routes::WITHDRAW_VOTE]);
    let comment_refusal = refused(&[routes::SEND_COMMENT]);
    // a decision of staff that came too late: its form is part of the HTML and shows no error itself
    let staff_error = refused(&[routes::DECIDE]).map(|refusal| RwSignal::new(Some(refusal.error)));
    view! {
        <div class="page with-side">
            <div class="main-column">
                {staff_error.map(|error| view! { <Summary error prefix="" from_server=true/> })}
                <article class="article" inner_html=html></article>
                {is_rated.then(|| view! {
                    <RatingForm
                        article=id
                        return_to=path.clone()
                        score
                        own_vote
                        is_suspicious
                        live
                        closed=Signal::derive(move || closed.get().ratings)
                        refusal=rating_refusal
                    />
                })}
                {is_discussed.then(|| view! {
                    <Comments
                        article=id
                        path
                        live
                        paused
                        closed=Signal::derive(move || closed.get().comments)
                        thread
                        reply_to
                        refusal=comment_refusal
                    />
                })}
            </div>
            <aside class="side" aria-labelledby="tin-moi" inner_html=aside></aside>
        </div>
    }
}
