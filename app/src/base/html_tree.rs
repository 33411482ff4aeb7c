//! The body of an article as a tree, for those who take it apart: Markdown, what an editor writes, what another site
//! had.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;
use std::fmt::Write;

/// Elements within each other; deeper ones are left out, and what is in them stays.
const MAX_DEPTH: usize = 32;

/// A node of a body. Bodies are sanitised: they have few elements, and every one is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
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
        let is_void = matches!(name.as_str(), "br" | "img" | "embed" | "source");
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

/// Reads a body that is sanitised.
pub fn parse(html: &str) -> Vec<Node> {
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

/// Whether an element of a body is a block of its own.
pub fn is_block(name: &str) -> bool {
    ["p", "h2", "h3", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "td", "th", "figure"]
        .contains(&name)
}

/// Writes a body.
pub fn serialise(nodes: &[Node]) -> String {
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
                if !matches!(name.as_str(), "br" | "img" | "embed" | "source") {
                    write_html(children, html);
                    let _ = write!(html, "</{name}>");
                }
            }
        }
    }
}

/// Writes a text as HTML, or the value of an attribute.
pub fn escape(text: &str, in_attribute: bool) -> String {
    let text = text.replace('&', "&amp;").replace('\u{a0}', "&nbsp;");
    let text = text.replace('<', "&lt;").replace('>', "&gt;");
    if in_attribute { text.replace('"', "&quot;") } else { text }
}
