//! The questions table. Triggers follow the comments: whether they are published, and when they were answered.

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
         set is_wanted = true, due_on = $2, asked_at = excluded.asked_at, answered_at = null, changed_by = null,
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
        r#"select article_id, created_at, not official and state in ('pending', 'blocked', 'published')
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

/// Counts the questions that readers asked since then, of an article or of all: how many were answered, and how many
/// there are. Only those count that readers see.
#[tracing::instrument(skip(pool))]
pub async fn count_answered(
    pool: &PgPool,
    article: Option<i64>,
    since: OffsetDateTime,
) -> Result<(i64, i64), AppError> {
    // one statement for both would have a plan that reads the whole table
    let (answered, asked) = match article {
        Some(article) => {
            let counted = sqlx::query!(
                r#"select count(answered_at) as "answered!", count(*) as "asked!" from questions
                   where article_id = $1 and asked_at >= $2 and is_wanted and can_be_answered"#,
                article,
                since
            );
            let counted = counted.fetch_one(pool).await?;
            (counted.answered, counted.asked)
        }
        None => {
            let counted = sqlx::query!(
                r#"select count(answered_at) as "answered!", count(*) as "asked!"
                   from questions join public_texts on public_texts.id = questions.article_id
                   where asked_at >= $1 and is_wanted and can_be_answered and article_id <> 0"#,
                since
            );
            let counted = counted.fetch_one(pool).await?;
            (counted.answered, counted.asked)
        }
    };
    Ok((answered, asked))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::comments::store::decide::answer_comment;
    use crate::features::comments::store::own::{correct_comment, erase_writer};
    use crate::features::comments::store::{count_by_state, retention::delete_expired_comments};
    use crate::features::comments::{ANSWER, Decision, Draft, Screening};
    use crate::testing::{actor_of, decide_as, expiry, insert_article, insert_staff, list_actions, send_comment};
    use crate::web::staff::Staff;
    use time::Duration;

    fn today() -> Date {
        clock::local_day(OffsetDateTime::now_utc())
    }

    fn mark() -> Mark {
        Mark { is_wanted: true, due_on: today(), assigned_to: None, passed_to: None, passed_note: None }
    }

    /// Marks a comment, and says with which code that was refused.
    async fn try_mark(pool: &PgPool, staff: &Staff, seen: (i64, i32), mark: &Mark) -> Result<bool, String> {
        match mark_question(pool, actor_of(staff), seen, mark).await {
            Ok(marked) => Ok(marked.is_ok()),
            Err(AppError::Invalid(problems)) => Err(problems[0].code.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn unanswered(pool: &PgPool) -> i64 {
        count_by_state(pool).await.expect("counts").unanswered
    }

    async fn counted(pool: &PgPool, article: i64) -> ((i64, i64), (i64, i64)) {
        let since = OffsetDateTime::now_utc() - Duration::DAY;
        let here = count_answered(pool, Some(article), since).await.expect("counts");
        (here, count_answered(pool, None, since).await.expect("counts"))
    }

    #[sqlx::test]
    async fn a_question_waits_from_its_publication_until_it_is_answered(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let mut db = pool.acquire().await.expect("connects");
        insert_question(&mut db, comment, today()).await.expect("inserts");
        insert_question(&mut db, comment, today() + Duration::DAY).await.expect("asks something else");
        insert_question(&mut db, 999, today()).await.expect("there is no such comment");
        drop(db);
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (0, ((0, 0), (0, 0))), "nobody reads it yet");
        decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (1, ((0, 1), (0, 1))));
        let question = find_question(&pool, comment).await.expect("reads").expect("is there");
        assert_eq!((question.is_wanted, question.answered_at, question.revision), (true, None, 2));

        let why = Some("chờ lịch sửa".to_owned());
        let passed_to = Some("Điện lực".to_owned());
        let passed = Mark { passed_to, passed_note: why, assigned_to: Some(lan.id), ..mark() };
        let marked = mark_question(&pool, actor_of(&lan), (comment, 2), &passed).await;
        assert_eq!(marked, Ok(Ok(id)));
        assert_eq!(unanswered(&pool).await, 1, "passing it on answers nothing");
        let answered = answer_comment(&pool, actor_of(&lan), (comment, 2), "Phường", "Từ 11 giờ hôm nay.").await;
        answered.expect("answers").expect("is first");
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (0, ((1, 1), (1, 1))));
        let answer: (i64, i32) = sqlx::query_as("select id, version from comments where answers = $1")
            .bind(comment)
            .fetch_one(&pool)
            .await
            .expect("reads");
        decide_as(&pool, &lan, answer.0, answer.1, Decision::Undo).await.expect("decides").expect("is first");
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (1, ((0, 1), (0, 1))), "it waits again");
        decide_as(&pool, &lan, comment, 3, Decision::Remove).await.expect("decides").expect("is first");
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (0, ((0, 0), (0, 0))), "removing ends it");
        let wanted = ["approve", MARK.name, ANSWER.name, "undo", "remove"];
        assert_eq!(list_actions(&pool).await, wanted);
    }

    #[sqlx::test]
    async fn an_answer_that_was_given_before_counts_for_a_question_that_is_marked_later(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Nhà tôi chưa có nước.").await.expect("is stored");
        let answered = answer_comment(&pool, actor_of(&lan), (comment, 1), "Phường", "Từ 11 giờ hôm nay.").await;
        answered.expect("answers").expect("is first");
        assert_eq!(try_mark(&pool, &lan, (comment, 0), &mark()).await, Ok(true));
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await.0), (0, (1, 1)));
        let days = list_answer_days(&pool, OffsetDateTime::now_utc() - Duration::DAY, OffsetDateTime::now_utc()).await;
        let days: Vec<_> = days.expect("lists").into_iter().map(|day| (day.asked, day.answered, day.count)).collect();
        assert_eq!(days, [(today(), Some(today()), 1)]);
    }

    #[sqlx::test]
    async fn a_reply_waits_only_while_readers_see_what_it_answers(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let top = send_comment(&pool, id, None, 1, "Nhà tôi chưa có nước.").await.expect("is stored");
        decide_as(&pool, &lan, top, 1, Decision::Approve).await.expect("decides").expect("is first");
        let reply = send_comment(&pool, id, Some(top), 2, "Khi nào có nước lại ạ?").await.expect("is stored");
        assert_eq!(try_mark(&pool, &lan, (reply, 0), &mark()).await, Ok(true));
        decide_as(&pool, &lan, reply, 1, Decision::Approve).await.expect("decides").expect("is first");
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (1, ((0, 1), (0, 1))));
        decide_as(&pool, &lan, top, 2, Decision::Remove).await.expect("decides").expect("is first");
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (0, ((0, 0), (0, 0))));
        decide_as(&pool, &lan, top, 3, Decision::Undo).await.expect("decides").expect("is first");
        assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (1, ((0, 1), (0, 1))));
    }

    #[sqlx::test]
    async fn a_corrected_comment_is_the_question_that_it_asks_now(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Nhà tôi chưa có nước.").await.expect("is stored");
        let answered = answer_comment(&pool, actor_of(&lan), (comment, 1), "Phường", "Từ 11 giờ hôm nay.").await;
        answered.expect("answers").expect("is first");
        let link: Vec<u8> = sqlx::query_scalar("select link_hash from comments where id = $1")
            .bind(comment)
            .fetch_one(&pool)
            .await
            .expect("reads");
        let link: [u8; 32] = link.try_into().expect("is a digest");
        let correct = async |version, body: &str, due_on| {
            let draft = Draft { name: "Bích".to_owned(), email: None, body: body.to_owned() };
            let screening = Screening { reasons: Vec::new(), due_on };
            correct_comment(&pool, &link, version, &draft, &screening).await.expect("corrects").expect("is first");
        };
        correct(2, "Khi nào có điện lại ạ?", Some(today())).await;
        decide_as(&pool, &lan, comment, 3, Decision::Approve).await.expect("decides").expect("is first");
        assert_eq!(unanswered(&pool).await, 1, "the answer of before answers something else");
        correct(4, "Nhà tôi có điện rồi.", None).await;
        assert_eq!(find_question(&pool, comment).await, Ok(None), "it asks nothing any more");
        let mut db = pool.acquire().await.expect("connects");
        insert_question(&mut db, comment, today()).await.expect("inserts");
        assert_eq!(try_mark(&pool, &lan, (comment, 1), &mark()).await, Ok(true));
        drop_question(&mut db, comment).await.expect("staff marked it");
        assert!(find_question(&pool, comment).await.expect("reads").is_some());
        drop_question(&mut db, 999).await.expect("there is none");
        sqlx::query("update questions set changed_by = null").execute(&mut *db).await.expect("forgets");
        drop_question(&mut db, comment).await.expect("drops");
        assert_eq!(find_question(&pool, comment).await, Ok(None));
    }

    #[sqlx::test]
    async fn whom_it_was_given_to_may_be_locked_since(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let given = Mark { assigned_to: Some(hoa.id), ..mark() };
        assert_eq!(try_mark(&pool, &lan, (comment, 0), &given).await, Ok(true));
        sqlx::query("update accounts set disabled_at = now() where username = 'hoa'")
            .execute(&pool)
            .await
            .expect("locks");
        let later = Mark { due_on: today() + Duration::DAY, ..given.clone() };
        assert_eq!(try_mark(&pool, &lan, (comment, 1), &later).await, Ok(true), "the day alone is moved");
        assert_eq!(try_mark(&pool, &lan, (comment, 2), &Mark { is_wanted: false, ..given.clone() }).await, Ok(true));
        assert_eq!(try_mark(&pool, &lan, (comment, 3), &Mark { assigned_to: None, ..given.clone() }).await, Ok(true));
        assert_eq!(try_mark(&pool, &lan, (comment, 4), &given).await, Err("assigned-to".to_owned()), "given anew");
    }

    #[sqlx::test]
    async fn of_two_who_mark_a_question_at_once_one_is_first_and_the_other_is_told(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        for seen in 0..5 {
            let posts = [&lan, &hoa].map(|staff| {
                let (pool, staff) = (pool.clone(), staff.clone());
                tokio::spawn(async move { mark_question(&pool, actor_of(&staff), (comment, seen), &mark()).await })
            });
            let mut refused = Vec::new();
            for post in posts {
                refused.extend(post.await.expect("runs").expect("marks").err());
            }
            let [change] = &refused[..] else { panic!("{refused:?}") };
            assert!(change.is_wanted && change.actor.is_some(), "{change:?}");
        }
        let question = find_question(&pool, comment).await.expect("reads").expect("is there");
        assert_eq!((question.revision, list_actions(&pool).await.len()), (5, 5));
    }

    #[sqlx::test]
    async fn what_makes_no_sense_is_refused_with_a_sentence(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
        sqlx::query("update accounts set disabled_at = now() where id = $1")
            .bind(hoa.id)
            .execute(&pool)
            .await
            .expect("disables");
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let text = |count: usize| Some("đ".repeat(count));
        for (mark, code) in [
            (Mark { due_on: today() - Duration::DAY, ..mark() }, "due-on"),
            (Mark { due_on: today() + Duration::days(900), ..mark() }, "due-on"),
            (Mark { assigned_to: Some(hoa.id), ..mark() }, "assigned-to"),
            (Mark { assigned_to: Some(999), ..mark() }, "assigned-to"),
            (Mark { passed_to: text(201), passed_note: text(9), ..mark() }, "passed-to"),
            (Mark { passed_to: text(9), ..mark() }, "passed-note-missing"),
            (Mark { passed_to: text(200), passed_note: text(501), ..mark() }, "passed-note"),
            (Mark { passed_note: text(9), ..mark() }, "passed-to-nobody"),
        ] {
            assert_eq!(try_mark(&pool, &lan, (comment, 0), &mark).await, Err(code.to_owned()), "{mark:?}");
        }
        assert_eq!(try_mark(&pool, &lan, (999, 0), &mark()).await, Err("not found".to_owned()));
        assert_eq!(find_question(&pool, comment).await, Ok(None));
        let most = Mark { passed_to: text(200), passed_note: text(500), assigned_to: Some(lan.id), ..mark() };
        assert_eq!(try_mark(&pool, &lan, (comment, 0), &most).await, Ok(true));
        decide_as(&pool, &lan, comment, 1, Decision::Reject).await.expect("decides").expect("is first");
        let gone = try_mark(&pool, &lan, (comment, 1), &mark()).await;
        assert_eq!(gone, Err("not-answerable".to_owned()), "it was refused meanwhile");
        assert!(list_actions(&pool).await.len() == 2);
    }

    #[sqlx::test]
    async fn a_question_goes_with_its_comment(pool: PgPool) {
        let id = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
        let other = send_comment(&pool, id, None, 2, "Khi nào có điện lại ạ?").await.expect("is stored");
        for comment in [comment, other] {
            assert_eq!(try_mark(&pool, &lan, (comment, 0), &mark()).await, Ok(true));
        }
        let link: Vec<u8> = sqlx::query_scalar("select link_hash from comments where id = $1")
            .bind(comment)
            .fetch_one(&pool)
            .await
            .expect("reads");
        erase_writer(&pool, &link.try_into().expect("is a digest")).await.expect("erases");
        assert_eq!(find_question(&pool, comment).await, Ok(None), "what staff wrote goes with it");
        decide_as(&pool, &lan, other, 1, Decision::Approve).await.expect("decides").expect("is first");
        assert_eq!(unanswered(&pool).await, 1);
        let later = OffsetDateTime::now_utc() + Duration::days(1);
        delete_expired_comments(&pool, expiry(later, later)).await.expect("deletes");
        assert_eq!((unanswered(&pool).await, find_question(&pool, other).await), (0, Ok(None)));
    }
}
