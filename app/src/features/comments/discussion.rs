//! What is said under an article, as one request for its page asks for it.

use super::store::blocks::find_block_note;
use super::store::thread::{self, find_conversation, list_comments};
use super::store::{CommentTotals, count_pages};
use super::{Comment, REPLIES_PER_PAGE, REPLIES_SHOWN, ReplyTo, Thread, ThreadPlace, html};
use crate::base::error::AppError;
use crate::base::id::{parse_id, parse_page};
use crate::routes;
use crate::web::forms::Refusal;
use crate::web::page::PageRequest;
use crate::web::site::Site;
use crate::web::visitor::{Visitor, VisitorSecret, current_secret, current_visitor};
use sqlx::PgPool;

/// Who looks at comments.
pub struct Viewer {
    pub visitor: Option<Visitor>,
    /// From which the private links of the visitor's own comments are derived.
    pub secret: Option<VisitorSecret>,
    pub for_staff: bool,
}

impl Viewer {
    /// Who sent the current request.
    pub async fn current() -> Result<Self, AppError> {
        Ok(Self {
            visitor: current_visitor()?,
            secret: current_secret()?,
            for_staff: crate::web::session::find_current_staff().await?.is_some(),
        })
    }
}

/// The comments that a request asks for.
#[derive(Debug, Clone, Copy)]
pub struct WantedPlace {
    /// A comment that is to be among them.
    pub comment: Option<i64>,
    /// The comment whose conversation is to be shown.
    pub conversation: Option<i64>,
    pub page: i64,
}

/// Finds the place of the comments that a request asks for. What readers do not see leads to a page of all comments,
/// and a conversation that is shown there whole does too.
pub async fn find_place(pool: &PgPool, article: i64, wanted: WantedPlace) -> Result<ThreadPlace, AppError> {
    if let Some(comment) = wanted.comment
        && let Some(place) = thread::find_place(pool, article, comment).await?
    {
        return Ok(place);
    }
    if let Some(comment) = wanted.conversation
        && let Some(replies) = thread::count_replies(pool, article, comment).await?
    {
        if replies > REPLIES_SHOWN {
            let pages = (replies + REPLIES_PER_PAGE - 1) / REPLIES_PER_PAGE;
            return Ok(ThreadPlace { conversation: Some(comment), page: wanted.page.clamp(1, pages) });
        }
        if let Some(place) = thread::find_place(pool, article, comment).await? {
            return Ok(place);
        }
    }
    Ok(ThreadPlace { conversation: None, page: wanted.page })
}

/// Reads the comments at a place of the article at `path`, or the last page where there are fewer. Their numbers were
/// read before: what is approved in between is announced as new, and never missed.
pub async fn read_thread(
    site: &Site,
    (article, path): (i64, &str),
    (place, totals): (ThreadPlace, CommentTotals),
    viewer: &Viewer,
) -> Result<Thread, AppError> {
    let conversation = match place.conversation {
        Some(comment) => find_conversation(&site.pool, article, (comment, place.page), viewer.visitor).await?,
        None => None,
    };
    // a conversation that was taken down a moment ago gives way to all comments
    let is_conversation = conversation.is_some();
    let place = match place {
        place if is_conversation => place,
        ThreadPlace { conversation: Some(_), .. } => ThreadPlace { conversation: None, page: 1 },
        ThreadPlace { page, .. } => ThreadPlace { conversation: None, page: page.clamp(1, totals.pages()) },
    };
    let mut comments = match conversation {
        Some(conversation) => vec![conversation],
        None => list_comments(&site.pool, article, place.page, viewer.visitor).await?,
    };
    if let Some(secret) = &viewer.secret {
        add_private_links(site, secret, &mut comments);
    }
    let is_blocked = |comment: &Comment| comment.is_blocked || comment.replies.iter().any(|reply| reply.is_blocked);
    if let Some(visitor) = viewer.visitor.filter(|_| comments.iter().any(is_blocked))
        && let Some(note) = find_block_note(&site.pool, visitor).await?
    {
        add_block_note(&mut comments, &note);
    }
    let html = html::thread(&comments, path, place, totals, viewer.for_staff);
    Ok(Thread {
        html,
        shown: totals.shown,
        revision: totals.revision,
        conversation: place.conversation,
        page: place.page,
        consent: super::consent(&site.settings()),
        offers_mail: site.mailer.is_some(),
    })
}

/// Gives the visitor's own comments their private links.
fn add_private_links(site: &Site, secret: &VisitorSecret, comments: &mut [Comment]) {
    let link = |salt: &Vec<u8>| routes::OWN_COMMENT.with(secret.derive_link(&site.keys, salt));
    for comment in comments {
        comment.link = comment.link_salt.as_ref().map(link);
        for reply in &mut comment.replies {
            reply.link = reply.link_salt.as_ref().map(link);
        }
    }
}

/// Gives a blocked visitor's comments the sentence that they are to read.
fn add_block_note(comments: &mut [Comment], note: &str) {
    for comment in comments {
        comment.block_note = comment.is_blocked.then(|| note.to_owned());
        add_block_note(&mut comment.replies, note);
    }
}

/// What is said under an article.
pub struct Discussion {
    pub thread: Thread,
    /// The comment to answer.
    pub reply_to: Option<ReplyTo>,
    /// The form that was refused, with what was typed.
    pub refusal: Option<Refusal>,
}

/// Reads the comments that a request's address asks for.
pub async fn read_discussion(
    site: &Site,
    request: &PageRequest,
    (article, path): (i64, &str),
    totals: CommentTotals,
) -> Result<Discussion, AppError> {
    let refusal = crate::web::forms::find_refusal(&request.refusal_token()).await?;
    let refused_reply = refusal.as_ref().and_then(|refusal| parse_id(&refusal.typed("parent_id")));
    let reply_to = match refused_reply.or_else(|| request.parameter("tra-loi").and_then(parse_id)) {
        Some(comment) => thread::find_answerable(&site.pool, article, comment).await?,
        None => None,
    };
    let place = find_place(&site.pool, article, read_place(request, reply_to.as_ref())).await?;
    let thread = read_thread(site, (article, path), (place, totals), &Viewer::current().await?).await?;
    Ok(Discussion { thread, reply_to, refusal })
}

/// Reads from an address which comments it asks for.
fn read_place(request: &PageRequest, reply_to: Option<&ReplyTo>) -> WantedPlace {
    WantedPlace {
        comment: request.parameter("y-kien").and_then(parse_id).or(reply_to.map(|reply| reply.id)),
        conversation: request.parameter("chuoi").and_then(parse_id),
        page: parse_page(request.parameter("trang-y-kien")),
    }
}

/// Finds the query that leads to the same comments of an article: a comment leads to the place where it stands,
/// and a number that readers see nowhere is left out.
pub async fn find_canonical_query(pool: &PgPool, article: i64, request: &PageRequest) -> Result<String, AppError> {
    let reply_to = match request.parameter("tra-loi").and_then(parse_id) {
        Some(comment) => thread::find_answerable(pool, article, comment).await?,
        None => None,
    };
    let place = find_place(pool, article, read_place(request, reply_to.as_ref())).await?;
    let ThreadPlace { conversation, mut page } = place;
    if conversation.is_none() && page > 1 {
        page = page.min(count_pages(pool, article).await?);
    }
    let parts = [
        (page > 1).then(|| format!("trang-y-kien={page}")),
        conversation.map(|comment| format!("chuoi={comment}")),
        reply_to.map(|reply| format!("tra-loi={}", reply.id)),
    ];
    Ok(parts.into_iter().flatten().collect::<Vec<_>>().join("&"))
}
