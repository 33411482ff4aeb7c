//! The tables of pictures and their files.

pub mod carried;
pub mod library;
pub mod serving;
#[cfg(test)]
mod tests;
pub mod uses;

use super::files::{File, Focus, Processed};
use super::{Picture, PictureFile};
use crate::base::error::AppError;
use crate::base::keys::content_hash;
use sqlx::{PgConnection, PgPool};

/// A picture to be stored.
#[derive(Debug)]
pub struct NewPicture<'a> {
    pub alt: &'a str,
    /// The name that its file had.
    pub name: &'a str,
    pub focus: Focus,
    pub processed: &'a Processed,
    pub account: Option<i64>,
}

impl NewPicture<'_> {
    /// What the original and all sizes take, in bytes.
    fn size(&self) -> i64 {
        let sizes = self.processed.files.iter().map(|file| file.bytes.len()).sum::<usize>();
        (sizes + self.processed.original.len()) as i64
    }

    pub fn original_hash(&self) -> Option<String> {
        let original = &self.processed.original;
        (!original.is_empty()).then(|| content_hash(original))
    }
}

/// Stores a picture, whose files are in the file store already.
#[tracing::instrument(skip_all)]
pub async fn insert_picture(db: &mut PgConnection, new: &NewPicture<'_>) -> Result<i64, sqlx::Error> {
    let Processed { width, height, tone, files, .. } = new.processed;
    let id = sqlx::query_scalar!(
        "insert into pictures (alt, name, folded, width, height, tone, focus_x, focus_y, original_hash, size,
                               uploaded_by)
         values ($1, $2, fold_text($1 || ' ' || $2), $3, $4, $5, $6, $7, $8, $9, $10) returning id",
        new.alt,
        new.name,
        *width as i32,
        *height as i32,
        tone,
        new.focus.x,
        new.focus.y,
        new.original_hash(),
        new.size(),
        new.account
    )
    .fetch_one(&mut *db)
    .await?;
    insert_files(db, id, files).await?;
    Ok(id)
}

async fn insert_files(db: &mut PgConnection, picture: i64, files: &[File]) -> Result<(), sqlx::Error> {
    for file in files {
        sqlx::query!(
            "insert into picture_files (picture_id, is_crop, width, height, format, hash)
             values ($1, $2, $3, $4, $5, $6)",
            picture,
            file.is_crop,
            file.width as i32,
            file.height as i32,
            file.format,
            content_hash(&file.bytes)
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// Puts other files, already in the file store, in the place of a picture's; every page that shows it changes. Without
/// a description the old one stays. Returns whether there is such a picture.
#[tracing::instrument(skip_all)]
pub async fn replace_files(db: &mut PgConnection, id: i64, new: &NewPicture<'_>) -> Result<bool, AppError> {
    let Processed { width, height, tone, files, .. } = new.processed;
    let replaced = sqlx::query!(
        "update pictures
         set name = $2, alt = coalesce(nullif($3, ''), alt),
             folded = fold_text(coalesce(nullif($3, ''), alt) || ' ' || $2),
             width = $4, height = $5, tone = $6,
             focus_x = $7, focus_y = $8, original_hash = $9, size = $10 where id = $1",
        id,
        new.name,
        new.alt,
        *width as i32,
        *height as i32,
        tone,
        new.focus.x,
        new.focus.y,
        new.original_hash(),
        new.size()
    )
    .execute(&mut *db)
    .await?;
    if replaced.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("delete from picture_files where picture_id = $1", id).execute(&mut *db).await?;
    insert_files(db, id, files).await?;
    Ok(true)
}

/// The number of the lock between writing to the file store and sweeping it.
const STORE_LOCK: i64 = 0x6669_6c65;

/// Keeps the sweep away until the end of the transaction: files that are written before they are recorded would look
/// like those that nothing has. The transaction may wait for a slow disk.
pub async fn lock_store_for_writing(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "select set_config('idle_in_transaction_session_timeout', '60s', true) as timeout,
                pg_advisory_xact_lock_shared($1) as lock",
        STORE_LOCK
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// Waits for those who write to the file store, and keeps others away until the end of the transaction.
pub async fn lock_store_for_sweeping(db: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock($1) as lock", STORE_LOCK).fetch_one(db).await?;
    Ok(())
}

/// Finds the pictures with these numbers.
#[tracing::instrument(skip_all)]
pub async fn find_pictures(pool: &PgPool, ids: &[i64]) -> Result<Vec<(i64, Picture)>, AppError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let files = sqlx::query_as!(
        PictureFile,
        "select p.id, p.alt, p.tone, f.width, f.height, f.hash, f.format, f.is_crop
         from pictures p join picture_files f on f.picture_id = p.id
         where p.id = any($1) order by p.id, f.width",
        ids
    );
    Ok(Picture::collect(files.fetch_all(pool).await?))
}

/// Lists the pictures that were stored last, at most `count`, and in front of them those that are wanted.
#[tracing::instrument(skip(pool))]
pub async fn list_newest_pictures(pool: &PgPool, wanted: &[i64], count: i64) -> Result<Vec<(i64, Picture)>, AppError> {
    let ids = sqlx::query_scalar!(
        r#"select id as "id!" from (select id from pictures order by id desc limit $2) newest
           union select id from pictures where id = any($1)"#,
        wanted,
        count
    )
    .fetch_all(pool)
    .await?;
    let mut found = find_pictures(pool, &ids).await?;
    found.sort_by_key(|(id, _)| (!wanted.contains(id), std::cmp::Reverse(*id)));
    Ok(found)
}
