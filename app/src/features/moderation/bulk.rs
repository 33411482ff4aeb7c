//! Decisions about several comments at once.

#![expect(clippy::too_many_arguments, reason = "a form's fields come one by one")]

use super::card::button_class;
use super::queue_query::{QueueQuery, Tab};
use super::shared::Shared;
use super::shown_card::{Cards, ShownCard};
use super::{BulkAnswer, DecidedCard, Found, MAX_AT_ONCE};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::comments::Decision;
use crate::routes;
use crate::web::effects::effect;
use crate::web::forms::view::EnterDoesNothing;
use crate::web::forms::{RETURN_TO, Refusal, SUMMARY};
use leptos::prelude::*;

/// Decides about the chosen comments (`number:version` each), about all that the page showed, or about all of a waiting
/// tab that the filter of an address leaves, up to the comment `last`. More than a few are confirmed by their number.
#[server(prefix = "/api", endpoint = "decide-many", output = server_fn::codec::Postcard)]
pub async fn decide_many(
    #[server(default)] chosen: Vec<String>,
    #[server(default)] all: String,
    #[server(default)] last: String,
    #[server(default)] filter: String,
    #[server(default)] page: String,
    #[server(default)] shown: String,
    #[server(default)] decision: String,
    #[server(default)] note: String,
    #[server(default)] confirmed: String,
    #[server(default)] return_to: String,
) -> Result<BulkAnswer, AppError> {
    use super::endpoints::server::{self as endpoints, decided_card, parse_seen};
    use super::{MAX_UNCONFIRMED, NOTHING_CHOSEN, store};
    use crate::features::comments::store::decide::decide_comments;
    let (staff, site, _) = endpoints::moderator().await?;
    let decision = Decision::parse(&decision).ok_or(AppError::NotFound)?;
    let note = endpoints::parse_reason(&note, decision)?;
    let query = QueueQuery::parse(&filter);
    // a form of an older program says in other words which comments it means: nothing is decided about others
    let is_known = filter.split('?').next() == Some(routes::DESK_COMMENTS.path);
    let seen: Vec<(i64, i32)> = if all == "1" && is_known && query.tab.is_waiting() {
        let last = crate::base::id::parse_id(&last).ok_or(AppError::NotFound)?;
        store::queue::list_versions(&site.pool, &query, last).await?
    } else {
        let shown = if page == "1" { shown.as_str() } else { "" };
        let chosen = chosen.iter().map(String::as_str).chain(shown.split_whitespace());
        let parse = |chosen: &str| chosen.split_once(':').and_then(|(id, version)| parse_seen(id, version).ok());
        let seen: std::collections::BTreeMap<i64, i32> = chosen.filter_map(parse).take(MAX_AT_ONCE).collect();
        seen.into_iter().collect()
    };
    if seen.is_empty() {
        return Err(AppError::invalid(NOTHING_CHOSEN));
    }
    if seen.len() > MAX_UNCONFIRMED && confirmed != seen.len().to_string() {
        let count = u32::try_from(seen.len()).unwrap_or(u32::MAX);
        return Err(AppError::Unconfirmed { count, question: question(decision, count).into() });
    }
    let actor = crate::features::audit::Actor::new(&site, &staff);
    let outcome = decide_comments(&site.pool, actor, &seen, decision, note.as_deref()).await?;
    site.hub.announce_comments(&outcome.articles());
    let counts = format!("{}-{}", outcome.decided.len(), outcome.overtaken.len());
    let back = crate::base::url::with_parameter(&return_to, super::DECIDED_MANY, &counts);
    crate::web::forms::post::redirect_to(&back, "ban-duyet");
    let decided = outcome.decided.into_iter().map(|comment| decided_card(comment, &staff, outcome.at));
    Ok(BulkAnswer { decided: decided.collect(), overtaken: outcome.overtaken.len() })
}

/// The question before a decision about many comments: `Duyệt 12 ý kiến?`
fn question(decision: Decision, count: u32) -> String {
    format!("{} {} ý kiến?", decision.label(), format_number(i64::from(count)))
}

/// What became of the last decision about several comments, and what can be undone of it.
#[derive(Clone, PartialEq, Eq, Default)]
struct BulkOutcome {
    sentence: String,
    undo: Vec<(i64, i32)>,
    /// The second at which it can no longer be undone here.
    until: i32,
}

