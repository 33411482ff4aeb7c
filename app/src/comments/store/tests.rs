//! What the comments table lets through, and what it refuses.

#![expect(missing_docs, reason = "helpers of other stores' tests")]

use super::*;
use crate::accounts::store::tests::staff;
use crate::articles::store::tests::article;
use crate::moderation::Decision;
use crate::moderation::store::tests::decide_as as decided_by;
use crate::ratings::Totals;

pub fn draft(body: &str) -> Draft {
    Draft { name: "Trần Thị Bích".to_owned(), email: None, body: body.to_owned() }
}

pub async fn send(pool: &PgPool, article: i64, parent: Option<i64>, visitor: u8, body: &str) -> Result<i64, AppError> {
    let consent = Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() };
    let writer = writer(visitor, Known::Before);
    insert(pool, article, parent, writer, &draft(body), &consent, Vec::new()).await.map(|sent| sent.id)
}

pub fn writer(visitor: u8, known: Known) -> Writer {
    let link_salt: [u8; 16] = rand::random();
    Writer {
        visitor: Visitor([visitor; 32]),
        known,
        tell: false,
        link_salt,
        link_hash: token_hash(&format!("{link_salt:?}")),
    }
}

async fn shown(pool: &PgPool, article: i64) -> (i32, i64) {
    let totals = totals(pool, article).await.expect("reads");
    (totals.shown, totals.threads)
}

#[sqlx::test]
async fn a_comment_is_held_and_its_writers_alone(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
    let own = page(&pool, id, 1, Some(Visitor([1; 32]))).await.expect("reads");
    assert_eq!((own.len(), own[0].held), (1, true));
    for other in [None, Some(Visitor([2; 32]))] {
        assert!(page(&pool, id, 1, other).await.expect("reads").is_empty());
    }
    assert_eq!(shown(&pool, id).await, (0, 0));
    assert_eq!(desk_state(&pool).await.expect("reads").held, 1);
}

