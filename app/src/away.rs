//! When the database was last found to be away: connections from before then are tried before they are used.

use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

static LAST: RwLock<Option<Instant>> = RwLock::new(None);

/// The database is away.
pub fn note() {
    *LAST.write().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
}

/// Whether something of this age is from before the database was last away.
pub fn is_from_before(age: Duration) -> bool {
    LAST.read().unwrap_or_else(PoisonError::into_inner).is_some_and(|last| age > last.elapsed())
}
