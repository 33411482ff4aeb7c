//! The details of a comment on an open page: beside the list where there is space, and on the card of a phone.

use super::DETAILS_ALONE;
use super::actions::{CHOSEN, DETAILS, WRITER, WRITTEN_BEFORE, unsent_text};
use super::dom::{find_comment, find_within, list_all};
use super::press::when_released;
use super::sending::{open_around, read_field, write_field};
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
    let mut path = with_parameter(routes::DESK_COMMENTS.path, CHOSEN, &comment.to_string());
    if let Some(before) = find_written_before(comment) {
        path = with_parameter(&path, WRITTEN_BEFORE, &before);
    }
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
        let (kept, unsent) = (list_changed_fields(), list_unsent_texts());
        let replaced = details.try_update(|shown| {
            let is_wanted = shown.comment == comment && shown.html != html;
            if is_wanted {
                shown.html = html;
            }
            is_wanted
        });
        if replaced == Some(true) {
            next_frame(move || put_back(&kept, unsent));
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

/// The comment of the writer before which the address shows what they wrote, where it is about this comment.
fn find_written_before(comment: i64) -> Option<String> {
    let search = window().location().search().ok()?;
    let pairs = || search.trim_start_matches('?').split('&');
    let find = |name: &str| pairs().find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    let before = find(WRITTEN_BEFORE).filter(|_| find(CHOSEN) == Some(&comment.to_string()));
    before.map(str::to_owned)
}

thread_local! {
    /// The comment whose details are on their way because of its writer; 0 where none is.
    static WANTS_WRITER_OF: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
}

/// Where the details may stand: beside the list, or on the card of a phone.
const PLACES: [&str; 2] = ["#chi-tiet", ".card-details"];

/// The fields into which somebody writes sentences.
const TEXTS: [&str; 6] = ["body", "corrected", "note_text", "passed_to", "passed_note", "sentence"];

/// A field of the details: where its form is sent, the comment that the form is about, and the field's name.
type Place = (String, String, String);

/// The fields of the forms of the details.
fn list_fields() -> impl Iterator<Item = (Place, Element)> {
    let fields = PLACES.iter().flat_map(|place| list_all(&format!("{place} form [name]:not([type=hidden])")));
    fields.filter_map(|field| {
        let form = field.closest("form").ok().flatten()?;
        let comment = find_within(&form, "[name=comment_id]").map(|field| read_field(&field)).unwrap_or_default();
        Some(((form.get_attribute("action")?, comment, field.get_attribute("name")?), field))
    })
}

/// What was typed or chosen in the forms of the details and not sent.
fn list_changed_fields() -> Vec<(Place, String)> {
    let changed = list_fields().filter(|(_, field)| is_field_changed(field));
    changed.map(|(place, field)| (place, read_field(&field))).collect()
}

/// The texts whose forms are gone, as the details show them.
fn list_unsent_texts() -> Vec<String> {
    let fields = PLACES.iter().flat_map(|place| list_all(&format!("{place} .unsent textarea")));
    fields.map(|field| read_field(&field)).collect()
}

/// Puts what was not sent into the same fields of the details that came anew. Texts whose forms are gone, because what
/// they are about was taken down, stand above them to be copied.
fn put_back(kept: &[(Place, String)], mut unsent: Vec<String>) {
    let fields: Vec<(Place, Element)> = list_fields().collect();
    for (place, value) in kept {
        if let Some((_, field)) = fields.iter().find(|(known, _)| known == place) {
            write_field(field, value);
            open_around(field);
        } else if TEXTS.contains(&place.2.as_str()) && !unsent.contains(value) {
            unsent.push(value.clone());
        }
    }
    let details = PLACES.iter().flat_map(|place| list_all(place)).find(|details| details.has_child_nodes());
    if let Some(details) = details.filter(|_| !unsent.is_empty()) {
        let html: String = unsent.iter().map(|text| unsent_text(text)).collect();
        // only a page that is being left refuses it
        let _ = details.insert_adjacent_html("afterbegin", &html);
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
    !list_changed_fields().is_empty() || !list_unsent_texts().is_empty()
}

/// Beside the list stand the details of the card that has the focus; of the first, until one has it.
pub fn follow_focus(queue: OpenQueue) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
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
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
        timer.set_value(after(DELAY, move || show(queue, comment, false)));
    });
    on_cleanup(move || {
        handle.remove();
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
    });
}
