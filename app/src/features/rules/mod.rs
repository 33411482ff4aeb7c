//! Rules that flag a comment before a person reads it. They only say why it needs a look; they delete nothing.

#[cfg(feature = "ssr")]
pub mod fold;
#[cfg(feature = "ssr")]
pub mod html;
#[cfg(feature = "ssr")]
pub mod reload;
#[cfg(feature = "ssr")]
pub mod room;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod terms;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use terms::{ActiveTerms, Term, TermList, find_personal, is_official_name, parse_list, parse_term};

use crate::base::error::Problem;
use crate::base::format::format_number;
#[cfg(feature = "ssr")]
use crate::features::audit::Action;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The list that comes with the program.
#[cfg(feature = "ssr")]
pub const SHIPPED_TERMS: &str = include_str!("terms.txt");
/// The most terms that a list holds.
pub const MAX_TERMS: usize = 10_000;
/// The length of a term, in characters: a single letter is no term.
pub const TERM_LENGTHS: std::ops::RangeInclusive<usize> = 2..=60;

#[cfg(feature = "ssr")]
pub const ADD_TERMS: Action = Action::new("add-terms", "thêm từ vào danh sách");
#[cfg(feature = "ssr")]
pub const REMOVE_TERM: Action = Action::new("remove-term", "bỏ từ khỏi danh sách");
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[ADD_TERMS, REMOVE_TERM];

/// A list holds too many terms, or one that is too short or too long.
pub const BAD_TERMS: Problem =
    Problem::new("terms", "terms", "Mỗi dòng một từ, từ 2 đến 60 ký tự; danh sách có tối đa 10 nghìn từ");

/// What a term is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "term_kind", rename_all = "snake_case"))]
pub enum TermKind {
    Abuse,
    Threat,
    SexForSale,
    Gambling,
    Loans,
    Forbidden,
    Advertising,
}

impl TermKind {
    pub const ALL: [Self; 7] =
        [Self::Abuse, Self::Threat, Self::SexForSale, Self::Gambling, Self::Loans, Self::Forbidden, Self::Advertising];

    /// Its name in forms and in the database.
    pub const fn value(self) -> &'static str {
        match self {
            Self::Abuse => "abuse",
            Self::Threat => "threat",
            Self::SexForSale => "sex_for_sale",
            Self::Gambling => "gambling",
            Self::Loans => "loans",
            Self::Forbidden => "forbidden",
            Self::Advertising => "advertising",
        }
    }

    /// Finds a kind by its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.value() == text)
    }

    /// The kind as moderators read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Abuse => "xúc phạm",
            Self::Threat => "đe dọa",
            Self::SexForSale => "mại dâm",
            Self::Gambling => "cờ bạc",
            Self::Loans => "vay tiền",
            Self::Forbidden => "giấy tờ giả, hàng cấm",
            Self::Advertising => "quảng cáo",
        }
    }

    /// The heading of its terms in the list that comes with the program.
    #[cfg(feature = "ssr")]
    const fn heading(self) -> &'static str {
        match self {
            Self::Abuse => "# Abuse",
            Self::Threat => "# Threats",
            Self::SexForSale => "# Sex for sale",
            Self::Gambling => "# Gambling",
            Self::Loans => "# Loans and money",
            Self::Forbidden => "# Forged papers and forbidden goods",
            Self::Advertising => "# Advertising",
        }
    }
}

/// Why a comment needs a look. Ranges are in characters of its body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// A term of the list, in its own spelling (`exact`) or in another.
    Term {
        exact: bool,
        at: Range<usize>,
        /// What the term is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        about: Option<TermKind>,
    },
    /// A term of the list in the writer's name.
    Name { exact: bool },
    /// A link.
    Link { at: Range<usize> },
    /// A telephone number, an identity number or an e-mail address.
    Personal { at: Range<usize> },
    /// The same text was sent before, at the same article.
    Repeated { count: i64 },
    /// The writer's name is that of the body, or of one of its staff.
    Official,
    /// Letters with so many marks that they reached over the lines around them; what was too much is gone.
    Marks,
    /// Several comments by the same visitor within a few minutes.
    Burst { count: i64 },
    /// A field that people cannot see was filled in.
    Trap,
    /// The form was filled in faster than a person types.
    Fast,
    /// It waited on another site, before it was carried over.
    Carried,
}

impl Reason {
    /// The range of the body that it is about.
    pub fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Term { at, .. } | Self::Link { at } | Self::Personal { at } => Some(at.clone()),
            _ => None,
        }
    }

    /// The reason as moderators read it.
    pub fn label(&self) -> String {
        match self {
            Self::Term { exact: true, .. } => "từ trong danh sách".to_owned(),
            Self::Term { exact: false, .. } => "giống từ trong danh sách".to_owned(),
            Self::Name { exact: true } => "tên có từ trong danh sách".to_owned(),
            Self::Name { exact: false } => "tên giống từ trong danh sách".to_owned(),
            Self::Link { .. } => "có liên kết".to_owned(),
            Self::Personal { .. } => "có thông tin cá nhân".to_owned(),
            Self::Official => "ký tên cơ quan hoặc cán bộ".to_owned(),
            Self::Marks => "chữ có quá nhiều dấu".to_owned(),
            Self::Repeated { count } => format!("giống {} ý kiến khác", format_number(*count)),
            Self::Burst { count } => format!("{} ý kiến trong vài phút", format_number(*count)),
            Self::Trap => "điền vào ô ẩn".to_owned(),
            Self::Fast => "điền quá nhanh".to_owned(),
            Self::Carried => "từ trang cũ".to_owned(),
        }
    }

    /// The kinds as they stand in an address, with their labels.
    pub const KINDS: [(&'static str, &'static str); 11] = [
        ("term", "Từ trong danh sách"),
        ("name", "Tên"),
        ("link", "Liên kết"),
        ("personal", "Thông tin cá nhân"),
        ("official", "Ký tên cơ quan"),
        ("marks", "Quá nhiều dấu"),
        ("repeated", "Gửi lặp lại"),
        ("burst", "Gửi dồn dập"),
        ("trap", "Ô ẩn"),
        ("fast", "Điền quá nhanh"),
        ("carried", "Từ trang cũ"),
    ];
}
