//! Pages of the queue.

use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::{clean_line, fold};
use crate::features::comments::CommentState;
use crate::features::comments::cover::parse_ranges;
use crate::features::moderation::queue_query::{QueueQuery, Tab};
use crate::features::moderation::{MAX_AT_ONCE, PER_PAGE};
use crate::features::rules::Reason;
use serde_json::json;
use sqlx::PgPool;
use std::ops::Range;
use time::OffsetDateTime;

/// What narrows a tab; what makes no sense narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Filter {
    /// A pattern for the folded name and text.
    text: Option<String>,
    article: Option<i64>,
    from: Option<OffsetDateTime>,
    to: Option<OffsetDateTime>,
    moderator: Option<i64>,
    /// What a comment's reasons contain.
    reason: Option<serde_json::Value>,
}

impl Filter {
    fn new(query: &QueueQuery) -> Self {
        let escape = |text: &str| text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let text = fold(&clean_line(&query.text));
        let day = clock::parse_day(&query.day);
        Self {
            text: (!text.is_empty()).then(|| format!("%{}%", escape(&text))),
            article: parse_id(&query.article),
            from: day.map(clock::start_of_day),
            to: day.and_then(|day| day.next_day()).map(clock::start_of_day),
            moderator: parse_id(&query.moderator),
            reason: (!query.reason.is_empty()).then(|| json!([{ "kind": query.reason }])),
        }
    }
}

/// A comment of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    pub id: i64,
    pub version: i32,
    pub state: CommentState,
    /// The state to which undoing leads back.
    pub previous_state: Option<CommentState>,
    pub article_id: i64,
    pub title: String,
    pub slug: String,
    pub lead: String,
    pub name: String,
    pub body: String,
    covered: serde_json::Value,
    /// The text that it answers.
    pub parent: Option<String>,
    pub created_at: OffsetDateTime,
    pub decided_at: Option<OffsetDateTime>,
    /// The displayed name of the member of staff who decided.
    pub actor: Option<String>,
    pub is_withdrawn: bool,
    pub corrected_at: Option<OffsetDateTime>,
    pub note: Option<String>,
    pub reported_at: Option<OffsetDateTime>,
    reasons: serde_json::Value,
    pub is_writer_blocked: bool,
    /// What the same visitor wrote before: all, published, and rejected or removed.
    pub earlier: i64,
    pub earlier_published: i64,
    pub earlier_refused: i64,
}

impl QueueRow {
    /// Why it needs a look. A reason of a kind that no longer exists is none.
    pub fn reasons(&self) -> Vec<Reason> {
        serde_json::from_value(self.reasons.clone()).unwrap_or_default()
    }

    /// The covered ranges of its text.
    pub fn covered(&self) -> Vec<Range<usize>> {
        parse_ranges(self.covered.clone())
    }

    /// Whether readers reported it, and nobody has looked since.
    pub fn is_reported(&self) -> bool {
        self.state == CommentState::Published && self.reported_at.is_some()
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
        Some(Self { at, id: parse_id(id)? })
    }

    fn format(at: OffsetDateTime, id: i64) -> String {
        format!("{}-{id}", at.unix_timestamp_nanos() / 1000)
    }
}

