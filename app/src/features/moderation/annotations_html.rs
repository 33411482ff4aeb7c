//! By when a comment is answered and by whom, and what staff noted, among the details of a comment.

use super::actions::unsent_text;
use crate::base::clock;
use crate::features::comments::CommentState;
use crate::features::comments::store::answers::EarlierWording;
use crate::features::notes::NoteSubject;
use crate::features::notes::store::Note;
use crate::features::questions::store::Question;
use crate::features::questions::{MAX_PASSED_NOTE, MAX_PASSED_TO};
use crate::routes;
use crate::web::forms::view::textarea_html;
use crate::web::forms::{RETURN_TO, Refusal};
use leptos::prelude::*;
use time::Date;

/// The comment whose details are shown.
pub struct Subject<'a> {
    pub comment: i64,
    pub state: CommentState,
    pub is_inquiry: bool,
    /// Where its forms lead back to.
    pub back: &'a str,
    /// A form about it that was refused.
    pub refusal: Option<&'a Refusal>,
}

impl Subject<'_> {
    /// What was typed into a field of a form that was refused.
    pub fn typed(&self, action: &str, field: &str) -> Option<String> {
        self.refusal.filter(|refusal| refusal.action == action).map(|refusal| refusal.typed(field))
    }

    /// What was typed into a form that was refused and is not shown any more, to be copied.
    pub fn unsent(&self, action: &str, fields: &[&str]) -> Option<AnyView> {
        let texts = fields.iter().filter_map(|field| self.typed(action, field)).filter(|text| !text.is_empty());
        let text = texts.collect::<Vec<_>>().join("\n");
        (!text.is_empty()).then(|| view! { <div inner_html=unsent_text(&text)></div> }.into_any())
    }

    fn hidden_fields(&self) -> impl IntoView + use<> {
        view! {
            <input type="hidden" name="comment_id" value=self.comment/>
            <input type="hidden" name=RETURN_TO value=self.back.to_owned()/>
        }
    }
}

/// By when and by whom it is answered. `due_on` is the day that is offered where nobody chose one.
pub fn question(
    subject: &Subject<'_>,
    question: Option<&Question>,
    staff: &[(i64, String)],
    due_on: Date,
) -> impl IntoView + use<> {
    let wanted = question.filter(|question| question.is_wanted);
    let sentence = describe_question(question);
    let is_answerable = subject.state.is_waiting() || subject.state == CommentState::Published && !subject.is_inquiry;
    let form = is_answerable.then(|| question_form(subject, question, staff, due_on));
    let unsent = match is_answerable {
        true => None,
        false => subject.unsent(routes::MARK_QUESTION.path, &["passed_to", "passed_note"]),
    };
    let label = if wanted.is_some() { "Đổi hạn, người trả lời" } else { "Ghi là cần trả lời" };
    let is_refused = subject.typed(routes::MARK_QUESTION.path, "due_on").is_some();
    view! {
        <h3 id="can-tra-loi">"Trả lời"</h3>
        <p>{sentence}</p>
        {unsent}
        {form.map(|form| view! { <details class="more" open=is_refused><summary>{label}</summary>{form}</details> })}
    }
}

/// `Hạn trả lời 30/11/2026. Người trả lời: Chị Lan. Đã chuyển Điện lực: chờ lịch sửa.`
fn describe_question(question: Option<&Question>) -> String {
    let Some(question) = question else { return "Chưa ghi là cần trả lời.".to_owned() };
    if !question.is_wanted {
        return "Đã ghi là không cần trả lời.".to_owned();
    }
    if let Some(at) = question.answered_at {
        return format!("Đã trả lời lúc {}.", clock::format_short(at));
    }
    let mut sentence = format!("Hạn trả lời {}.", clock::format_day(question.due_on));
    if let Some(name) = &question.assignee {
        sentence += &format!(" Người trả lời: {name}.");
    }
    if let Some(passed_to) = &question.passed_to {
        let note = question.passed_note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        sentence += &format!(" Đã chuyển {passed_to}{note}.");
    }
    sentence
}

