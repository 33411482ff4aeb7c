//! How articles are stored: a batch in one transaction, and one by one where the database refuses any of it.

use super::articles::{BATCH, Prepared};
use super::batches::Batches;
use super::{ImportResult, Run, key_of};
use app::base::error::AppError;
use app::features::import::addresses::fold_alias;
use app::features::import::nukeviet::Module;
use app::features::import::report::{Remark, Report};
use app::features::import::store::upsert_origins;
use app::features::import::{Origin, OriginKind};
use app::features::writing::store::carried::{
    CarriedNumbers, begin_batch, carry_over_article, carry_over_change, find_stamps, learn_words, set_carried_numbers,
};
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;

impl Run<'_> {
    /// Stores articles in two transactions at once; in a trial in its only one.
    pub async fn store_pair(
        &self,
        batches: &mut Batches<'_>,
        module: &Module,
        known: &HashMap<String, Origin>,
        prepared: &[Prepared],
        report: &mut Report,
    ) -> ImportResult<HashMap<i64, i64>> {
        let place = (OriginKind::Article, module);
        if self.is_trial || prepared.len() <= BATCH {
            let stored = self.store_batch(batches.db(), place, known, prepared, report).await?;
            batches.end_batch().await?;
            return Ok(stored);
        }
        let (one, other) = prepared.split_at(BATCH);
        let mut second = self.pool.begin().await?;
        let mut second_report = Report::default();
        let (stored, more) = tokio::join!(
            async {
                let stored = self.store_batch(batches.db(), place, known, one, report).await?;
                batches.end_batch().await?;
                ImportResult::Ok(stored)
            },
            async {
                let stored = self.store_batch(&mut second, place, known, other, &mut second_report).await?;
                second.commit().await?;
                ImportResult::Ok(stored)
            }
        );
        // what one half stored is told, also where the other could not be
        let more = more?;
        report.merge(second_report);
        let mut stored = stored?;
        stored.extend(more);
        Ok(stored)
    }

    /// Stores what is new or changed there and not here. Returns the numbers here by those there. Where the database
    /// refuses any of it, all is tried again one by one: what it refuses of one article is no reason to leave the
    /// others.
    pub async fn store_batch(
        &self,
        db: &mut PgConnection,
        place: (OriginKind, &Module),
        known: &HashMap<String, Origin>,
        prepared: &[Prepared],
        report: &mut Report,
    ) -> ImportResult<HashMap<i64, i64>> {
        let mut part = db.begin().await?;
        let mut noted = Report::default();
        if let Ok(stored) = self.store_all(&mut part, place, known, (prepared, false), &mut noted).await {
            part.commit().await?;
            report.merge(noted);
            return Ok(stored);
        }
        part.rollback().await?;
        self.store_all(db, place, known, (prepared, true), report).await
    }

    /// Stores the articles of a batch; one by one, each may be refused alone.
    async fn store_all(
        &self,
        db: &mut PgConnection,
        (kind, module): (OriginKind, &Module),
        known: &HashMap<String, Origin>,
        (prepared, one_by_one): (&[Prepared], bool),
        report: &mut Report,
    ) -> ImportResult<HashMap<i64, i64>> {
        begin_batch(&mut *db).await?;
        let origin_of = |key: i64| known.get(&key_of(key));
        let ids: Vec<i64> = prepared.iter().filter_map(|new| origin_of(new.old.key)?.target).collect();
        let standing: HashMap<i64, String> = find_stamps(&mut *db, &ids).await?.into_iter().collect();
        let (mut stored, mut written) = (HashMap::new(), Vec::new());
        for new in prepared {
            let origin = origin_of(new.old.key);
            let target = origin.and_then(|origin| origin.target);
            let id = match (origin, target.and_then(|id| Some((id, standing.get(&id)?)))) {
                (None, _) => match self.write_one(&mut *db, None, (new, kind), one_by_one).await? {
                    Ok(id) => {
                        written.push((new, id));
                        report.added += 1;
                        new.note(report);
                        id
                    }
                    Err(error) => {
                        report.note(Remark::NotTaken, format!("{} (#{}): {error}", new.old.title, new.old.key));
                        continue;
                    }
                },
                (Some(_), None) => {
                    report.note(Remark::DeletedHere, new.old.title.clone());
                    continue;
                }
                (Some(origin), Some((id, _))) if origin.digest == new.digest => {
                    report.unchanged += 1;
                    id
                }
                (Some(origin), Some((id, stamp))) if origin.stamp == *stamp => {
                    match self.write_one(&mut *db, Some(id), (new, kind), one_by_one).await? {
                        Ok(id) => {
                            written.push((new, id));
                            report.changed += 1;
                            new.note(report);
                        }
                        Err(error) => {
                            report.note(Remark::NotTaken, format!("{} (#{}): {error}", new.old.title, new.old.key));
                        }
                    }
                    id
                }
                (Some(_), Some((id, _))) => {
                    report.note(Remark::ChangedHere, new.old.title.clone());
                    id
                }
            };
            stored.insert(new.old.key, id);
            // a trial would hold the totals of everything until its end, and keep readers' votes waiting
            if !self.is_trial || origin.is_none() {
                let numbers = CarriedNumbers { views: new.old.views, ratings: new.old.ratings };
                set_carried_numbers(&mut *db, id, numbers).await?;
            }
        }
        let ids: Vec<i64> = written.iter().map(|(_, id)| *id).collect();
        learn_words(&mut *db, &ids).await?;
        let stamps: HashMap<i64, String> = find_stamps(&mut *db, &ids).await?.into_iter().collect();
        let origins: Vec<Origin> = written
            .into_iter()
            .map(|(new, id)| Origin {
                key: key_of(new.old.key),
                alias: fold_alias(&new.old.alias),
                target: Some(id),
                digest: new.digest.clone(),
                stamp: stamps.get(&id).cloned().unwrap_or_default(),
            })
            .collect();
        upsert_origins(&mut *db, kind, &module.name, &origins).await?;
        Ok(stored)
    }

    /// Writes an article, or what changed of one that has a number here. Alone, what the database refuses is the inner
    /// error, and leaves nothing behind; otherwise it is the outer one.
    async fn write_one(
        &self,
        db: &mut PgConnection,
        known: Option<i64>,
        (new, kind): (&Prepared, OriginKind),
        is_alone: bool,
    ) -> ImportResult<Result<i64, AppError>> {
        let article = new.as_carried(kind);
        let write = async |db: &mut PgConnection| match known {
            Some(id) => carry_over_change(db, self.actor, id, &article).await.map(|()| id),
            None => carry_over_article(db, self.actor, &article).await,
        };
        if !is_alone {
            return Ok(Ok(write(db).await?));
        }
        let mut part = db.begin().await?;
        let written = write(&mut part).await;
        match &written {
            Ok(_) => part.commit().await?,
            Err(_) => part.rollback().await?,
        }
        Ok(written)
    }
}
