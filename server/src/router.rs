//! Every route of the program, and the layers around them.

use crate::cache::Cache;
use crate::front::{self, Front};
use crate::metrics::Measured;
use crate::observe::{self, ShortId};
use crate::stream::{self, Streams};
use crate::{assets, export, guard, headers, health, pages};
use app::accounts::sessions::Sessions;
use app::forms::post::answer_forms;
use app::session::SESSION_COOKIE;
use app::shell::{App, document};
use app::site::Site;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::request_id::SetRequestIdLayer;
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// The pages' routes, found once a process. While leptos looks for them it keeps every resource of the process from
/// loading, for good: a page that is rendered at that moment would never be finished.
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

/// What leptos needs to know of the browser's files.
pub fn leptos_options(site_root: &Path, package: &str, address: std::net::SocketAddr) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("loa")
        .site_root(site_root.to_string_lossy().into_owned())
        .site_pkg_dir(package.to_owned())
        .site_addr(address)
        .build()
}

/// What the router is told.
pub struct Options {
    /// What leptos needs to know of the browser's files.
    pub leptos: LeptosOptions,
    /// Proxies whose forwarded addresses are believed.
    pub trusted: Arc<[IpNet]>,
    /// Memory for copies of pages, in bytes.
    pub cache_bytes: u64,
    /// Streams at once.
    pub streams: usize,
    /// Streams at once from one address.
    pub streams_per_address: usize,
}

/// The whole site, and what can be measured of it.
pub fn router(site: Site, options: Options) -> (Router, Measured) {
    let Options { leptos: options, trusted, cache_bytes, streams, streams_per_address } = options;
    let streams = Arc::new(Streams::new(streams, streams_per_address));
    let context = {
        let site = site.clone();
        move || provide_context(site.clone())
    };
    let page = {
        let options = options.clone();
        move || document(options.clone())
    };
    let missing = Router::new().fallback(render_app_async_with_context(context.clone(), page.clone()));
    let root = options.site_root.to_string();
    let files = ServeDir::new(root).precompressed_br().precompressed_gzip().append_index_html_on_directories(false);
    let files = Router::new()
        .fallback_service(files.fallback(missing.clone()))
        .layer(from_fn_with_state(missing, assets::serve));
    let everything = Router::new()
        .route("/khoe", get(health::lives))
        .route("/khoe/san-sang", get(health::ready).with_state(site.clone()))
        .leptos_routes_with_context(&options, ROUTES.clone(), context, page)
        .with_state(options)
        .route("/quan-tri/xuat", post(export::comments).with_state(site.clone()))
        .layer(from_fn_with_state(site.clone(), answer_forms))
        .layer(sessions(&site))
        .route("/anh/{*name}", get(assets::picture).with_state(site.clone()))
        .fallback_service(files)
        .layer(from_fn(pages::finish))
        .layer(from_fn_with_state(site.clone(), guard::refuse_foreign_writes))
        .layer(from_fn_with_state(site.clone(), guard::limit_reads))
        .layer(
            CompressionLayer::new()
                .compress_when(SizeAbove::new(512).and(NotForContentType::IMAGES).and(NotForContentType::SSE)),
        )
        .layer(from_fn_with_state(site.clone(), headers::add))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(observe::time))
        .layer(TraceLayer::new_for_http().make_span_with(observe::span).on_request(()).on_response(()).on_failure(()))
        .layer(SetRequestIdLayer::x_request_id(ShortId))
        .layer(from_fn(observe::drop_foreign_id));
    let copies = Cache::new(site.clone(), everything.clone(), cache_bytes);
    let measured = Measured { site: site.clone(), copies: Arc::clone(&copies.counts), streams: Arc::clone(&streams) };
    // a stream is held for hours: it goes through no more than it needs
    let followed = Router::new()
        .route("/truc-tiep", get(stream::stream).with_state((site.clone(), streams)))
        .layer(sessions(&site))
        .layer(from_fn_with_state(site, headers::add));
    // a router is cheap to pass on, and its layers are not: what comes first stands outside of it
    let router = Router::new()
        .fallback_service(everything.merge(followed))
        .layer(from_fn_with_state(Arc::new(Front { cache: copies, trusted }), front::answer));
    (router, measured)
}

fn sessions(site: &Site) -> SessionManagerLayer<Sessions> {
    let of = site.clone();
    let sessions = Sessions::new(site.pool.clone(), move || of.settings().idle_minutes);
    SessionManagerLayer::new(sessions)
        .with_name(site.cookie_name(SESSION_COOKIE))
        .with_secure(site.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // the cookie goes with the browser; the row ends by idling, see `app::session`
        .with_expiry(Expiry::OnSessionEnd)
}
