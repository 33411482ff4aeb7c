//! Refused forms, kept for half an hour.

use crate::base::error::AppError;
use crate::base::keys::{hash_token, random_token};
use crate::web::forms::refusal::{Refusal, RefusalOwner};
use crate::web::visitor::Visitor;
use sqlx::types::Json;
use sqlx::{PgConnection, PgPool};
use time::{Duration, OffsetDateTime};

/// How long a refused form is kept.
const LIFETIME: Duration = Duration::minutes(30);

/// The most forms that are stored at once. Beyond them the response itself contains the typed text.
const MAX_KEPT: i64 = 4000;

/// Stores a refused form and returns the token that shows it.
///
/// # Errors
/// [`AppError::Unavailable`] where too many are kept already.
#[tracing::instrument(skip_all)]
pub async fn insert_refusal(pool: &PgPool, owner: &RefusalOwner, refusal: &Refusal) -> Result<String, AppError> {
    let token = random_token();
    let inserted = sqlx::query!(
        "insert into form_refusals (token_hash, visitor, session_hash, account_id, link_hash, refusal)
         select $1, $2, $3, $4, $5, $6
         where (select count(*) from (select from form_refusals limit $7) as kept) < $7",
        &hash_token(&token)[..],
        owner.visitor.as_ref().map(|visitor| &visitor.0[..]),
        owner.session.as_ref().map(|session| &session[..]),
        owner.account,
        owner.link.as_ref().map(|link| &link[..]),
        Json(refusal) as _,
        MAX_KEPT
    )
    .execute(pool)
    .await?;
    if inserted.rows_affected() == 1 { Ok(token) } else { Err(AppError::Unavailable) }
}

/// Finds the refused form of a token. It is shown once, and again only to its own visitor or session: an address that
/// is passed on shows nobody's text, and a page that is reloaded loses none. What a session sent is shown to that
/// session alone.
#[tracing::instrument(skip_all)]
pub async fn show_refusal(
    pool: &PgPool,
    visitor: Option<Visitor>,
    sessions: &[[u8; 32]],
    token: &str,
) -> Result<Option<Refusal>, AppError> {
    let refusal = sqlx::query_scalar!(
        r#"update form_refusals set shown_at = coalesce(shown_at, now())
           where token_hash = $1 and created_at > now() - interval '30 minutes'
             and case when session_hash is null then shown_at is null or visitor = $2 else session_hash = any($3) end
           returning refusal as "refusal: Json<Refusal>""#,
        &hash_token(token)[..],
        visitor.as_ref().map(|visitor| &visitor.0[..]),
        &as_bytes(sessions)
    )
    .fetch_optional(pool)
    .await?;
    Ok(refusal.map(|refusal| refusal.0))
}

/// Finds the refused form of a token for the desk: what one of these sessions sent, and nothing that came from anywhere
/// else. The account is that of the session that sent it.
#[tracing::instrument(skip_all)]
pub async fn find_desk_refusal(
    pool: &PgPool,
    sessions: &[[u8; 32]],
    token: &str,
) -> Result<Option<(Refusal, Option<i64>)>, AppError> {
    let row = sqlx::query!(
        r#"select refusal as "refusal: Json<Refusal>", account_id from form_refusals
           where token_hash = $1 and created_at > now() - interval '30 minutes' and session_hash = any($2)"#,
        &hash_token(token)[..],
        &as_bytes(sessions)
    );
    Ok(row.fetch_optional(pool).await?.map(|row| (row.refusal.0, row.account_id)))
}

fn as_bytes(hashes: &[[u8; 32]]) -> Vec<Vec<u8>> {
    hashes.iter().map(|hash| hash.to_vec()).collect()
}

