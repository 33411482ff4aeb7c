//! The room of the calendar. Plain forms.

use super::store::{self, find_event, list_events};
use super::{
    BAD_BEGIN, BAD_END, BAD_NOTE, BAD_PLACE, BAD_REPEAT, BAD_TITLE, CHANGE_EVENT, Event, EventKind, MAX_NOTE,
    MAX_PLACE, MAX_REPEATED, MAX_TITLE, NewEvent,
};
use crate::base::clock::{format_day, format_field, format_weekday, local_day, parse_day, parse_field, start_of_day};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::{clean_line, clean_lines};
use crate::features::audit::Actor;
use crate::live::hub::Change;
use crate::routes;
use crate::web::flash::{set_flash, take_flash};
use crate::web::forms::post::redirect_to;
use crate::web::forms::view::{field_problem, invalid_field, linked_summary_html, plain_field, textarea_html};
use crate::web::forms::{RETURN_TO, Refusal};
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::{Site, current_site};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

pub const ROOM: Room = Room {
    route: &routes::DESK_CALENDAR,
    label: "Lịch",
    group: Group::Content,
    permission: Some(Permission::ManageCalendar),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// The parameter with the number of an entry to change.
const EVENT: &str = "su-kien";
/// Entries that the room lists.
const MAX_LISTED: i64 = 500;
/// Days after which what is over is listed no more.
const PAST_DAYS: i64 = 60;

/// What the last form did, by the flash that it left.
const DONE: [(&str, &str); 5] = [
    ("event-created", "Đã thêm vào lịch. Bạn đọc thấy ngay."),
    ("event-changed", "Đã sửa lịch."),
    ("event-cancelled", "Đã báo hủy. Lịch vẫn hiện với chữ “Đã hủy”."),
    ("event-deleted", "Đã xóa khỏi lịch."),
    ("event-restored", "Đã bỏ báo hủy: việc này vẫn diễn ra."),
];

/// The fields of an entry, as its form sends them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EventForm {
    kind: String,
    title: String,
    place: String,
    note: String,
    begins_at: String,
    ends_at: String,
}

impl EventForm {
    /// The same with every text normalised.
    fn cleaned(self) -> Self {
        Self { title: clean_line(&self.title), place: clean_line(&self.place), note: clean_lines(&self.note), ..self }
    }

    /// Reads the fields, or says what is wrong with them.
    fn parse(&self) -> Result<NewEvent<'_>, AppError> {
        let is_longer = |text: &str, most: usize| text.chars().count() > most;
        let mut problems = Vec::new();
        if self.title.is_empty() || is_longer(&self.title, MAX_TITLE) {
            problems.push(BAD_TITLE);
        }
        let begins_at = parse_field(&self.begins_at).ok().flatten();
        let latest = OffsetDateTime::now_utc() + Duration::days(731);
        let begins_at = begins_at.filter(|at| at.year() >= 2000 && *at < latest);
        if begins_at.is_none() {
            problems.push(BAD_BEGIN);
        }
        let ends_at = parse_field(&self.ends_at);
        let is_right = |end: OffsetDateTime| {
            begins_at.is_none_or(|begin| end > begin && end <= begin.saturating_add(Duration::days(31)))
        };
        if !ends_at.is_ok_and(|end| end.is_none_or(is_right)) {
            problems.push(BAD_END);
        }
        for (is_wrong, problem) in
            [(is_longer(&self.place, MAX_PLACE), BAD_PLACE), (is_longer(&self.note, MAX_NOTE), BAD_NOTE)]
        {
            if is_wrong {
                problems.push(problem);
            }
        }
        let Some(begins_at) = begins_at.filter(|_| problems.is_empty()) else {
            return Err(AppError::Invalid(problems));
        };
        Ok(NewEvent {
            kind: EventKind::parse(&self.kind).unwrap_or(EventKind::Other),
            title: &self.title,
            place: &self.place,
            note: &self.note,
            begins_at,
            ends_at: ends_at.ok().flatten(),
        })
    }
}

