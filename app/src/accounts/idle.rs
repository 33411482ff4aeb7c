//! Whoever is signed in and does nothing is asked whether they are still there, and signed out when nobody answers.
//!
//! The server ends the session at its own time; this page only tells. Doing something is a pointer, a key or scrolling
//! in a tab that one sees. It is told to the server at most once a minute, and to the other tabs by `localStorage`.

use crate::error::AppError;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The last seconds of a session, in which one is asked.
pub const ASKED: i64 = 60;

/// Lets the session of whoever asks go on.
#[server(prefix = "/api", endpoint = "keep-alive", output = server_fn::codec::Postcard)]
pub async fn keep_alive() -> Result<(), AppError> {
    // who asks is known, and the session renewed, in one
    crate::session::member().await?;
    Ok(())
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser counts down"))]
enum State {
    /// Somebody is there.
    Open,
    /// So many seconds are left.
    Asked(i64),
    /// The server has ended it.
    Ended,
}

/// The question, and the word that it is too late.
#[component]
pub fn IdlePrompt(
    /// The seconds after which the server ends a session in which nobody does anything.
    seconds: i64,
    /// The address of this page, to come back to.
    path: String,
) -> impl IntoView {
    let state = RwSignal::new(State::Open);
    let failed = RwSignal::new(false);
    let dialog = NodeRef::<Dialog>::new();
    let keep = Callback::new(move |()| {
        #[cfg(feature = "hydrate")]
        browser::tell(state, failed);
    });
    #[cfg(feature = "hydrate")]
    browser::watch(seconds, state, failed, dialog);
    #[cfg(not(feature = "hydrate"))]
    let _ = seconds;
    // said at chosen moments alone: a voice that counts every second says nothing
    let said = Memo::new(move |_| match state.get() {
        State::Asked(left) if left > 20 => "Còn 60 giây trước khi đăng xuất.",
        State::Asked(_) => "Còn 20 giây trước khi đăng xuất.",
        _ => "",
    });
    let left = move || match state.get() {
        State::Asked(left) => left.max(0),
        _ => 0,
    };
    let ended = move || state.get() == State::Ended;
    view! {
        <dialog class="idle" role="alertdialog" aria-labelledby="het-gio" aria-describedby="het-gio-loi" node_ref=dialog
            on:cancel=move |event: leptos::ev::Event| { event.prevent_default(); if !ended() { keep.run(()) } }>
            <div hidden=ended>
                <p id="het-gio">
                    "Bạn đã không sử dụng Site, "
                    <button type="button" class="button" autofocus on:click=move |_| keep.run(())>"Bấm vào đây"</button>
                    " để duy trì trạng thái đăng nhập. Thời gian chờ: "<span class="seconds" role="timer">{left}</span>" giây"
                </p>
                <p class="field-error" id="het-gio-loi">{move || if failed.get() { "Chưa gia hạn được, đang thử lại." } else { "" }}</p>
                <form method="post" action="/api/sign-out" on:submit=move |_| signed_out()><button class="link-button">"Đăng xuất ngay"</button></form>
            </div>
            <div hidden=move || !ended()>
                <p>"Phiên đăng nhập đã kết thúc vì lâu không sử dụng. Những gì bạn đang viết vẫn còn trên máy này."</p>
                <a class="button" href=path rel="external">"Đăng nhập lại"</a>
            </div>
            <p class="visually-hidden" role="status">{said}</p>
        </dialog>
    }
}

/// A session begins.
#[cfg(feature = "hydrate")]
pub fn signed_in() {
    browser::begin();
}

/// Whoever signs out leaves nothing behind: office computers are shared.
pub fn signed_out() {
    #[cfg(feature = "hydrate")]
    {
        crate::moderation::drafts::forget_all();
        browser::note(0);
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{ASKED, State};
    use crate::error::AppError;
    use leptos::html::Dialog;
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::JsCast;

    /// Where tabs tell one another when the server last heard that somebody is there, in milliseconds.
    const KEY: &str = "loa-con-day";
    const MINUTE: i64 = 60_000;
    /// After a try that failed.
    const AGAIN: i64 = 5_000;
    /// After a try that has no answer yet: the line is slow, or dead.
    const NO_ANSWER: i64 = 30_000;

    fn now() -> i64 {
        js_sys::Date::now() as i64
    }

    /// The newest word of any tab.
    fn noted() -> i64 {
        let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(KEY).ok().flatten());
        kept.and_then(|kept| kept.parse().ok()).unwrap_or_default()
    }

    /// Tells the other tabs.
    pub fn note(at: i64) {
        if let Ok(Some(storage)) = window().local_storage() {
            // without it each tab stands for itself
            let _ = storage.set_item(KEY, &at.to_string());
        }
    }

    thread_local! {
        /// When this tab last told, or last tried; and when somebody last did something here.
        static TOLD: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
        static TRIED: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
        static ACTIVE: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
        /// Whether the last try has no answer yet.
        static WAITING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }

    /// A session begins, or a page was opened.
    pub fn begin() {
        TOLD.set(now());
        note(now());
    }

    /// Tells the server that somebody is there.
    pub fn tell(state: RwSignal<State>, failed: RwSignal<bool>) {
        let at = now();
        TRIED.set(at);
        WAITING.set(true);
        leptos::task::spawn_local(async move {
            let answer = crate::forms::send::post("/api/keep-alive", "").await;
            WAITING.set(false);
            match answer {
                Ok(()) => {
                    TOLD.set(at);
                    note(at);
                    failed.try_set(false);
                    state.try_set(State::Open);
                }
                Err(AppError::SignIn) => drop(state.try_set(State::Ended)),
                Err(_) => drop(failed.try_set(true)),
            }
        });
    }

    /// Watches what is done, and the clock on the wall: a phone that slept knows when it wakes.
    pub fn watch(seconds: i64, state: RwSignal<State>, failed: RwSignal<bool>, dialog: NodeRef<Dialog>) {
        Effect::new(move |_| {
            // the server heard of us when it made the first page; others are read without its hearing
            if TOLD.get() == 0 {
                begin();
            }
            let active = move || {
                if !document().hidden() && state.try_get_untracked() == Some(State::Open) {
                    ACTIVE.set(now());
                }
            };
            let handles = [
                window_event_listener_untyped("pointerdown", move |_| active()),
                window_event_listener_untyped("pointermove", move |_| active()),
                window_event_listener_untyped("keydown", move |_| active()),
                window_event_listener_untyped("scroll", move |_| active()),
            ];
            let clock = set_interval_with_handle(move || tick(seconds, state, failed), Duration::from_secs(1));
            on_cleanup(move || {
                handles.into_iter().for_each(|handle| handle.remove());
                if let Ok(clock) = clock {
                    clock.clear();
                }
            });
        });
        Effect::new(move |_| {
            let Some(dialog) = dialog.get() else { return };
            let dialog: &web_sys::HtmlDialogElement = dialog.unchecked_ref();
            match (state.get(), dialog.open()) {
                (State::Open, true) => dialog.close(),
                (State::Asked(_) | State::Ended, false) => drop(dialog.show_modal()),
                _ => {}
            }
        });
    }

    fn tick(seconds: i64, state: RwSignal<State>, failed: RwSignal<bool>) {
        let Some(before) = state.try_get_untracked() else { return };
        if before == State::Ended {
            return;
        }
        let told = TOLD.get().max(noted());
        let at = now();
        let may_try = at - TRIED.get() >= if WAITING.get() { NO_ANSWER } else { AGAIN };
        if ACTIVE.get() > told && at - told >= MINUTE && may_try {
            tell(state, failed);
            return;
        }
        let left = seconds - (at - told) / 1000;
        let next = match left {
            ..=0 => State::Ended,
            left if left <= ASKED => State::Asked(left),
            _ => State::Open,
        };
        // a try that failed is made again while there is time
        if matches!(next, State::Asked(_)) && failed.get_untracked() && may_try {
            tell(state, failed);
        }
        if next != before {
            state.set(next);
        }
    }
}
