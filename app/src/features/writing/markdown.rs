//! The body of an article as Markdown, for the form that works without script, and back.
//!
//! A picture of the library is a line `[ảnh 12: Chú thích]`, a video one with the picture that stands for it,
//! `[video 12 https://youtu.be/…: Chú thích]`. What Markdown cannot say stands as a line `[khối 3: bảng]`
//! and returns untouched. Whether it can say a block is tried out: a block is written as Markdown only if the same
//! block comes back.

use super::MAX_BODY;
use crate::base::html_tree::{Node, escape, is_block, parse, serialise};
use crate::features::articles::sanitise::sanitise;
use crate::features::media::video::Video;
use pulldown_cmark::{Options, Parser};
use regex::Regex;
use std::sync::LazyLock;

/// A block of a body: its HTML, and its name where it cannot be written as Markdown.
struct Block {
    html: String,
    markdown: Option<String>,
    name: &'static str,
}

/// Takes a body apart into its blocks. Text that stands in no block is one too.
fn split(body: &str) -> Vec<Block> {
    let blocks = parse(body).into_iter().filter(|node| !matches!(node, Node::Text(text) if text.trim().is_empty()));
    let blocks = blocks.map(|node| {
        let html = serialise(std::slice::from_ref(&node));
        let written = write_block(&node, "").filter(|markdown| to_blocks(markdown) == html);
        Block { html, markdown: written, name: name_of(&node) }
    });
    blocks.collect()
}

fn name_of(node: &Node) -> &'static str {
    match node {
        Node::Element { name, .. } => match name.as_str() {
            "table" => "bảng",
            "figure" => "ảnh",
            "ul" | "ol" => "danh sách",
            "blockquote" => "trích dẫn",
            "h2" | "h3" => "mục",
            _ => "đoạn",
        },
        Node::Text(_) => "đoạn",
    }
}

/// Writes a body as Markdown.
pub fn to_markdown(body: &str) -> String {
    let lines = split(body).into_iter().enumerate().map(|(index, block)| match block.markdown {
        Some(markdown) => markdown,
        None => placeholder(index, block.name),
    });
    lines.collect::<Vec<_>>().join("\n\n")
}

fn placeholder(index: usize, name: &str) -> String {
    format!("[khối {}: {name}]", index + 1)
}

/// Whether a text nests or counts more marks than any article, so that reading it would take long.
pub fn is_overloaded(markdown: &str) -> bool {
    const MAX_TAGS: usize = 4000;
    const MAX_QUOTES: usize = 100;
    let count = |text: &str, mark: char| text.chars().filter(|&c| c == mark).count();
    count(markdown, '<') > MAX_TAGS || markdown.lines().any(|line| count(line, '>') > MAX_QUOTES)
}

/// Reads Markdown that was written from `body`, or anew where that is empty. Blocks that it names come back as they
/// were; Markdown that was not changed is the body, byte for byte.
pub fn to_html(markdown: &str, body: &str) -> String {
    if markdown.trim() == to_markdown(body).trim() {
        return body.to_owned();
    }
    let blocks = split(body);
    let is_placeholder = |line: &str| {
        let number = line.trim().strip_prefix("[khối ")?.split(':').next()?.parse::<usize>().ok()?;
        let block = blocks.get(number.checked_sub(1)?)?;
        (line.trim() == placeholder(number - 1, block.name) && block.markdown.is_none()).then_some(&block.html)
    };
    let (mut html, mut pending) = (String::new(), String::new());
    for line in markdown.lines() {
        match is_placeholder(line) {
            // a block that is named again and again ends somewhere
            Some(block) if html.len() < MAX_WRITTEN => {
                html.push_str(&to_blocks(&std::mem::take(&mut pending)));
                html.push_str(block);
            }
            Some(_) => {}
            None => {
                pending.push_str(line);
                pending.push('\n');
            }
        }
    }
    html.push_str(&to_blocks(&pending));
    html
}

/// A line that is a picture: its number and the line under it.
static PICTURE_LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\[ảnh (\d{1,18})(?::\s*(.*?))?\s*\]\s*$").expect("is valid"));

/// A line that is a video: the number of its picture, its address, and the line under it.
static VIDEO_LINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\[video (\d{1,18}) (\S+?)(?::(?:\s+(.*?))?)?\s*\]\s*$").expect("is valid"));

/// A line that stands for a figure.
struct FigureLine<'a> {
    picture: &'a str,
    video: Option<Video>,
    caption: &'a str,
}

