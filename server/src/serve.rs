//! Runs the site until it is told to stop.

use crate::config::{CommonOptions, ServeOptions};
use crate::connections::{ConnectionLimit, set_limits, tls_acceptor};
use crate::database::{Database, JOB_LIMIT, REQUEST_LIMIT, watch_answers};
use crate::documents::RENDER_LIMIT;
use crate::health::DiskReserve;
use crate::metrics::{MetricSources, install_recorder, metrics_router};
use crate::router::{RouterOptions, build_router};
use crate::static_files::StaticFiles;
use crate::{assets, audit_key, demo, jobs, visits};
use app::base::keys::Key;
use app::base::mail::Mailer;
use app::features::accounts::second_factor::seal_secret;
use app::features::accounts::store::second_factor::seal_secrets;
use app::features::rules::reload::reload_terms;
use app::live::hub::Hub;
use app::web::site::{Parts, Site};
use axum::Router;
use axum_server::Handle;
use sqlx::PgPool;
use std::error::Error;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use tokio::signal::unix::{SignalKind, signal};

/// Requests in progress have this long to finish when the program is told to stop.
const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);
/// A new connection sends its first request within this time.
const FIRST_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

const LISTENING_CHECK_INTERVAL: Duration = Duration::from_millis(10);
/// The program is ready after this long, whether it receives changes or not.
const LISTENING_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections of the jobs.
const JOB_CONNECTIONS: u32 = 2;

/// Serves the site.
pub async fn serve(
    database: &Arc<Database>,
    common: &CommonOptions,
    options: &ServeOptions,
) -> Result<(), Box<dyn Error>> {
    check_memory(options.cache_megabytes)?;
    let package = assets::find_package(&options.site_root)
        .map_err(|error| format!("the browser's files are missing ({error}): run make build, or set LOA_SITE_ROOT"))?;
    let listener = TcpListener::bind(options.address)
        .map_err(|error| format!("cannot listen on {} ({error}): choose another with LOA_ADDRESS", options.address))?;
    let address = listener.local_addr()?;
    let pool = database.connect(options.database_connections, REQUEST_LIMIT).await?;
    let public_url = ServeOptions { address, ..options.clone() }.public_url();
    let own_host = url::Url::parse(&public_url).ok().and_then(|url| url.host_str().map(str::to_lowercase));
    if let Some(host) = options.old_hosts.iter().find(|host| Some(*host) == own_host.as_ref()) {
        return Err(format!("{host} is the site's own name: leave it out of LOA_OLD_HOSTS").into());
    }
    let data_dir = common.data_dir();
    let audit_key = audit_key::load_matching_key(&pool, common.audit_key.as_deref(), &data_dir).await?;
    let files_dir = common.files_dir();
    let storage = common.storage()?;
    if storage.check().await.is_err() {
        // pages are served without it; what it says stands in the line before
        tracing::error!("the store of pictures and files does not answer: see LOA_FILES_BUCKET");
    }
    // on the disk of the files, so that what came is not copied from one disk to another
    let upload_folder = files_dir.join("uploads");
    std::fs::create_dir_all(&upload_folder)
        .map_err(|error| format!("{} cannot be written ({error}): see LOA_FILES_DIR", upload_folder.display()))?;
    let jobs_pool = database.open_pool(JOB_CONNECTIONS, JOB_LIMIT).await?;
    if options.demo {
        // its pictures are made in the middle of a transaction, which takes longer than a request may on a busy machine
        demo::load_demo(&jobs_pool, &audit_key, &storage, &data_dir).await?;
    }
    let parts = app::registry::parts(pool.clone(), storage);
    let site = create_site(&pool, &public_url, &package, audit_key, (parts, options)).await?;
    // what the program does by itself may take longer, and takes no connection from people
    jobs::start_jobs(&site.with_pool(jobs_pool));
    jobs::watch_database(Arc::clone(database));
    tokio::spawn(watch_answers(database.url.clone()));
    let reserve_of = |folder| DiskReserve { folder, least: options.disk_reserve_megabytes << 20 };
    // a server of its own looks after its own disk; the files are here in any case
    let disk_reserve = reserve_of(if database.is_private() { data_dir } else { files_dir });
    let files = StaticFiles::load(&options.site_root, site.is_https())?;
    let router_options = router_options(options, files, upload_folder, disk_reserve);
    let (app, metric_sources) = build_router(site.clone(), router_options);
    if let Some(address) = options.metrics_address {
        serve_metrics(address, metric_sources).await?;
    }
    // from here on no change is missed; a database that notifies nobody is served without live changes
    let listening = async {
        while !site.hub.is_listening() {
            tokio::time::sleep(LISTENING_CHECK_INTERVAL).await;
        }
    };
    let _ = tokio::time::timeout(LISTENING_TIMEOUT, listening).await;
    tracing::info!(%address, public_url, "ready");
    println!("Loa Phường: {public_url}");
    if options.demo {
        println!("How to sign in as the demo's staff is in {}", demo::sign_in_file(&common.data_dir()).display());
    }
    accept_connections(listener, app, &site, options).await?;
    // stores the visits since the last merge
    visits::merge_visits(&site, OffsetDateTime::now_utc()).await;
    pool.close().await;
    Ok(())
}

