//! Opens the old site's most read addresses on the new site, as a browser would.

use super::articles::CarriedNews;
use super::{ImportResult, Run};
use crate::documents::RENDER_LIMIT;
use crate::router::{RouterOptions, build_router};
use crate::static_files::StaticFiles;
use app::features::import::nukeviet::Module;
use app::features::import::report::{Report, TriedAddress};
use app::web::site::Site;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use std::net::{Ipv4Addr, SocketAddr};
use tower::ServiceExt;

/// How many addresses are opened.
const TRIES: usize = 100;
/// An old address leads to the article's address of today, and that one perhaps to where it moved.
const MAX_REDIRECTS: usize = 3;

impl Run<'_> {
    /// Opens the addresses that were read most. Nothing of it counts as a visit or a view: what this site counts stays
    /// in memory until a job of the running program stores it.
    pub async fn try_addresses(&self, news: &[(Module, CarriedNews)], report: &mut Report) -> ImportResult<()> {
        let mut most_read: Vec<_> = news.iter().flat_map(|(_, carried)| &carried.most_read).collect();
        most_read.sort_by_key(|(views, _)| std::cmp::Reverse(*views));
        most_read.truncate(TRIES);
        let router = self.build_site().await?;
        for (place, (_, address)) in (0..).zip(most_read) {
            // one line may ask for so many pages a minute, so each has its own
            let client = SocketAddr::from((Ipv4Addr::new(127, 0, 1, place), 1));
            // a task of its own, as in the running program: a rendering on top of the import takes a deep stack
            let tried = tokio::spawn(open(router.clone(), encode_address(address), client)).await;
            let (status, leads_to) = tried.ok().and_then(Result::ok).unwrap_or((500, String::new()));
            report.addresses.push(TriedAddress { address: address.clone(), status, leads_to });
        }
        // what does not open is what somebody has to look at
        report.addresses.sort_by_key(|tried| tried.status == 200);
        Ok(())
    }

    /// Builds the whole site, as it is served.
    async fn build_site(&self) -> ImportResult<Router> {
        let parts = app::registry::parts(self.pool.clone(), self.storage.clone());
        let site = Site::new(self.pool.clone(), "http://localhost", "/pkg", self.key.clone(), parts).await?;
        let options = RouterOptions {
            files: StaticFiles::default(),
            trusted_proxies: [].into(),
            old_hosts: Vec::new(),
            database_connections: self.pool.options().get_max_connections(),
            disk_reserve: None,
            render_limit: RENDER_LIMIT,
            cache_bytes: 8 << 20,
            upload_folder: std::env::temp_dir(),
            max_streams: 1,
            max_streams_per_address: 1,
        };
        Ok(build_router(site, options).0)
    }
}

/// An address as a browser asks for it: what stands in none is encoded.
fn encode_address(address: &str) -> String {
    const IN_NO_ADDRESS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`').add(b'\\').add(b'^');
    utf8_percent_encode(address, IN_NO_ADDRESS).to_string()
}

/// Opens an address, follows where it leads, and returns the status and the address that has it.
async fn open(router: Router, mut address: String, client: SocketAddr) -> ImportResult<(u16, String)> {
    let mut redirects = 0;
    loop {
        let mut request = Request::get(address.as_str()).header(header::HOST, "localhost");
        request = request.header(header::ACCEPT, "text/html").extension(ConnectInfo(client));
        let response = router.clone().oneshot(request.body(Body::empty())?).await?;
        let status = response.status();
        let location = response.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
        match location.filter(|_| status.is_redirection() && redirects < MAX_REDIRECTS) {
            Some(location) => address = location.trim_start_matches("http://localhost").to_owned(),
            None => return Ok((status.as_u16(), address)),
        }
        redirects += 1;
    }
}
