//! What a NukeViet 4 database holds, read as what it means. How that system stores its texts: titles and names are
//! escaped once; leads have their line breaks as elements and are otherwise plain; comments are escaped with their line
//! breaks as elements, or HTML where an administrator edited them; bodies are HTML of an editor.

use super::addresses::{ModuleKind, OldModules};
use super::spool::{Row, Spool};
use super::text::read_line;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use time::OffsetDateTime;

mod articles;
mod comments;
mod lists;
mod untaken;

pub use articles::{OldArticle, Standing};
pub use comments::OldComment;

/// Why a dump cannot be carried over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "the dump has no articles of NukeViet: there is no table that ends in _rows with the columns of its module \
         news. Dump the whole database, with all its tables"
    )]
    NoNews,
    #[error("the dump has no site in the language {0}; it has: {1}")]
    NoLanguage(String, String),
    #[error(
        "the dump lacks these tables: {0}. Nothing was taken, because what they hold would look as if it had been \
         deleted. Dump the whole database, with all its tables"
    )]
    MissingTables(String),
    #[error("the dump has sites with these table prefixes: {0}. Say which with --prefix")]
    TwoSites(String),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The tables that are of use, by the ends of their names and a column that only they have, with the column by which
/// their rows are found.
const TABLES: [(&str, &str, &str); 19] = [
    ("_config", "config_value", "config_value"),
    ("_users", "username", "userid"),
    ("_authors", "admin_id", "admin_id"),
    ("_counter", "c_type", "c_type"),
    ("_modules", "module_data", "weight"),
    ("_comment", "post_name", "id"),
    ("_menu_rows", "mid", "id"),
    ("_cat", "viewcat", "catid"),
    ("_rows", "hometext", "id"),
    ("_detail", "bodyhtml", "id"),
    ("_tags", "tid", "tid"),
    ("_tags_id", "keyword", "id"),
    ("_topics", "topicid", "topicid"),
    ("_block_cat", "adddefault", "bid"),
    ("_block", "bid", "bid"),
    ("_sources", "sourceid", "sourceid"),
    ("_author", "pseudonym", "id"),
    ("_authorlist", "pseudonym", "id"),
    ("_contact_department", "full_name", "id"),
];

/// Chooses the tables that are of use. Copies of articles by category, and their old versions, are of none.
pub fn choose_table(table: &str, columns: &[String]) -> Option<&'static str> {
    let has = |column: &str| columns.iter().any(|name| name == column);
    // pages that are no news stand in tables that have the name of their module alone
    if has("bodytext") && has("alias") && has("add_time") {
        return Some("id");
    }
    // where its columns are not known, its name alone decides, and the reader says that they are missing
    let found = TABLES.iter().find(|(end, column, _)| table.ends_with(end) && (columns.is_empty() || has(column)));
    found.map(|(_, _, key)| *key)
}

/// Columns of a category that change without anybody changing it, or are not brought along later: its place.
const UNSTABLE: [&str; 8] = ["numsubcat", "subcatid", "numlinks", "edit_time", "admins", "weight", "sort", "lev"];

/// A module of the old site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Its name in addresses.
    pub name: String,
    /// What its tables begin with: `nv4_vi_news`.
    pub tables: String,
    /// Its folder among the uploads.
    pub folder: String,
    /// Whether everybody could read it.
    pub is_open: bool,
}

/// A category of the old site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldCategory {
    pub key: i64,
    /// 0 where it stands under none.
    pub parent: i64,
    pub name: String,
    pub alias: String,
    pub is_hidden: bool,
    /// Whether everybody could read what is in it.
    pub is_open: bool,
    /// Whether the front page had a block of it.
    pub is_in_front: bool,
    /// Whether it had a description or a picture.
    pub is_described: bool,
    /// A digest of what it is.
    pub digest: Vec<u8>,
}

/// Something with a name and an address: a tag, a topic, an author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldNamed {
    pub key: i64,
    pub name: String,
    pub alias: String,
    pub description: String,
}

/// Somebody who wrote on the old site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldAccount {
    pub key: i64,
    pub username: String,
    pub name: String,
    /// Whether everything was theirs to change.
    pub is_administrator: bool,
}

/// An entry of the menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldMenuItem {
    pub key: i64,
    pub parent: i64,
    pub label: String,
    pub link: String,
}

/// A site of NukeViet, in one language.
pub struct OldSite {
    pub spool: Spool,
    pub prefix: String,
    pub language: String,
    /// Other languages that the dump has.
    pub other_languages: Vec<String>,
    pub news: Vec<Module>,
    pub pages: Vec<Module>,
    pub modules: OldModules,
    /// `module/name` of each setting.
    config: BTreeMap<(String, String), String>,
    /// Displayed name and account of who wrote comments and articles.
    users: HashMap<i64, (String, String)>,
}

