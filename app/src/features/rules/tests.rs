//! What the list must find in every spelling, and what it must leave alone.

use super::*;
use proptest::prelude::*;
use proptest::sample::select;
use std::sync::OnceLock;
use unicode_normalization::UnicodeNormalization;

fn shipped_list() -> &'static TermList {
    static LIST: OnceLock<TermList> = OnceLock::new();
    LIST.get_or_init(|| TermList::new(parse_list(SHIPPED_TERMS).0))
}

/// One way to write a word so that a list does not know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Evasion {
    Bare,
    Teencode,
    Digits,
    Spaced(char),
    Repeated,
    LookAlike,
    Capital,
}

const ALL: [Evasion; 11] = [
    Evasion::Bare,
    Evasion::Teencode,
    Evasion::Digits,
    Evasion::Spaced(' '),
    Evasion::Spaced('.'),
    Evasion::Spaced('-'),
    Evasion::Spaced('_'),
    Evasion::Spaced('*'),
    Evasion::Repeated,
    Evasion::LookAlike,
    Evasion::Capital,
];

/// Replaces a letter with its marks by another that has none, or keeps the marks where it can.
fn each(text: &str, of: impl Fn(char) -> Option<char>, keep_marks: bool) -> String {
    let mut out = String::new();
    for c in text.nfc() {
        let mut parts = c.nfd();
        let base = parts.next().expect("a character has a base");
        match of(base) {
            Some(other) => {
                out.push(other);
                if keep_marks {
                    out.extend(parts);
                }
            }
            None => out.push(c),
        }
    }
    out
}

fn evade(text: &str, how: Evasion) -> String {
    match how {
        Evasion::Bare => crate::base::text::fold(text),
        Evasion::Teencode => each(&text.replace("ph", "f").replace("gi", "j"), |c| (c == 'd').then_some('z'), true),
        Evasion::Digits => each(
            text,
            |c| {
                Some(match c {
                    'o' => '0',
                    'i' | 'l' => '1',
                    'e' => '3',
                    'a' => '4',
                    's' => '5',
                    't' => '7',
                    'g' => '9',
                    _ => return None,
                })
            },
            false,
        ),
        Evasion::Spaced(by) => {
            let chars: Vec<char> = text.chars().collect();
            let mut out = String::new();
            for (at, &c) in chars.iter().enumerate() {
                out.push(c);
                let letters = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
                if letters(Some(&c)) && letters(chars.get(at + 1)) {
                    out.push(by);
                }
            }
            out
        }
        Evasion::Repeated => {
            text.chars().flat_map(|c| std::iter::repeat_n(c, if c.is_alphabetic() { 3 } else { 1 })).collect()
        }
        Evasion::LookAlike => each(
            text,
            |c| {
                Some(match c {
                    'a' => 'а',
                    'e' => 'е',
                    'o' => 'о',
                    'p' => 'р',
                    'c' => 'с',
                    'y' => 'у',
                    'x' => 'х',
                    'i' => 'і',
                    _ => return None,
                })
            },
            true,
        ),
        Evasion::Capital => text.to_uppercase(),
    }
}

