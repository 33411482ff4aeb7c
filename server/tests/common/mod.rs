//! The real router on a new database, called in memory.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use app::base::keys::Key;
use app::features::accounts::password::hash_password;
use app::features::accounts::store::{find_account, insert_account};
use app::features::articles::ArticleState;
use app::features::articles::store::{NewArticle, insert_article};
use app::features::audit::Actor;
use app::features::comments::consent;
use app::features::media::storage::Storage;
use app::features::ratings::Totals;
use app::features::rules::{ActiveTerms, TermList};
use app::features::settings::store::change_setting;
use app::routes;
use app::web::limits::Quota;
use app::web::permissions::Role;
use app::web::site::Site;
use app::web::visitor::ClientAddress;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use object_store::memory::InMemory;
use server::cache::CacheCounts;
use server::router::{RouterOptions, build_router};
use server::static_files::StaticFiles;
use sqlx::PgPool;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use std::time::Duration;
use time::OffsetDateTime;
use tower::ServiceExt;

pub const PASSWORD: &str = "một mật khẩu thử";

pub struct TestSite {
    pub site: Site,
    pub router: Router,
    pub counts: Arc<CacheCounts>,
    pub article: i64,
}

pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl TestResponse {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Whether this is a page of the desk that is shown only after signing in.
    pub fn is_desk(&self) -> bool {
        self.body.contains("desk-header")
    }

    /// The cookies to send back.
    pub fn cookies(&self) -> String {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}

/// The cookie by which an answer makes its device known.
pub fn known_device(answer: &TestResponse) -> String {
    let cookies = answer.cookies();
    cookies.split("; ").find(|cookie| cookie.starts_with("thiet-bi=")).expect("remembers the device").to_owned()
}

/// The site with one article, at `http://site.test`.
pub async fn start_site(pool: PgPool) -> TestSite {
    let article = {
        let mut db = pool.acquire().await.unwrap();
        let new = NewArticle {
            state: ArticleState::Published,
            slug: "bai-thu",
            title: "Bài thử <b>",
            category: "Tin",
            lead: "Mở đầu",
            body: "<p>Nội dung</p>",
            author: "Quỳnh Yên",
            picture: None,
            caption: "",
            published_at: Some(OffsetDateTime::now_utc() - time::Duration::hours(1)),
            ends_at: None,
            carried_views: 183,
            carried: Totals { points: 122, ratings: 26 },
        };
        insert_article(&mut db, &new).await.unwrap()
    };
    start_site_at(pool, "http://site.test", article).await
}

pub async fn start_site_at(pool: PgPool, public_url: &str, article: i64) -> TestSite {
    let storage = Storage::new(Arc::new(InMemory::new()));
    let parts = app::registry::parts(pool.clone(), storage);
    let site = Site::new(pool, public_url, "/pkg-test", Key::new(1, [9; 32]), parts).await.unwrap();
    // the running program loads the terms when it begins to listen
    app::features::rules::reload::reload_terms(&site).await.unwrap();
    build_site(site, article)
}

fn build_site(site: Site, article: i64) -> TestSite {
    build_site_with_limit(site, article, server::documents::RENDER_LIMIT)
}

/// Builds a site whose pages are rendered within `render_limit`.
pub fn build_site_with_limit(site: Site, article: i64, render_limit: Duration) -> TestSite {
    let options = RouterOptions {
        old_hosts: vec!["cu.example.vn".to_owned()],
        files: StaticFiles::default(),
        upload_folder: std::env::temp_dir(),
        trusted_proxies: [].into(),
        database_connections: 10,
        disk_reserve: None,
        render_limit,
        cache_bytes: 8 << 20,
        max_streams: 1000,
        max_streams_per_address: 3,
    };
    let (router, sources) = build_router(site.clone(), options);
    TestSite { site, router, counts: sources.cache_counts, article }
}

impl TestSite {
    /// Rebuilds the router with a changed site.
    pub fn with(mut self, change: impl FnOnce(&mut Site)) -> Self {
        change(&mut self.site);
        build_site(self.site, self.article)
    }

    /// Starts to receive changes from Postgres.
    pub async fn listen(&self) {
        tokio::spawn(self.site.hub.clone().listen(|_| {}));
        while !self.site.hub.is_listening() {
            tokio::task::yield_now().await;
        }
    }

    pub async fn request(&self, request: Request<Body>) -> TestResponse {
        self.request_bytes(request).await.0
    }

    /// Returns the response and the bytes of its body.
    pub async fn request_bytes(&self, request: Request<Body>) -> (TestResponse, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (TestResponse { status, headers, body: String::from_utf8_lossy(&body).into_owned() }, body.to_vec())
    }

    pub async fn get(&self, path: &str, cookies: &str) -> TestResponse {
        self.request(
            Request::get(path)
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, cookies)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// Posts a form as the site's script does.
    pub async fn send(&self, path: &str, form: &str, cookies: &str) -> TestResponse {
        self.request(
            self.post(path, cookies)
                .header(header::ACCEPT, "application/json")
                .body(Body::from(form.to_owned()))
                .unwrap(),
        )
        .await
    }

    /// Posts a plain form.
    pub async fn submit(&self, path: &str, form: &str, cookies: &str) -> TestResponse {
        self.request(
            self.post(path, cookies).header(header::ACCEPT, "text/html,*/*").body(Body::from(form.to_owned())).unwrap(),
        )
        .await
    }

    fn post(&self, path: &str, cookies: &str) -> axum::http::request::Builder {
        Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookies)
            .header("sec-fetch-site", "same-origin")
            .extension(ClientAddress([203, 0, 113, 7].into()))
    }

    pub fn path(&self) -> String {
        routes::ARTICLE.with(format_args!("bai-thu-{}", self.article))
    }

    pub fn consent(&self) -> String {
        consent(&self.site.settings()).version
    }

    pub fn comment_form(&self, body: &str) -> String {
        let form = [
            ("article_id", self.article.to_string()),
            ("name", "Trần Thị Bích".to_owned()),
            ("body", body.to_owned()),
            ("consent", self.consent()),
            ("return_to", self.path()),
        ];
        form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
    }

    pub async fn staff(&self, username: &str) -> String {
        self.member(username, Role::Moderator).await
    }

    /// Creates an account with this role, signs in and returns the cookie.
    pub async fn member(&self, username: &str, role: Role) -> String {
        let hash = hash_password(PASSWORD.to_owned()).await.unwrap();
        let name = format!("Chị {username}");
        insert_account(&self.site.pool, self.actor(), username, &name, role, Some(&hash)).await.unwrap();
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", username), ("password", PASSWORD)])
            .finish();
        let response = self.send(routes::SIGN_IN.path, &form, "").await;
        assert_eq!(response.status, StatusCode::OK, "{}", response.body);
        response.cookies()
    }

    /// Tries to sign in, each time from an address of its own, so that no limit of a line interferes.
    pub async fn try_to_sign_in(&self, username: &str, password: &str, cookies: &str) -> TestResponse {
        static HOSTS: AtomicU8 = AtomicU8::new(1);
        let from = SocketAddr::from(([198, 51, 100, HOSTS.fetch_add(1, SeqCst)], 4711));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", username), ("password", password)])
            .finish();
        let request = self.post(routes::SIGN_IN.path, cookies).extension(ConnectInfo(from));
        self.request(request.body(Body::from(body)).unwrap()).await
    }

    /// Uses up what a limit allows to everybody together, as attempts from many networks would.
    pub fn use_up(&self, limit: &'static str, quota: Quota, key: &[u8]) {
        while self.site.limits.take(limit, quota, &[key]).is_ok() {}
    }

    /// Whoever uses the command line.
    pub fn actor(&self) -> Actor<'_> {
        Actor::command_line(&self.site.audit_key)
    }

    pub async fn account(&self, username: &str) -> i64 {
        find_account(&self.site.pool, username).await.unwrap().unwrap()
    }

    /// Changes a setting and loads it.
    pub async fn set(&self, key: &str, value: &str) {
        let setting = self.site.declared_settings().iter().find(|setting| setting.key == key).copied().unwrap();
        change_setting(&self.site.pool, self.actor(), &setting, value).await.unwrap();
        self.site.reload_settings().await.unwrap();
    }

    /// The active list of terms.
    pub fn terms(&self) -> Arc<TermList> {
        self.site.state::<ActiveTerms>().get()
    }
}
