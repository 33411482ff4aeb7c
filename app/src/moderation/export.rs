//! All comments as a table that office programs open.

use super::{Tab, store};
use crate::accounts::Staff;
use crate::audit::{Entry, store as audit};
use crate::error::AppError;
use crate::site::Site;
use crate::{clock, comments};
use futures::{Stream, TryStreamExt};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// So many lines wait for a slow line to take them.
const WAITING: usize = 100;
/// By the byte order mark office programs know that it is UTF-8.
const HEAD: &str = "\u{feff}Số,Bài viết,Họ tên,Nội dung,Trạng thái,Gửi lúc,Quyết định lúc,Người quyết định,Lý do\r\n";

/// Comments as CSV, the oldest first, line by line. That they are taken away is in the record before the first line goes.
pub async fn table(
    site: &Site,
    staff: &Staff,
) -> Result<impl Stream<Item = Result<String, sqlx::Error>> + use<>, AppError> {
    let count = store::how_many(&site.pool).await?;
    let entry = Entry::new(Some(staff.id), "export", ("comments", None), json!({ "count": count }));
    audit::note(&site.pool, &site.audit, entry).await?;
    let (send, lines) = mpsc::channel(WAITING);
    let pool = site.pool.clone();
    tokio::spawn(async move {
        let mut rows = store::every(&pool);
        let mut line = Ok(Some(HEAD.to_owned()));
        while let Some(told) = line.transpose() {
            let failed = told.is_err();
            // whoever closed the page needs no more
            if send.send(told).await.is_err() || failed {
                return;
            }
            line = rows.try_next().await.map(|row| row.map(|row| self::line(&row)));
        }
    });
    Ok(ReceiverStream::new(lines))
}

fn line(row: &store::Exported) -> String {
    let state =
        Tab::ALL.into_iter().find(|tab| tab.state() == row.state && *tab != Tab::Reported).map_or("", Tab::label);
    let decided = row.decided_at.map(clock::iso).unwrap_or_default();
    let (by, note) = (row.by.as_deref().unwrap_or_default(), row.note.as_deref().unwrap_or_default());
    let body = comments::cover(&row.body, &comments::places(row.covered.clone()));
    let cells = [&row.title, &row.name, &body, state, &clock::iso(row.created_at), &decided, by, note].map(cell);
    format!("{},{}\r\n", row.id, cells.join(","))
}

/// A cell: quoted where it must be, and never a formula.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
