//! Second factors and their recovery codes.

use super::By;
use crate::accounts::sessions;
use crate::error::{AppError, Rule};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use tower_sessions::session::Id;

/// How an account stands to its second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// There is none.
    Off,
    /// Its secret was made; no code of it was given yet.
    Begun(Vec<u8>),
    /// It is in force.
    On {
        /// How many recovery codes are left.
        codes: i64,
    },
}

/// How an account stands to its second factor.
pub async fn state(pool: &PgPool, account: i64) -> Result<State, AppError> {
    let row = sqlx::query!(
        r#"select secret, confirmed_at is not null as "on!",
                  (select count(*) from recovery_codes c where c.account_id = f.account_id) as "codes!"
           from second_factors f where account_id = $1"#,
        account
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        None => State::Off,
        Some(row) if row.on => State::On { codes: row.codes },
        Some(row) => State::Begun(row.secret),
    })
}

/// The secret that an account's codes are checked with, where it has a second factor.
pub async fn secret(pool: &PgPool, account: i64) -> Result<Option<Vec<u8>>, AppError> {
    let secret = sqlx::query_scalar!(
        "select secret from second_factors where account_id = $1 and confirmed_at is not null",
        account
    );
    Ok(secret.fetch_optional(pool).await?)
}

/// Begins with a secret, in the place of one that was begun with before. One that is in force stays.
pub async fn begin(pool: &PgPool, account: i64, secret: &[u8; 20]) -> Result<(), AppError> {
    sqlx::query!(
        "insert into second_factors (account_id, secret) values ($1, $2)
         on conflict (account_id) do update set secret = excluded.secret where second_factors.confirmed_at is null",
        account,
        &secret[..]
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Puts the secret that was begun with in force, now that a code of this step was given, with recovery codes. All sessions
/// but one's own end.
pub async fn confirm(
    pool: &PgPool,
    by: By<'_>,
    account: i64,
    (secret, step): (&[u8], i64),
    codes: &[[u8; 32]],
    own: Option<Id>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query!(
        "update second_factors set confirmed_at = now(), last_step = $3 where account_id = $1 and secret = $2 and confirmed_at is null",
        account,
        secret,
        step
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(AppError::rule(Rule::Code));
    }
    put_codes(&mut tx, account, codes).await?;
    // whoever is in by the password alone is out
    sessions::end_others(&mut tx, account, own).await?;
    by.note(&mut tx, "second-factor-on", account, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Replaces the recovery codes.
pub async fn renew_codes(pool: &PgPool, by: By<'_>, account: i64, codes: &[[u8; 32]]) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let on = sqlx::query!(
        "select account_id from second_factors where account_id = $1 and confirmed_at is not null for update",
        account
    );
    on.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    sqlx::query!("delete from recovery_codes where account_id = $1", account).execute(&mut *tx).await?;
    put_codes(&mut tx, account, codes).await?;
    by.note(&mut tx, "recovery-codes", account, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

async fn put_codes(db: &mut PgConnection, account: i64, codes: &[[u8; 32]]) -> Result<(), AppError> {
    let codes: Vec<Vec<u8>> = codes.iter().map(|code| code.to_vec()).collect();
    sqlx::query!("insert into recovery_codes (account_id, code_hash) select $1, unnest($2::bytea[])", account, &codes)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes a code's step: `false` where it, or a later one, was taken before. A code works once.
pub async fn take_step(pool: &PgPool, account: i64, step: i64) -> Result<bool, AppError> {
    let taken = sqlx::query!(
        "update second_factors set last_step = $2 where account_id = $1 and confirmed_at is not null and last_step < $2",
        account,
        step
    );
    Ok(taken.execute(pool).await?.rows_affected() == 1)
}

/// Takes a recovery code: `false` where there is none such.
pub async fn take_code(pool: &PgPool, account: i64, hash: &[u8; 32]) -> Result<bool, AppError> {
    let taken = sqlx::query!("delete from recovery_codes where account_id = $1 and code_hash = $2", account, &hash[..]);
    Ok(taken.execute(pool).await?.rows_affected() == 1)
}

/// Takes an account's second factor off.
pub async fn remove(pool: &PgPool, by: By<'_>, account: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let done = sqlx::query!("delete from second_factors where account_id = $1", account).execute(&mut *tx).await?;
    if done.rows_affected() == 1 {
        by.note(&mut tx, "second-factor-off", account, json!({})).await?;
    }
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::active;
    use super::super::tests::staff;
    use super::*;
    use crate::moderation::store::tests::key;

    #[sqlx::test]
    async fn a_second_factor_is_in_force_once_a_code_was_given(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let key = key();
        let by = By { account: Some(lan.id), key: &key };
        begin(&pool, lan.id, &[1; 20]).await.expect("begins");
        begin(&pool, lan.id, &[2; 20]).await.expect("begins anew");
        assert_eq!(state(&pool, lan.id).await, Ok(State::Begun(vec![2; 20])));
        assert_eq!(secret(&pool, lan.id).await, Ok(None));
        assert!(
            confirm(&pool, by, lan.id, (&[1; 20], 7), &[], None).await.is_err(),
            "of the secret that was shown before"
        );
        confirm(&pool, by, lan.id, (&[2; 20], 7), &[[1; 32], [2; 32]], None).await.expect("confirms");
        assert!(confirm(&pool, by, lan.id, (&[2; 20], 8), &[], None).await.is_err());
        begin(&pool, lan.id, &[3; 20]).await.expect("leaves it");
        assert_eq!(secret(&pool, lan.id).await, Ok(Some(vec![2; 20])));
        assert_eq!(state(&pool, lan.id).await, Ok(State::On { codes: 2 }));
        assert!(active(&pool, lan.id).await.expect("reads").expect("is there").second_factor);
        remove(&pool, by, lan.id).await.expect("removes");
        assert_eq!(state(&pool, lan.id).await, Ok(State::Off));
    }

    #[sqlx::test]
    async fn a_code_works_once_whoever_is_quick(pool: PgPool) {
        let lan = staff(&pool, "lan").await;
        let key = key();
        let by = By { account: Some(lan.id), key: &key };
        begin(&pool, lan.id, &[1; 20]).await.expect("begins");
        confirm(&pool, by, lan.id, (&[1; 20], 7), &[[1; 32]], None).await.expect("confirms");
        assert_eq!(take_step(&pool, lan.id, 7).await, Ok(false), "the code that turned it on");
        let (a, b) = tokio::join!(take_step(&pool, lan.id, 9), take_step(&pool, lan.id, 9));
        assert_eq!([a, b].iter().filter(|won| **won == Ok(true)).count(), 1);
        assert_eq!(take_step(&pool, lan.id, 8).await, Ok(false), "an earlier one");
        let (a, b) = tokio::join!(take_code(&pool, lan.id, &[1; 32]), take_code(&pool, lan.id, &[1; 32]));
        assert_eq!([a, b].iter().filter(|won| **won == Ok(true)).count(), 1);
        renew_codes(&pool, by, lan.id, &[[5; 32], [6; 32]]).await.expect("renews");
        assert_eq!(take_code(&pool, lan.id, &[5; 32]).await, Ok(true));
        assert_eq!(state(&pool, lan.id).await, Ok(State::On { codes: 1 }));
    }
}
