//! The settings table.

use super::Settings;
use crate::audit::Entry;
use crate::error::AppError;
use crate::keys::Key;
use serde_json::json;
use sqlx::PgPool;

/// The settings in force.
pub async fn load(pool: &PgPool) -> Result<Settings, sqlx::Error> {
    let rows = sqlx::query!("select key, value from settings").fetch_all(pool).await?;
    let rows: Vec<_> = rows.into_iter().map(|row| (row.key, row.value)).collect();
    Ok(Settings::from_rows(&rows))
}

/// The rows that differ from the defaults, by key.
pub async fn rows(pool: &PgPool) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!("select key, value from settings order by key").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}

/// Stores a checked value, with its line in the record; every process hears of it.
pub async fn set(pool: &PgPool, audit: &Key, by: Option<i64>, key: &str, value: &str) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "insert into settings (key, value) values ($1, $2)
         on conflict (key) do update set value = excluded.value, updated_at = now()",
        key,
        value
    )
    .execute(&mut *tx)
    .await?;
    let entry = Entry::new(by, "set", ("setting", None), json!({ "key": key }));
    crate::audit::store::append(&mut tx, audit, vec![entry]).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn a_setting_is_stored_and_stored_again(pool: PgPool) {
        assert_eq!(load(&pool).await.expect("loads").info.name, "Phường Hiệp Ninh");
        let key = crate::moderation::store::tests::key();
        set(&pool, &key, None, "site.name", "Phường Bình Minh").await.expect("stores");
        set(&pool, &key, None, "site.name", "Phường Tân Ninh").await.expect("stores again");
        assert_eq!(load(&pool).await.expect("loads").info.name, "Phường Tân Ninh");
        assert_eq!(rows(&pool).await.expect("lists").len(), 1);
    }
}
