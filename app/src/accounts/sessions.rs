//! Sessions as rows: staff can see them, the server can end them. The cookie's secret is kept as a hash only.

use crate::error::AppError;
use crate::keys::token_hash;
use crate::session::ACCOUNT;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{SessionStore, cookie::time as cookie_time};

/// The sessions table, as tower-sessions asks for it. When a session ends is the row's own: tower-sessions would let it go
/// on whenever something is written.
#[derive(Clone)]
pub struct Sessions {
    pool: PgPool,
    /// How many minutes one may do nothing.
    idle_minutes: Arc<dyn Fn() -> u32 + Send + Sync>,
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

fn hashed(id: &Id) -> [u8; 32] {
    token_hash(&id.to_string())
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // 128 random bits do not meet twice; should they, the insert fails rather than takes another's place
        self.write(record, false).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, true).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = sqlx::query!(
            "select data, expires_at from sessions where id_hash = $1 and expires_at > now()",
            &hashed(id)[..]
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data = serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date: cookie_time::OffsetDateTime = row.expires_at;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query!("delete from sessions where id_hash = $1", &hashed(id)[..])
            .execute(&self.pool)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

impl Sessions {
    /// Sessions in this database that end after so many idle minutes.
    pub fn new(pool: PgPool, idle_minutes: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        Self { pool, idle_minutes: Arc::new(idle_minutes) }
    }

    async fn write(&self, record: &Record, again: bool) -> Result<()> {
        let account = record.data.get(ACCOUNT).and_then(serde_json::Value::as_i64);
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        sqlx::query!(
            "insert into sessions (id_hash, account_id, data, expires_at) values ($1, $2, $3, now() + make_interval(mins => $4))
             on conflict (id_hash) do update set account_id = excluded.account_id, data = excluded.data, expires_at = excluded.expires_at
             where $5",
            &hashed(&record.id)[..],
            account,
            data,
            i32::try_from((self.idle_minutes)()).unwrap_or(i32::MAX),
            again
        )
        .execute(&self.pool)
        .await
        .map_err(backend)?;
        Ok(())
    }
}

/// Lets a session that has not ended go on for `minutes` from now. `false` where it has ended.
pub async fn renew(pool: &PgPool, id: &Id, minutes: u32) -> std::result::Result<bool, AppError> {
    let minutes = i32::try_from(minutes).unwrap_or(i32::MAX);
    // a row that was renewed a moment ago is left alone: a page is several requests
    let found = sqlx::query_scalar!(
        r#"with renewed as (
               update sessions set expires_at = now() + make_interval(mins => $2)
               where id_hash = $1 and expires_at > now()
                 and expires_at not between now() + make_interval(mins => $2) - interval '5 seconds' and now() + make_interval(mins => $2)
           )
           select exists (select from sessions where id_hash = $1 and expires_at > now()) as "found!""#,
        &hashed(id)[..],
        minutes
    )
    .fetch_one(pool)
    .await?;
    Ok(found)
}

/// Ends every session of an account.
pub async fn end_all(db: &mut PgConnection, account: Option<i64>) -> std::result::Result<(), sqlx::Error> {
    sqlx::query!("delete from sessions where account_id = $1", account).execute(db).await?;
    Ok(())
}

/// Erases sessions that ended before `now`.
pub async fn erase(pool: &PgPool, now: OffsetDateTime) -> std::result::Result<u64, AppError> {
    Ok(sqlx::query!("delete from sessions where expires_at < $1", now).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::store::{set_disabled, tests::staff};

    fn sessions(pool: &PgPool) -> Sessions {
        Sessions::new(pool.clone(), || 30)
    }

    /// Everybody was away too long.
    async fn end(pool: &PgPool) {
        let ended = sqlx::query!("update sessions set expires_at = now() - interval '1 second'");
        ended.execute(pool).await.expect("ends");
    }

    fn record(account: i64) -> Record {
        let data = [(ACCOUNT.to_owned(), account.into())].into_iter().collect();
        Record { id: Id::default(), data, expiry_date: OffsetDateTime::now_utc() + time::Duration::days(14) }
    }

    #[sqlx::test]
    async fn a_session_is_kept_changed_and_ended(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        session.data.insert("x".to_owned(), 1.into());
        store.save(&session).await.expect("saves");
        let loaded = store.load(&session.id).await.expect("loads").expect("is there");
        assert_eq!(loaded.data, session.data);
        store.delete(&session.id).await.expect("deletes");
        assert!(store.load(&session.id).await.expect("loads").is_none());
    }

    #[sqlx::test]
    async fn an_expired_session_is_none(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        end(&pool).await;
        assert!(store.load(&session.id).await.expect("loads").is_none());
        assert_eq!(erase(&pool, OffsetDateTime::now_utc()).await, Ok(1));
    }

    #[sqlx::test]
    async fn a_session_is_renewed_until_it_has_ended(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        assert_eq!(renew(&pool, &session.id, 20).await, Ok(true));
        let loaded = store.load(&session.id).await.expect("loads").expect("is there");
        let left = loaded.expiry_date - OffsetDateTime::now_utc();
        assert!(left > time::Duration::minutes(19) && left <= time::Duration::minutes(20), "{left}");
        end(&pool).await;
        assert_eq!(renew(&pool, &session.id, 30).await, Ok(false));
        assert!(store.load(&session.id).await.expect("loads").is_none());
        assert_eq!(renew(&pool, &Id::default(), 30).await, Ok(false));
    }

    #[sqlx::test]
    async fn disabling_an_account_ends_its_sessions_and_no_others(pool: PgPool) {
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let store = sessions(&pool);
        let (mut one, mut other) = (record(lan.id), record(hoa.id));
        store.create(&mut one).await.expect("creates");
        store.create(&mut other).await.expect("creates");
        set_disabled(&pool, "lan", true).await.expect("disables");
        assert!(store.load(&one.id).await.expect("loads").is_none());
        assert!(store.load(&other.id).await.expect("loads").is_some());
    }

    #[sqlx::test]
    async fn the_table_does_not_hold_the_cookies_secret(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let mut session = record(lan.id);
        sessions(&pool).create(&mut session).await.expect("creates");
        let kept = sqlx::query_scalar!("select id_hash from sessions").fetch_one(&pool).await.expect("reads");
        assert_ne!(kept, session.id.0.to_be_bytes());
        assert_eq!(kept.len(), 32);
    }
}
