//! The body of an article as this site keeps it, from what an editor of another system wrote. What it shows keeps its
//! meaning where there is an element for it here: bold text, headings, pictures, links, tables. Everything else goes
//! through the site's own sanitiser, and is counted.

use crate::base::html_tree::{Node, escape, is_block, parse, serialise};
use crate::base::text::clean_text;
use crate::features::articles::sanitise::sanitise;
use ammonia::Builder;
use std::collections::BTreeMap;

/// What the address of a picture or file leads to here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A picture, by its number.
    Picture(i64),
    /// A file to download, by its address.
    File(String),
    /// Nothing that was carried over: the address stays.
    Elsewhere,
}

/// What was dropped of a body: how often each element, with an example.
pub type Dropped = BTreeMap<String, (u64, String)>;

/// A body as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub html: String,
    pub dropped: Dropped,
}

/// Elements that this reads; what has none of these is dropped with its text kept.
const READ: [&str; 45] = [
    "p",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "strong",
    "b",
    "em",
    "i",
    "a",
    "blockquote",
    "br",
    "figure",
    "figcaption",
    "img",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "iframe",
    "embed",
    "object",
    "video",
    "audio",
    "source",
    "center",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "pre",
    "dl",
    "dt",
    "dd",
];
/// Elements that only say how their text looks, or that browsers make by themselves.
const WITHOUT_MEANING: [&str; 7] = ["span", "font", "tfoot", "col", "colgroup", "center", "div"];
/// The longest example of what was dropped, in characters.
const MAX_EXAMPLE: usize = 120;

/// Reads a body. `find` says what the address of a picture or file leads to.
pub fn read_body(html: &str, find: &dyn Fn(&str) -> Target) -> Body {
    let html = clean_text(html);
    let mut dropped = count_dropped(&html);
    let mut reader = BodyReader { find, dropped: &mut dropped };
    let nodes = reader.read_blocks(parse(&close_elements(&html)));
    Body { html: sanitise(&serialise(&nodes)), dropped }
}

/// Lists the addresses of the pictures and files in a body, with the description of a picture, and whether it is one.
pub fn list_addresses(html: &str) -> Vec<(String, String, bool)> {
    let mut found = Vec::new();
    // most bodies are text alone, and need not be taken apart
    let named = ["src", "href", "data", "SRC", "HREF", "DATA"];
    if !named.iter().any(|attribute| html.contains(attribute)) {
        return found;
    }
    collect_addresses(&parse(&close_elements(&clean_text(html))), &mut found);
    found
}

fn collect_addresses(nodes: &[Node], found: &mut Vec<(String, String, bool)>) {
    for node in nodes {
        let Node::Element { name, children, .. } = node else { continue };
        match name.as_str() {
            "img" | "video" | "audio" | "source" => {
                let is_picture = name == "img";
                found.push((attribute(node, "src").to_owned(), attribute(node, "alt").to_owned(), is_picture));
            }
            "a" => found.push((attribute(node, "href").to_owned(), String::new(), false)),
            "iframe" | "embed" => found.push((attribute(node, "src").to_owned(), String::new(), false)),
            "object" => found.push((attribute(node, "data").to_owned(), String::new(), false)),
            _ => {}
        }
        collect_addresses(children, found);
    }
}

/// Writes HTML in which every element is closed, with those that this reads and their addresses.
fn close_elements(html: &str) -> String {
    Builder::new()
        .tags(READ.into())
        .generic_attributes([].into())
        .tag_attributes(
            [
                ("a", ["href"].into()),
                ("img", ["src", "alt"].into()),
                ("iframe", ["src"].into()),
                ("embed", ["src"].into()),
                ("object", ["data"].into()),
                ("video", ["src"].into()),
                ("audio", ["src"].into()),
                ("source", ["src"].into()),
                ("ol", ["start"].into()),
                ("td", ["colspan", "rowspan"].into()),
                ("th", ["colspan", "rowspan", "scope"].into()),
            ]
            .into(),
        )
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(None)
        .clean(html)
        .to_string()
}

