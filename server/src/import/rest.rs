//! What a site has around its articles: name, contacts, totals, staff, menu; and what the report counts.

use super::articles::{CarriedNews, There};
use super::batches::Batches;
use super::files::Files;
use super::{ImportResult, Run, key_of};
use app::base::error::AppError;
use app::base::text::{fold, is_email};
use app::base::url::telephone_link;
use app::features::accounts::store::carried::carry_over_account;
use app::features::accounts::store::find_account;
use app::features::articles::ArticleState;
use app::features::front::store::{find_arrangement, save_arrangement};
use app::features::front::{Arrangement, MAX_BLOCKS};
use app::features::import::nukeviet::Module;
use app::features::import::report::{Count, Remark, Report};
use app::features::import::store::{count_origins, count_stages, list_origins, sum_carried, upsert_origins};
use app::features::import::text::shorten;
use app::features::import::{Origin, OriginKind};
use app::features::settings::store::change_setting;
use app::features::statistics;
use app::features::writing::Stage;
use app::web::permissions::Role;
use app::web::settings::{ADDRESS, EMAIL, NAME, PHONE, Setting, Settings};
use app::web::store::settings::list_settings;
use std::collections::HashMap;

/// Where the origin of the front page is kept.
const FRONT: &str = "front";

impl Run<'_> {
    /// Carries over what stands around the articles.
    pub async fn carry_over_rest(&self, report: &mut Report) -> ImportResult<()> {
        self.carry_over_settings(report).await?;
        self.count_visits(report).await?;
        self.carry_over_accounts(report).await?;
        self.carry_over_menu(report).await?;
        self.carry_over_front(report).await
    }

    /// Gives the front page the blocks of categories that the old one had, where nobody arranged it here. Where the old
    /// one had all of them, so has this one by itself.
    async fn carry_over_front(&self, report: &mut Report) -> ImportResult<()> {
        let home = self.old.setting(&format!("{}/global", self.old.language), "site_home_module");
        let module = self.old.news.iter().find(|module| module.name == home).or_else(|| self.old.news.first());
        let Some(module) = module else { return Ok(()) };
        // other front pages of the old system were one list, or looked at nothing else
        let arranged = self.old.setting(&format!("{}/{}", self.old.language, module.name), "indexfile");
        if !arranged.is_empty() && !arranged.starts_with("viewcat_main") {
            return Ok(());
        }
        let mut db = self.pool.acquire().await?;
        let numbers = list_origins(&mut db, OriginKind::Category, &module.name).await?;
        let known = list_origins(&mut db, OriginKind::Setting, FRONT).await?;
        let roots =
            self.old.categories(module)?.into_iter().filter(|category| category.parent == 0 && category.is_open);
        let (shown, left_out): (Vec<_>, Vec<_>) = roots.partition(|category| category.is_in_front);
        if shown.is_empty() || left_out.is_empty() {
            return Ok(());
        }
        let blocks = shown.iter().filter_map(|category| numbers.get(&key_of(category.key))?.target).take(MAX_BLOCKS);
        let blocks: Vec<i64> = blocks.collect();
        let present = find_arrangement(self.pool).await?;
        let stamp = |blocks: &[i64]| blocks.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
        let is_ours = match known.get(FRONT) {
            Some(origin) => origin.stamp == stamp(&present.blocks),
            None => present == Arrangement::default(),
        };
        let origin = Origin { key: FRONT.to_owned(), stamp: stamp(&blocks), ..Origin::default() };
        if present.blocks != blocks {
            if !is_ours {
                return Ok(());
            }
            save_arrangement(self.pool, self.actor, &Arrangement { blocks, ..present }).await?;
            report.changed += 1;
        }
        // an import that was interrupted may have arranged it and not recorded it
        upsert_origins(&mut db, OriginKind::Setting, FRONT, &[origin]).await?;
        Ok(())
    }

    /// Counts the visits that are set here as those of the old site.
    async fn count_visits(&self, report: &mut Report) -> ImportResult<()> {
        let there = self.old.visits()?;
        let here = Settings::new(list_settings(self.pool).await?).number(&statistics::CARRIED_VISITS);
        report.counts.push(Count { label: "Lượt truy cập", there, here: i64::from(here) });
        Ok(())
    }

    /// Sets what the old site said of the office, where nobody set it here, or set by an earlier import and not since.
    async fn carry_over_settings(&self, report: &mut Report) -> ImportResult<()> {
        let office = self.old.office()?;
        let visits = self.old.visits()?;
        for (value, is_good) in
            [(&office.telephone, telephone_link(&office.telephone).is_some()), (&office.email, is_email(&office.email))]
        {
            if !is_good && !value.is_empty() {
                report.note(Remark::Contact, value.clone());
            }
        }
        let telephone = if telephone_link(&office.telephone).is_some() { office.telephone } else { String::new() };
        let email = if is_email(&office.email) { office.email } else { String::new() };
        let wanted: [(&Setting, String); 5] = [
            (&NAME, office.name),
            (&PHONE, telephone),
            (&EMAIL, email),
            (&ADDRESS, office.address),
            (&statistics::CARRIED_VISITS, if visits > 0 { visits.to_string() } else { String::new() }),
        ];
        let present = Settings::new(list_settings(self.pool).await?);
        let mut db = self.pool.acquire().await?;
        let known = list_origins(&mut db, OriginKind::Setting, "").await?;
        for (setting, value) in wanted {
            let now = present.text(setting);
            let is_ours = match known.get(setting.key) {
                Some(origin) => origin.stamp == now,
                None => now == setting.default,
            };
            if value.is_empty() {
                continue;
            }
            if setting.check(&value).is_err() {
                report.note(Remark::Contact, format!("{}: {value}", setting.label));
                continue;
            }
            let key = setting.key.to_owned();
            let origin = Origin { key, alias: String::new(), target: None, digest: Vec::new(), stamp: value.clone() };
            if value == now {
                // an import that was interrupted may have set it and not recorded it
                upsert_origins(&mut db, OriginKind::Setting, "", &[origin]).await?;
                continue;
            }
            if !is_ours {
                report.note(Remark::ChangedHere, setting.label);
                continue;
            }
            change_setting(self.pool, self.actor, setting, &value).await?;
            report.added += 1;
            upsert_origins(&mut db, OriginKind::Setting, "", &[origin]).await?;
        }
        Ok(())
    }

    /// Creates the staff, who cannot sign in until an administrator invites them.
    async fn carry_over_accounts(&self, report: &mut Report) -> ImportResult<()> {
        let mut db = self.pool.acquire().await?;
        let known = list_origins(&mut db, OriginKind::Account, "").await?;
        for old in self.old.accounts()? {
            if known.contains_key(&key_of(old.key)) {
                report.unchanged += 1;
                continue;
            }
            let username = read_username(&old.username);
            if find_account(self.pool, &username).await?.is_some() {
                report.note(Remark::Account, format!("{} ({username})", old.name));
                continue;
            }
            let role = if old.is_administrator { Role::Administrator } else { Role::Editor };
            let name = shorten(&old.name, 60);
            if name != old.name {
                report.note(Remark::Renamed, old.name.clone());
            }
            let mut tx = self.pool.begin().await?;
            match carry_over_account(&mut tx, self.actor, (&username, &name), role).await {
                Ok(id) => {
                    let (key, target) = (key_of(old.key), Some(id));
                    let origin = Origin { key, alias: String::new(), target, digest: Vec::new(), stamp: String::new() };
                    upsert_origins(&mut tx, OriginKind::Account, "", &[origin]).await?;
                    tx.commit().await?;
                    report.added += 1;
                }
                Err(AppError::Invalid(_)) => report.note(Remark::Account, format!("{} ({username})", old.name)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Counts what was there and what is here.
    pub async fn count_all(
        &self,
        batches: &mut Batches<'_>,
        files: &Files,
        news: &[(Module, CarriedNews)],
        pages: i64,
        report: &mut Report,
    ) -> ImportResult<()> {
        let there = news.iter().fold(There::default(), |sum, (_, carried)| sum.plus(&carried.there));
        let here: HashMap<OriginKind, i64> = count_origins(batches.db()).await?.into_iter().collect();
        let stages: HashMap<&str, i64> =
            count_stages(batches.db()).await?.into_iter().map(|(stage, count)| (stage_label(stage), count)).collect();
        let sums = sum_carried(batches.db()).await?;
        let comments = self.count_comments()?;
        let of = |kind| here.get(&kind).copied().unwrap_or(0);
        let mut count = |label, there, here| report.counts.push(Count { label, there, here });
        count("Chuyên mục", there.categories, of(OriginKind::Category));
        count("Thẻ", there.tags, of(OriginKind::Tag));
        count("Chủ đề", there.topics, of(OriginKind::Topic));
        count("Tác giả", there.authors, of(OriginKind::Author));
        count("Bài viết", there.states.values().sum(), of(OriginKind::Article));
        for (label, there) in &there.states {
            count(label, *there, stages.get(label).copied().unwrap_or(0));
        }
        count("Lượt xem", there.views, sums.views);
        count("Lượt đánh giá", there.ratings, sums.ratings);
        count("Tổng số sao", there.points, sums.points);
        count("Ý kiến đang hiện", comments.0, sums.published_comments);
        count("Ý kiến chờ duyệt", comments.1, sums.waiting_comments);
        count("Trang", pages, of(OriginKind::Page));
        // a trial has made none of them
        let tried = if self.is_trial { (files.tried_pictures, files.tried_files) } else { (0, 0) };
        count("Ảnh trong bài", files.named_pictures, of(OriginKind::Picture) + tried.0);
        count("Tệp trong bài", files.named_files, of(OriginKind::File) + tried.1);
        Ok(())
    }

    /// Comments of news that were shown, and that waited.
    fn count_comments(&self) -> std::io::Result<(i64, i64)> {
        let modules: Vec<&str> = self.old.news.iter().map(|module| module.name.as_str()).collect();
        let (mut shown, mut waiting) = (0, 0);
        for row in self.old.spool.rows(&self.old.table("comment")) {
            let row = row?;
            if modules.contains(&row.text("module")) {
                *(if row.number("status") == 1 { &mut shown } else { &mut waiting }) += 1;
            }
        }
        Ok((shown, waiting))
    }
}

impl There {
    fn plus(mut self, other: &Self) -> Self {
        self.categories += other.categories;
        self.tags += other.tags;
        self.topics += other.topics;
        self.authors += other.authors;
        self.views += other.views;
        self.points += other.points;
        self.ratings += other.ratings;
        for (state, count) in &other.states {
            *self.states.entry(state).or_default() += count;
        }
        self
    }
}

/// What the report calls articles at a stage.
fn stage_label(stage: Stage) -> &'static str {
    use super::articles::label_of;
    match stage {
        Stage::Draft => label_of(ArticleState::Draft),
        Stage::InReview => label_of(ArticleState::InReview),
        Stage::Scheduled => label_of(ArticleState::Scheduled),
        Stage::Published => label_of(ArticleState::Published),
        Stage::Ended => super::articles::ENDED,
        Stage::Withdrawn => label_of(ArticleState::Withdrawn),
    }
}

/// A username as this site takes it: small letters, digits, dots, hyphens, underscores.
fn read_username(old: &str) -> String {
    let folded = fold(old);
    let plain = folded.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_') { c } else { '.' });
    let plain: String = plain.take(40).collect();
    plain.trim_matches(['.', '-', '_']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_one_of_this_site() {
        for (old, new) in [("quantri", "quantri"), ("Nguyễn Đức", "nguyen.duc"), ("_a_", "a"), ("A@B.vn", "a.b.vn")]
        {
            assert_eq!(read_username(old), new);
        }
    }
}
