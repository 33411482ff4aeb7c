//! What staff tell one another about a comment or its writer. The public never sees it.

pub mod store;

use crate::base::error::Problem;
use crate::features::audit::Action;

pub const WRITE_NOTE: Action = Action::new("write-note", "viết ghi chú nội bộ");
pub const DELETE_NOTE: Action = Action::new("delete-note", "xóa ghi chú nội bộ");
pub const ACTIONS: &[Action] = &[WRITE_NOTE, DELETE_NOTE];

pub const NO_NOTE: Problem = Problem::new("note_text", "note-empty", "Vui lòng viết nội dung ghi chú");
pub const NOTE_LONG: Problem = Problem::new("note_text", "note-length", "Ghi chú quá dài. Vui lòng rút gọn");
/// The comment was withdrawn and erased.
pub const WRITER_GONE: Problem =
    Problem::new("note_text", "note-writer-gone", "Người viết đã xóa ý kiến này, nên không giữ ghi chú nào nữa");

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteSubject {
    Comment,
    /// Whoever wrote the comment.
    Writer,
}

impl NoteSubject {
    /// Its value in forms.
    pub fn value(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Writer => "writer",
        }
    }

    /// Reads what [`NoteSubject::value`] gives.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Comment, Self::Writer].into_iter().find(|subject| subject.value() == text)
    }
}
