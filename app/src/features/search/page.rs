//! The page of a search.

use super::html::{self, Shown};
use super::query::{MAX_LENGTH, Query};
use super::store::{Found, FoundArticle, Search, find_articles, find_comments, list_known_words, list_similar_words};
use super::{AGES, Choice, SEARCHES_PER_ADDRESS, Subject};
use crate::base::error::AppError;
use crate::features::taxonomy::Category;
use crate::features::taxonomy::store::list_categories;
use crate::web::page::{Page, PageRequest};
use crate::web::site::Site;
use crate::web::visitor::current_address;
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

/// Words that a search corrects at once.
const MAX_CORRECTED: usize = 3;

/// Reads the page.
pub async fn read(site: &Site, request: &PageRequest) -> Result<Page, AppError> {
    let choice = Choice::of(request);
    let categories = list_categories(&site.pool).await?;
    let query = Query::parse(&choice.typed);
    let shown = if choice.typed.trim().is_empty() {
        Shown::Nothing
    } else if choice.typed.chars().count() > MAX_LENGTH {
        Shown::TooLong
    } else if query.is_empty() {
        Shown::NoWord
    } else {
        site.limits.take_by_line("searches", site.settings().number(&SEARCHES_PER_ADDRESS), current_address())?;
        search(&site.pool, &choice, &categories, &query).await?
    };
    Ok(html::page(site, &choice, &categories, &query, shown))
}

async fn search(pool: &PgPool, choice: &Choice, categories: &[Category], query: &Query) -> Result<Shown, AppError> {
    let (all, exact) = (query.to_tsquery(false), query.to_exact_tsquery());
    let days = AGES.iter().find(|age| age.name == choice.age).and_then(|age| age.days);
    let chosen = choice.categories(categories);
    let search = Search {
        all: &all,
        exact: exact.as_deref(),
        categories: &chosen,
        since: days.map(|days| OffsetDateTime::now_utc() - Duration::days(i64::from(days))),
        page: choice.page,
    };
    if choice.subject == Subject::Comments {
        return Ok(Shown::Comments(find_comments(pool, search).await?));
    }
    let found = find_articles(pool, search).await?;
    if found.count > 0 {
        return Ok(Shown::Articles(found));
    }
    // the last word may be unfinished, another misspelled; at last, any of the words is better than nothing
    let begun = find_articles(pool, Search { all: &query.to_tsquery(true), ..search }).await?;
    if begun.count > 0 {
        return Ok(Shown::Articles(begun));
    }
    if let Some((corrected, found)) = find_corrected(pool, search, query).await? {
        return Ok(Shown::Corrected(corrected, found));
    }
    if query.words().count() > 1 {
        let loose = find_articles(pool, Search { all: &query.to_loose_tsquery(), exact: None, ..search }).await?;
        if loose.count > 0 {
            return Ok(Shown::Loose(loose));
        }
    }
    Ok(Shown::Articles(found))
}

/// Finds what the nearest spelling leads to.
async fn find_corrected(
    pool: &PgPool,
    search: Search<'_>,
    query: &Query,
) -> Result<Option<(Query, Found<FoundArticle>)>, AppError> {
    let words: Vec<String> = query.words().map(|word| word.plain.clone()).collect();
    let known = list_known_words(pool, &words).await?;
    let is_unknown = |word: &&String| !known.contains(word) && word.chars().all(|c| c.is_ascii_lowercase());
    let mut corrections: Vec<(String, Vec<String>)> = Vec::new();
    for word in words.iter().filter(is_unknown).take(MAX_CORRECTED) {
        let nearest = rank_by_distance(word, list_similar_words(pool, word).await?);
        if nearest.is_empty() {
            return Ok(None);
        }
        corrections.push((word.clone(), nearest));
    }
    if corrections.is_empty() {
        return Ok(None);
    }
    // the nearest of every word first, then the next of each
    for attempt in 0..4 {
        let corrected = query.with_words(|word| {
            let (_, nearest) = corrections.iter().find(|(unknown, _)| *unknown == word.plain)?;
            Some(nearest[attempt.min(nearest.len() - 1)].clone())
        });
        let found = find_articles(pool, Search { all: &corrected.to_tsquery(false), exact: None, ..search }).await?;
        if found.count > 0 {
            return Ok(Some((corrected, found)));
        }
    }
    Ok(None)
}

/// Those of the words that differ little from one, the nearest first.
fn rank_by_distance(word: &str, similar: Vec<String>) -> Vec<String> {
    let most = if word.len() <= 4 { 1 } else { 2 };
    let mut near: Vec<(usize, String)> = similar
        .into_iter()
        .map(|other| (strsim::damerau_levenshtein(word, &other), other))
        .filter(|(distance, _)| *distance <= most)
        .collect();
    // equally near ones stay in the order of the database: the most alike first
    near.sort_by_key(|(distance, _)| *distance);
    near.into_iter().map(|(_, other)| other).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_spelling_comes_first() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(rank_by_distance("chugn", words(&["chung", "chua", "chuong", "nuoc"])), ["chung", "chua", "chuong"]);
        assert_eq!(rank_by_distance("nuco", words(&["nuoc", "cup"])), ["nuoc"]);
        assert_eq!(rank_by_distance("xyz", words(&["nuoc"])), [""; 0]);
    }
}
