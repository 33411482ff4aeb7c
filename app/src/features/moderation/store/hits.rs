//! Which comments of a tab a filter leaves, in the order of the tab.

mod questions;

use crate::base::clock;
use crate::base::error::AppError;
use crate::base::id::parse_id;
use crate::base::text::{clean_line, fold};
use crate::features::comments::INQUIRIES;
use crate::features::moderation::queue_query::{QueueQuery, Tab};
use crate::features::moderation::{Found, PER_PAGE};
use serde_json::json;
use sqlx::{PgPool, Postgres, Transaction};
use time::{Date, OffsetDateTime};

/// How many comments of a tab, the first in its order, are looked at one by one for a text or a reason. What is common
/// is found among them; what is rare is found by its index. The statement of a walk has the number as well.
const WINDOW: i64 = 10_000;

/// How many comments of a tab are looked at one by one for a text or a reason.
pub(crate) fn window(tab: Tab) -> i64 {
    if tab.is_by_due_day() { questions::WINDOW } else { WINDOW }
}

/// The most comments that are counted. One more is found, which says that there are more.
pub(super) const MAX_COUNTED: usize = 5000;
/// The longest text that is looked for, in characters.
const MAX_TEXT: usize = 200;

/// What narrows a tab; what makes no sense narrows nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Filter {
    /// What the folded name and text contain, or begin a word with.
    text: Option<Pattern>,
    /// The article, or [`INQUIRIES`].
    article: Option<i64>,
    /// When they were written, of comments that wait; when they were reported, of reported ones; when they were decided
    /// about, of others.
    from: OffsetDateTime,
    until: OffsetDateTime,
    moderator: Option<i64>,
    /// What a comment's reasons contain.
    pub reason: Option<serde_json::Value>,
    /// How many are found at most.
    pub most: i64,
}

/// Patterns for a text of which one must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub one: String,
    pub other: Option<String>,
    /// Whether the index of texts knows any part of it: it holds sequences of letters and digits.
    pub is_indexed: bool,
}

impl Pattern {
    /// Matches a text anywhere. The index knows sequences of three letters, so a shorter text is looked for at the
    /// beginning of words. What is no Latin letter or digit is not relied on: databases differ in what they index.
    pub fn new(text: &str) -> Option<Self> {
        let folded: String = fold(&clean_line(text)).chars().take(MAX_TEXT).collect();
        if folded.is_empty() {
            return None;
        }
        let escaped = folded.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let longest = folded.split(|c: char| !c.is_ascii_alphanumeric()).map(str::len).max().unwrap_or_default();
        let is_indexed = longest > 0;
        Some(match longest {
            1 | 2 => Self { one: format!("{escaped}%"), other: Some(format!("% {escaped}%")), is_indexed },
            _ => Self { one: format!("%{escaped}%"), other: None, is_indexed },
        })
    }
}

impl Filter {
    pub fn new(query: &QueueQuery) -> Self {
        let (from, until) = read_days(query).unwrap_or_default();
        let day_after = until.and_then(|day| day.next_day());
        Self {
            text: Pattern::new(&query.text),
            article: if query.tab.is_of_inquiries() { Some(INQUIRIES) } else { parse_id(&query.article) },
            from: from.map_or(FIRST, clock::start_of_day),
            until: day_after.map_or(LAST, clock::start_of_day),
            moderator: if query.tab.has_people() { parse_id(&query.moderator) } else { None },
            reason: (!query.reason.is_empty()).then(|| json!([{ "kind": query.reason }])),
            most: MAX_COUNTED as i64 + 1,
        }
    }

    /// How many comments of a tab are walked over. Those that are in the order of their due days are looked at
    /// themselves only for a text or a reason.
    fn window(&self, is_by_due_day: bool) -> i64 {
        if is_by_due_day && self.looks_at_comments() { questions::WINDOW } else { WINDOW }
    }

    /// Whether it asks for what stands in the comments themselves.
    fn looks_at_comments(&self) -> bool {
        self.text.is_some() || self.reason.is_some()
    }

    fn patterns(&self) -> (Option<&str>, Option<&str>) {
        let text = self.text.as_ref();
        (text.map(|text| text.one.as_str()), text.and_then(|text| text.other.as_deref()))
    }
}

/// Reads the first and the last day of a filter; `None` where the first is after the last.
pub fn read_days(query: &QueueQuery) -> Option<(Option<Date>, Option<Date>)> {
    let (from, until) = (clock::parse_day(&query.from), clock::parse_day(&query.until));
    let is_reversed = from.zip(until).is_some_and(|(from, until)| from > until);
    (!is_reversed).then_some((from, until))
}

