//! Presence on cards: the name on a card tells other moderators not to begin with the same comment.

use crate::base::error::AppError;
use leptos::prelude::*;

/// Sets or clears the comment at which a member of staff is present. It expires after two minutes.
#[server(prefix = "/api", endpoint = "set-presence", output = server_fn::codec::Postcard)]
pub async fn set_presence(#[server(default)] comment_id: String) -> Result<(), AppError> {
    use crate::web::permissions::Permission;
    let staff = crate::web::session::require(Permission::ModerateComments).await?;
    let site = crate::web::site::current_site()?;
    let comment = crate::base::id::parse_id(&comment_id);
    super::store::presence::set_presence(&site.pool, staff.id, comment).await?;
    site.hub.announce(crate::live::hub::Change::Desk);
    Ok(())
}

/// Reports the card that has the focus, until the view is gone.
#[cfg(feature = "hydrate")]
pub fn track_focus() {
    use crate::routes;
    use std::time::Duration;
    use wasm_bindgen::JsCast;

    /// Cards that are only passed over are not reported.
    const DELAY: Duration = Duration::from_millis(700);
    /// The same card is reported again after this time.
    const REPEAT_MS: f64 = 60_000.0;

    let last = StoredValue::new((String::new(), 0.0));
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let report = move |comment: String| {
        let now = js_sys::Date::now();
        if last.with_value(|(reported, at)| *reported == comment && now - at < REPEAT_MS) {
            return;
        }
        last.set_value((comment.clone(), now));
        leptos::task::spawn_local(async move {
            // a failure is ignored, because the next card is reported again
            let fields = format!("comment_id={comment}");
            let _ = crate::web::forms::send::post::<()>(routes::SET_PRESENCE.path, &fields, None).await;
        });
    };
    let on_event = move |event: web_sys::Event| {
        let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let card = target.and_then(|target| target.closest(".queue-card").ok().flatten());
        let Some(comment) = card.and_then(|card| super::dom::find_comment(&card)) else { return };
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
        timer.set_value(set_timeout_with_handle(move || report(comment.to_string()), DELAY).ok());
    };
    let handles = ["focusin", "pointerdown", "input"].map(|event| crate::web::effects::on_window(event, on_event));
    on_cleanup(move || {
        handles.into_iter().for_each(|handle| handle.remove());
        if let Some(Some(timer)) = timer.try_get_value() {
            timer.clear();
        }
    });
}
