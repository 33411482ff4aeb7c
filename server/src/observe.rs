//! What can be seen from outside: a request's id, what was asked and how it ended. Never a name, a text or an address.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use metrics::{counter, histogram};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
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
    tracing::info_span!("request", id, method = %request.method(), route = ROUTES[route(request.uri().path())])
}

/// Requests by route, method and status. A copy is answered in a few microseconds, so counting it is one addition; the
/// metrics are told when somebody asks for them.
static REQUESTS: [[[AtomicU64; STATUSES.len()]; METHODS.len()]; ROUTES.len()] =
    [const { [const { [const { AtomicU64::new(0) }; STATUSES.len()] }; METHODS.len()] }; ROUTES.len()];

const METHODS: [&str; 2] = ["GET", "other"];
const STATUSES: [&str; 15] =
    ["200", "303", "304", "308", "400", "401", "403", "404", "409", "413", "422", "429", "500", "503", "other"];
/// A label of metrics must not grow with what is asked: these, and the last for everything else.
const ROUTES: [&str; 25] = [
    "/",
    "/tin-tuc/",
    "/quyen-rieng-tu",
    "/thong-ke",
    "/quan-tri",
    "/truc-tiep",
    "/khoe",
    "/khoe/san-sang",
    "/anh/",
    "/pkg/",
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
    "other",
];

/// What was asked, as the metrics tell it.
pub struct Asked {
    route: usize,
    method: usize,
}

impl Asked {
    /// What this request asks.
    pub fn of(request: &Request) -> Self {
        Self { route: route(request.uri().path()), method: usize::from(*request.method() != Method::GET) }
    }

    /// Counts it with the status of its answer.
    pub fn answered(self, answered: StatusCode) {
        let status = STATUSES.iter().position(|status| *status == answered.as_str()).unwrap_or(STATUSES.len() - 1);
        REQUESTS[self.route][self.method][status].fetch_add(1, Relaxed);
    }
}

/// Tells the metrics how many requests there were.
pub fn tell_requests() {
    for (by_method, route) in REQUESTS.iter().zip(ROUTES) {
        for (by_status, method) in by_method.iter().zip(METHODS) {
            for (count, status) in by_status.iter().zip(STATUSES) {
                let count = count.load(Relaxed);
                if count > 0 {
                    let labels = [("route", route), ("method", method), ("status", status)];
                    counter!("loa_requests_total", &labels).absolute(count);
                }
            }
        }
    }
}

/// Times what is rendered or stored: everything that does not come from the cache.
pub async fn time(request: Request, next: Next) -> Response {
    let (route, start) = (ROUTES[route(request.uri().path())], Instant::now());
    let response = next.run(request).await;
    histogram!("loa_render_seconds", "route" => route).record(start.elapsed().as_secs_f64());
    if response.status().is_server_error() {
        tracing::warn!(status = response.status().as_u16(), "answered with an error");
    }
    response
}

/// The route of a path, by its place in the list.
fn route(path: &str) -> usize {
    let whole = match path {
        _ if path.starts_with("/tin-tuc/") => "/tin-tuc/",
        _ if path.starts_with("/anh/") => "/anh/",
        _ if path.starts_with("/pkg-") => "/pkg/",
        whole => whole,
    };
    ROUTES.iter().position(|route| *route == whole).unwrap_or(ROUTES.len() - 1)
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
            assert_eq!(ROUTES[route(path)], known);
        }
    }
}
