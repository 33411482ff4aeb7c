//! Counters of changes, by which the cache knows whether a rendering is still valid.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::time::Instant;

/// Articles share this many counters. Two articles that share one are invalidated together, which is harmless.
const SLOTS: usize = 4096;
/// While no changes are received, a rendering is valid for this long.
const DEAF_MS: u128 = 100;

/// Counts the changes of everything that pages show.
pub struct Generations {
    start: Instant,
    listening: AtomicBool,
    lost: AtomicU64,
    site: AtomicU64,
    figures: AtomicU64,
    articles: Box<[AtomicU64]>,
}

/// The state of what a page shows at one moment. A rendering is valid for as long as it stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation {
    /// The article and the site around it. A rendering that differs here is never shown again.
    pub lasting: [u64; 2],
    /// The figures, and whether changes are received. A rendering that differs only here is shown during an outage.
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
    /// The state of a page that shows this article, or no article.
    pub fn get(&self, article: Option<i64>) -> Generation {
        let article = article.map_or(0, |id| self.slot(id).load(SeqCst));
        // while no changes are received everything may have changed
        let connection = if self.is_listening() {
            self.lost.load(SeqCst) << 1
        } else {
            u64::try_from(self.start.elapsed().as_millis() / DEAF_MS).unwrap_or(0) << 1 | 1
        };
        Generation { lasting: [self.site.load(SeqCst), article], fleeting: [self.figures.load(SeqCst), connection] }
    }

    /// Whether changes made by other processes are received.
    pub fn is_listening(&self) -> bool {
        self.listening.load(SeqCst)
    }

    pub(super) fn bump_article(&self, id: i64) {
        self.slot(id).fetch_add(1, SeqCst);
    }

    pub(super) fn bump_figures(&self) {
        self.figures.fetch_add(1, SeqCst);
    }

    pub(super) fn bump_site(&self) {
        self.site.fetch_add(1, SeqCst);
    }

    /// Sets whether changes are received.
    pub(super) fn set_listening(&self, listening: bool) {
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
        generations.set_listening(true);
        let (one, two, home) = (generations.get(Some(1)), generations.get(Some(2)), generations.get(None));
        generations.bump_article(1);
        assert_ne!(generations.get(Some(1)).lasting, one.lasting);
        assert_eq!((generations.get(Some(2)), generations.get(None)), (two, home));
        generations.bump_figures();
        assert_ne!(generations.get(None), home);
        assert_eq!(generations.get(None).lasting, home.lasting);
        generations.bump_site();
        assert_ne!(generations.get(Some(2)).lasting, two.lasting);
    }

    #[test]
    fn what_was_true_before_nobody_listened_is_not_true_after() {
        let generations = Generations::default();
        let deaf = generations.get(None);
        generations.set_listening(true);
        let receiving = generations.get(None);
        assert_ne!(deaf, receiving);
        generations.set_listening(false);
        assert_ne!(generations.get(None), receiving);
        generations.set_listening(true);
        assert_ne!(generations.get(None), receiving);
    }
}
