//! What the comments table accepts, and what it refuses.

use super::blocks::{Blocking, block_writer};
use super::carried::carry_over_comment;
use super::changes::find_latest_changes;
use super::own::{correct_comment, erase_writer, find_own_comment, withdraw_comment};
use super::reports::{anonymise_old_reports, anonymise_reports_of, find_reportable_comment, insert_report};
use super::retention::delete_expired_comments;
use super::thread::{count_replies, find_answerable, find_conversation, find_place, list_comments};
use super::*;
use crate::features::audit::store::verify_record;
use crate::features::comments::{ChangeKind, CommentState, Decision, LatestChange, ReportReason, ThreadPlace};
use crate::features::ratings::VoteState;
use crate::features::ratings::store::upsert_vote;
use crate::testing::{actor_of, decide_as, expiry, insert_article, insert_staff, key, send_comment};
use time::OffsetDateTime;

fn draft(body: &str) -> Draft {
    Draft { name: "Trần Thị Bích".to_owned(), email: None, body: body.to_owned() }
}

fn writer(visitor: u8) -> Writer {
    let link_salt: [u8; 16] = rand::random();
    Writer {
        visitor: Visitor([visitor; 32]),
        sender: None,
        token_hash: None,
        notify: false,
        link_salt,
        link_hash: hash_token(&format!("{link_salt:?}")),
    }
}

fn agreement() -> Consent {
    Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() }
}

/// Whether a decision was refused because somebody changed the comment first.
fn is_overtaken<T>(result: &Result<Result<T, LatestChange>, AppError>) -> bool {
    matches!(result, Ok(Err(_)))
}

async fn shown(pool: &PgPool, article: i64) -> (i32, i64) {
    let totals = read_totals(pool, article).await.expect("reads");
    (totals.shown, totals.threads)
}

#[sqlx::test]
async fn a_comment_is_held_and_its_writers_alone(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let own = list_comments(&pool, id, 1, Some(Visitor([1; 32]))).await.expect("reads");
    assert_eq!((own.len(), own[0].is_pending), (1, true));
    for other in [None, Some(Visitor([2; 32]))] {
        assert!(list_comments(&pool, id, 1, other).await.expect("reads").is_empty());
    }
    assert_eq!(shown(&pool, id).await, (0, 0));
    assert_eq!(count_by_state(&pool).await.expect("reads").pending, 1);
}

