//! The cache of rendered pages that contain nothing of one visitor.
//!
//! Everybody without a visitor's or a session's cookie gets the same cached page. It is found by its address and by the
//! generation of what it shows, so an outdated page is never found again, and a rendering that began before a change is
//! never taken for one that began after it. Pages are rendered from a request that the cache makes itself: neither a
//! cookie nor a parameter of the client can enter them.

use crate::request_guard::take_read;
use app::base::id::{parse_id, parse_page};
use app::base::outage;
use app::features::articles::parse_slug_id;
use app::live::generations::Generation;
use app::pages::find_canonical_query;
use app::routes::{self, Parameter};
use app::web::forms::TOKEN;
use app::web::site::Site;
use app::web::visitor::has_own_cookie;
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
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// The largest page, in bytes; every page of the site is far smaller.
const MAX_PAGE: usize = 8 * 1024 * 1024;
/// The longest part of a path that varies, in bytes.
const MAX_LAST_PART: usize = 300;
/// A page is rendered again after this long even if no change is known: a scheduled article may have become public.
const MAX_AGE: Duration = Duration::from_secs(60);
/// During an outage of the database the last rendering of a page is served for this long.
const MAX_STALE_AGE: Duration = Duration::from_secs(30 * 60);
/// How long a request waits for a fresh rendering during an outage, where there is a last one.
const OUTAGE_TIMEOUT: Duration = Duration::from_millis(300);
/// A page is compressed once for each change, so this may take longer than usual; the best quality would take too long.
const BROTLI_QUALITY: i32 = 6;
/// Browsers ask again each time. Proxies keep the page for ten seconds, and a few more while they ask again.
const CACHE_CONTROL: &str = "public, max-age=0, must-revalidate, s-maxage=10, stale-while-revalidate=5";
/// How many addresses with numbers are looked up at once, how long each may take, and how many are remembered.
const MAX_LOOKUPS: usize = 2;
const MAX_LOOKUP_TIME: Duration = Duration::from_secs(1);
const MAX_CANONICAL: u64 = 10_000;
/// What the headers of a cached page take, nearly, in bytes.
const HEADER_WEIGHT: usize = 8192;

/// The cache. Cheap to clone.
#[derive(Clone)]
pub struct Cache {
    site: Site,
    /// Renders a page.
    renderer: Router,
    fresh: Moka<(Arc<str>, Generation), Arc<CachedPage>, RandomState>,
    last: moka::sync::Cache<Arc<str>, (Generation, Arc<CachedPage>)>,
    /// The addresses under which pages are kept, for those that were asked for with other numbers.
    canonical: moka::sync::Cache<(Arc<str>, Generation), Arc<str>>,
    /// Limits how many look at once for the address under which a page is kept.
    lookups: Arc<Semaphore>,
    /// For the metrics.
    pub counts: Arc<CacheCounts>,
}

/// How requests for cacheable pages were answered.
#[derive(Debug, Default)]
pub struct CacheCounts {
    /// With a page that was in the cache.
    pub hits: AtomicU64,
    /// With a page that was rendered.
    pub renderings: AtomicU64,
    /// With the last page, because the database was unreachable.
    pub stale: AtomicU64,
}

/// A page in the three encodings that browsers accept.
#[derive(Debug)]
struct CachedPage {
    status: StatusCode,
    plain: EncodedPage,
    gzip: EncodedPage,
    brotli: EncodedPage,
}

#[derive(Debug)]
struct EncodedPage {
    headers: HeaderMap,
    etag: HeaderValue,
    bytes: Bytes,
}

/// What selects a cacheable page: its path with the parameters that it knows, and the article that it shows.
#[derive(Debug, PartialEq, Eq)]
pub struct PageKey {
    address: Arc<str>,
    article: Option<i64>,
}

impl Cache {
    /// A cache of at most `bytes` for pages that `renderer` renders.
    pub fn new(site: Site, renderer: Router, bytes: u64) -> Self {
        let weigh = |page: &Arc<CachedPage>| u32::try_from(page.weight()).unwrap_or(u32::MAX);
        let fresh = Moka::builder()
            .max_capacity(bytes / 2)
            .weigher(move |_, page| weigh(page))
            .time_to_live(MAX_AGE)
            .build_with_hasher(RandomState::default());
        let last = moka::sync::Cache::builder()
            .max_capacity(bytes / 2)
            .weigher(move |_, (_, page)| weigh(page))
            .time_to_live(MAX_STALE_AGE)
            .build();
        let lookups = Arc::new(Semaphore::new(MAX_LOOKUPS));
        let canonical = moka::sync::Cache::builder().max_capacity(MAX_CANONICAL).time_to_live(MAX_AGE).build();
        Self { site, renderer, fresh, last, canonical, lookups, counts: Arc::default() }
    }

