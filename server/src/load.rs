//! How many requests of each kind work at once, so that one kind never takes the last connection to the database from
//! the others, and a crowd waits in a short queue or is told to come back.

use crate::database::record_given_up_request;
use app::base::error::AppError;
use app::routes;
use app::web::forms::post::error_response;
use app::web::request::{ClientLeft, accepts_html};
use app::web::site::Site;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// A request that waits longer is refused.
const MAX_WAIT: Duration = Duration::from_secs(2);
/// So many requests of a kind wait at once.
const MAX_WAITING: usize = 200;

/// Requests that compete with each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Pages and what they load later, for readers and for the cache.
    Page,
    /// Rooms of the desk.
    Desk,
    /// Votes, comments, decisions, and all other forms but the next.
    Write,
    /// Signing in. It waits for passwords to be computed, in a queue of its own.
    SignIn,
    /// Streams, until they begin.
    Stream,
}

impl Kind {
    /// The kind of a request to this path.
    fn of(method: &Method, path: &str) -> Self {
        if *method == Method::POST {
            return if path == routes::SIGN_IN.path { Self::SignIn } else { Self::Write };
        }
        if path == routes::STREAM.path {
            Self::Stream
        } else if path == routes::READ_ROOM.path || path.starts_with(routes::DESK.path) {
            Self::Desk
        } else {
            Self::Page
        }
    }
}

/// The requests that work, by kind.
#[derive(Debug)]
pub struct Load([Queue; 5]);

#[derive(Debug)]
struct Queue {
    permits: Semaphore,
    waiting: AtomicUsize,
}

impl Load {
    /// Shares so many connections to the database among the kinds. Together they may want more than there are, but none
    /// alone.
    pub fn new(connections: u32) -> Self {
        let connections = connections as usize;
        let share = |tenths: usize| Queue {
            permits: Semaphore::new((connections * tenths / 10).clamp(1, connections.saturating_sub(1).max(1))),
            waiting: AtomicUsize::new(0),
        };
        // most of those who sign in wait for a password and hold no connection
        let sign_in = Queue { permits: Semaphore::new(32), waiting: AtomicUsize::new(0) };
        Self([share(6), share(4), share(6), sign_in, share(2)])
    }

    /// Takes a turn of this kind, and waits for it a while.
    ///
    /// # Errors
    /// Too many wait, or the wait is too long.
    pub async fn take(&self, kind: Kind) -> Result<SemaphorePermit<'_>, AppError> {
        let queue = &self.0[kind as usize];
        if let Ok(permit) = queue.permits.try_acquire() {
            return Ok(permit);
        }
        let _waiting = Waiting::join(&queue.waiting).ok_or(AppError::Unavailable)?;
        match tokio::time::timeout(MAX_WAIT, queue.permits.acquire()).await {
            Ok(permit) => permit.map_err(|_| AppError::Unavailable),
            Err(_) => Err(AppError::Unavailable),
        }
    }
}

/// One of those who wait, until it is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn join(waiting: &'a AtomicUsize) -> Option<Self> {
        if waiting.fetch_add(1, SeqCst) >= MAX_WAITING {
            waiting.fetch_sub(1, SeqCst);
            return None;
        }
        Some(Self(waiting))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

/// Lets a request work when its kind has room, and refuses it where too many wait or the wait is too long.
pub async fn limit_load(State((site, load)): State<(Site, Arc<Load>)>, mut request: Request, next: Next) -> Response {
    let kind = Kind::of(request.method(), request.uri().path());
    let html = accepts_html(request.headers());
    match load.take(kind).await {
        Ok(_permit) => {
            let mut work = Work { is_done: false, left: ClientLeft::default() };
            request.extensions_mut().insert(work.left.clone());
            let response = next.run(request).await;
            work.is_done = true;
            response
        }
        Err(busy) => error_response(&site, &busy, html),
    }
}

/// A request that works; dropped before it is done, its client has left or its time is over.
struct Work {
    is_done: bool,
    /// Ends what is read for it.
    left: ClientLeft,
}

impl Drop for Work {
    fn drop(&mut self) {
        if !self.is_done {
            self.left.announce();
            record_given_up_request();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_have_the_kind_of_what_they_do() {
        for (method, path, kind) in [
            (Method::GET, "/", Kind::Page),
            (Method::GET, "/api/page", Kind::Page),
            (Method::GET, "/anh/1a2b3c.webp", Kind::Page),
            (Method::GET, "/quan-tri/y-kien", Kind::Desk),
            (Method::GET, "/api/room", Kind::Desk),
            (Method::GET, "/truc-tiep", Kind::Stream),
            (Method::POST, "/api/rate", Kind::Write),
            (Method::POST, "/api/sign-in", Kind::SignIn),
            (Method::POST, "/api/sign-in-code", Kind::Write),
            (Method::POST, "/api/sign-out", Kind::Write),
        ] {
            assert_eq!(Kind::of(&method, path), kind, "{method} {path}");
        }
    }

    #[tokio::test]
    async fn one_kind_never_takes_everything() {
        for connections in [2, 3, 10, 500] {
            let load = Load::new(connections);
            let pages = load.0[Kind::Page as usize].permits.available_permits();
            assert!((1..connections as usize).contains(&pages), "{pages} of {connections}");
            let all = load.0[Kind::Page as usize].permits.try_acquire_many(u32::try_from(pages).expect("is small"));
            assert!(all.is_ok() && load.take(Kind::Write).await.is_ok() && load.take(Kind::Desk).await.is_ok());
        }
    }

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_waiting_requests_get_their_turn() {
        let load = Arc::new(Load::new(2));
        let working = load.take(Kind::Page).await.expect("there is one");
        let wait = || {
            let load = Arc::clone(&load);
            tokio::spawn(async move { load.take(Kind::Page).await.map(drop) })
        };
        let waiting: Vec<_> = (0..MAX_WAITING).map(|_| wait()).collect();
        while load.0[Kind::Page as usize].waiting.load(SeqCst) < MAX_WAITING {
            tokio::task::yield_now().await;
        }
        assert_eq!(load.take(Kind::Page).await.map(drop), Err(AppError::Unavailable));
        drop(working);
        for one in waiting {
            assert_eq!(one.await.expect("ends"), Ok(()));
        }
    }
}
