//! Comments of the old site.

use super::{OldSite, read_time};
use crate::base::text::is_email;
use crate::features::import::spool::Row;
use crate::features::import::text::{read_line, read_lines, shorten};
use std::collections::{HashMap, HashSet};
use std::io;
use time::OffsetDateTime;

/// The longest comment that is carried over, in characters.
const MAX_TEXT: usize = 65_000;

/// A comment of the old site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldComment {
    pub key: i64,
    /// The comment at the head of its thread, which here has one level; `None` for one that is no reply.
    pub root: Option<i64>,
    pub name: String,
    /// Kept only where it waits.
    pub email: Option<String>,
    /// Its text, where it answers a reply with the name of whom it answers before it.
    pub body: String,
    pub at: OffsetDateTime,
    pub is_published: bool,
    /// Whether what it answered is there no longer.
    pub lost_its_parent: bool,
    /// Whether a file was attached.
    pub has_file: bool,
}

impl OldSite {
    /// The keys of the articles of a module that have comments, whether the articles are there or not.
    pub fn commented_articles(&self) -> Vec<i64> {
        let mut keys = self.spool.keys(&self.table("comment"));
        keys.dedup();
        keys
    }

    /// Reads the comments of an article of a module, in the order in which they were written: those that are no replies
    /// first.
    pub fn comments(&self, module: &str, article: i64, now: OffsetDateTime) -> io::Result<Vec<OldComment>> {
        let rows: Vec<Row> = self.spool.find(&self.table("comment"), article)?;
        let rows: Vec<Row> = rows.into_iter().filter(|row| row.text("module") == module).collect();
        let parents: HashMap<i64, i64> = rows.iter().map(|row| (row.number("cid"), row.number("pid"))).collect();
        let names: HashMap<i64, String> = rows.iter().map(|row| (row.number("cid"), self.read_name(row))).collect();
        let shown: HashSet<i64> =
            rows.iter().filter(|row| row.number("status") == 1).map(|row| row.number("cid")).collect();
        let comments = rows.iter().map(|row| {
            let (key, parent) = (row.number("cid"), row.number("pid"));
            let (root, is_lost) = find_root(key, &parents);
            // what it answers was not shown or is gone, so neither was it; where that is the head, it goes with it
            let is_published = shown.contains(&key) && !is_lost && answers_shown(key, root, &parents, &shown);
            let text = read_lines(row.text("content"));
            let answers_a_reply = root.is_some_and(|root| root != parent);
            let email = Some(read_line(row.text("post_email"))).filter(|email| !is_published && is_email(email));
            OldComment {
                key,
                root,
                name: names.get(&key).cloned().unwrap_or_default(),
                email,
                body: match names.get(&parent).filter(|_| answers_a_reply) {
                    Some(name) => shorten(&format!("trả lời {name}: {text}"), MAX_TEXT),
                    None => text,
                },
                at: read_time(row.number("post_time")).filter(|at| *at <= now).unwrap_or(now),
                is_published,
                lost_its_parent: is_lost,
                has_file: !row.text("attach").is_empty(),
            }
        });
        let mut comments: Vec<OldComment> = comments.collect();
        comments.sort_by_key(|comment| (comment.root.is_some(), comment.at, comment.key));
        Ok(comments)
    }

    /// The name under which a comment was shown: that of its user, or the one that a guest gave.
    fn read_name(&self, row: &Row) -> String {
        let name = self.user_name(row.number("userid")).map_or_else(|| read_line(row.text("post_name")), str::to_owned);
        if name.is_empty() { "Bạn đọc".to_owned() } else { name }
    }
}

/// Whether everything between a comment and the head of its thread was shown.
fn answers_shown(key: i64, root: Option<i64>, parents: &HashMap<i64, i64>, shown: &HashSet<i64>) -> bool {
    let Some(root) = root else { return true };
    let between = std::iter::successors(parents.get(&key), |parent| parents.get(parent));
    between.take_while(|parent| **parent != root).all(|parent| shown.contains(parent))
}

/// The head of the thread that a comment stands in, `None` for a head itself, and whether what it answers is gone.
fn find_root(key: i64, parents: &HashMap<i64, i64>) -> (Option<i64>, bool) {
    let mut at = key;
    // a circle, which a broken database may have, is left after as many steps as there are comments
    for _ in 0..=parents.len() {
        match parents.get(&at) {
            Some(0) => return ((at != key).then_some(at), false),
            Some(parent) if parents.contains_key(parent) => at = *parent,
            _ => break,
        }
    }
    // the highest that is there is the head
    let is_circle = parents.get(&at).is_some_and(|parent| parents.contains_key(parent));
    if is_circle { (None, true) } else { ((at != key).then_some(at), at == key) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_to_what_was_not_shown_was_not_shown() {
        let parents: HashMap<i64, i64> = [(1, 0), (2, 1), (3, 2), (4, 3)].into();
        let is_shown = |key, shown: &[i64]| answers_shown(key, Some(1), &parents, &shown.iter().copied().collect());
        assert!(is_shown(4, &[1, 2, 3, 4]) && is_shown(4, &[2, 3, 4]) && is_shown(2, &[]));
        assert!(!is_shown(4, &[1, 2, 4]) && !is_shown(3, &[1, 3]) && is_shown(3, &[1, 2]));
        assert!(answers_shown(1, None, &parents, &HashSet::new()));
    }

    #[test]
    fn a_thread_has_one_head_whatever_is_missing() {
        let parents: HashMap<i64, i64> = [(1, 0), (2, 1), (3, 2), (4, 99), (5, 4), (6, 7), (7, 6), (8, 8)].into();
        for (key, root, is_lost) in [
            (1, None, false),
            (2, Some(1), false),
            (3, Some(1), false),
            (4, None, true),
            (5, Some(4), false),
            (6, None, true),
            (7, None, true),
            (8, None, true),
        ] {
            assert_eq!(find_root(key, &parents), (root, is_lost), "{key}");
        }
    }
}
