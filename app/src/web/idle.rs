//! The idle prompt: staff who do nothing are asked whether they are still there, and signed out when nobody answers.
//!
//! A session also ends some hours after it began, whatever its person does; that is announced five minutes before.
//!
//! The server ends the session by its own clock; the page only shows it. Activity is a pointer, a key or scrolling in
//! a visible tab. It is reported to the server at most once a minute, and to the other tabs by `localStorage`.

use crate::base::error::AppError;
use crate::routes;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The last seconds of a session, in which the prompt is shown.
pub const PROMPT_SECONDS: i64 = 60;

/// The last seconds of a session that ends because of its age, in which that is announced.
pub const ANNOUNCED_SECONDS: i64 = 300;

/// Extends the session of the request.
#[server(prefix = "/api", endpoint = "keep-alive", output = server_fn::codec::Postcard)]
pub async fn keep_alive() -> Result<(), AppError> {
    // finding out who asks extends the session as well
    crate::web::session::signed_in_staff().await?;
    Ok(())
}

/// The state of the session, as the page knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the server never counts down"))]
enum State {
    Open,
    /// The prompt is shown; so many seconds are left.
    Prompting(i64),
    /// The server has ended it.
    Ended,
}

/// The prompt, and the notice that the session has ended.
#[component]
pub fn IdlePrompt(
    /// The seconds without activity after which the server ends the session.
    seconds: i64,
    /// The seconds after which it ends whatever happens.
    longest: i64,
    /// The address of this page, to return to.
    path: String,
) -> impl IntoView {
    let state = RwSignal::new(State::Open);
    let failed = RwSignal::new(false);
    let is_old = RwSignal::new(longest <= ANNOUNCED_SECONDS);
    let dialog = NodeRef::<Dialog>::new();
    let keep_alive = Callback::new(move |()| {
        #[cfg(feature = "hydrate")]
        browser::report(state, failed);
    });
    #[cfg(feature = "hydrate")]
    browser::watch(browser::Limits::new(seconds, longest), state, is_old, failed, dialog);
    #[cfg(not(feature = "hydrate"))]
    let _ = seconds;
    // announced at chosen moments only: a screen reader that counts every second says nothing else
    let announcement = Memo::new(move |_| match state.get() {
        State::Prompting(left) if left > 20 => "Còn 60 giây trước khi đăng xuất.",
        State::Prompting(_) => "Còn 20 giây trước khi đăng xuất.",
        _ => "",
    });
    let left = move || match state.get() {
        State::Prompting(left) => left.max(0),
        _ => 0,
    };
    let ended = move || state.get() == State::Ended;
    view! {
        <p class="notice session-age" role="status" hidden=move || !is_old.get()>
            "Phiên làm việc sắp hết thời gian tối đa. Trong vòng 5 phút nữa ông/bà sẽ cần đăng nhập lại; "
            "những gì đang viết vẫn được giữ."
        </p>
        <dialog
            class="idle"
            role="alertdialog"
            aria-labelledby="het-gio"
            aria-describedby="het-gio-loi"
            node_ref=dialog
            on:cancel=move |event: leptos::ev::Event| {
                event.prevent_default();
                if !ended() {
                    keep_alive.run(())
                }
            }
        >
            <div hidden=ended>
                <p id="het-gio">
                    "Bạn đã không sử dụng Site, "
                    <button type="button" class="button" autofocus on:click=move |_| keep_alive.run(())>
                        "Bấm vào đây"
                    </button>
                    " để duy trì trạng thái đăng nhập. Thời gian chờ: "
                    <span class="seconds" role="timer">{left}</span>
                    " giây"
                </p>
                <p class="field-error" id="het-gio-loi">
                    {move || if failed.get() { "Chưa gia hạn được, đang thử lại." } else { "" }}
                </p>
                <form method="post" action=routes::SIGN_OUT.path on:submit=move |_| forget_session()>
                    <button class="link-button">"Đăng xuất ngay"</button>
                </form>
            </div>
            <div hidden=move || !ended()>
                <p>"Phiên đăng nhập đã kết thúc. Những gì ông/bà đang viết vẫn còn trên máy này."</p>
                <a class="button" href=path rel="external">"Đăng nhập lại"</a>
            </div>
            <p class="visually-hidden" role="status">{announcement}</p>
        </dialog>
    }
}

