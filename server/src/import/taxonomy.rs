//! Categories, tags, topics and authors of the old site.

use super::articles::{CarriedCategories, CarriedNews, InTopic, LOST, MAX_TAG, UNTITLED};
use super::batches::Batches;
use super::{ImportResult, Run, digest_of, key_of};
use app::base::id::parse_id;
use app::base::text::slugify;
use app::features::import::addresses::fold_alias;
use app::features::import::nukeviet::Module;
use app::features::import::report::{Remark, Report};
use app::features::import::store::{list_origins, upsert_origins};
use app::features::import::text::shorten;
use app::features::import::{Origin, OriginKind};
use app::features::series::store::{carry_over_series, change_carried_series, find_series_text};
use app::features::taxonomy::store::carried::{
    CarriedCategory, carry_over_category, change_carried_category, find_stamps,
};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The longest names that categories and series have here, and the longest description of a series.
const MAX_CATEGORY: usize = 100;
const MAX_SERIES: usize = 120;
const MAX_SERIES_DESCRIPTION: usize = 500;
/// The category of articles whose own is gone.
const NO_CATEGORY: &str = "Chưa phân loại";

impl Run<'_> {
    /// Finds or creates the categories of a module, and returns their numbers here by those there.
    pub async fn carry_over_categories(
        &self,
        batches: &mut Batches<'_>,
        module: &Module,
        carried: &mut CarriedNews,
        report: &mut Report,
    ) -> ImportResult<CarriedCategories> {
        let known = list_origins(batches.db(), OriginKind::Category, &module.name).await?;
        let mut categories = HashMap::new();
        let mut closed = HashSet::new();
        let mut origins = Vec::new();
        let ids: Vec<i64> = known.values().filter_map(|origin| origin.target).collect();
        let standing: HashMap<i64, String> = find_stamps(batches.db(), &ids).await?.into_iter().collect();
        let mut parents = HashMap::new();
        for old in self.old.categories(module)? {
            carried.there.categories += 1;
            parents.insert(old.key, old.parent);
            if !old.is_open || closed.contains(&old.parent) {
                closed.insert(old.key);
            }
            let name = if old.name.is_empty() { UNTITLED.to_owned() } else { shorten(&old.name, MAX_CATEGORY) };
            let origin = known.get(&key_of(old.key));
            if let Some((origin, id)) = origin.and_then(|origin| Some((origin, origin.target?))) {
                categories.insert(old.key, id);
                if origin.digest == old.digest {
                    report.unchanged += 1;
                } else if standing.get(&id) == Some(&origin.stamp) {
                    let parent = categories.get(&old.parent).copied();
                    change_carried_category(batches.db(), id, (&name, old.is_hidden), parent).await?;
                    report.changed += 1;
                    origins.push(Origin { digest: old.digest, alias: fold_alias(&old.alias), ..origin.clone() });
                } else {
                    report.note(Remark::ChangedHere, old.name);
                }
                continue;
            }
            if name != old.name && !old.name.is_empty() {
                report.note(Remark::Renamed, old.name.clone());
            }
            if parents.get(&old.parent).is_some_and(|above| *above != 0) {
                report.note(Remark::FlatCategory, old.name.clone());
            }
            if old.is_described {
                report.note(Remark::DescribedCategory, old.name.clone());
            }
            let category = CarriedCategory {
                name: &name,
                slug: &old.alias,
                parent: categories.get(&old.parent).copied(),
                is_hidden: old.is_hidden,
            };
            let id = carry_over_category(batches.db(), category).await?;
            report.added += 1;
            categories.insert(old.key, id);
            origins.push(Origin {
                key: key_of(old.key),
                alias: fold_alias(&old.alias),
                target: Some(id),
                digest: old.digest,
                stamp: String::new(),
            });
        }
        let ids: Vec<i64> = origins.iter().filter_map(|origin| origin.target).collect();
        let stamps: HashMap<i64, String> = find_stamps(batches.db(), &ids).await?.into_iter().collect();
        for origin in &mut origins {
            origin.stamp = origin.target.and_then(|id| stamps.get(&id).cloned()).unwrap_or_default();
        }
        upsert_origins(batches.db(), OriginKind::Category, &module.name, &origins).await?;
        // where articles are that have lost their own
        let missing = self.old.article_keys(module).into_iter().map(|key| self.old.main_category(module, key));
        let missing: Vec<i64> = missing.collect::<std::io::Result<_>>()?;
        if missing.iter().any(|category| !categories.contains_key(category)) {
            let id = match known.get(&key_of(LOST)).and_then(|origin| origin.target) {
                Some(id) => id,
                None => {
                    let lost = CarriedCategory { name: NO_CATEGORY, slug: "", parent: None, is_hidden: true };
                    let id = carry_over_category(batches.db(), lost).await?;
                    let origin = Origin { key: key_of(LOST), target: Some(id), ..Origin::default() };
                    upsert_origins(batches.db(), OriginKind::Category, &module.name, &[origin]).await?;
                    id
                }
            };
            categories.insert(LOST, id);
        }
        batches.end_batch().await?;
        Ok(CarriedCategories { numbers: categories, closed })
    }

    /// Tags and authors have no row of their own to find: their old addresses are kept.
    pub async fn carry_over_names(
        &self,
        batches: &mut Batches<'_>,
        module: &Module,
        carried: &mut CarriedNews,
    ) -> ImportResult<()> {
        let named = [(OriginKind::Tag, self.old.tags(module)?), (OriginKind::Author, self.old.authors(module)?)];
        for (kind, all) in named {
            let count = all.len() as i64;
            match kind {
                OriginKind::Tag => carried.there.tags += count,
                _ => carried.there.authors += count,
            }
            let origins: Vec<Origin> = all
                .into_iter()
                .map(|old| Origin {
                    key: key_of(old.key),
                    stamp: if kind == OriginKind::Tag { slugify(&shorten(&old.name, MAX_TAG)) } else { old.name },
                    alias: old.alias,
                    target: None,
                    digest: Vec::new(),
                })
                .collect();
            upsert_origins(batches.db(), kind, &module.name, &origins).await?;
        }
        Ok(batches.end_batch().await?)
    }

    /// Puts the articles of a topic into a series, in the order of their publication; and those of a group in the order
    /// that editors gave them.
    pub async fn carry_over_topics(
        &self,
        batches: &mut Batches<'_>,
        module: &Module,
        mut topics: BTreeMap<i64, Vec<InTopic>>,
        carried: &mut CarriedNews,
        report: &mut Report,
    ) -> ImportResult<()> {
        let known = list_origins(batches.db(), OriginKind::Topic, &module.name).await?;
        let mut lists = Vec::new();
        for old in self.old.topics(module)? {
            let mut articles = topics.remove(&old.key).unwrap_or_default();
            articles.sort_unstable();
            let articles = articles.into_iter().map(|article| (article.key, article.id)).collect::<Vec<_>>();
            lists.push((key_of(old.key), old, articles));
        }
        for group in self.old.newest_groups(module)? {
            report.note(Remark::NewestGroup, group);
        }
        for (old, articles) in self.old.groups(module)? {
            let articles = articles.into_iter().filter_map(|key| Some((key, *carried.articles.get(&key)?)));
            let articles = articles.collect::<Vec<_>>();
            // the old site showed nothing of an empty one
            if !articles.is_empty() {
                lists.push((format!("group-{}", old.key), old, articles));
            }
        }
        let mut origins = Vec::new();
        for (key, old, mut articles) in lists {
            carried.there.topics += 1;
            let origin = known.get(&key);
            // which of its articles were put into it before; what staff took out of it since stays out
            let mut put: BTreeSet<i64> =
                origin.map(|origin| origin.stamp.split(',').filter_map(parse_id).collect()).unwrap_or_default();
            articles.retain(|(key, _)| put.insert(*key));
            let name = if old.name.is_empty() { UNTITLED.to_owned() } else { shorten(&old.name, MAX_SERIES) };
            let description = shorten(&old.description, MAX_SERIES_DESCRIPTION);
            if origin.is_none() && (name != old.name && !old.name.is_empty() || description != old.description) {
                report.note(Remark::Renamed, old.name.clone());
            }
            let mut digest = digest_of(&[&name, &description]);
            let known = origin.and_then(|origin| origin.target);
            if let Some((origin, id)) = origin.zip(known) {
                let Some((standing, described)) = find_series_text(batches.db(), id).await? else {
                    report.note(Remark::DeletedHere, name);
                    continue;
                };
                // an earlier import did not say what it was there
                let is_changed = origin.digest != digest && !origin.digest.is_empty();
                if is_changed && origin.digest == digest_of(&[&standing, &described]) {
                    change_carried_series(batches.db(), id, (&name, &description)).await?;
                    report.changed += 1;
                } else if is_changed {
                    report.note(Remark::ChangedHere, name.clone());
                    // it grows all the same
                    digest.clone_from(&origin.digest);
                }
                if articles.is_empty() && origin.digest == digest {
                    continue;
                }
            }
            let stamp = put.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
            let articles: Vec<i64> = articles.into_iter().map(|(_, id)| id).collect();
            let id = carry_over_series(batches.db(), known, (&name, &old.alias, &description), &articles).await?;
            origins.push(Origin { key, alias: old.alias, target: Some(id), digest, stamp });
        }
        upsert_origins(batches.db(), OriginKind::Topic, &module.name, &origins).await?;
        Ok(batches.end_batch().await?)
    }
}
