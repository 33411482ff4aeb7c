//! Who is at which card: others see the name on it, and do not begin with the same.

#![allow(missing_docs, reason = "the macro makes a struct of a server function's arguments, which take no words")]

use crate::error::AppError;
use leptos::prelude::*;

/// Says at which comment one is; for two minutes, or until one is at another. Without a number one is at none.
#[server(prefix = "/api", endpoint = "look", output = server_fn::codec::Postcard)]
pub async fn look(#[server(default)] comment_id: String) -> Result<(), AppError> {
    let staff = crate::session::staff().await?;
    let site = crate::site::site()?;
    super::store::looking::look(&site.pool, staff.id, crate::articles::parse_id(&comment_id)).await?;
    site.hub.changed(crate::live::hub::Change::Desk);
    Ok(())
}

/// Tells at which card one is, until the view is gone.
#[cfg(feature = "hydrate")]
pub fn follow() {
    use std::time::Duration;
    use wasm_bindgen::JsCast;

    /// One goes over many cards, and stays at some.
    const STAY: Duration = Duration::from_millis(700);
    /// As long as one is at a card, this is said again.
    const AGAIN: f64 = 60_000.0;

    let at = StoredValue::new((String::new(), 0.0));
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let tell = move |comment: String| {
        let now = js_sys::Date::now();
        if at.with_value(|(told, when)| *told == comment && now - when < AGAIN) {
            return;
        }
        at.set_value((comment.clone(), now));
        leptos::task::spawn_local(async move {
            // nobody waits for it: the next card tells anew
            let _ = crate::forms::send::post::<()>("/api/look", &format!("comment_id={comment}")).await;
        });
    };
    let arrive = move |event: web_sys::Event| {
        let card = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let card = card.and_then(|target| target.closest(".queue-card").ok().flatten());
        let Some(comment) = card.and_then(|card| card.id().strip_prefix("y-kien-").map(str::to_owned)) else { return };
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
        timer.set_value(set_timeout_with_handle(move || tell(comment), STAY).ok());
    };
    let handles = ["focusin", "pointerdown", "input"].map(|event| window_event_listener_untyped(event, arrive));
    on_cleanup(move || {
        handles.into_iter().for_each(|handle| handle.remove());
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
    });
}
