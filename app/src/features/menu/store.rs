//! The table of the menu.

use super::{
    BAD_LABEL, BAD_PARENT, BAD_TARGET, CHANGE_ITEM, CREATE_ITEM, DELETE_ITEM, MAX_ITEMS, MenuItem, TOO_MANY,
    may_stand_under,
};
use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use serde_json::json;
use sqlx::{PgConnection, PgExecutor, PgPool};

/// Lists all items, in the order in which they stand beside each other.
#[tracing::instrument(skip(db))]
pub async fn list_items(db: impl PgExecutor<'_>) -> Result<Vec<MenuItem>, AppError> {
    let items = sqlx::query_as!(
        MenuItem,
        "select id, parent_id as parent, label, target from menu_items order by position, id"
    );
    Ok(items.fetch_all(db).await?)
}

/// Locks the whole menu, which is small, until the transaction ends.
async fn lock_items(db: &mut PgConnection) -> Result<Vec<MenuItem>, AppError> {
    sqlx::query!("lock table menu_items in share row exclusive mode").execute(&mut *db).await?;
    list_items(db).await
}

fn check_parent(items: &[MenuItem], item: Option<i64>, parent: Option<i64>) -> Result<(), AppError> {
    match parent {
        Some(parent) if !may_stand_under(items, item, parent) => Err(AppError::invalid(BAD_PARENT)),
        _ => Ok(()),
    }
}

fn map_item(error: sqlx::Error) -> AppError {
    match constraint(&error) {
        Some("menu_label") => AppError::invalid(BAD_LABEL),
        Some("menu_target") => AppError::invalid(BAD_TARGET),
        _ => error.into(),
    }
}

