//! Secret keys: made at the first start, kept in the database, the same for every process.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sqlx::PgPool;

type HmacSha256 = Hmac<Sha256>;

/// A 256-bit key with the version that a signature names.
#[derive(Clone)]
pub struct Key {
    version: i32,
    bytes: [u8; 32],
}

impl Key {
    /// A key of these bytes.
    pub fn new(version: i32, bytes: [u8; 32]) -> Self {
        Self { version, bytes }
    }

    /// A keyed hash of `parts`. Their lengths are part of it, so no two lists of parts collide.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.feed(parts).finalize().into_bytes().into()
    }

    /// Whether `tag` is the keyed hash of `parts`; takes the same time whatever the answer.
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.feed(parts).verify_slice(tag).is_ok()
    }

    /// The version that a signature made with this key names.
    pub fn version(&self) -> i32 {
        self.version
    }

    fn feed(&self, parts: &[&[u8]]) -> HmacSha256 {
        let mut mac = HmacSha256::new_from_slice(&self.bytes).expect("HMAC takes a key of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Key({})", self.version)
    }
}

/// The site's keys, by what they are for.
#[derive(Clone)]
pub struct Keys {
    /// Signs the visitor's cookie.
    pub cookie: Key,
    /// Hashes a visitor's id for the database.
    pub visitor: Key,
    /// Hashes what must not be kept in the clear and is short-lived: names and addresses that are counted.
    pub limits: Key,
}

impl Keys {
    /// Reads the newest keys, making those that are missing. Processes that start together agree on one.
    pub async fn load(pool: &PgPool) -> Result<Self, sqlx::Error> {
        Ok(Self {
            cookie: load(pool, "cookie").await?,
            visitor: load(pool, "visitor").await?,
            limits: load(pool, "limits").await?,
        })
    }
}

async fn load(pool: &PgPool, purpose: &str) -> Result<Key, sqlx::Error> {
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
    Ok(Key { version: row.version, bytes })
}

/// A hash for looking a secret token up without keeping it.
pub fn token_hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A fresh 128-bit token for an address or a form, 22 characters.
pub fn token() -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(rand::random::<[u8; 16]>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[sqlx::test]
    async fn every_process_reads_the_same_keys(pool: PgPool) {
        let (a, b) = tokio::join!(Keys::load(&pool), Keys::load(&pool));
        let (a, b) = (a.expect("loads"), b.expect("loads"));
        assert_eq!(a.cookie.mac(&[b"x"]), b.cookie.mac(&[b"x"]));
        assert_ne!(a.cookie.mac(&[b"x"]), a.visitor.mac(&[b"x"]));
        assert_eq!(a.cookie.version(), 1);
    }

    #[sqlx::test]
    async fn parts_do_not_run_together(pool: PgPool) {
        let key = Keys::load(&pool).await.expect("loads").cookie;
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
        assert!(key.verify(&[b"ab"], &key.mac(&[b"ab"])));
        assert!(!key.verify(&[b"ab"], &key.mac(&[b"ab"])[..31]));
    }
}
