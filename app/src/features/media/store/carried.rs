//! What is still there of pictures and files that were carried over.

use crate::base::error::AppError;
use crate::features::media::files::Focus;
use sqlx::PgConnection;

/// A picture that was carried over, as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingPicture {
    pub id: i64,
    /// Its description.
    pub alt: String,
    /// The hash of its original, which changes when the picture is replaced.
    pub original_hash: String,
    /// The point that its crops keep.
    pub focus: Focus,
}

/// Lists which of these pictures are there.
#[tracing::instrument(skip_all)]
pub async fn list_existing_pictures(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<ExistingPicture>, AppError> {
    let rows = sqlx::query!(
        r#"select id, alt, coalesce(original_hash, '') as "original_hash!", focus_x, focus_y
           from pictures where id = any($1)"#,
        ids
    );
    let pictures = rows.fetch_all(db).await?.into_iter().map(|row| ExistingPicture {
        id: row.id,
        alt: row.alt,
        original_hash: row.original_hash,
        focus: Focus { x: row.focus_x, y: row.focus_y },
    });
    Ok(pictures.collect())
}

/// Tells all processes, once this transaction is stored, that a picture was replaced: no page shows the old one from
/// memory.
#[tracing::instrument(skip_all)]
pub async fn announce_pictures(db: &mut PgConnection) -> Result<(), AppError> {
    sqlx::query!("select pg_notify('site', '')::text as told").fetch_one(db).await?;
    Ok(())
}

/// Finds hash and name of files, by their numbers. Those that are there no longer are left out.
#[tracing::instrument(skip_all)]
pub async fn find_file_addresses(db: &mut PgConnection, ids: &[i64]) -> Result<Vec<(i64, String, String)>, AppError> {
    let rows = sqlx::query!("select id, hash, name from files where id = any($1)", ids);
    Ok(rows.fetch_all(db).await?.into_iter().map(|row| (row.id, row.hash, row.name)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use sqlx::PgPool;

    #[sqlx::test]
    async fn what_was_deleted_is_missed(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let picture: i64 = sqlx::query_scalar("insert into pictures (alt) values ('') returning id")
            .fetch_one(&pool)
            .await
            .expect("stores");
        assert_eq!(
            list_existing_pictures(&mut db, &[picture, picture + 1]).await,
            Ok(vec![ExistingPicture {
                id: picture,
                alt: String::new(),
                original_hash: String::new(),
                focus: Focus::default()
            }])
        );
        assert_eq!(announce_pictures(&mut db).await, Ok(()));
        let file: i64 = sqlx::query_scalar(
            "insert into files (hash, name, content_type, size) values ('abcdef01', 'a.pdf', 'x', 1) returning id",
        )
        .fetch_one(&pool)
        .await
        .expect("stores");
        let found = find_file_addresses(&mut db, &[file, file + 1]).await;
        assert_eq!(found, Ok(vec![(file, "abcdef01".to_owned(), "a.pdf".to_owned())]));
    }
}
