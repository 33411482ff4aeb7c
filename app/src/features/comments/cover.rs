//! Covering personal data: the text stays as it was written, and readers see `•••` instead of the covered ranges.

use std::ops::Range;

/// What readers see instead of a covered range.
const COVER: &str = "•••";

/// Reads the covered ranges of a body as the database stores them: in characters, in order, apart from one another.
pub fn parse_ranges(stored: serde_json::Value) -> Vec<Range<usize>> {
    serde_json::from_value(stored).unwrap_or_default()
}

/// Replaces the covered ranges of a body.
pub fn apply_cover(body: &str, ranges: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(body.len());
    for (at, c) in body.chars().enumerate() {
        match ranges.iter().find(|range| range.contains(&at)) {
            None => shown.push(c),
            Some(range) if range.start == at => shown.push_str(COVER),
            Some(_) => {}
        }
    }
    shown
}

/// Adds every occurrence of `text` to the covered ranges. Returns `None` where there is none.
pub fn add_ranges(body: &str, ranges: &[Range<usize>], text: &str) -> Option<Vec<Range<usize>>> {
    let length = text.chars().count();
    let found = body.match_indices(text).filter(|_| length > 0).map(|(at, _)| {
        let start = body[..at].chars().count();
        start..start + length
    });
    let found: Vec<_> = found.collect();
    if found.is_empty() {
        return None;
    }
    Some(merge_ranges(ranges, &found))
}

/// Puts ranges together, in order and apart from one another.
pub fn merge_ranges(ranges: &[Range<usize>], more: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut all = [ranges, more].concat();
    all.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in all {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_occurrence_is_covered() {
        let body = "Số tôi 0909 123 456, nhắc lại: 0909 123 456 nhé";
        let ranges = add_ranges(body, &[], "0909 123 456").expect("stands there");
        assert_eq!(ranges, [7..19, 31..43]);
        assert_eq!(apply_cover(body, &ranges), "Số tôi •••, nhắc lại: ••• nhé");
        let more = add_ranges(body, &ranges, "456 nhé").expect("stands there");
        assert_eq!(apply_cover(body, &more), "Số tôi •••, nhắc lại: •••", "ranges that meet become one");
        assert_eq!(add_ranges(body, &[], "0911"), None);
        assert_eq!(add_ranges(body, &[], ""), None);
        assert_eq!(apply_cover("á", &[]), "á");
    }
}
