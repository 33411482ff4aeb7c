//! The room that shows how the desk does, in numbers.

use super::figure_tables::{Days, Table, read_tables};
use super::store::figures::find_oldest_waiting;
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::comments::store::count_by_state;
use crate::routes;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use leptos::prelude::*;
use time::OffsetDateTime;

pub const ROOM: Room = Room {
    route: &routes::DESK_FIGURES,
    label: "Số liệu",
    group: Group::Insight,
    permission: Some(Permission::ReadFigures),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

async fn read(RoomRequest { site, staff, address, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let now = OffsetDateTime::now_utc();
    let (from, until) = (address.text("tu"), address.text("den"));
    let today = clock::local_day(now);
    let days = Days::parse(&from, &until, today);
    let shown = days.or_else(|| Days::parse("", "", today)).ok_or(AppError::Internal)?;
    let pending = count_by_state(&site.pool).await?.pending;
    let waiting = match find_oldest_waiting(&site.pool).await? {
        Some(oldest) => {
            let duration = clock::format_duration((now - oldest).as_seconds_f64() / 60.0);
            format!("{} ý kiến đang chờ; lâu nhất: {duration}.", format_number(pending))
        }
        None => "Không có ý kiến nào đang chờ.".to_owned(),
    };
    let tables = read_tables(&site, shown).await?;
    let reversed = days.is_none().then(|| {
        view! {
            <p class="field-error" role="alert">
                "“Từ ngày” ở sau “Đến ngày”. Dưới đây là 30 ngày qua; vui lòng đổi lại hai ngày."
            </p>
        }
    });
    let html = view! {
        <div class="room-content">
            <p><strong>{waiting}</strong></p>
            {reversed}
            {days_form(shown, days.is_none().then_some((&from, &until)))}
            {tables.into_iter().map(table).collect_view()}
            {staff.may(Permission::ExportComments).then(export_form)}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

/// The days, and the file of their tables.
fn days_form(Days { from, until }: Days, typed: Option<(&String, &String)>) -> impl IntoView + use<> {
    let (from, until) = (from.to_string(), until.to_string());
    let file = format!("{}?tu={from}&den={until}", routes::EXPORT_FIGURES.path);
    // what is to be put right stays in the fields
    let (from, until) = typed.map_or((from, until), |(from, until)| (from.clone(), until.clone()));
    view! {
        <form class="figure-days" method="get" action=routes::DESK_FIGURES.path>
            <label class="field">"Từ ngày"<input type="date" name="tu" value=from required/></label>
            <label class="field">"Đến ngày"<input type="date" name="den" value=until required/></label>
            <button class="button secondary">"Xem"</button>
        </form>
        <form method="post" action=file><button class="link-button">"Tải các bảng này (CSV)"</button></form>
    }
}

/// A table whose first column names its rows.
fn table(Table { title, head, rows }: Table) -> impl IntoView {
    let head = head.into_iter().map(|label| view! { <th scope="col">{label}</th> }).collect_view();
    let is_empty = rows.is_empty();
    let rows = rows.into_iter().map(|row| {
        let mut cells = row.into_iter();
        let name = cells.next().map(|name| view! { <th scope="row">{name}</th> });
        let cells = cells.map(|cell| view! { <td>{cell}</td> });
        view! { <tr>{name}{cells.collect_view()}</tr> }
    });
    let content = if is_empty {
        view! { <p class="empty">"Chưa có gì trong thời gian này."</p> }.into_any()
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
