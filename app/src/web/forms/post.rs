//! The layer around the server functions: it gives their answers a status, and turns the answers to forms that were
//! posted without script into redirects.

use super::refusal::RefusalOwner;
use super::{NEXT_PAGE_HEADER, RETURN_TO, Refusal, SUMMARY, TOKEN};
use crate::base::error::AppError;
use crate::base::keys::hash_token;
use crate::base::outage;
use crate::base::url::{local_path, with_parameter, without_parameter};
use crate::routes::{self, Kind, Route};
use crate::web::request::accepts_html;
use crate::web::session::{find_form_session, keep_ended_session};
use crate::web::site::Site;
use crate::web::store::refusals::insert_refusal;
use crate::web::visitor::{Visitor, address_of_request, visitor_of_request, visitor_of_response};
use crate::web::wire;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use server_fn::codec::PostcardEncoding;
use server_fn::{ContentType, Encodes};
use std::time::Duration;

/// A form arrives within this time.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);
/// The largest plain form whose text is given back though it is too long, in bytes: 30,000 letters of nine each.
const MAX_TYPED: usize = 512 * 1024;
/// The largest answer that carries an error, in bytes.
const MAX_ERROR: usize = 256 * 1024;
/// Refused forms a minute that are stored for one line.
const REFUSALS_PER_MINUTE: u32 = 60;
/// Carries the next page from a server function to this layer, and to the browser's program.
static NEXT_PAGE: HeaderName = HeaderName::from_static(NEXT_PAGE_HEADER);

/// Sets the page that follows a form that was posted without script, and the element on it to go to.
pub fn redirect_to(path: &str, anchor: &str) {
    let path = without_parameter(local_path(path), TOKEN);
    set_next_page(&if anchor.is_empty() { path } else { format!("{path}#{anchor}") });
}

/// Leads to a form that was refused before: to its page, with its token.
pub fn redirect_to_refusal(page: &str, token: &str) {
    set_next_page(&refusal_path(page, token));
}

fn refusal_path(page: &str, token: &str) -> String {
    format!("{}#{SUMMARY}", with_parameter(&without_parameter(local_path(page), TOKEN), TOKEN, token))
}

fn set_next_page(path: &str) {
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(path)) {
        options.insert_header(NEXT_PAGE.clone(), value);
    }
}

/// Gives answers of server functions their status, and turns those to plain forms into redirects.
pub async fn answer_forms(State(site): State<Site>, request: Request, next: Next) -> Response {
    let route = routes::find(request.uri().path()).map(|(index, _)| &routes::ALL[index]);
    let Some(route) = route.filter(|route| route.kind == Kind::Endpoint) else {
        return next.run(request).await;
    };
    let (mut parts, body) = request.into_parts();
    let is_plain = parts.method == Method::POST && accepts_html(&parts.headers);
    let max_read = if is_plain { route.max_body.max(MAX_TYPED) } else { route.max_body };
    let body = match tokio::time::timeout(BODY_TIMEOUT, to_bytes(body, max_read)).await {
        Ok(Ok(body)) => remove_nul(body),
        Ok(Err(_)) => return error_response(&site, &AppError::TooLarge, is_plain),
        // the page that sends so slowly still holds what was typed
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")]).into_response(),
    };
    if body.len() > route.max_body {
        let (refusal, page) = parse_refused_form(route, &body, AppError::TooLarge);
        return show_resend_page(&site, &refusal, &page);
    }
    // without these two headers the server function leaves redirects to this layer
    parts.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    parts.headers.remove(header::REFERER);
    let request_parts = parts.clone();
    let request = Request::from_parts(parts, Body::from(body.clone()));
    let mut response = match outage::unless_unanswered(next.run(request)).await {
        Some(response) => response,
        None => error_response(&site, &AppError::Unavailable, false),
    };
    set_build(response.headers_mut());
    forbid_caching(response.headers_mut());
    if response.status().is_success() {
        let next_page = response.headers().get(&NEXT_PAGE).cloned();
        return if is_plain { redirect(next_page, response.headers()) } else { response };
    }
    let cookies = copy_cookies(response.headers());
    let error = read_error(response).await;
    let mut answer = if is_plain {
        let visitor = visitor_of_request(&site, &request_parts).or_else(|| visitor_of_response(&site, &cookies));
        refuse_form(&site, visitor, &request_parts, (route, &body), error).await
    } else {
        let mut answer = error_response(&site, &error, false);
        if error == AppError::SignIn {
            // the browser's program sends the form once more, as it works without script: it is to be known then
            keep_ended(&site, &request_parts, answer.headers_mut()).await;
        }
        answer
    };
    answer.headers_mut().extend(cookies);
    answer
}