impl<'a> FigureLine<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        if let Some(found) = PICTURE_LINE.captures(line) {
            let caption = found.get(2).map_or("", |caption| caption.as_str());
            return Some(Self { picture: found.get(1)?.as_str(), video: None, caption });
        }
        let found = VIDEO_LINE.captures(line)?;
        let address = found.get(2)?.as_str();
        let video = Video::parse(address).or_else(|| Video::parse_address(address))?;
        let caption = found.get(3).map_or("", |caption| caption.as_str());
        Some(Self { picture: found.get(1)?.as_str(), video: Some(video), caption })
    }

    fn to_html(&self) -> String {
        let video = self.video.as_ref().map(|video| format!(" data-video=\"{}\"", video.name())).unwrap_or_default();
        let caption = match self.caption {
            "" => String::new(),
            caption => format!("<figcaption>{}</figcaption>", escape(caption, false)),
        };
        sanitise(&format!("<figure><img data-picture=\"{}\"{video}>{caption}</figure>", self.picture))
    }
}

/// Lists the numbers of the pictures in a Markdown text.
pub fn list_picture_lines(markdown: &str) -> Vec<i64> {
    markdown.lines().filter_map(|line| FigureLine::parse(line)?.picture.parse().ok()).collect()
}

/// No more HTML than this is written for blocks that are named, in bytes.
const MAX_WRITTEN: usize = 2 * MAX_BODY;

/// Markdown as sanitised HTML, without the line breaks between blocks.
fn to_blocks(markdown: &str) -> String {
    let (mut html, mut pending) = (String::new(), String::new());
    for line in markdown.lines() {
        let Some(figure) = FigureLine::parse(line) else {
            pending.push_str(line);
            pending.push('\n');
            continue;
        };
        html.push_str(&to_text_blocks(&std::mem::take(&mut pending)));
        html.push_str(&figure.to_html());
    }
    html.push_str(&to_text_blocks(&pending));
    html
}

fn to_text_blocks(markdown: &str) -> String {
    let mut html = String::new();
    pulldown_cmark::html::push_html(&mut html, Parser::new_ext(markdown, Options::empty()));
    serialise(&wrap_loose(trim_blocks(parse(&sanitise(&html)))))
}

/// Makes paragraphs of what stands in no block, such as code, which articles have none of.
fn wrap_loose(nodes: Vec<Node>) -> Vec<Node> {
    let mut wrapped: Vec<Node> = Vec::new();
    let mut is_open = false;
    for node in nodes {
        let is_loose = !matches!(&node, Node::Element { name, .. } if is_block(name));
        let node = match node {
            Node::Text(text) => Node::Text(text.split_whitespace().collect::<Vec<_>>().join(" ")),
            node => node,
        };
        match wrapped.last_mut() {
            _ if !is_loose => wrapped.push(node),
            Some(Node::Element { children, .. }) if is_open => children.push(node),
            _ => wrapped.push(Node::Element { name: "p".to_owned(), attributes: Vec::new(), children: vec![node] }),
        }
        is_open = is_loose;
    }
    wrapped
}

/// Removes the white space around blocks, which is no content.
fn trim_blocks(nodes: Vec<Node>) -> Vec<Node> {
    let has_blocks = nodes.iter().any(|node| matches!(node, Node::Element { name, .. } if is_block(name)));
    let kept = nodes.into_iter().filter(|node| match node {
        Node::Text(text) => !(has_blocks && text.trim().is_empty()),
        Node::Element { .. } => true,
    });
    let mut follows_break = false;
    let trimmed = kept.map(|node| match node {
        Node::Element { name, attributes, children } => {
            follows_break = name == "br";
            Node::Element { name, attributes, children: trim_blocks(children) }
        }
        // the writer of HTML ends a line after each break
        Node::Text(text) if std::mem::take(&mut follows_break) => Node::Text(text.trim_start_matches('\n').to_owned()),
        // the line that ends before a nested list
        Node::Text(text) if has_blocks => Node::Text(text.trim_end_matches('\n').to_owned()),
        Node::Text(text) => Node::Text(text),
    });
    trimmed.collect()
}

/// Writes a block, each line after the first behind `indent`.
fn write_block(node: &Node, indent: &str) -> Option<String> {
    let Node::Element { name, children, .. } = node else { return None };
    match name.as_str() {
        "p" => Some(write_inline(children, true)?.replace('\n', &format!("\n{indent}"))),
        "h2" => Some(format!("## {}", write_inline(children, false)?)),
        "h3" => Some(format!("### {}", write_inline(children, false)?)),
        "blockquote" => {
            let blocks: Option<Vec<String>> = children.iter().map(|child| write_block(child, "")).collect();
            let quoted: Vec<String> =
                blocks?.join("\n\n").lines().map(|line| format!("> {line}").trim_end().to_owned()).collect();
            Some(quoted.join(&format!("\n{indent}")))
        }
        "ul" | "ol" => write_list(name == "ol", children, indent),
        "figure" if indent.is_empty() => write_picture(children),
        _ => None,
    }
}

