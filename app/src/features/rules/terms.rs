//! The list of terms and the patterns, ready to be searched for.

use super::fold::Folded;
use super::{Reason, SHIPPED_TERMS, TERM_LENGTHS, TermKind};
use crate::base::text::clean_line;
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use unicode_normalization::UnicodeNormalization;

/// The list in force; replaced when an administrator changes it.
#[derive(Debug)]
pub struct ActiveTerms(RwLock<Arc<TermList>>);

impl ActiveTerms {
    /// Starts with this list.
    pub fn new(terms: TermList) -> Self {
        Self(RwLock::new(Arc::new(terms)))
    }

    /// The list in force.
    pub fn get(&self) -> Arc<TermList> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the list.
    pub fn set(&self, terms: TermList) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(terms);
    }
}

/// A term of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub text: String,
    pub kind: Option<TermKind>,
}

impl From<String> for Term {
    /// The kind is that of the list which comes with the program, where it has the term.
    fn from(text: String) -> Self {
        Self { kind: find_shipped_kind(&text), text }
    }
}

/// What a term is about, where it comes with the program.
pub fn find_shipped_kind(term: &str) -> Option<TermKind> {
    static KINDS: LazyLock<HashMap<&str, TermKind>> = LazyLock::new(|| {
        let (mut kind, mut kinds) = (None, HashMap::new());
        for line in SHIPPED_TERMS.lines() {
            if line.starts_with('#') {
                kind = TermKind::ALL.into_iter().find(|kind| kind.heading() == line);
            } else if let Some(kind) = kind {
                kinds.insert(line, kind);
            }
        }
        kinds
    });
    KINDS.get(term.to_lowercase().as_str()).copied()
}

/// A term found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match<'a> {
    pub term: &'a str,
    pub kind: Option<TermKind>,
    /// Whether it has the spelling of the list.
    pub exact: bool,
    /// Where, in characters.
    pub at: Range<usize>,
}

/// A list of terms, ready to be searched for.
#[derive(Debug, Clone)]
pub struct TermList {
    /// Each term with each of its folds.
    pub(super) terms: Vec<(Term, Folded)>,
    finder: AhoCorasick,
}

/// Normalises a term: NFC, lower case, single spaces. Returns `None` where it is too short or too long, or has no
/// letters.
pub fn parse_term(typed: &str) -> Option<String> {
    let term = clean_line(typed).to_lowercase();
    (TERM_LENGTHS.contains(&term.chars().count()) && Folded::new(&term).bytes().len() >= 2).then_some(term)
}

/// Reads a list with one term a line; lines that begin with `#` are comments. Returns the terms and the number of
/// invalid lines.
pub fn parse_list(list: &str) -> (Vec<String>, usize) {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let (mut terms, mut invalid) = (Vec::new(), 0);
    for line in lines {
        match parse_term(line) {
            Some(term) => terms.push(term),
            None => invalid += 1,
        }
    }
    terms.sort_unstable();
    terms.dedup();
    (terms, invalid)
}

impl TermList {
    /// Prepares a list. Takes a while for a long one.
    pub fn new<T: Into<Term>>(terms: Vec<T>) -> Self {
        let terms: Vec<(Term, Folded)> = terms
            .into_iter()
            .map(T::into)
            .flat_map(|term: Term| {
                Folded::all(&term.text).into_iter().map(|folded| (term.clone(), folded)).collect::<Vec<_>>()
            })
            .collect();
        let finder = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(terms.iter().map(|(_, folded)| folded.bytes()))
            .expect("a list of ten thousand short terms fits an automaton");
        Self { terms, finder }
    }

    /// Whether the list consists of these terms.
    pub fn consists_of(&self, terms: &[Term]) -> bool {
        self.terms().eq(terms)
    }

