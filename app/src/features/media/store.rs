//! The tables of pictures and their files.

use super::files::File;
use super::{Picture, Size};
use crate::base::error::AppError;
use crate::base::keys::content_hash;
use sqlx::{PgConnection, PgPool};

/// Stores a picture with its files.
#[tracing::instrument(skip_all)]
pub async fn insert_picture(db: &mut PgConnection, alt: &str, files: &[File]) -> Result<i64, sqlx::Error> {
    let id =
        sqlx::query_scalar!("insert into pictures (alt) values ($1) returning id", alt).fetch_one(&mut *db).await?;
    for file in files {
        sqlx::query!(
            "insert into picture_files (picture_id, width, height, format, hash, bytes)
             values ($1, $2, $3, $4, $5, $6)",
            id,
            file.width as i32,
            file.height as i32,
            file.format,
            content_hash(&file.bytes),
            file.bytes
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(id)
}

/// Finds the pictures with these numbers.
#[tracing::instrument(skip_all)]
pub async fn find_pictures(pool: &PgPool, ids: &[i64]) -> Result<Vec<(i64, Picture)>, AppError> {
    let rows = sqlx::query!(
        r#"select p.id, p.alt, w.width, w.height, w.hash as webp, j.hash as jpg
           from pictures p
           join picture_files w on w.picture_id = p.id and w.format = 'webp'
           join picture_files j on j.picture_id = p.id and j.format = 'jpg' and j.width = w.width
           where p.id = any($1) order by p.id, w.width"#,
        ids
    )
    .fetch_all(pool)
    .await?;
    let mut found: Vec<(i64, Picture)> = Vec::new();
    for row in rows {
        let size = Size { width: row.width, height: row.height, webp: row.webp, jpg: row.jpg };
        match found.last_mut() {
            Some((id, picture)) if *id == row.id => picture.sizes.push(size),
            _ => found.push((row.id, Picture { alt: row.alt, sizes: vec![size] })),
        }
    }
    Ok(found)
}

/// Lists the pictures that were stored last, at most `count`, and in front of them the one that is wanted.
#[tracing::instrument(skip(pool))]
pub async fn list_newest_pictures(
    pool: &PgPool,
    wanted: Option<i64>,
    count: i64,
) -> Result<Vec<(i64, Picture)>, AppError> {
    let ids = sqlx::query_scalar!(
        r#"select id from (select id from pictures order by id desc limit $2) newest
           union select id from pictures where id = $1"#,
        wanted,
        count
    )
    .fetch_all(pool)
    .await?;
    let ids: Vec<i64> = ids.into_iter().flatten().collect();
    let mut found = find_pictures(pool, &ids).await?;
    found.sort_by_key(|(id, _)| (Some(*id) != wanted, std::cmp::Reverse(*id)));
    Ok(found)
}

/// Loads the bytes of the file with this hash and format.
#[tracing::instrument(skip(pool))]
pub async fn load_file(pool: &PgPool, hash: &str, format: &str) -> Result<Option<Vec<u8>>, AppError> {
    Ok(sqlx::query_scalar!("select bytes from picture_files where hash = $1 and format = $2 limit 1", hash, format)
        .fetch_optional(pool)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::error::constraint;

    fn files() -> Vec<File> {
        [(480, "webp"), (480, "jpg"), (960, "webp"), (960, "jpg")]
            .map(|(width, format)| File {
                width,
                height: width / 2,
                format,
                bytes: format!("{width}{format}").into_bytes(),
            })
            .into()
    }

    #[sqlx::test]
    async fn a_picture_is_found_with_its_sizes_and_each_file_by_its_hash(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let id = insert_picture(&mut db, "Một cuộc họp", &files()).await.expect("stores");
        let found = find_pictures(&pool, &[id]).await.expect("reads");
        let picture = &found[0].1;
        assert_eq!((picture.alt.as_str(), picture.sizes.len(), picture.sizes[1].width), ("Một cuộc họp", 2, 960));
        let bytes = load_file(&pool, &picture.sizes[0].webp, "webp").await.expect("reads");
        assert_eq!(bytes.as_deref(), Some(&b"480webp"[..]));
        assert_eq!(load_file(&pool, &picture.sizes[0].webp, "jpg").await, Ok(None));
        assert!(find_pictures(&pool, &[id + 1]).await.expect("reads").is_empty());
    }

    #[sqlx::test]
    async fn the_newest_are_listed_behind_the_one_that_is_wanted(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(insert_picture(&mut db, "Một cuộc họp", &files()).await.expect("stores"));
        }
        let list = async |wanted: Option<i64>| {
            let found = list_newest_pictures(&pool, wanted, 2).await.expect("lists");
            found.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        assert_eq!(list(None).await, [ids[2], ids[1]]);
        assert_eq!(list(Some(ids[0])).await, [ids[0], ids[2], ids[1]]);
        assert_eq!(list(Some(999)).await, [ids[2], ids[1]]);
    }

    #[sqlx::test]
    async fn the_same_picture_again_is_another_and_one_with_an_impossible_file_is_none(pool: PgPool) {
        let mut db = pool.acquire().await.expect("connects");
        let first = insert_picture(&mut db, "Một cuộc họp", &files()).await.expect("stores");
        let second = insert_picture(&mut db, "Một cuộc họp", &files()).await.expect("stores");
        let found = find_pictures(&pool, &[first, second]).await.expect("reads");
        assert_eq!((found.len(), &found[0].1), (2, &found[1].1));
        let twice: Vec<File> = files().into_iter().chain(files()).collect();
        let other = vec![File { width: 480, height: 240, format: "png", bytes: vec![1] }];
        for (files, refused) in [(twice, "picture_files_pkey"), (other, "picture_format")] {
            let mut tx = pool.begin().await.expect("begins");
            let error = insert_picture(&mut tx, "Một cuộc họp", &files).await.expect_err("is refused");
            assert_eq!(constraint(&error), Some(refused));
        }
        assert_eq!(find_pictures(&pool, &(1..=second + 2).collect::<Vec<_>>()).await.expect("reads").len(), 2);
    }
}
