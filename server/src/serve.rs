//! Runs the site until it is told to stop.

use crate::config::{Common, Serve};
use crate::database::Database;
use crate::{assets, demo, jobs, router};
use app::site::Site;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// Requests that are under way when the program is told to stop have this long to finish.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Serves the site on a connected database.
pub async fn serve(database: &Arc<Database>, common: &Common, config: &Serve) -> Result<(), Box<dyn Error>> {
    let package = assets::package(&config.site_root)
        .map_err(|error| format!("the browser's files are missing ({error}): run make build, or set LOA_SITE_ROOT"))?;
    let listener = TcpListener::bind(config.address)
        .await
        .map_err(|error| format!("cannot listen on {} ({error}): choose another with LOA_ADDRESS", config.address))?;
    let address = listener.local_addr()?;
    let pool = database.connect(config.database_connections).await?;
    if config.demo {
        demo::load(&pool, &common.data_dir()).await?;
    }
    let public_url = Serve { address, ..config.clone() }.public_url();
    let site = Site::new(pool.clone(), &public_url, &format!("/{package}")).await?;
    if !site.is_https() {
        tracing::warn!("the public address is not https: cookies can be read and changed on the way");
    }
    jobs::start(&site);
    jobs::watch_database(Arc::clone(database));
    let options = router::leptos_options(&config.site_root, &package, address);
    let (app, _counts) =
        router::router(site.clone(), options, config.trusted_proxies.clone().into(), config.cache_megabytes << 20);
    tracing::info!(%address, public_url, "ready");
    println!("Loa Phường: {public_url}");
    if config.demo {
        println!("The demo staff's sign-in is in {}", demo::sign_in_file(&common.data_dir()).display());
    }
    let hub = site.hub.clone();
    let server = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(
        async move {
            stopped().await;
            tracing::info!("stopping");
            hub.close();
        },
    );
    let late = async {
        site.hub.closed().await;
        tokio::time::sleep(LAST_WORDS).await;
    };
    tokio::select! {
        ended = server => ended?,
        () = late => tracing::warn!("some requests did not finish in time"),
    }
    pool.close().await;
    Ok(())
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