/// Keeps in the browser from which session a form came that has ended.
async fn keep_ended(site: &Site, request: &Parts, headers: &mut HeaderMap) {
    if let Ok(Some(session)) = find_form_session(site, request, true).await
        && let Some(id) = session.ended_id
    {
        keep_ended_session(site, id, headers);
    }
}

/// Removes NUL from a form: Postgres stores every other character, and nobody types this one.
fn remove_nul(body: Bytes) -> Bytes {
    const ENCODED: &[u8] = b"%00";
    if !body.contains(&0) && !body.windows(ENCODED.len()).any(|part| part == ENCODED) {
        return body;
    }
    let mut clean: Vec<u8> = Vec::with_capacity(body.len());
    for byte in body.iter().filter(|byte| **byte != 0) {
        clean.push(*byte);
        // removing one may join the bytes around it to another
        if clean.ends_with(ENCODED) {
            clean.truncate(clean.len() - ENCODED.len());
        }
    }
    clean.into()
}

fn copy_cookies(headers: &HeaderMap) -> HeaderMap {
    headers.get_all(header::SET_COOKIE).iter().map(|cookie| (header::SET_COOKIE, cookie.clone())).collect()
}

fn forbid_caching(headers: &mut HeaderMap) {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

async fn read_error(response: Response) -> AppError {
    let status = response.status();
    let body = to_bytes(response.into_body(), MAX_ERROR).await.unwrap_or_default();
    wire::from_bytes(&body).unwrap_or(match status {
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => AppError::NotFound,
        _ => AppError::Internal,
    })
}

fn redirect(to: Option<HeaderValue>, headers: &HeaderMap) -> Response {
    let to = to.unwrap_or(HeaderValue::from_static(routes::HOME.path));
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response();
    response.headers_mut().extend(copy_cookies(headers));
    forbid_caching(response.headers_mut());
    response
}

/// Stores what was typed and leads back to the form. Where it cannot be stored, or could not be shown again, the answer
/// itself holds it.
async fn refuse_form(
    site: &Site,
    visitor: Option<Visitor>,
    request: &Parts,
    (route, body): (&Route, &Bytes),
    error: AppError,
) -> Response {
    let (refusal, page) = parse_refused_form(route, body, error);
    let stored = outage::unless_unanswered(store_refusal(site, visitor, request, route, &refusal)).await;
    match stored.unwrap_or(Err(AppError::Unavailable)) {
        Ok((token, cookies)) => {
            let mut response = redirect(HeaderValue::from_str(&refusal_path(&page, &token)).ok(), &HeaderMap::new());
            response.headers_mut().extend(cookies);
            response
        }
        // with a button that sends it again
        Err(instead) => {
            let error = if instead == AppError::Internal { refusal.error.clone() } else { instead };
            show_resend_page(site, &Refusal { error, ..refusal }, &page)
        }
    }
}

/// Reads what a refused form held, without what is never repeated, and the page that it is on.
fn parse_refused_form(route: &Route, body: &Bytes, error: AppError) -> (Refusal, String) {
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let page = fields.iter().find(|(name, _)| name == RETURN_TO).map_or("/", |(_, path)| local_path(path)).to_owned();
    fields.retain(|(name, _)| !route.secret_fields.contains(&name.as_str()) && name != RETURN_TO);
    (Refusal { action: route.path.to_owned(), error, fields }, page)
}

/// Answers with a page that itself holds what was typed.
fn show_resend_page(site: &Site, refusal: &Refusal, return_to: &str) -> Response {
    let page = super::view::resend_page(site, refusal, return_to);
    let mut response = (status(&refusal.error), axum::response::Html(page)).into_response();
    set_error_headers(&refusal.error, response.headers_mut());
    response
}

/// Stores a refused form for its sender, and returns its token with the cookies that show it to them alone.
///
/// # Errors
/// [`AppError::SignIn`] where a form of the desk came without any session: it could be shown to nobody.
async fn store_refusal(
    site: &Site,
    visitor: Option<Visitor>,
    request: &Parts,
    route: &Route,
    refusal: &Refusal,
) -> Result<(String, HeaderMap), AppError> {
    site.limits.take_by_line("refusals", REFUSALS_PER_MINUTE, address_of_request(request))?;
    let needs_sign_in = refusal.error == AppError::SignIn;
    let session = find_form_session(site, request, needs_sign_in).await?;
    if needs_sign_in && session.is_none() {
        return Err(AppError::SignIn);
    }
    let is_token = |name: &String| route.token_fields.contains(&name.as_str());
    let link = refusal.fields.iter().find(|(name, _)| is_token(name)).map(|(_, token)| hash_token(token));
    let owner = RefusalOwner {
        visitor,
        session: session.as_ref().map(|session| session.hash),
        account: session.as_ref().and_then(|session| session.account),
        link,
    };
    let without_tokens = refusal.fields.iter().filter(|(name, _)| !is_token(name)).cloned().collect();
    let token = insert_refusal(&site.pool, &owner, &Refusal { fields: without_tokens, ..refusal.clone() }).await?;
    let mut cookies = HeaderMap::new();
    if let Some(id) = session.and_then(|session| session.ended_id) {
        keep_ended_session(site, id, &mut cookies);
    }
    Ok((token, cookies))
}

fn status(error: &AppError) -> StatusCode {
    StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Sets the headers of an answer with this error: when to come back, and that nobody may keep it.
pub fn set_error_headers(error: &AppError, headers: &mut HeaderMap) {
    forbid_caching(headers);
    let seconds = match error {
        AppError::SlowDown { seconds } => *seconds,
        AppError::Unavailable => 10,
        _ => return,
    };
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
}

fn set_build(headers: &mut HeaderMap) {
    headers.insert(HeaderName::from_static(wire::BUILD_HEADER), HeaderValue::from_static(wire::build()));
}

/// An answer that consists of an error: a page for people, postcard for scripts.
pub fn error_response(site: &Site, error: &AppError, html: bool) -> Response {
    let mut response = if html {
        (status(error), axum::response::Html(super::view::error_page(site, error))).into_response()
    } else {
        let content_type = [(header::CONTENT_TYPE, <PostcardEncoding as ContentType>::CONTENT_TYPE)];
        (status(error), content_type, PostcardEncoding::encode(error).unwrap_or_default()).into_response()
    };
    set_build(response.headers_mut());
    set_error_headers(error, response.headers_mut());
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nul_is_removed_however_it_is_written() {
        for (body, clean) in [
            (&b"a=1&b=2"[..], &b"a=1&b=2"[..]),
            (b"a=%00x%00&b=\0y", b"a=x&b=y"),
            (b"a=%2500", b"a=%2500"),
            (b"%00", b""),
            (b"a=%0%000", b"a="),
            (b"%0", b"%0"),
        ] {
            assert_eq!(remove_nul(Bytes::from_static(body)), Bytes::from_static(clean));
        }
    }
}
