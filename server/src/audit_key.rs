//! The key of the audit record. It is kept apart from the database, so that nobody who can write there can rewrite the
//! record.

use app::base::keys::Key;
use app::features::audit::store::claim_key;
use sqlx::PgPool;
use std::error::Error;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// The key's file in the data folder.
const FILE_NAME: &str = "audit.key";
const VERSION: i32 = 1;

/// Loads the key that was given, or the one in its file, which is created where there is none.
pub fn load_key(given: Option<&str>, folder: &Path) -> Result<Key, Box<dyn Error>> {
    if let Some(given) = given {
        return parse_key(given).ok_or_else(|| "LOA_AUDIT_KEY must be 64 hexadecimal digits".into());
    }
    let path = folder.join(FILE_NAME);
    let describe = |error: std::io::Error| format!("{}: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(describe)?;
    let fresh: [u8; 32] = rand::random();
    // an existing file is never overwritten
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => writeln!(file, "{}", hex::encode(fresh)).map_err(describe)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(describe(error).into()),
    }
    let text = std::fs::read_to_string(&path).map_err(describe)?;
    parse_key(text.trim()).ok_or_else(|| format!("{} does not contain 64 hexadecimal digits", path.display()).into())
}

/// Loads the key and checks that it is the one with which this database's record was begun.
pub async fn load_matching_key(pool: &PgPool, given: Option<&str>, folder: &Path) -> Result<Key, Box<dyn Error>> {
    let key = load_key(given, folder)?;
    if claim_key(pool, &key).await? {
        return Ok(key);
    }
    Err(format!(
        "the audit key is not the one with which this database's record was begun: copy {} from where it was created, \
         or set LOA_AUDIT_KEY",
        folder.join(FILE_NAME).display()
    )
    .into())
}

fn parse_key(text: &str) -> Option<Key> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(Key::new(VERSION, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_created_once_and_readable_by_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("data");
        let first = load_key(None, &inner).expect("creates one");
        let again = load_key(None, &inner).expect("finds it");
        assert_eq!(first.mac(&[b"x"]), again.mac(&[b"x"]));
        let mode = std::fs::metadata(inner.join(FILE_NAME)).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let given = load_key(Some(&"0f".repeat(32)), &inner).expect("reads");
        assert_eq!(given.mac(&[b"x"]), Key::new(1, [15; 32]).mac(&[b"x"]));
    }

    #[test]
    fn a_broken_key_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE_NAME), "gone").expect("writes");
        assert!(load_key(None, folder.path()).is_err());
        assert_eq!(std::fs::read_to_string(folder.path().join(FILE_NAME)).expect("reads"), "gone");
        for bad in ["", "0f", &"g".repeat(64), &"ệ".repeat(32)] {
            assert!(load_key(Some(bad), folder.path()).is_err(), "{bad}");
        }
    }
}
