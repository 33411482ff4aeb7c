//! The file store: where the bytes of pictures and files lie, under the hash of their content.

use crate::base::error::AppError;
use bytes::Bytes;
use futures::TryStreamExt;
use futures::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutPayload, RetryConfig};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;
use tokio::sync::Semaphore;

/// Pictures that are decoded at once.
const MAX_DECODERS: usize = 2;

/// How long a service may take to accept a connection, and to answer.
const CONNECT_LIMIT: Duration = Duration::from_secs(3);
const REQUEST_LIMIT: Duration = Duration::from_secs(20);

/// What a file in the store is. It is the first part of its name there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Folder {
    /// A size of a picture.
    Sizes,
    /// The original of a picture.
    Originals,
    /// A file to download.
    Files,
}

impl Folder {
    pub const ALL: [Self; 3] = [Self::Sizes, Self::Originals, Self::Files];

    fn name(self) -> &'static str {
        match self {
            Self::Sizes => "sizes",
            Self::Originals => "originals",
            Self::Files => "files",
        }
    }
}

/// The file store. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// Where the store is a folder.
    folder: Option<PathBuf>,
    /// Limits how many pictures are decoded at once.
    pub decoders: Arc<Semaphore>,
}

impl Storage {
    /// A store of any kind.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, folder: None, decoders: Arc::new(Semaphore::new(MAX_DECODERS)) }
    }

    /// A store in a folder, which is created. What it confirms is on the disk.
    pub fn in_folder(folder: &std::path::Path) -> Result<Self, String> {
        let problem = |error: &dyn std::fmt::Display| format!("the folder of files, {}: {error}", folder.display());
        std::fs::create_dir_all(folder).map_err(|error| problem(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| problem(&error))?;
        Ok(Self { folder: Some(folder.to_owned()), ..Self::new(Arc::new(store.with_fsync(true))) })
    }

    /// A store in a bucket of an S3-compatible service: `s3://bucket` or `s3://bucket/folder`. Where the service is and
    /// who asks stand in the variables that its tools read: `AWS_ENDPOINT`, `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
    /// `AWS_SECRET_ACCESS_KEY`, and `AWS_ALLOW_HTTP` for one without TLS.
    pub fn in_bucket(address: &str) -> Result<Self, String> {
        let allows_http = std::env::var("AWS_ALLOW_HTTP").is_ok_and(|value| value == "true" || value == "1");
        Self::in_bucket_of(AmazonS3Builder::from_env(), address, allows_http)
    }

    /// The same with a builder that knows the service, with or without TLS.
    pub fn in_bucket_of(service: AmazonS3Builder, address: &str, allows_http: bool) -> Result<Self, String> {
        let problem = |error: &dyn std::fmt::Display| format!("the bucket of files, {address}: {error}");
        let rest = address.strip_prefix("s3://").ok_or_else(|| problem(&"it does not begin with s3://"))?;
        let (bucket, folder) = rest.split_once('/').unwrap_or((rest, ""));
        // the first one wins, and all are this one
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = ClientOptions::new().with_connect_timeout(CONNECT_LIMIT).with_timeout(REQUEST_LIMIT);
        let retry = RetryConfig { max_retries: 2, retry_timeout: REQUEST_LIMIT, ..RetryConfig::default() };
        let store = service.with_bucket_name(bucket).with_client_options(client).with_retry(retry);
        let store = store.with_allow_http(allows_http).build().map_err(|error| problem(&error))?;
        let store = PrefixStore::new(store, Path::parse(folder).map_err(|error| problem(&error))?);
        Ok(Self::new(Arc::new(store)))
    }

    /// Whether the store answers, which a folder always does.
    pub async fn check(&self) -> Result<(), AppError> {
        self.load(Folder::Files, "00", None).await.map(|_| ())
    }

    /// Deletes what was being written when the program was killed, before a time. Returns how many files there were.
    pub async fn delete_unfinished(&self, before: OffsetDateTime) -> Result<u64, AppError> {
        let Some(folder) = self.folder.clone() else { return Ok(0) };
        let deleted = tokio::task::spawn_blocking(move || delete_staged(&folder, before.into()));
        deleted.await.map_err(|_| AppError::Internal)?.map_err(|error| {
            tracing::error!(%error, "the file store could not be cleaned up");
            AppError::Unavailable
        })
    }

    fn path(folder: Folder, hash: &str) -> Path {
        // no folder has more files than a few hundredths of all
        let shard = hash.get(..2).unwrap_or("00");
        Path::from_iter([folder.name(), shard, hash])
    }

    /// Stores bytes under their hash. The same bytes again change nothing.
    pub async fn put(&self, folder: Folder, hash: &str, bytes: Bytes) -> Result<(), AppError> {
        let stored = self.store.put(&Self::path(folder, hash), PutPayload::from(bytes)).await;
        stored.map(|_| ()).map_err(|error| failure(&error))
    }

    /// Loads a file, or a part of it; `None` where it is not there.
    pub async fn load(&self, folder: Folder, hash: &str, range: Option<Range<u64>>) -> Result<Option<Bytes>, AppError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        let found = match self.store.get_opts(&Self::path(folder, hash), options).await {
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            found => found.map_err(|error| failure(&error))?,
        };
        Ok(Some(found.bytes().await.map_err(|error| failure(&error))?))
    }

    /// Opens a file, or a part of it, to be read piece by piece; `None` where it is not there.
    pub async fn open(
        &self,
        folder: Folder,
        hash: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<BoxStream<'static, Result<Bytes, object_store::Error>>>, AppError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        match self.store.get_opts(&Self::path(folder, hash), options).await {
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            found => Ok(Some(found.map_err(|error| failure(&error))?.into_stream())),
        }
    }

    /// Deletes a file; one that is not there is deleted already.
    pub async fn delete(&self, folder: Folder, hash: &str) -> Result<(), AppError> {
        match self.store.delete(&Self::path(folder, hash)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }

    /// Lists the hashes of the files of a folder that were stored before a time.
    pub async fn list_older(&self, folder: Folder, before: OffsetDateTime) -> Result<Vec<String>, AppError> {
        let mut older = Vec::new();
        let mut files = self.store.list(Some(&Path::from(folder.name())));
        while let Some(file) = files.try_next().await.map_err(|error| failure(&error))? {
            if file.last_modified.timestamp() < before.unix_timestamp()
                && let Some(hash) = file.location.filename()
            {
                older.push(hash.to_owned());
            }
        }
        Ok(older)
    }
}

