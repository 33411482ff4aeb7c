//! Pages that show nobody in particular, rendered once and kept in memory.
//!
//! Whoever comes without a visitor's or a session's cookie gets a shared copy. A copy is found under its address and
//! the generation of what it shows, so one that has been overtaken is never found again, and a rendering that began
//! before a change is never taken for one that began after it. The page is rendered from a request of our own: nothing
//! of the one who asked, neither cookie nor parameter, can enter it.

use app::articles::{parse_id, parse_page, parse_slug_id};
use app::live::generations::Generation;
use app::session::is_known_to_us;
use app::site::Site;
use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use foldhash::fast::RandomState;
use moka::future::Cache as Moka;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tower::ServiceExt;

/// No page of the site comes near it.
const LARGEST: usize = 8 * 1024 * 1024;
/// A copy is rendered anew after this long even if nothing is known to have changed: an article may have come due.
const AGE: Duration = Duration::from_secs(60);
/// While Postgres is away the last copy of a page will do for this long.
const LAST_AGE: Duration = Duration::from_secs(30 * 60);
/// How long one waits for a fresh page while nobody hears of changes, where there is a last copy.
const PATIENCE: Duration = Duration::from_millis(300);
/// Compressed once for each change: better than on the way, but nobody waits for the best.
const BROTLI_QUALITY: i32 = 6;
/// For browsers: ask again each time. For proxies in front: ten seconds, and a few more while they ask again.
const SHARED: &str = "public, max-age=0, must-revalidate, s-maxage=10, stale-while-revalidate=5";

/// The cache. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    /// The site.
    pub site: Site,
    pages: Router,
    fresh: Moka<(Arc<str>, Generation), Arc<Copy>, RandomState>,
    last: moka::sync::Cache<Arc<str>, (Generation, Arc<Copy>)>,
    /// What became of requests, for the metrics.
    pub counts: Arc<Counts>,
}

/// What became of requests that could have had a copy.
#[derive(Debug, Default)]
pub struct Counts {
    /// Answered with a copy that was there.
    pub hits: AtomicU64,
    /// Rendered.
    pub renderings: AtomicU64,
    /// Answered with the last copy, because Postgres was away.
    pub stale: AtomicU64,
}

/// A page in the three forms in which browsers take it.
#[derive(Debug)]
struct Copy {
    status: StatusCode,
    plain: Form,
    gzip: Form,
    brotli: Form,
}

#[derive(Debug)]
struct Form {
    headers: HeaderMap,
    tag: HeaderValue,
    bytes: Bytes,
}

/// A page that can be shared: its address with the parameters that it knows, and the article it shows.
#[derive(Debug, PartialEq, Eq)]
pub struct Address {
    path: Arc<str>,
    article: Option<i64>,
}

impl Cache {
    /// A cache of at most `bytes` for pages that `pages` renders.
    pub fn new(site: Site, pages: Router, bytes: u64) -> Self {
        let weigh = |copy: &Arc<Copy>| u32::try_from(copy.weight()).unwrap_or(u32::MAX);
        let fresh = Moka::builder()
            .max_capacity(bytes / 2)
            .weigher(move |_, copy| weigh(copy))
            .time_to_live(AGE)
            .build_with_hasher(RandomState::default());
        let last = moka::sync::Cache::builder()
            .max_capacity(bytes / 2)
            .weigher(move |_, (_, copy)| weigh(copy))
            .time_to_live(LAST_AGE)
            .build();
        Self { site, pages, fresh, last, counts: Arc::default() }
    }

    /// The page that a request asks for, if it shows nobody in particular; else it must be made for whoever asks.
    pub fn shared(&self, request: &Request) -> Option<Address> {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        if !reads || is_known_to_us(&self.site, request.headers()) {
            return None;
        }
        address(request.uri().path(), request.uri().query().unwrap_or_default())
    }

    /// The page at a shared address, in the form that the browser takes. A copy is free; where the page must be rendered
    /// for somebody at `from` who has asked for too many, there is none.
    pub async fn answer(&self, address: &Address, asked: &HeaderMap, from: IpAddr) -> Option<Response> {
        let path = Arc::clone(&address.path);
        let generation = self.site.hub.generation(address.article);
        if let Some(copy) = self.fresh.get(&(Arc::clone(&path), generation)).await {
            self.counts.hits.fetch_add(1, Relaxed);
            return Some(copy.answer(asked));
        }
        self.site.limits.read(&self.site, from).ok()?;
        let last = self.last.get(&path).filter(|(known, _)| known.lasting == generation.lasting);
        let rendering = self.fresh.try_get_with((Arc::clone(&path), generation), self.render(&path));
        let rendered = match &last {
            // nobody hears of changes: Postgres is away, and asking it may take long
            Some(_) if !self.site.hub.is_listening() => tokio::time::timeout(PATIENCE, rendering).await.ok(),
            _ => Some(rendering.await),
        };
        Some(match (rendered, last) {
            (Some(Ok(copy)), _) => {
                self.last.insert(path, (generation, Arc::clone(&copy)));
                copy.answer(asked)
            }
            (Some(Err(refused)), last) => match last {
                Some((_, last)) if refused.status.is_server_error() => self.stale(&last, asked),
                _ => refused.answer(asked),
            },
            (None, Some((_, last))) => self.stale(&last, asked),
            (None, None) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        })
    }

