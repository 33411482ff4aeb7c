//! Background jobs.

use crate::database::Database;
use crate::visits::{merge_visits, update_figures};
use app::base::clock::{local_day, start_of_day};
use app::base::error::AppError;
use app::features::accounts::store::links::delete_expired_links;
use app::features::audit::Actor;
use app::features::closures::store::policies::find_seconds_to_next_end;
use app::features::comments::notify::notify_writers;
use app::features::comments::store::blocks::end_expired_blocks;
use app::features::comments::store::fold_counts;
use app::features::comments::store::reports::forget_reporters;
use app::features::comments::store::retention::forget_senders;
use app::features::media::maintenance::{delete_orphans, move_files};
use app::features::moderation::daily_mail::send_daily_mails;
use app::features::moderation::late_mail::send_late_mails;
use app::features::moderation::store::figures::fold_figures;
use app::features::moderation::store::presence::delete_expired_presence;
use app::features::notices::store::find_seconds_to_next_notice;
use app::features::questions::store::fold_sums;
use app::features::rules::reload::reload_terms;
use app::features::statistics::store::{delete_past_days, fold_activity};
use app::features::writing::store::find_seconds_to_next_change;
use app::features::writing::store::sanitising::{sanitise_articles, sanitise_revisions};
use app::jobs::delete_expired_data;
use app::live::hub::{Change, Notification};
use app::web::site::Site;
use app::web::store::refusals::delete_expired_refusals;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;

const DATABASE_CHECK_INTERVAL: Duration = Duration::from_secs(1);
/// The longest time that a visit waits in memory.
const VISITS_INTERVAL: Duration = Duration::from_secs(5);
/// How often it is looked up which article begins or ends next. One that is due sooner is waited for exactly.
const SCHEDULE_INTERVAL: Duration = Duration::from_secs(1);
/// Waited beyond the moment itself, so that the database's clock has passed it.
const SCHEDULE_MARGIN: Duration = Duration::from_millis(5);
const CLEANUP_INTERVAL: Duration = Duration::from_secs(60);
const WRITER_MAIL_INTERVAL: Duration = Duration::from_secs(15);
const DAILY_MAIL_INTERVAL: Duration = Duration::from_secs(10 * 60);
const RETENTION_INTERVAL: Duration = Duration::from_secs(24 * 60 * 60);
const FILES_INTERVAL: Duration = Duration::from_secs(30 * 60);
const RETENTION_RETRY: Duration = Duration::from_secs(60 * 60);

/// Starts the jobs. They end with the runtime.
pub fn start_jobs(site: &Site) {
    tokio::spawn(listen_for_changes(site.clone()));
    tokio::spawn(store_visits(site.clone()));
    tokio::spawn(announce_schedule(site.clone()));
    tokio::spawn(clean_up(site.clone()));
    tokio::spawn(apply_retention(site.clone()));
    tokio::spawn(look_after_files(site.clone()));
    tokio::spawn(sanitise_stored_texts(site.clone()));
    if site.mailer.is_some() {
        tokio::spawn(mail_writers(site.clone()));
        tokio::spawn(mail_staff(site.clone()));
    }
}

/// Looks after the private database.
pub fn watch_database(database: Arc<Database>) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(DATABASE_CHECK_INTERVAL).await;
            let database = Arc::clone(&database);
            // an attempt that was cut off is repeated in the next round
            let _ = tokio::task::spawn_blocking(move || database.look_after()).await;
        }
    });
}

/// Receives changes of this and other processes.
async fn listen_for_changes(site: Site) {
    let hub = site.hub.clone();
    hub.listen(move |notification| {
        let site = site.clone();
        tokio::spawn(async move {
            match notification {
                Notification::Figures => update_figures(&site).await,
                Notification::Settings | Notification::Everything => reload(&site).await,
            }
        });
    })
    .await;
}

/// Reloads the state that is kept in memory.
async fn reload(site: &Site) {
    match site.reload_settings().await {
        // only after the reload, so that no page with the old settings stays in the cache
        Ok(true) => {
            site.hub.announce(Change::Site);
            // permissions may depend on the settings
            site.hub.announce_staff();
        }
        Ok(false) => {}
        Err(error) => warn_of_failure::<()>("the settings could not be loaded again", Err(error.into())),
    }
    warn_of_failure("the list of terms could not be loaded again", reload_terms(site).await);
}

async fn store_visits(site: Site) {
    let mut ticks = tokio::time::interval(VISITS_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        merge_visits(&site, OffsetDateTime::now_utc()).await;
        update_figures(&site).await;
    }
}