/// Before every comment, and after every comment.
const FIRST: OffsetDateTime = time::macros::datetime!(1970-01-01 0:00 UTC);
const LAST: OffsetDateTime = time::macros::datetime!(9999-01-01 0:00 UTC);

/// Where a page begins: after this comment, in the order of its tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cursor {
    pub at: OffsetDateTime,
    pub id: i64,
}

impl Cursor {
    /// Reads `1700000000000000-12`: microseconds and a number.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('-')?;
        let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(at.parse::<i64>().ok()?) * 1000).ok()?;
        Some(Self { at, id: parse_id(id)? })
    }

    pub fn format(self) -> String {
        format!("{}-{}", self.at.unix_timestamp_nanos() / 1000, self.id)
    }

    /// The beginning of a tab.
    pub fn beginning(tab: Tab) -> Self {
        match tab {
            Tab::Pending | Tab::Blocked | Tab::Reported | Tab::Unanswered | Tab::Inquiries => Self { at: FIRST, id: 0 },
            _ => Self { at: LAST, id: 0 },
        }
    }
}

/// A comment that a tab's filter leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub id: i64,
    /// What it is ordered by, with its number.
    pub at: OffsetDateTime,
    /// How many comments of the tab come before it, with itself; `None` where it was found by an index.
    pub place: Option<i64>,
    /// Whether it was flagged for anything.
    pub is_flagged: bool,
    /// Whether the filter leaves it. The last one that was looked at is always among the hits.
    pub is_match: bool,
}

impl Hit {
    /// The place after it.
    pub fn cursor(&self) -> Cursor {
        Cursor { at: self.at, id: self.id }
    }
}

impl Hits {
    /// What a walk found, as far as it is wanted, and where it ended before the end of the tab.
    fn of_walk(mut hits: Vec<Hit>, is_wanted: impl Fn(&Hit) -> bool) -> Self {
        // the statement numbers them in their order, and promises none
        hits.sort_by_key(|hit| hit.place);
        let is_last = |hit: &&Hit| hit.place == Some(WINDOW) || hits.len() > MAX_COUNTED;
        let end = hits.last().filter(is_last).map(Hit::cursor);
        hits.retain(|hit| hit.is_match && is_wanted(hit));
        Self { hits, end }
    }

    /// How many there are.
    pub fn count(&self) -> Found {
        match (self.hits.len(), self.end) {
            (count, _) if count > MAX_COUNTED => Found::MoreThan(MAX_COUNTED as i64),
            (count, None) => Found::Exactly(count as i64),
            (count, Some(_)) => Found::AtLeast(count as i64),
        }
    }
}

/// What a tab's filter leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hits {
    /// In the order of the tab, at most one more than [`MAX_COUNTED`].
    pub hits: Vec<Hit>,
    /// The comment up to which was looked, where there may be more beyond it.
    pub end: Option<Cursor>,
}

/// A query for the first comments of a tab in its order: what they are ordered by, where they are, and its arguments
/// from `$7` on. Filters that no order knows are asked of each comment. States and numbers of rows are literal where
/// they can be: a plan for unknown ones walks another order, or reads the whole tab.
macro_rules! query_walk {
    ($order:literal, $at:literal, $where:literal, $filter:expr $(, $argument:expr)*) => {
        sqlx::query_as!(
            Hit,
            r#"select id as "id!", at as "at!", place, is_flagged as "is_flagged!", is_match as "is_match!"
               from (
                   select id, at, row_number() over () as place, reasons <> '[]' as is_flagged,
                          ($1::text is null or folded like $1 or coalesce(folded like $2, false))
                          and ($3::jsonb is null or reasons @> $3) as is_match
                   from (select id, folded, reasons, "# + $at + r#" as at from comments
                         where "# + $at + r#" >= $4 and "# + $at + r#" < $5 and "# + $where
                + " order by " + $order + r#" limit 10000) walked
               ) looked_at where is_match or place = 10000 limit $6"#,
            $filter.patterns().0,
            $filter.patterns().1,
            $filter.reason,
            $filter.from,
            $filter.until,
            $filter.most
            $(, $argument)*
        )
    };
}

/// Begins a transaction whose queries may only walk along an index.
async fn begin_walk(pool: &PgPool) -> Result<Transaction<'static, Postgres>, AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "select set_config(name, 'off', true) from unnest('{enable_seqscan, enable_bitmapscan, enable_sort}'::text[]) name"
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(tx)
}

