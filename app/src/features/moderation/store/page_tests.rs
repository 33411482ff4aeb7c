//! What comes first on a page of the queue.

use super::queue::list_queue;
use super::tests::send_many;
use super::{list_decided_at, list_recent_reasons};
use crate::base::error::AppError;
use crate::features::comments::Decision;
use crate::features::comments::store::decide::{decide_comment, decide_comments};
use crate::features::moderation::queue_query::QueueQuery;
use crate::features::moderation::{Found, PER_PAGE};
use crate::testing::{actor_of, insert_article, insert_staff};
use sqlx::PgPool;

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
