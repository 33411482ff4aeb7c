//! What can be seen from outside: a request's id, what was asked and how it ended. Never a name, a text or an address.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};
use std::time::Instant;
use tower_http::request_id::{MakeRequestId, RequestId};

/// Gives requests an id that a person can read out over the telephone.
#[derive(Debug, Clone, Copy)]
pub struct ShortId;

impl MakeRequestId for ShortId {
    fn make_request_id<B>(&mut self, _: &axum::http::Request<B>) -> Option<RequestId> {
        HeaderValue::try_from(format!("{:08x}", rand::random::<u32>())).ok().map(RequestId::new)
    }
}

/// Takes an id that came from outside away: what is logged and shown is ours.
pub async fn drop_foreign_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}

/// The span around a request's log lines: its id, method and route. An address can hold words, so it is not in it.
pub fn span(request: &axum::http::Request<axum::body::Body>) -> tracing::Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or("");
    tracing::info_span!("request", id, method = %request.method(), route = route(request.uri().path()))
}

/// What was asked, as the metrics tell it.
pub struct Asked {
    route: &'static str,
    method: &'static str,
}

impl Asked {
    /// What this request asks.
    pub fn of(request: &Request) -> Self {
        let method = if *request.method() == Method::GET { "GET" } else { "other" };
        Self { route: route(request.uri().path()), method }
    }

    /// Counts it with the status of its answer.
    pub fn answered(self, answered: StatusCode) {
        let labels = [("route", self.route), ("method", self.method), ("status", status(answered))];
        counter!("loa_requests_total", &labels).increment(1);
    }
}

/// Times what is rendered or stored: everything that does not come from the cache.
pub async fn time(request: Request, next: Next) -> Response {
    let (route, start) = (route(request.uri().path()), Instant::now());
    let response = next.run(request).await;
    histogram!("loa_render_seconds", "route" => route).record(start.elapsed().as_secs_f64());
    if response.status().is_server_error() {
        tracing::warn!(status = response.status().as_u16(), "answered with an error");
    }
    response
}

fn status(status: StatusCode) -> &'static str {
    match status.as_u16() {
        200 => "200",
        303 => "303",
        304 => "304",
        308 => "308",
        400 => "400",
        401 => "401",
        403 => "403",
        404 => "404",
        409 => "409",
        413 => "413",
        422 => "422",
        429 => "429",
        500 => "500",
        503 => "503",
        _ => "other",
    }
}

/// The route of a path, out of a few: a label of metrics must not grow with what is asked.
fn route(path: &str) -> &'static str {
    const WHOLE: [&str; 21] = [
        "/",
        "/quyen-rieng-tu",
        "/thong-ke",
        "/quan-tri",
        "/truc-tiep",
        "/khoe",
        "/khoe/san-sang",
        "/api/home",
        "/api/article",
        "/api/comments",
        "/api/privacy",
        "/api/traffic",
        "/api/missing",
        "/api/rate",
        "/api/withdraw",
        "/api/comment",
        "/api/desk",
        "/api/decide",
        "/api/review-votes",
        "/api/sign-in",
        "/api/sign-out",
    ];
    if let Some(whole) = WHOLE.iter().find(|whole| **whole == path) {
        return whole;
    }
    match path {
        _ if path.starts_with("/tin-tuc/") => "/tin-tuc/",
        _ if path.starts_with("/anh/") => "/anh/",
        _ if path.starts_with("/pkg-") => "/pkg/",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_of_a_few_routes() {
        for (path, known) in [
            ("/", "/"),
            ("/tin-tuc/bai-thu-7", "/tin-tuc/"),
            ("/pkg-1a2b3c/loa.wasm", "/pkg/"),
            ("/api/rate", "/api/rate"),
            ("/nguyen-van-duc", "other"),
        ] {
            assert_eq!(route(path), known);
        }
    }
}
