//! Categories that another site had.

use crate::base::error::AppError;
use crate::base::text::{fold, slugify};
use sqlx::PgConnection;

/// A category that another site had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarriedCategory<'a> {
    pub name: &'a str,
    /// The readable part of its address; made from the name where it is empty.
    pub slug: &'a str,
    pub parent: Option<i64>,
    pub is_hidden: bool,
}

/// Finds the category of this name and address, or creates it behind the others; where another one has the address it
/// gets the next that is free. Returns its number. A parent that itself stands under another one is replaced by that.
#[tracing::instrument(skip(db))]
pub async fn carry_over_category(db: &mut PgConnection, category: CarriedCategory<'_>) -> Result<i64, AppError> {
    let slug = slugify(if category.slug.is_empty() { category.name } else { category.slug });
    let slug = if slug.is_empty() { "chuyen-muc".to_owned() } else { slug };
    sqlx::query!("lock table categories in share row exclusive mode").execute(&mut *db).await?;
    for number in 1.. {
        let tried = if number == 1 { slug.clone() } else { format!("{slug}-{number}") };
        let known = sqlx::query!(
            "select c.id, c.name from category_addresses a join categories c on c.id = a.category_id where a.slug = $1",
            tried
        )
        .fetch_optional(&mut *db)
        .await?;
        match known {
            Some(known) if fold(&known.name) == fold(category.name) => return Ok(known.id),
            Some(_) => {}
            None => {
                let id = sqlx::query_scalar!(
                    "insert into categories (slug, name, parent_id, is_hidden, position)
                     values ($1, $2, (select coalesce(parent_id, id) from categories where id = $3), $4,
                             (select coalesce(max(position), 0) + 1 from categories)) returning id",
                    tried,
                    category.name,
                    category.parent,
                    category.is_hidden
                );
                return Ok(id.fetch_one(db).await?);
            }
        }
    }
    Err(AppError::Internal)
}

/// Gives a category that was carried over the name that it has on the other site by now, hides it or not as there, and
/// puts it under the one that it stands under there, unless others stand under itself. Its address stays.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such category.
#[tracing::instrument(skip(db))]
pub async fn change_carried_category(
    db: &mut PgConnection,
    id: i64,
    (name, is_hidden): (&str, bool),
    parent: Option<i64>,
) -> Result<(), AppError> {
    let changed = sqlx::query!(
        "update categories
         set name = $2, is_hidden = $3,
             parent_id = case when exists (select from categories below where below.parent_id = $1) then parent_id
                              else (select coalesce(p.merged_into, p.parent_id, p.id) from categories p
                                    where p.id = $4 and p.id <> $1)
                         end
         where id = $1 and merged_into is null",
        id,
        name,
        is_hidden,
        parent
    );
    if changed.execute(db).await?.rows_affected() == 0 { Err(AppError::NotFound) } else { Ok(()) }
}

/// Finds how categories stand: what changes when staff change anything of them. Those that are there no longer are left
/// out.
#[tracing::instrument(skip_all)]
pub async fn find_stamps(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<(i64, String)>, AppError> {
    let rows = sqlx::query!(
        r#"select id, concat_ws('/', slug, parent_id, is_hidden, merged_into, name) as "stamp!"
           from categories where id = any($1)"#,
        ids
    );
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.stamp)).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{create_category, list_categories};
    use super::*;
    use crate::testing::actor;
    use sqlx::PgPool;

    #[sqlx::test]
    async fn a_category_is_found_or_created_where_it_can_stand(pool: PgPool) {
        let here = create_category(&pool, actor(), "Tin tức", None).await.expect("creates");
        let mut db = pool.begin().await.expect("begins");
        let new = |name, slug, parent| CarriedCategory { name, slug, parent, is_hidden: false };
        assert_eq!(carry_over_category(&mut db, new("TIN TỨC", "Tin-tuc", None)).await, Ok(here), "the same one");
        let other = carry_over_category(&mut db, new("Tin của phường", "tin-tuc", None)).await.expect("creates");
        let again = carry_over_category(&mut db, new("Tin của phường", "tin-tuc", None)).await;
        assert_eq!(again, Ok(other), "repeated");
        let child = carry_over_category(&mut db, new("Thông báo", "", Some(other))).await.expect("creates");
        let below = carry_over_category(&mut db, new("Khẩn", "!!", Some(child))).await.expect("creates");
        let hidden = CarriedCategory { is_hidden: true, ..new("Lưu trữ", "", None) };
        carry_over_category(&mut db, hidden).await.expect("creates");
        db.commit().await.expect("commits");
        let mut db = pool.begin().await.expect("begins");
        let all = list_categories(&pool).await.expect("lists");
        let all: Vec<_> = all.iter().map(|c| (c.slug.as_str(), c.parent, c.is_hidden)).collect();
        let expected = [
            ("tin-tuc", None, false),
            ("tin-tuc-2", None, false),
            ("thong-bao", Some(other), false),
            ("chuyen-muc", Some(other), false),
            ("luu-tru", None, true),
        ];
        assert_eq!(all, expected);
        let stamps = find_stamps(&mut db, &[below, 99]).await.expect("reads");
        assert_eq!(stamps, [(below, format!("chuyen-muc/{other}/f/Khẩn"))]);
        for _ in 0..2 {
            change_carried_category(&mut db, below, ("Rất khẩn", true), Some(child)).await.expect("changes");
        }
        let stamps = find_stamps(&mut db, &[below]).await.expect("reads");
        assert_eq!(stamps, [(below, format!("chuyen-muc/{other}/t/Rất khẩn"))]);
        change_carried_category(&mut db, below, ("Rất khẩn", true), Some(here)).await.expect("moves");
        assert_eq!(find_stamps(&mut db, &[below]).await.expect("reads")[0].1, format!("chuyen-muc/{here}/t/Rất khẩn"));
        change_carried_category(&mut db, other, ("Tin của phường", false), Some(here)).await.expect("stays");
        assert_eq!(find_stamps(&mut db, &[other]).await.expect("reads")[0].1, "tin-tuc-2/f/Tin của phường");
        assert_eq!(change_carried_category(&mut db, 99, ("Khác", true), None).await, Err(AppError::NotFound));
        let mut part = sqlx::Connection::begin(&mut *db).await.expect("begins");
        assert!(change_carried_category(&mut part, below, ("", true), None).await.is_err(), "a name is needed");
        part.rollback().await.expect("takes back");
        assert!(carry_over_category(&mut db, new("", "x", None)).await.is_err(), "a name is needed");
    }
}
