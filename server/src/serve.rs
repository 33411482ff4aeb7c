//! Runs the site until it is told to stop.

use crate::config::{Common, Serve};
use crate::connections::{self, Places};
use crate::database::Database;
use crate::metrics::{self, Measured};
use crate::{assets, audit_key, count, demo, jobs, router};
use app::live::hub::Hub;
use app::mail::Mailer;
use app::site::Site;
use axum_server::Handle;
use std::error::Error;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// Requests that are under way when the program is told to stop have this long to finish.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// A connection says what it wants within this time.
const FIRST_REQUEST: Duration = Duration::from_secs(10);

/// Serves the site on a connected database.
pub async fn serve(database: &Arc<Database>, common: &Common, config: &Serve) -> Result<(), Box<dyn Error>> {
    let package = assets::package(&config.site_root)
        .map_err(|error| format!("the browser's files are missing ({error}): run make build, or set LOA_SITE_ROOT"))?;
    let listener = TcpListener::bind(config.address)
        .map_err(|error| format!("cannot listen on {} ({error}): choose another with LOA_ADDRESS", config.address))?;
    let address = listener.local_addr()?;
    let pool = database.connect(config.database_connections).await?;
    let public_url = Serve { address, ..config.clone() }.public_url();
    let audit = audit_key::claim(&pool, common.audit_key.as_deref(), &common.data_dir()).await?;
    if config.demo {
        demo::load(&pool, &audit, &common.data_dir()).await?;
    }
    let mail = match (&config.smtp_url, &config.mail_from) {
        (Some(url), Some(from)) => {
            Some(Mailer::new(url, from).map_err(|error| format!("{error}: see LOA_SMTP_URL and LOA_MAIL_FROM"))?)
        }
        _ => None,
    };
    let mut site = Site::new(pool.clone(), &public_url, &format!("/{package}"), audit).await?;
    site.mail = mail;
    if !site.is_https() {
        tracing::warn!("the public address is not https: cookies can be read and changed on the way");
    }
    jobs::start(&site);
    jobs::watch_database(Arc::clone(database));
    let options = router::Options {
        leptos: router::leptos_options(&config.site_root, &package, address),
        trusted: config.trusted_proxies.clone().into(),
        cache_bytes: config.cache_megabytes << 20,
        streams: config.streams,
        streams_per_address: config.streams_per_address,
    };
    let (app, measured) = router::router(site.clone(), options);
    if let Some(address) = config.metrics_address {
        serve_metrics(address, measured).await?;
    }
    tracing::info!(%address, public_url, "ready");
    println!("Loa Phường: {public_url}");
    if config.demo {
        println!("The demo staff's sign-in is in {}", demo::sign_in_file(&common.data_dir()).display());
    }
    let handle = Handle::new();
    tokio::spawn(stop(site.hub.clone(), handle.clone()));
    let places = Places::new(handle.clone(), config.connections);
    let mut server = axum_server::from_tcp(listener)?.handle(handle).first_request_timeout(FIRST_REQUEST);
    connections::bound(server.http_builder());
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    match (&config.tls_certificate, &config.tls_key) {
        (Some(certificate), Some(key)) => {
            let tls = connections::tls(certificate, key, places).await.map_err(|error| {
                format!("the certificate cannot be used ({error}): see LOA_TLS_CERTIFICATE and LOA_TLS_KEY")
            })?;
            server.acceptor(tls).serve(service).await?;
        }
        _ => server.acceptor(places).serve(service).await?,
    }
    // what was counted since the last time
    count::merge(&site, time::OffsetDateTime::now_utc()).await;
    pool.close().await;
    Ok(())
}

/// The metrics' own listener.
async fn serve_metrics(address: SocketAddr, measured: Measured) -> Result<(), Box<dyn Error>> {
    let handle = metrics::install()?;
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|error| format!("cannot listen on {address} ({error}): choose another with LOA_METRICS_ADDRESS"))?;
    tracing::info!(%address, "metrics");
    let app = metrics::router(handle, measured);
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok(())
}

/// Told to stop: streams end with a hint to come back, requests under way finish.
async fn stop(hub: Hub, handle: Handle<SocketAddr>) {
    stopped().await;
    tracing::info!("stopping");
    hub.close();
    handle.graceful_shutdown(Some(LAST_WORDS));
}

/// Completes on SIGTERM or Ctrl-C.
async fn stopped() {
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
