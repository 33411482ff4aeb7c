//! Pages of the desk's tabs: comments as cards.

use crate::error::{AppError, Decided};
use crate::moderation::{AT_ONCE, Decision, DeskCard, PER_PAGE, Place, Tab, markup, waits};
use crate::rules::Reason;
use crate::{articles, clock, comments, text};
use serde_json::json;
use sqlx::PgPool;
use time::{Date, Duration, OffsetDateTime};

/// What narrows a tab, read from an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// A pattern for name and words, folded.
    text: Option<String>,
    article: Option<i64>,
    pub(super) from: Option<OffsetDateTime>,
    pub(super) to: Option<OffsetDateTime>,
    pub(super) moderator: Option<i64>,
    /// What a comment's reasons contain.
    reason: Option<serde_json::Value>,
}

impl Filter {
    /// Reads it; what makes no sense narrows nothing.
    pub fn of(place: &Place) -> Self {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let text = text::fold(&text::line(&place.text));
        let day = Date::parse(&place.day, time::macros::format_description!("[year]-[month]-[day]")).ok();
        let from = day.map(|day| day.midnight().assume_offset(clock::ZONE));
        Self {
            text: (!text.is_empty()).then(|| format!("%{}%", escaped(&text))),
            article: articles::parse_id(&place.article),
            from,
            to: from.map(|from| from + Duration::days(1)),
            moderator: articles::parse_id(&place.moderator),
            reason: (!place.reason.is_empty()).then(|| json!([{ "kind": place.reason }])),
        }
    }
}

struct Row {
    id: i64,
    version: i32,
    state: String,
    title: String,
    slug: String,
    lead: String,
    article_id: i64,
    name: String,
    body: String,
    parent: Option<String>,
    created_at: OffsetDateTime,
    decided_at: Option<OffsetDateTime>,
    decided_by: Option<String>,
    corrected_at: Option<OffsetDateTime>,
    note: Option<String>,
    before: Option<String>,
    covered: serde_json::Value,
    reported_at: Option<OffsetDateTime>,
    reasons: serde_json::Value,
    writer_blocked: bool,
    earlier: i64,
    earlier_published: i64,
    earlier_refused: i64,
}

impl Row {
    fn card(self, now: OffsetDateTime) -> DeskCard {
        // what an older program wrote there and this one does not know is no reason
        let reasons: Vec<Reason> = serde_json::from_value(self.reasons).unwrap_or_default();
        let covered = comments::places(self.covered);
        let waits = waits(&self.state);
        let mut path = articles::path(&self.slug, self.article_id);
        if self.state == "published" {
            path.push_str(&format!("?y-kien={0}#{1}", self.id, comments::anchor(self.id)));
        }
        DeskCard {
            path,
            decided: match (self.decided_at, self.corrected_at) {
                (Some(at), _) => Some((self.decided_by, Decision::past(&self.state, self.before.as_deref()), at)),
                (None, Some(at)) => Some((Some("Người viết".to_owned()), "đã sửa ý kiến này", at)),
                (None, None) => None,
            }
            .map(|(by, what, at)| Decided { by, what: what.to_owned(), at: clock::short(at) }),
            waited: waits.then(|| clock::waited(self.created_at, now)),
            date: clock::short(self.created_at),
            iso: clock::iso(self.created_at),
            earlier: markup::earlier(self.earlier, self.earlier_published, self.earlier_refused),
            html: markup::marked(&self.body, &reasons, &covered),
            personal: markup::personal(&self.body, &reasons, &covered),
            covered: !covered.is_empty(),
            reported: self.state == "published" && self.reported_at.is_some(),
            reports: Vec::new(),
            reasons: markup::reasons(&reasons),
            lead: markup::first_lines(&self.lead),
            id: self.id,
            version: self.version,
            state: self.state,
            article_id: self.article_id,
            article: self.title,
            name: self.name,
            parent: self.parent,
            note: self.note,
            undoable: self.before.is_some(),
            writer_blocked: self.writer_blocked,
            history: Vec::new(),
        }
    }
}

/// Where a page begins: after this comment, in the order of its tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    at: OffsetDateTime,
    id: i64,
}

impl Cursor {
    /// Reads `1700000000000000-12`: microseconds and a number.
    fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('-')?;
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.parse::<i64>().ok()?) * 1000).ok()?;
        Some(Self { at, id: articles::parse_id(id)? })
    }

    fn text(at: OffsetDateTime, id: i64) -> String {
        format!("{}-{id}", at.unix_timestamp_nanos() / 1000)
    }
}

