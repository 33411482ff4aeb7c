//! The library: what staff uploaded, and what they do with it.

use crate::base::error::{AppError, constraint};
use crate::features::audit::{Actor, Entry};
use crate::features::media::files::Focus;
use crate::features::media::{DELETE, DESCRIBE, IN_USE};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

/// What is shown of the library.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Words of a name or a description.
    pub text: String,
    /// From when to when it was uploaded.
    pub period: Option<(OffsetDateTime, OffsetDateTime)>,
}

/// A picture of the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPicture {
    pub id: i64,
    pub alt: String,
    pub name: String,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    pub focus_x: i16,
    pub focus_y: i16,
    /// Whether its original was kept.
    pub has_original: bool,
    pub created_at: OffsetDateTime,
    /// The displayed name of who uploaded it.
    pub by: Option<String>,
    /// Articles that show it, in any revision.
    pub uses: i64,
}

impl ListedPicture {
    /// The point that its crops keep.
    pub fn focus(&self) -> Focus {
        Focus { x: self.focus_x, y: self.focus_y }
    }
}

/// Lists pictures, the newest first, and whether there is a next page.
#[tracing::instrument(skip_all)]
pub async fn list_pictures(
    pool: &PgPool,
    filter: &Filter,
    page: i64,
    per_page: i64,
) -> Result<(Vec<ListedPicture>, bool), AppError> {
    let mut pictures = sqlx::query_as!(
        ListedPicture,
        r#"select p.id, p.alt, p.name, p.width, p.height, p.focus_x, p.focus_y,
                  p.original_hash is not null as "has_original!", p.created_at, a.display_name as "by?",
                  (select count(distinct article_id) from article_pictures where picture_id = p.id) as "uses!"
           from pictures p left join accounts a on a.id = p.uploaded_by
           where ($1 = '' or strpos(p.folded, fold_text($1)) > 0)
                 and ($2::timestamptz is null or p.created_at >= $2) and ($3::timestamptz is null or p.created_at < $3)
           order by p.id desc offset $4 limit $5"#,
        filter.text,
        filter.period.map(|(from, _)| from),
        filter.period.map(|(_, to)| to),
        (page - 1) * per_page,
        per_page + 1
    )
    .fetch_all(pool)
    .await?;
    let has_more = pictures.len() as i64 > per_page;
    pictures.truncate(per_page as usize);
    Ok((pictures, has_more))
}

/// Finds a picture of the library.
#[tracing::instrument(skip(pool))]
pub async fn find_listed(pool: &PgPool, id: i64) -> Result<Option<ListedPicture>, AppError> {
    let picture = sqlx::query_as!(
        ListedPicture,
        r#"select p.id, p.alt, p.name, p.width, p.height, p.focus_x, p.focus_y,
                  p.original_hash is not null as "has_original!", p.created_at, a.display_name as "by?",
                  (select count(distinct article_id) from article_pictures where picture_id = p.id) as "uses!"
           from pictures p left join accounts a on a.id = p.uploaded_by where p.id = $1"#,
        id
    );
    Ok(picture.fetch_optional(pool).await?)
}

/// Finds the hash and the name of a picture's original.
#[tracing::instrument(skip(pool))]
pub async fn find_original(pool: &PgPool, id: i64) -> Result<Option<(String, String)>, AppError> {
    let original = sqlx::query!(
        r#"select original_hash as "hash!", name from pictures where id = $1 and original_hash is not null"#,
        id
    );
    Ok(original.fetch_optional(pool).await?.map(|row| (row.hash, row.name)))
}

/// Describes a picture anew. Returns whether there is such a picture.
#[tracing::instrument(skip_all)]
pub async fn update_alt(pool: &PgPool, actor: Actor<'_>, id: i64, alt: &str) -> Result<bool, AppError> {
    let mut tx = pool.begin().await?;
    let updated = sqlx::query!(
        "update pictures set alt = $2, folded = fold_text($2 || ' ' || name) where id = $1 and alt <> $2",
        id,
        alt
    )
    .execute(&mut *tx)
    .await?;
    if updated.rows_affected() > 0 {
        let entry = Entry::new(actor, DESCRIBE, ("picture", Some(id)), json!({}));
        actor.record(&mut tx, entry).await?;
        tx.commit().await?;
        return Ok(true);
    }
    let exists = sqlx::query_scalar!(r#"select exists (select from pictures where id = $1) as "is!""#, id);
    Ok(exists.fetch_one(&mut *tx).await?)
}

/// Deletes a picture that no revision shows, and nothing that somebody is writing. Its files in the store are swept
/// away later.
#[tracing::instrument(skip_all)]
pub async fn delete_picture(pool: &PgPool, actor: Actor<'_>, id: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let is_written = sqlx::query_scalar!(
        r#"select exists (select from article_copies
                          where form->>'picture' = $1::text
                                or form->>'body' ~ ('data-picture="' || $1 || '"|\[\S+ ' || $1 || '[]:]')) as "is!""#,
        id.to_string()
    );
    if is_written.fetch_one(&mut *tx).await? {
        return Err(AppError::invalid(IN_USE));
    }
    let deleted = sqlx::query_scalar!("delete from pictures where id = $1 returning id", id)
        .fetch_optional(&mut *tx)
        .await
        .map_err(|error| match constraint(&error) {
            Some(
                "article_pictures_picture" | "articles_picture_id_fkey" | "appearance_emblem" | "appearance_banner",
            ) => AppError::invalid(IN_USE),
            _ => error.into(),
        })?;
    // the same press again finds it gone
    if deleted.is_none() {
        return Ok(());
    }
    let entry = Entry::new(actor, DELETE, ("picture", Some(id)), json!({}));
    actor.record(&mut tx, entry).await?;
    tx.commit().await?;
    Ok(())
}

