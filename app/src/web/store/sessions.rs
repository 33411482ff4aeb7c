//! Sessions as rows, which staff can see and the server can end. Only a hash of the cookie's id is stored.

use crate::base::error::AppError;
use crate::base::keys::hash_token;
use crate::web::permissions::Role;
use crate::web::staff::Staff;
use sqlx::{PgConnection, PgPool};
use std::sync::Arc;
use time::OffsetDateTime;
use tower_sessions::session::{Id, Record};
use tower_sessions::session_store::{Error, Result};
use tower_sessions::{SessionStore, cookie::time as cookie_time};

/// The session's field with the account that is signed in.
pub const ACCOUNT: &str = "account";
/// The session's field with the browser and system that it was opened on.
pub const DEVICE: &str = "device";
/// The session's field with an account whose password was right and whose code is pending, and until when.
pub const PENDING: &str = "pending";

/// The sessions table behind tower-sessions' interface. The row itself says when the session ends; tower-sessions would
/// extend it with every write.
#[derive(Clone)]
pub struct Sessions {
    pool: PgPool,
    lifetime: Arc<dyn Fn() -> Lifetime + Send + Sync>,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// Minutes without activity after which it ends.
    pub idle_minutes: u32,
    /// Hours after signing in after which it ends, whatever happens.
    pub longest_hours: u32,
}

impl Lifetime {
    /// Both as Postgres takes them.
    fn limits(self) -> (i32, i32) {
        (i32::try_from(self.idle_minutes).unwrap_or(i32::MAX), i32::try_from(self.longest_hours).unwrap_or(i32::MAX))
    }
}

impl std::fmt::Debug for Sessions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sessions")
    }
}

/// The hash of a session's id, under which its row stands.
pub fn hash_id(id: &Id) -> [u8; 32] {
    hash_token(&id.to_string())
}

fn backend_error(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

#[async_trait::async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut Record) -> Result<()> {
        // should two random ids ever collide, the insert fails instead of replacing the other session
        self.write(record, false).await
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.write(record, true).await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = sqlx::query!(
            "select data, expires_at from sessions where id_hash = $1 and expires_at > now()",
            &hash_id(id)[..]
        )
        .fetch_optional(&self.pool)
        .await
        .map_err(backend_error)?;
        let Some(row) = row else { return Ok(None) };
        let data = serde_json::from_value(row.data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date: cookie_time::OffsetDateTime = row.expires_at;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        sqlx::query!("delete from sessions where id_hash = $1", &hash_id(id)[..])
            .execute(&self.pool)
            .await
            .map_err(backend_error)?;
        Ok(())
    }
}

impl Sessions {
    /// Sessions in this database.
    pub fn new(pool: PgPool, lifetime: impl Fn() -> Lifetime + Send + Sync + 'static) -> Self {
        Self { pool, lifetime: Arc::new(lifetime) }
    }

    async fn write(&self, record: &Record, exists: bool) -> Result<()> {
        // a session whose code is pending ends together with the account's other sessions
        let pending = record.data.get(PENDING).and_then(|pending| pending.get(0));
        let account = record.data.get(ACCOUNT).or(pending).and_then(serde_json::Value::as_i64);
        let device = record.data.get(DEVICE).and_then(serde_json::Value::as_str).unwrap_or_default();
        let data = serde_json::to_value(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
        let (minutes, hours) = (self.lifetime)().limits();
        // a session that was ended meanwhile is not created again
        let written = if exists {
            sqlx::query!(
                "update sessions
                 set account_id = $2, data = $3, device = $5, seen_at = now(),
                     expires_at = least(now() + make_interval(mins => $4), created_at + make_interval(hours => $6))
                 where id_hash = $1 and expires_at > now()",
                &hash_id(&record.id)[..],
                account,
                data,
                minutes,
                device,
                hours
            )
            .execute(&self.pool)
            .await
        } else {
            sqlx::query!(
                "insert into sessions (id_hash, account_id, data, expires_at, device)
                 values ($1, $2, $3, now() + least(make_interval(mins => $4), make_interval(hours => $6)), $5)",
                &hash_id(&record.id)[..],
                account,
                data,
                minutes,
                device,
                hours
            )
            .execute(&self.pool)
            .await
        };
        written.map_err(backend_error)?;
        Ok(())
    }
}

/// Extends a session. Returns `false` where it has already ended.
#[tracing::instrument(skip(pool, id))]
pub async fn extend_session(pool: &PgPool, id: &Id, lifetime: Lifetime) -> std::result::Result<bool, AppError> {
    let (minutes, hours) = lifetime.limits();
    // a row that was extended within the last seconds is left alone: one page makes several requests
    let found = sqlx::query_scalar!(
        r#"with open as (
               select id_hash, expires_at,
                      least(now() + make_interval(mins => $2), created_at + make_interval(hours => $3)) as ends_at
               from sessions where id_hash = $1 and expires_at > now()
           ),
           extended as (
               update sessions s set expires_at = ends_at, seen_at = now()
               from open where s.id_hash = open.id_hash and s.expires_at > now()
                 and open.expires_at not between ends_at - interval '5 seconds' and ends_at
           )
           select exists (select from open) as "found!""#,
        &hash_id(id)[..],
        minutes,
        hours
    );
    Ok(found.fetch_one(pool).await?)
}

