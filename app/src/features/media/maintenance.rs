//! What the program does with the file store by itself. Each can be repeated and stopped at any time.

use super::storage::{Folder, Storage};
use super::store::lock_store_for_sweeping;
use super::store::serving::{delete_moved_bytes, find_unmoved, list_orphans};
use crate::base::error::AppError;
use crate::web::site::Site;
use time::{Duration, OffsetDateTime};

/// Files that nothing has are deleted after this time.
const ORPHAN_AGE: Duration = Duration::hours(1);
/// A sweep that would delete more than half of so many files or more is refused: the folder may be another site's.
const SUSPICIOUS_COUNT: usize = 40;
/// Files that are looked at under one lock.
const BATCH: usize = 500;

/// Moves pictures that lie in the database to the file store. Returns how many files there were.
pub async fn move_files(site: &Site) -> Result<u64, AppError> {
    let storage = site.state::<Storage>();
    let mut moved = 0;
    while let Some(file) = find_unmoved(&site.pool).await? {
        let name = format!("{}.{}", file.hash, file.format);
        storage.put(Folder::Sizes, &name, file.bytes.into()).await?;
        delete_moved_bytes(&site.pool, &file.hash, &file.format).await?;
        moved += 1;
    }
    Ok(moved)
}

/// Deletes files of the store that no picture and no file has: of uploads that were cut off, and of what was deleted or
/// replaced. Returns how many there were.
pub async fn delete_orphans(site: &Site, now: OffsetDateTime) -> Result<u64, AppError> {
    let storage = site.state::<Storage>();
    let mut deleted = storage.delete_unfinished(now - ORPHAN_AGE).await?;
    for folder in Folder::ALL {
        let old = storage.list_older(folder, now - ORPHAN_AGE).await?;
        let orphans = list_orphans(&mut *site.pool.acquire().await?, folder, &old).await?;
        if old.len() >= SUSPICIOUS_COUNT && orphans.len() * 2 > old.len() {
            tracing::error!(
                orphans = orphans.len(),
                files = old.len(),
                "the file store is not swept: is it another site's?"
            );
            continue;
        }
        // looked at again under the lock: the same bytes may have been uploaded meanwhile
        for batch in orphans.chunks(BATCH) {
            let mut tx = site.pool.begin().await?;
            lock_store_for_sweeping(&mut tx).await?;
            for orphan in list_orphans(&mut tx, folder, batch).await? {
                storage.delete(folder, &orphan).await?;
                deleted += 1;
            }
            tx.commit().await?;
        }
    }
    Ok(deleted)
}
