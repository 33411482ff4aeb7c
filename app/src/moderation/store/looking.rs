//! Who is at which comment.

use crate::error::AppError;
use crate::live::Looking;
use sqlx::PgPool;
use time::OffsetDateTime;

/// Seconds for which somebody is at a comment without saying so again.
const SECONDS: i32 = 120;

/// Somebody is at a comment now, or at none.
pub async fn look(pool: &PgPool, account: i64, comment: Option<i64>) -> Result<(), AppError> {
    match comment {
        Some(comment) => {
            sqlx::query!(
                "insert into looking (account_id, comment_id, until)
                 select $1, id, now() + make_interval(secs => $3) from comments where id = $2
                 on conflict (account_id) do update set comment_id = excluded.comment_id, until = excluded.until",
                account,
                comment,
                f64::from(SECONDS)
            )
            .execute(pool)
            .await?;
        }
        None => {
            sqlx::query!("delete from looking where account_id = $1", account).execute(pool).await?;
        }
    }
    Ok(())
}

/// Who is at which comment now.
pub async fn all(pool: &PgPool) -> Result<Vec<Looking>, AppError> {
    let all = sqlx::query_as!(
        Looking,
        "select comment_id as comment, account_id as account, display_name as name
         from looking join accounts on accounts.id = account_id where until > now() order by comment_id, account_id"
    );
    Ok(all.fetch_all(pool).await?)
}

/// Forgets who was at a comment before `now`.
pub async fn erase(pool: &PgPool, now: OffsetDateTime) -> Result<u64, AppError> {
    Ok(sqlx::query!("delete from looking where until < $1", now).execute(pool).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::store::tests::staff;
    use crate::articles::store::tests::article;
    use crate::comments::store::tests::send;
    use crate::ratings::Totals;

    #[sqlx::test]
    async fn everybody_is_at_one_comment_for_a_while(pool: PgPool) {
        let id = article(&pool, "a", Totals::default()).await;
        let (lan, hoa) = (staff(&pool, "lan").await, staff(&pool, "hoa").await);
        let one = send(&pool, id, None, 1, "Ý kiến thứ nhất đây.").await.expect("is stored");
        let two = send(&pool, id, None, 2, "Ý kiến thứ hai đây.").await.expect("is stored");
        look(&pool, lan.id, Some(one)).await.expect("looks");
        look(&pool, lan.id, Some(two)).await.expect("looks");
        look(&pool, hoa.id, Some(two)).await.expect("looks");
        look(&pool, hoa.id, Some(999)).await.expect("is at none such");
        let names = async || {
            let all = all(&pool).await.expect("reads");
            all.into_iter().map(|one| (one.comment, one.name)).collect::<Vec<_>>()
        };
        assert_eq!(names().await, [(two, "Chị lan".to_owned()), (two, "Chị hoa".to_owned())]);
        look(&pool, hoa.id, None).await.expect("leaves");
        assert_eq!(names().await.len(), 1);
        assert_eq!(erase(&pool, OffsetDateTime::now_utc()).await, Ok(0));
        assert_eq!(erase(&pool, OffsetDateTime::now_utc() + time::Duration::seconds(121)).await, Ok(1));
    }
}