/// What the bar is doing.
#[derive(Clone, Copy)]
struct Bulk {
    /// The decision that is to be confirmed, and about how many comments it is.
    unconfirmed: RwSignal<Option<(Decision, u32)>>,
    /// Whether the decision is about all comments that the filter leaves.
    is_about_all: RwSignal<bool>,
    /// How many those are.
    all: i64,
    error: RwSignal<Option<AppError>>,
    is_sending: RwSignal<bool>,
    outcome: RwSignal<BulkOutcome>,
    is_hydrated: RwSignal<bool>,
    shared: Shared,
    #[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "forms are sent by the browser alone"))]
    on_decided: Callback<Vec<DecidedCard>>,
}

/// The decisions about several comments of a tab.
fn decisions_of(tab: Tab) -> &'static [Decision] {
    match tab {
        Tab::Pending | Tab::Blocked => &[Decision::Approve, Decision::Reject],
        Tab::Reported => &[Decision::Keep, Decision::Remove],
        Tab::Published => &[Decision::Remove],
        Tab::Rejected | Tab::Removed => &[],
    }
}

/// The bar above the queue: how many comments are chosen, and the decisions about them.
#[component]
pub fn BulkBar(
    query: QueueQuery,
    /// How many comments the filter leaves, where they are more than the page shows.
    all: Option<Found>,
    /// The comments that the page shows.
    cards: Cards,
    /// The last of them.
    last: i64,
    /// This form, if it was refused without script.
    refusal: Option<Refusal>,
    shared: Shared,
    /// Applies decisions to their cards.
    on_decided: Callback<Vec<DecidedCard>>,
) -> impl IntoView {
    let decisions = decisions_of(query.tab);
    if decisions.is_empty() {
        return None;
    }
    let unconfirmed = refusal.as_ref().and_then(|refusal| match refusal.error {
        AppError::Unconfirmed { count, .. } => Some((Decision::parse(&refusal.typed("decision"))?, count)),
        _ => None,
    });
    let bulk = Bulk {
        unconfirmed: RwSignal::new(unconfirmed),
        is_about_all: RwSignal::new(refusal.as_ref().is_some_and(|refusal| refusal.typed("all") == "1")),
        // the rest follows in the next round
        all: all.map_or(0, |all| all.count().min(MAX_AT_ONCE as i64)),
        error: RwSignal::new(None),
        is_sending: RwSignal::new(false),
        outcome: RwSignal::new(BulkOutcome::default()),
        is_hydrated: RwSignal::new(false),
        shared,
        on_decided,
    };
    effect(move || bulk.is_hydrated.set(true));
    let note = refusal.map(|refusal| refusal.typed("note")).unwrap_or_default();
    Some(view! {
        <div class="choices">
            <PageBox tab=query.tab cards bulk/>
            {all.map(|all| view! { <AllBox all bulk/> })}
        </div>
        <BulkForm query last decisions note shown=list_seen(cards) bulk/>
        <div class="bulk-outcome" role="status">{move || bulk.outcome.with(|outcome| outcome.sentence.clone())}</div>
        <BulkUndo bulk/>
    })
}

/// The comments that can be chosen on a page, each as `number:version`.
fn list_seen(cards: Cards) -> String {
    let seen = cards.with_untracked(|cards| {
        let seen = cards.iter().map(|shown| shown.card.with_untracked(|card| format!("{}:{}", card.id, card.version)));
        seen.collect::<Vec<_>>()
    });
    seen.join(" ")
}

/// The box that chooses every comment of this page.
#[component]
fn PageBox(tab: Tab, cards: Cards, bulk: Bulk) -> impl IntoView {
    let selected = bulk.shared.selected;
    let open = Signal::derive(move || {
        let is_here = |shown: &&ShownCard| shown.card.with(|card| card.is_in_tab(tab));
        cards.with(|cards| cards.iter().filter(is_here).map(|shown| shown.id).collect::<Vec<i64>>())
    });
    let are_all_chosen = Memo::new(move |_| {
        open.with(|open| !open.is_empty() && selected.with(|selected| open.iter().all(|id| selected.contains(id))))
    });
    let toggle = move |_| {
        let all = if are_all_chosen.get_untracked() { Vec::new() } else { open.get_untracked() };
        bulk.unconfirmed.set(None);
        selected.set(all);
    };
    let label = move || format!("Chọn cả trang này ({})", format_number(open.with(Vec::len) as i64));
    view! {
        <label class="check" hidden=move || open.with(Vec::is_empty)>
            <input
                type="checkbox"
                form="nhieu"
                name=move || (!bulk.is_hydrated.get()).then_some("page")
                value="1"
                prop:checked=are_all_chosen
                on:change=toggle
            />
            {label}
        </label>
    }
}

