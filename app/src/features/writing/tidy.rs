//! Bodies as an editor writes them.

use crate::base::html_tree::{Node, parse, serialise};
use crate::features::articles::sanitise::sanitise;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::Cell;

/// Writes HTML of an editor as bodies are stored: sanitised, without empty paragraphs, and with text directly in the
/// items of lists and the cells of tables.
pub fn tidy(html: &str) -> String {
    sanitise(&serialise(&tidy_nodes(parse(&sanitise(html)))))
}

/// Elements that say nothing without a text.
const NEVER_EMPTY: [&str; 8] = ["p", "h2", "h3", "li", "ul", "ol", "blockquote", "figcaption"];

/// Elements that may be open at once, and tags in all: an article of forty thousand words has fewer.
const MAX_OPEN: usize = 60;
const MAX_TAGS: usize = 40_000;

/// Counts the tags of HTML that was not read yet.
#[derive(Default)]
struct TagCounter {
    open: Cell<usize>,
    most_open: Cell<usize>,
    all: Cell<usize>,
}

impl TokenSink for TagCounter {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if let Token::TagToken(tag) = token {
            self.all.set(self.all.get() + 1);
            match tag.kind {
                TagKind::StartTag if matches!(&*tag.name, "br" | "img" | "hr" | "col") => {}
                TagKind::StartTag => self.open.set(self.open.get() + 1),
                TagKind::EndTag => self.open.set(self.open.get().saturating_sub(1)),
            }
            self.most_open.set(self.most_open.get().max(self.open.get()));
        }
        TokenSinkResult::Continue
    }
}

/// Whether HTML nests or counts more elements than any article, so that reading it would take long.
pub fn is_overloaded_html(html: &str) -> bool {
    let tokenizer = Tokenizer::new(TagCounter::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.most_open.get() > MAX_OPEN || tokenizer.sink.all.get() > MAX_TAGS
}

fn tidy_nodes(nodes: Vec<Node>) -> Vec<Node> {
    let tidied = nodes.into_iter().filter_map(|node| match node {
        Node::Element { name, attributes, children } => {
            let mut children = tidy_nodes(children);
            if matches!(name.as_str(), "li" | "td" | "th") {
                children = unwrap_paragraph(children);
            }
            let is_empty = children.iter().all(|child| matches!(child, Node::Text(text) if text.trim().is_empty()));
            if is_empty && NEVER_EMPTY.contains(&name.as_str()) {
                return None;
            }
            let attributes =
                attributes.into_iter().filter(|(name, value)| !(name.ends_with("span") && value == "1")).collect();
            Some(Node::Element { name, attributes, children })
        }
        text => Some(text),
    });
    tidied.collect()
}

/// Takes the only paragraph of an item away and leaves its text; lists may follow it.
fn unwrap_paragraph(children: Vec<Node>) -> Vec<Node> {
    let is = |node: &Node, names: &[&str]| matches!(node, Node::Element { name, .. } if names.contains(&name.as_str()));
    let is_only = children.first().is_some_and(|first| is(first, &["p"]))
        && children.iter().skip(1).all(|node| is(node, &["ul", "ol"]));
    if !is_only {
        return children;
    }
    let mut rest = children.into_iter();
    let first = match rest.next() {
        Some(Node::Element { children, .. }) => children,
        _ => Vec::new(),
    };
    first.into_iter().chain(rest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn html_that_takes_long_to_read_is_known_before_it_is_read() {
        let open: String = (0..100).map(|n| format!("<b a={n}>")).collect();
        assert!(is_overloaded_html(&open) && is_overloaded_html(&"<p>x</p>".repeat(20_001)));
        assert!(is_overloaded_html(&"<blockquote>".repeat(100)));
        assert!(!is_overloaded_html(&"<ul><li><p>một<br>hai</p></li></ul>".repeat(1000)));
    }

    #[test]
    fn what_an_editor_writes_is_stored_as_bodies_are() {
        for (written, stored) in [
            (
                "<ul><li><p>một</p></li><li><p>hai</p><ul><li><p>ba</p></li></ul></li></ul>",
                "<ul><li>một</li><li>hai<ul><li>ba</li></ul></li></ul>",
            ),
            ("<ul><li><p>một</p><p>hai</p></li></ul>", "<ul><li><p>một</p><p>hai</p></li></ul>"),
            ("<p></p><p> </p><h2></h2><p>a</p>", "<p>a</p>"),
            ("<p><br></p>", "<p><br></p>"),
            (
                "<table><tbody><tr><th colspan=\"1\" rowspan=\"1\"><p>a</p></th>\
                 <td colspan=\"2\"><p></p></td></tr></tbody></table>",
                "<table><tbody><tr><th>a</th><td colspan=\"2\"></td></tr></tbody></table>",
            ),
            (
                "<figure><img data-picture=\"7\" src=\"/x\"><figcaption></figcaption></figure>",
                "<figure><img data-picture=\"7\"></figure>",
            ),
            ("<blockquote><p>a</p></blockquote>", "<blockquote><p>a</p></blockquote>"),
            ("<p style=\"color:red\">a<script>x</script> &amp; b</p>", "<p>a &amp; b</p>"),
            ("<p></p>", ""),
        ] {
            assert_eq!(tidy(written), stored, "{written}");
        }
    }

    proptest! {
        #[test]
        fn tidying_twice_changes_nothing(parts in proptest::collection::vec(0usize..18, 0..40)) {
            const PARTS: [&str; 18] = ["<p>", "</p>", "<ul>", "</ul>", "<li>", "</li>", "a", " ", "<strong>",
                "</strong>",
                "<table><tr><td>", "</td></tr></table>", "<figure><img data-picture=\"1\">", "</figure>", "<br>",
                "<blockquote>", "<h2>", "<script>"];
            let html: String = parts.into_iter().map(|part| PARTS[part]).collect();
            let once = tidy(&html);
            prop_assert_eq!(tidy(&once), once.clone());
            prop_assert_eq!(sanitise(&once), once);
        }
    }
}
