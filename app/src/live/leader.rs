//! Elects the tab that holds the browser's stream.
//!
//! Web Locks decide where they exist: the lock is released with the tab, however it ends. They are missing on plain
//! http; there a lease in `localStorage` is renewed every second and taken over when it is older than five. A tab that
//! leads and is silent, because the browser froze it, is replaced by one that notices. A page that is left gives back
//! what it has: WebKit keeps the lock of a page that was reloaded for as long as the tab is open.

use leptos::prelude::{set_interval, window};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;

const NAME: &str = "loa-truc-tiep";
const LEASE_MS: i64 = 5000;

#[wasm_bindgen]
extern "C" {
    type Locks;

    #[wasm_bindgen(method, catch)]
    fn request(this: &Locks, name: &str, options: &JsValue, callback: &JsValue) -> Result<js_sys::Promise, JsValue>;
}

thread_local! {
    /// Gives the lock back, where this tab has it.
    static RELEASE: RefCell<Option<js_sys::Function>> = const { RefCell::new(None) };
    /// Ends the request for the lock, while this tab waits for it.
    static WAITING: RefCell<Option<web_sys::AbortController>> = const { RefCell::new(None) };
}

/// Calls `lead(true)` when this tab becomes the one, and `lead(false)` when it is replaced.
pub(super) fn elect(tab: String, lead: fn(bool)) {
    match locks() {
        Some(locks) => wait_for_lock(&locks, lead, false),
        None => lease(tab, lead),
    }
}

/// Makes this tab the one, because the one that leads is silent. When that wakes up it learns that it was replaced.
pub(super) fn take_over(tab: String, lead: fn(bool)) {
    stop_waiting();
    match (locks(), window().local_storage()) {
        (Some(locks), _) => wait_for_lock(&locks, lead, true),
        // the regular check of the lease finds that this tab has it
        (None, Ok(Some(storage))) => drop(storage.set_item(NAME, &format!("{tab} {}", js_sys::Date::now() as i64))),
        (None, _) => {}
    }
}

/// Gives back what this tab has, because its page is left.
pub(super) fn resign(tab: &str) {
    stop_waiting();
    if let Some(release) = RELEASE.take() {
        let _ = release.call0(&JsValue::UNDEFINED);
    }
    if let (None, Ok(Some(storage))) = (locks(), window().local_storage())
        && storage.get_item(NAME).ok().flatten().is_some_and(|stored| stored.split(' ').next() == Some(tab))
    {
        let _ = storage.remove_item(NAME);
    }
}

fn stop_waiting() {
    if let Some(controller) = WAITING.take() {
        controller.abort();
    }
}

/// Takes part again, after the page that was left was shown again.
pub(super) fn return_to_election(lead: fn(bool)) {
    // the regular check of the lease went on by itself
    if let Some(locks) = locks() {
        wait_for_lock(&locks, lead, false);
    }
}

fn locks() -> Option<Locks> {
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
    locks.map(JsCast::unchecked_into)
}

/// Waits for the lock, or with `steal` takes it from whichever tab has it.
fn wait_for_lock(locks: &Locks, lead: fn(bool), steal: bool) {
    let granted = Closure::once_into_js(move |_lock: JsValue| {
        WAITING.take();
        lead(true);
        // the lock is held while the promise is pending: until the page is left, or another tab steals it
        js_sys::Promise::new(&mut |release, _| drop(RELEASE.replace(Some(release))))
    });
    let options = js_sys::Object::new();
    // what takes the lock at once cannot be ended
    let (name, value) = match web_sys::AbortController::new().ok().filter(|_| !steal) {
        Some(controller) => {
            let signal = controller.signal();
            WAITING.replace(Some(controller));
            ("signal", signal.into())
        }
        None => ("steal", steal.into()),
    };
    let _ = js_sys::Reflect::set(&options, &name.into(), &value);
    let Ok(held) = locks.request(NAME, &options, &granted) else {
        lead(true);
        return;
    };
    leptos::task::spawn_local(async move {
        if wasm_bindgen_futures::JsFuture::from(held).await.is_err() && RELEASE.take().is_some() {
            // another tab stole it
            lead(false);
            if let Some(locks) = self::locks() {
                wait_for_lock(&locks, lead, false);
            }
        }
    });
}

fn lease(tab: String, lead: fn(bool)) {
    let Ok(Some(storage)) = window().local_storage() else {
        lead(true);
        return;
    };
    let leading = Rc::new(Cell::new(false));
    let check = move || {
        let now = js_sys::Date::now() as i64;
        let stored = storage.get_item(NAME).ok().flatten();
        let (holder, since) = stored.as_deref().and_then(|stored| stored.split_once(' ')).unwrap_or(("", "0"));
        let fresh = (0..LEASE_MS).contains(&(now - since.parse().unwrap_or(0)));
        let mine = holder == tab;
        if mine || !fresh {
            // a full storage makes every tab its own leader, which costs connections but loses nothing
            let _ = storage.set_item(NAME, &format!("{tab} {now}"));
        }
        // of several tabs that write at once the last wins: each checks again before it leads
        let leads = mine;
        if leads != leading.replace(leads) {
            lead(leads);
        }
    };
    check();
    set_interval(check, Duration::from_secs(1));
}
