//! Sanitising the body of an article: a few elements that its text is made of stay, everything else goes, and the text
//! inside stays.

use ammonia::Builder;

/// Grows with every change of the rules, so that bodies that were sanitised by older rules are known.
pub const VERSION: i16 = 1;

const ELEMENTS: [&str; 11] = ["p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a", "blockquote", "br"];
const LINK_SCHEMES: [&str; 4] = ["https", "http", "mailto", "tel"];

/// Sanitises HTML from outside.
pub fn sanitise(html: &str) -> String {
    Builder::new()
        .tags(ELEMENTS.into())
        .generic_attributes([].into())
        .tag_attributes([("a", ["href"].into())].into())
        .url_schemes(LINK_SCHEMES.into())
        .link_rel(Some("noopener"))
        .clean(html.trim())
        .to_string()
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
