//! Decisions with their audit lines, and the lists that they are made from.

use super::{Decision, DeskCard, Done, PER_PAGE, Tab};
use crate::accounts::Staff;
use crate::error::{AppError, Decided};
use crate::{articles, clock, comments, ratings};
use sqlx::PgPool;
use time::OffsetDateTime;

/// Decides about a comment as the version `seen`: the decision, its audit line and the news of it are one transaction.
/// Gives the comment's article, too.
pub async fn decide(
    pool: &PgPool,
    by: &Staff,
    comment: i64,
    seen: i32,
    decision: Decision,
) -> Result<(i64, Done), AppError> {
    let mut tx = pool.begin().await?;
    let article = comments::store::decide(&mut tx, comment, seen, decision, by.id).await?;
    let at = sqlx::query_scalar!(
        "insert into audit (account_id, action, comment_id, detail)
         values ($1, $2, $3, jsonb_build_object('article', $4::bigint, 'version', $5::int)) returning at",
        by.id,
        decision.value(),
        comment,
        article,
        seen
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    let decided =
        Decided { by: Some(by.name.clone()), what: Decision::past(decision.to()).to_owned(), at: clock::short(at) };
    Ok((article, Done { version: seen + 1, state: decision.to().to_owned(), decided }))
}

/// Lets an article's held votes up to `until` in, or throws them out, with an audit line. Somebody else may have been first.
pub async fn review_votes(
    pool: &PgPool,
    by: &Staff,
    article: i64,
    until: OffsetDateTime,
    admit: bool,
) -> Result<(), AppError> {
    let action = if admit { "admit-votes" } else { "discard-votes" };
    let mut tx = pool.begin().await?;
    let count = ratings::store::review(&mut tx, article, until, admit).await?;
    if count == 0 {
        let first = sqlx::query!(
            r#"select at, action, display_name as "by?" from audit left join accounts on accounts.id = account_id
               where action in ('admit-votes', 'discard-votes') and detail->>'article' = $1::bigint::text order by audit.id desc limit 1"#,
            article
        );
        let first = first.fetch_optional(&mut *tx).await?.ok_or(AppError::NotFound)?;
        let what = if first.action == "admit-votes" {
            "đã tính các đánh giá này"
        } else {
            "đã bỏ các đánh giá này"
        };
        return Err(AppError::Conflict(Decided { by: first.by, what: what.to_owned(), at: clock::short(first.at) }));
    }
    sqlx::query!(
        "insert into audit (account_id, action, detail) values ($1, $2, jsonb_build_object('article', $3::bigint, 'votes', $4::bigint))",
        by.id,
        action,
        article,
        count
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Writes what staff did, other than deciding.
pub async fn note(pool: &PgPool, account: Option<i64>, action: &str) -> Result<(), AppError> {
    sqlx::query!("insert into audit (account_id, action) values ($1, $2)", account, action).execute(pool).await?;
    Ok(())
}

struct Row {
    id: i64,
    version: i32,
    state: String,
    title: String,
    slug: String,
    article_id: i64,
    name: String,
    body: String,
    parent: Option<String>,
    created_at: OffsetDateTime,
    decided_at: Option<OffsetDateTime>,
    decided_by: Option<String>,
}

impl Row {
    fn card(self, now: OffsetDateTime) -> DeskCard {
        let held = self.state == "held";
        let mut path = articles::path(&self.slug, self.article_id);
        if self.state == "published" {
            path.push_str(&format!("?y-kien={0}#{1}", self.id, comments::anchor(self.id)));
        }
        DeskCard {
            path,
            decided: self.decided_at.map(|at| Decided {
                by: self.decided_by,
                what: Decision::past(&self.state).to_owned(),
                at: clock::short(at),
            }),
            waited: held.then(|| clock::waited(self.created_at, now)),
            date: clock::short(self.created_at),
            iso: clock::iso(self.created_at),
            id: self.id,
            version: self.version,
            state: self.state,
            article: self.title,
            name: self.name,
            body: self.body,
            parent: self.parent,
        }
    }
}

/// A page of a tab, and where the next begins. `after` is what an earlier page gave.
pub async fn page(
    pool: &PgPool,
    tab: Tab,
    after: Option<i64>,
    now: OffsetDateTime,
) -> Result<(Vec<DeskCard>, Option<i64>), AppError> {
    // both orders go by one column each, so that every page costs the same
    let mut rows = match tab {
        Tab::Held => {
            sqlx::query_as!(
                Row,
                r#"select c.id, c.version, c.state, a.title, a.slug, c.article_id, c.name, c.body, p.body as "parent?",
                          c.created_at, c.decided_at, display_name as "decided_by?"
                   from comments c join articles a on a.id = c.article_id
                   left join comments p on p.id = c.parent_id left join accounts on accounts.id = c.decided_by
                   where c.state = 'held' and c.id > $1 order by c.id limit $2"#,
                after.unwrap_or(0),
                PER_PAGE + 1
            )
            .fetch_all(pool)
            .await?
        }
        Tab::Votes => Vec::new(),
        Tab::Published => {
            sqlx::query_as!(
                Row,
                r#"select c.id, c.version, c.state, a.title, a.slug, c.article_id, c.name, c.body, p.body as "parent?",
                          c.created_at, c.decided_at, display_name as "decided_by?"
                   from comments c join articles a on a.id = c.article_id
                   left join comments p on p.id = c.parent_id left join accounts on accounts.id = c.decided_by
                   where c.state = 'published'
                     and ($1::bigint is null or (c.decided_at, c.id) < (select b.decided_at, b.id from comments b where b.id = $1))
                   order by c.decided_at desc, c.id desc limit $2"#,
                after,
                PER_PAGE + 1
            )
            .fetch_all(pool)
            .await?
        }
    };
    let more = rows.len() as i64 > PER_PAGE;
    rows.truncate(PER_PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    Ok((rows.into_iter().map(|row| row.card(now)).collect(), next))
}

/// These comments as they stand now.
pub async fn find(pool: &PgPool, ids: &[i64], now: OffsetDateTime) -> Result<Vec<DeskCard>, AppError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select c.id, c.version, c.state, a.title, a.slug, c.article_id, c.name, c.body, p.body as "parent?",
                  c.created_at, c.decided_at, display_name as "decided_by?"
           from comments c join articles a on a.id = c.article_id
           left join comments p on p.id = c.parent_id left join accounts on accounts.id = c.decided_by
           where c.id = any($1) order by c.id"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| row.card(now)).collect())
}

/// Erases audit lines written before `before`.
pub async fn erase_audit(pool: &PgPool, before: OffsetDateTime) -> Result<u64, AppError> {
    Ok(sqlx::query!("delete from audit where at < $1", before).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::store::tests::staff;
    use crate::articles::store::tests::article;
    use crate::comments::store::tests::send;
    use crate::ratings::Totals;

    #[sqlx::test]
    async fn a_decision_is_made_once_whoever_comes_second(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
        let (of, done) = decide(&pool, &lan, comment, 1, Decision::Approve).await.expect("approves");
        assert_eq!(of, id);
        assert_eq!((done.version, done.state.as_str()), (2, "published"));
        for (who, decision) in [(&hoa, Decision::Reject), (&hoa, Decision::Approve), (&lan, Decision::Approve)] {
            let late = decide(&pool, who, comment, 1, decision).await;
            assert!(
                matches!(&late, Err(AppError::Conflict(first)) if first.by.as_deref() == Some("Chị lan") && first.what == "đã duyệt"),
                "{late:?}"
            );
        }
        // the right version, but nothing to decide
        assert!(matches!(decide(&pool, &hoa, comment, 2, Decision::Reject).await, Err(AppError::Conflict(_))));
        assert!(matches!(decide(&pool, &hoa, comment, 3, Decision::Remove).await, Err(AppError::Conflict(_))));
        assert_eq!(decide(&pool, &hoa, comment + 1, 1, Decision::Approve).await, Err(AppError::NotFound));
        decide(&pool, &hoa, comment, 2, Decision::Remove).await.expect("removes");
        let lines = sqlx::query_scalar!("select action from audit order by id").fetch_all(&pool).await.expect("reads");
        assert_eq!(lines, ["approve", "remove"]);
    }

    #[sqlx::test]
    async fn held_votes_are_decided_once_with_an_audit_line(pool: PgPool) {
        use crate::session::Visitor;
        let id = article(&pool, "a", Totals::default()).await;
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        ratings::store::rate(&pool, id, Visitor([1; 32]), 5, true).await.expect("is stored");
        let until = ratings::store::held(&pool).await.expect("lists")[0].until;
        review_votes(&pool, &lan, id, until, true).await.expect("lets in");
        let late = review_votes(&pool, &hoa, id, until, false).await;
        assert!(matches!(&late, Err(AppError::Conflict(first)) if first.by.as_deref() == Some("Chị lan")), "{late:?}");
        assert_eq!(review_votes(&pool, &hoa, id + 1, until, false).await, Err(AppError::NotFound));
        assert_eq!(ratings::store::score(&pool, id).await.expect("reads").totals, Totals { points: 5, ratings: 1 });
        let lines = sqlx::query_scalar!("select action from audit order by id").fetch_all(&pool).await.expect("reads");
        assert_eq!(lines, ["admit-votes"]);
    }

    #[sqlx::test]
    async fn ten_who_decide_at_once_make_one_decision(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let lan = staff(&pool, "lan").await;
        let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
        let tries = (0..10).map(|n| {
            let (pool, lan) = (pool.clone(), lan.clone());
            let decision = if n % 2 == 0 { Decision::Approve } else { Decision::Reject };
            tokio::spawn(async move { decide(&pool, &lan, comment, 1, decision).await })
        });
        let mut made = 0;
        for each in tries.collect::<Vec<_>>() {
            made += usize::from(each.await.expect("runs").is_ok());
        }
        let lines =
            sqlx::query_scalar!(r#"select count(*) as "count!" from audit"#).fetch_one(&pool).await.expect("counts");
        assert_eq!((made, lines), (1, 1));
    }

    #[sqlx::test]
    async fn the_queue_is_oldest_first_fifty_a_page(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let lan = staff(&pool, "lan").await;
        let mut ids = Vec::new();
        for n in 0..53 {
            ids.push(send(&pool, id, None, n, &format!("Ý kiến có đánh số {n}.")).await.expect("is stored"));
        }
        let now = OffsetDateTime::now_utc();
        let (cards, next) = page(&pool, Tab::Held, None, now).await.expect("reads");
        assert_eq!((cards.len(), cards[0].id, next), (50, ids[0], Some(ids[49])));
        assert_eq!(cards[0].waited.as_deref(), Some("vừa gửi"));
        let (cards, next) = page(&pool, Tab::Held, next, now).await.expect("reads");
        assert_eq!((cards.len(), cards[0].id, next), (3, ids[50], None));
        for &comment in &ids[..2] {
            decide(&pool, &lan, comment, 1, Decision::Approve).await.expect("approves");
        }
        let (cards, _) = page(&pool, Tab::Published, None, now).await.expect("reads");
        assert_eq!(cards.iter().map(|card| card.id).collect::<Vec<_>>(), [ids[1], ids[0]]);
        assert_eq!(cards[0].decided.as_ref().and_then(|decided| decided.by.as_deref()), Some("Chị lan"));
        let (cards, _) = page(&pool, Tab::Published, Some(ids[1]), now).await.expect("reads");
        assert_eq!(cards.iter().map(|card| card.id).collect::<Vec<_>>(), [ids[0]]);
        assert_eq!(find(&pool, &ids[..3], now).await.expect("reads").len(), 3);
    }

    #[sqlx::test]
    async fn old_audit_lines_are_erased(pool: PgPool) {
        note(&pool, None, "sign-in").await.expect("notes");
        let now = OffsetDateTime::now_utc();
        assert_eq!(erase_audit(&pool, now - time::Duration::days(1)).await, Ok(0));
        assert_eq!(erase_audit(&pool, now + time::Duration::days(1)).await, Ok(1));
    }
}
