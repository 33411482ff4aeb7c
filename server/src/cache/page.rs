//! A page of the cache: its text, and the encodings that were asked for.

use crate::documents::hash_script;
use crate::negotiation::{ENCODINGS, choose_encoding, has_current_copy, make_etag};
use app::base::outage;
use app::copies::{Numbers, OwnParts, Place, Template};
use app::web::site::Site;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Mutex, Semaphore};
use tokio::task::JoinError;
use tokio::time::Instant;

/// Figures and views are put into a page anew when this is over, and somebody asks for it.
const NUMBERS_AGE: Duration = Duration::from_secs(10);
/// How many pages read their numbers at once.
static NUMBER_READS: Semaphore = Semaphore::const_new(2);
/// What everybody gets is compressed once for each change, so this may take longer than usual; the best quality would
/// take too long.
const SHARED: Quality = Quality { gzip: 6, brotli: 6 };
/// What is compressed for one visitor alone is sent once.
const OWN: Quality = Quality { gzip: 1, brotli: 1 };
/// Browsers ask again each time. Proxies keep the page for ten seconds, and a few more while they ask again.
const CACHE_CONTROL: &str = "public, max-age=0, must-revalidate, s-maxage=10, stale-while-revalidate=5";
/// For a visitor of whom it shows nothing: no proxy keeps it, and the browser asks again each time.
const PRIVATE_CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-cache");
/// For a visitor of whom it shows something: it stays nowhere, because others may use the same device.
const OWN_CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, no-store");
/// What the headers of a cached page take, nearly, in bytes.
const HEADER_WEIGHT: usize = 8192;

/// A page, and the encodings of it that were asked for.
#[derive(Debug)]
pub(super) struct CachedPage {
    pub(super) status: StatusCode,
    headers: HeaderMap,
    is_kept: bool,
    template: Template,
    /// The article whose views it shows.
    article: Option<i64>,
    /// Whether it shows numbers that change all the time.
    has_numbers: bool,
    numbers: RwLock<ShownNumbers>,
    /// Whether the numbers are being read.
    is_reading: AtomicBool,
    encodings: [Encoding; 3],
}

/// The numbers that a page shows, as of a state of the site.
#[derive(Debug, Clone)]
struct ShownNumbers {
    state: u64,
    since: Instant,
    /// `None` for those of the rendering.
    values: Option<Arc<Numbers>>,
}

#[derive(Debug, Default)]
struct Encoding {
    newest: RwLock<Option<Arc<EncodedPage>>>,
    /// One at a time compresses.
    making: Mutex<()>,
}

/// How much is given for fewer bytes.
#[derive(Clone, Copy)]
struct Quality {
    gzip: u32,
    brotli: i32,
}

#[derive(Debug)]
struct EncodedPage {
    /// Since when it shows its numbers.
    since: Instant,
    headers: HeaderMap,
    etag: HeaderValue,
    bytes: Bytes,
}

