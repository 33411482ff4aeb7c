//! Passwords: argon2id, worked out off the async threads, a few at a time.

use crate::error::{AppError, Rule};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

/// The shortest password, in characters.
pub const SHORTEST: usize = 12;
const LONGEST: usize = 200;

/// Each takes 19 MiB and a core for a moment: many at once would stop a small server.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// What Vietnamese passwords are made of most, beside the lists that zxcvbn brings.
const COMMON: [&str; 24] = [
    "matkhau",
    "mat",
    "khau",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "yeuanh",
    "vietnam",
    "phuong",
    "ubnd",
    "uyban",
    "quantri",
    "canbo",
    "xinchao",
    "giadinh",
    "conyeu",
    "boyeu",
    "meyeu",
    "tayninh",
    "hiepninh",
    "tanninh",
    "saigon",
    "hanoi",
    "khongbiet",
];

/// What a person's password must not be made of.
pub fn known(site: &crate::site::Site, username: &str, name: &str) -> Vec<String> {
    let info = &site.settings().info;
    [username, name, &info.name, &info.body, &site.public_url].map(str::to_owned).to_vec()
}

/// The hash to store for a new password, or the rule that it breaks. Whoever guesses tries what is common first, and what
/// has to do with the person: `known` are their names and the site's.
pub async fn accept(password: String, known: Vec<String>) -> Result<String, AppError> {
    work(move || check(&password, &known).map_err(AppError::rule).and_then(|()| hashed(&password))).await?
}

fn check(password: &str, known: &[String]) -> Result<(), Rule> {
    if !(SHORTEST..=LONGEST).contains(&password.chars().count()) {
        return Err(Rule::Password);
    }
    let bare = crate::text::fold(password);
    let spellings = |name: &String| {
        let bare = crate::text::fold(name);
        [name.clone(), bare.replace(' ', ""), bare]
    };
    let known: Vec<String> = known.iter().flat_map(spellings).collect();
    let words = known.iter().flat_map(|name| name.split(' ').chain([name.as_str()])).filter(|word| word.len() > 1);
    let words: Vec<&str> = words.chain(COMMON).collect();
    // the mean of its scale: more than a hundred million tries
    let easy = |password: &str| zxcvbn::zxcvbn(password, &words).score() < zxcvbn::Score::Three;
    if easy(password) || easy(&bare) { Err(Rule::PasswordCommon) } else { Ok(()) }
}

/// The hash to store for a password.
pub async fn hash(password: String) -> Result<String, AppError> {
    work(move || hashed(&password)).await?
}

fn hashed(password: &str) -> Result<String, AppError> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        AppError::Internal
    })?;
    Ok(hash.to_string())
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
    fn what_is_short_endless_or_common_is_refused() {
        let known = ["lan".to_owned(), "Chị Lan".to_owned(), "Phường Hiệp Ninh".to_owned()];
        for (typed, outcome) in [
            ("ngắn quá", Err(Rule::Password)),
            (&"x".repeat(201), Err(Rule::Password)),
            ("passwordpassword", Err(Rule::PasswordCommon)),
            ("123456789012", Err(Rule::PasswordCommon)),
            ("qwertyuiop[]", Err(Rule::PasswordCommon)),
            ("aaaaaaaaaaaaaa", Err(Rule::PasswordCommon)),
            ("matkhau123456", Err(Rule::PasswordCommon)),
            ("mậtkhẩu123456", Err(Rule::PasswordCommon)),
            ("anhyeuem2024", Err(Rule::PasswordCommon)),
            ("hiepninh2023", Err(Rule::PasswordCommon)),
            ("PhuongHiepNinh1", Err(Rule::PasswordCommon)),
            ("iloveyou1234", Err(Rule::PasswordCommon)),
            ("mười hai con mèo đen", Ok(())),
            ("ve chai dep lao", Ok(())),
            ("kJ7!qx_92mZp", Ok(())),
        ] {
            assert_eq!(check(typed, &known), outcome, "{typed}");
        }
    }
}
