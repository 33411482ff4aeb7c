//! What was typed into forms that were refused.

use super::Refusal;
use crate::error::AppError;
use crate::keys::{token, token_hash};
use crate::session::Visitor;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

/// How long it is kept.
pub const KEPT: Duration = Duration::minutes(30);

/// Keeps a refusal and gives the token that shows it.
pub async fn keep(pool: &PgPool, visitor: Option<Visitor>, refusal: &Refusal) -> Result<String, AppError> {
    let token = token();
    sqlx::query!(
        "insert into form_refusals (token_hash, visitor, refusal) values ($1, $2, $3)",
        &token_hash(&token)[..],
        visitor.as_ref().map(|visitor| &visitor.0[..]),
        Json(refusal) as _
    )
    .execute(pool)
    .await?;
    Ok(token)
}

/// The refusal that a token shows. It works once; again only for the visitor that it belongs to, so that an address
/// that is passed on shows nobody's words, and a page that is loaded again loses none.
pub async fn show(pool: &PgPool, visitor: Option<Visitor>, token: &str) -> Result<Option<Refusal>, AppError> {
    let refusal = sqlx::query_scalar!(
        r#"update form_refusals set shown_at = coalesce(shown_at, now())
           where token_hash = $1 and created_at > now() - interval '30 minutes' and (shown_at is null or visitor = $2)
           returning refusal as "refusal: Json<Refusal>""#,
        &token_hash(token)[..],
        visitor.as_ref().map(|visitor| &visitor.0[..])
    )
    .fetch_optional(pool)
    .await?;
    Ok(refusal.map(|refusal| refusal.0))
}

/// Forgets what a visitor typed, in the transaction that erases what else there is of them.
pub async fn forget_visitor(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!("delete from form_refusals where visitor = $1", visitor).execute(db).await?;
    Ok(())
}

/// Erases what is older than half an hour at `now`.
pub async fn erase(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    Ok(sqlx::query!("delete from form_refusals where created_at < $1", now - KEPT).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Rule;

    fn refusal() -> Refusal {
        Refusal {
            action: "/api/comment".to_owned(),
            error: AppError::rule(Rule::Name),
            fields: vec![("body".to_owned(), "Chào bà con".to_owned())],
        }
    }

    #[sqlx::test]
    async fn a_token_shows_once_and_again_to_its_own_visitor_alone(pool: PgPool) {
        let (me, other) = (Some(Visitor([1; 32])), Some(Visitor([2; 32])));
        let token = keep(&pool, me, &refusal()).await.expect("keeps");
        assert_eq!(show(&pool, me, &token).await, Ok(Some(refusal())));
        assert_eq!(show(&pool, me, &token).await, Ok(Some(refusal())));
        assert_eq!(show(&pool, other, &token).await, Ok(None));
        assert_eq!(show(&pool, None, &token).await, Ok(None));
        let nobodys = keep(&pool, None, &refusal()).await.expect("keeps");
        assert_eq!(show(&pool, None, &nobodys).await, Ok(Some(refusal())));
        assert_eq!(show(&pool, None, &nobodys).await, Ok(None));
        assert_eq!(show(&pool, me, "another").await, Ok(None));
    }

    #[sqlx::test]
    async fn after_half_an_hour_it_is_gone(pool: PgPool) {
        let me = Some(Visitor([1; 32]));
        let token = keep(&pool, me, &refusal()).await.expect("keeps");
        assert_eq!(erase(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        sqlx::query!("update form_refusals set created_at = now() - interval '31 minutes'")
            .execute(&pool)
            .await
            .expect("ages");
        assert_eq!(show(&pool, me, &token).await, Ok(None));
        assert_eq!(erase(&pool, OffsetDateTime::now_utc()).await, Ok(1));
    }
}
