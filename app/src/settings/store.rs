//! The settings table.

use super::Settings;
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

/// Stores a checked value; every process hears of it.
pub async fn set(pool: &PgPool, key: &str, value: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into settings (key, value) values ($1, $2)
         on conflict (key) do update set value = excluded.value, updated_at = now()",
        key,
        value
    )
    .execute(pool)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn a_setting_is_stored_and_stored_again(pool: PgPool) {
        assert_eq!(load(&pool).await.expect("loads").info.name, "Phường Hiệp Ninh");
        set(&pool, "site.name", "Phường Bình Minh").await.expect("stores");
        set(&pool, "site.name", "Phường Tân Ninh").await.expect("stores again");
        assert_eq!(load(&pool).await.expect("loads").info.name, "Phường Tân Ninh");
        assert_eq!(rows(&pool).await.expect("lists").len(), 1);
    }
}