/// Writes a picture with the text under it.
fn write_picture(children: &[Node]) -> Option<String> {
    let (picture, caption) = match children {
        [picture] => (picture, None),
        [picture, Node::Element { name, children, .. }] if name == "figcaption" => (picture, Some(children.as_slice())),
        _ => return None,
    };
    let Node::Element { name, attributes, .. } = picture else { return None };
    let find = |wanted: &str| attributes.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let number = find("data-picture").filter(|_| name == "img")?;
    let shown = match find("data-video") {
        None => format!("ảnh {number}"),
        Some(video) => format!("video {number} {}", Video::parse(video)?.address()),
    };
    match caption {
        None => Some(format!("[{shown}]")),
        Some([Node::Text(caption)]) => Some(format!("[{shown}: {caption}]")),
        Some(_) => None,
    }
}

fn write_list(is_ordered: bool, items: &[Node], indent: &str) -> Option<String> {
    let mut lines = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Node::Element { name, children, .. } = item else { return None };
        if name != "li" {
            return None;
        }
        let mark = if is_ordered { format!("{}. ", index + 1) } else { "- ".to_owned() };
        let inner = format!("{indent}{}", " ".repeat(mark.len()));
        let is_nested =
            |node: &&Node| matches!(node, Node::Element { name, .. } if matches!(name.as_str(), "ul" | "ol"));
        let text: Vec<Node> = children.iter().take_while(|node| !is_nested(node)).cloned().collect();
        let mut line = format!("{mark}{}", write_inline(&text, true)?.replace('\n', &format!("\n{inner}")));
        for nested in &children[text.len()..] {
            line.push_str(&format!("\n{inner}{}", write_block(nested, &inner)?));
        }
        lines.push(line);
    }
    (!lines.is_empty()).then(|| lines.join(&format!("\n{indent}")))
}

/// Writes text with its marks; `None` where it has something that Markdown cannot say.
fn write_inline(nodes: &[Node], is_line_start: bool) -> Option<String> {
    let mut text = String::new();
    for node in nodes {
        match node {
            Node::Text(plain) => {
                let at_start = is_line_start && (text.is_empty() || text.ends_with('\n'));
                text.push_str(&escape_markdown(plain, at_start));
            }
            Node::Element { name, attributes, children } => {
                let inner = |mark: &str| Some(format!("{mark}{}{mark}", write_inline(children, false)?));
                let part = match name.as_str() {
                    "strong" => inner("**")?,
                    "em" => inner("*")?,
                    "br" => "\\\n".to_owned(),
                    "a" => {
                        let (_, address) = attributes.iter().find(|(name, _)| name == "href")?;
                        format!("[{}](<{address}>)", write_inline(children, false)?)
                    }
                    _ => return None,
                };
                text.push_str(&part);
            }
        }
    }
    Some(text)
}

