//! Writes the folder: all of it as the site was at one moment, while it goes on.

use super::html::{Listed, write_index, write_text};
use super::{SITE_FILE, TransferResult};
use app::base::html_tree::escape;
use app::base::url::encode;
use app::features::media::body::{list_pictures, replace_file_links};
use app::features::media::storage::{Folder, Storage};
use app::features::media::store::serving::load_unmoved;
use app::features::transfer::records::{File, Picture, Text, TextState};
use app::features::transfer::store::{read_records, read_site};
use app::features::transfer::{Kind, Record, Scope};
use bytes::Bytes;
use futures::StreamExt;
use sqlx::PgPool;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const READ_ME: &str = include_str!("read-me.txt");
/// Stands above it where everything is written.
const WARNING: &str = "CHÚ Ý: thư mục này có dữ liệu cá nhân (tên, e-mail, số điện thoại của người gửi), bản nháp, cài \
                       đặt. Không công khai, không chuyển cho người khác.\n\n";
/// Folders for people to read.
const FOLDERS: [&str; 5] = ["schema", "texts", "pictures", "originals", "files"];

/// What was written.
#[derive(Debug, Default)]
pub struct Exported {
    /// Records of each kind.
    pub counts: BTreeMap<String, u64>,
    /// Files of pictures and downloads that the file store does not have.
    pub missing: Vec<String>,
}

/// What bodies name: pictures with their files and descriptions, and files to download.
#[derive(Default)]
pub struct Media {
    pictures: HashMap<i64, (String, String)>,
    /// Where a file lies, by its digest.
    files: HashMap<String, String>,
}

impl Media {
    /// Adds the file and the description to each picture of a body. `up` leads from the reader's folder to this one.
    pub fn show_pictures(&self, body: &str, up: &str) -> String {
        let mut shown = body.to_owned();
        for id in list_pictures(body) {
            if let Some((path, alt)) = self.pictures.get(&id) {
                let named = format!("<img data-picture=\"{id}\"");
                let alt = escape(alt, true);
                shown = shown.replace(&named, &format!("{named} src=\"{up}{path}\" alt=\"{alt}\""));
            }
        }
        shown
    }

    /// A body whose links to files of the site lead into this folder.
    pub fn lead_into_folder(&self, body: &str) -> String {
        let encoded = |path: &String| path.split('/').map(encode).collect::<Vec<_>>().join("/");
        let lead = |hash: &str| self.files.get(hash).map(|path| format!("../{}", encoded(path)));
        replace_file_links(&self.show_pictures(body, "../"), lead)
    }

    /// The file of a picture.
    pub fn picture(&self, id: i64) -> Option<&(String, String)> {
        self.pictures.get(&id)
    }
}

/// Writes the site into a new folder, or an empty one.
pub async fn export(pool: &PgPool, storage: &Storage, to: &Path, scope: Scope) -> TransferResult<Exported> {
    fs::create_dir_all(to).map_err(|error| format!("the folder {}: {error}", to.display()))?;
    if fs::read_dir(to)?.next().is_some() {
        return Err(format!("the folder {} is not empty: name a new one", to.display()).into());
    }
    if scope == Scope::All {
        fs::set_permissions(to, fs::Permissions::from_mode(0o700))?;
    }
    for folder in FOLDERS.iter().filter(|folder| **folder != "originals" || scope == Scope::All) {
        fs::create_dir(to.join(folder))?;
    }
    write_schemas(to)?;
    let warning = if scope == Scope::All { WARNING } else { "" };
    fs::write(to.join("README.txt"), format!("{warning}{READ_ME}"))?;
    let mut exporter = Exporter { pool, storage, to, media: Media::default(), listed: Vec::new(), missing: Vec::new() };
    let mut db = pool.begin_with("begin isolation level repeatable read, read only").await?;
    let mut counts = BTreeMap::new();
    for kind in Kind::ALL {
        let mut file = BufWriter::new(fs::File::create(to.join(format!("{}.jsonl", kind.name())))?);
        let mut records = read_records(&mut db, kind, scope);
        let mut count = 0_u64;
        while let Some(record) = records.next().await {
            let Some(record) = exporter.complete(record?).await? else { continue };
            serde_json::to_writer(&mut file, &record)?;
            file.write_all(b"\n")?;
            count += 1;
        }
        file.into_inner().map_err(|error| error.into_error())?.sync_all()?;
        counts.insert(kind.name().to_owned(), count);
    }
    let site = read_site(&mut db, scope, counts.clone()).await?;
    let name = site.settings.get(app::web::settings::NAME.key).cloned().unwrap_or_default();
    write_index(to, &name, &exporter.listed)?;
    let mut file = fs::File::create(to.join(SITE_FILE))?;
    serde_json::to_writer_pretty(&mut file, &site)?;
    file.sync_all()?;
    fs::File::open(to)?.sync_all()?;
    Ok(Exported { counts, missing: exporter.missing })
}

