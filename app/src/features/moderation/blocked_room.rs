//! The room of blocked writers.

use super::endpoints::server::{describe_overtaken_block, parse_moment, write_moment};
use super::outcome::Act;
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::base::url::with_parameter;
use crate::features::audit::Actor;
use crate::features::comments::store::blocks::{
    BlockState, BlockedWriter, Blocking, MAX_BLOCKED_LISTED, change_block, find_block, list_blocked,
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

/// Ends the block with this number, which was `seen` to begin then; with `again` it goes on as it was.
#[server(prefix = "/api", endpoint = "end-block", output = server_fn::codec::Postcard)]
pub async fn end_block(
    #[server(default)] block: String,
    #[server(default)] seen: String,
    #[server(default)] again: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    let staff = require(Permission::ModerateComments).await?;
    let site = current_site()?;
    let id = parse_id(&block).ok_or(AppError::NotFound)?;
    let (blocking, act) = match again.as_str() {
        "" => (Blocking::End { seen: Some(parse_moment(&seen).ok_or(AppError::NotFound)?) }, Act::Unblock),
        _ => (Blocking::Resume, Act::Block),
    };
    if !change_block(&site.pool, Actor::new(&site, &staff), id, blocking).await? {
        return Err(describe_overtaken_block(find_block(&site.pool, None, Some(id)).await?, act));
    }
    site.hub.announce(Change::Desk);
    let page = if return_to.is_empty() { routes::DESK_BLOCKED.path } else { &return_to };
    redirect_to(&with_parameter(page, CHANGED, &id.to_string()), "ban-duyet");
    Ok(())
}

/// The address of the page of those who were blocked before this moment.
fn page_after(moment: OffsetDateTime) -> String {
    with_parameter(routes::DESK_BLOCKED.path, "sau", &write_moment(moment))
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
        Some(block) => find_block(&site.pool, None, Some(block)).await?.map(|state| (block, state)),
        None => None,
    };
    let notice = changed.map(|(block, state)| notice(block, state, &page));
    let html = view! {
        <div class="room-content">
            {notice}
            <p class="quiet">
                "Ý kiến của những người này chờ trong mục Bị chặn. Chặn ở phần chi tiết của một ý kiến; bỏ chặn ở đó hoặc ở đây."
            </p>
            {blocked.is_empty().then(|| view! { <p class="empty">"Không có ai bị chặn."</p> })}
            <ol class="record">{blocked.iter().map(|blocked| item(blocked, &page)).collect_view()}</ol>
            {next}
        </div>
    };
    Ok(RoomContent { html: html.to_html(), data: Vec::new() })
}

/// What became of a block, with the button that takes its end back.
fn notice(block: i64, state: BlockState, page: &str) -> impl IntoView + use<> {
    let name = state.name.unwrap_or_else(|| "người viết này".to_owned());
    let sentence =
        if state.is_active { format!("Đã chặn lại {name}.") } else { format!("Đã bỏ chặn {name}.") };
    let undo = (!state.is_active).then(|| form(block, None, page));
    view! {
        <div class="notice just-decided" role="status">
            <p>{sentence}</p>
            {undo}
        </div>
    }
}

/// The button that ends the block that was `seen` to begin then, or takes it up again.
fn form(block: i64, seen: Option<OffsetDateTime>, page: &str) -> impl IntoView + use<> {
    let page = page.to_owned();
    let button = match seen {
        Some(seen) => view! {
            <input type="hidden" name="seen" value=write_moment(seen)/>
            <button class="link-button">"Bỏ chặn"</button>
        }
        .into_any(),
        None => view! { <button class="link-button" name="again" value="1">"Hoàn tác"</button> }.into_any(),
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
            {form(blocked.block, Some(blocked.blocked_at), page)}
        </li>
    }
}
