//! The room of the record.

use super::Actions;
use super::sentence::{Names, Sentence};
use super::store::{EntryFilter, ListedEntry, MAX_LISTED, find_titles, list_entries};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::format::format_number;
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
    let accounts = list_names(&site.pool).await?;
    let articles = find_titles(&site.pool, &list_articles(&entries)).await?;
    let actions = site.state::<Actions>();
    let settings = site.declared_settings();
    let names = Names { actions: &actions, settings, articles: &articles, accounts: &accounts };
    Ok(RoomContent { html: html(&query, &entries, next, &names), data: Vec::new() })
}

/// The articles that entries are about.
fn list_articles(entries: &[ListedEntry]) -> Vec<i64> {
    let named = |entry: &ListedEntry| {
        let detail: serde_json::Value = serde_json::from_str(&entry.detail).unwrap_or_default();
        detail.get("article").and_then(serde_json::Value::as_i64)
    };
    let subject = |entry: &ListedEntry| entry.subject_id.filter(|_| entry.subject == "article");
    entries.iter().filter_map(|entry| subject(entry).or_else(|| named(entry))).collect()
}

fn html(query: &Query, entries: &[ListedEntry], next: Option<String>, names: &Names<'_>) -> String {
    let next = next.map(|href| {
        view! {
            <nav class="pages" aria-label="Trang">
                <a class="button secondary" rel="next" href=href>"Trang sau"</a>
            </nav>
        }
    });
    view! {
        <div class="room-content">
            {search_form(query, names.actions, names.accounts)}
            {entries.is_empty().then(|| view! { <p class="empty">"Không có dòng nào."</p> })}
            <ol class="record">{entries.iter().map(|entry| row(entry, names)).collect_view()}</ol>
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

fn row(entry: &ListedEntry, names: &Names<'_>) -> impl IntoView + use<> {
    let Sentence { start, subjects, details } = names.describe(entry);
    let subjects = subjects.into_iter().enumerate().map(|(at, (text, path))| {
        let joint = if at == 0 { ": " } else { ", " };
        let subject = match path {
            Some(path) => view! { <a href=path>{text}</a> }.into_any(),
            None => text.into_any(),
        };
        view! { {joint}{subject} }
    });
    let details = (!details.is_empty()).then(|| format!(" ({})", details.join(", ")));
    let time = clock::format_short(entry.at);
    view! {
        <li>
            <p>{start}{subjects.collect_view()}{details}"."</p>
            <p class="quiet">
                <time datetime=clock::format_iso(entry.at)>{time}</time>
                {format!(" · số {}", format_number(entry.number))}
            </p>
        </li>
    }
}