impl OldSite {
    /// Reads what the dump holds of the site in a language; without one, in that of the site.
    pub fn read(spool: Spool, prefix: Option<&str>, language: Option<&str>) -> Result<Self, Error> {
        let has_news = spool.tables().any(|table| table.ends_with("_rows") && spool.has_column(table, "hometext"));
        let sites = list_sites(&spool);
        if !has_news || sites.is_empty() {
            return Err(Error::NoNews);
        }
        let prefix = find_prefix(&sites, prefix)?;
        let languages: Vec<String> =
            sites.into_iter().filter(|(found, _)| *found == prefix).map(|(_, language)| language).collect();
        let mut config = BTreeMap::new();
        for row in spool.rows(&format!("{prefix}_config")) {
            let row = row?;
            let place = (format!("{}/{}", row.text("lang"), row.text("module")), row.text("config_name").to_owned());
            config.insert(place, row.text("config_value").to_owned());
        }
        let own = config.get(&("sys/global".to_owned(), "site_lang".to_owned())).cloned();
        let language = language.map(str::to_owned).or(own).filter(|language| !language.is_empty());
        let language = language.or_else(|| languages.first().cloned()).unwrap_or_default();
        if !languages.contains(&language) {
            return Err(Error::NoLanguage(language, languages.join(", ")));
        }
        let mut site = Self {
            other_languages: languages.into_iter().filter(|other| *other != language).collect(),
            spool,
            prefix,
            language,
            news: Vec::new(),
            pages: Vec::new(),
            modules: OldModules::default(),
            config,
            users: HashMap::new(),
        };
        site.read_modules()?;
        site.require_tables()?;
        site.read_users()?;
        Ok(site)
    }

    /// Refuses a dump without a table that every site has: what it holds would look as if it had been deleted.
    fn require_tables(&self) -> Result<(), Error> {
        let mut wanted = vec![format!("{}_config", self.prefix), self.table("comment")];
        for module in &self.news {
            wanted.extend(["cat", "rows", "detail"].map(|end| format!("{}_{end}", module.tables)));
        }
        wanted.extend(self.pages.iter().map(|module| module.tables.clone()));
        let present: Vec<&str> = self.spool.tables().collect();
        wanted.retain(|table| !present.contains(&table.as_str()));
        if wanted.is_empty() { Ok(()) } else { Err(Error::MissingTables(wanted.join(", "))) }
    }

    /// What tells this site from another one that was carried over before.
    pub fn identity(&self) -> String {
        format!("{}/{}/{}", self.prefix, self.language, self.setting("sys/global", "my_domains"))
    }

    /// A table of the language: `nv4_vi_comment`.
    pub fn table(&self, end: &str) -> String {
        format!("{}_{}_{end}", self.prefix, self.language)
    }

    /// A setting of the old site.
    pub fn setting(&self, place: &str, name: &str) -> &str {
        self.config.get(&(place.to_owned(), name.to_owned())).map(String::as_str).unwrap_or_default()
    }

    fn read_modules(&mut self) -> Result<(), Error> {
        let begin = format!("{}_{}_", self.prefix, self.language);
        let mut known = Vec::new();
        for row in self.spool.rows(&self.table("modules")) {
            let row = row?;
            let name = row.text("title").to_owned();
            let tables = format!("{begin}{}", row.text("module_data"));
            let folder = row.text("module_upload").to_owned();
            let is_open = row.number("act") == 1 && is_for_everybody(row.text("groups_view"));
            let module = Module { name: name.clone(), tables, folder, is_open };
            let kind = match row.text("module_file") {
                "news" => {
                    self.news.push(module);
                    ModuleKind::News
                }
                "page" | "siteterms" => {
                    self.pages.push(module);
                    ModuleKind::Pages
                }
                "seek" => ModuleKind::Search,
                "contact" => ModuleKind::Contact,
                "statistics" => ModuleKind::Statistics,
                _ => ModuleKind::Other,
            };
            known.push((name, kind));
        }
        let unnamed = self.setting("sys/global", "rewrite_op_mod").to_owned();
        let unnamed = if known.iter().any(|(name, _)| *name == unnamed) { unnamed } else { String::new() };
        self.modules = OldModules { languages: vec![self.language.clone()], modules: known, unnamed };
        Ok(())
    }

    /// The names under which the old site was reached.
    pub fn own_hosts(&self) -> Vec<String> {
        let of_language = self.setting(&format!("{}/global", self.language), "site_domain");
        let names = [self.setting("sys/global", "my_domains"), self.setting("sys/site", "site_domain"), of_language];
        let hosts = names.iter().flat_map(|names| names.split(',')).map(|host| host.trim().to_lowercase());
        hosts.filter(|host| !host.is_empty()).collect()
    }

