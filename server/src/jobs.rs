//! What the program does by itself while it runs.

use crate::database::Database;
use app::comments::retention;
use app::live::hub::Heard;
use app::site::Site;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

const WATCH: Duration = Duration::from_secs(1);
const SWEEP: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Starts the jobs; they end with the runtime.
pub fn start(site: &Site) {
    tokio::spawn(listen(site.clone()));
    tokio::spawn(sweep(site.clone()));
    tokio::spawn(erase(site.clone()));
}

/// Looks after the private cluster: should it end, the site heals without anybody's doing.
pub fn watch_database(database: Arc<Database>) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(WATCH).await;
            let database = Arc::clone(&database);
            // a job that was cut off is tried again in the next round
            let _ = tokio::task::spawn_blocking(move || database.revive()).await;
        }
    });
}

/// Hears what changed, here or in another process.
async fn listen(site: Site) {
    let settings = site.clone();
    site.hub
        .clone()
        .listen(move |heard| {
            if matches!(heard, Heard::Settings | Heard::Everything) {
                let site = settings.clone();
                tokio::spawn(async move {
                    if let Err(error) = site.reload_settings().await {
                        tracing::warn!(%error, "the settings could not be read again");
                    }
                });
            }
        })
        .await;
}

/// Keeps the limits' memory bounded, and forms no longer than half an hour.
async fn sweep(site: Site) {
    loop {
        tokio::time::sleep(SWEEP).await;
        site.limits.sweep();
        if let Err(error) = app::forms::store::erase(&site.pool, OffsetDateTime::now_utc()).await {
            tracing::warn!(%error, "old forms could not be erased");
        }
    }
}

/// Erases once a day what has reached its age; after a failure it tries again within the hour.
async fn erase(site: Site) {
    loop {
        let wait = match retention::erase_what_is_old(&site, OffsetDateTime::now_utc()).await {
            Ok(()) => DAY,
            Err(error) => {
                tracing::warn!(%error, "what is old could not be erased");
                HOUR
            }
        };
        tokio::time::sleep(wait).await;
    }
}
