//! The audit record's tables.

use super::{Actor, Broken, Entry, FIRST_PREVIOUS, Head, StoredEntry, Verifier};
use crate::base::error::AppError;
use crate::base::keys::Key;
use futures::TryStreamExt;
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use time::OffsetDateTime;

/// The lock under which entries are appended and committed, so that numbers have no gaps and hashes form a chain.
const LOCK: i64 = 0x4c6f_6141_7564_6974;

/// Appends entries at the end of a transaction and returns their time. Until its commit nobody else appends any, so
/// call it last.
#[tracing::instrument(skip_all)]
pub async fn append_entries(db: &mut PgConnection, key: &Key, entries: Vec<Entry>) -> Result<OffsetDateTime, AppError> {
    sqlx::query!("select pg_advisory_xact_lock($1)", LOCK).execute(&mut *db).await?;
    let at = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(&mut *db).await?;
    let last = sqlx::query!("select number, hash from audit order by number desc limit 1");
    let last = last.fetch_optional(&mut *db).await?;
    let (mut number, mut previous) = last.map_or((0, FIRST_PREVIOUS.to_vec()), |last| (last.number, last.hash));
    let mut stored = Vec::with_capacity(entries.len());
    for entry in entries {
        number += 1;
        let Entry { account, action, subject: (subject, subject_id), detail, digest } = entry;
        let mut entry = StoredEntry {
            number,
            at,
            account_id: account,
            action: action.name.to_owned(),
            subject: subject.to_owned(),
            subject_id,
            detail: detail.to_string(),
            digest,
            previous,
            hash: Vec::new(),
        };
        entry.hash = entry.compute_hash(key).to_vec();
        previous = entry.hash.clone();
        stored.push(entry);
    }
    insert_entries(db, at, &stored).await?;
    Ok(at)
}

/// Inserts entries by one statement: a decision about thousands holds the lock no longer than it must.
async fn insert_entries(db: &mut PgConnection, at: OffsetDateTime, entries: &[StoredEntry]) -> Result<(), AppError> {
    let accounts: Vec<Option<i64>> = entries.iter().map(|entry| entry.account_id).collect();
    let subjects: Vec<Option<i64>> = entries.iter().map(|entry| entry.subject_id).collect();
    let digests: Vec<Option<&[u8]>> = entries.iter().map(|entry| entry.digest.as_deref()).collect();
    let texts = |read: fn(&StoredEntry) -> &str| entries.iter().map(read).map(str::to_owned).collect::<Vec<_>>();
    let hashes = |read: fn(&StoredEntry) -> &Vec<u8>| entries.iter().map(read).cloned().collect::<Vec<_>>();
    sqlx::query!(
        "insert into audit (number, at, account_id, action, subject, subject_id, detail, digest, previous, hash)
         select number, $1, account_id, action, subject, subject_id, detail, digest, previous, hash
         from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::bytea[],
                     $9::bytea[], $10::bytea[])
              as new (number, account_id, action, subject, subject_id, detail, digest, previous, hash)",
        at,
        &entries.iter().map(|entry| entry.number).collect::<Vec<_>>(),
        &accounts as &[Option<i64>],
        &texts(|entry| &entry.action),
        &texts(|entry| &entry.subject),
        &subjects as &[Option<i64>],
        &texts(|entry| &entry.detail),
        &digests as &[Option<&[u8]>],
        &hashes(|entry| &entry.previous),
        &hashes(|entry| &entry.hash)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Appends one entry in a transaction of its own.
#[tracing::instrument(skip_all)]
pub async fn append_entry(pool: &PgPool, key: &Key, entry: Entry) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    append_entries(&mut tx, key, vec![entry]).await?;
    Ok(tx.commit().await?)
}

/// Claims the record for this key. Returns `false` where it was begun with another.
#[tracing::instrument(skip_all)]
pub async fn claim_key(pool: &PgPool, key: &Key) -> Result<bool, AppError> {
    let proof = key.mac(&[b"audit"]);
    sqlx::query!("insert into audit_key (proof) values ($1) on conflict do nothing", &proof[..]).execute(pool).await?;
    let stored = sqlx::query_scalar!("select proof from audit_key").fetch_one(pool).await?;
    Ok(stored == proof)
}

