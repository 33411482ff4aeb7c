//! Writers who asked to be told.

use crate::error::AppError;
use crate::moderation::UNDO_SECONDS;
use sqlx::PgPool;

/// One after another: what breaks off is one.
const AT_ONCE: i64 = 1;
/// After so many tries nobody tries again.
const TRIES: i32 = 12;

/// A writer to tell what became of their comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The comment.
    pub id: i64,
    /// Its state.
    pub state: String,
    /// Why, where the moderator said so.
    pub note: Option<String>,
    /// Where to.
    pub email: String,
    /// Its article.
    pub article_id: i64,
    /// The article's title.
    pub title: String,
    /// The article's word in its address.
    pub slug: String,
}

/// Writers whose comment was decided, and stayed so for as long as it can be undone on the spot. Each is given once, to one
/// program: a mail that breaks off on the way is lost rather than sent twice.
pub async fn claim(pool: &PgPool) -> Result<Vec<Told>, AppError> {
    let told = sqlx::query_as!(
        Told,
        r#"with due as (
               select id from comments
               where tell and told_at is null and email is not null and withdrawn_at is null
                 and state in ('published', 'rejected', 'removed') and decided_at < now() - make_interval(secs => $1)
                 and (tell_next is null or tell_next < now())
               order by decided_at limit $2 for update skip locked
           )
           update comments c set told_at = now() from due, articles a where c.id = due.id and a.id = c.article_id
           returning c.id, c.state, c.note, c.email as "email!", c.article_id, a.title, a.slug"#,
        f64::from(UNDO_SECONDS),
        AT_ONCE
    );
    Ok(told.fetch_all(pool).await?)
}

/// A mail could not be sent for now: it is tried again, ever later.
pub async fn put_back(pool: &PgPool, comment: i64) -> Result<(), AppError> {
    sqlx::query!(
        "update comments set tell_tries = tell_tries + 1, tell_next = now() + make_interval(mins => (2 ^ tell_tries)::integer),
                             told_at = case when tell_tries + 1 < $2 then null else told_at end
         where id = $1",
        comment,
        TRIES
    )
    .execute(pool)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::store::tests::staff;
    use crate::articles::store::tests::article;
    use crate::comments::store::tests::send;
    use crate::moderation::{Decision, store::tests::decide_as};
    use crate::ratings::Totals;

    #[sqlx::test]
    async fn a_writer_is_told_once_and_only_what_stands(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let lan = staff(&pool, "lan").await;
        let comment = send(&pool, id, None, 1, "Ý kiến của tôi đây.").await.expect("is stored");
        let silent = send(&pool, id, None, 2, "Ý kiến của người khác.").await.expect("is stored");
        sqlx::query!("update comments set tell = true, email = 'a@b.vn' where id = $1", comment)
            .execute(&pool)
            .await
            .expect("asks");
        assert_eq!(claim(&pool).await, Ok(vec![]), "it waits");
        for one in [comment, silent] {
            decide_as(&pool, &lan, one, 1, Decision::Approve).await.expect("approves");
        }
        assert_eq!(claim(&pool).await, Ok(vec![]), "it can still be undone");
        let pass = async || {
            sqlx::query!("update comments set decided_at = now() - interval '31 seconds', tell_next = null")
                .execute(&pool)
                .await
                .expect("passes");
        };
        pass().await;
        let (a, b) = tokio::join!(claim(&pool), claim(&pool));
        let told = [a.expect("claims"), b.expect("claims")].concat();
        assert_eq!((told.len(), told[0].id, told[0].state.as_str()), (1, comment, "published"));
        for tried in 1..=TRIES {
            put_back(&pool, comment).await.expect("puts back");
            pass().await;
            let again = claim(&pool).await.expect("claims").len();
            assert_eq!(again, usize::from(tried < TRIES), "try {tried}");
        }
    }
}
