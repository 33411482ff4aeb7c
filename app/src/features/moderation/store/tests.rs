//! Decisions and lists on a real database.

use super::queue::{QueueList, find_articles_by_title, find_queue_rows, find_title, list_queue, list_versions};
use crate::base::clock;
use crate::base::error::AppError;
use crate::features::audit::store::{list_entries_about, verify_record};
use crate::features::comments::store::blocks::{Blocking, block_writer};
use crate::features::comments::store::cover::{Covering, cover_text};
use crate::features::comments::store::decide::{DecidedComment, answer_comment, decide_comment, decide_comments};
use crate::features::comments::store::reports::{insert_report, list_reports};
use crate::features::comments::store::retention::delete_expired_comments;
use crate::features::comments::store::thread::list_comments;
use crate::features::comments::store::{count_by_state, count_waiting, fold_counts, list_changes, read_totals};
use crate::features::comments::{CommentState, Decision, ReportReason, TEXT_NOT_FOUND};
use crate::features::moderation::Found;
use crate::features::moderation::queue_query::{QueueQuery, Tab};
use crate::features::moderation::store::{count_comments, list_exported};
use crate::testing::{actor_of, decide_as, expiry, insert_article, insert_staff, key, list_actions, send_comment};
use crate::web::staff::Staff;
use crate::web::visitor::Visitor;
use sqlx::PgPool;
use time::{Date, Duration, OffsetDateTime};

async fn ids(pool: &PgPool, query: &QueueQuery) -> Vec<i64> {
    list_queue(pool, query).await.expect("reads").rows.iter().map(|row| row.id).collect()
}

/// Decides about a comment that nobody changed in between.
async fn decide(pool: &PgPool, staff: &Staff, comment: i64, version: i32, decision: Decision) -> DecidedComment {
    decide_as(pool, staff, comment, version, decision).await.expect("decides").expect("is first").0
}

/// Who changed the comment first, as `reader` reads it, and how.
async fn overtaken(
    pool: &PgPool,
    reader: &Staff,
    comment: i64,
    version: i32,
    decision: Decision,
) -> (Option<String>, String) {
    let result = decide_as(pool, reader, comment, version, decision).await.expect("decides");
    let note = result.expect_err("somebody was first").to_note(Some(reader.id));
    (note.actor, note.change)
}

pub(super) async fn send_many(pool: &PgPool, article: i64, count: u8) -> Vec<i64> {
    let mut sent = Vec::new();
    for n in 0..count {
        let body = format!("Ý kiến có đánh số {n}.");
        sent.push(send_comment(pool, article, None, n, &body).await.expect("is stored"));
    }
    sent
}

#[sqlx::test]
async fn a_decision_is_made_once_whoever_comes_second(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
    let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let done = decide(&pool, &lan, comment, 1, Decision::Approve).await;
    assert_eq!((done.article, done.version, done.state), (id, 2, CommentState::Published));
    assert_eq!(done.previous_state, Some(CommentState::Pending));
    for (who, decision, first) in [
        (&hoa, Decision::Reject, "Chị lan"),
        (&hoa, Decision::Approve, "Chị lan"),
        (&lan, Decision::Approve, "Ông/bà"),
        (&hoa, Decision::Undo, "Chị lan"),
    ] {
        let (actor, change) = overtaken(&pool, who, comment, 1, decision).await;
        assert_eq!((actor.as_deref(), change.as_str()), (Some(first), "đã duyệt"));
    }
    // the right version, but nothing to decide; and a version that does not exist
    overtaken(&pool, &hoa, comment, 2, Decision::Reject).await;
    overtaken(&pool, &hoa, comment, 3, Decision::Remove).await;
    assert_eq!(decide_as(&pool, &hoa, comment + 1, 1, Decision::Approve).await, Err(AppError::NotFound));
    decide(&pool, &hoa, comment, 2, Decision::Remove).await;
    assert_eq!(list_actions(&pool).await, ["approve", "remove"]);
}

