//! Elects the tab that holds the browser's stream.
//!
//! Web Locks decide where they exist: the lock is released with the tab, however it ends. They are missing on plain
//! http; there a lease in `localStorage` is renewed every second and taken over when it is older than five. A tab that
//! leads and is silent, because the browser froze it, is replaced by one that notices.

use leptos::prelude::{set_interval, window};
use std::cell::Cell;
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

/// Calls `lead(true)` when this tab becomes the one, and `lead(false)` when it is replaced.
pub(super) fn elect(tab: String, lead: fn(bool)) {
    match locks() {
        Some(locks) => wait_for_lock(&locks, lead, false),
        None => lease(tab, lead),
    }
}

/// Makes this tab the one, because the one that leads is silent. When that wakes up it learns that it was replaced.
pub(super) fn take_over(tab: String, lead: fn(bool)) {
    match (locks(), window().local_storage()) {
        (Some(locks), _) => wait_for_lock(&locks, lead, true),
        // the regular check of the lease finds that this tab has it
        (None, Ok(Some(storage))) => drop(storage.set_item(NAME, &format!("{tab} {}", js_sys::Date::now() as i64))),
        (None, _) => {}
    }
}

fn locks() -> Option<Locks> {
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object);
    locks.map(JsCast::unchecked_into)
}

/// Waits for the lock, or with `steal` takes it from whichever tab has it.
fn wait_for_lock(locks: &Locks, lead: fn(bool), steal: bool) {
    let granted = Closure::once_into_js(move |_lock: JsValue| {
        lead(true);
        // the lock is held while the promise is pending: as long as the tab lives, or until another tab steals it
        js_sys::Promise::new(&mut |_, _| {})
    });
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"steal".into(), &steal.into());
    let Ok(held) = locks.request(NAME, &options, &granted) else {
        lead(true);
        return;
    };
    leptos::task::spawn_local(async move {
        if wasm_bindgen_futures::JsFuture::from(held).await.is_err() {
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
