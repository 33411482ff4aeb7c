//! The closures table.

pub mod policies;

use super::{BAD_MESSAGE, CLOSE, Closed, NO_COMMENTS, NO_RATINGS, NOTHING_CHOSEN, OPINIONS_OVER, REOPEN, TOO_OLD};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry, Subject};
use serde_json::json;
use sqlx::{PgExecutor, PgPool};
use time::OffsetDateTime;

/// A closure, as the desk lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closure {
    /// The article; `None` for the whole site.
    pub article: Option<i64>,
    pub title: Option<String>,
    pub comments: bool,
    pub ratings: bool,
    pub message: String,
    pub closed_at: OffsetDateTime,
}

/// Finds what is closed at an article: by a closure, whose sentence at the article takes precedence over the site's, or
/// because its writer asked for no comments or ratings.
#[tracing::instrument(skip(db))]
pub async fn find_closed(db: impl PgExecutor<'_>, article: i64) -> Result<Closed, AppError> {
    let row = sqlx::query_as!(
        ClosedRow,
        r#"select comments, ratings, takes_no_comments as "takes_no_comments!", is_over as "is_over!",
                  is_too_old as "is_too_old!", takes_no_ratings as "takes_no_ratings!"
           from closed_at($1)"#,
        article
    );
    Ok(row.fetch_one(db).await?.into())
}

/// What `closed_at` finds.
pub struct ClosedRow {
    /// The sentence of a closure of comments.
    pub comments: Option<String>,
    /// The sentence of a closure of ratings.
    pub ratings: Option<String>,
    pub takes_no_comments: bool,
    /// Whether the time for opinions is over.
    pub is_over: bool,
    /// Whether the article is too old for comments.
    pub is_too_old: bool,
    pub takes_no_ratings: bool,
}

impl From<ClosedRow> for Closed {
    fn from(row: ClosedRow) -> Self {
        let comments = row.comments.or_else(|| row.takes_no_comments.then(|| NO_COMMENTS.to_owned()));
        Self {
            comments: comments
                .or_else(|| row.is_over.then(|| OPINIONS_OVER.to_owned()))
                .or_else(|| row.is_too_old.then(|| TOO_OLD.to_owned())),
            ratings: row.ratings.or_else(|| row.takes_no_ratings.then(|| NO_RATINGS.to_owned())),
        }
    }
}

/// Lists all closures, that of the whole site first.
#[tracing::instrument(skip(pool))]
pub async fn list_closures(pool: &PgPool) -> Result<Vec<Closure>, AppError> {
    let closures = sqlx::query_as!(
        Closure,
        r#"select article_id as article, title as "title?", comments, ratings, message, closed_at
           from closures left join articles on articles.id = article_id order by article_id nulls first"#
    );
    Ok(closures.fetch_all(pool).await?)
}

/// Closes comments, ratings or both, at an article or everywhere. What is closed there already stays closed, with the
/// new sentence.
#[tracing::instrument(skip_all, fields(article))]
pub async fn close(
    pool: &PgPool,
    actor: Actor<'_>,
    article: Option<i64>,
    (comments, ratings): (bool, bool),
    message: &str,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    sqlx::query!(
        "insert into closures (article_id, comments, ratings, message) values ($1, $2, $3, $4)
         on conflict (article_id) do update
         set comments = closures.comments or excluded.comments, ratings = closures.ratings or excluded.ratings,
             message = excluded.message, closed_at = now()",
        article,
        comments,
        ratings,
        message
    )
    .execute(&mut *tx)
    .await
    .map_err(|error| match constraint(&error) {
        Some("closure_message") => AppError::invalid(BAD_MESSAGE),
        Some("closure_of_something") => AppError::invalid(NOTHING_CHOSEN),
        Some("closures_article_id_fkey") => AppError::NotFound,
        _ => error.into(),
    })?;
    let detail = json!({ "comments": comments, "ratings": ratings });
    actor.record(&mut tx, Entry::new(actor, CLOSE, subject(article), detail)).await?;
    Ok(tx.commit().await?)
}

