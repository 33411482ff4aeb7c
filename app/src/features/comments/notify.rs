//! Mails to writers about the decision, once each.

use super::CommentState;
use super::store::notifications::{Notification, claim_notification, release_notification};
use crate::base::error::AppError;
use crate::base::mail::{Mailer, SendError};
use crate::features::articles::article_path;
use crate::web::site::Site;

/// Mails every writer who asked for it and whose decision can no longer be undone on its card.
pub async fn notify_writers(site: &Site) -> Result<(), AppError> {
    let Some(mailer) = &site.mailer else { return Ok(()) };
    while let Some(notification) = claim_notification(&site.pool).await? {
        match send(site, mailer, &notification).await {
            Ok(()) => {}
            Err(SendError::Permanent) => {
                tracing::info!(comment = notification.comment, "its writer cannot be notified");
            }
            // the mail server is unreachable, so the others wait for the next round
            Err(SendError::Temporary) => return release_notification(&site.pool, notification.comment).await,
        }
    }
    Ok(())
}

async fn send(site: &Site, mailer: &Mailer, notification: &Notification) -> Result<(), SendError> {
    let is_inquiry = notification.title.is_none();
    let (subject, outcome) = match notification.state {
        CommentState::Published if is_inquiry => ("Lời nhắn của ông/bà đã được trả lời", "đã được trả lời"),
        _ if is_inquiry => ("Lời nhắn của ông/bà không được tiếp nhận", "không được tiếp nhận"),
        CommentState::Published => ("Ý kiến của ông/bà đã được đăng", "đã được đăng"),
        CommentState::Removed => ("Ý kiến của ông/bà đã được gỡ", "đã được gỡ khỏi trang"),
        _ => ("Ý kiến của ông/bà không được đăng", "không được đăng"),
    };
    let note = notification.note.as_ref().map(|note| format!("\nLý do: {note}\n")).unwrap_or_default();
    let address = match &notification.slug {
        Some(slug) => format!("{}{}", site.public_url, article_path(slug, notification.article_id)),
        // only the browser that sent it knows the private link
        None if notification.is_answered => {
            "Câu trả lời có ở đường dẫn riêng mà ông/bà nhận được sau khi gửi.".to_owned()
        }
        None => String::new(),
    };
    let what = match &notification.title {
        Some(title) => format!("Ý kiến của ông/bà ở bài “{title}”"),
        None => "Lời nhắn của ông/bà".to_owned(),
    };
    // the address is unproven, so nothing that somebody typed is sent to it
    let text = format!(
        "Kính gửi ông/bà,\n\n{what} {outcome}.\n{note}\n{address}\n\n\
         Thư này được gửi một lần theo yêu cầu của ông/bà khi gửi. Vui lòng không trả lời thư này.\n{}\n",
        site.settings().info.body
    );
    mailer.send(None, &notification.email, subject, text).await
}
