//! What the program does by itself while it runs.

use crate::count;
use crate::database::Database;
use app::comments::retention;
use app::live::hub::{Change, Heard};
use app::site::Site;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

const WATCH: Duration = Duration::from_secs(1);
const SWEEP: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// How long a visit waits in memory, at most.
const COUNT: Duration = Duration::from_secs(5);
/// How often one looks whether there is something to mail.
const MAIL: Duration = Duration::from_secs(15);
/// The mail of the day is looked at in each so many of these rounds: every ten minutes.
const STAFF_MAIL: u32 = 40;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Starts the jobs; they end with the runtime.
pub fn start(site: &Site) {
    tokio::spawn(listen(site.clone()));
    tokio::spawn(sweep(site.clone()));
    tokio::spawn(erase(site.clone()));
    tokio::spawn(count(site.clone()));
    if site.mail.is_some() {
        tokio::spawn(mail(site.clone()));
    }
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
    let hub = site.hub.clone();
    hub.listen(move |heard| {
        let site = site.clone();
        tokio::spawn(async move {
            match heard {
                Heard::Figures => count::read(&site).await,
                Heard::Settings | Heard::Everything => {
                    match site.reload_settings().await {
                        // only now: a page that is rendered with the old ones must not be kept
                        Ok(true) => site.hub.changed(Change::Site),
                        Ok(false) => {}
                        Err(error) => tracing::warn!(%error, "the settings could not be read again"),
                    }
                    if let Err(error) = site.reload_words().await {
                        tracing::warn!(%error, "the list of words could not be read again");
                    }
                }
            }
        });
    })
    .await;
}

/// Merges what was seen into the database and reads the figures anew, every few seconds. What cannot be merged waits.
async fn count(site: Site) {
    let mut ticks = tokio::time::interval(COUNT);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        count::merge(&site, OffsetDateTime::now_utc()).await;
        count::read(&site).await;
    }
}

/// Keeps the limits' memory bounded, forms no longer than half an hour, and visitors' hashes no longer than their day.
async fn sweep(site: Site) {
    loop {
        tokio::time::sleep(SWEEP).await;
        site.limits.sweep();
        if let Err(error) = app::forms::store::erase(&site.pool, OffsetDateTime::now_utc()).await {
            tracing::warn!(%error, "old forms could not be erased");
        }
        if let Err(error) = app::accounts::store::links::erase(&site.pool, OffsetDateTime::now_utc()).await {
            tracing::warn!(%error, "links that work no longer could not be erased");
        }
        if let Err(error) = app::moderation::store::looking::erase(&site.pool, OffsetDateTime::now_utc()).await {
            tracing::warn!(%error, "who was at a comment could not be erased");
        }
        if let Err(error) = app::comments::store::fold_counts(&site.pool).await {
            tracing::warn!(%error, "the counts of comments could not be added up");
        }
        if let Err(error) = app::statistics::store::forget(&site.pool, OffsetDateTime::now_utc()).await {
            tracing::warn!(%error, "the visitors of yesterday could not be erased");
        }
    }
}

/// Tells writers what became of their comments, and staff once a day what waits.
async fn mail(site: Site) {
    let mut rounds = 0_u32;
    loop {
        tokio::time::sleep(MAIL).await;
        rounds = rounds.wrapping_add(1);
        if let Err(error) = app::comments::telling::tell_writers(&site).await {
            tracing::warn!(%error, "writers could not be told");
        }
        // what could not be sent is not tried again at once
        if rounds.is_multiple_of(STAFF_MAIL)
            && let Err(error) = app::moderation::daily::mail_staff(&site, OffsetDateTime::now_utc()).await
        {
            tracing::warn!(%error, "staff could not be told what waits");
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