#[sqlx::test]
async fn every_decision_can_be_undone_once_unless_somebody_was_first(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
    let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let shown = async || read_totals(&pool, id).await.expect("reads").shown;
    let mut version = 1;
    for (decision, state) in [(Decision::Reject, CommentState::Rejected), (Decision::Approve, CommentState::Published)]
    {
        let done = decide(&pool, &lan, comment, version, decision).await;
        assert_eq!((done.state, done.previous_state), (state, Some(CommentState::Pending)));
        let done = decide(&pool, &lan, comment, version + 1, Decision::Undo).await;
        assert_eq!((done.state, done.previous_state), (CommentState::Pending, None));
        let (_, change) = overtaken(&pool, &lan, comment, version + 2, Decision::Undo).await;
        assert_eq!(change, "đã đưa trở lại danh sách chờ");
        version += 2;
    }
    decide(&pool, &lan, comment, version, Decision::Approve).await;
    assert_eq!(shown().await, 1);
    decide(&pool, &hoa, comment, version + 1, Decision::Remove).await;
    // the first wants to undo the approval, but somebody acted since
    overtaken(&pool, &lan, comment, version + 1, Decision::Undo).await;
    assert_eq!(shown().await, 0);
    let done = decide(&pool, &hoa, comment, version + 2, Decision::Undo).await;
    assert_eq!((done.state, shown().await), (CommentState::Published, 1));
    assert_eq!(verify_record(&pool, key(), None).await.expect("reads").map(|head| head.number), Ok(7));
}

#[sqlx::test]
async fn fifty_opposite_decisions_by_three_people_make_one(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let mut people = Vec::new();
    for name in ["lan", "hoa", "minh"] {
        people.push(insert_staff(&pool, name).await);
    }
    let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let attempts = (0..50).map(|n| {
        let (pool, who) = (pool.clone(), people[n % 3].clone());
        let decision = if n % 2 == 0 { Decision::Approve } else { Decision::Reject };
        tokio::spawn(async move { decide_as(&pool, &who, comment, 1, decision).await })
    });
    let (mut made, mut overtaken) = (0, 0);
    for attempt in attempts.collect::<Vec<_>>() {
        match attempt.await.expect("runs").expect("decides") {
            Ok(_) => made += 1,
            Err(first) => overtaken += usize::from(first.actor.is_some()),
        }
    }
    assert_eq!((made, overtaken, list_actions(&pool).await.len()), (1, 49, 1));
}

#[sqlx::test]
async fn several_are_decided_at_once_and_overtaken_ones_are_named(pool: PgPool) {
    let (one, two) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
    let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
    let mut comments = send_many(&pool, one, 6).await;
    comments.extend(send_many(&pool, two, 6).await);
    decide(&pool, &hoa, comments[9], 1, Decision::Reject).await;
    let seen: Vec<(i64, i32)> = comments.iter().map(|id| (*id, 1)).collect();
    let all = decide_comments(&pool, actor_of(&lan), &seen, Decision::Approve, None).await.expect("approves");
    assert_eq!((all.articles(), all.decided.len(), all.overtaken.len()), (vec![one, two], 11, 1));
    assert_eq!((all.overtaken[0].comment, all.overtaken[0].actor.as_deref()), (comments[9], Some("Chị hoa")));
    for (article, shown) in [(one, 6), (two, 5)] {
        let (counted, changes) = list_changes(&pool, article).await.expect("reads");
        let mut revisions: Vec<i64> = changes.iter().map(|change| change.revision).collect();
        revisions.dedup();
        assert_eq!((counted, revisions.len()), (shown, shown as usize), "each change has a revision of its own");
        assert_eq!(revisions[0], i64::from(shown));
    }
    let undo: Vec<(i64, i32)> = all.decided.iter().map(|comment| (comment.id, comment.version)).collect();
    let undone = decide_comments(&pool, actor_of(&lan), &undo, Decision::Undo, None).await.expect("undoes");
    assert_eq!((undone.decided.len(), undone.overtaken.len()), (11, 0));
    assert_eq!(read_totals(&pool, one).await.expect("reads").shown, 0);
    let counts = count_by_state(&pool).await.expect("counts");
    assert_eq!((counts.pending, counts.published, counts.rejected), (11, 0, 1));
    fold_counts(&pool).await.expect("folds");
    assert_eq!(count_by_state(&pool).await.expect("counts"), counts);
    assert_eq!(verify_record(&pool, key(), None).await.expect("reads").map(|head| head.number), Ok(23));
}

#[sqlx::test]
async fn a_note_is_kept_until_the_decision_is_undone(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let rejected = decide_comment(&pool, actor_of(&lan), (comment, 1), Decision::Reject, Some("Quảng cáo")).await;
    rejected.expect("rejects").expect("is first");
    let row = find_queue_rows(&pool, &[comment]).await.expect("reads").remove(0);
    assert_eq!((row.note.as_deref(), row.previous_state), (Some("Quảng cáo"), Some(CommentState::Pending)));
    decide(&pool, &lan, comment, 2, Decision::Undo).await;
    let row = find_queue_rows(&pool, &[comment]).await.expect("reads").remove(0);
    assert_eq!((row.note, row.previous_state), (None, None));
    let entries = list_entries_about(&pool, "comment", &[comment]).await.expect("reads");
    let actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["reject", "undo"]);
}