/// Adds an item behind the others at its place, and returns its number. The same one sent twice stands there once.
#[tracing::instrument(skip(pool, actor))]
pub async fn create_item(
    pool: &PgPool,
    actor: Actor<'_>,
    (label, target): (&str, &str),
    parent: Option<i64>,
) -> Result<i64, AppError> {
    let mut tx = pool.begin().await?;
    let items = lock_items(&mut tx).await?;
    let is_same = |item: &&MenuItem| item.parent == parent && item.label == label && item.target == target;
    if let Some(item) = items.iter().find(is_same) {
        return Ok(item.id);
    }
    if items.len() as i64 >= MAX_ITEMS {
        return Err(AppError::invalid(TOO_MANY));
    }
    check_parent(&items, None, parent)?;
    let id = sqlx::query_scalar!(
        "insert into menu_items (label, target, parent_id, position)
         values ($1, $2, $3, (select coalesce(max(position), 0) + 1 from menu_items)) returning id",
        label,
        target,
        parent
    );
    let id = id.fetch_one(&mut *tx).await.map_err(map_item)?;
    actor.record(&mut tx, Entry::new(actor, CREATE_ITEM, ("menu-item", Some(id)), json!({}))).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes what an item says, where it leads, and under which one it stands.
#[tracing::instrument(skip(pool, actor))]
pub async fn change_item(
    pool: &PgPool,
    actor: Actor<'_>,
    id: i64,
    (label, target): (&str, &str),
    parent: Option<i64>,
) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let items = lock_items(&mut tx).await?;
    if !items.iter().any(|item| item.id == id) {
        return Err(AppError::NotFound);
    }
    check_parent(&items, Some(id), parent)?;
    let changed = sqlx::query!(
        "update menu_items set label = $2, target = $3, parent_id = $4
         where id = $1 and (label, target, parent_id) is distinct from ($2, $3, $4)",
        id,
        label,
        target,
        parent
    );
    if changed.execute(&mut *tx).await.map_err(map_item)?.rows_affected() > 0 {
        actor.record(&mut tx, Entry::new(actor, CHANGE_ITEM, ("menu-item", Some(id)), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

/// Moves an item one place up or down among those beside it. At the end nothing happens.
#[tracing::instrument(skip(pool))]
pub async fn move_item(pool: &PgPool, id: i64, is_up: bool) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let items = lock_items(&mut tx).await?;
    let parent = items.iter().find(|item| item.id == id).ok_or(AppError::NotFound)?.parent;
    let mut beside: Vec<i64> = items.iter().filter(|item| item.parent == parent).map(|item| item.id).collect();
    let at = beside.iter().position(|other| *other == id).unwrap_or_default();
    let to = if is_up { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < beside.len()) };
    let Some(to) = to else { return Ok(()) };
    beside.swap(at, to);
    sqlx::query!(
        "update menu_items set position = place
         from unnest($1::bigint[]) with ordinality ordered (item, place) where id = item",
        &beside
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// Deletes an item with what stands under it. One that is gone already stays gone.
#[tracing::instrument(skip(pool, actor))]
pub async fn delete_item(pool: &PgPool, actor: Actor<'_>, id: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let deleted = sqlx::query!("delete from menu_items where id = $1", id).execute(&mut *tx).await?;
    if deleted.rows_affected() > 0 {
        actor.record(&mut tx, Entry::new(actor, DELETE_ITEM, ("menu-item", Some(id)), json!({}))).await?;
    }
    Ok(tx.commit().await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{actor, list_actions};

    async fn labels(pool: &PgPool) -> Vec<String> {
        let items = list_items(pool).await.expect("lists");
        super::super::place(&items).into_iter().map(|(level, item)| format!("{level}{}", item.label)).collect()
    }

    #[sqlx::test]
    async fn items_are_arranged_as_a_tree(pool: PgPool) {
        let about = create_item(&pool, actor(), ("Giới thiệu", ""), None).await.expect("creates");
        let again = create_item(&pool, actor(), ("Giới thiệu", ""), None).await.expect("is the same");
        assert_eq!(again, about);
        let office = create_item(&pool, actor(), ("Tổ chức", "/trang/to-chuc"), Some(about)).await.expect("creates");
        let call = create_item(&pool, actor(), ("Gọi", "tel:113"), None).await.expect("creates");
        assert_eq!(labels(&pool).await, ["0Giới thiệu", "1Tổ chức", "0Gọi"]);
        for _ in 0..2 {
            move_item(&pool, call, true).await.expect("moves, and stays at the end");
        }
        assert_eq!(labels(&pool).await, ["0Gọi", "0Giới thiệu", "1Tổ chức"]);
        move_item(&pool, call, false).await.expect("moves");
        for _ in 0..2 {
            change_item(&pool, actor(), office, ("Bộ máy", "/trang/to-chuc"), Some(call)).await.expect("changes");
        }
        assert_eq!(labels(&pool).await, ["0Giới thiệu", "0Gọi", "1Bộ máy"]);
        for _ in 0..2 {
            delete_item(&pool, actor(), call).await.expect("deletes, with what is under it");
        }
        assert_eq!(labels(&pool).await, ["0Giới thiệu"]);
        let actions = list_actions(&pool).await;
        let expected =
            ["create-menu-item", "create-menu-item", "create-menu-item", "change-menu-item", "delete-menu-item"];
        assert_eq!(actions, expected, "each once");
    }

    #[sqlx::test]
    async fn what_makes_no_tree_is_refused(pool: PgPool) {
        let create =
            async |label: &str, target: &str, parent| create_item(&pool, actor(), (label, target), parent).await;
        assert_eq!(create("", "", None).await, Err(AppError::invalid(BAD_LABEL)));
        assert_eq!(create("a", "javascript:alert(1)", None).await, Err(AppError::invalid(BAD_TARGET)));
        assert_eq!(create("a", "", Some(99)).await, Err(AppError::invalid(BAD_PARENT)));
        let one = create("1", "", None).await.expect("creates");
        let two = create("2", "", Some(one)).await.expect("creates");
        let change = async |id, parent| change_item(&pool, actor(), id, ("x", ""), parent).await;
        assert_eq!(change(one, Some(one)).await, Err(AppError::invalid(BAD_PARENT)), "under itself");
        assert_eq!(change(one, Some(two)).await, Err(AppError::invalid(BAD_PARENT)), "in a circle");
        assert_eq!(change(99, None).await, Err(AppError::NotFound));
        assert_eq!(change_item(&pool, actor(), two, ("", ""), None).await, Err(AppError::invalid(BAD_LABEL)));
        assert_eq!(move_item(&pool, 99, true).await, Err(AppError::NotFound));
        delete_item(&pool, actor(), 99).await.expect("there is none");
        delete_item(&pool, actor(), two).await.expect("deletes");
        for n in 0..MAX_ITEMS - 1 {
            create(&format!("mục {n}"), "", None).await.expect("creates");
        }
        assert_eq!(create("thừa", "", None).await, Err(AppError::invalid(TOO_MANY)));
    }
}
