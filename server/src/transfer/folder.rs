//! Makes a site from a folder: all of it in one transaction, so that nothing is half taken.

use super::{SITE_FILE, TransferResult};
use crate::import::{Progress, find_below};
use app::base::keys::content_hash;
use app::features::audit::{Actor, Entry};
use app::features::media::MAX_FILE;
use app::features::media::files::is_size_of;
use app::features::media::kinds::{self, clean_name, recognise};
use app::features::media::storage::{Folder, Storage};
use app::features::media::store::lock_store_for_writing;
use app::features::transfer::records::{File, Picture, Site};
use app::features::transfer::store::{finish_records, is_empty, write_records, write_site};
use app::features::transfer::{FORMAT, IMPORT_FOLDER, Kind, Record};
use app::registry;
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// Records that are written at once, and the bytes of their lines.
const BATCH: usize = 500;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// The longest line, in bytes.
const MAX_LINE: u64 = 64 * 1024 * 1024;

/// Makes the empty site of this database one like that of the folder. Returns what was left out, with the reason.
pub async fn import_folder(
    pool: &PgPool,
    storage: &Storage,
    actor: Actor<'_>,
    folder: &Path,
) -> TransferResult<Vec<String>> {
    let site = read_site_file(folder)?;
    let mut tx = pool.begin().await?;
    if !is_empty(&mut tx).await? {
        return Err("this site is not empty: a folder is taken into a new site alone".into());
    }
    // no sweep deletes the files before their records are there
    lock_store_for_writing(&mut tx).await?;
    let importer = Importer { storage, actor, folder };
    for kind in Kind::ALL {
        let expected = site.counts.get(kind.name()).copied().unwrap_or(0);
        importer.import_kind(&mut tx, kind, expected).await?;
    }
    finish_records(&mut tx).await.map_err(|error| format!("what texts say of each other: {error}"))?;
    let settings = registry::settings();
    let refused = write_site(&mut tx, actor, &settings, &site).await;
    let refused = refused.map_err(|error| format!("{SITE_FILE}: {}", explain(&error)))?;
    actor.record(&mut tx, Entry::new(actor, IMPORT_FOLDER, ("site", None), json!(site.counts))).await?;
    tx.commit().await?;
    Ok(refused
        .into_iter()
        .map(|key| format!("the setting {key}: its value is not one that this program takes"))
        .collect())
}

/// Why the database did not take something, as far as it is told.
fn explain(error: &app::base::error::AppError) -> String {
    format!("the database does not take it ({error}); the log says why")
}

/// What is told of a file that is not there, is none, or is a link to somewhere else.
fn lacks(path: &str) -> String {
    format!("{path} is not there, or leads out of the folder")
}

fn read_site_file(folder: &Path) -> TransferResult<Site> {
    let path = find_below(folder, SITE_FILE)
        .map_err(|_| format!("{} has no {SITE_FILE}: it is no complete export", folder.display()))?;
    if path.metadata()?.len() > MAX_LINE {
        return Err(format!("{SITE_FILE} is too large").into());
    }
    let text = fs::read_to_string(&path).map_err(|error| format!("{SITE_FILE}: {error}"))?;
    let format = serde_json::from_str::<serde_json::Value>(&text).ok().and_then(|site| site["format"].as_u64());
    if format.is_some_and(|format| format > u64::from(FORMAT)) {
        return Err(format!("{} was written by a newer program: use that, or a newer one", path.display()).into());
    }
    Ok(serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
}

struct Importer<'a> {
    storage: &'a Storage,
    actor: Actor<'a>,
    folder: &'a Path,
}

