//! The table of the calendar.

use super::{
    BAD_BEGIN, BAD_END, BAD_NOTE, BAD_PLACE, BAD_TITLE, CANCEL_EVENT, CHANGE_EVENT, CREATE_EVENT, DELETE_EVENT, Event,
    EventKind, NewEvent, RESTORE_EVENT,
};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Action, Actor, Entry};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// The most entries of a list.
const MAX_LISTED: i64 = 500;

/// Lists the entries that take place in a span of time, the first first.
#[tracing::instrument(skip(pool))]
pub async fn list_events(
    pool: &PgPool,
    (from, until): (OffsetDateTime, OffsetDateTime),
    most: i64,
) -> Result<Vec<Event>, AppError> {
    let events = sqlx::query_as!(
        Event,
        r#"select id, kind as "kind: EventKind", title, place, note, begins_at, ends_at, is_cancelled, revision,
                  updated_at
           from events
           where begins_at < $2 and begins_at >= $1::timestamptz - interval '31 days'
                 and coalesce(ends_at > $1, begins_at >= $1)
           order by begins_at, id limit $3"#,
        from,
        until,
        most.min(MAX_LISTED)
    );
    Ok(events.fetch_all(pool).await?)
}

/// Finds an entry.
#[tracing::instrument(skip(pool))]
pub async fn find_event(pool: &PgPool, id: i64) -> Result<Option<Event>, AppError> {
    let event = sqlx::query_as!(
        Event,
        r#"select id, kind as "kind: EventKind", title, place, note, begins_at, ends_at, is_cancelled, revision,
                  updated_at
           from events where id = $1"#,
        id
    );
    Ok(event.fetch_optional(pool).await?)
}

/// Finds when the last entry before a moment begins, and the first from another one on.
#[tracing::instrument(skip(pool))]
pub async fn find_neighbours(
    pool: &PgPool,
    (before, from): (OffsetDateTime, OffsetDateTime),
) -> Result<(Option<OffsetDateTime>, Option<OffsetDateTime>), AppError> {
    let row = sqlx::query!(
        "select (select max(begins_at) from events where begins_at < $1) as earlier,
                (select min(begins_at) from events where begins_at >= $2) as later",
        before,
        from
    );
    let row = row.fetch_one(pool).await?;
    Ok((row.earlier, row.later))
}

