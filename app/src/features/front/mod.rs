//! The front page: one article in front, a strip of notices, the newest articles, and a block for each category that
//! editors chose.

pub mod archive_page;
pub mod directory_page;
pub mod page;
pub mod room;
pub mod store;

use crate::base::clock::format_month;
use crate::base::error::Problem;
use crate::features::audit::Action;
use crate::routes;
use time::Date;

pub const SAVE_FRONT: Action = Action::new("save-front", "sắp xếp trang chủ");
pub const ACTIONS: &[Action] = &[SAVE_FRONT];

/// The most blocks of categories.
pub const MAX_BLOCKS: usize = 12;

pub const BAD_PINNED: Problem =
    Problem::new("pinned", "pinned", "Nhập địa chỉ của một bài viết đang đăng trên trang này, hoặc để trống");

/// The address of a month's articles.
pub fn archive_path(month: Date) -> String {
    routes::ARCHIVE.with(format_month(month))
}

/// What a month is called.
pub fn archive_label(month: Date) -> String {
    format!("Tháng {}/{}", u8::from(month.month()), month.year())
}

/// How editors arranged the front page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Arrangement {
    /// The article that stands first while it is public.
    pub pinned: Option<i64>,
    /// The category whose newest articles are the strip of notices.
    pub notices: Option<i64>,
    /// The categories with a block; all that readers are offered, where there are none.
    pub blocks: Vec<i64>,
}