    fn read_users(&mut self) -> Result<(), Error> {
        // how the old site wrote the names of its users: the family name first, or last
        let is_first_first = self.setting(&format!("{}/global", self.language), "name_show") == "1";
        // only those who wrote something here, or are staff: a site may have a million members
        let mut named: HashSet<i64> = self.spool.keys(&format!("{}_authors", self.prefix)).into_iter().collect();
        for row in self.spool.rows(&self.table("comment")) {
            named.insert(row?.number("userid"));
        }
        let table = format!("{}_users", self.prefix);
        let mut keys = self.spool.keys(&table);
        keys.dedup();
        for key in keys.into_iter().filter(|key| named.contains(key)) {
            let Some(row) = self.spool.find_one(&table, key)? else { continue };
            let (first, last) = (read_line(row.text("first_name")), read_line(row.text("last_name")));
            let full = if is_first_first { format!("{first} {last}") } else { format!("{last} {first}") };
            let username = read_line(row.text("username"));
            let name = if full.trim().is_empty() { username.clone() } else { full.trim().to_owned() };
            self.users.insert(row.number("userid"), (name, username));
        }
        Ok(())
    }

    /// The tables of modules that are not carried over. Copies of articles and what the system itself keeps are no
    /// loss.
    pub fn skipped_tables(&self) -> Vec<String> {
        const OF_THE_SYSTEM: [&str; 8] =
            ["modfuncs", "modthemes", "blocks_weight", "searchkeys", "referer_stats", "menu", "comment", "modblocks"];
        let begin = format!("{}_{}_", self.prefix, self.language);
        let own: Vec<String> =
            self.news.iter().chain(&self.pages).map(|module| format!("{}_", module.tables)).collect();
        // what all languages share: only banners have something that readers saw
        let shared = format!("{}_banners_rows", self.prefix);
        let is_lost = |table: &&String| {
            let Some(rest) = table.strip_prefix(&begin) else { return **table == shared };
            !OF_THE_SYSTEM.contains(&rest) && !own.iter().any(|module| table.starts_with(module.as_str()))
        };
        let mut lost: Vec<String> = self.spool.skipped().iter().filter(is_lost).cloned().collect();
        // articles and pages of a module that is not among those of the site, or is a changed copy under another name
        let is_owned = |table: &str| {
            self.news.iter().any(|module| table == format!("{}_rows", module.tables))
                || self.pages.iter().any(|module| table == module.tables)
        };
        let is_text = |table: &str| {
            table.ends_with("_rows") && self.spool.has_column(table, "hometext")
                || self.spool.has_column(table, "bodytext")
        };
        let unowned = self.spool.tables().filter(|table| table.starts_with(&begin) && is_text(table));
        lost.extend(unowned.filter(|table| !is_owned(table) && self.spool.count(table) > 0).map(str::to_owned));
        lost
    }

    /// The tables that a site of this version has and the dump does not. What they hold does not come.
    pub fn missing_tables(&self) -> Vec<String> {
        const OF_NEWS: [&str; 8] =
            ["tags", "tags_id", "topics", "sources", "author", "authorlist", "block_cat", "block"];
        let of_news = |module: &Module| OF_NEWS.map(|end| format!("{}_{end}", module.tables));
        let mut wanted: Vec<String> = self.news.iter().flat_map(of_news).collect();
        wanted.extend(["menu_rows", "contact_department"].map(|end| self.table(end)));
        wanted.extend(["users", "authors", "counter"].map(|end| format!("{}_{end}", self.prefix)));
        let present: Vec<&str> = self.spool.tables().collect();
        wanted.retain(|table| !present.contains(&table.as_str()));
        wanted
    }

    /// How many members it had that are no staff.
    pub fn count_members(&self) -> usize {
        let staff = self.spool.keys(&format!("{}_authors", self.prefix));
        let mut members = self.spool.keys(&format!("{}_users", self.prefix));
        members.dedup();
        members.iter().filter(|user| !staff.contains(user)).count()
    }

    /// Lists the staff.
    pub fn accounts(&self) -> io::Result<Vec<OldAccount>> {
        let mut accounts = Vec::new();
        for row in self.spool.rows(&format!("{}_authors", self.prefix)) {
            let row = row?;
            let key = row.number("admin_id");
            let Some((name, username)) = self.users.get(&key) else { continue };
            let is_administrator = matches!(row.number("lev"), 1 | 2);
            accounts.push(OldAccount { key, username: username.clone(), name: name.clone(), is_administrator });
        }
        Ok(accounts)
    }

