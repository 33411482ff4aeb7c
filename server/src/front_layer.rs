//! The outermost layer: determines the client's address, answers from memory where possible, and counts visits. It is
//! one layer, because an answer from memory takes a few microseconds, and every further layer would add to them.

use crate::cache::Cache;
use crate::client_address::find_client_address;
use crate::media::Media;
use crate::old_addresses::{Led, OldAddresses};
use crate::request_metrics::RequestLabels;
use crate::static_files::StaticFiles;
use crate::visits::Opening;
use app::features::statistics::traffic::Traffic;
use app::pages::find_moved_address;
use app::web::visitor::ClientAddress;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use ipnet::IpNet;
use std::sync::Arc;

/// Leads from an address with something behind it to the page that it means, before cache and count.
fn redirect_to_page(request: &Request) -> Option<Response> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let address = find_moved_address(request.uri().path(), request.uri().query().unwrap_or_default())?;
    let address = HeaderValue::from_str(&address).ok()?;
    Some((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, address)]).into_response())
}

/// What the layer needs.
pub struct Front {
    pub files: StaticFiles,
    pub media: Media,
    pub cache: Cache,
    pub old_addresses: OldAddresses,
    /// Proxies whose forwarded addresses count.
    pub trusted_proxies: Arc<[IpNet]>,
    pub traffic: Arc<Traffic>,
}

/// Answers from the cache, or passes the request on.
pub async fn answer_from_cache(State(front): State<Arc<Front>>, mut request: Request, next: Next) -> Response {
    let Front { files, media, cache, old_addresses, trusted_proxies, traffic } = &*front;
    let address = find_client_address(&request, trusted_proxies);
    request.extensions_mut().insert(ClientAddress(address));
    let labels = RequestLabels::from_request(&request);
    let from_memory = match files.answer(&request) {
        Some(file) => Some(file),
        None => media.answer_from_memory(request.method(), request.uri().path(), request.headers()).await,
    };
    if let Some(mut response) = from_memory {
        if *request.method() == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        labels.count(response.status());
        return response;
    }
    let request = match old_addresses.lead(request).await {
        Led::On(request) => request,
        Led::Answered(led) => {
            labels.count(led.status());
            return led;
        }
    };
    if let Some(moved) = redirect_to_page(&request) {
        labels.count(moved.status());
        return moved;
    }
    let opening = Opening::from_request(&request);
    let key = cache.find_key(&request);
    let cached = match &key {
        Some(key) => cache.answer(key, request.headers(), address).await,
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
            let encodings = request.headers().get(header::ACCEPT_ENCODING).cloned();
            let response = next.run(request).await;
            match key.filter(|_| response.status() == StatusCode::SERVICE_UNAVAILABLE) {
                Some(key) => {
                    let headers = encodings.map(|accepted| (header::ACCEPT_ENCODING, accepted)).into_iter().collect();
                    cache.answer_last(&key, &headers).await.unwrap_or(response)
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
