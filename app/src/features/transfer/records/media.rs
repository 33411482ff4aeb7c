//! Pictures and files, whose bytes lie in the folder beside the records.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// A picture, with the file of each of its sizes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    pub id: i64,
    /// The name of the file that was uploaded; written only where everything is.
    pub name: String,
    /// What it shows, for those who do not see it.
    pub alt: String,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// The colour of its space until it is loaded, one of 16.
    pub tone: i16,
    /// The point that every crop keeps, in percent from the left.
    pub focus_x: i16,
    /// The same from the top.
    pub focus_y: i16,
    /// Bytes of all its files, as accounts are charged for them.
    pub bytes: i64,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub created_at: OffsetDateTime,
    pub sizes: Vec<Size>,
    /// What was uploaded; written only where everything is.
    pub original: Option<Original>,
}

/// A size of a picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// Where its file lies in this folder.
    pub path: String,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// `webp` or `jpg`.
    pub format: String,
    /// Whether it shows a part of the picture, for lists and shared links.
    pub is_crop: bool,
    /// The digest of the file, which is its name in the site's addresses.
    pub hash: String,
}

impl Size {
    /// Its name in the file store.
    pub fn stored_name(&self) -> String {
        format!("{}.{}", self.hash, self.format)
    }
}

/// The file of a picture as it was uploaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Original {
    /// Where it lies in this folder.
    pub path: String,
    pub hash: String,
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct File {
    pub id: i64,
    pub name: String,
    pub content_type: String,
    #[serde(with = "time::serde::rfc3339")]
    #[schemars(with = "String")]
    pub created_at: OffsetDateTime,
    /// Its length in bytes.
    pub bytes: i64,
    /// Where it lies in this folder.
    pub path: String,
    /// The digest of the file, which is a part of its address.
    pub hash: String,
}
