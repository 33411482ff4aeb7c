//! What the old site had and this one has no place for, to be told.

use super::{Module, OldSite};
use crate::base::text::fold;
use crate::features::import::report::Remark;
use crate::features::import::spool::Row;
use crate::features::import::text::read_line;
use std::collections::BTreeMap;
use std::io;

/// Finds what an article has that stays behind. `tags` come along.
pub fn list_untaken(row: &Row, detail: Option<&Row>, tags: &[String]) -> Vec<Remark> {
    let text = |column: &str| detail.map_or("", |detail| detail.text(column));
    let own_title = read_line(text("titlesite"));
    let tags: Vec<String> = tags.iter().map(|tag| fold(tag)).collect();
    let keywords = read_line(text("keywords"));
    let mut keywords = keywords.split(',').map(|word| fold(word.trim())).filter(|word| !word.is_empty());
    let has_picture = !row.text("homeimgfile").is_empty();
    let found = [
        // an empty list is written in one of these signs
        (!text("voicedata").trim_matches(['[', ']', '{', '}', ' ']).is_empty(), Remark::Sound),
        (!own_title.is_empty() && own_title != read_line(row.text("title")), Remark::SearchTitle),
        (keywords.any(|word| !tags.contains(&word)), Remark::Keywords),
        (row.text("inhome") == "0", Remark::NotInFront),
        (has_picture && text("imgposition") == "0", Remark::HiddenPicture),
    ];
    found.into_iter().filter(|(is_so, _)| *is_so).map(|(_, remark)| remark).collect()
}

impl OldSite {
    /// The names of a module's tags, topics, sources and authors that had a picture, or a description that readers saw
    /// and that has no place here.
    pub fn described_names(&self, module: &Module) -> io::Result<Vec<String>> {
        let tables: [(&str, &str, &[&str]); 4] = [
            ("tags", "title", &["description", "image"]),
            ("topics", "title", &["image"]),
            ("sources", "title", &["logo"]),
            ("author", "pseudonym", &["description", "image"]),
        ];
        let mut names = Vec::new();
        for (table, name, columns) in tables {
            for row in self.spool.rows(&format!("{}_{table}", module.tables)) {
                let row = row?;
                if columns.iter().any(|column| !read_line(row.text(column)).is_empty()) {
                    // tags have often no name but their address
                    let named = [name, "keywords", "alias"].map(|column| read_line(row.text(column)));
                    names.extend(named.into_iter().find(|name| !name.is_empty()));
                }
            }
        }
        Ok(names)
    }

    /// How often readers liked a comment of the news, and disliked one.
    pub fn count_likes(&self) -> io::Result<(i64, i64)> {
        let (mut likes, mut dislikes) = (0, 0);
        for row in self.spool.rows(&self.table("comment")) {
            let row = row?;
            likes += row.number("likes").max(0);
            dislikes += row.number("dislikes").max(0);
        }
        Ok((likes, dislikes))
    }

    /// How many comments stand at what is no news, by module.
    pub fn count_other_comments(&self) -> io::Result<BTreeMap<String, u64>> {
        let mut others = BTreeMap::new();
        for row in self.spool.rows(&self.table("comment")) {
            let row = row?;
            if !self.news.iter().any(|module| module.name == row.text("module")) {
                *others.entry(row.text("module").to_owned()).or_default() += 1;
            }
        }
        Ok(others)
    }

    /// How many entries of menus were not shown, or stand in another menu than the first.
    pub fn count_other_menu_items(&self) -> io::Result<usize> {
        let rows: Vec<Row> = self.spool.rows(&self.table("menu_rows")).collect::<io::Result<_>>()?;
        Ok(rows.len() - self.menu()?.len())
    }
}
