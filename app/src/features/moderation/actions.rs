//! What can be done about a comment, on its card: what is common is a button, what is rare stands among its details.
//! The forms work without script; with it `sending` sends all of them. They are put together as a string: as views they
//! would take a tenth of the room's program.

use super::QueueCard;
use super::saved_answer::{FOR_COMMENT, FROM_PAGE};
use super::shared::Typed;
use crate::base::html::encode;
use crate::features::comments::Decision;
use crate::routes::{self, Route};
use crate::web::forms::RETURN_TO;

/// The query parameter with the comment whose details are shown.
pub const CHOSEN: &str = "chon";
/// The id of the details.
pub const DETAILS: &str = "chi-tiet";

const PROBLEM: &str = "<p class='field-error' role='alert'></p>";

/// The id of what the details say of the writer.
pub const WRITER: &str = "nguoi-viet";

/// The address of a comment's details on a page of the queue.
pub fn details_path(page: &str, comment: i64) -> String {
    let joint = if page.contains('?') { '&' } else { '?' };
    format!("{page}{joint}{CHOSEN}={comment}#{DETAILS}")
}

/// Writes a text that was typed and could not be stored, to be copied; without one it waits for one.
#[cfg(feature = "ssr")]
pub fn unsent_text(text: &str) -> String {
    let hidden = if text.is_empty() { " hidden" } else { "" };
    // the first line break within a field is not part of its text
    format!(
        "<label class='field unsent'{hidden}>Ông/bà đã viết, chưa lưu được:<textarea rows='3' readonly>\n{}</textarea></label>",
        encode(text)
    )
}

/// The style of a decision's button.
pub fn button_class(decision: Decision) -> &'static str {
    if matches!(decision, Decision::Approve | Decision::Keep) { "button approve" } else { "button secondary" }
}

/// What can be done about a comment as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actions {
    /// The decision that publishes it or keeps it.
    welcoming: Option<Decision>,
    /// The decision that refuses it or takes it down.
    refusing: Option<Decision>,
    /// What the button of an answer says.
    answering: Option<&'static str>,
    /// What looks personal and is not covered.
    personal: Vec<String>,
    is_waiting: bool,
    covered: usize,
    is_inquiry: bool,
}

impl Actions {
    pub fn of(card: &QueueCard) -> Self {
        let find = |decisions: [Decision; 2]| decisions.into_iter().find(|decision| card.can_be(*decision));
        let is_waiting = card.state.is_waiting();
        Self {
            welcoming: find([Decision::Keep, Decision::Approve]),
            refusing: find([Decision::Reject, Decision::Remove]),
            answering: card.can_be_answered().then(|| label_answer(is_waiting, card.has_answer, card.is_inquiry)),
            personal: card.personal.clone(),
            is_waiting,
            covered: card.covered,
            is_inquiry: card.is_inquiry,
        }
    }

    /// Writes the forms about a comment of this version. `page` is the address to which they return without script,
    /// `reasons` are the buttons for the reasons of a refusal, and `typed` stood in a form that was refused.
    pub fn html(&self, (comment, version): (i64, i32), page: &str, reasons: &str, typed: Option<&Typed>) -> String {
        let forms = Forms { comment, version, page, typed: typed.filter(|typed| typed.comment == comment) };
        let mut html = String::new();
        if let Some(decision) = self.welcoming {
            let (class, value, label) = (button_class(decision), decision.value(), decision.label_for(self.is_inquiry));
            let button = format!(
                "<button class='{class}' name='decision' value='{value}'>{label} <kbd aria-hidden='true'>A</kbd></button>"
            );
            html += &forms.form(&routes::DECIDE, "main-action", &button);
        }
        if let Some(decision) = self.refusing {
            html += &forms.refusal(decision, reasons);
        }
        if let Some(label) = self.answering {
            html += &forms.answer(label, "Trả lời", "Trả lời chính thức");
        }
        if !self.is_inquiry {
            html += &forms.cover(self);
        }
        let details = encode(&details_path(page, comment));
        html += &format!(
            "<a class='button secondary show-details' rel='external' href='{details}' aria-label='Chi tiết và việc khác'>⋯</a>"
        );
        if self.is_waiting && !self.personal.is_empty() {
            let what = match &self.personal[..] {
                [text] => encode(text),
                more => format!("{} đoạn", more.len()),
            };
            let button =
                format!("<button class='button secondary' name='approve' value='1'>Che {what} và duyệt</button>");
            html += &forms.form(&routes::COVER_TEXT, "whole-row", &button);
        }
        html
    }
}

/// What the button of an answer says.
fn label_answer(is_waiting: bool, has_answer: bool, is_inquiry: bool) -> &'static str {
    match (is_waiting, has_answer) {
        (_, true) if is_inquiry => "Gửi thêm trả lời",
        _ if is_inquiry => "Gửi trả lời",
        (true, _) => "Duyệt và trả lời",
        (false, true) => "Đăng thêm trả lời",
        (false, false) => "Đăng trả lời",
    }
}

