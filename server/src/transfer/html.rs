//! The texts as pages that any browser opens from the folder.

use super::TransferResult;
use super::export::Media;
use app::base::clock::format_long;
use app::base::html_tree::escape;
use app::features::transfer::records::Text;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use time::OffsetDateTime;

/// What every page begins with.
const HEAD: &str = "<meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
<style>:root{color-scheme:light dark}body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:1.125rem/1.6 sans-serif}\
img{max-width:100%;height:auto}table{border-collapse:collapse}td,th{border:1px solid #999;padding:.25rem .5rem}\
time{opacity:.75}li{margin:.5rem 0}</style>";

/// A text in the list of all.
pub struct Listed {
    title: String,
    path: String,
    at: Option<OffsetDateTime>,
}

/// Writes the page of a text.
pub fn write_text(to: &Path, text: &Text, media: &Media) -> TransferResult<Listed> {
    let content = &text.content;
    let slug: String = content.slug.chars().take(100).collect();
    let path = format!("texts/{}-{slug}.html", text.id);
    let title = escape(&content.title, false);
    let mut page = format!("<!doctype html><html lang=\"vi\"><title>{title}</title>{HEAD}<h1>{title}</h1>");
    if let Some(at) = text.published_at {
        write!(page, "<p><time>{}</time>", format_long(at))?;
        if !content.author.is_empty() {
            write!(page, " · {}", escape(&content.author, false))?;
        }
        page.push_str("</p>");
    }
    if !content.lead.is_empty() {
        write!(page, "<p><strong>{}</strong></p>", escape(&content.lead, false))?;
    }
    if let Some((file, alt)) = content.picture.and_then(|id| media.picture(id)) {
        let caption = escape(&content.caption, false);
        let alt = escape(alt, true);
        write!(page, "<figure><img src=\"../{file}\" alt=\"{alt}\"><figcaption>{caption}</figcaption></figure>")?;
    }
    page.push_str(&media.lead_into_folder(&content.body));
    if !content.source.is_empty() {
        write!(page, "<p>Nguồn: {}</p>", escape(&content.source, false))?;
    }
    page.push_str("</html>\n");
    fs::write(to.join(&path), page)?;
    Ok(Listed { title: content.title.clone(), path, at: text.published_at })
}

/// Writes the list of all texts, the newest first.
pub fn write_index(to: &Path, name: &str, listed: &[Listed]) -> TransferResult<()> {
    let mut sorted: Vec<&Listed> = listed.iter().collect();
    sorted.sort_by_key(|listed| std::cmp::Reverse(listed.at));
    let name = escape(if name.is_empty() { "Danh sách bài viết" } else { name }, false);
    let mut page = format!("<!doctype html><html lang=\"vi\"><title>{name}</title>{HEAD}<h1>{name}</h1><ul>");
    for listed in sorted {
        let at = listed.at.map(format_long).unwrap_or_default();
        write!(page, "<li><a href=\"{}\">{}</a><br><time>{at}</time></li>", listed.path, escape(&listed.title, false))?;
    }
    page.push_str("</ul></html>\n");
    fs::write(to.join("index.html"), page)?;
    Ok(())
}
