//! `loa-phuong import`: carries another site over. What it was is read by `app::features::import`; this puts it into
//! the features that have it here, in transactions that can be interrupted anywhere and taken up again.

mod articles;
mod batches;
mod comments;
mod files;
mod menu;
mod places;
mod progress;
mod rest;
mod storing;
mod taxonomy;
mod tries;

use crate::config::{CommonOptions, ImportCommand, NukeVietOptions};
use crate::transfer::import_folder;
use app::base::clock::format_long;
use app::base::format::format_number;
use app::base::keys::Key;
use app::features::audit::{Actor, Entry};
use app::features::import::dump::{Repairs, read_dump};
use app::features::import::nukeviet::{self, OldSite, choose_table};
use app::features::import::report::{Remark, Report};
use app::features::import::spool::Spool;
use app::features::import::store::{list_origins, lock_imports, replace_modules, unlock_imports, upsert_origins};
use app::features::import::{IMPORT, Origin, OriginKind};
use app::features::media::storage::Storage;
use batches::Batches;
use files::Files;
use flate2::read::MultiGzDecoder;
use progress::CountingReader;
use serde_json::json;
use sqlx::PgPool;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use time::OffsetDateTime;

/// Where the origin of the site itself is kept.
const SOURCE: &str = "source";
/// Where the tables are kept that the dump did not have.
const TABLES: &str = "missing-tables";

pub(crate) use places::find_below;
pub(crate) use progress::Progress;

type ImportResult<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What an import works with.
struct Run<'a> {
    pool: &'a PgPool,
    actor: Actor<'a>,
    key: &'a Key,
    storage: Storage,
    old: Arc<OldSite>,
    now: OffsetDateTime,
    /// Whether nothing is written.
    is_trial: bool,
}

/// Runs `loa-phuong import`.
pub async fn run_import_command(
    pool: &PgPool,
    key: &Key,
    common: &CommonOptions,
    command: ImportCommand,
) -> ImportResult<()> {
    // held as long as the import lasts, outside of a transaction, which has a limit of time
    let mut lock = pool.acquire().await?;
    if !lock_imports(&mut lock).await? {
        return Err("another import is under way: wait for it, or end it first".into());
    }
    let done = match command {
        ImportCommand::Nukeviet(options) => import_nukeviet(pool, key, common, options).await,
        ImportCommand::Folder(options) => {
            let actor = Actor::command_line(key);
            import_folder(pool, &common.storage()?, actor, &options.folder).await.map(|left_out| {
                left_out.iter().for_each(|what| println!("left out: {what}"));
                println!("The site is that of the folder {}. Create an account to sign in.", options.folder.display());
            })
        }
    };
    // its connection ends with the program, and the lock with it
    let _ = unlock_imports(&mut lock).await;
    done
}

async fn import_nukeviet(
    pool: &PgPool,
    key: &Key,
    common: &CommonOptions,
    options: NukeVietOptions,
) -> ImportResult<()> {
    check_options(&options)?;
    let data_dir = common.data_dir();
    std::fs::create_dir_all(&data_dir)?;
    let report_dir = options.report.clone().unwrap_or_else(|| data_dir.clone());
    std::fs::create_dir_all(&report_dir)?;
    let (old, repairs) = read_old_site(&options, &data_dir).await?;
    let run = Run {
        pool,
        actor: Actor::command_line(key),
        key,
        storage: common.storage()?,
        old: Arc::new(old),
        now: OffsetDateTime::now_utc(),
        is_trial: options.dry_run,
    };
    run.check_identity(options.same_site).await?;
    let mut report = Report::new(run.old.office()?.name, run.is_trial);
    if let Err(error) = run.carry_over(options.uploads.as_deref(), repairs, &mut report).await {
        // where something may be stored already, what it is is told: numbers are, of what is unchanged otherwise
        if run.is_trial || report.added + report.changed + report.unchanged == 0 {
            return Err(error);
        }
        report.note(Remark::Stopped, error.to_string());
        if let Err(error) = run.record(&report).await {
            report.note(Remark::Stopped, error.to_string());
        }
        println!("It stopped before its end: {error}. Run it again, and it goes on.");
    }
    report.ended = format_long(OffsetDateTime::now_utc());
    let (text, html) = (report_dir.join("import-report.txt"), report_dir.join("import-report.html"));
    let written = std::fs::write(&text, report.write_text()).and_then(|()| std::fs::write(&html, report.write_html()));
    if let Err(error) = written {
        // what was taken is taken: the report is shown instead
        println!("The report could not be written to {}: {error}\n{}", report_dir.display(), report.write_text());
        return Ok(());
    }
    let done = if run.is_trial { "Nothing was written. It would have" } else { "It has" };
    println!("{done} added {}, changed {} and left {} as they are.", report.added, report.changed, report.unchanged);
    println!("The report is in {} and {}", html.display(), text.display());
    Ok(())
}

