//! The first thing a request meets: whose it is, whether a copy will do, and that it was counted. One layer, because a
//! copy is answered in a few microseconds, and each layer more would be felt.

use crate::cache::Cache;
use crate::{address, count, observe};
use app::session::ClientAddress;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use std::sync::Arc;

/// What it needs.
pub struct Front {
    /// Copies of pages.
    pub cache: Cache,
    /// Proxies whose forwarded addresses are believed.
    pub trusted: Arc<[IpNet]>,
}

/// Answers with a copy, or goes on.
pub async fn answer(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let Front { cache, trusted } = &*front;
    let address = address::of(&request, trusted);
    request.extensions_mut().insert(ClientAddress(address));
    let asked = observe::Asked::of(&request);
    let page = count::page(&request);
    let agent = page.and_then(|_| count::person(request.headers()));
    let copy = match cache.shared(&request) {
        Some(page) => cache.answer(&page, request.headers(), address).await,
        None => None,
    };
    let response = match copy {
        Some(mut copy) => {
            if *request.method() == Method::HEAD {
                *copy.body_mut() = Body::empty();
            }
            copy
        }
        // whoever asks for too many is told so there
        None => next.run(request).await,
    };
    if let (Some(article), Some(agent)) = (page, agent) {
        count::note(&cache.site.traffic, address, &agent, article, response.status());
    }
    asked.answered(response.status());
    response
}
