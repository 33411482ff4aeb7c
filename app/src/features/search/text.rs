//! Results as text: what matched, and the part of a text around it.

use super::query::{Query, is_word_sign, split_words};
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of a text that are shown around what matched.
const SHOWN_WORDS: usize = 36;

/// The words that a search looks for, without diacritics.
pub struct Matches(HashSet<String>);

impl Matches {
    pub fn new(query: &Query) -> Self {
        Self(query.words().map(|word| word.plain.clone()).collect())
    }

    fn is_match(&self, word: &str) -> bool {
        split_words(word).first().is_some_and(|word| self.0.contains(&word.plain))
    }

    /// A text as HTML with what matches marked.
    pub fn mark(&self, text: &str) -> String {
        let parts = split_text(text).into_iter().map(|part| {
            let encoded = part.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            if self.is_match(part) { format!("<mark>{encoded}</mark>") } else { encoded }
        });
        parts.collect()
    }

    /// The part of a text with the most different words that match; its beginning where none does.
    pub fn cut_out(&self, text: &str) -> String {
        let words: Vec<&str> = text.split_whitespace().collect();
        let matching: Vec<Option<String>> = words
            .iter()
            .map(|word| split_words(word).into_iter().map(|word| word.plain).find(|word| self.0.contains(word)))
            .collect();
        let count = |start: usize| {
            let end = (start + SHOWN_WORDS).min(words.len());
            matching[start..end].iter().flatten().collect::<HashSet<_>>().len()
        };
        // only a place where something matches can be better than the beginning
        let places = (0..words.len()).filter(|&place| matching[place].is_some()).take(200);
        let starts = places.map(|place| place.saturating_sub(6)).chain([0]);
        let start = starts.max_by_key(|&start| (count(start), usize::MAX - start)).unwrap_or(0);
        let end = (start + SHOWN_WORDS).min(words.len());
        let (before, after) = (if start > 0 { "… " } else { "" }, if end < words.len() { " …" } else { "" });
        format!("{before}{}{after}", words[start..end].join(" "))
    }
}

/// Splits a text into words and what stands between them.
fn split_text(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut start, mut in_word) = (0, false);
    for (at, c) in text.char_indices() {
        if is_word_sign(c) != in_word {
            if at > start {
                parts.push(&text[start..at]);
            }
            (start, in_word) = (at, !in_word);
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The text of sanitised HTML.
pub fn to_text(html: &str) -> String {
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new("<[^>]*>").expect("is valid"));
    let text = TAG.replace_all(html, " ");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&nbsp;", " ").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_matches_is_marked_and_markup_stays_text() {
        let matches = Matches::new(&Query::parse("tiem chung"));
        let html = matches.mark("Lịch Tiêm <b>chủng</b>, tiềm năng");
        assert_eq!(html, "Lịch <mark>Tiêm</mark> &lt;b&gt;<mark>chủng</mark>&lt;/b&gt;, <mark>tiềm</mark> năng");
    }

    #[test]
    fn the_part_with_the_most_matches_is_shown() {
        let text = format!("{} cúp nước khu phố 3 {}", "mở đầu ".repeat(60), "kết thúc ".repeat(60));
        let cut = Matches::new(&Query::parse("cúp nước")).cut_out(&text);
        assert!(cut.starts_with("… ") && cut.ends_with(" …") && cut.contains("cúp nước khu phố 3"), "{cut}");
        assert!(Matches::new(&Query::parse("gì")).cut_out(&text).starts_with("mở đầu"));
        assert_eq!(Matches::new(&Query::parse("gì")).cut_out(""), "");
    }

    #[test]
    fn html_becomes_text() {
        assert_eq!(to_text("<p>1 &lt; 2 &amp; <b>a</b></p>").trim(), "1 < 2 &  a");
    }
}
