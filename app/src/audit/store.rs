//! The record's tables.

use super::{BEGINNING, Broken, Entry, Head, Line, Verifier};
use crate::error::AppError;
use crate::keys::Key;
use futures::TryStreamExt;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// Whoever adds lines holds this lock until they are committed: numbers have no gaps, and hashes follow one another.
const LOCK: i64 = 0x4c6f_6141_7564_6974;

/// Adds lines at the end of a transaction: from here to its commit nobody else adds any.
pub async fn append(db: &mut PgConnection, key: &Key, entries: Vec<Entry>) -> Result<OffsetDateTime, AppError> {
    let now = hold(&mut *db).await?;
    write(db, key, entries.into_iter().map(|entry| (now, entry)).collect()).await?;
    Ok(now)
}

/// Takes the lock; gives the time.
async fn hold(db: &mut PgConnection) -> Result<OffsetDateTime, AppError> {
    sqlx::query!("select pg_advisory_xact_lock($1)", LOCK).execute(&mut *db).await?;
    Ok(sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(db).await?)
}

async fn write(db: &mut PgConnection, key: &Key, entries: Vec<(OffsetDateTime, Entry)>) -> Result<(), AppError> {
    let last = sqlx::query!("select number, hash from audit order by number desc limit 1");
    let (mut number, mut previous) =
        last.fetch_optional(&mut *db).await?.map_or((0, BEGINNING.to_vec()), |last| (last.number, last.hash));
    for (at, entry) in entries {
        number += 1;
        let Entry { account, action, subject: (subject, subject_id), detail, digest } = entry;
        let mut line = Line {
            number,
            at,
            account_id: account,
            action,
            subject: subject.to_owned(),
            subject_id,
            detail: detail.to_string(),
            digest,
            previous,
            hash: Vec::new(),
        };
        line.hash = line.hash_by(key).to_vec();
        sqlx::query!(
            "insert into audit (number, at, account_id, action, subject, subject_id, detail, digest, previous, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            line.number,
            line.at,
            line.account_id,
            line.action,
            line.subject,
            line.subject_id,
            line.detail,
            line.digest,
            line.previous,
            line.hash
        )
        .execute(&mut *db)
        .await?;
        previous = line.hash;
    }
    Ok(())
}

/// Adds one line on its own.
pub async fn note(pool: &PgPool, key: &Key, entry: Entry) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    append(&mut tx, key, vec![entry]).await?;
    Ok(tx.commit().await?)
}

/// Says that lines are written with this key. `false` where they were written with another.
pub async fn claim(pool: &PgPool, key: &Key) -> Result<bool, AppError> {
    let proof = key.mac(&[b"audit"]);
    sqlx::query!("insert into audit_key (proof) values ($1) on conflict do nothing", &proof[..]).execute(pool).await?;
    let known = sqlx::query_scalar!("select proof from audit_key").fetch_one(pool).await?;
    Ok(known == proof)
}

/// Brings lines from before the record had hashes into it.
pub async fn seal(pool: &PgPool, key: &Key) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    hold(&mut tx).await?;
    let rows = sqlx::query!(
        "with unsealed as (delete from audit_unsealed returning *)
         select at as \"at!\", account_id, action as \"action!\", comment_id, detail as \"detail!\" from unsealed order by id"
    )
    .fetch_all(&mut *tx)
    .await?;
    let entries = rows.into_iter().map(|row| {
        let article = row.detail.get("votes").and(row.detail.get("article")).and_then(serde_json::Value::as_i64);
        let subject = match (row.comment_id, article) {
            (Some(comment), _) => ("comment", Some(comment)),
            (None, Some(article)) => ("article", Some(article)),
            (None, None) => ("account", row.account_id),
        };
        (row.at, Entry::new(row.account_id, &row.action, subject, row.detail))
    });
    write(&mut tx, key, entries.collect()).await?;
    Ok(tx.commit().await?)
}

/// A line as people read it: number, time, who, what, to what, and which versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub number: i64,
    /// When.
    pub at: OffsetDateTime,
    /// Who, where it was somebody.
    pub by: Option<String>,
    /// What.
    pub action: String,
    /// To what kind of thing.
    pub subject: String,
    /// To which.
    pub subject_id: Option<i64>,
    /// Versions, counts and kinds, as JSON.
    pub detail: String,
}

