//! The pictures and files of the old site that its articles show or offer, through the site's own pipeline, on two
//! cores.

use super::places::{Place, address_of, find_below, has_picture_name, place_of_file, place_of_picture, read_place};
use super::progress::Progress;
use super::{ImportResult, Run};
use app::base::keys::content_hash;
use app::features::import::body::{Target, list_addresses};
use app::features::import::nukeviet::{Module, OldArticle, OldSite};
use app::features::import::report::{Remark, Report};
use app::features::import::store::{list_origins, upsert_origins};
use app::features::import::{Origin, OriginKind};
use app::features::media::files::{Focus, make_files};
use app::features::media::kinds::{Kind, clean_name, recognise};
use app::features::media::storage::Folder;
use app::features::media::store::carried::{
    ExistingPicture, announce_pictures, find_file_addresses, list_existing_pictures,
};
use app::features::media::store::library::insert_file;
use app::features::media::store::{NewPicture, insert_picture, lock_store_for_writing, replace_files};
use app::features::media::upload::{LARGE_FILE, put_files};
use app::features::media::{MAX_FILE, file_path};
use futures::StreamExt;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;
use tokio::sync::Semaphore;

/// How many are decoded at once: as many as there are cores on the smallest server.
const DECODED_AT_ONCE: usize = 2;
/// How many are on their way: while one is decoded, others are read and stored.
const AT_ONCE: usize = 6;

/// What became of the pictures and files.
#[derive(Default)]
pub struct Files {
    /// By their paths below the folder of uploads.
    targets: HashMap<String, Target>,
    own_hosts: Vec<String>,
    /// How many pictures and files articles name.
    pub named_pictures: i64,
    pub named_files: i64,
    /// How many of both a trial would have taken.
    pub tried_pictures: i64,
    pub tried_files: i64,
}

/// The pictures and files that articles name: by path their description, and who names them.
type Wanted = BTreeMap<String, (String, String)>;

/// Adds what an article names.
fn collect(article: &OldArticle, module: &Module, own_hosts: &[String], wanted: &mut Wanted, report: &mut Report) {
    let mut add = |place: Place, alt: &str, address: &str, is_picture: bool| match place {
        Place::Here(path) => {
            let known = wanted.entry(path).or_insert_with(|| (String::new(), article.title.clone()));
            if known.0.is_empty() {
                alt.clone_into(&mut known.0);
            }
        }
        Place::Foreign if is_picture => report.note(Remark::ForeignPicture, format!("{address} ({})", article.title)),
        // a picture of the old site's own theme, or in a folder that is none of uploads
        Place::Other if is_picture && !address.is_empty() && !address.starts_with("data:") => {
            report.note(Remark::MissingFile, format!("{address} ({})", article.title));
        }
        _ => {}
    };
    if !article.picture.is_empty() {
        add(place_of_picture(&article.picture, module, own_hosts), &article.picture_alt, &article.picture, true);
    }
    for file in &article.files {
        add(place_of_file(file, own_hosts), "", file, false);
    }
    for (address, alt, is_picture) in list_addresses(&article.body) {
        let place = read_place(&address, own_hosts);
        add(place, &alt, &address, is_picture);
    }
}

