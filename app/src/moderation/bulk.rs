//! Decisions about several comments at once.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]
#![expect(clippy::too_many_arguments, reason = "fields of forms and parameters of addresses come one by one")]

#[cfg(feature = "hydrate")]
use super::UNDO_SECONDS;
use super::card::Shared;
use super::{AT_ONCE, AllDone, Decision, Done, Place};
use crate::error::AppError;
use crate::forms::{RETURN_TO, Refusal, SUMMARY};
use crate::ratings::thousands;
use leptos::prelude::*;

/// Decides about all that are chosen (`number:version` each), or about all of a waiting tab that are left by what
/// narrows it, up to the comment `last`. More than a few are confirmed by their number.
#[server(prefix = "/api", endpoint = "decide-many", output = server_fn::codec::Postcard)]
pub async fn decide_many(
    #[server(default)] chosen: Vec<String>,
    #[server(default)] all: String,
    #[server(default)] last: String,
    #[server(default)] muc: String,
    #[server(default)] tim: String,
    #[server(default)] bai: String,
    #[server(default)] ngay: String,
    #[server(default)] nguoi: String,
    #[server(default)] ly_do: String,
    #[server(default)] decision: String,
    #[server(default)] note: String,
    #[server(default)] confirmed: String,
    #[server(default)] return_to: String,
) -> Result<AllDone, AppError> {
    use super::UNCONFIRMED;
    use super::store::{self, Moderator};
    use crate::articles::parse_id;
    use crate::error::Rule;
    let staff = crate::session::staff().await?;
    let decision = Decision::parse(&decision).ok_or(AppError::NotFound)?;
    let note = super::parse_note(&note)?.filter(|_| decision.may_say_why());
    let site = crate::site::site()?;
    let place =
        Place { tab: muc, text: tim, article: bai, day: ngay, moderator: nguoi, reason: ly_do, after: String::new() };
    let seen = if all == "1" && place.tab().waits() {
        store::pages::all(&site.pool, &place, parse_id(&last).ok_or(AppError::NotFound)?).await?
    } else {
        let each = |chosen: &String| {
            let (id, version) = chosen.split_once(':')?;
            Some((parse_id(id)?, version.parse().ok()?))
        };
        chosen.iter().filter_map(each).take(AT_ONCE).collect()
    };
    if seen.is_empty() {
        return Err(AppError::rule(Rule::Chosen));
    }
    if seen.len() > UNCONFIRMED && confirmed != seen.len().to_string() {
        return Err(AppError::Confirm { count: u32::try_from(seen.len()).unwrap_or(u32::MAX) });
    }
    let by = Moderator { staff: &staff, key: &site.audit };
    let (articles, done) = store::decide(&site.pool, by, &seen, decision, note.as_deref()).await?;
    site.hub.decided(&articles);
    let counts = format!("{}-{}", done.done.len(), done.overtaken.len());
    crate::forms::post::go_to(&crate::forms::with_parameter(&return_to, "nhieu", &counts), "ban-duyet");
    Ok(done)
}

/// What became of the last decision about several: words, and what can be undone.
#[derive(Clone, PartialEq, Eq, Default)]
struct Outcome {
    words: String,
    undo: Vec<(i64, i32)>,
    until: i32,
}

