//! Every route of the program, and the layers around them.

use crate::cache::Cache;
use crate::feeds::serve_document;
use crate::front_layer::{Front, answer_from_cache};
use crate::health::DiskReserve;
use crate::load::{self, Load};
use crate::media::{self, Media};
use crate::metrics::MetricSources;
use crate::old_addresses::OldAddresses;
use crate::request_metrics::{ShortId, make_span, measure_time, remove_foreign_id};
use crate::security_headers::add_security_headers;
use crate::static_files::StaticFiles;
use crate::stream::{Streams, open_stream};
use crate::uploads::{Uploads, receive_files};
use crate::{appearance, documents, downloads, health, qr_code, request_guard, video};
use app::features::statistics::traffic::Traffic;
use app::frame::Frame;
use app::routes;
use app::shell::document;
use app::web::forms::post::answer_forms;
use app::web::session::{SESSION_COOKIE, session_lifetime};
use app::web::site::Site;
use app::web::store::sessions::Sessions;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::ACCEPT_RANGES;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use ipnet::IpNet;
use leptos::config::LeptosOptions;
use leptos::prelude::provide_context;
use leptos_axum::{LeptosRoutes, render_app_async_with_context};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::request_id::SetRequestIdLayer;
use tower_http::trace::TraceLayer;
use tower_sessions::cookie::SameSite;
use tower_sessions::{Expiry, SessionManagerLayer};

/// The smallest response that is compressed, in bytes.
const MIN_COMPRESSED: u16 = 512;

/// The largest request with files, in bytes: twenty of the largest.
const MAX_UPLOAD: usize = 420 * 1024 * 1024;

/// What differs from one installation to the next.
pub struct RouterOptions {
    /// The browser's files.
    pub files: StaticFiles,
    /// Proxies whose forwarded addresses count.
    pub trusted_proxies: Arc<[IpNet]>,
    /// Names under which an old site was reached.
    pub old_hosts: Vec<String>,
    /// Connections to the database.
    pub database_connections: u32,
    /// The space that must be left on the database's disk, where it is on this machine.
    pub disk_reserve: Option<DiskReserve>,
    /// The longest time in which a page is rendered.
    pub render_limit: Duration,
    /// Memory for cached pages, in bytes. Pictures may take as much again.
    pub cache_bytes: u64,
    /// The folder where uploads wait until they are stored, on the disk of the reserve.
    pub upload_folder: PathBuf,
    /// The most streams at once.
    pub max_streams: usize,
    /// The most streams at once from one address.
    pub max_streams_per_address: usize,
}

/// Builds the whole site, and what its metrics are read from.
pub fn build_router(site: Site, options: RouterOptions) -> (Router, MetricSources) {
    let streams = Arc::new(Streams::new(options.max_streams, options.max_streams_per_address));
    let load = (site.clone(), Arc::new(Load::new(options.database_connections)));
    let pages = pages(&site).layer(from_fn_with_state(load.clone(), load::limit_load));
    let media = Media::new(site.clone(), options.cache_bytes);
    let pictures = media_routes(media.clone(), &site, load.clone());
    let uploads = Uploads::new(site.clone(), options.upload_folder, options.disk_reserve.clone());
    // an upload takes minutes: it has permits of its own, and what is too large is told for each file
    let uploads = Router::new()
        .route(routes::UPLOAD.path, post(receive_files).with_state(uploads))
        .layer(DefaultBodyLimit::max(MAX_UPLOAD))
        .layer(session_layer(&site));
    let rendered = Router::new()
        .route(routes::HEALTH.path, get(health::check_process))
        .route(routes::READINESS.path, get(health::check_readiness).with_state((site.clone(), options.disk_reserve)))
        .route(&format!("{}{{name}}", routes::VIDEO.path), get(video::show_player).with_state(site.clone()))
        .route(&format!("{}{{id}}", routes::QR_CODE.path), get(qr_code::draw_article_code).with_state(site.clone()))
        .route(routes::MANIFEST.path, get(appearance::serve_manifest).with_state(site.clone()))
        .merge(machine_documents(&site, load.clone()))
        .merge(pictures)
        .merge(uploads)
        .merge(endpoints(&site, load.clone()))
        .fallback_service(pages);
    let rendered = surround(rendered, &site, options.render_limit);
    let cache = Cache::new(site.clone(), rendered.clone(), options.cache_bytes, Arc::clone(&load.1));
    let sources =
        MetricSources { site: site.clone(), cache_counts: Arc::clone(&cache.counts), streams: Arc::clone(&streams) };
    let load_of_old = Arc::clone(&load.1);
    // a stream stays open for hours, so it passes through only the layers that it needs
    let stream = Router::new()
        .route(routes::STREAM.path, get(open_stream).with_state((site.clone(), streams)))
        .layer(from_fn_with_state(load, load::limit_load))
        .layer(session_layer(&site))
        .layer(from_fn_with_state(site.clone(), add_security_headers));
    let (trusted_proxies, traffic) = (options.trusted_proxies, site.state::<Traffic>());
    let old_addresses = OldAddresses::new(site.clone(), load_of_old, options.old_hosts);
    let front = Front { files: options.files, media, cache, old_addresses, trusted_proxies, traffic };
    // the cache answers before the inner router is entered: passing its layers takes longer than the whole answer
    let router = Router::new()
        .fallback_service(rendered.merge(stream))
        .layer(from_fn_with_state(Arc::new(front), answer_from_cache));
    (router, sources)
}

