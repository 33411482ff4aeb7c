//! The live view of the comments room.

use super::bulk::BulkBar;
use super::card::Card;
use super::queue_query::{QueueQuery, Tab};
use super::shared::{Shared, Typed};
use super::shown_card::{Cards, ShownCard};
use super::{DecidedCard, QueuePage, QueueUpdate, count_in_tab};
use crate::base::format::format_number;
use crate::base::id::parse_id;
use crate::features::comments::CommentCounts;
use crate::live::Topic;
use crate::live::view::use_topic;
use crate::routes;
use crate::web::effects::effect;
use crate::web::forms::Refusal;
use crate::web::room::{RoomContent, RoomContext};
use crate::web::sync_view::SyncView;
use crate::web::wire;
use leptos::prelude::*;

/// Shows the comments room.
pub fn show_queue(context: RoomContext, content: RoomContent) -> AnyView {
    match wire::from_bytes::<QueuePage>(&content.data) {
        Some(page) => SyncView(view! { <Queue html=content.html page context/> }).into_any(),
        // only a page of another build, which reloads itself
        None => ().into_any(),
    }
}

#[component]
fn Queue(
    /// The notices and the form that filters.
    html: String,
    page: QueuePage,
    context: RoomContext,
) -> impl IntoView {
    let QueuePage { query, cards, counts, found, last, next, reasons, refusal } = page;
    let paused = context.paused;
    let update = use_topic::<QueueUpdate>(Signal::stored(Some(Topic::Comments)));
    // that somebody looks at another card is no reason to read the page again
    let live = Memo::new(move |_| update.with(|update| update.as_ref().map(|update| update.counts)));
    let own = context.staff.id;
    let cards: Cards = RwSignal::new(cards.into_iter().map(ShownCard::new).collect());
    #[cfg(feature = "hydrate")]
    let refresh = super::live_queue::refresher(&context, cards);
    #[cfg(not(feature = "hydrate"))]
    let refresh = Callback::new(|_: bool| ());
    let shared = Shared {
        typed: StoredValue::new(refusal.as_ref().and_then(find_typed)),
        path: StoredValue::new(query.path()),
        seconds: RwSignal::new(0),
        selected: RwSignal::new(refusal.as_ref().map(find_selected).unwrap_or_default()),
        undo_form: RwSignal::new(String::new()),
        presence: Signal::derive(move || {
            let all = update.with(|update| update.as_ref().map(|update| update.presence.clone()));
            all.unwrap_or_default().into_iter().filter(|one| one.account != own).collect()
        }),
        refresh: Callback::new(move |()| refresh.run(false)),
    };
    // the numbers of the tabs stand still while updates are paused
    let counts = Memo::new(move |before: Option<&CommentCounts>| match before {
        Some(before) if paused.get() => *before,
        _ => live.get().unwrap_or(counts),
    });
    let counts: Signal<CommentCounts> = counts.into();
    let (has_keys, shows_help) = (RwSignal::new(true), RwSignal::new(false));
    #[cfg(feature = "hydrate")]
    super::live_queue::start(live.into(), shared, refresh, (has_keys, shows_help), paused);
    let on_decided = Callback::new(move |decided: Vec<DecidedCard>| {
        for decided in decided {
            let shown = cards.with_untracked(|cards| cards.iter().copied().find(|card| card.id == decided.id));
            if let Some(shown) = shown {
                shown.card.update(|card| card.apply(decided));
            }
        }
    });
    let all = (next.is_some() && query.tab.is_waiting()).then_some(found);
    let bulk_refusal = refusal.filter(|refusal| refusal.action == routes::DECIDE_MANY.path);
    let empty_message = match (query.is_filtered(), next.is_some()) {
        (true, true) => "Bấm “Trang sau” để tìm tiếp.",
        (true, false) => "Không có ý kiến nào khớp.",
        (false, _) => query.tab.empty_message(),
    };
    let has_cards = Signal::derive(move || !cards.with(Vec::is_empty));
    let reasons = reasons.into_iter().map(|reason| view! { <option value=reason></option> }).collect_view();
    view! {
        <Tabs query=query.clone() counts/>
        <div inner_html=html></div>
        <BulkBar query=query.clone() all cards last refusal=bulk_refusal shared on_decided/>
        <datalist id="ly-do">{reasons}</datalist>
        <p class="empty" hidden=has_cards>{empty_message}</p>
        <ol class="queue">
            <For each=move || cards.get() key=|shown| shown.id let(shown)>
                <Card shown shared/>
            </For>
        </ol>
        <Pages query next cards counts/>
        <Keys has_keys shows_help/>
    }
}