/// Text in which no sign is taken for a mark.
fn escape_markdown(text: &str, is_line_start: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut is_start = is_line_start;
    let mut digits = 0;
    for c in text.chars() {
        let is_mark = matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '!')
            || (is_start && matches!(c, '#' | '+' | '-' | '=' | '~' | '|'))
            // a number with a full stop begins a list
            || (digits > 0 && matches!(c, '.' | ')'));
        if is_mark {
            escaped.push('\\');
        }
        escaped.push(c);
        digits = if is_line_start && (is_start || digits > 0) && c.is_ascii_digit() { digits + 1 } else { 0 };
        is_start = c == '\n' || (is_start && c == ' ');
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_both_can_say_comes_back_the_same() {
        for (html, markdown) in [
            ("<p>Một đoạn.</p>", "Một đoạn."),
            ("<h2>Mục</h2><h3>Mục nhỏ</h3><p>a</p>", "## Mục\n\n### Mục nhỏ\n\na"),
            ("<p><strong>Đậm</strong> và <em>nghiêng</em></p>", "**Đậm** và *nghiêng*"),
            ("<p>một<br>hai</p>", "một\\\nhai"),
            ("<ul><li>một</li><li>hai<ul><li>ba</li></ul></li></ul>", "- một\n- hai\n  - ba"),
            ("<ol><li>một</li><li>hai</li></ol>", "1. một\n2. hai"),
            ("<blockquote><p>Lời</p><p>dài</p></blockquote>", "> Lời\n>\n> dài"),
            ("<p><a href=\"https://b.vn/a(1)\" rel=\"noopener\">đây</a></p>", "[đây](<https://b.vn/a(1)>)"),
            ("<figure><img data-picture=\"12\"></figure>", "[ảnh 12]"),
            (
                "<p>a</p><figure><img data-picture=\"12\"><figcaption>Hẻm 12: [sau] &amp; trước</figcaption></figure>\
                 <p>b</p>",
                "a\n\n[ảnh 12: Hẻm 12: [sau] & trước]\n\nb",
            ),
            ("<p>[ảnh 12]</p>", "\\[ảnh 12\\]"),
            (
                "<figure><img data-picture=\"12\" data-video=\"youtube-dQw4w9WgXcQ\"></figure>",
                "[video 12 https://www.youtube.com/watch?v=dQw4w9WgXcQ]",
            ),
            (
                "<figure><img data-picture=\"12\" data-video=\"vimeo-76979871\"><figcaption>Lễ hội: ngày 2</figcaption>\
                 </figure>",
                "[video 12 https://vimeo.com/76979871: Lễ hội: ngày 2]",
            ),
            ("<p>25. tháng 7, # và - *không* [phải] &lt;thẻ&gt; &amp; 1_000</p>", ""),
        ] {
            if !markdown.is_empty() {
                assert_eq!(to_markdown(html), markdown);
            }
            let written = to_markdown(html);
            assert!(!written.contains("[khối"), "{written}");
            assert_eq!(to_blocks(&written), html, "{written}");
        }
    }

    #[test]
    fn what_markdown_cannot_say_stands_as_a_line_and_returns_untouched() {
        let table = "<table><tbody><tr><td>a</td></tr></tbody></table>";
        let body = format!("<p>trước</p>{table}<p>sau</p>");
        let markdown = to_markdown(&body);
        assert_eq!(markdown, "trước\n\n[khối 2: bảng]\n\nsau");
        assert_eq!(to_html(&markdown, &body), body, "not a byte is changed");
        let changed = to_html("sau\n\n[khối 2: bảng]\n\ntrước và **mới**", &body);
        assert_eq!(changed, format!("<p>sau</p>{table}<p>trước và <strong>mới</strong></p>"));
        assert_eq!(to_html("[khối 7: bảng]", &body), "<p>[khối 7: bảng]</p>", "no such block");
        assert_eq!(to_html("[khối 1: đoạn]", &body), "<p>[khối 1: đoạn]</p>", "that one can be written");
    }

    #[test]
    fn unchanged_text_is_the_body_byte_for_byte() {
        let odd = "<p>a</p>\n\n<p>b</p> lạc <ul><li><p>c</p></li></ul>";
        assert_eq!(to_html(&to_markdown(odd), odd), odd);
    }

    #[test]
    fn no_depth_is_too_deep() {
        let deep = |depth: usize| format!("{}a{}", "<blockquote>".repeat(depth), "\n</blockquote>".repeat(depth));
        assert!(to_html(&deep(1000), "").contains('a'));
        assert!(to_markdown(&deep(1000)).len() < 100_000);
        assert!(is_overloaded(&deep(30_000)) && is_overloaded(&format!("{} a", ">".repeat(30_000))));
        assert!(!is_overloaded(&"Một [liên kết](<https://b.vn>) và 1 < 2.\n".repeat(1000)));
    }

    #[test]
    fn html_in_markdown_is_sanitised() {
        let html = to_html("<script>alert(1)</script><p onclick=x>a</p>\n\n[b](javascript:alert(1))", "");
        assert!(!html.contains("script") && !html.contains("onclick"), "{html}");
    }

    proptest! {
        #[test]
        fn any_text_in_a_paragraph_comes_back(text in "[ -~àáđộ\n]{1,60}") {
            let body = sanitise(&format!("<p>{}</p>", escape(&text, false)));
            let markdown = to_markdown(&body);
            prop_assert_eq!(&to_html(&markdown, &body), &body);
            // a change elsewhere leaves it as it is, but for white space that nobody sees
            let squeeze = |html: &str| {
                let joined = html.split_whitespace().collect::<Vec<_>>().join(" ");
                joined.replace("<p> ", "<p>").replace(" </p>", "</p>")
            };
            let after = to_html(&format!("{markdown}\n\nthêm"), &body);
            prop_assert_eq!(squeeze(&after), squeeze(&format!("{body}<p>thêm</p>")));
        }

        #[test]
        fn whatever_is_typed_becomes_clean_html(markdown in ".{0,200}") {
            let html = to_html(&markdown, "");
            prop_assert_eq!(sanitise(&html), html);
        }
    }
}
