//! The pages of articles: the list, one article, and what stands where none is.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::closures::Closed;
use crate::comments::Thread;
use crate::comments::form::ReplyTo;
use crate::comments::list::Comments;
use crate::error::AppError;
use crate::forms::Refusal;
use crate::forms::view::Summary;
use crate::live::view::use_topic;
use crate::live::{ArticleState, Topic};
use crate::page::Page;
use crate::ratings::Score;
use crate::ratings::form::RatingForm;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What an article's page has besides words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleParts {
    /// The article.
    pub id: i64,
    /// Its address.
    pub path: String,
    /// What stands beside it, as HTML made by the server.
    pub aside: String,
    /// More for the document's head, as HTML made by the server; the browser needs none of it.
    #[serde(skip)]
    pub extra_head: String,
    /// Its ratings.
    pub score: Score,
    /// This visitor's vote.
    pub mine: Option<u8>,
    /// Whether it waits to be checked.
    pub mine_held: bool,
    /// What is closed there.
    pub closed: Closed,
    /// Its comments.
    pub thread: Thread,
    /// The comment to answer.
    pub reply_to: Option<ReplyTo>,
    /// The form that was refused, with what was typed.
    pub refusal: Option<Refusal>,
}

/// A page of the list of articles.
#[server(prefix = "/api", endpoint = "home", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_home(page: i64) -> Result<Page, AppError> {
    let site = crate::site::site()?;
    let page = page.clamp(1, 100_000);
    let (cards, more) = super::store::newest(&site.pool, page).await?;
    Ok(super::markup::home(&site, &cards, page, more))
}

/// What an article's address leads to.
#[server(prefix = "/api", endpoint = "article", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_article(
    address: String,
    #[server(default)] page: i64,
    #[server(default)] find: Option<i64>,
    #[server(default)] reply_to: Option<i64>,
    #[server(default)] token: String,
) -> Result<Page, AppError> {
    use super::{markup, parse_slug_id, store};
    let site = crate::site::site()?;
    let visitor = crate::session::visitor()?;
    let article = match parse_slug_id(&address) {
        Some((slug, id)) => store::find(&site.pool, id, visitor).await?.map(|article| (slug, article)),
        None => None,
    };
    let Some((slug, article)) = article else { return read_missing().await };
    if article.card.slug != slug {
        return Ok(markup::moved(&article));
    }
    let refusal = crate::forms::refused(&token).await?;
    let reply_to = refusal.as_ref().and_then(Refusal::reply_to).or(reply_to);
    let reply_to = match reply_to {
        Some(id) => {
            crate::comments::store::writer(&site.pool, article.card.id, id).await?.map(|name| ReplyTo { id, name })
        }
        None => None,
    };
    let find = find.or(reply_to.as_ref().map(|reply| reply.id));
    let thread = crate::comments::list::read_comments(article.card.id, page, find).await?;
    let closed = crate::closures::store::at(&site.pool, article.card.id).await?;
    Ok(markup::article(&site, article, closed, thread, reply_to, refusal))
}

/// What stands where nothing is: the newest articles.
#[server(prefix = "/api", endpoint = "missing", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_missing() -> Result<Page, AppError> {
    let site = crate::site::site()?;
    let newest = super::store::others(&site.pool, 0, 5).await?;
    Ok(super::markup::missing(&site, &newest))
}

/// An article with its stars and comments.
#[component]
pub fn ArticleView(
    /// The article's words.
    html: String,
    /// Everything else.
    parts: ArticleParts,
) -> impl IntoView {
    let ArticleParts { id, path, aside, score, mine, mine_held, closed, thread, reply_to, refusal, .. } = parts;
    let paused = RwSignal::new(false);
    let topic = Signal::derive(move || (!paused.get()).then_some(Topic::Article(id)));
    let live: Signal<Option<ArticleState>> = use_topic(topic).into();
    let closed = Memo::new(move |_| {
        live.with(|live| live.as_ref().map_or_else(|| closed.clone(), |state| state.closed.clone()))
    });
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        // the counts in the date line are part of the words
        let Some(state) = live.get() else { return };
        for (id, count) in [("so-y-kien", i64::from(state.shown)), ("so-xem", state.views)] {
            if let Some(place) = document().get_element_by_id(id) {
                place.set_text_content(Some(&crate::ratings::thousands(count)));
            }
        }
    });
    let of_rating =
        refusal.clone().filter(|refusal| refusal.action == "/api/rate" || refusal.action == "/api/withdraw");
    let of_comment = refusal.clone().filter(|refusal| refusal.action == "/api/comment");
    // a decision of staff that came too late: its form is among the words, and says nothing itself
    let of_staff =
        refusal.filter(|refusal| refusal.action == "/api/decide").map(|refusal| RwSignal::new(Some(refusal.error)));
    view! {
        <div class="page with-side">
            <div class="main-column">
                {of_staff.map(|error| view! { <Summary error prefix="" arrived=true/> })}
                <article class="article" inner_html=html></article>
                <RatingForm article=id return_to=path.clone() score mine mine_held live closed=Signal::derive(move || closed.get().ratings) refusal=of_rating/>
                <Comments article=id path live paused closed=Signal::derive(move || closed.get().comments) thread reply_to refusal=of_comment/>
            </div>
            <aside class="side" inner_html=aside></aside>
        </div>
    }
}
