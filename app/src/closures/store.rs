//! The closures table.

use super::Closed;
use crate::audit::{By, Entry, store as audit};
use crate::error::{AppError, Rule, constraint};
use serde_json::json;
use sqlx::{PgExecutor, PgPool};
use time::OffsetDateTime;

/// A place where something is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// The article; none where it is the whole site.
    pub article: Option<i64>,
    /// Its title.
    pub title: Option<String>,
    /// Whether comments are closed.
    pub comments: bool,
    /// Whether ratings are closed.
    pub ratings: bool,
    /// What readers read.
    pub words: String,
    /// Since when.
    pub closed_at: OffsetDateTime,
}

/// What is closed at an article; its own sentence comes before the site's.
pub async fn at(db: impl PgExecutor<'_>, article: i64) -> Result<Closed, AppError> {
    let closed = sqlx::query_as!(
        Closed,
        "select (select words from closures where comments and (article_id is null or article_id = $1) order by article_id limit 1) as comments,
                (select words from closures where ratings and (article_id is null or article_id = $1) order by article_id limit 1) as ratings",
        article
    );
    Ok(closed.fetch_one(db).await?)
}

/// Everything that is closed, the whole site first.
pub async fn list(pool: &PgPool) -> Result<Vec<Closure>, AppError> {
    let list = sqlx::query_as!(
        Closure,
        r#"select article_id as article, title as "title?", comments, ratings, words, closed_at
           from closures left join articles on articles.id = article_id order by article_id nulls first"#
    );
    Ok(list.fetch_all(pool).await?)
}

/// Closes comments, ratings or both at an article, or everywhere, with an audit line. What is closed there stays closed; the
/// sentence is the new one.
pub async fn close(
    pool: &PgPool,
    by: By<'_>,
    article: Option<i64>,
    (comments, ratings): (bool, bool),
    words: &str,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "insert into closures (article_id, comments, ratings, words) values ($1, $2, $3, $4)
         on conflict (article_id) do update
         set comments = closures.comments or excluded.comments, ratings = closures.ratings or excluded.ratings, words = excluded.words, closed_at = now()",
        article,
        comments,
        ratings,
        words
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match constraint(&error) {
        Some("closure_words") => AppError::rule(Rule::Sentence),
        Some("closure_of_something") => AppError::rule(Rule::Closure),
        Some("closures_article_id_fkey") => AppError::NotFound,
        _ => error.into(),
    })?;
    let entry = Entry::new(by.account, "close", subject(article), json!({ "comments": comments, "ratings": ratings }));
    audit::append(&mut tx, by.key, vec![entry]).await?;
    Ok(tx.commit().await?)
}

/// Opens what is closed at an article, or everywhere, with an audit line. What is open stays open.
pub async fn open(pool: &PgPool, by: By<'_>, article: Option<i64>) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let opened = sqlx::query!("delete from closures where article_id is not distinct from $1", article)
        .execute(&mut *tx)
        .await?;
    if opened.rows_affected() == 1 {
        audit::append(&mut tx, by.key, vec![Entry::new(by.account, "open", subject(article), json!({}))]).await?;
    }
    Ok(tx.commit().await?)
}

fn subject(article: Option<i64>) -> (&'static str, Option<i64>) {
    if article.is_some() { ("article", article) } else { ("site", None) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::store::tests::staff;
    use crate::articles::store::tests::article;
    use crate::comments::store::tests::send;
    use crate::moderation::store::tests::key;
    use crate::ratings::{Totals, store as votes};
    use crate::session::Visitor;

    #[sqlx::test]
    async fn what_is_closed_takes_nothing_until_it_is_opened(pool: PgPool) {
        let (one, other) = (article(&pool, "a", Totals::default()).await, article(&pool, "b", Totals::default()).await);
        let (lan, key) = (staff(&pool, "lan").await, key());
        let by = By { account: Some(lan.id), key: &key };
        let visitor = Visitor([1; 32]);
        votes::rate(&pool, one, visitor, 3, false).await.expect("votes");
        close(&pool, by, Some(one), (true, false), "Đã hết hạn góp ý.").await.expect("closes");
        assert_eq!(send(&pool, one, None, 1, "Ý kiến đến quá muộn.").await, Err(AppError::Closed));
        votes::rate(&pool, one, visitor, 4, false).await.expect("ratings are open");
        send(&pool, other, None, 1, "Ý kiến ở bài khác.").await.expect("is open");
        close(&pool, by, None, (true, true), "Trang đang bảo trì.").await.expect("closes everything");
        assert_eq!(at(&pool, one).await.expect("reads").comments.as_deref(), Some("Đã hết hạn góp ý."));
        assert_eq!(at(&pool, other).await.expect("reads").ratings.as_deref(), Some("Trang đang bảo trì."));
        assert_eq!(votes::rate(&pool, one, visitor, 5, false).await, Err(AppError::Closed));
        assert_eq!(votes::rate(&pool, other, Visitor([2; 32]), 5, false).await, Err(AppError::Closed));
        votes::withdraw(&pool, one, visitor).await.expect("what is one's own is taken back at any time");
        close(&pool, by, None, (false, true), "Trang đang bảo trì.").await.expect("closes again");
        assert!(at(&pool, other).await.expect("reads").comments.is_some(), "closing opens nothing");
        open(&pool, by, None).await.expect("opens");
        open(&pool, by, None).await.expect("is open");
        open(&pool, by, Some(one)).await.expect("opens");
        assert_eq!(at(&pool, one).await, Ok(Closed::default()));
        votes::rate(&pool, one, visitor, 5, false).await.expect("votes again");
        send(&pool, one, None, 1, "Ý kiến đến đúng lúc.").await.expect("is open");
        let actions =
            sqlx::query_scalar!("select action from audit order by number").fetch_all(&pool).await.expect("reads");
        assert_eq!(actions, ["close", "close", "close", "open", "open"]);
    }

    #[sqlx::test]
    async fn nothing_is_closed_without_a_sentence_or_a_place(pool: PgPool) {
        let one = article(&pool, "a", Totals::default()).await;
        let (lan, key) = (staff(&pool, "lan").await, key());
        let by = By { account: Some(lan.id), key: &key };
        let sentence = "x".repeat(301);
        for (place, what, words, refused) in [
            (Some(one), (false, false), "Đã đóng.", AppError::rule(Rule::Closure)),
            (Some(one), (true, true), "", AppError::rule(Rule::Sentence)),
            (None, (true, true), &sentence, AppError::rule(Rule::Sentence)),
            (Some(one + 1), (true, true), "Đã đóng.", AppError::NotFound),
        ] {
            assert_eq!(close(&pool, by, place, what, words).await, Err(refused));
        }
        assert_eq!(list(&pool).await.expect("lists"), []);
    }
}
