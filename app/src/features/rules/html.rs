//! Flagged text as HTML. Text is encoded here, once.

use super::Reason;
use leptos::prelude::*;
use std::ops::Range;

/// A body with what it was flagged for marked, and what readers do not see struck out.
pub fn highlight(body: &str, reasons: &[Reason], covered: &[Range<usize>]) -> String {
    let chars: Vec<char> = body.chars().collect();
    let mut ranges: Vec<_> = reasons.iter().filter_map(Reason::range).map(|at| (at, false)).collect();
    ranges.extend(covered.iter().map(|at| (at.clone(), true)));
    ranges.retain(|(at, _)| at.end <= chars.len());
    ranges.sort_by_key(|(at, is_covered)| (at.start, !is_covered, at.end));
    let text = |from: usize, to: usize| chars[from..to].iter().collect::<String>();
    let (mut parts, mut end) = (Vec::new(), 0);
    for (at, is_covered) in ranges {
        let start = at.start.max(end);
        if at.end > start {
            let before = (start > end).then(|| view! { <span>{text(end, start)}</span> });
            let part = text(start, at.end);
            let part = if is_covered {
                view! { <s class="covered">{part}</s> }.into_any()
            } else {
                view! { <mark>{part}</mark> }.into_any()
            };
            parts.push(view! { {before}{part} });
            end = at.end;
        }
    }
    let rest = (end < chars.len()).then(|| view! { <span>{text(end, chars.len())}</span> });
    view! { {parts}{rest} }.to_html()
}

/// The labels of reasons, each once.
pub fn labels(reasons: &[Reason]) -> Vec<String> {
    let mut labels: Vec<String> = Vec::new();
    for label in reasons.iter().map(Reason::label) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    labels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flagged_parts_are_marked_and_everything_is_text() {
        let reasons =
            [Reason::Link { at: 3..6 }, Reason::Personal { at: 5..8 }, Reason::Trap, Reason::Link { at: 90..99 }];
        let html = highlight("<b>abcdef", &reasons, &[]);
        assert_eq!(html.replace("<!>", ""), "<span>&lt;b&gt;</span><mark>abc</mark><mark>de</mark><span>f</span>");
        let html = highlight("<b>abcdef", &reasons, std::slice::from_ref(&(4..7)));
        assert_eq!(
            html.replace("<!>", ""),
            "<span>&lt;b&gt;</span><mark>abc</mark><s class=\"covered\">d</s><mark>e</mark><span>f</span>"
        );
    }
}
