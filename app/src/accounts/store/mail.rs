//! Who gets one mail a day.

use super::By;
use crate::error::AppError;
use serde_json::json;
use sqlx::PgPool;
use time::Date;

/// Somebody who gets a mail a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailed {
    /// Whose account.
    pub account: i64,
    /// Their displayed name.
    pub name: String,
    /// Where to.
    pub email: String,
}

/// An account's address, and whether a mail a day goes there.
pub async fn of(pool: &PgPool, account: i64) -> Result<(Option<String>, bool), AppError> {
    let row = sqlx::query!("select email, daily_mail from accounts where id = $1", account);
    let row = row.fetch_optional(pool).await?.ok_or(AppError::NotFound)?;
    Ok((row.email, row.daily_mail))
}

/// Stores an account's address, and whether a mail a day goes there, from `today`'s next day on.
pub async fn set(
    pool: &PgPool,
    by: By<'_>,
    account: i64,
    email: Option<&str>,
    daily: bool,
    today: Date,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "update accounts set email = $2, daily_mail = $3, mailed_on = case when daily_mail then mailed_on else $4 end where id = $1",
        account,
        email,
        daily,
        today
    )
    .execute(&mut *tx)
    .await?;
    by.note(&mut tx, "set-mail", account, json!({ "daily": daily })).await?;
    tx.commit().await?;
    Ok(())
}

/// Those who are to get `today`'s mail; each is given once, to one program.
pub async fn claim(pool: &PgPool, today: Date) -> Result<Vec<Mailed>, AppError> {
    let people = sqlx::query_as!(
        Mailed,
        r#"update accounts set mailed_on = $1
           where daily_mail and email is not null and disabled_at is null and (mailed_on is null or mailed_on < $1)
           returning id as account, display_name as name, email as "email!""#,
        today
    );
    Ok(people.fetch_all(pool).await?)
}

/// `today`'s mail could not be sent for now: it is tried again.
pub async fn put_back(pool: &PgPool, account: i64, today: Date) -> Result<(), AppError> {
    sqlx::query!("update accounts set mailed_on = $2::date - 1 where id = $1", account, today).execute(pool).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::staff;
    use super::*;
    use crate::moderation::store::tests::key;
    use time::macros::date;

    #[sqlx::test]
    async fn one_mail_a_day_to_whoever_asks(pool: PgPool) {
        let (lan, _) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let key = key();
        let by = By { account: Some(lan.id), key: &key };
        let (first, second) = (date!(2026 - 11 - 25), date!(2026 - 11 - 26));
        set(&pool, by, lan.id, Some("lan@vidu.vn"), true, first).await.expect("asks");
        assert_eq!(of(&pool, lan.id).await, Ok((Some("lan@vidu.vn".to_owned()), true)));
        assert_eq!(claim(&pool, first).await, Ok(vec![]), "from tomorrow on");
        let (a, b) = tokio::join!(claim(&pool, second), claim(&pool, second));
        assert_eq!(a.expect("claims").len() + b.expect("claims").len(), 1);
        put_back(&pool, lan.id, second).await.expect("puts back");
        assert_eq!(claim(&pool, second).await.expect("claims").len(), 1);
        set(&pool, by, lan.id, None, false, second).await.expect("asks no more");
        assert_eq!(claim(&pool, date!(2026 - 11 - 27)).await, Ok(vec![]));
    }
}