    fn stale(&self, last: &Copy, asked: &HeaderMap) -> Response {
        self.counts.stale.fetch_add(1, Relaxed);
        let mut response = last.answer(asked);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    /// Renders a page for nobody in particular. What is no page in good order is an error: it is not kept.
    async fn render(&self, path: &str) -> Result<Arc<Copy>, Arc<Copy>> {
        self.counts.renderings.fetch_add(1, Relaxed);
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty());
        let Ok(request) = request else { return Err(Arc::new(Copy::empty(StatusCode::BAD_REQUEST))) };
        let response = self.pages.clone().oneshot(request).await.into_response();
        let (parts, body) = response.into_parts();
        let keep = parts.status == StatusCode::OK && !parts.headers.contains_key(header::SET_COOKIE);
        let Ok(bytes) = to_bytes(body, LARGEST).await else {
            return Err(Arc::new(Copy::empty(StatusCode::INTERNAL_SERVER_ERROR)));
        };
        let (status, headers) = (parts.status, parts.headers);
        let made = tokio::task::spawn_blocking(move || Copy::new(status, headers, bytes, keep)).await;
        let copy = Arc::new(made.unwrap_or_else(|_| Copy::empty(StatusCode::INTERNAL_SERVER_ERROR)));
        if keep { Ok(copy) } else { Err(copy) }
    }
}

/// The address under which a page is kept, if it can be shared. Parameters that it does not know are left out, so that
/// those that chat apps add fill no memory; one that carries somebody's own words makes it nobody else's.
fn address(path: &str, query: &str) -> Option<Address> {
    let parameter = |name: &str| {
        if query.is_empty() {
            return None;
        }
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    if parameter(app::forms::TOKEN).is_some() {
        return None;
    }
    let page = |name: &str| match parse_page(parameter(name).as_deref()) {
        1 => String::new(),
        page => format!("{name}={page}"),
    };
    let id =
        |name: &str| parameter(name).as_deref().and_then(parse_id).map(|id| format!("{name}={id}")).unwrap_or_default();
    let (article, known) = match path {
        "/" => (None, vec![page("trang")]),
        "/quyen-rieng-tu" | "/thong-ke" => (None, vec![]),
        _ => {
            let last = path.strip_prefix("/tin-tuc/").filter(|last| last.len() < 300 && is_plain(last))?;
            let (_, article) = parse_slug_id(last)?;
            (Some(article), vec![page("trang-y-kien"), id("y-kien"), id("tra-loi")])
        }
    };
    let known: Vec<String> = known.into_iter().filter(|part| !part.is_empty()).collect();
    let path = if known.is_empty() { path.into() } else { format!("{path}?{}", known.join("&")).into() };
    Some(Address { path, article })
}

fn is_plain(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

impl Copy {
    fn new(status: StatusCode, mut headers: HeaderMap, plain: Bytes, keep: bool) -> Self {
        headers.remove(header::CONTENT_LENGTH);
        if keep {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(SHARED));
        }
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
        let hash: String = Sha256::digest(&plain)[..12].iter().map(|byte| format!("{byte:02x}")).collect();
        let form = |encoding: &'static str, bytes: Bytes| {
            let mut headers = headers.clone();
            let tag = if encoding.is_empty() { format!("\"{hash}\"") } else { format!("\"{hash}-{encoding}\"") };
            let tag = HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("\"\""));
            if keep {
                headers.insert(header::ETAG, tag.clone());
            }
            if !encoding.is_empty() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            Form { headers, tag, bytes }
        };
        // no more than its own length is kept
        let plain = Bytes::copy_from_slice(&plain);
        let (gzip, brotli) = (gzip(&plain), brotli(&plain));
        Self { status, gzip: form("gzip", gzip), brotli: form("br", brotli), plain: form("", plain) }
    }

    fn empty(status: StatusCode) -> Self {
        Self::new(status, HeaderMap::new(), Bytes::new(), false)
    }

    /// The memory that it takes, nearly.
    fn weight(&self) -> usize {
        // the headers, three times
        8192 + self.plain.bytes.len() + self.gzip.bytes.len() + self.brotli.bytes.len()
    }

    fn answer(&self, asked: &HeaderMap) -> Response {
        let form = match best_encoding(asked) {
            "br" => &self.brotli,
            "gzip" => &self.gzip,
            _ => &self.plain,
        };
        let mut response = if self.status == StatusCode::OK && has_already(asked, &form.tag) {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            // a policy names the scripts of the copy that the browser has, which is this one
            for name in [header::ETAG, header::CACHE_CONTROL, header::VARY, header::CONTENT_SECURITY_POLICY] {
                if let Some(value) = form.headers.get(&name) {
                    response.headers_mut().insert(name, value.clone());
                }
            }
            response
        } else {
            let mut response = Response::new(Body::from(form.bytes.clone()));
            *response.headers_mut() = form.headers.clone();
            response
        };
        if response.status() == StatusCode::OK {
            *response.status_mut() = self.status;
        }
        response
    }
}

