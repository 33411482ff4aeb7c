//! Keyed hashes, sealed texts and random tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, Payload};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

type HmacSha256 = Hmac<Sha256>;
/// The length of the random value that each sealed text begins with.
const NONCE: usize = 12;

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

    /// Seals a text so that only this key opens it again, and only for the same `context`. The result is 28 bytes
    /// longer.
    pub fn seal(&self, context: &[&[u8]], plain: &[u8]) -> Vec<u8> {
        let nonce: [u8; NONCE] = rand::random();
        let aad = self.mac(context);
        let sealed = self.cipher().encrypt(&nonce.into(), Payload { msg: plain, aad: &aad });
        [&nonce[..], &sealed.expect("a short text can be sealed")].concat()
    }

    /// Opens what [`Self::seal`] made for this context.
    pub fn open(&self, context: &[&[u8]], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let aad = self.mac(context);
        self.cipher().decrypt(&nonce.into(), Payload { msg: sealed, aad: &aad }).ok()
    }

    /// Sealing has a key of its own, derived from this one.
    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new(&self.mac(&[b"seal"]).into())
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

/// The first 16 bytes of a file's SHA-256 as 32 hexadecimal digits: enough to name a file by its content.
pub fn content_hash(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes)[..16])
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
    fn only_the_same_key_and_context_open_what_was_sealed() {
        let (key, other) = (Key::new(1, [7; 32]), Key::new(1, [8; 32]));
        let sealed = key.seal(&[b"a", b"1"], b"secret");
        assert_eq!(sealed.len(), 6 + 28);
        assert_ne!(sealed, key.seal(&[b"a", b"1"], b"secret"), "each has a nonce of its own");
        assert_eq!(key.open(&[b"a", b"1"], &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(key.open(&[b"a", b"2"], &sealed), None);
        assert_eq!(other.open(&[b"a", b"1"], &sealed), None);
        let mut broken = sealed.clone();
        broken[20] ^= 1;
        assert_eq!(key.open(&[b"a", b"1"], &broken), None);
        assert_eq!(key.open(&[b"a", b"1"], b"short"), None);
    }

    #[test]
    fn tokens_differ_and_fit_an_address() {
        let (one, other) = (random_token(), random_token());
        assert_ne!(one, other);
        assert_eq!((one.len(), decode_token(&one).map(|bytes| bytes.len())), (22, Some(16)));
        assert_eq!(decode_token("not a token"), None);
    }
}
