//! Storing what was uploaded: recognised, made into its files, written to the file store, and only then recorded.

use super::files::{self, File, Focus, Processed, make_files};
use super::kinds::{Kind, clean_name, recognise};
use super::storage::{Folder, Storage};
use super::store::library::{find_listed, find_original, insert_file, sum_account_bytes};
use super::store::uses::is_shown;
use super::store::{NewPicture, insert_picture, lock_store_for_writing, replace_files};
use super::{ACCOUNT_MEGABYTES, MAX_FILE, NO_ORIGINAL, REPLACE, UPLOAD, file_path};
use crate::base::error::{AppError, Problem};
use crate::base::keys::content_hash;
use crate::features::audit::{Actor, Entry};
use crate::web::permissions::Permission;
use crate::web::site::Site;
use crate::web::staff::Staff;
use serde_json::json;
use sqlx::PgConnection;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio::sync::OwnedSemaphorePermit;

pub const LARGE_FILE: Problem =
    Problem::new("file", "file-size", "Tệp lớn hơn 20 MB. Vui lòng giảm dung lượng rồi tải lên");
pub const LARGE_PICTURE: Problem =
    Problem::new("file", "pixels", "Ảnh quá dài hoặc lớn hơn 50 triệu điểm ảnh. Vui lòng thu nhỏ rồi tải lên");
pub const BROKEN_PICTURE: Problem =
    Problem::new("file", "broken", "Ảnh bị hỏng hoặc tải lên chưa hết. Vui lòng chọn lại ảnh gốc");
pub const ACCOUNT_FULL: Problem = Problem::new(
    "file",
    "account-full",
    "Ông/bà đã dùng hết dung lượng dành cho tệp. Vui lòng xóa tệp không dùng hoặc liên hệ quản trị viên",
);
pub const NOT_A_PICTURE: Problem = Problem::new("file", "not-picture", "Chỉ có thể thay bằng một ảnh khác");
pub const PUBLIC_PICTURE: Problem =
    Problem::new("file", "public-picture", "Ảnh này đang hiện trên trang. Vui lòng nhờ người có quyền xuất bản sửa");
pub const NO_SPACE: Problem =
    Problem::new("file", "no-space", "Máy chủ chưa lưu được tệp. Vui lòng thử lại sau, hoặc báo quản trị viên");
pub const TOO_MANY: Problem =
    Problem::new("file", "slow", "Ông/bà tải lên nhiều tệp quá nhanh. Vui lòng chờ một phút rồi tải tiếp");
pub const NO_FILE: Problem = Problem::new("file", "no-file", "Vui lòng chọn ảnh hoặc tệp");

/// Every reason for which a file is refused.
pub const PROBLEMS: &[Problem] = &[
    super::kinds::SVG,
    super::kinds::HEIC,
    super::kinds::UNKNOWN,
    super::kinds::WRONG_NAME,
    super::kinds::MACROS,
    super::kinds::EMPTY,
    LARGE_FILE,
    LARGE_PICTURE,
    BROKEN_PICTURE,
    ACCOUNT_FULL,
    NOT_A_PICTURE,
    PUBLIC_PICTURE,
    NO_SPACE,
    TOO_MANY,
    super::LONG_ALT,
    NO_FILE,
];

/// A file that came and lies in a temporary place.
#[derive(Debug)]
pub struct Upload<'a> {
    pub file: &'a mut tokio::fs::File,
    /// In bytes.
    pub size: u64,
    /// The name that the sender gives it.
    pub name: &'a str,
    /// What a picture shows, where the sender said so.
    pub alt: &'a str,
    /// The picture whose place it takes.
    pub replaces: Option<i64>,
}

/// What became of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// The number of a picture.
    Picture(i64),
    /// The number of a file to download, and its address.
    File(i64, String),
}

/// What the public sees is changed by those who may publish.
pub async fn require_right_to_change(site: &Site, staff: &Staff, picture: i64) -> Result<(), AppError> {
    if staff.may(Permission::PublishArticles) || !is_shown(&site.pool, picture).await? {
        return Ok(());
    }
    Err(AppError::invalid(PUBLIC_PICTURE))
}

/// Stores a file that was uploaded. What is returned is on the disk and in the database.
///
/// # Errors
/// [`AppError::Invalid`] with the reason where it is not taken; [`AppError::Unavailable`] where it could not be
/// written.
pub async fn store_upload(site: &Site, staff: &Staff, upload: Upload<'_>) -> Result<Stored, AppError> {
    if let Some(id) = upload.replaces {
        require_right_to_change(site, staff, id).await?;
    }
    let storage = site.state::<Storage>();
    let most = i64::from(site.settings().number(&ACCOUNT_MEGABYTES)) << 20;
    let size = upload.size;
    if size > MAX_FILE {
        return Err(AppError::invalid(LARGE_FILE));
    }
    if sum_account_bytes(&site.pool, staff.id).await? + size as i64 > most {
        return Err(AppError::invalid(ACCOUNT_FULL));
    }
    let name = clean_name(upload.name);
    // waiting before reading, so that few files are in memory at once
    let permit = wait_for_decoder(&storage).await?;
    let bytes = read_whole(upload.file, size).await.map_err(|error| unreadable(&error))?;
    let actor = Actor::new(site, staff);
    match (recognise(&bytes, &name).map_err(AppError::invalid)?, upload.replaces) {
        (Kind::Picture, _) => {
            let (processed, _permit) = process(bytes, Focus::default(), permit).await?;
            let picture = UploadedPicture { name: &name, alt: upload.alt, focus: Focus::default(), processed };
            store_picture(site, actor, &storage, &picture, upload.replaces).await.map(Stored::Picture)
        }
        (Kind::File(_), Some(_)) => Err(AppError::invalid(NOT_A_PICTURE)),
        (Kind::File(content_type), None) => {
            let hash = content_hash(&bytes);
            let mut tx = site.pool.begin().await?;
            lock_store_for_writing(&mut tx).await?;
            storage.put(Folder::Files, &hash, bytes.into()).await?;
            let id = insert_file(&mut tx, actor, (&hash, &name), content_type, size as i64).await?;
            record_upload(&mut tx, actor, ("file", id)).await?;
            tx.commit().await?;
            Ok(Stored::File(id, file_path(&hash, &name)))
        }
    }
}

