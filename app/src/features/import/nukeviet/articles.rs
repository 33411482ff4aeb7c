//! Articles and pages of the old site.

use super::untaken::list_untaken;
use super::{Module, OldSite, digest, read_numbers, read_time};
use crate::features::articles::ArticleState;
use crate::features::import::report::Remark;
use crate::features::import::text::{read_line, read_lines, shorten};
use crate::features::ratings::Totals;
use std::io;
use time::{Duration, OffsetDateTime};

/// Where an article stood, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub state: ArticleState,
    pub published_at: Option<OffsetDateTime>,
    pub ends_at: Option<OffsetDateTime>,
    /// Whether its time could not be read, and another one stands for it.
    pub is_time_guessed: bool,
}

/// An article or a page of the old site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldArticle {
    pub key: i64,
    pub title: String,
    pub alias: String,
    /// The first of its categories; 0 for a page.
    pub category: i64,
    pub further: Vec<i64>,
    pub topic: i64,
    pub lead: String,
    /// HTML, as it was stored.
    pub body: String,
    /// The path of its picture below the folder of uploads, or the address of one elsewhere.
    pub picture: String,
    pub picture_alt: String,
    /// Empty where it names none.
    pub author: String,
    pub source: String,
    pub description: String,
    pub tags: Vec<String>,
    /// The paths of its files below the folder of uploads.
    pub files: Vec<String>,
    /// Where it leads instead of having a text of its own.
    pub leads_to: String,
    pub standing: Standing,
    pub created_at: OffsetDateTime,
    pub modified_at: Option<OffsetDateTime>,
    pub views: i64,
    pub ratings: Totals,
    /// Whether points and votes did not fit together, and none were taken.
    pub has_impossible_ratings: bool,
    /// What it has that stays behind.
    pub untaken: Vec<Remark>,
    pub closed_to_comments: bool,
    pub closed_to_ratings: bool,
    /// A digest of everything but its numbers.
    pub digest: Vec<u8>,
}

/// Columns that change without anybody changing the article.
const NUMBERS: [&str; 7] =
    ["hitstotal", "hitscm", "total_rating", "click_rating", "weight", "instant_active", "instant_creatauto"];

impl OldSite {
    /// The keys of the articles of a module, each once.
    pub fn article_keys(&self, module: &Module) -> Vec<i64> {
        let mut keys = self.spool.keys(&format!("{}_rows", module.tables));
        keys.dedup();
        keys
    }

    /// The first category of an article.
    pub fn main_category(&self, module: &Module, key: i64) -> io::Result<i64> {
        Ok(self.spool.find_one(&format!("{}_rows", module.tables), key)?.map_or(0, |row| row.number("catid")))
    }

