//! Folding: one spelling for many. Diacritics, teencode, digits, look-alikes, separators and repeated letters are
//! undone, and each letter remembers where it came from.

use std::ops::Range;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Marks the end of a sentence or a line: no term reaches over it.
const END: u8 = b' ';

/// A letter of a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Letter {
    /// What it is folded to.
    byte: u8,
    /// Its diacritics; `đ` has one too.
    marks: String,
    /// Whether it was written as something without diacritics of its own: a digit, `z`, a look-alike.
    is_substitute: bool,
    /// Where it came from, in characters of the text as it was given.
    from: Range<usize>,
    /// Whether a run of letters begins, or ends, with it.
    first: bool,
    last: bool,
}

impl Letter {
    /// Adds a diacritic, sorted: composed letters of other scripts bring them in another order.
    fn add_mark(&mut self, mark: char) {
        if !self.marks.contains(mark) {
            let mut marks: Vec<char> = self.marks.chars().chain([mark]).collect();
            marks.sort_unstable();
            self.marks = marks.into_iter().collect();
        }
    }

    /// Whether it stands alone between spaces or other signs.
    fn is_single(&self) -> bool {
        self.first && self.last
    }
}

/// A folded text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Folded {
    letters: Vec<Letter>,
    bytes: Vec<u8>,
}

/// From this length on, some diacritics may be missing while others are there: short words have too many innocent
/// neighbours.
const MIN_PARTIAL: usize = 5;

impl Folded {
    /// Folds a text. What ends one word and begins the next stays apart, unless both are single letters; so do
    /// the letters of `ưu`, and any two with different diacritics.
    pub fn new(text: &str) -> Self {
        Self::joined(text, |one, two| alike(one, two) && (!two.first || (one.is_single() && two.is_single())))
    }

    /// All that a term may have been folded to: with its diacritics and without, in words and letter by letter.
    pub fn all(term: &str) -> Vec<Self> {
        let mut all = vec![
            Self::new(term),
            Self::joined(term, |_, two| !two.first),
            Self::joined(term, alike),
            Self::joined(term, |_, _| true),
        ];
        all.sort_by(|one, other| one.bytes.cmp(&other.bytes));
        all.dedup_by(|one, other| one.bytes == other.bytes);
        all
    }

    fn joined(text: &str, may_join: impl Fn(&Letter, &Letter) -> bool) -> Self {
        let letters = join(join(join(letters(text), &may_join, same), &may_join, digraph), &may_join, same);
        let bytes = letters.iter().map(|letter| letter.byte).collect();
        Self { letters, bytes }
    }

    /// Its letters.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether both have the same letters, whatever their diacritics.
    pub fn is_same(&self, other: &Self) -> bool {
        !self.bytes.is_empty() && self.bytes == other.bytes
    }

    /// Whether whole words of this text have the letters of another, whatever their diacritics.
    pub fn contains(&self, other: &Self) -> bool {
        let count = other.letters.len();
        count > 0
            && self
                .letters
                .windows(count)
                .zip(self.bytes.windows(count))
                .any(|(letters, bytes)| bytes == other.bytes && letters[0].first && letters[count - 1].last)
    }

    /// If `part` of this text is `term` in some spelling, returns where it stands, in characters.
    pub fn match_term(&self, part: Range<usize>, term: &Self) -> Option<Range<usize>> {
        let letters = &self.letters[part];
        let (first, last) = (letters.first()?, letters.last()?);
        if !first.first || !last.last || letters.len() != term.letters.len() {
            return None;
        }
        let bare = letters.iter().all(|letter| letter.marks.is_empty());
        let long = letters.len() >= MIN_PARTIAL;
        let same = |(letter, of): (&Letter, &Letter)| {
            letter.marks == of.marks
                || (letter.marks.is_empty() && letter.is_substitute)
                || (long && letter.marks.chars().all(|mark| of.marks.contains(mark)))
        };
        (bare || letters.iter().zip(&term.letters).all(same)).then_some(first.from.start..last.from.end)
    }
}

/// Whether two letters that may be one differ by no more than a diacritic that was left out once: `aà`, but not `ưu`.
fn alike(one: &Letter, two: &Letter) -> bool {
    let horned = one.byte == b'u' && one.marks.contains('\u{31b}');
    let left_out = (two.marks.is_empty() && !horned) || (one.marks.is_empty() && !two.is_single());
    one.byte != two.byte || one.marks == two.marks || left_out
}

/// What stands in for a letter, and the letter.
fn look_alike(c: char) -> Option<char> {
    Some(match c {
        '0' | 'о' | 'ο' | 'օ' => 'o',
        '1' | 'і' | 'ι' | 'ӏ' | 'ı' => 'i',
        '3' | 'е' | 'ε' => 'e',
        '4' | '@' | 'а' | 'α' => 'a',
        '5' | '$' | 'ѕ' => 's',
        '7' | 'т' | 'τ' => 't',
        '8' | 'в' => 'b',
        '9' | 'ԍ' => 'g',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'һ' | 'н' => 'h',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'ո' | 'η' | 'п' => 'n',
        'р' | 'ρ' => 'p',
        'и' | 'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        _ => return None,
    })
}