/// Creates entries that differ in their times alone. The same one sent twice stands there once.
#[tracing::instrument(skip_all)]
pub async fn create_events(pool: &PgPool, actor: Actor<'_>, events: &[NewEvent<'_>]) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query!("lock table events in share row exclusive mode").execute(&mut *tx).await?;
    for event in events {
        let id = sqlx::query_scalar!(
            "insert into events (kind, title, place, note, begins_at, ends_at, created_by)
             select $1, $2, $3, $4, $5, $6, $7
             where not exists (select from events
                               where (kind, title, place, note, begins_at) = ($1, $2, $3, $4, $5)
                                     and ends_at is not distinct from $6 and not is_cancelled)
             returning id",
            event.kind as _,
            event.title,
            event.place,
            event.note,
            event.begins_at,
            event.ends_at,
            actor.account
        );
        if let Some(id) = id.fetch_optional(&mut *tx).await.map_err(map_event)? {
            record(&mut tx, actor, CREATE_EVENT, id).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Changes an entry that was seen as this revision. The same change again changes nothing. Returns when somebody else
/// changed it, where that was since it was seen: then it stays as it is.
#[tracing::instrument(skip(pool, actor, event))]
pub async fn change_event(
    pool: &PgPool,
    actor: Actor<'_>,
    (id, seen): (i64, i32),
    event: &NewEvent<'_>,
) -> Result<Result<(), OffsetDateTime>, AppError> {
    let mut tx = pool.begin().await?;
    let known = sqlx::query!(
        r#"select revision, updated_at,
                  (kind, title, place, note, begins_at) = ($2, $3, $4, $5, $6)
                  and ends_at is not distinct from $7 as "is_same!"
           from events where id = $1 for update"#,
        id,
        event.kind as _,
        event.title,
        event.place,
        event.note,
        event.begins_at,
        event.ends_at
    );
    let known = known.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    if known.revision != seen && !known.is_same {
        return Ok(Err(known.updated_at));
    }
    let changed = sqlx::query!(
        "update events
         set kind = $2, title = $3, place = $4, note = $5, begins_at = $6, ends_at = $7,
             revision = revision + 1, updated_at = now()
         where id = $1 and (kind, title, place, note, begins_at, ends_at) is distinct from ($2, $3, $4, $5, $6, $7)",
        id,
        event.kind as _,
        event.title,
        event.place,
        event.note,
        event.begins_at,
        event.ends_at
    );
    if changed.execute(&mut *tx).await.map_err(map_event)?.rows_affected() > 0 {
        record(&mut tx, actor, CHANGE_EVENT, id).await?;
    }
    tx.commit().await?;
    Ok(Ok(()))
}

/// Says of an entry that it takes place no more, or that it does after all. It stays in the list.
#[tracing::instrument(skip(pool, actor))]
pub async fn cancel_event(pool: &PgPool, actor: Actor<'_>, id: i64, is_cancelled: bool) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let cancelled = sqlx::query!(
        "update events set is_cancelled = $2, revision = revision + 1, updated_at = now()
         where id = $1 and is_cancelled <> $2",
        id,
        is_cancelled
    );
    if cancelled.execute(&mut *tx).await?.rows_affected() > 0 {
        record(&mut tx, actor, if is_cancelled { CANCEL_EVENT } else { RESTORE_EVENT }, id).await?;
    }
    Ok(tx.commit().await?)
}

/// Deletes an entry that was a mistake. One that is gone already stays gone.
#[tracing::instrument(skip(pool, actor))]
pub async fn delete_event(pool: &PgPool, actor: Actor<'_>, id: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let deleted = sqlx::query!("delete from events where id = $1", id).execute(&mut *tx).await?;
    if deleted.rows_affected() > 0 {
        record(&mut tx, actor, DELETE_EVENT, id).await?;
    }
    Ok(tx.commit().await?)
}

async fn record(db: &mut PgConnection, actor: Actor<'_>, action: Action, id: i64) -> Result<(), AppError> {
    actor.record(db, Entry::new(actor, action, ("event", Some(id)), json!({}))).await?;
    Ok(())
}

fn map_event(error: sqlx::Error) -> AppError {
    match constraint(&error) {
        Some("event_title") => AppError::invalid(BAD_TITLE),
        Some("event_place") => AppError::invalid(BAD_PLACE),
        Some("event_note") => AppError::invalid(BAD_NOTE),
        Some("event_times") => AppError::invalid(BAD_END),
        _ => match error {
            // a year that Postgres does not know
            sqlx::Error::Encode(_) => AppError::invalid(BAD_BEGIN),
            error => error.into(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, list_actions};
    use time::Duration;
    use time::macros::datetime;

    const JULY: OffsetDateTime = datetime!(2026-07-01 0:00 +7);
    const AUGUST: OffsetDateTime = datetime!(2026-08-01 0:00 +7);

    fn event(title: &str, begins_at: OffsetDateTime) -> NewEvent<'_> {
        let ends_at = Some(begins_at + Duration::hours(2));
        NewEvent { kind: EventKind::Reception, title, place: "Trụ sở", note: "", begins_at, ends_at }
    }

    async fn titles(pool: &PgPool, span: (OffsetDateTime, OffsetDateTime)) -> Vec<String> {
        list_events(pool, span, 99).await.expect("lists").into_iter().map(|event| event.title).collect()
    }

    #[sqlx::test]
    async fn a_month_lists_what_takes_place_in_it(pool: PgPool) {
        let long = NewEvent {
            ends_at: Some(JULY + Duration::hours(3)),
            ..event("Cúp nước qua đêm", JULY - Duration::hours(3))
        };
        let open = NewEvent { ends_at: None, ..event("Không ghi giờ hết", AUGUST - Duration::minutes(1)) };
        let before = NewEvent { ends_at: Some(JULY), ..event("Hết lúc giao tháng", JULY - Duration::hours(1)) };
        let events = [event("Tiếp dân", JULY + Duration::days(3)), long, open, before, event("Tháng tám", AUGUST)];
        for _ in 0..2 {
            create_events(&pool, actor(), &events).await.expect("stores");
        }
        let july = titles(&pool, (JULY, AUGUST)).await;
        assert_eq!(july, ["Cúp nước qua đêm", "Tiếp dân", "Không ghi giờ hết"]);
        assert_eq!(list_actions(&pool).await.len(), 5, "the same again is nothing new");
        let before = JULY - Duration::hours(1);
        assert_eq!(
            find_neighbours(&pool, (JULY - Duration::minutes(61), AUGUST)).await,
            Ok((Some(JULY - Duration::hours(3)), Some(AUGUST)))
        );
        assert_eq!(find_neighbours(&pool, (JULY, AUGUST)).await, Ok((Some(before), Some(AUGUST))));
        assert_eq!(
            find_neighbours(&pool, (JULY - Duration::days(9), AUGUST + Duration::days(9))).await,
            Ok((None, None))
        );
        assert_eq!(list_events(&pool, (JULY, AUGUST), 1).await.expect("lists").len(), 1);
    }

    #[sqlx::test]
    async fn an_entry_is_changed_cancelled_and_deleted_once_each(pool: PgPool) {
        create_events(&pool, actor(), &[event("Tiếp dân", JULY)]).await.expect("stores");
        let id = list_events(&pool, (JULY, AUGUST), 9).await.expect("lists")[0].id;
        for _ in 0..2 {
            let changed = change_event(&pool, actor(), (id, 0), &event("Tiếp công dân", JULY)).await;
            assert_eq!(changed, Ok(Ok(())));
        }
        let other = change_event(&pool, actor(), (id, 0), &event("Của người khác", JULY)).await;
        assert!(matches!(other, Ok(Err(_))), "somebody changed it since: {other:?}");
        for _ in 0..2 {
            cancel_event(&pool, actor(), id, true).await.expect("cancels");
        }
        let moved = event("Tiếp công dân", JULY + Duration::hours(1));
        assert_eq!(change_event(&pool, actor(), (id, 2), &moved).await, Ok(Ok(())));
        let found = find_event(&pool, id).await.expect("finds").expect("is there");
        assert_eq!((found.title.as_str(), found.is_cancelled, found.revision), ("Tiếp công dân", true, 3));
        cancel_event(&pool, actor(), id, false).await.expect("takes place after all");
        for _ in 0..2 {
            delete_event(&pool, actor(), id).await.expect("deletes");
        }
        assert_eq!(find_event(&pool, id).await, Ok(None));
        let actions = ["create-event", "change-event", "cancel-event", "change-event", "restore-event", "delete-event"];
        assert_eq!(list_actions(&pool).await, actions, "each once");
        cancel_event(&pool, actor(), 99, true).await.expect("there is none");
        delete_event(&pool, actor(), 99).await.expect("there is none");
        cancel_event(&pool, actor(), id, true).await.expect("it is gone");
        delete_event(&pool, actor(), id).await.expect("it is gone");
        assert_eq!(change_event(&pool, actor(), (id, 0), &event("Tiếp dân", JULY)).await, Err(AppError::NotFound));
        assert_eq!(list_actions(&pool).await.len(), actions.len());
    }

    #[sqlx::test]
    async fn bad_entries_are_refused(pool: PgPool) {
        for (bad, problem) in [
            (event("", JULY), BAD_TITLE),
            (NewEvent { ends_at: Some(JULY), ..event("a", JULY) }, BAD_END),
            (NewEvent { ends_at: Some(JULY + Duration::days(32)), ..event("a", JULY) }, BAD_END),
        ] {
            assert_eq!(
                create_events(&pool, actor(), &[event("b", JULY), bad.clone()]).await,
                Err(AppError::invalid(problem))
            );
        }
        assert!(titles(&pool, (JULY, AUGUST)).await.is_empty(), "all or none");
        assert_eq!(change_event(&pool, actor(), (99, 0), &event("a", JULY)).await, Err(AppError::NotFound));
    }
}
