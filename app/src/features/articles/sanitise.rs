//! Sanitising the body of an article: a few elements that its text is made of stay, everything else goes, and the text
//! inside stays.

use crate::features::media::video::Video;
use ammonia::Builder;
use regex::Regex;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Grows with every change of the rules, so that bodies that were sanitised by older rules are known.
pub const VERSION: i16 = 3;

const ELEMENTS: [&str; 20] = [
    "p",
    "h2",
    "h3",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "br",
    "figure",
    "figcaption",
    "img",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
];
const LINK_SCHEMES: [&str; 4] = ["https", "http", "mailto", "tel"];

/// Sanitises HTML from outside.
pub fn sanitise(html: &str) -> String {
    let clean = Builder::new()
        .tags(ELEMENTS.into())
        .generic_attributes([].into())
        .tag_attributes(
            [
                ("a", ["href"].into()),
                // a picture of the library, by its number; what it shows and where it lies is looked up
                // and a video that it stands for
                ("img", ["data-picture", "data-video"].into()),
                ("ol", ["start"].into()),
                ("td", ["colspan", "rowspan"].into()),
                ("th", ["colspan", "rowspan", "scope"].into()),
            ]
            .into(),
        )
        .attribute_filter(|element, attribute, value| {
            is_allowed(element, attribute, value).then_some(Cow::Borrowed(value))
        })
        .url_schemes(LINK_SCHEMES.into())
        .link_rel(Some("noopener"))
        .clean(html.trim())
        .to_string();
    EMPTY_FIGURE.replace_all(&UNKNOWN_PICTURE.replace_all(&clean, ""), "").into_owned()
}

/// A picture that is none of the library's.
static UNKNOWN_PICTURE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#"<img(?: data-video="[^"]*")?>"#).expect("is valid"));
/// What is left of a figure without its picture.
static EMPTY_FIGURE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"<figure>\s*(<figcaption>\s*</figcaption>)?\s*</figure>").expect("is valid"));

fn is_allowed(element: &str, attribute: &str, value: &str) -> bool {
    let is_number = |most: usize| (1..=most).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit());
    match (element, attribute) {
        ("img", "data-picture") => is_number(18),
        ("img", "data-video") => Video::parse(value).is_some(),
        (_, "colspan" | "rowspan") => is_number(2),
        (_, "start") => is_number(3),
        (_, "scope") => matches!(value, "col" | "row"),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn structure_stays_and_scripts_go() {
        for (dirty, clean) in [
            ("<p onclick=x style='a'>Chào <b>bà con</b></p>", "<p>Chào bà con</p>"),
            ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
            ("<a href='javascript:x'>a</a>", "<a rel=\"noopener\">a</a>"),
            ("<a href='https://b.vn'>b</a>", "<a href=\"https://b.vn\" rel=\"noopener\">b</a>"),
            ("<img src=x onerror=y>", ""),
            ("<h1>Tựa</h1><h2>Mục</h2>", "Tựa<h2>Mục</h2>"),
            ("<svg><style><img src=x onerror=y></style></svg>", ""),
            ("<p>1 &lt; 2", "<p>1 &lt; 2</p>"),
            (
                "<figure><img data-picture=12 src=x onerror=y alt=z><figcaption>Chú <i>thích</i></figcaption></figure>",
                "<figure><img data-picture=\"12\"><figcaption>Chú thích</figcaption></figure>",
            ),
            (
                "<figure><img data-picture=1 data-video='youtube-dQw4w9WgXcQ'></figure>",
                "<figure><img data-picture=\"1\" data-video=\"youtube-dQw4w9WgXcQ\"></figure>",
            ),
            ("<img data-picture=1 data-video='youtube-\"x'>", "<img data-picture=\"1\">"),
            ("<figure><img data-video='youtube-dQw4w9WgXcQ'></figure>", ""),
            ("<p>a</p><figure><img data-picture='1 onerror=x'><figcaption> </figcaption></figure>", "<p>a</p>"),
            (
                "<table border=1><tr><th scope=col style=x>a<td colspan=2>b<td colspan=x>c</table>",
                "<table><tbody><tr><th scope=\"col\">a</th><td colspan=\"2\">b</td><td>c</td></tr></tbody></table>",
            ),
            ("<iframe src=x></iframe><video src=x></video>", ""),
        ] {
            assert_eq!(sanitise(dirty), clean, "{dirty}");
        }
    }

    #[test]
    fn sanitising_twice_changes_nothing() {
        let once = sanitise("<p>a <em>b</em> <a href='tel:115'>c</a> & d</p>");
        assert_eq!(sanitise(&once), once);
    }
}
