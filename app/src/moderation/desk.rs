//! The moderators' desk: what waits, and what was decided.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]
#![expect(clippy::too_many_arguments, reason = "fields of forms and parameters of addresses come one by one")]

use super::bulk::Bulk;
use super::card::{Made, QueueCard, Shared, Typed};
use super::{Desk, DeskCard, Place, Tab};
use crate::accounts::Role;
#[cfg(feature = "ssr")]
use crate::accounts::desk::Once;
use crate::accounts::idle::IdlePrompt;
use crate::accounts::sign_in::{SignIn, SignOut};
use crate::answer;
use crate::articles::parse_id;
use crate::error::AppError;
use crate::forms::{Refusal, SUMMARY, TOKEN};
use crate::live::view::{LiveLine, use_topic};
use crate::live::{DeskNews, Topic};
use crate::ratings::thousands;
use crate::settled::Settled;
use crate::wire::{Embed, Embedded};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::{LazyRoute, lazy_route};

/// So many cards of an open page are read again.
pub const SHOWN: usize = 500;

/// A page of the desk: the parameters of its address. `shown` are comments that the page holds already: they come too, as
/// they stand now. `token` is that of a form that was refused, `xong` a comment that was just decided without script, `nhieu`
/// how many were, and about how many somebody else was first, `thu` a sentence to try the rules on.
#[server(prefix = "/api", endpoint = "desk", input = server_fn::codec::GetUrl, output = server_fn::codec::Postcard)]
pub async fn read_desk(
    #[server(default)] muc: String,
    #[server(default)] tim: String,
    #[server(default)] bai: String,
    #[server(default)] ngay: String,
    #[server(default)] nguoi: String,
    #[server(default)] ly_do: String,
    #[server(default)] sau: String,
    #[server(default)] shown: String,
    #[server(default)] token: String,
    #[server(default)] xong: String,
    #[server(default)] nhieu: String,
    #[server(default)] thu: String,
) -> Result<Desk, AppError> {
    use super::{markup, store};
    let refusal = crate::forms::refused(&token).await?;
    let place = Place { tab: muc, text: tim, article: bai, day: ngay, moderator: nguoi, reason: ly_do, after: sau };
    let Some(staff) = crate::session::member_or_none().await? else {
        let ended = refusal.as_ref().filter(|refusal| refusal.error == AppError::SignIn);
        let kept = ended.and_then(|refusal| serde_json::to_string(refusal).ok()).unwrap_or_default();
        let code = crate::session::pending().await?.is_some();
        return Ok(Desk { refusal, kept, code, ..Desk::default() });
    };
    let site = crate::site::site()?;
    if !crate::session::may_work(&site, &staff) {
        let idle_seconds = i64::from(site.settings().idle_minutes) * 60;
        let html = account(&site, &staff, refusal.as_ref()).await?;
        return Ok(Desk { staff: Some(staff), restricted: true, html, idle_seconds, refusal, ..Desk::default() });
    }
    // whoever may not see a tab sees the queue
    let may = staff.role == Role::Administrator || !place.tab().is_for_administrators();
    let tab = if may { place.tab() } else { Tab::Held };
    let place = Place { tab: tab.value().to_owned(), ..place };
    let pool = &site.pool;
    let now = time::OffsetDateTime::now_utc();
    let held_votes = crate::ratings::store::held(pool).await?;
    // counted before the cards are read: what comes in between is announced, and never missed
    let counts = crate::comments::store::desk_state(pool).await?;
    let (mut cards, next) = store::pages::page(pool, &place, now).await?;
    let shown = shown.split(',').filter_map(parse_id).filter(|id| cards.iter().all(|card| card.id != *id));
    // a form that came back about a comment brings its card, wherever that stands
    let came_back = refusal.as_ref().and_then(|refusal| parse_id(&refusal.typed("comment_id")));
    let came_back = came_back.filter(|id| cards.iter().all(|card| card.id != *id));
    let shown: Vec<i64> = shown.take(SHOWN).chain(came_back).collect();
    if !shown.is_empty() {
        cards.extend(store::pages::find(pool, &shown, now).await?);
    }
    let (found, last) = if place.is_narrowed() || (next.is_some() && place.tab().waits()) {
        store::pages::count(pool, &place).await?
    } else {
        (counts.of(place.tab()), 0)
    };
    let mut html = String::new();
    if let Some(done) = parse_id(&xong)
        && let Some(card) = store::pages::find(pool, &[done], now).await?.pop()
    {
        html += &markup::just_decided(&card, &place);
    }
    if let Some((done, overtaken)) =
        nhieu.split_once('-').and_then(|(done, over)| Some((done.parse().ok()?, over.parse().ok()?)))
    {
        html += &markup::just_decided_many(done, overtaken);
    }
    html += &match place.tab() {
        Tab::Votes => markup::votes(&held_votes),
        Tab::Words => {
            let typed = refusal.as_ref().map(|refusal| refusal.typed("words")).unwrap_or_default();
            let given = refusal.as_ref().map(|refusal| refusal.typed("reasons")).filter(|typed| !typed.is_empty());
            let given = given.unwrap_or_else(|| site.settings().rejection_reasons.join("\n"));
            markup::words(&site.words(), &given, &place.text, &thu, &typed)
        }
        Tab::Record => {
            let (lines, next) = store::record(pool, &place).await?;
            markup::record(&place, &lines, next, &crate::accounts::store::names(pool).await?)
        }
        Tab::Staff => {
            let shown = crate::session::shown_once()?.and_then(|shown| Once::parse(&shown));
            let members = crate::accounts::store::list(pool).await?;
            crate::accounts::markup::all(&site, staff.id, &members, shown.as_ref(), refusal.as_ref())
        }
        Tab::Account => account(&site, &staff, refusal.as_ref()).await?,
        Tab::Closures => {
            let asked = parse_id(&place.article);
            let articles = crate::articles::store::titles(pool, asked).await?;
            let list = crate::closures::store::list(pool).await?;
            crate::closures::markup::room(&list, &articles, &place.article, refusal.as_ref())
        }
        Tab::Figures => {
            markup::figures(&store::figures::all(pool, now).await?, counts, now, staff.role == Role::Administrator)
        }
        tab => {
            let articles = store::pages::articles_of(pool, tab).await?;
            let moderators = crate::accounts::store::names(pool).await?;
            markup::search(&place, &articles, &moderators, found)
        }
    };
    let reasons = site.settings().rejection_reasons.clone();
    let suspicious = held_votes.len() as i64;
    let (idle_seconds, kept) = (i64::from(site.settings().idle_minutes) * 60, String::new());
    Ok(Desk {
        staff: Some(staff),
        idle_seconds,
        kept,
        cards,
        counts,
        found,
        last,
        next,
        suspicious,
        html,
        reasons,
        refusal,
        restricted: false,
        code: false,
    })
}

