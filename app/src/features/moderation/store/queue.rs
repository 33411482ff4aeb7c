//! Pages of the queue.

use super::hits::{Cursor, Filter, Hit, Hits, Pattern, find_flagged_hits, find_hits, find_unflagged_hits};
use crate::base::error::AppError;
use crate::features::comments::cover::parse_ranges;
use crate::features::comments::{CommentState, INQUIRIES};
use crate::features::moderation::queue_query::QueueQuery;
use crate::features::moderation::{Found, MAX_AT_ONCE, PER_PAGE};
use crate::features::rules::Reason;
use sqlx::PgPool;
use std::ops::Range;
use time::{Date, OffsetDateTime};

/// A comment of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    pub id: i64,
    pub version: i32,
    pub state: CommentState,
    /// The state to which undoing leads back.
    pub previous_state: Option<CommentState>,
    pub article_id: i64,
    /// Title, part of the address and lead of its article; empty for an inquiry.
    pub title: String,
    pub slug: String,
    pub lead: String,
    pub name: String,
    pub body: String,
    /// Where the writer of an inquiry is reached.
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Whether an inquiry is about what is stored of its writer.
    pub is_about_own_data: bool,
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
    /// Whether the body wrote it.
    pub official: bool,
    /// The body's latest answer to it.
    pub answer_id: Option<i64>,
    pub answer_version: Option<i32>,
    pub answer_body: Option<String>,
    pub answered_at: Option<OffsetDateTime>,
    /// The displayed name of the member of staff who answered.
    pub answered_by: Option<String>,
    /// By when it is answered, where it is a question that still wants an answer.
    pub due_on: Option<Date>,
    /// The displayed name of the member of staff who answers it.
    pub assignee: Option<String>,
    /// Who outside of the office has it.
    pub passed_to: Option<String>,
    /// Whether it is among the questions that wait for an answer.
    pub is_unanswered: bool,
    /// Whether staff wrote notes about it or its writer.
    pub has_notes: bool,
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

    /// Whether it was written to the office, at no article.
    pub fn is_inquiry(&self) -> bool {
        self.article_id == INQUIRIES
    }

    /// Whether readers reported it, and nobody has looked since.
    pub fn is_reported(&self) -> bool {
        self.state == CommentState::Published && self.reported_at.is_some()
    }
}

/// A query for comments of the queue: what follows the tables, and its arguments.
macro_rules! query_rows {
    ($rest:tt $(, $argument:expr)*) => {
        sqlx::query_as!(
            QueueRow,
            r#"select c.id, c.version, c.state as "state: CommentState",
                      c.previous_state as "previous_state: CommentState", c.article_id,
                      coalesce(a.title, '') as "title!", coalesce(a.slug, '') as "slug!",
                      coalesce(a.lead, '') as "lead!",
                      c.name, c.body, c.email, c.phone, c.is_about_own_data, c.covered,
                      (select body from comments p where p.id = c.parent_id) as "parent?", c.created_at,
                      c.decided_at, accounts.display_name as "actor?", c.withdrawn_at is not null as "is_withdrawn!",
                      c.corrected_at, c.note,
                      c.reported_at, c.reasons,
                      exists (select from active_blocks b where b.visitor = c.visitor) as "is_writer_blocked!",
                      c.official, answer.id as "answer_id?", answer.version as "answer_version?",
                      answer.body as "answer_body?", answer.published_at as "answered_at?",
                      answer.display_name as "answered_by?",
                      q.due_on as "due_on?", assignee.display_name as "assignee?", q.passed_to as "passed_to?",
                      coalesce(q.is_open, false) as "is_unanswered!",
                      (exists (select from notes n where n.comment_id = c.id)
                       or exists (select from notes n where n.visitor = c.visitor)) as "has_notes!",
                      e.earlier as "earlier!", e.published as "earlier_published!", e.refused as "earlier_refused!"
               from comments c left join articles a on a.id = c.article_id
               left join accounts on accounts.id = c.decided_by
               left join questions q on q.comment_id = c.id and q.is_wanted and q.answered_at is null
               left join accounts assignee on assignee.id = q.assigned_to
               left join lateral (
                   select o.id, o.version, o.body, o.published_at, by.display_name
                   from comments o left join accounts by on by.id = o.decided_by
                   where o.answers = c.id and o.state = 'published' order by o.id desc limit 1
               ) answer on true
               cross join lateral (
                   select count(*) as earlier, count(*) filter (where w.state = 'published') as published,
                          count(*) filter (where w.state in ('rejected', 'removed')) as refused
                   from (select state from comments where visitor = c.visitor and id < c.id limit 1000) w
               ) e "# + $rest
            $(, $argument)*
        )
    };
}

/// A page of a tab.
#[derive(Debug)]
pub struct QueueList {
    pub rows: Vec<QueueRow>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// How many comments the filter leaves; `None` where nothing narrows the tab.
    pub found: Option<Found>,
}

