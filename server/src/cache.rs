//! The cache of rendered pages that contain nothing of one visitor.
//!
//! Everybody but staff gets the same cached page. It is found by its address and by the generation of what it shows, so
//! an outdated page is never found again, and a rendering that began before a change is never taken for one that began
//! after it. Pages are rendered from a request that the cache makes itself: neither a cookie nor a parameter of the
//! client can enter them. A visitor who voted or wrote gets a copy with their own parts put in.

mod page;

use crate::load::{Kind, Load};
use crate::request_guard::take_read;
use app::base::id::{parse_id, parse_page};
use app::base::outage;
use app::copies::{find_own_content, render_own_parts};
use app::features::articles::parse_slug_id;
use app::live::generations::Generation;
use app::pages::find_canonical_query;
use app::routes::{self, Parameter};
use app::web::forms::TOKEN;
use app::web::site::Site;
use app::web::visitor::{Asker, KnownVisitor};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use foldhash::fast::RandomState;
use moka::future::Cache as Moka;
use page::CachedPage;
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
/// How many addresses with numbers are looked up at once, how long each may take, and how many are remembered.
const MAX_LOOKUPS: usize = 2;
const MAX_LOOKUP_TIME: Duration = Duration::from_secs(1);
const MAX_CANONICAL: u64 = 10_000;

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
    /// Looking for what visitors have at an article has its turn as pages have.
    load: Arc<Load>,
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

/// What the cache has for a request.
enum Found {
    /// The page.
    Page(Arc<CachedPage>),
    /// The last rendering, while the database is unreachable.
    Last(Arc<CachedPage>),
}

/// What selects a cacheable page: its path with the parameters that it knows, and the article that it shows.
#[derive(Debug, PartialEq, Eq)]
pub struct PageKey {
    address: Arc<str>,
    article: Option<i64>,
}

impl Cache {
    /// A cache of at most `bytes` for pages that `renderer` renders.
    pub fn new(site: Site, renderer: Router, bytes: u64, load: Arc<Load>) -> Self {
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
        Self { site, renderer, fresh, last, canonical, lookups, load, counts: Arc::default() }
    }

    /// Finds the key of the page that a request asks for; `None` where no page is kept.
    pub fn find_key(&self, request: &Request) -> Option<PageKey> {
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        is_read.then(|| find_key(request.uri().path(), request.uri().query().unwrap_or_default()))?
    }

    /// Answers with the page of this key, in the encoding that the browser accepts. A page from the cache is free;
    /// `None` where the page must be rendered for this client alone, and where the client at `address` has asked for
    /// too many.
    pub async fn answer(&self, key: &PageKey, request_headers: &HeaderMap, address: IpAddr) -> Option<Response> {
        match (Asker::from_headers(&self.site, request_headers), key.article) {
            (Asker::Staff, _) => None,
            (Asker::Anybody, _) => Some(match self.find(key, address).await? {
                Found::Page(page) => page.answer(&self.site, request_headers).await,
                Found::Last(page) => self.answer_last_page(&page, request_headers).await,
            }),
            (Asker::Visitor(Some(visitor)), Some(article)) => {
                self.answer_visitor(key, article, &visitor, request_headers, address).await
            }
            (Asker::Visitor(_), _) => self.answer_with_shared_copy(key, request_headers, address).await,
        }
    }

    /// Answers a visitor of whom the page shows nothing.
    async fn answer_with_shared_copy(
        &self,
        key: &PageKey,
        request_headers: &HeaderMap,
        address: IpAddr,
    ) -> Option<Response> {
        match self.find(key, address).await? {
            Found::Page(page) => Some(page.answer_visitor(&self.site, request_headers).await),
            Found::Last(last) => Some(self.answer_privately(&last, request_headers).await),
        }
    }

    /// Answers a visitor of an article. What they have there is looked up first: what the page shows is never older.
    async fn answer_visitor(
        &self,
        key: &PageKey,
        article: i64,
        visitor: &KnownVisitor,
        request_headers: &HeaderMap,
        address: IpAddr,
    ) -> Option<Response> {
        take_read(&self.site, address).ok()?;
        let find = async {
            let _permit = self.load.take(Kind::Page).await.ok()?;
            find_own_content(&self.site, article, visitor).await.ok()
        };
        let own = outage::unless_unanswered(find).await??;
        let Some(own) = own else { return self.answer_with_shared_copy(key, request_headers, address).await };
        let Found::Page(page) = self.find(key, address).await? else { return None };
        if page.status != StatusCode::OK {
            return None;
        }
        let render = async {
            // only comments that wait are read
            let _permit = match own.has_waiting_comments {
                true => Some(self.load.take(Kind::Page).await.ok()?),
                false => None,
            };
            render_own_parts(&self.site, page.template(), visitor, own).await.ok()?
        };
        let parts = outage::unless_unanswered(render).await??;
        Some(page.answer_with_own_parts(&self.site, request_headers, parts))
    }