/// The room of one's own account.
#[cfg(feature = "ssr")]
async fn account(
    site: &crate::site::Site,
    member: &crate::accounts::Staff,
    refusal: Option<&Refusal>,
) -> Result<String, AppError> {
    use crate::accounts::{markup, sessions, store};
    let shown = crate::session::shown_once()?.and_then(|shown| Once::parse(&shown));
    let state = store::second_factor::state(&site.pool, member.id).await?;
    let open = sessions::list(&site.pool, member.id, crate::session::session()?.id()).await?;
    let mail = store::mail::of(&site.pool, member.id).await?;
    Ok(markup::own(site, member, &state, &open, mail, (shown.as_ref(), refusal)))
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
    let by = super::store::Moderator { staff: &staff, key: &site.audit };
    super::store::review_votes(&site.pool, by, article, until, admit).await?;
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
        let place = Memo::new(move |_| Place::read(parameter));
        let once = [TOKEN, "xong", "nhieu", "thu"]
            .map(|name| query.with_untracked(|query| query.get(name)).unwrap_or_default());
        let again = RwSignal::new(0u32);
        let desk = Resource::<Result<Desk, AppError>, Embedded>::new_with_options(
            move || (place.get(), again.get()),
            move |(place, _)| read(place, &[], once.clone()),
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
                                Settled(view! { <SignIn refusal=desk.refusal kept=desk.kept code=desk.code path=place.get_untracked().path() signed_in=reload/> }).into_any()
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

/// Reads a page of the desk, and the cards that are shown already. What an address says once is the server's alone to read.
pub fn read(
    place: Place,
    shown: &[i64],
    [token, done, many, tried]: [String; 4],
) -> impl Future<Output = Result<Desk, AppError>> + Send {
    let shown: Vec<String> = shown.iter().map(i64::to_string).collect();
    let shown = shown.join(",");
    let address = format!("/api/desk?shown={shown}&{}", place.query());
    let Place { tab, text, article, day, moderator, reason, after } = place;
    let read = read_desk(tab, text, article, day, moderator, reason, after, shown, token, done, many, tried);
    crate::forms::send::read(read, move || address)
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

/// The cards of the page.
pub type Cards = RwSignal<Vec<Held>>;

/// A card with its state in the page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// The comment.
    pub id: i64,
    /// What is known of it.
    pub card: RwSignal<DeskCard>,
    /// What was decided on it here.
    pub made: RwSignal<Made>,
}

impl Held {
    /// A card that just came.
    pub fn new(card: DeskCard) -> Self {
        Self { id: card.id, card: RwSignal::new(card), made: RwSignal::new(Made::default()) }
    }
}

#[component]
fn DeskView(desk: Desk, place: Place, reload: Callback<()>) -> impl IntoView {
    let Desk {
        staff,
        restricted,
        idle_seconds,
        cards,
        counts,
        found,
        last,
        next,
        suspicious,
        html,
        reasons,
        refusal,
        ..
    } = desk;
    let place = if restricted { Place { tab: Tab::Account.value().to_owned(), ..Place::default() } } else { place };
    let tab = place.tab();
    let paused = RwSignal::new(false);
    let news = use_topic::<DeskNews>(Signal::derive(move || (!paused.get() && !restricted).then_some(Topic::Desk)));
    // that somebody went to another card is no reason to read the page anew
    let live = Memo::new(move |_| news.with(|news| news.as_ref().map(|news| news.counts)));
    let own = staff.as_ref().map_or(0, |staff| staff.id);
    let chosen = refusal.as_ref().map(|refusal| refusal.all("chosen[]")).unwrap_or_default();
    let chosen = chosen.iter().filter_map(|chosen| parse_id(chosen.split_once(':')?.0)).collect();
    let typed = refusal.as_ref().and_then(|refusal| {
        let field = match refusal.action.as_str() {
            "/api/decide" => "note",
            "/api/answer" => "body",
            "/api/cover" => "words",
            _ => return None,
        };
        Some(Typed { comment: parse_id(&refusal.typed("comment_id"))?, field, words: refusal.typed(field) })
    });
    let shared = Shared {
        typed: StoredValue::new(typed),
        path: StoredValue::new(place.path()),
        seconds: RwSignal::new(0),
        chosen: RwSignal::new(chosen),
        last: RwSignal::new(String::new()),
        looking: Signal::derive(move || {
            let all = news.with(|news| news.as_ref().map(|news| news.looking.clone()).unwrap_or_default());
            all.into_iter().filter(|one| one.account != own).collect()
        }),
    };
    let all = (next.is_some() && tab.waits()).then_some(found);
    let cards: Cards = RwSignal::new(cards.into_iter().map(Held::new).collect());
    let counts = Signal::derive(move || live.get().unwrap_or(counts));
    let (keys, help) = (RwSignal::new(true), RwSignal::new(false));
    #[cfg(feature = "hydrate")]
    super::following::come_alive(&place, cards, live, counts, shared, (keys, help), reload);
    #[cfg(feature = "hydrate")]
    if let Some(staff) = &staff {
        let account = staff.id;
        Effect::new(move |_| {
            super::drafts::follow(account);
            super::looking::follow();
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = reload;
    let settled = Callback::new(move |all: Vec<super::Done>| {
        for done in all {
            if let Some(held) = cards.with_untracked(|cards| cards.iter().copied().find(|held| held.id == done.id)) {
                held.card.update(|card| card.settle(done));
            }
        }
    });
    let empty = Signal::derive(move || !tab.has_comments() || !cards.with(Vec::is_empty));
    let words = if place.is_narrowed() { "Không có ý kiến nào khớp." } else { tab.empty() };
    let summary = refusal.clone().filter(|refusal| !matches!(refusal.error, AppError::Confirm { .. }));
    let of_bulk = refusal.filter(|refusal| refusal.action == "/api/decide-many");
    let administrator = staff.as_ref().is_some_and(|staff| staff.role == Role::Administrator);
    let tabs = Tab::ALL.into_iter().filter(|of| *of != Tab::Account && (administrator || !of.is_for_administrators())).map(|of| {
        let number = move || if of == Tab::Votes { suspicious } else { counts.get().of(of) };
        let path = Place { tab: of.value().to_owned(), ..Place::default() }.path();
        view! {
            <a href=path aria-current=(of == tab).then_some("page")>{of.label()}" "<span class="badge" hidden=move || number() == 0>{move || thousands(number())}</span></a>
        }
    });
    let tabs = tabs.collect_view();
    let here = place.path();
    let name = staff.map(|staff| staff.name).unwrap_or_default();
    // what waits beyond this page, and where it begins: after the last that is shown
    let more = Memo::new(move |_| {
        let shown = cards.with(|cards| cards.iter().filter(|held| held.card.with(DeskCard::waits)).count() as i64);
        counts.get().of(tab) - shown
    });
    let counted = tab.waits() && !place.is_narrowed() && place.after.is_empty();
    let first = StoredValue::new((place.clone(), next));
    let next = move || {
        first.with_value(|(place, next)| {
            if !counted {
                return next.as_ref().map(|next| place.beginning(next.clone()).path());
            }
            let last = cards.with(|cards| cards.iter().map(|held| held.id).max());
            last.filter(|_| more.get() > 0).map(|last| place.beginning(format!("0-{last}")).path())
        })
    };
    view! {
        <div class="page desk" id="ban-duyet">
            <header class="desk-header">
                <h1>"Bàn duyệt"</h1>
                <a class="quiet own-account" href="/quan-tri?muc=tai-khoan" aria-current=(tab == Tab::Account).then_some("page") aria-label=format!("Tài khoản của {name}")>{name.clone()}</a>
                <SignOut/>
            </header>
            {(!restricted).then(|| view! { <LiveLine paused/> })}
            {summary.map(|refusal| view! {
                <div class="summary" role="alert" tabindex="-1" id=SUMMARY><p class="summary-title">{if refusal.error == AppError::SignIn { "Bạn đã đăng nhập lại. Những gì bạn viết vẫn còn đây, vui lòng gửi lại.".to_owned() } else { refusal.error.words_in_full() }}</p></div>
            })}
            {(!restricted).then(|| view! { <nav class="tabs" aria-label="Mục">{tabs}</nav> })}
            <div inner_html=html></div>
            <Bulk place all last refusal=of_bulk shared done=settled/>
            <datalist id="ly-do">{reasons.into_iter().map(|reason| view! { <option value=reason></option> }).collect_view()}</datalist>
            <p class="empty" hidden=empty>{words}</p>
            <ol class="queue">
                <For each=move || cards.get() key=|held| held.id let(held)>
                    <QueueCard card=held.card made=held.made shared/>
                </For>
            </ol>
            {move || next().map(|next| {
                let words = if counted { format!("Trang sau ({} ý kiến)", thousands(more.get())) } else { "Trang sau".to_owned() };
                view! { <nav class="pages" aria-label="Trang"><a class="button secondary" rel="next" href=next>{words}</a></nav> }
            })}
            <Keys keys help/>
            <IdlePrompt seconds=idle_seconds path=here/>
        </div>
    }
}

/// What keys there are, and the switch that turns them off.
#[component]
fn Keys(keys: RwSignal<bool>, help: RwSignal<bool>) -> impl IntoView {
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
    let turn = move |_| {
        keys.update(|keys| *keys = !*keys);
        #[cfg(feature = "hydrate")]
        super::shortcuts::turn(keys.get_untracked());
    };
    let toggle = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        help.update(|shown| *shown = !*shown);
    };
    view! {
        <details class="more keys" open=help>
            <summary on:click=toggle>"Phím tắt"</summary>
            <dl>{list.map(|(key, words)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div> }).collect_view()}</dl>
            <label class="check"><input type="checkbox" checked=true prop:checked=keys on:change=turn/>"Dùng phím tắt"</label>
        </details>
    }
}
