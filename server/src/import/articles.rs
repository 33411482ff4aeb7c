//! Articles and pages of the old site.

use super::batches::Batches;
use super::files::Files;
use super::progress::Progress;
use super::{ImportResult, Run};
use app::base::text::{clean_line, slugify};
use app::features::articles::sanitise::sanitise;
use app::features::articles::{ArticleKind, ArticleState};
use app::features::import::OriginKind;
use app::features::import::body::{Dropped, Target, list_addresses, read_body, write_file_link};
use app::features::import::nukeviet::{Module, OldArticle, Standing};
use app::features::import::report::{Remark, Report};
use app::features::import::store::list_origins;
use app::features::import::text::{read_line, shorten};
use app::features::media::body::list_files;
use app::features::writing::Content;
use app::features::writing::store::carried::CarriedArticle;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use time::OffsetDateTime;

/// Articles in one transaction.
pub const BATCH: usize = 100;
/// The longest name that a tag has here.
pub const MAX_TAG: usize = 60;
/// The longest caption of a picture.
const MAX_CAPTION: usize = 300;
/// The longest author.
const MAX_AUTHOR: usize = 500;
/// The lead of an article that had none: so much of its text, in characters.
const MADE_LEAD: usize = 250;
const WITHDRAWN: &str = "Bài viết đã ngừng đăng từ trang cũ.";
pub const UNTITLED: &str = "(Không có tiêu đề)";

/// What became of the articles of a module, by their numbers there.
#[derive(Default)]
pub struct CarriedNews {
    pub articles: HashMap<i64, i64>,
    /// The most read public ones with their old addresses, views first.
    pub most_read: Vec<(i64, String)>,
    /// What the old site had of everything that is counted.
    pub there: There,
}

/// An article of a topic, by its number here.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InTopic {
    pub published_at: OffsetDateTime,
    pub id: i64,
    /// Its number there.
    pub key: i64,
}

/// What became of the categories of a module.
#[derive(Default)]
pub struct CarriedCategories {
    /// Their numbers here, by those there.
    pub numbers: HashMap<i64, i64>,
    /// Those there that not everybody could read, with what stands under them.
    pub closed: HashSet<i64>,
}

/// What the old site had.
#[derive(Default, Clone)]
pub struct There {
    pub categories: i64,
    pub tags: i64,
    pub topics: i64,
    pub authors: i64,
    pub states: BTreeMap<&'static str, i64>,
    pub views: i64,
    pub points: i64,
    pub ratings: i64,
}

/// An article that is ready to be stored.
pub struct Prepared {
    pub old: OldArticle,
    content: Content,
    pub digest: Vec<u8>,
    dropped: Dropped,
    remarks: Vec<Remark>,
}

