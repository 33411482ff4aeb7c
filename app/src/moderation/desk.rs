//! The moderators' desk: what waits, one decision at a time.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use super::{Decision, Desk, DeskCard, Done, Tab};
use crate::accounts::sign_in::{SignIn, SignOut};
use crate::answer;
use crate::articles::parse_id;
use crate::error::AppError;
use crate::forms::{RETURN_TO, Refusal, SUMMARY, TOKEN, with_parameter};
use crate::live::view::{LiveLine, use_topic};
use crate::live::{DeskState, Topic};
use crate::ratings::thousands;
use crate::settled::Settled;
use crate::wire::{Embed, Embedded};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};

/// A page of the desk. `shown` are comments that the page holds already: they come too, as they stand now.
/// `token` is that of a form that was refused.
#[server(prefix = "/api", endpoint = "desk", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_desk(
    tab: Tab,
    #[server(default)] after: Option<i64>,
    #[server(default)] shown: String,
    #[server(default)] token: String,
) -> Result<Desk, AppError> {
    use super::store;
    let refusal = crate::forms::refused(&token).await?;
    let Some(staff) = crate::session::staff_or_none().await? else {
        let (cards, votes) = (Vec::new(), String::new());
        return Ok(Desk { staff: None, cards, held: 0, next: None, suspicious: 0, votes, refusal });
    };
    let pool = crate::site::site()?.pool;
    let suspicious = crate::ratings::store::held(&pool).await?;
    let votes = if tab == Tab::Votes { super::markup::votes(&suspicious) } else { String::new() };
    let suspicious = suspicious.len() as i64;
    let now = time::OffsetDateTime::now_utc();
    let (mut cards, next) = store::page(&pool, tab, after, now).await?;
    let shown = shown.split(',').filter_map(parse_id).filter(|id| cards.iter().all(|card| card.id != *id));
    let shown: Vec<i64> = shown.take(500).collect();
    if !shown.is_empty() {
        cards.extend(store::find(&pool, &shown, now).await?);
    }
    let held = crate::comments::store::desk_state(&pool).await?.held;
    Ok(Desk { staff: Some(staff), cards, held, next, suspicious, votes, refusal })
}

/// Decides about a comment as the version that the moderator saw.
#[server(prefix = "/api", endpoint = "decide", output = server_fn::codec::Postcard)]
pub async fn decide(
    #[server(default)] comment_id: String,
    #[server(default)] version: String,
    #[server(default)] decision: String,
    #[server(default)] return_to: String,
) -> Result<Done, AppError> {
    use crate::live::hub::Change;
    let staff = crate::session::staff().await?;
    let comment = parse_id(&comment_id).ok_or(AppError::NotFound)?;
    let version = version.parse().map_err(|_| AppError::NotFound)?;
    let decision = Decision::parse(&decision).ok_or(AppError::NotFound)?;
    let site = crate::site::site()?;
    let (article, done) = super::store::decide(&site.pool, &staff, comment, version, decision).await?;
    site.hub.changed(Change::Article(article));
    site.hub.changed(Change::Site);
    crate::forms::post::go_to(&return_to, "ban-duyet");
    Ok(done)
}

/// Lets an article's held votes in, or throws them out: those that were given up to `until`, in microseconds.
#[server(prefix = "/api", endpoint = "review-votes", output = server_fn::codec::Postcard)]
pub async fn review_votes(
    #[server(default)] article_id: String,
    #[server(default)] until: String,
    #[server(default)] decision: String,
    #[server(default)] return_to: String,
) -> Result<(), AppError> {
    use crate::live::hub::Change;
    let staff = crate::session::staff().await?;
    let article = parse_id(&article_id).ok_or(AppError::NotFound)?;
    let until = parse_id(&until).ok_or(AppError::NotFound)?;
    let until =
        time::OffsetDateTime::from_unix_timestamp_nanos(i128::from(until) * 1000).map_err(|_| AppError::NotFound)?;
    let admit = match decision.as_str() {
        "admit" => true,
        "discard" => false,
        _ => return Err(AppError::NotFound),
    };
    let site = crate::site::site()?;
    super::store::review_votes(&site.pool, &staff, article, until, admit).await?;
    site.hub.changed(Change::Article(article));
    crate::forms::post::go_to(&return_to, "ban-duyet");
    Ok(())
}

impl Embed for Result<Desk, AppError> {}

/// The desk is not in a reader's download: its code comes when its address is opened.
pub struct DeskRoute;