    /// The terms, each once.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        // a term with several folds is listed several times in a row
        let mut last = "";
        self.terms
            .iter()
            .map(|(term, _)| term)
            .filter(move |term| std::mem::replace(&mut last, &term.text) != term.text)
    }

    /// Finds the terms in a text; of overlapping matches the longest.
    pub fn find(&self, text: &str) -> Vec<Match<'_>> {
        let folded = Folded::new(text);
        let chars: Vec<char> = text.chars().collect();
        let mut matches: Vec<Match<'_>> = Vec::new();
        for found in self.finder.find_overlapping_iter(folded.bytes()) {
            let (term, of) = &self.terms[found.pattern().as_usize()];
            let Some(at) = folded.match_term(found.range(), of) else { continue };
            let spelling: String =
                chars[at.clone()].iter().collect::<String>().nfc().collect::<String>().to_lowercase();
            let exact = spelling.split_whitespace().eq(term.text.split_whitespace());
            matches.push(Match { term: &term.text, kind: term.kind, exact, at });
        }
        matches.sort_by_key(|found| (found.at.start, std::cmp::Reverse(found.at.end), !found.exact));
        let mut end = 0;
        matches.retain(|found| {
            let is_inside = found.at.end <= end;
            end = end.max(found.at.end);
            !is_inside
        });
        matches
    }

    /// Lists why a comment with this name and body needs a look, as far as its text says.
    pub fn find_reasons(&self, name: &str, body: &str) -> Vec<Reason> {
        let in_body = self.find(body).into_iter();
        let mut reasons: Vec<Reason> =
            in_body.map(|found| Reason::Term { exact: found.exact, at: found.at, about: found.kind }).collect();
        let in_name = self.find(name);
        if !in_name.is_empty() {
            reasons.push(Reason::Name { exact: in_name.iter().any(|found| found.exact) });
        }
        reasons.extend(find_ranges(&LINK, body, |_, _| false).map(|at| Reason::Link { at }));
        reasons.extend(find_ranges(&PERSONAL, body, is_sum_of_money).map(|at| Reason::Personal { at }));
        reasons
    }
}

/// Finds what looks like personal data in a text of any length, at most `most` of it.
pub fn find_personal(text: &str, most: usize) -> Vec<&str> {
    let found = PERSONAL.find_iter(text).filter(|found| !is_sum_of_money(found.as_str(), &text[found.end()..]));
    found.map(|found| found.as_str()).take(most).collect()
}

/// Whether a writer signs as the body or as one of its staff: the name is one of `names`, or contains one of `parts`,
/// with whatever diacritics, look-alikes and signs around it.
pub fn is_official_name(name: &str, names: &[String], parts: &[String]) -> bool {
    let folded = Folded::new(name);
    names.iter().any(|known| folded.is_same(&Folded::new(known)))
        || parts.iter().any(|part| folded.contains(&Folded::new(part)))
}

/// Whether a number is a sum of money: a unit follows it, or its digits stand in groups as those of a sum. Telephone
/// and identity numbers begin with zero or with the country's code.
fn is_sum_of_money(number: &str, behind: &str) -> bool {
    let after: String = behind.chars().take(12).collect();
    let is_personal = number.contains('@') || ["0", "+84", "84"].iter().any(|start| number.starts_with(start));
    !is_personal && (UNIT_OF_MONEY.is_match(&after) || GROUPED_SUM.is_match(number))
}

static LINK: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?ix) \b(?:https?://|www\.)\S+
          | \b(?:[\p{L}0-9-]+\.)+
            (?:com|net|org|info|vn|xyz|top|shop|club|online|site|vip|pro|fun|live|app|link|me|ly|io|cc|tk|gg|biz|asia
              |store|website|page)
            \b(?:/\S*)?",
    )
});
static PERSONAL: LazyLock<Regex> = LazyLock::new(|| {
    compile(
        r"(?x) (?:\+84|\b84|\b0)(?:[\x20.-]?\d){9,10}\b
          | \b\d{3}[\x20.]?\d{3}[\x20.]?\d{3}[\x20.]?\d{3}\b
          | \b\d{9}\b
          | [\p{L}0-9._%+-]+@[\p{L}0-9-]+(?:\.[\p{L}0-9-]+)+",
    )
});

static UNIT_OF_MONEY: LazyLock<Regex> = LazyLock::new(|| {
    compile(r"(?ix) ^ (?:[.,]\d{1,3})* \s* (?:đồng|đ|vnđ|vnd|₫|nghìn|ngàn|triệu|tỷ|tỉ|usd|đô|\$) (?:\b|$|\W)")
});
static GROUPED_SUM: LazyLock<Regex> = LazyLock::new(|| compile(r"^[1-9]\d{0,2}(?:\.\d{3})+$"));

fn compile(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a test compiles every pattern")
}

/// Finds a pattern, but for what is left out by what was found and the text behind it. Ranges are in characters, which
/// are counted once from each find to the next.
fn find_ranges<'a>(
    pattern: &'a Regex,
    text: &'a str,
    is_left_out: fn(&str, &str) -> bool,
) -> impl Iterator<Item = Range<usize>> + 'a {
    let (mut bytes, mut chars) = (0, 0);
    let found = pattern.find_iter(text).filter(move |found| !is_left_out(found.as_str(), &text[found.end()..]));
    found.map(move |found| {
        let start = chars + text[bytes..found.start()].chars().count();
        (bytes, chars) = (found.end(), start + found.as_str().chars().count());
        start..chars
    })
}