#[sqlx::test]
async fn replies_go_one_level_deep_to_what_is_shown(pool: PgPool) {
    let (a, b) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
    let lan = insert_staff(&pool, "lan").await;
    let top = send_comment(&pool, a, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
    let gone = Err(AppError::invalid(PARENT_GONE));
    assert_eq!(send_comment(&pool, a, Some(top), 2, "Trả lời khi còn chờ duyệt.").await, gone);
    decide_as(&pool, &lan, top, 1, Decision::Approve).await.expect("decides").expect("is first");
    let reply = send_comment(&pool, a, Some(top), 2, "Trả lời khi đã được đăng.").await.expect("is stored");
    decide_as(&pool, &lan, reply, 1, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!(send_comment(&pool, a, Some(reply), 3, "Trả lời một trả lời khác.").await, gone);
    assert_eq!(send_comment(&pool, b, Some(top), 3, "Trả lời từ một bài khác.").await, gone);
    assert_eq!(send_comment(&pool, a, Some(top + 999), 3, "Trả lời điều không có.").await, gone);
    assert_eq!(send_comment(&pool, 999_999, None, 3, "Ý kiến ở bài không có.").await, Err(AppError::NotFound));
    assert_eq!(shown(&pool, a).await, (2, 1));
    // a parent that is taken back hides its replies, from the count too
    decide_as(&pool, &lan, top, 2, Decision::Remove).await.expect("decides").expect("is first");
    assert_eq!(shown(&pool, a).await, (0, 0));
    assert!(list_comments(&pool, a, 1, None).await.expect("reads").is_empty());
    assert_eq!(find_place(&pool, a, reply).await, Ok(None));
    assert_eq!(count_replies(&pool, a, top).await, Ok(None));
    assert_eq!(find_conversation(&pool, a, (top, 1), None).await, Ok(None));
}

#[sqlx::test]
async fn the_database_itself_refuses_what_no_form_lets_through(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let top = send_comment(&pool, id, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
    let reply = sqlx::query_scalar!("update comments set state = 'published' where id = $1 returning id", top)
        .fetch_one(&pool)
        .await
        .expect("publishes");
    let reply = send_comment(&pool, id, Some(reply), 2, "Trả lời ý kiến đầu tiên.").await.expect("is stored");
    let writer = writer(9);
    let cases = [
        (draft("ngắn"), BODY_SHORT),
        (Draft { name: String::new(), ..draft("Một ý kiến đủ dài.") }, BAD_NAME),
        (Draft { email: Some("x".to_owned()), ..draft("Một ý kiến đủ dài.") }, BAD_EMAIL),
    ];
    for (draft, rule) in cases {
        assert_eq!(
            insert_comment(&pool, id, None, writer, &draft, &agreement(), Screening::default()).await,
            Err(AppError::invalid(rule))
        );
    }
    let refused = |error: sqlx::Error| constraint(&error).map(str::to_owned);
    let deep = sqlx::query!("update comments set parent_id = $1 where id = $2", reply, top).execute(&pool).await;
    assert_eq!(deep.map_err(refused).err().flatten().as_deref(), Some("comment_parent"));
    let visitor = sqlx::query!("update comments set visitor = 'x'").execute(&pool).await;
    assert_eq!(visitor.map_err(refused).err().flatten().as_deref(), Some("comment_visitor"));
    let count = sqlx::query!("update comment_totals set shown = -1").execute(&pool).await;
    assert_eq!(count.map_err(refused).err().flatten().as_deref(), Some("comment_totals_possible"));
}

#[sqlx::test]
async fn pages_hold_twenty_with_their_replies_and_are_found_by_comment(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let mut db = pool.acquire().await.expect("connects");
    let mut ids = Vec::new();
    for n in 0..45 {
        let draft = draft(&format!("Ý kiến có đánh số {n}."));
        ids.push(carry_over_comment(&mut db, id, None, &draft, OffsetDateTime::now_utc()).await.expect("carries over"));
    }
    let reply =
        carry_over_comment(&mut db, id, Some(ids[0]), &draft("Trả lời ý kiến cũ nhất."), OffsetDateTime::now_utc())
            .await
            .expect("carries over");
    assert!(list_comments(&pool, id, 4, None).await.expect("reads").is_empty());
    let first = list_comments(&pool, id, 1, None).await.expect("reads");
    assert_eq!((first.len(), first[0].id), (20, ids[44]));
    let third = list_comments(&pool, id, 3, None).await.expect("reads");
    assert_eq!((third.len(), third[4].id, third[4].replies[0].id), (5, ids[0], reply));
    for (comment, on) in [(ids[44], 1), (ids[25], 1), (ids[24], 2), (ids[0], 3), (reply, 3)] {
        let place = ThreadPlace { conversation: None, page: on };
        assert_eq!(find_place(&pool, id, comment).await, Ok(Some(place)));
    }
    assert_eq!(shown(&pool, id).await, (46, 45));
    assert_eq!((count_pages(&pool, id).await, count_pages(&pool, id + 1).await), (Ok(3), Err(AppError::NotFound)));
}

#[sqlx::test]
async fn revisions_come_in_the_order_of_decisions(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let mut ids = Vec::new();
    for n in 0..12 {
        ids.push(send_comment(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
    }
    let decisions = ids.iter().map(|&comment| {
        let (pool, lan) = (pool.clone(), lan.clone());
        tokio::spawn(async move { decide_as(&pool, &lan, comment, 1, Decision::Approve).await })
    });
    for decision in decisions.collect::<Vec<_>>() {
        decision.await.expect("runs").expect("decides").expect("is first");
    }
    let (count, changes) = list_changes(&pool, id).await.expect("reads");
    assert_eq!((count, changes.len()), (12, 12));
    assert!(changes.iter().zip((1..=12).rev()).all(|(change, revision)| change.revision == revision && change.shown));
    decide_as(&pool, &lan, ids[3], 2, Decision::Remove).await.expect("decides").expect("is first");
    let (count, changes) = list_changes(&pool, id).await.expect("reads");
    assert_eq!((count, changes[0]), (11, CommentChange { id: ids[3], revision: 13, shown: false }));
}

#[sqlx::test]
async fn age_erases_with_the_replies_and_leaves_what_waits(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let top = send_comment(&pool, id, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
    decide_as(&pool, &lan, top, 1, Decision::Approve).await.expect("decides").expect("is first");
    send_comment(&pool, id, Some(top), 2, "Trả lời ý kiến đầu tiên.").await.expect("is stored");
    let waits = send_comment(&pool, id, None, 3, "Ý kiến này còn chờ duyệt.").await.expect("is stored");
    let refused = send_comment(&pool, id, None, 4, "Ý kiến này bị từ chối rồi.").await.expect("is stored");
    decide_as(&pool, &lan, refused, 1, Decision::Reject).await.expect("decides").expect("is first");
    let (past, future) =
        (OffsetDateTime::now_utc() - time::Duration::days(1), OffsetDateTime::now_utc() + time::Duration::days(1));
    assert_eq!(delete_expired_comments(&pool, expiry(past, past)).await.map(|erased| erased.len()), Ok(0));
    assert_eq!(delete_expired_comments(&pool, expiry(past, future)).await.map(|erased| erased.len()), Ok(1));
    assert_eq!(delete_expired_comments(&pool, expiry(past, future)).await, Ok(vec![]), "again there is none");
    assert_eq!(delete_expired_comments(&pool, expiry(future, future)).await.map(|erased| erased.len()), Ok(1));
    let left = sqlx::query_scalar!("select id from comments").fetch_all(&pool).await.expect("reads");
    assert_eq!(left, [waits]);
    assert_eq!(shown(&pool, id).await, (0, 0));
}

#[sqlx::test]
async fn why_a_comment_needs_a_look_is_kept_with_it(pool: PgPool) {
    use crate::features::rules::Reason;
    let id = insert_article(&pool, "a").await;
    let found = vec![Reason::Term { exact: true, at: 0..3, about: None }, Reason::Trap];
    let found = Screening { reasons: found, due_on: None };
    let first_writer = writer(7);
    let first = insert_comment(&pool, id, None, first_writer, &draft("Mua hàng giá rẻ tại đây."), &agreement(), found)
        .await
        .expect("is stored")
        .id;
    for visitor in [8, 9, 7, 7] {
        let body =
            if visitor == 7 { "Lại là tôi đây, mua đi nào." } else { "Mua hàng giá rẻ tại đây." };
        insert_comment(
            &pool,
            id,
            None,
            writer(visitor),
            &Draft { name: format!("Người {visitor}"), ..draft(body) },
            &agreement(),
            Screening::default(),
        )
        .await
        .expect("is stored");
    }
    send_comment(&pool, id, None, 7, "Và thêm một ý kiến nữa.").await.expect("is stored");
    let rows =
        sqlx::query!("select id, visitor, reasons from comments order by id").fetch_all(&pool).await.expect("reads");
    let reasons = |at: usize| serde_json::from_value::<Vec<Reason>>(rows[at].reasons.clone()).expect("are reasons");
    assert_eq!(
        (rows[0].id, reasons(0)),
        (first, vec![Reason::Term { exact: true, at: 0..3, about: None }, Reason::Trap])
    );
    assert_eq!((reasons(1), reasons(2)), (vec![Reason::Repeated { count: 1 }], vec![Reason::Repeated { count: 2 }]));
    assert_eq!(reasons(rows.len() - 1), [Reason::Burst { count: 3 }]);
}

/// A comment with its writer's link.
async fn linked(pool: &PgPool, article: i64, visitor: u8, body: &str) -> (i64, [u8; 32]) {
    let from = writer(visitor);
    let stored = insert_comment(pool, article, None, from, &draft(body), &agreement(), Screening::default())
        .await
        .expect("is stored");
    assert_eq!(stored.link_salt.as_deref(), Some(&from.link_salt[..]));
    (stored.id, from.link_hash)
}

#[sqlx::test]
async fn a_writer_corrects_what_waits_and_what_was_published_waits_again(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let (comment, link) = linked(&pool, id, 7, "Ý kiến có chỗ viết sai.").await;
    let before = count_by_state(&pool).await.expect("reads");
    assert_eq!(
        correct_comment(&pool, &link, 1, &draft("Ý kiến đã viết đúng."), &Screening::default()).await,
        Ok(Ok(id))
    );
    assert_ne!(count_by_state(&pool).await, Ok(before), "open desks hear of it");
    let found = find_own_comment(&pool, &link).await.expect("reads").expect("is there");
    assert_eq!((found.id, found.version, found.body.as_str()), (comment, 2, "Ý kiến đã viết đúng."));
    assert!(
        is_overtaken(&correct_comment(&pool, &link, 1, &draft("Ý kiến đã viết đúng."), &Screening::default()).await),
        "once"
    );
    let short = correct_comment(&pool, &link, 2, &draft("ngắn"), &Screening::default()).await;
    assert_eq!(short, Err(AppError::invalid(BODY_SHORT)));
    // a decision about the text before the correction is a conflict
    let late = decide_as(&pool, &lan, comment, 1, Decision::Approve).await;
    let first = late.expect("reads").expect_err("the writer was first").to_note(Some(lan.id));
    assert_eq!((first.actor.as_deref(), first.change.as_str()), (Some("Người viết"), "đã sửa ý kiến này"));
    decide_as(&pool, &lan, comment, 2, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!(shown(&pool, id).await, (1, 1));
    assert!(is_overtaken(&correct_comment(&pool, &link, 2, &draft("Sửa bản đã cũ."), &Screening::default()).await));
    assert_eq!(
        correct_comment(&pool, &link, 3, &draft("Sửa sau khi đã đăng."), &Screening::default()).await,
        Ok(Ok(id))
    );
    assert_eq!(shown(&pool, id).await, (0, 0));
    let (_, changes) = list_changes(&pool, id).await.expect("reads");
    assert_eq!((changes[0].revision, changes[0].id, changes[0].shown), (2, comment, false), "open pages remove it");
    decide_as(&pool, &lan, comment, 4, Decision::Reject).await.expect("decides").expect("is first");
    assert!(is_overtaken(
        &correct_comment(&pool, &link, 5, &draft("Sửa khi đã từ chối."), &Screening::default()).await
    ));
    assert_eq!(
        correct_comment(&pool, &[0; 32], 1, &draft("Không phải của tôi."), &Screening::default()).await,
        Err(AppError::NotFound)
    );
}

#[sqlx::test]
async fn a_writer_takes_a_comment_back_for_good(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let (comment, link) = linked(&pool, id, 7, "Ý kiến sẽ được rút lại.").await;
    decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!(withdraw_comment(&pool, &link).await, Ok(id));
    assert_eq!(withdraw_comment(&pool, &link).await, Ok(id), "again changes nothing");
    assert_eq!(shown(&pool, id).await, (0, 0));
    let found = find_own_comment(&pool, &link).await.expect("reads").expect("is there");
    assert_eq!((found.version, found.is_withdrawn, found.state.is_correctable()), (3, true, false));
    // later decisions are conflicts and cannot restore the comment
    for (seen, decision) in [(2, Decision::Remove), (2, Decision::Undo), (3, Decision::Undo), (3, Decision::Approve)] {
        let late = decide_as(&pool, &lan, comment, seen, decision).await;
        let first = late.expect("reads").expect_err("the writer was first").to_note(Some(lan.id));
        assert_eq!(first.actor.as_deref(), Some("Người viết"));
    }
    assert_eq!(withdraw_comment(&pool, &[0; 32]).await, Err(AppError::NotFound));
}

#[sqlx::test]
async fn a_writer_erases_all_of_theirs_and_nothing_of_others(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let (first, _) = linked(&pool, id, 7, "Ý kiến thứ nhất của tôi.").await;
    let (_, link) = linked(&pool, id, 7, "Ý kiến thứ hai của tôi.").await;
    decide_as(&pool, &lan, first, 1, Decision::Approve).await.expect("decides").expect("is first");
    upsert_vote(&pool, id, Visitor([7; 32]), 5, VoteState::Counted).await.expect("votes");
    let reply = send_comment(&pool, id, Some(first), 8, "Người khác trả lời ở đây.").await.expect("is stored");
    decide_as(&pool, &lan, reply, 1, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!(erase_writer(&pool, &link).await, Ok(vec![id]));
    assert!(find_own_comment(&pool, &link).await.expect("reads").is_none(), "the link is gone too");
    assert_eq!(erase_writer(&pool, &link).await, Err(AppError::NotFound));
    assert_eq!(erase_writer(&pool, &[0; 32]).await, Err(AppError::NotFound));
    let rows =
        sqlx::query!(r#"select name, body, email, visitor, state as "state: CommentState" from comments order by id"#)
            .fetch_all(&pool)
            .await
            .expect("reads");
    for row in &rows[..2] {
        assert_eq!((row.name.as_str(), row.state, row.email.is_none()), ("Đã xóa", CommentState::Removed, true));
        assert!(row.body == "Người viết đã xóa ý kiến này." && row.visitor != [7; 32]);
    }
    assert_eq!((rows[2].body.as_str(), rows[2].state), ("Người khác trả lời ở đây.", CommentState::Published));
    assert_eq!(shown(&pool, id).await, (0, 0), "an answer without what it answers is not shown");
    let voters = sqlx::query_scalar!("select visitor from votes").fetch_all(&pool).await.expect("reads");
    assert!(voters.len() == 1 && voters[0] != [7; 32], "the vote counts, and names nobody");
    assert!(verify_record(&pool, key(), None).await.expect("reads").is_ok());
}

#[sqlx::test]
async fn an_articles_totals_are_created_once(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let mut db = pool.acquire().await.expect("connects");
    let repeated = create_totals(&mut db, id).await.expect_err("is refused");
    assert_eq!(constraint(&repeated), Some("comment_totals_pkey"));
    let unknown = create_totals(&mut db, id + 1).await.expect_err("is refused");
    assert_eq!(constraint(&unknown), Some("comment_totals_article_fkey"));
}

#[sqlx::test]
async fn only_a_comment_that_readers_see_can_be_answered(pool: PgPool) {
    let (a, b) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
    let lan = insert_staff(&pool, "lan").await;
    let top = send_comment(&pool, a, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
    assert_eq!(find_answerable(&pool, a, top).await, Ok(None), "it waits");
    decide_as(&pool, &lan, top, 1, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!(
        find_answerable(&pool, a, top).await.map(|found| found.map(|reply| reply.name)),
        Ok(Some("Trần Thị Bích".to_owned()))
    );
    assert_eq!(find_answerable(&pool, b, top).await, Ok(None), "it stands elsewhere");
    let reply = send_comment(&pool, a, Some(top), 2, "Trả lời ý kiến đầu tiên.").await.expect("is stored");
    decide_as(&pool, &lan, reply, 1, Decision::Approve).await.expect("decides").expect("is first");
    assert_eq!(find_answerable(&pool, a, reply).await, Ok(None), "replies are one level deep");
}

#[sqlx::test]
async fn the_latest_change_is_a_decision_or_the_writers(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let (decided, _) = linked(&pool, id, 7, "Ý kiến được duyệt ngay.").await;
    let (corrected, link) = linked(&pool, id, 8, "Ý kiến có chỗ viết sai.").await;
    decide_as(&pool, &lan, decided, 1, Decision::Approve).await.expect("decides").expect("is first");
    correct_comment(&pool, &link, 1, &draft("Ý kiến đã viết đúng."), &Screening::default())
        .await
        .expect("reads")
        .expect("is first");
    let mut db = pool.acquire().await.expect("connects");
    let changes = find_latest_changes(&mut db, &[decided, corrected, 999]).await.expect("reads");
    let changes: Vec<_> =
        changes.iter().map(|change| (change.comment, change.account, change.kind == ChangeKind::Correction)).collect();
    assert_eq!(changes, [(decided, Some(lan.id), false), (corrected, None, true)]);
}

#[sqlx::test]
async fn a_visible_comment_is_reported_once_a_visitor(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let comment = send_comment(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let (me, other) = (Visitor([2; 32]), Visitor([3; 32]));
    let report =
        async |visitor: Visitor| insert_report(&pool, comment, (visitor, None), ReportReason::Insult, Some("x")).await;
    assert_eq!(find_reportable_comment(&pool, comment, None).await, Ok(None), "nobody sees it yet");
    assert_eq!(report(me).await, Err(AppError::NotFound));
    decide_as(&pool, &lan, comment, 1, Decision::Approve).await.expect("decides").expect("is first");
    for _ in 0..2 {
        report(me).await.expect("the same again changes nothing");
    }
    report(other).await.expect("reports");
    let is_reported = async |visitor: Visitor| {
        find_reportable_comment(&pool, comment, Some(visitor)).await.expect("reads").expect("is there").is_reported
    };
    assert!(is_reported(me).await && !is_reported(Visitor([4; 32])).await);
    let mut db = pool.acquire().await.expect("connects");
    for _ in 0..2 {
        anonymise_reports_of(&mut db, &me.0).await.expect("anonymises");
        assert!(!is_reported(me).await && is_reported(other).await);
    }
    let now = OffsetDateTime::now_utc();
    assert_eq!(anonymise_old_reports(&pool, now - time::Duration::days(1)).await, Ok(0), "none is that old");
    assert_eq!(anonymise_old_reports(&pool, now + time::Duration::days(1)).await, Ok(1), "the other one");
    assert_eq!(anonymise_old_reports(&pool, now + time::Duration::days(1)).await, Ok(0));
    let counts =
        sqlx::query!("select count(*) as count, count(details) as details from reports").fetch_one(&pool).await;
    let counts = counts.expect("counts");
    assert_eq!(
        (counts.count, counts.details),
        (Some(2), Some(1)),
        "reports stay; their details are deleted with the visitor"
    );
}

#[sqlx::test]
async fn what_a_writer_did_elsewhere_is_erased_too_and_what_others_did_stays(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let (me, other) = (Visitor([7; 32]), Visitor([8; 32]));
    let (mine, link) = linked(&pool, id, 7, "Ý kiến sẽ được xóa đi.").await;
    let theirs = send_comment(&pool, id, None, 8, "Ý kiến của người khác.").await.expect("is stored");
    decide_as(&pool, &lan, theirs, 1, Decision::Approve).await.expect("decides").expect("is first");
    for visitor in [me, other] {
        insert_report(&pool, theirs, (visitor, None), ReportReason::Insult, Some("x")).await.expect("reports");
    }
    for comment in [mine, theirs] {
        block_writer(&pool, actor_of(&lan), comment, Blocking::Begin { until: None, note: None })
            .await
            .expect("blocks");
    }
    assert_eq!(erase_writer(&pool, &link).await, Ok(vec![id]));
    for (visitor, is_known) in [(me, false), (other, true)] {
        let found = find_reportable_comment(&pool, theirs, Some(visitor)).await.expect("reads").expect("is there");
        assert_eq!(found.is_reported, is_known);
    }
    let blocked = sqlx::query_scalar::<_, Vec<u8>>("select visitor from blocked_visitors").fetch_all(&pool).await;
    assert_eq!(blocked.expect("reads"), [other.0.to_vec()]);
    assert_eq!(shown(&pool, id).await, (1, 1));
}

#[sqlx::test]
async fn what_is_carried_over_again_is_another_comment_and_stands_where_it_can(pool: PgPool) {
    let (a, b) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
    let (now, draft) = (OffsetDateTime::now_utc(), draft("Ý kiến của trang cũ."));
    let mut db = pool.acquire().await.expect("connects");
    let first = carry_over_comment(&mut db, a, None, &draft, now).await.expect("carries over");
    let second = carry_over_comment(&mut db, a, None, &draft, now).await.expect("carries over");
    assert!(first != second && shown(&pool, a).await == (2, 2));
    let unknown = carry_over_comment(&mut db, b + 1, None, &draft, now).await.expect_err("is refused");
    assert_eq!(unknown, AppError::NotFound);
    for (body, parent, refused) in [("Trả lời bài khác.", Some(first), PARENT_GONE), ("", None, BODY_SHORT)] {
        let mut tx = pool.begin().await.expect("begins");
        let draft = Draft { body: body.to_owned(), ..draft.clone() };
        let error = carry_over_comment(&mut tx, b, parent, &draft, now).await.expect_err("is refused");
        assert_eq!(error, AppError::invalid(refused));
    }
    assert_eq!(shown(&pool, b).await, (0, 0));
}

#[sqlx::test]
async fn counts_are_added_up_to_the_same_sums_however_often(pool: PgPool) {
    let rows = async || {
        let count = sqlx::query_scalar::<_, i64>("select count(*) from comment_state_deltas").fetch_one(&pool).await;
        count.expect("counts")
    };
    fold_counts(&pool).await.expect("has nothing to add up");
    assert_eq!(rows().await, 0);
    let id = insert_article(&pool, "a").await;
    for n in 0..5 {
        send_comment(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored");
    }
    assert_eq!(rows().await, 5);
    for _ in 0..2 {
        fold_counts(&pool).await.expect("adds up");
        assert_eq!((rows().await, count_by_state(&pool).await.expect("reads").pending), (1, 5));
    }
    // while some are sent, others are added up
    let work = (5..15).map(|n| {
        let pool = pool.clone();
        tokio::spawn(async move {
            send_comment(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await?;
            fold_counts(&pool).await
        })
    });
    for work in work.collect::<Vec<_>>() {
        work.await.expect("runs").expect("adds up");
    }
    assert_eq!(count_by_state(&pool).await.expect("reads").pending, 15);
}