/// The box that chooses everything that the filter leaves.
#[component]
fn AllBox(all: Found, bulk: Bulk) -> impl IntoView {
    let max = MAX_AT_ONCE as i64;
    let label = match all {
        Found::Exactly(count) if count <= max => format!("Tất cả {} ý kiến, ở mọi trang", format_number(count)),
        _ => format!("{} ý kiến cũ nhất, ở mọi trang", format_number(all.count().min(max))),
    };
    let toggle = move |_| {
        bulk.is_about_all.update(|all| *all = !*all);
        bulk.unconfirmed.set(None);
    };
    view! {
        <label class="check">
            <input
                type="checkbox"
                form="nhieu"
                name="all"
                value="1"
                checked=bulk.is_about_all.get_untracked()
                prop:checked=bulk.is_about_all
                on:change=toggle
            />
            {label}
        </label>
    }
}

#[component]
fn BulkForm(
    query: QueueQuery,
    last: i64,
    decisions: &'static [Decision],
    /// What was typed before.
    note: String,
    /// The comments that the page shows.
    shown: String,
    bulk: Bulk,
) -> impl IntoView {
    let Bulk { unconfirmed, error, is_hydrated, .. } = bulk;
    let path = query.path();
    let message = move || match unconfirmed.get() {
        Some((decision, count)) => question(decision, count),
        None if is_hydrated.get() => String::new(),
        None => "Đánh dấu các ý kiến bên dưới, rồi:".to_owned(),
    };
    let buttons = decisions.iter().map(|&decision| view! { <BulkButton decision bulk/> }).collect_view();
    let has_chosen = move || (unconfirmed.get().is_some() || bulk.count() > 0).then_some("");
    let cancel = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        unconfirmed.set(None);
    };
    let confirmed = move || unconfirmed.get().map(|(_, count)| count.to_string()).unwrap_or_default();
    let return_to = path.clone();
    view! {
        <form
            class="bulk"
            id="nhieu"
            method="post"
            action=routes::DECIDE_MANY.path
            on:submit=move |event| bulk.submit(event)
            aria-label="Quyết định nhiều ý kiến"
            data-live=move || is_hydrated.get().then_some("")
            data-chosen=has_chosen
        >
            <EnterDoesNothing/>
            <input type="hidden" name=RETURN_TO value=return_to/>
            <input type="hidden" name="last" value=last/>
            <input type="hidden" name="filter" value=path.clone()/>
            <input type="hidden" name="shown" value=shown/>
            <input type="hidden" name="confirmed" value=confirmed/>
            <p class="bulk-message" role="status" id=unconfirmed.get_untracked().map(|_| SUMMARY)>{message}</p>
            <div class="bulk-buttons">
                {buttons}
                {move || unconfirmed.get().map(|_| {
                    view! { <a class="link-button" href=path.clone() on:click=cancel>"Hủy"</a> }
                })}
            </div>
            <label class="reason-field">
                <span class="visually-hidden">"Lý do"</span>
                <input
                    type="text"
                    name="note"
                    list="ly-do"
                    maxlength="500"
                    placeholder="Lý do (không bắt buộc)"
                    value=note
                    autocomplete="off"
                />
            </label>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.full_message())}</p>
        </form>
    }
}

