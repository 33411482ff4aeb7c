//! The questions table. Triggers follow the comments: whether they are published, and when they were answered.

#[cfg(test)]
mod tests;

use super::{
    ASSIGNEE_GONE, BAD_DUE_DAY, INQUIRY_UNMARKED, LastChange, MARK, NOT_ANSWERABLE, PASSED_NOTE_LONG,
    PASSED_NOTE_MISSING, PASSED_TO_LONG, PASSED_TO_NOBODY, UNMARK,
};
use crate::base::clock;
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::features::comments::INQUIRIES;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::{Date, Month, OffsetDateTime};

/// What the desk knows of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Whether it wants an answer; otherwise staff said that it needs none.
    pub is_wanted: bool,
    pub due_on: Date,
    /// The member of staff who answers it, and their displayed name.
    pub assigned_to: Option<i64>,
    pub assignee: Option<String>,
    /// Who outside of the office has it, and why.
    pub passed_to: Option<String>,
    pub passed_note: Option<String>,
    pub answered_at: Option<OffsetDateTime>,
    /// Counts what staff changed here; a change names the one that was seen.
    pub revision: i32,
}

/// What staff say of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub is_wanted: bool,
    pub due_on: Date,
    pub assigned_to: Option<i64>,
    pub passed_to: Option<String>,
    pub passed_note: Option<String>,
}

/// Stores that a comment of this transaction is a question or an inquiry, or asks something else since its writer
/// corrected it: it waits for an answer from now on.
#[tracing::instrument(skip(db))]
pub async fn insert_question(db: &mut PgConnection, comment: i64, due_on: Date) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into questions as q (comment_id, article_id, asked_at, can_be_answered, due_on)
         select id, article_id, coalesce(corrected_at, created_at), can_be_answered(id), $2 from comments where id = $1
         on conflict (comment_id) do update
         set is_wanted = true,
             -- a day that staff chose stays, while it lies ahead
             due_on = case when q.changed_by is not null and q.due_on >= local_day(now()) then q.due_on else $2 end,
             asked_at = excluded.asked_at, answered_at = null, changed_by = null,
             changed_at = now(), revision = q.revision + 1",
        comment,
        due_on
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets that a comment of this transaction is a question, because its writer corrected it to one that asks nothing;
/// what staff marked or the office answered stays.
#[tracing::instrument(skip(db))]
pub async fn drop_question(db: &mut PgConnection, comment: i64) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from questions where comment_id = $1 and changed_by is null and answered_at is null", comment)
        .execute(db)
        .await?;
    Ok(())
}

/// Finds what is known of a comment as a question.
#[tracing::instrument(skip(pool))]
pub async fn find_question(pool: &PgPool, comment: i64) -> Result<Option<Question>, AppError> {
    let question = sqlx::query_as!(
        Question,
        r#"select is_wanted, due_on, assigned_to, display_name as "assignee?", passed_to, passed_note, answered_at,
                  revision
           from questions left join accounts on accounts.id = assigned_to where comment_id = $1"#,
        comment
    );
    Ok(question.fetch_optional(pool).await?)
}

/// Stores what staff say of a comment as a question, seen as this revision; 0 where it was none. Returns the article.
/// Where somebody else was first, the inner result says so.
#[tracing::instrument(skip(pool, actor, mark))]
pub async fn mark_question(
    pool: &PgPool,
    actor: Actor<'_>,
    (comment, seen): (i64, i32),
    mark: &Mark,
) -> Result<Result<i64, LastChange>, AppError> {
    let mut tx = pool.begin().await?;
    // like every change of an article's comments: no decision about an answer comes in between
    sqlx::query!(
        "select article_id from comment_totals
         where article_id = (select article_id from comments where id = $1) for update",
        comment
    )
    .fetch_optional(&mut *tx)
    .await?;
    let asked = sqlx::query!(
        r#"select article_id, created_at, not official and (state in ('pending', 'blocked')
                                                            or state = 'published' and article_id <> 0)
                  as "is_answerable!",
                  (select q.assigned_to from questions q where q.comment_id = comments.id) as assigned_to
           from comments where id = $1"#,
        comment
    );
    let asked = asked.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
    if !asked.is_answerable {
        return Err(AppError::invalid(NOT_ANSWERABLE));
    }
    // an inquiry that needs no answer is done by a decision
    if asked.article_id == INQUIRIES && !mark.is_wanted {
        return Err(AppError::invalid(INQUIRY_UNMARKED));
    }
    let year = clock::local_day(OffsetDateTime::now_utc()).year();
    let last = Date::from_calendar_date(year + 1, Month::December, 31).unwrap_or(Date::MAX);
    if mark.due_on < clock::local_day(asked.created_at) || mark.due_on > last {
        return Err(AppError::invalid(BAD_DUE_DAY));
    }
    if mark.passed_to.is_some() && mark.passed_note.is_none() && mark.is_wanted {
        return Err(AppError::invalid(PASSED_NOTE_MISSING));
    }
    // who was locked since can stay until somebody else is chosen
    if let Some(account) = mark.assigned_to.filter(|_| mark.is_wanted && mark.assigned_to != asked.assigned_to) {
        let can = sqlx::query!("select id from accounts where id = $1 and disabled_at is null for share", account);
        if can.fetch_optional(&mut *tx).await?.is_none() {
            return Err(AppError::invalid(ASSIGNEE_GONE));
        }
    }
    let stored = sqlx::query!(
        "insert into questions as q (comment_id, article_id, asked_at, can_be_answered, is_wanted, due_on, assigned_to,
                                     passed_to, passed_note, changed_by)
         select c.id, c.article_id, c.created_at, can_be_answered(c.id), $3, $4, $5, $6, $7, $8
         from comments c
         where c.id = $1 and ($2 = 0 or exists (select from questions where comment_id = $1 and revision = $2))
         on conflict (comment_id) do update
         set is_wanted = $3, due_on = $4, assigned_to = $5, passed_to = $6, passed_note = $7, changed_by = $8,
             changed_at = now(), revision = q.revision + 1
         where q.revision = $2",
        comment,
        seen,
        mark.is_wanted,
        mark.due_on,
        mark.assigned_to,
        mark.passed_to,
        mark.passed_note,
        actor.account
    );
    let stored = stored.execute(&mut *tx).await.map_err(|error| match constraint(&error) {
        Some("passed_to") => AppError::invalid(PASSED_TO_LONG),
        Some("passed_note") => AppError::invalid(PASSED_NOTE_LONG),
        Some("passed_note_of_nobody") => AppError::invalid(PASSED_TO_NOBODY),
        _ => error.into(),
    })?;
    if stored.rows_affected() == 0 {
        return Ok(Err(find_last_change(&mut tx, comment).await?));
    }
    sqlx::query!("select settle_questions(array[$1::bigint])", comment).fetch_one(&mut *tx).await?;
    let action = if mark.is_wanted { MARK } else { UNMARK };
    let detail = match mark.is_wanted {
        true => json!({
            "article": asked.article_id, "due": clock::format_day(mark.due_on), "assigned": mark.assigned_to,
            "passed": mark.passed_to.is_some(),
        }),
        false => json!({ "article": asked.article_id }),
    };
    actor.record(&mut tx, Entry::new(actor, action, ("comment", Some(comment)), detail)).await?;
    tx.commit().await?;
    Ok(Ok(asked.article_id))
}