/// Finds the first comments of a tab that the filter leaves, among so many as can be looked at. A plan for unknown
/// values expects few rows, and would read and sort all of them: it may only walk along an index.
async fn walk_tab(pool: &PgPool, tab: Tab, filter: &Filter, start: Cursor) -> Result<Vec<Hit>, AppError> {
    if tab.is_by_due_day() {
        return questions::walk_questions(pool, filter, start).await;
    }
    let state = tab.state();
    // of two limits an index scan begins at one, and reads everything from there to the other
    let is_decided = !tab.is_waiting() && tab != Tab::Reported;
    let Cursor { at, id } =
        if is_decided && filter.until < start.at { Cursor { at: filter.until, id: 0 } } else { start };
    let mut tx = begin_walk(pool).await?;
    let hits =
        match (tab, filter.article, filter.moderator) {
            (Tab::Reported, article, moderator) => {
                let here = query_walk!(
                    "reported_at, id",
                    "reported_at",
                    "state = 'published' and reported_at is not null and (reported_at, id) > ($7, $8::bigint)
                 and ($9::bigint is null or article_id = $9) and ($10::bigint is null or decided_by = $10)",
                    filter,
                    at,
                    id,
                    article,
                    moderator
                );
                here.fetch_all(&mut *tx).await
            }
            (Tab::Pending, None, _) => {
                query_walk!("id", "created_at", "state = 'pending' and article_id <> 0 and id > $7", filter, id)
                    .fetch_all(&mut *tx)
                    .await
            }
            (Tab::Blocked, None, _) => {
                query_walk!("id", "created_at", "state = 'blocked' and article_id <> 0 and id > $7", filter, id)
                    .fetch_all(&mut *tx)
                    .await
            }
            (Tab::Pending | Tab::Blocked | Tab::BlockedInquiries, Some(article), _) => {
                let here = query_walk!(
                    "id",
                    "created_at",
                    "state in ('pending', 'blocked') and state = $7 and id > $8 and article_id = $9",
                    filter,
                    state as _,
                    id,
                    article
                );
                here.fetch_all(&mut *tx).await
            }
            (_, None, None) => {
                let here = query_walk!(
                    "decided_at desc, id desc",
                    "decided_at",
                    "state = $7 and (decided_at, id) < ($8, $9::bigint) and article_id <> 0",
                    filter,
                    state as _,
                    at,
                    id
                );
                here.fetch_all(&mut *tx).await
            }
            (_, Some(article), moderator) => {
                let here = query_walk!(
                "decided_at desc, id desc",
                "decided_at",
                "state in ('published', 'rejected', 'removed') and state = $7 and (decided_at, id) < ($8, $9::bigint)
                 and article_id = $10 and not (article_id = 0 and official)
                 and ($11::bigint is null or decided_by = $11)",
                filter, state as _, at, id, article, moderator
            );
                here.fetch_all(&mut *tx).await
            }
            (_, None, Some(moderator)) => {
                let here = query_walk!(
                "decided_at desc, id desc",
                "decided_at",
                "state in ('published', 'rejected', 'removed') and state = $7 and (decided_at, id) < ($8, $9::bigint)
                 and decided_by = $10 and article_id <> 0",
                filter, state as _, at, id, moderator
            );
                here.fetch_all(&mut *tx).await
            }
        };
    let hits = hits?;
    tx.commit().await?;
    Ok(hits)
}

/// Finds the flagged comments of a waiting tab that the filter leaves, in the tab's order from this place on.
pub(super) async fn find_flagged_hits(
    pool: &PgPool,
    tab: Tab,
    filter: &Filter,
    Cursor { id, .. }: Cursor,
) -> Result<Hits, AppError> {
    let mut tx = begin_walk(pool).await?;
    let hits = match tab {
        Tab::Blocked => {
            let walk = query_walk!(
                "id",
                "created_at",
                "state = 'blocked' and article_id <> 0 and reasons <> '[]' and id > $7
                 and ($8::bigint is null or article_id = $8)",
                filter,
                id,
                filter.article
            );
            walk.fetch_all(&mut *tx).await?
        }
        _ => {
            let walk = query_walk!(
                "id",
                "created_at",
                "state = 'pending' and article_id <> 0 and reasons <> '[]' and id > $7
                 and ($8::bigint is null or article_id = $8)",
                filter,
                id,
                filter.article
            );
            walk.fetch_all(&mut *tx).await?
        }
    };
    tx.commit().await?;
    Ok(Hits::of_walk(hits, |_| true))
}

/// Finds the comments of a waiting tab that were not flagged and that the filter leaves, from this place on.
pub(super) async fn find_unflagged_hits(
    pool: &PgPool,
    tab: Tab,
    filter: &Filter,
    start: Cursor,
) -> Result<Hits, AppError> {
    Ok(Hits::of_walk(walk_tab(pool, tab, filter, start).await?, |hit| !hit.is_flagged))
}

