//! Whether the database can be reached: since when older connections are tested before they are used, and whether it
//! answers at all, so that a request does not wait for one that hangs. An outage is logged once, however many requests
//! run into it.

use std::fmt::Display;
use std::sync::{LazyLock, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::watch;

static LAST: RwLock<Option<Instant>> = RwLock::new(None);
static ANSWERS: LazyLock<watch::Sender<bool>> = LazyLock::new(|| watch::channel(true).0);
/// Failures that follow each other within this time belong to one outage.
const QUIET_TIME: Duration = Duration::from_secs(60);

/// Records that the database is unreachable now, and logs why if that is news.
pub fn record(cause: &dyn Display) {
    let last = LAST.write().unwrap_or_else(PoisonError::into_inner).replace(Instant::now());
    if last.is_none_or(|last| last.elapsed() > QUIET_TIME) {
        tracing::warn!(%cause, "the database is unreachable");
    }
}

/// Whether a connection of this age was opened before the last outage.
pub fn is_older_than_last(age: Duration) -> bool {
    LAST.read().unwrap_or_else(PoisonError::into_inner).is_some_and(|last| age > last.elapsed())
}

/// Sets whether the database answers, as the program's regular check found it.
pub fn set_answers(answers: bool) {
    let changed = ANSWERS.send_if_modified(|current| std::mem::replace(current, answers) != answers);
    match (changed, answers) {
        (true, true) => tracing::info!("the database answers again"),
        (true, false) => record(&"it does not answer"),
        (false, _) => {}
    }
}

/// Whether the database answers, as far as is known.
pub fn answers() -> bool {
    *ANSWERS.borrow()
}

/// Runs `work`, unless the database stops answering: then it is given up, and the result is `None`.
pub async fn unless_unanswered<T>(work: impl Future<Output = T>) -> Option<T> {
    let mut answers = ANSWERS.subscribe();
    tokio::select! {
        biased;
        done = work => Some(done),
        // the sender is static, so this completes only when the value is there
        _ = answers.wait_for(|answers| !*answers) => None,
    }
}
