//! The pictures and files of the old site that its articles show or offer, through the site's own pipeline, on two
//! cores.

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
use app::features::media::store::carried::{find_file_addresses, list_existing_pictures};
use app::features::media::store::library::insert_file;
use app::features::media::store::{NewPicture, insert_picture, lock_store_for_writing};
use app::features::media::upload::{LARGE_FILE, put_files};
use app::features::media::{MAX_FILE, file_path};
use futures::StreamExt;
use percent_encoding::percent_decode_str;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;
use url::Url;

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

/// What an address in an article means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// A path below the folder of uploads.
    Here(String),
    Foreign,
    /// Something that is no file of the old site.
    Other,
}

/// Reads an address in an article.
fn read_place(address: &str, own_hosts: &[String]) -> Place {
    let rest = match Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let host = url.host_str().unwrap_or_default().to_lowercase();
            let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
            let is_own = own_hosts.iter().any(|own| bare(&host) == bare(own));
            if !is_own {
                return Place::Foreign;
            }
            url.path().to_owned()
        }
        Ok(_) => return Place::Other,
        Err(_) if address.starts_with("//") => return Place::Foreign,
        Err(_) => address.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    let decoded = percent_decode_str(&rest).decode_utf8_lossy().into_owned();
    let mut path = decoded.trim_start_matches('/');
    while let Some(rest) = path.strip_prefix("../").or_else(|| path.strip_prefix("./")) {
        path = rest;
    }
    let below = |path: &str| match path.split_once('/') {
        Some((folder, path)) if folder.eq_ignore_ascii_case("uploads") || folder.eq_ignore_ascii_case("assets") => {
            Some(path.trim_start_matches('/').to_owned())
        }
        _ => None,
    };
    // a site may stand in a folder of its host
    let found = below(path).or_else(|| below(path.split_once('/')?.1));
    found.map_or(Place::Other, Place::Here)
}