/// Finds in how many seconds a session ends, whatever happens until then; 0 where it has ended.
#[tracing::instrument(skip(pool, id))]
pub async fn find_longest_time(pool: &PgPool, id: &Id, lifetime: Lifetime) -> std::result::Result<i64, AppError> {
    let (_, hours) = lifetime.limits();
    let seconds = sqlx::query_scalar!(
        r#"select extract(epoch from created_at + make_interval(hours => $2) - now())::bigint as "seconds!"
           from sessions where id_hash = $1 and expires_at > now()"#,
        &hash_id(id)[..],
        hours
    );
    Ok(seconds.fetch_optional(pool).await?.unwrap_or(0).max(0))
}

/// An open session, as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    pub number: i64,
    pub created_at: OffsetDateTime,
    /// When it was last used.
    pub seen_at: OffsetDateTime,
    /// Browser and system: `Chrome, Android`.
    pub device: String,
    /// Whether it is the session of the request.
    pub is_current: bool,
}

/// Lists the open sessions of an account, the last used first.
#[tracing::instrument(skip(pool, current))]
pub async fn list_sessions(
    pool: &PgPool,
    account: i64,
    current: Option<Id>,
) -> std::result::Result<Vec<OpenSession>, AppError> {
    let current = current.map(|id| hash_id(&id).to_vec()).unwrap_or_default();
    let sessions = sqlx::query_as!(
        OpenSession,
        r#"select number, created_at, seen_at, device, id_hash = $2 as "is_current!" from sessions
           where account_id = $1 and expires_at > now() and data ? 'account' order by seen_at desc, number desc"#,
        account,
        current
    );
    Ok(sessions.fetch_all(pool).await?)
}

/// Ends one session of an account. Returns `false` where the account has no such session.
#[tracing::instrument(skip(pool))]
pub async fn end_session(pool: &PgPool, account: i64, number: i64) -> std::result::Result<bool, AppError> {
    let ended = sqlx::query!(
        "update sessions set expires_at = now(), data = '{}'
         where account_id = $1 and number = $2 and expires_at > now()",
        account,
        number
    );
    Ok(ended.execute(pool).await?.rows_affected() == 1)
}

/// Ends every session of an account and returns how many there were.
#[tracing::instrument(skip(db))]
pub async fn end_all_sessions(db: &mut PgConnection, account: i64) -> std::result::Result<u64, AppError> {
    end_other_sessions(db, account, None).await
}

/// Ends every session of an account but the current one, and returns how many there were.
#[tracing::instrument(skip(db, current))]
pub async fn end_other_sessions(
    db: &mut PgConnection,
    account: i64,
    current: Option<Id>,
) -> std::result::Result<u64, AppError> {
    let current = current.map(|id| hash_id(&id).to_vec()).unwrap_or_default();
    let ended = sqlx::query!(
        "update sessions set expires_at = now(), data = '{}'
         where account_id = $1 and id_hash <> $2 and expires_at > now()",
        account,
        current
    );
    Ok(ended.execute(db).await?.rows_affected())
}

/// Finds the member of staff with this account, unless it is disabled.
#[tracing::instrument(skip(pool))]
pub async fn find_active_staff(pool: &PgPool, account: i64) -> std::result::Result<Option<Staff>, AppError> {
    let staff = sqlx::query_as!(
        Staff,
        r#"select id, username, display_name as name, role as "role: Role", may_publish,
                  exists (
                      select from second_factors f where f.account_id = accounts.id and f.confirmed_at is not null
                  ) as "has_second_factor!"
           from accounts where id = $1 and disabled_at is null"#,
        account
    );
    Ok(staff.fetch_optional(pool).await?)
}

/// Finds the account of a session by the hash of its id, also of one that has expired.
#[tracing::instrument(skip_all)]
pub async fn find_session_account(pool: &PgPool, id_hash: &[u8; 32]) -> std::result::Result<Option<i64>, AppError> {
    let account = sqlx::query_scalar!("select account_id from sessions where id_hash = $1", &id_hash[..]);
    Ok(account.fetch_optional(pool).await?.flatten())
}

