//! Keyed hashes and random tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

type HmacSha256 = Hmac<Sha256>;

/// A 256-bit key with the version that its signatures name.
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

    /// Computes HMAC-SHA-256 over `parts`. Each part is preceded by its length, so no two lists of parts collide.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.update(parts).finalize().into_bytes().into()
    }

    /// Compares `tag` with the keyed hash of `parts` in constant time.
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        self.update(parts).verify_slice(tag).is_ok()
    }

    /// The version that a signature made with this key names.
    pub fn version(&self) -> i32 {
        self.version
    }

    fn update(&self, parts: &[&[u8]]) -> HmacSha256 {
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

/// Hashes a secret token: the database looks it up by the hash and never holds the token.
pub fn hash_token(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Makes a random 128-bit token for an address or a form: 22 characters of base64url.
pub fn random_token() -> String {
    encode_token(&rand::random::<[u8; 16]>())
}

/// Encodes bytes as base64url without padding.
pub fn encode_token(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes what [`encode_token`] made.
pub fn decode_token(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// The first 12 bytes of a file's SHA-256 as 24 hexadecimal digits: enough to name a file by its content.
pub fn content_hash(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..12])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_together() {
        let key = Key::new(1, [7; 32]);
        assert_ne!(key.mac(&[b"ab", b"c"]), key.mac(&[b"a", b"bc"]));
        assert!(key.verify(&[b"ab"], &key.mac(&[b"ab"])));
        assert!(!key.verify(&[b"ab"], &key.mac(&[b"ab"])[..31]));
    }

    #[test]
    fn tokens_differ_and_fit_an_address() {
        let (one, other) = (random_token(), random_token());
        assert_ne!(one, other);
        assert_eq!((one.len(), decode_token(&one).map(|bytes| bytes.len())), (22, Some(16)));
        assert_eq!(decode_token("not a token"), None);
    }
}
