//! Flagged text as HTML. Text is encoded here, once.

use super::Reason;
use super::terms::find_shipped_kind;
use crate::base::format::format_number;
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

/// Why a text needs a look, by name: `từ “đất nền giá rẻ” (quảng cáo)`. Each once, and the first few.
pub fn labels(reasons: &[Reason], body: &str) -> Vec<String> {
    const MAX_LABELS: usize = 5;
    let mut labels: Vec<String> = Vec::new();
    for label in reasons.iter().map(|reason| label(reason, body)) {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    let more = labels.len().saturating_sub(MAX_LABELS);
    labels.truncate(MAX_LABELS);
    if more > 0 {
        labels.push(format!("{} lý do khác", format_number(more as i64)));
    }
    labels
}

fn label(reason: &Reason, body: &str) -> String {
    const MAX_CHARS: usize = 40;
    let Some(at) = reason.range() else { return reason.label() };
    let text: String = body.chars().skip(at.start).take(at.len().min(MAX_CHARS)).collect();
    if text.is_empty() {
        return reason.label();
    }
    let text = format!("“{text}{}”", if at.len() > MAX_CHARS { "…" } else { "" });
    match reason {
        Reason::Term { exact, about, .. } => {
            // comments that were held by an older program say nothing of the kind
            let kind = about.or_else(|| find_shipped_kind(text.trim_matches(['“', '”'])));
            let kind = kind.map(|kind| format!(" ({})", kind.label())).unwrap_or_default();
            if *exact { format!("từ {text}{kind}") } else { format!("{text} giống từ trong danh sách{kind}") }
        }
        Reason::Link { .. } => format!("liên kết {text}"),
        _ => format!("thông tin cá nhân {text}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::rules::{SHIPPED_TERMS, TermKind};

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

    #[test]
    fn reasons_are_said_by_name() {
        let (term, kind) = (SHIPPED_TERMS.lines().last().expect("a term"), "quảng cáo");
        let body = format!("{} nhé, xem bit.ly/x", term.to_uppercase());
        let (end, all) = (term.chars().count(), body.chars().count());
        let reasons = [
            Reason::Term { exact: true, at: 0..end, about: None },
            Reason::Term { exact: true, at: 0..end, about: None },
            Reason::Link { at: all - 8..all },
            Reason::Burst { count: 4 },
        ];
        let wanted =
            [format!("từ “{}” ({kind})", term.to_uppercase()), "liên kết “bit.ly/x”".into(), reasons[3].label()];
        assert_eq!(labels(&reasons, &body), wanted);
        let own = Reason::Term { exact: false, at: 0..3, about: Some(TermKind::Gambling) };
        assert_eq!(labels(&[own], "l0 de"), ["“l0 ” giống từ trong danh sách (cờ bạc)"]);
        // what was reported by an older text may point beyond this one
        assert_eq!(labels(&[Reason::Personal { at: 90..99 }], "abc"), ["có thông tin cá nhân"]);
        let many: Vec<Reason> = (0..9).map(|at| Reason::Link { at: at..at + 1 }).collect();
        assert_eq!(labels(&many, "abcdefghi").last().map(String::as_str), Some("4 lý do khác"));
    }
}