    /// Finds the key of the page that a request asks for; `None` where it must be rendered for this client alone.
    pub fn find_key(&self, request: &Request) -> Option<PageKey> {
        let is_own = has_own_cookie(&self.site, request.headers());
        if is_own { None } else { self.find_shared_key(request) }
    }

    /// Finds the key of the page that everybody else gets for the same request.
    pub fn find_shared_key(&self, request: &Request) -> Option<PageKey> {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        is_read.then(|| find_key(request.uri().path(), request.uri().query().unwrap_or_default()))?
    }

    /// Answers with the page of this key, in the encoding that the browser accepts. A page from the cache is free;
    /// `None` where it must be rendered and the client at `address` has asked for too many.
    pub async fn answer(&self, key: &PageKey, request_headers: &HeaderMap, address: IpAddr) -> Option<Response> {
        let generation = self.site.hub.generation(key.article);
        if let Some(page) = self.find_fresh(&key.address, generation).await {
            return Some(page.to_response(request_headers));
        }
        let known = self.canonical.get(&(Arc::clone(&key.address), generation));
        if let Some(path) = &known
            && let Some(page) = self.find_fresh(path, generation).await
        {
            return Some(page.to_response(request_headers));
        }
        take_read(&self.site, address).ok()?;
        let path = match known {
            Some(path) => path,
            None => self.find_canonical_address(key, generation).await,
        };
        if path != key.address
            && let Some(page) = self.find_fresh(&path, generation).await
        {
            return Some(page.to_response(request_headers));
        }
        let last = self.find_last(&path, generation);
        let rendering = self.fresh.try_get_with((Arc::clone(&path), generation), self.render(&path));
        let rendered = match &last {
            // no changes are received: the database is unreachable, and waiting for it may take long
            Some(_) if !self.site.hub.is_listening() || !outage::answers() => {
                tokio::time::timeout(OUTAGE_TIMEOUT, rendering).await.ok()
            }
            _ => Some(rendering.await),
        };
        Some(match (rendered, last) {
            (Some(Ok(page)), _) => {
                self.last.insert(path, (generation, Arc::clone(&page)));
                page.to_response(request_headers)
            }
            (Some(Err(error_page)), last) => match last {
                Some((_, last)) if error_page.status.is_server_error() => self.answer_stale(&last, request_headers),
                _ => error_page.to_response(request_headers),
            },
            (None, Some((_, last))) => self.answer_stale(&last, request_headers),
            (None, None) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
        })
    }

    async fn find_fresh(&self, address: &Arc<str>, generation: Generation) -> Option<Arc<CachedPage>> {
        let page = self.fresh.get(&(Arc::clone(address), generation)).await?;
        self.counts.hits.fetch_add(1, Relaxed);
        Some(page)
    }

    /// Finds the address under which the same page is kept, whatever numbers an address has. A few look at a time and
    /// nobody for long; then the page is shown as it is without numbers.
    async fn find_canonical_address(&self, key: &PageKey, generation: Generation) -> Arc<str> {
        let Some((path, query)) = key.address.split_once('?').filter(|_| key.article.is_some()) else {
            return Arc::clone(&key.address);
        };
        let find = async {
            let _turn = self.lookups.acquire().await.ok()?;
            find_canonical_query(&self.site, path, query).await.ok()
        };
        let found = tokio::time::timeout(MAX_LOOKUP_TIME, outage::unless_unanswered(find)).await;
        let Some(query) = found.ok().flatten().flatten() else { return path.into() };
        let canonical: Arc<str> = if query.is_empty() { path.into() } else { format!("{path}?{query}").into() };
        self.canonical.insert((Arc::clone(&key.address), generation), Arc::clone(&canonical));
        canonical
    }

    /// Finds the last rendering of an address, or of its page without numbers, if it is not known to be overtaken.
    fn find_last(&self, address: &Arc<str>, generation: Generation) -> Option<(Generation, Arc<CachedPage>)> {
        let path = address.split('?').next().unwrap_or_default();
        let last = self.last.get(address).or_else(|| self.last.get(&Arc::from(path)));
        last.filter(|(known, _)| known.lasting == generation.lasting)
    }

