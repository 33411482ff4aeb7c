//! The real router on a fresh database, asked in memory.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use app::base::keys::Key;
use app::features::accounts::password::hash_password;
use app::features::accounts::store::{find_account, insert_account};
use app::features::articles::ArticleState;
use app::features::articles::store::{NewArticle, insert_article};
use app::features::audit::Actor;
use app::features::comments::consent;
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
use server::cache::CacheCounts;
use server::router::{RouterOptions, build_router};
use sqlx::PgPool;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};
use time::OffsetDateTime;
use tower::ServiceExt;

pub const PASSWORD: &str = "một mật khẩu thử";

pub struct Tested {
    pub site: Site,
    pub router: Router,
    pub counts: Arc<CacheCounts>,
    pub article: i64,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }

    /// Whether it is a page of the desk, for somebody who is signed in.
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
pub fn known_device(answer: &Answer) -> String {
    let cookies = answer.cookies();
    cookies.split("; ").find(|cookie| cookie.starts_with("thiet-bi=")).expect("remembers the device").to_owned()
}

/// The site with one article, at `http://site.test`.
pub async fn tested(pool: PgPool) -> Tested {
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
    at(pool, "http://site.test", article).await
}

pub async fn at(pool: PgPool, public_url: &str, article: i64) -> Tested {
    let parts = app::registry::parts(pool.clone());
    let site = Site::new(pool, public_url, "/pkg-test", Key::new(1, [9; 32]), parts).await.unwrap();
    // the list that the running program loads when it begins to listen
    app::features::rules::reload::reload_terms(&site).await.unwrap();
    serve(site, article)
}

fn serve(site: Site, article: i64) -> Tested {
    let options = RouterOptions {
        site_root: std::env::temp_dir(),
        trusted_proxies: [].into(),
        database_connections: 10,
        disk_reserve: None,
        cache_bytes: 8 << 20,
        max_streams: 1000,
        max_streams_per_address: 3,
    };
    let (router, sources) = build_router(site.clone(), options);
    Tested { site, router, counts: sources.cache_counts, article }
}

impl Tested {
    /// The same with a changed site.
    pub fn with(mut self, change: impl FnOnce(&mut Site)) -> Self {
        change(&mut self.site);
        serve(self.site, self.article)
    }

    /// Receives changes from Postgres, as the running program does.
    pub async fn listen(&self) {
        tokio::spawn(self.site.hub.clone().listen(|_| {}));
        while !self.site.hub.is_listening() {
            tokio::task::yield_now().await;
        }
    }

    pub async fn ask(&self, request: Request<Body>) -> Answer {
        self.ask_bytes(request).await.0
    }

    /// The answer, and its body as it came.
    pub async fn ask_bytes(&self, request: Request<Body>) -> (Answer, Vec<u8>) {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned() }, body.to_vec())
    }

    pub async fn get(&self, path: &str, cookies: &str) -> Answer {
        self.ask(
            Request::get(path)
                .header(header::ACCEPT, "text/html")
                .header(header::COOKIE, cookies)
                .body(Body::empty())
                .unwrap(),
        )
        .await
    }

    /// A post by the site's own script.
    pub async fn send(&self, path: &str, form: &str, cookies: &str) -> Answer {
        self.ask(
            self.post(path, cookies)
                .header(header::ACCEPT, "application/json")
                .body(Body::from(form.to_owned()))
                .unwrap(),
        )
        .await
    }

    /// A post by a plain form.
    pub async fn submit(&self, path: &str, form: &str, cookies: &str) -> Answer {
        self.ask(
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

    /// Signs somebody of this role in and returns their cookie.
    pub async fn member(&self, username: &str, role: Role) -> String {
        let hash = hash_password(PASSWORD.to_owned()).await.unwrap();
        let name = format!("Chị {username}");
        insert_account(&self.site.pool, self.actor(), username, &name, role, Some(&hash)).await.unwrap();
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", username), ("password", PASSWORD)])
            .finish();
        let answer = self.send(routes::SIGN_IN.path, &form, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.cookies()
    }

    /// Tries to sign in, each time from an address of its own, so that no limit of a line interferes.
    pub async fn try_to_sign_in(&self, username: &str, password: &str, cookies: &str) -> Answer {
        static HOSTS: AtomicU8 = AtomicU8::new(1);
        let from = SocketAddr::from(([198, 51, 100, HOSTS.fetch_add(1, SeqCst)], 4711));
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", username), ("password", password)])
            .finish();
        let request = self.post(routes::SIGN_IN.path, cookies).extension(ConnectInfo(from));
        self.ask(request.body(Body::from(body)).unwrap()).await
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

    /// The list of terms in force.
    pub fn terms(&self) -> Arc<TermList> {
        self.site.state::<ActiveTerms>().get()
    }
}
