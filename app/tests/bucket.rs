//! The file store in a bucket of an S3-compatible service.

#![cfg(feature = "ssr")]

use app::base::error::AppError;
use app::features::media::storage::{Folder, Storage};
use bytes::Bytes;
use futures::TryStreamExt;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use object_store::aws::AmazonS3Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use std::net::SocketAddr;
use std::path::Path;
use time::{Duration, OffsetDateTime};
use tokio::net::TcpListener;

const KEY: &str = "khoa";
const SECRET: &str = "bi-mat";

/// Serves the folder as an S3 service, until the test ends.
async fn serve(folder: &Path) -> SocketAddr {
    let mut service = S3ServiceBuilder::new(FileSystem::new(folder).expect("opens the folder"));
    service.set_auth(SimpleAuth::from_single(KEY, SECRET));
    let service = service.build();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
    let address = listener.local_addr().expect("has an address");
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            let service = service.clone();
            tokio::spawn(async move {
                let server = Builder::new(TokioExecutor::new());
                let _ = server.serve_connection(TokioIo::new(socket), service).await;
            });
        }
    });
    address
}

fn storage(address: SocketAddr, secret: &str, bucket: &str) -> Result<Storage, String> {
    let service = AmazonS3Builder::new()
        .with_endpoint(format!("http://{address}"))
        .with_region("vn-1")
        .with_access_key_id(KEY)
        .with_secret_access_key(secret);
    Storage::in_bucket_of(service, bucket, true)
}

#[tokio::test]
async fn a_bucket_keeps_files_as_a_folder_does() {
    let folder = tempfile::tempdir().expect("makes a folder");
    std::fs::create_dir(folder.path().join("phuong")).expect("makes a bucket");
    let address = serve(folder.path()).await;
    let storage = storage(address, SECRET, "s3://phuong/tep").expect("opens");
    assert_eq!(storage.check().await, Ok(()), "it answers, although nothing is there");
    for _ in 0..2 {
        storage.put(Folder::Files, "abcd", Bytes::from_static(b"0123456789")).await.expect("stores");
    }
    let lies_at = folder.path().join("phuong/tep/files/ab/abcd");
    assert_eq!(std::fs::read(lies_at).expect("is there"), b"0123456789", "under the names that a folder has");
    let load = async |range| storage.load(Folder::Files, "abcd", range).await.expect("loads");
    assert_eq!(load(None).await.as_deref(), Some(&b"0123456789"[..]));
    assert_eq!(load(Some(2..5)).await.as_deref(), Some(&b"234"[..]));
    let part = storage.open(Folder::Files, "abcd", Some(2..5)).await.expect("opens").expect("is there");
    assert_eq!(part.try_collect::<Vec<Bytes>>().await.expect("reads").concat(), b"234");
    assert_eq!(storage.load(Folder::Sizes, "abcd", None).await, Ok(None), "another folder");
    let (now, hour) = (OffsetDateTime::now_utc(), Duration::hours(1));
    assert_eq!(storage.list_older(Folder::Files, now - hour).await, Ok(vec![]));
    assert_eq!(storage.list_older(Folder::Files, now + hour).await, Ok(vec!["abcd".to_owned()]));
    assert_eq!(storage.delete_unfinished(now + hour).await, Ok(0), "a service has nothing half written");
    for _ in 0..2 {
        storage.delete(Folder::Files, "abcd").await.expect("deletes");
    }
    assert_eq!(load(None).await, None);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_or_refuses_is_unavailable() {
    let folder = tempfile::tempdir().expect("makes a folder");
    std::fs::create_dir(folder.path().join("phuong")).expect("makes a bucket");
    let address = serve(folder.path()).await;
    let stranger = storage(address, "sai", "s3://phuong").expect("opens");
    assert_eq!(stranger.check().await, Err(AppError::Unavailable));
    let refused = stranger.put(Folder::Files, "abcd", Bytes::from_static(b"0")).await;
    assert_eq!(refused, Err(AppError::Unavailable), "nothing is confirmed that was not stored");
    for bad in ["phuong", "http://phuong", ""] {
        assert!(storage(address, SECRET, bad).is_err(), "{bad}");
    }
}