/// Counts the elements that are not kept, by the beginning of their tags.
fn count_dropped(html: &str) -> Dropped {
    let mut dropped = Dropped::new();
    for (at, _) in html.match_indices('<') {
        let name: String =
            html[at + 1..].chars().take_while(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let begins = name.starts_with(|c: char| c.is_ascii_alphabetic());
        if begins && !READ.contains(&name.as_str()) && !WITHOUT_MEANING.contains(&name.as_str()) {
            note(&mut dropped, &name, &html[at..]);
        }
    }
    dropped
}

fn note(dropped: &mut Dropped, name: &str, example: &str) {
    let known = dropped.entry(name.to_owned()).or_default();
    known.0 += 1;
    if known.1.is_empty() {
        known.1 = example.chars().take(MAX_EXAMPLE).collect();
    }
}

fn attribute<'a>(node: &'a Node, wanted: &str) -> &'a str {
    let Node::Element { attributes, .. } = node else { return "" };
    attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str()).unwrap_or_default()
}

fn element(name: &str, children: Vec<Node>) -> Node {
    Node::Element { name: name.to_owned(), attributes: Vec::new(), children }
}

fn link(address: &str, text: &str) -> Node {
    let attributes = vec![("href".to_owned(), address.to_owned())];
    Node::Element { name: "a".to_owned(), attributes, children: vec![Node::Text(text.to_owned())] }
}

fn is_blank(node: &Node) -> bool {
    match node {
        Node::Text(text) => text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}').is_empty(),
        Node::Element { name, children, .. } => name == "br" || (name != "img" && children.iter().all(is_blank)),
    }
}

/// Whether a node stands for itself, and never within a line.
fn stands_alone(node: &Node) -> bool {
    matches!(node, Node::Element { name, .. } if is_block(name))
}

/// The text of nodes.
fn text_of(nodes: &[Node]) -> String {
    let texts = nodes.iter().map(|node| match node {
        Node::Text(text) => text.clone(),
        Node::Element { children, .. } => text_of(children),
    });
    texts.collect()
}

struct BodyReader<'a> {
    find: &'a dyn Fn(&str) -> Target,
    dropped: &'a mut Dropped,
}

