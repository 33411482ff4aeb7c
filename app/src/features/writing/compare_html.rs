//! Two texts of one article as HTML: a choice at each place where they differ, and a comparison to read.

use super::ArticleForm;
use super::compare::{Choice, Comparison, Difference, Word, compare_words};
use super::form_fields::describe_value;
use super::form_html::{Conflicting, EditPage, find_form_refusal};
use crate::base::clock;
use crate::base::format::format_number;
use crate::features::media::Picture;
use crate::features::taxonomy::Category;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::view::textarea_html;
use leptos::prelude::*;
use similar::ChangeTag;
use std::time::{Duration, Instant};

/// What is known of categories and pictures by their numbers.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) categories: &'a [Category],
    pub(super) pictures: &'a [(i64, Picture)],
}

/// A text as people read it: names in place of numbers.
fn readable(difference: &Difference, text: &str, names: Names<'_>) -> String {
    match difference.field() {
        Some(field) => describe_value(field, text, names.categories, names.pictures),
        None => text.to_owned(),
    }
}

/// How long marking the words of all differences of a page may take.
const TIME_LIMIT: Duration = Duration::from_millis(300);

/// The words of one of two texts, or of both, with those marked that the other lacks. Line ends stay. Where both are
/// shown, what is gone is struck through; where one can choose, neither is.
fn marked_words(words: &[Word], sides: &[ChangeTag]) -> String {
    let mut html = String::new();
    let shown: Vec<&Word> = words.iter().filter(|(tag, _)| *tag == ChangeTag::Equal || sides.contains(tag)).collect();
    for run in shown.chunk_by(|one, next| one.0 == next.0) {
        let text: String = run.iter().map(|(_, word)| word.as_str()).collect();
        let text = textarea_html(&text).replace('\n', "<br>");
        let name = match run[0].0 {
            ChangeTag::Equal => "",
            _ if sides.len() == 1 => "mark",
            ChangeTag::Delete => "del",
            ChangeTag::Insert => "ins",
        };
        if name.is_empty() { html.push_str(&text) } else { html.push_str(&format!("<{name}>{text}</{name}>")) }
    }
    html
}

/// The text that somebody else saved meanwhile beside the one that was typed, with a choice at each place.
pub(super) fn conflict(page: &EditPage, theirs: &ArticleForm, own: &Conflicting) -> Option<impl IntoView + use<>> {
    let refusal = find_form_refusal(page.refusal.as_ref())?;
    let names = Names { categories: &page.categories, pictures: &page.pictures };
    let compared = Comparison::new(theirs, &own.typed, own.base.as_ref());
    let deadline = Instant::now() + TIME_LIMIT;
    let by = page.work.saved_by.clone().unwrap_or_else(|| "Hệ thống".to_owned());
    let theirs_label = format!("Bản của {by}, lưu lúc {}", clock::format_short(page.work.saved_at));
    let open = compared.differences.iter().filter(|difference| difference.automatic.is_none());
    let places: Vec<_> = open.map(|difference| place(difference, names, &theirs_label, deadline)).collect();
    let automatic = compared.differences.iter().filter(|difference| difference.automatic.is_some()).count();
    let automatic = (automatic > 0).then(|| {
        let count = format_number(automatic as i64);
        view! { <p>{format!("{count} chỗ chỉ một người sửa được ghép sẵn.")}</p> }
    });
    let question = if places.is_empty() {
        "Không có chỗ nào hai người cùng sửa: bấm “Ghép lại” để xem bản ghép."
    } else {
        "Ở mỗi chỗ hai người cùng sửa, chọn bản cần giữ rồi bấm “Ghép lại”."
    };
    // earlier choices were made between other texts
    let is_typed = |name: &str| {
        !["id", "revision", "then", "confirm_empty", RETURN_TO].contains(&name) && !name.starts_with("choices[")
    };
    let typed = refusal.fields.iter().filter(|(name, _)| is_typed(name)).map(|(name, value)| {
        view! { <textarea name=name.clone() hidden inner_html=textarea_html(value)></textarea> }
    });
    let typed = typed.collect_view();
    let sentence = refusal.error.full_message();
    let work = &page.work;
    Some(view! {
        <section class="notice" aria-labelledby="hai-ban">
            <h2 id="hai-ban">"Có hai bản khác nhau"</h2>
            <p>
                {sentence}
                " Chưa có gì bị ghi đè. "
                {question}
                " Hoặc sửa thẳng trong biểu mẫu bên dưới rồi bấm lưu lần nữa."
            </p>
            {automatic}
            <form method="post" action=routes::MERGE_TEXTS.path>
                <input type="hidden" name="id" value=work.id/>
                <input type="hidden" name="revision" value=work.revision/>
                <input type="hidden" name=RETURN_TO value=super::work_path(work.id)/>
                {typed}
                {places}
                <button class="button">"Ghép lại"</button>
                <p class="quiet">"Bản ghép hiện trong biểu mẫu để xem lại, chưa lưu."</p>
            </form>
        </section>
    })
}