impl CachedPage {
    /// A page whose numbers were read in the state `numbers`.
    pub(super) fn new(
        (status, mut headers): (StatusCode, HeaderMap),
        html: &[u8],
        is_kept: bool,
        (article, numbers): (Option<i64>, u64),
    ) -> Self {
        headers.remove(header::CONTENT_LENGTH);
        if is_kept {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL));
        }
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
        let template = Template::new(&String::from_utf8_lossy(html));
        Self {
            status,
            headers,
            is_kept,
            article: article.filter(|_| template.content(Place::Views).is_some()),
            has_numbers: template.has_numbers(),
            template,
            numbers: RwLock::new(ShownNumbers { state: numbers, since: Instant::now(), values: None }),
            is_reading: AtomicBool::default(),
            encodings: Default::default(),
        }
    }

    pub(super) fn empty(status: StatusCode) -> Self {
        Self::new((status, HeaderMap::new()), b"", false, (None, 0))
    }

    /// The memory that the page takes at most, nearly, in bytes: its text once more where somebody asks for it as it
    /// is, and half of that for what is compressed.
    pub(super) fn weight(&self) -> usize {
        HEADER_WEIGHT + self.template.size() * 5 / 2
    }

    /// The page, cut where copies differ.
    pub(super) fn template(&self) -> &Template {
        &self.template
    }

    /// The numbers to show. Where they are old and others are known, the newest are read for those who ask next: nobody
    /// waits for them.
    fn find_numbers(self: &Arc<Self>, site: &Site) -> ShownNumbers {
        let shown = self.numbers.read().unwrap_or_else(PoisonError::into_inner).clone();
        let state = site.hub.numbers();
        let is_current = shown.state == state || shown.since.elapsed() < NUMBERS_AGE;
        let may_read = self.is_kept && self.has_numbers && site.hub.is_listening() && outage::answers();
        if !is_current
            && may_read
            && let Ok(turn) = NUMBER_READS.try_acquire()
            && !self.is_reading.swap(true, SeqCst)
        {
            let (page, site) = (Arc::clone(self), site.clone());
            tokio::spawn(async move {
                page.read_numbers(&site, state).await;
                page.is_reading.store(false, SeqCst);
                drop(turn);
            });
        }
        shown
    }

    async fn read_numbers(&self, site: &Site, state: u64) {
        let read = outage::unless_unanswered(Numbers::read(site, self.article)).await.and_then(Result::ok);
        let mut numbers = self.numbers.write().unwrap_or_else(PoisonError::into_inner);
        // where nothing was read, it is tried again after the next change
        numbers.state = state;
        let values = read.map(Arc::new).filter(|values| numbers.values.as_ref() != Some(values));
        if let Some(values) = values {
            numbers.since = Instant::now();
            numbers.values = Some(values);
        }
    }

    /// Finds the page in an encoding, by its index. It is made when it is asked for, once.
    async fn encode(self: &Arc<Self>, site: &Site, index: usize) -> Result<Arc<EncodedPage>, JoinError> {
        let numbers = self.find_numbers(site);
        let encoding = &self.encodings[index];
        let newest = || encoding.newest.read().unwrap_or_else(PoisonError::into_inner).clone();
        let is_current = |page: &Arc<EncodedPage>| page.since >= numbers.since;
        if let Some(page) = newest().filter(is_current) {
            return Ok(page);
        }
        let _turn = match (encoding.making.try_lock(), newest()) {
            (Ok(turn), _) => turn,
            // somebody is making a newer one
            (Err(_), Some(page)) => return Ok(page),
            (Err(_), None) => encoding.making.lock().await,
        };
        if let Some(page) = newest().filter(is_current) {
            return Ok(page);
        }
        let html = self.template.fill(|place| numbers.values.as_ref()?.find(place));
        let compressed = tokio::task::spawn_blocking(move || {
            let etag = make_etag(html.as_bytes(), index);
            (etag, compress(html, ENCODINGS[index], SHARED))
        });
        let (etag, bytes) = compressed.await?;
        let mut headers = self.headers.clone();
        if self.is_kept {
            headers.insert(header::ETAG, etag.clone());
        }
        set_encoding(&mut headers, ENCODINGS[index], bytes.len());
        let page = Arc::new(EncodedPage { since: numbers.since, headers, etag, bytes });
        *encoding.newest.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&page));
        Ok(page)
    }

    /// Answers with the page as everybody gets it.
    pub(super) async fn answer(self: &Arc<Self>, site: &Site, request_headers: &HeaderMap) -> Response {
        let encoded = match self.encode(site, choose_encoding(request_headers)).await {
            Ok(encoded) => encoded,
            Err(error) => {
                tracing::error!(%error, "a page could not be compressed");
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
        };
        if self.status == StatusCode::OK && has_current_copy(request_headers, &encoded.etag) {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            // the policy lists the scripts of the copy that the browser has, which is this one
            for name in [header::ETAG, header::CACHE_CONTROL, header::VARY, header::CONTENT_SECURITY_POLICY] {
                if let Some(value) = encoded.headers.get(&name) {
                    response.headers_mut().insert(name, value.clone());
                }
            }
            return response;
        }
        let mut response = Response::new(Body::from(encoded.bytes.clone()));
        *response.headers_mut() = encoded.headers.clone();
        *response.status_mut() = self.status;
        response
    }

    /// Answers a visitor of whom the page shows nothing with the page as everybody gets it.
    pub(super) async fn answer_visitor(self: &Arc<Self>, site: &Site, request_headers: &HeaderMap) -> Response {
        let mut response = self.answer(site, request_headers).await;
        if self.is_kept {
            response.headers_mut().insert(header::CACHE_CONTROL, PRIVATE_CACHE_CONTROL);
        }
        response
    }

    /// Answers a visitor with the page with their own parts put in.
    pub(super) fn answer_with_own_parts(
        self: &Arc<Self>,
        site: &Site,
        request_headers: &HeaderMap,
        own: OwnParts,
    ) -> Response {
        let numbers = self.find_numbers(site);
        let find = |place| own.find(place).or_else(|| numbers.values.as_ref()?.find(place));
        let html = self.template.fill(find);
        let mut headers = self.headers.clone();
        headers.insert(header::CACHE_CONTROL, OWN_CACHE_CONTROL);
        let scripts = self.template.content(Place::Data).zip(own.find(Place::Data));
        if let (Some((theirs, own)), Some(policy)) = (scripts, headers.get(header::CONTENT_SECURITY_POLICY)) {
            let policy = policy.to_str().unwrap_or_default().replace(&hash_script(theirs), &hash_script(&own));
            if let Ok(policy) = HeaderValue::try_from(policy) {
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            }
        }
        let encoding = ENCODINGS[choose_encoding(request_headers)];
        let bytes = compress(html, encoding, OWN);
        set_encoding(&mut headers, encoding, bytes.len());
        let mut response = Response::new(Body::from(bytes));
        *response.headers_mut() = headers;
        response
    }
}

fn set_encoding(headers: &mut HeaderMap, encoding: &'static str, length: usize) {
    if !encoding.is_empty() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
}

fn compress(html: String, encoding: &str, quality: Quality) -> Bytes {
    match encoding {
        "gzip" => compress_gzip(html.as_bytes(), quality.gzip),
        "br" => compress_brotli(html.as_bytes(), quality.brotli),
        // the copy has exactly the length of the page, whatever the buffer had
        _ => Bytes::from(html.into_boxed_str().into_boxed_bytes()),
    }
}

fn compress_gzip(plain: &[u8], level: u32) -> Bytes {
    let mut encoder = GzEncoder::new(Vec::with_capacity(plain.len() / 3), Compression::new(level));
    // writing to memory does not fail
    let _ = encoder.write_all(plain);
    encoder.finish().unwrap_or_default().into()
}

fn compress_brotli(plain: &[u8], quality: i32) -> Bytes {
    let parameters =
        brotli::enc::BrotliEncoderParams { quality, lgwin: 18, size_hint: plain.len(), ..Default::default() };
    let mut out = Vec::with_capacity(plain.len() / 3);
    let _ = brotli::BrotliCompress(&mut &plain[..], &mut out, &parameters);
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_is_smaller() {
        let page = "một trang ".repeat(100);
        for encoding in ["gzip", "br"] {
            for quality in [SHARED, OWN] {
                assert!(compress(page.clone(), encoding, quality).len() < page.len() / 5, "{encoding}");
            }
        }
        assert_eq!(compress(page.clone(), "", OWN), page);
    }
}