/// The bar above the queue: how many are chosen, and what can be done with them.
#[component]
pub fn Bulk(
    place: Place,
    /// How many comments of the tab are left by what narrows it, where they are more than the page shows.
    all: Option<i64>,
    /// The last of them.
    last: i64,
    refusal: Option<Refusal>,
    shared: Shared,
    /// Puts what was decided on its cards.
    done: Callback<Vec<Done>>,
) -> impl IntoView {
    let decisions: &[Decision] = match place.tab() {
        tab if tab.waits() => &[Decision::Approve, Decision::Reject],
        super::Tab::Reported => &[Decision::Keep, Decision::Remove],
        super::Tab::Published => &[Decision::Remove],
        _ => &[],
    };
    if decisions.is_empty() {
        return None;
    }
    let asking = RwSignal::new(match refusal.as_ref().map(|refusal| &refusal.error) {
        Some(AppError::Confirm { count }) => Some(*count),
        _ => None,
    });
    let every = RwSignal::new(refusal.as_ref().is_some_and(|refusal| refusal.typed("all") == "1"));
    let note = refusal.map(|refusal| refusal.typed("note")).unwrap_or_default();
    let (error, busy, outcome) =
        (RwSignal::new(None::<AppError>), RwSignal::new(false), RwSignal::new(Outcome::default()));
    // so many of them at once; the rest in the next round
    let at_once = all.map(|all| all.min(AT_ONCE as i64));
    let count = move || if every.get() { at_once.unwrap_or_default() } else { shared.chosen.with(Vec::len) as i64 };
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        send(event, Sending { asking, every, error, busy, outcome, shared, done });
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, done);
    };
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let undoing = Memo::new(move |_| outcome.with(|outcome| outcome.until > shared.seconds.get()));
    let path = place.path();
    let fields = place.parameters().into_iter().filter(|(name, _)| *name != "sau");
    let fields: Vec<_> = fields.map(|(name, value)| (name, value.to_owned())).collect();
    Some(view! {
        {all.map(|all| view! {
                <label class="check"><input type="checkbox" form="nhieu" name="all" value="1" checked=every.get_untracked() prop:checked=every on:change=move |_| { every.update(|every| *every = !*every); asking.set(None) }/>{if all > AT_ONCE as i64 { format!("{} ý kiến cũ nhất trong {} ý kiến", thousands(AT_ONCE as i64), thousands(all)) } else { format!("Tất cả {} ý kiến, ở mọi trang", thousands(all)) }}</label>
            })}
        <form class="bulk" id="nhieu" method="post" action="/api/decide-many" on:submit=submit aria-label="Quyết định nhiều ý kiến"
            data-live=move || live.get().then_some("") data-chosen=move || (asking.get().is_some() || count() > 0).then_some("")>
            <input type="hidden" name=RETURN_TO value=path.clone()/>
            <input type="hidden" name="last" value=last/>
            {fields.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view()}
            <input type="hidden" name="confirmed" value=move || asking.get().map(|count| count.to_string()).unwrap_or_default()/>
            <p class="bulk-words" role="status" id=asking.get_untracked().map(|_| SUMMARY)>
                {move || match asking.get() {
                    Some(count) => format!("Bạn sắp quyết định {} ý kiến cùng lúc. Bấm lần nữa để xác nhận.", thousands(i64::from(count))),
                    None if live.get() => String::new(),
                    None => "Đánh dấu các ý kiến bên dưới, rồi:".to_owned(),
                }}
            </p>
            <div class="bulk-buttons">
                {decisions.iter().map(|&decision| {
                    let label = move || match asking.get() {
                        Some(count) => format!("{} {} ý kiến", decision.label(), thousands(i64::from(count))),
                        None if live.get() => format!("{} {} ý kiến", decision.label(), thousands(count())),
                        None => format!("{} mục đã chọn", decision.label()),
                    };
                    let class = if matches!(decision, Decision::Approve | Decision::Keep) { "button approve" } else { "button secondary" };
                    view! { <button class=class name="decision" value=decision.value() disabled=move || busy.get()>{label}</button> }
                }).collect_view()}
                {move || asking.get().map(|_| view! { <a class="link-button" href=path.clone() on:click=move |event| { event.prevent_default(); asking.set(None) }>"Thôi"</a> })}
            </div>
            <label class="why"><span class="visually-hidden">"Lý do"</span><input type="text" name="note" list="ly-do" maxlength="500" placeholder="Lý do (không bắt buộc)" value=note autocomplete="off"/></label>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.words_in_full())}</p>
        </form>
        <div class="bulk-outcome" role="status">{move || outcome.with(|outcome| outcome.words.clone())}</div>
        {move || undoing.get().then(|| {
            let undo = outcome.with(|outcome| outcome.undo.clone());
            let label = move || format!("Hoàn tác ({})", outcome.with(|outcome| (outcome.until - shared.seconds.get()).max(0)));
            view! {
                <form id="hoan-tac-nhieu" class="undo" method="post" action="/api/decide-many" on:submit=submit>
                    <input type="hidden" name="confirmed" value=undo.len()/>
                    {undo.into_iter().map(|(id, version)| view! { <input type="hidden" name="chosen[]" value=format!("{id}:{version}")/> }).collect_view()}
                    <button class="button secondary" name="decision" value=Decision::Undo.value() disabled=move || busy.get()>{label}</button>
                </form>
            }
        })}
    })
}

#[cfg(feature = "hydrate")]
#[derive(Clone, Copy)]
struct Sending {
    asking: RwSignal<Option<u32>>,
    every: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    busy: RwSignal<bool>,
    outcome: RwSignal<Outcome>,
    shared: Shared,
    done: Callback<Vec<Done>>,
}

#[cfg(feature = "hydrate")]
fn send(event: leptos::ev::SubmitEvent, to: Sending) {
    use leptos::wasm_bindgen::JsCast;
    event.prevent_default();
    let button = event.submitter().and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else {
        return;
    };
    if to.busy.get_untracked() {
        return;
    }
    to.busy.set(true);
    to.error.set(None);
    leptos::task::spawn_local(async move {
        let answer = crate::forms::send::send::<AllDone>(&form, button.as_ref()).await;
        if to.busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(all) => {
                to.asking.set(None);
                to.every.set(false);
                to.shared.chosen.set(Vec::new());
                let undo: Vec<_> =
                    all.done.iter().filter(|done| done.undoable).map(|done| (done.id, done.version)).collect();
                let what = all.done.first().map(|done| done.decided.what.as_str()).unwrap_or_default();
                let words = super::outcome(what, all.done.len(), all.overtaken.len());
                let until = if undo.is_empty() { 0 } else { to.shared.seconds.get_untracked() + UNDO_SECONDS };
                to.shared.last.set(if undo.is_empty() { String::new() } else { "hoan-tac-nhieu".to_owned() });
                to.outcome.set(Outcome { words, undo, until });
                to.done.run(all.done);
            }
            Err(AppError::Confirm { count }) => to.asking.set(Some(count)),
            Err(refused) => to.error.set(Some(refused)),
        }
    });
}
