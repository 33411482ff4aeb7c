//! Series: articles that belong together, in an order that editors choose.

pub mod page;
pub mod room;
pub mod store;

use crate::base::error::Problem;
use crate::features::audit::Action;
use crate::routes;

pub const CREATE_SERIES: Action = Action::new("create-series", "tạo chủ đề");
pub const CHANGE_SERIES: Action = Action::new("change-series", "sửa chủ đề");
pub const DELETE_SERIES: Action = Action::new("delete-series", "xóa chủ đề");
pub const ACTIONS: &[Action] = &[CREATE_SERIES, CHANGE_SERIES, DELETE_SERIES];

pub const MAX_NAME: usize = 120;
pub const MAX_DESCRIPTION: usize = 500;
/// The most articles of a series.
pub const MAX_ARTICLES: usize = 200;

pub const BAD_NAME: Problem = Problem::new("name", "name", "Tên chủ đề cần có chữ, tối đa 120 ký tự");
pub const BAD_DESCRIPTION: Problem = Problem::new("description", "description", "Lời giới thiệu tối đa 500 ký tự");
pub const SLUG_TAKEN: Problem =
    Problem::new("name", "slug-taken", "Tên này đang hoặc đã từng thuộc chủ đề khác. Vui lòng đặt tên khác");
pub const BAD_ARTICLES: Problem = Problem::new(
    "articles",
    "articles",
    "Mỗi dòng là địa chỉ của một bài viết trên trang này, mỗi bài một lần, tối đa 200 bài",
);

/// A series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    pub id: i64,
    /// Its address.
    pub slug: String,
    pub name: String,
    pub description: String,
    /// Grows with each change.
    pub revision: i32,
}

impl Series {
    /// The address of its page.
    pub fn path(&self) -> String {
        routes::SERIES.with(&self.slug)
    }
}