#[sqlx::test]
async fn the_queue_is_oldest_first_fifty_a_page_and_decisions_the_latest_first(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let sent = send_many(&pool, id, 53).await;
    let queue = QueueQuery::of_tab(Tab::Pending);
    let QueueList { rows, next, .. } = list_queue(&pool, &queue).await.expect("reads");
    assert_eq!((rows.len(), rows[0].id), (50, sent[0]));
    let second = queue.page_after(&next.expect("there is more"));
    let QueueList { rows, next, .. } = list_queue(&pool, &second).await.expect("reads");
    assert_eq!((rows.len(), rows[0].id, next), (3, sent[50], None));
    for &comment in &sent[..52] {
        decide(&pool, &lan, comment, 1, Decision::Approve).await;
    }
    let published = QueueQuery::of_tab(Tab::Published);
    let QueueList { rows, next, .. } = list_queue(&pool, &published).await.expect("reads");
    assert_eq!((rows.len(), rows[0].id, rows[49].id), (50, sent[51], sent[2]));
    assert_eq!(rows[0].actor.as_deref(), Some("Chị lan"));
    // what was on the page before may be undone meanwhile: the cursor names a time, not a comment
    decide(&pool, &lan, sent[2], 2, Decision::Undo).await;
    let rest = published.page_after(&next.expect("there is more"));
    assert_eq!(ids(&pool, &rest).await, [sent[1], sent[0]]);
    for nonsense in ["x", "1", "-", "1-", "9999999999999999999-1"] {
        assert_eq!(ids(&pool, &queue.page_after(nonsense)).await.len(), 2, "{nonsense}");
    }
}

#[sqlx::test]
async fn a_tab_is_filtered_by_text_article_day_and_moderator(pool: PgPool) {
    let (one, two) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
    let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
    let light = send_comment(&pool, one, None, 1, "Đèn đường hẻm 12 bị hỏng 100%.").await.expect("is stored");
    let water = send_comment(&pool, two, None, 2, "Nước yếu vào buổi tối, xin hỏi.").await.expect("is stored");
    let pending = || QueueQuery::of_tab(Tab::Pending);
    for (typed, found) in [
        ("den duong", vec![light]),
        ("ĐÈN", vec![light]),
        ("de\u{300}n", vec![light]),
        ("nuoc yeu", vec![water]),
        ("100%", vec![light]),
        ("1_0", vec![]),
        ("12", vec![light]),
        ("de", vec![light]),
        ("2", vec![]),
        ("%", vec![light]),
        ("\\", vec![]),
        ("không có", vec![]),
        ("  ", vec![light, water]),
    ] {
        let query = QueueQuery { text: typed.to_owned(), ..pending() };
        assert_eq!(ids(&pool, &query).await, found, "{typed}");
        let counted = list_queue(&pool, &query).await.expect("reads").found;
        assert_eq!(counted, query.is_filtered().then_some(Found::Exactly(found.len() as i64)), "{typed}");
        let versions = list_versions(&pool, &query, i64::MAX).await.expect("reads");
        assert_eq!(versions, found.iter().map(|id| (*id, 1)).collect::<Vec<_>>());
    }
    assert_eq!(ids(&pool, &QueueQuery { article: two.to_string(), ..pending() }).await, [water]);
    let today = clock::local_day(OffsetDateTime::now_utc());
    let yesterday = today.previous_day().expect("a day");
    let days = |from: Option<Date>, until: Option<Date>| {
        let write = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        QueueQuery { from: write(from), until: write(until), ..QueueQuery::of_tab(Tab::Pending) }
    };
    for (from, until, found) in [
        (Some(today), Some(today), 2),
        (Some(yesterday), Some(today), 2),
        (Some(today), None, 2),
        (None, Some(yesterday), 0),
        (Some(yesterday), Some(yesterday), 0),
        // from today to yesterday is no range, and narrows nothing
        (Some(today), Some(yesterday), 2),
    ] {
        assert_eq!(ids(&pool, &days(from, until)).await.len(), found, "{from:?} to {until:?}");
    }
    decide(&pool, &lan, light, 1, Decision::Reject).await;
    decide(&pool, &hoa, water, 1, Decision::Reject).await;
    let by = |staff: &Staff| QueueQuery { moderator: staff.id.to_string(), ..QueueQuery::of_tab(Tab::Rejected) };
    assert_eq!(ids(&pool, &by(&lan)).await, [light]);
    assert_eq!(ids(&pool, &by(&hoa)).await, [water]);
    let both = QueueQuery { article: one.to_string(), text: "den".to_owned(), ..by(&lan) };
    assert_eq!(ids(&pool, &both).await, [light]);
    assert!(ids(&pool, &QueueQuery { article: two.to_string(), ..by(&lan) }).await.is_empty());
    assert_eq!(list_versions(&pool, &pending(), i64::MAX).await, Ok(vec![]));
    assert_eq!(find_title(&pool, one).await, Ok(Some("Tiêu đề".to_owned())));
    assert_eq!(find_title(&pool, 0).await, Ok(None));
    let titled = async |typed: &str| find_articles_by_title(&pool, typed).await.expect("reads").len();
    assert_eq!((titled("tieu").await, titled("TIÊU ĐỀ").await, titled("ti").await, titled("iê").await), (2, 2, 2, 0));
    assert_eq!((titled("").await, titled("tiêu_").await), (0, 0));
}

