//! How the browser calls server functions: reads by address, writes by the very form that works without script.
//!
//! The stock client brings a query-string serialiser into the download; a form knows how to serialise itself.

use crate::error::AppError;
#[cfg(feature = "hydrate")]
use crate::wire;
use serde::de::DeserializeOwned;

/// Reads: on the server the function itself, in the browser its address.
#[cfg(not(feature = "hydrate"))]
pub async fn read<T: DeserializeOwned>(
    function: impl Future<Output = Result<T, AppError>>,
    _address: impl FnOnce() -> String,
) -> Result<T, AppError> {
    function.await
}

/// Reads: on the server the function itself, in the browser its address.
#[cfg(feature = "hydrate")]
pub fn read<T: DeserializeOwned>(
    _function: impl Future<Output = Result<T, AppError>>,
    address: impl FnOnce() -> String,
) -> impl Future<Output = Result<T, AppError>> + Send {
    let address = address();
    // a browser's page has one thread, but leptos asks for what could move between several
    send_wrapper::SendWrapper::new(async move {
        let request = gloo_net::http::Request::get(&address).header("Accept", "application/json");
        answer(request.send().await, None).await
    })
}

/// Sends a form as it stands, with the button that was pressed, and gives the answer.
#[cfg(feature = "hydrate")]
pub async fn send<T: DeserializeOwned>(
    form: &web_sys::HtmlFormElement,
    button: Option<&web_sys::HtmlElement>,
) -> Result<T, AppError> {
    let address = form.get_attribute("action").unwrap_or_default();
    send_to(&address, form, button).await
}

/// Sends a form's fields to another address than its own.
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

/// Sends a form that no page holds: its fields as browsers write them.
#[cfg(feature = "hydrate")]
pub async fn post<T: DeserializeOwned>(address: &str, fields: &str) -> Result<T, AppError> {
    let request = gloo_net::http::Request::post(address).header("Accept", "application/json");
    let request = request.header("Content-Type", "application/x-www-form-urlencoded").body(fields);
    answer(request.map_err(|_| AppError::Internal)?.send().await, None).await
}

/// The form's fields in the shape in which a browser posts them.
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
    if response.headers().get(wire::BUILD).is_some_and(|build| !wire::is_ours(&build)) {
        // the server is of another build: a page of its own will understand it, and a form sends itself with all it holds
        match form {
            Some(form) if !response.ok() => drop(form.submit()),
            _ if wire::load_anew() => {}
            _ => return Err(AppError::Unreachable),
        }
        return std::future::pending().await;
    }
    let bytes = response.binary().await.map_err(|_| AppError::Unreachable)?;
    if response.ok() {
        return wire::from_bytes(&bytes).ok_or(AppError::Unreachable);
    }
    // a proxy in between may answer with words of its own
    Err(wire::from_bytes(&bytes).unwrap_or(if response.status() >= 502 {
        AppError::Unavailable
    } else {
        AppError::Internal
    }))
}