/// Adds an entry, and the same on the weeks after it up to a day.
#[server(prefix = "/api", endpoint = "create-event", output = server_fn::codec::Postcard)]
pub async fn create_event(
    #[server(default)] weekly_until: String,
    #[server(flatten)]
    #[server(default)]
    form: EventForm,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageCalendar).await?;
    let site = current_site()?;
    let form = form.cleaned();
    let first = form.parse()?;
    let events = repeat_weekly(&first, weekly_until.trim())?;
    store::create_events(&site.pool, Actor::new(&site, &staff), &events).await?;
    answer(&site, 0)
}

/// The entries of a week and those after it up to a day. In Vietnam every week has the same length.
fn repeat_weekly<'a>(first: &NewEvent<'a>, until: &str) -> Result<Vec<NewEvent<'a>>, AppError> {
    if until.is_empty() {
        return Ok(vec![first.clone()]);
    }
    let until = parse_day(until).ok_or(AppError::invalid(BAD_REPEAT))?;
    let begin = local_day(first.begins_at);
    if until <= begin || until > begin + Duration::days(366) {
        return Err(AppError::invalid(BAD_REPEAT));
    }
    let weeks = (0..MAX_REPEATED as i64).map(Duration::weeks).take_while(|later| begin + *later <= until);
    Ok(weeks
        .map(|later| NewEvent {
            begins_at: first.begins_at + later,
            ends_at: first.ends_at.map(|end| end + later),
            ..first.clone()
        })
        .collect())
}

/// Changes an entry.
#[server(prefix = "/api", endpoint = "change-event", output = server_fn::codec::Postcard)]
pub async fn change_event(
    #[server(default)] id: String,
    #[server(default)] revision: String,
    #[server(flatten)]
    #[server(default)]
    form: EventForm,
) -> Result<(), AppError> {
    let staff = require(Permission::ManageCalendar).await?;
    let site = current_site()?;
    let id = parse_id(&id).ok_or(AppError::NotFound)?;
    let form = form.cleaned();
    let seen = revision.parse().map_err(|_| AppError::NotFound)?;
    let changed = store::change_event(&site.pool, Actor::new(&site, &staff), (id, seen), &form.parse()?).await?;
    if let Err(at) = changed {
        return Err(CHANGE_EVENT.conflict(at));
    }
    answer(&site, 1)
}

/// Says of an entry that it takes place no more, or that it does after all.
#[server(prefix = "/api", endpoint = "cancel-event", output = server_fn::codec::Postcard)]
pub async fn cancel_event(#[server(default)] id: String, #[server(default)] restore: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageCalendar).await?;
    let site = current_site()?;
    let (id, is_cancelled) = (parse_id(&id).ok_or(AppError::NotFound)?, restore != "1");
    store::cancel_event(&site.pool, Actor::new(&site, &staff), id, is_cancelled).await?;
    answer(&site, if is_cancelled { 2 } else { 4 })
}

/// Deletes an entry that was a mistake.
#[server(prefix = "/api", endpoint = "delete-event", output = server_fn::codec::Postcard)]
pub async fn delete_event(#[server(default)] id: String) -> Result<(), AppError> {
    let staff = require(Permission::ManageCalendar).await?;
    let site = current_site()?;
    store::delete_event(&site.pool, Actor::new(&site, &staff), parse_id(&id).ok_or(AppError::NotFound)?).await?;
    answer(&site, 3)
}

fn answer(site: &Site, done: usize) -> Result<(), AppError> {
    site.hub.announce(Change::Site);
    set_flash(DONE[done].0.to_owned())?;
    redirect_to(routes::DESK_CALENDAR.path, "ban-duyet");
    Ok(())
}