#[sqlx::test]
async fn a_row_counts_what_the_same_writer_wrote_before(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let mut sent = Vec::new();
    for n in 0..4 {
        let body = format!("Ý kiến có đánh số {n}.");
        sent.push(send_comment(&pool, id, None, 7, &body).await.expect("is stored"));
    }
    send_comment(&pool, id, None, 8, "Ý kiến của người khác.").await.expect("is stored");
    decide(&pool, &lan, sent[0], 1, Decision::Approve).await;
    decide(&pool, &lan, sent[1], 1, Decision::Reject).await;
    let rows = find_queue_rows(&pool, &sent).await.expect("reads");
    let earlier: Vec<_> = rows.iter().map(|row| (row.earlier, row.earlier_published, row.earlier_refused)).collect();
    assert_eq!(earlier, [(0, 0, 0), (1, 1, 0), (2, 1, 1), (3, 1, 1)]);
}

#[sqlx::test]
async fn a_blocked_writers_comments_wait_in_a_tab_of_their_own(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let actor = actor_of(&lan);
    let first = send_comment(&pool, id, None, 7, "Ý kiến thứ nhất của tôi.").await.expect("is stored");
    let other = send_comment(&pool, id, None, 8, "Ý kiến của người khác.").await.expect("is stored");
    block_writer(&pool, actor, first, Blocking::Begin { until: None, note: None }).await.expect("blocks");
    let second = send_comment(&pool, id, None, 7, "Ý kiến thứ hai của tôi.").await.expect("is stored");
    assert_eq!(ids(&pool, &QueueQuery::of_tab(Tab::Pending)).await, [other]);
    assert_eq!(ids(&pool, &QueueQuery::of_tab(Tab::Blocked)).await, [first, second]);
    // the version that was seen before is no longer the one that waits
    overtaken(&pool, &lan, first, 1, Decision::Approve).await;
    decide(&pool, &lan, second, 1, Decision::Approve).await;
    block_writer(&pool, actor, second, Blocking::End { seen: None }).await.expect("unblocks");
    assert_eq!(ids(&pool, &QueueQuery::of_tab(Tab::Pending)).await, [first, other]);
    let counts = count_by_state(&pool).await.expect("counts");
    assert_eq!((counts.pending, counts.blocked, counts.published), (2, 0, 1));
    // what leads back to waiting leads to where its writer's comments wait
    let done = decide(&pool, &lan, first, 3, Decision::Reject).await;
    block_writer(&pool, actor, second, Blocking::Begin { until: None, note: None }).await.expect("blocks again");
    let undone = decide(&pool, &lan, first, done.version, Decision::Undo).await;
    assert_eq!(undone.state, CommentState::Blocked);
    assert!(find_queue_rows(&pool, &[second]).await.expect("reads")[0].is_writer_blocked);
    assert_eq!(
        block_writer(&pool, actor, other + 100, Blocking::Begin { until: None, note: None }).await,
        Err(AppError::NotFound)
    );
    assert_eq!(list_actions(&pool).await, ["block", "approve", "unblock", "reject", "block", "undo"]);
}

