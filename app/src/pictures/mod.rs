//! Pictures: each kept in four sizes and two formats, addressed by the hash of its bytes.

#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod store;

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
    /// Width.
    pub width: i32,
    /// Height.
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
        self.srcset(|size| format!("/anh/{}.webp", size.webp))
    }

    /// The JPEG files with their widths.
    pub fn jpg_srcset(&self) -> String {
        self.srcset(|size| format!("/anh/{}.jpg", size.jpg))
    }

    /// The address of the largest JPEG, which every reader of shared links understands.
    pub fn largest_jpg(&self) -> Option<String> {
        self.sizes.last().map(|size| format!("/anh/{}.jpg", size.jpg))
    }
}

/// How wide a picture stands on the page, for the browser's choice of a size.
pub const LEAD_SIZES: &str = "(min-width: 64rem) 44rem, 100vw";
/// The same for the small pictures of a list.
pub const CARD_SIZES: &str = "(min-width: 40rem) 14rem, 7rem";
/// The same for the first picture of a list.
pub const FIRST_SIZES: &str = "(min-width: 40rem) 36rem, calc(100vw - 2rem)";

/// A picture with its sizes; its place is kept while it loads. `first` stands at the top of the page and is wanted at once.
#[cfg(feature = "ssr")]
pub fn markup(picture: &Picture, sizes: &'static str, first: bool) -> impl leptos::IntoView + use<> {
    use leptos::prelude::*;
    let largest = picture.sizes.last().cloned();
    let (webp, jpg, alt) = (picture.webp_srcset(), picture.jpg_srcset(), picture.alt.clone());
    largest.map(|largest| {
        view! {
            <picture>
                <source type="image/webp" srcset=webp sizes=sizes/>
                <img
                    src=format!("/anh/{}.jpg", largest.jpg)
                    srcset=jpg
                    sizes=sizes
                    width=largest.width
                    height=largest.height
                    alt=alt
                    loading=if first { "eager" } else { "lazy" }
                    fetchpriority=first.then_some("high")
                    decoding="async"
                />
            </picture>
        }
    })
}
