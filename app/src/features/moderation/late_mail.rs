//! A mail to staff who ask for it, about what waits or is reported for longer than the office allows.

use super::actions::details_path;
use super::queue_query::{QueueQuery, Tab};
use super::store::late::{LateComment, claim_late_comments, release_late_comments};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::mail::SendError;
use crate::features::accounts::LATE_HOURS;
use crate::features::accounts::store::mail::list_late_recipients;
use crate::web::site::Site;
use time::{Duration, OffsetDateTime};

/// The most comments that a mail names.
const MAX_NAMED: usize = 20;

/// Tells everybody who asks for it of what has been waiting too long, each once.
pub async fn send_late_mails(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    let Some(mailer) = &site.mailer else { return Ok(()) };
    let hours = site.settings().number(&LATE_HOURS);
    for recipient in list_late_recipients(&site.pool).await? {
        let late = claim_late_comments(&site.pool, recipient.account, now - Duration::hours(i64::from(hours))).await?;
        if late.is_empty() {
            continue;
        }
        let count = format_number(late.len() as i64);
        let subject = format!("Bàn duyệt: {count} ý kiến chờ quá {hours} giờ");
        let named: String = late.iter().take(MAX_NAMED).map(|late| describe(site, late)).collect();
        let more = late.len().saturating_sub(MAX_NAMED);
        let more = if more > 0 {
            format!("\n… và {} ý kiến khác.\n", format_number(more as i64))
        } else {
            String::new()
        };
        let text = format!(
            "Kính gửi {},\n\n\
             Có {count} ý kiến, lời nhắn chờ xử lý hoặc bị báo vi phạm đã quá {hours} giờ:\n\n{named}{more}\n\
             Mỗi ý kiến chỉ được nhắc một lần. Ông/bà có thể ngừng nhận thư trong mục Tài khoản.\n",
            recipient.name
        );
        match mailer.send(Some(&recipient.name), &recipient.email, &subject, text).await {
            Ok(()) | Err(SendError::Permanent) => {}
            Err(SendError::Temporary) => {
                let ids: Vec<i64> = late.iter().map(|late| late.id).collect();
                release_late_comments(&site.pool, recipient.account, &ids).await?;
            }
        }
    }
    Ok(())
}

/// One comment, with the address that opens it.
fn describe(site: &Site, late: &LateComment) -> String {
    let (tab, what) = match (&late.title, late.is_reported) {
        (None, _) => (Tab::Inquiries, "lời nhắn chờ trả lời".to_owned()),
        (Some(title), true) => (Tab::Reported, format!("bị báo vi phạm, bài “{title}”")),
        (Some(title), false) => (Tab::Pending, format!("chờ duyệt, bài “{title}”")),
    };
    let path = details_path(&QueueQuery::of_tab(tab).path(), late.id);
    format!("- {} ({what}):\n  {}{path}\n", late.name, site.public_url)
}