/// A query for comments of the queue: what follows the tables, and its arguments.
macro_rules! query_rows {
    ($rest:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            QueueRow,
            r#"select c.id, c.version, c.state as "state: CommentState",
                      c.previous_state as "previous_state: CommentState", c.article_id, a.title, a.slug, a.lead,
                      c.name, c.body, c.covered, p.body as "parent?", c.created_at, c.decided_at,
                      display_name as "actor?", c.withdrawn_at is not null as "is_withdrawn!", c.corrected_at, c.note,
                      c.reported_at, c.reasons,
                      exists (select from blocked_visitors b where b.visitor = c.visitor) as "is_writer_blocked!",
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

/// Lists a page of a tab, and says where the next begins.
#[tracing::instrument(skip_all)]
pub async fn list_queue(pool: &PgPool, query: &QueueQuery) -> Result<(Vec<QueueRow>, Option<String>), AppError> {
    let (tab, filter, cursor) = (query.tab, Filter::new(query), Cursor::parse(&query.after));
    // both orders go along an index, so that every page costs the same
    let mut rows = match tab {
        Tab::Pending | Tab::Blocked => {
            query_rows!(
                r#"where c.state = $1 and c.id > $2
                     and ($3::text is null or c.folded like $3) and ($4::bigint is null or c.article_id = $4)
                     and ($5::timestamptz is null or (c.created_at >= $5 and c.created_at < $6))
                     and ($7::bigint is null or c.decided_by = $7) and ($8::jsonb is null or c.reasons @> $8)
                   order by c.id limit $9"#,
                tab.state() as _,
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
            query_rows!(
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
            query_rows!(
                r#"where c.state = $1 and ($2::timestamptz is null or (c.decided_at, c.id) < ($2, $3::bigint))
                     and ($4::text is null or c.folded like $4) and ($5::bigint is null or c.article_id = $5)
                     and ($6::timestamptz is null or (c.decided_at >= $6 and c.decided_at < $7))
                     and ($8::bigint is null or c.decided_by = $8) and ($9::jsonb is null or c.reasons @> $9)
                   order by c.decided_at desc, c.id desc limit $10"#,
                tab.state() as _,
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
    let has_more = rows.len() as i64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);
    let at = |row: &QueueRow| match tab {
        Tab::Reported => row.reported_at.unwrap_or(row.created_at),
        _ => row.decided_at.unwrap_or(row.created_at),
    };
    let next = rows.last().filter(|_| has_more).map(|row| Cursor::format(at(row), row.id));
    Ok((rows, next))
}

/// Finds these comments.
#[tracing::instrument(skip_all)]
pub async fn find_queue_rows(pool: &PgPool, ids: &[i64]) -> Result<Vec<QueueRow>, AppError> {
    Ok(query_rows!(r#"where c.id = any($1) order by c.id"#, ids).fetch_all(pool).await?)
}

/// Counts the comments of a tab that the filter leaves, and finds the number of the last.
#[tracing::instrument(skip_all)]
pub async fn count_queue(pool: &PgPool, query: &QueueQuery) -> Result<(i64, i64), AppError> {
    let (tab, filter) = (query.tab, Filter::new(query));
    let found = sqlx::query!(
        r#"select count(*) as "count!", coalesce(max(c.id), 0) as "last!" from comments c
           where c.state = $1
             and ($2::text is null or c.folded like $2) and ($3::bigint is null or c.article_id = $3)
             and ($4::timestamptz is null or (case when $7 then c.created_at else c.decided_at end >= $4
                                              and case when $7 then c.created_at else c.decided_at end < $5))
             and ($6::bigint is null or c.decided_by = $6) and ($8::jsonb is null or c.reasons @> $8)
             and (not $9 or c.reported_at is not null)"#,
        tab.state() as _,
        filter.text,
        filter.article,
        filter.from,
        filter.to,
        filter.moderator,
        tab.is_waiting(),
        filter.reason,
        tab == Tab::Reported
    );
    let found = found.fetch_one(pool).await?;
    Ok((found.count, found.last))
}

/// Lists number and version of the comments of a waiting tab that the filter leaves, up to the comment `last`; at most
/// as many as can be decided about at once.
#[tracing::instrument(skip_all)]
pub async fn list_versions(pool: &PgPool, query: &QueueQuery, last: i64) -> Result<Vec<(i64, i32)>, AppError> {
    let (tab, filter) = (query.tab, Filter::new(query));
    let rows = sqlx::query!(
        "select c.id, c.version from comments c
         where c.state = $1 and c.id <= $2
           and ($3::text is null or c.folded like $3) and ($4::bigint is null or c.article_id = $4)
           and ($5::timestamptz is null or (c.created_at >= $5 and c.created_at < $6))
           and ($7::bigint is null or c.decided_by = $7) and ($8::jsonb is null or c.reasons @> $8)
         order by c.id limit $9",
        tab.state() as _,
        last,
        filter.text,
        filter.article,
        filter.from,
        filter.to,
        filter.moderator,
        filter.reason,
        MAX_AT_ONCE as i64
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Lists number and title of the articles that have comments in a tab, the newest first.
#[tracing::instrument(skip(pool))]
pub async fn list_articles_of_tab(pool: &PgPool, tab: Tab) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        "select id, title from articles a
         where exists (
             select from comments c
             where c.article_id = a.id and c.state = $1 and (not $2 or c.reported_at is not null)
         )
         order by published_at desc nulls last, id desc limit 100",
        tab.state() as _,
        tab == Tab::Reported
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}