#[test]
fn every_term_is_caught_in_every_evasion_alone_and_in_pairs() {
    let list = shipped_list();
    let mut missed = Vec::new();
    for term in list.terms.iter().map(|(term, _)| term.text.as_str()) {
        assert!(list.find(term).iter().any(|found| found.exact), "{term} itself");
        for one in ALL {
            for other in ALL {
                let written = if one == other { evade(term, one) } else { evade(&evade(term, one), other) };
                for form in [written.nfc().collect::<String>(), written.nfd().collect::<String>()] {
                    let text = format!("Nè {form} nha");
                    // it may stand inside a longer find of another term
                    if list
                        .find(&text)
                        .iter()
                        .all(|found| found.at.end <= 3 || found.at.start >= 3 + form.chars().count())
                    {
                        missed.push(format!("{term} as {form} ({one:?}, {other:?})"));
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} missed: {:#?}", missed.len(), &missed[..missed.len().min(20)]);
}

proptest! {
    #[test]
    fn a_term_is_caught_between_any_words(
        term in select(parse_list(SHIPPED_TERMS).0),
        how in select(ALL.to_vec()),
        before in "[a-zđêô]{1,8}( [a-zđêô]{1,8}){0,3}",
        after in "[a-zđêô]{2,8}",
    ) {
        // a single letter behind a word that is written letter by letter would be one more of its letters
        let text = format!("{before}. {} {after}", evade(&term, how));
        prop_assert!(!shipped_list().find(&text).is_empty(), "{}", text);
    }

    #[test]
    fn places_are_within_the_text(text in ".{0,200}") {
        let length = text.chars().count();
        let reasons = shipped_list().find_reasons(&text, &text);
        prop_assert!(reasons.iter().filter_map(Reason::range).all(|at| at.start < at.end && at.end <= length));
    }
}

#[test]
fn ordinary_sentences_are_left_alone() {
    let sentences: Vec<&str> = include_str!("sentences.txt").lines().filter(|line| !line.is_empty()).collect();
    assert!(sentences.len() >= 300);
    let (mut exact, mut folded) = (Vec::new(), Vec::new());
    for sentence in &sentences {
        for form in [sentence.nfc().collect::<String>(), sentence.nfd().collect::<String>()] {
            let matches = shipped_list().find(&form);
            if let Some(found) = matches.iter().find(|found| found.exact) {
                exact.push(format!("{} in: {sentence}", found.term));
            } else if let Some(found) = matches.first() {
                folded.push(format!("{} in: {sentence}", found.term));
            }
        }
    }
    folded.dedup();
    println!("folded matches: {} of {}: {folded:#?}", folded.len(), sentences.len());
    assert!(exact.is_empty(), "{exact:#?}");
    assert!(folded.len() * 50 <= sentences.len(), "{folded:#?}");
}

#[test]
fn the_list_that_comes_with_the_program_is_sound() {
    let (terms, broken) = parse_list(SHIPPED_TERMS);
    assert!(terms.len() >= 300 && broken == 0, "{} terms, {broken} broken", terms.len());
}

#[test]
fn broken_terms_are_refused_and_patterns_are_words() {
    for bad in ["", "a", " x ", "..", "\u{202e}\u{200b}", &"a".repeat(61)] {
        assert_eq!(parse_term(bad), None, "{bad:?}");
    }
    let list = TermList::new(parse_list(".*\n(a+)+$\n[a-z]{9}\nab\n").0);
    assert!(list.find("không có gì ở đây").is_empty());
    assert_eq!(list.find("đó là (a+)+$ nhé").len(), 0, "one letter is no word");
    assert_eq!(list.find("ab").len(), 1);
}

#[test]
fn the_body_and_its_staff_are_recognised_in_any_spelling() {
    let is_official = |name: &str| {
        let parts = ["Ủy ban nhân dân", "UBND", "Ủy ban phường"].map(str::to_owned);
        is_official_name(name, &["Chị Lan".to_owned(), "Anh Thúy".to_owned()], &parts)
    };
    for name in ["Chị Lan", "chi lan", "CH1 L4N", "Ủy ban nhân dân phường", "U.B.N.D phường", "Uy ban nhan dan P. 3"]
    {
        assert!(is_official(name), "{name}");
    }
    for name in ["Lan", "Chị Lan Anh", "Nguyễn Thị Lan", "Ý", "Trần Văn Dân"] {
        assert!(!is_official(name), "{name}");
    }
}

#[test]
fn a_foreign_letter_does_not_hide_a_term() {
    let list = TermList::new(vec!["đồ điên".to_owned()]);
    for text in ["Ðồ Ðiên", "ðồ ðiên", "đồ điên"] {
        assert_eq!(list.find(text).len(), 1, "{text}");
    }
}

#[test]
fn overlapping_finds_are_one_and_the_longest() {
    let list = TermList::new(vec!["chó".to_owned(), "óc chó".to_owned()]);
    let matches = list.find("đồ óc chó kia");
    assert_eq!(
        matches.iter().map(|found| (found.term, found.exact, found.at.clone())).collect::<Vec<_>>(),
        [("óc chó", true, 3..9)]
    );
    assert_eq!(list.find("óc. Chó").len(), 1, "no word reaches over the end of a sentence");
}

#[test]
fn links_and_personal_numbers_are_found_where_they_stand() {
    let list = TermList::new(Vec::<String>::new());
    let found = |text: &str| -> Vec<(String, bool)> {
        list.find_reasons("An", text)
            .into_iter()
            .filter_map(|reason| Some((reason.range()?, matches!(reason, Reason::Link { .. }))))
            .map(|(at, link)| (text.chars().skip(at.start).take(at.len()).collect(), link))
            .collect()
    };
    for (text, expected, link) in [
        ("số của tôi 0912 345 678 nhé", "0912 345 678", false),
        ("gọi 0912345678.", "0912345678", false),
        ("gọi +84 912.345.678", "+84 912.345.678", false),
        ("căn cước 079 123 456 789", "079 123 456 789", false),
        ("SĐT 0912345678 đồng chí Nam", "0912345678", false),
        ("gọi 0912345678 đ/c Nam", "0912345678", false),
        ("số 84.912.345.678", "84.912.345.678", false),
        ("thư lan@x.vn đồng ý", "lan@x.vn", false),
        ("cmnd 290123456 ạ", "290123456", false),
        ("gửi về an.nguyen@vidu.vn nhé", "an.nguyen@vidu.vn", false),
        ("vào https://a.example/x?y=1 đi", "https://a.example/x?y=1", true),
        ("vào shop-gia-re.com mua", "shop-gia-re.com", true),
        ("xem www.abc.test", "www.abc.test", true),
    ] {
        assert!(found(text).contains(&(expected.to_owned(), link)), "{text}: {:?}", found(text));
    }
    for innocent in [
        "ngày 12/07/2023",
        "100 triệu đồng, 26 phiếu",
        "đường số 12. Com trai",
        "lúc 7.30 sáng",
        "1.000.000 đồng",
        "kinh phí 123.456.789.000",
        "kinh phí 150 000 000 000 đồng",
        "tổng 290000000đ",
        "đóng 250000000 VNĐ, không phải 200",
    ] {
        assert_eq!(found(innocent), [], "{innocent}");
    }
}
