//! The table of urgent notices.

use super::{BAD_END, BAD_LINK, BAD_MESSAGE, CREATE_NOTICE, END_NOTICE, Notice};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use serde_json::json;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Notices that stand on a page at once, and in the list at the desk.
const MAX_SHOWN: i64 = 3;
const MAX_LISTED: i64 = 50;

/// A notice as the desk lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedNotice {
    pub notice: Notice,
    pub begins_at: OffsetDateTime,
    pub ends_at: OffsetDateTime,
    pub is_over: bool,
}

/// Lists the notices that stand on every page now, the newest first.
#[tracing::instrument(skip(pool))]
pub async fn list_current(pool: &PgPool) -> Result<Vec<Notice>, AppError> {
    let notices = sqlx::query_as!(
        Notice,
        "select id, message, link from notices where begins_at <= now() and ends_at > now()
         order by begins_at desc, id desc limit $1",
        MAX_SHOWN
    );
    Ok(notices.fetch_all(pool).await?)
}

/// Lists the latest notices, those that end last first.
#[tracing::instrument(skip(pool))]
pub async fn list_notices(pool: &PgPool) -> Result<Vec<ListedNotice>, AppError> {
    let rows = sqlx::query!(
        r#"select id, message, link, begins_at, ends_at, ends_at <= now() as "is_over!" from notices
           order by ends_at desc, id desc limit $1"#,
        MAX_LISTED
    );
    let listed = rows.fetch_all(pool).await?.into_iter().map(|row| ListedNotice {
        notice: Notice { id: row.id, message: row.message, link: row.link },
        begins_at: row.begins_at,
        ends_at: row.ends_at,
        is_over: row.is_over,
    });
    Ok(listed.collect())
}

/// Puts a notice on every page, from now on where it has no beginning. The same notice sent twice stands there once.
#[tracing::instrument(skip_all)]
pub async fn create_notice(
    pool: &PgPool,
    actor: Actor<'_>,
    (message, link): (&str, &str),
    begins_at: Option<OffsetDateTime>,
    ends_at: OffsetDateTime,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query!("lock table notices in share row exclusive mode").execute(&mut *tx).await?;
    let id = sqlx::query_scalar!(
        "insert into notices (message, link, begins_at, ends_at, created_by)
         select $1, $2, coalesce($3, now()), $4, $5
         where not exists (select from notices where message = $1 and link = $2 and ends_at = $4)
         returning id",
        message,
        link,
        begins_at,
        ends_at,
        actor.account
    );
    let id = id.fetch_optional(&mut *tx).await.map_err(|error| match constraint(&error) {
        Some("notice_message") => AppError::invalid(BAD_MESSAGE),
        Some("notice_link") => AppError::invalid(BAD_LINK),
        Some("notice_time") => AppError::invalid(BAD_END),
        _ => error.into(),
    })?;
    if let Some(id) = id {
        actor.record(&mut tx, Entry::new(actor, CREATE_NOTICE, ("notice", Some(id)), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

/// Ends a notice now. One that is over stays as it was.
#[tracing::instrument(skip(pool, actor))]
pub async fn end_notice(pool: &PgPool, actor: Actor<'_>, id: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    // one that has not begun never was
    let ended = sqlx::query!(
        "update notices set begins_at = least(begins_at, now() - interval '1 microsecond'), ends_at = now()
         where id = $1 and ends_at > now()",
        id
    );
    if ended.execute(&mut *tx).await?.rows_affected() > 0 {
        actor.record(&mut tx, Entry::new(actor, END_NOTICE, ("notice", Some(id)), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

/// Finds the seconds until the next notice begins or ends, by the database's clock.
#[tracing::instrument(skip(pool))]
pub async fn find_seconds_to_next_notice(pool: &PgPool) -> Result<Option<f64>, AppError> {
    let seconds = sqlx::query_scalar!(
        "select extract(epoch from min(at) - now())::float8
         from (select begins_at as at from notices where begins_at > now()
               union all select ends_at from notices where ends_at > now()) next"
    );
    Ok(seconds.fetch_one(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::actor;
    use time::Duration;

    fn in_minutes(minutes: i64) -> OffsetDateTime {
        OffsetDateTime::now_utc() + Duration::minutes(minutes)
    }

    #[sqlx::test]
    async fn a_notice_stands_until_its_end_and_is_stored_once(pool: PgPool) {
        let end = in_minutes(60);
        for _ in 0..2 {
            create_notice(&pool, actor(), ("Bão số 4", "/tin-tuc/bao-1"), None, end).await.expect("stores");
        }
        let current = list_current(&pool).await.expect("lists");
        assert_eq!(current.len(), 1);
        let seconds = find_seconds_to_next_notice(&pool).await.expect("finds").expect("it ends");
        assert!((3500.0..3700.0).contains(&seconds), "{seconds}");
        end_notice(&pool, actor(), current[0].id).await.expect("ends");
        assert!(list_current(&pool).await.expect("lists").is_empty());
        assert!(list_notices(&pool).await.expect("lists")[0].is_over);
        end_notice(&pool, actor(), current[0].id).await.expect("repeated");
        let entries =
            sqlx::query_scalar::<_, i64>("select count(*) from audit").fetch_one(&pool).await.expect("counts");
        assert_eq!(entries, 2, "each is entered once");
    }

    #[sqlx::test]
    async fn bad_notices_are_refused_and_a_later_one_waits(pool: PgPool) {
        let create = async |message: &str, link: &str, begins, ends| {
            create_notice(&pool, actor(), (message, link), begins, ends).await
        };
        assert_eq!(create("", "", None, in_minutes(1)).await, Err(AppError::invalid(BAD_MESSAGE)));
        assert_eq!(create(&"a".repeat(201), "", None, in_minutes(1)).await, Err(AppError::invalid(BAD_MESSAGE)));
        for link in ["javascript:alert(1)", "//evil.vn", "/\\evil.vn", "tin"] {
            assert_eq!(create("a", link, None, in_minutes(1)).await, Err(AppError::invalid(BAD_LINK)), "{link}");
        }
        assert_eq!(create("a", "", Some(in_minutes(9)), in_minutes(1)).await, Err(AppError::invalid(BAD_END)));
        create_notice(&pool, actor(), ("a", ""), Some(in_minutes(9)), in_minutes(10)).await.expect("stores");
        assert!(list_current(&pool).await.expect("lists").is_empty());
        let waiting = list_notices(&pool).await.expect("lists");
        end_notice(&pool, actor(), waiting[0].notice.id).await.expect("ends before it began");
        assert_eq!(find_seconds_to_next_notice(&pool).await, Ok(None));
        end_notice(&pool, actor(), 99).await.expect("nothing to end");
    }
}
