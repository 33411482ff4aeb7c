//! The menu of the old site.

use super::{ImportResult, Run, digest_of, key_of};
use app::base::error::AppError;
use app::features::import::addresses::parse_old_address;
use app::features::import::nukeviet::OldMenuItem;
use app::features::import::redirects::{Lead, find_lead};
use app::features::import::report::{Remark, Report};
use app::features::import::store::{list_origins, upsert_origins};
use app::features::import::text::shorten;
use app::features::import::{Origin, OriginKind};
use app::features::menu::store::{change_item, create_item, list_items};
use app::features::menu::{MAX_LABEL, MenuItem, is_good_target};
use std::collections::HashMap;

impl Run<'_> {
    /// Arranges the menu as it was, where none was arranged here; and later what changed there since, where nobody
    /// changed it here.
    pub async fn carry_over_menu(&self, report: &mut Report) -> ImportResult<()> {
        let mut db = self.pool.acquire().await?;
        let known = list_origins(&mut db, OriginKind::Menu, "").await?;
        let present = list_items(self.pool).await?;
        if known.is_empty() && !present.is_empty() {
            report.note(Remark::MenuItem, "Trang mới đã có thực đơn riêng");
            return Ok(());
        }
        // an import that is interrupted here goes on with the menu that it began
        let begun = Origin { key: String::new(), ..Origin::default() };
        upsert_origins(&mut db, OriginKind::Menu, "", &[begun]).await?;
        let mut made: HashMap<i64, i64> = HashMap::new();
        for old in self.old.menu()? {
            let name = format!("{} ({})", old.label, old.link);
            let digest = digest_of(&[&old.label, &old.link, &key_of(old.parent)]);
            let origin = known.get(&key_of(old.key));
            let id = origin.and_then(|origin| origin.target);
            made.extend(id.map(|id| (old.key, id)));
            let standing = id.and_then(|id| present.iter().find(|item| item.id == id));
            match (origin, standing) {
                (Some(_), None) => {
                    report.note(Remark::DeletedHere, old.label);
                    continue;
                }
                // an earlier import did not say how it stood there
                (Some(origin), _) if origin.digest == digest || origin.digest.is_empty() => {
                    report.unchanged += 1;
                    continue;
                }
                (Some(origin), Some(item)) if origin.stamp != stamp_of(item) => {
                    report.note(Remark::ChangedHere, old.label);
                    continue;
                }
                _ => {}
            }
            match self.write_menu_item(&old, standing, made.get(&old.parent).copied()).await {
                Ok(Some(item)) => {
                    if item.label != old.label {
                        report.note(Remark::Renamed, old.label.clone());
                    }
                    *(if origin.is_some() { &mut report.changed } else { &mut report.added }) += 1;
                    made.insert(old.key, item.id);
                    let (key, stamp) = (key_of(old.key), stamp_of(&item));
                    let origin = Origin { key, alias: String::new(), target: Some(item.id), digest, stamp };
                    upsert_origins(&mut db, OriginKind::Menu, "", &[origin]).await?;
                }
                Ok(None) | Err(AppError::Invalid(_)) => report.note(Remark::MenuItem, name),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Creates an entry, or changes the one that stands for it; `None` where it leads nowhere here.
    async fn write_menu_item(
        &self,
        old: &OldMenuItem,
        standing: Option<&MenuItem>,
        parent: Option<i64>,
    ) -> Result<Option<MenuItem>, AppError> {
        let target = self.find_menu_target(&old.link).await?;
        let (Some(target), false) = (target, old.label.is_empty()) else { return Ok(None) };
        let label = shorten(&old.label, MAX_LABEL);
        let id = match standing {
            Some(item) => {
                change_item(self.pool, self.actor, item.id, (&label, &target), parent).await?;
                item.id
            }
            None => create_item(self.pool, self.actor, (&label, &target), parent).await?,
        };
        Ok(Some(MenuItem { id, parent, label, target }))
    }

    /// Where an entry of the menu leads here; `None` where nothing here is what it led to.
    async fn find_menu_target(&self, link: &str) -> Result<Option<String>, AppError> {
        if link.is_empty() || link == "#" {
            return Ok(Some(String::new()));
        }
        if !link.starts_with('/') && !link.starts_with("index.php") {
            return Ok(Some(link.to_owned()).filter(|link| is_good_target(link)));
        }
        let link = link.split('#').next().unwrap_or_default();
        let (path, query) = link.split_once('?').unwrap_or((link, ""));
        let Some(address) = parse_old_address(&self.old.modules, path, query) else { return Ok(None) };
        Ok(match find_lead(self.pool, &address).await? {
            Some(Lead::To(path)) if is_good_target(&path) => Some(path),
            _ => None,
        })
    }
}

/// How an entry stands here.
fn stamp_of(item: &MenuItem) -> String {
    [&item.label, &item.target, &item.parent.map_or(String::new(), key_of)].map(String::as_str).join("\n")
}
