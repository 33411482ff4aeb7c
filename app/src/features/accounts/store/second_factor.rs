//! Second factors and their recovery codes.

use super::record;
use crate::base::error::AppError;
use crate::features::accounts::{RENEW_CODES, SECOND_FACTOR_OFF, SECOND_FACTOR_ON, WRONG_CODE};
use crate::features::audit::Actor;
use crate::web::store::sessions::end_other_sessions;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use tower_sessions::session::Id;

/// How far an account has come with its second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactorState {
    /// There is none.
    Off,
    /// Its sealed secret exists; no code of it was given yet.
    Begun(Vec<u8>),
    /// It is in force.
    On {
        /// How many recovery codes are left.
        codes: i64,
    },
}

/// Finds how far an account has come with its second factor.
#[tracing::instrument(skip(pool))]
pub async fn find_state(pool: &PgPool, account: i64) -> Result<SecondFactorState, AppError> {
    let row = sqlx::query!(
        r#"select secret, confirmed_at is not null as "is_on!",
                  (select count(*) from recovery_codes c where c.account_id = f.account_id) as "codes!"
           from second_factors f where account_id = $1"#,
        account
    )
    .fetch_optional(pool)
    .await?;
    Ok(match row {
        None => SecondFactorState::Off,
        Some(row) if row.is_on => SecondFactorState::On { codes: row.codes },
        Some(row) => SecondFactorState::Begun(row.secret),
    })
}

/// Finds the sealed secret that an account's codes are checked with, where its second factor is in force.
#[tracing::instrument(skip(pool))]
pub async fn find_secret(pool: &PgPool, account: i64) -> Result<Option<Vec<u8>>, AppError> {
    let secret = sqlx::query_scalar!(
        "select secret from second_factors where account_id = $1 and confirmed_at is not null",
        account
    );
    Ok(secret.fetch_optional(pool).await?)
}

