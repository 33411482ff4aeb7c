//! Pictures: each stored in four sizes and two formats, addressed by the hash of its bytes.

#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod html;
#[cfg(feature = "ssr")]
pub mod store;

use crate::routes;

/// A picture as a page needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// What it shows, for those who cannot see it.
    pub alt: String,
    /// Its sizes, the smallest first.
    pub sizes: Vec<Size>,
}

/// One size of a picture, in pixels, with the names of its two files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Size {
    pub width: i32,
    pub height: i32,
    /// The hash that names the WebP file.
    pub webp: String,
    /// The hash that names the JPEG file.
    pub jpg: String,
}

impl Picture {
    /// The `srcset` of one format.
    fn srcset(&self, name: impl Fn(&Size) -> String) -> String {
        let entries = self.sizes.iter().map(|size| format!("{} {}w", name(size), size.width));
        entries.collect::<Vec<_>>().join(", ")
    }

    /// The WebP files with their widths.
    pub fn webp_srcset(&self) -> String {
        self.srcset(|size| size.webp_path())
    }

    /// The JPEG files with their widths.
    pub fn jpg_srcset(&self) -> String {
        self.srcset(|size| size.jpg_path())
    }

    /// The largest size.
    pub fn largest(&self) -> Option<&Size> {
        self.sizes.last()
    }
}

impl Size {
    /// The address of the WebP file.
    pub fn webp_path(&self) -> String {
        routes::IMAGE.with(format_args!("{}.webp", self.webp))
    }

    /// The address of the JPEG file, a format that every program that previews links understands.
    pub fn jpg_path(&self) -> String {
        routes::IMAGE.with(format_args!("{}.jpg", self.jpg))
    }
}
