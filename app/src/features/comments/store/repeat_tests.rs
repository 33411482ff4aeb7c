//! When a comment that is sent again is the same, and when it is another.

use super::own::withdraw_comment;
use super::retention::forget_senders;
use super::thread::list_comments;
use super::*;
use crate::features::comments::Decision;
use crate::testing::{decide_as, insert_article, insert_staff, send_comment};
use time::OffsetDateTime;

const TEXT: &str = "Cùng một ý kiến gửi nhiều lần.";

/// Who sends a comment, and from where.
#[derive(Clone, Copy)]
struct Sender {
    visitor: u8,
    /// The line and the browser.
    place: Option<u8>,
    token: Option<u8>,
}

const FIRST: Sender = Sender { visitor: 1, place: Some(1), token: None };

async fn send(
    pool: &PgPool,
    (article, parent): (i64, Option<i64>),
    from: Sender,
    name: &str,
    body: &str,
) -> Result<StoredComment, AppError> {
    let link_salt: [u8; 16] = rand::random();
    let writer = Writer {
        visitor: Visitor([from.visitor; 32]),
        sender: from.place.map(|byte| [byte; 16]),
        token_hash: from.token.map(|byte| [byte; 32]),
        notify: false,
        link_salt,
        link_hash: hash_token(&format!("{link_salt:?}")),
    };
    let draft = Draft { name: name.to_owned(), email: None, body: body.to_owned() };
    let consent = Consent { version: "v".to_owned(), text: "Tôi đồng ý".to_owned() };
    insert_comment(pool, article, parent, writer, &draft, &consent, Screening::default()).await
}

#[sqlx::test]
async fn twenty_posts_of_one_form_at_once_are_one_comment(pool: PgPool) {
    let a = insert_article(&pool, "a").await;
    let b = insert_article(&pool, "b").await;
    for (article, token) in [(a, None), (b, Some(9))] {
        let posts = (0..20).map(|n| {
            let pool = pool.clone();
            // without a cookie yet, so that each post comes from a new visitor
            let from = Sender { visitor: n + 1, token, ..FIRST };
            tokio::spawn(async move { send(&pool, (article, None), from, "Bích", TEXT).await })
        });
        let mut stored = Vec::new();
        for post in posts.collect::<Vec<_>>() {
            stored.push(post.await.expect("runs").expect("is stored"));
        }
        let first: Vec<_> = stored.iter().filter(|stored| !stored.is_repeat).collect();
        assert_eq!(first.len(), 1);
        assert!(stored.iter().all(|stored| stored.id == first[0].id));
        let links = stored.iter().filter(|stored| stored.link_salt.is_some()).count();
        assert_eq!(links, 1, "the link is the first one's alone");
    }
    assert_eq!(count_by_state(&pool).await.expect("reads").pending, 2);
}

#[sqlx::test]
async fn a_stranger_with_the_same_name_and_text_takes_nothing_over(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let first = send(&pool, (id, None), FIRST, "Bích", TEXT).await.expect("is stored");
    for stranger in [
        Sender { visitor: 2, place: Some(2), token: None },
        Sender { visitor: 3, place: None, token: None },
        Sender { visitor: 4, place: Some(3), token: Some(7) },
    ] {
        let theirs = send(&pool, (id, None), stranger, "Bích", TEXT).await.expect("is stored");
        assert!(!theirs.is_repeat && theirs.id != first.id, "it is a comment of its own");
    }
    // behind the same line and browser it may be the same person, who gets the same answer and nothing else
    let again = send(&pool, (id, None), Sender { visitor: 5, ..FIRST }, "Bích", TEXT).await.expect("is known");
    assert_eq!(again, StoredComment { id: first.id, is_repeat: true, link_salt: None, is_published: false });
    let own = list_comments(&pool, id, 1, Some(Visitor([1; 32]))).await.expect("reads");
    assert!(own.iter().any(|comment| comment.id == first.id), "it is still the first one's");
}

#[sqlx::test]
async fn what_differs_in_any_part_is_another_comment(pool: PgPool) {
    let (a, b) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
    let lan = insert_staff(&pool, "lan").await;
    let mut tops = Vec::new();
    for body in ["Ý kiến thứ nhất ở đây.", "Ý kiến thứ hai ở đây."] {
        let top = send_comment(&pool, a, None, 9, body).await.expect("is stored");
        decide_as(&pool, &lan, top, 1, Decision::Approve).await.expect("decides").expect("is first");
        tops.push(top);
    }
    for token in [None, Some(9)] {
        let from = Sender { token, ..FIRST };
        let first = send(&pool, (a, None), from, "Bích", TEXT).await.expect("is stored");
        let mut ids = vec![first.id];
        for (place, name, body) in [
            ((a, Some(tops[0])), "Bích", TEXT),
            ((a, Some(tops[1])), "Bích", TEXT),
            ((b, None), "Bích", TEXT),
            ((a, None), "Lan", TEXT),
            ((a, None), "Bích", "Cùng một ý kiến gửi nhiều lần!"),
        ] {
            let other = send(&pool, place, from, name, body).await.expect("is stored");
            assert!(!other.is_repeat && !ids.contains(&other.id));
            ids.push(other.id);
        }
        let again = send(&pool, (a, None), from, "Bích", TEXT).await.expect("is known");
        assert_eq!((again.id, again.link_salt), (first.id, first.link_salt), "its own visitor gets the same link");
    }
}

