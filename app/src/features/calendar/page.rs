//! The list of a month, and of the month that it is.

use super::store::{find_neighbours, list_events};
use super::{Event, EventKind, month_path};
use crate::base::clock::{
    first_of_month, format_day, format_iso, format_weekday, local_day, next_month, parse_month_path, start_of_day,
};
use crate::base::error::AppError;
use crate::routes;
use crate::web::page::{Head, Page, PageRequest};
use crate::web::site::Site;
use leptos::prelude::*;
use time::{Date, OffsetDateTime};

/// Entries of a month.
const MAX_OF_MONTH: i64 = 300;

/// Reads the page of the month that it is.
pub async fn read_current(site: &Site) -> Result<Page, AppError> {
    read(site, first_of_month(local_day(OffsetDateTime::now_utc())), routes::CALENDAR.path.to_owned()).await
}

/// Reads the page of a month.
pub async fn read_month(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let month = parse_month_path(&request.last).ok_or(AppError::NotFound)?;
    read(site, month, month_path(month)).await
}

async fn read(site: &Site, month: Date, path: String) -> Result<Page, AppError> {
    let span = (start_of_day(month), start_of_day(next_month(month)));
    let events = list_events(&site.pool, span, MAX_OF_MONTH).await?;
    let (earlier, later) = find_neighbours(&site.pool, span).await?;
    let today = local_day(OffsetDateTime::now_utc());
    let current = first_of_month(today);
    // a month of which nothing is known is a page only while it is the one that it is
    if events.is_empty() && month != current {
        return Err(AppError::NotFound);
    }
    let name = format!("tháng {}/{}", u8::from(month.month()), month.year());
    let neighbour = |near: Option<OffsetDateTime>, rel: &'static str| {
        near.map(|near| {
            let other = first_of_month(local_day(near));
            let label = format!("Tháng {}/{}", u8::from(other.month()), other.year());
            view! { <a class="button secondary" rel=rel href=month_path(other)>{label}</a> }
        })
    };
    let (earlier, later) = (neighbour(earlier, "prev"), neighbour(later, "next"));
    let file = format!("{}{}", month_path(month), routes::CALENDAR_MONTH_FILE.suffix);
    let empty = events.is_empty().then(|| view! { <p class="empty">"Tháng này chưa có lịch nào."</p> });
    // by days, so that the page stays true until midnight; a month that is over is shown whole
    let (over, coming): (Vec<&Event>, Vec<&Event>) = events
        .iter()
        .partition(|event| local_day(event.ends_at.unwrap_or(event.begins_at)) < today && month == current);
    let over = (!over.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{format!("Đã qua trong tháng ({})", over.len())}</summary>
                {days(&over)}
            </details>
        }
    });
    let html = view! {
        <div class="narrow sections calendar">
            <h1>{format!("Lịch {name}")}</h1>
            {empty}
            {days(&coming)}
            {over}
            <nav class="pages" aria-label="Tháng khác">{earlier}{later}</nav>
            {(!events.is_empty()).then(|| view! {
                <p>
                    <a class="button secondary" href=file rel="external" download="">"Tải lịch tháng này (.ics)"</a>
                    " "
                    <a href=routes::CALENDAR_FILE.path rel="external">"Địa chỉ để điện thoại tự cập nhật lịch"</a>
                </p>
            })}
        </div>
    };
    let info = &site.settings().info;
    Ok(Page {
        head: Head {
            title: format!("Lịch {name} - {}", info.name),
            description: format!("Tiếp công dân, họp dân, cúp nước, cúp điện {name} của {}.", info.name),
            canonical: Some(format!("{}{path}", site.public_url)),
            extra: String::new(),
        },
        html: html.to_html(),
        error: None,
        redirect: None,
    })
}

/// Entries by their days.
fn days(events: &[&Event]) -> impl IntoView + use<> {
    let days = events.chunk_by(|one, other| local_day(one.begins_at) == local_day(other.begins_at));
    days.map(|events| {
        let day = local_day(events[0].begins_at);
        let items: Vec<_> = events.iter().map(|event| entry(event)).collect();
        view! {
            <section class="day">
                <h2>{format!("{}, {}", format_weekday(day), format_day(day))}</h2>
                <ul>{items}</ul>
            </section>
        }
    })
    .collect_view()
}

fn entry(event: &Event) -> impl IntoView + use<> {
    let kind = (event.kind != EventKind::Other).then(|| event.kind.label());
    let place = (!event.place.is_empty()).then(|| view! { <p>"Tại: "{event.place.clone()}</p> });
    let note = (!event.note.is_empty()).then(|| {
        let html = crate::web::forms::view::textarea_html(&event.note).replace('\n', "<br>");
        view! { <p class="quiet" inner_html=html></p> }
    });
    let is_cancelled = event.is_cancelled;
    view! {
        <li id=format!("lich-{}", event.id) class:cancelled=is_cancelled>
            <p class="time"><time datetime=format_iso(event.begins_at)>{event.time()}</time></p>
            <div>
                {is_cancelled.then(|| view! { <p><strong class="force over">"Đã hủy"</strong></p> })}
                <p><strong>{event.title.clone()}</strong></p>
                {kind.map(|kind| view! { <p class="quiet">{kind}</p> })}
                {place}
                {note}
            </div>
        </li>
    }
}
