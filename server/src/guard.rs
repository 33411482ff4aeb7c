//! Writes come from the site's own pages. One layer before every route, so that no write can forget it.

use app::error::AppError;
use app::forms::post::{accepts_html, refuse_directly};
use app::session::ClientAddress;
use app::site::Site;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use url::Url;

/// Refuses writes from elsewhere with 403.
pub async fn refuse_foreign_writes(State(site): State<Site>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || comes_from_here(request.headers(), &site.public_url) {
        return next.run(request).await;
    }
    tracing::info!(path = request.uri().path(), "refused a write from elsewhere");
    refuse_directly(&site, &AppError::Forbidden, accepts_html(request.headers()))
}

/// Bounds how many pages and answers are made for one address. What is rendered for the cache is asked by nobody.
pub async fn limit_reads(State(site): State<Site>, request: Request, next: Next) -> Response {
    let address = request.extensions().get::<ClientAddress>().map(|address| address.0);
    let path = request.uri().path();
    let made = !path.starts_with("/pkg-") && !path.starts_with("/khoe") && path != "/truc-tiep";
    match address.filter(|_| made).map(|address| site.limits.read(&site, address)) {
        Some(Err(slow_down)) => refuse_directly(&site, &slow_down, accepts_html(request.headers())),
        _ => next.run(request).await,
    }
}

/// `Sec-Fetch-Site: same-origin` passes; else Origin must be the public address; else, where both are absent, Referer.
fn comes_from_here(headers: &HeaderMap, public_url: &str) -> bool {
    let value = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("null"));
    let ours = |url: &str| {
        Url::parse(public_url).is_ok_and(|ours| Url::parse(url).is_ok_and(|url| url.origin() == ours.origin()))
    };
    match (value(HeaderName::from_static("sec-fetch-site")), value(header::ORIGIN)) {
        (Some("same-origin"), _) => true,
        (_, Some(origin)) => ours(origin),
        (Some(_), None) => false,
        (None, None) => value(header::REFERER).is_some_and(ours),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_sites_own_pages_write() {
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
            assert_eq!(comes_from_here(&map, site), passes, "{headers:?}");
        }
    }
}
