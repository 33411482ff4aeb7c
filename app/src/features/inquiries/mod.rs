//! Inquiries: questions to the office that belong to no article, from the page `Liên hệ`. They are stored with the
//! comments, and nothing publishes them.

pub mod page;

use crate::base::error::Problem;
use crate::base::format::format_number;
use crate::base::text::clean_line;
use crate::features::comments::{Consent, REFUSED_DAYS};
use crate::web::settings::{Setting, Settings};

/// Months that an inquiry is kept after it was answered or done.
pub const INQUIRY_MONTHS: Setting = Setting::number(
    "retention.inquiry_months",
    "Số tháng giữ lời nhắn đã xử lý",
    "months an inquiry is kept after it was answered",
    "24",
    (1, 240),
);
pub const SETTINGS: &[Setting] = &[INQUIRY_MONTHS];

/// The longest telephone number, in characters.
pub const MAX_PHONE: usize = 30;

pub const BAD_PHONE: Problem =
    Problem::new("phone", "phone", "Nhập số điện thoại bằng chữ số, ví dụ 0912 345 678, hoặc để trống");

/// Cleans and checks a telephone number; an empty one is none.
pub fn parse_phone(typed: &str) -> Result<Option<String>, Problem> {
    let phone = clean_line(typed);
    if phone.is_empty() {
        return Ok(None);
    }
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    let is_number = phone.chars().all(|c| c.is_ascii_digit() || " +.-()".contains(c));
    if !is_number || !(6..=15).contains(&digits) || phone.len() > MAX_PHONE {
        return Err(BAD_PHONE);
    }
    Ok(Some(phone))
}

/// What the writer of an inquiry consents to under these settings.
pub fn consent(settings: &Settings) -> Consent {
    let count = |setting| format_number(i64::from(settings.number(setting)));
    let text = format!(
        "Tôi đồng ý để {} lưu họ tên, email, điện thoại (nếu có) và nội dung này để trả lời. Lời nhắn không được đăng. \
         Lời nhắn đã xử lý được giữ {} tháng, lời nhắn không được tiếp nhận được giữ {} ngày.",
        settings.info.body,
        count(&INQUIRY_MONTHS),
        count(&REFUSED_DAYS)
    );
    Consent { version: crate::base::keys::content_hash(text.as_bytes())[..12].to_owned(), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_are_digits_as_people_write_them() {
        for (typed, expected) in [
            ("", Ok(None)),
            ("  ", Ok(None)),
            (" 0912 345 678 ", Ok(Some("0912 345 678"))),
            ("+84 (276) 3.822-115", Ok(Some("+84 (276) 3.822-115"))),
            ("115", Err(BAD_PHONE)),
            ("gọi tôi", Err(BAD_PHONE)),
            ("0912345678 gặp Lan", Err(BAD_PHONE)),
            ("0912345678\n<script>", Err(BAD_PHONE)),
            ("1234567890123456", Err(BAD_PHONE)),
            ("0912 -------------------- 345678", Err(BAD_PHONE)),
        ] {
            assert_eq!(parse_phone(typed), expected.map(|phone| phone.map(str::to_owned)), "{typed:?}");
        }
    }
}
