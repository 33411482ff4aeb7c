//! A comment in the queue, with the forms that decide about it.

use super::{DecidedCard, Presence, QueueCard};
use crate::base::error::{AppError, ChangeNote};
use crate::features::comments::{CommentState, Decision, UNDO_SECONDS, anchor};
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::forms::view::{EnterDoesNothing, textarea_html};
use leptos::prelude::*;

/// What was typed about a comment into a form that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    pub comment: i64,
    /// The name of the field.
    pub field: &'static str,
    pub text: String,
}

/// What all cards of a page share.
#[derive(Clone, Copy)]
pub struct Shared {
    /// The page's address, to which forms without script return.
    pub path: StoredValue<String>,
    /// What was typed about a comment into a form that was refused.
    pub typed: StoredValue<Option<Typed>>,
    /// Seconds since the page was hydrated; the time for undoing is counted by them.
    pub seconds: RwSignal<i32>,
    /// The comments that are selected.
    pub selected: RwSignal<Vec<i64>>,
    /// The id of the form that undoes the last decision.
    pub undo_form: RwSignal<String>,
    /// Who else is looking at which comment.
    pub presence: Signal<Vec<Presence>>,
}

impl Shared {
    /// What was typed into a field about a comment.
    fn typed(&self, comment: i64, field: &str) -> Option<String> {
        self.typed.with_value(|typed| {
            let typed = typed.as_ref().filter(|typed| typed.comment == comment && typed.field == field);
            typed.map(|typed| typed.text.clone())
        })
    }
}

/// A decision made on a card of this page: the version that it led to, and the second at which it can no longer be
/// undone on the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecentDecision {
    version: i32,
    until: i32,
}

/// A comment in the queue.
#[component]
pub fn Card(card: RwSignal<QueueCard>, recent: RwSignal<RecentDecision>, shared: Shared) -> impl IntoView {
    let first = card.get_untracked();
    let id = first.id;
    let title = format!("the-{id}");
    let on_decided = Callback::new(move |decided: DecidedCard| apply(card, recent, shared, decided));
    // what somebody else decided since is not undone here
    let can_undo = Memo::new(move |_| {
        let recent = recent.get();
        recent.until > shared.seconds.get() && card.with(|card| card.version == recent.version)
    });
    let decisions = Memo::new(move |_| if can_undo.get() { Vec::new() } else { card.with(possible_decisions) });
    let is_decided = move || card.with(|card| !card.state.is_waiting() && !card.is_reported);
    let version = Memo::new(move |_| card.with(|card| card.version));
    let others = Memo::new(move |_| {
        if can_undo.get() { String::new() } else { shared.presence.with(|presence| describe_presence(presence, id)) }
    });
    let reports = move || card.with(|card| card.reports.clone());
    let waiting = move || card.with(|card| card.waiting.clone()).map(|waiting| format!(" · {waiting}"));
    let parent = first.parent.map(|parent| {
        view! {
            <blockquote class="quiet parent">
                <span class="visually-hidden">"Trả lời ý kiến: "</span>
                {parent}
            </blockquote>
        }
    });
    view! {
        <li class="card queue-card" class:decided=is_decided id=anchor(id) tabindex="-1" aria-labelledby=title.clone()>
            <div class="queue-head">
                <SelectBox id name=first.name.clone() version shared/>
                <div>
                    <p class="queue-article" id=title.clone()>
                        <a href=move || card.with(|card| card.path.clone())>{first.article}</a>
                    </p>
                    <p class="quiet queue-lead">{first.lead}</p>
                </div>
            </div>
            <p class="queue-writer">
                <strong>{first.name}</strong>
                " "
                <span class="quiet">{move || card.with(|card| card.earlier.clone())}</span>
                " "
                <span class="quiet"><time datetime=first.iso>{first.date}</time>{waiting}</span>
            </p>
            {parent}
            <p class="flags" hidden=move || card.with(|card| card.reasons.is_empty())>
                "Cần xem: "{move || card.with(|card| card.reasons.join(" · "))}
            </p>
            <ul class="flags" hidden=move || card.with(|card| card.reports.is_empty())>
                {move || reports().into_iter().map(|report| view! { <li>{report}</li> }).collect_view()}
            </ul>
            <p class="comment-body" inner_html=move || card.with(|card| card.html.clone())></p>
            <p class="presence" hidden=move || others.with(String::is_empty)>{others}</p>
            <p class="decision" role="status">
                {move || card.with(|card| card.change.as_ref().map(ChangeNote::sentence))}
                {move || card.with(|card| card.note.clone()).map(|note| format!(" Lý do: {note}"))}
            </p>
            // a form is rebuilt only when another one replaces it, so that typed text survives updates
            {move || can_undo.get().then(|| {
                let left = move || (recent.get().until - shared.seconds.get()).max(0);
                let label = Signal::derive(move || format!("Hoàn tác ({})", left()));
                view! { <UndoForm id=format!("hoan-tac-{id}") comment=id version label shared on_decided/> }
            })}
            {move || {
                let decisions = decisions.get();
                (!decisions.is_empty())
                    .then(|| view! { <DecisionForm comment=id version decisions shared on_decided/> })
            }}
            <MoreForms card version can_undo shared on_decided/>
        </li>
    }
}