/// The smallest form that the browser takes.
fn best_encoding(asked: &HeaderMap) -> &'static str {
    let accepted = asked.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let takes = |wanted: &str| {
        accepted.split(',').any(|entry| {
            let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let refused = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
            name.trim().eq_ignore_ascii_case(wanted) && !refused
        })
    };
    ["br", "gzip"].into_iter().find(|encoding| takes(encoding)).unwrap_or("")
}

/// Whether the browser has this very form already. A proxy may have weakened the tag on its way.
fn has_already(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    let known = asked.get_all(HeaderName::from_static("if-none-match"));
    let Ok(tag) = tag.to_str() else { return false };
    known
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim() == "*" || value.trim().trim_start_matches("W/") == tag)
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::default());
    // writing to memory does not fail
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default().into()
}

fn brotli(plain: &[u8]) -> Bytes {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: 18,
        size_hint: plain.len(),
        ..Default::default()
    };
    let mut out = Vec::with_capacity(plain.len() / 3);
    let _ = brotli::BrotliCompress(&mut &plain[..], &mut out, &parameters);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_the_parameters_that_its_page_knows() {
        let kept = |path: &str, query: &str| address(path, query).map(|address| address.path.to_string());
        for (path, query, wanted) in [
            ("/", "", Some("/")),
            ("/", "fbclid=abc&utm_source=zalo", Some("/")),
            ("/", "trang=2&gclid=x", Some("/?trang=2")),
            ("/", "trang=1", Some("/")),
            ("/", "trang=abc", Some("/")),
            ("/thong-ke", "trang=2", Some("/thong-ke")),
            ("/tin-tuc/bai-thu-7", "zarsrc=1303", Some("/tin-tuc/bai-thu-7")),
            (
                "/tin-tuc/bai-thu-7",
                "tra-loi=5&trang-y-kien=2&y-kien=%31%32",
                Some("/tin-tuc/bai-thu-7?trang-y-kien=2&y-kien=12&tra-loi=5"),
            ),
            ("/tin-tuc/bai-thu-7", "loi=abc", None),
            ("/tin-tuc/bai-thu-7", "x=1&lo%69=abc", None),
            ("/tin-tuc/chu", "", None),
            ("/tin-tuc/%62ai-7", "", None),
            ("/quan-tri", "", None),
            ("/api/home", "page=1", None),
            ("/khong-co", "", None),
        ] {
            assert_eq!(kept(path, query).as_deref(), wanted, "{path}?{query}");
        }
        assert_eq!(address("/tin-tuc/bai-thu-7", "").and_then(|address| address.article), Some(7));
    }

    #[test]
    fn the_smallest_form_that_a_browser_takes() {
        for (accepts, wanted) in [
            ("gzip, deflate, br, zstd", "br"),
            ("gzip;q=1.0, br;q=0", "gzip"),
            ("GZIP", "gzip"),
            ("identity", ""),
            ("", ""),
            ("brotli", ""),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, accepts.parse().expect("is a header"));
            assert_eq!(best_encoding(&headers), wanted, "{accepts}");
        }
    }

    #[test]
    fn a_form_that_the_browser_has_is_not_sent_again() {
        let copy = Copy::new(StatusCode::OK, HeaderMap::new(), Bytes::from("một trang ".repeat(100)), true);
        let ask = |encoding: &'static str, tag: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding));
            headers.insert(header::IF_NONE_MATCH, tag.parse().expect("is a header"));
            copy.answer(&headers)
        };
        let tag = |encoding| ask(encoding, "").headers()[header::ETAG].to_str().expect("is text").to_owned();
        let (br, plain) = (tag("br"), tag(""));
        assert_ne!(br, plain, "each form has a tag of its own");
        assert_eq!(ask("br", &br).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask("br", &format!("\"x\", W/{br}")).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask("br", &plain).status(), StatusCode::OK);
        assert!(copy.brotli.bytes.len() < copy.plain.bytes.len());
    }
}
