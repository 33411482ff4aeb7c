//! How many questions were answered, as readers see it.

use super::store::count_answered;
use super::{BODY_WORD, IS_SHOWN};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::web::site::Site;
use time::OffsetDateTime;

/// `Phường đã trả lời 18/27 câu hỏi trong năm 2026.`, of an article or of the whole site; `None` where the office does
/// not show it, or nothing was asked this year.
pub async fn show_count(site: &Site, article: Option<i64>) -> Result<Option<String>, AppError> {
    let settings = site.settings();
    if !settings.is_on(&IS_SHOWN) {
        return Ok(None);
    }
    let year = clock::local_day(OffsetDateTime::now_utc()).year();
    let (answered, asked) = count_answered(&site.pool, article, year).await?;
    let count = format!("{}/{}", format_number(answered), format_number(asked));
    let word = settings.text(&BODY_WORD);
    Ok((asked > 0).then(|| format!("{word} đã trả lời {count} câu hỏi trong năm {year}.")))
}