#[lazy_route]
impl LazyRoute for DeskRoute {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let query = use_query_map();
        let parameter = move |name: &str| query.with(|query| query.get(name));
        let place = Memo::new(move |_| {
            (Tab::parse(parameter("muc").as_deref()), parameter("sau").as_deref().and_then(parse_id))
        });
        let token = query.with_untracked(|query| query.get(TOKEN)).unwrap_or_default();
        let again = RwSignal::new(0u32);
        let desk = Resource::<Result<Desk, AppError>, Embedded>::new_with_options(
            move || (place.get(), again.get()),
            move |((tab, after), _)| {
                crate::forms::send::read(read_desk(tab, after, String::new(), token.clone()), move || {
                    address(tab, after, &[])
                })
            },
            false,
        );
        let reload = Callback::new(move |()| again.update(|again| *again += 1));
        view! {
            <Transition>
                {move || Suspend::new(async move {
                    match desk.await {
                        Ok(desk) => {
                            arrive(desk.refusal.as_ref());
                            if desk.staff.is_some() {
                                Settled(view! { <DeskView desk place=place.get_untracked() reload/> }).into_any()
                            } else {
                                Settled(view! { <SignIn refusal=desk.refusal signed_in=reload/> }).into_any()
                            }
                        }
                        Err(error) => {
                            answer::fail(&error);
                            view! { <div class="page narrow" role="alert"><h1>{error.words()}</h1><p><a class="button" href="" rel="external">"Tải lại trang"</a></p></div> }.into_any()
                        }
                    }
                })}
            </Transition>
        }
        .into_any()
    }
}

/// The page is for one person: nobody keeps it, and search engines pass it by.
fn arrive(refusal: Option<&Refusal>) {
    let title = if refusal.is_some() { "Lỗi: Bàn duyệt" } else { "Bàn duyệt" };
    answer::private();
    if let Some(refusal) = refusal {
        answer::fail(&refusal.error);
    }
    #[cfg(feature = "ssr")]
    crate::shell::set_head(
        &crate::page::Head {
            title: title.to_owned(), description: "Bàn duyệt ý kiến".to_owned(), canonical: None
        },
        "",
    );
    #[cfg(not(feature = "ssr"))]
    document().set_title(title);
}

/// The address that a page of the desk is read from.
fn address(tab: Tab, after: Option<i64>, shown: &[i64]) -> String {
    // the variant's name is what its serialisation expects
    let mut address = format!("/api/desk?tab={tab:?}");
    if let Some(after) = after {
        address.push_str(&format!("&after={after}"));
    }
    if !shown.is_empty() {
        let shown: Vec<String> = shown.iter().map(i64::to_string).collect();
        address.push_str(&format!("&shown={}", shown.join(",")));
    }
    address
}

/// The path of a page of the desk.
fn page_path(tab: Tab, after: Option<i64>) -> String {
    let path = match tab {
        Tab::Held => "/quan-tri".to_owned(),
        Tab::Published | Tab::Votes => with_parameter("/quan-tri", "muc", tab.value()),
    };
    after.map_or(path.clone(), |after| with_parameter(&path, "sau", &after.to_string()))
}

type Cards = RwSignal<Vec<(i64, RwSignal<DeskCard>)>>;

