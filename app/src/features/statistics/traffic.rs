//! The visits since the last merge, in memory, so that no reader waits for a write; and the current figures.

use super::{Figures, IDLE, MAX_PAGES_PER_MINUTE, MAX_VISITORS_PER_LINE};
use crate::base::clock;
use crate::web::limits::{address_bytes, line};
use crate::web::visitor::{current_address, current_agent};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use time::{Date, OffsetDateTime};

/// The most visits that are kept during an outage; later ones are not counted.
const MAX_GATHERED: usize = 100_000;

/// The most visitors who are remembered as counted at once, and the most lines.
const MAX_COUNTED: usize = 4 * MAX_GATHERED;

/// A visitor as they are known for one day: a hash of their line and browser under a key that is deleted with the day.
pub type DayHash = [u8; 16];

/// The key of one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayKey {
    /// The day, in Vietnam.
    pub day: Date,
    /// The key.
    pub bytes: [u8; 32],
}

/// One visitor on one page, from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The day, in Vietnam.
    pub day: Date,
    /// The article, or 0 for the whole site.
    pub page: i64,
    pub visitor: DayHash,
    /// First seen.
    pub began: OffsetDateTime,
    /// Last seen.
    pub ended: OffsetDateTime,
}

/// The traffic of this process. Merged by [`super::store::merge_visits`] every few seconds.
#[derive(Default)]
pub struct Traffic {
    gathered: Mutex<Gathered>,
    figures: RwLock<Figures>,
}

#[derive(Default)]
struct Gathered {
    keys: Vec<(Date, Hmac<Sha256>)>,
    spans: HashMap<(Date, i64, DayHash), Vec<Span>>,
    count: usize,
    /// How many pages each visitor opened in the minute.
    minute: i64,
    pages: HashMap<DayHash, u32>,
    /// When each visitor was last here, for half an hour.
    last: HashMap<DayHash, OffsetDateTime>,
    /// When each visitor who is counted was last here, for half an hour.
    counted: HashMap<DayHash, OffsetDateTime>,
    /// How many visitors began to be counted on each line in the hour. The hashes have the day's key.
    hour: i64,
    lines: HashMap<DayHash, u32>,
}

impl Traffic {
    /// Replaces the keys.
    pub fn set_keys(&self, keys: &[DayKey]) {
        let prepare =
            |key: &DayKey| (key.day, Hmac::new_from_slice(&key.bytes).expect("HMAC takes a key of any length"));
        self.gathered().keys = keys.iter().map(prepare).collect();
    }

    /// Whether there are keys for the day of `now` and for the next.
    pub fn has_keys(&self, now: OffsetDateTime) -> bool {
        let today = clock::local_day(now);
        let gathered = self.gathered();
        std::iter::once(today).chain(today.next_day()).all(|day| gathered.keys.iter().any(|(known, _)| *known == day))
    }

    /// The visitor behind a line and an agent today; `None` without the day's key.
    pub fn visitor(&self, address: IpAddr, agent: &[u8], now: OffsetDateTime) -> Option<DayHash> {
        self.gathered().hash(clock::local_day(now), address, agent)
    }

    /// The visitor who sends the current request; `None` without the day's key.
    pub fn current_visitor(&self) -> Option<DayHash> {
        self.visitor(current_address(), &current_agent(), OffsetDateTime::now_utc())
    }

    /// Records that a page was opened: an article, or another page for which `article` is `None`.
    pub fn record_opening(&self, address: IpAddr, agent: &[u8], article: Option<i64>, now: OffsetDateTime) {
        let mut gathered = self.gathered();
        let day = clock::local_day(now);
        let Some(visitor) = gathered.hash(day, address, agent) else { return };
        let minute = now.unix_timestamp().div_euclid(60);
        if gathered.minute != minute {
            gathered.minute = minute;
            gathered.pages.clear();
            gathered.last.retain(|_, last| *last + IDLE >= now);
            gathered.counted.retain(|_, last| *last + IDLE >= now);
        }
        if gathered.last.len() < MAX_GATHERED || gathered.last.contains_key(&visitor) {
            gathered.last.insert(visitor, now);
        }
        if !gathered.is_counted(day, address, visitor, now) {
            return;
        }
        if gathered.pages.len() >= MAX_GATHERED && !gathered.pages.contains_key(&visitor) {
            return;
        }
        let pages = gathered.pages.entry(visitor).or_default();
        *pages += 1;
        if *pages > MAX_PAGES_PER_MINUTE {
            return;
        }
        for page in std::iter::once(0).chain(article) {
            gathered.add(Span { day, page, visitor, began: now, ended: now });
        }
    }