#[component]
fn Tabs(query: QueueQuery, counts: Signal<CommentCounts>) -> impl IntoView {
    let current = query.tab;
    let tab = move |tab: Tab| {
        let count = move || count_in_tab(&counts.get(), tab);
        view! {
            <a href=query.in_tab(tab).path() aria-current=(tab == current).then_some("page")>
                {tab.label()}
                " "
                <span class="badge" hidden=move || count() == 0>{move || format_number(count())}</span>
            </a>
        }
    };
    view! { <nav class="tabs" aria-label="Mục">{Tab::ALL.map(tab).collect_view()}</nav> }
}

/// The links to the page before and the next. In a waiting tab the latter counts what waits beyond this page, and
/// begins after the last card.
#[component]
fn Pages(
    query: QueueQuery,
    /// Where the next page begins, as the page was rendered.
    next: Option<String>,
    cards: Cards,
    counts: Signal<CommentCounts>,
) -> impl IntoView {
    let tab = query.tab;
    let more = Memo::new(move |_| {
        let is_waiting = |shown: &&ShownCard| shown.card.with(|card| card.state.is_waiting());
        let shown = cards.with(|cards| cards.iter().filter(is_waiting).count() as i64);
        count_in_tab(&counts.get(), tab) - shown
    });
    let is_counted = tab.is_waiting() && !query.is_filtered() && query.after.is_empty();
    let before = query.page_before().map(|page| page.path());
    let rendered = StoredValue::new((query, next));
    let next = move || {
        rendered.with_value(|(query, next)| {
            if !is_counted {
                return next.as_ref().map(|next| query.page_after(next).path());
            }
            let last = cards.with(|cards| cards.iter().map(|shown| shown.id).max());
            last.filter(|_| more.get() > 0).map(|last| query.page_after(&format!("0-{last}")).path())
        })
    };
    move || {
        let before = before.clone().map(|href| {
            view! { <a class="button secondary" rel="prev" href=href>"Trang trước"</a> }
        });
        let next = next().map(|href| {
            let label = match is_counted {
                true => format!("Trang sau ({} ý kiến)", format_number(more.get())),
                false => "Trang sau".to_owned(),
            };
            view! { <a class="button secondary" rel="next" href=href>{label}</a> }
        });
        (before.is_some() || next.is_some())
            .then(|| view! { <nav class="pages" aria-label="Trang">{before}{next}</nav> })
    }
}

/// What was typed about a comment into a form that was refused.
fn find_typed(refusal: &Refusal) -> Option<Typed> {
    let fields = [(routes::DECIDE, "note"), (routes::ANSWER_COMMENT, "body"), (routes::COVER_TEXT, "text")];
    let (_, field) = fields.into_iter().find(|(route, _)| route.path == refusal.action)?;
    Some(Typed { comment: parse_id(&refusal.typed("comment_id"))?, field, text: refusal.typed(field) })
}

/// The comments that were selected in a form that was refused.
fn find_selected(refusal: &Refusal) -> Vec<i64> {
    let mut seen = refusal.all("chosen[]");
    if refusal.typed("page") == "1" {
        seen.extend(refusal.typed("shown").split_whitespace().map(str::to_owned));
    }
    seen.iter().filter_map(|seen| parse_id(seen.split_once(':')?.0)).collect()
}

/// The list of keys, and the switch that turns them off.
#[component]
fn Keys(has_keys: RwSignal<bool>, shows_help: RwSignal<bool>) -> impl IntoView {
    let list = [
        ("J, K", "xuống, lên"),
        ("A", "duyệt"),
        ("R", "từ chối hoặc gỡ"),
        ("X", "chọn"),
        ("Shift", "chọn cả đoạn"),
        ("U", "hoàn tác"),
        ("/", "tìm"),
        ("?", "mở bảng này"),
    ];
    let list = list.map(|(key, label)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{label}</dd></div> });
    let turn = move |_| {
        has_keys.update(|has_keys| *has_keys = !*has_keys);
        #[cfg(feature = "hydrate")]
        super::shortcuts::store_choice(has_keys.get_untracked());
    };
    let dialog = NodeRef::<leptos::html::Dialog>::new();
    let is_hydrated = RwSignal::new(false);
    effect(move || is_hydrated.set(true));
    #[cfg(feature = "hydrate")]
    effect(move || {
        let Some(dialog) = dialog.get() else { return };
        match (shows_help.get(), dialog.open()) {
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <button
            type="button"
            class="link-button"
            hidden=move || !is_hydrated.get()
            on:click=move |_| shows_help.set(true)
        >
            "Phím tắt"
        </button>
        <dialog
            class="shortcuts"
            aria-labelledby="phim-tat"
            node_ref=dialog
            on:close=move |_| shows_help.set(false)
        >
            <h2 id="phim-tat">"Phím tắt"</h2>
            <dl>{list.collect_view()}</dl>
            <label class="check">
                <input type="checkbox" checked=true prop:checked=has_keys on:change=turn/>"Dùng phím tắt"
            </label>
            <button type="button" class="button secondary" on:click=move |_| shows_help.set(false)>"Đóng"</button>
        </dialog>
    }
}
