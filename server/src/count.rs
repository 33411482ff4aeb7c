//! Counts who opens pages, without holding anybody up.

use app::error::AppError;
use app::live::hub::Change;
use app::site::Site;
use app::statistics::traffic::Traffic;
use app::statistics::{bots, opened, store};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::net::IpAddr;
use time::OffsetDateTime;

/// The page that a request opens, if it counts: an article, or any other for which the inner is `None`.
pub fn page(request: &Request) -> Option<Option<i64>> {
    if request.method() != Method::GET {
        return None;
    }
    opened(request.uri().path(), request.uri().query().unwrap_or_default())
}

/// The agent of a person who looks at a page now: no known program, and nothing that a browser fetches ahead.
pub fn person(headers: &HeaderMap) -> Option<HeaderValue> {
    let fetched_ahead = ["sec-purpose", "purpose"]
        .into_iter()
        .filter_map(|name| headers.get(name))
        .any(|value| value.as_bytes().starts_with(b"prefetch"));
    let agent = headers.get(header::USER_AGENT)?;
    (!fetched_ahead && !bots::is_bot(agent.as_bytes())).then(|| agent.clone())
}

/// Notes a page that was opened, once it is answered; an error does not count.
pub fn note(traffic: &Traffic, address: IpAddr, agent: &HeaderValue, article: Option<i64>, status: StatusCode) {
    if matches!(status, StatusCode::OK | StatusCode::NOT_MODIFIED) {
        traffic.saw(address, agent.as_bytes(), article, OffsetDateTime::now_utc());
    }
}

/// Merges what was seen into the database; what cannot be merged waits for the next time.
pub async fn merge(site: &Site, now: OffsetDateTime) {
    if let Err(error) = try_merge(site, now).await {
        tracing::warn!(%error, "visits wait: they could not be stored");
    }
}

async fn try_merge(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    if !site.traffic.has_keys(now) {
        site.traffic.set_keys(&store::keys(&site.pool, now).await?);
    }
    let spans = site.traffic.take();
    if spans.is_empty() {
        return Ok(());
    }
    let merged = store::merge(&site.pool, &spans).await;
    if merged.is_err() {
        site.traffic.put_back(spans);
    }
    merged
}

/// Reads the four figures; open pages and copies of pages follow if they changed.
pub async fn read(site: &Site) {
    let carried = i64::from(site.settings().carried_visits);
    match store::figures(&site.pool, carried, OffsetDateTime::now_utc()).await {
        Ok(figures) if site.traffic.set_figures(figures) => site.hub.changed(Change::Figures),
        Ok(_) => {}
        Err(error) => tracing::warn!(%error, "the figures could not be read"),
    }
}
