//! Normalising what people type: one form of Unicode, nothing invisible.

use regex::Regex;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Joins two pictures to one.
const JOINER: char = '\u{200D}';
/// The most marks that a letter carries; Vietnamese letters have two at most.
const MAX_MARKS: usize = 3;

/// One line: NFC, no control or direction characters, single spaces, no space at the ends.
pub fn clean_line(typed: &str) -> String {
    clean(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Several lines: as [`clean_line`], but line breaks stay, at most one empty line in a row.
pub fn clean_lines(typed: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in clean_text(typed).split('\n') {
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        if !(line.is_empty() && lines.last().is_none_or(String::is_empty)) {
            lines.push(line);
        }
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n")
}

/// Several lines with every space and empty line as typed.
pub fn clean_text(typed: &str) -> String {
    clean(&typed.replace("\r\n", "\n").replace('\r', "\n"))
}

/// Whether a letter carries more marks than any language needs, so that it reaches over the lines around it. Cleaning
/// removes what is too much.
pub fn has_stacked_marks(typed: &str) -> bool {
    let mut marks = 0;
    typed.nfd().filter(|&c| !hidden(c)).any(|c| {
        marks = if is_combining_mark(c) { marks + 1 } else { 0 };
        marks > MAX_MARKS
    })
}

/// Whether a text has a letter that people can see.
pub fn has_letter(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// Drops what is invisible or turns the direction of reading, and the marks that are too many; writes every look-alike
/// of `đ` as `đ`; composes the rest.
fn clean(typed: &str) -> String {
    let visible = keep_visible(typed);
    let mut letters: Vec<char> = Vec::with_capacity(visible.len());
    let mut marks = 0;
    for c in visible.nfd().map(write_d_with_stroke) {
        if !is_combining_mark(c) {
            marks = 0;
            letters.push(c);
            continue;
        }
        match letters.last_mut() {
            // a stroke that is laid over the letter
            Some(letter) if marks == 0 && is_stroke(c) && matches!(letter, 'd' | 'đ' | 'D' | 'Đ') => {
                *letter = if letter.is_lowercase() { 'đ' } else { 'Đ' };
                continue;
            }
            _ => marks += 1,
        }
        if marks <= MAX_MARKS {
            letters.push(c);
        }
    }
    letters.into_iter().nfc().collect()
}

/// The letter `đ` for the letters of other alphabets that look like it; any other letter as it is.
fn write_d_with_stroke(c: char) -> char {
    match c {
        'Ð' | 'Ɖ' | 'Ꟈ' => 'Đ',
        'ð' | 'ɖ' | 'ᵭ' | 'ꟈ' => 'đ',
        c => c,
    }
}

/// Whether a mark is a stroke through its letter.
fn is_stroke(c: char) -> bool {
    ('\u{335}'..='\u{338}').contains(&c)
}

/// Drops what is invisible. The joiner stays where it joins two pictures to one, as in a family.
fn keep_visible(typed: &str) -> String {
    let mut visible = String::with_capacity(typed.len());
    let mut rest = typed.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = c == JOINER
            && rest.peek().is_some_and(|&next| is_picture(next))
            && visible.chars().rev().find(|&c| !is_picture_modifier(c)).is_some_and(is_picture);
        if c == '\n' || !hidden(c) || joins {
            visible.push(c);
        }
    }
    visible
}

/// Whether a sign is a picture that can be joined to another.
fn is_picture(c: char) -> bool {
    static PICTURE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\p{Extended_Pictographic}$").expect("a test compiles the pattern"));
    // no letter of any alphabet stands before these
    c >= '\u{2190}' && PICTURE.is_match(c.encode_utf8(&mut [0; 4]))
}

/// Whether a sign changes the picture before it: its colour of skin, or that it is drawn as a picture.
fn is_picture_modifier(c: char) -> bool {
    matches!(c, '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}')
}

/// Control characters, direction marks and overrides, zero-width, blank and tag characters, lone surrogates' stand-ins.
fn hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{2800}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}'
            | '\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Text without case and diacritics, as the database function `fold_text` gives it: `Đường` becomes `duong`.
pub fn fold(text: &str) -> String {
    let bare = text.nfd().map(write_d_with_stroke).filter(|&c| !('\u{300}'..='\u{36f}').contains(&c));
    bare.collect::<String>().to_lowercase().replace('đ', "d")
}

/// The readable part of an address: `Hiệp Ninh` in any of its encodings gives `hiep-ninh`.
pub fn slugify(title: &str) -> String {
    let mut slug = String::new();
    for c in title.nfd().map(write_d_with_stroke).collect::<String>().to_lowercase().replace('đ', "d").nfd() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !unicode_normalization::char::is_combining_mark(c) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(120).collect();
    slug.trim_matches('-').to_owned()
}

/// Whether a mail server would accept the address. Whether it exists, only a mail can tell.
pub fn is_email(address: &str) -> bool {
    let has_dotted_domain = address.rsplit_once('@').is_some_and(|(_, domain)| domain.contains('.'));
    has_dotted_domain && address.len() <= 254 && address.parse::<lettre::Address>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn three_spellings_of_one_name_are_one() {
        let composed = "Hiệp Ninh";
        let decomposed: String = composed.nfd().collect();
        let base_and_tone = "Hi\u{ea}\u{323}p Ninh";
        for typed in [composed, &decomposed, base_and_tone] {
            assert_eq!(clean_line(typed), composed);
            assert_eq!(slugify(typed), "hiep-ninh");
        }
        assert_eq!(slugify("Đường Cách Mạng Tháng Tám: 25/7!"), "duong-cach-mang-thang-tam-25-7");
    }

    #[test]
    fn every_look_alike_of_the_letter_is_the_letter() {
        for typed in ["Đường", "Ðường", "Ɖường", "D\u{335}ường", "Ꟈường"] {
            assert_eq!((clean_line(typed).as_str(), fold(typed).as_str()), ("Đường", "duong"), "{typed}");
        }
        for typed in ["đèn", "ðèn", "ɖèn", "d\u{336}èn", "đ\u{335}èn"] {
            assert_eq!(clean_line(typed), "đèn", "{typed}");
        }
    }

    #[test]
    fn pictures_that_are_joined_stay_joined() {
        let family = "👨\u{200D}👩\u{200D}👧";
        let heart = "❤\u{FE0F}\u{200D}🔥";
        let judge = "👩🏽\u{200D}⚖\u{FE0F}";
        for picture in [family, heart, judge] {
            assert_eq!(clean_line(picture), picture);
        }
        for (typed, clean) in [("a\u{200D}b", "ab"), ("👨\u{200D}", "👨"), ("\u{200D}👨", "👨"), ("a\u{200D}👨", "a👨")]
        {
            assert_eq!(clean_line(typed), clean);
        }
    }

    #[test]
    fn a_letter_carries_three_marks_at_most() {
        let stacked = format!("a{}b", "\u{301}".repeat(40));
        assert!(has_stacked_marks(&stacked));
        let clean = clean_line(&stacked);
        assert_eq!(clean.nfd().filter(|&c| is_combining_mark(c)).count(), 3);
        assert!(!has_stacked_marks(&clean) && !has_stacked_marks("Nguyễn Thị Nguyệt Ở Đường Ấp"));
        // signs that are dropped do not begin a new letter
        assert!(has_stacked_marks("a\u{301}\u{301}\u{301}\u{200B}\u{301}"));
    }

    #[test]
    fn a_name_of_blank_letters_has_no_letter() {
        for blank in ["\u{2800}\u{2800}", "\u{3164}", "\u{FFA0}\u{115F}", "\u{180E} \u{200B}", "12", "👨"] {
            assert!(!has_letter(&clean_line(blank)), "{blank:?}");
        }
        assert!(has_letter("Ý") && has_letter("Ân"));
    }

    #[test]
    fn nothing_invisible_stays() {
        assert_eq!(clean_line(" Nguyễn\0 Văn\u{202E}  Đức\u{200B}\u{7f} "), "Nguyễn Văn Đức");
        assert_eq!(clean_line("a\tb"), "a b");
        assert_eq!(clean_lines("một\r\n\r\n\r\n\r\nhai \u{2066}ba\n\n"), "một\n\nhai ba");
        assert_eq!(clean_lines(" \n\n "), "");
    }

    #[test]
    fn addresses_of_mail() {
        for good in ["a@b.vn", "ten.ho+nhan@thu.tayninh.gov.vn", "tên@ví-dụ.vn"] {
            assert!(is_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "@b.vn",
            "a@",
            "a@b",
            "a@@b.vn",
            "a@b.vn@c.vn",
            "a b@c.vn",
            "a@b..vn",
            "a@.vn",
            "<a@b.vn>",
            "a@b.vn,c@d.vn",
        ] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_is_stable_and_leaves_nothing_hidden(typed in ".*") {
            let once = clean_lines(&typed);
            prop_assert_eq!(&clean_lines(&once), &once);
            let is_left = |c: char| c != '\n' && c != JOINER && hidden(c);
            prop_assert!(!once.chars().any(is_left));
            prop_assert!(!has_stacked_marks(&once));
            prop_assert!(!clean_line(&typed).contains('\n'));
        }

        #[test]
        fn slugs_fit_the_constraint(title in ".*") {
            let slug = slugify(&title);
            prop_assert!(slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
        }
    }
}
