//! Prometheus metrics, on an address of their own.

use crate::cache::CacheCounts;
use crate::request_metrics::report_requests;
use crate::stream::Streams;
use app::features::comments::store::count_by_state;
use app::web::site::Site;
use axum::Router;
use axum::routing::get;
use metrics::{counter, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// In seconds; a page is rendered within a few milliseconds.
const BUCKETS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Starts to record metrics; call it once in a process.
pub fn install_recorder() -> Result<PrometheusHandle, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Full("loa_render_seconds".to_owned()), &BUCKETS)?
        .install_recorder()
}

/// What is measured when somebody reads the metrics.
#[derive(Clone)]
pub struct MetricSources {
    pub site: Site,
    pub cache_counts: Arc<CacheCounts>,
    pub streams: Arc<Streams>,
}

/// `/metrics` on its own listener.
pub fn metrics_router(handle: PrometheusHandle, sources: MetricSources) -> Router {
    Router::new().route(
        "/metrics",
        get(move || async move {
            report(&sources).await;
            handle.run_upkeep();
            handle.render()
        }),
    )
}

async fn report(MetricSources { site, cache_counts, streams }: &MetricSources) {
    report_requests();
    counter!("loa_cache_hits_total").absolute(cache_counts.hits.load(Relaxed));
    counter!("loa_cache_renderings_total").absolute(cache_counts.renderings.load(Relaxed));
    counter!("loa_cache_stale_total").absolute(cache_counts.stale.load(Relaxed));
    gauge!("loa_streams").set(streams.count_open() as f64);
    gauge!("loa_database_connections", "state" => "idle").set(site.pool.num_idle() as f64);
    gauge!("loa_database_connections", "state" => "all").set(f64::from(site.pool.size()));
    gauge!("loa_listening").set(f64::from(u8::from(site.hub.is_listening())));
    // without a database the previous number stays
    if let Ok(counts) = count_by_state(&site.pool).await {
        gauge!("loa_comments_pending").set(counts.pending as f64);
    }
}
