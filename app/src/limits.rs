//! How much of what one visitor, address or name may do.

use crate::error::AppError;
use crate::session::Visitor;
use crate::site::Site;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use std::collections::HashSet;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

/// How much of what one visitor, address or name may do. Kept in this process's memory, in hashes only.
#[derive(Default)]
pub struct Limits {
    comments_by_visitor: Limit,
    comments_by_address: Limit,
    comments_by_network: Limit,
    votes_by_visitor: Limit,
    votes_by_address: Limit,
    votes_by_network: Limit,
    new_voters_by_address: Limit,
    new_voters_by_network: Limit,
    bare_posts: Limit,
    /// Visitors who are known to have voted, so that nobody need look.
    voters: Mutex<HashSet<[u8; 32]>>,
    reads_by_address: Limit,
    reads_by_network: Limit,
    refusals_by_address: Limit,
    sign_in_by_pair: Limit,
    sign_in_by_address: Limit,
    sign_in_by_name: Limit,
    codes_by_pair: Limit,
    codes_by_account: Limit,
}

/// One limit: so many a period for each key. The number may change while the program runs.
#[derive(Default)]
struct Limit(Mutex<Option<(Quota, Arc<Limiter>)>>);

type Limiter = DefaultKeyedRateLimiter<[u8; 32]>;

impl Limit {
    /// Takes one of the `quota` for `key`, or says how many seconds to wait.
    fn take(&self, quota: Quota, key: [u8; 32]) -> Result<(), AppError> {
        let limiter = {
            let mut held = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match &*held {
                Some((in_force, limiter)) if *in_force == quota => Arc::clone(limiter),
                _ => Arc::clone(&held.insert((quota, Arc::new(RateLimiter::keyed(quota)))).1),
            }
        };
        limiter.check_key(&key).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            AppError::SlowDown { seconds: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1) }
        })
    }

    fn sweep(&self) {
        if let Some((_, limiter)) = &*self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) {
            limiter.retain_recent();
        }
    }
}

fn a_minute(count: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN))
}

/// A network stands for so many addresses at once.
const NETWORK: u32 = 5;
/// Posts a minute by whoever opened no page that count without being looked at.
const BARE_POSTS: u32 = 10;
/// So many voters are remembered; beyond them one looks again.
const REMEMBERED: usize = 100_000;

/// Refused forms a minute that are kept for one address.
const REFUSALS: u32 = 60;

/// So many at once, and then one each `seconds`.
fn slow(burst: u32, seconds: u64) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(std::time::Duration::from_secs(seconds))
        .map_or(Quota::per_minute(burst), |quota| quota.allow_burst(burst))
}

impl Limits {
    /// One comment by `visitor` from `address`.
    pub fn comment(&self, site: &Site, visitor: Visitor, address: IpAddr) -> Result<(), AppError> {
        let settings = site.settings();
        self.comments_by_visitor.take(a_minute(settings.comments_per_visitor), visitor.0)?;
        let limits = (&self.comments_by_address, &self.comments_by_network);
        take_both(site, limits, settings.comments_per_address, address)
    }

    /// One vote, change or withdrawal by `visitor` from `address`.
    pub fn vote(&self, site: &Site, visitor: Visitor, address: IpAddr) -> Result<(), AppError> {
        let settings = site.settings();
        self.votes_by_visitor.take(a_minute(settings.votes_per_visitor), visitor.0)?;
        take_both(site, (&self.votes_by_address, &self.votes_by_network), settings.votes_per_address, address)
    }

    /// One visitor who never voted before, from `address`. Those beyond are not refused, but checked.
    pub fn new_voter(&self, site: &Site, address: IpAddr) -> Result<(), AppError> {
        let limits = (&self.new_voters_by_address, &self.new_voters_by_network);
        take_both(site, limits, site.settings().new_voters_per_address, address)
    }

    /// Whether this visitor is remembered to have voted before.
    pub fn has_voted(&self, visitor: Visitor) -> bool {
        self.voters.lock().unwrap_or_else(std::sync::PoisonError::into_inner).contains(&visitor.0)
    }

    /// Remembers that this visitor has voted.
    pub fn voted(&self, visitor: Visitor) {
        let mut voters = self.voters.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if voters.len() >= REMEMBERED {
            voters.clear();
        }
        voters.insert(visitor.0);
    }

