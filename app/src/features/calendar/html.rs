//! What takes place soon, as a part of other pages.

use super::store::list_events;
use super::{Event, month_path};
use crate::base::clock::{first_of_month, format_day, format_weekday, local_day, start_of_day};
use crate::base::error::AppError;
use crate::routes;
use crate::web::site::Site;
use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

/// Days and entries that are looked ahead.
const AHEAD: Duration = Duration::days(14);
const MAX_AHEAD: usize = 4;
/// Entries that are looked at for them.
const MAX_READ: i64 = 50;

/// Lists what takes place in the next days.
pub async fn list_coming(site: &Site) -> Result<Vec<Event>, AppError> {
    let now = OffsetDateTime::now_utc();
    let span = (start_of_day(local_day(now)), now + AHEAD);
    let mut events = list_events(&site.pool, span, MAX_READ).await?;
    events.retain(|event| event.ends_at.is_none_or(|end| end > now));
    // what has lasted for days is no longer news
    events.sort_by_key(|event| (event.begins_at < span.0, event.begins_at));
    events.truncate(MAX_AHEAD);
    Ok(events)
}

/// The same as a part of the front page.
pub fn coming_events(events: &[Event]) -> Option<impl IntoView + use<>> {
    let items: Vec<_> = events
        .iter()
        .map(|event| {
            let day = local_day(event.begins_at);
            let path = format!("{}#lich-{}", month_path(first_of_month(day)), event.id);
            let when = format!("{}, {} · {}", format_weekday(day), format_day(day), event.time());
            let cancelled = event.is_cancelled.then_some("Đã hủy: ");
            view! { <li><a href=path>{cancelled}{event.title.clone()}</a><span class="quiet">{when}</span></li> }
        })
        .collect();
    (!items.is_empty()).then(|| {
        view! {
            <section class="strip" aria-labelledby="lich-sap-toi">
                <h2 id="lich-sap-toi"><a href=routes::CALENDAR.path>"Lịch sắp tới"</a></h2>
                <ul>{items}</ul>
            </section>
        }
    })
}
