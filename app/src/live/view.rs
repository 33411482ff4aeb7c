//! How pages follow topics, and show whether they do.

use super::{Status, Topic};
use crate::web::effects::{effect, handler};
use leptos::prelude::*;

/// Provides the stream's status to all pages, and starts the stream in the browser.
pub fn provide_live() {
    let status = RwSignal::new(Status::Starting);
    provide_context(status);
    #[cfg(feature = "hydrate")]
    super::stream::start(status);
}

/// Follows the topics that plain HTML shows: the figures and the urgent notices of every page, and the newest articles
/// on the front page, which may be opened from any other.
#[cfg(feature = "hydrate")]
pub fn follow_html_topics() {
    for topic in [Topic::Figures, Topic::News, Topic::Notices] {
        super::stream::subscribe(topic, move |state| crate::web::page_script::show_topic(&topic.to_string(), state));
    }
}

/// The status of the stream for this view. It begins as the server rendered it: the stream may be open before a part of
/// the page is hydrated, and hydration must find what it expects.
pub fn use_status() -> RwSignal<Status> {
    let status = RwSignal::new(Status::Starting);
    if let Some(current) = use_context::<RwSignal<Status>>() {
        effect(move || status.set(current.get()));
    }
    status
}

/// The newest state of a topic; `None` until the first arrives, and on the server.
pub fn use_topic<T>(topic: Signal<Option<Topic>>) -> ReadSignal<Option<T>>
where
    T: serde::de::DeserializeOwned + Clone + PartialEq + Send + Sync + 'static,
{
    let (state, set_state) = signal(None);
    #[cfg(feature = "hydrate")]
    effect(move || {
        if let Some(topic) = topic.get() {
            let subscription = super::stream::subscribe(topic, move |text| {
                // a state that cannot be decoded is of another build: this page waits for a reload
                if let Some(newest) = crate::web::wire::from_text::<T>(text)
                    && set_state.try_update(|state| state.replace(newest)).is_none()
                {
                    leptos::logging::debug_warn!("a view that is gone received a state");
                }
            });
            on_cleanup(move || subscription.end());
        }
    });
    #[cfg(not(feature = "hydrate"))]
    let _ = (topic, set_state);
    state
}

/// One line that says whether the page is live, paused or disconnected, with the switch that pauses.
#[component]
pub fn LiveLine(
    /// Whether the reader has paused.
    paused: RwSignal<bool>,
) -> impl IntoView {
    let status = use_status();
    let state = move || match (paused.get(), status.get()) {
        (true, _) => ("paused", "Đã tạm dừng cập nhật"),
        (false, Status::Live) => ("live", "Đang cập nhật trực tiếp"),
        (false, Status::Starting) => ("starting", ""),
        (false, Status::Lost) => ("lost", "Mất kết nối, đang thử lại"),
    };
    let name = Signal::derive(move || state().0);
    let message = Signal::derive(move || state().1);
    let button = Signal::derive(move || if paused.get() { "Tiếp tục" } else { "Tạm dừng" });
    let is_invisible = Signal::derive(move || status.get() == Status::Starting && !paused.get());
    let toggle = handler(move |_| paused.update(|paused| *paused = !*paused));
    view! {
        <div class="live-line" data-state=name>
            <p role="status"><span class="dot" aria-hidden="true"></span><span>{message}</span></p>
            <button type="button" class="link-button" class:invisible=is_invisible on:click=toggle>{button}</button>
        </div>
    }
}
