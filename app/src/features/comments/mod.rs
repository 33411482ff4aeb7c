//! Readers' comments: pending until a moderator approves, live for everybody from then on.

#[cfg(feature = "ssr")]
mod comment;
#[cfg(feature = "ssr")]
pub mod cover;
mod decision;
#[cfg(feature = "ssr")]
pub mod discussion;
pub mod form;
mod form_state;
#[cfg(feature = "ssr")]
mod html;
#[cfg(feature = "ssr")]
pub mod limits;
pub mod list;
#[cfg(feature = "ssr")]
pub mod notify;
#[cfg(feature = "ssr")]
pub mod own_page;
#[cfg(feature = "ssr")]
pub mod reasons;
#[cfg(feature = "ssr")]
pub mod report_page;
#[cfg(feature = "ssr")]
mod report_reason;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use comment::{Comment, MAX_COUNTED_REPLIES, OwnComment, REPLIES_PER_PAGE, REPLIES_SHOWN, ThreadPlace};
pub use decision::Decision;
#[cfg(feature = "ssr")]
pub use decision::{ChangeKind, LatestChange, describe_decision};
#[cfg(feature = "ssr")]
pub use limits::SETTINGS;
#[cfg(feature = "ssr")]
pub use report_reason::ReportReason;

use crate::base::error::Problem;
#[cfg(feature = "ssr")]
use crate::base::error::Text;
#[cfg(feature = "ssr")]
use crate::features::audit::Action;
#[cfg(feature = "ssr")]
use crate::features::statistics::traffic::DayHash;
#[cfg(feature = "ssr")]
use crate::web::settings::{Setting, Settings};
#[cfg(feature = "ssr")]
use crate::web::visitor::Visitor;
use serde::{Deserialize, Serialize};

/// What inquiries have in the place of an article: they are written to the office itself, and no page shows them.
#[cfg(feature = "ssr")]
pub const INQUIRIES: i64 = 0;
/// The version of the consent under which comments of another site stand: their writers gave theirs there.
#[cfg(feature = "ssr")]
pub const CARRIED_OVER: &str = "carried-over";
/// Comments on a page, without their replies.
#[cfg(feature = "ssr")]
pub const PER_PAGE: i64 = 20;
/// The longest comment, in characters.
pub const MAX_BODY: usize = 3000;
/// The longest name of a writer, in characters.
#[cfg(feature = "ssr")]
pub const MAX_NAME: usize = 60;
/// The longest note of a moderator and the longest details of a report, in characters.
pub const MAX_NOTE: usize = 500;
/// How many changes an article's live state contains; a page that is further behind reads the comments again.
pub const MAX_CHANGES: usize = 50;
/// The longest quote of a comment, in characters.
#[cfg(feature = "ssr")]
const MAX_QUOTE: usize = 140;
/// Seconds in which a decision can be undone on its card; later from the comment's history.
pub const UNDO_SECONDS: i32 = 30;

pub const BAD_NAME: Problem = Problem::new("name", "name", "Vui lòng nhập họ và tên (tối đa 60 ký tự)");
pub const BAD_EMAIL: Problem =
    Problem::new("email", "email", "Nhập địa chỉ email đúng dạng, ví dụ ten@vidu.vn, hoặc để trống");
pub const EMAIL_MISSING: Problem =
    Problem::new("email", "email-missing", "Nhập địa chỉ email để nhận tin, ví dụ ten@vidu.vn");
pub const BODY_SHORT: Problem = Problem::new("body", "body-short", "Nội dung cần ít nhất 10 ký tự");
pub const CONSENT_MISSING: Problem = Problem::new("consent", "consent", "Vui lòng đánh dấu đồng ý trước khi gửi");
pub const PARENT_GONE: Problem =
    Problem::new("body", "parent", "Ý kiến ông/bà trả lời không còn trên trang. Ông/bà có thể gửi thành ý kiến mới");
pub const NOT_SURE: Problem = Problem::new("sure", "sure", "Đánh dấu vào ô xác nhận trước khi xóa");
pub const NOTE_LONG: Problem = Problem::new("note", "note", "Rút gọn lý do còn tối đa 500 ký tự");
pub const BLOCK_NOTE_LONG: Problem = Problem::new("sentence", "block-note", "Rút gọn câu nhắn còn tối đa 300 ký tự");
pub const REASON_MISSING: Problem = Problem::new("reason", "reason", "Chọn một lý do báo vi phạm");
pub const COVERED_MEANWHILE: Problem =
    Problem::new("text", "covered", "Có người vừa che thêm. Xem lại ý kiến rồi bấm lần nữa");
