//! The details of a comment on an open page: beside the list where there is space, and on the card of a phone.

use super::DETAILS_ALONE;
use super::actions::{CHOSEN, DETAILS, WRITER};
use super::dom::{find_comment, find_within, list_all};
use super::press::when_released;
use super::sending::{focus_in_place, open_around, read_field, write_field};
use super::shared::ShownDetails;
use super::shown_card::OpenQueue;
use crate::base::url::with_parameter;
use crate::routes;
use crate::web::effects::{after, next_frame, on_window};
use crate::web::forms::fields::is_field_changed;
use crate::web::room::{ReadContent, RoomContext};
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Cards that are only passed over show nothing beside the list.
const DELAY: Duration = Duration::from_millis(200);

/// Whether there is space beside the list; the style sheet has the same number.
fn is_wide() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or_default() >= 1024.0
}

/// Reads the details of a comment again where they are shown.
pub fn reader(context: &RoomContext, details: RwSignal<ShownDetails>) -> Callback<i64> {
    let (read_content, account) = (context.read_content, context.staff.id);
    Callback::new(move |comment: i64| {
        if details.try_with_untracked(|shown| shown.comment == comment) == Some(true) {
            leptos::task::spawn_local(read(read_content, account, comment, details));
        }
    })
}

async fn read(read_content: ReadContent, account: i64, comment: i64, details: RwSignal<ShownDetails>) {
    let path = with_parameter(routes::DESK_COMMENTS.path, CHOSEN, &comment.to_string());
    let answer = read_content(with_parameter(&path, DETAILS_ALONE, "1"), Vec::new()).await;
    let html = match answer {
        Ok(Some(content)) => content.html,
        // signed out meanwhile: the next thing that is done says so
        Ok(None) | Err(_) => {
            "<p class=\"field-error\" role=\"alert\">Không tải được chi tiết. Vui lòng thử lại.</p>".to_owned()
        }
    };
    when_released(move || {
        let is_about_writer = WANTS_WRITER_OF.get() == comment;
        let kept = list_changed_fields();
        let focused = list_all(FOCUSED).first().and_then(|field| field.get_attribute("name")).unwrap_or_default();
        let replaced = details.try_update(|shown| {
            let is_wanted = shown.comment == comment && shown.html != html;
            if is_wanted {
                shown.html = html;
            }
            is_wanted
        });
        if replaced == Some(true) {
            next_frame(move || put_back(kept, &focused));
            crate::web::drafts::restore_soon(account);
        }
        if is_about_writer {
            WANTS_WRITER_OF.set(0);
        }
        if is_about_writer && details.try_with_untracked(|shown| shown.comment == comment) == Some(true) {
            crate::web::page_script::focus_later(&format!("#{WRITER}"));
        }
    });
}

