//! Refused forms, kept for half an hour.

use crate::base::error::AppError;
use crate::base::keys::{hash_token, random_token};
use crate::web::forms::refusal::Refusal;
use crate::web::visitor::Visitor;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

/// How long a refused form is kept.
const LIFETIME: Duration = Duration::minutes(30);

/// Stores a refused form and returns the token that shows it.
#[tracing::instrument(skip_all)]
pub async fn insert_refusal(pool: &PgPool, visitor: Option<Visitor>, refusal: &Refusal) -> Result<String, AppError> {
    let token = random_token();
    sqlx::query!(
        "insert into form_refusals (token_hash, visitor, refusal) values ($1, $2, $3)",
        &hash_token(&token)[..],
        visitor.as_ref().map(|visitor| &visitor.0[..]),
        Json(refusal) as _
    )
    .execute(pool)
    .await?;
    Ok(token)
}

/// Finds the refused form of a token. It is shown once, and again only to its own visitor: an address that is passed on
/// shows nobody's text, and a page that is reloaded loses none.
#[tracing::instrument(skip_all)]
pub async fn show_refusal(pool: &PgPool, visitor: Option<Visitor>, token: &str) -> Result<Option<Refusal>, AppError> {
    let refusal = sqlx::query_scalar!(
        r#"update form_refusals set shown_at = coalesce(shown_at, now())
           where token_hash = $1 and created_at > now() - interval '30 minutes' and (shown_at is null or visitor = $2)
           returning refusal as "refusal: Json<Refusal>""#,
        &hash_token(token)[..],
        visitor.as_ref().map(|visitor| &visitor.0[..])
    )
    .fetch_optional(pool)
    .await?;
    Ok(refusal.map(|refusal| refusal.0))
}

/// Deletes a visitor's refused forms.
#[tracing::instrument(skip_all)]
pub async fn delete_refusals_of(db: &mut PgConnection, visitor: &[u8]) -> Result<(), AppError> {
    sqlx::query!("delete from form_refusals where visitor = $1", visitor).execute(db).await?;
    Ok(())
}

/// Deletes forms older than half an hour at `now` and returns how many there were.
#[tracing::instrument(skip(pool))]
pub async fn delete_expired_refusals(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    Ok(sqlx::query!("delete from form_refusals where created_at < $1", now - LIFETIME)
        .execute(pool)
        .await?
        .rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal() -> Refusal {
        Refusal {
            action: crate::routes::SEND_COMMENT.path.to_owned(),
            error: AppError::invalid(crate::base::error::MALFORMED),
            fields: vec![("body".to_owned(), "Chào bà con".to_owned())],
        }
    }

    #[sqlx::test]
    async fn a_token_shows_once_and_again_to_its_own_visitor_alone(pool: PgPool) {
        let (me, other) = (Some(Visitor([1; 32])), Some(Visitor([2; 32])));
        let token = insert_refusal(&pool, me, &refusal()).await.expect("stores");
        assert_eq!(show_refusal(&pool, me, &token).await, Ok(Some(refusal())));
        assert_eq!(show_refusal(&pool, me, &token).await, Ok(Some(refusal())));
        assert_eq!(show_refusal(&pool, other, &token).await, Ok(None));
        assert_eq!(show_refusal(&pool, None, &token).await, Ok(None));
        let anonymous = insert_refusal(&pool, None, &refusal()).await.expect("stores");
        assert_eq!(show_refusal(&pool, None, &anonymous).await, Ok(Some(refusal())));
        assert_eq!(show_refusal(&pool, None, &anonymous).await, Ok(None));
        assert_eq!(show_refusal(&pool, me, "another").await, Ok(None));
    }

    #[sqlx::test]
    async fn after_half_an_hour_it_is_gone(pool: PgPool) {
        let me = Some(Visitor([1; 32]));
        let token = insert_refusal(&pool, me, &refusal()).await.expect("stores");
        assert_eq!(delete_expired_refusals(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        sqlx::query!("update form_refusals set created_at = now() - interval '31 minutes'")
            .execute(&pool)
            .await
            .expect("ages");
        assert_eq!(show_refusal(&pool, me, &token).await, Ok(None));
        let young = insert_refusal(&pool, me, &refusal()).await.expect("stores");
        assert_eq!(delete_expired_refusals(&pool, OffsetDateTime::now_utc()).await, Ok(1));
        assert_eq!(delete_expired_refusals(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        assert_eq!(show_refusal(&pool, me, &young).await, Ok(Some(refusal())));
    }

    #[sqlx::test]
    async fn a_form_refused_again_has_a_token_of_its_own_and_the_table_holds_none(pool: PgPool) {
        let me = Some(Visitor([1; 32]));
        let first = insert_refusal(&pool, me, &refusal()).await.expect("stores");
        let second = insert_refusal(&pool, me, &refusal()).await.expect("stores");
        assert_ne!(first, second);
        for token in [&first, &second] {
            assert_eq!(show_refusal(&pool, me, token).await, Ok(Some(refusal())));
        }
        let hashes = sqlx::query_scalar::<_, Vec<u8>>("select token_hash from form_refusals order by created_at");
        let hashes = hashes.fetch_all(&pool).await.expect("reads");
        assert_eq!(hashes, [hash_token(&first).to_vec(), hash_token(&second).to_vec()]);
    }

    #[sqlx::test]
    async fn a_visitors_forms_are_deleted_and_nobody_elses(pool: PgPool) {
        let (me, other) = (Visitor([1; 32]), Visitor([2; 32]));
        let mine = insert_refusal(&pool, Some(me), &refusal()).await.expect("stores");
        let theirs = insert_refusal(&pool, Some(other), &refusal()).await.expect("stores");
        let mut db = pool.acquire().await.expect("connects");
        let nobodys = insert_refusal(&pool, None, &refusal()).await.expect("stores");
        delete_refusals_of(&mut db, &me.0).await.expect("deletes");
        assert_eq!(show_refusal(&pool, Some(me), &mine).await, Ok(None));
        delete_refusals_of(&mut db, &me.0).await.expect("has nothing left to delete");
        delete_refusals_of(&mut db, &[]).await.expect("is no visitor");
        assert!(show_refusal(&pool, Some(other), &theirs).await.expect("reads").is_some());
        assert!(show_refusal(&pool, None, &nobodys).await.expect("reads").is_some());
    }
}
