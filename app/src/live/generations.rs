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
    lists: AtomicU64,
    numbers: AtomicU64,
    articles: Box<[AtomicU64]>,
}

/// The state of what a page shows at one moment. A rendering is valid for as long as it stays the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation {
    /// The site around it.
    pub site: u64,
    /// The article, or what lists of articles show besides.
    pub shown: u64,
    /// Whether changes are received. A rendering that differs only here is shown during an outage.
    pub connection: u64,
}

impl Generation {
    /// The state of what every page has around it.
    pub fn site_state(&self) -> [u64; 2] {
        [self.site, self.connection]
    }

    /// Whether a rendering is not known to be overtaken: nothing that it shows has changed.
    pub fn shows_the_same(&self, other: &Self) -> bool {
        (self.site, self.shown) == (other.site, other.shown)
    }
}

impl Default for Generations {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            listening: AtomicBool::new(false),
            lost: AtomicU64::new(0),
            site: AtomicU64::new(0),
            lists: AtomicU64::new(0),
            numbers: AtomicU64::new(0),
            articles: (0..SLOTS).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl Generations {
    /// The state of a page that shows this article, or lists of articles.
    pub fn get(&self, article: Option<i64>) -> Generation {
        let shown = article.map_or(&self.lists, |id| self.slot(id)).load(SeqCst);
        // while no changes are received everything may have changed
        let connection = if self.is_listening() {
            self.lost.load(SeqCst) << 1
        } else {
            u64::try_from(self.start.elapsed().as_millis() / DEAF_MS).unwrap_or(0) << 1 | 1
        };
        Generation { site: self.site.load(SeqCst), shown, connection }
    }

    /// Whether changes made by other processes are received.
    pub fn is_listening(&self) -> bool {
        self.listening.load(SeqCst)
    }

    pub(super) fn bump_article(&self, id: i64) {
        self.slot(id).fetch_add(1, SeqCst);
    }

    /// The state of the numbers that are put into renderings: the figures, and the views of articles.
    pub fn numbers(&self) -> u64 {
        self.numbers.load(SeqCst)
    }

    pub(super) fn bump_lists(&self) {
        self.lists.fetch_add(1, SeqCst);
    }

    pub(super) fn bump_numbers(&self) {
        self.numbers.fetch_add(1, SeqCst);
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
        assert!(!generations.get(Some(1)).shows_the_same(&one));
        assert_eq!((generations.get(Some(2)), generations.get(None)), (two, home));
        generations.bump_numbers();
        assert_eq!((generations.get(Some(2)), generations.get(None)), (two, home), "they are put in anew");
        generations.bump_lists();
        assert!(!generations.get(None).shows_the_same(&home));
        assert_eq!(generations.get(Some(2)), two);
        generations.bump_site();
        assert!(!generations.get(Some(2)).shows_the_same(&two));
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