fn letters(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    // whether a run of letters is open, and what stands between it and the next
    let (mut open, mut gap_ends) = (false, false);
    for (at, &given) in chars.iter().enumerate() {
        let between_letters = || {
            let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
            at > 0 && letter(chars.get(at - 1)) && letter(chars.get(at + 1))
        };
        if matches!(given, '@' | '$') && !between_letters() {
            open = false;
            continue;
        }
        for c in given.to_lowercase().nfd() {
            if is_combining_mark(c) {
                // of the letter before, be it composed or not
                if let Some(last) = letters.last_mut().filter(|_| open) {
                    last.add_mark(c);
                    last.from.end = at + 1;
                }
                continue;
            }
            let letter = look_alike(c);
            let base = letter.unwrap_or(c);
            let (base, mark) = if matches!(base, 'đ' | 'ð' | 'ɖ' | 'ᵭ') { ('d', "đ") } else { (base, "") };
            if !base.is_ascii_alphanumeric() {
                if open {
                    close(&mut letters);
                }
                // a full stop alone separates letters; with a space behind it a sentence is over
                let stop = matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '"');
                gap_ends |= c == '\n' || (stop && chars.get(at + 1).is_none_or(|next| next.is_whitespace()));
                open = false;
                continue;
            }
            if !open && gap_ends && !letters.is_empty() {
                letters.push(Letter {
                    byte: END,
                    marks: String::new(),
                    is_substitute: false,
                    from: at..at,
                    first: false,
                    last: false,
                });
            }
            gap_ends = false;
            let is_teencode = matches!(base, 'z' | 'f' | 'j');
            let byte = match base {
                'z' => b'd',
                'l' => b'i',
                base => u8::try_from(base).unwrap_or(END),
            };
            letters.push(Letter {
                byte,
                marks: mark.to_owned(),
                is_substitute: letter.is_some() || is_teencode,
                from: at..at + 1,
                first: !open,
                last: false,
            });
            open = true;
        }
    }
    close(&mut letters);
    letters
}

fn close(letters: &mut [Letter]) {
    if let Some(last) = letters.last_mut() {
        last.last = last.byte != END;
    }
}

/// Repeated letters are one.
fn same(one: u8, two: u8) -> Option<u8> {
    (one == two && one != END).then_some(one)
}

/// `ph` is `f`, and `gi` is `j`; halves of them too.
fn digraph(one: u8, two: u8) -> Option<u8> {
    match (one, two) {
        (b'p', b'h' | b'f') | (b'f', b'h') => Some(b'f'),
        (b'g', b'i' | b'j') | (b'j', b'i') => Some(b'j'),
        _ => None,
    }
}

/// Makes one letter of two wherever `becomes` says what they become.
fn join(
    letters: Vec<Letter>,
    may_join: &impl Fn(&Letter, &Letter) -> bool,
    becomes: fn(u8, u8) -> Option<u8>,
) -> Vec<Letter> {
    let mut joined: Vec<Letter> = Vec::with_capacity(letters.len());
    for letter in letters {
        let byte = joined
            .last()
            .filter(|last| last.byte != END && may_join(last, &letter))
            .and_then(|last| becomes(last.byte, letter.byte));
        match (joined.last_mut(), byte) {
            (Some(last), Some(byte)) => {
                last.byte = byte;
                letter.marks.chars().for_each(|mark| last.add_mark(mark));
                last.is_substitute |= letter.is_substitute;
                last.from.end = letter.from.end;
                last.first |= letter.first;
                last.last |= letter.last;
            }
            _ => joined.push(letter),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        String::from_utf8(Folded::new(text).bytes().to_vec()).expect("is ASCII")
    }

    #[test]
    fn many_spellings_have_one_fold() {
        for spelling in [
            "nhà cái uy tín",
            "nha cai uy tin",
            "n.h.à c.á.i u-y t i n",
            "nhaaà cáiii uy tinn",
            "nh4 c4i uy t1n",
            "nhа cаi uy tin",
        ] {
            assert_eq!(folded(spelling), "nhacaiuytin", "{spelling}");
        }
        assert_eq!(
            (folded("phò"), folded("fo"), folded("giết"), folded("j3t")),
            ("fo".into(), "fo".into(), "jet".into(), "jet".into())
        );
        assert_eq!(folded("Xong. Rồi"), "xong roi");
        assert_eq!(folded("a@b $ @ c"), "abc".replace("ab", "aab").replace("aab", "ab").as_str());
    }

    #[test]
    fn a_part_leads_back_to_where_it_stands() {
        let term = Folded::all("óc chó").pop().expect("has folds");
        let text = Folded::new("đồ ó.c c-h-ó này");
        let at = text.bytes().windows(term.bytes().len()).position(|part| part == term.bytes()).expect("is in it");
        let range = text.match_term(at..at + term.bytes().len(), &term).expect("is it");
        let found: String = "đồ ó.c c-h-ó này".chars().skip(range.start).take(range.len()).collect();
        assert_eq!(found, "ó.c c-h-ó");
    }
}