pub const TEXT_NOT_FOUND: Problem = Problem::new("text", "text", "Nhập đúng đoạn cần che như trong ý kiến");

#[cfg(feature = "ssr")]
pub const ANSWER: Action = Action::new("answer", "trả lời chính thức");
#[cfg(feature = "ssr")]
pub const CORRECT_ANSWER: Action = Action::new("correct-answer", "sửa câu trả lời chính thức");
#[cfg(feature = "ssr")]
pub const BLOCK: Action = Action::new("block", "chặn người viết");
#[cfg(feature = "ssr")]
pub const UNBLOCK: Action = Action::new("unblock", "bỏ chặn người viết");
#[cfg(feature = "ssr")]
pub const COVER: Action = Action::new("cover", "che thông tin cá nhân");
#[cfg(feature = "ssr")]
pub const UNCOVER: Action = Action::new("uncover", "bỏ che thông tin cá nhân");
/// What staff do to comments.
#[cfg(feature = "ssr")]
pub const ACTIONS: &[Action] = &[
    Decision::Approve.action(),
    Decision::Reject.action(),
    Decision::Keep.action(),
    Decision::Remove.action(),
    Decision::Undo.action(),
    ANSWER,
    CORRECT_ANSWER,
    BLOCK,
    UNBLOCK,
    COVER,
    UNCOVER,
];

/// Where a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(sqlx::Type), sqlx(type_name = "comment_state", rename_all = "snake_case"))]
pub enum CommentState {
    /// It waits for a decision.
    Pending,
    /// It waits in a tab of its own: its writer is blocked.
    Blocked,
    /// Readers see it.
    Published,
    /// A moderator did not publish it.
    Rejected,
    /// It was published and taken down.
    Removed,
}

impl CommentState {
    /// Whether it waits for a decision.
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::Pending | Self::Blocked)
    }

    /// Whether its writer may correct it.
    pub fn is_correctable(self) -> bool {
        self.is_waiting() || self == Self::Published
    }
}

/// A page of an article's comments, or of one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The comments, newest first, after the visitor's own that wait, as HTML.
    pub html: String,
    /// How many comments the article shows, replies included.
    pub shown: i32,
    /// The article's revision that this page shows.
    pub revision: i64,
    /// The comment whose conversation this is a page of.
    pub conversation: Option<i64>,
    /// Counted from 1.
    pub page: i64,
    pub consent: Consent,
    /// Whether writers can be notified by mail.
    pub offers_mail: bool,
}

/// One comment that appeared, changed or disappeared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommentChange {
    pub id: i64,
    /// The article's revision with this change.
    pub revision: i64,
    /// Whether readers see the comment now.
    pub shown: bool,
}

/// The changes that a page lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingChanges {
    /// Comments that it does not show yet, or not as they are now.
    pub shown: Vec<CommentChange>,
    /// Comments that it must not show any longer.
    pub hidden: Vec<i64>,
    /// Whether the page is too old to know what it lacks.
    pub is_far_behind: bool,
}

/// Finds the changes, newest first, that a page rendered at `revision` lacks.
pub fn find_missing_changes(changes: &[CommentChange], revision: i64) -> MissingChanges {
    let newer = || changes.iter().filter(|change| change.revision > revision);
    let oldest = changes.last().map_or(0, |change| change.revision);
    MissingChanges {
        shown: newer().filter(|change| change.shown).copied().collect(),
        hidden: newer().filter(|change| !change.shown).map(|change| change.id).collect(),
        is_far_behind: changes.len() >= MAX_CHANGES && oldest > revision + 1,
    }
}

/// How many comments there are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CommentCounts {
    pub pending: i64,
    pub blocked: i64,
    /// Published comments that were reported.
    pub reported: i64,
    pub published: i64,
    pub rejected: i64,
    pub removed: i64,
    /// Published ones that are questions and wait for an answer.
    pub unanswered: i64,
    /// Inquiries that wait. Inquiries in any state are counted apart from comments.
    pub inquiries: i64,
    pub done_inquiries: i64,
    pub refused_inquiries: i64,
    pub withdrawn_inquiries: i64,
    pub blocked_inquiries: i64,
    /// Differs whenever a comment arrived or changed.
    pub mark: i64,
}

/// What the program sees in a comment before a person reads it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg(feature = "ssr")]
pub struct Screening {
    /// Why it needs a look.
    pub reasons: Vec<crate::features::rules::Reason>,
    /// By which day it is answered, where it is a question.
    pub due_on: Option<time::Date>,
}

/// What a writer consents to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// A hash of the text; it is sent with the form and stored with the comment.
    pub version: String,
    pub text: String,
}

