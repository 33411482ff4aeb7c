//! `make bench`: measures sizes and speed of the site on temporary databases and prints the README's table.
//! To add a figure, write a function that returns a [`Line`] and call it in [`main`].
//!
//! `make bench-smoke` measures only the ratios briefly and fails if one is below half of its target.

#![allow(missing_docs, clippy::unwrap_used, reason = "a measurement that cannot be set up stops")]

mod client;
mod crowds;
mod desk;
mod following;
mod media;
mod reading;
mod search;
mod visits;
mod writing;

use app::base::keys::Key;
use app::features::audit::Actor;
use app::features::media::storage::Storage;
use app::features::settings::store::change_setting;
use app::features::statistics::traffic::Traffic;
use app::live::hub::Change;
use app::registry;
use app::web::site::{MIGRATIONS, Site};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName};
use axum::response::Response;
use axum::routing::get;
use client::Client;
use loa_postgres::Cluster;
use server::cache::CacheCounts;
use server::router::{RouterOptions, build_router};
use server::static_files::StaticFiles;
use server::{assets, demo};
use sqlx::PgPool;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Limits that are raised because one client acts for many readers.
const RAISED_LIMITS: [(&str, &str); 7] = [
    ("limits.searches_per_address", "100000000"),
    ("limits.reads_per_address", "100000000"),
    ("limits.votes_per_address", "10000000"),
    ("limits.votes_per_visitor", "10000"),
    ("limits.new_voters_per_address", "1000000"),
    ("limits.comments_per_address", "100000"),
    ("limits.streams_per_line", "100000000"),
];

pub struct Line {
    pub label: String,
    pub figure: String,
    pub target: &'static str,
    /// A ratio and its target.
    pub ratio: Option<(f64, f64)>,
}

pub fn line(label: impl Into<String>, figure: impl Into<String>, target: &'static str) -> Line {
    Line { label: label.into(), figure: figure.into(), target, ratio: None }
}

pub fn ratio(label: impl Into<String>, ratio: f64, target: f64, target_text: &'static str) -> Line {
    Line { label: label.into(), figure: format!("{ratio:.2}"), target: target_text, ratio: Some((ratio, target)) }
}

/// The number and the duration of the runs of a measurement.
#[derive(Clone, Copy)]
pub struct Measure {
    pub runs: usize,
    pub run: Duration,
}

/// The site in this process.
pub struct Bench {
    pub address: SocketAddr,
    pub article: String,
    pub pool: PgPool,
    pub site: Site,
    pub counts: Arc<CacheCounts>,
    pub programs: PathBuf,
    pub url: String,
    /// The folder of the files.
    pub data: PathBuf,
    /// The folder of the browser's files.
    pub root: PathBuf,
    pub runtime: tokio::runtime::Runtime,
    pub measure: Measure,
}

fn main() -> ExitCode {
    let smoke = std::env::args().any(|argument| argument == "--smoke");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("frontend/dist");
    let folder = tempfile::Builder::new().prefix("loa-bench-").tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let cluster = Cluster::start(folder.path()).unwrap();
    let measure = if smoke {
        Measure { runs: 3, run: Duration::from_millis(700) }
    } else {
        Measure { runs: 5, run: Duration::from_secs(2) }
    };
    let bench = start(&cluster, folder.path(), &root, measure);
    if smoke {
        let lines = [reading::cached_pages(&bench), writing::lines(&bench)].into_iter().flatten();
        return report_ratios(lines.filter(|line| line.ratio.is_some()).collect());
    }
    let package = root.join(assets::find_package(&root).unwrap());
    // `cargo bench ... -- desk` measures only that part
    let is_selected = |part: &str| {
        let parts =
            ["weights", "cached", "visits", "writing", "rendered", "search", "desk", "media", "following", "crowds"];
        let mut named = std::env::args().skip(1).filter(|argument| parts.contains(&argument.as_str())).peekable();
        named.peek().is_none() || named.any(|named| named == part)
    };
    let parts: [(&str, &dyn Fn() -> Vec<Line>); 8] = [
        ("weights", &|| reading::weights(&package, &bench)),
        ("cached", &|| reading::cached_pages(&bench)),
        ("visits", &|| visits::lines(&bench)),
        ("writing", &|| writing::lines(&bench)),
        ("rendered", &|| reading::rendered_pages(&bench)),
        ("search", &|| search::lines(&bench)),
        ("desk", &|| desk::lines(&bench)),
        ("media", &|| media::lines(&bench)),
    ];
    let mut lines: Vec<Line> =
        parts.into_iter().filter(|(part, _)| is_selected(part)).flat_map(|(_, lines)| lines()).collect();
    drop(bench);
    if is_selected("following") {
        lines.extend(following::lines(&root));
    }
    if is_selected("crowds") {
        lines.extend(crowds::lines(&root));
    }
    println!("\n| what | figure | target |\n|---|---|---|");
    for Line { label, figure, target, .. } in lines {
        println!("| {label} | {figure} | {target} |");
    }
    ExitCode::SUCCESS
}

