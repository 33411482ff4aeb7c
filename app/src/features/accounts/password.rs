//! Passwords: argon2id, computed off the async threads, a few at a time (see [`super::password_queue`]).

pub use super::password_queue::Priority;
use super::password_queue::{Slot, wait_for_slot};
use super::{BAD_PASSWORD, COMMON_PASSWORD};
use crate::base::error::{AppError, Problem};
use crate::base::text::fold;
use crate::web::site::Site;
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use unicode_normalization::UnicodeNormalization;

/// The shortest password, in characters.
const MIN_CHARS: usize = 12;
const MAX_CHARS: usize = 200;

/// What Vietnamese passwords consist of most often, beside the lists that zxcvbn brings.
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

/// The names of a person and of the site, of which a password must not consist.
pub fn known_words(site: &Site, username: &str, name: &str) -> Vec<String> {
    let info = &site.settings().info;
    [username, name, &info.name, &info.body, &site.public_url].map(str::to_owned).to_vec()
}

/// Checks a new password and returns the hash to store. Attackers try common passwords first, and
/// those derived from the person: `known` are their names and the site's.
pub async fn accept_password(password: String, known: Vec<String>) -> Result<String, AppError> {
    let slot = wait_for_slot(Priority::Known).await?;
    compute(slot, move || check_password(&password, &known).map_err(AppError::invalid).and_then(|()| hash(&password)))
        .await?
}

fn check_password(password: &str, known: &[String]) -> Result<(), Problem> {
    if !(MIN_CHARS..=MAX_CHARS).contains(&password.chars().count()) {
        return Err(BAD_PASSWORD);
    }
    let bare = fold(password);
    let spellings = |name: &String| {
        let bare = fold(name);
        [name.clone(), bare.replace(' ', ""), bare]
    };
    let known: Vec<String> = known.iter().flat_map(spellings).collect();
    let weak_words = known.iter().flat_map(|name| name.split(' ').chain([name.as_str()])).filter(|word| word.len() > 1);
    let weak_words: Vec<&str> = weak_words.chain(COMMON).collect();
    // the middle of its scale: more than a hundred million attempts
    let easy = |password: &str| zxcvbn::zxcvbn(password, &weak_words).score() < zxcvbn::Score::Three;
    if easy(password) || easy(&bare) { Err(COMMON_PASSWORD) } else { Ok(()) }
}

/// Computes the hash to store for a password.
pub async fn hash_password(password: String) -> Result<String, AppError> {
    compute(wait_for_slot(Priority::Known).await?, move || hash(&password)).await?
}

/// Hashes a password as NFKC: keyboards write one letter in several ways, and half of them at full width.
fn hash(password: &str) -> Result<String, AppError> {
    let password: String = password.nfkc().collect();
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| {
        tracing::error!(%error, "a password could not be hashed");
        AppError::Internal
    })?;
    Ok(hash.to_string())
}

/// Whether a password belongs to a stored hash. Without a hash the answer is no and takes as long, so that its time
/// does not tell whether there is such an account.
pub async fn verify_password(password: String, stored: Option<String>, priority: Priority) -> Result<bool, AppError> {
    verify_in_slot(wait_for_slot(priority).await?, password, stored).await
}

/// Verifies a password in a slot that the caller already has.
pub async fn verify_in_slot(slot: Slot, password: String, stored: Option<String>) -> Result<bool, AppError> {
    if password.chars().count() > MAX_CHARS {
        return Ok(false);
    }
    compute(slot, move || {
        let normal: String = password.nfkc().collect();
        // a hash from before passwords were normalised is of the form that was typed
        let forms = if normal == password { vec![normal] } else { vec![normal, password] };
        match stored.as_deref().map(PasswordHash::new) {
            Some(Ok(hash)) => {
                forms.iter().any(|form| Argon2::default().verify_password(form.as_bytes(), &hash).is_ok())
            }
            _ => {
                for form in &forms {
                    let _ = Argon2::default().hash_password(form.as_bytes());
                }
                false
            }
        }
    })
    .await
}

/// Computes in a slot, which becomes free when the computation ends, also where nobody waits for it any longer.
async fn compute<T: Send + 'static>(slot: Slot, job: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    let work = move || {
        let done = job();
        drop(slot);
        done
    };
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "a password could not be computed");
        AppError::Internal
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_alone() {
        let stored = hash_password("mật khẩu thật dài".to_owned()).await.expect("hashes");
        assert!(stored.starts_with("$argon2id$"));
        for (typed, opens) in [("mật khẩu thật dài", true), ("mật khẩu thật dà", false), ("", false)] {
            assert_eq!(verify_password(typed.to_owned(), Some(stored.clone()), Priority::Other).await, Ok(opens));
        }
        assert_eq!(verify_password("mật khẩu thật dài".to_owned(), None, Priority::Other).await, Ok(false));
        assert_eq!(verify_password("x".repeat(MAX_CHARS + 1), Some(stored), Priority::Known).await, Ok(false));
    }

    #[tokio::test]
    async fn a_password_may_be_written_in_any_form_of_its_letters() {
        let composed = "mật khẩu thật dài";
        let decomposed: String = composed.nfd().collect();
        let wide = "ｍật khẩu thật dài";
        let stored = hash_password(composed.to_owned()).await.expect("hashes");
        for typed in [composed, &decomposed, wide] {
            assert_eq!(verify_password(typed.to_owned(), Some(stored.clone()), Priority::Other).await, Ok(true));
        }
        assert_eq!(verify_password("mat khau that dai".to_owned(), Some(stored), Priority::Other).await, Ok(false));
        // a hash of the decomposed form, from before
        let before = Argon2::default().hash_password(decomposed.as_bytes()).expect("hashes").to_string();
        for (typed, opens) in [(decomposed.as_str(), true), (composed, false)] {
            assert_eq!(verify_password(typed.to_owned(), Some(before.clone()), Priority::Other).await, Ok(opens));
        }
    }

    #[test]
    fn what_is_short_endless_or_common_is_refused() {
        let known = ["lan".to_owned(), "Chị Lan".to_owned(), "Phường Hiệp Ninh".to_owned()];
        for (typed, outcome) in [
            ("ngắn quá", Err(BAD_PASSWORD)),
            (&"x".repeat(201), Err(BAD_PASSWORD)),
            ("passwordpassword", Err(COMMON_PASSWORD)),
            ("123456789012", Err(COMMON_PASSWORD)),
            ("qwertyuiop[]", Err(COMMON_PASSWORD)),
            ("aaaaaaaaaaaaaa", Err(COMMON_PASSWORD)),
            ("matkhau123456", Err(COMMON_PASSWORD)),
            ("mậtkhẩu123456", Err(COMMON_PASSWORD)),
            ("anhyeuem2024", Err(COMMON_PASSWORD)),
            ("hiepninh2023", Err(COMMON_PASSWORD)),
            ("PhuongHiepNinh1", Err(COMMON_PASSWORD)),
            ("iloveyou1234", Err(COMMON_PASSWORD)),
            ("mười hai con mèo đen", Ok(())),
            ("ve chai dep lao", Ok(())),
            ("kJ7!qx_92mZp", Ok(())),
        ] {
            assert_eq!(check_password(typed, &known), outcome, "{typed}");
        }
    }
}