    /// Lists the categories of a module, each behind the one that it stands under.
    pub fn categories(&self, module: &Module) -> io::Result<Vec<OldCategory>> {
        let mut rows: Vec<Row> = self.spool.rows(&format!("{}_cat", module.tables)).collect::<io::Result<_>>()?;
        rows.sort_by_key(|row| (row.number("lev"), row.number("sort"), row.number("weight")));
        let categories = rows.iter().map(|row| {
            let is_open = row.number("status") != 0 && is_for_everybody(row.text("groups_view"));
            OldCategory {
                key: row.number("catid"),
                parent: row.number("parentid"),
                name: read_line(row.text("title")),
                alias: row.text("alias").to_owned(),
                is_hidden: !is_open,
                is_open,
                is_in_front: is_open && row.number("status") == 1,
                is_described: ["description", "descriptionhtml", "image"]
                    .iter()
                    .any(|column| !read_line(row.text(column)).is_empty()),
                digest: digest(&row.fingerprint(&UNSTABLE)),
            }
        });
        Ok(categories.collect())
    }

    /// All visits that it counted.
    pub fn visits(&self) -> io::Result<i64> {
        for row in self.spool.rows(&format!("{}_counter", self.prefix)) {
            let row = row?;
            if (row.text("c_type"), row.text("c_val")) == ("total", "hits") {
                return Ok(row.number("c_count").max(0));
            }
        }
        Ok(0)
    }

    /// What the old site said of the office: its name, telephone, e-mail and address.
    pub fn office(&self) -> io::Result<Office> {
        let place = format!("{}/global", self.language);
        let mut office = Office {
            name: read_line(self.setting(&place, "site_name")),
            telephone: read_line(self.setting("sys/site", "site_phone")),
            email: read_line(self.setting("sys/site", "site_email")),
            address: String::new(),
            others: Vec::new(),
        };
        let mut departments: Vec<Row> =
            self.spool.rows(&self.table("contact_department")).collect::<io::Result<_>>()?;
        departments.sort_by_key(|row| (-row.number("is_default"), row.number("weight")));
        office.others = departments.iter().skip(1).map(|row| read_line(row.text("full_name"))).collect();
        if let Some(row) = departments.first() {
            office.address = read_line(row.text("address"));
            if office.telephone.is_empty() {
                // `(08) 38.000.000[+84838000000]`
                office.telephone = read_line(row.text("phone")).split('[').next().unwrap_or_default().trim().to_owned();
            }
            if office.email.is_empty() {
                office.email = read_line(row.text("email"));
            }
        }
        Ok(office)
    }

    /// The name under which the old site showed a user.
    fn user_name(&self, user: i64) -> Option<&str> {
        self.users.get(&user).map(|(name, _)| name.as_str())
    }
}

/// What the old site said of the office; empty where it said nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Office {
    pub name: String,
    pub telephone: String,
    pub email: String,
    pub address: String,
    /// The names of its further departments.
    pub others: Vec<String>,
}

/// Whether everybody may read something that these groups may read: the groups of everybody, and of guests. A column
/// that is missing forbids nobody anything.
fn is_for_everybody(groups: &str) -> bool {
    groups.is_empty() || groups.split(',').any(|group| matches!(group.trim(), "5" | "6"))
}

/// Prefix and language of each site in the dump, by the tables with their modules: `nv4_vi_modules`.
fn list_sites(spool: &Spool) -> Vec<(String, String)> {
    let sites = spool.tables().filter_map(|table| {
        let (prefix, language) = table.strip_suffix("_modules")?.rsplit_once('_')?;
        let is_language = language.len() == 2 && language.bytes().all(|byte| byte.is_ascii_lowercase());
        (is_language && !prefix.is_empty()).then(|| (prefix.to_owned(), language.to_owned()))
    });
    sites.collect()
}

/// The prefix that was asked for, or the only one.
fn find_prefix(sites: &[(String, String)], wanted: Option<&str>) -> Result<String, Error> {
    let mut prefixes: Vec<&str> = sites.iter().map(|(prefix, _)| prefix.as_str()).collect();
    prefixes.dedup();
    match (prefixes.as_slice(), wanted) {
        (found, Some(wanted)) if found.contains(&wanted) => Ok(wanted.to_owned()),
        ([only], None) => Ok((*only).to_owned()),
        (several, _) => Err(Error::TwoSites(several.join(", "))),
    }
}

/// A digest of a text.
fn digest(text: &str) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).to_vec()
}

/// A time that was stored as seconds; `None` for 0, and for what no calendar has.
fn read_time(seconds: i64) -> Option<OffsetDateTime> {
    if seconds <= 0 { None } else { OffsetDateTime::from_unix_timestamp(seconds).ok() }
}

/// The numbers of a list: `1,5`.
fn read_numbers(list: &str) -> Vec<i64> {
    list.split(',').filter_map(|number| number.trim().parse().ok()).collect()
}
