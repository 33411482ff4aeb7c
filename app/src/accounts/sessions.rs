//! Sessions as rows: staff can see them, the server can end them. The cookie's secret is kept as a hash only.

use crate::error::AppError;
use crate::keys::token_hash;
use crate::session::ACCOUNT;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{SessionStore, cookie::time as cookie_time};

/// The sessions table, as tower-sessions asks for it.
#[derive(Debug, Clone)]
pub struct Sessions(pub PgPool);

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
        .fetch_optional(&self.0)
        .await
        .map_err(backend)?;
        let Some(row) = row else { return Ok(None) };
        let data = serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date: cookie_time::OffsetDateTime = row.expires_at;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query!("delete from sessions where id_hash = $1", &hashed(id)[..])
            .execute(&self.0)
            .await
            .map_err(backend)?;
        Ok(())
    }
}

impl Sessions {
    async fn write(&self, record: &Record, again: bool) -> Result<()> {
        let account = record.data.get(ACCOUNT).and_then(serde_json::Value::as_i64);
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        sqlx::query!(
            "insert into sessions (id_hash, account_id, data, expires_at) values ($1, $2, $3, $4)
             on conflict (id_hash) do update set account_id = excluded.account_id, data = excluded.data, expires_at = excluded.expires_at
             where $5",
            &hashed(&record.id)[..],
            account,
            data,
            record.expiry_date,
            again
        )
        .execute(&self.0)
        .await
        .map_err(backend)?;
        Ok(())
    }
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

    fn record(account: i64, hours: i64) -> Record {
        let data = [(ACCOUNT.to_owned(), account.into())].into_iter().collect();
        Record { id: Id::default(), data, expiry_date: OffsetDateTime::now_utc() + time::Duration::hours(hours) }
    }

    #[sqlx::test]
    async fn a_session_is_kept_changed_and_ended(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let store = Sessions(pool);
        let mut session = record(lan.id, 1);
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
        let store = Sessions(pool.clone());
        let mut session = record(lan.id, -1);
        store.create(&mut session).await.expect("creates");
        assert!(store.load(&session.id).await.expect("loads").is_none());
        assert_eq!(erase(&pool, OffsetDateTime::now_utc()).await, Ok(1));
    }

    #[sqlx::test]
    async fn disabling_an_account_ends_its_sessions_and_no_others(pool: PgPool) {
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let store = Sessions(pool.clone());
        let (mut one, mut other) = (record(lan.id, 1), record(hoa.id, 1));
        store.create(&mut one).await.expect("creates");
        store.create(&mut other).await.expect("creates");
        set_disabled(&pool, "lan", true).await.expect("disables");
        assert!(store.load(&one.id).await.expect("loads").is_none());
        assert!(store.load(&other.id).await.expect("loads").is_some());
    }

    #[sqlx::test]
    async fn the_table_does_not_hold_the_cookies_secret(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let mut session = record(lan.id, 1);
        Sessions(pool.clone()).create(&mut session).await.expect("creates");
        let kept = sqlx::query_scalar!("select id_hash from sessions").fetch_one(&pool).await.expect("reads");
        assert_ne!(kept, session.id.0.to_be_bytes());
        assert_eq!(kept.len(), 32);
    }
}