/// Announces each article and notice that begins or ends, at its second, and each new day in Vietnam: cached pages that
/// show it, or lack it, are outdated then.
async fn announce_schedule(site: Site) {
    loop {
        // after an outage every page is rendered anew anyway
        let (article, notice) =
            (find_seconds_to_next_change(&site.pool).await, find_seconds_to_next_notice(&site.pool).await);
        let comments_end = find_seconds_to_next_end(&site.pool).await;
        let now = OffsetDateTime::now_utc();
        let midnight = local_day(now).next_day().map(|day| (start_of_day(day) - now).as_seconds_f64());
        let next =
            [article, notice, comments_end, Ok(midnight)].into_iter().filter_map(|seconds| seconds.ok().flatten());
        let wait = next.filter_map(|seconds| Duration::try_from_secs_f64(seconds).ok()).min();
        // twice the interval, so that none lies between this look and the next
        match wait.filter(|wait| *wait < 2 * SCHEDULE_INTERVAL) {
            Some(wait) => {
                tokio::time::sleep(wait + SCHEDULE_MARGIN).await;
                site.hub.announce(Change::Site);
                // opinions on a draft may have ended, which open pages learn of as of any closure
                site.hub.announce(Change::Closures);
            }
            None => tokio::time::sleep(SCHEDULE_INTERVAL).await,
        }
    }
}

/// Deletes data with a short lifetime every minute.
async fn clean_up(site: Site) {
    loop {
        tokio::time::sleep(CLEANUP_INTERVAL).await;
        let (pool, now) = (&site.pool, OffsetDateTime::now_utc());
        site.limits.sweep();
        warn_of_failure("refused forms could not be deleted", delete_expired_refusals(pool, now).await);
        warn_of_failure("expired links could not be deleted", delete_expired_links(pool, now).await);
        warn_of_failure("expired presence could not be deleted", delete_expired_presence(pool, now).await);
        warn_of_failure("the counts of comments could not be added up", fold_counts(pool).await);
        warn_of_failure("blocks could not be ended", end_blocks(&site, now).await);
        warn_of_failure("the numbers of days could not be added up", fold_activity(pool).await);
        warn_of_failure("the figures of the desk could not be added up", fold_figures(pool).await);
        warn_of_failure("the sums of questions could not be added up", fold_sums(pool).await);
        warn_of_failure("the senders of comments could not be forgotten", forget_senders(pool, now).await);
        warn_of_failure(
            "the senders of reports could not be forgotten",
            forget_reporters(pool, start_of_day(local_day(now))).await,
        );
        warn_of_failure("the visitors of past days could not be deleted", delete_past_days(pool, now).await);
    }
}

/// Ends the blocks of writers whose time has passed, and forgets those that were ended by hand a month ago.
async fn end_blocks(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    let forgotten = now - time::Duration::days(30);
    if end_expired_blocks(&site.pool, Actor::command_line(&site.audit_key), forgotten).await? > 0 {
        site.hub.announce(Change::Desk);
    }
    Ok(())
}

/// Logs why a job failed, unless the database is away, which is logged once for all.
pub fn warn_of_failure<T>(failure: &'static str, result: Result<T, AppError>) {
    if let Err(error) = result
        && error != AppError::Unavailable
    {
        tracing::warn!(%error, "{failure}");
    }
}

/// Mails decisions to the writers of comments.
async fn mail_writers(site: Site) {
    loop {
        tokio::time::sleep(WRITER_MAIL_INTERVAL).await;
        warn_of_failure("writers could not be notified", notify_writers(&site).await);
    }
}

/// Mails to staff what waits, once a day and when it waits too long.
async fn mail_staff(site: Site) {
    loop {
        tokio::time::sleep(DAILY_MAIL_INTERVAL).await;
        let sent = send_daily_mails(&site, OffsetDateTime::now_utc()).await;
        warn_of_failure("the daily mails could not be sent", sent);
        let sent = send_late_mails(&site, OffsetDateTime::now_utc()).await;
        warn_of_failure("the mails about what waits too long could not be sent", sent);
    }
}

/// Moves pictures of older releases to the file store, and deletes what nothing has any more.
async fn look_after_files(site: Site) {
    loop {
        let moved = move_files(&site).await;
        if let Ok(moved @ 1..) = moved {
            tracing::info!(moved, "moved pictures from the database to the file store");
        }
        warn_of_failure("pictures could not be moved to the file store", moved);
        warn_of_failure(
            "files that nothing has could not be deleted",
            delete_orphans(&site, OffsetDateTime::now_utc()).await,
        );
        tokio::time::sleep(FILES_INTERVAL).await;
    }
}

/// Sanitises what older programs stored, at the start and once a day: one of them may still run beside this one.
async fn sanitise_stored_texts(site: Site) {
    loop {
        warn_of_failure("public texts could not be sanitised anew", sanitise_articles(&site.pool).await);
        warn_of_failure("saved texts could not be sanitised anew", sanitise_revisions(&site.pool).await);
        tokio::time::sleep(RETENTION_INTERVAL).await;
    }
}

/// Deletes expired data once a day. After a failure it is retried within the hour.
async fn apply_retention(site: Site) {
    loop {
        let wait = match delete_expired_data(&site, OffsetDateTime::now_utc()).await {
            Ok(()) => RETENTION_INTERVAL,
            Err(error) => {
                tracing::warn!(%error, "expired data could not be deleted");
                RETENTION_RETRY
            }
        };
        tokio::time::sleep(wait).await;
    }
}
