//! Which mails staff get.

use super::record;
use crate::base::error::AppError;
use crate::features::accounts::CHANGE_DAILY_MAIL;
use crate::features::audit::Actor;
use serde_json::json;
use sqlx::PgPool;
use time::Date;

/// Somebody who gets mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRecipient {
    pub account: i64,
    /// The displayed name.
    pub name: String,
    pub email: String,
}

/// Which mails somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MailChoice {
    /// The address to which they go.
    pub email: Option<String>,
    /// Whether one goes there each day on which something waits.
    pub daily: bool,
    /// Whether one goes there when something waits too long.
    pub late: bool,
}

/// Finds which mails an account asked for.
#[tracing::instrument(skip(pool))]
pub async fn find_mail_choice(pool: &PgPool, account: i64) -> Result<MailChoice, AppError> {
    let choice = sqlx::query_as!(
        MailChoice,
        "select email, daily_mail as daily, late_mail as late from accounts where id = $1",
        account
    );
    choice.fetch_optional(pool).await?.ok_or(AppError::NotFound)
}

/// Stores which mails an account asks for. The first daily mail comes on the day after `today`.
#[tracing::instrument(skip(pool, actor, choice))]
pub async fn set_mail_choice(
    pool: &PgPool,
    actor: Actor<'_>,
    account: i64,
    choice: &MailChoice,
    today: Date,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let updated = sqlx::query!(
        "update accounts
         set email = $2, daily_mail = $3, late_mail = $4,
             mailed_on = case when daily_mail then mailed_on else $5 end
         where id = $1",
        account,
        choice.email,
        choice.daily,
        choice.late,
        today
    )
    .execute(&mut *tx)
    .await?;
    if updated.rows_affected() == 0 {
        return Err(AppError::NotFound);
    }
    let detail = json!({ "daily": choice.daily, "late": choice.late });
    record(&mut tx, actor, CHANGE_DAILY_MAIL, account, detail).await?;
    Ok(tx.commit().await?)
}

/// Lists those who get a mail when something waits too long.
#[tracing::instrument(skip(pool))]
pub async fn list_late_recipients(pool: &PgPool) -> Result<Vec<MailRecipient>, AppError> {
    let recipients = sqlx::query_as!(
        MailRecipient,
        r#"select id as account, display_name as name, email as "email!" from accounts
           where late_mail and email is not null and disabled_at is null order by id"#
    );
    Ok(recipients.fetch_all(pool).await?)
}

/// Claims the recipients of the mail of `today`; each is returned once, to one process.
#[tracing::instrument(skip(pool))]
pub async fn claim_recipients(pool: &PgPool, today: Date) -> Result<Vec<MailRecipient>, AppError> {
    let recipients = sqlx::query_as!(
        MailRecipient,
        r#"update accounts set mailed_on = $1
           where daily_mail and email is not null and disabled_at is null and (mailed_on is null or mailed_on < $1)
           returning id as account, display_name as name, email as "email!""#,
        today
    );
    Ok(recipients.fetch_all(pool).await?)
}

