//! The frame around a room: header, navigation with live numbers, the refused form, and the idle prompt.

use super::{DeskPage, DeskUpdate, RoomLink, RoomPage, read_content};
use crate::base::error::AppError;
use crate::base::format::format_number;
use crate::features::accounts::sign_in::SignOutForm;
use crate::features::moderation::queue_view::show_queue;
use crate::features::writing::edit_view::show_article;
use crate::live::Topic;
use crate::live::view::{LiveLine, use_topic};
use crate::routes::{self, Route};
use crate::web::forms::{Refusal, SUMMARY};
use crate::web::idle::IdlePrompt;
use crate::web::room::{Group, RoomContent, RoomContext, RoomView};
use crate::web::sync_view::SyncView;
use leptos::prelude::*;

/// The rooms whose content is more than HTML.
const VIEWS: &[(&Route, RoomView)] = &[(&routes::DESK_COMMENTS, show_queue), (&routes::DESK_ARTICLES, show_article)];

/// What an address of the desk shows.
#[component]
pub fn Desk(
    page: DeskPage,
    /// The address with its query.
    path: String,
    /// Reads the page again.
    reload: Callback<()>,
) -> impl IntoView {
    match page {
        DeskPage::SignIn { html, .. } => SyncView(view! { <div class="page narrow" inner_html=html></div> }).into_any(),
        DeskPage::Room(page) => SyncView(view! { <RoomFrame page=*page path reload/> }).into_any(),
    }
}

/// What is shown where the desk could not be read.
#[component]
pub fn Failed(error: AppError) -> impl IntoView {
    view! {
        <div class="page narrow" role="alert">
            <h1>{error.reading_message()}</h1>
            <p><a class="button" href="" rel="external">"Tải lại trang"</a></p>
        </div>
    }
}

#[component]
fn RoomFrame(page: RoomPage, path: String, reload: Callback<()>) -> impl IntoView {
    let RoomPage {
        staff,
        rooms,
        path: room,
        label,
        content,
        error,
        refusal,
        is_restricted,
        idle_seconds,
        longest_seconds,
    } = page;
    let paused = RwSignal::new(false);
    let topic = Signal::derive(move || (!is_restricted && !paused.get()).then_some(Topic::Desk));
    let update = use_topic::<DeskUpdate>(topic);
    let numbers = Numbers(update);
    #[cfg(feature = "hydrate")]
    start(staff.id, label.clone(), rooms.clone(), numbers);
    let is_account = room == routes::DESK_ACCOUNT.path;
    let account_label = format!("Tài khoản của {}", staff.name);
    let summary = refusal.filter(|refusal| !matches!(refusal.error, AppError::Unconfirmed { .. }));
    let is_overview = room == routes::DESK.path;
    let view = VIEWS.iter().find(|(route, _)| route.path == room).map(|(_, view)| view);
    let name = staff.name.clone();
    let context = RoomContext { staff, path: path.clone(), paused, reload, read_content };
    let content = match (error, view) {
        (Some(error), _) => SyncView(view! { <p class="notice" role="alert">{error.message()}</p> }).into_any(),
        (None, Some(view)) => view(context, content),
        (None, None) if is_overview => SyncView(view! { <Overview rooms=rooms.clone() numbers/> }).into_any(),
        (None, None) => show_html(content),
    };
    view! {
        <div class="page desk" id="ban-duyet">
            <header class="desk-header">
                <h1>{label}</h1>
                {(!is_restricted).then(|| view! { <LiveLine paused/> })}
                <a
                    class="quiet account-link"
                    href=routes::DESK_ACCOUNT.path
                    aria-current=is_account.then_some("page")
                    aria-label=account_label
                >
                    {name}
                </a>
                <SignOutForm/>
            </header>
            {(!is_restricted).then(|| view! { <Navigation rooms current=room numbers/> })}
            {summary.map(|refusal| view! { <RefusalSummary refusal/> })}
            {content}
            <IdlePrompt seconds=idle_seconds longest=longest_seconds path/>
        </div>
    }
}

fn show_html(content: RoomContent) -> AnyView {
    SyncView(view! { <div inner_html=content.html></div> }).into_any()
}

#[component]
fn RefusalSummary(refusal: Refusal) -> impl IntoView {
    let message = if refusal.error == AppError::SignIn {
        "Ông/bà đã đăng nhập lại. Những gì ông/bà viết vẫn còn đây, vui lòng gửi lại.".to_owned()
    } else {
        refusal.error.full_message()
    };
    view! {
        <div class="summary" role="alert" tabindex="-1" id=SUMMARY><p class="summary-title">{message}</p></div>
    }
}

