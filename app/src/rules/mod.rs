//! What is caught before a person looks. Rules only ever hold a comment and say why; they delete nothing.

pub mod fold;
pub mod store;

use aho_corasick::{AhoCorasick, MatchKind};
use fold::Folded;
use regex::Regex;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// The list that comes with the program.
pub const SHIPPED: &str = include_str!("terms.txt");
/// The most terms of a list.
pub const MOST: usize = 10_000;
/// The shortest and the longest term, in characters: one letter is no word.
pub const LENGTHS: std::ops::RangeInclusive<usize> = 2..=60;

/// Why a comment needs a look. Places are in characters of its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// A word of the list, in its own spelling (`strong`) or in another.
    Word {
        /// Whether it stands there as the list has it.
        strong: bool,
        /// Where.
        at: Range<usize>,
    },
    /// A word of the list in the writer's name.
    Name {
        /// Whether it stands there as the list has it.
        strong: bool,
    },
    /// A link.
    Link {
        /// Where.
        at: Range<usize>,
    },
    /// A telephone number, an identity number or an e-mail address.
    Personal {
        /// Where.
        at: Range<usize>,
    },
    /// The same words were sent before, at the same article.
    Repeated {
        /// How often.
        count: i64,
    },
    /// Several by the same visitor within a few minutes.
    Burst {
        /// How many.
        count: i64,
    },
    /// A field that nobody sees was filled in.
    Trap,
    /// The form was filled in faster than one can write.
    Fast,
}

impl Reason {
    /// Where it is in the words, if it is there.
    pub fn place(&self) -> Option<Range<usize>> {
        match self {
            Self::Word { at, .. } | Self::Link { at } | Self::Personal { at } => Some(at.clone()),
            _ => None,
        }
    }

    /// What a moderator reads.
    pub fn words(&self) -> String {
        match self {
            Self::Word { strong: true, .. } => "từ trong danh sách".to_owned(),
            Self::Word { strong: false, .. } => "giống từ trong danh sách".to_owned(),
            Self::Name { strong: true } => "tên có từ trong danh sách".to_owned(),
            Self::Name { strong: false } => "tên giống từ trong danh sách".to_owned(),
            Self::Link { .. } => "có liên kết".to_owned(),
            Self::Personal { .. } => "có thông tin cá nhân".to_owned(),
            Self::Repeated { count } => format!("giống {count} ý kiến khác"),
            Self::Burst { count } => format!("{count} ý kiến trong vài phút"),
            Self::Trap => "điền vào ô ẩn".to_owned(),
            Self::Fast => "điền quá nhanh".to_owned(),
        }
    }

    /// Its word in an address, by which a tab is narrowed.
    pub const KINDS: [(&'static str, &'static str); 8] = [
        ("word", "Từ trong danh sách"),
        ("name", "Tên"),
        ("link", "Liên kết"),
        ("personal", "Thông tin cá nhân"),
        ("repeated", "Gửi lặp lại"),
        ("burst", "Gửi dồn dập"),
        ("trap", "Ô ẩn"),
        ("fast", "Điền quá nhanh"),
    ];
}

/// What a rule found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit<'a> {
    /// The term.
    pub term: &'a str,
    /// Whether it stands there as the list has it.
    pub strong: bool,
    /// Where, in characters.
    pub at: Range<usize>,
}

/// A list of words, ready to be looked for.
#[derive(Debug, Clone)]
pub struct Words {
    /// Each term with its folds.
    terms: Vec<(String, Folded)>,
    finder: AhoCorasick,
}

/// A term as it is kept: NFC, small letters, single spaces; `None` where it is too short or too long, or has no letters.
pub fn parse_term(typed: &str) -> Option<String> {
    let term = crate::text::line(typed).to_lowercase();
    (LENGTHS.contains(&term.chars().count()) && Folded::new(&term).bytes().len() >= 2).then_some(term)
}