#[component]
fn DeskView(desk: Desk, place: (Tab, Option<i64>), reload: Callback<()>) -> impl IntoView {
    let Desk { staff, cards, held, next, suspicious, votes, refusal } = desk;
    let (tab, after) = place;
    let paused = RwSignal::new(false);
    let live = use_topic::<DeskState>(Signal::derive(move || (!paused.get()).then_some(Topic::Desk)));
    let cards: Cards = RwSignal::new(cards.into_iter().map(|card| (card.id, RwSignal::new(card))).collect());
    let waiting = Signal::derive(move || thousands(live.get().map_or(held, |state| state.held)));
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        // what the page shows was read a moment before the stream began: its first state is followed by reading too
        if live.get().is_some() {
            leptos::task::spawn_local(refresh(place, cards, reload));
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = reload;
    let empty = Signal::derive(move || tab == Tab::Votes || !cards.with(Vec::is_empty));
    let words = if tab == Tab::Held {
        "Không còn ý kiến nào chờ duyệt."
    } else {
        "Chưa có ý kiến nào được đăng."
    };
    let here = page_path(tab, after);
    view! {
        <div class="page desk" id="ban-duyet">
            <header class="desk-header">
                <h1>"Bàn duyệt"</h1>
                <p class="quiet">{staff.map(|staff| staff.name)}</p>
                <SignOut/>
            </header>
            <LiveLine paused/>
            {refusal.map(|refusal| view! {
                <div class="summary" role="alert" tabindex="-1" id=SUMMARY><p class="summary-title">{refusal.error.words()}</p></div>
            })}
            <nav class="tabs" aria-label="Mục">
                <a href="/quan-tri" aria-current=(tab == Tab::Held).then_some("page")>"Chờ duyệt "<span class="badge">{waiting}</span></a>
                <a href=page_path(Tab::Published, None) aria-current=(tab == Tab::Published).then_some("page")>"Đã đăng"</a>
                <a href=page_path(Tab::Votes, None) aria-current=(tab == Tab::Votes).then_some("page")>"Đánh giá "{(suspicious > 0).then(|| view! { <span class="badge">{thousands(suspicious)}</span> })}</a>
            </nav>
            <div inner_html=votes></div>
            <p class="empty" hidden=empty>{words}</p>
            <ol class="queue">
                <For each=move || cards.get() key=|(id, _)| *id let((_, card))>
                    <QueueCard card return_to=here.clone()/>
                </For>
            </ol>
            {next.map(|next| view! {
                <nav class="pages" aria-label="Trang"><a class="button secondary" rel="next" href=page_path(tab, Some(next))>"Trang sau"</a></nav>
            })}
        </div>
    }
}

/// Reads the page again and changes only what is different: cards stay in their places, new ones come at the end.
#[cfg(feature = "hydrate")]
async fn refresh((tab, after): (Tab, Option<i64>), cards: Cards, reload: Callback<()>) {
    let Some(shown) = cards.try_with_untracked(|cards| cards.iter().map(|(id, _)| *id).collect::<Vec<_>>()) else {
        return;
    };
    let read =
        crate::forms::send::read(read_desk(tab, after, String::new(), String::new()), || address(tab, after, &shown));
    // the stream's next state tries again
    let Ok(desk) = read.await else { return };
    if desk.staff.is_none() {
        // signed out meanwhile: the page asks to sign in
        reload.run(());
        return;
    }
    let mut new = Vec::new();
    for card in desk.cards {
        let known = cards
            .try_with_untracked(|cards| cards.iter().find(|(id, _)| *id == card.id).map(|(_, known)| *known))
            .flatten();
        match known {
            Some(known) if known.try_with_untracked(|known| *known != card).unwrap_or(false) => known.set(card),
            Some(_) => {}
            None => new.push((card.id, RwSignal::new(card))),
        }
    }
    if !new.is_empty() {
        cards.try_update(|cards| cards.extend(new));
    }
}

#[component]
fn QueueCard(card: RwSignal<DeskCard>, return_to: String) -> impl IntoView {
    let return_to = StoredValue::new(return_to);
    let first = card.get_untracked();
    let title = format!("the-{}", first.id);
    let done = Callback::new(move |done: Done| {
        card.update(|card| {
            card.version = done.version;
            card.state = done.state;
            card.decided = Some(done.decided);
            card.waited = None;
        });
    });
    view! {
        <li class="card queue-card" class:decided=move || card.with(|card| card.state != "held") aria-labelledby=title.clone()>
            <p class="queue-article" id=title.clone()><a href=move || card.with(|card| card.path.clone())>{first.article}</a></p>
            <p class="queue-writer">
                <strong>{first.name}</strong>
                " "
                <span class="quiet"><time datetime=first.iso>{first.date}</time>{move || card.with(|card| card.waited.clone()).map(|waited| format!(" · {waited}"))}</span>
            </p>
            {first.parent.map(|parent| view! { <blockquote class="quiet parent"><span class="visually-hidden">"Trả lời ý kiến: "</span>{parent}</blockquote> })}
            <p class="comment-body">{move || card.with(|card| card.body.clone())}</p>
            <p class="decision" role="status">{move || card.with(|card| card.decided.as_ref().map(crate::error::Decided::words))}</p>
            {move || {
                let (id, version, state) = card.with(|card| (card.id, card.version, card.state.clone()));
                let decisions: Vec<Decision> = [Decision::Approve, Decision::Reject, Decision::Remove].into_iter().filter(|d| d.from() == state).collect();
                (!decisions.is_empty()).then(|| view! { <DecisionForm comment=id version decisions return_to=return_to.get_value() done/> })
            }}
        </li>
    }
}

/// The buttons that decide about a comment.
#[component]
pub fn DecisionForm(
    /// The comment.
    comment: i64,
    /// The version that is shown.
    version: i32,
    /// What may be decided.
    decisions: Vec<Decision>,
    /// The page the form is on.
    return_to: String,
    /// Called when it was decided, here or by somebody else before.
    done: Callback<Done>,
) -> impl IntoView {
    let error = RwSignal::new(None::<AppError>);
    let busy = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        #[cfg(feature = "hydrate")]
        send_decision(event, error, busy, done);
        #[cfg(not(feature = "hydrate"))]
        let _ = (event, done);
    };
    view! {
        <form class="decisions" method="post" action="/api/decide" on:submit=submit aria-busy=move || busy.get().to_string()>
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=return_to/>
            {decisions
                .into_iter()
                .map(|decision| {
                    let class = if decision == Decision::Approve { "button approve" } else { "button secondary" };
                    view! { <button class=class name="decision" value=decision.value() disabled=move || busy.get()>{decision.label()}</button> }
                })
                .collect_view()}
            <p class="field-error" role="alert">{move || error.get().map(|error| error.words())}</p>
        </form>
    }
}

#[cfg(feature = "hydrate")]
fn send_decision(
    event: leptos::ev::SubmitEvent,
    error: RwSignal<Option<AppError>>,
    busy: RwSignal<bool>,
    done: Callback<Done>,
) {
    use leptos::wasm_bindgen::JsCast;
    event.prevent_default();
    let button = event.submitter().and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok());
    let Some(form) = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlFormElement>().ok()) else {
        return;
    };
    if busy.get_untracked() {
        return;
    }
    busy.set(true);
    leptos::task::spawn_local(async move {
        let answer = crate::forms::send::send::<Done>(&form, button.as_ref()).await;
        if busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(answer) => done.run(answer),
            Err(refused) => error.set(Some(refused)),
        }
    });
}