#[component]
fn BulkButton(decision: Decision, bulk: Bulk) -> impl IntoView {
    let label = move || match bulk.unconfirmed.get() {
        Some((_, count)) => format!("{} {}", decision.label(), format_number(i64::from(count))),
        None if bulk.is_hydrated.get() => format!("{} {} ý kiến", decision.label(), format_number(bulk.count())),
        None => format!("{} mục đã chọn", decision.label()),
    };
    let is_sending = bulk.is_sending;
    // while a decision is to be confirmed, the other decisions are hidden
    let is_other = move || bulk.unconfirmed.get().is_some_and(|(asked, _)| asked != decision);
    view! {
        <button
            class=button_class(decision)
            name="decision"
            value=decision.value()
            hidden=is_other
            disabled=is_other
            aria-disabled=move || is_sending.get().to_string()
        >
            {label}
        </button>
    }
}

/// The button that undoes the last decision about several comments, for a while.
#[component]
fn BulkUndo(bulk: Bulk) -> impl IntoView {
    let Bulk { outcome, is_sending, shared, .. } = bulk;
    let can_undo = Memo::new(move |_| outcome.with(|outcome| outcome.until > shared.seconds.get()));
    let left = move || outcome.with(|outcome| (outcome.until - shared.seconds.get()).max(0));
    let label = move || format!("Hoàn tác ({})", left());
    move || {
        can_undo.get().then(|| {
            let undo = outcome.with(|outcome| outcome.undo.clone());
            let count = undo.len();
            let fields = undo.into_iter().map(|(id, version)| {
                view! { <input type="hidden" name="chosen[]" value=format!("{id}:{version}")/> }
            });
            view! {
                <form
                    id="hoan-tac-nhieu"
                    class="undo"
                    method="post"
                    action=routes::DECIDE_MANY.path
                    on:submit=move |event| bulk.submit(event)
                >
                    <input type="hidden" name="confirmed" value=count/>
                    <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
                    {fields.collect_view()}
                    <button
                        class="button secondary"
                        name="decision"
                        value=Decision::Undo.value()
                        aria-disabled=move || is_sending.get().to_string()
                    >
                        {label}
                    </button>
                </form>
            }
        })
    }
}

impl Bulk {
    /// How many comments the decision is about.
    fn count(self) -> i64 {
        if self.is_about_all.get() { self.all } else { self.shared.selected.with(Vec::len) as i64 }
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
        self.error.set(None);
        let decision = button.as_ref().and_then(|button| Decision::parse(&button.get_attribute("value")?));
        leptos::task::spawn_local(async move {
            let answer = crate::web::forms::send::send::<BulkAnswer>(&form, button.as_ref()).await;
            if self.is_sending.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(answer) => {
                    forget_note(&form);
                    self.apply(answer);
                }
                Err(AppError::Unconfirmed { count, .. }) => {
                    self.unconfirmed.set(decision.map(|decision| (decision, count)));
                }
                // the page on which one signs in keeps what was chosen, and brings it back afterwards
                Err(AppError::SignIn) => crate::web::forms::send::submit_plainly(&form, button.as_ref()),
                Err(error) => self.error.set(Some(error)),
            }
        });
    }

    #[cfg(feature = "hydrate")]
    fn apply(self, answer: BulkAnswer) {
        use crate::features::comments::UNDO_SECONDS;
        self.unconfirmed.set(None);
        self.is_about_all.set(false);
        self.shared.selected.set(Vec::new());
        let undo: Vec<_> =
            answer.decided.iter().filter(|card| card.can_undo).map(|card| (card.id, card.version)).collect();
        let change = answer.decided.first().map(|card| card.change.change.as_str()).unwrap_or_default();
        let sentence = super::describe_outcome(change, answer.decided.len(), answer.overtaken);
        let until = if undo.is_empty() { 0 } else { self.shared.seconds.get_untracked() + UNDO_SECONDS };
        self.shared.undo_form.set(if undo.is_empty() { String::new() } else { "hoan-tac-nhieu".to_owned() });
        self.outcome.set(BulkOutcome { sentence, undo, until });
        self.on_decided.run(answer.decided);
    }
}

/// Empties the field of the reason, and deletes its draft: it was for these comments, and would be told to the writers
/// of others.
#[cfg(feature = "hydrate")]
fn forget_note(form: &web_sys::HtmlFormElement) {
    use leptos::wasm_bindgen::JsCast;
    let field = form.query_selector("input[name=note]").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlInputElement>().ok()) {
        field.set_value("");
    }
    crate::web::drafts::delete_draft(routes::DECIDE_MANY.path);
}