/// Prints the ratios and fails if one is below half of its target. Absolute figures are not checked, because they
/// depend on the machine and its load.
fn report_ratios(lines: Vec<Line>) -> ExitCode {
    let mut failed = 0;
    for Line { label, figure, ratio, target } in &lines {
        let good = ratio.is_none_or(|(ratio, target)| ratio >= target / 2.0);
        failed += usize::from(!good);
        println!("{} {label}: {figure} (target {target})", if good { "✓" } else { "✗" });
    }
    println!("ratios: {} passed, {failed} failed", lines.len() - failed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

const AUDIT_KEY: [u8; 32] = [9; 32];

fn audit_key() -> Key {
    Key::new(1, AUDIT_KEY)
}

/// Starts the site with one more route, which serves the bytes and headers of the article from memory.
fn start(cluster: &Cluster, data: &Path, root: &Path, measure: Measure) -> Bench {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let url = cluster.database().url();
    let article_response: Arc<OnceLock<(HeaderMap, Bytes)>> = Arc::default();
    let (address, pool, site, counts) = runtime.block_on(async {
        let pool = server::database::pool_options(10, server::database::REQUEST_LIMIT).connect(&url).await.unwrap();
        MIGRATIONS.run(&pool).await.unwrap();
        let storage = Storage::in_folder(&data.join("files")).unwrap();
        demo::load_demo(&pool, &audit_key(), &storage, data).await.unwrap();
        let (settings, audit_key) = (registry::settings(), audit_key());
        for (key, value) in RAISED_LIMITS {
            let setting = settings.iter().find(|setting| setting.key == key).unwrap();
            change_setting(&pool, Actor::command_line(&audit_key), setting, value).await.unwrap();
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let package = assets::find_package(root).unwrap();
        let (public_url, assets) = (format!("http://{address}"), format!("/{package}"));
        let parts = registry::parts(pool.clone(), storage);
        let site = Site::new(pool.clone(), &public_url, &assets, audit_key, parts).await.unwrap();
        server::jobs::start_jobs(&site);
        let options = RouterOptions {
            old_hosts: Vec::new(),
            files: StaticFiles::load(root, false).unwrap(),
            upload_folder: data.to_owned(),
            trusted_proxies: [].into(),
            database_connections: 10,
            disk_reserve: None,
            render_limit: server::documents::RENDER_LIMIT,
            cache_bytes: 32 << 20,
            max_streams: 10_000,
            max_streams_per_address: 10_000,
        };
        let (app, sources) = build_router(site.clone(), options);
        let bytes = Arc::clone(&article_response);
        let app = app.route(
            "/bench/same-bytes",
            get(move || async move {
                let (headers, bytes) = bytes.get().unwrap();
                let mut response = Response::new(Body::from(bytes.clone()));
                *response.headers_mut() = headers.clone();
                response
            }),
        );
        tokio::spawn(
            async move { axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).await },
        );
        // waits until visits are counted and changes are received
        while !site.hub.is_listening() || !site.state::<Traffic>().has_keys(time::OffsetDateTime::now_utc()) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // what prepares a measurement may take longer than a request
        let pool = server::database::pool_options(4, server::database::JOB_LIMIT).connect(&url).await.unwrap();
        (address, pool, site, sources.cache_counts)
    });
    let slug: String = runtime
        .block_on(sqlx::query_scalar("select slug || '-' || id from articles where carried_views > 0").fetch_one(&pool))
        .unwrap();
    let article = format!("/tin-tuc/{slug}");
    // the only visitor is counted first, so that the figures on the page do not change during a measurement
    Client::new(address).get(&article, "");
    while site.state::<Traffic>().figures().now == 0 {
        std::thread::sleep(Duration::from_millis(50));
    }
    // pages have these figures from the first request on, and not after ten seconds
    site.hub.announce(Change::Site);
    let response = Client::new(address).get(&article, "Accept-Encoding: br\r\n");
    let headers = response.head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers = headers
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| (HeaderName::try_from(name).unwrap(), value.parse().unwrap()))
        .collect();
    article_response.set((headers, response.body.into())).unwrap();
    Bench {
        address,
        article,
        pool,
        site,
        counts,
        programs: cluster.database().programs.clone(),
        url,
        data: data.to_owned(),
        root: root.to_owned(),
        runtime,
        measure,
    }
}

impl Bench {
    pub fn article_id(&self) -> i64 {
        self.article.rsplit('-').next().unwrap().parse().unwrap()
    }

    pub fn sql(&self, text: &str) {
        self.runtime.block_on(sqlx::raw_sql(sqlx::AssertSqlSafe(text.to_owned())).execute(&self.pool)).unwrap();
    }
}

pub fn median(list: &mut [f64]) -> f64 {
    list.sort_by(f64::total_cmp);
    list[list.len() / 2]
}

pub fn percentile(list: &mut [f64], share: f64) -> f64 {
    list.sort_by(f64::total_cmp);
    list[((list.len() - 1) as f64 * share).round() as usize]
}

/// Alternates two measurements and returns both medians and the median of their ratios.
pub fn alternate(runs: usize, mut one: impl FnMut() -> f64, mut other: impl FnMut() -> f64) -> (f64, f64, f64) {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        first.push(one());
        second.push(other());
    }
    let mut ratios: Vec<f64> = first.iter().zip(&second).map(|(one, other)| one / other).collect();
    (median(&mut first), median(&mut second), median(&mut ratios))
}