async fn read(request: RoomRequest) -> Result<RoomContent, AppError> {
    let pool = &request.site.pool;
    let flash = take_flash()?.unwrap_or_default();
    let done = DONE.iter().find(|(name, _)| *name == flash).map(|(_, sentence)| *sentence);
    let refusal = request.refusal.as_ref();
    let html = match request.address.parameter(EVENT).map(parse_id) {
        Some(id) => {
            let event = find_event(pool, id.ok_or(AppError::NotFound)?).await?.ok_or(AppError::NotFound)?;
            let refusal = refusal.filter(|refusal| refusal.action == routes::CHANGE_EVENT.path);
            view! {
                <div class="room-content">
                    <p><a href=routes::DESK_CALENDAR.path>"Toàn bộ lịch"</a></p>
                    {linked_summary_html(refusal)}
                    {form(refusal, Some(&event))}
                    {ending(&event)}
                </div>
            }
            .to_html()
        }
        None => {
            let today = start_of_day(local_day(OffsetDateTime::now_utc()));
            let coming = list_events(pool, (today, today + Duration::days(800)), MAX_LISTED).await?;
            let past = list_events(pool, (today - Duration::days(PAST_DAYS), today), MAX_LISTED).await?;
            let past: Vec<_> = past.iter().filter(|event| event.begins_at < today).rev().map(row).collect();
            let coming: Vec<_> = coming.iter().map(row).collect();
            let refusal = refusal.filter(|refusal| refusal.action == routes::CREATE_EVENT.path);
            view! {
                <div class="room-content">
                    {done.map(|done| view! { <p class="notice" role="status">{done}</p> })}
                    {linked_summary_html(refusal)}
                    <details class="more" open=coming.is_empty() || refusal.is_some()>
                        <summary>"Thêm vào lịch"</summary>
                        {form(refusal, None)}
                    </details>
                    <h2>"Sắp tới"</h2>
                    {coming.is_empty().then(|| view! { <p class="empty">"Chưa có lịch nào sắp tới."</p> })}
                    <ul class="rows">{coming}</ul>
                    {(!past.is_empty()).then(|| view! {
                        <details class="more">
                            <summary>"60 ngày đã qua"</summary>
                            <ul class="rows">{past}</ul>
                        </details>
                    })}
                    <p><a href=routes::CALENDAR.path rel="external">"Xem lịch trên trang"</a></p>
                </div>
            }
            .to_html()
        }
    };
    Ok(RoomContent { html, data: Vec::new() })
}

fn event_path(id: i64) -> String {
    format!("{}?{EVENT}={id}", routes::DESK_CALENDAR.path)
}

fn row(event: &Event) -> impl IntoView + use<> {
    let day = local_day(event.begins_at);
    let when = format!("{}, {} · {}", format_weekday(day), format_day(day), event.time());
    let line = [when, event.kind.label().to_owned(), event.place.clone()];
    let line = line.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <li class="row">
            <div>
                <p>
                    {event.is_cancelled.then(|| view! { <span class="stage da-go">"Đã hủy"</span>" " })}
                    <a href=event_path(event.id)><strong>{event.title.clone()}</strong></a>
                </p>
                <p class="quiet">{line}</p>
            </div>
        </li>
    }
}

