//! One mail a day, to staff who ask for it, about what waits.

use crate::error::AppError;
use crate::mail::Unsent;
use crate::ratings::thousands;
use crate::site::Site;
use crate::{accounts, clock, comments};
use time::OffsetDateTime;

/// Tells what waits at `now`, once a day and only where something does, from the hour that the settings name.
pub async fn mail_staff(site: &Site, now: OffsetDateTime) -> Result<(), AppError> {
    let Some(mailer) = &site.mail else { return Ok(()) };
    let local = now.to_offset(clock::ZONE);
    if u32::from(local.hour()) < site.settings().daily_mail_hour {
        return Ok(());
    }
    let counts = comments::store::desk_state(&site.pool).await?;
    let people = accounts::store::mail::claim(&site.pool, local.date()).await?;
    if people.is_empty() || counts.held + counts.reported == 0 {
        return Ok(());
    }
    let parts = [(counts.held, "ý kiến chờ duyệt"), (counts.reported, "ý kiến bị báo vi phạm")];
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let waits = parts.map(|(count, words)| format!("{} {words}", thousands(count))).collect::<Vec<_>>().join(", ");
    for person in people {
        let words = format!(
            "Chào {},\n\nHiện có {waits}.\n\n{}/quan-tri\n\nThư này được gửi mỗi ngày một lần theo yêu cầu của bạn. Bạn có thể ngừng nhận thư trong mục Tài khoản.\n",
            person.name, site.public_url
        );
        match mailer.send(Some(&person.name), &person.email, &format!("Bàn duyệt: {waits}"), words).await {
            Ok(()) | Err(Unsent::ForGood) => {}
            Err(Unsent::ForNow) => accounts::store::mail::put_back(&site.pool, person.account, local.date()).await?,
        }
    }
    Ok(())
}