    /// Answers with the last page of an address, for a visitor whose own page cannot be rendered while the database is
    /// unreachable. It shows nothing of anybody.
    pub fn answer_last(&self, key: &PageKey, request_headers: &HeaderMap) -> Option<Response> {
        let generation = self.site.hub.generation(key.article);
        let (_, last) = self.find_last(&key.address, generation)?;
        let mut response = self.answer_stale(&last, request_headers);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        Some(response)
    }

    fn answer_stale(&self, last: &CachedPage, request_headers: &HeaderMap) -> Response {
        self.counts.stale.fetch_add(1, Relaxed);
        let mut response = last.to_response(request_headers);
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    /// Renders a page for nobody in particular. An error page or a redirect is returned as an error, and is not cached.
    async fn render(&self, path: &str) -> Result<Arc<CachedPage>, Arc<CachedPage>> {
        self.counts.renderings.fetch_add(1, Relaxed);
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty());
        let Ok(request) = request else { return Err(Arc::new(CachedPage::empty(StatusCode::BAD_REQUEST))) };
        let response = self.renderer.clone().oneshot(request).await.into_response();
        let (parts, body) = response.into_parts();
        let is_kept = parts.status == StatusCode::OK && !parts.headers.contains_key(header::SET_COOKIE);
        let Ok(bytes) = to_bytes(body, MAX_PAGE).await else {
            return Err(Arc::new(CachedPage::empty(StatusCode::INTERNAL_SERVER_ERROR)));
        };
        let (status, headers) = (parts.status, parts.headers);
        let encoded = tokio::task::spawn_blocking(move || CachedPage::new(status, headers, bytes, is_kept)).await;
        let page = Arc::new(encoded.unwrap_or_else(|_| CachedPage::empty(StatusCode::INTERNAL_SERVER_ERROR)));
        if is_kept { Ok(page) } else { Err(page) }
    }
}

/// Finds the key of the page at an address, if it is cacheable. Parameters that the page does not know are left out, so
/// that those that chat apps append fill no memory. A page with the token of a refused form is for one visitor alone.
fn find_key(path: &str, query: &str) -> Option<PageKey> {
    let (index, last) = routes::find(path)?;
    let route = &routes::ALL[index];
    if !route.cacheable || last.len() >= MAX_LAST_PART || !is_plain(last) {
        return None;
    }
    let article = match *route == routes::ARTICLE || *route == routes::DOCUMENT {
        true => Some(parse_slug_id(last)?.1),
        false => None,
    };
    if query.is_empty() {
        return Some(PageKey { address: path.into(), article });
    }
    let find = |name: &str| {
        form_urlencoded::parse(query.as_bytes()).find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    };
    if find(TOKEN).is_some() {
        return None;
    }
    let known = route.parameters.iter().filter_map(|parameter| match parameter {
        Parameter::Page(name) => match parse_page(find(name).as_deref()) {
            1 => None,
            page => Some(format!("{name}={page}")),
        },
        Parameter::Id(name) => find(name).as_deref().and_then(parse_id).map(|id| format!("{name}={id}")),
    });
    let known = known.collect::<Vec<_>>().join("&");
    let address = if known.is_empty() { path.into() } else { format!("{path}?{known}").into() };
    Some(PageKey { address, article })
}

fn is_plain(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/'))
}

