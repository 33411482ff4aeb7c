//! What an uploaded file is, by its first bytes and its name.

use crate::base::error::Problem;
use crate::base::text::clean_line;

/// What is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// JPEG, PNG, WebP or GIF.
    Picture,
    /// A file to download, with its content type.
    File(&'static str),
}

pub const SVG: Problem = Problem::new("file", "svg", "Không nhận tệp SVG. Vui lòng xuất thành PNG rồi tải lên");
pub const HEIC: Problem = Problem::new(
    "file",
    "heic",
    "Không nhận ảnh HEIC. Trên iPhone: Cài đặt › Camera › Định dạng › Tương thích nhất, hoặc gửi ảnh dạng JPG",
);
pub const UNKNOWN: Problem = Problem::new(
    "file",
    "kind",
    "Không nhận loại tệp này. Vui lòng dùng ảnh JPG, PNG, WebP, GIF; tệp PDF, Word, Excel, PowerPoint; âm thanh MP3, M4A",
);
pub const WRONG_NAME: Problem = Problem::new(
    "file",
    "extension",
    "Đuôi tên tệp không khớp với nội dung. Vui lòng đổi lại tên tệp cho đúng loại rồi tải lên",
);
pub const MACROS: Problem =
    Problem::new("file", "macros", "Không nhận tệp Office có macro. Vui lòng lưu lại thành .docx, .xlsx hoặc .pptx");
pub const EMPTY: Problem = Problem::new("file", "empty", "Tệp này rỗng. Vui lòng chọn tệp khác");

/// The longest name that is kept.
const MAX_NAME: usize = 120;

/// Files to download: extension, content type, and how such files begin.
const FILES: &[(&str, &str, &[&[u8]])] = &[
    ("pdf", "application/pdf", &[b"%PDF-"]),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", &[ZIP]),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &[ZIP]),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", &[ZIP]),
    ("odt", "application/vnd.oasis.opendocument.text", &[ZIP]),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", &[ZIP]),
    ("odp", "application/vnd.oasis.opendocument.presentation", &[ZIP]),
    ("doc", "application/msword", &[OLE]),
    ("xls", "application/vnd.ms-excel", &[OLE]),
    ("ppt", "application/vnd.ms-powerpoint", &[OLE]),
    ("mp3", "audio/mpeg", &[b"ID3", &[0xff, 0xfb], &[0xff, 0xf3], &[0xff, 0xf2]]),
];
const ZIP: &[u8] = b"PK\x03\x04";
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Recognises a file by its first bytes; the name decides only among kinds that begin alike.
pub fn recognise(bytes: &[u8], name: &str) -> Result<Kind, Problem> {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
    let brand = (bytes.get(4..8) == Some(b"ftyp")).then(|| bytes.get(8..12)).flatten();
    match bytes {
        [] => return Err(EMPTY),
        [0xff, 0xd8, 0xff, ..] | [0x89, b'P', b'N', b'G', ..] | [b'G', b'I', b'F', b'8', ..] => {
            return Ok(Kind::Picture);
        }
        _ if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") => return Ok(Kind::Picture),
        _ => {}
    }
    match brand {
        Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1") => return Err(HEIC),
        Some(b"M4A " | b"mp42" | b"isom") if extension == "m4a" => return Ok(Kind::File("audio/mp4")),
        _ => {}
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]).to_lowercase();
    if start.trim_start_matches('\u{feff}').trim_start().starts_with('<')
        && (start.contains("<svg") || extension == "svg")
    {
        return Err(SVG);
    }
    if matches!(extension.as_str(), "docm" | "xlsm" | "pptm" | "dotm") {
        return Err(MACROS);
    }
    let begins = |signs: &[&[u8]]| signs.iter().any(|sign| bytes.starts_with(sign));
    match FILES.iter().find(|(known, ..)| *known == extension) {
        Some((_, content_type, signs)) if begins(signs) => Ok(Kind::File(content_type)),
        _ if FILES.iter().any(|(.., signs)| begins(signs)) => Err(WRONG_NAME),
        _ => Err(UNKNOWN),
    }
}

/// The name of a file from outside without folders and signs that nobody sees, short enough, with its extension.
pub fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_plain = |c: &char| !c.is_control() && !matches!(c, '<' | '>' | '"' | '|' | '?' | '*' | ':');
    let clean: String = clean_line(last).chars().filter(is_plain).collect();
    let clean = clean.trim().trim_start_matches('.');
    let (stem, extension) = clean.rsplit_once('.').map_or((clean, String::new()), |(stem, extension)| {
        (stem, format!(".{}", extension.chars().take(8).collect::<String>()))
    });
    let short: String = stem.trim().chars().take(MAX_NAME - extension.chars().count()).collect();
    if short.is_empty() { format!("tep{extension}") } else { format!("{short}{extension}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
        for (bytes, name, kind) in [
            (&b"\xff\xd8\xff\xe0"[..], "a.jpg", Ok(Kind::Picture)),
            (b"\x89PNG\r\n\x1a\n", "a.jpg", Ok(Kind::Picture)),
            (b"GIF89a", "a.gif", Ok(Kind::Picture)),
            (b"RIFF\0\0\0\0WEBPVP8 ", "a", Ok(Kind::Picture)),
            (b"%PDF-1.7", "Thong bao.PDF", Ok(Kind::File("application/pdf"))),
            (b"PK\x03\x04", "a.docx", Ok(Kind::File(docx))),
            (b"ID3\x03", "a.mp3", Ok(Kind::File("audio/mpeg"))),
            (b"\0\0\0\x20ftypM4A ", "a.m4a", Ok(Kind::File("audio/mp4"))),
            (b"", "a.jpg", Err(EMPTY)),
            (b"%PDF-1.7", "a.jpg", Err(WRONG_NAME)),
            (b"PK\x03\x04", "a.zip", Err(WRONG_NAME)),
            (b"PK\x03\x04", "a.docm", Err(MACROS)),
            (b"no docx", "a.docx", Err(UNKNOWN)),
            (b"MZ\x90", "a.exe", Err(UNKNOWN)),
            (b"\0\0\0\x18ftypheic", "a.jpg", Err(HEIC)),
            (b"\0\0\0\x18ftypmif1", "a.heic", Err(HEIC)),
            (b"<?xml version='1.0'?><svg onload='x'>", "a.png", Err(SVG)),
            (b"\xef\xbb\xbf <SVG>", "a", Err(SVG)),
            (b"<html>", "a.svg", Err(SVG)),
            (b"<html>", "a.html", Err(UNKNOWN)),
        ] {
            assert_eq!(recognise(bytes, name), kind, "{name} {bytes:?}");
        }
    }

    #[test]
    fn a_name_is_plain_and_short() {
        for (name, clean) in [
            ("Báo cáo.pdf", "Báo cáo.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\anh\\hop.jpg", "hop.jpg"),
            ("Ba\u{301}o ca\u{301}o.pdf", "Báo cáo.pdf"),
            ("anh\u{202e}gpj.exe", "anhgpj.exe"),
            ("a\0b\n.jpg", "ab.jpg"),
            (".htaccess", "htaccess"),
            ("", "tep"),
            ("..", "tep"),
            ("<b>.pdf", "b.pdf"),
        ] {
            assert_eq!(clean_name(name), clean, "{name:?}");
        }
        let long = clean_name(&format!("{}.pdf", "đ".repeat(300)));
        assert_eq!((long.chars().count(), long.ends_with("đ.pdf")), (MAX_NAME, true));
    }
}
