//! How the browser calls server functions: it reads by address, and writes by sending the form that also works without
//! script. The stock client would bring a query-string serialiser into the download; a form serialises itself.

use crate::base::error::AppError;
#[cfg(feature = "hydrate")]
use crate::web::wire;
use serde::de::DeserializeOwned;

/// Reads from a server function: the server calls it, the browser fetches its address.
#[cfg(not(feature = "hydrate"))]
pub async fn read<T: DeserializeOwned>(
    function: impl Future<Output = Result<T, AppError>>,
    _address: impl FnOnce() -> String,
) -> Result<T, AppError> {
    function.await
}

/// Reads from a server function: the server calls it, the browser fetches its address.
#[cfg(feature = "hydrate")]
pub fn read<T: DeserializeOwned>(
    _function: impl Future<Output = Result<T, AppError>>,
    address: impl FnOnce() -> String,
) -> impl Future<Output = Result<T, AppError>> + Send {
    let address = address();
    // the browser has one thread, but leptos asks for a future that could move to another
    send_wrapper::SendWrapper::new(async move {
        let request = gloo_net::http::Request::get(&address).header("Accept", "application/json");
        answer(request.send().await, None).await
    })
}

/// Keeps the browser from sending a form itself, and returns the form with the button that was pressed.
#[cfg(feature = "hydrate")]
pub fn take_submit(
    event: &leptos::ev::SubmitEvent,
) -> Option<(web_sys::HtmlFormElement, Option<web_sys::HtmlElement>)> {
    use wasm_bindgen::JsCast;
    event.prevent_default();
    let form = event.target().and_then(|target| target.dyn_into().ok())?;
    Some((form, event.submitter().and_then(|button| button.dyn_into().ok())))
}

/// Sends a form to its own address, with the button that was pressed.
#[cfg(feature = "hydrate")]
pub async fn send<T: DeserializeOwned>(
    form: &web_sys::HtmlFormElement,
    button: Option<&web_sys::HtmlElement>,
) -> Result<T, AppError> {
    let address = form.get_attribute("action").unwrap_or_default();
    send_to(&address, form, button).await
}

/// Sends a form's fields to another address.
#[cfg(feature = "hydrate")]
pub async fn send_to<T: DeserializeOwned>(
    address: &str,
    form: &web_sys::HtmlFormElement,
    button: Option<&web_sys::HtmlElement>,
) -> Result<T, AppError> {
    let body = body(form, button).ok_or(AppError::Internal)?;
    let request = gloo_net::http::Request::post(address).header("Accept", "application/json").body(body);
    answer(request.map_err(|_| AppError::Internal)?.send().await, Some(form)).await
}

/// Posts fields without a form, encoded as browsers encode them.
#[cfg(feature = "hydrate")]
pub async fn post<T: DeserializeOwned>(address: &str, fields: &str) -> Result<T, AppError> {
    let request = gloo_net::http::Request::post(address).header("Accept", "application/json");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(fields);
    answer(request.map_err(|_| AppError::Internal)?.send().await, None).await
}

/// The form's fields as a browser would post them.
#[cfg(feature = "hydrate")]
fn body(form: &web_sys::HtmlFormElement, button: Option<&web_sys::HtmlElement>) -> Option<web_sys::UrlSearchParams> {
    let fields = web_sys::FormData::new_with_form(form).ok()?;
    if let Some((name, value)) =
        button.and_then(|button| Some((button.get_attribute("name")?, button.get_attribute("value")?)))
    {
        fields.append_with_str(&name, &value).ok()?;
    }
    web_sys::UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()
}

#[cfg(feature = "hydrate")]
async fn answer<T: DeserializeOwned>(
    answered: Result<gloo_net::http::Response, gloo_net::Error>,
    form: Option<&web_sys::HtmlFormElement>,
) -> Result<T, AppError> {
    let response = answered.map_err(|_| AppError::Unreachable)?;
    if response.headers().get(wire::BUILD_HEADER).is_some_and(|build| !wire::is_own_build(&build)) {
        // the server is of another build: reload the page, or post the form without script, which every build
        // understands
        match form {
            Some(form) if !response.ok() => drop(form.submit()),
            _ if wire::reload_page() => {}
            _ => return Err(AppError::Unreachable),
        }
        return std::future::pending().await;
    }
    let bytes = response.binary().await.map_err(|_| AppError::Unreachable)?;
    if response.ok() {
        return wire::from_bytes(&bytes).ok_or(AppError::Unreachable);
    }
    // a proxy in between may answer with a page of its own
    Err(wire::from_bytes(&bytes).unwrap_or(if response.status() >= 502 {
        AppError::Unavailable
    } else {
        AppError::Internal
    }))
}
