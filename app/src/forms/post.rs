//! The layer around the server functions: their statuses, and forms that are posted without script.

use super::{RETURN_TO, Refusal, SUMMARY, TOKEN, local_path, store, with_parameter, without_token};
use crate::error::AppError;
use crate::session::{Visitor, address_of, visitor_made_by, visitor_of};
use crate::site::Site;
use crate::wire;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use server_fn::codec::PostcardEncoding;
use server_fn::{ContentType, Encodes};
use std::net::IpAddr;
use std::time::Duration;

/// The largest form, in bytes: a comment of 3,000 characters needs a third of it.
pub const LARGEST: usize = 64 * 1024;
/// The largest list of words, in bytes: ten thousand terms of a few syllables, as browsers write them.
const LARGEST_LIST: usize = 2 * 1024 * 1024;
/// A form arrives within this time.
const SLOWEST: Duration = Duration::from_secs(30);
/// An answer with an error is small.
const LARGEST_ANSWER: usize = 256 * 1024;
/// Where a success leads; set by the server function, read here alone.
static GO_TO: HeaderName = HeaderName::from_static("x-go-to");

/// Says where a form that is posted without script leads when it succeeds: its page, at `anchor`.
pub fn go_to(return_to: &str, anchor: &str) {
    let path = without_token(local_path(return_to));
    set_go_to(&if anchor.is_empty() { path } else { format!("{path}#{anchor}") });
}

/// Says that a form that is posted without script leads to another that was refused before: to its page, with its token.
pub fn go_to_refused(page: &str, token: &str) {
    set_go_to(&format!("{}#{SUMMARY}", with_parameter(&without_token(local_path(page)), TOKEN, token)));
}

fn set_go_to(path: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(path)) {
        options.insert_header(GO_TO.clone(), value);
    }
}

/// Gives answers of server functions their status, and turns those to plain forms into redirects.
pub async fn answer_forms(State(site): State<Site>, request: Request, next: Next) -> Response {
    if !request.uri().path().starts_with("/api/") {
        return next.run(request).await;
    }
    let (mut parts, body) = request.into_parts();
    let plain = parts.method == Method::POST && accepts_html(&parts.headers);
    let largest = if parts.uri.path() == "/api/add-words" { LARGEST_LIST } else { LARGEST };
    let body = match tokio::time::timeout(SLOWEST, to_bytes(body, largest)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return refuse_directly(&site, &AppError::TooLarge, plain),
        // whoever sends so slowly has no words to lose that the page does not still hold
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response(),
    };
    // the server function leaves redirects to us
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    let asked = parts.clone();
    let mut response = next.run(Request::from_parts(parts, Body::from(body.clone()))).await;
    name_build(response.headers_mut());
    let go_to = response.headers_mut().remove(&GO_TO);
    no_store(response.headers_mut());
    if response.status().is_success() {
        return if plain { redirect(go_to, response.headers()) } else { response };
    }
    let cookies = cookies(response.headers());
    let error = error_of(response).await;
    let mut answer = if plain {
        let visitor = visitor_of(&site, &asked).or_else(|| visitor_made_by(&site, &cookies));
        refuse_form(&site, (visitor, address_of(&asked)), asked.uri.path(), &body, error).await
    } else {
        refuse_directly(&site, &error, false)
    };
    answer.headers_mut().extend(cookies);
    answer
}

/// Whether a request is a person's, who reads a page, rather than a script's.
pub fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn cookies(headers: &HeaderMap) -> HeaderMap {
    headers.get_all(header::SET_COOKIE).iter().map(|cookie| (header::SET_COOKIE, cookie.clone())).collect()
}

fn no_store(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

async fn error_of(response: Response) -> AppError {
    let status = response.status();
    let body = to_bytes(response.into_body(), LARGEST_ANSWER).await.unwrap_or_default();
    wire::from_bytes(&body).unwrap_or(match status {
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND => AppError::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => AppError::Forbidden,
        _ => AppError::Internal,
    })
}

fn redirect(to: Option<HeaderValue>, headers: &HeaderMap) -> Response {
    let to = to.unwrap_or(HeaderValue::from_static("/"));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    response.headers_mut().extend(cookies(headers));
    no_store(response.headers_mut());
    response
}

/// Fields that nobody keeps: they are typed again.
const SECRET: [&str; 4] = ["password", "again", "current", "code"];

/// Keeps what was typed and leads back to the form.
async fn refuse_form(
    site: &Site,
    (visitor, address): (Option<Visitor>, IpAddr),
    action: &str,
    body: &Bytes,
    error: AppError,
) -> Response {
    // Postgres keeps every character but this one, which nobody types
    let clean = |text: std::borrow::Cow<'_, str>| text.replace('\0', "");
    let mut fields: Vec<(String, String)> =
        form_urlencoded::parse(body).map(|(name, value)| (clean(name), clean(value))).collect();
    let page = fields.iter().find(|(name, _)| name == RETURN_TO).map_or("/", |(_, path)| local_path(path)).to_owned();
    fields.retain(|(name, _)| !SECRET.contains(&name.as_str()) && name != RETURN_TO);
    let refusal = Refusal { action: action.to_owned(), error, fields };
    let kept = match site.limits.refusal(site, address) {
        // a writer's link is kept as a hash alone: the page that comes back has it in its address
        Ok(()) => {
            let fields = refusal.fields.iter().filter(|(name, _)| name != "token").cloned().collect();
            store::keep(&site.pool, visitor, &Refusal { fields, ..refusal.clone() }).await
        }
        Err(slow_down) => Err(slow_down),
    };
    match kept {
        Ok(token) => {
            let path = format!("{}#{SUMMARY}", with_parameter(&without_token(&page), TOKEN, &token));
            redirect(HeaderValue::from_str(&path).ok(), &HeaderMap::new())
        }
        // nowhere to keep the words: the answer itself holds them, with a button that sends them again
        Err(instead) => {
            let error = if instead == AppError::Internal { refusal.error.clone() } else { instead };
            let refusal = Refusal { error, ..refusal };
            let mut response =
                (status(&refusal.error), axum::response::Html(super::view::resend_page(site, &refusal, &page)))
                    .into_response();
            headers_of(&refusal.error, response.headers_mut());
            response
        }
    }
}

fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Headers that go with an error: when to come back, and that nobody keeps it.
pub fn headers_of(error: &AppError, headers: &mut HeaderMap) {
    no_store(headers);
    let seconds = match error {
        AppError::SlowDown { seconds } => *seconds,
        AppError::Unavailable => 10,
        _ => return,
    };
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

/// Says which build can read the answer.
fn name_build(headers: &mut HeaderMap) {
    headers.insert(HeaderName::from_static(wire::BUILD), HeaderValue::from_static(wire::served()));
}

/// An error as the whole answer: words for people, postcard for scripts.
pub fn refuse_directly(site: &Site, error: &AppError, html: bool) -> Response {
    let mut response = if html {
        (status(error), axum::response::Html(super::view::error_page(site, error))).into_response()
    } else {
        let kind = [(header::CONTENT_TYPE, <PostcardEncoding as ContentType>::CONTENT_TYPE)];
        (status(error), kind, PostcardEncoding::encode(error).unwrap_or_default()).into_response()
    };
    name_build(response.headers_mut());
    headers_of(error, response.headers_mut());
    response
}