impl BodyReader<'_> {
    /// Reads nodes into blocks: what stands in a line becomes paragraphs.
    fn read_blocks(&mut self, nodes: Vec<Node>) -> Vec<Node> {
        let mut blocks = Vec::new();
        let mut line = Vec::new();
        for node in self.read_all(nodes) {
            if stands_alone(&node) {
                push_paragraph(&mut blocks, &mut line);
                blocks.push(node);
            } else {
                line.push(node);
            }
        }
        push_paragraph(&mut blocks, &mut line);
        blocks
    }

    fn read_all(&mut self, nodes: Vec<Node>) -> Vec<Node> {
        nodes.into_iter().flat_map(|node| self.read(node)).collect()
    }

    /// Reads a node into what stands here in its place.
    fn read(&mut self, node: Node) -> Vec<Node> {
        let Node::Element { name, attributes, children } = node else { return vec![node] };
        let kept = |children| vec![Node::Element { name: name.clone(), attributes: attributes.clone(), children }];
        let value = |wanted: &str| {
            attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        match name.as_str() {
            "b" | "strong" => self.read_inline("strong", children),
            "i" | "em" => self.read_inline("em", children),
            "h1" | "h2" => self.read_heading("h2", children),
            "h3" | "h4" | "h5" | "h6" => self.read_heading("h3", children),
            "pre" | "dt" | "dd" => {
                note(self.dropped, &name, &format!("<{name}>"));
                self.read_blocks(children)
            }
            "p" | "caption" => self.read_blocks(children),
            "div" | "center" | "section" | "article" | "header" | "footer" | "main" | "dl" => {
                self.read_blocks(children)
            }
            "img" => self.read_picture(&value("src"), &value("alt")),
            "figure" => self.read_figure(children),
            "a" => self.read_link(&value("href"), children),
            "iframe" | "embed" | "object" => {
                let src = value(if name == "object" { "data" } else { "src" });
                note(self.dropped, &name, &format!("<{name} src=\"{src}\">"));
                let inside = if name == "object" { self.read_blocks(children) } else { Vec::new() };
                [self.read_frame(&src), inside].concat()
            }
            "video" | "audio" => {
                note(self.dropped, &name, &format!("<{name} src=\"{}\">", value("src")));
                self.read_media(&value("src"), children)
            }
            "source" => Vec::new(),
            "tfoot" => self.read_all(children),
            "td" | "th" | "li" => {
                let children = self.read_all(children);
                kept(unwrap_only_paragraph(children))
            }
            "table" => self.read_table(children),
            _ => {
                let children = self.read_all(children);
                kept(children)
            }
        }
    }

    /// Reads an element of a line. A picture in it, or a block, ends the line.
    fn read_inline(&mut self, name: &str, children: Vec<Node>) -> Vec<Node> {
        let mut parts: Vec<Node> = Vec::new();
        let mut line = Vec::new();
        let close = |parts: &mut Vec<Node>, line: &mut Vec<Node>| {
            let line = std::mem::take(line);
            if line.iter().all(is_blank) {
                parts.extend(line);
            } else {
                parts.push(element(name, line));
            }
        };
        for node in self.read_all(children) {
            if stands_alone(&node) {
                close(&mut parts, &mut line);
                parts.push(node);
            } else {
                line.push(node);
            }
        }
        close(&mut parts, &mut line);
        parts
    }

    fn read_heading(&mut self, name: &str, children: Vec<Node>) -> Vec<Node> {
        let (blocks, line): (Vec<Node>, Vec<Node>) = self.read_all(children).into_iter().partition(stands_alone);
        let heading = (!line.iter().all(is_blank)).then(|| element(name, line));
        heading.into_iter().chain(blocks).collect()
    }

    /// A caption of a table stands before it as a paragraph.
    fn read_table(&mut self, children: Vec<Node>) -> Vec<Node> {
        let is_caption = |node: &Node| matches!(node, Node::Element { name, .. } if name == "caption");
        let (captions, rows): (Vec<Node>, Vec<Node>) = children.into_iter().partition(is_caption);
        let mut blocks = self.read_all(captions);
        blocks.push(element("table", self.read_all(rows)));
        blocks
    }

    fn read_picture(&mut self, src: &str, alt: &str) -> Vec<Node> {
        match (self.find)(src) {
            Target::Picture(id) => vec![figure(id, None)],
            Target::File(address) => vec![link(&address, named(alt, &address))],
            // pictures within the address itself are large, and mostly decoration of an editor
            Target::Elsewhere if src.starts_with("data:") || src.is_empty() => {
                note(self.dropped, "img", &format!("<img src=\"{src}\" alt=\"{alt}\">"));
                Vec::new()
            }
            Target::Elsewhere => vec![link(src, named(alt, src))],
        }
    }

    fn read_figure(&mut self, children: Vec<Node>) -> Vec<Node> {
        let is_caption = |node: &Node| matches!(node, Node::Element { name, .. } if name == "figcaption");
        let (captions, content): (Vec<Node>, Vec<Node>) = children.into_iter().partition(is_caption);
        let caption = captions.into_iter().find_map(|caption| match caption {
            Node::Element { children, .. } if !children.iter().all(is_blank) => Some(children),
            _ => None,
        });
        let caption = caption.map(|children| {
            self.read_all(children).into_iter().flat_map(|node| match node {
                Node::Element { name, children, .. } if name == "p" => children,
                node if stands_alone(&node) => vec![Node::Text(text_of(&[node]))],
                node => vec![node],
            })
        });
        let mut caption: Option<Vec<Node>> = caption.map(Iterator::collect);
        let mut blocks = self.read_blocks(content);
        for block in &mut blocks {
            let Node::Element { name, children, .. } = block else { continue };
            if name == "figure"
                && let Some(caption) = caption.take()
            {
                children.push(element("figcaption", caption));
            }
        }
        // a caption without its picture is a paragraph
        blocks.extend(caption.map(|caption| element("p", caption)));
        blocks
    }

    fn read_link(&mut self, href: &str, children: Vec<Node>) -> Vec<Node> {
        let mut children = self.read_all(children);
        let target = (self.find)(href);
        let leads_to_picture = matches!(target, Target::Picture(_));
        let address = match target {
            Target::File(address) => address,
            Target::Picture(_) | Target::Elsewhere => href.to_owned(),
        };
        // a picture stays without the link around it; where that does not lead to it in large, it stands below
        if children.iter().any(stands_alone) {
            if !leads_to_picture && !address.is_empty() && !address.starts_with('#') {
                children.push(element("p", vec![link(&address, named("", &address))]));
            }
            return children;
        }
        if address.is_empty() || children.iter().all(is_blank) {
            return children;
        }
        vec![Node::Element { name: "a".to_owned(), attributes: vec![("href".to_owned(), address)], children }]
    }

    /// A frame with a video, a map or a document becomes a link to what it showed.
    fn read_frame(&mut self, src: &str) -> Vec<Node> {
        let address = match (self.find)(src) {
            Target::File(address) => address,
            _ => src.strip_prefix("//").map_or_else(|| src.to_owned(), |rest| format!("https://{rest}")),
        };
        if address.is_empty() {
            return Vec::new();
        }
        let address = match address.split_once("/embed/") {
            Some((host, id)) if host.contains("youtube") => {
                format!("https://www.youtube.com/watch?v={}", id.split(['?', '&', '/']).next().unwrap_or_default())
            }
            _ => address,
        };
        vec![element("p", vec![link(&address, &address)])]
    }

    fn read_media(&mut self, src: &str, children: Vec<Node>) -> Vec<Node> {
        let sources = children.iter().map(|child| attribute(child, "src"));
        let Some(src) = std::iter::once(src).chain(sources).find(|src| !src.is_empty()).map(str::to_owned) else {
            return Vec::new();
        };
        let address = match (self.find)(&src) {
            Target::File(address) => address,
            Target::Picture(_) | Target::Elsewhere => src.clone(),
        };
        vec![element("p", vec![link(&address, named("", &src))])]
    }
}