impl Files {
    /// Carries over what articles name, and says which of it is missing.
    pub async fn carry_over(run: &Run<'_>, uploads: Option<&Path>, report: &mut Report) -> ImportResult<Self> {
        let own_hosts = run.old.own_hosts();
        let wanted = list_wanted(run, &own_hosts, report)?;
        let mut files = Self { targets: HashMap::new(), own_hosts, ..Self::default() };
        let mut db = run.pool.acquire().await?;
        let pictures = list_origins(&mut db, OriginKind::Picture, "").await?;
        let known_files = list_origins(&mut db, OriginKind::File, "").await?;
        let ids: Vec<i64> = pictures.values().filter_map(|origin| origin.target).collect();
        let existing: HashMap<i64, ExistingPicture> =
            list_existing_pictures(&mut db, &ids).await?.into_iter().map(|picture| (picture.id, picture)).collect();
        let addresses: HashMap<i64, (String, String)> =
            find_file_addresses(&mut db, &known_files.values().filter_map(|origin| origin.target).collect::<Vec<_>>())
                .await?
                .into_iter()
                .map(|(id, hash, name)| (id, (hash, name)))
                .collect();
        drop(db);
        let mut wanted_files = Vec::new();
        for (path, (alt, title)) in &wanted {
            if has_picture_name(path) {
                files.named_pictures += 1;
            } else {
                files.named_files += 1;
            }
            let found = uploads.ok_or(Remark::MissingFile).and_then(|root| find_below(root, path));
            let picture = pictures.get(path).and_then(|origin| Some((origin, existing.get(&origin.target?)?)));
            let known_file = known_files.get(path).and_then(|origin| Some((origin, addresses.get(&origin.target?)?)));
            let wanted = |file, alt: &str, known: Option<&Origin>, made: Option<&ExistingPicture>| WantedFile {
                path: path.clone(),
                file,
                alt: alt.to_owned(),
                known: known.cloned(),
                made: made.cloned(),
            };
            let (target, known, alt, made) = match (picture, known_file) {
                (Some((origin, made)), _) => (Target::Picture(made.id), origin, made.alt.as_str(), Some(made)),
                (None, _) if pictures.contains_key(path) => {
                    report.note(Remark::DeletedHere, path.clone());
                    continue;
                }
                (None, None) if known_files.contains_key(path) => {
                    report.note(Remark::DeletedHere, path.clone());
                    continue;
                }
                (None, Some((origin, (hash, name)))) => {
                    (Target::File(file_path(hash, name)), origin, alt.as_str(), None)
                }
                (None, None) => {
                    match found {
                        Ok(file) => wanted_files.push(wanted(file, alt, None, None)),
                        Err(remark) => report.note(remark, format!("{path} ({title})")),
                    }
                    continue;
                }
            };
            files.targets.insert(path.clone(), target);
            match found {
                Ok(file) if may_be_replaced(known, &file) => {
                    wanted_files.push(wanted(file, alt, Some(known), made));
                }
                // a folder that comes without it takes nothing away
                _ => report.unchanged += 1,
            }
        }
        files.make(run, wanted_files, report).await?;
        if let Some(root) = uploads {
            let used: HashSet<&String> = wanted.keys().collect();
            note_unused(root, root, &used, report);
        }
        Ok(files)
    }

