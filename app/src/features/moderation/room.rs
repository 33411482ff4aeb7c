//! The comments room: the queue and what was decided.

use super::actions::Actions;
use super::actions::{CHOSEN, unsent_text};
use super::bulk_html::{self, Bar};
use super::card_html::{card, title_of};
use super::details::{DetailsPage, WRITTEN_BEFORE, path_back, read_details};
use super::html::Choices;
use super::outcome::{ACTED, Act};
use super::queue_query::QueueQuery;
use super::saved_answer::{SAVED, fill_blanks};
use super::shared::Typed;
use super::store::queue::{
    QueueList, QueueRow, find_articles_by_title, find_latest_place, find_queue_rows, find_title, list_queue,
};
use super::store::saved::find_saved_text;
use super::store::{list_decided_at, list_recent_reasons};
use super::{
    DECIDED, DECIDED_MANY, DETAILS_ALONE, Found, MAX_SHOWN, QueueCard, QueuePage, QueueParts, REJECTION_REASONS,
    count_in_tab, html,
};
use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::features::accounts::store::list_names;
use crate::features::comments::store::reports::list_reports;
use crate::features::comments::store::{count_by_state, count_waiting};
use crate::routes;
use crate::web::forms::Refusal;
use crate::web::permissions::Permission;
use crate::web::room::{Group, Room, RoomContent, RoomRequest};
use crate::web::site::Site;
use crate::web::wire;
use sqlx::PgPool;
use time::OffsetDateTime;

pub const ROOM: Room = Room {
    route: &routes::DESK_COMMENTS,
    label: "Ý kiến",
    group: Group::Readers,
    permission: Some(Permission::ModerateComments),
    read: |request| Box::pin(read(request)),
    count_waiting: Some(|pool| Box::pin(async move { count_waiting(&pool).await })),
};

