//! Sessions as rows: staff can see them, the server can end them. The cookie's secret is kept as a hash only.

use crate::error::AppError;
use crate::keys::token_hash;
use crate::session::{ACCOUNT, DEVICE, PENDING};
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
        // one in which a code is awaited ends with the account's others
        let awaited = record.data.get(PENDING).and_then(|pending| pending.get(0));
        let account = record.data.get(ACCOUNT).or(awaited).and_then(serde_json::Value::as_i64);
        let device = record.data.get(DEVICE).and_then(serde_json::Value::as_str).unwrap_or_default();
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let minutes = i32::try_from((self.idle_minutes)()).unwrap_or(i32::MAX);
        // one that was ended meanwhile is not written again
        let written = if again {
            sqlx::query!(
                "update sessions set account_id = $2, data = $3, expires_at = now() + make_interval(mins => $4), device = $5, seen_at = now()
                 where id_hash = $1",
                &hashed(&record.id)[..],
                account,
                data,
                minutes,
                device
            )
            .execute(&self.pool)
            .await
        } else {
            sqlx::query!(
                "insert into sessions (id_hash, account_id, data, expires_at, device) values ($1, $2, $3, now() + make_interval(mins => $4), $5)",
                &hashed(&record.id)[..],
                account,
                data,
                minutes,
                device
            )
            .execute(&self.pool)
            .await
        };
        written.map_err(backend)?;
        Ok(())
    }
}

/// Lets a session that has not ended go on for `minutes` from now. `false` where it has ended.
pub async fn renew(pool: &PgPool, id: &Id, minutes: u32) -> std::result::Result<bool, AppError> {
    let minutes = i32::try_from(minutes).unwrap_or(i32::MAX);
    // a row that was renewed a moment ago is left alone: a page is several requests
    let found = sqlx::query_scalar!(
        r#"with renewed as (
               update sessions set expires_at = now() + make_interval(mins => $2), seen_at = now()
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

/// A session that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its number.
    pub number: i64,
    /// When its person signed in.
    pub created_at: OffsetDateTime,
    /// When they last did something.
    pub seen_at: OffsetDateTime,
    /// On what: `Chrome, Android`.
    pub device: String,
    /// Whether it is the one of whoever asks.
    pub own: bool,
}

/// The sessions of an account, the latest used first.
pub async fn list(pool: &PgPool, account: i64, own: Option<Id>) -> std::result::Result<Vec<Open>, AppError> {
    let own = own.map(|id| hashed(&id).to_vec()).unwrap_or_default();
    let open = sqlx::query_as!(
        Open,
        r#"select number, created_at, seen_at, device, id_hash = $2 as "own!" from sessions
           where account_id = $1 and expires_at > now() and data ? 'account' order by seen_at desc, number desc"#,
        account,
        own
    );
    Ok(open.fetch_all(pool).await?)
}

/// Ends one session of an account. `false` where it has none of this number.
pub async fn end(pool: &PgPool, account: i64, number: i64) -> std::result::Result<bool, AppError> {
    let ended = sqlx::query!("delete from sessions where account_id = $1 and number = $2", account, number);
    Ok(ended.execute(pool).await?.rows_affected() == 1)
}

/// Ends every session of an account; gives how many there were.
pub async fn end_all(db: &mut PgConnection, account: i64) -> std::result::Result<u64, AppError> {
    Ok(sqlx::query!("delete from sessions where account_id = $1", account).execute(db).await?.rows_affected())
}

/// Ends every session of an account but one's `own`.
pub async fn end_others(db: &mut PgConnection, account: i64, own: Option<Id>) -> std::result::Result<(), AppError> {
    let own = own.map(|id| hashed(&id).to_vec()).unwrap_or_default();
    sqlx::query!("delete from sessions where account_id = $1 and id_hash <> $2", account, own).execute(db).await?;
    Ok(())
}

/// What somebody signs in on, in words for themselves: browser and system.
pub fn device(agent: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[
        ("Zalo", "Zalo"),
        ("FBAN", "Facebook"),
        ("FBAV", "Facebook"),
        ("coc_coc", "Cốc Cốc"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("CriOS/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "máy Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Thiết bị khác".to_owned(),
    }
}

/// Erases sessions that ended before `now`.
pub async fn erase(pool: &PgPool, now: OffsetDateTime) -> std::result::Result<u64, AppError> {
    Ok(sqlx::query!("delete from sessions where expires_at < $1", now).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Role;
    use crate::accounts::store::tests::{of_role, staff};
    use crate::accounts::store::{By, set_disabled};
    use crate::moderation::store::tests::key;

    fn sessions(pool: &PgPool) -> Sessions {
        Sessions::new(pool.clone(), || 30)
    }

    /// Everybody was away too long.
    async fn expire(pool: &PgPool) {
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
        store.save(&session).await.expect("is too late");
        assert!(store.load(&session.id).await.expect("loads").is_none(), "what was ended does not come back");
    }

    #[sqlx::test]
    async fn an_expired_session_is_none(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        expire(&pool).await;
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
        expire(&pool).await;
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
        of_role(&pool, "minh", Role::Administrator).await;
        let key = key();
        set_disabled(&pool, By { account: None, key: &key }, lan.id, true).await.expect("disables");
        assert!(store.load(&one.id).await.expect("loads").is_none());
        assert!(store.load(&other.id).await.expect("loads").is_some());
    }

    #[sqlx::test]
    async fn people_see_their_own_sessions_and_end_them(pool: PgPool) {
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let store = sessions(&pool);
        let (mut phone, mut desk, mut foreign) = (record(lan.id), record(lan.id), record(hoa.id));
        phone.data.insert(DEVICE.to_owned(), "Chrome, Android".into());
        for session in [&mut phone, &mut desk, &mut foreign] {
            store.create(session).await.expect("creates");
        }
        let open = list(&pool, lan.id, Some(phone.id)).await.expect("lists");
        assert_eq!(open.iter().map(|one| one.own).collect::<Vec<_>>(), [false, true]);
        assert_eq!(open[1].device, "Chrome, Android");
        let other = list(&pool, hoa.id, None).await.expect("lists")[0].number;
        assert_eq!(end(&pool, lan.id, other).await, Ok(false), "somebody else's");
        assert_eq!(end(&pool, lan.id, open[0].number).await, Ok(true));
        assert!(store.load(&desk.id).await.expect("loads").is_none());
        assert!(store.load(&phone.id).await.expect("loads").is_some());
    }

    #[sqlx::test]
    async fn a_session_in_which_a_code_is_awaited_is_none_yet_and_ends_with_the_others(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut half = record(lan.id);
        half.data = [(PENDING.to_owned(), serde_json::json!([lan.id, i64::MAX]))].into_iter().collect();
        store.create(&mut half).await.expect("creates");
        assert_eq!(list(&pool, lan.id, None).await, Ok(vec![]));
        let key = key();
        let by = By { account: Some(lan.id), key: &key };
        crate::accounts::store::set_password(&pool, by, lan.id, "$new", None).await.expect("stores");
        assert!(store.load(&half.id).await.expect("loads").is_none(), "whoever had the old password begins anew");
    }

    #[test]
    fn devices_have_names_that_people_know() {
        for (agent, name) in [
            ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", "Chrome, Android"),
            ("Mozilla/5.0 (Linux; Android 13) Chrome/120.0 Mobile Safari/537.36 Zalo android/12", "Zalo, Android"),
            ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Safari/537.36 Edg/120.0", "Edge, Windows"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1", "Safari, iPhone"),
            ("curl/8", "Thiết bị khác"),
        ] {
            assert_eq!(device(agent), name);
        }
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
