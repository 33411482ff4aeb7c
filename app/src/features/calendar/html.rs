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
const MAX_AHEAD: i64 = 4;

/// Lists what takes place in the next days.
pub async fn list_coming(site: &Site) -> Result<Vec<Event>, AppError> {
    let now = OffsetDateTime::now_utc();
    list_events(&site.pool, (start_of_day(local_day(now)), now + AHEAD), MAX_AHEAD).await
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