/// Writes the form that answers a comment beside another one; empty where nobody can answer it.
#[cfg(feature = "ssr")]
pub fn answer_form(related: &super::store::details::RelatedComment, page: &str) -> String {
    let is_waiting = related.state.is_waiting();
    let is_public = related.state == crate::features::comments::CommentState::Published;
    if related.official || !is_waiting && !is_public {
        return String::new();
    }
    let forms = Forms { comment: related.id, version: related.version, page, typed: None };
    let label = label_answer(is_waiting, related.answer.is_some(), related.title.is_none());
    forms.answer(label, "Trả lời ý kiến này", &format!("Trả lời chính thức cho {}", encode(&related.name)))
}

/// What the forms about a comment have in common.
struct Forms<'a> {
    comment: i64,
    version: i32,
    page: &'a str,
    typed: Option<&'a Typed>,
}

impl Forms<'_> {
    fn typed(&self, field: &str) -> Option<String> {
        self.typed.filter(|typed| typed.field == field).map(|typed| encode(&typed.text))
    }

    fn form(&self, route: &Route, class: &str, content: &str) -> String {
        let Self { comment, version, page, .. } = self;
        let (action, page) = (route.path, encode(page));
        format!(
            "<form class='{class}' method='post' action='{action}'>\
             <input type='hidden' name='comment_id' value='{comment}'>\
             <input type='hidden' name='version' value='{version}'>\
             <input type='hidden' name='{RETURN_TO}' value='{page}'>{content}{PROBLEM}</form>"
        )
    }

    /// The reasons for refusing a comment or taking it down: one press each.
    fn refusal(&self, decision: Decision, reasons: &str) -> String {
        let (label, value) = (decision.label(), decision.value());
        // the sheet stays closed when its form comes back: it would lie over the sentence that says why
        let typed = self.typed("note").filter(|note| !note.is_empty());
        let open = if typed.is_some() { " open" } else { "" };
        let fields = format!("<input type='hidden' name='decision' value='{value}'><div class='chips'>{reasons}</div>");
        let other = format!(
            "<label class='field'>Lý do khác\
             <input type='text' name='note' maxlength='500' autocomplete='off' value='{}'></label>\
             <button class='button' name='decision' value='{value}'>{label}</button>",
            typed.unwrap_or_default()
        );
        format!(
            "<details class='main-action refusal'>\
             <summary class='button secondary'>{label} <kbd aria-hidden='true'>R</kbd></summary>\
             <div class='sheet'><p class='sheet-title'>{label} vì lý do gì?</p>{}\
             <details class='other-reason'{open}><summary class='chip'>Khác…</summary>{}</details></div></details>",
            self.form(&routes::DECIDE, "stack", &fields),
            self.form(&routes::DECIDE, "stack", &other)
        )
    }

    /// The official answer, with which a comment that waits is approved; opened by `summary`, in a field of this name.
    fn answer(&self, label: &str, summary: &str, field: &str) -> String {
        let typed = self.typed("body");
        let open = if typed.is_some() { " open" } else { "" };
        // without script in a tab of its own: what is typed here stays
        let (list, back) = (routes::DESK_SAVED_ANSWERS.path, crate::base::url::encode(self.page));
        let saved = encode(&format!("{list}?{FOR_COMMENT}={}&{FROM_PAGE}={back}", self.comment));
        let fields = format!(
            "<label class='field'>{field}\
             <textarea name='body' rows='3' maxlength='3000'>{}</textarea></label>\
             <a class='link-button' rel='external' target='_blank' data-saved='' href='{saved}'>Câu trả lời mẫu</a>\
             <button class='button approve'>{label}</button>",
            typed.unwrap_or_default()
        );
        let form = self.form(&routes::ANSWER_COMMENT, "stack", &fields);
        format!(
            "<details class='more-action'{open}><summary class='button secondary'>{summary}</summary>{form}</details>"
        )
    }

    /// Covers personal data: what was marked in the text, what looks personal, or what is typed.
    fn cover(&self, actions: &Actions) -> String {
        let typed = self.typed("text");
        let open = if typed.is_some() { " open" } else { "" };
        let text = typed.or_else(|| actions.personal.first().map(|text| encode(text))).unwrap_or_default();
        // all that was seen: what somebody else covered meanwhile stays covered
        let uncover = match actions.covered {
            0 => String::new(),
            covered => format!(
                "<input type='hidden' name='covered' value='{covered}'>\
                 <button class='link-button' name='all' value='show'>Bỏ che tất cả</button>"
            ),
        };
        let fields = format!(
            "<label class='field'>Che thông tin cá nhân\
             <input type='text' name='text' maxlength='300' autocomplete='off' value='{text}'></label>\
             <p class='quiet hint'>Bôi đen đoạn cần che rồi bấm Che, hoặc chép vào ô. Bạn đọc sẽ thấy •••.</p>\
             <div class='buttons'><button class='button secondary'>Che đoạn này</button>{uncover}</div>"
        );
        let form = self.form(&routes::COVER_TEXT, "stack", &fields);
        format!(
            "<details class='more-action'{open}><summary class='button secondary cover'>Che</summary>{form}</details>"
        )
    }
}
