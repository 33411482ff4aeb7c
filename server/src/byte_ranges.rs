//! The part of a file that a request asks for.

/// Reads a range of bytes. Several ranges, and units that are no bytes, mean the whole file.
pub fn parse_range(range: &str, size: u64) -> Result<Option<std::ops::Range<u64>>, ()> {
    let Some(range) = range.strip_prefix("bytes=").filter(|range| !range.contains(',')) else { return Ok(None) };
    let Some((first, last)) = range.trim().split_once('-') else { return Ok(None) };
    let number = |text: &str| text.trim().parse::<u64>();
    let (start, end) = match (number(first), number(last)) {
        (Ok(first), Ok(last)) if first <= last => (first, last.saturating_add(1).min(size)),
        (Ok(first), Err(_)) if last.is_empty() => (first, size),
        (Err(_), Ok(last)) if first.is_empty() => (size.saturating_sub(last), size),
        _ => return Ok(None),
    };
    if start < end { Ok(Some(start..end)) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_inside_of_the_file() {
        for (range, expected) in [
            ("bytes=0-3", Ok(Some(0..4))),
            ("bytes=8-", Ok(Some(8..10))),
            ("bytes=-4", Ok(Some(6..10))),
            ("bytes=-40", Ok(Some(0..10))),
            ("bytes=2-400", Ok(Some(2..10))),
            ("bytes=10-", Err(())),
            ("bytes=-0", Err(())),
            ("bytes=5-2", Ok(None)),
            ("bytes=0-1,3-4", Ok(None)),
            ("bytes=a-b", Ok(None)),
            ("lines=1-2", Ok(None)),
            ("bytes=18446744073709551615-", Err(())),
        ] {
            assert_eq!(parse_range(range, 10), expected, "{range}");
        }
    }
}