/// Finds a file below a folder.
///
/// # Errors
/// Why it is not read: it is missing, or its path or a link leads out of the folder.
pub(crate) fn find_below(root: &Path, path: &str) -> Result<PathBuf, Remark> {
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\0', '\\']);
    if !path.split('/').all(is_plain) {
        return Err(Remark::UnsafePath);
    }
    let root = root.canonicalize().map_err(|_| Remark::MissingFile)?;
    // names with marks of their own, as an Apple computer writes them
    let decomposed = || root.join(path.nfd().collect::<String>()).canonicalize();
    let file = root.join(path).canonicalize().or_else(|_| decomposed()).map_err(|_| Remark::MissingFile)?;
    if !file.starts_with(&root) {
        return Err(Remark::UnsafePath);
    }
    if file.is_file() { Ok(file) } else { Err(Remark::MissingFile) }
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

/// The lead picture is named by its path below the module's folder, or by its whole address.
fn place_of_picture(picture: &str, module: &Module, own_hosts: &[String]) -> Place {
    match read_place(picture, own_hosts) {
        Place::Other => Place::Here(format!("{}/{}", module.folder, picture.trim_start_matches('/'))),
        place => place,
    }
}

/// Files are named by their paths below the folder of uploads, with or without it, or by whole addresses.
fn place_of_file(file: &str, own_hosts: &[String]) -> Place {
    match read_place(file, own_hosts) {
        Place::Other if file.contains("://") => Place::Foreign,
        Place::Other => Place::Here(file.trim_start_matches('/').to_owned()),
        place => place,
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
        let existing: HashSet<i64> = list_existing_pictures(&mut db, &ids).await?.into_iter().collect();
        let addresses: HashMap<i64, (String, String)> =
            find_file_addresses(&mut db, &known_files.values().filter_map(|origin| origin.target).collect::<Vec<_>>())
                .await?
                .into_iter()
                .map(|(id, hash, name)| (id, (hash, name)))
                .collect();
        drop(db);
        let mut new = Vec::new();
        for (path, (alt, title)) in &wanted {
            if has_picture_name(path) {
                files.named_pictures += 1;
            } else {
                files.named_files += 1;
            }
            if let Some(id) = pictures.get(path).and_then(|origin| origin.target).filter(|id| existing.contains(id)) {
                files.targets.insert(path.clone(), Target::Picture(id));
                report.unchanged += 1;
                continue;
            }
            if pictures.contains_key(path) {
                report.note(Remark::DeletedHere, path.clone());
                continue;
            }
            let known = known_files.get(path).and_then(|origin| addresses.get(&origin.target?));
            if let Some((hash, name)) = known {
                files.targets.insert(path.clone(), Target::File(file_path(hash, name)));
                report.unchanged += 1;
                continue;
            }
            match uploads.ok_or(Remark::MissingFile).and_then(|root| find_below(root, path)) {
                Ok(file) => new.push((path.clone(), file, alt.clone())),
                Err(remark) => report.note(remark, format!("{path} ({title})")),
            }
        }
        files.make(run, new, report).await?;
        if let Some(root) = uploads {
            let used: HashSet<&String> = wanted.keys().collect();
            note_unused(root, root, &used, report);
        }
        Ok(files)
    }

    /// Makes what is new, several at once.
    async fn make(
        &mut self,
        run: &Run<'_>,
        new: Vec<(String, PathBuf, String)>,
        report: &mut Report,
    ) -> ImportResult<()> {
        let mut progress = Progress::new("pictures and files", new.len() as u64);
        let decoders = Semaphore::new(DECODED_AT_ONCE);
        let mut made = futures::stream::iter(new)
            .map(async |(path, file, alt)| {
                let made = make_one(run, &decoders, (&path, &file, &alt)).await;
                (path, alt, made)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((path, alt, made)) = made.next().await {
            progress.advance(1);
            match made? {
                Ok(target) => {
                    if matches!(target, Target::Picture(_)) && alt.is_empty() {
                        report.note(Remark::UndescribedPicture, path.clone());
                    }
                    report.added += 1;
                    let is_picture = has_picture_name(&path);
                    *(if is_picture { &mut self.tried_pictures } else { &mut self.tried_files }) += 1;
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

fn address_of(place: Place, written: &str) -> String {
    match place {
        Place::Here(path) => format!("/uploads/{path}"),
        _ => written.to_owned(),
    }
}

fn has_picture_name(path: &str) -> bool {
    let lower = path.to_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg"].iter().any(|end| lower.ends_with(end))
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

/// Makes and stores a picture or a file. What is returned is on the disk and in the database; or why it was not taken.
async fn make_one(
    run: &Run<'_>,
    decoders: &Semaphore,
    (path, file, alt): (&str, &Path, &str),
) -> ImportResult<Result<Target, String>> {
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
    // of a trial nothing stays, so it makes nothing
    if run.is_trial {
        return Ok(Ok(Target::Elsewhere));
    }
    let digest = metadata.len().to_be_bytes().to_vec();
    let origin = |target| Origin {
        key: path.to_owned(),
        alias: String::new(),
        target: Some(target),
        digest: digest.clone(),
        stamp: String::new(),
    };
    match kind {
        Kind::Picture => {
            let permit = decoders.acquire().await?;
            let processed = match tokio::task::spawn_blocking(move || make_files(bytes, Focus::default())).await? {
                Ok(processed) => processed,
                Err(error) => return Ok(Err(error.to_string())),
            };
            drop(permit);
            let alt: String = alt.chars().take(300).collect();
            let mut tx = run.pool.begin().await?;
            lock_store_for_writing(&mut tx).await?;
            put_files(&run.storage, &processed).await?;
            let picture =
                NewPicture { alt: &alt, name: &name, focus: Focus::default(), processed: &processed, account: None };
            let id = insert_picture(&mut tx, &picture).await?;
            upsert_origins(&mut tx, OriginKind::Picture, "", &[origin(id)]).await?;
            tx.commit().await?;
            Ok(Ok(Target::Picture(id)))
        }
        Kind::File(content_type) => {
            let hash = content_hash(&bytes);
            let mut tx = run.pool.begin().await?;
            lock_store_for_writing(&mut tx).await?;
            run.storage.put(Folder::Files, &hash, bytes.into()).await?;
            let id = insert_file(&mut tx, run.actor, (&hash, &name), content_type, metadata.len() as i64).await?;
            upsert_origins(&mut tx, OriginKind::File, "", &[origin(id)]).await?;
            tx.commit().await?;
            Ok(Ok(Target::File(file_path(&hash, &name))))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_file_of_the_old_site_or_none() {
        let hosts = ["phuong.vn".to_owned()];
        for (address, place) in [
            ("/uploads/news/2023_07/a%20b.jpg", Place::Here("news/2023_07/a b.jpg".to_owned())),
            ("uploads/news/a.pdf?x=1#y", Place::Here("news/a.pdf".to_owned())),
            ("https://www.phuong.vn/uploads/a.jpg", Place::Here("a.jpg".to_owned())),
            ("/assets/news/a.jpg", Place::Here("news/a.jpg".to_owned())),
            ("/web/uploads/news/a.jpg", Place::Here("news/a.jpg".to_owned())),
            ("../../uploads/news/a.jpg", Place::Here("news/a.jpg".to_owned())),
            ("/themes/default/images/a.jpg", Place::Other),
            ("https://evil.vn/uploads/a.jpg", Place::Foreign),
            ("//evil.vn/uploads/a.jpg", Place::Foreign),
            ("data:image/png;base64,xx", Place::Other),
            ("mailto:a@b.vn", Place::Other),
            ("/tin-tuc/", Place::Other),
            ("", Place::Other),
        ] {
            assert_eq!(read_place(address, &hosts), place, "{address}");
        }
    }

    #[test]
    fn nothing_outside_of_the_folder_is_read() {
        let folder = tempfile::tempdir().expect("makes a folder");
        let (root, outside) = (folder.path().join("uploads"), folder.path().join("secret.jpg"));
        std::fs::create_dir_all(root.join("news")).expect("makes a folder");
        std::fs::write(&outside, "x").expect("writes");
        std::fs::write(root.join("news/ảnh 1.jpg"), "x").expect("writes");
        std::os::unix::fs::symlink(&outside, root.join("news/link.jpg")).expect("links");
        std::os::unix::fs::symlink(folder.path(), root.join("up")).expect("links");
        assert!(find_below(&root, "news/ảnh 1.jpg").is_ok());
        std::fs::write(root.join("news/họp.jpg".nfd().collect::<String>()), "x").expect("writes");
        assert!(find_below(&root, "news/họp.jpg").is_ok(), "however its marks are written");
        for (path, why) in [
            ("news/none.jpg", Remark::MissingFile),
            ("news", Remark::MissingFile),
            ("../secret.jpg", Remark::UnsafePath),
            ("news/../../secret.jpg", Remark::UnsafePath),
            ("/etc/passwd", Remark::UnsafePath),
            ("news/link.jpg", Remark::UnsafePath),
            ("up/secret.jpg", Remark::UnsafePath),
            ("news\\..\\a", Remark::UnsafePath),
            ("", Remark::UnsafePath),
        ] {
            assert_eq!(find_below(&root, path), Err(why), "{path}");
        }
        assert_eq!(find_below(&folder.path().join("none"), "a.jpg"), Err(Remark::MissingFile));
    }
}
