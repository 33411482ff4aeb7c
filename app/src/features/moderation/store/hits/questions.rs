//! Questions and inquiries that wait for an answer, the one that is due first on top.

use super::{Cursor, Filter, Hit, begin_walk};
use crate::base::clock;
use crate::base::error::AppError;
use sqlx::PgPool;

/// How many questions are looked at for a text or a reason: fewer than of other tabs, whose comments lie side by side.
/// The statement has the number as well.
pub(super) const WINDOW: i64 = 2000;

/// A query for the first questions that wait for an answer, the one that is due first on top: how many are walked over,
/// where they are, and its arguments from `$9` on. The comments lie all over their table: they are looked at for a text
/// or a reason alone. The number is literal: for an unknown one Postgres plans a tenth of all questions.
macro_rules! query_open_questions {
    ($window:literal, $where:literal, $filter:expr, $start:expr $(, $argument:expr)*) => {
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
                + " order by due_on, comment_id limit " + $window
                + r#") walked) q
                   left join comments c on c.id = q.comment_id and ($1::text is not null or $3::jsonb is not null)
               ) looked_at where is_match or place = "# + $window + " limit $6",
            $filter.patterns().0,
            $filter.patterns().1,
            $filter.reason,
            clock::local_day($filter.from),
            clock::local_day($filter.until),
            $filter.most,
            clock::local_day($start.at),
            $start.id
            $(, $argument)*
        )
    };
}

/// Walks over fewer questions where their comments are looked at.
macro_rules! find_open_questions {
    ($tx:expr, $filter:expr, $($rest:tt)*) => {
        if $filter.looks_at_comments() {
            query_open_questions!("2000", $($rest)*).fetch_all($tx).await
        } else {
            query_open_questions!("10000", $($rest)*).fetch_all($tx).await
        }
    };
}

/// Finds the first questions that wait for an answer and that the filter leaves: its days are those on which they are
/// due, and its account is the one that answers them.
pub(super) async fn walk_questions(pool: &PgPool, filter: &Filter, start: Cursor) -> Result<Vec<Hit>, AppError> {
    let mut tx = begin_walk(pool).await?;
    let hits = match (filter.article, filter.moderator) {
        (None, None) => find_open_questions!(&mut *tx, filter, "and article_id <> 0", filter, start),
        (Some(article), assignee) => find_open_questions!(
            &mut *tx,
            filter,
            "and article_id = $9 and ($10::bigint is null or assigned_to = $10)",
            filter,
            start,
            article,
            assignee
        ),
        (None, Some(assignee)) => {
            find_open_questions!(&mut *tx, filter, "and assigned_to = $9 and article_id <> 0", filter, start, assignee)
        }
    };
    let hits = hits?;
    tx.commit().await?;
    Ok(hits)
}

#[cfg(test)]
mod tests {
    use super::WINDOW;

    #[test]
    fn the_statements_have_the_numbers_of_the_windows() {
        let own = include_str!("questions.rs");
        for window in [WINDOW, super::super::WINDOW] {
            assert!(own.contains(&format!("query_open_questions!(\"{window}\"")), "{window}");
        }
        let walk = format!(
            " limit {0}) walked\n               ) looked_at where is_match or place = {0} ",
            super::super::WINDOW
        );
        assert!(include_str!("../hits.rs").contains(&walk), "{walk}");
    }
}
