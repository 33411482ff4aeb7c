//! The record of what staff did. A line names numbers, kinds and digests, never a text; each is bound to the one before
//! it by a keyed hash whose key is not in the database, so that nobody who can write there can rewrite what happened.

pub mod store;

use crate::keys::Key;
use serde_json::Value;
use time::OffsetDateTime;

/// The hash before the first line.
pub const BEGINNING: [u8; 32] = [0; 32];

/// Who does something, and the key of the record that tells of it.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The account that does it; nobody's where the administrator of the machine used the command line.
    pub account: Option<i64>,
    /// The key of the record.
    pub key: &'a Key,
}

/// What happened, before it has its place in the record.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Who did it; nobody where the administrator used the command line.
    pub account: Option<i64>,
    /// What was done: `approve`, `sign-in`.
    pub action: String,
    /// What it was done to: a kind and its number.
    pub subject: (&'static str, Option<i64>),
    /// Versions, counts and kinds.
    pub detail: Value,
    /// A digest of the words at that time, salted with what is erased with them.
    pub digest: Option<Vec<u8>>,
}

impl Entry {
    /// Something done to `subject`, without words.
    pub fn new(account: Option<i64>, action: &str, subject: (&'static str, Option<i64>), detail: Value) -> Self {
        Self { account, action: action.to_owned(), subject, detail, digest: None }
    }
}

/// What is done, as the record names it, and in words that follow a name: `Chị Lan đã duyệt`.
pub const ACTIONS: [(&str, &str); 35] = [
    ("approve", "duyệt"),
    ("reject", "từ chối"),
    ("keep", "giữ lại"),
    ("remove", "gỡ"),
    ("cover", "che thông tin cá nhân"),
    ("uncover", "bỏ che thông tin cá nhân"),
    ("undo", "hoàn tác"),
    ("answer", "trả lời chính thức"),
    ("close", "đóng ý kiến hoặc đánh giá"),
    ("open", "mở lại ý kiến, đánh giá"),
    ("block", "chặn người viết"),
    ("unblock", "bỏ chặn người viết"),
    ("admit-votes", "tính các đánh giá bị giữ"),
    ("discard-votes", "bỏ các đánh giá bị giữ"),
    ("add-words", "thêm từ vào danh sách"),
    ("remove-word", "bỏ từ khỏi danh sách"),
    ("set", "đổi thiết lập"),
    ("export", "tải ý kiến xuống"),
    ("sign-in", "đăng nhập"),
    ("sign-in-failed", "đăng nhập không thành công"),
    ("sign-out", "đăng xuất"),
    ("create-account", "tạo tài khoản"),
    ("disable-account", "khóa tài khoản"),
    ("enable-account", "mở lại tài khoản"),
    ("reset-password", "đặt lại mật khẩu"),
    ("invite", "mời"),
    ("accept-invitation", "nhận lời mời"),
    ("make-link", "tạo liên kết dùng một lần"),
    ("change-role", "đổi vai trò"),
    ("end-sessions", "kết thúc phiên đăng nhập"),
    ("change-password", "đổi mật khẩu"),
    ("second-factor-on", "bật xác thực hai lớp"),
    ("second-factor-off", "tắt xác thực hai lớp"),
    ("set-mail", "đổi thư hằng ngày"),
    ("recovery-codes", "tạo mã dự phòng mới"),
];

/// What was done, in words.
pub fn words(action: &str) -> &str {
    ACTIONS.iter().find(|(known, _)| *known == action).map_or(action, |(_, words)| words)
}

/// A line as it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1, without gaps.
    pub number: i64,
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub account_id: Option<i64>,
    /// What.
    pub action: String,
    /// To what kind of thing.
    pub subject: String,
    /// To which.
    pub subject_id: Option<i64>,
    /// Versions, counts and kinds, as JSON.
    pub detail: String,
    /// Of the words.
    pub digest: Option<Vec<u8>>,
    /// The hash of the line before.
    pub previous: Vec<u8>,
    /// The keyed hash of everything above.
    pub hash: Vec<u8>,
}

impl Line {
    /// What its hash must be.
    pub fn hash_by(&self, key: &Key) -> [u8; 32] {
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

/// The end of the record: the last line's number and hash. Printed and kept elsewhere it proves that no line went missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// How many lines there are.
    pub number: i64,
    /// The last one's hash.
    pub hash: Vec<u8>,
}

impl std::fmt::Display for Head {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:", self.number)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for Head {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "a head is a number, a colon and 64 hexadecimal digits, as `audit verify` printed it";
        let (number, hex) = text.split_once(':').ok_or(wrong)?;
        let number = number.parse().map_err(|_| wrong)?;
        if hex.len() != 64 || !hex.is_ascii() {
            return Err(wrong);
        }
        let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).map_err(|_| wrong);
        Ok(Self { number, hash: (0..32).map(byte).collect::<Result<_, _>>()? })
    }
}

/// Where the record is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A line is missing before others.
    #[error("line {0} is missing")]
    Missing(i64),
    /// A line is not what was written, or stands in another's place.
    #[error("line {0} was changed")]
    Changed(i64),
    /// The last lines are missing.
    #[error("the record ends at line {end}, but had {known} lines before: line {} is missing", end + 1)]
    Cut {
        /// The last line that is there.
        end: i64,
        /// The last line that was there.
        known: i64,
    },
    /// The line that the known head names is another.
    #[error("line {0} is not the one whose head was printed before")]
    Other(i64),
}

/// Follows the record line by line.
#[derive(Debug)]
pub struct Verifier<'a> {
    key: &'a Key,
    known: Option<Head>,
    head: Head,
}

impl<'a> Verifier<'a> {
    /// Begins at the first line; `known` is a head that was printed earlier.
    pub fn new(key: &'a Key, known: Option<Head>) -> Self {
        Self { key, known, head: Head { number: 0, hash: BEGINNING.to_vec() } }
    }

    /// Takes the next line.
    pub fn take(&mut self, line: &Line) -> Result<(), Broken> {
        let expected = self.head.number + 1;
        if line.number != expected {
            return Err(Broken::Missing(expected));
        }
        if line.previous != self.head.hash || line.hash != line.hash_by(self.key) {
            return Err(Broken::Changed(line.number));
        }
        if self.known.as_ref().is_some_and(|known| known.number == line.number && known.hash != line.hash) {
            return Err(Broken::Other(line.number));
        }
        self.head = Head { number: line.number, hash: line.hash.clone() };
        Ok(())
    }

    /// Gives the head once there are no more lines.
    pub fn end(self) -> Result<Head, Broken> {
        match self.known {
            Some(known) if known.number > self.head.number => {
                Err(Broken::Cut { end: self.head.number, known: known.number })
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