/// A question for comments as the desk shows them: what follows the tables, and its arguments.
macro_rules! cards {
    ($rest:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"select c.id, c.version, c.state, c.before, a.title, a.slug, a.lead, c.article_id, c.name, c.body, c.covered, p.body as "parent?",
                      c.created_at, c.decided_at, c.reported_at,
                      coalesce(display_name, case when c.withdrawn_at is not null then 'Người viết' end) as "decided_by?", c.corrected_at, c.note, c.reasons,
                      exists (select from blocked_visitors b where b.visitor = c.visitor) as "writer_blocked!",
                      e.earlier as "earlier!", e.published as "earlier_published!", e.refused as "earlier_refused!"
               from comments c join articles a on a.id = c.article_id
               left join comments p on p.id = c.parent_id left join accounts on accounts.id = c.decided_by
               cross join lateral (
                   select count(*) as earlier, count(*) filter (where w.state = 'published') as published,
                          count(*) filter (where w.state in ('rejected', 'removed')) as refused
                   from (select state from comments where visitor = c.visitor and id < c.id limit 1000) w
               ) e "# + $rest
            $(, $argument)*
        )
    };
}

/// A page of a tab, and where the next begins.
pub async fn page(
    pool: &PgPool,
    place: &Place,
    now: OffsetDateTime,
) -> Result<(Vec<DeskCard>, Option<String>), AppError> {
    let (tab, filter, cursor) = (place.tab(), Filter::of(place), Cursor::parse(&place.after));
    // both orders go along an index, so that every page costs the same
    let mut rows = match tab {
        Tab::Votes | Tab::Closures | Tab::Figures | Tab::Words | Tab::Record | Tab::Staff | Tab::Account => Vec::new(),
        Tab::Held | Tab::Blocked => {
            cards!(
                r#"where c.state = $1 and c.id > $2
                     and ($3::text is null or c.folded like $3) and ($4::bigint is null or c.article_id = $4)
                     and ($5::timestamptz is null or (c.created_at >= $5 and c.created_at < $6))
                     and ($7::bigint is null or c.decided_by = $7) and ($8::jsonb is null or c.reasons @> $8)
                   order by c.id limit $9"#,
                tab.state(),
                cursor.map_or(0, |cursor| cursor.id),
                filter.text,
                filter.article,
                filter.from,
                filter.to,
                filter.moderator,
                filter.reason,
                PER_PAGE + 1
            )
            .fetch_all(pool)
            .await?
        }
        Tab::Reported => {
            cards!(
                r#"where c.state = 'published' and c.reported_at is not null
                     and ($1::timestamptz is null or (c.reported_at, c.id) > ($1, $2::bigint))
                     and ($3::text is null or c.folded like $3) and ($4::bigint is null or c.article_id = $4)
                     and ($5::timestamptz is null or (c.decided_at >= $5 and c.decided_at < $6))
                     and ($7::bigint is null or c.decided_by = $7) and ($8::jsonb is null or c.reasons @> $8)
                   order by c.reported_at, c.id limit $9"#,
                cursor.map(|cursor| cursor.at),
                cursor.map(|cursor| cursor.id),
                filter.text,
                filter.article,
                filter.from,
                filter.to,
                filter.moderator,
                filter.reason,
                PER_PAGE + 1
            )
            .fetch_all(pool)
            .await?
        }
        Tab::Published | Tab::Rejected | Tab::Removed => {
            cards!(
                r#"where c.state = $1 and ($2::timestamptz is null or (c.decided_at, c.id) < ($2, $3::bigint))
                     and ($4::text is null or c.folded like $4) and ($5::bigint is null or c.article_id = $5)
                     and ($6::timestamptz is null or (c.decided_at >= $6 and c.decided_at < $7))
                     and ($8::bigint is null or c.decided_by = $8) and ($9::jsonb is null or c.reasons @> $9)
                   order by c.decided_at desc, c.id desc limit $10"#,
                tab.state(),
                cursor.map(|cursor| cursor.at),
                cursor.map(|cursor| cursor.id),
                filter.text,
                filter.article,
                filter.from,
                filter.to,
                filter.moderator,
                filter.reason,
                PER_PAGE + 1
            )
            .fetch_all(pool)
            .await?
        }
    };
    let more = rows.len() as i64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);
    let at = |row: &Row| match tab {
        Tab::Reported => row.reported_at.unwrap_or(row.created_at),
        _ => row.decided_at.unwrap_or(row.created_at),
    };
    let next = rows.last().filter(|_| more).map(|row| Cursor::text(at(row), row.id));
    Ok((told(pool, rows, now).await?, next))
}

