//! Reading the settings table.

use sqlx::PgPool;

/// Lists the stored settings as key and value; a missing key has its default.
#[tracing::instrument(skip_all)]
pub async fn list_settings(pool: &PgPool) -> Result<Vec<(String, String)>, sqlx::Error> {
    let rows = sqlx::query!("select key, value from settings order by key").fetch_all(pool).await?;
    Ok(rows.into_iter().map(|row| (row.key, row.value)).collect())
}
