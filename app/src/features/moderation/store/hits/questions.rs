//! Questions and inquiries that wait for an answer, the one that is due first on top.

use super::{Cursor, Filter, Hit, begin_walk};
use crate::base::clock;
use crate::base::error::AppError;
use sqlx::PgPool;

/// How many questions are looked at for a text or a reason: fewer than of other tabs, whose comments lie side by side.
pub(super) const WINDOW: i64 = 2500;

/// A query for the first questions that wait for an answer, the one that is due first on top: where they are, and its
/// arguments from `$10` on. The comments lie all over their table: they are looked at for a text or a reason alone.
macro_rules! query_open_questions {
    ($where:literal, $filter:expr, $start:expr $(, $argument:expr)*) => {
        sqlx::query_as!(
            Hit,
            r#"select id as "id!", at as "at!", place, is_flagged as "is_flagged!", is_match as "is_match!"
               from (
                   select q.comment_id as id, q.at, q.place, coalesce(c.reasons <> '[]', false) as is_flagged,
                          ($1::text is null or c.folded like $1 or coalesce(c.folded like $2, false))
                          and ($3::jsonb is null or c.reasons @> $3) as is_match
                   from (select comment_id, due_on::timestamp at time zone 'Asia/Ho_Chi_Minh' as at,
                                row_number() over () as place
                         from (select comment_id, due_on from questions
                               where is_open and due_on >= $4 and due_on < $5
                                     and (due_on, comment_id) > ($7::date, $8::bigint) "# + $where
                + r#" order by due_on, comment_id limit $9) walked) q
                   left join comments c on c.id = q.comment_id and ($1::text is not null or $3::jsonb is not null)
               ) looked_at where is_match or place = $9 limit $6"#,
            $filter.patterns().0,
            $filter.patterns().1,
            $filter.reason,
            clock::local_day($filter.from),
            clock::local_day($filter.until),
            $filter.most,
            clock::local_day($start.at),
            $start.id,
            $filter.window(true)
            $(, $argument)*
        )
    };
}

/// Finds the first questions that wait for an answer and that the filter leaves: its days are those on which they are
/// due, and its account is the one that answers them.
pub(super) async fn walk_questions(pool: &PgPool, filter: &Filter, start: Cursor) -> Result<Vec<Hit>, AppError> {
    let mut tx = begin_walk(pool).await?;
    let hits = match (filter.article, filter.moderator) {
        (None, None) => query_open_questions!("and article_id <> 0", filter, start).fetch_all(&mut *tx).await,
        (Some(article), assignee) => {
            let here = query_open_questions!(
                "and article_id = $10 and ($11::bigint is null or assigned_to = $11)",
                filter,
                start,
                article,
                assignee
            );
            here.fetch_all(&mut *tx).await
        }
        (None, Some(assignee)) => {
            query_open_questions!("and assigned_to = $10 and article_id <> 0", filter, start, assignee)
                .fetch_all(&mut *tx)
                .await
        }
    };
    let hits = hits?;
    tx.commit().await?;
    Ok(hits)
}
