//! The addresses of a NukeViet site: what each of them meant, whatever its spelling.

use crate::base::text::clean_line;
use percent_encoding::percent_decode_str;

/// What addresses of the old site are read with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OldModules {
    /// `vi`
    pub languages: Vec<String>,
    /// The names of its modules in addresses, and what each is.
    pub modules: Vec<(String, ModuleKind)>,
    /// The module whose name addresses leave out; empty where all name theirs.
    pub unnamed: String,
}

/// What a module of the old site is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "old_module_kind", rename_all = "snake_case"))]
pub enum ModuleKind {
    News,
    /// Pages that are no news.
    Pages,
    Search,
    Contact,
    Statistics,
    /// One without a counterpart here.
    Other,
}

/// What is found by a readable part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Category,
    Tag,
    Topic,
    Author,
    Page,
}

/// What an address of the old site meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OldAddress {
    Home,
    /// An article of a module, by its number there.
    Article(String, i64),
    /// Something of a module with a readable part, and the page of its list.
    Named(String, Named, String, i64),
    /// A list of a module into which editors put articles, by its readable part, and the page of the list.
    Group(String, String, i64),
    /// The pages of a module, of which none was named.
    Pages(String),
    /// The feed of everything, or of a category of a module.
    Feed(Option<(String, String)>),
    /// A search with its words.
    Search(String),
    Contact,
    Statistics,
    /// A picture or file, by its path below the folder of uploads.
    File(String),
}

/// Whether an address may be one of the old site. Nothing is looked up for any other.
pub fn may_be_old(path: &str, query: &str, is_page_here: bool) -> bool {
    let path = path.trim_end_matches('/').as_bytes();
    let ends = |end: &[u8]| path.len() >= end.len() && path[path.len() - end.len()..].eq_ignore_ascii_case(end);
    let last = path.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
    // a page of a list of the old site, which looks like the article of that number
    let is_list_page = last.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"page-"))
        && last.len() > 5
        && last[5..].iter().all(u8::is_ascii_digit);
    !is_page_here
        || is_list_page
        || [&b".html"[..], b".htm", b".php"].into_iter().any(ends)
        || query.split('&').any(|parameter| parameter.starts_with("nv="))
}

/// Reads an address of the old site: its path as it came, and its query. `None` where it can be none.
pub fn parse_old_address(old: &OldModules, path: &str, query: &str) -> Option<OldAddress> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    if let Some(rest) = strip_folder(&parts) {
        return Some(OldAddress::File(rest.join("/")));
    }
    if parts.first().is_some_and(|part| part.eq_ignore_ascii_case("index.php")) {
        parts.remove(0);
    }
    let is_ours = |named: &str| old.languages.iter().any(|language| named.eq_ignore_ascii_case(language));
    let is_language = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    match parts.first() {
        Some(part) if is_ours(part) => drop(parts.remove(0)),
        // another language of the old site, whose numbers are others
        Some(part) if is_language(part) && parts.len() > 1 => return None,
        _ => {}
    }
    let parameter = |wanted: &str| {
        let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.into_owned())
    };
    if parameter("language").is_some_and(|language| !is_ours(&language)) {
        return None;
    }
    let op = parameter("op").unwrap_or_default();
    let (module, rest) = match parameter("nv") {
        Some(named) => {
            let module = old.modules.iter().find(|(name, _)| name.eq_ignore_ascii_case(&named))?;
            (module, op.split('/').filter(|part| !part.is_empty()).collect())
        }
        None if parts.is_empty() => return Some(OldAddress::Home),
        None => match old.modules.iter().find(|(name, _)| name.eq_ignore_ascii_case(without_extension(parts[0]).0)) {
            Some(module) => (module, parts.split_off(1)),
            None => (old.modules.iter().find(|(name, _)| *name == old.unnamed)?, parts),
        },
    };
    let words = || parameter("q").unwrap_or_default();
    match module.1 {
        ModuleKind::News => parse_news(&module.0, &rest, words()),
        ModuleKind::Pages => Some(match rest.first().filter(|part| read_page_number(part).is_none()) {
            Some(alias) => OldAddress::Named(module.0.clone(), Named::Page, fold_alias(without_extension(alias).0), 1),
            None => OldAddress::Pages(module.0.clone()),
        }),
        ModuleKind::Search => Some(OldAddress::Search(words())),
        ModuleKind::Contact => Some(OldAddress::Contact),
        ModuleKind::Statistics => Some(OldAddress::Statistics),
        // the page that lists the feeds
        ModuleKind::Other if module.0.eq_ignore_ascii_case("feeds") => Some(OldAddress::Feed(None)),
        ModuleKind::Other => None,
    }
}