/// An entry as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntry {
    pub number: i64,
    pub at: OffsetDateTime,
    /// The displayed name; `None` for the command line.
    pub actor: Option<String>,
    pub action: String,
    pub subject: String,
    pub subject_id: Option<i64>,
    /// Versions, counts and kinds, as JSON.
    pub detail: String,
}

/// Which entries to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntryFilter {
    /// Only entries before this number.
    pub before: Option<i64>,
    pub action: Option<String>,
    pub account: Option<i64>,
    pub from: Option<OffsetDateTime>,
    pub to: Option<OffsetDateTime>,
}

/// The most entries that are listed at once.
pub const MAX_LISTED: usize = 101;

/// A query for entries: how they are narrowed, and its arguments. Each filter has a statement of its own, so that each
/// goes along its own index whatever its values are.
macro_rules! query_entries {
    ($narrowed:literal, $filter:expr $(, $argument:expr)*) => {
        sqlx::query_as!(
            ListedEntry,
            r#"select number, at, display_name as "actor?", action, subject, subject_id, detail
               from audit left join accounts on accounts.id = account_id
               where (at, number) < (
                         least(coalesce((select at from audit where number = $1), 'infinity'),
                               coalesce($3, 'infinity'::timestamptz)),
                         coalesce($1, 9223372036854775807)
                     )
                     and at >= coalesce($2, '-infinity'::timestamptz) and at < coalesce($3, 'infinity'::timestamptz) "#
                + $narrowed + " order by at desc, number desc limit 101",
            $filter.before,
            $filter.from,
            $filter.to
            $(, $argument)*
        )
    };
}

/// Lists entries, the latest first, at most [`MAX_LISTED`].
#[tracing::instrument(skip(pool))]
pub async fn list_entries(pool: &PgPool, filter: &EntryFilter) -> Result<Vec<ListedEntry>, AppError> {
    let entries = match (filter.account, &filter.action) {
        (None, None) => query_entries!("", filter).fetch_all(pool).await,
        (Some(account), None) => query_entries!("and account_id = $4", filter, account).fetch_all(pool).await,
        (None, Some(action)) => query_entries!("and action = $4", filter, action).fetch_all(pool).await,
        (Some(account), Some(action)) => {
            query_entries!("and account_id = $4 and action = $5", filter, account, action).fetch_all(pool).await
        }
    };
    Ok(entries?)
}

/// Lists the entries about these subjects of one kind, the first first.
#[tracing::instrument(skip(pool, ids))]
pub async fn list_entries_about(pool: &PgPool, subject: &str, ids: &[i64]) -> Result<Vec<ListedEntry>, AppError> {
    let entries = sqlx::query_as!(
        ListedEntry,
        r#"select number, at, display_name as "actor?", action, subject, subject_id, detail
           from audit left join accounts on accounts.id = account_id
           where subject = $1 and subject_id = any($2) order by number limit 500"#,
        subject,
        ids
    );
    Ok(entries.fetch_all(pool).await?)
}

