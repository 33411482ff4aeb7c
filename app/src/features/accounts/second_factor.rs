//! Codes of an authenticator app (TOTP, RFC 6238: six digits, thirty seconds, SHA-1, as every app knows them), and
//! recovery codes for when the phone is gone.

use crate::base::error::AppError;
use crate::base::keys::{Key, hash_token};
use qrcodegen::{QrCode, QrCodeEcc};
use time::OffsetDateTime;
use totp_rs::{Builder, Secret, Totp};

/// Recovery codes of an account.
const RECOVERY_CODES: usize = 10;
/// Letters and digits that nobody confuses.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Generates a secret of 160 random bits.
pub fn generate_secret() -> [u8; SECRET_BYTES] {
    rand::random()
}

const SECRET_BYTES: usize = 20;

/// Seals an account's secret for the database. The key is not there, so nobody who reads the database can make codes.
pub fn seal_secret(key: &Key, account: i64, secret: &[u8]) -> Vec<u8> {
    key.seal(&[b"second factor", &account.to_be_bytes()], secret)
}

/// Opens an account's sealed secret. One from before secrets were sealed is returned as it is.
pub fn open_secret(key: &Key, account: i64, sealed: Vec<u8>) -> Result<Vec<u8>, AppError> {
    if sealed.len() == SECRET_BYTES {
        return Ok(sealed);
    }
    key.open(&[b"second factor", &account.to_be_bytes()], &sealed).ok_or_else(|| {
        tracing::error!(account, "the secret of a second factor was sealed with another key");
        AppError::Internal
    })
}

fn totp(secret: &[u8], site: &str, username: &str) -> Option<Totp> {
    let plain = |text: &str| text.replace(':', " ");
    let secret = Secret::new(secret.to_vec().into_boxed_slice());
    Builder::new()
        .with_secret(secret)
        .with_account_name(plain(username))
        .with_issuer(Some(plain(site)))
        .build()
        .inspect_err(|error| tracing::error!(?error, "a second factor's secret has another length"))
        .ok()
}

/// Finds the time step of a typed code: that of `now` or one beside it, for clocks that are half a minute off.
pub fn find_step(secret: &[u8], typed: &str, now: OffsetDateTime) -> Option<i64> {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != 6 {
        return None;
    }
    let now = u64::try_from(now.unix_timestamp()).ok()?;
    totp(secret, "", "x")?.check(&digits, now).and_then(|step| i64::try_from(step).ok())
}

/// The address that an app reads from the QR code: `otpauth://totp/…`.
pub fn otpauth_url(secret: &[u8], site: &str, username: &str) -> String {
    totp(secret, site, username).and_then(|totp| totp.to_url().ok()).unwrap_or_default()
}

/// Formats the secret for typing, in groups of four.
pub fn format_secret(secret: &[u8]) -> String {
    let secret = Secret::new(secret.to_vec().into_boxed_slice()).to_base32();
    secret.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// Draws an address as a QR code: the side of the drawing with its quiet zone, and the path of its dark squares.
pub fn draw_qr_code(address: &str) -> Option<(i32, String)> {
    const QUIET: i32 = 4;
    let code = QrCode::encode_text(address, QrCodeEcc::Medium).ok()?;
    let dark = (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y)));
    let dark = dark.filter(|&(x, y)| code.get_module(x, y));
    let path = dark.map(|(x, y)| format!("M{},{}h1v1h-1z", x + QUIET, y + QUIET)).collect();
    Some((code.size() + 2 * QUIET, path))
}

/// Generates recovery codes of 60 random bits each: `abcd-efgh-2345`.
pub fn generate_recovery_codes() -> Vec<String> {
    let code = |_| {
        let letters: Vec<char> =
            rand::random::<[u8; 12]>().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).to_vec();
        letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// Hashes a recovery code, however it is typed. `None` where it has another length.
pub fn hash_recovery_code(typed: &str) -> Option<[u8; 32]> {
    let letters: String = typed.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    (letters.len() == 12).then(|| hash_token(&letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The code that an app shows at `at` seconds.
    fn code_at(secret: &[u8], at: u64) -> String {
        totp(secret, "", "x").expect("is a secret").generate(at).to_string()
    }

    #[test]
    fn a_code_is_accepted_half_a_minute_early_and_late_and_no_more() {
        let secret = generate_secret();
        let now = 1_700_000_010;
        for (off, known) in [(0_i64, true), (30, true), (-30, true), (90, false), (-90, false)] {
            let code = code_at(&secret, u64::try_from(now + off).expect("is late enough"));
            let at = OffsetDateTime::from_unix_timestamp(now).expect("is a time");
            assert_eq!(find_step(&secret, &code, at), known.then_some((now + off) / 30), "{off}");
            let spaced = format!(" {} {}", &code[..3], &code[3..]);
            assert_eq!(find_step(&secret, &spaced, at).is_some(), known, "as apps show it");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        let at = OffsetDateTime::from_unix_timestamp(1_700_000_000).expect("is a time");
        for bad in ["", "12345", "1234567", "abcdef", "１２３４５６"] {
            assert_eq!(find_step(&generate_secret(), bad, at), None, "{bad}");
        }
    }

    #[test]
    fn codes_agree_with_the_standard() {
        // RFC 6238, appendix B, the last six of eight digits
        let secret = b"12345678901234567890";
        for (at, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert_eq!(code_at(secret, at), code);
        }
    }

    #[test]
    fn an_app_reads_site_name_and_secret_from_the_picture() {
        let address = otpauth_url(b"12345678901234567890", "Phường Hiệp Ninh: tin", "lan");
        assert!(
            address.starts_with("otpauth://totp/") && address.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{address}"
        );
        let (side, path) = draw_qr_code(&address).expect("fits");
        assert!(side > 30 && path.starts_with("M4,4h1v1h-1z"), "the corner is dark");
        assert_eq!(format_secret(b"12345678901234567890"), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn recovery_codes_are_ten_and_know_their_spellings() {
        let codes = generate_recovery_codes();
        assert_eq!(codes.iter().collect::<std::collections::HashSet<_>>().len(), RECOVERY_CODES);
        for code in codes {
            assert_eq!(code.len(), 14);
            assert_eq!(hash_recovery_code(&code), hash_recovery_code(&code.replace('-', " ").to_uppercase()));
        }
        assert_eq!(hash_recovery_code("abcd-efgh"), None);
    }
}
