//! What somebody searches for, read from what they typed.

use crate::base::text::{clean_line, fold};
use unicode_normalization::UnicodeNormalization;

/// The longest search, in characters.
pub const MAX_LENGTH: usize = 200;
/// The most words that count.
const MAX_WORDS: usize = 16;
/// The longest word, as the database cuts it.
const MAX_WORD: usize = 60;

/// A word of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Without case and diacritics.
    pub plain: String,
    /// As typed, without case.
    pub typed: String,
}

/// A search: words that all must be there, and phrases whose words stand in a row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    parts: Vec<Vec<Word>>,
}

/// Splits a text into words, as the database function `search_vector` does.
pub fn split_words(text: &str) -> Vec<Word> {
    let lower: String = text.nfd().collect::<String>().to_lowercase().nfc().collect();
    let words = lower.split(|c| !is_word_sign(c)).map(|word| word.chars().take(MAX_WORD).collect::<String>());
    let words = words.map(|typed| Word { plain: fold(&typed), typed });
    words.filter(|word| !word.plain.is_empty()).collect()
}

/// Whether a sign belongs to words: Latin letters with their marks, and digits.
pub fn is_word_sign(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '\u{C0}'..='\u{24F}' | '\u{300}'..='\u{36F}' | '\u{1E00}'..='\u{1EFF}')
}

impl Query {
    /// Reads what was typed. A quotation that is left open is read as words.
    pub fn parse(typed: &str) -> Self {
        let typed = clean_line(typed).replace(['“', '”', '„'], "\"");
        let pieces: Vec<&str> = typed.split('"').collect();
        let mut parts = Vec::new();
        let mut left = MAX_WORDS;
        for (index, piece) in pieces.iter().enumerate() {
            let is_phrase = index % 2 == 1 && index + 1 < pieces.len();
            let mut words = split_words(piece);
            words.truncate(left);
            left -= words.len();
            match is_phrase {
                true if !words.is_empty() => parts.push(words),
                _ => parts.extend(words.into_iter().map(|word| vec![word])),
            }
        }
        Self { parts }
    }

    /// Whether nothing can be searched for.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Every word of it.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.parts.iter().flatten()
    }

    /// The same with other words in the place of some.
    #[must_use]
    pub fn with_words(&self, replace: impl Fn(&Word) -> Option<String>) -> Self {
        let replaced = |word: &Word| match replace(word) {
            Some(other) => Word { plain: other.clone(), typed: other },
            None => word.clone(),
        };
        Self { parts: self.parts.iter().map(|part| part.iter().map(replaced).collect()).collect() }
    }

    /// The same as one would type it.
    pub fn to_text(&self) -> String {
        let parts = self.parts.iter().map(|part| {
            let words = part.iter().map(|word| word.typed.as_str()).collect::<Vec<_>>().join(" ");
            if part.len() > 1 { format!("\"{words}\"") } else { words }
        });
        parts.collect::<Vec<_>>().join(" ")
    }

    /// What Postgres searches for: every part, whatever its diacritics. With `is_unfinished` the last word is the
    /// beginning of one.
    pub fn to_tsquery(&self, is_unfinished: bool) -> String {
        let last = self.parts.len().saturating_sub(1);
        let parts = self.parts.iter().enumerate().map(|(index, part)| {
            let end = if is_unfinished && index == last { ":*" } else { "" };
            join(part.iter().map(|word| word.plain.as_str()), end)
        });
        parts.collect::<Vec<_>>().join(" & ")
    }

    /// The same for texts that have any of the parts.
    pub fn to_loose_tsquery(&self) -> String {
        let parts = self.parts.iter().map(|part| join(part.iter().map(|word| word.plain.as_str()), ""));
        parts.collect::<Vec<_>>().join(" | ")
    }

    /// The same with the diacritics as typed; `None` where there are none.
    pub fn to_exact_tsquery(&self) -> Option<String> {
        let has_marks = self.words().any(|word| word.plain != word.typed);
        let parts = self.parts.iter().map(|part| join(part.iter().map(|word| word.typed.as_str()), ""));
        has_marks.then(|| parts.collect::<Vec<_>>().join(" & "))
    }
}

/// Words in a row. They consist of letters and digits, so none needs to be escaped.
fn join<'a>(words: impl Iterator<Item = &'a str>, end: &str) -> String {
    let quoted: Vec<String> = words.map(|word| format!("'{word}'{end}")).collect();
    match &quoted[..] {
        [word] => word.clone(),
        words => format!("({})", words.join(" <-> ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_phrases_are_told_apart() {
        for (typed, all, exact) in [
            ("tiêm chủng", "'tiem' & 'chung'", Some("'tiêm' & 'chủng'")),
            ("TIEM chung", "'tiem' & 'chung'", None),
            ("\"khu phố 3\" nước", "('khu' <-> 'pho' <-> '3') & 'nuoc'", Some("('khu' <-> 'phố' <-> '3') & 'nước'")),
            ("“lịch cúp nước”", "('lich' <-> 'cup' <-> 'nuoc')", Some("('lịch' <-> 'cúp' <-> 'nước')")),
            ("\"cúp nước", "'cup' & 'nuoc'", Some("'cúp' & 'nước'")),
            ("Đường 12/7", "'duong' & '12' & '7'", Some("'đường' & '12' & '7'")),
            ("a' | !b:* \\", "'a' & 'b'", None),
            ("100% _x_", "'100' & 'x'", None),
        ] {
            let query = Query::parse(typed);
            assert_eq!(
                (query.to_tsquery(false).as_str(), query.to_exact_tsquery().as_deref()),
                (all, exact),
                "{typed}"
            );
        }
    }

    #[test]
    fn nothing_to_search_for_is_known() {
        for typed in ["", "   ", "\"", "\"\"", "%", "__", "\u{301}\u{309}", "\u{301}", "😀", "!&|()", "…"] {
            assert!(Query::parse(typed).is_empty(), "{typed}");
        }
    }

    #[test]
    fn long_searches_are_cut() {
        let query = Query::parse(&"từ ".repeat(3000));
        assert_eq!(query.words().count(), MAX_WORDS);
        assert_eq!(Query::parse(&"a".repeat(9000)).to_tsquery(false).len(), MAX_WORD + 2);
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        assert_eq!(Query::parse("tiêm ch").to_tsquery(true), "'tiem' & 'ch':*");
        assert_eq!(Query::parse("\"khu ph\"").to_tsquery(true), "('khu':* <-> 'ph':*)");
    }
}
