//! Layers before every route: writes come from the site's own pages, and one address may not have too much rendered.

use app::base::error::AppError;
use app::routes;
use app::web::forms::post::error_response;
use app::web::permissions::FOREIGN_REQUEST;
use app::web::request::accepts_html;
use app::web::settings::READS_PER_ADDRESS;
use app::web::site::Site;
use app::web::visitor::ClientAddress;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use std::net::IpAddr;
use url::Url;

/// Refuses writes that another site sends with 403.
pub async fn refuse_foreign_writes(State(site): State<Site>, request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_read || is_from_own_page(request.headers(), &site.public_url) {
        return next.run(request).await;
    }
    // a path that no route answers can contain anything, so it is not logged
    let route = routes::find(request.uri().path()).map_or("other", |(index, _)| routes::ALL[index].path);
    tracing::info!(route, "refused a write from another site");
    error_response(&site, &AppError::Forbidden(FOREIGN_REQUEST), accepts_html(request.headers()))
}

/// Limits how many pages and answers are rendered for one address. Renderings for the cache have no address.
pub async fn limit_reads(State(site): State<Site>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ClientAddress>().map(|address| address.0);
    let taken = match address.filter(|_| !is_free(request.uri().path())) {
        Some(address) => take_read(&site, address),
        None => Ok(()),
    };
    match taken {
        Ok(()) => next.run(request).await,
        Err(slow_down) => error_response(&site, &slow_down, accepts_html(request.headers())),
    }
}

/// Takes one of the renderings that an address may ask for in a minute.
pub fn take_read(site: &Site, address: IpAddr) -> Result<(), AppError> {
    site.limits.take_by_line("reads", site.settings().number(&READS_PER_ADDRESS), address)
}

/// Whether nothing is rendered for a path.
fn is_free(path: &str) -> bool {
    let free = [routes::HEALTH, routes::READINESS, routes::STREAM];
    free.iter().any(|route| route.matches(path).is_some())
}

/// Whether a write comes from the site's own page. `Sec-Fetch-Site: same-origin` is enough; otherwise Origin must be
/// the public address, or Referer where the other two are absent.
fn is_from_own_page(headers: &HeaderMap, public_url: &str) -> bool {
    let value = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("null"));
    let is_own = |url: &str| {
        Url::parse(public_url).is_ok_and(|own| Url::parse(url).is_ok_and(|url| url.origin() == own.origin()))
    };
    match (value(HeaderName::from_static("sec-fetch-site")), value(header::ORIGIN)) {
        (Some("same-origin"), _) => true,
        (_, Some(origin)) => is_own(origin),
        (Some(_), None) => false,
        (None, None) => value(header::REFERER).is_some_and(is_own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sites_own_pages_write() {
        let site = "https://phuong.example.vn";
        for (headers, passes) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "same-origin"), ("origin", "null")], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "https://phuong.example.vn")], true),
            (&[("origin", "https://phuong.example.vn:443")], true),
            (&[("origin", "http://phuong.example.vn")], false),
            (&[("origin", "https://phuong.example.vn.evil.example")], false),
            (&[("origin", "null"), ("referer", "https://phuong.example.vn/")], false),
            (&[("origin", "")], false),
            (&[("referer", "https://phuong.example.vn/tin-tuc/a-1")], true),
            (&[("referer", "https://evil.example/?https://phuong.example.vn")], false),
            (&[("referer", "about:blank")], false),
            (&[], false),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().expect("is a header")))
                .collect();
            assert_eq!(is_from_own_page(&map, site), passes, "{headers:?}");
        }
    }

    #[test]
    fn health_checks_and_streams_are_free() {
        for (path, expected) in [
            ("/pkg-1a2b3c/loa.wasm", false),
            ("/khoe", true),
            ("/khoe/san-sang", true),
            ("/truc-tiep", true),
            ("/", false),
            ("/anh/1a2b3c.webp", false),
            ("/khong-co", false),
        ] {
            assert_eq!(is_free(path), expected, "{path}");
        }
    }
}
