//! Passwords: argon2id, worked out off the async threads, a few at a time.

use crate::error::AppError;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest password, in characters.
pub const SHORTEST: usize = 12;
const LONGEST: usize = 200;

/// Each takes 19 MiB and a core for a moment: many at once would stop a small server.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Checks a new password.
pub fn check(password: &str) -> Result<(), String> {
    match password.chars().count() {
        SHORTEST..=LONGEST => Ok(()),
        _ => Err(format!("a password has {SHORTEST} to {LONGEST} characters")),
    }
}

/// The hash to store for a password.
pub async fn hash(password: String) -> Result<String, AppError> {
    work(move || Argon2::default().hash_password(password.as_bytes()).ok().map(|hash| hash.to_string()))
        .await?
        .ok_or(AppError::Internal)
}

/// Whether a password belongs to a stored hash. Without a hash it takes as long and says no,
/// so that the time of an answer does not tell whether there is such an account.
pub async fn verify(password: String, stored: Option<String>) -> Result<bool, AppError> {
    if password.chars().count() > LONGEST {
        return Ok(false);
    }
    work(move || match stored.as_deref().map(PasswordHash::new) {
        Some(Ok(hash)) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        _ => {
            let _ = Argon2::default().hash_password(password.as_bytes());
            false
        }
    })
    .await
}

async fn work<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    let _place = AT_ONCE.acquire().await.map_err(|_| AppError::Internal)?;
    tokio::task::spawn_blocking(job).await.map_err(|error| {
        tracing::error!(%error, "a password could not be worked out");
        AppError::Internal
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_alone() {
        let stored = hash("mật khẩu thật dài".to_owned()).await.expect("hashes");
        assert!(stored.starts_with("$argon2id$"));
        for (typed, opens) in [("mật khẩu thật dài", true), ("mật khẩu thật dà", false), ("", false)] {
            assert_eq!(verify(typed.to_owned(), Some(stored.clone())).await, Ok(opens));
        }
        assert_eq!(verify("mật khẩu thật dài".to_owned(), None).await, Ok(false));
        assert_eq!(verify("x".repeat(LONGEST + 1), Some(stored)).await, Ok(false));
    }

    #[test]
    fn short_and_endless_passwords_are_refused() {
        assert!(check("ngắn quá").is_err() && check(&"x".repeat(201)).is_err());
        assert!(check("mười hai kýt").is_ok());
    }
}
