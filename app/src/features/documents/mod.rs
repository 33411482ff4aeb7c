//! Documents of the office: plans, decisions, and drafts that are open for opinions. They are written and published
//! like articles; this feature is what is written on them besides, how they are listed, and how one is read.

pub mod document_page;
mod html;
pub mod page;
pub mod store;

use crate::base::clock::{format_day, format_short};
use crate::base::error::Problem;
use crate::base::text::clean_line;
use crate::features::articles::ArticleKind;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// Documents on a page of the list.
pub const PER_PAGE: i64 = 20;

pub const MAX_NUMBER: usize = 60;
pub const MAX_KIND: usize = 60;
pub const MAX_NAME: usize = 120;
/// The most documents that one replaces.
pub const MAX_REPLACED: usize = 10;

/// Kinds that are offered while one is typed.
pub const KINDS: [&str; 12] = [
    "Nghị quyết",
    "Quyết định",
    "Chỉ thị",
    "Kế hoạch",
    "Thông báo",
    "Hướng dẫn",
    "Báo cáo",
    "Tờ trình",
    "Công văn",
    "Giấy mời",
    "Quy chế",
    "Dự thảo",
];

pub const LONG_NUMBER: Problem = Problem::new("number", "number-length", "Số, ký hiệu tối đa 60 ký tự");
pub const LONG_KIND: Problem = Problem::new("document_kind", "kind-length", "Loại văn bản tối đa 60 ký tự");
pub const NO_KIND: Problem = Problem::new("document_kind", "kind", "Vui lòng ghi loại văn bản, ví dụ: Kế hoạch");
pub const LONG_ISSUER: Problem = Problem::new("issuer", "issuer-length", "Cơ quan ban hành tối đa 120 ký tự");
pub const NO_ISSUER: Problem = Problem::new("issuer", "issuer", "Vui lòng ghi cơ quan ban hành");
pub const LONG_SIGNER: Problem = Problem::new("signer", "signer-length", "Người ký tối đa 120 ký tự");
pub const BAD_ISSUED: Problem = Problem::new("issued_on", "issued-on", "Ngày ban hành chưa đúng");
pub const BAD_FORCE: Problem = Problem::new("in_force_from", "in-force-from", "Ngày có hiệu lực chưa đúng");
pub const BAD_UNTIL: Problem =
    Problem::new("in_force_until", "in-force-until", "Ngày hết hiệu lực phải từ ngày có hiệu lực trở đi");
pub const BAD_OPINIONS: Problem =
    Problem::new("opinions_until", "opinions-until", "Hạn góp ý chưa đúng. Chọn ngày giờ trong vòng hai năm tới");
pub const BAD_REPLACED: Problem = Problem::new(
    "replaces",
    "replaces",
    "Mỗi dòng là địa chỉ của một văn bản trên trang này, tối đa 10 văn bản, không kể chính văn bản này",
);
pub const NUMBER_TAKEN: Problem = Problem::new(
    "number",
    "number-taken",
    "Cơ quan này đã có văn bản mang số này trên trang. Vui lòng kiểm tra lại số, ký hiệu",
);

/// What is written on a document besides its subject and its text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentDetails {
    /// Number and symbol: `15/KH-UBND`.
    pub number: String,
    /// `Kế hoạch`.
    pub kind: String,
    /// The body that issued it.
    pub issuer: String,
    pub signer: String,
    pub issued_on: Option<Date>,
    pub in_force_from: Option<Date>,
    /// The last day on which it is in force; without an end where there is none.
    pub in_force_until: Option<Date>,
    /// The documents that it replaces.
    pub replaces: Vec<i64>,
    /// A draft is open for opinions until then.
    #[serde(with = "time::serde::rfc3339::option")]
    pub opinions_until: Option<OffsetDateTime>,
}

/// What is written on a document, as lines of a label and a value. What is empty is left out.
pub fn detail_lines(details: &DocumentDetails) -> Vec<(&'static str, String)> {
    let day = |day: Option<Date>| day.map(format_day).unwrap_or_default();
    let lines = [
        ("Số, ký hiệu", details.number.clone()),
        ("Loại văn bản", details.kind.clone()),
        ("Cơ quan ban hành", details.issuer.clone()),
        ("Người ký", details.signer.clone()),
        ("Ngày ban hành", day(details.issued_on)),
        ("Có hiệu lực từ", day(details.in_force_from)),
        ("Hết hiệu lực sau", day(details.in_force_until)),
        ("Nhận góp ý đến", details.opinions_until.map(format_short).unwrap_or_default()),
    ];
    lines.into_iter().filter(|(_, value)| !value.is_empty()).collect()
}

impl DocumentDetails {
    /// The same with every text normalised.
    pub fn cleaned(self) -> Self {
        Self {
            number: clean_line(&self.number),
            kind: clean_line(&self.kind),
            issuer: clean_line(&self.issuer),
            signer: clean_line(&self.signer),
            ..self
        }
    }