impl Run<'_> {
    /// Carries over a module of news.
    pub async fn carry_over_news(
        &self,
        batches: &mut Batches<'_>,
        module: &Module,
        files: &Arc<Files>,
        report: &mut Report,
    ) -> ImportResult<CarriedNews> {
        let mut carried = CarriedNews::default();
        let categories = Arc::new(self.carry_over_categories(batches, module, &mut carried, report).await?);
        self.carry_over_names(batches, module, &mut carried).await?;
        let known = list_origins(batches.db(), OriginKind::Article, &module.name).await?;
        let keys = self.old.article_keys(module);
        let aliases: HashMap<i64, String> =
            self.old.categories(module)?.into_iter().map(|category| (category.key, category.alias)).collect();
        let mut topics: BTreeMap<i64, Vec<InTopic>> = BTreeMap::new();
        let mut progress = Progress::new("articles", keys.len() as u64);
        // two batches at once, for two cores; the texts of the next two are read while these are stored
        let pairs: Vec<&[i64]> = keys.chunks(2 * BATCH).collect();
        let read = |pair: &[i64]| self.prepare(module, pair.to_vec(), files, &categories, true);
        let mut next = pairs.first().map(|pair| read(pair));
        for (at, pair) in pairs.iter().enumerate() {
            let Some(reading) = next.take() else { break };
            let prepared = reading.await??;
            next = pairs.get(at + 1).map(|pair| read(pair));
            let stored = self.store_pair(batches, module, &known, &prepared, report).await?;
            for Prepared { old, .. } in &prepared {
                carried.there.count(old);
                let Some(id) = stored.get(&old.key).copied() else { continue };
                carried.articles.insert(old.key, id);
                if old.topic > 0 {
                    let published_at = old.standing.published_at.unwrap_or(old.created_at);
                    topics.entry(old.topic).or_default().push(InTopic { published_at, id, key: old.key });
                }
                if old.standing.state == ArticleState::Published {
                    let category = aliases.get(&old.category).map_or("", String::as_str);
                    carried.most_read.push((old.views, self.old_address(module, category, old)));
                }
            }
            carried.most_read.sort_by_key(|(views, ..)| std::cmp::Reverse(*views));
            carried.most_read.truncate(100);
            progress.advance(pair.len() as u64);
        }
        self.carry_over_topics(batches, module, topics, &mut carried, report).await?;
        Ok(carried)
    }

    /// The address that an article had on the old site.
    fn old_address(&self, module: &Module, category: &str, old: &OldArticle) -> String {
        let tail = format!("{category}/{}-{}.html", old.alias, old.key);
        if self.old.modules.unnamed == module.name {
            format!("/{tail}")
        } else {
            format!("/{}/{}/{tail}", self.old.language, module.name)
        }
    }

    /// Carries over the pages of a module that are no news.
    pub async fn carry_over_pages(
        &self,
        batches: &mut Batches<'_>,
        module: &Module,
        files: &Arc<Files>,
        report: &mut Report,
    ) -> ImportResult<i64> {
        let known = list_origins(batches.db(), OriginKind::Page, &module.name).await?;
        let mut keys = self.old.spool.keys(&module.tables);
        keys.dedup();
        for chunk in keys.chunks(BATCH) {
            let prepared = self.prepare(module, chunk.to_vec(), files, &Arc::default(), false).await??;
            self.store_batch(batches.db(), (OriginKind::Page, module), &known, &prepared, report).await?;
            batches.end_batch().await?;
        }
        Ok(keys.len() as i64)
    }

    /// Reads articles and what they become, off the async threads.
    fn prepare(
        &self,
        module: &Module,
        keys: Vec<i64>,
        files: &Arc<Files>,
        categories: &Arc<CarriedCategories>,
        is_news: bool,
    ) -> tokio::task::JoinHandle<std::io::Result<Vec<Prepared>>> {
        let (old, module, files, categories) =
            (Arc::clone(&self.old), module.clone(), Arc::clone(files), Arc::clone(categories));
        let (now, office) = (self.now, self.old.office().map(|office| office.name).unwrap_or_default());
        tokio::task::spawn_blocking(move || {
            let mut prepared = Vec::new();
            for key in keys {
                let article = if is_news { old.article(&module, key, now)? } else { old.page(&module, key, now)? };
                prepared.extend(article.map(|article| prepare_one(article, &module, &files, &categories, &office)));
            }
            Ok(prepared)
        })
    }
}

/// The place of the category of articles that have lost theirs.
pub const LOST: i64 = -1;

impl There {
    fn count(&mut self, old: &OldArticle) {
        let label = match old.standing {
            standing
                if standing.state == ArticleState::Published
                    && standing.ends_at.is_some_and(|end| end <= OffsetDateTime::now_utc()) =>
            {
                ENDED
            }
            standing => label_of(standing.state),
        };
        *self.states.entry(label).or_default() += 1;
        self.views += old.views;
        self.points += old.ratings.points;
        self.ratings += old.ratings.ratings;
    }
}

/// What the report calls articles whose time is over.
pub const ENDED: &str = "Đã hết hạn";

/// What the report calls articles in a state.
pub fn label_of(state: ArticleState) -> &'static str {
    match state {
        ArticleState::Draft => "Bản nháp",
        ArticleState::InReview => "Chờ duyệt",
        ArticleState::Scheduled => "Hẹn giờ",
        ArticleState::Published => "Đang đăng",
        ArticleState::Withdrawn => "Ngừng đăng",
    }
}

impl Prepared {
    pub fn as_carried(&self, kind: OriginKind) -> CarriedArticle<'_> {
        let OldArticle { standing, created_at, modified_at, .. } = self.old;
        CarriedArticle {
            kind: if kind == OriginKind::Page { ArticleKind::Page } else { ArticleKind::Article },
            state: standing.state,
            content: &self.content,
            published_at: standing.published_at,
            ends_at: standing.ends_at,
            created_at,
            modified_at,
            withdrawal_message: if standing.state == ArticleState::Withdrawn { WITHDRAWN } else { "" },
            moved_to: None,
        }
    }

    pub fn note(&self, report: &mut Report) {
        let name = format!("{} (#{})", self.old.title, self.old.key);
        for remark in &self.remarks {
            report.note(*remark, name.clone());
        }
        report.add_dropped(self.dropped.clone(), &name);
    }
}