async fn read_whole(file: &mut tokio::fs::File, size: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
    file.rewind().await?;
    file.read_to_end(&mut bytes).await?;
    Ok(bytes)
}

async fn wait_for_decoder(storage: &Storage) -> Result<OwnedSemaphorePermit, AppError> {
    Arc::clone(&storage.decoders).acquire_owned().await.map_err(|_| AppError::Unavailable)
}

fn unreadable(error: &std::io::Error) -> AppError {
    tracing::error!(%error, "an uploaded file could not be read");
    AppError::Unavailable
}

/// Makes the files of a picture off the request threads. The permit is held until they are made, also where nobody
/// waits for them any more, and comes back for storing them: few uploads hold a connection to the database at once.
async fn process(
    bytes: Vec<u8>,
    focus: Focus,
    permit: OwnedSemaphorePermit,
) -> Result<(Processed, OwnedSemaphorePermit), AppError> {
    let made = tokio::task::spawn_blocking(move || (make_files(bytes, focus), permit));
    let (made, permit) = made.await.map_err(|_| AppError::invalid(BROKEN_PICTURE))?;
    let processed = made.map_err(|error| match error {
        files::Error::TooLarge => AppError::invalid(LARGE_PICTURE),
        files::Error::Read(_) | files::Error::Resize(_) => AppError::invalid(BROKEN_PICTURE),
    })?;
    Ok((processed, permit))
}

/// A picture with its files, to be stored.
struct UploadedPicture<'a> {
    name: &'a str,
    alt: &'a str,
    focus: Focus,
    processed: Processed,
}

async fn store_picture(
    site: &Site,
    actor: Actor<'_>,
    storage: &Storage,
    picture: &UploadedPicture<'_>,
    replaces: Option<i64>,
) -> Result<i64, AppError> {
    let new = NewPicture {
        alt: picture.alt,
        name: picture.name,
        focus: picture.focus,
        processed: &picture.processed,
        account: actor.account,
    };
    let mut tx = site.pool.begin().await?;
    lock_store_for_writing(&mut tx).await?;
    put_files(storage, &picture.processed).await?;
    let id = match replaces {
        None => {
            let id = insert_picture(&mut tx, &new).await?;
            record_upload(&mut tx, actor, ("picture", id)).await?;
            id
        }
        Some(id) => {
            replace(&mut tx, actor, id, &new).await?;
            id
        }
    };
    tx.commit().await?;
    Ok(id)
}

/// Records that something was uploaded.
async fn record_upload(
    db: &mut PgConnection,
    actor: Actor<'_>,
    (kind, id): (&'static str, i64),
) -> Result<(), AppError> {
    actor.record(db, Entry::new(actor, UPLOAD, (kind, Some(id)), json!({}))).await?;
    Ok(())
}

async fn replace(db: &mut PgConnection, actor: Actor<'_>, id: i64, new: &NewPicture<'_>) -> Result<(), AppError> {
    if !replace_files(&mut *db, id, new).await? {
        return Err(AppError::NotFound);
    }
    let entry = Entry::new(actor, REPLACE, ("picture", Some(id)), json!({}));
    actor.record(db, entry).await?;
    Ok(())
}

/// Writes the files of a picture to the file store.
pub async fn put_files(storage: &Storage, processed: &Processed) -> Result<(), AppError> {
    for File { format, bytes, .. } in &processed.files {
        let name = format!("{}.{format}", content_hash(bytes));
        storage.put(Folder::Sizes, &name, bytes.clone().into()).await?;
    }
    if !processed.original.is_empty() {
        let original = &processed.original;
        storage.put(Folder::Originals, &content_hash(original), original.clone().into()).await?;
    }
    Ok(())
}

/// Makes the crops of a picture anew around another point.
pub async fn move_focus(site: &Site, actor: Actor<'_>, id: i64, focus: Focus) -> Result<(), AppError> {
    let storage = site.state::<Storage>();
    let listed = find_listed(&site.pool, id).await?.ok_or(AppError::NotFound)?;
    if listed.focus() == focus {
        return Ok(());
    }
    let Some((hash, _)) = find_original(&site.pool, id).await? else {
        return Err(AppError::invalid(NO_ORIGINAL));
    };
    let permit = wait_for_decoder(&storage).await?;
    let original = storage.load(Folder::Originals, &hash, None).await?.ok_or(AppError::invalid(NO_ORIGINAL))?;
    let (processed, _permit) = process(original.to_vec(), focus, permit).await?;
    let picture = UploadedPicture { name: &listed.name, alt: &listed.alt, focus, processed };
    store_picture(site, actor, &storage, &picture, Some(id)).await?;
    Ok(())
}