/// The decisions that apply to a comment in its state.
fn possible_decisions(card: &QueueCard) -> Vec<Decision> {
    let applies = |decision: &Decision| {
        decision.sources().contains(&card.state) && (card.is_reported || *decision != Decision::Keep)
    };
    Decision::ALL.into_iter().filter(applies).collect()
}

fn describe_presence(presence: &[Presence], comment: i64) -> String {
    let names: Vec<&str> = presence.iter().filter(|one| one.comment == comment).map(|one| one.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!("{} đang xem ý kiến này", names.join(", ")) }
}

/// The box that selects a comment for a decision about several.
#[component]
fn SelectBox(id: i64, name: String, version: Memo<i32>, shared: Shared) -> impl IntoView {
    let toggle = move |_| {
        shared.selected.update(|selected| match selected.iter().position(|known| *known == id) {
            Some(index) => drop(selected.remove(index)),
            None => selected.push(id),
        });
    };
    let is_selected = move || shared.selected.with(|selected| selected.contains(&id));
    view! {
        <label class="card-select">
            <input
                type="checkbox"
                form="nhieu"
                name="chosen[]"
                value=move || format!("{id}:{}", version.get())
                aria-label=format!("Chọn ý kiến của {name}")
                checked=shared.selected.with_untracked(|selected| selected.contains(&id))
                prop:checked=is_selected
                on:change=toggle
            />
        </label>
    }
}

/// Applies a decision to the card, where it can be undone for a while. The page may be gone when the answer arrives.
fn apply(card: RwSignal<QueueCard>, recent: RwSignal<RecentDecision>, shared: Shared, decided: DecidedCard) {
    let DecidedCard { id, version, can_undo, .. } = decided;
    card.try_update(|card| card.apply(decided));
    #[cfg(feature = "hydrate")]
    crate::web::drafts::delete_draft(&id.to_string());
    shared.selected.try_update(|selected| selected.retain(|known| *known != id));
    let now = shared.seconds.try_get_untracked().unwrap_or_default();
    recent.try_set(if can_undo { RecentDecision { version, until: now + UNDO_SECONDS } } else { Default::default() });
    shared.undo_form.try_set(if can_undo { format!("hoan-tac-{id}") } else { String::new() });
}

/// What is seldom needed: the history, the official answer, covering, closing, and blocking the writer.
#[component]
fn MoreForms(
    card: RwSignal<QueueCard>,
    version: Memo<i32>,
    can_undo: Memo<bool>,
    shared: Shared,
    on_decided: Callback<DecidedCard>,
) -> impl IntoView {
    let id = card.with_untracked(|card| card.id);
    let history = move || card.with(|card| card.history.clone());
    let is_answerable =
        Memo::new(move |_| card.with(|card| card.state.is_waiting() || card.state == CommentState::Published));
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
                view! { <UndoForm id=format!("hoan-tac-sau-{id}") comment=id version label shared on_decided/> }
            })}
            {move || is_answerable.get().then(|| view! { <AnswerForm card version shared/> })}
            <CoverForm card version marked shared/>
            <p><a class="link-button" href=close_path>"Đóng ý kiến của bài này"</a></p>
            <BlockForm card shared/>
        </details>
    }
}