/// How much waits in each room: as the page was rendered, and from then on as the stream says.
#[derive(Clone, Copy)]
struct Numbers(ReadSignal<Option<DeskUpdate>>);

impl Numbers {
    fn waiting(self, room: &RoomLink) -> i64 {
        self.0.with(|update| {
            let update = update.as_ref().and_then(|update| update.waiting.get(room.index as usize));
            update.copied().unwrap_or(room.waiting)
        })
    }
}

/// The rooms: a list beside the content where there is space, and on a phone a menu that a thumb reaches. Both work
/// without script, and only one is ever shown.
#[component]
fn Navigation(
    rooms: Vec<RoomLink>,
    /// The path of the room that is shown.
    current: String,
    numbers: Numbers,
) -> impl IntoView {
    let all = rooms.clone();
    let total = Signal::derive(move || all.iter().map(|room| numbers.waiting(room)).sum::<i64>());
    view! {
        <nav class="rooms" aria-label="Bàn làm việc">
            <details class="rooms-menu">
                <summary>
                    "Các mục "
                    <span class="badge" hidden=move || total.get() == 0>{move || format_number(total.get())}</span>
                </summary>
                <RoomList rooms=rooms.clone() current=current.clone() numbers/>
            </details>
            <div class="rooms-list"><RoomList rooms current numbers/></div>
        </nav>
    }
}

/// The rooms by group, with how much waits in each.
#[component]
fn RoomList(rooms: Vec<RoomLink>, current: String, numbers: Numbers) -> impl IntoView {
    let link = |room: RoomLink| {
        let is_current = (room.path == current).then_some("page");
        let (path, label) = (room.path.clone(), room.label.clone());
        let number = Signal::derive(move || numbers.waiting(&room));
        view! {
            <li>
                <a href=path aria-current=is_current>
                    {label}
                    " "
                    <span class="badge" hidden=move || number.get() == 0>{move || format_number(number.get())}</span>
                </a>
            </li>
        }
    };
    let overview = rooms.iter().find(|room| room.path == routes::DESK.path).cloned().map(link);
    let groups = Group::ALL.into_iter().filter_map(|group| {
        let links: Vec<_> = rooms.iter().filter(|room| room.group == group).cloned().map(link).collect();
        (!links.is_empty()).then(|| {
            view! { <div class="room-group"><p class="quiet">{group.label()}</p><ul>{links}</ul></div> }
        })
    });
    view! {
        <ul>{overview}</ul>
        {groups.collect_view()}
    }
}

/// The first room: where something waits, and how much.
#[component]
fn Overview(rooms: Vec<RoomLink>, numbers: Numbers) -> impl IntoView {
    let is_work = |room: &&RoomLink| matches!(room.group, Group::Content | Group::Readers);
    let work: Vec<RoomLink> = rooms.iter().filter(is_work).cloned().collect();
    let all = work.clone();
    let is_idle = Signal::derive(move || all.iter().all(|room| numbers.waiting(room) == 0));
    let card = |room: RoomLink| {
        let (path, label) = (room.path.clone(), room.label.clone());
        let number = Signal::derive(move || numbers.waiting(&room));
        view! {
            <li class="card waiting-room" hidden=move || number.get() == 0>
                <a href=path>
                    <strong>{move || format_number(number.get())}</strong>
                    " "
                    <span>{format!("việc đang chờ trong mục {label}")}</span>
                </a>
            </li>
        }
    };
    view! {
        <section class="overview" aria-label="Việc đang chờ">
            <p class="empty" role="status" hidden=move || !is_idle.get()>"Không có việc nào đang chờ."</p>
            <ul class="waiting-rooms">{work.into_iter().map(card).collect_view()}</ul>
        </section>
    }
}

/// Keeps the title's number current, and stores what is typed.
#[cfg(feature = "hydrate")]
fn start(account: i64, label: String, rooms: Vec<RoomLink>, numbers: Numbers) {
    crate::web::effects::effect(move || {
        let waiting: i64 = rooms.iter().map(|room| numbers.waiting(room)).sum();
        let title = if waiting > 0 { format!("({}) {label}", format_number(waiting)) } else { label.clone() };
        document().set_title(&title);
    });
    crate::web::effects::effect(move || crate::web::drafts::track(account));
}