/// Deletes the data of a session from the browser at sign-out, because office computers are shared.
pub fn forget_session() {
    #[cfg(feature = "hydrate")]
    {
        crate::web::drafts::delete_all_drafts();
        browser::record_report(0);
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{ANNOUNCED_SECONDS, PROMPT_SECONDS, State};
    use crate::base::error::AppError;
    use crate::web::effects::{effect, on_window};
    use leptos::html::Dialog;
    use leptos::prelude::*;
    use std::time::Duration;
    use wasm_bindgen::JsCast;

    /// The key under which tabs share when activity was last reported, in milliseconds.
    const KEY: &str = "loa-con-day";
    const REPORT_INTERVAL_MS: i64 = 60_000;
    /// The pause after an attempt that failed.
    const RETRY_MS: i64 = 5_000;
    /// The pause after an attempt without an answer yet: the connection is slow, or dead.
    const TIMEOUT_MS: i64 = 30_000;

    /// When a session ends.
    #[derive(Clone, Copy)]
    pub struct Limits {
        /// Seconds without activity.
        idle: i64,
        /// The time by this browser's clock, in milliseconds, at which it ends whatever happens.
        latest: i64,
    }

    impl Limits {
        pub fn new(idle: i64, longest: i64) -> Self {
            Self { idle, latest: now() + longest * 1000 }
        }
    }

    fn now() -> i64 {
        js_sys::Date::now() as i64
    }

    /// When any tab last reported activity; 0 after signing out.
    fn last_report() -> Option<i64> {
        let stored = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(KEY).ok().flatten());
        stored.and_then(|stored| stored.parse().ok())
    }

    /// Hides the page after a sign-out in another tab. It signs out as well, because the other tab's request may still
    /// be on its way.
    fn blank_page_when_signed_out() {
        if last_report() == Some(0) {
            if let Some(body) = document().body() {
                body.set_hidden(true);
            }
            let form = document().query_selector("form.sign-out").ok().flatten();
            if let Some(form) = form.and_then(|form| form.dyn_into::<web_sys::HtmlFormElement>().ok()) {
                // a page that cannot be loaded stays blank
                let _ = form.submit();
            }
        }
    }

    /// Shares with the other tabs when activity was reported.
    pub fn record_report(at: i64) {
        if let Ok(Some(storage)) = window().local_storage() {
            // a browser that stores nothing leaves each tab on its own
            let _ = storage.set_item(KEY, &at.to_string());
        }
    }

    thread_local! {
        /// When this tab last reported, when it last tried to, and when there was activity in it.
        static REPORTED: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
        static TRIED: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
        static ACTIVE: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
        /// Whether the last attempt has no answer yet.
        static WAITING: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
    }

    /// Records that a session begins or that a page was opened.
    pub fn start() {
        REPORTED.set(now());
        record_report(now());
    }

    /// Reports activity to the server.
    pub fn report(state: RwSignal<State>, failed: RwSignal<bool>) {
        let at = now();
        TRIED.set(at);
        WAITING.set(true);
        leptos::task::spawn_local(async move {
            let answer = crate::web::forms::send::post(crate::routes::KEEP_ALIVE.path, "", None).await;
            WAITING.set(false);
            match answer {
                Ok(()) => {
                    REPORTED.set(at);
                    record_report(at);
                    failed.try_set(false);
                    state.try_set(State::Open);
                }
                Err(AppError::SignIn) => drop(state.try_set(State::Ended)),
                Err(_) => drop(failed.try_set(true)),
            }
        });
    }

    /// Watches for activity and follows the wall clock, by which a phone that slept notices that time has passed.
    pub fn watch(
        limits: Limits,
        state: RwSignal<State>,
        is_old: RwSignal<bool>,
        failed: RwSignal<bool>,
        dialog: NodeRef<Dialog>,
    ) {
        effect(move || {
            // rendering the first page extended the session; reading further pages does not
            if REPORTED.get() == 0 {
                start();
            }
            let active = move || {
                if !document().hidden() && state.try_get_untracked() == Some(State::Open) {
                    ACTIVE.set(now());
                }
            };
            let handles = [
                on_window("pointerdown", move |_| active()),
                on_window("pointermove", move |_| active()),
                on_window("keydown", move |_| active()),
                on_window("scroll", move |_| active()),
                // another tab stored something
                on_window("storage", move |_| blank_page_when_signed_out()),
            ];
            let clock = set_interval_with_handle(move || tick(limits, state, is_old, failed), Duration::from_secs(1));
            on_cleanup(move || {
                handles.into_iter().for_each(|handle| handle.remove());
                if let Ok(clock) = clock {
                    clock.clear();
                }
            });
        });
        effect(move || {
            let Some(dialog) = dialog.get() else { return };
            let dialog: &web_sys::HtmlDialogElement = dialog.unchecked_ref();
            match (state.get(), dialog.open()) {
                (State::Open, true) => dialog.close(),
                (State::Prompting(_) | State::Ended, false) => drop(dialog.show_modal()),
                _ => {}
            }
        });
    }

    fn tick(limits: Limits, state: RwSignal<State>, is_old: RwSignal<bool>, failed: RwSignal<bool>) {
        let Some(before) = state.try_get_untracked() else { return };
        if before == State::Ended {
            return;
        }
        let reported = REPORTED.get().max(last_report().unwrap_or_default());
        let at = now();
        if at >= limits.latest {
            state.set(State::Ended);
            return;
        }
        let will_end = limits.latest - at <= ANNOUNCED_SECONDS * 1000;
        if will_end != is_old.get_untracked() {
            is_old.set(will_end);
        }
        let may_try = at - TRIED.get() >= if WAITING.get() { TIMEOUT_MS } else { RETRY_MS };
        if ACTIVE.get() > reported && at - reported >= REPORT_INTERVAL_MS && may_try {
            report(state, failed);
            return;
        }
        let left = limits.idle - (at - reported) / 1000;
        let next = match left {
            ..=0 => State::Ended,
            left if left <= PROMPT_SECONDS => State::Prompting(left),
            _ => State::Open,
        };
        // a failed attempt is repeated while there is time
        if matches!(next, State::Prompting(_)) && failed.get_untracked() && may_try {
            report(state, failed);
        }
        if next != before {
            state.set(next);
        }
    }
}
