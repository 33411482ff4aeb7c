//! Prometheus metrics, on an address of their own.

use crate::cache::Counts;
use crate::observe;
use crate::stream::Streams;
use app::comments::store::desk_state;
use app::site::Site;
use axum::Router;
use axum::routing::get;
use metrics::{counter, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Seconds; a page is rendered within a few thousandths.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Begins to record, once a process.
pub fn install() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("loa_render_seconds".to_owned()), &BUCKETS)?
        .install_recorder()
}

/// What is measured only when somebody asks.
#[derive(Clone)]
pub struct Measured {
    /// The site.
    pub site: Site,
    /// What became of copies of pages.
    pub copies: Arc<Counts>,
    /// The open streams.
    pub streams: Arc<Streams>,
}

/// `/metrics` on its own listener.
pub fn router(handle: PrometheusHandle, measured: Measured) -> Router {
    Router::new().route(
        "/metrics",
        get(move || async move {
            measure(&measured).await;
            handle.run_upkeep();
            handle.render()
        }),
    )
}

async fn measure(Measured { site, copies, streams }: &Measured) {
    observe::tell_requests();
    counter!("loa_cache_hits_total").absolute(copies.hits.load(Relaxed));
    counter!("loa_cache_renderings_total").absolute(copies.renderings.load(Relaxed));
    counter!("loa_cache_stale_total").absolute(copies.stale.load(Relaxed));
    gauge!("loa_streams").set(streams.open() as f64);
    gauge!("loa_database_connections", "state" => "idle").set(site.pool.num_idle() as f64);
    gauge!("loa_database_connections", "state" => "all").set(f64::from(site.pool.size()));
    gauge!("loa_listening").set(f64::from(u8::from(site.hub.is_listening())));
    // without a database the number before stays
    if let Ok(state) = desk_state(&site.pool).await {
        gauge!("loa_comments_held").set(state.held as f64);
    }
}
