//! How a form about a comment is sent in place, and the one that undoes a decision.

use super::DecidedCard;
use super::outcome::CardMessage;
use super::shared::Shared;
use super::shown_card::ShownCard;
use crate::base::error::AppError;
use crate::features::comments::Decision;
use crate::routes;
use crate::web::forms::RETURN_TO;
use crate::web::wire;
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// What a form about a comment is doing.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "forms are sent by the browser alone"))]
pub struct Sending {
    pub error: RwSignal<Option<AppError>>,
    pub is_sending: RwSignal<bool>,
    /// Takes the answer as it came.
    on_done: Callback<Vec<u8>>,
    message: RwSignal<Option<CardMessage>>,
    shared: Shared,
}

impl Sending {
    pub fn new(message: RwSignal<Option<CardMessage>>, shared: Shared, on_done: Callback<Vec<u8>>) -> Self {
        Self { error: RwSignal::new(None), is_sending: RwSignal::new(false), on_done, message, shared }
    }

    /// A form whose answer is read.
    pub fn answered<T: DeserializeOwned + 'static>(
        message: RwSignal<Option<CardMessage>>,
        shared: Shared,
        on_done: Callback<T>,
    ) -> Self {
        let read = move |bytes: Vec<u8>| {
            if let Some(answer) = wire::from_bytes(&bytes) {
                on_done.run(answer);
            }
        };
        Self::new(message, shared, Callback::new(read))
    }

    #[cfg(not(feature = "hydrate"))]
    pub fn submit(self, _event: leptos::ev::SubmitEvent) {}

    #[cfg(feature = "hydrate")]
    pub fn submit(self, event: leptos::ev::SubmitEvent) {
        use crate::web::forms::send;
        let Some((form, button)) = send::take_submit(&event) else { return };
        if self.is_sending.get_untracked() {
            return;
        }
        self.is_sending.set(true);
        leptos::task::spawn_local(async move {
            let answer = send::send_for_bytes(&form, button.as_ref()).await;
            // an update may have come first and replaced this form
            self.is_sending.try_set(false);
            match answer {
                Ok(answer) => self.on_done.run(answer),
                // the page on which one signs in keeps the form, and brings it back afterwards
                Err(AppError::SignIn) => send::submit_plainly(&form, button.as_ref()),
                Err(error @ AppError::Conflict(_)) => {
                    // said on the card, which outlives this form, and shown as it is now
                    self.message.try_set(Some(CardMessage::overtaken(&error)));
                    self.shared.refresh.run(());
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }
}

/// The button that undoes a decision.
#[component]
pub fn UndoForm(
    id: String,
    shown: ShownCard,
    version: Memo<i32>,
    label: Signal<String>,
    shared: Shared,
    on_decided: Callback<DecidedCard>,
) -> impl IntoView {
    let comment = shown.id;
    let sending = Sending::answered(shown.message, shared, on_decided);
    let Sending { error, is_sending, .. } = sending;
    view! {
        <form
            class="undo"
            id=id
            method="post"
            action=routes::DECIDE.path
            on:submit=move |event| sending.submit(event)
        >
            <input type="hidden" name="comment_id" value=comment/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name=RETURN_TO value=shared.path.get_value()/>
            <button
                class="button secondary"
                name="decision"
                value=Decision::Undo.value()
                aria-disabled=move || is_sending.get().to_string()
            >
                {label}
            </button>
            <p class="field-error" role="alert">{move || error.get().map(|error| error.full_message())}</p>
        </form>
    }
}