/// The terms of a list, one a line; lines that begin with `#` are notes. Broken ones are counted.
pub fn parse_list(list: &str) -> (Vec<String>, usize) {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut terms, mut broken) = (Vec::new(), 0);
    for line in lines {
        match parse_term(line) {
            Some(term) => terms.push(term),
            None => broken += 1,
        }
    }
    terms.sort_unstable();
    terms.dedup();
    (terms, broken)
}

impl Words {
    /// Makes a list ready. Takes a while for a long one.
    pub fn new(terms: Vec<String>) -> Self {
        let terms: Vec<(String, Folded)> = terms
            .into_iter()
            .flat_map(|term| Folded::all(&term).into_iter().map(|folded| (term.clone(), folded)).collect::<Vec<_>>())
            .collect();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(terms.iter().map(|(_, folded)| folded.bytes()))
            .expect("a list of ten thousand short terms fits an automaton");
        Self { terms, finder }
    }

    /// Whether it is made of these terms.
    pub fn is(&self, terms: &[String]) -> bool {
        self.terms().eq(terms.iter().map(String::as_str))
    }

    /// The terms.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        // a term that can be folded in several ways stands there several times, one after the other
        let mut last = "";
        self.terms.iter().map(|(term, _)| term.as_str()).filter(move |term| std::mem::replace(&mut last, term) != *term)
    }

    /// What of the list is in a text; of overlapping finds the longest.
    pub fn find(&self, text: &str) -> Vec<Hit<'_>> {
        let folded = Folded::new(text);
        let chars: Vec<char> = text.chars().collect();
        let mut hits: Vec<Hit<'_>> = Vec::new();
        for found in self.finder.find_overlapping_iter(folded.bytes()) {
            let (term, of) = &self.terms[found.pattern().as_usize()];
            let Some(at) = folded.is(found.range(), of) else { continue };
            let there: String = chars[at.clone()].iter().collect::<String>().nfc().collect::<String>().to_lowercase();
            let strong = there.split_whitespace().eq(term.split_whitespace());
            hits.push(Hit { term, strong, at });
        }
        hits.sort_by_key(|hit| (hit.at.start, std::cmp::Reverse(hit.at.end), !hit.strong));
        let mut end = 0;
        hits.retain(|hit| {
            let inside = hit.at.end <= end;
            end = end.max(hit.at.end);
            !inside
        });
        hits
    }

    /// Why a comment of this name and these words needs a look, as far as the words themselves tell.
    pub fn reasons(&self, name: &str, body: &str) -> Vec<Reason> {
        let mut reasons: Vec<Reason> =
            self.find(body).into_iter().map(|hit| Reason::Word { strong: hit.strong, at: hit.at }).collect();
        let in_name = self.find(name);
        if !in_name.is_empty() {
            reasons.push(Reason::Name { strong: in_name.iter().any(|hit| hit.strong) });
        }
        reasons.extend(places(&LINK, body).map(|at| Reason::Link { at }));
        reasons.extend(places(&PERSONAL, body).map(|at| Reason::Personal { at }));
        reasons
    }
}

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:https?://|www\.)\S+|\b(?:[\p{L}0-9-]+\.)+(?:com|net|org|info|vn|xyz|top|shop|club|online|site|vip|pro|fun|live|app|link|me|ly|io|cc|tk|gg|biz|asia|store|website|page)\b(?:/\S*)?",
    )
});
static PERSONAL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?:\+84|\b84|\b0)(?:[ .-]?\d){9,10}\b|\b\d{3}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}\b|\b\d{9}\b|[\p{L}0-9._%+-]+@[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)+",
    )
});

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours compiles; a test runs each")
}

/// Where a pattern is found, in characters.
fn places<'a>(pattern: &'a Regex, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
    let chars = |bytes: usize| text[..bytes].chars().count();
    pattern.find_iter(text).map(move |found| {
        let start = chars(found.start());
        start..start + found.as_str().chars().count()
    })
}

#[cfg(test)]
mod tests;