/// Makes of an article of the old site what this site stores.
fn prepare_one(
    mut old: OldArticle,
    module: &Module,
    files: &Files,
    categories: &CarriedCategories,
    office: &str,
) -> Prepared {
    let mut remarks = Vec::new();
    let mut note = |is_so: bool, remark: Remark| {
        if is_so {
            remarks.push(remark);
        }
        is_so
    };
    // what only members or staff could read there is nobody's here until somebody publishes it
    let is_open = module.is_open && !categories.closed.contains(&old.category);
    let is_restricted = !is_open && matches!(old.standing.state, ArticleState::Published | ArticleState::Scheduled);
    if note(is_restricted, Remark::Restricted) {
        let state = ArticleState::Draft;
        old.standing = Standing { state, published_at: None, ends_at: None, is_time_guessed: false };
        old.modified_at = None;
    }
    let body = read_body(&old.body, &|address| files.find(address));
    // the links that are put behind it are no text
    let text = read_line(&body.html);
    let mut html = body.html;
    for file in &old.files {
        let address = match files.find_file(file) {
            Target::File(address) => address,
            _ => files.address_of_file(file),
        };
        html.push_str(&write_file_link(&address, file.rsplit('/').next().unwrap_or(file)));
    }
    let picture = match files.find_picture(&old.picture, module) {
        Target::Picture(id) => Some(id),
        // what is missing, or lies elsewhere, stays as a link
        _ if !old.picture.is_empty() => {
            let address = files.address_of_picture(&old.picture, module);
            let name = if old.picture_alt.is_empty() { &address } else { &old.picture_alt };
            html.push_str(&write_file_link(&address, name));
            None
        }
        _ => None,
    };
    if !old.leads_to.is_empty() {
        html.push_str(&write_file_link(&old.leads_to, &old.leads_to));
    }
    let html = sanitise(&html);
    let is_news = old.category != 0 || !categories.numbers.is_empty();
    let is_public = !matches!(old.standing.state, ArticleState::Draft | ArticleState::InReview);
    note(text.is_empty() && old.files.is_empty() && old.leads_to.is_empty(), Remark::NoText);
    note(old.standing.is_time_guessed, Remark::GuessedTime);
    note(old.has_impossible_ratings, Remark::ImpossibleRatings);
    let title = if old.title.is_empty() { UNTITLED.to_owned() } else { old.title.clone() };
    let lead = match old.lead.as_str() {
        "" if is_news && is_public && note(true, Remark::NoLead) => {
            if text.is_empty() {
                title.clone()
            } else {
                shorten(&text, MADE_LEAD)
            }
        }
        lead => lead.to_owned(),
    };
    let author = match old.author.as_str() {
        "" if is_news && is_public && note(true, Remark::NoAuthor) => {
            if office.is_empty() {
                "Ban biên tập".to_owned()
            } else {
                office.to_owned()
            }
        }
        author => shorten(author, MAX_AUTHOR),
    };
    let own = categories.numbers.get(&old.category).copied();
    note(is_news && own.is_none(), Remark::NoCategory);
    old.untaken.iter().for_each(|remark| _ = note(true, *remark));
    let is_long = |text: &str, most: usize| text.chars().count() > most;
    note(old.tags.iter().any(|tag| is_long(tag, MAX_TAG)), Remark::Renamed);
    note(is_long(&old.author, MAX_AUTHOR) || is_long(&old.picture_alt, MAX_CAPTION), Remark::Renamed);
    note(!old.leads_to.is_empty(), Remark::LeadsElsewhere);
    let content = Content {
        title,
        slug: old.alias.clone(),
        category: own.or_else(|| categories.numbers.get(&LOST).copied()),
        further: old.further.iter().filter_map(|key| categories.numbers.get(key).copied()).collect(),
        tags: old.tags.iter().map(|tag| shorten(tag, MAX_TAG)).filter(|tag| !slugify(tag).is_empty()).collect(),
        lead,
        picture,
        caption: if picture.is_some() { shorten(&old.picture_alt, MAX_CAPTION) } else { String::new() },
        body: html,
        author,
        source: old.source.clone(),
        description: old.description.clone(),
        publish_at: old.standing.published_at,
        ends_at: old.standing.ends_at,
        closed_to_comments: old.closed_to_comments,
        closed_to_ratings: old.closed_to_ratings,
        ..Content::default()
    };
    let content = Content { slug: slugify(&content.slug), title: clean_line(&content.title), ..content };
    let digest = digest_with_files(&old, &content, is_restricted);
    Prepared { old, content, digest, dropped: body.dropped, remarks }
}

/// A digest of an article with the pictures and files that were found for it, so that a file which comes later brings
/// its article along; and with what its category, its module and its source say of it.
fn digest_with_files(old: &OldArticle, content: &Content, is_restricted: bool) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(&old.digest);
    hash.update(format!("{is_restricted}{}{:?}", content.closed_to_comments, content.source));
    hash.update(format!("{:?}{:?}{:?}", content.pictures(), list_files(&content.body), content.category));
    hash.update(list_addresses(&old.body).len().to_be_bytes());
    hash.finalize().to_vec()
}
