//! The room of blocked writers.

use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::base::url::with_parameter;
use crate::features::audit::Actor;
use crate::features::comments::store::blocks::{
    BlockedWriter, MAX_BLOCKED_LISTED, find_block_state, list_blocked, set_block_active,
};
use crate::live::hub::Change;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::post::redirect_to;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::session::require;
use crate::web::site::current_site;
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

/// The block that was just ended or taken up again, in the room's address.
const CHANGED: &str = "doi";
/// What stands for the name of somebody of whom no comment is left.
const NO_NAME: &str = "người viết này";

/// Ends the block with this number; with `again` it goes on as it was.
#[server(prefix = "/api", endpoint = "end-block", output = server_fn::codec::Postcard)]
pub async fn end_block(
    #[server(default)] block: String,
    #[server(default)] again: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ModerateComments).await?;
    let site = current_site()?;
    let id = parse_id(&block).ok_or(AppError::NotFound)?;
    set_block_active(&site.pool, Actor::new(&site, &staff), id, !again.is_empty()).await?;
    site.hub.announce(Change::Desk);
    let page = if return_to.is_empty() { routes::DESK_BLOCKED.path } else { &return_to };
    redirect_to(&with_parameter(page, CHANGED, &id.to_string()), "ban-duyet");
    Ok(())
}

/// Where a page begins: the moment of the last block before it, in microseconds.
fn parse_moment(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(text.parse::<i64>().ok()?) * 1000).ok()
}

/// The address of the page of those who were blocked before this moment.
fn page_after(moment: OffsetDateTime) -> String {
    with_parameter(routes::DESK_BLOCKED.path, "sau", &(moment.unix_timestamp_nanos() / 1000).to_string())
}

async fn read(RoomRequest { site, address, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let before = address.parameter("sau").and_then(parse_moment);
    let mut blocked = list_blocked(&site.pool, before).await?;
    let has_more = blocked.len() == MAX_BLOCKED_LISTED;
    blocked.truncate(MAX_BLOCKED_LISTED - 1);
    let next = blocked.last().filter(|_| has_more).map(|last| {
        let href = page_after(last.blocked_at);
        view! {
            <nav class="pages" aria-label="Trang">
                <a class="button secondary" rel="next" href=href>"Trang sau"</a>
            </nav>
        }
    });
    let page = match before {
        Some(before) => page_after(before),
        None => routes::DESK_BLOCKED.path.to_owned(),
    };
    let changed = match address.parameter(CHANGED).and_then(parse_id) {
        Some(block) => find_block_state(&site.pool, block).await?.map(|state| (block, state)),
        None => None,
    };
    let notice = changed.map(|(block, (is_active, name))| notice(block, is_active, name, &page));
    let html = view! {
        <div class="room-content">
            {notice}
            <p class="quiet">
                "Ý kiến của những người này chờ trong mục Bị chặn. Chặn và bỏ chặn ở phần chi tiết của một ý kiến."
            </p>
            {blocked.is_empty().then(|| view! { <p class="empty">"Không có ai bị chặn."</p> })}
            <ol class="record">{blocked.iter().map(|blocked| item(blocked, &page)).collect_view()}</ol>
            {next}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

/// What became of a block, with the button that takes its end back.
fn notice(block: i64, is_active: bool, name: Option<String>, page: &str) -> impl IntoView + use<> {
    let name = name.unwrap_or_else(|| NO_NAME.to_owned());
    let sentence = if is_active { format!("Đã chặn lại {name}.") } else { format!("Đã bỏ chặn {name}.") };
    let undo = (!is_active).then(|| form(block, true, page));
    view! {
        <div class="notice just-decided" role="status">
            <p>{sentence}</p>
            {undo}
        </div>
    }
}

/// The button that ends a block, or takes it up again.
fn form(block: i64, is_ended: bool, page: &str) -> impl IntoView + use<> {
    let page = page.to_owned();
    let button = if is_ended {
        view! { <button class="link-button" name="again" value="1">"Hoàn tác"</button> }.into_any()
    } else {
        view! { <button class="link-button">"Bỏ chặn"</button> }.into_any()
    };
    view! {
        <form method="post" action=routes::END_BLOCK.path>
            <input type="hidden" name="block" value=block/>
            <input type="hidden" name=RETURN_TO value=page/>
            {button}
        </form>
    }
}

fn item(blocked: &BlockedWriter, page: &str) -> impl IntoView + use<> {
    let name = match (&blocked.name, blocked.comment) {
        (Some(name), Some(comment)) => {
            let details = format!("{}?chon={comment}#chi-tiet", routes::DESK_COMMENTS.path);
            view! { <p><a href=details><strong>{name.clone()}</strong></a></p> }.into_any()
        }
        _ => view! { <p><strong>"Không còn ý kiến nào được lưu"</strong></p> }.into_any(),
    };
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
            {name}
            <p>{since}{waiting}</p>
            {note}
            {form(blocked.block, false, page)}
        </li>
    }
}
