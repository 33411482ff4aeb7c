//! The real router on a fresh database, asked in memory.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use app::accounts::{Role, password, store as accounts};
use app::articles::store::{NewArticle, insert};
use app::ratings::Totals;
use app::session::ClientAddress;
use app::site::Site;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use server::cache::Counts;
use server::router::{Options, leptos_options, router};
use sqlx::PgPool;
use std::net::SocketAddr;
use std::sync::Arc;
use time::OffsetDateTime;
use tower::ServiceExt;

pub const PASSWORD: &str = "một mật khẩu thử";

pub struct Tested {
    pub site: Site,
    pub router: Router,
    pub counts: Arc<Counts>,
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

    /// The cookies to send back.
    pub fn cookies(&self) -> String {
        let cookies = self.headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.filter_map(|cookie| cookie.split(';').next()).collect::<Vec<_>>().join("; ")
    }
}

/// The site with one article, at `http://site.test`.
pub async fn tested(pool: PgPool) -> Tested {
    let article = {
        let mut db = pool.acquire().await.unwrap();
        let new = NewArticle {
            slug: "bai-thu",
            title: "Bài thử <b>",
            category: "Tin",
            lead: "Mở đầu",
            body: "<p>Nội dung</p>",
            author: "Quỳnh Yên",
            picture: None,
            caption: "",
            published_at: OffsetDateTime::now_utc() - time::Duration::hours(1),
            carried_views: 183,
            carried: Totals { points: 122, ratings: 26 },
        };
        insert(&mut db, &new).await.unwrap()
    };
    at(pool, "http://site.test", article).await
}

pub async fn at(pool: PgPool, public_url: &str, article: i64) -> Tested {
    serving(Site::new(pool, public_url, "/pkg-test", app::keys::Key::new(1, [9; 32])).await.unwrap(), article)
}

fn serving(site: Site, article: i64) -> Tested {
    let address: SocketAddr = "127.0.0.1:0".parse().unwrap();
    let options = Options {
        leptos: leptos_options(&std::env::temp_dir(), "pkg-test", address),
        trusted: [].into(),
        cache_bytes: 8 << 20,
        streams: 1000,
        streams_per_address: 3,
    };
    let (router, measured) = router(site.clone(), options);
    Tested { site, router, counts: measured.copies, article }
}

impl Tested {
    /// The same with another site.
    pub fn with(mut self, change: impl FnOnce(&mut Site)) -> Self {
        change(&mut self.site);
        serving(self.site, self.article)
    }

    /// Hears of changes from Postgres, as the running program does.
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
            self.post(path, form, cookies)
                .header(header::ACCEPT, "application/json")
                .body(Body::from(form.to_owned()))
                .unwrap(),
        )
        .await
    }

    /// A post by a plain form.
    pub async fn submit(&self, path: &str, form: &str, cookies: &str) -> Answer {
        self.ask(
            self.post(path, form, cookies)
                .header(header::ACCEPT, "text/html,*/*")
                .body(Body::from(form.to_owned()))
                .unwrap(),
        )
        .await
    }

    fn post(&self, path: &str, _form: &str, cookies: &str) -> axum::http::request::Builder {
        Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::COOKIE, cookies)
            .header("sec-fetch-site", "same-origin")
            .extension(ClientAddress([203, 0, 113, 7].into()))
    }

    pub fn path(&self) -> String {
        format!("/tin-tuc/bai-thu-{}", self.article)
    }

    pub fn consent(&self) -> String {
        app::comments::consent(&self.site.settings().info).version
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

    /// Signs somebody of this role in; gives their cookie.
    pub async fn member(&self, username: &str, role: Role) -> String {
        let hash = password::hash(PASSWORD.to_owned()).await.unwrap();
        let by = accounts::By { account: None, key: &self.site.audit };
        accounts::insert(&self.site.pool, by, username, &format!("Chị {username}"), role, Some(&hash)).await.unwrap();
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("username", username), ("password", PASSWORD)])
            .finish();
        let answer = self.send("/api/sign-in", &form, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.cookies()
    }
}
