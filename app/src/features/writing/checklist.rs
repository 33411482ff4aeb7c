//! What is looked at before an article is published: hints, none of which keeps it from being published.

use super::Content;
use crate::base::clock::parse_month_path;
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::base::html_tree::{Node, parse};
use crate::features::articles::store::lists::list_public;
use crate::features::articles::{ArticleKind, parse_slug_id};
use crate::features::media::body::find_file_hash;
use crate::features::media::store::serving::find_download;
use crate::features::media::store::uses::list_undescribed;
use crate::features::pages::store::find_page;
use crate::features::rules::find_personal;
use crate::features::series::store::find_series;
use crate::features::taxonomy::store::{find_category, find_tag};
use crate::routes::{self, Kind};
use crate::web::site::Site;
use leptos::prelude::*;

/// Titles longer than this are cut in search results and on phones, in characters.
const GOOD_TITLE: usize = 100;
/// Leads longer than this are no longer read at a glance, in characters.
const GOOD_LEAD: usize = 300;
/// The most links that are looked at.
const MAX_LINKS: usize = 100;

/// The most personal data that is named.
const MAX_PERSONAL: usize = 5;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Check {
    pub(super) is_fine: bool,
    pub(super) sentence: String,
}

fn fine(sentence: &str) -> Check {
    Check { is_fine: true, sentence: sentence.to_owned() }
}

fn hint(sentence: String) -> Check {
    Check { is_fine: false, sentence }
}

/// Looks at a text before it is published.
pub(super) async fn list_checks(
    site: &Site,
    article: i64,
    kind: ArticleKind,
    content: &Content,
) -> Result<Vec<Check>, AppError> {
    let undescribed = list_undescribed(&mut *site.pool.acquire().await?, &content.pictures()).await?.len();
    let body = parse(&content.body);
    let (mut links, mut text) = (Vec::new(), format!("{}\n{}\n", content.title, content.lead));
    collect(&body, &mut links, &mut text);
    let mut broken = Vec::new();
    for link in links.into_iter().take(MAX_LINKS) {
        if !is_good_link(site, article, &link).await? {
            broken.push(link);
        }
    }
    let personal = find_personal(&text, MAX_PERSONAL);
    let lengths = match kind {
        ArticleKind::Article => vec![
            check_length("Tiêu đề", &content.title, GOOD_TITLE),
            check_length("Đoạn mở đầu", &content.lead, GOOD_LEAD),
        ],
        ArticleKind::Page => vec![check_length("Tiêu đề", &content.title, GOOD_TITLE)],
        // the subject of a document is what is written on it
        ArticleKind::Document => Vec::new(),
    };
    let found = [
        match undescribed {
            0 => fine("Ảnh nào cũng có lời mô tả"),
            count => hint(format!("{} ảnh chưa có lời mô tả: cần có trước khi đăng", format_number(count as i64))),
        },
        match &broken[..] {
            [] => fine("Liên kết đều dùng được"),
            broken => hint(format!("Liên kết không dùng được: {}", broken.join(", "))),
        },
        match &personal[..] {
            [] => fine("Không thấy số điện thoại, số định danh hay email"),
            found => {
                hint(format!("Có thông tin giống của cá nhân: {}. Bỏ đi nếu không được phép đăng", found.join(", ")))
            }
        },
    ];
    Ok(lengths.into_iter().chain(found).collect())
}

fn check_length(label: &str, text: &str, good: usize) -> Check {
    match text.chars().count() {
        0 => hint(format!("{label} còn trống: cần có trước khi đăng")),
        count if count > good => {
            let (count, good) = (format_number(count as i64), format_number(good as i64));
            hint(format!("{label} dài {count} ký tự; dưới {good} ký tự dễ đọc hơn"))
        }
        _ => fine(&format!("{label} vừa đủ dài")),
    }
}

/// Collects the addresses and the text of a body.
fn collect(nodes: &[Node], links: &mut Vec<String>, text: &mut String) {
    for node in nodes {
        match node {
            Node::Text(part) => text.push_str(part),
            Node::Element { name, attributes, children } => {
                if name == "a" {
                    links.extend(attributes.iter().filter(|(name, _)| name == "href").map(|(_, value)| value.clone()));
                }
                collect(children, links, text);
                // words of two blocks do not run together
                text.push('\n');
            }
        }
    }
}

