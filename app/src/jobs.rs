//! Deleting what has reached its age, in every feature.

use crate::base::error::AppError;
use crate::features::accounts::store::links::delete_expired_links;
use crate::features::comments::store::reports::anonymise_old_reports;
use crate::features::comments::store::retention::{Expiry, delete_expired_comments};
use crate::features::comments::{COMMENT_MONTHS, REFUSED_DAYS};
use crate::features::faults::FAULT_DAYS;
use crate::features::faults::store::{anonymise_old_faults, delete_old_faults};
use crate::features::inquiries::INQUIRY_MONTHS;
use crate::features::ratings::VOTE_DAYS;
use crate::features::ratings::store::anonymise_old_votes;
use crate::features::writing::DISCARDED_DAYS;
use crate::features::writing::store::delete_old_drafts;
use crate::features::writing::store::previews::delete_expired_previews;
use crate::features::writing::store::revisions::thin_revisions;
use crate::web::site::Site;
use crate::web::store::refusals::delete_expired_refusals;
use crate::web::store::sessions::delete_expired_sessions;
use time::{Duration, OffsetDateTime};

/// Deletes or anonymises everything that is too old at `now`. Running it again changes nothing.
pub async fn delete_expired_data(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    let settings = site.settings();
    let months_ago = |months: u32| now - Duration::days(i64::from(months) * 365 / 12);
    let days_ago = |days: u32| now - Duration::days(i64::from(days));
    let expiry = Expiry {
        published: months_ago(settings.number(&COMMENT_MONTHS)),
        refused: days_ago(settings.number(&REFUSED_DAYS)),
        inquiries: months_ago(settings.number(&INQUIRY_MONTHS)),
    };
    let deleted = delete_expired_comments(&site.pool, expiry).await?;
    if !deleted.is_empty() {
        site.hub.announce_comments(&deleted);
    }
    let votes_age = days_ago(settings.number(&VOTE_DAYS));
    let votes = anonymise_old_votes(&site.pool, votes_age).await?;
    let reports = anonymise_old_reports(&site.pool, votes_age).await?;
    let forms = delete_expired_refusals(&site.pool, now).await?;
    // for a while it is known whose an ended session was: a form may still come from it
    let sessions = delete_expired_sessions(&site.pool, now - Duration::hours(1)).await?;
    let links = delete_expired_links(&site.pool, now).await?;
    let drafts = delete_old_drafts(&site.pool, now - Duration::days(DISCARDED_DAYS), now - Duration::days(1)).await?;
    let revisions = thin_revisions(&site.pool, now).await?;
    let previews = delete_expired_previews(&site.pool, now).await?;
    let faults = anonymise_old_faults(&site.pool, votes_age).await?;
    let decided_faults = delete_old_faults(&site.pool, days_ago(settings.number(&FAULT_DAYS))).await?;
    tracing::info!(
        comments = deleted.len(),
        votes,
        reports,
        forms,
        sessions,
        links,
        drafts,
        revisions,
        previews,
        faults,
        decided_faults,
        "deleted what has reached its age"
    );
    Ok(())
}