/// Who changed a question last.
async fn find_last_change(db: &mut PgConnection, comment: i64) -> Result<LastChange, AppError> {
    let change = sqlx::query_as!(
        LastChange,
        r#"select changed_at as at, is_wanted, display_name as "actor?"
           from questions left join accounts on accounts.id = changed_by where comment_id = $1"#,
        comment
    );
    change.fetch_optional(db).await?.ok_or(AppError::NotFound)
}

/// Counts the questions that readers asked in a year, of an article or of all: how many were answered, and how many
/// there are. Only those count that readers see.
#[tracing::instrument(skip(pool))]
pub async fn count_answered(pool: &PgPool, article: Option<i64>, year: i32) -> Result<(i64, i64), AppError> {
    // one statement for both would have a plan that reads the whole table
    let (answered, asked) = match article {
        Some(article) => {
            let counted = sqlx::query!(
                r#"select coalesce(sum(answered), 0)::bigint as "answered!", coalesce(sum(asked), 0)::bigint as "asked!"
                   from (select answered, asked from question_years where year = $2 and article_id = $1
                         union all
                         select answered, asked from question_deltas where year = $2 and article_id = $1) sums"#,
                article,
                year
            );
            let counted = counted.fetch_one(pool).await?;
            (counted.answered, counted.asked)
        }
        None => {
            let counted = sqlx::query!(
                r#"select coalesce(sum(answered), 0)::bigint as "answered!", coalesce(sum(asked), 0)::bigint as "asked!"
                   from (select article_id, answered, asked from question_years where year = $1
                         union all
                         select article_id, answered, asked from question_deltas where year = $1) sums
                   join public_texts on public_texts.id = sums.article_id"#,
                year
            );
            let counted = counted.fetch_one(pool).await?;
            (counted.answered, counted.asked)
        }
    };
    Ok((answered, asked))
}

/// Adds the changes of the years' sums to the sums, so that few rows are left.
#[tracing::instrument(skip(pool))]
pub async fn fold_sums(pool: &PgPool) -> Result<(), AppError> {
    sqlx::query!(
        "with folded as (delete from question_deltas returning year, article_id, asked, answered)
         insert into question_years as y (year, article_id, asked, answered)
         select year, article_id, sum(asked), sum(answered) from folded
         group by year, article_id order by year, article_id
         on conflict (year, article_id) do update
         set asked = y.asked + excluded.asked, answered = y.answered + excluded.answered"
    )
    .execute(pool)
    .await?;
    // an article whose questions are gone
    sqlx::query!("delete from question_years where asked = 0 and answered = 0").execute(pool).await?;
    Ok(())
}

/// Questions of one category that were asked on one day and answered on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerDays {
    pub asked: Date,
    /// `None` where they are not answered.
    pub answered: Option<Date>,
    /// The name of the category.
    pub category: Option<String>,
    pub count: i64,
}

/// Lists how many published questions were asked and answered on which days of this time.
#[tracing::instrument(skip(pool))]
pub async fn list_answer_days(
    pool: &PgPool,
    from: OffsetDateTime,
    until: OffsetDateTime,
) -> Result<Vec<AnswerDays>, AppError> {
    let days = sqlx::query_as!(
        AnswerDays,
        r#"select (asked_at at time zone 'Asia/Ho_Chi_Minh')::date as "asked!",
                  (answered_at at time zone 'Asia/Ho_Chi_Minh')::date as answered,
                  categories.name as "category?", count(*) as "count!"
           from questions q join articles a on a.id = q.article_id
           left join categories on categories.id = a.category_id
           where asked_at >= $1 and asked_at < $2 and is_wanted and can_be_answered and article_id <> 0
           group by 1, 2, 3 order by 1, 2"#,
        from,
        until
    );
    Ok(days.fetch_all(pool).await?)
}