#[sqlx::test]
async fn the_same_words_after_a_decision_are_another_comment(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    let lan = insert_staff(&pool, "lan").await;
    let first = send(&pool, (id, None), FIRST, "Bích", TEXT).await.expect("is stored");
    let hash = sqlx::query_scalar!(r#"select link_hash as "hash!" from comments where id = $1"#, first.id);
    let hash: Vec<u8> = hash.fetch_one(&pool).await.expect("reads");
    withdraw_comment(&pool, &hash.try_into().expect("is a hash")).await.expect("withdraws");
    let second = send(&pool, (id, None), FIRST, "Bích", TEXT).await.expect("is stored");
    assert!(!second.is_repeat);
    decide_as(&pool, &lan, second.id, 1, Decision::Reject).await.expect("decides").expect("is first");
    let third = send(&pool, (id, None), FIRST, "Bích", TEXT).await.expect("is stored");
    assert!(!third.is_repeat);
    sqlx::query!("update comments set created_at = now() - interval '11 minutes'").execute(&pool).await.expect("ages");
    assert!(!send(&pool, (id, None), FIRST, "Bích", TEXT).await.expect("is stored").is_repeat);
    // a token is one comment while it waits or is published
    let with_token = Sender { token: Some(4), ..FIRST };
    let token = send(&pool, (id, None), with_token, "Bích", TEXT).await.expect("is stored");
    decide_as(&pool, &lan, token.id, 1, Decision::Approve).await.expect("decides").expect("is first");
    let again = send(&pool, (id, None), with_token, "Bích", TEXT).await.expect("is known");
    assert_eq!((again.id, again.is_repeat), (token.id, true));
    let next = send(&pool, (id, None), Sender { token: Some(5), ..FIRST }, "Bích", TEXT).await.expect("is stored");
    assert!(!next.is_repeat);
    decide_as(&pool, &lan, token.id, 2, Decision::Remove).await.expect("decides").expect("is first");
    assert!(!send(&pool, (id, None), with_token, "Bích", TEXT).await.expect("is stored").is_repeat);
}

#[sqlx::test]
async fn from_where_a_comment_came_is_forgotten_after_ten_minutes(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    send(&pool, (id, None), FIRST, "Bích", TEXT).await.expect("is stored");
    let now = OffsetDateTime::now_utc();
    let later = now + time::Duration::minutes(11);
    assert_eq!(forget_senders(&pool, now).await, Ok(0), "it is looked for in these minutes");
    assert_eq!(forget_senders(&pool, later).await, Ok(1));
    assert_eq!(forget_senders(&pool, later).await, Ok(0));
    let elsewhere = Sender { visitor: 2, ..FIRST };
    assert!(!send(&pool, (id, None), elsewhere, "Bích", TEXT).await.expect("is stored").is_repeat);
}

#[sqlx::test]
async fn the_totals_follow_every_change_whoever_makes_it(pool: PgPool) {
    let id = insert_article(&pool, "a").await;
    // each change is of several comments and replies at once
    let setup = sqlx::query(
        "with consent as (insert into consent_texts (version, text) values ('v', 'v') returning version),
              tops as (insert into comments (article_id, visitor, name, body, body_hash, state, consent_version)
                       select $1, random_hash(), 'An', 'Ý kiến số ' || n, random_hash(),
                              (case when n % 2 = 0 then 'pending' else 'published' end)::comment_state, version
                       from generate_series(1, 6) n, consent returning id)
         select count(*) from tops",
    );
    setup.bind(id).execute(&pool).await.expect("inserts");
    let replies = sqlx::query(
        "insert into comments (article_id, parent_id, visitor, name, body, body_hash, state, consent_version)
         select article_id, id, random_hash(), 'Bình', 'Trả lời số ' || n, random_hash(),
                (case when n = 1 then 'pending' else 'published' end)::comment_state, 'v'
         from comments, generate_series(1, 3) n",
    );
    replies.execute(&pool).await.expect("inserts");
    for round in 0..60i64 {
        let change = sqlx::query(
            "update comments set state = (array['pending', 'published', 'rejected', 'removed'])[1 + (id * 7 + $1) % 4]
                 ::comment_state, version = version + 1
             where (id * 31 + $1 * 17) % 5 < 2",
        );
        change.bind(round).execute(&pool).await.expect("changes");
        let (shown, threads) = sqlx::query_as::<_, (i32, i64)>(
            "select count(*)::integer, count(*) filter (where c.parent_id is null)
             from comments c left join comments p on p.id = c.parent_id
             where c.state = 'published' and (p.id is null or p.state = 'published')",
        )
        .fetch_one(&pool)
        .await
        .expect("counts");
        let totals = read_totals(&pool, id).await.expect("reads");
        assert_eq!((totals.shown, totals.threads), (shown, threads), "round {round}");
    }
}