    /// Whether this visitor opened a page since `since`, as far as this process knows.
    pub fn has_visited(&self, visitor: DayHash, since: OffsetDateTime) -> bool {
        self.gathered().last.get(&visitor).is_some_and(|last| *last >= since)
    }

    /// Takes the gathered visits, to be merged.
    pub fn take_spans(&self) -> Vec<Span> {
        let mut gathered = self.gathered();
        gathered.count = 0;
        std::mem::take(&mut gathered.spans).into_values().flatten().collect()
    }

    /// Puts back visits that could not be merged.
    pub fn restore_spans(&self, spans: Vec<Span>) {
        let mut gathered = self.gathered();
        for span in spans {
            gathered.add(span);
        }
    }

    /// The figures as they were last read.
    pub fn figures(&self) -> Figures {
        *self.figures.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets the figures and returns whether they changed.
    pub fn set_figures(&self, figures: Figures) -> bool {
        let mut current = self.figures.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, figures) != figures
    }

    fn gathered(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gathered {
    fn hash(&self, day: Date, address: IpAddr, agent: &[u8]) -> Option<DayHash> {
        let (_, mac) = self.keys.iter().find(|(known, _)| *known == day)?;
        let mut mac = mac.clone();
        mac.update(&address_bytes(line(address)));
        mac.update(&[0]);
        mac.update(agent);
        mac.finalize().into_bytes()[..16].try_into().ok()
    }

    /// Whether a visitor's openings are counted: they are already, or their line has not yet begun too many visits in
    /// this hour.
    fn is_counted(&mut self, day: Date, address: IpAddr, visitor: DayHash, now: OffsetDateTime) -> bool {
        if self.counted.get(&visitor).is_none_or(|last| *last + IDLE < now) {
            let hour = now.unix_timestamp().div_euclid(3600);
            if self.hour != hour {
                self.hour = hour;
                self.lines.clear();
            }
            let Some(line) = self.hash(day, address, b"") else { return false };
            let is_full = self.lines.len() >= MAX_COUNTED && !self.lines.contains_key(&line);
            let begun = self.lines.get(&line).copied().unwrap_or(0);
            if is_full || begun >= MAX_VISITORS_PER_LINE || self.counted.len() >= MAX_COUNTED {
                return false;
            }
            self.lines.insert(line, begun + 1);
        }
        self.counted.insert(visitor, now);
        true
    }

    fn add(&mut self, span: Span) {
        let spans = self.spans.entry((span.day, span.page, span.visitor)).or_default();
        if let Some(known) =
            spans.iter_mut().find(|known| span.began <= known.ended + IDLE && span.ended >= known.began - IDLE)
        {
            known.began = known.began.min(span.began);
            known.ended = known.ended.max(span.ended);
        } else if self.count < MAX_GATHERED {
            self.count += 1;
            spans.push(span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;
    use time::macros::datetime;

    const START: OffsetDateTime = datetime!(2023-07-12 04:46 UTC);
    const PHONE: &[u8] = b"phone";

    fn traffic() -> Traffic {
        let traffic = Traffic::default();
        let key = |day, byte| DayKey { day, bytes: [byte; 32] };
        let today = clock::local_day(START);
        traffic.set_keys(&[key(today, 1), key(today.next_day().expect("there is a tomorrow"), 2)]);
        traffic
    }

    fn address(n: u8) -> IpAddr {
        IpAddr::from([203, 0, 113, n])
    }

    #[test]
    fn idle_for_thirty_minutes_is_still_one_visit_and_a_second_more_is_two() {
        for (later, visits) in [(Duration::minutes(30), 1), (Duration::minutes(30) + Duration::SECOND, 2)] {
            let traffic = traffic();
            traffic.record_opening(address(1), PHONE, None, START);
            traffic.record_opening(address(1), PHONE, None, START + later);
            assert_eq!(traffic.take_spans().len(), visits);
            assert!(traffic.take_spans().is_empty());
        }
    }

    #[test]
    fn address_and_agent_together_are_a_visitor_and_midnight_makes_a_new_one() {
        let traffic = traffic();
        for (host, agent) in [(1, PHONE), (1, PHONE), (2, PHONE), (1, &b"desk"[..])] {
            traffic.record_opening(address(host), agent, None, START);
        }
        assert_eq!(traffic.take_spans().len(), 3);
        let midnight = datetime!(2023-07-12 17:00 UTC);
        traffic.record_opening(address(1), PHONE, None, midnight - Duration::SECOND);
        traffic.record_opening(address(1), PHONE, None, midnight);
        let spans = traffic.take_spans();
        assert_eq!(spans.len(), 2);
        assert_ne!(spans[0].visitor, spans[1].visitor);
    }

    #[test]
    fn an_article_counts_for_itself_and_for_the_site() {
        let traffic = traffic();
        traffic.record_opening(address(1), PHONE, Some(7), START);
        traffic.record_opening(address(1), PHONE, Some(7), START + Duration::MINUTE);
        let mut pages: Vec<i64> = traffic.take_spans().iter().map(|span| span.page).collect();
        pages.sort_unstable();
        assert_eq!(pages, [0, 7]);
    }

    #[test]
    fn beyond_sixty_pages_a_minute_nothing_is_added() {
        let traffic = traffic();
        for article in 1..=100 {
            traffic.record_opening(address(1), PHONE, Some(article), START);
        }
        assert_eq!(traffic.take_spans().len(), 61, "sixty articles and the site");
        traffic.record_opening(address(1), PHONE, Some(200), START + Duration::MINUTE);
        assert_eq!(traffic.take_spans().len(), 2, "a new minute by the clock");
    }

    #[test]
    fn what_could_not_be_merged_is_restored_and_memory_is_bounded() {
        let traffic = traffic();
        traffic.record_opening(address(1), PHONE, None, START);
        let spans = traffic.take_spans();
        traffic.record_opening(address(1), PHONE, None, START + Duration::MINUTE);
        traffic.restore_spans(spans);
        let spans = traffic.take_spans();
        assert_eq!((spans.len(), spans[0].began, spans[0].ended), (1, START, START + Duration::MINUTE));
        for n in 0..=u32::try_from(MAX_GATHERED).expect("is small") {
            traffic.record_opening(IpAddr::from(n.to_be_bytes()), PHONE, None, START);
        }
        assert_eq!(traffic.take_spans().len(), MAX_GATHERED);
    }

    #[test]
    fn one_line_adds_at_most_fifty_visitors_an_hour() {
        let subscriber = |n: u32| IpAddr::from((0x2001_0db8_u128 << 96 | u128::from(n)).to_be_bytes());
        for address in [|_| address(1), subscriber] {
            let traffic = traffic();
            let open = |n: u32, at| traffic.record_opening(address(n), format!("agent {n}").as_bytes(), None, at);
            (0..2000).for_each(|n| open(n, START));
            // counted visitors stay counted; the others have still opened a page, which their votes need
            (0..60).for_each(|n| open(n, START + Duration::minutes(5)));
            assert_eq!(traffic.take_spans().len(), 50);
            let uncounted = traffic.visitor(address(1999), b"agent 1999", START).expect("there is a key");
            assert!(traffic.has_visited(uncounted, START));
            traffic.record_opening(IpAddr::from([198, 51, 100, 1]), PHONE, None, START);
            assert_eq!(traffic.take_spans().len(), 1, "another line");
            (0..60).for_each(|n| open(n, START + Duration::minutes(20)));
            assert_eq!(traffic.take_spans().len(), 60, "a new hour by the clock");
        }
    }

    #[test]
    fn without_a_key_nobody_is_counted() {
        let traffic = Traffic::default();
        traffic.record_opening(address(1), PHONE, None, START);
        assert!(traffic.take_spans().is_empty() && traffic.visitor(address(1), PHONE, START).is_none());
    }
}
