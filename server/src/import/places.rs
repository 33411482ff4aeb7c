//! Which file of the old site an address in an article means.

use app::features::import::nukeviet::Module;
use app::features::import::report::Remark;
use percent_encoding::percent_decode_str;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;
use url::Url;

/// What an address in an article means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A path below the folder of uploads.
    Here(String),
    Foreign,
    /// Something that is no file of the old site.
    Other,
}

/// Reads an address in an article.
pub fn read_place(address: &str, own_hosts: &[String]) -> Place {
    let rest = match Url::parse(address) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => {
            let host = url.host_str().unwrap_or_default().to_lowercase();
            let bare = |host: &str| host.strip_prefix("www.").unwrap_or(host).to_owned();
            let is_own = own_hosts.iter().any(|own| bare(&host) == bare(own));
            if !is_own {
                return Place::Foreign;
            }
            url.path().to_owned()
        }
        Ok(_) => return Place::Other,
        Err(_) if address.starts_with("//") => return Place::Foreign,
        Err(_) => address.split(['?', '#']).next().unwrap_or_default().to_owned(),
    };
    let decoded = percent_decode_str(&rest).decode_utf8_lossy().into_owned();
    let mut path = decoded.trim_start_matches('/');
    while let Some(rest) = path.strip_prefix("../").or_else(|| path.strip_prefix("./")) {
        path = rest;
    }
    let below = |path: &str| match path.split_once('/') {
        Some((folder, path)) if folder.eq_ignore_ascii_case("uploads") || folder.eq_ignore_ascii_case("assets") => {
            Some(path.trim_start_matches('/').to_owned())
        }
        _ => None,
    };
    // a site may stand in a folder of its host
    let found = below(path).or_else(|| below(path.split_once('/')?.1));
    found.map_or(Place::Other, Place::Here)
}

/// Finds a file below a folder.
///
/// # Errors
/// Why it is not read: it is missing, or its path or a link leads out of the folder.
pub(crate) fn find_below(root: &Path, path: &str) -> Result<PathBuf, Remark> {
    let is_plain = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains(['\0', '\\']);
    if !path.split('/').all(is_plain) {
        return Err(Remark::UnsafePath);
    }
    let root = root.canonicalize().map_err(|_| Remark::MissingFile)?;
    // names with marks of their own, as an Apple computer writes them
    let decomposed = || root.join(path.nfd().collect::<String>()).canonicalize();
    let file = root.join(path).canonicalize().or_else(|_| decomposed()).map_err(|_| Remark::MissingFile)?;
    if !file.starts_with(&root) {
        return Err(Remark::UnsafePath);
    }
    if file.is_file() { Ok(file) } else { Err(Remark::MissingFile) }
}

/// The lead picture is named by its path below the module's folder, or by its whole address.
pub fn place_of_picture(picture: &str, module: &Module, own_hosts: &[String]) -> Place {
    match read_place(picture, own_hosts) {
        Place::Other => Place::Here(format!("{}/{}", module.folder, picture.trim_start_matches('/'))),
        place => place,
    }
}

/// Files are named by their paths below the folder of uploads, with or without it, or by whole addresses.
pub fn place_of_file(file: &str, own_hosts: &[String]) -> Place {
    match read_place(file, own_hosts) {
        Place::Other if file.contains("://") => Place::Foreign,
        Place::Other => Place::Here(file.trim_start_matches('/').to_owned()),
        place => place,
    }
}

pub fn address_of(place: Place, written: &str) -> String {
    match place {
        Place::Here(path) => format!("/uploads/{path}"),
        _ => written.to_owned(),
    }
}

pub fn has_picture_name(path: &str) -> bool {
    let lower = path.to_lowercase();
    [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg"].iter().any(|end| lower.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_file_of_the_old_site_or_none() {
        let hosts = ["phuong.vn".to_owned()];
        for (address, place) in [
            ("/uploads/news/2023_07/a%20b.jpg", Place::Here("news/2023_07/a b.jpg".to_owned())),
            ("uploads/news/a.pdf?x=1#y", Place::Here("news/a.pdf".to_owned())),
            ("https://www.phuong.vn/uploads/a.jpg", Place::Here("a.jpg".to_owned())),
            ("/assets/news/a.jpg", Place::Here("news/a.jpg".to_owned())),
            ("/web/uploads/news/a.jpg", Place::Here("news/a.jpg".to_owned())),
            ("../../uploads/news/a.jpg", Place::Here("news/a.jpg".to_owned())),
            ("/themes/default/images/a.jpg", Place::Other),
            ("https://evil.vn/uploads/a.jpg", Place::Foreign),
            ("//evil.vn/uploads/a.jpg", Place::Foreign),
            ("data:image/png;base64,xx", Place::Other),
            ("mailto:a@b.vn", Place::Other),
            ("/tin-tuc/", Place::Other),
            ("", Place::Other),
        ] {
            assert_eq!(read_place(address, &hosts), place, "{address}");
        }
    }

    #[test]
    fn nothing_outside_of_the_folder_is_read() {
        let folder = tempfile::tempdir().expect("makes a folder");
        let (root, outside) = (folder.path().join("uploads"), folder.path().join("secret.jpg"));
        std::fs::create_dir_all(root.join("news")).expect("makes a folder");
        std::fs::write(&outside, "x").expect("writes");
        std::fs::write(root.join("news/ảnh 1.jpg"), "x").expect("writes");
        std::os::unix::fs::symlink(&outside, root.join("news/link.jpg")).expect("links");
        std::os::unix::fs::symlink(folder.path(), root.join("up")).expect("links");
        assert!(find_below(&root, "news/ảnh 1.jpg").is_ok());
        std::fs::write(root.join("news/họp.jpg".nfd().collect::<String>()), "x").expect("writes");
        assert!(find_below(&root, "news/họp.jpg").is_ok(), "however its marks are written");
        for (path, why) in [
            ("news/none.jpg", Remark::MissingFile),
            ("news", Remark::MissingFile),
            ("../secret.jpg", Remark::UnsafePath),
            ("news/../../secret.jpg", Remark::UnsafePath),
            ("/etc/passwd", Remark::UnsafePath),
            ("news/link.jpg", Remark::UnsafePath),
            ("up/secret.jpg", Remark::UnsafePath),
            ("news\\..\\a", Remark::UnsafePath),
            ("", Remark::UnsafePath),
        ] {
            assert_eq!(find_below(&root, path), Err(why), "{path}");
        }
        assert_eq!(find_below(&folder.path().join("none"), "a.jpg"), Err(Remark::MissingFile));
    }
}