/// The answer to a comment that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentComment {
    pub id: i64,
    /// Its writer's private address; empty where there is none.
    pub link: String,
    /// Whether readers see it at once.
    pub is_published: bool,
}

/// The comment that is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyTo {
    pub id: i64,
    /// Who wrote it.
    pub name: String,
    /// How it begins; the page shows two lines.
    pub quote: String,
}

/// How a comment begins, for the form that answers it.
#[cfg(feature = "ssr")]
pub fn quote(body: &str) -> String {
    let mut words = body.split_whitespace();
    let mut quote = String::new();
    for word in words.by_ref() {
        if quote.chars().count() + word.chars().count() >= MAX_QUOTE {
            break;
        }
        quote.push_str(if quote.is_empty() { "" } else { " " });
        quote.push_str(word);
    }
    // a word that is longer than the quote
    if quote.is_empty() {
        quote = body.trim().chars().take(MAX_QUOTE).collect();
    }
    if quote.split_whitespace().eq(body.split_whitespace()) { quote } else { quote + "…" }
}

/// The sender of a comment, and the private link that is created for it.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, Copy)]
pub struct Writer {
    pub visitor: Visitor,
    /// The day's hash of the line and the browser that the comment comes from.
    pub sender: Option<DayHash>,
    /// The hash of the token that the browser made when they began to type; `None` without script.
    pub token_hash: Option<[u8; 32]>,
    /// Whether they ask for a mail about the decision.
    pub notify: bool,
    pub link_salt: [u8; 16],
    pub link_hash: [u8; 32],
}

/// Replaces the token in the address of a writer's page after a repeated comment: the link belongs to who sent it
/// first.
#[cfg(feature = "ssr")]
pub const REPEATED: &str = "da-gui";

/// The page after a comment that was stored before, and maybe for another browser.
#[cfg(feature = "ssr")]
fn repeated_path(article: i64, is_published: bool) -> String {
    use crate::base::url::with_parameter;
    let path = with_parameter(&crate::routes::OWN_COMMENT.with(REPEATED), "bai", &article.to_string());
    if is_published { with_parameter(&path, REPEATED_PUBLISHED, "1") } else { path }
}

/// The query parameter of that page where readers see the comment already.
#[cfg(feature = "ssr")]
const REPEATED_PUBLISHED: &str = "da-dang";

/// The id of a comment on its page: `y-kien-12`.
pub fn anchor(id: i64) -> String {
    format!("y-kien-{id}")
}

/// The fields of a comment's form, cleaned and checked.
#[cfg(feature = "ssr")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    pub name: String,
    pub email: Option<String>,
    pub body: String,
}

/// The problem of a comment that is too long.
#[cfg(feature = "ssr")]
pub fn body_long() -> Problem {
    let message = format!("Nội dung dài tối đa {} ký tự", crate::base::format::format_number(MAX_BODY as i64));
    Problem { message: message.into(), ..Problem::new("body", "body-long", "") }
}

/// Cleans and checks a comment's form; returns all its problems at once.
#[cfg(feature = "ssr")]
pub fn parse_draft(name: &str, email: &str, body: &str) -> Result<Draft, Vec<Problem>> {
    use crate::base::text::{clean_line, clean_lines, has_letter, is_email};
    let (name, email, body) = (clean_line(name), clean_line(email), clean_lines(body));
    let (name_length, body_length) = (name.chars().count(), body.chars().count());
    let checks = [
        (!has_letter(&name) || name_length > MAX_NAME, BAD_NAME),
        (!email.is_empty() && !is_email(&email), BAD_EMAIL),
        (body_length < 10, BODY_SHORT),
        (body_length > MAX_BODY, body_long()),
    ];
    let problems: Vec<Problem> = checks.into_iter().filter_map(|(fails, problem)| fails.then_some(problem)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Draft { name, email: (!email.is_empty()).then_some(email), body })
}

/// Cleans and checks a note; an empty one is none.
#[cfg(feature = "ssr")]
pub fn parse_note(typed: &str, field: &'static str) -> Result<Option<String>, Problem> {
    let note = crate::base::text::clean_line(typed);
    if note.chars().count() > MAX_NOTE {
        return Err(Problem { field: Text::Borrowed(field), ..NOTE_LONG });
    }
    Ok((!note.is_empty()).then_some(note))
}

