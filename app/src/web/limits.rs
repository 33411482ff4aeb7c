//! Limits: how often something may happen for one visitor, line or name. Kept in this process's memory, under keyed
//! hashes. A feature names its limits where it uses them. What a client says of itself, its user agent above all, is
//! never part of a key: a new one would be a new allowance.

use crate::base::error::AppError;
use crate::base::keys::Key;
pub use governor::Quota;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, RateLimiter};
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A network shares this many times the allowance of one line.
const NETWORK_FACTOR: u32 = 5;

type Limiter = DefaultKeyedRateLimiter<[u8; 32]>;
/// Each limit with the quota that it was made for.
type Limiters = HashMap<(&'static str, Scope), (Quota, Arc<Limiter>)>;

/// All limits of the process, by name.
pub struct Limits {
    key: Key,
    limiters: Mutex<Limiters>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Key,
    Line,
    Network,
}

impl Limits {
    /// Limits whose keys are hashed with `key`.
    pub fn new(key: Key) -> Self {
        Self { key, limiters: Mutex::default() }
    }

    /// Takes one of the `quota` of the limit `name` for a key, or says how many seconds to wait. The quota may change
    /// while the program runs; a new one starts full.
    pub fn take(&self, name: &'static str, quota: Quota, key: &[&[u8]]) -> Result<(), AppError> {
        self.take_in(name, Scope::Key, quota, key)
    }

    /// Takes one of `count` a minute for the line of an address, and one of five times as many for its network.
    pub fn take_by_line(&self, name: &'static str, count: u32, address: IpAddr) -> Result<(), AppError> {
        self.take_in(name, Scope::Line, per_minute(count), &[&address_bytes(line(address))])?;
        let network_quota = per_minute(count.saturating_mul(NETWORK_FACTOR));
        self.take_in(name, Scope::Network, network_quota, &[&address_bytes(network(address))])
    }

    fn take_in(&self, name: &'static str, scope: Scope, quota: Quota, key: &[&[u8]]) -> Result<(), AppError> {
        let limiter = {
            let mut limiters = self.lock();
            match limiters.get(&(name, scope)) {
                Some((in_force, limiter)) if *in_force == quota => Arc::clone(limiter),
                _ => {
                    let limiter = Arc::new(RateLimiter::keyed(quota));
                    limiters.insert((name, scope), (quota, Arc::clone(&limiter)));
                    limiter
                }
            }
        };
        limiter.check_key(&self.key.mac(key)).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            AppError::SlowDown { seconds: u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1) }
        })
    }

    /// Removes keys that are back at their full allowance, so that memory stays bounded.
    pub fn sweep(&self) {
        // nobody waits while one of them is swept
        let limiters: Vec<Arc<Limiter>> = self.lock().values().map(|(_, limiter)| Arc::clone(limiter)).collect();
        for limiter in limiters {
            limiter.retain_recent();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Limiters> {
        self.limiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// So many a minute.
pub fn per_minute(count: u32) -> Quota {
    Quota::per_minute(NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN))
}

/// So many at once, and then one every `seconds`.
pub fn burst(count: u32, seconds: u64) -> Quota {
    let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(Duration::from_secs(seconds)).map_or(Quota::per_minute(count), |quota| quota.allow_burst(count))
}

/// The line that an address belongs to, which is what one subscriber has: an IPv4 address, or the first 64 bits of an
/// IPv6 address, whose other half the subscriber chooses freely.
pub fn line(address: IpAddr) -> IpAddr {
    truncate(address, 32, 64)
}

/// The network of an address: 24 bits of an IPv4 address, 48 of an IPv6 address.
fn network(address: IpAddr) -> IpAddr {
    truncate(address, 24, 48)
}

fn truncate(address: IpAddr, bits_v4: u8, bits_v6: u8) -> IpAddr {
    // an IPv4 address that is written as an IPv6 one is still the same line
    match address.to_canonical() {
        IpAddr::V4(address) => (u32::from(address) & u32::MAX << (32 - bits_v4)).to_be_bytes().into(),
        IpAddr::V6(address) => (u128::from(address) & u128::MAX << (128 - bits_v6)).to_be_bytes().into(),
    }
}

/// The bytes of an address, as the key of a limit.
pub fn address_bytes(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits() -> Limits {
        Limits::new(Key::new(1, [3; 32]))
    }

    #[test]
    fn a_limit_gives_its_number_and_then_says_how_long_to_wait() {
        let limits = limits();
        for _ in 0..5 {
            assert_eq!(limits.take("x", per_minute(5), &[b"a"]), Ok(()));
        }
        assert!(matches!(limits.take("x", per_minute(5), &[b"a"]), Err(AppError::SlowDown { seconds: 1..=13 })));
        assert_eq!(limits.take("x", per_minute(5), &[b"b"]), Ok(()));
        assert_eq!(limits.take("y", per_minute(5), &[b"a"]), Ok(()), "another limit");
        assert_eq!(limits.take("x", per_minute(9), &[b"a"]), Ok(()), "a new number takes effect at once");
    }

    #[test]
    fn a_network_has_five_times_the_allowance_of_a_line() {
        let limits = limits();
        let mut allowed = 0;
        for host in 0..20 {
            let address = IpAddr::from([203, 0, 113, host]);
            allowed += (0..3).filter(|_| limits.take_by_line("x", 2, address).is_ok()).count();
        }
        assert_eq!(allowed, 10);
    }

    #[test]
    fn a_line_is_an_ipv4_address_or_half_an_ipv6_address() {
        let parse = |text: &str| text.parse::<IpAddr>().expect("is an address");
        for (address, its_line, its_network) in [
            ("203.0.113.9", "203.0.113.9", "203.0.113.0"),
            ("::ffff:203.0.113.9", "203.0.113.9", "203.0.113.0"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:db8:1::"),
        ] {
            assert_eq!((line(parse(address)), network(parse(address))), (parse(its_line), parse(its_network)));
        }
        let limits = limits();
        let host = |n: u128| IpAddr::from((u128::from(0x2001_0db8_u32) << 96 | n).to_be_bytes());
        let allowed = (0..20).filter(|n| limits.take_by_line("x", 3, host(*n)).is_ok()).count();
        assert_eq!(allowed, 3, "a new address of the same line is no new allowance");
    }
}
