//! In which encoding a text came, and how one that was encoded twice becomes what it was.

use encoding_rs::WINDOWS_1252;

/// A text with how it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    pub text: String,
    /// Whether it was no UTF-8. What MySQL calls latin1 is windows-1252.
    pub is_latin1: bool,
}

/// Decodes bytes as UTF-8, or else as latin1.
pub fn decode(bytes: &[u8]) -> Decoded {
    match std::str::from_utf8(bytes) {
        Ok(text) => Decoded { text: text.to_owned(), is_latin1: false },
        Err(_) => Decoded { text: WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(), is_latin1: true },
    }
}

/// What a text is that was read as latin1 because something beside it was no UTF-8, and whether letters of it are
/// broken: those stand as `\u{FFFD}`, and all others as they were.
pub fn restore_utf8(text: String) -> (String, bool) {
    const LETTERS_A_BROKEN_ONE: usize = 4;
    let (bytes, _, has_others) = WINDOWS_1252.encode(&text);
    if has_others || text.is_ascii() {
        return (text, false);
    }
    let (mut letters, mut broken) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        letters += chunk.valid().chars().filter(|letter| !letter.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    // in a text that is latin1 hardly any letters happen to be UTF-8
    if letters < LETTERS_A_BROKEN_ONE * broken {
        return (text, false);
    }
    match std::str::from_utf8(&bytes) {
        // a letter that a limit of length cut in two is dropped
        Err(error) if error.error_len().is_none() => {
            (String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned(), false)
        }
        _ => (String::from_utf8_lossy(&bytes).into_owned(), broken > 0),
    }
}

/// What a text was before its UTF-8 was taken for latin1 and encoded once more: `PhÆ°á»ng` was `Phường`. `None`
/// where it was not. A text is one of these when all of its letters are those of latin1 and its bytes there are UTF-8
/// with a letter beyond ASCII, which hardly any other text is. A letter that a limit of length cut in two is dropped.
pub fn repair_double_encoding(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let (bytes, _, has_others) = WINDOWS_1252.encode(text);
    if has_others {
        return None;
    }
    let repaired = match std::str::from_utf8(&bytes) {
        Ok(repaired) => repaired,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    (!repaired.is_ascii()).then(|| repaired.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encode_twice(text: &str) -> String {
        WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned()
    }

    #[test]
    fn a_text_that_was_encoded_twice_is_what_it_was() {
        for text in ["Phường Hiệp Ninh", "Đường số 5 – hẻm 12", "café", "Người dân 👍"] {
            assert_eq!(repair_double_encoding(&encode_twice(text)).as_deref(), Some(text));
        }
        let cut: String = encode_twice("Phường").chars().take(3).collect();
        assert_eq!(repair_double_encoding(&cut), None, "nothing but half a letter");
        let cut: String = encode_twice("Phường ở").chars().take(11).collect();
        assert_eq!(repair_double_encoding(&cut).as_deref(), Some("Phường "));
    }

    #[test]
    fn other_texts_stay() {
        for text in ["", "abc", "Phường", "Hà", "à", "Ãnh", "Café à la carte", "Ô tô", "È", "©", "Â"] {
            assert_eq!(repair_double_encoding(text), None, "{text}");
        }
        assert_eq!(decode("Phường".as_bytes()), Decoded { text: "Phường".to_owned(), is_latin1: false });
        assert_eq!(decode(b"\xe0 la"), Decoded { text: "à la".to_owned(), is_latin1: true });
    }

    #[test]
    fn one_broken_byte_leaves_all_other_letters() {
        let restored = |bytes: &[u8]| restore_utf8(decode(bytes).text);
        let broken = [b"\xe1( ", "Đường hẻm bị ngập".as_bytes()].concat();
        assert_eq!(restored(&broken), ("\u{FFFD}( Đường hẻm bị ngập".to_owned(), true));
        assert_eq!(restored(b"Caf\xe9 \xe0 la carte"), ("Café à la carte".to_owned(), false));
        let beside = WINDOWS_1252.decode_without_bom_handling("Phường".as_bytes()).0.into_owned();
        assert_eq!(restore_utf8(beside), ("Phường".to_owned(), false));
        let cut = "Đường hẻm bị ngậ".as_bytes();
        assert_eq!(restored(&cut[..cut.len() - 1]), ("Đường hẻm bị ng".to_owned(), false));
    }

    proptest! {
        #[test]
        fn vietnamese_is_never_taken_for_something_else(
            text in "[ a-zđăâêôơưáàảãạếềểễệ]{0,40}[ếạđờữ][ a-zéèàìòù]{0,20}"
        ) {
            prop_assert_eq!(repair_double_encoding(&text), None);
            prop_assert_eq!(repair_double_encoding(&encode_twice(&text)), Some(text));
        }
    }
}