thread_local! {
    /// The comment whose details are on their way because of its writer; 0 where none is.
    static WANTS_WRITER_OF: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

/// The fields of the forms of the details, which stand beside the list, or on the card of a phone.
const FIELDS: &str = "#chi-tiet form [name]:not([type=hidden]), .card-details form [name]:not([type=hidden])";
/// The field of the details with what was typed into forms that are gone.
const UNSENT: &str = "#chi-tiet .unsent textarea, .card-details .unsent textarea";
/// What has the focus in the details.
const FOCUSED: &str = "#chi-tiet :focus, .card-details :focus";
/// The fields in which nothing is typed.
const CHOICES: [&str; 3] = [" due_on", " assigned_to", " days"];

/// The fields of the details, each with its place: where its form is sent, the comment that the form is about, and the
/// field's name.
fn list_fields() -> Vec<(String, Element)> {
    let find_place = |field: &Element| {
        let form = field.closest("form").ok().flatten()?;
        let comment = find_within(&form, "[name=comment_id]").map(|field| read_field(&field)).unwrap_or_default();
        Some(form.get_attribute("action")? + " " + &comment + " " + &field.get_attribute("name")?)
    };
    let mut fields = Vec::new();
    for field in list_all(FIELDS) {
        if let Some(place) = find_place(&field) {
            fields.push((place, field));
        }
    }
    fields
}

/// What was typed or chosen in the forms of the details and not sent; texts whose forms are gone are in no place.
fn list_changed_fields() -> Vec<(String, String)> {
    let mut changed = Vec::new();
    for (place, field) in list_fields() {
        if is_field_changed(&field) {
            changed.push((place, read_field(&field)));
        }
    }
    for field in list_all(UNSENT) {
        let text = read_field(&field);
        if !text.is_empty() {
            changed.push((String::new(), text));
        }
    }
    changed
}

/// Puts what was not sent into the same fields of the details that came anew. Texts whose forms are gone, because what
/// they are about was taken down, stand above them to be copied.
fn put_back(kept: Vec<(String, String)>, focused: &str) {
    let fields = list_fields();
    let mut unsent = String::new();
    for (place, value) in kept {
        if let Some((_, field)) = fields.iter().find(|(known, _)| *known == place) {
            write_field(field, &value);
            open_around(field);
            // what was being typed goes on
            if !focused.is_empty() && place.ends_with(focused) {
                focus_in_place(field);
            }
        } else if !value.is_empty() && !CHOICES.iter().any(|choice| place.ends_with(choice)) {
            unsent = unsent + "\n" + &value;
        }
    }
    if let Some(field) = list_all(UNSENT).first()
        && !unsent.is_empty()
    {
        write_field(field, &unsent[1..]);
        if let Ok(Some(label)) = field.closest("label") {
            let _ = label.remove_attribute("hidden");
        }
    }
}

/// Shows the details of a comment.
fn show(queue: OpenQueue, comment: i64, is_on_card: bool) {
    queue.shared.details.try_update(|shown| {
        if (shown.comment, shown.is_on_card) != (comment, is_on_card) {
            let html = "<p class=\"quiet\" role=\"status\">Đang tải chi tiết…</p>".to_owned();
            *shown = ShownDetails { comment, is_on_card, html };
        }
    });
    queue.shared.read_details.run(comment);
}

/// Opens the details that a link leads to, closing them where they are open on the card.
pub fn open(link: &Element, queue: OpenQueue) -> bool {
    let Some(comment) = find_comment(link).filter(|comment| queue.find_card(*comment).is_some()) else {
        return false;
    };
    let details = queue.shared.details;
    let is_open = details.with_untracked(|shown| shown.is_on_card && shown.comment == comment);
    let is_about_writer = link.get_attribute("href").is_some_and(|href| href.ends_with(&format!("#{WRITER}")));
    if is_open && !is_about_writer {
        details.set(ShownDetails::default());
    } else {
        WANTS_WRITER_OF.set(if is_about_writer { comment } else { 0 });
        show(queue, comment, !is_wide());
        if is_wide() {
            crate::web::page_script::focus_later(&format!("#{DETAILS}"));
        }
    }
    true
}

/// Whether something is being typed there, which must not give way.
fn is_written_in() -> bool {
    !list_changed_fields().is_empty()
}

/// Reads the details again after somebody did something, so that what is overtaken there has no buttons that look as
/// if it were not. Under a hand that is at work there they stay as they are, until the next thing that somebody does.
pub fn reread(details: RwSignal<ShownDetails>, read_details: Callback<i64>) {
    let comment = details.try_with_untracked(|shown| shown.comment).unwrap_or_default();
    let is_at_work = !list_all(FOCUSED).is_empty() || is_written_in();
    if !is_at_work && comment != 0 {
        read_details.run(comment);
    }
}

/// Beside the list stand the details of the card that has the focus; of the first, until one has it.
pub fn follow_focus(queue: OpenQueue) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
    };
    let shown = queue.shared.details.with_untracked(|shown| shown.comment);
    if shown == 0
        && is_wide()
        && let Some(first) = queue.cards.with_untracked(|cards| cards.first().map(|card| card.id))
    {
        show(queue, first, false);
    }
    let handle = on_window("focusin", move |event| {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let card = element.and_then(|element| element.closest(".queue-card").ok().flatten());
        let Some(comment) = card.and_then(|card| find_comment(&card)).filter(|_| is_wide() && !is_written_in()) else {
            return;
        };
        stop();
        timer.set_value(after(DELAY, move || show(queue, comment, false)));
    });
    on_cleanup(move || {
        handle.remove();
        stop();
    });
}