fn check_options(options: &NukeVietOptions) -> ImportResult<()> {
    if !options.dump.is_file() {
        return Err(format!("there is no file {}: give the dump of the database", options.dump.display()).into());
    }
    match &options.uploads {
        Some(folder) if !folder.is_dir() => {
            Err(format!("there is no folder {}: give the folder uploads of the old site", folder.display()).into())
        }
        _ => Ok(()),
    }
}

/// Reads the whole dump, so that a broken one is known before anything is taken.
async fn read_old_site(options: &NukeVietOptions, folder: &Path) -> ImportResult<(OldSite, Repairs)> {
    let (options, folder) = (options.clone(), folder.to_owned());
    tokio::task::spawn_blocking(move || {
        let mut spool = Spool::new(&folder, choose_table)?;
        let repairs = read_dump(open_dump(&options.dump)?, &mut spool)?;
        spool.finish()?;
        let site = OldSite::read(spool, options.prefix.as_deref(), options.language.as_deref())?;
        Ok((site, repairs))
    })
    .await?
}

/// Opens a dump, compressed or not, and shows how far it was read.
fn open_dump(path: &PathBuf) -> ImportResult<Box<dyn BufRead>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut start = [0; 4];
    let read = file.read(&mut start)?;
    file.rewind()?;
    let counted = CountingReader::new(file, Progress::new("reading the dump, MB", length >> 20));
    match &start[..read] {
        [0x1f, 0x8b, ..] => {
            Ok(Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(BufReader::new(counted)))))
        }
        [b'P', b'K', ..] | [0x28, 0xb5, 0x2f, 0xfd] | [0xfd, b'7', ..] | [b'B', b'Z', ..] => {
            Err("unpack the dump first: it is read as .sql or .sql.gz".into())
        }
        _ => Ok(Box::new(BufReader::with_capacity(1 << 18, counted))),
    }
}