/// Deletes sessions that ended before `now` and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn delete_expired_sessions(pool: &PgPool, now: OffsetDateTime) -> std::result::Result<u64, AppError> {
    Ok(sqlx::query!("delete from sessions where expires_at < $1", now).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::accounts::store::{set_disabled, set_password};
    use crate::testing::{actor, actor_of, insert_staff, insert_staff_with_role};

    const LIFETIME: Lifetime = Lifetime { idle_minutes: 30, longest_hours: 12 };

    fn sessions(pool: &PgPool) -> Sessions {
        Sessions::new(pool.clone(), || LIFETIME)
    }

    async fn expire_all(pool: &PgPool) {
        let ended = sqlx::query!("update sessions set expires_at = now() - interval '1 second'");
        ended.execute(pool).await.expect("ends");
    }

    fn record(account: i64) -> Record {
        let data = [(ACCOUNT.to_owned(), account.into())].into_iter().collect();
        Record { id: Id::default(), data, expiry_date: OffsetDateTime::now_utc() + time::Duration::days(14) }
    }

    #[sqlx::test]
    async fn a_session_is_kept_changed_and_ended(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
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
        let lan = insert_staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        expire_all(&pool).await;
        assert!(store.load(&session.id).await.expect("loads").is_none());
        let mut open = record(lan.id);
        store.create(&mut open).await.expect("creates");
        let now = OffsetDateTime::now_utc();
        assert_eq!(delete_expired_sessions(&pool, now).await, Ok(1));
        assert_eq!(delete_expired_sessions(&pool, now).await, Ok(0), "the other one is open");
        assert!(store.load(&open.id).await.expect("loads").is_some());
        assert_eq!(delete_expired_sessions(&pool, now + time::Duration::minutes(31)).await, Ok(1));
    }

    #[sqlx::test]
    async fn a_session_is_created_once_for_an_account_that_is_there(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        store.create(&mut session).await.expect_err("the id is taken");
        store.create(&mut record(lan.id + 1)).await.expect_err("nobody has this account");
        assert_eq!(list_sessions(&pool, lan.id, None).await.expect("lists").len(), 1);
        for _ in 0..2 {
            store.delete(&session.id).await.expect("is gone");
        }
        assert_eq!(list_sessions(&pool, lan.id, None).await, Ok(vec![]));
    }

    #[sqlx::test]
    async fn a_session_is_renewed_until_it_has_ended(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        assert_eq!(extend_session(&pool, &session.id, Lifetime { idle_minutes: 20, ..LIFETIME }).await, Ok(true));
        let loaded = store.load(&session.id).await.expect("loads").expect("is there");
        let left = loaded.expiry_date - OffsetDateTime::now_utc();
        assert!(left > time::Duration::minutes(19) && left <= time::Duration::minutes(20), "{left}");
        assert_eq!(extend_session(&pool, &session.id, Lifetime { idle_minutes: 20, ..LIFETIME }).await, Ok(true));
        let again = store.load(&session.id).await.expect("loads").expect("is there");
        assert_eq!(again.expiry_date, loaded.expiry_date, "what was just extended is left alone");
        expire_all(&pool).await;
        assert_eq!(extend_session(&pool, &session.id, LIFETIME).await, Ok(false));
        assert!(store.load(&session.id).await.expect("loads").is_none());
        assert_eq!(extend_session(&pool, &Id::default(), LIFETIME).await, Ok(false));
    }

    #[sqlx::test]
    async fn after_twelve_hours_a_session_ends_whatever_happens(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut session = record(lan.id);
        store.create(&mut session).await.expect("creates");
        let age = async |minutes: i32| {
            sqlx::query("update sessions set created_at = now() - make_interval(mins => $1)")
                .bind(minutes)
                .execute(&pool)
                .await
                .expect("ages");
        };
        let expires_in = async || {
            let loaded = store.load(&session.id).await.expect("loads").expect("is there");
            (loaded.expiry_date - OffsetDateTime::now_utc()).whole_minutes()
        };
        age(11 * 60 + 50).await;
        assert_eq!(extend_session(&pool, &session.id, LIFETIME).await, Ok(true));
        assert_eq!(expires_in().await, 9, "ten minutes, and not thirty");
        store.save(&session).await.expect("saves");
        assert_eq!(expires_in().await, 9, "writing into it does not help");
        assert!((590..=600).contains(&find_longest_time(&pool, &session.id, LIFETIME).await.expect("reads")));
        age(12 * 60 + 1).await;
        assert_eq!(extend_session(&pool, &session.id, LIFETIME).await, Ok(true), "it is told that it ends now");
        assert!(store.load(&session.id).await.expect("loads").is_none());
        assert_eq!(extend_session(&pool, &session.id, LIFETIME).await, Ok(false));
        assert_eq!(find_longest_time(&pool, &session.id, LIFETIME).await, Ok(0));
        assert_eq!(find_session_account(&pool, &hash_id(&session.id)).await, Ok(Some(lan.id)), "whose it was");
        assert_eq!(find_session_account(&pool, &[0; 32]).await, Ok(None));
    }

    #[sqlx::test]
    async fn disabling_an_account_ends_its_sessions_and_no_others(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let store = sessions(&pool);
        let (mut one, mut other) = (record(lan.id), record(hoa.id));
        store.create(&mut one).await.expect("creates");
        store.create(&mut other).await.expect("creates");
        insert_staff_with_role(&pool, "minh", Role::Administrator).await;
        set_disabled(&pool, actor(), lan.id, true).await.expect("disables");
        assert!(store.load(&one.id).await.expect("loads").is_none());
        assert!(store.load(&other.id).await.expect("loads").is_some());
    }

    #[sqlx::test]
    async fn people_see_their_own_sessions_and_end_them(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let store = sessions(&pool);
        let (mut phone, mut desk, mut foreign) = (record(lan.id), record(lan.id), record(hoa.id));
        phone.data.insert(DEVICE.to_owned(), "Chrome, Android".into());
        for session in [&mut phone, &mut desk, &mut foreign] {
            store.create(session).await.expect("creates");
        }
        let open = list_sessions(&pool, lan.id, Some(phone.id)).await.expect("lists");
        assert_eq!(open.iter().map(|one| one.is_current).collect::<Vec<_>>(), [false, true]);
        assert_eq!(open[1].device, "Chrome, Android");
        let other = list_sessions(&pool, hoa.id, None).await.expect("lists")[0].number;
        assert_eq!(end_session(&pool, lan.id, other).await, Ok(false), "somebody else's");
        assert_eq!(end_session(&pool, lan.id, open[0].number).await, Ok(true));
        assert_eq!(end_session(&pool, lan.id, open[0].number).await, Ok(false), "it has ended");
        assert!(store.load(&desk.id).await.expect("loads").is_none());
        assert!(store.load(&phone.id).await.expect("loads").is_some());
    }

    #[sqlx::test]
    async fn a_session_in_which_a_code_is_awaited_is_none_yet_and_ends_with_the_others(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let store = sessions(&pool);
        let mut half = record(lan.id);
        half.data = [(PENDING.to_owned(), serde_json::json!([lan.id, i64::MAX]))].into_iter().collect();
        store.create(&mut half).await.expect("creates");
        assert_eq!(list_sessions(&pool, lan.id, None).await, Ok(vec![]));
        set_password(&pool, actor_of(&lan), lan.id, "$new", None).await.expect("stores");
        assert!(store.load(&half.id).await.expect("loads").is_none(), "the old password no longer opens a session");
    }

    #[sqlx::test]
    async fn the_table_does_not_contain_the_cookies_secret(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let mut session = record(lan.id);
        sessions(&pool).create(&mut session).await.expect("creates");
        let id_hash = sqlx::query_scalar!("select id_hash from sessions").fetch_one(&pool).await.expect("reads");
        assert_ne!(id_hash, session.id.0.to_be_bytes());
        assert_eq!(id_hash.len(), 32);
    }

    #[sqlx::test]
    async fn all_sessions_end_or_all_but_the_current_one_and_again_changes_nothing(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let store = sessions(&pool);
        let mut records = [record(lan.id), record(lan.id), record(lan.id), record(hoa.id)];
        for session in &mut records {
            store.create(session).await.expect("creates");
        }
        let mut db = pool.acquire().await.expect("connects");
        for _ in 0..2 {
            end_other_sessions(&mut db, lan.id, Some(records[1].id)).await.expect("ends");
            let left = list_sessions(&pool, lan.id, Some(records[1].id)).await.expect("lists");
            assert_eq!(left.iter().map(|one| one.is_current).collect::<Vec<_>>(), [true]);
        }
        assert_eq!(end_all_sessions(&mut db, lan.id).await, Ok(1));
        assert_eq!(end_all_sessions(&mut db, lan.id).await, Ok(0));
        assert_eq!(end_all_sessions(&mut db, 999).await, Ok(0), "nobody has this account");
        end_other_sessions(&mut db, 999, None).await.expect("has nothing to end");
        assert!(store.load(&records[3].id).await.expect("loads").is_some(), "somebody else's stays");
        end_other_sessions(&mut db, hoa.id, None).await.expect("ends");
        assert!(store.load(&records[3].id).await.expect("loads").is_none(), "without a current one all end");
    }
}