#[sqlx::test]
async fn the_record_is_valid_after_a_writers_text_is_erased(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let comment = send_comment(&pool, id, None, 7, "Ý kiến sẽ được xóa đi.").await.expect("is stored");
    decide(&pool, &lan, comment, 1, Decision::Reject).await;
    let digest = sqlx::query_scalar!("select digest from audit").fetch_one(&pool).await.expect("reads");
    assert_eq!(digest.map(|digest| digest.len()), Some(32));
    let now = OffsetDateTime::now_utc() + Duration::days(1);
    assert_eq!(delete_expired_comments(&pool, expiry(now, now)).await, Ok(vec![id]));
    assert!(verify_record(&pool, key(), None).await.expect("reads").is_ok());
    let text = sqlx::query_scalar!(r#"select string_agg(audit::text, ' ') as "text!" from audit"#)
        .fetch_one(&pool)
        .await
        .expect("reads");
    assert!(!text.contains("xóa"), "{text}");
}

#[sqlx::test]
async fn an_official_answer_is_published_at_once_with_what_it_answers(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let (lan, hoa) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "hoa").await);
    let name = "Ủy ban nhân dân phường";
    let answer = async |comment: i64, version: i32, body: &str| {
        answer_comment(&pool, actor_of(&lan), (comment, version), name, body).await.expect("answers")
    };
    let comment = send_comment(&pool, id, None, 7, "Khi nào có nước lại ạ?").await.expect("is stored");
    assert_eq!(answer(comment, 1, "Từ 11 giờ hôm nay.").await, Ok(id));
    let shown = list_comments(&pool, id, 1, None).await.expect("reads");
    let reply = &shown[0].replies[0];
    assert_eq!((reply.name.as_str(), reply.official, shown[0].official), (name, true, false));
    let (count, changes) = list_changes(&pool, id).await.expect("reads");
    assert_eq!((count, changes[0].revision, changes[0].id, changes[0].shown), (2, 2, reply.id, true));
    // an answer to a reply stands beside it
    let question = send_comment(&pool, id, Some(comment), 8, "Còn khu phố 4 thì sao?").await.expect("is stored");
    decide(&pool, &hoa, question, 1, Decision::Approve).await;
    assert_eq!(answer(question, 2, "Khu phố 4 không bị cúp.").await, Ok(id));
    assert_eq!(list_comments(&pool, id, 1, None).await.expect("reads")[0].replies.len(), 3);
    // nothing is answered that somebody else rejected first
    let late = send_comment(&pool, id, None, 9, "Ý kiến sẽ bị từ chối.").await.expect("is stored");
    decide(&pool, &hoa, late, 1, Decision::Reject).await;
    let first = answer(late, 1, "Trả lời muộn mất rồi.").await.expect_err("was rejected");
    assert_eq!(first.actor.as_deref(), Some("Chị hoa"));
    // the same answer twice, and an answer to a version that is no longer there
    assert!(answer(comment, 2, "Từ 11 giờ hôm nay.").await.is_err());
    assert!(answer(comment, 1, "Một câu trả lời khác.").await.is_err());
    assert_eq!(list_actions(&pool).await, ["approve", "answer", "approve", "answer", "reject"]);
    // an answer is removed like any comment
    decide(&pool, &hoa, reply.id, 2, Decision::Remove).await;
    assert_eq!(read_totals(&pool, id).await.expect("reads").shown, 3);
}

