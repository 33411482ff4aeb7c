//! How the browser calls server functions: it reads by address, and writes by sending the form that also works without
//! script. The stock client would bring a query-string serialiser into the download; a form serialises itself.

use crate::base::error::AppError;
#[cfg(feature = "hydrate")]
use crate::web::wire;
use serde::de::DeserializeOwned;

/// Reads from a server function: the server calls it, the browser fetches its address.
#[cfg(not(feature = "hydrate"))]
pub fn read<T: DeserializeOwned>(
    function: impl Future<Output = Result<T, AppError>>,
    _address: impl FnOnce() -> String,
) -> impl Future<Output = Result<T, AppError>> {
    crate::web::owners::keep_owners(crate::web::request::while_client_waits(function))
}

/// Reads from a server function: the server calls it, the browser fetches its address.
#[cfg(feature = "hydrate")]
pub fn read<T: DeserializeOwned>(
    _function: impl Future<Output = Result<T, AppError>>,
    address: impl FnOnce() -> String,
) -> impl Future<Output = Result<T, AppError>> + Send {
    let answer = exchange(gloo_net::http::Request::get(&address()), None, None);
    // the browser has one thread, but leptos asks for a future that could move to another
    send_wrapper::SendWrapper::new(async move { decode(answer.await) })
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
    decode(send_form(form, button).await)
}

/// Lets the browser send a form, with the button that was pressed, and go to the page that follows.
#[cfg(feature = "hydrate")]
pub fn submit_plainly(form: &web_sys::HtmlFormElement, button: Option<&web_sys::HtmlElement>) {
    let pressed = button.and_then(|button| Some((button.get_attribute("name")?, button.get_attribute("value")?)));
    if let Some((name, value)) = pressed
        && let Ok(field) = leptos::prelude::document().create_element("input")
    {
        let attributes = [("type", "hidden"), ("name", &name), ("value", &value)];
        if attributes.iter().all(|(name, value)| field.set_attribute(name, value).is_ok()) {
            let _ = form.append_child(&field);
        }
    }
    let _ = form.submit();
}

/// Sends a form to its own address, with the button that was pressed, and returns the answer as it came.
#[cfg(feature = "hydrate")]
pub async fn send_for_bytes(
    form: &web_sys::HtmlFormElement,
    button: Option<&web_sys::HtmlElement>,
) -> Result<Vec<u8>, AppError> {
    Ok(send_form(form, button).await?.bytes)
}

/// Sends a form to its own address and returns the page that follows.
#[cfg(feature = "hydrate")]
pub async fn send_in_place(form: &web_sys::HtmlFormElement) -> Result<String, AppError> {
    Ok(send_form(form, None).await?.next_page)
}

#[cfg(feature = "hydrate")]
fn send_form(form: &web_sys::HtmlFormElement, button: Option<&web_sys::HtmlElement>) -> Exchange {
    let address = form.get_attribute("action").unwrap_or_default();
    exchange(gloo_net::http::Request::post(&address), body(form, button).map(Into::into), Some(form.clone()))
}

/// Posts fields, encoded as browsers encode them, for a form that a server of another build would get instead.
#[cfg(feature = "hydrate")]
pub async fn post<T: DeserializeOwned>(
    address: &str,
    fields: &str,
    form: Option<&web_sys::HtmlFormElement>,
) -> Result<T, AppError> {
    let request = gloo_net::http::Request::post(address);
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    decode(exchange(request, Some(fields.into()), form.cloned()).await)
}

/// Gives a request up that gets no whole answer in time: on a line that is dead the browser would wait for minutes.
#[cfg(feature = "hydrate")]
struct Deadline {
    controller: Option<web_sys::AbortController>,
    timer: Option<leptos::prelude::TimeoutHandle>,
}

#[cfg(feature = "hydrate")]
impl Deadline {
    const AFTER: std::time::Duration = std::time::Duration::from_secs(18);

    fn start() -> Self {
        let controller = web_sys::AbortController::new().ok();
        let aborted = controller.clone();
        let abort = move || {
            if let Some(controller) = aborted {
                controller.abort();
            }
        };
        Self { controller, timer: crate::web::effects::after(Self::AFTER, abort) }
    }

    /// A request that ends with this deadline, and asks for an answer for programs.
    fn bound(&self, request: gloo_net::http::RequestBuilder) -> gloo_net::http::RequestBuilder {
        let signal = self.controller.as_ref().map(web_sys::AbortController::signal);
        request.header("Accept", "application/json").abort_signal(signal.as_ref())
    }
}

#[cfg(feature = "hydrate")]
impl Drop for Deadline {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            timer.clear();
        }
    }
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

/// What a server function answered.
#[cfg(feature = "hydrate")]
struct Answer {
    bytes: Vec<u8>,
    /// The page that follows a form; empty where none is named.
    next_page: String,
}

#[cfg(feature = "hydrate")]
type Exchange = std::pin::Pin<Box<dyn Future<Output = Result<Answer, AppError>>>>;

#[cfg(feature = "hydrate")]
fn decode<T: DeserializeOwned>(answer: Result<Answer, AppError>) -> Result<T, AppError> {
    wire::from_bytes(&answer?.bytes).ok_or(AppError::Unreachable)
}

/// Sends a request and waits for its answer. It is boxed, so that the browser's program has it once and not with each
/// type of answer.
#[cfg(feature = "hydrate")]
fn exchange(
    request: gloo_net::http::RequestBuilder,
    body: Option<wasm_bindgen::JsValue>,
    form: Option<web_sys::HtmlFormElement>,
) -> Exchange {
    Box::pin(async move {
        let deadline = Deadline::start();
        let request = deadline.bound(request);
        let request = match body {
            Some(body) => request.body(body),
            None => request.build(),
        };
        let sent = request.map_err(|_| AppError::Internal)?.send().await;
        let response = sent.map_err(|_| AppError::Unreachable)?;
        if response.headers().get(wire::BUILD_HEADER).is_some_and(|build| !wire::is_own_build(&build)) {
            // the server is of another build: reload the page, or post the form without script, which every build
            // understands
            match form {
                Some(form) if !response.ok() => drop(form.submit()),
                Some(form) => {
                    // it is stored; the page shows it when it is loaded anew
                    crate::web::page_script::delete_draft(&form);
                    if !wire::reload_page() {
                        return Err(AppError::Internal);
                    }
                }
                _ if wire::reload_page() => {}
                // the page offers to be loaded anew
                _ => return Err(AppError::Internal),
            }
            return std::future::pending().await;
        }
        let bytes = response.binary().await.map_err(|_| AppError::Unreachable)?;
        if response.ok() {
            let next_page = response.headers().get(super::NEXT_PAGE_HEADER).unwrap_or_default();
            return Ok(Answer { bytes, next_page });
        }
        // a proxy in between may answer with a page of its own
        Err(wire::from_bytes(&bytes).unwrap_or(if response.status() >= 502 {
            AppError::Unavailable
        } else {
            AppError::Internal
        }))
    })
}