#[sqlx::test]
async fn twenty_posts_of_one_form_at_once_are_one_comment(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let posts = (0..20).map(|n| {
        let pool = pool.clone();
        // the same name and words: some with the writer's cookie, some without
        tokio::spawn(async move { send(&pool, id, None, n % 3 + 1, "Cùng một ý kiến gửi nhiều lần.").await })
    });
    let mut ids = Vec::new();
    for post in posts.collect::<Vec<_>>() {
        ids.push(post.await.expect("runs").expect("is stored"));
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    assert_eq!(desk_state(&pool).await.expect("reads").held, 1);
}

#[sqlx::test]
async fn the_same_words_later_or_elsewhere_are_another_comment(pool: PgPool) {
    let (a, b) = (article(&pool, "a", Totals::default()).await, article(&pool, "b", Totals::default()).await);
    let first = send(&pool, a, None, 1, "Cùng một ý kiến ở hai nơi.").await.expect("is stored");
    let elsewhere = send(&pool, b, None, 1, "Cùng một ý kiến ở hai nơi.").await.expect("is stored");
    sqlx::query!("update comments set created_at = now() - interval '11 minutes'").execute(&pool).await.expect("ages");
    let later = send(&pool, a, None, 1, "Cùng một ý kiến ở hai nơi.").await.expect("is stored");
    assert!(first != elsewhere && first != later);
}

#[sqlx::test]
async fn replies_go_one_level_deep_to_what_is_shown(pool: PgPool) {
    let (a, b) = (article(&pool, "a", Totals::default()).await, article(&pool, "b", Totals::default()).await);
    let lan = staff(&pool, "lan").await;
    let top = send(&pool, a, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
    let gone = Err(AppError::rule(Rule::Parent));
    assert_eq!(send(&pool, a, Some(top), 2, "Trả lời khi còn chờ duyệt.").await, gone);
    decided_by(&pool, &lan, top, 1, Decision::Approve).await.expect("approves");
    let reply = send(&pool, a, Some(top), 2, "Trả lời khi đã được đăng.").await.expect("is stored");
    decided_by(&pool, &lan, reply, 1, Decision::Approve).await.expect("approves");
    assert_eq!(send(&pool, a, Some(reply), 3, "Trả lời một trả lời khác.").await, gone);
    assert_eq!(send(&pool, b, Some(top), 3, "Trả lời từ một bài khác.").await, gone);
    assert_eq!(send(&pool, a, Some(top + 999), 3, "Trả lời điều không có.").await, gone);
    assert_eq!(send(&pool, 999_999, None, 3, "Ý kiến ở bài không có.").await, Err(AppError::NotFound));
    assert_eq!(shown(&pool, a).await, (2, 1));
    // a parent that is taken back hides its replies, from the count too
    decided_by(&pool, &lan, top, 2, Decision::Remove).await.expect("removes");
    assert_eq!(shown(&pool, a).await, (0, 0));
    assert!(page(&pool, a, 1, None).await.expect("reads").is_empty());
    assert_eq!(page_of(&pool, a, reply).await, Ok(None));
}

#[sqlx::test]
async fn the_database_itself_refuses_what_no_form_lets_through(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let top = send(&pool, id, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
    let reply = sqlx::query_scalar!("update comments set state = 'published' where id = $1 returning id", top)
        .fetch_one(&pool)
        .await
        .expect("publishes");
    let reply = send(&pool, id, Some(reply), 2, "Trả lời ý kiến đầu tiên.").await.expect("is stored");
    let consent = Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() };
    let writer = writer(9, Known::Before);
    let cases = [
        (draft("ngắn"), Rule::BodyShort),
        (Draft { name: "A".to_owned(), ..draft("Một ý kiến đủ dài.") }, Rule::Name),
        (Draft { email: Some("x".to_owned()), ..draft("Một ý kiến đủ dài.") }, Rule::Email),
    ];
    for (draft, rule) in cases {
        assert_eq!(insert(&pool, id, None, writer, &draft, &consent, Vec::new()).await, Err(AppError::rule(rule)));
    }
    let refused = |error: sqlx::Error| constraint(&error).map(str::to_owned);
    let deep = sqlx::query!("update comments set parent_id = $1 where id = $2", reply, top).execute(&pool).await;
    assert_eq!(deep.map_err(refused).err().flatten().as_deref(), Some("comment_parent"));
    let state = sqlx::query!("update comments set state = 'lost'").execute(&pool).await;
    assert_eq!(state.map_err(refused).err().flatten().as_deref(), Some("comment_state"));
    let visitor = sqlx::query!("update comments set visitor = 'x'").execute(&pool).await;
    assert_eq!(visitor.map_err(refused).err().flatten().as_deref(), Some("comment_visitor"));
    let count = sqlx::query!("update comment_totals set shown = -1").execute(&pool).await;
    assert_eq!(count.map_err(refused).err().flatten().as_deref(), Some("comment_totals_possible"));
}

#[sqlx::test]
async fn pages_hold_twenty_with_their_replies_and_are_found_by_comment(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let mut db = pool.acquire().await.expect("connects");
    let mut ids = Vec::new();
    for n in 0..45 {
        let draft = draft(&format!("Ý kiến có đánh số {n}."));
        ids.push(carry_over(&mut db, id, None, &draft, OffsetDateTime::now_utc()).await.expect("carries over"));
    }
    let reply = carry_over(&mut db, id, Some(ids[0]), &draft("Trả lời ý kiến cũ nhất."), OffsetDateTime::now_utc())
        .await
        .expect("carries over");
    assert!(page(&pool, id, 4, None).await.expect("reads").is_empty());
    let first = page(&pool, id, 1, None).await.expect("reads");
    assert_eq!((first.len(), first[0].id), (20, ids[44]));
    let third = page(&pool, id, 3, None).await.expect("reads");
    assert_eq!((third.len(), third[4].id, third[4].replies[0].id), (5, ids[0], reply));
    for (comment, on) in [(ids[44], 1), (ids[25], 1), (ids[24], 2), (ids[0], 3), (reply, 3)] {
        assert_eq!(page_of(&pool, id, comment).await, Ok(Some(on)));
    }
    assert_eq!(shown(&pool, id).await, (46, 45));
}

#[sqlx::test]
async fn revisions_come_in_the_order_of_decisions(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let mut ids = Vec::new();
    for n in 0..12 {
        ids.push(send(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
    }
    let decisions = ids.iter().map(|&comment| {
        let (pool, lan) = (pool.clone(), lan.clone());
        tokio::spawn(async move { decided_by(&pool, &lan, comment, 1, Decision::Approve).await })
    });
    for decision in decisions.collect::<Vec<_>>() {
        decision.await.expect("runs").expect("approves");
    }
    let (count, revision, changes) = changes(&pool, id).await.expect("reads");
    assert_eq!((count, revision, changes.len()), (12, 12, 12));
    assert!(changes.iter().zip((1..=12).rev()).all(|(change, revision)| change.revision == revision && change.shown));
    decided_by(&pool, &lan, ids[3], 2, Decision::Remove).await.expect("removes");
    let (count, _, changes) = self::changes(&pool, id).await.expect("reads");
    assert_eq!((count, changes[0]), (11, Change { id: ids[3], revision: 13, shown: false }));
}

#[sqlx::test]
async fn age_erases_with_the_replies_and_leaves_what_waits(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let top = send(&pool, id, None, 1, "Ý kiến đầu tiên ở đây.").await.expect("is stored");
    decided_by(&pool, &lan, top, 1, Decision::Approve).await.expect("approves");
    send(&pool, id, Some(top), 2, "Trả lời ý kiến đầu tiên.").await.expect("is stored");
    let waits = send(&pool, id, None, 3, "Ý kiến này còn chờ duyệt.").await.expect("is stored");
    let refused = send(&pool, id, None, 4, "Ý kiến này bị từ chối rồi.").await.expect("is stored");
    decided_by(&pool, &lan, refused, 1, Decision::Reject).await.expect("rejects");
    let (past, future) =
        (OffsetDateTime::now_utc() - time::Duration::days(1), OffsetDateTime::now_utc() + time::Duration::days(1));
    assert_eq!(erase(&pool, past, past).await.map(|erased| erased.len()), Ok(0));
    assert_eq!(erase(&pool, past, future).await.map(|erased| erased.len()), Ok(1));
    assert_eq!(erase(&pool, future, future).await.map(|erased| erased.len()), Ok(1));
    let left = sqlx::query_scalar!("select id from comments").fetch_all(&pool).await.expect("reads");
    assert_eq!(left, [waits]);
    assert_eq!(shown(&pool, id).await, (0, 0));
}

#[sqlx::test]
async fn why_a_comment_needs_a_look_is_kept_with_it(pool: PgPool) {
    use crate::rules::Reason;
    let id = article(&pool, "a", Totals::default()).await;
    let consent = Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() };
    let found = vec![Reason::Word { strong: true, at: 0..3 }, Reason::Trap];
    let first_writer = writer(7, Known::Before);
    let first = insert(&pool, id, None, first_writer, &draft("Mua hàng giá rẻ tại đây."), &consent, found)
        .await
        .expect("is stored")
        .id;
    for visitor in [8, 9, 7, 7] {
        let body =
            if visitor == 7 { "Lại là tôi đây, mua đi nào." } else { "Mua hàng giá rẻ tại đây." };
        insert(
            &pool,
            id,
            None,
            writer(visitor, Known::Before),
            &Draft { name: format!("Người {visitor}"), ..draft(body) },
            &consent,
            Vec::new(),
        )
        .await
        .expect("is stored");
    }
    send(&pool, id, None, 7, "Và thêm một ý kiến nữa.").await.expect("is stored");
    let rows =
        sqlx::query!("select id, visitor, reasons from comments order by id").fetch_all(&pool).await.expect("reads");
    let reasons = |at: usize| serde_json::from_value::<Vec<Reason>>(rows[at].reasons.clone()).expect("are reasons");
    assert_eq!((rows[0].id, reasons(0)), (first, vec![Reason::Word { strong: true, at: 0..3 }, Reason::Trap]));
    assert_eq!((reasons(1), reasons(2)), (vec![Reason::Repeated { count: 1 }], vec![Reason::Repeated { count: 2 }]));
    assert_eq!(reasons(rows.len() - 1), [Reason::Burst { count: 3 }]);
}

/// A comment with its writer's link.
async fn linked(pool: &PgPool, article: i64, visitor: u8, body: &str) -> (i64, [u8; 32]) {
    let consent = Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() };
    let from = writer(visitor, Known::Before);
    let stored = insert(pool, article, None, from, &draft(body), &consent, Vec::new()).await.expect("is stored");
    assert_eq!(stored.link_salt.as_deref(), Some(&from.link_salt[..]));
    (stored.id, from.link_hash)
}

#[sqlx::test]
async fn a_writer_corrects_what_waits_and_what_was_published_waits_again(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let (comment, link) = linked(&pool, id, 7, "Ý kiến có chỗ viết sai.").await;
    let before = desk_state(&pool).await.expect("reads");
    assert_eq!(own::correct(&pool, &link, 1, &draft("Ý kiến đã viết đúng."), &[]).await, Ok(id));
    assert_ne!(desk_state(&pool).await, Ok(before), "open desks hear of it");
    let found = own::find(&pool, &link).await.expect("reads").expect("is there");
    assert_eq!((found.id, found.version, found.body.as_str()), (comment, 2, "Ý kiến đã viết đúng."));
    // a moderator who saw the words before decides about those words, not about these
    let late = decided_by(&pool, &lan, comment, 1, Decision::Approve).await;
    assert!(
        matches!(&late, Err(AppError::Conflict(first)) if first.by.as_deref() == Some("Người viết") && first.what == "đã sửa ý kiến này"),
        "{late:?}"
    );
    decided_by(&pool, &lan, comment, 2, Decision::Approve).await.expect("approves");
    assert_eq!(shown(&pool, id).await, (1, 1));
    assert!(matches!(own::correct(&pool, &link, 2, &draft("Sửa bản đã cũ."), &[]).await, Err(AppError::Conflict(_))));
    assert_eq!(own::correct(&pool, &link, 3, &draft("Sửa sau khi đã đăng."), &[]).await, Ok(id));
    assert_eq!(shown(&pool, id).await, (0, 0));
    let (_, revision, changes) = changes(&pool, id).await.expect("reads");
    assert_eq!((revision, changes[0].id, changes[0].shown), (2, comment, false), "open pages take it away");
    decided_by(&pool, &lan, comment, 4, Decision::Reject).await.expect("rejects");
    assert!(matches!(
        own::correct(&pool, &link, 5, &draft("Sửa khi đã từ chối."), &[]).await,
        Err(AppError::Conflict(_))
    ));
    assert_eq!(own::correct(&pool, &[0; 32], 1, &draft("Không phải của tôi."), &[]).await, Err(AppError::NotFound));
}

#[sqlx::test]
async fn a_writer_takes_a_comment_back_for_good(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let (comment, link) = linked(&pool, id, 7, "Ý kiến sẽ được rút lại.").await;
    decided_by(&pool, &lan, comment, 1, Decision::Approve).await.expect("approves");
    assert_eq!(own::withdraw(&pool, &link).await, Ok(id));
    assert_eq!(own::withdraw(&pool, &link).await, Ok(id), "again changes nothing");
    assert_eq!(shown(&pool, id).await, (0, 0));
    let found = own::find(&pool, &link).await.expect("reads").expect("is there");
    assert_eq!((found.version, found.withdrawn, found.can_be_corrected()), (3, true, false));
    // a moderator who was about to decide is told, and cannot bring it back
    for (seen, decision) in [(2, Decision::Remove), (2, Decision::Undo), (3, Decision::Undo), (3, Decision::Approve)] {
        let late = decided_by(&pool, &lan, comment, seen, decision).await;
        assert!(
            matches!(&late, Err(AppError::Conflict(first)) if first.by.as_deref() == Some("Người viết")),
            "{late:?}"
        );
    }
    assert_eq!(own::withdraw(&pool, &[0; 32]).await, Err(AppError::NotFound));
}

#[sqlx::test]
async fn a_writer_erases_all_of_theirs_and_nothing_of_others(pool: PgPool) {
    let id = article(&pool, "a", Totals::default()).await;
    let lan = staff(&pool, "lan").await;
    let (first, _) = linked(&pool, id, 7, "Ý kiến thứ nhất của tôi.").await;
    let (_, link) = linked(&pool, id, 7, "Ý kiến thứ hai của tôi.").await;
    decided_by(&pool, &lan, first, 1, Decision::Approve).await.expect("approves");
    crate::ratings::store::rate(&pool, id, Visitor([7; 32]), 5, false).await.expect("votes");
    let reply = send(&pool, id, Some(first), 8, "Người khác trả lời ở đây.").await.expect("is stored");
    decided_by(&pool, &lan, reply, 1, Decision::Approve).await.expect("approves");
    assert_eq!(own::erase_writer(&pool, &link).await, Ok(vec![id]));
    assert!(own::find(&pool, &link).await.expect("reads").is_none(), "the link is gone too");
    assert_eq!(own::erase_writer(&pool, &link).await, Err(AppError::NotFound));
    let rows = sqlx::query!("select name, body, email, visitor, state from comments order by id")
        .fetch_all(&pool)
        .await
        .expect("reads");
    for row in &rows[..2] {
        assert_eq!((row.name.as_str(), row.state.as_str(), row.email.is_none()), ("Đã xóa", "removed", true));
        assert!(row.body == "Người viết đã xóa ý kiến này." && row.visitor != [7; 32]);
    }
    assert_eq!((rows[2].body.as_str(), rows[2].state.as_str()), ("Người khác trả lời ở đây.", "published"));
    assert_eq!(shown(&pool, id).await, (0, 0), "an answer without what it answers is not shown");
    let voters = sqlx::query_scalar!("select visitor from votes").fetch_all(&pool).await.expect("reads");
    assert!(voters.len() == 1 && voters[0] != [7; 32], "the vote counts, and names nobody");
    assert!(
        crate::audit::store::verify(&pool, &crate::moderation::store::tests::key(), None).await.expect("reads").is_ok()
    );
}