/// The words of a link: what it shows, or the last part of its address.
fn named<'a>(text: &'a str, address: &'a str) -> &'a str {
    if text.trim().is_empty() { address.trim_end_matches('/').rsplit('/').next().unwrap_or(address) } else { text }
}

fn figure(id: i64, caption: Option<Vec<Node>>) -> Node {
    let attributes = vec![("data-picture".to_owned(), id.to_string())];
    let picture = Node::Element { name: "img".to_owned(), attributes, children: Vec::new() };
    element("figure", std::iter::once(picture).chain(caption.map(|caption| element("figcaption", caption))).collect())
}

fn push_paragraph(blocks: &mut Vec<Node>, line: &mut Vec<Node>) {
    let line = std::mem::take(line);
    if !line.iter().all(is_blank) {
        blocks.push(element("p", line));
    }
}

/// The only paragraph of a cell or an item is its text.
fn unwrap_only_paragraph(mut children: Vec<Node>) -> Vec<Node> {
    let is_paragraph = |node: &Node| matches!(node, Node::Element { name, .. } if name == "p");
    children.retain(|node| !matches!(node, Node::Text(text) if text.trim().is_empty()));
    match children.as_mut_slice() {
        [Node::Element { name, children, .. }] if name == "p" => std::mem::take(children),
        [first, rest @ ..]
            if is_paragraph(first) && rest.iter().all(|node| !is_paragraph(node) && stands_alone(node)) =>
        {
            let first = children.remove(0);
            let Node::Element { children: text, .. } = first else { return children };
            text.into_iter().chain(children).collect()
        }
        _ => children,
    }
}

/// A paragraph with a link to a file, as it stands at the end of a body.
pub fn write_file_link(address: &str, name: &str) -> String {
    format!("<p><a href=\"{}\">{}</a></p>", escape(address, true), escape(name, false))
}

#[cfg(test)]
mod tests;