    /// Finds the page of a key, or has it rendered; `None` where it would have to be and the client at `address` has
    /// asked for too many.
    async fn find(&self, key: &PageKey, address: IpAddr) -> Option<Found> {
        let generation = self.site.hub.generation(key.article);
        if let Some(page) = self.find_fresh(&key.address, generation).await {
            return Some(Found::Page(page));
        }
        let known = self.canonical.get(&(Arc::clone(&key.address), generation));
        if let Some(path) = &known
            && let Some(page) = self.find_fresh(path, generation).await
        {
            return Some(Found::Page(page));
        }
        take_read(&self.site, address).ok()?;
        let path = match known {
            Some(path) => path,
            None => self.find_canonical_address(key, generation).await,
        };
        if path != key.address
            && let Some(page) = self.find_fresh(&path, generation).await
        {
            return Some(Found::Page(page));
        }
        let last = self.find_last(&path, generation);
        let rendering = self.fresh.try_get_with((Arc::clone(&path), generation), self.render(&path, key.article));
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
                Found::Page(page)
            }
            (Some(Err(error_page)), last) => match last {
                Some((_, last)) if error_page.status.is_server_error() => Found::Last(last),
                _ => Found::Page(Arc::clone(&error_page)),
            },
            (None, Some((_, last))) => Found::Last(last),
            (None, None) => Found::Page(Arc::new(CachedPage::empty(StatusCode::SERVICE_UNAVAILABLE))),
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
        last.filter(|(known, _)| known.shows_the_same(&generation))
    }

    /// Answers with the last page of an address, for a visitor whose own page cannot be rendered while the database is
    /// unreachable. It shows nothing of anybody.
    pub async fn answer_last(&self, key: &PageKey, request_headers: &HeaderMap) -> Option<Response> {
        let generation = self.site.hub.generation(key.article);
        let (_, last) = self.find_last(&key.address, generation)?;
        Some(self.answer_privately(&last, request_headers).await)
    }

    async fn answer_privately(&self, last: &Arc<CachedPage>, request_headers: &HeaderMap) -> Response {
        let mut response = self.answer_last_page(last, request_headers).await;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
        response
    }

    async fn answer_last_page(&self, last: &Arc<CachedPage>, request_headers: &HeaderMap) -> Response {
        self.counts.stale.fetch_add(1, Relaxed);
        let mut response = last.answer(&self.site, request_headers).await;
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    /// Renders a page for nobody in particular. An error page or a redirect is returned as an error, and is not cached.
    async fn render(&self, path: &str, article: Option<i64>) -> Result<Arc<CachedPage>, Arc<CachedPage>> {
        self.counts.renderings.fetch_add(1, Relaxed);
        let numbers = self.site.hub.numbers();
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty());
        let Ok(request) = request else { return Err(Arc::new(CachedPage::empty(StatusCode::BAD_REQUEST))) };
        let response = self.renderer.clone().oneshot(request).await.into_response();
        let (parts, body) = response.into_parts();
        let is_kept = parts.status == StatusCode::OK && !parts.headers.contains_key(header::SET_COOKIE);
        let Ok(bytes) = to_bytes(body, MAX_PAGE).await else {
            return Err(Arc::new(CachedPage::empty(StatusCode::INTERNAL_SERVER_ERROR)));
        };
        let page = CachedPage::new((parts.status, parts.headers), &bytes, is_kept, (article, numbers));
        if is_kept { Ok(Arc::new(page)) } else { Err(Arc::new(page)) }
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
            ("/tin-tuc/bai-thu-7", "chuoi=9", Some("/tin-tuc/bai-thu-7?chuoi=9")),
            ("/tin-tuc/bai-thu-7", "chuoi=x&chuoi=9", Some("/tin-tuc/bai-thu-7")),
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
}
