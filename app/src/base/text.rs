//! Normalising what people type: one form of Unicode, nothing invisible.

use unicode_normalization::UnicodeNormalization;

/// One line: NFC, no control or direction characters, single spaces, no space at the ends.
pub fn clean_line(typed: &str) -> String {
    clean(typed).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Several lines: as [`clean_line`], but line breaks stay, at most one empty line in a row.
pub fn clean_lines(typed: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in clean(&typed.replace("\r\n", "\n").replace('\r', "\n")).split('\n') {
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

/// Drops what is invisible or turns the direction of reading, and composes the rest.
fn clean(typed: &str) -> String {
    typed.chars().filter(|&c| c == '\n' || !hidden(c)).nfc().collect()
}

/// Control characters, direction marks and overrides, zero-width and tag characters, lone surrogates' stand-ins.
fn hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c,
            '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}'
            | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Text without case and diacritics, as the database function `fold_text` gives it: `Đường` becomes `duong`.
pub fn fold(text: &str) -> String {
    let bare = text.nfd().filter(|&c| !('\u{300}'..='\u{36f}').contains(&c));
    bare.collect::<String>().to_lowercase().replace('đ', "d")
}

/// The readable part of an address: `Hiệp Ninh` in any of its encodings gives `hiep-ninh`.
pub fn slugify(title: &str) -> String {
    let mut slug = String::new();
    for c in title.to_lowercase().replace('đ', "d").nfd() {
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
            prop_assert!(!once.chars().any(|c| c != '\n' && hidden(c)));
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