    /// What even a draft of it may not be.
    pub fn find_problems(&self) -> Vec<Problem> {
        let is_longer = |text: &str, most: usize| text.chars().count() > most;
        let checks = [
            (is_longer(&self.number, MAX_NUMBER), LONG_NUMBER),
            (is_longer(&self.kind, MAX_KIND), LONG_KIND),
            (is_longer(&self.issuer, MAX_NAME), LONG_ISSUER),
            (is_longer(&self.signer, MAX_NAME), LONG_SIGNER),
            (self.in_force_until.is_some() && self.in_force_until < self.in_force_from, BAD_UNTIL),
        ];
        checks.into_iter().filter_map(|(is_wrong, problem)| is_wrong.then_some(problem)).collect()
    }

    /// What is missing before it is published.
    pub fn find_missing(&self) -> Vec<Problem> {
        let checks = [(self.kind.is_empty(), NO_KIND), (self.issuer.is_empty(), NO_ISSUER)];
        checks.into_iter().filter_map(|(is_missing, problem)| is_missing.then_some(problem)).collect()
    }
}

/// Whether a document is in force on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Force {
    /// A draft, open for opinions until this moment, or closed since.
    Draft(OffsetDateTime),
    NotYet(Date),
    InForce,
    /// Another one took its place.
    Replaced(Box<ShortDocument>),
    Over(Date),
}

/// The name of a state in addresses, and what people call it.
pub const FORCE_FILTERS: [(&str, &str); 4] = [
    ("", "Mọi trạng thái"),
    ("hieu-luc", "Còn hiệu lực"),
    ("het-hieu-luc", "Hết hiệu lực"),
    ("gop-y", "Dự thảo lấy ý kiến"),
];

/// A document's name with its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortDocument {
    pub id: i64,
    pub slug: String,
    pub title: String,
    pub kind: String,
    pub number: String,
}

impl ShortDocument {
    pub fn path(&self) -> String {
        ArticleKind::Document.path(&self.slug, self.id)
    }

    /// `Kế hoạch 15/KH-UBND`.
    pub fn name(&self) -> String {
        if self.number.is_empty() { self.kind.clone() } else { format!("{} {}", self.kind, self.number) }
    }
}

/// A document in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedDocument {
    pub document: ShortDocument,
    pub issuer: String,
    pub signer: String,
    pub issued_on: Option<Date>,
    pub in_force_from: Option<Date>,
    pub in_force_until: Option<Date>,
    pub opinions_until: Option<OffsetDateTime>,
    /// The one that took its place.
    pub replaced_by: Option<ShortDocument>,
    pub published_at: OffsetDateTime,
}

impl ListedDocument {
    /// Where it stands on a day in Vietnam.
    pub fn force(&self, today: Date) -> Force {
        match (self.opinions_until, &self.replaced_by, self.in_force_from, self.in_force_until) {
            (Some(until), ..) => Force::Draft(until),
            (_, Some(other), ..) => Force::Replaced(Box::new(other.clone())),
            (_, _, _, Some(until)) if until < today => Force::Over(until),
            (_, _, Some(from), _) if from > today => Force::NotYet(from),
            _ => Force::InForce,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn whether_a_document_is_in_force_depends_on_the_day() {
        let short = ShortDocument {
            id: 1,
            slug: "a".to_owned(),
            title: "A".to_owned(),
            kind: "Kế hoạch".to_owned(),
            number: "15/KH-UBND".to_owned(),
        };
        assert_eq!((short.name().as_str(), short.path().as_str()), ("Kế hoạch 15/KH-UBND", "/van-ban/a-1"));
        let listed = ListedDocument {
            document: short.clone(),
            issuer: String::new(),
            signer: String::new(),
            issued_on: None,
            in_force_from: Some(date!(2026 - 01 - 10)),
            in_force_until: Some(date!(2026 - 12 - 31)),
            opinions_until: None,
            replaced_by: None,
            published_at: datetime!(2026-01-01 0:00 UTC),
        };
        assert_eq!(listed.force(date!(2026 - 01 - 09)), Force::NotYet(date!(2026 - 01 - 10)));
        assert_eq!(listed.force(date!(2026 - 01 - 10)), Force::InForce);
        assert_eq!(listed.force(date!(2026 - 12 - 31)), Force::InForce, "on its last day, too");
        assert_eq!(listed.force(date!(2027 - 01 - 01)), Force::Over(date!(2026 - 12 - 31)));
        let replaced = ListedDocument { replaced_by: Some(short.clone()), ..listed.clone() };
        assert_eq!(replaced.force(date!(2026 - 06 - 01)), Force::Replaced(Box::new(short)));
        let draft = ListedDocument { opinions_until: Some(datetime!(2026-02-01 0:00 UTC)), ..replaced };
        assert_eq!(draft.force(date!(2026 - 06 - 01)), Force::Draft(datetime!(2026-02-01 0:00 UTC)));
    }

    #[test]
    fn what_is_wrong_or_missing_is_named() {
        assert_eq!(DocumentDetails::default().find_missing(), [NO_KIND, NO_ISSUER]);
        let wrong = DocumentDetails {
            number: "1".repeat(61),
            in_force_from: Some(date!(2026 - 01 - 10)),
            in_force_until: Some(date!(2026 - 01 - 09)),
            ..DocumentDetails::default()
        };
        assert_eq!(wrong.find_problems(), [LONG_NUMBER, BAD_UNTIL]);
        let text = serde_json::to_string(&wrong).expect("writes");
        assert_eq!(serde_json::from_str::<DocumentDetails>(&text).expect("reads"), wrong);
    }
}