fn write_schemas(to: &Path) -> TransferResult<()> {
    for kind in Kind::ALL {
        let schema = serde_json::to_string_pretty(&kind.schema())?;
        fs::write(to.join(format!("schema/{}.json", kind.name())), schema)?;
    }
    Ok(())
}

struct Exporter<'a> {
    pool: &'a PgPool,
    storage: &'a Storage,
    to: &'a Path,
    media: Media,
    listed: Vec<Listed>,
    missing: Vec<String>,
}

impl Exporter<'_> {
    /// Writes the files that belong to a record, and completes it with what it says of them. A file to download that is
    /// missing is left out.
    async fn complete(&mut self, mut record: Record) -> TransferResult<Option<Record>> {
        match &mut record {
            Record::Picture(picture) => self.write_picture(picture).await?,
            Record::File(file) => {
                let is_written = self.write_file(file).await?;
                if !is_written {
                    return Ok(None);
                }
            }
            Record::Text(text) => {
                if text.state == TextState::Published {
                    self.listed.push(write_text(self.to, text, &self.media)?);
                }
                self.complete_text(text);
            }
            _ => {}
        }
        Ok(Some(record))
    }

    fn complete_text(&self, text: &mut Text) {
        for content in std::iter::once(&mut text.content).chain(&mut text.pending) {
            content.body = self.media.show_pictures(&content.body, "");
        }
    }

    /// Writes every size of a picture. Those that the store does not have are left out and told.
    async fn write_picture(&mut self, picture: &mut Picture) -> TransferResult<()> {
        let mut written = Vec::new();
        for size in std::mem::take(&mut picture.sizes) {
            let stored = match self.storage.load(Folder::Sizes, &size.stored_name(), None).await? {
                Some(bytes) => Some(bytes),
                None => match load_unmoved(self.pool, &size.hash, &size.format).await? {
                    Some(bytes) => Some(bytes.into()),
                    // it was moved in between
                    None => self.storage.load(Folder::Sizes, &size.stored_name(), None).await?,
                },
            };
            if self.write_bytes(&size.path, stored)? {
                written.push(size);
            }
        }
        if let Some(original) = &picture.original {
            let stored = self.storage.load(Folder::Originals, &original.hash, None).await?;
            if !self.write_bytes(&original.path.clone(), stored)? {
                picture.original = None;
            }
        }
        // a browser that shows the folder shows the largest
        let shown = written.iter().filter(|size| !size.is_crop).max_by_key(|size| (size.width, size.format == "jpg"));
        if let Some(shown) = shown {
            self.media.pictures.insert(picture.id, (shown.path.clone(), picture.alt.clone()));
        }
        picture.sizes = written;
        Ok(())
    }

    async fn write_file(&mut self, file: &File) -> TransferResult<bool> {
        let stored = self.storage.load(Folder::Files, &file.hash, None).await?;
        let is_written = self.write_bytes(&file.path, stored)?;
        if is_written {
            self.media.files.insert(file.hash.clone(), file.path.clone());
        }
        Ok(is_written)
    }

    fn write_bytes(&mut self, path: &str, bytes: Option<Bytes>) -> TransferResult<bool> {
        let Some(bytes) = bytes else {
            self.missing.push(path.to_owned());
            return Ok(false);
        };
        let mut file = fs::File::create(self.to.join(path))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        Ok(true)
    }
}
