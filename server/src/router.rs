//! Every route of the program, and the layers around them.

use crate::cache::{Cache, Counts};
use crate::{address, assets, cache, count, guard, headers, pages, stream};
use app::accounts::sessions::Sessions;
use app::forms::post::answer_forms;
use app::session::SESSION_COOKIE;
use app::shell::{App, document};
use app::site::Site;
use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list, render_app_async_with_context};
use std::path::Path;
use std::sync::{Arc, LazyLock};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// The pages' routes, found once a process. While leptos looks for them it keeps every resource of the process from
/// loading, for good: a page that is rendered at that moment would never be finished.
static ROUTES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

const SESSION_HOURS: i64 = 12;

/// What leptos needs to know of the browser's files.
pub fn leptos_options(site_root: &Path, package: &str, address: std::net::SocketAddr) -> LeptosOptions {
    LeptosOptions::builder()
        .output_name("loa")
        .site_root(site_root.to_string_lossy().into_owned())
        .site_pkg_dir(package.to_owned())
        .site_addr(address)
        .build()
}

/// The whole site, with `cache_bytes` of memory for copies of its pages; and what becomes of those.
pub fn router(site: Site, options: LeptosOptions, trusted: Arc<[IpNet]>, cache_bytes: u64) -> (Router, Arc<Counts>) {
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
        .route("/truc-tiep", get(stream::stream).with_state(site.clone()))
        .leptos_routes_with_context(&options, ROUTES.clone(), context, page)
        .with_state(options)
        .layer(from_fn_with_state(site.clone(), answer_forms))
        .layer(sessions(&site))
        .route("/anh/{*name}", get(assets::picture).with_state(site.clone()))
        .fallback_service(files)
        .layer(from_fn(pages::finish))
        .layer(from_fn_with_state(site.clone(), guard::refuse_foreign_writes))
        .layer(
            CompressionLayer::new()
                .compress_when(SizeAbove::new(512).and(NotForContentType::IMAGES).and(NotForContentType::SSE)),
        )
        .layer(from_fn_with_state(site.clone(), headers::add))
        .layer(CatchPanicLayer::new());
    let copies = Cache::new(site.clone(), everything.clone(), cache_bytes);
    let counts = Arc::clone(&copies.counts);
    let router = everything
        .layer(from_fn_with_state(copies, cache::serve))
        .layer(from_fn_with_state(site, count::note))
        .layer(TraceLayer::new_for_http())
        .layer(from_fn_with_state(trusted, address::note));
    (router, counts)
}

fn sessions(site: &Site) -> SessionManagerLayer<Sessions> {
    SessionManagerLayer::new(Sessions(site.pool.clone()))
        .with_name(site.cookie_name(SESSION_COOKIE))
        .with_secure(site.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        .with_expiry(Expiry::OnInactivity(time::Duration::hours(SESSION_HOURS)))
}