/// A query for comments by the index of what is rare, sorted afterwards.
macro_rules! query_rare {
    ($rare:literal, $tab:expr, $filter:expr, $start:expr) => {
        sqlx::query_as!(
            Hit,
            r#"with rare as materialized (
                   select id, state, created_at, decided_at, reported_at, article_id, decided_by, folded, reasons
                   from comments where "# + $rare + r#"
               )
               select id as "id!", at as "at!", null::bigint as place,
                      reasons <> '[]' as "is_flagged!", true as "is_match!"
               from (
                   select *, case when $4 = 'waiting' then created_at when $4 = 'reported' then reported_at
                                  else decided_at end as at
                   from rare
               ) found
               where state = $5 and at is not null
                     and ($1::text is null or folded like $1 or coalesce(folded like $2, false))
                     and ($3::jsonb is null or reasons @> $3)
                     and case when $4 = 'waiting' then id > $7 when $4 = 'reported' then (at, id) > ($6, $7)
                              else (at, id) < ($6::timestamptz, $7::bigint) end
                     and at >= $8 and at < $9
                     and case when $10::bigint is null then article_id <> 0 else article_id = $10 end
                     and ($11::bigint is null or decided_by = $11)
               order by case when $4 = 'waiting' then id end, case when $4 = 'reported' then at end, at desc, id desc
               limit $12"#,
            $filter.patterns().0,
            $filter.patterns().1,
            $filter.reason,
            match $tab {
                Tab::Reported => "reported",
                tab if tab.is_waiting() => "waiting",
                _ => "decided",
            },
            $tab.state() as _,
            $start.at,
            $start.id,
            $filter.from,
            $filter.until,
            $filter.article,
            $filter.moderator,
            $filter.most
        )
    };
}

/// Finds the comments of a tab that the filter leaves, in the tab's order from this place on. What is common comes from
/// the tab's own order; what fills no page there comes from the index of texts or reasons.
pub(super) async fn find_hits(pool: &PgPool, tab: Tab, filter: &Filter, start: Cursor) -> Result<Hits, AppError> {
    let mut hits = walk_tab(pool, tab, filter, start).await?;
    let window = filter.window(tab.is_by_due_day());
    let end = hits.iter().find(|hit| hit.place == Some(window)).map(Hit::cursor);
    hits.retain(|hit| hit.is_match);
    // the statement numbers them in their order, and promises none
    hits.sort_by_key(|hit| hit.place);
    // the index of texts knows no inquiries from comments, of which there are many more
    if end.is_none() || hits.len() as i64 > PER_PAGE || tab.is_by_due_day() || tab.is_of_inquiries() {
        return Ok(Hits { hits, end });
    }
    let rare = match (&filter.text, &filter.reason) {
        (Some(text), _) if text.is_indexed => {
            query_rare!("folded like $1 or folded like $2", tab, filter, start).fetch_all(pool).await?
        }
        (_, Some(_)) => query_rare!("reasons @> $3", tab, filter, start).fetch_all(pool).await?,
        // one can go on looking from where this ends
        (_, None) => return Ok(Hits { hits, end }),
    };
    Ok(Hits { hits: rare, end: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_a_range_unless_they_are_reversed() {
        let days = |from: &str, until: &str| {
            read_days(&QueueQuery { from: from.to_owned(), until: until.to_owned(), ..QueueQuery::default() })
        };
        let day = |text| clock::parse_day(text);
        assert_eq!(days("2026-02-01", "2026-02-01"), Some((day("2026-02-01"), day("2026-02-01"))));
        assert_eq!(days("", "2026-02-01"), Some((None, day("2026-02-01"))));
        assert_eq!(days("x", "2026-02-30"), Some((None, None)));
        assert_eq!(days("2026-02-02", "2026-02-01"), None);
    }

    #[test]
    fn texts_without_three_letters_in_a_row_begin_words() {
        let pattern = |text: &str| {
            let pattern = Pattern::new(text)?;
            Some(format!("{} {} {}", pattern.one, pattern.other.unwrap_or_default(), pattern.is_indexed))
        };
        for (typed, expected) in [
            ("Đèn", "%den%  true"),
            ("100%_\\", "%100\\%\\_\\\\%  true"),
            ("xe", "xe% % xe% true"),
            ("ô tô", "o to% % o to% true"),
            ("%", "%\\%%  false"),
            ("水电站", "%水电站%  false"),
        ] {
            assert_eq!(pattern(typed).as_deref(), Some(expected));
        }
        assert_eq!(pattern("  "), None);
        assert_eq!(Pattern::new(&"đ".repeat(9000)).expect("is a text").one.len(), MAX_TEXT + 2);
    }
}