/// Months that a published comment is kept.
#[cfg(feature = "ssr")]
pub const COMMENT_MONTHS: Setting = Setting::number(
    "retention.comment_months",
    "Số tháng giữ ý kiến đã đăng",
    "months a published comment is kept",
    "24",
    (1, 240),
);
/// Days that a rejected or removed comment is kept.
#[cfg(feature = "ssr")]
pub const REFUSED_DAYS: Setting = Setting::number(
    "retention.refused_days",
    "Số ngày giữ ý kiến không đăng",
    "days a rejected or removed comment is kept",
    "90",
    (1, 3650),
);

/// What a writer consents to under these settings.
#[cfg(feature = "ssr")]
pub fn consent(settings: &Settings) -> Consent {
    let count = |setting| crate::base::format::format_number(i64::from(settings.number(setting)));
    let (months, days) = (count(&COMMENT_MONTHS), count(&REFUSED_DAYS));
    let text = format!(
        "Tôi đồng ý để {} lưu họ tên, email (nếu có) và nội dung này để duyệt, đăng và trả lời ý kiến. \
         Email không được đăng. Ý kiến đã đăng được giữ {months} tháng, ý kiến không đăng được giữ {days} ngày.",
        settings.info.body
    );
    Consent { version: crate::base::keys::content_hash(text.as_bytes())[..12].to_owned(), text }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_after_cleaning() {
        let body = "x".repeat(10);
        for (name, ok) in [
            ("", false),
            ("Ý", true),
            ("\u{2800}\u{2800}", false),
            ("12", false),
            (" \u{200b}\u{3164} ", false),
            ("Ân", true),
            (&"n".repeat(60), true),
            (&"n".repeat(61), false),
            ("Nguyễn Văn Đức", true),
        ] {
            assert_eq!(parse_draft(name, "", &body).is_ok(), ok, "{name:?}");
        }
        for (body, problem) in [
            (" ".repeat(50), Some(BODY_SHORT)),
            ("123456789".to_owned(), Some(BODY_SHORT)),
            ("ệ".repeat(3000), None),
            ("ệ".repeat(3001), Some(body_long())),
        ] {
            assert_eq!(parse_draft("An", "", &body).err(), problem.map(|problem| vec![problem]));
        }
    }

    #[test]
    fn all_problems_are_returned_at_once() {
        assert_eq!(parse_draft("", "x", ""), Err(vec![BAD_NAME, BAD_EMAIL, BODY_SHORT]));
    }

    #[test]
    fn markup_stays_the_text_that_it_is() {
        let draft = parse_draft("<b>An</b>", "", "<script>alert(1)</script>").expect("is text");
        assert_eq!((draft.name.as_str(), draft.body.as_str()), ("<b>An</b>", "<script>alert(1)</script>"));
    }

    #[test]
    fn a_quote_ends_with_a_word() {
        assert_eq!(quote("Khi nào\n có nước?"), "Khi nào có nước?");
        let long = quote(&"chữ ".repeat(100));
        assert!(long.ends_with("chữ…") && long.chars().count() <= MAX_QUOTE + 1);
        assert_eq!(quote(&"x".repeat(300)).chars().count(), MAX_QUOTE + 1);
    }

    #[test]
    fn another_text_is_another_consent() {
        let shorter = Settings::new([("retention.comment_months".to_owned(), "12".to_owned())]);
        assert_ne!(consent(&shorter).version, consent(&Settings::new([])).version);
    }

    #[test]
    fn decisions_and_reasons_are_read_back() {
        assert!(Decision::ALL.into_iter().all(|decision| Decision::parse(decision.value()) == Some(decision)));
        assert!(ReportReason::ALL.into_iter().all(|reason| ReportReason::parse(reason.value()) == Some(reason)));
        assert_eq!((Decision::parse("x"), ReportReason::parse("x")), (None, None));
    }

    fn changes(of: &[(i64, i64, bool)]) -> Vec<CommentChange> {
        of.iter().map(|&(id, revision, shown)| CommentChange { id, revision, shown }).collect()
    }

    #[test]
    fn a_page_gets_only_the_changes_after_it() {
        let missing = find_missing_changes(&changes(&[(7, 5, false), (9, 4, true), (8, 3, true)]), 3);
        let shown: Vec<i64> = missing.shown.iter().map(|change| change.id).collect();
        assert_eq!((shown, missing.hidden, missing.is_far_behind), (vec![9], vec![7], false));
        assert!(find_missing_changes(&changes(&[(7, 5, true)]), 5).shown.is_empty());
    }

    #[test]
    fn a_page_that_is_too_old_for_the_list_knows_it() {
        let many: Vec<_> = (51..=100).rev().map(|revision| (revision, revision, true)).collect();
        assert!(find_missing_changes(&changes(&many), 10).is_far_behind);
        assert!(!find_missing_changes(&changes(&many), 50).is_far_behind);
    }
}
