//! Telling writers, once, what became of their comment.

use super::store::telling::{self, Told};
use crate::error::AppError;
use crate::mail::{Mailer, Unsent};
use crate::site::Site;

/// Tells writers who asked for it and whose comment was decided so long ago that the decision stands.
pub async fn tell_writers(site: &Site) -> Result<(), AppError> {
    let Some(mailer) = &site.mail else { return Ok(()) };
    loop {
        let told = telling::claim(&site.pool).await?;
        if told.is_empty() {
            return Ok(());
        }
        for writer in told {
            match tell(site, mailer, &writer).await {
                Ok(()) => {}
                Err(Unsent::ForGood) => tracing::info!(comment = writer.id, "its writer cannot be told"),
                // the server is away: the others wait for the next round
                Err(Unsent::ForNow) => return telling::put_back(&site.pool, writer.id).await,
            }
        }
    }
}

async fn tell(site: &Site, mailer: &Mailer, writer: &Told) -> Result<(), Unsent> {
    let info = &site.settings().info;
    let (subject, what) = match writer.state.as_str() {
        "published" => ("Ý kiến của bạn đã được đăng", "đã được đăng"),
        "removed" => ("Ý kiến của bạn đã được gỡ", "đã được gỡ khỏi trang"),
        _ => ("Ý kiến của bạn không được đăng", "không được đăng"),
    };
    let note = writer.note.as_ref().map(|note| format!("\nLý do: {note}\n")).unwrap_or_default();
    let address = format!("{}{}", site.public_url, crate::articles::path(&writer.slug, writer.article_id));
    // the address is unproven: nothing that somebody typed is sent to it
    let words = format!(
        "Kính gửi ông/bà,\n\nÝ kiến của bạn ở bài “{}” {what}.\n{note}\n{address}\n\nThư này được gửi một lần theo yêu cầu của bạn khi gửi ý kiến. Vui lòng không trả lời thư này.\n{}\n",
        writer.title, info.body
    );
    mailer.send(None, &writer.email, subject, words).await
}
