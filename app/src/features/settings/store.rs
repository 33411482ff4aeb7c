//! The settings table.

use super::CHANGE_SETTING;
use crate::base::error::AppError;
use crate::features::audit::{Actor, Entry};
use crate::web::settings::Setting;
use serde_json::json;
use sqlx::{PgConnection, PgPool};

/// Stores a value that was checked. Every process receives the change from the database.
#[tracing::instrument(skip_all, fields(setting.key))]
pub async fn change_setting(pool: &PgPool, actor: Actor<'_>, setting: &Setting, value: &str) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    write_setting(&mut tx, actor, setting, value).await?;
    Ok(tx.commit().await?)
}

/// The same in a transaction that changes more.
#[tracing::instrument(skip_all, fields(setting.key))]
pub async fn write_setting(
    db: &mut PgConnection,
    actor: Actor<'_>,
    setting: &Setting,
    value: &str,
) -> Result<(), AppError> {
    sqlx::query!(
        "insert into settings (key, value) values ($1, $2)
         on conflict (key) do update set value = excluded.value, updated_at = now()",
        setting.key,
        value
    )
    .execute(&mut *db)
    .await?;
    let entry = Entry::new(actor, CHANGE_SETTING, ("setting", None), json!({ "key": setting.key }));
    actor.record(db, entry).await?;
    Ok(())
}

/// Counts which of these settings are empty.
#[tracing::instrument(skip_all)]
pub async fn count_empty(pool: &PgPool, settings: &[Setting]) -> Result<i64, AppError> {
    let keys: Vec<String> = settings.iter().map(|setting| setting.key.to_owned()).collect();
    let defaults: Vec<String> = settings.iter().map(|setting| setting.default.to_owned()).collect();
    let empty = sqlx::query_scalar!(
        r#"select count(*) as "count!"
           from unnest($1::text[], $2::text[]) as declared (key, fallback)
           left join settings s on s.key = declared.key
           where coalesce(s.value, fallback) = ''"#,
        &keys,
        &defaults
    );
    Ok(empty.fetch_one(pool).await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, list_actions};
    use crate::web::settings::{CONTACT, IDLE_MINUTES, SECOND_FACTOR_REQUIRED, Settings};
    use crate::web::store::settings::list_settings;

    #[sqlx::test]
    async fn a_setting_is_stored_and_replaced(pool: PgPool) {
        assert_eq!(list_settings(&pool).await.expect("reads"), []);
        change_setting(&pool, actor(), &IDLE_MINUTES, "20").await.expect("stores");
        change_setting(&pool, actor(), &IDLE_MINUTES, "45").await.expect("replaces");
        let rows = list_settings(&pool).await.expect("reads");
        assert_eq!((rows.len(), Settings::new(rows).number(&IDLE_MINUTES)), (1, 45));
        assert_eq!(list_actions(&pool).await, ["change-setting"; 2]);
    }

    #[sqlx::test]
    async fn settings_are_empty_by_default_or_once_they_are_emptied(pool: PgPool) {
        assert_eq!(count_empty(&pool, &CONTACT).await, Ok(2), "telephone and hours");
        change_setting(&pool, actor(), &CONTACT[0], "").await.expect("empties");
        change_setting(&pool, actor(), &CONTACT[1], "0276 3822 115").await.expect("stores");
        assert_eq!(count_empty(&pool, &CONTACT).await, Ok(2), "address and hours");
        assert_eq!(count_empty(&pool, &[]).await, Ok(0));
    }

    #[sqlx::test]
    async fn a_setting_is_written_with_what_else_is_changed_or_not_at_all(pool: PgPool) {
        let mut tx = pool.begin().await.expect("begins");
        write_setting(&mut tx, actor(), &IDLE_MINUTES, "20").await.expect("writes");
        write_setting(&mut tx, actor(), &IDLE_MINUTES, "20").await.expect("writes again");
        assert!(write_setting(&mut tx, actor(), &IDLE_MINUTES, "2\u{0}").await.is_err());
        drop(tx);
        assert_eq!(list_settings(&pool).await.expect("reads"), []);
    }

    #[sqlx::test]
    async fn the_same_value_again_is_entered_again_and_others_stay(pool: PgPool) {
        change_setting(&pool, actor(), &SECOND_FACTOR_REQUIRED, "1").await.expect("stores");
        for _ in 0..2 {
            change_setting(&pool, actor(), &IDLE_MINUTES, "20").await.expect("stores");
        }
        let refused = change_setting(&pool, actor(), &IDLE_MINUTES, "2\u{0}").await;
        assert_eq!(refused, Err(AppError::Internal), "no text of the database's holds a zero byte");
        let settings = Settings::new(list_settings(&pool).await.expect("reads"));
        assert_eq!((settings.number(&IDLE_MINUTES), settings.is_on(&SECOND_FACTOR_REQUIRED)), (20, true));
        assert_eq!(list_actions(&pool).await, ["change-setting"; 3]);
    }
}