async fn read(RoomRequest { site, staff, address, refusal, shown }: RoomRequest) -> Result<RoomContent, AppError> {
    let pool = &site.pool;
    let mut query = QueueQuery::read(|name| address.text(name));
    let chosen = address.parameter(CHOSEN).and_then(parse_id);
    let written_before = address.parameter(WRITTEN_BEFORE).and_then(parse_id);
    let read_chosen = async |path: &str, own: String| {
        let Some(comment) = chosen else { return Ok(None) };
        let shown = DetailsPage { path, refusal: refusal.as_ref(), written_before, own };
        let gone = || "<p class=\"quiet\">Ý kiến này không còn.</p>".to_owned();
        Ok::<_, AppError>(Some((comment, read_details(&site, comment, shown).await?.unwrap_or_else(gone))))
    };
    if address.parameter(DETAILS_ALONE).is_some() {
        let details = read_chosen(&query.path(), String::new()).await?;
        return Ok(RoomContent { html: details.map(|(_, html)| html).unwrap_or_default(), data: Vec::new() });
    }
    let mut articles = Vec::new();
    if query.narrows_article() && query.article.is_empty() && !query.title.is_empty() {
        articles = find_articles_by_title(pool, &query.title).await?;
        if let [(article, _)] = &articles[..] {
            query = QueueQuery { article: article.to_string(), title: String::new(), ..query };
        }
    }
    let article = match parse_id(&query.article).filter(|_| query.narrows_article()) {
        Some(article) => find_title(pool, article).await?,
        None => None,
    };
    // counted before the cards are read: what comes in between is announced, and never missed
    let counts = count_by_state(pool).await?;
    let QueueList { rows, next, found } = list_queue(pool, &query).await?;
    let page = query.path();
    let mut cards = build_cards(&site, rows, &page).await?;
    // a form about a comment that came back brings the comment's card, wherever that stands
    let refused = refusal.as_ref().and_then(|refusal| parse_id(&refusal.typed("comment_id")));
    // so does a link to a comment, as a mail has it
    let saved = address.parameter(SAVED).and_then(parse_id).zip(chosen);
    let extra: Vec<i64> = shown.into_iter().take(MAX_SHOWN).chain(refused).chain(chosen).collect();
    let extra: Vec<i64> = extra.into_iter().filter(|id| cards.iter().all(|card| card.id != *id)).collect();
    let mut own = None;
    if !extra.is_empty() {
        let found = build_cards(&site, find_queue_rows(pool, &extra).await?, &page).await?;
        // a comment whose details are shown stands among them where it does not belong to the tab
        let is_elsewhere =
            |card: &QueueCard| Some(card.id) == chosen && Some(card.id) != refused && !card.is_in_tab(query.tab);
        let (elsewhere, here): (Vec<_>, Vec<_>) = found.into_iter().partition(is_elsewhere);
        own = elsewhere.into_iter().next();
        cards.extend(here);
    }
    let found = found.unwrap_or(Found::Exactly(count_in_tab(&counts, query.tab)));
    let last = if query.tab.is_waiting() { find_latest_place(pool).await? } else { 0 };
    let mut html = String::new();
    // what is done about a comment whose details are shown leads back to them
    let back = match chosen {
        Some(comment) => path_back(&page, comment, written_before),
        None => page.clone(),
    };
    if let Some(decided) = address.parameter(DECIDED).and_then(parse_id)
        && let Some(row) = find_queue_rows(pool, &[decided]).await?.pop()
    {
        html += &match Act::parse(&address.text(ACTED)) {
            Some(act) => html::acted_notice(html::describe_outcome_of(act, &row), &row, &back),
            None => html::decided_notice(&card(row, &[], &page, OffsetDateTime::now_utc()), &back),
        };
    }
    if let Some(refusal) = refusal.as_ref().filter(|refusal| refusal.error == AppError::SignIn)
        && let Some(card) = cards.iter().find(|card| Some(card.id) == refused)
    {
        html += &html::interrupted_notice(card, refusal, &back).unwrap_or_default();
    }
    // an answer to what was taken down meanwhile has no form any more
    if let Some(refusal) = refusal.as_ref().filter(|refusal| refusal.action == routes::ANSWER_COMMENT.path)
        && !refusal.typed("body").is_empty()
        && !cards.iter().any(|card| Some(card.id) == refused && card.can_be_answered())
    {
        html += &unsent_text(&refusal.typed("body"));
    }
    if let Some((decided, overtaken, moment)) = parse_counts(&address.text(DECIDED_MANY)) {
        let can_undo = !list_decided_at(pool, staff.id, moment).await?.is_empty();
        html += &html::bulk_notice(query.tab, (decided, overtaken), can_undo.then_some(moment), &back);
    }
    let moderators = list_names(pool).await?;
    html += &html::search_form(&query, &Choices { article, articles, moderators }, found);
    let reasons = sort_reasons(site.settings().list(&REJECTION_REASONS), list_recent_reasons(pool, staff.id).await?);
    let reasons = html::reason_buttons(&reasons);
    let bulk_refusal = refusal.as_ref().filter(|refusal| refusal.action == routes::DECIDE_MANY.path);
    let all = (next.is_some() && query.tab.is_waiting()).then_some(found);
    let seen: Vec<String> = cards.iter().map(|card| format!("{}:{}", card.id, card.version)).collect();
    let bar = Bar { query: &query, shown: seen.join(" "), last, reasons: &reasons, refusal: bulk_refusal };
    let typed = match saved {
        Some(saved) => fill_saved_answer(pool, saved).await?,
        None => refusal.as_ref().and_then(find_typed),
    };
    let own = own.map(|card| write_own(&card, &back, &reasons, typed.as_ref()));
    let details = read_chosen(&page, own.unwrap_or_default()).await?;
    let parts = QueueParts {
        tabs: html::tabs(&query, &counts),
        choices: bulk_html::choices(&query, cards.len(), all, bulk_refusal),
        bar: bulk_html::bar(bar),
        pages: html::pages(&query, next.as_deref(), &counts, &cards),
        keys: html::keys(),
        reasons,
    };
    let empty_message = match (query.is_filtered(), next.is_some()) {
        (true, true) => "Bấm “Trang sau” để tìm tiếp.",
        (true, false) => "Không có ý kiến nào khớp.",
        (false, _) => query.tab.empty_message(),
    };
    let page = QueuePage {
        tab: query.tab,
        path: page,
        cards,
        empty_message: empty_message.to_owned(),
        parts,
        details,
        typed,
        chosen: refusal.as_ref().map(find_chosen).unwrap_or_default(),
    };
    Ok(RoomContent { html, data: wire::to_bytes(&page)? })
}

