//! Completes HTML documents: inserts the page's own head, and lists the scripts that may run.

use crate::assets::is_html;
use app::base::error::AppError;
use app::base::outage;
use app::web::document_head::{DocumentHead, HEAD_MARK, complete_comments};
use app::web::forms::post::error_response;
use app::web::request::accepts_html;
use app::web::site::Site;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt;
use sha2::{Digest, Sha256};
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tower_http::request_id::RequestId;

/// The largest page, in bytes; every page of the site is far smaller.
const MAX_PAGE: usize = 8 * 1024 * 1024;

/// A page that takes longer is an error: what it waits for may never come, a part of it that panicked for example.
pub const RENDER_LIMIT: Duration = Duration::from_secs(10);

/// Answers with an error where the program panicked; the log has the panic under the request's id.
pub async fn answer_panics(State(site): State<Site>, request: Request, next: Next) -> Response {
    let html = accepts_html(request.headers());
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            let message = panic.downcast_ref::<String>().map(String::as_str);
            let message = message.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without a message");
            tracing::error!(message, "a request panicked");
            error_response(&site, &AppError::Internal, html)
        }
    }
}

/// Completes a document. Its head is known when the whole page is rendered, which is before the first byte is sent.
pub async fn complete_document(
    State((site, limit)): State<(Site, Duration)>,
    mut request: Request,
    next: Next,
) -> Response {
    let head = DocumentHead::default();
    request.extensions_mut().insert(head.clone());
    let id = request.extensions().get::<RequestId>().cloned();
    let response = match *request.method() {
        Method::GET | Method::HEAD => {
            let html = accepts_html(request.headers());
            match render_in_time(limit, request, next).await {
                Ok(response) => response,
                Err(error) => error_response(&site, &error, html),
            }
        }
        // a form has time limits of its own, and keeps what was typed
        _ => next.run(request).await,
    };
    if !is_html(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, MAX_PAGE).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = String::from_utf8_lossy(&body);
    let (head, nonce) = head.take();
    let page = make_valid(page.replacen(HEAD_MARK, &head, 1));
    let (mut page, policy) = allow_own_scripts(&page, &nonce);
    if parts.status.is_server_error()
        && let Some(id) = id.as_ref().and_then(|id| id.header_value().to_str().ok())
    {
        // it stands after everything that the browser's program takes over
        page = page.replacen("</body>", &format!("<p class=\"request-id\">Mã yêu cầu: {id}</p></body>"), 1);
    }
    if let Some(policy) = policy.and_then(|policy| HeaderValue::try_from(policy).ok()) {
        parts.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page))
}

/// Writes what leptos leaves as browsers merely forgive it: empty comments, and scripts behind the end of the document.
fn make_valid(page: String) -> String {
    const END: &str = "</body></html>";
    let (document, scripts) = page.split_once(END).unwrap_or((&page, ""));
    let mut valid = String::with_capacity(page.len() + page.len() / 64);
    // what a script holds is no markup
    for (index, part) in document.split("<script").enumerate() {
        if index == 0 {
            valid.push_str(&complete_comments(part));
            continue;
        }
        valid.push_str("<script");
        let (script, markup) = part.split_once("</script>").unwrap_or((part, ""));
        valid.push_str(script);
        if script.len() < part.len() {
            valid.push_str("</script>");
        }
        valid.push_str(&complete_comments(markup));
    }
    if document.len() < page.len() {
        valid.push_str(scripts);
        valid.push_str(END);
    }
    valid
}

/// Renders a page within its time, to its last byte, unless the database stops answering.
async fn render_in_time(limit: Duration, request: Request, next: Next) -> Result<Response, AppError> {
    let render = async {
        let response = next.run(request).await;
        if !is_html(&response) {
            return Ok(response);
        }
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, MAX_PAGE).await.map_err(|_| AppError::Internal)?;
        Ok(Response::from_parts(parts, Body::from(body)))
    };
    match tokio::time::timeout(limit, outage::unless_unanswered(render)).await {
        Ok(Some(rendered)) => rendered,
        Ok(None) => Err(AppError::Unavailable),
        Err(_) => {
            tracing::error!("a page took too long and was given up");
            Err(AppError::Internal)
        }
    }
}

/// Makes the policy that allows the site's script files, and its inline scripts by the hash of their text, so that one
/// policy fits everybody who gets the page. The site's own scripts are those with the nonce of this rendering, which
/// nobody outside can know; the returned page no longer contains it.
fn allow_own_scripts(page: &str, nonce: &str) -> (String, Option<String>) {
    if nonce.is_empty() {
        return (page.to_owned(), None);
    }
    let nonce_attribute = format!(" nonce=\"{nonce}\"");
    let mut hashes = String::new();
    for script in page.split("<script").skip(1) {
        let Some((attributes, rest)) = script.split_once('>') else { continue };
        let text = rest.split("</script>").next().unwrap_or_default();
        if attributes.contains(&nonce_attribute) && !text.is_empty() {
            hashes.push(' ');
            hashes.push_str(&hash_script(text));
        }
    }
    let policy = format!(
        "default-src 'none'; script-src 'self'{hashes} 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         media-src 'self'; font-src 'self'; frame-src 'self'; connect-src 'self'; manifest-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    (page.replace(&nonce_attribute, ""), Some(policy))
}

/// How the policy names an inline script: by the hash of its text.
pub fn hash_script(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_with_the_renderings_own_nonce_are_allowed() {
        let page = r#"<script type="module" nonce="N1" src="/pkg-1/loa.js"></script>
            <script nonce="N1">ours()</script><p>
            <script>theirs()</script><script nonce="N2">theirs()</script></p><link nonce="N1" href="/a">"#;
        let (page, policy) = allow_own_scripts(page, "N1");
        assert_eq!(
            page,
            r#"<script type="module" src="/pkg-1/loa.js"></script>
            <script>ours()</script><p>
            <script>theirs()</script><script nonce="N2">theirs()</script></p><link href="/a">"#
        );
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
        let policy = policy.expect("there is a policy");
        assert!(policy.contains("script-src 'self'"), "the site's script files are allowed");
        assert!(policy.contains(&format!("'sha256-{}'", hash("ours()"))) && !policy.contains(&hash("theirs()")));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("nonce"));
        assert_eq!(policy.matches("sha256-").count(), 1);
    }

    #[test]
    fn what_browsers_forgive_is_written_right() {
        let page = r#"<body><p>a<!>b</p><script>x = "<!>"</script><!></body></html><script>y = "<!>"</script>"#;
        assert_eq!(
            make_valid(page.to_owned()),
            r#"<body><p>a<!---->b</p><script>x = "<!>"</script><!----><script>y = "<!>"</script></body></html>"#
        );
        assert_eq!(make_valid("<p>no<!>page".to_owned()), "<p>no<!---->page");
    }

    #[test]
    fn a_page_without_a_nonce_gets_no_policy() {
        assert_eq!(allow_own_scripts("<p>a</p>", ""), ("<p>a</p>".to_owned(), None));
    }
}