/// Lines before the line `before`, the latest first; of one action, one person, or between two times where these are given.
pub async fn list(
    pool: &PgPool,
    before: Option<i64>,
    action: Option<&str>,
    account: Option<i64>,
    (from, to): (Option<OffsetDateTime>, Option<OffsetDateTime>),
    most: i64,
) -> Result<Vec<Listed>, AppError> {
    let lines = sqlx::query_as!(
        Listed,
        r#"select number, at, display_name as "by?", action, subject, subject_id, detail
           from audit left join accounts on accounts.id = account_id
           where ($1::bigint is null or number < $1) and ($2::text is null or action = $2) and ($3::bigint is null or account_id = $3)
             and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)
           order by number desc limit $6"#,
        before,
        action,
        account,
        from,
        to,
        most
    );
    Ok(lines.fetch_all(pool).await?)
}

/// Follows the whole record. The inner result says whether it is whole, or where it is broken first.
pub async fn verify(pool: &PgPool, key: &Key, known: Option<Head>) -> Result<Result<Head, Broken>, AppError> {
    let mut verifier = Verifier::new(key, known);
    let mut lines = sqlx::query_as!(
        Line,
        "select number, at, account_id, action, subject, subject_id, detail, digest, previous, hash from audit order by number"
    )
    .fetch(pool);
    while let Some(line) = lines.try_next().await? {
        if let Err(broken) = verifier.take(&line) {
            return Ok(Err(broken));
        }
    }
    Ok(verifier.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::store::tests::staff;
    use serde_json::json;

    fn key() -> Key {
        Key::new(1, [9; 32])
    }

    async fn some_lines(pool: &PgPool, count: i64) {
        for n in 1..=count {
            note(pool, &key(), Entry::new(None, "approve", ("comment", Some(n)), json!({"version": n})))
                .await
                .expect("notes");
        }
    }

    /// What somebody does who owns the database.
    async fn by_hand(pool: &PgPool, statement: &'static str) {
        let mut tx = pool.begin().await.expect("begins");
        sqlx::query("set local session_replication_role = replica").execute(&mut *tx).await.expect("is superuser");
        sqlx::query(statement).execute(&mut *tx).await.expect("changes");
        tx.commit().await.expect("commits");
    }

    #[sqlx::test]
    async fn lines_are_numbered_without_gaps_whoever_writes_at_once(pool: PgPool) {
        let writers = (0..20).map(|n| {
            let pool = pool.clone();
            tokio::spawn(async move {
                let mut tx = pool.begin().await.expect("begins");
                append(&mut tx, &key(), vec![Entry::new(None, "a", ("comment", Some(n)), json!({})); 3])
                    .await
                    .expect("appends");
                // every third gives up after it had its numbers
                if n % 3 == 0 { tx.rollback().await } else { tx.commit().await }.expect("ends");
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("runs");
        }
        let head = verify(&pool, &key(), None).await.expect("reads").expect("is whole");
        assert_eq!(head.number, 13 * 3);
    }

    #[sqlx::test]
    async fn lines_are_listed_the_latest_first_and_narrowed(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        some_lines(&pool, 3).await;
        note(&pool, &key(), Entry::new(Some(lan.id), "sign-in", ("account", Some(lan.id)), json!({})))
            .await
            .expect("notes");
        let numbers = |lines: Vec<Listed>| lines.into_iter().map(|line| line.number).collect::<Vec<_>>();
        let all = (None, None);
        assert_eq!(numbers(list(&pool, None, None, None, all, 2).await.expect("reads")), [4, 3]);
        assert_eq!(numbers(list(&pool, Some(3), None, None, all, 9).await.expect("reads")), [2, 1]);
        assert_eq!(numbers(list(&pool, None, Some("approve"), None, all, 9).await.expect("reads")), [3, 2, 1]);
        let hers = list(&pool, None, None, Some(lan.id), all, 9).await.expect("reads");
        assert_eq!((hers.len(), hers[0].by.as_deref()), (1, Some("Chị lan")));
        let tomorrow = OffsetDateTime::now_utc() + time::Duration::days(1);
        assert!(list(&pool, None, None, None, (Some(tomorrow), None), 9).await.expect("reads").is_empty());
    }

    #[sqlx::test]
    async fn the_database_refuses_to_change_a_line(pool: PgPool) {
        some_lines(&pool, 2).await;
        for statement in ["update audit set action = 'x'", "delete from audit where number = 2", "truncate audit"] {
            let refused = sqlx::query(statement).execute(&pool).await.expect_err("is refused");
            assert_eq!(crate::error::constraint(&refused), Some("audit_kept"), "{statement}");
        }
    }

    #[sqlx::test]
    async fn a_line_changed_by_hand_is_named(pool: PgPool) {
        some_lines(&pool, 5).await;
        assert_eq!(verify(&pool, &key(), None).await.expect("reads").expect("is whole").number, 5);
        by_hand(&pool, "update audit set detail = '{\"version\":9}' where number = 3").await;
        assert_eq!(verify(&pool, &key(), None).await, Ok(Err(Broken::Changed(3))));
    }

    #[sqlx::test]
    async fn a_line_taken_out_is_named(pool: PgPool) {
        some_lines(&pool, 5).await;
        by_hand(&pool, "delete from audit where number = 2").await;
        assert_eq!(verify(&pool, &key(), None).await, Ok(Err(Broken::Missing(2))));
        by_hand(&pool, "update audit set number = number - 1 where number > 2").await;
        assert_eq!(verify(&pool, &key(), None).await, Ok(Err(Broken::Changed(2))));
    }

    #[sqlx::test]
    async fn a_tail_cut_off_shows_beside_a_head_printed_earlier(pool: PgPool) {
        some_lines(&pool, 5).await;
        let head = verify(&pool, &key(), None).await.expect("reads").expect("is whole");
        by_hand(&pool, "delete from audit where number > 3").await;
        assert_eq!(
            verify(&pool, &key(), None).await.expect("reads").map(|head| head.number),
            Ok(3),
            "alone it looks whole"
        );
        assert_eq!(verify(&pool, &key(), Some(head.clone())).await, Ok(Err(Broken::Cut { end: 3, known: 5 })));
        some_lines(&pool, 4).await;
        assert_eq!(verify(&pool, &key(), Some(head)).await, Ok(Err(Broken::Other(5))), "others in their place");
    }

    #[sqlx::test]
    async fn lines_written_with_another_key_do_not_pass(pool: PgPool) {
        some_lines(&pool, 1).await;
        let other = Key::new(1, [8; 32]);
        assert_eq!(verify(&pool, &other, None).await, Ok(Err(Broken::Changed(1))));
        assert_eq!(
            (claim(&pool, &key()).await, claim(&pool, &key()).await, claim(&pool, &other).await),
            (Ok(true), Ok(true), Ok(false))
        );
    }

    #[sqlx::test]
    async fn lines_from_before_are_sealed_once(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        sqlx::query("insert into audit_unsealed (account_id, action, comment_id, detail) values ($1, 'approve', 7, '{\"article\": 1, \"version\": 1}'), ($1, 'sign-in', null, '{}'), ($1, 'admit-votes', null, '{\"article\": 3, \"votes\": 2}')")
            .bind(lan.id)
            .execute(&pool)
            .await
            .expect("stores");
        for _ in 0..2 {
            seal(&pool, &key()).await.expect("seals");
        }
        assert_eq!(verify(&pool, &key(), None).await.expect("reads").map(|head| head.number), Ok(3));
        let rows = sqlx::query!("select action, subject, subject_id from audit order by number")
            .fetch_all(&pool)
            .await
            .expect("reads");
        let rows: Vec<_> = rows.iter().map(|row| (row.action.as_str(), row.subject.as_str(), row.subject_id)).collect();
        assert_eq!(
            rows,
            [
                ("approve", "comment", Some(7)),
                ("sign-in", "account", Some(lan.id)),
                ("admit-votes", "article", Some(3))
            ]
        );
    }
}
