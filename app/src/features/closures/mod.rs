//! Closures: where readers may not comment or rate for now, at one article or everywhere, with a sentence that they
//! see.

#[cfg(feature = "ssr")]
mod policy_html;
#[cfg(feature = "ssr")]
pub mod room;
#[cfg(feature = "ssr")]
pub mod store;

use crate::base::error::Problem;
#[cfg(feature = "ssr")]
use crate::features::audit::Action;
use serde::{Deserialize, Serialize};

/// Comments or ratings are closed here.
pub const CLOSED: Problem =
    Problem::new("", "closed", "Mục này đã đóng nên không nhận thêm. Những gì ông/bà viết vẫn còn đây");
/// Neither comments nor ratings were chosen.
pub const NOTHING_CHOSEN: Problem = Problem::new("comments", "closure", "Chọn ý kiến, đánh giá hoặc cả hai");
/// The sentence is missing or longer than 300 characters.
pub const BAD_MESSAGE: Problem = Problem::new("message", "message", "Nhập câu bạn đọc sẽ thấy, tối đa 300 ký tự");

/// For how many days an article takes comments is no number that can be.
pub const BAD_DAYS: Problem = Problem::new("open_days", "open-days", "Nhập số ngày từ 0 đến 999; 0 là không ngừng");

/// No article was chosen.
pub const NO_ARTICLE: Problem = Problem::new("article", "article", "Chọn bài viết");

/// How comments are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "comment_mode", rename_all = "snake_case"))]
pub enum CommentMode {
    /// Each waits for a decision.
    Held,
    /// Those of trusted writers, whose last decided comment was approved, are published at once, unless the rules find
    /// something in them.
    KnownWriters,
}

impl CommentMode {
    pub const ALL: [Self; 2] = [Self::Held, Self::KnownWriters];

    /// The value of its choice in a form.
    pub fn value(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::KnownWriters => "known_writers",
        }
    }

    /// Reads the value of a choice.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.value() == text)
    }
}

/// What readers see at an article that takes no comments.
#[cfg(feature = "ssr")]
pub const NO_COMMENTS: &str = "Bài viết này không nhận ý kiến.";
/// What readers see at a draft once the time for opinions is over.
#[cfg(feature = "ssr")]
pub const OPINIONS_OVER: &str = "Dự thảo đã hết hạn góp ý.";
/// What readers see at an article that is too old for comments.
#[cfg(feature = "ssr")]
pub const TOO_OLD: &str = "Bài viết đã hết thời gian nhận ý kiến.";
/// What readers see at an article that takes no ratings.
#[cfg(feature = "ssr")]
pub const NO_RATINGS: &str = "Bài viết này không nhận đánh giá.";

#[cfg(feature = "ssr")]
pub const CLOSE: Action = Action::new("close", "đóng ý kiến hoặc đánh giá");
#[cfg(feature = "ssr")]
pub const REOPEN: Action = Action::new("reopen", "mở lại ý kiến, đánh giá");
#[cfg(feature = "ssr")]
pub const SET_POLICY: Action = Action::new("set-comment-policy", "đổi cách nhận ý kiến");
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[CLOSE, REOPEN, SET_POLICY];

/// What is closed at an article, with the sentence that readers see there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Closed {
    pub comments: Option<String>,
    pub ratings: Option<String>,
}