/// Deletes a visitor's refused forms, and those that were sent with one of these links.
#[tracing::instrument(skip_all)]
pub async fn delete_refusals_of(db: &mut PgConnection, visitor: &[u8], links: &[Vec<u8>]) -> Result<(), AppError> {
    sqlx::query!("delete from form_refusals where visitor = $1 or link_hash = any($2)", visitor, links)
        .execute(db)
        .await?;
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

    fn visitor(n: u8) -> RefusalOwner {
        RefusalOwner { visitor: Some(Visitor([n; 32])), ..RefusalOwner::default() }
    }

    fn sessions(owner: &RefusalOwner) -> Vec<[u8; 32]> {
        owner.session.into_iter().collect()
    }

    fn session(n: u8) -> RefusalOwner {
        RefusalOwner { session: Some([n; 32]), ..RefusalOwner::default() }
    }

    #[sqlx::test]
    async fn a_token_shows_once_and_again_to_its_own_visitor_alone(pool: PgPool) {
        let (me, other, nobody) = (visitor(1), visitor(2), RefusalOwner::default());
        let token = insert_refusal(&pool, &me, &refusal()).await.expect("stores");
        assert_eq!(show_refusal(&pool, me.visitor, &sessions(&me), &token).await, Ok(Some(refusal())));
        assert_eq!(show_refusal(&pool, me.visitor, &sessions(&me), &token).await, Ok(Some(refusal())));
        assert_eq!(show_refusal(&pool, other.visitor, &sessions(&other), &token).await, Ok(None));
        assert_eq!(show_refusal(&pool, nobody.visitor, &sessions(&nobody), &token).await, Ok(None));
        let anonymous = insert_refusal(&pool, &nobody, &refusal()).await.expect("stores");
        assert_eq!(show_refusal(&pool, nobody.visitor, &sessions(&nobody), &anonymous).await, Ok(Some(refusal())));
        assert_eq!(show_refusal(&pool, nobody.visitor, &sessions(&nobody), &anonymous).await, Ok(None));
        assert_eq!(show_refusal(&pool, me.visitor, &sessions(&me), "another").await, Ok(None));
    }

    #[sqlx::test]
    async fn what_a_session_sent_is_shown_to_it_alone_and_the_desk_shows_nothing_else(pool: PgPool) {
        let lan = crate::testing::insert_staff(&pool, "lan").await;
        let owner = RefusalOwner { account: Some(lan.id), ..session(1) };
        let token = insert_refusal(&pool, &owner, &refusal()).await.expect("stores");
        assert_eq!(
            show_refusal(&pool, session(2).visitor, &sessions(&session(2)), &token).await,
            Ok(None),
            "not even once"
        );
        assert_eq!(find_desk_refusal(&pool, &[[2; 32]], &token).await, Ok(None));
        for _ in 0..2 {
            assert_eq!(
                show_refusal(&pool, session(1).visitor, &sessions(&session(1)), &token).await,
                Ok(Some(refusal()))
            );
            assert_eq!(
                find_desk_refusal(&pool, &[[3; 32], [1; 32]], &token).await,
                Ok(Some((refusal(), Some(lan.id))))
            );
        }
        let strangers = insert_refusal(&pool, &visitor(1), &refusal()).await.expect("stores");
        assert_eq!(find_desk_refusal(&pool, &[[3; 32], [1; 32]], &strangers).await, Ok(None));
    }

    #[sqlx::test]
    async fn beyond_a_number_none_is_kept_until_others_are_gone(pool: PgPool) {
        let filled = sqlx::query(
            "insert into form_refusals (token_hash, refusal)
             select random_hash(), '{}' from generate_series(1, $1)",
        );
        filled.bind(MAX_KEPT - 1).execute(&pool).await.expect("fills");
        assert!(insert_refusal(&pool, &visitor(1), &refusal()).await.is_ok(), "the last");
        assert_eq!(insert_refusal(&pool, &visitor(1), &refusal()).await, Err(AppError::Unavailable));
        let later = OffsetDateTime::now_utc() + LIFETIME + Duration::SECOND;
        assert_eq!(delete_expired_refusals(&pool, later).await, Ok(MAX_KEPT as u64));
        assert!(insert_refusal(&pool, &visitor(1), &refusal()).await.is_ok());
    }

    #[sqlx::test]
    async fn after_half_an_hour_it_is_gone(pool: PgPool) {
        let me = visitor(1);
        let token = insert_refusal(&pool, &me, &refusal()).await.expect("stores");
        assert_eq!(delete_expired_refusals(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        sqlx::query!("update form_refusals set created_at = now() - interval '31 minutes'")
            .execute(&pool)
            .await
            .expect("ages");
        assert_eq!(show_refusal(&pool, me.visitor, &sessions(&me), &token).await, Ok(None));
        let young = insert_refusal(&pool, &me, &refusal()).await.expect("stores");
        assert_eq!(delete_expired_refusals(&pool, OffsetDateTime::now_utc()).await, Ok(1));
        assert_eq!(delete_expired_refusals(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        assert_eq!(show_refusal(&pool, me.visitor, &sessions(&me), &young).await, Ok(Some(refusal())));
    }

    #[sqlx::test]
    async fn a_form_refused_again_has_a_token_of_its_own_and_the_table_holds_none(pool: PgPool) {
        let me = visitor(1);
        let first = insert_refusal(&pool, &me, &refusal()).await.expect("stores");
        let second = insert_refusal(&pool, &me, &refusal()).await.expect("stores");
        assert_ne!(first, second);
        for token in [&first, &second] {
            assert_eq!(show_refusal(&pool, me.visitor, &sessions(&me), token).await, Ok(Some(refusal())));
        }
        let hashes = sqlx::query_scalar::<_, Vec<u8>>("select token_hash from form_refusals order by created_at");
        let hashes = hashes.fetch_all(&pool).await.expect("reads");
        assert_eq!(hashes, [hash_token(&first).to_vec(), hash_token(&second).to_vec()]);
    }

    #[sqlx::test]
    async fn a_visitors_forms_are_deleted_and_nobody_elses(pool: PgPool) {
        let mine = insert_refusal(&pool, &visitor(1), &refusal()).await.expect("stores");
        let by_link = RefusalOwner { link: Some([7; 32]), ..RefusalOwner::default() };
        let by_link = insert_refusal(&pool, &by_link, &refusal()).await.expect("stores");
        let theirs = insert_refusal(&pool, &visitor(2), &refusal()).await.expect("stores");
        let mut db = pool.acquire().await.expect("connects");
        for _ in 0..2 {
            delete_refusals_of(&mut db, &[1; 32], &[]).await.expect("deletes");
            delete_refusals_of(&mut db, &[9; 32], &[vec![7; 32]]).await.expect("deletes");
        }
        assert_eq!(show_refusal(&pool, visitor(1).visitor, &sessions(&visitor(1)), &mine).await, Ok(None));
        assert_eq!(show_refusal(&pool, visitor(1).visitor, &sessions(&visitor(1)), &by_link).await, Ok(None));
        assert!(
            show_refusal(&pool, visitor(2).visitor, &sessions(&visitor(2)), &theirs).await.expect("reads").is_some()
        );
        let nobodys = insert_refusal(&pool, &RefusalOwner::default(), &refusal()).await.expect("stores");
        delete_refusals_of(&mut db, &[], &[]).await.expect("is no visitor");
        assert!(
            show_refusal(&pool, RefusalOwner::default().visitor, &sessions(&RefusalOwner::default()), &nobodys)
                .await
                .expect("reads")
                .is_some()
        );
    }
}
