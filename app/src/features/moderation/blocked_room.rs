//! The room of blocked writers.

use super::html::acted_notice;
use super::outcome::{ACTED, Act};
use super::store::queue::find_queue_rows;
use super::{DECIDED, html};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::features::comments::store::blocks::{BlockedWriter, MAX_BLOCKED_LISTED, list_blocked};
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use leptos::prelude::*;
use time::OffsetDateTime;

pub const ROOM: Room = Room {
    route: &routes::DESK_BLOCKED,
    label: "Người bị chặn",
    group: Group::Readers,
    permission: Some(Permission::ModerateComments),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// Where a page begins: the moment of the last block before it, in microseconds.
fn parse_moment(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(text.parse::<i64>().ok()?) * 1000).ok()
}

async fn read(RoomRequest { site, address, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let before = address.parameter("sau").and_then(parse_moment);
    let mut blocked = list_blocked(&site.pool, before).await?;
    let has_more = blocked.len() == MAX_BLOCKED_LISTED;
    blocked.truncate(MAX_BLOCKED_LISTED - 1);
    let next = blocked.last().filter(|_| has_more).map(|last| {
        let href = format!("{}?sau={}", routes::DESK_BLOCKED.path, last.blocked_at.unix_timestamp_nanos() / 1000);
        view! {
            <nav class="pages" aria-label="Trang">
                <a class="button secondary" rel="next" href=href>"Trang sau"</a>
            </nav>
        }
    });
    let mut notice = String::new();
    if let (Some(comment), Some(act)) =
        (address.parameter(DECIDED).and_then(parse_id), Act::parse(&address.text(ACTED)))
        && let Some(row) = find_queue_rows(&site.pool, &[comment]).await?.pop()
    {
        let outcome = html::describe_outcome_of(act, &row);
        notice = acted_notice(outcome, &row, routes::DESK_BLOCKED.path);
    }
    let html = view! {
        <div class="room-content">
            <div inner_html=notice></div>
            <p class="quiet">
                "Ý kiến của những người này chờ trong mục Bị chặn. Chặn và bỏ chặn ở phần chi tiết của một ý kiến."
            </p>
            {blocked.is_empty().then(|| view! { <p class="empty">"Không có ai bị chặn."</p> })}
            <ol class="record">{blocked.iter().map(item).collect_view()}</ol>
            {next}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

fn item(blocked: &BlockedWriter) -> impl IntoView + use<> {
    let details = format!("{}?chon={}#chi-tiet", routes::DESK_COMMENTS.path, blocked.comment);
    let by = blocked.by.as_deref().unwrap_or("Một người khác");
    let until = match blocked.until {
        Some(until) => format!("đến {}", clock::format_short(until)),
        None => "cho đến khi được bỏ chặn".to_owned(),
    };
    let since = format!("{by} chặn lúc {}, {until}.", clock::format_short(blocked.blocked_at));
    let waiting = (blocked.waiting > 0).then(|| format!(" {} ý kiến đang chờ.", format_number(blocked.waiting)));
    let note = blocked.note.as_ref().map(|note| view! { <p class="quiet">{format!("Câu nhắn: “{note}”")}</p> });
    view! {
        <li>
            <p><a href=details><strong>{blocked.name.clone()}</strong></a></p>
            <p>{since}{waiting}</p>
            {note}
            <form method="post" action=routes::BLOCK_WRITER.path>
                <input type="hidden" name="comment_id" value=blocked.comment/>
                <input type="hidden" name=RETURN_TO value=routes::DESK_BLOCKED.path/>
                <button class="link-button" name="blocked" value="0">"Bỏ chặn"</button>
            </form>
        </li>
    }
}
