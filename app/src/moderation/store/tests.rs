//! Decisions and lists on a real database.
#![expect(missing_docs, reason = "helpers of other stores' tests")]

use super::pages::{all, articles_of, count, find, page};
use super::*;
use crate::accounts::store::tests::staff;
use crate::articles::store::tests::article;
use crate::audit::store::verify;
use crate::comments::store::tests::send;
use crate::moderation::Tab;
use crate::ratings::Totals;
use time::Date;
use time::Duration;

pub fn key() -> Key {
    Key::new(1, [9; 32])
}

/// Decides about one comment as this member of staff.
pub async fn decide_as(
    pool: &PgPool,
    staff: &Staff,
    comment: i64,
    seen: i32,
    decision: Decision,
) -> Result<(i64, Done), AppError> {
    decide_one(pool, Moderator { staff, key: &key() }, (comment, seen), decision, None).await
}

async fn actions(pool: &PgPool) -> Vec<String> {
    sqlx::query_scalar!("select action from audit order by number").fetch_all(pool).await.expect("reads")
}

fn place(tab: Tab) -> Place {
    Place { tab: tab.value().to_owned(), ..Place::default() }
}

async fn ids(pool: &PgPool, place: &Place) -> Vec<i64> {
    let (cards, _) = page(pool, place, OffsetDateTime::now_utc()).await.expect("reads");
    cards.iter().map(|card| card.id).collect()
}

#[sqlx::test]
async fn a_decision_is_made_once_whoever_comes_second(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
    let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let (of, done) = decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("approves");
    assert_eq!(of, id);
    assert_eq!((done.version, done.state.as_str(), done.undoable), (2, "published", true));
    for (who, decision, told) in [
        (&hoa, Decision::Reject, "Chị lan"),
        (&hoa, Decision::Approve, "Chị lan"),
        (&lan, Decision::Approve, "Bạn"),
        (&hoa, Decision::Undo, "Chị lan"),
    ] {
        let late = decide_as(&pool, who, comment, 1, decision).await;
        assert!(
            matches!(&late, Err(AppError::Conflict(first)) if first.by.as_deref() == Some(told) && first.what == "đã duyệt"),
            "{late:?}"
        );
    }
    // the right version, but nothing to decide
    assert!(matches!(decide_as(&pool, &hoa, comment, 2, Decision::Reject).await, Err(AppError::Conflict(_))));
    assert!(matches!(decide_as(&pool, &hoa, comment, 3, Decision::Remove).await, Err(AppError::Conflict(_))));
    assert_eq!(decide_as(&pool, &hoa, comment + 1, 1, Decision::Approve).await, Err(AppError::NotFound));
    decide_as(&pool, &hoa, comment, 2, Decision::Remove).await.expect("removes");
    assert_eq!(actions(&pool).await, ["approve", "remove"]);
}

#[sqlx::test]
async fn every_decision_can_be_undone_once_unless_somebody_was_first(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
    let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let mut version = 1;
    for (decision, state, back) in [(Decision::Reject, "rejected", "held"), (Decision::Approve, "published", "held")] {
        let (_, done) = decide_as(&pool, &lan, comment, version, decision).await.expect("decides");
        assert_eq!((done.state.as_str(), done.undoable), (state, true));
        let (_, done) = decide_as(&pool, &lan, comment, version + 1, Decision::Undo).await.expect("undoes");
        assert_eq!((done.state.as_str(), done.undoable, done.decided.what.as_str()), (back, false, "đã hoàn tác"));
        assert!(matches!(
            decide_as(&pool, &lan, comment, version + 2, Decision::Undo).await,
            Err(AppError::Conflict(_))
        ));
        version += 2;
    }
    decide_as(&pool, &lan, comment, version, Decision::Approve).await.expect("approves");
    assert_eq!(comments::store::totals(&pool, id).await.expect("reads").shown, 1);
    decide_as(&pool, &hoa, comment, version + 1, Decision::Remove).await.expect("removes");
    // the first wants to take the approval back, but somebody acted since
    assert!(matches!(decide_as(&pool, &lan, comment, version + 1, Decision::Undo).await, Err(AppError::Conflict(_))));
    assert_eq!(comments::store::totals(&pool, id).await.expect("reads").shown, 0);
    let (_, done) = decide_as(&pool, &hoa, comment, version + 2, Decision::Undo).await.expect("undoes");
    assert_eq!(done.state, "published");
    assert_eq!(comments::store::totals(&pool, id).await.expect("reads").shown, 1);
    assert_eq!(verify(&pool, &key(), None).await.expect("reads").map(|head| head.number), Ok(7));
}

