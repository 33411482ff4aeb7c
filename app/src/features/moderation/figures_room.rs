//! The room that shows how the desk does, in numbers.

use super::store::figures::{
    DayFigures, ModeratorFigures, find_oldest_waiting, list_days, list_moderators, list_reasons,
};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::comments::store::count_by_state;
use crate::routes;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

pub const ROOM: Room = Room {
    route: &routes::DESK_FIGURES,
    label: "Số liệu",
    group: Group::Insight,
    permission: Some(Permission::ReadFigures),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

async fn read(RoomRequest { site, staff, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let now = OffsetDateTime::now_utc();
    let from = clock::local_day(now) - Duration::days(30);
    let pending = count_by_state(&site.pool).await?.pending;
    let waiting = match find_oldest_waiting(&site.pool).await? {
        Some(oldest) => {
            let duration = clock::format_duration((now - oldest).as_seconds_f64() / 60.0);
            format!("{} ý kiến đang chờ; lâu nhất: {duration}.", format_number(pending))
        }
        None => "Không có ý kiến nào đang chờ.".to_owned(),
    };
    let days = list_days(&site.pool, from).await?;
    let moderators = list_moderators(&site.pool, from).await?;
    let reasons = list_reasons(&site.pool, from).await?;
    let reasons = reasons.into_iter().map(|(reason, count)| vec![reason, format_number(count)]).collect();
    let html = view! {
        <div class="room-content">
            <p><strong>{waiting}</strong></p>
            {table(
                "Thời gian chờ theo ngày",
                &["Ngày", "Đã quyết định", "Một nửa trong vòng", "Lâu nhất"],
                days.iter().map(day_row).collect(),
            )}
            {table(
                "Theo người duyệt",
                &["Người duyệt", "Duyệt", "Từ chối", "Gỡ", "Hoàn tác"],
                moderators.iter().map(moderator_row).collect(),
            )}
            {table("Lý do không đăng", &["Lý do", "Số ý kiến"], reasons)}
            {staff.may(Permission::ExportComments).then(export_form)}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

fn day_row(day: &DayFigures) -> Vec<String> {
    vec![
        clock::format_day(day.day),
        format_number(day.decided),
        clock::format_duration(day.median),
        clock::format_duration(day.slowest),
    ]
}

fn moderator_row(moderator: &ModeratorFigures) -> Vec<String> {
    let ModeratorFigures { name, approved, rejected, removed, undone } = moderator;
    let counts = [approved, rejected, removed, undone].map(|count| format_number(*count));
    [vec![name.clone()], counts.to_vec()].concat()
}

/// A table whose first column names its rows.
fn table(title: &'static str, head: &[&'static str], rows: Vec<Vec<String>>) -> impl IntoView + use<> {
    let head = head.iter().map(|label| view! { <th scope="col">{*label}</th> }).collect_view();
    let is_empty = rows.is_empty();
    let rows = rows.into_iter().map(|row| {
        let mut cells = row.into_iter();
        let name = cells.next().map(|name| view! { <th scope="row">{name}</th> });
        let cells = cells.map(|cell| view! { <td>{cell}</td> });
        view! { <tr>{name}{cells.collect_view()}</tr> }
    });
    let content = if is_empty {
        view! { <p class="empty">"Chưa có gì trong 30 ngày qua."</p> }.into_any()
    } else {
        view! {
            <div class="table-box" tabindex="0" role="region" aria-label=title>
                <table class="figures-table">
                    <thead><tr>{head}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! { <h2>{title}</h2> {content} }
}

fn export_form() -> impl IntoView {
    view! {
        <h2>"Tải xuống"</h2>
        <form method="post" action=routes::EXPORT_COMMENTS.path>
            <button class="button secondary">"Tải mọi ý kiến (CSV)"</button>
        </form>
        <p class="quiet">
            "Tệp có họ tên và nội dung của người viết: chỉ dùng cho công việc và xóa khi xong. "
            "Việc tải được ghi vào nhật ký."
        </p>
    }
}
