//! Leads the addresses of an old site on, before cache and counts. What was found is remembered for a while, so that an
//! old address costs no more than a new one.

use crate::load::{self, Load};
use app::base::error::AppError;
use app::features::import::addresses::{OldAddress, OldModules, may_be_old, parse_old_address};
use app::features::import::redirects::{Lead, find_lead};
use app::features::import::store::read_modules;
use app::routes;
use app::web::site::Site;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::Duration;

/// How long what was found is remembered, unless the site changes before.
const MAX_AGE: Duration = Duration::from_secs(60);
/// The memory for remembered addresses, in bytes.
const MAX_REMEMBERED: u64 = 4 << 20;
/// The longest address that is looked up, in bytes.
const MAX_LENGTH: usize = 2000;

/// The old addresses of a site.
#[derive(Clone)]
pub struct OldAddresses {
    site: Site,
    load: Arc<Load>,
    /// Names under which an old site was reached. Everything there leads to the site's own name.
    hosts: Arc<[String]>,
    /// Both under the state of the site in which they were found.
    modules: moka::future::Cache<[u64; 2], Arc<OldModules>>,
    leads: moka::future::Cache<([u64; 2], String), Option<Lead>>,
}

/// An address that no page has.
const NO_PAGE: &str = "/khong-co";

/// What becomes of a request.
pub enum Led {
    /// It is answered.
    Answered(Response),
    /// It goes on, perhaps with another address.
    On(Request),
}

impl OldAddresses {
    pub fn new(site: Site, load: Arc<Load>, hosts: Vec<String>) -> Self {
        let hosts: Vec<String> = hosts.into_iter().map(|host| host.to_lowercase()).collect();
        let modules = moka::future::Cache::builder().max_capacity(2).time_to_live(MAX_AGE).build();
        let leads = moka::future::Cache::builder()
            .max_capacity(MAX_REMEMBERED)
            .weigher(|(_, key): &([u64; 2], String), _| u32::try_from(2 * key.len() + 200).unwrap_or(u32::MAX))
            .time_to_live(MAX_AGE)
            .build();
        Self { site, load, hosts: hosts.into(), modules, leads }
    }

    /// Leads a request on that asks for an old address, or came by an old name of the site.
    pub async fn lead(&self, mut request: Request) -> Led {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Led::On(request);
        }
        let is_old_host = self.has_old_host(&request);
        let (path, query) = (request.uri().path(), request.uri().query().unwrap_or_default());
        let is_page_here = routes::find(path).is_some();
        let is_candidate = path.len() + query.len() <= MAX_LENGTH && may_be_old(path, query, is_page_here);
        let lead = if is_candidate { self.find(path, query).await } else { Ok(None) };
        match lead {
            Ok(Some(Lead::To(target))) => Led::Answered(self.redirect(&target, is_old_host)),
            Ok(Some(Lead::As(target))) if !is_old_host => match target.parse::<Uri>() {
                Ok(uri) => {
                    *request.uri_mut() = uri;
                    Led::On(request)
                }
                Err(_) => Led::On(request),
            },
            Ok(Some(Lead::As(target))) => Led::Answered(self.redirect(&target, true)),
            Ok(Some(Lead::Nowhere)) if !is_old_host => {
                *request.uri_mut() = Uri::from_static(NO_PAGE);
                Led::On(request)
            }
            Ok(None | Some(Lead::Nowhere)) if is_old_host => {
                let address = request.uri().path_and_query().map_or("/", |address| address.as_str()).to_owned();
                Led::Answered(self.redirect(&address, true))
            }
            Ok(_) => Led::On(request),
            // the page of a fault answers; an old address is not said to be gone while nobody can know
            Err(_) => Led::Answered((StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, "10")]).into_response()),
        }
    }

    /// Whether a request came by one of the old names.
    fn has_old_host(&self, request: &Request) -> bool {
        if self.hosts.is_empty() {
            return false;
        }
        let named = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let Some(host) = named.or_else(|| request.uri().host()) else { return false };
        let host = host
            .rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
            .map_or(host, |(host, _)| host);
        self.hosts.iter().any(|old| old.eq_ignore_ascii_case(host))
    }

    /// A permanent redirect; from an old name of the site to the site itself.
    fn redirect(&self, target: &str, is_old_host: bool) -> Response {
        let target = if is_old_host { format!("{}{target}", self.site.public_url) } else { target.to_owned() };
        match HeaderValue::from_str(&target) {
            // known to every browser, the oldest too
            Ok(target) => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, target)]).into_response(),
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        }
    }

    async fn find(&self, path: &str, query: &str) -> Result<Option<Lead>, Arc<AppError>> {
        let state = self.site.hub.generation(None).site_state();
        let modules = self.modules.try_get_with(state, async { Ok(Arc::new(read_modules(&self.site.pool).await?)) });
        let modules: Arc<OldModules> = modules.await.map_err(|error: Arc<AppError>| error)?;
        if modules.modules.is_empty() {
            return Ok(None);
        }
        let Some(address) = parse_old_address(&modules, path, query) else { return Ok(None) };
        // the others need no database, and a search has words that nobody else asks for
        if !matches!(
            address,
            OldAddress::Article(..)
                | OldAddress::Named(..)
                | OldAddress::Group(..)
                | OldAddress::Pages(_)
                | OldAddress::Feed(Some(_))
                | OldAddress::File(_)
        ) {
            return find_lead(&self.site.pool, &address).await.map_err(Arc::new);
        }
        let key = (state, format!("{address:?}"));
        if let Some(known) = self.leads.get(&key).await {
            return Ok(known);
        }
        // looking has its turn as pages have
        let turn = self.load.take(load::Kind::Page).await.map_err(Arc::new)?;
        let found = find_lead(&self.site.pool, &address).await.map_err(Arc::new)?;
        drop(turn);
        self.leads.insert(key, found.clone()).await;
        Ok(found)
    }
}
