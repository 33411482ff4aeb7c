//! Pictures as HTML.

use super::Picture;
use leptos::prelude::*;

/// The width of an article's picture on the page, for the browser's choice of a size.
pub const LEAD_SIZES: &str = "(min-width: 64rem) 44rem, 100vw";
/// The width at which a small picture in a list is drawn. It fills a frame of 4 to 3, so a wide one is drawn a third
/// wider than its frame.
pub const CARD_SIZES: &str = "(min-width: 40rem) 19rem, 9.5rem";
/// The width of the first picture of a list.
pub const FIRST_SIZES: &str = "(min-width: 40rem) 36rem, calc(100vw - 2rem)";

/// A picture with its sizes; its space is reserved while it loads. With `first` it stands at the top of the page and is
/// fetched at once.
pub fn picture(picture: &Picture, sizes: &'static str, first: bool) -> impl IntoView + use<> {
    let largest = picture.sizes.last().cloned();
    let (webp, jpg, alt) = (picture.webp_srcset(), picture.jpg_srcset(), picture.alt.clone());
    largest.map(|largest| {
        view! {
            <picture>
                <source type="image/webp" srcset=webp sizes=sizes/>
                <img
                    src=largest.jpg_path()
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