/// Reopens what is closed at an article or everywhere. What is open stays open.
#[tracing::instrument(skip_all, fields(article))]
pub async fn reopen(pool: &PgPool, actor: Actor<'_>, article: Option<i64>) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let reopened = sqlx::query!("delete from closures where article_id is not distinct from $1", article)
        .execute(&mut *tx)
        .await?;
    if reopened.rows_affected() == 1 {
        actor.record(&mut tx, Entry::new(actor, REOPEN, subject(article), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

fn subject(article: Option<i64>) -> Subject {
    if article.is_some() { ("article", article) } else { ("site", None) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::closures::CLOSED;
    use crate::features::ratings::VoteState::Counted;
    use crate::features::ratings::store as votes;
    use crate::testing::{actor_of, insert_article, insert_staff, list_actions, send_comment};
    use crate::web::visitor::Visitor;

    #[sqlx::test]
    async fn what_is_closed_takes_nothing_until_it_is_opened(pool: PgPool) {
        let (one, other) = (insert_article(&pool, "a").await, insert_article(&pool, "b").await);
        let lan = insert_staff(&pool, "lan").await;
        let lan = actor_of(&lan);
        let visitor = Visitor([1; 32]);
        votes::upsert_vote(&pool, one, visitor, 3, Counted).await.expect("votes");
        close(&pool, lan, Some(one), (true, false), "Đã hết hạn góp ý.").await.expect("closes");
        assert_eq!(send_comment(&pool, one, None, 1, "Ý kiến đến quá muộn.").await, Err(AppError::Forbidden(CLOSED)));
        votes::upsert_vote(&pool, one, visitor, 4, Counted).await.expect("ratings are open");
        send_comment(&pool, other, None, 1, "Ý kiến ở bài khác.").await.expect("is open");
        close(&pool, lan, None, (true, true), "Trang đang bảo trì.").await.expect("closes everything");
        assert_eq!(find_closed(&pool, one).await.expect("reads").comments.as_deref(), Some("Đã hết hạn góp ý."));
        assert_eq!(find_closed(&pool, other).await.expect("reads").ratings.as_deref(), Some("Trang đang bảo trì."));
        assert_eq!(votes::upsert_vote(&pool, one, visitor, 5, Counted).await, Err(AppError::Forbidden(CLOSED)));
        assert_eq!(
            votes::upsert_vote(&pool, other, Visitor([2; 32]), 5, Counted).await,
            Err(AppError::Forbidden(CLOSED))
        );
        votes::delete_vote(&pool, one, visitor).await.expect("what is one's own is taken back at any time");
        close(&pool, lan, None, (false, true), "Trang đang bảo trì.").await.expect("closes again");
        assert!(find_closed(&pool, other).await.expect("reads").comments.is_some(), "closing opens nothing");
        let before = list_closures(&pool).await.expect("lists");
        close(&pool, lan, None, (false, true), "Trang đang bảo trì.").await.expect("the same again changes nothing");
        let after = list_closures(&pool).await.expect("lists");
        assert_eq!(after.len(), 2);
        for (was, is) in before.iter().zip(&after) {
            assert_eq!((was.comments, was.ratings, &was.message), (is.comments, is.ratings, &is.message));
        }
        reopen(&pool, lan, None).await.expect("opens");
        reopen(&pool, lan, None).await.expect("is open");
        reopen(&pool, lan, Some(one)).await.expect("opens");
        assert_eq!(find_closed(&pool, one).await, Ok(Closed::default()));
        votes::upsert_vote(&pool, one, visitor, 5, Counted).await.expect("votes again");
        send_comment(&pool, one, None, 1, "Ý kiến đến đúng lúc.").await.expect("is open");
        assert_eq!(list_actions(&pool).await, ["close", "close", "close", "close", "reopen", "reopen"]);
    }

    #[sqlx::test]
    async fn nothing_is_closed_without_a_sentence_or_a_place(pool: PgPool) {
        let one = insert_article(&pool, "a").await;
        let lan = insert_staff(&pool, "lan").await;
        let lan = actor_of(&lan);
        let sentence = "x".repeat(301);
        for (article, what, message, refused) in [
            (Some(one), (false, false), "Đã đóng.", AppError::invalid(NOTHING_CHOSEN)),
            (Some(one), (true, true), "", AppError::invalid(BAD_MESSAGE)),
            (None, (true, true), &sentence, AppError::invalid(BAD_MESSAGE)),
            (Some(one + 1), (true, true), "Đã đóng.", AppError::NotFound),
        ] {
            assert_eq!(close(&pool, lan, article, what, message).await, Err(refused));
        }
        assert_eq!(list_closures(&pool).await.expect("lists"), []);
        reopen(&pool, lan, Some(one + 1)).await.expect("has nothing to open");
        assert!(list_actions(&pool).await.is_empty());
    }
}
