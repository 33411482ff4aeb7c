//! All comments as a table that office programs open.

use super::EXPORT;
use super::queue_query::Tab;
use super::store::{self, ExportedComment};
use crate::base::clock;
use crate::base::error::AppError;
use crate::features::audit::store::append_entry;
use crate::features::audit::{Actor, Entry};
use crate::features::comments::cover::{apply_cover, parse_ranges};
use crate::web::site::Site;
use crate::web::staff::Staff;
use axum::body::Bytes;
use futures::Stream;
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// Lines that wait for a slow connection.
const BUFFERED_LINES: usize = 100;
/// By the byte order mark office programs know that it is UTF-8.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";
const HEAD: [&str; 9] =
    ["Số", "Bài viết", "Họ tên", "Nội dung", "Trạng thái", "Gửi lúc", "Quyết định lúc", "Người quyết định", "Lý do"];

/// Streams all comments as CSV, the oldest first. The export is entered in the audit record before the first line is
/// sent.
pub async fn export_comments(
    site: &Site,
    staff: &Staff,
) -> Result<impl Stream<Item = Result<Bytes, AppError>> + use<>, AppError> {
    let count = store::count_comments(&site.pool).await?;
    let entry = Entry::new(Actor::new(site, staff), EXPORT, ("comments", None), json!({ "count": count }));
    append_entry(&site.pool, &site.audit_key, entry).await?;
    let (sender, lines) = mpsc::channel(BUFFERED_LINES);
    let pool = site.pool.clone();
    tokio::spawn(async move {
        let head = [BYTE_ORDER_MARK.as_bytes(), &line(HEAD)].concat();
        // nobody needs the rest once the connection is closed
        if sender.send(Ok(Bytes::from(head))).await.is_err() {
            return;
        }
        let mut last = 0;
        loop {
            let rows = match store::list_exported(&pool, last).await {
                Ok(rows) if rows.is_empty() => return,
                Ok(rows) => rows,
                Err(error) => return drop(sender.send(Err(error)).await),
            };
            for row in rows {
                last = row.id;
                if sender.send(Ok(format_row(&row))).await.is_err() {
                    return;
                }
            }
        }
    });
    Ok(ReceiverStream::new(lines))
}

fn format_row(row: &ExportedComment) -> Bytes {
    let body = apply_cover(&row.body, &parse_ranges(row.covered.clone()));
    let (id, created_at) = (row.id.to_string(), clock::format_iso(row.created_at));
    let decided_at = row.decided_at.map(clock::format_iso).unwrap_or_default();
    let cells = [
        id.as_str(),
        row.title.as_deref().unwrap_or("Liên hệ"),
        &row.name,
        &body,
        Tab::of_state(row.state, row.title.is_none()).label(),
        &created_at,
        &decided_at,
        row.actor.as_deref().unwrap_or_default(),
        row.note.as_deref().unwrap_or_default(),
    ];
    Bytes::from(line(cells))
}

/// One line, with each cell quoted where it must be, and none that an office program takes for a formula.
pub(super) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let is_formula = |cell: &str| cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cells = cells.into_iter().map(|cell| if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() });
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    // writing to memory cannot fail
    let written = writer.write_record(cells);
    debug_assert!(written.is_ok());
    writer.into_inner().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let text = String::from_utf8(line(["1", "a,b", "nói \"to\"", "=1+1", "hai\ndòng"])).expect("is text");
        assert_eq!(text, "1,\"a,b\",\"nói \"\"to\"\"\",'=1+1,\"hai\ndòng\"\r\n");
    }
}
