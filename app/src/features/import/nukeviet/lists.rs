//! What lists articles on the old site, and what leads to them: topics, groups, tags, authors, menus.

use super::{Module, OldMenuItem, OldNamed, OldSite, is_for_everybody};
use crate::features::import::addresses::fold_alias;
use crate::features::import::spool::Row;
use crate::features::import::text::{read_line, read_lines};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;

impl OldSite {
    /// Lists the topics of a module in their order.
    pub fn topics(&self, module: &Module) -> io::Result<Vec<OldNamed>> {
        let mut rows: Vec<Row> = self.spool.rows(&format!("{}_topics", module.tables)).collect::<io::Result<_>>()?;
        rows.sort_by_key(|row| row.number("weight"));
        Ok(rows.iter().map(|row| read_named(row, "topicid", "title")).collect())
    }

    /// The names of the groups that take every new article.
    pub fn newest_groups(&self, module: &Module) -> io::Result<Vec<String>> {
        let rows: Vec<Row> = self.spool.rows(&format!("{}_block_cat", module.tables)).collect::<io::Result<_>>()?;
        let newest = rows.iter().filter(|row| row.number("adddefault") != 0);
        Ok(newest.map(|row| read_line(row.text("title"))).collect())
    }

    /// Lists the groups of a module into which editors put articles by hand, with the numbers of these in their order.
    /// A group that takes every new article is none: it is what the front page shows.
    pub fn groups(&self, module: &Module) -> io::Result<Vec<(OldNamed, Vec<i64>)>> {
        let mut rows: Vec<Row> = self.spool.rows(&format!("{}_block_cat", module.tables)).collect::<io::Result<_>>()?;
        rows.retain(|row| row.number("adddefault") == 0);
        rows.sort_by_key(|row| row.number("weight"));
        let mut members: BTreeMap<i64, Vec<(i64, i64)>> = BTreeMap::new();
        for row in self.spool.rows(&format!("{}_block", module.tables)) {
            let row = row?;
            members.entry(row.number("bid")).or_default().push((row.number("weight"), row.number("id")));
        }
        let groups = rows.iter().map(|row| {
            let mut articles = members.remove(&row.number("bid")).unwrap_or_default();
            articles.sort_unstable();
            (read_named(row, "bid", "title"), articles.into_iter().map(|(_, id)| id).collect())
        });
        Ok(groups.collect())
    }

    /// Lists the tags of a module by their addresses. A tag's name is what stands at the articles that have it.
    pub fn tags(&self, module: &Module) -> io::Result<Vec<OldNamed>> {
        let mut labels: HashMap<i64, String> = HashMap::new();
        for row in self.spool.rows(&format!("{}_tags_id", module.tables)) {
            let row = row?;
            let label = read_line(row.text("keyword"));
            if !label.is_empty() {
                labels.entry(row.number("tid")).or_insert(label);
            }
        }
        let rows: Vec<Row> = self.spool.rows(&format!("{}_tags", module.tables)).collect::<io::Result<_>>()?;
        let named = rows.iter().map(|row| {
            let tag = read_named(row, "tid", "title");
            let first = read_line(row.text("keywords")).split(',').next().unwrap_or_default().trim().to_owned();
            let name = labels.remove(&tag.key).unwrap_or(if tag.name.is_empty() { first } else { tag.name.clone() });
            OldNamed { name, ..tag }
        });
        Ok(named.collect())
    }

    /// Lists the names of the tags that no article of a module has.
    pub fn unused_tags(&self, module: &Module) -> io::Result<Vec<String>> {
        let mut used = HashSet::new();
        for row in self.spool.rows(&format!("{}_tags_id", module.tables)) {
            used.insert(row?.number("tid"));
        }
        let unused = self.tags(module)?.into_iter().filter(|tag| !used.contains(&tag.key));
        Ok(unused.map(|tag| if tag.name.is_empty() { tag.alias } else { tag.name }).collect())
    }

    /// Lists the authors of a module.
    pub fn authors(&self, module: &Module) -> io::Result<Vec<OldNamed>> {
        let rows: Vec<Row> = self.spool.rows(&format!("{}_author", module.tables)).collect::<io::Result<_>>()?;
        Ok(rows.iter().map(|row| read_named(row, "id", "pseudonym")).collect())
    }

    /// Lists the entries of the first menu that everybody saw, each behind the one that it stands under.
    pub fn menu(&self) -> io::Result<Vec<OldMenuItem>> {
        let mut rows: Vec<Row> = self.spool.rows(&self.table("menu_rows")).collect::<io::Result<_>>()?;
        let first = rows.iter().map(|row| row.number("mid")).min().unwrap_or(0);
        rows.sort_by_key(|row| (row.number("lev"), row.number("sort"), row.number("weight")));
        // what stands under an entry that was not shown was not shown either
        let mut shown = HashSet::from([0]);
        rows.retain(|row| {
            let is_shown = row.number("status") == 1 && is_for_everybody(row.text("groups_view"));
            let is_here = row.number("mid") == first && is_shown && shown.contains(&row.number("parentid"));
            is_here && shown.insert(row.number("id"))
        });
        let items = rows.iter().map(|row| OldMenuItem {
            key: row.number("id"),
            parent: row.number("parentid"),
            label: read_line(row.text("title")),
            link: read_line(row.text("link")),
        });
        Ok(items.collect())
    }
}

fn read_named(row: &Row, key: &str, name: &str) -> OldNamed {
    OldNamed {
        key: row.number(key),
        name: read_line(row.text(name)),
        alias: fold_alias(row.text("alias")),
        description: read_lines(row.text("description")),
    }
}