/// These comments as they stand now.
pub async fn find(pool: &PgPool, ids: &[i64], now: OffsetDateTime) -> Result<Vec<DeskCard>, AppError> {
    let rows = cards!(r#"where c.id = any($1) order by c.id"#, ids).fetch_all(pool).await?;
    told(pool, rows, now).await
}

/// The cards of rows, with what was done to each.
async fn told(pool: &PgPool, rows: Vec<Row>, now: OffsetDateTime) -> Result<Vec<DeskCard>, AppError> {
    let mut cards: Vec<DeskCard> = rows.into_iter().map(|row| row.card(now)).collect();
    let ids: Vec<i64> = cards.iter().map(|card| card.id).collect();
    let lines = sqlx::query!(
        r#"select subject_id as "comment!", at, action, display_name as "by?"
           from audit left join accounts on accounts.id = account_id
           where subject = 'comment' and subject_id = any($1) order by number"#,
        &ids
    )
    .fetch_all(pool)
    .await?;
    for line in lines {
        if let Some(card) = cards.iter_mut().find(|card| card.id == line.comment) {
            let by = line.by.as_deref().unwrap_or("Quản trị");
            card.history.push(format!("{by} đã {} lúc {}", crate::audit::words(&line.action), clock::short(line.at)));
        }
    }
    let reported: Vec<i64> = cards.iter().filter(|card| card.reported).map(|card| card.id).collect();
    if !reported.is_empty() {
        for (comment, report) in comments::store::reports::told(pool, &reported).await? {
            if let Some(card) = cards.iter_mut().find(|card| card.id == comment) {
                card.reports.push(report);
            }
        }
    }
    Ok(cards)
}

/// How many comments of a tab are left by what narrows it, and the last one's number.
pub async fn count(pool: &PgPool, place: &Place) -> Result<(i64, i64), AppError> {
    let (tab, filter) = (place.tab(), Filter::of(place));
    let found = sqlx::query!(
        r#"select count(*) as "count!", coalesce(max(c.id), 0) as "last!" from comments c
           where c.state = $1
             and ($2::text is null or c.folded like $2) and ($3::bigint is null or c.article_id = $3)
             and ($4::timestamptz is null or (case when $7 then c.created_at else c.decided_at end >= $4
                                              and case when $7 then c.created_at else c.decided_at end < $5))
             and ($6::bigint is null or c.decided_by = $6) and ($8::jsonb is null or c.reasons @> $8)
             and (not $9 or c.reported_at is not null)"#,
        tab.state(),
        filter.text,
        filter.article,
        filter.from,
        filter.to,
        filter.moderator,
        tab.waits(),
        filter.reason,
        tab == Tab::Reported
    );
    let found = found.fetch_one(pool).await?;
    Ok((found.count, found.last))
}

/// All comments of a waiting tab that are left by what narrows it, up to the comment `last`, as versions to decide about;
/// at most as many as are decided at once.
pub async fn all(pool: &PgPool, place: &Place, last: i64) -> Result<Vec<(i64, i32)>, AppError> {
    let (tab, filter) = (place.tab(), Filter::of(place));
    let rows = sqlx::query!(
        "select c.id, c.version from comments c
         where c.state = $1 and c.id <= $2
           and ($3::text is null or c.folded like $3) and ($4::bigint is null or c.article_id = $4)
           and ($5::timestamptz is null or (c.created_at >= $5 and c.created_at < $6))
           and ($7::bigint is null or c.decided_by = $7) and ($8::jsonb is null or c.reasons @> $8)
         order by c.id limit $9",
        tab.state(),
        last,
        filter.text,
        filter.article,
        filter.from,
        filter.to,
        filter.moderator,
        filter.reason,
        AT_ONCE as i64
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Articles that have comments in a tab, the newest first: number and title.
pub async fn articles_of(pool: &PgPool, tab: Tab) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        "select id, title from articles a where exists (select from comments c where c.article_id = a.id and c.state = $1 and (not $2 or c.reported_at is not null))
         order by published_at desc nulls last, id desc limit 100",
        tab.state(),
        tab == Tab::Reported
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}
