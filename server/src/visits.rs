//! Counts visits without delaying any response.

use crate::jobs::warn_of_failure;
use app::base::error::AppError;
use app::features::statistics::traffic::Traffic;
use app::features::statistics::{CARRIED_VISITS, bots, find_opened_page, store};
use app::live::hub::Change;
use app::web::site::Site;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use std::net::IpAddr;
use time::OffsetDateTime;

/// A page that a person opens.
pub struct Opening {
    /// The article; `None` for any other page.
    article: Option<i64>,
    agent: HeaderValue,
}

impl Opening {
    /// Finds the page that a request opens, if it counts as a visit.
    pub fn from_request(request: &Request) -> Option<Self> {
        if request.method() != Method::GET {
            return None;
        }
        let article = find_opened_page(request.uri().path(), request.uri().query().unwrap_or_default())?;
        Some(Self { article, agent: find_person_agent(request.headers())? })
    }

    /// Records it once it is answered; an error is not a visit.
    pub fn record(self, traffic: &Traffic, address: IpAddr, status: StatusCode) {
        if matches!(status, StatusCode::OK | StatusCode::NOT_MODIFIED) {
            traffic.record_opening(address, self.agent.as_bytes(), self.article, OffsetDateTime::now_utc());
        }
    }
}

/// The user agent of a person who looks at the page now: not a known program, and not a browser that prefetches.
fn find_person_agent(headers: &HeaderMap) -> Option<HeaderValue> {
    let is_prefetch = ["sec-purpose", "purpose"]
        .into_iter()
        .filter_map(|name| headers.get(name))
        .any(|value| value.as_bytes().starts_with(b"prefetch"));
    let agent = headers.get(header::USER_AGENT)?;
    (!is_prefetch && !bots::is_bot(agent.as_bytes())).then(|| agent.clone())
}

/// Merges the gathered visits into the database. What cannot be stored waits for the next call.
pub async fn merge_visits(site: &Site, now: OffsetDateTime) {
    warn_of_failure("visits could not be stored and wait", try_merge_visits(site, now).await);
}

async fn try_merge_visits(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    let traffic = site.state::<Traffic>();
    if !traffic.has_keys(now) {
        traffic.set_keys(&store::load_keys(&site.pool, now).await?);
    }
    let spans = traffic.take_spans();
    if spans.is_empty() {
        return Ok(());
    }
    let merged = store::merge_visits(&site.pool, &spans).await;
    if merged.is_err() {
        traffic.restore_spans(spans);
    }
    merged
}

/// Reads the four figures, and announces them to open pages and to the cache if they changed.
pub async fn update_figures(site: &Site) {
    let carried = i64::from(site.settings().number(&CARRIED_VISITS));
    match store::read_figures(&site.pool, carried, OffsetDateTime::now_utc()).await {
        Ok(figures) if site.state::<Traffic>().set_figures(figures) => site.hub.announce(Change::Figures),
        Ok(_) => {}
        Err(error) => warn_of_failure::<()>("the figures could not be read", Err(error)),
    }
}
