//! What is seldom needed about a comment, folded away on its card. Each form acts in place.

use super::outcome::{CardMessage, CardOutcome, CardUndo, undo_id};
use super::sending::{Sending, UndoForm};
use super::shared::Shared;
use super::shown_card::ShownCard;
use super::{DecidedCard, QueueCard};
#[cfg(feature = "hydrate")]
use crate::features::comments::anchor;
use crate::features::comments::{CommentState, UNDO_SECONDS};
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::view::textarea_html;
use leptos::prelude::*;

/// What is seldom needed: the history, the official answer, covering, closing, and blocking the writer.
#[component]
pub fn MoreForms(
    shown: ShownCard,
    version: Memo<i32>,
    can_undo: Memo<bool>,
    shared: Shared,
    on_decided: Callback<DecidedCard>,
) -> impl IntoView {
    let ShownCard { id, card, message, .. } = shown;
    let act = Acting { message, shared };
    let history = move || card.with(|card| card.history.clone());
    let is_answerable =
        Memo::new(move |_| card.with(|card| card.state.is_waiting() || card.state == CommentState::Published));
    let is_official = card.with_untracked(|card| card.is_official);
    let is_undoable_later = Memo::new(move |_| card.with(|card| card.can_undo) && !can_undo.get());
    // what was marked with finger or mouse is what is to be covered; otherwise what looks personal is offered
    let marked = RwSignal::new(shared.typed(id, "text").unwrap_or_default());
    let mark = move |_| {
        #[cfg(feature = "hydrate")]
        if let Some(text) = selected_text(id) {
            marked.set(text);
        }
    };
    let close_path = format!("{}?bai={}", routes::DESK_CLOSURES.path, card.with_untracked(|card| card.article_id));
    view! {
        <details class="more">
            <summary on:pointerdown=mark>"Thêm"</summary>
            <ol class="history quiet">
                {move || history().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ol>
            {move || is_undoable_later.get().then(|| {
                let label = Signal::stored("Hoàn tác quyết định gần nhất".to_owned());
                view! { <UndoForm id=format!("hoan-tac-sau-{id}") shown version label shared on_decided/> }
            })}
            {move || (is_answerable.get() && !is_official).then(|| view! { <AnswerForm card version shared act/> })}
            <CoverForm card version marked shared act/>
            <p><a class="link-button" href=close_path>"Đóng ý kiến của bài này"</a></p>
            {(!is_official).then(|| view! { <BlockForm card shared act/> })}
        </details>
    }
}

/// The official answer, with which a comment that waits is approved.
#[component]
fn AnswerForm(card: RwSignal<QueueCard>, version: Memo<i32>, shared: Shared, act: Acting) -> impl IntoView {
    let id = card.with_untracked(|card| card.id);
    let is_waiting = Memo::new(move |_| card.with(|card| card.state.is_waiting()));
    let label = move || match (is_waiting.get(), card.with(|card| card.answer.is_some())) {
        (true, _) => "Duyệt và trả lời",
        (false, true) => "Đăng thêm trả lời",
        (false, false) => "Đăng trả lời",
    };
    let typed = textarea_html(&shared.typed(id, "body").unwrap_or_default());
    let area = NodeRef::<leptos::html::Textarea>::new();
    let sending = act.send(id, move || {
        #[cfg(feature = "hydrate")]
        {
            crate::web::drafts::delete_draft(&id.to_string());
            if let Some(area) = area.try_get_untracked().flatten() {
                area.set_value("");
            }
        }
    });
    view! {
        <form
            class="stack"
            method="post"
            action=routes::ANSWER_COMMENT.path
            on:submit=move |event| sending.submit(event)
        >
            <input type="hidden" name="comment_id" value=id/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <label class="field">
                "Trả lời chính thức"
                <textarea name="body" rows="3" maxlength="3000" node_ref=area inner_html=typed></textarea>
            </label>
            <SendButton sending label=Signal::derive(label)/>
        </form>
    }
}

/// Covers personal data.
#[component]
fn CoverForm(
    card: RwSignal<QueueCard>,
    version: Memo<i32>,
    /// What was marked in the text.
    marked: RwSignal<String>,
    shared: Shared,
    act: Acting,
) -> impl IntoView {
    let id = card.with_untracked(|card| card.id);
    let text = move || match marked.get() {
        text if text.is_empty() => card.with(|card| card.personal.first().cloned().unwrap_or_default()),
        text => text,
    };
    let is_not_covered = move || !card.with(|card| card.is_covered);
    let sending = act.send(id, move || drop(marked.try_set(String::new())));
    view! {
        <form
            class="cover-form"
            method="post"
            action=routes::COVER_TEXT.path
            on:submit=move |event| sending.submit(event)
        >
            <input type="hidden" name="comment_id" value=id/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <label class="field">
                "Che thông tin cá nhân"
                <input type="text" name="text" maxlength="300" autocomplete="off" value=text prop:value=text/>
            </label>
            <SendButton sending label=Signal::stored("Che")/>
            <button class="link-button" name="all" value="show" hidden=is_not_covered>"Bỏ che tất cả"</button>
            <p class="quiet hint">
                "Bôi đen đoạn cần che rồi mở mục này, hoặc chép vào ô. Bạn đọc sẽ thấy •••."
            </p>
        </form>
    }
}

/// Blocks or unblocks the writer.
#[component]
fn BlockForm(card: RwSignal<QueueCard>, shared: Shared, act: Acting) -> impl IntoView {
    let id = card.with_untracked(|card| card.id);
    let is_blocked = move || card.with(|card| card.is_writer_blocked);
    let label = move || if is_blocked() { "Bỏ chặn người viết" } else { "Chặn người viết" };
    let hint = move || {
        if is_blocked() {
            "Các ý kiến đang chờ của người này trở lại mục Chờ duyệt."
        } else {
            "Ý kiến của người này sẽ vào mục Bị chặn, không mất."
        }
    };
    let sending = act.send(id, || ());
    view! {
        <form method="post" action=routes::BLOCK_WRITER.path on:submit=move |event| sending.submit(event)>
            <input type="hidden" name="comment_id" value=id/>
            <input type="hidden" name="blocked" value=move || if is_blocked() { "0" } else { "1" }/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <button class="link-button" aria-disabled=move || sending.is_sending.get().to_string()>{label}</button>
            <p class="field-error" role="alert">{move || sending.error.get().map(|error| error.full_message())}</p>
            <p class="quiet hint">{hint}</p>
        </form>
    }
}

/// The button of a form that acts in place, and what went wrong.
#[component]
fn SendButton(sending: Sending, label: Signal<&'static str>) -> impl IntoView {
    view! {
        <button class="button secondary" aria-disabled=move || sending.is_sending.get().to_string()>{label}</button>
        <p class="field-error" role="alert">{move || sending.error.get().map(|error| error.full_message())}</p>
    }
}

/// What the forms of a card do once they were sent.
#[derive(Clone, Copy)]
struct Acting {
    message: RwSignal<Option<CardMessage>>,
    shared: Shared,
}

impl Acting {
    /// Sends a form about this comment in place: the card says what was done, and its forms fold away. What stands in
    /// the other forms stays; `empty` empties the one that was sent.
    fn send(self, comment: i64, empty: impl Fn() + Send + Sync + 'static) -> Sending {
        let Self { message, shared } = self;
        let on_done = Callback::new(move |outcome: CardOutcome| {
            let CardOutcome { sentence: text, undo } = outcome;
            empty();
            let has_undo = undo != CardUndo::Nothing;
            shared.undo_form.try_set(if has_undo { undo_id(comment) } else { String::new() });
            let until = shared.seconds.try_get_untracked().unwrap_or_default() + UNDO_SECONDS;
            message.try_set(Some(CardMessage { text, is_error: false, undo, until }));
            #[cfg(feature = "hydrate")]
            fold_forms(comment);
            #[cfg(not(feature = "hydrate"))]
            let _ = comment;
            shared.refresh.run(());
        });
        Sending::answered(message, shared, on_done)
    }
}

/// Folds the forms of a card away, and moves the focus to the card.
#[cfg(feature = "hydrate")]
fn fold_forms(comment: i64) {
    let Some(card) = document().get_element_by_id(&anchor(comment)) else { return };
    if let Some(details) = card.query_selector("details.more").ok().flatten() {
        let _ = details.remove_attribute("open");
    }
    crate::web::page_script::focus_later(&format!("#{}", anchor(comment)));
}

/// What is selected within a comment's text.
#[cfg(feature = "hydrate")]
fn selected_text(comment: i64) -> Option<String> {
    let selection = window().get_selection().ok().flatten()?;
    let text = String::from(selection.to_string());
    let text = text.trim();
    let body = document().get_element_by_id(&anchor(comment))?.query_selector(".comment-body").ok()??;
    let is_inside = selection.anchor_node().is_some_and(|node| body.contains(Some(&node)));
    (is_inside && !text.is_empty()).then(|| text.to_owned())
}
