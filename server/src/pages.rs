//! Finishes pages: puts what a page says about itself into its document's head.

use app::shell::{HEAD_PLACE, HeadWords};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// No page of the site comes near it.
const LARGEST: usize = 8 * 1024 * 1024;

/// The page is rendered whole before the first byte, so its head can be completed last.
pub async fn finish(mut request: Request, next: Next) -> Response {
    let words = HeadWords::default();
    request.extensions_mut().insert(words.clone());
    let response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = match find(&body, HEAD_PLACE.as_bytes()) {
        Some(place) => [&body[..place], words.take().as_bytes(), &body[place + HEAD_PLACE.len()..]].concat(),
        None => body.to_vec(),
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page))
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
