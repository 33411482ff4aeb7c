//! Where readers may not comment or rate for now: at one article or everywhere, with a sentence that they read.

pub mod desk;
#[cfg(feature = "ssr")]
pub mod markup;
#[cfg(feature = "ssr")]
pub mod store;

use serde::{Deserialize, Serialize};

/// What is closed at an article, and the sentence that readers read there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Closed {
    /// Comments, if they are.
    pub comments: Option<String>,
    /// Ratings, if they are.
    pub ratings: Option<String>,
}
