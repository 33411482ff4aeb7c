//! All comments as a table that office programs open.

use super::Tab;
use super::store::Moderator;
use crate::audit::{Entry, store as audit};
use crate::error::AppError;
use crate::site::Site;
use crate::{accounts::Staff, clock};
use futures::TryStreamExt;
use serde_json::json;

/// Comments as CSV, the oldest first, with an audit line that tells how many. By the byte order mark office programs know that
/// it is UTF-8.
pub async fn comments(site: &Site, staff: &Staff) -> Result<String, AppError> {
    let by = Moderator { staff, key: &site.audit };
    let mut table = String::from(
        "\u{feff}Số,Bài viết,Họ tên,Nội dung,Trạng thái,Gửi lúc,Quyết định lúc,Người quyết định,Lý do\r\n",
    );
    let mut count = 0;
    let mut rows = super::store::every(&site.pool);
    while let Some(row) = rows.try_next().await? {
        let state =
            Tab::ALL.into_iter().find(|tab| tab.state() == row.state && *tab != Tab::Reported).map_or("", Tab::label);
        let decided = row.decided_at.map(clock::iso).unwrap_or_default();
        let (by, note) = (row.by.unwrap_or_default(), row.note.unwrap_or_default());
        let cells =
            [&row.title, &row.name, &row.body, state, &clock::iso(row.created_at), &decided, &by, &note].map(cell);
        table.push_str(&format!("{},{}\r\n", row.id, cells.join(",")));
        count += 1;
    }
    drop(rows);
    let entry = Entry::new(Some(by.staff.id), "export", ("comments", None), json!({ "count": count }));
    audit::note(&site.pool, by.key, entry).await?;
    Ok(table)
}

/// A cell: quoted where it must be, and never a formula.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
