//! The arrangement of the front page.

use super::{Arrangement, BAD_PINNED, SAVE_FRONT};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use serde_json::json;
use sqlx::PgPool;

/// Finds how the front page is arranged. Categories that were merged or hidden are left out, and an article that the
/// public does not see.
#[tracing::instrument(skip(pool))]
pub async fn find_arrangement(pool: &PgPool) -> Result<Arrangement, AppError> {
    let row = sqlx::query!(
        r#"select (select id from public_articles where id = f.pinned_article) as pinned,
                  (select id from categories where id = f.notice_category and merged_into is null) as notices,
                  array(select c.id from unnest(f.blocks) with ordinality block (id, place)
                        join categories c on c.id = block.id and c.merged_into is null and not c.is_hidden
                        order by place) as "blocks!"
           from front_page f"#
    );
    let row = row.fetch_one(pool).await?;
    Ok(Arrangement { pinned: row.pinned, notices: row.notices, blocks: row.blocks })
}

/// Arranges the front page.
#[tracing::instrument(skip(pool, actor))]
pub async fn save_arrangement(pool: &PgPool, actor: Actor<'_>, new: &Arrangement) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let is_public = match new.pinned {
        Some(id) => sqlx::query_scalar!("select id from public_articles where id = $1", id)
            .fetch_optional(&mut *tx)
            .await?
            .is_some(),
        None => true,
    };
    if !is_public {
        return Err(AppError::invalid(BAD_PINNED));
    }
    let changed = sqlx::query!(
        "update front_page set pinned_article = $1, notice_category = $2, blocks = $3
         where (pinned_article, notice_category, blocks) is distinct from ($1, $2, $3)",
        new.pinned,
        new.notices,
        &new.blocks
    );
    let changed = changed.execute(&mut *tx).await.map_err(|error| match constraint(&error) {
        Some("front_page_notice_category_fkey" | "front_blocks") => AppError::NotFound,
        _ => error.into(),
    })?;
    if changed.rows_affected() > 0 {
        actor.record(&mut tx, Entry::new(actor, SAVE_FRONT, ("front-page", None), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, insert_article};

    #[sqlx::test]
    async fn an_arrangement_is_stored_once_and_what_is_gone_is_left_out(pool: PgPool) {
        let id = insert_article(&pool, "bai").await;
        let category = sqlx::query_scalar::<_, i64>("select min(id) from categories").fetch_one(&pool).await;
        let category = category.expect("is there");
        assert_eq!(find_arrangement(&pool).await, Ok(Arrangement::default()));
        let new = Arrangement { pinned: Some(id), notices: Some(category), blocks: vec![category, 99] };
        for _ in 0..2 {
            save_arrangement(&pool, actor(), &new).await.expect("stores");
        }
        let entries =
            sqlx::query_scalar::<_, i64>("select count(*) from audit").fetch_one(&pool).await.expect("counts");
        assert_eq!(entries, 1, "saved twice, entered once");
        assert_eq!(find_arrangement(&pool).await, Ok(Arrangement { blocks: vec![category], ..new.clone() }));
        sqlx::query("update articles set ends_at = now()").execute(&pool).await.expect("ends");
        sqlx::query("update categories set is_hidden = true").execute(&pool).await.expect("hides");
        let left = find_arrangement(&pool).await.expect("finds");
        assert_eq!((left.pinned, left.blocks), (None, vec![]));
    }

    #[sqlx::test]
    async fn what_is_not_there_cannot_be_arranged(pool: PgPool) {
        let pinned = Arrangement { pinned: Some(99), ..Arrangement::default() };
        assert_eq!(save_arrangement(&pool, actor(), &pinned).await, Err(AppError::invalid(BAD_PINNED)));
        let notices = Arrangement { notices: Some(99), ..Arrangement::default() };
        assert_eq!(save_arrangement(&pool, actor(), &notices).await, Err(AppError::NotFound));
    }
}
