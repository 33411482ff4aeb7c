//! What comes first on a page of the queue.

use super::queue::{find_latest_place, list_queue, list_versions};
use super::tests::send_many;
use super::{list_decided_at, list_recent_reasons};
use crate::base::clock;
use crate::base::error::AppError;
use crate::features::comments::store::carried::{CarriedComment, carry_over_comments};
use crate::features::comments::store::decide::{decide_comment, decide_comments};
use crate::features::comments::{Decision, Draft};
use crate::features::moderation::queue_query::{QueueQuery, Tab};
use crate::features::moderation::{Found, PER_PAGE};
use crate::features::questions::store::insert_question;
use crate::testing::{actor_of, insert_article, insert_staff, send_comment, send_inquiry};
use sqlx::PgPool;
use time::OffsetDateTime;

#[sqlx::test]
async fn the_reasons_that_one_gave_come_the_last_first_and_no_others(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
    let sent = send_many(&pool, id, 5).await;
    for (comment, by, note) in
        [(0, &lan, Some("a")), (1, &lan, Some("b")), (2, &lan, Some("a")), (3, &lan, None), (4, &minh, Some("c"))]
    {
        decide_comment(&pool, actor_of(by), (sent[comment], 1), Decision::Reject, note)
            .await
            .expect("decides")
            .expect("is first");
    }
    assert_eq!(list_recent_reasons(&pool, lan.id).await.expect("reads"), ["a", "b"]);
    assert_eq!(list_recent_reasons(&pool, minh.id).await.expect("reads"), ["c"]);
}

#[sqlx::test]
async fn flagged_comments_come_first_on_pages_that_miss_none(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let sent = send_many(&pool, id, 130).await;
    let flagged: Vec<i64> = sent.iter().copied().filter(|comment| comment % 2 == 0).collect();
    sqlx::query("update comments set reasons = '[{\"kind\":\"trap\"}]' where id = any($1)")
        .bind(&flagged)
        .execute(&pool)
        .await
        .expect("are flagged");
    let others = sent.iter().copied().filter(|comment| comment % 2 != 0);
    let mut query = QueueQuery { is_sorted: true, ..QueueQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = list_queue(&pool, &query).await.expect("lists");
        assert!(page.rows.len() as i64 <= PER_PAGE);
        seen.extend(page.rows.iter().map(|row| row.id));
        match page.next {
            Some(next) => query = query.page_after(&next),
            None => break,
        }
    }
    assert_eq!(seen, flagged.iter().copied().chain(others).collect::<Vec<_>>());
    // a page that is full of flagged ones leads on as well
    sqlx::query("update comments set reasons = '[]' where id <> all($1)")
        .bind(&flagged[..50])
        .execute(&pool)
        .await
        .expect("are not flagged");
    let first = QueueQuery { is_sorted: true, ..QueueQuery::default() };
    let page = list_queue(&pool, &first).await.expect("lists");
    assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), flagged[..50]);
    let second = list_queue(&pool, &first.page_after(&page.next.expect("leads on"))).await.expect("lists");
    assert_eq!((second.rows.len(), second.rows[0].id), (50, sent[0].min(sent[1])));
    let narrowed = QueueQuery { reason: "trap".to_owned(), ..QueueQuery { is_sorted: true, ..QueueQuery::default() } };
    assert_eq!(list_queue(&pool, &narrowed).await.expect("lists").found, Some(Found::Exactly(50)));
}

#[sqlx::test]
async fn what_was_decided_together_is_found_as_far_as_nobody_changed_it_since(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let (lan, minh) = (insert_staff(&pool, "lan").await, insert_staff(&pool, "minh").await);
    let sent = send_many(&pool, id, 4).await;
    let seen: Vec<(i64, i32)> = sent.iter().map(|comment| (*comment, 1)).collect();
    let done = decide_comments(&pool, actor_of(&lan), &seen, Decision::Approve, None).await.expect("decides");
    let moment = i64::try_from(done.moment.unix_timestamp_nanos() / 1000).expect("is a time");
    let other = decide_comment(&pool, actor_of(&minh), (sent[2], 2), Decision::Remove, None).await;
    other.expect("decides").expect("is first");
    let found = list_decided_at(&pool, lan.id, moment).await.expect("lists");
    assert_eq!(found, [(sent[0], 2), (sent[1], 2), (sent[3], 2)]);
    assert!(list_decided_at(&pool, minh.id, moment).await.expect("lists").is_empty(), "they are another one's");
    assert_eq!(list_decided_at(&pool, lan.id, i64::MAX).await, Err(AppError::NotFound));
}

