//! After random sequences of changes and outages, open pages and cached pages show the state of the database.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod common;

use app::features::articles::ArticleUpdate;
use app::features::ratings::Totals;
use app::features::ratings::store::find_score;
use app::live::Topic;
use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use common::{TestSite, start_site};
use sqlx::PgPool;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

type Stream = watch::Receiver<Option<Arc<str>>>;

/// A random generator whose numbers are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// A process of the site, with an open page that it serves.
struct Process {
    site: TestSite,
    stream: Stream,
}

impl Process {
    async fn start(pool: &PgPool, article: i64) -> Self {
        let site = common::start_site_at(pool.clone(), "http://site.test", article).await;
        site.listen().await;
        let stream = site.site.hub.follow(Topic::Article(article));
        Self { site, stream }
    }

    /// The totals that the open page received last.
    fn received(&self) -> Option<Totals> {
        let message = self.stream.borrow().clone()?;
        let bytes = STANDARD_NO_PAD.decode(message.split_once('.')?.1).ok()?;
        Some(app::web::wire::from_bytes::<ArticleUpdate>(&bytes)?.score.totals)
    }

    /// The page that a visitor without a cookie gets.
    async fn cached_page(&self) -> String {
        let request = Request::get(self.site.path()).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        self.site.request(request).await.body
    }
}

async fn run(pool: &PgPool, article: i64, seed: u64) {
    let mut random = Random(seed);
    let mut processes = [Process::start(pool, article).await, Process::start(pool, article).await];
    let mut cookies: Vec<String> = vec![String::new(); 6];
    let mut votes: Vec<Option<usize>> = vec![None; 6];
    for _ in 0..40 {
        let process = random.below(2);
        let visitor = random.below(cookies.len());
        match random.below(12) {
            0..=5 => {
                let stars = random.below(5) + 1;
                let form = format!("article_id={article}&stars={stars}");
                let response = processes[process].site.send("/api/rate", &form, &cookies[visitor]).await;
                assert!(response.status.is_success(), "{}", response.body);
                votes[visitor] = Some(stars);
                if cookies[visitor].is_empty() {
                    cookies[visitor] = response.cookies();
                }
            }
            6 | 7 => {
                let form = format!("article_id={article}");
                let response = processes[process].site.send("/api/withdraw-vote", &form, &cookies[visitor]).await;
                assert!(response.status.is_success(), "{}", response.body);
                votes[visitor] = None;
            }
            8 | 9 => drop(processes[process].cached_page().await),
            // every notification from here until the processes listen again is lost
            10 => drop(
                sqlx::query(
                    "select pg_terminate_backend(pid) from pg_stat_activity
                     where query like 'LISTEN%' and datname = current_database()",
                )
                .execute(pool)
                .await
                .unwrap(),
            ),
            _ => {
                processes[process].site.site.hub.close();
                processes[process] = Process::start(pool, article).await;
            }
        }
    }
    let stored = find_score(pool, article).await.unwrap().totals;
    let text = format!("{} trong {} đánh giá", stored.points, stored.ratings);
    for process in &processes {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let (received, cached) = (process.received(), process.cached_page().await);
            if received == Some(stored) && cached.contains(&text) {
                break;
            }
            assert!(Instant::now() < deadline, "seed {seed}: stored {stored:?}, received {received:?}");
            tokio::task::yield_now().await;
        }
        for (cookie, vote) in cookies.iter().zip(&votes).filter(|(cookie, _)| !cookie.is_empty()) {
            let own = match vote {
                Some(stars) => format!("Ông/bà đã đánh giá {stars} sao."),
                None => "Ông/bà chưa đánh giá.".to_owned(),
            };
            let page = process.site.get(&process.site.path(), cookie).await.body;
            assert!(page.contains(&own) && page.contains(&text), "seed {seed}: {own} and {text}");
        }
        process.site.site.hub.close();
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_stream_and_cached_page_converges_to_the_state_of_the_database(pool: PgPool) {
    let t = start_site(pool).await;
    t.set("limits.votes_per_visitor", "10000").await;
    for seed in 1..=6 {
        run(&t.site.pool, t.article, seed).await;
    }
}
