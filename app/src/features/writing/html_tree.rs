//! The body of an article as a tree, for those who take it apart: Markdown, and what an editor writes.

use crate::features::articles::sanitise::sanitise;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::{Cell, RefCell};
use std::fmt::Write;

/// Elements within each other; deeper ones are left out, and what is in them stays.
const MAX_DEPTH: usize = 32;

/// A node of a body. Bodies are sanitised: they have few elements, and every one is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Text(String),
    Element { name: String, attributes: Vec<(String, String)>, children: Vec<Node> },
}

/// An element whose end has not come yet.
#[derive(Debug, Clone, Default)]
struct OpenElement {
    name: String,
    attributes: Vec<(String, String)>,
    children: Vec<Node>,
}

/// Builds the tree of a body from its tokens.
struct TreeBuilder {
    /// The elements that are open; the first is the body.
    open: RefCell<Vec<OpenElement>>,
}

impl TreeBuilder {
    fn close(&self) {
        let mut open = self.open.borrow_mut();
        if open.len() > 1
            && let Some(OpenElement { name, attributes, children }) = open.pop()
            && let Some(parent) = open.last_mut()
        {
            parent.children.push(Node::Element { name, attributes, children });
        }
    }

    fn add_text(&self, text: &StrTendril) {
        if let Some(parent) = self.open.borrow_mut().last_mut() {
            match parent.children.last_mut() {
                Some(Node::Text(known)) => known.push_str(text),
                _ => parent.children.push(Node::Text(text.to_string())),
            }
        }
    }

    fn add_tag(&self, tag: &Tag) {
        let name = tag.name.to_string();
        if tag.kind == TagKind::EndTag {
            if self.open.borrow().last().is_some_and(|open| open.name == name) {
                self.close();
            }
            return;
        }
        if self.open.borrow().len() > MAX_DEPTH {
            return;
        }
        let attribute = |name: &html5ever::Attribute| (name.name.local.to_string(), name.value.to_string());
        let is_void = matches!(name.as_str(), "br" | "img");
        let attributes = tag.attrs.iter().map(attribute).collect();
        self.open.borrow_mut().push(OpenElement { name, attributes, children: Vec::new() });
        if is_void {
            self.close();
        }
    }
}

impl TokenSink for TreeBuilder {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.add_tag(&tag),
            Token::CharacterTokens(text) => self.add_text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

pub(super) fn parse(html: &str) -> Vec<Node> {
    let sink = TreeBuilder { open: RefCell::new(vec![OpenElement::default()]) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    while tokenizer.sink.open.borrow().len() > 1 {
        tokenizer.sink.close();
    }
    tokenizer.sink.open.take().pop().map(|body| body.children).unwrap_or_default()
}

pub(super) fn is_block(name: &str) -> bool {
    ["p", "h2", "h3", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "td", "th", "figure"]
        .contains(&name)
}

pub(super) fn serialise(nodes: &[Node]) -> String {
    let mut html = String::new();
    write_html(nodes, &mut html);
    html
}

/// Writes nodes as the sanitiser does.
fn write_html(nodes: &[Node], html: &mut String) {
    for node in nodes {
        match node {
            Node::Text(text) => html.push_str(&escape(text, false)),
            Node::Element { name, attributes, children } => {
                let _ = write!(html, "<{name}");
                for (name, value) in attributes {
                    let _ = write!(html, " {name}=\"{}\"", escape(value, true));
                }
                html.push('>');
                if !matches!(name.as_str(), "br" | "img") {
                    write_html(children, html);
                    let _ = write!(html, "</{name}>");
                }
            }
        }
    }
}

pub(super) fn escape(text: &str, in_attribute: bool) -> String {
    let text = text.replace('&', "&amp;").replace('\u{a0}', "&nbsp;");
    let text = text.replace('<', "&lt;").replace('>', "&gt;");
    if in_attribute { text.replace('"', "&quot;") } else { text }
}

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