/// Begins with a sealed secret and replaces one that was begun before. One that is in force stays.
#[tracing::instrument(skip(pool, secret))]
pub async fn begin(pool: &PgPool, account: i64, secret: &[u8]) -> Result<(), AppError> {
    sqlx::query!(
        "insert into second_factors (account_id, secret) values ($1, $2)
         on conflict (account_id) do update set secret = excluded.secret where second_factors.confirmed_at is null",
        account,
        secret
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Puts the sealed secret that was begun in force, now that a code of this time step was given, and stores recovery
/// codes. All sessions but the current one end.
#[tracing::instrument(skip(pool, actor, secret, codes, current))]
pub async fn confirm(
    pool: &PgPool,
    actor: Actor<'_>,
    account: i64,
    (secret, step): (&[u8], i64),
    codes: &[[u8; 32]],
    current: Option<Id>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let confirmed = sqlx::query!(
        "update second_factors set confirmed_at = now(), last_step = $3
         where account_id = $1 and secret = $2 and confirmed_at is null",
        account,
        secret,
        step
    )
    .execute(&mut *tx)
    .await?;
    if confirmed.rows_affected() == 0 {
        return Err(AppError::invalid(WRONG_CODE));
    }
    insert_codes(&mut tx, account, codes).await?;
    // sessions that were opened with the password alone end
    end_other_sessions(&mut tx, account, current).await?;
    record(&mut tx, actor, SECOND_FACTOR_ON, account, json!({})).await?;
    Ok(tx.commit().await?)
}

/// Replaces the recovery codes.
#[tracing::instrument(skip(pool, actor, codes))]
pub async fn renew_codes(pool: &PgPool, actor: Actor<'_>, account: i64, codes: &[[u8; 32]]) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let is_on = sqlx::query!(
        "select account_id from second_factors where account_id = $1 and confirmed_at is not null for update",
        account
    );
    is_on.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    sqlx::query!("delete from recovery_codes where account_id = $1", account).execute(&mut *tx).await?;
    insert_codes(&mut tx, account, codes).await?;
    record(&mut tx, actor, RENEW_CODES, account, json!({})).await?;
    Ok(tx.commit().await?)
}

async fn insert_codes(db: &mut PgConnection, account: i64, codes: &[[u8; 32]]) -> Result<(), AppError> {
    let codes: Vec<Vec<u8>> = codes.iter().map(|code| code.to_vec()).collect();
    sqlx::query!("insert into recovery_codes (account_id, code_hash) select $1, unnest($2::bytea[])", account, &codes)
        .execute(db)
        .await?;
    Ok(())
}

/// Seals the secrets that lie in the database as they are, from before a release that seals them, and returns how many
/// there were.
#[tracing::instrument(skip(pool, seal))]
pub async fn seal_secrets(pool: &PgPool, seal: impl Fn(i64, &[u8]) -> Vec<u8>) -> Result<usize, AppError> {
    let mut tx = pool.begin().await?;
    let plain = sqlx::query!(
        "select account_id, secret from second_factors where octet_length(secret) = 20 order by account_id for update"
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &plain {
        sqlx::query!(
            "update second_factors set secret = $2 where account_id = $1",
            row.account_id,
            seal(row.account_id, &row.secret)
        )
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(plain.len())
}

/// Uses the time step of a code. Returns `false` where it or a later one was used before: a code works once.
#[tracing::instrument(skip(pool))]
pub async fn use_step(pool: &PgPool, account: i64, step: i64) -> Result<bool, AppError> {
    let used = sqlx::query!(
        "update second_factors set last_step = $2
         where account_id = $1 and confirmed_at is not null and last_step < $2",
        account,
        step
    );
    Ok(used.execute(pool).await?.rows_affected() == 1)
}

/// Uses a recovery code. Returns `false` where the account has no such code.
#[tracing::instrument(skip(pool, code_hash))]
pub async fn use_recovery_code(pool: &PgPool, account: i64, code_hash: &[u8; 32]) -> Result<bool, AppError> {
    let used =
        sqlx::query!("delete from recovery_codes where account_id = $1 and code_hash = $2", account, &code_hash[..]);
    Ok(used.execute(pool).await?.rows_affected() == 1)
}

/// Removes an account's second factor.
#[tracing::instrument(skip(pool, actor))]
pub async fn remove(pool: &PgPool, actor: Actor<'_>, account: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let removed = sqlx::query!("delete from second_factors where account_id = $1", account).execute(&mut *tx).await?;
    if removed.rows_affected() == 1 {
        record(&mut tx, actor, SECOND_FACTOR_OFF, account, json!({})).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor_of, insert_staff, list_actions};
    use crate::web::store::sessions::find_active_staff;

    #[sqlx::test]
    async fn a_second_factor_is_in_force_once_a_code_was_given(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let by = actor_of(&lan);
        begin(&pool, lan.id, &[1; 20]).await.expect("begins");
        begin(&pool, lan.id, &[2; 20]).await.expect("begins anew");
        assert_eq!(find_state(&pool, lan.id).await, Ok(SecondFactorState::Begun(vec![2; 20])));
        assert_eq!(find_secret(&pool, lan.id).await, Ok(None));
        assert!(
            confirm(&pool, by, lan.id, (&[1; 20], 7), &[], None).await.is_err(),
            "of the secret that was shown before"
        );
        confirm(&pool, by, lan.id, (&[2; 20], 7), &[[1; 32], [2; 32]], None).await.expect("confirms");
        assert!(confirm(&pool, by, lan.id, (&[2; 20], 8), &[], None).await.is_err());
        begin(&pool, lan.id, &[3; 20]).await.expect("leaves it");
        assert_eq!(find_secret(&pool, lan.id).await, Ok(Some(vec![2; 20])));
        assert_eq!(find_state(&pool, lan.id).await, Ok(SecondFactorState::On { codes: 2 }));
        let staff = find_active_staff(&pool, lan.id).await.expect("reads").expect("is there");
        assert!(staff.has_second_factor);
        remove(&pool, by, lan.id).await.expect("removes");
        assert_eq!(find_state(&pool, lan.id).await, Ok(SecondFactorState::Off));
    }

    #[sqlx::test]
    async fn a_code_works_once_whoever_is_quick(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let by = actor_of(&lan);
        begin(&pool, lan.id, &[1; 20]).await.expect("begins");
        confirm(&pool, by, lan.id, (&[1; 20], 7), &[[1; 32]], None).await.expect("confirms");
        assert_eq!(use_step(&pool, lan.id, 7).await, Ok(false), "the code that turned it on");
        let (a, b) = tokio::join!(use_step(&pool, lan.id, 9), use_step(&pool, lan.id, 9));
        assert_eq!([a, b].iter().filter(|won| **won == Ok(true)).count(), 1);
        assert_eq!(use_step(&pool, lan.id, 8).await, Ok(false), "an earlier one");
        let (a, b) =
            tokio::join!(use_recovery_code(&pool, lan.id, &[1; 32]), use_recovery_code(&pool, lan.id, &[1; 32]));
        assert_eq!([a, b].iter().filter(|won| **won == Ok(true)).count(), 1);
        renew_codes(&pool, by, lan.id, &[[5; 32], [6; 32]]).await.expect("renews");
        assert_eq!(use_recovery_code(&pool, lan.id, &[5; 32]).await, Ok(true));
        assert_eq!(find_state(&pool, lan.id).await, Ok(SecondFactorState::On { codes: 1 }));
    }

    #[sqlx::test]
    async fn secrets_of_an_earlier_release_are_sealed_once(pool: PgPool) {
        use crate::features::accounts::second_factor::{open_secret, seal_secret};
        use crate::testing::key;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        assert_eq!(seal_secrets(&pool, |_, _| Vec::new()).await, Ok(0), "there are none");
        for (staff, secret) in [(&lan, [1; 20]), (&hoa, [2; 20])] {
            begin(&pool, staff.id, &secret).await.expect("begins");
        }
        assert_eq!(seal_secrets(&pool, |_, _| vec![0; 7]).await, Err(AppError::Internal), "that is no sealed secret");
        let seal = |account, secret: &[u8]| seal_secret(key(), account, secret);
        assert_eq!(seal_secrets(&pool, seal).await, Ok(2));
        assert_eq!(seal_secrets(&pool, seal).await, Ok(0));
        let SecondFactorState::Begun(sealed) = find_state(&pool, lan.id).await.expect("reads") else {
            panic!("it was begun")
        };
        assert_eq!(sealed.len(), 48);
        assert_eq!(open_secret(key(), lan.id, sealed.clone()), Ok(vec![1; 20]));
        assert_eq!(open_secret(key(), hoa.id, sealed), Err(AppError::Internal), "of somebody else's row");
    }

    #[sqlx::test]
    async fn codes_are_replaced_all_or_none_and_only_of_a_factor_in_force(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let by = actor_of(&lan);
        for account in [lan.id, hoa.id] {
            for _ in 0..2 {
                begin(&pool, account, &[1; 20]).await.expect("begins");
            }
            assert_eq!(renew_codes(&pool, by, account, &[[1; 32]]).await, Err(AppError::NotFound), "none is in force");
            confirm(&pool, by, account, (&[1; 20], 7), &[[1; 32]], None).await.expect("confirms");
        }
        begin(&pool, 999, &[1; 20]).await.expect_err("nobody has this account");
        let codes = [[2; 32], [3; 32]];
        renew_codes(&pool, by, lan.id, &codes).await.expect("renews");
        assert_eq!(use_recovery_code(&pool, lan.id, &[1; 32]).await, Ok(false), "it was replaced");
        assert_eq!(use_recovery_code(&pool, hoa.id, &[2; 32]).await, Ok(false), "it is somebody else's");
        assert_eq!(use_recovery_code(&pool, lan.id, &[2; 32]).await, Ok(true));
        renew_codes(&pool, by, lan.id, &codes).await.expect("renews");
        assert_eq!(renew_codes(&pool, by, lan.id, &[[4; 32]; 2]).await, Err(AppError::Internal), "one code twice");
        assert_eq!(find_state(&pool, lan.id).await, Ok(SecondFactorState::On { codes: 2 }));
        assert_eq!(find_state(&pool, hoa.id).await, Ok(SecondFactorState::On { codes: 1 }));
        assert_eq!(use_recovery_code(&pool, lan.id, &[2; 32]).await, Ok(true));
    }

    #[sqlx::test]
    async fn a_factor_is_removed_once_with_its_codes_and_nobody_elses(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        for who in [&lan, &hoa] {
            begin(&pool, who.id, &[1; 20]).await.expect("begins");
            confirm(&pool, actor_of(who), who.id, (&[1; 20], 7), &[[1; 32]], None).await.expect("confirms");
        }
        for _ in 0..2 {
            remove(&pool, actor_of(&lan), lan.id).await.expect("is off");
        }
        assert_eq!(find_state(&pool, lan.id).await, Ok(SecondFactorState::Off));
        assert_eq!(use_recovery_code(&pool, lan.id, &[1; 32]).await, Ok(false));
        assert_eq!(use_step(&pool, lan.id, 9).await, Ok(false));
        assert_eq!(find_state(&pool, hoa.id).await, Ok(SecondFactorState::On { codes: 1 }));
        remove(&pool, actor_of(&lan), 999).await.expect("has nothing to remove");
        assert_eq!(list_actions(&pool).await, ["second-factor-on", "second-factor-on", "second-factor-off"]);
    }
}