/// Gives a recipient back whose mail of `today` could not be sent for now: it is tried again.
#[tracing::instrument(skip(pool))]
pub async fn release_recipient(pool: &PgPool, account: i64, today: Date) -> Result<(), AppError> {
    // the mail of a later day may have been claimed meanwhile
    sqlx::query!("update accounts set mailed_on = $2::date - 1 where id = $1 and mailed_on = $2", account, today)
        .execute(pool)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor_of, insert_staff, list_actions};
    use time::macros::date;

    fn daily(email: &str) -> MailChoice {
        MailChoice { email: Some(email.to_owned()), daily: true, late: false }
    }

    #[sqlx::test]
    async fn mails_about_what_is_late_go_to_those_who_ask_and_may_sign_in(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        for who in [&lan, &hoa] {
            let choice = MailChoice { late: true, ..daily("a@vidu.vn") };
            set_mail_choice(&pool, actor_of(who), who.id, &choice, date!(2026 - 11 - 25)).await.expect("asks");
            assert_eq!(find_mail_choice(&pool, who.id).await, Ok(choice));
        }
        let recipients = async || {
            let recipients = list_late_recipients(&pool).await.expect("lists");
            recipients.iter().map(|one| one.account).collect::<Vec<_>>()
        };
        assert_eq!(recipients().await, [lan.id, hoa.id]);
        sqlx::query("update accounts set disabled_at = now() where username = 'hoa'")
            .execute(&pool)
            .await
            .expect("locks");
        assert_eq!(recipients().await, [lan.id]);
    }

    #[sqlx::test]
    async fn one_mail_a_day_to_whoever_asks(pool: PgPool) {
        let (lan, _) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let by = actor_of(&lan);
        let (first, second) = (date!(2026 - 11 - 25), date!(2026 - 11 - 26));
        set_mail_choice(&pool, by, lan.id, &daily("lan@vidu.vn"), first).await.expect("asks");
        assert_eq!(find_mail_choice(&pool, lan.id).await, Ok(daily("lan@vidu.vn")));
        assert_eq!(claim_recipients(&pool, first).await, Ok(vec![]), "from tomorrow on");
        let (a, b) = tokio::join!(claim_recipients(&pool, second), claim_recipients(&pool, second));
        assert_eq!(a.expect("claims").len() + b.expect("claims").len(), 1);
        release_recipient(&pool, lan.id, second).await.expect("releases");
        assert_eq!(claim_recipients(&pool, second).await.expect("claims").len(), 1);
        set_mail_choice(&pool, by, lan.id, &MailChoice::default(), second).await.expect("asks no more");
        assert_eq!(claim_recipients(&pool, date!(2026 - 11 - 27)).await, Ok(vec![]));
    }

    #[sqlx::test]
    async fn a_choice_made_again_brings_no_second_mail_and_an_impossible_one_is_refused(pool: PgPool) {
        let lan = insert_staff(&pool, "lan").await;
        let by = actor_of(&lan);
        let (first, second) = (date!(2026 - 11 - 25), date!(2026 - 11 - 26));
        set_mail_choice(&pool, by, lan.id, &daily("lan@vidu.vn"), first).await.expect("asks");
        assert_eq!(claim_recipients(&pool, second).await.expect("claims").len(), 1);
        set_mail_choice(&pool, by, lan.id, &daily("lan@vidu.vn"), second).await.expect("asks again");
        assert_eq!(claim_recipients(&pool, second).await, Ok(vec![]));
        assert_eq!(set_mail_choice(&pool, by, lan.id, &daily("x"), second).await, Err(AppError::Internal));
        assert_eq!(set_mail_choice(&pool, by, 999, &MailChoice::default(), second).await, Err(AppError::NotFound));
        assert_eq!(find_mail_choice(&pool, lan.id).await, Ok(daily("lan@vidu.vn")));
        assert_eq!(list_actions(&pool).await, ["set-mail"; 2]);
    }

    #[sqlx::test]
    async fn a_mail_given_back_is_tried_again_and_nobody_elses(pool: PgPool) {
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let (first, second, third) = (date!(2026 - 11 - 25), date!(2026 - 11 - 26), date!(2026 - 11 - 27));
        for who in [&lan, &hoa] {
            set_mail_choice(&pool, actor_of(who), who.id, &daily("a@vidu.vn"), first).await.expect("asks");
        }
        let claim = async |day| {
            let claimed = claim_recipients(&pool, day).await.expect("claims");
            claimed.iter().map(|one| one.account).collect::<Vec<_>>()
        };
        assert_eq!(claim(second).await.len(), 2);
        release_recipient(&pool, lan.id, second).await.expect("releases");
        release_recipient(&pool, lan.id, second).await.expect("the same again changes nothing");
        release_recipient(&pool, 999, second).await.expect("has nothing to release");
        assert_eq!(claim(second).await, [lan.id]);
        assert_eq!(claim(third).await.len(), 2);
        release_recipient(&pool, lan.id, second).await.expect("is too late");
        assert_eq!(claim(third).await, [] as [i64; 0]);
    }
}