    /// Makes what is new or was replaced there, several at once.
    async fn make(&mut self, run: &Run<'_>, wanted: Vec<WantedFile>, report: &mut Report) -> ImportResult<()> {
        let mut progress = Progress::new("pictures and files", wanted.len() as u64);
        let decoders = Semaphore::new(DECODED_AT_ONCE);
        let mut made = futures::stream::iter(wanted)
            .map(async |wanted| {
                let made = make_one(run, &decoders, &wanted).await;
                (wanted, made)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((WantedFile { path, alt, known, .. }, made)) = made.next().await {
            progress.advance(1);
            match made? {
                Ok(Made::Known) => report.unchanged += 1,
                Ok(Made::ChangedHere) => report.note(Remark::ChangedHere, path),
                Ok(Made::New(target)) => {
                    if matches!(target, Target::Picture(_)) && alt.is_empty() {
                        report.note(Remark::UndescribedPicture, path.clone());
                    }
                    if known.is_some() {
                        report.changed += 1;
                        // a trial makes nothing in its place
                        if run.is_trial {
                            continue;
                        }
                    } else {
                        report.added += 1;
                        let is_picture = has_picture_name(&path);
                        *(if is_picture { &mut self.tried_pictures } else { &mut self.tried_files }) += 1;
                    }
                    self.targets.insert(path, target);
                }
                Err(why) => report.note(Remark::RefusedFile, format!("{path}: {why}")),
            }
        }
        Ok(())
    }

    /// What an address in a body leads to.
    pub fn find(&self, address: &str) -> Target {
        self.find_place(read_place(address, &self.own_hosts))
    }

    /// The lead picture of an article.
    pub fn find_picture(&self, picture: &str, module: &Module) -> Target {
        if picture.is_empty() {
            return Target::Elsewhere;
        }
        self.find_place(place_of_picture(picture, module, &self.own_hosts))
    }

    /// A file that is offered with an article.
    pub fn find_file(&self, file: &str) -> Target {
        self.find_place(place_of_file(file, &self.own_hosts))
    }

    /// The old address of a file that was not carried over.
    pub fn address_of_file(&self, file: &str) -> String {
        address_of(place_of_file(file, &self.own_hosts), file)
    }

    /// The old address of a lead picture that was not carried over.
    pub fn address_of_picture(&self, picture: &str, module: &Module) -> String {
        address_of(place_of_picture(picture, module, &self.own_hosts), picture)
    }

    fn find_place(&self, place: Place) -> Target {
        match place {
            Place::Here(path) => self.targets.get(&path).cloned().unwrap_or(Target::Elsewhere),
            _ => Target::Elsewhere,
        }
    }
}

/// Lists what all articles and pages name.
fn list_wanted(run: &Run<'_>, own_hosts: &[String], report: &mut Report) -> std::io::Result<Wanted> {
    let old: &OldSite = &run.old;
    let mut wanted = Wanted::new();
    for module in &old.news {
        for key in old.article_keys(module) {
            if let Some(article) = old.article(module, key, run.now)? {
                collect(&article, module, own_hosts, &mut wanted, report);
            }
        }
    }
    for module in &old.pages {
        for key in old.spool.keys(&module.tables) {
            if let Some(page) = old.page(module, key, run.now)? {
                collect(&page, module, own_hosts, &mut wanted, report);
            }
        }
    }
    Ok(wanted)
}

/// A picture or file below the folder of uploads that is to be made.
struct WantedFile {
    path: String,
    file: PathBuf,
    alt: String,
    /// What is known of it, where an earlier import made one at this path.
    known: Option<Origin>,
    /// The picture that was made of it, as it is now.
    made: Option<ExistingPicture>,
}

/// When a file was written last, which changes with it.
fn stamp_of(metadata: &Metadata) -> String {
    let written = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    written.map(|time| time.as_nanos().to_string()).unwrap_or_default()
}

/// The bytes of a length in a digest.
const LENGTH: usize = 8;

/// What a file was when it was made: its length and its content. Behind that stands the hash of the original of the
/// picture that was made of it.
fn digest_of(length: u64, hash: &str) -> Vec<u8> {
    [&length.to_be_bytes()[..], hash.as_bytes()].concat()
}

/// Whether a file may be another one than that which was made, so that it must be read.
fn may_be_replaced(known: &Origin, file: &Path) -> bool {
    let Ok(metadata) = std::fs::metadata(file) else { return false };
    !known.digest.starts_with(&metadata.len().to_be_bytes()) || known.stamp != stamp_of(&metadata)
}

/// What became of a picture or file that was read.
enum Made {
    /// It is on the disk and in the database.
    New(Target),
    /// It is what an earlier import made.
    Known,
    /// It was replaced there, and the picture that was made of it was replaced here.
    ChangedHere,
}

/// Makes and stores a picture or a file, or says why it was not taken.
async fn make_one(
    run: &Run<'_>,
    decoders: &Semaphore,
    WantedFile { path, file, alt, known, made }: &WantedFile,
) -> ImportResult<Result<Made, String>> {
    let metadata = match tokio::fs::metadata(file).await {
        Ok(metadata) => metadata,
        Err(error) => return Ok(Err(error.to_string())),
    };
    if metadata.len() > MAX_FILE {
        return Ok(Err(LARGE_FILE.message.to_string()));
    }
    let bytes = match tokio::fs::read(file).await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error.to_string())),
    };
    let name = clean_name(path);
    let kind = match recognise(&bytes, &name) {
        Ok(kind) => kind,
        Err(problem) => return Ok(Err(problem.message.to_string())),
    };
    let hash = content_hash(&bytes);
    let digest = digest_of(metadata.len(), &hash);
    let origin = |target, digest| Origin {
        key: path.clone(),
        alias: String::new(),
        target: Some(target),
        digest,
        stamp: stamp_of(&metadata),
    };
    if let Some(known) = known {
        // an import of before knew the length alone
        if known.digest.starts_with(&digest) || known.digest == digest[..LENGTH] {
            // the next import does not have to read it
            if let (Some(target), false) = (known.target, run.is_trial) {
                let kind = if kind == Kind::Picture { OriginKind::Picture } else { OriginKind::File };
                let original = made.as_ref().map_or("", |made| made.original_hash.as_str());
                let known = match known.digest.len() {
                    LENGTH => [&digest[..], original.as_bytes()].concat(),
                    _ => known.digest.clone(),
                };
                let known = origin(target, known);
                upsert_origins(&mut *run.pool.acquire().await?, kind, "", &[known]).await?;
            }
            return Ok(Ok(Made::Known));
        }
        if let Some(made) = made
            && !known.digest.ends_with(made.original_hash.as_bytes())
        {
            return Ok(Ok(Made::ChangedHere));
        }
    }
    // of a trial nothing stays, so it makes nothing
    if run.is_trial {
        return Ok(Ok(Made::New(Target::Elsewhere)));
    }
    match kind {
        Kind::Picture => {
            let permit = decoders.acquire().await?;
            let focus = made.as_ref().map_or_else(Focus::default, |made| made.focus);
            let processed = match tokio::task::spawn_blocking(move || make_files(bytes, focus)).await? {
                Ok(processed) => processed,
                Err(error) => return Ok(Err(error.to_string())),
            };
            drop(permit);
            let alt: String = alt.chars().take(300).collect();
            let mut tx = run.pool.begin().await?;
            lock_store_for_writing(&mut tx).await?;
            put_files(&run.storage, &processed).await?;
            let picture = NewPicture { alt: &alt, name: &name, focus, processed: &processed, account: None };
            // one that was replaced there is replaced here, under its number: in every article, and at its old address
            let id = match made {
                Some(made) if replace_files(&mut tx, made.id, &picture).await? => {
                    announce_pictures(&mut tx).await?;
                    made.id
                }
                _ => insert_picture(&mut tx, &picture).await?,
            };
            let digest = [&digest[..], picture.original_hash().unwrap_or_default().as_bytes()].concat();
            upsert_origins(&mut tx, OriginKind::Picture, "", &[origin(id, digest)]).await?;
            tx.commit().await?;
            Ok(Ok(Made::New(Target::Picture(id))))
        }
        Kind::File(content_type) => {
            let mut tx = run.pool.begin().await?;
            lock_store_for_writing(&mut tx).await?;
            run.storage.put(Folder::Files, &hash, bytes.into()).await?;
            let id = insert_file(&mut tx, run.actor, (&hash, &name), content_type, metadata.len() as i64).await?;
            upsert_origins(&mut tx, OriginKind::File, "", &[origin(id, digest)]).await?;
            tx.commit().await?;
            Ok(Ok(Made::New(Target::File(file_path(&hash, &name)))))
        }
    }
}

/// Notes what lies in the folder of uploads and no article names.
fn note_unused(root: &Path, folder: &Path, used: &HashSet<&String>, report: &mut Report) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        // links are not followed: they may lead around in a circle
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            note_unused(root, &path, used, report);
        } else if kind.is_file() {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            let is_system = name.ends_with("index.html") || name.ends_with(".htaccess") || name.ends_with(".php");
            if !is_system && !used.contains(&name) {
                report.note(Remark::UnusedFile, name);
            }
        }
    }
}
