//! Remembers when the database was last unreachable, so that older connections are tested before they are used.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

static LAST: RwLock<Option<Instant>> = RwLock::new(None);

/// Records that the database is unreachable now.
pub fn record() {
    *LAST.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Whether a connection of this age was opened before the last outage.
pub fn is_older_than_last(age: Duration) -> bool {
    LAST.read().unwrap_or_else(PoisonError::into_inner).is_some_and(|last| age > last.elapsed())
}
