//! The site's secret keys, made at the first start and shared by every process.

use crate::base::keys::Key;
use sqlx::PgPool;

/// The site's keys, by purpose.
#[derive(Clone)]
pub struct Keys {
    /// Signs the visitor's cookie.
    pub cookie: Key,
    /// Hashes a visitor's id for the database.
    pub visitor: Key,
    /// Hashes the names and addresses that limits count.
    pub limits: Key,
}

impl Keys {
    /// Loads the newest key of each purpose and creates the missing ones. Processes that start together agree.
    pub async fn load(pool: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self {
            cookie: load_key(pool, "cookie").await?,
            visitor: load_key(pool, "visitor").await?,
            limits: load_key(pool, "limits").await?,
        })
    }
}

#[tracing::instrument(skip(pool))]
async fn load_key(pool: &PgPool, purpose: &str) -> Result<Key, sqlx::Error> {
    let fresh: [u8; 32] = rand::random();
    sqlx::query!(
        "insert into secret_keys (purpose, version, key) values ($1, 1, $2) on conflict do nothing",
        purpose,
        &fresh[..]
    )
    .execute(pool)
    .await?;
    let row =
        sqlx::query!("select version, key from secret_keys where purpose = $1 order by version desc limit 1", purpose)
            .fetch_one(pool)
            .await?;
    let bytes = row.key.try_into().map_err(|_| sqlx::Error::Decode("a key is not 32 bytes long".into()))?;
    Ok(Key::new(row.version, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn every_process_loads_the_same_keys(pool: PgPool) {
        let (a, b) = tokio::join!(Keys::load(&pool), Keys::load(&pool));
        let (a, b) = (a.expect("loads"), b.expect("loads"));
        assert_eq!(a.cookie.mac(&[b"x"]), b.cookie.mac(&[b"x"]));
        assert_ne!(a.cookie.mac(&[b"x"]), a.visitor.mac(&[b"x"]));
        assert_eq!(a.cookie.version(), 1);
    }

    #[sqlx::test]
    async fn the_newest_version_of_a_key_counts_and_a_short_one_is_refused(pool: PgPool) {
        let first = Keys::load(&pool).await.expect("loads");
        let short = sqlx::query("insert into secret_keys (purpose, version, key) values ('cookie', 2, '\\x01')");
        let refused = short.execute(&pool).await.expect_err("is refused");
        assert_eq!(crate::base::error::constraint(&refused), Some("secret_key_length"));
        let newer = sqlx::query(
            "insert into secret_keys (purpose, version, key)
             select purpose, 2, sha256(key) from secret_keys where purpose = 'cookie'",
        );
        newer.execute(&pool).await.expect("stores");
        let second = Keys::load(&pool).await.expect("loads");
        assert_eq!((second.cookie.version(), second.visitor.version()), (2, 1));
        assert_ne!(second.cookie.mac(&[b"x"]), first.cookie.mac(&[b"x"]));
        assert_eq!(second.visitor.mac(&[b"x"]), first.visitor.mac(&[b"x"]));
    }
}