    /// Reads an article of a module.
    pub fn article(&self, module: &Module, key: i64, now: OffsetDateTime) -> io::Result<Option<OldArticle>> {
        let Some(row) = self.spool.find_one(&format!("{}_rows", module.tables), key)? else { return Ok(None) };
        let detail = self.spool.find_one(&format!("{}_detail", module.tables), key)?;
        let detail_text = |column: &str| detail.as_ref().map_or("", |detail| detail.text(column)).to_owned();
        let mut authors = Vec::new();
        for named in self.spool.find(&format!("{}_authorlist", module.tables), key)? {
            authors.push(read_line(named.text("pseudonym")));
        }
        let author = read_line(row.text("author"));
        if !author.is_empty() {
            authors.push(author);
        }
        authors.retain(|author| !author.is_empty());
        authors.dedup();
        let mut tags = Vec::new();
        let mut tag_prints = String::new();
        for tag in self.spool.find(&format!("{}_tags_id", module.tables), key)? {
            tag_prints.push_str(&tag.fingerprint(&[]));
            let name = read_line(tag.text("keyword"));
            if !name.is_empty() && !tags.contains(&name) {
                tags.push(name);
            }
        }
        let is_html_lead = self.setting(&format!("{}/{}", self.language, module.name), "htmlhometext") == "1";
        let lead = row.text("hometext");
        let category = row.number("catid");
        let further = read_numbers(row.text("listcatid")).into_iter().filter(|other| *other != category);
        let ratings = Totals { points: row.number("total_rating"), ratings: row.number("click_rating") };
        let is_possible = ratings.ratings >= 0 && (ratings.ratings..=5 * ratings.ratings).contains(&ratings.points);
        let created_at = read_time(row.number("addtime")).or_else(|| read_time(row.number("publtime"))).unwrap_or(now);
        let standing = read_standing(
            row.number("status"),
            [row.number("publtime"), row.number("exptime"), row.number("addtime"), row.number("edittime")],
            now,
        );
        let edited_at = read_time(row.number("edittime")).filter(|at| *at <= now);
        // the module may have closed all of its articles, or say for all of them who comments
        let of_module = |name: &str| self.setting(&format!("{}/{}", self.language, module.name), name);
        let groups = match (of_module("activecomm"), of_module("allowed_comm")) {
            ("0", _) => Vec::new(),
            (_, "" | "-1") => read_numbers(row.text("allowed_comm")),
            (_, for_all) => read_numbers(for_all),
        };
        let fingerprint = format!(
            "{}{}{tag_prints}{}",
            row.fingerprint(&NUMBERS),
            detail.as_ref().map(|detail| detail.fingerprint(&[])).unwrap_or_default(),
            authors.join("\0")
        );
        Ok(Some(OldArticle {
            key,
            title: read_line(row.text("title")),
            alias: row.text("alias").to_owned(),
            category,
            further: further.collect(),
            topic: row.number("topicid"),
            lead: if is_html_lead { read_lines(lead).replace('\n', " ") } else { read_line(lead) },
            body: detail_text("bodyhtml"),
            picture: row.text("homeimgfile").to_owned(),
            picture_alt: read_line(row.text("homeimgalt")),
            author: authors.join(", "),
            source: self.read_source(module, row.number("sourceid"), &detail_text("sourcetext"))?,
            description: read_line(&detail_text("description")),
            untaken: list_untaken(&row, detail.as_ref(), &tags),
            tags,
            files: detail_text("files")
                .split(',')
                .map(|file| file.trim().to_owned())
                .filter(|f| !f.is_empty())
                .collect(),
            leads_to: if row.number("external_link") == 1 { detail_text("sourcetext") } else { String::new() },
            standing,
            created_at,
            modified_at: edited_at.filter(|at| standing.published_at.is_some_and(|published| *at > published)),
            views: row.number("hitstotal").max(0),
            ratings: if is_possible { ratings } else { Totals::default() },
            has_impossible_ratings: !is_possible,
            // everybody, members, or guests; other groups are staff
            closed_to_comments: !groups.iter().any(|group| matches!(group, 4..=7)),
            closed_to_ratings: row.number("allowed_rating") == 0,
            digest: digest(&fingerprint),
        }))
    }

    fn read_source(&self, module: &Module, source: i64, text: &str) -> io::Result<String> {
        let named = if source > 0 { self.spool.find_one(&format!("{}_sources", module.tables), source)? } else { None };
        let name = named.map(|row| read_line(row.text("title"))).unwrap_or_default();
        let text = read_line(text);
        let is_address = text.starts_with("https://") || text.starts_with("http://");
        Ok(match (name.is_empty(), is_address) {
            (false, true) => shorten(&format!("{name} ({text})"), 600),
            (false, false) => name,
            (true, _) => shorten(&text, 600),
        })
    }

    /// Reads a page that is no news.
    pub fn page(&self, module: &Module, key: i64, now: OffsetDateTime) -> io::Result<Option<OldArticle>> {
        let Some(row) = self.spool.find_one(&module.tables, key)? else { return Ok(None) };
        let created_at = read_time(row.number("add_time"));
        let is_public = row.number("status") == 1;
        let standing = Standing {
            state: if is_public { ArticleState::Published } else { ArticleState::Draft },
            published_at: is_public.then(|| created_at.filter(|at| *at <= now).unwrap_or(now)),
            ends_at: None,
            is_time_guessed: created_at.is_none(),
        };
        let edited_at = read_time(row.number("edit_time")).filter(|at| *at <= now);
        Ok(Some(OldArticle {
            key,
            title: read_line(row.text("title")),
            alias: row.text("alias").to_owned(),
            category: 0,
            further: Vec::new(),
            topic: 0,
            lead: read_line(row.text("description")),
            body: row.text("bodytext").to_owned(),
            picture: row.text("image").to_owned(),
            picture_alt: read_line(row.text("imagealt")),
            author: String::new(),
            source: String::new(),
            description: String::new(),
            tags: Vec::new(),
            files: Vec::new(),
            leads_to: String::new(),
            standing,
            created_at: created_at.unwrap_or(now),
            modified_at: edited_at.filter(|at| standing.published_at.is_some_and(|published| *at > published)),
            views: row.number("hitstotal").max(0),
            ratings: Totals::default(),
            has_impossible_ratings: false,
            untaken: Vec::new(),
            closed_to_comments: false,
            closed_to_ratings: false,
            digest: digest(&row.fingerprint(&["hitstotal", "weight"])),
        }))
    }
}