/// Refuses a share of memory that this machine does not have: pages and pictures take it once each.
fn check_memory(cache_megabytes: u64) -> Result<(), String> {
    let memory = rustix::system::sysinfo();
    let megabytes = (memory.totalram as u64).saturating_mul(u64::from(memory.mem_unit)) >> 20;
    match cache_megabytes.saturating_mul(2) < megabytes {
        true => Ok(()),
        false => Err(format!(
            "pages and pictures would take {cache_megabytes} MB of memory each, and this machine has {megabytes}: \
             see LOA_CACHE_MEGABYTES"
        )),
    }
}

async fn create_site(
    pool: &PgPool,
    public_url: &str,
    package: &str,
    audit_key: Key,
    (parts, options): (Parts, &ServeOptions),
) -> Result<Site, Box<dyn Error>> {
    let mut site = Site::new(pool.clone(), public_url, &format!("/{package}"), audit_key, parts).await?;
    if let (Some(url), Some(from)) = (&options.smtp_url, &options.mail_from) {
        let mailer = Mailer::new(url, from).map_err(|error| format!("{error}: see LOA_SMTP_URL and LOA_MAIL_FROM"))?;
        site.mailer = Some(mailer);
    }
    let sealed = seal_secrets(pool, |account, secret| seal_secret(&site.audit_key, account, secret)).await?;
    if sealed > 0 {
        tracing::info!(sealed, "sealed the secrets of second factors");
    }
    // comments are flagged from the first request on
    reload_terms(&site).await?;
    if !site.is_https() {
        tracing::warn!("the public address is not https: cookies can be read and changed in transit");
    }
    Ok(site)
}

fn router_options(
    options: &ServeOptions,
    files: StaticFiles,
    upload_folder: PathBuf,
    disk_reserve: DiskReserve,
) -> RouterOptions {
    RouterOptions {
        old_hosts: options.old_hosts.clone(),
        files,
        trusted_proxies: options.trusted_proxies.clone().into(),
        upload_folder,
        disk_reserve: Some(disk_reserve),
        render_limit: RENDER_LIMIT,
        cache_bytes: options.cache_megabytes << 20,
        database_connections: options.database_connections,
        max_streams: options.streams,
        max_streams_per_address: options.streams_per_address,
    }
}

/// Accepts connections until the program is told to stop.
async fn accept_connections(
    listener: TcpListener,
    app: Router,
    site: &Site,
    options: &ServeOptions,
) -> Result<(), Box<dyn Error>> {
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(site.hub.clone(), handle.clone()));
    let limit = ConnectionLimit::new(handle.clone(), options.connections);
    let mut server = axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(FIRST_REQUEST_TIMEOUT);
    set_limits(server.http_builder());
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    match (&options.tls_certificate, &options.tls_key) {
        (Some(certificate), Some(key)) => {
            let acceptor = tls_acceptor(certificate, key, limit).await.map_err(|error| {
                format!("the certificate cannot be used ({error}): see LOA_TLS_CERTIFICATE and LOA_TLS_KEY")
            })?;
            server.acceptor(acceptor).serve(service).await?;
        }
        _ => server.acceptor(limit).serve(service).await?,
    }
    Ok(())
}

/// Serves the metrics on a listener of their own.
async fn serve_metrics(address: SocketAddr, sources: MetricSources) -> Result<(), Box<dyn Error>> {
    let recorder = install_recorder()?;
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address} ({error}): choose another with LOA_METRICS_ADDRESS"))?;
    tracing::info!(%address, "metrics");
    let app = metrics_router(recorder, sources);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(())
}

/// Waits until the program is told to stop. Then streams end, and requests in progress finish.
async fn stop_on_signal(hub: Hub, handle: Handle<SocketAddr>) {
    wait_for_signal().await;
    tracing::info!("stopping");
    hub.close();
    handle.graceful_shutdown(Some(SHUTDOWN_TIMEOUT));
}

/// Completes on SIGTERM or Ctrl-C.
async fn wait_for_signal() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        // without signals the program runs until it is killed, which the database survives
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_memory_than_there_is_is_refused() {
        assert_eq!(check_memory(1), Ok(()));
        for megabytes in [1 << 40, u64::MAX] {
            let refused = check_memory(megabytes).expect_err("is refused");
            assert!(refused.contains("LOA_CACHE_MEGABYTES"), "{refused}");
        }
    }
}
