//! Whatever happens in whatever order, open pages and cached pages end up showing what the database says.

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
use common::{Tested, tested};
use sqlx::PgPool;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

type Stream = watch::Receiver<Option<Arc<str>>>;

/// Numbers that look like chance, the same in every run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// A process of the site, and a page that is open at it.
struct Process {
    tested: Tested,
    stream: Stream,
}

impl Process {
    async fn start(pool: &PgPool, article: i64) -> Self {
        let tested = common::at(pool.clone(), "http://site.test", article).await;
        tested.listen().await;
        let stream = tested.site.hub.follow(Topic::Article(article));
        Self { tested, stream }
    }

    /// The totals that the open page received last.
    fn received(&self) -> Option<Totals> {
        let message = self.stream.borrow().clone()?;
        let bytes = STANDARD_NO_PAD.decode(message.split_once('.')?.1).ok()?;
        Some(app::web::wire::from_bytes::<ArticleUpdate>(&bytes)?.score.totals)
    }

    /// The page that a visitor without a cookie gets.
    async fn cached_page(&self) -> String {
        let request = Request::get(self.tested.path()).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        self.tested.ask(request).await.body
    }
}

async fn run(pool: &PgPool, article: i64, seed: u64) {
    let mut dice = Dice(seed);
    let mut processes = [Process::start(pool, article).await, Process::start(pool, article).await];
    let mut cookies: Vec<String> = vec![String::new(); 6];
    for _ in 0..40 {
        let at = dice.throw(2);
        let who = dice.throw(cookies.len());
        match dice.throw(12) {
            0..=5 => {
                let form = format!("article_id={article}&stars={}", dice.throw(5) + 1);
                let answer = processes[at].tested.send("/api/rate", &form, &cookies[who]).await;
                if cookies[who].is_empty() {
                    cookies[who] = answer.cookies();
                }
            }
            6 | 7 => {
                let form = format!("article_id={article}");
                processes[at].tested.send("/api/withdraw-vote", &form, &cookies[who]).await;
            }
            8 | 9 => drop(processes[at].cached_page().await),
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
                processes[at].tested.site.hub.close();
                processes[at] = Process::start(pool, article).await;
            }
        }
    }
    let truth = find_score(pool, article).await.unwrap().totals;
    let text = format!("{} trong {} đánh giá", truth.points, truth.ratings);
    for process in &processes {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let (received, cached) = (process.received(), process.cached_page().await);
            if received == Some(truth) && cached.contains(&text) {
                break;
            }
            assert!(Instant::now() < deadline, "seed {seed}: the database says {truth:?}, the stream {received:?}");
            tokio::task::yield_now().await;
        }
        process.tested.site.hub.close();
    }
}

#[sqlx::test(migrations = "../app/migrations")]
async fn every_stream_and_cached_page_ends_up_with_what_the_database_says(pool: PgPool) {
    let t = tested(pool).await;
    t.set("limits.votes_per_visitor", "10000").await;
    for seed in 1..=6 {
        run(&t.site.pool, t.article, seed).await;
    }
}