/// Where an article stands, by its status and by its times: when it was published, ends, was added and edited.
fn read_standing(status: i64, [published, ends, added, edited]: [i64; 4], now: OffsetDateTime) -> Standing {
    let second = Duration::seconds(1);
    let known = read_time(published);
    let published_at = known.or_else(|| read_time(added)).or_else(|| read_time(edited)).unwrap_or(now - second);
    let end = read_time(ends).filter(|end| *end > published_at);
    let at = |state, ends_at| Standing {
        state,
        published_at: Some(published_at),
        ends_at,
        is_time_guessed: known.is_none(),
    };
    match status {
        // its cron may be late, so the times decide
        1 | 2 if published_at > now => at(ArticleState::Scheduled, end),
        1 | 2 => at(ArticleState::Published, end),
        3 => {
            let begun = published_at.min(now - second * 2);
            let over = end.or_else(|| read_time(edited)).filter(|end| *end > begun && *end <= now);
            let over = over.unwrap_or((begun + second).min(now));
            Standing { published_at: Some(begun), ..at(ArticleState::Published, Some(over)) }
        }
        4 | 6 => Standing { state: ArticleState::Draft, published_at: None, ends_at: None, is_time_guessed: false },
        5 | 7..=10 => {
            Standing { state: ArticleState::InReview, published_at: None, ends_at: None, is_time_guessed: false }
        }
        _ => at(ArticleState::Withdrawn, end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_stands_where_it_stood() {
        use ArticleState::{Draft, InReview, Published, Scheduled, Withdrawn};
        let now = OffsetDateTime::from_unix_timestamp(1_700_000_000).expect("is a time");
        let (past, future) = (1_600_000_000, 1_800_000_000);
        let read = |status, times| {
            let standing = read_standing(status, times, now);
            let seconds = |at: Option<OffsetDateTime>| at.map(OffsetDateTime::unix_timestamp);
            (standing.state, seconds(standing.published_at), seconds(standing.ends_at), standing.is_time_guessed)
        };
        let added = past - 100;
        for (status, times, expected) in [
            (1, [past, 0, added, 0], (Published, Some(past), None, false)),
            (1, [past, past + 9, added, 0], (Published, Some(past), Some(past + 9), false)),
            (1, [past, past - 9, added, 0], (Published, Some(past), None, false)),
            (1, [future, 0, added, 0], (Scheduled, Some(future), None, false)),
            (1, [0, 0, added, 0], (Published, Some(added), None, true)),
            (1, [0, 0, 0, 0], (Published, Some(1_699_999_999), None, true)),
            (1, [2_147_483_647, 0, added, 0], (Scheduled, Some(2_147_483_647), None, false)),
            (2, [future, 0, added, 0], (Scheduled, Some(future), None, false)),
            (2, [past, 0, added, 0], (Published, Some(past), None, false)),
            (3, [past, past + 50, added, 0], (Published, Some(past), Some(past + 50), false)),
            (3, [past, 0, added, past + 70], (Published, Some(past), Some(past + 70), false)),
            (3, [past, 0, added, 0], (Published, Some(past), Some(past + 1), false)),
            (3, [past, future, added, 0], (Published, Some(past), Some(past + 1), false)),
            (3, [future, 0, added, 0], (Published, Some(1_699_999_998), Some(1_699_999_999), false)),
            (4, [past, 0, added, 0], (Draft, None, None, false)),
            (6, [past, 0, added, 0], (Draft, None, None, false)),
            (5, [past, 0, added, 0], (InReview, None, None, false)),
            (7, [past, 0, added, 0], (InReview, None, None, false)),
            (10, [past, 0, added, 0], (InReview, None, None, false)),
            (0, [past, 0, added, 0], (Withdrawn, Some(past), None, false)),
            (22, [past, 0, added, 0], (Withdrawn, Some(past), None, false)),
            (25, [past, 0, added, 0], (Withdrawn, Some(past), None, false)),
        ] {
            assert_eq!(read(status, times), expected, "{status} {times:?}");
        }
    }
}
