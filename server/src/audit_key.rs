//! The key of the record of what staff did. It is kept apart from the database, so that whoever can write there cannot
//! write the record anew.

use app::audit::store as audit;
use app::keys::Key;
use sqlx::PgPool;
use std::error::Error;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Its file in the data folder.
const FILE: &str = "audit.key";
const VERSION: i32 = 1;

/// The key: as given, or from its file, which is made where there is none.
pub fn load(given: Option<&str>, folder: &Path) -> Result<Key, Box<dyn Error>> {
    if let Some(given) = given {
        return parse(given).ok_or_else(|| "LOA_AUDIT_KEY is 64 hexadecimal digits".into());
    }
    let path = folder.join(FILE);
    let wrong = |error: std::io::Error| format!("{}: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(wrong)?;
    let fresh: [u8; 32] = rand::random();
    // never over one that is there
    match std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(mut file) => writeln!(file, "{}", hex(&fresh)).map_err(wrong)?,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(wrong(error).into()),
    }
    let text = std::fs::read_to_string(&path).map_err(wrong)?;
    parse(text.trim()).ok_or_else(|| format!("{} does not hold 64 hexadecimal digits", path.display()).into())
}

/// The key, once it is known to be the one that the record was begun with; lines from before the record are sealed.
pub async fn claim(pool: &PgPool, given: Option<&str>, folder: &Path) -> Result<Key, Box<dyn Error>> {
    let key = load(given, folder)?;
    if !audit::claim(pool, &key).await? {
        return Err(format!(
            "the audit key is not the one that this database's record was begun with: bring {} from where it was made, or set LOA_AUDIT_KEY",
            folder.join(FILE).display()
        )
        .into());
    }
    audit::seal(pool, &key).await?;
    Ok(key)
}

fn parse(text: &str) -> Option<Key> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(Key::new(VERSION, bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_key_is_made_once_and_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let inner = folder.path().join("data");
        let first = load(None, &inner).expect("makes one");
        let again = load(None, &inner).expect("finds it");
        assert_eq!(first.mac(&[b"x"]), again.mac(&[b"x"]));
        let mode = std::fs::metadata(inner.join(FILE)).expect("is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let given = load(Some(&"0f".repeat(32)), &inner).expect("reads");
        assert_eq!(given.mac(&[b"x"]), Key::new(1, [15; 32]).mac(&[b"x"]));
    }

    #[test]
    fn a_broken_key_is_refused_and_not_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(FILE), "gone").expect("writes");
        assert!(load(None, folder.path()).is_err());
        assert_eq!(std::fs::read_to_string(folder.path().join(FILE)).expect("reads"), "gone");
        for bad in ["", "0f", &"g".repeat(64), &"ệ".repeat(32)] {
            assert!(load(Some(bad), folder.path()).is_err(), "{bad}");
        }
    }
}
