//! Urgent notices: a sentence that stands on every page until its end.

pub mod html;
pub mod room;
pub mod store;

use crate::base::error::Problem;
use crate::features::audit::Action;
use serde::Serialize;

pub const CREATE_NOTICE: Action = Action::new("create-notice", "đăng thông báo khẩn");
pub const END_NOTICE: Action = Action::new("end-notice", "kết thúc thông báo khẩn");
pub const ACTIONS: &[Action] = &[CREATE_NOTICE, END_NOTICE];

/// The longest sentence, in characters.
pub const MAX_MESSAGE: usize = 200;
/// The longest address, in characters.
pub const MAX_LINK: usize = 300;

pub const BAD_MESSAGE: Problem = Problem::new("message", "message", "Vui lòng nhập câu thông báo (tối đa 200 ký tự)");
pub const BAD_LINK: Problem =
    Problem::new("link", "link", "Địa chỉ bắt đầu bằng “/” (trang này) hoặc “https://”, tối đa 300 ký tự");
pub const BAD_TIME: Problem = Problem::new("begins_at", "begins-at", "Giờ bắt đầu chưa đúng");
pub const BAD_END: Problem =
    Problem::new("ends_at", "ends-at", "Giờ kết thúc phải sau giờ bắt đầu, sau bây giờ và trong vòng một năm");

/// An urgent notice, as readers see it and as open pages receive it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    pub id: i64,
    pub message: String,
    /// An address with more; empty where there is none.
    pub link: String,
}
