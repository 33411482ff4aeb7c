//! Changing settings, in the browser and on the command line.

#[cfg(feature = "ssr")]
pub mod room;
#[cfg(feature = "ssr")]
pub mod store;

use crate::base::error::Problem;
#[cfg(feature = "ssr")]
use crate::features::audit::Action;

#[cfg(feature = "ssr")]
pub const CHANGE_SETTING: Action = Action::new("change-setting", "đổi thiết lập");
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[CHANGE_SETTING];

/// The value is outside of what the setting takes.
pub const BAD_VALUE: Problem =
    Problem::new("value", "setting", "Giá trị này không dùng được, vui lòng xem giới hạn ghi bên dưới ô");
