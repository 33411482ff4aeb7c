//! One mail a day, to staff who ask for it, about what waits.

use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::mail::SendError;
use crate::features::accounts::DAILY_HOUR;
use crate::features::accounts::store::mail::{claim_recipients, release_recipient};
use crate::features::comments::store::count_by_state;
use crate::routes;
use crate::web::site::Site;
use time::OffsetDateTime;

/// Sends the mails of the day, from the hour in the settings on, if anything waits.
pub async fn send_daily_mails(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    let Some(mailer) = &site.mailer else { return Ok(()) };
    let today = clock::local_day(now);
    let begins = clock::start_of_day(today) + time::Duration::hours(i64::from(site.settings().number(&DAILY_HOUR)));
    if now < begins {
        return Ok(());
    }
    let counts = count_by_state(&site.pool).await?;
    let parts = [
        (counts.pending, "ý kiến chờ duyệt"),
        (counts.reported, "ý kiến bị báo vi phạm"),
        (counts.unanswered, "câu hỏi chưa trả lời"),
        (counts.inquiries, "lời nhắn chờ trả lời"),
    ];
    // where nothing waits yet, the mail goes later that day
    if parts.iter().all(|(count, _)| *count == 0) {
        return Ok(());
    }
    let recipients = claim_recipients(&site.pool, today).await?;
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let waiting: Vec<String> = parts.map(|(count, label)| format!("{} {label}", format_number(count))).collect();
    let waiting = waiting.join(", ");
    for recipient in recipients {
        let text = format!(
            "Kính gửi {},\n\nHiện có {waiting}.\n\n{}{}\n\n\
             Thư này được gửi mỗi ngày một lần theo yêu cầu của ông/bà. \
             Ông/bà có thể ngừng nhận thư trong mục Tài khoản.\n",
            recipient.name,
            site.public_url,
            routes::DESK_COMMENTS.path
        );
        let subject = format!("Bàn duyệt: {waiting}");
        match mailer.send(Some(&recipient.name), &recipient.email, &subject, text).await {
            Ok(()) | Err(SendError::Permanent) => {}
            Err(SendError::Temporary) => release_recipient(&site.pool, recipient.account, today).await?,
        }
    }
    Ok(())
}
