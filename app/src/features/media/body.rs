//! Pictures in the body of an article. A stored body names a picture by its number, `<img data-picture="12">`, so that
//! a picture which is described anew or replaced changes in every article; pages show it in all its sizes.

use super::Picture;
use super::html::{LEAD_SIZES, picture};
use super::video::Video;
use crate::base::keys::Key;
use crate::routes;
use leptos::prelude::*;
use regex::{Captures, Regex};
use std::sync::LazyLock;

static PICTURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"<img data-picture="(\d{1,18})"(?: data-video="([a-z]+-[\w-]+)")?>"#).expect("is valid")
});
static FILE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r#" href="(?:https?://[^"/]+)?/tep/([0-9a-f]{8,64})(?:/[^"]*)?""#).expect("is valid"));

/// Lists the numbers of the pictures in a body, each once.
pub fn list_pictures(body: &str) -> Vec<i64> {
    let mut ids: Vec<i64> = PICTURE.captures_iter(body).filter_map(|found| found[1].parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Lists the hashes of the site's own files that a body links to, each once.
pub fn list_files(body: &str) -> Vec<String> {
    let mut hashes: Vec<String> = FILE.captures_iter(body).map(|found| found[1].to_owned()).collect();
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Replaces the addresses to which a body's links to the site's own files lead, where `find` knows another.
pub fn replace_file_links(body: &str, find: impl Fn(&str) -> Option<String>) -> String {
    let replace = |link: &Captures<'_>| find(&link[1]).map_or(link[0].to_owned(), |to| format!(" href=\"{to}\""));
    FILE.replace_all(body, replace).into_owned()
}

/// Finds the hash in the path of a file to download.
pub fn find_file_hash(path: &str) -> Option<&str> {
    let hash = routes::FILE.matches(path)?.split('/').next()?;
    FILE_HASH.is_match(hash).then_some(hash)
}

static FILE_HASH: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[0-9a-f]{8,64}$").expect("is valid"));

/// A paragraph that is nothing but a link to a sound of the site.
static SOUND: LazyLock<Regex> = LazyLock::new(|| {
    let file = r#"(?:https?://[^"/]+)?(/tep/[0-9a-f]{8,64}/[^"]*(?:\.|%2E)(?:mp3|m4a))"#;
    Regex::new(&format!(r#"(?i)<p>(<a href="{file}"[^>]*>[^<]*</a>)</p>"#)).expect("is valid")
});

/// Writes a sanitised body for readers: its pictures in all their sizes, and the browser's player below a sound that
/// stands in a paragraph of its own. A video is its picture, which leads to the player. A picture that is there no
/// longer is left out.
pub fn show_media(body: &str, pictures: &[(i64, Picture)], key: &Key) -> String {
    let player = "<figure class=\"sound\"><figcaption>$1</figcaption>\
                  <audio controls preload=\"none\" src=\"$2\"></audio></figure>";
    let body = &SOUND.replace_all(body, player);
    let show = |found: &Captures<'_>| {
        let id = found[1].parse().unwrap_or(0);
        let Some((_, known)) = pictures.iter().find(|(known, _)| *known == id) else { return String::new() };
        let shown = picture(known, LEAD_SIZES, false);
        match found.get(2).and_then(|name| Video::parse(name.as_str())) {
            Some(video) => view! {
                <a class="video" href=video.path(key) rel="external">
                    {shown}
                    <span class="video-sign">{format!("Xem video ({})", video.host.label())}</span>
                </a>
            }
            .to_html(),
            None => shown.to_html(),
        }
    };
    PICTURE.replace_all(body, show).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::articles::sanitise::sanitise;
    use crate::features::media::Size;

    fn key() -> Key {
        Key::new(1, [1; 32])
    }

    #[test]
    fn a_video_is_its_picture_with_the_way_to_the_player() {
        let size = Size { width: 480, height: 270, hash: "ab".to_owned() };
        let known = Picture {
            alt: "Lễ hội".to_owned(),
            tone: 3,
            sizes: vec![size.clone()],
            crops: vec![],
            jpg: Some(size),
            share: None,
        };
        let body = sanitise("<figure><img data-picture=12 data-video=youtube-dQw4w9WgXcQ></figure>");
        assert_eq!(list_pictures(&body), [12], "its picture is in use");
        let shown = show_media(&body, &[(12, known)], &key());
        assert!(
            shown.contains("href=\"/video/youtube-dQw4w9WgXcQ-") && shown.contains("Xem video (YouTube)"),
            "{shown}"
        );
        assert!(shown.contains("alt=\"Lễ hội\"") && !shown.contains("data-video"), "{shown}");
    }

    #[test]
    fn a_picture_is_shown_in_all_sizes_and_a_lost_one_not_at_all() {
        let size = Size { width: 480, height: 270, hash: "ab".to_owned() };
        let known = Picture {
            alt: "Cuộc \"họp\"".to_owned(),
            tone: 3,
            sizes: vec![size.clone()],
            crops: vec![],
            jpg: Some(size),
            share: None,
        };
        let body = sanitise(
            "<p>a</p><figure><img data-picture='12'><figcaption>b</figcaption></figure><figure><img data-picture=13></figure>",
        );
        assert_eq!(list_pictures(&body), [12, 13]);
        let shown = show_media(&body, &[(12, known)], &key());
        assert!(shown.contains("/anh/ab.webp 480w") && shown.contains("width=\"480\""), "{shown}");
        assert!(shown.contains("alt=\"Cuộc &quot;họp&quot;\"") && !shown.contains("data-picture"), "{shown}");
    }

    #[test]
    fn a_sound_in_a_paragraph_of_its_own_has_a_player() {
        let body = sanitise("<p><a href='/tep/abcdef01/B%E1%BA%A3n%20tin%2Emp3'>Bản tin</a></p>");
        let shown = show_media(&body, &[], &key());
        assert!(
            shown.contains("<audio controls preload=\"none\" src=\"/tep/abcdef01/B%E1%BA%A3n%20tin%2Emp3\">"),
            "{shown}"
        );
        assert!(shown.contains(">Bản tin</a></figcaption>"), "{shown}");
        for other in [
            "<p><a href='/tep/abcdef01/a.pdf'>a</a></p>",
            "<p>Nghe <a href='/tep/abcdef01/a.mp3'>a</a></p>",
            "<p><a href='https://x.vn/a.mp3'>a</a></p>",
        ] {
            let body = sanitise(other);
            assert_eq!(show_media(&body, &[], &key()), body, "{other}");
        }
    }

    #[test]
    fn links_to_own_files_are_found() {
        let body =
            sanitise("<p><a href='/tep/abcdef01/B%C3%A1o.pdf'>a</a> <a href='https://x.vn/tep/abcdef02/b'>b</a></p>");
        assert_eq!(list_files(&body), ["abcdef01", "abcdef02"], "also by their full address");
        assert_eq!(find_file_hash("/tep/abcdef01/a.pdf"), Some("abcdef01"));
        for other in ["/tep/", "/tep/abc/a.pdf", "/anh/abcdef01", "https://x.vn/tep/abcdef01/a"] {
            assert_eq!(find_file_hash(other), None, "{other}");
        }
    }
}
