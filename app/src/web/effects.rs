//! Effects, handlers, listeners and timers whose closures are boxed. Leptos compiles its machinery anew for each type
//! of closure; with one type for all, the browser's program is several kilobytes smaller.

use leptos::prelude::*;

/// Runs `run` once the view is there, and again whenever a signal that it read changes. Nothing runs on the server.
pub fn effect(run: impl FnMut() + 'static) {
    create(Box::new(run));
}

fn create(mut run: Box<dyn FnMut()>) {
    Effect::new(move |_| run());
}

/// A handler of an element's event.
pub fn handler<E>(on: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(on)
}

/// Calls `on` with each event of this name that reaches the window, until the listener is removed.
#[cfg(feature = "hydrate")]
pub fn on_window(event: &str, on: impl Fn(web_sys::Event) + 'static) -> WindowListenerHandle {
    listen(event, Box::new(on))
}

#[cfg(feature = "hydrate")]
fn listen(event: &str, on: Box<dyn Fn(web_sys::Event)>) -> WindowListenerHandle {
    window_event_listener_untyped(event, on)
}

/// Runs `run` when the browser has laid out what was changed.
pub fn next_frame(run: impl FnOnce() + 'static) {
    request_frame(Box::new(run));
}

fn request_frame(run: Box<dyn FnOnce()>) {
    request_animation_frame(run);
}

/// Runs `run` after a while, unless it is cleared; `None` where the browser refuses.
#[cfg(feature = "hydrate")]
pub fn after(pause: std::time::Duration, run: impl FnOnce() + 'static) -> Option<TimeoutHandle> {
    set_timer(pause, Box::new(run))
}

#[cfg(feature = "hydrate")]
fn set_timer(pause: std::time::Duration, run: Box<dyn FnOnce()>) -> Option<TimeoutHandle> {
    set_timeout_with_handle(run, pause).ok()
}