    /// One post from an address and agent that opened no page. Those beyond are not refused, but checked.
    pub fn bare_post(&self, site: &Site, address: IpAddr, agent: &[u8]) -> Result<(), AppError> {
        self.bare_posts.take(a_minute(BARE_POSTS), key(site, &[address.to_string().as_bytes(), agent]))
    }

    /// One page or answer that is made for a request from `address`; copies of pages are not limited.
    pub fn read(&self, site: &Site, address: IpAddr) -> Result<(), AppError> {
        let limits = (&self.reads_by_address, &self.reads_by_network);
        take_both(site, limits, site.settings().reads_per_address, address)
    }

    /// One refused form that is kept for a request from `address`. Beyond them the answer itself holds the words.
    pub fn refusal(&self, site: &Site, address: IpAddr) -> Result<(), AppError> {
        self.refusals_by_address.take(a_minute(REFUSALS), key(site, &[address.to_string().as_bytes()]))
    }

    /// One try to sign in as `name` from `address`. Tries are slowed, never stopped for good: somebody who attacks
    /// a name from elsewhere leaves its owner's own address a place.
    pub fn sign_in(&self, site: &Site, name: &str, address: IpAddr) -> Result<(), AppError> {
        let line = line(address);
        self.sign_in_by_pair.take(slow(5, 20), key(site, &[name.as_bytes(), &line]))?;
        self.sign_in_by_address.take(slow(20, 5), key(site, &[&line]))?;
        self.sign_in_by_name.take(slow(100, 5), key(site, &[name.as_bytes()]))
    }

    /// One code, or one current password, tried for `account` by whoever is signed in or gave its password: six digits are
    /// guessed soon where nobody slows the guesses.
    /// Whoever guesses from elsewhere leaves the owner's own address a place.
    pub fn code(&self, site: &Site, account: i64, address: IpAddr) -> Result<(), AppError> {
        let account = account.to_be_bytes();
        self.codes_by_pair.take(slow(10, 30), key(site, &[&account, &line(address)]))?;
        self.codes_by_account.take(slow(100, 20), key(site, &[&account]))
    }

    /// Forgets keys that are back at their full allowance, so that memory stays bounded.
    pub fn sweep(&self) {
        for limit in [
            &self.comments_by_visitor,
            &self.comments_by_address,
            &self.comments_by_network,
            &self.votes_by_visitor,
            &self.votes_by_address,
            &self.votes_by_network,
            &self.new_voters_by_address,
            &self.new_voters_by_network,
            &self.bare_posts,
            &self.reads_by_address,
            &self.reads_by_network,
            &self.refusals_by_address,
            &self.sign_in_by_pair,
            &self.sign_in_by_address,
            &self.sign_in_by_name,
            &self.codes_by_pair,
            &self.codes_by_account,
        ] {
            limit.sweep();
        }
    }
}

/// Takes one of `count` a minute for an address, and one of a few times as many for its network.
fn take_both(
    site: &Site,
    (by_address, by_network): (&Limit, &Limit),
    count: u32,
    address: IpAddr,
) -> Result<(), AppError> {
    by_address.take(a_minute(count), key(site, &[address.to_string().as_bytes()]))?;
    by_network.take(a_minute(count.saturating_mul(NETWORK)), key(site, &[&network(address)]))
}

/// What one line has: an IPv4 address, or 64 bits of an IPv6 address, whose other half is everybody's own to choose.
fn line(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}

/// The network of an address: 24 bits of an IPv4 address, 48 of an IPv6 address.
fn network(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets()[..3].to_vec(),
        IpAddr::V6(address) => address.octets()[..6].to_vec(),
    }
}

fn key(site: &Site, parts: &[&[u8]]) -> [u8; 32] {
    site.keys.limits.mac(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_gives_its_number_and_then_says_how_long_to_wait() {
        let limit = Limit::default();
        for _ in 0..5 {
            assert_eq!(limit.take(a_minute(5), [1; 32]), Ok(()));
        }
        assert!(matches!(limit.take(a_minute(5), [1; 32]), Err(AppError::SlowDown { seconds: 1..=13 })));
        assert_eq!(limit.take(a_minute(5), [2; 32]), Ok(()));
        assert_eq!(limit.take(a_minute(9), [1; 32]), Ok(()), "a new number takes effect at once");
    }
}
