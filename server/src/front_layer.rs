//! The outermost layer: determines the client's address, answers from the cache where possible, and counts visits. It
//! is one layer, because an answer from the cache takes a few microseconds, and every further layer would add to them.

use crate::cache::Cache;
use crate::client_address::find_client_address;
use crate::request_metrics::RequestLabels;
use crate::visits::Opening;
use app::features::statistics::traffic::Traffic;
use app::web::visitor::ClientAddress;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;
use std::sync::Arc;

/// What the layer needs.
pub struct Front {
    pub cache: Cache,
    /// Proxies whose forwarded addresses count.
    pub trusted_proxies: Arc<[IpNet]>,
    pub traffic: Arc<Traffic>,
}

/// Answers from the cache, or passes the request on.
pub async fn answer_from_cache(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let Front { cache, trusted_proxies, traffic } = &*front;
    let address = find_client_address(&request, trusted_proxies);
    request.extensions_mut().insert(ClientAddress(address));
    let labels = RequestLabels::from_request(&request);
    let opening = Opening::from_request(&request);
    let cached = match cache.find_key(&request) {
        Some(key) => cache.answer(&key, request.headers(), address).await,
        None => None,
    };
    let response = match cached {
        Some(mut cached) => {
            if *request.method() == Method::HEAD {
                *cached.body_mut() = Body::empty();
            }
            cached
        }
        // a line that asks for too many pages is refused there
        None => {
            let shared = cache.find_shared_key(&request);
            let encodings = request.headers().get(header::ACCEPT_ENCODING).cloned();
            let response = next.run(request).await;
            match shared.filter(|_| response.status() == StatusCode::SERVICE_UNAVAILABLE) {
                Some(key) => {
                    let headers = encodings.map(|accepted| (header::ACCEPT_ENCODING, accepted)).into_iter().collect();
                    cache.answer_last(&key, &headers).unwrap_or(response)
                }
                None => response,
            }
        }
    };
    if let Some(opening) = opening {
        opening.record(traffic, address, response.status());
    }
    labels.count(response.status());
    response
}
