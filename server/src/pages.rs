//! Finishes pages: puts what a page says about itself into its document's head, and says which scripts may run.

use app::shell::{Finish, HEAD_PLACE};
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use tower_http::request_id::RequestId;

/// No page of the site comes near it.
const LARGEST: usize = 8 * 1024 * 1024;

/// The page is rendered whole before the first byte, so its head can be completed last.
pub async fn finish(mut request: Request, next: Next) -> Response {
    let finish = Finish::default();
    request.extensions_mut().insert(finish.clone());
    let id = request.extensions().get::<RequestId>().cloned();
    let response = next.run(request).await;
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return axum::http::StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let page = String::from_utf8_lossy(&body);
    let (words, nonce) = finish.take();
    let page = page.replacen(HEAD_PLACE, &words, 1);
    let (mut page, policy) = name_scripts(&page, &nonce);
    if parts.status.is_server_error()
        && let Some(id) = id.as_ref().and_then(|id| id.header_value().to_str().ok())
    {
        // behind everything that the browser's program takes over
        page = page.replacen("</body>", &format!("<p class=\"request-id\">Mã yêu cầu: {id}</p></body>"), 1);
    }
    if let Some(policy) = policy.and_then(|policy| HeaderValue::try_from(policy).ok()) {
        parts.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(page))
}

/// Lets the page's own inline scripts run by the hash of their text, and the site's files; the policy is then the same
/// for everybody who gets the page. Its own are those that carry the nonce of this one rendering, which nobody outside
/// can know; it is taken out again.
fn name_scripts(page: &str, nonce: &str) -> (String, Option<String>) {
    if nonce.is_empty() {
        return (page.to_owned(), None);
    }
    let mark = format!(" nonce=\"{nonce}\"");
    let mut hashes = String::new();
    for script in page.split("<script").skip(1) {
        let Some((attributes, rest)) = script.split_once('>') else { continue };
        let text = rest.split("</script>").next().unwrap_or_default();
        if attributes.contains(&mark) && !text.is_empty() {
            hashes.push_str(&format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(text))));
        }
    }
    let policy = format!(
        "default-src 'none'; script-src 'self'{hashes} 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
         connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    (page.replace(&mark, ""), Some(policy))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_scripts_with_the_renderings_own_nonce_are_named() {
        let page = r#"<script nonce="N1">ours()</script><p><script>theirs()</script><script nonce="N2">theirs()</script></p><link nonce="N1" href="/a">"#;
        let (page, policy) = name_scripts(page, "N1");
        assert_eq!(
            page,
            r#"<script>ours()</script><p><script>theirs()</script><script nonce="N2">theirs()</script></p><link href="/a">"#
        );
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
        let policy = policy.expect("there is a policy");
        assert!(policy.contains(&format!("'sha256-{}'", hash("ours()"))) && !policy.contains(&hash("theirs()")));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("nonce"));
    }

    #[test]
    fn a_page_without_scripts_keeps_its_policy() {
        assert_eq!(name_scripts("<p>a</p>", ""), ("<p>a</p>".to_owned(), None));
    }
}
