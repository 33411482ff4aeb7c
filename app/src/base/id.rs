//! Numbers as they stand in addresses and forms.

/// The last page of a list that an address can name.
const MAX_PAGE: i64 = 100_000;

/// Reads a positive 64-bit number in plain digits, without sign, spaces or leading zero.
pub fn parse_id(text: &str) -> Option<i64> {
    let is_plain = !text.starts_with('0') && text.bytes().all(|b| b.is_ascii_digit());
    is_plain.then(|| text.parse().ok())?
}

/// Reads a page number, counted from 1. Anything else is the first page, so that a broken link still opens.
pub fn parse_page(text: Option<&str>) -> i64 {
    text.and_then(parse_id).filter(|&page| page <= MAX_PAGE).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_positive_numbers_are_ids() {
        assert_eq!(parse_id("9223372036854775807"), Some(i64::MAX));
        for bad in ["", "0", "05", "+5", "-5", "5x", "9223372036854775808", "١"] {
            assert_eq!(parse_id(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_page_that_is_no_number_is_the_first() {
        for (typed, page) in
            [(None, 1), (Some("2"), 2), (Some("0"), 1), (Some("-3"), 1), (Some("x"), 1), (Some("99999999999"), 1)]
        {
            assert_eq!(parse_page(typed), page);
        }
    }
}
