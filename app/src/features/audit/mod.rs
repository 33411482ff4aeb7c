//! The audit record: what staff did. An entry holds numbers, kinds and digests, never a text. Each contains the hash of
//! the one before it, keyed with a key that is not in the database, so that nobody who can write there can rewrite
//! what happened.

pub mod room;
mod sentence;
pub mod store;

use crate::base::clock::format_short;
use crate::base::error::{AppError, ChangeNote};
use crate::base::keys::Key;
use crate::web::site::Site;
use crate::web::staff::Staff;
use serde_json::Value;
use time::OffsetDateTime;

/// The hash before the first entry.
pub const FIRST_PREVIOUS: [u8; 32] = [0; 32];

/// Who does something, and the key of the record that it is entered in.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    /// The account; `None` for the command line.
    pub account: Option<i64>,
    /// The key of the record.
    pub key: &'a Key,
}

impl<'a> Actor<'a> {
    /// A member of staff.
    pub fn new(site: &'a Site, staff: &Staff) -> Self {
        Self { account: Some(staff.id), key: &site.audit_key }
    }

    /// The actor of the command line.
    pub fn command_line(key: &'a Key) -> Self {
        Self { account: None, key }
    }
}

/// Something that staff do, as its feature declares it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Action {
    /// Its name in the record.
    pub name: &'static str,
    /// A verb phrase that follows a name: `Chị Lan đã duyệt`.
    pub label: &'static str,
}

impl Action {
    /// Declares an action.
    pub const fn new(name: &'static str, label: &'static str) -> Self {
        Self { name, label }
    }

    /// The refusal of a change that comes after this one, which its sender has not seen.
    pub fn conflict(self, at: OffsetDateTime) -> AppError {
        let change = format!("đã {}", self.label);
        AppError::Conflict(ChangeNote { actor: None, change, at: format_short(at), effect: None })
    }
}

/// Every action there is, for the room and for cards that show what happened.
pub struct Actions(pub Vec<Action>);

impl Actions {
    /// The label of an action; one that no feature declares any longer has its name.
    pub fn label<'a>(&self, name: &'a str) -> &'a str {
        self.0.iter().find(|action| action.name == name).map_or(name, |action| action.label)
    }
}

/// What an entry is about: a kind, and its number where it has one.
pub type Subject = (&'static str, Option<i64>);

/// An entry before it has its number.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub account: Option<i64>,
    pub action: Action,
    pub subject: Subject,
    /// Versions, counts and kinds.
    pub detail: Value,
    /// A digest of the text at that time, with a salt that is erased together with the text.
    pub digest: Option<Vec<u8>>,
}

impl Entry {
    /// An entry without a digest.
    pub fn new(actor: Actor<'_>, action: Action, subject: Subject, detail: Value) -> Self {
        Self { account: actor.account, action, subject, detail, digest: None }
    }

    /// The same entry with a digest.
    #[must_use]
    pub fn with_digest(self, digest: Vec<u8>) -> Self {
        Self { digest: Some(digest), ..self }
    }
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// Counted from 1, without gaps.
    pub number: i64,
    pub at: OffsetDateTime,
    pub account_id: Option<i64>,
    pub action: String,
    pub subject: String,
    pub subject_id: Option<i64>,
    /// Versions, counts and kinds, as JSON.
    pub detail: String,
    pub digest: Option<Vec<u8>>,
    /// The hash of the entry before.
    pub previous: Vec<u8>,
    /// The keyed hash of all other fields.
    pub hash: Vec<u8>,
}

impl StoredEntry {
    /// Computes the hash that the entry must have.
    pub fn compute_hash(&self, key: &Key) -> [u8; 32] {
        let number = |number: i64| number.to_be_bytes();
        let optional = |id: Option<i64>| id.map(number).map(Vec::from).unwrap_or_default();
        key.mac(&[
            &number(self.number),
            &self.previous,
            &(self.at.unix_timestamp_nanos() / 1000).to_be_bytes(),
            &optional(self.account_id),
            self.action.as_bytes(),
            self.subject.as_bytes(),
            &optional(self.subject_id),
            self.detail.as_bytes(),
            self.digest.as_deref().unwrap_or_default(),
        ])
    }
}

/// The end of the record: the number and hash of the last entry. Kept elsewhere, it proves later that no entry is
/// missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many entries there are.
    pub number: i64,
    /// The hash of the last one.
    pub hash: Vec<u8>,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, hex::encode(&self.hash))
    }
}

impl std::str::FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let malformed = "a head is a number, a colon and 64 hexadecimal digits, as `audit verify` printed it";
        let (number, digits) = text.split_once(':').ok_or(malformed)?;
        let mut hash = [0; 32];
        hex::decode_to_slice(digits, &mut hash).map_err(|_| malformed)?;
        Ok(Self { number: number.parse().map_err(|_| malformed)?, hash: hash.to_vec() })
    }
}

/// Where the record is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// An entry in the middle is missing.
    #[error("entry {0} is missing")]
    Missing(i64),
    /// An entry is not the one that was written.
    #[error("entry {0} was changed")]
    Changed(i64),
    /// The last entries are missing.
    #[error("the record ends at entry {end}, but had {known} entries before: entry {} is missing", end + 1)]
    Truncated {
        /// The last entry that is there.
        end: i64,
        /// The last entry that was there.
        known: i64,
    },
    /// The entry that the known head names is another.
    #[error("entry {0} is not the one whose head was printed before")]
    Replaced(i64),
}

/// Checks the record, entry by entry.
#[derive(Debug)]
pub struct Verifier<'a> {
    key: &'a Key,
    known: Option<Head>,
    head: Head,
}

impl<'a> Verifier<'a> {
    /// Begins at the first entry; `known` is a head that was printed earlier.
    pub fn new(key: &'a Key, known: Option<Head>) -> Self {
        Self { key, known, head: Head { number: 0, hash: FIRST_PREVIOUS.to_vec() } }
    }

    /// Checks the next entry.
    pub fn check(&mut self, entry: &StoredEntry) -> Result<(), Broken> {
        let expected = self.head.number + 1;
        if entry.number != expected {
            return Err(Broken::Missing(expected));
        }
        if entry.previous != self.head.hash || entry.hash != entry.compute_hash(self.key) {
            return Err(Broken::Changed(entry.number));
        }
        if self.known.as_ref().is_some_and(|known| known.number == entry.number && known.hash != entry.hash) {
            return Err(Broken::Replaced(entry.number));
        }
        self.head = Head { number: entry.number, hash: entry.hash.clone() };
        Ok(())
    }

    /// Returns the head once there are no more entries.
    pub fn finish(self) -> Result<Head, Broken> {
        match self.known {
            Some(known) if known.number > self.head.number => {
                Err(Broken::Truncated { end: self.head.number, known: known.number })
            }
            _ => Ok(self.head),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_survives_being_printed() {
        let head = Head { number: 12, hash: (0..32).collect() };
        assert_eq!(head.to_string().parse(), Ok(head));
        for bad in ["", "12", "x:00", "1:", &format!("1:{}", "g".repeat(64)), &format!("1:{}", "ệ".repeat(32))] {
            assert!(bad.parse::<Head>().is_err(), "{bad}");
        }
    }
}