/// Whether a link leads somewhere. One of this site is looked up; of another site's only the form is looked at, because
/// the server opens no address that somebody typed.
async fn is_good_link(site: &Site, article: i64, link: &str) -> Result<bool, AppError> {
    let own = link.strip_prefix(&*site.public_url).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let path = match own {
        Some("") => "/",
        Some(path) => path,
        None if link.starts_with('/') && !link.starts_with("//") => link,
        None => return Ok(is_well_formed(link)),
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if let Some(hash) = find_file_hash(path) {
        return Ok(find_download(&site.pool, hash).await?.is_some());
    }
    let Some((index, last)) = routes::find(path) else { return Ok(false) };
    Ok(match routes::ALL[index] {
        routes::CALENDAR_MONTH | routes::ARCHIVE => parse_month_path(last).is_some(),
        routes::PAGE => find_page(&site.pool, last).await?.is_some(),
        routes::ARTICLE | routes::DOCUMENT => match parse_slug_id(last) {
            Some((_, id)) => id == article || !list_public(&site.pool, &[id]).await?.is_empty(),
            None => false,
        },
        routes::CATEGORY => find_category(&site.pool, last).await?.is_some(),
        routes::SERIES => find_series(&site.pool, last).await?.is_some(),
        routes::TAG => find_tag(&site.pool, last).await?.is_some(),
        route => route.kind == Kind::Page && !route.path.ends_with('/') || route == routes::HOME,
    })
}

/// Whether an address outside of the site has the form of one.
fn is_well_formed(link: &str) -> bool {
    if let Some(address) = link.strip_prefix("mailto:") {
        return crate::base::text::is_email(address.split('?').next().unwrap_or_default());
    }
    if let Some(number) = link.strip_prefix("tel:") {
        return number.chars().filter(char::is_ascii_digit).count() >= 3;
    }
    let Ok(uri) = link.parse::<http::Uri>() else { return false };
    matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| host.contains('.'))
}

/// The list that stands before the buttons.
pub(super) fn checklist(checks: &[Check]) -> Option<impl IntoView + use<>> {
    let items = checks.iter().map(|check| {
        let (class, sign) = if check.is_fine { ("fine", "✓") } else { ("hint", "!") };
        view! {
            <li class=class><span aria-hidden="true">{sign}</span><span>{check.sentence.clone()}</span></li>
        }
    });
    let items = items.collect_view();
    let is_fine = checks.iter().all(|check| check.is_fine);
    (!checks.is_empty()).then(|| {
        view! {
            <details class="more checklist" open=!is_fine>
                <summary>{if is_fine { "Trước khi đăng: đã ổn" } else { "Trước khi đăng: xem lại" }}</summary>
                <ul>{items}</ul>
                <p class="quiet">"Xem trên bản đã lưu gần nhất."</p>
            </details>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_other_sites_are_judged_by_their_form() {
        for good in ["https://chinhphu.vn/a?b=1", "http://x.vn", "mailto:ubnd@p.vn", "tel:+84283811", "tel:113"] {
            assert!(is_well_formed(good), "{good}");
        }
        for bad in ["https://", "https://khong", "mailto:ai", "tel:ab", "ftp://x.vn", "x", "//x.vn/a", "https:// x.vn"]
        {
            assert!(!is_well_formed(bad), "{bad}");
        }
    }

    #[test]
    fn lengths_are_hints() {
        assert!(check_length("Tiêu đề", &"a".repeat(100), 100).is_fine);
        assert!(!check_length("Tiêu đề", &"a".repeat(101), 100).is_fine);
        assert!(!check_length("Tiêu đề", "", 100).is_fine);
    }

    #[test]
    fn links_and_text_of_a_body_are_found() {
        let (mut links, mut text) = (Vec::new(), String::new());
        collect(&parse("<p>Gọi <a href=\"tel:113\">113</a></p><ul><li>a</li><li>b</li></ul>"), &mut links, &mut text);
        assert_eq!(links, ["tel:113"]);
        assert!(text.contains("113") && text.contains("a\nb"), "{text}");
    }
}
