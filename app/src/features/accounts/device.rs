//! Devices on which staff signed in before. Such a device is let through where many attempts for a name come from
//! elsewhere, so that nobody locks an account's owner out by guessing. It is known by a signed cookie, until a new
//! password or the end of all sessions.

use crate::base::error::AppError;
use crate::base::keys::{Key, decode_token, encode_token};
use crate::web::cookies::{find_cookie, set_cookie};
use crate::web::site::{Site, current_site};
use axum::http::request::Parts;
use leptos::prelude::use_context;
use time::OffsetDateTime;
use tower_sessions::cookie::{SameSite, time::Duration};

const COOKIE: &str = "thiet-bi";
/// How long a device is known after its last complete sign-in.
const MAX_AGE: Duration = Duration::days(90);
/// Accounts that one device remembers: an office shares its computers.
const MAX_ACCOUNTS: usize = 5;

/// A complete sign-in on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownDevice {
    pub account: i64,
    /// The account's epoch at that time; another one ends it.
    pub epoch: i32,
    /// When it was, in seconds.
    signed_in_at: i64,
}

impl KnownDevice {
    fn sign(self, key: &Key) -> String {
        let bytes = self.to_bytes();
        encode_token(&[&bytes[..], &tag(key, &bytes)].concat())
    }

    /// Decodes an entry that was signed with the key in force and is not too old at `now`.
    fn verify(key: &Key, value: &str, now: i64) -> Option<Self> {
        let decoded = decode_token(value).filter(|decoded| decoded.len() == 52)?;
        let (bytes, given) = decoded.split_at(20);
        let (account, rest) = bytes.split_at(8);
        let (epoch, signed_in_at) = rest.split_at(4);
        let device = Self {
            account: i64::from_be_bytes(account.try_into().ok()?),
            epoch: i32::from_be_bytes(epoch.try_into().ok()?),
            signed_in_at: i64::from_be_bytes(signed_in_at.try_into().ok()?),
        };
        let is_young = (0..MAX_AGE.whole_seconds()).contains(&(now - device.signed_in_at));
        (is_young && key.verify(&[b"device", bytes], given)).then_some(device)
    }

    fn to_bytes(self) -> Vec<u8> {
        [&self.account.to_be_bytes()[..], &self.epoch.to_be_bytes(), &self.signed_in_at.to_be_bytes()].concat()
    }
}

fn tag(key: &Key, bytes: &[u8]) -> [u8; 32] {
    key.mac(&[b"device", bytes])
}

/// The sign-ins that the device of the current request remembers, the last first.
pub fn known_devices(site: &Site) -> Vec<KnownDevice> {
    let value = use_context::<Parts>().and_then(|parts| find_cookie(&parts.headers, &site.cookie_name(COOKIE)));
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let value = value.unwrap_or_default();
    value.split('.').take(MAX_ACCOUNTS).filter_map(|entry| KnownDevice::verify(&site.keys.cookie, entry, now)).collect()
}

/// Remembers a complete sign-in on the device of the current request.
pub fn remember_device(account: i64, epoch: i32) -> Result<(), AppError> {
    let site = current_site()?;
    let signed_in_at = OffsetDateTime::now_utc().unix_timestamp();
    let mut devices = vec![KnownDevice { account, epoch, signed_in_at }];
    devices.extend(known_devices(&site).into_iter().filter(|device| device.account != account));
    devices.truncate(MAX_ACCOUNTS);
    let value = devices.into_iter().map(|device| device.sign(&site.keys.cookie)).collect::<Vec<_>>().join(".");
    set_cookie(&site, COOKIE, value, MAX_AGE, SameSite::Lax);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_known_for_ninety_days_and_only_whole() {
        let (key, other) = (Key::new(1, [1; 32]), Key::new(1, [2; 32]));
        let now = 1_700_000_000;
        let device = KnownDevice { account: 7, epoch: 3, signed_in_at: now };
        let value = device.sign(&key);
        let day = 24 * 3600;
        assert_eq!(KnownDevice::verify(&key, &value, now + 89 * day), Some(device));
        assert_eq!(KnownDevice::verify(&key, &value, now + 90 * day), None);
        assert_eq!(KnownDevice::verify(&key, &value, now - 1), None, "of the future");
        for forged in [String::new(), format!("{value}A"), format!("AB{}", &value[2..]), device.sign(&other)] {
            assert_eq!(KnownDevice::verify(&key, &forged, now), None, "{forged}");
        }
    }
}