impl Importer<'_> {
    /// Takes the file of one kind of records.
    async fn import_kind(&self, db: &mut PgConnection, kind: Kind, expected: u64) -> TransferResult<()> {
        let name = format!("{}.jsonl", kind.name());
        let path = find_below(self.folder, &name).map_err(|_| lacks(&name))?;
        let file = fs::File::open(path).map_err(|error| format!("{name}: {error}"))?;
        let mut reader = BufReader::new(file);
        let mut progress = Progress::new(kind.name(), expected);
        let (mut batch, mut bytes, mut number, mut line) = (Vec::with_capacity(BATCH), 0, 0_u64, Vec::new());
        loop {
            line.clear();
            let length = (&mut reader).take(MAX_LINE).read_until(b'\n', &mut line)?;
            bytes += length;
            if length == 0 || batch.len() == BATCH || bytes > BATCH_BYTES {
                bytes = length;
                progress.advance(batch.len() as u64);
                self.write_batch(db, kind, &mut batch, number).await.map_err(|error| format!("{name}, {error}"))?;
            }
            if length == 0 {
                break;
            }
            number += 1;
            let record = self.read_record(kind, &line).await;
            batch.push(record.map_err(|error| format!("{name}, line {number}: {error}"))?);
        }
        if number != expected {
            return Err(format!("{name} has {number} lines and not {expected}: it is not complete").into());
        }
        Ok(())
    }

    async fn write_batch(
        &self,
        db: &mut PgConnection,
        kind: Kind,
        batch: &mut Vec<Record>,
        last: u64,
    ) -> Result<(), String> {
        if batch.is_empty() {
            return Ok(());
        }
        let first = last + 1 - batch.len() as u64;
        let written = write_records(db, self.actor, kind, batch).await;
        batch.clear();
        written.map_err(|error| format!("lines {first} to {last}: {}", explain(&error)))
    }

    /// Reads a line, and stores the files that belong to it.
    async fn read_record(&self, kind: Kind, line: &[u8]) -> TransferResult<Record> {
        let mut record = kind.parse(std::str::from_utf8(line)?)?;
        match &mut record {
            Record::Picture(picture) => self.store_picture(picture).await?,
            Record::File(file) => self.store_file(file).await?,
            _ => {}
        }
        Ok(record)
    }

    async fn store_picture(&self, picture: &Picture) -> TransferResult<()> {
        for size in &picture.sizes {
            let bytes = self.read_file(&size.path, &size.hash)?;
            let (width, height) = (u32::try_from(size.width)?, u32::try_from(size.height)?);
            if !is_size_of(&bytes, &size.format, width, height) {
                return Err(format!("{} is no picture of this format and size", size.path).into());
            }
            self.storage.put(Folder::Sizes, &size.stored_name(), bytes.into()).await?;
        }
        if let Some(original) = &picture.original {
            let bytes = self.read_file(&original.path, &original.hash)?;
            if recognise(&bytes, &picture.name) != Ok(kinds::Kind::Picture) {
                return Err(format!("{} is no picture", original.path).into());
            }
            self.storage.put(Folder::Originals, &original.hash, bytes.into()).await?;
        }
        Ok(())
    }

    async fn store_file(&self, file: &mut File) -> TransferResult<()> {
        let bytes = self.read_file(&file.path, &file.hash)?;
        file.name = clean_name(&file.name);
        match recognise(&bytes, &file.name) {
            Ok(kinds::Kind::File(content_type)) => content_type.clone_into(&mut file.content_type),
            _ => return Err(format!("{} is no file of a kind that is taken", file.path).into()),
        }
        file.bytes = bytes.len() as i64;
        Ok(self.storage.put(Folder::Files, &file.hash, bytes.into()).await?)
    }

    /// Reads a file of the folder that has this digest.
    fn read_file(&self, path: &str, hash: &str) -> TransferResult<Vec<u8>> {
        let file = find_below(self.folder, path).map_err(|_| lacks(path))?;
        if file.metadata()?.len() > MAX_FILE {
            return Err(format!("{path} is too large").into());
        }
        let bytes = fs::read(file)?;
        // the oldest pictures have the beginning of the digest as their names
        let is_whole = hash.len() >= 8 && content_hash(&bytes).starts_with(hash);
        if is_whole { Ok(bytes) } else { Err(format!("{path} is damaged: its digest is another").into()) }
    }
}
