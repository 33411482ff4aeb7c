//! The comments room: the queue and what was decided.

use super::html::Choices;
use super::outcome::{ACTED, Act};
use super::queue_query::QueueQuery;
use super::store::queue::{
    QueueList, QueueRow, find_articles_by_title, find_last_waiting, find_queue_rows, find_title, list_queue,
};
use super::{DECIDED, DECIDED_MANY, Found, MAX_SHOWN, QueueCard, QueuePage, REJECTION_REASONS, count_in_tab, html};
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::features::accounts::store::list_names;
use crate::features::audit::Actions;
use crate::features::audit::store::list_entries_about;
use crate::features::comments::Decision;
use crate::features::comments::store::reports::list_reports;
use crate::features::comments::store::{count_by_state, count_waiting};
use crate::routes;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::site::Site;
use crate::web::wire;
use time::OffsetDateTime;

pub const ROOM: Room = Room {
    route: &routes::DESK_COMMENTS,
    label: "Ý kiến",
    group: Group::Readers,
    permission: Some(Permission::ModerateComments),
    read: |request| Box::pin(read(request)),
    count_waiting: Some(|pool| Box::pin(async move { count_waiting(&pool).await })),
};

async fn read(RoomRequest { site, address, refusal, shown, .. }: RoomRequest) -> Result<RoomContent, AppError> {
    let pool = &site.pool;
    let mut query = QueueQuery::read(|name| address.text(name));
    let mut articles = Vec::new();
    if query.article.is_empty() && !query.title.is_empty() {
        articles = find_articles_by_title(pool, &query.title).await?;
        if let [(article, _)] = &articles[..] {
            query = QueueQuery { article: article.to_string(), title: String::new(), ..query };
        }
    }
    let article = match parse_id(&query.article) {
        Some(article) => find_title(pool, article).await?,
        None => None,
    };
    // counted before the cards are read: what comes in between is announced, and never missed
    let counts = count_by_state(pool).await?;
    let QueueList { rows, next, found } = list_queue(pool, &query).await?;
    let mut cards = build_cards(&site, rows).await?;
    // a form about a comment that came back brings the comment's card, wherever that stands
    let refused = refusal.as_ref().and_then(|refusal| parse_id(&refusal.typed("comment_id")));
    let extra: Vec<i64> = shown.into_iter().take(MAX_SHOWN).chain(refused).collect();
    let extra: Vec<i64> = extra.into_iter().filter(|id| cards.iter().all(|card| card.id != *id)).collect();
    if !extra.is_empty() {
        cards.extend(build_cards(&site, find_queue_rows(pool, &extra).await?).await?);
    }
    let found = found.unwrap_or(Found::Exactly(count_in_tab(&counts, query.tab)));
    let last = if query.tab.is_waiting() { find_last_waiting(pool, query.tab).await? } else { 0 };
    let (mut html, now) = (String::new(), OffsetDateTime::now_utc());
    if let Some(decided) = address.parameter(DECIDED).and_then(parse_id)
        && let Some(row) = find_queue_rows(pool, &[decided]).await?.pop()
    {
        html += &match Act::parse(&address.text(ACTED)) {
            Some(act) => html::acted_notice(html::describe_outcome_of(act, &row), (row.id, &row.name), &query),
            None => html::decided_notice(&html::card(row, &[], &[], &site.state::<Actions>(), now), &query),
        };
    }
    if let Some(refusal) = refusal.as_ref().filter(|refusal| refusal.error == AppError::SignIn)
        && refusal.action == routes::DECIDE.path
        && let Some(decision) = Decision::parse(&refusal.typed("decision"))
        && let Some(card) = cards.iter().find(|card| Some(card.id) == refused && card.can_be(decision))
    {
        html += &html::interrupted_notice(card, decision, refusal.typed("note"), &query);
    }
    if let Some((decided, overtaken)) = parse_counts(&address.text(DECIDED_MANY)) {
        html += &html::bulk_notice(decided, overtaken);
    }
    let moderators = list_names(pool).await?;
    html += &html::search_form(&query, &Choices { article, articles, moderators }, found);
    let reasons = site.settings().list(&REJECTION_REASONS);
    let page = QueuePage { query, cards, counts, found, last, next, reasons, refusal };
    Ok(RoomContent { html, data: wire::to_bytes(&page)? })
}

/// Reads `12-1`: how many comments were decided about, and how many somebody else had changed first.
fn parse_counts(text: &str) -> Option<(usize, usize)> {
    let (decided, overtaken) = text.split_once('-')?;
    Some((decided.parse().ok()?, overtaken.parse().ok()?))
}

/// Builds the cards of comments, with what was done to each and what readers reported.
async fn build_cards(site: &Site, rows: Vec<QueueRow>) -> Result<Vec<QueueCard>, AppError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let entries = list_entries_about(&site.pool, "comment", &ids).await?;
    let reported: Vec<i64> = rows.iter().filter(|row| row.is_reported()).map(|row| row.id).collect();
    let reports = if reported.is_empty() { Vec::new() } else { list_reports(&site.pool, &reported).await? };
    let (actions, now) = (site.state::<Actions>(), OffsetDateTime::now_utc());
    Ok(rows.into_iter().map(|row| html::card(row, &entries, &reports, &actions, now)).collect())
}