/// The form of a new entry, or of one that is there.
fn form(refusal: Option<&Refusal>, event: Option<&Event>) -> impl IntoView + use<> {
    let text = |of: fn(&Event) -> &String| event.map(|event| of(event).clone()).unwrap_or_default();
    let chosen = refusal.map_or_else(
        || event.map_or(EventKind::Reception.value(), |event| event.kind.value()).to_owned(),
        |refusal| refusal.typed("kind"),
    );
    let kinds = EventKind::ALL.map(|kind| {
        view! { <option value=kind.value() selected=kind.value() == chosen>{kind.label()}</option> }
    });
    let note = refusal.map_or_else(|| text(|event| &event.note), |refusal| refusal.typed("note"));
    let invalid = invalid_field(refusal, "note");
    let (action, button) = match event {
        Some(_) => (routes::CHANGE_EVENT.path, "Lưu"),
        None => (routes::CREATE_EVENT.path, "Thêm vào lịch"),
    };
    let back = event.map_or_else(|| routes::DESK_CALENDAR.path.to_owned(), |event| event_path(event.id));
    let begins = format_field(event.map(|event| event.begins_at));
    let ends = format_field(event.and_then(|event| event.ends_at));
    let weekly = event.is_none().then(|| {
        plain_field(refusal, ("weekly_until", "Lặp lại mỗi tuần đến ngày (để trống: một lần)"), "date", "", None)
    });
    view! {
        <form class="stack" method="post" action=action>
            <input type="hidden" name=RETURN_TO value=back/>
            {event.map(|event| view! {
                <input type="hidden" name="id" value=event.id/>
                <input type="hidden" name="revision" value=event.revision/>
            })}
            <div class="field">
                <label for="kind">"Loại"</label>
                <select id="kind" name="kind">{kinds}</select>
            </div>
            {plain_field(refusal, ("title", "Việc gì"), "text", &text(|event| &event.title), Some(MAX_TITLE))}
            <div class="field-pair">
                {plain_field(refusal, ("begins_at", "Bắt đầu"), "datetime-local", &begins, None)}
                {plain_field(refusal, ("ends_at", "Kết thúc (không bắt buộc)"), "datetime-local", &ends, None)}
            </div>
            {plain_field(refusal, ("place", "Tại đâu"), "text", &text(|event| &event.place), Some(MAX_PLACE))}
            <div class="field">
                <label for="note">"Ghi chú"</label>
                {field_problem(refusal, "note")}
                <textarea
                    id="note"
                    name="note"
                    rows="3"
                    maxlength=MAX_NOTE
                    aria-invalid=invalid
                    aria-describedby=invalid.map(|_| "note-loi")
                    inner_html=textarea_html(&note)
                ></textarea>
            </div>
            {weekly}
            <button class="button">{button}</button>
        </form>
    }
}

/// What ends an entry.
fn ending(event: &Event) -> impl IntoView + use<> {
    let id = event.id;
    let restore = if event.is_cancelled { "1" } else { "" };
    let form = move |action: &'static str, label: &'static str| {
        view! {
            <form method="post" action=action>
                <input type="hidden" name=RETURN_TO value=event_path(id)/>
                <input type="hidden" name="id" value=id/>
                <input type="hidden" name="restore" value=restore/>
                <button class="button secondary">{label}</button>
            </form>
        }
    };
    let cancel = form(routes::CANCEL_EVENT.path, if event.is_cancelled { "Bỏ báo hủy" } else { "Báo hủy" });
    view! {
        <div class="article-steps">
            {cancel}
            <details class="more">
                <summary>"Xóa khỏi lịch"</summary>
                <p class="quiet">"Dùng khi nhập nhầm. Nếu việc không diễn ra nữa, bấm “Báo hủy” để bạn đọc biết."</p>
                {form(routes::DELETE_EVENT.path, "Xóa")}
            </details>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_weekly_entry_ends_with_its_last_day() {
        let first = NewEvent {
            kind: EventKind::Reception,
            title: "Tiếp công dân",
            place: "",
            note: "",
            begins_at: datetime!(2026-07-02 7:30 +7),
            ends_at: Some(datetime!(2026-07-02 11:30 +7)),
        };
        assert_eq!(repeat_weekly(&first, "").map(|events| events.len()), Ok(1));
        let events = repeat_weekly(&first, "2026-07-16").expect("repeats");
        assert_eq!(events.len(), 3);
        assert_eq!(events[2].ends_at, Some(datetime!(2026-07-16 11:30 +7)));
        assert_eq!(repeat_weekly(&first, "2027-07-02").map(|events| events.len()), Ok(53));
        for bad in ["2026-07-02", "2026-07-01", "2028-01-01", "mai"] {
            assert_eq!(repeat_weekly(&first, bad), Err(AppError::invalid(BAD_REPEAT)), "{bad}");
        }
    }
}
