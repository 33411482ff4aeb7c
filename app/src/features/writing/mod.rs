//! Writing: articles from the first draft to their end. The feature `articles` is what the public sees of it.

#[cfg(feature = "ssr")]
mod checklist;
#[cfg(feature = "ssr")]
mod compare;
#[cfg(feature = "ssr")]
mod compare_html;
#[cfg(feature = "ssr")]
mod content;
#[cfg(feature = "ssr")]
mod document_fields;
#[cfg(feature = "ssr")]
mod edit_html;
pub mod edit_view;
#[cfg(feature = "ssr")]
mod extra_fields;
#[cfg(feature = "ssr")]
mod form_fields;
#[cfg(feature = "ssr")]
mod form_html;
#[cfg(feature = "ssr")]
mod form_parsing;
#[cfg(feature = "ssr")]
mod list_html;
#[cfg(feature = "ssr")]
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod preview_page;
#[cfg(feature = "ssr")]
pub mod room;
#[cfg(feature = "ssr")]
mod stages;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod tidy;

#[cfg(feature = "ssr")]
pub use content::*;
#[cfg(feature = "ssr")]
pub use stages::*;
#[cfg(feature = "ssr")]
use {crate::features::articles::ArticleKind, crate::features::audit::Action, crate::routes};

#[cfg(feature = "ssr")]
pub const CREATE: Action = Action::new("create-article", "tạo bài viết");
#[cfg(feature = "ssr")]
pub const SAVE: Action = Action::new("save-article", "lưu bài viết");
#[cfg(feature = "ssr")]
pub const PREVIEW: Action = Action::new("preview-article", "tạo liên kết xem trước bài viết");
#[cfg(feature = "ssr")]
pub const END_PREVIEW: Action = Action::new("end-preview", "thu hồi liên kết xem trước");
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[
    CREATE,
    SAVE,
    PREVIEW,
    END_PREVIEW,
    Step::Send.action(),
    Step::Recall.action(),
    Step::Return.action(),
    Step::Publish.action(),
    Step::Schedule.action(),
    Step::Unschedule.action(),
    Step::End.action(),
    Step::Withdraw.action(),
    Step::Discard.action(),
    Step::BringBack.action(),
];

/// The parameter of the room's address with an article's number.
#[cfg(feature = "ssr")]
const ARTICLE: &str = "bai";
/// The parameter with the number of a revision to show.
#[cfg(feature = "ssr")]
const REVISION: &str = "ban";
/// The parameter with the number of a revision to compare it with.
#[cfg(feature = "ssr")]
const COMPARED: &str = "so-voi";

/// The id of the part of the page that is about the preview link.
#[cfg(feature = "ssr")]
const PREVIEW_PART: &str = "xem-truoc-bai";

/// Stands before the token in the flash that shows a new preview link once.
#[cfg(feature = "ssr")]
const PREVIEW_MADE: &str = "preview-";
/// The flash after two texts were made one.
#[cfg(feature = "ssr")]
const MERGED: &str = "merge-texts";
/// The flash after a preview link was ended.
#[cfg(feature = "ssr")]
const PREVIEW_ENDED: &str = "end-preview";

/// The id of the line that says whether what is being typed is kept.
pub const KEEP_STATE: &str = "trang-thai-luu";

/// For how long after typing somebody counts as being there.
#[cfg(feature = "ssr")]
const PRESENCE: time::Duration = time::Duration::minutes(5);

/// Days for which a draft that was thrown away can be brought back.
#[cfg(feature = "ssr")]
pub const DISCARDED_DAYS: i64 = 30;

/// The address at the desk of the list of a kind.
#[cfg(feature = "ssr")]
fn list_path(kind: ArticleKind) -> &'static str {
    match kind {
        ArticleKind::Article => routes::DESK_ARTICLES.path,
        ArticleKind::Page => routes::DESK_PAGES.path,
        ArticleKind::Document => routes::DESK_DOCUMENTS.path,
    }
}

/// The address at the desk of an article.
#[cfg(feature = "ssr")]
pub fn work_path(id: i64) -> String {
    format!("{}?{ARTICLE}={id}", routes::DESK_ARTICLES.path)
}

/// The address at the desk of a revision.
#[cfg(feature = "ssr")]
fn revision_path(id: i64, revision: i32) -> String {
    format!("{}&{REVISION}={revision}", work_path(id))
}