/// A file to download, in the library.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFile {
    pub id: i64,
    pub hash: String,
    pub name: String,
    /// In bytes.
    pub size: i64,
    pub created_at: OffsetDateTime,
    /// The displayed name of who uploaded it.
    pub by: Option<String>,
    /// Articles that link to it, in any revision.
    pub uses: i64,
}

/// Lists files to download, the newest first, and whether there is a next page.
#[tracing::instrument(skip_all)]
pub async fn list_files(
    pool: &PgPool,
    filter: &Filter,
    page: i64,
    per_page: i64,
) -> Result<(Vec<ListedFile>, bool), AppError> {
    let mut files = sqlx::query_as!(
        ListedFile,
        r#"select f.id, f.hash, f.name, f.size, f.created_at, a.display_name as "by?",
                  (select count(distinct article_id) from article_files where file_id = f.id) as "uses!"
           from files f left join accounts a on a.id = f.uploaded_by
           where ($1 = '' or strpos(f.folded, fold_text($1)) > 0)
                 and ($2::timestamptz is null or f.created_at >= $2) and ($3::timestamptz is null or f.created_at < $3)
           order by f.id desc offset $4 limit $5"#,
        filter.text,
        filter.period.map(|(from, _)| from),
        filter.period.map(|(_, to)| to),
        (page - 1) * per_page,
        per_page + 1
    )
    .fetch_all(pool)
    .await?;
    let has_more = files.len() as i64 > per_page;
    files.truncate(per_page as usize);
    Ok((files, has_more))
}

/// Stores a file to download, which is in the file store already. The same file again is the one that is there.
#[tracing::instrument(skip_all)]
pub async fn insert_file(
    db: &mut PgConnection,
    actor: Actor<'_>,
    (hash, name): (&str, &str),
    content_type: &str,
    size: i64,
) -> Result<i64, AppError> {
    let id = sqlx::query_scalar!(
        "insert into files (hash, name, folded, content_type, size, uploaded_by)
         values ($1, $2, fold_text($2), $3, $4, $5)
         on conflict on constraint files_hash_key do update set name = files.name returning id",
        hash,
        name,
        content_type,
        size,
        actor.account
    );
    Ok(id.fetch_one(db).await?)
}

/// Deletes a file that no revision links to. Its bytes are swept away later.
#[tracing::instrument(skip_all)]
pub async fn delete_file(pool: &PgPool, actor: Actor<'_>, id: i64) -> Result<(), AppError> {
    let mut tx = pool.begin().await?;
    let deleted = sqlx::query_scalar!("delete from files where id = $1 returning id", id)
        .fetch_optional(&mut *tx)
        .await
        .map_err(|error| match constraint(&error) {
            Some("article_files_file") => AppError::invalid(IN_USE),
            _ => error.into(),
        })?;
    // the same press again finds it gone
    if deleted.is_none() {
        return Ok(());
    }
    actor.record(&mut tx, Entry::new(actor, DELETE, ("file", Some(id)), json!({}))).await?;
    tx.commit().await?;
    Ok(())
}

/// Adds up what the files of an account take, in bytes.
#[tracing::instrument(skip(pool))]
pub async fn sum_account_bytes(pool: &PgPool, account: i64) -> Result<i64, AppError> {
    let sum = sqlx::query_scalar!(
        r#"select (coalesce((select sum(size) from pictures where uploaded_by = $1), 0)
                   + coalesce((select sum(size) from files where uploaded_by = $1), 0))::bigint as "sum!""#,
        account
    );
    Ok(sum.fetch_one(pool).await?)
}
