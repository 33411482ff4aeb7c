//! The list of words.

use super::{MOST, SHIPPED, parse_list};
use crate::audit::{Entry, store as audit};
use crate::error::{AppError, Rule};
use crate::keys::Key;
use serde_json::json;
use sqlx::PgPool;

/// The list that comes with the program; a later one gets another number.
const VERSION: i32 = 1;

/// All terms. The first time, the list that comes with the program is taken in.
pub async fn load(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let first = sqlx::query!("insert into word_lists (version) values ($1) on conflict do nothing", VERSION)
        .execute(&mut *tx)
        .await?;
    if first.rows_affected() == 1 {
        sqlx::query!(
            "insert into words (term) select unnest($1::text[]) on conflict do nothing",
            &parse_list(SHIPPED).0
        )
        .execute(&mut *tx)
        .await?;
    }
    let terms = sqlx::query_scalar!("select term from words order by term").fetch_all(&mut *tx).await?;
    tx.commit().await?;
    Ok(terms)
}

/// Adds terms, with an audit line that tells how many. Gives how many were new.
pub async fn add(pool: &PgPool, key: &Key, by: Option<i64>, terms: &[String]) -> Result<u64, AppError> {
    let mut tx = pool.begin().await?;
    // one at a time, so that the number of terms is the number that was counted
    sqlx::query!("lock table words in share row exclusive mode").execute(&mut *tx).await?;
    let added = sqlx::query!("insert into words (term) select unnest($1::text[]) on conflict do nothing", terms)
        .execute(&mut *tx)
        .await?
        .rows_affected();
    let all = sqlx::query_scalar!(r#"select count(*) as "count!" from words"#).fetch_one(&mut *tx).await?;
    if all > MOST as i64 {
        return Err(AppError::rule(Rule::Words));
    }
    audit::append(&mut tx, key, vec![Entry::new(by, "add-words", ("words", None), json!({ "count": added }))]).await?;
    tx.commit().await?;
    Ok(added)
}

/// Removes a term, with an audit line. `false` where it was not on the list.
pub async fn remove(pool: &PgPool, key: &Key, by: Option<i64>, term: &str) -> Result<bool, AppError> {
    let mut tx = pool.begin().await?;
    let removed = sqlx::query!("delete from words where term = $1", term).execute(&mut *tx).await?.rows_affected() == 1;
    if removed {
        audit::append(&mut tx, key, vec![Entry::new(by, "remove-word", ("words", None), json!({}))]).await?;
    }
    tx.commit().await?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moderation::store::tests::key;

    #[sqlx::test]
    async fn the_shipped_list_is_taken_in_once_and_what_was_removed_stays_away(pool: PgPool) {
        let terms = load(&pool).await.expect("loads");
        assert!(terms.len() >= 300);
        assert_eq!(remove(&pool, &key(), None, &terms[0]).await, Ok(true));
        assert_eq!(remove(&pool, &key(), None, &terms[0]).await, Ok(false));
        let fewer = load(&pool).await.expect("loads");
        assert_eq!((fewer.len(), fewer.contains(&terms[0])), (terms.len() - 1, false));
    }

    #[sqlx::test]
    async fn terms_are_added_once_and_never_more_than_a_list_holds(pool: PgPool) {
        let terms = |count: usize| (0..count).map(|n| format!("từ {n}")).collect::<Vec<_>>();
        assert_eq!(add(&pool, &key(), None, &terms(3)).await, Ok(3));
        assert_eq!(add(&pool, &key(), None, &terms(4)).await, Ok(1));
        assert_eq!(add(&pool, &key(), None, &terms(MOST + 1)).await, Err(AppError::rule(Rule::Words)));
        assert_eq!(add(&pool, &key(), None, &terms(MOST)).await, Ok(MOST as u64 - 4));
        let actions = sqlx::query_scalar!("select action from audit").fetch_all(&pool).await.expect("reads");
        assert_eq!(actions, ["add-words"; 3]);
    }
}
