//! Counts who opens pages, without holding anybody up.

use app::error::AppError;
use app::live::hub::Change;
use app::session::ClientAddress;
use app::site::Site;
use app::statistics::{bots, opened, store};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::net::{IpAddr, Ipv4Addr};
use time::OffsetDateTime;

/// Notes a page that was opened, once it is answered. A HEAD, a prefetch, a known program and an error do not count.
pub async fn note(State(site): State<Site>, request: Request, next: Next) -> Response {
    let person = person(&request);
    let response = next.run(request).await;
    if let Some((address, agent, article)) = person
        && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED)
    {
        site.traffic.saw(address, &agent, article, OffsetDateTime::now_utc());
    }
    response
}

/// Who opens what, if it is a person and a page that counts.
fn person(request: &Request) -> Option<(IpAddr, Vec<u8>, Option<i64>)> {
    if request.method() != Method::GET {
        return None;
    }
    let article = opened(request.uri().path(), request.uri().query().unwrap_or_default())?;
    let headers = request.headers();
    let fetched_ahead = ["sec-purpose", "purpose"]
        .into_iter()
        .filter_map(|name| headers.get(name))
        .any(|value| value.as_bytes().starts_with(b"prefetch"));
    let agent = headers.get(header::USER_AGENT).map(|agent| agent.as_bytes()).unwrap_or_default();
    if fetched_ahead || bots::is_bot(agent) {
        return None;
    }
    let address = request.extensions().get::<ClientAddress>().map_or(Ipv4Addr::UNSPECIFIED.into(), |address| address.0);
    Some((address, agent.to_vec(), article))
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
