//! The questions table, on a real database.

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
    let year = today().year();
    let here = count_answered(pool, Some(article), year).await.expect("counts");
    let folded = fold_sums(pool).await;
    folded.expect("folds");
    assert_eq!(count_answered(pool, Some(article), year).await, Ok(here), "adding up changes nothing");
    assert_eq!(count_answered(pool, Some(article), year - 1).await, Ok((0, 0)));
    (here, count_answered(pool, None, year).await.expect("counts"))
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
async fn a_question_waits_only_while_its_article_is_not_withdrawn(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let set = async |change: &str| {
        let change = format!("update articles set {change} where id = {id}");
        sqlx::query(sqlx::AssertSqlSafe(change)).execute(&pool).await.expect("changes");
    };
    let mut waiting = Vec::new();
    for n in 0..2 {
        let comment = send_comment(&pool, id, None, n, &format!("Khi nào có nước lại, lần {n}?")).await;
        waiting.push(comment.expect("is stored"));
        let mut db = pool.acquire().await.expect("connects");
        insert_question(&mut db, waiting[waiting.len() - 1], today()).await.expect("inserts");
    }
    decide_as(&pool, &lan, waiting[0], 1, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (1, ((0, 1), (0, 1))));
    set("state = 'withdrawn', withdrawal_message = 'Đã gỡ'").await;
    assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (0, ((0, 0), (0, 0))));
    decide_as(&pool, &lan, waiting[1], 1, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (0, ((0, 0), (0, 0))), "nobody reads it");
    set("state = 'published', withdrawal_message = ''").await;
    assert_eq!((unanswered(&pool).await, counted(&pool, id).await), (2, ((0, 2), (0, 2))));
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
    sqlx::query("update accounts set disabled_at = now() where username = 'hoa'").execute(&pool).await.expect("locks");
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

#[sqlx::test]
async fn the_sums_of_a_year_follow_every_change_and_stay_when_they_are_added_up(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let year = today().year();
    let sums = async || count_answered(&pool, None, year).await.expect("counts");
    let comment = send_comment(&pool, id, None, 1, "Khi nào có nước lại ạ?").await.expect("is stored");
    assert_eq!(try_mark(&pool, &lan, (comment, 0), &mark()).await, Ok(true));
    assert_eq!(sums().await, (0, 0), "readers do not see it yet");
    decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
    fold_sums(&pool).await.expect("folds");
    fold_sums(&pool).await.expect("has nothing to fold");
    assert_eq!(sums().await, (0, 1));
    let none = Mark { is_wanted: false, ..mark() };
    assert_eq!(try_mark(&pool, &lan, (comment, 1), &none).await, Ok(true));
    assert_eq!(sums().await, (0, 0), "it needs no answer");
    // what was added up meanwhile by another process
    let (one, other) = tokio::join!(fold_sums(&pool), fold_sums(&pool));
    assert!(one.is_ok() && other.is_ok());
    assert_eq!(sums().await, (0, 0));
    let left = sqlx::query_scalar::<_, i64>("select count(*) from question_years").fetch_one(&pool).await;
    assert_eq!(left.expect("counts"), 0, "nothing is left of what is nothing");
}