/// The path of a file below the folder of uploads, of which thumbnails have a copy of their own.
fn strip_folder<'a>(parts: &'a [&'a str]) -> Option<&'a [&'a str]> {
    let folder = parts.first()?.to_ascii_lowercase();
    (matches!(folder.as_str(), "uploads" | "assets") && parts.len() > 1).then(|| &parts[1..])
}

fn parse_news(module: &str, parts: &[&str], words: String) -> Option<OldAddress> {
    let named = |what, alias: &str, page| OldAddress::Named(module.to_owned(), what, fold_alias(alias), page);
    let page = parts.last().and_then(|last| read_page_number(last));
    let rest = if page.is_some() { &parts[..parts.len() - 1] } else { parts };
    let page: i64 = page.unwrap_or(1);
    let first = rest.first().map(|part| part.to_ascii_lowercase()).unwrap_or_default();
    match (first.as_str(), rest) {
        (_, []) => Some(OldAddress::Home),
        ("rss", [_, category, ..]) => {
            Some(OldAddress::Feed(Some((module.to_owned(), fold_alias(without_extension(category).0)))))
        }
        ("rss", _) => Some(OldAddress::Feed(None)),
        ("instant-rss", _) => Some(OldAddress::Feed(None)),
        // where members sent articles
        ("content", _) => None,
        ("search", _) => Some(OldAddress::Search(words)),
        ("groups", [_, alias, ..]) => {
            Some(OldAddress::Group(module.to_owned(), fold_alias(without_extension(alias).0), page))
        }
        ("groups", _) => Some(OldAddress::Home),
        ("tag", [_, alias, ..]) => Some(named(Named::Tag, without_extension(alias).0, page)),
        ("topic", [_, alias, ..]) => Some(named(Named::Topic, without_extension(alias).0, page)),
        ("author", [_, alias, ..]) => Some(named(Named::Author, without_extension(alias).0, page)),
        _ => {
            let (last, has_extension) = without_extension(rest[rest.len() - 1]);
            let id = last.rsplit_once('-').and_then(|(_, number)| parse_number(number));
            match id {
                Some(id) if rest.len() > 1 || has_extension => Some(OldAddress::Article(module.to_owned(), id)),
                _ => Some(named(Named::Category, without_extension(rest[0]).0, page)),
            }
        }
    }
}

/// The number of `page-2`.
fn read_page_number(part: &str) -> Option<i64> {
    without_extension(part).0.to_ascii_lowercase().strip_prefix("page-")?.parse().ok()
}

/// Reads the last part of an address that may be the old one of an article, in the form of one of this site: its
/// readable part and its number there.
pub fn parse_look_alike(last: &str) -> Option<(String, i64)> {
    let last = percent_decode_str(last).decode_utf8().ok()?;
    let (alias, number) = last.rsplit_once('-')?;
    Some((fold_alias(alias), parse_number(number)?))
}

fn parse_number(text: &str) -> Option<i64> {
    (!text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())?
}

/// A part of an address without `.html`, and whether it had it.
fn without_extension(part: &str) -> (&str, bool) {
    let lower = part.to_ascii_lowercase();
    match [".html", ".htm"].iter().find(|end| lower.ends_with(*end)) {
        Some(end) => (&part[..part.len() - end.len()], true),
        None => (part, false),
    }
}

/// A readable part of an address as it is compared: composed, in small letters.
pub fn fold_alias(alias: &str) -> String {
    clean_line(alias).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn old() -> OldModules {
        let module = |name: &str, kind| (name.to_owned(), kind);
        OldModules {
            languages: vec!["vi".to_owned(), "en".to_owned()],
            modules: vec![
                module("news", ModuleKind::News),
                module("su-kien", ModuleKind::News),
                module("about", ModuleKind::Pages),
                module("seek", ModuleKind::Search),
                module("contact", ModuleKind::Contact),
                module("statistics", ModuleKind::Statistics),
                module("users", ModuleKind::Other),
            ],
            unnamed: "news".to_owned(),
        }
    }

    fn parse(address: &str) -> Option<OldAddress> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        parse_old_address(&old(), path, query)
    }

    #[test]
    fn an_article_is_its_module_and_number_in_every_spelling() {
        for address in [
            "/vi/news/tin-tuc/hoi-nghi-dan-van-12.html",
            "/news/tin-tuc/hoi-nghi-dan-van-12.html",
            "/tin-tuc/hoi-nghi-dan-van-12.html",
            "/vi/tin-tuc/hoi-nghi-dan-van-12.html",
            "/index.php/vi/news/tin-tuc/hoi-nghi-dan-van-12.html",
            "/index.php/news/Tin-tuc/Hoi-nghi-12/",
            "/VI/NEWS/TIN-TUC/HOI-NGHI-12.HTML",
            "/vi/news/tin-tuc/h%E1%BB%99i-ngh%E1%BB%8B-12.html/",
            "/vi/news/hoi-nghi-12.html",
            "/vi/news/print/tin-tuc/hoi-nghi-12.html",
            "/vi/news/savefile/tin-tuc/hoi-nghi-12.html",
            "/index.php?language=vi&nv=news&op=tin-tuc/hoi-nghi-12",
            "/index.php?language=vi&nv=news&op=tin-tuc/hoi-nghi-12.html",
            "/?language=vi&nv=NEWS&op=tin-tuc%2Fhoi-nghi-12.html&fbclid=x",
            "/vi/news/tin-tuc/hoi-nghi-12.html?fbclid=x",
        ] {
            assert_eq!(parse(address), Some(OldAddress::Article("news".to_owned(), 12)), "{address}");
        }
        assert_eq!(parse("/vi/su-kien/le-hoi/xuan-7.html"), Some(OldAddress::Article("su-kien".to_owned(), 7)));
    }

    #[test]
    fn everything_else_is_what_it_was() {
        let named = |what, alias: &str, page| Some(OldAddress::Named("news".to_owned(), what, alias.to_owned(), page));
        for (address, meant) in [
            ("/vi/news/tin-tuc/", named(Named::Category, "tin-tuc", 1)),
            ("/vi/news/Tin-Tuc/page-3/", named(Named::Category, "tin-tuc", 3)),
            ("/tin-tuc", named(Named::Category, "tin-tuc", 1)),
            ("/ke-hoach-2023/", named(Named::Category, "ke-hoach-2023", 1)),
            ("/vi/news/tag/d%C3%A2n-v%E1%BA%ADn/", named(Named::Tag, "dân-vận", 1)),
            ("/vi/news/tag/D%C3%82N-v%E1%BA%ADn.html", named(Named::Tag, "dân-vận", 1)),
            ("/news/topic/chuyen-doi-so/page-2", named(Named::Topic, "chuyen-doi-so", 2)),
            ("/news/author/ban-bien-tap/", named(Named::Author, "ban-bien-tap", 1)),
            (
                "/vi/news/groups/Tin-tieu-diem/page-2/",
                Some(OldAddress::Group("news".to_owned(), "tin-tieu-diem".to_owned(), 2)),
            ),
            ("/vi/news/groups/", Some(OldAddress::Home)),
            ("/vi/news/rss/", Some(OldAddress::Feed(None))),
            ("/vi/news/rss/tin-tuc/", Some(OldAddress::Feed(Some(("news".to_owned(), "tin-tuc".to_owned()))))),
            ("/vi/news/search/?q=c%C3%BAp+n%C6%B0%E1%BB%9Bc", Some(OldAddress::Search("cúp nước".to_owned()))),
            ("/vi/seek/?q=a", Some(OldAddress::Search("a".to_owned()))),
            ("/vi/contact/", Some(OldAddress::Contact)),
            ("/index.php?nv=statistics", Some(OldAddress::Statistics)),
            (
                "/vi/about/gioi-thieu.html",
                Some(OldAddress::Named("about".to_owned(), Named::Page, "gioi-thieu".to_owned(), 1)),
            ),
            ("/vi/about/", Some(OldAddress::Pages("about".to_owned()))),
            ("/vi/about/page-2/", Some(OldAddress::Pages("about".to_owned()))),
            ("/vi/news/content/", None),
            ("/vi/news/instant-rss/", Some(OldAddress::Feed(None))),
            ("/vi/", Some(OldAddress::Home)),
            ("/index.php", Some(OldAddress::Home)),
            ("/vi/news/", Some(OldAddress::Home)),
            ("/vi/news/page-2/", Some(OldAddress::Home)),
            ("/uploads/news/2023_07/%E1%BA%A3nh%201.jpg", Some(OldAddress::File("news/2023_07/ảnh 1.jpg".to_owned()))),
            ("/assets/news/2023_07/a.jpg", Some(OldAddress::File("news/2023_07/a.jpg".to_owned()))),
            ("/vi/news/tin-tuc/page-2.html", named(Named::Category, "tin-tuc", 2)),
            ("/VI/NEWS/TIN-TUC/PAGE-2/", named(Named::Category, "tin-tuc", 2)),
            // another language has numbers of its own
            ("/fr/news/actualites/réunion-12.html", None),
            ("/index.php?language=fr&nv=news&op=x/y-12", None),
            ("/vi/users/login/", None),
            ("/index.php?nv=khong-co", None),
            ("/%FF", None),
        ] {
            assert_eq!(parse(address), meant, "{address}");
        }
    }

    #[test]
    fn a_page_of_this_site_is_not_looked_up() {
        for (path, query, is_page_here, may_be) in [
            ("/tin-tuc/hoi-nghi-12", "", true, false),
            ("/tin-tuc/hoi-nghi-12", "trang-y-kien=2", true, false),
            ("/tin-tuc/hoi-nghi-12.html", "", true, true),
            ("/tin-tuc/page-2", "", true, true),
            ("/tin-tuc/Page-20/", "", true, true),
            ("/tin-tuc/page-", "", true, false),
            ("/tin-tuc/page-2a", "", true, false),
            ("/", "", true, false),
            ("/", "language=vi&nv=news", true, true),
            ("/vi/news/tin-tuc/", "", false, true),
        ] {
            assert_eq!(may_be_old(path, query, is_page_here), may_be, "{path}?{query}");
        }
    }
}
