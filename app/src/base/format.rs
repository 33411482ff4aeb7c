//! Numbers as the site prints them, all in one format.

use std::sync::atomic::{AtomicBool, Ordering};

/// How numbers are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NumberFormat {
    /// `1.048` and `4,7`.
    Vietnamese,
    /// `1,048` and `4.7`.
    English,
}

/// Whether numbers are printed in English. A process serves one site and a browser's page shows one, so every formatter
/// reads it here rather than from its caller.
static IS_ENGLISH: AtomicBool = AtomicBool::new(false);

impl NumberFormat {
    /// The format of this site.
    pub fn current() -> Self {
        if IS_ENGLISH.load(Ordering::Relaxed) { Self::English } else { Self::Vietnamese }
    }

    /// Makes it the format of this site.
    pub fn apply(self) {
        IS_ENGLISH.store(self == Self::English, Ordering::Relaxed);
    }

    /// The name in the setting and in the document.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vietnamese => "vietnamese",
            Self::English => "english",
        }
    }

    /// Reads a name; an unknown one is Vietnamese.
    pub fn parse(name: &str) -> Self {
        if name == Self::English.name() { Self::English } else { Self::Vietnamese }
    }

    /// The sign between thousands, and the one before decimals.
    fn signs(self) -> (char, char) {
        match self {
            Self::Vietnamese => ('.', ','),
            Self::English => (',', '.'),
        }
    }

    fn print(self, number: i64) -> String {
        let digits = number.unsigned_abs().to_string();
        let mut printed = String::with_capacity(digits.len() * 4 / 3 + 1);
        if number < 0 {
            printed.push('-');
        }
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                printed.push(self.signs().0);
            }
            printed.push(digit);
        }
        printed
    }

    fn print_tenths(self, tenths: i64) -> String {
        format!("{}{}{}", self.print(tenths / 10), self.signs().1, (tenths % 10).abs())
    }
}

/// Prints a number in the site's format: `194.104` or `194,104`.
pub fn format_number(number: i64) -> String {
    NumberFormat::current().print(number)
}

/// Prints a number given in tenths in the site's format: 47 is `4,7` or `4.7`.
pub fn format_tenths(tenths: i64) -> String {
    NumberFormat::current().print_tenths(tenths)
}

#[cfg(test)]
mod tests {
    use super::NumberFormat::{English, Vietnamese};
    use super::*;

    #[test]
    fn numbers_are_printed_in_both_formats() {
        for (number, vietnamese, english) in [
            (0, "0", "0"),
            (403, "403", "403"),
            (1048, "1.048", "1,048"),
            (194_104, "194.104", "194,104"),
            (-1_000_000, "-1.000.000", "-1,000,000"),
        ] {
            assert_eq!((Vietnamese.print(number).as_str(), English.print(number).as_str()), (vietnamese, english));
        }
        for (tenths, vietnamese, english) in [(47, "4,7", "4.7"), (10, "1,0", "1.0"), (23_456, "2.345,6", "2,345.6")] {
            let printed = (Vietnamese.print_tenths(tenths), English.print_tenths(tenths));
            assert_eq!((printed.0.as_str(), printed.1.as_str()), (vietnamese, english));
        }
    }

    #[test]
    fn a_format_is_found_by_its_name() {
        assert!([Vietnamese, English].into_iter().all(|format| NumberFormat::parse(format.name()) == format));
        assert_eq!(NumberFormat::parse("roman"), Vietnamese);
    }
}
