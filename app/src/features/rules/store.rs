//! The list of terms.

use super::{ADD_TERMS, BAD_TERMS, MAX_TERMS, REMOVE_TERM, SHIPPED_TERMS, Term, TermKind, parse_list};
use crate::base::error::AppError;
use crate::features::audit::{Actor, Entry};
use serde_json::json;
use sqlx::PgPool;

/// The version of the list that comes with the program; each version is imported once.
const SHIPPED_VERSION: i32 = 1;

/// Loads all terms. The first time, the list that comes with the program is imported.
#[tracing::instrument(skip_all)]
pub async fn load_terms(pool: &PgPool) -> Result<Vec<Term>, sqlx::Error> {
    let mut tx = pool.begin().await?;
    let claimed =
        sqlx::query!("insert into imported_term_lists (version) values ($1) on conflict do nothing", SHIPPED_VERSION)
            .execute(&mut *tx)
            .await?;
    if claimed.rows_affected() == 1 {
        sqlx::query!(
            "insert into terms (term) select unnest($1::text[]) on conflict do nothing",
            &parse_list(SHIPPED_TERMS).0
        )
        .execute(&mut *tx)
        .await?;
    }
    let terms = sqlx::query!(r#"select term, kind as "kind: TermKind" from terms order by term"#);
    let terms = terms.fetch_all(&mut *tx).await?;
    tx.commit().await?;
    let with_kind = |term: String, kind: Option<TermKind>| match kind {
        Some(_) => Term { text: term, kind },
        None => term.into(),
    };
    Ok(terms.into_iter().map(|row| with_kind(row.term, row.kind)).collect())
}

/// Adds terms of a kind and returns how many were new, or got this kind.
#[tracing::instrument(skip_all)]
pub async fn add_terms(
    pool: &PgPool,
    actor: Actor<'_>,
    terms: &[String],
    kind: Option<TermKind>,
) -> Result<u64, AppError> {
    let mut tx = pool.begin().await?;
    // one at a time, so that the count below cannot be outdated
    sqlx::query!("lock table terms in share row exclusive mode").execute(&mut *tx).await?;
    let added = sqlx::query!(
        "insert into terms as t (term, kind) select unnest($1::text[]), $2
         on conflict (term) do update set kind = excluded.kind where t.kind is distinct from excluded.kind
                                                                     and excluded.kind is not null",
        terms,
        kind as _
    );
    let added = added.execute(&mut *tx).await?.rows_affected();
    let total = sqlx::query_scalar!(r#"select count(*) as "count!" from terms"#).fetch_one(&mut *tx).await?;
    if total > MAX_TERMS as i64 {
        return Err(AppError::invalid(BAD_TERMS));
    }
    actor.record(&mut tx, Entry::new(actor, ADD_TERMS, ("terms", None), json!({ "count": added }))).await?;
    tx.commit().await?;
    Ok(added)
}

/// Removes a term. Returns `false` where it was not on the list.
#[tracing::instrument(skip_all)]
pub async fn remove_term(pool: &PgPool, actor: Actor<'_>, term: &str) -> Result<bool, AppError> {
    let mut tx = pool.begin().await?;
    let removed = sqlx::query!("delete from terms where term = $1", term).execute(&mut *tx).await?.rows_affected() == 1;
    if removed {
        actor.record(&mut tx, Entry::new(actor, REMOVE_TERM, ("terms", None), json!({}))).await?;
    }
    tx.commit().await?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, list_actions};

    #[sqlx::test]
    async fn the_shipped_list_is_imported_once_and_what_was_removed_stays_away(pool: PgPool) {
        let terms = load_terms(&pool).await.expect("loads");
        assert!(terms.len() >= 300);
        assert_eq!(remove_term(&pool, actor(), &terms[0].text).await, Ok(true));
        assert_eq!(remove_term(&pool, actor(), &terms[0].text).await, Ok(false));
        let fewer = load_terms(&pool).await.expect("loads");
        assert_eq!((fewer.len(), fewer.contains(&terms[0])), (terms.len() - 1, false));
        assert_eq!(list_actions(&pool).await, ["remove-term"]);
    }

    #[sqlx::test]
    async fn terms_are_added_once_and_never_more_than_a_list_holds(pool: PgPool) {
        let terms = |count: usize| (0..count).map(|n| format!("từ {n}")).collect::<Vec<_>>();
        assert_eq!(add_terms(&pool, actor(), &terms(3), None).await, Ok(3));
        assert_eq!(add_terms(&pool, actor(), &terms(4), None).await, Ok(1));
        assert_eq!(add_terms(&pool, actor(), &terms(MAX_TERMS + 1), None).await, Err(AppError::invalid(BAD_TERMS)));
        assert_eq!(add_terms(&pool, actor(), &terms(MAX_TERMS), None).await, Ok(MAX_TERMS as u64 - 4));
        assert_eq!(list_actions(&pool).await, ["add-terms"; 3]);
    }

    #[sqlx::test]
    async fn a_term_of_the_sites_own_is_on_the_list_until_it_is_removed(pool: PgPool) {
        let shipped = load_terms(&pool).await.expect("loads");
        let own = ["từ riêng của phường".to_owned()];
        let kind = Some(TermKind::Gambling);
        assert_eq!(add_terms(&pool, actor(), &own, None).await, Ok(1));
        assert_eq!(add_terms(&pool, actor(), &own, kind).await, Ok(1), "it gets a kind");
        assert_eq!(add_terms(&pool, actor(), &own, None).await, Ok(0), "and keeps it");
        assert_eq!(
            add_terms(&pool, actor(), &["x".to_owned()], kind).await,
            Err(AppError::Internal),
            "it is too short"
        );
        assert_eq!(remove_term(&pool, actor(), "từ không có").await, Ok(false));
        let terms = load_terms(&pool).await.expect("loads");
        let own_term = Term { text: own[0].clone(), kind };
        assert_eq!((terms.len(), terms.contains(&own_term)), (shipped.len() + 1, true));
        assert!(shipped.iter().all(|term| term.kind.is_some()), "each that comes with the program has one");
        assert_eq!(remove_term(&pool, actor(), &own[0]).await, Ok(true));
        assert_eq!(load_terms(&pool).await.expect("loads"), shipped);
        assert_eq!(list_actions(&pool).await, ["add-terms", "add-terms", "add-terms", "remove-term"]);
    }
}
