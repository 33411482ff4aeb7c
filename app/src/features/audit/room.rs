//! The room of the record.

use super::Actions;
use super::store::{EntryFilter, ListedEntry, MAX_LISTED, list_entries};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::url::encode;
use crate::features::accounts::store::list_names;
use crate::routes;
use crate::web::page::PageRequest;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use leptos::prelude::*;

/// Entries on a page: one more says that there is another.
const PER_PAGE: usize = MAX_LISTED - 1;

pub const ROOM: Room = Room {
    route: &routes::DESK_AUDIT,
    label: "Nhật ký",
    group: Group::Administration,
    permission: Some(Permission::ReadAudit),
    read: |request| Box::pin(read(request)),
    count_waiting: None,
};

/// What stands in the room's address.
struct Query {
    action: String,
    account: String,
    day: String,
}

impl Query {
    fn new(address: &PageRequest) -> Self {
        Self { action: address.text("viec"), account: address.text("nguoi"), day: address.text("ngay") }
    }

    fn filter(&self, before: Option<&str>) -> EntryFilter {
        let day = clock::parse_day(&self.day);
        EntryFilter {
            before: before.and_then(parse_id),
            action: (!self.action.is_empty()).then(|| self.action.clone()),
            account: parse_id(&self.account),
            from: day.map(clock::start_of_day),
            to: day.and_then(|day| day.next_day()).map(clock::start_of_day),
        }
    }

    /// The address of the page that begins before the entry `before`.
    fn next_page(&self, before: i64) -> String {
        let (action, account, day) = (encode(&self.action), encode(&self.account), encode(&self.day));
        format!("{}?viec={action}&nguoi={account}&ngay={day}&sau={before}", routes::DESK_AUDIT.path)
    }
}

async fn read(RoomRequest { site, address, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let query = Query::new(&address);
    let mut entries = list_entries(&site.pool, &query.filter(address.parameter("sau"))).await?;
    let has_more = entries.len() > PER_PAGE;
    entries.truncate(PER_PAGE);
    let next = entries.last().filter(|_| has_more).map(|entry| query.next_page(entry.number));
    let names = list_names(&site.pool).await?;
    Ok(RoomContent { html: html(&query, &site.state::<Actions>(), &entries, next, &names), data: Vec::new() })
}

fn html(
    query: &Query,
    actions: &Actions,
    entries: &[ListedEntry],
    next: Option<String>,
    names: &[(i64, String)],
) -> String {
    let next = next.map(|href| {
        view! {
            <nav class="pages" aria-label="Trang">
                <a class="button secondary" rel="next" href=href>"Trang sau"</a>
            </nav>
        }
    });
    let head = ["Số", "Lúc", "Ai", "Việc", "Chi tiết"].map(|label| view! { <th scope="col">{label}</th> });
    view! {
        <div class="room-content">
            {search_form(query, actions, names)}
            {entries.is_empty().then(|| view! { <p class="empty">"Không có dòng nào."</p> })}
            <div class="table-box" tabindex="0" role="region" aria-label="Nhật ký">
                <table>
                    <thead><tr>{head.collect_view()}</tr></thead>
                    <tbody>{entries.iter().map(|entry| row(entry, actions)).collect_view()}</tbody>
                </table>
            </div>
            {next}
        </div>
    }
    .to_html()
}

fn search_form(query: &Query, actions: &Actions, names: &[(i64, String)]) -> impl IntoView + use<> {
    let actions = actions.0.iter().map(|action| {
        let selected = query.action == action.name;
        view! { <option value=action.name selected=selected>{action.label}</option> }
    });
    let people = names.iter().map(|(id, name)| {
        let id = id.to_string();
        let selected = id == query.account;
        view! { <option value=id selected=selected>{name.clone()}</option> }
    });
    view! {
        <form class="desk-search" role="search" action=routes::DESK_AUDIT.path method="get">
            <div class="fields">
                <label class="field">
                    "Việc"
                    <select name="viec"><option value="">"Tất cả"</option>{actions.collect_view()}</select>
                </label>
                <label class="field">
                    "Người làm"
                    <select name="nguoi"><option value="">"Tất cả"</option>{people.collect_view()}</select>
                </label>
                <label class="field">"Ngày"<input type="date" name="ngay" value=query.day.clone()/></label>
            </div>
            <button class="button secondary">"Lọc"</button>
        </form>
    }
}

fn row(entry: &ListedEntry, actions: &Actions) -> impl IntoView + use<> {
    let actor = entry.actor.clone().unwrap_or_else(|| "Quản trị máy chủ".to_owned());
    let subject = match (entry.subject.as_str(), entry.subject_id) {
        ("comment", Some(id)) => format!("ý kiến {id}"),
        ("article", Some(id)) => format!("bài {id}"),
        ("account", Some(id)) => format!("tài khoản {id}"),
        _ => String::new(),
    };
    let action = actions.label(&entry.action).to_owned();
    let detail = entry.detail.replace(['{', '}', '"'], "").replace(',', ", ");
    view! {
        <tr>
            <td>{entry.number}</td>
            <td><time datetime=clock::format_iso(entry.at)>{clock::format_short(entry.at)}</time></td>
            <td>{actor}</td>
            <td>{action}" "{subject}</td>
            <td class="quiet">{detail}</td>
        </tr>
    }
}