impl Run<'_> {
    /// Refuses another site than the one that was carried over before: their numbers would be taken for each other's.
    async fn check_identity(&self, is_same: bool) -> ImportResult<()> {
        let mut db = self.pool.acquire().await?;
        let known = list_origins(&mut db, OriginKind::Setting, SOURCE).await?;
        let identity = self.old.identity();
        if let Some(origin) = known.get(SOURCE).filter(|origin| origin.stamp != identity && !is_same) {
            return Err(format!(
                "another site was carried over before ({}); this one is {identity}, and its articles would overwrite \
                 those. If it is the same site under another name, add --same-site",
                origin.stamp
            )
            .into());
        }
        // what an earlier dump had, and this one has not, would look as if articles had lost their tags or sources
        let mut missing = self.old.missing_tables();
        if let Some(origin) = known.get(TABLES) {
            missing.retain(|table| !origin.stamp.split(',').any(|known| known == table));
            if !missing.is_empty() {
                return Err(nukeviet::Error::MissingTables(missing.join(", ")).into());
            }
        }
        if !self.is_trial {
            let missing = self.old.missing_tables().join(",");
            let origins = [(SOURCE, identity), (TABLES, missing)].map(|(key, stamp)| Origin {
                key: key.to_owned(),
                stamp,
                ..Origin::default()
            });
            upsert_origins(&mut db, OriginKind::Setting, SOURCE, &origins).await?;
        }
        Ok(())
    }

    /// Carries everything over and says what was done.
    async fn carry_over(&self, uploads: Option<&Path>, repairs: Repairs, report: &mut Report) -> ImportResult<()> {
        note_source(&self.old, repairs, report)?;
        let files = Arc::new(Files::carry_over(self, uploads, report).await?);
        let mut batches = Batches::begin(self.pool, self.is_trial).await?;
        if !self.is_trial {
            replace_modules(batches.db(), &self.old.modules).await?;
        }
        batches.end_batch().await?;
        let (mut news, mut pages) = (Vec::new(), 0);
        for module in self.old.news.clone() {
            let carried = self.carry_over_news(&mut batches, &module, &files, report).await?;
            self.carry_over_comments(&mut batches, &module, &carried, report).await?;
            news.push((module, carried));
        }
        for module in self.old.pages.clone() {
            pages += self.carry_over_pages(&mut batches, &module, &files, report).await?;
        }
        self.count_all(&mut batches, &files, &news, pages, report).await?;
        batches.finish().await?;
        if !self.is_trial {
            self.carry_over_rest(report).await?;
            self.record(report).await?;
            if let Err(error) = self.try_addresses(&news, report).await {
                // everything is stored, and its report is wanted
                report.note(Remark::UntriedAddresses, error.to_string());
            }
        }
        Ok(())
    }

    /// Enters the import into the record, with its numbers.
    async fn record(&self, report: &Report) -> ImportResult<()> {
        if report.added + report.changed == 0 {
            return Ok(());
        }
        let mut tx = self.pool.begin().await?;
        let detail = json!({ "added": report.added, "changed": report.changed });
        self.actor.record(&mut tx, Entry::new(self.actor, IMPORT, ("site", None), detail)).await?;
        Ok(tx.commit().await?)
    }
}

/// Notes what the dump itself says, before anything is taken.
fn note_source(old: &OldSite, repairs: Repairs, report: &mut Report) -> std::io::Result<()> {
    if repairs.latin1_rows > 0 {
        report.note(Remark::DamagedDump, format!("latin1: {}", repairs.latin1_rows));
    }
    if repairs.encoded_twice > 0 {
        report.note(Remark::DamagedDump, format!("UTF-8 × 2: {}", repairs.encoded_twice));
    }
    if repairs.broken_rows > 0 {
        report.note(Remark::BrokenLetters, format!("{} dòng", format_number(repairs.broken_rows as i64)));
    }
    for table in old.missing_tables() {
        report.note(Remark::MissingTable, table);
    }
    for department in old.office()?.others {
        report.note(Remark::Contact, department);
    }
    for language in &old.other_languages {
        report.note(Remark::OtherLanguage, language.clone());
    }
    for table in old.skipped_tables() {
        report.note(Remark::SkippedTable, table);
    }
    let members = old.count_members();
    if members > 0 {
        report.note(Remark::Members, format!("{} thành viên", format_number(members as i64)));
    }
    for (module, count) in old.count_other_comments()? {
        report.note(Remark::OtherComments, format!("{module}: {count}"));
    }
    for module in &old.news {
        for name in old.described_names(module)? {
            report.note(Remark::DescribedName, name);
        }
        for name in old.unused_tags(module)? {
            report.note(Remark::UnusedTag, name);
        }
    }
    let (likes, dislikes) = old.count_likes()?;
    if likes + dislikes > 0 {
        let (likes, dislikes) = (format_number(likes), format_number(dislikes));
        report.note(Remark::Likes, format!("{likes} lượt thích, {dislikes} lượt không thích"));
    }
    let items = old.count_other_menu_items()?;
    if items > 0 {
        report.note(Remark::OtherMenuItems, format!("{} mục", format_number(items as i64)));
    }
    Ok(())
}

/// A digest of texts, to find out later whether they changed.
fn digest_of(texts: &[&str]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(texts.join("\0")).to_vec()
}

/// The key of something with a number.
fn key_of(number: i64) -> String {
    number.to_string()
}
