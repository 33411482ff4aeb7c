//! What the program needs to serve a file: whether the public may see it, and bytes that were not moved yet.

use crate::base::error::AppError;
use crate::features::media::storage::Folder;
use sqlx::{PgConnection, PgPool};

/// Who may see a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Something public shows it.
    Public,
    /// Only staff: nothing public shows it yet, or nothing at all.
    Staff,
    /// Only staff: what showed it to the public was taken back or has ended.
    Gone,
}

/// Finds who may see a size of a picture; `None` where there is no such file.
#[tracing::instrument(skip(pool))]
pub async fn find_picture_audience(pool: &PgPool, hash: &str, format: &str) -> Result<Option<Audience>, AppError> {
    let shown = sqlx::query!(
        r#"select count(f.picture_id) as "files!",
                  bool_or(s.is_public or coalesce(f.picture_id in (look.emblem_id, look.banner_id), false))
                      as is_public
           from appearance look cross join picture_files f
           left join article_pictures u on u.picture_id = f.picture_id
           left join shown_revisions s on s.article_id = u.article_id and s.revision = u.revision
           where f.hash = $1 and f.format = $2"#,
        hash,
        format
    )
    .fetch_one(pool)
    .await?;
    Ok(audience(shown.files, shown.is_public))
}

/// A file to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    pub name: String,
    pub content_type: String,
    /// In bytes.
    pub size: i64,
    pub audience: Audience,
}

/// Finds a file to download.
#[tracing::instrument(skip(pool))]
pub async fn find_download(pool: &PgPool, hash: &str) -> Result<Option<Download>, AppError> {
    let file = sqlx::query!(
        r#"select f.name, f.content_type, f.size, bool_or(s.is_public) as is_public
           from files f
           left join article_files u on u.file_id = f.id
           left join shown_revisions s on s.article_id = u.article_id and s.revision = u.revision
           where f.hash = $1 group by f.id"#,
        hash
    )
    .fetch_optional(pool)
    .await?;
    Ok(file.and_then(|file| {
        let audience = audience(1, file.is_public)?;
        Some(Download { name: file.name, content_type: file.content_type, size: file.size, audience })
    }))
}

fn audience(files: i64, is_public: Option<bool>) -> Option<Audience> {
    match (files, is_public) {
        (0, _) => None,
        (_, Some(true)) => Some(Audience::Public),
        (_, Some(false)) => Some(Audience::Gone),
        (_, None) => Some(Audience::Staff),
    }
}

/// Loads a size of a picture that still lies in the database.
#[tracing::instrument(skip(pool))]
pub async fn load_unmoved(pool: &PgPool, hash: &str, format: &str) -> Result<Option<Vec<u8>>, AppError> {
    let bytes = sqlx::query_scalar!(
        r#"select bytes as "bytes!" from picture_files
           where hash = $1 and format = $2 and bytes is not null limit 1"#,
        hash,
        format
    );
    Ok(bytes.fetch_optional(pool).await?)
}

/// A size of a picture that lies in the database.
#[derive(Debug)]
pub struct UnmovedFile {
    pub hash: String,
    pub format: String,
    pub bytes: Vec<u8>,
}

/// Finds a size of a picture that lies in the database.
#[tracing::instrument(skip(pool))]
pub async fn find_unmoved(pool: &PgPool) -> Result<Option<UnmovedFile>, AppError> {
    let file = sqlx::query_as!(
        UnmovedFile,
        r#"select hash, format, bytes as "bytes!" from picture_files where bytes is not null limit 1"#
    );
    Ok(file.fetch_optional(pool).await?)
}

/// Deletes bytes that lie in the file store now.
#[tracing::instrument(skip(pool))]
pub async fn delete_moved_bytes(pool: &PgPool, hash: &str, format: &str) -> Result<(), AppError> {
    sqlx::query!("update picture_files set bytes = null where hash = $1 and format = $2", hash, format)
        .execute(pool)
        .await?;
    Ok(())
}

/// Lists those of these hashes that no picture and no file has.
#[tracing::instrument(skip(db, hashes))]
pub async fn list_orphans(db: &mut PgConnection, folder: Folder, hashes: &[String]) -> Result<Vec<String>, AppError> {
    let orphans = match folder {
        Folder::Sizes => {
            sqlx::query_scalar!(
                r#"select stored as "stored!" from unnest($1::text[]) stored
                   where not exists (select from picture_files where hash = split_part(stored, '.', 1))"#,
                hashes
            )
            .fetch_all(db)
            .await?
        }
        Folder::Originals => {
            sqlx::query_scalar!(
                r#"select stored as "stored!" from unnest($1::text[]) stored
                   where not exists (select from pictures where original_hash = stored)"#,
                hashes
            )
            .fetch_all(db)
            .await?
        }
        Folder::Files => {
            sqlx::query_scalar!(
                r#"select stored as "stored!" from unnest($1::text[]) stored
                   where not exists (select from files where hash = stored)"#,
                hashes
            )
            .fetch_all(db)
            .await?
        }
    };
    Ok(orphans)
}