/// Puts the layers of every answer around routes: what a panic becomes, the document, the limits, the headers, the log.
pub fn surround(routes: Router, site: &Site, render_limit: Duration) -> Router {
    // files to download are packed already, and say which ranges they accept
    let is_no_file =
        |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| !headers.contains_key(ACCEPT_RANGES);
    let is_compressed =
        SizeAbove::new(MIN_COMPRESSED).and(NotForContentType::IMAGES).and(NotForContentType::SSE).and(is_no_file);
    routes
        // inside of all others, so that what they add is added to this answer as well
        .layer(from_fn_with_state(site.clone(), documents::answer_panics))
        .layer(from_fn_with_state((site.clone(), render_limit), documents::complete_document))
        .layer(from_fn_with_state(site.clone(), request_guard::refuse_foreign_writes))
        .layer(from_fn_with_state(site.clone(), request_guard::limit_reads))
        .layer(CompressionLayer::new().compress_when(is_compressed))
        .layer(from_fn_with_state(site.clone(), add_security_headers))
        .layer(from_fn(measure_time))
        .layer(TraceLayer::new_for_http().make_span_with(make_span).on_request(()).on_response(()).on_failure(()))
        .layer(SetRequestIdLayer::x_request_id(ShortId))
        .layer(from_fn(remove_foreign_id))
}

/// Feeds, sitemaps, the calendar and the file for robots.
fn machine_documents(site: &Site, load: (Site, Arc<Load>)) -> Router {
    let fixed = [
        routes::RSS,
        routes::ATOM,
        routes::SITEMAP,
        routes::SITEMAP_PAGES,
        routes::SITEMAP_NEWS,
        routes::CALENDAR_FILE,
        routes::ROBOTS,
    ];
    let varying = [routes::CATEGORY_RSS, routes::CATEGORY_ATOM, routes::SITEMAP_PART];
    let paths = fixed.iter().map(|route| route.path.to_owned());
    let paths = paths.chain(varying.iter().map(|route| format!("{}{{name}}{}", route.path, route.suffix)));
    let month = format!("{}{{year}}/{{month}}{}", routes::CALENDAR_MONTH_FILE.path, routes::CALENDAR_MONTH_FILE.suffix);
    paths
        .chain([month])
        .fold(Router::new(), |router, path| router.route(&path, get(serve_document)))
        .route(&format!("{}{{name}}", routes::STYLE.path), get(appearance::serve_style))
        .with_state(site.clone())
        .layer(from_fn_with_state(load, load::limit_load))
}

/// Pictures and files. Who may see what is not public yet is known by their session.
fn media_routes(media: Media, site: &Site, load: (Site, Arc<Load>)) -> Router {
    let varying = |route: &routes::Route| format!("{}{{*name}}", route.path);
    Router::new()
        .route(&varying(&routes::IMAGE), get(media::serve_picture))
        .route(&varying(&routes::FILE), get(media::serve_file))
        .route(&varying(&routes::ORIGINAL), get(media::serve_original))
        .route(&varying(&routes::PREVIEW), get(media::show_preview))
        .with_state(media)
        .layer(from_fn_with_state(load, load::limit_load))
        .layer(session_layer(site))
}

/// Renders a page for every path: the application's own router finds the page, and answers 404 where there is none.
fn pages(site: &Site) -> Router {
    let assets = Arc::clone(&site.assets);
    let page: MethodRouter = get(render_app_async_with_context(provide_site(site), move || document(&assets)));
    Router::new()
        .fallback_service(page)
        .layer(from_fn_with_state(site.clone(), provide_frame))
        .layer(session_layer(site))
}

/// Gives a page what stands around it.
async fn provide_frame(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Frame::load(&site).await);
    next.run(request).await
}

/// The server functions, and the downloads that need a session as well.
fn endpoints(site: &Site, load: (Site, Arc<Load>)) -> Router {
    let options = LeptosOptions::builder().output_name("loa").build();
    Router::new()
        // without a list of pages this registers every server function, and starts the executor that renderings need
        .leptos_routes_with_context(&options, Vec::new(), provide_site(site), || ())
        .with_state(options)
        .route(routes::EXPORT_COMMENTS.path, post(downloads::download_comments).with_state(site.clone()))
        .route(routes::EXPORT_FIGURES.path, post(downloads::download_figures).with_state(site.clone()))
        // inside of the next layer: a form that is refused because too many wait keeps what was typed
        .layer(from_fn_with_state(load, load::limit_load))
        .layer(from_fn_with_state(site.clone(), answer_forms))
        .layer(session_layer(site))
}

/// Gives a rendering or a server function its site.
fn provide_site(site: &Site) -> impl Fn() + Clone + Send + Sync + 'static + use<> {
    let site = site.clone();
    move || provide_context(site.clone())
}

fn session_layer(site: &Site) -> SessionManagerLayer<Sessions> {
    let settings_of = site.clone();
    let sessions = Sessions::new(site.pool.clone(), move || session_lifetime(&settings_of));
    SessionManagerLayer::new(sessions)
        .with_name(site.cookie_name(SESSION_COOKIE))
        .with_secure(site.is_https())
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_path("/")
        // the cookie lasts until the browser is closed; the row ends when nobody uses it, see `app::web::session`
        .with_expiry(Expiry::OnSessionEnd)
}
