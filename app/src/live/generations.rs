//! Counts changes, so that whoever keeps a copy of a page knows whether it is still true.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Instant;

/// Articles share this many counters; two that meet in one are dropped together, which is harmless.
const SLOTS: usize = 4096;
/// While nobody hears of changes, a copy is true for this long, in milliseconds.
const UNHEARD: u128 = 100;

/// Counts changes of everything that pages show.
pub struct Generations {
    start: Instant,
    listening: AtomicBool,
    lost: AtomicU64,
    site: AtomicU64,
    figures: AtomicU64,
    articles: Box<[AtomicU64]>,
}

/// The state of what a page shows, at one moment. A copy of the page is true for as long as it stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation {
    /// The article and the site around it: a copy that differs here is never shown again.
    pub lasting: [u64; 2],
    /// The figures, and whether changes are heard of: a copy that differs only here will do while Postgres is away.
    pub fleeting: [u64; 2],
}

impl Default for Generations {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            listening: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            site: AtomicU64::new(0),
            figures: AtomicU64::new(0),
            articles: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Generations {
    /// The state of a page that shows this article, or none.
    pub fn of(&self, article: Option<i64>) -> Generation {
        let article = article.map_or(0, |id| self.slot(id).load(SeqCst));
        // unheard of, everything may have changed: copies are true for a moment only
        let heard = if self.is_listening() {
            self.lost.load(SeqCst) << 1
        } else {
            u64::try_from(self.start.elapsed().as_millis() / UNHEARD).unwrap_or(0) << 1 | 1
        };
        Generation { lasting: [self.site.load(SeqCst), article], fleeting: [self.figures.load(SeqCst), heard] }
    }

    /// Whether changes of other processes are heard of.
    pub fn is_listening(&self) -> bool {
        self.listening.load(SeqCst)
    }

    pub(super) fn article(&self, id: i64) {
        self.slot(id).fetch_add(1, SeqCst);
    }

    pub(super) fn figures(&self) {
        self.figures.fetch_add(1, SeqCst);
    }

    pub(super) fn site(&self) {
        self.site.fetch_add(1, SeqCst);
    }

    /// Changes are heard of, or no longer.
    pub(super) fn listening(&self, listening: bool) {
        self.lost.fetch_add(1, SeqCst);
        self.listening.store(listening, SeqCst);
    }

    fn slot(&self, id: i64) -> &AtomicU64 {
        &self.articles[usize::try_from(id.rem_euclid(SLOTS as i64)).unwrap_or(0)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_by_the_pages_that_show_it_alone() {
        let generations = Generations::default();
        generations.listening(true);
        let (one, two, home) = (generations.of(Some(1)), generations.of(Some(2)), generations.of(None));
        generations.article(1);
        assert_ne!(generations.of(Some(1)).lasting, one.lasting);
        assert_eq!((generations.of(Some(2)), generations.of(None)), (two, home));
        generations.figures();
        assert_ne!(generations.of(None), home);
        assert_eq!(generations.of(None).lasting, home.lasting);
        generations.site();
        assert_ne!(generations.of(Some(2)).lasting, two.lasting);
    }

    #[test]
    fn what_was_true_before_nobody_listened_is_not_true_after() {
        let generations = Generations::default();
        let unheard = generations.of(None);
        generations.listening(true);
        let heard = generations.of(None);
        assert_ne!(unheard, heard);
        generations.listening(false);
        assert_ne!(generations.of(None), heard);
        generations.listening(true);
        assert_ne!(generations.of(None), heard);
    }
}