/// Lists a page of a tab.
#[tracing::instrument(skip_all)]
pub async fn list_queue(pool: &PgPool, query: &QueueQuery) -> Result<QueueList, AppError> {
    let mut filter = Filter::new(query);
    let is_sorted = query.is_sorted && query.tab.can_be_sorted() && filter.reason.is_none();
    let (cursor, beginning) = (Cursor::parse(query.cursor()), Cursor::beginning(query.tab));
    let all = match (query.is_filtered(), cursor.is_some() || is_sorted) {
        (true, true) => Some(find_hits(pool, query.tab, &filter, beginning).await?),
        _ => None,
    };
    let (hits, next, found) = if is_sorted {
        let (hits, next) = find_sorted_page(pool, query, &filter).await?;
        (hits, next, all.as_ref().map(Hits::count))
    } else {
        if !query.is_filtered() {
            filter.most = PER_PAGE + 1;
        }
        let mut here = find_hits(pool, query.tab, &filter, cursor.unwrap_or(beginning)).await?;
        let found = query.is_filtered().then(|| all.as_ref().unwrap_or(&here).count());
        let has_more = here.hits.len() as i64 > PER_PAGE;
        here.hits.truncate(PER_PAGE as usize);
        // where nothing more was found among those that were looked at, one can go on looking
        let next = if has_more { here.hits.last().map(Hit::cursor) } else { here.end };
        (here.hits, next.map(Cursor::format), found)
    };
    let ids: Vec<i64> = hits.iter().map(|hit| hit.id).collect();
    let mut rows = find_queue_rows(pool, &ids).await?;
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.id));
    Ok(QueueList { rows, next, found })
}

/// Finds a page of a waiting tab with the flagged comments first, and where the next begins: `s` before a cursor says
/// that it begins among the flagged ones.
async fn find_sorted_page(
    pool: &PgPool,
    query: &QueueQuery,
    filter: &Filter,
) -> Result<(Vec<Hit>, Option<String>), AppError> {
    let (beginning, most) = (Cursor::beginning(query.tab), PER_PAGE as usize);
    let flagged_from = match query.cursor() {
        "" => Some(beginning),
        cursor => cursor.strip_prefix('s').and_then(Cursor::parse),
    };
    let mut page = Vec::new();
    let mut rest_from = Cursor::parse(query.cursor()).unwrap_or(beginning);
    if let Some(start) = flagged_from {
        let flagged = find_flagged_hits(pool, query.tab, filter, start).await?;
        page = flagged.hits;
        // a full page leads to where no flagged one follows, and from there to the rest
        let last = page.get(most - 1).map(Hit::cursor);
        page.truncate(most);
        if let Some(next) = last.or(flagged.end) {
            return Ok((page, Some(format!("s{}", next.format()))));
        }
        rest_from = beginning;
    }
    let Hits { hits: mut rest, end } = find_unflagged_hits(pool, query.tab, filter, rest_from).await?;
    let space = most - page.len();
    let next = if rest.len() > space { rest.get(space - 1).map(Hit::cursor) } else { end };
    rest.truncate(space);
    page.extend(rest);
    Ok((page, next.map(Cursor::format)))
}

/// Finds these comments.
#[tracing::instrument(skip_all)]
pub async fn find_queue_rows(pool: &PgPool, ids: &[i64]) -> Result<Vec<QueueRow>, AppError> {
    Ok(query_rows!(r#"where c.id = any($1) order by c.id"#, ids).fetch_all(pool).await?)
}

/// Finds the place of the latest comment. What is sent later has a higher one, whether it waited on another site or
/// not.
#[tracing::instrument(skip(pool))]
pub async fn find_latest_place(pool: &PgPool) -> Result<i64, AppError> {
    let place = sqlx::query_scalar!(
        r#"select coalesce(pg_sequence_last_value(pg_get_serial_sequence('comments', 'id')::regclass), 0) as "place!""#
    );
    Ok(place.fetch_one(pool).await?)
}

/// Lists number and version of the comments of a waiting tab that the filter leaves, of those up to a place; at most as
/// many as can be decided about at once.
#[tracing::instrument(skip_all)]
pub async fn list_versions(pool: &PgPool, query: &QueueQuery, last: i64) -> Result<Vec<(i64, i32)>, AppError> {
    let Hits { hits, .. } = find_hits(pool, query.tab, &Filter::new(query), Cursor::beginning(query.tab)).await?;
    let ids: Vec<i64> = hits.into_iter().map(|hit| hit.id).collect();
    let rows = sqlx::query!(
        "select c.id, version from unnest($1::bigint[]) with ordinality as hits (id, number) join comments c using (id)
         where thread_place(c.id) <= $2 order by number limit $3",
        &ids,
        last,
        MAX_AT_ONCE as i64
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.version)).collect())
}

/// Lists number and title of the articles whose titles contain this text, the newest first.
#[tracing::instrument(skip(pool))]
pub async fn find_articles_by_title(pool: &PgPool, title: &str) -> Result<Vec<(i64, String)>, AppError> {
    let Some(Pattern { one, other, .. }) = Pattern::new(title) else { return Ok(Vec::new()) };
    let rows = sqlx::query!(
        "with titled as materialized (
             select id, title, published_at from articles where folded_title like $1 or folded_title like $2
         )
         select id, title from titled order by published_at desc nulls last, id desc limit 20",
        one,
        other
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// Finds the title of an article.
#[tracing::instrument(skip(pool))]
pub async fn find_title(pool: &PgPool, article: i64) -> Result<Option<String>, AppError> {
    Ok(sqlx::query_scalar!("select title from articles where id = $1", article).fetch_optional(pool).await?)
}