/// Writes the text of a comment with what can be done about it, which no card of the page has.
fn write_own(card: &QueueCard, back: &str, reasons: &str, typed: Option<&Typed>) -> String {
    let actions = Actions::of(card).html((card.id, card.version), back, reasons, typed);
    format!("<div class=\"queue-text\">{}</div><div class=\"card-actions\">{actions}</div>", card.text)
}

/// What was typed about a comment into a form that was refused.
fn find_typed(refusal: &Refusal) -> Option<Typed> {
    let fields = [(routes::DECIDE, "note"), (routes::ANSWER_COMMENT, "body"), (routes::COVER_TEXT, "text")];
    let (_, field) = fields.into_iter().find(|(route, _)| route.path == refusal.action)?;
    let comment = parse_id(&refusal.typed("comment_id"))?;
    let text = refusal.typed(field);
    (!text.is_empty()).then(|| Typed { comment, field: field.to_owned(), text })
}

/// A saved answer, filled in for a comment.
async fn fill_saved_answer(pool: &PgPool, (saved, comment): (i64, i64)) -> Result<Option<Typed>, AppError> {
    let (text, row) = (find_saved_text(pool, saved).await?, find_queue_rows(pool, &[comment]).await?.pop());
    let today = clock::format_day(clock::local_day(OffsetDateTime::now_utc()));
    Ok(text.zip(row).map(|(text, row)| Typed {
        comment,
        field: "body".to_owned(),
        text: fill_blanks(&text, &row.name, &title_of(&row), &today),
    }))
}

/// The comments that were chosen in a form that was refused.
fn find_chosen(refusal: &Refusal) -> Vec<i64> {
    let mut seen = refusal.all("chosen[]");
    if refusal.typed("page") == "1" {
        seen.extend(refusal.typed("shown").split_whitespace().map(str::to_owned));
    }
    seen.iter().filter_map(|seen| parse_id(seen.split_once(':')?.0)).collect()
}

/// Reads `12-1-1700000000000000`: how many comments were decided about, how many somebody else had changed first, and
/// when that was.
fn parse_counts(text: &str) -> Option<(usize, usize, i64)> {
    let mut parts = text.split('-');
    let mut next = || parts.next();
    Some((next()?.parse().ok()?, next()?.parse().ok()?, next()?.parse().ok()?))
}

/// The reasons with those first that one gave last.
fn sort_reasons(mut reasons: Vec<String>, recent: Vec<String>) -> Vec<String> {
    reasons.sort_by_key(|reason| recent.iter().position(|used| used == reason).unwrap_or(usize::MAX));
    reasons
}

/// Builds the cards of comments, with what readers reported.
async fn build_cards(site: &Site, rows: Vec<QueueRow>, page: &str) -> Result<Vec<QueueCard>, AppError> {
    let reported: Vec<i64> = rows.iter().filter(|row| row.is_reported()).map(|row| row.id).collect();
    let reports = if reported.is_empty() { Vec::new() } else { list_reports(&site.pool, &reported).await? };
    let now = OffsetDateTime::now_utc();
    Ok(rows.into_iter().map(|row| card(row, &reports, page, now)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_that_one_gave_last_comes_first() {
        let list = |reasons: &[&str]| reasons.iter().map(|reason| (*reason).to_owned()).collect::<Vec<_>>();
        let sorted = sort_reasons(list(&["a", "b", "c", "d"]), list(&["gone", "c", "b"]));
        assert_eq!(sorted, ["c", "b", "a", "d"]);
    }
}