#[sqlx::test]
async fn a_reported_comment_waits_in_a_tab_of_its_own_until_somebody_looks(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let report = async |visitor: u8, reason: ReportReason, details: Option<&str>| {
        insert_report(&pool, comment, (Visitor([visitor; 32]), None), reason, details).await
    };
    let reported = QueueQuery::of_tab(Tab::Reported);
    assert_eq!(report(2, ReportReason::Insult, None).await, Err(AppError::NotFound), "nobody sees it yet");
    decide(&pool, &lan, comment, 1, Decision::Approve).await;
    overtaken(&pool, &lan, comment, 2, Decision::Keep).await;
    report(2, ReportReason::Insult, Some("nói xấu tổ trưởng")).await.expect("reports");
    report(2, ReportReason::Advertising, None).await.expect("the same again changes nothing");
    report(3, ReportReason::Insult, None).await.expect("reports");
    assert_eq!(count_by_state(&pool).await.expect("counts").reported, 1);
    send_comment(&pool, id, None, 9, "Ý kiến còn chờ duyệt.").await.expect("is stored");
    assert_eq!(count_waiting(&pool).await, Ok(2), "the reported one and the one that waits");
    let row = list_queue(&pool, &reported).await.expect("reads").rows.remove(0);
    assert_eq!((row.id, row.is_reported(), row.state), (comment, true, CommentState::Published), "it is not hidden");
    let reports = list_reports(&pool, &[comment]).await.expect("reads");
    assert_eq!((reports.len(), reports[0].count, reports[0].reason), (1, 2, ReportReason::Insult));
    assert_eq!(reports[0].details, ["nói xấu tổ trưởng"]);
    let before = read_totals(&pool, id).await.expect("reads");
    let done = decide(&pool, &lan, comment, row.version, Decision::Keep).await;
    assert_eq!((done.state, done.previous_state), (CommentState::Published, Some(CommentState::Published)));
    assert_eq!(read_totals(&pool, id).await, Ok(before), "readers see no difference");
    assert_eq!(ids(&pool, &reported).await.len(), 0);
    assert_eq!(count_by_state(&pool).await.expect("counts").reported, 0);
    decide(&pool, &lan, comment, done.version, Decision::Undo).await;
    assert_eq!(ids(&pool, &reported).await, [comment]);
    decide(&pool, &lan, comment, done.version + 1, Decision::Remove).await;
    assert_eq!(ids(&pool, &reported).await.len(), 0);
    assert_eq!(list_actions(&pool).await, ["approve", "keep", "undo", "remove"]);
}

#[sqlx::test]
async fn a_covered_text_is_kept_and_not_shown(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let comment = send_comment(&pool, id, None, 1, "Gọi tôi số 0909123456 nhé.").await.expect("is stored");
    decide(&pool, &lan, comment, 1, Decision::Approve).await;
    let shown = async || list_comments(&pool, id, 1, None).await.expect("reads")[0].body.clone();
    let cover = async |version: i32, covering: Covering<'_>| {
        cover_text(&pool, actor_of(&lan), (comment, version), covering).await
    };
    assert_eq!(cover(2, Covering::Text("0911")).await, Err(AppError::invalid(TEXT_NOT_FOUND)));
    assert!(cover(1, Covering::Text("0909123456")).await.expect("reads").is_err(), "another version is there");
    let before = read_totals(&pool, id).await.expect("reads").revision;
    cover(2, Covering::Text("0909123456")).await.expect("covers").expect("is first");
    assert_eq!(shown().await, "Gọi tôi số ••• nhé.");
    assert!(read_totals(&pool, id).await.expect("reads").revision > before, "open pages learn of it");
    let body = sqlx::query_scalar!("select body from comments").fetch_one(&pool).await.expect("reads");
    assert_eq!(body, "Gọi tôi số 0909123456 nhé.");
    let details = sqlx::query_scalar!("select detail from audit").fetch_all(&pool).await.expect("reads");
    assert!(details.iter().all(|detail| !detail.contains("0909")), "the record holds no text");
    // covering is no decision of its own
    decide(&pool, &lan, comment, 2, Decision::Remove).await;
    cover(3, Covering::Nothing { seen: 1 }).await.expect("shows again").expect("is first");
    decide(&pool, &lan, comment, 3, Decision::Undo).await;
    assert_eq!(shown().await, "Gọi tôi số 0909123456 nhé.");
    assert_eq!(list_actions(&pool).await, ["approve", "cover", "remove", "uncover", "undo"]);
    assert!(verify_record(&pool, key(), None).await.expect("reads").is_ok());
}

#[sqlx::test]
async fn every_comment_is_exported_the_oldest_first(pool: PgPool) {
    assert_eq!(count_comments(&pool).await, Ok(0));
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let sent = send_many(&pool, id, 3).await;
    decide(&pool, &lan, sent[1], 1, Decision::Reject).await;
    let rows: Vec<_> = list_exported(&pool, 0).await.expect("lists");
    assert_eq!(count_comments(&pool).await, Ok(3));
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), sent);
    assert_eq!((rows[1].state, rows[1].actor.as_deref()), (CommentState::Rejected, Some("Chị lan")));
    assert_eq!((rows[0].title.as_deref(), rows[0].decided_at), (Some("Tiêu đề"), None));
    let rest = list_exported(&pool, sent[1]).await.expect("lists");
    assert_eq!(rest.iter().map(|row| row.id).collect::<Vec<_>>(), sent[2..]);
    assert!(list_exported(&pool, sent[2]).await.expect("lists").is_empty());
}