/// The official answer, with which a comment that waits is approved.
#[component]
fn AnswerForm(card: RwSignal<QueueCard>, version: Memo<i32>, shared: Shared) -> impl IntoView {
    let id = card.with_untracked(|card| card.id);
    let is_waiting = Memo::new(move |_| card.with(|card| card.state.is_waiting()));
    let label = move || if is_waiting.get() { "Duyệt và trả lời" } else { "Đăng trả lời" };
    let typed = textarea_html(&shared.typed(id, "body").unwrap_or_default());
    let on_submit = move |_| {
        #[cfg(feature = "hydrate")]
        crate::web::drafts::record_sending(&id.to_string());
    };
    view! {
        <form class="stack" method="post" action=routes::ANSWER_COMMENT.path on:submit=on_submit>
            <input type="hidden" name="comment_id" value=id/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <label class="field">
                "Trả lời chính thức"
                <textarea name="body" rows="3" maxlength="3000" inner_html=typed></textarea>
            </label>
            <button class="button secondary">{label}</button>
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
) -> impl IntoView {
    let id = card.with_untracked(|card| card.id);
    let text = move || match marked.get() {
        text if text.is_empty() => card.with(|card| card.personal.first().cloned().unwrap_or_default()),
        text => text,
    };
    let is_not_covered = move || !card.with(|card| card.is_covered);
    view! {
        <form class="cover-form" method="post" action=routes::COVER_TEXT.path>
            <input type="hidden" name="comment_id" value=id/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <label class="field">
                "Che thông tin cá nhân"
                <input type="text" name="text" maxlength="300" autocomplete="off" value=text prop:value=text/>
            </label>
            <button class="button secondary">"Che"</button>
            <button class="link-button" name="all" value="show" hidden=is_not_covered>"Bỏ che tất cả"</button>
            <p class="quiet hint">
                "Bôi đen đoạn cần che rồi mở mục này, hoặc chép vào ô. Bạn đọc sẽ thấy •••."
            </p>
        </form>
    }
}

/// Blocks or unblocks the writer.
#[component]
fn BlockForm(card: RwSignal<QueueCard>, shared: Shared) -> impl IntoView {
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
    view! {
        <form method="post" action=routes::BLOCK_WRITER.path>
            <input type="hidden" name="comment_id" value=id/>
            <input type="hidden" name="blocked" value=move || if is_blocked() { "0" } else { "1" }/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <button class="link-button">{label}</button>
            <p class="quiet hint">{hint}</p>
        </form>
    }
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

/// The button that undoes a decision.
#[component]
fn UndoForm(
    id: String,
    comment: i64,
    version: Memo<i32>,
    label: Signal<String>,
    shared: Shared,
    on_decided: Callback<DecidedCard>,
) -> impl IntoView {
    let sending = Sending::new(on_decided);
    let Sending { error, is_sending, .. } = sending;
    view! {
        <form
            class="undo"
            id=id
            method="post"
            action=routes::DECIDE.path
            on:submit=move |event| sending.submit(event)
        >
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <button
                class="button secondary"
                name="decision"
                value=Decision::Undo.value()
                aria-disabled=move || is_sending.get().to_string()
            >
                {label}
            </button>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.full_message())}</p>
        </form>
    }
}

/// The buttons that decide about a comment, with a note where one is wanted.
#[component]
fn DecisionForm(
    comment: i64,
    version: Memo<i32>,
    decisions: Vec<Decision>,
    shared: Shared,
    on_decided: Callback<DecidedCard>,
) -> impl IntoView {
    let sending = Sending::new(on_decided);
    let Sending { error, is_sending, .. } = sending;
    let label = if decisions.contains(&Decision::Remove) { "Lý do gỡ" } else { "Lý do nếu từ chối" };
    let buttons = decisions.into_iter().map(|decision| view! { <DecisionButton decision is_sending/> });
    view! {
        <form
            class="decisions"
            method="post"
            action=routes::DECIDE.path
            on:submit=move |event| sending.submit(event)
            aria-busy=move || is_sending.get().to_string()
        >
            <EnterDoesNothing/>
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            {buttons.collect_view()}
            <label class="reason-field">
                <span class="visually-hidden">{label}</span>
                <input
                    type="text"
                    name="note"
                    list="ly-do"
                    maxlength="500"
                    value=shared.typed(comment, "note")
                    placeholder=format!("{label} (không bắt buộc)")
                    autocomplete="off"
                />
            </label>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.full_message())}</p>
        </form>
    }
}

#[component]
fn DecisionButton(decision: Decision, is_sending: RwSignal<bool>) -> impl IntoView {
    let key = match decision {
        Decision::Approve | Decision::Keep => Some("A"),
        Decision::Reject => Some("R"),
        _ => None,
    };
    view! {
        <button
            class=button_class(decision)
            name="decision"
            value=decision.value()
            aria-disabled=move || is_sending.get().to_string()
        >
            {decision.label()}
            {key.map(|key| view! { <kbd aria-hidden="true">{key}</kbd> })}
        </button>
    }
}

/// The style of a decision's button.
pub fn button_class(decision: Decision) -> &'static str {
    if matches!(decision, Decision::Approve | Decision::Keep) { "button approve" } else { "button secondary" }
}

/// What a form that decides is doing.
#[derive(Clone, Copy)]
struct Sending {
    error: RwSignal<Option<AppError>>,
    is_sending: RwSignal<bool>,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "forms are sent by the browser alone"))]
    on_decided: Callback<DecidedCard>,
}

impl Sending {
    fn new(on_decided: Callback<DecidedCard>) -> Self {
        Self { error: RwSignal::new(None), is_sending: RwSignal::new(false), on_decided }
    }

    #[cfg(not(feature = "hydrate"))]
    fn submit(self, _event: leptos::ev::SubmitEvent) {}

    #[cfg(feature = "hydrate")]
    fn submit(self, event: leptos::ev::SubmitEvent) {
        let Some((form, button)) = crate::web::forms::send::take_submit(&event) else { return };
        if self.is_sending.get_untracked() {
            return;
        }
        self.is_sending.set(true);
        leptos::task::spawn_local(async move {
            let answer = crate::web::forms::send::send::<DecidedCard>(&form, button.as_ref()).await;
            // an update may have come first and replaced this form
            self.is_sending.try_set(false);
            match answer {
                Ok(decided) => self.on_decided.run(decided),
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }
}
