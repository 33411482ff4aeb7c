//! Pictures as HTML.

use super::upload::PROBLEMS;
use super::{Picture, Size};
use crate::base::error::Problem;
use crate::base::format::format_number;
use crate::base::url::{encode, with_parameter};
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::page::PageRequest;
use leptos::prelude::*;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// The width of an article's picture on the page, for the browser's choice of a size.
pub const LEAD_SIZES: &str = "(min-width: 64rem) 44rem, 100vw";
/// The width at which a small picture in a list is drawn. It fills a frame of 4 to 3, so a wide one is drawn a third
/// wider than its frame.
pub const CARD_SIZES: &str = "(min-width: 40rem) 19rem, 9.5rem";
/// The width of the first picture of a list.
pub const FIRST_SIZES: &str = "(min-width: 40rem) 36rem, calc(100vw - 2rem)";

/// A whole picture; its space is reserved while it loads. With `first` it stands at the top of the page and is fetched
/// at once.
pub fn picture(picture: &Picture, sizes: &'static str, first: bool) -> impl IntoView + use<> {
    sized_picture(picture, &picture.sizes, sizes, first)
}

/// The crop of a picture for a list, or the whole picture where it has none.
pub fn cropped_picture(picture: &Picture, sizes: &'static str) -> impl IntoView + use<> {
    let files = if picture.crops.is_empty() { &picture.sizes } else { &picture.crops };
    sized_picture(picture, files, sizes, false)
}

/// The files of one shape with their widths, for the browser's choice.
pub fn srcset(files: &[Size]) -> String {
    let entries = files.iter().map(|size| format!("{} {}w", size.webp_path(), size.width));
    entries.collect::<Vec<_>>().join(", ")
}

fn sized_picture(picture: &Picture, files: &[Size], sizes: &'static str, first: bool) -> impl IntoView + use<> {
    let srcset = srcset(files);
    let (alt, jpg, tone) = (picture.alt.clone(), picture.jpg_path(), picture.tone);
    files.last().cloned().map(|largest| {
        view! {
            <picture>
                <source type="image/webp" srcset=srcset sizes=sizes/>
                <img
                    class=format!("tone-{tone}")
                    src=jpg.unwrap_or_else(|| largest.webp_path())
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

/// Adds the token of a preview link to the addresses of pictures and files in HTML that this program made, so that
/// whoever has the link sees them.
pub fn add_preview_token(html: &str, token: &str) -> String {
    static ATTRIBUTE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#" (?:src|href|srcset)="[^"]*""#).expect("is valid"));
    // an address of another site has something else before it
    static OWN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?P<before>"|, )(?P<path>/anh/[0-9a-f]{8,64}\.(?:webp|jpg)|/tep/[0-9a-f]{8,64}/[^"\s]*)"#)
            .expect("is valid")
    });
    let with_token = |found: &Captures<'_>| {
        format!("{}{}", &found["before"], with_parameter(&found["path"], PREVIEW_TOKEN, &encode(token)))
    };
    ATTRIBUTE.replace_all(html, |found: &Captures<'_>| OWN.replace_all(&found[0], with_token).into_owned()).into_owned()
}

/// The parameter of a picture's address with the token of a preview link.
pub const PREVIEW_TOKEN: &str = "xem-truoc";

/// What the browser offers to choose. Phones turn their own format into one of these.
const ACCEPTED: &str =
    "image/jpeg,image/png,image/webp,image/gif,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,.odt,.ods,.odp,.mp3,.m4a";
const ACCEPTED_PICTURES: &str = "image/jpeg,image/png,image/webp,image/gif";

/// A form that uploads. With script it shows how far each file is, and `refreshes` names the element of the page that
/// shows what was uploaded.
pub fn upload_form(
    return_to: String,
    label: &'static str,
    refreshes: &'static str,
    replaces: Option<i64>,
) -> impl IntoView {
    let accepted = if replaces.is_some() { ACCEPTED_PICTURES } else { ACCEPTED };
    let hint = if replaces.is_some() {
        "Ảnh JPG, PNG, WebP hoặc GIF, tối đa 20 MB."
    } else {
        "Ảnh JPG, PNG, WebP, GIF; tệp PDF, Word, Excel, PowerPoint; âm thanh MP3, M4A. Mỗi tệp tối đa 20 MB."
    };
    let form = view! {
        <form class="stack upload" method="post" enctype="multipart/form-data" action=routes::UPLOAD.path>
            <input type="hidden" name=RETURN_TO value=return_to/>
            {replaces.map(|id| view! { <input type="hidden" name="replaces" value=id/> })}
            <div class="field">
                <label for="tep">{label}</label>
                <p class="quiet" id="tep-loai">{hint}</p>
                <input
                    type="file"
                    id="tep"
                    name="file"
                    accept=accepted
                    multiple=replaces.is_none()
                    aria-describedby="tep-loai"
                />
            </div>
            <button class="button secondary">"Tải lên"</button>
            <div role="status"><ul class="upload-list"></ul></div>
        </form>
    };
    leptos::html::custom("loa-upload").attr("data-refreshes", refreshes).child(form)
}

/// The parameters that say what an upload without script became.
pub const STORED: &str = "da-tai";
pub const REFUSED: &str = "chua-tai";

/// What the address says of an upload. It can say anything, so only known reasons are shown.
pub fn parse_outcome(address: &PageRequest) -> (u32, Vec<Problem>) {
    let stored = address.parameter(STORED).and_then(|count| count.parse().ok()).unwrap_or(0);
    let refused = address.text(REFUSED);
    let known = refused.split('.').take(50).filter_map(|code| PROBLEMS.iter().find(|problem| problem.code == code));
    let mut problems: Vec<Problem> = Vec::new();
    for problem in known {
        if !problems.contains(problem) {
            problems.push(problem.clone());
        }
    }
    (stored, problems)
}

/// What became of an upload without script, as the address of the page says.
pub fn upload_notice(stored: u32, problems: &[Problem]) -> impl IntoView + use<> {
    let stored = (stored > 0).then(|| {
        let sentence = format!("Đã tải lên {} tệp.", format_number(i64::from(stored)));
        view! { <p class="notice" role="status">{sentence}</p> }
    });
    let problems = (!problems.is_empty()).then(|| {
        let lines = problems.iter().map(|problem| view! { <li>{problem.message.to_string()}</li> }).collect_view();
        view! {
            <div class="summary" role="alert">
                <p class="summary-title">"Có tệp chưa tải lên được:"</p>
                <ul>{lines}</ul>
            </div>
        }
    });
    view! {
        {stored}
        {problems}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::media::kinds::HEIC;

    #[test]
    fn only_known_reasons_are_shown() {
        let request = PageRequest::new("", &format!("{STORED}=3&{REFUSED}=heic.heic.%3Cb%3E.x"));
        assert_eq!(parse_outcome(&request), (3, vec![HEIC]));
        assert_eq!(parse_outcome(&PageRequest::new("", &format!("{STORED}=-1"))), (0, vec![]));
    }
}
