//! Comments of the old site.

use super::articles::CarriedNews;
use super::batches::Batches;
use super::progress::Progress;
use super::{ImportResult, Run, key_of};
use app::features::comments::Draft;
use app::features::comments::store::carried::{
    CarriedComment, carry_over_comments, change_carried_comment, find_stamps,
};
use app::features::import::nukeviet::{Module, OldComment};
use app::features::import::report::{Remark, Report};
use app::features::import::store::{list_origins, upsert_origins};
use app::features::import::text::shorten;
use app::features::import::{Origin, OriginKind};
use sha2::{Digest, Sha256};
use sqlx::Connection;
use std::collections::{HashMap, HashSet};

/// Comments in one transaction, about.
const BATCH: usize = 1000;
const MAX_NAME: usize = 250;
const NO_TEXT: &str = "(Không có nội dung)";

/// A comment that was not here, with a digest of what it is there.
type NewComment<'a> = (&'a OldComment, Vec<u8>);

impl Run<'_> {
    /// Carries over the comments of a module of news.
    pub async fn carry_over_comments(
        &self,
        batches: &mut Batches<'_>,
        module: &Module,
        carried: &CarriedNews,
        report: &mut Report,
    ) -> ImportResult<()> {
        let mut known = list_origins(batches.db(), OriginKind::Comment, "").await?;
        let articles = self.old.commented_articles();
        let known_articles = list_origins(batches.db(), OriginKind::Article, &module.name).await?;
        let there: HashSet<i64> = self.old.article_keys(module).into_iter().collect();
        let total = self.old.spool.count(&self.old.table("comment"));
        let mut progress = Progress::new("comments", total as u64);
        let mut batch: Vec<(i64, OldComment)> = Vec::new();
        for (at, key) in articles.iter().enumerate() {
            let comments = self.old.comments(&module.name, *key, self.now)?;
            match carried.articles.get(key) {
                Some(article) => batch.extend(comments.into_iter().map(|comment| (*article, comment))),
                None => {
                    let remark = match (known_articles.contains_key(&key_of(*key)), there.contains(key)) {
                        (true, _) => Remark::DeletedHere,
                        (false, true) => Remark::NotTaken,
                        (false, false) => Remark::LostArticle,
                    };
                    comments.iter().for_each(|comment| report.note(remark, name_of(comment)));
                }
            }
            if batch.len() >= BATCH || at + 1 == articles.len() {
                progress.advance(batch.len() as u64);
                self.store_comments(batches, &mut known, std::mem::take(&mut batch), report).await?;
                batches.end_batch().await?;
            }
        }
        Ok(())
    }

    async fn store_comments(
        &self,
        batches: &mut Batches<'_>,
        known: &mut HashMap<String, Origin>,
        batch: Vec<(i64, OldComment)>,
        report: &mut Report,
    ) -> ImportResult<()> {
        let (roots, replies): (Vec<_>, Vec<_>) = batch.into_iter().partition(|(_, comment)| comment.root.is_none());
        // what a reply answers is stored before it
        for group in [roots, replies] {
            let known_ids: Vec<i64> =
                group.iter().filter_map(|(_, comment)| known.get(&key_of(comment.key))?.target).collect();
            let stamps: HashMap<i64, String> = find_stamps(batches.db(), &known_ids).await?.into_iter().collect();
            let parents: Vec<i64> =
                group.iter().filter_map(|(_, comment)| known.get(&key_of(comment.root?))?.target).collect();
            let parents: HashMap<i64, String> = find_stamps(batches.db(), &parents).await?.into_iter().collect();
            let (mut new, mut carried, mut origins) = (Vec::new(), Vec::new(), Vec::new());
            for (article, old) in &group {
                let digest = digest(old);
                match known.get(&key_of(old.key)) {
                    None => {
                        let parent = old.root.and_then(|root| known.get(&key_of(root))?.target);
                        if old.root.is_some() && !parent.is_some_and(|parent| parents.contains_key(&parent)) {
                            report.note(Remark::DeletedHere, name_of(old));
                            continue;
                        }
                        note(old, report);
                        report.added += 1;
                        carried.push(as_carried(*article, parent, old));
                        new.push((old, digest));
                    }
                    Some(origin) if origin.digest == digest => report.unchanged += 1,
                    Some(origin) => {
                        let changed = self.change_comment(batches, origin, &stamps, old, report).await?;
                        origins.extend(changed.map(|origin| Origin { digest, ..origin }));
                    }
                }
            }
            let (ids, new) = self.store_new(batches, carried, new, report).await?;
            let made: HashMap<i64, String> = find_stamps(batches.db(), &ids).await?.into_iter().collect();
            origins.extend(new.into_iter().zip(&ids).map(|((old, digest), id)| Origin {
                key: key_of(old.key),
                alias: String::new(),
                target: Some(*id),
                digest,
                stamp: made.get(id).cloned().unwrap_or_default(),
            }));
            upsert_origins(batches.db(), OriginKind::Comment, "", &origins).await?;
            known.extend(origins.into_iter().map(|origin| (origin.key.clone(), origin)));
        }
        Ok(())
    }

    /// Stores new comments at once, or one by one where the database refuses one of them. Returns the numbers of those
    /// that are stored.
    async fn store_new<'a>(
        &self,
        batches: &mut Batches<'_>,
        carried: Vec<CarriedComment>,
        new: Vec<NewComment<'a>>,
        report: &mut Report,
    ) -> ImportResult<(Vec<i64>, Vec<NewComment<'a>>)> {
        let mut part = batches.db().begin().await?;
        if let Ok(ids) = carry_over_comments(&mut part, &carried).await {
            part.commit().await?;
            return Ok((ids, new));
        }
        part.rollback().await?;
        let (mut ids, mut stored) = (Vec::new(), Vec::new());
        for (comment, new) in carried.into_iter().zip(new) {
            let mut part = batches.db().begin().await?;
            match carry_over_comments(&mut part, &[comment]).await {
                Ok(one) => {
                    part.commit().await?;
                    ids.extend(one);
                    stored.push(new);
                }
                Err(error) => {
                    part.rollback().await?;
                    report.added -= 1;
                    report.note(Remark::NotTaken, format!("{}: {error}", name_of(new.0)));
                }
            }
        }
        Ok((ids, stored))
    }

    /// Changes a comment that changed there and not here.
    async fn change_comment(
        &self,
        batches: &mut Batches<'_>,
        origin: &Origin,
        stamps: &HashMap<i64, String>,
        old: &OldComment,
        report: &mut Report,
    ) -> ImportResult<Option<Origin>> {
        let name = name_of(old);
        let Some((id, stamp)) = origin.target.and_then(|id| Some((id, stamps.get(&id)?))) else {
            report.note(Remark::DeletedHere, name);
            return Ok(None);
        };
        if *stamp != origin.stamp {
            report.note(Remark::ChangedHere, name);
            return Ok(None);
        }
        let carried = as_carried(0, None, old);
        change_carried_comment(batches.db(), id, &carried.draft, old.is_published).await?;
        report.changed += 1;
        let stamp = find_stamps(batches.db(), &[id]).await?.pop().map(|(_, stamp)| stamp).unwrap_or_default();
        Ok(Some(Origin { stamp, ..origin.clone() }))
    }
}

/// How the report names a comment.
fn name_of(old: &OldComment) -> String {
    format!("#{}: {}", old.key, shorten(&old.body, 60))
}

fn note(old: &OldComment, report: &mut Report) {
    let name = name_of(old);
    if old.lost_its_parent {
        report.note(Remark::LostParent, name.clone());
    }
    if old.has_file {
        report.note(Remark::AttachedFile, name);
    }
    if old.name.chars().count() > MAX_NAME {
        report.note(Remark::Renamed, old.name.clone());
    }
}

fn as_carried(article: i64, parent: Option<i64>, old: &OldComment) -> CarriedComment {
    let body = if old.body.is_empty() { NO_TEXT.to_owned() } else { old.body.clone() };
    let draft = Draft { name: shorten(&old.name, MAX_NAME), email: old.email.clone(), body };
    CarriedComment { article, parent, draft, created_at: old.at, is_published: old.is_published }
}

fn digest(old: &OldComment) -> Vec<u8> {
    Sha256::digest(format!("{:?}", (&old.name, &old.body, old.is_published, &old.email))).to_vec()
}