/// One place where two texts differ, with what can be taken.
fn place(difference: &Difference, names: Names<'_>, theirs_label: &str, deadline: Instant) -> impl IntoView + use<> {
    let field = format!("choices[{}]", difference.key);
    let (first, second) =
        (readable(difference, &difference.first, names), readable(difference, &difference.second, names));
    let words = compare_words(&first, &second, deadline);
    let option = |choice: Choice, label: &str, html: String| {
        let (field, label) = (field.clone(), label.to_owned());
        let is_empty = html.is_empty();
        view! {
            <label class="choice-text">
                <input type="radio" name=field value=choice.value() required/>
                <span class="quiet">{label}</span>
                <span class="piece" inner_html={if is_empty { "(không có)".to_owned() } else { html }}></span>
            </label>
        }
    };
    let both = difference.is_in_body().then(|| {
        view! {
            <label class="check">
                <input type="radio" name=field.clone() value=Choice::Both.value() required/>"Giữ cả hai"
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{difference.label.clone()}</legend>
            <div class="both-texts">
                {option(Choice::First, theirs_label, marked_words(&words, &[ChangeTag::Delete]))}
                {option(Choice::Second, "Bản của ông/bà, chưa lưu", marked_words(&words, &[ChangeTag::Insert]))}
            </div>
            {both}
        </fieldset>
    }
}

/// Where two revisions differ, to read.
pub(super) fn differences(older: &ArticleForm, newer: &ArticleForm, names: Names<'_>) -> impl IntoView + use<> {
    let compared = Comparison::new(older, newer, None);
    let deadline = Instant::now() + TIME_LIMIT;
    let empty = compared.differences.is_empty().then(|| view! { <p class="empty">"Hai bản giống hệt nhau."</p> });
    let items = compared.differences.iter().map(|difference| {
        let (first, second) =
            (readable(difference, &difference.first, names), readable(difference, &difference.second, names));
        let words = compare_words(&first, &second, deadline);
        let html = marked_words(&words, &[ChangeTag::Delete, ChangeTag::Insert]);
        view! { <h3>{difference.label.clone()}</h3><p class="piece" inner_html=html></p> }
    });
    view! { {empty}<div class="compared">{items.collect_view()}</div> }
}

/// The choice of a revision to compare another one with.
pub(super) fn compare_form(
    id: i64,
    revision: i32,
    revisions: &[super::store::revisions::ListedRevision],
    chosen: Option<i32>,
) -> Option<impl IntoView + use<>> {
    let others = revisions.iter().filter(|listed| listed.revision != revision);
    let options: Vec<_> = others
        .map(|listed| {
            let label = format!("Bản {}, {}", listed.revision, clock::format_short(listed.saved_at));
            let selected = chosen == Some(listed.revision);
            view! { <option value=listed.revision selected=selected>{label}</option> }
        })
        .collect();
    (!options.is_empty()).then(|| {
        view! {
            <form class="search-line" method="get" action=routes::DESK_ARTICLES.path>
                <input type="hidden" name=super::ARTICLE value=id/>
                <input type="hidden" name=super::REVISION value=revision/>
                <select name=super::COMPARED aria-label="So với bản">{options}</select>
                <button class="button secondary">"So sánh"</button>
            </form>
        }
    })
}