#[sqlx::test]
async fn all_of_a_tab_are_those_that_were_there(pool: PgPool) {
    assert_eq!(find_latest_place(&pool).await, Ok(0));
    let pending = &QueueQuery::of_tab(Tab::Pending);
    let id = insert_article(&pool, "a").await;
    let mut db = pool.acquire().await.expect("connects");
    let draft = Draft { name: "Lê Thảo".to_owned(), email: None, body: "Chờ từ trang cũ.".to_owned() };
    let created_at = OffsetDateTime::UNIX_EPOCH;
    let carried = CarriedComment { article: id, parent: None, draft, created_at, is_published: false };
    let old = carry_over_comments(&mut db, std::slice::from_ref(&carried)).await.expect("stores")[0];
    let here = send_comment(&pool, id, None, 1, "Ý kiến viết ở đây.").await.expect("is stored");
    let last = find_latest_place(&pool).await.expect("reads");
    let later = send_comment(&pool, id, None, 2, "Ý kiến đến sau đó.").await.expect("is stored");
    let message = send_inquiry(&pool, 3, "Xin hỏi giờ làm việc.").await.expect("is stored");
    let later_old = carry_over_comments(&mut db, &[carried]).await.expect("stores")[0];
    assert_eq!(list_versions(&pool, pending, last).await, Ok(vec![(here, 1), (old, 1)]));
    let all = list_versions(&pool, pending, i64::MAX).await;
    assert_eq!(all, Ok([here, later, old, later_old].map(|id| (id, 1)).to_vec()));
    let day = clock::local_day(OffsetDateTime::now_utc());
    insert_question(&mut db, message, day).await.expect("inserts");
    let inquiries = QueueQuery::of_tab(Tab::Inquiries);
    assert_eq!(list_versions(&pool, &inquiries, i64::MAX).await, Ok(vec![(message, 1)]));
}

#[sqlx::test]
async fn what_is_overdue_longest_stands_on_top_of_the_questions_whatever_narrows_them(pool: PgPool) {
    let (here, there) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
    let lan = insert_staff(&pool, "lan").await;
    let today = clock::local_day(OffsetDateTime::now_utc());
    let mut ids = Vec::new();
    for (n, (article, days)) in (0..).zip([(here, 3), (here, -4), (there, 0), (here, -1), (there, -10)]) {
        let id = send_comment(&pool, article, None, n, &format!("Câu hỏi số {n} đây ạ?")).await.expect("is stored");
        let mut db = pool.acquire().await.expect("connects");
        insert_question(&mut db, id, today + time::Duration::days(days)).await.expect("inserts");
        decide_comment(&pool, actor_of(&lan), (id, 1), Decision::Approve, None).await.expect("decides").expect("first");
        ids.push(id);
    }
    let give = sqlx::query("update questions set assigned_to = $1 where comment_id = any($2)");
    give.bind(lan.id).bind(&[ids[0], ids[1], ids[4]][..]).execute(&pool).await.expect("are given");
    let (article, moderator) = (here.to_string(), lan.id.to_string());
    for (article, moderator, text, expected) in [
        ("", "", "", &[4, 1, 3, 2, 0][..]),
        (&article, "", "", &[1, 3, 0]),
        ("", &moderator, "", &[4, 1, 0]),
        (&article, &moderator, "", &[1, 0]),
        ("", "", "câu hỏi", &[4, 1, 3, 2, 0]),
        (&article, "", "số 3", &[3]),
    ] {
        let (article, moderator, text) = (article.to_owned(), moderator.to_owned(), text.to_owned());
        let query = QueueQuery { tab: Tab::Unanswered, article, moderator, text, ..QueueQuery::default() };
        let found: Vec<i64> = list_queue(&pool, &query).await.expect("lists").rows.iter().map(|row| row.id).collect();
        let expected: Vec<i64> = expected.iter().map(|at| ids[*at]).collect();
        assert_eq!(found, expected, "{query:?}");
    }
}