/// Finds the titles of these articles.
#[tracing::instrument(skip_all)]
pub async fn find_titles(pool: &PgPool, articles: &[i64]) -> Result<HashMap<i64, String>, AppError> {
    let rows = sqlx::query!("select id, title from articles where id = any($1)", articles).fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Verifies the whole record. The inner result is its head, or where it is broken first.
#[tracing::instrument(skip_all)]
pub async fn verify_record(pool: &PgPool, key: &Key, known: Option<Head>) -> Result<Result<Head, Broken>, AppError> {
    let mut verifier = Verifier::new(key, known);
    let mut entries = sqlx::query_as!(
        StoredEntry,
        "select number, at, account_id, action, subject, subject_id, detail, digest, previous, hash
         from audit order by number"
    )
    .fetch(pool);
    while let Some(entry) = entries.try_next().await? {
        if let Err(broken) = verifier.check(&entry) {
            return Ok(Err(broken));
        }
    }
    Ok(verifier.finish())
}

impl Actor<'_> {
    /// Appends an entry about something that this actor did, at the end of a transaction.
    pub async fn record(self, db: &mut PgConnection, entry: Entry) -> Result<OffsetDateTime, AppError> {
        append_entries(db, self.key, vec![entry]).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn titles_of_articles_that_are_gone_are_left_out(pool: PgPool) {
        let id = crate::testing::insert_article(&pool, "a").await;
        let titles = find_titles(&pool, &[id, id + 1]).await.expect("reads");
        assert_eq!(titles.into_iter().collect::<Vec<_>>(), [(id, "Tiêu đề".to_owned())]);
    }
    use crate::features::audit::Action;
    use crate::testing::{insert_staff, key};
    use serde_json::json;

    const APPROVE: Action = Action::new("approve", "duyệt");
    const SIGN_IN: Action = Action::new("sign-in", "đăng nhập");

    fn entry(account: Option<i64>, action: Action, id: i64) -> Entry {
        Entry::new(Actor { account, key: key() }, action, ("comment", Some(id)), json!({ "version": id }))
    }

    async fn append_some(pool: &PgPool, count: i64) {
        for n in 1..=count {
            append_entry(pool, key(), entry(None, APPROVE, n)).await.expect("appends");
        }
    }

    /// Changes the record as somebody could who owns the database.
    async fn tamper(pool: &PgPool, statement: &'static str) {
        let mut tx = pool.begin().await.expect("begins");
        sqlx::query("set local session_replication_role = replica").execute(&mut *tx).await.expect("is superuser");
        sqlx::query(statement).execute(&mut *tx).await.expect("changes");
        tx.commit().await.expect("commits");
    }

    #[sqlx::test]
    async fn entries_are_numbered_without_gaps_whoever_writes_at_once(pool: PgPool) {
        let writers = (0..20).map(|n| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut tx = pool.begin().await.expect("begins");
                append_entries(&mut tx, key(), vec![entry(None, APPROVE, n); 3]).await.expect("appends");
                // every third gives up after it had its numbers
                if n % 3 == 0 { tx.rollback().await } else { tx.commit().await }.expect("ends");
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("runs");
        }
        let head = verify_record(&pool, key(), None).await.expect("reads").expect("is whole");
        assert_eq!(head.number, 13 * 3);
    }

    #[sqlx::test]
    async fn entries_are_listed_the_latest_first_and_narrowed(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        append_some(&pool, 3).await;
        append_entry(&pool, key(), entry(Some(lan.id), SIGN_IN, 9)).await.expect("appends");
        let numbers = async |filter: EntryFilter| {
            let entries = list_entries(&pool, &filter).await.expect("reads");
            entries.into_iter().map(|entry| entry.number).collect::<Vec<_>>()
        };
        let all = EntryFilter::default;
        assert_eq!(numbers(all()).await, [4, 3, 2, 1]);
        assert_eq!(numbers(EntryFilter { before: Some(3), ..all() }).await, [2, 1]);
        assert_eq!(numbers(EntryFilter { action: Some("approve".to_owned()), ..all() }).await, [3, 2, 1]);
        assert_eq!(numbers(EntryFilter { account: Some(lan.id), ..all() }).await, [4]);
        let tomorrow = OffsetDateTime::now_utc() + time::Duration::days(1);
        assert_eq!(numbers(EntryFilter { from: Some(tomorrow), ..all() }).await, [] as [i64; 0]);
        assert_eq!(numbers(EntryFilter { to: Some(tomorrow), ..all() }).await.len(), 4);
        let about = list_entries_about(&pool, "comment", &[9, 2]).await.expect("reads");
        let about: Vec<_> = about.iter().map(|entry| (entry.subject_id, entry.actor.as_deref())).collect();
        assert_eq!(about, [(Some(2), None), (Some(9), Some("Chị lan"))]);
    }

    #[sqlx::test]
    async fn the_database_refuses_to_change_an_entry(pool: PgPool) {
        append_some(&pool, 2).await;
        for statement in ["update audit set action = 'x'", "delete from audit where number = 2", "truncate audit"] {
            let refused = sqlx::query(statement).execute(&pool).await.expect_err("is refused");
            assert_eq!(crate::base::error::constraint(&refused), Some("audit_immutable"), "{statement}");
        }
    }

    #[sqlx::test]
    async fn an_entry_changed_by_hand_is_named(pool: PgPool) {
        append_some(&pool, 5).await;
        assert_eq!(verify_record(&pool, key(), None).await.expect("reads").expect("is whole").number, 5);
        tamper(&pool, "update audit set detail = '{\"version\":9}' where number = 3").await;
        assert_eq!(verify_record(&pool, key(), None).await, Ok(Err(Broken::Changed(3))));
    }

    #[sqlx::test]
    async fn an_entry_taken_out_is_named(pool: PgPool) {
        append_some(&pool, 5).await;
        tamper(&pool, "delete from audit where number = 2").await;
        assert_eq!(verify_record(&pool, key(), None).await, Ok(Err(Broken::Missing(2))));
        tamper(&pool, "update audit set number = number - 1 where number > 2").await;
        assert_eq!(verify_record(&pool, key(), None).await, Ok(Err(Broken::Changed(2))));
    }

    #[sqlx::test]
    async fn a_tail_cut_off_shows_beside_a_head_printed_earlier(pool: PgPool) {
        append_some(&pool, 5).await;
        let head = verify_record(&pool, key(), None).await.expect("reads").expect("is whole");
        tamper(&pool, "delete from audit where number > 3").await;
        assert_eq!(
            verify_record(&pool, key(), None).await.expect("reads").map(|head| head.number),
            Ok(3),
            "alone it looks whole"
        );
        assert_eq!(
            verify_record(&pool, key(), Some(head.clone())).await,
            Ok(Err(Broken::Truncated { end: 3, known: 5 }))
        );
        append_some(&pool, 4).await;
        assert_eq!(
            verify_record(&pool, key(), Some(head)).await,
            Ok(Err(Broken::Replaced(5))),
            "replaced by other entries"
        );
    }

    #[sqlx::test]
    async fn entries_written_with_another_key_do_not_pass(pool: PgPool) {
        append_some(&pool, 1).await;
        let other = Key::new(1, [8; 32]);
        assert_eq!(verify_record(&pool, &other, None).await, Ok(Err(Broken::Changed(1))));
        assert_eq!(
            (claim_key(&pool, key()).await, claim_key(&pool, key()).await, claim_key(&pool, &other).await),
            (Ok(true), Ok(true), Ok(false))
        );
    }

    #[sqlx::test]
    async fn an_entry_of_an_account_that_is_not_there_leaves_no_trace(pool: PgPool) {
        let count = async || verify_record(&pool, key(), None).await.expect("reads").expect("is whole").number;
        append_some(&pool, 1).await;
        append_entry(&pool, key(), entry(None, APPROVE, 1)).await.expect("appends the same again");
        assert_eq!(append_entry(&pool, key(), entry(Some(999), APPROVE, 2)).await, Err(AppError::Internal));
        assert_eq!(count().await, 2);
        let mut tx = pool.begin().await.expect("begins");
        let entries = vec![entry(None, APPROVE, 3), entry(Some(999), APPROVE, 3)];
        assert_eq!(append_entries(&mut tx, key(), entries).await, Err(AppError::Internal));
        tx.rollback().await.expect("ends");
        let mut tx = pool.begin().await.expect("begins");
        append_entries(&mut tx, key(), vec![]).await.expect("has nothing to append");
        let nobody = Actor { account: Some(999), key: key() };
        let by_nobody = Entry::new(nobody, APPROVE, ("comment", None), json!({}));
        assert_eq!(nobody.record(&mut tx, by_nobody).await, Err(AppError::Internal));
        tx.rollback().await.expect("ends");
        append_some(&pool, 1).await;
        assert_eq!(count().await, 3);
    }
}
