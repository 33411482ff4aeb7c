//! What has reached its age goes: once a day, in this one place.

use crate::error::AppError;
use crate::live::hub::Change;
use crate::site::Site;
use crate::{accounts, comments, forms, ratings};
use time::{Duration, OffsetDateTime};

/// Erases everything that is too old at `now`. Run again it finds nothing.
pub async fn erase_what_is_old(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    let settings = site.settings();
    let months = |count: u32| now - Duration::days(i64::from(count) * 365 / 12);
    let days = |count: u32| now - Duration::days(i64::from(count));
    let gone =
        comments::store::erase(&site.pool, months(settings.info.comment_months), days(settings.info.refused_days))
            .await?;
    for &article in &gone {
        site.hub.changed(Change::Article(article));
        site.hub.changed(Change::Site);
    }
    let erased = gone.len();
    let votes = ratings::store::forget_visitors(&site.pool, days(settings.vote_days)).await?;
    comments::store::reports::forget_visitors(&site.pool, days(settings.vote_days)).await?;
    let forms = forms::store::erase(&site.pool, now).await?;
    let sessions = accounts::sessions::erase(&site.pool, now).await?;
    tracing::info!(comments = erased, votes, forms, sessions, "erased what has reached its age");
    Ok(())
}
