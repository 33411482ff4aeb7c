//! Pictures and files. A picture is stored in several sizes, addressed by the hash of their bytes; the bytes lie in the
//! file store, see [`storage`].

#[cfg(feature = "ssr")]
pub mod body;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod html;
#[cfg(feature = "ssr")]
pub mod kinds;
#[cfg(feature = "ssr")]
mod library_html;
#[cfg(feature = "ssr")]
pub mod maintenance;
#[cfg(feature = "ssr")]
pub mod room;
#[cfg(feature = "ssr")]
pub mod storage;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod upload;
#[cfg(feature = "ssr")]
pub mod video;

use crate::routes;
#[cfg(feature = "ssr")]
use crate::{base::error::Problem, features::audit::Action, web::settings::Setting};

/// The largest file that is taken, in bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// The longest description of a picture.
#[cfg(feature = "ssr")]
pub const MAX_ALT: usize = 300;

#[cfg(feature = "ssr")]
pub const UPLOAD: Action = Action::new("upload-file", "tải tệp lên");
#[cfg(feature = "ssr")]
pub const DESCRIBE: Action = Action::new("describe-picture", "sửa mô tả ảnh");
#[cfg(feature = "ssr")]
pub const REPLACE: Action = Action::new("replace-picture", "thay ảnh");
#[cfg(feature = "ssr")]
pub const DELETE: Action = Action::new("delete-file", "xóa tệp");
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[UPLOAD, DESCRIBE, REPLACE, DELETE];

/// Megabytes that the files of one account may take together.
#[cfg(feature = "ssr")]
pub const ACCOUNT_MEGABYTES: Setting = Setting::number(
    "media.account_megabytes",
    "Dung lượng tệp tối đa của mỗi cán bộ (MB)",
    "megabytes that the files of one account may take together",
    "5000",
    (10, 1_000_000),
);
#[cfg(feature = "ssr")]
pub const SETTINGS: &[Setting] = &[ACCOUNT_MEGABYTES];

#[cfg(feature = "ssr")]
pub const LONG_ALT: Problem = Problem::new("alt", "alt-length", "Lời mô tả ảnh tối đa 300 ký tự");
#[cfg(feature = "ssr")]
pub const BAD_FOCUS: Problem = Problem::new("focus", "focus", "Chọn một trong các điểm chính của ảnh");
#[cfg(feature = "ssr")]
pub const NO_ORIGINAL: Problem = Problem::new(
    "focus",
    "no-original",
    "Ảnh này không còn bản gốc nên không đổi được điểm chính. Vui lòng tải ảnh lên lại",
);
/// Something still shows it.
#[cfg(feature = "ssr")]
pub const IN_USE: Problem =
    Problem::new("", "in-use", "Tệp này đang được dùng trong bài viết, bản đã lưu hoặc bản viết dở nên không thể xóa");

/// The parameter of the library's address with the number of a picture.
#[cfg(feature = "ssr")]
const PICTURE: &str = "anh";

/// A picture as a page needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Which of sixteen colours its space has until it is loaded.
    pub tone: i16,
    /// The whole picture, the smallest first.
    pub sizes: Vec<Size>,
    /// Its crop of 4 to 3 for lists, the smallest first.
    pub crops: Vec<Size>,
    /// The whole picture in a format that every program understands.
    pub jpg: Option<Size>,
    /// Its crop for shared links in the same format; pictures of earlier releases have none until they are replaced or
    /// cropped anew.
    pub share: Option<Size>,
}

/// One file of a picture, as queries find it.
#[cfg(feature = "ssr")]
#[derive(Debug, serde::Deserialize)]
pub struct PictureFile {
    /// The picture's number.
    pub id: i64,
    pub alt: String,
    pub tone: i16,
    pub width: i32,
    pub height: i32,
    pub hash: String,
    pub format: String,
    pub is_crop: bool,
}

#[cfg(feature = "ssr")]
impl Picture {
    /// Collects pictures from their files, which come picture by picture, the smallest first.
    pub fn collect(files: Vec<PictureFile>) -> Vec<(i64, Self)> {
        let mut found: Vec<(i64, Self)> = Vec::new();
        for file in files {
            if found.last().is_none_or(|(id, _)| *id != file.id) {
                let (sizes, crops, jpg, share) = (Vec::new(), Vec::new(), None, None);
                found.push((file.id, Self { alt: file.alt, tone: file.tone, sizes, crops, jpg, share }));
            }
            let Some((_, picture)) = found.last_mut() else { continue };
            let size = Size { width: file.width, height: file.height, hash: file.hash };
            match (file.format.as_str(), file.is_crop) {
                ("webp", false) => picture.sizes.push(size),
                ("webp", true) => picture.crops.push(size),
                (_, true) => picture.share = Some(size),
                // the last one is the largest
                _ => picture.jpg = Some(size),
            }
        }
        found
    }
}

/// One file of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
    /// The hash that names the file.
    pub hash: String,
}

impl Picture {
    /// The address of the JPEG file.
    pub fn jpg_path(&self) -> Option<String> {
        self.jpg.as_ref().map(Size::jpg_path)
    }

    /// What shared links show: the crop that was made for them, or else the whole picture.
    pub fn shared_file(&self) -> Option<&Size> {
        self.share.as_ref().or(self.jpg.as_ref())
    }
}

impl Size {
    /// The address of the JPEG file.
    pub fn jpg_path(&self) -> String {
        routes::IMAGE.with(format_args!("{}.jpg", self.hash))
    }

    /// The address of the WebP file.
    pub fn webp_path(&self) -> String {
        routes::IMAGE.with(format_args!("{}.webp", self.hash))
    }
}

/// The address at the desk of a picture.
#[cfg(feature = "ssr")]
pub fn picture_path(id: i64) -> String {
    format!("{}?{PICTURE}={id}", routes::DESK_LIBRARY.path)
}

/// The address of a file to download.
#[cfg(feature = "ssr")]
pub fn file_path(hash: &str, name: &str) -> String {
    routes::FILE.with(format_args!("{hash}/{}", crate::base::url::encode(name)))
}