fn question_form(
    subject: &Subject<'_>,
    question: Option<&Question>,
    staff: &[(i64, String)],
    due_on: Date,
) -> impl IntoView + use<> {
    let typed = |field: &str| subject.typed(routes::MARK_QUESTION.path, field);
    let revision = question.map_or(0, |question| question.revision);
    let day = question.map_or(due_on, |question| question.due_on);
    let day = typed("due_on").unwrap_or_else(|| day.to_string());
    let known = |find: fn(&Question) -> Option<String>| question.and_then(find).unwrap_or_default();
    let chosen = typed("assigned_to")
        .unwrap_or_else(|| known(|question| question.assigned_to.map(|account| account.to_string())));
    let passed_to = typed("passed_to").unwrap_or_else(|| known(|question| question.passed_to.clone()));
    let passed_note = typed("passed_note").unwrap_or_else(|| known(|question| question.passed_note.clone()));
    // who was locked since stays in sight until somebody else is chosen
    let gone = question.and_then(|question| Some((question.assigned_to?, question.assignee.clone()?)));
    let gone = gone.filter(|(id, _)| staff.iter().all(|(known, _)| known != id));
    let gone = gone.map(|(id, name)| (id, format!("{name} (đã khóa)")));
    let options = staff.iter().cloned().chain(gone).map(|(id, name)| {
        let id = id.to_string();
        let selected = id == chosen;
        view! { <option value=id selected=selected>{name}</option> }
    });
    let is_wanted = question.is_some_and(|question| question.is_wanted);
    // an inquiry that needs no answer is done by a decision
    let unmark = (is_wanted && !subject.is_inquiry).then(|| {
        view! { <button class="link-button" name="wanted" value="0">"Không cần trả lời"</button> }
    });
    view! {
        <form class="stack" method="post" action=routes::MARK_QUESTION.path>
            {subject.hidden_fields()}
            <input type="hidden" name="revision" value=revision/>
            <label class="field">"Hạn trả lời"<input type="date" name="due_on" value=day required/></label>
            <label class="field">
                "Người trả lời"
                <select name="assigned_to"><option value="">"Chưa giao"</option>{options.collect_view()}</select>
            </label>
            <label class="field">
                "Đã chuyển bộ phận khác (không bắt buộc)"
                <input type="text" name="passed_to" value=passed_to maxlength=MAX_PASSED_TO autocomplete="off"/>
            </label>
            <label class="field">
                "Vì sao chuyển"
                <input type="text" name="passed_note" value=passed_note maxlength=MAX_PASSED_NOTE autocomplete="off"/>
            </label>
            <p class="quiet hint">"Đã chuyển thì vẫn chờ trả lời, đến khi có câu trả lời chính thức."</p>
            <p class="field-error" role="alert"></p>
            <div class="buttons"><button class="button secondary" name="wanted" value="1">"Lưu"</button>{unmark}</div>
        </form>
    }
}