#[sqlx::test]
async fn fifty_opposite_decisions_by_three_people_make_one(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let people = [staff(&pool, "lan").await, staff(&pool, "hoa").await, staff(&pool, "minh").await];
    let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let tries = (0..50).map(|n| {
        let (pool, who) = (pool.clone(), people[n % 3].clone());
        let decision = if n % 2 == 0 { Decision::Approve } else { Decision::Reject };
        tokio::spawn(async move { decide_as(&pool, &who, comment, 1, decision).await })
    });
    let (mut made, mut told) = (0, 0);
    for each in tries.collect::<Vec<_>>() {
        match each.await.expect("runs") {
            Ok(_) => made += 1,
            Err(AppError::Conflict(first)) => told += usize::from(first.by.is_some() && !first.at.is_empty()),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((made, told, actions(&pool).await.len()), (1, 49, 1));
}

#[sqlx::test]
async fn several_are_decided_at_once_and_those_that_were_overtaken_are_told(pool: PgPool) {
    let (one, two) = (article(&pool, "a", Totals::default()).await, article(&pool, "b", Totals::default()).await);
    let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
    let mut comments = Vec::new();
    for n in 0..12 {
        let of = if n % 2 == 0 { one } else { two };
        comments.push(send(&pool, of, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
    }
    decide_as(&pool, &hoa, comments[3], 1, Decision::Reject).await.expect("rejects");
    let seen: Vec<(i64, i32)> = comments.iter().map(|id| (*id, 1)).collect();
    let key = key();
    let by = Moderator { staff: &lan, key: &key };
    let (articles, all) = decide(&pool, by, &seen, Decision::Approve, None).await.expect("approves");
    assert_eq!((articles, all.done.len()), (vec![one, two], 11));
    assert!(
        matches!(&all.overtaken[..], [(id, first)] if *id == comments[3] && first.by.as_deref() == Some("Chị hoa"))
    );
    for (article, shown) in [(one, 6), (two, 5)] {
        let (counted, revision, changes) = comments::store::changes(&pool, article).await.expect("reads");
        assert_eq!((counted, revision, changes.len() as i32), (shown, i64::from(shown), shown));
        let mut revisions: Vec<i64> = changes.iter().map(|change| change.revision).collect();
        revisions.dedup();
        assert_eq!(revisions.len() as i32, shown, "each change has a revision of its own");
    }
    let undo: Vec<(i64, i32)> = all.done.iter().map(|done| (done.id, done.version)).collect();
    let (_, undone) = decide(&pool, by, &undo, Decision::Undo, None).await.expect("undoes");
    assert_eq!((undone.done.len(), undone.overtaken.len()), (11, 0));
    assert_eq!(comments::store::totals(&pool, one).await.expect("reads").shown, 0);
    let counts = comments::store::desk_state(&pool).await.expect("counts");
    assert_eq!((counts.held, counts.published, counts.rejected), (11, 0, 1));
    comments::store::fold_counts(&pool).await.expect("folds");
    assert_eq!(comments::store::desk_state(&pool).await.expect("counts"), counts);
    assert_eq!(verify(&pool, &key, None).await.expect("reads").map(|head| head.number), Ok(23));
}

#[sqlx::test]
async fn a_reason_is_kept_until_the_decision_is_undone(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let key = key();
    let by = Moderator { staff: &lan, key: &key };
    decide_one(&pool, by, (comment, 1), Decision::Reject, Some("Quảng cáo")).await.expect("rejects");
    let now = OffsetDateTime::now_utc();
    let card = find(&pool, &[comment], now).await.expect("reads").remove(0);
    assert_eq!((card.note.as_deref(), card.undoable, card.history.len()), (Some("Quảng cáo"), true, 1));
    assert!(card.history[0].starts_with("Chị lan đã từ chối lúc"), "{:?}", card.history);
    decide_one(&pool, by, (comment, 2), Decision::Undo, None).await.expect("undoes");
    let card = find(&pool, &[comment], now).await.expect("reads").remove(0);
    assert_eq!((card.note, card.undoable, card.history.len()), (None, false, 2));
}

#[sqlx::test]
async fn held_votes_are_decided_once_with_an_audit_line(pool: PgPool) {
    use crate::session::Visitor;
    let id = article(&pool, "a", Totals::default()).await;
    let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
    let key = key();
    let [lan, hoa] = [&lan, &hoa].map(|staff| Moderator { staff, key: &key });
    ratings::store::rate(&pool, id, Visitor([1; 32]), 5, true).await.expect("is stored");
    let until = ratings::store::held(&pool).await.expect("lists")[0].until;
    review_votes(&pool, lan, id, until, true).await.expect("lets in");
    let late = review_votes(&pool, hoa, id, until, false).await;
    assert!(matches!(&late, Err(AppError::Conflict(first)) if first.by.as_deref() == Some("Chị lan")), "{late:?}");
    assert_eq!(review_votes(&pool, hoa, id + 1, until, false).await, Err(AppError::NotFound));
    assert_eq!(ratings::store::score(&pool, id).await.expect("reads").totals, Totals { points: 5, ratings: 1 });
    assert_eq!(actions(&pool).await, ["admit-votes"]);
}

#[sqlx::test]
async fn the_queue_is_oldest_first_fifty_a_page_and_decisions_the_latest_first(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let mut sent = Vec::new();
    for n in 0..53 {
        sent.push(send(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
    }
    let now = OffsetDateTime::now_utc();
    let queue = place(Tab::Held);
    let (cards, next) = page(&pool, &queue, now).await.expect("reads");
    assert_eq!((cards.len(), cards[0].id, cards[0].waited.as_deref()), (50, sent[0], Some("vừa gửi")));
    let (cards, next) = page(&pool, &queue.beginning(next.expect("there is more")), now).await.expect("reads");
    assert_eq!((cards.len(), cards[0].id, next), (3, sent[50], None));
    for &comment in &sent[..52] {
        decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("approves");
    }
    let published = place(Tab::Published);
    let (cards, next) = page(&pool, &published, now).await.expect("reads");
    assert_eq!((cards.len(), cards[0].id, cards[49].id), (50, sent[51], sent[2]));
    assert_eq!(cards[0].decided.as_ref().and_then(|decided| decided.by.as_deref()), Some("Chị lan"));
    // what was on the page before may be undone meanwhile: the cursor is a place, not a comment
    decide_as(&pool, &lan, sent[2], 2, Decision::Undo).await.expect("undoes");
    let rest = published.beginning(next.expect("there is more"));
    assert_eq!(ids(&pool, &rest).await, [sent[1], sent[0]]);
    for nonsense in ["x", "1", "-", "1-", "9999999999999999999-1"] {
        assert_eq!(ids(&pool, &queue.beginning(nonsense.to_owned())).await.len(), 2, "{nonsense}");
    }
}

#[sqlx::test]
async fn a_tab_is_narrowed_by_words_article_day_and_moderator(pool: PgPool) {
    let (one, two) = (article(&pool, "a", Totals::default()).await, article(&pool, "b", Totals::default()).await);
    let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
    let light = send(&pool, one, None, 1, "Đèn đường hẻm 12 bị hỏng 100%.").await.expect("is stored");
    let water = send(&pool, two, None, 2, "Nước yếu vào buổi tối, xin hỏi.").await.expect("is stored");
    let narrowed = |text: &str| Place { text: text.to_owned(), ..place(Tab::Held) };
    for (typed, found) in [
        ("den duong", vec![light]),
        ("ĐÈN", vec![light]),
        ("de\u{300}n", vec![light]),
        ("nuoc yeu", vec![water]),
        ("100%", vec![light]),
        ("1_0", vec![]),
        ("%", vec![light]),
        ("\\", vec![]),
        ("không có", vec![]),
        ("  ", vec![light, water]),
    ] {
        assert_eq!(ids(&pool, &narrowed(typed)).await, found, "{typed}");
        assert_eq!(count(&pool, &narrowed(typed)).await, Ok((found.len() as i64, found.last().copied().unwrap_or(0))));
        let all = all(&pool, &narrowed(typed), i64::MAX).await.expect("reads");
        assert_eq!(all, found.iter().map(|id| (*id, 1)).collect::<Vec<_>>());
    }
    assert_eq!(ids(&pool, &Place { article: two.to_string(), ..place(Tab::Held) }).await, [water]);
    let today = clock::day_of(OffsetDateTime::now_utc());
    let day = |day: Date| Place { day: day.to_string(), ..place(Tab::Held) };
    assert_eq!(ids(&pool, &day(today)).await.len(), 2);
    assert_eq!(ids(&pool, &day(today.previous_day().expect("a day"))).await.len(), 0);
    decide_as(&pool, &lan, light, 1, Decision::Reject).await.expect("rejects");
    decide_as(&pool, &hoa, water, 1, Decision::Reject).await.expect("rejects");
    let by = |staff: &Staff| Place { moderator: staff.id.to_string(), ..place(Tab::Rejected) };
    assert_eq!(ids(&pool, &by(&lan)).await, [light]);
    assert_eq!((ids(&pool, &by(&hoa)).await, count(&pool, &by(&hoa)).await), (vec![water], Ok((1, water))));
    assert_eq!(all(&pool, &place(Tab::Held), i64::MAX).await, Ok(vec![]));
    let of = articles_of(&pool, Tab::Rejected).await.expect("reads");
    assert_eq!(of.len(), 2);
}

#[sqlx::test]
async fn a_card_tells_what_the_same_writer_wrote_before(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let mut sent = Vec::new();
    for n in 0..4 {
        sent.push(send(&pool, id, None, 7, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
    }
    send(&pool, id, None, 8, "Ý kiến của người khác.").await.expect("is stored");
    decide_as(&pool, &lan, sent[0], 1, Decision::Approve).await.expect("approves");
    decide_as(&pool, &lan, sent[1], 1, Decision::Reject).await.expect("rejects");
    let cards = find(&pool, &sent, OffsetDateTime::now_utc()).await.expect("reads");
    let earlier: Vec<&str> = cards.iter().map(|card| card.earlier.as_str()).collect();
    assert_eq!(
        earlier,
        [
            "lần đầu viết",
            "1 ý kiến trước: 1 đã đăng",
            "2 ý kiến trước: 1 đã đăng, 1 không đăng",
            "3 ý kiến trước: 1 đã đăng, 1 không đăng, 1 chờ duyệt"
        ]
    );
}

#[sqlx::test]
async fn a_blocked_writers_comments_wait_in_a_tab_of_their_own(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let key = key();
    let by = Moderator { staff: &lan, key: &key };
    let first = send(&pool, id, None, 7, "Ý kiến thứ nhất của tôi.").await.expect("is stored");
    let other = send(&pool, id, None, 8, "Ý kiến của người khác.").await.expect("is stored");
    block(&pool, by, first, true).await.expect("blocks");
    let second = send(&pool, id, None, 7, "Ý kiến thứ hai của tôi.").await.expect("is stored");
    assert_eq!(ids(&pool, &place(Tab::Held)).await, [other]);
    assert_eq!(ids(&pool, &place(Tab::Blocked)).await, [first, second]);
    // the version that was seen before is no longer the one that waits
    assert!(matches!(decide_as(&pool, &lan, first, 1, Decision::Approve).await, Err(AppError::Conflict(_))));
    decide_as(&pool, &lan, second, 1, Decision::Approve).await.expect("approves");
    block(&pool, by, second, false).await.expect("lets through");
    assert_eq!(ids(&pool, &place(Tab::Held)).await, [first, other]);
    let counts = comments::store::desk_state(&pool).await.expect("counts");
    assert_eq!((counts.held, counts.blocked, counts.published), (2, 0, 1));
    // whatever leads back to waiting leads to where its writer's comments wait
    let (_, done) = decide_as(&pool, &lan, first, 3, Decision::Reject).await.expect("rejects");
    block(&pool, by, second, true).await.expect("blocks again");
    let (_, undone) = decide_as(&pool, &lan, first, done.version, Decision::Undo).await.expect("undoes");
    assert_eq!(undone.state, "blocked");
    assert!(find(&pool, &[second], OffsetDateTime::now_utc()).await.expect("reads")[0].writer_blocked);
    assert_eq!(block(&pool, by, other + 100, true).await, Err(AppError::NotFound));
    assert_eq!(actions(&pool).await, ["block", "approve", "unblock", "reject", "block", "undo"]);
}

#[sqlx::test]
async fn the_record_passes_after_a_writers_words_are_erased(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let comment = send(&pool, id, None, 7, "Ý kiến sẽ được xóa đi.").await.expect("is stored");
    decide_as(&pool, &lan, comment, 1, Decision::Reject).await.expect("rejects");
    let digest = sqlx::query_scalar!("select digest from audit").fetch_one(&pool).await.expect("reads");
    assert_eq!(digest.map(|digest| digest.len()), Some(32));
    let now = OffsetDateTime::now_utc() + Duration::days(1);
    assert_eq!(comments::store::erase(&pool, now, now).await, Ok(vec![id]));
    assert!(verify(&pool, &key(), None).await.expect("reads").is_ok());
    let text = sqlx::query_scalar!(r#"select string_agg(audit::text, ' ') as "text!" from audit"#)
        .fetch_one(&pool)
        .await
        .expect("reads");
    assert!(!text.contains("xóa"), "{text}");
}

#[sqlx::test]
async fn an_official_answer_is_published_at_once_with_what_it_answers(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
    let key = key();
    let by = Moderator { staff: &lan, key: &key };
    let name = "Ủy ban nhân dân phường";
    let comment = send(&pool, id, None, 7, "Khi nào có nước lại ạ?").await.expect("is stored");
    assert_eq!(answer(&pool, by, (comment, 1), name, "Từ 11 giờ hôm nay.").await, Ok(id));
    let shown = comments::store::page(&pool, id, 1, None).await.expect("reads");
    let reply = &shown[0].replies[0];
    assert_eq!((reply.name.as_str(), reply.official, shown[0].official), (name, true, false));
    let (count, revision, changes) = comments::store::changes(&pool, id).await.expect("reads");
    assert_eq!((count, revision, changes[0].id, changes[0].shown), (2, 2, reply.id, true));
    // an answer to a reply stands beside it
    let asked = send(&pool, id, Some(comment), 8, "Còn khu phố 4 thì sao?").await.expect("is stored");
    decide_as(&pool, &hoa, asked, 1, Decision::Approve).await.expect("approves");
    assert_eq!(answer(&pool, by, (asked, 2), name, "Khu phố 4 không bị cúp.").await, Ok(id));
    assert_eq!(comments::store::page(&pool, id, 1, None).await.expect("reads")[0].replies.len(), 3);
    // nothing is answered that somebody else refused or took back first
    let late = send(&pool, id, None, 9, "Ý kiến sẽ bị từ chối.").await.expect("is stored");
    decide_as(&pool, &hoa, late, 1, Decision::Reject).await.expect("rejects");
    let refused = answer(&pool, by, (late, 1), name, "Trả lời muộn mất rồi.").await;
    assert!(
        matches!(&refused, Err(AppError::Conflict(first)) if first.by.as_deref() == Some("Chị hoa")),
        "{refused:?}"
    );
    // the same answer twice, and an answer to words that are others by now
    assert!(matches!(answer(&pool, by, (comment, 2), name, "Từ 11 giờ hôm nay.").await, Err(AppError::Conflict(_))));
    assert!(matches!(answer(&pool, by, (comment, 1), name, "Một câu trả lời khác.").await, Err(AppError::Conflict(_))));
    assert_eq!(actions(&pool).await, ["approve", "answer", "approve", "answer", "reject"]);
    // an answer is taken back like any comment
    decide_as(&pool, &hoa, reply.id, 2, Decision::Remove).await.expect("removes");
    assert_eq!(comments::store::totals(&pool, id).await.expect("reads").shown, 3);
}

#[sqlx::test]
async fn a_reported_comment_waits_in_a_tab_of_its_own_until_somebody_looks(pool: PgPool) {
    use crate::comments::report::Why;
    use crate::comments::store::{desk_state, reports};
    use crate::session::Visitor;
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let report = async |visitor: u8, why: Why, words: Option<&str>| {
        reports::report(&pool, comment, Visitor([visitor; 32]), why, words).await
    };
    assert_eq!(report(2, Why::Insult, None).await, Err(AppError::NotFound), "nobody sees it yet");
    decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("approves");
    let keep = async |version: i32, decision: Decision| decide_as(&pool, &lan, comment, version, decision).await;
    assert!(matches!(keep(2, Decision::Keep).await, Err(AppError::Conflict(_))), "nobody reported it");
    report(2, Why::Insult, Some("nói xấu tổ trưởng")).await.expect("reports");
    report(2, Why::Advertising, None).await.expect("the same again changes nothing");
    report(3, Why::Insult, None).await.expect("reports");
    assert_eq!(desk_state(&pool).await.expect("counts").reported, 1);
    let (cards, _) = page(&pool, &place(Tab::Reported), OffsetDateTime::now_utc()).await.expect("reads");
    assert_eq!(
        (cards[0].id, cards[0].reported, cards[0].state.as_str()),
        (comment, true, "published"),
        "it is not hidden"
    );
    assert_eq!(cards[0].reports, ["2 bạn đọc báo vi phạm: Xúc phạm người khác. “nói xấu tổ trưởng”"]);
    let before = crate::comments::store::totals(&pool, id).await.expect("reads");
    let (_, done) = keep(2, Decision::Keep).await.expect("keeps");
    assert_eq!((done.state.as_str(), done.decided.what.as_str()), ("published", "đã giữ lại"));
    assert_eq!(crate::comments::store::totals(&pool, id).await.expect("reads"), before, "readers see no difference");
    assert_eq!(
        (ids(&pool, &place(Tab::Reported)).await.len(), desk_state(&pool).await.expect("counts").reported),
        (0, 0)
    );
    keep(3, Decision::Undo).await.expect("undoes");
    assert_eq!(ids(&pool, &place(Tab::Reported)).await, [comment]);
    keep(4, Decision::Remove).await.expect("removes");
    assert_eq!(ids(&pool, &place(Tab::Reported)).await.len(), 0);
    assert_eq!(actions(&pool).await, ["approve", "keep", "undo", "remove"]);
}

#[sqlx::test]
async fn covered_words_are_kept_and_not_shown(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let key = key();
    let by = Moderator { staff: &lan, key: &key };
    let comment = send(&pool, id, None, 1, "Gọi tôi số 0909123456 nhé.").await.expect("is stored");
    decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("approves");
    let shown = async || {
        let all = comments::store::page(&pool, id, 1, None).await.expect("reads");
        all[0].body.clone()
    };
    assert_eq!(cover(&pool, by, (comment, 2), Some("0911")).await, Err(AppError::rule(crate::error::Rule::Cover)));
    assert!(matches!(cover(&pool, by, (comment, 1), Some("0909123456")).await, Err(AppError::Conflict(_))));
    let before = comments::store::totals(&pool, id).await.expect("reads").revision;
    cover(&pool, by, (comment, 2), Some("0909123456")).await.expect("covers");
    assert_eq!(shown().await, "Gọi tôi số ••• nhé.");
    assert!(comments::store::totals(&pool, id).await.expect("reads").revision > before, "open pages hear of it");
    let body = sqlx::query_scalar!("select body from comments").fetch_one(&pool).await.expect("reads");
    assert_eq!(body, "Gọi tôi số 0909123456 nhé.");
    let lines = sqlx::query_scalar!("select detail from audit").fetch_all(&pool).await.expect("reads");
    assert!(lines.iter().all(|line| !line.contains("0909")), "the record holds no words");
    decide_as(&pool, &lan, comment, 2, Decision::Remove).await.expect("covering is no decision of its own");
    cover(&pool, by, (comment, 3), None).await.expect("shows again");
    decide_as(&pool, &lan, comment, 3, Decision::Undo).await.expect("undoes");
    assert_eq!(shown().await, "Gọi tôi số 0909123456 nhé.");
    assert_eq!(actions(&pool).await, ["approve", "cover", "remove", "uncover", "undo"]);
    assert!(verify(&pool, &key, None).await.expect("reads").is_ok());
}
