//! The whole site as files that anybody can read, and a site made from them: one line of JSON a record, each kind in a
//! file of its own. What the records mean stands in `records`; the server writes and reads the files.

mod content;
pub mod records;
pub mod store;

use crate::features::audit::Action;
use crate::features::rules::Reason;
use crate::web::settings::{self, Setting};
use records::*;
use schemars::{JsonSchema, Schema, schema_for};
use serde::{Deserialize, Serialize};

/// The version of the format. It grows with every change that an older program cannot read.
pub const FORMAT: u32 = 1;

pub const IMPORT_FOLDER: Action = Action::new("import-folder", "lập trang từ thư mục đã xuất");
pub const ACTIONS: &[Action] = &[IMPORT_FOLDER];

/// Settings that readers see the effect of. Others are written only where everything is.
pub const PUBLIC_SETTINGS: &[Setting] = &[
    settings::NAME,
    settings::TAGLINE,
    settings::BODY,
    settings::ADDRESS,
    settings::PHONE,
    settings::HOURS,
    settings::EMAIL,
    settings::EDITOR,
    settings::NUMBER_FORMAT,
    crate::features::statistics::CARRIED_VISITS,
    crate::features::questions::IS_SHOWN,
    crate::features::questions::BODY_WORD,
];

/// How much is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// What readers can see.
    Public,
    /// Drafts, waiting comments, inquiries and settings too.
    All,
}

/// The kinds of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Category,
    Tag,
    Picture,
    File,
    Text,
    Series,
    Event,
    Notice,
    MenuItem,
    Consent,
    Comment,
    OldAddress,
    Day,
}

impl Kind {
    /// All of them, each behind those that it names.
    pub const ALL: [Self; 13] = [
        Self::Category,
        Self::Tag,
        Self::Picture,
        Self::File,
        Self::Text,
        Self::Series,
        Self::Event,
        Self::Notice,
        Self::MenuItem,
        Self::Consent,
        Self::Comment,
        Self::OldAddress,
        Self::Day,
    ];

    /// The name of its file, without the ending.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Category => "categories",
            Self::Tag => "tags",
            Self::Picture => "pictures",
            Self::File => "files",
            Self::Text => "texts",
            Self::Series => "series",
            Self::Event => "events",
            Self::Notice => "notices",
            Self::MenuItem => "menu",
            Self::Consent => "consents",
            Self::Comment => "comments",
            Self::OldAddress => "old-addresses",
            Self::Day => "days",
        }
    }

    /// What a line of its file is.
    pub fn schema(self) -> Schema {
        match self {
            Self::Category => schema_for!(Category),
            Self::Tag => schema_for!(Tag),
            Self::Picture => schema_for!(Picture),
            Self::File => schema_for!(File),
            Self::Text => schema_for!(Text),
            Self::Series => schema_for!(Series),
            Self::Event => schema_for!(Event),
            Self::Notice => schema_for!(Notice),
            Self::MenuItem => schema_for!(MenuItem),
            Self::Consent => schema_for!(Consent),
            Self::Comment => schema_for!(Comment),
            Self::OldAddress => schema_for!(OldAddress),
            Self::Day => schema_for!(Day),
        }
    }

    /// Reads a line of its file.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn parse(self, line: &str) -> Result<Record, serde_json::Error> {
        use serde_json::from_str;
        Ok(match self {
            Self::Category => Record::Category(from_str(line)?),
            Self::Tag => Record::Tag(from_str(line)?),
            Self::Picture => Record::Picture(from_str(line)?),
            Self::File => Record::File(from_str(line)?),
            Self::Text => Record::Text(Box::new(from_str(line)?)),
            Self::Series => Record::Series(from_str(line)?),
            Self::Event => Record::Event(from_str(line)?),
            Self::Notice => Record::Notice(from_str(line)?),
            Self::MenuItem => Record::MenuItem(from_str(line)?),
            Self::Consent => Record::Consent(from_str(line)?),
            Self::Comment => Record::Comment(Box::new(without_strange_reasons(from_str(line)?))),
            Self::OldAddress => Record::OldAddress(from_str(line)?),
            Self::Day => Record::Day(from_str(line)?),
        })
    }
}

/// Leaves out reasons that are none of this site's rules, or about a part of the body that it does not have.
fn without_strange_reasons(mut comment: Comment) -> Comment {
    let length = comment.body.chars().count();
    comment.reasons.retain(|reason| {
        let known = serde_json::from_value::<Reason>(reason.clone());
        known.is_ok_and(|known| known.range().is_none_or(|range| range.start <= range.end && range.end <= length))
    });
    comment.covered.retain(|range| range.start < range.end && range.end <= length);
    comment
}

/// A record of any kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Record {
    Category(Category),
    Tag(Tag),
    Picture(Picture),
    File(File),
    Text(Box<Text>),
    Series(Series),
    Event(Event),
    Notice(Notice),
    MenuItem(MenuItem),
    Consent(Consent),
    Comment(Box<Comment>),
    OldAddress(OldAddress),
    Day(Day),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_file_and_a_schema_of_its_own() {
        let mut names: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            let schema = kind.schema().to_value();
            assert_eq!(schema["type"], "object", "{kind:?}");
            assert!(schema["description"].as_str().is_some_and(|text| !text.is_empty()), "{kind:?}");
            assert!(kind.parse("{\"nothing\": 1}").is_err() && kind.parse("{").is_err(), "{kind:?}");
        }
    }
}
