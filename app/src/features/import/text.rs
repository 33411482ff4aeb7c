//! Texts as people wrote them, from the HTML in which another site kept them.

use crate::base::text::{clean_line, clean_lines};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// Elements behind which a new line begins.
const LINES: [&str; 18] = [
    "br",
    "p",
    "div",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "figure",
    "figcaption",
    "hr",
];
/// Elements whose content is no text.
const NO_TEXT: [&str; 2] = ["script", "style"];

#[derive(Default)]
struct TextSink {
    text: RefCell<String>,
    hidden: RefCell<usize>,
}

impl TokenSink for TextSink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) if *self.hidden.borrow() == 0 => self.text.borrow_mut().push_str(&text),
            Token::TagToken(tag) if NO_TEXT.contains(&&*tag.name) => {
                let mut hidden = self.hidden.borrow_mut();
                *hidden = if tag.kind == TagKind::StartTag { *hidden + 1 } else { hidden.saturating_sub(1) };
            }
            Token::TagToken(tag) if LINES.contains(&&*tag.name) => self.text.borrow_mut().push('\n'),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// The text of HTML: entities decoded once, a line for each that a browser begins.
fn read_text(html: &str) -> String {
    let tokenizer = Tokenizer::new(TextSink::default(), TokenizerOpts::default());
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(html));
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    tokenizer.sink.text.take()
}

/// A text of one line: a title, a name, a lead.
pub fn read_line(html: &str) -> String {
    clean_line(&read_text(html))
}

/// A text of several lines: a comment.
pub fn read_lines(html: &str) -> String {
    clean_lines(&read_text(html))
}

/// The beginning of a text, at most so many characters, up to the end of a word.
pub fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|end| *end > 0).unwrap_or(cut.len());
    format!("{}…", cut[..end].trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_are_decoded_once_and_tags_are_none() {
        for (stored, text) in [
            ("Phường Hiệp Ninh&#x3A; Hội nghị", "Phường Hiệp Ninh: Hội nghị"),
            ("Trần &quot;Tèo&quot; Văn", "Trần \"Tèo\" Văn"),
            ("&lt;b&gt;A&amp;B&lt;&#x002F;b&gt;", "<b>A&B</b>"),
            ("&amp;amp;", "&amp;"),
            ("Q&A: 1 < 2", "Q&A: 1 < 2"),
            ("A &&#91;B&#93; C", "A &[B] C"),
            ("một<br />hai", "một hai"),
            ("<p>a</p><p>b</p>", "a b"),
            ("a<script>alert(1)</script>b", "ab"),
            ("Ba\u{301}o 👍\u{200b}", "Báo 👍"),
        ] {
            assert_eq!(read_line(stored), text, "{stored}");
        }
        assert_eq!(read_lines("a<br />b<br>c<br/><br /><br />d &amp; e"), "a\nb\nc\n\nd & e");
        assert_eq!(read_lines("<p>một</p>\n\n<p>hai</p>"), "một\n\nhai");
    }

    #[test]
    fn a_text_is_shortened_between_words() {
        assert_eq!(shorten("một hai ba", 20), "một hai ba");
        assert_eq!(shorten("một hai ba", 9), "một hai…");
        assert_eq!(shorten("mộthaiba", 4), "một…");
    }
}