/// Deletes the files that `object_store` had not renamed yet: it writes `name#1` before `name`.
fn delete_staged(folder: &std::path::Path, before: SystemTime) -> std::io::Result<u64> {
    let mut deleted = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_staged = entry.file_name().to_string_lossy().contains('#');
        if entry.file_type()?.is_dir() {
            deleted += delete_staged(&entry.path(), before)?;
        } else if is_staged && entry.metadata()?.modified()? < before {
            std::fs::remove_file(entry.path())?;
            deleted += 1;
        }
    }
    Ok(deleted)
}

/// The disk may be full, or the store away: in both cases it is worth trying again later.
fn failure(error: &object_store::Error) -> AppError {
    tracing::error!(%error, "the file store failed");
    AppError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_stored_is_loaded_whole_and_in_parts_until_it_is_deleted() {
        let folder = tempfile::tempdir().expect("makes a folder");
        let storage = Storage::in_folder(folder.path()).expect("opens");
        for _ in 0..2 {
            storage.put(Folder::Files, "abcd", Bytes::from_static(b"0123456789")).await.expect("stores");
        }
        let load = async |range| storage.load(Folder::Files, "abcd", range).await.expect("loads");
        assert_eq!(load(None).await.as_deref(), Some(&b"0123456789"[..]));
        assert_eq!(load(Some(2..5)).await.as_deref(), Some(&b"234"[..]));
        let part = storage.open(Folder::Files, "abcd", Some(2..5)).await.expect("opens").expect("is there");
        let part: Vec<Bytes> = part.try_collect().await.expect("reads");
        assert_eq!(part.concat(), b"234");
        assert!(storage.open(Folder::Sizes, "abcd", None).await.expect("looks").is_none());
        assert_eq!(storage.load(Folder::Sizes, "abcd", None).await, Ok(None), "another folder");
        let now = OffsetDateTime::now_utc();
        let hour = time::Duration::hours(1);
        assert_eq!(storage.list_older(Folder::Files, now - hour).await, Ok(vec![]));
        assert_eq!(storage.list_older(Folder::Files, now + hour).await, Ok(vec!["abcd".to_owned()]));
        for _ in 0..2 {
            storage.delete(Folder::Files, "abcd").await.expect("deletes");
        }
        assert_eq!(load(None).await, None);
    }

    #[tokio::test]
    async fn what_was_cut_off_while_it_was_written_is_deleted_later() {
        let folder = tempfile::tempdir().expect("makes a folder");
        let storage = Storage::in_folder(folder.path()).expect("opens");
        storage.put(Folder::Files, "abcd", Bytes::from_static(b"0")).await.expect("stores");
        std::fs::write(folder.path().join("files/ab/abcd#1"), "half").expect("writes");
        let now = OffsetDateTime::now_utc();
        assert_eq!(storage.delete_unfinished(now - time::Duration::hours(1)).await, Ok(0), "it may be under way");
        assert_eq!(storage.delete_unfinished(now + time::Duration::hours(1)).await, Ok(1));
        assert!(storage.load(Folder::Files, "abcd", None).await.expect("loads").is_some());
    }

    #[tokio::test]
    async fn a_store_that_fails_is_unavailable() {
        let folder = tempfile::tempdir().expect("makes a folder");
        let storage = Storage::in_folder(folder.path()).expect("opens");
        std::fs::write(folder.path().join("files"), "no folder").expect("writes");
        let stored = storage.put(Folder::Files, "abcd", Bytes::from_static(b"0")).await;
        assert_eq!(stored, Err(AppError::Unavailable));
    }
}
