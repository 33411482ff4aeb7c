//! Metrics and log fields of requests: id, method, route and status. Never a name, a text or an address.

use app::routes;
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

/// Removes an id that came from outside, so that only the program's own ids are logged and shown.
pub async fn remove_foreign_id(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove("x-request-id");
    next.run(request).await
}

/// Makes the span around the log lines of a request: its id, method and route. The full path can contain words that
/// somebody typed, so it is left out.
pub fn make_span(request: &axum::http::Request<axum::body::Body>) -> tracing::Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or("");
    tracing::info_span!("request", id, method = %request.method(), route = route_label(request.uri().path()))
}

/// Requests by route, method and status. Counting is one addition, because an answer from the cache takes only a few
/// microseconds; the numbers are handed to the metrics when somebody reads them.
static REQUESTS: [[[AtomicU64; STATUSES.len()]; METHODS.len()]; ROUTE_COUNT] =
    [const { [const { [const { AtomicU64::new(0) }; STATUSES.len()] }; METHODS.len()] }; ROUTE_COUNT];

const METHODS: [&str; 2] = ["GET", "other"];
const STATUSES: [&str; 16] =
    ["200", "303", "304", "308", "400", "401", "403", "404", "409", "413", "422", "428", "429", "500", "503", "other"];
/// The site's routes, and one more for every other path, so that visitors cannot make the list of labels grow.
const ROUTE_COUNT: usize = routes::ALL.len() + 1;

/// The index of the route that answers a path; the last index where none does.
fn route_index(path: &str) -> usize {
    routes::find(path).map_or(routes::ALL.len(), |(index, _)| index)
}

/// The label of the route with this index.
fn label_of(index: usize) -> &'static str {
    routes::ALL.get(index).map_or("other", |route| route.path)
}

fn route_label(path: &str) -> &'static str {
    label_of(route_index(path))
}

/// The labels of a request in the metrics.
pub struct RequestLabels {
    route: usize,
    method: usize,
}

impl RequestLabels {
    /// The labels of this request.
    pub fn from_request(request: &Request) -> Self {
        Self { route: route_index(request.uri().path()), method: usize::from(*request.method() != Method::GET) }
    }

    /// Counts the request with the status of its response.
    pub fn count(self, status: StatusCode) {
        let status = STATUSES.iter().position(|known| *known == status.as_str()).unwrap_or(STATUSES.len() - 1);
        REQUESTS[self.route][self.method][status].fetch_add(1, Relaxed);
    }
}

/// Hands the numbers of requests to the metrics.
pub fn report_requests() {
    for (index, by_method) in REQUESTS.iter().enumerate() {
        for (by_status, method) in by_method.iter().zip(METHODS) {
            for (count, status) in by_status.iter().zip(STATUSES) {
                let count = count.load(Relaxed);
                if count > 0 {
                    let labels = [("route", label_of(index)), ("method", method), ("status", status)];
                    counter!("loa_requests_total", &labels).absolute(count);
                }
            }
        }
    }
}

/// Measures how long rendering or storing takes, that is, every response that does not come from the cache.
pub async fn measure_time(request: Request, next: Next) -> Response {
    let (route, start) = (route_label(request.uri().path()), Instant::now());
    let response = next.run(request).await;
    histogram!("loa_render_seconds", "route" => route).record(start.elapsed().as_secs_f64());
    if response.status().is_server_error() {
        tracing::warn!(status = response.status().as_u16(), "answered with an error");
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_the_label_of_its_route() {
        for (path, label) in [
            ("/", "/"),
            ("/tin-tuc/bai-thu-7", "/tin-tuc/"),
            ("/pkg-1a2b3c/loa.wasm", "/pkg-"),
            ("/api/rate", "/api/rate"),
            ("/nguyen-van-duc", "other"),
        ] {
            assert_eq!(route_label(path), label);
        }
    }
}
