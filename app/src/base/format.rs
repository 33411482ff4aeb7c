//! Numbers as the site prints them.

/// Prints a number with a comma between thousands: `194,104`.
pub fn format_number(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut printed = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        printed.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            printed.push(',');
        }
        printed.push(digit);
    }
    printed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_commas() {
        for (number, printed) in
            [(0, "0"), (403, "403"), (1048, "1,048"), (194_104, "194,104"), (-1_000_000, "-1,000,000")]
        {
            assert_eq!(format_number(number), printed);
        }
    }
}