impl CachedPage {
    fn new(status: StatusCode, mut headers: HeaderMap, plain: Bytes, is_kept: bool) -> Self {
        headers.remove(header::CONTENT_LENGTH);
        if is_kept {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL));
        }
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
        let hash = hex::encode(&Sha256::digest(&plain)[..12]);
        let encoded = |encoding: &'static str, bytes: Bytes| {
            let mut headers = headers.clone();
            let etag = if encoding.is_empty() { format!("\"{hash}\"") } else { format!("\"{hash}-{encoding}\"") };
            let etag = HeaderValue::try_from(etag).unwrap_or(HeaderValue::from_static("\"\""));
            if is_kept {
                headers.insert(header::ETAG, etag.clone());
            }
            if !encoding.is_empty() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from(bytes.len()));
            EncodedPage { headers, etag, bytes }
        };
        // the copy has exactly the length of the page, whatever the buffer had
        let plain = Bytes::copy_from_slice(&plain);
        let (gzip, brotli) = (compress_gzip(&plain), compress_brotli(&plain));
        Self { status, gzip: encoded("gzip", gzip), brotli: encoded("br", brotli), plain: encoded("", plain) }
    }

    fn empty(status: StatusCode) -> Self {
        Self::new(status, HeaderMap::new(), Bytes::new(), false)
    }

    /// The memory that the page takes, nearly, in bytes.
    fn weight(&self) -> usize {
        HEADER_WEIGHT + self.plain.bytes.len() + self.gzip.bytes.len() + self.brotli.bytes.len()
    }

    fn to_response(&self, request_headers: &HeaderMap) -> Response {
        let encoded = match choose_encoding(request_headers) {
            "br" => &self.brotli,
            "gzip" => &self.gzip,
            _ => &self.plain,
        };
        let mut response = if self.status == StatusCode::OK && has_current_copy(request_headers, &encoded.etag) {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            // the policy lists the scripts of the copy that the browser has, which is this one
            for name in [header::ETAG, header::CACHE_CONTROL, header::VARY, header::CONTENT_SECURITY_POLICY] {
                if let Some(value) = encoded.headers.get(&name) {
                    response.headers_mut().insert(name, value.clone());
                }
            }
            response
        } else {
            let mut response = Response::new(Body::from(encoded.bytes.clone()));
            *response.headers_mut() = encoded.headers.clone();
            response
        };
        if response.status() == StatusCode::OK {
            *response.status_mut() = self.status;
        }
        response
    }
}

/// Chooses the smallest encoding that the browser accepts; empty for none.
fn choose_encoding(request_headers: &HeaderMap) -> &'static str {
    let accepted = request_headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_accepted = |wanted: &str| {
        accepted.split(',').any(|entry| {
            let (name, quality) = entry.split_once(';').unwrap_or((entry, ""));
            let is_refused = quality.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()) == Some(0.0);
            name.trim().eq_ignore_ascii_case(wanted) && !is_refused
        })
    };
    ["br", "gzip"].into_iter().find(|encoding| is_accepted(encoding)).unwrap_or("")
}

/// Whether the browser has this page in this encoding. A proxy may have weakened the tag on its way.
fn has_current_copy(request_headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let known = request_headers.get_all(HeaderName::from_static("if-none-match"));
    let Ok(etag) = etag.to_str() else { return false };
    known
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim() == "*" || value.trim().trim_start_matches("W/") == etag)
}

fn compress_gzip(plain: &[u8]) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::default());
    // writing to memory does not fail
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default().into()
}

fn compress_brotli(plain: &[u8]) -> Bytes {
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
    fn a_key_contains_only_the_parameters_that_its_page_knows() {
        let find_address = |path: &str, query: &str| find_key(path, query).map(|key| key.address.to_string());
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
            ("/api/page", "path=%2F", None),
            ("/tin-tuc/bai-thu", "", None),
            ("/y-kien-cua-toi/abc", "", None),
            ("/khong-co", "", None),
        ] {
            assert_eq!(find_address(path, query).as_deref(), wanted, "{path}?{query}");
        }
        assert_eq!(find_key("/tin-tuc/bai-thu-7", "").and_then(|key| key.article), Some(7));
    }

    #[test]
    fn the_smallest_accepted_encoding_is_chosen() {
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
            assert_eq!(choose_encoding(&headers), wanted, "{accepts}");
        }
    }

    #[test]
    fn a_page_that_the_browser_has_is_not_sent_again() {
        let page = CachedPage::new(StatusCode::OK, HeaderMap::new(), Bytes::from("một trang ".repeat(100)), true);
        let ask = |encoding: &'static str, tag: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(encoding));
            headers.insert(header::IF_NONE_MATCH, tag.parse().expect("is a header"));
            page.to_response(&headers)
        };
        let tag = |encoding| ask(encoding, "").headers()[header::ETAG].to_str().expect("is text").to_owned();
        let (br, plain) = (tag("br"), tag(""));
        assert_ne!(br, plain, "each encoding has a tag of its own");
        assert_eq!(ask("br", &br).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask("br", &format!("\"x\", W/{br}")).status(), StatusCode::NOT_MODIFIED);
        assert_eq!(ask("br", &plain).status(), StatusCode::OK);
        assert!(page.brotli.bytes.len() < page.plain.bytes.len());
    }
}