/// The form that corrects an answer, and the wordings that it had before.
pub fn answer(
    subject: &Subject<'_>,
    (version, body): (i32, &str),
    wordings: &[EarlierWording],
) -> impl IntoView + use<> {
    let typed = subject.typed(routes::CORRECT_ANSWER.path, "corrected");
    let is_open = typed.is_some();
    let text = textarea_html(&typed.unwrap_or_else(|| body.to_owned()));
    let reader = if subject.is_inquiry { "Người gửi" } else { "Bạn đọc" };
    let form = (subject.state == CommentState::Published).then(|| {
        view! {
            <details class="more" open=is_open>
                <summary>"Sửa câu trả lời"</summary>
                <form class="stack" method="post" action=routes::CORRECT_ANSWER.path>
                    {subject.hidden_fields()}
                    <input type="hidden" name="version" value=version/>
                    <label class="field">
                        "Câu trả lời"
                        <textarea name="corrected" rows="4" maxlength="3000" data-filled="" inner_html=text></textarea>
                    </label>
                    <p class="quiet hint">{format!("{reader} thấy câu mới cùng dòng “đã sửa lúc …”.")}</p>
                    <p class="field-error" role="alert"></p>
                    <button class="button secondary">"Lưu câu trả lời"</button>
                </form>
            </details>
        }
    });
    let unsent = match subject.state {
        CommentState::Published => None,
        _ => subject.unsent(routes::CORRECT_ANSWER.path, &["corrected"]),
    };
    let earlier = wordings.iter().map(|wording| {
        let by = wording.replaced_by.as_deref().unwrap_or("Một người khác");
        let head = format!("{by} đã sửa lúc {}, trước đó:", clock::format_short(wording.replaced_at));
        view! { <li><p class="quiet">{head}</p><p class="note-text">{wording.body.clone()}</p></li> }
    });
    let earlier = (!wordings.is_empty()).then(|| view! { <ol class="notes wordings">{earlier.collect_view()}</ol> });
    view! { <h3 id="cau-tra-loi">"Câu trả lời"</h3> {unsent} {form} {earlier} }
}

/// What staff noted about the comment and its writer, with the form for another note.
pub fn notes(subject: &Subject<'_>, notes: &[Note], has_writer: bool) -> impl IntoView + use<> {
    let list = (!notes.is_empty()).then(|| {
        let items = notes.iter().map(|note| note_item(subject, note)).collect_view();
        view! { <ol class="notes">{items}</ol> }
    });
    let typed = subject.typed(routes::WRITE_NOTE.path, "note_text");
    let is_open = typed.is_some();
    let typed = textarea_html(&typed.unwrap_or_default());
    let about_writer = has_writer.then(|| {
        view! {
            <button class="button secondary" name="about" value=NoteSubject::Writer.value()>"Ghi về người viết"</button>
        }
    });
    view! {
        <h3 id="ghi-chu">"Ghi chú nội bộ"</h3>
        {list}
        <details class="more" open=is_open>
            <summary>"Viết ghi chú"</summary>
            <form class="stack" method="post" action=routes::WRITE_NOTE.path>
                {subject.hidden_fields()}
                <label class="field">
                    "Chỉ cán bộ đọc được"
                    // a name of its own: a draft of it must never come back in the field of an answer
                    <textarea name="note_text" rows="3" maxlength="1000" inner_html=typed></textarea>
                </label>
                <p class="quiet hint">
                    "Ghi chú mất cùng ý kiến; ghi chú về người viết mất cùng ý kiến cuối cùng của họ. "
                    "Người viết có quyền hỏi xem ghi chú về mình."
                </p>
                <p class="field-error" role="alert"></p>
                <div class="buttons">
                    <button class="button secondary" name="about" value=NoteSubject::Comment.value()>
                        "Ghi vào ý kiến này"
                    </button>
                    {about_writer}
                </div>
            </form>
        </details>
    }
}

fn note_item(subject: &Subject<'_>, note: &Note) -> impl IntoView + use<> {
    let about = if note.is_about_writer { " · về người viết" } else { "" };
    let head = format!("{} · {}{about}", note.author, clock::format_short(note.written_at));
    let id = note.id;
    view! {
        <li>
            <p class="note-text">{note.body.clone()}</p>
            <p class="quiet">{head}</p>
            <details class="more">
                <summary>"Xóa"</summary>
                <form method="post" action=routes::DELETE_NOTE.path>
                    {subject.hidden_fields()}
                    <input type="hidden" name="note" value=id/>
                    <button class="button secondary">"Xóa hẳn ghi chú này"</button>
                    <p class="field-error" role="alert"></p>
                </form>
            </details>
        </li>
    }
}
